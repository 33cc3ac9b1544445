//! All common zeros of formulas in a box: branch and prune.
//!
//! 1. Cut a box by hull consistency and by the interval Newton method; bounds that leave nothing exclude it.
//! 2. From its middle look for a zero by Newton's method, and prove that it is the only one in a box around
//!    it: what lies in that box is done. Divide the rest, where the formulas change most.
//! 3. Boxes that stay open at a width are looked at together: if they go on along curves they are left; if
//!    not, each group is divided further, with a budget of its own.
//!
//! Boxes of one generation know the zeros of earlier ones only, so the answer is the same for any number of
//! threads. P. Van Hentenryck, D. McAllester, D. Kapur, "Solving polynomial systems using a branch and prune
//! approach", SIAM J. Numer. Anal. 34 (1997) 797–827; R. B. Kearfott, "Rigorous global search: continuous
//! problems", Kluwer (1996), chapter 4.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::clusters::{Cluster, touching};
use super::continuum::is_continuum;
use super::krawczyk::{Known, Krawczyk, Proven, common, is_within};
use crate::deadline::Deadline;
use crate::error::{Error, Misfit, SolveFault};
use crate::expr::bounds::backward::Backward;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::gradient::Gradients;
use crate::expr::graph::{Arena, Id};

/// The most boxes that are looked at by default.
pub(crate) const MOST_BOXES: u64 = 200_000;

/// Widths, as parts of those of the whole, at which open boxes are looked at together.
const WIDTHS: [f64; 3] = [1.0 / 1024.0, 1.0 / 1_048_576.0, 1.0 / 70_368_744_177_664.0];

/// The boxes for a group of open ones below the first width.
const FOR_A_GROUP: u64 = 4000;

/// Zeros beyond this are not looked for.
pub(crate) const MOST_ZEROS: usize = 10_000;

/// So many open boxes may be a curve.
const MAY_BE_CURVE: usize = 400;

/// Where boxes are divided: off the simple fractions, at which zeros lie.
const DIVISION: f64 = 0.487_3;

/// A cut is worth another one if a side shrinks to this part.
const WORTH_WHILE: f64 = 0.7;

/// The most cuts of a box between divisions.
const MOST_CUTS: usize = 8;

/// The most steps of Newton's method from the middle of a box.
const MOST_STEPS: usize = 10;

/// The least size of a box in which a zero is looked for, as a part of the whole.
const LEAST_SIZE: f64 = 1e-8;

/// Every so many divisions it is the widest side that is divided.
const WIDEST_EVERY: u32 = 3;

/// A box, and how often it was divided.
#[derive(Clone, Debug)]
struct Cell {
    sides: Vec<Interval>,
    depth: u32,
}

/// All that was found in a box.
#[derive(Clone, Debug, Default)]
pub(crate) struct All {
    /// The zeros, in the order of their coordinates.
    pub(crate) zeros: Vec<Proven>,
    pub(crate) undecided: Vec<Cluster>,
    /// The boxes that were looked at.
    pub(crate) boxes: u64,
    /// Whether there were more boxes than the budget allows.
    pub(crate) is_out_of_budget: bool,
    /// Whether the time was up, or the work was called off.
    pub(crate) is_interrupted: bool,
    /// Whether zeros seem to go on along curves.
    pub(crate) is_continuum: bool,
}

/// What became of a box.
enum Fate {
    /// There is no zero in it but those that are known.
    Done,
    /// A zero is proven, and what is left of the box.
    Zero(Box<Proven>, Vec<Cell>),
    /// It was divided.
    Divided(Vec<Cell>),
    /// It is too small to be divided.
    Small(Cell),
    /// It was not looked at.
    Open(Cell),
}

/// Formulas, and the box in which their zeros are looked for.
pub(crate) struct Whole<'a> {
    pub(crate) arena: &'a Arena,
    pub(crate) roots: &'a [Id],
    pub(crate) sides: Vec<Interval>,
}

/// What one thread works with.
struct Worker<'w> {
    whole: &'w Whole<'w>,
    krawczyk: Krawczyk<'w>,
    backward: Backward,
    gradients: Gradients<'w>,
    /// The width below which boxes are not divided, as a part of the whole.
    width: f64,
}

impl Whole<'_> {
    fn n(&self) -> usize {
        self.sides.len()
    }

    /// Whether there are as many formulas as unknowns.
    fn is_square(&self) -> bool {
        self.roots.len() == self.n()
    }

    fn worker(&self, width: f64) -> Result<Worker<'_>, Error> {
        let n = self.n();
        let gradients = Gradients::new(self.arena, self.roots, n)?;
        let ranges = Ranges::new(self.arena, self.roots, n);
        let ranges = ranges.ok_or(Misfit::Solve(SolveFault::TooLong))?;
        Ok(Worker {
            whole: self,
            backward: Backward::of(&ranges),
            krawczyk: Krawczyk::new(ranges, n),
            gradients,
            width,
        })
    }

    /// The width of a side beside that of the whole; of an infinite one beside the size of the numbers.
    fn relative(&self, side: Interval, axis: usize) -> f64 {
        let whole = self.sides[axis].hi - self.sides[axis].lo;
        let width = side.hi - side.lo;
        if width == 0.0 {
            0.0
        } else if whole.is_finite() {
            width / whole
        } else {
            width / (1.0 + side.lo.abs().min(side.hi.abs()))
        }
    }
}

/// All common zeros of formulas in a box.
///
/// # Errors
/// [`Error::Shape`] if there is no formula for a derivative, or formulas are too long.
pub(crate) fn all(whole: &Whole<'_>, most_boxes: u64, deadline: &Deadline) -> Result<All, Error> {
    // What keeps a worker from being made shows before there are several.
    whole.worker(WIDTHS[0])?;
    let mut found = All::default();
    let start = Cell {
        sides: whole.sides.clone(),
        depth: 0,
    };
    let budget = |most: u64| Budget { most, deadline };
    let (mut open, _) = found.divide(whole, vec![start], WIDTHS[0], &budget(most_boxes));
    let may_go_on =
        open.len() <= MAY_BE_CURVE || !is_continuum(whole.arena, whole.roots, &boxes_of(&open));
    found.is_continuum = !may_go_on || (!open.is_empty() && whole.roots.len() < whole.n());
    if !found.is_continuum && !found.is_out_of_budget {
        for width in &WIDTHS[1..] {
            let mut rest = Vec::new();
            for group in groups(&open) {
                let enough = FOR_A_GROUP.max(8 * group.len() as u64);
                let budget = budget(enough.min(most_boxes - found.boxes));
                let (own, is_done) = found.divide(whole, group, *width, &budget);
                match is_done {
                    true => rest.extend(own),
                    // What is left are splinters of one place.
                    false => found
                        .undecided
                        .extend(Cluster::of(own.iter().map(|c| &c.sides))),
                }
            }
            open = rest;
        }
    }
    for group in groups(&open) {
        found
            .undecided
            .extend(Cluster::of(group.iter().map(|cell| &cell.sides)));
    }
    found
        .undecided
        .sort_by(|a, b| in_order(a.hull.iter().map(|s| s.lo), b.hull.iter().map(|s| s.lo)));
    let in_whole = |zero: &Proven| common(&zero.within, &whole.sides).is_some();
    found.zeros.retain(in_whole);
    found
        .zeros
        .sort_by(|a, b| in_order(a.point.iter().copied(), b.point.iter().copied()));
    Ok(found)
}

/// The order of the first numbers that differ.
fn in_order(a: impl Iterator<Item = f64>, b: impl Iterator<Item = f64>) -> Ordering {
    a.zip(b)
        .map(|(a, b)| a.total_cmp(&b))
        .fold(Ordering::Equal, Ordering::then)
}

/// The sides of boxes.
fn boxes_of(cells: &[Cell]) -> Vec<&Vec<Interval>> {
    cells.iter().map(|cell| &cell.sides).collect()
}

/// Open boxes that touch, together.
fn groups(open: &[Cell]) -> Vec<Vec<Cell>> {
    let groups = touching(&boxes_of(open)).into_iter();
    let cells = |group: Vec<usize>| group.into_iter().map(|at| open[at].clone()).collect();
    groups.map(cells).collect()
}

/// How many boxes may be looked at, and when the work must end.
struct Budget<'d> {
    most: u64,
    deadline: &'d Deadline,
}

impl All {
    /// Divides boxes, generation by generation, until they are done or this small; gives those that are
    /// still open, and whether the budget sufficed.
    fn divide(
        &mut self,
        whole: &Whole<'_>,
        cells: Vec<Cell>,
        width: f64,
        budget: &Budget<'_>,
    ) -> (Vec<Cell>, bool) {
        let deadline = budget.deadline;
        let mut left = budget.most;
        let mut is_done = true;
        let mut open = Vec::new();
        let mut cells = cells;
        while !cells.is_empty() {
            let count = match self.zeros.len() > MOST_ZEROS {
                true => 0,
                false => (cells.len() as u64).min(left),
            };
            let rest = cells.split_off(count as usize);
            is_done &= rest.is_empty();
            // The budget of a group is no fault of the user's.
            self.is_out_of_budget |= !rest.is_empty() && width == WIDTHS[0];
            open.extend(rest);
            left -= count;
            self.boxes += count;
            let known = &Known::new(&self.zeros);
            let fates = cells.par_iter().map_init(
                || whole.worker(width),
                |worker, cell| match worker {
                    Ok(worker) if !deadline.has_come() => worker.look(cell, known),
                    _ => Fate::Open(cell.clone()),
                },
            );
            let fates: Vec<Fate> = fates.collect();
            cells = Vec::new();
            for fate in fates {
                match fate {
                    Fate::Done => {}
                    Fate::Zero(zero, rest) => {
                        open.extend(self.accept(*zero));
                        cells.extend(rest);
                    }
                    Fate::Divided(parts) => cells.extend(parts),
                    Fate::Small(cell) => open.push(cell),
                    Fate::Open(cell) => {
                        self.is_interrupted = true;
                        open.push(cell);
                    }
                }
            }
        }
        (open, is_done)
    }

    /// Takes up a zero, unless it is known; where that cannot be told its box is open.
    fn accept(&mut self, zero: Proven) -> Option<Cell> {
        let is_known = |known: &Proven| is_within(&zero.within, &known.alone_in);
        if self.zeros.iter().any(is_known) {
            return None;
        }
        let meets = |known: &Proven| common(&zero.within, &known.within).is_some();
        if self.zeros.iter().any(meets) {
            return Some(Cell {
                sides: zero.within,
                depth: 0,
            });
        }
        self.zeros.push(zero);
        None
    }
}

impl Worker<'_> {
    fn look(&mut self, cell: &Cell, known: &Known<'_>) -> Fate {
        let is_known = |sides: &[Interval]| known.cover(sides);
        let mut sides = cell.sides.clone();
        if is_known(&sides) || !self.cut(&mut sides) || is_known(&sides) {
            return Fate::Done;
        }
        if self.whole.is_square()
            && let Some(zero) = self.zero_near(&sides, known)
        {
            let rest = match is_within(&sides, &zero.alone_in) {
                true => Vec::new(),
                false => self.divided(sides, cell.depth),
            };
            return Fate::Zero(Box::new(zero), rest);
        }
        let mut axes = sides.iter().enumerate();
        if axes.all(|(axis, side)| self.is_small(*side, axis)) {
            return Fate::Small(Cell {
                sides,
                depth: cell.depth,
            });
        }
        Fate::Divided(self.divided(sides, cell.depth))
    }

    /// Whether a side is not worth dividing.
    fn is_small(&self, side: Interval, axis: usize) -> bool {
        let largest = side.lo.abs().max(side.hi.abs());
        let middle = divided_at(side);
        let width = side.hi - side.lo;
        self.whole.relative(side, axis) <= self.width
            || width <= 16.0 * f64::EPSILON * largest
            || !(middle > side.lo && middle < side.hi)
    }

    /// Cuts a box down to what may hold zeros; false if there are none.
    fn cut(&mut self, sides: &mut [Interval]) -> bool {
        for _ in 0..MOST_CUTS {
            let before = sides.to_vec();
            if !self.backward.contract(&mut self.krawczyk.ranges, sides) {
                return false;
            }
            let is_finite = sides.iter().all(|s| s.lo.is_finite() && s.hi.is_finite());
            if self.whole.is_square() && is_finite {
                let middle: Vec<f64> = sides.iter().map(|side| side.middle()).collect();
                if let Some(on) = self.krawczyk.on(sides, &middle)
                    && !on.cut(sides)
                {
                    return false;
                }
            }
            let mut pairs = sides.iter().zip(&before);
            let shrinks = pairs.any(|(new, old)| {
                let (new, old) = (new.hi - new.lo, old.hi - old.lo);
                new < WORTH_WHILE * old
            });
            if !shrinks {
                break;
            }
        }
        true
    }

    /// A zero near a box, proven, that is not known.
    fn zero_near(&mut self, sides: &[Interval], known: &Known<'_>) -> Option<Proven> {
        let halves: Vec<f64> = sides.iter().map(|side| 0.5 * (side.hi - side.lo)).collect();
        if !halves.iter().all(|half| half.is_finite()) {
            return None;
        }
        let mut point: Vec<f64> = sides.iter().map(|side| side.middle()).collect();
        let mut is_near = false;
        for _ in 0..MOST_STEPS {
            let values = nalgebra::DVector::from_vec(self.gradients.values(&point));
            let step = self.gradients.jacobian(&point).lu().solve(&values)?;
            for (x, step) in point.iter_mut().zip(step.iter()) {
                *x -= step;
            }
            let mut all = point.iter().zip(sides).zip(&halves);
            // Zeros farther off are found from other boxes.
            if !all.all(|((x, side), half)| *x >= side.lo - half && *x <= side.hi + half) {
                return None;
            }
            let mut all = point.iter().zip(step.iter()).zip(&halves);
            let is_tiny = all
                .all(|((x, step), half)| step.abs() <= 4.0 * f64::EPSILON * x.abs() + 1e-12 * half);
            // One step more than is needed: the last one gains all the digits that there are.
            if is_tiny && is_near {
                break;
            }
            is_near = is_tiny;
        }
        if !is_near {
            return None;
        }
        let at: Vec<Interval> = point.iter().map(|x| Interval::point(*x)).collect();
        if known.cover(&at) {
            return None;
        }
        let largest = halves.iter().fold(0.0, |most: f64, half| most.max(*half));
        let sizes = halves.iter().zip(&self.whole.sides).zip(&point);
        let sizes = sizes.map(|((half, whole), x)| {
            let width = whole.hi - whole.lo;
            // Sides that were cut to a point are not to hold the box back.
            let least = match width.is_finite() && width > 0.0 {
                true => LEAST_SIZE * width,
                false => LEAST_SIZE * (1.0 + x.abs()),
            };
            half.max(1e-3 * largest).max(least)
        });
        let sizes: Vec<f64> = sizes.collect();
        self.krawczyk.prove(&point, &sizes, 1e4)
    }

    /// The parts of a box.
    fn divided(&mut self, sides: Vec<Interval>, depth: u32) -> Vec<Cell> {
        let by_slope = self.whole.is_square() && !depth.is_multiple_of(WIDEST_EVERY);
        let weight = |axis: usize| {
            let side = sides[axis];
            let width = self.whole.relative(side, axis);
            if width == 0.0 {
                return -1.0;
            }
            let steepness = if by_slope {
                self.krawczyk.steepness(axis)
            } else {
                0.0
            };
            match steepness.is_finite() && steepness > 0.0 {
                true => steepness * (side.hi - side.lo),
                false => width,
            }
        };
        let can = |axis: &usize| !self.is_small(sides[*axis], *axis);
        let axes: Vec<usize> = (0..sides.len()).filter(can).collect();
        let axes = if axes.is_empty() {
            (0..sides.len()).collect()
        } else {
            axes
        };
        let best = axes.into_iter().fold((0, f64::NEG_INFINITY), |best, axis| {
            let weight = weight(axis);
            if weight > best.1 {
                (axis, weight)
            } else {
                best
            }
        });
        let axis = best.0;
        let at = divided_at(sides[axis]);
        let part = |side: Interval| {
            let mut sides = sides.clone();
            sides[axis] = side;
            Cell {
                sides,
                depth: depth + 1,
            }
        };
        let Interval { lo, hi } = sides[axis];
        vec![part(Interval { lo, hi: at }), part(Interval { lo: at, hi })]
    }
}

/// Where a side is divided.
fn divided_at(side: Interval) -> f64 {
    let Interval { lo, hi } = side;
    match (lo.is_finite(), hi.is_finite()) {
        (true, true) => (lo + DIVISION * (hi - lo)).clamp(lo, hi),
        _ if lo < 0.0 && hi > 0.0 => DIVISION - 0.5,
        (true, false) => (4.0 * lo.max(1.0)).min(f64::MAX),
        (false, true) => (4.0 * hi.min(-1.0)).max(f64::MIN),
        (false, false) => 0.0,
    }
}
