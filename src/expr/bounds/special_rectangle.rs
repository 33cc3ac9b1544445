//! Rectangles in the complex plane that hold the values of special functions on a rectangle.
//!
//! 1. On the reals: the interval of [`special`](super::special).
//! 2. Off them by at most the height of the rectangle times a bound of the derivative, from an integral
//!    over positive weights: the size of the integrand at z is that at the real part of z, or grows as
//!    cosh of the imaginary part.
//! 3. NIST Digital Library of Mathematical Functions, 5.9, 10.9, 10.14, 10.32 and 19.2,
//!    <https://dlmf.nist.gov>.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};

use super::interval::{Interval, above};
use super::rectangle::Rectangle;
use super::special;
use crate::elementary::{Binary, Unary};

/// A bound that is computed with a few roundings, some of them of special functions.
fn safe(bound: f64) -> f64 {
    bound * (1.0 + 1e-11)
}

impl Rectangle {
    /// A special function of one variable; `None` for other functions too.
    pub(super) fn special(self, op: Unary) -> Option<Self> {
        let (x, y) = (self.re, self.im.largest());
        if matches!(
            op,
            Unary::EllipticK | Unary::EllipticE | Unary::EllipticB | Unary::EllipticC
        ) && !(x.hi < 1.0)
        {
            return None;
        }
        let along = special::of_one(op, x)?;
        if self.is_real() {
            return Some(Rectangle::real(along));
        }
        // exp(y² − x²): the slope of erf.
        let bell = |scale: f64| {
            let (x, y) = (Interval::point(x.smallest()), Interval::point(y));
            (Interval::point(scale) * (y.square() - x.square()))
                .exp()
                .hi
        };
        let height = above(y.cosh());
        Some(match op {
            Unary::Erfc => self.near(along, FRAC_2_SQRT_PI * bell(1.0)),
            Unary::NormCdf => self.near(along, 0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * bell(0.5)),
            // ½ ∫ exp(izt) over −1 < t < 1, and half of that for the slope.
            Unary::Sinc => self.near(along, 0.5 * height).bounded(height),
            // |1 − z sin²θ| ≥ 1 − Re z sin²θ, so all is largest on the reals; K′ = B/(2(1 − m)).
            Unary::EllipticK => {
                let slope = 0.5 * Unary::EllipticB.value(x.hi) / (1.0 - x.hi);
                self.near(along, safe(slope)).bounded(along.hi)
            }
            // E′ = −D/2 with D = K − B ≤ K.
            Unary::EllipticE => self.near(along, safe(0.5 * Unary::EllipticK.value(x.hi))),
            Unary::EllipticB => {
                let slope = 0.5 * Unary::EllipticC.value(x.hi);
                self.near(along, safe(slope)).bounded(along.hi)
            }
            // C′ = (3/2) ∫ sin⁴θ cos²θ/Δ⁵ and Δ² ≥ min(1, 1 − m).
            Unary::EllipticC => {
                let slope = 1.5 * Unary::EllipticC.value(x.hi) / (1.0 - x.hi).min(1.0);
                self.near(along, safe(slope)).bounded(along.hi)
            }
            _ => return None,
        })
    }

    /// A function of an order, which is the first operand.
    pub(super) fn of_order(op: Binary, order: Rectangle, z: Rectangle) -> Option<Self> {
        let n = special::order(order.re).filter(|_| order.is_real())?;
        let x = z.re;
        let positive_only = special::is_of_positive(op) || op == Binary::Polygamma;
        let is_missing = n < 0 && matches!(op, Binary::SphericalJ | Binary::Polygamma);
        if is_missing || (positive_only && !(x.lo > 0.0)) {
            return None;
        }
        let along = special::of_order(op, n, x);
        if z.is_real() {
            return Some(Rectangle::real(along));
        }
        let at = |op: Binary, n: i32, x: f64| op.value(f64::from(n), x);
        let height = above(z.im.largest().cosh());
        Some(match op {
            // Mean values of exp(i(nθ − z sin θ)), and of exp(izt) Pₙ(t): so are all derivatives.
            Binary::BesselJ | Binary::SphericalJ => z.near(along, height).bounded(height),
            // Mean values of exp(z cos θ) cos nθ; and no size of a term of the power series is larger
            // than that at |z|.
            Binary::BesselI => {
                let slope = at(op, 0, x.largest());
                let size = at(op, n.abs(), z.size);
                z.near(along, safe(slope)).bounded(safe(size))
            }
            // ∫ exp(−z cosh t) cosh nt: the size, and that of the slope, is that at Re z.
            Binary::BesselK => {
                let slope = 0.5 * (at(op, n - 1, x.lo) + at(op, n + 1, x.lo));
                z.near(along, safe(slope)).bounded(along.hi)
            }
            // A mean value of waves, less one of exp(−z sinh t) cosh nt (or sinh nt): in its slope
            // sinh t cosh nt ≤ cosh((n + 1)t), and exp(−x sinh t) ≤ exp(x − x cosh t).
            Binary::BesselY => {
                let tail = Unary::Exp.value(x.lo) * at(Binary::BesselK, n.abs() + 1, x.lo);
                z.near(along, safe(height + 2.0 / PI * tail))
            }
            // A sum of (z + k)⁻ⁿ⁻¹, of which each is largest on the reals.
            Binary::Polygamma => z.near(along, safe(at(op, n + 1, x.lo).abs())),
            _ => return None,
        })
    }
}
