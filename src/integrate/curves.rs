//! Cuts along the curves where the integrand is known to switch.

use super::because::{Because, Step};
use super::layers;
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::pieces::over_pieces;
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{Integrand, Piece};

/// The part of the time that the search for curves may take.
const SEARCH: f64 = 0.3;

/// A piece is small where it is so many times as far from the origin as it is long.
const ORDINARY: f64 = 8.0;

/// The ends and middles of so many axes are looked at.
const MOST_AXES: usize = 4;

/// The part of the evaluations with which a piece is tried before it is looked for layers; no fewer than suffice
/// for an end that is singular.
const FIRST: u64 = 16;
const LEAST_FIRST: u64 = 400_000;

/// With fewer variables plain pieces were taken already.
const IN_SPACE: usize = 3;

/// The integral from pieces between the curves along which the integrand switches.
pub(crate) struct Curves {
    /// For so many variables: from, to.
    pub(crate) variables: [usize; 2],
    /// Whether only plain pieces are taken.
    pub(crate) plain: bool,
    /// Whether this is for what lies between cuts alone; the whole was tried before.
    pub(crate) between_cuts: bool,
}

impl Strategy for Curves {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        let [least, most] = self.variables;
        let is_for = subject.is_between_cuts || !self.between_cuts;
        is_for && (least..=most).contains(&subject.integrand.dimension())
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let deadline = task.deadline().part(SEARCH);
        let known = subject.integrand.knowledge();
        let taken_before =
            || subject.integrand.dimension() < IN_SPACE && known.pieces(&deadline, true).is_some();
        if !self.plain && taken_before() {
            return Ok(Attempt::Pass);
        }
        let Some(pieces) = subject.integrand.knowledge().pieces(&deadline, self.plain) else {
            return Ok(Attempt::Pass);
        };
        along(&pieces, subject.integrand, task, &|piece, own| {
            beside_layers(piece, own, solve)
        })
    }
}

/// The integral from pieces between the ridges of an integrand, and the curves along which it switches.
pub(crate) struct Ridges {
    /// As for [`Curves`].
    pub(crate) between_cuts: bool,
}

impl Strategy for Ridges {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        let is_for = subject.is_between_cuts || !self.between_cuts;
        is_for && (2..=IN_SPACE).contains(&subject.integrand.dimension())
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let deadline = task.deadline().part(SEARCH);
        let Some(ridged) = subject.integrand.knowledge().ridged() else {
            return Ok(Attempt::Pass);
        };
        let Some(pieces) = ridged.knowledge().pieces(&deadline, false) else {
            return Ok(Attempt::Pass);
        };
        // The layers are known: who does not look for them spends much, and may see none.
        let attempt = along(&pieces, ridged.as_ref(), task, &|piece, own| {
            in_layers(piece, own, solve)
        })?;
        if let Attempt::Open(_) = attempt {
            subject.has_open_ridge.set(true);
        }
        Ok(attempt)
    }
}

/// A way to integrate a piece.
type Beside<'s> = dyn Fn(&dyn Integrand, &Task<'_>) -> Result<Outcome, Stop> + 's;

/// The integral from pieces of an integrand.
fn along(
    pieces: &[Piece<'_>],
    integrand: &dyn Integrand,
    task: &Task<'_>,
    beside: &Beside<'_>,
) -> Result<Attempt, Stop> {
    let known = integrand.knowledge();
    let dimension = integrand.dimension();
    if pieces.is_empty() {
        let zero = vec![0.0; integrand.outputs()];
        let because = Because::of(Step::Zero).after([Step::CutAlongCurves]);
        let outcome = Outcome::new(zero.clone(), zero, Status::Converged);
        return Ok(Attempt::Settled(outcome.by("no parts", because)));
    }
    let moved = known.displaced(pieces);
    let mut outcome = over_pieces(pieces, task, &|piece, own, number| {
        let mut outcome = beside(piece, own)?;
        let lost = displaced(&pieces[number], dimension);
        for (error, value) in outcome.errors.iter_mut().zip(&outcome.values) {
            *error += lost * value.abs();
        }
        for (error, moved) in outcome.errors.iter_mut().zip(&moved[number]) {
            *error += moved;
        }
        let is_moved = moved[number].iter().any(|moved| *moved > 0.0);
        if (lost > 0.0 || is_moved)
            && outcome.is_done()
            && !own.is_met(&outcome.values, &outcome.errors)
        {
            outcome.status = Status::Roundoff;
            outcome.add_reasons(&[Reason::Rounding]);
        }
        Ok(outcome)
    })?;
    outcome.because = outcome.because.after([Step::CutAlongCurves]);
    Ok(Attempt::of(outcome))
}

/// The integral over a piece, cut at layers next to the faces; where there are none, or where that does not
/// help, as any other piece.
fn in_layers(piece: &dyn Integrand, task: &Task<'_>, solve: Solve) -> Result<Outcome, Stop> {
    let parts = layers::parts(piece, task)?;
    if parts.len() > 1 {
        let own = task.at_most(task.left() / 2);
        let outcome = layers::integrate(piece, &parts, &own, solve)?;
        if outcome.is_done() {
            return Ok(outcome);
        }
        let mut other = solve(&Subject::new(piece), task, Rows::Whole)?;
        if other.is_done() && !other.proven {
            // Who does not know of layers may have stepped over them.
            let axis = piece.knowledge().axis_name(0);
            other.status = Status::Suspect;
            other.add_reasons(&[Reason::NotSmooth { axis }]);
        }
        return Ok(other.better(outcome));
    }
    beside_layers(piece, task, solve)
}

/// The integral over a piece; where bounds do not prove it, cut at layers next to the faces, if there are any.
fn beside_layers(piece: &dyn Integrand, task: &Task<'_>, solve: Solve) -> Result<Outcome, Stop> {
    let subject = Subject::new(piece);
    if piece.dimension() > IN_SPACE {
        return solve(&subject, task, Rows::Whole);
    }
    // Who does not know of layers may spend all on them.
    let first = task.at_most((task.left() / FIRST).max(LEAST_FIRST));
    let outcome = solve(&subject, &first, Rows::Whole)?;
    if outcome.proven {
        return Ok(outcome);
    }
    let parts = layers::parts(piece, task)?;
    match parts.len() {
        1 if outcome.is_done() => Ok(outcome),
        1 => solve(&subject, task, Rows::Whole),
        _ => layers::integrate(piece, &parts, task, solve),
    }
}

/// The part of its content by which a small piece far from the origin may be off, where its faces are
/// rounded.
fn displaced(piece: &Piece<'_>, dimension: usize) -> f64 {
    let place = |number: usize| {
        let along = (0..dimension).map(|axis| match axis < MOST_AXES {
            true => (number / 3usize.pow(axis as u32) % 3) as f64 / 2.0,
            false => 0.5,
        });
        (piece.place)(&along.collect::<Vec<f64>>())
    };
    // Corners and the middles between them: a side may have no length at an end of another one.
    let places = 0..3usize.pow(dimension.min(MOST_AXES) as u32);
    let places: Vec<Vec<f64>> = places.map(place).collect();
    let lost = |axis: usize| {
        let along = places.iter().map(|place| place[axis]);
        let (least, largest) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), w| {
            (lo.min(w), hi.max(w))
        });
        let ratio = largest / (largest - least);
        if ratio > ORDINARY {
            f64::EPSILON * ratio
        } else {
            0.0
        }
    };
    let lost: f64 = (0..dimension).map(lost).sum();
    if lost.is_finite() { lost } else { 0.0 }
}
