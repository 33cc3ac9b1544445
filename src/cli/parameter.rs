//! Parameters as they are given: a value, one with an uncertainty, a list, or a range with a step.

use std::collections::HashSet;

use pullback::{Parameters, formula};

use super::entries::{self, Entry};
use super::fault::Fault;
use super::keys;
use super::place::{Place, Text};

/// What stands between a value and its uncertainty.
const SIGNS: [&str; 2] = ["±", "+-"];

/// What stands before the step of a range.
const BY: &str = " by ";

/// The most values of a sweep, over all combinations.
pub(super) const MOST_VALUES: usize = 1_000_000;

/// What a parameter is given as.
#[derive(Clone, Debug, Hash)]
pub(super) enum Given {
    /// A formula of earlier parameters.
    One(Text),
    /// The same with its standard uncertainty.
    Uncertain(Text, Text),
    /// Several values.
    List(Vec<Text>),
    /// From a value to another by steps.
    Range([Text; 3]),
}

impl Given {
    /// What a text says: a value, one with its uncertainty, or a range.
    pub(super) fn of(text: &Text) -> Result<Given, Fault> {
        if let (value, Some(spread)) = uncertain(text) {
            return Ok(Given::Uncertain(value, spread));
        }
        if !text.text.contains("..") {
            return Ok(Given::One(text.clone()));
        }
        let Some(at) = text.text.find(BY) else {
            let fault = Fault::at(text.place.clone(), "a range of values needs its step");
            return Err(fault.with_help(format!("for example `{}{BY}0.1`", text.text.trim())));
        };
        let step = text.part(at + BY.len()..text.text.len());
        let ends = formula::limits(&text.text, 0..at);
        let [from, to] = ends.map_err(|error| Fault::of(&error, [text]))?;
        Ok(Given::Range([text.part(from), text.part(to), step]))
    }

    /// The value that stands for all of them where one is looked at.
    fn first(&self) -> &Text {
        match self {
            Given::One(value) | Given::Uncertain(value, _) | Given::Range([value, ..]) => value,
            Given::List(values) => &values[0],
        }
    }

    /// The values of a sweep; none of what is one value.
    pub(super) fn values(&self, earlier: &Parameters) -> Result<Option<Vec<f64>>, Fault> {
        match self {
            Given::One(_) | Given::Uncertain(..) => Ok(None),
            Given::List(values) => {
                let values = values.iter().map(|value| number(value, earlier));
                values.collect::<Result<_, _>>().map(Some)
            }
            Given::Range([from, to, step]) => {
                let by = number(step, earlier)?;
                let (from, to) = (number(from, earlier)?, number(to, earlier)?);
                // A step that ends next to the last value is meant to end there.
                let steps = ((to - from) / by + 1e-9).floor();
                if by == 0.0 || steps < 0.0 {
                    let message = format!("with this step {to} is not reached from {from}");
                    return Err(Fault::at(step.place.clone(), message));
                }
                if steps >= MOST_VALUES as f64 {
                    let message = format!("these are more than {MOST_VALUES} values");
                    return Err(Fault::at(step.place.clone(), message));
                }
                let value = |k: usize| match k == steps as usize {
                    true if (from + k as f64 * by - to).abs() <= 1e-9 * by.abs() => to,
                    _ => from + k as f64 * by,
                };
                Ok(Some((0..=steps as usize).map(value).collect()))
            }
        }
    }
}

/// A value and its uncertainty, where that is given.
pub(super) fn uncertain(text: &Text) -> (Text, Option<Text>) {
    let sign = SIGNS
        .iter()
        .find_map(|sign| Some((text.text.find(sign)?, sign.len())));
    match sign {
        Some((at, length)) => {
            let spread = text.part(at + length..text.text.len());
            (text.part(0..at), Some(spread))
        }
        None => (text.clone(), None),
    }
}

/// The value of a formula of parameters, whatever it is.
pub(super) fn value(text: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    const NAME: &str = "value";
    let mut all = parameters.clone();
    let set = all.set_formula(NAME, &text.text);
    set.map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place)))?;
    let found = all.iter().find(|(name, _)| *name == NAME);
    Ok(found.map_or(f64::NAN, |(_, value)| value))
}

/// The same where it must be a finite number.
pub(super) fn number(text: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    match value(text, parameters)? {
        value if value.is_finite() => Ok(value),
        value => {
            let message = format!("this is {value}, no finite number");
            Err(Fault::at(text.place.clone(), message))
        }
    }
}

/// The same where it must not be negative.
pub(super) fn not_negative(text: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    let value = number(text, parameters)?;
    if value < 0.0 {
        let message = format!("this is {value}, and must not be negative");
        return Err(Fault::at(text.place.clone(), message));
    }
    Ok(value)
}

/// The parameters of flags, each of which may hold a list of them.
pub(super) fn of_flags(flags: &[Text]) -> Result<Vec<Entry<Given>>, Fault> {
    let mut all: Vec<Entry<Given>> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for flag in flags {
        for Entry { name, body } in lists(flag)? {
            if !seen.insert(name.text.clone()) {
                let message = format!("`{}` is given twice", name.text);
                return Err(Fault::at(name.place, message));
            }
            let body = match &body[..] {
                [one] => Given::of(one)?,
                _ => Given::List(body),
            };
            all.push(Entry { name, body });
        }
    }
    Ok(all)
}

/// The entries of `a = 0, 0.5, 2, b = 1`: names, each with one text or several.
fn lists(flag: &Text) -> Result<Vec<Entry<Vec<Text>>>, Fault> {
    let alone = |text: &Text| -> Result<Vec<Entry<Vec<Text>>>, Fault> {
        let entries = entries::equations(text, keys::PARAM.value)?.into_iter();
        let alone = entries.map(|Entry { name, body }| Entry {
            name,
            body: vec![body],
        });
        Ok(alone.collect())
    };
    let parts = entries::parts(flag)?;
    let is_more = |part: &Text| !part.text.contains('=') && !part.text.trim().is_empty();
    // What begins with a value is no list: the fault is that of the whole.
    if parts.first().is_none_or(is_more) {
        return alone(flag);
    }
    let mut all: Vec<Entry<Vec<Text>>> = Vec::new();
    for part in parts {
        match all.last_mut() {
            Some(last) if is_more(&part) => last.body.push(part),
            _ => all.extend(alone(&part)?),
        }
    }
    Ok(all)
}

/// The value of each parameter that is looked at first, and those that are given as more than a value.
pub(super) fn parted(all: Vec<Entry<Given>>) -> (Vec<Entry<Text>>, Vec<Entry<Given>>) {
    let first = |entry: &Entry<Given>| Entry {
        name: entry.name.clone(),
        body: entry.body.first().clone(),
    };
    let values = all.iter().map(first).collect();
    let is_more = |entry: &Entry<Given>| !matches!(entry.body, Given::One(_));
    (values, all.into_iter().filter(is_more).collect())
}

/// Refuses parameters that are more than a value, where that has no meaning.
pub(super) fn single(various: &[Entry<Given>], help: &str) -> Result<(), Fault> {
    let Some(Entry { name, body }) = various.first() else {
        return Ok(());
    };
    let what = match body {
        Given::Uncertain(..) => "an uncertainty",
        _ => "several values",
    };
    let place: Place = name.place.joined(&body.first().place);
    let fault = Fault::at(place, format!("`{}` has {what} here", name.text));
    Err(fault.with_help(help))
}
