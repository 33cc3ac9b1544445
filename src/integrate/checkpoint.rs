//! A checkpoint: the results of long steps in a file, so that work that was broken off goes on from there.
//!
//! 1. A step has a key: a hash of what it is a part of, of its number and of what it works on. Its result depends
//!    on nothing else. It is looked up before it is made, so that work that begins anew comes to the same bits.
//! 2. Results are appended, each with its length and a checksum. What was being written when the program ended
//!    is cut off; whatever else does not add up is refused, and the file is left as it is.
//! 3. The head of the file has the version of the crate and a hash of the problem.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{Hash, Hasher};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use twox_hash::XxHash64;

use crate::error::Error;

/// What a checkpoint begins with; and the version of the crate, whose results another one need not have.
const MAGIC: [u8; 24] = *b"pullback checkpoint 1\n\0\0";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The bytes of the head: the magic, the hash of version and problem, and their checksum.
const HEAD: usize = MAGIC.len() + 16;

/// The bytes before a result, its length, its key and their checksum; and with the checksum of the result.
const BEFORE: usize = 24;
const FRAME: usize = BEFORE + 8;

/// The longest result that is kept.
const LONGEST: u64 = 1 << 32;

/// Results are written when they are so many bytes, or after so long.
const HELD: usize = 1 << 20;
const HELD_FOR: Duration = Duration::from_millis(200);

/// A file with the results of long steps, from which work that was broken off goes on.
///
/// Every method that can take more than a second keeps the results of its steps there: cells, tiles of
/// grids, blocks of samples. Work that begins again with the same problem and settings reads them instead
/// of making them, and ends with the same bits, however often it was broken off.
///
/// ```
/// use pullback::{Checkpoint, Map, Method, Settings};
/// # let folder = std::env::temp_dir().join(format!("pullback-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("cube.checkpoint");
/// let cube = Map::identity(&["x", "y", "z"])?.over("x = 0..1, y = 0..1, z = 0..1")?;
/// let answer = || {
///     let checkpoint = Checkpoint::open(&path, &"x*y*z over the unit cube")?;
///     let settings = Settings::new().method(Method::MonteCarlo).rtol(1e-2);
///     cube.integrate_with(|[x, y, z]| x * y * z, &settings.kept_in(&checkpoint))
/// };
/// // The second time, all is read from the file.
/// assert_eq!(answer()?.value, answer()?.value);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Checkpoint {
    log: Arc<Mutex<Log>>,
    /// What keys are hashed with.
    scope: u64,
    /// The integrals that were begun in this scope.
    begun: Arc<AtomicU64>,
}

impl Checkpoint {
    /// Opens a file, or begins one, for a problem: a text or anything else that is hashed to the same
    /// number each time, and says all that the results depend on besides the settings and the values
    /// of the integrand.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if the file cannot be read or written, is no checkpoint, is one of another
    /// problem or of another version, is damaged, or is in use. It is left as it was then.
    pub fn open(path: impl AsRef<Path>, problem: &(impl Hash + ?Sized)) -> Result<Self, Error> {
        let path = path.as_ref();
        let log = Log::open(path, problem).map_err(|reason| Error::Checkpoint {
            path: path.to_owned(),
            reason,
        })?;
        Ok(Checkpoint {
            log: Arc::new(Mutex::new(log)),
            scope: 0,
            begun: Arc::default(),
        })
    }

    /// A part of it, for one of several pieces of work that may go on at the same time.
    pub fn part(&self, number: u64) -> Self {
        Checkpoint {
            log: Arc::clone(&self.log),
            scope: hash(&(self.scope, number, "part")),
            begun: Arc::default(),
        }
    }

    /// What was kept under a key.
    pub fn find(&self, key: &impl Hash) -> Option<Vec<u8>> {
        self.locked().find(hash(&(self.scope, key)))
    }

    /// Keeps something under a key. What cannot be written is told by [`Self::fault`].
    pub fn keep(&self, key: &impl Hash, bytes: &[u8]) {
        self.locked().append(hash(&(self.scope, key)), bytes);
    }

    /// Writes what is held back.
    pub fn flush(&self) {
        self.locked().flush();
    }

    /// Why results could not be written, if so: the work went on without.
    pub fn fault(&self) -> Option<String> {
        self.locked().fault.clone()
    }

    /// The number of the next integral in this scope.
    pub(super) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::Relaxed)
    }

    /// The file.
    pub(super) fn path(&self) -> PathBuf {
        self.locked().path.clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Checkpoint").field(&self.path()).finish()
    }
}

/// Whether both are the same part of the same file.
impl PartialEq for Checkpoint {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.log, &other.log) && self.scope == other.scope
    }
}

/// A hash that is the same on every machine for what is made of bytes and whole numbers.
pub(crate) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = XxHash64::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Where each result begins, and its length, by its key.
type Places = FxHashMap<u64, (u64, usize)>;

/// The file, and where results stand in it.
struct Log {
    path: PathBuf,
    file: File,
    /// Where each result begins, and its length.
    places: Places,
    /// The end of what is written.
    end: u64,
    held: Vec<u8>,
    written: Instant,
    fault: Option<String>,
}

impl Log {
    fn open(path: &Path, problem: &(impl Hash + ?Sized)) -> Result<Log, String> {
        let told = |error: io::Error| error.to_string();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(told)?;
        if !file.metadata().map_err(told)?.is_file() {
            return Err("it is no regular file".to_owned());
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err("another program is working with it".to_owned());
            }
            // Not every file system has locks.
            Err(TryLockError::Error(_)) => {}
        }
        let head = head(problem);
        let (places, end) = read(&mut file, &head)?;
        let mut log = Log {
            path: path.to_owned(),
            file,
            places,
            end,
            held: Vec::new(),
            written: Instant::now(),
            fault: None,
        };
        if end == 0 {
            log.held.extend_from_slice(&head);
            log.flush();
        } else {
            log.file.set_len(end).map_err(told)?;
        }
        match log.fault.take() {
            Some(fault) => Err(fault),
            None => Ok(log),
        }
    }

    fn find(&mut self, key: u64) -> Option<Vec<u8>> {
        let (from, length) = *self.places.get(&key)?;
        if from >= self.end {
            let from = (from - self.end) as usize;
            return Some(self.held[from..from + length].to_vec());
        }
        let mut bytes = vec![0; length];
        self.file.seek(SeekFrom::Start(from)).ok()?;
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn append(&mut self, key: u64, bytes: &[u8]) {
        if self.fault.is_some() || bytes.len() as u64 >= LONGEST {
            return;
        }
        let from = self.end + (self.held.len() + BEFORE) as u64;
        let length = bytes.len() as u64;
        for word in [length, key, hash(&(length, key))] {
            self.held.extend_from_slice(&word.to_le_bytes());
        }
        self.held.extend_from_slice(bytes);
        let sum = checksum(key, bytes);
        self.held.extend_from_slice(&sum.to_le_bytes());
        self.places.insert(key, (from, bytes.len()));
        if self.held.len() >= HELD || self.written.elapsed() >= HELD_FOR {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.fault.is_some() || self.held.is_empty() {
            return;
        }
        let written = self
            .file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.file.write_all(&self.held));
        match written {
            Ok(()) => self.end += self.held.len() as u64,
            Err(error) => {
                // Half a result is cut off again, here or by who reads it.
                let _ = self.file.set_len(self.end);
                let end = self.end;
                self.places.retain(|_, (from, _)| *from < end);
                self.fault = Some(error.to_string());
            }
        }
        self.held.clear();
        self.written = Instant::now();
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.flush();
    }
}

/// The head of a file.
fn head(problem: &(impl Hash + ?Sized)) -> [u8; HEAD] {
    let own = hash(&(VERSION, hash(problem)));
    let mut head = [0; HEAD];
    let (magic, rest) = head.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    rest[..8].copy_from_slice(&own.to_le_bytes());
    rest[8..].copy_from_slice(&hash(&own).to_le_bytes());
    head
}

fn checksum(key: u64, bytes: &[u8]) -> u64 {
    let mut hasher = XxHash64::with_seed(key);
    hasher.write(bytes);
    hasher.write_u64(bytes.len() as u64);
    hasher.finish()
}

/// Where results stand in a file, and where the last whole one ends: 0 where not even the head is whole.
fn read(file: &mut File, head: &[u8; HEAD]) -> Result<(Places, u64), String> {
    let told = |error: io::Error| error.to_string();
    let length = file.metadata().map_err(told)?.len();
    let mut reader = BufReader::with_capacity(HELD, file);
    let mut own = vec![0; length.min(HEAD as u64) as usize];
    reader.read_exact(&mut own).map_err(told)?;
    let mut places = FxHashMap::default();
    if own.len() < HEAD && head.starts_with(&own) {
        return Ok((places, 0));
    }
    if !own.starts_with(&MAGIC) {
        return Err("it is no checkpoint".to_owned());
    }
    if own[..] != head[..] {
        let sum = |at: usize| own.get(at..at + 8).map(<[u8]>::to_vec);
        let numbers = [MAGIC.len(), MAGIC.len() + 8].map(sum);
        let [Some(hashed), Some(checked)] = numbers else {
            return Err("its head is damaged".to_owned());
        };
        let hashed: [u8; 8] = hashed.try_into().unwrap_or_default();
        return Err(
            match hash(&u64::from_le_bytes(hashed)).to_le_bytes()[..] == checked[..] {
                true => "it is of another problem, or of another version of pullback".to_owned(),
                false => "its head is damaged".to_owned(),
            },
        );
    }
    let mut end = HEAD as u64;
    let mut bytes = Vec::new();
    // What is left after the last whole result was being written when the program ended.
    while length - end >= BEFORE as u64 {
        let mut word = || -> io::Result<u64> {
            let mut bytes = [0; 8];
            reader.read_exact(&mut bytes)?;
            Ok(u64::from_le_bytes(bytes))
        };
        let mut next = || word().map_err(told);
        let [own, key, sum] = [next()?, next()?, next()?];
        let damaged = || Err(format!("it is damaged at byte {end}"));
        if sum != hash(&(own, key)) || own >= LONGEST {
            // Where power failed there may be room, and nothing in it.
            let is_room = [own, key, sum] == [0; 3] && is_zero(&mut reader).map_err(told)?;
            return if is_room {
                Ok((places, end))
            } else {
                damaged()
            };
        }
        if own > length - end - BEFORE as u64 {
            break;
        }
        bytes.resize(own as usize, 0);
        reader.read_exact(&mut bytes).map_err(told)?;
        let mut sum = [0; 8];
        if reader.read_exact(&mut sum).is_err() {
            break;
        }
        if u64::from_le_bytes(sum) != checksum(key, &bytes) {
            return damaged();
        }
        places.insert(key, (end + BEFORE as u64, bytes.len()));
        end += FRAME as u64 + own;
    }
    Ok((places, end))
}

/// Whether the rest is zero.
fn is_zero(reader: &mut impl Read) -> io::Result<bool> {
    let mut bytes = [0; 4096];
    loop {
        match reader.read(&mut bytes)? {
            0 => return Ok(true),
            count if bytes[..count].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    /// A file with some results.
    fn filled(path: &Path) -> Vec<u8> {
        let checkpoint = Checkpoint::open(path, "mine").unwrap();
        for key in 0..20u64 {
            checkpoint.keep(&key, &vec![key as u8; 1 + key as usize]);
        }
        drop(checkpoint);
        std::fs::read(path).unwrap()
    }

    fn known(checkpoint: &Checkpoint) -> Vec<u64> {
        let is_known = |key: &u64| {
            let found = checkpoint.find(key);
            found.is_some_and(|bytes| bytes == vec![*key as u8; 1 + *key as usize])
        };
        (0..20).filter(is_known).collect()
    }

    #[test]
    fn what_is_kept_is_found_before_and_after_it_is_written() {
        let folder = folder();
        let path = folder.path().join("a");
        let checkpoint = Checkpoint::open(&path, "mine").unwrap();
        checkpoint.keep(&"key", &[1, 2, 3]);
        assert_eq!(checkpoint.find(&"key"), Some(vec![1, 2, 3]));
        assert_eq!(checkpoint.part(1).find(&"key"), None);
        checkpoint.part(1).keep(&"key", &[4]);
        checkpoint.flush();
        assert_eq!(checkpoint.find(&"key"), Some(vec![1, 2, 3]));
        assert_eq!(checkpoint.part(1).find(&"key"), Some(vec![4]));
        drop(checkpoint);
        let again = Checkpoint::open(&path, "mine").unwrap();
        assert_eq!(again.find(&"key"), Some(vec![1, 2, 3]));
        assert_eq!(again.part(1).find(&"key"), Some(vec![4]));
    }

    #[test]
    fn a_file_that_was_cut_anywhere_keeps_what_is_whole() {
        let folder = folder();
        let path = folder.path().join("a");
        let all = filled(&path);
        let mut before = 0;
        for end in 0..=all.len() {
            std::fs::write(&path, &all[..end]).unwrap();
            let checkpoint = Checkpoint::open(&path, "mine").unwrap();
            let known = known(&checkpoint);
            assert_eq!(known, (0..known.len() as u64).collect::<Vec<_>>());
            assert!(known.len() >= before, "{end}");
            before = known.len();
            // It goes on from there.
            checkpoint.keep(&77u64, &[77]);
            drop(checkpoint);
            let again = Checkpoint::open(&path, "mine").unwrap();
            assert_eq!(again.find(&77u64), Some(vec![77]), "{end}");
        }
        assert_eq!(before, 20);
    }

    #[test]
    fn a_changed_byte_is_refused_and_the_file_left_as_it_is() {
        let folder = folder();
        let path = folder.path().join("a");
        let all = filled(&path);
        for at in 0..all.len() {
            let mut damaged = all.clone();
            damaged[at] ^= 0x10;
            std::fs::write(&path, &damaged).unwrap();
            assert!(Checkpoint::open(&path, "mine").is_err(), "{at}");
            assert_eq!(std::fs::read(&path).unwrap(), damaged, "{at}");
        }
    }

    #[test]
    fn files_of_others_are_refused_and_left_as_they_are() {
        let folder = folder();
        let path = folder.path().join("a");
        let refused = |problem: &str| match Checkpoint::open(&path, problem) {
            Err(Error::Checkpoint { reason, .. }) => reason,
            other => panic!("{other:?}"),
        };
        filled(&path);
        let before = std::fs::read(&path).unwrap();
        assert!(refused("another").contains("another problem"));
        assert_eq!(std::fs::read(&path).unwrap(), before);
        for text in ["my notes", "pullback", &"long notes ".repeat(20)] {
            std::fs::write(&path, text).unwrap();
            let is_begun = head("mine").starts_with(text.as_bytes());
            if !is_begun {
                assert!(refused("mine").contains("no checkpoint"), "{text}");
                assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            }
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(Checkpoint::open(&path, "mine").is_err());
    }

    #[test]
    fn one_file_is_for_one_program_at_a_time() {
        let folder = folder();
        let path = folder.path().join("a");
        let first = Checkpoint::open(&path, "mine").unwrap();
        let Err(Error::Checkpoint { reason, .. }) = Checkpoint::open(&path, "mine") else {
            panic!("two at a time");
        };
        assert!(reason.contains("working with it"));
        drop(first);
        assert!(Checkpoint::open(&path, "mine").is_ok());
    }

    #[test]
    fn where_power_failed_a_file_may_end_with_zeros() {
        let folder = folder();
        let path = folder.path().join("a");
        let all = filled(&path);
        std::fs::write(&path, [&all[..], &[0; 5000]].concat()).unwrap();
        let checkpoint = Checkpoint::open(&path, "mine").unwrap();
        assert_eq!(known(&checkpoint).len(), 20);
    }
}
