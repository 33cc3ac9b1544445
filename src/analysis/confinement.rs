//! Confinement: finite limits outside of which polynomial conditions cannot hold.
//!
//! 1. A condition p < 0 holds nowhere far out if p has a power cᵢ xᵢ^dᵢ, c > 0, of every variable whose
//!    limits are infinite that wins against all else. Write τᵢ = cᵢ|xᵢ|^dᵢ, and θ = Σ αᵢ/dᵢ for a term x^α.
//! 2. Terms with θ = 1 are at most |c| K Σ (αᵢ/dᵢ) τᵢ, since a weighted geometric mean is no larger than
//!    the arithmetic one; they may take a part of the powers.
//! 3. Terms with θ < 1 are at most |c| K M^θ for M = max τᵢ, so p > 0 where m M > Σ |c| K M^θ: the larger M
//!    is, the more so.
//!
//! J.-B. Hiriart-Urruty, C. Lemaréchal, "Fundamentals of Convex Analysis", Springer (2001), on coercive
//! functions; the comparison of terms is that of the Newton polytope, T. Bajbar, O. Stein, "Coercive
//! polynomials and their Newton polytopes", SIAM J. Optim. 25 (2015) 1542–1570.

use std::collections::BTreeMap;

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::operator::Range;

/// Polynomials have so many terms at most.
const MOST_TERMS: usize = 200;

/// Terms have so high powers at most.
const MOST_POWER: u32 = 40;

/// By so much, as a part, limits are wider than they need be: more than rounding.
const MARGIN: f64 = 1e-9;

/// A coefficient that is smaller than this part of what it is a sum of may be rounding.
const CANCELLED: f64 = 1e-9;

/// Limits of the inputs, finite where the conditions that all hold, or the formulas that are all zero, are
/// polynomials that show them to be.
pub(crate) fn confined(
    arena: &Arena,
    conditions: &[Id],
    zeros: &[Id],
    mut limits: Vec<Range>,
) -> Vec<Range> {
    let n = limits.len();
    let mut polynomials = Polynomials {
        arena,
        n,
        known: BTreeMap::new(),
    };
    let mut found = Vec::new();
    for (below, above, is_zero) in comparisons(arena, conditions) {
        let difference = match (polynomials.of(below), polynomials.of(above)) {
            (Some(below), Some(above)) => below.plus(&above, -1.0),
            _ => continue,
        };
        found.extend(is_zero.then(|| difference.times(-1.0)));
        found.push(difference);
    }
    for zero in zeros {
        if let Some(difference) = polynomials.of(*zero) {
            found.push(difference.times(-1.0));
            found.push(difference);
        }
    }
    // What one condition confines may help another one.
    for _ in 0..n {
        for polynomial in &found {
            polynomial.confine(&mut limits);
        }
    }
    limits
}

/// Conditions that hold wherever one of some formulas is not zero, as they are written in all of them.
pub(crate) fn needed_by(arena: &Arena, formulas: &[Id]) -> Vec<Id> {
    let mut needed: Option<Vec<Id>> = None;
    for &formula in formulas {
        let own = needed_by_one(arena, formula);
        needed = Some(match needed {
            Some(needed) => needed.into_iter().filter(|id| own.contains(id)).collect(),
            None => own,
        });
    }
    needed.unwrap_or_default()
}

fn needed_by_one(arena: &Arena, formula: Id) -> Vec<Id> {
    let mut open = vec![formula];
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        match *arena.node(id) {
            Node::Select(condition, value, zero) if arena.number(zero) == Some(0.0) => {
                found.push(condition);
                open.push(value);
            }
            Node::Binary(Binary::Mul, x, y) => open.extend([x, y]),
            Node::Binary(Binary::Div, x, _) | Node::Unary(Unary::Neg, x) => open.push(x),
            Node::Power(x, n) if n > 0 => open.push(x),
            Node::Binary(Binary::And | Binary::Lt | Binary::Le | Binary::Eq, ..) => found.push(id),
            _ => {}
        }
    }
    found
}

/// The comparisons that must hold for all conditions to hold: a smaller side, a larger side, and whether
/// they are equal.
fn comparisons(arena: &Arena, conditions: &[Id]) -> Vec<(Id, Id, bool)> {
    let mut open = conditions.to_vec();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        match *arena.node(id) {
            Node::Binary(Binary::And, x, y) => open.extend([x, y]),
            Node::Binary(Binary::Lt | Binary::Le, x, y) => found.push((x, y, false)),
            Node::Binary(Binary::Eq, x, y) => found.push((x, y, true)),
            _ => {}
        }
    }
    found
}

/// A polynomial: for the powers of its terms, their coefficients and the sizes of what was added to them.
#[derive(Clone, Debug, Default)]
struct Polynomial(BTreeMap<Vec<u32>, (f64, f64)>);

impl Polynomial {
    fn term(powers: Vec<u32>, coefficient: f64) -> Self {
        Polynomial([(powers, (coefficient, coefficient.abs()))].into())
    }

    fn plus(&self, other: &Self, times: f64) -> Self {
        let mut sum = self.clone();
        for (powers, (coefficient, size)) in &other.0 {
            let own = sum.0.entry(powers.clone()).or_default();
            *own = (own.0 + times * coefficient, own.1 + times.abs() * size);
        }
        sum
    }

    fn times(&self, factor: f64) -> Self {
        Polynomial::default().plus(self, factor)
    }

    /// The product; `None` if it is too long.
    fn product(&self, other: &Self) -> Option<Self> {
        let mut found = Polynomial::default();
        for (powers, (coefficient, size)) in &self.0 {
            for (others, (by, by_size)) in &other.0 {
                let powers: Vec<u32> = powers.iter().zip(others).map(|(a, b)| a + b).collect();
                let own = found.0.entry(powers).or_default();
                *own = (own.0 + coefficient * by, own.1 + size * by_size);
            }
        }
        let is_short = found.0.len() <= MOST_TERMS
            && found.0.keys().flatten().all(|power| *power <= MOST_POWER);
        is_short.then_some(found)
    }

    /// Makes limits finite outside of which the polynomial is positive.
    fn confine(&self, limits: &mut [Range]) {
        let Some(lead) = Lead::of(self, limits) else {
            return;
        };
        let Some(largest) = self.largest(&lead, limits) else {
            return;
        };
        for (limits, lead) in limits.iter_mut().zip(&lead.0) {
            let Some((power, coefficient)) = lead else {
                continue;
            };
            let far = (largest / coefficient).powf(1.0 / f64::from(*power)) * (1.0 + MARGIN);
            let (lo, hi) = (limits.0.max(-far), limits.1.min(far));
            // Where nothing is left the conditions hold nowhere, which is told by others.
            if far.is_finite() && lo < hi {
                *limits = (lo, hi);
            }
        }
    }

    /// How large the largest leading power is at most where the polynomial is not positive; `None` if
    /// nothing is known.
    fn largest(&self, lead: &Lead, limits: &[Range]) -> Option<f64> {
        let mut parts = vec![1.0; limits.len()];
        let mut lower: Vec<(f64, f64)> = Vec::new();
        for (powers, (coefficient, size)) in &self.0 {
            if lead.is_leading(powers) {
                let odd = |axis: usize| powers[axis] % 2 == 1;
                // On the side where it ends, an odd power is not its size.
                for axis in (0..limits.len()).filter(|axis| powers[*axis] > 0 && odd(*axis)) {
                    let end = match limits[axis] {
                        (lo, f64::INFINITY) => (-lo).max(0.0),
                        (_, hi) => hi.max(0.0),
                    };
                    lower.push((2.0 * size * end.powi(powers[axis] as i32), 0.0));
                }
                continue;
            }
            if *coefficient > 0.0 && is_positive(powers, limits) {
                continue;
            }
            let mut size = coefficient.abs() + f64::EPSILON * 16.0 * size;
            let mut degree = 0.0;
            for (axis, power) in powers.iter().enumerate().filter(|(_, power)| **power > 0) {
                match lead.0[axis] {
                    Some((most, of_most)) => {
                        let part = f64::from(*power) / f64::from(most);
                        size /= of_most.powf(part);
                        degree += part;
                    }
                    None => {
                        let (lo, hi) = limits[axis];
                        size *= lo.abs().max(hi.abs()).powi(*power as i32);
                    }
                }
            }
            if degree > 1.0 + f64::EPSILON * 16.0 {
                return None;
            }
            if degree < 1.0 - MARGIN {
                lower.push((size, degree));
                continue;
            }
            for (axis, power) in powers.iter().enumerate() {
                if let Some((most, _)) = lead.0[axis] {
                    parts[axis] -= size * f64::from(*power) / f64::from(most);
                }
            }
        }
        let parts = parts.iter().zip(&lead.0).filter(|(_, lead)| lead.is_some());
        let least = parts.fold(f64::INFINITY, |least, (part, _)| part.min(least));
        beyond(least, &lower)
    }
}

/// Whether a term without its coefficient is nowhere negative.
fn is_positive(powers: &[u32], limits: &[Range]) -> bool {
    powers
        .iter()
        .zip(limits)
        .all(|(power, (lo, _))| power % 2 == 0 || *lo >= 0.0)
}

/// A number M so that m M > Σ s M^θ for every larger one, with 0 ≤ θ < 1; `None` if there is none of
/// moderate size.
fn beyond(least: f64, lower: &[(f64, f64)]) -> Option<f64> {
    if least.is_nan() || least <= MARGIN {
        return None;
    }
    let is_beyond = |m: f64| {
        let sum: f64 = lower
            .iter()
            .map(|(size, degree)| size * m.powf(*degree))
            .sum();
        least * m > sum * (1.0 + MARGIN)
    };
    let (mut inside, mut outside) = (1e-12, 1e150);
    if !is_beyond(outside) {
        return None;
    }
    // In logarithms, until it is known well enough.
    while outside > 1.01 * inside {
        let middle = f64::sqrt(inside) * f64::sqrt(outside);
        match is_beyond(middle) {
            true => outside = middle,
            false => inside = middle,
        }
    }
    Some(outside)
}

/// For each input with an infinite limit that occurs, the power that leads, and the size of its coefficient.
struct Lead(Vec<Option<(u32, f64)>>);

impl Lead {
    /// The leading powers; `None` if some input has none, or no limit is infinite.
    fn of(polynomial: &Polynomial, limits: &[Range]) -> Option<Self> {
        let mut found = vec![None; limits.len()];
        let terms = || polynomial.0.iter().filter(|(_, (c, _))| *c != 0.0);
        for (axis, limits) in limits.iter().enumerate() {
            let infinite = [limits.0, limits.1].map(f64::is_infinite);
            let occurs = terms().any(|(powers, _)| powers[axis] > 0);
            if !occurs || infinite == [false, false] {
                continue;
            }
            let alone = terms().filter(|(powers, _)| {
                let mut others = powers.iter().enumerate();
                powers[axis] > 0 && others.all(|(k, power)| k == axis || *power == 0)
            });
            let (powers, (coefficient, size)) = alone.max_by_key(|(powers, _)| powers[axis])?;
            let power = powers[axis];
            let toward = match (infinite, power % 2 == 1) {
                ([true, true], true) => return None,
                ([true, false], true) => -coefficient,
                _ => *coefficient,
            };
            if toward.is_nan() || toward <= CANCELLED * size {
                return None;
            }
            found[axis] = Some((power, toward * (1.0 - MARGIN)));
        }
        found.iter().any(Option::is_some).then_some(Lead(found))
    }

    /// Whether a term is one of them.
    fn is_leading(&self, powers: &[u32]) -> bool {
        let mut own = powers.iter().zip(&self.0).filter(|(power, _)| **power > 0);
        let is_it = matches!(own.next(), Some((power, Some((most, _)))) if power == most);
        is_it && own.next().is_none()
    }
}

/// Formulas as polynomials.
struct Polynomials<'a> {
    arena: &'a Arena,
    n: usize,
    known: BTreeMap<usize, Option<Polynomial>>,
}

impl Polynomials<'_> {
    /// A formula as a polynomial, if it is one and not too long.
    fn of(&mut self, root: Id) -> Option<Polynomial> {
        let needed = self.arena.needed(&[root]);
        for (index, node) in self.arena.nodes().iter().enumerate() {
            if needed[index] && !self.known.contains_key(&index) {
                let found = self.node(node);
                self.known.insert(index, found);
            }
        }
        self.get(root).cloned()
    }

    fn get(&self, id: Id) -> Option<&Polynomial> {
        self.known.get(&id.index())?.as_ref()
    }

    fn node(&self, node: &Node) -> Option<Polynomial> {
        let mut powers = vec![0; self.n];
        match *node {
            Node::Constant(bits, _) => {
                let value = f64::from_bits(bits);
                value.is_finite().then(|| Polynomial::term(powers, value))
            }
            Node::Symbol(symbol) => Some(Polynomial::term(powers, symbol.value())),
            Node::Input(i) => {
                *powers.get_mut(i as usize)? = 1;
                Some(Polynomial::term(powers, 1.0))
            }
            Node::Unary(Unary::Neg, x) => Some(self.get(x)?.times(-1.0)),
            Node::Binary(Binary::Add, x, y) => Some(self.get(x)?.plus(self.get(y)?, 1.0)),
            Node::Binary(Binary::Sub, x, y) => Some(self.get(x)?.plus(self.get(y)?, -1.0)),
            Node::Binary(Binary::Mul, x, y) => self.get(x)?.product(self.get(y)?),
            Node::Binary(Binary::Div, x, y) => {
                let below = self.arena.number(y).filter(|y| *y != 0.0)?;
                Some(self.get(x)?.times(1.0 / below))
            }
            Node::Power(x, k) if (0..=MOST_POWER as i32).contains(&k) => {
                let base = self.get(x)?;
                let one = Polynomial::term(powers, 1.0);
                (0..k).try_fold(one, |power, _| power.product(base))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};
    use crate::scatter::Scatter;

    const INFINITE: Range = (f64::NEG_INFINITY, f64::INFINITY);

    fn limits_of(
        condition: impl for<'g> Fn([Expr<'g>; 2]) -> Expr<'g>,
        limits: [Range; 2],
    ) -> Vec<Range> {
        let graph = Graph::new();
        let root = condition([graph.input(0), graph.input(1)]).id;
        confined(&graph.into_arena(), &[root], &[], limits.to_vec())
    }

    #[test]
    fn nothing_lies_outside_of_the_limits_that_are_found() {
        type Condition = for<'g> fn([Expr<'g>; 2]) -> Expr<'g>;
        let conditions: [(Condition, [Range; 2]); 6] = [
            (
                |[x, y]| (x.powi(4) + y.powi(4) - x * y).lt(1.0),
                [INFINITE; 2],
            ),
            (
                |[x, y]| (x * x + y * y - 1.9 * x * y).le(3.0),
                [INFINITE; 2],
            ),
            (
                |[x, y]| ((x - 10.0).powi(2) + (y + x).powi(2) / 4.0).lt(1.0),
                [INFINITE; 2],
            ),
            (
                |[x, y]| (x + 2.0 * y).lt(3.0),
                [(0.0, f64::INFINITY), (-1.0, f64::INFINITY)],
            ),
            (
                |[x, y]| (y.powi(2) - x.powi(3)).le(x * y),
                [(f64::NEG_INFINITY, 2.0), INFINITE],
            ),
            (
                |[x, y]| (x.powi(6) - x.powi(5) + y.powi(2)).lt(x),
                [INFINITE; 2],
            ),
        ];
        for (number, (condition, limits)) in conditions.iter().enumerate() {
            let found = limits_of(condition, *limits);
            let finite = found
                .iter()
                .all(|(lo, hi)| lo.is_finite() && hi.is_finite());
            assert!(finite, "{number}: {found:?}");
            let graph = Graph::new();
            let truth = condition([graph.input(0), graph.input(1)]);
            let scattered = Scatter::golden(2);
            for k in 1..20_000 {
                // Ten times as far.
                let point = scattered.point(k);
                let at = |axis: usize| {
                    let (lo, hi) = found[axis];
                    let (from, to) = (
                        limits[axis].0.max(10.0 * lo - hi),
                        limits[axis].1.min(10.0 * hi - lo),
                    );
                    from + (to - from) * point[axis]
                };
                let at = [at(0), at(1)];
                let inside = (0..2).all(|k| at[k] >= found[k].0 && at[k] <= found[k].1);
                assert!(
                    inside || truth.value(&at) == 0.0,
                    "{number}: {at:?} {found:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_confined_keeps_its_limits() {
        type Condition = for<'g> fn([Expr<'g>; 2]) -> Expr<'g>;
        let open: [Condition; 5] = [
            |[x, y]| (x * x - y * y).lt(1.0),
            |[x, y]| (x * x + y * y - 2.0 * x * y).lt(1.0),
            |[x, y]| (x * y).lt(1.0),
            |[x, y]| (x.powi(2) + y.powi(2)).gt(1.0),
            |[x, y]| (x.powi(2) + y.powi(2) * x.exp()).lt(1.0),
        ];
        for (number, condition) in open.iter().enumerate() {
            assert_eq!(
                limits_of(condition, [INFINITE; 2]),
                [INFINITE; 2],
                "{number}"
            );
        }
    }

    #[test]
    fn equations_confine_whatever_their_sign() {
        let graph = Graph::new();
        let root = {
            let [x, y] = [0, 1].map(|i| graph.input(i));
            (1.0 - x.powi(2) - y.powi(2)).id
        };
        let found = confined(&graph.into_arena(), &[], &[root], vec![INFINITE; 2]);
        for (lo, hi) in found {
            // The root of twice what the constant is at most, since M and not Σ τ counts.
            assert!(
                (-1.5..=-1.0).contains(&lo) && (1.0..=1.5).contains(&hi),
                "{lo} {hi}"
            );
        }
    }
}
