//! Partial fractions of rational functions with numbers as coefficients.
//!
//! 1. Denominators fall apart into linear factors at their rational roots, and what is left of degree 2.
//! 2. The polynomial part is divided off; the numerators of the others solve linear equations, exactly.

use super::find::Search;
use super::number::Number;
use super::sum::{Atom, Factors, Sum};

/// Coefficients by rising powers, the last of which is not 0.
type Polynomial = Vec<Number>;

/// The highest degree of a denominator.
const MOST_DEGREE: usize = 10;

/// The largest coefficient of which divisors are tried as roots.
const MOST_COEFFICIENT: i64 = 10_000;

impl Search<'_> {
    /// A quotient of polynomials whose denominator has several factors.
    pub(super) fn fractions(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let (mut above, lowest) = self.numerator(times)?;
        let mut factors: Vec<(Polynomial, usize)> = Vec::new();
        if lowest > 0 {
            factors.push((vec![Number::ZERO, Number::ONE], lowest));
        }
        for (atom, power) in kind {
            let (Atom::Base(s), Some(power)) = (atom, power.as_whole()) else {
                return None;
            };
            let times = usize::try_from(-power).ok()?;
            let (lead, each) = factors_of(&self.coefficients(s)?)?;
            scale(&mut above, lead.power(power));
            for own in each {
                match factors.iter_mut().find(|(known, _)| *known == own) {
                    Some((_, known)) => *known += times,
                    None => factors.push((own, times)),
                }
            }
        }
        if factors.len() < 2 {
            return None;
        }
        let parts = decomposed(&above, &factors)?;
        let x = Sum::input(self.x);
        let sum_of = |p: &Polynomial| {
            let terms = p.iter().enumerate();
            let terms =
                terms.map(|(n, &c)| self.algebra.power(&x, Number::whole(n as i64)).scaled(c));
            terms.fold(Sum::zero(), |all, own| all.plus(&own))
        };
        let sums: Vec<Sum> = parts
            .iter()
            .map(|(above, below, power)| {
                let below = self.algebra.power(&sum_of(below), Number::whole(-power));
                self.algebra.times(&sum_of(above), &below)
            })
            .collect();
        let texts = sums.iter().map(|sum| self.text(sum));
        let joined = texts.reduce(|all, text| match text.strip_prefix('-') {
            Some(rest) => format!("{all} - {rest}"),
            None => format!("{all} + {text}"),
        })?;
        let kind = self
            .algebra
            .product(Number::ONE, kind.clone().into_iter().collect());
        let whole = self.text(&self.algebra.times(times, &kind));
        self.note(format!("partial fractions, `{whole} = {joined}`"));
        let mut all = Sum::zero();
        for sum in &sums {
            all = all.plus(&self.of(sum)?);
        }
        Some(all)
    }

    /// The powers of x with numbers as coefficients, times the power of x that makes them whole.
    fn numerator(&self, times: &Sum) -> Option<(Polynomial, usize)> {
        let powers = times.by_powers(self.x)?;
        let lowest = powers.keys().next()?.as_whole()?.min(0);
        let mut all = Polynomial::new();
        for (power, c) in powers {
            let n = usize::try_from(power.as_whole()? - lowest).ok()?;
            if n > 2 * MOST_DEGREE {
                return None;
            }
            all.resize(all.len().max(n + 1), Number::ZERO);
            all[n] = c.as_number()?;
        }
        Some((all, usize::try_from(-lowest).ok()?))
    }

    fn coefficients(&self, sum: &Sum) -> Option<Polynomial> {
        match self.numerator(sum)? {
            (all, 0) if (2..=MOST_DEGREE + 1).contains(&all.len()) => Some(all),
            _ => None,
        }
    }
}

fn scale(p: &mut Polynomial, by: Number) {
    for c in p {
        *c = c.times(by);
    }
}

fn product(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let mut all = vec![Number::ZERO; a.len() + b.len() - 1];
    for (i, &c) in a.iter().enumerate() {
        for (j, &d) in b.iter().enumerate() {
            all[i + j] = all[i + j].plus(c.times(d));
        }
    }
    all
}

/// Quotient and rest.
fn divided(a: &Polynomial, b: &Polynomial) -> Option<(Polynomial, Polynomial)> {
    let lead = *b.last()?;
    let mut rest = a.clone();
    let mut quotient = vec![Number::ZERO; (a.len() + 1).saturating_sub(b.len())];
    for k in (0..quotient.len()).rev() {
        let c = rest[k + b.len() - 1].over(lead);
        quotient[k] = c;
        for (j, &d) in b.iter().enumerate() {
            rest[k + j] = rest[k + j].minus(c.times(d));
        }
    }
    while rest.last().is_some_and(|c| c.is_zero()) {
        rest.pop();
    }
    let all = rest.iter().chain(&quotient);
    all.clone()
        .all(|c| !c.is_none())
        .then_some((quotient, rest))
}

/// The value at a number, by Horner's scheme.
fn value(p: &Polynomial, x: Number) -> Number {
    p.iter()
        .rev()
        .fold(Number::ZERO, |all, &c| all.times(x).plus(c))
}

/// The first coefficient, and factors with the first coefficient 1: linear, and one of degree 2 at most.
fn factors_of(p: &Polynomial) -> Option<(Number, Vec<Polynomial>)> {
    let lead = *p.last()?;
    let mut rest = p.clone();
    scale(&mut rest, lead.inverse());
    let mut found = Vec::new();
    while rest.len() > 2 {
        let Some(root) = rational_root(&rest) else {
            break;
        };
        let linear = vec![root.negated(), Number::ONE];
        rest = divided(&rest, &linear)?.0;
        found.push(linear);
    }
    match rest.len() {
        0 | 1 => {}
        2 | 3 => found.push(rest),
        _ => return None,
    }
    Some((lead, found))
}

/// A root p/q, where p divides the last coefficient and q the first.
fn rational_root(p: &Polynomial) -> Option<Number> {
    if p.first()?.is_zero() {
        return Some(Number::ZERO);
    }
    let below = p.iter().try_fold(1_i64, |all, c| {
        let c = c.below().max(1);
        all.checked_mul(c).filter(|all| *all <= MOST_COEFFICIENT)
    })?;
    let whole = |c: &Number| c.times(Number::whole(below)).as_whole();
    let [last, first] = [whole(p.first()?)?.abs(), whole(p.last()?)?.abs()];
    if last.max(first) > MOST_COEFFICIENT {
        return None;
    }
    let divisors = |n: i64| (1..=n).filter(move |d| n % d == 0);
    divisors(first)
        .flat_map(|q| divisors(last).map(move |p| (p, q)))
        .flat_map(|(p, q)| [1, -1].map(|sign| Number::ratio((sign * p).into(), q.into())))
        .find(|&x| value(p, x).is_zero())
}

/// A part: numerator, denominator, and the power of the denominator.
type Part = (Polynomial, Polynomial, i64);

/// The parts of a quotient, the polynomial one first.
fn decomposed(above: &Polynomial, factors: &[(Polynomial, usize)]) -> Option<Vec<Part>> {
    let one = vec![Number::ONE];
    let powers = |times: &dyn Fn(usize) -> usize| {
        let each = factors.iter().enumerate();
        let each = each.flat_map(|(i, (p, _))| std::iter::repeat_n(p, times(i)));
        each.fold(one.clone(), |all, p| product(&all, p))
    };
    let below = powers(&|i| factors[i].1);
    if below.len() > MOST_DEGREE + 1 {
        return None;
    }
    let (quotient, rest) = divided(above, &below)?;
    // One unknown for each power of x in each numerator.
    let mut unknowns = Vec::new();
    let mut columns: Vec<Polynomial> = Vec::new();
    for (i, (p, most)) in factors.iter().enumerate() {
        for power in 1..=*most {
            let others = powers(&|k| factors[k].1 - if k == i { power } else { 0 });
            for n in 0..p.len() - 1 {
                let mut column = vec![Number::ZERO; n];
                column.extend(&others);
                unknowns.push((i, power, n));
                columns.push(column);
            }
        }
    }
    let solution = solved(&columns, &rest, below.len() - 1)?;
    let mut parts: Vec<Part> = Vec::new();
    if quotient.iter().any(|c| !c.is_zero()) {
        parts.push((quotient, one, 1));
    }
    for ((i, power, n), c) in unknowns.into_iter().zip(solution) {
        let (p, power) = (&factors[i].0, power as i64);
        let known = parts.iter().position(|(_, q, k)| q == p && *k == power);
        let index = known.unwrap_or_else(|| {
            parts.push((vec![Number::ZERO; p.len() - 1], p.clone(), power));
            parts.len() - 1
        });
        parts[index].0[n] = c;
    }
    parts.retain(|(above, ..)| above.iter().any(|c| !c.is_zero()));
    Some(parts)
}

/// Gauss's elimination, exactly.
fn solved(columns: &[Polynomial], right: &Polynomial, n: usize) -> Option<Vec<Number>> {
    let at = |p: &Polynomial, i: usize| p.get(i).copied().unwrap_or(Number::ZERO);
    let mut rows: Vec<Vec<Number>> = (0..n)
        .map(|i| {
            columns
                .iter()
                .map(|c| at(c, i))
                .chain([at(right, i)])
                .collect()
        })
        .collect();
    if columns.len() != n {
        return None;
    }
    for k in 0..n {
        let pivot = (k..n).find(|&i| !rows[i][k].is_zero())?;
        rows.swap(k, pivot);
        let lead = rows[k][k].inverse();
        scale(&mut rows[k], lead);
        let lead = rows[k].clone();
        for row in (0..n).filter(|&i| i != k) {
            let factor = rows[row][k];
            for (own, lead) in rows[row].iter_mut().zip(&lead) {
                *own = own.minus(lead.times(factor));
            }
        }
    }
    let solution: Vec<Number> = rows.iter().map(|row| row[n]).collect();
    solution.iter().all(|c| !c.is_none()).then_some(solution)
}
