//! Fully symmetric rules on the unit cube, with null rules that judge their error.
//!
//! 1. The nodes fall into orbits: all points that arise from one by exchanging coordinates and
//!    reflecting them in the centre. The sum over an orbit treats a monomial like its mean over
//!    all exchanges, and an odd one as zero, so few conditions make a rule exact.
//! 2. A null rule is a set of weights, the same within each orbit, whose sum against every
//!    polynomial up to its degree is zero. Symmetric polynomials are functions of the orbit;
//!    orthogonalised on the nodes, degree after degree, those of degree k are null rules of degree
//!    k − 1. We take four of decreasing degree and scale the sum of |weights| to 1.
//! 3. E₁, E₂, E₃ are the largest values that the null rules 1 and 2, 2 and 3, 3 and 4 give in
//!    combinations that leave one orbit out; degree 7 has the single null rules 1 and 4 for E₁ and
//!    E₃. Where they grow as for a smooth integrand, the error is taken as E₁, up to a factor;
//!    elsewhere as a multiple of the largest.
//!
//! J. Berntsen, T. O. Espelid, A. Genz, "An adaptive algorithm for the approximate calculation of
//! multiple integrals", ACM Transactions on Mathematical Software 17 (1991) 437–451.
//! The fourth differences: A. C. Genz, A. A. Malik, "Remarks on algorithm 006: An adaptive
//! algorithm for numerical integration over an N-dimensional rectangular region", Journal of
//! Computational and Applied Mathematics 6 (1980) 295–302.

use std::ops::Range;
use std::sync::OnceLock;

use super::generators::{self, Generator};
use super::null_rules::{NULLS, combine, null_rules};
use crate::error::Error;

/// The dimensions for which there are fully symmetric rules.
pub const SYMMETRIC_DIMENSIONS: std::ops::RangeInclusive<usize> = 2..=MAX_DIMENSION;

const MAX_DIMENSION: usize = 12;

/// A fully symmetric rule on the unit cube, with null rules for its error.
///
/// Nodes lie strictly inside the cube; the first is its centre. The weights add to 1.
///
/// # Examples
///
/// The mean of exp(x + y) over the unit square:
///
/// ```
/// use pullback::rule::Symmetric;
///
/// let rule = Symmetric::new(7, 2)?;
/// let (x, y) = (rule.coordinates(0), rule.coordinates(1));
/// let values: Vec<f64> = x.iter().zip(y).map(|(x, y)| (x + y).exp()).collect();
/// let estimate = rule.apply(&values);
/// let exact = (1f64.exp() - 1.0).powi(2);
/// assert!((estimate.value - exact).abs() < 1e-6);
/// assert!((estimate.value - exact).abs() < estimate.error);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Debug)]
pub struct Symmetric {
    degree: usize,
    coordinates: Vec<Vec<f64>>,
    weights: Vec<f64>,
    orbits: Vec<Orbit>,
    null_degrees: [usize; NULLS],
    /// For each of E₁, E₂, E₃ the combinations of null rules of which it is the largest.
    combinations: [Vec<[f64; NULLS]>; 3],
    decay: Decay,
    /// What the embedded rule lacks of the first null rule.
    embedding: f64,
    /// The squared ratio of the two generators in the fourth differences.
    ratio: f64,
}

/// Nodes that share their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Orbit {
    /// Which nodes.
    pub nodes: Range<usize>,
    /// The weight of each.
    pub weight: f64,
    /// Its weight in each null rule.
    pub null_weights: [f64; NULLS],
}

/// The value of a rule and what is known of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SymmetricEstimate {
    /// The sum of weight × value.
    pub value: f64,
    /// The estimate of the error, without rounding errors; infinite unless `value` is finite.
    pub error: f64,
    /// The sum of |weight × value|: rounding errors are this times a few ulps.
    pub magnitude: f64,
    /// The values of the null rules.
    pub nulls: [f64; NULLS],
}

/// When the null rules show the decay of a smooth integrand, and the factors of the error.
#[derive(Clone, Copy, Debug)]
struct Decay {
    /// E₁ <= `tail` E₂ and E₂ <= `tail` E₃ count as decay.
    tail: f64,
    /// The error is this times E₁ where there is decay.
    smooth: f64,
    /// The error is this times the largest of all where there is none.
    rough: f64,
    /// Where there is decay, E₁ counts as at least this times E₂²/E₃.
    trend: f64,
}

/// The factors of Berntsen, Espelid and Genz for degree 9.
const DEGREE_9: Decay = Decay {
    tail: 0.2,
    smooth: 1.0,
    rough: 5.0,
    trend: 0.0,
};

/// Theirs for degree 11.
const DEGREE_11: Decay = Decay {
    tail: 0.25,
    smooth: 0.5,
    rough: 3.0,
    trend: 0.0,
};

/// Those for degree 13: there is no other rule of degree 15 to take them from.
const DEGREE_15: Decay = Decay {
    tail: 0.1,
    ..DEGREE_9
};

/// As theirs; but E₁ is a single null rule, which may vanish by chance.
const DEGREE_7: Decay = Decay {
    trend: 0.25,
    ..DEGREE_9
};

impl Symmetric {
    /// The rule of this degree in this dimension.
    ///
    /// | degree | dimensions | nodes | in 2, 3, 5, 8, 12 dimensions |
    /// | --- | --- | --- | --- |
    /// | 7 | 2 to 12 | 2ᵈ + 2d² + 2d + 1 | 17, 33, 93, 401, 4409 |
    /// | 9 | 2 to 12 | 2ᵈ + 1 + 8d + 6d (d − 1) + 4d (d − 1)(d − 2)/3 | 33, 77, 273, 1105, 6745 |
    /// | 11 | 3 | 127 | |
    /// | 15 | 2 | 65 | |
    ///
    /// A rule is computed once and shared from then on.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where there is no such rule.
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Symmetric;
    ///
    /// assert_eq!(Symmetric::new(9, 3)?.len(), 77);
    /// assert!(Symmetric::new(11, 2).is_err());
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn new(degree: usize, dimension: usize) -> Result<&'static Self, Error> {
        static CACHE: [[OnceLock<Symmetric>; MAX_DIMENSION + 1]; 4] =
            [const { [const { OnceLock::new() }; MAX_DIMENSION + 1] }; 4];
        let none = |name, allowed| Err(Error::Setting { name, allowed });
        if !SYMMETRIC_DIMENSIONS.contains(&dimension) {
            return none("dimension", format!("2 to 12, not {dimension}"));
        }
        let (row, generators, decay): (_, fn(usize) -> _, _) = match degree {
            7 => (0, generators::degree_7, DEGREE_7),
            9 => (1, generators::degree_9, DEGREE_9),
            11 if dimension == 3 => (3, generators::degree_11, DEGREE_11),
            15 if dimension == 2 => (2, generators::degree_15, DEGREE_15),
            _ => {
                return none(
                    "degree",
                    format!("7, 9 or, in the plane, 15, or, in space, 11, not {degree}"),
                );
            }
        };
        Ok(CACHE[row][dimension].get_or_init(|| build(degree, generators(dimension), decay)))
    }

    /// The highest degree up to which polynomials are integrated exactly.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The number of coordinates of a node.
    pub fn dimension(&self) -> usize {
        self.coordinates.len()
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Always false: a rule has at least one node.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The coordinates of all nodes on one axis.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    pub fn coordinates(&self, axis: usize) -> &[f64] {
        &self.coordinates[axis]
    }

    /// The weights, in the order of the nodes; their sum is 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The orbits, in the order of the nodes; first that of the centre alone.
    pub fn orbits(&self) -> &[Orbit] {
        &self.orbits
    }

    /// The degree up to which each null rule gives zero, descending.
    pub fn null_degrees(&self) -> [usize; NULLS] {
        self.null_degrees
    }

    /// The integral and its error from the values at the nodes.
    ///
    /// # Panics
    ///
    /// Unless there are as many values as nodes.
    pub fn apply(&self, values: &[f64]) -> SymmetricEstimate {
        assert_eq!(values.len(), self.len(), "one value for each node");
        let (mut value, mut magnitude, mut nulls) = (0.0, 0.0, [0.0; NULLS]);
        for orbit in &self.orbits {
            let (sum, size) = sums(&values[orbit.nodes.clone()]);
            value += orbit.weight * sum;
            magnitude += orbit.weight.abs() * size;
            for (null, weight) in nulls.iter_mut().zip(orbit.null_weights) {
                *null += weight * sum;
            }
        }
        let [first, second, third] = [0, 1, 2].map(|level: usize| {
            let combination = |factors: &[f64; NULLS]| -> f64 {
                factors
                    .iter()
                    .zip(nulls)
                    .map(|(factor, null)| factor * null)
                    .sum()
            };
            let sizes = self.combinations[level]
                .iter()
                .map(|factors| combination(factors).abs());
            sizes.fold(0.0, f64::max)
        });
        let decay = self.decay;
        let error = if !value.is_finite() {
            f64::INFINITY
        } else if first <= decay.tail * second && second <= decay.tail * third {
            // Not 0/0: where `third` is 0, so is `second`.
            let extrapolated = if third > 0.0 {
                second * (second / third)
            } else {
                0.0
            };
            decay.smooth * first.max(decay.trend * extrapolated)
        } else {
            decay.rough * first.max(second).max(third)
        };
        SymmetricEstimate {
            value,
            error,
            magnitude,
            nulls,
        }
    }

    /// The value of the embedded rule: the combination of the rule and its first null rule that
    /// leaves out the last orbit, the corners. For degree 7 it has degree 5.
    pub fn embedded_value(&self, estimate: &SymmetricEstimate) -> f64 {
        estimate.value - self.embedding * estimate.nulls[0]
    }

    /// The fourth difference along each axis through the centre, from the values at the nodes.
    ///
    /// It is |f(a) + f(−a) − 2 f(0) − (a/b)² (f(b) + f(−b) − 2 f(0))|, which is zero for
    /// polynomials of degree 3: the axis where it is largest is the one to bisect.
    ///
    /// # Panics
    ///
    /// Unless there are as many values as nodes and as many differences as axes.
    pub fn fourth_differences(&self, values: &[f64], differences: &mut [f64]) {
        assert_eq!(values.len(), self.len(), "one value for each node");
        assert_eq!(differences.len(), self.dimension(), "one for each axis");
        let twice_centre = 2.0 * values[0];
        for (axis, difference) in differences.iter_mut().enumerate() {
            let second = |orbit| {
                let [left, right] = self.pair(orbit, axis);
                values[left] + values[right] - twice_centre
            };
            *difference = (second(1) - self.ratio * second(2)).abs();
        }
    }

    /// The five nodes on an axis through the centre in the order of their coordinates.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    pub fn axis_nodes(&self, axis: usize) -> [usize; 5] {
        assert!(axis < self.dimension(), "no axis {axis}");
        let [left, right] = self.pair(1, axis);
        let [far_left, far_right] = self.pair(2, axis);
        [far_left, left, 0, right, far_right]
    }

    /// The two nodes on an axis of one of the orbits that lie on the axes.
    fn pair(&self, orbit: usize, axis: usize) -> [usize; 2] {
        let left = self.orbits[orbit].nodes.start + 2 * axis;
        [left, left + 1]
    }
}

/// The sum of values and of their sizes, in eight sums at a time.
fn sums(values: &[f64]) -> (f64, f64) {
    const LANES: usize = 8;
    let (mut sum, mut size) = ([0.0; LANES], [0.0; LANES]);
    for chunk in values.chunks(LANES) {
        for (lane, value) in chunk.iter().enumerate() {
            sum[lane] += value;
            size[lane] += value.abs();
        }
    }
    (sum.iter().sum(), size.iter().sum())
}

/// The rule on these orbits.
fn build(degree: usize, generators: Vec<Generator>, decay: Decay) -> Symmetric {
    let dimension = generators[0].point.len();
    let mut coordinates = vec![Vec::new(); dimension];
    let mut weights = Vec::new();
    let mut ranges = Vec::new();
    for Generator { point, weight } in &generators {
        let start = weights.len();
        unfold(point, &mut coordinates);
        weights.resize(coordinates[0].len(), *weight);
        ranges.push(start..weights.len());
    }
    let sizes: Vec<f64> = ranges.iter().map(|range| range.len() as f64).collect();
    let points: Vec<&[f64]> = generators.iter().map(|orbit| &orbit.point[..]).collect();
    let (nulls, null_degrees) = null_rules(&points, &sizes);
    let pair = |first| combine(&nulls, first, &sizes);
    let combinations = if null_degrees[0] == null_degrees[1] {
        [pair(0), pair(1), pair(2)]
    } else {
        [
            vec![[1.0, 0.0, 0.0, 0.0]],
            pair(1),
            vec![[0.0, 0.0, 0.0, 1.0]],
        ]
    };
    let last = generators.len() - 1;
    let embedding = generators[last].weight / nulls[0][last];
    let orbits = generators.iter().zip(ranges).enumerate();
    let orbits = orbits.map(|(index, (generator, nodes))| Orbit {
        nodes,
        weight: generator.weight,
        null_weights: [0, 1, 2, 3].map(|null: usize| nulls[null][index]),
    });
    Symmetric {
        degree,
        orbits: orbits.collect(),
        coordinates,
        weights,
        null_degrees,
        combinations,
        decay,
        embedding,
        ratio: (generators[1].point[0] / generators[2].point[0]).powi(2),
    }
}

/// Appends the orbit of a point of [−1, 1]^d, moved to the unit cube.
///
/// The exchanges of coordinates go backwards through their lexicographic order, so that a point on
/// the first axis comes first, and for each of them the signs run from all minus to all plus.
fn unfold(point: &[f64], coordinates: &mut [Vec<f64>]) {
    let mut point = point.to_vec();
    loop {
        let signed = point.iter().filter(|&&x| x != 0.0).count();
        for signs in 0..1usize << signed {
            let mut bit = 0;
            for (&x, column) in point.iter().zip(&mut *coordinates) {
                let plus = signs >> bit & 1 == 1;
                bit += usize::from(x != 0.0);
                column.push(0.5 + 0.5 * if plus { x } else { -x });
            }
        }
        // The next smaller exchange: lower the last coordinate that can be, then sort the rest.
        let Some(last) = (1..point.len()).rfind(|&k| point[k - 1] > point[k]) else {
            return;
        };
        let lower = point.iter().rposition(|&x| x < point[last - 1]);
        point.swap(last - 1, lower.unwrap_or(last));
        point[last..].reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::null_rules::partitions;

    /// The rules whose number of nodes is moderate, and the largest.
    fn rules() -> Vec<&'static Symmetric> {
        let orders = [2, 3, 4, 5, 6, 12].map(|dimension| [(7, dimension), (9, dimension)]);
        let orders = orders.into_iter().flatten();
        orders
            .chain([(11, 3), (15, 2)])
            .map(|(degree, dimension)| Symmetric::new(degree, dimension).unwrap())
            .collect()
    }

    fn describe(rule: &Symmetric) -> String {
        format!("degree {}, dimension {}", rule.degree(), rule.dimension())
    }

    /// The values of Π (2x − 1)^power, the powers of the last axes first, and the mean over the
    /// cube.
    fn monomial(rule: &Symmetric, powers: &[usize]) -> (Vec<f64>, f64) {
        let mut values = vec![1.0; rule.len()];
        let mut mean = 1.0;
        for (axis, &power) in powers.iter().enumerate() {
            let column = rule.coordinates(rule.dimension() - 1 - axis);
            for (value, x) in values.iter_mut().zip(column) {
                *value *= (2.0 * x - 1.0).powi(power as i32);
            }
            mean *= if power % 2 == 0 {
                1.0 / (power + 1) as f64
            } else {
                0.0
            };
        }
        (values, mean)
    }

    /// The monomials of a degree, up to exchanges.
    fn classes(rule: &Symmetric, degree: usize) -> Vec<Vec<usize>> {
        let mut all = partitions(degree);
        all.retain(|powers| powers.len() <= rule.dimension());
        all
    }

    #[test]
    fn monomials_up_to_the_degree_are_exact_and_no_further() {
        for rule in rules() {
            let scale: f64 = rule.weights().iter().map(|weight| weight.abs()).sum();
            for degree in 0..=rule.degree() {
                for powers in classes(rule, degree) {
                    let (values, mean) = monomial(rule, &powers);
                    let error = rule.apply(&values).value - mean;
                    // Weights are off by a few ulps of the largest; a power multiplies the
                    // rounding of its node, half an ulp.
                    let tolerance = 8.0 * f64::EPSILON * scale;
                    let name = describe(rule);
                    assert!(error.abs() <= tolerance, "{name}: {powers:?} {error:e}");
                }
            }
            let worst = classes(rule, rule.degree() + 1)
                .iter()
                .map(|powers| {
                    let (values, mean) = monomial(rule, powers);
                    (rule.apply(&values).value - mean).abs()
                })
                .fold(0.0, f64::max);
            // Rounding gives 1e-14 at most.
            assert!(worst > 1e-9, "{}: {worst:e}", describe(rule));
        }
    }

    #[test]
    fn null_rules_annihilate_up_to_their_degree_and_no_further() {
        for rule in rules() {
            let name = describe(rule);
            for (null, limit) in rule.null_degrees().into_iter().enumerate() {
                let apply = |powers: &[usize]| rule.apply(&monomial(rule, powers).0).nulls[null];
                for degree in 0..=limit {
                    for powers in classes(rule, degree) {
                        let value = apply(&powers);
                        // Orthogonal to rounding, and of norm 1 on values up to 1.
                        assert!(value.abs() <= 1e-14, "{name}, {null}: {powers:?} {value:e}");
                    }
                }
                let seen = classes(rule, limit + 1);
                let seen = seen.iter().map(|powers| apply(powers).abs());
                assert!(seen.fold(0.0, f64::max) > 1e-9, "{name}, {null}");
                let norm = rule
                    .orbits()
                    .iter()
                    .map(|orbit| orbit.null_weights[null].abs() * orbit.nodes.len() as f64);
                // A sum of at most a dozen terms.
                assert!((norm.sum::<f64>() - 1.0).abs() <= 4.0 * f64::EPSILON);
            }
        }
    }

    #[test]
    fn node_counts_are_as_stated_and_nodes_lie_inside() {
        let counts = [
            (7, [17, 33, 57, 93, 149, 4409]),
            (9, [33, 77, 153, 273, 453, 6745]),
        ];
        for (degree, counts) in counts {
            for (dimension, count) in [2, 3, 4, 5, 6, 12].into_iter().zip(counts) {
                let rule = Symmetric::new(degree, dimension).unwrap();
                assert_eq!(rule.len(), count, "{}", describe(rule));
            }
        }
        for rule in rules() {
            let ends = rule.orbits().iter().map(|orbit| orbit.nodes.end);
            let starts = rule.orbits().iter().map(|orbit| orbit.nodes.start);
            assert!(starts.eq([0].into_iter().chain(ends).take(rule.orbits().len())));
            for axis in 0..rule.dimension() {
                let column = rule.coordinates(axis);
                assert_eq!(column[0], 0.5);
                assert!(column.iter().all(|x| (0.005..=0.995).contains(x)));
            }
            let mut nodes: Vec<Vec<u64>> = (0..rule.len())
                .map(|node| {
                    let axes = 0..rule.dimension();
                    axes.map(|axis| rule.coordinates(axis)[node].to_bits())
                        .collect()
                })
                .collect();
            nodes.sort();
            assert!(nodes.is_sorted_by(|a, b| a < b), "{}", describe(rule));
        }
    }

    #[test]
    fn axis_nodes_ascend_through_the_centre_and_differ_on_their_axis_only() {
        for rule in rules() {
            for axis in 0..rule.dimension() {
                let nodes = rule.axis_nodes(axis);
                for other in 0..rule.dimension() {
                    let column = nodes.map(|node| rule.coordinates(other)[node]);
                    if other == axis {
                        assert!(column.is_sorted_by(|a, b| a < b), "{column:?}");
                    } else {
                        assert_eq!(column, [0.5; 5]);
                    }
                }
            }
        }
    }

    #[test]
    fn fourth_differences_see_the_fourth_power_of_their_axis() {
        for rule in rules() {
            let factor = |axis: usize| (axis + 1) as f64;
            let values: Vec<f64> = (0..rule.len())
                .map(|node| {
                    let term = |axis: usize| {
                        let x = 2.0 * rule.coordinates(axis)[node] - 1.0;
                        factor(axis) * (x.powi(4) + x.powi(3) - x * x + x)
                    };
                    (0..rule.dimension()).map(term).sum()
                })
                .collect();
            let mut differences = vec![0.0; rule.dimension()];
            rule.fourth_differences(&values, &mut differences);
            for (axis, difference) in differences.into_iter().enumerate() {
                let [far, near] = [4, 3]
                    .map(|place| 2.0 * rule.coordinates(axis)[rule.axis_nodes(axis)[place]] - 1.0);
                // x⁴ gives 2 a⁴ − (a/b)² 2 b⁴, and lower powers nothing.
                let exact = factor(axis) * 2.0 * (near * (far * far - near * near) * near).abs();
                // Sums of up to 13 d terms of size up to 2.
                let tolerance = 26.0 * rule.dimension() as f64 * f64::EPSILON;
                assert!(
                    (difference - exact).abs() <= tolerance,
                    "{difference}, {exact}"
                );
            }
        }
    }

    #[test]
    fn the_embedded_rule_is_that_of_genz_and_malik() {
        // (729 − 950 d + 50 d²)/729, 245/486, (265 − 100 d)/1458 and 25/729, without corners.
        for dimension in [2, 5] {
            let d = dimension as f64;
            let weights = [
                (729.0 - 950.0 * d + 50.0 * d * d) / 729.0,
                245.0 / 486.0,
                (265.0 - 100.0 * d) / 1_458.0,
                25.0 / 729.0,
                0.0,
            ];
            let rule = Symmetric::new(7, dimension).unwrap();
            let mut values = vec![0.0; rule.len()];
            for (orbit, weight) in rule.orbits().iter().zip(weights) {
                values.fill(0.0);
                values[orbit.nodes.start] = 1.0;
                let value = rule.embedded_value(&rule.apply(&values));
                // Rounding in null weights below 1, times a factor below 3.
                assert!(
                    (value - weight).abs() <= 4e-15,
                    "{dimension}: {value} {weight}"
                );
            }
        }
    }

    #[test]
    fn estimates_bound_the_error_of_smooth_integrands_and_see_kinks() {
        for rule in rules().into_iter().filter(|rule| rule.dimension() <= 6) {
            let d = rule.dimension();
            let along = |node: usize| -> f64 {
                (0..d)
                    .map(|axis| rule.coordinates(axis)[node] * (axis + 1) as f64)
                    .sum::<f64>()
                    / d as f64
            };
            let smooth: Vec<f64> = (0..rule.len()).map(|node| along(node).exp()).collect();
            let exact: f64 = (1..=d)
                .map(|k| k as f64 / d as f64)
                .map(|rate| rate.exp_m1() / rate)
                .product();
            let estimate = rule.apply(&smooth);
            let error = (estimate.value - exact).abs();
            let rounding = 8.0 * f64::EPSILON * estimate.magnitude;
            let name = describe(rule);
            assert!(
                error <= estimate.error + rounding,
                "{name}: {error:e} {estimate:?}"
            );
            // The null rules of degree 5 at least see a derivative of order 6 at most e, over 6!
            // times the radius of the cube, √d/2, to that power; the factor is 5.
            let bound = 5.0 * 2.72 / 720.0 * (0.25 * d as f64).powi(3);
            assert!(estimate.error <= bound, "{name}: {estimate:?}");

            let tent = |node: usize| (rule.coordinates(0)[node] - 0.3).abs();
            let kink: Vec<f64> = (0..rule.len()).map(tent).collect();
            // (0.3² + 0.7²)/2
            let estimate = rule.apply(&kink);
            let error = (estimate.value - 0.29).abs();
            // A null rule gives at most the largest value, 0.7; the factor is 5.
            assert!(estimate.error <= 3.5, "{name}: {estimate:?}");
            assert!(estimate.error >= error, "{name}: {error:e} {estimate:?}");
        }
    }

    #[test]
    fn values_that_are_not_finite_give_an_infinite_error() {
        for rule in rules() {
            for orbit in rule.orbits() {
                for bad in [f64::NAN, f64::INFINITY] {
                    let mut values = vec![1.0; rule.len()];
                    values[orbit.nodes.end - 1] = bad;
                    assert_eq!(rule.apply(&values).error, f64::INFINITY);
                }
            }
        }
    }

    #[test]
    fn a_second_request_gives_the_same_rule_and_unknown_rules_are_errors() {
        let first = Symmetric::new(7, 4).unwrap();
        assert!(std::ptr::eq(first, Symmetric::new(7, 4).unwrap()));
        for (degree, dimension) in [(7, 1), (7, 13), (9, 0), (8, 3), (11, 2), (15, 3), (0, 2)] {
            let result = Symmetric::new(degree, dimension);
            assert!(
                matches!(result, Err(Error::Setting { .. })),
                "{degree}, {dimension}"
            );
        }
    }
}
