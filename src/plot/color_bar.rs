//! The colour bar: which colour stands for which size of the measure.

use super::color::{GRAY, INK, LEVELS};
use super::font::Font;
use super::page::Page;
use super::pen::Pen;
use super::scale::Scale;
use super::scene::Scene;
use super::shape::Area;
use super::text::{HAlign, Type};

/// What is said of a bar whose equal steps are equal ratios.
const LOGARITHMIC: &str = "logarithmic";
const NOTE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Italic, 11.5, HAlign::Left)
};

/// Width of a colour bar.
pub(super) const WIDTH: f64 = 16.0;

/// The room that a colour bar takes, its gap included.
pub(super) fn room(scale: &Scale, name: &str) -> f64 {
    let set = Type::new(Font::Regular, 12.5, HAlign::Left);
    let labels = scale
        .ticks()
        .0
        .iter()
        .map(|(_, l)| set.width(l))
        .fold(0.0, f64::max);
    let name = Type::new(Font::Regular, 14.0, HAlign::Left).width(name);
    let told = if scale.is_logarithmic() {
        NOTE.width(LOGARITHMIC)
    } else {
        0.0
    };
    18.0 + (WIDTH + 9.0 + labels).max(name.min(WIDTH + 90.0)).max(told)
}

impl Page {
    /// Draws a colour bar, its name above it.
    pub(super) fn color_bar(&mut self, scale: &Scale, name: &str, area: Area) {
        let scene = &mut self.scene;
        let area = Area {
            height: area.height.round(),
            ..area
        };
        let Area {
            left,
            top,
            width,
            height,
        } = area;
        for level in 0..LEVELS {
            // Each step reaches up to the bar's end, so that no seam can show.
            let tall = height * (1.0 - level as f64 / LEVELS as f64);
            let color = scale.color_at(level as f64 / (LEVELS - 1) as f64);
            scene.fill(Scene::rectangle(left, top, width, tall), color);
        }
        let pen = Pen::new(INK, 1.0);
        scene.outline(area.corners(), pen);
        for (end, y, reach) in [(1, top, -10.0), (0, area.bottom(), 10.0)] {
            if scale.beyond()[end] {
                let tip = vec![
                    [left, y],
                    [left + 0.5 * width, y + reach],
                    [left + width, y],
                ];
                scene.fill(tip.clone(), scale.color_at(end as f64));
                scene.line(tip, pen);
            }
        }
        let set = Type::new(Font::Regular, 12.5, HAlign::Left);
        for (value, label) in scale.ticks().0 {
            let y = area.bottom() - scale.share(value) * height;
            scene.line(vec![[area.right(), y], [area.right() + 5.0, y]], pen);
            scene.text(label, [area.right() + 9.0, y], set);
        }
        if scale.is_logarithmic() {
            let below = if scale.beyond()[0] { 24.0 } else { 15.0 };
            scene.text(LOGARITHMIC, [left - 2.0, area.bottom() + below], NOTE);
        }
        let set = Type::new(Font::Regular, 14.0, HAlign::Left);
        let name = set.shorten(name, WIDTH + 90.0);
        scene.text(
            name,
            [
                left - 2.0,
                top - if scale.beyond()[1] { 24.0 } else { 15.0 },
            ],
            set,
        );
    }
}
