//! The verdict on elements: against exact arithmetic, against many points, and where it is known.

use pullback::mesh::{ElementCheck, Elements, MeshCheck, Shape, Validity};
use pullback::{Error, Mesh};

use crate::exact::{Polynomial, is_positive, shape_functions};
use crate::shapes::{Made, ball};

/// Whole numbers over 4096 from −1 to 1 that look random.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % 8193) as f64 / 4096.0 - 1.0
    }
}

/// A reference element whose nodes are moved by up to `amplitude`, all to whole numbers over 4096.
fn moved(shape: Shape, order: usize, amplitude: f64, random: &mut Random) -> Vec<[f64; 3]> {
    let whole = |x: f64| (x * 4096.0).round() / 4096.0;
    let n = shape.dimension();
    let mut node = |place: [f64; 3]| {
        let mut at = [0.0; 3];
        for axis in 0..n {
            at[axis] = whole(place[axis] + amplitude * random.next());
        }
        at
    };
    shape.places(order).into_iter().map(&mut node).collect()
}

fn check(shape: Shape, order: usize, nodes: &[[f64; 3]]) -> MeshCheck {
    let elements = Elements::new(shape, order, (0..nodes.len()).collect());
    let mesh = Mesh::from_nodes_and_elements(nodes, [elements]).unwrap();
    mesh.check().unwrap()
}

fn one(shape: Shape, order: usize, nodes: &[[f64; 3]]) -> ElementCheck {
    check(shape, order, nodes).elements.remove(0)
}

/// Derivatives of all shape functions at points of a grid on the reference element: by their powers, which
/// come with what they are multiplied by.
fn slopes(shape: Shape, functions: &[Polynomial], below: f64) -> Vec<Vec<[f64; 3]>> {
    let n = shape.dimension();
    let steps: usize = match shape {
        Shape::Triangle | Shape::Quadrilateral => 16,
        Shape::Tetrahedron => 8,
        _ => 5,
    };
    let slopes: Vec<_> = functions
        .iter()
        .map(|f| [0, 1, 2].map(|axis| f.slope(axis)))
        .collect();
    let along = |f: usize, axis: usize, at: [f64; 3]| {
        // In the coordinates of the unit box, derivatives along ξ and η are those along a and b over 1 − c.
        let rest = match shape {
            Shape::Pyramid if axis < 2 => 1.0 - at[2],
            _ => 1.0,
        };
        match axis < n {
            true => slopes[f][axis].value(at) / (below * rest),
            false => 0.0,
        }
    };
    let inside = |at: &[f64; 3]| match shape {
        Shape::Quadrilateral | Shape::Hexahedron => true,
        Shape::Prism => at[0] + at[1] <= 1.0,
        Shape::Pyramid => at[2] < 1.0,
        _ => at.iter().sum::<f64>() <= 1.0,
    };
    let count = (steps + 1).pow(n as u32);
    let points = (0..count).map(|k| {
        let step = |axis: u32| (k / (steps + 1).pow(axis) % (steps + 1)) as f64 / steps as f64;
        [step(0), step(1), if n == 3 { step(2) } else { 0.0 }]
    });
    points
        .filter(inside)
        .map(|at| {
            let each = 0..functions.len();
            each.map(|f| [0, 1, 2].map(|axis| along(f, axis, at)))
                .collect()
        })
        .collect()
}

/// det J by the derivatives of shape functions.
fn determinant(n: usize, nodes: &[[f64; 3]], slopes: &[[f64; 3]]) -> f64 {
    let mut m = [[0.0; 3]; 3];
    for (node, slope) in nodes.iter().zip(slopes) {
        for i in 0..n {
            for j in 0..n {
                m[i][j] += node[i] * slope[j];
            }
        }
    }
    match n {
        2 => m[0][0] * m[1][1] - m[0][1] * m[1][0],
        _ => {
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
                - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
                + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        }
    }
}

/// Shapes and orders with amplitudes at which about half of the elements are valid, and how many there are.
const KINDS: [(Shape, usize, f64, usize); 12] = [
    (Shape::Triangle, 2, 0.2, 2000),
    (Shape::Triangle, 3, 0.095, 1500),
    (Shape::Quadrilateral, 2, 0.22, 1500),
    (Shape::Quadrilateral, 3, 0.1, 1200),
    (Shape::Tetrahedron, 2, 0.12, 1000),
    (Shape::Tetrahedron, 3, 0.055, 600),
    (Shape::Hexahedron, 2, 0.12, 450),
    (Shape::Hexahedron, 3, 0.05, 250),
    (Shape::Prism, 2, 0.12, 450),
    (Shape::Prism, 3, 0.05, 300),
    (Shape::Pyramid, 2, 0.12, 450),
    (Shape::Pyramid, 3, 0.05, 300),
];

#[test]
fn ten_thousand_random_elements_are_told_as_exact_arithmetic_tells_them() {
    let mut random = Random(11);
    let (mut all, mut valid, mut invalid, mut exact) = (0, 0, 0, 0);
    for (shape, order, amplitude, count) in KINDS {
        let elements: Vec<_> = (0..count)
            .map(|_| moved(shape, order, amplitude, &mut random))
            .collect();
        let checked = check(shape, order, &elements.concat()).elements;
        assert_eq!(checked.len(), count);
        let (functions, below) = shape_functions(shape, order);
        let slopes = slopes(shape, &functions, below.to_string().parse().unwrap());
        let n = shape.dimension();
        for (nodes, element) in elements.iter().zip(&checked) {
            all += 1;
            let [low, high] = element.jacobian;
            let values = slopes.iter().map(|slopes| determinant(n, nodes, slopes));
            let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
                (a.min(x), b.max(x))
            });
            // Sums of some twenty terms of at most 10, multiplied: a hundred roundings.
            let rounding = 1e-12 * high.abs().max(low.abs());
            let context = format!("{shape} {order}: {element:?} {least} {most} {nodes:?}");
            assert!(
                low <= least + rounding && most <= high + rounding,
                "{context}"
            );
            match element.validity {
                Validity::Valid => {
                    valid += 1;
                    assert!(
                        low > 0.0 && least > 0.0 && element.quality > 0.0,
                        "{context}"
                    );
                }
                Validity::Invalid => {
                    invalid += 1;
                    let there = element.least.determinant;
                    assert!(
                        there <= 0.0 && low <= there && element.quality <= 0.0,
                        "{context}"
                    );
                }
                // Within a width of 1e-10.
                _ => assert!(
                    (element.least.determinant - low) < 1e-10 * high,
                    "{context}"
                ),
            }
        }
        println!("{shape} {order}: {valid} of {all} valid so far");
        // Some of all, and those that are nearest to the boundary.
        let mut order_of: Vec<usize> = (0..count).collect();
        order_of.sort_by(|a, b| {
            let near = |k: &usize| checked[*k].least.determinant.abs();
            near(a).total_cmp(&near(b))
        });
        let nearest = order_of[..20].iter().copied();
        for k in nearest.chain((0..count).step_by(count / 20)) {
            exact += 1;
            let told = match checked[k].validity {
                Validity::Valid => true,
                Validity::Invalid => false,
                _ => continue,
            };
            let nodes = &elements[k];
            assert_eq!(
                told,
                is_positive(shape, &functions, nodes),
                "{shape} {order} {nodes:?}"
            );
        }
    }
    println!("{all} elements, {valid} valid, {invalid} invalid, {exact} decided exactly");
    assert_eq!(all, 10_000);
    assert!(exact >= 480);
    // No random polynomial comes as near to zero as 1e-10.
    assert_eq!(valid + invalid, all);
    assert!((3500..6500).contains(&valid), "{valid}");
}

/// Solids, and the greatest of `places` of each.
const SOLIDS: [Shape; 4] = [
    Shape::Tetrahedron,
    Shape::Hexahedron,
    Shape::Prism,
    Shape::Pyramid,
];

/// How near bound and value of the least det J are, as a part of the greatest.
fn width(element: &ElementCheck) -> f64 {
    (element.least.determinant - element.jacobian[0]) / element.jacobian[1]
}

#[test]
fn random_solids_between_valid_and_invalid_are_known_to_1e_10() {
    // Nodes are moved along until det J comes to zero somewhere: at corners, on edges, faces and inside.
    let mut random = Random(3);
    for shape in SOLIDS {
        for (order, count) in [(2, 5), (3, 4), (4, 3)] {
            for _ in 0..count {
                let places = shape.places(order);
                let moves = places.iter().map(|_| [0; 3].map(|_| random.next()));
                let moves: Vec<[f64; 3]> = moves.collect();
                let at = |s: f64| {
                    let nodes = places.iter().zip(&moves);
                    let nodes = nodes.map(|(x, m)| [0, 1, 2].map(|k| x[k] + s * m[k]));
                    one(shape, order, &nodes.collect::<Vec<_>>())
                };
                let (mut low, mut high) = (0.0, 0.5);
                while high - low > 1e-15 {
                    let middle = 0.5 * (low + high);
                    let element = at(middle);
                    match element.validity {
                        Validity::Valid => low = middle,
                        Validity::Invalid => high = middle,
                        _ => {
                            // 1e-10 of the greatest coefficient, which is as much as a hundred times the
                            // greatest value on hexahedra of order 4, of degree 11 along each axis; by doubles
                            // alone it were 1e-6.
                            let width = width(&element);
                            assert!(width < 1e-8, "{shape} {order}: {width:e}");
                            assert!(order > 2 || width < 1e-9, "{shape} {order}: {width:e}");
                            break;
                        }
                    }
                }
                // The least det J falls by more than 0.01 of its greatest coefficient for each unit of s.
                assert!(
                    at(low + 1e-6).validity == Validity::Invalid,
                    "{shape} {order}"
                );
                assert!(
                    at(low - 1e-6).validity == Validity::Valid,
                    "{shape} {order}"
                );
            }
        }
    }
}

/// An element of z = z(ξ, η, ζ), det J = ∂z/∂ζ.
fn lifted(shape: Shape, order: usize, z: impl Fn([f64; 3]) -> f64) -> ElementCheck {
    let places = shape.places(order).into_iter();
    let nodes: Vec<_> = places.map(|p| [p[0], p[1], z(p)]).collect();
    one(shape, order, &nodes)
}

/// Whether det J is told to be positive or not where it is off zero by 1e-9 and more, and never wrongly.
fn expect(told: impl Fn(f64) -> ElementCheck, context: &str) {
    for off in [1e-8, 1e-9, 1e-11, 0.0, -1e-11, -1e-9, -1e-8] {
        let element = told(off);
        let context = format!("{context} {off:e}: {element:?}");
        if off >= 1e-9 {
            assert_eq!(element.validity, Validity::Valid, "{context}");
        } else if off <= -1e-9 {
            assert_eq!(element.validity, Validity::Invalid, "{context}");
        } else {
            // Below the rounding of nodes it may be either.
            assert!(
                off <= 0.0 || element.validity != Validity::Invalid,
                "{context}"
            );
            assert!(
                off >= 0.0 || element.validity != Validity::Valid,
                "{context}"
            );
            let is_near = element.validity != Validity::Undecided || width(&element) < 2e-10;
            assert!(is_near, "{context}");
        }
    }
}

#[test]
fn solids_whose_determinant_touches_zero_at_a_point_are_known_to_1e_10() {
    for shape in SOLIDS {
        // Inside, on an edge, in a corner.
        for [a, b, c] in [[0.23, 0.31, 0.37], [0.0, 0.0, 0.37], [0.0; 3]] {
            let z = |off: f64, [x, y, z]: [f64; 3]| {
                let flat = (x - a).powi(2) + (y - b).powi(2);
                (off + flat) * z + (z - c).powi(3) / 3.0
            };
            let told = |off| lifted(shape, 3, |p| z(off, p));
            expect(told, &format!("{shape} {a} {b} {c}"));
        }
    }
}

#[test]
fn hexahedra_whose_determinant_touches_zero_on_lines_and_planes_are_known_to_1e_10() {
    for order in [3, 4] {
        // Along an axis, oblique, and on an oblique plane: thousands of boxes, were it not for paraboloids.
        for kind in 0..3 {
            let z = |off: f64, [x, y, z]: [f64; 3]| {
                let (a, b, c) = (x - 0.23, y - 0.31, z - 0.37);
                let bent = match kind {
                    0 => a * a * z + c.powi(3) / 3.0,
                    1 => (a - b).powi(2) * z + c.powi(3) / 3.0,
                    _ => (a - b + c).powi(3) / 3.0,
                };
                off * z + bent
            };
            let told = |off| lifted(Shape::Hexahedron, order, |p| z(off, p));
            expect(told, &format!("{order} {kind}"));
        }
    }
}

#[test]
fn curved_discs_and_balls_are_valid() {
    let shapes = [
        Shape::Triangle,
        Shape::Quadrilateral,
        Shape::Tetrahedron,
        Shape::Hexahedron,
        Shape::Prism,
    ];
    for shape in shapes {
        for order in 1..=3 {
            let checked = ball(shape, order, 2).mesh().check().unwrap();
            assert!(checked.is_valid(), "{shape} {order}");
            assert_eq!(
                checked.histogram().iter().sum::<usize>(),
                checked.elements.len()
            );
            let worst = checked.worst().unwrap();
            assert!(worst.quality > 0.01, "{shape} {order}: {worst:?}");
        }
    }
}

#[test]
fn reference_elements_have_one_determinant_and_their_quality() {
    for shape in Shape::ALL.into_iter().filter(|shape| shape.dimension() > 1) {
        for order in 1..=4 {
            let element = one(shape, order, &shape.places(order));
            assert_eq!(element.validity, Validity::Valid);
            // The bound of rounding for 125 nodes with shares of up to 14³, as it is documented.
            let far = element.jacobian.map(|det| (det - 1.0).abs());
            assert!(
                far.iter().all(|far| *far < 2e-7),
                "{shape} {order}: {far:?}"
            );
        }
    }
    let side = 3f64.sqrt() / 2.0;
    let regular = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, side, 0.0]];
    let quality = one(Shape::Triangle, 1, &regular).quality;
    assert!((quality - 1.0).abs() < 1e-15, "{quality}");
    let apex = [0.5, side / 3.0, (2f64 / 3.0).sqrt()];
    let quality = one(Shape::Tetrahedron, 1, &[&regular[..], &[apex]].concat()).quality;
    assert!((quality - 1.0).abs() < 1e-15, "{quality}");
    let square = [
        [0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [1.0, 1.0, 0.0],
        [0.0, 1.0, 0.0],
    ];
    let apex = [0.5, 0.5, 0.5f64.sqrt()];
    let quality = one(Shape::Pyramid, 1, &[&square[..], &[apex]].concat()).quality;
    assert!((quality - 1.0).abs() < 1e-15, "{quality}");
}

#[test]
fn a_node_on_the_quarter_of_an_edge_makes_the_corner_degenerate() {
    // x(ξ, 0) = ξ²: the derivative at the corner (0, 0) is 0, and with it det J. What is nearer to the corner
    // folds, what is farther from it does not.
    let quarter = |x: f64| {
        let mut nodes = Shape::Triangle.places(2);
        nodes[3][0] = x;
        one(Shape::Triangle, 2, &nodes)
    };
    let element = quarter(0.25);
    assert_eq!(element.validity, Validity::Undecided);
    assert_eq!(element.least.determinant, 0.0);
    assert_eq!(element.least.at, [0.0, 0.0]);
    // The bound of rounding, which is what cannot be told from zero.
    assert!(element.jacobian[0] > -1e-11, "{element:?}");
    assert_eq!(quarter(0.2500001).validity, Validity::Valid);
    let folded = quarter(0.2499999);
    assert_eq!(folded.validity, Validity::Invalid);
    // 4x − 1 at the corner.
    assert!(
        (folded.least.determinant + 4e-7).abs() < 1e-14,
        "{folded:?}"
    );
}

#[test]
fn a_bow_tie_folds_and_an_exchange_of_corners_turns_over() {
    // Two sides cross: det J is 1 on one side and −1 on the other.
    let tie = [
        [0.0, 0.0, 0.0],
        [1.0, 1.0, 0.0],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
    ];
    let element = one(Shape::Quadrilateral, 1, &tie);
    assert_eq!(element.validity, Validity::Invalid);
    assert!((element.jacobian[0] + 1.0).abs() < 1e-13 && (element.jacobian[1] - 1.0).abs() < 1e-13);
    // A corner that points inwards.
    let dart = |x: f64| {
        let nodes = [
            [0.0, 0.0, 0.0],
            [1.0, 0.0, 0.0],
            [x, x, 0.0],
            [0.0, 1.0, 0.0],
        ];
        one(Shape::Quadrilateral, 1, &nodes).validity
    };
    assert_eq!(dart(0.51), Validity::Valid);
    assert_eq!(dart(0.49), Validity::Invalid);
    let mut nodes = Shape::Tetrahedron.places(1);
    nodes.swap(0, 1);
    let element = one(Shape::Tetrahedron, 1, &nodes);
    assert_eq!(element.validity, Validity::Invalid);
    assert!(element.jacobian[1] < 0.0 && element.quality < 0.0);
    // All corners on one line.
    let flat = [[0.0; 3], [1.0, 2.0, 0.0], [2.0, 4.0, 0.0]];
    let element = one(Shape::Triangle, 1, &flat);
    assert_eq!(
        (element.validity, element.quality),
        (Validity::Undecided, 0.0)
    );
}

#[test]
fn a_fold_in_the_interior_is_found_where_corners_and_nodes_are_positive() {
    // The middle of a square of order 2 is moved far, so that det J is negative between nodes alone.
    let mut nodes = Shape::Quadrilateral.places(2);
    nodes[8] = [0.5, 0.5 + 0.27, 0.0];
    let element = one(Shape::Quadrilateral, 2, &nodes);
    let at_corners = one(Shape::Quadrilateral, 1, &nodes[..4]);
    assert_eq!(at_corners.validity, Validity::Valid);
    assert_eq!(element.validity, Validity::Invalid);
    let mesh = Mesh::from_nodes_and_elements(
        &nodes,
        [Elements::new(Shape::Quadrilateral, 2, (0..9).collect())],
    );
    let warnings = mesh.unwrap().measure().unwrap().warnings;
    assert!(warnings[0].contains("det J <= 0 somewhere"), "{warnings:?}");
}

#[test]
fn size_and_place_do_not_matter() {
    let mut random = Random(5);
    let near = moved(Shape::Triangle, 2, 0.16, &mut random);
    let here = one(Shape::Triangle, 2, &near);
    for factor in [2f64.powi(-400), 2f64.powi(300)] {
        let nodes: Vec<_> = near.iter().map(|x| x.map(|x| x * factor)).collect();
        let there = one(Shape::Triangle, 2, &nodes);
        assert_eq!(
            (there.validity, there.quality),
            (here.validity, here.quality)
        );
    }
    // Differences that overflow are told to be unknown.
    let far = [[-1.5e308, 0.0, 0.0], [1.5e308, 0.0, 0.0], [0.0, 1e308, 0.0]];
    assert_eq!(one(Shape::Triangle, 1, &far).validity, Validity::Undecided);
}

#[test]
fn elements_that_leave_nodes_out_are_checked_as_those_that_have_them() {
    let made = Made::new(Shape::Hexahedron, 2, &[Shape::Hexahedron.places(1)], |p| {
        [p[0] + 0.1 * p[1] * p[2], p[1], p[2] - 0.1 * p[0] * p[1]]
    });
    let whole = made.mesh().check().unwrap();
    assert!(whole.is_valid());
    // Gmsh's type 17 has the first 20 of them.
    let text = made.msh("all");
    let line = "\n3 1 12 1\n1 ";
    let at = text.find(line).unwrap();
    let nodes: Vec<String> = (1..=20).map(|k| k.to_string()).collect();
    let text = format!(
        "{}\n3 1 17 1\n1 {}\n$EndElements\n",
        &text[..at],
        nodes.join(" ")
    );
    let part = Mesh::parse_msh(text.as_bytes()).unwrap().check().unwrap();
    for (one, other) in part.jacobian().iter().zip(whole.jacobian()) {
        // The bounds of rounding of both.
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }
}

#[test]
fn surfaces_in_space_have_no_sign() {
    let made = Made::new(Shape::Triangle, 1, &[Shape::Triangle.places(1)], |p| {
        [p[0], p[1], p[0]]
    });
    match made.mesh().check() {
        Err(error @ Error::Mesh { .. }) => {
            assert!(error.to_string().contains("no sign"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}
