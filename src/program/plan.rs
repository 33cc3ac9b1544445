//! The plan: straight-line code arranged for a grid of nodes.
//!
//! 1. Group the steps by the set of loop axes that they depend on. What depends on no axis is a
//!    number; a group with fewer axes is run before one with more.
//! 2. A group runs in rows along its last axis, once for every index of its other axes, so that
//!    what depends on some axes alone is evaluated once for all others.
//! 3. Within a row, values live in registers that are used again after their last use; a value that
//!    another group needs, or that is an output, goes into a table over its own axes.
//!
//! The registers of a row are all that the innermost loop touches, besides one row of each table:
//! a few dozen rows of at most [`BLOCK`](crate::integrand::BLOCK) numbers, which a first-level
//! cache holds.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::lower::{Operand, Operation, Steps};

/// A set of loop axes, one bit each.
pub(crate) type Axes = u64;

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

/// An operation on rows. Results go to rows that no operand occupies.
#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub(crate) operation: Operation,
    pub(crate) operands: Vec<Argument>,
    pub(crate) out: Slot,
    /// Where the second result of a pair goes.
    pub(crate) second: Option<Slot>,
}

/// What a slot of a group stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// The row register with this number.
    Register(usize),
    /// The current row, or number, of a table.
    Table(usize),
}

/// A table of numbers over some axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    pub(crate) axes: Axes,
}

/// The steps that depend on the same axes.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) axes: Axes,
    pub(crate) slots: Vec<Place>,
    pub(crate) instructions: Vec<Instruction>,
}

/// Steps arranged for one way of tying inputs to loop axes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The tables. The first `inputs` hold the inputs, then come the constants.
    pub(crate) tables: Vec<Table>,
    /// The values of the constant tables, in order.
    pub(crate) constants: Vec<f64>,
    /// The groups, in the order in which they run.
    pub(crate) groups: Vec<Group>,
    /// The number of row registers.
    pub(crate) registers: usize,
    /// The table of each output.
    pub(crate) outputs: Vec<usize>,
}

/// Where the value of a step lives while a plan is made.
#[derive(Clone, Copy, Debug, Default)]
struct Home {
    table: Option<usize>,
    register: Option<usize>,
}

impl Plan {
    /// Arranges steps, where input `i` varies along the loop axis `axis_of_input[i]`, or not at
    /// all.
    pub(crate) fn new(code: &Steps, axis_of_input: &[Option<usize>]) -> Plan {
        let axes_of_inputs = |inputs: u64| {
            let axis = |i: usize| axis_of_input[i].map_or(0, |axis| 1 << axis);
            (0..code.inputs)
                .filter(|i| inputs >> i & 1 == 1)
                .fold(0, |axes, i| axes | axis(i))
        };
        let step_axes: Vec<Axes> = code
            .steps
            .iter()
            .map(|s| axes_of_inputs(s.inputs))
            .collect();
        let mut builder = Builder {
            code,
            step_axes,
            plan: Plan {
                tables: Vec::new(),
                constants: Vec::new(),
                groups: Vec::new(),
                registers: 0,
                outputs: Vec::new(),
            },
            homes: vec![[Home::default(); 2]; code.steps.len()],
            last_use: vec![[0; 2]; code.steps.len()],
            constants: FxHashMap::default(),
            slots: FxHashMap::default(),
        };
        for i in 0..code.inputs {
            builder.new_table(axes_of_inputs(1 << i));
        }
        builder.place_constants();
        builder.place_exports();
        builder.arrange();
        builder.plan.outputs = code
            .outputs
            .iter()
            .map(|&output| builder.table_of(output))
            .collect();
        builder.plan
    }
}

struct Builder<'c> {
    code: &'c Steps,
    step_axes: Vec<Axes>,
    plan: Plan,
    /// For every step, where its first and its second result live.
    homes: Vec<[Home; 2]>,
    /// The last step of its own group that reads each result of a step; 0 if none does.
    last_use: Vec<[usize; 2]>,
    /// The table of every constant, by its bits.
    constants: FxHashMap<u64, usize>,
    /// The slots of the group at hand.
    slots: FxHashMap<Place, Slot>,
}

impl Builder<'_> {
    fn new_table(&mut self, axes: Axes) -> usize {
        self.plan.tables.push(Table { axes });
        self.plan.tables.len() - 1
    }

    /// Gives every constant operand a table of one number.
    fn place_constants(&mut self) {
        let code = self.code;
        let operands = code.steps.iter().flat_map(|s| &s.operands);
        for operand in operands.chain(&code.outputs) {
            if let Operand::Constant(value) = operand
                && !self.constants.contains_key(&value.to_bits())
            {
                self.plan.constants.push(*value);
                let table = self.new_table(0);
                self.constants.insert(value.to_bits(), table);
            }
        }
    }

    /// Gives a table to every value that is needed outside its group.
    fn place_exports(&mut self) {
        let code = self.code;
        for (index, step) in code.steps.iter().enumerate() {
            for &operand in &step.operands {
                if let Operand::Step { step: from, second } = operand
                    && self.step_axes[from] != self.step_axes[index]
                {
                    self.export(from, second);
                }
            }
        }
        for &output in &code.outputs {
            if let Operand::Step { step, second } = output {
                self.export(step, second);
            }
        }
        // Numbers are all kept: there is no row to hold them.
        for index in 0..code.steps.len() {
            if self.step_axes[index] == 0 {
                self.export(index, false);
                self.export(index, true);
            }
        }
    }

    fn export(&mut self, step: usize, second: bool) {
        if self.homes[step][usize::from(second)].table.is_none() {
            let table = self.new_table(self.step_axes[step]);
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
    fn arrange(&mut self) {
        let code = self.code;
        let mut members: BTreeMap<(u32, Axes), Vec<usize>> = BTreeMap::new();
        for (index, step) in code.steps.iter().enumerate() {
            let axes = self.step_axes[index];
            let key = (axes.count_ones(), axes);
            members.entry(key).or_default().push(index);
            for &operand in &step.operands {
                if let Operand::Step { step: from, second } = operand
                    && self.step_axes[from] == axes
                {
                    self.last_use[from][usize::from(second)] = index;
                }
            }
        }
        for ((_, axes), members) in members {
            let group = self.group(axes, &members);
            self.plan.groups.push(group);
        }
    }

    fn group(&mut self, axes: Axes, members: &[usize]) -> Group {
        let code = self.code;
        self.slots.clear();
        let mut group = Group {
            axes,
            slots: Vec::new(),
            instructions: Vec::new(),
        };
        let mut free: Vec<usize> = Vec::new();
        for &index in members {
            let step = &code.steps[index];
            let mut scratch = Vec::new();
            let mut operands = Vec::with_capacity(step.operands.len());
            for &operand in &step.operands {
                let argument = self.argument(&mut group, operand);
                operands.push(argument);
            }
            let mut out = |builder: &mut Self, group: &mut Group, second: bool| {
                let home = builder.homes[index][usize::from(second)];
                let place = match home.table {
                    Some(table) => Place::Table(table),
                    None => {
                        let register = builder.take_register(&mut free);
                        builder.homes[index][usize::from(second)].register = Some(register);
                        if builder.last_use[index][usize::from(second)] == 0 {
                            scratch.push(register);
                        }
                        Place::Register(register)
                    }
                };
                builder.slot(group, place)
            };
            let first = out(self, &mut group, false);
            let second = (step.operation == Operation::SinCos).then(|| out(self, &mut group, true));
            group.instructions.push(Instruction {
                operation: step.operation,
                operands,
                out: first,
                second,
            });
            free.extend(scratch);
            // Registers whose value is not read again are free from here on.
            let mut ended = Vec::new();
            for &operand in &step.operands {
                if let Operand::Step { step: from, second } = operand
                    && self.last_use[from][usize::from(second)] == index
                    && let Some(register) = self.homes[from][usize::from(second)].register
                    && !ended.contains(&register)
                {
                    ended.push(register);
                }
            }
            free.extend(ended);
        }
        group
    }

    fn take_register(&mut self, free: &mut Vec<usize>) -> usize {
        free.pop().unwrap_or_else(|| {
            self.plan.registers += 1;
            self.plan.registers - 1
        })
    }

    /// The slot of a place in a group.
    fn slot(&mut self, group: &mut Group, place: Place) -> Slot {
        *self.slots.entry(place).or_insert_with(|| {
            group.slots.push(place);
            group.slots.len() - 1
        })
    }

    /// How a group reads an operand.
    fn argument(&mut self, group: &mut Group, operand: Operand) -> Argument {
        if let Operand::Step { step, second } = operand
            && let Some(register) = self.homes[step][usize::from(second)].register
        {
            return Argument::Row(self.slot(group, Place::Register(register)));
        }
        let table = self.table_of(operand);
        let slot = self.slot(group, Place::Table(table));
        let row_axis = last_axis(group.axes);
        let along_row = row_axis.is_some_and(|a| self.plan.tables[table].axes >> a & 1 == 1);
        if along_row {
            Argument::Row(slot)
        } else {
            Argument::Number(slot)
        }
    }
}

/// The last axis of a set.
pub(crate) fn last_axis(axes: Axes) -> Option<usize> {
    axes.checked_ilog2().map(|a| a as usize)
}
