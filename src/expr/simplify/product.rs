//! Products of powers of kernels and of sums: what a quotient is when nothing is multiplied out.
//!
//! 1. Kernels are inputs, constants by name, and functions; sums are polynomials of kernels without
//!    common factors.
//! 2. Two products are added by taking out what they share, and multiplying out the rest; the sum is
//!    taken apart again (factoring).
//! 3. Of square roots and absolute values the squares are known; of exponentials of sums, products.
//!
//! B. F. Caviness, R. J. Fateman, "Simplification of radical expressions", Proc. SYMSAC (1976) 329–338.

use std::collections::BTreeMap;

use super::exact::{Exact, TooLong, Work};
use super::rational::Rational;
use super::simplifier::Simplifier;
use crate::elementary::Unary;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::operator::Range;

/// The most kernels of a formula.
const MOST_KERNELS: usize = 40;

/// The highest power of a factor.
const MOST_POWER: i32 = 60;

/// The highest power as which an exponential is met again.
const MOST_EXPONENTIALS: i32 = 8;

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

    pub(super) fn raise(&mut self, factor: Factor, by: i32) {
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
pub(super) enum Rule {
    /// Nothing is known of them.
    Free,
    /// The kernel is the square root of a product with positive powers.
    Root(Product),
    /// The kernel is the absolute value of a factor.
    Absolute(Factor),
    /// The kernel is a real power of a node.
    Power(Id, Product),
}

/// A node that no arithmetic takes apart.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    pub(super) atom: Id,
    pub(super) rule: Rule,
}

/// A polynomial of kernels without content.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) form: Exact,
    /// The form with no squares of sines.
    pub(super) normal: Exact,
    /// Whether its negative was met first.
    pub(super) is_negated: bool,
}

/// The sine and the cosine of one argument, as kernels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) sine: usize,
    pub(super) cosine: usize,
    pub(super) is_hyperbolic: bool,
}

/// The kernels and sums of a formula, and the arithmetic of their products.
pub(super) struct Products<'g, 'r> {
    pub(super) simplifier: Simplifier<'g, 'r>,
    pub(super) names: &'r [String],
    pub(super) kernels: Vec<Kernel>,
    pub(super) sums: Vec<Sum>,
    pub(super) pairs: Vec<Pair>,
    pub(super) work: Work,
    /// Whether the product is to be computed, not read: then numbers that are rounded, and exponentials and
    /// tangents, stay what they are.
    pub(super) is_for_programs: bool,
}

impl<'g, 'r> Products<'g, 'r> {
    pub(super) fn new(
        graph: &'g Graph,
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
            is_for_programs: false,
        }
    }

    /// The same for products that programs are made of.
    pub(super) fn for_programs(self) -> Self {
        Products {
            is_for_programs: true,
            ..self
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
    pub(super) fn settled(&self, mut product: Product) -> Result<Product, TooLong> {
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
    pub(super) fn without_roots(&mut self, mut form: Exact) -> Result<Exact, TooLong> {
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

    /// The range of what is written.
    pub(super) fn range(&mut self, written: Expr<'g>) -> Range {
        self.simplifier.learn();
        self.simplifier.facts[written.id.index()].range
    }

    /// Whether what is written is analytic wherever it has a value.
    pub(super) fn is_analytic(&mut self, written: Expr<'g>) -> bool {
        self.simplifier.learn();
        self.simplifier.facts[written.id.index()].analytic
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
            let (lo, hi) = self.range(plain);
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

    /// Whether the sums of a product cancel no more than what they were made of: they have two terms, or even powers
    /// alone with one sign, or are linear. What was multiplied out is none of that, as a rule, and along a ridge it
    /// may lose all digits.
    pub(super) fn keeps_digits(&self, product: &Product) -> bool {
        let is_safe = |form: &Exact| {
            let is_linear = |powers: &[u8]| powers.iter().map(|&k| u32::from(k)).sum::<u32>() <= 1;
            let is_even = |powers: &[u8]| powers.iter().all(|k| k % 2 == 0);
            let negative = form.negative_terms();
            form.len() <= 2
                || form.terms().all(|(powers, _)| is_linear(powers))
                || (negative == 0 || negative == form.len())
                    && form.terms().all(|(powers, _)| is_even(powers))
        };
        product.factors.keys().all(|factor| match factor {
            Factor::Kernel(_) => true,
            Factor::Sum(index) => is_safe(&self.sums[*index].form),
        })
    }
}
