//! What a line is drawn with.

use plotters_backend::{BackendColor, BackendStyle};

use super::color::Rgb;

/// Backend units to the pixel: backends take whole numbers, and arcs need finer ones than pixels.
pub(super) const UNITS: u32 = 12;

/// A pen: colour, width in pixels, opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pen {
    pub(super) color: Rgb,
    pub(super) width: f64,
    pub(super) alpha: f64,
}

impl Pen {
    pub(super) const fn new(color: Rgb, width: f64) -> Pen {
        Pen {
            color,
            width,
            alpha: 1.0,
        }
    }
}

impl BackendStyle for Pen {
    fn color(&self) -> BackendColor {
        let Rgb(r, g, b) = self.color;
        BackendColor {
            alpha: self.alpha,
            rgb: (r, g, b),
        }
    }

    fn stroke_width(&self) -> u32 {
        (self.width * f64::from(UNITS)).round().max(1.0) as u32
    }
}
