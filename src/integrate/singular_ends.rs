//! Singular ends: axes are turned so that what is singular lies at 0, and given tanh-sinh rules.

use super::because::{Because, Step};
use super::cuts::{product, toward_ends};
use super::ends::Ends;
use super::meter::{Halt, Stop};
use super::node_set::NodeSet;
use super::orders::{Manner, Progress, integrate};
use super::outcome::Status;
use super::peaks::without_peaks;
use super::pieces::{of_each, sum};
use super::reason::Reason;
use super::scan::SCAN;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand, Piece, Side, part};
use crate::rule::LONGEST_REACH;

/// At an end of exponent e − 1 a tanh-sinh rule reaches to exp(−REACH/e): what lies beyond is less
/// than 10⁻¹⁹ of the integral.
const REACH: f64 = 45.0;

/// Powers of the reach that a slow tail falls with may be as near as this to 1.
const NEAREST_TO_ONE: f64 = 0.05;

/// What is left of a slow tail is raised by this factor: nearer to 1 its power looks higher than it is.
const CAUTION: f64 = 3.0;

/// Distances, each a root of the one before, at which a slow tail is looked for, at so many places of
/// the other axes.
const REACHES: i32 = 12;
const PLACES: usize = 3;

/// The most variables whose axes are all halved.
pub(crate) const MOST_HALVED: usize = 8;

/// Every singular end turned to 0, axes that are singular at both halved, tanh-sinh rules there.
pub(crate) struct SingularEnds {
    /// Whether axes without a singular end have such rules too, as is asked for.
    pub(crate) all: bool,
}

impl Strategy for SingularEnds {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        self.all || subject.may_look(task)
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let look = subject.look(task)?;
        if !self.all && !look.has_singular_ends() {
            return Ok(Attempt::Pass);
        }
        let knowledge = subject.integrand.knowledge();
        // A rule for the end at 0 serves an end at 1 that is regular, as one of exponent 0 is.
        let of_axis = |(axis, ends): (usize, &Ends)| match ends.exponents {
            [None, None] if self.all && knowledge.axis_facts(axis).varies => [Some(0.0), None],
            exponents => exponents,
        };
        let exponents: Vec<[Option<f64>; 2]> = look.ends.iter().enumerate().map(of_axis).collect();
        let sides = exponents
            .iter()
            .map(|e| toward_ends(e.map(|e| e.is_some())));
        let sides: Vec<Vec<Side>> = sides.collect();
        let parts = product(&sides);
        let pieces = parts.iter().map(|sides| part(subject.integrand, sides));
        let pieces: Vec<Piece<'_>> = pieces.collect();
        let outcomes = of_each(&pieces, task, &|window, own, number| {
            let reach = parts[number].iter().zip(&exponents).map(|(side, ends)| {
                let exponent = ends[usize::from(side.from == 1.0)]?;
                let integrable = (1.0 + exponent.min(0.0)).max(0.05);
                Some((REACH / integrable).min(LONGEST_REACH))
            });
            let manner = Manner {
                reach: reach.collect(),
                impatient: !self.all,
                doubt: None,
            };
            let Progress {
                outcome,
                rules,
                levels,
                ..
            } = integrate(window, own, &manner)?;
            // In changed coordinates that would cost more than the integral.
            let is_changed = subject.scan < SCAN && window.dimension() > 1;
            let mut outcome = if is_changed {
                outcome
            } else {
                let scan = (subject.scan / parts.len()).next_multiple_of(BLOCK);
                without_peaks(window, outcome, (&rules, &levels), own, scan)
            };
            for (axis, reach) in manner.reach.iter().enumerate() {
                let Some(reach) = reach else { continue };
                let rest = beyond(window, own, axis, *reach)?;
                let errors = outcome.errors.iter_mut().zip(rest);
                errors.for_each(|(error, rest)| *error += rest);
            }
            if outcome.is_done() && !own.is_met(&outcome.values, &outcome.errors) {
                outcome.status = Status::Budget;
                outcome.add_reasons(&[Reason::SingularBoundary]);
            }
            Ok(outcome)
        })?;
        let mut outcome = sum(&outcomes, task);
        let nodes = outcomes.iter().zip(&parts).map(|(outcome, sides)| {
            let nodes = outcome.nodes.clone()?;
            nodes
                .are_of(&outcome.values)
                .then(|| nodes.placed_on(sides))
        });
        if let Some(nodes) = nodes.collect::<Option<Vec<_>>>() {
            outcome.nodes = Some(NodeSet::of_parts(nodes.concat(), &outcome.values));
        }
        if !look.divergences.is_empty() && outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
        if self.all {
            let own = Because::of(Step::AskedFor);
            let method = std::mem::take(&mut outcome.method);
            outcome = outcome.by(method, own);
        }
        Ok(Attempt::of(outcome))
    }
}

/// For every output, what may lie nearer to 0 along an axis than exp(−reach), where the nodes of a rule
/// begin.
///
/// With L = −ln x, the integrand f is g(L) = x f(x) there. A power of x falls exponentially, and
/// nothing is left; a power of a logarithm is g = L^−q, of which L g(L)/(q − 1) is left.
fn beyond(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    axis: usize,
    reach: f64,
) -> Result<Vec<f64>, Halt> {
    // A power of a power underflows before the reach ends: then the last values that are not zero tell.
    let reaches: Vec<f64> = (0..REACHES).map(|k| reach * 0.5f64.powi(k)).collect();
    let nodes: Vec<f64> = reaches.iter().map(|reach| (-reach).exp()).collect();
    let count = nodes.len();
    let mut evaluator = task.evaluator(integrand);
    let mut values = vec![0.0; count * integrand.outputs()];
    let mut rest = vec![0.0f64; integrand.outputs()];
    for place in 0..PLACES {
        let coordinate = |a: usize| {
            if a == axis {
                return Coordinate::Each(&nodes[..]);
            }
            let spread = (place * 5 + a * 3 + 1) as f64;
            Coordinate::Same((spread * std::f64::consts::SQRT_2).fract())
        };
        let coordinates: Vec<_> = (0..integrand.dimension()).map(coordinate).collect();
        evaluator.evaluate(&Block::new(&coordinates, count), &mut values)?;
        for (rest, values) in rest.iter_mut().zip(values.chunks(count)) {
            let sizes = nodes.iter().zip(values).map(|(x, v)| (x * v).abs());
            let sizes: Vec<f64> = sizes.collect();
            let Some(last) = sizes.iter().position(|size| *size > 0.0) else {
                continue;
            };
            if let [far, near, ..] = sizes[last..]
                && far.is_finite()
                && near.is_finite()
            {
                let power = (near / far).log2() - 1.0;
                let left = CAUTION * reaches[last] * far / power.max(NEAREST_TO_ONE);
                *rest = rest.max(left);
            }
        }
    }
    Ok(rest)
}
