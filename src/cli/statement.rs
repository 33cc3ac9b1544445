//! The problem as the program understood it, for answers that state it.

use pullback::{Domain, Interior, InverseRegion, MappedRegion, Mesh, Parameters, Polygon};
use serde::{Serialize, Serializer};

/// Where integrals are taken, as formulas; names are those of the keys of a problem file.
#[derive(Default, Serialize)]
pub(super) struct Statement {
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub(super) map: Table<String>,
    /// The map as it was given, where that is the other way round.
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub(super) inverse: Table<String>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub(super) near: Table<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) inside: Vec<Arc>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) polygon: Vec<Vec<[f64; 2]>>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub(super) over: Table<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mesh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "where")]
    pub(super) conditions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) on: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) signed: bool,
    pub(super) param: Table<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "piece")]
    pub(super) pieces: Vec<Statement>,
    /// Of a field: what the answer is, and which direction is positive.
    #[serde(skip)]
    pub(super) orientation: Option<String>,
    /// The map, over its limits, whose determinant is stated.
    #[serde(skip)]
    pub(super) of: Option<MappedRegion>,
    /// The mesh, for its picture.
    #[serde(skip)]
    pub(super) of_mesh: Option<Mesh>,
    /// The region, where its map is given the other way round.
    #[serde(skip)]
    pub(super) of_inverse: Option<InverseRegion>,
}

/// An arc of the curve that bounds the region.
#[derive(Serialize)]
pub(super) struct Arc {
    #[serde(flatten)]
    curve: Table<String>,
    over: Table<[String; 2]>,
}

/// The statement with what is integrated.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    #[serde(flatten)]
    domain: &'a Statement,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    integrand: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    field: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    determinant: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    average: bool,
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
            inverse: Table::default(),
            near: Table::default(),
            over: Table(
                limits
                    .map(|(i, name)| (name.clone(), region.text(i)))
                    .collect(),
            ),
            mesh: None,
            group: None,
            conditions: domain.conditions(),
            on: Vec::new(),
            signed: domain.is_signed(),
            param: Statement::parameters(map.parameters()),
            of: Some(domain.clone()),
            ..Statement::default()
        }
    }

    /// What is stated of the region inside arcs; the map is that of the only one.
    pub(super) fn of_interior(domain: &Interior, arcs: &[MappedRegion]) -> Statement {
        let each = arcs.iter().map(|arc| {
            let stated = Statement::of_mapped_region(arc);
            Arc {
                curve: stated.map,
                over: stated.over,
            }
        });
        let whole = match domain.sectors() {
            [only] => Statement::of_mapped_region(only),
            _ => Statement::default(),
        };
        Statement {
            inside: each.collect(),
            param: Statement::of_mapped_region(&arcs[0]).param,
            ..whole
        }
    }

    /// Parameters, as they are stated.
    pub(super) fn parameters(parameters: &Parameters) -> Table<f64> {
        let parameters = parameters.iter();
        Table(
            parameters
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// What is stated of a polygon.
    pub(super) fn of_polygon(domain: &Polygon, parameters: &Parameters) -> Statement {
        Statement {
            polygon: domain.rings().to_vec(),
            param: Statement::parameters(parameters),
            ..Statement::default()
        }
    }

    /// What is stated of a map that is given the other way round, over limits: of its solution by
    /// formulas too, where there is one.
    pub(super) fn of_inverse_region(domain: &InverseRegion) -> Statement {
        let (inverse, region) = (domain.inverse(), domain.region());
        let solved = domain.mapped().map(Statement::of_mapped_region);
        let equations = inverse.variables().iter().enumerate();
        let equations = equations.map(|(i, name)| (name.clone(), inverse.text(i)));
        let near = inverse.targets().iter().cloned();
        let near = near.zip(inverse.point().unwrap_or_default().iter().copied());
        let limits = region.variables().iter().enumerate();
        let limits = limits.map(|(i, name)| (name.clone(), region.text(i)));
        let parameters = inverse.parameters().iter();
        Statement {
            inverse: Table(equations.collect()),
            near: Table(near.collect()),
            over: Table(limits.collect()),
            conditions: domain.conditions(),
            signed: domain.is_signed(),
            of_inverse: Some(domain.clone()),
            param: Table(
                parameters
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            ),
            ..solved.unwrap_or_default()
        }
    }

    /// How the targets follow from the variables, where the map is given the other way round.
    pub(super) fn solution(&self) -> Option<String> {
        if self.inverse.is_empty() {
            return None;
        }
        let formulas = self.map.0.iter();
        let formulas: Vec<String> = formulas
            .map(|(name, text)| format!("{name} = {text}"))
            .collect();
        Some(match formulas.is_empty() {
            true => "solved for at every node by Newton's method".to_owned(),
            false => formulas.join(", "),
        })
    }

    /// All of it, with what is integrated.
    pub(super) fn with<'a>(&'a self, integrand: Vec<&'a str>, average: bool) -> Whole<'a> {
        let determinant = self.of.as_ref().and_then(Domain::determinant);
        let (integrand, field) = match self.orientation {
            Some(_) => (Vec::new(), integrand),
            None => (integrand, Vec::new()),
        };
        Whole {
            domain: self,
            integrand,
            field,
            determinant: determinant.map(|(_, text)| text),
            average,
        }
    }
}
