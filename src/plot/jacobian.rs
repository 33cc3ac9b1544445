//! The determinant of a map, over its region and over its image.

use super::deformation::Deformation;
use super::ground::{Ground, TINT};
use super::look::{Look, Paint, Subject};
use super::page::Page;
use super::pair;
use super::picture::Picture;
use super::profile;
use super::scale::Scale;
use super::style::Style;
use crate::{Domain, Error};

/// The determinant of a map, or what measures lengths and areas in its place, over the region and over the image.
///
/// Where it has both signs, red is negative and blue is positive, and folds are drawn; a reversed sheet lets
/// what lies below it through.
///
/// # Examples
/// ```
/// use pullback::{Map, plot::{Jacobian, Style}};
/// let fold = Map::parse("x = u + v^2, y = v + u^2")?.over("u = -1..1, v = -1..1")?;
/// let svg = Jacobian::of(&fold, "A fold")?.draw(&Style::default())?.svg()?;
/// assert!(svg.contains("det J = 0") && svg.contains("changes its sign"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Jacobian {
    /// The map, with its determinant as the measure of its samples.
    pub map: Deformation,
}

impl Jacobian {
    /// The determinant of a domain's map.
    ///
    /// # Errors
    /// As for [`Deformation::of`].
    pub fn of(domain: &dyn Domain, title: &str) -> Result<Jacobian, Error> {
        let map = Deformation::of(domain, title)?;
        Ok(Jacobian { map })
    }

    /// Draws the determinant over the region, and over the image.
    ///
    /// # Errors
    /// As for [`Deformation::draw`].
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let map = &self.map;
        let mut page = Page::new(style, &map.title, &map.subtitle)?;
        let ground = Ground::of(map)?;
        let values: Vec<f64> = map.samples.iter().map(|s| s.measure).collect();
        let finite = ground.finite(&values, &map.measure_name)?;
        let is_line = map.variables.len() == 1;
        let paint = Paint {
            scale: Scale::signed(&finite.shown, finite.all, if is_line { 0.0 } else { TINT })
                .endless(finite.is_endless)
                .colored(page.colors()),
            values,
            name: map.measure_name.clone(),
        };
        let look = Look {
            paints: [paint.clone(), paint],
            subject: Subject::Amount,
            is_identity: map.is_identity(),
            panels: Look::panels(map.is_identity(), page.panels()),
            has_grid: page.has_grid(),
            notes: Vec::new(),
        };
        match is_line {
            true => profile::draw(&mut page, &ground, &look, None)?,
            false => pair::draw(&mut page, &ground, &look)?,
        }
        Ok(page.picture())
    }
}
