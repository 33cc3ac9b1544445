//! The reader of formulas.
//!
//! 1. Read the text into tokens with their places.
//! 2. Parse by precedence (an operand, then operators that bind tighter than the caller's), building
//!    the graph directly, so that a long text makes no deep tree.
//! 3. Report the first fault with its place and, where it is known, the cure.
//!
//! V. R. Pratt, "Top down operator precedence", Proc. 1st ACM Symp. Principles of Programming
//! Languages (1973) 41–51.

use std::ops::Range;

use super::excerpt::trim;
use super::lexer::{Kind, Token, tokens};
use super::names::nearest;
use super::slip;
use super::value::{IMAGINARY_UNIT, PartOf, Value};
use super::words::CONSTANTS;
use crate::elementary::{Binary, Unary};
use crate::error::{Error, TextFault};
use crate::expr::complex::ComplexExpr;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::{self, Form, Function, Order, Precedence};

/// How deep parentheses, signs and powers may nest.
const DEEPEST: usize = 200;

/// The names that a formula may use.
#[derive(Clone)]
pub(crate) struct Scope<'g> {
    graph: &'g Graph,
    names: Vec<(String, Expr<'g>)>,
    /// Names that exist but not here, with the reason.
    absent: Vec<(String, TextFault)>,
}

impl<'g> Scope<'g> {
    /// A scope without names.
    pub(crate) fn new(graph: &'g Graph) -> Self {
        Scope {
            graph,
            names: Vec::new(),
            absent: Vec::new(),
        }
    }

    /// Lets formulas use `name` for `value`; a later name hides an earlier one.
    pub(crate) fn define(&mut self, name: &str, value: Expr<'g>) {
        self.names.push((name.to_owned(), value));
    }

    /// Says why a name that exists elsewhere cannot be used here.
    pub(crate) fn explain_absence(&mut self, name: &str, reason: TextFault) {
        self.absent.push((name.to_owned(), reason));
    }

    fn find(&self, name: &str) -> Option<Expr<'g>> {
        let named = self.names.iter().rev().find(|(n, _)| n == name);
        named.map(|(_, value)| *value)
    }
}

/// The formula that a text is.
pub(crate) fn expression<'g>(text: &str, scope: &Scope<'g>) -> Result<Expr<'g>, Error> {
    expression_at(text, 0..text.len(), scope)
}

/// The formula that a part of a text is; errors show the whole text.
pub(crate) fn expression_at<'g>(
    text: &str,
    part: Range<usize>,
    scope: &Scope<'g>,
) -> Result<Expr<'g>, Error> {
    read(text, part, scope, false)
}

/// A formula that may be complex.
pub(crate) enum Parts<'g> {
    /// A real one.
    Real(Expr<'g>),
    /// One of two parts.
    Complex(ComplexExpr<'g>),
}

/// The formula that a text is, which may be complex.
pub(crate) fn complex_expression<'g>(text: &str, scope: &Scope<'g>) -> Result<Parts<'g>, Error> {
    let value = read_value(text, 0..text.len(), scope, false)?;
    Ok(match value.as_real() {
        Some(formula) => Parts::Real(formula),
        None => Parts::Complex(value.parts()),
    })
}

/// A formula that must be real.
fn read<'g>(
    text: &str,
    part: Range<usize>,
    scope: &Scope<'g>,
    equals_compares: bool,
) -> Result<Expr<'g>, Error> {
    let value = read_value(text, part.clone(), scope, equals_compares)?;
    let complex = || Error::text(text, trim(text, part), TextFault::Complex);
    value.as_real().ok_or_else(complex)
}

fn read_value<'g>(
    text: &str,
    part: Range<usize>,
    scope: &Scope<'g>,
    equals_compares: bool,
) -> Result<Value<'g>, Error> {
    let mut parser = Parser {
        text,
        tokens: tokens(text, part)?,
        at: 0,
        depth: 0,
        scope,
        equals_compares,
    };
    let value = parser.expression(Precedence::Or)?;
    match parser.peek().kind {
        Kind::End => Ok(value),
        Kind::Sign(")") => Err(parser.fault(TextFault::ClosesNothing)),
        Kind::Sign("=") => Err(parser.fault(TextFault::EqualsSign)),
        _ => Err(parser.unexpected("an operator")),
    }
}

/// The condition that a part of a text is: a comparison, or several of them joined; a single `=` compares.
pub(crate) fn condition_at<'g>(
    text: &str,
    part: Range<usize>,
    scope: &Scope<'g>,
) -> Result<Expr<'g>, Error> {
    let condition = read(text, part.clone(), scope, true)?;
    if condition.is_truth() {
        Ok(condition)
    } else {
        Err(Error::text(
            text,
            trim(text, part),
            TextFault::NotACondition,
        ))
    }
}

/// The difference of the two sides of the equation that a part of a text is; a single `=` stands between
/// them, or a double one.
pub(crate) fn equation_at<'g>(
    text: &str,
    part: Range<usize>,
    scope: &Scope<'g>,
) -> Result<Expr<'g>, Error> {
    let equation = read(text, part.clone(), scope, true)?;
    match equation.graph.node(equation.id) {
        Node::Binary(Binary::Eq, x, y) => Ok(equation.graph.expr(x) - equation.graph.expr(y)),
        _ => Err(Error::text(
            text,
            trim(text, part),
            TextFault::NotOneEquation,
        )),
    }
}

/// The fault of a parenthesis that stays open.
pub(super) fn never_closed(text: &str, open: Range<usize>) -> Error {
    Error::text(text, open, TextFault::NeverClosed)
}

struct Parser<'t, 's, 'g> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    scope: &'s Scope<'g>,
    /// Whether a single `=` compares, as it does in conditions.
    equals_compares: bool,
}

impl<'g> Parser<'_, '_, 'g> {
    fn peek(&self) -> &Token {
        // The last token is the end, and the parser never steps past it.
        &self.tokens[self.at]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    fn fault(&self, fault: TextFault) -> Error {
        Error::text(self.text, self.peek().span.clone(), fault)
    }

    fn unexpected(&self, wanted: &'static str) -> Error {
        let token = self.peek();
        match token.kind {
            Kind::End => {
                let at = trim(self.text, 0..token.span.end).end;
                let fault = TextFault::Unexpected {
                    wanted,
                    found: None,
                    meant: None,
                };
                Error::text(self.text, at..at, fault)
            }
            Kind::Number(_) | Kind::Name | Kind::Sign("(") => {
                let product = self.product_at_hand();
                let next = self.text[token.span.clone()].to_owned();
                self.fault(TextFault::MissingOperator { next, product })
            }
            _ => self.fault(TextFault::Unexpected {
                wanted,
                found: Some(self.text[token.span.clone()].to_owned()),
                meant: slip::decimal_comma(self.text, token.span.start),
            }),
        }
    }

    /// The product of the value before the token at hand and of that token.
    fn product_at_hand(&self) -> Option<String> {
        let sides = self.at.checked_sub(1).map(|before| &self.tokens[before..]);
        let is_word = |token: &Token| matches!(token.kind, Kind::Number(_) | Kind::Name);
        match sides {
            Some([left, right, ..]) if is_word(left) && is_word(right) => {
                let [left, right] = [left, right].map(|t| &self.text[t.span.clone()]);
                Some(format!("{left}*{right}"))
            }
            _ => None,
        }
    }

    /// Steps over the parenthesis that closes the one at `open`.
    fn close(&mut self, open: Range<usize>) -> Result<(), Error> {
        match self.peek().kind {
            Kind::Sign(")") => {
                self.next();
                Ok(())
            }
            Kind::End | Kind::Sign("=" | "..") => Err(never_closed(self.text, open)),
            _ => Err(self.unexpected("`)`")),
        }
    }

    /// Counts nesting: recursion is bounded, so no text overflows the stack.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == DEEPEST {
            return Err(self.fault(TextFault::TooDeep { limit: DEEPEST }));
        }
        self.depth += 1;
        let value = parse(self);
        self.depth -= 1;
        value
    }

    /// The infix operator at hand, and whether its operands change places.
    fn infix(&self) -> Option<(Binary, Precedence, bool)> {
        let token = self.peek();
        let (spelling, swapped) = match token.kind {
            Kind::Sign(">") => ("<", true),
            Kind::Sign(">=") => ("<=", true),
            Kind::Sign("=") if self.equals_compares => ("==", false),
            Kind::Sign(sign) => (sign, false),
            Kind::Name => (&self.text[token.span.clone()], false),
            _ => return None,
        };
        operator::BINARY.iter().find_map(|row| match row.form {
            Form::Infix(sign, precedence) if sign == spelling => {
                Some((row.op, precedence, swapped))
            }
            _ => None,
        })
    }

    /// An operand and all operators after it that bind at least as strongly as `weakest`.
    fn expression(&mut self, weakest: Precedence) -> Result<Value<'g>, Error> {
        self.nested(|parser| {
            let mut left = parser.operand()?;
            // What the last comparison compared with, which the next of a chain compares with too.
            let mut compared: Option<Value<'g>> = None;
            loop {
                if let Kind::Superscript(power) = parser.peek().kind {
                    parser.next();
                    left = left.powi(power);
                    continue;
                }
                let Some((op, precedence, swapped)) = parser.infix() else {
                    return Ok(left);
                };
                if precedence < weakest {
                    return Ok(left);
                }
                let sign = parser.next().span;
                // A power is right-associative, all others are left-associative.
                let right = parser.expression(if op == Binary::Pow {
                    Precedence::Sign
                } else {
                    precedence.tighter()
                })?;
                let chained = compared.filter(|_| precedence == Precedence::Comparison);
                let of = chained.unwrap_or(left);
                let value = if swapped {
                    right.binary(op, of)
                } else {
                    of.binary(op, right)
                };
                let joined = match chained {
                    Some(_) => value.and_then(|value| left.binary(Binary::And, value)),
                    None => value,
                };
                left = joined.ok_or_else(|| parser.not_of_complex(sign))?;
                compared = (precedence == Precedence::Comparison).then_some(right);
            }
        })
    }

    /// The fault of an operator or a function that complex numbers have not.
    fn not_of_complex(&self, place: Range<usize>) -> Error {
        let name = self.text[place.clone()].to_owned();
        Error::text(self.text, place, TextFault::NotOfComplex { name })
    }

    /// A number, a name, a call, a parenthesis, or a sign with its operand.
    fn operand(&mut self) -> Result<Value<'g>, Error> {
        let graph = self.scope.graph;
        match self.peek().kind {
            Kind::Number(value) => {
                self.next();
                Ok(Value::real(graph, graph.constant(value)))
            }
            Kind::Sign("(") => {
                let open = self.next().span;
                let value = self.expression(Precedence::Or)?;
                self.close(open)?;
                Ok(value)
            }
            // A power binds tighter than a sign: −x² is −(x²).
            Kind::Sign("-") => {
                let sign = self.next().span;
                let value = self.expression(Precedence::Power)?;
                let number = value.as_real().and_then(Expr::number);
                match number {
                    Some(number) => Ok(Value::real(graph, graph.constant(-number))),
                    None => {
                        let negative = value.unary(Unary::Neg);
                        negative.ok_or_else(|| self.not_of_complex(sign))
                    }
                }
            }
            Kind::Sign("+") => {
                self.next();
                self.expression(Precedence::Power)
            }
            Kind::Name => self.name(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn name(&mut self) -> Result<Value<'g>, Error> {
        let graph = self.scope.graph;
        let token = self.next();
        let text = self.text;
        let name = &text[token.span.clone()];
        let real = |formula| Value::real(graph, formula);
        if self.peek().kind == Kind::Sign("(") && name != "not" && self.scope.find(name).is_none() {
            return self.call(name, token.span);
        }
        match name {
            "not" => {
                let value = self.expression(Precedence::Not)?;
                let negated = value.unary(Unary::Not);
                return negated.ok_or_else(|| self.not_of_complex(token.span));
            }
            "pi" | "π" => return Ok(real(graph.pi())),
            "e" => return Ok(real(graph.e())),
            "tau" => return Ok(real(2.0 * graph.pi())),
            "inf" | "∞" => return Ok(real(graph.constant(f64::INFINITY))),
            _ => {}
        }
        if let Some(value) = self.scope.find(name) {
            return Ok(real(value));
        }
        if let Some((_, reason)) = self.scope.absent.iter().find(|(n, _)| n == name) {
            return Err(Error::text(text, token.span, reason.clone()));
        }
        if name == IMAGINARY_UNIT {
            return Ok(Value::imaginary_unit(graph));
        }
        if operator::function(name).is_some() {
            return Err(self.without_operand(name, token.span));
        }
        let known = self.known_names();
        let meant = slip::product(name, &known);
        let names = || known.iter().copied().chain(CONSTANTS);
        let meant = meant.or_else(|| nearest(name, names()).map(str::to_owned));
        let fault = TextFault::UnknownName {
            name: name.to_owned(),
            meant,
            known: known.into_iter().map(str::to_owned).collect(),
        };
        Err(Error::text(text, token.span, fault))
    }

    /// The names that formulas may use here, each once.
    fn known_names(&self) -> Vec<&str> {
        let mut known: Vec<&str> = Vec::new();
        for (name, _) in &self.scope.names {
            if !known.contains(&name.as_str()) {
                known.push(name);
            }
        }
        known
    }

    /// The fault of a function without parentheses right behind its name.
    fn without_operand(&self, name: &str, span: Range<usize>) -> Error {
        let rest = &self.tokens[self.at..];
        let name = name.to_owned();
        if let Some((end, instead)) = slip::power_of_name(self.text, &name, rest) {
            let fault = TextFault::PowerOfFunction { name, instead };
            return Error::text(self.text, span.start..end, fault);
        }
        let example = match rest {
            _ if name == operator::IF => "x < 0, 1, 2",
            _ if operator::is_of_order(&name) => "0, x",
            [next, ..] if next.kind == Kind::Name => &self.text[next.span.clone()],
            _ => "x",
        };
        let example = example.to_owned();
        Error::text(self.text, span, TextFault::MissingOperand { name, example })
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Value<'g>, Error> {
        if let Some(part) = PartOf::named(name) {
            return self.part(part, name, span);
        }
        let Some(function) = operator::function(name) else {
            let meant = slip::product_with_call(name, &self.known_names());
            let meant = meant.or_else(|| slip::reciprocal(name));
            let near = || nearest(name, operator::functions().map(|(n, _)| n));
            let meant = meant.or_else(|| near().map(str::to_owned));
            let is_absent = self.scope.absent.iter().any(|(n, _)| n == name);
            let functions = operator::functions().map(|(n, _)| n);
            let fault = TextFault::UnknownFunction {
                name: name.to_owned(),
                meant,
                known: functions.filter(|_| !is_absent).collect(),
            };
            return Err(Error::text(self.text, span, fault));
        };
        let open = self.next().span;
        let mut operands = Vec::new();
        let start = self.peek().span.start;
        let mut first = span.clone();
        if self.peek().kind != Kind::Sign(")") {
            let before = self.equals_compares;
            self.equals_compares |= matches!(function, Function::If);
            operands.push(self.expression(Precedence::Or)?);
            self.equals_compares = before;
            first = start..trim(self.text, start..self.peek().span.start).end;
            while self.peek().kind == Kind::Sign(",") {
                self.next();
                operands.push(self.expression(Precedence::Or)?);
            }
        }
        let close = self.peek().span.end;
        self.close(open)?;
        let graph = self.scope.graph;
        let wrong_count = |wanted| {
            let fault = TextFault::OperandCount {
                name: name.to_owned(),
                wanted,
                found: operands.len(),
            };
            Error::text(self.text, span.start..close, fault)
        };
        let not_of_complex = || self.not_of_complex(span.clone());
        match (function, &operands[..]) {
            (Function::One(op), [x]) => return x.unary(op).ok_or_else(not_of_complex),
            (Function::Two(op), [x, y]) if operator::binary(op).order.is_none() => {
                return x.binary(op, *y).ok_or_else(not_of_complex);
            }
            (Function::If, [c, a, b]) => {
                let condition = c.as_real().ok_or_else(not_of_complex)?;
                return Ok(a.where_else(condition, *b));
            }
            _ => {}
        }
        let real = operands.iter().map(|operand| operand.as_real());
        let operands: Vec<Expr<'g>> = real.collect::<Option<_>>().ok_or_else(not_of_complex)?;
        let value = match (function, &operands[..]) {
            (Function::One(_), _) => Err(wrong_count("one operand")),
            (Function::Two(op), [x, y]) => match operator::binary(op).order {
                Some(order) => self.of_order(op, order, (name, first), [*x, *y]),
                None => Ok(x.binary(op, *y)),
            },
            (Function::Two(op), _) => Err(wrong_count(match operator::binary(op).order {
                Some(_) => "two operands: the order and a value",
                None => "two operands",
            })),
            (Function::If, _) => Err(wrong_count("three operands: a condition and two values")),
            (Function::Determinant, entries) => {
                let n = (1..=entries.len()).find(|n| n * n == entries.len());
                match n {
                    Some(_) => Ok(graph.determinant(entries)),
                    None => Err(wrong_count("a square number of operands")),
                }
            }
            (Function::Volume, operands) => {
                let columns = operands.first().and_then(|c| c.whole_number());
                match (columns, operands.get(1..)) {
                    (Some(n), Some(entries))
                        if n > 0
                            && entries.len() % n as usize == 0
                            && entries.len() >= (n * n) as usize =>
                    {
                        Ok(graph.volume(n as usize, entries))
                    }
                    _ => Err(wrong_count("the number of columns and the entries by rows")),
                }
            }
        };
        value.map(|value| Value::real(graph, value))
    }

    /// A part of a complex number, whose operand is at hand.
    fn part(&mut self, part: PartOf, name: &str, span: Range<usize>) -> Result<Value<'g>, Error> {
        let open = self.next().span;
        let value = self.expression(Precedence::Or)?;
        if self.peek().kind == Kind::Sign(",") {
            let fault = TextFault::OperandCount {
                name: name.to_owned(),
                wanted: "one operand",
                found: 2,
            };
            return Err(Error::text(
                self.text,
                span.start..self.peek().span.end,
                fault,
            ));
        }
        self.close(open)?;
        Ok(value.part(part))
    }
}

impl<'g> Parser<'_, '_, 'g> {
    /// A function of an order, which is a number.
    fn of_order(
        &self,
        op: Binary,
        Order { least, most }: Order,
        (name, place): (&str, Range<usize>),
        [n, x]: [Expr<'g>; 2],
    ) -> Result<Expr<'g>, Error> {
        let reached = n.graph.read(|arena| inputs::of_formulas(arena, &[n.id]));
        let order = (reached == 0).then(|| n.value(&[]));
        let is_order =
            |n: &f64| n.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(n);
        match order.filter(is_order) {
            Some(n) => Ok(x.of_order(op, n as i32)),
            None => {
                let name = name.to_owned();
                Err(Error::text(
                    self.text,
                    place,
                    TextFault::Order { name, least, most },
                ))
            }
        }
    }
}

/// The formula that a text of such names is, as data.
///
/// # Errors
/// [`Error::Text`] if the text is no formula of them.
pub(crate) fn formula_of(text: &str, names: &[String]) -> Result<(Arena, Id), Error> {
    let graph = Graph::new();
    let root = {
        let mut scope = Scope::new(&graph);
        for (i, name) in names.iter().enumerate() {
            scope.define(name, graph.input(i));
        }
        expression(text, &scope)?.id
    };
    Ok((graph.into_arena(), root))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        let graph = Graph::new();
        let mut scope = Scope::new(&graph);
        for (i, name) in ["x", "y", "θ"].iter().enumerate() {
            scope.define(name, graph.input(i));
        }
        let formula = expression(text, &scope).unwrap_or_else(|e| panic!("{e}"));
        formula.value(&[3.0, 2.0, 0.5])
    }

    fn fault(text: &str) -> (Range<usize>, TextFault) {
        let graph = Graph::new();
        let mut scope = Scope::new(&graph);
        scope.define("x", graph.input(0));
        match expression(text, &scope) {
            Err(Error::Text { span, fault, .. }) => (span, fault),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn operators_bind_as_in_mathematics() {
        for (text, expected) in [
            ("-x^2", -9.0),
            ("2^3^2", 512.0),
            ("2^-y", 0.25),
            ("-2^-2", -0.25),
            ("(-2)^3", -8.0),
            ("6/3/2", 1.0),
            ("1-2-3", -4.0),
            ("2*-x", -6.0),
            ("1 - -1", 2.0),
            ("2+-3", -1.0),
            ("x**2", 9.0),
            ("x²·y", 18.0),
            ("-x²", -9.0),
            ("x¹⁰·x⁻⁸", 9.0),
            ("2 x^1".replace(' ', "*").as_str(), 6.0),
            (".5 + 1.e1", 10.5),
            ("if(x > y and not (x == 3), 1, 2)", 2.0),
            ("if(x >= 3 or y < 0, 1, 2)", 1.0),
            ("if(x = 3, 1, 2)", 1.0),
            ("x < 0 or x > 2 and y < 5", 1.0),
            ("1 < y < x", 1.0),
            ("1 < x < y", 0.0),
            ("3 >= x > y == 2 < 2.5 and x > 0", 1.0),
            ("not 0 < x < 1", 1.0),
            ("not x < 1", 1.0),
            ("max(x, y) - min(x, y)", 1.0),
            ("pow(x, y) + hypot(3, 4) + atan2(0, 1)", 14.0),
            ("log(e) + ln(e^2) + log10(100) + log2(8)", 8.0),
            ("tau/pi", 2.0),
            ("θ*2", 1.0),
            ("abs(-inf) > 1e300", 1.0),
            ("1/∞", 0.0),
            ("det(1, 2, 3, 4)", -2.0),
            ("besselj(0, 0) + besselj(1 - 1, x - 3)", 2.0),
            ("besselj(-1, x) + besselj(1, x)", 0.0),
            ("polygamma(1, x) - trigamma(x)", 0.0),
            ("volume(1, 3, 4)", 5.0),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn every_fault_has_its_place_and_its_cure() {
        for (text, span, words) in [
            ("2x", 1..2, "missing operator between two values; write `*`"),
            (
                "sin(2x)",
                5..6,
                "between two values; write `*` for a product: `2*x`",
            ),
            ("coss(x)", 0..4, "did you mean `cos`?"),
            ("x + zz", 4..6, "the names here are: x"),
            ("-infinity", 1..9, "did you mean `inf`?"),
            ("2*Pi", 2..4, "did you mean `pi`?"),
            ("if x < 1", 0..2, "for example `if(x < 0, 1, 2)`"),
            ("(x + 1", 0..1, "never closed"),
            ("2*(sin(x) + 1", 2..3, "never closed"),
            ("x + ", 3..3, "expected a value, but the formula ends here"),
            ("x)", 1..2, "closes nothing"),
            ("x + * 2", 4..5, "expected a value, found `*`"),
            ("", 0..0, "expected a value, but the formula ends here"),
            ("sin", 0..3, "its operand goes in parentheses"),
            ("sin(x, x)", 0..9, "`sin` takes one operand, found 2"),
            ("x = 1", 2..3, "write `==` to compare"),
            ("besselj(0.5, x)", 8..11, "whole number from -1024 to 1024"),
            ("1 + bessely( x + 1 , 2)", 13..18, "without variables"),
            ("polygamma(-1, x)", 10..12, "whole number from 0 to 100"),
            ("besselk(x)", 0..10, "two operands: the order and a value"),
            ("besseli", 0..7, "for example `besseli(0, x)`"),
            ("1e999", 0..5, "does not fit in double precision"),
            ("x # 2", 2..3, "unexpected `#`"),
        ] {
            let (at, fault) = fault(text);
            let message = format!("{fault}; {}", fault.help().unwrap_or_default());
            assert_eq!(at, span, "{text}: {message}");
            assert!(message.contains(words), "{text}: {message}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_long_texts_are_not() {
        for deep in [
            format!("{}x{}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("{}x", "-".repeat(100_000)),
            format!("x{}", "^x".repeat(100_000)),
            "sin(".repeat(100_000),
            "not ".repeat(100_000),
            "if(".repeat(1000),
        ] {
            let (_, fault) = fault(&deep);
            assert_eq!(fault, TextFault::TooDeep { limit: DEEPEST });
        }
        let long = format!("x{}", "+x".repeat(100_000));
        assert_eq!(value(&long), 3.0 * 100_001.0);
        let (_, fault) = fault(&"x".repeat(2 << 20));
        assert!(matches!(fault, TextFault::TooLong { .. }), "{fault}");
    }
}
