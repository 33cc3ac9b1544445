//! When work must end: a time, and a word from outside that calls it off.
//!
//! Everything that may take long asks [`Deadline::has_come`] as it goes; this is the one place that
//! looks at the clock for that. What works on formulas, deep below whoever knows the deadline, asks
//! [`Deadline::current`].

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A word that calls work off, from another thread or from a handler of signals. Clones are the
/// same word.
///
/// ```
/// use pullback::{CancelToken, Map, Settings, Status};
/// let token = CancelToken::new();
/// token.cancel();
/// let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
/// let settings = Settings::new().cancelled_by(&token);
/// let answer = square.integrate_with(|[x, y]| (x + y).sqrt(), &settings)?;
/// assert_eq!(answer.status, Status::Interrupted);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken {
    cancelled: Arc<AtomicBool>,
}

impl CancelToken {
    /// A word that was not spoken yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls the work off. It ends within about a block of evaluations, with the best answer so far.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work was called off.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Whether two tokens are the same word.
impl PartialEq for CancelToken {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.cancelled, &other.cancelled)
    }
}

/// A time by which work must end, and a token that may call it off before.
#[derive(Clone, Debug, Default)]
pub struct Deadline {
    at: Option<Instant>,
    token: Option<CancelToken>,
}

thread_local! {
    /// The deadline of the work that this thread does.
    static CURRENT: RefCell<Deadline> = const { RefCell::new(Deadline::NEVER) };
}

/// Puts back the deadline of the work around, also when a panic passes.
struct Around(Deadline);

impl Drop for Around {
    fn drop(&mut self) {
        CURRENT.replace(std::mem::take(&mut self.0));
    }
}

impl Deadline {
    /// A deadline that never comes.
    pub const NEVER: Deadline = Deadline {
        at: None,
        token: None,
    };

    /// So many seconds after `start`, or when the token says so. Seconds without a meaning, such as
    /// infinitely many, never pass.
    pub fn new(start: Instant, seconds: f64, token: Option<CancelToken>) -> Self {
        let span = Duration::try_from_secs_f64(seconds).ok();
        Deadline {
            at: span.and_then(|span| start.checked_add(span)),
            token,
        }
    }

    /// Does work of which this is the deadline, on this thread.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let _around = Around(CURRENT.replace(self.clone()));
        work()
    }

    /// The deadline of the work that this thread does.
    pub(crate) fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }

    /// The deadline by which a part of the time that is left has passed.
    pub(crate) fn part(&self, part: f64) -> Self {
        let now = Instant::now();
        let nearer = |at: Instant| now + at.saturating_duration_since(now).mul_f64(part);
        Deadline {
            at: self.at.map(nearer),
            token: self.token.clone(),
        }
    }

    /// The seconds that are left.
    pub(crate) fn seconds_left(&self) -> f64 {
        let left = |at: Instant| at.saturating_duration_since(Instant::now());
        self.at.map_or(f64::INFINITY, |at| left(at).as_secs_f64())
    }

    /// Whether it may ever come.
    pub(crate) fn may_come(&self) -> bool {
        self.at.is_some() || self.token.is_some()
    }

    /// Whether the work was called off.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.token.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    /// Whether the work must end now.
    pub fn has_come(&self) -> bool {
        self.is_cancelled() || self.at.is_some_and(|at| Instant::now() >= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_has_its_deadline_and_what_is_around_it_another() {
        let over = Deadline::new(Instant::now(), 0.0, None);
        assert!(!Deadline::current().has_come());
        let inner = over.during(|| {
            let inside = Deadline::NEVER.during(|| Deadline::current().has_come());
            (Deadline::current().has_come(), inside)
        });
        assert_eq!(inner, (true, false));
        let panicked = std::panic::catch_unwind(|| over.during(|| panic!("on purpose")));
        assert!(panicked.is_err() && !Deadline::current().has_come());
    }

    #[test]
    fn a_deadline_comes_with_its_time_or_its_token() {
        let now = Instant::now();
        assert!(!Deadline::NEVER.has_come() && !Deadline::NEVER.may_come());
        assert!(Deadline::new(now, 0.0, None).has_come());
        assert!(!Deadline::new(now, 1e9, None).has_come());
        for never in [f64::INFINITY, 1e300] {
            assert!(!Deadline::new(now, never, None).may_come());
        }
        let token = CancelToken::new();
        let deadline = Deadline::new(now, f64::INFINITY, Some(token.clone()));
        assert!(!deadline.has_come());
        token.cancel();
        assert!(deadline.has_come() && deadline.is_cancelled());
    }
}
