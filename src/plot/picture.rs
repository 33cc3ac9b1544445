//! A finished drawing, to be had as PNG or SVG.

use std::path::Path;

use plotters::backend::SVGBackend;

use super::pen::UNITS;
use super::raster::{Raster, bands};
use super::scene::Scene;
use crate::{Error, WholeFile};

/// A finished drawing.
///
/// The same data give the same bytes on every run.
#[derive(Clone, Debug)]
pub struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) title: String,
    pub(super) scene: Scene,
}

impl Picture {
    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The picture as a PNG file's bytes, eight bits a channel.
    ///
    /// # Errors
    /// [`Error::Picture`] when the encoder fails.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let mut pixels = Vec::new();
        for band in bands(self.width, self.height) {
            let mut canvas = Raster::new(self.width, self.height, band);
            self.scene
                .paint(&mut canvas)
                .map_err(|e| refused(None, &e))?;
            pixels.extend(canvas.pixels());
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(|e| refused(None, &e))?;
        writer
            .write_image_data(&pixels)
            .map_err(|e| refused(None, &e))?;
        writer.finish().map_err(|e| refused(None, &e))?;
        Ok(bytes)
    }

    /// The picture as an SVG document; its texts stay texts.
    ///
    /// # Errors
    /// [`Error::Picture`] when the backend fails.
    pub fn svg(&self) -> Result<String, Error> {
        let mut body = String::new();
        let (width, height) = (self.width, self.height);
        let fine = (width * UNITS, height * UNITS);
        let mut backend = SVGBackend::with_string(&mut body, fine);
        self.scene
            .paint(&mut backend)
            .map_err(|e| refused(None, &e))?;
        drop(backend);
        // The backend's opening tag gives the size in its fine units: only the view box may.
        let marks = body.split_once('\n').map_or("", |(_, marks)| marks);
        let title: String = self.title.chars().map(escaped).collect();
        let document = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n{marks}",
            fine.0, fine.1
        );
        if document.chars().all(is_allowed) {
            return Ok(document);
        }
        let shown = |c| {
            if is_allowed(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        };
        Ok(document.chars().map(shown).collect())
    }

    /// A mark that reaches beyond the page, if there is one.
    #[cfg(test)]
    pub(super) fn stray(&self) -> Option<&super::scene::Mark> {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let mut marks = self.scene.marks.iter();
        marks.find(|mark| {
            let [left, top, right, bottom] = mark.bounds();
            !(left >= 0.0 && top >= 0.0 && right <= width && bottom <= height)
        })
    }

    /// Writes the picture to `path`, as PNG or SVG by its extension. The file appears whole or
    /// not at all: the bytes go to a temporary file beside it, which is then renamed.
    ///
    /// # Errors
    /// [`Error::Picture`] when the extension is neither, or the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let bytes = match Format::of(path)? {
            Format::Png => self.png()?,
            Format::Svg => self.svg()?.into_bytes(),
        };
        let written = WholeFile::at(path).and_then(|file| file.write(&bytes));
        written.map_err(|reason| refused(Some(path), reason))
    }

    /// Refuses a path that [`Picture::save`] could not write to, before there is a picture: long
    /// work is not begun whose result would be lost.
    ///
    /// # Errors
    /// As for [`Picture::save`].
    pub fn check_path(path: &Path) -> Result<(), Error> {
        Format::of(path)?;
        let tried = WholeFile::at(path);
        tried.map_or_else(|reason| Err(refused(Some(path), reason)), |_| Ok(()))
    }
}

/// What a picture is written as.
enum Format {
    Png,
    Svg,
}

impl Format {
    /// The format that the extension of a path stands for.
    fn of(path: &Path) -> Result<Format, Error> {
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "png" => Ok(Format::Png),
            "svg" => Ok(Format::Svg),
            "" => Err(refused(Some(path), "the name must end in .png or .svg")),
            other => {
                let reason = format!("the name must end in .png or .svg, not .{other}");
                Err(refused(Some(path), reason))
            }
        }
    }
}

/// Whether a document may hold a sign: most control characters must not be in XML, not even escaped.
fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn escaped(c: char) -> String {
    match c {
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '&' => "&amp;".into(),
        c => c.into(),
    }
}

/// The error of a picture that cannot be drawn (no path) or written.
pub(super) fn refused(path: Option<&Path>, reason: impl ToString) -> Error {
    Error::Picture {
        path: path.map(Path::to_path_buf),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::color::INK;
    use super::super::font::Font;
    use super::super::pen::Pen;
    use super::super::text::{HAlign, Type};
    use super::*;
    use std::fs;

    fn sketch() -> Picture {
        let mut scene = Scene::default();
        scene.line(vec![[5.0, 5.0], [50.0, 30.0]], Pen::new(INK, 2.0));
        scene.text(
            "a < b & φ",
            [30.0, 20.0],
            Type::new(Font::Regular, 10.0, HAlign::Center),
        );
        Picture {
            width: 60,
            height: 40,
            title: "a < b".into(),
            scene,
        }
    }

    #[test]
    fn the_png_has_the_size_asked_for_and_something_on_it() {
        let bytes = sketch().png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (60, 40));
        assert!(pixels.iter().any(|&part| part < 64) && pixels[..3] == [255; 3]);
        assert_eq!(bytes, sketch().png().unwrap());
    }

    #[test]
    fn the_svg_keeps_text_and_escapes_it() {
        let text = sketch().svg().unwrap();
        assert!(text.contains("a &lt; b &amp; φ") && text.ends_with("</svg>\n"));
        assert!(
            text.contains("<title>a &lt; b</title>") && text.contains("viewBox=\"0 0 720 480\"")
        );
        assert_eq!(text.matches("<svg").count(), 1);
    }

    #[test]
    fn only_known_extensions_are_written_and_nothing_is_left_behind() {
        let folder = std::env::temp_dir().join(format!("pullback-picture-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, reason) in [("a.gif", "not .gif"), ("a", ".png or .svg")] {
            let error = sketch().save(&folder.join(name)).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
            assert_eq!(Picture::check_path(&folder.join(name)), Err(error));
        }
        sketch().save(&folder.join("a.PNG")).unwrap();
        sketch().save(&folder.join("a.svg")).unwrap();
        assert!(sketch().save(&folder.join("none/a.svg")).is_err());
        assert_eq!(Picture::check_path(&folder.join("b.png")), Ok(()));
        assert!(Picture::check_path(&folder.join("none/a.svg")).is_err());
        fs::create_dir(folder.join("c.png")).unwrap();
        assert!(Picture::check_path(&folder.join("c.png")).is_err());
        fs::remove_dir(folder.join("c.png")).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        fs::remove_dir_all(&folder).unwrap();
    }
}
