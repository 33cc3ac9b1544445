//! Products and sums of kernels, written as formulas.

use super::exact::{Exact, TooLong};
use super::polynomial::{Polynomial, Term};
use super::product::{Factor, Product, Products, Rule};
use super::rational::Rational;
use crate::expr::graph::{Expr, Id, Rounded};

impl<'g> Products<'g, '_> {
    /// A factor as it stands.
    pub(super) fn write_factor(&mut self, factor: Factor) -> Expr<'g> {
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
                coefficient: Rounded::from(coefficient.value()),
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

    /// A factor, or its negative if that is known not to be negative, and whether it is that.
    pub(super) fn factor_by_sign(&mut self, factor: Factor) -> (Expr<'g>, bool) {
        let plain = self.write_factor(factor);
        match (factor, self.range(plain)) {
            (Factor::Sum(index), (_, hi)) if hi <= 0.0 => {
                let form = self.sums[index].form.clone();
                match form.scaled(Rational::whole(-1)) {
                    Ok(negated) => (self.write_sum(&negated), true),
                    Err(TooLong) => (plain, false),
                }
            }
            _ => (plain, false),
        }
    }

    /// A product as it stands, with the signs of sums as they were met, and no sign in front where a
    /// difference may be turned round.
    pub(super) fn write(&mut self, product: &Product) -> Result<Expr<'g>, TooLong> {
        self.write_with(product, None, Products::write_sum)
    }

    /// A product with sums that are written in some way, times what is written already.
    pub(super) fn write_with(
        &mut self,
        product: &Product,
        last: Option<Expr<'g>>,
        sum: impl Fn(&mut Self, &Exact) -> Expr<'g>,
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
            let written = match factor {
                Factor::Kernel(_) => self.write_factor(factor),
                Factor::Sum(index) => {
                    let sign = Rational::whole(if is_negated { -1 } else { 1 });
                    let form = self.sums[index].form.scaled(sign)?;
                    sum(self, &form)
                }
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
}
