//! Antiderivatives of textbook integrands: each is differentiated, and its difference over an interval is held
//! against the integrator.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::Map;
use pullback::formula::{Proof, antiderivative};

/// Integrands in x, with the interval over which they are integrated.
const TEXTBOOK: &[(&str, f64, f64)] = &[
    ("7", -1.0, 2.0),
    ("x^3 - 2*x + 1", -1.0, 2.0),
    ("sqrt(x)", 0.0, 3.0),
    ("1/x", 1.0, 3.0),
    ("1/x^2 + x^(1/3)", 1.0, 3.0),
    ("(2*x + 1)^5", 0.0, 1.0),
    ("1/(2*x + 1)", 0.0, 1.0),
    ("x/(x + 1)", 0.0, 1.0),
    ("x^2*sqrt(1 - x)", 0.0, 1.0),
    ("1/(3 - x)^2", 0.0, 2.0),
    ("exp(x)", 0.0, 1.0),
    ("exp(-3*x + 2)", 0.0, 1.0),
    ("x*exp(x)", 0.0, 1.0),
    ("x^3*exp(-2*x)", 0.0, 1.0),
    ("x*exp(-x^2)", 0.0, 1.0),
    ("x^3*exp(-x^2)", 0.0, 1.0),
    ("x^5*exp(x^3)", 0.0, 1.0),
    ("exp(-x^2)", -1.0, 2.0),
    ("exp(-2*x^2 + x)", -1.0, 2.0),
    ("x^2*exp(-x^2/2)", -1.0, 2.0),
    ("(2*x + 1)*exp(x^2 + x)", 0.0, 1.0),
    ("2^x", 0.0, 1.0),
    ("exp(x)/(1 + exp(x))", 0.0, 1.0),
    ("exp(x)/(1 + exp(2*x))", 0.0, 1.0),
    ("sin(x)", 0.0, 1.0),
    ("cos(3*x - 1)", 0.0, 1.0),
    ("tan(x)", 0.0, 1.0),
    ("1/cos(x)^2", 0.0, 1.0),
    ("1/sin(x)^2", 1.0, 2.0),
    ("sin(x)^2", 0.0, 3.0),
    ("cos(x)^2", 0.0, 3.0),
    ("sin(x)*cos(x)", 0.0, 1.0),
    ("sin(x)^3", 0.0, 3.0),
    ("cos(x)^5", 0.0, 3.0),
    ("sin(x)^2*cos(x)^3", 0.0, 3.0),
    ("sin(x)^4", 0.0, 3.0),
    ("sin(x)^2*cos(x)^2", 0.0, 3.0),
    ("cos(x)^6", 0.0, 3.0),
    ("sin(2*x)*cos(3*x)", 0.0, 3.0),
    ("x*sin(x)", 0.0, 3.0),
    ("x^2*cos(2*x)", 0.0, 3.0),
    ("x*sin(x)^2", 0.0, 3.0),
    ("exp(-x)*sin(2*x)", 0.0, 3.0),
    ("exp(x)*cos(x)^2", 0.0, 1.0),
    ("sin(x)*exp(cos(x))", 0.0, 3.0),
    ("cos(x)/(1 + sin(x))", 0.0, 1.0),
    ("sin(x)*sqrt(1 + cos(x)^2)", 0.0, 3.0),
    ("cos(x)/sqrt(sin(x))", 0.5, 1.0),
    ("x*cos(x^2)", 0.0, 1.0),
    ("tan(x)^2", 0.0, 1.0),
    ("1/(1 + x^2)", -1.0, 2.0),
    ("1/(4 + 9*x^2)", -1.0, 2.0),
    ("x/(1 + x^2)", -1.0, 2.0),
    ("x^3/(1 + x^2)", -1.0, 2.0),
    ("x^2/(1 + x^2)", -1.0, 2.0),
    ("1/(1 + x^2)^2", -1.0, 2.0),
    ("x/(1 + x^4)", 0.0, 2.0),
    ("1/(x^2 + 2*x + 5)", -1.0, 2.0),
    ("1/(1 - x^2)", -0.5, 0.5),
    ("1/sqrt(1 - x^2)", -0.5, 0.5),
    ("x/sqrt(1 - x^2)", -0.5, 0.5),
    ("sqrt(9 - x^2)", -1.0, 2.0),
    ("x^2*sqrt(1 - x^2)", -0.5, 0.5),
    ("sqrt(1 + x^2)", -1.0, 2.0),
    ("sqrt(1 + 4*x^2)", 0.0, 2.0),
    ("x*sqrt(1 + 4*x^2)", 0.0, 2.0),
    ("x^3*sqrt(1 + 4*x^2)", 0.0, 2.0),
    ("1/sqrt(1 + x^2)", -1.0, 2.0),
    ("1/(1 + x^2)^(3/2)", -1.0, 2.0),
    ("(1 - x^2)^(3/2)", -0.5, 0.5),
    ("ln(x)", 1.0, 3.0),
    ("x^2*ln(x)", 1.0, 3.0),
    ("ln(x)^2", 1.0, 3.0),
    ("ln(x)/x", 1.0, 3.0),
    ("1/(x*ln(x))", 2.0, 3.0),
    ("ln(2*x + 1)", 0.0, 2.0),
    ("x*ln(1 + x^2)", 0.0, 2.0),
    ("atan(x)", -1.0, 2.0),
    ("x*atan(x)", -1.0, 2.0),
    ("asin(x)", -0.5, 0.5),
    ("sinh(x)", -1.0, 2.0),
    ("x*cosh(2*x)", -1.0, 2.0),
    ("cosh(x)^2", -1.0, 2.0),
    ("sinh(x)*cosh(x)^3", -1.0, 2.0),
    ("1/cosh(x)^2", -1.0, 2.0),
    ("abs(cos(x))", -1.0, 1.0),
    ("sqrt(2 - 2*cos(x))", 0.0, 6.0),
    ("sqrt(x^4 + x^2)", 0.0, 2.0),
    ("1/(x^2 - 3*x + 2)", 3.0, 4.0),
    ("1/cos(x)", 0.0, 1.0),
    ("erf(x)", 0.0, 1.0),
    // Partial fractions: linear factors, double ones, quadratic ones, improper quotients.
    ("(x + 3)/((x + 1)*(x^2 + 1))", 0.0, 1.0),
    ("(x^3 + 1)/(x^2*(x - 1))", 2.0, 3.0),
    ("1/((x + 1)^2*(2*x + 3))", 0.0, 1.0),
    ("x^4/((x + 2)*(x + 1)^2)", 0.0, 1.0),
    ("1/(x*(x^2 + x + 1))", 1.0, 2.0),
    ("(x^2 + 1)/(x^3 - x)", 2.0, 3.0),
    ("1/((x^2 + 1)*(x^2 + 4))", 0.0, 1.0),
    ("1/((x^2 + 1)^2*(x - 3))", 0.0, 1.0),
    ("1/(1 + exp(x))", 0.0, 1.0),
];

/// Integrands without an elementary antiderivative, and others that no rule takes.
const NONE_KNOWN: &[(&str, f64, f64)] = &[
    ("exp(x^2)", 0.0, 1.0),
    ("sin(x)/x", 0.5, 1.0),
    ("exp(x)/x", 0.5, 1.0),
    ("1/ln(x)", 2.0, 3.0),
    ("sin(x^2)", 0.0, 1.0),
    ("sqrt(1 + x^3)", 0.0, 1.0),
    ("sqrt(1 - sin(x)^2/2)", 0.0, 1.0),
    ("exp(-x^4)", 0.0, 1.0),
    ("x^x", 1.0, 2.0),
    ("exp(cos(x))", 0.0, 1.0),
    ("gamma(x)", 1.0, 2.0),
    ("floor(x)", 0.0, 2.0),
    ("if(x < 1, x, 1)", 0.0, 2.0),
    ("0.1234567890123*x", 0.0, 2.0),
];

#[test]
fn antiderivatives_are_those_of_their_integrands() {
    let mut wrong = Vec::new();
    let mut by_identity = 0;
    for &(integrand, lo, hi) in TEXTBOOK {
        let Some(found) = antiderivative(integrand, "x", &[("x", lo, hi)]).unwrap() else {
            wrong.push(format!("{integrand}: none"));
            continue;
        };
        by_identity += usize::from(found.proof == Proof::Identity);
        let formula = Map::parse(&format!("y = {}", found.formula)).unwrap();
        let at = |x: f64| match formula.variables().len() {
            0 => 0.0,
            _ => formula.at(&[x]).unwrap()[0],
        };
        let difference = at(hi) - at(lo);
        let line = Map::parse("y = x").unwrap().over([lo..hi]).unwrap();
        let answer = line
            .integrate_text(&integrand.replace('x', "y").replace("eyp", "exp"))
            .unwrap();
        // Both are right to rounding; the formula's terms may cancel a digit or two.
        let close =
            (difference - answer.value).abs() <= answer.error + 1e-12 * (1.0 + at(hi).abs());
        println!("{integrand}: {} {:?}", found.formula, found.rules);
        if !close {
            wrong.push(format!(
                "{integrand}: {} {} {}",
                found.formula, difference, answer.value
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Most are proven by algebra; the others by values.
    assert!(2 * by_identity > TEXTBOOK.len(), "{by_identity}");
}

#[test]
fn no_closed_form_is_made_up() {
    for &(integrand, lo, hi) in NONE_KNOWN {
        let found = antiderivative(integrand, "x", &[("x", lo, hi)]).unwrap();
        assert!(found.is_none(), "{integrand}: {found:?}");
    }
}

#[test]
fn rules_name_their_variable_and_nothing_that_failed() {
    for (integrand, rules) in [
        // √u as a new variable leads to the answer too, by a way that nobody would take.
        ("ln(t)", &["integration by parts"][..]),
        ("cos(t)", &["cos(t) is the derivative of sin(t)"]),
        (
            "t*exp(-t^2)",
            &[
                "the substitution u = -t^2 with du/dt = -2*t",
                "exp(u) is its own derivative",
            ],
        ),
        (
            "1/(t^2 + t)",
            &[
                "partial fractions, 1/(t*(t + 1)) = 1/t - 1/(t + 1)",
                "1/t is the derivative of ln(t)",
                "the substitution u = t + 1 with du/dt = 1",
            ],
        ),
    ] {
        let found = antiderivative(integrand, "t", &[("t", 1.0, 2.0)]);
        assert_eq!(found.unwrap().unwrap().rules, rules, "{integrand}");
    }
}

#[test]
fn faults_of_a_text_are_faults() {
    let error = antiderivative("sin(x", "x", &[]).unwrap_err();
    assert!(error.to_string().contains("never closed"), "{error}");
}
