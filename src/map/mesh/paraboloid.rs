//! A lower bound of a polynomial on a box by a quadratic one, and a place where the value is small.
//!
//! 1. A quadratic polynomial is fitted to the Bernstein coefficients by least squares. Whatever it is, the
//!    least coefficient of the rest and the least value of the quadratic add up to a bound, which is off by
//!    the third power of the width of the box, where the least coefficient is off by the second.
//! 2. The least value of the quadratic: axis by axis the square is completed and left out, where its foot is
//!    near the box; otherwise all terms with the axis are bounded by their sizes.
//! 3. Going back, the feet are a place near the least value.
//!
//! J. Garloff, C. Jansson, A. P. Smith, "Lower bound functions for polynomials", J. Comput. Appl. Math. 157
//! (2003) 207–225.

use super::bernstein::BoxForm;
use super::number::UNIT;

/// A slope that leads nowhere, as a part of the sizes of all terms.
const FLAT: f64 = 1e-12;

/// A quadratic polynomial of coordinates from −1 to 1.
struct Paraboloid {
    constant: f64,
    slopes: [f64; 3],
    /// Second derivatives; those on the diagonal too.
    bends: [[f64; 3]; 3],
}

/// What a paraboloid tells of a polynomial.
pub(super) struct Lowest {
    /// No value is less, but for what rounding does to coefficients.
    pub(super) bound: f64,
    /// A place of the unit box where the value is small.
    pub(super) unit: [f64; 3],
}

/// A bound of a polynomial whose coefficients have at most this size.
pub(super) fn lowest(form: &BoxForm, size: f64) -> Lowest {
    let (paraboloid, rest) = fitted(form);
    let (bound, unit) = paraboloid.lowest();
    // A coefficient of the rest is a sum of eleven products of some roundings each. Where squares are completed,
    // no number grows to more than nine times the sum of all, as feet are near; there are some twenty steps.
    let rounding = 256.0 * UNIT * (size + paraboloid.size());
    Lowest {
        bound: bound + rest - rounding,
        unit,
    }
}

/// The Bernstein coefficients of x and of x² on [−1, 1], in a degree.
fn powers(degree: usize) -> Vec<[f64; 2]> {
    let m = degree as f64;
    let of = |i: usize| {
        let i = i as f64;
        match degree {
            // A constant along this axis.
            0 => [0.0, 0.0],
            1 => [2.0 * i - 1.0, 1.0],
            _ => {
                let square = 4.0 * i * (i - 1.0) / (m * (m - 1.0));
                [2.0 * i / m - 1.0, square - 4.0 * i / m + 1.0]
            }
        }
    };
    (0..=degree).map(of).collect()
}

/// The paraboloid that is fitted to the coefficients, and the least coefficient of what it leaves.
fn fitted(form: &BoxForm) -> (Paraboloid, f64) {
    let axes = [0, 1, 2].map(|axis| powers(form.degree(axis)));
    let sizes = [0, 1, 2].map(|axis| axes[axis].len());
    let mean = |axis: usize, of: &dyn Fn([f64; 2]) -> f64| {
        let sum: f64 = axes[axis].iter().map(|power| of(*power)).sum();
        sum / sizes[axis] as f64
    };
    // Squares less their means are orthogonal to constants; all the others are by symmetry.
    let squares = [0, 1, 2].map(|axis| mean(axis, &|[_, square]| square));
    let norms = [0, 1, 2].map(|axis| mean(axis, &|[x, _]| x * x));
    let norms_of_squares =
        [0, 1, 2].map(|axis| mean(axis, &|[_, square]| (square - squares[axis]).powi(2)));
    let (mut constant, mut slopes, mut curves) = (0.0, [0.0; 3], [0.0; 3]);
    // Of the axes 1 and 2, 2 and 0, 0 and 1.
    let mut twists = [0.0; 3];
    let mut at = 0;
    for z in &axes[2] {
        for y in &axes[1] {
            for x in &axes[0] {
                let value = form.coefficients[at];
                let place = [x, y, z];
                constant += value;
                for axis in 0..3 {
                    slopes[axis] += value * place[axis][0];
                    curves[axis] += value * (place[axis][1] - squares[axis]);
                }
                twists[0] += value * y[0] * z[0];
                twists[1] += value * z[0] * x[0];
                twists[2] += value * x[0] * y[0];
                at += 1;
            }
        }
    }
    let count = at as f64;
    let part = |sum: f64, norm: f64| {
        if norm > 0.0 {
            sum / (count * norm)
        } else {
            0.0
        }
    };
    let slopes = [0, 1, 2].map(|axis| part(slopes[axis], norms[axis]));
    // Along a line the square of ±1 is constant.
    let curves = [0, 1, 2].map(|axis| match sizes[axis] > 2 {
        true => part(curves[axis], norms_of_squares[axis]),
        false => 0.0,
    });
    let [yz, zx, xy] = [[1, 2], [2, 0], [0, 1]].map(|[a, b]| norms[a] * norms[b]);
    let [yz, zx, xy] = [
        part(twists[0], yz),
        part(twists[1], zx),
        part(twists[2], xy),
    ];
    let means: f64 = (0..3).map(|axis| curves[axis] * squares[axis]).sum();
    let constant = constant / count - means;
    let mut rest = f64::INFINITY;
    at = 0;
    for z in &axes[2] {
        let along_z = constant + slopes[2] * z[0] + curves[2] * z[1];
        for y in &axes[1] {
            let along_y = along_z + slopes[1] * y[0] + curves[1] * y[1] + yz * y[0] * z[0];
            let slope = slopes[0] + zx * z[0] + xy * y[0];
            for x in &axes[0] {
                let here = along_y + slope * x[0] + curves[0] * x[1];
                rest = rest.min(form.coefficients[at] - here);
                at += 1;
            }
        }
    }
    let paraboloid = Paraboloid {
        constant,
        slopes,
        bends: [
            [2.0 * curves[0], xy, zx],
            [xy, 2.0 * curves[1], yz],
            [zx, yz, 2.0 * curves[2]],
        ],
    };
    (paraboloid, rest)
}

impl Paraboloid {
    /// The sum of the sizes of all its terms.
    fn size(&self) -> f64 {
        let linear: f64 = self.slopes.iter().map(|x| x.abs()).sum();
        let bent: f64 = self.bends.iter().flatten().map(|x| x.abs()).sum();
        self.constant.abs() + linear + bent
    }

    /// A bound of the values on the box, and a place of the unit box where the value is small.
    fn lowest(&self) -> (f64, [f64; 3]) {
        let Paraboloid {
            mut constant,
            mut slopes,
            mut bends,
        } = *self;
        let size = self.size();
        let mut left = vec![0, 1, 2];
        // The axes in the order in which they are left out, each with the foot as a function of the others.
        let mut feet: Vec<(usize, f64, [f64; 3])> = Vec::new();
        while let Some(at) = (0..left.len()).max_by(|a, b| {
            let bend = |k: usize| bends[left[k]][left[k]];
            bend(*a).total_cmp(&bend(*b))
        }) {
            let axis = left.swap_remove(at);
            let (bend, slope) = (bends[axis][axis], slopes[axis]);
            let others = bends[axis];
            let is_near = bend > 0.0 && slope.abs() <= 2.0 * bend;
            if is_near && left.iter().all(|k| others[*k].abs() <= 2.0 * bend) {
                // ½ b x² + x l, l of the others, is no less than −l²/(2 b).
                constant -= slope * slope / (2.0 * bend);
                for j in &left {
                    slopes[*j] -= slope * others[*j] / bend;
                    for k in &left {
                        bends[*j][*k] -= others[*j] * others[*k] / bend;
                    }
                }
                feet.push((axis, -slope / bend, others.map(|x| -x / bend)));
            } else {
                let twist: f64 = left.iter().map(|k| others[*k].abs()).sum();
                constant += (0.5 * bend).min(0.0) - slope.abs() - twist;
                // In a valley there is no slope but that of rounding.
                let is_flat = slope.abs() <= FLAT * size;
                feet.push((axis, if is_flat { 0.0 } else { -slope.signum() }, [0.0; 3]));
            }
        }
        let mut place = [0.0f64; 3];
        for (axis, foot, shares) in feet.into_iter().rev() {
            // Those that were left out before are not yet known, and have no share.
            let along: f64 = (0..3)
                .filter(|k| *k != axis)
                .map(|k| shares[k] * place[k])
                .sum();
            place[axis] = (foot + along).clamp(-1.0, 1.0);
        }
        (constant, place.map(|x| 0.5 * (x + 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::bernstein::Space;
    use super::*;

    fn form(coefficients: &[f64], factors: Vec<(usize, usize)>) -> BoxForm {
        Space { factors }.on_box(coefficients).0
    }

    #[test]
    fn a_paraboloid_is_its_own_bound() {
        // (x − y + 2 z − 0.3)² + (x + y)²/2 − 0.7 with x, y, z from −1 to 1: zero on a line but for −0.7.
        let all = [0, 1, 2].map(|axis| powers([2, 3, 4][axis]));
        let mut coefficients = Vec::new();
        for z in &all[2] {
            for y in &all[1] {
                for x in &all[0] {
                    let squares = 1.5 * x[1] + 1.5 * y[1] + 4.0 * z[1] + 0.09 - 0.7;
                    let twists = -x[0] * y[0] + 4.0 * x[0] * z[0] - 4.0 * y[0] * z[0];
                    coefficients.push(squares + twists - 0.6 * (x[0] - y[0] + 2.0 * z[0]));
                }
            }
        }
        let form = form(&coefficients, vec![(1, 2), (1, 3), (1, 4)]);
        let Lowest { bound, unit } = lowest(&form, 20.0);
        // The rounding that is counted: 256 of them, of numbers of about 50.
        assert!((bound + 0.7).abs() < 5e-12, "{bound}");
        assert!((form.evaluate(unit) + 0.7).abs() < 1e-13, "{unit:?}");
    }

    #[test]
    fn no_value_is_below_the_bound() {
        for shift in 0..40 {
            let factors = vec![(1, 3), (1, 1), (1, 2)];
            let coefficients: Vec<f64> = (0..24)
                .map(|k| ((k * k + 7 * shift) as f64).sin() + 0.1 * (k as f64 - 9.0).powi(2))
                .collect();
            let form = form(&coefficients, factors);
            let Lowest { bound, unit } = lowest(&form, 25.0);
            assert!(form.evaluate(unit) >= bound);
            let scattered = crate::scatter::Scatter::roots(3);
            for k in 1..=200 {
                assert!(form.value(&scattered.point(k)) >= bound, "{shift}");
            }
        }
    }
}
