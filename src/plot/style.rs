//! How large a picture is.

use super::picture::refused;
use crate::Error;

/// How large a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Width in pixels, 640 to 8000.
    pub width: u32,
    /// Height in pixels, 400 to 8000.
    pub height: u32,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            width: 1200,
            height: 640,
        }
    }
}

impl Style {
    /// Refuses a size out of bounds.
    pub(super) fn check(&self) -> Result<(), Error> {
        if (640..=8000).contains(&self.width) && (400..=8000).contains(&self.height) {
            return Ok(());
        }
        Err(refused(
            None,
            "its size must lie between 640 × 400 and 8000 × 8000",
        ))
    }
}
