//! `pullback check --mesh`: which elements are turned over, degenerate or of bad shape.

use pullback::mesh::{ElementCheck, MeshCheck, Validity};
use pullback::{Estimate, Status};
use serde::Serialize;
use serde_json::{Map, Value};

use super::description::Description;
use super::domain::check_equations;
use super::fault::Fault;
use super::field;
use super::mesh;
use super::number::{rounded, with_error};
use super::output::{self, DONE, UNSURE, line, print};
use super::place::Text;

/// The elements that are listed for people.
const LISTED: usize = 20;

/// The digits of bounds: what is known of them for sure may have more, but they say nothing.
const DIGITS: usize = 6;

/// The length of the longest bar of the histogram.
const BAR: usize = 40;

/// Says what is known of the elements of a mesh.
pub(super) fn run(path: &Text, description: &Description, as_json: bool) -> Result<u8, Fault> {
    description.check_kind()?;
    field::check(description)?;
    check_equations(description)?;
    let mesh = mesh::mesh_of(path, description)?;
    let at = description.group.as_ref().unwrap_or(path);
    let check = mesh.check().map_err(|error| {
        let help = "curves and surfaces in space have a measure all the same: `pullback integrate` gives it";
        mesh::fault(&error, at).with_help(help)
    })?;
    let measures = Measures {
        // Where det J changes its sign within an element, its size has kinks along curves or surfaces, and
        // its integral is much more work than the whole verdict.
        measure: match check.elements.iter().all(has_one_sign) {
            true => Some(mesh.measure()?),
            false => None,
        },
        signed: mesh.signed()?.measure()?,
    };
    let text = match as_json {
        true => json(&check, &measures)?,
        false => human(&check, &measures),
    };
    let code = if check.is_valid() { DONE } else { UNSURE };
    Ok(code.max(print(&text)))
}

/// The measure with |det J| and with det J.
struct Measures {
    measure: Option<Estimate>,
    signed: Estimate,
}

/// Whether det J has one sign on an element, or comes to zero as near as can be told.
fn has_one_sign(element: &ElementCheck) -> bool {
    element.validity != Validity::Invalid || element.jacobian[1] <= 0.0
}

/// What `--json` prints.
#[derive(Serialize)]
struct Object<'c> {
    elements: usize,
    kinds: Vec<Kind>,
    valid: usize,
    invalid: Vec<Place>,
    undecided: Vec<Place>,
    jacobian: Range,
    worst: Option<Worst>,
    histogram: [usize; 10],
    measure: Option<f64>,
    signed_measure: Option<f64>,
    warnings: &'c [String],
    version: &'static str,
}

#[derive(Serialize)]
struct Kind {
    shape: String,
    order: usize,
    count: usize,
}

/// An element with the point of the least det J.
#[derive(Serialize)]
struct Place {
    tag: u64,
    at: Map<String, Value>,
    det: f64,
}

#[derive(Serialize)]
struct Range {
    min: f64,
    max: f64,
}

#[derive(Serialize)]
struct Worst {
    tag: u64,
    quality: f64,
    /// No det J on it is less.
    min: f64,
}

fn json(check: &MeshCheck, measures: &Measures) -> Result<String, Fault> {
    let place = |element: &ElementCheck| {
        let values = element.least.at.iter().map(|x| Value::from(*x));
        Place {
            tag: element.tag,
            at: check.targets.iter().cloned().zip(values).collect(),
            det: element.least.determinant,
        }
    };
    let [min, max] = check.jacobian();
    let kind = |(shape, order, count): (pullback::mesh::Shape, usize, usize)| Kind {
        shape: shape.to_string(),
        order,
        count,
    };
    let object = Object {
        elements: check.elements.len(),
        kinds: check.kinds().into_iter().map(kind).collect(),
        valid: check.of(Validity::Valid).count(),
        invalid: check.of(Validity::Invalid).map(place).collect(),
        undecided: check.of(Validity::Undecided).map(place).collect(),
        jacobian: Range { min, max },
        worst: check.worst().map(|worst| Worst {
            tag: worst.tag,
            quality: worst.quality,
            min: worst.jacobian[0],
        }),
        histogram: check.histogram(),
        measure: measures.measure.as_ref().and_then(known),
        signed_measure: known(&measures.signed),
        warnings: &check.warnings,
        version: env!("CARGO_PKG_VERSION"),
    };
    output::json(&object)
}

/// The measure, if it was found.
fn known(measure: &Estimate) -> Option<f64> {
    let is_done = matches!(measure.status, Status::Converged | Status::Roundoff);
    is_done.then_some(measure.value)
}

/// The measure with its error, or why there is none.
fn shown(measure: &Estimate) -> String {
    match known(measure) {
        Some(value) => with_error(value, measure.error),
        None => format!("not known ({})", measure.status),
    }
}

fn human(check: &MeshCheck, measures: &Measures) -> String {
    let count = check.elements.len();
    let mut text = String::new();
    for (k, (shape, order, number)) in check.kinds().into_iter().enumerate() {
        let heading = if k == 0 { "elements" } else { "" };
        let named = shape.counted(number);
        text += &line(heading, &format!("{named} of order {order}"));
    }
    if let Some(measure) = &measures.measure {
        text += &line("measure", &shown(measure));
    }
    if !check.is_valid() {
        let signed = shown(&measures.signed);
        text += &line(
            "signed",
            &format!("{signed}: what is turned over counts negative"),
        );
    }
    let [min, max] = check.jacobian();
    let range = match rounded(min, DIGITS) == rounded(max, DIGITS) {
        true => format!("{} everywhere", rounded(min, DIGITS)),
        false => format!(
            "between {} and {}, proven",
            rounded(min, DIGITS),
            rounded(max, DIGITS)
        ),
    };
    text += &line("det J", &range);
    let valid = check.of(Validity::Valid).count();
    text += &line(
        "valid",
        &format!("{valid} of {count}: det J > 0 on all of it, proven"),
    );
    text += &listed(check, Validity::Invalid, "det J <= 0 at a point");
    text += &listed(
        check,
        Validity::Undecided,
        "det J comes to zero as near as can be told",
    );
    if max < 0.0 {
        let all = "all elements are turned over: their nodes are numbered the other way round";
        text += &line("", all);
    }
    if let Some(worst) = check.worst() {
        let bound = rounded(worst.jacobian[0], DIGITS);
        let quality = rounded(worst.quality, 2);
        let worst = format!(
            "{} {}: quality {quality}, det J >= {bound}",
            worst.shape, worst.tag
        );
        text += &line("worst", &worst);
    }
    text += &histogram(check);
    for warning in &check.warnings {
        text += &line("warning", warning);
    }
    text
}

/// The elements of a verdict, each with the point of the least det J.
fn listed(check: &MeshCheck, validity: Validity, what: &str) -> String {
    let count = check.of(validity).count();
    if count == 0 {
        return String::new();
    }
    let mut text = line(validity.name(), &format!("{count}: {what}"));
    for element in check.of(validity).take(LISTED) {
        let pairs = check.targets.iter().zip(&element.least.at);
        let at: Vec<String> = pairs
            .map(|(name, x)| format!("{name} = {}", rounded(*x, DIGITS)))
            .collect();
        let det = rounded(element.least.determinant, DIGITS);
        let point = format!("det J = {det} at {}", at.join(", "));
        text += &line("", &format!("{} {}: {point}", element.shape, element.tag));
    }
    if count > LISTED {
        text += &line("", &format!("and {} more", count - LISTED));
    }
    text
}

/// How many elements have which quality, as bars.
fn histogram(check: &MeshCheck) -> String {
    let rows = check.histogram();
    let most = rows.iter().copied().max().unwrap_or(0).max(1);
    let mut text = line("quality", "least scaled Jacobian in the nodes: 1 is best");
    for (k, count) in rows.into_iter().enumerate() {
        let range = match k {
            0 => "below 0.1 ".to_owned(),
            k => format!("{:.1} to {:.1}", k as f64 / 10.0, (k + 1) as f64 / 10.0),
        };
        // Whoever is there is seen.
        let bar = "#".repeat((count * BAR).div_ceil(most));
        text += &line("", format!("{range} {count:8}  {bar}").trim_end());
    }
    text
}
