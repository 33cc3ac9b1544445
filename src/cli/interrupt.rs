//! Signals to end: the first one calls the work off, the second one ends the program.

use std::process;

use pullback::CancelToken;

use super::fault::Fault;
use super::output::INTERRUPTED;

/// A token that is cancelled by Ctrl-C, or by a signal to end.
pub(super) fn token() -> Result<CancelToken, Fault> {
    let token = CancelToken::new();
    let cancelled = token.clone();
    let on_signal = move || {
        if cancelled.is_cancelled() {
            // Whoever asks twice does not want to wait for the end of a step.
            process::exit(i32::from(INTERRUPTED));
        }
        cancelled.cancel();
    };
    ctrlc::set_handler(on_signal)
        .map_err(|reason| Fault::new(format!("cannot wait for signals: {reason}")))?;
    Ok(token)
}
