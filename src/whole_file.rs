//! Files that are written whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Where something will be written: a file, and a new one beside it that takes its place when it is complete. The
/// new one is gone with this, unless it did.
///
/// What a link leads to is replaced, not the link; the permissions of a file that is replaced stay.
///
/// ```
/// use pullback::WholeFile;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("answer.txt");
/// // What could keep it from being written shows before there is anything to write.
/// let file = WholeFile::at(&path)?;
/// assert!(!path.exists());
/// file.write(b"42")?;
/// assert_eq!(std::fs::read(&path)?, b"42");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct WholeFile {
    target: PathBuf,
    part: NamedTempFile,
}

impl WholeFile {
    /// The place of a path, which may be a link to a file, or no file yet.
    ///
    /// # Errors
    /// Why nothing could be written there: it is a directory, a device or read-only, or its folder does not take
    /// new files.
    pub fn at(path: &Path) -> io::Result<WholeFile> {
        let refused = |kind, reason| Err(io::Error::new(kind, reason));
        if path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return refused(io::ErrorKind::IsADirectory, "it is a directory");
        }
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let replaced = match fs::metadata(&target) {
            Ok(file) if !file.is_file() => {
                return refused(io::ErrorKind::InvalidInput, "it is not a plain file");
            }
            Ok(file) if file.permissions().readonly() => {
                return refused(io::ErrorKind::PermissionDenied, "it is read-only");
            }
            Ok(file) => Some(file.permissions()),
            Err(_) => None,
        };
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Where there is no folder this says so, and does not name the new file.
        fs::metadata(folder)?;
        // The name is one that nobody can foresee, and the file is created, never opened.
        let mut builder = tempfile::Builder::new();
        builder.prefix(".pullback-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(of_new_files());
        let part = builder.tempfile_in(folder)?;
        if let Some(permissions) = replaced {
            // Those of the old file, whatever the user takes from new ones.
            part.as_file().set_permissions(permissions)?;
        }
        Ok(WholeFile { target, part })
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Why it could not be written; then all is as it was.
    pub fn write(self, bytes: &[u8]) -> io::Result<()> {
        self.write_by(|file| file.write_all(bytes))
    }

    /// Writes what `fill` writes, piece by piece.
    ///
    /// # Errors
    /// Those of `fill`, and why it could not be written; then all is as it was.
    pub fn write_by(
        mut self,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        fill(&mut self.part)?;
        self.part.as_file().sync_all()?;
        self.part.persist(self.target)?;
        Ok(())
    }
}

/// What anybody may do with new files, from which the user's mask takes away.
#[cfg(unix)]
fn of_new_files() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}
