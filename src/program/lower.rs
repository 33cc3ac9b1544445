//! Lowering: from a graph of formulas to straight-line code.
//!
//! 1. Evaluate once what no input reaches.
//! 2. Give every other node that the outputs need one step, in the order of the graph, so that
//!    operands come first and a shared subexpression is one step.
//! 3. Replace operations by cheaper ones of the same value: squares by products, division by a
//!    power of two by multiplication, half-integer powers by square roots, a sine and a cosine of
//!    one angle by the pair.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::elementary::{Binary, Unary};
use crate::error::Error;
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::value::node_value;

/// The most inputs of a program: a set of inputs is one word.
pub(crate) const MOST_INPUTS: usize = 64;

/// Where a step finds an operand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operand {
    /// A number.
    Constant(f64),
    /// The value of an input.
    Input(usize),
    /// The result of an earlier step; the second result of a pair has `second` set.
    Step { step: usize, second: bool },
}

/// What a step does to its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A function of one operand.
    Unary(Unary),
    /// A function of two operands.
    Binary(Binary),
    /// An integer power.
    Power(i32),
    /// The sine and the cosine of one operand.
    SinCos,
    /// `select(c, a, b)`.
    Select,
    /// The determinant of the operands, row by row.
    Determinant,
    /// The volume of the operands, row by row, with this number of columns.
    Volume(usize),
}

/// One step of straight-line code.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) operation: Operation,
    pub(crate) operands: Vec<Operand>,
    /// The inputs that the result depends on, one bit each.
    pub(crate) inputs: u64,
}

/// Straight-line code.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    pub(crate) inputs: usize,
    pub(crate) steps: Vec<Step>,
    pub(crate) outputs: Vec<Operand>,
}

impl Steps {
    /// The inputs that an operand depends on, one bit each.
    pub(crate) fn reached(&self, operand: Operand) -> u64 {
        match operand {
            Operand::Constant(_) => 0,
            Operand::Input(i) => 1 << i,
            Operand::Step { step, .. } => self.steps[step].inputs,
        }
    }

    fn push(&mut self, operation: Operation, operands: Vec<Operand>) -> Operand {
        let reached = operands.iter().map(|&o| self.reached(o));
        let inputs = reached.fold(0, |all, inputs| all | inputs);
        self.steps.push(Step {
            operation,
            operands,
            inputs,
        });
        Operand::Step {
            step: self.steps.len() - 1,
            second: false,
        }
    }
}

/// Lowers the formulas `roots`.
///
/// # Errors
/// [`Error::Shape`] for more than [`MOST_INPUTS`] inputs.
pub(crate) fn lower(arena: &Arena, roots: &[Id], inputs: usize) -> Result<Steps, Error> {
    if inputs > MOST_INPUTS {
        return Err(Error::shape(format!(
            "{inputs} variables are more than the {MOST_INPUTS} that a program can have"
        )));
    }
    let needed = arena.needed(roots);
    let mut pairs = paired_angles(arena, &needed);
    let mut code = Steps {
        inputs,
        steps: Vec::new(),
        outputs: Vec::new(),
    };
    let mut places: Vec<Operand> = vec![Operand::Constant(f64::NAN); arena.nodes().len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] {
            places[index] = lower_node(&mut code, node, &places, &mut pairs);
        }
    }
    code.outputs = roots.iter().map(|root| places[root.index()]).collect();
    Ok(code)
}

/// The angles of which both the sine and the cosine are needed, without their steps yet.
fn paired_angles(arena: &Arena, needed: &[bool]) -> FxHashMap<Id, Option<Operand>> {
    let angles = |wanted: Unary| {
        let nodes = arena.nodes().iter().zip(needed);
        nodes.filter_map(move |(node, needed)| match node {
            Node::Unary(op, x) if *op == wanted && *needed => Some(*x),
            _ => None,
        })
    };
    let sines: FxHashSet<Id> = angles(Unary::Sin).collect();
    let both = angles(Unary::Cos).filter(|x| sines.contains(x));
    both.map(|x| (x, None)).collect()
}

fn lower_node(
    code: &mut Steps,
    node: &Node,
    places: &[Operand],
    pairs: &mut FxHashMap<Id, Option<Operand>>,
) -> Operand {
    let of = |id: &Id| places[id.index()];
    let mut constant = !matches!(node, Node::Input(_));
    node.for_each_operand(|id| constant &= matches!(of(&id), Operand::Constant(_)));
    if constant {
        let value = |id: Id| match of(&id) {
            Operand::Constant(value) => value,
            _ => f64::NAN,
        };
        return Operand::Constant(node_value(node, &[], value));
    }
    match node {
        Node::Input(i) => Operand::Input(*i as usize),
        Node::Unary(op @ (Unary::Sin | Unary::Cos), x) if pairs.contains_key(x) => {
            let made = pairs.get(x).copied().flatten();
            let pair = made.unwrap_or_else(|| code.push(Operation::SinCos, vec![of(x)]));
            pairs.insert(*x, Some(pair));
            match pair {
                Operand::Step { step, .. } => Operand::Step {
                    step,
                    second: *op == Unary::Cos,
                },
                other => other,
            }
        }
        Node::Unary(op, x) => code.push(Operation::Unary(*op), vec![of(x)]),
        Node::Binary(op, x, y) => lower_binary(code, *op, of(x), of(y)),
        Node::Power(x, n) => lower_power(code, of(x), *n),
        Node::Select(c, a, b) => code.push(Operation::Select, vec![of(c), of(a), of(b)]),
        Node::Determinant(entries) => {
            code.push(Operation::Determinant, entries.iter().map(of).collect())
        }
        Node::Volume(columns, entries) => {
            let columns = *columns as usize;
            code.push(Operation::Volume(columns), entries.iter().map(of).collect())
        }
        // Numbers were met above.
        Node::Constant(_) | Node::Symbol(_) => Operand::Constant(f64::NAN),
    }
}

fn lower_power(code: &mut Steps, x: Operand, n: i32) -> Operand {
    match n {
        0 => Operand::Constant(1.0),
        1 => x,
        2 => code.push(Operation::Binary(Binary::Mul), vec![x, x]),
        -1 => code.push(
            Operation::Binary(Binary::Div),
            vec![Operand::Constant(1.0), x],
        ),
        n => code.push(Operation::Power(n), vec![x]),
    }
}

fn lower_binary(code: &mut Steps, op: Binary, x: Operand, y: Operand) -> Operand {
    match (op, y) {
        (Binary::Div, Operand::Constant(c)) if is_power_of_two(c) => code.push(
            Operation::Binary(Binary::Mul),
            vec![x, Operand::Constant(1.0 / c)],
        ),
        // x^(k + 1/2) = xᵏ·√x, three roundings at most; a negative power is a reciprocal.
        (Binary::Pow, Operand::Constant(c)) if (c.abs() - 0.5).fract() == 0.0 && c.abs() <= 3.5 => {
            let root = code.push(Operation::Unary(Unary::Sqrt), vec![x]);
            let power = lower_power(code, x, (c.abs() - 0.5) as i32);
            let product = match power {
                Operand::Constant(_) => root,
                power => code.push(Operation::Binary(Binary::Mul), vec![power, root]),
            };
            if c > 0.0 {
                product
            } else {
                lower_power(code, product, -1)
            }
        }
        _ => code.push(Operation::Binary(op), vec![x, y]),
    }
}

/// Whether division by this number is multiplication by its exact reciprocal.
fn is_power_of_two(c: f64) -> bool {
    let mantissa = c.to_bits() & ((1 << 52) - 1);
    mantissa == 0 && c.is_normal() && (1.0 / c).is_normal()
}
