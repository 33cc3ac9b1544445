//! Singular ends: axes are turned so that what is singular lies at 0, and given tanh-sinh rules.

use super::cuts::{product, toward_ends};
use super::meter::Stop;
use super::orders::{Manner, integrate};
use super::outcome::Status;
use super::pieces::{of_each, sum};
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{Piece, Side, part};
use crate::rule::LONGEST_REACH;

/// At an end of exponent e − 1 a tanh-sinh rule reaches to exp(−REACH/e): what lies beyond is less
/// than 10⁻¹⁹ of the integral.
const REACH: f64 = 45.0;

/// Every singular end turned to 0, axes that are singular at both halved, tanh-sinh rules there.
pub(crate) struct SingularEnds;

impl Strategy for SingularEnds {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        subject.may_look(task)
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let look = subject.look(task)?;
        if !look.has_singular_ends() {
            return Ok(Attempt::Pass);
        }
        let sides = look
            .ends
            .iter()
            .map(|e| toward_ends(e.exponents.map(|e| e.is_some())));
        let sides: Vec<Vec<Side>> = sides.collect();
        let parts = product(&sides);
        let pieces = parts.iter().map(|sides| part(subject.integrand, sides));
        let pieces: Vec<Piece<'_>> = pieces.collect();
        let outcomes = of_each(&pieces, task, &|window, own, number| {
            let reach = parts[number].iter().zip(&look.ends).map(|(side, ends)| {
                let exponent = ends.exponents[usize::from(side.from == 1.0)]?;
                let integrable = (1.0 + exponent.min(0.0)).max(0.05);
                Some((REACH / integrable).min(LONGEST_REACH))
            });
            let manner = Manner {
                reach: reach.collect(),
                impatient: true,
                doubt: None,
            };
            Ok(integrate(window, own, &manner)?.outcome)
        })?;
        let mut outcome = sum(&outcomes, task);
        if !look.divergences.is_empty() && outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
        Ok(Attempt::of(outcome))
    }
}
