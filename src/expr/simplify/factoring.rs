//! Sums of kernels, taken apart into factors.
//!
//! 1. Where squares of sines and cosines (or hyperbolic ones) occur, each of both is written through the
//!    other in turn. Writing all through the cosines is a normal form: it shows what is zero, and what is
//!    the same.
//! 2. Each of these forms is divided by the sums that are known from elsewhere, such as denominators, and
//!    what is left falls into contents and powers.
//! 3. What has the fewest terms is kept.
//!
//! J. Moses, "Algebraic simplification: a guide for the perplexed", Comm. ACM 14 (1971) 527–537.

use super::exact::{Exact, TooLong};
use super::product::{Factor, Product, Products, Sum};
use super::rational::Rational;

/// Pairs of sines and cosines that are written in both ways.
const MOST_PAIRS: usize = 3;

/// The size of factors by which they are compared, the factors, and what is left.
type Found = ((usize, usize, usize), Vec<Exact>, Exact);

impl Products<'_, '_> {
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
        let mut best: Option<Found> = None;
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
}
