//! Derivatives of integrals by parameters: of the map, of limits, of conditions and of the integrand.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::domain::Misfit;
use pullback::{Domain, Error, Estimate, Map, MappedRegion, Parameters, Region, Settings, Status};

mod cases;

/// A map (none where the text is empty) over limits, with conditions, at parameters.
fn domain(map: &str, over: &str, conditions: &str, parameters: &str) -> MappedRegion {
    let mut values = Parameters::new();
    values.parse(parameters).unwrap();
    let region = Region::parse_with(over, &values).unwrap();
    let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let identity = names
        .iter()
        .map(|name| format!("{name} = {name}"))
        .collect::<Vec<_>>()
        .join(", ");
    let map = if map.is_empty() { &identity } else { map };
    let mapped = Map::parse_with(map, &names, &values)
        .unwrap()
        .over(&region)
        .unwrap();
    match conditions {
        "" => mapped,
        conditions => mapped.where_(conditions).unwrap(),
    }
}

/// The derivative by `a`.
fn by_a(domain: &MappedRegion, integrand: &str) -> Estimate {
    let domain: &dyn Domain = domain;
    domain.derivative_of(integrand, "a").unwrap()
}

/// The map, the limits, the conditions, the parameters, the integrand, the exact derivative by `a` and how
/// far it may be off.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    f64,
    f64,
);

#[rustfmt::skip]
fn closed_forms() -> Vec<Row> {
    let half = 0.3f64;
    vec![
        // In the map: πa³b/4.
        ("x = a*r*cos(t), y = b*r*sin(t)", "r = 0..1, t = 0..2*pi", "", "a = 3, b = 2", "x^2", 3.0 * PI * 9.0 * 2.0 / 4.0, 1e-12),
        // The same where the other half axis moves along: b = 2a/3, so πa⁴/6.
        ("x = a*r*cos(t), y = b*r*sin(t)", "r = 0..1, t = 0..2*pi", "", "a = 3, b = 2*a/3", "x^2", 2.0 * PI * 27.0 / 3.0, 1e-12),
        // In the limits: d/da ∫₀ᵃ sin x dx = sin a; limits that meet others; both ends.
        ("", "x = 0..a", "", "a = 1.3", "sin(x)", 1.3f64.sin(), 1e-13),
        ("", "x = a..a^2", "", "a = 1.5", "1/x", 1.0 / 1.5, 1e-13),
        ("", "x = 0..a, y = 0..sqrt(a^2 - x^2)", "", "a = 2", "1", PI, 1e-10),
        // Swapped limits measure the same set: ∫ between 1 and a of x is (1 − a²)/2 below 1.
        ("", "x = 1..a", "", "a = 0.5", "x", -0.5, 1e-13),
        // In the integrand: d/da ∫₀¹ exp(ax) dx.
        ("", "x = 0..1", "", "a = 2", "exp(a*x)", (2f64.exp() * (2.0 - 1.0) + 1.0) / 4.0, 1e-13),
        // Over all numbers: d/da √(π/a) = −√π/(2a^{3/2}).
        ("", "x = -inf..inf", "", "a = 2", "exp(-a*x^2)", -PI.sqrt() / 2.0 / 8f64.sqrt(), 1e-12),
        // A kink that moves adds nothing: ∫₀¹ |x − a| dx = (a² + (1 − a)²)/2.
        ("", "x = 0..1", "", "a = 0.3", "abs(x - a)", 2.0 * half - 1.0, 1e-13),
        // A jump that moves, in the integrand: ∫₀¹ if(x < a, x, 2) dx = a²/2 + 2(1 − a).
        ("", "x = 0..1", "", "a = 0.3", "if(x < a, x, 2)", half - 2.0, 1e-13),
        ("", "x = 0..1", "", "a = 0.3", "sign(x - a)*exp(x)", -2.0 * half.exp(), 1e-12),
        ("", "x = 0..1", "", "a = 0.3", "heaviside(x^2 - a)", -0.5 / half.sqrt(), 1e-12),
        // Two jumps: x² < a within −1..1.
        ("", "x = -1..1", "", "a = 0.3", "if(x^2 < a, 1, 0)", 1.0 / half.sqrt(), 1e-12),
        // Jumps that stay: on the unit disc the line x = 1/3 does not move with a.
        ("x = a*r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi", "", "a = 2", "if(x < a/3, 1, 0)",
            PI - ((1.0f64 / 3.0).acos() - 8f64.sqrt() / 9.0), 1e-11),
        ("x = a*r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi", "", "a = 2", "if(x < a/3, 1/a, 0)", 0.0, 1e-11),
        // In conditions: the disc cut by a half plane, whose chord is 2√(1 − a²) long.
        ("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi", "x <= a", "a = 0.3", "1", 2.0 * (1.0 - half * half).sqrt(), 1e-10),
        ("", "x = -1..1, y = -1..1", "x^2 + y^2 <= 1, x <= a", "a = 0.3", "1", 2.0 * (1.0 - half * half).sqrt(), 1e-10),
        // Two boundaries that move: the ring a < r < 2a has the area 3πa².
        ("", "x = -3..3, y = -3..3", "a^2 <= x^2 + y^2, x^2 + y^2 <= 4*a^2", "a = 0.7", "1", 6.0 * PI * 0.7, 1e-9),
        // With an integrand that moves too: ∫ exp(ax) over x < a, 0 < y < 1.
        ("", "x = 0..1, y = 0..1", "x < a", "a = 0.5", "exp(a*x)",
            0.25f64.exp() + ((0.25f64.exp() * (0.25 - 1.0)) + 1.0) / 0.25, 1e-11),
        // A ball in space cut by a plane: the circle of radius √(1 − a²).
        ("", "x = -1..1, y = -1..1, z = -1..1", "x^2 + y^2 + z^2 < 1, z < a", "a = 0.3", "1", PI * (1.0 - half * half), 1e-8),
        // The area of a sphere, 4πa².
        ("x = a*sin(p)*cos(t), y = a*sin(p)*sin(t), z = a*cos(p)", "p = 0..pi, t = 0..2*pi", "", "a = 2", "1", 16.0 * PI, 1e-11),
    ]
}

#[test]
fn derivatives_with_closed_forms_are_met() {
    for (map, over, conditions, parameters, integrand, exact, tolerance) in closed_forms() {
        let found = by_a(&domain(map, over, conditions, parameters), integrand);
        let what =
            format!("{map} over {over} where {conditions}: {integrand}: {found} for {exact}");
        assert!(
            (found.value - exact).abs() <= tolerance * exact.abs().max(1.0),
            "{what}"
        );
        // A proven or estimated error covers; what a double cannot tell is forgiven.
        assert!(
            (found.value - exact).abs() <= found.error + 4e-16 * exact.abs(),
            "{what}"
        );
        assert!(
            matches!(found.status, Status::Converged | Status::Roundoff),
            "{what}: {:?}",
            found.reasons
        );
    }
}

#[test]
fn several_integrands_have_a_derivative_each() {
    let disc = domain(
        "",
        "x = -1..1, y = -1..1",
        "x^2 + y^2 <= 1, x <= a",
        "a = 0.3",
    );
    let disc: &dyn Domain = &disc;
    let found = disc.derivative_of(&["1", "x", "y^2"], "a").unwrap();
    let h = (1.0f64 - 0.09).sqrt();
    for (value, exact) in found
        .values
        .iter()
        .zip([2.0 * h, 0.6 * h, 2.0 * h.powi(3) / 3.0])
    {
        assert!((value - exact).abs() < 1e-10, "{value} {exact}");
    }
}

#[test]
fn what_has_no_derivative_is_refused() {
    let line = domain("", "x = 0..1", "", "a = 0.3");
    let line: &dyn Domain = &line;
    let refused = |integrand: &str, parameter: &str| match line.derivative_of(integrand, parameter)
    {
        Err(Error::Shape(misfit)) => misfit,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused("x", "b"), Misfit::NoSuchParameter { .. }));
    assert!(matches!(
        refused("floor(x/a)", "a"),
        Misfit::MovingSteps { .. }
    ));
    // Steps that stay are no fault.
    let stays = line.derivative_of("a*floor(3*x)", "a").unwrap();
    assert!((stays.value - 1.0).abs() < 1e-13);
    let code = pullback::Integrands::code(1, |x, out| out[0] = x[0]);
    let refused = Estimate::derivative(line, &code, "a", &Settings::default()).unwrap_err();
    assert_eq!(refused, Error::Shape(Misfit::NoDerivativeOfCode));
}

/// A term of a random integrand of x and y with the parameter a.
const TERMS: &[&str] = &[
    "x*y*a",
    "exp(-a*x)",
    "sin(a*x + y)",
    "cos(x*y)/a",
    "(x + a)^2",
    "sqrt(1 + a*x^2)",
    "ln(2 + a*y)",
    "x^a",
    "1/(1 + a^2 + x^2)",
    "abs(x - a/3)",
    "if(x < a/3, y, x)",
    "max(y, a/4)",
    "atan(a*y)",
];

/// Limits and conditions of a random region with the parameter a near 1; every boundary moves smoothly
/// there.
const REGIONS: &[(&str, &str, &str)] = &[
    ("", "x = 0..a, y = 0..1", ""),
    ("", "x = 0..1, y = x^2..1 + a*x", ""),
    ("x = a*r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi", ""),
    ("x = u + a*v^2, y = v - a*u/3", "u = 0..1, v = 0..1", ""),
    ("", "x = -2..2, y = -2..2", "x^2 + y^2 < a^2"),
    ("", "x = 0..1, y = 0..1", "x + a*y < 1.7"),
    ("", "x = -1..1, y = -1..1", "x^2 + y^2 < 0.9, y > a*x - 0.4"),
    (
        "x = r*cos(t), y = r*sin(t)",
        "r = 0..2, t = 0..pi",
        "x*y < a/2 or r < 1/2",
    ),
];

#[test]
fn random_derivatives_are_those_of_differences() {
    let mut random = cases::SplitMix(2026);
    let tight = Settings::default();
    let mut done = 0;
    while done < 200 {
        let (map, over, conditions) = REGIONS[random.below(REGIONS.len())];
        let count = 1 + random.below(2);
        let terms: Vec<&str> = (0..count)
            .map(|_| TERMS[random.below(TERMS.len())])
            .collect();
        // Powers and logarithms have values right of 0 alone.
        let is_left = over.contains("-1")
            || over.contains("-2")
            || map.contains("cos")
            || map.contains("v^2");
        if is_left && terms.iter().any(|t| t.contains("x^a") || t.contains("ln(")) {
            continue;
        }
        let integrand = terms.join(" + ");
        let a = random.within(0.8, 1.2);
        let at = |a: f64| {
            let domain = domain(map, over, conditions, &format!("a = {a:?}"));
            domain.integrate_text(&integrand[..]).unwrap()
        };
        let found = by_a(
            &domain(map, over, conditions, &format!("a = {a:?}")),
            &integrand,
        );
        let what = format!("{map} over {over} where {conditions}: {integrand} at a = {a}: {found}");
        // Differences of eighth order: truncation below 1e-11 of what is smooth at this step, rounding
        // about 1e-13/h.
        let h = 0.01;
        let weights = [4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0];
        let mut difference = 0.0;
        let mut blur = 1e-9;
        for (k, weight) in (1..).zip(weights) {
            let (right, left) = (at(a + h * f64::from(k)), at(a - h * f64::from(k)));
            difference += weight * (right.value - left.value) / h;
            blur += weight.abs() * (right.error + left.error) / h;
        }
        assert!(
            (found.value - difference).abs() <= found.error + 10.0 * blur,
            "{what}, difference {difference}"
        );
        assert!(
            found.is_within(&tight) || found.status != Status::Converged,
            "{what}"
        );
        done += 1;
    }
}

/// The second derivative by two parameters.
fn second(domain: &MappedRegion, integrand: &str, by: [&str; 2]) -> Result<Estimate, Error> {
    let integrands = domain.parse(&[integrand]).unwrap();
    Estimate::second_derivative(domain, &integrands, by, &Settings::default())
}

#[test]
fn second_derivatives_with_closed_forms_are_met() {
    let ellipse = "x = a*r*cos(t), y = b*r*sin(t)";
    let disc = "r = 0..1, t = 0..2*pi";
    #[rustfmt::skip]
    let rows = [
        // πa³b/4, in the map.
        (ellipse, disc, "a = 3, b = 2", "x^2", ["a", "a"], 6.0 * PI * 3.0 * 2.0 / 4.0),
        (ellipse, disc, "a = 3, b = 2", "x^2", ["a", "b"], 3.0 * PI * 9.0 / 4.0),
        (ellipse, disc, "a = 3, b = 2", "x^2", ["b", "a"], 3.0 * PI * 9.0 / 4.0),
        (ellipse, disc, "a = 3, b = 2", "x^2", ["b", "b"], 0.0),
        // In the limits: x² over 0..a; xy over the triangle below a.
        ("", "x = 0..a", "a = 0.7", "x^2", ["a", "a"], 1.4),
        ("", "x = 0..a, y = 0..b*x", "a = 0.7, b = 2", "x*y", ["a", "b"], 2.0 * 0.343),
        // In the integrand, between infinite limits: √(π/a), so 3√π a^(−5/2)/4.
        ("", "x = -inf..inf", "a = 2", "exp(-a*x^2)", ["a", "a"], 0.75 * PI.sqrt() * 2f64.powf(-2.5)),
        // A kink that moves: ∫|x − a| = a² − a + 1/2; ∫max(x − a, b) over 0..1, which bends at a + b.
        ("", "x = 0..1", "a = 0.3", "abs(x - a)", ["a", "a"], 2.0),
        ("", "x = 0..1", "a = 0.3, b = 0.2", "max(x - a, b)", ["a", "b"], 1.0),
        ("", "x = 0..1, y = 0..1", "a = 0.3", "abs(x + y - a)", ["a", "a"], 0.6),
        // Parameters that others depend on: ∫cos(cx) with c = a².
        ("", "x = 0..1", "a = 1, c = a^2", "cos(c*x)", ["a", "a"],
            // S = sin(c)/c; S′ = cos(c)/c − sin(c)/c²; d²/da² = 4a²S″ + 2S′ at 1.
            { let (s, c) = 1f64.sin_cos(); 4.0 * (-s - 2.0 * c + 2.0 * s) + 2.0 * (c - s) }),
    ];
    for (map, over, parameters, integrand, by, exact) in rows {
        let found = second(&domain(map, over, "", parameters), integrand, by).unwrap();
        let off = (found.value - exact).abs();
        let what = format!("{map} {over} {integrand} {by:?}: {exact} {found}");
        // The tolerance that is asked for by default.
        assert!(
            off <= found.error.max(1e-15) && off < 1e-10 * exact.abs().max(1e-3),
            "{what}"
        );
        assert!(
            matches!(found.status, Status::Converged | Status::Roundoff),
            "{what}"
        );
    }
}

#[test]
fn random_second_derivatives_are_those_of_differences() {
    // Differences of eighth order of first derivatives, each known to 1e-10 of its size: at a step of 0.01
    // that makes 1e-8, and truncation is far below.
    let cases = [
        (
            "x = a*u + b*v^2, y = v + a*b*u*v",
            "u = 0..1, v = 0..1",
            "exp(x*y/4)",
        ),
        (
            "x = u*cos(a*v), y = u*sin(b*v)",
            "u = 1..2, v = 0..1",
            "x^2 + y",
        ),
        ("", "x = 0..a, y = 0..b + x", "sin(a*x + b*y)"),
        ("", "x = 0..1, y = 0..1", "sqrt(a + b*x*y)"),
        ("", "x = 0..1, y = 0..1", "abs(x - a*y)*exp(b*x)"),
    ];
    for (map, over, integrand) in cases {
        for by in [["a", "a"], ["a", "b"], ["b", "b"]] {
            let at = |shift: f64| {
                let (mut a, mut b) = (0.6, 0.8);
                *(if by[1] == "a" { &mut a } else { &mut b }) += shift;
                let moved = domain(map, over, "", &format!("a = {a}, b = {b}"));
                let moved: &dyn Domain = &moved;
                moved.derivative_of(integrand, by[0]).unwrap().value
            };
            let h = 0.01;
            let weights = [4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0];
            let shifts = (1..).map(|k| h * f64::from(k));
            let terms = shifts.zip(weights).map(|(s, w)| w * (at(s) - at(-s)) / h);
            let difference: f64 = terms.sum();
            let found = second(&domain(map, over, "", "a = 0.6, b = 0.8"), integrand, by).unwrap();
            let off = (found.value - difference).abs();
            assert!(
                off < 1e-7 * difference.abs().max(0.1),
                "{integrand} {by:?}: {difference} {found}"
            );
        }
    }
}

#[test]
fn a_jump_that_moves_has_no_second_derivative() {
    let cut = domain("", "x = -1..1, y = -1..1", "x + y < a", "a = 0.3, b = 1");
    let refused = second(&cut, "b*x", ["a", "a"]).unwrap_err();
    assert!(
        refused.to_string().contains("a jump moves with `a`"),
        "{refused}"
    );
    // It does not move with b.
    let found = second(&cut, "b^2*x^2", ["b", "b"]).unwrap();
    assert!(found.value > 0.0 && found.status == Status::Converged);
    assert!(second(&cut, "x", ["a", "c"]).is_err());
}

#[test]
fn what_is_inside_a_curve_changes_with_it() {
    // The area of the ellipse is πab, and ∫x² over it πa³b/4; the centre of the second one moves.
    for (curve, integrand, exact) in [
        ("x = a*cos(t), y = 2*sin(t)", "1", 2.0 * PI),
        (
            "x = a*cos(t), y = 2*sin(t)",
            "x^2",
            3.0 * PI * 1.69 * 2.0 / 4.0,
        ),
        ("x = a^2 + cos(t), y = sin(t)", "x", 2.6 * PI),
        ("x = cos(t), y = sin(t)", "a^2*x^2", 2.6 * PI / 4.0),
        // Conditions that move over it: a chord of the unit circle.
        (
            "x = cos(t), y = sin(t)",
            "if(x < a - 1, 1, 0)",
            2.0 * (1.0 - 0.09f64).sqrt(),
        ),
    ] {
        let mut parameters = Parameters::new();
        parameters.parse("a = 1.3").unwrap();
        let curve_map = Map::parse_with(curve, &["t"], &parameters).unwrap();
        let inside = curve_map.over("t = 0..2*pi").unwrap().interior().unwrap();
        let domain: &dyn Domain = &inside;
        let found = domain.derivative_of(integrand, "a").unwrap();
        let off = (found.value - exact).abs();
        assert!(
            off <= found.error && off < 1e-10 * exact,
            "{curve} {integrand}: {exact} {found}"
        );
    }
}
