//! Regions of the plane that have several parts: polygons, insides of curves, pieces, and meshes with the quality of
//! their elements.

use super::names::Names;
use super::picture::refused;
use super::plane::{Lines, Patch, Plane, Planes, Shade};
use crate::domain::{Geometry, Pullback};
use crate::{Domain, Error};

/// Points along a side of a part.
const ALONG: usize = 96;
/// Points along the sides of elements, at least and at most, and of all elements together.
const ALONG_ELEMENT: [usize; 2] = [6, 48];
const ALONG_ELEMENTS: usize = 4_000;
/// The most elements whose borders are drawn: of more they would hide the colours.
pub(super) const BORDERED: usize = 2_000;
/// The most parts whose grids are drawn.
const GRIDDED: usize = 4;
/// Lines of the grid of a part.
const CELLS: usize = 6;
/// The most outlines that can be told apart.
const MOST: usize = 100_000;
/// Part of the extent that is free around a region.
const MARGIN: f64 = 0.04;

pub(super) type Path = Vec<[f64; 2]>;

impl Planes {
    /// A domain of the plane by its parts, whose borders and grids are drawn over fills that tell pieces apart.
    ///
    /// # Errors
    /// [`Error::Picture`] if these are no parts of the plane, or too many; as for [`Pullback::new`].
    ///
    /// # Examples
    /// ```
    /// use pullback::{Map, Pieces, plot::{Planes, Style}};
    /// let half = |limits: &str| Map::parse("x = r*cos(t), y = r*sin(t)")?.over(limits);
    /// let pieces = Pieces::new(vec![
    ///     Box::new(half("r = 0..1, t = 0..pi")?),
    ///     Box::new(half("r = 0..2, t = pi..2*pi")?),
    /// ])?;
    /// let svg = Planes::of_parts(&pieces, "Two halves")?.draw(&Style::default())?.svg()?;
    /// assert!(svg.contains("2 parts"));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn of_parts(domain: &dyn Domain, title: &str) -> Result<Planes, Error> {
        let integrands = domain.parse(&[])?;
        let pullback = Pullback::new(domain, &integrands)?;
        check(domain)?;
        let mut shown = Shown::default();
        let mut labels: Vec<Option<&str>> = Vec::new();
        let mut conditions = false;
        for part in pullback.parts() {
            let label = part.label();
            if labels.last() != Some(&label) {
                labels.push(label);
            }
            let group = labels.len() - 1;
            let geometry = part.geometry();
            match geometry.outlines() {
                [] => {
                    conditions |= shown.add(geometry, group);
                }
                outlines => outlines
                    .iter()
                    .for_each(|path| shown.outline(path.clone(), group)),
            }
        }
        let (count, several) = (shown.patches.len(), shown.patches.len() > 1);
        let colors = match labels.len() {
            2.. => ", a colour for each piece",
            _ => "",
        };
        let note = match (several, conditions) {
            (true, false) => format!("{count} parts{colors}"),
            (true, true) => format!("{count} parts{colors}; conditions are left out of account"),
            (false, true) => "conditions are left out of account".to_owned(),
            (false, false) => String::new(),
        };
        // Of many parts the grids would look like more parts.
        if count > GRIDDED {
            shown.grid.clear();
        }
        let lines = vec![
            Lines {
                name: match shown.grid.is_empty() {
                    true => String::new(),
                    false => "equal steps of the map".to_owned(),
                },
                paths: shown.grid,
                family: 0,
                width: 0.6,
            },
            Lines {
                name: if several {
                    "borders of the parts"
                } else {
                    "border"
                }
                .to_owned(),
                paths: shown.borders,
                family: 0,
                width: 2.0,
            },
        ];
        plane(domain.targets(), title, &note, shown.patches, lines)
    }

    /// A mesh of the plane, its elements coloured by their quality: the least scaled Jacobian in their nodes.
    ///
    /// # Errors
    /// [`Error::Picture`] if the mesh is not one of the plane, or too large; as for [`Mesh::check`](crate::Mesh::check).
    #[cfg(feature = "mesh")]
    pub fn of_mesh(mesh: &crate::Mesh, title: &str) -> Result<Planes, Error> {
        use crate::mesh::Validity;
        use std::collections::BTreeMap;

        check(mesh)?;
        let integrands = mesh.parse(&[])?;
        let pullback = Pullback::new(mesh, &integrands)?;
        let geometry = pullback.geometry();
        let verdict = mesh.check()?;
        let count = verdict.elements.len();
        if count > MOST {
            let reason = format!("{count} elements cannot be told apart: draw a group of the mesh");
            return Err(refused(None, reason));
        }
        let by_tag = verdict
            .elements
            .iter()
            .map(|element| (element.tag, element));
        let by_tag: BTreeMap<u64, _> = by_tag.collect();
        let rim = rim_of_element(count);
        let is_bordered = count <= BORDERED;
        let (mut patches, mut valid, mut invalid) = (Vec::new(), Vec::new(), Vec::new());
        for element in 0..count {
            let first = (element as f64 + 0.5) / count as f64;
            let points = rim.iter().map(|[v, w]| geometry.at(&[first, *v, *w]));
            let points: Vec<_> = points.collect();
            let corners: Path = points
                .iter()
                .map(|p| [p.targets[0], p.targets[1]])
                .collect();
            let tag = points.first().map_or(0, |p| p.variables[0] as u64);
            let Some(own) = by_tag.get(&tag) else {
                continue;
            };
            match own.validity {
                Validity::Valid if is_bordered => valid.push(corners.clone()),
                Validity::Valid => {}
                _ => invalid.push(corners.clone()),
            }
            patches.push(Patch {
                corners,
                shade: match is_bordered {
                    true => Shade::Amount(own.quality.max(0.0)),
                    // Joined where colours are the same.
                    false => Shade::Number(own.quality.max(0.0)),
                },
            });
        }
        let mut lines = vec![Lines {
            name: String::new(),
            paths: closed(valid),
            family: 0,
            width: 0.9,
        }];
        if !invalid.is_empty() {
            lines.push(Lines {
                name: "elements that are turned over, or may be".to_owned(),
                paths: closed(invalid),
                family: 1,
                width: 2.2,
            });
        }
        let worst = verdict.worst().map_or(0.0, |element| element.quality);
        let note = format!("{count} elements; the least quality is {worst:.2}").replace('-', "−");
        let mut planes = plane(mesh.targets(), title, &note, patches, lines)?;
        for plane in &mut planes.planes {
            plane.amount = "quality".to_owned();
        }
        Ok(planes)
    }
}

/// Refuses what is not of the plane.
pub(super) fn check(domain: &dyn Domain) -> Result<(), Error> {
    match domain.targets().len() {
        2 => Ok(()),
        count => Err(refused(
            None,
            format!("a region of several parts is drawn in the plane, not with {count} targets"),
        )),
    }
}

/// What is drawn of parts.
#[derive(Default)]
struct Shown {
    patches: Vec<Patch>,
    borders: Vec<Path>,
    grid: Vec<Path>,
}

impl Shown {
    /// Adds a part; whether it is cut by conditions.
    fn add(&mut self, geometry: &Geometry<'_>, group: usize) -> bool {
        if geometry.variables().len() != 2 {
            return false;
        }
        let at = |[v, w]: [f64; 2]| {
            let point = geometry.at(&[v, w]);
            [point.targets[0], point.targets[1]]
        };
        let middle = [geometry.at(&[0.5, 0.5])];
        let rim: Path = rim(ALONG).into_iter().map(at).collect();
        let corners: Path = rim.into_iter().filter(is_finite).collect();
        self.patch(corners, group);
        // Both edges of a turn are one line inside.
        let share = |k: usize| k as f64 / ALONG as f64;
        for axis in 0..2 {
            let edge = |held: f64| -> Path {
                let place = |k| {
                    if axis == 0 {
                        [held, share(k)]
                    } else {
                        [share(k), held]
                    }
                };
                (0..=ALONG).map(place).map(at).filter(is_finite).collect()
            };
            let [low, high] = [edge(0.0), edge(1.0)];
            match is_one_line(&low, &high) {
                true => self.grid.push(low),
                false => self.borders.extend([low, high]),
            }
        }
        for line in 1..CELLS {
            let held = line as f64 / CELLS as f64;
            let along = (0..=ALONG).map(|k| k as f64 / ALONG as f64);
            self.grid
                .push(along.clone().map(|w| at([held, w])).collect());
            self.grid.push(along.map(|v| at([v, held])).collect());
        }
        !geometry.margins(&middle).is_empty()
    }

    /// Adds a polygon.
    fn outline(&mut self, path: Path, group: usize) {
        self.patch(path.clone(), group);
        self.borders.extend(closed(vec![path]));
    }

    /// Adds what is inside of a polygon.
    fn patch(&mut self, corners: Path, group: usize) {
        self.patches.push(Patch {
            corners,
            shade: Shade::Group(group),
        });
    }
}

fn is_finite(point: &[f64; 2]) -> bool {
    point.iter().all(|x| x.is_finite())
}

/// Whether two paths have the same points, to rounding.
fn is_one_line(one: &[[f64; 2]], other: &[[f64; 2]]) -> bool {
    let sizes = one.iter().chain(other).flatten();
    let size = sizes.fold(0.0f64, |size, x| size.max(x.abs()));
    let pairs = one.iter().flatten().zip(other.iter().flatten());
    let is_same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * size;
    one.len() == other.len() && pairs.into_iter().all(is_same)
}

/// Points around the unit square, so many along a side.
pub(super) fn rim(along: usize) -> Vec<[f64; 2]> {
    let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let place = |k: usize| {
        let (a, b) = (corners[k / along], corners[(k / along + 1) % 4]);
        let share = (k % along) as f64 / along as f64;
        [0, 1].map(|i| a[i] + share * (b[i] - a[i]))
    };
    (0..4 * along).map(place).collect()
}

/// Points around the unit square for one of so many elements.
pub(super) fn rim_of_element(count: usize) -> Vec<[f64; 2]> {
    let [least, most] = ALONG_ELEMENT;
    rim((ALONG_ELEMENTS / count.max(1)).clamp(least, most))
}

/// Paths that return to where they begin.
pub(super) fn closed(mut paths: Vec<Path>) -> Vec<Path> {
    for path in &mut paths {
        path.extend(path.first().copied());
    }
    paths
}

/// One plane that holds all patches.
pub(super) fn plane(
    targets: &[String],
    title: &str,
    note: &str,
    patches: Vec<Patch>,
    lines: Vec<Lines>,
) -> Result<Planes, Error> {
    if patches.len() > MOST {
        let reason = format!("{} parts cannot be told apart", patches.len());
        return Err(refused(None, reason));
    }
    let ends = |axis: usize| {
        let all = patches
            .iter()
            .flat_map(|patch| &patch.corners)
            .map(|p| p[axis]);
        let ends = all.filter(|x| x.is_finite());
        ends.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], x| {
            [a.min(x), b.max(x)]
        })
    };
    let ranges = [0, 1].map(|axis| {
        let [low, high] = ends(axis);
        let more = MARGIN * (high - low);
        [low - more, high + more]
    });
    let ratio = (ranges[0][1] - ranges[0][0]) / (ranges[1][1] - ranges[1][0]);
    Ok(Planes {
        title: title.to_owned(),
        subtitle: note.to_owned(),
        planes: vec![Plane {
            name: String::new(),
            note: String::new(),
            axes: [0, 1].map(|axis| Names::new(targets).name(&targets[axis])),
            ranges,
            logarithmic: [false; 2],
            // What would be a line otherwise is drawn higher or wider than it is.
            equal: (0.03..30.0).contains(&ratio),
            amount: String::new(),
            largest: None,
            patches,
            lines,
            points: Vec::new(),
        }],
    })
}
