//! The samples of a map over its region that a picture is drawn from.

use super::deformation::{Deformation, Sample};
use super::part::delimiting;
use super::side::{UNRESOLVED, usual};
use super::statement::{formulas, names_of};
use crate::domain::Pullback;
use crate::{Check, Domain, Error};

/// Cells of the drawn grid along an axis, by the number of variables.
const CELLS: [usize; 3] = [16, 12, 6];

/// Steps of the lattice to a cell, by the number of variables: arcs must look round.
const FINE: [usize; 3] = [24, 24, 12];

impl Deformation {
    /// The picture of a map over a region, with the map's formulas under the title and
    /// what the verdict on it says.
    ///
    /// # Errors
    /// [`Error::Picture`] for more than three variables or targets, or for a domain of several parts, which
    /// [`Planes::of_parts`](super::Planes::of_parts) draws; [`Error::Shape`] as for [`Pullback::new`].
    ///
    /// # Examples
    /// ```
    /// use pullback::{Map, plot::{Deformation, Style}};
    /// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    /// let picture = Deformation::of(&disk, "Polar coordinates")?.draw(&Style::default())?;
    /// assert!(picture.svg()?.contains("det J = r"));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn of(domain: &dyn Domain, title: &str) -> Result<Deformation, Error> {
        let (variables, targets) = (domain.variables(), domain.targets());
        let (n, m) = (variables.len(), targets.len());
        if n > CELLS.len() || m > 3 {
            return Err(Error::Picture {
                path: None,
                reason: format!(
                    "a picture shows up to three variables and three targets, not {n} and {m}"
                ),
            });
        }
        let integrands = domain.parse(&[])?;
        let pullback = Pullback::new(domain, &integrands)?;
        if pullback.parts().len() > 1 || !pullback.geometry().outlines().is_empty() {
            return Err(Error::Picture {
                path: None,
                reason: "a region of several parts has no grid of its own".to_owned(),
            });
        }
        let (cells, fine) = (vec![CELLS[n - 1]; n], FINE[n - 1]);
        let counts: Vec<usize> = cells.iter().map(|c| c * fine + 1).collect();
        let points = pullback.geometry().lattice(&counts);
        let margins = delimiting(pullback.geometry().margins(&points));
        let levels = pullback.geometry().levels(&points);
        let samples = points.into_iter().map(|point| Sample {
            source: point.variables,
            image: point.targets,
            measure: point.determinant,
        });
        let samples: Vec<Sample> = samples.collect();
        let determinant = domain.determinant();
        let measure_name = match &determinant {
            Some((name, _)) => name,
            None if n == m => "det J",
            None => "√det(JᵀJ)",
        };
        // Formulas of the identity say nothing.
        let is_identity = (0..m).all(|i| domain.formula(i).as_ref() == variables.get(i));
        let names = names_of(domain);
        // Code has none, and neither have several parts; nor is there one to be told of a map that changes faster than
        // samples show.
        let check = match is_resolved(&samples, counts[n - 1]) {
            true => Check::unmeasured(domain).ok(),
            false => None,
        };
        Ok(Deformation {
            title: title.to_owned(),
            subtitle: match is_identity {
                true => String::new(),
                false => formulas(domain, &names, true, &[]),
            },
            map: name_of_map(variables, targets).to_owned(),
            variables: names.all(variables),
            targets: names.all(targets),
            cells,
            fine,
            check: check.map(|check| Check {
                variables: names.all(&check.variables),
                targets: names.all(&check.targets),
                ..check
            }),
            samples,
            measure_name: measure_name.to_owned(),
            margins,
            levels,
        })
    }
}

/// Whether samples say what the map does between them: whether the usual step from one to the next, in rows
/// of so many, is a small part of the way across the image.
fn is_resolved(samples: &[Sample], along: usize) -> bool {
    let is_finite = |sample: &&Sample| sample.image.iter().all(|x| x.is_finite());
    let targets = samples.first().map_or(0, |sample| sample.image.len());
    let finite = || samples.iter().filter(is_finite);
    let across: Vec<f64> = (0..targets)
        .map(|k| {
            let values = finite().map(|sample| sample.image[k]);
            let ends = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
                [low.min(x), high.max(x)]
            });
            ends[1] - ends[0]
        })
        .collect();
    let length = |[a, b]: [&Sample; 2]| {
        let parts = across.iter().zip(&a.image).zip(&b.image);
        // A target that has one value is none to be shown.
        let parts = parts.filter(|((across, _), _)| **across > 0.0);
        parts.fold(0.0, |length: f64, ((across, a), b)| {
            length.hypot((b - a) / across)
        })
    };
    let pairs = samples.chunks(along).flat_map(|row| row.windows(2));
    let both = pairs.filter(|pair| pair.iter().all(|sample| is_finite(&sample)));
    let steps = both.map(|pair| length([&pair[0], &pair[1]]));
    usual(steps) <= UNRESOLVED * (targets as f64).sqrt()
}
/// What the map is called: φ, if that is not an angle of its own.
fn name_of_map(variables: &[String], targets: &[String]) -> &'static str {
    let mut names = variables.iter().chain(targets);
    match names.any(|name| ["phi", "φ"].contains(&name.as_str())) {
        true => "T",
        false => "φ",
    }
}
