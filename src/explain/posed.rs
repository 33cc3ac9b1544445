//! A problem as its working needs it: names, formulas and sums of the map, the limits and the integrand.

use crate::antiderivative::{Algebra, End, Number, Sum};
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::Expr;
use crate::expr::simplify::{simplify, textbook};
use crate::expr::text::parse::{Scope, expression};
use crate::map::domain::Domain;
use crate::map::mapped_region::MappedRegion;

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
        let algebra = Algebra::new(ranges.clone()).with_constants(variables);
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
        let mut limits = Vec::new();
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
            // Swapped limits have the same content.
            if infinite.0 > infinite.1 && !domain.is_signed() {
                pair.reverse();
            }
            limits.push(pair);
        }
        let substituted = Substituted {
            domain,
            names: &names,
            ranges: &ranges,
        };
        let as_it_comes = substituted.text(given, None, false)?;
        let simplified = substituted.text(given, None, true)?;
        let whole = substituted.text(given, Some(&size), true)?;
        let [simplified, whole] =
            [simplified, whole].map(|text| match algebra.of_text(&text, &names) {
                Some(sum) => shorter(algebra.text(&sum, &names), text),
                None => text,
            });
        Ok(Posed {
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
            names,
            algebra,
        })
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

    /// The range of a variable, as inequalities.
    pub(super) fn inequalities(&self, k: usize) -> String {
        let [lo, hi] = &self.limits[k];
        let sign = |limit: &Limit| match limit.end {
            Some(End::Infinite(_)) => "<",
            _ => "≤",
        };
        format!(
            "{} {} {} {} {}",
            lo.text,
            sign(lo),
            self.names[k],
            sign(hi),
            hi.text
        )
    }

    pub(super) fn text(&self, sum: &Sum) -> String {
        self.algebra.text(sum, &self.names)
    }

    /// The integral of a formula over some of the variables, the outermost first.
    pub(super) fn integral(&self, over: &[usize], of: &str) -> Math {
        let (mut text, mut latex) = (String::new(), String::new());
        for &k in over {
            let [lo, hi] = &self.limits[k];
            text += &format!("∫[{} = {}..{}] ", self.names[k], lo.text, hi.text);
            latex += &format!(r"\int_{{{}}}^{{{}}} ", set(&lo.text), set(&hi.text));
        }
        let body = match is_sum(of) {
            true => factor(of),
            false => Math::of(of),
        };
        text += &body.text;
        latex += &body.latex;
        for &k in over.iter().rev() {
            text += &format!(" d{}", self.names[k]);
            latex += &format!(r"\, d{}", Math::name(&self.names[k]).latex);
        }
        Math::new(text, latex)
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
