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
        ) && (x.hi >= 1.0 || x.hi.is_nan())
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
        if is_missing || (positive_only && (x.lo <= 0.0 || x.lo.is_nan())) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::bounds::numbers;
    use num_complex::Complex64;

    /// A mean value over a turn by 80 places, which is exact to rounding for |z| < 20.
    fn mean(f: impl Fn(f64) -> Complex64) -> Complex64 {
        let turn = 2.0 * PI / 80.0;
        (0..80).map(|k| f(turn * f64::from(k))).sum::<Complex64>() / 80.0
    }

    /// ∫ f over 0 … 12 by the trapezoid rule, exact to rounding for what is even and dies away before it
    /// turns too fast.
    fn even_tail(f: impl Fn(f64) -> Complex64) -> Complex64 {
        let step = 0.004;
        let rest: Complex64 = (1..3000).map(|k| f(step * f64::from(k))).sum();
        step * (0.5 * f(0.0) + rest)
    }

    /// A function of an order by its integral, or its sum.
    fn of_order(op: Binary, n: i32, z: Complex64) -> Complex64 {
        let (i, order) = (Complex64::i(), f64::from(n));
        match op {
            Binary::BesselJ => mean(|t| (i * (order * t - z * t.sin())).exp()),
            Binary::BesselI => mean(|t| (z * t.cos()).exp() * (order * t).cos()),
            Binary::BesselK => even_tail(|t| (-z * t.cosh()).exp() * (order * t).cosh()),
            // H⁽¹⁾ₙ(z) = (2/πi)·i⁻ⁿ·Kₙ(−iz) above the real line.
            Binary::BesselY => {
                let turned = -i * z;
                let k = even_tail(|t| (-turned * t.cosh()).exp() * (order * t).cosh());
                let hankel = 2.0 / (PI * i) * i.powi(-n) * k;
                (hankel - of_order(Binary::BesselJ, n, z)) / i
            }
            Binary::SphericalJ => match n {
                0 => z.sin() / z,
                1 => z.sin() / (z * z) - z.cos() / z,
                _ => {
                    let below = of_order(op, n - 1, z) * f64::from(2 * n - 1) / z;
                    below - of_order(op, n - 2, z)
                }
            },
            // 400 terms and the integral of the rest, from half a step before the next.
            _ => {
                let s = n + 1;
                let sum: Complex64 = (0..400).map(|k| (z + f64::from(k)).powi(-s)).sum();
                let rest = (z + 399.5).powi(1 - s) / f64::from(s - 1);
                let factorial: f64 = (1..=n).map(f64::from).product();
                (sum + rest) * factorial * if n % 2 == 0 { -1.0 } else { 1.0 }
            }
        }
    }

    /// The integral over a quarter turn of a function with period π/2 … even about both ends.
    fn quarter(f: impl Fn(f64, f64) -> Complex64) -> Complex64 {
        let steps = 400;
        let at = |k: i32| {
            let (s, c) = (0.5 * PI * f64::from(k) / f64::from(steps)).sin_cos();
            f(s * s, c * c)
        };
        let inner: Complex64 = (1..steps).map(at).sum();
        (0.5 * at(0) + inner + 0.5 * at(steps)) * 0.5 * PI / f64::from(steps)
    }

    fn of_one(op: Unary, z: Complex64) -> Complex64 {
        let delta = |s: f64| (1.0 - z * s).sqrt();
        let erf = |z: Complex64| {
            let (mut term, mut sum) = (z, z);
            for n in 1..80 {
                term *= -z * z / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            sum * FRAC_2_SQRT_PI
        };
        match op {
            Unary::Erfc => 1.0 - erf(z),
            Unary::NormCdf => 0.5 + 0.5 * erf(z * FRAC_1_SQRT_2),
            Unary::Sinc => z.sin() / z,
            Unary::EllipticK => quarter(|s, _| 1.0 / delta(s)),
            Unary::EllipticE => quarter(|s, _| delta(s)),
            Unary::EllipticB => quarter(|s, c| c / delta(s)),
            _ => quarter(|s, c| s * c / delta(s).powi(3)),
        }
    }

    /// Asserts that a rectangle holds a number, to what the oracles may lose.
    fn assert_holds(found: &Rectangle, value: Complex64, lost: f64, what: &str) {
        let within = |i: Interval, x: f64| i.lo - lost <= x && x <= i.hi + lost;
        let holds = within(found.re, value.re) && within(found.im, value.im);
        assert!(
            holds && value.norm() <= found.size + lost,
            "{what}: {value} {found:?}"
        );
    }

    #[test]
    fn rectangles_hold_the_values_of_functions_of_an_order() {
        let mut next = numbers(31);
        let families = [
            Binary::BesselJ,
            Binary::BesselY,
            Binary::BesselI,
            Binary::BesselK,
            Binary::SphericalJ,
            Binary::Polygamma,
        ];
        let mut enclosed = 0;
        for round in 0..900 {
            let op = families[round % 6];
            let n = if op == Binary::Polygamma {
                2 + round as i32 % 3
            } else {
                round as i32 / 7 % 4
            };
            let positive = matches!(op, Binary::BesselY | Binary::BesselK | Binary::Polygamma);
            let from = if positive {
                0.7 + 6.0 * next()
            } else {
                12.0 * next() - 6.0
            };
            let (width, up) = (0.8 * next(), 0.3 + next());
            let z = Rectangle::new((from, from + width), (0.0, up));
            let order = Rectangle::number(f64::from(n));
            let Some(found) = Rectangle::of_order(op, order, z) else {
                continue;
            };
            enclosed += 1;
            for _ in 0..4 {
                let z = Complex64::new(from + width * next(), up * next());
                let value = of_order(op, n, z);
                let lost = 1e-9 * (1.0 + value.norm());
                // Near the real line the integral for Y dies away slowly.
                if op != Binary::BesselY || z.im > 0.2 {
                    assert_holds(&found, value, lost, &format!("{op:?} {n} {z}"));
                }
            }
        }
        assert_eq!(enclosed, 900);
    }

    #[test]
    fn rectangles_hold_the_values_of_functions_of_one_variable() {
        let mut next = numbers(32);
        let functions = [
            Unary::Erfc,
            Unary::NormCdf,
            Unary::Sinc,
            Unary::EllipticK,
            Unary::EllipticE,
            Unary::EllipticB,
            Unary::EllipticC,
        ];
        for round in 0..2100 {
            let op = functions[round % 7];
            let elliptic = !matches!(op, Unary::Erfc | Unary::NormCdf | Unary::Sinc);
            let hi = if elliptic {
                0.9 - 4.0 * next()
            } else {
                5.0 * next() - 2.5
            };
            let (width, up) = (0.8 * next(), next());
            let place = Rectangle::new((hi - width, hi), (0.0, up));
            let found = place.special(op).unwrap();
            for _ in 0..6 {
                let z = Complex64::new(hi - width * next(), up * next());
                let value = of_one(op, z);
                assert_holds(
                    &found,
                    value,
                    1e-10 * (1.0 + value.norm()),
                    &format!("{op:?} {z}"),
                );
            }
        }
        // At its branch point nothing is analytic.
        assert_eq!(
            Rectangle::new((0.5, 1.0), (0.0, 0.1)).special(Unary::EllipticE),
            None
        );
    }
}
