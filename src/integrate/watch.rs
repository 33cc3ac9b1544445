//! Who watches an integration: a listener that is told how far it is and may stop it, and a token
//! that calls it off.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::deadline::CancelToken;

/// How far an integration is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'p> {
    /// The best values so far; NaN while there are none.
    pub values: &'p [f64],
    /// Their errors; infinite while nothing is known of them, or while parts of the region have not
    /// been looked at.
    pub errors: &'p [f64],
    /// The nodes at which the integrands were evaluated.
    pub evaluations: u64,
    /// The seconds since the beginning.
    pub seconds: f64,
}

/// What is told of an integration, and says whether it goes on.
pub(crate) type Listener = dyn Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync;

/// A listener and a token, where there are such.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    pub(crate) listener: Option<Arc<Listener>>,
    pub(crate) token: Option<CancelToken>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("listener", &self.listener.is_some())
            .field("token", &self.token)
            .finish()
    }
}

/// Whether both are watched by the same listener and token.
impl PartialEq for Watch {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.listener, &other.listener) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same && self.token == other.token
    }
}
