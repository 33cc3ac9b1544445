//! The map: a change of variables, as formulas.

use super::parameters::Parameters;
use crate::error::{Error, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph};
use crate::expr::text::list;
use crate::expr::text::names::{check_names, names_in};
use crate::expr::text::parse::{self, Scope};

/// What variables are called if nobody names them.
pub(super) const VARIABLES: [&str; 3] = ["u", "v", "w"];

/// A change of variables: targets as formulas of variables, x = φ(u).
///
/// A map is data. It is written as a closure, which is called once with symbols, or as text; both
/// give the same formulas, from which the Jacobian follows exactly.
///
/// With more targets than variables the map describes a curve or a surface, and its measure is
/// √det(JᵀJ). With fewer it is a function, such as one of several variables with its gradient: it has a
/// Jacobian, and no integral over its image.
///
/// ```
/// use pullback::Map;
/// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?.named(["r", "t"], ["x", "y"])?;
/// assert_eq!(polar.jacobian()?.determinant(), "r");
/// let same = Map::parse("x = r*cos(t), y = r*sin(t)")?;
/// assert_eq!(same.variables(), ["r", "t"]);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Map {
    variables: Vec<String>,
    targets: Vec<String>,
    parameters: Parameters,
    /// The targets as formulas of the variables, then the parameters.
    formulas: Formulas,
    /// The determinant as a formula of the same inputs, where a shorter one is known than that of the
    /// derivatives.
    determinant: Option<Formulas>,
}

impl Map {
    /// The map that a closure describes: variables in, targets out.
    ///
    /// The variables are called u, v, w and the targets x, y, z where there are up to three, else
    /// u1, u2, … and x1, x2, …; [`Map::named`] gives them other names.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are no variables or no targets.
    pub fn new<const N: usize, const M: usize>(
        map: impl for<'g> FnOnce([Expr<'g>; N]) -> [Expr<'g>; M],
    ) -> Result<Self, Error> {
        let variables = default_names(N, VARIABLES);
        let targets = default_names(M, ["x", "y", "z"]);
        let formulas = Formulas::build(variables.clone(), |_, inputs| {
            let inputs: Vec<Expr<'_>> = inputs.to_vec();
            Ok::<_, Error>(map(std::array::from_fn(|i| inputs[i])).to_vec())
        })?;
        Self::from_formulas(variables, targets, Parameters::new(), formulas)
    }

    /// The map of any number of variables that a closure describes: variables in, targets out, named as
    /// [`Map::new`] names them.
    ///
    /// ```
    /// use pullback::Map;
    /// let n = 1000;
    /// let squares = Map::traced(n, |u| vec![u.iter().map(|u| u.powi(2)).reduce(|a, b| a + b).unwrap()])?;
    /// assert_eq!(squares.at(&vec![0.5; n])?, [250.0]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there are no variables or no targets.
    pub fn traced(
        variables: usize,
        map: impl for<'g> FnOnce(&[Expr<'g>]) -> Vec<Expr<'g>>,
    ) -> Result<Self, Error> {
        let variables = default_names(variables, VARIABLES);
        let formulas = Formulas::build(variables.clone(), |_, inputs| Ok::<_, Error>(map(inputs)))?;
        let targets = default_names(formulas.roots.len(), ["x", "y", "z"]);
        Self::from_formulas(variables, targets, Parameters::new(), formulas)
    }

    /// The map that a text describes, such as `"x = r*cos(t), y = r*sin(t)"`.
    ///
    /// Every name that is not a constant is a variable, in the order of first appearance.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; [`Error::Shape`] if no variable occurs.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut variables: Vec<String> = Vec::new();
        for equation in list::equations(text)? {
            for name in names_in(text, equation.body)? {
                if !variables.contains(&name) {
                    variables.push(name);
                }
            }
        }
        let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
        Self::parse_with(text, &variables, &Parameters::new())
    }

    /// The map that a text describes, of given variables, with parameters.
    ///
    /// # Errors
    /// As for [`Map::parse`]; a name that is neither a variable nor a parameter is one too.
    pub fn parse_with(
        text: &str,
        variables: &[&str],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let equations = list::equations(text)?;
        let equations = equations
            .iter()
            .map(|e| (&text[e.name.clone()], text, e.body.clone()));
        Self::from_texts(equations, variables, parameters)
    }

    /// The map with these targets, each given as a name and a text, of given variables, with
    /// parameters.
    ///
    /// # Errors
    /// As for [`Map::parse_with`].
    pub fn from_equations(
        equations: &[(&str, &str)],
        variables: &[&str],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let whole = |&(name, text)| (name, text, 0..str::len(text));
        Self::from_texts(equations.iter().map(whole), variables, parameters)
    }

    /// The map with these targets, each given as a name, a text and its part that is the formula.
    ///
    /// # Errors
    /// As for [`Map::parse_with`].
    pub(crate) fn from_texts<'t>(
        equations: impl Iterator<Item = (&'t str, &'t str, std::ops::Range<usize>)> + Clone,
        variables: &[&str],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let targets = equations
            .clone()
            .map(|(name, ..)| name.to_owned())
            .collect();
        let variables: Vec<String> = variables.iter().map(|v| v.to_string()).collect();
        let inputs: Vec<String> = variables
            .iter()
            .chain(parameters.names())
            .cloned()
            .collect();
        let formulas = Formulas::build(inputs.clone(), |graph, handles| {
            let scope = scope_of(graph, &inputs, handles);
            let formula = |(_, text, part)| parse::expression_at(text, part, &scope);
            equations.map(formula).collect()
        })?;
        Self::from_formulas(variables, targets, parameters.clone(), formulas)
    }

    /// The map whose targets are the variables.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are no variables.
    pub fn identity(variables: &[&str]) -> Result<Self, Error> {
        let names: Vec<String> = variables.iter().map(|v| v.to_string()).collect();
        let formulas = Formulas::build(names.clone(), |_, inputs| Ok::<_, Error>(inputs.to_vec()))?;
        Self::from_formulas(names.clone(), names, Parameters::new(), formulas)
    }

    pub(super) fn from_formulas(
        variables: Vec<String>,
        targets: Vec<String>,
        parameters: Parameters,
        formulas: Formulas,
    ) -> Result<Self, Error> {
        let (n, m) = (variables.len(), targets.len());
        check_names(variables.iter().chain(parameters.names()))?;
        check_names(&targets)?;
        if n == 0 {
            return Err(Misfit::NoVariables.into());
        }
        if m == 0 {
            return Err(Misfit::NoTargets.into());
        }
        Ok(Map {
            variables,
            targets,
            parameters,
            formulas,
            determinant: None,
        })
    }

    /// The same map with other names.
    ///
    /// # Errors
    /// [`Error::Text`] if a name cannot be used in a formula; [`Error::Shape`] if a name occurs
    /// twice, or their number is wrong.
    pub fn named<const N: usize, const M: usize>(
        mut self,
        variables: [&str; N],
        targets: [&str; M],
    ) -> Result<Self, Error> {
        for (old, new, what) in [
            (&mut self.variables, &variables[..], "variables"),
            (&mut self.targets, &targets[..], "targets"),
        ] {
            rename(old, new, what)?;
        }
        let names = self.variables.iter().chain(self.parameters.names());
        self.formulas.inputs = names.cloned().collect();
        if let Some(determinant) = &mut self.determinant {
            determinant.inputs.clone_from(&self.formulas.inputs);
        }
        Ok(self)
    }

    /// The same map with a formula for its determinant, of the variables, then the parameters.
    pub(super) fn with_determinant(self, determinant: Formulas) -> Self {
        Map {
            determinant: Some(determinant),
            ..self
        }
    }

    /// The formula for the determinant, if one is known besides that of the derivatives.
    pub(super) fn known_determinant(&self) -> Option<&Formulas> {
        self.determinant.as_ref()
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

    /// The targets as formulas of the variables, then the parameters.
    pub(crate) fn formulas(&self) -> &Formulas {
        &self.formulas
    }

    /// The targets as formulas of the variables, with numbers for the parameters.
    pub(crate) fn formulas_of_variables(&self) -> Formulas {
        let valued = self.with_values();
        valued.map_or_else(|_| self.formulas.clone(), |map| map.formulas)
    }

    /// The same map with the values of the parameters in their place.
    pub(super) fn with_values(&self) -> Result<Map, Error> {
        let n = self.variables.len();
        let put_in = |formulas: &Formulas| {
            Formulas::build(self.variables.clone(), |graph, variables| {
                let numbers = self.parameters.values().iter();
                let numbers: Vec<_> = numbers.map(|number| graph.constant(*number)).collect();
                let inputs = [&variables[..n], &numbers[..]].concat();
                Ok::<_, Error>(formulas.within(graph, &inputs))
            })
        };
        Ok(Map {
            parameters: Parameters::new(),
            formulas: put_in(&self.formulas)?,
            determinant: self.determinant.as_ref().map(put_in).transpose()?,
            ..self.clone()
        })
    }

    /// The formula of a target as text.
    ///
    /// # Panics
    /// If there is no such target.
    pub fn text(&self, target: usize) -> String {
        self.formulas.text(target)
    }

    /// The image of a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn at(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        Ok(self.formulas.values(&self.inputs_at(point)?))
    }

    /// A point and the values of the parameters.
    pub(crate) fn inputs_at(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        if point.len() != self.variables.len() {
            return Err(Misfit::Point {
                given: point.len(),
                variables: self.variables.len(),
            }
            .into());
        }
        Ok([point, self.parameters.values()].concat())
    }

    /// The map `outer ∘ self`: the targets of this map are the variables of the other, in order.
    ///
    /// # Errors
    /// [`Error::Shape`] if their numbers differ.
    pub fn then(&self, outer: &Map) -> Result<Map, Error> {
        if outer.variables.len() != self.targets.len() {
            return Err(Misfit::Composition {
                targets: self.targets.len(),
                variables: outer.variables.len(),
            }
            .into());
        }
        let mut parameters = self.parameters.clone();
        for (name, value) in outer.parameters.iter() {
            if parameters.iter().any(|(n, v)| n == name && v != value) {
                return Err(Misfit::TwoValues {
                    name: name.to_owned(),
                }
                .into());
            }
            parameters.set(name, value);
        }
        let inputs: Vec<String> = self
            .variables
            .iter()
            .chain(parameters.names())
            .cloned()
            .collect();
        let formulas = Formulas::build(inputs.clone(), |graph, handles| {
            let named = |name: &String| inputs.iter().position(|n| n == name);
            let own = self
                .formulas
                .inputs
                .iter()
                .filter_map(named)
                .map(|i| handles[i]);
            let own: Vec<Expr<'_>> = own.collect();
            let mut next = self.formulas.within(graph, &own);
            let others = outer.parameters.names().iter().filter_map(named);
            next.extend(others.map(|i| handles[i]));
            Ok::<_, Error>(outer.formulas.within(graph, &next))
        })?;
        Map::from_formulas(
            self.variables.clone(),
            outer.targets.clone(),
            parameters,
            formulas,
        )
    }

    /// The same map with its variables in the order of `names`.
    pub(super) fn with_order(&self, names: &[String]) -> Result<Map, Error> {
        if names == self.variables {
            return Ok(self.clone());
        }
        for name in names {
            if !self.variables.contains(name) {
                if self.variables == default_names(self.variables.len(), VARIABLES) {
                    return Err(Misfit::Unnamed {
                        names: names.to_vec(),
                        variables: self.variables.clone(),
                    }
                    .into());
                }
                return Err(Misfit::NoSuchVariable {
                    name: name.clone(),
                    variables: self.variables.clone(),
                }
                .into());
            }
        }
        let inputs: Vec<String> = names
            .iter()
            .chain(self.parameters.names())
            .cloned()
            .collect();
        let formulas = Formulas::build(inputs.clone(), |graph, handles| {
            let place = |name: &String| inputs.iter().position(|n| n == name);
            let old = self.formulas.inputs.iter().filter_map(place);
            let old: Vec<Expr<'_>> = old.map(|i| handles[i]).collect();
            Ok::<_, Error>(self.formulas.within(graph, &old))
        })?;
        Map::from_formulas(
            names.to_vec(),
            self.targets.clone(),
            self.parameters.clone(),
            formulas,
        )
    }
}

/// Gives variables or targets, which `what` says, other names.
///
/// # Errors
/// As for [`Map::named`].
pub(super) fn rename(old: &mut Vec<String>, new: &[&str], what: &'static str) -> Result<(), Error> {
    if old.len() != new.len() {
        return Err(Misfit::Names {
            given: new.len(),
            wanted: old.len(),
            what,
        }
        .into());
    }
    check_names(new)?;
    *old = new.iter().map(|name| (*name).to_owned()).collect();
    Ok(())
}

/// A scope in which inputs go by their names.
pub(crate) fn scope_of<'g>(graph: &'g Graph, names: &[String], handles: &[Expr<'g>]) -> Scope<'g> {
    let mut scope = Scope::new(graph);
    for (name, handle) in names.iter().zip(handles) {
        scope.define(name, *handle);
    }
    scope
}

/// Letters for up to three names, numbered ones for more.
pub(super) fn default_names(count: usize, letters: [&str; 3]) -> Vec<String> {
    if count <= letters.len() {
        letters[..count].iter().map(|s| s.to_string()).collect()
    } else {
        (1..=count).map(|i| format!("{}{i}", letters[0])).collect()
    }
}
