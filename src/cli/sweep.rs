//! Sweeps: an integral for many values of parameters, as a table.

use std::fmt::Write;
use std::ops::Range;

use clap::ArgMatches;
use pullback::{Checkpoint, Estimate, Parameters, Settings, Status};
use rayon::prelude::*;

use super::answer::Answer;
use super::description::Description;
use super::fault::Fault;
use super::flags::JSON;
use super::gradient::{Gradient, with_errors};
use super::number::{ALL_DIGITS, shortest, significant};
use super::output::{DONE, INTERRUPTED, print};
use super::parameter::MOST_VALUES;
use super::problem::{Problem, integral, parameters_of};
use super::settings::Choices;

/// The flag for a table of values divided by commas.
pub(super) const CSV: &str = "csv";

/// As many values are prepared at a time; they are worked on in parallel, and printed in their order.
const AT_ONCE: usize = 64;

/// The parameters that run through values, the last of them fastest.
pub(super) struct Sweep {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
}

impl Sweep {
    /// The sweep of a description; one without names where nothing has several values.
    pub(super) fn of(description: &Description) -> Result<Sweep, Fault> {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        let mut count = 1usize;
        for entry in &description.various {
            let earlier = earlier(description, &entry.name.text)?;
            let Some(own) = entry.body.values(&earlier)? else {
                continue;
            };
            count = count.saturating_mul(own.len());
            if count > MOST_VALUES {
                let message = format!("these are more than {MOST_VALUES} combinations of values");
                return Err(Fault::at(entry.name.place.clone(), message));
            }
            names.push(entry.name.text.clone());
            values.push(own);
        }
        Ok(Sweep { names, values })
    }

    /// Whether nothing runs.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names of what runs, the fastest last.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of values of what runs fastest.
    pub(super) fn fastest(&self) -> usize {
        self.values.last().map_or(0, Vec::len)
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.values.iter().map(Vec::len).product()
    }

    /// The description of a row.
    pub(super) fn problem(&self, description: &Description, number: usize) -> Description {
        with_values(description, &self.row(number))
    }

    /// The values of a row.
    pub(super) fn row(&self, mut number: usize) -> Vec<(String, f64)> {
        let mut row = Vec::new();
        for (name, values) in self.names.iter().zip(&self.values).rev() {
            row.push((name.clone(), values[number % values.len()]));
            number /= values.len();
        }
        row.reverse();
        row
    }
}

/// The problem of a row, its integral and what else is asked of it.
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) estimate: Estimate,
    pub(super) problem: Problem,
    gradient: Gradient,
}

impl Row {
    fn new(
        description: &Description,
        sweep: &Sweep,
        (choices, settings): (&Choices, &Settings),
        number: usize,
    ) -> Result<Row, Fault> {
        let own = sweep.problem(description, number);
        let problem = Problem::new(&own)?;
        let domain = problem.domain.as_ref();
        let estimate = integral(domain, &problem.integrands, own.average, settings)
            .map_err(|error| choices.fault(error).or_at(problem.limits.as_ref()))?;
        let gradient = Gradient::of(&own, &problem, settings)?;
        Ok(Row {
            number,
            estimate,
            problem,
            gradient,
        })
    }
}

/// What is made of rows elsewhere.
pub(super) trait Others<T> {
    /// The rows that were kept, of some.
    fn known(&self, numbers: Range<usize>) -> Result<Vec<Option<T>>, Fault>;

    /// The rows of all processes, from those of this one.
    fn shared(&self, rows: Vec<Option<T>>) -> Result<Vec<Option<T>>, Fault>;
}

/// Nothing is made elsewhere.
impl<T> Others<T> for () {
    fn known(&self, numbers: Range<usize>) -> Result<Vec<Option<T>>, Fault> {
        Ok(numbers.map(|_| None).collect())
    }

    fn shared(&self, rows: Vec<Option<T>>) -> Result<Vec<Option<T>>, Fault> {
        Ok(rows)
    }
}

/// Integrates for every combination of values whose row is not known, in parallel, and makes of each what `shown`
/// says; hands that to `each`, in order, as long as it wants more.
pub(super) fn for_each<T: Send + Sync>(
    description: &Description,
    sweep: &Sweep,
    choices: &Choices,
    checkpoint: Option<&Checkpoint>,
    others: &dyn Others<T>,
    shown: impl Fn(Row) -> Result<T, Fault> + Sync,
    mut each: impl FnMut(T) -> bool,
) -> Result<(), Fault> {
    // Whole rows are shared out, not parts of them.
    let mut settings = choices.settings().clone().alone();
    // The rows share the threads.
    let threads = settings.threads.replace(1).unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|reason| Fault::new(format!("cannot start threads: {reason}")))?;
    let [rank, count] = match choices.settings().company() {
        Some(ranks) => [ranks.rank(), ranks.count()],
        None => [0, 1],
    };
    for first in (0..sweep.count()).step_by(AT_ONCE * count) {
        let numbers = first..sweep.count().min(first + AT_ONCE * count);
        let row = |(number, known): (usize, Option<T>)| {
            if known.is_some() || number % count != rank {
                return Ok(known);
            }
            let own = checkpoint.map(|all| settings.clone().kept_in(&all.part(number as u64)));
            let settings = own.as_ref().unwrap_or(&settings);
            let row = Row::new(description, sweep, (choices, settings), number);
            row.and_then(&shown).map(Some)
        };
        let known = others.known(numbers.clone())?;
        let rows = numbers.into_par_iter().zip(known);
        let rows: Vec<_> = pool.install(|| rows.map(row).collect());
        let rows: Vec<Option<T>> = rows.into_iter().collect::<Result<_, _>>()?;
        for row in others.shared(rows)?.into_iter().flatten() {
            if !each(row) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Integrates for every combination of values and prints a row for each.
pub(super) fn run(
    description: &Description,
    sweep: &Sweep,
    choices: &Choices,
    checkpoint: Option<&Checkpoint>,
    flags: &ArgMatches,
) -> Result<u8, Fault> {
    let table = Rows {
        sweep,
        form: match (flags.get_flag(JSON), flags.get_flag(CSV)) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::Human,
        },
    };
    let shown = |row: Row| {
        let estimate = &row.estimate;
        let all = row.gradient.estimates().chain([estimate]);
        let code = all.fold(DONE, |code, estimate| code.max(choices.verdict(estimate)));
        let answer = Answer {
            estimate,
            problem: &row.problem,
            seconds: estimate.seconds,
            settings: choices.settings(),
            gradient: &row.gradient,
            average: description.average,
            values: sweep.row(row.number),
        };
        let mut text = match row.number {
            0 => table.heading(&answer),
            _ => String::new(),
        };
        text += &table.row(&answer)?;
        Ok((row.number, code, text))
    };
    let others = Kept {
        checkpoint,
        choices,
        form: table.form,
    };
    let (mut code, mut text) = (DONE, String::new());
    for_each(
        description,
        sweep,
        choices,
        checkpoint,
        &others,
        shown,
        |(number, own, row)| {
            code = code.max(own);
            text += &row;
            if (number + 1).is_multiple_of(AT_ONCE) || number + 1 == sweep.count() {
                code = code.max(print(&text));
                text.clear();
            }
            code != INTERRUPTED
        },
    )?;
    Ok(code.max(print(&text)))
}

/// A row as it is printed: its number, its exit code and its text.
type Printed = (usize, u8, String);

/// Rows that were kept, and those of other processes.
struct Kept<'a> {
    checkpoint: Option<&'a Checkpoint>,
    choices: &'a Choices,
    form: Form,
}

impl Kept<'_> {
    /// What every process has, one after the other.
    fn gathered(&self, own: Vec<Option<Printed>>) -> Result<Vec<Vec<Option<Printed>>>, Fault> {
        let Some(ranks) = self.choices.settings().company() else {
            return Ok(vec![own]);
        };
        let told = |error: serde_json::Error| Fault::new(error.to_string());
        let bytes = serde_json::to_vec(&own).map_err(told)?;
        let all = ranks.gather(&bytes).map_err(Fault::new)?;
        all.iter()
            .map(|bytes| serde_json::from_slice(bytes).map_err(told))
            .collect()
    }
}

impl Others<Printed> for Kept<'_> {
    fn known(&self, numbers: Range<usize>) -> Result<Vec<Option<Printed>>, Fault> {
        let find = |number: usize| {
            let bytes = self.checkpoint?.find(&(number, self.form))?;
            let (code, text) = bytes.split_first()?;
            Some((number, *code, String::from_utf8(text.to_vec()).ok()?))
        };
        let mut all = self.gathered(numbers.map(find).collect())?;
        // The first process has the file.
        Ok(all.swap_remove(0))
    }

    fn shared(&self, rows: Vec<Option<Printed>>) -> Result<Vec<Option<Printed>>, Fault> {
        let all = self.gathered(rows)?;
        let rows = all.into_iter().reduce(|mut all, more| {
            let pairs = all.iter_mut().zip(more);
            pairs.for_each(|(row, more)| *row = row.take().or(more));
            all
        });
        let rows = rows.unwrap_or_default();
        if let Some(checkpoint) = self.checkpoint {
            for (number, code, text) in rows.iter().flatten() {
                let key = (*number, self.form);
                if *code != INTERRUPTED && checkpoint.find(&key).is_none() {
                    checkpoint.keep(&key, &[&[*code], text.as_bytes()].concat());
                }
            }
        }
        Ok(rows)
    }
}

/// The parameters of a description with these values for some of them.
fn with_values(description: &Description, values: &[(String, f64)]) -> Description {
    let mut description = description.clone();
    for (name, value) in values {
        for entry in &mut description.parameters {
            if entry.name.text == *name {
                // The place stays that of the list or range.
                entry.body.text = format!("{value:?}");
            }
        }
    }
    description
}

/// The earlier parameters of one, for what is said of it.
fn earlier(description: &Description, name: &str) -> Result<Parameters, Fault> {
    let before = description
        .parameters
        .iter()
        .take_while(|e| e.name.text != *name);
    parameters_of(&before.cloned().collect::<Vec<_>>())
}

#[derive(Clone, Copy, Hash)]
enum Form {
    Json,
    Csv,
    Human,
}

/// How rows are written.
struct Rows<'a> {
    sweep: &'a Sweep,
    form: Form,
}

/// The width of a column of numbers for people.
const WIDTH: usize = 12;

impl Rows<'_> {
    fn heading(&self, answer: &Answer<'_>) -> String {
        let count = answer.estimate.values.len();
        let of_part = |name: &str, k: usize| match (count, k % 2) {
            (2, 0) => format!("{name}_re"),
            (2, _) => format!("{name}_im"),
            (_, 0) => format!("{name}_{}_re", k / 2 + 1),
            _ => format!("{name}_{}_im", k / 2 + 1),
        };
        let numbered = |name: &str| match count {
            1 => vec![name.to_owned()],
            _ if answer.estimate.are_parts => (0..count).map(|k| of_part(name, k)).collect(),
            _ => (1..=count).map(|k| format!("{name}_{k}")).collect(),
        };
        match self.form {
            Form::Json => String::new(),
            Form::Csv => {
                let mut names = self.sweep.names.clone();
                for column in ["value", "error"] {
                    names.extend(numbered(column));
                }
                for (name, _) in answer.gradient.columns() {
                    names.extend(numbered(&name));
                    names.extend(numbered(&format!("{name}_error")));
                }
                names.push("status".to_owned());
                names.join(",") + "\n"
            }
            Form::Human => {
                let mut text = String::new();
                for name in &self.sweep.names {
                    let _ = write!(text, "{name:WIDTH$}");
                }
                text + "value\n"
            }
        }
    }

    fn row(&self, answer: &Answer<'_>) -> Result<String, Fault> {
        let estimate = answer.estimate;
        Ok(match self.form {
            Form::Json => answer.json()?,
            Form::Csv => {
                let full = |value: &f64| significant(*value, ALL_DIGITS);
                let mut cells: Vec<String> =
                    answer.values.iter().map(|(_, v)| shortest(*v)).collect();
                cells.extend(estimate.values.iter().map(full));
                cells.extend(estimate.errors.iter().map(full));
                for (_, slope) in answer.gradient.columns() {
                    cells.extend(slope.values.iter().map(full));
                    cells.extend(slope.errors.iter().map(full));
                }
                cells.push(estimate.status.name().to_owned());
                cells.join(",") + "\n"
            }
            Form::Human => {
                let mut text = String::new();
                for (_, value) in &answer.values {
                    // A step of 0.1 need not show its rounding.
                    let value = (value * 1e12).round() / 1e12;
                    let _ = write!(text, "{:WIDTH$}", shortest(value));
                }
                let pairs = with_errors(&estimate.values, &estimate.errors, estimate.are_parts);
                text += &pairs.join("  ");
                for (name, slope) in answer.gradient.lines(&estimate.values) {
                    let _ = write!(text, "  {name} {slope}");
                }
                if estimate.status != Status::Converged {
                    let _ = write!(text, "  {}", estimate.status.name());
                }
                text + "\n"
            }
        })
    }
}
