//! The settings: one table of their names, of what is said of them, and of how they are read.

use std::str::FromStr;
use std::sync::Arc;

use pullback::formula;
use pullback::integrator::{LearnedMap, Reason};
use pullback::{CancelToken, Checkpoint, Error, Estimate, Method, Ranks, Settings, Status};

use super::fault::Fault;
use super::keys::Key;
use super::output::{DONE, INTERRUPTED, UNSURE};
use super::place::{Place, Text};

/// A setting: its key, and how its value is read.
pub(super) struct Setting {
    pub(super) key: Key,
    /// Under which heading the help lists it.
    pub(super) heading: &'static str,
    read: fn(&mut Settings, &[Text]) -> Result<(), Fault>,
}

const ACCURACY: &str = "Accuracy";
const METHOD: &str = "Method";

/// The settings, in the order in which they are read and shown.
pub(super) const SETTINGS: [Setting; 8] = [
    Setting {
        heading: ACCURACY,
        key: Key {
            name: "rtol",
            value: "E",
            help: "The error aimed at, as a part of the value",
            default: Some("1e-10"),
            repeats: false,
        },
        read: |settings, given| real(given).map(|value| settings.rtol = value),
    },
    Setting {
        heading: ACCURACY,
        key: Key {
            name: "atol",
            value: "E",
            help: "The error aimed at, absolutely: the larger one of both counts",
            default: Some("0"),
            repeats: false,
        },
        read: |settings, given| real(given).map(|value| settings.atol = value),
    },
    Setting {
        heading: ACCURACY,
        key: Key {
            name: "max_evals",
            value: "N",
            help: "The most evaluations of the integrand",
            default: Some("200 million, 10 million for monte-carlo"),
            repeats: false,
        },
        read: |settings, given| whole(given).map(|most| settings.max_evals = Some(most)),
    },
    Setting {
        heading: ACCURACY,
        key: Key {
            name: "max_seconds",
            value: "S",
            help: "The most seconds to work",
            default: Some("no limit"),
            repeats: false,
        },
        read: |settings, given| real(given).map(|most| settings.max_seconds = most),
    },
    Setting {
        heading: METHOD,
        key: Key {
            name: "method",
            value: "NAME",
            help: "How to integrate",
            default: Some("auto"),
            repeats: false,
        },
        read: |settings, given| method(given).map(|method| settings.method = method),
    },
    Setting {
        heading: METHOD,
        key: Key {
            name: NODES,
            value: "16 | 16,32",
            help: "Nodes of the Gauss rule: one number, or one for each variable; chooses gauss",
            default: Some("16"),
            repeats: false,
        },
        read: |settings, given| nodes(given).map(|nodes| settings.method = Method::Gauss(nodes)),
    },
    Setting {
        heading: METHOD,
        key: Key {
            name: "seed",
            value: "N",
            help: "The seed of the random numbers",
            default: Some("0"),
            repeats: false,
        },
        read: |settings, given| whole(given).map(|seed| settings.seed = seed),
    },
    Setting {
        heading: METHOD,
        key: Key {
            name: "threads",
            value: "N",
            help: "The threads to work with, which change the time but no digit",
            default: Some("all processors"),
            repeats: false,
        },
        read: |settings, given| whole(given).map(|n| settings.threads = Some(n)),
    },
];

/// The name of the numbers of nodes, which choose a method too.
const NODES: &str = "nodes";

/// The method that numbers of nodes choose.
const GAUSS: &str = "gauss";

/// A setting that was given: its name, and one value or the values of a list.
#[derive(Clone, Debug, Hash)]
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) values: Vec<Text>,
}

impl Given {
    fn place(&self) -> Option<Place> {
        let [first, others @ ..] = &self.values[..] else {
            return None;
        };
        Some(first.place.joined(&others.last().unwrap_or(first).place))
    }
}

fn find<'a>(given: &'a [Given], name: &str) -> Option<&'a Given> {
    given.iter().find(|setting| setting.name == name)
}

fn is_gauss(method: &Given) -> bool {
    matches!(&method.values[..], [value] if value.text == GAUSS)
}

/// The settings of a file with those of flags in their places.
pub(super) fn merged(mut file: Vec<Given>, flags: Vec<Given>) -> Vec<Given> {
    // Nodes choose a method, and a method other than Gauss has no use for nodes.
    let other_nodes = find(&flags, "method").is_some_and(|method| !is_gauss(method));
    let other_method = find(&flags, NODES).is_some();
    file.retain(|setting| {
        find(&flags, setting.name).is_none()
            && !(other_nodes && setting.name == NODES)
            && !(other_method && setting.name == "method")
    });
    file.extend(flags);
    file
}

/// Settings, and where each of them was given.
pub(super) struct Choices {
    settings: Settings,
    given: Vec<Given>,
}

impl Choices {
    /// The settings that were given, else the defaults.
    pub(super) fn new(given: Vec<Given>) -> Result<Choices, Fault> {
        let mut settings = Settings::default();
        for Setting { key, read, .. } in &SETTINGS {
            if let Some(given) = find(&given, key.name) {
                read(&mut settings, &given.values)?;
            }
        }
        if let (Some(method), Some(nodes)) = (find(&given, "method"), find(&given, NODES))
            && let ([method], [first, ..]) = (&method.values[..], &nodes.values[..])
            && method.text != GAUSS
        {
            let message = format!(
                "numbers of nodes are for the method {GAUSS}, not for {}",
                method.text
            );
            return Err(Fault::at(first.place.clone(), message));
        }
        Ok(Choices { settings, given })
    }

    /// The same choices, for work that a token may call off.
    pub(super) fn cancelled_by(self, token: &CancelToken) -> Choices {
        Choices {
            settings: self.settings.cancelled_by(token),
            ..self
        }
    }

    /// The same choices, for work that is kept in a file.
    pub(super) fn kept_in(self, checkpoint: Option<&Checkpoint>) -> Choices {
        match checkpoint {
            Some(checkpoint) => Choices {
                settings: self.settings.kept_in(checkpoint),
                ..self
            },
            None => self,
        }
    }

    /// The same choices, for work that several processes share.
    pub(super) fn among(self, ranks: Option<Arc<dyn Ranks>>) -> Choices {
        match ranks {
            Some(ranks) => Choices {
                settings: self.settings.among(ranks),
                ..self
            },
            None => self,
        }
    }

    /// The same choices, for an answer that keeps its nodes or does not.
    pub(super) fn keeping_nodes(self, keeps: bool) -> Choices {
        match keeps {
            true => Choices {
                settings: self.settings.keeping_nodes(),
                ..self
            },
            false => self,
        }
    }

    /// The same choices, with a map to begin with.
    pub(super) fn learned(self, map: Option<LearnedMap>) -> Choices {
        Choices {
            settings: self.settings.learned(map),
            ..self
        }
    }

    /// The settings.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The exit code of an answer.
    pub(super) fn verdict(&self, estimate: &Estimate) -> u8 {
        match estimate.status {
            Status::Converged => DONE,
            Status::Roundoff if self.are_met_by(estimate) => DONE,
            Status::Interrupted => INTERRUPTED,
            _ => UNSURE,
        }
    }

    /// Whether an answer is as good as was asked for, or zero to within rounding.
    fn are_met_by(&self, estimate: &Estimate) -> bool {
        estimate.is_within(&self.settings) || estimate.reasons.contains(&Reason::ZeroWithinRounding)
    }

    /// The library's error about these settings, at the place where the setting was given.
    pub(super) fn fault(&self, error: Error) -> Fault {
        let name = match &error {
            Error::Setting { name, .. } => name,
            Error::Order { .. } => NODES,
            _ => return Fault::from(error),
        };
        let place = find(&self.given, name).and_then(Given::place);
        Fault::from(error).or_at(place.as_ref())
    }
}

/// The only value of a setting.
fn one(given: &[Text]) -> Result<&Text, Fault> {
    match given {
        [value] => Ok(value),
        [_, second, ..] => Err(Fault::at(
            second.place.clone(),
            "one value is expected here",
        )),
        [] => Err(Fault::new("a value is missing")),
    }
}

/// A number.
fn real(given: &[Text]) -> Result<f64, Fault> {
    let text = one(given)?;
    let value = text.text.trim().parse();
    value.map_err(|_| {
        Fault::at(text.place.clone(), "expected a number").with_help("for example 1e-8")
    })
}

/// A whole number.
fn whole<T: FromStr + TryFrom<u64>>(given: &[Text]) -> Result<T, Fault> {
    whole_number(one(given)?)
}

/// Numbers of nodes.
fn nodes(given: &[Text]) -> Result<Vec<usize>, Fault> {
    given.iter().map(whole_number).collect()
}

/// A method by its name.
fn method(given: &[Text]) -> Result<Method, Fault> {
    let Text { text, place } = one(given)?;
    Method::named(text).ok_or_else(|| {
        let fault = Fault::at(place.clone(), format!("unknown method `{text}`"));
        fault.with_help(match formula::nearest(text, Method::NAMES.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the methods are: {}", Method::NAMES.join(", ")),
        })
    })
}

/// The whole number that is written as `1e6` or `2.5e9`, exactly.
fn in_powers_of_ten(written: &str) -> Option<u64> {
    let (digits, power) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let after = after.trim_end_matches('0');
    let all = [before, after].concat();
    let zeros = power.parse::<i64>().ok()? - after.len() as i64;
    let is_plain = !all.is_empty() && all.bytes().all(|digit| digit.is_ascii_digit());
    let ten = 10u64.checked_pow(u32::try_from(zeros).ok()?)?;
    is_plain.then(|| all.parse::<u64>().ok()?.checked_mul(ten))?
}

/// A whole number, which may be written as `1e6`.
fn whole_number<T: FromStr + TryFrom<u64>>(text: &Text) -> Result<T, Fault> {
    let written = text.text.trim();
    let in_powers = || T::try_from(in_powers_of_ten(written)?).ok();
    written.parse().ok().or_else(in_powers).ok_or_else(|| {
        let fault = Fault::at(text.place.clone(), "expected a whole number, not below 0");
        fault.with_help("for example 16 or 1e6")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &'static str, values: &[&str]) -> Given {
        let text = |value: &&str| Text::of_flag(name, value);
        Given {
            name,
            values: values.iter().map(text).collect(),
        }
    }

    fn chosen(given: Vec<Given>) -> Settings {
        Choices::new(given).unwrap().settings().clone()
    }

    #[test]
    fn whole_numbers_may_have_exponents_but_no_fractions() {
        let whole = |text: &str| whole_number::<u64>(&Text::of_flag("--seed", text));
        assert_eq!(whole("1e6").unwrap(), 1_000_000);
        assert_eq!(whole("18446744073709551615").unwrap(), u64::MAX);
        assert_eq!(whole("1e18").unwrap(), 1_000_000_000_000_000_000);
        assert_eq!(whole("2.5e1").unwrap(), 25);
        for wrong in ["1.5", "-1", "1e300", "nan", ""] {
            assert!(whole(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_defaults_in_the_help_are_those_of_the_library() {
        for Setting { key, .. } in &SETTINGS {
            let default = key.default.unwrap();
            // Some defaults depend on the rest of the problem, and are words.
            let is_value = !default.contains(' ');
            let settings = is_value.then(|| chosen(vec![given(key.name, &[default])]));
            match settings {
                Some(settings) if key.name == NODES => {
                    let gauss = chosen(vec![given("method", &[GAUSS])]);
                    assert_eq!(settings, gauss);
                }
                Some(settings) => assert_eq!(settings, Settings::default(), "{}", key.name),
                None => assert!(["max_evals", "max_seconds", "threads"].contains(&key.name)),
            }
        }
    }

    #[test]
    fn nodes_choose_gauss_and_contradict_other_methods() {
        let eight = || given(NODES, &["8"]);
        let method = |name| given("method", &[name]);
        assert_eq!(chosen(vec![eight()]).method, Method::Gauss(vec![8]));
        assert_eq!(
            chosen(vec![eight(), method("gauss")]).method,
            Method::Gauss(vec![8])
        );
        assert!(Choices::new(vec![method("gaus")]).is_err());
        assert!(Choices::new(vec![eight(), method("auto")]).is_err());
    }

    #[test]
    fn flags_about_the_method_override_all_that_a_file_says_of_it() {
        let eight = || given(NODES, &["8"]);
        let method = |name| given("method", &[name]);
        let both = |file, flags| chosen(merged(file, flags)).method;
        let gauss = Method::Gauss(vec![8]);
        assert_eq!(both(vec![method("auto")], vec![eight()]), gauss);
        assert_eq!(both(vec![eight()], vec![method("auto")]), Method::Auto);
        assert_eq!(both(vec![eight()], vec![method("gauss")]), gauss);
    }
}
