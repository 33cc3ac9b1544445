//! Manners of integrating the same formula: with all that is known of it, without one of these facts,
//! as code of which nothing is known, and by a method that is asked for.

use pullback::integrator::{
    AxisFacts, Bounds, Change, Deadline, Evaluator, Factor, Integrand, Knowledge, Piece, Products,
    Switches,
};

/// What may be known of an integrand, each apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fact {
    /// Bounds in the complex plane.
    Bounds,
    /// Where it switches along the axes.
    Switches,
    /// Pieces along curves.
    Pieces,
    /// Products of fewer variables.
    Products,
    /// Whether it is periodic along an axis, and whether it varies there.
    Axes,
}

/// How an integral is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// As a formula.
    Formula,
    /// As a formula of which one fact is hidden.
    Without(Fact),
    /// As code: all is hidden.
    Code,
    /// As code, by a Gauss rule of so many nodes along each axis.
    Gauss(usize),
    /// As code, by random samples.
    Samples,
}

impl Manner {
    /// A few words for tables.
    pub(crate) fn name(self) -> String {
        match self {
            Manner::Formula => "formula".to_owned(),
            Manner::Without(fact) => format!("formula without {fact:?}").to_lowercase(),
            Manner::Code => "code".to_owned(),
            Manner::Gauss(nodes) => format!("code, gauss:{nodes}"),
            Manner::Samples => "code, monte-carlo".to_owned(),
        }
    }

    fn hides(self, fact: Fact) -> bool {
        match self {
            Manner::Formula => false,
            Manner::Without(hidden) => hidden == fact,
            Manner::Code | Manner::Gauss(_) | Manner::Samples => true,
        }
    }

    fn is_code(self) -> bool {
        !matches!(self, Manner::Formula | Manner::Without(_))
    }
}

/// An integrand in front of which facts are hidden.
pub(crate) struct Hiding<'i> {
    integrand: Box<dyn Integrand + 'i>,
    manner: Manner,
}

impl<'i> Hiding<'i> {
    /// An integrand as it is to be seen; so are its parts.
    pub(crate) fn new(integrand: Box<dyn Integrand + 'i>, manner: Manner) -> Self {
        Hiding { integrand, manner }
    }
}

/// An integrand as it is to be seen.
fn hidden<'i>(integrand: Box<dyn Integrand + 'i>, manner: Manner) -> Box<dyn Integrand + 'i> {
    Box::new(Hiding { integrand, manner })
}

impl Integrand for Hiding<'_> {
    fn dimension(&self) -> usize {
        self.integrand.dimension()
    }

    fn outputs(&self) -> usize {
        self.integrand.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        self.integrand.evaluator()
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Hiding<'_> {
    fn switches(&self) -> Switches {
        if self.manner.hides(Fact::Switches) {
            return Switches::default();
        }
        self.integrand.knowledge().switches()
    }

    fn sharp_change(&self, change: &Change) -> Option<Box<dyn Integrand + '_>> {
        let shown = !self.manner.is_code();
        let changed = shown.then(|| self.integrand.knowledge().sharp_change(change))??;
        Some(hidden(changed, self.manner))
    }

    fn rounding(&self) -> Option<Vec<f64>> {
        let known = !self.manner.is_code();
        known.then(|| self.integrand.knowledge().rounding())?
    }

    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        let shown = !self.manner.hides(Fact::Bounds);
        shown.then(|| self.integrand.knowledge().bounds())?
    }

    fn pieces(&self, deadline: &Deadline, plain: bool) -> Option<Vec<Piece<'_>>> {
        let shown = !self.manner.hides(Fact::Pieces);
        let pieces = shown.then(|| self.integrand.knowledge().pieces(deadline, plain))??;
        let pieces = pieces.into_iter().map(|piece| Piece {
            integrand: hidden(piece.integrand, self.manner),
            place: piece.place,
        });
        Some(pieces.collect())
    }

    fn products(&self) -> Option<Products<'_>> {
        let shown = !self.manner.hides(Fact::Products);
        let products = shown.then(|| self.integrand.knowledge().products())??;
        let factors = products.factors.into_iter().map(|factor| Factor {
            integrand: hidden(factor.integrand, self.manner),
            axes: factor.axes,
            like: factor.like,
        });
        Some(Products {
            factors: factors.collect(),
            sums: products.sums,
            are_terms: products.are_terms,
        })
    }

    fn axis_name(&self, axis: usize) -> String {
        self.integrand.knowledge().axis_name(axis)
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        if self.manner.hides(Fact::Axes) {
            return AxisFacts::NONE;
        }
        self.integrand.knowledge().axis_facts(axis)
    }
}
