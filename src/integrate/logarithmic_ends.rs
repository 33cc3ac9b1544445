//! Ends at which an integrand is strongly singular, or of which a tail falls slowly: the logarithm of
//! the distance is the coordinate, and tanh-sinh rules reach as far as that is a number.

use std::cell::RefCell;

use super::because::Step;
use super::meter::Stop;
use super::orders::{Manner, integrate};
use super::outcome::{Known, Status};
use super::pieces::{of_each, sum};
use super::reason::Reason;
use super::sides::AT_END;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{Block, Coordinate, Piece, Side, part};
use crate::rule::LONGEST_REACH;

/// Errors are raised by this factor.
const CAUTION: f64 = 4.0;

/// What exponents of some ten thousand lose of a value.
const EXPONENTS: f64 = 2e-13;

/// Two places at which the end of the rules' reach is judged, the farther one last.
const FAR: (f64, f64) = (1e-150, 1e-300);

/// So many halvings find where the end begins.
const HALVINGS: usize = 50;

/// What a rule leaves out beyond its reach, where the integrand times the distance is so large there
/// and at the root of that distance: what falls as a power of it, or faster.
fn left_out(near: f64, far: f64) -> f64 {
    if far == 0.0 {
        return 0.0;
    }
    let power = (near / far).ln() / (FAR.0 / FAR.1).ln();
    if power > 0.0 {
        far / power
    } else {
        f64::INFINITY
    }
}

/// The part of a piece next to the end.
fn end_of(piece: &Piece<'_>) -> Side {
    let distance = |w: f64| {
        let place = (piece.place)(&[w])[0];
        place.min(1.0 - place)
    };
    let mut side = Side::WHOLE;
    for _ in 0..HALVINGS {
        let middle = side.at(0.5);
        if distance(middle) < AT_END {
            side.from = middle;
        } else {
            side.to = middle;
        }
    }
    Side {
        from: 0.0,
        to: side.to,
    }
}

/// The integral from the logarithms of the distances from both ends of an axis.
pub(crate) struct LogarithmicEnds {
    /// Whether only ends at which logarithms are seen count.
    pub(crate) seen: bool,
}

impl Strategy for LogarithmicEnds {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        let sees = || subject.seen().is_some_and(|look| look.has_slow_ends());
        subject.integrand.dimension() == 1 && (!self.seen || sees())
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let Some(pieces) = subject.integrand.knowledge().logarithmic() else {
            return Ok(Attempt::Pass);
        };
        let manner = Manner {
            reach: vec![Some(LONGEST_REACH)],
            impatient: true,
            doubt: None,
        };
        let at_ends: RefCell<[Option<Known>; 2]> = RefCell::default();
        let outcomes = of_each(&pieces, task, &|piece, own, number| {
            let mut outcome = integrate(piece, own, &manner)?.outcome;
            let mut evaluator = own.evaluator(piece);
            let mut far = |w: f64| -> Result<Vec<f64>, Stop> {
                let mut values = vec![0.0; piece.outputs()];
                evaluator.evaluate(&Block::new(&[Coordinate::Same(w)], 1), &mut values)?;
                Ok(values.iter().map(|value| (w * value).abs()).collect())
            };
            // Two rules of a kind may agree too well, and large exponents lose digits.
            for (error, value) in outcome.errors.iter_mut().zip(&outcome.values) {
                *error = CAUTION * *error + EXPONENTS * value.abs();
            }
            let beyond = [far(FAR.0)?, far(FAR.1)?];
            for (k, error) in outcome.errors.iter_mut().enumerate() {
                *error += left_out(beyond[0][k], beyond[1][k]);
            }
            if outcome.is_done() {
                let end = end_of(&pieces[number]);
                let end = integrate(part(piece, &[end]).integrand.as_ref(), own, &manner)?.outcome;
                let errors = end.errors.iter().enumerate();
                let error = |(k, error): (usize, &f64)| {
                    CAUTION * error + left_out(beyond[0][k], beyond[1][k])
                };
                at_ends.borrow_mut()[number] = Some(Known {
                    errors: errors.map(error).collect(),
                    values: end.values,
                });
            }
            if outcome.is_done() && !own.is_met(&outcome.values, &outcome.errors) {
                outcome.status = Status::Budget;
                outcome.add_reasons(&[Reason::SingularBoundary]);
            }
            Ok(outcome)
        })?;
        let mut outcome = sum(&outcomes, task);
        if outcome.errors.contains(&f64::INFINITY) {
            // Set once; a second piece says the same.
            let _ = subject.divergence.set(Reason::MayDiverge {
                exponent: -1.0,
                from: format!("an end of {}", subject.integrand.knowledge().axis_name(0)),
            });
        }
        outcome.because = outcome.because.after([Step::Logarithms]);
        if outcome.is_done() {
            outcome.at_ends = at_ends.into_inner();
        }
        Ok(Attempt::of(outcome))
    }
}
