//! Null rules on the nodes of a fully symmetric rule.
//!
//! 1. Symmetric even polynomials are functions of the orbit, and products of the power sums Σ x²ʲ
//!    span them.
//! 2. Orthogonalised over the nodes, degree after degree, those of degree k have sum zero against
//!    every polynomial below degree k: they are the weights of a null rule of degree k − 1.
//! 3. We take four of them from the highest degrees, and combine neighbours so that an orbit drops
//!    out.
//!
//! J. Berntsen, T. O. Espelid, A. Genz, "An adaptive algorithm for the approximate calculation of
//! multiple integrals", ACM Transactions on Mathematical Software 17 (1991) 437–451.

/// How many null rules a rule has.
pub(super) const NULLS: usize = 4;

/// Four null rules of decreasing degree, as weights by orbit, and their degrees.
///
/// Of the orthogonal polynomials of each of the three highest degrees we take one, and of one of
/// them, the highest that has two, another.
pub(super) fn null_rules(points: &[&[f64]], sizes: &[f64]) -> ([Vec<f64>; NULLS], [usize; NULLS]) {
    let basis = orthogonal_polynomials(points, sizes);
    let mut chosen: Vec<usize> = Vec::new();
    let mut spare = None;
    let top = basis[basis.len() - 1].0;
    for half_degree in (top - 2..=top).rev() {
        let first = basis.partition_point(|(other, _)| *other < half_degree);
        chosen.push(first);
        if spare.is_none() && basis.get(first + 1).is_some_and(|(k, _)| *k == half_degree) {
            spare = Some(first + 1);
            chosen.push(first + 1);
        }
    }
    let rule = |index: usize| {
        let weights = &basis[chosen[index]].1;
        let norm: f64 = sizes.iter().zip(weights).map(|(n, w)| n * w.abs()).sum();
        weights.iter().map(|weight| weight / norm).collect()
    };
    let degree = |index: usize| 2 * basis[chosen[index]].0 - 1;
    ([0, 1, 2, 3].map(rule), [0, 1, 2, 3].map(degree))
}

/// The even symmetric polynomials, orthogonalised over the nodes, by half their degree: the value
/// on each orbit.
///
/// Products of the power sums Σ x²ʲ span them. Of each degree, the power of the radius comes
/// first and the power sum next.
fn orthogonal_polynomials(points: &[&[f64]], sizes: &[f64]) -> Vec<(usize, Vec<f64>)> {
    // Polynomials that depend on those before leave rounding errors, 1e-13 or so.
    const INDEPENDENT: f64 = 1e-9;
    let product = |a: &[f64], b: &[f64]| -> f64 {
        let terms = a.iter().zip(b).zip(sizes);
        terms.map(|((a, b), size)| a * b * size).sum()
    };
    let mut basis: Vec<(usize, Vec<f64>)> = Vec::new();
    for half_degree in 0.. {
        if basis.len() == points.len() {
            break;
        }
        for partition in partitions(half_degree) {
            let power_sum = |point: &[f64], j: usize| -> f64 {
                point.iter().map(|x| x.powi(2 * j as i32)).sum()
            };
            let value = |point: &&[f64]| partition.iter().map(|&j| power_sum(point, j)).product();
            let mut values: Vec<f64> = points.iter().map(value).collect();
            let size = product(&values, &values).sqrt();
            // Twice is enough to make up for the cancellation of the first pass.
            for _ in 0..2 {
                for (_, other) in &basis {
                    let share = product(&values, other);
                    for (value, other) in values.iter_mut().zip(other) {
                        *value -= share * other;
                    }
                }
            }
            let rest = product(&values, &values).sqrt();
            if rest > INDEPENDENT * size && basis.len() < points.len() {
                values.iter_mut().for_each(|value| *value /= rest);
                basis.push((half_degree, values));
            }
        }
    }
    basis
}

/// The partitions of a number: first that into ones, then the number itself, then the others.
pub(super) fn partitions(number: usize) -> Vec<Vec<usize>> {
    fn extend(rest: usize, largest: usize, parts: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
        if rest == 0 {
            all.push(parts.clone());
        }
        for part in (1..=largest.min(rest)).rev() {
            parts.push(part);
            extend(rest - part, part, parts, all);
            parts.pop();
        }
    }
    let mut all = Vec::new();
    extend(number, number, &mut Vec::new(), &mut all);
    all.rotate_right(1);
    all
}

/// The combinations of two successive null rules that leave out one orbit, scaled to unit norm.
pub(super) fn combine(nulls: &[Vec<f64>; NULLS], first: usize, sizes: &[f64]) -> Vec<[f64; NULLS]> {
    let pairs = || nulls[first].iter().zip(&nulls[first + 1]);
    let scaled = |(a, b): (&f64, &f64)| {
        let terms = pairs().zip(sizes);
        let norm: f64 = terms
            .map(|((x, y), size)| size * (b * x - a * y).abs())
            .sum();
        let mut factors = [0.0; NULLS];
        factors[first] = b / norm;
        factors[first + 1] = -a / norm;
        (norm > 0.0).then_some(factors)
    };
    pairs().filter_map(scaled).collect()
}
