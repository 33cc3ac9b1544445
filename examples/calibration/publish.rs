//! Writes what was measured: a page of text with tables, and a picture.

use std::path::Path;

use pullback::Status;
use pullback::plot::{Group, Histogram, Style};

use crate::measure::Measurement;
use crate::problem::Problem;
use crate::table::{coverage, grouped, percent};

/// Writes `calibration.md` into `docs` and `calibration.png` into `plots` of a folder.
///
/// # Errors
/// What cannot be written, and why.
pub(crate) fn write(
    folder: &Path,
    text: &str,
    problems: &[Problem],
    measurements: &[Measurement],
) -> Result<(), String> {
    let (docs, plots) = (folder.join("docs"), folder.join("plots"));
    for folder in [&docs, &plots] {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let page = docs.join("calibration.md");
    std::fs::write(&page, text).map_err(|e| format!("{}: {e}", page.display()))?;
    let picture = histogram(problems, measurements).draw(&Style {
        width: 1240,
        height: 900,
        ..Style::default()
    });
    let saved = picture.and_then(|picture| picture.save(&plots.join("calibration.png")));
    saved.map_err(|e| e.to_string())
}

/// Writes the bits of every value and error, one run a line, to compare before and after a change.
///
/// # Errors
/// What cannot be written, and why.
pub(crate) fn record(
    file: &Path,
    problems: &[Problem],
    measurements: &[Measurement],
) -> Result<(), String> {
    let line = |m: &Measurement| {
        let problem = &problems[m.problem];
        let [value, error] = m.answer.map(f64::to_bits);
        format!(
            "{}/{}/{:e} {value:016x} {error:016x} {} {}\n",
            problem.set, problem.name, m.rtol, m.status, m.evaluations
        )
    };
    let text: String = measurements.iter().map(line).collect();
    std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))
}

/// True error over claimed error of all converged answers, one panel for each set.
fn histogram(problems: &[Problem], measurements: &[Measurement]) -> Histogram {
    let group = |(set, members): (&str, Vec<&Measurement>)| {
        let all = members.len();
        let converged = members
            .into_iter()
            .filter(|m| m.status == Status::Converged);
        let converged: Vec<&Measurement> = converged.collect();
        let note = format!(
            "{} of {all}, {} % covered",
            converged.len(),
            percent(coverage(&converged))
        );
        Group {
            name: set.to_owned(),
            note: if converged.is_empty() {
                format!("none of {all} converged")
            } else {
                note
            },
            values: converged.iter().map(|m| m.ratio()).collect(),
        }
    };
    let groups = grouped(measurements, |m| problems[m.problem].set);
    Histogram {
        title: "How honest are the error estimates?".to_owned(),
        subtitle: "every answer that claims to have converged, at all tolerances asked for"
            .to_owned(),
        axis: "true error / claimed error".to_owned(),
        limit: 1.0,
        below: "the claim covers the true error".to_owned(),
        above: "the true error is understated".to_owned(),
        groups: groups.into_iter().map(group).collect(),
    }
}
