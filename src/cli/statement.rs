//! The problem as the program understood it, for answers that state it.

use pullback::{Error, Map, MappedRegion};
use serde::{Serialize, Serializer};

/// Where integrals are taken, as formulas; names are those of the keys of a problem file.
#[derive(Default, Serialize)]
pub(super) struct Statement {
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub(super) map: Table<String>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub(super) over: Table<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mesh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "where")]
    pub(super) conditions: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) signed: bool,
    pub(super) param: Table<f64>,
    /// The map whose determinant is stated.
    #[serde(skip)]
    pub(super) of: Option<Map>,
}

/// The statement with what is integrated.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    #[serde(flatten)]
    domain: &'a Statement,
    integrand: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    determinant: Option<String>,
}

/// Names and values in their order.
#[derive(Default)]
pub(super) struct Table<T>(pub(super) Vec<(String, T)>);

impl<T> Table<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Statement {
    /// What is stated of a map over limits.
    pub(super) fn of_mapped_region(domain: &MappedRegion) -> Statement {
        let (map, region) = (domain.map(), domain.region());
        let table = |names: &[String], of: &dyn Fn(usize) -> String| {
            let each = names.iter().enumerate();
            Table(each.map(|(i, name)| (name.clone(), of(i))).collect())
        };
        let limits = region.variables().iter().enumerate();
        Statement {
            map: table(map.targets(), &|i| map.text(i)),
            over: Table(
                limits
                    .map(|(i, name)| (name.clone(), region.text(i)))
                    .collect(),
            ),
            mesh: None,
            group: None,
            conditions: domain.conditions(),
            signed: domain.is_signed(),
            param: Table(
                map.parameters()
                    .iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            ),
            of: Some(map.clone()),
        }
    }

    /// All of it, with what is integrated.
    pub(super) fn with<'a>(&'a self, integrand: Vec<&'a str>) -> Result<Whole<'a>, Error> {
        let determinant = match &self.of {
            Some(map) => Some(map.jacobian()?.determinant()),
            None => None,
        };
        Ok(Whole {
            domain: self,
            integrand,
            determinant,
        })
    }
}
