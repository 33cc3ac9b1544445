//! Newton's method for blocks of systems, each from a start of its own, and along paths.
//!
//! 1. Evaluate g and ∂g/∂x at all points, and solve for the steps.
//! 2. A point is lost if its first step is not small beside what led to its start, if a step is not
//!    much smaller than the one before, or if det ∂g/∂x has not the sign of the branch: then the start
//!    may belong to another solution. It is found if rounding explains what is left of g(x) − u; the
//!    last step is made all the same.
//! 3. Along a path the start is the tangent's, and the path is cut shorter until nothing is lost.
//!
//! P. Deuflhard, "Newton Methods for Nonlinear Problems", Springer (2004), sections 2.1 (the
//! monotonicity test) and 5.1 (continuation).

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

/// Roundings that an equation may be off by.
const ROUNDINGS: f64 = 4.0 * f64::EPSILON;

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
    /// g and ∂g/∂x of a block.
    values: Vec<f64>,
    steps: Vec<f64>,
    residuals: Vec<f64>,
    latest: Vec<f64>,
    sizes: Vec<f64>,
    pub(super) marks: Vec<Mark>,
    pub(super) determinants: Vec<f64>,
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
            values: vec![0.0; (n + n * n) * BLOCK],
            steps: vec![0.0; (n + 1) * BLOCK],
            residuals: vec![0.0; n * BLOCK],
            latest: vec![0.0; BLOCK],
            sizes: vec![0.0; BLOCK],
            marks: vec![Mark::Lost; BLOCK],
            determinants: vec![0.0; BLOCK],
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
    /// measured as [`Self::size`]. Coordinate j of point i is at `j * len + i`.
    pub(super) fn correct(&mut self, x: &mut [f64], u: &[f64], way: &[f64]) {
        let len = way.len();
        self.marks[..len].fill(Mark::Active);
        for round in 0..MOST_STEPS {
            self.evaluate(x, len);
            self.solve(u, len);
            let mut active = false;
            for i in 0..len {
                if self.marks[i] == Mark::Active {
                    self.judge(x, u, way, round, i, len);
                    active |= self.marks[i] == Mark::Active;
                }
            }
            if !active {
                return;
            }
        }
        for mark in &mut self.marks[..len] {
            if *mark == Mark::Active {
                *mark = Mark::Lost;
            }
        }
    }

    /// Makes the step of a point and says where it stands.
    fn judge(&mut self, x: &mut [f64], u: &[f64], way: &[f64], round: usize, i: usize, len: usize) {
        let (size, before) = (self.sizes[i], self.latest[i]);
        let determinant = self.determinants_now(i, len);
        let allowed = match round {
            0 => FIRST * way[i] + STAGNANT,
            _ => CONTRACTION * before,
        };
        let is_tiny = size <= STAGNANT;
        let has_sign = determinant * self.sign >= 0.0 && determinant != 0.0;
        let mark = if !size.is_finite() || !has_sign || (size > allowed && !is_tiny) {
            Mark::Lost
        } else if self.is_explained(x, u, i, len) || (round > 0 && is_tiny && size > allowed) {
            Mark::Found
        } else {
            Mark::Active
        };
        self.marks[i] = mark;
        if mark != Mark::Lost {
            for j in 0..self.system.n {
                x[j * len + i] += self.steps[j * len + i];
            }
        }
        self.latest[i] = size;
        self.determinants[i] = determinant;
    }

    /// The determinant of this round, which [`Self::solve`] leaves behind.
    fn determinants_now(&self, i: usize, len: usize) -> f64 {
        self.steps[self.system.n * len..][i]
    }

    /// Whether rounding explains what is left of the equations.
    fn is_explained(&self, x: &[f64], u: &[f64], i: usize, len: usize) -> bool {
        let n = self.system.n;
        (0..n).all(|row| {
            let entry = |j: usize| self.values[(n + row * n + j) * len + i];
            let moved: f64 = (0..n).map(|j| (entry(j) * x[j * len + i]).abs()).sum();
            let allowed = ROUNDINGS * (u[row * len + i].abs() + moved);
            self.residuals[row * len + i].abs() <= allowed
        })
    }

    /// The steps of all points of a block, their sizes and the determinants.
    fn solve(&mut self, u: &[f64], len: usize) {
        let n = self.system.n;
        for row in 0..n {
            let period = self.system.periods[row];
            let part = row * len..(row + 1) * len;
            let residuals = &mut self.residuals[part.clone()];
            let pairs = u[part.clone()].iter().zip(&self.values[part]);
            for (residual, (u, g)) in residuals.iter_mut().zip(pairs) {
                *residual = u - g;
            }
            if period > 0.0 {
                residuals
                    .iter_mut()
                    .for_each(|r| *r = difference(*r, 0.0, period));
            }
        }
        match n {
            1 => self.solve_one(len),
            2 => self.solve_two(len),
            _ => self.solve_many(len),
        }
        self.sizes[..len].fill(0.0);
        for (steps, scale) in self.steps.chunks_exact(len).take(n).zip(&self.scales) {
            let factor = 1.0 / scale;
            for (size, step) in self.sizes[..len].iter_mut().zip(steps) {
                let part = step.abs() * factor;
                // NaN is to stay NaN.
                *size = if part <= *size { *size } else { part };
            }
        }
    }

    fn solve_one(&mut self, len: usize) {
        let (steps, determinants) = self.steps.split_at_mut(len);
        let slopes = &self.values[len..2 * len];
        for i in 0..len {
            steps[i] = self.residuals[i] / slopes[i];
            determinants[i] = slopes[i];
        }
    }

    /// Cramer's rule.
    fn solve_two(&mut self, len: usize) {
        let (x, rest) = self.steps.split_at_mut(len);
        let (y, determinants) = rest.split_at_mut(len);
        let row = |k: usize| &self.values[k * len..(k + 1) * len];
        let (a, b, c, d) = (row(2), row(3), row(4), row(5));
        let (p, q) = self.residuals[..2 * len].split_at(len);
        for i in 0..len {
            let determinant = a[i] * d[i] - b[i] * c[i];
            let factor = 1.0 / determinant;
            x[i] = (d[i] * p[i] - b[i] * q[i]) * factor;
            y[i] = (a[i] * q[i] - c[i] * p[i]) * factor;
            determinants[i] = determinant;
        }
    }

    /// Elimination with pivots.
    fn solve_many(&mut self, len: usize) {
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
