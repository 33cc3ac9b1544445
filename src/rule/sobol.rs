//! The Sobol sequence: points that fill the unit cube evenly.
//!
//! 1. On each axis the bits of a point are the exclusive or of direction numbers, one for each bit
//!    of the Gray code of its index, so that successive points differ by one of them.
//! 2. The direction numbers of an axis follow a linear recurrence modulo 2, whose polynomial is
//!    primitive, from a few initial ones; those of Joe and Kuo make the projections to pairs of
//!    axes even as well.
//! 3. We flip the bits of each axis by a fixed pattern (a digital shift), which keeps all of that
//!    and moves the first point away from the corner.
//!
//! I. M. Sobol', "On the distribution of points in a cube and the approximate evaluation of
//! integrals", USSR Computational Mathematics and Mathematical Physics 7 (1967) 86–112.
//! I. A. Antonov, V. M. Saleev, "An economic method of computing LP_τ-sequences", USSR
//! Computational Mathematics and Mathematical Physics 19 (1979) 252–256.
//! S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM
//! Journal on Scientific Computing 30 (2008) 2635–2654.

use std::sync::OnceLock;

use super::digital::fill;
use crate::error::Error;

/// The largest dimension of a Sobol sequence.
pub const MAX_SOBOL: usize = 1024;

/// The axes whose numbers stand in [`AXES`], and are made at once.
const FEW: usize = AXES.len() + 1;

/// The same for all axes behind these, as Joe and Kuo give them: the number of the axis, the degree of its
/// polynomial, the polynomial without its highest and lowest power, and the initial numbers.
const MORE: &str = include_str!("joe_kuo.txt");

/// From the second axis on: the primitive polynomial, highest power first, and the initial
/// numbers mⱼ, odd and below 2ʲ; the direction numbers are mⱼ/2ʲ.
const AXES: [(u32, &[u64]); 39] = [
    (0b11, &[1]),
    (0b111, &[1, 3]),
    (0b1011, &[1, 3, 1]),
    (0b1101, &[1, 1, 1]),
    (0b10011, &[1, 1, 3, 3]),
    (0b11001, &[1, 3, 5, 13]),
    (0b100101, &[1, 1, 5, 5, 17]),
    (0b101001, &[1, 1, 5, 5, 5]),
    (0b101111, &[1, 1, 7, 11, 19]),
    (0b110111, &[1, 1, 5, 1, 1]),
    (0b111011, &[1, 1, 1, 3, 11]),
    (0b111101, &[1, 3, 5, 5, 31]),
    (0b1000011, &[1, 3, 3, 9, 7, 49]),
    (0b1011011, &[1, 1, 1, 15, 21, 21]),
    (0b1100001, &[1, 3, 1, 13, 27, 49]),
    (0b1100111, &[1, 1, 1, 15, 7, 5]),
    (0b1101101, &[1, 3, 1, 15, 13, 25]),
    (0b1110011, &[1, 1, 5, 5, 19, 61]),
    (0b10000011, &[1, 3, 7, 11, 23, 15, 103]),
    (0b10001001, &[1, 3, 7, 13, 13, 15, 69]),
    (0b10001111, &[1, 1, 3, 13, 7, 35, 63]),
    (0b10010001, &[1, 3, 5, 9, 1, 25, 53]),
    (0b10011101, &[1, 3, 1, 13, 9, 35, 107]),
    (0b10100111, &[1, 3, 1, 5, 27, 61, 31]),
    (0b10101011, &[1, 1, 5, 11, 19, 41, 61]),
    (0b10111001, &[1, 3, 5, 3, 3, 13, 69]),
    (0b10111111, &[1, 1, 7, 13, 1, 19, 1]),
    (0b11000001, &[1, 3, 7, 5, 13, 19, 59]),
    (0b11001011, &[1, 1, 3, 9, 25, 29, 41]),
    (0b11010011, &[1, 3, 5, 13, 23, 1, 55]),
    (0b11010101, &[1, 3, 7, 3, 13, 59, 17]),
    (0b11100101, &[1, 3, 1, 3, 5, 53, 69]),
    (0b11101111, &[1, 1, 5, 5, 23, 33, 13]),
    (0b11110001, &[1, 1, 7, 7, 1, 61, 123]),
    (0b11110111, &[1, 1, 7, 9, 13, 61, 49]),
    (0b11111101, &[1, 3, 3, 5, 3, 55, 33]),
    (0b100011101, &[1, 3, 1, 15, 31, 13, 49, 245]),
    (0b100101011, &[1, 3, 5, 15, 31, 59, 63, 97]),
    (0b100101101, &[1, 3, 1, 11, 11, 11, 77, 249]),
];

/// A Sobol sequence in the unit cube.
///
/// Among any 2ᵐ points that begin at a multiple of 2ᵐ, each interval [k/2ᵐ, (k + 1)/2ᵐ) of each
/// axis holds exactly one coordinate. Coordinates are odd multiples of 2⁻⁵³, strictly between
/// 0 and 1.
///
/// # Examples
///
/// ```
/// use pullback::rule::Sobol;
///
/// let sobol = Sobol::new(2)?;
/// let (mut x, mut y) = ([0.0; 256], [0.0; 256]);
/// sobol.fill(0, 0, &mut x);
/// sobol.fill(1, 0, &mut y);
/// let mean = x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>() / 256.0;
/// assert!((mean - 0.25).abs() < 0.01);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sobol {
    directions: &'static [[u64; 64]],
}

impl Sobol {
    /// The sequence in this dimension; its coordinates are the first ones of any larger dimension.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where `dimension` is 0 or above [`MAX_SOBOL`].
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::{MAX_SOBOL, Sobol};
    ///
    /// assert_eq!(Sobol::new(3)?.dimension(), 3);
    /// assert!(Sobol::new(MAX_SOBOL + 1).is_err());
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn new(dimension: usize) -> Result<Self, Error> {
        static DIRECTIONS: OnceLock<Vec<[u64; 64]>> = OnceLock::new();
        static ALL: OnceLock<Vec<[u64; 64]>> = OnceLock::new();
        if !(1..=MAX_SOBOL).contains(&dimension) {
            return Err(Error::Setting {
                name: "dimension",
                allowed: format!("1 to {MAX_SOBOL}, not {dimension}"),
            });
        }
        let few = || {
            // The first axis reverses the bits of the index.
            let first = std::array::from_fn(|j| 1 << (63 - j));
            let others = AXES
                .iter()
                .map(|&(polynomial, initial)| recur(polynomial, initial));
            std::iter::once(first).chain(others)
        };
        let more = || more().map(|(polynomial, initial)| recur(polynomial, &initial));
        let all = match dimension <= FEW {
            true => DIRECTIONS.get_or_init(|| few().collect()),
            false => ALL.get_or_init(|| few().chain(more()).collect()),
        };
        Ok(Self {
            directions: &all[..dimension],
        })
    }

    /// The direction numbers of every axis, as multiples of 2⁻⁶⁴.
    pub(super) fn directions(&self) -> &'static [[u64; 64]] {
        self.directions
    }

    /// The number of coordinates of a point.
    pub fn dimension(&self) -> usize {
        self.directions.len()
    }

    /// The coordinates on one axis of the points number `first`, `first + 1`, ...
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    pub fn fill(&self, axis: usize, first: u64, column: &mut [f64]) {
        /// 2⁶⁴ times the golden ratio (√5 − 1)/2, the last bit odd.
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let shift = GOLDEN.wrapping_mul(axis as u64 + 1);
        fill(&self.directions[axis], shift, first, column);
    }
}

/// The polynomials and initial numbers of the axes behind [`AXES`].
fn more() -> impl Iterator<Item = (u32, Vec<u64>)> {
    MORE.lines().map(|line| {
        let mut numbers = line
            .split(' ')
            .filter_map(|number| number.parse().ok())
            .skip(1);
        let degree = numbers.next().unwrap_or(1);
        let between = numbers.next().unwrap_or(0) as u32;
        (1 << degree | between << 1 | 1, numbers.collect())
    })
}

/// The direction numbers of an axis, as multiples of 2⁻⁶⁴.
fn recur(polynomial: u32, initial: &[u64]) -> [u64; 64] {
    let degree = initial.len();
    let mut directions = [0u64; 64];
    for j in 0..64 {
        directions[j] = match initial.get(j) {
            Some(number) => number << (63 - j),
            None => {
                let oldest = directions[j - degree];
                let start = oldest ^ (oldest >> degree);
                // The terms between the highest and the lowest power.
                let between = (1..degree).filter(|k| polynomial >> (degree - k) & 1 == 1);
                between.fold(start, |sum, k| sum ^ directions[j - k])
            }
        };
    }
    directions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(axis: usize, first: u64, len: usize) -> Vec<f64> {
        let mut column = vec![0.0; len];
        Sobol::new(MAX_SOBOL)
            .unwrap()
            .fill(axis, first, &mut column);
        column
    }

    /// How many points of the first 2^bits lie in each box of 2^split × 2^(bits − split).
    fn counts(axes: [usize; 2], bits: u32, split: u32) -> Vec<usize> {
        let [x, y] = axes.map(|axis| column(axis, 0, 1 << bits));
        let mut counts = vec![0; 1 << bits];
        for (x, y) in x.iter().zip(&y) {
            let row = (x * f64::from(1u32 << split)) as usize;
            let place = (y * f64::from(1u32 << (bits - split))) as usize;
            counts[row << (bits - split) | place] += 1;
        }
        counts
    }

    #[test]
    fn every_axis_has_one_point_in_every_interval() {
        for axis in 0..MAX_SOBOL {
            for (first, bits) in [(0, 10), (1 << 10, 10), (3 << 7, 7), (1 << 40, 5)] {
                let mut seen = vec![false; 1 << bits];
                for x in column(axis, first, 1 << bits) {
                    seen[(x * f64::from(1u32 << bits)) as usize] = true;
                }
                assert!(seen.into_iter().all(|seen| seen), "{axis}, {first}");
            }
        }
    }

    #[test]
    fn the_first_two_axes_are_a_net_and_other_pairs_fill_squares_evenly() {
        for split in 0..=8 {
            assert!(counts([0, 1], 8, split).into_iter().all(|count| count == 1));
        }
        for x in 0..FEW {
            for y in 0..x {
                assert!(!uneven([x, y]), "{x}, {y}");
            }
        }
    }

    /// The product of two polynomials over the field of two elements, modulo a third of this degree.
    fn times(mut a: u64, b: u64, polynomial: u64, degree: u32) -> u64 {
        let mut product = 0;
        for k in 0..degree {
            product ^= a * (b >> k & 1);
            a <<= 1;
            a ^= polynomial * (a >> degree & 1);
        }
        product
    }

    /// x to a power, modulo a polynomial.
    fn power_of_x(mut exponent: u64, polynomial: u64, degree: u32) -> u64 {
        let (mut power, mut factor) = (1, 2);
        if degree == 1 {
            factor = 2 ^ polynomial;
        }
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = times(power, factor, polynomial, degree);
            }
            factor = times(factor, factor, polynomial, degree);
            exponent >>= 1;
        }
        power
    }

    #[test]
    fn every_polynomial_is_primitive_and_none_occurs_twice() {
        let all = AXES
            .iter()
            .map(|(polynomial, initial)| (*polynomial, initial.to_vec()));
        let all: Vec<(u32, Vec<u64>)> = all.chain(more()).collect();
        assert_eq!(all.len(), MAX_SOBOL - 1);
        let mut before = 0;
        for (polynomial, initial) in &all {
            // In order of their degrees, with an odd number below 2ʲ for each.
            let (p, degree) = (u64::from(*polynomial), polynomial.ilog2());
            assert!(
                initial.len() == degree as usize && degree >= before,
                "{polynomial:b}"
            );
            before = degree;
            let is_small = |(j, m): (usize, &u64)| m % 2 == 1 && *m < 2 << j;
            assert!(initial.iter().enumerate().all(is_small), "{polynomial:b}");
            // x has the order 2ᵈ − 1: no divisor of it will do.
            let order = (1u64 << degree) - 1;
            assert_eq!(power_of_x(order, p, degree), 1, "{polynomial:b}");
            let divisors = (2..=order).filter(|q| order.is_multiple_of(*q));
            for q in divisors {
                assert!(
                    order / q == 0 || power_of_x(order / q, p, degree) != 1,
                    "{polynomial:b}"
                );
            }
        }
        let mut polynomials: Vec<u32> = all.iter().map(|(polynomial, _)| *polynomial).collect();
        polynomials.sort_unstable();
        polynomials.dedup();
        assert_eq!(polynomials.len(), all.len());
    }

    #[test]
    fn neighbouring_axes_of_many_fill_squares_evenly() {
        // Joe and Kuo's search keeps the pairs of near axes even: of all neighbours at most a few are not.
        let uneven = (1..MAX_SOBOL).filter(|&x| uneven([x, x - 1])).count();
        assert!(uneven <= 10, "{uneven}");
    }

    /// Whether 4096 points fill the 4 × 4 squares unevenly.
    fn uneven(axes: [usize; 2]) -> bool {
        let [x, y] = axes.map(|axis| column(axis, 0, 4096));
        let mut counts = [0; 16];
        for (x, y) in x.iter().zip(&y) {
            counts[(x * 4.0) as usize * 4 + (y * 4.0) as usize] += 1;
        }
        counts.into_iter().any(|count| count != 256)
    }

    #[test]
    fn direction_numbers_follow_the_recurrence() {
        // x³ + x + 1 and 1, 3, 1: m₄ = 4 m₂ ⊕ 8 m₁ ⊕ m₁ = 12 ⊕ 8 ⊕ 1 = 5.
        let directions = recur(0b1011, &[1, 3, 1]);
        assert_eq!(directions[3] >> 60, 5);
        for (polynomial, initial) in AXES {
            assert_eq!(polynomial.ilog2() as usize, initial.len());
            for (j, number) in initial.iter().enumerate() {
                assert!(number % 2 == 1 && *number < 2 << j);
            }
            // Triangular with ones on the diagonal.
            let directions = recur(polynomial, initial);
            assert!((0..64).all(|j| directions[j].trailing_zeros() == 63 - j as u32));
        }
    }

    #[test]
    fn points_are_strictly_inside_and_independent_of_where_a_block_begins() {
        for axis in [0, 1, 7, MAX_SOBOL - 1] {
            let all = column(axis, 0, 300);
            assert!(all.iter().all(|x| *x > 0.0 && *x < 1.0));
            assert_eq!(column(axis, 123, 177), all[123..]);
            assert!((0.01..0.99).contains(&all[0]), "{axis}: {}", all[0]);
        }
        assert_eq!(column(3, u64::MAX, 2)[1], column(3, 0, 1)[0]);
    }

    #[test]
    fn smooth_means_converge_nearly_like_the_number_of_points() {
        // Π (1 + (x − 1/2)/k), mean 1.
        let len = 1 << 14;
        let mut values = vec![1.0; len];
        for axis in 0..8 {
            let factor = 1.0 / (axis + 1) as f64;
            for (value, x) in values.iter_mut().zip(column(axis, 0, len)) {
                *value *= 1.0 + factor * (x - 0.5);
            }
        }
        let error = (values.iter().sum::<f64>() / len as f64 - 1.0).abs();
        // Random points would give 0.4/√len, 3e-3.
        assert!(error < 1e-4, "{error:e}");
    }

    #[test]
    fn dimensions_beyond_the_table_are_errors() {
        for dimension in [0, MAX_SOBOL + 1] {
            assert!(matches!(Sobol::new(dimension), Err(Error::Setting { .. })));
        }
        assert_eq!(Sobol::new(MAX_SOBOL).unwrap().dimension(), 1024);
    }
}
