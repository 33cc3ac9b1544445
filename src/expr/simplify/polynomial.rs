//! Polynomials whose unknowns are nodes of a graph: the normal form in which like terms meet.
//!
//! An unknown ("atom") may have a negative exponent, so quotients by one term are polynomials too.

use crate::expr::graph::{Id, Rounded};

/// The most terms that a normal form may have; larger ones are not built.
const MOST_TERMS: usize = 200;

/// The highest exponent in a normal form, also of a product of two: higher powers are atoms.
const MOST_EXPONENT: i32 = 1 << 15;

/// A product of two sums is looked for in no more terms than these.
const MOST_TERMS_OF_PRODUCT: usize = 32;

/// A coefficient that is so small a part of another one loses digits in their sum.
const ABSORBED: f64 = 1e-10;

/// Powers of atoms: atoms in ascending order with exponents that are not zero.
pub(crate) type Factors = Vec<(Id, i32)>;

/// A coefficient times powers of atoms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) coefficient: Rounded,
    pub(crate) factors: Factors,
}

/// A sum of terms with different factors, in the order of their factors.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Polynomial {
    pub(crate) terms: Vec<Term>,
    /// Whether a product of sums was multiplied out on the way: such a form may cancel where the
    /// product did not.
    pub(crate) distributed: bool,
}

/// Which atoms may vanish from a formula without changing a value.
pub(crate) trait Vanishing {
    /// Whether the atom has a finite value everywhere, so that 0 · atom is 0.
    fn is_total(&self, atom: Id) -> bool;
    /// Whether the atom is zero at isolated places only, so that atom / atom is 1 but there.
    fn is_analytic(&self, atom: Id) -> bool;
}

/// a + b; where both are decimal numbers of up to 15 digits, as people write them, the sum is that
/// of the decimals: 1.001 − 0.001 is 1, not 0.9999999999999999. Who meant the doubles is told what it may be off.
fn decimal_sum(a: Rounded, b: Rounded) -> Rounded {
    let plain = a + b;
    let (a, b, sum) = (a.value, b.value, plain.value);
    let largest = a.abs().max(b.abs());
    let digits = 15.0 - largest.log10().ceil();
    if sum == 0.0 || !(-22.0..=22.0).contains(&digits) {
        return plain;
    }
    let scale = 10f64.powi(digits as i32);
    let decimal = |x: f64| (x * scale).round() / scale;
    let rounded = decimal(sum);
    let close = (rounded - sum).abs() <= 2.0 * f64::EPSILON * largest;
    if close && decimal(a) == a && decimal(b) == b {
        Rounded {
            value: rounded,
            ..plain
        }
    } else {
        plain
    }
}

impl Term {
    /// This term with an atom's exponent raised by `by`.
    pub(crate) fn times_power(&self, atom: Id, by: i32) -> Factors {
        let mut factors = self.factors.clone();
        if by == 0 {
            return factors;
        }
        match factors.binary_search_by_key(&atom, |f| f.0) {
            Ok(at) if factors[at].1 + by == 0 => {
                factors.remove(at);
            }
            Ok(at) => factors[at].1 += by,
            Err(at) => factors.insert(at, (atom, by)),
        }
        factors
    }

    /// The exponent of an atom.
    pub(crate) fn exponent(&self, atom: Id) -> i32 {
        let found = self.factors.binary_search_by_key(&atom, |f| f.0);
        found.map_or(0, |at| self.factors[at].1)
    }

    fn times(&self, other: &Term, vanishing: &impl Vanishing) -> Option<Term> {
        let mut factors = Vec::with_capacity(self.factors.len() + other.factors.len());
        let (mut a, mut b) = (
            self.factors.iter().peekable(),
            other.factors.iter().peekable(),
        );
        loop {
            match (a.peek(), b.peek()) {
                (Some(&&(x, m)), Some(&&(y, n))) if x == y => {
                    let sum = m.saturating_add(n);
                    if sum.abs() > MOST_EXPONENT {
                        return None;
                    }
                    if sum != 0 {
                        factors.push((x, sum));
                    } else if !vanishing.is_analytic(x) {
                        return None;
                    }
                    a.next();
                    b.next();
                }
                (Some(&&x), Some(&&y)) if x.0 < y.0 => {
                    factors.push(x);
                    a.next();
                }
                (_, Some(&&y)) => {
                    factors.push(y);
                    b.next();
                }
                (Some(&&x), None) => {
                    factors.push(x);
                    a.next();
                }
                (None, None) => break,
            }
        }
        // A number that leaves double precision may come back later: not so as zero or infinity.
        let coefficient = self.coefficient * other.coefficient;
        coefficient.value.is_normal().then_some(Term {
            coefficient,
            factors,
        })
    }
}

impl Polynomial {
    /// A number.
    pub(crate) fn number(value: impl Into<Rounded>) -> Self {
        let value = value.into();
        let mut polynomial = Polynomial::default();
        if value != 0.0 {
            polynomial.terms.push(Term {
                coefficient: value,
                factors: Vec::new(),
            });
        }
        polynomial
    }

    /// An atom.
    pub(crate) fn atom(atom: Id) -> Self {
        Polynomial {
            terms: vec![Term {
                coefficient: Rounded::from(1.0),
                factors: vec![(atom, 1)],
            }],
            distributed: false,
        }
    }

    /// The number that this is, if it is one.
    pub(crate) fn as_number(&self) -> Option<Rounded> {
        match &self.terms[..] {
            [] => Some(Rounded::from(0.0)),
            [only] if only.factors.is_empty() => Some(only.coefficient),
            _ => None,
        }
    }

    /// The only term, if there is one.
    pub(crate) fn as_term(&self) -> Option<&Term> {
        match &self.terms[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Collects terms with equal factors; `None` if a term would vanish that must not.
    pub(crate) fn collected(
        mut terms: Vec<Term>,
        distributed: bool,
        vanishing: &impl Vanishing,
    ) -> Option<Self> {
        terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        let mut kept: Vec<Term> = Vec::with_capacity(terms.len());
        for term in terms {
            match kept.last_mut() {
                Some(last) if last.factors == term.factors => {
                    last.coefficient = decimal_sum(last.coefficient, term.coefficient);
                }
                _ => kept.push(term),
            }
        }
        let may_vanish = |term: &Term| {
            let total = |f: &(Id, i32)| f.1 > 0 && vanishing.is_total(f.0);
            term.factors.iter().all(total)
        };
        for term in &kept {
            if !term.coefficient.value.is_finite() || (term.coefficient == 0.0 && !may_vanish(term))
            {
                return None;
            }
        }
        kept.retain(|term| term.coefficient != 0.0);
        (kept.len() <= MOST_TERMS).then_some(Polynomial {
            terms: kept,
            distributed,
        })
    }

    /// self + scale · other; `None` if what was multiplied out would take the digits of what is added
    /// to it: (x − c)² − r² with a small r.
    pub(crate) fn plus(
        &self,
        scale: f64,
        other: &Polynomial,
        vanishing: &impl Vanishing,
    ) -> Option<Self> {
        let distributed = self.distributed || other.distributed;
        let is_absorbed = |term: &Term| {
            let place = self
                .terms
                .binary_search_by(|own| own.factors.cmp(&term.factors));
            place.is_ok_and(|at| {
                let pair = [self.terms[at].coefficient, term.coefficient * scale];
                let pair = pair.map(|coefficient| coefficient.value.abs());
                // What is small after it was multiplied out may be rounding.
                let (product, plain) = match self.distributed {
                    true => (pair[0], pair[1]),
                    false => (pair[1], pair[0]),
                };
                plain < ABSORBED * product
            })
        };
        if self.distributed != other.distributed && other.terms.iter().any(is_absorbed) {
            return None;
        }
        let scaled = other.terms.iter().map(|term| Term {
            coefficient: term.coefficient * scale,
            factors: term.factors.clone(),
        });
        let terms = self.terms.iter().cloned().chain(scaled).collect();
        Self::collected(terms, distributed, vanishing)
    }

    /// scale · self, for a scale that is not zero.
    pub(crate) fn scaled(&self, scale: f64) -> Self {
        let mut scaled = self.clone();
        for term in &mut scaled.terms {
            term.coefficient = term.coefficient * scale;
        }
        scaled
    }

    /// self / divisor: each coefficient is rounded once, so that quotients that are equal as fractions have one value.
    /// `None` if one leaves the range of numbers.
    pub(crate) fn over_number(&self, divisor: Rounded) -> Option<Self> {
        let mut quotient = self.clone();
        for term in quotient
            .terms
            .iter_mut()
            .filter(|term| term.coefficient != 0.0)
        {
            term.coefficient = term.coefficient / divisor;
            if !term.coefficient.value.is_normal() {
                return None;
            }
        }
        Some(quotient)
    }

    /// The number by which the term of a polynomial of one term is multiplied.
    pub(crate) fn coefficient(&self) -> Option<Rounded> {
        self.as_term().map(|term| term.coefficient)
    }

    /// self · other
    pub(crate) fn times(&self, other: &Polynomial, vanishing: &impl Vanishing) -> Option<Self> {
        if self.terms.len() * other.terms.len() > MOST_TERMS {
            return None;
        }
        if self.terms.is_empty() || other.terms.is_empty() {
            // 0 · p: every term of p must be allowed to vanish.
            let terms = self.terms.iter().chain(&other.terms).map(|term| Term {
                coefficient: Rounded::from(0.0),
                factors: term.factors.clone(),
            });
            return Self::collected(terms.collect(), false, vanishing);
        }
        let mut terms = Vec::with_capacity(self.terms.len() * other.terms.len());
        for a in &self.terms {
            for b in &other.terms {
                terms.push(a.times(b, vanishing)?);
            }
        }
        let products_of_sums = self.terms.len() > 1 && other.terms.len() > 1;
        let distributed = self.distributed || other.distributed || products_of_sums;
        Self::collected(terms, distributed, vanishing)
    }

    /// self ^ n for n ≥ 0
    pub(crate) fn power(&self, n: u32, vanishing: &impl Vanishing) -> Option<Self> {
        if let Some(term) = self.as_term() {
            let n = i32::try_from(n).ok()?;
            let factors = term.factors.iter();
            let raised = factors.map(|&(a, k)| {
                let power = k.checked_mul(n).filter(|k| k.abs() <= MOST_EXPONENT);
                Some((a, power?))
            });
            let mut factors: Vec<_> = raised.collect::<Option<_>>()?;
            factors.retain(|f| f.1 != 0);
            let coefficient = term.coefficient.powi(n);
            if !coefficient.value.is_normal() {
                return None;
            }
            let terms = vec![Term {
                coefficient,
                factors,
            }];
            return Self::collected(terms, self.distributed, vanishing);
        }
        if n > 8 {
            return None;
        }
        let mut product = Polynomial::number(1.0);
        for _ in 0..n {
            product = product.times(self, vanishing)?;
        }
        Some(product)
    }

    /// 1 / self for one term.
    pub(crate) fn reciprocal(&self) -> Option<Self> {
        let term = self.as_term()?;
        let coefficient = Rounded::from(1.0) / term.coefficient;
        let factors = term.factors.iter().map(|&(a, k)| (a, -k)).collect();
        coefficient.value.is_normal().then(|| Polynomial {
            terms: vec![Term {
                coefficient,
                factors,
            }],
            distributed: self.distributed,
        })
    }

    /// Two sums, none of them of one term, whose product this is, where one of them is of powers of one atom:
    /// t² + 1 and 1 − a for t² − a·t² + 1 − a. `None` if there are no such sums.
    pub(crate) fn split(&self) -> Option<[Polynomial; 2]> {
        if self.terms.len() > MOST_TERMS_OF_PRODUCT {
            return None;
        }
        let factors = self.terms.iter().flat_map(|term| &term.factors);
        let mut atoms: Vec<Id> = factors.map(|factor| factor.0).collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms.into_iter().find_map(|atom| self.split_at(atom))
    }

    /// The same where one sum is of powers of this atom.
    fn split_at(&self, atom: Id) -> Option<[Polynomial; 2]> {
        let mut groups: Vec<(i32, Vec<Term>)> = Vec::new();
        for term in &self.terms {
            let power = term.exponent(atom);
            let rest = Term {
                coefficient: term.coefficient,
                factors: term.times_power(atom, -power),
            };
            match groups.iter_mut().find(|group| group.0 == power) {
                Some(group) => group.1.push(rest),
                None => groups.push((power, vec![rest])),
            }
        }
        let all = self.terms.len();
        let each = groups[0].1.len();
        if groups.len() < 2 || each < 2 || groups.len() * each != all {
            return None;
        }
        for (_, rest) in &mut groups {
            rest.sort_by(|a, b| a.factors.cmp(&b.factors));
        }
        let first = groups[0].1.clone();
        let of_group = |(power, rest): &(i32, Vec<Term>)| {
            let ratio = rest[0].coefficient / first[0].coefficient;
            let is_multiple = rest.len() == each
                && rest.iter().zip(&first).all(|(own, first)| {
                    own.factors == first.factors
                        && own.coefficient.value == (first.coefficient * ratio).value
                });
            is_multiple.then(|| Term {
                coefficient: ratio,
                factors: if *power == 0 {
                    Vec::new()
                } else {
                    vec![(atom, *power)]
                },
            })
        };
        let mut powers: Vec<Term> = groups.iter().map(of_group).collect::<Option<_>>()?;
        powers.sort_by(|a, b| a.factors.cmp(&b.factors));
        Some([powers, first].map(|terms| Polynomial {
            terms,
            distributed: false,
        }))
    }

    /// The place of the term with these factors.
    pub(crate) fn find(&self, factors: &[(Id, i32)]) -> Option<usize> {
        let place = |term: &Term| term.factors.as_slice().cmp(factors);
        self.terms.binary_search_by(place).ok()
    }

    /// The powers of atoms that all terms share; exponents of one sign only.
    pub(crate) fn common_factors(&self) -> Factors {
        let Some((first, rest)) = self.terms.split_first() else {
            return Vec::new();
        };
        let shared = |&(atom, k): &(Id, i32)| {
            let exponents = rest.iter().map(|term| term.exponent(atom));
            let common = if k > 0 {
                exponents.fold(k, i32::min).max(0)
            } else {
                exponents.fold(k, i32::max).min(0)
            };
            (common != 0).then_some((atom, common))
        };
        first.factors.iter().filter_map(shared).collect()
    }

    /// self divided by powers of atoms that all terms share.
    pub(crate) fn without(&self, factors: &[(Id, i32)]) -> Self {
        let mut rest = self.clone();
        for term in &mut rest.terms {
            for &(atom, k) in factors {
                term.factors = term.times_power(atom, -k);
            }
        }
        rest.terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        rest
    }

    /// The number of terms with a negative coefficient.
    pub(crate) fn negative_terms(&self) -> usize {
        self.terms.iter().filter(|t| t.coefficient < 0.0).count()
    }

    /// A measure of size: terms first, then degrees.
    pub(crate) fn size(&self) -> (usize, i32) {
        let degree = |t: &Term| t.factors.iter().map(|f| f.1.abs()).sum::<i32>();
        (self.terms.len(), self.terms.iter().map(degree).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every atom may vanish.
    struct Any;

    impl Vanishing for Any {
        fn is_total(&self, _: Id) -> bool {
            true
        }

        fn is_analytic(&self, _: Id) -> bool {
            true
        }
    }

    /// c₀ + c₁·t + …, of powers of one atom.
    fn in_powers_of(atom: usize, coefficients: &[f64]) -> Polynomial {
        let terms = coefficients.iter().zip(0..).map(|(c, k)| Term {
            coefficient: Rounded::from(*c),
            factors: if k == 0 {
                Vec::new()
            } else {
                vec![(Id::at(atom), k)]
            },
        });
        Polynomial::collected(terms.collect(), false, &Any).unwrap()
    }

    #[test]
    fn products_of_sums_are_taken_apart_and_other_sums_are_not() {
        for other in [1, 2] {
            let (p, q) = (
                in_powers_of(0, &[1.0, 0.0, 0.5]),
                in_powers_of(other, &[3.0, -1.0]),
            );
            let product = p.times(&q, &Any).unwrap();
            let [first, second] = product.split().unwrap();
            assert_eq!(first.times(&second, &Any).unwrap(), product);
            assert_eq!((first.terms.len(), second.terms.len()), (2, 2));
            // One term more, or one coefficient another, and it is no product.
            let more = product.plus(1.0, &in_powers_of(3, &[0.0, 1.0]), &Any);
            assert_eq!(more.unwrap().split(), None);
            let another = product
                .plus(1.0, &q, &Any)
                .and_then(|sum| sum.plus(0.25, &in_powers_of(0, &[1.0]), &Any));
            assert_eq!(another.unwrap().split(), None);
        }
        // A sum of powers of one atom alone is not looked at.
        assert_eq!(in_powers_of(0, &[1.0, 2.0, 1.0]).split(), None);
    }
}
