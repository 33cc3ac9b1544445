//! The source of a mesh: numbers and names of a file, which is a text or binary.

use crate::error::Error;

/// A place in the bytes of a file.
pub(super) struct Source<'b> {
    bytes: &'b [u8],
    at: usize,
    line: usize,
    kind: Kind,
}

/// How numbers are written.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    /// Integers of 4 bytes, sizes and floating-point numbers of 8, the last byte first or last.
    Binary {
        little: bool,
    },
}

impl<'b> Source<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Source {
            bytes,
            at: 0,
            line: 1,
            kind: Kind::Text,
        }
    }

    /// An error here.
    pub(super) fn fault(&self, reason: impl Into<String>) -> Error {
        let (line, reason) = match self.kind {
            Kind::Text => (Some(self.line), reason.into()),
            Kind::Binary { .. } => (None, format!("byte {}: {}", self.at, reason.into())),
        };
        Error::Mesh {
            path: None,
            line,
            reason,
        }
    }

    /// Runs work that reads text, whatever the file is.
    pub(super) fn as_text<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let kind = std::mem::replace(&mut self.kind, Kind::Text);
        let found = work(self);
        self.kind = kind;
        found
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.bytes.get(self.at)
            && byte.is_ascii_whitespace()
        {
            self.line += usize::from(*byte == b'\n');
            self.at += 1;
        }
    }

    /// The next word of a text.
    fn word(&mut self) -> Result<&'b str, Error> {
        self.skip_blanks();
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(u8::is_ascii_whitespace);
        let word = &rest[..length.unwrap_or(rest.len())];
        if word.is_empty() {
            return Err(self.fault("the file ends too early"));
        }
        let Ok(text) = std::str::from_utf8(word) else {
            return Err(self.fault("this is no text"));
        };
        self.at += word.len();
        Ok(text)
    }

    /// The name of the next section; `None` at the end of the file.
    pub(super) fn section(&mut self) -> Result<Option<String>, Error> {
        self.as_text(|source| {
            source.skip_blanks();
            if source.at == source.bytes.len() {
                return Ok(None);
            }
            let begin = source.at;
            let word = source.word()?;
            match word.strip_prefix('$') {
                _ if begin == 0 && word != "$MeshFormat" => {
                    Err(source
                        .fault("this is no mesh of Gmsh's: it does not begin with $MeshFormat"))
                }
                Some(name) => Ok(Some(name.to_owned())),
                None => Err(source.fault(format!(
                    "expected a section such as $Nodes, found {}",
                    shown(word)
                ))),
            }
        })
    }

    /// The end of a section.
    pub(super) fn end(&mut self, name: &str) -> Result<(), Error> {
        self.as_text(|source| {
            let word = source.word()?;
            match word.strip_prefix("$End") == Some(name) {
                true => Ok(()),
                false => Err(source.fault(format!(
                    "expected $End{name}, found {}: the counts of the section do not fit",
                    shown(word)
                ))),
            }
        })
    }

    /// Goes behind the end of a section that is not needed.
    pub(super) fn skip(&mut self, name: &str) -> Result<(), Error> {
        let end = format!("$End{name}");
        let rest = &self.bytes[self.at..];
        match rest
            .windows(end.len())
            .position(|part| part == end.as_bytes())
        {
            Some(found) => {
                let skipped = &rest[..found + end.len()];
                self.line += skipped.iter().filter(|byte| **byte == b'\n').count();
                self.at += skipped.len();
                Ok(())
            }
            None => Err(self.fault(format!("the section ${} has no end", shown(name)))),
        }
    }

    /// Reads what the format is.
    pub(super) fn format(&mut self) -> Result<(), Error> {
        let version = self.word()?;
        if version != "4.1" {
            return Err(self.fault(format!(
                "the file is of version {} of Gmsh's format: save it as version 4.1 \
                 (gmsh -format msh41)",
                shown(version)
            )));
        }
        let is_binary = match self.word()? {
            "0" => false,
            "1" => true,
            _ => return Err(self.fault("a file is a text (0) or binary (1)")),
        };
        if self.word()? != "8" {
            return Err(self.fault("sizes of 8 bytes are read, no others"));
        }
        if is_binary {
            // The line ends, and the number 1 tells the order of bytes.
            self.at += 1;
            self.line += 1;
            let one = self.taken::<4>()?;
            self.kind = Kind::Binary {
                little: match one {
                    [1, 0, 0, 0] => true,
                    [0, 0, 0, 1] => false,
                    _ => {
                        return Err(self.fault("the number that tells the order of bytes is not 1"));
                    }
                },
            };
        }
        Ok(())
    }

    /// The next bytes.
    fn taken<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let taken = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.first_chunk::<N>());
        let Some(taken) = taken else {
            return Err(self.fault("the file ends too early"));
        };
        self.at += N;
        Ok(*taken)
    }

    /// A number that may have a sign.
    pub(super) fn int(&mut self) -> Result<i64, Error> {
        match self.kind {
            Kind::Text => self.number("a whole number"),
            Kind::Binary { little } => {
                // In binary files a section's numbers follow the end of its line.
                let bytes = self.taken::<4>()?;
                Ok(i64::from(match little {
                    true => i32::from_le_bytes(bytes),
                    false => i32::from_be_bytes(bytes),
                }))
            }
        }
    }

    /// A tag or a count.
    pub(super) fn size(&mut self) -> Result<u64, Error> {
        match self.kind {
            Kind::Text => self.number("a whole number"),
            Kind::Binary { little } => {
                let bytes = self.taken::<8>()?;
                Ok(match little {
                    true => u64::from_le_bytes(bytes),
                    false => u64::from_be_bytes(bytes),
                })
            }
        }
    }

    /// The number of things, each of which takes so many numbers at least: no more than the rest of the
    /// file can hold.
    pub(super) fn count(&mut self, numbers: usize) -> Result<usize, Error> {
        let count = self.size()?;
        // A number and the blank behind it, or four bytes.
        let shortest = match self.kind {
            Kind::Text => 2 * numbers,
            Kind::Binary { .. } => 4 * numbers,
        };
        let left = self.bytes.len() - self.at;
        match usize::try_from(count) {
            Ok(count) if count <= left / shortest + 1 => Ok(count),
            _ => Err(self.fault(format!(
                "a count of {count} is more than the rest of the file can hold"
            ))),
        }
    }

    /// A floating-point number.
    pub(super) fn float(&mut self) -> Result<f64, Error> {
        match self.kind {
            Kind::Text => self.number("a number"),
            Kind::Binary { little } => {
                let bytes = self.taken::<8>()?;
                Ok(match little {
                    true => f64::from_le_bytes(bytes),
                    false => f64::from_be_bytes(bytes),
                })
            }
        }
    }

    fn number<T: std::str::FromStr>(&mut self, wanted: &str) -> Result<T, Error> {
        let word = self.word()?;
        word.parse()
            .map_err(|_| self.fault(format!("expected {wanted}, found {}", shown(word))))
    }

    /// A name in quotes.
    pub(super) fn quoted(&mut self) -> Result<String, Error> {
        self.skip_blanks();
        let rest = &self.bytes[self.at..];
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let inside = line.strip_prefix(b"\"");
        let length = inside.and_then(|inside| inside.iter().position(|byte| *byte == b'"'));
        let (Some(inside), Some(length)) = (inside, length) else {
            return Err(self.fault("expected a name in quotes"));
        };
        let Ok(name) = std::str::from_utf8(&inside[..length]) else {
            return Err(self.fault("this name is no text"));
        };
        self.at += length + 2;
        Ok(name.to_owned())
    }

    /// Goes to the numbers of a section, which in a binary file follow the end of the line.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        if self.kind == Kind::Text {
            return Ok(());
        }
        if self.bytes.get(self.at) == Some(&b'\r') {
            self.at += 1;
        }
        let [end] = self.taken::<1>()?;
        self.line += 1;
        match end {
            b'\n' => Ok(()),
            _ => Err(self.fault("the name of a section must end its line")),
        }
    }
}

/// A word of a file as messages show it: its beginning, with what cannot be printed left out.
fn shown(word: &str) -> String {
    let printed = word.chars().filter(|c| !c.is_control());
    let mut begin: String = printed.clone().take(24).collect();
    if printed.count() > 24 {
        begin.push('…');
    }
    format!("`{begin}`")
}
