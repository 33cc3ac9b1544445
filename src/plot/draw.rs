//! The picture of a map: what is asked of its samples, and which of two kinds of picture it gets.

use super::deformation::Deformation;
use super::graph;
use super::ground::{Ground, TINT};
use super::look::{Look, Paint, Subject};
use super::page::Page;
use super::pair;
use super::picture::Picture;
use super::scale::Scale;
use super::style::Style;
use crate::Error;

impl Deformation {
    /// Draws the region at the left, its image at the right.
    ///
    /// Cells are coloured by the size of the measure, the lines of each constant variable look the
    /// same on both sides, and one cell is marked together with its image. A map from one variable
    /// to one target is drawn as its graph. Both axes of a plane image have the same scale.
    ///
    /// # Errors
    /// [`Error::Picture`] when the lengths do not fit together, the number of variables or targets
    /// is none that can be drawn, the size is out of bounds, no sample is finite, the region has no
    /// width, or all images are equal.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let ground = Ground::of(self)?;
        let tint = if self.variables.len() == 1 { 0.0 } else { TINT };
        let values: Vec<f64> = self.samples.iter().map(|s| s.measure.abs()).collect();
        let finite = ground.finite(&values, &self.measure_name)?;
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let paint = Paint {
            scale: Scale::of(&finite.shown, finite.all, tint)
                .endless(finite.is_endless)
                .colored(page.colors()),
            values,
            name: self.size_name(),
        };
        let look = Look {
            paints: [paint.clone(), paint],
            subject: Subject::Grid,
            is_identity: self.is_identity(),
            panels: Look::panels(self.is_identity(), page.panels()),
            has_grid: page.has_grid(),
            notes: Vec::new(),
        };
        if self.variables.len() == 1 && self.targets.len() == 1 {
            let [paint, _] = look.paints;
            graph::draw(&mut page, &ground, paint.scale)?;
        } else {
            pair::draw(&mut page, &ground, &look)?;
        }
        Ok(page.picture())
    }
}
