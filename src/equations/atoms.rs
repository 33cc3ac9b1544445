//! Formulas as sums, and as products, of parts that hold unknowns: with as many parts as equations,
//! the parts are the unknowns of a linear system, of themselves or of their logarithms.

use crate::analysis::undo::{Equation, root};
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Node};

/// What says of a formula whether it holds unknowns.
pub(super) type Unknown<'u, 'g> = &'u dyn Fn(Expr<'g>) -> bool;

/// What says the value of a formula at the point that selects the branch.
pub(super) type Value<'u, 'g> = &'u dyn Fn(Expr<'g>) -> f64;

/// Exponents that are so close to a fraction with a small denominator are that fraction.
const CLOSE: f64 = 1e-12;
const LARGEST_DENOMINATOR: i32 = 60;

/// Pivots below this part of the largest entry are zero.
const SINGULAR: f64 = 1e-12;

fn product<'g>(a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
    match (a.number(), b.number()) {
        (Some(1.0), _) => b,
        (_, Some(1.0)) => a,
        (Some(x), Some(y)) => a.constant(x * y),
        _ => a * b,
    }
}

fn sum<'g>(a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
    match (a.number(), b.number()) {
        (Some(0.0), _) => b,
        (_, Some(0.0)) => a,
        (Some(x), Some(y)) => a.constant(x + y),
        _ => a + b,
    }
}

/// A sum of parts that hold unknowns, each with a factor, and of the rest, which does not.
pub(super) struct Sum<'g> {
    pub(super) parts: Vec<(Expr<'g>, Expr<'g>)>,
    pub(super) rest: Expr<'g>,
}

impl<'g> Sum<'g> {
    /// The sum that a formula is.
    pub(super) fn of(e: Expr<'g>, unknown: Unknown<'_, 'g>) -> Self {
        let mut sum = Sum {
            parts: Vec::new(),
            rest: e.constant(0.0),
        };
        sum.add(e, e.constant(1.0), unknown);
        sum.parts.retain(|(_, factor)| factor.number() != Some(0.0));
        sum
    }

    fn add(&mut self, e: Expr<'g>, factor: Expr<'g>, unknown: Unknown<'_, 'g>) {
        let graph = e.graph;
        if !unknown(e) {
            self.rest = sum(self.rest, product(factor, e));
            return;
        }
        let minus = |e: Expr<'g>| product(e.constant(-1.0), e);
        match graph.node(e.id) {
            Node::Unary(Unary::Neg, x) => self.add(graph.expr(x), minus(factor), unknown),
            Node::Binary(op @ (Binary::Add | Binary::Sub), x, y) => {
                self.add(graph.expr(x), factor, unknown);
                let of_y = if op == Binary::Sub {
                    minus(factor)
                } else {
                    factor
                };
                self.add(graph.expr(y), of_y, unknown);
            }
            Node::Binary(Binary::Mul, x, y) if !unknown(graph.expr(x)) => {
                self.add(graph.expr(y), product(factor, graph.expr(x)), unknown);
            }
            Node::Binary(Binary::Mul, x, y) if !unknown(graph.expr(y)) => {
                self.add(graph.expr(x), product(factor, graph.expr(y)), unknown);
            }
            Node::Binary(Binary::Div, x, y) if !unknown(graph.expr(y)) => {
                self.add(graph.expr(x), factor / graph.expr(y), unknown);
            }
            _ => match self.parts.iter_mut().find(|(part, _)| part.id == e.id) {
                Some((_, of_part)) => *of_part = sum(*of_part, factor),
                None => self.parts.push((e, factor)),
            },
        }
    }
}

/// A factor: a formula, or the exponential of one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Factor<'g> {
    Plain(Expr<'g>),
    Exponential(Expr<'g>),
}

impl<'g> Factor<'g> {
    fn is(&self, other: &Factor<'g>) -> bool {
        match (self, other) {
            (Factor::Plain(a), Factor::Plain(b)) => a.id == b.id,
            (Factor::Exponential(a), Factor::Exponential(b)) => a.id == b.id,
            _ => false,
        }
    }
}

/// A product of powers of parts that hold unknowns, and of the rest, which does not.
pub(super) struct Product<'g> {
    pub(super) parts: Vec<(Factor<'g>, f64)>,
    pub(super) rest: Expr<'g>,
}

impl<'g> Product<'g> {
    /// The product that a formula is.
    pub(super) fn of(e: Expr<'g>, unknown: Unknown<'_, 'g>) -> Self {
        let mut product = Product {
            parts: Vec::new(),
            rest: e.constant(1.0),
        };
        product.multiply(e, 1.0, unknown);
        product.parts.retain(|(_, power)| *power != 0.0);
        product
    }

    fn put(&mut self, factor: Factor<'g>, power: f64) {
        match self.parts.iter_mut().find(|(part, _)| part.is(&factor)) {
            Some((_, of_part)) => *of_part = fraction(*of_part + power),
            None => self.parts.push((factor, power)),
        }
    }

    fn multiply(&mut self, e: Expr<'g>, power: f64, unknown: Unknown<'_, 'g>) {
        let graph = e.graph;
        if !unknown(e) {
            self.rest = product(self.rest, e.pow(power));
            return;
        }
        match graph.node(e.id) {
            Node::Unary(Unary::Neg, x) if power.fract() == 0.0 => {
                if power % 2.0 != 0.0 {
                    self.rest = product(e.constant(-1.0), self.rest);
                }
                self.multiply(graph.expr(x), power, unknown);
            }
            Node::Binary(op @ (Binary::Mul | Binary::Div), x, y) => {
                self.multiply(graph.expr(x), power, unknown);
                let of_y = if op == Binary::Div { -power } else { power };
                self.multiply(graph.expr(y), of_y, unknown);
            }
            Node::Power(x, n) => self.multiply(graph.expr(x), power * f64::from(n), unknown),
            Node::Unary(Unary::Sqrt, x) => self.multiply(graph.expr(x), power / 2.0, unknown),
            Node::Unary(Unary::Cbrt, x) => self.multiply(graph.expr(x), power / 3.0, unknown),
            Node::Binary(Binary::Pow, x, y) if graph.expr(y).number().is_some() => {
                let y = graph.expr(y).number().unwrap_or(1.0);
                self.multiply(graph.expr(x), power * y, unknown);
            }
            Node::Unary(Unary::Exp, x) => {
                let exponent = Sum::of(graph.expr(x), unknown);
                let rest = product(exponent.rest, e.constant(power));
                if rest.number() != Some(0.0) {
                    self.rest = product(self.rest, rest.exp());
                }
                for (part, factor) in exponent.parts {
                    match factor.number() {
                        Some(number) => self.put(Factor::Exponential(part), power * number),
                        None => self.put(Factor::Exponential(product(part, factor)), power),
                    }
                }
            }
            _ => self.put(Factor::Plain(e), power),
        }
    }

    /// The product of all parts but some, without the rest.
    pub(super) fn without(&self, left_out: usize, one: Expr<'g>) -> Expr<'g> {
        let parts = self.parts.iter().enumerate();
        let others = parts.filter(|(k, _)| *k != left_out);
        others.fold(one, |all, (_, (factor, power))| {
            let base = match factor {
                Factor::Plain(e) => *e,
                Factor::Exponential(e) => e.exp(),
            };
            product(all, base.pow(*power))
        })
    }
}

/// A number, or the fraction with a small denominator that it was meant to be.
fn fraction(value: f64) -> f64 {
    let close = (1..=LARGEST_DENOMINATOR).find(|q| {
        let above = value * f64::from(*q);
        (above - above.round()).abs() <= CLOSE * above.abs().max(1.0)
    });
    match close {
        Some(q) => (value * f64::from(q)).round() / f64::from(q),
        None => value,
    }
}

/// The denominator of a fraction, if it is small.
fn denominator(value: f64) -> Option<i32> {
    (1..=LARGEST_DENOMINATOR).find(|q| {
        let above = value * f64::from(*q);
        (above - above.round()).abs() <= CLOSE
    })
}

/// The parts of which equations are sums, as unknowns of a linear system: new equations, one for each
/// part; `None` if there are not as many parts as equations.
pub(super) fn linear<'g>(
    equations: &[Equation<'g>],
    unknown: Unknown<'_, 'g>,
    value: Value<'_, 'g>,
) -> Option<Vec<Equation<'g>>> {
    let sums = equations.iter().map(|(l, r)| {
        let difference = if r.number() == Some(0.0) { *l } else { *l - *r };
        Sum::of(difference, unknown)
    });
    let sums: Vec<Sum<'g>> = sums.collect();
    let mut parts: Vec<Expr<'g>> = Vec::new();
    for (part, _) in sums.iter().flat_map(|sum| &sum.parts) {
        if !parts.iter().any(|known| known.id == part.id) {
            parts.push(*part);
        }
    }
    let k = equations.len();
    if parts.len() != k || sums.iter().all(|sum| sum.parts.len() < 2) {
        return None;
    }
    let zero = parts[0].constant(0.0);
    let entry = |sum: &Sum<'g>, part: &Expr<'g>| {
        let mut own = sum.parts.iter();
        own.find(|(own, _)| own.id == part.id)
            .map_or(zero, |(_, factor)| *factor)
    };
    let rows = sums.iter().map(|sum| {
        let mut row: Vec<Expr<'g>> = parts.iter().map(|part| entry(sum, part)).collect();
        row.push(product(zero.constant(-1.0), sum.rest));
        row
    });
    let solution = eliminated(rows.collect(), value)?;
    Some(parts.into_iter().zip(solution).collect())
}

/// The solution of a linear system whose rows end with their right-hand sides.
fn eliminated<'g>(mut rows: Vec<Vec<Expr<'g>>>, value: Value<'_, 'g>) -> Option<Vec<Expr<'g>>> {
    let k = rows.len();
    let minus = |e: Expr<'g>| product(e.constant(-1.0), e);
    for column in 0..k {
        let size = |row: &Vec<Expr<'g>>| value(row[column]).abs();
        // Numbers first: what they are divided by stays simple.
        let rank = |i: &usize| {
            let is_number = rows[*i][column].number().is_some();
            (!is_number, -size(&rows[*i]))
        };
        let usable = (column..k).filter(|&i| size(&rows[i]) > SINGULAR);
        let pivot = usable.min_by(|a, b| {
            let (a, b) = (rank(a), rank(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        })?;
        rows.swap(column, pivot);
        let head = rows[column][column];
        let pivot_row = rows[column].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            if i == column || row[column].number() == Some(0.0) {
                continue;
            }
            let factor = match (row[column].number(), head.number()) {
                (Some(a), Some(b)) => head.constant(a / b),
                _ => row[column] / head,
            };
            for j in column..=k {
                row[j] = match j == column {
                    true => head.constant(0.0),
                    false => sum(row[j], minus(product(factor, pivot_row[j]))),
                };
            }
        }
    }
    let solved = rows
        .iter()
        .enumerate()
        .map(|(i, row)| match row[i].number() {
            Some(1.0) => row[k],
            _ => row[k] / row[i],
        });
    Some(solved.collect())
}

/// The parts of which the sides of equations are products, as unknowns of a linear system for their
/// logarithms: new equations, one for each part; `None` if there are not as many parts as equations.
pub(super) fn monomial<'g>(
    equations: &[Equation<'g>],
    unknown: Unknown<'_, 'g>,
    value: Value<'_, 'g>,
) -> Option<Vec<Equation<'g>>> {
    let k = equations.len();
    let mut parts: Vec<Factor<'g>> = Vec::new();
    let mut products = Vec::new();
    for &(l, r) in equations {
        if r.number() == Some(0.0) {
            return None;
        }
        let quotient = if unknown(r) { l / r } else { l };
        let product = Product::of(quotient, unknown);
        for (factor, _) in &product.parts {
            if !parts.iter().any(|known| known.is(factor)) {
                parts.push(*factor);
            }
        }
        let one = l.constant(1.0);
        let right = if unknown(r) { one } else { r };
        let right = match product.rest.number() {
            Some(1.0) => right,
            _ => right / product.rest,
        };
        products.push((product, right));
    }
    if parts.len() != k || products.iter().all(|(p, _)| p.parts.len() < 2) {
        return None;
    }
    let power = |product: &Product<'g>, part: &Factor<'g>| {
        let mut own = product.parts.iter();
        own.find(|(own, _)| own.is(part))
            .map_or(0.0, |(_, power)| *power)
    };
    let entries = products
        .iter()
        .flat_map(|(p, _)| parts.iter().map(move |part| power(p, part)));
    let matrix = nalgebra::DMatrix::from_row_iterator(k, k, entries.collect::<Vec<_>>());
    let inverse = matrix.try_inverse()?;
    let rights: Vec<Expr<'g>> = products.iter().map(|(_, right)| *right).collect();
    let powers = |j: usize| {
        (0..k)
            .map(|i| fraction(inverse[(j, i)]))
            .collect::<Vec<_>>()
    };
    let equation = |j: usize| match parts[j] {
        Factor::Plain(part) => (part, power_product(&rights, &powers(j), value(part), value)),
        Factor::Exponential(part) => (part, logarithm(&rights, &powers(j), value)),
    };
    Some((0..k).map(equation).collect())
}

/// Π rᵢ^pᵢ with the sign of a value.
fn power_product<'g>(
    rights: &[Expr<'g>],
    powers: &[f64],
    of: f64,
    value: Value<'_, 'g>,
) -> Expr<'g> {
    let one = rights[0].constant(1.0);
    let denominators = powers.iter().map(|&p| denominator(p));
    let common = denominators.collect::<Option<Vec<i32>>>();
    let common = common.and_then(|all| (1..=4).find(|q| all.iter().all(|own| q % own == 0)));
    let quotient = |power: &dyn Fn(Expr<'g>, f64) -> Expr<'g>| {
        // Positive powers above, negative ones below.
        let part = |sign: f64| {
            let pairs = rights.iter().zip(powers).filter(|(_, p)| **p * sign > 0.0);
            pairs.fold(one, |all, (r, p)| product(all, power(*r, *p * sign)))
        };
        match (part(1.0), part(-1.0)) {
            (above, below) if below.number() == Some(1.0) => above,
            (above, below) => above / below,
        }
    };
    let sized = |r: Expr<'g>| if value(r) < 0.0 { -r } else { r };
    let used = || rights.iter().zip(powers).filter(|(_, p)| **p != 0.0);
    let signed = |e: Expr<'g>| if of < 0.0 { -e } else { e };
    match common {
        Some(1) => quotient(&|r, p| r.pow(p.round())),
        // Powers of roots merge in derivatives, as roots of powers do not.
        Some(q) if q == 3 || used().all(|(r, _)| value(*r) > 0.0) => {
            let power = |r: Expr<'g>, p: f64| root(r, q, 1.0).pow((p * f64::from(q)).round());
            match q {
                3 => quotient(&power),
                _ => signed(quotient(&power)),
            }
        }
        Some(q) => root(quotient(&|r, p| r.pow((p * f64::from(q)).round())), q, of),
        None => signed(quotient(&|r, p| sized(r).pow(p))),
    }
}

/// Σ pᵢ ln |rᵢ|.
fn logarithm<'g>(rights: &[Expr<'g>], powers: &[f64], value: Value<'_, 'g>) -> Expr<'g> {
    let sized = |r: Expr<'g>| if value(r) < 0.0 { -r } else { r };
    let parts = rights.iter().zip(powers).filter(|(_, p)| **p != 0.0);
    parts.fold(rights[0].constant(0.0), |all, (r, p)| {
        sum(all, product(sized(*r).ln(), r.constant(*p)))
    })
}

/// P·cos w = a and P·sin w = b as P = √(a² + b²) and w = the angle of (a, b), with the sign and the turn
/// of a point; `None` if the equations are not of this kind.
pub(super) fn polar<'g>(
    [one, other]: [Equation<'g>; 2],
    unknown: Unknown<'_, 'g>,
    value: Value<'_, 'g>,
) -> Option<Vec<Equation<'g>>> {
    if unknown(one.1) || unknown(other.1) {
        return None;
    }
    let (p, q) = (Product::of(one.0, unknown), Product::of(other.0, unknown));
    let graph = one.0.graph;
    let wave = |product: &Product<'g>, op: Unary| {
        product
            .parts
            .iter()
            .enumerate()
            .find_map(|(k, part)| match part {
                (Factor::Plain(e), 1.0) => match graph.node(e.id) {
                    Node::Unary(found, w) if found == op => Some((k, graph.expr(w))),
                    _ => None,
                },
                _ => None,
            })
    };
    let ((i, w), (j, same)) = (wave(&p, Unary::Cos)?, wave(&q, Unary::Sin)?);
    let number = one.0.constant(1.0);
    let size = p.without(i, number);
    if w.id != same.id || size.id != q.without(j, number).id || size.number().is_some() {
        return None;
    }
    let (a, b) = (one.1 / p.rest, other.1 / q.rest);
    let is_negative = value(size) < 0.0;
    let sign = |e: Expr<'g>| if is_negative { -e } else { e };
    let angle = sign(b).atan2(sign(a));
    let turns = ((value(w) - value(angle)) / std::f64::consts::TAU).round();
    let angle = match turns == 0.0 {
        true => angle,
        false => angle + graph.pi() * (2.0 * turns),
    };
    Some(vec![(size, sign(a.hypot(b))), (w, angle)])
}
