//! The tape: straight-line code run step by step at one point.
//!
//! 1. Inputs, constants and results have slots in one array; a slot is used again after its last use.
//! 2. Every step is one match and one store, without the rows and tables that blocks of nodes need.
//!
//! The bits are those of the same code on blocks.

use super::kernels::Kernels;
use super::lower::{Operand, Operation, Steps};
use crate::elementary::{self, Binary, Unary, matrix};

/// A place in the array.
type Slot = u32;

/// What a step does, with the slots of its operands.
#[derive(Clone, Debug)]
enum Call {
    Unary(Unary, Slot),
    Binary(Binary, [Slot; 2]),
    Power(i32, Slot),
    SinCos(Slot, Slot),
    Select([Slot; 3]),
    MulAdd(bool, [Slot; 3]),
    Determinant(Box<[Slot]>),
    Volume(usize, Box<[Slot]>),
}

/// Straight-line code for one point.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    inputs: usize,
    kernels: &'static Kernels,
    /// What stands in the slots behind the inputs.
    constants: Vec<f64>,
    calls: Vec<(Call, Slot)>,
    slots: usize,
    outputs: Vec<Slot>,
}

/// The slots that are given out while a tape is made.
struct Slots {
    /// The slot of the first and of the second result of each step.
    of_step: Vec<[Option<Slot>; 2]>,
    free: Vec<Slot>,
    count: usize,
    constants: Vec<f64>,
    inputs: usize,
}

impl Slots {
    /// The slot of an operand.
    fn of(&self, operand: Operand) -> Slot {
        match operand {
            Operand::Input(i) => i as Slot,
            Operand::Constant(value) => {
                let bits = |c: &f64| c.to_bits();
                let place = self.constants.binary_search_by_key(&value.to_bits(), bits);
                (self.inputs + place.unwrap_or_default()) as Slot
            }
            Operand::Step { step, second } => {
                self.of_step[step][usize::from(second)].unwrap_or_default()
            }
        }
    }

    /// A slot that nothing occupies.
    fn take(&mut self) -> Slot {
        self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            (self.count - 1) as Slot
        })
    }
}

impl Tape {
    /// The tape of straight-line code.
    pub(crate) fn new(code: &Steps, kernels: &'static Kernels) -> Self {
        let constants = constants(code);
        let mut slots = Slots {
            of_step: vec![[None; 2]; code.steps.len()],
            free: Vec::new(),
            count: code.inputs + constants.len(),
            constants,
            inputs: code.inputs,
        };
        let last = last_uses(code);
        let mut ends: Vec<Vec<(usize, usize)>> = vec![Vec::new(); code.steps.len()];
        for (step, uses) in last.iter().enumerate() {
            for (which, last) in uses.iter().enumerate() {
                // What nothing reads is given back at once; outputs are kept.
                if let Some(end) = ends.get_mut(last.unwrap_or(step)) {
                    end.push((step, which));
                }
            }
        }
        let mut calls = Vec::with_capacity(code.steps.len());
        for (step, ends) in ends.iter().enumerate() {
            let operands = code.operands(step).iter();
            let operands: Vec<Slot> = operands.map(|&operand| slots.of(operand)).collect();
            let out = slots.take();
            slots.of_step[step][0] = Some(out);
            let call = match (code.steps[step].operation, &operands[..]) {
                (Operation::SinCos, &[x]) => {
                    let second = slots.take();
                    slots.of_step[step][1] = Some(second);
                    Call::SinCos(x, second)
                }
                (Operation::Unary(op), &[x]) => Call::Unary(op, x),
                (Operation::Binary(op), &[x, y]) => Call::Binary(op, [x, y]),
                (Operation::Power(n), &[x]) => Call::Power(n, x),
                (Operation::Select, &[c, a, b]) => Call::Select([c, a, b]),
                (Operation::MulAdd { minus }, &[a, b, c]) => Call::MulAdd(minus, [a, b, c]),
                (Operation::Volume(columns), entries) => Call::Volume(columns, entries.into()),
                (_, entries) => Call::Determinant(entries.into()),
            };
            calls.push((call, out));
            for &(step, which) in ends {
                slots.free.extend(slots.of_step[step][which]);
            }
        }
        Tape {
            inputs: code.inputs,
            kernels,
            outputs: code
                .outputs
                .iter()
                .map(|&output| slots.of(output))
                .collect(),
            slots: slots.count,
            constants: slots.constants,
            calls,
        }
    }

    /// The values of the outputs at a point, whose coordinates are those of the parts.
    pub(crate) fn at(&self, parts: &[&[f64]]) -> Vec<f64> {
        let mut slots = Vec::with_capacity(self.slots);
        let mut values = vec![0.0; self.outputs.len()];
        self.run(parts, &mut slots, &mut values);
        values
    }

    /// The same in memory that is used again: `values` has as many places as there are outputs.
    pub(crate) fn run(&self, parts: &[&[f64]], slots: &mut Vec<f64>, values: &mut [f64]) {
        slots.clear();
        parts.iter().for_each(|part| slots.extend_from_slice(part));
        slots.resize(self.inputs, f64::NAN);
        slots.extend_from_slice(&self.constants);
        slots.resize(self.slots, 0.0);
        let mut entries = Vec::new();
        for (call, out) in &self.calls {
            let v = |slot: Slot| slots[slot as usize];
            let value = match call {
                Call::Unary(op @ (Unary::Neg | Unary::Abs | Unary::Sqrt), x) => op.value(v(*x)),
                // Fused multiply-adds are instructions in vector kernels, and calls elsewhere.
                Call::Unary(op, x) => {
                    let mut out = [0.0];
                    self.kernels.unary(*op)(&[v(*x)], &mut out);
                    out[0]
                }
                Call::Binary(Binary::Add, [x, y]) => v(*x) + v(*y),
                Call::Binary(Binary::Sub, [x, y]) => v(*x) - v(*y),
                Call::Binary(Binary::Mul, [x, y]) => v(*x) * v(*y),
                Call::Binary(op, [x, y]) => op.value(v(*x), v(*y)),
                Call::Power(n, x) => elementary::powi(v(*x), *n),
                Call::SinCos(x, second) => {
                    let (mut sine, mut cosine) = ([0.0], [0.0]);
                    (self.kernels.sin_cos)(&[v(*x)], &mut sine, &mut cosine);
                    slots[*second as usize] = cosine[0];
                    sine[0]
                }
                Call::Select([c, a, b]) => elementary::select(v(*c), v(*a), v(*b)),
                Call::MulAdd(minus, [a, b, c]) => {
                    let (a, b, c) = (v(*a), v(*b), v(*c));
                    match minus {
                        false => elementary::fma(a, b, c),
                        true => elementary::fma(-a, b, -c),
                    }
                }
                Call::Determinant(of) | Call::Volume(_, of) => {
                    entries.clear();
                    entries.extend(of.iter().map(|&slot| v(slot)));
                    match call {
                        Call::Volume(columns, _) => matrix::volume(*columns, &mut entries),
                        _ => matrix::determinant(&mut entries),
                    }
                }
            };
            slots[*out as usize] = value;
        }
        for (value, &slot) in values.iter_mut().zip(&self.outputs) {
            *value = slots[slot as usize];
        }
    }
}

/// The constants of code, each once.
fn constants(code: &Steps) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    let operands = (0..code.steps.len()).flat_map(|step| code.operands(step));
    for operand in operands.chain(&code.outputs) {
        if let Operand::Constant(value) = operand {
            found.push(*value);
        }
    }
    found.sort_unstable_by_key(|value| value.to_bits());
    found.dedup_by_key(|value| value.to_bits());
    found
}

/// For both results of every step, the last step that reads it: none that is, or one after the end for an
/// output.
fn last_uses(code: &Steps) -> Vec<[Option<usize>; 2]> {
    let mut last = vec![[None; 2]; code.steps.len()];
    let mut read = |operand: &Operand, by: usize| {
        if let Operand::Step { step, second } = *operand {
            last[step][usize::from(second)] = Some(by);
        }
    };
    for step in 0..code.steps.len() {
        code.operands(step)
            .iter()
            .for_each(|operand| read(operand, step));
    }
    code.outputs
        .iter()
        .for_each(|output| read(output, code.steps.len()));
    last
}
