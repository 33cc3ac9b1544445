use std::f64::consts::PI;

use pullback::domain::Sign;
use pullback::integrator::Reason;
use pullback::mesh::{Elements, MAX_ELEMENT_ORDER, Shape};
use pullback::{Mesh, Method, Settings, Status};

use crate::shapes::{Made, ball, binary, plane_cells};

/// The reference element of a shape.
fn reference(shape: Shape) -> Vec<Vec<[f64; 3]>> {
    vec![shape.places(1)]
}

/// The volume of the reference element.
fn content(shape: Shape) -> f64 {
    match shape {
        Shape::Line | Shape::Quadrilateral | Shape::Hexahedron => 1.0,
        Shape::Triangle | Shape::Prism => 0.5,
        Shape::Tetrahedron => 1.0 / 6.0,
        _ => 1.0 / 3.0,
    }
}

fn factorial(n: u32) -> f64 {
    (1..=n).map(f64::from).product()
}

/// ∫ ξⁱ ηʲ ζᵏ over the reference element.
fn moment(shape: Shape, [i, j, k]: [u32; 3]) -> f64 {
    let line = |i: u32| 1.0 / f64::from(i + 1);
    let triangle = |i: u32, j: u32| factorial(i) * factorial(j) / factorial(i + j + 2);
    match shape {
        Shape::Line => line(i),
        Shape::Triangle => triangle(i, j),
        Shape::Quadrilateral => line(i) * line(j),
        Shape::Tetrahedron => factorial(i) * factorial(j) * factorial(k) / factorial(i + j + k + 3),
        Shape::Hexahedron => line(i) * line(j) * line(k),
        Shape::Prism => triangle(i, j) * line(k),
        // ξ and η run to 1 − ζ: B(k + 1, i + j + 3)/((i + 1)(j + 1)).
        _ => {
            let beta = factorial(k) * factorial(i + j + 2) / factorial(i + j + k + 3);
            line(i) * line(j) * beta
        }
    }
}

/// Numbers from −1 to 1 that look random.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

#[test]
fn monomials_over_reference_elements_are_exact() {
    for shape in Shape::ALL {
        let n = shape.dimension();
        for order in 1..=MAX_ELEMENT_ORDER {
            let mesh = Made::new(shape, order, &reference(shape), |p| p).mesh();
            for powers in [
                [0, 0, 0],
                [1, 0, 0],
                [2, 1, 0],
                [1, 2, 2],
                [0, 3, 1],
                [4, 0, 3],
            ] {
                let powers: [u32; 3] = std::array::from_fn(|k| if k < n { powers[k] } else { 0 });
                let [i, j, k] = powers;
                let answer = mesh.integrate_text(&format!("x^{i}*y^{j}*z^{k}")).unwrap();
                let exact = moment(shape, powers);
                // Shape functions of about 1 in sums of up to 125, rounded once each.
                let near = (answer.value - exact).abs() <= 1e-13 * exact;
                assert!(near, "{shape} {order} {powers:?}: {} {exact}", answer.value);
                assert!(
                    (answer.value - exact).abs() <= answer.error,
                    "{shape} {order}"
                );
                assert_eq!(
                    answer.status,
                    Status::Converged,
                    "{shape} {order} {answer:?}"
                );
                assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
            }
        }
    }
}

#[test]
fn random_affine_images_keep_the_integrals_of_polynomials() {
    let mut random = Random(7);
    for round in 0..60 {
        let shape = Shape::ALL[round % Shape::ALL.len()];
        let order = 1 + round % MAX_ELEMENT_ORDER;
        let n = shape.dimension();
        // A matrix near the identity, which turns nothing over, and a shift.
        let mut matrix = [[0.0; 3]; 3];
        for (i, row) in matrix.iter_mut().enumerate() {
            for (j, entry) in row.iter_mut().enumerate() {
                *entry = f64::from(u8::from(i == j)) + 0.25 * random.next();
                if n == 2 && (i == 2 || j == 2) {
                    *entry = f64::from(u8::from(i == j));
                }
            }
        }
        let shift: [f64; 3] =
            std::array::from_fn(|k| if n == 2 && k == 2 { 0.0 } else { random.next() });
        let image = |p: [f64; 3]| -> [f64; 3] {
            let row = |i: usize| (0..3).map(|j| matrix[i][j] * p[j]).sum::<f64>() + shift[i];
            std::array::from_fn(row)
        };
        let mesh = Made::new(shape, order, &reference(shape), image).mesh();
        // (a + b·x)³ = Σ over the moments of the reference element, by the multinomial theorem.
        let [a, b0, b1, b2] = std::array::from_fn(|_| random.next());
        let integrand = format!("({a} + {b0}*x + {b1}*y + {b2}*z)^3");
        let b = [b0, b1, b2];
        let along = |j: usize| (0..3).map(|i| b[i] * matrix[i][j]).sum::<f64>();
        let base = a + (0..3).map(|i| b[i] * shift[i]).sum::<f64>();
        let [m, c] = [matrix, matrix];
        let measure = match n {
            1 => (0..3).map(|i| m[i][0] * m[i][0]).sum::<f64>().sqrt(),
            2 => m[0][0] * c[1][1] - m[0][1] * c[1][0],
            _ => {
                m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
                    - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
                    + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
            }
        };
        let mut exact = 0.0;
        for i in 0..=3u32 {
            for j in 0..=3 - i {
                for k in 0..=3 - i - j {
                    if n < 3 && k > 0 || n < 2 && j > 0 {
                        continue;
                    }
                    let rest = 3 - i - j - k;
                    let ways = 6.0 / (factorial(i) * factorial(j) * factorial(k) * factorial(rest));
                    let powers =
                        along(0).powi(i as i32) * along(1).powi(j as i32) * along(2).powi(k as i32);
                    exact += ways * powers * base.powi(rest as i32) * moment(shape, [i, j, k]);
                }
            }
        }
        exact *= measure;
        let settings = Settings::new().atol(1e-12);
        let answer = mesh.integrate_all(&integrand, &settings).unwrap();
        // Terms of size up to 30 that partly cancel, with some tens of roundings.
        let distance = (answer.value - exact).abs();
        assert!(distance < 1e-12, "{shape} {order}: {distance}");
        assert_eq!(
            answer.status,
            Status::Converged,
            "{shape} {order}: {answer:?}"
        );
    }
}

/// The order at which the measure of meshes with twice as many cells along an axis converges.
fn rate(errors: &[f64]) -> f64 {
    let [.., before, last] = errors else { panic!() };
    (before / last).log2()
}

#[test]
fn discs_and_balls_converge_at_the_order_of_their_elements() {
    let discs = [Shape::Triangle, Shape::Quadrilateral];
    let balls = [Shape::Tetrahedron, Shape::Hexahedron, Shape::Prism];
    for shape in discs.into_iter().chain(balls) {
        let is_disc = shape.dimension() == 2;
        let exact = if is_disc { PI } else { 4.0 * PI / 3.0 };
        for order in 1..=MAX_ELEMENT_ORDER {
            let counts = if is_disc { [3, 6] } else { [2, 4] };
            let error = |n: usize| {
                let mesh = ball(shape, order, n).mesh();
                let answer = mesh.measure().unwrap();
                assert_eq!(answer.status, Status::Converged);
                assert!(answer.warnings.is_empty(), "{shape}: {:?}", answer.warnings);
                (answer.value - exact).abs()
            };
            let rate = rate(&counts.map(error));
            // Interpolation of the boundary is off by hᵖ⁺¹, and for even p, whose error changes sign
            // within an element, by hᵖ⁺²: the rate is p + 1 or p + 2. Few cells are a little off.
            let wanted = (order + 1 + (order + 1) % 2) as f64;
            let lowest = if is_disc { wanted } else { (order + 1) as f64 };
            assert!(rate > lowest - 0.5, "{shape} {order}: {rate} for {wanted}");
        }
    }
}

#[test]
fn the_area_of_a_sphere_and_the_length_of_a_circle_converge() {
    for order in 1..=MAX_ELEMENT_ORDER {
        let sphere = |n: usize| {
            // The faces of the cube, each by the same cells.
            let mut cells = Vec::new();
            for axis in 0..3 {
                for side in [-1.0, 1.0] {
                    for cell in plane_cells(Shape::Triangle, n) {
                        let turned = cell.iter().map(|[x, y, _]| {
                            let mut corner = [side; 3];
                            corner[(axis + 1) % 3] = *x;
                            corner[(axis + 2) % 3] = *y;
                            corner
                        });
                        cells.push(turned.collect());
                    }
                }
            }
            let onto = |p: [f64; 3]| {
                let length = p.iter().map(|x| x * x).sum::<f64>().sqrt();
                p.map(|x| x / length)
            };
            let answer = Made::new(Shape::Triangle, order, &cells, onto)
                .mesh()
                .measure()
                .unwrap();
            (answer.value - 4.0 * PI).abs()
        };
        let circle = |n: usize| {
            let at = |k: usize| [2.0 * PI * k as f64 / n as f64, 0.0, 0.0];
            let cells: Vec<Vec<[f64; 3]>> = (0..n).map(|k| vec![at(k), at(k + 1)]).collect();
            let onto = |[t, ..]: [f64; 3]| [t.cos(), t.sin(), 0.0];
            let answer = Made::new(Shape::Line, order, &cells, onto)
                .mesh()
                .measure()
                .unwrap();
            (answer.value - 2.0 * PI).abs()
        };
        // As in the plane; lengths converge at twice the order at the best.
        let lowest = (order + 1) as f64 - 0.5;
        let rates = [rate(&[4, 8].map(sphere)), rate(&[8, 16].map(circle))];
        assert!(
            rates.iter().all(|rate| *rate > lowest),
            "{order}: {rates:?}"
        );
    }
}

#[test]
fn an_element_that_is_turned_over_is_named() {
    let cells = plane_cells(Shape::Quadrilateral, 3);
    let mut made = Made::new(Shape::Quadrilateral, 1, &cells, |p| p);
    // The fifth element runs the other way round.
    made.elements[16..20].reverse();
    let mesh = made.mesh();
    let answer = mesh.measure().unwrap();
    assert!((answer.value - 4.0).abs() < 1e-14);
    assert_eq!(answer.jacobian.sign, Sign::Changes);
    let [warning] = &answer.warnings[..] else {
        panic!("{:?}", answer.warnings)
    };
    assert!(
        warning
            .starts_with("1 of 9 elements has det J <= 0 somewhere: quadrilateral 5 (det J = -4.4"),
        "{warning}"
    );
    let signed = mesh.signed().unwrap().measure().unwrap();
    // Nine squares of 4/9, one of them taken away.
    assert!((signed.value - 4.0 * 7.0 / 9.0).abs() < 1e-14);
}

#[test]
fn a_mesh_that_is_wholly_turned_over_has_its_area_still() {
    let cells: Vec<Vec<[f64; 3]>> = plane_cells(Shape::Triangle, 2);
    let mesh = Made::new(Shape::Triangle, 2, &cells, |[x, y, z]| [y, x, z]).mesh();
    let answer = mesh.measure().unwrap();
    assert!((answer.value - 4.0).abs() < 1e-14);
    assert_eq!(answer.jacobian.sign, Sign::Negative);
    assert!(
        answer.warnings[0].contains("8 of 8 elements have det J <= 0"),
        "{:?}",
        answer.warnings
    );
}

#[test]
fn integrands_that_are_not_smooth_are_met_element_by_element() {
    let cells = plane_cells(Shape::Quadrilateral, 4);
    let mesh = Made::new(Shape::Quadrilateral, 2, &cells, |p| p).mesh();
    // Singular in a corner of four elements: 8 ∫∫ 1/r over half a quarter = 8 asinh(1).
    let settings = Settings::new().rtol(1e-8);
    let answer = mesh.integrate_all("1/sqrt(x^2 + y^2)", &settings).unwrap();
    let exact = 8.0 * 1f64.asinh();
    assert!((answer.value - exact).abs() <= answer.error, "{answer:?}");
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
    assert!(answer.method.contains("alone"), "{}", answer.method);
    // A jump across elements, which are cut along it: x from −1 to 1, y below (0.3 − x)/2,
    // ∫ (1 + (0.3 − x)/2) dx = 2.3.
    let answer = mesh.integrate_text("if(x + 2*y < 0.3, 1, 0)").unwrap();
    assert!((answer.value - 2.3).abs() <= answer.error, "{answer:?}");
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
    // A singular place inside an element, where a rule has a node: 8 ∫ over an eighth.
    let one = plane_cells(Shape::Quadrilateral, 1);
    let one = Made::new(Shape::Quadrilateral, 2, &one, |p| p).mesh();
    let answer = one.integrate_text("ln(x^2 + y^2)").unwrap();
    let exact = 4.0 * 2f64.ln() - 12.0 + 2.0 * PI;
    assert!((answer.value - exact).abs() <= answer.error, "{answer:?}");
    // An integral that does not exist.
    let answer = one.integrate_text("1/(x^2 + y^2)").unwrap();
    assert_eq!(answer.error, f64::INFINITY, "{answer:?}");
    assert_eq!(answer.status, Status::Budget, "{answer:?}");
    let may_diverge = |reason: &Reason| matches!(reason, Reason::MayDiverge { .. });
    assert!(answer.reasons.iter().any(may_diverge), "{answer:?}");
}

#[test]
fn what_is_not_finite_is_named_with_its_element() {
    let cells = plane_cells(Shape::Triangle, 2);
    let mesh = Made::new(Shape::Triangle, 1, &cells, |p| p).mesh();
    let answer = mesh.integrate_text("sqrt(x)").unwrap();
    assert_eq!(answer.status, Status::Nonfinite);
    let reason = answer.reasons[0].to_string();
    assert!(reason.contains("is NaN at element = 1, xi = "), "{reason}");
    assert!(reason.contains("that is x = -"), "{reason}");
}

#[test]
fn threads_do_not_change_a_bit() {
    let mesh = ball(Shape::Tetrahedron, 2, 2).mesh();
    let with = |threads: usize| {
        let settings = Settings::new().threads(threads);
        let answer = mesh
            .integrate_all(&["exp(x*y)", "x + z^2"], &settings)
            .unwrap();
        let numbers = answer.values.iter().chain(&answer.errors);
        let bits: Vec<u64> = numbers.map(|v| v.to_bits()).collect();
        (bits, answer.warnings.clone(), answer.jacobian)
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn other_methods_agree() {
    let mesh = ball(Shape::Hexahedron, 2, 1).mesh();
    let exact = mesh.integrate_text("exp(x)").unwrap();
    let gauss = Settings::new().method(Method::Gauss(vec![12]));
    let gauss = mesh.integrate_all("exp(x)", &gauss).unwrap();
    assert_eq!(gauss.status, Status::Converged, "{gauss:?}");
    assert!((gauss.value - exact.value).abs() <= gauss.error + exact.error);
    let samples = Settings::new()
        .method(Method::MonteCarlo)
        .rtol(1e-2)
        .seed(3);
    let samples = mesh.integrate_all("exp(x)", &samples).unwrap();
    // An interval of 95 %, twice as wide, of one seed that is fixed.
    assert!(
        (samples.value - exact.value).abs() <= 2.0 * samples.error,
        "{samples:?}"
    );
    let code = mesh.integrate_fn(|x| x[0].exp(), &Settings::new()).unwrap();
    assert!((code.value - exact.value).abs() <= code.error + exact.error);
}

#[test]
fn serendipity_elements_are_the_same_squares_and_cubes() {
    // A square with edges bent outwards by parabolas of height h: 4·2h/3 more.
    let text = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 8 1 8\n2 1 0 8\n1\n2\n3\n4\n5\n6\n7\n8\n\
                0 0 0\n1 0 0\n1 1 0\n0 1 0\n0.5 -0.1 0\n1.1 0.5 0\n0.5 1.1 0\n-0.1 0.5 0\n$EndNodes\n\
                $Elements\n1 1 1 1\n2 1 16 1\n1 1 2 3 4 5 6 7 8\n$EndElements\n";
    let answer = Mesh::parse_msh(text.as_bytes()).unwrap().measure().unwrap();
    assert!((answer.value - (1.0 + 4.0 * 0.2 / 3.0)).abs() < 1e-15);
}

#[test]
fn a_file_as_text_and_binary_is_one_mesh() {
    for shape in Shape::ALL {
        for order in 1..=MAX_ELEMENT_ORDER {
            let cells = reference(shape);
            let made = Made::new(shape, order, &cells, |[x, y, z]| [x + 0.1 * y * z, y, z]);
            let of_text = Mesh::parse_msh(made.msh("all").as_bytes()).unwrap();
            let group = of_text.group("all").unwrap();
            let values = |mesh: &Mesh| mesh.integrate_text("1 + x*y").unwrap().values.clone();
            let expected = values(&made.mesh());
            assert_eq!(values(&of_text), expected, "{shape} {order}");
            assert_eq!(values(&group), expected);
            for little in [true, false] {
                let mesh = Mesh::parse_msh(&binary(&made, little)).unwrap();
                assert_eq!(values(&mesh.group("all").unwrap()), expected);
            }
        }
    }
}

#[test]
fn volumes_of_prisms_and_pyramids_are_exact_and_z_is_a_coordinate() {
    for shape in [Shape::Prism, Shape::Pyramid] {
        let mesh = Made::new(shape, 2, &reference(shape), |p| p.map(|x| 2.0 * x)).mesh();
        let answer = mesh.measure().unwrap();
        assert!((answer.value - 8.0 * content(shape)).abs() < 1e-14);
    }
    // In the plane z is 0.
    let flat = Made::new(Shape::Triangle, 1, &reference(Shape::Triangle), |p| p).mesh();
    let answer = flat.integrate_text("1 + z").unwrap();
    assert!((answer.value - 0.5).abs() < 1e-15);
    // In space a surface has an area and no sign.
    let slant = Made::new(
        Shape::Triangle,
        1,
        &reference(Shape::Triangle),
        |[x, y, _]| [x, y, x],
    )
    .mesh();
    assert!((slant.measure().unwrap().value - 0.5 * 2f64.sqrt()).abs() < 1e-15);
    assert!(slant.signed().is_err());
}

#[test]
fn sizes_far_from_1_neither_overflow_nor_vanish() {
    for scale in [1e-160, 1e150] {
        let at = |p: [f64; 3]| p.map(|x| x * scale);
        let mesh = Made::new(Shape::Line, 2, &reference(Shape::Line), at).mesh();
        let answer = mesh.measure().unwrap();
        assert!((answer.value / scale - 1.0).abs() < 1e-14, "{answer:?}");
    }
}

#[test]
fn elements_of_nodes_that_do_not_exist_are_refused() {
    let nodes = [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let refused = |elements: Elements| {
        Mesh::from_nodes_and_elements(&nodes, [elements])
            .unwrap_err()
            .to_string()
    };
    assert!(
        refused(Elements::new(Shape::Triangle, 1, vec![0, 1, 3]))
            .contains("element 1 has the node 3")
    );
    assert!(
        refused(Elements::new(Shape::Triangle, 1, vec![0, 1]))
            .contains("2 nodes for elements that have 3")
    );
    assert!(refused(Elements::new(Shape::Triangle, 5, vec![])).contains("order 5"));
    assert!(refused(Elements::new(Shape::Triangle, 1, vec![])).contains("no elements"));
}
