//! The commands, and the only place of the crate that prints.
//!
//! Exit codes: 0 where the tolerance is met, 1 where there is an answer but not to the tolerance,
//! 2 where the input is at fault; then nothing is printed on standard output.

mod answer;
mod arguments;
mod fault;
mod file;
mod number;
mod place;
mod plot;
mod problem;
mod settings;

use std::io::{self, Write};
use std::time::Instant;

use clap::{CommandFactory, Parser};
use pullback::Status;
use pullback::plot::Style;

use answer::Answer;
use arguments::{Arguments, Command, Integrate};
use fault::Fault;
use file::File;
use problem::Problem;
use settings::Choices;

/// The exit code for an answer that is not to the tolerance, or that was lost on the way out.
const UNSURE: u8 = 1;

/// The exit code for input that cannot be worked on.
const BAD_INPUT: u8 = 2;

/// Runs the program and gives its exit code.
pub(crate) fn run() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(refusal) => {
            // Help and version are refusals too, with code 0. If they cannot be printed, nothing
            // else can.
            let _ = refusal.print();
            return u8::try_from(refusal.exit_code()).unwrap_or(BAD_INPUT);
        }
    };
    let done = match arguments.command {
        None => Ok(print(&Arguments::command().render_help().to_string())),
        Some(Command::Integrate(integrate)) => self::integrate(&integrate),
        Some(Command::Plot(plot)) => plot::run(&plot),
    };
    done.unwrap_or_else(|fault| {
        fault.report();
        BAD_INPUT
    })
}

fn integrate(arguments: &Integrate) -> Result<u8, Fault> {
    let file = File::read(arguments.problem.file.as_deref())?;
    let start = Instant::now();
    let problem = Problem::new(&arguments.problem, &file)?;
    let choices = Choices::new(arguments, &file)?;
    let reading = start.elapsed();
    // What could keep the picture from being drawn or written shows before the work.
    let picture = match &arguments.plot {
        Some(path) => {
            let style = Style::default();
            Some((plot::prepared(&problem.domain, path, None, &style)?, path))
        }
        None => None,
    };
    let start = Instant::now();
    let estimate = problem
        .domain
        .integrate_with(&problem.integrands, choices.settings())
        .map_err(|error| choices.fault(error))?;
    let answer = Answer {
        estimate: &estimate,
        integrands: &problem.texts,
        notes: &problem.warnings,
        seconds: (reading + start.elapsed()).as_secs_f64(),
        settings: choices.settings(),
    };
    let text = match (arguments.quiet, arguments.json) {
        (true, _) => answer.quiet(),
        (_, true) => answer
            .json()
            .map_err(|reason| Fault::new(reason.to_string()))?,
        _ => answer.human(),
    };
    let is_sure = match estimate.status {
        Status::Converged => true,
        Status::Roundoff => choices.are_met_by(&estimate),
        _ => false,
    };
    let mut code = print(&text);
    if !is_sure {
        code = UNSURE;
    }
    if let Some((picture, path)) = picture
        && let Err(error) = picture.save(path)
    {
        // The answer is out: this cannot be the code of bad input any more.
        plot::fault(error).report();
        code = UNSURE;
    }
    Ok(code)
}

/// Writes to standard output and gives the exit code: a reader that has gone away is no fault.
fn print(text: &str) -> u8 {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(reason) if reason.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(reason) => {
            Fault::new(format!("cannot write the answer: {reason}")).report();
            UNSURE
        }
    }
}
