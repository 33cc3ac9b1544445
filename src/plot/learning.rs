//! How vegas learns: the grid and the points of round after round, then those of the answer, in both planes.
//!
//! 1. Axes, dots and their number stay: where a grid is dense, points are.
//! 2. Along a line the second axis is the weight of a point times the number of points, in powers of ten.

use super::animation::Animation;
use super::nodes::{LONG, grid, led, scattered};
use super::picture::refused;
use super::plane::{Lines, MARGIN, Plane, Planes, Points};
use super::range::Range;
use super::statement::names_of;
use super::style::Style;
use super::ticks::superscript;
use crate::domain::{Geometry, Pullback};
use crate::integrator::{LearnedMap, LearningRound, NodeSet};
use crate::{Domain, Error, Estimate, Integrands, WeightedNode};

/// The dots of a picture, about, and the half of their width in pixels.
const DOTS: u64 = 800;
const RADIUS: f64 = 1.1;

/// How long pictures are shown, in hundredths of a second, and the last one.
const DELAY: u16 = 80;
const LAST_DELAY: u16 = 400;

type Places = Vec<[f64; 2]>;

impl Animation {
    /// The grid that `vegas` learned for an estimate, as it was learned: a picture for each round, with its points
    /// and what they say, and one for the answer. The estimate is of this domain and these integrands, and was made
    /// with [`keeping_nodes`](crate::Settings::keeping_nodes).
    ///
    /// # Errors
    /// [`Error::Picture`] where nothing was learned; as for [`Estimate::for_each_node`].
    ///
    /// # Examples
    /// ```
    /// use pullback::plot::{Animation, Style};
    /// use pullback::{Domain, Error, Estimate, Map, Method, Settings};
    /// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    /// let f = disk.parse(&["exp(-200*(x - 0.4)^2 - 200*y^2)"])?;
    /// let settings = Settings::new().method(Method::Vegas).rtol(1e-2).keeping_nodes();
    /// let answer = Estimate::of(&disk, &f, &settings)?;
    /// let style = Style { width: 640, height: 400, ..Style::default() };
    /// let animation = Animation::of_learning(&disk, &f, &answer, "A peak", &style)?;
    /// assert!(animation.frames.len() > 3);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn of_learning(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        estimate: &Estimate,
        title: &str,
        style: &Style,
    ) -> Result<Animation, Error> {
        let nodes = estimate.nodes.as_ref();
        let rounds = nodes.map_or(&[][..], NodeSet::rounds);
        let (Some(nodes), false) = (nodes, rounds.is_empty()) else {
            let reason = format!("nothing was learned by {}", estimate.method);
            return Err(refused(None, reason));
        };
        let pullback = Pullback::new(domain, integrands)?;
        let parts: Vec<&Geometry<'_>> = pullback.parts().iter().map(|p| p.geometry()).collect();
        // Along a line there is no grid to be seen.
        let has_grid = domain.variables().len() > 1;
        let drawn = (&parts[..], has_grid);
        let mut states = Vec::new();
        for (number, round) in rounds.iter().enumerate() {
            let said = said(round);
            let counted = format!("Round {} of {}", number + 1, rounds.len());
            let mut state = State::new(&round.nodes, drawn, format!("{counted}: {said}"));
            round.for_each_node(domain, integrands, |node| state.add(node))?;
            states.push(state);
        }
        let value = with_error(estimate.value, estimate.error);
        let mut last = State::new(nodes, drawn, format!("The answer: {value}"));
        estimate.for_each_node(domain, integrands, |node| last.add(node))?;
        states.push(last);
        let mut whole: [Vec<Places>; 2] = Default::default();
        if has_grid {
            let even = grid(&LearnedMap::even(nodes.dimension()));
            parts.iter().for_each(|part| led(part, &even, &mut whole));
        }
        let is_identity = domain.variables() == domain.targets()
            && states.iter().all(|state| state.dots[0] == state.dots[1]);
        let kinds = match is_identity {
            true => &[Kind::Variables][..],
            false => &[Kind::Variables, Kind::Targets],
        };
        let ranges = kinds.iter().map(|&kind| ranges(kind, &whole, &states));
        let ranges: Vec<[Range; 2]> = ranges.collect();
        let frames = states.iter_mut().map(|state| {
            let planes = kinds.iter().zip(&ranges);
            let planes = planes.map(|(&kind, ranges)| state.plane(kind, domain, *ranges));
            Planes {
                planes: planes.collect(),
                title: title.to_owned(),
                subtitle: std::mem::take(&mut state.told),
            }
            .draw(style)
        });
        Ok(Animation {
            frames: frames.collect::<Result<_, _>>()?,
            delay: DELAY,
            last_delay: LAST_DELAY,
        })
    }
}

/// One of both planes.
#[derive(Clone, Copy)]
enum Kind {
    Variables,
    Targets,
}

/// Points, grid, and what is told of them.
struct State {
    told: String,
    /// One in so many points is shown, of so many.
    step: u64,
    all: u64,
    number: u64,
    dots: [Places; 2],
    lines: [Vec<Places>; 2],
}

impl State {
    fn new(nodes: &NodeSet, (parts, has_grid): (&[&Geometry<'_>], bool), told: String) -> State {
        let all = nodes.count().saturating_mul(parts.len() as u64);
        let mut lines: [Vec<Places>; 2] = Default::default();
        let map = nodes.map().filter(|_| has_grid);
        let paths = map.map_or_else(Vec::new, grid);
        parts.iter().for_each(|part| led(part, &paths, &mut lines));
        State {
            told,
            step: all.div_ceil(DOTS).max(1),
            all,
            number: 0,
            dots: Default::default(),
            lines,
        }
    }

    fn add(&mut self, node: &WeightedNode) -> Result<(), Error> {
        if scattered(self.number, self.step) {
            let weight = node.weight * self.all as f64;
            let weights = [weight, weight * node.point.determinant.abs()];
            let places = [&node.point.variables, &node.point.targets];
            for ((dots, place), weight) in self.dots.iter_mut().zip(places).zip(weights) {
                dots.push(match place[..] {
                    [x] => [x, weight],
                    _ => [place[0], place[1]],
                });
            }
        }
        self.number += 1;
        Ok(())
    }

    fn plane(&mut self, kind: Kind, domain: &dyn Domain, ranges: [Range; 2]) -> Plane {
        let (name, axes, weight) = match kind {
            Kind::Variables => ("The region", domain.variables(), "weight·n"),
            Kind::Targets => ("Its image", domain.targets(), "weight·|det J|·n"),
        };
        let axes = names_of(domain).all(axes);
        let dots = std::mem::take(&mut self.dots[kind as usize]);
        let paths = std::mem::take(&mut self.lines[kind as usize]);
        let shown = match self.number > dots.len() as u64 {
            true => format!("{} of {} points", dots.len(), self.number),
            false => format!("{} points", dots.len()),
        };
        let is_plane = axes.len() > 1;
        let spans = ranges.map(|range| range.span());
        Plane {
            name: name.to_owned(),
            note: match axes.len() {
                0..=2 => shown,
                count => format!("{shown}; two of {count} coordinates"),
            },
            axes: [
                axes[0].clone(),
                axes.get(1).map_or(weight, String::as_str).to_owned(),
            ],
            ranges: ranges.map(|range| [range.low, range.high]),
            logarithmic: [false, !is_plane],
            equal: is_plane && spans[0].min(spans[1]) > LONG * spans[0].max(spans[1]),
            amount: String::new(),
            largest: None,
            patches: Vec::new(),
            lines: match paths.is_empty() {
                true => Vec::new(),
                false => vec![Lines {
                    name: "the grid".to_owned(),
                    paths,
                    family: 0,
                    width: 0.6,
                }],
            },
            points: vec![Points {
                name: "points".to_owned(),
                points: dots,
                group: None,
                radius: RADIUS,
            }],
        }
    }
}

/// The ranges of a plane that hold the region and the points of the answer.
fn ranges(kind: Kind, whole: &[Vec<Places>; 2], states: &[State]) -> [Range; 2] {
    let which = kind as usize;
    let whole = &whole[which];
    [0, 1].map(|axis| {
        let is_weight = whole.is_empty() && axis == 1;
        if is_weight {
            let dots = states.iter().flat_map(|state| &state.dots[which]);
            let weights = dots.map(|dot| dot[1]).filter(|weight| *weight > 0.0);
            let found = Range::of(weights.map(f64::log10)).unwrap_or(Range::new(0.0, 1.0));
            let found = found.padded(MARGIN);
            let [low, high] = [found.low, found.high];
            return Range::new(10f64.powf(low - 0.1), 10f64.powf(high + 0.1));
        }
        let ends = [states.first(), states.last()].map(|state| {
            let dots = state.into_iter().flat_map(|state| &state.dots[which]);
            Range::of(dots.map(|dot| dot[axis]))
        });
        let region = Range::of(whole.iter().flatten().map(|place| place[axis]));
        let all = ends.into_iter().chain([region]).flatten();
        let found = all.reduce(Range::joined).unwrap_or(Range::new(0.0, 1.0));
        match found.is_point() {
            true => Range::new(found.low - 0.5, found.low + 0.5),
            false => found.padded(MARGIN),
        }
    })
}

/// What a round says.
fn said(round: &LearningRound) -> String {
    let efficiency = 100.0 * round.efficiency;
    let efficiency = match efficiency {
        0.0..1.0 => format!("{efficiency:.1} %"),
        _ => format!("{efficiency:.0} %"),
    };
    match round.is_known {
        true => {
            let value = with_error(round.values[0], round.errors[0]);
            format!("{value}, efficiency {efficiency}")
        }
        false => format!("no estimate yet, efficiency {efficiency}"),
    }
}

/// A value with its error, of which two digits are told.
fn with_error(value: f64, error: f64) -> String {
    if !value.is_finite() || !error.is_finite() || error <= 0.0 {
        return format!("{value} ± {error}").replace('-', "−");
    }
    let exponent = |x: f64| x.abs().log10().floor() as i32;
    let size = exponent(value.abs().max(error));
    let is_plain = (-3..6).contains(&size);
    let scale = if is_plain { 0 } else { size };
    let decimals = (scale + 1 - exponent(error)).clamp(0, 15) as usize;
    let [value, error] = [value, error].map(|x| x / 10f64.powi(scale));
    let told = format!("{value:.decimals$} ± {error:.decimals$}").replace('-', "−");
    match is_plain {
        true => told,
        false => format!("({told})·10{}", superscript(scale)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_to_the_digits_of_their_errors() {
        assert_eq!(with_error(0.123456, 0.00214), "0.1235 ± 0.0021");
        assert_eq!(with_error(-12.0, 3.456), "−12.0 ± 3.5");
        assert_eq!(with_error(1.5e-7, 2.2e-9), "(1.500 ± 0.022)·10⁻⁷");
        assert_eq!(with_error(123456.0, 1234.0), "123456 ± 1234");
    }
}
