//! Meshes of curved elements.

mod batch;
mod density;
mod determinants;
mod domain;
pub(crate) mod element;
mod element_formulas;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
pub(crate) mod mesh;
#[cfg(feature = "mesh")]
mod msh;
#[cfg(feature = "mesh")]
mod msh_source;
mod orientation;
mod placed;
mod points;
mod serendipity;
mod shape_functions;
mod together;
