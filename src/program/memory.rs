//! The memory of a run: one piece for all tables, rows of registers and weights.
//!
//! Every row begins on a line of the cache and has room for whole lines. It is filled up to a
//! multiple of four numbers, which vector instructions take without a remainder, by repeating its
//! last node; the weight of a repeated node is zero. Rows of a block that need no filling are read where
//! the caller has them.

use std::ops::Range;

use super::axes::{Axes, last_axis};
use super::kernels::DotKernel;
use super::plan::{Argument, Call, Group, Instruction, Plan, Shape, Slot, Source};
use crate::elementary::sum::Sum;
use crate::elementary::{self, matrix};
use crate::integrand::Coordinate;
use crate::program::lower::Operation;

/// Numbers in a line of the cache.
const LINE: usize = 8;

/// Rows for operands that a kernel needs as rows but that are numbers.
const SPARE_ROWS: usize = 3;

/// Addresses from here on are rows of the caller, one for each input.
const OUTSIDE: usize = 1 << (usize::BITS - 2);

/// The caller's row at an address, if it is one.
fn outside<'c>(coordinates: &[Coordinate<'c>], address: usize) -> Option<&'c [f64]> {
    match coordinates[address.checked_sub(OUTSIDE)?] {
        Coordinate::Each(row) => Some(row),
        Coordinate::Same(_) => None,
    }
}

/// The length of a row with repeated nodes.
fn filled(length: usize) -> usize {
    length.next_multiple_of(4)
}

/// The memory of a run, laid out for a plan and the numbers of nodes along its axes.
#[derive(Default)]
pub(crate) struct Memory {
    rows: Rows,
    /// What the places are for.
    laid_out_for: Option<(Shape, bool)>,
    lengths: Vec<usize>,
    /// Where each table and each axis' weights begin.
    tables: Vec<usize>,
    weights: Vec<usize>,
    groups: Vec<GroupPlaces>,
    /// The first address of every slot of every group.
    first: Vec<usize>,
    /// The axes of every group besides that of its rows.
    outer: Vec<usize>,
    /// The slots of every group whose address is not the same for all rows.
    moving: Vec<Slot>,
    /// For every outer axis of a group and every moving slot, what is added to the address, modulo
    /// 2⁶⁴, when the index along that axis rises by one and the later ones begin anew.
    steps: Vec<usize>,
    index: Vec<usize>,
}

/// A group's parts of the lists of [`Memory`], and the length of its rows.
struct GroupPlaces {
    slots: Range<usize>,
    outer: Range<usize>,
    moving: Range<usize>,
    steps: usize,
    row: usize,
}

impl Memory {
    /// Whether rows of this length can be read where the caller has them.
    pub(crate) fn can_stay(length: usize) -> bool {
        length == filled(length)
    }

    /// Gives everything its place; rows of inputs may stay where the caller has them.
    pub(crate) fn lay_out(&mut self, plan: &Plan, lengths: &[usize], inputs_stay: bool) {
        if self.laid_out_for == Some((plan.shape, inputs_stay)) && self.lengths == lengths {
            return;
        }
        self.laid_out_for = Some((plan.shape, inputs_stay));
        self.lengths.clear();
        self.lengths.extend_from_slice(lengths);
        let mut end = 0;
        let mut place = |size: usize| {
            let begin = end;
            end += size.next_multiple_of(LINE);
            begin
        };
        let size = |&axes: &Axes| table_length(axes, lengths);
        self.tables.clear();
        self.tables
            .extend(plan.tables.iter().map(|table| place(size(table))));
        self.weights.clear();
        self.weights.extend(lengths.iter().map(|&n| place(n)));
        let longest = lengths.iter().copied().max().unwrap_or(1);
        let row = longest.next_multiple_of(LINE);
        let registers = place((SPARE_ROWS + plan.registers) * row);
        // Room to begin on a line, wherever the memory is.
        self.rows.numbers.resize(end + LINE, 0.0);
        let begin = match self.rows.numbers.as_ptr().align_offset(64) {
            offset if offset < LINE => offset,
            _ => 0,
        };
        let places = self.tables.iter_mut().chain(&mut self.weights);
        places.for_each(|place| *place += begin);
        self.rows.row = row;
        self.rows.spare = begin + registers;
        self.groups.clear();
        self.first.clear();
        self.outer.clear();
        self.moving.clear();
        self.steps.clear();
        for group in &plan.groups {
            self.place_group(plan, group, inputs_stay);
        }
    }

    fn place_group(&mut self, plan: &Plan, group: &Group, inputs_stay: bool) {
        let lengths = &self.lengths[..];
        let row_axis = last_axis(group.axes);
        let begin = [self.first.len(), self.outer.len(), self.moving.len()];
        let outer = (0..lengths.len()).filter(|&a| group.axes >> a & 1 == 1 && Some(a) != row_axis);
        self.outer.extend(outer);
        let outer = &self.outer[begin[1]..];
        for (slot, place) in group.slots.iter().enumerate() {
            let first = match *place {
                Source::Register(r) => self.rows.spare + (SPARE_ROWS + r) * self.rows.row,
                Source::Table(table) if inputs_stay && plan.is_varying_input(table) => {
                    OUTSIDE + table
                }
                Source::Table(table) => {
                    if outer.iter().any(|a| plan.tables[table] >> a & 1 == 1) {
                        self.moving.push(slot);
                    }
                    self.tables[table]
                }
            };
            self.first.push(first);
        }
        let steps = self.steps.len();
        for (k, &axis) in outer.iter().enumerate() {
            for &slot in &self.moving[begin[2]..] {
                let Source::Table(table) = group.slots[slot] else {
                    continue;
                };
                let stride = |a: usize| stride(plan.tables[table], a, lengths);
                let later = outer[k + 1..].iter();
                let back: usize = later.map(|&a| (lengths[a] - 1) * stride(a)).sum();
                self.steps.push(stride(axis).wrapping_sub(back));
            }
        }
        self.groups.push(GroupPlaces {
            slots: begin[0]..self.first.len(),
            outer: begin[1]..self.outer.len(),
            moving: begin[2]..self.moving.len(),
            steps,
            row: row_axis.map_or(1, |axis| filled(lengths[axis])),
        });
    }

    /// The first `length` numbers of a table.
    pub(crate) fn table(&self, table: usize, length: usize) -> &[f64] {
        &self.rows.numbers[self.tables[table]..][..length]
    }

    /// Fills a table of one number, or along one axis with nodes that the last is repeated after.
    pub(crate) fn fill_table(
        &mut self,
        table: usize,
        length: usize,
        fill: impl FnOnce(&mut [f64]),
    ) {
        let begin = self.tables[table];
        let row = &mut self.rows.numbers[begin..begin + filled(length)];
        fill(&mut row[..length]);
        let last = row[length - 1];
        row[length..].fill(last);
    }

    /// Fills the weights of an axis.
    pub(crate) fn fill_weights(&mut self, axis: usize, fill: impl FnOnce(&mut [f64])) {
        let (begin, length) = (self.weights[axis], self.lengths[axis]);
        let row = &mut self.rows.numbers[begin..begin + filled(length)];
        fill(&mut row[..length]);
        row[length..].fill(0.0);
    }

    /// The sum of the weights of all axes that are not in a set, multiplied.
    pub(crate) fn weight_of_others(&self, axes: Axes) -> f64 {
        let others = (0..self.lengths.len()).filter(|a| axes >> a & 1 == 0);
        let weight = |a: usize| {
            let mut sum = Sum::default();
            let weights = &self.rows.numbers[self.weights[a]..][..self.lengths[a]];
            weights.iter().for_each(|&w| sum.add(w));
            sum.value()
        };
        others.map(weight).product()
    }

    /// Runs a group, and adds its rows to the sums.
    pub(crate) fn run_group(
        &mut self,
        number: usize,
        group: &Group,
        dot: DotKernel,
        coordinates: &[Coordinate<'_>],
        sums: &mut [Sum],
    ) {
        let Memory {
            rows,
            groups,
            weights,
            index,
            ..
        } = self;
        let places = &groups[number];
        let outer = &self.outer[places.outer.clone()];
        let moving = &self.moving[places.moving.clone()];
        let row_axis = last_axis(group.axes);
        rows.addresses.clear();
        rows.addresses
            .extend_from_slice(&self.first[places.slots.clone()]);
        index.clear();
        index.resize(outer.len(), 0);
        loop {
            for instruction in &group.instructions {
                rows.run(group, instruction, coordinates, places.row);
            }
            if let Some(row_axis) = row_axis.filter(|_| !group.sums.is_empty()) {
                let along = outer.iter().zip(&*index);
                let weight = along.map(|(&a, i)| rows.numbers[weights[a] + i]);
                let weight: f64 = weight.product();
                let row_weights = rows.at(weights[row_axis], places.row);
                for sum in &group.sums {
                    let factor = sum.factor.map_or(1.0, |slot| rows.number(slot));
                    let row = rows.at(rows.addresses[sum.row], places.row);
                    let (high, low, magnitude) = dot(row_weights, row);
                    sums[sum.sum].add_scaled(weight * factor, &Sum::new(high, low, magnitude));
                }
            }
            let mut axis = outer.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                if index[axis] < self.lengths[outer[axis]] {
                    break;
                }
                index[axis] = 0;
            }
            let steps = &self.steps[places.steps + axis * moving.len()..];
            for (&slot, step) in moving.iter().zip(steps) {
                rows.addresses[slot] = rows.addresses[slot].wrapping_add(*step);
            }
        }
    }
}

/// The number of numbers in a table over these axes.
fn table_length(axes: Axes, lengths: &[usize]) -> usize {
    let Some(last) = last_axis(axes) else {
        return 1;
    };
    let outer = (0..last).filter(|a| axes >> a & 1 == 1);
    let rows: usize = outer.map(|a| lengths[a]).product();
    rows * lengths[last].next_multiple_of(LINE)
}

/// How far apart neighbours along `axis` are in a table over `axes`; 0 if the table lacks it.
fn stride(axes: Axes, axis: usize, lengths: &[usize]) -> usize {
    if axes >> axis & 1 == 0 {
        return 0;
    }
    let later = axes >> axis >> 1 << axis << 1;
    table_length(later, lengths)
}

/// The numbers, and where the slots of the group at hand are.
#[derive(Default)]
struct Rows {
    numbers: Vec<f64>,
    /// The current row's address of every slot.
    addresses: Vec<usize>,
    /// Where the spare rows begin, and how long each is; the registers follow.
    spare: usize,
    row: usize,
    /// The entries of a matrix at one node.
    matrix: Vec<f64>,
}

impl Rows {
    fn at(&self, begin: usize, n: usize) -> &[f64] {
        &self.numbers[begin..begin + n]
    }

    fn number(&self, slot: Slot) -> f64 {
        self.numbers[self.addresses[slot]]
    }

    /// One instruction on a row of n.
    fn run(
        &mut self,
        group: &Group,
        instruction: &Instruction,
        coordinates: &[Coordinate<'_>],
        n: usize,
    ) {
        match instruction.call {
            Call::Pair(kernel, x) => {
                let rows = [instruction.out, instruction.second, x];
                let [sines, cosines, x] = rows.map(|slot| self.addresses[slot]);
                let [sines, cosines] = [sines, cosines].map(|begin| begin..begin + n);
                // The plan gives results rows that no operand occupies.
                if let Some(angles) = outside(coordinates, x) {
                    if let Ok([sines, cosines]) = self.numbers.get_disjoint_mut([sines, cosines]) {
                        kernel(angles, sines, cosines);
                    }
                } else if let Ok([sines, cosines, angles]) =
                    self.numbers.get_disjoint_mut([sines, cosines, x..x + n])
                {
                    kernel(angles, sines, cosines);
                }
            }
            Call::Rows(kernel, arguments) => {
                let mut begins = [0; 3];
                for (k, begin) in begins.iter_mut().enumerate() {
                    *begin = self.as_row(arguments[k], k, n);
                }
                let (out, rest) = self.split(instruction.out, coordinates, n);
                let [c, a, b] = begins.map(|begin| rest.row(begin));
                kernel(c, a, b, out);
            }
            Call::Each(operation, begin, count) => {
                let arguments = &group.arguments[begin..begin + count];
                for i in 0..n {
                    self.run_at(instruction, operation, (arguments, coordinates), i);
                }
            }
            call => {
                let (out, rest) = self.split(instruction.out, coordinates, n);
                rest.run(call, out);
            }
        }
    }

    /// The row of a slot to write, and everything else to read.
    fn split<'m>(
        &'m mut self,
        out: Slot,
        coordinates: &'m [Coordinate<'m>],
        n: usize,
    ) -> (&'m mut [f64], Rest<'m>) {
        let begin = self.addresses[out];
        let (before, rest) = self.numbers.split_at_mut(begin);
        let (out, after) = rest.split_at_mut(n);
        let rest = Rest {
            before,
            after,
            after_begin: begin + n,
            addresses: &self.addresses,
            coordinates,
            n,
        };
        (out, rest)
    }

    /// One operation at one node of a row, or on operands that are all numbers.
    fn run_at(
        &mut self,
        instruction: &Instruction,
        operation: Operation,
        (arguments, coordinates): (&[Argument], &[Coordinate<'_>]),
        i: usize,
    ) {
        let (numbers, addresses) = (&self.numbers, &self.addresses);
        let value = |k: usize| match arguments[k] {
            Argument::Row(slot) => match outside(coordinates, addresses[slot]) {
                Some(row) => row[i],
                None => numbers[addresses[slot] + i],
            },
            Argument::Number(slot) => numbers[addresses[slot]],
        };
        let result = match operation {
            Operation::Unary(op) => op.value(value(0)),
            Operation::Binary(op) => op.value(value(0), value(1)),
            Operation::Power(n) => elementary::powi(value(0), n),
            Operation::SinCos => {
                let angle = value(0);
                let second = self.addresses[instruction.second] + i;
                self.numbers[second] = elementary::Unary::Cos.value(angle);
                elementary::Unary::Sin.value(angle)
            }
            Operation::Select => elementary::select(value(0), value(1), value(2)),
            Operation::MulAdd { minus: false } => elementary::fma(value(0), value(1), value(2)),
            Operation::MulAdd { minus: true } => elementary::fma(-value(0), value(1), -value(2)),
            Operation::Determinant | Operation::Volume(_) => {
                self.matrix.clear();
                self.matrix.extend((0..arguments.len()).map(value));
                match operation {
                    Operation::Volume(columns) => matrix::volume(columns, &mut self.matrix),
                    _ => matrix::determinant(&mut self.matrix),
                }
            }
        };
        let out = self.addresses[instruction.out] + i;
        self.numbers[out] = result;
    }

    /// The address of an operand's row; a number is repeated in a spare row.
    fn as_row(&mut self, operand: Argument, spare: usize, n: usize) -> usize {
        match operand {
            Argument::Row(slot) => self.addresses[slot],
            Argument::Number(slot) => {
                let value = self.number(slot);
                let begin = self.spare + spare * self.row;
                self.numbers[begin..begin + n].fill(value);
                begin
            }
        }
    }
}

/// The memory around the row that is being written.
struct Rest<'m> {
    before: &'m [f64],
    after: &'m [f64],
    after_begin: usize,
    addresses: &'m [usize],
    coordinates: &'m [Coordinate<'m>],
    n: usize,
}

impl Rest<'_> {
    /// The row that begins at an address.
    fn row(&self, begin: usize) -> &[f64] {
        match begin.checked_sub(self.after_begin) {
            Some(_) if begin >= OUTSIDE => outside(self.coordinates, begin).unwrap_or_default(),
            Some(begin) => &self.after[begin..begin + self.n],
            None => &self.before[begin..begin + self.n],
        }
    }

    /// A kernel that takes rows and numbers as they are.
    #[inline]
    fn run(&self, call: Call, out: &mut [f64]) {
        let row = |slot: Slot| self.row(self.addresses[slot]);
        let number = |slot: Slot| {
            let place = self.addresses[slot];
            match place.checked_sub(self.after_begin) {
                Some(place) => self.after[place],
                None => self.before[place],
            }
        };
        match call {
            Call::Unary(kernel, x) => kernel(row(x), out),
            Call::Power(kernel, x, power) => kernel(row(x), power, out),
            Call::RowRow(kernel, [x, y]) => kernel(row(x), row(y), out),
            Call::RowNumber(kernel, [x, y]) => kernel(row(x), number(y), out),
            Call::NumberRow(kernel, [x, y]) => kernel(number(x), row(y), out),
            Call::RowRowRow(kernel, [a, b, c]) => kernel(row(a), row(b), row(c), out),
            Call::RowRowNumber(kernel, [a, b, c]) => kernel(row(a), row(b), number(c), out),
            Call::RowNumberRow(kernel, [a, b, c]) => kernel(row(a), number(b), row(c), out),
            Call::RowNumberNumber(kernel, [a, b, c]) => {
                kernel(row(a), number(b), number(c), out);
            }
            Call::Pair(..) | Call::Rows(..) | Call::Each(..) => {}
        }
    }
}
