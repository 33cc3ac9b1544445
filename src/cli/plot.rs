//! Pictures: `pullback plot`, and the picture beside an integral.

use std::path::Path;

use pullback::plot::{Deformation, Picture, Style};
use pullback::{Error, MappedRegion};

use super::arguments::Plot;
use super::fault::Fault;
use super::file::File;
use super::print;
use super::problem::Problem;

/// Draws what is asked for and says where it went.
pub(super) fn run(arguments: &Plot) -> Result<u8, Fault> {
    let file = File::read(arguments.problem.file.as_deref())?;
    let problem = Problem::new(&arguments.problem, &file)?;
    let (path, title) = (&arguments.output, arguments.title.as_deref());
    let picture = prepared(&problem.domain, path, title, &arguments.size)?;
    picture.save(path).map_err(fault)?;
    let (width, height) = picture.size();
    Ok(print(&format!("{}  {width} × {height}\n", path.display())))
}

/// The picture of a map over its region, once it is known that it can be written to `path`.
pub(super) fn prepared(
    domain: &MappedRegion,
    path: &Path,
    title: Option<&str>,
    style: &Style,
) -> Result<Picture, Fault> {
    Picture::check_path(path).map_err(fault)?;
    let title = title.map_or_else(|| heading(domain), str::to_owned);
    let deformation = Deformation::of(domain, &title).map_err(fault)?;
    deformation.draw(style).map_err(fault)
}

/// What the library cannot draw or write.
pub(super) fn fault(error: Error) -> Fault {
    Fault::of(error, [])
}

/// The longest heading that fits over a picture, in characters.
const LONGEST_HEADING: usize = 72;

/// The region as inequalities, which say what the picture shows.
fn heading(domain: &MappedRegion) -> String {
    let region = domain.region();
    let names = region.variables().iter().enumerate();
    let range = |(i, name): (usize, &String)| {
        let [lower, upper] = region.text(i).map(|limit| typeset(&limit));
        format!("{lower} ≤ {name} ≤ {upper}")
    };
    let ranges: Vec<String> = names.map(range).collect();
    let heading = format!("{} and its image", ranges.join(", "));
    if heading.chars().count() <= LONGEST_HEADING {
        heading
    } else {
        format!(
            "The region of {} and its image",
            region.variables().join(", ")
        )
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
        assert_eq!(heading(&disk), "0 ≤ r ≤ 1, 0 ≤ t ≤ 2π and its image");
        assert_eq!(typeset("a*pi/2 + pitch*b"), "a·π/2 + pitch·b");
    }
}
