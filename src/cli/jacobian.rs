//! `pullback jacobian`: derivatives as formulas, as numbers at a point, and what uncertainties become.

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use pullback::nalgebra::DMatrix;
use pullback::{Domain, Jacobian, Linearization, Map, Sampled, Uncertain, formula};
use serde::Serialize;

use super::command::Command;
use super::description::Description;
use super::entries::Entry;
use super::fault::Fault;
use super::flags::{self, JSON};
use super::keys;
use super::number::{shortest, with_uncertainty};
use super::output::{self, DONE, UNSURE, line, print};
use super::parameter;
use super::place::Text;
use super::point::Point;
use super::problem::{check_parameter_names, map_of, parameters_of, region_of};
use super::statement::Table;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "jacobian",
    about: "The Jacobian of a map: formulas, numbers at a point, uncertainties",
    details: "\
Prints the matrix of partial derivatives, a row for every target and a column for every variable, and
its determinant: √det(JᵀJ) where there are more targets than variables, and of a function of several
variables the gradient, its length, and the matrix of second derivatives.

At a point (--at): the numbers, the singular values, rank and condition, the inverse, ln|det J|, the
linear approximation, and how far the map is from it within a box (--within), by certain bounds.
Uncertainties behind ± are carried to the targets, J Σ Jᵀ, and to second order; --samples checks them.

Exit code: 0, 1 if a number at the point is not finite, 2 if the problem cannot be read.",
    examples: "\
Examples:
  Polar coordinates:
    pullback jacobian --map \"x = r*cos(t), y = r*sin(t)\"
  The same at a point, and what is uncertain there:
    pullback jacobian --map \"x = r*cos(t), y = r*sin(t)\" --at \"r = 1 ± 0.1, t = 0.5 ± 0.02\"
  The gradient of a function, as LaTeX:
    pullback jacobian --map \"f = x^2*y + sin(y)\" --latex",
    with_flags,
    run,
};

const LATEX: &str = "latex";
const SAMPLES: &str = "samples";
const SEED: &str = "seed";

fn with_flags(command: clap::Command) -> clap::Command {
    let samples = Arg::new(SAMPLES)
        .long(SAMPLES)
        .value_name("N")
        .value_parser(value_parser!(u64).range(2..=100_000_000))
        .help_heading("Point")
        .help("Checks uncertainties by so many normal samples through the map");
    let seed = Arg::new(SEED)
        .long(SEED)
        .value_name("N")
        .value_parser(value_parser!(u64))
        .default_value("0")
        .help_heading("Point")
        .help("Which random samples");
    let output = |name: &'static str, help: &'static str| {
        let flag = Arg::new(name).long(name).action(ArgAction::SetTrue);
        flag.help_heading("Output").help(help)
    };
    let latex = output(LATEX, "Prints the formulas as LaTeX").conflicts_with(JSON);
    let json = output(JSON, "Prints one JSON object");
    flags::with_point(flags::with_problem(command)).args([samples, seed, latex, json])
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    let help = "uncertainties are for the variables: --at \"r = 1 ± 0.1\"";
    parameter::single(&description.various, help)?;
    let (map, determinant) = map(&description)?;
    let jacobian = map.jacobian()?;
    let point = Point::of(&description, map.variables(), map.parameters())?;
    let samples = flags.get_one::<u64>(SAMPLES).copied();
    let seed = flags.get_one::<u64>(SEED).copied().unwrap_or_default();
    let answer = Answer {
        determinant: determinant.unwrap_or_else(|| jacobian.determinant()),
        hessian: hessian(&map)?,
        at: match &point {
            Some(point) => Some(Near::of(&jacobian, point, samples, seed)?),
            None => None,
        },
        jacobian,
    };
    if let (None, Some(_)) = (answer.at.as_ref().and_then(|at| at.first.as_ref()), samples) {
        let fault = Fault::new(format!(
            "--{SAMPLES} is for uncertainties, and there are none"
        ));
        return Err(fault.with_help(format!(
            "give them: --{} \"{}\"",
            keys::AT.name,
            keys::AT.value
        )));
    }
    let text = if flags.get_flag(JSON) {
        answer.json()?
    } else if flags.get_flag(LATEX) {
        answer.latex()?
    } else {
        answer.human()
    };
    let is_finite = answer.at.as_ref().is_none_or(Near::is_finite);
    let code = if is_finite { DONE } else { UNSURE };
    Ok(code.max(print(&text)))
}

/// The map of a description, and its determinant within the limits, where there are any.
pub(super) fn map(description: &Description) -> Result<(Map, Option<String>), Fault> {
    let others = [
        (&keys::INSIDE, !description.inside.is_empty()),
        (&keys::POLYGON, !description.polygon.is_empty()),
        (&keys::MESH, description.mesh.is_some()),
        (&keys::PIECE, !description.pieces.is_empty()),
    ];
    if let Some((key, _)) = others.iter().find(|(_, is_given)| *is_given) {
        let message = format!("`{}` is no map: there is no Jacobian to write", key.name);
        return Err(Fault::new(message).or_at(description.place().as_ref()));
    }
    description.check_kind()?;
    // A system that gives the variables by the targets is a map of the targets.
    let (equations, over) = match &description.inverse[..] {
        [] => (&description.map[..], &description.over[..]),
        inverse => (inverse, &[][..]),
    };
    check_parameter_names(&description.parameters, over, equations)?;
    let parameters = parameters_of(&description.parameters)?;
    if equations.is_empty() {
        let fault = Fault::new("there is no map to differentiate");
        return Err(fault
            .with_help("give it: --map \"x = r*cos(t), y = r*sin(t)\", or --map \"f = x^2*y\""));
    }
    let fits = equations.len() >= over.len();
    if !over.is_empty() && fits {
        let region = region_of(over, &parameters)?;
        let map = map_of(equations, &region, &parameters)?;
        let within = map.over(&region).map_err(Fault::from)?;
        let determinant = within.determinant().map(|(_, text)| text);
        return Ok((map, determinant));
    }
    let variables = match over {
        [] => variables_of(equations, parameters.names())?,
        over => over.iter().map(|e| e.name.text.clone()).collect(),
    };
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    let texts: Vec<(&str, &str)> = equations
        .iter()
        .map(|e| (e.name.text.as_str(), e.body.text.as_str()))
        .collect();
    let map = Map::from_equations(&texts, &variables, &parameters);
    let map = map.map_err(|error| Fault::of(&error, equations.iter().map(|e| &e.body)))?;
    Ok((map, None))
}

/// The names in equations that are no parameters, in order of first appearance.
fn variables_of(equations: &[Entry<Text>], parameters: &[String]) -> Result<Vec<String>, Fault> {
    let mut variables: Vec<String> = Vec::new();
    for Entry { body, .. } in equations {
        let names = formula::names(&body.text).map_err(|error| Fault::of(&error, [body]))?;
        for name in names {
            if !parameters.contains(&name) && !variables.contains(&name) {
                variables.push(name);
            }
        }
    }
    Ok(variables)
}

/// The second derivatives of a function of several variables.
fn hessian(map: &Map) -> Result<Option<Vec<Vec<String>>>, Fault> {
    if map.targets().len() > 1 || map.variables().len() > MOST_SECOND {
        return Ok(None);
    }
    let hessian = map.hessian()?;
    let n = map.variables().len();
    let row = |i: usize| (0..n).map(|j| hessian.entry(i, j)).collect();
    Ok(Some((0..n).map(row).collect()))
}

/// The most variables of which all second derivatives are printed.
const MOST_SECOND: usize = 20;

/// What is said of a map.
struct Answer {
    jacobian: Jacobian,
    determinant: String,
    hessian: Option<Vec<Vec<String>>>,
    at: Option<Near>,
}

/// What is said of a map near a point.
struct Near {
    near: Linearization,
    half_widths: Option<Vec<f64>>,
    remainder: Option<Vec<f64>>,
    first: Option<Uncertain>,
    second: Option<Uncertain>,
    sampled: Option<Sampled>,
    second_derivatives: Option<DMatrix<f64>>,
    /// Whether each target is smooth as far as uncertainties reach.
    is_smooth: Vec<bool>,
}

impl Near {
    fn of(
        jacobian: &Jacobian,
        point: &Point,
        samples: Option<u64>,
        seed: u64,
    ) -> Result<Near, Fault> {
        let map = jacobian.map();
        let near = jacobian.linearize(&point.values)?;
        let few = map.variables().len() <= MOST_SECOND;
        let remainder = match &point.half_widths {
            Some(half_widths) if few => near.remainder(half_widths)?,
            _ => None,
        };
        let at = &point.values;
        let (first, second, sampled) = match &point.covariance {
            None => (None, None, None),
            Some(covariance) => (
                Some(map.uncertainty(at, covariance)?),
                few.then(|| map.uncertainty_to_second_order(at, covariance))
                    .transpose()?,
                samples
                    .map(|n| map.sampled_uncertainty(at, covariance, n as usize, seed))
                    .transpose()?,
            ),
        };
        let is_smooth = match &point.covariance {
            None => Vec::new(),
            Some(covariance) => {
                let spreads = covariance.diagonal();
                let reach = spreads.iter().map(|v| REACH * v.max(0.0).sqrt());
                near.is_smooth_within(&reach.collect::<Vec<f64>>())?
            }
        };
        let is_scalar = map.targets().len() == 1 && few;
        let second_derivatives = is_scalar.then(|| map.hessian()?.at(at)).transpose()?;
        Ok(Near {
            near,
            half_widths: point.half_widths.clone(),
            remainder,
            first,
            second,
            sampled,
            second_derivatives,
            is_smooth,
        })
    }

    fn is_finite(&self) -> bool {
        let numbers = self.near.values().iter().chain(self.near.matrix());
        numbers
            .chain([&self.near.determinant()])
            .all(|x| x.is_finite())
    }

    /// What should make one doubt the first order.
    fn warnings(&self, targets: &[String]) -> Vec<String> {
        let mut warnings = Vec::new();
        for (target, _) in targets.iter().zip(&self.is_smooth).filter(|(_, is)| !**is) {
            warnings.push(format!(
                "`{target}` may jump, have a kink or no value within {REACH} uncertainties of the point, \
                 which derivatives there do not see: --{SAMPLES} looks at it"
            ));
        }
        let (Some(first), Some(second)) = (&self.first, &self.second) else {
            return warnings;
        };
        let (one, two) = (first.standard(), second.standard());
        for (i, target) in targets.iter().enumerate() {
            let shift = (second.values[i] - first.values[i]).abs();
            if shift > NOTABLE * one[i] || two[i] > (1.0 + NOTABLE) * one[i] {
                warnings.push(format!(
                    "`{target}` bends within the uncertainties: to second order it is {}",
                    with_uncertainty(second.values[i], two[i])
                ));
            }
        }
        if let Some(sampled) = &self.sampled
            && sampled.without_value > 0
        {
            let (lost, all) = (sampled.without_value, sampled.samples);
            warnings.push(format!(
                "{lost} of {all} samples have no finite image and are left out"
            ));
        }
        warnings
    }
}

/// So many standard uncertainties from the point a target should be smooth: of normal variables 3 in 1000
/// are farther off.
const REACH: f64 = 3.0;

/// The share of an uncertainty from which on the second order is worth a word.
const NOTABLE: f64 = 0.1;

/// What `--json` prints.
#[derive(Serialize)]
struct Object {
    variables: Vec<String>,
    map: Table<String>,
    matrix: Vec<Vec<String>>,
    determinant: String,
    determinant_is: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inverse: Option<Vec<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hessian: Option<Vec<Vec<String>>>,
    #[serde(flatten)]
    near: Option<ObjectAt>,
    warnings: Vec<String>,
    version: &'static str,
}

/// What it prints of a point.
#[derive(Serialize)]
struct ObjectAt {
    at: Table<f64>,
    image: Table<f64>,
    values: Vec<Vec<f64>>,
    determinant_value: f64,
    log_determinant: f64,
    singular_values: Vec<f64>,
    rank: usize,
    condition: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    inverse_values: Option<Vec<Vec<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hessian_values: Option<Vec<Vec<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<Table<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remainder: Option<Table<f64>>,
    #[serde(flatten)]
    first: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_order: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled: Option<ObjectSampled>,
}

#[derive(Serialize)]
struct Spread {
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<Table<f64>>,
    uncertainty: Table<f64>,
    covariance: Vec<Vec<f64>>,
}

#[derive(Serialize)]
struct ObjectSampled {
    #[serde(flatten)]
    spread: Spread,
    standard_error: Table<f64>,
    samples: usize,
    without_value: usize,
}

fn rows(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    matrix
        .row_iter()
        .map(|row| row.iter().copied().collect())
        .collect()
}

impl Answer {
    fn map(&self) -> &Map {
        self.jacobian.map()
    }

    fn matrix(&self) -> Vec<Vec<String>> {
        let (n, m) = (self.map().variables().len(), self.map().targets().len());
        let row = |i: usize| (0..n).map(|j| self.jacobian.entry(i, j)).collect();
        (0..m).map(row).collect()
    }

    fn warnings(&self) -> Vec<String> {
        let near = self.at.as_ref();
        near.map(|near| near.warnings(self.map().targets()))
            .unwrap_or_default()
    }

    fn json(&self) -> Result<String, Fault> {
        let map = self.map();
        let texts = map.targets().iter().enumerate();
        let object = Object {
            variables: map.variables().to_vec(),
            map: Table(texts.map(|(i, name)| (name.clone(), map.text(i))).collect()),
            matrix: self.matrix(),
            determinant: self.determinant.clone(),
            determinant_is: self.jacobian.determinant_name(),
            inverse: self.jacobian.inverse(),
            hessian: self.hessian.clone(),
            near: self.at.as_ref().map(|near| self.object_at(near)),
            warnings: self.warnings(),
            version: env!("CARGO_PKG_VERSION"),
        };
        output::json(&object)
    }

    fn object_at(&self, at: &Near) -> ObjectAt {
        let named = |names: &[String], values: &[f64]| {
            Table(names.iter().cloned().zip(values.iter().copied()).collect())
        };
        let (variables, targets) = (self.map().variables(), self.map().targets());
        let spread = |uncertain: &Uncertain, mean: bool| Spread {
            mean: mean.then(|| named(targets, &uncertain.values)),
            uncertainty: named(targets, &uncertain.standard()),
            covariance: rows(&uncertain.covariance),
        };
        let near = &at.near;
        ObjectAt {
            at: named(variables, near.point()),
            image: named(targets, near.values()),
            values: rows(near.matrix()),
            determinant_value: near.determinant(),
            log_determinant: near.log_determinant(),
            singular_values: near.singular_values().to_vec(),
            rank: near.rank(),
            condition: near.condition(),
            inverse_values: near.inverse().as_ref().map(rows),
            hessian_values: at.second_derivatives.as_ref().map(rows),
            within: at.half_widths.as_ref().map(|half| named(variables, half)),
            remainder: at.remainder.as_ref().map(|bound| named(targets, bound)),
            first: at.first.as_ref().map(|uncertain| spread(uncertain, false)),
            second_order: at.second.as_ref().map(|uncertain| spread(uncertain, true)),
            sampled: at.sampled.as_ref().map(|sampled| ObjectSampled {
                spread: spread(&sampled.estimate, true),
                standard_error: named(targets, &sampled.errors),
                samples: sampled.samples,
                without_value: sampled.without_value,
            }),
        }
    }

    fn human(&self) -> String {
        let map = self.map();
        let mut text = String::new();
        for (i, target) in map.targets().iter().enumerate() {
            let heading = if i == 0 { "map" } else { "" };
            text += &line(heading, &format!("{target} = {}", map.text(i)));
        }
        let columns: Vec<String> = map.variables().iter().map(|v| format!("∂/∂{v}")).collect();
        let name = if map.targets().len() == 1 {
            "gradient"
        } else {
            "J"
        };
        text += &table(name, map.targets(), &columns, &self.matrix());
        text += &line(self.jacobian.determinant_name(), &self.determinant);
        if let Some(inverse) = self
            .jacobian
            .inverse()
            .filter(|_| map.variables().len() > 1)
        {
            let columns: Vec<String> = map.targets().iter().map(|t| format!("∂/∂{t}")).collect();
            text += &table("J⁻¹", map.variables(), &columns, &inverse);
        }
        if let Some(hessian) = self.hessian.as_ref().filter(|_| map.variables().len() > 1) {
            text += &table("Hessian", map.variables(), &columns, hessian);
        }
        if let Some(at) = &self.at {
            text += &self.human_at(at, &columns);
        }
        for warning in self.warnings() {
            text += &line("warning", &warning);
        }
        text
    }

    fn human_at(&self, at: &Near, columns: &[String]) -> String {
        let (variables, targets) = (self.map().variables(), self.map().targets());
        let named = |names: &[String], values: &[f64]| {
            let pairs = names.iter().zip(values);
            let pairs = pairs.map(|(name, value)| format!("{name} = {}", shortest(*value + 0.0)));
            pairs.collect::<Vec<_>>().join(", ")
        };
        let near = &at.near;
        let mut text = "\n".to_owned();
        text += &line("at", &named(variables, near.point()));
        text += &line("image", &named(targets, near.values()));
        let numbers = |matrix: &DMatrix<f64>| -> Vec<Vec<String>> {
            // No sign before a zero.
            let row = |row: Vec<f64>| row.into_iter().map(|x| shortest(x + 0.0)).collect();
            rows(matrix).into_iter().map(row).collect()
        };
        let name = if targets.len() == 1 { "gradient" } else { "J" };
        text += &table(name, targets, columns, &numbers(near.matrix()));
        let [determinant, logarithm] =
            [near.determinant(), near.log_determinant()].map(|x| shortest(x + 0.0));
        let determinant = match targets.len() == variables.len() {
            true => format!("{determinant}, ln|det J| = {logarithm}"),
            false => determinant,
        };
        text += &line(self.jacobian.determinant_name(), &determinant);
        if let Some(inverse) = near.inverse().filter(|_| variables.len() > 1) {
            let columns: Vec<String> = targets.iter().map(|t| format!("∂/∂{t}")).collect();
            text += &table("J⁻¹", variables, &columns, &numbers(&inverse));
        }
        if let Some(second) = at
            .second_derivatives
            .as_ref()
            .filter(|_| variables.len() > 1)
        {
            text += &table("Hessian", variables, columns, &numbers(second));
        }
        let singular: Vec<String> = near
            .singular_values()
            .iter()
            .copied()
            .map(shortest)
            .collect();
        let condition = format!(
            "rank {}, condition {}",
            near.rank(),
            shortest(near.condition())
        );
        text += &line("singular", &format!("{}; {condition}", singular.join(", ")));
        if let (Some(half), Some(remainder)) = (&at.half_widths, &at.remainder) {
            let bounds = targets.iter().zip(remainder);
            let bounds = bounds.map(|(name, bound)| format!("{name} by {bound:.1e}"));
            let bounds = bounds.collect::<Vec<_>>().join(", ");
            text += &line(
                "linear",
                &format!("within ± {} it is off at most:", named(variables, half)),
            );
            text += &line("", &bounds);
        }
        text + &self.human_spread(at)
    }

    fn human_spread(&self, at: &Near) -> String {
        let targets = self.map().targets();
        let mut text = String::new();
        let mut row = |heading: &str, values: &[f64], spreads: &[f64]| {
            for (i, name) in targets.iter().enumerate() {
                let heading = if i == 0 { heading } else { "" };
                let value = with_uncertainty(values[i], spreads[i]);
                text += &line(heading, &format!("{name} = {value}"));
            }
        };
        if let Some(first) = &at.first {
            row("uncertainty", &first.values, &first.standard());
        }
        if let Some(second) = &at.second {
            row("second order", &second.values, &second.standard());
        }
        if let Some(sampled) = &at.sampled {
            row(
                "samples",
                &sampled.estimate.values,
                &sampled.estimate.standard(),
            );
        }
        if let Some(first) = at.first.as_ref().filter(|_| targets.len() == 2) {
            text += &line("correlation", &format!("{:.4}", first.correlation(0, 1)));
        }
        text
    }

    fn latex(&self) -> Result<String, Fault> {
        let map = self.map();
        let formula = |text: &String| formula::latex(text).map_err(Fault::from);
        let name = formula::latex_name;
        let matrix = |rows: &[Vec<String>]| -> Result<String, Fault> {
            let row = |row: &Vec<String>| -> Result<String, Fault> {
                Ok(row
                    .iter()
                    .map(formula)
                    .collect::<Result<Vec<_>, _>>()?
                    .join(" & "))
            };
            let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
            Ok(format!(
                "\\begin{{pmatrix}}\n{}\n\\end{{pmatrix}}",
                rows.join(" \\\\\n")
            ))
        };
        let list = |names: &[String]| names.iter().map(|n| name(n)).collect::<Vec<_>>().join(", ");
        let (variables, targets) = (list(map.variables()), list(map.targets()));
        let symbol = match map.targets() {
            [target] => format!("\\nabla {}", name(target)),
            _ => format!("\\frac{{\\partial({targets})}}{{\\partial({variables})}}"),
        };
        let mut text = format!("{symbol} = {}\n", matrix(&self.matrix())?);
        let measure = match self.jacobian.determinant_name() {
            "det J" => "\\det J".to_owned(),
            "|∇|" => format!("\\left|\\nabla {targets}\\right|"),
            "√det(JJᵀ)" => "\\sqrt{\\det(J J^{\\mathsf T})}".to_owned(),
            _ => "\\sqrt{\\det(J^{\\mathsf T} J)}".to_owned(),
        };
        text += &format!("\n{measure} = {}\n", formula(&self.determinant)?);
        if let Some(inverse) = self
            .jacobian
            .inverse()
            .filter(|_| map.variables().len() > 1)
        {
            text += &format!("\nJ^{{-1}} = {}\n", matrix(&inverse)?);
        }
        if let Some(hessian) = self.hessian.as_ref().filter(|_| map.variables().len() > 1) {
            text += &format!("\n\\nabla^2 {targets} = {}\n", matrix(hessian)?);
        }
        Ok(text)
    }
}

/// A matrix in columns, with names of rows and columns.
fn table(heading: &str, names: &[String], columns: &[String], rows: &[Vec<String>]) -> String {
    let length = |text: &String| text.chars().count();
    let width = |j: usize| {
        let cells = rows.iter().map(|row| &row[j]).chain([&columns[j]]);
        cells.map(length).max().unwrap_or(0)
    };
    let name_width = names.iter().map(length).max().unwrap_or(0);
    let row = |name: &str, cells: &[String]| {
        let mut text = format!("{name:name_width$}");
        for (j, cell) in cells.iter().enumerate() {
            let width = width(j);
            text += &format!("  {cell:width$}");
        }
        text.trim_end().to_owned()
    };
    let mut text = line(heading, &row("", columns));
    for (name, cells) in names.iter().zip(rows) {
        text += &line("", &row(name, cells));
    }
    text
}
