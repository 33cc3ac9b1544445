//! A page: its size, its header, and what is drawn on it.

use super::color::{ColorMap, GRAY, Theme, WHITE};
use super::font::Font;
use super::picture::{Picture, refused};
use super::scene::{Mark, Scene};
use super::shape::Area;
use super::style::{PanelChoice, Style, View};
use super::subtitle::{LINE, Room, Subtitle};
use super::text::{HAlign, Type};
use crate::Error;

const TITLE: Type = Type::new(Font::Bold, 20.0, HAlign::Center);
pub(super) const SUBTITLE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Regular, 14.5, HAlign::Center)
};
/// The least size of a title, and the height of its lines.
const LEAST_TITLE: f64 = 14.0;
const TITLE_LINE: f64 = 24.0;
/// The most lines of a subtitle besides the first one.
const MOST_MORE: usize = 3;
/// Free border around everything.
pub(super) const BORDER: f64 = 22.0;
/// Height of title and subtitle of one line each, where panels stand right below them.
const HEADER: f64 = 78.0;

/// The heading of one of several panels, and the line under it.
const NAME: Type = Type::new(Font::Bold, 14.5, HAlign::Left);
pub(super) const NOTE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Regular, 12.5, HAlign::Left)
};
/// Height of both.
pub(super) const LINES: f64 = 46.0;

/// A page that is being filled, in pixels in which letters have their usual size.
pub(super) struct Page {
    style: Style,
    title: String,
    pub(super) width: f64,
    pub(super) height: f64,
    /// The height of title and subtitle.
    header: f64,
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
            width: f64::from(style.width) / style.zoom(),
            height: f64::from(style.height) / style.zoom(),
            header: BORDER,
            scene: Scene::default(),
        };
        if style.has_title {
            page.head(title, subtitle);
        }
        Ok(page)
    }

    /// Writes title and subtitle, in more lines where they do not fit in one.
    fn head(&mut self, title: &str, subtitle: &str) {
        let room = self.width - 2.0 * BORDER;
        let most = room_of_subtitle(&self.style, 0.0).lines.min(2);
        let (title, titles) = TITLE.fit(title, room, LEAST_TITLE, most);
        let below_titles = TITLE_LINE * titles.len().saturating_sub(1) as f64;
        let room = room_of_subtitle(&self.style, below_titles);
        let subtitle = Subtitle::new(subtitle, &SUBTITLE, room);
        let mut y = 30.0;
        for line in titles.iter() {
            self.scene.text(line, [0.5 * self.width, y], title);
            y += TITLE_LINE;
        }
        let place = [0.5 * self.width, 57.0 + below_titles];
        subtitle.draw(&mut self.scene, place, &SUBTITLE);
        self.header = HEADER + below_titles + subtitle.height();
    }

    /// From where images in space are seen, if that was asked for.
    pub(super) fn view(&self) -> Option<View> {
        self.style.view
    }

    /// Height of title and subtitle, or of the border where there are none.
    pub(super) fn header(&self) -> f64 {
        self.header
    }

    /// What lies between header and border.
    pub(super) fn body(&self) -> Area {
        let top = self.header();
        Area {
            left: BORDER,
            top,
            width: self.width - 2.0 * BORDER,
            height: self.height - top - BORDER,
        }
    }

    /// The colours of amounts, and what lies around them.
    pub(super) fn colors(&self) -> (ColorMap, Theme) {
        (self.style.colors, self.style.theme)
    }

    /// Whether lines are drawn on which something is constant.
    pub(super) fn has_grid(&self) -> bool {
        self.style.has_grid
    }

    /// Whether there are keys.
    pub(super) fn has_legend(&self) -> bool {
        self.style.has_legend
    }

    /// Whether region and image are wanted.
    pub(super) fn panels(&self) -> [bool; 2] {
        [PanelChoice::Region, PanelChoice::Image]
            .map(|own| [own, PanelChoice::Both].contains(&self.style.panels))
    }

    /// Refuses a choice of panels where there are none to choose from.
    ///
    /// # Errors
    /// [`Error::Picture`] if there is such a choice.
    pub(super) fn no_choice(&self) -> Result<(), Error> {
        match self.style.panels {
            PanelChoice::Both => Ok(()),
            _ => Err(refused(None, "a graph has no panels to choose from")),
        }
    }

    /// The finished picture.
    pub(super) fn picture(self) -> Picture {
        let Style {
            width,
            height,
            theme,
            ..
        } = self.style;
        let mut scene = self.scene;
        for mark in &mut scene.marks {
            mark.scale(self.style.zoom());
        }
        if theme.color(WHITE) != WHITE {
            let [right, bottom] = [width, height].map(f64::from);
            let corners = Scene::rectangle(0.0, 0.0, right, bottom);
            let color = WHITE;
            scene.marks.insert(0, Mark::Fill { corners, color });
        }
        for mark in &mut scene.marks {
            mark.color(|color| theme.color(color));
        }
        Picture {
            width,
            height,
            fineness: self.style.fineness(),
            title: self.title,
            scene,
        }
    }
}

/// The room for a subtitle below that of one line, where a title takes so much more than one.
pub(super) fn room_of_subtitle(style: &Style, below_titles: f64) -> Room {
    let [width, height] = [style.width, style.height].map(|side| f64::from(side) / style.zoom());
    // The panels keep most of the page.
    let height = (0.25 * height - HEADER - below_titles).max(0.0);
    Room {
        width: width - 2.0 * BORDER,
        height,
        lines: 1 + ((height / LINE) as usize).min(MOST_MORE),
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
