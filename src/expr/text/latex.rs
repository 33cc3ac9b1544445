//! Formulas as LaTeX, as a textbook sets them: fractions, roots, powers, Greek letters.
//!
//! The text is written in the mathematical mode, without its signs; letters that stand for a name of
//! several letters are set upright.

use crate::elementary::{Binary, Unary};
use crate::error::Error;
use crate::expr::graph::{Arena, Id, Node, Symbol};
use crate::expr::operator::{self, Form, Precedence};

use super::greek::greek;
use super::names::names_in;
use super::parse::formula_of;

/// The deepest formula that is written as LaTeX; a deeper one is set as it is typed.
const DEEPEST: usize = 400;

/// A formula's text as LaTeX, with the same order of terms and factors.
///
/// ```
/// use pullback::formula::latex;
/// assert_eq!(latex("a*cos(theta)^2/(1 + r)")?, r"\frac{a \, \cos^{2}\theta}{1 + r}");
/// assert_eq!(latex("sqrt(x_1) + exp(-x^2/2)")?, r"\sqrt{x_{1}} + e^{-\frac{x^{2}}{2}}");
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] if the text is no formula.
pub fn latex(text: &str) -> Result<String, Error> {
    let names = names_in(text, 0..text.len())?;
    let (arena, id) = formula_of(text, &names)?;
    let writer = Writer {
        arena: &arena,
        names: &names,
        depths: depths(&arena),
    };
    if writer.depths[id.index()] > DEEPEST {
        return Ok(format!(r"\text{{{}}}", escaped(text)));
    }
    Ok(writer.write(id, Precedence::Or))
}

/// A name as LaTeX: a Greek letter, a letter, or letters set upright, with what follows as an index.
///
/// ```
/// use pullback::formula::latex_name;
/// assert_eq!(latex_name("theta"), r"\theta");
/// assert_eq!(latex_name("x1"), "x_{1}");
/// assert_eq!(latex_name("area"), r"\mathrm{area}");
/// ```
pub fn latex_name(name: &str) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let (stem, index) = match stem.split_once('_') {
        Some((stem, _)) if !stem.is_empty() => (stem, &name[stem.len() + 1..]),
        _ if stem.is_empty() => (name, ""),
        _ => (stem, &name[stem.len()..]),
    };
    let letter = match stem {
        _ if greek(stem).is_some() => format!(r"\{stem}"),
        _ if stem.chars().count() == 1 => stem.to_owned(),
        _ => format!(r"\mathrm{{{}}}", escaped(stem)),
    };
    match index.trim_matches('_') {
        "" => letter,
        index => format!("{letter}_{{{}}}", escaped(index)),
    }
}

/// Text in which LaTeX sees letters alone.
fn escaped(text: &str) -> String {
    let letter = |c: char| match c {
        '_' | '{' | '}' | '#' | '$' | '%' | '&' => format!(r"\{c}"),
        '^' => r"\^{}".to_owned(),
        '\\' => r"\backslash ".to_owned(),
        '~' => r"\~{}".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(letter).collect()
}

/// How deep the operations of every node are nested.
fn depths(arena: &Arena) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(arena.nodes().len());
    for node in arena.nodes() {
        let mut depth = 0;
        node.for_each_operand(|id| depth = depth.max(depths[id.index()] + 1));
        depths.push(depth);
    }
    depths
}

struct Writer<'a> {
    arena: &'a Arena,
    names: &'a [String],
    depths: Vec<usize>,
}

/// In brackets.
fn bracketed(text: &str) -> String {
    format!(r"\left({text}\right)")
}

impl Writer<'_> {
    /// A node, in brackets if it binds less tightly.
    fn write(&self, id: Id, weakest: Precedence) -> String {
        let (precedence, text) = self.pieces(id);
        if precedence < weakest {
            bracketed(&text)
        } else {
            text
        }
    }

    fn pieces(&self, id: Id) -> (Precedence, String) {
        match self.arena.node(id) {
            Node::Constant(bits, _) => number(f64::from_bits(*bits)),
            Node::Symbol(symbol) => (Precedence::Atom, constant(*symbol).to_owned()),
            Node::Input(i) => {
                let name = self.names.get(*i as usize);
                (
                    Precedence::Atom,
                    name.map_or_else(String::new, |name| latex_name(name)),
                )
            }
            Node::Unary(op, x) => self.unary(*op, *x),
            Node::Binary(op, x, y) => self.binary(*op, *x, *y),
            Node::Power(x, n) => (Precedence::Power, self.power(*x, &n.to_string())),
            Node::Select(c, a, b) => {
                let [c, a, b] = [c, a, b].map(|&id| self.write(id, Precedence::Or));
                let cases = format!(r"{a} & \text{{if }} {c} \\ {b} & \text{{else}}");
                (
                    Precedence::Atom,
                    format!(r"\begin{{cases}} {cases} \end{{cases}}"),
                )
            }
            Node::Determinant(entries) => self.called(r"\det", entries),
            Node::Volume(_, entries) => self.called(r"\operatorname{vol}", entries),
        }
    }

    fn called(&self, name: &str, operands: &[Id]) -> (Precedence, String) {
        let operands: Vec<String> = operands
            .iter()
            .map(|&id| self.write(id, Precedence::Or))
            .collect();
        (
            Precedence::Atom,
            name.to_owned() + &bracketed(&operands.join(", ")),
        )
    }

    fn unary(&self, op: Unary, x: Id) -> (Precedence, String) {
        let inner = || self.write(x, Precedence::Or);
        match op {
            Unary::Neg => (
                Precedence::Sign,
                format!("-{}", self.write(x, Precedence::Product)),
            ),
            Unary::Not => (
                Precedence::Not,
                format!(r"\lnot {}", self.write(x, Precedence::Atom)),
            ),
            Unary::Sqrt => (Precedence::Atom, format!(r"\sqrt{{{}}}", inner())),
            Unary::Cbrt => (Precedence::Atom, format!(r"\sqrt[3]{{{}}}", inner())),
            Unary::Abs => (Precedence::Atom, format!(r"\left|{}\right|", inner())),
            Unary::Floor => (Precedence::Atom, format!(r"\lfloor {} \rfloor", inner())),
            Unary::Ceil => (Precedence::Atom, format!(r"\lceil {} \rceil", inner())),
            Unary::Exp => (Precedence::Power, format!("e^{{{}}}", inner())),
            op => (Precedence::Power, self.function(&function_name(op), x)),
        }
    }

    /// A function with its argument, in brackets unless it is one letter or number.
    fn function(&self, name: &str, x: Id) -> String {
        match self.arena.node(x) {
            Node::Input(_) | Node::Symbol(_) => {
                let argument = self.write(x, Precedence::Atom);
                let gap = if argument.starts_with('\\') { "" } else { " " };
                format!("{name}{gap}{argument}")
            }
            _ => name.to_owned() + &bracketed(&self.write(x, Precedence::Or)),
        }
    }

    /// A power; that of a sine is written as sin².
    fn power(&self, base: Id, exponent: &str) -> String {
        if let Node::Unary(op, x) = self.arena.node(base)
            && RAISED.contains(op)
            && !exponent.starts_with('-')
        {
            return self.function(&format!("{}^{{{exponent}}}", function_name(*op)), *x);
        }
        if let Node::Unary(Unary::Exp, _) = self.arena.node(base) {
            return format!(
                "{}^{{{exponent}}}",
                bracketed(&self.write(base, Precedence::Or))
            );
        }
        format!("{}^{{{exponent}}}", self.write(base, Precedence::Atom))
    }

    fn binary(&self, op: Binary, x: Id, y: Id) -> (Precedence, String) {
        let whole = |id| self.write(id, Precedence::Or);
        match op {
            Binary::Div => {
                let sign_of = |id: Id| match self.arena.node(id) {
                    Node::Unary(Unary::Neg, inner) => ("-", *inner),
                    _ => ("", id),
                };
                let (sign, above) = sign_of(x);
                let fraction = format!(r"{sign}\frac{{{}}}{{{}}}", whole(above), whole(y));
                let precedence = if sign.is_empty() {
                    Precedence::Product
                } else {
                    Precedence::Sign
                };
                (precedence, fraction)
            }
            Binary::Pow => (Precedence::Power, self.power(x, &whole(y))),
            Binary::Hypot => {
                let [x, y] = [x, y].map(|id| self.write(id, Precedence::Atom));
                (Precedence::Atom, format!(r"\sqrt{{{x}^{{2}} + {y}^{{2}}}}"))
            }
            Binary::Mul => {
                let left = self.write(x, Precedence::Product);
                let right = self.write(y, Precedence::Product.tighter());
                // Two numbers side by side would be one.
                let begins_with_digit = right.starts_with(|c: char| c.is_ascii_digit());
                let sign = if begins_with_digit {
                    r" \cdot "
                } else {
                    r" \, "
                };
                (Precedence::Product, left + sign + &right)
            }
            op => match operator::binary(op).form {
                Form::Infix(sign, precedence) => {
                    let tight = precedence == Precedence::Comparison;
                    let left = self.write(
                        x,
                        if tight {
                            precedence.tighter()
                        } else {
                            precedence
                        },
                    );
                    let right = self.write(y, precedence.tighter());
                    (precedence, format!("{left} {} {right}", relation(sign)))
                }
                Form::Call(_) => {
                    let name = match op {
                        Binary::Min => r"\min",
                        Binary::Max => r"\max",
                        _ => return self.called(&upright(operator::binary(op).form), &[x, y]),
                    };
                    self.called(name, &[x, y])
                }
                Form::Prefix(sign, precedence) => (precedence, format!("{sign}{}", whole(x))),
            },
        }
    }
}

/// The functions a power of which is written on their name.
const RAISED: [Unary; 7] = {
    use Unary::*;
    [Sin, Cos, Tan, Sinh, Cosh, Tanh, Ln]
};

/// Whether a power of the function of this name is written on the name, as in sin² x.
#[cfg(feature = "plot")]
pub(crate) fn is_raised(name: &str) -> bool {
    let names = RAISED.map(|op| called(operator::unary(op).form));
    names.contains(&name)
}

/// The name of a function: a command of LaTeX where there is one.
fn function_name(op: Unary) -> String {
    use Unary::*;
    match op {
        op if RAISED.contains(&op) => format!(r"\{}", called(operator::unary(op).form)),
        Asin => r"\arcsin".to_owned(),
        Acos => r"\arccos".to_owned(),
        Atan => r"\arctan".to_owned(),
        Log2 => r"\log_{2}".to_owned(),
        Log10 => r"\log_{10}".to_owned(),
        Gamma => r"\Gamma".to_owned(),
        op => upright(operator::unary(op).form),
    }
}

fn called(form: Form) -> &'static str {
    match form {
        Form::Call(names) => names[0],
        Form::Prefix(sign, _) | Form::Infix(sign, _) => sign,
    }
}

fn upright(form: Form) -> String {
    format!(r"\operatorname{{{}}}", escaped(called(form)))
}

/// A sign between two operands.
fn relation(sign: &str) -> &str {
    match sign {
        "<=" => r"\le",
        ">=" => r"\ge",
        "==" => "=",
        "!=" => r"\ne",
        "and" => r"\land",
        "or" => r"\lor",
        sign => sign,
    }
}

fn constant(symbol: Symbol) -> &'static str {
    match symbol.name() {
        "pi" => r"\pi",
        "tau" => r"2\pi",
        name => name,
    }
}

/// A number: the digits that read back, an exponent as a power of ten.
fn number(value: f64) -> (Precedence, String) {
    if value.is_nan() {
        return (Precedence::Atom, r"\text{NaN}".to_owned());
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let precedence = if sign.is_empty() {
        Precedence::Atom
    } else {
        Precedence::Sign
    };
    if value.is_infinite() {
        return (precedence, format!(r"{sign}\infty"));
    }
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) {
        return (precedence, format!("{sign}{size}"));
    }
    let text = format!("{size:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let factor = if digits == "1" {
        String::new()
    } else {
        format!(r"{digits} \cdot ")
    };
    (Precedence::Sign, format!("{sign}{factor}10^{{{power}}}"))
}
