//! An antiderivative as a text, with the check that its derivative is the integrand.

use super::algebra::Algebra;
use super::find::antiderivative_of;
use super::sum::Sum;
use super::translate::written;
use crate::error::Error;
use crate::expr::graph::Graph;
use crate::expr::operator::{ALL, Range};
use crate::expr::simplify::{simplify, textbook};
use crate::expr::text::parse::formula_of;
use crate::expr::{derive, value};

/// How it is known that a derivative is the integrand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The difference simplifies to 0.
    Identity,
    /// The difference is 0 to rounding at so many points.
    Points(usize),
}

/// An antiderivative in one variable, of which the derivative was compared with the integrand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Antiderivative {
    /// The formula.
    pub formula: String,
    /// The rules that gave it, in the order in which they were used.
    pub rules: Vec<String>,
    /// How its derivative was compared with the integrand.
    pub proof: Proof,
}

/// The antiderivative of a textbook integrand, or `None` where no rule gives one.
///
/// F′ = f, where f is a sum of products of powers, exponentials, sines, cosines, logarithms and their
/// inverses to which rules apply: powers, parts, multiple angles, reduction, substitution. `ranges` gives
/// what else occurs in the formula its name and its range, the variable too; signs come from these.
///
/// *Accuracy*: coefficients are exact, and nothing is returned whose derivative, by the differentiation of
/// this crate, is not the integrand.
///
/// ```
/// use pullback::formula::antiderivative;
/// let found = antiderivative("r*exp(-r^2)", "r", &[("r", 0.0, 1.0)])?.unwrap();
/// assert_eq!(found.formula, "-exp(-r^2)/2");
/// assert!(antiderivative("exp(x^2)", "x", &[("x", 0.0, 1.0)])?.is_none());
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] with the place of the first fault of the formula.
pub fn antiderivative(
    formula: &str,
    variable: &str,
    ranges: &[(&str, f64, f64)],
) -> Result<Option<Antiderivative>, Error> {
    let mut names: Vec<String> = ranges.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let mut known: Vec<Range> = ranges.iter().map(|&(_, lo, hi)| (lo, hi)).collect();
    let x = match names.iter().position(|name| name == variable) {
        Some(x) => x,
        None => {
            names.push(variable.to_owned());
            known.push(ALL);
            names.len() - 1
        }
    };
    let (arena, root) = formula_of(formula, &names)?;
    let algebra = Algebra::new(known);
    let Some(sum) = algebra.read(&arena, root) else {
        return Ok(None);
    };
    let found = antiderivative_of(&algebra, &sum, x as u32, &names);
    let found = found.and_then(|(found, rules)| {
        let proof = verified(&algebra, &found, &sum, x as u32)?;
        Some(Antiderivative {
            formula: algebra.text(&found, &names),
            rules: rules.iter().map(|rule| rule.replace('`', "")).collect(),
            proof,
        })
    });
    Ok(found)
}

/// So many points are looked at where the difference does not simplify to 0.
const POINTS: usize = 48;

/// So many of them must have values.
const FEWEST: usize = 12;

/// What rounding may leave of the difference, of the size of the terms: formulas lose a few digits to
/// cancellation.
const ROUNDING: f64 = 1e-9;

/// Compares the derivative of `found`, as this crate differentiates, with the integrand.
pub(crate) fn verified(algebra: &Algebra, found: &Sum, of: &Sum, x: u32) -> Option<Proof> {
    let graph = Graph::new();
    let (difference, both) = {
        let function = written(&graph, found, algebra.constants);
        let integrand = written(&graph, of, algebra.constants);
        let slope = derive::partial(&graph, &[function], x as usize).ok()?;
        let slope = slope[0].unwrap_or_else(|| graph.constant(0.0));
        ((slope - integrand).id, [slope.id, integrand.id])
    };
    let arena = graph.into_arena();
    let (simple, roots) = simplify(&arena, &[difference], &algebra.ranges);
    if textbook(&simple, roots[0], &algebra.ranges, &[]) == "0" {
        return Some(Proof::Identity);
    }
    let meets = |slope: Sum| {
        let difference = algebra.pythagoras(&slope.minus(of));
        difference.is_zero() || algebra.linearised(&difference).is_zero()
    };
    if algebra.read(&arena, both[0]).is_some_and(meets) {
        return Some(Proof::Identity);
    }
    let mut seen = 0;
    for k in 0..POINTS {
        let each = algebra.ranges.iter().enumerate();
        let point: Vec<f64> = each.map(|(i, &range)| scattered(range, k, i)).collect();
        let values = value::values(&arena, &both, &point);
        let (slope, integrand) = (values[0], values[1]);
        if !slope.is_finite() || !integrand.is_finite() {
            continue;
        }
        if (slope - integrand).abs() > ROUNDING * (1.0 + slope.abs().max(integrand.abs())) {
            return None;
        }
        seen += 1;
    }
    (seen >= FEWEST).then_some(Proof::Points(seen))
}

/// The k-th of points that are scattered over a range, along the axis i; infinite ends are cut off.
fn scattered((lo, hi): Range, k: usize, i: usize) -> f64 {
    // Irrational steps fill an interval evenly: roots of primes.
    const STEPS: [f64; 6] = [
        std::f64::consts::SQRT_2,
        1.732_050_807_568_877_2,
        2.236_067_977_499_79,
        2.645_751_311_064_590_7,
        3.316_624_790_355_4,
        3.605_551_275_463_989,
    ];
    let part = ((k + 1) as f64 * STEPS[i % STEPS.len()]).fract();
    let lo = lo.max(if hi < -5.0 { hi - 10.0 } else { -5.0 });
    let hi = hi.min(if lo > 5.0 {
        lo + 10.0
    } else {
        5.0_f64.max(lo + 1.0)
    });
    lo + part * (hi - lo)
}
