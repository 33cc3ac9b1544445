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

/// What marks look like on a backend that counts `unit` to the pixel.
pub(super) struct Scaled<T> {
    pub(super) of: T,
    pub(super) unit: f64,
}

impl Pen {
    /// The colour, for backends.
    pub(super) fn color(&self) -> BackendColor {
        let Rgb(r, g, b) = self.color;
        BackendColor {
            alpha: self.alpha,
            rgb: (r, g, b),
        }
    }
}

impl BackendStyle for Scaled<Pen> {
    fn color(&self) -> BackendColor {
        self.of.color()
    }

    fn stroke_width(&self) -> u32 {
        (self.of.width * self.unit).round().max(1.0) as u32
    }
}
