//! What flags or a file say of a problem, before anything of it is understood.

use super::entries::{self, Entry, Limits, names};
use super::fault::Fault;
use super::keys::{self, Key};
use super::outline::{Arc, Ring};
use super::parameter::{self, Given};
use super::place::{Place, Text};
use super::settings;
use super::style;

/// What is integrated and how, as texts with their places.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Description {
    pub(super) map: Vec<Entry<Text>>,
    /// A map of the catalogue, in the place of equations.
    pub(super) named_map: Option<Text>,
    /// Whether the map is one text, which is overridden as a whole, not entry by entry.
    pub(super) map_is_text: bool,
    /// The variables by the targets, in the place of a map.
    pub(super) inverse: Vec<Entry<Text>>,
    /// The point near which the branch of the inverse lies.
    pub(super) near: Vec<Entry<Text>>,
    /// The arcs of a closed curve, in the place of a map.
    pub(super) inside: Vec<Arc>,
    /// The rings of a polygon, in the place of a map.
    pub(super) polygon: Vec<Ring>,
    pub(super) over: Vec<Entry<Limits>>,
    /// A mesh, in the place of a map and limits.
    pub(super) mesh: Option<Text>,
    /// The group of the mesh that is meant.
    pub(super) group: Option<Text>,
    /// Conditions; each text may be a list.
    pub(super) conditions: Vec<Text>,
    /// Equations.
    pub(super) on: Vec<Text>,
    /// Whether det J keeps its sign.
    pub(super) signed: bool,
    pub(super) integrands: Vec<Text>,
    /// The components of a field, in the place of integrands.
    pub(super) field: Vec<Text>,
    /// The pieces, in the place of a map.
    pub(super) pieces: Vec<Description>,
    /// Where a variable is a number that the principal value passes.
    pub(super) principal_value: Vec<Entry<Text>>,
    pub(super) parameters: Vec<Entry<Text>>,
    /// The parameters that are given as more than a value.
    pub(super) various: Vec<Entry<Given>>,
    /// Whether integrals are divided by the measure.
    pub(super) average: bool,
    /// The parameters by which the integral is to be differentiated.
    pub(super) gradient: Vec<Text>,
    /// The parameters by which it is to be differentiated twice.
    pub(super) hessian: Vec<Text>,
    /// The point at which derivatives are wanted.
    pub(super) at: Vec<Entry<Text>>,
    /// How far from it the linear approximation is looked at.
    pub(super) within: Vec<Entry<Text>>,
    /// The covariance of the variables, by rows.
    pub(super) covariance: Vec<Vec<Text>>,
    pub(super) settings: Vec<settings::Given>,
    /// The style of pictures, as the problem file has it.
    pub(super) style: Vec<style::Given>,
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
        let (parameters, various) = parameter::parted(parameter::of_flags(&given(&keys::PARAM))?);
        Ok(Description {
            map,
            named_map,
            inverse: match given(&keys::INVERSE).first() {
                Some(text) => entries::equations(text, keys::INVERSE.value)?,
                None => Vec::new(),
            },
            near: match given(&keys::NEAR).first() {
                Some(text) => entries::equations(text, keys::NEAR.value)?,
                None => Vec::new(),
            },
            inside: match given(&keys::INSIDE).first() {
                Some(text) => vec![Arc {
                    curve: entries::equations(text, keys::INSIDE.value)?,
                    over: Vec::new(),
                }],
                None => Vec::new(),
            },
            polygon: given(&keys::POLYGON).into_iter().map(Ring::Text).collect(),
            over: match given(&keys::OVER).first() {
                Some(text) => entries::over(text)?,
                None => Vec::new(),
            },
            mesh: given(&keys::MESH).first().cloned(),
            group: given(&keys::GROUP).first().cloned(),
            conditions: given(&keys::WHERE),
            on: given(&keys::ON),
            signed: !given(&keys::SIGNED).is_empty(),
            integrands: given(&keys::INTEGRAND),
            field: match given(&keys::FIELD).first() {
                Some(text) => entries::parts(text)?,
                None => Vec::new(),
            },
            principal_value: match given(&keys::PRINCIPAL_VALUE).first() {
                Some(text) => entries::equations(text, keys::PRINCIPAL_VALUE.value)?,
                None => Vec::new(),
            },
            parameters,
            various,
            average: !given(&keys::AVERAGE).is_empty(),
            gradient: match given(&keys::GRADIENT).first() {
                Some(text) => entries::parts(text)?,
                None => Vec::new(),
            },
            hessian: match given(&keys::HESSIAN).first() {
                Some(text) => entries::parts(text)?,
                None => Vec::new(),
            },
            at: match given(&keys::AT).first() {
                Some(text) => entries::equations(text, keys::AT.value)?,
                None => Vec::new(),
            },
            within: match given(&keys::WITHIN).first() {
                Some(text) => entries::equations(text, keys::WITHIN.value)?,
                None => Vec::new(),
            },
            covariance: match given(&keys::COVARIANCE).first() {
                Some(text) => entries::matrix(text)?,
                None => Vec::new(),
            },
            ..Description::default()
        })
    }

    /// This description of a file with what flags say instead.
    pub(super) fn overridden_by(mut self, flags: Description) -> Description {
        // A flag that says where the region is takes the place of all in the file that say so.
        let is_elsewhere = !flags.inside.is_empty() || !flags.polygon.is_empty();
        if flags.has_map() || !flags.inverse.is_empty() || is_elsewhere {
            self.forget_region(&flags);
        }
        // So does one that says what is integrated.
        if !flags.field.is_empty() {
            self.integrands.clear();
        } else if !flags.integrands.is_empty() {
            self.field.clear();
        }
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
            inverse: entries::merged(self.inverse, flags.inverse),
            near: entries::merged(self.near, flags.near),
            inside: given_or(flags.inside, self.inside),
            polygon: given_or(flags.polygon, self.polygon),
            over: entries::merged(self.over, flags.over),
            mesh: flags.mesh.or(self.mesh),
            group: flags.group.or(self.group),
            conditions: given_or(flags.conditions, self.conditions),
            on: given_or(flags.on, self.on),
            signed: self.signed || flags.signed,
            integrands: given_or(flags.integrands, self.integrands),
            field: given_or(flags.field, self.field),
            pieces: self.pieces,
            style: self.style,
            principal_value: given_or(flags.principal_value, self.principal_value),
            various: {
                let is_left = |entry: &Entry<Given>| {
                    let mut others = flags.parameters.iter();
                    others.all(|other| other.name.text != entry.name.text)
                };
                self.various.retain(is_left);
                [self.various, flags.various].concat()
            },
            average: self.average || flags.average,
            gradient: given_or(flags.gradient, self.gradient),
            hessian: given_or(flags.hessian, self.hessian),
            parameters: entries::merged(self.parameters, flags.parameters),
            at: entries::merged(self.at, flags.at),
            within: entries::merged(self.within, flags.within),
            covariance: given_or(flags.covariance, self.covariance),
            settings: settings::merged(self.settings, flags.settings),
            warnings: self.warnings,
        }
    }
}

impl Description {
    /// What is integrated, without how.
    pub(super) fn problem(&self) -> Description {
        Description {
            settings: Vec::new(),
            warnings: Vec::new(),
            ..self.clone()
        }
    }

    /// Whether it has a map.
    pub(super) fn has_map(&self) -> bool {
        !self.map.is_empty() || self.named_map.is_some()
    }

    /// Where it says where the region is.
    pub(super) fn place(&self) -> Option<Place> {
        let map = self.map.first().map(|e| e.name.place.clone());
        let inside = self.inside.first().and_then(Arc::place);
        let polygon = self.polygon.first().map(|ring| ring.place().clone());
        let over = self.over.first().map(|e| e.name.place.clone());
        map.or(inside).or(polygon).or(over)
    }

    /// Refuses two ways to say where the region is.
    pub(super) fn check_kind(&self) -> Result<(), Fault> {
        let first = |entries: &[Entry<Text>]| entries.first().map(|e| e.name.place.clone());
        let map = first(&self.map);
        let inside = self.inside.first().and_then(|arc| first(&arc.curve));
        let polygon = self.polygon.first().map(|ring| ring.place().clone());
        let ways = [
            (&keys::MAP, map),
            (&keys::INVERSE, first(&self.inverse)),
            (&keys::INSIDE, inside),
            (&keys::POLYGON, polygon),
            (
                &keys::MESH,
                self.mesh.as_ref().map(|text| text.place.clone()),
            ),
            (
                &keys::PIECE,
                self.pieces.first().and_then(Description::place),
            ),
        ];
        let mut given = ways
            .into_iter()
            .filter_map(|(key, place)| Some((key, place?)));
        let (Some((one, _)), Some((other, place))) = (given.next(), given.next()) else {
            return Ok(());
        };
        let message = format!(
            "the region is given twice: by `{}` and by `{}`",
            one.name, other.name
        );
        Err(Fault::at(place, message).with_help("leave one of them out"))
    }

    /// Forgets what says where the region is in another way than flags do.
    fn forget_region(&mut self, flags: &Description) {
        self.pieces.clear();
        if !flags.has_map() {
            self.map.clear();
            self.named_map = None;
        }
        if flags.inverse.is_empty() {
            self.inverse.clear();
            self.near.clear();
        }
        if flags.inside.is_empty() {
            self.inside.clear();
        }
        if flags.polygon.is_empty() {
            self.polygon.clear();
        } else {
            // Its limits are those of a map that is gone.
            self.over.clear();
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
