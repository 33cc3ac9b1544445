//! Integrals with known values: every answer within its tolerance, none silently wrong.

use pullback::{Estimate, Settings};

mod cases;

use cases::judge::Truth;
use cases::{CASES, Case};

/// Cases whose tolerance is out of reach of tensor products of smooth rules, and why.
///
/// For these the answer must be honest; for all others it must be right.
const OUT_OF_REACH: &[(&str, &str)] = &[
    (
        "parabolas-solved-from-zero",
        "cube roots of u and v: infinite slopes on two edges",
    ),
    (
        "simplex-root-by-limits",
        "1/√(x + y) is infinite at the corner of a triangle",
    ),
    (
        "surface-sphere-inside-cylinder",
        "the slope is infinite at r = 1, t = 0",
    ),
];

/// What a case may cost here. The smooth ones need far less; the others must own up.
const MAX_EVALS: u64 = 2_000_000;

fn settings(case: &Case) -> Settings {
    Settings::new().rtol(case.rtol).max_evals(MAX_EVALS)
}

fn answers() -> Vec<(&'static Case, Estimate)> {
    let answer = |case: &'static Case| {
        let answer = case.integrate(&settings(case));
        (
            case,
            answer.unwrap_or_else(|error| panic!("{}: {error}", case.id)),
        )
    };
    CASES.iter().map(answer).collect()
}

#[test]
fn every_answer_is_right_or_owns_up() {
    let mut faults = Vec::new();
    for (case, answer) in answers() {
        let truth = Truth::new(case.exact, case.rtol);
        let lie = truth.lie(&answer);
        faults.extend(lie.map(|lie| format!("{}: {lie}", case.id)));
        let excused = OUT_OF_REACH.iter().any(|(id, _)| *id == case.id);
        if !(excused || truth.is_right(&answer)) {
            faults.push(format!("{}: {}", case.id, truth.said(&answer)));
        }
        if !case.exact.iter().all(|exact| exact.is_finite()) {
            faults.push(format!("{}: no exact value ({})", case.id, case.source));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn cases_have_names_of_their_own_and_excuses_have_cases() {
    for (i, case) in CASES.iter().enumerate() {
        assert!(
            CASES[..i].iter().all(|other| other.id != case.id),
            "{}",
            case.id
        );
        assert_eq!(case.integrands.len(), case.exact.len(), "{}", case.id);
    }
    for (id, why) in OUT_OF_REACH {
        assert_eq!(Case::named(id).id, *id, "{why}");
    }
}
