//! Powers of x times powers of a quadratic, by reduction; rational functions of which the denominators are
//! powers of one quadratic or products of two linear factors.

use std::collections::BTreeMap;

use super::find::Search;
use super::names::new_name;
use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};

/// ax² + c below a power q, and the most reductions that are made of it.
struct Quadratic {
    form: Sum,
    a: Sum,
    c: Sum,
}

const REDUCTION: &str = "reduction of powers by integration by parts";

/// The highest power of x that is reduced.
const MOST_POWER: i64 = 16;

impl Search<'_> {
    /// p(x)·(ax² + bx + c)^q for whole and half q.
    pub(super) fn of_quadratic(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let (Some((Atom::Base(s), &q)), 1) = (kind.iter().next(), kind.len()) else {
            return None;
        };
        let mut powers = s.by_powers(self.x)?;
        let a = powers.remove(&Number::whole(2))?;
        let b = powers.remove(&Number::ONE).unwrap_or_default();
        let c = powers.remove(&Number::ZERO).unwrap_or_default();
        if !powers.is_empty() || q.below() > 2 || c.is_zero() {
            return None;
        }
        if !b.is_zero() {
            return self.completed(&a, &b, s, q, times);
        }
        let polynomial = self.polynomial(times)?;
        // Odd powers alone are a substitution's.
        if polynomial.iter().all(|(n, _)| n % 2 == 1) || polynomial.iter().any(|p| p.0 > MOST_POWER)
        {
            return None;
        }
        let quadratic = Quadratic {
            form: s.clone(),
            a,
            c,
        };
        let mut all = Sum::zero();
        for (n, scale) in polynomial {
            let own = self.reduced(&quadratic, n, q)?;
            all = all.plus(&self.algebra.times(&scale, &own));
        }
        Some(all)
    }

    /// The square completed: x = u − b/(2a).
    fn completed(&mut self, a: &Sum, b: &Sum, s: &Sum, q: Number, times: &Sum) -> Option<Sum> {
        let algebra = self.algebra;
        let shift = algebra.over(b, &a.scaled(Number::whole(2)));
        let x = Sum::input(self.x);
        let moved = |sum: &Sum, by: &Sum| algebra.replaced(sum, self.x, &x.plus(by));
        let form = moved(s, &shift.negated());
        let whole = algebra.times(&moved(times, &shift.negated()), &algebra.power(&form, q));
        self.rule("completing the square");
        let found = self.of(&whole)?;
        Some(algebra.replaced(&found, self.x, &x.plus(&shift)))
    }

    /// ∫ x^n (ax² + c)^q.
    fn reduced(&mut self, quadratic: &Quadratic, n: i64, q: Number) -> Option<Sum> {
        let algebra = self.algebra;
        let Quadratic { form, a, c } = quadratic;
        let one = Number::ONE;
        let x = Sum::input(self.x);
        let twice = q.times(Number::whole(2));
        if n % 2 == 1 {
            // x^n Q^q with n odd: x^(n−1) Q^(q+1)/(2a(q+1)) − (n−1)/(2a(q+1)) ∫ x^(n−2) Q^(q+1).
            let next = q.plus(one);
            let scale = a.scaled(Number::whole(2));
            let (lead, below) = match next.is_zero() {
                true if n == 1 => {
                    let (inner, slope) = (self.text(form), algebra.derivative(form, self.x));
                    self.substituted(&new_name(self.names), &inner, &slope);
                    let size = algebra.apply(Function::Abs, form);
                    (algebra.apply(Function::Ln, &size), scale)
                }
                true => {
                    // x^n/Q = x^(n−2)/a − (c/a) x^(n−2)/Q.
                    let power = self
                        .power_of_x(n - 1)
                        .scaled(Number::ratio(1, (n - 1).into()));
                    let rest = algebra.times(c, &self.reduced(quadratic, n - 2, q)?);
                    return Some(algebra.over(&power.minus(&rest), a));
                }
                false => (algebra.power(form, next), scale.scaled(next)),
            };
            if n == 1 {
                return Some(algebra.over(&lead, &below));
            }
            self.rule(REDUCTION);
            let rest = self
                .reduced(quadratic, n - 2, next)?
                .scaled(Number::whole(n - 1));
            let edge = algebra.times(&self.power_of_x(n - 1), &lead);
            return Some(algebra.over(&edge.minus(&rest), &below));
        }
        let below = Number::whole(n + 1).plus(twice);
        if n >= 2 && !below.is_zero() {
            self.rule(REDUCTION);
            let edge = algebra.times(&self.power_of_x(n - 1), &algebra.power(form, q.plus(one)));
            let rest = algebra.times(c, &self.reduced(quadratic, n - 2, q)?);
            let whole = edge.minus(&rest.scaled(Number::whole(n - 1)));
            return Some(algebra.over(&whole, &a.scaled(below)));
        }
        if n >= 2 {
            // x^n Q^q = (x^(n−2)/a) Q^(q+1) − (c/a) x^(n−2) Q^q.
            let up = self.reduced(quadratic, n - 2, q.plus(one))?;
            let rest = algebra.times(c, &self.reduced(quadratic, n - 2, q)?);
            return Some(algebra.over(&up.minus(&rest), a));
        }
        if q.is_zero() {
            return Some(x);
        }
        if !q.is_negative() {
            self.rule(REDUCTION);
            let edge = algebra.times(&x, &algebra.power(form, q));
            let rest = algebra.times(c, &self.reduced(quadratic, 0, q.minus(one))?);
            let below = twice.plus(one);
            return Some(edge.plus(&rest.scaled(twice)).scaled(below.inverse()));
        }
        if q == Number::whole(-1) || q == Number::ratio(-1, 2) {
            return self.inverse_function(quadratic, q);
        }
        let next = q.plus(one);
        let scale = c.scaled(next.times(Number::whole(2)));
        let edge = algebra.times(&x, &algebra.power(form, next));
        let factor = twice.plus(Number::whole(3));
        self.rule(REDUCTION);
        let rest = match factor.is_zero() {
            true => Sum::zero(),
            false => self.reduced(quadratic, 0, next)?.scaled(factor),
        };
        Some(algebra.over(&rest.minus(&edge), &scale))
    }

    /// 1/(ax² + c) and 1/√(ax² + c).
    fn inverse_function(&mut self, quadratic: &Quadratic, q: Number) -> Option<Sum> {
        let algebra = self.algebra;
        let Quadratic { a, c, .. } = quadratic;
        // Parameters of the inner integral may be 0 at the ends of the outer one.
        let sign = |sum: &Sum| {
            let (lo, hi) = algebra.range(sum);
            match (lo >= 0.0, hi <= 0.0) {
                (true, _) => Some(1),
                (_, true) => Some(-1),
                _ => None,
            }
        };
        let root = |sum: &Sum| algebra.power(sum, Number::HALF);
        let x = Sum::input(self.x);
        let (op, slope, scale) = match (sign(a)?, sign(c)?, q.below()) {
            (1, 1, 1) => (
                Function::Atan,
                root(&algebra.over(a, c)),
                root(&algebra.times(a, c)),
            ),
            (-1, 1, 1) => {
                let a = a.negated();
                (
                    Function::Atanh,
                    root(&algebra.over(&a, c)),
                    root(&algebra.times(&a, c)),
                )
            }
            (-1, 1, 2) => {
                let a = a.negated();
                (Function::Asin, root(&algebra.over(&a, c)), root(&a))
            }
            (1, 1, 2) => (Function::Asinh, root(&algebra.over(a, c)), root(a)),
            // 1/(ax² − c) = (1/(√a·x − √c) − 1/(√a·x + √c))/(2√c).
            (1, -1, 1) => {
                let c = c.negated();
                let (x, shift) = (algebra.times(&root(a), &x), root(&c));
                // A factor inside of a logarithm is a constant beside it.
                let of = |sum: Sum| {
                    let (_, rest) = algebra.content(&sum, false);
                    algebra.apply(Function::Ln, &algebra.apply(Function::Abs, &rest))
                };
                let value = of(x.minus(&shift)).minus(&of(x.plus(&shift)));
                self.rule("partial fractions");
                return Some(algebra.over(
                    &value,
                    &root(&algebra.times(a, &c)).scaled(Number::whole(2)),
                ));
            }
            _ => return None,
        };
        self.rule(match op {
            Function::Atan => "`1/(1 + x^2)` is the derivative of `atan(x)`",
            Function::Atanh => "`1/(1 - x^2)` is the derivative of `atanh(x)`",
            Function::Asin => "`1/sqrt(1 - x^2)` is the derivative of `asin(x)`",
            _ => "`1/sqrt(1 + x^2)` is the derivative of `asinh(x)`",
        });
        let value = algebra.apply(op, &algebra.times(&slope, &x));
        Some(algebra.over(&value, &scale))
    }

    /// The same sum with polynomials divided by denominators of degree 1 or 2, and with partial fractions.
    pub(super) fn divided(&mut self, sum: &Sum) -> Sum {
        let mut groups: BTreeMap<Factors, Sum> = BTreeMap::new();
        for (factors, &c) in &sum.terms {
            let is_kind = |atom: &Atom| matches!(atom, Atom::Base(s) if s.has(self.x));
            let (kind, rest): (Factors, Factors) = factors
                .clone()
                .into_iter()
                .partition(|(atom, _)| is_kind(atom));
            groups.entry(kind).or_default().add(rest, c);
        }
        let mut all = Sum::zero();
        for (kind, times) in groups {
            let own = self.of_fraction(&kind, &times).unwrap_or_else(|| {
                let kind = self
                    .algebra
                    .product(Number::ONE, kind.into_iter().collect());
                self.algebra.times(&times, &kind)
            });
            all = all.plus(&own);
        }
        all
    }

    /// A quotient with a rest of lower degree: x^n = x^(n−d)(Q − rest of Q)/lead.
    fn of_fraction(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let (Some((Atom::Base(s), &power)), 1) = (kind.iter().next(), kind.len()) else {
            return None;
        };
        if power != Number::whole(-1) {
            return None;
        }
        let algebra = self.algebra;
        let powers = s.by_powers(self.x)?;
        let degree = powers.keys().filter_map(|p| p.as_whole()).max()?;
        let lead = powers.get(&Number::whole(degree))?;
        let mut above = self.polynomial(times)?;
        let mut quotient = Sum::zero();
        for _ in 0..MOST_POWER {
            above.sort_by_key(|term| term.0);
            let Some((n, c)) = above.last().cloned().filter(|(n, _)| *n >= degree) else {
                break;
            };
            let step = algebra.times(&algebra.over(&c, lead), &self.power_of_x(n - degree));
            quotient = quotient.plus(&step);
            let plain = above
                .iter()
                .map(|(n, c)| algebra.times(c, &self.power_of_x(*n)));
            let plain = plain.fold(Sum::zero(), |all, own| all.plus(&own));
            above = self.polynomial(&plain.minus(&algebra.times(&step, s)))?;
        }
        let rest = above
            .iter()
            .map(|(n, c)| algebra.times(c, &self.power_of_x(*n)));
        let rest = rest.fold(Sum::zero(), |all, own| all.plus(&own));
        Some(quotient.plus(&algebra.over(&rest, s)))
    }
}
