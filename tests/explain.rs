//! Workings of textbook problems: the closed forms that they find, and what they are written in.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, PI};

use pullback::explain::Working;
use pullback::{Map, Parameters, Region, Settings};

/// A problem: map, limits, parameters, integrand, the closed form and its value.
struct Problem {
    map: &'static str,
    over: &'static str,
    parameters: &'static str,
    integrand: &'static str,
    form: &'static str,
    value: f64,
}

const fn problem(
    map: &'static str,
    over: &'static str,
    parameters: &'static str,
    integrand: &'static str,
    form: &'static str,
    value: f64,
) -> Problem {
    Problem {
        map,
        over,
        parameters,
        integrand,
        form,
        value,
    }
}

const POLAR: &str = "x = r*cos(t), y = r*sin(t)";
const SPHERICAL: &str = "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)";
const CYLINDRICAL: &str = "x = r*cos(t), y = r*sin(t), z = h";
const PLANE: &str = "x = x, y = y";

fn problems() -> Vec<Problem> {
    vec![
        // Areas, volumes and moments.
        problem(
            POLAR,
            "r = 0..a, t = 0..2*pi",
            "a = 2",
            "1",
            "pi*a^2",
            4.0 * PI,
        ),
        problem(
            "x = a*r*cos(t), y = b*r*sin(t)",
            "r = 0..1, t = 0..2*pi",
            "a = 3, b = 2",
            "1",
            "pi*a*b",
            6.0 * PI,
        ),
        problem(
            POLAR,
            "r = 1..2, t = 0..pi/3",
            "",
            "x",
            "7*sqrt(3)/6",
            7.0 * 3f64.sqrt() / 6.0,
        ),
        problem(
            SPHERICAL,
            "r = 0..R, p = 0..pi, t = 0..2*pi",
            "R = 2",
            "1",
            "4*pi*R^3/3",
            32.0 * PI / 3.0,
        ),
        problem(
            CYLINDRICAL,
            "h = 0..H, r = 0..a*h/H, t = 0..2*pi",
            "a = 2, H = 3",
            "1",
            "pi*a^2*H/3",
            4.0 * PI,
        ),
        problem(
            CYLINDRICAL,
            "r = 0..a, t = 0..2*pi, h = 0..H",
            "a = 2, H = 3",
            "x^2 + y^2",
            "pi*a^4*H/2",
            24.0 * PI,
        ),
        problem(
            POLAR,
            "r = 0..a, t = 0..pi",
            "a = 2",
            "y",
            "2*a^3/3",
            16.0 / 3.0,
        ),
        problem(
            POLAR,
            "t = 0..2*pi, r = 0..a*(1 + cos(t))",
            "a = 2",
            "1",
            "3*pi*a^2/2",
            6.0 * PI,
        ),
        problem(
            POLAR,
            "t = -pi/4..pi/4, r = 0..sqrt(cos(2*t))",
            "",
            "1",
            "1/2",
            0.5,
        ),
        problem(
            "x = (R + r*cos(v))*cos(u), y = (R + r*cos(v))*sin(u), z = r*sin(v)",
            "r = 0..s, u = 0..2*pi, v = 0..2*pi",
            "R = 3, s = 1",
            "1",
            "2*pi^2*R*s^2",
            6.0 * PI * PI,
        ),
        problem(
            "x = a*r*sin(p)*cos(t), y = b*r*sin(p)*sin(t), z = c*r*cos(p)",
            "r = 0..1, p = 0..pi, t = 0..2*pi",
            "a = 1, b = 2, c = 3",
            "z^2",
            "4*pi*a*b*c^3/15",
            14.4 * PI,
        ),
        problem(
            PLANE,
            "x = 0..1, y = 0..sqrt(1 - x^2)",
            "",
            "x*y",
            "1/8",
            0.125,
        ),
        problem(
            POLAR,
            "r = 0..1, t = 0..2*pi",
            "",
            "sqrt(1 - x^2 - y^2)",
            "2*pi/3",
            2.0 * PI / 3.0,
        ),
        // Gaussians and other integrands without an end.
        problem(
            POLAR,
            "r = 0..1, t = 0..2*pi",
            "",
            "exp(-x^2-y^2)",
            "pi*(1 - exp(-1))",
            PI * (1.0 - 1.0 / E),
        ),
        problem(
            POLAR,
            "r = 0..inf, t = 0..2*pi",
            "",
            "exp(-x^2-y^2)",
            "pi",
            PI,
        ),
        problem(
            "x = u, y = v",
            "u = -inf..inf, v = -inf..inf",
            "",
            "exp(-x^2-y^2)",
            "pi",
            PI,
        ),
        problem(
            SPHERICAL,
            "r = 0..inf, p = 0..pi, t = 0..2*pi",
            "",
            "exp(-sqrt(x^2+y^2+z^2))",
            "8*pi",
            8.0 * PI,
        ),
        problem(
            POLAR,
            "r = 0..inf, t = 0..2*pi",
            "",
            "1/(1 + x^2 + y^2)^2",
            "pi",
            PI,
        ),
        problem(
            POLAR,
            "r = 0..1, t = 0..2*pi",
            "",
            "ln(x^2 + y^2)",
            "-pi",
            -PI,
        ),
        problem("x = x", "x = -inf..inf", "", "1/(1 + x^2)", "pi", PI),
        // Surfaces.
        problem(
            "x = a*sin(p)*cos(t), y = a*sin(p)*sin(t), z = a*cos(p)",
            "p = 0..pi, t = 0..2*pi",
            "a = 2",
            "1",
            "4*pi*a^2",
            16.0 * PI,
        ),
        problem(
            "x = (R + s*cos(v))*cos(u), y = (R + s*cos(v))*sin(u), z = s*sin(v)",
            "u = 0..2*pi, v = 0..2*pi",
            "R = 3, s = 1",
            "1",
            "4*pi^2*R*s",
            12.0 * PI * PI,
        ),
        problem(
            "x = r*cos(t), y = r*sin(t), z = r",
            "r = 0..2, t = 0..2*pi",
            "",
            "1",
            "4*sqrt(2)*pi",
            4.0 * 2f64.sqrt() * PI,
        ),
        problem(
            "x = r*cos(t), y = r*sin(t), z = r^2",
            "r = 0..1, t = 0..2*pi",
            "",
            "1",
            "pi*(5*sqrt(5) - 1)/6",
            PI * (5.0 * 5f64.sqrt() - 1.0) / 6.0,
        ),
        problem(
            "x = cosh(v)*cos(u), y = cosh(v)*sin(u), z = v",
            "u = 0..2*pi, v = -1..1",
            "",
            "1",
            "pi*(2 + sinh(2))",
            PI * (2.0 + 2f64.sinh()),
        ),
        // Curves.
        problem(
            "x = a*(t - sin(t)), y = a*(1 - cos(t))",
            "t = 0..2*pi",
            "a = 2",
            "1",
            "8*a",
            16.0,
        ),
        problem(
            "x = a*cos(t)^3, y = a*sin(t)^3",
            "t = 0..pi/2",
            "a = 2",
            "1",
            "3*a/2",
            3.0,
        ),
        problem(
            "x = t, y = cosh(t)",
            "t = 0..1",
            "",
            "1",
            "sinh(1)",
            1f64.sinh(),
        ),
        problem(
            "x = a*cos(t), y = a*sin(t), z = b*t",
            "t = 0..2*pi",
            "a = 3, b = 4",
            "1",
            "2*pi*sqrt(a^2 + b^2)",
            10.0 * PI,
        ),
        problem(
            "x = t, y = t^2",
            "t = 0..1",
            "",
            "1",
            "sqrt(5)/2 + asinh(2)/4",
            5f64.sqrt() / 2.0 + 2f64.asinh() / 4.0,
        ),
        problem(
            "x = exp(t)*cos(t), y = exp(t)*sin(t)",
            "t = 0..1",
            "",
            "1",
            "sqrt(2)*(e - 1)",
            2f64.sqrt() * (E - 1.0),
        ),
        // Maps of the plane.
        problem(
            "x = u^2 - v^2, y = 2*u*v",
            "u = 0..1, v = 0..1",
            "",
            "1",
            "8/3",
            8.0 / 3.0,
        ),
        problem(
            "x = u + 2*v, y = v",
            "u = 0..1, v = 0..3",
            "",
            "x*y",
            "81/4",
            20.25,
        ),
        problem(
            "x = sqrt(u/v), y = sqrt(u*v)",
            "u = 1..2, v = 1..3",
            "",
            "1",
            "ln(3)/2",
            3f64.ln() / 2.0,
        ),
        problem(
            "x = u*(1 - v), y = u*v",
            "u = 0..1, v = 0..1",
            "",
            "exp(y/(x + y))",
            "(e - 1)/2",
            (E - 1.0) / 2.0,
        ),
        problem(
            "x = u*v, y = (u^2 - v^2)/2",
            "u = 0..1, v = 0..2",
            "",
            "x",
            "5/2",
            2.5,
        ),
        problem(
            "x = u, y = (2*v - 1)*(2*u - 1)",
            "u = 0..1, v = 0..1",
            "",
            "1",
            "1",
            1.0,
        ),
        // The order of integration matters.
        problem(
            PLANE,
            "x = 0..1, y = x..1",
            "",
            "exp(y^2)",
            "(e - 1)/2",
            (E - 1.0) / 2.0,
        ),
        problem(
            PLANE,
            "y = 0..1, x = y..1",
            "",
            "sin(x)/x",
            "1 - cos(1)",
            1.0 - 1f64.cos(),
        ),
    ]
}

fn working(problem: &Problem) -> Working {
    let mut parameters = Parameters::new();
    if !problem.parameters.is_empty() {
        parameters.parse(problem.parameters).unwrap();
    }
    let region = Region::parse_with(problem.over, &parameters).unwrap();
    let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let equations: Vec<(String, String)> = pullback::formula::equations(problem.map)
        .unwrap()
        .into_iter()
        .map(|e| {
            (
                problem.map[e.name].to_owned(),
                problem.map[e.body].to_owned(),
            )
        })
        .collect();
    let pairs: Vec<(&str, &str)> = equations
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_str()))
        .collect();
    let map = Map::from_equations(&pairs, &names, &parameters).unwrap();
    let domain = map.over(&region).unwrap();
    Working::of(&domain, problem.integrand, &Settings::default()).unwrap()
}

#[test]
fn textbook_problems_have_their_closed_forms() {
    let mut simplified = 0;
    for problem in problems() {
        let working = working(&problem);
        let what = format!(
            "{} over {}: {}",
            problem.integrand, problem.over, problem.map
        );
        assert_eq!(
            working.closed_form.as_deref(),
            Some(problem.form),
            "{what}\n{}",
            working.text()
        );
        let value = working.closed_value.unwrap();
        // A few roundings of a short formula.
        assert!(
            (value - problem.value).abs() <= 1e-13 * (1.0 + value.abs()),
            "{what}: {value}"
        );
        assert!(
            working.agrees(),
            "{what}: {value} {}",
            working.estimate.value
        );
        assert!(
            working.text().contains("differentiated"),
            "{what}\n{}",
            working.text()
        );
        simplified += usize::from(working.text().contains("simplifies to 0"));
        check_latex(&working.latex());
    }
    // Of the bow tie's |4u − 2| the difference is 0 to rounding at many points, and the working says so.
    assert!(simplified + 1 >= problems().len(), "{simplified}");
}

/// Whether braces, brackets of `\left` and `\right`, environments and dollar signs are closed in order, and
/// every letter is one that any engine reads.
fn check_latex(text: &str) {
    assert!(
        text.is_ascii(),
        "{}",
        text.chars().find(|c| !c.is_ascii()).unwrap()
    );
    // What stands before is the same for all, and has been through pdflatex.
    let at = text.find("\\begin{document}").unwrap();
    assert!(text[..at].ends_with("\\sloppy\n"), "{text}");
    let mut open: Vec<String> = Vec::new();
    let mut rest = &text[at..];
    let close = |what: String, open: &mut Vec<String>| {
        assert_eq!(open.pop().as_deref(), Some(&what[..]), "{text}");
    };
    while let Some(c) = rest.chars().next() {
        let name =
            |rest: &str| rest[rest.find('{').unwrap() + 1..rest.find('}').unwrap()].to_owned();
        if rest.starts_with("\\begin{") {
            open.push(name(rest));
            rest = &rest[rest.find('}').unwrap() + 1..];
        } else if rest.starts_with("\\end{") {
            close(name(rest), &mut open);
            rest = &rest[rest.find('}').unwrap() + 1..];
        } else if rest.starts_with("\\left") && !rest.starts_with("\\leftarrow") {
            open.push("left".to_owned());
            rest = &rest[5..];
        } else if rest.starts_with("\\right") && !rest.starts_with("\\rightarrow") {
            close("left".to_owned(), &mut open);
            rest = &rest[6..];
        } else if rest.starts_with("\\[") {
            open.push("display".to_owned());
            rest = &rest[2..];
        } else if rest.starts_with("\\]") {
            close("display".to_owned(), &mut open);
            rest = &rest[2..];
        } else if c == '\\' {
            rest = &rest[2..];
        } else {
            match c {
                '{' => open.push("{".to_owned()),
                '}' => close("{".to_owned(), &mut open),
                '$' if open.last().is_some_and(|top| top == "$") => {
                    close("$".to_owned(), &mut open)
                }
                '$' => open.push("$".to_owned()),
                // Signs of alignment and indices belong to mathematics.
                '&' => assert!(
                    open.iter()
                        .any(|o| ["aligned", "pmatrix", "cases"].contains(&&o[..])),
                    "{text}"
                ),
                '_' | '^' => assert!(open.iter().any(|o| o == "$" || o == "display"), "{text}"),
                '#' | '%' | '~' => panic!("{c} in {text}"),
                _ => {}
            }
            rest = &rest[1..];
        }
    }
    assert!(open.is_empty(), "{open:?} in {text}");
}

#[test]
fn what_has_no_closed_form_is_not_given_one() {
    for (map, over, integrand) in [
        (PLANE, "x = 0..1, y = 0..1", "exp(x^2*y)"),
        ("x = x", "x = 0..inf", "sin(x)/x"),
        ("x = x", "x = 0..1", "exp(sin(x))"),
        ("x = x", "x = 0..2", "if(x < 1, x, 1)"),
        // The antiderivative jumps: tan is −∞ on one side of π/2.
        ("x = 2*cos(t), y = sin(t)", "t = 0..2*pi", "1"),
    ] {
        let working = working(&problem(map, over, "", integrand, "", 0.0));
        assert_eq!(working.closed_form, None, "{integrand}\n{}", working.text());
        assert!(
            working.text().contains("o closed form is claimed"),
            "{}",
            working.text()
        );
        assert!(working.agrees());
        check_latex(&working.latex());
    }
}

#[test]
fn long_formulas_and_deep_ones_are_worked_on_without_end_of_the_stack() {
    let deep = format!("{}x{}", "sin(".repeat(150), ")".repeat(150));
    for integrand in [
        "(1 + x)^40*(2 - x)^40*sin(x)^9*exp(x)",
        "(1 + x + x^2)^30*cos(x)^50",
        &deep,
    ] {
        let line = Map::parse("x = x").unwrap().over("x = 0..1").unwrap();
        let working = Working::of(&line, integrand, &Settings::default()).unwrap();
        assert!(working.agrees(), "{}", working.text());
    }
}

#[test]
fn conditions_are_left_to_the_numbers() {
    let disk = Map::parse(POLAR)
        .unwrap()
        .over("r = 0..1, t = 0..2*pi")
        .unwrap();
    let half = disk.where_("y > 0").unwrap();
    let working = Working::of(&half, "1", &Settings::default()).unwrap();
    assert_eq!(working.closed_form, None);
    assert!((working.estimate.value - PI / 2.0).abs() <= working.estimate.error);
    assert!(working.text().contains("conditions"), "{}", working.text());
}

#[test]
fn signs_count_where_they_are_asked_for() {
    let bow = Map::parse("x = u, y = (2*v - 1)*(2*u - 1)")
        .unwrap()
        .over("u = 0..1, v = 0..1")
        .unwrap();
    let working = Working::of(&bow.signed().unwrap(), "1", &Settings::default()).unwrap();
    assert_eq!(
        working.closed_form.as_deref(),
        Some("0"),
        "{}",
        working.text()
    );
}

/// The working over limits, with the variables as targets.
fn plain(over: &str, conditions: &str, integrand: &str) -> Working {
    let region = Region::parse(over).unwrap();
    let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let equations: Vec<(&str, &str)> = names.iter().map(|name| (*name, *name)).collect();
    let map = Map::from_equations(&equations, &names, &Parameters::new()).unwrap();
    let domain = map.over(&region).unwrap();
    let domain = match conditions {
        "" => domain,
        conditions => domain.where_(conditions).unwrap(),
    };
    Working::of(&domain, integrand, &Settings::default()).unwrap()
}

fn assert_form(working: &Working, form: &str, value: f64) {
    let text = working.text();
    assert_eq!(working.closed_form.as_deref(), Some(form), "{text}");
    let closed = working.closed_value.unwrap();
    // A few roundings of a short formula.
    assert!(
        (closed - value).abs() <= 1e-13 * (1.0 + value.abs()),
        "{text}"
    );
    assert!(text.contains("The two agree."), "{text}");
    check_latex(&working.latex());
}

#[test]
fn limits_that_are_swapped_are_those_of_the_same_set() {
    let swapped = plain("x = 1..0, y = 0..x", "", "x^2*y");
    assert_form(&swapped, "1/10", 0.1);
    assert!(swapped.text().contains("0 ≤ x ≤ 1"), "{}", swapped.text());
    assert!(swapped.text().contains("Note: "), "{}", swapped.text());
    // Limits that depend on others are swapped too, and those of a signed integral count.
    assert_form(&plain("x = 0..1, y = x..0", "", "x^2*y"), "1/10", 0.1);
    let down = Map::parse("y = x").unwrap().over("x = 1..0").unwrap();
    let signed = down.signed().unwrap();
    let working = Working::of(&signed, "x", &Settings::default()).unwrap();
    assert_form(&working, "-1/2", -0.5);
    assert!(working.text().contains("1 ≥ x ≥ 0"), "{}", working.text());
    // Where they cross one antiderivative does not do for both parts.
    let crossing = plain("x = 0..1, y = x..1/2", "", "x^2*y");
    assert_eq!(crossing.closed_form, None);
    assert!(crossing.text().contains("cross"), "{}", crossing.text());
}

#[test]
fn conditions_that_are_limits_become_limits() {
    for (over, conditions, integrand, form, value) in [
        ("x = 0..1, y = 0..1", "x + y <= 1", "x", "1/6", 1.0 / 6.0),
        // The condition bounds the outer variable too.
        ("x = 0..2, y = 0..inf", "x + y < 1", "y", "1/6", 1.0 / 6.0),
        ("x = -1..1, y = 0..1", "y >= x^2", "1", "4/3", 4.0 / 3.0),
        ("x = 0..2, y = 0..3", "x <= y <= 2", "1", "2", 2.0),
    ] {
        let working = plain(over, conditions, integrand);
        assert_form(&working, form, value);
        assert!(
            working.text().contains("become limits"),
            "{}",
            working.text()
        );
    }
    // A bound that crosses a limit would need two integrals.
    let working = plain("x = 0..1, y = 0..1", "y <= 2*x", "1");
    assert_eq!(working.closed_form, None, "{}", working.text());
    assert!((working.estimate.value - 0.75).abs() <= working.estimate.error);
    let ring = Map::parse(POLAR).unwrap();
    let ring = ring.over("r = 0..3, t = 0..2*pi").unwrap();
    let ring = ring.where_("1 <= x^2 + y^2 <= 4").unwrap();
    let working = Working::of(&ring, "1/(x^2 + y^2)", &Settings::default()).unwrap();
    assert_form(&working, "2*pi*ln(2)", 2.0 * PI * 2f64.ln());
}

#[test]
fn absolute_values_are_divided_at_their_zeros() {
    for (over, integrand, form, value) in [
        ("x = 0..2*pi", "abs(sin(x))*abs(cos(x))", "2", 2.0),
        ("x = -2..2", "abs(x^2 - 1)", "4", 4.0),
        ("x = 0..pi", "x*abs(cos(x))", "pi", PI),
        (
            "x = 1/2..2",
            "abs(ln(x))",
            "(3*ln(2) - 1)/2",
            (3.0 * 2f64.ln() - 1.0) / 2.0,
        ),
    ] {
        let working = plain(over, "", integrand);
        assert_form(&working, form, value);
        assert!(
            working.text().contains("divided there"),
            "{}",
            working.text()
        );
    }
    // More parts than a textbook has, and zeros that no formula gives.
    for integrand in ["abs(sin(1000*x))", "abs(exp(x) - 3*x)"] {
        assert_eq!(plain("x = 0..1", "", integrand).closed_form, None);
    }
}

#[test]
fn maps_the_other_way_round_are_worked_through_with_their_equations() {
    let settings = Settings::default();
    for (equations, near, over, integrand, form, value, shown) in [
        (
            "u = x*y, v = y/x",
            [1.0, 1.0],
            "u = 1..2, v = 1..3",
            "x^2*y^2",
            "7*ln(3)/6",
            7.0 * 3f64.ln() / 6.0,
            "det J = x/(2*y) = 1/(2*v)",
        ),
        // Solved for x and y this is a page of roots; side by side integrand and determinant cancel.
        (
            "u = x^2 - y^2, v = x*y",
            [2.0, 1.0],
            "u = 1..3, v = 1..2",
            "x^2 + y^2",
            "1",
            1.0,
            "(x^2 + y^2)*(1/(2*(x^2 + y^2))) = 1/2",
        ),
        (
            "u = x + y, v = x - y",
            [1.0, 0.0],
            "u = 0..1, v = -1..1",
            "1",
            "1",
            1.0,
            "det J⁻¹ = 1 · (-1) - 1 · 1",
        ),
    ] {
        let inverse = Map::inverse(equations).unwrap().near(near).unwrap();
        let domain = inverse.over(over).unwrap();
        let working = Working::of_inverse(&domain, integrand, &settings);
        let working = working.unwrap().unwrap();
        assert_form(&working, form, value);
        assert!(working.text().contains(shown), "{}", working.text());
    }
}

#[test]
fn fields_are_worked_through_with_tangents_and_normals() {
    let settings = Settings::default();
    for (map, over, field, form, value, shown) in [
        (
            "x = cos(t), y = sin(t)",
            "t = 0..2*pi",
            &["-y", "x"][..],
            "2*pi",
            2.0 * PI,
            "F · γ′ = ",
        ),
        // From right to left: the direction counts.
        (
            "x = t, y = t^2",
            "t = 1..0",
            &["y", "x^2"],
            "-5/6",
            -5.0 / 6.0,
            "from t = 1 to t = 0",
        ),
        (
            "x = 2*sin(p)*cos(t), y = 2*sin(p)*sin(t), z = 2*cos(p)",
            "p = 0..pi, t = 0..2*pi",
            &["x", "y", "z"],
            "32*pi",
            32.0 * PI,
            "F · N",
        ),
        (
            "x = u, y = v, z = 1 - u^2 - v^2",
            "u = 0..1, v = 0..1",
            &["0", "0", "z"],
            "1/3",
            1.0 / 3.0,
            "N = [ 2*u ]",
        ),
    ] {
        let domain = Map::parse(map).unwrap().over(over).unwrap();
        let oriented = domain.oriented().unwrap();
        let working = Working::of_field(&oriented, field, &settings).unwrap();
        assert_form(&working, form, value);
        assert!(working.text().contains(shown), "{}", working.text());
    }
}

#[test]
fn improper_integrals_are_called_so() {
    for (over, integrand, said) in [
        (
            "x = 0..1",
            "1/sqrt(x)",
            "improper: what stands for x = 0 is",
        ),
        (
            "x = 1..inf",
            "1/x^2",
            "improper: what stands for x = inf is",
        ),
        (
            "x = -inf..inf",
            "1/(1 + x^2)",
            "for x = -inf and x = inf is",
        ),
        ("x = 0..1", "1/x", "It has no finite value there"),
        ("x = -1..1", "1/x^2", "it jumps between them"),
    ] {
        let working = plain(over, "", integrand);
        assert!(working.text().contains(said), "{}", working.text());
        assert!(!plain("x = 0..1", "", "x").text().contains("improper"));
    }
}

#[test]
fn a_working_ends_when_it_has_to() {
    let hard = Map::parse("x = r*cos(v)^9*exp(v*u), y = r*sin(u)^5*cos(v), z = r*ln(2 + u*v + r)");
    let domain = hard.unwrap().over("r = 0..1, u = 0..1, v = 0..1").unwrap();
    let settings = Settings::default().max_seconds(0.5);
    let start = std::time::Instant::now();
    Working::of(&domain, "exp(x*y*z)*atan(x + y)", &settings).unwrap();
    // Parsing, differentiating and simplifying are not part of it; debug builds are slow at these, and busy
    // machines at all.
    assert!(
        start.elapsed().as_secs_f64() < 60.0,
        "{:?}",
        start.elapsed()
    );
}
