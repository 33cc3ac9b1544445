//! How a region becomes its image: from the rectangle of its variables, moved and scaled to where the image is, on
//! straight lines to the image.
//!
//! 1. φ_s = (1 − s) A + s φ, where A is the affine map from the box around the variables to that around the targets.
//! 2. The axes stay; colours are |det J| of the map, and move with their places.
//! 3. s runs from 0 to 1 along 3σ² − 2σ³, which begins and ends slowly.

use super::animation::Animation;
use super::picture::refused;
use super::plane::{Lines, Patch, Plane, Planes, Shade};
use super::range::Range;
use super::statement::{GAP, formulas, names_of};
use super::style::Style;
use crate::domain::{Point, Pullback};
use crate::{Domain, Error, formula};

/// Cells of the grid along an axis, and steps to a cell.
const CELLS: usize = 8;
const FINE: usize = 6;

/// How long pictures are shown, in hundredths of a second, and the last one.
const DELAY: u16 = 6;
const LAST_DELAY: u16 = 200;

/// A determinant that varies by less than this part of itself is constant.
const CONSTANT: f64 = 1e-9;

/// Part of the extent that is free around the image.
const MARGIN: f64 = 0.05;

impl Animation {
    /// The region of a map into the plane, as it becomes the image, in so many pictures.
    ///
    /// # Errors
    /// [`Error::Picture`] if the map has other than one or two variables and two targets, or is not finite at too
    /// many places; as for [`Pullback::new`].
    pub fn of_homotopy(
        domain: &dyn Domain,
        title: &str,
        count: usize,
        style: &Style,
    ) -> Result<Animation, Error> {
        let sheet = Sheet::of(domain, &[])?;
        let ranges = sheet.ranges()?;
        let step = |k: usize| {
            let part = k as f64 / (count.max(2) - 1) as f64;
            part * part * (3.0 - 2.0 * part)
        };
        let amounts = sheet.amounts();
        let frames = (0..count).map(|k| sheet.planes(step(k), title, ranges, amounts).draw(style));
        Ok(Animation {
            frames: frames.collect::<Result<_, _>>()?,
            delay: DELAY,
            last_delay: LAST_DELAY,
        })
    }

    /// The images of several maps into the plane, one after the other, each with what is said of it: those of a
    /// parameter that runs, say.
    ///
    /// # Errors
    /// As for [`Animation::of_homotopy`].
    pub fn of_images<'d>(
        domains: impl IntoIterator<Item = (String, &'d dyn Domain)>,
        title: &str,
        style: &Style,
    ) -> Result<Animation, Error> {
        let sheets = domains.into_iter().map(|(told, domain)| {
            let known = formula::names(&told).unwrap_or_default();
            Ok((names_of(domain).typeset(&told), Sheet::of(domain, &known)?))
        });
        let sheets: Vec<(String, Sheet)> = sheets.collect::<Result<_, Error>>()?;
        let mut all: Option<[Range; 2]> = None;
        for (_, sheet) in &sheets {
            let own = sheet.image_ranges()?;
            all = Some(match all {
                None => own,
                Some(all) => [all[0].joined(own[0]), all[1].joined(own[1])],
            });
        }
        let all = all.ok_or_else(|| refused(None, "an animation needs a map"))?;
        let ranges = all.map(|range| range.padded(MARGIN));
        // The colours stay as the axes do.
        let amounts = sheets.iter().filter_map(|(_, sheet)| sheet.amounts());
        let amounts = amounts.reduce(Range::joined);
        let frames = sheets.iter().map(|(told, sheet)| {
            let mut planes = sheet.planes(1.0, title, ranges, amounts);
            planes.subtitle = format!("{told}{GAP}{}", planes.subtitle);
            planes.draw(style)
        });
        Ok(Animation {
            frames: frames.collect::<Result<_, _>>()?,
            delay: 2 * DELAY,
            last_delay: LAST_DELAY,
        })
    }
}

/// A map sampled on a lattice.
struct Sheet {
    points: Vec<Point>,
    /// Points along each axis.
    counts: Vec<usize>,
    targets: Vec<String>,
    variables: Vec<String>,
    formulas: String,
    measure: String,
}

impl Sheet {
    fn of(domain: &dyn Domain, told: &[String]) -> Result<Sheet, Error> {
        let (n, m) = (domain.variables().len(), domain.targets().len());
        if !(1..=2).contains(&n) || m != 2 {
            let reason = format!(
                "what moves is shown of one or two variables and two targets, not of {n} and {m}"
            );
            return Err(refused(None, reason));
        }
        let integrands = domain.parse(&[])?;
        let pullback = Pullback::new(domain, &integrands)?;
        if pullback.parts().len() > 1 {
            return Err(refused(
                None,
                "a region of several parts does not move as one",
            ));
        }
        let counts = vec![CELLS * FINE * (3 - n) + 1; n];
        let names = names_of(domain);
        Ok(Sheet {
            points: pullback.geometry().lattice(&counts),
            counts,
            targets: names.all(domain.targets()),
            variables: names.all(domain.variables()),
            formulas: formulas(domain, &names, false, told),
            measure: match domain.determinant() {
                Some((name, _)) if n == m => format!("|{name}|"),
                Some((name, _)) => name.to_owned(),
                None => "|det J|".to_owned(),
            },
        })
    }

    /// The ranges of one coordinate of all points.
    fn range(&self, of: impl Fn(&Point) -> f64) -> Result<Range, Error> {
        let found = Range::of(self.points.iter().map(of));
        let range = found.ok_or_else(|| refused(None, "the map is not finite anywhere"))?;
        Ok(match range.is_point() {
            true => Range::new(range.low - 0.5, range.high + 0.5),
            false => range,
        })
    }

    fn image_ranges(&self) -> Result<[Range; 2], Error> {
        Ok([self.range(|p| p.targets[0])?, self.range(|p| p.targets[1])?])
    }

    /// What is shown: where the image is, and so the rectangle.
    fn ranges(&self) -> Result<[Range; 2], Error> {
        Ok(self.image_ranges()?.map(|range| range.padded(MARGIN)))
    }

    /// Where the points are at s.
    fn places(&self, s: f64) -> Vec<[f64; 2]> {
        let axis = |i: usize| {
            let variable = move |p: &Point| p.variables.get(i).copied().unwrap_or(0.0);
            let from = self.range(variable).unwrap_or(Range::new(0.0, 1.0));
            let to = self.range(|p| p.targets[i]).unwrap_or(Range::new(0.0, 1.0));
            self.points
                .iter()
                .map(|p| {
                    let share = (variable(p) - from.low) / from.span();
                    let start = to.low + share * to.span();
                    // At the end nothing is left of where it began, were that infinite.
                    match s {
                        1.0 => p.targets[i],
                        0.0 => start,
                        _ => start + s * (p.targets[i] - start),
                    }
                })
                .collect::<Vec<f64>>()
        };
        let [x, y] = [axis(0), axis(1)];
        x.into_iter().zip(y).map(|(x, y)| [x, y]).collect()
    }

    /// The range of |det J|.
    fn amounts(&self) -> Option<Range> {
        Range::of(self.points.iter().map(|p| p.determinant.abs()))
    }

    /// The picture at s.
    fn planes(&self, s: f64, title: &str, ranges: [Range; 2], amounts: Option<Range>) -> Planes {
        // A colour bar of what does not vary would say nothing.
        let largest = amounts
            .filter(|range| range.span() > CONSTANT * range.high)
            .map(|range| range.high);
        let places = self.places(s);
        let mut lines = Vec::new();
        let mut patches = Vec::new();
        match self.counts[..] {
            [rows, columns] => {
                let at = |i: usize, j: usize| i * columns + j;
                for i in 0..rows - 1 {
                    for j in 0..columns - 1 {
                        let corners = [at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i + 1, j)];
                        let sizes = corners.map(|k| self.points[k].determinant.abs());
                        let shade = match largest {
                            Some(_) => Shade::Amount(sizes.iter().sum::<f64>() / 4.0),
                            None => Shade::Group(0),
                        };
                        patches.push(Patch {
                            corners: corners.iter().map(|&k| places[k]).collect(),
                            shade,
                        });
                    }
                }
                let along = |family: usize| -> Vec<Vec<[f64; 2]>> {
                    let held = self.counts[family];
                    let line = |k: usize| match family {
                        0 => (0..columns).map(|j| places[at(k, j)]).collect(),
                        _ => (0..rows).map(|i| places[at(i, k)]).collect(),
                    };
                    (0..held).step_by(FINE).map(line).collect()
                };
                for family in 0..2 {
                    lines.push(Lines {
                        name: format!("{} constant", self.variables[family]),
                        paths: along(family),
                        family,
                        width: 1.25,
                    });
                }
            }
            _ => lines.push(Lines {
                name: "the image".to_owned(),
                paths: vec![places],
                family: 0,
                width: 2.0,
            }),
        }
        let spans = ranges.map(|range| range.span());
        let plane = Plane {
            name: String::new(),
            note: String::new(),
            axes: [self.targets[0].clone(), self.targets[1].clone()],
            ranges: ranges.map(|range| [range.low, range.high]),
            logarithmic: [false; 2],
            equal: spans[0].min(spans[1]) > 0.05 * spans[0].max(spans[1]),
            amount: self.measure.clone(),
            largest,
            patches,
            lines,
            points: Vec::new(),
        };
        Planes {
            title: title.to_owned(),
            subtitle: self.formulas.clone(),
            planes: vec![plane],
        }
    }
}
