//! Integrals with known values: every answer within its tolerance, none silently wrong.

use pullback::{Estimate, Settings, Status};

mod cases;

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

/// Where an estimate is wrong by more than it says although its status vouches for it.
///
/// Eight ulp are allowed beyond the error: the exact value is rounded to one half, and the error
/// itself to as much.
fn untruths(case: &Case, answer: &Estimate) -> Vec<String> {
    if !matches!(answer.status, Status::Converged | Status::Roundoff) {
        return Vec::new();
    }
    let parts = case.exact.iter().zip(&answer.values).zip(&answer.errors);
    let wrong = parts.filter(|((exact, value), error)| {
        let slack = 8.0 * f64::EPSILON * exact.abs();
        let off = (*value - *exact).abs();
        off.is_nan() || off > **error + slack
    });
    let report = |((exact, value), error): ((&f64, &f64), &f64)| {
        format!(
            "{}: {value:e} ± {error:e} for {exact:e}, off by {:e}, {}",
            case.id,
            value - exact,
            answer.method
        )
    };
    wrong.map(report).collect()
}

fn is_right(case: &Case, answer: &Estimate) -> bool {
    let mut pairs = case.exact.iter().zip(&answer.values);
    pairs.all(|(exact, value)| (value - exact).abs() <= case.rtol * exact.abs())
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
        faults.extend(untruths(case, &answer));
        let excused = OUT_OF_REACH.iter().any(|(id, _)| *id == case.id);
        let vouched = matches!(answer.status, Status::Converged | Status::Roundoff);
        let good = excused || (vouched && is_right(case, &answer));
        if !good {
            faults.push(format!(
                "{}: {:?} ± {:?} for {:?}, {} {:?}, {} after {}",
                case.id,
                answer.values,
                answer.errors,
                case.exact,
                answer.status,
                answer.reasons,
                answer.method,
                answer.evaluations
            ));
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
