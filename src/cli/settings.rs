//! The settings that flags and a file choose together.

use std::str::FromStr;

use pullback::{DEFAULT_NODES, Error, Estimate, Method, Settings, text};

use super::arguments::Integrate;
use super::fault::Fault;
use super::file::File;
use super::place::{Place, Text};

/// The names of the settings: the keys of a problem file and, with `-` for `_`, the flags.
pub(super) const NAMES: [&str; 8] = [
    "rtol",
    "atol",
    "max_evals",
    "max_seconds",
    "method",
    "nodes",
    "seed",
    "threads",
];

/// The names of the methods.
pub(super) const METHODS: [&str; 3] = ["auto", GAUSS, "monte-carlo"];

const GAUSS: &str = "gauss";

/// Settings, and where each of them was given.
pub(super) struct Choices {
    settings: Settings,
    places: Vec<(&'static str, Place)>,
}

impl Choices {
    /// The settings of the flags, of the file where the flags say nothing, else the defaults.
    pub(super) fn new(flags: &Integrate, file: &File) -> Result<Choices, Fault> {
        let from_file = |name: &str| {
            let known = file.settings.iter().find(|(known, _)| *known == name);
            known.map(|(_, values)| values.clone())
        };
        let from_flag = |name: &str| flags.setting(name);
        let method = match method(from_flag)? {
            Some(method) => Some(method),
            None => method(from_file)?,
        };
        let mut choices = Choices {
            settings: Settings {
                method: match method.as_deref() {
                    Some(GAUSS) => Method::Gauss(vec![DEFAULT_NODES]),
                    Some("monte-carlo") => Method::MonteCarlo,
                    _ => Method::Auto,
                },
                ..Settings::default()
            },
            places: Vec::new(),
        };
        for name in NAMES {
            if let Some(values) = from_flag(name).or_else(|| from_file(name)) {
                choices.set(name, &values)?;
            }
        }
        Ok(choices)
    }

    fn set(&mut self, name: &'static str, values: &[Text]) -> Result<(), Fault> {
        let [first, others @ ..] = values else {
            return Ok(());
        };
        let last = others.last().unwrap_or(first);
        self.places.push((name, first.place.joined(&last.place)));
        if name != "nodes"
            && let Some(second) = others.first()
        {
            let message = format!("`{name}` takes one value");
            return Err(Fault::at(second.place.clone(), message));
        }
        let settings = &mut self.settings;
        match name {
            "rtol" => settings.rtol = real(first)?,
            "atol" => settings.atol = real(first)?,
            "max_evals" => settings.max_evals = Some(whole(first)?),
            "max_seconds" => settings.max_seconds = real(first)?,
            "nodes" => {
                let given: Vec<usize> = values.iter().map(whole).collect::<Result<_, _>>()?;
                if let Method::Gauss(nodes) = &mut settings.method {
                    *nodes = given;
                }
            }
            "seed" => settings.seed = whole(first)?,
            "threads" => settings.threads = Some(whole(first)?),
            // The method was chosen before all others.
            _ => {}
        }
        Ok(())
    }

    /// The settings.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether an answer is as good as was asked for.
    pub(super) fn are_met_by(&self, estimate: &Estimate) -> bool {
        estimate.is_within(&self.settings)
    }

    /// The library's error about these settings, at the place where the setting was given.
    pub(super) fn fault(&self, error: Error) -> Fault {
        let name = match &error {
            Error::Setting { name, .. } => name,
            Error::Order { .. } => "nodes",
            _ => return Fault::of(error, []),
        };
        let given = self.places.iter().find(|(known, _)| *known == name);
        Fault::of(error, []).or_at(given.map(|(_, place)| place))
    }
}

/// The name of the method that flags or a file choose: nodes alone mean Gauss.
fn method(setting: impl Fn(&str) -> Option<Vec<Text>>) -> Result<Option<String>, Fault> {
    let nodes = setting("nodes");
    let Some(Text { text, place }) = setting("method").and_then(|values| values.first().cloned())
    else {
        return Ok(nodes.map(|_| GAUSS.to_owned()));
    };
    if !METHODS.contains(&text.as_str()) {
        let fault = Fault::at(place, format!("unknown method `{text}`"));
        return Err(
            fault.with_help(match text::nearest(&text, METHODS.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the methods are: {}", METHODS.join(", ")),
            }),
        );
    }
    match nodes.as_deref() {
        Some([first, ..]) if text != GAUSS => {
            let message = format!("numbers of nodes are for the method {GAUSS}, not for {text}");
            Err(Fault::at(first.place.clone(), message))
        }
        _ => Ok(Some(text)),
    }
}

/// A number.
fn real(text: &Text) -> Result<f64, Fault> {
    let value = text.text.trim().parse();
    value.map_err(|_| {
        Fault::at(text.place.clone(), "expected a number").with_help("for example 1e-8")
    })
}

/// A whole number, which may be written as `1e6`.
fn whole<T: FromStr + TryFrom<u64>>(text: &Text) -> Result<T, Fault> {
    let written = text.text.trim();
    // Above 2⁵³ a double need not be the number that was written.
    let rounded = || {
        let value = written.parse::<f64>().ok()?;
        let exact = value.fract() == 0.0 && (0.0..=2f64.powi(53)).contains(&value);
        T::try_from(exact.then_some(value as u64)?).ok()
    };
    written.parse().ok().or_else(rounded).ok_or_else(|| {
        let fault = Fault::at(text.place.clone(), "expected a whole number, not below 0");
        fault.with_help("for example 16 or 1e6")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text::of_flag("--seed", text)
    }

    #[test]
    fn whole_numbers_may_have_exponents_but_no_fractions() {
        assert_eq!(whole::<u64>(&text("1e6")).unwrap(), 1_000_000);
        assert_eq!(
            whole::<u64>(&text("18446744073709551615")).unwrap(),
            u64::MAX
        );
        for wrong in ["1.5", "-1", "1e300", "nan", ""] {
            assert!(whole::<u64>(&text(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nodes_choose_gauss_and_contradict_other_methods() {
        let only = |name: &'static str, value: &'static str| {
            move |asked: &str| (asked == name).then(|| vec![text(value)])
        };
        assert_eq!(
            method(only("nodes", "8")).unwrap().as_deref(),
            Some("gauss")
        );
        assert_eq!(
            method(only("method", "auto")).unwrap().as_deref(),
            Some("auto")
        );
        assert_eq!(method(only("seed", "1")).unwrap(), None);
        assert!(method(only("method", "gaus")).is_err());
        let both = |asked: &str| Some(vec![text(if asked == "nodes" { "8" } else { "auto" })]);
        assert!(method(both).is_err());
    }
}
