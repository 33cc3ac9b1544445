//! The style of a picture: its size, its colours, what it shows of a map, and from where it is seen.

use super::color::{ColorMap, Theme};
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

/// Which of region and image are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PanelChoice {
    /// Both, beside each other; of an identity map one.
    #[default]
    Both,
    /// The region alone.
    Region,
    /// The image alone.
    Image,
}

impl PanelChoice {
    /// All of them.
    pub const ALL: [PanelChoice; 3] = [PanelChoice::Both, PanelChoice::Region, PanelChoice::Image];

    /// The name by which the command line knows it.
    pub fn name(self) -> &'static str {
        match self {
            PanelChoice::Both => "both",
            PanelChoice::Region => "region",
            PanelChoice::Image => "image",
        }
    }
}

/// The style of a picture.
///
/// ```
/// use pullback::{Map, plot::{Deformation, PanelChoice, Style, Theme}};
/// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?.over([0.0..1.0, 0.0..3.0])?;
/// // For a slide: one panel, light on dark, large letters, twice as many pixels as a screen has.
/// let style = Style {
///     panels: PanelChoice::Image,
///     theme: Theme::Dark,
///     font_size: 18.0,
///     dpi: 192.0,
///     ..Style::default()
/// };
/// let picture = Deformation::of(&polar, "Polar coordinates")?.draw(&style)?;
/// assert_eq!(picture.size(), (2400, 1280));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Width in pixels of a screen, of which 96 are an inch; 640 to 8000 where letters have their usual size.
    pub width: u32,
    /// Height in the same pixels, 400 to 8000.
    pub height: u32,
    /// The pixels of a PNG to the inch, 24 to 1200. More make it finer and no larger on paper; it may have 8000 pixels in
    /// either direction.
    pub dpi: f64,
    /// The height of the letters of a legend in pixels, 13 as a rule; lines and all other letters grow with it.
    pub font_size: f64,
    /// What is light, and what is dark.
    pub theme: Theme,
    /// The colours of amounts.
    pub colors: ColorMap,
    /// Which of region and image are shown.
    pub panels: PanelChoice,
    /// Whether there are title and subtitle.
    pub has_title: bool,
    /// Whether lines are drawn on which a variable is constant, and those of round numbers across a chart.
    pub has_grid: bool,
    /// Whether keys say what lines and signs mean. Notes of what is not seen stay.
    pub has_legend: bool,
    /// From where images in space are seen; where it is `None`, from where no face of theirs is seen edge-on.
    pub view: Option<View>,
}

impl Default for Style {
    fn default() -> Style {
        Style::USUAL
    }
}

/// Pixels of a screen to the inch, as CSS has them.
const PER_INCH: f64 = 96.0;

/// The height of the letters of a legend.
const FONT_SIZE: f64 = 13.0;

/// The least and the most pixels across, down, and of a PNG.
const LEAST: [f64; 2] = [640.0, 400.0];
const MOST: f64 = 8000.0;

impl Style {
    pub(super) const USUAL: Style = Style {
        width: 1200,
        height: 640,
        dpi: PER_INCH,
        font_size: FONT_SIZE,
        theme: Theme::Light,
        colors: ColorMap::Viridis,
        panels: PanelChoice::Both,
        has_title: true,
        has_grid: true,
        has_legend: true,
        view: None,
    };

    /// By how much everything is larger than as a rule.
    pub(super) fn zoom(&self) -> f64 {
        self.font_size / FONT_SIZE
    }

    /// Pixels of a PNG to the pixel of the picture.
    pub(super) fn fineness(&self) -> f64 {
        self.dpi / PER_INCH
    }

    /// Refuses what is out of bounds, as every picture does before it is drawn.
    ///
    /// # Errors
    /// [`Error::Picture`] with what is allowed.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(View { azimuth, elevation }) = self.view
            && !(azimuth.abs() <= 360.0 && elevation.abs() <= 90.0)
        {
            let reason = "the azimuth must lie between −360 and 360 degrees, the elevation between −90 and 90";
            return Err(refused(None, reason));
        }
        let sides = [self.width, self.height].map(f64::from);
        if sides.iter().any(|side| *side > MOST) {
            return Err(refused(None, SIZES));
        }
        if !(6.0..=60.0).contains(&self.font_size) {
            return Err(refused(None, "its letters must have 6 to 60 pixels"));
        }
        if !(24.0..=1200.0).contains(&self.dpi) {
            return Err(refused(None, "it must have 24 to 1200 pixels to the inch"));
        }
        let zoom = self.zoom();
        if !(0..2).all(|i| sides[i] >= LEAST[i] * zoom) {
            return Err(refused(
                None,
                match zoom > 1.0 {
                    true => format!(
                        "letters of {} pixels need a size of {:.0} × {:.0} at least",
                        self.font_size,
                        (LEAST[0] * zoom).ceil(),
                        (LEAST[1] * zoom).ceil()
                    ),
                    false => SIZES.to_owned(),
                },
            ));
        }
        match sides.iter().all(|side| side * self.fineness() <= MOST) {
            true => Ok(()),
            false => Err(refused(
                None,
                format!(
                    "{} pixels to the inch make it larger than 8000 × 8000 pixels",
                    self.dpi
                ),
            )),
        }
    }
}

const SIZES: &str = "its size must lie between 640 × 400 and 8000 × 8000";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_bounds_is_refused_with_what_is_allowed() {
        let usual = Style::default();
        assert_eq!(usual.check(), Ok(()));
        let style = |change: fn(&mut Style)| {
            let mut style = usual;
            change(&mut style);
            style.check().map_err(|error| error.to_string())
        };
        for (change, told) in [
            ((|s| s.width = 639) as fn(&mut Style), "640 × 400"),
            (|s| s.height = 8001, "8000 × 8000"),
            (|s| s.font_size = f64::NAN, "6 to 60"),
            (|s| s.font_size = 26.0, "1280 × 800"),
            (|s| s.dpi = 20.0, "24 to 1200"),
            (|s| s.dpi = 700.0, "larger than 8000"),
        ] {
            let reason = style(change).unwrap_err();
            assert!(reason.contains(told), "{reason}");
        }
        assert!(style(|s| (s.width, s.height, s.font_size) = (1280, 800, 26.0)).is_ok());
        // Small letters leave room for more, but the least size is that of the usual ones.
        assert!(style(|s| (s.width, s.font_size) = (620, 6.0)).is_ok());
    }
}
