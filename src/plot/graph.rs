//! The graph of a map of one variable to one target, with equal cells carried to both axes.

use super::axis::Axis;
use super::color::{GRAY, INK, MARK};
use super::color_bar;
use super::deformation::{Deformation, Sample};
use super::flat::Flat;
use super::ground::Ground;
use super::lattice::Lattice;
use super::legend::Key;
use super::page::Page;
use super::pair::compressed_note;
use super::panel::Panel;
use super::pen::Pen;
use super::picture::refused;
use super::range::quantile;
use super::scale::Scale;
use super::scene::{Scene, Spot};
use super::shape::{Area, hatch};
use super::shown::oddness;
use super::side::Side;
use crate::Error;

/// Width of the strip of cells along an axis.
const STRIP: f64 = 16.0;

/// Draws the graph on a page that has its header.
pub(super) fn draw(page: &mut Page, ground: &Ground, scale: Scale) -> Result<(), Error> {
    let Ground {
        deformation,
        lattice,
        sources,
        images,
        reaches,
    } = ground;
    page.no_choice()?;
    let (source, image) = (sources[0], images[0]);
    let both = deformation.turns_over();
    let name = |names: &[String]| names.first().cloned().unwrap_or_default();
    let (variable, target) = (name(&deformation.variables), name(&deformation.targets));
    let mut flat = Flat {
        gutter: STRIP * if both { 2.0 } else { 1.0 } + 6.0,
        ..Flat::new(
            Some(Axis::new(&variable, source, 6, true)),
            Axis::new(&target, image, 6, false),
        )
    };
    if let (Some(reach), Some(across)) = (reaches[0][0], &mut flat.across) {
        across.compress(reach);
    }
    if let Some(reach) = reaches[1][0] {
        flat.up.compress(reach);
    }
    let compressed = reaches.each_ref().map(|reach| reach[0].is_some());
    let cut = source.cut && !compressed[0] || image.cut && !compressed[1];
    let bad = deformation
        .samples
        .iter()
        .filter(|s| !(s.source[0].is_finite() && s.image[0].is_finite()));
    let names = [variable.clone(), target.clone()];
    let mut notes: Vec<String> = compressed_note(&names, &compressed).into_iter().collect();
    notes.extend(deformation.notes(bad.count(), cut));
    let steps = match compressed[0] {
        true => format!("steps of {variable} to infinity"),
        false => format!("equal steps of {variable}"),
    };
    let body = page.footer(&keys(deformation, steps), &notes);
    let margins = Panel::flat(flat.clone()).margins();
    let bar = match scale.varies {
        true => color_bar::room(&scale, &deformation.size_name()) + 14.0,
        false => 0.0,
    };
    let height = body.height - margins[1] - margins[3] - 8.0;
    let width = (body.width - margins[0] - margins[2] - bar).min(1.5 * height);
    let spare = body.width - margins[0] - margins[2] - bar - width;
    flat.area = Area {
        left: body.left + 0.5 * spare + margins[0],
        top: body.top + margins[1] + 8.0,
        width,
        height,
    }
    .snapped();
    let area = flat.area;
    let graph = Graph::new(deformation, lattice, &scale, flat);
    if !graph.steps().any(|step| graph.whole(step).is_some()) {
        return Err(refused(None, "no step of the grid has finite ends"));
    }
    graph.draw_strips(&mut page.scene);
    graph.draw_guides(&mut page.scene);
    graph.draw_line(&mut page.scene);
    graph.panel.draw_front(&mut page.scene);
    let bar = Area {
        left: area.right() + 32.0,
        top: area.top,
        width: color_bar::WIDTH,
        height,
    };
    if scale.varies {
        page.color_bar(&scale, &deformation.size_name(), bar);
    }
    Ok(())
}

/// The keys of the legend.
fn keys(deformation: &Deformation, text: String) -> Vec<(Key, String)> {
    let steps = Key::Line {
        pen: guide(),
        dashed: true,
    };
    let element = deformation.element();
    let mut keys = vec![
        (steps, text),
        (Key::Patch, format!("a step and its image: {element}")),
    ];
    if deformation.turns_over() {
        let text = format!("orientation reversed: {} < 0", deformation.measure_name);
        keys.push((Key::Hatch, text));
    }
    keys
}

/// A graph on its panel.
struct Graph<'a> {
    deformation: &'a Deformation,
    lattice: &'a Lattice,
    scale: &'a Scale,
    panel: Panel,
    gutter: f64,
    /// Where the values of the target lie.
    side: Side,
    /// The point of the graph over each sample.
    spots: Vec<Option<Spot>>,
    /// The map takes both orientations, each with a lane of its own beside the target's axis.
    both: bool,
    marked: Option<usize>,
}

impl<'a> Graph<'a> {
    fn new(
        deformation: &'a Deformation,
        lattice: &'a Lattice,
        scale: &'a Scale,
        flat: Flat,
    ) -> Graph<'a> {
        let gutter = flat.gutter;
        let panel = Panel::flat(flat);
        let samples = &deformation.samples;
        let spot = |s: &Sample| panel.place(&[s.source[0], s.image[0]]);
        let mut graph = Graph {
            deformation,
            lattice,
            scale,
            gutter,
            side: Side::new(&panel, lattice, samples, |s| &s.image),
            spots: samples.iter().map(spot).collect(),
            both: deformation.turns_over(),
            marked: None,
            panel,
        };
        graph.marked = graph.choose();
        graph
    }

    fn steps(&self) -> std::ops::Range<usize> {
        0..self.lattice.points(0) - 1
    }

    /// The ends of a step of the lattice, if the map is whole there.
    fn whole(&self, step: usize) -> Option<[Spot; 2]> {
        let (a, b) = (self.spots[step]?, self.spots[step + 1]?);
        let area = self.panel.area();
        // A jump straight across the frame is a pole, not a part of the graph.
        let out = |s: Spot| !area.holds(s);
        let across = (a[1] - b[1]).abs() > 0.5 * area.height;
        let torn = across && (out(a) && out(b) || self.side.torn([0.0, a[1]], [0.0, b[1]]));
        (!torn).then_some([a, b])
    }

    /// The mean measure between two samples.
    fn measure(&self, from: usize, to: usize) -> f64 {
        let samples = &self.deformation.samples;
        0.5 * (samples[from].measure + samples[to].measure)
    }

    /// The cell to mark: whole, inside the frame, of a usual size, near two thirds of the range.
    fn choose(&self) -> Option<usize> {
        let samples = &self.deformation.samples;
        let fine = self.lattice.fine;
        let mut sizes: Vec<f64> = samples.iter().map(|sample| sample.measure.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let usual = quantile(&sizes, 0.5);
        let area = self.panel.area();
        let fits = |cell: &usize| {
            let ends = [cell * fine, (cell + 1) * fine];
            let inside = |&end: &usize| self.spots[end].is_some_and(|s| area.holds(s));
            ends.iter().all(inside) && (ends[0]..ends[1]).all(|step| self.whole(step).is_some())
        };
        let cells = self.lattice.cells[0];
        let cost = |cell: usize| {
            let place = (cell as f64 + 0.5) / cells as f64;
            let middle = samples[cell * fine + fine / 2].measure;
            oddness(middle, usual) + 3.0 * (place - 0.66).abs()
        };
        let cells = (0..cells).filter(fits);
        cells.min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
    }

    fn is_marked(&self, step: usize) -> bool {
        self.marked == Some(step / self.lattice.fine)
    }

    /// The lower end of the strip below the graph.
    fn bottom(&self) -> f64 {
        self.panel.area().bottom() + self.gutter
    }

    /// The left end of the lane beside the graph for images of this measure.
    fn lane(&self, measure: f64) -> f64 {
        let lane = if self.both && measure >= 0.0 {
            STRIP
        } else {
            0.0
        };
        self.panel.area().left - self.gutter + lane
    }

    /// Draws the steps below the graph, and their images beside it.
    fn draw_strips(&self, scene: &mut Scene) {
        let area = self.panel.area();
        let frame = Area {
            left: area.left - self.gutter,
            width: area.width + self.gutter,
            height: area.height + self.gutter,
            ..area
        };
        let mut reversed = Vec::new();
        for step in self.steps() {
            let Some([a, b]) = self.whole(step) else {
                continue;
            };
            let measure = self.measure(step, step + 1);
            let color = if self.is_marked(step) {
                MARK
            } else if measure.is_finite() {
                self.scale.color(measure.abs())
            } else {
                continue;
            };
            let below = Scene::rectangle(a[0], self.bottom() - STRIP, b[0] - a[0], STRIP);
            let mut strips = vec![frame.clip(below)];
            let top = a[1].min(b[1]).max(area.top);
            let foot = a[1].max(b[1]).min(area.bottom());
            if foot > top {
                strips.push(Scene::rectangle(self.lane(measure), top, STRIP, foot - top));
            }
            strips
                .iter()
                .for_each(|strip| scene.fill(strip.clone(), color));
            if self.both && measure < 0.0 {
                reversed.extend(strips);
            }
        }
        hatch(scene, &reversed);
    }

    /// Draws the borders of the cells from the strip below over the graph to the lane beside it.
    fn draw_guides(&self, scene: &mut Scene) {
        let bottom = self.bottom();
        let cut = Pen::new(INK, 1.2);
        for cell in 0..=self.lattice.cells[0] {
            let sample = cell * self.lattice.fine;
            let Some([x, y]) = self.spots[sample] else {
                continue;
            };
            scene.line(vec![[x, bottom - STRIP], [x, bottom]], cut);
            if !self.panel.area().holds([x, y]) {
                continue;
            }
            let (before, after) = (sample.saturating_sub(1), sample + 1);
            let start = self.lane(self.measure(before, after.min(self.steps().end)));
            scene.line(vec![[start, y], [start + STRIP, y]], cut);
            scene.dashes(
                &[[x, bottom - STRIP], [x, y], [start + STRIP, y]],
                guide(),
                [3.0, 3.0],
            );
        }
    }

    /// Draws the graph itself: a dark line, a coloured one on it.
    fn draw_line(&self, scene: &mut Scene) {
        let steps = self.steps();
        for (pen, core) in [(Pen::new(INK, 6.0), false), (Pen::new(INK, 4.0), true)] {
            for step in steps.clone() {
                let Some([a, b]) = self.whole(step) else {
                    continue;
                };
                let mut path = vec![a, b];
                let next = (step + 1 < steps.end)
                    .then(|| self.whole(step + 1))
                    .flatten();
                path.extend(next.map(|[_, c]| c));
                let color = match core {
                    true if self.is_marked(step) => MARK,
                    true => self.scale.color(self.measure(step, step + 1).abs()),
                    false => INK,
                };
                for line in self.panel.area().clip_line(&path) {
                    scene.line(line, Pen { color, ..pen });
                }
            }
        }
    }
}

fn guide() -> Pen {
    Pen::new(GRAY, 0.9)
}
