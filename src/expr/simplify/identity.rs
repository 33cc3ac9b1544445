//! The identities sin² + cos² = 1, cosh² − sinh² = 1 and 1 − tanh² = 1/cosh², applied to normal forms.
//!
//! 1. Merge two terms whose factors differ by the squares of a pair, or by one square, while any do.
//! 2. Write every square of one of a pair through the other, merge again, and keep the result if it
//!    is smaller and has no more negative terms.

use super::facts::Atoms;
use super::polynomial::{Polynomial, Term};
use super::simplifier::Simplifier;
use crate::elementary::Unary;
use crate::expr::graph::{Id, Node, Rounded};

/// Two atoms with sin² + cos² = 1, or cosh² − sinh² = 1.
#[derive(Clone, Copy, Debug)]
struct Pair {
    sine: Id,
    cosine: Id,
    hyperbolic: bool,
}

/// Two atoms with 1 − tanh² = 1/cosh².
#[derive(Clone, Copy, Debug)]
struct Tangent {
    tanh: Id,
    cosh: Id,
}

impl Simplifier<'_, '_> {
    /// The normal form after sin² + cos² = 1, cosh² − sinh² = 1 and 1 − tanh² = 1/cosh².
    pub(super) fn reduced(&mut self, form: Polynomial) -> Polynomial {
        if form.terms.len() < 2 {
            return form;
        }
        let tangents = self.squared_tangents(&form);
        let form = self.without_tangents(form, &tangents);
        let pairs = self.squared_pairs(&form);
        if pairs.is_empty() {
            return form;
        }
        let mut best = self.merged(form, &pairs);
        // Writing one square of a pair through the other may bring more terms together.
        if best.terms.len() > 1 && best.terms.len() <= 32 {
            for (pair, replaced) in pairs.iter().flat_map(|p| [(p, p.sine), (p, p.cosine)]) {
                if let Some(trial) = self.substituted(&best, pair, replaced) {
                    let trial = self.merged(trial, &pairs);
                    if trial.size() < best.size() && trial.negative_terms() <= best.negative_terms()
                    {
                        best = trial;
                    }
                }
            }
        }
        best
    }

    /// The pairs of (hyperbolic) sine and cosine of which a square occurs.
    fn squared_pairs(&mut self, form: &Polynomial) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = Vec::new();
        for term in &form.terms {
            for &(atom, k) in &term.factors {
                if k < 2 || pairs.iter().any(|p| p.sine == atom || p.cosine == atom) {
                    continue;
                }
                let Node::Unary(op, x) = self.graph.node(atom) else {
                    continue;
                };
                let (sine, cosine, hyperbolic) = match op {
                    Unary::Sin | Unary::Cos => (Unary::Sin, Unary::Cos, false),
                    Unary::Sinh | Unary::Cosh => (Unary::Sinh, Unary::Cosh, true),
                    _ => continue,
                };
                if self.facts[x.index()].total {
                    let x = self.graph.expr(x);
                    pairs.push(Pair {
                        sine: x.unary(sine).id,
                        cosine: x.unary(cosine).id,
                        hyperbolic,
                    });
                }
            }
        }
        self.learn();
        pairs
    }

    /// The hyperbolic tangents of which a square occurs, each with its cosine.
    fn squared_tangents(&mut self, form: &Polynomial) -> Vec<Tangent> {
        let mut tangents: Vec<Tangent> = Vec::new();
        for term in &form.terms {
            for &(tanh, k) in &term.factors {
                if k >= 2
                    && let Node::Unary(Unary::Tanh, x) = self.graph.node(tanh)
                    && self.facts[x.index()].total
                    && tangents.iter().all(|known| known.tanh != tanh)
                {
                    let cosh = self.graph.expr(x).unary(Unary::Cosh).id;
                    tangents.push(Tangent { tanh, cosh });
                }
            }
        }
        self.learn();
        tangents
    }

    /// The normal form with M/cosh² for M − M·tanh²: the difference leaves roundings of M where it has
    /// died away.
    fn without_tangents(&self, mut form: Polynomial, tangents: &[Tangent]) -> Polynomial {
        while let Some(terms) = Self::without_one(&form, tangents) {
            let known = Atoms(&self.facts);
            let Some(next) = Polynomial::collected(terms, form.distributed, &known) else {
                break;
            };
            form = next;
        }
        form
    }

    /// The terms with one less.
    fn without_one(form: &Polynomial, tangents: &[Tangent]) -> Option<Vec<Term>> {
        for (i, term) in form.terms.iter().enumerate() {
            for tangent in tangents.iter().filter(|t| term.exponent(t.tanh) >= 2) {
                let factors = term.times_power(tangent.tanh, -2);
                if let Some(j) = form.find(&factors)
                    && form.terms[j].coefficient == -term.coefficient
                {
                    let rest = Term {
                        coefficient: form.terms[j].coefficient,
                        factors,
                    };
                    let mut terms = form.terms.clone();
                    terms[i] = Term {
                        coefficient: rest.coefficient,
                        factors: rest.times_power(tangent.cosh, -2),
                    };
                    terms.remove(j);
                    return Some(terms);
                }
            }
        }
        None
    }

    /// Merges terms by the identities until none applies.
    fn merged(&self, mut form: Polynomial, pairs: &[Pair]) -> Polynomial {
        // Each merge lowers the degree or the number of terms, so this ends; the bound is a belt.
        for _ in 0..1000 {
            let Some(terms) = self.merge_once(&form, pairs) else {
                break;
            };
            let Some(next) = Polynomial::collected(terms, form.distributed, &Atoms(&self.facts))
            else {
                break;
            };
            form = next;
        }
        form
    }

    /// The terms after one merge.
    fn merge_once(&self, form: &Polynomial, pairs: &[Pair]) -> Option<Vec<Term>> {
        for (i, term) in form.terms.iter().enumerate() {
            for pair in pairs {
                let sign = if pair.hyperbolic { -1.0 } else { 1.0 };
                if term.exponent(pair.cosine) >= 2 {
                    // a·M·cos² + b·M·sin² with a and ±b of one sign: the smaller part is M.
                    let rest = Term {
                        coefficient: Rounded::from(1.0),
                        factors: term.times_power(pair.cosine, -2),
                    };
                    let partner = rest.times_power(pair.sine, 2);
                    if let Some(j) = form.find(&partner) {
                        let a = term.coefficient;
                        let b = form.terms[j].coefficient * sign;
                        if a.value * b.value > 0.0 {
                            let is_less = a.value.abs() < b.value.abs();
                            let part = if is_less { a } else { b };
                            let mut terms = form.terms.clone();
                            terms[i].coefficient = a - part;
                            terms[j].coefficient = (b - part) * sign;
                            terms.push(Term {
                                coefficient: part,
                                factors: rest.factors,
                            });
                            return Some(terms);
                        }
                    }
                }
                // M − M·sin² = M·cos², M − M·cos² = M·sin²; M + M·sinh² = M·cosh²,
                // M·cosh² − M = M·sinh².
                for (square, other, opposite) in [
                    (pair.sine, pair.cosine, -sign),
                    (pair.cosine, pair.sine, -1.0),
                ] {
                    if term.exponent(square) < 2 {
                        continue;
                    }
                    let rest = Term {
                        coefficient: Rounded::from(1.0),
                        factors: term.times_power(square, -2),
                    };
                    if let Some(j) = form.find(&rest.factors)
                        && form.terms[j].coefficient * opposite == term.coefficient
                    {
                        let constant = form.terms[j].coefficient;
                        let mut terms = form.terms.clone();
                        terms[i] = Term {
                            coefficient: if pair.hyperbolic && square == pair.cosine {
                                -constant
                            } else {
                                constant
                            },
                            factors: rest.times_power(other, 2),
                        };
                        terms.remove(j);
                        return Some(terms);
                    }
                }
            }
        }
        None
    }

    /// The normal form with every square of one atom of a pair written through the other.
    fn substituted(&self, form: &Polynomial, pair: &Pair, replaced: Id) -> Option<Polynomial> {
        let known = Atoms(&self.facts);
        let (other, constant, square) = if replaced == pair.cosine {
            (pair.sine, 1.0, if pair.hyperbolic { 1.0 } else { -1.0 })
        } else if pair.hyperbolic {
            (pair.cosine, -1.0, 1.0)
        } else {
            (pair.cosine, 1.0, -1.0)
        };
        let image = Polynomial::collected(
            vec![
                Term {
                    coefficient: Rounded::from(constant),
                    factors: Vec::new(),
                },
                Term {
                    coefficient: Rounded::from(square),
                    factors: vec![(other, 2)],
                },
            ],
            false,
            &known,
        )?;
        let mut sum = Polynomial::default();
        let mut changed = false;
        for term in &form.terms {
            let squares = (term.exponent(replaced) / 2).max(0);
            changed |= squares > 0;
            let rest = Polynomial {
                terms: vec![Term {
                    coefficient: term.coefficient,
                    factors: term.times_power(replaced, -2 * squares),
                }],
                distributed: form.distributed,
            };
            let power = image.power(squares as u32, &known)?;
            sum = sum.plus(1.0, &rest.times(&power, &known)?, &known)?;
        }
        sum.distributed = form.distributed;
        changed.then_some(sum)
    }
}
