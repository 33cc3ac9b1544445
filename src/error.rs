//! What can go wrong, where, and what to do about it: the one error type of the crate.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// An error of the library: what went wrong, where, and what to do.
///
/// Errors are for problems that cannot be worked on: text that does not parse, shapes that do not
/// fit, files that cannot be written. An integral that is hard is never an error: it is an
/// [`Estimate`](crate::Estimate) whose status says so.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A text does not describe a formula, a list of equations or a list of limits.
    Text {
        /// The whole text.
        text: String,
        /// The bytes of `text` that are at fault.
        span: Range<usize>,
        /// What is wrong there.
        message: String,
        /// What would be right, where that is known.
        help: Option<String>,
    },
    /// The parts of a problem do not fit together: names, numbers of variables or of targets.
    Shape {
        /// What does not fit.
        message: String,
    },
    /// A setting is outside its range.
    Setting {
        /// The name of the setting, as in [`Settings`](crate::Settings).
        name: &'static str,
        /// What it may be.
        message: String,
    },
    /// A rule of this order is not available.
    Order {
        /// The number of nodes asked for.
        requested: usize,
        /// The largest number of nodes that there is.
        limit: usize,
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
    pub(crate) fn text(text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Error::Text {
            text: text.to_owned(),
            span,
            message: message.into(),
            help: None,
        }
    }

    /// An error about parts that do not fit.
    pub(crate) fn shape(message: impl Into<String>) -> Self {
        Error::Shape {
            message: message.into(),
        }
    }

    /// The same error with advice, where the error has room for it.
    pub(crate) fn with_help(mut self, advice: impl Into<String>) -> Self {
        if let Error::Text { help, .. } = &mut self {
            *help = Some(advice.into());
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Text {
                text,
                span,
                message,
                help,
            } => {
                let before = &text[..text.floor_char_boundary(span.start)];
                let column = before.chars().count() + 1;
                write!(f, "{message} (at column {column} of \"{text}\")")?;
                match help {
                    Some(help) => write!(f, "; {help}"),
                    None => Ok(()),
                }
            }
            Error::Shape { message } => f.write_str(message),
            Error::Setting { name, message } => write!(f, "{name} {message}"),
            Error::Order { requested, limit } => write!(
                f,
                "a rule of {requested} nodes is not available: use 1 to {limit} nodes"
            ),
            Error::Picture {
                path: Some(path),
                reason,
            } => write!(f, "cannot write {}: {reason}", path.display()),
            Error::Picture { path: None, reason } => write!(f, "cannot draw this: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_error_counts_columns_in_characters() {
        let error = Error::text("θ + ?", 5..6, "unexpected `?`").with_help("write a number");
        assert_eq!(
            error.to_string(),
            "unexpected `?` (at column 5 of \"θ + ?\"); write a number"
        );
    }
}
