//! One side of a picture: its panel, and where the samples lie on it.

use super::contour::Place;
use super::deformation::Sample;
use super::lattice::Lattice;
use super::panel::Panel;
use super::scene::{Spot, distance};
use super::shape::Area;

/// One side of a picture: its panel and where every sample lies on it.
pub(super) struct Side {
    pub(super) panel: Panel,
    spots: Vec<Option<(Spot, f64)>>,
    /// A longer step between neighbours, taken inside the panel, is a jump of the map.
    jump: f64,
}

/// Where the usual step between neighbours is this part of the way across the panel, the samples say
/// nothing of what the map does between them: no line through them is one of the image.
pub(super) const UNRESOLVED: f64 = 0.1;

/// The usual one of steps between neighbours: the one in the middle, 0 where there is none.
pub(super) fn usual(steps: impl Iterator<Item = f64>) -> f64 {
    let mut steps: Vec<f64> = steps.collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(0.0)
}

impl Side {
    pub(super) fn new(
        panel: &Panel,
        lattice: &Lattice,
        samples: &[Sample],
        part: impl Fn(&Sample) -> &[f64],
    ) -> Side {
        let spots: Vec<_> = samples.iter().map(|s| panel.place_deep(part(s))).collect();
        let steps = spots
            .chunks(lattice.points(lattice.cells.len() - 1))
            .flat_map(|row| {
                row.windows(2)
                    .filter_map(|pair| Some(distance(pair[0]?.0, pair[1]?.0)))
            });
        let usual = usual(steps);
        let Area { width, height, .. } = panel.area();
        let across = width.hypot(height);
        Side {
            panel: panel.clone(),
            spots,
            jump: if usual > UNRESOLVED * across {
                0.0
            } else {
                (10.0 * usual).max(0.3 * across)
            },
        }
    }

    /// The spot of a sample; `None` when it has none.
    pub(super) fn spot(&self, sample: usize) -> Option<Spot> {
        Some(self.spots[sample]?.0)
    }

    /// The spot of a sample, and how near to the eye it is.
    pub(super) fn place(&self, sample: usize) -> Option<(Spot, f64)> {
        self.spots[sample]
    }

    /// The spot of a place between samples, and how near to the eye it is.
    pub(super) fn place_at(&self, place: &Place) -> Option<(Spot, f64)> {
        let mut near = 0.0;
        for &(sample, weight) in place {
            near += weight * self.spots[sample]?.1;
        }
        Some((self.spot_at(place)?, near))
    }

    /// The spot of a place between samples.
    pub(super) fn spot_at(&self, place: &Place) -> Option<Spot> {
        place
            .iter()
            .try_fold([0.0; 2], |[x, y], &(sample, weight)| {
                let spot = self.spot(sample)?;
                Some([x + weight * spot[0], y + weight * spot[1]])
            })
    }

    /// How near to the eye samples are, on the average.
    pub(super) fn depth(&self, samples: &[usize]) -> f64 {
        let depths = samples.iter().filter_map(|&s| Some(self.spots[s]?.1));
        depths.sum::<f64>() / samples.len().max(1) as f64
    }

    /// Whether the map tears between two neighbours: a jump across the panel, or from beyond one
    /// of its borders to beyond the opposite one, as at a pole.
    pub(super) fn torn(&self, a: Spot, b: Spot) -> bool {
        if distance(a, b) <= self.jump {
            return false;
        }
        if self.jump == 0.0 {
            return true;
        }
        let area = self.panel.area();
        match (area.holds(a), area.holds(b)) {
            (true, true) => true,
            (false, false) => {
                let middle = [area.left + 0.5 * area.width, area.top + 0.5 * area.height];
                (0..2)
                    .map(|i| (a[i] - middle[i]) * (b[i] - middle[i]))
                    .sum::<f64>()
                    < 0.0
            }
            _ => false,
        }
    }

    /// The closed polygon through samples, if the map is whole along it.
    pub(super) fn polygon(&self, rim: &[usize]) -> Option<Vec<Spot>> {
        self.closed(rim.iter().map(|&sample| self.spot(sample)))
    }

    /// The closed polygon through places, if the map is whole along it.
    pub(super) fn polygon_at(&self, rim: &[Place]) -> Option<Vec<Spot>> {
        self.closed(rim.iter().map(|place| self.spot_at(place)))
    }

    fn closed(&self, corners: impl Iterator<Item = Option<Spot>>) -> Option<Vec<Spot>> {
        let corners: Vec<Spot> = corners.collect::<Option<_>>()?;
        let next = corners.iter().cycle().skip(1);
        (!corners.iter().zip(next).any(|(a, b)| self.torn(*a, *b))).then_some(corners)
    }

    /// The visible parts of the line through samples.
    pub(super) fn lines(&self, samples: impl IntoIterator<Item = usize>) -> Vec<Vec<Spot>> {
        self.visible(samples.into_iter().map(|sample| self.spot(sample)))
    }

    /// The visible parts of the line through places.
    pub(super) fn lines_at(&self, places: &[Place]) -> Vec<Vec<Spot>> {
        self.visible(places.iter().map(|place| self.spot_at(place)))
    }

    fn visible(&self, spots: impl Iterator<Item = Option<Spot>>) -> Vec<Vec<Spot>> {
        let mut parts: Vec<Vec<Spot>> = vec![Vec::new()];
        for spot in spots {
            let last = parts.last().and_then(|part| part.last().copied());
            match (last, spot) {
                (Some(a), Some(b)) if self.torn(a, b) => parts.push(vec![b]),
                (_, None) => parts.push(Vec::new()),
                (_, Some(b)) => parts.last_mut().into_iter().for_each(|part| part.push(b)),
            }
        }
        if self.panel.is_flat() {
            let area = self.panel.area();
            return parts.iter().flat_map(|part| area.clip_line(part)).collect();
        }
        parts
    }
}
