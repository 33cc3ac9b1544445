//! Iterated integrals by antiderivatives, from the inside out, each step held against the integrator.
//!
//! 1. The innermost variable first; where no rule finds an antiderivative, another one whose limits are free
//!    of the rest and on which no other limits depend (Fubini).
//! 2. A step counts if the derivative of the antiderivative is the integrand and the difference at the limits
//!    is the numerical integral.

use crate::antiderivative::{End, Proof, Sum, antiderivative_of, verified};
use crate::deadline::Deadline;
use crate::integrate::settings::Settings;
use crate::map::map::Map;
use crate::map::parameters::Parameters;
use crate::map::region::Region;

use super::posed::{Limit, Order, Posed, between};

/// One integral of one variable, done.
pub(super) struct Done {
    pub(super) variable: usize,
    pub(super) limits: [Limit; 2],
    pub(super) integrand: Sum,
    pub(super) found: Sum,
    pub(super) rules: Vec<String>,
    pub(super) proof: Proof,
    /// The antiderivative at the upper and the lower limit.
    pub(super) ends: [Sum; 2],
    pub(super) value: Sum,
    /// The integrals that it was divided into, if it was.
    pub(super) parts: Vec<Done>,
}

/// Why an integral of one variable is not done.
#[derive(Clone)]
pub(super) enum Obstacle {
    /// No rule gives an antiderivative.
    NoRule,
    /// There is one, without a known value at the upper or the lower limit.
    NoValue { found: Sum, at: Limit },
    /// The difference at the limits is not the numerical integral.
    Unconfirmed(Sum),
}

/// What stopped an evaluation: variable, integrand and obstacle.
pub(super) type Stuck = (usize, Sum, Obstacle);

/// An iterated integral, as far as it went.
#[derive(Default)]
pub(super) struct Evaluation {
    pub(super) steps: Vec<Done>,
    /// The value, where it went to the end.
    pub(super) value: Option<Sum>,
    /// What stopped it.
    pub(super) stuck: Option<Stuck>,
}

/// A factor for each variable, and a number before them.
pub(super) struct Separated {
    pub(super) scale: Sum,
    pub(super) factors: Vec<Sum>,
}

/// What a numerical integral of a step may be off beside its own error: formulas lose digits to cancellation.
const ROUNDING: f64 = 1e-9;

/// The largest error of a numerical integral that a step is held against.
const LOOSEST: f64 = 1e-5;

/// The part of the time that is left that one integral may take.
const SHARE: f64 = 0.25;

/// The least time for an integral.
const LEAST_SECONDS: f64 = 1e-3;

impl Posed<'_> {
    /// The iterated integral of a sum over some of the variables.
    pub(super) fn iterated(&self, sum: &Sum, over: &[usize], settings: &Settings) -> Evaluation {
        let Some((&last, _)) = over.split_last() else {
            return Evaluation {
                value: Some(sum.clone()),
                ..Evaluation::default()
            };
        };
        let mut first: Option<Evaluation> = None;
        for &k in over.iter().rev() {
            if k != last && !self.is_free(k, over) {
                continue;
            }
            let evaluation = match self.single(sum, k, settings) {
                Err(obstacle) => Evaluation {
                    stuck: Some((k, sum.clone(), obstacle)),
                    ..Evaluation::default()
                },
                Ok(done) => {
                    let rest: Vec<usize> = over.iter().copied().filter(|&j| j != k).collect();
                    let mut outer = self.iterated(&done.value, &rest, settings);
                    outer.steps.insert(0, done);
                    outer
                }
            };
            if evaluation.value.is_some() {
                return evaluation;
            }
            first.get_or_insert(evaluation);
        }
        first.unwrap_or_default()
    }

    /// Whether no limits of other variables depend on this one.
    fn is_free(&self, k: usize, over: &[usize]) -> bool {
        let depends = |j: usize| {
            self.limits[j].iter().any(|limit| match &limit.end {
                Some(End::Finite(at)) => at.has(k as u32),
                Some(End::Infinite(_)) => false,
                None => true,
            })
        };
        !over.iter().any(|&j| j != k && depends(j))
    }

    /// The same problem with the second variable outside, where the region of two is a triangle: one limit
    /// of the second is a number, the other a straight line that meets it at an end of the first.
    pub(super) fn with_other_order(&self) -> Option<Self> {
        let finite = |limit: &Limit| match &limit.end {
            Some(End::Finite(at)) => Some(at.clone()),
            _ => None,
        };
        let [a, b] = [finite(&self.limits[0][0])?, finite(&self.limits[0][1])?];
        let [lo, hi] = [
            finite(&self.limits.get(1)?[0])?,
            finite(&self.limits.get(1)?[1])?,
        ];
        if self.variables != 2 || lo.has(0) == hi.has(0) {
            return None;
        }
        let (line, level, line_is_lower) = match lo.has(0) {
            true => (&lo, &hi, true),
            false => (&hi, &lo, false),
        };
        let (slope, rest) = line.as_linear(0)?;
        let at = |end: &Sum| self.algebra.replaced(line, 0, end);
        let back = self.algebra.over(&Sum::input(1).minus(&rest), &slope);
        let limit = |sum: &Sum| Limit {
            text: self.text(sum),
            end: Some(End::Finite(sum.clone())),
        };
        // The triangle's tip is where the line meets the level; the first variable runs from the line to the
        // other end.
        let (first, far) = match (at(&b) == *level, at(&a) == *level) {
            (true, false) => ([limit(&a), limit(&back)], at(&a)),
            (false, true) => ([limit(&back), limit(&b)], at(&b)),
            _ => return None,
        };
        let second = match line_is_lower {
            true => [limit(&far), limit(level)],
            false => [limit(level), limit(&far)],
        };
        Some(Posed {
            limits: vec![first, second],
            order: vec![Order::Rising; 2],
            ..self.clone()
        })
    }

    /// The integral over one variable: in one piece, or divided where what an absolute value is taken of is 0.
    pub(super) fn single(
        &self,
        sum: &Sum,
        k: usize,
        settings: &Settings,
    ) -> Result<Done, Obstacle> {
        self.in_one_piece(sum, k, settings)
            .or_else(|obstacle| self.in_parts(sum, k, settings).ok_or(obstacle))
    }

    /// The integral over one variable by one antiderivative.
    pub(super) fn in_one_piece(
        &self,
        sum: &Sum,
        k: usize,
        settings: &Settings,
    ) -> Result<Done, Obstacle> {
        let x = k as u32;
        let found = antiderivative_of(&self.algebra, sum, x, &self.names);
        let (found, rules) = found.ok_or(Obstacle::NoRule)?;
        let proof = verified(&self.algebra, &found, sum, x).ok_or(Obstacle::NoRule)?;
        let at = |limit: &Limit| {
            let value = limit
                .end
                .as_ref()
                .and_then(|end| self.algebra.at(&found, x, end));
            value.ok_or_else(|| Obstacle::NoValue {
                found: found.clone(),
                at: limit.clone(),
            })
        };
        let [lo, hi] = &self.limits[k];
        let (upper, lower) = (at(hi)?, at(lo)?);
        let value = self.algebra.pythagoras(&upper.minus(&lower));
        let done = Done {
            variable: k,
            limits: self.limits[k].clone(),
            integrand: sum.clone(),
            found,
            rules,
            proof,
            ends: [upper, lower],
            value,
            parts: Vec::new(),
        };
        match self.agrees(&done, settings) {
            true => Ok(done),
            false => Err(Obstacle::Unconfirmed(done.found)),
        }
    }

    /// Whether the numerical integral of a step is the difference of the antiderivative, at places of the
    /// other variables.
    fn agrees(&self, done: &Done, settings: &Settings) -> bool {
        // Without other variables all places are one.
        let places = if self.variables == 1 { 1 } else { 2 };
        [0.37, 0.71]
            .iter()
            .take(places)
            .all(|&part| self.agrees_at(done, part, settings).unwrap_or(false))
    }

    fn agrees_at(&self, done: &Done, part: f64, settings: &Settings) -> Option<bool> {
        let k = done.variable;
        let place = self.place(part)?;
        let mut parameters = Parameters::new();
        for (i, name) in self.names.iter().enumerate() {
            if i != k {
                parameters.set(name, place[i]);
            }
        }
        let name = self.names[k].as_str();
        let target = format!("{name}_itself");
        let map = Map::from_equations(&[(&target, name)], &[name], &parameters).ok()?;
        let [lo, hi] = &self.limits[k];
        let region = Region::from_limits(&[(name, [&lo.text, &hi.text])], &parameters).ok()?;
        let line = map.over(&region).ok()?;
        let text = self.text(&done.integrand);
        let integrands = line.parse(&[&text]).ok()?;
        // Limits that are swapped here count negative.
        let [a, b] = region.limits_at(0, &[]).ok()?;
        let sign = if a > b { -1.0 } else { 1.0 };
        let answer = line
            .integrate_all(&integrands, &self.within(settings))
            .ok()?;
        let value = self.algebra.value(&done.value, &place);
        // An integral of which little is known confirms nothing.
        if answer.error > LOOSEST * (1.0 + value.abs()) || answer.error.is_nan() {
            return Some(false);
        }
        let allowed = answer.error + ROUNDING * (1.0 + value.abs());
        Some((sign * answer.value - value).abs() <= allowed)
    }

    /// The settings for one integral of several, within the time that is left for all.
    fn within(&self, settings: &Settings) -> Settings {
        // A step of a textbook's takes milliseconds; one that does not must leave time to the others.
        let seconds = (SHARE * Deadline::current().seconds_left()).max(LEAST_SECONDS);
        // How the whole is to be integrated is no matter of the steps.
        let own = Settings {
            threads: settings.threads,
            watch: settings.watch.clone(),
            ..Settings::default()
        };
        own.max_seconds(seconds.min(settings.max_seconds))
    }

    /// Values of all variables and parameters: this part of the way between the limits.
    pub(super) fn place(&self, part: f64) -> Option<Vec<f64>> {
        let mut place: Vec<f64> = Vec::new();
        for k in 0..self.variables {
            let mut inputs = place.clone();
            inputs.resize(self.variables, f64::NAN);
            inputs.extend(&self.parameters);
            let at = |limit: &Limit| match limit.end.as_ref()? {
                End::Finite(at) => Some(self.algebra.value(at, &inputs)),
                End::Infinite(true) => Some(f64::INFINITY),
                End::Infinite(false) => Some(f64::NEG_INFINITY),
            };
            let [lo, hi] = &self.limits[k];
            place.push(between([at(lo)?, at(hi)?], part));
        }
        place.extend(&self.parameters);
        Some(place)
    }

    /// The integrand as a product of functions of one variable each, where all limits are numbers.
    pub(super) fn separated(&self) -> Option<Separated> {
        let n = self.variables;
        if n < 2 || !(0..n).all(|k| self.is_free(k, &(0..n).collect::<Vec<_>>())) {
            return None;
        }
        let mut separated = Separated {
            scale: Sum::whole(1),
            factors: vec![Sum::whole(1); n],
        };
        let factors = self.algebra.factors_of_text(&self.whole, &self.names)?;
        for factor in factors.iter().flat_map(|f| self.algebra.exponentials_of(f)) {
            let own: Vec<usize> = (0..n).filter(|&k| factor.has(k as u32)).collect();
            let place = match own[..] {
                [] => &mut separated.scale,
                [k] => &mut separated.factors[k],
                _ => return None,
            };
            *place = self.algebra.times(place, &factor);
        }
        (!separated.scale.is_none() && separated.factors.iter().all(|f| !f.is_none()))
            .then_some(separated)
    }
}
