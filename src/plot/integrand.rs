//! An integrand over the image of a map, and pulled back to the region.

use super::deformation::Deformation;
use super::ground::{Ground, TINT};
use super::look::{Look, Paint, Subject};
use super::names::Names;
use super::page::Page;
use super::pair;
use super::part::Part;
use super::picture::{Picture, refused};
use super::profile;
use super::scale::Scale;
use super::statement::{self, GAP};
use super::style::Style;
use super::ticks::number;
use crate::domain::{Point, Pullback};
use crate::formula::names;
use crate::{Domain, Error, Integrands};

/// An integrand f over the image of a map, and f·|det J| over the region: what is integrated there.
///
/// Equal colours are equal multiples of the means on both sides, so that it is seen which peaks the map
/// flattens. Of one variable both are graphs, the areas under which are the integral.
///
/// # Examples
/// ```
/// use pullback::{Domain, Map, plot::{Integrand, Style}};
/// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
/// // The peak of 1/r is gone in polar coordinates.
/// let peak = disk.parse(&["1/sqrt(x^2 + y^2)"])?;
/// let svg = Integrand::of(&disk, &peak, "A peak")?.draw(&Style::default())?.svg()?;
/// assert!(svg.contains("f·|det J|"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Integrand {
    /// The map.
    pub map: Deformation,
    /// The integrand as a formula; left out, with a word on its length, where it is too long.
    pub formula: String,
    /// Its value at each sample of the map.
    pub values: Vec<f64>,
}

impl Integrand {
    /// The first of some integrands over a domain.
    ///
    /// # Errors
    /// As for [`Deformation::of`]; [`Error::Picture`] if there is no integrand, or the domain is a level set, over
    /// which it is not drawn.
    pub fn of(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        title: &str,
    ) -> Result<Integrand, Error> {
        let mut map = Deformation::of(domain, title)?;
        if !map.levels.is_empty() {
            return Err(refused(
                None,
                "an integrand is not drawn on a level set, but over a region",
            ));
        }
        // What does not fit is refused as it is where it is integrated.
        Pullback::new(domain, integrands)?;
        let point = |sample: &super::deformation::Sample| Point {
            variables: sample.source.clone(),
            targets: sample.image.clone(),
            determinant: sample.measure,
        };
        let points: Vec<Point> = map.samples.iter().map(point).collect();
        let values = integrands.at(&points, domain.parameters())?;
        let first = |values: Vec<f64>| values.first().copied();
        let values: Option<Vec<f64>> = values.into_iter().map(first).collect();
        let values = values.ok_or_else(|| refused(None, "there is no integrand"))?;
        let formula = integrands.texts().into_iter().next().unwrap_or_default();
        let own = more_values(domain, &formula);
        if let Some(own) = statement::values(&own, &statement::names_of(domain)) {
            map.subtitle = format!("{}{GAP}{own}", map.subtitle);
        }
        Ok(Integrand {
            map,
            formula,
            values,
        })
    }

    /// Draws the integrand over the image at the right, and pulled back to the region at the left.
    ///
    /// # Errors
    /// As for [`Deformation::draw`]; [`Error::Picture`] when there is not one value for each sample, or none is
    /// finite.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let map = &self.map;
        let formula = match self.formula.as_str() {
            "" => String::new(),
            formula => {
                let names = Names::new(map.variables.iter().chain(&map.targets));
                format!("f = {}{GAP}", names.typeset(formula))
            }
        };
        let subtitle = format!("{formula}{}", map.subtitle);
        let mut page = Page::new(style, &map.title, &subtitle)?;
        let ground = Ground::of(map)?;
        if self.values.len() != map.samples.len() {
            return Err(refused(None, "an integrand has one value for each sample"));
        }
        let pulled_back = self.values.iter().zip(&map.samples);
        // What the map makes zero is zero, though the integrand be infinite there: that is a limit, not known.
        let pulled_back = pulled_back.map(|(value, sample)| value * sample.measure.abs());
        let pulled_back: Vec<f64> = pulled_back.collect();
        let names = [format!("f·{}", map.size_name()), "f".to_owned()];
        let [left, right] = [(&pulled_back, &names[0]), (&self.values, &names[1])];
        let [left, right] = [left, right].map(|(values, name)| ground.finite(values, name));
        let (left, right) = (left?, right?);
        let tint = if map.variables.len() == 1 { 0.0 } else { TINT };
        let means = self.means(&pulled_back);
        let scales = Scale::in_units([(&left.shown, means[0]), (&right.shown, means[1])], tint);
        let [name_left, name_right] = names;
        let [scale_left, scale_right] = scales.map(|scale| scale.colored(page.colors()));
        let scale_left = scale_left.endless(left.is_endless);
        let scale_right = scale_right.endless(right.is_endless);
        let scale_left = match map.variables.len() {
            1 => scale_left,
            _ => scale_left.plain_unless_varied(),
        };
        let is_identity = map.is_identity();
        let mut notes = Vec::new();
        let name = &name_left;
        if !scale_left.varies && !is_identity {
            let value = number(left.shown[0], left.shown[0]);
            let is_all = pulled_back.iter().all(|own| own.is_finite());
            let where_ = if is_all {
                "everywhere"
            } else {
                "wherever it is finite"
            };
            let gray = if map.variables.len() == 1 {
                ""
            } else {
                " (gray)"
            };
            notes.push(format!("{name}{gray} is {value} {where_}."));
        }
        let has_both = page.panels() == [true; 2] && scale_left.varies;
        if !is_identity && map.variables.len() > 1 && has_both {
            notes.push(format!(
                "Equal colours are equal multiples of the mean sizes of {name} and of f."
            ));
        }
        let look = Look {
            paints: [
                Paint {
                    values: pulled_back,
                    scale: scale_left,
                    name: name_left,
                },
                Paint {
                    values: self.values.clone(),
                    scale: scale_right,
                    name: name_right,
                },
            ],
            subject: Subject::Amount,
            is_identity,
            panels: Look::panels(is_identity, page.panels()),
            has_grid: page.has_grid(),
            notes,
        };
        match map.variables.len() {
            1 => profile::draw(&mut page, &ground, &look, Some("integral"))?,
            _ => pair::draw(&mut page, &ground, &look)?,
        }
        Ok(page.picture())
    }

    /// The means of the sizes of the pulled-back integrand over the region and of the integrand over the image,
    /// each over the samples where both are finite; 1 where that is zero.
    fn means(&self, pulled_back: &[f64]) -> [f64; 2] {
        let part = Part::of(&self.map);
        let (mut count, mut sum, mut weight) = (0.0f64, 0.0, 0.0);
        let samples = self.map.samples.iter().zip(pulled_back).enumerate();
        for (k, (sample, value)) in samples {
            if part.holds(k) && value.is_finite() && sample.measure.is_finite() {
                count += 1.0;
                sum += value.abs();
                weight += sample.measure.abs();
            }
        }
        let mean = |by: f64| Some(sum / by).filter(|mean| mean.is_finite() && *mean > 0.0);
        [mean(count).unwrap_or(1.0), mean(weight).unwrap_or(1.0)]
    }
}

/// The parameters that an integrand uses and the domain does not, with their values.
fn more_values(domain: &dyn Domain, formula: &str) -> Vec<(String, f64)> {
    let told = domain
        .printed(false)
        .map_or_else(Vec::new, |printed| printed.parameters);
    let used = names(formula).unwrap_or_default();
    let is_untold = |(name, _): &(&str, f64)| {
        used.iter().any(|own| own == name) && told.iter().all(|(known, _)| known != name)
    };
    let own = domain.parameters().iter().filter(is_untold);
    own.map(|(name, value)| (name.to_owned(), value)).collect()
}
