//! Polygons against areas and moments that are known: by Green's formula, xᵃ⁺¹yᵇ/(a + 1) along the sides.
//!
//! A. Sommariva, M. Vianello, "Product Gauss cubature over polygons based on Green's integration formula",
//! BIT Numerical Mathematics 47 (2007) 441–453: polygons without and with a hole, and polynomials.

#![cfg(feature = "polygon")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};
use std::time::Instant;

use pullback::domain::{Misfit, OutlineFault};
use pullback::rule::Rule;
use pullback::{Domain, Error, Polygon, Settings, Status};

mod cases;

use cases::SplitMix;

type Ring = Vec<[f64; 2]>;

/// ∫ xᵃyᵇ over a ring that runs counterclockwise: ∮ xᵃ⁺¹yᵇ/(a + 1) dy, exact by Gauss nodes on sides.
fn moment(ring: &Ring, a: i32, b: i32) -> f64 {
    let rule = Rule::gauss((a + b) as usize / 2 + 2).unwrap();
    let sides = ring.iter().zip(ring.iter().cycle().skip(1));
    let along = |([px, py], [qx, qy]): (&[f64; 2], &[f64; 2])| {
        let nodes = rule.nodes().iter().zip(rule.weights());
        let term = |(w, weight): (&f64, &f64)| {
            let (x, y) = (px + w * (qx - px), py + w * (qy - py));
            weight * x.powi(a + 1) / f64::from(a + 1) * y.powi(b) * (qy - py)
        };
        nodes.map(term).sum::<f64>()
    };
    sides.map(along).sum()
}

/// The moments of up to degree 5, each within its claimed error.
fn assert_moments(rings: &[Ring], signs: &[f64]) {
    let polygon = Polygon::new(rings).unwrap();
    for (a, b) in [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (3, 2), (0, 5)] {
        let truth = rings
            .iter()
            .zip(signs)
            .map(|(ring, sign)| sign * moment(ring, a, b))
            .sum::<f64>();
        let answer = polygon.integrate_text(&format!("x^{a}*y^{b}")).unwrap();
        // The truth has roundings of its own.
        let near = answer.error + 1e-14 * truth.abs().max(1.0);
        assert!(
            (answer.value - truth).abs() <= near,
            "x^{a}*y^{b}: {answer} is not {truth}"
        );
        assert!(
            matches!(answer.status, Status::Converged | Status::Roundoff),
            "{answer}"
        );
        assert!(answer.proven, "{answer}");
    }
}

fn square(x: f64, y: f64, side: f64) -> Ring {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

#[test]
fn plain_polygons_have_their_moments() {
    assert_moments(&[vec![[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]]], &[1.0]);
    // An L, with points on its sides and one twice.
    let l = vec![
        [0.0, 0.0],
        [1.0, 0.0],
        [2.0, 0.0],
        [2.0, 0.0],
        [2.0, 1.0],
        [1.0, 1.0],
        [1.0, 2.0],
        [0.0, 2.0],
        [0.0, 1.0],
        [0.0, 0.0],
    ];
    assert_moments(&[l], &[1.0]);
    let star = (0..10).map(|k| {
        let (radius, angle) = ([1.0, 0.4][k % 2], PI * k as f64 / 5.0);
        [radius * angle.cos(), radius * angle.sin()]
    });
    assert_moments(&[star.collect()], &[1.0]);
}

#[test]
fn rings_in_rings_are_holes_and_islands_by_turns() {
    let rings = [
        square(0.0, 0.0, 4.0),
        square(1.0, 1.0, 2.0),
        square(1.5, 1.5, 1.0),
    ];
    assert_moments(&rings, &[1.0, -1.0, 1.0]);
    let mut turned = rings.clone();
    turned[1].reverse();
    let polygon = Polygon::new(&turned).unwrap();
    assert_eq!(polygon.measure().unwrap().value, 13.0);
}

#[test]
fn random_polygons_agree_with_greens_formula() {
    let mut random = SplitMix(7);
    for corners in [5, 17, 60, 200] {
        // Random distances at ascending angles: simple, with spikes.
        let ring = (0..corners).map(|k| {
            let angle = TAU * (k as f64 + 0.8 * random.within(0.0, 1.0)) / corners as f64;
            let radius = random.within(0.1, 1.0);
            [radius * angle.cos(), radius * angle.sin()]
        });
        assert_moments(&[ring.collect()], &[1.0]);
    }
}

/// A comb with so many teeth, each 1 wide and 3 high, on a back of the height 1.
fn comb(teeth: usize) -> Ring {
    let width = (2 * teeth) as f64;
    let mut ring = vec![[0.0, 0.0], [width, 0.0]];
    for k in (0..teeth).rev() {
        let left = (2 * k) as f64;
        ring.extend([
            [left + 2.0, 1.0],
            [left + 1.0, 1.0],
            [left + 1.0, 4.0],
            [left, 4.0],
        ]);
    }
    ring
}

#[test]
fn a_comb_of_a_thousand_teeth_takes_a_second_or_two() {
    let start = Instant::now();
    let polygon = Polygon::new(&[comb(1000)]).unwrap();
    assert!(polygon.triangles().len() > 3000);
    // 2000 of the back and 3 a tooth; ∫ y is 1000 and 3·2.5 a tooth.
    let answer = polygon.integrals(|[_, y]| [y * 0.0 + 1.0, y]).unwrap();
    assert!(
        (answer.values[0] - 5000.0).abs() <= answer.errors[0],
        "{answer}"
    );
    assert!(
        (answer.values[1] - 8500.0).abs() <= answer.errors[1],
        "{answer}"
    );
    // ∫ cos(x/500) over the columns [2k, 2k + 1], and over the back: a few waves along the comb.
    let answer = polygon.integrate(|[x, _]| (x / 500.0).cos()).unwrap();
    let end = |x: f64| 500.0 * (x / 500.0).sin();
    let column = |k: i32| end(f64::from(2 * k + 1)) - end(f64::from(2 * k));
    let truth = end(2000.0) + 3.0 * (0..1000).map(column).sum::<f64>();
    assert!(
        (answer.value - truth).abs() <= answer.error,
        "{answer} is not {truth}"
    );
    assert_eq!(answer.status, Status::Converged, "{:?}", answer.reasons);
    // Tests are not optimized as programs are, and machines that test are busy: a second there may be many here.
    // What takes time in the square of the teeth takes minutes.
    assert!(
        start.elapsed().as_secs_f64() < 60.0,
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn what_is_not_smooth_is_integrated_triangle_by_triangle() {
    // |x| over a comb that lies on both sides of 0.
    let ring: Ring = comb(12).into_iter().map(|[x, y]| [x - 8.5, y]).collect();
    let answer = Polygon::new(&[ring])
        .unwrap()
        .integrate(|[x, _]| x.abs())
        .unwrap();
    // The back: (8.5² + 15.5²)/2. A tooth [a, a + 1]: 3 |a + 1/2|, but 3/4 for the one around 0.
    let teeth = (0..12).map(|k| f64::from(2 * k) - 8.5);
    let tooth = |a: f64| {
        if a == -0.5 {
            0.75
        } else {
            3.0 * (a + 0.5).abs()
        }
    };
    let truth = (8.5f64.powi(2) + 15.5f64.powi(2)) / 2.0 + teeth.map(tooth).sum::<f64>();
    assert!(
        (answer.value - truth).abs() <= answer.error.max(1e-10 * truth),
        "{answer}, not {truth}"
    );
}

#[test]
fn conditions_and_code_see_x_and_y() {
    let part = Polygon::new(&[square(-1.0, -1.0, 2.0)]).unwrap();
    let disk = part.clone().where_("x^2 + y^2 <= 1").unwrap();
    let area = disk.measure().unwrap();
    assert!((area.value - PI).abs() <= area.error.max(1e-10), "{area}");
    let nothing = part.clone().where_("x > 2").unwrap().measure().unwrap();
    assert_eq!(nothing.value, 0.0);
    assert!(
        nothing.warnings.iter().any(|w| w.contains("empty")),
        "{:?}",
        nothing.warnings
    );
    let code = part
        .integrate_fn(|p| p[0] * p[0], &Settings::default())
        .unwrap();
    assert!(
        (code.value - 4.0 / 3.0).abs() <= code.error.max(1e-14),
        "{code}"
    );
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let polygon = Polygon::new(&[comb(40)]).unwrap();
    let bits = |threads: usize| {
        let mut settings = Settings::default();
        settings.threads = Some(threads);
        polygon
            .integrate_all("exp(sin(x)*y/9)", &settings)
            .unwrap()
            .value
            .to_bits()
    };
    assert_eq!(bits(1), bits(3));
}

#[test]
fn what_is_no_polygon_is_refused() {
    let fault = |rings: &[Ring]| match Polygon::new(rings).unwrap_err() {
        Error::Shape(Misfit::Outline(fault)) => fault,
        other => panic!("{other}"),
    };
    assert_eq!(fault(&[]), OutlineFault::Nothing);
    let line = vec![[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
    assert_eq!(
        fault(&[square(0.0, 0.0, 1.0), line]),
        OutlineFault::FewPoints { ring: 2, given: 2 }
    );
    let flat = vec![[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]];
    assert_eq!(fault(&[flat]), OutlineFault::NoArea { ring: 1 });
    let nan = vec![[0.0, 0.0], [1.0, f64::NAN], [2.0, 2.0]];
    assert_eq!(
        fault(&[nan]),
        OutlineFault::NotANumber { ring: 1, point: 2 }
    );
    let huge = vec![[0.0, 0.0], [1e300, 0.0], [1.0, 1e300]];
    assert_eq!(fault(&[huge]), OutlineFault::OutOfRange { ring: 1 });
    let bow = vec![[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]];
    let message = Polygon::new(&[bow]).unwrap_err().to_string();
    assert!(message.contains("sides cross at (1, 1)"), "{message}");
    let over = [square(0.0, 0.0, 2.0), square(1.0, 1.0, 2.0)];
    assert!(matches!(
        fault(&over),
        OutlineFault::Crossing { ring: 2, .. }
    ));
}

#[test]
fn texts_are_read_with_parameters() {
    let mut parameters = pullback::Parameters::new();
    parameters.set("u", 2.0);
    let rings = Polygon::rings_of("(0, 0) (u, 0) (u, sqrt(u^2))", &parameters).unwrap();
    assert_eq!(rings, [vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]]);
    // The variables make way for a parameter.
    let polygon = Polygon::with_parameters(&rings, &parameters).unwrap();
    assert_eq!(polygon.variables(), ["u1", "v"]);
    assert!((polygon.integrate_text("u*x").unwrap().value - 16.0 / 3.0).abs() < 1e-14);
    let Error::Text { text, span, .. } = Polygon::read("(0, 0) (1, 1/0) (1, 1)").unwrap_err()
    else {
        panic!()
    };
    assert_eq!(text[span].trim(), "1/0");
}
