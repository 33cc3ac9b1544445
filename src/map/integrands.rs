//! Integrands: what is integrated over a region, as formulas or as code.

use std::fmt;

use super::geometry::Point;
use super::map::scope_of;
use super::margin::AtPoints;
use super::parameters::Parameters;
use crate::error::{Error, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph};
use crate::expr::text::parse::{self, Parts, Scope};

/// Functions to integrate over a [`Domain`](crate::Domain).
///
/// They are formulas of the variables, the targets and the parameters of the domain, or code that
/// sees the targets. A domain makes formulas of closures and texts by `trace` and `parse`.
pub struct Integrands<'f> {
    pub(super) functions: Functions<'f>,
    /// Whether they are in pairs, the real and the imaginary parts of complex functions.
    pub(super) are_parts: bool,
    pub(super) warnings: Vec<String>,
}

/// What is integrated.
pub(super) enum Functions<'f> {
    /// Formulas of the variables, then the targets, then the parameters.
    Formulas(Formulas),
    /// Code that writes so many values where the targets have given values.
    Code(usize, Code<'f>),
}

/// Code that writes values where the targets have given values.
pub(super) type Code<'f> = Box<dyn Fn(&[f64], &mut [f64]) + Sync + 'f>;

impl<'f> Integrands<'f> {
    /// Code that writes `outputs` values: the integrands where the targets have given values.
    ///
    /// ```
    /// use pullback::{Integrands, Map, Settings};
    /// let square = Map::parse("x = u, y = v")?.over("u = 0..1, v = 0..1")?;
    /// let both = Integrands::code(2, |x, values| {
    ///     values[0] = x[0] * x[1];
    ///     values[1] = x[0] + x[1];
    /// });
    /// let answer = square.integrate_all(&both, &Settings::default())?;
    /// // Polynomials of degree 2: nothing but a few roundings.
    /// assert!((answer.values[0] - 0.25).abs() < 1e-15 && (answer.values[1] - 1.0).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn code(outputs: usize, function: impl Fn(&[f64], &mut [f64]) + Sync + 'f) -> Self {
        Integrands {
            functions: Functions::Code(outputs, Box::new(function)),
            are_parts: false,
            warnings: Vec::new(),
        }
    }

    /// Whether they are in pairs, the real and the imaginary parts of complex functions, as they are where
    /// a text is complex.
    ///
    /// ```
    /// use pullback::Map;
    /// let line = Map::identity(&["x"])?.over("x = 0..1")?;
    /// assert!(line.parse(&["exp(i*x)"])?.are_parts() && !line.parse(&["abs(exp(i*x))"])?.are_parts());
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn are_parts(&self) -> bool {
        self.are_parts
    }

    /// How many there are; of complex ones each part counts.
    pub fn len(&self) -> usize {
        match &self.functions {
            Functions::Formulas(formulas) => formulas.roots.len(),
            Functions::Code(outputs, _) => *outputs,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values at points of a domain with these parameters, point by point.
    ///
    /// ```
    /// use pullback::{Domain, Map};
    /// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    /// let integrands = disk.parse(&["x^2 + y^2", "r"])?;
    /// let pullback = disk.pull_back(&integrands)?;
    /// let points = [pullback.geometry().at(&[0.5, 0.0])];
    /// assert_eq!(integrands.at(&points, disk.parameters())?, [[0.25, 0.5]]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there are too many variables, targets and parameters for formulas.
    pub fn at(&self, points: &[Point], parameters: &Parameters) -> Result<Vec<Vec<f64>>, Error> {
        match &self.functions {
            Functions::Formulas(formulas) => Ok(AtPoints::new(formulas, parameters.values())?
                .at(points.iter().map(Point::coordinates))),
            Functions::Code(outputs, code) => {
                let of = |point: &Point| {
                    let mut values = vec![0.0; *outputs];
                    code(&point.targets, &mut values);
                    values
                };
                Ok(points.iter().map(of).collect())
            }
        }
    }

    /// The formulas as texts; none if they are code.
    pub fn texts(&self) -> Vec<String> {
        match &self.functions {
            Functions::Formulas(formulas) => (0..self.len()).map(|k| formulas.text(k)).collect(),
            Functions::Code(..) => Vec::new(),
        }
    }
}

impl fmt::Debug for Integrands<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.functions {
            Functions::Formulas(_) => f.debug_list().entries(self.texts()).finish(),
            Functions::Code(outputs, _) => write!(f, "code with {outputs} values"),
        }
    }
}

/// The names that integrands may use.
pub(super) struct Names<'a> {
    pub(super) variables: &'a [String],
    pub(super) targets: &'a [String],
    pub(super) parameters: &'a Parameters,
}

impl Names<'_> {
    /// The inputs of formulas: variables, targets, parameters.
    pub(super) fn inputs(&self) -> Vec<String> {
        let own = self.variables.iter().chain(self.targets);
        own.chain(self.parameters.names()).cloned().collect()
    }

    /// Formulas of the targets that a closure describes.
    pub(super) fn of_targets<const M: usize>(
        &self,
        formulas: impl for<'g> FnOnce([Expr<'g>; M]) -> Vec<Expr<'g>>,
    ) -> Result<Formulas, Error> {
        let (n, m) = (self.variables.len(), self.targets.len());
        if M != m {
            return Err(Misfit::Integrand {
                takes: M,
                targets: m,
            }
            .into());
        }
        Formulas::build(self.inputs(), |_, inputs| {
            let targets = std::array::from_fn(|i| inputs[n + i]);
            Ok::<_, Error>(formulas(targets))
        })
    }

    /// Formulas that are read in a scope of all names.
    pub(super) fn formulas(
        &self,
        read: impl for<'g> FnOnce(&'g Graph, &Scope<'g>) -> Result<Vec<Expr<'g>>, Error>,
    ) -> Result<Formulas, Error> {
        let inputs = self.inputs();
        Formulas::build(inputs.clone(), |graph, handles| {
            // A target hides a variable of the same name, as a parameter hides neither.
            let k = self.variables.len() + self.targets.len();
            // What has no name cannot be used.
            let order = (k..inputs.len()).chain(0..k);
            let order: Vec<usize> = order.filter(|&i| !inputs[i].is_empty()).collect();
            let names: Vec<String> = order.iter().map(|&i| inputs[i].clone()).collect();
            let handles: Vec<Expr<'_>> = order.iter().map(|&i| handles[i]).collect();
            read(graph, &scope_of(graph, &names, &handles))
        })
    }

    /// The integrands that a closure describes, as formulas of the targets.
    pub(super) fn trace<const M: usize>(
        &self,
        integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> Vec<Expr<'g>>,
    ) -> Result<Integrands<'static>, Error> {
        Ok(Integrands {
            functions: Functions::Formulas(self.of_targets(integrands)?),
            are_parts: false,
            warnings: Vec::new(),
        })
    }

    /// The integrands that texts describe; none at all stand for 1.
    pub(super) fn parse(&self, texts: &[&str]) -> Result<Integrands<'static>, Error> {
        let texts = if texts.is_empty() { &["1"][..] } else { texts };
        let mut are_parts = false;
        let formulas = self.formulas(|graph, scope| {
            let read = |text: &&str| parse::complex_expression(text, scope);
            let read: Vec<Parts<'_>> = texts.iter().map(read).collect::<Result<_, _>>()?;
            are_parts = read.iter().any(|parts| matches!(parts, Parts::Complex(_)));
            let each = read.into_iter().flat_map(|parts| match parts {
                Parts::Complex(z) => vec![z.re, z.im],
                Parts::Real(x) if are_parts => vec![x, graph.constant(0.0)],
                Parts::Real(x) => vec![x],
            });
            Ok(each.collect())
        })?;
        Ok(Integrands {
            functions: Functions::Formulas(formulas),
            are_parts,
            warnings: Vec::new(),
        })
    }
}
