//! Roots of equations as text and as JSON.

use pullback::solver::{Proof, Undecided};
use pullback::{Equations, Roots, Solution};
use serde::Serialize;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::number::{short, shortest, with_error};
use super::output::{json, line};
use super::place::shortened;

/// How many boxes that are left open are listed for people.
const MOST_SHOWN: usize = 20;

/// The unknowns with values.
fn object<V: Into<Value>>(
    unknowns: &[String],
    values: impl IntoIterator<Item = V>,
) -> Map<String, Value> {
    let values = values.into_iter().map(Into::into);
    unknowns.iter().cloned().zip(values).collect()
}

/// The unknowns with ends.
fn sides(unknowns: &[String], ends: &[[f64; 2]]) -> Map<String, Value> {
    object(unknowns, ends.iter().map(|ends| ends.to_vec()))
}

/// What `--json` prints of a proof.
#[derive(Serialize)]
struct ProofObject {
    #[serde(rename = "box")]
    within: Map<String, Value>,
    alone_in: Map<String, Value>,
}

impl ProofObject {
    fn of(unknowns: &[String], proof: &Proof) -> Self {
        ProofObject {
            within: sides(unknowns, &proof.within),
            alone_in: sides(unknowns, &proof.alone_in),
        }
    }
}

/// One root as JSON.
pub(super) fn json_of_solution(
    solution: &Solution,
    equations: &Equations,
) -> Result<String, Fault> {
    #[derive(Serialize)]
    struct Object<'s> {
        solution: Map<String, Value>,
        residual: f64,
        residual_norm: f64,
        iterations: u64,
        converged: bool,
        status: &'static str,
        proven: bool,
        proof: Option<ProofObject>,
        reasons: &'s [String],
        equations: &'s [String],
        version: &'static str,
    }
    let unknowns = &solution.unknowns;
    let object = Object {
        solution: object(unknowns, solution.point.iter().copied()),
        residual: solution.residual,
        residual_norm: solution.residual_norm,
        iterations: solution.iterations,
        converged: solution.is_root(),
        status: solution.status.name(),
        proven: solution.proof.is_some(),
        proof: solution
            .proof
            .as_ref()
            .map(|proof| ProofObject::of(unknowns, proof)),
        reasons: &solution.reasons,
        equations: equations.texts(),
        version: env!("CARGO_PKG_VERSION"),
    };
    json(&object)
}

/// All roots as JSON.
pub(super) fn json_of_roots(roots: &Roots, equations: &Equations) -> Result<String, Fault> {
    #[derive(Serialize)]
    struct Object<'s> {
        roots: Vec<Map<String, Value>>,
        complete: bool,
        undecided: Vec<Open>,
        residuals: Vec<f64>,
        proofs: Vec<ProofObject>,
        boxes: u64,
        reasons: &'s [String],
        equations: &'s [String],
        version: &'static str,
    }
    #[derive(Serialize)]
    struct Open {
        #[serde(rename = "box")]
        sides: Map<String, Value>,
        near: Map<String, Value>,
        residual: f64,
        boxes: usize,
    }
    let unknowns = &roots.unknowns;
    let all = roots.roots.iter();
    let open = |open: &Undecided| Open {
        sides: sides(unknowns, &open.sides),
        near: object(unknowns, open.point.iter().copied()),
        residual: open.residual,
        boxes: open.boxes,
    };
    let object = Object {
        roots: all
            .clone()
            .map(|root| object(unknowns, root.point.iter().copied()))
            .collect(),
        complete: roots.complete,
        undecided: roots.undecided.iter().map(open).collect(),
        residuals: all.clone().map(|root| root.residual).collect(),
        proofs: all
            .map(|root| ProofObject::of(unknowns, &root.proof))
            .collect(),
        boxes: roots.boxes,
        reasons: &roots.reasons,
        equations: equations.texts(),
        version: env!("CARGO_PKG_VERSION"),
    };
    json(&object)
}

/// Half the width of a side, from the value that is shown for it.
fn off(value: f64, [lo, hi]: [f64; 2]) -> f64 {
    (hi - value).max(value - lo)
}

/// The digits that are shown of the ends of a box.
const DIGITS: i32 = 6;

/// A number with few digits, not below it or not above it.
fn rounded(value: f64, up: bool) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let text = |value: f64| format!("{value:.*e}", DIGITS as usize - 1);
    let near: f64 = text(value).parse().unwrap_or(value);
    let unit = 10f64.powf(value.abs().log10().floor() + 1.0 - f64::from(DIGITS));
    let next = match up {
        true if near < value => near + unit,
        false if near > value => near - unit,
        _ => return near,
    };
    text(next).parse().unwrap_or(value)
}

/// A box in words, of which no more, or no less, is shown than there is.
fn box_in_words(unknowns: &[String], ends: &[[f64; 2]], outward: bool) -> String {
    let each = unknowns.iter().zip(ends).map(|(name, [lo, hi])| {
        let (middle, half) = (lo / 2.0 + hi / 2.0, hi / 2.0 - lo / 2.0);
        let is_narrow = half <= 1e-3 * middle.abs() || half < 1e-9;
        match outward && is_narrow {
            true => format!("{name} = {}", with_error(middle, half)),
            false => {
                let [lo, hi] = [rounded(*lo, !outward), rounded(*hi, outward)];
                format!("{name} = {}..{}", shortest(lo), shortest(hi))
            }
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// One root for people.
pub(super) fn human_solution(solution: &Solution) -> String {
    let mut text = String::new();
    let unknowns = &solution.unknowns;
    for (k, (name, value)) in unknowns.iter().zip(&solution.point).enumerate() {
        let ends = solution
            .proof
            .as_ref()
            .and_then(|proof| proof.within.get(k));
        let shown = match ends {
            Some(ends) => with_error(*value, off(*value, *ends)),
            None => shortest(*value),
        };
        text += &line(&shortened(name), &shown);
    }
    let status = match &solution.proof {
        Some(_) => format!("{}: proven to be a root", solution.status.name()),
        None => format!("{}, not proven", solution.status.name()),
    };
    text += &line("status", &status);
    if let Some(proof) = &solution.proof {
        let words = box_in_words(unknowns, &proof.alone_in, false);
        text += &line("only root in", &shortened(&words));
    }
    text += &line("residual", &short(solution.residual));
    text += &line("iterations", &solution.iterations.to_string());
    for reason in &solution.reasons {
        text += &line("reason", &shortened(reason));
    }
    text
}

/// All roots for people.
pub(super) fn human_roots(roots: &Roots) -> String {
    let mut text = String::new();
    let unknowns = &roots.unknowns;
    for root in &roots.roots {
        let each = unknowns.iter().zip(&root.point).zip(&root.proof.within);
        let each =
            each.map(|((name, x), ends)| format!("{name} = {}", with_error(*x, off(*x, *ends))));
        text += &line("root", &shortened(&each.collect::<Vec<_>>().join(", ")));
    }
    let count = roots.roots.len();
    let counted = match (count, roots.complete) {
        (0, true) => "none: proven".to_owned(),
        (_, true) => format!("{count}, and no other between the limits: proven"),
        (_, false) => format!("{count} proven; there may be others in what is undecided"),
    };
    text += &line("roots", &counted);
    for open in roots.undecided.iter().take(MOST_SHOWN) {
        let words = box_in_words(unknowns, &open.sides, true);
        let near = format!("{words} (residual down to {})", short(open.residual));
        text += &line("undecided", &shortened(&near));
    }
    if roots.undecided.len() > MOST_SHOWN {
        let more = format!("and {} boxes more", roots.undecided.len() - MOST_SHOWN);
        text += &line("", &more);
    }
    text += &line("boxes", &roots.boxes.to_string());
    for reason in &roots.reasons {
        text += &line("reason", &shortened(reason));
    }
    text
}
