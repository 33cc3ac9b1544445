//! The subject of strategies: an integrand, with what was found out about it and what was tried.

use std::cell::{Cell, OnceCell};

use super::corners::{Look, look};
use super::ends::Ends;
use super::meter::Halt;
use super::reason::Reason;
use super::scan::SCAN;
use super::task::Task;
use crate::integrand::Integrand;

/// How often coordinates may be changed: for a corner, for the ends that this leaves, and once more.
const CHANGES: usize = 3;

/// An integrand that is to be integrated.
pub(crate) struct Subject<'s> {
    /// What is integrated.
    pub(crate) integrand: &'s dyn Integrand,
    /// How often its coordinates may still be changed.
    pub(crate) changes: usize,
    /// The nodes of a scan for peaks.
    pub(crate) scan: usize,
    /// Whether this is what lies between two cuts of the whole.
    pub(crate) is_between_cuts: bool,
    /// Whether a tensor product was given up for something better.
    pub(crate) given_up: Cell<bool>,
    /// Whether cuts along ridges that are known did not suffice.
    pub(crate) has_open_ridge: Cell<bool>,
    look: OnceCell<Look>,
    /// What speaks against the existence of the integral, if something was found on the way.
    pub(crate) divergence: OnceCell<Reason>,
}

impl<'s> Subject<'s> {
    /// An integrand of which nothing was found out yet.
    pub(crate) fn new(integrand: &'s dyn Integrand) -> Self {
        Subject {
            integrand,
            changes: CHANGES,
            scan: SCAN,
            is_between_cuts: false,
            given_up: Cell::new(false),
            has_open_ridge: Cell::new(false),
            look: OnceCell::new(),
            divergence: OnceCell::new(),
        }
    }

    /// What lies between two cuts of a whole: it may divide into pieces where the whole does not.
    pub(crate) fn between_cuts(piece: &'s dyn Integrand) -> Self {
        Subject {
            is_between_cuts: true,
            ..Subject::new(piece)
        }
    }

    /// A piece in coordinates that were changed to smooth the whole; its part of the scan.
    pub(crate) fn smoothed(&self, piece: &'s dyn Integrand, scan: usize) -> Self {
        Subject {
            changes: self.changes.saturating_sub(1),
            scan,
            ..Subject::new(piece)
        }
    }

    /// The evaluations that a look may take.
    pub(crate) fn cost_of_look(&self) -> u64 {
        let n = self.integrand.dimension();
        let corners = if n > 1 {
            2 * super::corners::MOST_EVALUATIONS
        } else {
            0
        };
        (n * Ends::EVALUATIONS) as u64 + corners
    }

    /// Whether a look was taken, or there are evaluations enough for one.
    pub(crate) fn may_look(&self, task: &Task<'_>) -> bool {
        self.seen().is_some() || self.cost_of_look() <= task.left()
    }

    /// What there is to see at the ends and corners; looked at when it is first asked for.
    ///
    /// # Errors
    /// What ended the look.
    pub(crate) fn look(&self, task: &Task<'_>) -> Result<&Look, Halt> {
        if let Some(seen) = self.look.get() {
            return Ok(seen);
        }
        let seen = look(self.integrand, task)?;
        Ok(self.look.get_or_init(|| seen))
    }

    /// What was seen, if a look was taken.
    pub(crate) fn seen(&self) -> Option<&Look> {
        self.look.get()
    }
}
