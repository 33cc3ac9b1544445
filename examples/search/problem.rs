//! An integral whose value is known by construction, and the verdict on an answer.

use std::ops::{Add, Mul};

use pullback::{Error, Estimate, Map, Parameters, Region, Settings, Status};

/// A value, and what it may be off by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) value: f64,
    pub(crate) slack: f64,
}

impl Known {
    /// An integral that does not exist.
    pub(crate) const NONE: Known = Known {
        value: f64::NAN,
        slack: 0.0,
    };

    /// A value of a closed form whose parts have these sizes: each is off by a few roundings.
    pub(crate) fn of(value: f64, parts: f64) -> Known {
        Known {
            value,
            slack: 16.0 * f64::EPSILON * parts.abs().max(value.abs()),
        }
    }

    /// Whether the integral exists.
    pub(crate) fn exists(self) -> bool {
        self.value.is_finite()
    }
}

impl From<f64> for Known {
    fn from(value: f64) -> Known {
        Known::of(value, value)
    }
}

impl Add for Known {
    type Output = Known;

    fn add(self, other: Known) -> Known {
        let value = self.value + other.value;
        Known {
            value,
            slack: self.slack + other.slack + f64::EPSILON * value.abs(),
        }
    }
}

impl Mul for Known {
    type Output = Known;

    fn mul(self, other: Known) -> Known {
        let value = self.value * other.value;
        Known {
            value,
            slack: self.slack * other.value.abs()
                + other.slack * self.value.abs()
                + self.slack * other.slack
                + f64::EPSILON * value.abs(),
        }
    }
}

/// A text to integrate, and what its integral is.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) text: String,
    pub(crate) known: Known,
}

impl Term {
    pub(crate) fn new(text: impl Into<String>, known: impl Into<Known>) -> Term {
        Term {
            text: text.into(),
            known: known.into(),
        }
    }

    /// The product with an integral over other variables.
    pub(crate) fn times(&self, other: &Term) -> Term {
        Term::new(
            format!("({})*({})", self.text, other.text),
            self.known * other.known,
        )
    }

    /// The product with a number.
    pub(crate) fn scaled(&self, factor: f64) -> Term {
        let factor_known = Known {
            value: factor,
            slack: 0.0,
        };
        Term::new(
            format!("{factor:?}*({})", self.text),
            self.known * factor_known,
        )
    }
}

/// The sum of terms.
pub(crate) fn sum(terms: &[Term]) -> Term {
    let texts: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let mut known = terms[0].known;
    for term in &terms[1..] {
        known = known + term.known;
    }
    Term::new(texts.join(" + "), known)
}

/// A map, limits and an integrand as texts, and the value of the integral.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The targets as formulas of the variables; empty where they are the variables.
    pub(crate) map: String,
    pub(crate) over: String,
    pub(crate) integrand: String,
    pub(crate) known: Known,
}

impl Problem {
    pub(crate) fn plain(over: impl Into<String>, term: Term) -> Problem {
        Problem {
            map: String::new(),
            over: over.into(),
            integrand: term.text,
            known: term.known,
        }
    }

    /// The command that integrates the same.
    pub(crate) fn command(&self) -> String {
        let map = match self.map.as_str() {
            "" => String::new(),
            map => format!(" --map \"{map}\""),
        };
        format!(
            "pullback integrate{map} --over \"{}\" --integrand \"{}\"",
            self.over, self.integrand
        )
    }

    /// The answer of the toolkit, asked as a user would.
    pub(crate) fn answer(&self, settings: &Settings) -> Result<Estimate, Error> {
        let region = Region::parse(&self.over)?;
        let variables: Vec<&str> = region.variables().iter().map(String::as_str).collect();
        let map = if self.map.is_empty() {
            Map::identity(&variables)?
        } else {
            Map::parse_with(&self.map, &variables, &Parameters::new())?
        };
        let domain = map.over(&region)?;
        domain.integrate_all(&domain.parse(&[&self.integrand])?, settings)
    }
}

/// What is to be said of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// To the tolerance, and within the claimed error.
    Right,
    /// It says that it is not to the tolerance, and its error covers.
    OwnsUp,
    /// The claimed error is too small, but the answer does not vouch for the tolerance or meets it.
    Understated,
    /// It vouches for the tolerance without a warning, and misses both it and its own error.
    Silent,
    /// No answer at all, but an error.
    Refused,
}

impl Verdict {
    pub(crate) const ALL: [Verdict; 5] = [
        Verdict::Right,
        Verdict::OwnsUp,
        Verdict::Understated,
        Verdict::Silent,
        Verdict::Refused,
    ];

    /// The verdict on an answer, asked to a tolerance.
    pub(crate) fn on(known: Known, answer: &Estimate, settings: &Settings) -> Verdict {
        let tolerance = settings.atol.max(settings.rtol * known.value.abs());
        let vouches = match answer.status {
            Status::Converged => true,
            Status::Roundoff => {
                answer.error <= settings.atol.max(settings.rtol * answer.value.abs())
            }
            _ => false,
        };
        if !known.exists() {
            // Whatever the value, an error that is finite is too small.
            return match (vouches, answer.error.is_finite()) {
                (true, _) if !answer.warnings.is_empty() => Verdict::OwnsUp,
                (true, _) => Verdict::Silent,
                (false, true) if answer.status == Status::Roundoff => Verdict::Understated,
                (false, _) => Verdict::OwnsUp,
            };
        }
        // An answer is a float, and so is the truth: eight roundings are nobody's fault.
        let rounding = 8.0 * f64::EPSILON * known.value.abs();
        let off = (answer.value - known.value).abs() - known.slack - rounding;
        let covered = off <= answer.error || answer.error == f64::INFINITY;
        match (covered, vouches) {
            (true, true) if off <= tolerance => Verdict::Right,
            (true, _) => Verdict::OwnsUp,
            (false, true) if off > tolerance => Verdict::Silent,
            (false, _) => Verdict::Understated,
        }
    }
}
