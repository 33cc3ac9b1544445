//! Tables: what the measurements of one group say together, as rows of Markdown.

use pullback::Status;

use crate::measure::Measurement;
use crate::problem::Problem;

/// The heads of the columns after the group's own.
const HEADS: &str = "runs | converged | suspect | roundoff | budget | nonfinite | covered, % | \
     covered of all, % | silently wrong | claimed/true, median | 95 % | evaluations | µs | digits";

/// The measurements of each group, in the order in which the groups first occur.
pub(crate) fn grouped<K: PartialEq>(
    measurements: &[Measurement],
    key: impl Fn(&Measurement) -> K,
) -> Vec<(K, Vec<&Measurement>)> {
    let mut groups: Vec<(K, Vec<&Measurement>)> = Vec::new();
    for measurement in measurements {
        let key = key(measurement);
        match groups.iter_mut().find(|(k, _)| *k == key) {
            Some((_, members)) => members.push(measurement),
            None => groups.push((key, vec![measurement])),
        }
    }
    groups
}

/// One row for every set and tolerance.
pub(crate) fn by_set(problems: &[Problem], measurements: &[Measurement]) -> String {
    let groups = grouped(measurements, |m| (problems[m.problem].set, m.rtol));
    table("set | tolerance", groups, |(set, rtol)| {
        format!("{set} | {rtol:e}")
    })
}

/// One row for every set, dimension and tolerance.
pub(crate) fn by_dimension(problems: &[Problem], measurements: &[Measurement]) -> String {
    let mut groups = grouped(measurements, |m| {
        let problem = &problems[m.problem];
        (problem.set, problem.dimension(), m.rtol)
    });
    // Sets stay in their order, which grouping by first occurrence would break up.
    let order = |set: &str| problems.iter().position(|problem| problem.set == set);
    groups.sort_by_key(|((set, dimension, _), _)| (order(set), *dimension));
    table("set | dimension | tolerance", groups, |(set, d, rtol)| {
        format!("{set} | {d} | {rtol:e}")
    })
}

/// One row for every manner and tolerance.
pub(crate) fn by_manner(measurements: &[Measurement]) -> String {
    let groups = grouped(measurements, |m| (m.manner, m.rtol));
    table("manner | tolerance", groups, |(manner, rtol)| {
        format!("{} | {rtol:e}", manner.name())
    })
}

fn table<K>(
    heads: &str,
    groups: Vec<(K, Vec<&Measurement>)>,
    name: impl Fn(&K) -> String,
) -> String {
    let heads = format!("| {heads} | {HEADS} |\n");
    let columns = heads.matches(" |").count();
    let rule = format!("|{}\n", " --- |".repeat(columns));
    let row = |(key, members): &(K, Vec<&Measurement>)| {
        format!("| {} | {} |\n", name(key), columns_of(members))
    };
    heads + &rule + &groups.iter().map(row).collect::<String>()
}

fn columns_of(all: &[&Measurement]) -> String {
    let count = |status| all.iter().filter(|m| m.status == status).count();
    let converged: Vec<&Measurement> = all
        .iter()
        .filter(|m| m.status == Status::Converged)
        .copied()
        .collect();
    let wrong = all.iter().filter(|m| m.is_silently_wrong()).count();
    let excess = sorted(converged.iter().map(|m| 1.0 / m.ratio()));
    let evaluations = sorted(all.iter().map(|m| m.evaluations as f64));
    let microseconds = sorted(all.iter().map(|m| 1e6 * m.seconds));
    let digits = all.iter().map(|m| m.digits()).sum::<f64>() / all.len() as f64;
    [
        all.len().to_string(),
        converged.len().to_string(),
        count(Status::Suspect).to_string(),
        count(Status::Roundoff).to_string(),
        count(Status::Budget).to_string(),
        count(Status::Nonfinite).to_string(),
        percent(coverage(&converged)),
        percent(coverage(all)),
        if wrong == 0 {
            "0".to_owned()
        } else {
            format!("**{wrong}**")
        },
        rounded(quantile(&excess, 0.5)),
        rounded(quantile(&excess, 0.95)),
        rounded(quantile(&evaluations, 0.5)),
        rounded(quantile(&microseconds, 0.5)),
        format!("{digits:.1}"),
    ]
    .join(" | ")
}

/// The share of claims that cover the true error; NaN where there are none.
pub(crate) fn coverage(measurements: &[&Measurement]) -> f64 {
    let covered = measurements.iter().filter(|m| m.is_covered()).count();
    covered as f64 / measurements.len() as f64
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The value below which `share` of the sorted values lie; NaN where there are none.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1) as f64;
    let place = (last * share).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// A share in per cent; 100 only where it is the whole.
pub(crate) fn percent(share: f64) -> String {
    match share {
        share if share.is_nan() => "–".to_owned(),
        1.0 => "100".to_owned(),
        share => format!("{:.1}", (1000.0 * share).floor() / 10.0),
    }
}

/// A number with two digits; a dash for NaN.
pub(crate) fn rounded(value: f64) -> String {
    match value {
        value if value.is_nan() => "–".to_owned(),
        value if (0.095..9.95).contains(&value) => format!("{value:.1}"),
        value if (9.95..1e4).contains(&value) => format!("{value:.0}"),
        value => format!("{value:.1e}"),
    }
}
