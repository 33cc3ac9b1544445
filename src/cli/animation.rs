//! Animations: how a region becomes its image, and the images of a map whose parameter runs.

use std::path::Path;

use pullback::plot::{Animation, Style, typeset};

use super::description::Description;
use super::fault::Fault;
use super::heading::heading;
use super::number::rounded;
use super::problem::Problem;
use super::sweep::Sweep;

/// The pictures of a homotopy.
const PICTURES: usize = 40;

/// The most values of a parameter that are shown.
const MOST_VALUES: usize = 400;

/// The digits of the values that are told.
const DIGITS: usize = 6;

/// Width and height in pixels where none are given: animations are to stay small.
pub(super) const SIZE: [u32; 2] = [640, 480];

/// Whether a path is that of an animation.
pub(super) fn is_named(path: &Path) -> bool {
    Animation::is_named(path).is_some()
}

/// The animation of a map, or of one whose parameter runs.
pub(super) fn animation(
    description: &Description,
    title: Option<&str>,
    style: &Style,
) -> Result<Animation, Fault> {
    let sweep = Sweep::of(description)?;
    let title = |own: String| title.map_or(own, str::to_owned);
    if sweep.is_empty() {
        let problem = Problem::new(description)?;
        let title = title(heading(&problem.statement));
        let domain = problem.domain.as_ref();
        return Ok(Animation::of_homotopy(domain, &title, PICTURES, style)?);
    }
    if sweep.count() > MOST_VALUES {
        let message = format!(
            "{} pictures are more than the {MOST_VALUES} of an animation",
            sweep.count()
        );
        return Err(Fault::new(message).with_help("give the parameter fewer values"));
    }
    let problem = |number: usize| {
        let values = sweep.row(number).into_iter();
        let told: Vec<String> = values
            .map(|(name, v)| format!("{name} = {}", rounded(v, DIGITS)))
            .collect();
        let told = told.join(", ");
        Ok((told, Problem::new(&sweep.problem(description, number))?))
    };
    let problems = (0..sweep.count()).map(problem);
    let problems: Vec<(String, Problem)> = problems.collect::<Result<_, Fault>>()?;
    let title = title(typeset(&format!(
        "The image as {} runs",
        sweep.names().join(" and ")
    )));
    let domains = problems
        .iter()
        .map(|(told, problem)| (told.clone(), problem.domain.as_ref()));
    Ok(Animation::of_images(domains, &title, style)?)
}
