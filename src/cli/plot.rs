//! Pictures: `pullback plot`, and the picture beside an integral.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use pullback::plot::{Deformation, Picture, Style};

use super::command::Command;
use super::fault::Fault;
use super::flags;
use super::output::print;
use super::problem::Problem;
use super::statement::Statement;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "plot",
    about: "A picture of the region with its grid, beside its image under the map",
    details: "",
    examples: "\
Examples:
  Polar coordinates:
    pullback plot --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" -o polar.png
  A problem file, with a heading of your own:
    pullback plot disk.toml -o disk.svg --title \"The unit disk\" --size 1600x800",
    with_flags,
    run,
};

const OUTPUT: &str = "output";
const WHAT: &str = "what";
const TITLE: &str = "title";
const SIZE: &str = "size";

fn with_flags(command: clap::Command) -> clap::Command {
    let output = Arg::new(OUTPUT)
        .long(OUTPUT)
        .short('o')
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("Where to write the picture: a name that ends in .png or .svg");
    let what = Arg::new(WHAT)
        .long(WHAT)
        .default_value(DEFORMATION)
        .value_parser(drawing)
        .help(format!("What to draw [possible values: {DEFORMATION}]"));
    let title = Arg::new(TITLE)
        .long(TITLE)
        .help("The heading [default: the region]");
    let Style { width, height } = Style::default();
    let size = Arg::new(SIZE)
        .long(SIZE)
        .value_name("WIDTHxHEIGHT")
        .default_value(format!("{width}x{height}"))
        .value_parser(style)
        .help("Width and height in pixels");
    let flags = [output, what, title, size].map(|flag| flag.help_heading("Output"));
    flags::with_problem(command).args(flags)
}

/// Draws what is asked for and says where it went.
fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let problem = Problem::new(&flags::description(flags)?)?;
    let path = flags.get_one::<PathBuf>(OUTPUT);
    let path = path.ok_or_else(|| Fault::new("a picture needs a file to go to"))?;
    let title = flags.get_one::<String>(TITLE).map(String::as_str);
    let style = flags.get_one::<Style>(SIZE).cloned().unwrap_or_default();
    check_path(path, flags::file(flags))?;
    let picture = prepared(&problem, title, &style)?;
    picture.save(path)?;
    let (width, height) = picture.size();
    let parts = &problem.statement;
    let note = match parts.conditions.is_empty() && parts.on.is_empty() {
        true => "",
        false => "it shows all that the limits hold, and not only the part that is meant\n",
    };
    Ok(print(&format!(
        "{}  {width} × {height}\n{note}",
        path.display()
    )))
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

/// Refuses a path that a picture could not be written to, or that is the problem file.
pub(super) fn check_path(path: &Path, problem: Option<&PathBuf>) -> Result<(), Fault> {
    Picture::check_path(path)?;
    let same = |problem: &PathBuf| match (path.canonicalize(), problem.canonicalize()) {
        (Ok(path), Ok(problem)) => path == problem,
        _ => false,
    };
    if problem.is_some_and(same) {
        let message = format!("{} is the problem file", path.display());
        return Err(Fault::new(message).with_help("give the picture a name of its own"));
    }
    Ok(())
}

/// The picture of a map over its region.
pub(super) fn prepared(
    problem: &Problem,
    title: Option<&str>,
    style: &Style,
) -> Result<Picture, Fault> {
    if let Some(mesh) = &problem.statement.mesh {
        let message = format!("a mesh is not drawn: {mesh}");
        return Err(Fault::new(message).with_help("leave --plot out"));
    }
    let title = title.map_or_else(|| heading(&problem.statement), str::to_owned);
    let deformation = Deformation::of(problem.domain.as_ref(), &title)?;
    Ok(deformation.draw(style)?)
}

/// The longest heading that fits over a picture, in characters.
const LONGEST_HEADING: usize = 72;

/// The region as inequalities, which say what the picture shows.
fn heading(statement: &Statement) -> String {
    let limits = statement.over.0.iter();
    let range = |(name, ends): &(String, [String; 2])| {
        let [lower, upper] = ends.each_ref().map(|limit| typeset(limit));
        format!("{lower} ≤ {name} ≤ {upper}")
    };
    let names: Vec<&str> = limits.clone().map(|(name, _)| &name[..]).collect();
    let ranges: Vec<String> = limits.map(range).collect();
    let heading = format!("{} and its image", ranges.join(", "));
    if heading.chars().count() <= LONGEST_HEADING {
        heading
    } else {
        format!("The region of {} and its image", names.join(", "))
    }
}

/// A formula with π for `pi` and without the sign in 2·π.
fn typeset(formula: &str) -> String {
    let is_sign = |c: char| !c.is_alphanumeric() && c != '_';
    let word = |part: &str| match part.strip_prefix("pi") {
        Some(rest) if rest.chars().all(is_sign) => format!("π{rest}"),
        _ => part.replace('*', "·"),
    };
    let text: String = formula.split_inclusive(is_sign).map(word).collect();
    ('0'..='9').fold(text, |text, digit| {
        text.replace(&format!("{digit}·π"), &format!("{digit}π"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullback::Map;

    #[test]
    fn a_heading_shows_limits_as_a_text_book_does() {
        let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
        let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
        assert_eq!(
            heading(&Statement::of_mapped_region(&disk)),
            "0 ≤ r ≤ 1, 0 ≤ t ≤ 2π and its image"
        );
        assert_eq!(typeset("a*pi/2 + pitch*b"), "a·π/2 + pitch·b");
    }

    #[test]
    fn sizes_are_two_numbers() {
        let size = style("800x600").unwrap();
        assert_eq!((size.width, size.height), (800, 600));
        for wrong in ["800", "800x", "x600", "-1x5", "800x600x2"] {
            assert!(style(wrong).is_err(), "{wrong}");
        }
    }
}
