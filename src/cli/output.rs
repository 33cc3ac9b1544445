//! What leaves the program: texts on standard output, and the exit code.

use std::io::{self, Write};

use serde::Serialize;

use super::fault::Fault;
use super::place::visible;
use super::world;

/// The exit code where all is as it was asked for.
pub(super) const DONE: u8 = 0;

/// The exit code for an answer that is not to the tolerance, or that was lost on the way out.
pub(super) const UNSURE: u8 = 1;

/// The exit code for input that cannot be worked on.
pub(super) const BAD_INPUT: u8 = 2;

/// The exit code of work that the user stopped: the shells' number for that signal.
pub(super) const INTERRUPTED: u8 = 130;

/// A line with its heading.
pub(super) fn line(heading: &str, text: &str) -> String {
    format!("{heading:14}{text}\n")
}

/// One JSON object on one line; numbers that are not finite are null.
pub(super) fn json(object: &impl Serialize) -> Result<String, Fault> {
    let text = serde_json::to_string(object);
    Ok(text.map_err(|reason| Fault::new(reason.to_string()))? + "\n")
}

/// Writes to standard output and gives the exit code: a reader that has gone away is no fault. Of several processes
/// one speaks.
pub(super) fn print(text: &str) -> u8 {
    if !world::speaks() {
        return DONE;
    }
    let mut out = io::stdout().lock();
    match out
        .write_all(visible(text).as_bytes())
        .and_then(|()| out.flush())
    {
        Ok(()) => DONE,
        Err(reason) if reason.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(reason) => {
            Fault::new(format!("cannot write the answer: {reason}")).report(false);
            UNSURE
        }
    }
}
