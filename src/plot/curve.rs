//! A map of one variable to a plane or to space: the interval and its image, a curve.

use super::axis::Axis;
use super::color::{INK, LEVELS, MARK, Rgb};
use super::content::Content;
use super::font::Font;
use super::legend::Key;
use super::panel::{BAR, Panel};
use super::pen::Pen;
use super::scene::{Scene, Spot, distance};
use super::shape::{Area, dot};
use super::shown::Shown;
use super::text::{HAlign, Type};

/// Width of the coloured curve and of the dark one under it.
const CORE: f64 = 4.6;
const EDGE: f64 = 6.8;

/// An interval and the curve that is its image.
pub(super) struct Curve<'a> {
    shown: Shown<'a>,
    marked: Option<usize>,
}

impl<'a> Curve<'a> {
    pub(super) fn new(shown: Shown<'a>) -> Curve<'a> {
        let cells = shown.lattice.cells[0];
        let mut curve = Curve {
            shown,
            marked: None,
        };
        // The marked cell is whole and near two thirds of the interval.
        let whole = |cell: &usize| curve.steps(*cell).all(|step| curve.whole(step));
        let away = |cell: &usize| (cell * 3).abs_diff(cells * 2);
        let marked = (0..cells).filter(whole).min_by_key(away);
        curve.marked = marked.filter(|_| !curve.shown.look.is_single());
        curve
    }

    fn steps(&self, cell: usize) -> std::ops::Range<usize> {
        cell * self.shown.lattice.fine..(cell + 1) * self.shown.lattice.fine
    }

    /// The ends of a step of the lattice on one side, if the map is whole there.
    fn step(&self, side: usize, step: usize) -> Option<[Spot; 2]> {
        let side = &self.shown.sides[side];
        let (a, b) = (side.spot(step)?, side.spot(step + 1)?);
        (!side.torn(a, b)).then_some([a, b])
    }

    fn whole(&self, step: usize) -> bool {
        let is_painted = |sample: usize| self.shown.paint(1).values[sample].is_finite();
        (0..2).all(|side| self.step(side, step).is_some())
            && (is_painted(step) || is_painted(step + 1))
    }

    /// The mean of what colours a side over a step.
    fn amount(&self, side: usize, step: usize) -> f64 {
        self.shown.amount(side, &[step, step + 1])
    }

    fn color(&self, side: usize, step: usize) -> Rgb {
        let scale = &self.shown.paint(side).scale;
        scale.color(self.amount(side, step))
    }

    fn draw_bar(&self, scene: &mut Scene) {
        let area = self.shown.sides[0].panel.area();
        for step in 0..self.shown.lattice.points(0) - 1 {
            if let Some([[_, y0], [_, y1]]) = self.step(0, step)
                && self.whole(step)
            {
                let color = self.color(0, step);
                // Reaching up to the bar's end, so that the next step covers the joint.
                let up = if y1 < y0 { y1 - 0.5 } else { y1 + 0.5 };
                let box_ = [
                    [area.left, y0],
                    [area.right(), y0],
                    [area.right(), up],
                    [area.left, up],
                ];
                scene.fill(area.clip(box_.to_vec()), color);
            }
        }
        let mark = self.marked.map(|cell| self.steps(cell));
        let edge = |sample: usize| self.shown.sides[0].spot(sample).map(|[_, y]| y);
        if let Some((y0, y1)) = mark.and_then(|m| Some((edge(m.start)?, edge(m.end)?))) {
            scene.fill(Scene::rectangle(area.left, y0, BAR, y1 - y0), MARK);
        }
        for cell in 0..=self.shown.lattice.cells[0] {
            if let Some(y) = edge(cell * self.shown.lattice.fine) {
                scene.line(vec![[area.left, y], [area.right(), y]], Pen::new(INK, 1.2));
            }
        }
    }

    pub(super) fn draw_image(&self, scene: &mut Scene) {
        let side = &self.shown.sides[1];
        let mut cells: Vec<(f64, usize)> = (0..self.shown.lattice.cells[0])
            .map(|cell| (side.depth(&self.steps(cell).collect::<Vec<_>>()), cell))
            .collect();
        cells.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, cell) in cells {
            self.draw_cell(scene, cell);
        }
        let area = side.panel.area();
        let shown = |spot: &Spot| !side.panel.is_flat() || area.holds(*spot);
        let marks = (0..=self.shown.lattice.cells[0]).map(|cell| cell * self.shown.lattice.fine);
        for spot in marks.filter_map(|sample| side.spot(sample)).filter(shown) {
            dot(scene, spot, 4.0);
        }
        self.label(scene, &shown);
    }

    /// Draws a cell of the curve: a dark line, a coloured one on it.
    fn draw_cell(&self, scene: &mut Scene, cell: usize) {
        let side = &self.shown.sides[1];
        let marked = self.marked == Some(cell);
        let wider = if marked { 2.6 } else { 0.0 };
        let steps = self.steps(cell);
        for line in side.lines(steps.start..=steps.end) {
            scene.line(line, Pen::new(INK, EDGE + wider));
        }
        let level = |step: usize| {
            let share = self.shown.paint(1).scale.share(self.amount(1, step));
            self.whole(step)
                .then_some((share * (LEVELS - 1) as f64).round() as usize)
        };
        let mut from = steps.start;
        while from < steps.end {
            let color = level(from);
            let same = (from..steps.end).take_while(|step| marked || level(*step) == color);
            let to = from + same.count();
            let color = color.map(|level| {
                let scale = &self.shown.paint(1).scale;
                scale.color_at(level as f64 / (LEVELS - 1) as f64)
            });
            // One step more where there is one: the next run covers it, and no joint shows.
            for line in side.lines(from..=(to + 1).min(steps.end)) {
                let color = if marked { Some(MARK) } else { color };
                color
                    .iter()
                    .for_each(|color| scene.line(line.clone(), Pen::new(*color, CORE + wider)));
            }
            from = to;
        }
    }

    /// Writes the values of the variable's ticks beside their points on the curve.
    fn label(&self, scene: &mut Scene, shown: &impl Fn(&Spot) -> bool) {
        let Panel::Flat(flat) = &self.shown.sides[0].panel else {
            return;
        };
        let Axis { ticks, name, .. } = &flat.up;
        let side = &self.shown.sides[1];
        let samples = &self.shown.deformation.samples;
        let set = Type::new(Font::Regular, 12.5, HAlign::Center);
        let area = side.panel.area();
        let mut taken: Vec<Spot> = Vec::new();
        for (value, label) in &ticks.0 {
            let away = |i: &usize| (samples[*i].source[0] - value).abs();
            let near = (0..samples.len())
                .filter(|i| {
                    samples[*i].source[0].is_finite() && side.spot(*i).is_some_and(|s| shown(&s))
                })
                .min_by(|i, j| away(i).total_cmp(&away(j)));
            let Some(i) = near else { continue };
            let around =
                [i.saturating_sub(1), (i + 1).min(samples.len() - 1)].map(|k| side.spot(k));
            let (Some(spot), [Some(a), Some(b)]) = (side.spot(i), around) else {
                continue;
            };
            let length = distance(a, b);
            if length == 0.0 {
                continue;
            }
            let text = if taken.is_empty() {
                format!("{name} = {label}")
            } else {
                label.clone()
            };
            let reach = 13.0 + 0.5 * set.width(&text) * ((b[1] - a[1]) / length).abs();
            let normal = [
                (b[1] - a[1]) / length * reach,
                (a[0] - b[0]) / length * reach,
            ];
            let half = 0.5 * set.width(&text) + 2.0;
            // Beside the curve on one side or the other, clear of curve, border and other labels.
            let free = |at: &Spot| {
                let room = Area {
                    left: at[0] - half,
                    top: at[1] - 9.0,
                    width: 2.0 * half,
                    height: 18.0,
                };
                let clear = |step: usize| {
                    self.step(1, step)
                        .is_none_or(|ends| room.clip_line(&ends).is_empty())
                };
                at[0] - half > area.left
                    && at[0] + half < area.right()
                    && (area.top + 8.0..area.bottom() - 8.0).contains(&at[1])
                    && (0..samples.len() - 1).all(clear)
                    && taken
                        .iter()
                        .all(|t| distance(*t, *at) > 2.0 * half.max(10.0))
            };
            let sides = [1.0, -1.0, 1.4, -1.4];
            let places = sides.map(|s| [spot[0] + s * normal[0], spot[1] + s * normal[1]]);
            if let Some(at) = places.into_iter().find(free) {
                taken.push(at);
                scene.text(text, at, set);
            }
        }
    }
}

impl Content for Curve<'_> {
    fn is_empty(&self) -> bool {
        !(0..self.shown.lattice.points(0) - 1).any(|step| self.whole(step))
    }

    fn left_out(&self) -> usize {
        (0..self.shown.lattice.points(0) - 1)
            .filter(|step| !self.whole(*step))
            .count()
    }

    fn keys(&self) -> Vec<(Key, String)> {
        let name = &self.shown.deformation.variables[0];
        let mut keys = vec![(Key::Dot, format!("equal steps of {name}"))];
        if self.marked.is_some() {
            let element = self.shown.deformation.element();
            keys.push((Key::Patch, format!("a step and its image: {element}")));
        }
        keys
    }

    fn draw(&self, scene: &mut Scene) {
        let [bar, image] = self.shown.look.panels;
        if bar {
            self.draw_bar(scene);
            self.shown.sides[0].panel.draw_front(scene);
        }
        if image {
            self.shown.sides[1].panel.draw_back(scene);
            self.draw_image(scene);
            self.shown.sides[1].panel.draw_front(scene);
        }
    }
}
