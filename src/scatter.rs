//! Points that fill the unit box evenly: additive recurrences.
//!
//! 1. Each axis has a step. The steps are irrational, and so are their ratios, so that no two points
//!    share a coordinate.
//! 2. Point k has the coordinates start + k·step, less their whole parts.
//! 3. No coordinate is 0, where integrands are often singular.
//!
//! M. Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018), for the steps of
//! the golden ratio; R. D. Richtmyer, "The evaluation of definite integrals, and a quasi-Monte-Carlo
//! method based on the properties of algebraic numbers", Los Alamos report LA-1342 (1951), for those
//! of square roots.

use std::ops::Range;

/// The least coordinate of a point.
const LEAST: f64 = 1e-9;

/// A sequence of points that fill the unit box evenly.
pub(crate) struct Scatter {
    steps: Vec<f64>,
    start: f64,
}

impl Scatter {
    /// Steps 1/g, 1/g², …, where gᵈ⁺¹ = g + 1 in d dimensions: g is the golden ratio for d = 1.
    ///
    /// The points fill the box more evenly than those of [`Self::roots`]; in another dimension they
    /// are others.
    pub(crate) fn golden(dimension: usize) -> Self {
        let power = 1.0 / (dimension + 1) as f64;
        let g = (0..60).fold(1.5f64, |g, _| (1.0 + g).powf(power));
        Scatter {
            steps: (1..=dimension).map(|axis| g.powi(-(axis as i32))).collect(),
            start: 0.0,
        }
    }

    /// Steps √2, √3, √5, …, the roots of the primes, less their whole parts: the same on an axis in
    /// any dimension.
    pub(crate) fn roots(dimension: usize) -> Self {
        let primes = (2u32..).filter(|p| (2..*p).all(|q| p % q != 0));
        let steps = primes.map(|p| f64::from(p).sqrt().fract());
        Scatter {
            steps: steps.take(dimension).collect(),
            start: 0.0,
        }
    }

    /// The same steps from another start than 0: point 0 has `start` for every coordinate.
    pub(crate) fn starting_at(self, start: f64) -> Self {
        Scatter { start, ..self }
    }

    /// Some of the points, axis by axis.
    pub(crate) fn along_axes(&self, points: Range<usize>) -> Vec<Vec<f64>> {
        let along = |&step: &f64| points.clone().map(|k| self.coordinate(k, step)).collect();
        self.steps.iter().map(along).collect()
    }

    /// Point k.
    pub(crate) fn point(&self, k: usize) -> Vec<f64> {
        let steps = self.steps.iter();
        steps.map(|&step| self.coordinate(k, step)).collect()
    }

    fn coordinate(&self, k: usize, step: f64) -> f64 {
        (k as f64 * step + self.start).fract().max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of random points in one of 64 boxes of 4096 each would deviate by 64 (one standard
    /// deviation; 150 in the worst of 64 boxes).
    #[test]
    fn every_part_of_the_box_gets_its_share() {
        for scatter in [Scatter::golden(3), Scatter::roots(3)] {
            let mut counts = [0u32; 64];
            for k in 0..64 * 4096 {
                let quarters = scatter.point(k).into_iter().map(|w| (w * 4.0) as usize);
                counts[quarters.fold(0, |cell, quarter| cell * 4 + quarter)] += 1;
            }
            assert!(
                counts.iter().all(|count| count.abs_diff(4096) < 64),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn the_golden_ratio_is_the_step_on_one_axis() {
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        let places = Scatter::golden(1).starting_at(0.5).along_axes(0..3);
        let expected = [0.5, golden + 0.5 - 1.0, 2.0 * golden + 0.5 - 1.0];
        // A few roundings of numbers below 2.
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-15;
        assert!(places[0].iter().zip(&expected).all(close), "{places:?}");
    }

    #[test]
    fn no_point_lies_on_a_face_through_the_origin() {
        assert_eq!(Scatter::golden(2).point(0), [LEAST, LEAST]);
    }
}
