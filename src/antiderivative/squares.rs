//! Sums made shorter by cos² + sin² = 1 and cosh² − sinh² = 1.

use super::algebra::Algebra;
use super::number::Number;
use super::sum::{Atom, Function, Sum};

impl Algebra {
    /// The sum with cos² + sin² = 1, 1 − cos² = sin² and cosh² − sinh² = 1 used where that makes it shorter.
    pub(crate) fn pythagoras(&self, sum: &Sum) -> Sum {
        self.pythagoras_with(sum, &mut Vec::new())
    }

    /// The same, with the function and the angle of each identity that was used.
    pub(crate) fn pythagoras_with(&self, sum: &Sum, used: &mut Vec<(Function, Sum)>) -> Sum {
        let mut sum = sum.clone();
        while let Some((shorter, op, angle)) = shortened_by_squares(&sum, None) {
            sum = shorter;
            if !used.iter().any(|(_, known)| *known == angle) {
                used.push((op, angle));
            }
        }
        sum
    }

    /// The same with the identity of one angle alone.
    pub(crate) fn pythagoras_of(&self, sum: &Sum, angle: &Sum) -> Sum {
        let mut sum = sum.clone();
        while let Some((shorter, ..)) = shortened_by_squares(&sum, Some(angle)) {
            sum = shorter;
        }
        sum
    }
}

/// The sum with one identity of squares used, of this angle if there is one; `None` where none makes it shorter.
fn shortened_by_squares(sum: &Sum, only: Option<&Sum>) -> Option<(Sum, Function, Sum)> {
    use Function::{Cos, Cosh, Sin, Sinh};
    for (factors, &c) in &sum.terms {
        for (atom, &power) in factors {
            let Atom::Function(op @ (Cos | Sin | Cosh | Sinh), angle) = atom else {
                continue;
            };
            let Some(2..) = power.as_whole() else {
                continue;
            };
            if only.is_some_and(|only| only != angle) {
                continue;
            }
            let mut rest = factors.clone();
            match power.minus(Number::whole(2)) {
                Number::ZERO => rest.remove(atom),
                less => rest.insert(atom.clone(), less),
            };
            // f² = alone + sign·other².
            let (other, alone, sign) = match op {
                Cos => (Sin, 1, -1),
                Sin => (Cos, 1, -1),
                Cosh => (Sinh, 1, 1),
                _ => (Cosh, -1, 1),
            };
            let mut squared = rest.clone();
            let partner = Atom::Function(other, angle.clone());
            let own = squared.entry(partner).or_insert(Number::ZERO);
            *own = own.plus(Number::whole(2));
            // c·f² with −sign·c·other² is alone·c; c·f² with −alone·c is sign·c·other².
            let [alone, sign] = [alone, sign].map(|s| c.times(Number::whole(s)));
            for (partner, coefficient, left, of) in [
                (&squared, sign.negated(), &rest, alone),
                (&rest, alone.negated(), &squared, sign),
            ] {
                if sum.terms.get(partner) == Some(&coefficient) {
                    let mut shorter = sum.clone();
                    shorter.terms.remove(factors);
                    shorter.terms.remove(partner);
                    shorter.add(left.clone(), of);
                    return Some((shorter, *op, angle.clone()));
                }
            }
        }
    }
    None
}
