//! How large a picture is, and from where it is seen.

use super::picture::refused;
use crate::Error;

/// From where things in space are seen, from afar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Degrees from the first axis toward the second.
    pub azimuth: f64,
    /// Degrees above the plane of the first two axes, up to 90.
    pub elevation: f64,
}

impl Default for View {
    fn default() -> View {
        View {
            azimuth: -60.0,
            elevation: 25.0,
        }
    }
}

/// How large a picture is, and from where things in space are seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Width in pixels, 640 to 8000.
    pub width: u32,
    /// Height in pixels, 400 to 8000.
    pub height: u32,
    /// From where images in space are seen; where it is `None`, from where no face of theirs is seen edge-on.
    pub view: Option<View>,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            width: 1200,
            height: 640,
            view: None,
        }
    }
}

impl Style {
    /// Refuses a size out of bounds.
    pub(super) fn check(&self) -> Result<(), Error> {
        if let Some(View { azimuth, elevation }) = self.view
            && !(azimuth.abs() <= 360.0 && elevation.abs() <= 90.0)
        {
            let reason = "the azimuth must lie between −360 and 360 degrees, the elevation between −90 and 90";
            return Err(refused(None, reason));
        }
        if (640..=8000).contains(&self.width) && (400..=8000).contains(&self.height) {
            return Ok(());
        }
        Err(refused(
            None,
            "its size must lie between 640 × 400 and 8000 × 8000",
        ))
    }
}
