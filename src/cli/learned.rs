//! The file of a learned map: read before the work, and replaced by what was learned after it.

use std::io;
use std::path::Path;

use pullback::integrator::LearnedMap;
use pullback::{Error, Method, WholeFile};

use super::fault::Fault;
use super::file;
use super::place::Text;
use super::settings::Choices;

/// The flag.
pub(super) const LEARNED: &str = "learned";

/// A file that holds a learned map, or will.
pub(super) struct LearnedFile<'p> {
    path: &'p Path,
    /// Where it will be written.
    file: WholeFile,
}

impl<'p> LearnedFile<'p> {
    /// The map to begin with, if there is one yet, and the place of the one that follows.
    pub(super) fn open(
        path: &'p Path,
        choices: &Choices,
    ) -> Result<(Option<LearnedMap>, LearnedFile<'p>), Fault> {
        if choices.settings().method != Method::Vegas {
            let message = "maps are learned by the method vegas alone";
            return Err(refused(path, message).with_help("add --method vegas"));
        }
        let start = match file::text_of(path) {
            Ok(text) => {
                let map = text.parse::<LearnedMap>();
                let help = "give the file of such a map, or a name that is new";
                Some(map.map_err(|error| refused(path, &error.to_string()).with_help(help))?)
            }
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => None,
            Err(reason) => return Err(refused(path, &reason.to_string())),
        };
        let file = WholeFile::at(path).map_err(|reason| refused(path, &reason.to_string()))?;
        Ok((start, LearnedFile { path, file }))
    }

    /// The fault of work that ended with an error, where that is about the map.
    pub(super) fn fault(&self, error: &Error) -> Option<Fault> {
        match error {
            Error::Setting { name, allowed } if *name == LEARNED => {
                Some(refused(self.path, &format!("it must be {allowed}")))
            }
            _ => None,
        }
    }

    /// Writes a map.
    pub(super) fn write(self, map: &LearnedMap) -> Result<(), Fault> {
        let written = self.file.write(map.to_string().as_bytes());
        written.map_err(|reason| refused(self.path, &reason.to_string()))
    }
}

fn refused(path: &Path, message: &str) -> Fault {
    let place = Text::of_flag("--learned", &path.display().to_string()).place;
    Fault::at(place, message)
}
