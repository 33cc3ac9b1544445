//! When work must end: a time, and a word from outside that calls it off.
//!
//! Everything that may take long asks [`Deadline::has_come`] as it goes; this is the one place that
//! looks at the clock for that.

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
