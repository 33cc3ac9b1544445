//! The picture of an integral against a parameter that runs through values.

use pullback::Estimate;
use pullback::integrator::Outcome;
use pullback::plot::{self, MOST_SERIES, Picture, Style, SweepPoint, SweepSeries, typeset};

use super::description::Description;
use super::fault::Fault;
use super::interrupt;
use super::output::{DONE, INTERRUPTED};
use super::settings::Choices;
use super::sweep::{self, Sweep};

/// The picture of an integral against a parameter, and the exit code of the worst of its values.
pub(super) fn swept(
    description: &Description,
    title: Option<&str>,
    style: &Style,
) -> Result<(Picture, u8), Fault> {
    let sweep = Sweep::of(description)?;
    let Some((across, others)) = sweep.names().split_last() else {
        let message = "--what sweep needs a parameter that runs through values";
        let help = "give it a range, for example --param \"a = 0..2 by 0.1\"";
        return Err(Fault::new(message).with_help(help));
    };
    let choices = Choices::new(description.settings.clone())?.cancelled_by(&interrupt::token()?);
    // The number of a row, its code, its values and errors, and what they are of.
    let shown = |row: sweep::Row| {
        let verdict = choices.verdict(&row.estimate);
        let names = names_of(&row.estimate, row.problem.integrand_texts());
        let Outcome { values, errors, .. } = row.estimate.outcome;
        Ok((row.number, verdict, values, errors, names))
    };
    let mut series: Vec<SweepSeries> = Vec::new();
    let mut code = DONE;
    sweep::for_each(description, &sweep, &choices, None, &(), shown, |row| {
        let (number, verdict, values, errors, names) = row;
        code = code.max(verdict);
        let running = sweep.row(number);
        if number % sweep.fastest() == 0 {
            let fixed = running[..others.len()].iter();
            let fixed: Vec<String> = fixed.map(|(name, v)| format!("{name} = {v}")).collect();
            let named = |text: &String| match (fixed.is_empty(), names.len()) {
                (true, _) => text.clone(),
                (_, 1) => fixed.join(", "),
                _ => format!("{text} at {}", fixed.join(", ")),
            };
            series.extend(names.iter().map(|text| SweepSeries {
                name: typeset(&named(text)),
                points: Vec::new(),
            }));
        }
        let first = series.len() - names.len();
        let at = running.last().map_or(f64::NAN, |(_, value)| *value);
        let outcomes = values.iter().zip(&errors);
        for (own, (&value, &error)) in series[first..].iter_mut().zip(outcomes) {
            own.points.push(SweepPoint {
                at,
                value,
                error,
                is_met: verdict == DONE,
            });
        }
        verdict != INTERRUPTED && series.len() <= MOST_SERIES
    })?;
    if series.len() > MOST_SERIES {
        let message = format!("more than {MOST_SERIES} lines cannot be told apart");
        let help = "leave out integrands, or values of the parameters before the last";
        return Err(Fault::new(message).with_help(help));
    }
    let given = match description.integrands.is_empty() {
        true => &description.field,
        false => &description.integrands,
    };
    let given: Vec<&str> = given.iter().map(|text| &text.text[..]).collect();
    let what = given.join(", ");
    let kind = if description.average {
        "average"
    } else {
        "integral"
    };
    let subtitle = match &what[..] {
        "" | "1" => "the measure of the region".to_owned(),
        what => format!("the {kind} of {}", typeset(what)),
    };
    let across = typeset(across);
    let heading = format!("The {kind} against {across}");
    let drawn = plot::Sweep {
        title: title.map_or(heading, str::to_owned),
        subtitle,
        parameter: across,
        integral: kind.to_owned(),
        series,
    };
    Ok((drawn.draw(style)?, code))
}

/// What the values of an estimate are of: the integrands, the parts of complex ones, or a field.
fn names_of<'t>(estimate: &Estimate, texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let texts: Vec<&str> = texts.collect();
    let values = estimate.values.len();
    if estimate.are_parts {
        let parts = |text: &&str| ["re", "im"].map(|part| format!("{part} {text}"));
        return texts.iter().flat_map(parts).collect();
    }
    match texts.len() == values {
        true => texts.into_iter().map(str::to_owned).collect(),
        // The components of a field make one value.
        false => vec![format!("({})", texts.join(", "))],
    }
}
