//! What values grow to toward the faces of the unit box, closer to them than points come.
//!
//! 1. Along a few lines toward each face, evaluate at distances that halve and halve again, each line at places of its
//!    own in an octave: the mean of the lines is that of the octave.
//! 2. Where the mean of the sizes grows, what lies closer than the closest point, by an integral over the logarithm of
//!    the distance, is a part of the mean that none has met, and the squares closer than the one of a replicate
//!    are a part of the variance that few have.
//! 3. The slope of the last octaves is the power of the distance that the values grow like: from −½ on there
//!    is no variance, from −1 on no mean.

use std::f64::consts::LN_2;

use super::meter::Stop;
use super::task::Task;
use crate::elementary::Unary;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::rule::{Scrambled, Sobol};

/// The first distance from a face, and how many follow.
const FIRST: f64 = 1.0 / 32.0;
const DISTANCES: usize = 24;

/// The last distances, from which the power follows, and the least part of a step between them that a distance
/// still tells.
const LAST: usize = 6;

/// Lines toward a face, at most and at least.
const MOST_LINES: usize = 16;
const FEWEST_LINES: usize = 2;

/// Values that grow to less than this multiple of those at the first distance are sampled well.
const GROWTH: f64 = 3.0;

/// A power steeper than this, by less than it can be told, is one without a variance.
const NO_VARIANCE: f64 = 0.48;

/// The scramble of the lines is none of those of answers and rounds.
const SCRAMBLE: u64 = 1 << 40;

/// A face toward which an output grows.
#[derive(Clone, Debug, PartialEq)]
struct Tail {
    axis: usize,
    /// The power of the inverse distance.
    power: f64,
    /// Distances, each with the parts of the mean, and of the mean of the squares, that lie closer.
    closer: Vec<(f64, [f64; 2])>,
}

/// The faces toward which each output grows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FaceTails {
    of_outputs: Vec<Vec<Tail>>,
}

impl FaceTails {
    /// Looks toward all faces, with about so many evaluations at most.
    ///
    /// # Errors
    /// What ended the work.
    pub(super) fn look(
        integrand: &dyn Integrand,
        task: &Task<'_>,
        sobol: &Sobol,
        evaluations: u64,
    ) -> Result<Self, Stop> {
        let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
        let lines = evaluations as usize / (2 * dimension * DISTANCES);
        let lines = lines.clamp(FEWEST_LINES, MOST_LINES);
        task.afford((2 * dimension * DISTANCES * lines) as u64)?;
        let scramble = Scrambled::new(sobol, task.seed, SCRAMBLE);
        let mut columns = vec![vec![0.0; lines]; dimension];
        for (axis, column) in columns.iter_mut().enumerate() {
            scramble.fill(axis, 0, column);
        }
        // Around a distance each line has one of its own, so that all of an octave is met.
        let octave = |k: usize| (k as f64 + 0.5) / lines as f64 - 0.5;
        let shifts = (0..lines).map(|k| Unary::Exp.value(LN_2 * octave(k)));
        let shifts: Vec<f64> = shifts.collect();
        let mut own = vec![0.0; lines];
        let mut evaluator = task.evaluator(integrand);
        let mut tails = vec![Vec::new(); outputs];
        let mut values = vec![0.0; outputs * lines];
        debug_assert!(lines <= BLOCK);
        for axis in 0..dimension {
            for is_upper in [false, true] {
                // By outputs, then distances: the means of sizes and of squares.
                let mut means = vec![[[0.0; 2]; DISTANCES]; outputs];
                for (number, distance) in distances().enumerate() {
                    for (w, shift) in own.iter_mut().zip(&shifts) {
                        let distance = distance * shift;
                        *w = if is_upper { 1.0 - distance } else { distance };
                    }
                    let rows = columns.iter().enumerate();
                    let rows = rows.map(|(k, column)| if k == axis { &own } else { column });
                    let rows = rows.map(|row| Coordinate::Each(row));
                    let rows: Vec<_> = rows.collect();
                    evaluator.evaluate(&Block::new(&rows, lines), &mut values)?;
                    for (means, values) in means.iter_mut().zip(values.chunks(lines)) {
                        let sizes = values.iter().map(|v| v.abs()).filter(|v| v.is_finite());
                        for size in sizes {
                            means[number][0] += size / lines as f64;
                            means[number][1] += size * size / lines as f64;
                        }
                    }
                }
                for (tails, means) in tails.iter_mut().zip(&means) {
                    tails.extend(Tail::of(axis, means));
                }
            }
        }
        Ok(FaceTails { of_outputs: tails })
    }

    /// What so many points in so many replicates hardly meet of an output: a part of the mean, and a part of the
    /// mean of the squares.
    pub(super) fn unmet(&self, output: usize, points: u64, replicates: usize) -> [f64; 2] {
        let Some(tails) = self.of_outputs.get(output) else {
            return [0.0; 2];
        };
        // Of each replicate a point comes closer than the inverse of their number, somewhere.
        let nearest = 1.0 / points as f64;
        let own = nearest * replicates as f64;
        tails.iter().fold([0.0; 2], |[mean, square], tail| {
            [
                mean + tail.closer_than(nearest)[0],
                square + tail.closer_than(own)[1],
            ]
        })
    }

    /// The axes along which some output has no variance, with the power that it grows like.
    pub(super) fn without_variance(&self) -> Option<(usize, f64)> {
        let steep = self.of_outputs.iter().flatten();
        let steep = steep.filter(|tail| tail.power > NO_VARIANCE);
        let steepest = steep.max_by(|a, b| a.power.total_cmp(&b.power));
        steepest.map(|tail| (tail.axis, -tail.power))
    }
}

fn distances() -> impl Iterator<Item = f64> {
    (0..DISTANCES as i32).map(|k| FIRST * 0.5f64.powi(k))
}

impl Tail {
    /// The parts that lie closer than this, but for less than an octave.
    fn closer_than(&self, distance: f64) -> [f64; 2] {
        let closer = self.closer.iter().find(|(from, _)| *from <= distance);
        closer
            .or(self.closer.last())
            .map_or([0.0; 2], |(_, parts)| *parts)
    }

    /// The growth toward a face by the means of sizes and squares at the distances; none where they do not grow.
    fn of(axis: usize, means: &[[f64; 2]; DISTANCES]) -> Option<Self> {
        let most = means.iter().map(|mean| mean[0]).fold(0.0, f64::max);
        if !(means[0][0] > 0.0 && most > GROWTH * means[0][0]) {
            return None;
        }
        // Where rounding holds a coordinate off the face the values stay as they are.
        let told = means.iter().rposition(|mean| mean[0] < most).unwrap_or(0);
        let last = (told + 1).clamp(LAST, DISTANCES - 1);
        let octaves = LAST as f64 * LN_2;
        let power = (means[last][0].ln() - means[last - LAST][0].ln()) / octaves;
        let [near, near_mean] =
            [distances().nth(last), Some(means[last][0])].map(|x| x.unwrap_or(0.0));
        // ∫ c w^−p dw from 0 on.
        let mut part = match power < 1.0 {
            true => near_mean * near / (1.0 - power),
            false => f64::INFINITY,
        };
        let mut square = 0.0;
        let mut closer = vec![(near, [part, square])];
        let all: Vec<(f64, &[f64; 2])> = distances().zip(means).collect();
        for pair in all[..=last].windows(2).rev() {
            // The trapezoidal rule in the logarithm of the distance.
            let [(far, of_far), (near, of_near)] = [pair[0], pair[1]];
            let step = 0.5 * LN_2;
            part += step * (far * of_far[0] + near * of_near[0]);
            square += step * (far * of_far[1] + near * of_near[1]);
            closer.push((far, [part, square]));
        }
        closer.reverse();
        Some(Tail {
            axis,
            power,
            closer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The means of c w^−p.
    fn power(c: f64, p: f64) -> [[f64; 2]; DISTANCES] {
        let mut means = [[0.0; 2]; DISTANCES];
        for (mean, w) in means.iter_mut().zip(distances()) {
            let value = c * w.powf(-p);
            *mean = [value, value * value];
        }
        means
    }

    #[test]
    fn a_power_is_told_with_what_lies_closer() {
        for p in [0.2, 0.45, 0.6, 0.8] {
            let tail = Tail::of(3, &power(2.0, p)).unwrap();
            assert!((tail.power - p).abs() < 1e-12);
            let tails = FaceTails {
                of_outputs: vec![vec![tail]],
            };
            assert_eq!(tails.without_variance().is_some(), p > 0.5);
            // Closer than 2⁻¹⁵: 2 w^(1 − p)/(1 − p), by a rule that is good to (p ln 2)²/12 a step.
            let [mean, square] = tails.unmet(0, 1 << 15, 16);
            let exact = 2.0 * 2f64.powf(-15.0 * (1.0 - p)) / (1.0 - p);
            assert!((mean / exact - 1.0).abs() < 0.03, "{p} {mean} {exact}");
            let last = FIRST * 0.5f64.powi(DISTANCES as i32 - 1);
            let of_square = |w: f64| 4.0 * w.powf(1.0 - 2.0 * p) / (1.0 - 2.0 * p);
            let exact = of_square(2f64.powi(-11)) - of_square(last);
            assert!((square / exact - 1.0).abs() < 0.06, "{p} {square} {exact}");
        }
    }

    #[test]
    fn what_hardly_grows_has_no_tail() {
        assert_eq!(Tail::of(0, &power(1.0, 0.0)), None);
        assert_eq!(Tail::of(0, &power(1.0, -0.5)), None);
        assert_eq!(Tail::of(0, &power(0.0, 0.9)), None);
        assert_eq!(FaceTails::default().unmet(0, 100, 16), [0.0; 2]);
    }

    #[test]
    fn values_that_rounding_holds_off_the_face_do_not_hide_the_power() {
        let mut means = power(1.0, 0.7);
        let stays = means[15];
        means[16..].fill(stays);
        let tail = Tail::of(0, &means).unwrap();
        // One of the octaves may have no growth.
        assert!((tail.power - 0.7).abs() < 0.12, "{}", tail.power);
    }
}
