//! Pictures: `pullback plot`, and the picture beside an integral.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use pullback::Estimate;
use pullback::integrator::Outcome;
use pullback::plot::{self, Deformation, MOST_SERIES, Picture, Style, SweepPoint, SweepSeries};

use super::command::Command;
use super::description::Description;
use super::fault::Fault;
use super::flags;
use super::interrupt;
use super::output::{DONE, INTERRUPTED, print};
use super::problem::Problem;
use super::settings::Choices;
use super::statement::Statement;
use super::sweep::{self, Sweep};

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
    pullback plot disk.toml -o disk.svg --title \"The unit disk\" --size 1600x800
  The area of a disk that is cut, against where:
    pullback plot --map polar --where \"x <= a\" --param \"a = -1..1 by 0.05\" --what sweep -o area.png",
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
        .help(format!(
            "What to draw: the region and its image, or an integral against a parameter that runs \
             [possible values: {DEFORMATION}, {SWEEP}]"
        ));
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
    let command = flags::with_settings(flags::with_problem(command));
    command.args(flags)
}

/// Draws what is asked for and says where it went.
fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    let path = flags.get_one::<PathBuf>(OUTPUT);
    let path = path.ok_or_else(|| Fault::new("a picture needs a file to go to"))?;
    let title = flags.get_one::<String>(TITLE).map(String::as_str);
    let style = flags.get_one::<Style>(SIZE).cloned().unwrap_or_default();
    check_path(path, flags::file(flags))?;
    if flags
        .get_one::<String>(WHAT)
        .is_some_and(|what| what == SWEEP)
    {
        let (picture, code) = swept(&description, title, &style)?;
        picture.save(path)?;
        let (width, height) = picture.size();
        return Ok(code.max(print(&format!("{}  {width} × {height}\n", path.display()))));
    }
    let problem = Problem::new(&description)?;
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

/// The pictures that there are.
const DEFORMATION: &str = "deformation";
const SWEEP: &str = "sweep";

/// The picture of an integral against a parameter, and the exit code of the worst of its values.
fn swept(
    description: &Description,
    title: Option<&str>,
    style: &Style,
) -> Result<(Picture, u8), Fault> {
    let sweep = Sweep::of(description)?;
    let Some((across, others)) = sweep.names().split_last() else {
        let message = format!("--{WHAT} {SWEEP} needs a parameter that runs through values");
        let help = "give it a range, for example --param \"a = 0..2 by 0.1\"";
        return Err(Fault::new(message).with_help(help));
    };
    let choices = Choices::new(description.settings.clone())?.cancelled_by(&interrupt::token()?);
    // The number of a row, its code, its values and errors, and what they are of.
    let shown = |row: sweep::Row| {
        let verdict = choices.verdict(&row.estimate);
        let names = names_of(&row.estimate, row.problem.integrand_texts());
        let Outcome { values, errors, .. } = row.estimate.outcome;
        Ok((row.number, verdict, values, errors, names))
    };
    let mut series: Vec<SweepSeries> = Vec::new();
    let mut code = DONE;
    sweep::for_each(description, &sweep, &choices, None, &(), shown, |row| {
        let (number, verdict, values, errors, names) = row;
        code = code.max(verdict);
        let running = sweep.row(number);
        if number % sweep.fastest() == 0 {
            let fixed = running[..others.len()].iter();
            let fixed: Vec<String> = fixed.map(|(name, v)| format!("{name} = {v}")).collect();
            let named = |text: &String| match (fixed.is_empty(), names.len()) {
                (true, _) => text.clone(),
                (_, 1) => fixed.join(", "),
                _ => format!("{text} at {}", fixed.join(", ")),
            };
            series.extend(names.iter().map(|text| SweepSeries {
                name: typeset(&named(text)),
                points: Vec::new(),
            }));
        }
        let first = series.len() - names.len();
        let at = running.last().map_or(f64::NAN, |(_, value)| *value);
        let outcomes = values.iter().zip(&errors);
        for (own, (&value, &error)) in series[first..].iter_mut().zip(outcomes) {
            own.points.push(SweepPoint {
                at,
                value,
                error,
                is_met: verdict == DONE,
            });
        }
        verdict != INTERRUPTED && series.len() <= MOST_SERIES
    })?;
    if series.len() > MOST_SERIES {
        let message = format!("more than {MOST_SERIES} lines cannot be told apart");
        let help = "leave out integrands, or values of the parameters before the last";
        return Err(Fault::new(message).with_help(help));
    }
    let given = match description.integrands.is_empty() {
        true => &description.field,
        false => &description.integrands,
    };
    let given: Vec<&str> = given.iter().map(|text| &text.text[..]).collect();
    let what = given.join(", ");
    let kind = if description.average {
        "average"
    } else {
        "integral"
    };
    let subtitle = match &what[..] {
        "" | "1" => "the measure of the region".to_owned(),
        what => format!("the {kind} of {}", typeset(what)),
    };
    let heading = format!("The {kind} against {across}");
    let drawn = plot::Sweep {
        title: title.map_or(heading, str::to_owned),
        subtitle,
        parameter: across.clone(),
        integral: kind.to_owned(),
        series,
    };
    Ok((drawn.draw(style)?, code))
}

/// What the values of an estimate are of: the integrands, the parts of complex ones, or a field.
fn names_of<'t>(estimate: &Estimate, texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let texts: Vec<&str> = texts.collect();
    let values = estimate.values.len();
    if estimate.are_parts {
        let parts = |text: &&str| ["re", "im"].map(|part| format!("{part} {text}"));
        return texts.iter().flat_map(parts).collect();
    }
    match texts.len() == values {
        true => texts.into_iter().map(str::to_owned).collect(),
        // The components of a field make one value.
        false => vec![format!("({})", texts.join(", "))],
    }
}

/// Reads `--what`.
fn drawing(name: &str) -> Result<String, String> {
    match name {
        DEFORMATION | SWEEP => Ok(name.to_owned()),
        "jacobian" | "integrand" | "nodes" | "convergence" => Err(format!(
            "not in this version, which draws: {DEFORMATION}, {SWEEP}"
        )),
        _ => Err(format!("this version draws: {DEFORMATION}, {SWEEP}")),
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
