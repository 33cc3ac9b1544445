//! Constants with names, which formulas may use.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::Error;
use crate::expr::graph::Graph;
use crate::expr::text::list;
use crate::expr::text::names::{check_name, names_in};
use crate::expr::text::parse::{self, Scope};

/// Constants with names: `a = 2`, in the order in which they were defined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    names: Vec<String>,
    values: Vec<f64>,
    /// Where each name is.
    places: BTreeMap<String, usize>,
}

impl Parameters {
    /// No parameters.
    pub const fn new() -> Self {
        Parameters {
            names: Vec::new(),
            values: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Adds a parameter, or gives it a new value.
    pub fn set(&mut self, name: &str, value: f64) {
        match self.places.get(name) {
            Some(&at) => self.values[at] = value,
            None => {
                self.places.insert(name.to_owned(), self.names.len());
                self.names.push(name.to_owned());
                self.values.push(value);
            }
        }
    }

    /// Adds a parameter whose value is a formula of earlier ones.
    ///
    /// # Errors
    /// [`Error::Text`] if the text is not such a formula.
    pub fn set_formula(&mut self, name: &str, text: &str) -> Result<(), Error> {
        check_name(name, 0..name.len())?;
        self.define(name, text, 0..text.len())
    }

    /// Adds the parameters of a text such as `"a = 2, b = a/3"`, each of which may use earlier
    /// ones.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn parse(&mut self, text: &str) -> Result<(), Error> {
        for equation in list::equations(text)? {
            self.define(&text[equation.name], text, equation.body)?;
        }
        Ok(())
    }

    /// Adds a parameter whose value is the formula that a part of a text is.
    pub(super) fn define(
        &mut self,
        name: &str,
        text: &str,
        part: Range<usize>,
    ) -> Result<(), Error> {
        let graph = Graph::new();
        let mut scope = Scope::new(&graph);
        let used = names_in(text, part.clone())?;
        let places = used.iter().map(|name| self.places.get(name).copied());
        match places.collect::<Option<Vec<usize>>>() {
            Some(places) => {
                for at in places {
                    scope.define(&self.names[at], graph.constant(self.values[at]));
                }
            }
            // The fault says which names there are.
            None => {
                for (name, value) in self.iter() {
                    scope.define(name, graph.constant(value));
                }
            }
        }
        let value = parse::expression_at(text, part, &scope)?.value(&[]);
        self.set(name, value);
        Ok(())
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values, in the order of the names.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Names with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        let names = self.names.iter().map(String::as_str);
        names.zip(self.values.iter().copied())
    }
}
