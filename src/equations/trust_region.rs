//! Zeros of formulas, or where they are smallest, from one start: Newton's method in a trust region.
//!
//! 1. Try the Newton step, by elimination. Where it is too long, or there is none, take the step of
//!    Levenberg and Marquardt that fits into the region, from a singular value decomposition.
//! 2. Unknowns are measured by the largest column of the Jacobian so far; the region grows and shrinks
//!    with how well the linear model has foretold the fall of the residuals.
//! 3. End where rounding explains what is left; where the Jacobian is singular, steps that shrink by a
//!    constant factor are summed as a geometric series; else say where the residuals are smallest.
//!
//! J. J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Numerical Analysis
//! (Dundee 1977), Lecture Notes in Mathematics 630, Springer (1978) 105–116; A. Griewank, "On solving
//! nonlinear equations with simple singularities or nearly singular solutions", SIAM Review 27 (1985)
//! 537–563.

use nalgebra::{DMatrix, DVector};

use super::linear_model::{Model, Step, norm, resized, typical};
use crate::deadline::Deadline;
use crate::elementary::singular::decomposed;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::gradient::Gradients;

/// The most iterations by default.
pub(crate) const MOST_ITERATIONS: u64 = 500;

/// The first region, in lengths of the start (Moré).
const FIRST_REGION: f64 = 100.0;

/// A step is made if the residuals fall by this part of what was foretold.
const LEAST_GAIN: f64 = 1e-4;

/// What is left counts as rounding up to this many times what a running error analysis says.
const ROUNDINGS: f64 = 4.0;

/// Residuals below this part of the formulas' sizes at the start are nothing: where a root is zero itself,
/// rounding of formulas is no measure.
const NOTHING: f64 = f64::EPSILON * f64::EPSILON * f64::EPSILON;

/// Below this part of its largest singular value the smallest one of a Jacobian, in scaled unknowns and
/// equations, makes it singular: about as near as steps get to a double zero.
const SINGULAR: f64 = 1e-7;

/// Steps below this part of the unknowns lead nowhere else any more.
const NEAR: f64 = 1e-6;

/// Residuals that fall to less than this in a step are not at a minimum.
const STEEP: f64 = 0.9;

/// The slope of the residuals below which they are at a minimum, as a part of their product.
const FLAT: f64 = 1e-10;

/// Why the search has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// Rounding explains what is left.
    Root,
    /// The same, where the Jacobian is singular.
    SingularRoot,
    /// The residuals have a minimum that is not zero, or fall no further.
    Minimum,
    /// The iterations did not suffice.
    Budget,
    /// The work was called off, or the time was up.
    Interrupted,
    /// A formula is not finite at the start.
    NotFinite { formula: usize },
    /// The derivative of a formula by an input is not finite.
    SlopeNotFinite { formula: usize, input: usize },
}

/// Where the search has ended.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) point: Vec<f64>,
    pub(crate) values: Vec<f64>,
    pub(crate) iterations: u64,
    pub(crate) end: End,
    /// The direction along which the formulas change least, where the Jacobian is singular.
    pub(crate) flat: Option<Vec<f64>>,
}

/// The search, with what it knows of its way.
struct Search<'s, 'a> {
    gradients: &'s mut Gradients<'a>,
    rounding: &'s mut Rounding<'a>,
    point: Vec<f64>,
    values: Vec<f64>,
    /// What unknowns are measured by: the largest columns of the Jacobian so far.
    scales: Vec<f64>,
    /// The largest rows of the Jacobian so far, in measured unknowns.
    rows: Vec<f64>,
    /// The sizes of the formulas and of the unknowns at the start.
    sizes: Vec<f64>,
    typical: Vec<f64>,
    region: f64,
    /// The latest steps in measured unknowns, each as long as Newton's.
    latest: Vec<DVector<f64>>,
    /// The latest step that was made; none where a series was summed.
    last: Option<DVector<f64>>,
    /// What the latest step has left of the size of the residuals.
    fall: f64,
    iterations: u64,
}

/// Looks for a common zero of formulas from a start.
pub(crate) fn search<'a>(
    gradients: &mut Gradients<'a>,
    rounding: &mut Rounding<'a>,
    start: &[f64],
    most_iterations: u64,
    deadline: &Deadline,
) -> Found {
    let values = gradients.values(start);
    let mut search = Search {
        point: start.to_vec(),
        scales: vec![0.0; start.len()],
        rows: vec![0.0; values.len()],
        sizes: values.iter().map(|v| v.abs()).collect(),
        typical: typical(start),
        values,
        gradients,
        rounding,
        region: 0.0,
        latest: Vec::new(),
        last: None,
        fall: 1.0,
        iterations: 0,
    };
    let (end, flat) = search.run(most_iterations, deadline);
    Found {
        point: search.point,
        values: search.values,
        iterations: search.iterations,
        end,
        flat,
    }
}

impl Search<'_, '_> {
    fn run(&mut self, most: u64, deadline: &Deadline) -> (End, Option<Vec<f64>>) {
        if let Some(formula) = self.values.iter().position(|v| !v.is_finite()) {
            return (End::NotFinite { formula }, None);
        }
        loop {
            let jacobian = self.gradients.jacobian(&self.point);
            if let Some(place) = jacobian.iter().position(|slope| !slope.is_finite()) {
                let m = self.values.len();
                let (formula, input) = (place % m, place / m);
                return (End::SlopeNotFinite { formula, input }, None);
            }
            self.measure(&jacobian);
            let mut model = Model::new(jacobian, &self.values, &self.scales);
            if let Some(ended) = self.ended(&mut model) {
                return ended;
            }
            if deadline.has_come() {
                return (End::Interrupted, None);
            }
            // A region that has no good step in it shrinks until it has.
            loop {
                if self.iterations >= most {
                    return (End::Budget, None);
                }
                self.iterations += 1;
                match self.advance(&mut model) {
                    Advance::Made => break,
                    Advance::Shorter => {}
                    Advance::Stuck => return self.at_rest(&mut model),
                }
            }
        }
    }

    /// Takes the sizes of columns and rows of the Jacobian into account.
    fn measure(&mut self, jacobian: &DMatrix<f64>) {
        let is_first = self.region == 0.0;
        for (scale, column) in self.scales.iter_mut().zip(jacobian.column_iter()) {
            *scale = scale.max(norm(column.into_owned().as_slice()));
            if *scale == 0.0 {
                *scale = 1.0;
            }
        }
        for (i, row) in jacobian.row_iter().enumerate() {
            let measured: Vec<f64> = row.iter().zip(&self.scales).map(|(j, s)| j / s).collect();
            self.rows[i] = self.rows[i].max(norm(&measured));
            if is_first {
                let moved = row.iter().zip(&self.typical);
                self.sizes[i] += moved.map(|(j, x)| (j * x).abs()).sum::<f64>();
            }
        }
        if is_first {
            let length = self.length(&self.point);
            self.region = FIRST_REGION * if length > 0.0 { length } else { 1.0 };
        }
    }

    /// The length of a vector in measured unknowns.
    fn length(&self, vector: &[f64]) -> f64 {
        let parts = vector.iter().zip(&self.scales).map(|(x, scale)| x * scale);
        norm(&parts.collect::<Vec<f64>>())
    }

    /// Whether rounding explains what is left of the formulas, or it is nothing beside their sizes at the start.
    fn is_explained(&mut self) -> bool {
        let mut explained = true;
        let (values, sizes) = (&self.values, &self.sizes);
        self.rounding.at(&self.point, |k, lost| {
            explained &= values[k].abs() <= ROUNDINGS * lost + NOTHING * sizes[k];
        });
        explained
    }

    /// The least and the largest singular value, in measured unknowns and formulas, and the direction that
    /// belongs to the least.
    fn condition(&self, model: &Model) -> Option<(f64, f64, Vec<f64>)> {
        let mut matrix = model.jacobian.clone();
        for (j, scale) in self.scales.iter().enumerate() {
            matrix.column_mut(j).unscale_mut(*scale);
        }
        for (i, scale) in self.rows.iter().enumerate().filter(|(_, s)| **s > 0.0) {
            matrix.row_mut(i).unscale_mut(*scale);
        }
        // Of fewer formulas than unknowns the rows are to be independent, of others the columns.
        let svd = decomposed(matrix, false, true)?;
        let rows = svd.v_t?;
        let least = svd.singular_values.imin();
        let direction = rows.row(least).into_iter().zip(&self.scales);
        let direction: Vec<f64> = direction.map(|(x, scale)| x / scale).collect();
        let sizes = &svd.singular_values;
        Some((sizes[least], sizes.max(), direction))
    }

    /// Whether a step is as small as steps near a zero are.
    fn is_near(&self, step: &DVector<f64>) -> bool {
        self.is_within(NEAR, step)
    }

    /// Whether a step is at most this part of the unknowns.
    fn is_within(&self, part: f64, step: &DVector<f64>) -> bool {
        let steps = step.iter().zip(&self.scales);
        let sizes = self.point.iter().zip(&self.typical);
        let mut pairs = steps.zip(sizes);
        pairs.all(|((step, scale), (x, typical))| {
            (step / scale).abs() <= part * x.abs().max(*typical)
        })
    }

    /// Whether the search is at an end, and at which.
    fn ended(&mut self, model: &mut Model) -> Option<(End, Option<Vec<f64>>)> {
        self.found(model)
            .or_else(|| self.is_flat(model).then(|| self.at_rest(model)))
    }

    /// Whether the point is a zero, and of which kind.
    fn found(&mut self, model: &mut Model) -> Option<(End, Option<Vec<f64>>)> {
        if !self.is_explained() {
            return None;
        }
        match self.condition(model) {
            Some((least, ..)) if least > SINGULAR => {
                self.polish();
                Some((End::Root, None))
            }
            Some((_, largest, flat)) => {
                let settled = self.last.as_ref().is_none_or(|step| self.is_near(step))
                    || (largest > SINGULAR && self.stays(model));
                // Formulas that vanish far away become small too, but the point goes on and on.
                settled.then_some((End::SingularRoot, Some(flat)))
            }
            None => None,
        }
    }

    /// Whether the next step leads nowhere else.
    fn stays(&self, model: &mut Model) -> bool {
        let step = model.step(f64::INFINITY);
        step.is_some_and(|step| self.is_near(&step.measured))
    }

    /// Whether the residuals have no slope, and have not just fallen steeply all the same, as they do toward
    /// a double zero.
    fn is_flat(&self, model: &Model) -> bool {
        let size = norm(&self.values);
        let mut columns = model.jacobian.column_iter();
        let is_level = columns.all(|column| {
            let slope = column.dot(&model.values);
            slope.abs() <= FLAT * size * column.norm()
        });
        is_level && self.fall > STEEP
    }

    /// What a point is from which no step leads on.
    fn at_rest(&mut self, model: &mut Model) -> (End, Option<Vec<f64>>) {
        if let Some(found) = self.found(model) {
            return found;
        }
        // Rounding of other formulas may outweigh what is left, where the zero of the model is no farther.
        match (model.newton(), self.condition(model)) {
            (Some(step), Some((least, _, flat))) if self.is_within(f64::EPSILON, &step) => {
                match least > SINGULAR {
                    true => (End::Root, None),
                    false => (End::SingularRoot, Some(flat)),
                }
            }
            _ => (End::Minimum, None),
        }
    }

    /// Newton steps as long as they make what is left smaller.
    fn polish(&mut self) {
        const MOST: usize = 5;
        for _ in 0..MOST {
            let jacobian = self.gradients.jacobian(&self.point);
            let mut model = Model::new(jacobian, &self.values, &self.scales);
            let Some(step) = model.step(f64::INFINITY) else {
                return;
            };
            let next = self.moved(&step.measured);
            let values = self.gradients.values(&next);
            let falls = norm(&values) < norm(&self.values);
            if !falls {
                return;
            }
            (self.point, self.values) = (next, values);
        }
    }

    /// The point after a step in measured unknowns.
    fn moved(&self, step: &DVector<f64>) -> Vec<f64> {
        let parts = step.iter().zip(&self.scales);
        let pairs = self.point.iter().zip(parts);
        pairs.map(|(x, (step, scale))| x + step / scale).collect()
    }

    /// One step, or a smaller region.
    fn advance(&mut self, model: &mut Model) -> Advance {
        let Some(step) = model.step(self.region) else {
            return Advance::Stuck;
        };
        let length = step.measured.norm();
        if self.latest.is_empty() && self.iterations == 1 {
            self.region = self.region.min(length);
        }
        let next = self.moved(&step.measured);
        let values = self.gradients.values(&next);
        let before = norm(&self.values);
        let fall = |values: &[f64]| match norm(values) / before {
            ratio if ratio.is_finite() => 1.0 - ratio * ratio,
            _ => f64::NEG_INFINITY,
        };
        let actual = fall(&values);
        let unmeasured = step
            .measured
            .iter()
            .zip(&self.scales)
            .map(|(s, scale)| s / scale);
        let along = &model.jacobian * DVector::from_iterator(self.scales.len(), unmeasured);
        let held = step.held * (length / before).powi(2);
        let foretold = (along.norm() / before).powi(2) + 2.0 * held;
        let gain = if foretold > 0.0 {
            actual / foretold
        } else {
            0.0
        };
        self.region = resized(self.region, gain, actual, length, step.held);
        let stands = next == self.point;
        if gain >= LEAST_GAIN && !stands {
            self.remember(step);
            self.fall = norm(&values) / before;
            (self.point, self.values) = (next, values);
            self.extrapolate();
            return Advance::Made;
        }
        let rest: Vec<f64> = self
            .typical
            .iter()
            .zip(&self.point)
            .map(|(t, x)| t.max(x.abs()))
            .collect();
        let is_tiny = self.region <= 1e-3 * f64::EPSILON * self.length(&rest);
        match stands || is_tiny || (foretold <= f64::EPSILON && actual.abs() <= f64::EPSILON) {
            true => Advance::Stuck,
            false => Advance::Shorter,
        }
    }

    /// Keeps the latest steps that nothing has held back.
    fn remember(&mut self, step: Step) {
        self.last = Some(step.measured.clone());
        if step.held > 0.0 {
            self.latest.clear();
            return;
        }
        self.latest.push(step.measured);
        if self.latest.len() > 3 {
            self.latest.remove(0);
        }
    }

    /// Where steps shrink by a constant factor, tries what they all add up to.
    fn extrapolate(&mut self) {
        let [first, second, third] = &self.latest[..] else {
            return;
        };
        let [before, now] = [(first, second), (second, third)].map(|(a, b)| b.norm() / a.norm());
        let is_steady = (before - now).abs() <= 0.1 * now && (0.2..0.95).contains(&now);
        if !is_steady {
            return;
        }
        let rest = third * (now / (1.0 - now));
        let next = self.moved(&rest);
        let values = self.gradients.values(&next);
        if norm(&values) < 0.1 * norm(&self.values) {
            (self.point, self.values) = (next, values);
            self.latest.clear();
            self.last = None;
        }
    }
}

/// What became of a step.
enum Advance {
    /// It was made.
    Made,
    /// The region is smaller now.
    Shorter,
    /// No step leads on.
    Stuck,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph, Id};

    fn found<const N: usize, const M: usize>(
        formulas: impl for<'g> FnOnce([Expr<'g>; N]) -> [Expr<'g>; M],
        start: [f64; N],
    ) -> Found {
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let inputs: [Expr<'_>; N] = std::array::from_fn(|i| graph.input(i));
            formulas(inputs).iter().map(|e| e.id).collect()
        };
        let arena = graph.into_arena();
        let mut gradients = Gradients::new(&arena, &roots, N).unwrap();
        let mut rounding = Rounding::new(&arena, &roots);
        search(
            &mut gradients,
            &mut rounding,
            &start,
            MOST_ITERATIONS,
            &Deadline::NEVER,
        )
    }

    #[test]
    fn simple_double_and_missing_zeros_are_told_apart() {
        let simple = found(
            |[x, y]| [x.powi(2) + y.powi(2) - 4.0, x * y - 1.0],
            [2.0, 0.5],
        );
        assert_eq!(simple.end, End::Root);
        // The larger root of x⁴ − 4x² + 1 = 0 is √(2 + √3).
        assert!((simple.point[0] - (2.0 + 3f64.sqrt()).sqrt()).abs() < 1e-15);
        let double = found(|[x]| [(x - 1.0).powi(2)], [3.0]);
        assert_eq!(double.end, End::SingularRoot, "{double:?}");
        assert!((double.point[0] - 1.0).abs() < 1e-7, "{double:?}");
        let none = found(|[x]| [x.powi(2) + 1.0], [3.0]);
        assert_eq!(none.end, End::Minimum, "{none:?}");
        assert!(none.point[0].abs() < 1e-4, "{none:?}");
        // It falls for ever, and reaches zero where it underflows.
        let never = found(|[x]| [x.exp()], [0.0]);
        assert!(
            !matches!(never.end, End::Root | End::SingularRoot),
            "{never:?}"
        );
        let never = found(|[x]| [1.0 / x], [1.0]);
        assert!(
            !matches!(never.end, End::Root | End::SingularRoot),
            "{never:?}"
        );
        let close = found(|[x]| [x.powi(2) + 1e-20], [1.0]);
        assert_eq!(close.end, End::Minimum, "{close:?}");
    }

    #[test]
    fn more_and_fewer_formulas_than_unknowns_are_least_squares() {
        let line = found(|[x]| [x - 1.0, x - 2.0, x - 6.0], [0.0]);
        assert_eq!(line.end, End::Minimum);
        assert!((line.point[0] - 3.0).abs() < 1e-8, "{line:?}");
        let circle = found(|[x, y]| [x.powi(2) + y.powi(2) - 1.0], [3.0, 4.0]);
        assert_eq!(circle.end, End::Root);
        assert!(
            (circle.point[0].hypot(circle.point[1]) - 1.0).abs() < 1e-15,
            "{circle:?}"
        );
    }
}
