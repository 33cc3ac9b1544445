//! The elementary functions: one formula each, branch-free for all but special functions, shared by scalar evaluation and kernels.
//!
//! Every formula uses only operations that IEEE 754 rounds exactly (+, −, ×, ÷, √, fused
//! multiply–add) and operations on bits, so its result has the same bits on every machine; the
//! mathematics library of the system is never asked. The vector kernels of
//! [`program::kernels`](crate::program::kernels) run the same formulas over slices.
//!
//! # Accuracy
//! Within 2 ulp of the exact value over the whole range of arguments, subnormal ones and results
//! included. Measured against 200 bits: 1.6 for the tangent, 1.5 for the arcsine, 1.4 for sine,
//! cosine, arctangent and angle, below 1.2 for the rest. The one exception is ψ near its zeros on
//! the negative axis, where the error is small in absolute terms only. Special values follow C99
//! (Annex F), except that the minimum, the maximum and the sign propagate NaN. Which of the NaNs
//! results is not defined. The error of special functions that are not in C99 is in `docs/functions.md`: a few
//! ulp, for waves of the height of the wave.

pub(crate) mod arithmetic;
pub(crate) mod bessel;
mod bessel_tables;
pub(crate) mod double_double;
pub(crate) mod elliptic;
pub(crate) mod exponential;
mod function;
pub(crate) mod gamma;
pub(crate) mod hyperbolic;
pub(crate) mod inverse_trigonometric;
pub(crate) mod logarithm;
pub(crate) mod matrix;
pub(crate) mod modified_bessel;
pub(crate) mod polygamma;
mod polynomial;
pub(crate) mod power;
mod recurrence;
pub(crate) mod root;
pub(crate) mod singular;
pub(crate) mod special;
pub(crate) mod spherical;
pub(crate) mod sum;
pub(crate) mod trigonometric;

pub use arithmetic::{fma, select};
pub use function::{Binary, Unary};
pub(crate) use function::{for_each_binary, for_each_unary};
pub(crate) use polygamma::HIGHEST as HIGHEST_POLYGAMMA;
pub use power::powi;
pub(crate) use recurrence::HIGHEST as HIGHEST_ORDER;
