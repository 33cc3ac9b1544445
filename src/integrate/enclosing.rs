//! Integrals between bounds: cells on each of which bounds decide, however narrow a peak is and
//! wherever it stands.
//!
//! 1. Of every cell take an interval that holds the mean of the integrand on it. Where its content
//!    times its width matters, take a rule of which the error is bounded; where there is none,
//!    the cell is open.
//! 2. Halve the open cell with the largest error, along the axis that needs the most nodes.
//! 3. End when the errors of all cells add up to less than the tolerance, or when the work that is
//!    allowed is done: what the open cells may hold is then told, with its place.
//!
//! K. Petras, "Self-validating integration and approximation of piecewise analytic functions", J.
//! Comput. Appl. Math. 145 (2002) 345–359; F. Johansson, "Numerical integration in
//! arbitrary-precision ball arithmetic", Mathematical Software – ICMS 2018, Lecture Notes in Computer
//! Science 10931, 255–263; R. E. Moore, "Interval Analysis", Prentice-Hall (1966), for the division.

use std::collections::BinaryHeap;

use super::axis_bounds::AxisBounds;
use super::bounded_cell::{Cell, End};
use super::enclosed::{Enclosed, Open};
use super::interpolant::Interpolant;
use super::ladder::Level;
use super::losses::{add_losses, lost_in_numbers};
use super::meter::{Metered, Stop};
use super::node_set::nodes;
use super::outcome::Known;
use super::sides::{AT_END, content_of, halves};
use super::task::Task;
use super::tensor::{add_on_cell, roundoff};
use super::unseen::{MOST_SEEN, NEGLIGIBLE, Search, TRAIL, Trail, VANISHED, has_ended, rest_of};
use crate::elementary::sum::Sum;
use crate::integrand::{BLOCK, Block, Bounds, Coordinate, Integrand, Losses, Side, part};
use crate::rule::Rule;
use crate::scatter::Scatter;

/// A cell that needs more nodes along an axis is halved.
const MOST_ALONG_AXIS: f64 = 48.0;

/// A side that is so many times as long as the one along which nothing is analytic is halved before.
const LONGEST: f64 = 8.0;

/// A cell that needs more nodes in all is halved, if that may help.
const MOST_IN_CELL: f64 = 20_000.0;

/// The most cells.
const MOST_CELLS: usize = 100_000;

/// A cell may take a part of the tolerance however small it is: the first ones one of so many.
const LEAST_SHARES: f64 = 64.0;

/// Cells are closed anew with so much less, if all together miss the tolerance.
const STRICTER: f64 = 0.1;
const STRICTEST: f64 = 1e-3;

/// The cells at which coordinates that keep their digits are taken.
const NARROW: f64 = 0.01;

/// How often a cell may be a box of its own, with cells of its own.
const DEEPEST: u32 = 2;

/// The most cells that become boxes of their own: each is a formula of its own to be prepared.
const MOST_CLOSER: usize = 8;

/// Nodes in a cell at which derivatives by numbers are taken.
const NODES_FOR_NUMBERS: usize = 4;

/// Nodes along each axis of a rule for what operations lose: few of them may all be where it is flat.
const NODES_FOR_LOSSES: usize = 32;

/// A side is a few roundings long if it is this part of its distance from 0.
const COARSE: f64 = 1e-12;

/// A face is off by so much of its coordinate at most.
const SEAM: f64 = f64::EPSILON;

/// Nodes of a rule at which its rounding is looked at.
const LOOKS_AT_CELL: [usize; 3] = [24, 49, 27];

/// A side of which nothing is bounded is halved to this length before that counts.
const TREND: f64 = 1e-12;

/// A search for enclosures that can be gone on with.
pub(crate) struct Enclosing<'s> {
    integrand: &'s dyn Integrand,
    bounds: Box<dyn Bounds + 's>,
    losses: Option<Box<dyn Losses + 's>>,
    evaluator: Metered<'s>,
    task: &'s Task<'s>,
    tolerances: Vec<f64>,
    periodic: Vec<bool>,
    varies: Vec<bool>,
    depth: u32,
    nodes: u64,
    count: usize,
    /// The part of its share that a cell may take.
    strictness: f64,
    /// Whether a sum did not keep its bound.
    refuted: bool,
    /// What is known of the ends of a line.
    at_ends: [Option<Known>; 2],
    /// The rules that gave an answer in several variables, and the values at their nodes.
    levels: Option<Vec<Level>>,
    interpolant: Option<Interpolant>,
    /// Points on what is narrow, once they were asked for, and where bounds led to what nodes did not explain.
    narrow: Option<Vec<Vec<f64>>>,
    /// How many cells became boxes of their own.
    closer: usize,
    /// The most nodes, and the work that was allowed last.
    most_nodes: u64,
    allowed: u64,
    /// The most nodes of a look at what is open.
    most_looks: u64,
    /// Whether no node may be taken at all.
    has_no_nodes: bool,
    means: Vec<(f64, f64)>,
    /// The cells that may be divided, the worst one first, and the others.
    waiting: BinaryHeap<Cell>,
    done: Vec<Cell>,
}

impl<'s> Enclosing<'s> {
    /// A search for the integrals over the unit box, to tolerances; `None` if the integrand has no
    /// bounds.
    pub(crate) fn new(
        integrand: &'s dyn Integrand,
        task: &'s Task<'s>,
        tolerances: &[f64],
    ) -> Option<Self> {
        let bounds = integrand.knowledge().bounds()?;
        let facts = (0..integrand.dimension()).map(|axis| integrand.knowledge().axis_facts(axis));
        let facts: Vec<_> = facts.collect();
        Some(Enclosing {
            integrand,
            bounds,
            losses: integrand.knowledge().losses(),
            evaluator: task.evaluator(integrand),
            task,
            tolerances: tolerances.to_vec(),
            periodic: facts.iter().map(|f| f.periodic == Some(true)).collect(),
            varies: facts.iter().map(|f| f.varies).collect(),
            depth: 0,
            nodes: 0,
            count: 0,
            strictness: 1.0,
            refuted: false,
            at_ends: [None, None],
            levels: None,
            interpolant: None,
            narrow: None,
            closer: 0,
            most_nodes: u64::MAX,
            allowed: 0,
            most_looks: task.left() / 4,
            has_no_nodes: false,
            means: vec![(0.0, 0.0); integrand.outputs()],
            waiting: BinaryHeap::new(),
            done: Vec::new(),
        })
    }

    /// The work that is left, in operations of the formulas.
    pub(crate) fn left(&self) -> u64 {
        self.bounds.work()
    }

    /// The work of one look at all formulas, in operations.
    pub(crate) fn cost(&self) -> u64 {
        self.bounds.cost()
    }

    /// For every output the largest value that bounds allow, or that is seen where nothing is bounded;
    /// `None` where nothing is seen.
    ///
    /// # Errors
    /// What ended the evaluations.
    pub(crate) fn sizes(&mut self) -> Result<Option<Vec<f64>>, Stop> {
        let whole = vec![Side::WHOLE; self.varies.len()];
        self.bounds.turn_to(&whole);
        self.bounds.means(&mut self.means);
        let size = |&(lo, hi): &(f64, f64)| lo.abs().max(hi.abs());
        let mut sizes: Vec<f64> = self.means.iter().map(size).collect();
        if sizes.iter().any(|size| !size.is_finite()) {
            let count = BLOCK;
            let points = Scatter::golden(self.varies.len()).along_axes(1..count + 1);
            let nodes: Vec<_> = points.iter().map(|w| Coordinate::Each(w)).collect();
            let mut values = vec![0.0; count * sizes.len()];
            let block = Block::new(&nodes, count);
            self.evaluator.evaluate(&block, &mut values)?;
            for (size, values) in sizes.iter_mut().zip(values.chunks(count)) {
                let finite = values.iter().filter(|v| v.is_finite());
                let largest = finite.fold(0.0f64, |most, v| most.max(v.abs()));
                *size = if size.is_finite() { *size } else { largest };
            }
        }
        Ok(Some(sizes).filter(|sizes| sizes.iter().all(|size| *size > 0.0)))
    }

    /// Takes the integrals next to the ends of a line as they are given.
    pub(crate) fn take_ends(&mut self, at_ends: [Option<Known>; 2]) {
        self.at_ends = at_ends;
    }

    /// Looks for what the nodes of rules along the axes do not explain.
    pub(crate) fn doubt_rules(&mut self, levels: Option<Vec<Level>>) {
        self.levels = levels.filter(|_| self.varies.len() > 1);
    }

    /// Allows so many nodes in all, but for those of the last cell.
    pub(crate) fn allow_nodes(&mut self, nodes: u64) {
        self.most_nodes = nodes;
    }

    /// Allows no node at all: bounds alone must do.
    pub(crate) fn allow_no_nodes(&mut self) {
        self.has_no_nodes = true;
    }

    /// Allows so many nodes for a look at what is open.
    pub(crate) fn allow_looks(&mut self, nodes: u64) {
        self.most_looks = nodes;
    }

    /// Aims at other tolerances.
    ///
    /// # Errors
    /// What ended the evaluations.
    pub(crate) fn aim_at(&mut self, tolerances: &[f64]) -> Result<(), Stop> {
        self.tolerances.copy_from_slice(tolerances);
        self.strictness = 1.0;
        let mut cells = std::mem::take(&mut self.done);
        cells.extend(std::mem::take(&mut self.waiting));
        cells.sort_by_key(|cell| cell.number);
        for mut cell in cells {
            cell.excess = self.excess(&cell.errors);
            let content = content_of(&cell.sides);
            if cell.end == End::Closed && cell.excess > self.share(content) {
                cell = self.cell(cell.sides, [f64::INFINITY; TRAIL])?;
            }
            self.waiting.push(cell);
        }
        Ok(())
    }

    /// Goes on with so much work on bounds at most.
    ///
    /// # Errors
    /// What ended the evaluations.
    pub(crate) fn work(&mut self, work: u64) -> Result<Enclosed, Stop> {
        self.bounds.allow(work);
        self.allowed = work;
        if self.count == 0 {
            let whole = vec![Side::WHOLE; self.varies.len()];
            let whole = self.cell(whole, [f64::INFINITY; TRAIL])?;
            self.waiting.push(whole);
        }
        let mut until_sum = 0;
        loop {
            if until_sum == 0 {
                // What is met by all cells together, each may miss.
                if self.is_met(&self.total().1) {
                    break;
                }
                until_sum = 1 + (self.waiting.len() + self.done.len()) / 16;
            }
            until_sum -= 1;
            let cells = self.waiting.len() + self.done.len();
            let is_spent = self.bounds.is_spent() || self.nodes >= self.most_nodes;
            // Bounds alone take a moment, which is worth it at the end of the time too.
            let is_over = !self.has_no_nodes && self.task.is_over().is_some();
            if cells >= MOST_CELLS || is_spent || is_over {
                break;
            }
            let Some(worst) = self.waiting.pop() else {
                if self.strictness <= STRICTEST {
                    break;
                }
                self.strictness *= STRICTER;
                self.close_anew()?;
                continue;
            };
            let halves = match worst.end {
                End::Open(axis) => halves(&worst.sides, axis),
                End::Closed => None,
            };
            match halves {
                Some([first, second]) => {
                    let trail = worst.trail;
                    let both = self
                        .cell(first, trail)
                        .and_then(|first| Ok((first, self.cell(second, trail)?)));
                    let (mut first, mut second) = match both {
                        Ok(both) => both,
                        Err(stop) => {
                            self.waiting.push(worst);
                            return Err(stop);
                        }
                    };
                    let is_lost = |cell: &Cell| cell.excess == f64::INFINITY;
                    let are_lost = is_lost(&first) || is_lost(&second);
                    if self.bounds.is_spent() && are_lost && !is_lost(&worst) {
                        // Of halves for which no work is left less is known than of both together.
                        self.waiting.push(worst);
                        break;
                    }
                    self.follow(&mut first, &second);
                    self.follow(&mut second, &first);
                    self.waiting.extend([first, second]);
                }
                // Nothing more is to be had of it.
                None => self.done.push(worst),
            }
        }
        self.found()
    }

    /// Takes the closed cells with the largest errors up again.
    fn close_anew(&mut self) -> Result<(), Stop> {
        let fair = 0.5 / (1.0 + self.done.len() as f64);
        let (again, done) = std::mem::take(&mut self.done)
            .into_iter()
            .partition(|cell| cell.end == End::Closed && cell.excess > fair);
        self.done = done;
        let mut again: Vec<Cell> = again;
        again.reverse();
        while let Some(cell) = again.pop() {
            match self.cell(cell.sides.clone(), cell.trail) {
                Ok(anew) => self.waiting.push(anew),
                Err(stop) => {
                    self.done.push(cell);
                    self.done.append(&mut again);
                    return Err(stop);
                }
            }
        }
        Ok(())
    }

    fn is_met(&self, errors: &[f64]) -> bool {
        let mut pairs = errors.iter().zip(&self.tolerances);
        pairs.all(|(error, tolerance)| error <= tolerance)
    }

    /// The sums and the errors of all cells.
    fn total(&self) -> (Vec<Sum>, Vec<f64>) {
        let outputs = self.tolerances.len();
        let (mut sums, mut errors) = (vec![Sum::default(); outputs], vec![0.0; outputs]);
        for cell in self.done.iter().chain(&self.waiting) {
            for k in 0..outputs {
                sums[k].add_sum(&cell.sums[k]);
                errors[k] += cell.errors[k];
            }
        }
        (sums, errors)
    }

    /// For every output the errors of the cells in which something is known, and the content of those in which
    /// nothing is known of one.
    fn bounded(&self) -> (Vec<f64>, f64) {
        let (mut errors, mut unbounded) = (vec![0.0; self.tolerances.len()], 0.0);
        for cell in self.done.iter().chain(&self.waiting) {
            if !cell.errors.iter().all(|error| error.is_finite()) {
                unbounded += content_of(&cell.sides);
            }
            let known = errors.iter_mut().zip(&cell.errors);
            for (sum, error) in known.filter(|(_, error)| error.is_finite()) {
                *sum += error;
            }
        }
        (errors, unbounded)
    }

    /// What bounds and rules say by now, though no more may be evaluated; `None` if they say nothing.
    pub(crate) fn enclosed(&mut self) -> Option<Enclosed> {
        self.has_no_nodes = true;
        match self.waiting.is_empty() && self.done.is_empty() {
            true => None,
            false => self.found().ok(),
        }
    }

    /// What is known by now.
    fn found(&mut self) -> Result<Enclosed, Stop> {
        let (sums, mut errors) = self.total();
        let met = self.is_met(&errors);
        if met
            && self.depth == 0
            && self.varies.len() == 1
            && let Some(numbers) = self.integrand.knowledge().numbers()
        {
            let rule = Rule::gauss(NODES_FOR_NUMBERS)?;
            let cells = self.done.iter().chain(&self.waiting);
            let mut cells: Vec<&Cell> = cells.filter(|cell| !cell.guessed).collect();
            cells.sort_by_key(|cell| cell.number);
            let sides: Vec<Side> = cells.iter().map(|cell| cell.sides[0]).collect();
            let lost = lost_in_numbers(numbers.as_ref(), &sides, &rule);
            errors.iter_mut().zip(lost).for_each(|(e, lost)| *e += lost);
        }
        if met && self.depth == 0 {
            // Which side of a switch a cell is on is decided without what rounding leaves open.
            let off = self.integrand.knowledge().switches().errors;
            let known = errors.iter_mut().zip(off);
            let known = known.filter(|(_, off)| off.is_finite());
            known.for_each(|(error, off)| *error += off);
        }
        let cells = || self.done.iter().chain(&self.waiting);
        let (bounded, unbounded) = self.bounded();
        let found = Enclosed {
            values: sums.iter().map(Sum::value).collect(),
            proven: !cells().any(|cell| cell.guessed),
            cells: cells().count(),
            bounded,
            unbounded,
            rounding: sums.iter().map(roundoff).collect(),
            nodes: self.nodes,
            errors,
            met: met && !self.refuted,
            refuted: self.refuted,
            hidden: None,
            unseen: Vec::new(),
            possible: Vec::new(),
            likely: None,
            open: None,
            bad: None,
            is_beyond: false,
            is_open: false,
            is_led: false,
        };
        if met || self.has_no_nodes {
            return Ok(found);
        }
        // The closed cells, and what the nodes in the others say.
        let mut open: Vec<&Cell> = cells().collect();
        open.retain(|cell| cell.end != End::Closed && !cell.guessed);
        open.sort_by_key(|cell| cell.number);
        let open = open.iter().map(|cell| (cell.sides.clone(), cell.trail));
        let open: Vec<_> = open.collect();
        // The open cells themselves do not count.
        let once = (2 + self.varies.len()) as u64 * self.bounds.cost();
        self.bounds.allow(self.allowed + open.len() as u64 * once);
        if let (Some(levels), None) = (&self.levels, &self.interpolant) {
            self.interpolant = Interpolant::new(self.integrand, levels, self.task)?;
        }
        if (2..=MOST_SEEN).contains(&self.varies.len()) && self.narrow.is_none() {
            self.narrow = Some(self.integrand.knowledge().narrow());
        }
        let most = self.task.left() / 4;
        let (bounds, evaluator) = (self.bounds.as_mut(), &mut self.evaluator);
        let search = Search::new(bounds, evaluator, &self.tolerances, self.varies.len())?;
        let look = search.look(
            open,
            [self.most_looks, most],
            self.allowed,
            self.interpolant.as_ref(),
            self.narrow.as_deref().unwrap_or_default(),
        )?;
        self.nodes += look.nodes;
        // Other boxes, in the next look, may lead elsewhere.
        if let Some(narrow) = &mut self.narrow {
            narrow.extend(look.met);
        }
        let mut likely = Vec::with_capacity(found.errors.len());
        let mut open = Open {
            boxes: look.boxes,
            values: Vec::with_capacity(found.errors.len()),
            errors: Vec::with_capacity(found.errors.len()),
        };
        for k in 0..found.errors.len() {
            let (mut sum, mut error) = (Sum::default(), 0.0);
            let closed = self.done.iter().chain(&self.waiting);
            for cell in closed.filter(|cell| cell.end == End::Closed || cell.guessed) {
                sum.add_sum(&cell.sums[k]);
                error += cell.errors[k];
            }
            open.values.push(sum.value());
            open.errors.push(error + roundoff(&sum));
            sum.add_sum(&look.sums[k]);
            likely.push((sum.value(), error + 3.0 * look.changes[k] + roundoff(&sum)));
        }
        Ok(Enclosed {
            hidden: look.hidden,
            unseen: look.unseen,
            possible: look.possible,
            likely: Some(likely),
            open: Some(open),
            bad: look.bad,
            is_beyond: look.is_beyond,
            is_open: look.is_open,
            is_led: look.is_led,
            nodes: self.nodes,
            ..found
        })
    }

    /// A cell, by its interval or by a rule.
    fn cell(&mut self, sides: Vec<Side>, trail: Trail) -> Result<Cell, Stop> {
        let content = content_of(&sides);
        let bounded = self.bounds.turn_to(&sides).is_some();
        self.bounds.means(&mut self.means);
        let mut cell = Cell {
            sums: Vec::with_capacity(self.means.len()),
            errors: Vec::with_capacity(self.means.len()),
            excess: 0.0,
            end: End::Closed,
            number: self.count,
            trail,
            guessed: false,
            sides,
        };
        self.count += 1;
        let end = cell.end_of_line();
        if let Some(Known { values, errors }) = end.and_then(|end| self.at_ends[end].as_ref()) {
            cell.sums = values.iter().map(|value| Sum::of(*value)).collect();
            cell.errors.clone_from(errors);
            cell.excess = self.excess(&cell.errors);
            cell.guessed = true;
            return Ok(cell);
        }
        for &(lo, hi) in &self.means {
            let (middle, half) = (lo / 2.0 + hi / 2.0, hi / 2.0 - lo / 2.0);
            if half.is_finite() {
                cell.sums.push(Sum::of(middle * content));
                cell.errors
                    .push(half * content + f64::EPSILON * middle.abs() * content);
            } else {
                cell.sums.push(Sum::default());
                cell.errors.push(f64::INFINITY);
            }
        }
        cell.excess = self.excess(&cell.errors);
        if cell.excess <= self.share(content) {
            return Ok(cell);
        }
        let best = self.bounds.best_axis();
        cell.end = End::Open(best.unwrap_or_else(|| self.longest(&cell.sides)));
        // A rule in a cell of a few roundings says nothing.
        let is_coarse = |side: &Side| side.width() <= COARSE * side.to;
        if bounded && !self.has_no_nodes && !cell.sides.iter().any(is_coarse) {
            self.try_rules(&mut cell, content)?;
        }
        Ok(cell)
    }

    /// Goes on in a cell of which nothing is bounded as its other half and those before let expect.
    fn follow(&self, cell: &mut Cell, other: &Cell) {
        let held = |k: usize| (other.size(k) + other.errors[k]) / self.tolerances[k];
        let held = (0..self.tolerances.len()).map(held).fold(0.0, f64::max);
        let held = if held < VANISHED { 0.0 } else { held };
        cell.trail.rotate_right(1);
        cell.trail[0] = held;
        if cell.excess < f64::INFINITY {
            return;
        }
        // Far from the end a trend is none: a peak may come. On a line that is looked at first, in more
        // variables other cells may be more urgent.
        let is_line = cell.sides.len() == 1;
        let end = if is_line { AT_END } else { TREND };
        if !cell.sides.iter().any(|side| side.width() < end) {
            if !is_line && has_ended(&cell.trail) {
                let content = content_of(&cell.sides);
                cell.excess = content.min(1.0) * NEGLIGIBLE;
            }
            return;
        }
        let rest = rest_of(&cell.trail);
        if rest.is_infinite() {
            // What is known of it now is all that will be.
            let content = content_of(&cell.sides);
            cell.excess = content * NEGLIGIBLE;
            return;
        }
        cell.excess = rest;
        cell.guessed = true;
        for (error, tolerance) in cell.errors.iter_mut().zip(&self.tolerances) {
            *error = error.min(rest * tolerance);
        }
    }

    /// The part of the tolerance that a cell may take.
    fn share(&self, content: f64) -> f64 {
        // The shares of n cells add up to (1 + ln n)/8 or less.
        let least = 1.0 / (LEAST_SHARES + self.count as f64);
        self.strictness * content.max(least) / 8.0
    }

    fn excess(&self, errors: &[f64]) -> f64 {
        let ratios = errors
            .iter()
            .zip(&self.tolerances)
            .map(|(error, t)| if *error == 0.0 { 0.0 } else { error / t });
        // Written so that NaN stays.
        ratios.fold(
            0.0,
            |worst, ratio| if ratio <= worst { worst } else { ratio },
        )
    }

    /// The longest side that may be halved.
    fn longest(&self, sides: &[Side]) -> usize {
        let varying = (0..sides.len()).filter(|&a| self.varies[a]);
        let longest = varying.max_by(|&a, &b| {
            let by_width = sides[a].width().total_cmp(&sides[b].width());
            by_width.then(b.cmp(&a))
        });
        longest.unwrap_or(0)
    }

    /// Closes a cell by a rule along each axis, if there are rules of which the errors are known;
    /// else says along which axis it is to be halved.
    fn try_rules(&mut self, cell: &mut Cell, content: f64) -> Result<(), Stop> {
        let outputs = self.tolerances.len();
        let varying = self.varies.iter().filter(|v| **v).count().max(1) as f64;
        let share = self.share(content);
        let shares: Vec<f64> = self
            .tolerances
            .iter()
            .map(|t| t * share / content / varying)
            .collect();
        let mut rules = Vec::with_capacity(cell.sides.len());
        let mut neighbourhoods = Vec::with_capacity(cell.sides.len());
        let mut errors = vec![0.0; outputs];
        let (mut worst, mut all) = ((0.0, 0), 1.0);
        for axis in 0..cell.sides.len() {
            if !self.varies[axis] {
                rules.push(Rule::gauss(1)?);
                neighbourhoods.push(None);
                continue;
            }
            let side = cell.sides[axis];
            let periodic = self.periodic[axis] && side == Side::WHOLE;
            let mut known = AxisBounds::new(periodic, outputs);
            let n = known.order(axis, &shares, self.bounds.as_mut(), false);
            if n > worst.0 {
                worst = (n, axis);
            }
            if n > MOST_ALONG_AXIS {
                // Another axis may need even more nodes, but halving this one helps anyway; where there is nothing
                // analytic, as about a kink, it does so only while the cell is not long along another.
                let longest = cell.sides[self.longest(&cell.sides)].width();
                if n.is_finite() || cell.sides[axis].width() * LONGEST > longest {
                    cell.end = End::Open(axis);
                }
                return Ok(());
            }
            all *= n;
            rules.push(if periodic {
                Rule::trapezoid(n as usize)?
            } else {
                Rule::gauss(n as usize)?
            });
            for (k, error) in errors.iter_mut().enumerate() {
                *error += content * known.error(n as usize, k);
            }
            neighbourhoods.push(Some(known));
        }
        if all > MOST_IN_CELL && worst.0 > 8.0 {
            cell.end = End::Open(worst.1);
            return Ok(());
        }
        let mut sums = vec![Sum::default(); outputs];
        self.add(&cell.sides, &rules, &mut sums)?;
        let mut lost = vec![0.0; outputs];
        if let Some(losses) = &mut self.losses {
            add_losses(
                &cell.sides,
                &rules,
                LOOKS_AT_CELL[cell.sides.len().min(3) - 1],
                losses.as_mut(),
                &sums,
                &mut lost,
            );
        }
        if self.excess(&lost) > share {
            // Other coordinates keep more digits, if the cell is short.
            if cell.sides.len() == 1 && cell.sides[0].width() > NARROW {
                cell.end = End::Open(worst.1);
                return Ok(());
            }
            if self.depth < DEEPEST && self.closer < MOST_CLOSER && self.closer(cell, content)? {
                let own: Vec<f64> = errors.iter().zip(&lost).map(|(e, l)| e + l).collect();
                if cell.excess <= self.excess(&own) {
                    return Ok(());
                }
            }
        }
        if sums.iter().any(|sum| !sum.is_finite()) {
            return Ok(());
        }
        self.doubt(cell, &rules, &neighbourhoods, &sums, &errors)?;
        cell.sums = sums;
        cell.errors = errors.iter().zip(&lost).map(|(e, lost)| e + lost).collect();
        cell.excess = self.excess(&cell.errors);
        cell.end = End::Closed;
        Ok(())
    }

    /// Adds the sums over the nodes of rules in a cell.
    fn add(&mut self, sides: &[Side], rules: &[Rule], sums: &mut [Sum]) -> Result<(), Stop> {
        add_on_cell(&mut self.evaluator, sides, rules, sums)?;
        self.nodes += nodes(rules);
        Ok(())
    }

    /// Bounds that a second sum with fewer nodes refutes are not believed.
    fn doubt(
        &mut self,
        cell: &Cell,
        rules: &[Rule],
        known: &[Option<AxisBounds>],
        sums: &[Sum],
        errors: &[f64],
    ) -> Result<(), Stop> {
        let fewer = rules.iter().zip(known).map(|(rule, known)| {
            let n = if known.is_some() {
                (2 * rule.len()).div_ceil(3)
            } else {
                1
            };
            match known {
                Some(known) if known.periodic => Rule::trapezoid(n),
                _ => Rule::gauss(n),
            }
        });
        let fewer: Vec<Rule> = fewer.collect::<Result<_, _>>()?;
        let mut others = vec![Sum::default(); sums.len()];
        self.add(&cell.sides, &fewer, &mut others)?;
        let content = content_of(&cell.sides);
        for k in 0..sums.len() {
            let of_axis = |(known, rule): (&Option<AxisBounds>, &Rule)| {
                known
                    .as_ref()
                    .map_or(0.0, |known| known.error(rule.len(), k))
            };
            let other: f64 = known.iter().zip(&fewer).map(of_axis).sum();
            let distance = (sums[k].value() - others[k].value()).abs();
            let rounding = roundoff(&sums[k]) + roundoff(&others[k]);
            self.refuted |= distance > errors[k] + content * other + 4.0 * rounding;
        }
        Ok(())
    }

    /// Closes a narrow cell as a box of its own, in coordinates that keep their digits; whether that
    /// is near enough.
    fn closer(&mut self, cell: &mut Cell, content: f64) -> Result<bool, Stop> {
        let piece = part(self.integrand, &cell.sides);
        let share = self.share(content);
        let tolerances: Vec<f64> = self.tolerances.iter().map(|t| t * share).collect();
        self.closer += 1;
        let task = self.task;
        let Some(mut own) = Enclosing::new(piece.integrand.as_ref(), task, &tolerances) else {
            return Ok(false);
        };
        own.depth = self.depth + 1;
        let work = self.bounds.work();
        let found = own.work(work / 2)?;
        // What it took is taken from this search, too.
        self.bounds
            .allow(work.saturating_sub(work / 2 - own.left().min(work / 2)));
        self.nodes += found.nodes;
        self.refuted |= found.refuted;
        if !found.met {
            return Ok(false);
        }
        cell.sums = found.values.iter().map(|value| Sum::of(*value)).collect();
        cell.errors = found.all_errors();
        cell.guessed = !found.proven;
        self.add_seams(cell)?;
        cell.excess = self.excess(&cell.errors);
        cell.end = End::Closed;
        Ok(true)
    }

    /// Adds to the errors of a cell in coordinates of its own what its faces may be off from those of
    /// its neighbours: numbers that a formula contains are rounded anew there.
    fn add_seams(&mut self, cell: &mut Cell) -> Result<(), Stop> {
        let outputs = self.tolerances.len();
        // So is what operations give at its place from which it counts the distance.
        if let Some(mut losses) = self.integrand.knowledge().losses_inside() {
            let rules = vec![Rule::gauss(NODES_FOR_LOSSES)?; cell.sides.len()];
            let looks = LOOKS_AT_CELL[cell.sides.len().min(3) - 1];
            let (sides, sums) = (&cell.sides, &cell.sums);
            add_losses(
                sides,
                &rules,
                looks,
                losses.as_mut(),
                sums,
                &mut cell.errors,
            );
        }
        if let [side] = cell.sides[..] {
            let ends = [side.from, side.to];
            let mut values = vec![0.0; 2 * outputs];
            let node = [Coordinate::Each(&ends)];
            let block = Block::new(&node, 2);
            self.evaluator.evaluate(&block, &mut values)?;
            self.nodes += 2;
            for (error, values) in cell.errors.iter_mut().zip(values.chunks(2)) {
                let seam = values[0].abs() + values[1].abs();
                *error += SEAM * side.to * seam;
            }
            return Ok(());
        }
        self.bounds.turn_to(&cell.sides);
        self.bounds.means(&mut self.means);
        let content = content_of(&cell.sides);
        let faces: f64 = cell.sides.iter().map(|side| side.to / side.width()).sum();
        for (error, (lo, hi)) in cell.errors.iter_mut().zip(&self.means) {
            *error += SEAM * faces * content * lo.abs().max(hi.abs());
        }
        Ok(())
    }
}
