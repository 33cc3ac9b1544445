//! What is proven of a root.

use crate::equations::krawczyk::Proven;
use crate::expr::bounds::ranges::Interval;

/// A box that holds a root, and one in which it is the only one; proven by bounds of the formulas as they
/// stand, whose numbers are the floating-point numbers that were read.
///
/// *Accuracy*: a theorem (Krawczyk 1969), with all sums rounded outward.
///
/// ```
/// use pullback::Equations;
/// let root = Equations::parse("x^2 = 2")?.solve(&[1.0])?;
/// let proof = root.proof.unwrap();
/// let [lo, hi] = proof.within[0];
/// assert!(lo <= 2f64.sqrt() && 2f64.sqrt() <= hi && hi - lo < 1e-15);
/// // The other root, −√2, is not in this box.
/// assert!(proof.alone_in[0][0] > -1.4);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The lower and the upper end for each unknown, between which the root is.
    pub within: Vec<[f64; 2]>,
    /// The ends between which there is no other root.
    pub alone_in: Vec<[f64; 2]>,
}

/// The ends of sides, without the sign of zero.
pub(super) fn ends(sides: &[Interval]) -> Vec<[f64; 2]> {
    let ends = sides.iter().map(|side| [side.lo + 0.0, side.hi + 0.0]);
    ends.collect()
}

impl From<&Proven> for Proof {
    fn from(proven: &Proven) -> Self {
        Proof {
            within: ends(&proven.within),
            alone_in: ends(&proven.alone_in),
        }
    }
}
