//! A map by its name, with its arguments: from the entry to formulas.
//!
//! 1. Read the name, and the arguments in parentheses behind it.
//! 2. Write functions where formulas name them, at the values of their variable where these are given;
//!    numbers stay names, and become parameters.
//! 3. With the values of parameters read the arguments and check them, then build the map.

use std::ops::Range;

use super::entry::{Argument, Entry};
use super::table::find;
use crate::error::{Error, Misfit, TextFault};
use crate::expr::formulas::Formulas;
use crate::expr::text::call::{Call, call};
use crate::expr::text::names::names_in;
use crate::expr::text::parse;
use crate::expr::text::substitute::substitute;
use crate::map::map::{Map, scope_of};
use crate::map::mapped_region::MappedRegion;
use crate::map::parameters::Parameters;
use crate::map::region::Region;

/// A map of the catalogue with its arguments, from a text such as `elliptic(3, 2)`.
///
/// Arguments that are numbers become parameters of the map by their names. Those that are not given in
/// parentheses have their defaults, unless `given` parameters of that name have other values; all other
/// given parameters may be used by the arguments.
///
/// ```
/// use pullback::{Parameters, catalogue};
/// let lens = catalogue::read("between(x^2, sqrt(k*x))")?;
/// let mut k = Parameters::new();
/// k.set("k", 1.0);
/// let area = lens.over_defaults(&k)?.measure()?;
/// assert!((area.value - 1.0 / 3.0).abs() < 1e-12);
/// assert_eq!(lens.determinant().as_deref(), Some("sqrt(k*x) - x^2"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NamedMap {
    entry: &'static Entry,
    text: String,
    /// Where in the text the arguments are; `None` where there are no parentheses, and defaults hold.
    places: Option<Vec<Range<usize>>>,
    equations: Vec<(String, String)>,
    determinant: Option<String>,
    /// Conditions on the arguments, each with what it says in words.
    requirements: Vec<(String, String)>,
}

/// Whether a text is a name, with or without something in parentheses, rather than equations.
///
/// ```
/// use pullback::catalogue::is_name;
/// assert!(is_name("log-polar") && is_name("star(1 + cos(t)/2)"));
/// assert!(!is_name("x = r*cos(t)"));
/// ```
pub fn is_name(text: &str) -> bool {
    call(text).is_ok_and(|call| call.is_some())
}

/// The map that a text names: a name of the catalogue, with or without arguments in parentheses.
///
/// ```
/// use pullback::catalogue::read;
/// assert_eq!(read("quadrilateral(0,0, 2,0, 3,2, 0,1)")?.entry().name(), "quadrilateral");
/// let error = read("elliptic(3)").unwrap_err();
/// assert!(error.to_string().contains("`elliptic` takes 2 arguments, a, b; found 1"), "{error}");
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] with the place, if there is no such map, or if it takes other arguments.
pub fn read(text: &str) -> Result<NamedMap, Error> {
    let Some(Call { name, operands }) = call(text)? else {
        let name = text.trim().to_owned();
        return Err(Error::text(
            text,
            0..text.len(),
            TextFault::NotAName { name },
        ));
    };
    let entry = find(&text[name.clone()]).map_err(|error| match error {
        Error::Text { fault, .. } => Error::text(text, name.clone(), fault),
        other => other,
    })?;
    if let Some(operands) = &operands
        && operands.len() != entry.arguments().len()
    {
        let fault = TextFault::ArgumentCount {
            name: entry.name().to_owned(),
            wanted: entry.arguments().iter().map(Argument::signature).collect(),
            found: operands.len(),
        };
        return Err(Error::text(text, name.start..text.trim_end().len(), fault));
    }
    NamedMap::new(entry, text, operands)
}

impl NamedMap {
    fn new(
        entry: &'static Entry,
        text: &str,
        places: Option<Vec<Range<usize>>>,
    ) -> Result<NamedMap, Error> {
        let mut map = NamedMap {
            entry,
            text: text.to_owned(),
            places,
            equations: Vec::new(),
            determinant: None,
            requirements: Vec::new(),
        };
        let filled = |(name, text): &(String, String)| Ok((name.clone(), map.filled(text)?));
        let equations: Result<_, Error> = entry.equations().iter().map(filled).collect();
        let filled = |(text, why): &(String, String)| Ok((map.filled(text)?, why.clone()));
        let requirements: Result<_, Error> = entry.requirements().iter().map(filled).collect();
        let determinant = entry.determinant().map(|text| map.filled(text));
        map.determinant = determinant.transpose()?;
        (map.equations, map.requirements) = (equations?, requirements?);
        Ok(map)
    }

    /// The argument of an index, as text.
    fn argument(&self, index: usize) -> &str {
        match &self.places {
            Some(places) => &self.text[places[index].clone()],
            None => self.entry.arguments()[index].default_text(),
        }
    }

    /// A text with the functions in the place of their names.
    fn filled(&self, text: &str) -> Result<String, Error> {
        let arguments = self.entry.arguments();
        substitute(text, |name, at| {
            let is_it = |argument: &Argument| argument.is_function() && argument.name() == name;
            let Some(index) = arguments.iter().position(is_it) else {
                return Ok(None);
            };
            let of = arguments[index].variables();
            let text = substitute(self.argument(index), |name, _| {
                let is_variable = of.iter().any(|variable| variable == name);
                Ok(at.filter(|_| is_variable).map(str::to_owned))
            });
            text.map(Some)
        })
    }

    /// What the catalogue says of it.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// The targets and their formulas, of the variables and the parameters.
    pub fn equations(&self) -> &[(String, String)] {
        &self.equations
    }

    /// The arguments that are numbers: their names, their formulas of other parameters, and where in
    /// the text these are, unless they are defaults.
    pub fn numbers(&self) -> impl Iterator<Item = (&str, &str, Option<Range<usize>>)> {
        let arguments = self.entry.arguments().iter().enumerate();
        let numbers = arguments.filter(|(_, argument)| !argument.is_function());
        numbers.map(|(index, argument)| {
            let place = self.places.as_ref().map(|places| places[index].clone());
            (argument.name(), self.argument(index), place)
        })
    }

    /// The arguments that are formulas of variables, and these formulas.
    pub fn functions(&self) -> impl Iterator<Item = (&Argument, &str)> {
        let arguments = self.entry.arguments().iter().enumerate();
        let functions = arguments.filter(|(_, argument)| argument.is_function());
        functions.map(|(index, argument)| (argument, self.argument(index).trim()))
    }

    /// The parameters of the map: those given and the arguments that are numbers.
    ///
    /// # Errors
    /// [`Error::Text`] if an argument is no formula of the given parameters; [`Error::Shape`] if a
    /// parameter is given in the parentheses too.
    pub fn parameters(&self, given: &Parameters) -> Result<Parameters, Error> {
        let mut parameters = given.clone();
        for (name, text, place) in self.numbers() {
            let is_given = given.names().iter().any(|known| known == name);
            match place {
                None if is_given => {}
                None => parameters.set_formula(name, text)?,
                Some(_) if is_given => {
                    let name = name.to_owned();
                    return Err(Misfit::TwoValues { name }.into());
                }
                Some(place) => parameters.define(name, &self.text, place)?,
            }
        }
        Ok(parameters)
    }

    /// Refuses arguments with which there is no such map; the parameters are all that it has.
    ///
    /// # Errors
    /// [`Error::Text`] with the place in the text, if an argument that is a function uses other names
    /// than its variables and the parameters; [`Error::Shape`] if the map needs other values.
    pub fn check(&self, parameters: &Parameters) -> Result<(), Error> {
        let functions = self
            .entry
            .arguments()
            .iter()
            .zip(self.places.iter().flatten());
        for (argument, place) in functions.filter(|(argument, _)| argument.is_function()) {
            let names = argument.variables().iter().chain(parameters.names());
            let names: Vec<String> = names.cloned().collect();
            Formulas::build(names.clone(), |graph, handles| {
                let scope = scope_of(graph, &names, handles);
                parse::expression_at(&self.text, place.clone(), &scope).map(|f| vec![f])
            })?;
        }
        for (condition, why) in &self.requirements {
            let names = parameters.names();
            let formulas = Formulas::build(names.to_vec(), |graph, handles| {
                let scope = scope_of(graph, names, handles);
                parse::condition_at(condition, 0..condition.len(), &scope).map(|c| vec![c])
            })?;
            if formulas.values(parameters.values()) != [1.0] {
                return Err(Misfit::Requirement {
                    map: self.entry.name().to_owned(),
                    needs: why.clone(),
                }
                .into());
            }
        }
        Ok(())
    }

    /// The map, with given parameters.
    ///
    /// # Errors
    /// As for [`NamedMap::parameters`] and [`NamedMap::check`].
    pub fn map(&self, given: &Parameters) -> Result<Map, Error> {
        let parameters = self.parameters(given)?;
        self.check(&parameters)?;
        let limits = self.entry.limits().iter();
        let variables: Vec<&str> = limits.map(|(name, _)| name.as_str()).collect();
        let equations = self.equations.iter();
        let equations: Vec<(&str, &str)> = equations
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        Map::from_equations(&equations, &variables, &parameters)
    }

    /// The default limits, with given parameters.
    ///
    /// # Errors
    /// As for [`NamedMap::parameters`].
    pub fn region(&self, given: &Parameters) -> Result<Region, Error> {
        let limits = self.entry.limits().iter();
        let limits =
            limits.map(|(name, ends)| (name.as_str(), ends.each_ref().map(String::as_str)));
        let limits: Vec<(&str, [&str; 2])> = limits.collect();
        Region::from_limits(&limits, &self.parameters(given)?)
    }

    /// The map over its default limits, with given parameters.
    ///
    /// # Errors
    /// As for [`NamedMap::map`].
    pub fn over_defaults(&self, given: &Parameters) -> Result<MappedRegion, Error> {
        self.map(given)?.over(self.region(given)?)
    }

    /// det J, or √det(JᵀJ) of a curve or a surface, as textbooks write it with these arguments; `None`
    /// where they do not: [`Jacobian::determinant`](crate::Jacobian::determinant) writes any.
    pub fn determinant(&self) -> Option<String> {
        let text = self.determinant.as_ref()?;
        let has_functions = self.entry.arguments().iter().any(Argument::is_function);
        Some(match has_functions {
            true => printed(text).unwrap_or_else(|_| text.clone()),
            false => text.clone(),
        })
    }

    /// The length, the area or the volume over the default limits, as a formula of the parameters;
    /// `None` where it is not known, since there are functions other than the defaults.
    pub fn measure(&self) -> Option<&'static str> {
        let has_functions = self.entry.arguments().iter().any(Argument::is_function);
        let is_known = self.places.is_none() || !has_functions;
        is_known.then(|| self.entry.measure())
    }

    /// The value of [`NamedMap::measure`], with given parameters.
    ///
    /// # Errors
    /// As for [`NamedMap::parameters`].
    pub fn measure_value(&self, given: &Parameters) -> Result<Option<f64>, Error> {
        let Some(measure) = self.measure() else {
            return Ok(None);
        };
        let parameters = self.parameters(given)?;
        let names = parameters.names();
        let formulas = Formulas::build(names.to_vec(), |graph, handles| {
            let scope = scope_of(graph, names, handles);
            parse::expression_at(measure, 0..measure.len(), &scope).map(|value| vec![value])
        })?;
        Ok(formulas.values(parameters.values()).first().copied())
    }
}

/// A formula as it is printed, with no more parentheses than it needs.
fn printed(text: &str) -> Result<String, Error> {
    let names = names_in(text, 0..text.len())?;
    let formulas = Formulas::build(names.clone(), |graph, handles| {
        let scope = scope_of(graph, &names, handles);
        parse::expression_at(text, 0..text.len(), &scope).map(|formula| vec![formula])
    })?;
    Ok(formulas.text(0))
}

impl Map {
    /// The map of the [`catalogue`](crate::catalogue) that a text names, with the default values of
    /// its parameters, or with arguments in parentheses.
    ///
    /// ```
    /// use pullback::Map;
    /// let spherical = Map::catalogued("spherical")?;
    /// assert_eq!(spherical.variables(), ["r", "theta", "phi"]);
    /// assert_eq!(spherical.jacobian()?.determinant(), "r^2*sin(theta)");
    /// let heart = Map::catalogued("star(1 - sin(t))")?.over("s = 0..1, t = 0..2*pi")?;
    /// assert!((heart.measure()?.value - 1.5 * std::f64::consts::PI).abs() < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`read`] and [`NamedMap::check`].
    pub fn catalogued(text: &str) -> Result<Self, Error> {
        read(text)?.map(&Parameters::new())
    }
}
