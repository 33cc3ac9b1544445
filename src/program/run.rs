//! The run of a program on blocks and grids of nodes.
//!
//! All numbers of a run live in one piece of memory: the tables one after the other, then the row
//! registers. An instruction is one call of a vector kernel on a row, so its cost is that of its
//! arithmetic.

use super::kernels::{Backend, Kernels};
use super::lower::{Operation, Steps};
use super::plan::{Argument, Axes, Group, Instruction, Place, Plan, last_axis};
use crate::elementary::matrix;
use crate::integrand::{Axis, BLOCK, Block, Coordinate, Evaluator, for_each_index};
use crate::sum::Sum;

/// Trailing axes shorter than this are run as one.
const SHORT_ROW: usize = 16;

/// One thread's means to run a program.
pub(crate) struct Runner<'p> {
    code: &'p Steps,
    kernels: &'static Kernels,
    plans: Vec<(Vec<Option<usize>>, Plan)>,
    memory: Memory,
}

/// The memory of a run, and where everything is in it.
#[derive(Default)]
struct Memory {
    numbers: Vec<f64>,
    /// Where each table begins.
    tables: Vec<usize>,
    /// Where the registers begin, and how long each is.
    registers: usize,
    row: usize,
    /// The current row's address of every slot of the group at hand.
    addresses: Vec<usize>,
    /// The entries of a matrix at one node.
    matrix: Vec<f64>,
}

/// Rows for operands that a kernel needs as rows but that are numbers.
const SPARE_ROWS: usize = 3;

impl<'p> Runner<'p> {
    /// A runner that uses the best kernels of this machine.
    pub(crate) fn new(code: &'p Steps) -> Self {
        Self::with_backend(code, Backend::best())
    }

    /// A runner that uses the kernels of one backend, or the portable ones where the machine does
    /// not have it.
    pub(crate) fn with_backend(code: &'p Steps, backend: Backend) -> Self {
        Runner {
            code,
            kernels: backend.kernels_or_portable(),
            plans: Vec::new(),
            memory: Memory::default(),
        }
    }

    fn plan(&mut self, axis_of_input: Vec<Option<usize>>) -> usize {
        let known = self.plans.iter().position(|(of, _)| *of == axis_of_input);
        known.unwrap_or_else(|| {
            let plan = Plan::new(self.code, &axis_of_input);
            self.plans.push((axis_of_input, plan));
            self.plans.len() - 1
        })
    }

    /// Runs every group of a plan, and calls `after_row` with the outer index and the memory after
    /// every row of the group of all axes.
    fn run(
        &mut self,
        plan: usize,
        lengths: &[usize],
        fill: impl Fn(usize, &mut [f64]),
        mut after_row: impl FnMut(&[usize], &Memory),
    ) {
        let plan = &self.plans[plan].1;
        let memory = &mut self.memory;
        memory.lay_out(plan, lengths);
        for input in 0..self.code.inputs {
            let length = table_length(plan.tables[input].axes, lengths);
            let begin = memory.tables[input];
            fill(input, &mut memory.numbers[begin..begin + length]);
        }
        for (k, value) in plan.constants.iter().enumerate() {
            let place = memory.tables[self.code.inputs + k];
            memory.numbers[place] = *value;
        }
        let all = all_axes(lengths.len());
        for group in &plan.groups {
            memory.run_group(self.kernels, plan, group, lengths, |index, memory| {
                if group.axes == all {
                    after_row(index, memory);
                }
            });
        }
    }
}

fn all_axes(count: usize) -> Axes {
    if count == 0 {
        0
    } else {
        Axes::MAX >> (64 - count)
    }
}

/// The number of numbers in a table over these axes.
fn table_length(axes: Axes, lengths: &[usize]) -> usize {
    let of_table = |(a, _): &(usize, &usize)| axes >> a & 1 == 1;
    let lengths = lengths.iter().enumerate().filter(of_table);
    lengths.map(|(_, length)| length).product()
}

/// How far apart neighbours along `axis` are in a table over `axes`; 0 if the table lacks it.
fn stride(axes: Axes, axis: usize, lengths: &[usize]) -> usize {
    if axes >> axis & 1 == 0 {
        return 0;
    }
    let later = axes & !all_axes(axis + 1);
    table_length(later, lengths)
}

impl Memory {
    /// Gives every table and register its place.
    fn lay_out(&mut self, plan: &Plan, lengths: &[usize]) {
        let all = all_axes(lengths.len());
        self.row = lengths.iter().copied().max().unwrap_or(1);
        self.tables.clear();
        let mut end = 0;
        for table in &plan.tables {
            self.tables.push(end);
            // Values over all axes are used up row by row.
            end += if table.axes == all && lengths.len() > 1 {
                self.row
            } else {
                table_length(table.axes, lengths)
            };
        }
        self.registers = end;
        end += (plan.registers + SPARE_ROWS) * self.row;
        if self.numbers.len() < end {
            self.numbers.resize(end, 0.0);
        }
    }

    fn run_group(
        &mut self,
        kernels: &Kernels,
        plan: &Plan,
        group: &Group,
        lengths: &[usize],
        mut after_row: impl FnMut(&[usize], &Memory),
    ) {
        let all = all_axes(lengths.len());
        let row_axis = last_axis(group.axes);
        let row = row_axis.map_or(1, |axis| lengths[axis]);
        let outer: Vec<usize> = (0..lengths.len())
            .filter(|&a| group.axes >> a & 1 == 1 && Some(a) != row_axis)
            .collect();
        let strides_of = |place: &Place| -> Vec<usize> {
            let axes = match place {
                // A table over all axes holds one row, and so does a register.
                Place::Table(table) if plan.tables[*table].axes != all => plan.tables[*table].axes,
                _ => 0,
            };
            outer.iter().map(|&a| stride(axes, a, lengths)).collect()
        };
        let strides: Vec<Vec<usize>> = group.slots.iter().map(strides_of).collect();
        let bases: Vec<usize> = group
            .slots
            .iter()
            .map(|place| match place {
                Place::Register(r) => self.registers + (SPARE_ROWS + r) * self.row,
                Place::Table(table) => self.tables[*table],
            })
            .collect();
        self.addresses.clone_from(&bases);
        let moving: Vec<usize> = (0..strides.len())
            .filter(|&slot| strides[slot].iter().any(|&s| s != 0))
            .collect();
        for_each_index(outer.iter().map(|&a| lengths[a]), |index| {
            for &slot in &moving {
                let steps = index.iter().zip(&strides[slot]);
                self.addresses[slot] = bases[slot] + steps.map(|(i, s)| i * s).sum::<usize>();
            }
            for instruction in &group.instructions {
                if row_axis.is_some() {
                    self.run_on_row(kernels, instruction, row);
                } else {
                    self.run_on_numbers(instruction);
                }
            }
            after_row(index, self);
        });
    }

    fn address(&self, argument: Argument) -> usize {
        match argument {
            Argument::Row(slot) | Argument::Number(slot) => self.addresses[slot],
        }
    }

    fn number(&self, argument: Argument) -> f64 {
        self.numbers[self.address(argument)]
    }

    /// One instruction on operands that are all numbers.
    fn run_on_numbers(&mut self, instruction: &Instruction) {
        let x = |k: usize| self.number(instruction.operands[k]);
        let value = match instruction.operation {
            Operation::Unary(op) => op.value(x(0)),
            Operation::Binary(op) => op.value(x(0), x(1)),
            Operation::Power(n) => crate::elementary::powi(x(0), n),
            Operation::SinCos => {
                let angle = x(0);
                if let Some(second) = instruction.second {
                    let place = self.addresses[second];
                    self.numbers[place] = crate::elementary::Unary::Cos.value(angle);
                }
                crate::elementary::Unary::Sin.value(angle)
            }
            Operation::Select => crate::elementary::select(x(0), x(1), x(2)),
            Operation::Determinant | Operation::Volume(_) => {
                let entries = instruction.operands.iter().map(|&o| self.number(o));
                self.matrix = entries.collect();
                matrix_value(instruction.operation, &mut self.matrix)
            }
        };
        let place = self.addresses[instruction.out];
        self.numbers[place] = value;
    }

    /// One instruction on a row.
    fn run_on_row(&mut self, kernels: &Kernels, instruction: &Instruction, n: usize) {
        let out = self.addresses[instruction.out];
        let operands = &instruction.operands;
        match instruction.operation {
            Operation::Unary(op) => {
                let x = self.address(operands[0]);
                let (out, rest) = self.split(out, n);
                kernels.unary(op)(rest.row(x, n), out);
            }
            Operation::Power(power) => {
                let x = self.address(operands[0]);
                let (out, rest) = self.split(out, n);
                (kernels.powi)(rest.row(x, n), power, out);
            }
            Operation::Binary(op) => {
                let forms = kernels.binary(op);
                let (x, y) = (self.address(operands[0]), self.address(operands[1]));
                let (out, rest) = self.split(out, n);
                match (operands[0], operands[1]) {
                    (Argument::Row(_), Argument::Row(_)) => {
                        (forms.slices)(rest.row(x, n), rest.row(y, n), out);
                    }
                    (Argument::Row(_), Argument::Number(_)) => {
                        (forms.slice_scalar)(rest.row(x, n), rest.row(y, 1)[0], out);
                    }
                    (_, Argument::Row(_)) => {
                        (forms.scalar_slice)(rest.row(x, 1)[0], rest.row(y, n), out);
                    }
                    // A step on a row has an operand that varies along it.
                    (Argument::Number(_), Argument::Number(_)) => {
                        out.fill(op.value(rest.row(x, 1)[0], rest.row(y, 1)[0]));
                    }
                }
            }
            Operation::SinCos => {
                let x = self.address(operands[0]);
                let second = instruction.second.map_or(out, |slot| self.addresses[slot]);
                let rows = [out, second, x].map(|begin| begin..begin + n);
                // The plan gives results rows of their own.
                if let Ok([sines, cosines, angles]) = self.numbers.get_disjoint_mut(rows) {
                    (kernels.sin_cos)(angles, sines, cosines);
                }
            }
            Operation::Select => {
                let mut rows = [0; 3];
                for (k, row) in rows.iter_mut().enumerate() {
                    *row = self.as_row(operands[k], k, n);
                }
                let (out, rest) = self.split(out, n);
                let [c, a, b] = rows.map(|row| rest.row(row, n));
                (kernels.select)(c, a, b, out);
            }
            Operation::Determinant | Operation::Volume(_) => {
                for i in 0..n {
                    self.matrix.clear();
                    for &operand in operands {
                        let at = match operand {
                            Argument::Row(slot) => self.addresses[slot] + i,
                            Argument::Number(slot) => self.addresses[slot],
                        };
                        self.matrix.push(self.numbers[at]);
                    }
                    self.numbers[out + i] = matrix_value(instruction.operation, &mut self.matrix);
                }
            }
        }
    }
}

impl Memory {
    /// The row that begins at `begin` to write, and everything else to read.
    fn split(&mut self, begin: usize, n: usize) -> (&mut [f64], Rest<'_>) {
        let (before, rest) = self.numbers.split_at_mut(begin);
        let (out, after) = rest.split_at_mut(n);
        let rest = Rest {
            before,
            after,
            after_begin: begin + n,
        };
        (out, rest)
    }

    /// The address of an operand's row; a number is repeated in a spare row.
    fn as_row(&mut self, operand: Argument, spare: usize, n: usize) -> usize {
        let address = self.address(operand);
        match operand {
            Argument::Row(_) => address,
            Argument::Number(_) => {
                let value = self.numbers[address];
                let begin = self.registers + spare * self.row;
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
}

impl Rest<'_> {
    /// The row of `n` numbers that begins at an address.
    fn row(&self, begin: usize, n: usize) -> &[f64] {
        match begin.checked_sub(self.after_begin) {
            Some(begin) => &self.after[begin..begin + n],
            None => &self.before[begin..begin + n],
        }
    }
}

fn matrix_value(operation: Operation, entries: &mut [f64]) -> f64 {
    match operation {
        Operation::Volume(columns) => matrix::volume(columns, entries),
        _ => matrix::determinant(entries),
    }
}

impl Evaluator for Runner<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        let coordinates = block.coordinates();
        let axis = |c: &Coordinate<'_>| matches!(c, Coordinate::Each(_)).then_some(0);
        let plan = self.plan(coordinates.iter().map(axis).collect());
        let fill = |input: usize, table: &mut [f64]| match coordinates[input] {
            Coordinate::Same(value) => table.fill(value),
            Coordinate::Each(nodes) => table.copy_from_slice(nodes),
        };
        self.run(plan, &[n], fill, |_, _| {});
        let plan = &self.plans[plan].1;
        for (k, &table) in plan.outputs.iter().enumerate() {
            let begin = self.memory.tables[table];
            let out = &mut values[k * n..(k + 1) * n];
            if plan.tables[table].axes == 0 {
                out.fill(self.memory.numbers[begin]);
            } else {
                out.copy_from_slice(&self.memory.numbers[begin..begin + n]);
            }
        }
    }

    fn add_grid(&mut self, axes: &[Axis<'_>], sums: &mut [Sum]) {
        let merged = merge_short_axes(axes);
        let lengths: Vec<usize> = merged.iter().map(|axis| axis.weights.len()).collect();
        let axis_of_input = merged.iter().enumerate();
        let axis_of_input =
            axis_of_input.flat_map(|(a, axis)| axis.nodes.iter().map(move |_| Some(a)));
        let axis_of_input: Vec<Option<usize>> = axis_of_input.collect();
        let nodes: Vec<&[f64]> = merged
            .iter()
            .flat_map(|m| m.nodes.iter().map(|n| &n[..]))
            .collect();
        let plan = self.plan(axis_of_input);
        let (tables, outputs) = {
            let plan = &self.plans[plan].1;
            (plan.tables.clone(), plan.outputs.clone())
        };
        let all = all_axes(lengths.len());
        let full = |output: &usize| tables[outputs[*output]].axes == all;
        let (row_wise, whole): (Vec<usize>, Vec<usize>) = (0..outputs.len()).partition(full);
        // A group of all axes has rows along the last one. Where it has no step, an output over all
        // axes can only be the single input.
        let computed = self.plans[plan].1.groups.iter().any(|g| g.axes == all);
        let dot = self.kernels.dot;
        let Some(row_weights) = merged.last().map(|axis| &axis.weights[..]) else {
            return;
        };
        let mut added = vec![Sum::default(); outputs.len()];
        self.run(
            plan,
            &lengths,
            |input, table| table.copy_from_slice(nodes[input]),
            |index, memory| {
                let outer = index.iter().zip(&merged);
                let outer: f64 = outer.map(|(&i, axis)| axis.weights[i]).product();
                for &output in &row_wise {
                    let begin = memory.tables[outputs[output]];
                    let row = &memory.numbers[begin..begin + row_weights.len()];
                    let (high, low, magnitude) = dot(row_weights, row);
                    added[output].add_scaled(outer, &Sum::new(high, low, magnitude));
                }
            },
        );
        for output in whole
            .into_iter()
            .chain(row_wise.into_iter().filter(|_| !computed))
        {
            let table = outputs[output];
            self.add_table(
                &merged,
                tables[table].axes,
                table,
                &lengths,
                &mut added[output],
            );
        }
        for (sum, added) in sums.iter_mut().zip(&added) {
            sum.add_sum(added);
        }
    }
}

impl Runner<'_> {
    /// Adds the weighted sum of a whole table, times the weights of the axes that it lacks.
    fn add_table(
        &self,
        merged: &[Merged],
        axes: Axes,
        table: usize,
        lengths: &[usize],
        sum: &mut Sum,
    ) {
        let mut missing = 1.0;
        for (a, axis) in merged.iter().enumerate() {
            if axes >> a & 1 == 0 {
                let mut weight = Sum::default();
                axis.weights.iter().for_each(|&w| weight.add(w));
                missing *= weight.value();
            }
        }
        let mut begin = self.memory.tables[table];
        let Some(row_axis) = last_axis(axes) else {
            let mut value = Sum::default();
            value.add(self.memory.numbers[begin]);
            sum.add_scaled(missing, &value);
            return;
        };
        let weights = &merged[row_axis].weights;
        let outer: Vec<usize> = (0..row_axis).filter(|a| axes >> a & 1 == 1).collect();
        for_each_index(outer.iter().map(|&a| lengths[a]), |index| {
            let outer = index.iter().zip(&outer);
            let outer: f64 = outer.map(|(&i, &a)| merged[a].weights[i]).product();
            let row = &self.memory.numbers[begin..begin + weights.len()];
            let (high, low, magnitude) = (self.kernels.dot)(weights, row);
            sum.add_scaled(missing * outer, &Sum::new(high, low, magnitude));
            begin += weights.len();
        });
    }
}

/// Axes of a grid run as one: the nodes of each, and the products of their weights.
struct Merged {
    nodes: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

/// The axes of a grid, with the trailing ones run as one where they are short.
fn merge_short_axes(axes: &[Axis<'_>]) -> Vec<Merged> {
    let mut merged: Vec<Merged> = Vec::with_capacity(axes.len());
    for axis in axes {
        merged.push(Merged {
            nodes: vec![axis.nodes.to_vec()],
            weights: axis.weights.to_vec(),
        });
    }
    while let [.., before, last] = &merged[..] {
        let (m, n) = (before.weights.len(), last.weights.len());
        if n >= SHORT_ROW || m * n > BLOCK {
            break;
        }
        let mut nodes = Vec::with_capacity(before.nodes.len() + last.nodes.len());
        for old in &before.nodes {
            nodes.push(
                old.iter()
                    .flat_map(|&x| std::iter::repeat_n(x, n))
                    .collect(),
            );
        }
        for old in &last.nodes {
            nodes.push(old.repeat(m));
        }
        let weights = before.weights.iter();
        let weights = weights.flat_map(|&v| last.weights.iter().map(move |&w| v * w));
        let weights = weights.collect();
        merged.truncate(merged.len() - 2);
        merged.push(Merged { nodes, weights });
    }
    merged
}
