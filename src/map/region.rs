//! The region: limits of the variables, each of which may depend on the earlier variables.

use std::ops::Range;

use super::parameters::Parameters;
use crate::error::{Error, Misfit, TextFault};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Node, Operand};
use crate::expr::inputs;
use crate::expr::operator::ALL;
use crate::expr::simplify::value_ranges;
use crate::expr::text::list;
use crate::expr::text::names::check_names;
use crate::expr::text::parse::{self, Scope};

/// Limits of variables: `lo_i(u₁…u_{i−1}) ≤ u_i ≤ hi_i(u₁…u_{i−1})`.
///
/// ```
/// use pullback::Region;
/// let quarter = Region::parse("x = 0..1, y = 0..sqrt(1 - x^2)")?;
/// assert_eq!(quarter.dimension(), 2);
/// assert_eq!(quarter.limits_at(1, &[0.6])?, [0.0, 0.8]);
/// let same = Region::new(|[x, _y]| [(0.0.into(), 1.0.into()), (0.0.into(), (1.0 - x * x).sqrt().into())])?;
/// assert_eq!(same.limits_at(1, &[0.6])?, [0.0, 0.8]);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Region {
    variables: Vec<String>,
    /// Whether the user gave the names.
    named: bool,
    parameters: Parameters,
    /// Lower and upper limit of each variable, as formulas of all variables, then the parameters.
    limits: Formulas,
}

/// A part of a text.
type Part<'t> = (&'t str, Range<usize>);

impl Region {
    /// The region that a closure describes: for every variable a pair of limits, which may be
    /// formulas of earlier variables.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit uses its own or a later variable.
    pub fn new<const N: usize>(
        limits: impl for<'g> FnOnce([Expr<'g>; N]) -> [(Operand<'g>, Operand<'g>); N],
    ) -> Result<Self, Error> {
        let variables: Vec<String> = (1..=N).map(|i| format!("u{i}")).collect();
        let formulas = Formulas::build(variables.clone(), |graph, inputs| {
            let pairs = limits(std::array::from_fn(|i| inputs[i]));
            let both = pairs.into_iter().flat_map(|(lo, hi)| [lo, hi]);
            let formula = |operand| match operand {
                Operand::Expr(e) => e,
                Operand::Number(value) => graph.constant(value),
            };
            Ok::<_, Error>(both.map(formula).collect())
        })?;
        for (k, root) in formulas.roots.iter().enumerate() {
            let needed = formulas.arena.needed(&[*root]);
            for (node, needed) in formulas.arena.nodes().iter().zip(needed) {
                if let (Node::Input(i), true) = (node, needed)
                    && *i as usize >= k / 2
                {
                    return Err(Misfit::LaterVariable {
                        variable: k / 2 + 1,
                        uses: *i as usize + 1,
                    }
                    .into());
                }
            }
        }
        Ok(Region {
            variables,
            named: false,
            parameters: Parameters::new(),
            limits: formulas,
        })
    }

    /// A box: constant limits.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit is not a number.
    pub fn from_ranges(ranges: &[Range<f64>]) -> Result<Self, Error> {
        let limits: Vec<[f64; 2]> = ranges.iter().map(|r| [r.start, r.end]).collect();
        Self::from_numbers(&limits)
    }

    /// A box: for every variable two numbers.
    ///
    /// # Errors
    /// As for [`Region::from_ranges`].
    pub(super) fn from_numbers(limits: &[[f64; 2]]) -> Result<Self, Error> {
        if let Some(i) = limits.iter().flatten().position(|limit| limit.is_nan()) {
            let variable = format!("u{}", i / 2 + 1);
            return Err(Misfit::LimitNotANumber { variable }.into());
        }
        let variables: Vec<String> = (1..=limits.len()).map(|i| format!("u{i}")).collect();
        let limits = Formulas::build(variables.clone(), |graph, _| {
            let ends = limits.iter().flatten();
            Ok::<_, Error>(ends.map(|&value| graph.constant(value)).collect())
        })?;
        Ok(Region {
            variables,
            named: false,
            parameters: Parameters::new(),
            limits,
        })
    }

    /// The region that a text describes, such as `"x = 0..1, y = 0..sqrt(1 - x^2)"`.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_with(text, &Parameters::new())
    }

    /// The region that a text describes, with parameters.
    ///
    /// # Errors
    /// As for [`Region::parse`].
    pub fn parse_with(text: &str, parameters: &Parameters) -> Result<Self, Error> {
        let mut ranges = Vec::new();
        for equation in list::equations(text)? {
            let [lo, hi] = list::limits(text, equation.body)?;
            ranges.push((&text[equation.name], [(text, lo), (text, hi)]));
        }
        Self::from_texts(&ranges, parameters)
    }

    /// The region with these limits: for every variable its name and two texts.
    ///
    /// # Errors
    /// As for [`Region::parse`].
    pub fn from_limits(
        limits: &[(&str, [&str; 2])],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let mut ranges = Vec::new();
        for (name, texts) in limits {
            ranges.push((*name, texts.map(|text| (text, 0..text.len()))));
        }
        Self::from_texts(&ranges, parameters)
    }

    /// The region with these limits: for every variable its name and two texts, each with its part
    /// that is the formula.
    ///
    /// # Errors
    /// As for [`Region::parse`].
    pub(crate) fn from_texts(
        ranges: &[(&str, [Part<'_>; 2])],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let variables: Vec<String> = ranges.iter().map(|(name, _)| name.to_string()).collect();
        check_names(&variables)?;
        let inputs: Vec<String> = variables
            .iter()
            .chain(parameters.names())
            .cloned()
            .collect();
        let limits = Formulas::build(inputs, |graph, handles| {
            let mut roots = Vec::new();
            for (i, (name, limits)) in ranges.iter().enumerate() {
                let mut scope = Scope::new(graph);
                for (name, handle) in parameters.names().iter().zip(&handles[ranges.len()..]) {
                    scope.define(name, *handle);
                }
                for (k, (other, _)) in ranges.iter().enumerate() {
                    if k < i {
                        scope.define(other, handles[k]);
                    } else {
                        let [name, variable] = [*other, *name].map(str::to_owned);
                        scope.explain_absence(other, TextFault::LaterVariable { name, variable });
                    }
                }
                for (text, part) in limits {
                    roots.push(parse::expression_at(text, part.clone(), &scope)?);
                }
            }
            Ok::<_, Error>(roots)
        })?;
        Ok(Region {
            variables,
            named: true,
            parameters: parameters.clone(),
            limits,
        })
    }

    /// The number of variables.
    pub fn dimension(&self) -> usize {
        self.variables.len()
    }

    /// The names of the variables.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The names of the variables, if they were given with the limits.
    pub(crate) fn named_variables(&self) -> Option<&[String]> {
        self.named.then_some(&self.variables[..])
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The same region with names that are not the user's.
    #[cfg(feature = "serde")]
    pub(crate) fn unnamed(mut self) -> Self {
        self.named = false;
        self
    }

    /// The limits of a variable as texts.
    ///
    /// # Panics
    /// If there is no such variable.
    pub fn text(&self, variable: usize) -> [String; 2] {
        [2 * variable, 2 * variable + 1].map(|k| self.limits.text(k))
    }

    /// The limits of a variable where the earlier ones have these values.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no such variable, or an earlier value is missing.
    pub fn limits_at(&self, variable: usize, earlier: &[f64]) -> Result<[f64; 2], Error> {
        if variable >= self.dimension() || earlier.len() < variable {
            return Err(Misfit::EarlierValues {
                given: earlier.len(),
                variable: variable + 1,
                variables: self.dimension(),
            }
            .into());
        }
        let mut inputs = earlier[..variable].to_vec();
        inputs.resize(self.dimension(), f64::NAN);
        inputs.extend(self.parameters.values());
        let values = self.limits.values(&inputs);
        Ok([values[2 * variable], values[2 * variable + 1]])
    }

    /// The limits as pairs of numbers, the smaller one first; `None` if one depends on a variable.
    pub(crate) fn constant_limits(&self) -> Option<Vec<(f64, f64)>> {
        let (limits, parameters) = self.limits();
        let n = self.dimension();
        let variables = if n < 64 { (1 << n) - 1 } else { u64::MAX };
        if limits.inputs_used() & variables != 0 {
            return None;
        }
        let mut inputs = vec![f64::NAN; n];
        inputs.extend(parameters);
        let values = limits.values(&inputs);
        let pairs = values
            .chunks(2)
            .map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1])));
        Some(pairs.collect())
    }

    /// An interval for each variable that holds all its values, as far as formulas of limits show; not
    /// widened by rounding: for signs.
    pub(crate) fn ranges(&self) -> Vec<(f64, f64)> {
        let n = self.dimension();
        let mut ranges = vec![ALL; n];
        ranges.extend(self.parameters.values().iter().map(|&value| (value, value)));
        for i in 0..n {
            let known = value_ranges(&self.limits.arena, &ranges);
            let [a, b] = [2 * i, 2 * i + 1].map(|k| known[self.limits.roots[k].index()]);
            // Limits may be swapped.
            ranges[i] = (a.0.min(b.0), a.1.max(b.1));
        }
        ranges.truncate(n);
        ranges
    }

    /// The same region with numbers for the limits of some variables.
    pub(super) fn with_numbers(&self, numbers: &[Option<(f64, f64)>]) -> Self {
        let limits = Formulas::build(self.limits.inputs.clone(), |graph, inputs| {
            let mut roots = self.limits.within(graph, inputs);
            for (pair, numbers) in roots.chunks_mut(2).zip(numbers) {
                if let Some((lo, hi)) = numbers {
                    pair.copy_from_slice(&[graph.constant(*lo), graph.constant(*hi)]);
                }
            }
            Ok::<_, std::convert::Infallible>(roots)
        });
        let limits = match limits {
            Ok(limits) => limits,
            Err(never) => match never {},
        };
        Region {
            limits,
            ..self.clone()
        }
    }

    /// Whether an odd number of constant limits is swapped.
    pub(crate) fn has_swapped_limits(&self) -> bool {
        let limits = (0..self.dimension()).filter_map(|i| self.constant_limits_of(i));
        limits.filter(|(lo, hi)| lo > hi).count() % 2 == 1
    }

    /// The limits of a variable as they are given, if they use no other.
    pub(crate) fn constant_limits_of(&self, variable: usize) -> Option<(f64, f64)> {
        let (limits, parameters) = self.limits();
        let mut inputs = vec![f64::NAN; self.dimension()];
        inputs.extend(parameters);
        let values = limits.values(&inputs);
        let pair = (values[2 * variable], values[2 * variable + 1]);
        // What uses a variable is no number here.
        (!pair.0.is_nan() && !pair.1.is_nan()).then_some(pair)
    }

    /// Whether a limit depends on a parameter.
    pub(super) fn moves_with(&self, parameter: &str) -> bool {
        let graph = Graph::new();
        let n = self.dimension();
        let Some(parameters) = self.parameters.with_moving(&[(parameter, graph.input(n))]) else {
            return false;
        };
        let variables = (0..n).map(|_| graph.constant(0.0));
        let inputs: Vec<Expr<'_>> = variables.chain(parameters).collect();
        let limits = self.limits.within(&graph, &inputs);
        let ids: Vec<_> = limits.iter().map(|e| e.id).collect();
        graph.read(|arena| inputs::of_formulas(arena, &ids)) != 0
    }

    /// The limits as formulas of all variables, then the parameters, and the parameters' values.
    pub(crate) fn limits(&self) -> (&Formulas, &[f64]) {
        (&self.limits, self.parameters.values())
    }
}
