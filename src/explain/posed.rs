//! A problem as its working needs it: names, formulas and sums of the map, the limits and the integrand.

use crate::antiderivative::{Algebra, End, Number, Sum};
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::Expr;
use crate::expr::operator::ALL;
use crate::expr::simplify::{simplify, textbook};
use crate::expr::text::parse::{Scope, expression};
use crate::map::domain::Domain;
use crate::map::mapped_region::MappedRegion;
use crate::map::region::Region;
use crate::scatter::Scatter;

use super::step::{Math, factor, is_sum, set};

/// A limit: as text, and as a sum where it is one.
#[derive(Clone)]
pub(super) struct Limit {
    pub(super) text: String,
    pub(super) end: Option<End>,
}

/// A map over limits with an integrand, in words and sums.
#[derive(Clone)]
pub(super) struct Posed<'a> {
    pub(super) domain: &'a MappedRegion,
    /// Variables, then parameters.
    pub(super) names: Vec<String>,
    pub(super) variables: usize,
    /// The values of the parameters.
    pub(super) parameters: Vec<f64>,
    pub(super) algebra: Algebra,
    pub(super) limits: Vec<[Limit; 2]>,
    /// The integrand as it was given.
    pub(super) given: String,
    /// The integrand in the variables, as it comes and simplified.
    pub(super) substituted: String,
    pub(super) simplified: String,
    /// The determinant or volume: name, text.
    pub(super) measure: (&'static str, String),
    /// The determinant or volume as it was found.
    pub(super) first: String,
    /// What is integrated over the limits.
    pub(super) whole: String,
    /// The determinant's sign over the limits, if it is known: 1 or −1.
    pub(super) sign: Option<i64>,
    /// Of each variable, how its limits lie to each other.
    pub(super) order: Vec<Order>,
    /// Whether there are conditions that are not among the limits.
    pub(super) has_conditions: bool,
    /// The conditions that became limits, in words.
    pub(super) narrowed: Vec<String>,
    /// The limits before they did.
    pub(super) given_limits: Vec<[Limit; 2]>,
}

/// How the limits of a variable lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Rising,
    /// The first is above the second; where signs do not count, they changed places.
    Falling,
    /// Not the same everywhere.
    Crossing,
}

impl<'a> Posed<'a> {
    pub(super) fn new(domain: &'a MappedRegion, given: &str) -> Result<Self, Error> {
        let (map, region) = (domain.map(), domain.region());
        let parameters = map.parameters();
        let variables = map.variables().len();
        let names: Vec<String> = map
            .variables()
            .iter()
            .chain(parameters.names())
            .cloned()
            .collect();
        let mut ranges = region.ranges();
        ranges.extend(parameters.values().iter().map(|&value| (value, value)));
        let mut algebra = Algebra::new(ranges).with_constants(variables);
        let (mut limits, mut order) = (Vec::new(), Vec::new());
        for variable in 0..variables {
            let infinite = region.constant_limits_of(variable).unwrap_or((0.0, 0.0));
            let [lo, hi] = region.text(variable);
            let limit = |text: String, value: f64| {
                let end = match value.is_infinite() {
                    true => Some(End::Infinite(value > 0.0)),
                    false => algebra.of_text(&text, &names).map(End::Finite),
                };
                Limit { text, end }
            };
            let mut pair = [limit(lo, infinite.0), limit(hi, infinite.1)];
            let own = order_of(region, variable);
            // Swapped limits have the same content.
            if own == Order::Falling && !domain.is_signed() {
                pair.reverse();
            }
            // Limits that are formulas say more of a variable than numbers around them.
            let bounds = pair.each_ref().map(|limit| match &limit.end {
                Some(End::Finite(at)) => algebra.range(at),
                _ => ALL,
            });
            let range = &mut algebra.ranges[variable];
            range.0 = range.0.max(bounds[0].0.min(bounds[1].0));
            range.1 = range.1.min(bounds[0].1.max(bounds[1].1));
            order.push(own);
            limits.push(pair);
        }
        let algebra = algebra;
        let measure = match domain.determinant() {
            Some(measure) => measure,
            None => ("det J", map.jacobian()?.determinant()),
        };
        let is_square = map.targets().len() == variables;
        let first = measure.1.clone();
        let sum = algebra.of_text(&measure.1, &names);
        let measure = match &sum {
            Some(sum) => (measure.0, shorter(algebra.text(sum, &names), measure.1)),
            None => measure,
        };
        let sign = sum.and_then(|sum| {
            let (common, rest) = algebra.content(&sum, true);
            let sign = |sum: &Sum| {
                let (lo, hi) = algebra.range(sum);
                match (lo >= 0.0, hi <= 0.0) {
                    (true, _) => Some(1),
                    (_, true) => Some(-1),
                    _ => None,
                }
            };
            sign(&sum).or_else(|| Some(sign(&common)? * sign(&rest)?))
        });
        let size = match (domain.is_signed() || !is_square, sign) {
            (true, _) | (false, Some(1)) => measure.1.clone(),
            (false, Some(_)) => format!("-({})", measure.1),
            (false, None) => format!("abs({})", measure.1),
        };
        let substituted = Substituted {
            domain,
            names: &names,
            ranges: &algebra.ranges,
        };
        let as_it_comes = substituted.text(given, None, false)?;
        let simplified = substituted.text(given, None, true)?;
        let whole = substituted.text(given, Some(&size), true)?;
        let [simplified, whole] =
            [simplified, whole].map(|text| match algebra.of_text(&text, &names) {
                Some(sum) => shorter(algebra.text(&sum, &names), text),
                None => text,
            });
        let mut posed = Posed {
            domain,
            variables,
            parameters: parameters.values().to_vec(),
            limits,
            given: given.to_owned(),
            substituted: as_it_comes,
            simplified,
            measure,
            first,
            whole,
            sign,
            order,
            names,
            algebra,
            has_conditions: !domain.conditions().is_empty(),
            narrowed: Vec::new(),
            given_limits: Vec::new(),
        };
        posed.given_limits = posed.limits.clone();
        posed.with_conditions_as_limits();
        Ok(posed)
    }

    /// Whether there are as many targets as variables.
    pub(super) fn is_square(&self) -> bool {
        self.domain.map().targets().len() == self.variables
    }

    /// Where all is numbers: the same sum with the parameters' values.
    pub(super) fn with_values(&self, sum: &Sum) -> Option<Sum> {
        let mut sum = sum.clone();
        for (k, &value) in self.parameters.iter().enumerate() {
            let number = Sum::number(Number::of(value)?);
            sum = self
                .algebra
                .replaced(&sum, (self.variables + k) as u32, &number);
        }
        Some(sum)
    }

    /// Whether the targets are the variables themselves.
    pub(super) fn is_identity(&self) -> bool {
        let map = self.domain.map();
        let targets = map.targets().iter().enumerate();
        self.is_square()
            && map.targets() == map.variables()
            && targets.into_iter().all(|(i, name)| map.text(i) == *name)
    }

    /// The range of a variable, as inequalities.
    pub(super) fn inequalities(&self, k: usize) -> String {
        self.inequalities_of(k, &self.limits[k])
    }

    /// The range of a variable before conditions became limits, as inequalities.
    pub(super) fn given_inequalities(&self, k: usize) -> String {
        self.inequalities_of(k, &self.given_limits[k])
    }

    fn inequalities_of(&self, k: usize, [lo, hi]: &[Limit; 2]) -> String {
        let is_down = self.order[k] == Order::Falling && self.domain.is_signed();
        let sign = |limit: &Limit| match (&limit.end, is_down) {
            (Some(End::Infinite(_)), false) => "<",
            (Some(End::Infinite(_)), true) => ">",
            (_, false) => "≤",
            (_, true) => "≥",
        };
        let name = &self.names[k];
        match [&lo.end, &hi.end] {
            [Some(End::Infinite(_)), Some(End::Infinite(_))] => {
                format!("{} < {name} < {}", lo.text, hi.text)
            }
            [Some(End::Infinite(_)), _] if !is_down => format!("{name} ≤ {}", hi.text),
            [_, Some(End::Infinite(_))] if !is_down => format!("{name} ≥ {}", lo.text),
            _ => format!("{} {} {name} {} {}", lo.text, sign(lo), sign(hi), hi.text),
        }
    }

    /// A formula of targets and variables in the variables, times one of these; simplified or as it comes.
    pub(super) fn substituted_text(
        &self,
        text: &str,
        times: Option<&str>,
        is_simple: bool,
    ) -> Result<String, Error> {
        let substituted = Substituted {
            domain: self.domain,
            names: &self.names,
            ranges: &self.algebra.ranges,
        };
        substituted.text(text, times, is_simple)
    }

    /// The shorter of a text and the text of the sum that it is.
    pub(super) fn tidy(&self, text: String) -> String {
        match self.algebra.of_text(&text, &self.names) {
            Some(sum) => shorter(self.text(&sum), text),
            None => text,
        }
    }

    pub(super) fn text(&self, sum: &Sum) -> String {
        self.algebra.text(sum, &self.names)
    }

    /// The integral of a formula over some of the variables, the outermost first.
    pub(super) fn integral(&self, over: &[usize], of: &str) -> Math {
        let over: Vec<_> = over.iter().map(|&k| (k, &self.limits[k])).collect();
        self.integral_over(&over, of)
    }

    /// The integral of a formula over one variable between limits.
    pub(super) fn integral_between(&self, k: usize, limits: &[Limit; 2], of: &str) -> Math {
        self.integral_over(&[(k, limits)], of)
    }

    fn integral_over(&self, over: &[(usize, &[Limit; 2])], of: &str) -> Math {
        let (mut text, mut latex) = (String::new(), String::new());
        for (k, [lo, hi]) in over {
            text += &format!("∫[{} = {}..{}] ", self.names[*k], lo.text, hi.text);
            latex += &format!(r"\int_{{{}}}^{{{}}} ", set(&lo.text), set(&hi.text));
        }
        let body = match is_sum(of) {
            true => factor(of),
            false => Math::of(of),
        };
        text += &body.text;
        latex += &body.latex;
        for (k, _) in over.iter().rev() {
            text += &format!(" d{}", self.names[*k]);
            latex += &format!(r"\, d{}", Math::name(&self.names[*k]).latex);
        }
        Math::new(text, latex)
    }
}

/// Points at which limits are compared.
const PLACES: usize = 64;

/// How two limits lie to each other, at points of the region.
fn order_of(region: &Region, variable: usize) -> Order {
    let scatter = Scatter::roots(variable + 1);
    let (mut is_up, mut is_down) = (false, false);
    for k in 1..=PLACES {
        let part = scatter.point(k);
        let mut place: Vec<f64> = Vec::new();
        for (own, &part) in part.iter().enumerate() {
            let Ok([lo, hi]) = region.limits_at(own, &place) else {
                break;
            };
            if own == variable {
                is_up |= lo < hi;
                is_down |= lo > hi;
            }
            place.push(between([lo, hi], part));
        }
    }
    match (is_up, is_down) {
        (true, true) => Order::Crossing,
        (false, true) => Order::Falling,
        _ => Order::Rising,
    }
}

/// A part of the way between two limits, or of the first unit of an infinite one.
pub(super) fn between([lo, hi]: [f64; 2], part: f64) -> f64 {
    match (lo.is_finite(), hi.is_finite()) {
        (true, true) => lo + part * (hi - lo),
        (true, false) => lo + part * hi.signum(),
        (false, true) => hi + part * lo.signum(),
        _ => part,
    }
}

/// The shorter text, the first of equals.
pub(super) fn shorter(first: String, second: String) -> String {
    match first.chars().count() <= second.chars().count() {
        true => first,
        false => second,
    }
}

/// Formulas of the targets, with the map in their place.
struct Substituted<'a> {
    domain: &'a MappedRegion,
    names: &'a [String],
    ranges: &'a [(f64, f64)],
}

impl Substituted<'_> {
    /// A formula of targets and variables in the variables, times another; simplified or as it comes.
    fn text(&self, text: &str, times: Option<&str>, is_simple: bool) -> Result<String, Error> {
        let map = self.domain.map();
        let formulas = Formulas::build(self.names.to_vec(), |graph, inputs| {
            let mut scope = Scope::new(graph);
            let parameters = map.parameters().names().len();
            let (variables, values) = inputs.split_at(inputs.len() - parameters);
            for (name, value) in map.parameters().names().iter().zip(values) {
                scope.define(name, *value);
            }
            for (name, value) in map.variables().iter().zip(variables) {
                scope.define(name, *value);
            }
            let own = scope.clone();
            let targets: Vec<Expr<'_>> = map.formulas().within(graph, inputs);
            for (name, value) in map.targets().iter().zip(targets) {
                scope.define(name, value);
            }
            let value = expression(text, &scope)?;
            Ok::<_, Error>(vec![match times {
                Some(times) => value * expression(times, &own)?,
                None => value,
            }])
        })?;
        if !is_simple {
            return Ok(formulas.text(0));
        }
        let (arena, roots) = simplify(&formulas.arena, &formulas.roots, self.ranges);
        Ok(textbook(&arena, roots[0], self.ranges, self.names))
    }
}
