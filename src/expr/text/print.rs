//! Formulas as text that reads like a textbook and parses back to the same value.

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Expr, Id, Node};
use crate::expr::operator::{self, Form, Precedence};

/// The longest text that is written; a formula that needs more ends in `…`.
const LONGEST: usize = 100_000;

/// What is still to be written.
enum Item {
    /// This text.
    Text(String),
    /// This sign.
    Sign(&'static str),
    /// This node, in parentheses if it binds less tightly.
    Node(Id, Precedence),
    /// The absolute value of this number.
    Magnitude(f64, Precedence),
}

/// The text of the formula `root`, with `names[i]` for input `i`.
///
/// A stack of pieces still to be written stands in for recursion, so depth costs no stack.
pub(crate) fn text(arena: &Arena, root: Id, names: &[String]) -> String {
    let mut out = String::new();
    let mut rest = vec![Item::Node(root, Precedence::Or)];
    while let Some(item) = rest.pop() {
        if out.len() > LONGEST {
            out.push('…');
            return out;
        }
        match item {
            Item::Text(text) => out.push_str(&text),
            Item::Sign(text) => out.push_str(text),
            Item::Magnitude(value, weakest) => number(value.abs(), weakest, &mut rest),
            Item::Node(id, weakest) => {
                let (precedence, pieces) = pieces(arena, id, names);
                let parentheses = precedence < weakest;
                if parentheses {
                    out.push('(');
                    rest.push(Item::Sign(")"));
                }
                rest.extend(pieces.into_iter().rev());
            }
        }
    }
    out
}

/// A node's own pieces, and how tightly its text binds.
fn pieces(arena: &Arena, id: Id, names: &[String]) -> (Precedence, Vec<Item>) {
    match arena.node(id) {
        Node::Constant(bits, _) => {
            let mut pieces = Vec::new();
            let precedence = number_pieces(f64::from_bits(*bits), &mut pieces);
            (precedence, pieces)
        }
        Node::Symbol(symbol) => (Precedence::Atom, vec![Item::Sign(symbol.name())]),
        Node::Input(i) => {
            let name = names.get(*i as usize).cloned();
            let name = name.unwrap_or_else(|| format!("u{}", i + 1));
            (Precedence::Atom, vec![Item::Text(name)])
        }
        Node::Unary(op, x) => match operator::unary(*op).form {
            Form::Prefix(sign, precedence) => {
                let operand = Item::Node(*x, precedence.tighter());
                (precedence, vec![Item::Sign(sign), operand])
            }
            Form::Call(called) => called_with(called[0], [*x]),
            Form::Infix(..) => unreachable!("an infix operator has two operands"),
        },
        Node::Binary(op, x, y) => match operator::binary(*op).form {
            Form::Call(called) => called_with(called[0], [*x, *y]),
            Form::Infix(sign, precedence) => (precedence, infix(arena, *op, sign, *x, *y)),
            Form::Prefix(..) => unreachable!("a prefix operator has one operand"),
        },
        Node::Power(x, n) => {
            let exponent = if *n < 0 {
                format!("^({n})")
            } else {
                format!("^{n}")
            };
            let base = Item::Node(*x, Precedence::Atom);
            (Precedence::Power, vec![base, Item::Text(exponent)])
        }
        Node::Select(c, a, b) => called_with(operator::IF, [*c, *a, *b]),
        Node::Determinant(entries) => called_with(operator::DETERMINANT, entries.iter().copied()),
        Node::Volume(columns, entries) => {
            let (precedence, mut pieces) = called_with(operator::VOLUME, entries.iter().copied());
            pieces.insert(2, Item::Text(format!("{columns}, ")));
            (precedence, pieces)
        }
    }
}

fn called_with(
    name: &'static str,
    operands: impl IntoIterator<Item = Id>,
) -> (Precedence, Vec<Item>) {
    let mut pieces = vec![Item::Sign(name), Item::Sign("(")];
    for (i, operand) in operands.into_iter().enumerate() {
        if i > 0 {
            pieces.push(Item::Sign(", "));
        }
        pieces.push(Item::Node(operand, Precedence::Or));
    }
    pieces.push(Item::Sign(")"));
    (Precedence::Atom, pieces)
}

fn infix(arena: &Arena, op: Binary, sign: &'static str, x: Id, y: Id) -> Vec<Item> {
    let precedence = match operator::binary(op).form {
        Form::Infix(_, precedence) => precedence,
        _ => Precedence::Atom,
    };
    let (left, right) = match op {
        Binary::Pow => (Precedence::Atom, Precedence::Power),
        _ if precedence == Precedence::Comparison => (precedence.tighter(), precedence.tighter()),
        _ => (precedence, precedence.tighter()),
    };
    let left = Item::Node(x, left);
    // a + (−b) is written a − b: the same value.
    if op == Binary::Add {
        match arena.node(y) {
            Node::Unary(Unary::Neg, y) => {
                return vec![left, Item::Sign(" - "), Item::Node(*y, right)];
            }
            Node::Constant(bits, _) if f64::from_bits(*bits) < 0.0 => {
                let value = f64::from_bits(*bits);
                return vec![left, Item::Sign(" - "), Item::Magnitude(value, right)];
            }
            _ => {}
        }
    }
    let sign = match op {
        Binary::Mul | Binary::Div | Binary::Pow => Item::Sign(sign),
        _ => Item::Text(format!(" {sign} ")),
    };
    vec![left, sign, Item::Node(y, right)]
}

fn number(value: f64, weakest: Precedence, rest: &mut Vec<Item>) {
    let mut pieces = Vec::new();
    if number_pieces(value, &mut pieces) < weakest {
        rest.push(Item::Sign(")"));
        rest.extend(pieces.into_iter().rev());
        rest.push(Item::Sign("("));
    } else {
        rest.extend(pieces.into_iter().rev());
    }
}

/// A number: shortest digits that read back, or a fraction where that is shorter.
fn number_pieces(value: f64, pieces: &mut Vec<Item>) -> Precedence {
    if value.is_nan() {
        pieces.push(Item::Sign("inf - inf"));
        return Precedence::Sum;
    }
    let mut precedence = Precedence::Atom;
    if value.is_sign_negative() {
        pieces.push(Item::Sign("-"));
        precedence = Precedence::Sign;
    }
    let magnitude = value.abs();
    if magnitude.is_infinite() {
        pieces.push(Item::Sign("inf"));
        return precedence;
    }
    let digits = if magnitude.fract() == 0.0 && magnitude < 1e15 {
        format!("{magnitude}")
    } else {
        format!("{magnitude:?}")
    };
    if digits.len() > 9
        && let Some((p, q)) = fraction(magnitude)
    {
        pieces.push(Item::Text(format!("{p}/{q}")));
        return Precedence::Product;
    }
    pieces.push(Item::Text(digits));
    precedence
}

/// The fraction p/q with a small denominator that rounds to exactly this value.
pub(crate) fn fraction(value: f64) -> Option<(i64, i64)> {
    (2..=64i64).find_map(|q| {
        let p = (value * q as f64).round();
        (p.abs() >= 1.0 && p.abs() < 1e6 && p / q as f64 == value).then_some((p as i64, q))
    })
}

impl Expr<'_> {
    /// This formula as text, with `names[i]` for input `i`; the text parses back to the same value.
    ///
    /// ```
    /// use pullback::formula::Graph;
    /// let graph = Graph::new();
    /// let (r, t) = (graph.input(0), graph.input(1));
    /// let names = ["r".to_string(), "t".to_string()];
    /// assert_eq!((-r * t.sin() + 2.0 * r.powi(2)).text(&names), "-r*sin(t) + 2*r^2");
    /// ```
    pub fn text(self, names: &[String]) -> String {
        self.graph.read(|arena| text(arena, self.id, names))
    }
}
