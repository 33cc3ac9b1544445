//! A point of the variables, with the uncertainty of its coordinates.

use pullback::Parameters;
use pullback::nalgebra::DMatrix;

use super::description::Description;
use super::entries::{Entry, names};
use super::fault::Fault;
use super::keys;
use super::place::Text;
use super::problem::constant;

/// What stands between a value and its uncertainty.
const SIGNS: [&str; 2] = ["±", "+-"];

/// A point, and how far it may be off.
pub(super) struct Point {
    pub(super) values: Vec<f64>,
    /// The covariance of the coordinates, where uncertainties are given.
    pub(super) covariance: Option<DMatrix<f64>>,
    /// How far from the point the linear approximation is looked at.
    pub(super) half_widths: Option<Vec<f64>>,
}

impl Point {
    /// The point that a description names, if it does.
    pub(super) fn of(
        description: &Description,
        variables: &[String],
        parameters: &Parameters,
    ) -> Result<Option<Point>, Fault> {
        let Description {
            at,
            within,
            covariance,
            ..
        } = description;
        if at.is_empty() {
            let without = within.first().map(|e| &e.name.place);
            let without = without.or(covariance
                .first()
                .and_then(|row| row.first())
                .map(|e| &e.place));
            return match without {
                Some(place) => {
                    let fault = Fault::at(place.clone(), "this is of a point, and there is none");
                    Err(fault.with_help(format!(
                        "give it: --{} \"{}\"",
                        keys::AT.name,
                        keys::AT.value
                    )))
                }
                None => Ok(None),
            };
        }
        let parts: Vec<Entry<(Text, Option<Text>)>> = at
            .iter()
            .map(|Entry { name, body }| Entry {
                name: name.clone(),
                body: split(body),
            })
            .collect();
        let value = |part: &Text| number(part, parameters);
        let values = in_order(&parts, variables, &keys::AT, |(middle, _)| value(middle))?;
        let spread = |(_, spread): &(Text, Option<Text>)| match spread {
            Some(text) => not_negative(text, parameters),
            None => Ok(0.0),
        };
        let spreads = in_order(&parts, variables, &keys::AT, spread)?;
        let is_spread = parts.iter().find_map(|e| e.body.1.as_ref());
        let covariance = match (&covariance[..], is_spread) {
            ([], None) => None,
            ([], Some(_)) => {
                let variances = spreads.iter().map(|s| s * s).collect::<Vec<f64>>();
                Some(DMatrix::from_diagonal(&variances.into()))
            }
            (_, Some(spread)) => {
                let message = "the uncertainties are given twice: here and by `covariance`";
                return Err(Fault::at(spread.place.clone(), message));
            }
            (rows, None) => Some(matrix(rows, variables, parameters)?),
        };
        let half_widths = match &within[..] {
            [] => covariance
                .as_ref()
                .map(|c| c.diagonal().iter().map(|v| v.max(0.0).sqrt()).collect()),
            within => Some(in_order(within, variables, &keys::WITHIN, |text| {
                not_negative(text, parameters)
            })?),
        };
        Ok(Some(Point {
            values,
            covariance,
            half_widths,
        }))
    }
}

/// A value and its uncertainty, where that is given.
fn split(text: &Text) -> (Text, Option<Text>) {
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

/// What `read` makes of the entry of every variable.
fn in_order<T, N>(
    entries: &[Entry<T>],
    variables: &[String],
    key: &keys::Key,
    read: impl Fn(&T) -> Result<N, Fault>,
) -> Result<Vec<N>, Fault> {
    if let Some(unknown) = entries.iter().find(|e| !variables.contains(&e.name.text)) {
        let message = format!("`{}` is no variable of the map", unknown.name.text);
        let fault = Fault::at(unknown.name.place.clone(), message);
        return Err(fault.with_help(format!("its variables are {}", variables.join(", "))));
    }
    let of = |variable: &String| {
        let mut own = entries.iter().filter(|e| e.name.text == *variable);
        match (own.next(), own.next()) {
            (Some(_), Some(again)) => {
                let message = format!("`{variable}` is given twice");
                Err(Fault::at(again.name.place.clone(), message))
            }
            (Some(entry), None) => read(&entry.body),
            (None, _) => {
                let message = format!("`{variable}` has no value in `{}`", key.name);
                let place = entries
                    .iter()
                    .map(|e| e.name.place.clone())
                    .reduce(|all, p| all.joined(&p));
                let fault = Fault::new(message).or_at(place.as_ref());
                Err(fault.with_help(format!("there is one for {} alone", names(entries))))
            }
        }
    };
    variables.iter().map(of).collect()
}

/// The value of a formula of parameters.
fn number(text: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    match constant(text, parameters) {
        Some(value) if value.is_finite() => Ok(value),
        Some(value) => Err(Fault::at(
            text.place.clone(),
            format!("this is {value}, no finite number"),
        )),
        None => {
            // The library says what is wrong with it.
            let said = parameters.clone().set_formula("value", &text.text).err();
            let fault = said.map(|error| Fault::of(&error, [text]).or_at(Some(&text.place)));
            Err(fault.unwrap_or_else(|| Fault::at(text.place.clone(), "this is no number")))
        }
    }
}

fn not_negative(text: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    let value = number(text, parameters)?;
    if value < 0.0 {
        let message = format!("this is {value}, and must not be negative");
        return Err(Fault::at(text.place.clone(), message));
    }
    Ok(value)
}

/// A square matrix of numbers.
fn matrix(
    rows: &[Vec<Text>],
    variables: &[String],
    parameters: &Parameters,
) -> Result<DMatrix<f64>, Fault> {
    let n = variables.len();
    let places = rows.iter().flatten().map(|e| e.place.clone());
    let place = places.reduce(|all, p| all.joined(&p));
    if rows.len() != n || rows.iter().any(|row| row.len() != n) {
        let message = format!(
            "the covariance must have {n} rows of {n} numbers, in the order of {}",
            variables.join(", ")
        );
        return Err(Fault::new(message).or_at(place.as_ref()));
    }
    let numbers: Result<Vec<f64>, Fault> = rows
        .iter()
        .flatten()
        .map(|text| number(text, parameters))
        .collect();
    Ok(DMatrix::from_row_slice(n, n, &numbers?))
}
