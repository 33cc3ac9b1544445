//! The arguments of the program, and what `--help` says of them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use pullback::plot::Style;

use super::place::Text;
use super::settings::METHODS;

/// Integrals over curved regions, by change of variables.
///
/// You give a map, limits for its variables, and an integrand. The Jacobian of the map is
/// differentiated exactly, and the integrand times |det J| is integrated over the limits.
#[derive(Debug, Parser)]
#[command(
    name = "pullback",
    version,
    after_help = "\
Examples:
  The area of an ellipse with half axes 3 and 2:
    pullback integrate --map \"x = 3*r*cos(t), y = 2*r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\"
  A picture of how the map bends the rectangle:
    pullback plot --map \"x = 3*r*cos(t), y = 2*r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" \\
      -o ellipse.png

`pullback integrate --help` says more."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Integrate(Integrate),
    Plot(Plot),
}

/// What is integrated: the same facts as flags or as a file.
#[derive(Args, Debug)]
pub(super) struct Description {
    /// A problem file in TOML; flags override what it says
    pub(super) file: Option<PathBuf>,

    /// The targets as functions of the variables; left out, the targets are the variables
    #[arg(long, value_name = "x = …, y = …", help_heading = "Problem")]
    pub(super) map: Option<String>,

    /// The limits of the variables, in order; a limit may use earlier variables, inf and -inf
    #[arg(long, value_name = "r = 0..1, t = …", help_heading = "Problem")]
    pub(super) over: Option<String>,

    /// What to integrate, in targets, variables or both; may be given several times [default: 1]
    #[arg(
        long,
        value_name = "FORMULA",
        allow_hyphen_values = true,
        help_heading = "Problem"
    )]
    pub(super) integrand: Vec<String>,

    /// Constants for all formulas; later ones may use earlier ones
    #[arg(long, value_name = "a = 2, b = …", help_heading = "Problem")]
    pub(super) param: Vec<String>,
}

/// The integral, with its error, a status and the reasons for it
///
/// Prints the integral of the integrand over the image of the region under the map, an estimate
/// of its error, and how far both can be trusted.
///
/// Exit code: 0 if the tolerance is met, 1 if there is an answer but not to the tolerance, 2 if
/// the problem cannot be read.
#[derive(Args, Debug)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Formulas: + - * / ^ and parentheses, pi, e, tau, inf, and the functions sin cos tan asin acos atan
atan2(y, x) sinh cosh tanh asinh acosh atanh exp ln (= log) log2 log10 sqrt cbrt abs min max floor
ceil sign hypot pow erf gamma heaviside if(x < 0, 1, 2). Comparisons stand inside if.
Products need their sign: 2*x, r*cos(t). A power stands behind the operand: sin(x)^2.

Status: converged (the tolerance is met), suspect (met, but a check disagrees), roundoff (no more
digits in double precision), budget (evaluations, seconds or methods ran out), nonfinite (the
integrand is infinite or undefined at a point that is named).

Examples:
  exp(-x²-y²) over the unit disk, in polar coordinates:
    pullback integrate --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" \\
      --integrand \"exp(-x^2-y^2)\"
  The same from a file, with other limits for one variable:
    pullback integrate disk.toml --over \"t = 0..pi\"
  where disk.toml is
    integrand = \"exp(-x^2-y^2)\"
    [map]
    x = \"r*cos(t)\"
    y = \"r*sin(t)\"
    [over]
    r = [0, 1]
    t = [0, \"2*pi\"]"
)]
pub(super) struct Integrate {
    #[command(flatten)]
    pub(super) problem: Description,

    /// The error aimed at, as a part of the value [default: 1e-10]
    #[arg(
        long,
        value_name = "E",
        allow_negative_numbers = true,
        help_heading = "Accuracy"
    )]
    rtol: Option<String>,

    /// The error aimed at, absolutely: the larger one of both counts [default: 0]
    #[arg(
        long,
        value_name = "E",
        allow_negative_numbers = true,
        help_heading = "Accuracy"
    )]
    atol: Option<String>,

    /// The most evaluations of the integrand [default: 200 million, 10 million for monte-carlo]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        help_heading = "Accuracy"
    )]
    max_evals: Option<String>,

    /// The most seconds to work [default: no limit]
    #[arg(
        long,
        value_name = "S",
        allow_negative_numbers = true,
        help_heading = "Accuracy"
    )]
    max_seconds: Option<String>,

    /// How to integrate [default: auto]
    #[arg(long, value_parser = PossibleValuesParser::new(METHODS), help_heading = "Method")]
    method: Option<String>,

    /// Nodes of the Gauss rule: one number, or one for each variable; chooses gauss [default: 16]
    #[arg(
        long,
        value_name = "16 | 16,32",
        allow_negative_numbers = true,
        help_heading = "Method"
    )]
    nodes: Option<String>,

    /// The seed of the random numbers [default: 0]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        help_heading = "Method"
    )]
    seed: Option<String>,

    /// The threads to work with, which change the time but no digit [default: all processors]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        help_heading = "Method"
    )]
    threads: Option<String>,

    /// Draws the region beside its image too, as .png or .svg
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) plot: Option<PathBuf>,

    /// Prints one JSON object
    #[arg(long, conflicts_with = "quiet", help_heading = "Output")]
    pub(super) json: bool,

    /// Prints the value alone, with 17 digits; one line for each integrand
    #[arg(long, help_heading = "Output")]
    pub(super) quiet: bool,
}

impl Integrate {
    /// The value of the flag for a setting; the values of a list.
    pub(super) fn setting(&self, name: &str) -> Option<Vec<Text>> {
        let value = match name {
            "rtol" => &self.rtol,
            "atol" => &self.atol,
            "max_evals" => &self.max_evals,
            "max_seconds" => &self.max_seconds,
            "method" => &self.method,
            "nodes" => &self.nodes,
            "seed" => &self.seed,
            "threads" => &self.threads,
            _ => return None,
        };
        let flag = format!("--{}", name.replace('_', "-"));
        let text = Text::of_flag(&flag, value.as_deref()?);
        let mut end = 0;
        let parts = text.text.split_inclusive(',').map(|part| {
            let start = end;
            end += part.len();
            text.part(start..start + part.trim_end_matches(',').len())
        });
        Some(parts.collect())
    }
}

/// A picture of the region with its grid, beside its image under the map
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  Polar coordinates:
    pullback plot --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" -o polar.png
  A problem file, with a heading of your own:
    pullback plot disk.toml -o disk.svg --title \"The unit disk\" --size 1600x800")]
pub(super) struct Plot {
    #[command(flatten)]
    pub(super) problem: Description,

    /// Where to write the picture: a name that ends in .png or .svg
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: PathBuf,

    /// What to draw [possible values: deformation]
    #[arg(long, default_value = DEFORMATION, value_parser = drawing, help_heading = "Output")]
    what: String,

    /// The heading [default: the region]
    #[arg(long, help_heading = "Output")]
    pub(super) title: Option<String>,

    /// Width and height in pixels
    #[arg(
        long,
        value_name = "WIDTHxHEIGHT",
        default_value = "1200x640",
        value_parser = style,
        help_heading = "Output"
    )]
    pub(super) size: Style,
}

/// The picture that there is.
const DEFORMATION: &str = "deformation";

/// Reads `--what`.
fn drawing(name: &str) -> Result<String, String> {
    match name {
        DEFORMATION => Ok(name.to_owned()),
        "jacobian" | "integrand" | "nodes" | "convergence" => {
            Err(format!("not in this version, which draws: {DEFORMATION}"))
        }
        _ => Err(format!("this version draws: {DEFORMATION}")),
    }
}

/// Reads `--size`.
fn style(text: &str) -> Result<Style, String> {
    let sides = text.split_once(['x', '×']);
    let sides = sides.and_then(|(width, height)| {
        let side = |text: &str| text.trim().parse::<u32>().ok();
        Some((side(width)?, side(height)?))
    });
    let (width, height) = sides.ok_or("expected two numbers of pixels, such as 1200x640")?;
    Ok(Style { width, height })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_are_two_numbers() {
        let size = style("800x600").unwrap();
        assert_eq!((size.width, size.height), (800, 600));
        for wrong in ["800", "800x", "x600", "-1x5", "800x600x2"] {
            assert!(style(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_default_size_is_that_of_the_library() {
        assert_eq!(style("1200x640").unwrap(), Style::default());
    }
}
