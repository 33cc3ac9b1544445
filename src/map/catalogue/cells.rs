//! Cells by their corners: triangles, quadrilaterals, hexahedra.
//!
//! 1. A triangle is a square of which one side shrinks to a corner (Duffy's map); the others are
//!    products of linear functions that are 1 in one corner and 0 in the others.
//! 2. The determinant in the plane is linear: cross products of edges.
//! 3. The volume of a hexahedron, whose faces are bilinear, is a sum of three triple products.
//!
//! M. G. Duffy, "Quadrature over a pyramid or cube of integrands with a singularity at a vertex", SIAM
//! J. Numer. Anal. 19 (1982) 1260–1262. J. Grandy, "Efficient computation of volume of hexahedral
//! cells", Lawrence Livermore National Laboratory, UCRL-ID-128886 (1997), eq. (12).

use super::entry::Entry;
use super::plane::unit;

pub(super) fn entries() -> Vec<Entry> {
    vec![triangle(), quadrilateral(), hexahedron()]
}

/// The entry with the coordinates of its corners as arguments: `x1, y1, x2, …`.
fn with_corners(mut entry: Entry, axes: &[&str], corners: &[&[u8]]) -> Entry {
    for (k, corner) in (1..).zip(corners) {
        for (axis, at) in axes.iter().zip(*corner) {
            entry = entry.numbers(&[(&format!("{axis}{k}"), &at.to_string())]);
        }
    }
    entry
}

fn triangle() -> Entry {
    const TWICE: &str = "(x2 - x1)*(y3 - y1) - (x3 - x1)*(y2 - y1)";
    let coordinate = |c: &str| format!("{c}1 + u*({c}2 - {c}1 + v*({c}3 - {c}2))");
    let entry = Entry::new(
        "triangle",
        "triangle by its corners (x1, y1), (x2, y2), (x3, y3): u from the first, v along the side ahead",
        &[unit("u"), unit("v")],
        &[("x", &coordinate("x")), ("y", &coordinate("y"))],
        &format!("abs({TWICE})/2"),
    );
    with_corners(entry, &["x", "y"], &[&[0, 0], &[1, 0], &[0, 1]])
        .with_determinant(&format!("u*({TWICE})"))
}

/// The corners of the unit cube, once around below and once above; those of the square are the first.
const CORNERS: [[u8; 3]; 8] = [
    [0, 0, 0],
    [1, 0, 0],
    [1, 1, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 1],
    [1, 1, 1],
    [0, 1, 1],
];

/// The map that is linear in every variable, with the corners at those of the unit box.
fn multilinear(axis: &str, variables: &[&str]) -> String {
    let corners = CORNERS.iter().take(1 << variables.len());
    let term = |(k, corner): (usize, &[u8; 3])| {
        let factors = variables.iter().zip(corner).map(|(variable, at)| match at {
            0 => format!("*(1 - {variable})"),
            _ => format!("*{variable}"),
        });
        format!("{axis}{}", k + 1) + &factors.collect::<String>()
    };
    let terms: Vec<String> = corners.enumerate().map(term).collect();
    terms.join(" + ")
}

fn quadrilateral() -> Entry {
    let coordinate = |c: &str| multilinear(c, &["u", "v"]);
    let entry = Entry::new(
        "quadrilateral",
        "convex quadrilateral by its corners (x1, y1) to (x4, y4), once around it",
        &[unit("u"), unit("v")],
        &[("x", &coordinate("x")), ("y", &coordinate("y"))],
        "abs((x3 - x1)*(y4 - y2) - (x4 - x2)*(y3 - y1))/2",
    );
    let corners = CORNERS.each_ref().map(|corner| &corner[..2]);
    with_corners(entry, &["x", "y"], &corners[..4]).with_determinant(
        "(x2 - x1)*(y4 - y1) - (x4 - x1)*(y2 - y1) \
         + u*((x2 - x1)*(y3 - y4) - (x3 - x4)*(y2 - y1)) \
         + v*((x3 - x2)*(y4 - y1) - (x4 - x1)*(y3 - y2))",
    )
}

fn hexahedron() -> Entry {
    let coordinate = |c: &str| multilinear(c, &["u", "v", "w"]);
    let entry = Entry::new(
        "hexahedron",
        "hexahedron by its corners (x1, y1, z1) to (x8, y8, z8): around the floor, then the top above it",
        &[unit("u"), unit("v"), unit("w")],
        &["x", "y", "z"]
            .map(|c| (c, coordinate(c)))
            .each_ref()
            .map(|(c, f)| (*c, f.as_str())),
        &volume(),
    );
    let corners = CORNERS.each_ref().map(|corner| &corner[..]);
    with_corners(entry, &["x", "y", "z"], &corners)
}

/// The volume of a hexahedron.
fn volume() -> String {
    // Sums of edges and diagonals, as pairs of corners: from the second to the first.
    let sums: [[&[[u8; 2]]; 3]; 3] = [
        [&[[7, 2], [8, 1]], &[[7, 4]], &[[3, 1]]],
        [&[[8, 1]], &[[7, 4], [6, 1]], &[[7, 5]]],
        [&[[7, 2]], &[[6, 1]], &[[7, 5], [3, 1]]],
    ];
    let component = |sum: &[[u8; 2]], axis: &str| {
        let terms = sum
            .iter()
            .map(|[to, from]| format!("{axis}{to} - {axis}{from}"));
        format!("({})", terms.collect::<Vec<_>>().join(" + "))
    };
    let triple = |[a, b, c]: &[&[[u8; 2]]; 3]| {
        let cross = |y: &str, z: &str| {
            let [by, bz, cy, cz] = [(b, y), (b, z), (c, y), (c, z)].map(|(s, c)| component(s, c));
            format!("({by}*{cz} - {bz}*{cy})")
        };
        let products = [("x", "y", "z"), ("y", "z", "x"), ("z", "x", "y")];
        let products = products.map(|(x, y, z)| component(a, x) + "*" + &cross(y, z));
        products.join(" + ")
    };
    format!("abs({})/12", sums.each_ref().map(triple).join(" + "))
}
