//! Pictures: `pullback plot`, and the picture beside an integral.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use pullback::Domain;
use pullback::domain::Pullback;
use pullback::plot::{Animation, Deformation, Integrand, Jacobian, Picture, Planes, Style};

use super::animation;
use super::command::Command;
use super::convergence;
use super::fault::Fault;
use super::flags;
use super::heading::heading;
use super::node_picture;
use super::output::{DONE, print};
use super::problem::Problem;
use super::sweep_picture::swept;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "plot",
    about: "A picture of the region with its grid, beside its image under the map; of det J, integrands, nodes, errors",
    details: "",
    examples: "\
Examples:
  Polar coordinates:
    pullback plot --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" -o polar.png
  A problem file, with a heading of your own:
    pullback plot disk.toml -o disk.svg --title \"The unit disk\" --size 1600x800
  Where a map folds, and by how much it stretches:
    pullback plot --map \"x = u + v^2, y = v + u^2\" --over \"u = -1..1, v = -1..1\" --what jacobian -o fold.png
  A peak that polar coordinates flatten:
    pullback plot --map polar --integrand \"1/sqrt(x^2 + y^2)\" --what integrand -o peak.png
  How fast methods converge:
    pullback plot --map polar --integrand \"exp(-x^2-y^2)\" --what convergence -o errors.png
  Where cubature puts its cells at a kink:
    pullback plot --map polar --integrand \"abs(x - 0.3)\" --method cubature --rtol 1e-4 --what nodes -o nodes.png
  How the rectangle of polar coordinates becomes a disk:
    pullback plot --map polar -o disk.gif
  How vegas learns where a peak is:
    pullback plot --map polar --integrand \"exp(-200*(x - 0.4)^2 - 200*y^2)\" --method vegas --what nodes -o vegas.gif
  The area of a disk that is cut, against where:
    pullback plot --map polar --where \"x <= a\" --param \"a = -1..1 by 0.05\" --what sweep -o area.png",
    with_flags,
    run,
};

const OUTPUT: &str = "output";
const WHAT: &str = "what";
const TITLE: &str = "title";

fn with_flags(command: clap::Command) -> clap::Command {
    let output = Arg::new(OUTPUT)
        .long(OUTPUT)
        .short('o')
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help(
            "Where to write the picture: a name that ends in .png, .svg or .pdf; .gif or .apng for the region as it becomes \
             its image, the images as a parameter runs, or the grid that vegas learns",
        );
    let what = Arg::new(WHAT)
        .long(WHAT)
        .default_value(DEFORMATION)
        .value_parser(drawing)
        .help(format!(
            "What to draw: the region and its image, det J over both, the integrand over both, the \
             nodes of a method in both, errors against evaluations by every method, or an integral against a parameter that runs \
             [possible values: {}]",
            KINDS.join(", ")
        ));
    let title = Arg::new(TITLE)
        .long(TITLE)
        .help("The heading [default: the region]");
    let flags = [output, what, title].map(|flag| flag.help_heading("Output"));
    let command = flags::with_settings(flags::with_problem(command));
    flags::with_style(command.args(flags))
}

/// Draws what is asked for and says where it went.
fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    let path = flags.get_one::<PathBuf>(OUTPUT);
    let path = path.ok_or_else(|| Fault::new("a picture needs a file to go to"))?;
    let title = flags.get_one::<String>(TITLE).map(String::as_str);
    let (mut style, is_sized) = flags::style(flags, &description.style)?;
    match animation::is_named(path) {
        true => {
            Animation::check_path(path)?;
            is_not_the_problem(path, flags::file(flags))?;
        }
        false => check_path(path, flags::file(flags))?,
    }
    let what = flags
        .get_one::<String>(WHAT)
        .map_or(DEFORMATION, String::as_str);
    if animation::is_named(path) {
        if ![DEFORMATION, NODES].contains(&what) {
            let message = format!("--{WHAT} {what} does not move");
            let help = "give it a name that ends in .png, .svg or .pdf";
            return Err(Fault::new(message).with_help(help));
        }
        if !is_sized {
            let larger = style.font_size / Style::default().font_size;
            [style.width, style.height] =
                animation::SIZE.map(|side| (f64::from(side) * larger).ceil() as u32);
        }
        let (animation, code) = match what {
            NODES => node_picture::animation(&description, title, &style)?,
            _ => (animation::animation(&description, title, &style)?, DONE),
        };
        animation.save(path)?;
        let count = animation.frames.len();
        let size = animation.frames.first().map_or((0, 0), Picture::size);
        return Ok(code.max(told(path, size, &format!(", {count} pictures"))));
    }
    let (picture, code) = match what {
        SWEEP => swept(&description, title, &style)?,
        CONVERGENCE => convergence::picture(&description, title, &style)?,
        NODES => node_picture::picture(&description, title, &style)?,
        _ => {
            let problem = Problem::new(&description)?;
            (drawn(what, &problem, title, &style)?, DONE)
        }
    };
    picture.save(path)?;
    Ok(code.max(told(path, picture.size(), "")))
}

/// Says where a picture went, and how large it is.
fn told(path: &Path, (width, height): (u32, u32), more: &str) -> u8 {
    print(&format!("{}  {width} × {height}{more}\n", path.display()))
}

/// The pictures that there are.
const DEFORMATION: &str = "deformation";
const JACOBIAN: &str = "jacobian";
const INTEGRAND: &str = "integrand";
const CONVERGENCE: &str = "convergence";
const SWEEP: &str = "sweep";
const NODES: &str = "nodes";
const KINDS: [&str; 6] = [DEFORMATION, JACOBIAN, INTEGRAND, NODES, CONVERGENCE, SWEEP];

/// Reads `--what`.
fn drawing(name: &str) -> Result<String, String> {
    match name {
        name if KINDS.contains(&name) => Ok(name.to_owned()),
        _ => Err(format!("expected one of: {}", KINDS.join(", "))),
    }
}

/// Refuses a path that a picture could not be written to, or that is the problem file.
pub(super) fn check_path(path: &Path, problem: Option<&PathBuf>) -> Result<(), Fault> {
    Picture::check_path(path)?;
    is_not_the_problem(path, problem)
}

/// Refuses a path that is that of the problem file.
fn is_not_the_problem(path: &Path, problem: Option<&PathBuf>) -> Result<(), Fault> {
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
    drawn(DEFORMATION, problem, title, style)
}

/// A picture of a map over its region.
fn drawn(
    what: &str,
    problem: &Problem,
    title: Option<&str>,
    style: &Style,
) -> Result<Picture, Fault> {
    let domain = problem.domain.as_ref();
    let region = heading(&problem.statement);
    let title = |own: String| title.map_or(own, str::to_owned);
    let has_parts = has_parts(domain)?;
    let integrands = &problem.integrands;
    if let Some(mesh) = &problem.statement.of_mesh {
        let path = problem.statement.mesh.clone().unwrap_or_default();
        let name = Path::new(&path).file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let planes = match what {
            JACOBIAN => Planes::of_mesh_jacobian(mesh, &title(format!("det J in {name}")))?,
            INTEGRAND => {
                let title = title(format!("The integrand over {name}"));
                Planes::of_mesh_integrand(mesh, integrands, &title)?
            }
            _ => Planes::of_mesh(mesh, &title(format!("The elements of {name}")))?,
        };
        return Ok(planes.draw(style)?);
    }
    if has_parts && what == JACOBIAN {
        let title = title("det J of the parts".to_owned());
        return Ok(Planes::of_jacobian(domain, &title)?.draw(style)?);
    }
    if has_parts && what == INTEGRAND {
        let title = title("The integrand over the parts".to_owned());
        return Ok(Planes::of_integrand(domain, integrands, &title)?.draw(style)?);
    }
    if has_parts {
        let own = match problem.statement.polygon.is_empty() {
            true => "The region and its parts",
            false => "The polygon and its triangles",
        };
        return Ok(Planes::of_parts(domain, &title(own.to_owned()))?.draw(style)?);
    }
    Ok(match what {
        JACOBIAN => Jacobian::of(domain, &title(format!("det J over {region}")))?.draw(style)?,
        INTEGRAND => {
            let title = title(format!("The integrand over {region}"));
            Integrand::of(domain, integrands, &title)?.draw(style)?
        }
        _ => Deformation::of(domain, &title(region))?.draw(style)?,
    })
}

/// Whether a domain is made of several parts, each with a map of its own.
fn has_parts(domain: &dyn Domain) -> Result<bool, Fault> {
    let integrands = domain.parse(&[])?;
    let pullback = Pullback::new(domain, &integrands)?;
    Ok(pullback.parts().len() > 1 || !pullback.geometry().outlines().is_empty())
}
