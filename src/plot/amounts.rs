//! Amounts over regions of the plane that have several parts: determinants and integrands.
//!
//! 1. Each part is a lattice of its own, whose quadrilaterals have the mean of the amounts in their corners.
//! 2. Where conditions cut a part, quadrilaterals end where the margin, linear along their sides, is zero.

use std::borrow::Cow;

use super::part::{delimiting, least};
use super::parts::{BORDERED, Path, check, closed, plane, rim, rim_of_element};
use super::picture::refused;
use super::plane::{Lines, Patch, Planes, Shade};
use super::statement::{GAP, names_of};
use crate::domain::{Geometry, Point, Pullback};
use crate::{Domain, Error, Integrands};

/// Quadrilaterals in all, and the most along a side of a part.
const PATCHES: usize = 36_000;
const MOST_ALONG: usize = 64;
/// The most that can be told apart by colours.
const MOST: usize = 100_000;
/// Points along a side of a border.
const ALONG: usize = 96;

impl Planes {
    /// The determinant of a domain of the plane that has several parts, or of a mesh, over its image: of each part
    /// or element that of its own map.
    ///
    /// # Errors
    /// [`Error::Picture`] if these are no parts of the plane, or too many, or the determinant is nowhere finite; as
    /// for [`Pullback::new`].
    ///
    /// # Examples
    /// ```
    /// use pullback::{Map, Pieces, plot::{Planes, Style}};
    /// let half = |limits: &str| Map::parse("x = r*cos(t), y = r*sin(t)")?.over(limits);
    /// let pieces = Pieces::new(vec![
    ///     Box::new(half("r = 0..1, t = 0..pi")?),
    ///     Box::new(half("r = 0..2, t = pi..2*pi")?),
    /// ])?;
    /// let svg = Planes::of_jacobian(&pieces, "Two halves")?.draw(&Style::default())?.svg()?;
    /// assert!(svg.contains("det J"));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn of_jacobian(domain: &dyn Domain, title: &str) -> Result<Planes, Error> {
        jacobian(domain, None, title)
    }

    /// The determinant of a mesh of the plane: in each element that of its polynomial map from the reference element.
    ///
    /// # Errors
    /// As for [`Planes::of_jacobian`].
    #[cfg(feature = "mesh")]
    pub fn of_mesh_jacobian(mesh: &crate::Mesh, title: &str) -> Result<Planes, Error> {
        jacobian(mesh, Some(elements(mesh)), title)
    }

    /// The first of some integrands over a domain of the plane that has several parts, or over a mesh.
    ///
    /// # Errors
    /// As for [`Planes::of_jacobian`]; [`Error::Picture`] if there is no integrand.
    pub fn of_integrand(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        title: &str,
    ) -> Result<Planes, Error> {
        integrand(domain, None, integrands, title)
    }

    /// The first of some integrands over a mesh of the plane.
    ///
    /// # Errors
    /// As for [`Planes::of_integrand`].
    #[cfg(feature = "mesh")]
    pub fn of_mesh_integrand(
        mesh: &crate::Mesh,
        integrands: &Integrands<'_>,
        title: &str,
    ) -> Result<Planes, Error> {
        integrand(mesh, Some(elements(mesh)), integrands, title)
    }
}

#[cfg(feature = "mesh")]
fn elements(mesh: &crate::Mesh) -> usize {
    mesh.elements().iter().map(|block| block.len()).sum()
}

fn jacobian(domain: &dyn Domain, elements: Option<usize>, title: &str) -> Result<Planes, Error> {
    let integrands = domain.parse(&[])?;
    let amounts = Amounts {
        domain,
        pullback: Pullback::new(domain, &integrands)?,
        name: "det J",
        elements,
    };
    amounts.planes(title, "", |points| {
        Ok(points.iter().map(|point| point.determinant).collect())
    })
}

fn integrand(
    domain: &dyn Domain,
    elements: Option<usize>,
    integrands: &Integrands<'_>,
    title: &str,
) -> Result<Planes, Error> {
    let amounts = Amounts {
        domain,
        pullback: Pullback::new(domain, integrands)?,
        name: "f",
        elements,
    };
    let formula = integrands.texts().into_iter().next();
    let formula = formula.filter(|text| !text.is_empty());
    let names = names_of(domain);
    let formula = formula.map_or_else(String::new, |text| {
        format!("f = {}{GAP}", names.typeset(&text))
    });
    amounts.planes(title, &formula, |points| {
        let values = integrands.at(points, domain.parameters())?;
        let first = |values: Vec<f64>| values.first().copied();
        let values: Option<Vec<f64>> = values.into_iter().map(first).collect();
        values.ok_or_else(|| refused(None, "there is no integrand"))
    })
}

/// What is drawn over parts.
struct Amounts<'a> {
    domain: &'a dyn Domain,
    pullback: Pullback<'a>,
    name: &'static str,
    /// How many elements a mesh has, if it is one.
    elements: Option<usize>,
}

/// A lattice of quadrilaterals, the last index fastest.
struct Sheet {
    points: Vec<Point>,
    margins: Option<Vec<f64>>,
    along: usize,
}

impl Amounts<'_> {
    fn planes(
        &self,
        title: &str,
        told: &str,
        amounts: impl Fn(&[Point]) -> Result<Vec<f64>, Error>,
    ) -> Result<Planes, Error> {
        check(self.domain)?;
        let geometries = self.pullback.parts().iter().map(|part| part.geometry());
        let stands_for = |geometry: &Geometry<'_>| geometry.outlines().len().max(1);
        let (count, kind) = match self.elements {
            Some(count) => (count, "elements"),
            None => (geometries.clone().map(stands_for).sum(), "parts"),
        };
        if count > MOST {
            let reason =
                format!("{count} {kind} cannot be told apart by colours: draw some of them");
            return Err(refused(None, reason));
        }
        let along = ((PATCHES / count.max(1)) as f64).sqrt() as usize;
        let along = along.clamp(1, MOST_ALONG);
        let mut patches: Vec<Patch> = Vec::new();
        let mut borders: Vec<Path> = Vec::new();
        let mut are_cut = false;
        for geometry in geometries {
            let variables = geometry.variables().len();
            if variables != 2 + usize::from(self.elements.is_some()) {
                return Err(refused(
                    None,
                    "colours are for parts that fill the plane, not for curves",
                ));
            }
            if !geometry
                .levels(&[geometry.at(&vec![0.5; variables])])
                .is_empty()
            {
                return Err(refused(None, "a level set has no colours"));
            }
            for sheet in sheets(geometry, self.elements, along) {
                are_cut |= sheet.margins.is_some();
                patches.extend(sheet.patches(&amounts(&sheet.points)?));
            }
            if count <= BORDERED {
                borders.extend(rims(geometry, self.elements));
            }
        }
        if patches.is_empty() {
            return Err(refused(None, format!("{} is finite nowhere", self.name)));
        }
        let several = count > 1;
        let without = match are_cut {
            true => " without their conditions",
            false => "",
        };
        let lines = Lines {
            name: match (borders.is_empty(), several, kind) {
                (true, ..) => String::new(),
                (_, true, kind) => format!("borders of the {kind}{without}"),
                (_, false, _) => "border".to_owned(),
            },
            paths: closed(borders),
            family: 0,
            width: if count > 200 { 0.5 } else { 1.2 },
        };
        let note = match several {
            true => format!("{told}{count} {kind}"),
            false => told.trim_end_matches([',', ' ']).to_owned(),
        };
        let mut planes = plane(self.domain.targets(), title, &note, patches, vec![lines])?;
        for plane in &mut planes.planes {
            plane.amount = self.name.to_owned();
        }
        Ok(planes)
    }
}

/// The lattices of what a geometry stands for.
fn sheets(geometry: &Geometry<'_>, elements: Option<usize>, along: usize) -> Vec<Sheet> {
    let counts = [along + 1; 2];
    let sheet = |points: Vec<Point>| Sheet {
        margins: least(&delimiting(geometry.margins(&points))).map(Cow::into_owned),
        points,
        along,
    };
    if let Some(count) = elements {
        // The middle of an element's share of the first coordinate is a node of twice as many steps.
        let all = geometry.lattice(&[2 * count + 1, counts[0], counts[1]]);
        let own = all.chunks(counts[0] * counts[1]).skip(1).step_by(2);
        // Formulas over a mesh are of the coordinates alone.
        let of_targets = |point: &Point| Point {
            variables: Vec::new(),
            ..point.clone()
        };
        let own = own.map(|points| sheet(points.iter().map(of_targets).collect()));
        return own.collect();
    }
    let unit = geometry.lattice(&counts);
    match geometry.outlines() {
        [] => vec![sheet(unit)],
        outlines => {
            // The same place in each triangle, by its affine map.
            let in_triangle = |triangle: &Vec<[f64; 2]>| {
                let [a, b, c] = [0, 1, 2].map(|k| triangle[k]);
                let side = |to: [f64; 2]| [to[0] - a[0], to[1] - a[1]];
                let [p, q] = [side(b), side(c)];
                let points = unit.iter().map(|point| {
                    let [u, v] = [point.variables[0], point.variables[1]];
                    Point {
                        targets: [0, 1].map(|i| a[i] + u * p[i] + v * q[i]).to_vec(),
                        determinant: p[0] * q[1] - p[1] * q[0],
                        ..point.clone()
                    }
                });
                sheet(points.collect())
            };
            let triangles = outlines.iter().filter(|outline| outline.len() == 3);
            triangles.map(in_triangle).collect()
        }
    }
}

/// The borders of what a geometry stands for.
fn rims(geometry: &Geometry<'_>, elements: Option<usize>) -> Vec<Path> {
    let targets = |unit: &[f64]| {
        let point = geometry.at(unit);
        [point.targets[0], point.targets[1]]
    };
    let finite = |path: Path| -> Path {
        let is_finite = |p: &[f64; 2]| p.iter().all(|x| x.is_finite());
        path.into_iter().filter(is_finite).collect()
    };
    if let Some(count) = elements {
        let rim = rim_of_element(count);
        let element = |k: usize| {
            let first = (k as f64 + 0.5) / count as f64;
            finite(rim.iter().map(|[v, w]| targets(&[first, *v, *w])).collect())
        };
        return (0..count).map(element).collect();
    }
    match geometry.outlines() {
        [] => vec![finite(
            rim(ALONG).iter().map(|unit| targets(unit)).collect(),
        )],
        outlines => outlines.to_vec(),
    }
}

impl Sheet {
    /// The quadrilaterals with their amounts, where these are finite.
    fn patches(&self, amounts: &[f64]) -> Vec<Patch> {
        let at = |i: usize, j: usize| i * (self.along + 1) + j;
        let mut patches = Vec::with_capacity(self.along * self.along);
        for i in 0..self.along {
            for j in 0..self.along {
                let corners = [at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i + 1, j)];
                let finite = corners.map(|k| amounts[k]);
                let finite = finite.iter().filter(|amount| amount.is_finite());
                let (count, sum) = finite.fold((0, 0.0), |(n, sum), x| (n + 1, sum + x));
                let corners = self.cut(corners);
                if count > 0 && corners.len() > 2 && corners.iter().flatten().all(|x| x.is_finite())
                {
                    let shade = Shade::Number(sum / f64::from(count));
                    patches.push(Patch { corners, shade });
                }
            }
        }
        patches
    }

    /// The part of a quadrilateral in which margins are not negative.
    fn cut(&self, corners: [usize; 4]) -> Path {
        let place = |k: usize| [0, 1].map(|i| self.points[k].targets[i]);
        let Some(margins) = &self.margins else {
            return corners.map(place).to_vec();
        };
        let margin = |k: usize| match margins[k].is_nan() {
            true => -1.0,
            false => margins[k],
        };
        let mut kept = Path::new();
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            let (a, b) = (margin(*from), margin(*to));
            let [p, q] = [*from, *to].map(place);
            if a >= 0.0 {
                kept.push(p);
            }
            if (a >= 0.0) != (b >= 0.0) {
                let share = a / (a - b);
                let share = if share.is_finite() { share } else { 0.5 };
                kept.push([0, 1].map(|i| p[i] + share * (q[i] - p[i])));
            }
        }
        kept
    }
}
