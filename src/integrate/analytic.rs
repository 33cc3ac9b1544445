//! Rules of which the error is known in advance, from the size of the integrand in the complex
//! plane.
//!
//! 1. Along each axis take bounds M of the integrand on ellipses around [0, 1] with the parameter ρ,
//!    or on strips of half-width a where it is periodic. The error of n Gauss nodes is at most
//!    (32/15) M ρ^(−2n)/(1 − ρ^(−2)), that of n trapezoid nodes 2M/(exp(2πan) − 1).
//! 2. Choose for each axis the neighbourhood with the fewest nodes; the errors of the axes add up.
//! 3. Sum with few nodes, which gives the size of the integral, and then with enough for the
//!    tolerance. Sums that differ by more than their bounds would refute the bounds: no answer then.
//!
//! L. N. Trefethen, "Approximation Theory and Approximation Practice", SIAM (2013), theorem 19.3; L.
//! N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56
//! (2014) 385–458, theorem 3.2; K. Petras, "Self-validating integration and approximation of
//! piecewise analytic functions", J. Comput. Appl. Math. 145 (2002) 345–359.

use std::f64::consts::TAU;
use std::time::Instant;

use super::estimate::{Outcome, Status};
use super::settings::Task;
use super::tensor::{describe, nodes, roundoff, sums_with};
use crate::error::Error;
use crate::integrand::{Bounds, Integrand, Neighbourhood};
use crate::rule::Rule;
use crate::sum::Sum;

/// The parameters of the ellipses, and the half-widths of the strips.
const ELLIPSES: [f64; 15] = [
    1.01, 1.02, 1.05, 1.1, 1.2, 1.4, 1.8, 2.6, 4.0, 6.0, 10.0, 16.0, 30.0, 60.0, 120.0,
];
const STRIPS: [f64; 12] = [
    0.003, 0.01, 0.03, 0.06, 0.1, 0.17, 0.3, 0.5, 0.8, 1.3, 2.0, 3.5,
];

/// Where the search for the best neighbourhood begins.
const FIRST_ELLIPSE: usize = 8;
const FIRST_STRIP: usize = 6;

/// The first sum is to be this near to the integral, as a part of the bound on the box.
const ROUGH: f64 = 1e-2;

/// With more nodes along an axis, or in all, other methods are better.
const MOST_ALONG_AXIS: f64 = 2000.0;
const MOST_NODES: u64 = 2_000_000;

/// Rules of so few nodes in all are made to give all digits.
const CHEAP: u64 = 1000;

/// Corrections of the orders, once the size of the integral is known.
const CORRECTIONS: usize = 3;

/// What is known along an axis: the bounds of the neighbourhoods, as far as they were asked for.
struct Axis {
    periodic: bool,
    /// Not asked yet; not analytic; a bound for every output.
    bounds: Vec<Option<Option<Vec<f64>>>>,
}

impl Axis {
    fn new(periodic: bool) -> Self {
        let count = if periodic {
            STRIPS.len()
        } else {
            ELLIPSES.len()
        };
        Axis {
            periodic,
            bounds: vec![None; count],
        }
    }

    fn neighbourhood(&self, place: usize) -> Neighbourhood {
        if self.periodic {
            Neighbourhood::Strip(STRIPS[place])
        } else {
            Neighbourhood::Ellipse(ELLIPSES[place])
        }
    }

    /// The error of n nodes for an integrand of size 1 in a neighbourhood.
    fn unit_error(&self, place: usize, n: usize) -> f64 {
        let n = n as f64;
        if self.periodic {
            2.0 / (TAU * STRIPS[place] * n).exp_m1()
        } else {
            let rho = ELLIPSES[place];
            32.0 / 15.0 * rho.powf(-2.0 * n) / (1.0 - rho.powi(-2))
        }
    }

    /// The nodes by which that error, times `excess`, is 1 or less; two at least.
    fn nodes_for(&self, place: usize, excess: f64) -> f64 {
        let n = if self.periodic {
            (2.0 * excess).ln_1p() / (TAU * STRIPS[place])
        } else {
            let rho = ELLIPSES[place];
            (32.0 / 15.0 * excess / (1.0 - rho.powi(-2))).ln() / (2.0 * rho.ln())
        };
        n.ceil().max(2.0)
    }

    /// The largest bound in a neighbourhood, in units of the tolerances of the outputs.
    fn excess(
        &mut self,
        place: usize,
        axis: usize,
        tolerances: &[f64],
        bounds: &mut dyn Bounds,
    ) -> Option<f64> {
        let neighbourhood = self.neighbourhood(place);
        let known = &mut self.bounds[place];
        let known = known.get_or_insert_with(|| bounds.around(axis, neighbourhood));
        let pairs = known.as_ref()?.iter().zip(tolerances);
        Some(pairs.map(|(bound, t)| bound / t).fold(0.0, f64::max))
    }

    /// The fewest nodes that meet the tolerances.
    fn order(&mut self, axis: usize, tolerances: &[f64], bounds: &mut dyn Bounds) -> Option<usize> {
        let mut nodes_at = |axis_bounds: &mut Self, place: usize| {
            let excess = axis_bounds.excess(place, axis, tolerances, bounds);
            excess.map(|excess| axis_bounds.nodes_for(place, excess))
        };
        let mut place = if self.periodic {
            FIRST_STRIP
        } else {
            FIRST_ELLIPSE
        };
        let mut best = loop {
            match nodes_at(self, place) {
                Some(n) => break n,
                None => place = place.checked_sub(1)?,
            }
        };
        // Upward as long as that helps, and downward if it did not help at once.
        let start = place;
        let last = self.bounds.len() - 1;
        for step in [1, -1] {
            if step == -1 && place != start {
                break;
            }
            while let Some(next) = place.checked_add_signed(step).filter(|p| *p <= last) {
                match nodes_at(self, next) {
                    Some(n) if n < best => (best, place) = (n, next),
                    _ => break,
                }
            }
        }
        (best <= MOST_ALONG_AXIS).then_some(best as usize)
    }

    /// The bound of the error of n nodes, for one output.
    fn error(&self, n: usize, output: usize) -> f64 {
        let known = self.bounds.iter().enumerate();
        let errors = known.filter_map(|(place, bounds)| {
            let bound = bounds.as_ref()?.as_ref()?[output];
            Some(bound * self.unit_error(place, n))
        });
        errors.fold(f64::INFINITY, f64::min)
    }

    fn rule(&self, n: usize) -> Result<Rule, Error> {
        if self.periodic {
            Rule::trapezoid(n)
        } else {
            Rule::gauss(n)
        }
    }
}

/// Rules with the bounds of their errors.
struct Choice {
    rules: Vec<Rule>,
    errors: Vec<f64>,
}

/// A sum over a grid, with the bounds of its errors.
struct Bounded {
    choice: Choice,
    sums: Vec<Sum>,
}

struct Search<'s> {
    integrand: &'s dyn Integrand,
    bounds: Box<dyn Bounds + 's>,
    /// The axes along which the integrand varies.
    axes: Vec<Option<Axis>>,
    task: &'s Task,
}

impl Search<'_> {
    /// The rules with the fewest nodes that meet the tolerances.
    fn choose(&mut self, tolerances: &[f64]) -> Result<Option<Choice>, Error> {
        let varying = self.axes.iter().flatten().count().max(1) as f64;
        let shares: Vec<f64> = tolerances.iter().map(|t| t / varying).collect();
        let mut choice = Choice {
            rules: Vec::with_capacity(self.axes.len()),
            errors: vec![0.0; tolerances.len()],
        };
        for (number, axis) in self.axes.iter_mut().enumerate() {
            let Some(axis) = axis else {
                choice.rules.push(Rule::gauss(1)?);
                continue;
            };
            let Some(n) = axis.order(number, &shares, self.bounds.as_mut()) else {
                return Ok(None);
            };
            choice.rules.push(axis.rule(n)?);
            for (output, error) in choice.errors.iter_mut().enumerate() {
                *error += axis.error(n, output);
            }
        }
        Ok(Some(choice))
    }

    /// The error aimed at: the tolerance, or the rounding error where that is larger.
    fn target(&self, sum: &Sum) -> f64 {
        self.task.tolerance(sum.value()).max(roundoff(sum))
    }

    /// The rules for an integral of which these are rough sums: all digits where they cost next to
    /// nothing, those asked for elsewhere.
    fn choose_after(&mut self, sums: &[Sum]) -> Result<Option<Choice>, Error> {
        let all: Vec<f64> = sums.iter().map(|s| 0.5 * roundoff(s)).collect();
        if let Some(choice) = self.choose(&all)?
            && nodes(&choice.rules) <= CHEAP
        {
            return Ok(Some(choice));
        }
        let asked: Vec<f64> = sums.iter().map(|s| 0.9 * self.target(s)).collect();
        self.choose(&asked)
    }
}

/// Integrates if the integrand is known to be analytic and few enough nodes are enough; `None`
/// otherwise. The evaluations are added to `evaluations`.
///
/// # Errors
/// [`Error::Order`] if a rule is not available, which the limits exclude.
pub(crate) fn integrate(
    integrand: &dyn Integrand,
    task: &Task,
    evaluations: &mut u64,
) -> Result<Option<Outcome>, Error> {
    let begun = Instant::now();
    let Some(bounds) = integrand.bounds() else {
        return Ok(None);
    };
    let rough: Vec<f64> = bounds.on_box().iter().map(|b| ROUGH * b).collect();
    let axes = (0..integrand.dimension()).map(|axis| {
        let facts = integrand.axis_facts(axis);
        let periodic = facts.periodic == Some(true);
        facts.varies.then(|| Axis::new(periodic))
    });
    let mut search = Search {
        integrand,
        bounds,
        axes: axes.collect(),
        task,
    };
    let mut evaluator = integrand.evaluator();
    let mut steps: Vec<Bounded> = Vec::new();
    let mut spent = 0;
    let mut next = search.choose(&rough)?;
    while let Some(choice) = next {
        let cost = nodes(&choice.rules);
        if cost > MOST_NODES.min(task.max_evals.saturating_sub(spent))
            || !task.has_time_for(cost, spent, begun)
        {
            break;
        }
        let sums = sums_with(integrand, evaluator.as_mut(), &choice.rules);
        spent += cost;
        if sums.iter().any(|s| !s.is_finite()) {
            break;
        }
        let mut pairs = choice.errors.iter().zip(&sums);
        let met = pairs.all(|(error, sum)| *error <= search.target(sum));
        if met && !steps.is_empty() {
            *evaluations += spent;
            return Ok(search.outcome(&steps, Bounded { choice, sums }, spent));
        }
        next = if steps.len() < CORRECTIONS {
            search.choose_after(&sums)?
        } else {
            None
        };
        steps.push(Bounded { choice, sums });
    }
    *evaluations += spent;
    Ok(None)
}

impl Search<'_> {
    /// The outcome, unless an earlier sum refutes the bounds.
    fn outcome(&self, earlier: &[Bounded], answer: Bounded, evaluations: u64) -> Option<Outcome> {
        let sums = &answer.sums;
        for before in earlier {
            let refuted = (0..sums.len()).any(|k| {
                let distance = (before.sums[k].value() - sums[k].value()).abs();
                let rounding = roundoff(&before.sums[k]) + roundoff(&sums[k]);
                distance > before.choice.errors[k] + answer.choice.errors[k] + rounding
            });
            if refuted {
                return None;
            }
        }
        let errors = answer.choice.errors.iter().zip(sums);
        let errors: Vec<f64> = errors.map(|(error, sum)| error + roundoff(sum)).collect();
        let mut pairs = errors.iter().zip(sums);
        let met = pairs.all(|(error, sum)| *error <= self.task.tolerance(sum.value()));
        let (status, reasons) = if met {
            (Status::Converged, Vec::new())
        } else {
            (Status::Roundoff, vec![super::ROUNDING.to_owned()])
        };
        Some(Outcome {
            values: sums.iter().map(Sum::value).collect(),
            errors,
            status,
            reasons,
            evaluations,
            method: describe(&answer.choice.rules),
            because: self.because(),
            bad_node: None,
        })
    }

    fn because(&self) -> String {
        let named = |wanted: Option<bool>| -> Vec<String> {
            let kind = |axis: &Option<Axis>| axis.as_ref().map(|a| a.periodic);
            let axes = self.axes.iter().enumerate();
            let axes = axes.filter(|(_, axis)| kind(axis) == wanted);
            axes.map(|(a, _)| self.integrand.axis_name(a)).collect()
        };
        let kinds = [
            ("analytic in", named(Some(false))),
            ("analytic and periodic in", named(Some(true))),
            ("constant in", named(None)),
        ];
        let kinds = kinds.iter().filter(|(_, names)| !names.is_empty());
        let kinds = kinds.map(|(kind, names)| format!("{kind} {}", names.join(", ")));
        let kinds: Vec<String> = kinds.collect();
        format!("{}: the error has a proven bound", kinds.join("; "))
    }
}
