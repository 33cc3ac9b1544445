//! The commands, and the only place of the crate that prints.
//!
//! Exit codes: 0 where the tolerance is met, 1 where there is an answer but not to the tolerance,
//! 2 where the input is at fault; then nothing is printed on standard output. 130 where the user
//! stopped the work, with the best answer so far.

mod animation;
mod answer;
mod check;
mod check_mesh;
mod command;
mod convergence;
mod density;
mod description;
mod domain;
mod entries;
mod explain;
mod fault;
mod field;
mod file;
mod flags;
mod gradient;
mod heading;
mod inside;
mod integrate;
mod interrupt;
mod inverse;
mod jacobian;
mod keys;
mod learned;
mod maps;
mod mesh;
mod named_map;
mod node_picture;
mod nodes_file;
mod number;
mod outline;
mod output;
mod parameter;
mod pieces;
mod place;
mod plot;
mod point;
mod polygon;
mod problem;
mod progress;
mod roots;
mod settings;
mod solve;
mod statement;
mod style;
mod sweep;
mod sweep_picture;
mod world;

use command::Command;
use fault::Fault;
use output::{BAD_INPUT, DONE, print};
use world::World;

/// The commands, as `--help` lists them.
const COMMANDS: [&Command; 8] = [
    &integrate::COMMAND,
    &explain::COMMAND,
    &check::COMMAND,
    &jacobian::COMMAND,
    &density::COMMAND,
    &solve::COMMAND,
    &plot::COMMAND,
    &maps::COMMAND,
];

/// Runs the program and gives its exit code.
pub(crate) fn run() -> u8 {
    let world = World::begin();
    let done = match arguments().try_get_matches() {
        Ok(matches) => match matches.subcommand() {
            Some((name, flags)) => match COMMANDS.iter().find(|command| command.name == name) {
                // Where several processes were started, one does what they do not share.
                Some(command) if world::speaks() || command.name == integrate::COMMAND.name => {
                    (command.run)(flags)
                }
                Some(_) => Ok(DONE),
                None => Err(Fault::new(format!("there is no command `{name}`"))),
            },
            None => Ok(print(&arguments().render_help().to_string())),
        },
        // Help and version are refusals too. If they cannot be printed, nothing else can.
        Err(refusal) if refusal.exit_code() == 0 => {
            if world::speaks() {
                let _ = refusal.print();
            }
            Ok(DONE)
        }
        Err(refusal) => Err(Fault::of_arguments(&refusal)),
    };
    done.unwrap_or_else(|fault| {
        world.await_others_fault();
        fault.report(flags::json_is_wanted());
        world.end_all(BAD_INPUT);
        BAD_INPUT
    })
}

/// What the program may be given.
fn arguments() -> clap::Command {
    clap::Command::new(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Integrals over curved regions, by change of variables")
        .long_about(
            "Integrals over curved regions, by change of variables.\n\nYou give a map, limits for \
             its variables, and an integrand. The Jacobian of the map is differentiated exactly, \
             and the integrand times |det J| is integrated over the limits.",
        )
        .after_help(EXAMPLES)
        .subcommands(COMMANDS.map(Command::arguments))
}

const EXAMPLES: &str = "\
Examples:
  The area of an ellipse with half axes 3 and 2:
    pullback integrate --map \"x = 3*r*cos(t), y = 2*r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\"
  A picture of how the map bends the rectangle:
    pullback plot --map \"x = 3*r*cos(t), y = 2*r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" \\
      -o ellipse.png

`pullback integrate --help` says more.";

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_well_formed() {
        super::arguments().debug_assert();
    }
}
