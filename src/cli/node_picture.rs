//! The picture of nodes: where the method that is asked for puts them, in both planes.

use pullback::Estimate;
use pullback::plot::{Picture, Planes, Style};

use super::description::Description;
use super::fault::Fault;
use super::heading::heading;
use super::interrupt;
use super::nodes_file::NAME_A_METHOD;
use super::problem::Problem;
use super::settings::Choices;

/// The picture, and the exit code that the integral would have.
pub(super) fn picture(
    description: &Description,
    title: Option<&str>,
    style: &Style,
) -> Result<(Picture, u8), Fault> {
    let problem = Problem::new(description)?;
    let choices = Choices::new(description.settings.clone())?
        .cancelled_by(&interrupt::token()?)
        .keeping_nodes(true);
    let domain = problem.domain.as_ref();
    let found = Estimate::of(domain, &problem.integrands, choices.settings());
    let found = found.map_err(|error| choices.fault(error).or_at(problem.limits.as_ref()))?;
    let region = heading(&problem.statement);
    let title = title.map_or_else(|| format!("Nodes over {region}"), str::to_owned);
    let planes = Planes::of_nodes(domain, &problem.integrands, &found, &title);
    let planes = planes.map_err(|error| Fault::from(error).with_help(NAME_A_METHOD))?;
    Ok((planes.draw(style)?, choices.verdict(&found)))
}
