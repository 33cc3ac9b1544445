//! Products of powers of kernels and of sums: what a quotient is when nothing is multiplied out.
//!
//! 1. Kernels are inputs, constants by name, and functions; sums are polynomials of kernels without
//!    common factors.
//! 2. Two products are added by taking out what they share, and multiplying out the rest; the sum is
//!    taken apart into factors that are known from elsewhere, contents, and powers.
//! 3. Where squares of sines and cosines (or hyperbolic ones) occur, each of both is written through the
//!    other in turn, and what has the fewest terms is kept. Writing all through the cosines is a normal
//!    form: it shows what is zero, and what is the same.
//!
//! B. F. Caviness, R. J. Fateman, "Simplification of radical expressions", Proc. SYMSAC (1976) 329–338;
//! J. Moses, "Algebraic simplification: a guide for the perplexed", Comm. ACM 14 (1971) 527–537.

use std::collections::BTreeMap;

use super::exact::{Exact, TooLong, Work};
use super::polynomial::{Polynomial, Term};
use super::rational::Rational;
use super::simplifier::Simplifier;
use crate::elementary::Unary;
use crate::expr::graph::{Expr, Id};
use crate::expr::operator::Range;

/// The most kernels of a formula.
const MOST_KERNELS: usize = 40;

/// The highest power of a factor.
const MOST_POWER: i32 = 60;

/// The highest power as which an exponential is met again.
const MOST_EXPONENTIALS: i32 = 8;

/// Pairs of sines and cosines that are written in both ways.
const MOST_PAIRS: usize = 3;

/// A factor of a product, by its place among the kernels or the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Factor {
    Kernel(usize),
    Sum(usize),
}

/// A number times powers of factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) coefficient: Rational,
    pub(super) factors: BTreeMap<Factor, i32>,
}

impl Product {
    pub(super) fn number(coefficient: Rational) -> Self {
        Product {
            coefficient,
            factors: BTreeMap::new(),
        }
    }

    /// A power of a factor.
    pub(super) fn power_of(factor: Factor, power: i32) -> Self {
        let mut product = Product::number(Rational::ONE);
        product.raise(factor, power);
        product
    }

    fn power(&self, factor: Factor) -> i32 {
        self.factors.get(&factor).copied().unwrap_or(0)
    }

    fn raise(&mut self, factor: Factor, by: i32) {
        match self.power(factor) + by {
            0 => self.factors.remove(&factor),
            power => self.factors.insert(factor, power),
        };
    }

    /// The factors above the line, or those below it.
    pub(super) fn side(&self, is_above: bool) -> Product {
        let own = self.factors.iter().filter(|f| (*f.1 > 0) == is_above);
        Product {
            coefficient: Rational::ONE,
            factors: own.map(|(&f, &k)| (f, k)).collect(),
        }
    }
}

/// What the powers of a kernel are.
#[derive(Clone, Debug)]
enum Rule {
    /// Nothing is known of them.
    Free,
    /// The kernel is the square root of a product with positive powers.
    Root(Product),
    /// The kernel is the absolute value of a factor.
    Absolute(Factor),
    /// The kernel is a real power of a node.
    Power(Id, Product),
}

#[derive(Clone, Debug)]
struct Kernel {
    atom: Id,
    rule: Rule,
}

#[derive(Clone, Debug)]
struct Sum {
    form: Exact,
    /// The form with no squares of sines.
    normal: Exact,
    /// Whether its negative was met first.
    is_negated: bool,
}

/// The sine and the cosine of one argument, as kernels.
#[derive(Clone, Copy, Debug)]
struct Pair {
    sine: usize,
    cosine: usize,
    is_hyperbolic: bool,
}

/// The kernels and sums of a formula, and the arithmetic of their products.
pub(super) struct Products<'g, 'r> {
    pub(super) simplifier: Simplifier<'g, 'r>,
    pub(super) names: &'r [String],
    kernels: Vec<Kernel>,
    sums: Vec<Sum>,
    pairs: Vec<Pair>,
    work: Work,
}

impl<'g, 'r> Products<'g, 'r> {
    pub(super) fn new(
        graph: &'g crate::expr::graph::Graph,
        ranges: &'r [Range],
        names: &'r [String],
        work: usize,
    ) -> Self {
        Products {
            simplifier: Simplifier::new(graph, ranges),
            names,
            kernels: Vec::new(),
            sums: Vec::new(),
            pairs: Vec::new(),
            work: Work(work),
        }
    }

    fn with_rule(&mut self, atom: Id, rule: Rule) -> Result<usize, TooLong> {
        if let Some(known) = self.kernels.iter().position(|k| k.atom == atom) {
            return Ok(known);
        }
        if self.kernels.len() == MOST_KERNELS {
            return Err(TooLong);
        }
        self.kernels.push(Kernel { atom, rule });
        Ok(self.kernels.len() - 1)
    }

    /// A node of which nothing is known.
    pub(super) fn kernel(&mut self, atom: Id) -> Result<Product, TooLong> {
        let kernel = self.with_rule(atom, Rule::Free)?;
        Ok(Product::power_of(Factor::Kernel(kernel), 1))
    }

    /// The power of a node with an exponent that is no number.
    pub(super) fn real_power(
        &mut self,
        atom: Id,
        base: Id,
        exponent: &Product,
    ) -> Result<Product, TooLong> {
        let kernel = self.with_rule(atom, Rule::Power(base, exponent.clone()))?;
        Ok(Product::power_of(Factor::Kernel(kernel), 1))
    }

    /// The sine and the cosine of an argument.
    pub(super) fn waves(&mut self, x: Id, is_hyperbolic: bool) -> Result<[Product; 2], TooLong> {
        let (sine, cosine) = match is_hyperbolic {
            true => (Unary::Sinh, Unary::Cosh),
            false => (Unary::Sin, Unary::Cos),
        };
        let x = self.simplifier.graph.expr(x);
        let sine = self.with_rule(x.unary(sine).id, Rule::Free)?;
        let cosine = self.with_rule(x.unary(cosine).id, Rule::Free)?;
        if self.pairs.iter().all(|pair| pair.sine != sine) {
            self.pairs.push(Pair {
                sine,
                cosine,
                is_hyperbolic,
            });
        }
        Ok([sine, cosine].map(|kernel| Product::power_of(Factor::Kernel(kernel), 1)))
    }

    /// a · b
    pub(super) fn times(&self, a: &Product, b: &Product) -> Result<Product, TooLong> {
        let coefficient = a.coefficient.times(b.coefficient).ok_or(TooLong)?;
        let mut product = Product {
            coefficient,
            factors: a.factors.clone(),
        };
        for (&factor, &power) in &b.factors {
            product.raise(factor, power);
        }
        self.settled(product)
    }

    /// a ^ n
    pub(super) fn power(&self, a: &Product, n: i32) -> Result<Product, TooLong> {
        let coefficient = a.coefficient.power(n).ok_or(TooLong)?;
        let mut product = Product::number(coefficient);
        for (&factor, &power) in &a.factors {
            product.raise(factor, power.checked_mul(n).ok_or(TooLong)?);
        }
        self.settled(product)
    }

    /// The product with no powers of roots and absolute values that are something else.
    fn settled(&self, mut product: Product) -> Result<Product, TooLong> {
        if product.coefficient.is_zero() {
            return Ok(Product::number(Rational::ZERO));
        }
        for (index, kernel) in self.kernels.iter().enumerate() {
            let own = Factor::Kernel(index);
            match &kernel.rule {
                Rule::Free | Rule::Power(..) => {}
                Rule::Root(of) => self.settle_root(&mut product, own, of)?,
                Rule::Absolute(of) => {
                    let (power, plain) = (product.power(own), product.power(*of));
                    if power % 2 == 0 {
                        product.raise(own, -power);
                        product.raise(*of, power);
                    } else {
                        let moved = plain - plain % 2;
                        product.raise(*of, -moved);
                        product.raise(own, moved);
                    }
                }
            }
        }
        match product.factors.values().any(|k| k.abs() > MOST_POWER) {
            true => Err(TooLong),
            false => Ok(product),
        }
    }

    /// s² = w, s/w = 1/s, w/s = s.
    fn settle_root(&self, product: &mut Product, own: Factor, of: &Product) -> Result<(), TooLong> {
        let give = |product: &mut Product, times: i32| {
            let part = of.coefficient.power(times).ok_or(TooLong)?;
            product.coefficient = product.coefficient.times(part).ok_or(TooLong)?;
            for (&factor, &power) in &of.factors {
                product.raise(factor, power * times);
            }
            product.raise(own, -2 * times);
            Ok(())
        };
        let halves = product.power(own) / 2;
        if halves != 0 {
            give(product, halves)?;
        }
        let sign = product.power(own);
        let all = |test: fn(i32) -> bool| of.factors.keys().all(|&f| test(product.power(f)));
        if !of.factors.is_empty() && (sign == 1 && all(|k| k < 0) || sign == -1 && all(|k| k > 0)) {
            give(product, sign)?;
        }
        Ok(())
    }

    /// a + b
    pub(super) fn sum(&mut self, a: &Product, b: &Product) -> Result<Product, TooLong> {
        if a.coefficient.is_zero() {
            return Ok(b.clone());
        }
        if b.coefficient.is_zero() {
            return Ok(a.clone());
        }
        let mut shared = Product::number(Rational::ONE);
        for &factor in a.factors.keys().chain(b.factors.keys()) {
            let least = a.power(factor).min(b.power(factor));
            shared.raise(factor, least - shared.power(factor));
        }
        let rest = |of: &Product| -> Product {
            let mut rest = of.clone();
            for (&factor, &power) in &shared.factors {
                rest.raise(factor, -power);
            }
            rest
        };
        let (a, b) = (self.expanded(&rest(a))?, self.expanded(&rest(b))?);
        let sum = self.factored(&a.plus(&b)?)?;
        self.times(&sum, &shared)
    }

    /// A product of positive powers, multiplied out.
    pub(super) fn expanded(&mut self, product: &Product) -> Result<Exact, TooLong> {
        let mut form = Exact::number(product.coefficient);
        for (&factor, &power) in &product.factors {
            let power = u32::try_from(power).map_err(|_| TooLong)?;
            let part = match factor {
                Factor::Kernel(index) => {
                    Exact::unknown(index, u8::try_from(power).map_err(|_| TooLong)?)
                }
                Factor::Sum(index) => self.sums[index].form.power(power, &mut self.work)?,
            };
            form = form.times(&part, &mut self.work)?;
        }
        self.without_roots(form)
    }

    /// The form with no squares of roots and absolute values.
    fn without_roots(&mut self, mut form: Exact) -> Result<Exact, TooLong> {
        // What is under a root, or absolute, was there before.
        for index in (0..self.kernels.len()).rev() {
            if form.degree(index) < 2 {
                continue;
            }
            let square = match self.kernels[index].rule.clone() {
                Rule::Free | Rule::Power(..) => continue,
                Rule::Root(of) => self.expanded(&of)?,
                Rule::Absolute(of) => self.expanded(&Product::power_of(of, 2))?,
            };
            form = form.with_square(index, &square, &mut self.work)?;
        }
        Ok(form)
    }

    /// The form without squares of the sines of some pairs, and of the cosines of others.
    fn through(&mut self, form: &Exact, sines: usize) -> Result<Exact, TooLong> {
        let mut form = form.clone();
        for (place, pair) in self.pairs.clone().into_iter().enumerate() {
            let keeps_sine = sines >> place & 1 == 1;
            let (gone, kept) = match keeps_sine {
                true => (pair.cosine, pair.sine),
                false => (pair.sine, pair.cosine),
            };
            // sin² = 1 − cos², cos² = 1 − sin², sinh² = cosh² − 1, cosh² = sinh² + 1.
            let (constant, sign) = match (pair.is_hyperbolic, keeps_sine) {
                (false, _) => (1, -1),
                (true, false) => (-1, 1),
                (true, true) => (1, 1),
            };
            let square = Exact::unknown(kept, 2).scaled(Rational::whole(sign))?;
            let square = square.plus(&Exact::number(Rational::whole(constant)))?;
            form = form.with_square(gone, &square, &mut self.work)?;
        }
        Ok(form)
    }

    /// The ways in which squares of sines and cosines of a form may be written.
    fn ways(&self, form: &Exact) -> Vec<usize> {
        let mut ways = vec![0];
        let mut pairs = 0;
        for (place, pair) in self.pairs.iter().enumerate() {
            let has_square = form.degree(pair.cosine) > 1 || form.degree(pair.sine) > 1;
            if has_square && pairs < MOST_PAIRS {
                pairs += 1;
                let others: Vec<usize> = ways.iter().map(|way| way | 1 << place).collect();
                ways.extend(others);
            }
        }
        ways
    }

    /// The form with the fewest terms.
    pub(super) fn shortest(&mut self, form: &Exact) -> Result<Exact, TooLong> {
        let normal = self.through(form, 0)?;
        let mut best = form.clone();
        for way in self.ways(&normal) {
            let other = self.through(&normal, way)?;
            let size = |form: &Exact| (form.len(), form.negative_terms(), form.degrees());
            if size(&other) < size(&best) {
                best = other;
            }
        }
        Ok(best)
    }

    /// A form as a product.
    pub(super) fn factored(&mut self, form: &Exact) -> Result<Product, TooLong> {
        let form = self.without_roots(form.clone())?;
        let normal = self.through(&form, 0)?;
        if normal.is_zero() {
            return Ok(Product::number(Rational::ZERO));
        }
        let mut best: Option<((usize, usize, usize), Vec<Exact>, Exact)> = None;
        for way in self.ways(&normal) {
            let form = self.through(&normal, way)?;
            let factors = self.factors(&form, way)?;
            // A power counts once.
            let count = |size: fn(&Exact) -> usize| {
                let is_first = |(i, f): &(usize, &Exact)| !factors[..*i].contains(f);
                let firsts = factors.iter().enumerate().filter(is_first);
                firsts.map(|(_, f)| size(f)).sum::<usize>()
            };
            let signs = |f: &Exact| f.negative_terms().min(f.len() - f.negative_terms());
            let size = (count(Exact::len), count(signs), count(Exact::degrees));
            if best.as_ref().is_none_or(|best| size < best.0) {
                best = Some((size, factors, form));
            }
        }
        let (_, factors, form) = best.ok_or(TooLong)?;
        let mut product = Product::number(form.content()?);
        for (index, &power) in form.common_powers().iter().enumerate() {
            product.raise(Factor::Kernel(index), power.into());
        }
        let is_negated = product.coefficient.is_negative() && factors.len() == 1;
        for factor in &factors {
            let factor = self.intern(factor, is_negated)?;
            product.raise(factor, 1);
        }
        self.settled(product)
    }

    /// The factors of a form but for numbers and powers of kernels.
    fn factors(&mut self, form: &Exact, way: usize) -> Result<Vec<Exact>, TooLong> {
        let common = Exact::term(form.common_powers(), Rational::ONE);
        let rest = form.divided(&common, &mut self.work)?.ok_or(TooLong)?;
        let mut rest = rest.primitive()?;
        let mut factors = Vec::new();
        for index in 0..self.sums.len() {
            let known = self.sums[index].normal.clone();
            let known = self.through(&known, way)?.primitive()?;
            if known.as_number().is_some() || known.len() > rest.len() * rest.len() {
                continue;
            }
            while let Some(less) = rest.divided(&known, &mut self.work)? {
                rest = less;
                factors.push(known.clone());
            }
        }
        factors.extend(rest.primitive()?.factors(&mut self.work)?);
        Ok(factors)
    }

    /// The place of a sum; a new one only if there is none yet.
    fn intern(&mut self, form: &Exact, is_negated: bool) -> Result<Factor, TooLong> {
        let normal = self.through(form, 0)?;
        let known = self.sums.iter().position(|sum| sum.normal == normal);
        Ok(Factor::Sum(known.unwrap_or_else(|| {
            self.sums.push(Sum {
                form: form.clone(),
                normal,
                is_negated,
            });
            self.sums.len() - 1
        })))
    }

    /// √a
    pub(super) fn root(&mut self, a: &Product) -> Result<Product, TooLong> {
        if a.coefficient.is_zero() {
            return Ok(a.clone());
        }
        let (outside, inside) = a.coefficient.square_part().ok_or(TooLong)?;
        let mut outer = Product::number(Rational::ONE);
        let mut inner = Product::number(inside);
        for (&factor, &power) in &a.factors {
            let half = power.div_euclid(2);
            outer.raise(factor, half);
            inner.raise(factor, power.rem_euclid(2));
        }
        let outer = self.absolute(&outer)?;
        let outer = self.times(&outer, &Product::number(outside))?;
        if inner == Product::number(Rational::ONE) {
            return Ok(outer);
        }
        let plain = self.expanded(&inner)?;
        let written = [self.write(&inner)?, self.write_sum(&plain)];
        let [first, second] = written.map(|arg| (arg.text(self.names).chars().count(), arg));
        let arg = if second.0 < first.0 {
            second.1
        } else {
            first.1
        };
        let kernel = self.with_rule(arg.sqrt().id, Rule::Root(inner))?;
        self.times(&outer, &Product::power_of(Factor::Kernel(kernel), 1))
    }

    /// |a|
    pub(super) fn absolute(&mut self, a: &Product) -> Result<Product, TooLong> {
        let coefficient = match a.coefficient.is_negative() {
            true => a.coefficient.negated(),
            false => a.coefficient,
        };
        let mut product = Product::number(coefficient);
        for (&factor, &power) in &a.factors {
            let plain = self.write_factor(factor);
            self.simplifier.learn();
            let (lo, hi) = self.simplifier.facts[plain.id.index()].range;
            if power % 2 == 0 || lo >= 0.0 {
                product.raise(factor, power);
            } else if hi <= 0.0 {
                product.coefficient = product.coefficient.negated();
                product.raise(factor, power);
            } else {
                let kernel = self.with_rule(plain.abs().id, Rule::Absolute(factor))?;
                product.raise(Factor::Kernel(kernel), power);
            }
        }
        self.settled(product)
    }

    fn write_factor(&mut self, factor: Factor) -> Expr<'g> {
        match factor {
            Factor::Kernel(index) => self.simplifier.graph.expr(self.kernels[index].atom),
            Factor::Sum(index) => {
                let form = self.sums[index].form.clone();
                self.write_sum(&form)
            }
        }
    }

    /// A form as it stands.
    pub(super) fn write_sum(&mut self, form: &Exact) -> Expr<'g> {
        let mut terms: Vec<Term> = Vec::new();
        for (powers, coefficient) in form.terms() {
            let powers = powers.iter().enumerate().filter(|power| *power.1 > 0);
            let mut factors: Vec<(Id, i32)> = powers
                .map(|(index, &power)| (self.kernels[index].atom, power.into()))
                .collect();
            factors.sort_unstable();
            terms.push(Term {
                coefficient: coefficient.value(),
                factors,
            });
        }
        terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        let form = Polynomial {
            terms,
            distributed: false,
        };
        let written = self.simplifier.write(&form);
        // Multiples of exponents are written by their forms.
        self.simplifier.remember(written.id, &form);
        written
    }

    /// A product as it stands, with the signs of sums as they were met, and no sign in front where a
    /// difference may be turned round.
    pub(super) fn write(&mut self, product: &Product) -> Result<Expr<'g>, TooLong> {
        self.write_with(product, None)
    }

    /// A product as it stands, times what is written already.
    pub(super) fn write_with(
        &mut self,
        product: &Product,
        last: Option<Expr<'g>>,
    ) -> Result<Expr<'g>, TooLong> {
        let mut coefficient = product.coefficient;
        let mut turned: Vec<(Factor, i32, bool)> = Vec::new();
        for (&factor, &power) in &product.factors {
            let is_negated = match factor {
                Factor::Kernel(_) => false,
                Factor::Sum(index) => self.sums[index].is_negated,
            };
            if is_negated && power % 2 != 0 {
                coefficient = coefficient.negated();
            }
            turned.push((factor, power, is_negated));
        }
        if coefficient.is_negative()
            && let Some(other) = turned.iter_mut().find(|turn| self.may_turn(turn))
        {
            other.2 = !other.2;
            coefficient = coefficient.negated();
        }
        let mut factors = Vec::new();
        for (factor, power, is_negated) in turned {
            let written = match (factor, is_negated) {
                (Factor::Sum(index), true) => {
                    let form = self.sums[index].form.scaled(Rational::whole(-1))?;
                    self.write_sum(&form)
                }
                _ => self.write_factor(factor),
            };
            factors.push(self.raised(factor, written, power)?);
        }
        Ok(self.simplifier.product(coefficient.value(), &factors, last))
    }

    /// Whether the negative of a factor has no sign in front.
    fn may_turn(&self, &(factor, power, is_negated): &(Factor, i32, bool)) -> bool {
        let Factor::Sum(index) = factor else {
            return false;
        };
        let form = &self.sums[index].form;
        let negative = form.negative_terms();
        let positive_after = if is_negated {
            form.len() - negative
        } else {
            negative
        };
        power > 0 && power % 2 != 0 && positive_after > 0
    }

    /// A power as a product takes it: (b^e)^k is b^(k·e).
    fn raised(
        &mut self,
        factor: Factor,
        written: Expr<'g>,
        power: i32,
    ) -> Result<(Id, i32), TooLong> {
        if let Factor::Kernel(index) = factor
            && let Rule::Power(base, exponent) = self.kernels[index].rule.clone()
            && power != 1
        {
            let times = Product::number(Rational::whole(power.into()));
            let exponent = self.times(&exponent, &times)?;
            let exponent = self.write(&exponent)?;
            let base = self.simplifier.graph.expr(base);
            return Ok((base.pow(exponent).id, 1));
        }
        Ok((written.id, power))
    }

    /// exp of a form, by its terms, so that exp(2·u) is exp(u)².
    pub(super) fn exponential(&mut self, form: &Exact) -> Result<Product, TooLong> {
        let mut product = Product::number(Rational::ONE);
        for (powers, coefficient) in form.terms() {
            let term = Exact::term(powers.clone(), Rational::ONE);
            let magnitude = match coefficient.is_negative() {
                true => coefficient.negated(),
                false => coefficient,
            };
            let sign = if coefficient.is_negative() { -1 } else { 1 };
            let (atom, power) = self.exponential_of(&term, magnitude)?;
            let kernel = self.with_rule(atom, Rule::Free)?;
            product.raise(Factor::Kernel(kernel), sign * power);
        }
        self.settled(product)
    }

    /// exp(c·x) as a power of an exponential that is there already, or as one of its own.
    fn exponential_of(&mut self, x: &Exact, c: Rational) -> Result<(Id, i32), TooLong> {
        let mut own = None;
        for power in 1..=MOST_EXPONENTIALS {
            let part = c.over(Rational::whole(power.into())).ok_or(TooLong)?;
            let atom = self.write_sum(&x.scaled(part)?).exp().id;
            if self.kernels.iter().any(|kernel| kernel.atom == atom) {
                return Ok((atom, power));
            }
            own = own.or(Some((atom, power)));
        }
        own.ok_or(TooLong)
    }
}
