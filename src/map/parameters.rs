//! Constants with names, which formulas may use.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph};
use crate::expr::inputs;
use crate::expr::text::list;
use crate::expr::text::names::{check_name, names_in};
use crate::expr::text::parse::{self, Scope};

/// Constants with names: `a = 2`, in the order in which they were defined.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    names: Vec<String>,
    values: Vec<f64>,
    /// What a parameter is as a formula of all earlier ones, where it uses any.
    formulas: Vec<Option<Arc<Formulas>>>,
    /// Where each name is.
    places: BTreeMap<String, usize>,
}

/// By what parameters were defined is no part of what they are.
impl PartialEq for Parameters {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names && self.values == other.values
    }
}

impl Parameters {
    /// No parameters.
    pub const fn new() -> Self {
        Parameters {
            names: Vec::new(),
            values: Vec::new(),
            formulas: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Adds a parameter, or gives it a new value.
    pub fn set(&mut self, name: &str, value: f64) {
        match self.places.get(name) {
            Some(&at) => {
                self.values[at] = value;
                self.formulas[at] = None;
            }
            None => {
                self.places.insert(name.to_owned(), self.names.len());
                self.names.push(name.to_owned());
                self.values.push(value);
                self.formulas.push(None);
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
                    scope.define(&self.names[at], graph.input(at));
                }
            }
            // The fault says which names there are.
            None => {
                for (at, name) in self.names.iter().enumerate() {
                    scope.define(name, graph.input(at));
                }
            }
        }
        let formula = parse::expression_at(text, part, &scope)?;
        let (root, value) = (formula.id, formula.value(&self.values));
        // What gets another value may use itself, and what comes after it.
        let is_new = !self.places.contains_key(name);
        self.set(name, value);
        if is_new && !used.is_empty() {
            let at = self.names.len() - 1;
            let (arena, roots) = graph.into_arena().part(&[root]);
            self.formulas[at] = Some(Arc::new(Formulas {
                // Found by their places: all names, for each parameter anew, would be many.
                inputs: Vec::new(),
                arena,
                roots,
            }));
        }
        Ok(())
    }

    /// All parameters where those of some names are moving: those that are defined by them move with them,
    /// the others are numbers. `None` if there is none of them.
    pub(super) fn with_moving<'g>(&self, moving: &[(&str, Expr<'g>)]) -> Option<Vec<Expr<'g>>> {
        let place = |(name, at): &(&str, Expr<'g>)| Some((*self.places.get(*name)?, *at));
        let places: Vec<(usize, Expr<'g>)> = moving.iter().filter_map(place).collect();
        let (_, any) = *places.first()?;
        let mut all: Vec<Expr<'g>> = Vec::with_capacity(self.names.len());
        for (at, (value, formula)) in self.values.iter().zip(&self.formulas).enumerate() {
            let moved = formula
                .as_ref()
                .map(|formula| formula.within(any.graph, &all)[0]);
            let moves =
                |e: &Expr<'g>| e.graph.read(|arena| inputs::of_formulas(arena, &[e.id])) != 0;
            let own = places.iter().find(|(place, _)| *place == at);
            all.push(match (own, moved.filter(moves)) {
                (Some((_, moving)), _) => *moving,
                (None, Some(moved)) => moved,
                (None, None) => any.constant(*value),
            });
        }
        Some(all)
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
