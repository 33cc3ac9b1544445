//! The plan: straight-line code arranged for a grid of nodes.
//!
//! 1. Group the steps by the set of loop axes that they depend on. What depends on no axis is a
//!    number; a group with fewer axes is run before one with more.
//! 2. A group runs in rows along its last axis, once for every index of its other axes, so that
//!    what depends on some axes alone is evaluated once for all others.
//! 3. Within a row, values live in registers that are used again after their last use; a value that
//!    another group needs, or that is an output, goes into a table over its own axes.
//!
//! Where only sums are wanted, an output is first taken apart into factors ([`super::split`]), and
//! each row is summed as soon as it is there.
//!
//! The registers of a row are all that the innermost loop touches, besides one row of each table:
//! a few dozen rows of at most [`BLOCK`](crate::integrand::BLOCK) numbers, which a first-level
//! cache holds.

use rustc_hash::FxHashMap;

use super::axes::{Axes, last_axis};
use super::kernels::{
    BinaryKernels, Kernels, MulAddKernels, PairKernel, PowerKernel, TernaryKernel, UnaryKernel,
};
use super::lower::{MOST_INPUTS, Operand, Operation, Steps};
use super::split::{ProductOfSums, split};
use crate::expr::inputs::bit;

/// A number's place in a group: an index into [`Group::slots`].
pub(crate) type Slot = usize;

/// An operand of an instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Argument {
    /// A row of numbers.
    Row(Slot),
    /// One number for the whole row.
    Number(Slot),
}

/// What an instruction does: a kernel with the places of its operands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    Unary(UnaryKernel, Slot),
    Power(PowerKernel, Slot, i32),
    Pair(PairKernel, Slot),
    RowRow(fn(&[f64], &[f64], &mut [f64]), [Slot; 2]),
    RowNumber(fn(&[f64], f64, &mut [f64]), [Slot; 2]),
    NumberRow(fn(f64, &[f64], &mut [f64]), [Slot; 2]),
    /// row·row + row, row·row + number, row·number + row and row·number + number.
    RowRowRow(TernaryKernel, [Slot; 3]),
    RowRowNumber(fn(&[f64], &[f64], f64, &mut [f64]), [Slot; 3]),
    RowNumberRow(fn(&[f64], f64, &[f64], &mut [f64]), [Slot; 3]),
    RowNumberNumber(fn(&[f64], f64, f64, &mut [f64]), [Slot; 3]),
    /// A kernel that takes rows only.
    Rows(TernaryKernel, [Argument; 3]),
    /// An operation at one node after the other, on so many arguments from this place on.
    Each(Operation, usize, usize),
}

/// An operation on rows, or on numbers in a group of no axes. Results go to rows that no operand
/// occupies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instruction {
    pub(crate) call: Call,
    pub(crate) out: Slot,
    /// Where the second result of a pair goes.
    pub(crate) second: Slot,
}

/// What a slot of a group stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The row register with this number.
    Register(usize),
    /// The current row, or number, of a table.
    Table(usize),
}

/// A sum over the rows of a group, each row times a number of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowSum {
    pub(crate) row: Slot,
    pub(crate) factor: Option<Slot>,
    /// The number of the sum in the plan.
    pub(crate) sum: usize,
}

/// The steps that depend on the same axes.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) axes: Axes,
    pub(crate) slots: Vec<Source>,
    pub(crate) instructions: Vec<Instruction>,
    /// The arguments of instructions that have many.
    pub(crate) arguments: Vec<Argument>,
    pub(crate) sums: Vec<RowSum>,
}

/// A way of running through the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A block of scattered nodes: the inputs of this set vary, all along one axis, and the values
    /// are wanted.
    Block(u64),
    /// A grid: every input has an axis of its own but the last so many, which share one. Only sums
    /// are wanted.
    Grid(usize),
}

impl Shape {
    /// The loop axis of an input of n, if it varies.
    fn axis(self, input: usize, n: usize) -> Option<usize> {
        match self {
            Shape::Block(varying) => (varying & bit(input) != 0).then_some(0),
            Shape::Grid(merged) => Some(input.min(n - merged)),
        }
    }
}

/// What an output of a plan is.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    /// The values are in a table.
    Table(usize),
    /// The sum is a product.
    Product {
        /// Tables of one number each.
        numbers: Vec<usize>,
        /// Sums of the plan.
        sums: Vec<usize>,
        /// The axes that the sums run over.
        axes: Axes,
    },
}

/// Steps arranged for one shape.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) shape: Shape,
    /// The axes of every table. The first `inputs` hold the inputs, then come the constants.
    pub(crate) tables: Vec<Axes>,
    /// The inputs that are read at all.
    pub(crate) read: Vec<bool>,
    /// The values of the constant tables, in order.
    pub(crate) constants: Vec<f64>,
    /// The groups, in the order in which they run.
    pub(crate) groups: Vec<Group>,
    /// The number of row registers.
    pub(crate) registers: usize,
    /// The number of sums over rows.
    pub(crate) sums: usize,
    pub(crate) outputs: Vec<Output>,
}

/// Where the results of a step live while a plan is made.
#[derive(Clone, Copy, Debug, Default)]
struct Home {
    table: Option<usize>,
    register: Option<usize>,
    /// One more than the last step of its own group that reads it; 0 if none does.
    last_use: usize,
}

impl Plan {
    /// Whether a table holds an input that varies.
    pub(crate) fn is_varying_input(&self, table: usize) -> bool {
        table < self.read.len() && self.tables[table] != 0
    }

    /// Arranges steps for a shape.
    pub(crate) fn new(code: &Steps, shape: Shape, kernels: &'static Kernels) -> Plan {
        let n = code.inputs;
        let axes_of = |inputs: u64| {
            let axis = |i: usize| shape.axis(i, n).map_or(0, |axis| 1 << axis);
            let of_set = (0..n.min(MOST_INPUTS)).filter(|&i| inputs & bit(i) != 0);
            of_set.fold(0, |axes: Axes, i| axes | axis(i))
        };
        let split = match shape {
            Shape::Block(_) => None,
            Shape::Grid(_) => Some(split(code, axes_of)),
        };
        let (code, products) = match &split {
            None => (code, &[][..]),
            Some((code, products)) => (code, &products[..]),
        };
        let mut builder = Builder {
            axes: code.steps.iter().map(|s| axes_of(s.inputs)).collect(),
            input_axes: (0..n).map(|i| axes_of(bit(i))).collect(),
            homes: vec![[Home::default(); 2]; code.steps.len()],
            live: vec![false; code.steps.len()],
            plan: Plan {
                shape,
                tables: (0..n).map(|i| axes_of(bit(i))).collect(),
                read: vec![false; n],
                constants: Vec::new(),
                groups: Vec::new(),
                registers: 0,
                sums: 0,
                outputs: Vec::new(),
            },
            code,
            kernels,
            constants: FxHashMap::default(),
            register_slots: Vec::new(),
            table_slots: Vec::new(),
        };
        let wanted = products.iter().flat_map(ProductOfSums::operands);
        let values = code.outputs.iter().copied();
        match shape {
            Shape::Block(_) => builder.mark(values.clone()),
            Shape::Grid(_) => builder.mark(wanted.clone()),
        }
        let live = (0..code.steps.len()).filter(|&step| builder.live[step]);
        let live: Vec<usize> = live.collect();
        let of_steps = live.iter().flat_map(|&step| code.operands(step)).copied();
        for operand in of_steps.chain(wanted.clone()).chain(values.clone()) {
            if let Operand::Input(i) = operand {
                builder.plan.read[i] = true;
            }
        }
        builder.place_constants(&live, wanted);
        if products.is_empty() {
            builder.place_constants(&[], values.clone());
            values.for_each(|output| builder.export(output));
        }
        builder.place_exports(&live, products);
        builder.arrange(&live, products);
        builder.plan.outputs = if products.is_empty() {
            let outputs = code.outputs.iter();
            let table = |&output| Output::Table(builder.table_of(output));
            outputs.map(table).collect()
        } else {
            builder.products(products)
        };
        builder.plan
    }
}

struct Builder<'c> {
    code: &'c Steps,
    kernels: &'static Kernels,
    /// The axes of every step and every input.
    axes: Vec<Axes>,
    input_axes: Vec<Axes>,
    /// Whether a step is needed.
    live: Vec<bool>,
    plan: Plan,
    /// For every step, where its first and its second result live.
    homes: Vec<[Home; 2]>,
    /// The table of every constant, by its bits.
    constants: FxHashMap<u64, usize>,
    /// The slots of registers and tables in the group at hand.
    register_slots: Vec<Option<Slot>>,
    table_slots: Vec<Option<Slot>>,
}

impl Builder<'_> {
    /// Marks all steps that these operands need.
    fn mark(&mut self, operands: impl Iterator<Item = Operand>) {
        for operand in operands {
            if let Operand::Step { step, .. } = operand {
                self.live[step] = true;
            }
        }
        for step in (0..self.live.len()).rev() {
            if self.live[step] {
                for operand in self.code.operands(step) {
                    if let Operand::Step { step, .. } = *operand {
                        self.live[step] = true;
                    }
                }
            }
        }
    }

    fn axes_of(&self, operand: Operand) -> Axes {
        match operand {
            Operand::Constant(_) => 0,
            Operand::Input(i) => self.input_axes[i],
            Operand::Step { step, .. } => self.axes[step],
        }
    }

    fn new_table(&mut self, axes: Axes) -> usize {
        self.plan.tables.push(axes);
        self.plan.tables.len() - 1
    }

    /// Gives every constant operand a table of one number.
    fn place_constants(&mut self, live: &[usize], others: impl Iterator<Item = Operand>) {
        let code = self.code;
        let operands = live.iter().flat_map(|&step| code.operands(step)).copied();
        for operand in operands.chain(others) {
            if let Operand::Constant(value) = operand
                && !self.constants.contains_key(&value.to_bits())
            {
                self.plan.constants.push(value);
                let table = self.new_table(0);
                self.constants.insert(value.to_bits(), table);
            }
        }
    }

    /// Gives a table to every value that is needed outside its group.
    fn place_exports(&mut self, live: &[usize], products: &[ProductOfSums]) {
        let code = self.code;
        for &index in live {
            for &operand in code.operands(index) {
                if self.axes_of(operand) != self.axes[index] {
                    self.export(operand);
                }
            }
            // Numbers are all kept: there is no row to hold them.
            if self.axes[index] == 0 {
                for second in [false, true] {
                    self.export(Operand::Step {
                        step: index,
                        second,
                    });
                }
            }
        }
        for part in products.iter().flat_map(|p| &p.parts) {
            if let Some(factor) = part.factor {
                self.export(factor);
            }
        }
    }

    fn export(&mut self, operand: Operand) {
        if let Operand::Step { step, second } = operand
            && self.homes[step][usize::from(second)].table.is_none()
        {
            let table = self.new_table(self.axes[step]);
            self.homes[step][usize::from(second)].table = Some(table);
        }
    }

    fn table_of(&self, operand: Operand) -> usize {
        let table = match operand {
            Operand::Constant(value) => self.constants.get(&value.to_bits()).copied(),
            Operand::Input(i) => Some(i),
            Operand::Step { step, second } => self.homes[step][usize::from(second)].table,
        };
        // Every constant, input and exported step has a table by construction.
        table.unwrap_or(0)
    }

    /// Makes the groups, fewest axes first.
    fn arrange(&mut self, live: &[usize], products: &[ProductOfSums]) {
        let code = self.code;
        for &index in live {
            for &operand in code.operands(index) {
                if let Operand::Step { step, second } = operand
                    && self.axes[step] == self.axes[index]
                {
                    self.homes[step][usize::from(second)].last_use = index + 1;
                }
            }
        }
        let key = |axes: Axes| (axes.count_ones(), axes);
        let steps = live.iter().map(|&index| (key(self.axes[index]), index));
        let mut order: Vec<_> = steps.collect();
        for part in products.iter().flat_map(|p| &p.parts) {
            // A row that is summed is kept to the end of its group.
            if let Operand::Step { step, second } = part.row {
                self.homes[step][usize::from(second)].last_use = usize::MAX;
            }
            order.push((key(self.axes_of(part.row)), usize::MAX));
        }
        order.sort_unstable();
        for members in order.chunk_by(|a, b| a.0 == b.0) {
            let group = self.group(members[0].0.1, members, products);
            self.plan.groups.push(group);
        }
    }

    /// A group of steps; a number beyond the steps stands for a row that is only summed.
    fn group(
        &mut self,
        axes: Axes,
        members: &[((u32, Axes), usize)],
        products: &[ProductOfSums],
    ) -> Group {
        let code = self.code;
        self.register_slots.clear();
        self.table_slots.clear();
        let mut group = Group {
            axes,
            slots: Vec::new(),
            instructions: Vec::new(),
            arguments: Vec::new(),
            sums: Vec::new(),
        };
        let mut free: Vec<usize> = Vec::new();
        let mut ended: Vec<usize> = Vec::new();
        let members = members.iter().map(|&(_, index)| index);
        for index in members.take_while(|&index| index < code.steps.len()) {
            let operation = code.steps[index].operation;
            let arguments = group.arguments.len();
            for &operand in code.operands(index) {
                let argument = self.argument(&mut group, operand);
                group.arguments.push(argument);
            }
            let mut slots = [0; 2];
            let results = if operation == Operation::SinCos { 2 } else { 1 };
            for (second, slot) in slots.iter_mut().enumerate().take(results) {
                let home = self.homes[index][second];
                let place = home.table.map_or_else(
                    || {
                        let register = free.pop().unwrap_or_else(|| {
                            self.plan.registers += 1;
                            self.plan.registers - 1
                        });
                        self.homes[index][second].register = Some(register);
                        if home.last_use == 0 {
                            ended.push(register);
                        }
                        Source::Register(register)
                    },
                    Source::Table,
                );
                *slot = self.slot(&mut group, place);
            }
            let call = self.call(operation, axes, &mut group.arguments, arguments);
            group.instructions.push(Instruction {
                call,
                out: slots[0],
                second: slots[1],
            });
            // Registers whose value is not read again are free from here on.
            for &operand in code.operands(index) {
                if let Operand::Step { step, second } = operand
                    && self.homes[step][usize::from(second)].last_use == index + 1
                    && let Some(register) = self.homes[step][usize::from(second)].register
                    && !ended.contains(&register)
                {
                    ended.push(register);
                }
            }
            free.append(&mut ended);
        }
        for (sum, part) in products.iter().flat_map(|p| &p.parts).enumerate() {
            if self.axes_of(part.row) == axes {
                let (Argument::Row(row) | Argument::Number(row)) =
                    self.argument(&mut group, part.row);
                let factor = part.factor.map(|factor| {
                    let table = self.table_of(factor);
                    self.slot(&mut group, Source::Table(table))
                });
                group.sums.push(RowSum { row, factor, sum });
            }
        }
        group
    }

    /// The kernel for an operation on the last arguments, which stay in the list only if the
    /// kernel needs a list.
    fn call(
        &self,
        operation: Operation,
        axes: Axes,
        arguments: &mut Vec<Argument>,
        begin: usize,
    ) -> Call {
        use Argument::{Number, Row};
        let count = arguments.len() - begin;
        let each = Call::Each(operation, begin, count);
        if axes == 0 {
            return each;
        }
        let call = match (operation, &arguments[begin..]) {
            (Operation::Unary(op), &[Row(x)]) => Call::Unary(self.kernels.unary(op), x),
            (Operation::Power(n), &[Row(x)]) => Call::Power(self.kernels.powi, x, n),
            (Operation::SinCos, &[Row(x)]) => Call::Pair(self.kernels.sin_cos, x),
            (Operation::Binary(op), &[x, y]) => {
                let BinaryKernels {
                    slices,
                    slice_scalar,
                    scalar_slice,
                } = self.kernels.binary(op);
                match (x, y) {
                    (Row(x), Row(y)) => Call::RowRow(slices, [x, y]),
                    (Row(x), Number(y)) => Call::RowNumber(slice_scalar, [x, y]),
                    (Number(x), Row(y)) => Call::NumberRow(scalar_slice, [x, y]),
                    (Number(_), Number(_)) => return each,
                }
            }
            (Operation::MulAdd { minus }, &[a, b, c]) => {
                let MulAddKernels {
                    slices,
                    plus_scalar,
                    times_scalar,
                    scalars,
                } = if minus {
                    self.kernels.minus_mul_add
                } else {
                    self.kernels.mul_add
                };
                match (a, b, c) {
                    (Row(a), Row(b), Row(c)) => Call::RowRowRow(slices, [a, b, c]),
                    (Row(a), Row(b), Number(c)) => Call::RowRowNumber(plus_scalar, [a, b, c]),
                    (Row(a), Number(b), Row(c)) | (Number(b), Row(a), Row(c)) => {
                        Call::RowNumberRow(times_scalar, [a, b, c])
                    }
                    (Row(a), Number(b), Number(c)) | (Number(b), Row(a), Number(c)) => {
                        Call::RowNumberNumber(scalars, [a, b, c])
                    }
                    (Number(_), Number(_), _) => return each,
                }
            }
            (Operation::Select, &[c, a, b]) => Call::Rows(self.kernels.select, [c, a, b]),
            _ => return each,
        };
        arguments.truncate(begin);
        call
    }

    /// The slot of a place in a group.
    fn slot(&mut self, group: &mut Group, place: Source) -> Slot {
        let (slots, index) = match place {
            Source::Register(register) => (&mut self.register_slots, register),
            Source::Table(table) => (&mut self.table_slots, table),
        };
        if slots.len() <= index {
            slots.resize(index + 1, None);
        }
        *slots[index].get_or_insert_with(|| {
            group.slots.push(place);
            group.slots.len() - 1
        })
    }

    /// How a group reads an operand.
    fn argument(&mut self, group: &mut Group, operand: Operand) -> Argument {
        if let Operand::Step { step, second } = operand
            && self.axes[step] == group.axes
            && let Some(register) = self.homes[step][usize::from(second)].register
        {
            return Argument::Row(self.slot(group, Source::Register(register)));
        }
        let table = self.table_of(operand);
        let slot = self.slot(group, Source::Table(table));
        let row_axis = last_axis(group.axes);
        if row_axis.is_some_and(|a| self.plan.tables[table] >> a & 1 == 1) {
            Argument::Row(slot)
        } else {
            Argument::Number(slot)
        }
    }

    /// The outputs as products of the sums of the groups.
    fn products(&mut self, products: &[ProductOfSums]) -> Vec<Output> {
        let mut outputs = Vec::with_capacity(products.len());
        for product in products {
            let sums = self.plan.sums..self.plan.sums + product.parts.len();
            self.plan.sums = sums.end;
            let axes = product.parts.iter().map(|part| self.axes_of(part.row));
            outputs.push(Output::Product {
                numbers: product.numbers.iter().map(|&n| self.table_of(n)).collect(),
                sums: sums.collect(),
                axes: axes.fold(0, |all, axes| all | axes),
            });
        }
        outputs
    }
}
