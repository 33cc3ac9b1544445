//! Pictures of nodes: where the method that is asked for puts them, in both planes, and how vegas learns where to.

use pullback::plot::{Animation, Picture, Planes, Style};
use pullback::{Estimate, Method};

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
    let choices = choices(description)?;
    let found = found(&problem, &choices)?;
    let region = heading(&problem.statement);
    let title = title.map_or_else(|| format!("Nodes over {region}"), str::to_owned);
    let domain = problem.domain.as_ref();
    let planes = Planes::of_nodes(domain, &problem.integrands, &found, &title);
    let planes = planes.map_err(|error| Fault::from(error).with_help(NAME_A_METHOD))?;
    Ok((planes.draw(style)?, choices.verdict(&found)))
}

/// The animation of what is learned, and the exit code that the integral would have.
pub(super) fn animation(
    description: &Description,
    title: Option<&str>,
    style: &Style,
) -> Result<(Animation, u8), Fault> {
    let problem = Problem::new(description)?;
    let choices = choices(description)?;
    if choices.settings().method != Method::Vegas {
        let message = "nodes move where a grid is learned, which --method vegas does alone";
        let help = "say --method vegas, or give the picture a name that ends in .png, .svg or .pdf";
        return Err(Fault::new(message).with_help(help));
    }
    let found = found(&problem, &choices)?;
    let title = title.unwrap_or("The grid and the points of vegas");
    let domain = problem.domain.as_ref();
    let animation = Animation::of_learning(domain, &problem.integrands, &found, title, style)?;
    Ok((animation, choices.verdict(&found)))
}

/// What is asked for, with nodes that are kept.
fn choices(description: &Description) -> Result<Choices, Fault> {
    let choices = Choices::new(description.settings.clone())?;
    Ok(choices
        .cancelled_by(&interrupt::token()?)
        .keeping_nodes(true))
}

/// The integral.
fn found(problem: &Problem, choices: &Choices) -> Result<Estimate, Fault> {
    let domain = problem.domain.as_ref();
    let found = Estimate::of(domain, &problem.integrands, choices.settings());
    found.map_err(|error| choices.fault(error).or_at(problem.limits.as_ref()))
}
