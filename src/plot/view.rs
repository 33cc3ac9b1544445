//! From where a box in space is seen best: so that none of its plane faces is seen edge-on.

use super::deformation::Sample;
use super::lattice::{Face, Lattice};
use super::panel::Panel;
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

/// The view of what lies in a panel: the usual one, if that shows no face edge-on, else of several the one that turns the face
/// that is worst turned the most.
pub(super) fn best(
    panel: &Panel,
    lattice: &Lattice,
    samples: &[Sample],
    part: impl Fn(&Sample) -> &[f64],
) -> View {
    let Panel::Space(space) = panel else {
        return View::default();
    };
    let point = |sample: usize| {
        let own = part(&samples[sample]);
        [own[0], own[1], own[2]]
    };
    let normals = normals(space, lattice, point);
    let least = |view: &View| {
        let mut space = space.clone();
        space.look_from(*view);
        let turned = normals.iter().filter_map(|normal| space.facing(*normal));
        turned.map(f64::abs).fold(1.0, f64::min)
    };
    let usual = View::default();
    if least(&usual) >= ENOUGH {
        return usual;
    }
    let azimuths = [
        -50.0, -70.0, -40.0, -30.0, 30.0, 40.0, 50.0, 60.0, -110.0, -130.0, 130.0,
    ];
    let views = [25.0, 20.0, 32.0]
        .into_iter()
        .flat_map(|elevation| azimuths.map(|azimuth| View { azimuth, elevation }));
    let scored = views.map(|view| (least(&view).min(2.0 * ENOUGH), view));
    // The first of the best.
    let best = scored.fold((least(&usual), usual), |best, next| {
        if next.0 > best.0 { next } else { best }
    });
    best.1
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
