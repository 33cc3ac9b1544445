//! Problems as they are serialized: formulas are texts, and what is read is checked like any text.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::integrands::{Functions, Integrands};
use super::map::{Map, scope_of};
use super::mapped_region::MappedRegion;
use super::parameters::Parameters;
use super::region::Region;
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::text::parse;
use crate::expr::text::print;
use crate::serialized::Number;

/// Serializes a type as another one, which it is made from again.
macro_rules! serialized {
    ($what:ty as $texts:ty) => {
        impl Serialize for $what {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <$texts>::from(self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $what {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let texts = <$texts>::deserialize(deserializer)?;
                texts.try_into().map_err(D::Error::custom)
            }
        }
    };
}

serialized!(Parameters as ParameterValues);
serialized!(Map as MapTexts);
serialized!(Region as RegionTexts);
serialized!(MappedRegion as MapAndRegion);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct ParameterValues(Vec<(String, Number)>);

impl From<&Parameters> for ParameterValues {
    fn from(parameters: &Parameters) -> Self {
        let each = parameters.iter();
        ParameterValues(each.map(|(name, v)| (name.to_owned(), Number(v))).collect())
    }
}

impl TryFrom<ParameterValues> for Parameters {
    type Error = Error;

    fn try_from(values: ParameterValues) -> Result<Self, Error> {
        let mut parameters = Parameters::new();
        for (name, Number(value)) in values.0 {
            parameters.set(&name, value);
        }
        Ok(parameters)
    }
}

#[derive(Serialize, Deserialize)]
struct MapTexts {
    variables: Vec<String>,
    targets: Vec<(String, String)>,
    parameters: Parameters,
}

impl From<&Map> for MapTexts {
    fn from(map: &Map) -> Self {
        let targets = map.targets().iter().enumerate();
        MapTexts {
            variables: map.variables().to_vec(),
            targets: targets.map(|(i, t)| (t.clone(), map.text(i))).collect(),
            parameters: map.parameters().clone(),
        }
    }
}

impl TryFrom<MapTexts> for Map {
    type Error = Error;

    fn try_from(texts: MapTexts) -> Result<Self, Error> {
        let variables: Vec<&str> = texts.variables.iter().map(String::as_str).collect();
        let equations = texts.targets.iter().map(|(t, text)| (&t[..], &text[..]));
        let equations: Vec<(&str, &str)> = equations.collect();
        Map::from_equations(&equations, &variables, &texts.parameters)
    }
}

#[derive(Serialize, Deserialize)]
struct RegionTexts {
    limits: Vec<(String, [String; 2])>,
    /// Whether the variables have names of the user's.
    named: bool,
    parameters: Parameters,
}

impl From<&Region> for RegionTexts {
    fn from(region: &Region) -> Self {
        let variables = region.variables().iter().enumerate();
        RegionTexts {
            limits: variables
                .map(|(i, name)| (name.clone(), region.text(i)))
                .collect(),
            named: region.named_variables().is_some(),
            parameters: region.parameters().clone(),
        }
    }
}

impl TryFrom<RegionTexts> for Region {
    type Error = Error;

    fn try_from(texts: RegionTexts) -> Result<Self, Error> {
        let limits = texts.limits.iter();
        let limits: Vec<(&str, [&str; 2])> = limits
            .map(|(name, ends)| (&name[..], ends.each_ref().map(String::as_str)))
            .collect();
        let region = Region::from_limits(&limits, &texts.parameters)?;
        Ok(if texts.named {
            region
        } else {
            region.unnamed()
        })
    }
}

#[derive(Serialize, Deserialize)]
struct MapAndRegion {
    map: Map,
    region: Region,
}

impl From<&MappedRegion> for MapAndRegion {
    fn from(domain: &MappedRegion) -> Self {
        MapAndRegion {
            map: domain.map().clone(),
            region: domain.region().clone(),
        }
    }
}

impl TryFrom<MapAndRegion> for MappedRegion {
    type Error = Error;

    fn try_from(MapAndRegion { map, region }: MapAndRegion) -> Result<Self, Error> {
        map.over(region)
    }
}

#[derive(Serialize, Deserialize)]
struct IntegrandTexts {
    /// The names of variables, targets and parameters, of which two may be equal.
    inputs: Vec<String>,
    /// The formulas, in which no two names are equal.
    formulas: Vec<String>,
    #[serde(default)]
    are_parts: bool,
    warnings: Vec<String>,
}

/// Names that are like these, but for numbers behind those that occur twice.
fn told_apart(names: &[String]) -> Vec<String> {
    let occurs_twice = |name: &String| names.iter().filter(|other| **other == *name).count() > 1;
    let numbered = |(i, name): (usize, &String)| {
        let mut apart = name.clone();
        while occurs_twice(name) && names.contains(&apart) {
            apart = format!("{apart}_{i}");
        }
        apart
    };
    names.iter().enumerate().map(numbered).collect()
}

impl Serialize for Integrands<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Functions::Formulas(formulas) = &self.functions else {
            return Err(S::Error::custom("integrands that are code have no texts"));
        };
        let names = told_apart(&formulas.inputs);
        let roots = formulas.roots.iter();
        let texts = roots.map(|root| print::text(&formulas.arena, *root, &names));
        let integrands = IntegrandTexts {
            inputs: formulas.inputs.clone(),
            formulas: texts.collect(),
            are_parts: self.are_parts,
            warnings: self.warnings.clone(),
        };
        integrands.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Integrands<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let integrands = IntegrandTexts::deserialize(deserializer)?;
        let names = told_apart(&integrands.inputs);
        let formulas = Formulas::build(integrands.inputs, |graph, handles| {
            let scope = scope_of(graph, &names, handles);
            let texts = integrands.formulas.iter();
            let formulas = texts.map(|text| parse::expression(text, &scope));
            formulas.collect::<Result<_, Error>>()
        });
        Ok(Integrands {
            functions: Functions::Formulas(formulas.map_err(D::Error::custom)?),
            are_parts: integrands.are_parts,
            warnings: integrands.warnings,
        })
    }
}
