//! Colours: the palette of the drawings, and the maps from a share of a scale to a colour.

/// A colour with eight bits each of red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    /// The colour `share` of the way from this one to `other`.
    pub(super) fn toward(self, other: Rgb, share: f64) -> Rgb {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round();
        Rgb(
            mix(self.0, other.0) as u8,
            mix(self.1, other.1) as u8,
            mix(self.2, other.2) as u8,
        )
    }
}

pub(super) const WHITE: Rgb = Rgb(255, 255, 255);
/// Text, frames and arrows.
pub(super) const INK: Rgb = Rgb(34, 34, 34);
/// Notes and subtitles.
pub(super) const GRAY: Rgb = Rgb(92, 92, 92);
/// Panes of a box in space.
pub(super) const PALE: Rgb = Rgb(214, 214, 214);
/// Parts of the region where the map is not finite.
pub(super) const VOID: Rgb = Rgb(228, 228, 228);
/// What of a region is not in the part that is meant.
pub(super) const FAINT: Rgb = Rgb(244, 244, 244);
/// The marked cell; orange and blue stay apart for every common kind of colour blindness.
pub(super) const MARK: Rgb = Rgb(240, 120, 0);
/// Edges and points on which det J is zero without a change of its sign.
pub(super) const CRITICAL: Rgb = Rgb(214, 0, 122);
/// The lines on which the first, second and third variable are constant.
pub(super) const FAMILY: [Rgb; 3] = [Rgb(16, 42, 110), Rgb(158, 24, 30), Rgb(20, 20, 20)];

/// Viridis (Smith and van der Walt, 2015) at eleven equal steps; between them, straight lines.
const VIRIDIS: [Rgb; 11] = [
    Rgb(68, 1, 84),
    Rgb(72, 36, 117),
    Rgb(65, 68, 135),
    Rgb(53, 95, 141),
    Rgb(42, 120, 142),
    Rgb(33, 145, 140),
    Rgb(34, 168, 132),
    Rgb(68, 191, 112),
    Rgb(122, 209, 81),
    Rgb(189, 223, 38),
    Rgb(253, 231, 37),
];

/// From dark red over white to dark blue: RdBu of C. A. Brewer and M. Harrower, "ColorBrewer.org: an online
/// tool for selecting colour schemes for maps", The Cartographic Journal 40 (2003), which the colour-blind
/// read too.
const DIVERGING: [Rgb; 11] = [
    Rgb(103, 0, 31),
    Rgb(178, 24, 43),
    Rgb(214, 96, 77),
    Rgb(244, 165, 130),
    Rgb(253, 219, 199),
    Rgb(247, 247, 247),
    Rgb(209, 229, 240),
    Rgb(146, 197, 222),
    Rgb(67, 147, 195),
    Rgb(33, 102, 172),
    Rgb(5, 48, 97),
];

/// Viridis at `share` in \[0, 1\].
pub(super) fn viridis(share: f64) -> Rgb {
    along(&VIRIDIS, share)
}

/// From red at 0 over white at 1/2 to blue at 1.
pub(super) fn diverging(share: f64) -> Rgb {
    along(&DIVERGING, share)
}

/// A map of eleven colours at equal steps, at `share` in \[0, 1\].
fn along(map: &[Rgb; 11], share: f64) -> Rgb {
    let place = share.clamp(0.0, 1.0) * 10.0;
    let below = (place as usize).min(9);
    map[below].toward(map[below + 1], place - below as f64)
}

/// How much of its colour the other side of a surface loses.
const DULL: f64 = 0.5;

/// The colour of the other side of a surface.
pub(super) fn dull(color: Rgb) -> Rgb {
    color.toward(GRAY, DULL)
}

/// Steps of colour in a scale: more cannot be told apart.
pub(super) const LEVELS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(Rgb(r, g, b): Rgb) -> f64 {
        0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
    }

    #[test]
    fn the_map_grows_lighter_from_end_to_end() {
        for i in 0..50 {
            let (here, next) = (f64::from(i) / 50.0, f64::from(i + 1) / 50.0);
            assert!(
                luminance(viridis(next)) > luminance(viridis(here)),
                "at {here}"
            );
        }
    }
}
