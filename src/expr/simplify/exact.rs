//! Polynomials with exact coefficients: division without remainder, common divisors, factors.
//!
//! 1. A polynomial is a table from the exponents of its unknowns, in lexicographic order, to rational
//!    numbers.
//! 2. The greatest common divisor is that of the contents times that of the primitive parts, which a
//!    sequence of primitive pseudo-remainders in one unknown finds.
//! 3. Factors are split off as contents, and as common divisors with a derivative.
//!
//! D. E. Knuth, "The Art of Computer Programming", vol. 2, 3rd ed., Addison-Wesley (1997), sec. 4.6.1.

use std::collections::BTreeMap;

use super::rational::Rational;

/// The exponents of the unknowns in their order, without zeros at the end.
pub(super) type Powers = Vec<u8>;

/// The most terms of a polynomial.
const MOST_TERMS: usize = 160;

/// The work grew too long for a text that would be short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// What is left of the work, in products of terms.
#[derive(Debug)]
pub(super) struct Work(pub(super) usize);

impl Work {
    fn spend(&mut self, steps: usize) -> Result<(), TooLong> {
        self.0 = self.0.checked_sub(steps).ok_or(TooLong)?;
        Ok(())
    }
}

/// A sum of products of unknowns with rational coefficients that are not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Exact {
    terms: BTreeMap<Powers, Rational>,
}

fn trimmed(mut powers: Powers) -> Powers {
    while powers.last() == Some(&0) {
        powers.pop();
    }
    powers
}

/// The exponent of an unknown.
pub(super) fn exponent(powers: &[u8], unknown: usize) -> u8 {
    powers.get(unknown).copied().unwrap_or(0)
}

fn product(a: &[u8], b: &[u8]) -> Result<Powers, TooLong> {
    let long = a.len().max(b.len());
    let sum = |i| exponent(a, i).checked_add(exponent(b, i)).ok_or(TooLong);
    (0..long).map(sum).collect()
}

fn quotient(a: &[u8], b: &[u8]) -> Option<Powers> {
    let long = a.len().max(b.len());
    let rest = |i| exponent(a, i).checked_sub(exponent(b, i));
    Some(trimmed((0..long).map(rest).collect::<Option<_>>()?))
}

impl Exact {
    /// A coefficient times powers of unknowns.
    pub(super) fn term(powers: Powers, coefficient: Rational) -> Self {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(trimmed(powers), coefficient);
        }
        Exact { terms }
    }

    pub(super) fn number(value: Rational) -> Self {
        Exact::term(Vec::new(), value)
    }

    /// The power of an unknown.
    pub(super) fn unknown(index: usize, power: u8) -> Self {
        let mut powers = vec![0; index];
        powers.push(power);
        Exact::term(powers, Rational::ONE)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number that this is, if it is one.
    pub(super) fn as_number(&self) -> Option<Rational> {
        match self.terms.first_key_value() {
            None => Some(Rational::ZERO),
            Some((powers, &value)) if self.terms.len() == 1 && powers.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The number of terms.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The terms, in ascending order.
    pub(super) fn terms(&self) -> impl Iterator<Item = (&Powers, Rational)> {
        self.terms.iter().map(|(powers, &c)| (powers, c))
    }

    /// The number of terms with a negative coefficient.
    pub(super) fn negative_terms(&self) -> usize {
        self.terms.values().filter(|c| c.is_negative()).count()
    }

    /// How often unknowns occur, by their powers.
    pub(super) fn degrees(&self) -> usize {
        let all = self.terms.keys().flatten();
        all.map(|&k| usize::from(k)).sum()
    }

    /// The highest power of an unknown.
    pub(super) fn degree(&self, unknown: usize) -> u8 {
        let powers = self.terms.keys().map(|powers| exponent(powers, unknown));
        powers.max().unwrap_or(0)
    }

    /// The unknowns that occur.
    pub(super) fn unknowns(&self) -> Vec<usize> {
        let long = self.terms.keys().map(Vec::len).max().unwrap_or(0);
        (0..long).filter(|&i| self.degree(i) > 0).collect()
    }

    fn add(&mut self, powers: Powers, coefficient: Rational) -> Result<(), TooLong> {
        let powers = trimmed(powers);
        let old = self.terms.get(&powers).copied().unwrap_or(Rational::ZERO);
        let sum = old.plus(coefficient).ok_or(TooLong)?;
        match sum.is_zero() {
            true => self.terms.remove(&powers),
            false => self.terms.insert(powers, sum),
        };
        match self.terms.len() > MOST_TERMS {
            true => Err(TooLong),
            false => Ok(()),
        }
    }

    /// self + other
    pub(super) fn plus(&self, other: &Exact) -> Result<Self, TooLong> {
        let mut sum = self.clone();
        for (powers, &c) in &other.terms {
            sum.add(powers.clone(), c)?;
        }
        Ok(sum)
    }

    /// scale · self
    pub(super) fn scaled(&self, scale: Rational) -> Result<Self, TooLong> {
        let mut scaled = self.clone();
        for c in scaled.terms.values_mut() {
            *c = c.times(scale).ok_or(TooLong)?;
        }
        Ok(scaled)
    }

    /// self · other
    pub(super) fn times(&self, other: &Exact, work: &mut Work) -> Result<Self, TooLong> {
        work.spend(self.len() * other.len())?;
        let mut sum = Exact::default();
        for (p, &a) in &self.terms {
            for (q, &b) in &other.terms {
                sum.add(product(p, q)?, a.times(b).ok_or(TooLong)?)?;
            }
        }
        Ok(sum)
    }

    /// self ^ n
    pub(super) fn power(&self, n: u32, work: &mut Work) -> Result<Self, TooLong> {
        let mut power = Exact::number(Rational::ONE);
        for _ in 0..n {
            power = power.times(self, work)?;
        }
        Ok(power)
    }

    /// The rational number that divides all coefficients, with the sign of the last.
    pub(super) fn content(&self) -> Result<Rational, TooLong> {
        let mut content = Rational::ZERO;
        for &c in self.terms.values() {
            content = content.common(c).ok_or(TooLong)?;
        }
        let last = self.terms.last_key_value();
        Ok(match last {
            Some((_, c)) if c.is_negative() => content.negated(),
            _ => content,
        })
    }

    /// self without what divides all its coefficients.
    pub(super) fn primitive(&self) -> Result<Self, TooLong> {
        match self.is_zero() {
            true => Ok(self.clone()),
            false => self.scaled(Rational::ONE.over(self.content()?).ok_or(TooLong)?),
        }
    }

    /// The powers of unknowns that all terms share.
    pub(super) fn common_powers(&self) -> Powers {
        let mut keys = self.terms.keys();
        let first = keys.next().cloned().unwrap_or_default();
        trimmed(keys.fold(first, |common, powers| {
            let least = |(i, &k): (usize, &u8)| k.min(exponent(powers, i));
            common.iter().enumerate().map(least).collect()
        }))
    }

    /// self / other where nothing remains; `None` where something does.
    pub(super) fn divided(&self, other: &Exact, work: &mut Work) -> Result<Option<Self>, TooLong> {
        let Some((top, &lead)) = other.terms.last_key_value() else {
            return Ok(None);
        };
        let mut rest = self.clone();
        let mut whole = Exact::default();
        while let Some((powers, &c)) = rest.terms.last_key_value() {
            let Some(step) = quotient(powers, top) else {
                return Ok(None);
            };
            work.spend(other.len())?;
            let part = c.over(lead).ok_or(TooLong)?;
            for (q, &b) in &other.terms {
                let c = part.times(b).ok_or(TooLong)?;
                rest.add(product(&step, q)?, c.negated())?;
            }
            whole.add(step, part)?;
        }
        Ok(Some(whole))
    }

    /// The coefficients of the powers of an unknown.
    fn coefficients(&self, unknown: usize) -> BTreeMap<u8, Exact> {
        let mut parts: BTreeMap<u8, Exact> = BTreeMap::new();
        for (powers, &c) in &self.terms {
            let mut rest = powers.clone();
            let power = exponent(powers, unknown);
            if power > 0 {
                rest[unknown] = 0;
            }
            let part = parts.entry(power).or_default();
            part.terms.insert(trimmed(rest), c);
        }
        parts
    }

    /// The common divisor of the coefficients of the powers of an unknown.
    fn content_in(&self, unknown: usize, work: &mut Work) -> Result<Self, TooLong> {
        let mut content = Exact::default();
        for part in self.coefficients(unknown).values() {
            content = content.common_divisor(part, work)?;
            if content.as_number().is_some() {
                break;
            }
        }
        Ok(content)
    }

    /// The remainder of lead^k · self by other in an unknown.
    fn remainder(&self, other: &Exact, unknown: usize, work: &mut Work) -> Result<Self, TooLong> {
        let (degree, parts) = (other.degree(unknown), other.coefficients(unknown));
        let lead = &parts[&degree];
        let mut rest = self.clone();
        while !rest.is_zero() && rest.degree(unknown) >= degree {
            let top = rest.degree(unknown);
            let first = &rest.coefficients(unknown)[&top];
            let shift = Exact::unknown(unknown, top - degree);
            let taken = first.times(&shift, work)?.times(other, work)?;
            let minus = Rational::whole(-1);
            rest = rest.times(lead, work)?.plus(&taken.scaled(minus)?)?;
        }
        rest.primitive()
    }

    /// The greatest common divisor, but for a number.
    pub(super) fn common_divisor(&self, other: &Exact, work: &mut Work) -> Result<Self, TooLong> {
        if self.is_zero() || other.is_zero() {
            return self.plus(other)?.primitive();
        }
        if self.as_number().is_some() || other.as_number().is_some() {
            return Ok(Exact::number(Rational::ONE));
        }
        let unknown = self.unknowns()[0].min(other.unknowns()[0]);
        let (p, q) = (
            self.content_in(unknown, work)?,
            other.content_in(unknown, work)?,
        );
        let content = p.common_divisor(&q, work)?;
        if self.degree(unknown) == 0 || other.degree(unknown) == 0 {
            return Ok(content);
        }
        let part = |whole: &Exact, content: &Exact, work: &mut Work| {
            whole.divided(content, work)?.ok_or(TooLong)?.primitive()
        };
        let (mut a, mut b) = (part(self, &p, work)?, part(other, &q, work)?);
        while !b.is_zero() {
            if b.degree(unknown) == 0 {
                return Ok(content);
            }
            let rest = a.remainder(&b, unknown, work)?;
            a = b;
            b = match rest.is_zero() {
                true => rest,
                false => {
                    let content = rest.content_in(unknown, work)?;
                    part(&rest, &content, work)?
                }
            };
        }
        a.times(&content, work)?.primitive()
    }

    fn derivative(&self, unknown: usize) -> Result<Self, TooLong> {
        let mut sum = Exact::default();
        for (powers, &c) in &self.terms {
            let power = exponent(powers, unknown);
            if power > 0 {
                let mut lower = powers.clone();
                lower[unknown] -= 1;
                let c = c.times(Rational::whole(power.into())).ok_or(TooLong)?;
                sum.add(lower, c)?;
            }
        }
        Ok(sum)
    }

    /// Factors whose product is this primitive polynomial; not all of them need be irreducible.
    pub(super) fn factors(&self, work: &mut Work) -> Result<Vec<Exact>, TooLong> {
        if self.as_number().is_some() {
            return Ok(Vec::new());
        }
        let unknowns = self.unknowns();
        for &unknown in &unknowns {
            let content = self.content_in(unknown, work)?;
            if content.as_number().is_none() {
                return self.split(&content, work);
            }
        }
        // What is linear in an unknown, without content, has no factors; nor a square without that.
        let lowest = unknowns.into_iter().min_by_key(|&i| self.degree(i));
        if let Some(unknown) = lowest.filter(|&i| self.degree(i) > 1) {
            let common = self.common_divisor(&self.derivative(unknown)?, work)?;
            if common.as_number().is_none() {
                return self.split(&common, work);
            }
        }
        Ok(vec![self.clone()])
    }

    /// The factors of a divisor, as often as they divide, and those of the rest.
    fn split(&self, divisor: &Exact, work: &mut Work) -> Result<Vec<Exact>, TooLong> {
        let mut factors = Vec::new();
        let mut rest = self.clone();
        for factor in divisor.factors(work)? {
            while let Some(less) = rest.divided(&factor, work)? {
                rest = less;
                factors.push(factor.clone());
            }
        }
        factors.extend(rest.primitive()?.factors(work)?);
        Ok(factors)
    }

    /// self with `square` for the square of an unknown.
    pub(super) fn with_square(
        &self,
        unknown: usize,
        square: &Exact,
        work: &mut Work,
    ) -> Result<Self, TooLong> {
        if self.degree(unknown) < 2 {
            return Ok(self.clone());
        }
        let mut sum = Exact::default();
        for (powers, &c) in &self.terms {
            let power = exponent(powers, unknown);
            let mut rest = powers.clone();
            if power > 1 {
                rest[unknown] = power % 2;
            }
            let image = square.power(u32::from(power / 2), work)?;
            sum = sum.plus(&image.times(&Exact::term(rest, c), work)?)?;
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(terms: &[(&[u8], i64)]) -> Exact {
        let mut sum = Exact::default();
        for (powers, c) in terms {
            sum.add(powers.to_vec(), Rational::whole(*c)).unwrap();
        }
        sum
    }

    #[test]
    fn products_are_taken_apart_again() {
        let work = &mut Work(100_000);
        let p = sum(&[(&[2], 1), (&[0, 2], 1)]);
        let q = sum(&[(&[1, 0, 1], 1), (&[], -3)]);
        let r = sum(&[(&[0, 1], 2), (&[0, 0, 1], 1)]);
        let square = p.times(&p, work).unwrap();
        let whole = square.times(&q, work).unwrap().times(&r, work).unwrap();
        let mut factors = whole.factors(work).unwrap();
        factors.sort_by_key(|f| f.degrees());
        assert_eq!(factors, [r.clone(), q.clone(), p.clone(), p.clone()]);
        let other = p.times(&r, work).unwrap();
        assert_eq!(whole.common_divisor(&other, work).unwrap(), other);
        assert_eq!(
            whole.divided(&q, work).unwrap().unwrap(),
            square.times(&r, work).unwrap()
        );
        assert_eq!(p.divided(&q, work).unwrap(), None);
    }

    #[test]
    fn work_ends() {
        let p = sum(&[(&[2], 1), (&[0, 2], 1), (&[], 1)]);
        assert_eq!(p.power(30, &mut Work(1000)), Err(TooLong));
    }
}
