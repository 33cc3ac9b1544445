//! What can go wrong, where, and what to do about it: the one error type of the crate.

mod density;
mod inverse_fault;
mod misfit;
mod names;
mod outline;
mod solve_fault;
mod text_fault;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

pub use density::DensityFault;
pub use inverse_fault::InverseFault;
pub use misfit::Misfit;
pub use outline::OutlineFault;
pub use solve_fault::SolveFault;
pub use text_fault::TextFault;

/// An error of the library: what went wrong, where, and what to do.
///
/// Errors are for problems that cannot be worked on: text that does not parse, shapes that do not
/// fit, files that cannot be written. An integral that is hard is never an error: it is an
/// [`Estimate`](crate::Estimate) whose status says so.
///
/// What is wrong is data; [`Display`](fmt::Display) writes the sentence.
///
/// ```
/// use pullback::formula::TextFault;
/// use pullback::{Error, Map};
/// let Err(Error::Text { text, span, fault }) = Map::parse("x = r*coss(t)") else { panic!() };
/// assert_eq!(&text[span], "coss");
/// let TextFault::UnknownFunction { meant, .. } = fault else { panic!() };
/// assert_eq!(meant.as_deref(), Some("cos"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A text does not describe a formula, a list of equations or a list of limits.
    Text {
        /// The whole text.
        text: String,
        /// The bytes of `text` that are at fault.
        span: Range<usize>,
        /// What is wrong there, and what would be right.
        fault: TextFault,
    },
    /// The parts of a problem do not fit together: names, numbers of variables or of targets.
    Shape(Misfit),
    /// A setting is outside its range.
    Setting {
        /// The name of the setting, as in [`Settings`](crate::Settings).
        name: &'static str,
        /// What it must be.
        allowed: String,
    },
    /// A rule of this order is not available.
    Order {
        /// The number of nodes asked for.
        requested: usize,
        /// The largest number of nodes that there is.
        limit: usize,
    },
    /// A checkpoint cannot be used; it is left as it was.
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The processes that work together do not.
    Ranks {
        /// Why not.
        reason: String,
    },
    /// A mesh cannot be read or integrated over.
    Mesh {
        /// The file, where there is one.
        path: Option<PathBuf>,
        /// The line of a text, from 1 on, where that is known.
        line: Option<usize>,
        /// Why not.
        reason: String,
    },
    /// A picture cannot be drawn or written.
    Picture {
        /// The file, where there is one.
        path: Option<PathBuf>,
        /// Why not.
        reason: String,
    },
}

impl Error {
    /// An error at a place of a text.
    pub(crate) fn text(text: &str, span: Range<usize>, fault: TextFault) -> Self {
        Error::Text {
            text: text.to_owned(),
            span,
            fault,
        }
    }
}

impl Error {
    /// An error of a mesh that is of no file.
    pub(crate) fn mesh(reason: impl Into<String>) -> Self {
        Error::Mesh {
            path: None,
            line: None,
            reason: reason.into(),
        }
    }
}

impl From<Misfit> for Error {
    fn from(misfit: Misfit) -> Error {
        Error::Shape(misfit)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Text { text, span, fault } => {
                let start = text.floor_char_boundary(span.start);
                let column = text[..start].chars().count() + 1;
                let around = around(text, start);
                write!(f, "{fault} (at column {column} of \"{around}\")")?;
                match fault.help() {
                    Some(help) => write!(f, "; {help}"),
                    None => Ok(()),
                }
            }
            Error::Shape(misfit) => misfit.fmt(f),
            Error::Setting { name, allowed } => write!(f, "{name} must be {allowed}"),
            Error::Order { requested, limit } => write!(
                f,
                "a rule of {requested} nodes is not available: use 1 to {limit} nodes"
            ),
            Error::Ranks { reason } => write!(f, "the ranks cannot go on: {reason}"),
            Error::Checkpoint { path, reason } => {
                write!(f, "cannot go on from {}: {reason}", path.display())
            }
            Error::Mesh { path, line, reason } => {
                if let Some(path) = path {
                    write!(f, "cannot read {}: ", path.display())?;
                }
                if let Some(line) = line {
                    write!(f, "line {line}: ")?;
                }
                f.write_str(reason)
            }
            Error::Picture {
                path: Some(path),
                reason,
            } => write!(f, "cannot write {}: {reason}", path.display()),
            Error::Picture { path: None, reason } => write!(f, "cannot draw this: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

/// The longest text that a message repeats whole, in characters, and what it repeats of a longer one
/// before and behind the fault.
const LONGEST_TEXT: usize = 400;
const BEFORE: usize = 60;
const BEHIND: usize = 120;

/// A text, or what stands around a place in it.
fn around(text: &str, start: usize) -> Cow<'_, str> {
    if text.chars().nth(LONGEST_TEXT).is_none() {
        return Cow::Borrowed(text);
    }
    let before = text[..start].char_indices().rev().nth(BEFORE);
    let behind = text[start..].char_indices().nth(BEHIND);
    let from = before.map_or(0, |(at, _)| at);
    let to = behind.map_or(text.len(), |(at, _)| start + at);
    let dots = |is_cut: bool| if is_cut { "…" } else { "" };
    let (open, close) = (dots(from > 0), dots(to < text.len()));
    Cow::Owned(format!("{open}{}{close}", &text[from..to]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_repeats_no_more_than_anybody_reads() {
        let name = "a".repeat(100_000);
        let fault = TextFault::UnknownName {
            name: name.clone(),
            meant: None,
            known: vec![name.clone(); 1000],
        };
        let text = format!("{0} + {name} + {0}", "x + ".repeat(1000));
        let error = Error::text(&text, 4003..104_003, fault);
        let message = error.to_string();
        assert!(message.contains("at column 4004 of \"…+ x"), "{message}");
        assert!(message.len() < 2500, "{}", message.len());
        let misfit = Misfit::GivenTwice { name };
        assert!(misfit.to_string().len() < 100);
    }

    #[test]
    fn a_text_error_counts_columns_in_characters() {
        let sign = TextFault::UnexpectedSign {
            sign: '?',
            instead: Some("write a number"),
        };
        assert_eq!(
            Error::text("θ + ?", 5..6, sign).to_string(),
            "unexpected `?` (at column 5 of \"θ + ?\"); write a number"
        );
    }
}
