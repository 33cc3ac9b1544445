//! Forms that neither overflow nor vanish on the way to a value that does not.
//!
//! 1. sinh/cosh is tanh, Γ(x + 1)/Γ(x) is x, ln(1 + eᶻ) is z + ln(1 + e⁻ᶻ) where z is large, and what
//!    an exponential divides by takes the exponential in: eᵃ/(1 + eᵇ) = 1/(e⁻ᵃ + eᵇ⁻ᵃ), and
//!    eᶻ/(1 + eᶻ)² = 1/(2 cosh(z/2))².
//! 2. A product whose parts leave double precision is taken apart into numbers and powers. The numbers
//!    are multiplied as mantissas and exponents of two.
//! 3. Every base of a high power is brought to about 1 by a power of two, which costs no digit; what
//!    the powers of two amount to goes into the number in front.

use super::facts::Atoms;
use super::polynomial::{Factors, Polynomial, Term};
use super::simplifier::Simplifier;
use crate::elementary::{Binary, Unary, powi};
use crate::expr::graph::{Expr, Id, Node};

/// The exponential of more is beyond double precision.
const MOST_EXPONENT: f64 = 700.0;

/// The powers of two that are in double precision, with a margin.
const MOST_TWOS: f64 = 1000.0;

/// What is left in front of a product may have so many.
const MOST_IN_FRONT: i64 = 1000;

/// A factor with fewer powers of two stays as it is.
const FEW_TWOS: f64 = 100.0;

/// A product with more factors is left as it is.
const MOST_FACTORS: usize = 64;

/// The most steps between the arguments of two gamma functions.
const MOST_STEPS: f64 = 16.0;

/// In sums of more terms no pairs of exponentials are looked for.
const MOST_PAIRED: usize = 16;

impl<'g> Simplifier<'g, '_> {
    /// The form with tanh for sinh/cosh.
    pub(super) fn with_tangents(&mut self, form: Polynomial) -> Polynomial {
        let mut factors = form.terms.iter().flat_map(|term| &term.factors);
        if factors.all(|(_, k)| *k > 0) {
            return form;
        }
        let mut changed = form.clone();
        let mut found = false;
        for term in &mut changed.terms {
            for (sine, k) in term.factors.clone() {
                let Node::Unary(Unary::Sinh, x) = self.graph.node(sine) else {
                    continue;
                };
                let is_cosine = |atom: Id| self.graph.node(atom) == Node::Unary(Unary::Cosh, x);
                let cosine = term.factors.iter().find(|(atom, _)| is_cosine(*atom));
                let Some(&(cosine, l)) = cosine.filter(|(_, l)| (*l < 0) != (k < 0)) else {
                    continue;
                };
                let both = if k > 0 { k.min(-l) } else { k.max(-l) };
                let tangent = self.graph.expr(x).unary(Unary::Tanh);
                term.factors = term.times_power(sine, -both);
                term.factors = term.times_power(cosine, both);
                term.factors = term.times_power(tangent.id, both);
                found = true;
            }
        }
        self.learn();
        if !found {
            return form;
        }
        let collected = Polynomial::collected(changed.terms, form.distributed, &Atoms(&self.facts));
        collected.unwrap_or(form)
    }

    /// The form with 2·cosh x for eˣ + e⁻ˣ and 2·sinh x for eˣ − e⁻ˣ, whose bounds are sharp.
    pub(super) fn with_hyperbolic(&mut self, form: Polynomial) -> Polynomial {
        if form.terms.len() < 2 || form.terms.len() > MOST_PAIRED {
            return form;
        }
        let mut split = Vec::with_capacity(form.terms.len());
        for term in &form.terms {
            split.push(self.split_exponentials(term));
        }
        let opposite = |a: &Polynomial, b: &Polynomial| !a.terms.is_empty() && a.scaled(-1.0) == *b;
        let pair = (0..split.len()).find_map(|i| {
            let fits = |j: &usize| {
                let [a, b] = [i, *j].map(|k| form.terms[k].coefficient.abs());
                a == b && split[i].1 == split[*j].1 && opposite(&split[i].2, &split[*j].2)
            };
            (i + 1..split.len()).find(fits).map(|j| (i, j))
        });
        let Some((i, j)) = pair else { return form };
        let [a, b] = [i, j].map(|k| form.terms[k].coefficient);
        // The exponent with the plus in front: cosh x, not cosh(−x).
        let leads_negative =
            |of: &Polynomial| of.terms.first().is_some_and(|t| t.coefficient < 0.0);
        let (lead, a, b) = match leads_negative(&split[i].2) {
            true => (j, b, a),
            false => (i, a, b),
        };
        let (exponents, rest, _) = &split[lead];
        let Some(exponent) = self.sum_of_multiples(exponents) else {
            return form;
        };
        let function = if a == b { Unary::Cosh } else { Unary::Sinh };
        let function = self.graph.expr(exponent.id).unary(function);
        self.learn();
        let mut both = Term {
            coefficient: a * 2.0,
            factors: rest.clone(),
        };
        both.factors = both.times_power(function.id, 1);
        let mut terms: Vec<Term> = form.terms.clone();
        terms.remove(j);
        terms[i] = both;
        match Polynomial::collected(terms, form.distributed, &Atoms(&self.facts)) {
            Some(collected) => self.with_hyperbolic(collected),
            None => form,
        }
    }

    /// The exponents of the exponentials among the factors of a term, with their powers, the other
    /// factors, and the normal form of the exponent of all.
    fn split_exponentials(&mut self, term: &Term) -> (Vec<(Id, i32)>, Factors, Polynomial) {
        let (mut exponents, mut rest) = (Vec::new(), Factors::new());
        let mut all = Polynomial::default();
        for &(atom, k) in &term.factors {
            match self.graph.node(atom) {
                Node::Unary(Unary::Exp, x) => {
                    exponents.push((x, k));
                    let own = self.form(x).scaled(f64::from(k));
                    match all.plus(1.0, &own, &Atoms(&self.facts)) {
                        Some(sum) => all = sum,
                        None => return (Vec::new(), term.factors.clone(), Polynomial::default()),
                    }
                }
                _ => rest.push((atom, k)),
            }
        }
        (exponents, rest, all)
    }

    /// A quotient of which both parts may overflow, in a form that does not.
    pub(super) fn steep_quotient(&mut self, form: &Polynomial) -> Option<Expr<'g>> {
        let term = form.as_term()?;
        if term.factors.len() < 2 || term.factors.iter().all(|(_, k)| *k > 0) {
            return None;
        }
        let gamma = self.gamma_quotient(term);
        let logistic = gamma.or_else(|| self.logistic_quotient(term));
        logistic.or_else(|| self.exponential_quotient(term))
    }

    /// eᶻ/(1 + eᶻ)² = 1/(2 cosh(z/2))², the derivative of a logistic function, where eᶻ may overflow between limits:
    /// without any it stays as textbooks have it.
    fn logistic_quotient(&mut self, term: &Term) -> Option<Expr<'g>> {
        if self.ranges.is_empty() {
            return None;
        }
        for &(atom, k) in term.factors.iter().filter(|(_, k)| *k < 0) {
            // A power of a sum may be a factor of its own.
            let (sum, below) = match self.graph.node(atom) {
                Node::Power(sum, m) if m > 0 => (sum, k.saturating_mul(m)),
                _ => (atom, k),
            };
            if below > -2 {
                continue;
            }
            let form = self.form(sum);
            let Some(z) = self.one_and_exponential(&form) else {
                continue;
            };
            let is_exponential = |atom: Id| self.graph.node(atom) == Node::Unary(Unary::Exp, z);
            let above = term
                .factors
                .iter()
                .find(|(atom, k)| *k > 0 && is_exponential(*atom));
            let Some(&(exponential, above)) = above else {
                continue;
            };
            if self.facts[z.index()].range.1 <= MOST_EXPONENT {
                continue;
            }
            let both = above.min(-below / 2);
            let mut rest = term.clone();
            rest.factors = rest.times_power(exponential, -both);
            rest.factors = rest.times_power(atom, -k);
            rest.factors = rest.times_power(sum, below + 2 * both);
            let two = self.graph.constant(2.0).id;
            let half = self.node(Node::Binary(Binary::Div, z, two), false).id;
            let cosine = self.node(Node::Unary(Unary::Cosh, half), false);
            rest.factors = rest.times_power(cosine.id, -2 * both);
            let number = rest.coefficient * powi(0.25, both);
            return Some(self.finish(number, rest.factors));
        }
        None
    }

    /// Γ(x + n)/Γ(x) = x·(x + 1)·…·(x + n − 1)
    fn gamma_quotient(&mut self, term: &Term) -> Option<Expr<'g>> {
        let gammas = term
            .factors
            .iter()
            .filter_map(|&(atom, k)| match self.graph.node(atom) {
                Node::Unary(Unary::Gamma, x) => Some((atom, x, k)),
                _ => None,
            });
        let gammas: Vec<(Id, Id, i32)> = gammas.collect();
        let (above, below): (Vec<_>, Vec<_>) = gammas.into_iter().partition(|g| g.2 > 0);
        for &(upper, x, k) in &above {
            for &(lower, y, l) in &below {
                let (p, q) = (self.form(x), self.form(y));
                let steps = p.plus(-1.0, &q, &Atoms(&self.facts))?.as_number();
                let steps = steps.map(|steps| steps.value);
                let Some(steps) = steps.filter(|n| n.fract() == 0.0 && n.abs() <= MOST_STEPS)
                else {
                    continue;
                };
                let both = k.min(-l);
                let mut rest = term.clone();
                rest.factors = rest.times_power(upper, -both);
                rest.factors = rest.times_power(lower, both);
                let (from, power) = if steps > 0.0 { (y, both) } else { (x, -both) };
                let mut factors = rest.factors;
                for step in 0..steps.abs() as i32 {
                    let place = self.graph.expr(from) + f64::from(step);
                    self.learn();
                    factors.push((place.id, power));
                }
                return Some(self.finish(rest.coefficient, factors));
            }
        }
        None
    }

    /// eᵃ/(s + t·eᵇ) = 1/(s·e⁻ᵃ + t·eᵇ⁻ᵃ), where eᵃ may overflow.
    fn exponential_quotient(&mut self, term: &Term) -> Option<Expr<'g>> {
        let mut exponents = Vec::new();
        let mut rest: Factors = Vec::new();
        for &(atom, k) in &term.factors {
            match self.graph.node(atom) {
                Node::Unary(Unary::Exp, x) => exponents.push((x, k)),
                _ => rest.push((atom, k)),
            }
        }
        let is_exponential =
            |(atom, _): &(Id, i32)| matches!(self.graph.node(*atom), Node::Unary(Unary::Exp, _));
        let place = rest.iter().position(|&(atom, k)| {
            k == -1 && {
                let below = self.graph.node(atom);
                super::simplifier::is_sum(&below)
            }
        })?;
        let below = self.form(rest[place].0);
        let balances = |term: &Term| term.factors.iter().any(is_exponential);
        if exponents.is_empty() || below.distributed || !below.terms.iter().any(balances) {
            return None;
        }
        let exponent = self.sum_of_multiples(&exponents)?;
        self.learn();
        if self.facts[exponent.id.index()].range.1 <= MOST_EXPONENT {
            return None;
        }
        let opposite = self.node(Node::Unary(Unary::Neg, exponent.id), false);
        // Into every term, or the sum would overflow beside it.
        let mut terms = Vec::with_capacity(below.terms.len());
        for term in below.terms {
            let mut exponents = vec![(opposite.id, 1)];
            let mut factors: Factors = Vec::new();
            for (atom, k) in term.factors {
                match self.graph.node(atom) {
                    Node::Unary(Unary::Exp, x) => exponents.push((x, k)),
                    _ => factors.push((atom, k)),
                }
            }
            let exponent = self.sum_of_multiples(&exponents)?;
            let mut term = Term {
                coefficient: term.coefficient,
                factors,
            };
            if exponent.number() != Some(0.0) {
                term.factors = term.times_power(exponent.exp().id, 1);
            }
            terms.push(term);
        }
        self.learn();
        let below = Polynomial::collected(terms, false, &Atoms(&self.facts))?;
        let written = self.write(&below);
        self.learn();
        rest[place].0 = written.id;
        Some(self.finish(term.coefficient, rest))
    }

    /// z, where a form is 1 + eᶻ.
    pub(super) fn one_and_exponential(&self, form: &Polynomial) -> Option<Id> {
        let [one, other] = &form.terms[..] else {
            return None;
        };
        let is_one = one.coefficient == 1.0 && one.factors.is_empty();
        match other.factors[..] {
            [(atom, 1)] if is_one && other.coefficient == 1.0 => match self.graph.node(atom) {
                Node::Unary(Unary::Exp, z) => Some(z),
                _ => None,
            },
            _ => None,
        }
    }

    /// ln(1 + eᶻ), where eᶻ may overflow.
    pub(super) fn softplus(&mut self, z: Id) -> Option<Expr<'g>> {
        let (lo, hi) = self.facts[z.index()].range;
        if hi <= MOST_EXPONENT {
            return None;
        }
        let z = self.graph.expr(z);
        let sum = if lo >= 0.0 {
            z + (-z).exp().unary(Unary::Log1p)
        } else {
            let size = z.abs();
            (z + size) * 0.5 + (-size).exp().unary(Unary::Log1p)
        };
        self.learn();
        Some(sum)
    }

    /// The base and the exponent of a power with a whole exponent.
    fn whole_power(&self, id: Id) -> Option<(Id, i64)> {
        match self.graph.node(id) {
            Node::Power(x, n) => Some((x, i64::from(n))),
            Node::Binary(Binary::Pow, x, y) => {
                let n = self.graph.expr(y).number()?;
                (n.fract() == 0.0 && n.abs() < f64::from(i32::MAX)).then_some((x, n as i64))
            }
            _ => None,
        }
    }

    /// The powers of two of the largest size of a node, where that is known.
    fn twos(&self, id: Id) -> f64 {
        let (lo, hi) = self.facts[id.index()].range;
        let twos = lo.abs().max(hi.abs()).log2();
        if twos.is_finite() { twos } else { 0.0 }
    }

    /// Whether a product may leave double precision on the way.
    pub(super) fn is_extreme(&self, term: &Term) -> bool {
        let (mut above, mut below) = (term.coefficient.value.abs().log2(), 0.0);
        for &(atom, k) in &term.factors {
            let twos = f64::from(k) * self.twos(atom);
            // A power of a number that is beyond double precision.
            if let Some((base, _)) = self.whole_power(atom)
                && matches!(self.graph.node(base), Node::Constant(..))
            {
                return true;
            }
            if twos.abs() > MOST_TWOS {
                return true;
            }
            if k > 0 {
                above += twos;
            } else {
                below -= twos;
            }
        }
        above.abs() > MOST_TWOS || below.abs() > MOST_TWOS
    }

    /// A product, quotient or power whose parts leave double precision, in a form in which they do
    /// not; `None` if there is no need.
    pub(super) fn long_product(&mut self, root: Id) -> Option<Expr<'g>> {
        let Long {
            number,
            factors,
            extreme,
        } = self.taken_apart(root)?;
        let sizes = |(id, k): &(Id, i64)| *k as f64 * self.twos(*id);
        let twos: Vec<f64> = factors.iter().map(sizes).collect();
        let positive: f64 = twos.iter().filter(|t| **t > 0.0).sum();
        let negative: f64 = twos.iter().filter(|t| **t < 0.0).sum();
        if !extreme && positive < MOST_TWOS && negative > -MOST_TWOS {
            return None;
        }
        // The power of two that every base is divided by.
        let shift = |((id, _), twos): (&(Id, i64), &f64)| {
            let large = twos.abs() > FEW_TWOS;
            if large {
                self.twos(*id).round() as i64
            } else {
                0
            }
        };
        let mut shifts: Vec<i64> = factors.iter().zip(&twos).map(shift).collect();
        let amounts = factors.iter().zip(&shifts).map(|((_, k), shift)| k * shift);
        let mut exponent = number.exponent + amounts.sum::<i64>();
        if exponent.abs() > MOST_IN_FRONT {
            let steepest = (0..factors.len()).max_by_key(|i| factors[*i].1.abs())?;
            let k = factors[steepest].1;
            let back = (exponent as f64 / k as f64).round() as i64;
            shifts[steepest] -= back;
            exponent -= k * back;
        }
        // It must have become better: what is not known stays as it is, and no power is extreme.
        let fits = |((id, k), shift): (&(Id, i64), &i64)| {
            let left = *k as f64 * (self.twos(*id) - *shift as f64);
            let (lo, hi) = self.facts[id.index()].range;
            let known = lo.is_finite() && hi.is_finite();
            shift.abs() <= MOST_IN_FRONT && left.abs() <= MOST_TWOS && (known || *shift == 0)
        };
        if exponent.abs() > MOST_IN_FRONT || !factors.iter().zip(&shifts).all(fits) {
            return None;
        }
        let front = number.mantissa * 2f64.powi(exponent as i32);
        let (mut above, mut below) = (self.graph.constant(front), self.graph.constant(1.0));
        for ((id, k), shift) in factors.into_iter().zip(shifts) {
            let base = self.graph.expr(id);
            let base = match shift {
                0 => base,
                _ => base * 2f64.powi(-shift as i32),
            };
            let power = match i32::try_from(k.abs()).ok()? {
                1 => base,
                k => base.powi(k),
            };
            let side = if k > 0 { &mut above } else { &mut below };
            *side = match side.number() {
                Some(1.0) => power,
                _ => *side * power,
            };
        }
        let product = match below.number() {
            Some(1.0) => above,
            _ => above / below,
        };
        self.learn();
        Some(product)
    }

    /// The numbers and powers of which a product consists.
    fn taken_apart(&self, root: Id) -> Option<Long> {
        let mut long = Long {
            number: Scaled::ONE,
            factors: Vec::new(),
            extreme: false,
        };
        let mut waiting = vec![(root, 1i64)];
        let mut looked_at = 0;
        while let Some((id, k)) = waiting.pop() {
            looked_at += 1;
            if looked_at > 2 * MOST_FACTORS || k.abs() > 1 << 20 {
                return None;
            }
            match self.graph.node(id) {
                Node::Binary(Binary::Mul, x, y) => waiting.extend([(y, k), (x, k)]),
                Node::Binary(Binary::Div, x, y) => waiting.extend([(y, -k), (x, k)]),
                Node::Unary(Unary::Neg, x) => {
                    if k % 2 != 0 {
                        long.number.mantissa = -long.number.mantissa;
                    }
                    waiting.push((x, k));
                }
                Node::Constant(bits, _) => {
                    let power = Scaled::of(f64::from_bits(bits))?.power(k)?;
                    long.extreme |= power.exponent.abs() > MOST_TWOS as i64;
                    long.number = long.number.times(power);
                    long.extreme |= long.number.exponent.abs() > MOST_TWOS as i64;
                }
                _ if self.whole_power(id).is_some() => {
                    let (x, n) = self.whole_power(id)?;
                    waiting.push((x, k * n));
                }
                _ => match long.factors.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, l)) => *l += k,
                    None => long.factors.push((id, k)),
                },
            }
        }
        let plain = long.factors.iter().all(|(_, k)| *k != 0);
        (plain && long.factors.len() <= MOST_FACTORS).then_some(long)
    }
}

/// A product that was taken apart.
struct Long {
    number: Scaled,
    factors: Vec<(Id, i64)>,
    /// Whether numbers leave double precision on the way.
    extreme: bool,
}

/// mantissa · 2^exponent, with a mantissa from ½ to 1.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    mantissa: f64,
    exponent: i64,
}

impl Scaled {
    const ONE: Scaled = Scaled {
        mantissa: 0.5,
        exponent: 1,
    };

    /// A number; `None` for 0 and what is not finite.
    fn of(value: f64) -> Option<Scaled> {
        if value == 0.0 || !value.is_finite() {
            return None;
        }
        // Subnormal numbers are made normal first.
        let lifted = if value.is_normal() { 0 } else { 64 };
        let value = value * 2f64.powi(lifted);
        let bits = (value.to_bits() >> 52 & 0x7ff) as i64;
        let exponent = bits - 1022;
        let mantissa = f64::from_bits(value.to_bits() & !(0x7ff << 52) | 1022 << 52);
        Some(Scaled {
            mantissa,
            exponent: exponent - i64::from(lifted),
        })
    }

    fn times(self, other: Scaled) -> Scaled {
        let product = self.mantissa * other.mantissa;
        let exponent = self.exponent + other.exponent;
        if product.abs() < 0.5 {
            Scaled {
                mantissa: 2.0 * product,
                exponent: exponent - 1,
            }
        } else {
            Scaled {
                mantissa: product,
                exponent,
            }
        }
    }

    /// A whole power; `None` if it has too many digits to be worth it.
    fn power(self, k: i64) -> Option<Scaled> {
        // 0.001 is no floating-point number, but 1000 is.
        let inverse = self.inverse();
        if let Some(inverse) = inverse {
            return inverse.power(-k);
        }
        if self.mantissa.abs() == 0.5 {
            let sign = if k % 2 == 0 {
                1.0
            } else {
                self.mantissa.signum()
            };
            return Some(Scaled {
                mantissa: sign * 0.5,
                exponent: (self.exponent - 1) * k + 1,
            });
        }
        if k.abs() > MOST_IN_FRONT {
            return None;
        }
        let power = Scaled::of(powi(self.mantissa, k as i32))?;
        Some(Scaled {
            exponent: power.exponent + self.exponent * k,
            ..power
        })
    }

    /// The whole number of which this is the reciprocal, if it is one.
    fn inverse(self) -> Option<Scaled> {
        if self.exponent.abs() > 50 {
            return None;
        }
        let value = self.mantissa * 2f64.powi(self.exponent as i32);
        let inverse = (1.0 / value).round();
        let is_it = value.abs() < 1.0 && inverse.abs() < 1e15 && 1.0 / inverse == value;
        (is_it && self.mantissa.abs() != 0.5).then(|| Scaled::of(inverse))?
    }
}

#[cfg(test)]
mod tests {
    use super::super::simplify;
    use crate::expr::graph::Graph;
    use crate::expr::text::parse::{Scope, expression};
    use crate::expr::text::print;
    use crate::expr::value::values;

    const NAMES: [&str; 2] = ["x", "y"];

    /// The simplified text, and values at points of the ranges.
    fn simplified(text: &str, range: (f64, f64)) -> (String, [f64; 3]) {
        let graph = Graph::new();
        let root = {
            let mut scope = Scope::new(&graph);
            for (i, name) in NAMES.iter().enumerate() {
                scope.define(name, graph.input(i));
            }
            expression(text, &scope)
                .unwrap_or_else(|e| panic!("{e}"))
                .id
        };
        let (arena, roots) = simplify(&graph.into_arena(), &[root], &[range, range]);
        let text = print::text(&arena, roots[0], &NAMES.map(str::to_string));
        let places = [range.0, 0.3 * range.0 + 0.7 * range.1, range.1];
        (text, places.map(|x| values(&arena, &roots, &[x, x])[0]))
    }

    /// Close to a number, but for the roundings of an exponent of a thousand.
    fn close(value: f64, expected: f64) -> bool {
        (value - expected).abs() <= 1e-12 * expected.abs()
    }

    #[test]
    fn products_of_parts_beyond_double_precision_have_their_value() {
        for (text, expected) in [
            ("(1 + x)^900*(2 - y)^900/2^1800", 0.0),
            ("(1e-3*x)^110*1e165*1e165", 1.0),
            ("1e-300*x*1e-300*1e300*1e300", 1.0),
            ("x^2/1e200/1e200*1e300*1e100", 1.0),
            ("(10*x)^400/10^400", 1.0),
            ("-(x*1e-200)^3*1e300*1e300", -1.0),
        ] {
            let (simple, [_, inner, end]) = simplified(text, (0.0, 1.0));
            // At the end x = 1, and (2·1)⁹⁰⁰ = 2⁹⁰⁰ of the first.
            let expected = if expected == 0.0 {
                2f64.powi(-900)
            } else {
                expected
            };
            assert!(close(end, expected), "{text}: {simple} {end:e}");
            assert!(
                inner.is_finite() && inner != 0.0,
                "{text}: {simple} {inner:e}"
            );
        }
    }

    #[test]
    fn quotients_do_not_overflow_above_and_below() {
        let (text, _) = simplified("sinh(x)/cosh(x)", (0.0, 1.0));
        assert_eq!(text, "tanh(x)");
        let (text, values) = simplified("sinh(900*x)^2/cosh(900*x)^3", (0.0, 1.0));
        assert!(values.iter().all(|v| v.is_finite()), "{text}");
        let (text, [_, _, end]) = simplified("gamma(x)/gamma(x + 1)", (100.0, 180.0));
        assert!(close(end, 1.0 / 180.0), "{text} {end}");
        let (text, [start, _, _]) = simplified("gamma(x + 3)/gamma(x)", (180.0, 200.0));
        assert!(close(start, 180.0 * 181.0 * 182.0), "{text} {start}");
        // 1/(2 cosh 900) is beyond double precision: 0 is right.
        let (text, values) = simplified("exp(-x)/(1 + exp(-2*x))", (-900.0, 1.0));
        assert!(
            close(values[2], 0.5 / 1f64.cosh()) && values[0] == 0.0,
            "{text} {values:?}"
        );
    }

    #[test]
    fn the_slope_of_a_logistic_function_dies_away_at_both_ends() {
        for text in [
            "exp(-x)/(1 + exp(-x))^2",
            "exp(x)/((1 + exp(x))*(1 + exp(x)))",
            "3*exp(2*x)*x/(1 + exp(2*x))^2/x",
        ] {
            let (text, values) = simplified(text, (-900.0, 901.0));
            assert_eq!([values[0], values[2]], [0.0, 0.0], "{text}");
        }
        // Where nothing overflows it stays as it is.
        let (text, _) = simplified("exp(-x)/(1 + exp(-x))^2", (-1.0, 1.0));
        assert!(!text.contains("cosh"), "{text}");
    }

    #[test]
    fn the_logarithm_of_one_and_an_exponential_stays_in_range() {
        let truth = |z: f64| z.max(0.0) + (-z.abs()).exp().ln_1p();
        for range in [(-2000.0, 1500.0), (1.0, 900.0), (-3.0, 4.0)] {
            let (text, values) = simplified("ln(1 + exp(x))", range);
            let places = [range.0, 0.3 * range.0 + 0.7 * range.1, range.1];
            for (value, z) in values.iter().zip(places) {
                assert!(close(*value, truth(z)), "{text} {z} {value}");
            }
            let plain = range.1 < 700.0;
            assert_eq!(text == "ln(exp(x) + 1)", plain, "{text}");
        }
    }

    #[test]
    fn exponents_are_added_and_not_multiplied_out() {
        let (text, _) = simplified("exp(-2e3*(x - 0.3)^2)*exp(-2e3*(y - 0.7)^2)", (0.0, 1.0));
        assert!(
            text.contains("(x - 0.3)^2") && text.contains("(y - 0.7)^2"),
            "{text}"
        );
        let (text, _) = simplified("exp(x)*exp(2*y)/exp(3*x)", (0.0, 1.0));
        assert_eq!(text, "exp(2*(y - x))");
    }

    #[test]
    fn high_powers_and_tiny_numbers_are_no_trouble() {
        for text in [
            "(0.25 - x)^1024",
            "(x^999)^999*(x^999)^999",
            "x^2147483647*x^2147483647",
            "x^(-2147483648)/x^(-2147483648)",
            "5e-324*x - 5e-324*x*0.5",
            "sqrt(x^2147483646)*(x^1000)^1000",
            "abs(5e-324*x)*5e-324 + 5e-324",
        ] {
            let (simple, values) = simplified(text, (0.0, 0.5));
            assert!(
                values.iter().all(|v| !v.is_nan()) || text.contains("/x"),
                "{text}: {simple}"
            );
        }
    }
}
