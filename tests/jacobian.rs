//! The Jacobian at work: products with vectors, linear approximations, second derivatives, uncertainties.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::domain::Misfit;
use pullback::nalgebra::{DMatrix, DVector};
use pullback::{Domain, Error, Expr, Map, Parameters, catalogue};

mod cases;

use cases::SplitMix;

/// All maps of the catalogue over their default limits, each with some points inside of them.
fn catalogued() -> Vec<(String, Map, Vec<Vec<f64>>)> {
    let mut random = SplitMix(12);
    let all = catalogue::all().iter();
    all.map(|entry| {
        let map = catalogue::read(entry.name()).unwrap();
        let region = map.over_defaults(&Parameters::new()).unwrap();
        let n = region.region().dimension();
        let units = (0..4).map(|_| (0..n).map(|_| random.within(0.1, 0.9)).collect::<Vec<_>>());
        let integrands = region.parse(&["1"]).unwrap();
        let pullback = region.pull_back(&integrands).unwrap();
        let points = units.map(|unit| pullback.geometry().at(&unit).variables);
        let points = points.collect();
        (entry.name().to_owned(), region.map().clone(), points)
    })
    .collect()
}

/// Whether a matrix is this one, entry by entry.
fn is_matrix<const N: usize>(found: &DMatrix<f64>, exact: [[f64; N]; N], tolerance: f64) {
    let exact = DMatrix::from_fn(N, N, |i, j| exact[i][j]);
    let off = (found - &exact).amax();
    assert!(off < tolerance, "{found} for {exact}");
}

/// Whether two numbers are near, measured by a size.
fn near(a: f64, b: f64, size: f64, tolerance: f64, what: &str) {
    let most = tolerance * size.max(1.0);
    assert!((a - b).abs() <= most, "{what}: {a} and {b}, size {size}");
}

#[test]
fn the_matrices_of_the_catalogue_are_those_of_differences() {
    for (name, map, points) in catalogued() {
        let jacobian = map.jacobian().unwrap();
        for point in points {
            let matrix = jacobian.at(&point).unwrap();
            let size = matrix.amax();
            for j in 0..point.len() {
                let moved = |by: f64| {
                    let mut moved = point.clone();
                    moved[j] += by;
                    map.at(&moved).unwrap()
                };
                // Fourth order: truncation h⁴ and rounding ε/h, both near 1e-12 at this step.
                let h = 1e-3 * point[j].abs().max(1.0);
                let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(|k| moved(k * h));
                for i in 0..a.len() {
                    let slope = (a[i] - 8.0 * b[i] + 8.0 * c[i] - d[i]) / (12.0 * h);
                    near(matrix[(i, j)], slope, size, 1e-6, &name);
                }
            }
            if matrix.is_square() {
                let determinant = jacobian.determinant_at(&point).unwrap();
                let n = point.len() as i32;
                near(
                    determinant,
                    matrix.determinant(),
                    size.powi(n),
                    1e-12,
                    &name,
                );
            }
        }
    }
}

#[test]
fn products_are_those_with_the_matrix() {
    let mut random = SplitMix(5);
    for (name, map, points) in catalogued() {
        let products = map.products().unwrap();
        for point in points {
            let matrix = map.jacobian().unwrap().at(&point).unwrap();
            let mut vector =
                |n: usize| (0..n).map(|_| random.within(-1.0, 1.0)).collect::<Vec<_>>();
            let (v, w) = (vector(matrix.ncols()), vector(matrix.nrows()));
            let forward = products.forward(&point, &v).unwrap();
            let backward = products.backward(&point, &w).unwrap();
            let by_matrix = &matrix * DVector::from_vec(v);
            // Entries are formulas that were simplified, so they differ by roundings of their terms.
            let size = matrix.amax() * matrix.ncols() as f64;
            for (a, b) in forward.iter().zip(&by_matrix) {
                near(*a, *b, size, 1e-12, &name);
            }
            let by_matrix = matrix.transpose() * DVector::from_vec(w);
            for (a, b) in backward.iter().zip(&by_matrix) {
                near(*a, *b, size, 1e-12, &name);
            }
            assert_eq!(products.values(&point).unwrap().len(), map.targets().len());
        }
    }
}

/// A map of n variables to n − 1 targets, each with few variables.
fn chain<'g>(x: &[Expr<'g>]) -> Vec<Expr<'g>> {
    let link = |x: &[Expr<'g>]| (x[0] * x[1]).sin() + x[1].powi(2) / (1.0 + x[0].powi(2));
    x.windows(2).map(link).collect()
}

#[test]
fn a_thousand_variables_and_targets_have_products() {
    let n = 1500;
    let products = Map::traced(n, chain).unwrap().products().unwrap();
    let mut random = SplitMix(7);
    let mut vector = |n: usize| {
        (0..n)
            .map(|_| random.within(-1.0, 1.0))
            .collect::<Vec<f64>>()
    };
    let (point, v, w) = (vector(n), vector(n), vector(n - 1));
    let forward = products.forward(&point, &v).unwrap();
    let backward = products.backward(&point, &w).unwrap();
    // wᵀ(J·v) = (wᵀJ)·v.
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (one, other) = (dot(&w, &forward), dot(&backward, &v));
    // Sums of 1500 terms of size one.
    near(one, other, 1500.0, 1e-14, "the adjoint identity");
    // Each target has two variables, whose slopes are known.
    for (i, slope) in forward.iter().enumerate() {
        let (a, b) = (point[i], point[i + 1]);
        let by_a = b * (a * b).cos() - 2.0 * a * b * b / (1.0 + a * a).powi(2);
        let by_b = a * (a * b).cos() + 2.0 * b / (1.0 + a * a);
        near(*slope, by_a * v[i] + by_b * v[i + 1], 4.0, 1e-14, "a link");
    }
}

#[test]
fn many_points_give_the_bits_of_one_for_any_number_of_threads() {
    let n = 70;
    let products = Map::traced(n, chain).unwrap().products().unwrap();
    let mut random = SplitMix(9);
    let count = 600;
    let mut vector = |n: usize| {
        (0..n)
            .map(|_| random.within(-1.0, 1.0))
            .collect::<Vec<f64>>()
    };
    let (points, v, w) = (
        vector(n * count),
        vector(n * count),
        vector((n - 1) * count),
    );
    let threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let forward = products.forward_all(&points, &v).unwrap();
            (forward, products.backward_all(&points, &w).unwrap())
        })
    };
    let (forward, backward) = threads(1);
    assert_eq!((&forward, &backward), (&threads(3).0, &threads(3).1));
    for k in [0, 255, 256, 599] {
        let point = &points[k * n..][..n];
        let one = products.forward(point, &v[k * n..][..n]).unwrap();
        assert_eq!(one, &forward[k * (n - 1)..][..n - 1]);
        let one = products
            .backward(point, &w[k * (n - 1)..][..n - 1])
            .unwrap();
        assert_eq!(one, &backward[k * n..][..n]);
    }
    let misfit = products.forward_all(&points, &v[1..]).unwrap_err();
    assert!(matches!(misfit, Error::Shape(Misfit::Vectors { .. })));
}

#[test]
fn the_remainder_holds_what_the_map_is_off_and_little_more() {
    let mut random = SplitMix(3);
    for (name, map, points) in catalogued() {
        for point in points {
            let near = map.linearize(&point).unwrap();
            let half: Vec<f64> = point.iter().map(|_| random.within(0.001, 0.02)).collect();
            let bounds = near.remainder(&half).unwrap().unwrap();
            let mut most = vec![0.0f64; bounds.len()];
            for _ in 0..200 {
                let shift = |h: &f64| h * [-1.0, 1.0, random.within(-1.0, 1.0)][random.below(3)];
                let shifts: Vec<f64> = half.iter().map(shift).collect();
                let moved: Vec<f64> = point.iter().zip(&shifts).map(|(p, s)| p + s).collect();
                let (exact, linear) = (map.at(&moved).unwrap(), near.at(&moved).unwrap());
                for (i, (a, b)) in exact.iter().zip(&linear).enumerate() {
                    // The values and the approximation are rounded.
                    let rounding = 1e-14 * a.abs().max(near.matrix().amax());
                    assert!(
                        (a - b).abs() <= bounds[i] + rounding,
                        "{name}: {a} {b} {bounds:?}"
                    );
                    most[i] = most[i].max((a - b).abs());
                }
            }
            // Bounds that say nothing would hold too: as a whole they are no more than this wide.
            let (bound, met) = (bounds.iter().sum::<f64>(), most.iter().sum::<f64>());
            assert!(
                bound <= 60.0 * met + 1e-12,
                "{name} at {point:?}: {bounds:?} {most:?}"
            );
        }
    }
}

#[test]
fn there_is_no_bound_of_the_remainder_across_a_jump_or_a_pole() {
    for text in [
        "y = floor(x)",
        "y = 1/(x - 1.1)",
        "y = sign(x - 0.9)",
        "y = ln(x - 0.95)",
    ] {
        let near = Map::parse(text).unwrap().linearize(&[1.0]).unwrap();
        assert_eq!(
            near.remainder(&[0.2]).unwrap(),
            Some(vec![f64::INFINITY]),
            "{text}"
        );
    }
    // A kink has slopes on either side: |x| is at most 2·0.2 off its tangent at 0.1.
    let kink = Map::parse("y = abs(x)").unwrap().linearize(&[0.1]).unwrap();
    let bound = kink.remainder(&[0.2]).unwrap().unwrap()[0];
    assert!((0.2..=0.41).contains(&bound), "{bound}");
}

#[test]
fn numbers_at_a_point_are_those_of_linear_algebra() {
    let near = Map::parse("x = 3*u + v, y = u + 3*v")
        .unwrap()
        .linearize(&[1.0, 2.0])
        .unwrap();
    let singular = near.singular_values();
    assert!((singular[0] - 4.0).abs() < 1e-14 && (singular[1] - 2.0).abs() < 1e-14);
    assert_eq!((near.rank(), near.determinant()), (2, 8.0));
    assert!((near.condition() - 2.0).abs() < 1e-14);
    assert_eq!(near.log_determinant(), 8f64.ln());
    let inverse = near.inverse().unwrap();
    assert!((inverse * near.matrix() - DMatrix::identity(2, 2)).amax() < 1e-15);
    let flat = Map::parse("x = u + v, y = 2*u + 2*v")
        .unwrap()
        .linearize(&[1.0, 2.0])
        .unwrap();
    assert_eq!(
        (flat.rank(), flat.determinant(), flat.inverse()),
        (1, 0.0, None)
    );
    assert_eq!(flat.log_determinant(), f64::NEG_INFINITY);
    let pole = Map::parse("x = 1/u").unwrap().linearize(&[0.0]).unwrap();
    assert_eq!(pole.rank(), 0);
    assert!(pole.condition().is_nan() && pole.inverse().is_none());
}

#[test]
fn the_logarithm_of_a_determinant_beyond_all_doubles_is_known() {
    let n = 80;
    let large = Map::traced(n, |u| u.iter().map(|u| 1e6 * *u).collect()).unwrap();
    let near = large.linearize(&vec![0.5; n]).unwrap();
    assert_eq!(near.determinant(), f64::INFINITY);
    let exact = 80.0 * 1e6f64.ln();
    assert!(
        (near.log_determinant() - exact).abs() < 1e-11,
        "{}",
        near.log_determinant()
    );
}

#[test]
fn a_function_has_a_gradient_its_length_and_second_derivatives() {
    let map =
        Map::parse_with("f = x^2*y + z*exp(x)", &["x", "y", "z"], &Parameters::new()).unwrap();
    let jacobian = map.jacobian().unwrap();
    let row: Vec<String> = (0..3).map(|j| jacobian.entry(0, j)).collect();
    assert_eq!(row, ["2*x*y + z*exp(x)", "x^2", "exp(x)"]);
    assert_eq!(jacobian.determinant_name(), "|∇|");
    let point = [1.0, 2.0, 3.0];
    let e = 1f64.exp();
    let length = ((4.0 + 3.0 * e).powi(2) + 1.0 + e * e).sqrt();
    assert!((jacobian.determinant_at(&point).unwrap() - length).abs() < 1e-14 * length);
    let hessian = map.hessian().unwrap().at(&point).unwrap();
    let exact = [[4.0 + 3.0 * e, 2.0, e], [2.0, 0.0, 0.0], [e, 0.0, 0.0]];
    is_matrix(&hessian, exact, 1e-14);
    let (value, gradient) = map.products().unwrap().gradient(&point).unwrap();
    assert!((value - (2.0 + 3.0 * e)).abs() < 1e-14);
    assert!((gradient[0] - (4.0 + 3.0 * e)).abs() < 1e-14);
    // Two targets of three variables: the root of the sum of the squared minors.
    let two = Map::parse("f = x*y, g = y + z")
        .unwrap()
        .jacobian()
        .unwrap();
    assert_eq!(two.determinant_name(), "√det(JJᵀ)");
    let matrix = two.at(&point).unwrap();
    let gram = (&matrix * matrix.transpose()).determinant().sqrt();
    assert!((two.determinant_at(&point).unwrap() - gram).abs() < 1e-14 * gram);
    let refused = Map::parse("f = x, g = y").unwrap().hessian().unwrap_err();
    assert_eq!(refused, Error::Shape(Misfit::NotScalar { targets: 2 }));
}

#[test]
fn the_inverse_matrix_of_formulas_is_the_inverse_of_numbers() {
    for (name, map, points) in catalogued() {
        let jacobian = map.jacobian().unwrap();
        let Some(inverse) = jacobian.inverse() else {
            continue;
        };
        let variables: Vec<&str> = map.variables().iter().map(String::as_str).collect();
        for point in points {
            let matrix = jacobian.at(&point).unwrap();
            let entry = |text: &String| {
                let map = Map::from_equations(&[("entry", text)], &variables, map.parameters());
                map.unwrap().at(&point).unwrap()[0]
            };
            let numbers: Vec<f64> = inverse.iter().flatten().map(entry).collect();
            let inverse = DMatrix::from_row_slice(matrix.nrows(), matrix.ncols(), &numbers);
            let off =
                (&inverse * &matrix - DMatrix::identity(matrix.nrows(), matrix.ncols())).amax();
            // The text is for people; its rounding grows with the condition.
            let condition = jacobian.linearize(&point).unwrap().condition();
            assert!(off < 1e-13 * condition, "{name}: {off}");
        }
    }
}

#[test]
fn uncertainties_of_linear_maps_are_exact() {
    let map = Map::parse("x = 2*u + v, y = u - v, z = 3").unwrap();
    let covariance = DMatrix::from_row_slice(2, 2, &[0.04, 0.01, 0.01, 0.09]);
    let uncertain = map.uncertainty(&[1.0, 2.0], &covariance).unwrap();
    assert_eq!(uncertain.values, [4.0, -1.0, 3.0]);
    // var(2u + v) = 4·0.04 + 0.09 + 4·0.01; var(u − v) = 0.04 + 0.09 − 0.02;
    // cov = 2·0.04 − 2·0.01 + 0.01 − 0.09.
    let exact = [[0.29, -0.02, 0.0], [-0.02, 0.11, 0.0], [0.0, 0.0, 0.0]];
    is_matrix(&uncertain.covariance, exact, 1e-16);
    let correlation = -0.02 / (0.29f64 * 0.11).sqrt();
    assert!((uncertain.correlation(0, 1) - correlation).abs() < 1e-14);
    let second = map
        .uncertainty_to_second_order(&[1.0, 2.0], &covariance)
        .unwrap();
    assert_eq!(second.covariance, uncertain.covariance);
}

#[test]
fn the_second_order_is_exact_for_squares_and_products() {
    // u ~ N(1, 0.5²), v ~ N(2, 0.3²): E u² = 1 + 0.25; var u² = 4·0.25 + 2·0.25²;
    // var uv = 0.25·4 + 0.09·1 + 0.25·0.09; cov(u², uv) = 2E[u]·E[v]·var u = 1.
    let map = Map::parse("x = u^2, y = u*v").unwrap();
    let covariance = DMatrix::from_diagonal(&DVector::from_vec(vec![0.25, 0.09]));
    let uncertain = map
        .uncertainty_to_second_order(&[1.0, 2.0], &covariance)
        .unwrap();
    assert_eq!(uncertain.values, [1.25, 2.0]);
    let exact = [[1.125, 1.0], [1.0, 1.1125]];
    is_matrix(&uncertain.covariance, exact, 1e-14);
    let sampled = map
        .sampled_uncertainty(&[1.0, 2.0], &covariance, 200_000, 1)
        .unwrap();
    assert_eq!((sampled.samples, sampled.without_value), (200_000, 0));
    for (i, row) in exact.iter().enumerate() {
        let off = (sampled.estimate.values[i] - uncertain.values[i]).abs();
        // Five standard errors: one run in two million is farther off, and the seed is fixed.
        assert!(off < 5.0 * sampled.errors[i], "{off}");
        let off = (sampled.estimate.standard()[i] - row[i].sqrt()).abs();
        // The squares of normal numbers have longer tails than they.
        assert!(off < 8.0 * sampled.errors_of_standard[i], "{off}");
    }
}

#[test]
fn samples_have_the_same_bits_for_any_number_of_threads() {
    let map = Map::parse("x = exp(u)*v, y = ln(v)").unwrap();
    let covariance = DMatrix::from_row_slice(2, 2, &[0.04, 0.03, 0.03, 0.09]);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let sampled = pool.install(|| map.sampled_uncertainty(&[0.0, 0.4], &covariance, 10_001, 4));
        let sampled = sampled.unwrap();
        (
            sampled.estimate.values,
            sampled.estimate.covariance,
            sampled.without_value,
        )
    };
    assert_eq!(run(1), run(3));
    // P(v < 0) for v ~ N(0.4, 0.3²) is 9 %.
    let lost = run(2).2;
    assert!((800..1030).contains(&lost), "{lost}");
}

#[test]
fn what_is_no_covariance_is_refused() {
    let map = Map::parse("x = u*v, y = u").unwrap();
    for entries in [
        vec![1.0, 2.0, 2.0, 1.0],
        vec![1.0, 0.5, 0.4, 1.0],
        vec![-1.0, 0.0, 0.0, 1.0],
        vec![f64::NAN, 0.0, 0.0, 1.0],
    ] {
        let matrix = DMatrix::from_row_slice(2, 2, &entries);
        let refused = map.uncertainty(&[1.0, 1.0], &matrix).unwrap_err();
        assert!(
            matches!(refused, Error::Shape(Misfit::NotACovariance { .. })),
            "{entries:?}"
        );
    }
    let refused = map
        .uncertainty(&[1.0, 1.0], &DMatrix::identity(3, 3))
        .unwrap_err();
    assert!(matches!(
        refused,
        Error::Shape(Misfit::NotACovariance { .. })
    ));
    // Certain variables are no fault.
    let certain = map.uncertainty(&[1.0, 1.0], &DMatrix::zeros(2, 2)).unwrap();
    assert_eq!(certain.standard(), [0.0, 0.0]);
}

#[test]
fn the_determinant_of_quotients_is_one_product() {
    // Far from a zero of the divisor bounds know the sign then, and the error of the area.
    let two_circles = "x = sinh(q)/(cosh(q) - cos(s)), y = sin(s)/(cosh(q) - cos(s))";
    let map = Map::parse(two_circles).unwrap();
    let domain = map.over("q = 0.5..1.5, s = 0..2*pi").unwrap();
    let area = domain.measure().unwrap();
    assert!(area.proven, "{area}");
    let jacobian = &area.jacobian;
    assert!(jacobian.enclosed && jacobian.max < 0.0, "{jacobian:?}");
    // π/sinh² of one circle less that of the other.
    let circle = |q: f64| std::f64::consts::PI / q.sinh().powi(2);
    near(area.value, circle(0.5) - circle(1.5), 1.0, 1e-9, "area");
    // A projective map: 8/(u + 2v + 2)³, to the last digits beside a line at which it has a pole.
    let map = Map::parse("x = u/(1 + v + u/2), y = v/(1 + v + u/2)").unwrap();
    for point in [[1.0, 2.0], [-1.999_999, 0.0], [1e-9, 1e9]] {
        let [u, v] = point;
        let exact = 8.0 / (u + 2.0 * v + 2.0f64).powi(3);
        let found = map.jacobian().unwrap().determinant_at(&point).unwrap();
        near(found, exact, exact, 1e-14, "det J");
    }
    // What is rounded is not computed with: 0.1 + 0.2 is no 0.3.
    let map = Map::parse("x = u/(0.1 + 0.2*v), y = v/(0.1 + 0.2*v)").unwrap();
    let found = map.jacobian().unwrap().determinant_at(&[1.0, 3.0]).unwrap();
    // 0.1/(0.1 + 0.2 v)³
    near(found, 0.1 / 0.7f64.powi(3), 1.0, 1e-14, "det J");
}
