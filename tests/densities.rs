//! Densities that maps carry along: values, masses, samples, and what has none.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};

use pullback::domain::{DensityFault, Misfit};
use pullback::nalgebra::DMatrix;
use pullback::{Density, Error, Map, MappedRegion, OneToOne, Settings};

/// A point of the unit square to two independent normal numbers.
fn box_muller() -> Density {
    let map = "x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)";
    let map = Map::parse(map).unwrap();
    let uniform = Density::uniform([0.0..1.0, 0.0..1.0]).unwrap();
    uniform.pushforward(&map).unwrap()
}

fn pushed_normal(dimension: usize, map: &str) -> Density {
    let normal = Density::standard_normal(dimension).unwrap();
    normal.pushforward(&Map::parse(map).unwrap()).unwrap()
}

/// A dense matrix, its rows about `size` long, and the map that multiplies by it.
fn dense(n: usize, size: f64) -> (DMatrix<f64>, Map) {
    let entry = |i: usize, j: usize| {
        let angle = (i * n + j) as f64 * 1.7;
        size * (angle.sin() + if i == j { 2.0 } else { 0.0 })
    };
    let matrix = DMatrix::from_fn(n, n, entry);
    let map = Map::traced(n, |u| {
        let row = |i: usize| {
            let terms = u.iter().enumerate().map(|(j, u)| *u * entry(i, j));
            terms.reduce(|a, b| a + b).unwrap()
        };
        (0..n).map(row).collect()
    });
    (matrix, map.unwrap())
}

#[test]
fn box_and_muller_make_normal_numbers_of_uniform_ones() {
    let density = box_muller();
    let points: Vec<f64> = (1..=1000)
        .flat_map(|k| [f64::from(k) / 1001.0, f64::from(k * 7 % 1000) / 1000.0])
        .collect();
    let all = density.log_densities(&points).unwrap();
    assert_eq!(all.without_density, 0);
    let pairs = points.chunks(2).zip(all.points.chunks(2));
    for ((u, x), log) in pairs.zip(&all.log_densities) {
        let exact = -0.5 * (x[0] * x[0] + x[1] * x[1]) - TAU.ln();
        // A dozen operations; the entries of J cancel nowhere in det J = −2π/u by more than r ≥ 0.04.
        assert!((log - exact).abs() < 1e-13, "{u:?}: {log} {exact}");
        assert_eq!(density.log_density(u).unwrap(), (x.to_vec(), *log));
    }
}

/// ∫ p(x) dx over a region of x, by code that goes back to the base.
fn mass_in_targets(
    density: &Density,
    region: &MappedRegion,
    inverse: impl Fn(&[f64]) -> Vec<f64> + Sync,
) -> f64 {
    let p = |x: &[f64]| density.log_density(&inverse(x)).unwrap().1.exp();
    let answer = region.integrate_fn(p, &Settings::new().rtol(1e-9)).unwrap();
    // 1e-9 was asked for; what lies outside of the regions is below 1e-14.
    assert!(answer.error < 3e-9, "{} ± {}", answer.value, answer.error);
    assert!(
        (answer.value - 1.0).abs() <= answer.error + 1e-14,
        "{} ± {}",
        answer.value,
        answer.error
    );
    answer.value
}

fn plain(variables: &str, limits: &str) -> MappedRegion {
    let identity: Vec<String> = variables.split(',').map(|v| format!("{v} = {v}")).collect();
    let map = Map::parse(&identity.join(", ")).unwrap();
    map.over(limits).unwrap()
}

#[test]
fn the_mass_is_one_where_the_image_is_integrated_over() {
    // A shear along a parabola; x itself is normal, and y − x² is.
    mass_in_targets(
        &pushed_normal(2, "x = a, y = b + a^2"),
        &plain("x,y", "x = -8..8, y = x^2-8..x^2+8"),
        |x| vec![x[0], x[1] - x[0] * x[0]],
    );
    // A width that depends on the place.
    mass_in_targets(
        &pushed_normal(2, "x = a, y = exp(a/2)*b"),
        &plain("x,y", "x = -8..8, y = -8*exp(x/2)..8*exp(x/2)"),
        |x| vec![x[0], x[1] * (-x[0] / 2.0).exp()],
    );
    // Nothing triangular: the determinant is −3.
    mass_in_targets(
        &pushed_normal(2, "x = 2*a + b, y = a - b"),
        &plain("x,y", "x = -20..20, y = -13..13"),
        |x| vec![(x[0] + x[1]) / 3.0, (x[0] - 2.0 * x[1]) / 3.0],
    );
    // The logarithm of a number is normal.
    mass_in_targets(
        &pushed_normal(1, "x = exp(a/4)"),
        &plain("x", "x = 0.125..8"),
        |x| vec![4.0 * x[0].ln()],
    );
    // Box and Muller, in polar coordinates of the image.
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    mass_in_targets(
        &box_muller(),
        &polar.over("r = 0..8.5, t = 0..2*pi").unwrap(),
        |x| {
            let turn = x[1].atan2(x[0]) / TAU;
            let square = x[0] * x[0] + x[1] * x[1];
            vec![(-square / 2.0).exp(), turn - turn.floor()]
        },
    );
    // Through two maps, one after the other, and back.
    let two = pushed_normal(2, "x = a, y = b + a^2")
        .pushforward(&Map::parse("p = x + y/4, q = y").unwrap())
        .unwrap();
    let sheared = Map::parse("p = x + (b + x^2)/4, q = b + x^2").unwrap();
    mass_in_targets(&two, &sheared.over("x = -8..8, b = -8..8").unwrap(), |x| {
        let (a, y) = (x[0] - x[1] / 4.0, x[1]);
        vec![a, y - a * a]
    });
}

#[test]
fn maps_are_followed_back_to_the_base() {
    let map = "x = a + 0.3*sin(b), y = b + 0.2*tanh(a), z = c*exp(a/3)";
    let flow = pushed_normal(3, map)
        .pushforward(
            &Map::parse_with(
                "p = z + x/2, q = x, r = y*2 + 0.1*sin(z)",
                &["x", "y", "z"],
                &Default::default(),
            )
            .unwrap(),
        )
        .unwrap();
    let sample = flow.sample(200, 5);
    for (x, log) in sample.points.chunks(3).zip(&sample.log_densities) {
        let u = flow.inverse(x, &[0.0; 3]).unwrap().unwrap();
        let (back, other) = flow.log_density(&u).unwrap();
        let away = x
            .iter()
            .zip(&back)
            .map(|(x, y)| (x - y).abs())
            .fold(0.0, f64::max);
        // Roundings of numbers below 10, and what they move the logarithm by, with slopes below 10.
        assert!(
            away < 1e-13 && (log - other).abs() < 1e-12,
            "{x:?}: {back:?}"
        );
    }
    // The mass of what has no inverse in closed form: x + tanh x, over its image.
    let density = pushed_normal(1, "x = a + tanh(a)");
    mass_in_targets(&density, &plain("x", "x = -9..9"), |x| {
        density.inverse(x, &[0.0]).unwrap().unwrap()
    });
    // A fold: x = a² is reached from the right side of it, and nothing is where it does not lead.
    let square = pushed_normal(1, "x = a^2");
    let right = square.inverse(&[4.0], &[1.0]).unwrap().unwrap();
    let left = square.inverse(&[4.0], &[-1.0]).unwrap().unwrap();
    assert!((right[0] - 2.0).abs() < 1e-15 && (left[0] + 2.0).abs() < 1e-15);
    assert_eq!(square.inverse(&[-1.0], &[1.0]).unwrap(), None);
    assert_eq!(square.inverse(&[f64::NAN], &[1.0]).unwrap(), None);
    assert_eq!(square.inverse(&[1.0], &[0.0]).unwrap(), None);
    assert!(square.inverse(&[1.0, 2.0], &[1.0]).is_err() && square.inverse(&[1.0], &[]).is_err());
}

#[test]
fn conditions_take_a_part_of_the_mass() {
    let correlated = pushed_normal(2, "x = a, y = (a + b)/sqrt(2)");
    let all = correlated.mass("").unwrap();
    assert!((all.value - 1.0).abs() <= all.error && all.error < 1e-10);
    // The mass of a quadrant of correlated normal numbers (Sheppard 1899), ρ = 1/√2.
    let quadrant = correlated.mass("x > 0, y > 0").unwrap();
    let exact = 0.25 + (0.5f64.sqrt()).asin() / TAU;
    assert!((quadrant.value - exact).abs() <= quadrant.error && quadrant.error < 1e-6);
    let covariance = correlated.expectation("x*y").unwrap();
    assert!((covariance.value - 0.5f64.sqrt()).abs() <= covariance.error);
    // z² on a square covers half of its image twice: the mass counts every u.
    let square = Map::parse("x = u^2 - v^2, y = 2*u*v").unwrap();
    let uniform = Density::uniform([-1.0..1.0, -1.0..1.0]).unwrap();
    let twice = uniform.pushforward(&square).unwrap();
    let disk = twice.mass("x^2 + y^2 < 1/4").unwrap();
    assert!((disk.value - PI / 8.0).abs() <= disk.error && disk.error < 1e-6);
    let check = twice.region().unwrap().check().unwrap();
    assert_eq!(check.one_to_one, OneToOne::No);
}

#[test]
fn logarithms_reach_where_determinants_are_no_doubles() {
    // A triangular matrix with eᵗ on its diagonal, 1000 times: e^±3000.
    for t in [3.0, -3.0] {
        let n = 1000;
        let map = Map::traced(n, |u| {
            let after = |i: usize| u[i] * f64::exp(t) + u[i - 1].tanh();
            std::iter::once(u[0] * f64::exp(t))
                .chain((1..n).map(after))
                .collect()
        });
        let density = Density::standard_normal(n).unwrap();
        let density = density.pushforward(&map.unwrap()).unwrap();
        let (_, log) = density.log_density(&vec![0.5; n]).unwrap();
        let exact = -0.5 * n as f64 * (0.25 + TAU.ln()) - n as f64 * t;
        // Sums of 1000 terms of size 3.
        assert!((log - exact).abs() < 1e-9, "{log} {exact}");
    }
    // Factors that are no doubles themselves, as logarithms of exponentials.
    let steep = pushed_normal(2, "x = a*exp(800*b), y = b");
    let (_, log) = steep.log_density(&[1e-300, 1.0]).unwrap();
    assert_eq!(log, -0.5 - TAU.ln() - 800.0);
    // A matrix without zeros: 1e40 twelve times, by elimination.
    for size in [1e40, 1e-40, 1.0] {
        let (_, map) = dense(12, size);
        let (unit, _) = dense(12, 1.0);
        let density = Density::standard_normal(12).unwrap();
        let (_, log) = density
            .pushforward(&map)
            .unwrap()
            .log_density(&[0.0; 12])
            .unwrap();
        let exact = -6.0 * TAU.ln() - unit.determinant().abs().ln() - 12.0 * size.ln();
        // 12 × 12 entries with a condition number below 100.
        assert!((log - exact).abs() < 1e-11, "{size}: {log} {exact}");
    }
}

#[test]
fn maps_one_after_another_are_their_composition() {
    let first = Map::parse("x = a + 0.3*sin(b), y = b + 0.2*tanh(a), z = c*exp(a/3)").unwrap();
    let second = "p = z + x/2, q = x, r = y*2 + 0.1*sin(z)";
    let second = Map::parse_with(second, &["x", "y", "z"], &Default::default()).unwrap();
    let normal = Density::standard_normal(3).unwrap();
    let apart = normal
        .pushforward(&first)
        .unwrap()
        .pushforward(&second)
        .unwrap();
    let whole = normal.pushforward(&first.then(&second).unwrap()).unwrap();
    for u in [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [-0.3, 0.7, 3.0]] {
        let ((x, log), (y, other)) = (
            apart.log_density(&u).unwrap(),
            whole.log_density(&u).unwrap(),
        );
        let away = x
            .iter()
            .zip(&y)
            .map(|(x, y)| (x - y).abs())
            .fold(0.0, f64::max);
        // A few roundings of numbers below 10.
        assert!(away < 1e-14 && (log - other).abs() < 1e-14, "{u:?}");
    }
    // Limits by name, in another order than the variables of the map.
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let turned = Density::uniform("t = 0..2*pi, r = 0..1")
        .unwrap()
        .pushforward(&polar)
        .unwrap();
    let (x, log) = turned.log_density(&[PI, 0.5]).unwrap();
    // cos π = −1 to the last bit; p = 1/(2π·r).
    assert_eq!(x[0], -0.5);
    assert!((log - (1.0 / PI).ln()).abs() < 1e-15);
}

#[test]
fn samples_have_the_moments_and_the_masses_of_the_density() {
    let count = 200_000;
    let banana = pushed_normal(2, "x = a, y = b + a^2");
    let sample = banana.sample(count, 7);
    assert_eq!(
        (sample.points.len(), sample.without_density),
        (2 * count, 0)
    );
    // Mean and variance of x, y, x², xy, y² for normal a, b: y = b + a² has the variance 1 + 2, and y² − …
    // follow from E a⁴ = 3, E a⁶ = 15, E a⁸ = 105.
    type Moment = (fn(f64, f64) -> f64, f64, f64);
    let moments: [Moment; 5] = [
        (|x, _| x, 0.0, 1.0),
        (|_, y| y, 1.0, 3.0),
        (|x, _| x * x, 1.0, 2.0),
        (|x, y| x * y, 0.0, 16.0),
        // E y² = 1 + 3; E y⁴ = E b⁴ + 6 E b²a⁴ + E a⁸ = 3 + 18 + 105.
        (|_, y| y * y, 4.0, 126.0 - 16.0),
    ];
    for (k, (formula, mean, variance)) in moments.into_iter().enumerate() {
        let sum: f64 = sample.points.chunks(2).map(|x| formula(x[0], x[1])).sum();
        let away = (sum / count as f64 - mean).abs();
        // Five standard errors: by chance once in two million.
        assert!(
            away < 5.0 * (variance / count as f64).sqrt(),
            "moment {k}: {away}"
        );
    }
    for (x, log) in sample.points.chunks(2).zip(&sample.log_densities) {
        let (a, b) = (x[0], x[1] - x[0] * x[0]);
        // b is rounded in y, which is below 30.
        assert!((log - (-0.5 * (a * a + b * b) - TAU.ln())).abs() < 1e-12);
    }
    let inside = |x: &&[f64]| x[0] * x[0] + x[1] * x[1] < 2.0;
    let share = sample.points.chunks(2).filter(inside).count() as f64 / count as f64;
    let mass = banana.mass("x^2 + y^2 < 2").unwrap();
    let deviation = (mass.value * (1.0 - mass.value) / count as f64).sqrt();
    assert!((share - mass.value).abs() < 5.0 * deviation + mass.error);
    // Uniform numbers: their variance is a twelfth of the square of the width, and none is outside.
    let flat = Density::uniform([-1.0..3.0]).unwrap().sample(count, 7);
    let mean = flat.points.iter().sum::<f64>() / count as f64;
    assert!((mean - 1.0).abs() < 5.0 * (16.0 / 12.0 / count as f64).sqrt());
    assert!(flat.points.iter().all(|x| (-1.0..=3.0).contains(x)));
    assert!(flat.log_densities.iter().all(|log| *log == -(4f64.ln())));
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let density = pushed_normal(3, "x = a + 0.3*sin(b), y = b + 0.2*tanh(a), z = c*exp(a/3)");
    let work = || {
        let sample = density.sample(10_007, 3);
        let again = density.log_densities(&sample.points[..3 * 1501]).unwrap();
        let numbers = [
            sample.points,
            sample.log_densities,
            again.points,
            again.log_densities,
        ];
        numbers
            .concat()
            .iter()
            .map(|x| x.to_bits())
            .collect::<Vec<u64>>()
    };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(work)
    };
    assert_eq!(with(1), with(3));
    // Fewer points are the first of more, other seeds give others.
    let (few, more) = (density.sample(100, 3), density.sample(1000, 3));
    assert_eq!(few.points[..], more.points[..300]);
    assert_ne!(few.points, density.sample(100, 4).points);
}

#[test]
fn points_without_a_density_are_told() {
    // At the centre of polar coordinates a whole side becomes one point.
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let disk = Density::uniform([0.0..1.0, 0.0..TAU])
        .unwrap()
        .pushforward(&polar)
        .unwrap();
    assert_eq!(disk.log_density(&[0.0, 1.0]).unwrap().1, f64::INFINITY);
    // Outside of the box there is nothing; a number that is none has no density.
    let points = [0.0, 1.0, 0.5, 1.0, 2.0, 1.0, f64::NAN, 1.0];
    let all = disk.log_densities(&points).unwrap();
    assert_eq!(all.log_densities[2], f64::NEG_INFINITY);
    assert!(all.log_densities[3].is_nan());
    assert_eq!(all.without_density, 2);
    // The logarithm of a negative number: half of all samples.
    let half = pushed_normal(1, "x = ln(a)").sample(1000, 1);
    let nan = half.points.iter().filter(|x| x.is_nan()).count();
    assert_eq!(half.without_density, nan);
    // 500 ± 5 standard errors of √250.
    assert!(nan.abs_diff(500) < 80);
    // det J is zero everywhere, which the pattern of its entries does not show.
    let flat = pushed_normal(2, "x = a + b, y = 2*a + 2*b").sample(100, 1);
    assert_eq!(flat.without_density, 100);
}

#[test]
fn what_is_no_density_is_refused() {
    let fault = |result: Result<Density, Error>| match result.unwrap_err() {
        Error::Shape(misfit) => misfit,
        other => panic!("{other}"),
    };
    let normal = Density::standard_normal(2).unwrap();
    let map = |text: &str| Map::parse(text).unwrap();
    assert_eq!(fault(Density::standard_normal(0)), Misfit::NoVariables);
    assert_eq!(
        fault(normal.pushforward(&map("x = a, y = b, z = a*b"))),
        Misfit::Density(DensityFault::NotSquare {
            variables: 2,
            targets: 3
        })
    );
    let three = fault(normal.pushforward(&map("x = a + b + c, y = b, z = c")));
    assert!(matches!(
        three,
        Misfit::Composition {
            targets: 2,
            variables: 3
        }
    ));
    let squeezed = Map::traced(2, |u| vec![u[0], u[0].sin()]).unwrap();
    assert_eq!(
        fault(normal.pushforward(&squeezed)),
        Misfit::Density(DensityFault::Flat)
    );
    for limits in [
        "u = 0..1, v = 0..u",
        "u = 0..1, v = 0..inf",
        "u = 0..1, v = 1..0",
        "u = 0..1, v = 2..2",
    ] {
        let variable = "v".to_owned();
        let refused = fault(Density::uniform(limits));
        assert_eq!(
            refused,
            Misfit::Density(DensityFault::NotABox { variable }),
            "{limits}"
        );
    }
    assert!(normal.log_density(&[1.0]).is_err() && normal.log_densities(&[1.0; 3]).is_err());
    assert!(normal.mass("u <").is_err() && normal.expectation("sin(").is_err());
    let none = normal.log_densities(&[]).unwrap();
    assert!(none.points.is_empty() && normal.sample(0, 1).points.is_empty());
}
