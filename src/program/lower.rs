//! Lowering: from a graph of formulas to straight-line code.
//!
//! 1. Evaluate once what no input reaches.
//! 2. Give every other node that the outputs need one step, in the order of the graph, so that
//!    operands come first and a shared subexpression is one step.
//! 3. Replace operations by cheaper ones of the same value: squares by products, division by a
//!    power of two by multiplication, half-integer powers by square roots, a sine and a cosine of
//!    one angle by the pair, a product and a sum by one operation that rounds once.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs::{self, bit};
use crate::expr::value::node_value;

/// The most inputs of a program for grids: a set of inputs is one word.
pub(crate) const MOST_INPUTS: usize = inputs::MOST;

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
    /// a·b + c with one rounding, or (−a)·b − c.
    MulAdd {
        /// Whether it is the opposite.
        minus: bool,
    },
    /// The determinant of the operands, row by row.
    Determinant,
    /// The volume of the operands, row by row, with this number of columns.
    Volume(usize),
}

/// One step of straight-line code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) operation: Operation,
    /// Where the operands begin in [`Steps::operands`], and how many there are.
    operands: (u32, u32),
    /// The inputs that the result depends on, one bit each.
    pub(crate) inputs: u64,
}

/// Straight-line code.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    pub(crate) inputs: usize,
    pub(crate) steps: Vec<Step>,
    /// The operands of all steps.
    operands: Vec<Operand>,
    pub(crate) outputs: Vec<Operand>,
}

impl Steps {
    /// The inputs that an operand depends on, one bit each.
    pub(crate) fn reached(&self, operand: Operand) -> u64 {
        match operand {
            Operand::Constant(_) => 0,
            Operand::Input(i) => bit(i),
            Operand::Step { step, .. } => self.steps[step].inputs,
        }
    }

    /// Code for the same inputs without steps or outputs, with room for as many.
    pub(crate) fn emptied(&self) -> Steps {
        Steps {
            inputs: self.inputs,
            steps: Vec::with_capacity(self.steps.len()),
            operands: Vec::with_capacity(self.operands.len()),
            outputs: Vec::new(),
        }
    }

    /// The operands of a step.
    pub(crate) fn operands(&self, step: usize) -> &[Operand] {
        let (begin, count) = self.steps[step].operands;
        &self.operands[begin as usize..][..count as usize]
    }

    /// Adds a step.
    pub(crate) fn push(&mut self, operation: Operation, operands: &[Operand]) -> Operand {
        let reached = operands.iter().map(|&o| self.reached(o));
        let inputs = reached.fold(0, |all, inputs| all | inputs);
        let begin = self.operands.len() as u32;
        self.operands.extend_from_slice(operands);
        self.steps.push(Step {
            operation,
            operands: (begin, operands.len() as u32),
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
/// Of more than [`MOST_INPUTS`] inputs those that are that far apart share a bit.
pub(crate) fn lower(arena: &Arena, roots: &[Id], inputs: usize) -> Steps {
    let needed = arena.needed(roots);
    let mut pairs = paired_angles(arena, &needed);
    let mut code = Steps {
        inputs,
        steps: Vec::new(),
        operands: Vec::new(),
        outputs: Vec::new(),
    };
    let readers = readers(arena, roots, &needed);
    let mut places: Vec<Operand> = vec![Operand::Constant(f64::NAN); arena.nodes().len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] {
            places[index] = lower_node(&mut code, arena, node, &places, &readers, &mut pairs);
        }
    }
    code.outputs = roots.iter().map(|root| places[root.index()]).collect();
    code
}

/// How many times each needed node is read.
fn readers(arena: &Arena, roots: &[Id], needed: &[bool]) -> Vec<u32> {
    let mut readers = vec![0; needed.len()];
    let mut read = |id: Id| readers[id.index()] += 1;
    roots.iter().for_each(|&root| read(root));
    for (node, _) in arena.nodes().iter().zip(needed).filter(|(_, n)| **n) {
        node.for_each_operand(&mut read);
    }
    readers
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
    arena: &Arena,
    node: &Node,
    places: &[Operand],
    readers: &[u32],
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
            let pair = made.unwrap_or_else(|| code.push(Operation::SinCos, &[of(x)]));
            pairs.insert(*x, Some(pair));
            match pair {
                Operand::Step { step, .. } => Operand::Step {
                    step,
                    second: *op == Unary::Cos,
                },
                other => other,
            }
        }
        Node::Unary(Unary::Neg, x) if readers[x.index()] == 1 => opposite(code, of(x)),
        Node::Unary(op, x) => code.push(Operation::Unary(*op), &[of(x)]),
        Node::Binary(op, x, y) => {
            let read_once = |id: &Id| (of(id), readers[id.index()] == 1);
            // (−p) − y = −(p + y), and the sum may be one step with a product.
            if let (Binary::Sub, Node::Unary(Unary::Neg, p)) = (op, arena.node(*x))
                && let Some(sum) = lower_sum(code, Binary::Add, read_once(p), read_once(y))
            {
                return opposite(code, sum);
            }
            lower_sum(code, *op, read_once(x), read_once(y))
                .unwrap_or_else(|| lower_binary(code, *op, of(x), of(y)))
        }
        Node::Power(x, n) => lower_power(code, of(x), *n),
        Node::Select(c, a, b) => code.push(Operation::Select, &[of(c), of(a), of(b)]),
        Node::Determinant(entries) => {
            let entries: Vec<Operand> = entries.iter().map(of).collect();
            code.push(Operation::Determinant, &entries)
        }
        Node::Volume(columns, entries) => {
            let columns = *columns as usize;
            let entries: Vec<Operand> = entries.iter().map(of).collect();
            code.push(Operation::Volume(columns), &entries)
        }
        // Numbers were met above.
        Node::Constant(..) | Node::Symbol(_) => Operand::Constant(f64::NAN),
    }
}

/// A sum or a difference of which one part is a product that nothing else reads, as one step. Each
/// part comes with whether it is read once.
///
/// A product that depends on fewer inputs than the sum is better left alone: it is computed less
/// often. For the same reason a sign goes to what depends on fewer inputs, or nowhere.
fn lower_sum(
    code: &mut Steps,
    op: Binary,
    x: (Operand, bool),
    y: (Operand, bool),
) -> Option<Operand> {
    if !matches!(op, Binary::Add | Binary::Sub) {
        return None;
    }
    let inputs = code.reached(x.0) | code.reached(y.0);
    let product = |(part, once): (Operand, bool)| match part {
        Operand::Step {
            step,
            second: false,
        } if once && code.steps[step].inputs == inputs => {
            match (code.steps[step].operation, code.operands(step)) {
                (Operation::Binary(Binary::Mul), &[a, b]) => Some([a, b]),
                _ => None,
            }
        }
        _ => None,
    };
    let is_cheap = |operand: Operand| code.reached(operand) != inputs;
    let (factors, rest, minus) = match (product(x), product(y)) {
        (Some(factors), _) if op == Binary::Add => (factors, y.0, false),
        (_, Some(factors)) if op == Binary::Add => (factors, x.0, false),
        (Some(factors), _) if is_cheap(y.0) => (factors, negative(code, y.0), false),
        (_, Some(factors)) if is_cheap(x.0) => (factors, negative(code, x.0), true),
        (_, Some([a, b])) if is_cheap(a) => ([negative(code, a), b], x.0, false),
        (_, Some([a, b])) if is_cheap(b) => ([a, negative(code, b)], x.0, false),
        // x − (c·p)·b = ((−c)·p)·b + x
        (_, Some([a, b])) => match product((a, true)) {
            Some([c, p]) if is_cheap(c) => {
                let c = negative(code, c);
                let a = code.push(Operation::Binary(Binary::Mul), &[c, p]);
                ([a, b], x.0, false)
            }
            _ => return None,
        },
        _ => return None,
    };
    let operands = [factors[0], factors[1], rest];
    Some(code.push(Operation::MulAdd { minus }, &operands))
}

/// The opposite of a number that nothing else reads; where that is zero, its sign is not kept.
fn opposite(code: &mut Steps, x: Operand) -> Operand {
    if let Operand::Step {
        step,
        second: false,
    } = x
        && let Operation::MulAdd { minus } = code.steps[step].operation
        && let &[a, b, c] = code.operands(step)
    {
        return code.push(Operation::MulAdd { minus: !minus }, &[a, b, c]);
    }
    negative(code, x)
}

fn negative(code: &mut Steps, x: Operand) -> Operand {
    match x {
        Operand::Constant(value) => Operand::Constant(-value),
        x => code.push(Operation::Unary(Unary::Neg), &[x]),
    }
}

fn lower_power(code: &mut Steps, x: Operand, n: i32) -> Operand {
    match n {
        0 => Operand::Constant(1.0),
        1 => x,
        2 => code.push(Operation::Binary(Binary::Mul), &[x, x]),
        -1 => code.push(Operation::Binary(Binary::Div), &[Operand::Constant(1.0), x]),
        n => code.push(Operation::Power(n), &[x]),
    }
}

fn lower_binary(code: &mut Steps, op: Binary, x: Operand, y: Operand) -> Operand {
    match (op, y) {
        (Binary::Div, Operand::Constant(c)) if is_power_of_two(c) => code.push(
            Operation::Binary(Binary::Mul),
            &[x, Operand::Constant(1.0 / c)],
        ),
        // x^(k + 1/2) = xᵏ·√x, three roundings at most; a negative power is a reciprocal.
        (Binary::Pow, Operand::Constant(c)) if (c.abs() - 0.5).fract() == 0.0 && c.abs() <= 3.5 => {
            let root = code.push(Operation::Unary(Unary::Sqrt), &[x]);
            let power = lower_power(code, x, (c.abs() - 0.5) as i32);
            let product = match power {
                Operand::Constant(_) => root,
                power => code.push(Operation::Binary(Binary::Mul), &[power, root]),
            };
            if c > 0.0 {
                product
            } else {
                lower_power(code, product, -1)
            }
        }
        _ => code.push(Operation::Binary(op), &[x, y]),
    }
}

/// Whether division by this number is multiplication by its exact reciprocal.
fn is_power_of_two(c: f64) -> bool {
    let mantissa = c.to_bits() & ((1 << 52) - 1);
    mantissa == 0 && c.is_normal() && (1.0 / c).is_normal()
}
