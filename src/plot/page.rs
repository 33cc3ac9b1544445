//! A page: its size, its header, and what is drawn on it.

use super::color::GRAY;
use super::font::Font;
use super::picture::Picture;
use super::scene::Scene;
use super::shape::Area;
use super::style::{Style, View};
use super::text::{HAlign, Type};
use crate::Error;

const TITLE: Type = Type::new(Font::Bold, 20.0, HAlign::Center);
const SUBTITLE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Regular, 14.5, HAlign::Center)
};
/// Free border around everything.
pub(super) const BORDER: f64 = 22.0;
/// Height of title and subtitle, where panels stand right below them.
pub(super) const HEADER: f64 = 78.0;

/// The heading of one of several panels, and the line under it.
const NAME: Type = Type::new(Font::Bold, 14.5, HAlign::Left);
pub(super) const NOTE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Regular, 12.5, HAlign::Left)
};
/// Height of both.
pub(super) const LINES: f64 = 46.0;

/// A page that is being filled.
pub(super) struct Page {
    style: Style,
    title: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) scene: Scene,
}

impl Page {
    /// A page with title and subtitle at its head.
    ///
    /// # Errors
    /// [`Error::Picture`] for a size out of bounds.
    pub(super) fn new(style: &Style, title: &str, subtitle: &str) -> Result<Page, Error> {
        style.check()?;
        let mut page = Page {
            style: *style,
            title: title.to_owned(),
            width: f64::from(style.width),
            height: f64::from(style.height),
            scene: Scene::default(),
        };
        for (text, set, y) in [(title, TITLE, 30.0), (subtitle, SUBTITLE, 57.0)] {
            let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let line = set.shorten(&line, page.width - 2.0 * BORDER);
            page.scene.text(line, [0.5 * page.width, y], set);
        }
        Ok(page)
    }

    /// From where images in space are seen, if that was asked for.
    pub(super) fn view(&self) -> Option<View> {
        self.style.view
    }

    /// The finished picture.
    pub(super) fn picture(self) -> Picture {
        Picture {
            width: self.style.width,
            height: self.style.height,
            title: self.title,
            scene: self.scene,
        }
    }
}

/// The cells of a table of panels, row by row.
pub(super) fn table(body: Area, columns: usize, count: usize) -> impl Iterator<Item = Area> {
    let rows = count.div_ceil(columns).max(1);
    let (width, height) = (body.width / columns as f64, body.height / rows as f64);
    (0..count).map(move |k| Area {
        left: body.left + (k % columns) as f64 * width,
        top: body.top + (k / columns) as f64 * height,
        width,
        height,
    })
}

/// Writes the heading of a panel and the line under it above the panel's frame; both end where
/// its cell does.
pub(super) fn heading(scene: &mut Scene, frame: Area, right: f64, name: &str, note: &str) {
    for (text, set, y) in [(name, NAME, 32.0), (note, NOTE, 13.0)] {
        let text = set.shorten(text, right - frame.left);
        scene.text(text, [frame.left, frame.top - y], set);
    }
}
