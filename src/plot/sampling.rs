//! The samples of a map over its region that a picture is drawn from.

use super::deformation::{Deformation, Sample};
use super::typeset::typeset;
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
        let margins = pullback.geometry().margins(&points);
        let levels = pullback.geometry().levels(&points);
        let samples = points.into_iter().map(|point| Sample {
            source: point.variables,
            image: point.targets,
            measure: point.determinant,
        });
        let formula = |i| Some(format!("{} = {}", targets[i], domain.formula(i)?));
        let formulas: Vec<String> = (0..m).filter_map(formula).collect();
        let determinant = domain.determinant();
        let measure_name = match &determinant {
            Some((name, _)) => name,
            None if n == m => "det J",
            None => "√det(JᵀJ)",
        };
        let measure = determinant
            .as_ref()
            .map(|(name, formula)| format!("{name} = {formula}"));
        let subtitle: Vec<String> = [formulas.join(", ")].into_iter().chain(measure).collect();
        Ok(Deformation {
            title: title.to_owned(),
            subtitle: typeset(&subtitle.join(",   ")),
            map: "φ".to_owned(),
            variables: variables.to_vec(),
            targets: targets.to_vec(),
            cells,
            fine,
            samples: samples.collect(),
            measure_name: measure_name.to_owned(),
            margins,
            levels,
            // Code has none, and neither have several parts.
            check: Check::of(domain).ok(),
        })
    }
}
