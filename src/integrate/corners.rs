//! Singular ends, edges and corners of the unit box, and the changes of coordinates that smooth
//! them.
//!
//! 1. Look at the ends of the axes ([`Ends`]). Where an exponent is a fraction of denominator q,
//!    the coordinate sᵠ leaves whole powers of s only.
//! 2. At every corner of k ≥ 2 axes, take differences of the values along all of them at once, at
//!    ever smaller distances ρ. What depends on fewer axes drops out; what is smooth falls as ρᵏ;
//!    what is singular with homogeneous degree α falls as ρ^α.
//! 3. There the box is cut into cones, one for each axis of the corner, by Duffy's map ([`Cone`]),
//!    and the power of their leading coordinate is smoothed as at an end.
//!
//! M. G. Duffy, "Quadrature over a pyramid or cube of integrands with a singularity at a vertex",
//! SIAM J. Numer. Anal. 19 (1982) 1260–1262.

use super::because::Step;
use super::cuts::{product, toward_ends};
use super::ends::Ends;
use super::meter::{Halt, Metered};
use super::reason::Reason;
use super::task::Task;
use crate::elementary::powi;
use crate::integrand::{Block, Change, Cone, Coordinate, Integrand, Side};

/// Denominators of exponents that a power smooths.
const DENOMINATORS: std::ops::RangeInclusive<i32> = 2..=6;

/// How near the multiple of a measured exponent must be to a whole number.
const NEARLY: f64 = 0.02;

/// The highest power; its exponent is that near to −1.
const HIGHEST_POWER: f64 = 1000.0;

/// An exponent at or below this one may not be integrable.
const DIVERGENT: f64 = -0.97;

/// The distances from a corner: 2^−j for these j. Where it is singular, it must be so at these, too.
const DISTANCES: [i32; 5] = [5, 7, 9, 11, 13];
const CLOSER: [i32; 3] = [25, 37, 50];

/// Exponents that differ by less are those of one singularity.
const SAME: f64 = 0.5;

/// Multiples of the distance along each axis of a corner, without symmetry: the opposite values of
/// an odd function of the direction would cancel.
const MULTIPLES: [[f64; 2]; 4] = [[0.83, 2.31], [1.0, 1.71], [0.64, 1.93], [0.77, 2.07]];

/// Differences below this part of the largest value are rounding errors.
const NOISE: f64 = 1e-11;

/// What is so many times as large is none for certain.
const CERTAIN: f64 = 100.0;

/// How far an exponent must be below that of a smooth function to count as singular.
const CLEARLY: f64 = 0.4;

/// Corners of more axes are looked for only while a look has not taken this many evaluations.
pub(crate) const MOST_EVALUATIONS: u64 = 2500;

/// A corner of some of the axes: an edge if there are others.
struct Corner {
    axes: Vec<usize>,
    /// For every axis of the corner, the end: 0 or 1.
    ends: Vec<usize>,
    /// The degree of the singularity.
    exponent: f64,
}

/// What lies at the ends, edges and corners of a box.
#[derive(Default)]
pub(crate) struct Look {
    /// What lies at the ends of the axes.
    pub(crate) ends: Vec<Ends>,
    /// Changes of coordinates that together cover the box and may smooth the integrand; none where
    /// it needs none or none is known.
    pub(crate) changes: Vec<Change>,
    /// What the changes are for.
    pub(crate) steps: Vec<Step>,
    /// What speaks against the existence of the integral.
    pub(crate) divergences: Vec<Reason>,
}

impl Look {
    /// Whether anything is singular at an end of an axis.
    pub(crate) fn has_singular_ends(&self) -> bool {
        self.ends.iter().any(|e| e.exponents != [None, None])
    }

    /// Whether an integrand grows at an end of an axis, and not as a power of the distance.
    pub(crate) fn has_slow_ends(&self) -> bool {
        self.ends.iter().any(Ends::are_slow)
    }
}

/// The power p for which sᵖ in the place of s turns s^exponent into whole powers; `None` if it has
/// none, or is one.
fn smoothing_power(exponent: f64) -> Option<i32> {
    let off = |x: f64| (x - x.round()).abs();
    if off(exponent) < NEARLY && exponent.round() > -1.0 {
        return None;
    }
    let strength = 1.0 + exponent;
    let fraction = DENOMINATORS
        .into_iter()
        .find(|&q| off(f64::from(q) * exponent) < NEARLY);
    let steep = (1.0 / strength).round();
    if strength > 0.0 && steep <= HIGHEST_POWER && (steep * strength - 1.0).abs() < 1e-3 {
        return Some(steep as i32);
    }
    fraction.filter(|_| exponent > DIVERGENT)
}

/// Looks at the ends, edges and corners of the box.
///
/// # Errors
/// What ends the look.
pub(crate) fn look(integrand: &dyn Integrand, task: &Task<'_>) -> Result<Look, Halt> {
    let n = integrand.dimension();
    let begun = task.used();
    let mut evaluator = task.evaluator(integrand);
    let varying: Vec<usize> = (0..n)
        .filter(|&a| integrand.knowledge().axis_facts(a).varies)
        .collect();
    let mut ends = vec![Ends::default(); n];
    for &axis in &varying {
        ends[axis] = Ends::of(integrand, &mut evaluator, axis)?;
    }
    let powers = ends
        .iter()
        .map(|e| e.of_powers().map(|e| e.and_then(smoothing_power)));
    let powers: Vec<[Option<i32>; 2]> = powers.collect();
    let known = AxesSeen {
        ends: &ends,
        powers: &powers,
        varying: &varying,
    };
    let mut corners: Vec<Corner> = Vec::new();
    for k in 2..=varying.len().min(MULTIPLES.len()) {
        if task.used() - begun > MOST_EVALUATIONS {
            break;
        }
        add_corners(k, integrand, &mut evaluator, &known, &mut corners)?;
    }
    let divergences = divergences(integrand, &ends, &corners);
    let mut steps = Vec::new();
    if !corners.is_empty() {
        steps.push(Step::Duffy);
    }
    let smoothed = (0..n).filter(|&a| powers[a] != [None, None]);
    let names: Vec<String> = smoothed
        .map(|a| integrand.knowledge().axis_name(a))
        .collect();
    if !names.is_empty() {
        steps.push(Step::Powers(names));
    }
    Ok(Look {
        changes: changes(&corners, &powers),
        ends,
        steps,
        divergences,
    })
}

/// What is known of the axes when corners are looked at.
struct AxesSeen<'k> {
    ends: &'k [Ends],
    powers: &'k [[Option<i32>; 2]],
    varying: &'k [usize],
}

/// Adds the corners of k axes at which an integrand is singular.
fn add_corners(
    k: usize,
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    known: &AxesSeen<'_>,
    corners: &mut Vec<Corner>,
) -> Result<(), Halt> {
    let AxesSeen {
        ends: seen,
        powers,
        varying,
    } = known;
    for axes in subsets(varying, k) {
        for ends in 0..1usize << k {
            let ends: Vec<usize> = (0..k).map(|i| ends >> i & 1).collect();
            let at = || axes.iter().zip(&ends);
            // An end that no power smooths is left to the tanh-sinh rule.
            let rough = |(&a, &e): (&usize, &usize)| {
                seen[a].exponents[e].is_some() && powers[a][e].is_none()
            };
            let within = |c: &Corner| {
                let mut pairs = c.axes.iter().zip(&c.ends);
                pairs.all(|pair| at().any(|own| own == pair))
            };
            if at().any(rough) || corners.iter().any(within) {
                continue;
            }
            let of_ends: Vec<i32> = at().map(|(&a, &e)| powers[a][e].unwrap_or(1)).collect();
            let mut degree = |powers: &[i32]| {
                let place = (&axes[..], &ends[..], powers);
                degree_at(integrand, evaluator, place)
            };
            let Some(exponent) = degree(&vec![1; k])? else {
                continue;
            };
            // What singular ends explain is no matter of the corner.
            if of_ends.iter().any(|p| *p > 1) && degree(&of_ends)?.is_none() {
                continue;
            }
            let axes = axes.clone();
            corners.push(Corner {
                axes,
                ends,
                exponent,
            });
        }
    }
    Ok(())
}

/// What speaks against the existence of the integral.
fn divergences(integrand: &dyn Integrand, ends: &[Ends], corners: &[Corner]) -> Vec<Reason> {
    let mut found = Vec::new();
    for (axis, ends) in ends.iter().enumerate() {
        for (exponent, end) in ends.exponents.iter().zip(["lower", "upper"]) {
            if let Some(exponent) = exponent.filter(|e| *e <= DIVERGENT) {
                found.push(Reason::MayDiverge {
                    exponent,
                    from: format!("the {end} end of {}", integrand.knowledge().axis_name(axis)),
                });
            }
        }
    }
    for corner in corners {
        let strength = corner.exponent + corner.axes.len() as f64 - 1.0;
        if strength <= DIVERGENT {
            let names = corner
                .axes
                .iter()
                .map(|&a| integrand.knowledge().axis_name(a));
            let names: Vec<String> = names.collect();
            found.push(Reason::MayDiverge {
                exponent: corner.exponent,
                from: format!("a corner in {}", names.join(", ")),
            });
        }
    }
    found
}

/// The changes that smooth corners and ends; none if there is nothing to smooth.
fn changes(corners: &[Corner], powers: &[[Option<i32>; 2]]) -> Vec<Change> {
    let mut used: Vec<[bool; 2]> = powers.iter().map(|p| p.map(|p| p.is_some())).collect();
    for corner in corners {
        for (&axis, &end) in corner.axes.iter().zip(&corner.ends) {
            used[axis][end] = true;
        }
    }
    if used.iter().all(|used| *used == [false, false]) {
        return Vec::new();
    }
    let sides: Vec<Vec<Side>> = used.iter().map(|used| toward_ends(*used)).collect();
    let mut changes = Vec::new();
    for sides in product(&sides) {
        let end = |axis: usize| usize::from(sides[axis].from == 1.0);
        let power = |axis: usize| powers[axis][end(axis)].unwrap_or(1);
        let mut whole = Change::window(&sides);
        whole.powers = (0..sides.len()).map(power).collect();
        let met = corners.iter().find(|corner| {
            let mut pairs = corner.axes.iter().zip(&corner.ends);
            pairs.all(|(&axis, &e)| end(axis) == e)
        });
        let Some(corner) = met else {
            changes.push(whole);
            continue;
        };
        for &axis in &corner.axes {
            whole.powers[axis] = 1;
        }
        let degree = corner.exponent + (corner.axes.len() - 1) as f64;
        for &leading in &corner.axes {
            let mut change = whole.clone();
            change.powers[leading] = smoothing_power(degree).unwrap_or(1);
            let others = corner.axes.iter().copied().filter(|&a| a != leading);
            change.cone = Some(Cone {
                leading,
                others: others.collect(),
            });
            changes.push(change);
        }
    }
    changes
}

/// All choices of k of some numbers.
fn subsets(of: &[usize], k: usize) -> Vec<Vec<usize>> {
    match (k, of.split_first()) {
        (0, _) => vec![Vec::new()],
        (_, None) => Vec::new(),
        (_, Some((&first, rest))) => {
            let with = subsets(rest, k - 1).into_iter();
            let with = with.map(|tail| [&[first][..], &tail].concat());
            with.chain(subsets(rest, k)).collect()
        }
    }
}

/// The degree of a singularity at a corner, given as its axes, their ends, and the powers of the
/// distance along them; `None` where the integrand looks smooth, or does at last: what is singular beside a corner is
/// not smoothed by what smooths the corner.
fn degree_at(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    place: (&[usize], &[usize], &[i32]),
) -> Result<Option<f64>, Halt> {
    let k = place.0.len();
    let seen = differences_at(integrand, evaluator, place, &DISTANCES)?;
    let degrees = seen.iter().map(|seen| {
        let clear: Vec<&Difference> = seen.iter().take_while(|d| d.is_clear()).collect();
        let exponents = clear.windows(2).map(|pair| pair[0].exponent_to(pair[1]));
        let exponents: Vec<f64> = exponents.collect();
        let [.., second, last] = exponents[..] else {
            return None;
        };
        let singular = |x: f64| x < k as f64 - CLEARLY;
        (singular(second) && singular(last) && (last - second).abs() < SAME).then_some(last)
    });
    let degrees: Vec<Option<f64>> = degrees.collect();
    if degrees.iter().all(Option::is_none) {
        return Ok(None);
    }
    let closer = differences_at(integrand, evaluator, place, &CLOSER)?;
    let kept = degrees.iter().enumerate().filter_map(|(output, degree)| {
        let last = &seen[output][DISTANCES.len() - 1..];
        (*degree).filter(|degree| goes_on(last.iter().chain(&closer[output]), *degree))
    });
    Ok(kept.min_by(f64::total_cmp))
}

/// Whether differences fall with the same power of the distance as long as they are clear, or would be if they did.
fn goes_on<'d>(differences: impl Iterator<Item = &'d Difference>, degree: f64) -> bool {
    let mut last: Option<&Difference> = None;
    for difference in differences {
        if let Some(last) = last {
            let fallen = 2f64.powf(degree * f64::from(last.power - difference.power));
            let expected = (last.value * fallen).abs();
            let is_lost = !difference.value.is_finite() || difference.size == 0.0;
            match difference.is_clear() {
                true if (last.exponent_to(difference) - degree).abs() >= SAME => return false,
                true => {}
                false => return is_lost || expected <= CERTAIN * NOISE * difference.size,
            }
        } else if !difference.is_clear() {
            return true;
        }
        last = Some(difference);
    }
    true
}

/// What values at a distance 2^−power from a corner differ by along all of its axes at once, and the largest of them.
struct Difference {
    power: i32,
    value: f64,
    size: f64,
}

impl Difference {
    fn is_clear(&self) -> bool {
        self.value.is_finite() && self.value.abs() > NOISE * self.size
    }

    /// With what power of the distance it falls to another one.
    fn exponent_to(&self, other: &Difference) -> f64 {
        (self.value / other.value).abs().log2() / f64::from(other.power - self.power)
    }
}

/// For every output its differences at a corner at distances 2^−j, for these j.
fn differences_at(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    (axes, ends, powers): (&[usize], &[usize], &[i32]),
    distances: &[i32],
) -> Result<Vec<Vec<Difference>>, Halt> {
    let k = axes.len();
    let per_scale = 1 << k;
    let nodes = distances.len() * per_scale;
    let mut factors = vec![1.0; nodes];
    let mut along = |i: usize| -> Vec<f64> {
        let place = |node: usize| {
            let (scale, choice) = (node / per_scale, node % per_scale);
            let s = 2f64.powi(-distances[scale]) * MULTIPLES[i][choice >> i & 1];
            factors[node] *= powi(s, powers[i] - 1);
            let v = powi(s, powers[i]);
            if ends[i] == 1 { 1.0 - v } else { v }
        };
        (0..nodes).map(place).collect()
    };
    let rows: Vec<Vec<f64>> = (0..k).map(&mut along).collect();
    let coordinate = |axis: usize| match axes.iter().position(|&a| a == axis) {
        Some(i) => Coordinate::Each(&rows[i]),
        None => Coordinate::Same(((axis * 3 + 1) as f64 * std::f64::consts::SQRT_2).fract()),
    };
    let coordinates: Vec<_> = (0..integrand.dimension()).map(coordinate).collect();
    let mut values = vec![0.0; integrand.outputs() * nodes];
    evaluator.evaluate(&Block::new(&coordinates, nodes), &mut values)?;
    let found = values.chunks_mut(nodes).map(|values| {
        values.iter_mut().zip(&factors).for_each(|(v, f)| *v *= f);
        let differences = values
            .chunks(per_scale)
            .zip(distances)
            .map(|(values, power)| {
                let signed = values.iter().enumerate();
                let sign = |choice: usize| {
                    if choice.count_ones().is_multiple_of(2) {
                        1.0
                    } else {
                        -1.0
                    }
                };
                Difference {
                    power: *power,
                    value: signed.map(|(choice, v)| sign(choice) * v).sum(),
                    size: values.iter().fold(0.0, |m, v| m.max(v.abs())),
                }
            });
        differences.collect()
    });
    Ok(found.collect())
}
