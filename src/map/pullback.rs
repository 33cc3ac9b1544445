//! The pullback: integrands on the unit box, with what is known of where they come from.
//!
//! ∫_φ(R) f = ∫_R f(φ(u)) |det J(u)| du = ∫_[0,1]ⁿ f(φ(u(w))) |det J(u(w))| Π|∂uᵢ/∂wᵢ| dw

use super::geometry::Geometry;
use super::survey::Survey;
use crate::analysis::box_formulas::BoxFormulas;
use crate::deadline::Deadline;
use crate::integrand::{Block, Evaluator, Integrand, Knowledge, Piece, Side};

/// An integrand on the unit box, with what is known of where it comes from.
///
/// A domain that is made of several parts has a unit box for each; together they are one integrand,
/// the sum over the parts.
pub struct Pullback<'a> {
    /// At least one, all with the same numbers of coordinates and of values.
    parts: Vec<Part<'a>>,
    warnings: Vec<String>,
}

/// A part of a domain: integrands on the unit box, and where that box goes.
pub struct Part<'a> {
    values: Values<'a>,
    geometry: Geometry<'a>,
    /// The piece to which it belongs, where there are several.
    label: Option<String>,
    /// A look at the determinant in the place of one on a lattice.
    look: Option<Box<Look<'a>>>,
}

/// A look at the determinant over a part, which adds to the warnings what it finds.
type Look<'a> = dyn Fn(&mut Vec<String>) -> Survey + Sync + 'a;

/// The integrands times the measure, on the unit box.
enum Values<'a> {
    Formulas(Box<BoxFormulas>),
    Code(Box<dyn Integrand + 'a>),
}

impl<'a> Part<'a> {
    /// A part whose integrands are formulas.
    pub(crate) fn of_formulas(values: BoxFormulas, geometry: Geometry<'a>) -> Self {
        Part {
            values: Values::Formulas(Box::new(values)),
            geometry,
            label: None,
            look: None,
        }
    }

    /// A part whose integrands are code.
    pub fn of_code(values: impl Integrand + 'a, geometry: Geometry<'a>) -> Self {
        Part {
            values: Values::Code(Box::new(values)),
            geometry,
            label: None,
            look: None,
        }
    }

    /// The same with another look at the determinant.
    pub(super) fn surveyed_by(self, look: impl Fn(&mut Vec<String>) -> Survey + Sync + 'a) -> Self {
        Part {
            look: Some(Box::new(look)),
            ..self
        }
    }

    /// A look at the determinant; adds to `warnings` what it finds.
    fn survey(&self, warnings: &mut Vec<String>) -> Survey {
        match &self.look {
            Some(look) => look(warnings),
            None => self.geometry.survey(warnings),
        }
    }

    /// The piece to which it belongs, where there are several.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The integrands times the measure.
    pub fn integrand(&self) -> &dyn Integrand {
        match &self.values {
            Values::Formulas(values) => values.as_ref(),
            Values::Code(values) => values.as_ref(),
        }
    }

    /// Where the nodes are, in the user's variables and targets.
    pub fn geometry(&self) -> &Geometry<'a> {
        &self.geometry
    }

    /// The integrands on the unit box as texts, in unit coordinates w1, w2, …; none if they are
    /// code.
    pub fn texts(&self) -> Vec<String> {
        match &self.values {
            Values::Formulas(values) => values.texts(),
            Values::Code(_) => Vec::new(),
        }
    }
}

impl<'a> Pullback<'a> {
    /// The pullback to one box.
    pub fn of_part(part: Part<'a>, warnings: Vec<String>) -> Self {
        Pullback {
            parts: vec![part],
            warnings,
        }
    }

    /// The same with more for the user to know.
    pub(super) fn with_warnings(mut self, more: &[String]) -> Self {
        self.warnings.extend_from_slice(more);
        self
    }

    /// The same with the parts of another pullback besides its own.
    ///
    /// # Panics
    /// If they have other numbers of coordinates or of values.
    pub fn and(mut self, other: Pullback<'a>) -> Self {
        let shape = |pullback: &Pullback<'_>| (pullback.dimension(), pullback.outputs());
        assert_eq!(shape(&self), shape(&other), "the parts have one shape");
        self.parts.extend(other.parts);
        self.warnings.extend(other.warnings);
        self
    }

    /// The same with more that a user should know.
    pub(super) fn warned(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// The same as a piece of a whole, which what is said of it names.
    pub(super) fn labelled(mut self, label: &str) -> Self {
        let named = |text: &str| format!("{label}: {text}");
        for warning in &mut self.warnings {
            *warning = named(warning);
        }
        for part in &mut self.parts {
            part.label = Some(part.label.as_deref().map_or(label.to_owned(), named));
        }
        self
    }

    /// The same where folds are meant, so that nothing is to be said of them.
    pub(super) fn meant_to_fold(mut self) -> Self {
        for part in &mut self.parts {
            part.geometry.is_meant_to_fold = true;
        }
        self
    }

    /// The parts.
    pub fn parts(&self) -> &[Part<'a>] {
        &self.parts
    }

    /// Where the nodes of the first part are; mostly there is no other.
    pub fn geometry(&self) -> &Geometry<'a> {
        &self.parts[0].geometry
    }

    /// The integrands of the first part as texts; see [`Part::texts`].
    pub fn texts(&self) -> Vec<String> {
        self.parts[0].texts()
    }

    /// What a user should know before the integral is computed.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A look at the determinant over all parts; adds to `warnings` what it finds.
    pub fn survey(&self, warnings: &mut Vec<String>) -> Survey {
        let mut survey = |part: &Part<'_>| {
            let before = warnings.len();
            let found = part.survey(warnings);
            if let Some(label) = &part.label {
                for warning in &mut warnings[before..] {
                    *warning = format!("{label}: {warning}");
                }
            }
            found
        };
        let found = self.parts.iter().map(&mut survey);
        let found: Vec<Survey> = found.collect();
        let rest = found[1..].iter();
        rest.fold(found[0], |all, survey| all.with(survey))
    }

    /// The part of which a value is not finite at a node; what is the only one is not evaluated.
    pub(crate) fn part_that_is_bad(&self, unit: &[f64]) -> &Part<'a> {
        if let [only] = &self.parts[..] {
            return only;
        }
        let is_bad = |part: &&Part<'_>| {
            let values = part.integrand().at(unit);
            values.iter().any(|value| !value.is_finite())
        };
        self.parts.iter().find(is_bad).unwrap_or(&self.parts[0])
    }
}

impl Integrand for Pullback<'_> {
    fn dimension(&self) -> usize {
        self.parts[0].integrand().dimension()
    }

    fn outputs(&self) -> usize {
        self.parts[0].integrand().outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        match &self.parts[..] {
            [part] => part.integrand().evaluator(),
            parts => {
                let evaluators = parts.iter().map(|part| part.integrand().evaluator());
                Box::new(Together {
                    evaluators: evaluators.collect(),
                    values: Vec::new(),
                })
            }
        }
    }

    fn knowledge(&self) -> &dyn Knowledge {
        match &self.parts[..] {
            [part] => part.integrand().knowledge(),
            _ => self,
        }
    }
}

/// Of several parts it is known that they are parts.
impl Knowledge for Pullback<'_> {
    fn pieces(&self, _deadline: &Deadline, _plain: bool) -> Option<Vec<Piece<'_>>> {
        let parts = self.parts.iter().map(|part| Piece {
            integrand: Box::new(part.integrand()),
            place: Box::new(<[f64]>::to_vec),
        });
        Some(parts.collect())
    }

    fn is_code(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.integrand().knowledge().is_code())
    }

    fn axis_name(&self, axis: usize) -> String {
        self.parts[0].integrand().knowledge().axis_name(axis)
    }
}

/// The sum over several parts.
struct Together<'p> {
    evaluators: Vec<Box<dyn Evaluator + 'p>>,
    values: Vec<f64>,
}

impl Evaluator for Together<'_> {
    fn prepare(&mut self, part: &[Side], nodes: usize) {
        let evaluators = self.evaluators.iter_mut();
        evaluators.for_each(|evaluator| evaluator.prepare(part, nodes));
    }

    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        self.values.resize(values.len(), 0.0);
        values.fill(0.0);
        for evaluator in &mut self.evaluators {
            evaluator.evaluate(block, &mut self.values);
            values
                .iter_mut()
                .zip(&self.values)
                .for_each(|(sum, v)| *sum += v);
        }
    }
}
