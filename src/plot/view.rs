//! From where boxes in space are seen best: so that none of their plane faces is seen edge-on, and that what is taken
//! out of a solid is seen.

use super::body::Body;
use super::deformation::{Deformation, Sample};
use super::lattice::{Face, Lattice};
use super::look::Look;
use super::panel::Panel;
use super::shape::Area;
use super::shown::Shown;
use super::space::Space;
use super::style::View;

/// A face is plane if the sum of the normals of its parts is so much of the sum of their lengths.
const PLANE: f64 = 0.995;
/// A face with so little of the greatest area is none.
const SMALL: f64 = 1e-3;
/// What is turned from the line of sight by so much, as a sine, is not seen edge-on.
const ENOUGH: f64 = 0.2;
/// Parts of a face along each axis.
const PARTS: usize = 6;

/// Turns the eye of both panels: to the usual view, if that shows no face edge-on and what is taken out of a solid
/// leaves one body in the region, else to the first of several that do so, else to that which turns the face that is
/// worst turned the most.
pub(super) fn turn(
    deformation: &Deformation,
    lattice: &Lattice,
    look: &Look,
    [left, right]: [&mut Panel; 2],
) {
    // Any will do: what is near to the eye is so in any size.
    for panel in [&mut *left, &mut *right] {
        panel.set_area(Area {
            left: 0.0,
            top: 0.0,
            width: 400.0,
            height: 400.0,
        });
    }
    let samples = &deformation.samples;
    let of = |panel: &Panel, part: fn(&Sample) -> &[f64]| match panel {
        Panel::Space(space) => {
            let point = |sample: usize| {
                let own = part(&samples[sample]);
                [own[0], own[1], own[2]]
            };
            normals(space, lattice, point)
        }
        Panel::Flat(_) => Vec::new(),
    };
    let normals = [of(left, |s| &s.source), of(right, |s| &s.image)];
    // The least sine between a plane face and the line of sight, and whether the region stays in one.
    let mut from = |view: View| {
        let mut least: f64 = 1.0;
        for (panel, normals) in [&mut *left, &mut *right].into_iter().zip(&normals) {
            panel.look_from(view);
            if let Panel::Space(space) = panel {
                let turned = normals.iter().filter_map(|normal| space.facing(*normal));
                least = turned.map(f64::abs).fold(least, f64::min);
            }
        }
        let is_whole = || {
            let shown = Shown::new(deformation, lattice, look, left, right);
            Body::of(&shown, false).leaves_one(lattice)
        };
        (least, least >= ENOUGH && is_whole())
    };
    let azimuths = [
        30.0, 60.0, -50.0, -70.0, -40.0, -30.0, 40.0, 50.0, -110.0, -130.0, 130.0,
    ];
    let others = [25.0, 20.0, 32.0]
        .into_iter()
        .flat_map(|elevation| azimuths.map(|azimuth| View { azimuth, elevation }));
    let mut best = (f64::NEG_INFINITY, View::default());
    for view in [View::default()].into_iter().chain(others) {
        let (least, is_good) = from(view);
        if is_good {
            return;
        }
        // The first of the best.
        if least.min(2.0 * ENOUGH) > best.0 {
            best = (least.min(2.0 * ENOUGH), view);
        }
    }
    from(best.1);
}

/// The normals of the plane faces that have an area.
fn normals(space: &Space, lattice: &Lattice, point: impl Fn(usize) -> [f64; 3]) -> Vec<[f64; 3]> {
    let length = |v: &[f64; 3]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let of = |face: Face| {
        let [a, b] = face.axes.map(|axis| lattice.points(axis) - 1);
        let point = |i: usize, j: usize| point(lattice.at(face, [i * a / PARTS, j * b / PARTS]));
        let (mut sum, mut lengths) = ([0.0; 3], 0.0);
        for (i, j) in (0..PARTS).flat_map(|i| (0..PARTS).map(move |j| (i, j))) {
            let [p, q, r, s] = [
                point(i, j),
                point(i + 1, j),
                point(i, j + 1),
                point(i + 1, j + 1),
            ];
            for normal in [space.normal([p, q, r]), space.normal([s, r, q])] {
                if normal.iter().all(|v| v.is_finite()) {
                    lengths += length(&normal);
                    sum = [0, 1, 2].map(|k| sum[k] + normal[k]);
                }
            }
        }
        (sum, lengths)
    };
    let faces: Vec<([f64; 3], f64)> = lattice.faces().into_iter().map(of).collect();
    let largest = faces.iter().map(|face| face.1).fold(0.0, f64::max);
    let is_plane = |(sum, lengths): &&([f64; 3], f64)| {
        *lengths > SMALL * largest && length(sum) > PLANE * lengths
    };
    faces.iter().filter(is_plane).map(|face| face.0).collect()
}
