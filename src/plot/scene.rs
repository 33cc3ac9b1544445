//! A drawing as a list of marks in pixels, painted by one function on any plotters backend.

use plotters_backend::{DrawingBackend, DrawingErrorKind};

use super::color::Rgb;
use super::pen::{Pen, Scaled};
use super::text::Type;

/// The corners of the polygon that a dot is, where there is nothing rounder.
const CORNERS_OF_DOTS: u32 = 8;

/// A place on the picture in pixels from its upper left corner.
pub(super) type Spot = [f64; 2];

/// One thing on the picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A filled polygon.
    Fill { corners: Vec<Spot>, color: Rgb },
    /// Polygons of one colour beside each other, whose neighbours have the same corners.
    Tiles {
        polygons: Vec<Vec<Spot>>,
        color: Rgb,
        alpha: f64,
    },
    /// Dots of one size.
    Dots {
        spots: Vec<Spot>,
        radius: f64,
        color: Rgb,
    },
    /// An open line.
    Line { path: Vec<Spot>, pen: Pen },
    /// A text, vertically centred on its place.
    Text { text: String, at: Spot, set: Type },
}

/// The marks of a picture, the lowest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scene {
    pub(super) marks: Vec<Mark>,
}

impl Scene {
    /// A filled polygon.
    pub(super) fn fill(&mut self, corners: Vec<Spot>, color: Rgb) {
        let corners = thinned(corners);
        if corners.len() >= 3 {
            self.marks.push(Mark::Fill { corners, color });
        }
    }

    /// Polygons of one colour beside each other, which keep all their corners: those of neighbours are theirs.
    pub(super) fn tiles(&mut self, mut polygons: Vec<Vec<Spot>>, color: Rgb, alpha: f64) {
        polygons.retain(|corners| corners.len() >= 3);
        if !polygons.is_empty() {
            self.marks.push(Mark::Tiles {
                polygons,
                color,
                alpha,
            });
        }
    }

    /// Dots of one size.
    pub(super) fn dots(&mut self, spots: Vec<Spot>, radius: f64, color: Rgb) {
        if !spots.is_empty() {
            self.marks.push(Mark::Dots {
                spots,
                radius,
                color,
            });
        }
    }

    /// An open line.
    pub(super) fn line(&mut self, path: Vec<Spot>, pen: Pen) {
        let path = thinned(path);
        if path.len() >= 2 {
            self.marks.push(Mark::Line { path, pen });
        }
    }

    /// A closed line.
    pub(super) fn outline(&mut self, mut corners: Vec<Spot>, pen: Pen) {
        corners.extend(corners.first().copied());
        // The second corner once more gives the closing corner its join.
        corners.extend(corners.get(1).copied());
        self.line(corners, pen);
    }

    /// A line of dashes, `on` pixels long and `off` apart.
    pub(super) fn dashes(&mut self, path: &[Spot], pen: Pen, [on, off]: [f64; 2]) {
        let mut dash: Vec<Spot> = path.first().copied().into_iter().collect();
        let (mut drawing, mut left) = (true, on);
        for pair in path.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            let mut length = distance(from, to);
            while length > left {
                let share = left / length;
                from = [0, 1].map(|i| from[i] + share * (to[i] - from[i]));
                length -= left;
                if drawing {
                    dash.push(from);
                    self.line(std::mem::take(&mut dash), pen);
                } else {
                    dash = vec![from];
                }
                drawing = !drawing;
                left = if drawing { on } else { off };
            }
            left -= length;
            if drawing {
                dash.push(to);
            }
        }
        if drawing {
            self.line(dash, pen);
        }
    }

    /// A text at its place; nothing for an empty one.
    pub(super) fn text(&mut self, text: impl Into<String>, at: Spot, set: Type) {
        let text = text.into();
        if !text.is_empty() {
            self.marks.push(Mark::Text { text, at, set });
        }
    }

    /// An axis-parallel rectangle's corners.
    pub(super) fn rectangle(left: f64, top: f64, width: f64, height: f64) -> Vec<Spot> {
        let (right, bottom) = (left + width, top + height);
        vec![[left, top], [right, top], [right, bottom], [left, bottom]]
    }

    /// Paints the marks on a backend that counts `unit` to the pixel.
    pub(super) fn paint<B: DrawingBackend>(
        &self,
        backend: &mut B,
        unit: f64,
        (left, above): (i32, i32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let whole = |[x, y]: Spot| {
            let [x, y] = [x, y].map(|part| (part * unit).round() as i32);
            (left + x, above + y)
        };
        let scaled = |of: Pen| Scaled { of, unit };
        backend.ensure_prepared()?;
        for mark in &self.marks {
            match mark {
                Mark::Fill { corners, color } => {
                    let pen = Pen::new(*color, 1.0);
                    backend.fill_polygon(corners.iter().copied().map(whole), &scaled(pen))?;
                }
                Mark::Tiles {
                    polygons,
                    color,
                    alpha,
                } => {
                    let pen = Pen {
                        alpha: *alpha,
                        ..Pen::new(*color, 1.0)
                    };
                    for corners in polygons {
                        backend.fill_polygon(corners.iter().copied().map(whole), &scaled(pen))?;
                    }
                }
                Mark::Dots {
                    spots,
                    radius,
                    color,
                } => {
                    for spot in spots {
                        let corners = disk(*spot, *radius, CORNERS_OF_DOTS).into_iter().map(whole);
                        backend.fill_polygon(corners, &scaled(Pen::new(*color, 1.0)))?;
                    }
                }
                Mark::Line { path, pen } => {
                    backend.draw_path(path.iter().copied().map(whole), &scaled(*pen))?;
                }
                Mark::Text { text, at, set } => {
                    backend.draw_text(text, &Scaled { of: *set, unit }, whole(*at))?;
                }
            }
        }
        backend.present()
    }
}

impl Mark {
    /// Makes the mark larger, by its distance from the corner of the page too.
    pub(super) fn scale(&mut self, by: f64) {
        if by == 1.0 {
            return;
        }
        let larger = |spots: &mut Vec<Spot>| {
            for spot in spots {
                *spot = spot.map(|part| by * part);
            }
        };
        match self {
            Mark::Fill { corners, .. } => larger(corners),
            Mark::Tiles { polygons, .. } => polygons.iter_mut().for_each(larger),
            Mark::Dots { spots, radius, .. } => {
                larger(spots);
                *radius *= by;
            }
            Mark::Line { path, pen } => {
                larger(path);
                pen.width *= by;
            }
            Mark::Text { at, set, .. } => {
                *at = at.map(|part| by * part);
                set.size *= by;
            }
        }
    }

    /// Changes the colour of the mark.
    pub(super) fn color(&mut self, change: impl Fn(Rgb) -> Rgb) {
        let own = match self {
            Mark::Fill { color, .. } | Mark::Tiles { color, .. } | Mark::Dots { color, .. } => {
                color
            }
            Mark::Line { pen, .. } => &mut pen.color,
            Mark::Text { set, .. } => &mut set.color,
        };
        *own = change(*own);
    }

    /// The box around the mark: left, top, right, bottom.
    #[cfg(test)]
    pub(super) fn bounds(&self) -> [f64; 4] {
        let spots = match self {
            Mark::Fill { corners: spots, .. } | Mark::Line { path: spots, .. } => spots.clone(),
            Mark::Tiles { polygons, .. } => polygons.concat(),
            Mark::Dots { spots, radius, .. } => {
                let ends = |[x, y]: &Spot| [[x - radius, y - radius], [x + radius, y + radius]];
                spots.iter().flat_map(ends).collect()
            }
            Mark::Text { text, at, set } => {
                let width = set.width(text);
                let start = set.start(width);
                // From the top of the capitals to the foot of a "p".
                let ends = [[start, -0.46 * set.size], [start + width, 0.5 * set.size]];
                ends.map(|end| set.place_from(*at, end)).to_vec()
            }
        };
        let least = |i: usize| spots.iter().map(|s| s[i]).fold(f64::MAX, f64::min);
        let most = |i: usize| spots.iter().map(|s| s[i]).fold(f64::MIN, f64::max);
        [least(0), least(1), most(0), most(1)]
    }
}

/// The path without the spots that a straight line between their neighbours passes within a
/// thirtieth of a pixel.
fn thinned(path: Vec<Spot>) -> Vec<Spot> {
    thinned_to(&path, 1.0 / 30.0)
}

/// The path without the spots that a straight line between their neighbours passes so near.
pub(super) fn thinned_to(path: &[Spot], tolerance: f64) -> Vec<Spot> {
    let near = |from: Spot, to: Spot, spot: Spot| {
        let length = distance(from, to);
        let ([ax, ay], [bx, by], [x, y]) = (from, to, spot);
        let along = (x - ax) * (bx - ax) + (y - ay) * (by - ay);
        let off = (x - ax) * (by - ay) - (y - ay) * (bx - ax);
        (0.0..=length * length).contains(&along) && off.abs() <= length * tolerance
    };
    let mut kept: Vec<Spot> = Vec::with_capacity(path.len());
    let mut anchor = 0;
    for end in 0..path.len() {
        let skipped = anchor + 1..end;
        if end == 0
            || !skipped
                .clone()
                .all(|k| near(path[anchor], path[end], path[k]))
        {
            anchor = end.saturating_sub(1);
            kept.push(path[anchor]);
        }
    }
    if path.len() > 1 {
        kept.extend(path.last());
    }
    kept
}

/// The corners of a regular polygon about a spot.
pub(super) fn disk([x, y]: Spot, radius: f64, corners: u32) -> Vec<Spot> {
    let angle = |i: u32| f64::from(i) * std::f64::consts::TAU / f64::from(corners);
    (0..corners)
        .map(|i| [x + radius * angle(i).cos(), y + radius * angle(i).sin()])
        .collect()
}

/// The distance of two spots.
pub(super) fn distance(a: Spot, b: Spot) -> f64 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

#[cfg(test)]
mod tests {
    use super::super::color::INK;
    use super::*;

    #[test]
    fn thinning_keeps_ends_and_corners_and_stays_close() {
        let arc: Vec<Spot> = (0..=400)
            .map(|i| f64::from(i) * 0.005)
            .map(|a| [100.0 * a.cos(), 100.0 * a.sin()])
            .collect();
        let kept = thinned(arc.clone());
        assert!(kept.len() < 60 && kept[0] == arc[0] && kept.last() == arc.last());
        for pair in kept.windows(2) {
            let middle = [0, 1].map(|i| 0.5 * (pair[0][i] + pair[1][i]));
            assert!(middle[0].hypot(middle[1]) > 100.0 - 1.0 / 30.0 - 1e-9);
        }
        let corner = vec![[0.0, 0.0], [5.0, 0.0], [9.0, 0.0], [9.0, 7.0], [2.0, 7.0]];
        assert_eq!(
            thinned(corner),
            [[0.0, 0.0], [9.0, 0.0], [9.0, 7.0], [2.0, 7.0]]
        );
        assert_eq!(thinned(vec![[1.0, 2.0]]), [[1.0, 2.0]]);
    }

    #[test]
    fn dashes_cover_their_share_of_the_line() {
        let mut scene = Scene::default();
        let path: Vec<Spot> = (0..=10).map(|i| [f64::from(i) * 12.0, 0.0]).collect();
        scene.dashes(&path, Pen::new(INK, 1.0), [6.0, 4.0]);
        let drawn: f64 = scene
            .marks
            .iter()
            .map(|mark| match mark {
                Mark::Line { path, .. } => distance(path[0], path[path.len() - 1]),
                _ => 0.0,
            })
            .sum();
        assert_eq!(scene.marks.len(), 12);
        // Twelve dashes of six pixels, to rounding.
        assert!((drawn - 72.0).abs() < 1e-9, "{drawn}");
    }
}
