//! Conditions that are limits: x + y ≤ 1 is y ≤ 1 − x, in the innermost variable that occurs.
//!
//! 1. The condition in the variables, with all on one side and positive factors divided off.
//! 2. Solved for the innermost variable, if that stands there to one power alone.
//! 3. The bound takes the place of a limit if it lies between the two for all values of the variables
//!    outside; that it is not beyond the other limit is a condition on these.

use crate::antiderivative::{Algebra, End, Number, Sum};

use super::posed::{Limit, Posed};

/// Conditions that follow from others are not followed further than that.
const MOST: usize = 12;

/// A condition: what is not above 0, and how it was given.
struct Condition {
    sum: Sum,
    given: String,
}

impl Posed<'_> {
    /// Makes limits of the conditions, if that can be done with all of them.
    pub(super) fn with_conditions_as_limits(&mut self) {
        let texts = self.domain.conditions();
        if texts.is_empty() || self.domain.is_signed() {
            return;
        }
        let Some(conditions) = texts.iter().map(|text| self.condition(text)).collect() else {
            return;
        };
        let conditions: Vec<Vec<Condition>> = conditions;
        let mut narrowed = self.clone();
        let mut left: Vec<Condition> = conditions.into_iter().flatten().rev().collect();
        for _ in 0..MOST {
            let Some(condition) = left.pop() else {
                *self = narrowed;
                self.has_conditions = false;
                return;
            };
            match narrowed.narrow(&condition) {
                Some(more) => left.extend(more),
                None => return,
            }
        }
    }

    /// A condition as comparisons that all hold.
    fn condition(&self, text: &str) -> Option<Vec<Condition>> {
        let mut all = Vec::new();
        for text in conjuncts(text)? {
            all.extend(self.comparison(&text)?);
        }
        Some(all)
    }

    /// A comparison, or a chain of them.
    fn comparison(&self, text: &str) -> Option<Vec<Condition>> {
        let text = text.replace("<=", "<").replace(">=", ">");
        if text.contains("==") {
            return None;
        }
        let sides: Vec<&str> = text.split(['<', '>']).collect();
        let signs: Vec<char> = text.chars().filter(|c| matches!(c, '<' | '>')).collect();
        let each = sides.windows(2).zip(&signs).map(|(pair, sign)| {
            let (less, more) = match sign {
                '<' => (pair[0], pair[1]),
                _ => (pair[1], pair[0]),
            };
            let difference = format!("({less}) - ({more})");
            let own = self.substituted_text(&difference, None, true).ok()?;
            Some(Condition {
                sum: self.algebra.of_text(&own, &self.names)?,
                given: format!("{} ≤ {}", less.trim(), more.trim()),
            })
        });
        each.collect()
    }

    /// Narrows limits by a condition; what has to hold besides, or `None` where it is no limit.
    fn narrow(&mut self, condition: &Condition) -> Option<Vec<Condition>> {
        let algebra = self.algebra.clone();
        let (_, sum) = algebra.content(&condition.sum, false);
        let (lo, hi) = algebra.range(&sum);
        if hi <= 0.0 {
            return Some(Vec::new());
        }
        if lo > 0.0 {
            return None;
        }
        let k = (0..self.variables).rev().find(|&k| sum.has(k as u32))?;
        let (bound, is_upper) = solved(&algebra, &sum, k as u32)?;
        let at = |index: usize| match &self.limits[k][index].end {
            Some(End::Finite(at)) => Ok(Some(at.clone())),
            Some(End::Infinite(_)) => Ok(None),
            None => Err(()),
        };
        let [own, other] = match is_upper {
            true => [at(1), at(0)],
            false => [at(0), at(1)],
        };
        let (own, other) = (own.ok()?, other.ok()?);
        let distance = |from: &Sum, to: &Sum| match is_upper {
            true => to.minus(from),
            false => from.minus(to),
        };
        if let Some(own) = &own {
            let (least, most) = algebra.range(&distance(&bound, own));
            match (least >= 0.0, most <= 0.0) {
                (true, _) => {}
                // The limit is the stronger one.
                (_, true) => return Some(Vec::new()),
                _ => return None,
            }
        }
        let index = usize::from(is_upper);
        let text = self.text(&bound);
        let sign = if is_upper { "≤" } else { "≥" };
        let new = format!("{} {sign} {text}", self.names[k]);
        let sentence = match condition.given == new {
            true => format!("`{new}`"),
            false => format!("`{}` is `{new}`", condition.given),
        };
        self.narrowed.push(sentence);
        let (least, most) = algebra.range(&bound);
        let range = &mut self.algebra.ranges[k];
        match is_upper {
            true => range.1 = range.1.min(most),
            false => range.0 = range.0.max(least),
        }
        self.limits[k][index] = Limit {
            text,
            end: Some(End::Finite(bound.clone())),
        };
        let Some(other) = other else {
            return Some(Vec::new());
        };
        // The bound is not beyond the other limit.
        let beyond = distance(&bound, &other);
        let given = match is_upper {
            true => format!("{} ≤ {}", self.text(&other), self.text(&bound)),
            false => format!("{} ≤ {}", self.text(&bound), self.text(&other)),
        };
        Some(vec![Condition { sum: beyond, given }])
    }
}

/// The bound of a·x^n + c ≤ 0 for x, and whether it is an upper one.
fn solved(algebra: &Algebra, sum: &Sum, x: u32) -> Option<(Sum, bool)> {
    let mut powers = sum.by_powers(x)?;
    let rest = powers.remove(&Number::ZERO).unwrap_or_default();
    let (power, slope) = powers.pop_first()?;
    if !powers.is_empty() {
        return None;
    }
    let is_upper = match algebra.range(&slope) {
        (lo, _) if lo > 0.0 => true,
        (_, hi) if hi < 0.0 => false,
        _ => return None,
    };
    let bound = algebra.over(&rest.negated(), &slope);
    let bound = match power {
        Number::ONE => bound,
        // x and its power grow together from 0 on.
        _ if !power.is_negative() && algebra.range(&Sum::input(x)).0 >= 0.0 => {
            if algebra.range(&bound).0 < 0.0 {
                return None;
            }
            algebra.power(&bound, power.inverse())
        }
        _ => return None,
    };
    (!bound.is_none()).then_some((bound, is_upper))
}

/// The parts that a text joins by `and`; `None` where it has other words of logic.
pub(super) fn conjuncts(text: &str) -> Option<Vec<String>> {
    let words = |text: &str| -> Vec<String> {
        let is_end = |c: char| !(c.is_alphanumeric() || c == '_');
        text.split(is_end).map(str::to_owned).collect()
    };
    let has = |words: &[String], word: &str| words.iter().any(|own| own == word);
    let all = words(text);
    if ["or", "not", "if"].iter().any(|word| has(&all, word)) {
        return None;
    }
    let parts: Vec<String> = text
        .split(" and ")
        .map(|part| part.trim().to_owned())
        .collect();
    // Brackets around several are no brackets of one.
    let is_closed = |part: &String| part.matches('(').count() == part.matches(')').count();
    let is_single = |part: &String| !has(&words(part), "and") && is_closed(part);
    parts.iter().all(is_single).then_some(parts)
}
