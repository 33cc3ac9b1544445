//! The working of an integral by change of variables, as a teacher writes it: plain data for those who print it.

mod closed_form;
mod conditions;
mod evaluation;
mod field;
mod image;
mod inverse;
mod parts;
mod posed;
mod step;
mod volume;
mod working;

pub use step::{Line, Math, Piece, Step};
pub use working::Working;
