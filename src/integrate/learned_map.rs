//! Learned maps: changes of variables of the unit box that lead even points to where an integrand is large.
//!
//! 1. A channel is a grid, axes in bins of any width, along the axes of the box or along directions of its own,
//!    in a box around the unit box.
//! 2. A map has several channels, for peaks in several places: each takes a number of sixteenths of all points.

use std::fmt;
use std::str::FromStr;

use super::bins;
use super::gaussian::Gaussian;
use crate::error::Error;
use crate::rule::vectors::BINS;

/// The parts that channels take a number of.
pub(super) const PARTS: u32 = 16;

/// The first bins are for a distribution so many times wider than samples say, since few of them say little.
const WIDENED: f64 = 1.3;

/// Directions may be off by this from being perpendicular and of length 1.
const PERPENDICULAR: f64 = 1e-10;

/// Directions of a grid.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) middle: Vec<f64>,
    /// Row by row; column j is direction j.
    pub(super) axes: Vec<f64>,
}

/// The box of a frame around the unit box: along direction j from `low[j]` on.
pub(super) struct FrameBox {
    pub(super) low: Vec<f64>,
    pub(super) lengths: Vec<f64>,
}

impl Frame {
    pub(super) fn around(&self) -> FrameBox {
        let n = self.middle.len();
        let (mut low, mut lengths) = (vec![0.0; n], vec![0.0; n]);
        for j in 0..n {
            let mut high = 0.0;
            for i in 0..n {
                let axis = self.axes[i * n + j];
                let ends = [-self.middle[i] * axis, (1.0 - self.middle[i]) * axis];
                low[j] += ends[0].min(ends[1]);
                high += ends[0].max(ends[1]);
            }
            lengths[j] = high - low[j];
        }
        FrameBox { low, lengths }
    }

    /// Of the plane: the ends of the line across direction j at this part of the box around, in the unit square;
    /// none where it passes by that.
    fn line(&self, j: usize, part: f64, around: &FrameBox) -> Option<[Vec<f64>; 2]> {
        let [along, across] = [1 - j, j].map(|k| [self.axes[k], self.axes[2 + k]]);
        let place = around.low[j] + around.lengths[j] * part;
        let start = [0, 1].map(|i| self.middle[i] + place * across[i]);
        let mut span = [f64::NEG_INFINITY, f64::INFINITY];
        for i in 0..2 {
            let ends = [-start[i], 1.0 - start[i]];
            if along[i] == 0.0 {
                if ends[0] > 0.0 || ends[1] < 0.0 {
                    return None;
                }
                continue;
            }
            let [a, b] = ends.map(|end| end / along[i]);
            span = [span[0].max(a.min(b)), span[1].min(a.max(b))];
        }
        let at = |t: f64| vec![start[0] + t * along[0], start[1] + t * along[1]];
        (span[0] < span[1]).then(|| span.map(at))
    }
}

/// A grid, and how much of all points goes through it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Channel {
    pub(super) parts: u32,
    pub(super) frame: Option<Frame>,
    /// The edges of the bins of each axis, from 0 to 1.
    pub(super) edges: Vec<Vec<f64>>,
}

impl Channel {
    pub(super) fn even(dimension: usize) -> Self {
        Channel {
            parts: PARTS,
            frame: None,
            edges: vec![bins::even(); dimension],
        }
    }

    /// Along the principal axes of a Gaussian, wider than it.
    pub(super) fn of(gaussian: &Gaussian, parts: u32) -> Self {
        let principal = gaussian.principal_axes();
        let frame = Frame {
            middle: gaussian.mean.clone(),
            axes: principal.axes,
        };
        let FrameBox { low, lengths } = frame.around();
        let pairs = principal.variances.iter().zip(low.iter().zip(&lengths));
        let edges = pairs.map(|(variance, (low, length))| {
            bins::logistic(-low / length, WIDENED * variance.sqrt() / length)
        });
        Channel {
            parts,
            edges: edges.collect(),
            frame: Some(frame),
        }
    }
}

/// A map that was learned by `vegas`, to begin with another time: in the coordinates of the unit box, onto which
/// regions are mapped.
///
/// It is written as text and read from it, without loss.
///
/// ```
/// use pullback::integrator::LearnedMap;
/// use pullback::{Map, Method, Settings};
/// let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
/// let settings = Settings::new().rtol(1e-3).method(Method::Vegas);
/// let peak = |x: &[f64]| (-500.0 * (x[0] - x[1]).powi(2) - 100.0 * (x[0] + x[1] - 1.0).powi(2)).exp();
/// let answer = square.integrate_fn(peak, &settings)?;
/// let map = answer.outcome.learned.expect("vegas learns");
/// let again: LearnedMap = map.to_string().parse()?;
/// assert_eq!(again, map);
/// let sooner = square.integrate_fn(peak, &settings.learned(again))?;
/// assert!(sooner.outcome.learned.is_some());
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct LearnedMap {
    pub(super) channels: Vec<Channel>,
}

/// In every format it is its text: not every reader of numbers gets the same doubles back.
impl From<LearnedMap> for String {
    fn from(map: LearnedMap) -> Self {
        map.to_string()
    }
}

impl TryFrom<String> for LearnedMap {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

fn refused(fault: &str) -> Error {
    Error::Setting {
        name: "learned",
        allowed: format!("a learned map, of which {fault}"),
    }
}

impl LearnedMap {
    /// The edges of the bins of each axis, from 0 to 1, where the map is one grid along the axes.
    pub fn grid(&self) -> Option<&[Vec<f64>]> {
        match &self.channels[..] {
            [only] if only.frame.is_none() => Some(&only.edges),
            _ => None,
        }
    }

    /// The ends of lines in the unit box between which its grids put equal shares of all points, so many along an axis:
    /// those of the first two axes, in the middle of all others; of directions of its own in the plane alone.
    pub fn lines(&self, count: usize) -> Vec<[Vec<f64>; 2]> {
        let dimension = self.dimension();
        let count = (count / self.channels.len().max(1)).max(1);
        let mut lines = Vec::new();
        for channel in &self.channels {
            let turned = channel.frame.as_ref().map(|frame| (frame, frame.around()));
            if turned.is_some() && dimension != 2 {
                continue;
            }
            for (axis, edges) in channel.edges.iter().take(2).enumerate() {
                for k in 0..=count {
                    let edge = bins::place(edges, k as f64 / count as f64);
                    match &turned {
                        Some((frame, around)) => lines.extend(frame.line(axis, edge, around)),
                        None => lines.push([0.0, 1.0].map(|end| {
                            let mut point = vec![0.5; dimension];
                            point[axis] = edge;
                            point.iter_mut().take(2).enumerate().for_each(|(i, x)| {
                                if i != axis {
                                    *x = end;
                                }
                            });
                            point
                        })),
                    }
                }
            }
        }
        lines
    }

    fn checked(channels: Vec<Channel>) -> Result<Self, Error> {
        let map = LearnedMap { channels };
        match map.fault() {
            None => Ok(map),
            Some(fault) => Err(refused(fault)),
        }
    }

    /// The map that leads every point to itself.
    pub fn even(dimension: usize) -> Self {
        LearnedMap {
            channels: vec![Channel::even(dimension)],
        }
    }

    /// A proposal: a map that leads points to where samples lie, points one after the other, with weights.
    ///
    /// # Errors
    /// [`Error::Setting`] where there are not as many coordinates as weights times `dimension`, or they do not
    /// spread along every axis.
    pub fn of_samples(dimension: usize, points: &[f64], weights: &[f64]) -> Result<Self, Error> {
        if dimension == 0 || points.len() != dimension * weights.len() {
            return Err(refused(
                "every sample has as many coordinates as there are variables",
            ));
        }
        match Gaussian::of(points, weights, dimension) {
            Some(gaussian) => LearnedMap::checked(vec![Channel::of(&gaussian, PARTS)]),
            None => Err(refused("samples spread along every axis")),
        }
    }

    /// The number of variables.
    pub fn dimension(&self) -> usize {
        self.channels
            .first()
            .map_or(0, |channel| channel.edges.len())
    }

    /// Whether it has directions of its own.
    pub(super) fn is_turned(&self) -> bool {
        self.channels.iter().any(|channel| channel.frame.is_some())
    }

    /// What is wrong with it, if anything is.
    fn fault(&self) -> Option<&'static str> {
        let dimension = self.dimension();
        let parts = self.channels.iter().map(|channel| channel.parts);
        let is_within = parts.clone().all(|parts| (1..=PARTS).contains(&parts));
        if dimension == 0 || !is_within || parts.sum::<u32>() != PARTS {
            return Some("the channels share sixteen parts");
        }
        for channel in &self.channels {
            let are_edges = |edges: &Vec<f64>| {
                let ends = edges.len() == BINS + 1 && edges[0] == 0.0 && edges[BINS] == 1.0;
                ends && edges.windows(2).all(|pair| pair[0] < pair[1])
            };
            if channel.edges.len() != dimension || !channel.edges.iter().all(are_edges) {
                return Some("every axis has 143 edges that rise from 0 to 1");
            }
            if let Some(Frame { middle, axes }) = &channel.frame {
                if middle.len() != dimension || axes.len() != dimension * dimension {
                    return Some("directions have as many coordinates as there are variables");
                }
                let is_near = |p: usize, q: usize| {
                    let rows = axes.chunks(dimension);
                    let product: f64 = rows.map(|row| row[p] * row[q]).sum();
                    (product - f64::from(u8::from(p == q))).abs() <= PERPENDICULAR
                };
                let mut pairs = (0..dimension).flat_map(|p| (0..=p).map(move |q| (p, q)));
                if !pairs.all(|(p, q)| is_near(p, q)) || middle.iter().any(|m| !m.is_finite()) {
                    return Some("directions are perpendicular and of length 1");
                }
            }
        }
        None
    }
}

impl fmt::Display for LearnedMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, numbers: &[f64]| {
            write!(f, "{name}")?;
            numbers.iter().try_for_each(|x| write!(f, " {x:?}"))?;
            writeln!(f)
        };
        for channel in &self.channels {
            writeln!(f, "channel {}", channel.parts)?;
            if let Some(Frame { middle, axes }) = &channel.frame {
                row(f, "middle", middle)?;
                row(f, "directions", axes)?;
            }
            for edges in &channel.edges {
                row(f, "edges", edges)?;
            }
        }
        Ok(())
    }
}

impl FromStr for LearnedMap {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut channels: Vec<Channel> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let mut words = line.split_ascii_whitespace();
            let name = words.next().unwrap_or_default();
            let numbers = words.map(str::parse).collect::<Result<Vec<f64>, _>>();
            let numbers = numbers.map_err(|_| refused("every line is a name and numbers"))?;
            let last = channels.last_mut();
            match (name, last) {
                ("channel", _) if numbers.len() == 1 => channels.push(Channel {
                    parts: numbers[0] as u32,
                    frame: None,
                    edges: Vec::new(),
                }),
                ("middle", Some(channel)) => {
                    channel.frame = Some(Frame {
                        middle: numbers,
                        axes: Vec::new(),
                    });
                }
                (
                    "directions",
                    Some(Channel {
                        frame: Some(frame), ..
                    }),
                ) => frame.axes = numbers,
                ("edges", Some(channel)) => channel.edges.push(numbers),
                _ => {
                    return Err(refused(
                        "lines are a channel, then its middle, directions and edges",
                    ));
                }
            }
        }
        LearnedMap::checked(channels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_no_map_are_refused() {
        let map = LearnedMap::even(2);
        let text = map.to_string();
        assert_eq!(text.parse::<LearnedMap>().unwrap(), map);
        let edges = text.lines().nth(1).unwrap();
        for wrong in [
            String::new(),
            "channel 16\n".to_owned(),
            text.replace("channel 16", "channel 15"),
            text.replace("channel 16", "canal 16"),
            text.replace(" 0.5 ", " 0.9 "),
            text.replace(" 0.5 ", " NaN "),
            text.replace(" 0.5 ", " "),
            text.replace(" 0.5 ", " half "),
            format!("channel 16\nmiddle 0.5 0.5\ndirections 1 0.1 0 1\n{edges}\n{edges}\n"),
            format!("channel 16\nmiddle 0.5\ndirections 1\n{edges}\n{edges}\n"),
            format!("{edges}\n"),
        ] {
            assert!(wrong.parse::<LearnedMap>().is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_map_is_serialized_and_checked_when_it_is_read() {
        let map = LearnedMap::of_samples(2, &[0.1, 0.2, 0.4, 0.3, 0.6, 0.8], &[1.0; 3]).unwrap();
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(serde_json::from_str::<LearnedMap>(&text).unwrap(), map);
        let wrong = text.replace("channel 16", "channel 17");
        assert!(serde_json::from_str::<LearnedMap>(&wrong).is_err());
    }

    #[test]
    fn lines_end_on_the_sides_of_the_square_and_run_along_the_directions() {
        let points = [0.1, 0.15, 0.4, 0.3, 0.6, 0.65, 0.8, 0.9];
        let turned = LearnedMap::of_samples(2, &points, &[1.0; 4]).unwrap();
        let axes = &turned.channels[0].frame.as_ref().unwrap().axes;
        let lines = turned.lines(24);
        // Of 26 along either direction those are left out that pass by the square.
        assert!((10..=52).contains(&lines.len()), "{}", lines.len());
        for [from, to] in &lines {
            for end in [from, to] {
                let is_on_a_side = |x: &f64| x.abs() < 1e-14 || (x - 1.0).abs() < 1e-14;
                assert!(end.iter().any(is_on_a_side), "{end:?}");
            }
            // Perpendicular to one of the directions, to rounding.
            let step = [to[0] - from[0], to[1] - from[1]];
            let along = [0, 1].map(|j| (step[0] * axes[j] + step[1] * axes[2 + j]).abs());
            assert!(along[0].min(along[1]) < 1e-14, "{along:?}");
        }
        let even = LearnedMap::even(3).lines(24);
        assert_eq!(even.len(), 50);
        assert!(even.iter().flatten().all(|end| end[2] == 0.5));
    }

    #[test]
    fn a_frame_holds_the_unit_box() {
        let points = [0.1, 0.15, 0.4, 0.3, 0.6, 0.65, 0.8, 0.9];
        let map = LearnedMap::of_samples(2, &points, &[1.0; 4]).unwrap();
        let frame = map.channels[0].frame.as_ref().unwrap();
        let FrameBox { low, lengths } = frame.around();
        for corner in [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] {
            for j in 0..2 {
                let along = (0..2).map(|i| (corner[i] - frame.middle[i]) * frame.axes[i * 2 + j]);
                let along = along.sum::<f64>();
                let above = along - low[j];
                assert!(above > -1e-15 && above < lengths[j] + 1e-15);
            }
        }
        assert!(LearnedMap::of_samples(2, &points, &[1.0; 3]).is_err());
        assert!(LearnedMap::of_samples(1, &[0.5; 8], &[1.0; 8]).is_err());
    }
}
