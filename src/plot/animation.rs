//! Pictures one after the other, as GIF or APNG.
//!
//! 1. Frames are drawn one at a time; of each but the first only the rectangle is written in which it differs from the
//!    one before.
//! 2. A GIF has one palette for all frames: colours are counted with five bits a channel, and the box of colours in
//!    which most pixels vary most is halved at its median, until there are 255 boxes; each is drawn in its mean. The
//!    last colour stands for what stays as it was.
//!
//! P. Heckbert, "Color image quantization for frame buffer display", Computer Graphics 16 (1982) 297–307.

use std::path::Path;

use super::picture::{Picture, refused};
use crate::{Error, WholeFile};

/// Colours of the palette besides the transparent one.
const COLORS: usize = 255;
const TRANSPARENT: u8 = 255;

/// Colours of five bits a channel.
const CELLS: usize = 1 << 15;

/// The most frames.
const MOST_FRAMES: usize = 1000;

/// Pictures of one size, one after the other, again and again.
///
/// # Examples
/// ```
/// use pullback::Map;
/// use pullback::plot::{Animation, Style};
/// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
/// let style = Style { width: 640, height: 400, ..Style::default() };
/// let animation = Animation::of_homotopy(&disk, "A rectangle becomes a disk", 5, &style)?;
/// assert!(animation.gif()?.starts_with(b"GIF89a"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Animation {
    /// The pictures.
    pub frames: Vec<Picture>,
    /// How long each is shown, in hundredths of a second.
    pub delay: u16,
    /// The same for the last one.
    pub last_delay: u16,
}

/// A rectangle of pixels.
#[derive(Clone, Copy)]
struct Window {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Animation {
    /// Refuses frames that do not go together.
    fn check(&self) -> Result<[usize; 2], Error> {
        let Some(first) = self.frames.first() else {
            return Err(refused(None, "an animation needs a picture"));
        };
        let size = first.size();
        if self.frames.iter().any(|frame| frame.size() != size) {
            return Err(refused(None, "the pictures of an animation have one size"));
        }
        if self.frames.len() > MOST_FRAMES {
            let reason = format!(
                "{} pictures are more than the {MOST_FRAMES} of an animation",
                self.frames.len()
            );
            return Err(refused(None, reason));
        }
        Ok([size.0 as usize, size.1 as usize])
    }

    /// How long a frame is shown.
    fn delay_of(&self, frame: usize) -> u16 {
        match frame + 1 == self.frames.len() {
            true => self.last_delay,
            false => self.delay,
        }
    }

    /// Calls `each` with every frame's pixels, those of the one before, and where they differ.
    fn for_each(
        &self,
        size: [usize; 2],
        mut each: impl FnMut(usize, &[u8], Option<&[u8]>, Window) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut before: Option<Vec<u8>> = None;
        for (number, frame) in self.frames.iter().enumerate() {
            let pixels = frame.pixels()?;
            let window = match &before {
                None => Window {
                    left: 0,
                    top: 0,
                    width: size[0],
                    height: size[1],
                },
                Some(before) => changed(&pixels, before, size[0]),
            };
            each(number, &pixels, before.as_deref(), window)?;
            before = Some(pixels);
        }
        Ok(())
    }

    /// The animation as a GIF file's bytes.
    ///
    /// # Errors
    /// [`Error::Picture`] when there are no frames, too many, or of different sizes.
    pub fn gif(&self) -> Result<Vec<u8>, Error> {
        let size = self.check()?;
        let mut counts = vec![0u64; CELLS];
        self.for_each(size, |_, pixels, _, _| {
            pixels.chunks(3).for_each(|rgb| counts[cell(rgb)] += 1);
            Ok(())
        })?;
        let (palette, numbers) = palette(&counts);
        let mut bytes = Vec::new();
        let failed = |error: gif::EncodingError| refused(None, error);
        let [width, height] = size.map(|side| side as u16);
        let encoder = gif::Encoder::new(&mut bytes, width, height, &palette);
        let mut encoder = encoder.map_err(failed)?;
        encoder.set_repeat(gif::Repeat::Infinite).map_err(failed)?;
        self.for_each(size, |number, pixels, before, window| {
            let mut own = Vec::with_capacity(window.width * window.height);
            for row in window.top..window.top + window.height {
                for column in window.left..window.left + window.width {
                    let at = 3 * (row * size[0] + column);
                    let rgb = &pixels[at..at + 3];
                    let is_same = before.is_some_and(|before| before[at..at + 3] == *rgb);
                    own.push(if is_same {
                        TRANSPARENT
                    } else {
                        numbers[cell(rgb)]
                    });
                }
            }
            let frame = gif::Frame {
                delay: self.delay_of(number),
                dispose: gif::DisposalMethod::Keep,
                transparent: Some(TRANSPARENT),
                left: window.left as u16,
                top: window.top as u16,
                width: window.width as u16,
                height: window.height as u16,
                buffer: own.into(),
                ..gif::Frame::default()
            };
            encoder.write_frame(&frame).map_err(failed)
        })?;
        drop(encoder);
        Ok(bytes)
    }

    /// The animation as an APNG file's bytes: a PNG file that viewers of still pictures show the first frame of.
    ///
    /// # Errors
    /// As for [`Animation::gif`].
    pub fn apng(&self) -> Result<Vec<u8>, Error> {
        let size = self.check()?;
        let mut bytes = Vec::new();
        let failed = |error: png::EncodingError| refused(None, error);
        let mut encoder = png::Encoder::new(&mut bytes, size[0] as u32, size[1] as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .set_animated(self.frames.len() as u32, 0)
            .map_err(failed)?;
        let mut writer = encoder.write_header().map_err(failed)?;
        self.for_each(size, |number, pixels, _, window| {
            let mut own = Vec::with_capacity(3 * window.width * window.height);
            for row in window.top..window.top + window.height {
                let at = 3 * (row * size[0] + window.left);
                own.extend_from_slice(&pixels[at..at + 3 * window.width]);
            }
            writer
                .set_frame_delay(self.delay_of(number), 100)
                .map_err(failed)?;
            let [width, height] = [window.width, window.height].map(|side| side as u32);
            if number > 0 {
                // The size before the place: a frame must never reach beyond the picture.
                writer.reset_frame_position().map_err(failed)?;
                writer.set_frame_dimension(width, height).map_err(failed)?;
                let [left, top] = [window.left, window.top].map(|side| side as u32);
                writer.set_frame_position(left, top).map_err(failed)?;
            }
            writer.write_image_data(&own).map_err(failed)
        })?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }

    /// Writes the animation to `path`, as GIF or APNG by its extension, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Picture`] when the extension is neither, or the file cannot be written; as for [`Animation::gif`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let bytes = match Self::is_named(path) {
            Some("gif") => self.gif()?,
            Some(_) => self.apng()?,
            None => return Err(refused(Some(path), "the name must end in .gif or .apng")),
        };
        let written = WholeFile::at(path);
        let written = written.and_then(|file| file.write_by(|to| to.write_all(&bytes)));
        written.map_err(|reason| refused(Some(path), reason))
    }

    /// Refuses a path that [`Animation::save`] could not write to, before there is an animation.
    ///
    /// # Errors
    /// As for [`Animation::save`].
    pub fn check_path(path: &Path) -> Result<(), Error> {
        if Self::is_named(path).is_none() {
            return Err(refused(Some(path), "the name must end in .gif or .apng"));
        }
        let tried = WholeFile::at(path);
        tried.map_or_else(|reason| Err(refused(Some(path), reason)), |_| Ok(()))
    }

    /// The extension of a path, where it is one of animations.
    pub fn is_named(path: &Path) -> Option<&'static str> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        ["gif", "apng"].into_iter().find(|own| *own == extension)
    }
}

/// The least rectangle in which pixels differ; one pixel where none does.
fn changed(pixels: &[u8], before: &[u8], width: usize) -> Window {
    let differs = |(a, b): &(&[u8], &[u8])| a != b;
    let rows = pixels.chunks(3 * width).zip(before.chunks(3 * width));
    let rows: Vec<usize> = rows
        .enumerate()
        .filter(|(_, pair)| differs(pair))
        .map(|(row, _)| row)
        .collect();
    let (Some(&top), Some(&bottom)) = (rows.first(), rows.last()) else {
        return Window {
            left: 0,
            top: 0,
            width: 1,
            height: 1,
        };
    };
    let (mut left, mut right) = (width, 0);
    for &row in &rows {
        let range = 3 * width * row..3 * width * (row + 1);
        let pairs = pixels[range.clone()].chunks(3).zip(before[range].chunks(3));
        let mut columns = pairs.enumerate().filter(|(_, pair)| differs(pair));
        if let Some((first, _)) = columns.next() {
            let last = columns.next_back().map_or(first, |(last, _)| last);
            (left, right) = (left.min(first), right.max(last));
        }
    }
    Window {
        left,
        top,
        width: right + 1 - left,
        height: bottom + 1 - top,
    }
}

/// The cell of a colour.
fn cell(rgb: &[u8]) -> usize {
    let five = |part: u8| usize::from(part >> 3);
    five(rgb[0]) << 10 | five(rgb[1]) << 5 | five(rgb[2])
}

/// The three parts of a cell.
fn parts(cell: usize) -> [usize; 3] {
    [cell >> 10, cell >> 5 & 31, cell & 31]
}

/// A palette of 256 colours for cells that occur so often, and the colour of each cell.
fn palette(counts: &[u64]) -> (Vec<u8>, Vec<u8>) {
    let used: Vec<usize> = (0..CELLS).filter(|&cell| counts[cell] > 0).collect();
    let mut boxes: Vec<Vec<usize>> = vec![used];
    let spread = |own: &[usize]| -> (u64, usize) {
        let weight: u64 = own.iter().map(|&cell| counts[cell]).sum();
        let along = |i: usize| {
            let along = own.iter().map(|&cell| parts(cell)[i]);
            along.clone().max().unwrap_or(0) - along.min().unwrap_or(0)
        };
        let longest = (0..3).max_by_key(|&i| along(i)).unwrap_or(0);
        // Rare colours count too: roots make them count more.
        (
            (weight as f64).sqrt() as u64 * along(longest) as u64,
            longest,
        )
    };
    while boxes.len() < COLORS {
        let each = boxes.iter().enumerate();
        let widest = each.map(|(k, own)| (spread(own), k)).max();
        let Some(((1.., axis), number)) = widest else {
            break;
        };
        let mut own = boxes.swap_remove(number);
        own.sort_by_key(|&cell| (parts(cell)[axis], cell));
        let half: u64 = own.iter().map(|&cell| counts[cell]).sum::<u64>() / 2;
        let mut sum = 0;
        let middle = own.iter().position(|&cell| {
            sum += counts[cell];
            sum > half
        });
        // Cells with the same part stay together, and both halves have some.
        let [first, last] = [own[0], own[own.len() - 1]].map(|cell| parts(cell)[axis]);
        let place = middle
            .map_or(first, |k| parts(own[k])[axis])
            .clamp(first + 1, last);
        let cut = own.partition_point(|&cell| parts(cell)[axis] < place);
        let rest = own.split_off(cut);
        boxes.extend([own, rest]);
    }
    let mut palette = Vec::with_capacity(3 * (COLORS + 1));
    let mut numbers = vec![0u8; CELLS];
    for (number, own) in boxes.iter().enumerate() {
        let weight: u64 = own.iter().map(|&cell| counts[cell]).sum();
        for i in 0..3 {
            let sum: u64 = own.iter().map(|&c| counts[c] * parts(c)[i] as u64).sum();
            // Black and white are to be themselves.
            palette.push((255 * sum / (31 * weight).max(1)) as u8);
        }
        own.iter().for_each(|&cell| numbers[cell] = number as u8);
    }
    palette.resize(3 * (COLORS + 1), 0);
    (palette, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Map;
    use crate::plot::Style;

    fn disk() -> Animation {
        let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
        let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
        let style = Style {
            width: 640,
            height: 400,
            ..Style::default()
        };
        Animation::of_homotopy(&disk, "t", 6, &style).unwrap()
    }

    /// The frames of a GIF, put together, as colours.
    fn shown(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::Indexed);
        let mut decoder = options.read_info(bytes).unwrap();
        let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
        let palette = decoder.global_palette().unwrap().to_vec();
        let mut canvas = vec![0; width * height * 3];
        let mut all = Vec::new();
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            for (k, &number) in frame.buffer.iter().enumerate() {
                if number == TRANSPARENT {
                    continue;
                }
                let row = usize::from(frame.top) + k / usize::from(frame.width);
                let column = usize::from(frame.left) + k % usize::from(frame.width);
                let at = 3 * (row * width + column);
                let color = &palette[3 * usize::from(number)..3 * usize::from(number) + 3];
                canvas[at..at + 3].copy_from_slice(color);
            }
            all.push(canvas.clone());
        }
        all
    }

    #[test]
    fn a_gif_shows_the_frames_to_the_palette_and_is_the_same_every_time() {
        let animation = disk();
        let bytes = animation.gif().unwrap();
        assert_eq!(bytes, disk().gif().unwrap());
        let frames = shown(&bytes);
        assert_eq!(frames.len(), 6);
        for (found, frame) in frames.iter().zip(&animation.frames) {
            let pixels = frame.pixels().unwrap();
            let far = found.iter().zip(&pixels).map(|(a, b)| a.abs_diff(*b));
            // 255 colours of a drawing with smooth edges: a few pixels are off by more, the mean by one.
            let mean = far.map(f64::from).sum::<f64>() / pixels.len() as f64;
            assert!(mean < 2.0, "{mean}");
        }
        // Paper is white.
        assert_eq!(frames[0][..3], [255; 3]);
    }

    #[test]
    fn an_apng_has_all_frames_and_the_last_one_stays() {
        let animation = disk();
        let bytes = animation.apng().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .unwrap();
        let control = reader.info().animation_control().copied().unwrap();
        assert_eq!((control.num_frames, control.num_plays), (6, 0));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let mut delays = Vec::new();
        for _ in 0..6 {
            reader.next_frame(&mut pixels).unwrap();
            delays.push(reader.info().frame_control().unwrap().delay_num);
        }
        assert!(delays[5] > 5 * delays[0], "{delays:?}");
    }

    #[test]
    fn what_is_no_animation_is_refused() {
        let mut animation = disk();
        assert!(animation.save(Path::new("a.png")).is_err());
        animation.frames.clear();
        assert!(animation.gif().is_err() && animation.apng().is_err());
    }
}
