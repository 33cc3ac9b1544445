//! Named formulas of named inputs: what maps, limits and integrands all are.

use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::list;
use crate::expr::parse::{self, Scope};
use crate::expr::{print, value};

/// Formulas of inputs, as plain data.
#[derive(Clone, Debug)]
pub(crate) struct Formulas {
    pub(crate) inputs: Vec<String>,
    pub(crate) arena: Arena,
    pub(crate) roots: Vec<Id>,
}

impl Formulas {
    /// The formulas that `build` makes of the inputs.
    pub(crate) fn build<T>(
        inputs: Vec<String>,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> Result<Vec<Expr<'g>>, T>,
    ) -> Result<Self, T> {
        let graph = Graph::new();
        let roots = {
            let handles: Vec<Expr<'_>> = (0..inputs.len()).map(|i| graph.input(i)).collect();
            build(&graph, &handles)?.iter().map(|e| e.id).collect()
        };
        Ok(Formulas {
            inputs,
            arena: graph.into_arena(),
            roots,
        })
    }

    /// The text of a formula.
    pub(crate) fn text(&self, index: usize) -> String {
        print::text(&self.arena, self.roots[index], &self.inputs)
    }

    /// The values of all formulas where the inputs have these values.
    pub(crate) fn values(&self, inputs: &[f64]) -> Vec<f64> {
        value::values(&self.arena, &self.roots, inputs)
    }

    /// The formulas in another graph, with other formulas for the inputs.
    pub(crate) fn within<'g>(&self, graph: &'g Graph, inputs: &[Expr<'g>]) -> Vec<Expr<'g>> {
        graph.import(&self.arena, &self.roots, inputs)
    }
}

/// The ranges of n unit coordinates.
pub(crate) fn unit_ranges(n: usize) -> Vec<(f64, f64)> {
    vec![(0.0, 1.0); n]
}

/// Constants with names: `a = 2`, in the order in which they were defined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    names: Vec<String>,
    values: Vec<f64>,
}

impl Parameters {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter, or gives it a new value.
    pub fn set(&mut self, name: &str, value: f64) {
        match self.names.iter().position(|n| n == name) {
            Some(at) => self.values[at] = value,
            None => {
                self.names.push(name.to_owned());
                self.values.push(value);
            }
        }
    }

    /// Adds a parameter whose value is a formula of earlier ones.
    ///
    /// # Errors
    /// [`Error::Text`](crate::Error::Text) if the text is not such a formula.
    pub fn set_formula(&mut self, name: &str, text: &str) -> Result<(), crate::Error> {
        parse::check_name(name, 0..name.len())?;
        self.define(name, text, 0..text.len())
    }

    /// Adds the parameters of a text such as `"a = 2, b = a/3"`, each of which may use earlier
    /// ones.
    ///
    /// # Errors
    /// [`Error::Text`](crate::Error::Text) with the place of the first fault.
    pub fn parse(&mut self, text: &str) -> Result<(), crate::Error> {
        for equation in list::equations(text)? {
            self.define(&text[equation.name], text, equation.body)?;
        }
        Ok(())
    }

    fn define(
        &mut self,
        name: &str,
        text: &str,
        part: std::ops::Range<usize>,
    ) -> Result<(), crate::Error> {
        let graph = Graph::new();
        let mut scope = Scope::new(&graph);
        for (name, value) in self.iter() {
            scope.define(name, graph.constant(value));
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
