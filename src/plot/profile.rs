//! An amount along an interval as a graph, beside the same over the image: the area under it is a length or an
//! integral.

use super::axis::Axis;
use super::color::{FAMILY, GRAY, INK, MARK, Rgb, WHITE};
use super::color_bar;
use super::content::Content;
use super::curve::Curve;
use super::deformation::{Deformation, Sample};
use super::flat::Flat;
use super::ground::Ground;
use super::legend::Key;
use super::look::{Look, Paint};
use super::page::Page;
use super::pair::{arrange, arrow, beside};
use super::panel::Panel;
use super::pen::Pen;
use super::picture::refused;
use super::range::{Range, quantile};
use super::scene::{Scene, Spot};
use super::shape::Area;
use super::shown::Shown;
use super::ticks::familiar;
use crate::Error;

/// How much white is mixed into areas under a graph.
const PALER: f64 = 0.78;
/// A range of amounts that is this many times as long as that of most is cut.
const FAR: f64 = 5.0;

/// Draws the graph of an amount over the interval at the left, and over the image at the right: a graph if that
/// is an interval, else the curve in its colours. `area` says what the areas are.
pub(super) fn draw(
    page: &mut Page,
    ground: &Ground,
    look: &Look,
    area: Option<&str>,
) -> Result<(), Error> {
    page.no_choice()?;
    let map = ground.deformation;
    let is_line = map.targets.len() == 1;
    let sources: Vec<f64> = map.samples.iter().map(|s| s.source[0]).collect();
    let images: Vec<f64> = map.samples.iter().map(|s| s.image[0]).collect();
    let below = |name: &str, range: Range, is_variable| Axis::new(name, range, 6, is_variable);
    let left = Graph::new(
        &sources,
        &look.paints[0],
        below(&map.variables[0], ground.sources[0], true),
    )?;
    let right = match is_line {
        true => Some(Graph::new(
            &images,
            &look.paints[1],
            below(&map.targets[0], ground.images[0], false),
        )?),
        false => None,
    };
    let bar = look.bars()[1].filter(|_| !is_line);
    let room = bar.map_or(0.0, |Paint { scale, name, .. }| {
        color_bar::room(scale, name)
    });
    let step = marked(ground, &left);
    let mut notes = look.notes.clone();
    notes.extend(map.notes(0, ground.images.iter().any(|range| range.cut)));
    notes.extend(missing(map, look));
    let cut = [Some(&left), right.as_ref()]
        .into_iter()
        .flatten()
        .zip(&look.paints);
    let cut: Vec<&str> = cut
        .filter(|(graph, _)| graph.is_cut)
        .map(|(_, p)| &p.name[..])
        .collect();
    if !cut.is_empty() {
        notes.push(format!(
            "The axis of {} shows the middle of far-reaching values.",
            cut.join(" and ")
        ));
    }
    if let Some(area) = area {
        let whose = if is_line { "Either area" } else { "The area" };
        notes.insert(
            0,
            format!("{whose} is the {area}, what lies below 0 counted negative."),
        );
    }
    let body = page.footer(&keys(ground, look, area, step.is_some()), &notes);
    let mut panels = [
        Panel::flat(left.flat.clone()),
        match &right {
            Some(graph) => Panel::flat(graph.flat.clone()),
            None => Panel::new(&map.targets, &ground.images, false),
        },
    ];
    let view = page.view().unwrap_or_default();
    panels[1].look_from(view);
    let [first, second] = &mut panels;
    let gap = arrange(map, body, [first, second], [0.0, room]);
    let step = step.as_ref();
    let draw = |scene: &mut Scene, graph: &Graph, panel: &Panel, fills: bool| {
        graph.draw(scene, panel, step, fills);
        panel.draw_front(scene);
    };
    draw(&mut page.scene, &left, &panels[0], true);
    match &right {
        // What the determinant is over the image has no area of its own.
        Some(graph) => draw(&mut page.scene, graph, &panels[1], area.is_some()),
        None => {
            let mut interval = Panel::new(&map.variables, &ground.sources, true);
            interval.set_area(panels[0].area());
            let curve = Curve::new(Shown::new(
                map,
                &ground.lattice,
                look,
                &interval,
                &panels[1],
            ));
            if curve.is_empty() {
                return Err(refused(None, "no step of the grid has finite ends"));
            }
            panels[1].draw_back(&mut page.scene);
            curve.draw_image(&mut page.scene);
            panels[1].draw_front(&mut page.scene);
        }
    }
    arrow(page, map, gap, body);
    if let Some(paint) = bar {
        page.color_bar(&paint.scale, &paint.name, beside(&panels[1], body));
    }
    Ok(())
}

/// Where an amount of a map that is finite has no value, and why that is so.
fn missing(map: &Deformation, look: &Look) -> Option<String> {
    if !map.samples.iter().all(|s| s.measure.is_finite()) {
        return None;
    }
    let [pulled_back, amount] = &look.paints;
    let is_finite =
        |(sample, value): &(&Sample, &f64)| sample.source[0].is_finite() && value.is_finite();
    let all = map.samples.iter().zip(&pulled_back.values);
    let bad: Vec<usize> = all
        .enumerate()
        .filter(|(_, pair)| !is_finite(pair))
        .map(|(k, _)| k)
        .collect();
    let name = &pulled_back.name;
    Some(match &bad[..] {
        [] => return None,
        [one] => {
            let Sample {
                source, measure, ..
            } = &map.samples[*one];
            let place = format!("{} = {}", map.variables[0], familiar(source[0]));
            match amount.values[*one].is_infinite() && *measure == 0.0 {
                true => format!(
                    "{name} has no value at {place} itself, where {} is infinite and {} is 0.",
                    amount.name, map.measure_name
                ),
                false => format!("{name} has no value at {place}."),
            }
        }
        more => format!(
            "{name} is not finite at {} of {} points.",
            more.len(),
            map.samples.len()
        ),
    })
}

/// The keys of the legend.
fn keys(ground: &Ground, look: &Look, area: Option<&str>, is_marked: bool) -> Vec<(Key, String)> {
    let map = ground.deformation;
    let mut keys = Vec::new();
    if map.targets.len() > 1 {
        keys.push((Key::Dot, format!("equal steps of {}", map.variables[0])));
    }
    if is_marked {
        let element = map.element();
        let text = match area {
            Some(_) => {
                let [left, right] = element.split_once(" = ").map_or(["", ""], |(a, b)| [a, b]);
                let name = &look.paints[1].name;
                format!("a step and its image, of one area: {name} {right} = {name} {left}")
            }
            None => format!("a step and its image: {element}"),
        };
        keys.push((Key::Patch, text));
    }
    keys
}

/// The step to mark: finite, near two thirds of the interval, not of the smallest.
fn marked(ground: &Ground, graph: &Graph) -> Option<std::ops::Range<usize>> {
    let (cells, fine) = (ground.lattice.cells[0], ground.lattice.fine);
    let steps = (0..cells).map(|cell| cell * fine..(cell + 1) * fine);
    let is_whole = |step: &std::ops::Range<usize>| {
        (step.start..=step.end).all(|k| graph.points[k].iter().all(|v| v.is_finite()))
    };
    let away = |step: &std::ops::Range<usize>| (3 * step.start).abs_diff(2 * cells * fine);
    steps.filter(is_whole).min_by_key(away)
}

/// The graph of an amount.
struct Graph {
    points: Vec<[f64; 2]>,
    flat: Flat,
    is_cut: bool,
}

impl Graph {
    fn new(at: &[f64], paint: &Paint, across: Axis) -> Result<Graph, Error> {
        let mut sorted: Vec<f64> = paint
            .values
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else {
            return Err(refused(None, format!("{} is finite nowhere", paint.name)));
        };
        let (low, high) = (
            quantile(&sorted, 0.07).min(0.0),
            quantile(&sorted, 0.93).max(0.0),
        );
        let (least, most) = (least.min(0.0), most.max(0.0));
        let is_cut = most - least > FAR * (high - low) && high > low;
        let range = match is_cut {
            true => Range {
                low: least.max(low - 0.4 * (high - low)),
                high: most.min(high + 0.4 * (high - low)),
                cut: false,
            },
            false if most > least => Range::new(least, most),
            false => Range::new(0.0, 1.0),
        };
        let up = Axis::new(&paint.name, range, 6, false);
        let points = at.iter().zip(&paint.values).map(|(x, y)| [*x, *y]);
        Ok(Graph {
            points: points.collect(),
            flat: Flat::new(Some(across), up),
            is_cut,
        })
    }

    /// Draws the area under the graph, the marked step in it, and the graph.
    fn draw(
        &self,
        scene: &mut Scene,
        panel: &Panel,
        marked: Option<&std::ops::Range<usize>>,
        fills: bool,
    ) {
        let frame = panel.area();
        let spot = |point: &[f64; 2]| panel.place(point);
        let spots: Vec<Option<Spot>> = self.points.iter().map(spot).collect();
        let foot = |k: usize| panel.place(&[self.points[k][0], 0.0]);
        let strip = |k: usize| Some([foot(k)?, spots[k]?, spots[k + 1]?, foot(k + 1)?].to_vec());
        let count = spots.len().saturating_sub(1);
        if fills {
            for (is_positive, color) in [(true, FAMILY[0]), (false, FAMILY[1])] {
                let own = (0..count)
                    .filter(|k| (self.points[*k][1] + self.points[k + 1][1] >= 0.0) == is_positive);
                let strips = own.filter_map(strip).map(|corners| frame.clip(corners));
                scene.tiles(strips.collect(), color.toward(WHITE, PALER), 1.0);
            }
        }
        if let (true, Some(step)) = (fills, marked) {
            let strips = step.clone().filter_map(strip);
            scene.tiles(strips.map(|c| frame.clip(c)).collect(), MARK, 1.0);
        }
        if let [Some(zero), Some(end)] = [self.at_end(panel, false), self.at_end(panel, true)] {
            scene.line(vec![zero, end], Pen::new(GRAY, 1.0));
        }
        for part in spots.split(Option::is_none) {
            let path: Vec<Spot> = part.iter().flatten().copied().collect();
            for line in frame.clip_line(&path) {
                scene.line(line, Pen::new(INK, 2.2));
            }
        }
        if let Some(step) = marked {
            let path = step.clone().chain([step.end]).filter_map(|k| spots[k]);
            for line in frame.clip_line(&path.collect::<Vec<_>>()) {
                scene.line(line, Pen::new(darker(MARK), 3.4));
            }
        }
    }

    /// The spot of zero at an end of the axis below.
    fn at_end(&self, panel: &Panel, is_high: bool) -> Option<Spot> {
        let Area { left, .. } = panel.area();
        let [_, y] = panel.place(&[
            self.points.iter().map(|p| p[0]).find(|x| x.is_finite())?,
            0.0,
        ])?;
        let x = if is_high { panel.area().right() } else { left };
        panel.area().holds([x, y]).then_some([x, y])
    }
}

/// A colour that stands out from the same one.
fn darker(color: Rgb) -> Rgb {
    color.toward(INK, 0.35)
}
