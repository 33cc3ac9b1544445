//! Sums of products fall apart into integrals over fewer coordinates, and are no less true for it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};
use std::fmt::Write as _;

use pullback::integrator::{Reason, Step};
use pullback::{Estimate, Settings, Status};

mod cases;

use cases::judge::{Truth, vouches};
use cases::{SplitMix, domain};

const TORUS: &str = "x = (2 + r*cos(v))*cos(t), y = (2 + r*cos(v))*sin(t), z = r*sin(v)";
const TUBE: &str = "r = 0..0.5, v = 0..2*pi, t = 0..2*pi";

fn to(rtol: f64) -> Settings {
    Settings::new().rtol(rtol).max_evals(1_000_000)
}

fn solve(map: &str, limits: &str, texts: &[&str], settings: &Settings) -> Estimate {
    let domain = domain(map, limits);
    let integrands = domain.parse(texts).unwrap_or_else(|e| panic!("{e}"));
    domain.integrate_all(&integrands, settings).unwrap()
}

fn is_split(answer: &Estimate) -> bool {
    let summed = |step: &Step| matches!(step, Step::Products { summed: true, .. });
    answer.because.steps().iter().any(summed)
}

/// Whether the answer was had by splitting, or by so few nodes that splitting would not pay.
fn is_easy(answer: &Estimate) -> bool {
    is_split(answer) || answer.proven
}

/// Asks for the truth: a status that vouches, and errors that cover.
fn assert_true(what: &str, answer: &Estimate, exact: &[f64], rtol: f64) {
    assert!(vouches(answer.status), "{what}: {answer:?}");
    let truth = Truth::new(exact, rtol);
    assert_eq!(truth.lie(answer), None, "{what}");
}

fn unit_box(names: &[&str]) -> String {
    let limits = names.iter().map(|name| format!("{name} = 0..1"));
    limits.collect::<Vec<_>>().join(", ")
}

#[test]
fn sums_of_products_cost_as_little_as_integrals_over_one_coordinate() {
    let [five, six] = [5, 6].map(|n| unit_box(&["a", "b", "c", "d", "f", "g"][..n]));
    for (map, limits, integrand, exact) in [
        (
            "",
            five.as_str(),
            "cos(1.9 + 0.4*a + 0.8*b + 1.2*c + 1.6*d + 2*f)",
            0.128_076_994_166_228_67,
        ),
        // Six squares and fifteen double products.
        ("", &six, "(a+b+c+d+f+g)^2", 6.0 / 3.0 + 15.0 / 2.0),
        (
            "",
            &six,
            "(a + b*c - d)^2*(1 + f*g) + a^3*g",
            (1.0 / 3.0 + 1.0 / 9.0 + 1.0 / 3.0 + 0.25 - 0.5 - 0.25) * 1.25 + 0.125,
        ),
        (TORUS, TUBE, "x^2+y^2", 41.328_968_429_561_69),
        (
            "x = cosh(m)*cos(n), y = sinh(m)*sin(n)",
            "m = 0..1, n = 0..2*pi",
            "x^2",
            3.391_313_731_542_064_3,
        ),
        (
            "",
            "x = -inf..inf, y = -inf..inf, z = -inf..inf",
            "(x^2+y^2+z^2)*exp(-x^2-y^2-z^2)",
            1.5 * PI.powf(1.5),
        ),
        // Each kink lies across one axis only.
        (
            "",
            "x = 0..1, y = 0..1, z = 0..1",
            "abs(x - 0.3)*y + abs(y - 0.4)*z + sqrt(z)*x",
            0.29 / 2.0 + 0.26 / 2.0 + 1.0 / 3.0,
        ),
    ] {
        for rtol in [1e-4, 1e-8, 1e-12] {
            let answer = solve(map, limits, &[integrand], &to(rtol));
            assert!(is_easy(&answer), "{integrand}: {answer:?}");
            assert_true(integrand, &answer, &[exact], rtol);
            // The most that any took when this was written is 15 912.
            assert!(answer.evaluations < 30_000, "{integrand}: {answer:?}");
        }
    }
}

/// A product of sums of exponentials of single variables, as a text, and its integral over the unit
/// box by multiplying out.
fn random_product(random: &mut SplitMix, names: &[&str]) -> (String, f64, f64) {
    let mut text = String::new();
    // Terms: a coefficient and an exponent for each variable.
    let mut terms = vec![(1.0, vec![0.0; names.len()])];
    for factor in 0..2 + (random.unit() * 2.0) as usize {
        let mut sum = String::new();
        let mut next: Vec<(f64, Vec<f64>)> = Vec::new();
        for k in 0..2 {
            let place = (factor + k + (random.unit() * 2.0) as usize) % names.len();
            let (c, e) = (random.within(-3.0, 3.0), random.within(-2.0, 2.0));
            let _ = write!(sum, "{}{c:?}*exp({e:?}*{})", ["", " + "][k], names[place]);
            for (coefficient, exponents) in &terms {
                let mut exponents = exponents.clone();
                exponents[place] += e;
                next.push((coefficient * c, exponents));
            }
        }
        let _ = write!(text, "{}({sum})", if factor == 0 { "" } else { "*" });
        terms = next;
    }
    let mean = |e: f64| if e == 0.0 { 1.0 } else { e.exp_m1() / e };
    let integral = |(c, exponents): &(f64, Vec<f64>)| -> f64 {
        c * exponents.iter().map(|&e| mean(e)).product::<f64>()
    };
    let integrals = terms.iter().map(integral);
    let size = integrals.clone().map(f64::abs).sum();
    (text, integrals.sum(), size)
}

#[test]
fn random_sums_of_products_have_their_planted_values() {
    let mut random = SplitMix(71);
    let mut split = 0;
    for round in 0..60 {
        let names = &["a", "b", "c", "d", "f"][..2 + round % 4];
        let limits = unit_box(names);
        let (text, exact, size) = random_product(&mut random, names);
        for rtol in [1e-3, 1e-8, 1e-12] {
            let answer = solve("", &limits, &[&text], &to(rtol));
            // The planted value is a sum of at most 16 terms of five roundings each.
            let error = answer.error + 1e-14 * size;
            assert!(
                (answer.value - exact).abs() <= error,
                "{text}: {exact} {answer:?}"
            );
            let within = answer.error <= rtol * answer.value.abs();
            assert!(
                within || answer.status == Status::Roundoff,
                "{text}: {answer:?}"
            );
            split += usize::from(is_split(&answer));
        }
    }
    // Most need few nodes as they are, the others are split.
    assert!(split >= 15, "{split} of 180");
}

#[test]
fn the_split_and_the_unsplit_integral_agree() {
    let limits = "a = 0..1, b = 0..2";
    let split = solve(
        "",
        limits,
        &["sin(29*a + 32*b) + a*b^2 - exp(7*a - 6*b)"],
        &to(1e-11),
    );
    assert!(is_split(&split), "{split:?}");
    // Code is a black box: it has no factors.
    let code = |x: &[f64]| {
        (29.0 * x[0] + 32.0 * x[1]).sin() + x[0] * x[1] * x[1] - (7.0 * x[0] - 6.0 * x[1]).exp()
    };
    let unsplit = domain("", limits).integrate_fn(code, &to(1e-11)).unwrap();
    assert!(!is_split(&unsplit));
    let apart = (split.value - unsplit.value).abs();
    assert!(
        apart <= split.error + unsplit.error,
        "{split:?} {unsplit:?}"
    );
}

#[test]
fn terms_that_cancel_are_seen_to() {
    // The terms of (eᵃ − eᵇ)⁴ are together two million times as large as their sum. By mpmath.
    let limits = "a = 5..5.1, b = 5..5.1";
    let exact = 39.56900949331494;
    for rtol in [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12] {
        let answer = solve("", limits, &["(exp(a) - exp(b))^4"], &to(rtol));
        assert_true("cancelling terms", &answer, &[exact], rtol);
        if rtol >= 1e-10 {
            assert_eq!(answer.status, Status::Converged, "{answer:?}");
        }
        // What the split integral cannot know the unsplit one can.
        assert!(rtol > 1e-9 || !is_split(&answer), "{answer:?}");
    }
}

#[test]
fn factors_may_be_zero_by_symmetry() {
    let limits = "x = -1..1, t = 0..2*pi";
    let text = "cos(t)*(1 + x) + x*sin(t) + x*t + sin(x)*abs(x) + x^2";
    for rtol in [1e-3, 1e-8, 1e-12] {
        let answer = solve("", limits, &[text], &to(rtol));
        assert!(is_split(&answer), "{answer:?}");
        assert_eq!(answer.status, Status::Converged, "{answer:?}");
        assert_true(text, &answer, &[2.0 / 3.0 * TAU], rtol);
    }
    // The whole is zero too: no digit of it can be known, but how small it is can.
    let text = "cos(t)*(1 + x) + x^3*t + sin(x + t)";
    let answer = solve("", limits, &[text], &to(1e-8));
    assert!(answer.value.abs() <= answer.error, "{answer:?}");
    assert!(answer.error < 1e-12, "{answer:?}");
    let absolute = to(0.0).atol(1e-10);
    let answer = solve("", limits, &[text], &absolute);
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
    assert!(answer.value.abs() <= answer.error, "{answer:?}");
}

#[test]
fn a_convergent_sum_of_divergent_terms_is_integrated_unsplit() {
    for (text, exact) in [
        ("(sin(a)*b - a*b + a^3)/a^2", 0.459_358_636_595_769_4),
        // ½ ∫ (1 − cos a)/a², the same toward the upper end.
        ("(b - b*cos(1 - a))/(1 - a)^2", 0.243_192_688_117_661_37),
        ("b/a - b*cos(a)^2/a + b*exp(a)", 1.070_986_418_401_176),
    ] {
        for rtol in [1e-4, 1e-8] {
            let answer = solve("", "a = 0..1, b = 0..1", &[text], &to(rtol));
            assert_true(text, &answer, &[exact], rtol);
        }
    }
    // The integral does not exist: nobody may vouch for it.
    let text = "b/a - 2*b^2/a + b";
    let answer = solve("", "a = 0..1, b = 0..1", &[text], &to(1e-6));
    assert!(!vouches(answer.status), "{answer:?}");
}

#[test]
fn several_integrands_share_their_factors() {
    let texts = ["1", "x^2+y^2", "x", "z^2", "x^2*z"];
    let answer = solve(TORUS, TUBE, &texts, &to(1e-10));
    assert!(is_easy(&answer), "{answer:?}");
    // 2π²Ra², the second moment as above, 0, π²Ra⁴/2, 0.
    let square = PI * PI;
    let exact = [square, 41.328_968_429_561_69, 0.0, square / 16.0, 0.0];
    assert_true("moments", &answer, &exact, 1e-10);
    // 23 226 when this was written.
    assert!(answer.evaluations < 30_000, "{answer:?}");
    for k in [2, 4] {
        assert!(answer.errors[k] < 1e-12, "{answer:?}");
    }
    // Constants, products and what depends on one variable only, beside each other.
    let answer = solve(
        "",
        "x = 0..1, y = 0..1",
        &["3", "x*y", "exp(y)", "x + y"],
        &to(1e-10),
    );
    let e = std::f64::consts::E;
    assert_true("plain", &answer, &[3.0, 0.25, e - 1.0, 1.0], 1e-10);
    // One that cannot be taken apart keeps all of them together.
    let answer = solve("", "x = 0..1, y = 0..1", &["x*y", "exp(x*y)"], &to(1e-10));
    let is_product = |step: &Step| matches!(step, Step::Products { .. });
    assert!(!answer.because.steps().iter().any(is_product), "{answer:?}");
    assert_true("together", &answer, &[0.25, 1.317_902_151_454_403_8], 1e-10);
}

#[test]
fn a_value_that_is_not_finite_has_an_address_in_the_whole() {
    let answer = solve(
        "",
        "x = 0..1, y = 0..1",
        &["ln(x - 2)*y + sqrt(y)*x"],
        &to(1e-6),
    );
    assert_eq!(answer.status, Status::Nonfinite, "{answer:?}");
    let Reason::NotFinite {
        value, variables, ..
    } = &answer.reasons[0]
    else {
        panic!("{answer:?}");
    };
    assert!(value.is_nan() && variables[0].name == "x", "{answer:?}");
}

#[test]
fn roots_of_products_fall_apart() {
    // y = v √(1 − x²): then 1 − x² − y² = (1 − x²)(1 − v²).
    for (limits, text, exact) in [
        (
            "x = -1..1, y = -sqrt(1 - x^2)..sqrt(1 - x^2)",
            "sqrt(1 - x^2 - y^2)",
            2.0 * PI / 3.0,
        ),
        ("x = 0..1, y = 0..1 - x", "sqrt(1 - x - y)", 4.0 / 15.0),
        // ∫ (1 − x − y)^(−3/4) dy = 4 (1 − x)^(1/4).
        ("x = 0..1, y = 0..1 - x", "(1 - x - y)^(-3/4)", 16.0 / 5.0),
    ] {
        let answer = solve("", limits, &[text], &to(1e-10));
        assert_true(text, &answer, &[exact], 1e-10);
        assert!(answer.proven, "{limits} {text}: {answer}");
        assert!(
            answer.evaluations < 2000,
            "{limits} {text}: {}",
            answer.evaluations
        );
    }
    let ball = "x = -1..1, y = -sqrt(1 - x^2)..sqrt(1 - x^2), z = 0..sqrt(1 - x^2 - y^2)";
    let answer = solve("", ball, &["1"], &to(1e-10));
    assert_true("half a ball", &answer, &[2.0 * PI / 3.0], 1e-10);
    assert!(answer.proven, "{answer}");
}
