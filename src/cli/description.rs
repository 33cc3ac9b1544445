//! What flags or a file say of a problem, before anything of it is understood.

use super::entries::{self, Entry, Limits, names};
use super::fault::Fault;
use super::keys::{self, Key};
use super::place::Text;
use super::settings;

/// What is integrated and how, as texts with their places.
#[derive(Debug, Default)]
pub(super) struct Description {
    pub(super) map: Vec<Entry<Text>>,
    /// A map of the catalogue, in the place of equations.
    pub(super) named_map: Option<Text>,
    /// Whether the map is one text, which is overridden as a whole, not entry by entry.
    pub(super) map_is_text: bool,
    pub(super) over: Vec<Entry<Limits>>,
    /// A mesh, in the place of a map and limits.
    pub(super) mesh: Option<Text>,
    /// The group of the mesh that is meant.
    pub(super) group: Option<Text>,
    /// Conditions; each text may be a list.
    pub(super) conditions: Vec<Text>,
    /// Whether det J keeps its sign.
    pub(super) signed: bool,
    pub(super) integrands: Vec<Text>,
    /// Where a variable is a number that the principal value passes.
    pub(super) principal_value: Vec<Entry<Text>>,
    pub(super) parameters: Vec<Entry<Text>>,
    pub(super) settings: Vec<settings::Given>,
    /// What the user should know of it.
    pub(super) warnings: Vec<String>,
}

impl Description {
    /// What the texts that are given for the keys of a problem say.
    pub(super) fn of_texts(given: impl Fn(&Key) -> Vec<Text>) -> Result<Description, Fault> {
        let (map, named_map) = match given(&keys::MAP).first() {
            Some(text) => entries::map(text)?,
            None => (Vec::new(), None),
        };
        Ok(Description {
            map,
            named_map,
            over: match given(&keys::OVER).first() {
                Some(text) => entries::over(text)?,
                None => Vec::new(),
            },
            mesh: given(&keys::MESH).first().cloned(),
            group: given(&keys::GROUP).first().cloned(),
            conditions: given(&keys::WHERE),
            signed: !given(&keys::SIGNED).is_empty(),
            integrands: given(&keys::INTEGRAND),
            principal_value: match given(&keys::PRINCIPAL_VALUE).first() {
                Some(text) => entries::equations(text, keys::PRINCIPAL_VALUE.value)?,
                None => Vec::new(),
            },
            parameters: entries::parameters(&given(&keys::PARAM))?,
            ..Description::default()
        })
    }

    /// This description of a file with what flags say instead.
    pub(super) fn overridden_by(mut self, flags: Description) -> Description {
        let map = match (&self.map[..], &flags.map[..]) {
            _ if flags.named_map.is_some() => Vec::new(),
            (_, []) => self.map,
            _ if self.map_is_text => flags.map,
            (file, flag) => {
                self.warnings.extend(mixture(file, flag));
                entries::merged(self.map, flags.map)
            }
        };
        let named_map = flags.named_map.or(self.named_map);
        Description {
            named_map: named_map.filter(|_| map.is_empty()),
            map,
            map_is_text: self.map_is_text,
            over: entries::merged(self.over, flags.over),
            mesh: flags.mesh.or(self.mesh),
            group: flags.group.or(self.group),
            conditions: given_or(flags.conditions, self.conditions),
            signed: self.signed || flags.signed,
            integrands: given_or(flags.integrands, self.integrands),
            principal_value: given_or(flags.principal_value, self.principal_value),
            parameters: entries::merged(self.parameters, flags.parameters),
            settings: settings::merged(self.settings, flags.settings),
            warnings: self.warnings,
        }
    }
}

/// What flags give, or else what a file gives.
fn given_or<T>(flags: Vec<T>, file: Vec<T>) -> Vec<T> {
    if flags.is_empty() { file } else { flags }
}

/// What to say of a map with targets of the file and wholly other targets of a flag.
fn mixture(file: &[Entry<Text>], flag: &[Entry<Text>]) -> Option<String> {
    let shared = flag
        .iter()
        .any(|e| file.iter().any(|other| other.name.text == e.name.text));
    (!shared && !file.is_empty()).then(|| {
        format!(
            "the map has the targets of the file ({}) and those of --{} ({}): a flag overrides \
             targets of the same name only",
            names(file),
            keys::MAP.flag(),
            names(flag)
        )
    })
}
