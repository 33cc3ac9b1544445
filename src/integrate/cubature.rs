//! Adaptive cubature in rounds: cells are divided where the error is.
//!
//! 1. Estimate every cell by a rule with null rules; stop if the errors add up to little enough.
//! 2. Take the cells without which the error cannot be reached, by their errors alone, so that the
//!    choice does not depend on the number of threads, and halve each along its worst axis.
//! 3. Evaluate all halves as one batch. Where two halves differ from their parent by more than all
//!    three errors, raise the errors: the estimate has just been caught. Go to 1.
//!
//! A scan by a low-discrepancy sequence is a witness: a cell that holds a value far above those at
//! its nodes is divided until the value is no surprise.
//!
//! J. Berntsen, T. O. Espelid, A. Genz, "An adaptive algorithm for the approximate calculation of
//! multiple integrals", ACM Trans. Math. Software 17 (1991) 437–451; I. Gladwell, "Vectorisation of
//! one dimensional quadrature codes", in: Numerical Integration, Reidel (1987) 230–238.

use std::ops::Range;

use rayon::prelude::*;

use super::because::{Because, Step};
use super::cell_list::{BadValue, Cell, CellList, CellMut};
use super::cell_rule::{CellRule, Known};
use super::faces::{Halvings, OnBorder, unexplained};
use super::meter::{Halt, Metered, Stop};
use super::node_set::NodeSet;
use super::outcome::{BadNode, Outcome, Status};
use super::reason::Reason;
use super::scan::{SCAN, Witness, scan};
use super::scattered::{Places, values_at};
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::unseen::Looked;
use crate::elementary::sum::Sum;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand, Side, for_each_index};

/// Cells along an axis at the start, by the number of variables.
const FIRST_CELLS: [usize; 4] = [6, 3, 2, 2];

/// Where evaluations are few, one of so many is for the scan.
const SHARE_OF_SCAN: usize = 4;

/// Cells divided in one round at most, unless there are over four times as many.
const MOST_DIVIDED: usize = 2048;

/// Only cells with at least this part of the largest error are divided in a round.
const WORTH_DIVIDING: f64 = 0.05;

/// Fewer cells are evaluated on the calling thread.
const FEW_CELLS: usize = 16;

/// Fewer places on faces are evaluated on the calling thread.
const FEW_PLACES: usize = 4 * BLOCK;

/// A value of the scan above this multiple of the largest value at a cell's nodes is a surprise.
const SURPRISE: f64 = 2.0;

/// A value this near to a cell, in units of its sides, is in its neighbourhood.
const NEAR: f64 = 0.1;

/// Cells are looked at again when there are this many times as many as before; those larger than this
/// multiple of the mean, and at most one of so many.
const LOOK_AGAIN: usize = 2;
const LARGE: f64 = 2.0;
const LARGEST: usize = 8;

/// Large cells are held against small ones when there are this many, and each time that there are twice
/// as many.
const LOOK_ACROSS: usize = 256;

/// A cell is long and narrow if one side is this many times as long as another.
/// It is divided along its longest side if that explains its values so much better.
const LONG: f64 = 4.0;
const EXPLAINED: f64 = 0.25;

/// A cell as short as this along an axis is not divided there.
const SHORTEST: f64 = 1e-14;

/// The same beside 1, where nodes must not round to 1: the outermost of a rule lie at a thousandth of the side.
const SHORTEST_AT_ONE: f64 = 1e-12;

/// Cells that are divided where the error is.
pub(crate) struct Cells {
    /// The fewest and the most variables that they are for.
    pub(crate) variables: [usize; 2],
    /// Whether a last round, for which there are not enough evaluations, divides as many cells as
    /// there are evaluations for.
    pub(crate) to_the_end: bool,
    /// Whether nothing else is to be tried.
    pub(crate) asked_for: bool,
}

impl Strategy for Cells {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        let [fewest, most] = self.variables;
        // What was not looked at was not given up.
        (self.asked_for || subject.seen().is_some())
            && (fewest..=most).contains(&subject.integrand.dimension())
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let mut division = Division::new(subject.integrand, task, self.to_the_end)?;
        division.begin(self.asked_for)?;
        let mut outcome = division.run()?;
        if self.asked_for {
            let method = std::mem::take(&mut outcome.method);
            outcome = outcome.by(method, Because::of(Step::AskedFor));
        }
        Ok(Attempt::of(outcome))
    }
}

/// The integrals over some boxes, with these for the first cells. The nodes at which they were looked
/// at take the place of a scan.
///
/// # Errors
/// What failed in an evaluation. What only ended it is the status of the outcome.
pub(crate) fn over(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    boxes: &[Looked],
) -> Result<Outcome, Stop> {
    let mut division = Division::new(integrand, task, false)?;
    let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
    let mut first = CellList::new(dimension, outputs, boxes.len());
    task.afford((boxes.len() * division.rule.len()) as u64)?;
    let mut count = 0;
    for looked in boxes {
        let from: Vec<f64> = looked.sides.iter().map(|side| side.from).collect();
        let width: Vec<f64> = looked.sides.iter().map(Side::width).collect();
        let own = looked.values.len() / outputs;
        first.push(&from, &width, count..count + own as u32);
        count += own as u32;
        for (all, own) in division.seen.nodes.iter_mut().zip(&looked.nodes) {
            all.extend(own);
        }
    }
    division.seen.order = (0..count).collect();
    for k in 0..outputs {
        for looked in boxes {
            let own = looked.values.len() / outputs;
            let values = &looked.values[k * own..(k + 1) * own];
            division.seen.values.extend(values);
        }
    }
    division.estimate(&mut first)?;
    division.cells = first;
    division.run()
}

/// How the division of cells ends.
enum End {
    Met,
    AtFloor,
    Because(Reason),
}

struct Division<'d> {
    integrand: &'d dyn Integrand,
    task: &'d Task<'d>,
    rule: CellRule,
    to_the_end: bool,
    cells: CellList,
    /// Nodes of the scan with large values.
    witnesses: Vec<Witness>,
    /// All nodes of the scan.
    seen: Seen,
    /// How many cells there were when the largest were halved to look again.
    looked_at: usize,
    /// How many there were when large ones were held against small ones.
    looked_across: usize,
    halvings: Halvings,
}

/// The nodes of the scan and their values, which every cell has to explain.
#[derive(Default)]
struct Seen {
    /// Axis by axis.
    nodes: Vec<Vec<f64>>,
    /// Output by output.
    values: Vec<f64>,
    /// The numbers of the nodes: those in one cell are together.
    order: Vec<u32>,
}

impl Seen {
    /// Adds values at places on the borders of cells, output by output.
    fn add(&mut self, cells: &mut CellList, faces: &[OnBorder], values: &[f64]) {
        let before = self.nodes.first().map_or(0, Vec::len);
        for (axis, nodes) in self.nodes.iter_mut().enumerate() {
            nodes.extend(faces.iter().map(|face| face.place[axis]));
        }
        let of_output = values.chunks(faces.len().max(1)).enumerate();
        let of_output = of_output.map(|(k, new)| {
            let old = &self.values[k * before..(k + 1) * before];
            [old, new].concat()
        });
        self.values = of_output.collect::<Vec<_>>().concat();
        let mut of_cells: Vec<(usize, u32)> = faces
            .iter()
            .enumerate()
            .map(|(number, face)| (face.cell, (before + number) as u32))
            .collect();
        of_cells.sort_unstable();
        let (mut order, mut new) = (Vec::new(), of_cells.into_iter().peekable());
        for id in 0..cells.len() {
            let seen = &mut cells.get_mut(id).finding.seen;
            let begin = order.len() as u32;
            order.extend(&self.order[seen.start as usize..seen.end as usize]);
            while let Some((_, node)) = new.next_if(|(cell, _)| *cell == id) {
                order.push(node);
            }
            *seen = begin..order.len() as u32;
        }
        self.order = order;
    }

    /// Of some nodes in the order by cells, those below a place along an axis come first; how many
    /// these are.
    fn part(&mut self, range: Range<u32>, axis: usize, place: f64) -> u32 {
        let along = &self.nodes[axis];
        let own = &mut self.order[range.start as usize..range.end as usize];
        own.sort_by_key(|&node| along[node as usize] >= place);
        own.partition_point(|&node| along[node as usize] < place) as u32
    }
}

impl<'d> Division<'d> {
    fn new(
        integrand: &'d dyn Integrand,
        task: &'d Task<'d>,
        to_the_end: bool,
    ) -> Result<Self, Stop> {
        Ok(Division {
            integrand,
            task,
            rule: CellRule::new(integrand.dimension())?,
            to_the_end,
            cells: CellList::new(integrand.dimension(), integrand.outputs(), 0),
            witnesses: Vec::new(),
            seen: Seen {
                nodes: vec![Vec::new(); integrand.dimension()],
                ..Seen::default()
            },
            looked_at: 0,
            looked_across: 0,
            halvings: Halvings::default(),
        })
    }

    fn run(&mut self) -> Result<Outcome, Stop> {
        loop {
            if let Some(cell) = self.cells.iter().find(|c| c.finding.bad.is_some()) {
                return Ok(self.nonfinite(cell));
            }
            self.surprise();
            let (values, errors, floors) = self.totals();
            self.task.report(&values, &errors);
            let tolerances = self.task.tolerances(&values);
            let totals = errors.iter().zip(&tolerances);
            let end = if totals.clone().all(|(e, t)| e <= t) {
                if self.look_again()? || self.look_across()? {
                    continue;
                }
                Some(End::Met)
            } else if totals.zip(&floors).all(|((e, t), f)| *e <= t.max(4.0 * f)) {
                Some(End::AtFloor)
            } else {
                if self.cells.len() > LOOK_ACROSS.max(2 * self.looked_across)
                    && self.look_across()?
                {
                    continue;
                }
                match self.worst(&tolerances) {
                    Some(worst) => self.divide_some(&worst)?.map(End::Because),
                    None => Some(End::Because(Reason::ShortestCells)),
                }
            };
            if let Some(end) = end {
                return Ok(self.outcome(values, errors, end));
            }
        }
    }

    /// Cells along each axis at the start, where there are so many at most.
    fn lengths(&self, most: usize) -> Vec<usize> {
        let axes = 0..self.integrand.dimension();
        let varies = |axis| self.integrand.knowledge().axis_facts(axis).varies;
        let length = |axis| if varies(axis) { most } else { 1 };
        axes.map(length).collect()
    }

    /// Scans for peaks, and estimates the first cells: both with fewer nodes if there is nothing else to try.
    fn begin(&mut self, is_alone: bool) -> Result<(), Stop> {
        let dimension = self.integrand.dimension();
        let mut most = FIRST_CELLS[dimension.clamp(1, FIRST_CELLS.len()) - 1];
        let mut looks = SCAN;
        let mut of_scan = *self.task;
        let of_cells =
            |lengths: &[usize]| (lengths.iter().product::<usize>() * self.rule.len()) as u64;
        if is_alone {
            let left = usize::try_from(self.task.left()).unwrap_or(usize::MAX);
            looks = looks.min(left / SHARE_OF_SCAN / BLOCK * BLOCK);
            of_scan = self.task.at_most(self.task.left() / 2);
        } else {
            self.task
                .afford(looks as u64 + of_cells(&self.lengths(most)))?;
        }
        let mut evaluator = of_scan.evaluator(self.integrand);
        let found = scan(self.integrand, &mut evaluator, looks)?;
        while is_alone && most > 1 && of_cells(&self.lengths(most)) > self.task.left() {
            most -= 1;
        }
        let lengths = self.lengths(most);
        self.task.afford(of_cells(&lengths))?;
        let count: usize = lengths.iter().product();
        let mut first = CellList::new(dimension, self.integrand.outputs(), 0);
        self.witnesses = [found.peaks, found.tops].concat();
        let mut by_cell: Vec<Vec<u32>> = vec![Vec::new(); count];
        for node in 0..looks {
            let axes = found.nodes.iter().zip(&lengths);
            let cell = axes.fold(0, |cell, (along, &n)| {
                cell * n + ((along[node] * n as f64) as usize).min(n - 1)
            });
            by_cell[cell].push(node as u32);
        }
        self.seen = Seen {
            nodes: found.nodes,
            values: found.values,
            order: by_cell.concat(),
        };
        let width: Vec<f64> = lengths.iter().map(|&n| 1.0 / n as f64).collect();
        let (mut begin, mut cells) = (0, by_cell.iter());
        for_each_index(lengths.iter().copied(), |index| {
            let axes = index.iter().zip(&lengths);
            let from: Vec<f64> = axes.map(|(&i, &n)| i as f64 / n as f64).collect();
            let end = begin + cells.next().map_or(0, Vec::len) as u32;
            first.push(&from, &width, begin..end);
            begin = end;
        });
        self.estimate(&mut first)?;
        self.cells = first;
        self.looked_at = count;
        self.halvings = Halvings::new(&lengths);
        Ok(())
    }

    /// The cells without which the error cannot be reached, those with the largest errors first;
    /// `None` if they cannot be divided.
    fn worst(&self, tolerances: &[f64]) -> Option<Vec<usize>> {
        let excess = |cell: Cell<'_>| -> f64 {
            let outputs = cell.errors.iter().zip(tolerances);
            let part = outputs.map(|(e, t)| e / t.max(f64::MIN_POSITIVE));
            part.fold(0.0, f64::max)
        };
        let cells = self.cells.iter().enumerate();
        let with_excess = cells.map(|(id, cell)| (excess(cell), id));
        let with_excess = with_excess.filter(|(excess, _)| *excess > 0.0);
        let divisible = |(_, id): &(f64, usize)| {
            let cell = self.cells.get(*id);
            let axis = cell.finding.axis;
            let is_last = cell.from[axis] + cell.width[axis] >= 1.0;
            cell.width[axis] > if is_last { SHORTEST_AT_ONE } else { SHORTEST }
        };
        let (mut order, stuck): (Vec<_>, Vec<_>) = with_excess.partition(divisible);
        // What is left in cells that cannot be divided is not made up for elsewhere.
        if order.is_empty() || stuck.iter().map(|(excess, _)| excess).sum::<f64>() > 1.0 {
            return None;
        }
        let total: f64 = order.iter().map(|(excess, _)| excess).sum();
        let largest = order.iter().map(|(excess, _)| *excess).fold(0.0, f64::max);
        order.retain(|(excess, _)| *excess >= WORTH_DIVIDING * largest);
        // Larger errors first; among equals the older cell.
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let most = MOST_DIVIDED.max(self.cells.len() / 4);
        let (mut rest, mut count) = (total, 0);
        for (excess, _) in &order {
            if count == most || rest <= 0.5 {
                break;
            }
            rest -= excess;
            count += 1;
        }
        Some(order[..count.max(1)].iter().map(|(_, id)| *id).collect())
    }

    /// Halves these cells, or as many of them as the budget allows; the reason for the end if that
    /// is none.
    fn divide_some(&mut self, ids: &[usize]) -> Result<Option<Reason>, Stop> {
        let each = 2 * self.rule.len() as u64;
        let affordable = (self.task.left() / each).min(ids.len() as u64) as usize;
        let ids = if self.to_the_end {
            &ids[..affordable]
        } else {
            ids
        };
        let halt = if ids.is_empty() {
            Err(Halt::Evaluations)
        } else {
            self.task.afford(each * ids.len() as u64)
        };
        let divided = halt.map_err(Stop::Halt).and_then(|()| self.divide(ids));
        match divided {
            Ok(()) => Ok(None),
            Err(Stop::Halt(halt)) => Ok(Some(self.task.reason(halt))),
            Err(failed) => Err(failed),
        }
    }

    /// Halves the largest of many cells once more, where there are evaluations for it; whether there
    /// were any. What reaches into them from their small neighbours may be narrower than the distance
    /// of their nodes.
    fn look_again(&mut self) -> Result<bool, Stop> {
        let count = self.cells.len();
        if count < LOOK_AGAIN * self.looked_at {
            return Ok(false);
        }
        let content = |id: usize| self.cells.get(id).width.iter().product::<f64>();
        let large = (0..count).map(|id| (content(id), id));
        let large = large.filter(|(content, _)| content * count as f64 > LARGE);
        let mut large: Vec<(f64, usize)> = large.collect();
        large.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        large.truncate(count / LARGEST);
        self.looked_at = count + large.len();
        if large.is_empty()
            || self
                .task
                .afford(2 * (self.rule.len() * large.len()) as u64)
                .is_err()
        {
            return Ok(false);
        }
        for (_, id) in &large {
            let cell = self.cells.get_mut(*id);
            let longest = cell.width.iter().copied().fold(0.0, f64::max);
            cell.finding.axis = cell.width.iter().position(|w| *w == longest).unwrap_or(0);
        }
        let ids: Vec<usize> = large.into_iter().map(|(_, id)| id).collect();
        match self.divide(&ids) {
            Ok(()) => Ok(true),
            Err(Stop::Halt(_)) => Ok(false),
            Err(failed) => Err(failed),
        }
    }

    /// Cells and places on their borders with values that the cells do not explain, output by output, where
    /// there are evaluations for them. What made the neighbours of a large cell small may reach into a
    /// corner of it, and a jump may lie between a face and the nodes.
    fn unexplained(&mut self) -> Result<(Vec<OnBorder>, Vec<f64>), Stop> {
        let nothing = (Vec::new(), Vec::new());
        let beside_small = self.halvings.beside_small(&self.cells);
        let unlike = match self.rule.checks() {
            0 => self.halvings.between_unlike(&self.cells),
            _ => Vec::new(),
        };
        let many = beside_small.len();
        let faces: Vec<[OnBorder; 2]> = beside_small.into_iter().chain(unlike).collect();
        let count = faces.len();
        if count == 0 || self.task.afford(count as u64).is_err() {
            return Ok(nothing);
        }
        let axes: Vec<usize> = (0..self.integrand.dimension()).collect();
        let along = |&axis: &usize| faces.iter().map(|[face, _]| face.place[axis]).collect();
        let along: Vec<Vec<f64>> = axes.iter().map(along).collect();
        let places = Places {
            axes: &axes,
            along: &along,
            few: FEW_PLACES,
        };
        let values = match values_at(self.integrand, self.task, &places) {
            Ok(values) => values,
            Err(Stop::Halt(_)) => return Ok(nothing),
            Err(failed) => return Err(failed),
        };
        let (mut asked, mut numbers) = (Vec::new(), Vec::new());
        for (number, both) in faces.into_iter().enumerate() {
            let means = |face: &OnBorder| self.cells.get(face.cell).means();
            let means = means(&both[0]).zip(means(&both[1]));
            let values = values.iter().skip(number).step_by(count);
            let mut outputs = means.map(|(own, other)| [own, other]).zip(values);
            // Of the two cells the one that does not explain the value, of a small one and a large one
            // the large one.
            let which = outputs.find_map(|(means, value)| unexplained(means, *value));
            let which = which.filter(|which| number >= many || *which == 1);
            let Some(face) = both.into_iter().nth(which.unwrap_or(2)) else {
                continue;
            };
            asked.push(face);
            numbers.push(number);
        }
        // Halves of cells without nodes beside their faces are asked there, too.
        let unlike = numbers.partition_point(|number| *number < many);
        asked[unlike..]
            .iter()
            .for_each(|face| self.ask_halves(face));
        let of_output =
            |values: &[f64]| -> Vec<f64> { numbers.iter().map(|number| values[*number]).collect() };
        let values = values.chunks(count).flat_map(of_output).collect();
        Ok((asked, values))
    }

    /// Holds cells against values on faces that they may not explain; whether any error was raised.
    fn look_across(&mut self) -> Result<bool, Stop> {
        self.looked_across = self.cells.len();
        let (dimension, outputs) = (self.integrand.dimension(), self.integrand.outputs());
        let (faces, values) = self.unexplained()?;
        let mut ids: Vec<usize> = faces.iter().map(|face| face.cell).collect();
        ids.sort_unstable();
        ids.dedup();
        let cost = (ids.len() * self.rule.len()) as u64;
        if ids.is_empty() || self.task.afford(cost).is_err() {
            return Ok(false);
        }
        self.seen.add(&mut self.cells, &faces, &values);
        let mut again = CellList::new(dimension, outputs, ids.len());
        for (number, &id) in ids.iter().enumerate() {
            let cell = self.cells.get(id);
            again.push(cell.from, cell.width, cell.finding.seen.clone());
            again.get_mut(number).finding.asked = cell.finding.asked.clone();
        }
        match self.estimate(&mut again) {
            Ok(()) => {}
            Err(Stop::Halt(_)) => return Ok(false),
            Err(failed) => return Err(failed),
        }
        let mut is_raised = false;
        for (number, &id) in ids.iter().enumerate() {
            let (found, cell) = (again.get(number), self.cells.get_mut(id));
            for (error, found) in cell.errors.iter_mut().zip(found.errors) {
                if found > error {
                    (*error, is_raised) = (*found, true);
                    cell.finding.axis = again.get(number).finding.axis;
                }
            }
        }
        Ok(is_raised)
    }

    /// Has the halves of a cell asked at a face.
    fn ask_halves(&mut self, face: &OnBorder) {
        let cell = self.cells.get_mut(face.cell);
        let sides = face
            .place
            .iter()
            .zip(cell.from.iter().zip(cell.width.iter()));
        let of_side = |(place, (from, width)): (&f64, (&f64, &f64))| match *place {
            place if place == *from => Some(false),
            place if place == from + width => Some(true),
            _ => None,
        };
        let on = sides.map(of_side).enumerate();
        let on = on.filter_map(|(axis, is_upper)| Some((axis, is_upper?)));
        let new: Vec<(usize, bool)> = on
            .filter(|face| !cell.finding.asked.contains(face))
            .collect();
        cell.finding.asked.extend(new);
    }

    /// Raises the errors of cells that hold, or nearly hold, a value which their nodes do not
    /// explain. A peak on the border of cells is the business of all of them.
    fn surprise(&mut self) {
        for id in 0..self.cells.len() {
            let cell = self.cells.get_mut(id);
            let peak = cell.finding.peak;
            let near = |node: &[f64]| {
                let mut axes = node.iter().zip(cell.from).zip(cell.width);
                axes.all(|((x, from), width)| {
                    let place = (x - from) / width;
                    (-NEAR..=1.0 + NEAR).contains(&place)
                })
            };
            let surprising = |(node, size): &&Witness| *size > SURPRISE * peak && near(node);
            let sizes = self
                .witnesses
                .iter()
                .filter(surprising)
                .map(|(_, size)| *size);
            let size = sizes.fold(0.0, f64::max);
            let longest = cell.width.iter().copied().fold(0.0, f64::max);
            if size > 0.0 && longest > 1e-9 {
                let content: f64 = cell.width.iter().product();
                for error in cell.errors {
                    *error = error.max(size * content);
                }
                // The worst axis of negligible values says nothing: the longest is divided.
                cell.finding.axis = cell.width.iter().position(|w| *w == longest).unwrap_or(0);
            }
        }
    }

    /// Estimates cells, in parallel where there are many.
    fn estimate(&self, cells: &mut CellList) -> Result<(), Stop> {
        let (integrand, rule, task, seen) = (self.integrand, &self.rule, self.task, &self.seen);
        let scratch = || Scratch::new(integrand, rule, task, seen);
        if cells.len() < FEW_CELLS {
            let mut scratch = scratch();
            for id in 0..cells.len() {
                scratch.estimate(cells.get_mut(id))?;
            }
            return Ok(());
        }
        if task.is_alone() {
            let one = |scratch: &mut Scratch<'_>, cell: CellMut<'_>| scratch.estimate(cell);
            task.in_parallel(|| cells.par_iter_mut().try_for_each_init(scratch, one))??;
            return Ok(());
        }
        let one = |scratch: &mut Scratch<'_>, id: usize| -> Result<Vec<f64>, Halt> {
            let mut own = cells.only(id);
            scratch.estimate(own.get_mut(0))?;
            Ok(own.estimates())
        };
        let estimates = task.step(cells.identity(), || -> Result<Vec<f64>, Stop> {
            let found = task.each(0..cells.len(), FEW_CELLS / 4, scratch, one)?;
            let found: Vec<Vec<f64>> = found.into_iter().collect::<Result<_, _>>()?;
            Ok(found.concat())
        })?;
        cells.set_estimates(&estimates);
        Ok(())
    }

    /// Halves cells; the first half takes the place of its parent, the second goes to the end.
    fn divide(&mut self, ids: &[usize]) -> Result<(), Stop> {
        let outputs = self.integrand.outputs();
        let mut halves = CellList::new(self.integrand.dimension(), outputs, 2 * ids.len());
        let axes = ids.iter().map(|&id| self.cells.get(id).finding.axis);
        let axes: Vec<usize> = axes.collect();
        for (&id, &axis) in ids.iter().zip(&axes) {
            let cell = self.cells.get(id);
            let mut width = cell.width.to_vec();
            width[axis] *= 0.5;
            let mut second = cell.from.to_vec();
            second[axis] += width[axis];
            let seen = cell.finding.seen.clone();
            let below = self.seen.part(seen.clone(), axis, second[axis]);
            halves.push(cell.from, &width, seen.start..seen.start + below);
            halves.push(&second, &width, seen.start + below..seen.end);
            for (half, is_upper) in [(halves.len() - 2, false), (halves.len() - 1, true)] {
                let keeps = |face: &&(usize, bool)| face.0 != axis || face.1 == is_upper;
                let kept = cell.finding.asked.iter().filter(keeps).copied();
                halves.get_mut(half).finding.asked = kept.collect();
            }
        }
        self.estimate(&mut halves)?;
        for (pair, &id) in ids.iter().enumerate() {
            let [first, second] = [2 * pair, 2 * pair + 1];
            for k in 0..outputs {
                let [one, other] = [first, second].map(|half| halves.get(half));
                let parent = self.cells.get(id).values[k];
                let difference = (one.values[k] + other.values[k] - parent).abs() / 4.0;
                let claimed = one.errors[k] + other.errors[k];
                if claimed > 0.0 {
                    let factor = 1.0 + 2.0 * difference / claimed;
                    // What the parent did not know of, the children may not know either.
                    let factor = factor.min(16.0);
                    for half in [first, second] {
                        let error = &mut halves.get_mut(half).errors[k];
                        *error = factor * *error + difference.min(4.0 * claimed);
                    }
                }
            }
            let (axis, middle) = (axes[pair], halves.get(second).from[axes[pair]]);
            self.halvings.halve(id, axis, middle);
            self.cells.replace(id, &halves, first);
            self.cells.push_from(&halves, second);
        }
        Ok(())
    }

    /// Values, errors and rounding errors, summed afresh in the order of the cells.
    fn totals(&self) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let outputs = self.integrand.outputs();
        let (mut values, mut errors, mut floors) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..outputs {
            let (mut value, mut error, mut size) = (Sum::default(), 0.0, 0.0);
            for cell in self.cells.iter() {
                value.add(cell.values[k]);
                error += cell.errors[k];
                size += cell.magnitudes[k];
            }
            let floor = 4.0 * f64::EPSILON * size;
            values.push(value.value());
            errors.push(error + floor);
            floors.push(floor);
        }
        (values, errors, floors)
    }

    fn outcome(&self, values: Vec<f64>, errors: Vec<f64>, end: End) -> Outcome {
        let (mut status, reason) = match end {
            End::Met => (Status::Converged, None),
            End::AtFloor => (Status::Roundoff, Some(Reason::Rounding)),
            End::Because(reason) => (Status::Budget, Some(reason)),
        };
        let mut reasons: Vec<Reason> = reason.into_iter().collect();
        // One output may be zero at all nodes where others are not.
        let is_zero = |k: usize| self.cells.iter().all(|c| c.magnitudes[k] == 0.0);
        if status.is_done() && (0..values.len()).any(is_zero) {
            status = Status::Suspect;
            reasons.push(Reason::ZeroEverywhere);
        }
        let nodes = match self.task.keeps_nodes {
            true => {
                let cells = (0..self.cells.len()).map(|id| self.cells.get(id));
                let places = cells.map(|cell| [cell.from, cell.width]);
                NodeSet::of_cells(self.integrand.dimension(), places, &values)
            }
            false => None,
        };
        Outcome {
            reasons,
            nodes,
            ..Outcome::new(values, errors, status)
        }
        .by(self.method(), Because::of(Step::Cells))
    }

    fn method(&self) -> String {
        let cells = match self.cells.len() {
            1 => "1 cell".to_owned(),
            count => format!("{count} cells"),
        };
        format!("cubature, {cells} of {} nodes", self.rule.len())
    }

    fn nonfinite(&self, cell: Cell<'_>) -> Outcome {
        let bad = cell.finding.bad.as_deref().map(|bad| BadNode {
            unit: (0..cell.from.len())
                .map(|a| cell.from[a] + cell.width[a] * self.rule.nodes[a][bad.node])
                .collect(),
            output: bad.output,
            value: bad.value,
        });
        let values = vec![f64::NAN; self.integrand.outputs()];
        Outcome::nonfinite(values, bad).by(self.method(), Because::of(Step::Cells))
    }
}

/// One thread's means to estimate cells.
struct Scratch<'s> {
    rule: &'s CellRule,
    seen: &'s Seen,
    evaluator: Metered<'s>,
    outputs: usize,
    nodes: Vec<Vec<f64>>,
    values: Vec<f64>,
    block: Vec<f64>,
    /// Where in the cell the nodes of the scan lie, node by node.
    places: Vec<f64>,
    /// The middles of faces, one after another, and the values there, output by output.
    faces: Vec<f64>,
    at_faces: Vec<f64>,
}

impl<'s> Scratch<'s> {
    fn new(
        integrand: &'s dyn Integrand,
        rule: &'s CellRule,
        task: &'s Task<'s>,
        seen: &'s Seen,
    ) -> Self {
        Scratch {
            rule,
            seen,
            evaluator: task.evaluator(integrand),
            outputs: integrand.outputs(),
            nodes: vec![vec![0.0; BLOCK]; integrand.dimension()],
            values: vec![0.0; integrand.outputs() * rule.len()],
            block: vec![0.0; integrand.outputs() * BLOCK],
            places: Vec::new(),
            faces: Vec::new(),
            at_faces: Vec::new(),
        }
    }

    /// Takes values in the middles of the faces at which a cell is asked.
    fn ask(&mut self, cell: &CellMut<'_>) -> Result<(), Halt> {
        let asked = &cell.finding.asked;
        self.faces.clear();
        self.at_faces.clear();
        if asked.is_empty() {
            return Ok(());
        }
        for (axis, is_upper) in asked {
            let side = if *is_upper { 1.0 } else { 0.0 };
            let along = (0..cell.from.len()).map(|a| if a == *axis { side } else { 0.5 });
            self.faces.extend(along);
        }
        let n = asked.len();
        let dimension = cell.from.len();
        for (axis, row) in self.nodes.iter_mut().enumerate() {
            for (out, face) in row.iter_mut().zip(self.faces.chunks(dimension)) {
                *out = cell.from[axis] + cell.width[axis] * face[axis];
            }
        }
        let rows = self.nodes.iter().map(|row| Coordinate::Each(&row[..n]));
        let coordinates: Vec<_> = rows.collect();
        self.at_faces.resize(self.outputs * n, 0.0);
        self.evaluator
            .evaluate(&Block::new(&coordinates, n), &mut self.at_faces)
    }

    fn estimate(&mut self, cell: CellMut<'_>) -> Result<(), Halt> {
        let total = self.rule.len();
        for first in (0..total).step_by(BLOCK) {
            let n = (total - first).min(BLOCK);
            for (axis, row) in self.nodes.iter_mut().enumerate() {
                let nodes = &self.rule.nodes[axis][first..first + n];
                for (out, x) in row.iter_mut().zip(nodes) {
                    *out = cell.from[axis] + cell.width[axis] * x;
                }
            }
            let coordinates: Vec<_> = self
                .nodes
                .iter()
                .map(|r| Coordinate::Each(&r[..n]))
                .collect();
            let block = &mut self.block[..self.outputs * n];
            self.evaluator
                .evaluate(&Block::new(&coordinates, n), block)?;
            for k in 0..self.outputs {
                let values = &mut self.values[k * total + first..k * total + first + n];
                values.copy_from_slice(&block[k * n..(k + 1) * n]);
            }
        }
        self.ask(&cell)?;
        let content: f64 = cell.width.iter().product();
        let mut roughest = (0.0, 0);
        // At the border of the box a check may be singular: then it checks nothing.
        let inside = |from: &f64, width: &f64| *from > 0.0 && from + width < 1.0;
        let is_inside = cell
            .from
            .iter()
            .zip(cell.width.iter())
            .all(|(f, w)| inside(f, w));
        let judged = if is_inside {
            total
        } else {
            total - self.rule.checks()
        };
        let range = cell.finding.seen.start as usize..cell.finding.seen.end as usize;
        let known = &self.seen.order[range];
        let count = self.seen.nodes.first().map_or(0, Vec::len);
        self.places.clear();
        for &node in known {
            let axes = self.seen.nodes.iter().zip(cell.from).zip(cell.width);
            let along = axes.map(|((nodes, from), width)| (nodes[node as usize] - from) / width);
            self.places.extend(along);
        }
        for k in 0..self.outputs {
            let values = &self.values[k * total..(k + 1) * total];
            if cell.finding.bad.is_none()
                && let Some(node) = values[..judged].iter().position(|v| !v.is_finite())
            {
                cell.finding.bad = Some(Box::new(BadValue {
                    node,
                    output: k,
                    value: values[node],
                }));
            }
            let mut sum = Sum::default();
            for (w, v) in self.rule.weights.iter().zip(values) {
                sum.add(w * v);
                cell.finding.peak = cell.finding.peak.max(v.abs());
            }
            let scanned = known.iter().zip(self.places.chunks(cell.from.len()));
            let scanned = scanned.map(|(&node, place)| Known {
                place,
                value: self.seen.values[k * count + node as usize],
            });
            let asked = self.faces.chunks(cell.from.len()).enumerate();
            let asked = asked.map(|(face, place)| Known {
                place,
                value: self.at_faces[k * cell.finding.asked.len() + face],
            });
            let judgement = self
                .rule
                .judge(values, scanned.chain(asked).filter(|k| k.value.is_finite()));
            // Rounding errors of the coefficients are no roughness.
            let noise = 50.0 * f64::EPSILON * sum.magnitude();
            let error = if judgement.error > noise {
                judgement.error
            } else {
                0.0
            };
            cell.values[k] = content * sum.value();
            cell.errors[k] = content * error;
            // The rounding of a coordinate moves a node by so much of the cell, and the value by the
            // same part of its variation.
            let sides = cell.from.iter().zip(cell.width);
            let coarseness = sides.map(|(from, width)| from / width).fold(0.0, f64::max);
            let values = &values[..total - self.rule.checks()];
            let variation = largest(values) - smallest(values);
            let moved = coarseness * variation / 16.0;
            cell.magnitudes[k] = content * (sum.magnitude() + moved);
            if judgement.roughness > roughest.0 {
                roughest = (judgement.roughness, judgement.axis);
            }
        }
        cell.finding.axis = roughest.1;
        // The few nodes on the axes of a long cell may miss what runs across it.
        let longest = cell.width.iter().copied().fold(0.0, f64::max);
        if longest > LONG * cell.width[roughest.1]
            && let Some(along) = cell.width.iter().position(|w| *w == longest)
        {
            let variation = |axis: usize| -> f64 {
                let outputs = self.values.chunks(total);
                outputs
                    .map(|values| self.rule.variation(values, axis))
                    .sum()
            };
            if variation(along) < EXPLAINED * variation(roughest.1) {
                cell.finding.axis = along;
            }
        }
        if roughest.0 == 0.0 {
            // Nothing to go by: the longest side.
            let longest = cell.width.iter().copied().fold(0.0, f64::max);
            cell.finding.axis = cell.width.iter().position(|w| *w == longest).unwrap_or(0);
        }
        Ok(())
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn smallest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}
