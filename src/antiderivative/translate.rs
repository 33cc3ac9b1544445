//! Sums from graphs, and graphs from sums.

use super::algebra::Algebra;
use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};
use crate::elementary::{Binary, Unary};
use crate::expr::Expr;
use crate::expr::graph::{Arena, Graph, Id, Node, Symbol};
use crate::expr::simplify::{simplify, textbook};
use crate::expr::text::parse::formula_of;

impl Algebra {
    /// The sum that a formula is; `None` where it has a function that the rules do not know.
    pub(crate) fn read(&self, arena: &Arena, root: Id) -> Option<Sum> {
        let needed = arena.needed(&[root]);
        let mut sums: Vec<Sum> = Vec::with_capacity(needed.len());
        for (node, needed) in arena.nodes().iter().zip(needed) {
            let sum = match needed {
                true => match node {
                    Node::Binary(Binary::Div, x, y) => {
                        let below = self.inverse(arena, *y, &|id: Id| sums[id.index()].clone(), 0);
                        self.times(&sums[x.index()], &below)
                    }
                    node => self.node(node, &|id: Id| sums[id.index()].clone())?,
                },
                false => Sum::zero(),
            };
            if sum.is_none() {
                return None;
            }
            sums.push(sum);
        }
        sums.into_iter().nth(root.index())
    }

    /// 1/y, factor by factor, so that powers are not multiplied out.
    fn inverse(&self, arena: &Arena, y: Id, of: &dyn Fn(Id) -> Sum, depth: usize) -> Sum {
        match arena.node(y) {
            Node::Binary(Binary::Mul, a, b) if depth < 32 => {
                let [a, b] = [a, b].map(|id| self.inverse(arena, *id, of, depth + 1));
                self.times(&a, &b)
            }
            Node::Power(x, n) => self.power(&of(*x), Number::whole(-i64::from(*n))),
            _ => self.power(&of(y), Number::whole(-1)),
        }
    }

    fn node(&self, node: &Node, of: &dyn Fn(Id) -> Sum) -> Option<Sum> {
        Some(match node {
            Node::Constant(bits, _) => Sum::number(Number::of(f64::from_bits(*bits))?),
            Node::Symbol(Symbol::Pi) => Sum::atom(Atom::Pi),
            Node::Symbol(Symbol::E) => self.exp(&Sum::whole(1)),
            Node::Input(i) => Sum::input(*i),
            Node::Power(x, n) => self.power(&of(*x), Number::whole((*n).into())),
            Node::Unary(op, x) => self.unary(*op, &of(*x))?,
            Node::Binary(op, x, y) => self.binary(*op, &of(*x), &of(*y))?,
            Node::Select(..) | Node::Determinant(_) | Node::Volume(..) => return None,
        })
    }

    fn unary(&self, op: Unary, x: &Sum) -> Option<Sum> {
        let one = Sum::whole(1);
        Some(match op {
            Unary::Neg => x.negated(),
            Unary::Sqrt => self.power(x, Number::HALF),
            Unary::Cbrt if self.range(x).0 >= 0.0 => self.power(x, Number::ratio(1, 3)),
            Unary::Exp => self.exp(x),
            Unary::Expm1 => self.exp(x).minus(&one),
            Unary::Log1p => self.apply(Function::Ln, &x.plus(&one)),
            Unary::Log2 | Unary::Log10 => {
                let base = if op == Unary::Log2 { 2 } else { 10 };
                let below = self.apply(Function::Ln, &Sum::whole(base));
                self.over(&self.apply(Function::Ln, x), &below)
            }
            Unary::Tan => self.over(&self.apply(Function::Sin, x), &self.apply(Function::Cos, x)),
            Unary::Tanh => self.over(
                &self.apply(Function::Sinh, x),
                &self.apply(Function::Cosh, x),
            ),
            Unary::Acos => {
                let quarter = Sum::atom(Atom::Pi).scaled(Number::HALF);
                quarter.minus(&self.apply(Function::Asin, x))
            }
            op => {
                let (known, _) = Function::ALL.iter().find(|(_, unary)| *unary == op)?;
                self.apply(*known, x)
            }
        })
    }

    fn binary(&self, op: Binary, x: &Sum, y: &Sum) -> Option<Sum> {
        let squares = || {
            let two = Number::whole(2);
            self.power(x, two).plus(&self.power(y, two))
        };
        Some(match op {
            Binary::Add => x.plus(y),
            Binary::Sub => x.minus(y),
            Binary::Mul => self.times(x, y),
            Binary::Div => self.over(x, y),
            Binary::Hypot => self.power(&squares(), Number::HALF),
            Binary::Pow => match y.as_number() {
                Some(power) => self.power(x, power),
                None if self.range(x).0 > 0.0 => {
                    self.exp(&self.times(y, &self.apply(Function::Ln, x)))
                }
                None => return None,
            },
            _ => return None,
        })
    }

    /// The text of a sum, as a textbook prints it: the shorter of the common factor in front of the rest and
    /// the library's own, which may not round coefficients.
    pub(crate) fn text(&self, sum: &Sum, names: &[String]) -> String {
        let sum = self.pythagoras(sum);
        let graph = Graph::new();
        let root = written(&graph, &sum, self.constants).id;
        let (arena, roots) = simplify(&graph.into_arena(), &[root], &self.ranges);
        let other = textbook(&arena, roots[0], &self.ranges, names);
        let own = self.plain(&sum, names);
        let count = |text: &str| text.chars().count();
        if other.contains('.') || count(&own) <= count(&other) {
            return own;
        }
        // Of two of one length the one whose order is that of all other sums.
        let terms = written(&Graph::new(), &sum, self.constants).text(names);
        match count(&terms) <= count(&other) {
            true => terms,
            false => other,
        }
    }

    /// The text of a sum with exact coefficients, common factors in front.
    pub(crate) fn plain(&self, sum: &Sum, names: &[String]) -> String {
        let graph = Graph::new();
        if sum.terms.len() < 2 {
            return written(&graph, sum, self.constants).text(names);
        }
        let (common, rest) = self.content(sum, true);
        if common.as_number() == Some(Number::ONE) || rest.is_none() {
            return written(&graph, sum, self.constants).text(names);
        }
        let (factors, c) = match common.as_term() {
            Some((factors, c)) => (factors.clone(), c),
            None => (Factors::new(), Number::ONE),
        };
        // Signs go into the rest where a plus is there: 1 − x, not −(x − 1).
        let has_plus = rest.negated().terms.values().any(|c| !c.is_negative());
        let (c, rest) = match c.is_negative() && has_plus {
            true => (c.negated(), rest.negated()),
            false => (c, rest),
        };
        let rest = written(&graph, &rest, self.constants);
        product(&graph, &factors, c, Some(rest), self.constants).text(names)
    }

    /// The text of a sum term by term, as antiderivatives are written; where all terms have a function of the
    /// input in common, that stands in front.
    pub(crate) fn terms_text(&self, sum: &Sum, input: u32, names: &[String]) -> String {
        let is_kind = |atom: &Atom| matches!(atom, Atom::Exp(_) | Atom::Base(_)) && atom.has(input);
        let mut each = sum.terms.keys();
        let first = each.next().cloned().unwrap_or_default();
        let is_common = |atom: &Atom| is_kind(atom) && each.clone().all(|f| f.contains_key(atom));
        match first.keys().any(is_common) {
            true => self.text(sum, names),
            false => written(&Graph::new(), sum, self.constants).text(names),
        }
    }

    /// The value where the inputs have these values.
    pub(crate) fn value(&self, sum: &Sum, inputs: &[f64]) -> f64 {
        written(&Graph::new(), sum, self.constants).value(inputs)
    }

    /// The factors of a formula, each as a sum.
    pub(crate) fn factors_of_text(&self, text: &str, names: &[String]) -> Option<Vec<Sum>> {
        let (arena, root) = formula_of(text, names).ok()?;
        let mut factors = Vec::new();
        let mut rest = vec![(root, 1)];
        while let Some((id, power)) = rest.pop() {
            match arena.node(id) {
                Node::Binary(Binary::Mul, x, y) => rest.extend([(*x, power), (*y, power)]),
                Node::Binary(Binary::Div, x, y) => rest.extend([(*x, power), (*y, -power)]),
                Node::Unary(Unary::Neg, x) => {
                    factors.push(Sum::whole(-1));
                    rest.push((*x, power));
                }
                Node::Power(x, n) => rest.push((*x, power * i64::from(*n))),
                _ => {
                    let sum = self.power(&self.read(&arena, id)?, Number::whole(power));
                    match sum.as_term() {
                        Some((own, c)) => {
                            factors.push(Sum::number(c));
                            let each = own.iter().map(|(atom, &power)| {
                                self.product(Number::ONE, vec![(atom.clone(), power)])
                            });
                            factors.extend(each);
                        }
                        None => factors.push(sum),
                    }
                }
            }
        }
        Some(factors)
    }

    /// e^(a + b) as e^a and e^b.
    pub(crate) fn exponentials_of(&self, factor: &Sum) -> Vec<Sum> {
        let Some(Atom::Exp(s)) = factor.as_atom() else {
            return vec![factor.clone()];
        };
        let terms = s.terms.iter();
        terms
            .map(|(f, &c)| self.exp(&Sum::term(f.clone(), c)))
            .collect()
    }

    /// The sum that a text of such names is.
    pub(crate) fn of_text(&self, text: &str, names: &[String]) -> Option<Sum> {
        let (arena, root) = formula_of(text, names).ok()?;
        self.read(&arena, root)
    }
}

/// A sum as a formula of a graph. Terms of high degree come first, then those with a plus; inputs from
/// `constants` on stand for parameters, before the variables.
pub(crate) fn written<'g>(graph: &'g Graph, sum: &Sum, constants: u32) -> Expr<'g> {
    let mut terms: Vec<(&Factors, Number)> = sum.terms.iter().map(|(f, &c)| (f, c)).collect();
    let degree = |factors: &Factors| {
        let varies = factors
            .iter()
            .filter(|(atom, _)| (0..constants.min(64)).any(|i| atom.has(i)));
        varies.map(|(_, power)| power.value()).sum::<f64>()
    };
    terms.sort_by(|a, b| degree(b.0).total_cmp(&degree(a.0)));
    if let Some(first) = terms.iter().position(|(_, c)| !c.is_negative()) {
        terms[..=first].rotate_right(1);
    }
    let mut terms = terms.into_iter();
    let Some((factors, c)) = terms.next() else {
        return graph.constant(0.0);
    };
    let first = product(graph, factors, c, None, constants);
    terms.fold(first, |sum, (factors, c)| match c.is_negative() {
        true => sum - product(graph, factors, c.negated(), None, constants),
        false => sum + product(graph, factors, c, None, constants),
    })
}

/// A product of powers, and of another factor at its end.
fn product<'g>(
    graph: &'g Graph,
    factors: &Factors,
    coefficient: Number,
    last: Option<Expr<'g>>,
    constants: u32,
) -> Expr<'g> {
    let mut above: Option<Expr<'g>> = None;
    let mut below: Option<Expr<'g>> = None;
    let put = |place: &mut Option<Expr<'g>>, factor: Expr<'g>| {
        *place = Some(match *place {
            Some(others) => others * factor,
            None => factor,
        });
    };
    let mut tangents: Option<Expr<'g>> = None;
    let is_negative = coefficient.is_negative();
    let size = if is_negative {
        coefficient.negated()
    } else {
        coefficient
    };
    // A sign stands before the first factor.
    let mut sign = is_negative;
    if size.above() != 1 || factors.is_empty() && last.is_none() {
        put(&mut above, graph.constant(coefficient.above() as f64));
        sign = false;
    }
    if size.below() != 1 {
        put(&mut below, graph.constant(size.below() as f64));
    }
    let mut factors = factors.clone();
    // sin^n/cos^n is tan^n.
    for (above, below, quotient) in [
        (Function::Sin, Function::Cos, Unary::Tan),
        (Function::Sinh, Function::Cosh, Unary::Tanh),
    ] {
        while let Some((angle, power)) = factors.iter().find_map(|(atom, &power)| match atom {
            Atom::Function(op, s) if *op == above && power.value() > 0.0 => {
                let other = Atom::Function(below, s.clone());
                (factors.get(&other) == Some(&power.negated())).then(|| (s.clone(), power))
            }
            _ => None,
        }) {
            factors.remove(&Atom::Function(above, angle.clone()));
            factors.remove(&Atom::Function(below, angle.clone()));
            let tangent = written(graph, &angle, constants).unary(quotient);
            let tangent = raised(tangent, power);
            put(&mut tangents, if sign { -tangent } else { tangent });
            sign = false;
        }
    }
    // Numbers stand under one root.
    for half in [Number::HALF, Number::HALF.negated()] {
        let is_root = |(atom, power): &(&Atom, &Number)| {
            matches!(atom, Atom::Prime(_) | Atom::Pi) && **power == half
        };
        let roots: Vec<Atom> = factors
            .iter()
            .filter(is_root)
            .map(|(a, _)| a.clone())
            .collect();
        if roots.len() < 2 {
            continue;
        }
        let mut number: i64 = 1;
        let mut has_pi = false;
        for atom in &roots {
            match atom {
                Atom::Prime(p) => match number.checked_mul(*p) {
                    Some(product) => number = product,
                    None => continue,
                },
                _ => has_pi = true,
            }
            factors.remove(atom);
        }
        let number = (number != 1).then(|| graph.constant(number as f64));
        let both = match (number, has_pi) {
            (Some(number), true) => number * graph.pi(),
            (Some(number), false) => number,
            _ => graph.pi(),
        };
        match half.is_negative() {
            true => put(&mut below, both.sqrt()),
            false => {
                let root = both.sqrt();
                put(&mut above, if sign { -root } else { root });
                sign = false;
            }
        }
    }
    let mut ordered: Vec<(&Atom, &Number)> = factors.iter().collect();
    // Numbers, parameters, variables, then functions.
    ordered.sort_by_key(|(atom, _)| match atom {
        Atom::Prime(_) => 0,
        Atom::Pi => 1,
        Atom::Input(i) if *i >= constants => 2,
        Atom::Input(_) => 3,
        Atom::Base(_) => 5,
        _ => 4,
    });
    for (atom, &power) in ordered {
        let base = atom_of(graph, atom, constants);
        let decays = matches!(atom, Atom::Exp(_));
        let (place, size) = match power.is_negative() && !decays {
            true => (&mut below, power.negated()),
            false => (&mut above, power),
        };
        // A power and a root beside it, not a product in a product.
        let (whole, rest) = match size.below() == 2 && size.above() > 2 {
            true => (Some(Number::whole(size.floor())), Number::HALF),
            false => (None, size),
        };
        for part in whole.into_iter().chain([rest]) {
            let factor = raised(base, part);
            let has_sign = sign && (decays || !power.is_negative());
            put(place, if has_sign { -factor } else { factor });
            sign &= !has_sign;
        }
    }
    if let Some(tangents) = tangents {
        put(&mut above, tangents);
    }
    if let Some(last) = last {
        put(&mut above, last);
    }
    let above = above.unwrap_or_else(|| graph.constant(1.0));
    // Where nothing took the sign, it stands before all.
    let above = if sign { -above } else { above };
    match below {
        Some(below) => above / below,
        None => above,
    }
}

fn raised(base: Expr<'_>, power: Number) -> Expr<'_> {
    let root = base.sqrt();
    match (power.below(), power.as_whole()) {
        (_, Some(1)) => base,
        (_, Some(n)) if i32::try_from(n).is_ok() => base.powi(n as i32),
        (2, _) if power.above() == 1 => root,
        (2, _) => match power.above() {
            3 => base * root,
            n if i32::try_from(n / 2).is_ok() => base.powi((n / 2) as i32) * root,
            _ => base.pow(power.value()),
        },
        _ => base.pow(power.value()),
    }
}

fn atom_of<'g>(graph: &'g Graph, atom: &Atom, constants: u32) -> Expr<'g> {
    match atom {
        Atom::Prime(p) => graph.constant(*p as f64),
        Atom::Pi => graph.pi(),
        Atom::Input(i) => graph.input(*i as usize),
        Atom::Base(s) => written(graph, s, constants),
        Atom::Exp(s) if s.as_number() == Some(Number::ONE) => graph.e(),
        Atom::Exp(s) => written(graph, s, constants).exp(),
        Atom::Function(op, s) => {
            let x = written(graph, s, constants);
            let unary = Function::ALL.iter().find(|(known, _)| known == op);
            unary.map_or(x, |(_, unary)| x.unary(*unary))
        }
    }
}
