//! A plotters backend that fills shapes in memory on four by four samples a pixel.
//!
//! 1. Every shape (polygon, stroke, text) is a set of closed outlines under the non-zero rule; a
//!    stroke is the union of its segments' rectangles and of discs at its corners.
//! 2. The crossings of the outlines with each row of samples are sorted, and the samples between
//!    them are painted: neighbours that share an edge leave no seam and never overlap.
//! 3. The picture is the mean over each pixel's samples.
//!
//! Coordinates arrive as whole numbers in [`UNITS`] to the pixel, fine enough for smooth arcs.

use std::convert::Infallible;
use std::f64::consts::TAU;
use std::ops::Range;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::fill::spans;
use super::pen::UNITS;
use super::text::Type;

/// Samples to the pixel, each way.
const SAMPLES: usize = 4;

/// A band of rows of a canvas of samples.
pub(super) struct Raster {
    width: usize,
    height: usize,
    /// The rows of samples that are there.
    rows: Range<usize>,
    samples: Vec<[u8; 3]>,
}

/// The most samples of a band: 50 MB.
const BAND: usize = 1 << 24;

/// The bands, each so many rows of pixels, that a picture is painted in one after the other.
pub(super) fn bands(width: u32, height: u32) -> impl Iterator<Item = Range<u32>> {
    let row = width as usize * SAMPLES * SAMPLES;
    let rows = (BAND / row.max(1)).clamp(1, u32::MAX as usize) as u32;
    let starts = (0..height).step_by(rows as usize);
    starts.map(move |first| first..first.saturating_add(rows).min(height))
}

/// The outlines whose union is the stroke of `path`, `width` wide, with round corners.
fn stroke(path: &[[f64; 2]], width: f64) -> Vec<Vec<[f64; 2]>> {
    let half = width / 2.0;
    let mut outlines = Vec::with_capacity(2 * path.len());
    let mut before: Option<[f64; 2]> = None;
    for pair in path.windows(2) {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        let length = (bx - ax).hypot(by - ay);
        if length == 0.0 {
            continue;
        }
        let along = [(bx - ax) / length, (by - ay) / length];
        let (nx, ny) = (-along[1] * half, along[0] * half);
        // Every outline runs the same way around, so that overlaps add and never cancel.
        outlines.push(vec![
            [ax - nx, ay - ny],
            [bx - nx, by - ny],
            [bx + nx, by + ny],
            [ax + nx, ay + ny],
        ]);
        if before.is_some_and(|b| b[0] * along[0] + b[1] * along[1] < 0.9995) {
            let corners = (4.0 + 2.0 * half.sqrt()) as usize;
            let angle = |i: usize| TAU * i as f64 / corners as f64;
            let disc =
                (0..corners).map(|i| [ax + half * angle(i).cos(), ay + half * angle(i).sin()]);
            outlines.push(disc.collect());
        }
        before = Some(along);
    }
    outlines
}

fn exact((x, y): BackendCoord) -> [f64; 2] {
    [f64::from(x), f64::from(y)]
}

impl Raster {
    /// A white canvas of `width` × `height` pixels, of which only a band of rows of pixels is there.
    pub(super) fn new(width: u32, height: u32, band: Range<u32>) -> Raster {
        let (width, height) = (width as usize * SAMPLES, height as usize * SAMPLES);
        let rows = band.start as usize * SAMPLES..band.end as usize * SAMPLES;
        Raster {
            width,
            height,
            samples: vec![[255; 3]; width * rows.len()],
            rows,
        }
    }

    /// The pixels of the band, three bytes each.
    pub(super) fn pixels(&self) -> Vec<u8> {
        let count = (SAMPLES * SAMPLES) as u32;
        let mut pixels = Vec::with_capacity(self.samples.len() * 3 / count as usize);
        for rows in self.samples.chunks_exact(self.width * SAMPLES) {
            for left in (0..self.width).step_by(SAMPLES) {
                let mut sums = [count / 2; 3];
                for row in rows.chunks_exact(self.width) {
                    for sample in &row[left..left + SAMPLES] {
                        for (sum, part) in sums.iter_mut().zip(sample) {
                            *sum += u32::from(*part);
                        }
                    }
                }
                pixels.extend(sums.map(|sum| (sum / count) as u8));
            }
        }
        pixels
    }

    /// Paints the inside of outlines given in backend units.
    fn fill(&mut self, mut outlines: Vec<Vec<[f64; 2]>>, color: BackendColor) {
        let scale = SAMPLES as f64 / f64::from(UNITS);
        for point in outlines.iter_mut().flatten() {
            *point = point.map(|part| part * scale);
        }
        let alpha = (color.alpha.clamp(0.0, 1.0) * 256.0).round() as u32;
        let paint = [color.rgb.0, color.rgb.1, color.rgb.2].map(u32::from);
        let (width, samples) = (self.width, &mut self.samples);
        let first = self.rows.start;
        let rows = first as i32..self.rows.end as i32;
        spans(&outlines, rows, |row, columns| {
            let clamp = |column: i32| column.clamp(0, width as i32) as usize;
            let (from, to) = (clamp(columns.start), clamp(columns.end));
            let start = (row as usize - first) * width;
            for sample in &mut samples[start + from..start + to.max(from)] {
                for (part, paint) in sample.iter_mut().zip(paint) {
                    *part = ((u32::from(*part) * (256 - alpha) + paint * alpha + 128) >> 8) as u8;
                }
            }
        });
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Raster {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let units = |samples: usize| (samples / SAMPLES) as u32 * UNITS;
        (units(self.width), units(self.height))
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.fill_polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], &color)
    }

    fn draw_line<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S) -> Drawn {
        self.draw_path([a, b], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let path: Vec<_> = path.into_iter().map(exact).collect();
        self.fill(
            stroke(&path, f64::from(style.stroke_width())),
            style.color(),
        );
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.fill(
            vec![corners.into_iter().map(exact).collect()],
            style.color(),
        );
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        self.fill(
            Type::of(style).outlines(text, exact(at), f64::from(UNITS)),
            style.color(),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: BackendColor = BackendColor {
        alpha: 1.0,
        rgb: (0, 0, 0),
    };

    fn square(left: i32, top: i32, side: i32) -> [BackendCoord; 4] {
        let unit = UNITS as i32;
        [(0, 0), (side, 0), (side, side), (0, side)]
            .map(|(x, y)| ((left + x) * unit, (top + y) * unit))
    }

    #[test]
    fn bands_are_the_parts_of_the_whole() {
        let painted = |band| {
            let mut canvas = Raster::new(9, 12, band);
            let corners = [(3, 7), (100, 40), (50, 140)];
            canvas.fill_polygon(corners, &BLACK).unwrap();
            canvas.draw_path([(0, 0), (100, 140)], &BLACK).unwrap();
            canvas.pixels()
        };
        let parts = [0..5, 5..6, 6..12].map(painted).concat();
        assert!(parts == painted(0..12) && parts.contains(&0));
        let covered: Vec<Range<u32>> = bands(6000, 6000).collect();
        assert!(covered.len() > 1 && covered[0].start == 0);
        assert!(covered.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(covered.last().map(|band| band.end), Some(6000));
    }

    #[test]
    fn a_square_paints_its_pixels_and_no_others() {
        let mut canvas = Raster::new(8, 6, 0..6);
        canvas.fill_polygon(square(2, 1, 3), &BLACK).unwrap();
        for (i, pixel) in canvas.pixels().chunks(3).enumerate() {
            let inside = (2..5).contains(&(i % 8)) && (1..4).contains(&(i / 8));
            assert_eq!(pixel, if inside { [0; 3] } else { [255; 3] }, "pixel {i}");
        }
    }

    #[test]
    fn triangles_that_share_an_edge_neither_overlap_nor_leave_a_seam() {
        let half = BackendColor {
            alpha: 0.5,
            rgb: (0, 0, 0),
        };
        let [a, b, c, d] = square(1, 1, 17);
        let (mut whole, mut parts) = (Raster::new(20, 20, 0..20), Raster::new(20, 20, 0..20));
        whole.fill_polygon([a, b, c, d], &half).unwrap();
        parts.fill_polygon([a, b, c], &half).unwrap();
        parts.fill_polygon([a, c, d], &half).unwrap();
        assert_eq!(whole.pixels(), parts.pixels());
    }

    #[test]
    fn a_translucent_stroke_is_even_where_it_crosses_itself() {
        struct Pen;
        impl BackendStyle for Pen {
            fn color(&self) -> BackendColor {
                BackendColor {
                    alpha: 0.5,
                    rgb: (0, 0, 0),
                }
            }
            fn stroke_width(&self) -> u32 {
                4 * UNITS
            }
        }
        let mut canvas = Raster::new(30, 30, 0..30);
        let path = [(5, 15), (25, 15), (25, 5), (15, 5), (15, 25)];
        let path = path.map(|(x, y)| (x * UNITS as i32, y * UNITS as i32));
        canvas.draw_path(path, &Pen).unwrap();
        let pixels = canvas.pixels();
        assert!(
            pixels.iter().all(|&part| part >= 127),
            "painted twice somewhere"
        );
        assert_eq!(pixels[(15 * 30 + 15) * 3], 128);
    }
}
