//! The problem as the program understood it, for answers that state it.

use serde::{Serialize, Serializer};

use super::fault::Fault;
use super::problem::Problem;

/// The map, the limits and all else, as formulas; names are those of the keys of a problem file.
#[derive(Serialize)]
pub(super) struct Statement<'a> {
    map: Table<'a, String>,
    over: Table<'a, [String; 2]>,
    param: Table<'a, f64>,
    integrand: Vec<&'a str>,
    determinant: String,
}

/// Names and values in their order.
struct Table<'a, T>(Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Table<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'a> Statement<'a> {
    pub(super) fn of(problem: &'a Problem) -> Result<Statement<'a>, Fault> {
        let (map, region) = (problem.domain.map(), problem.domain.region());
        let numbered = |names: &'a [String]| names.iter().map(String::as_str).enumerate();
        Ok(Statement {
            map: Table(
                numbered(map.targets())
                    .map(|(i, name)| (name, map.text(i)))
                    .collect(),
            ),
            over: Table(
                numbered(region.variables())
                    .map(|(i, name)| (name, region.text(i)))
                    .collect(),
            ),
            param: Table(map.parameters().iter().collect()),
            integrand: problem.integrand_texts().collect(),
            determinant: map.jacobian()?.determinant(),
        })
    }
}
