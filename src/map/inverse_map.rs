//! A map that is given the other way round: the variables as formulas of the targets, u = g(x).

use std::ops::Range;

use super::map::{Map, VARIABLES, default_names, rename, scope_of};
use super::parameters::Parameters;
use crate::error::{Error, InverseFault, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::graph::Expr;
use crate::expr::text::list;
use crate::expr::text::names::{check_names, names_in};
use crate::expr::text::parse;

/// A change of variables that is given the other way round: variables as formulas of targets,
/// u = g(x), and a point near which the branch x = φ(u) lies that is meant.
///
/// ∫_φ(R) f(x) dx = ∫_R f(φ(u)) / |det ∂g/∂x| du
///
/// Where algebra solves the equations the inverse is a [`Map`] like any other; elsewhere it is found at
/// every node by Newton's method.
///
/// ```
/// use pullback::InverseMap;
/// // The region between the hyperbolas xy = 1 and xy = 2 and the rays y = x and y = 4x.
/// let inverse = InverseMap::new(|[x, y]| [x * y, y / x])?.near([1.0, 1.0])?;
/// let region = inverse.over([1.0..2.0, 1.0..4.0])?;
/// assert_eq!(region.map().map(|map| map.text(0)).as_deref(), Some("sqrt(u)/sqrt(v)"));
/// assert!((region.measure()?.value - 2f64.ln()).abs() < 1e-14);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct InverseMap {
    variables: Vec<String>,
    targets: Vec<String>,
    parameters: Parameters,
    /// The variables as formulas of the targets, then the parameters.
    formulas: Formulas,
    near: Option<Vec<f64>>,
}

impl InverseMap {
    /// The inverse of what a closure describes: targets in, variables out.
    ///
    /// The variables are called u, v, w and the targets x, y, z where there are up to three, else
    /// u1, u2, … and x1, x2, …; [`InverseMap::named`] gives them other names.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are no variables.
    pub fn new<const N: usize>(
        equations: impl for<'g> FnOnce([Expr<'g>; N]) -> [Expr<'g>; N],
    ) -> Result<Self, Error> {
        let targets = default_names(N, ["x", "y", "z"]);
        let formulas = Formulas::build(targets.clone(), |_, inputs| {
            let inputs: Vec<Expr<'_>> = inputs.to_vec();
            Ok::<_, Error>(equations(std::array::from_fn(|i| inputs[i])).to_vec())
        })?;
        let variables = default_names(N, VARIABLES);
        Self::from_formulas(variables, targets, Parameters::new(), formulas)
    }

    /// The inverse of what a text describes, such as `"u = x*y, v = y/x"`.
    ///
    /// Every name that is neither a constant nor a variable is a target, in the order of first
    /// appearance; a variable may use others.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; [`Error::Shape`] if there are not as many
    /// targets as variables.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let equations = list::equations(text)?;
        let parts = equations
            .iter()
            .map(|e| (&text[e.name.clone()], text, e.body.clone()));
        Self::from_texts(parts, &[], &Parameters::new())
    }

    /// The inverse of these equations, each given as the name of a variable and a text, with parameters.
    /// Targets come in the order of `order`; what that leaves out follows in the order of first
    /// appearance.
    ///
    /// # Errors
    /// As for [`InverseMap::parse`].
    pub fn from_equations(
        equations: &[(&str, &str)],
        order: &[&str],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let whole = |&(name, text)| (name, text, 0..str::len(text));
        Self::from_texts(equations.iter().map(whole), order, parameters)
    }

    fn from_texts<'t>(
        equations: impl Iterator<Item = (&'t str, &'t str, Range<usize>)> + Clone,
        order: &[&str],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let variables: Vec<String> = equations
            .clone()
            .map(|(name, ..)| name.to_owned())
            .collect();
        check_names(variables.iter().chain(parameters.names()))?;
        let mut used: Vec<String> = Vec::new();
        for (own, text, part) in equations.clone() {
            for name in names_in(text, part)? {
                // A variable that uses its own name means the target.
                let is_variable = variables.contains(&name) && name != own;
                let is_known = is_variable || parameters.names().contains(&name);
                if !is_known && !used.contains(&name) {
                    used.push(name);
                }
            }
        }
        let ordered = order.iter().map(|name| (*name).to_owned());
        let mut targets: Vec<String> = ordered.filter(|name| used.contains(name)).collect();
        used.retain(|name| !targets.contains(name));
        targets.extend(used);
        let inputs: Vec<String> = targets.iter().chain(parameters.names()).cloned().collect();
        let others: Vec<String> = variables
            .iter()
            .filter(|name| !targets.contains(name))
            .cloned()
            .collect();
        let all: Vec<String> = others.iter().chain(&inputs).cloned().collect();
        let read = Formulas::build(all.clone(), |graph, handles| {
            let scope = scope_of(graph, &all, handles);
            let formula = |(_, text, part)| parse::expression_at(text, part, &scope);
            equations.map(formula).collect::<Result<_, Error>>()
        })?;
        let places: Vec<usize> = others
            .iter()
            .filter_map(|name| variables.iter().position(|v| v == name))
            .collect();
        let formulas = without_variables(&read, &places, inputs).map_err(|place| {
            let variable = others[place].clone();
            Error::from(Misfit::Inverse(InverseFault::Circle { variable }))
        })?;
        Self::from_formulas(variables, targets, parameters.clone(), formulas)
    }

    fn from_formulas(
        variables: Vec<String>,
        targets: Vec<String>,
        parameters: Parameters,
        formulas: Formulas,
    ) -> Result<Self, Error> {
        check_names(variables.iter().chain(parameters.names()))?;
        check_names(&targets)?;
        if variables.is_empty() {
            return Err(Misfit::NoVariables.into());
        }
        if variables.len() != targets.len() {
            return Err(Misfit::Inverse(InverseFault::Count { variables, targets }).into());
        }
        Ok(InverseMap {
            variables,
            targets,
            parameters,
            formulas,
            near: None,
        })
    }

    /// The same with other names.
    ///
    /// # Errors
    /// [`Error::Text`] if a name cannot be used in a formula; [`Error::Shape`] if a name occurs
    /// twice, or their number is wrong.
    pub fn named<const N: usize>(
        mut self,
        variables: [&str; N],
        targets: [&str; N],
    ) -> Result<Self, Error> {
        for (old, new, what) in [
            (&mut self.variables, &variables[..], "variables"),
            (&mut self.targets, &targets[..], "targets"),
        ] {
            rename(old, new, what)?;
        }
        let names = self.targets.iter().chain(self.parameters.names());
        self.formulas.inputs = names.cloned().collect();
        Ok(self)
    }

    /// The same with a point near the branch that is meant, one number for each target. It need not lie
    /// in the image of the region: the branch is followed from there.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every target.
    pub fn near(self, point: impl AsRef<[f64]>) -> Result<Self, Error> {
        let point = point.as_ref();
        if point.len() != self.targets.len() {
            let fault = InverseFault::Near {
                given: point.len(),
                targets: self.targets,
            };
            return Err(Misfit::Inverse(fault).into());
        }
        Ok(InverseMap {
            near: Some(point.to_vec()),
            ..self
        })
    }

    /// The names of the variables.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The names of the targets.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The point near which the branch lies, if it was given.
    pub fn point(&self) -> Option<&[f64]> {
        self.near.as_deref()
    }

    /// The formula of a variable as text.
    ///
    /// # Panics
    /// If there is no such variable.
    pub fn text(&self, variable: usize) -> String {
        self.formulas.text(variable)
    }

    /// The variables at a point of the targets.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every target.
    pub fn at(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        if point.len() != self.targets.len() {
            let fault = InverseFault::Near {
                given: point.len(),
                targets: self.targets.clone(),
            };
            return Err(Misfit::Inverse(fault).into());
        }
        let inputs = [point, self.parameters.values()].concat();
        Ok(self.formulas.values(&inputs))
    }

    /// The variables as formulas of the targets, then the parameters.
    pub(super) fn formulas(&self) -> &Formulas {
        &self.formulas
    }

    /// The same with its variables in the order of `names`.
    pub(super) fn with_order(mut self, names: &[String]) -> Result<Self, Error> {
        let place = |name: &String| {
            let place = self.variables.iter().position(|v| v == name);
            place.ok_or_else(|| Misfit::NoSuchVariable {
                name: name.clone(),
                variables: self.variables.clone(),
            })
        };
        let order = names.iter().map(place).collect::<Result<Vec<usize>, _>>()?;
        self.formulas.roots = order.iter().map(|&i| self.formulas.roots[i]).collect();
        self.variables = names.to_vec();
        Ok(self)
    }
}

impl Map {
    /// The map whose inverse a text describes, such as `"u = x*y, v = y/x"`: see [`InverseMap`].
    ///
    /// ```
    /// use pullback::Map;
    /// let parabolas = Map::inverse("u = x^2 - y, v = y")?.near([-1.0, 0.0])?;
    /// let left = parabolas.over("u = 0..1, v = 1..2")?;
    /// // ∫ x³ dx dy = −∫∫ (u + v)/2 du dv
    /// assert!((left.integrate(|[x, _]| x.powi(3))?.value + 1.0).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`InverseMap::parse`].
    pub fn inverse(text: &str) -> Result<InverseMap, Error> {
        InverseMap::parse(text)
    }
}

/// Formulas whose first inputs are results of some of them, at these places, as formulas of the other
/// inputs alone.
///
/// # Errors
/// The number of one of these inputs, if results lead back to themselves.
fn without_variables(
    formulas: &Formulas,
    places: &[usize],
    inputs: Vec<String>,
) -> Result<Formulas, usize> {
    let k = places.len();
    let mut formulas = formulas.clone();
    let used = |formulas: &Formulas| formulas.inputs_used() & ((1u64 << k.min(63)) - 1);
    // Each round replaces one level of uses.
    for _ in 0..=k {
        if used(&formulas) == 0 {
            break;
        }
        let names = formulas.inputs.clone();
        let next = Formulas::build(names, |graph, handles| {
            let values = formulas.within(graph, handles);
            let mut all: Vec<Expr<'_>> = places.iter().map(|&place| values[place]).collect();
            all.extend(&handles[k..]);
            Ok::<_, std::convert::Infallible>(formulas.within(graph, &all))
        });
        formulas = match next {
            Ok(next) => next,
            Err(never) => match never {},
        };
    }
    match used(&formulas) {
        0 => {}
        bits => return Err(bits.trailing_zeros() as usize),
    }
    let built = Formulas::build(inputs, |graph, handles| {
        let zero = graph.constant(0.0);
        let all: Vec<Expr<'_>> = vec![zero; k].into_iter().chain(handles.to_vec()).collect();
        Ok::<_, std::convert::Infallible>(formulas.within(graph, &all))
    });
    match built {
        Ok(formulas) => Ok(formulas),
        Err(never) => match never {},
    }
}
