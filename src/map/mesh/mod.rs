//! Meshes of curved elements.

mod batch;
mod bernstein;
mod control_points;
mod density;
mod determinant_form;
mod determinants;
mod domain;
pub(crate) mod element;
mod element_formulas;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
pub(crate) mod mesh;
pub(crate) mod mesh_check;
#[cfg(feature = "mesh")]
mod msh;
#[cfg(feature = "mesh")]
mod msh_source;
mod number;
mod orientation;
mod paraboloid;
mod placed;
mod points;
mod quality;
mod serendipity;
mod shape_functions;
mod together;
mod validity;
