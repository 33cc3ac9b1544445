//! The tanh-sinh rule, for singularities at the ends of the unit interval.
//!
//! 1. Substitute x = 1/(1 + e^(−s)), s = π sinh t: the interval becomes the whole line, and the
//!    integrand times dx/dt = π cosh t · x (1 − x) falls like exp(−c e^|t|) at both ends, whatever
//!    power or logarithm it has there.
//! 2. The trapezoid rule on the line with step h = 2^(−level) then converges exponentially, and a
//!    level keeps the nodes of the one before.
//! 3. The exponentials of t are powers in double-doubles and π sinh t stays one until the last
//!    exponential, because s reaches −690 and its rounding errors are those of ln x.
//!
//! H. Takahasi, M. Mori, "Double exponential formulas for numerical integration", Publications of
//! the Research Institute for Mathematical Sciences 9 (1974) 721–741.

use std::sync::OnceLock;

use super::Rule;
use super::double_double::DoubleDouble;
use crate::elementary::double_double::DoubleDouble as Exponent;
use crate::elementary::exponential::exp_of_sum;
use crate::error::Error;

/// The highest level of a tanh-sinh rule, with a step of 1/1024.
pub const MAX_TANH_SINH_LEVEL: usize = 10;

/// The least node.
const LEAST: f64 = 1e-300;

/// The number e.
const E: DoubleDouble = DoubleDouble {
    hi: std::f64::consts::E,
    lo: 1.445_646_891_729_250_2e-16,
};

type Cache = [OnceLock<Rule>; MAX_TANH_SINH_LEVEL + 1];

static LEVELS: Cache = [const { OnceLock::new() }; MAX_TANH_SINH_LEVEL + 1];
static INCREMENTS: Cache = [const { OnceLock::new() }; MAX_TANH_SINH_LEVEL + 1];

impl Rule {
    /// The tanh-sinh rule with step 2^(−level), for integrands with singularities at the ends.
    ///
    /// | level | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
    /// | --- | --- | --- | --- | --- | --- | --- | --- |
    /// | nodes | 10 | 19 | 37 | 74 | 148 | 295 | 591 |
    ///
    /// Each level has the nodes of the one before and as many new ones between them, see
    /// [`tanh_sinh_increment`](Self::tanh_sinh_increment). The number of right digits about
    /// doubles from one level to the next. A rule is computed once and shared from then on.
    ///
    /// # Accuracy
    ///
    /// Nodes, complements and weights are within 2 ulp of the exact values. The weights add to 1
    /// within 2e-2, 4e-6, 4e-14 and 1e-15 at levels 0 to 3.
    ///
    /// Nodes begin at 10⁻³⁰⁰ and end at the last double before 1, so what an integrand holds
    /// beyond is lost:
    ///
    /// - x^a at the left end loses 10^(−300 (a + 1)), relatively: nothing for a >= −0.94, half of
    ///   the digits at −0.975. Logarithms cost nothing. Level 3 gives 15 digits.
    /// - (1 − x)^b at the right end loses 10^(−16 (b + 1)): nothing for b >= 0, but for b = −1/2
    ///   half of the digits. A double near 1 tells distances to 1 no finer than 10⁻¹⁶, so that is
    ///   as near as a node can go; and what `1.0 - x` gives there is right to one digit, which is
    ///   why an integrand should take that distance from [`complements`](Self::complements).
    ///   A strong singularity at the right end belongs at the left end, by x → 1 − x.
    /// - A singularity inside the interval is no better off than with other rules.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where `level` is above [`MAX_TANH_SINH_LEVEL`].
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Rule;
    ///
    /// // The integral of −ln x / √x is 4.
    /// let rule = Rule::tanh_sinh(4)?;
    /// let terms = rule.nodes().iter().zip(rule.weights());
    /// let integral: f64 = terms.map(|(x, weight)| -weight * x.ln() / x.sqrt()).sum();
    /// assert!((integral - 4.0).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn tanh_sinh(level: usize) -> Result<Self, Error> {
        shared(&LEVELS, level, || compute("tanh-sinh", level, 1))
    }

    /// The new nodes of a level of the tanh-sinh rule, with their weights in that level.
    ///
    /// The value of a level is half that of the level before plus that of its increment. The
    /// weights of an increment add to about 1/2; level 0 has all of its nodes as increment.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where `level` is above [`MAX_TANH_SINH_LEVEL`].
    pub fn tanh_sinh_increment(level: usize) -> Result<Self, Error> {
        match level {
            0 => Self::tanh_sinh(0),
            _ => shared(&INCREMENTS, level, || {
                compute("tanh-sinh increment", level, 2)
            }),
        }
    }
}

/// The cached rule of a level.
fn shared(cache: &Cache, level: usize, compute: impl FnOnce() -> Rule) -> Result<Rule, Error> {
    match cache.get(level) {
        Some(cell) => Ok(cell.get_or_init(compute).clone()),
        None => Err(Error::Setting {
            name: "level",
            message: format!("must be at most {MAX_TANH_SINH_LEVEL}, not {level}"),
        }),
    }
}

/// A node with its complement and dx/dt.
struct Point {
    node: f64,
    complement: f64,
    slope: f64,
}

/// The nodes at t = k 2^(−level), for all integers k or, with a stride of 2, the odd ones.
fn compute(family: &'static str, level: usize, stride: usize) -> Rule {
    let step = 0.5f64.powi(level as i32);
    let mut growth = (0..level).fold(E, |power, _| power.sqrt());
    // From the middle outwards, on both sides until the node leaves the interval.
    let mut exponential = DoubleDouble::from(1.0);
    if stride == 2 {
        exponential = growth;
        growth = growth * growth;
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut left_open, mut right_open) = (true, true);
    while left_open {
        let inverse = DoubleDouble::from(1.0) / exponential;
        let distance = DoubleDouble::PI * (exponential - inverse).half();
        let speed = (DoubleDouble::PI * (exponential + inverse).half()).hi;
        // e^(−|s|) and the two parts of the interval, the smaller first.
        let decay = exp_of_sum(Exponent {
            hi: -distance.hi,
            lo: -distance.lo,
        });
        let (near, far) = (decay / (1.0 + decay), 1.0 / (1.0 + decay));
        let slope = speed * near * far;
        left_open = near >= LEAST;
        if left_open {
            left.push(Point {
                node: near,
                complement: far,
                slope,
            });
        }
        right_open &= far < 1.0;
        if right_open && distance.hi > 0.0 {
            right.push(Point {
                node: far,
                complement: near,
                slope,
            });
        }
        exponential = exponential * growth;
    }
    let points = || left.iter().rev().chain(&right);
    Rule::new(
        family,
        points().map(|point| point.node).collect(),
        points().map(|point| point.complement).collect(),
        points().map(|point| step * point.slope).collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    fn rule(level: usize) -> Rule {
        Rule::tanh_sinh(level).unwrap()
    }

    /// The integral of a function of a node and its complement.
    fn integral(rule: &Rule, f: impl Fn(f64, f64) -> f64) -> f64 {
        let points = rule.nodes().iter().zip(rule.complements());
        let terms = points.zip(rule.weights());
        terms
            .map(|((&x, &rest), &weight)| weight * f(x, rest))
            .sum()
    }

    #[test]
    fn singularities_at_the_ends_cost_no_digits() {
        type Case = (&'static str, fn(f64, f64) -> f64, f64);
        let cases: [Case; 9] = [
            ("x^-0.9", |x, _| x.powf(-0.9), 10.0),
            ("x^-0.94", |x, _| x.powf(-0.94), 1.0 / 0.06),
            ("x^-1/2", |x, _| 1.0 / x.sqrt(), 2.0),
            ("ln x", |x, _| x.ln(), -1.0),
            ("ln²x / √x", |x, _| x.ln().powi(2) / x.sqrt(), 16.0),
            ("√x √(1 − x)", |x, rest| (x * rest).sqrt(), PI / 8.0),
            (
                "ln x ln(1 − x)",
                |x, rest| x.ln() * rest.ln(),
                2.0 - PI * PI / 6.0,
            ),
            ("exp x", |x, _| x.exp(), 1f64.exp_m1()),
            ("x⁹", |x, _| x.powi(9), 0.1),
        ];
        for level in 3..=6 {
            let rule = rule(level);
            for (name, f, exact) in cases {
                let error = integral(&rule, f) / exact - 1.0;
                // Hundreds of terms off by a few ulps each, and ε in an exponent near −1 gives
                // up to ε |ln x|, up to 2^−43 of terms that are small themselves.
                assert!(error.abs() <= 3e-15, "level {level}, {name}: {error:e}");
            }
        }
    }

    #[test]
    fn the_error_of_a_level_is_about_the_square_of_that_before() {
        let errors = [0, 1, 2].map(|level| (integral(&rule(level), |x, _| x.ln()) + 1.0).abs());
        assert!(errors[0] < 0.05 && errors[0] > 1e-3, "{errors:?}");
        for pair in errors.windows(2) {
            // exp(−c/h) up to a factor of t.
            assert!(pair[1] < pair[0].powf(1.8), "{errors:?}");
        }
    }

    #[test]
    fn a_root_in_the_denominator_at_the_right_end_loses_half_of_the_digits() {
        for (f, name) in [
            (
                (|x, rest| (x / rest).sqrt()) as fn(f64, f64) -> f64,
                "complement",
            ),
            (|x, _| (x / (1.0 - x)).sqrt(), "1 - x"),
        ] {
            let error = (integral(&rule(5), f) - PI / 2.0).abs();
            // Beyond the last node, 2^−53 or so from the end, there is 2 √(2^−53).
            assert!((1e-9..1e-7).contains(&error), "{name}: {error:e}");
        }
        let mirrored = integral(&rule(5), |x, rest| (rest / x).sqrt());
        assert!((mirrored - PI / 2.0).abs() <= 3e-15, "{mirrored}");
    }

    #[test]
    fn increments_fill_the_gaps_of_the_level_before() {
        for level in 1..=6 {
            let (coarse, fine) = (rule(level - 1), rule(level));
            let new = Rule::tanh_sinh_increment(level).unwrap();
            assert_eq!(coarse.len() + new.len(), fine.len());
            let mut all: Vec<(f64, f64)> = coarse
                .nodes()
                .iter()
                .zip(coarse.weights().iter().map(|weight| weight / 2.0))
                .chain(new.nodes().iter().zip(new.weights().iter().copied()))
                .map(|(&node, weight)| (node, weight))
                .collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (index, (node, weight)) in all.into_iter().enumerate() {
                // The same powers in another order, within 1e-30 before rounding.
                for (a, b) in [(node, fine.nodes()[index]), (weight, fine.weights()[index])] {
                    assert!(a.to_bits().abs_diff(b.to_bits()) <= 1, "{level}, {index}");
                }
            }
        }
    }

    #[test]
    fn nodes_reach_the_ends_and_stay_inside() {
        for level in 0..=MAX_TANH_SINH_LEVEL {
            let rule = rule(level);
            assert!(rule.nodes()[0] >= 1e-300 && rule.nodes()[0] < 1e-270);
            // Near 1 two nodes may round to one, and near 0 two complements.
            assert!(rule.nodes().is_sorted());
            assert!(rule.complements().is_sorted_by(|a, b| a >= b));
            assert!(rule.nodes()[rule.len() - 1] < 1.0);
            assert!(rule.complements()[rule.len() - 1] < 3e-14);
            let middle = rule.nodes().iter().position(|&node| node == 0.5).unwrap();
            assert_eq!(rule.complements()[middle], 0.5);
        }
    }

    #[test]
    fn nodes_and_weights_agree_with_reference_digits() {
        // Level, k, node, complement and weight at t = k 2^−level, from 40 digits (mpmath).
        for (level, index, digits) in [
            (
                0,
                -6,
                [6.1282690682924326e-276, 1.0, 3.883535344316703e-273],
            ),
            (
                3,
                -48,
                [6.1282690682924326e-276, 1.0, 4.854419180395879e-274],
            ),
            (
                4,
                -33,
                [
                    5.258992590748194e-06,
                    0.9999947410074093,
                    4.126635664253117e-06,
                ],
            ),
            (
                5,
                7,
                [0.666571132288819, 0.33342886771118097, 0.022343880544879683],
            ),
            (
                3,
                25,
                [
                    0.9999999999999997,
                    3.18743924752222e-16,
                    1.4271829189133722e-15,
                ],
            ),
            (
                6,
                1,
                [0.5122698817873246, 0.4877301182126754, 0.012265953353746821],
            ),
        ] {
            let rule = rule(level);
            let middle = rule.nodes().iter().position(|&node| node == 0.5).unwrap();
            let place = middle.checked_add_signed(index).unwrap();
            let found = [
                rule.nodes()[place],
                rule.complements()[place],
                rule.weights()[place],
            ];
            for (a, b) in found.into_iter().zip(digits) {
                let apart = a.to_bits().abs_diff(f64::to_bits(b));
                assert!(apart <= 2, "level {level}, {index}: {apart} ulp");
            }
        }
    }

    #[test]
    fn levels_beyond_the_limit_are_errors_and_levels_are_shared() {
        let level = MAX_TANH_SINH_LEVEL + 1;
        assert!(matches!(Rule::tanh_sinh(level), Err(Error::Setting { .. })));
        assert!(matches!(
            Rule::tanh_sinh_increment(level),
            Err(Error::Setting { .. })
        ));
        assert!(std::ptr::eq(rule(2).nodes(), rule(2).nodes()));
        assert_eq!(rule(3).to_string(), "tanh-sinh 74");
    }
}
