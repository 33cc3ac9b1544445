//! The verdict on a domain: whether its map is one-to-one, where it folds or is degenerate, how often it
//! covers its image, and its measure by the inside and by the boundary.

use std::time::Instant;

use crate::analysis::box_formulas::BoxFormulas;
use crate::error::{Error, Misfit};
use crate::integral::not_finite;
use crate::integrate::methods::integrate_measured;
use crate::integrate::outcome::{Outcome, Status};
use crate::integrate::settings::Settings;
use crate::integrate::task::Measure;
use crate::map::domain::Domain;
use crate::map::geometry::{Geometry, Point, named_values};
use crate::map::inverse_region::InverseRegion;
use crate::map::mapped_region::MappedRegion;
use crate::map::pullback::Pullback;
use crate::verdict::judge::{Effort, Verdict};

pub use crate::verdict::judge::OneToOne;

/// Points along an edge that is told.
const ALONG: usize = 33;

/// The seconds that the measure by the inside may take, and that by the boundary: one that takes longer is
/// of a map that hides most of what it does between any points that are looked at.
const MAX_SECONDS: f64 = 5.0;

/// What a map does with the sense of rotation, or with left and right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Orientation {
    /// It keeps it: det J is nowhere negative.
    Preserving,
    /// It turns it over: det J is nowhere positive.
    Reversing,
    /// It keeps it in one part, and turns it over in another.
    Changes,
    /// There is none: det J is zero everywhere.
    Degenerate,
}

impl Orientation {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Orientation::Preserving => "preserving",
            Orientation::Reversing => "reversing",
            Orientation::Changes => "changes",
            Orientation::Degenerate => "degenerate",
        }
    }
}

/// A place where det J is zero although it does not change its sign there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Degenerate {
    /// The place, such as `r = 0`.
    pub place: String,
    /// What happens there.
    pub what: String,
    /// Points of it; along an edge of a region of two variables in order.
    pub points: Vec<Point>,
}

/// What a map does to the region of its variables.
///
/// Conditions are left out of account: it is the map over all of its limits that is looked at.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Check {
    /// The sense of det J.
    pub orientation: Orientation,
    /// Whether no place is covered twice, but for places without content.
    pub one_to_one: OneToOne,
    /// How that is known, in sentences without their full stops.
    pub because: Vec<String>,
    /// How often the most covered place is covered that was looked at.
    pub multiplicity: usize,
    /// How often the least covered place is covered that was looked at.
    pub least_multiplicity: usize,
    /// Two points of the region with one image.
    pub twice: Option<[Point; 2]>,
    /// Points of the region, evenly spread, whose images are those of other points, too.
    pub covered_twice: Vec<Point>,
    /// A point of each curve or surface along which the map folds.
    pub folds: Vec<Point>,
    /// Where the determinant is zero without a fold.
    pub degenerate: Vec<Degenerate>,
    /// The variables whose first and last value have the same image.
    pub seams: Vec<String>,
    /// The least and the greatest determinant: no value lies outside where that is proven, else none that
    /// was met.
    pub jacobian: [f64; 2],
    /// Whether the range of the determinant is proven.
    pub is_range_proven: bool,
    /// The measure of the image, as often as it is covered.
    pub measure: Outcome,
    /// The measure with the sign of det J; none for curves and surfaces.
    pub signed_measure: Option<Outcome>,
    /// The same from the boundary, by Green's or Gauss's theorem.
    pub boundary: Option<Outcome>,
    /// The names of the variables.
    pub variables: Vec<String>,
    /// The names of the targets.
    pub targets: Vec<String>,
}

impl Check {
    /// What a domain's map does.
    ///
    /// # Errors
    /// [`Error::Shape`] if the domain's map is code, or it has several parts; as for
    /// [`Domain::pull_back`].
    pub fn of(domain: &dyn Domain) -> Result<Self, Error> {
        Self::measured_by(domain, &Settings::new().max_seconds(MAX_SECONDS))
    }

    /// The same without measures to speak of: what a picture shows.
    #[cfg(feature = "plot")]
    pub(crate) fn unmeasured(domain: &dyn Domain) -> Result<Self, Error> {
        Self::measured_by(domain, &Settings::new().max_evals(1).max_seconds(1e-9))
    }

    fn measured_by(domain: &dyn Domain, settings: &Settings) -> Result<Self, Error> {
        let integrands = crate::map::domain::parse(domain, &[])?;
        let pullback = Pullback::new(domain, &integrands)?;
        let [part] = pullback.parts() else {
            return Err(Misfit::NoVerdict.into());
        };
        let geometry = part.geometry();
        let verdict = geometry.verdict(Effort::FULL)?.ok_or(Misfit::NoVerdict)?;
        let contents = geometry.contents()?.ok_or(Misfit::NoVerdict)?;
        let mut measures = measured(&contents, settings)?;
        for measure in &mut measures {
            if let Some(bad) = &measure.bad_node {
                let reason = not_finite(geometry, bad, 1);
                measure.reasons.insert(0, reason);
            }
        }
        let mut measures = measures.into_iter();
        let measure = measures.next().ok_or(Misfit::NoVerdict)?;
        let boundary = match geometry.boundary()? {
            Some(boundary) => measured(&boundary, settings)?.into_iter().next(),
            None => None,
        };
        Ok(Self::told(
            geometry,
            verdict,
            measure,
            measures.next(),
            boundary,
        ))
    }

    fn told(
        geometry: &Geometry<'_>,
        verdict: Verdict,
        measure: Outcome,
        signed_measure: Option<Outcome>,
        boundary: Option<Outcome>,
    ) -> Self {
        let is_square = geometry.variables().len() == geometry.targets().len();
        let own = verdict.own;
        let orientation = match (own.is_nowhere_negative(), own.is_nowhere_positive()) {
            (true, true) => Orientation::Degenerate,
            (true, false) => Orientation::Preserving,
            (false, true) => Orientation::Reversing,
            (false, false) => Orientation::Changes,
        };
        let mut degenerate = Vec::new();
        for face in &verdict.faces {
            degenerate.push(Degenerate {
                place: place_of(geometry, face.axis, f64::from(u8::from(face.is_upper))),
                what: what_is(face.rank, geometry.variables().len()),
                points: section(geometry, face.axis, f64::from(u8::from(face.is_upper))),
            });
        }
        for inside in &verdict.inside {
            let point = geometry.at(&inside.unit);
            degenerate.push(match inside.across {
                Some(axis) => Degenerate {
                    place: place_of(geometry, axis, inside.unit[axis]),
                    what: "det J is zero there, but has one sign on both sides: no fold".to_owned(),
                    points: section(geometry, axis, inside.unit[axis]),
                },
                None => Degenerate {
                    place: named_values(geometry.variables(), &rounded(&point.variables)),
                    what: "det J is zero there".to_owned(),
                    points: vec![point],
                },
            });
        }
        let names = |axes: &[usize]| {
            axes.iter()
                .map(|axis| geometry.variables()[*axis].clone())
                .collect()
        };
        Check {
            orientation,
            one_to_one: verdict.one_to_one,
            because: verdict.because,
            multiplicity: verdict.most,
            least_multiplicity: verdict.least,
            covered_twice: verdict.twice.iter().map(|unit| geometry.at(unit)).collect(),
            twice: verdict.pair.map(|pair| pair.map(|unit| geometry.at(&unit))),
            folds: match is_square {
                true => verdict.folds.iter().map(|unit| geometry.at(unit)).collect(),
                false => Vec::new(),
            },
            degenerate,
            seams: names(&verdict.glued),
            jacobian: [own.min, own.max],
            is_range_proven: own.is_proven,
            measure,
            signed_measure,
            boundary,
            variables: geometry.variables().to_vec(),
            targets: geometry.targets().to_vec(),
        }
    }

    /// Whether the inside and the boundary give one signed measure, where both do; if not, the map jumps, or
    /// has a pole inside.
    pub fn agrees_with_boundary(&self) -> Option<bool> {
        let [inside, boundary] = [self.signed_measure.as_ref()?, self.boundary.as_ref()?];
        let is_known = |of: &Outcome| matches!(of.status, Status::Converged | Status::Roundoff);
        (is_known(inside) && is_known(boundary)).then(|| {
            let allowed = inside.errors[0] + boundary.errors[0];
            let size = self.measure.values[0].abs();
            (inside.values[0] - boundary.values[0]).abs() <= allowed + 1e-9 * size
        })
    }

    /// The measure of the image alone, where it is known how often it is covered: everywhere equally often.
    pub fn measure_of_image(&self) -> Option<f64> {
        let is_known = matches!(self.measure.status, Status::Converged | Status::Roundoff);
        let is_even = self.multiplicity > 0 && self.multiplicity == self.least_multiplicity;
        (is_known && is_even).then(|| self.measure.values[0] / self.multiplicity as f64)
    }
}

/// The integrals of formulas on the unit box, each with its own outcome.
fn measured(formulas: &BoxFormulas, settings: &Settings) -> Result<Vec<Outcome>, Error> {
    let start = Instant::now();
    let whole = integrate_measured(formulas, settings, Measure::Each, start)?;
    let one = |k: usize| Outcome {
        values: vec![whole.values[k]],
        errors: vec![whole.errors[k]],
        ..whole.clone()
    };
    Ok((0..whole.values.len()).map(one).collect())
}

/// What the image of a face without content is.
fn what_is(rank: usize, variables: usize) -> String {
    let face = match variables {
        1 => "end",
        2 => "edge",
        _ => "face",
    };
    match (rank, variables) {
        (0, 2..) => {
            format!("the {face} is one point of the image: it has no content, and does no harm")
        }
        (1, 3..) => {
            format!("the {face} is a curve of the image: it has no content, and does no harm")
        }
        _ => format!("det J is zero on the {face}: it has no content, and does no harm"),
    }
}

/// Points of a section of the unit box: along its other axis where there are two, else its middle.
fn section(geometry: &Geometry<'_>, axis: usize, at: f64) -> Vec<Point> {
    let n = geometry.variables().len();
    let count = if n == 2 { ALONG } else { 1 };
    let point = |k: usize| {
        let other = if n == 2 {
            k as f64 / (ALONG - 1) as f64
        } else {
            0.5
        };
        let mut unit = vec![other; n];
        unit[axis] = at;
        geometry.at(&unit)
    };
    (0..count).map(point).collect()
}

/// `r = 0` where a variable has one value all over a section of the unit box.
fn place_of(geometry: &Geometry<'_>, axis: usize, at: f64) -> String {
    let name = &geometry.variables()[axis];
    let value = |other: f64| {
        let mut unit = vec![other; geometry.variables().len()];
        unit[axis] = at;
        geometry.at(&unit).variables[axis]
    };
    let (first, second) = (value(0.3), value(0.8));
    let is_one = (first - second).abs() <= 1e-9 * (1.0 + first.abs());
    match (is_one, at) {
        (true, _) => named_values(std::slice::from_ref(name), &rounded(&[first])),
        (false, 0.0) => format!("{name} at its lower limit"),
        (false, 1.0) => format!("{name} at its upper limit"),
        (false, _) => format!("{name} at {at} of the way between its limits"),
    }
}

/// Numbers with no more digits than a search gives; what is nearly zero is zero.
fn rounded(values: &[f64]) -> Vec<f64> {
    let round = |x: &f64| {
        let near = (x * 1e9).round() / 1e9;
        if x.is_finite() { near + 0.0 } else { *x }
    };
    values.iter().map(round).collect()
}

/// The check of each kind of domain.
macro_rules! checks {
    ($($domain:ty),*) => {$(
        impl $domain {
            /// What the map does: whether it is one-to-one, folds, or is degenerate.
            ///
            /// ```
            /// use pullback::{Map, OneToOne};
            /// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
            /// let once = polar.over("r = 0..1, t = 0..2*pi")?.check()?;
            /// assert_eq!(once.one_to_one, OneToOne::Proved);
            /// let twice = polar.over("r = 0..1, t = 0..4*pi")?.check()?;
            /// assert_eq!((twice.one_to_one, twice.multiplicity), (OneToOne::No, 2));
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// As for [`Check::of`].
            pub fn check(&self) -> Result<Check, Error> {
                Check::of(self)
            }
        }
    )*};
}

checks!(MappedRegion, InverseRegion);
