//! The search for an antiderivative: rules in the order in which one would try them by hand.
//!
//! 1. Terms of one kind (the same functions of the variable, times powers of it) are taken together.
//! 2. Powers, exponentials, sines and cosines, roots of quadratics have closed rules; logarithms and
//!    inverse functions go by parts.
//! 3. What is left is tried by substitution: f(x) = h(g(x))·g′(x) for every g that stands in f.
//!
//! J. Moses, "Symbolic integration: the stormy decade", Comm. ACM 14 (1971) 548–560.

use std::collections::BTreeMap;

use super::algebra::Algebra;
use super::names::new_name;
use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};

/// Substitutions and partial integrations within one another.
const DEEPEST: usize = 6;

/// A rule that is tried on a product.
type Try<S> = fn(&mut S, &Factors, &Sum) -> Option<Sum>;

/// A search under way: what is known, how deep it is, and the rules that were used.
pub(super) struct Search<'a> {
    pub(super) algebra: &'a Algebra,
    /// The variable of integration.
    pub(super) x: u32,
    pub(super) names: &'a [String],
    pub(super) depth: usize,
    pub(super) rules: Vec<String>,
}

/// An antiderivative, with the rules that gave it.
pub(crate) fn antiderivative_of(
    algebra: &Algebra,
    sum: &Sum,
    x: u32,
    names: &[String],
) -> Option<(Sum, Vec<String>)> {
    let mut search = Search {
        algebra,
        x,
        names,
        depth: 0,
        rules: Vec::new(),
    };
    let mut found = search.of(sum)?;
    // Constants say nothing here.
    let varies = |factors: &Factors| factors.keys().any(|atom| atom.has(x));
    found.terms.retain(|factors, _| varies(factors));
    Some((found, search.rules))
}

/// Whole powers of x and their coefficients.
pub(super) type Polynomial = Vec<(i64, Sum)>;

impl Search<'_> {
    /// A rule in which x stands for the variable.
    pub(super) fn rule(&mut self, name: &str) {
        let own = &self.names[self.x as usize];
        let mut text = String::new();
        let mut rest = name;
        while let Some(at) = rest.find('x') {
            let is_letter = |c: char| c.is_alphanumeric() || c == '_';
            let before = rest[..at].chars().next_back().is_some_and(is_letter);
            let after = rest[at + 1..].chars().next().is_some_and(is_letter);
            text += &rest[..at];
            text += if before || after { "x" } else { own };
            rest = &rest[at + 1..];
        }
        self.note(text + rest);
    }

    /// A rule as it is.
    pub(super) fn note(&mut self, name: String) {
        if !self.rules.contains(&name) {
            self.rules.push(name);
        }
    }

    /// The rule of a substitution, with the derivative of what stands for the new variable.
    pub(super) fn substituted(&mut self, name: &str, inner: &str, slope: &Sum) {
        let x = &self.names[self.x as usize];
        let slope = self.text(slope);
        self.note(format!(
            "the substitution `{name} = {inner}` with `d{name}/d{x} = {slope}`"
        ));
    }

    pub(super) fn text(&self, sum: &Sum) -> String {
        self.algebra.text(sum, self.names)
    }

    /// An antiderivative of a sum.
    pub(super) fn of(&mut self, sum: &Sum) -> Option<Sum> {
        if self.depth > DEEPEST || sum.is_none() {
            return None;
        }
        let mut groups: BTreeMap<Factors, Sum> = BTreeMap::new();
        for (factors, &c) in &sum.terms {
            let is_kind = |atom: &Atom| atom.has(self.x) && *atom != Atom::Input(self.x);
            let (kind, rest): (Factors, Factors) = factors
                .clone()
                .into_iter()
                .partition(|(atom, _)| is_kind(atom));
            groups.entry(kind).or_default().add(rest, c);
        }
        self.depth += 1;
        // Terms of one kind may need the powers of x in common: (2x + 1)·e^(x² + x).
        let mut all = Sum::zero();
        for (kind, times) in groups {
            all = all.plus(&self.of_kind(&kind, &times)?);
        }
        self.depth -= 1;
        (!all.is_none()).then(|| self.algebra.pythagoras(&all))
    }

    /// An antiderivative of powers of x, times functions of it.
    fn of_kind(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        if kind.is_empty() {
            return self.powers(times);
        }
        let known = self.rules.len();
        let tries: [Try<Self>; 9] = [
            Self::size_of_linear,
            Self::exponential,
            Self::waves,
            Self::hyperbolics,
            Self::of_linear,
            Self::of_quadratic,
            Self::fractions,
            Self::substitution,
            Self::by_parts,
        ];
        for attempt in tries {
            let depth = self.depth;
            if let Some(found) = attempt(self, kind, times)
                && !found.is_none()
            {
                return Some(found);
            }
            self.depth = depth;
            self.rules.truncate(known);
        }
        None
    }

    /// x^p gives x^(p + 1)/(p + 1), and 1/x gives ln x.
    fn powers(&mut self, sum: &Sum) -> Option<Sum> {
        let mut all = Sum::zero();
        let x = Sum::input(self.x);
        for (power, c) in sum.by_powers(self.x)? {
            let next = power.plus(Number::ONE);
            let own = match next.is_zero() {
                true => {
                    self.rule("`1/x` is the derivative of `ln(x)`");
                    self.algebra
                        .apply(Function::Ln, &self.algebra.apply(Function::Abs, &x))
                }
                false => {
                    if !power.is_zero() {
                        self.rule("the power rule");
                    }
                    self.algebra.power(&x, next).scaled(next.inverse())
                }
            };
            all = all.plus(&self.algebra.times(&c, &own));
        }
        Some(all)
    }

    /// The powers of x, where all are whole and not negative.
    pub(super) fn polynomial(&self, times: &Sum) -> Option<Polynomial> {
        let powers = times.by_powers(self.x)?.into_iter();
        let whole = powers.map(|(power, c)| {
            let n = power.as_whole().filter(|n| (0..=40).contains(n))?;
            Some((n, c))
        });
        whole.collect()
    }

    pub(super) fn power_of_x(&self, n: i64) -> Sum {
        self.algebra.power(&Sum::input(self.x), Number::whole(n))
    }

    /// ∫ p(x) f′ by repeated parts: Σ (−1)^k p^(k) F_k, where F_k is the (k + 1)-th antiderivative.
    pub(super) fn repeated_parts(
        &mut self,
        polynomial: &Polynomial,
        antiderivatives: &dyn Fn(i64) -> Sum,
    ) -> Sum {
        let mut all = Sum::zero();
        for (n, c) in polynomial {
            if *n > 0 {
                self.rule("integration by parts");
            }
            let mut falling = Number::ONE;
            for k in 0..=*n {
                let own = self
                    .algebra
                    .times(&self.power_of_x(n - k), &antiderivatives(k));
                let sign = if k % 2 == 0 { 1 } else { -1 };
                let own = own.scaled(falling.times(Number::whole(sign)));
                all = all.plus(&self.algebra.times(c, &own));
                falling = falling.times(Number::whole(n - k));
            }
        }
        all
    }

    /// p(x)·e^(ax + b), and e^(ax² + bx + c).
    fn exponential(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let (Some((Atom::Exp(s), _)), 1) = (kind.iter().next(), kind.len()) else {
            return None;
        };
        let polynomial = self.polynomial(times)?;
        let function = self.algebra.exp(s);
        if let Some((slope, _)) = s.as_linear(self.x) {
            let inverse = |k: i64| self.algebra.power(&slope, Number::whole(-k - 1));
            let algebra = self.algebra;
            let found =
                self.repeated_parts(&polynomial, &|k| algebra.times(&inverse(k), &function));
            self.rule("`exp(x)` is its own derivative");
            return Some(found);
        }
        self.gaussian(s, &polynomial)
    }

    /// Even powers of x times e^(−ax²), a > 0; without a power the square may be off the origin.
    fn gaussian(&mut self, s: &Sum, polynomial: &Polynomial) -> Option<Sum> {
        let mut powers = s.by_powers(self.x)?;
        let a = powers.remove(&Number::whole(2))?.negated();
        let b = powers.remove(&Number::ONE).unwrap_or_default();
        let c = powers.remove(&Number::ZERO).unwrap_or_default();
        if !powers.is_empty() || self.algebra.range(&a).0 <= 0.0 {
            return None;
        }
        if polynomial
            .iter()
            .any(|(n, _)| n % 2 == 1 || *n > 0 && !b.is_zero())
        {
            return None;
        }
        let algebra = self.algebra;
        let root = algebra.power(&a, Number::HALF);
        // −ax² + bx + c = −(√a·x − b/(2√a))² + c + b²/(4a).
        let shift = algebra.over(&b, &root).scaled(Number::HALF);
        let argument = algebra.times(&root, &Sum::input(self.x)).minus(&shift);
        let scale = algebra.exp(&c.plus(&algebra.power(&shift, Number::whole(2))));
        let half = algebra
            .power(&Sum::atom(Atom::Pi), Number::HALF)
            .scaled(Number::HALF);
        let scale = algebra.over(&algebra.times(&scale, &half), &root);
        let plain = algebra.times(&scale, &algebra.apply(Function::Erf, &argument));
        let function = algebra.exp(s);
        let mut all = Sum::zero();
        for (n, coefficient) in polynomial {
            // ∫ x^n e^(−ax²) = −x^(n−1) e^(−ax²)/(2a) + (n − 1)/(2a) ∫ x^(n−2) e^(−ax²).
            let mut own = plain.clone();
            for m in (2..=*n).step_by(2) {
                let edge = algebra.times(&self.power_of_x(m - 1), &function);
                let rest = own.scaled(Number::whole(m - 1)).minus(&edge);
                own = algebra.over(&rest, &a.scaled(Number::whole(2)));
            }
            all = all.plus(&algebra.times(coefficient, &own));
        }
        if polynomial.iter().any(|(n, _)| *n > 0) {
            self.rule("integration by parts");
        }
        self.rule("the error function, by `2/sqrt(pi)*exp(-x^2)` as the derivative of `erf(x)`");
        Some(all)
    }

    /// p(x)·(ax + b)^q by u = ax + b.
    fn of_linear(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let (Some((Atom::Base(s), &q)), 1) = (kind.iter().next(), kind.len()) else {
            return None;
        };
        let (slope, rest) = s.as_linear(self.x)?;
        let polynomial = self.polynomial(times)?;
        let algebra = self.algebra;
        let mut all = Sum::zero();
        for (n, c) in &polynomial {
            // x^n = Σ binomial(n, k) u^k (−b)^(n−k)/a^n.
            let mut binomial = Number::ONE;
            for k in 0..=*n {
                let power = q.plus(Number::whole(k + 1));
                let own = match power.is_zero() {
                    true => algebra.apply(Function::Ln, &algebra.apply(Function::Abs, s)),
                    false => algebra.power(s, power).scaled(power.inverse()),
                };
                let factor = algebra
                    .power(&rest.negated(), Number::whole(n - k))
                    .scaled(binomial);
                let own = algebra.times(&algebra.times(&factor, &own), c);
                all = all.plus(&algebra.over(&own, &algebra.power(&slope, Number::whole(n + 1))));
                binomial = binomial
                    .times(Number::whole(n - k))
                    .over(Number::whole(k + 1));
            }
        }
        if slope.as_number() != Some(Number::ONE) || !rest.is_zero() {
            let inner = self.text(s);
            self.substituted(&new_name(self.names), &inner, &slope);
        }
        Some(all)
    }

    /// |ax + b|, of which (ax + b)·|ax + b|/(2a) is an antiderivative on both sides of the zero.
    fn size_of_linear(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let (Some((Atom::Function(Function::Abs, s), &Number::ONE)), 1) =
            (kind.iter().next(), kind.len())
        else {
            return None;
        };
        let (slope, _) = s.as_linear(self.x)?;
        if times.has(self.x) {
            return None;
        }
        let algebra = self.algebra;
        let square = algebra.times(s, &algebra.apply(Function::Abs, s));
        self.rule("`abs(x)` is the derivative of `x*abs(x)/2`");
        Some(algebra.over(
            &algebra.times(times, &square),
            &slope.scaled(Number::whole(2)),
        ))
    }

    /// A logarithm or an inverse function u times rest: u·V − ∫ u′·V, where V′ is the rest.
    fn by_parts(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        use Function::{Asin, Asinh, Atan, Atanh, Erf, Ln};
        let is_first = |atom: &Atom| {
            matches!(
                atom,
                Atom::Function(Ln | Asin | Atan | Asinh | Atanh | Erf, _)
            )
        };
        let (first, &power) = kind.iter().find(|(atom, _)| is_first(atom))?;
        power.as_whole().filter(|n| (1..=4).contains(n))?;
        let mut rest = kind.clone();
        rest.remove(first);
        self.rule("integration by parts");
        let algebra = self.algebra;
        let rest = algebra.product(Number::ONE, rest.into_iter().collect());
        let function = algebra.product(Number::ONE, vec![(first.clone(), power)]);
        let whole = self.of(&algebra.times(times, &rest))?;
        let slope = algebra.derivative(&function, self.x);
        let left = self.divided(&algebra.times(&whole, &slope));
        let left = self.of(&left)?;
        Some(algebra.times(&function, &whole).minus(&left))
    }
}
