//! A scene as a PDF document of one page: texts stay texts, in subsets of their fonts.
//!
//! 1. A page has three quarters of a point to the pixel, so that a picture is as large as a browser shows its SVG.
//!    Coordinates are whole tenths of a pixel.
//! 2. Tiles are joined to outlines (mosaic) with hairlines of their own colour.
//! 3. Of each font the letters that occur are embedded, with what they mean, so that texts are found and copied.
//!
//! ISO 32000-2:2020, "Document management – Portable document format".

use std::collections::{BTreeMap, BTreeSet};

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{
    CidFontType, FontFlags, LineCapStyle, LineJoinStyle, SystemInfo, UnicodeCmap,
};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use subsetter::{Error, GlyphRemapper, subset};

use super::color::Rgb;
use super::font::Font;
use super::mosaic::{Corner, Mosaic, Off, SEAM, UNITS, whole, wholes};
use super::scene::{Mark, Scene, Spot};
use super::text::Type;

/// Points to the pixel.
const POINTS: f32 = 0.75;

/// How hard streams are compressed, of ten.
const EFFORT: u8 = 6;

/// Thousandths of an em, in which widths are told.
const EM: f64 = 1000.0;

const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// The document of a scene.
///
/// # Errors
/// When a font cannot be taken apart.
pub(super) fn document(
    scene: &Scene,
    [width, height]: [u32; 2],
    title: &str,
) -> Result<Vec<u8>, Error> {
    let letters = Letters::of(scene);
    let mut last = Ref::new(1);
    let mut next = || last.bump();
    let (catalog, pages, page, content, info) = (next(), next(), next(), next(), next());
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    pdf.document_info(info)
        .title(TextStr(title))
        .producer(TextStr("pullback"));

    let mut drawing = Drawing::new(scene, height);
    scene
        .marks
        .iter()
        .for_each(|mark| drawing.mark(mark, &letters));
    let Drawing {
        content: drawn,
        states,
        ..
    } = drawing;
    let drawn = compress_to_vec_zlib(&drawn.finish(), EFFORT);
    pdf.stream(content, &drawn).filter(Filter::FlateDecode);

    let fonts: Vec<(Font, Ref)> = letters.used().map(|font| (font, next())).collect();
    let states: Vec<(u8, Ref)> = states.into_iter().map(|state| (state, next())).collect();
    let mut one = pdf.page(page);
    let size = [width, height].map(|pixels| pixels as f32 * POINTS);
    one.media_box(Rect::new(0.0, 0.0, size[0], size[1]));
    one.parent(pages).contents(content);
    let mut resources = one.resources();
    let mut names = resources.fonts();
    for (font, id) in &fonts {
        names.pair(Name(name_of(*font).as_bytes()), *id);
    }
    names.finish();
    let mut names = resources.ext_g_states();
    for (state, id) in &states {
        names.pair(Name(state_name(*state).as_bytes()), *id);
    }
    names.finish();
    resources.finish();
    one.finish();
    for (state, id) in states {
        let alpha = f32::from(state) / 255.0;
        pdf.ext_graphics(id)
            .stroking_alpha(alpha)
            .non_stroking_alpha(alpha);
    }
    for (font, id) in fonts {
        letters.embed(font, &mut pdf, id, [next(), next(), next(), next()])?;
    }
    Ok(pdf.finish())
}

fn name_of(font: Font) -> String {
    format!("F{}", font as usize)
}

fn state_name(alpha: u8) -> String {
    format!("A{alpha}")
}

/// The letters that occur, by fonts.
struct Letters {
    of_fonts: [Option<OfFont>; Font::ALL.len()],
}

/// The letters of a font that occur.
#[derive(Default)]
struct OfFont {
    /// The glyphs as they are numbered in the subset: that of what the font has no letter for is the first.
    remapper: GlyphRemapper,
    meanings: BTreeMap<u16, char>,
}

impl Letters {
    fn of(scene: &Scene) -> Letters {
        let mut found: [BTreeSet<char>; Font::ALL.len()] = Default::default();
        for mark in &scene.marks {
            if let Mark::Text { text, set, .. } = mark {
                found[set.font as usize].extend(text.chars());
            }
        }
        let of_fonts = Font::ALL.map(|font| {
            let chars = &found[font as usize];
            let mut own = OfFont::default();
            for &c in chars {
                let glyph = own.remapper.remap(font.glyph(c));
                if glyph > 0 {
                    own.meanings.entry(glyph).or_insert(c);
                }
            }
            (!chars.is_empty()).then_some(own)
        });
        Letters { of_fonts }
    }

    /// The fonts in which there are texts.
    fn used(&self) -> impl Iterator<Item = Font> {
        let is_used = |font: &Font| self.of_fonts[*font as usize].is_some();
        Font::ALL.into_iter().filter(is_used)
    }

    /// A text as the numbers of glyphs, two bytes each.
    fn codes(&self, text: &str, font: Font) -> Vec<u8> {
        let own = self.of_fonts[font as usize].as_ref();
        let number = |c: char| own.and_then(|own| own.remapper.get(font.glyph(c)));
        let code = |c: char| number(c).unwrap_or(0).to_be_bytes();
        text.chars().flat_map(code).collect()
    }

    /// Embeds a font that is used.
    fn embed(
        &self,
        font: Font,
        pdf: &mut Pdf,
        id: Ref,
        [cid, descriptor, meanings, file]: [Ref; 4],
    ) -> Result<(), Error> {
        let Some(letters) = &self.of_fonts[font as usize] else {
            return Ok(());
        };
        // Six letters tell a subset from the whole.
        let name = format!("PULLBK+{}", font.name());
        let name = Name(name.as_bytes());
        pdf.type0_font(id)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(meanings);
        let glyphs = letters.remapper.remapped_gids();
        let widths: Vec<f32> = glyphs
            .map(|glyph| (EM * font.advance(glyph)) as f32)
            .collect();
        let mut own = pdf.cid_font(cid);
        own.subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(IDENTITY)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        own.widths().consecutive(0, widths);
        own.finish();
        let [ascent, descent] = font.extent().map(|part| (EM * part) as f32);
        let slant = if font == Font::Italic { -11.0 } else { 0.0 };
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(-EM as f32, descent, 2.0 * EM as f32, ascent))
            .italic_angle(slant)
            .ascent(ascent)
            .descent(descent)
            .cap_height(ascent)
            .stem_v(80.0)
            .font_file2(file);
        let mut cmap = UnicodeCmap::new(Name(b"Letters"), IDENTITY);
        for (&glyph, &c) in &letters.meanings {
            cmap.pair(glyph, c);
        }
        let cmap = compress_to_vec_zlib(&cmap.finish(), EFFORT);
        pdf.stream(meanings, &cmap).filter(Filter::FlateDecode);
        let own = subset(font.bytes(), 0, &letters.remapper)?;
        let own = compress_to_vec_zlib(&own, EFFORT);
        pdf.stream(file, &own).filter(Filter::FlateDecode);
        Ok(())
    }
}

/// The page as it is drawn.
struct Drawing {
    content: Content,
    mosaic: Mosaic,
    tiles: usize,
    /// The opacities that occur, of 255, and the one that is set.
    states: BTreeSet<u8>,
    state: u8,
}

impl Drawing {
    fn new(scene: &Scene, height: u32) -> Drawing {
        let mut content = Content::new();
        let step = POINTS / UNITS as f32;
        // Downward from the upper left corner, as on a screen.
        content.transform([step, 0.0, 0.0, -step, 0.0, height as f32 * POINTS]);
        content.set_line_join(LineJoinStyle::RoundJoin);
        Drawing {
            content,
            mosaic: Mosaic::of(scene),
            tiles: 0,
            states: BTreeSet::new(),
            state: u8::MAX,
        }
    }

    fn mark(&mut self, mark: &Mark, letters: &Letters) {
        match mark {
            Mark::Fill { corners, color } => {
                self.set_alpha(1.0);
                self.fill_color(*color);
                self.path(&wholes(corners), true);
                self.content.fill_nonzero();
            }
            Mark::Tiles { color, alpha, .. } => {
                let outlines = self.mosaic.outlines(self.tiles, &Off::TIGHT);
                self.tiles += 1;
                if outlines.is_empty() {
                    return;
                }
                self.set_alpha(*alpha);
                self.fill_color(*color);
                outlines.iter().for_each(|own| self.path(own, true));
                if *alpha < 1.0 {
                    // A hairline of what is translucent would be seen.
                    self.content.fill_nonzero();
                } else {
                    self.stroke(*color, SEAM);
                    self.content.fill_nonzero_and_stroke();
                }
            }
            Mark::Dots {
                spots,
                radius,
                color,
            } => {
                self.set_alpha(1.0);
                self.stroke(*color, 2.0 * radius);
                self.content.set_line_cap(LineCapStyle::RoundCap);
                for [x, y] in wholes(spots) {
                    self.content.move_to(x as f32, y as f32);
                    self.content.line_to(x as f32, y as f32);
                }
                self.content.stroke();
                self.content.set_line_cap(LineCapStyle::ButtCap);
            }
            Mark::Line { path, pen } => {
                self.set_alpha(pen.alpha);
                self.stroke(pen.color, pen.width);
                self.path(&wholes(path), false);
                self.content.stroke();
            }
            Mark::Text { text, at, set } => self.text(text, *at, set, letters),
        }
    }

    fn text(&mut self, text: &str, at: Spot, set: &Type, letters: &Letters) {
        self.set_alpha(1.0);
        self.fill_color(set.color);
        let start = set.on_base_line(at, set.start(set.width(text)));
        let [x, y] = whole(start).map(|part| part as f32);
        let [a, b, c, d] = match set.turned {
            true => [0.0, -1.0, -1.0, 0.0],
            false => [1.0, 0.0, 0.0, -1.0],
        };
        let font = name_of(set.font);
        self.content
            .begin_text()
            .set_font(Name(font.as_bytes()), (set.size * UNITS) as f32)
            .set_text_matrix([a, b, c, d, x, y])
            .show(Str(&letters.codes(text, set.font)))
            .end_text();
    }

    fn path(&mut self, corners: &[Corner], is_closed: bool) {
        let mut corners = corners.iter().map(|corner| corner.map(|part| part as f32));
        if let Some([x, y]) = corners.next() {
            self.content.move_to(x, y);
        }
        for [x, y] in corners {
            self.content.line_to(x, y);
        }
        if is_closed {
            self.content.close_path();
        }
    }

    fn fill_color(&mut self, color: Rgb) {
        let [r, g, b] = parts(color);
        self.content.set_fill_rgb(r, g, b);
    }

    fn stroke(&mut self, color: Rgb, width: f64) {
        let [r, g, b] = parts(color);
        self.content.set_stroke_rgb(r, g, b);
        self.content.set_line_width((width * UNITS).round() as f32);
    }

    fn set_alpha(&mut self, alpha: f64) {
        let state = (255.0 * alpha).round() as u8;
        if state != self.state {
            self.state = state;
            self.states.insert(state);
            let name = state_name(state);
            self.content.set_parameters(Name(name.as_bytes()));
        }
    }
}

/// A colour in the parts of PDF, to a thousandth.
fn parts(Rgb(r, g, b): Rgb) -> [f32; 3] {
    [r, g, b].map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::super::color::{INK, MARK};
    use super::super::pen::Pen;
    use super::super::text::HAlign;
    use super::*;

    #[test]
    fn a_document_has_its_page_its_fonts_and_the_same_bytes_again() {
        let mut scene = Scene::default();
        scene.fill(Scene::rectangle(1.0, 2.0, 3.0, 4.0), MARK);
        scene.line(vec![[0.0, 0.0], [10.0, 5.0]], Pen::new(INK, 1.5));
        let set = Type::new(Font::Italic, 12.0, HAlign::Center);
        scene.text("∫ φ", [20.0, 10.0], set);
        let pdf = document(&scene, [40, 20], "∫ over a disk").unwrap();
        assert!(pdf.starts_with(b"%PDF-1."));
        let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
        assert!(text.contains("/MediaBox [0 0 30 15]"), "{text}");
        assert!(text.contains("PULLBK+DejaVuSans-Oblique"));
        assert!(!text.contains("PULLBK+DejaVuSans-Bold"));
        // The whole font has 600 kB.
        assert!(pdf.len() < 20_000, "{}", pdf.len());
        assert!(pdf == document(&scene, [40, 20], "∫ over a disk").unwrap());
    }

    #[test]
    fn a_text_of_missing_letters_names_a_font_that_is_there() {
        let mut scene = Scene::default();
        scene.text(
            "面积",
            [20.0, 10.0],
            Type::new(Font::Bold, 12.0, HAlign::Left),
        );
        let pdf = document(&scene, [40, 20], "t").unwrap();
        let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
        assert!(text.contains("/F2 "), "{text}");
        assert!(text.contains("PULLBK+DejaVuSans-Bold"));
    }

    #[test]
    fn a_picture_without_texts_has_no_font() {
        let mut scene = Scene::default();
        scene.dots(vec![[3.0, 3.0]], 1.0, INK);
        let pdf = document(&scene, [40, 20], "dots").unwrap();
        let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
        assert!(!text.contains("DejaVu"));
    }
}
