//! Integrands that switch along lines, planes and curves are cut there, and come out to the last
//! digits.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, FRAC_PI_3, FRAC_PI_4, PI};

use pullback::{Estimate, Settings};

mod cases;

use cases::judge::Truth;
use cases::{SplitMix, domain};

fn solve(map: &str, limits: &str, integrand: &str) -> Estimate {
    let domain = domain(map, limits);
    let integrands = domain.parse(&[integrand]).unwrap_or_else(|e| panic!("{e}"));
    let settings = Settings::new()
        .rtol(1e-9)
        .atol(1e-12)
        .max_evals(4_000_000)
        .threads(1);
    domain.integrate_all(&integrands, &settings).unwrap()
}

/// Complains unless the answer is right, and from few evaluations.
fn check(map: &str, limits: &str, integrand: &str, exact: f64, most: u64) {
    let answer = solve(map, limits, integrand);
    let exact = [exact];
    let truth = Truth {
        atol: 1e-12,
        ..Truth::new(&exact, 1e-9)
    };
    assert_eq!(truth.fault(&answer, most), None, "{integrand}");
}

const SQUARE: &str = "x = 0..1, y = 0..1";
const LARGE: &str = "x = -1..1, y = -1..1";
const CUBE: &str = "x = 0..1, y = 0..1, z = 0..1";
const POLAR: &str = "x = r*cos(t), y = r*sin(t)";
const DISK: &str = "r = 0..1, t = 0..2*pi";

#[test]
fn kinks_and_jumps_along_curves_are_cut_out() {
    for (limits, integrand, exact) in [
        (SQUARE, "abs(x + y - 0.9)", 0.343),
        (SQUARE, "exp(abs(x + y - 1))", 2.0 * (E - 2.0)),
        (SQUARE, "abs(x - y) + abs(x + y - 1)", 2.0 / 3.0),
        (SQUARE, "abs(x + y + 1)", 2.0),
        (SQUARE, "abs(x - y) + abs(3*y - 3*x)^3", 1.0 / 3.0 + 2.7),
        // Through a corner, along the diagonal, tangent to a side.
        (SQUARE, "if(x + y < 1, 1, 0)", 0.5),
        (SQUARE, "if(x < y, x*y, 0)", 0.125),
        (SQUARE, "if(x + y < 2, 1, 0)", 1.0),
        (SQUARE, "if(y > 4*(x - 0.5)^2, 1, 0)", 2.0 / 3.0),
        (
            SQUARE,
            "if((x - 0.5)^2 + (y - 0.5)^2 < 0.25, 1, 0)",
            FRAC_PI_4,
        ),
        (
            SQUARE,
            "if(x < 0.3, if(x + y < 1, 1, 0), abs(x - y))",
            0.255 + (1.0 - 0.027 + 0.343) / 6.0,
        ),
        (SQUARE, "if(x^2 + y^2 < 1, 1, 0)", FRAC_PI_4),
        (SQUARE, "if(sqrt(x^2 + y^2) < 0.5, 1, 0)", PI / 16.0),
        (SQUARE, "if(x + y < 1 and x < y, x*y, 0)", 1.0 / 48.0),
        (SQUARE, "if(x*y < 0.5, x + y, 0)", 0.75),
        (SQUARE, "floor(2*x + 3*y)", 2.0),
        (SQUARE, "sqrt(abs(x - y))", 8.0 / 15.0),
        (SQUARE, "ln(abs(x - y))", -1.5),
        (SQUARE, "if(x + y > 5, 1, 0)", 0.0),
        (LARGE, "if(x^2 + y^2 < 1, 1, 0)", PI),
        (LARGE, "sqrt(max(0, 1 - x^2 - y^2))", 2.0 * FRAC_PI_3),
        (CUBE, "max(max(x, y), z)", 0.75),
        (CUBE, "if(x + y + z < 1.5, 1, 0)", 0.5),
        (
            CUBE,
            "abs(x^2 + y^2 + z^2 - 0.125)",
            0.877_314_001_530_290_8,
        ),
        (
            CUBE,
            "if((x - 0.3)^2 + (y - 0.4)^2 + (z - 0.5)^2 < 0.04, 1, 0)",
            4.0 / 3.0 * PI * 0.008,
        ),
        (
            "x = 0..inf, y = 0..inf",
            "if(x + y < 1, 1, 0)*exp(-x - y)",
            1.0 - 2.0 / E,
        ),
        (
            "x = -inf..inf, y = -inf..inf",
            "if(x + y < 1, 1, 0)*exp(-x^2 - y^2)/pi",
            // (1 + erf(1/√2))/2
            0.841_344_746_068_542_9,
        ),
    ] {
        check("", limits, integrand, exact, 200_000);
    }
}

#[test]
fn what_is_left_out_where_curves_meet_is_counted() {
    // The area where 20xy < c is c/20·(1 − ln(c/20)).
    let below = |k: u32| {
        let c = PI * f64::from(k) / 20.0;
        c - c * c.ln()
    };
    let exact = 1.0
        + (1..=6)
            .map(|k| if k % 2 == 1 { below(k) } else { -below(k) })
            .sum::<f64>();
    let answer = solve("", SQUARE, "heaviside(sin(20*x*y))");
    let truth = [exact];
    let truth = Truth::new(&truth, 1e-9);
    assert!(truth.is_right(&answer), "{}", truth.said(&answer));
    // The cells at the corner, of which bounds say nothing, hold 1.8e-14.
    assert!(answer.errors[0] > (answer.values[0] - exact).abs());
}

#[test]
fn maps_may_bend_the_switch() {
    // The segment of the disk beyond a line at the distance d: arccos d − d √(1 − d²).
    let d = 0.5 / 2f64.sqrt();
    let exact = d.acos() - d * (1.0 - d * d).sqrt();
    check(POLAR, DISK, "if(x + y > 0.5, 1, 0)", exact, 100_000);
    // 4 ∫₀¹ 2 x √(1 − x²) dx, and half of it where y > 0.
    check(POLAR, DISK, "abs(x)", 4.0 / 3.0, 100_000);
}

/// ∫ (c − a·x)₊^p dx over the unit cube, for positive a: an alternating sum over its corners.
fn corner_sum(a: &[f64], c: f64, p: i32) -> f64 {
    let n = a.len();
    let corners = (0..1usize << n).map(|corner| {
        let chosen = (0..n).filter(|i| corner >> i & 1 == 1);
        let rest = c - chosen.map(|i| a[i]).sum::<f64>();
        let sign = if corner.count_ones() % 2 == 0 {
            1.0
        } else {
            -1.0
        };
        sign * rest.max(0.0).powi(n as i32 + p)
    });
    let rising: f64 = (1..=n as i32).map(|k| f64::from(p + k)).product();
    corners.sum::<f64>() / (rising * a.iter().product::<f64>())
}

#[test]
fn random_planes_cut_cubes_where_they_should() {
    let mut random = SplitMix(7);
    for n in [2, 2, 2, 3, 3, 4] {
        let a: Vec<f64> = (0..n).map(|_| random.within(0.2, 1.0)).collect();
        let c = random.within(0.2, 0.8) * a.iter().sum::<f64>();
        // Half of the slopes are turned round by x → 1 − x.
        let mut decider = format!("{c:?}");
        for (i, slope) in a.iter().enumerate() {
            let variable = ["x", "y", "z", "w"][i];
            decider += &match i % 2 {
                0 => format!(" - {slope:?}*{variable}"),
                _ => format!(" - {slope:?}*(1 - {variable})"),
            };
        }
        let limits: Vec<String> = ["x", "y", "z", "w"][..n]
            .iter()
            .map(|v| format!("{v} = 0..1"))
            .collect();
        let limits = limits.join(", ");
        let volume = corner_sum(&a, c, 0);
        let above = corner_sum(&a, c, 1);
        let mean = c - a.iter().sum::<f64>() / 2.0;
        for (integrand, exact) in [
            (format!("if({decider} > 0, 1, 0)"), volume),
            (format!("abs({decider})"), 2.0 * above - mean),
            (format!("max(0, {decider})"), above),
        ] {
            check("", &limits, &integrand, exact, 4_000_000);
        }
    }
}

#[test]
fn several_integrands_share_their_pieces() {
    let domain = domain("", SQUARE);
    let integrands = domain
        .parse(&["abs(x - y)", "if(x < y, 1, 0)", "x*y"])
        .unwrap();
    let answer = domain
        .integrate_all(&integrands, &Settings::default())
        .unwrap();
    for (value, exact) in answer.values.iter().zip([1.0 / 3.0, 0.5, 0.25]) {
        // Polynomials: a few roundings.
        assert!((value - exact).abs() < 1e-14, "{answer:?}");
    }
}

/// Strips askew: a strip is the square of a distance below a number, and where that is as small as what is
/// left of larger values elsewhere, it is there all the same.
#[test]
fn narrow_strips_across_a_square_on_its_corner_meet_in_a_rectangle() {
    let corner = [
        "x = (u + v)/2, y = (u - v)/2",
        "u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)",
    ];
    for (text, exact) in [
        ("if(((x - 0.4138)*5000)^2 < 1, 1, 0)", 4e-4),
        (
            "if(((x - 0.4138)*500)^2 < 1, 1, 0)*if(((y - 0.0015)*400)^2 < 1, 1, 0)",
            1.6e-5,
        ),
        (
            "if(((x - 0.4138)*50)^4 < 1, 1, 0)*if(abs((y - 0.015)*40) < 1, 1, 0)",
            1.6e-3,
        ),
    ] {
        let domain = domain(corner[0], corner[1]);
        let integrands = domain.parse(&[text]).unwrap();
        let answer = domain
            .integrate_all(&integrands, &Settings::new().rtol(1e-9))
            .unwrap();
        let off = (answer.value - exact).abs();
        assert!(off <= answer.error, "{text}: {answer} off by {off:e}");
        assert!(off <= 1e-9 * exact, "{text}: {answer} off by {off:e}");
    }
}

/// Which side of a switch a cell is on bounds decide as far as rounding lets them: what that leaves open counts.
#[test]
fn a_ring_as_thin_as_its_numbers_are_known_is_no_better_known() {
    let disk = domain(POLAR, "r = 0..1, t = 0..2*pi");
    let text = "230000.0*if(abs(227272.72727272726*((x^2 + y^2) - 0.4631966796851047)) < 1, 1, 0)";
    let integrands = disk.parse(&[text]).unwrap();
    for rtol in [1e-7, 1e-9, 1e-10, 1e-12] {
        let answer = disk
            .integrate_all(&integrands, &Settings::new().rtol(rtol))
            .unwrap();
        // 230000π times the difference of the squares, which is 2/227272.72….
        let off = (answer.value - 6.358_583_530_865_742).abs();
        assert!(off <= answer.error, "{rtol}: {answer} off by {off:e}");
    }
}

/// Beside the edge of a strip what is singular there needs the distance from it, not a difference of squares.
#[test]
fn what_is_singular_at_both_edges_of_a_strip_keeps_its_digits() {
    let limits = "x = 0..1, y = -0.2..1";
    // Antiderivatives in x, integrated over y by mpmath.
    for (text, exact) in [
        ("abs((x + y)^2 - 0.25)^(-0.5)", 2.381_095_643_452_384_6),
        ("log(abs((x + 2*y)^2 - 0.36))", -0.050_515_236_524_222_16),
    ] {
        check("", limits, text, exact, 100_000);
    }
}

/// Limits that are the larger of two are one of them between two cuts, and there the formula has pieces that it has
/// not as a whole; a smooth term hides none of them.
#[test]
fn a_hat_along_an_edge_of_a_square_on_its_corner_is_seen_beside_a_hill() {
    let map = "x = (u + v)/2, y = (u - v)/2";
    let square = "u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)";
    let hill = std::f64::consts::E - 1.0;
    for (text, exact) in [
        // 1/8333 under a hat of that slope.
        ("max(0, 1 - abs(8333*(y - 0.5)))", 1.0 / 8333.0),
        ("max(0, 1 - abs(8333*(y - 0.99981)))", 1.0 / 8333.0),
        ("if(abs(8333*(y - 0.99981)) < 1, 1, 0)", 2.0 / 8333.0),
        (
            "exp(x) + max(0, 1 - abs(8333*(y - 0.99981)))",
            hill + 1.0 / 8333.0,
        ),
        (
            "exp(x) + if(abs(20*(x - 0.5)) < 1, 1, 0)*max(0, 1 - abs(8333*(y - 0.99981)))",
            hill + 0.1 / 8333.0,
        ),
        // √π/6686, all of it between the edges.
        (
            "x*y + exp(-(6686*(x - 0.3))^2)",
            0.25 + std::f64::consts::PI.sqrt() / 6686.0,
        ),
    ] {
        check(map, square, text, exact, 300_000);
    }
}

#[test]
fn products_beside_what_depends_on_many_variables_are_exact() {
    // ∫ 1/(1 + Σx) = ∫ e^−t ((1 − e^−t)/t)⁶ dt, by mpmath at 25 digits.
    let rest = 0.258_610_350_078_017_6;
    let exact = 50.0 * (E - 1.0) + 1.0 / 6.0 + rest;
    let limits = "x1 = 0..1, x2 = 0..1, x3 = 0..1, x4 = 0..1, x5 = 0..1, x6 = 0..1";
    let text = "1/(1 + x1 + x2 + x3 + x4 + x5 + x6)";
    let domain = domain("", limits);
    let settings = Settings::new().rtol(1e-4).threads(1);
    let alone = domain.integrate_all(text, &settings).unwrap();
    let all = format!("100*x1*exp(x2) + x3^2*x4 + {text}");
    let whole = domain.integrate_all(&all, &settings).unwrap();
    // The rest need not be known to four digits of its own.
    let most = alone.evaluations / 2;
    assert_eq!(Truth::new(&[exact], 1e-4).fault(&whole, most), None);
}
