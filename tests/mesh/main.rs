#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

//! Meshes of curved elements: integrals that are exact, that converge as the order says, and files that
//! are whole or damaged.

mod damaged;
mod exact;
mod integrals;
mod shapes;
mod validity;
