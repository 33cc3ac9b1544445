//! Sparse grids: smooth integrands of many variables that are code, and traps for them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, PI, TAU};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pullback::{Estimate, Map, MappedRegion, Region, Settings, Status};

mod cases;

use cases::judge::{Tally, Truth};

/// The unit cube of d variables.
fn cube(d: usize) -> MappedRegion {
    let names: Vec<String> = (1..=d).map(|i| format!("x{i}")).collect();
    let limits: Vec<String> = names.iter().map(|name| format!("{name} = 0..1")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let region = Region::parse(&limits.join(", ")).unwrap();
    Map::identity(&names).unwrap().over(&region).unwrap()
}

fn settings(rtol: f64) -> Settings {
    Settings::new().rtol(rtol).max_evals(300_000)
}

fn solve(d: usize, f: impl Fn(&[f64]) -> f64 + Sync, rtol: f64) -> Estimate {
    cube(d).integrate_fn(f, &settings(rtol)).unwrap()
}

/// A few ulps of a value of size 1 are rounding errors of the exact value.
fn truth(exact: &[f64], rtol: f64) -> Truth<'_> {
    Truth {
        slack: 1e-15,
        ..Truth::new(exact, rtol)
    }
}

/// No claim that is not so, at a tolerance of 10⁻⁶.
fn assert_honest(answer: &Estimate, exact: f64, what: &str) {
    assert_eq!(truth(&[exact], 1e-6).lie(answer), None, "{what}");
}

fn assert_by_sparse_grid(answer: &Estimate, most: u64, what: &str) {
    assert_eq!(answer.status, Status::Converged, "{what}: {answer:?}");
    assert!(
        answer.method.starts_with("sparse grid"),
        "{what}: {answer:?}"
    );
    assert!(answer.evaluations <= most, "{what}: {answer:?}");
}

/// Takes longer at a node than code that is worth sparing.
fn slowly(value: f64) -> f64 {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(30) {
        std::hint::spin_loop();
    }
    value
}

#[test]
fn slow_code_that_is_smooth_in_the_plane_is_called_a_hundred_times_at_most() {
    type Case = (&'static str, fn(f64, f64) -> f64, f64);
    let quarter_of_gaussian = 0.746_824_132_812_427_f64.powi(2);
    let cases: [Case; 5] = [
        ("exponential", |x, y| (x + y).exp(), (E - 1.0).powi(2)),
        ("product", |x, y| 1.0 + x * y, 1.25),
        // ∫₀¹ exp(−x²) dx = √π/2·erf(1).
        (
            "Gaussian",
            |x, y| (-x * x - y * y).exp(),
            quarter_of_gaussian,
        ),
        // ln 3·3 − 2·2·ln 2, by parts twice.
        (
            "corner",
            |x, y| 1.0 / (1.0 + x + y),
            3.0 * 3f64.ln() - 4.0 * 2f64.ln(),
        ),
        ("wave", |x, y| 2.0 + (PI * x).sin() * y, 2.0 + 1.0 / PI),
    ];
    for (name, f, exact) in cases {
        let calls = AtomicU64::new(0);
        let counted = |x: &[f64]| {
            calls.fetch_add(1, Ordering::Relaxed);
            slowly(f(x[0], x[1]))
        };
        let answer = solve(2, counted, 1e-2);
        let calls = calls.load(Ordering::Relaxed);
        assert_eq!(answer.status, Status::Converged, "{name}: {answer:?}");
        assert!(calls <= 100, "{name}: {calls} calls");
        assert_eq!(truth(&[exact], 1e-2).lie(&answer), None, "{name}");
        assert!(
            answer.because.to_string().contains("takes long"),
            "{answer:?}"
        );
    }
}

#[test]
fn slow_code_gives_the_same_bits_on_any_number_of_threads() {
    let f = |x: &[f64]| slowly((3.0 * x[0]).sin() * x[1] + (x[0] - 0.3).abs());
    let on = |threads: usize| {
        let settings = settings(1e-3).threads(threads).max_evals(5000);
        cube(2).integrate_fn(f, &settings).unwrap()
    };
    let one = on(1);
    for threads in [2, 3, 8] {
        let many = on(threads);
        assert_eq!((many.value, many.error), (one.value, one.error));
        assert_eq!(many.evaluations, one.evaluations);
    }
}

#[test]
fn exponentials_of_sums_need_few_evaluations() {
    for (d, most) in [(4, 10_000), (6, 15_000), (8, 60_000)] {
        let answer = solve(d, |x| x.iter().sum::<f64>().exp(), 1e-6);
        let exact = (E - 1.0).powi(d as i32);
        assert_by_sparse_grid(&answer, most, &format!("{d}-D"));
        assert_honest(&answer, exact, &format!("{d}-D"));
    }
}

/// ∫ cos(p + Σ cᵢxᵢ) = cos(p + Σ cᵢ/2) Π 2 sin(cᵢ/2)/cᵢ.
#[test]
fn cosines_of_sums_are_right_at_every_tolerance() {
    for d in [4, 5, 7] {
        for phase in [0.0, 0.7, 2.9] {
            let c: Vec<f64> = (0..d).map(|i| 0.4 + 0.3 * i as f64).collect();
            let middle = phase + c.iter().sum::<f64>() / 2.0;
            let along = c.iter().map(|c| 2.0 * (c / 2.0).sin() / c);
            let exact = middle.cos() * along.product::<f64>();
            let f = |x: &[f64]| {
                let terms = x.iter().zip(&c).map(|(x, c)| x * c);
                (phase + terms.sum::<f64>()).cos()
            };
            for rtol in [1e-2, 1e-4, 1e-7, 1e-10] {
                let answer = solve(d, f, rtol);
                let lie = truth(&[exact], rtol).lie(&answer);
                assert_eq!(lie, None, "{d}-D, {phase}");
                // For few digits random points need as few nodes.
                if rtol < 1e-3 {
                    assert_by_sparse_grid(&answer, 300_000, &format!("{d}-D, {phase}, {rtol:e}"));
                } else {
                    assert_eq!(answer.status, Status::Converged, "{d}-D, {phase}");
                    assert!(answer.evaluations <= 30_000, "{d}-D, {phase}: {answer:?}");
                }
            }
        }
    }
}

/// ∫ exp(−(c(x − w))²) over [0, 1], by a rule that needs no special function.
fn gaussian(c: f64, w: f64) -> f64 {
    let rule = pullback::rule::Rule::gauss(60).unwrap();
    let pairs = rule.nodes().iter().zip(rule.weights());
    pairs.map(|(x, v)| v * (-(c * (x - w)).powi(2)).exp()).sum()
}

/// At the middle the integrand is so small along every axis that the others seem not to matter.
#[test]
fn gaussians_off_the_middle_are_right_or_own_up() {
    let mut tally = Tally::default();
    for d in [4, 5, 6] {
        for w in [0.05, 0.2, 0.31, 0.86] {
            for c in [2.0, 4.0, 9.0] {
                let place = |i: usize| {
                    if i.is_multiple_of(2) {
                        w
                    } else {
                        1.0 - 0.7 * w
                    }
                };
                let steep = |i: usize| c / (1.0 + 0.5 * i as f64);
                let exact: f64 = (0..d).map(|i| gaussian(steep(i), place(i))).product();
                let square = |(i, x): (usize, &f64)| (steep(i) * (x - place(i))).powi(2);
                let f = |x: &[f64]| (-x.iter().enumerate().map(square).sum::<f64>()).exp();
                for rtol in [1e-2, 1e-3, 1e-6] {
                    let answer = solve(d, f, rtol);
                    let what = format!("{d}-D, {w}, {c}");
                    tally.judge(what, &answer, truth(&[exact], rtol));
                }
            }
        }
    }
    tally.assert_right(95);
}

/// Every first surplus vanishes by symmetry, and so does everything at the middle of any axis.
#[test]
fn products_that_vanish_at_the_middle_of_every_axis_are_seen() {
    let mut tally = Tally::default();
    for d in [4, 5, 6] {
        let odd = |x: &[f64]| x.iter().map(|x| x - 0.5).product::<f64>();
        let even = |x: &[f64]| x.iter().map(|x| (2.0 * x - 1.0).powi(2)).product::<f64>();
        let third = 3f64.powi(-(d as i32));
        for rtol in [1e-2, 1e-4, 1e-8] {
            let mut judge = |what: &str, answer: &Estimate, exact: f64| {
                tally.judge(format!("{what}, {d}-D"), answer, truth(&[exact], rtol));
            };
            judge("odd", &solve(d, odd, rtol), 0.0);
            for scale in [1.0, 10.0, 1000.0] {
                let f = |x: &[f64]| 1.0 + scale * even(x);
                let exact = 1.0 + scale * third;
                judge(&format!("even {scale}"), &solve(d, f, rtol), exact);
            }
            // ∫ (x − 1/2) eˣ = (3 − e)/2.
            let hidden = |x: &[f64]| odd(x) * x.iter().sum::<f64>().exp();
            let exact = ((3.0 - E) / 2.0).powi(d as i32);
            judge("hidden", &solve(d, hidden, rtol), exact);
        }
    }
    tally.assert_right(34);
}

#[test]
fn features_in_one_corner_or_between_the_nodes_are_seen_or_owned_up() {
    let line = |rate: f64| -(-rate).exp_m1() / rate;
    let mut tally = Tally::default();
    for d in [4, 5, 6] {
        for rate in [3.0, 20.0] {
            let what = format!("{d}-D, {rate}");
            let far = |x: &[f64]| -> f64 { x.iter().map(|x| 1.0 - x).sum() };
            let corner = |x: &[f64]| (-rate * far(x)).exp();
            let exact = line(rate).powi(d as i32);
            tally.judge(&what, &solve(d, corner, 1e-4), truth(&[exact], 1e-4));
            let raised = |x: &[f64]| 1.0 + (rate.powi(d as i32)) * corner(x);
            let exact = 1.0 + (rate * line(rate)).powi(d as i32);
            tally.judge(&what, &solve(d, raised, 1e-4), truth(&[exact], 1e-4));
        }
        // A kink across all axes, and a jump.
        let off = |x: &[f64]| (x.iter().sum::<f64>() - d as f64 / 2.0).signum();
        let f = |x: &[f64]| 1.0 + off(x);
        tally.judge("jump", &solve(d, f, 1e-3), truth(&[1.0], 1e-3));
        let kink = |x: &[f64]| x.iter().map(|x| (x - 0.3).abs()).product::<f64>();
        let exact = 0.29f64.powi(d as i32);
        tally.judge("kink", &solve(d, kink, 1e-3), truth(&[exact], 1e-3));
    }
    tally.assert_right(9);
}

#[test]
fn periodic_axes_of_formulas_take_trapezoid_rules() {
    // A bound for 1/(…) on ellipses that are wide enough is not known, so that no rule is proven.
    let limits = "a = 0..2*pi, b = 0..2*pi, c = 0..2*pi, s = 0..2*pi, t = 0..2*pi, u = 0..2*pi";
    let names = ["a", "b", "c", "s", "t", "u"];
    let map = Map::identity(&names).unwrap();
    let domain = map.over(Region::parse(limits).unwrap()).unwrap();
    let integrands = domain
        .parse(&["exp(cos(a + b)*sin(c + s)/2 + cos(t - u + a)/3)"])
        .unwrap();
    let answer = domain.integrate_all(&integrands, &settings(1e-6)).unwrap();
    // By rotations (2π)⁶ Σ (1/2)^{2k}/((2k)!) m_{2k}² · I₀(1/3), m_{2k} the mean of cos^{2k}.
    let mut sum = 0.0;
    let mut term = 1.0;
    for k in 0..12 {
        sum += term;
        let k = f64::from(k);
        // m_{2k + 2} = m_{2k} (2k + 1)/(2k + 2).
        let mean = (2.0 * k + 1.0) / (2.0 * k + 2.0);
        term *= 0.25 / ((2.0 * k + 1.0) * (2.0 * k + 2.0)) * mean * mean;
    }
    let mut bessel = 0.0;
    let mut term = 1.0;
    for k in 1..12 {
        bessel += term;
        term *= 1.0 / 36.0 / f64::from(k * k);
    }
    let exact = TAU.powi(6) * sum * bessel;
    assert_honest(&answer, exact, "periodic");
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
}

#[test]
fn an_integrand_that_does_not_vary_along_some_axes_takes_nodes_along_the_others() {
    let answer = solve(9, |x| (x[0] * x[3] + x[5] * x[8] + x[2]).exp(), 1e-6);
    // ∫∫ exp(xy) = Σ 1/(n! (n + 1)²).
    let exact = 1.317_902_151_454_403_8f64.powi(2) * (E - 1.0);
    assert_honest(&answer, exact, "five of nine");
    assert_by_sparse_grid(&answer, 20_000, "five of nine");
}

#[test]
fn all_outputs_meet_the_tolerance() {
    let domain = cube(6);
    let settings = settings(1e-6);
    let f = |x: &[f64]| {
        let sum: f64 = x.iter().sum();
        num(sum.sin() * 1e-8, (x[0] * x[1] * x[2] - x[4] * x[5]).exp())
    };
    let answer = domain.integrate_complex_fn(f, &settings).unwrap();
    let parts = &answer.parts;
    assert_by_sparse_grid(parts, 100_000, "both parts");
    // ∫ exp(xyz) = Σ 1/(n! (n + 1)³), ∫ exp(−xy) = Σ (−1)ⁿ/(n! (n + 1)²).
    let (mut first, mut second, mut factorial) = (0.0, 0.0, 1.0);
    for n in 0..20 {
        let m = f64::from(n + 1);
        first += 1.0 / (factorial * m.powi(3));
        second += if n % 2 == 0 { 1.0 } else { -1.0 } / (factorial * m * m);
        factorial *= m;
    }
    // Im ∫ exp(i Σ x) = Im (i (1 − eⁱ))⁶.
    let line = pullback::Complex64::i() * (1.0 - pullback::Complex64::cis(1.0));
    let exact = num(line.powi(6).im * 1e-8, first * second);
    assert!((answer.value - exact).norm() <= answer.error, "{answer:?}");
}

fn num(re: f64, im: f64) -> pullback::Complex64 {
    pullback::Complex64::new(re, im)
}

#[test]
fn singular_ends_are_left_to_other_methods() {
    let d = 4;
    let root = 1.0 / f64::from(d);
    let scale = (1.0 + root).powi(d);
    let f = |x: &[f64]| scale * x.iter().map(|x| x.powf(root)).product::<f64>();
    let answer = solve(4, f, 1e-6);
    assert_honest(&answer, 1.0, "roots");
    let bad = |x: &[f64]| if x[0] == 0.5 { f64::NAN } else { x[1] * PI };
    assert_honest(&solve(4, bad, 1e-6), PI / 2.0, "a hole in the middle");
}
