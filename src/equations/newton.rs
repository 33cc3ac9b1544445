//! Newton's method for blocks of systems, each from a start of its own, and along paths.
//!
//! 1. Evaluate g and ∂g/∂x at all points, and solve for the steps: in one program for few unknowns.
//! 2. A point is lost if its first step is not small beside what led to its start, if a step is not
//!    much smaller than the one before, or if det ∂g/∂x has not the sign of the branch: then the start
//!    may belong to another solution. It is found if rounding explains what is left of g(x) − u; the
//!    last step is made all the same.
//! 3. Along a path the start is the tangent's, and the path is cut shorter until nothing is lost.
//!
//! P. Deuflhard, "Newton Methods for Nonlinear Problems", Springer (2004), sections 2.1 (the
//! monotonicity test) and 5.1 (continuation).

use super::correction::{MOST, ROUNDINGS, SHORT};
use super::system::{System, difference};
use crate::elementary::matrix;
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand};

/// The most evaluations for a point.
const MOST_STEPS: usize = 12;

/// A step must be so much smaller than the one before: steps of a convergent iteration that starts
/// within its radius of quadratic convergence at least halve, and this is half of that.
const CONTRACTION: f64 = 0.25;

/// The first correction, as a part of the way that the tangent leads.
const FIRST: f64 = 0.5;

/// Steps that do not get smaller any more are rounding if they are below this part of the point.
const STAGNANT: f64 = 1e-10;

/// The shortest part of a path.
const SHORTEST: f64 = 1e-13;

/// The most parts of a path.
const MOST_PARTS: usize = 2000;

/// Where a point of a block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Active,
    Found,
    Lost,
}

/// A point with what the branch is known by there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// The unknowns.
    pub(crate) x: Vec<f64>,
    /// det ∂g/∂x.
    pub(crate) determinant: f64,
    /// The inverse of ∂g/∂x, row by row.
    pub(super) inverse: Vec<f64>,
}

impl Known {
    /// How far the unknowns move if each u changes by all of itself.
    pub(crate) fn moved(&self, u: &[f64]) -> Vec<f64> {
        let rows = self.inverse.chunks_exact(u.len());
        let along = |row: &[f64]| row.iter().zip(u).map(|(entry, u)| (entry * u).abs()).sum();
        rows.map(along).collect()
    }
}

/// Newton's method for one system, with scratch memory.
pub(super) struct Newton<'s> {
    system: &'s System,
    evaluator: Box<dyn Evaluator + 's>,
    /// The correction as programs, if there are any: as a whole, and without the excess.
    correction: Option<[Box<dyn Evaluator + 's>; 2]>,
    /// g and ∂g/∂x of a block.
    values: Vec<f64>,
    /// Where the steps lead, then ∂g/∂x's determinant, the sizes of the steps, 1/det ∂g/∂x, and by how
    /// much what is left of the equations exceeds what rounding explains.
    steps: Vec<f64>,
    residuals: Vec<f64>,
    latest: Vec<f64>,
    moved: Vec<f64>,
    /// Whether a point makes the step.
    moves: Vec<bool>,
    pub(super) marks: Vec<Mark>,
    /// 1/det ∂g/∂x.
    pub(super) measures: Vec<f64>,
    /// The size of every unknown, by which steps are measured.
    pub(super) scales: Vec<f64>,
    /// The sign of the determinant, or 0 if it is not known.
    pub(super) sign: f64,
    matrix: Vec<f64>,
}

impl<'s> Newton<'s> {
    pub(super) fn new(system: &'s System, scales: Vec<f64>, sign: f64) -> Self {
        let n = system.n;
        Newton {
            system,
            evaluator: system.program.evaluator(),
            correction: system
                .correction
                .as_ref()
                .map(|own| [&own.whole, &own.short].map(Integrand::evaluator)),
            values: vec![0.0; (n + n * n) * BLOCK],
            steps: vec![0.0; (n + 4) * BLOCK],
            residuals: vec![0.0; n * BLOCK],
            latest: vec![0.0; BLOCK],
            moved: vec![0.0; BLOCK],
            moves: vec![false; BLOCK],
            marks: vec![Mark::Lost; BLOCK],
            measures: vec![0.0; BLOCK],
            scales,
            sign,
            matrix: vec![0.0; n * (n + 1)],
        }
    }

    /// Evaluates g and ∂g/∂x at a block of points.
    fn evaluate(&mut self, x: &[f64], len: usize) {
        let coordinates: Vec<_> = x.chunks_exact(len).map(Coordinate::Each).collect();
        let values = &mut self.values[..(self.system.n + self.system.n.pow(2)) * len];
        self.evaluator
            .evaluate(&Block::new(&coordinates, len), values);
    }

    /// What is known of a point.
    pub(super) fn known(&mut self, x: &[f64]) -> Known {
        let n = self.system.n;
        self.evaluate(x, 1);
        let jacobian = self.values[n..n + n * n].to_vec();
        let inverse = nalgebra::DMatrix::from_row_slice(n, n, &jacobian).try_inverse();
        let entry = |m: &nalgebra::DMatrix<f64>, k: usize| m[(k / n, k % n)];
        Known {
            x: x.to_vec(),
            determinant: matrix::determinant(&mut jacobian.clone()),
            inverse: match &inverse {
                Some(inverse) => (0..n * n).map(|k| entry(inverse, k)).collect(),
                None => vec![f64::NAN; n * n],
            },
        }
    }

    /// Corrects points of a block so that g(x) = u; `way[i]` is how far the tangent led to start i,
    /// measured as [`Self::size`]. Coordinate j of point i is at `j * len + i`. Whether all are found.
    pub(super) fn correct(&mut self, x: &mut [f64], u: &[f64], way: &[f64]) -> bool {
        let len = way.len();
        if self.correction.is_some() {
            self.find_steps(x, u, len, false);
            if self.are_short(len) {
                x.copy_from_slice(&self.steps[..x.len()]);
                return true;
            }
        }
        self.marks[..len].fill(Mark::Active);
        for (latest, way) in self.latest[..len].iter_mut().zip(way) {
            // What the first step is measured against.
            *latest = (FIRST * way + STAGNANT) / CONTRACTION;
        }
        for round in 0..MOST_STEPS {
            self.find_steps(x, u, len, true);
            let is_done = self.judge(round, len);
            for (x, next) in x.chunks_exact_mut(len).zip(self.steps.chunks_exact(len)) {
                let moves = next.iter().zip(&self.moves[..len]);
                for (x, (next, moves)) in x.iter_mut().zip(moves) {
                    *x = if *moves { *next } else { *x };
                }
            }
            if is_done {
                break;
            }
        }
        for mark in &mut self.marks[..len] {
            if *mark == Mark::Active {
                *mark = Mark::Lost;
            }
        }
        !self.marks[..len].contains(&Mark::Lost)
    }

    /// The steps of a block, their sizes, determinants and, for the whole, excesses.
    fn find_steps(&mut self, x: &[f64], u: &[f64], len: usize, whole: bool) {
        let Some([all, short]) = &mut self.correction else {
            self.evaluate(x, len);
            self.residuals(u, len);
            self.eliminate(len);
            self.measure(len);
            self.exceed(x, u, len);
            self.invert(len);
            let steps = self.steps.iter_mut().zip(x);
            steps.for_each(|(step, x)| *step += x);
            return;
        };
        let n = self.system.n;
        let mut inputs = [Coordinate::Same(0.0); 3 * MOST];
        let points = x.chunks_exact(len).chain(u.chunks_exact(len));
        let points = points.map(Coordinate::Each);
        let factors = self.scales.iter();
        let factors = factors.map(|scale| Coordinate::Same(1.0 / scale));
        for (input, coordinate) in inputs.iter_mut().zip(points.chain(factors)) {
            *input = coordinate;
        }
        let block = Block::new(&inputs[..3 * n], len);
        match whole {
            true => all.evaluate(&block, &mut self.steps[..(n + 4) * len]),
            false => short.evaluate(&block, &mut self.steps[..(n + 3) * len]),
        }
    }

    /// Whether all points of a block are found in their first round, since their steps are short.
    fn are_short(&mut self, len: usize) -> bool {
        let n = self.system.n;
        let [determinants, sizes, measures] =
            [n, n + 1, n + 2].map(|row| &self.steps[row * len..(row + 1) * len]);
        let sign = self.sign;
        let points = determinants.iter().zip(sizes);
        // Counted, not stopped at the first that is not: so it runs on several points at once.
        let found = points.fold(0usize, |found, (determinant, size)| {
            let has_sign = (determinant * sign >= 0.0) & (*determinant != 0.0);
            found + usize::from((*size <= SHORT) & has_sign)
        });
        if found == len {
            self.measures[..len].copy_from_slice(measures);
            self.marks[..len].fill(Mark::Found);
            return true;
        }
        false
    }

    /// Says where every point stands and whether it moves; whether all are found or lost.
    fn judge(&mut self, round: usize, len: usize) -> bool {
        let n = self.system.n;
        let [determinants, sizes, excesses] =
            [n, n + 1, n + 3].map(|row| &self.steps[row * len..(row + 1) * len]);
        let (latest, found) = (&mut self.latest[..len], &mut self.measures[..len]);
        let (marks, moves) = (&mut self.marks[..len], &mut self.moves[..len]);
        let mut is_done = true;
        for i in 0..len {
            moves[i] = false;
            if marks[i] != Mark::Active {
                continue;
            }
            let (size, determinant) = (sizes[i], determinants[i]);
            let is_small = size <= CONTRACTION * latest[i];
            let is_tiny = size <= STAGNANT;
            let has_sign = determinant * self.sign >= 0.0 && determinant != 0.0;
            let is_explained = (is_tiny || !is_small) && excesses[i] <= 0.0;
            // NaN is neither small nor tiny.
            if !has_sign || !(is_small || is_tiny || is_explained) {
                marks[i] = Mark::Lost;
                continue;
            }
            if is_explained || (round > 0 && !is_small) {
                marks[i] = Mark::Found;
            } else {
                is_done = false;
            }
            moves[i] = true;
            latest[i] = size;
            found[i] = 1.0 / determinant;
        }
        is_done
    }

    /// What is left of the equations.
    fn residuals(&mut self, u: &[f64], len: usize) {
        for (row, period) in self.system.periods.iter().enumerate() {
            let part = row * len..(row + 1) * len;
            let residuals = &mut self.residuals[part.clone()];
            let pairs = u[part.clone()].iter().zip(&self.values[part]);
            for (residual, (u, g)) in residuals.iter_mut().zip(pairs) {
                *residual = u - g;
            }
            if *period > 0.0 {
                let wrapped = residuals.iter_mut();
                wrapped.for_each(|r| *r = difference(*r, 0.0, *period));
            }
        }
    }

    /// The sizes of the steps.
    fn measure(&mut self, len: usize) {
        let (steps, sizes) = self.steps.split_at_mut((self.system.n + 1) * len);
        let sizes = &mut sizes[..len];
        sizes.fill(0.0);
        for (steps, scale) in steps.chunks_exact(len).zip(&self.scales) {
            let factor = 1.0 / scale;
            for (size, step) in sizes.iter_mut().zip(steps) {
                let part = step.abs() * factor;
                // NaN is to stay NaN.
                *size = if part <= *size { *size } else { part };
            }
        }
    }

    /// By how much what is left of the equations exceeds what rounding explains.
    fn exceed(&mut self, x: &[f64], u: &[f64], len: usize) {
        let n = self.system.n;
        let excesses = &mut self.steps[(n + 3) * len..(n + 4) * len];
        excesses.fill(f64::NEG_INFINITY);
        for row in 0..n {
            let moved = &mut self.moved[..len];
            for (moved, u) in moved.iter_mut().zip(&u[row * len..(row + 1) * len]) {
                *moved = u.abs();
            }
            let slopes = self.values[(n + row * n) * len..].chunks_exact(len);
            for (slopes, x) in slopes.zip(x.chunks_exact(len)) {
                for (moved, (slope, x)) in moved.iter_mut().zip(slopes.iter().zip(x)) {
                    *moved += (slope * x).abs();
                }
            }
            let residuals = &self.residuals[row * len..(row + 1) * len];
            let pairs = residuals.iter().zip(moved);
            for (excess, (residual, moved)) in excesses.iter_mut().zip(pairs) {
                let own = residual.abs() - ROUNDINGS * *moved;
                // NaN is to stay NaN.
                *excess = if own <= *excess { *excess } else { own };
            }
        }
    }

    /// The reciprocals of the determinants.
    fn invert(&mut self, len: usize) {
        let (rest, measures) = self.steps.split_at_mut((self.system.n + 2) * len);
        let determinants = &rest[self.system.n * len..];
        for (measure, determinant) in measures[..len].iter_mut().zip(determinants) {
            *measure = 1.0 / determinant;
        }
    }

    /// Elimination with pivots.
    fn eliminate(&mut self, len: usize) {
        let n = self.system.n;
        for i in 0..len {
            let m = &mut self.matrix[..];
            for row in 0..n {
                for j in 0..n {
                    m[row * (n + 1) + j] = self.values[(n + row * n + j) * len + i];
                }
                m[row * (n + 1) + n] = self.residuals[row * len + i];
            }
            let determinant = eliminate(m, n);
            for j in 0..n {
                self.steps[j * len + i] = m[j * (n + 1) + n];
            }
            self.steps[n * len + i] = determinant;
        }
    }

    /// The size of a step.
    pub(super) fn size(&self, step: &[f64]) -> f64 {
        let parts = step.iter().zip(&self.scales);
        parts.fold(0.0, |size, (step, scale)| {
            let part = step.abs() / scale;
            if part <= size { size } else { part }
        })
    }

    /// Follows a path u(s) from a point for s = 0 to s = 1.
    ///
    /// # Errors
    /// The last point that was reached and its s, where the path cannot be followed further.
    pub(super) fn follow(
        &mut self,
        from: &Known,
        path: &mut dyn FnMut(f64, &mut [f64]),
    ) -> Result<Known, (Known, f64)> {
        let n = self.system.n;
        let (mut here, mut next, mut step) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let mut known = from.clone();
        let (mut s, mut length) = (0.0, 1.0f64);
        path(0.0, &mut here);
        for _ in 0..MOST_PARTS {
            let end = if s + length >= 1.0 { 1.0 } else { s + length };
            path(end, &mut next);
            for (j, step) in step.iter_mut().enumerate() {
                let row = &known.inverse[j * n..(j + 1) * n];
                let along = row.iter().zip(next.iter().zip(&here));
                *step = along.map(|(entry, (to, from))| entry * (to - from)).sum();
            }
            let way = self.size(&step);
            let mut x: Vec<f64> = known.x.iter().zip(&step).map(|(x, d)| x + d).collect();
            self.correct(&mut x, &next, &[way]);
            if self.marks[0] == Mark::Found {
                known = self.known(&x);
                s = end;
                here.copy_from_slice(&next);
                if s == 1.0 {
                    return Ok(known);
                }
                length *= 2.0;
            } else {
                length = 0.5 * (end - s);
                if length < SHORTEST {
                    break;
                }
            }
        }
        Err((known, s))
    }
}

/// Solves n equations by elimination, row by row with the right-hand side as the last column, which
/// becomes the solution; the determinant.
fn eliminate(m: &mut [f64], n: usize) -> f64 {
    let width = n + 1;
    let mut determinant = 1.0;
    for k in 0..n {
        let largest = (k..n).fold(k, |best, i| {
            match m[i * width + k].abs() > m[best * width + k].abs() {
                true => i,
                false => best,
            }
        });
        if largest != k {
            for j in 0..width {
                m.swap(k * width + j, largest * width + j);
            }
            determinant = -determinant;
        }
        let pivot = m[k * width + k];
        determinant *= pivot;
        for i in 0..n {
            if i != k {
                let factor = m[i * width + k] / pivot;
                for j in k..width {
                    m[i * width + j] -= factor * m[k * width + j];
                }
            }
        }
        let factor = 1.0 / pivot;
        for j in k..width {
            m[k * width + j] *= factor;
        }
    }
    determinant
}
