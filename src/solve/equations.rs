//! Systems of equations with names.

use crate::error::{Error, Misfit, SolveFault};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::text::list;
use crate::expr::text::names::{check_names, names_in};
use crate::expr::text::parse;
use crate::map::map::{Map, scope_of};
use crate::map::parameters::Parameters;

/// Equations between formulas, f(x) = 0 where f is the left-hand side less the right-hand side.
///
/// There may be as many equations as unknowns, more, or fewer. [`Equations::solve`] looks for one root from a
/// start; [`Equations::roots`] lists all in a box.
///
/// ```
/// use pullback::Equations;
/// use pullback::solver::SolveStatus;
/// let equations = Equations::parse("x^2 + y^2 = 4, x*y = 1")?;
/// assert_eq!(equations.unknowns(), ["x", "y"]);
/// let root = equations.solve(&[2.0, 0.5])?;
/// assert_eq!(root.status, SolveStatus::Converged);
/// assert!((root.point[0] * root.point[1] - 1.0).abs() < 1e-15 && root.proof.is_some());
/// // The hyperbola meets the circle four times.
/// let all = equations.roots([-3.0..3.0, -3.0..3.0])?;
/// assert!(all.complete && all.roots.len() == 4);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Equations {
    unknowns: Vec<String>,
    parameters: Parameters,
    /// The differences as formulas of the unknowns, then the parameters.
    differences: Formulas,
    texts: Vec<String>,
}

impl Equations {
    /// The equations of a text such as `"x^2 + y^2 = 4, x*y = 1"`. Every name that is not a constant is an
    /// unknown, in the order of first appearance.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; [`Error::Shape`] if there are no unknowns.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_with_parameters(text, &Parameters::new())
    }

    /// The equations of a text, with parameters; every other name is an unknown, in the order of first
    /// appearance.
    ///
    /// ```
    /// use pullback::{Equations, Parameters};
    /// let mut parameters = Parameters::new();
    /// parameters.set("a", 3.0);
    /// let line = Equations::parse_with_parameters("a*x = 6", &parameters)?;
    /// assert_eq!(line.solve(&[0.0])?.point, [2.0]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Equations::parse`].
    pub fn parse_with_parameters(text: &str, parameters: &Parameters) -> Result<Self, Error> {
        let mut unknowns: Vec<String> = Vec::new();
        for part in list::parts(text)? {
            for name in names_in(text, part)? {
                if !unknowns.contains(&name) && !parameters.names().contains(&name) {
                    unknowns.push(name);
                }
            }
        }
        let unknowns: Vec<&str> = unknowns.iter().map(String::as_str).collect();
        Self::parse_with(text, &unknowns, parameters)
    }

    /// The equations of a text, in given unknowns, with parameters.
    ///
    /// # Errors
    /// As for [`Equations::parse`]; a name that is neither an unknown nor a parameter is one too.
    pub fn parse_with(
        text: &str,
        unknowns: &[&str],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let parts = list::parts(text)?;
        let texts = parts
            .iter()
            .map(|part| text[part.clone()].trim().to_owned());
        let texts = texts.collect();
        let unknowns: Vec<String> = unknowns.iter().map(|name| (*name).to_owned()).collect();
        let inputs: Vec<String> = unknowns.iter().chain(parameters.names()).cloned().collect();
        let differences = Formulas::build(inputs.clone(), |graph, handles| {
            let scope = scope_of(graph, &inputs, handles);
            let difference = |part| parse::equation_at(text, part, &scope);
            parts.into_iter().map(difference).collect()
        })?;
        Self::from_formulas(unknowns, parameters.clone(), differences, texts)
    }

    /// The equations that a closure describes: unknowns in, what is to be zero out.
    ///
    /// The unknowns are called x1, x2, …; [`Equations::named`] gives them other names.
    ///
    /// ```
    /// use pullback::Equations;
    /// let equations = Equations::new(|[x, y]| [x.exp() - y, x + y - 1.0])?;
    /// let root = equations.solve(&[1.0, 1.0])?;
    /// assert!(root.point[0].abs() < 1e-15 && root.point[1] == 1.0);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there are no unknowns or no equations.
    pub fn new<const N: usize, const M: usize>(
        formulas: impl for<'g> FnOnce([Expr<'g>; N]) -> [Expr<'g>; M],
    ) -> Result<Self, Error> {
        Self::traced(N, |x| formulas(std::array::from_fn(|i| x[i])).to_vec())
    }

    /// The same for so many unknowns as a number says.
    ///
    /// ```
    /// use pullback::Equations;
    /// // Neighbours add up to 1, and the first is a quarter of the last but one.
    /// let n = 6;
    /// let equations = Equations::traced(n, |x| {
    ///     let sums = (1..n).map(|i| x[i] + x[i - 1] - 1.0);
    ///     sums.chain([4.0 * x[0] - x[n - 1]]).collect()
    /// })?;
    /// assert!((equations.solve(&vec![0.0; n])?.point[0] - 0.2).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Equations::new`].
    pub fn traced(
        unknowns: usize,
        formulas: impl for<'g> FnOnce(&[Expr<'g>]) -> Vec<Expr<'g>>,
    ) -> Result<Self, Error> {
        let names: Vec<String> = (1..=unknowns).map(|i| format!("x{i}")).collect();
        if names.is_empty() {
            return Err(Misfit::Solve(SolveFault::NoUnknowns).into());
        }
        let differences = Formulas::build(names.clone(), |_, x| Ok::<_, Error>(formulas(x)))?;
        let texts = (0..differences.roots.len()).map(|k| format!("{} = 0", differences.text(k)));
        let texts = texts.collect();
        Self::from_formulas(names, Parameters::new(), differences, texts)
    }

    /// The equations φ(u) = x of a map, for given values x of its targets.
    pub(super) fn of_map(map: &Map, targets: &[f64]) -> Result<Self, Error> {
        if targets.len() != map.targets().len() {
            return Err(Misfit::Solve(SolveFault::Count {
                what: "an image",
                given: targets.len(),
                wanted: map.targets().to_vec(),
            })
            .into());
        }
        let inputs = map.variables().iter().chain(map.parameters().names());
        let differences = Formulas::build(inputs.cloned().collect(), |graph, inputs| {
            let formulas = map.formulas().within(graph, inputs).into_iter();
            Ok::<_, Error>(formulas.zip(targets).map(|(f, x)| f - *x).collect())
        })?;
        let texts = targets.iter().enumerate();
        let texts = texts
            .map(|(k, x)| format!("{} = {x}", map.text(k)))
            .collect();
        Self::from_formulas(
            map.variables().to_vec(),
            map.parameters().clone(),
            differences,
            texts,
        )
    }

    fn from_formulas(
        unknowns: Vec<String>,
        parameters: Parameters,
        differences: Formulas,
        texts: Vec<String>,
    ) -> Result<Self, Error> {
        check_names(unknowns.iter().chain(parameters.names()))?;
        if differences.roots.is_empty() {
            return Err(Misfit::Solve(SolveFault::NoEquations).into());
        }
        if unknowns.is_empty() {
            return Err(Misfit::Solve(SolveFault::NoUnknowns).into());
        }
        Ok(Equations {
            unknowns,
            parameters,
            differences,
            texts,
        })
    }

    /// The same equations with other names for the unknowns.
    ///
    /// # Errors
    /// [`Error::Text`] if a name cannot be used in a formula; [`Error::Shape`] if one occurs twice, or their
    /// number is wrong.
    pub fn named(mut self, unknowns: &[&str]) -> Result<Self, Error> {
        if unknowns.len() != self.unknowns.len() {
            return Err(Misfit::Names {
                given: unknowns.len(),
                wanted: self.unknowns.len(),
                what: "unknowns",
            }
            .into());
        }
        self.unknowns = unknowns.iter().map(|name| (*name).to_owned()).collect();
        let names = self.unknowns.iter().chain(self.parameters.names());
        check_names(names.clone())?;
        self.differences.inputs = names.cloned().collect();
        let texts = 0..self.texts.len();
        self.texts = texts
            .map(|k| format!("{} = 0", self.differences.text(k)))
            .collect();
        Ok(self)
    }

    /// The names of the unknowns.
    pub fn unknowns(&self) -> &[String] {
        &self.unknowns
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The equations as texts.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The left-hand sides less the right-hand sides at a point.
    ///
    /// ```
    /// use pullback::Equations;
    /// let equations = Equations::parse("x^2 + y^2 = 4, x*y = 1")?;
    /// assert_eq!(equations.residuals(&[2.0, 1.0])?, [1.0, 1.0]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every unknown.
    pub fn residuals(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        self.check_count("a point", point.len())?;
        let inputs = [point, self.parameters.values()].concat();
        Ok(self.differences.values(&inputs))
    }

    /// Refuses what does not have an entry for each unknown.
    pub(super) fn check_count(&self, what: &'static str, given: usize) -> Result<(), Error> {
        match given == self.unknowns.len() {
            true => Ok(()),
            false => Err(Misfit::Solve(SolveFault::Count {
                what,
                given,
                wanted: self.unknowns.clone(),
            })
            .into()),
        }
    }

    /// The differences as formulas of the unknowns alone, with numbers for the parameters.
    pub(super) fn of_unknowns(&self) -> Formulas {
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let unknowns = (0..self.unknowns.len()).map(|i| graph.input(i));
            let numbers = self.parameters.values().iter();
            let numbers = numbers.map(|value| graph.constant(*value));
            let inputs: Vec<Expr<'_>> = unknowns.chain(numbers).collect();
            let formulas = self.differences.within(&graph, &inputs);
            formulas.iter().map(|formula| formula.id).collect()
        };
        Formulas {
            inputs: self.unknowns.clone(),
            arena: graph.into_arena(),
            roots,
        }
    }
}
