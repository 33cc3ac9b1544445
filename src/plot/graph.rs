//! The graph of a map of one variable to one target, with equal cells carried to both axes.

use super::axis::{Range, quantile};
use super::color::{GRAY, INK, MARK, Scale};
use super::color_bar;
use super::deformation::Deformation;
use super::lattice::Lattice;
use super::legend::Key;
use super::page::Page;
use super::panel::{Axis, Flat, Panel};
use super::pen::Pen;
use super::picture::refused;
use super::scene::{Scene, Spot};
use super::shape::{Area, hatch};
use super::shown::oddness;
use super::side::Side;
use crate::Error;

/// Width of the strip of cells along an axis.
const STRIP: f64 = 16.0;

/// Draws the graph on a page that has its header.
pub(super) fn draw(
    page: &mut Page,
    deformation: &Deformation,
    lattice: &Lattice,
    scale: Scale,
    source: Range,
    image: Range,
) -> Result<(), Error> {
    let samples = &deformation.samples;
    let both = deformation.turns_over();
    let name = |names: &[String]| names.first().cloned().unwrap_or_default();
    let (variable, target) = (name(&deformation.variables), name(&deformation.targets));
    let gutter = STRIP * if both { 2.0 } else { 1.0 } + 6.0;
    let mut flat = Flat {
        area: Area::default(),
        across: Some(Axis::new(&variable, source, 6, true)),
        up: Axis::new(&target, image, 6, false),
        equal: false,
        gutter,
    };
    let element = deformation.element();
    let mut keys = vec![
        (
            Key::Line {
                pen: guide(),
                dashed: true,
            },
            format!("equal steps of {variable}"),
        ),
        (Key::Patch, format!("a step and its image: {element}")),
    ];
    if both {
        let text = format!("orientation reversed: {} < 0", deformation.measure_name);
        keys.push((Key::Hatch, text));
    }
    let bad = samples
        .iter()
        .filter(|s| !(s.source[0].is_finite() && s.image[0].is_finite()));
    let body = page.footer(
        &keys,
        &deformation.notes(bad.count(), source.cut || image.cut),
    );
    let plain = Panel::Flat(flat.clone());
    let margins = plain.margins();
    let bar = color_bar::room(&scale, &deformation.size_name()) + 14.0;
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
    let panel = Panel::Flat(flat);
    let side = Side::new(&panel, lattice, samples, |s| &s.image);
    let spots: Vec<Option<Spot>> = samples
        .iter()
        .map(|s| panel.place(&[s.source[0], s.image[0]]))
        .collect();
    let whole = |step: usize| match (spots[step], spots[step + 1]) {
        (Some(a), Some(b)) => {
            // A jump straight across the frame is a pole, not a part of the graph.
            let out = |s: Spot| !area.holds(s);
            let across = (a[1] - b[1]).abs() > 0.5 * area.height;
            (!(across && (out(a) && out(b) || side.torn([0.0, a[1]], [0.0, b[1]]))))
                .then_some([a, b])
        }
        _ => None,
    };
    let steps = lattice.points(0) - 1;
    if !(0..steps).any(|step| whole(step).is_some()) {
        return Err(refused(None, "no step of the grid has finite ends"));
    }
    let scene = &mut page.scene;
    let bottom = area.bottom() + gutter;
    let left = area.left - gutter;
    let lane = |measure: f64| if both && measure >= 0.0 { STRIP } else { 0.0 };
    let mut sizes: Vec<f64> = samples.iter().map(|sample| sample.measure.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = quantile(&sizes, 0.5);
    let mark = (0..lattice.cells[0])
        .filter(|cell| {
            let ends = [cell * lattice.fine, (cell + 1) * lattice.fine];
            ends.iter()
                .all(|&e| spots[e].is_some_and(|s| area.holds(s)))
                && (ends[0]..ends[1]).all(|step| whole(step).is_some())
        })
        .min_by(|a, b| {
            let cost = |cell: usize| {
                let place = (cell as f64 + 0.5) / lattice.cells[0] as f64;
                let middle = samples[cell * lattice.fine + lattice.fine / 2].measure;
                oddness(middle, usual) + 3.0 * (place - 0.66).abs()
            };
            cost(*a).total_cmp(&cost(*b))
        });
    let mut reversed = Vec::new();
    let is_marked = |step: usize| mark == Some(step / lattice.fine);
    for step in 0..steps {
        let Some([a, b]) = whole(step) else { continue };
        let measure = 0.5 * (samples[step].measure + samples[step + 1].measure);
        let color = if is_marked(step) {
            MARK
        } else if measure.is_finite() {
            scale.color(measure.abs())
        } else {
            continue;
        };
        let below = Scene::rectangle(a[0], bottom - STRIP, b[0] - a[0], STRIP);
        let mut strips = vec![frame(area, gutter).clip(below)];
        let (top, foot) = (
            a[1].min(b[1]).max(area.top),
            a[1].max(b[1]).min(area.bottom()),
        );
        if foot > top {
            let x = left + lane(measure);
            strips.push(Scene::rectangle(x, top, STRIP, foot - top));
        }
        strips
            .iter()
            .for_each(|strip| scene.fill(strip.clone(), color));
        if both && measure < 0.0 {
            reversed.extend(strips);
        }
    }
    hatch(scene, &reversed);
    for cell in 0..=lattice.cells[0] {
        let sample = cell * lattice.fine;
        let Some([x, y]) = spots[sample] else {
            continue;
        };
        let cut = Pen::new(INK, 1.2);
        scene.line(vec![[x, bottom - STRIP], [x, bottom]], cut);
        if !area.holds([x, y]) {
            continue;
        }
        let before = samples[sample.saturating_sub(1)].measure;
        let measure = 0.5 * (before + samples[(sample + 1).min(steps)].measure);
        let start = left + lane(measure);
        scene.line(vec![[start, y], [start + STRIP, y]], cut);
        scene.dashes(
            &[[x, bottom - STRIP], [x, y], [start + STRIP, y]],
            guide(),
            [3.0, 3.0],
        );
    }
    for (pen, core) in [(Pen::new(INK, 6.0), false), (Pen::new(INK, 4.0), true)] {
        for step in 0..steps {
            let Some([a, b]) = whole(step) else { continue };
            let mut path = vec![a, b];
            path.extend(
                (step + 1 < steps)
                    .then(|| whole(step + 1))
                    .flatten()
                    .map(|[_, c]| c),
            );
            let measure = 0.5 * (samples[step].measure + samples[step + 1].measure).abs();
            let color = match core {
                true if is_marked(step) => MARK,
                true => scale.color(measure),
                false => INK,
            };
            for line in area.clip_line(&path) {
                scene.line(line, Pen { color, ..pen });
            }
        }
    }
    panel.draw_front(scene);
    let bar = Area {
        left: area.right() + 32.0,
        top: area.top,
        width: 16.0,
        height,
    };
    page.color_bar(&scale, &deformation.size_name(), bar);
    Ok(())
}

fn guide() -> Pen {
    Pen::new(GRAY, 0.9)
}

/// The area with its gutter.
fn frame(area: Area, gutter: f64) -> Area {
    Area {
        left: area.left - gutter,
        width: area.width + gutter,
        height: area.height + gutter,
        ..area
    }
}
