//! Straight-line block programs and the vector kernels that run them.

pub mod kernels;
mod loops;
