//! Narrow integrands, by the boxes to which bounds confine them: what is nothing elsewhere is integrated there.
//!
//! 1. Look at scattered nodes: where more than a few see something, nothing is narrow.
//! 2. Follow the largest bounds to a large value. Halve boxes, and leave out halves of which bounds exclude all but a part of the largest value that was met, until
//!    what is left no longer gets smaller.
//! 3. Boxes that touch belong to one narrow place. Integrate over the smallest box around each; the bounds of what was
//!    left out are part of the error.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009), section 11.2 (branch and
//! bound).

use super::because::Step;
use super::meter::{Metered, Stop};
use super::outcome::Status;
use super::pieces::{of_each, sum};
use super::sides::{content_of, halves, longest};
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{BLOCK, Block, Bounds, Coordinate, Integrand, Piece, Side, part};
use crate::scatter::Scatter;

/// With more variables bounds say too little.
const MOST_VARIABLES: usize = 6;

/// Nodes that are looked at, of which so many may see something.
const LOOKS: usize = 64;
const MOST_SEEING: usize = 4;

/// What is less than this part of the largest value is nothing: it is left out.
const NOTHING: f64 = 1e-40;

/// The work on bounds, some hundredths of a second, and the most boxes.
const MOST_WORK: u64 = 2_000_000;
const MOST_BOXES: usize = 1024;

/// The largest value is looked for by so many halvings for every axis, until bounds are no larger than so many times a value.
const MOST_HALVINGS: usize = 100;
const NEARLY: f64 = 4.0;

/// What takes more boxes than this, spread over so much of the whole, is a ridge.
const FEW_BOXES: usize = 128;
const SPREAD: f64 = 0.5;

/// What is left is as small as it gets where so many halvings along every axis leave more than this part of it.
const HALVINGS: usize = 2;
const STILL: f64 = 0.8;

/// The places together are no larger than this part of the box, and no more than so many.
const NARROW: f64 = 1.0 / 16.0;
const MOST_PLACES: usize = 8;

/// The integral over the boxes outside which bounds leave nothing.
pub(crate) struct Confined;

impl Strategy for Confined {
    fn suits(&self, subject: &Subject<'_>, _: &Task<'_>) -> bool {
        let n = subject.integrand.dimension();
        (2..=MOST_VARIABLES).contains(&n)
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let Some(places) = Confining::of(integrand, task)? else {
            return Ok(Attempt::Pass);
        };
        let boxes = places.boxes.iter();
        let pieces: Vec<Piece<'_>> = boxes.map(|sides| part(integrand, sides)).collect();
        let outcomes = of_each(&pieces, task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Part)
        })?;
        let mut outcome = sum(&outcomes, task);
        for (error, more) in outcome.errors.iter_mut().zip(&places.left_out) {
            *error += more;
        }
        let is_met = task.is_met(&outcome.values, &outcome.errors);
        if outcome.status == Status::Converged && !is_met {
            return Ok(Attempt::Pass);
        }
        let step = Step::Confined {
            places: pieces.len(),
        };
        outcome.because = outcome.because.after([step]);
        Ok(Attempt::of(outcome))
    }
}

/// A box, with the bounds of all outputs in it.
struct Bounded {
    sides: Vec<Side>,
    sizes: Vec<f64>,
}

/// Boxes outside which there is nothing.
struct Places {
    boxes: Vec<Vec<Side>>,
    /// For every output what may lie outside at most.
    left_out: Vec<f64>,
}

/// The search for them.
struct Confining<'c> {
    bounds: Box<dyn Bounds + 'c>,
    evaluator: Metered<'c>,
    /// For every output the largest size of a value that was met.
    tops: Vec<f64>,
    left_out: Vec<f64>,
}

impl<'c> Confining<'c> {
    /// The boxes to which an integrand is confined; `None` if it is not narrow, or if bounds do not say so.
    ///
    /// # Errors
    /// What ended the evaluations.
    fn of(integrand: &'c dyn Integrand, task: &Task<'c>) -> Result<Option<Places>, Stop> {
        let (n, outputs) = (integrand.dimension(), integrand.outputs());
        let Some(mut bounds) = integrand.knowledge().bounds() else {
            return Ok(None);
        };
        if (task.left() as usize) < LOOKS + 2 * MOST_BOXES {
            return Ok(None);
        }
        let mut evaluator = task.evaluator(integrand);
        let points = Scatter::golden(n).along_axes(1..LOOKS + 1);
        let nodes: Vec<_> = points.iter().map(|w| Coordinate::Each(w)).collect();
        let mut values = vec![0.0; outputs * LOOKS];
        evaluator.evaluate(&Block::new(&nodes, LOOKS), &mut values)?;
        let tops: Vec<f64> = values.chunks(LOOKS).map(largest).collect();
        let sees = |i: usize| (0..outputs).any(|k| is_something(values[k * LOOKS + i], tops[k]));
        if (0..LOOKS).filter(|i| sees(*i)).count() > MOST_SEEING {
            return Ok(None);
        }
        bounds.allow(MOST_WORK);
        let mut search = Confining {
            bounds,
            evaluator,
            tops,
            left_out: vec![0.0; outputs],
        };
        for output in 0..outputs {
            if !search.is_led_to_something(n, output)? {
                return Ok(None);
            }
        }
        search.places(n)
    }

    /// Halves the box where the bound of an output is the largest, the smallest of these first, until a value is met that
    /// is nearly as large; whether there is one.
    fn is_led_to_something(&mut self, n: usize, output: usize) -> Result<bool, Stop> {
        let mut open = vec![self.bounded(vec![Side::WHOLE; n])];
        for _ in 0..n * MOST_HALVINGS {
            // Of equal ones the last.
            let by_bound = |a: &usize, b: &usize| {
                let [a, b] = [a, b].map(|&at| open[at].sizes[output]);
                a.total_cmp(&b)
            };
            let Some(at) = (0..open.len()).max_by(by_bound) else {
                break;
            };
            let own = open.remove(at);
            if own.sizes[output] <= NEARLY * self.tops[output] {
                break;
            }
            let axis = self.axis(&own.sides);
            let Some(both) = halves(&own.sides, axis) else {
                continue;
            };
            let both = both.map(|sides| self.bounded(sides));
            self.look(&both)?;
            open.extend(both);
        }
        Ok(self.tops[output] > 0.0 && self.tops[output].is_finite())
    }

    fn places(mut self, n: usize) -> Result<Option<Places>, Stop> {
        let mut boxes = vec![self.bounded(vec![Side::WHOLE; n])];
        let mut contents = vec![1.0];
        while let Some(halved) = self.halved(&boxes)? {
            boxes = halved;
            let content: f64 = boxes.iter().map(|own| content_of(&own.sides)).sum();
            let before = contents.len().checked_sub(HALVINGS * n);
            let is_still = before.is_some_and(|at| content > STILL * contents[at]);
            contents.push(content);
            let is_along_all = boxes.len() > FEW_BOXES && content_of(&around(&boxes)) > SPREAD;
            if boxes.is_empty() || boxes.len() > MOST_BOXES || is_still || is_along_all {
                break;
            }
        }
        let hulls = hulls(&boxes);
        let content: f64 = hulls.iter().map(|sides| content_of(sides)).sum();
        let is_narrow = content <= NARROW && hulls.len() <= MOST_PLACES;
        Ok((is_narrow && !hulls.is_empty()).then_some(Places {
            boxes: hulls,
            left_out: self.left_out,
        }))
    }

    /// The halves of boxes in which there may be something; `None` if the work is done, or one has no halves.
    fn halved(&mut self, boxes: &[Bounded]) -> Result<Option<Vec<Bounded>>, Stop> {
        let mut halved = Vec::with_capacity(2 * boxes.len());
        for own in boxes {
            let axis = self.axis(&own.sides);
            let Some(both) = halves(&own.sides, axis) else {
                return Ok(None);
            };
            halved.extend(both.map(|sides| self.bounded(sides)));
            if self.bounds.is_spent() {
                return Ok(None);
            }
        }
        self.look(&halved)?;
        let (tops, left_out) = (&self.tops, &mut self.left_out);
        halved.retain(|own| {
            let mut sizes = own.sizes.iter().zip(tops);
            let is_kept = sizes.any(|(size, top)| is_something(*size, *top));
            if !is_kept {
                let content = content_of(&own.sides);
                let bounds = left_out.iter_mut().zip(&own.sizes);
                bounds.for_each(|(sum, size)| *sum += size * content);
            }
            is_kept
        });
        Ok(Some(halved))
    }

    /// Looks at the middles of boxes.
    fn look(&mut self, boxes: &[Bounded]) -> Result<(), Stop> {
        for boxes in boxes.chunks(BLOCK) {
            let count = boxes.len();
            let middles: Vec<Vec<f64>> = (0..boxes[0].sides.len())
                .map(|axis| boxes.iter().map(|own| own.sides[axis].at(0.5)).collect())
                .collect();
            let nodes: Vec<_> = middles.iter().map(|w| Coordinate::Each(w)).collect();
            let mut values = vec![0.0; count * self.tops.len()];
            self.evaluator
                .evaluate(&Block::new(&nodes, count), &mut values)?;
            let outputs = self.tops.iter_mut().zip(values.chunks(count));
            outputs.for_each(|(top, values)| *top = top.max(largest(values)));
        }
        Ok(())
    }

    /// The axis along which a box is halved.
    fn axis(&mut self, sides: &[Side]) -> usize {
        self.bounds.move_to(sides);
        self.bounds.best_axis().unwrap_or_else(|| longest(sides))
    }

    /// A box with its bounds; infinite where there are none.
    fn bounded(&mut self, sides: Vec<Side>) -> Bounded {
        let sizes = self.bounds.turn_to(&sides);
        let sizes = sizes.unwrap_or_else(|| vec![f64::INFINITY; self.tops.len()]);
        Bounded { sides, sizes }
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0f64, |most, v| most.max(v.abs()))
}

/// Whether a size is more than nothing beside the largest one; what is no number is.
fn is_something(size: f64, top: f64) -> bool {
    size.is_nan() || size.abs() > NOTHING * top
}

/// The smallest boxes around all boxes that touch, one after another.
fn hulls(boxes: &[Bounded]) -> Vec<Vec<Side>> {
    let mut hulls: Vec<Vec<Side>> = Vec::new();
    for own in boxes {
        let mut hull = own.sides.clone();
        // What grows may touch others.
        while let Some(at) = hulls.iter().position(|other| touch(other, &hull)) {
            let other = hulls.swap_remove(at);
            reach(&mut hull, &other);
        }
        hulls.push(hull);
    }
    hulls
}

/// The smallest box around all boxes, of which there is one at least.
fn around(boxes: &[Bounded]) -> Vec<Side> {
    let mut hull = boxes[0].sides.clone();
    for own in boxes {
        reach(&mut hull, &own.sides);
    }
    hull
}

/// Lengthens the sides of a box to hold another one.
fn reach(hull: &mut [Side], other: &[Side]) {
    for (side, other) in hull.iter_mut().zip(other) {
        *side = Side {
            from: side.from.min(other.from),
            to: side.to.max(other.to),
        };
    }
}

/// Whether two boxes share a point.
fn touch(a: &[Side], b: &[Side]) -> bool {
    let mut axes = a.iter().zip(b);
    axes.all(|(a, b)| a.from <= b.to && b.from <= a.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_touch_are_one_place() {
        let bounded = |from: f64, to: f64| Bounded {
            sides: vec![Side { from, to }; 2],
            sizes: vec![1.0],
        };
        let found = hulls(&[
            bounded(0.1, 0.2),
            bounded(0.4, 0.5),
            bounded(0.2, 0.3),
            bounded(0.9, 1.0),
        ]);
        let mut ends: Vec<_> = found
            .iter()
            .map(|sides| (sides[0].from, sides[0].to))
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(ends, [(0.1, 0.3), (0.4, 0.5), (0.9, 1.0)]);
    }
}
