//! A finished drawing, to be had as PNG, SVG or PDF.

use std::io::Write;
use std::path::Path;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use super::pdf;
use super::pen::UNITS;
use super::raster::{Raster, bands};
use super::scene::Scene;
use super::svg;
use crate::{Error, WholeFile};

/// Pixels of a screen to the meter.
const PER_METER: f64 = 96.0 / 0.0254;

/// A finished drawing.
///
/// The same data give the same bytes on every run.
#[derive(Clone, Debug)]
pub struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Pixels of a PNG to the pixel.
    pub(super) fineness: f64,
    pub(super) title: String,
    pub(super) scene: Scene,
}

impl Picture {
    /// Width and height in the pixels that a PNG has.
    pub fn size(&self) -> (u32, u32) {
        let [width, height] = self.raster();
        (width, height)
    }

    fn raster(&self) -> [u32; 2] {
        [self.width, self.height].map(|side| (f64::from(side) * self.fineness).round() as u32)
    }

    /// The picture as a PNG file's bytes, eight bits a channel.
    ///
    /// # Errors
    /// [`Error::Picture`] when the encoder fails.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.write_png(&mut bytes)?;
        Ok(bytes)
    }

    /// The picture as an SVG document; its texts stay texts.
    pub fn svg(&self) -> Result<String, Error> {
        Ok(svg::document(
            &self.scene,
            self.width,
            self.height,
            &self.title,
        ))
    }

    /// The picture as a PDF file's bytes, one page of three quarters of a point to the pixel; its texts stay texts.
    ///
    /// # Errors
    /// [`Error::Picture`] when a font cannot be embedded.
    pub fn pdf(&self) -> Result<Vec<u8>, Error> {
        let size = [self.width, self.height];
        pdf::document(&self.scene, size, &self.title).map_err(|e| refused(None, e))
    }

    /// The picture's pixels row by row, three bytes each.
    pub fn pixels(&self) -> Result<Vec<u8>, Error> {
        let mut pixels = Vec::new();
        self.for_each_band(|own| {
            pixels.extend_from_slice(own);
            Ok(())
        })?;
        Ok(pixels)
    }

    /// Writes the picture as a PNG file, a band of rows after the other.
    ///
    /// # Errors
    /// [`Error::Picture`] when that fails.
    pub fn write_png(&self, to: impl Write) -> Result<(), Error> {
        let [width, height] = self.raster();
        let mut encoder = png::Encoder::new(to, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        if self.fineness != 1.0 {
            // So that what is finer is not larger on paper.
            let per_meter = (self.fineness * PER_METER).round() as u32;
            encoder.set_pixel_dims(Some(png::PixelDimensions {
                xppu: per_meter,
                yppu: per_meter,
                unit: png::Unit::Meter,
            }));
        }
        let mut writer = encoder.write_header().map_err(|e| refused(None, &e))?;
        let mut rows = writer.stream_writer().map_err(|e| refused(None, &e))?;
        self.for_each_band(|own| rows.write_all(own).map_err(|e| refused(None, &e)))?;
        rows.finish().map_err(|e| refused(None, &e))?;
        writer.finish().map_err(|e| refused(None, &e))
    }

    /// Paints the picture on any plotters backend, as large as that is.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn paint<B: DrawingBackend>(
        &self,
        backend: &mut B,
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let size = backend.get_size();
        self.scene.paint(backend, self.scale_in(size), (0, 0))
    }

    /// By how much the picture is scaled to be as large as a place of this width and height.
    fn scale_in(&self, (width, height): (u32, u32)) -> f64 {
        let across = f64::from(width) / f64::from(self.width);
        across.min(f64::from(height) / f64::from(self.height))
    }

    /// Draws the picture into an area of a drawing of plotters', as large as that is: beside other charts, say.
    ///
    /// ```
    /// use plotters::prelude::{IntoDrawingArea, SVGBackend};
    /// use pullback::Map;
    /// use pullback::plot::{Deformation, Style};
    /// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?.over([0.0..1.0, 0.0..3.0])?;
    /// let picture = Deformation::of(&polar, "Polar coordinates")?.draw(&Style::default())?;
    /// let mut page = String::new();
    /// {
    ///     let area = SVGBackend::with_string(&mut page, (900, 700)).into_drawing_area();
    ///     let (above, _below) = area.split_vertically(300);
    ///     picture.draw_on(&above).expect("texts take all that is drawn");
    /// }
    /// assert!(page.contains("<poly"));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the area's backend.
    pub fn draw_on<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
    ) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
        area.draw(&Whole {
            picture: self,
            corner: (0, 0),
        })
    }

    /// Calls `each` with the pixels of bands of rows, from above to below.
    fn for_each_band(&self, mut each: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        let [width, height] = self.raster();
        for band in bands(width, height) {
            let mut canvas = Raster::new(width, height, band);
            self.scene
                .paint(&mut canvas, self.fineness * f64::from(UNITS), (0, 0))
                .map_err(|e| refused(None, &e))?;
            each(&canvas.pixels())?;
        }
        Ok(())
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

    /// Writes the picture to `path`, as PNG, SVG or PDF by its extension. The file appears whole or
    /// not at all: the bytes go to a temporary file beside it, which is then renamed.
    ///
    /// # Errors
    /// [`Error::Picture`] when the extension is none of these, or the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let bytes = match Format::of(path)? {
            Format::Png => self.png()?,
            Format::Svg => self.svg()?.into_bytes(),
            Format::Pdf => self.pdf()?,
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

/// A picture as an element of a drawing: all of an area, from its corner on.
struct Whole<'p> {
    picture: &'p Picture,
    corner: BackendCoord,
}

impl<'w> PointCollection<'w, BackendCoord> for &'w Whole<'_> {
    type Point = &'w BackendCoord;
    type IntoIter = std::iter::Once<&'w BackendCoord>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.corner)
    }
}

impl<B: DrawingBackend> Drawable<B> for Whole<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut corners: I,
        backend: &mut B,
        size: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let scale = self.picture.scale_in(size);
        let corner = corners.next().unwrap_or_default();
        self.picture.scene.paint(backend, scale, corner)
    }
}

/// What a picture is written as.
enum Format {
    Png,
    Svg,
    Pdf,
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
            "pdf" => Ok(Format::Pdf),
            "" => Err(refused(
                Some(path),
                "the name must end in .png, .svg or .pdf",
            )),
            other => {
                let reason = format!("the name must end in .png, .svg or .pdf, not .{other}");
                Err(refused(Some(path), reason))
            }
        }
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
            fineness: 1.0,
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
            text.contains("<title>a &lt; b</title>") && text.contains("viewBox=\"0 0 600 400\"")
        );
        assert_eq!(text.matches("<svg").count(), 1);
    }

    #[test]
    fn only_known_extensions_are_written_and_nothing_is_left_behind() {
        let folder = std::env::temp_dir().join(format!("pullback-picture-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, reason) in [("a.gif", "not .gif"), ("a", ".png, .svg or .pdf")] {
            let error = sketch().save(&folder.join(name)).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
            assert_eq!(Picture::check_path(&folder.join(name)), Err(error));
        }
        sketch().save(&folder.join("a.PNG")).unwrap();
        sketch().save(&folder.join("a.svg")).unwrap();
        sketch().save(&folder.join("a.pdf")).unwrap();
        assert!(sketch().save(&folder.join("none/a.svg")).is_err());
        assert_eq!(Picture::check_path(&folder.join("b.png")), Ok(()));
        assert!(Picture::check_path(&folder.join("none/a.svg")).is_err());
        fs::create_dir(folder.join("c.png")).unwrap();
        assert!(Picture::check_path(&folder.join("c.png")).is_err());
        fs::remove_dir(folder.join("c.png")).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        fs::remove_dir_all(&folder).unwrap();
    }
}
