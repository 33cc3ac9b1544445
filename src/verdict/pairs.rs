//! Whether no two points of the unit box have one image, by bounds on pairs of boxes.
//!
//! 1. Two boxes whose images are apart hold no such points.
//! 2. Nor do two boxes on whose hull every Jacobian, times the inverse of that in the middle, has a dominant
//!    diagonal: φ(a) − φ(b) = M(a − b), where the rows of M are rows of Jacobians on the hull.
//! 3. Other pairs are halved. Across faces that are glued, where the map goes on periodically, a hull may
//!    reach beyond the box.
//!
//! D. Gale, H. Nikaido, "The Jacobian matrix and global univalence of mappings", Math. Annalen 159 (1965)
//! 81–93; R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! chapters 7 and 8.

use nalgebra::DMatrix;

use super::mapping::{Boxes, Mapping, Points};
use crate::expr::bounds::ranges::Interval;
use crate::scatter::Scatter;

/// Boxes are not halved further than to this width.
const SHORTEST: f64 = 1e-4;

/// Images are one place if they differ by less than this part of their size.
const SAME: f64 = 1e-10;

/// Points at which faces are compared.
const POINTS: usize = 24;

/// Whether bounds show that no two points have one image, looking at so many pairs at most.
pub(crate) fn are_apart(mapping: &Mapping, most: usize) -> bool {
    let Some(mut boxes) = mapping.boxes() else {
        return false;
    };
    let mut points = mapping.points();
    let glued: Vec<usize> = (0..mapping.n)
        .filter(|axis| is_glued(mapping, &mut points, *axis))
        .collect();
    let whole = vec![Interval { lo: 0.0, hi: 1.0 }; mapping.n];
    let mut open = vec![[whole.clone(), whole]];
    let mut looked_at = 0;
    while let Some([a, b]) = open.pop() {
        looked_at += 1;
        if looked_at > most {
            return false;
        }
        let is_done = a != b && are_images_apart(&mut boxes, &a, &b)
            || is_regular(mapping, &mut boxes, &mut points, &hull(&a, &b))
            || glued.iter().any(|&axis| {
                // The farther of the two is moved by a period, to lie beside the other.
                [1.0, -1.0].iter().any(|by| {
                    let mut moved = b.clone();
                    moved[axis] = Interval {
                        lo: b[axis].lo + by,
                        hi: b[axis].hi + by,
                    };
                    let all = hull(&a, &moved);
                    all[axis].hi - all[axis].lo < 1.0
                        && is_regular(mapping, &mut boxes, &mut points, &all)
                })
            });
        if is_done {
            continue;
        }
        let longest = |sides: &[Interval]| {
            let widths = sides.iter().map(|side| side.hi - side.lo).enumerate();
            widths.fold(
                (0, 0.0),
                |best, (axis, width)| {
                    if width > best.1 { (axis, width) } else { best }
                },
            )
        };
        let ((axis, wide), (other, other_wide)) = (longest(&a), longest(&b));
        if wide.max(other_wide) < SHORTEST {
            return false;
        }
        if a == b {
            let [first, second] = halves(&a, axis);
            open.extend([
                [first.clone(), first.clone()],
                [second.clone(), second.clone()],
                [first, second],
            ]);
        } else if wide >= other_wide {
            open.extend(halves(&a, axis).map(|half| [half, b.clone()]));
        } else {
            open.extend(halves(&b, other).map(|half| [a.clone(), half]));
        }
    }
    true
}

/// Whether the map goes on at the upper end of an axis as it began at the lower one.
fn is_glued(mapping: &Mapping, points: &mut Points<'_>, axis: usize) -> bool {
    let scattered = Scatter::golden(mapping.n);
    (1..=POINTS).all(|k| {
        let mut unit = scattered.point(k);
        let [from, to] = [0.0, 1.0].map(|at| {
            unit[axis] = at;
            points.at(&unit)
        });
        let pairs = from.targets.iter().zip(&to.targets);
        let slopes = from.slopes.iter().zip(&to.slopes);
        let size = from
            .slopes
            .iter()
            .fold(0.0f64, |size, slope| size.max(slope.abs()));
        size > 0.0
            && pairs
                .chain(slopes)
                .all(|(a, b)| (a - b).abs() <= SAME * size)
    })
}

fn hull(a: &[Interval], b: &[Interval]) -> Vec<Interval> {
    a.iter().zip(b).map(|(a, b)| a.hull(*b)).collect()
}

fn halves(sides: &[Interval], axis: usize) -> [Vec<Interval>; 2] {
    sides[axis].halves().map(|half| {
        let mut sides = sides.to_vec();
        sides[axis] = half;
        sides
    })
}

fn are_images_apart(boxes: &mut Boxes<'_>, a: &[Interval], b: &[Interval]) -> bool {
    let mut image = |sides: &[Interval]| -> Vec<Interval> {
        boxes.turn_to(sides);
        (0..boxes.m).map(|k| boxes.target(k)).collect()
    };
    let (a, b) = (image(a), image(b));
    a.iter().zip(&b).any(|(a, b)| a.hi < b.lo || b.hi < a.lo)
}

/// Whether all Jacobians on a box, times the inverse of that in its middle, have a dominant diagonal.
fn is_regular(
    mapping: &Mapping,
    boxes: &mut Boxes<'_>,
    points: &mut Points<'_>,
    sides: &[Interval],
) -> bool {
    let (n, m) = (mapping.n, mapping.m);
    let middle: Vec<f64> = sides.iter().map(|side| side.middle()).collect();
    let here = points.at(&middle);
    let slopes = DMatrix::from_row_slice(m, n, &here.slopes);
    if !slopes.iter().all(|slope| slope.is_finite()) {
        return false;
    }
    let Ok(inverse) = slopes.pseudo_inverse(1e-12) else {
        return false;
    };
    boxes.turn_to(sides);
    let all: Vec<Interval> = (0..m * n).map(|k| boxes.slope(k / n, k % n)).collect();
    if !all
        .iter()
        .all(|slope| slope.lo.is_finite() && slope.hi.is_finite())
    {
        return false;
    }
    (0..n).all(|i| {
        let entry = |j: usize| {
            (0..m).fold(Interval::point(0.0), |sum, k| {
                let number = inverse[(i, k)];
                sum + Interval::point(number) * all[k * n + j]
            })
        };
        let others: f64 = (0..n).filter(|j| *j != i).map(|j| entry(j).largest()).sum();
        entry(i).lo > others
    })
}
