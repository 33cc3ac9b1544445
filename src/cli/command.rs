//! What a command is: what `--help` says of it, its flags, and what it does.

use clap::ArgMatches;

use super::fault::Fault;

/// A command of the program.
pub(super) struct Command {
    pub(super) name: &'static str,
    /// What it does, in a line of the list of commands.
    pub(super) about: &'static str,
    /// What else is to be said before its flags.
    pub(super) details: &'static str,
    /// What follows the flags: examples.
    pub(super) examples: &'static str,
    /// Adds its flags.
    pub(super) with_flags: fn(clap::Command) -> clap::Command,
    /// Does it and gives the exit code.
    pub(super) run: fn(&ArgMatches) -> Result<u8, Fault>,
}

impl Command {
    /// What it may be given.
    pub(super) fn arguments(&self) -> clap::Command {
        let mut command = clap::Command::new(self.name)
            .about(self.about)
            .after_help(self.examples);
        if !self.details.is_empty() {
            command = command.long_about(format!("{}\n\n{}", self.about, self.details));
        }
        // Built only for the command that is called.
        command.defer(self.with_flags)
    }
}
