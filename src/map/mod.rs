//! Maps: changes of variables, their Jacobians, the regions that they are applied to, and the
//! pullback that makes an integrand on the unit box of all three.

pub(crate) mod black_box;
pub(crate) mod jacobian;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
pub(crate) mod map;
pub(crate) mod parameters;
pub(crate) mod pullback;
pub(crate) mod region;
