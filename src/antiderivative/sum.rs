//! Formulas as sums of products of powers with exact coefficients: the form in which rules of integration
//! are looked up.

use std::collections::{BTreeMap, BTreeSet};

use super::number::Number;
use crate::elementary::Unary;

/// A function of which the rules know something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Function {
    Sin,
    Cos,
    Sinh,
    Cosh,
    Ln,
    Asin,
    Atan,
    Asinh,
    Atanh,
    Erf,
    Abs,
}

impl Function {
    /// Each with the operator of the graph.
    pub(crate) const ALL: [(Function, Unary); 11] = [
        (Function::Sin, Unary::Sin),
        (Function::Cos, Unary::Cos),
        (Function::Sinh, Unary::Sinh),
        (Function::Cosh, Unary::Cosh),
        (Function::Ln, Unary::Ln),
        (Function::Asin, Unary::Asin),
        (Function::Atan, Unary::Atan),
        (Function::Asinh, Unary::Asinh),
        (Function::Atanh, Unary::Atanh),
        (Function::Erf, Unary::Erf),
        (Function::Abs, Unary::Abs),
    ];

    /// Whether f(−x) = −f(x).
    pub(crate) fn is_odd(self) -> bool {
        use Function::*;
        matches!(self, Sin | Sinh | Asin | Atan | Asinh | Atanh | Erf)
    }

    /// Whether f(−x) = f(x).
    pub(crate) fn is_even(self) -> bool {
        matches!(self, Function::Cos | Function::Cosh | Function::Abs)
    }
}

/// What powers are taken of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Atom {
    /// A prime number, under a root.
    Prime(i64),
    Pi,
    Input(u32),
    /// A sum, under a root or below a line.
    Base(Sum),
    Function(Function, Sum),
    /// e to this power.
    Exp(Sum),
}

/// A product of powers.
pub(crate) type Factors = BTreeMap<Atom, Number>;

/// A sum of products of powers, each with an exact coefficient.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum {
    pub(crate) terms: BTreeMap<Factors, Number>,
}

/// More terms than that are no textbook's.
const MOST_TERMS: usize = 120;

impl Sum {
    pub(crate) fn zero() -> Self {
        Sum::default()
    }

    pub(crate) fn number(number: Number) -> Self {
        Sum::term(Factors::new(), number)
    }

    pub(crate) fn whole(number: i64) -> Self {
        Sum::number(Number::whole(number))
    }

    /// What has no value, or none that fits.
    pub(crate) fn none() -> Self {
        Sum::number(Number::NONE)
    }

    pub(crate) fn atom(atom: Atom) -> Self {
        Sum::term(Factors::from([(atom, Number::ONE)]), Number::ONE)
    }

    pub(crate) fn input(input: u32) -> Self {
        Sum::atom(Atom::Input(input))
    }

    /// One term.
    pub(crate) fn term(factors: Factors, coefficient: Number) -> Self {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(factors, coefficient);
        }
        Sum { terms }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it has no value, or none that fits.
    pub(crate) fn is_none(&self) -> bool {
        self.terms.values().any(|c| c.is_none())
    }

    pub(crate) fn as_number(&self) -> Option<Number> {
        match self.terms.len() {
            0 => Some(Number::ZERO),
            1 => self.terms.get(&Factors::new()).copied(),
            _ => None,
        }
    }

    /// The only term.
    pub(crate) fn as_term(&self) -> Option<(&Factors, Number)> {
        let mut terms = self.terms.iter();
        match (terms.next(), terms.next()) {
            (Some((factors, &c)), None) => Some((factors, c)),
            _ => None,
        }
    }

    /// The only atom, where it is one to the first power with the coefficient 1.
    pub(crate) fn as_atom(&self) -> Option<&Atom> {
        let (factors, c) = self.as_term()?;
        let mut factors = factors.iter();
        match (factors.next(), factors.next()) {
            (Some((atom, &Number::ONE)), None) if c == Number::ONE => Some(atom),
            _ => None,
        }
    }

    pub(crate) fn add(&mut self, factors: Factors, coefficient: Number) {
        let own = self.terms.entry(factors).or_insert(Number::ZERO);
        *own = own.plus(coefficient);
        if own.is_zero() {
            self.terms.retain(|_, c| !c.is_zero());
        }
    }

    pub(crate) fn plus(&self, other: &Sum) -> Sum {
        let mut sum = self.clone();
        for (factors, &c) in &other.terms {
            sum.add(factors.clone(), c);
        }
        match sum.terms.len() > MOST_TERMS {
            true => Sum::none(),
            false => sum,
        }
    }

    pub(crate) fn scaled(&self, by: Number) -> Sum {
        let scaled = self.terms.iter().map(|(f, c)| (f.clone(), c.times(by)));
        Sum {
            terms: scaled.filter(|(_, c)| !c.is_zero()).collect(),
        }
    }

    pub(crate) fn negated(&self) -> Sum {
        self.scaled(Number::whole(-1))
    }

    pub(crate) fn minus(&self, other: &Sum) -> Sum {
        self.plus(&other.negated())
    }

    /// Whether an input occurs.
    pub(crate) fn has(&self, input: u32) -> bool {
        let mut found = BTreeSet::new();
        self.inputs(&mut found);
        found.contains(&input)
    }

    /// Adds the inputs that occur.
    pub(crate) fn inputs(&self, found: &mut BTreeSet<u32>) {
        self.terms
            .keys()
            .flat_map(Factors::keys)
            .for_each(|atom| atom.inputs(found));
    }

    /// Adds all atoms, those within others too.
    pub(crate) fn atoms(&self, found: &mut BTreeSet<Atom>) {
        for atom in self.terms.keys().flat_map(Factors::keys) {
            if found.insert(atom.clone())
                && let Atom::Base(s) | Atom::Function(_, s) | Atom::Exp(s) = atom
            {
                s.atoms(found);
            }
        }
    }

    /// Whether the first coefficient that is not of a number alone is negative.
    pub(crate) fn leads_negative(&self) -> bool {
        self.terms
            .values()
            .next_back()
            .is_some_and(|c| c.is_negative())
    }

    /// Coefficients by powers of an input; `None` where it occurs within another atom.
    pub(crate) fn by_powers(&self, input: u32) -> Option<BTreeMap<Number, Sum>> {
        let mut powers: BTreeMap<Number, Sum> = BTreeMap::new();
        for (factors, &c) in &self.terms {
            let mut factors = factors.clone();
            let power = factors.remove(&Atom::Input(input)).unwrap_or(Number::ZERO);
            if factors.keys().any(|atom| atom.has(input)) {
                return None;
            }
            powers.entry(power).or_default().add(factors, c);
        }
        powers.retain(|_, c| !c.is_zero());
        Some(powers)
    }

    /// (a, b) of a·x + b, where a is not 0.
    pub(crate) fn as_linear(&self, input: u32) -> Option<(Sum, Sum)> {
        let mut powers = self.by_powers(input)?;
        let slope = powers.remove(&Number::ONE)?;
        let rest = powers.remove(&Number::ZERO).unwrap_or_default();
        powers.is_empty().then_some((slope, rest))
    }
}

impl Atom {
    pub(crate) fn inputs(&self, found: &mut BTreeSet<u32>) {
        match self {
            Atom::Input(i) => {
                found.insert(*i);
            }
            Atom::Base(s) | Atom::Function(_, s) | Atom::Exp(s) => s.inputs(found),
            Atom::Prime(_) | Atom::Pi => {}
        }
    }

    pub(crate) fn has(&self, input: u32) -> bool {
        match self {
            Atom::Input(i) => *i == input,
            Atom::Base(s) | Atom::Function(_, s) | Atom::Exp(s) => s.has(input),
            Atom::Prime(_) | Atom::Pi => false,
        }
    }
}
