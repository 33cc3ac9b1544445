//! The steps of an integration: kept in a file for a later run, and shared out among ranks.
//!
//! 1. Steps are numbered in the order in which they come, which depends on no thread.
//! 2. One that was kept is not made again. Where there are several ranks rank 0 has the file, and tells.
//! 3. Pieces of a step are shared out among ranks, and on each rank among threads; all ranks get all results.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::checkpoint::Checkpoint;
use super::halt::Halt;
use super::ranks::Company;
use super::record::{Record, bytes_of, record_of};
use super::settings::Settings;
use crate::error::Error;

/// What is kept of an integration, and who makes its steps.
pub(crate) struct Steps {
    /// The numbers of the next step and of the next message: that of a step must not depend on the ranks.
    next: AtomicU64,
    message: AtomicU64,
    kept: Option<Kept>,
    company: Option<Company>,
    /// What all ranks agree on.
    agreed: Mutex<Agreed>,
}

/// A checkpoint, and the number of the integration in it.
struct Kept {
    checkpoint: Checkpoint,
    integral: u64,
}

/// What rank 0 said last of the clock, and whether steps are kept.
#[derive(Clone, Copy, Default)]
struct Agreed {
    seconds: f64,
    halt: Option<Halt>,
    keeps: bool,
}

/// What a rank has done of a step: the evaluations, the seconds on its clock, what ends its work, the results.
type Part<R> = ((u64, f64), (Option<Halt>, Vec<R>));

impl Steps {
    pub(super) fn new(settings: &Settings) -> Self {
        Steps {
            next: AtomicU64::new(0),
            message: AtomicU64::new(0),
            kept: settings.checkpoint.as_ref().map(|checkpoint| Kept {
                integral: checkpoint.begin(),
                checkpoint: checkpoint.clone(),
            }),
            company: settings.company.clone(),
            agreed: Mutex::default(),
        }
    }

    fn agreed(&self) -> Agreed {
        *self.agreed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether results are kept.
    pub(crate) fn are_kept(&self) -> bool {
        self.kept.is_some() || self.agreed().keeps
    }

    /// Whether there are several ranks.
    pub(crate) fn are_shared(&self) -> bool {
        self.company.is_some()
    }

    /// The number of ranks.
    pub(crate) fn ranks(&self) -> usize {
        self.company.as_ref().map_or(1, Company::count)
    }

    /// The seconds that all ranks agree on.
    pub(crate) fn agreed_seconds(&self) -> Option<f64> {
        self.are_shared().then(|| self.agreed().seconds)
    }

    /// What all ranks agree ends the work.
    pub(crate) fn agreed_halt(&self) -> Option<Halt> {
        self.agreed().halt
    }

    /// What rank 0 says.
    ///
    /// # Errors
    /// [`Error::Ranks`] if the ranks do not agree where they are.
    pub(crate) fn first_of<R: Record>(&self, own: R) -> Result<R, Error> {
        let Some(company) = &self.company else {
            return Ok(own);
        };
        let own = company.is_first().then_some(own);
        let said = company.gather(self.message(), own)?;
        said.into_iter()
            .flatten()
            .next()
            .ok_or_else(|| Error::Ranks {
                reason: "rank 0 says nothing".to_owned(),
            })
    }

    /// The number of the next message.
    fn message(&self) -> u64 {
        self.message.fetch_add(1, Ordering::Relaxed)
    }

    /// Begins an integration, with settings and values of the integrand of which this is said: it must be
    /// what was said when it was begun first.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is not; then rank 0 tells all.
    pub(crate) fn begin(&self, said: impl FnOnce() -> [String; 2]) -> Result<(), Error> {
        let begun = match &self.kept {
            Some(kept) => kept.begin(said()),
            None => Ok(()),
        };
        if self.company.is_none() {
            return begun;
        }
        let reason = begun
            .as_ref()
            .err()
            .map(|error| error.to_string().into_bytes());
        let (keeps, refused) = self.first_of((u64::from(self.kept.is_some()), reason))?;
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        agreed.keeps = keeps == 1;
        match refused {
            // Who has the error tells it as it is.
            Some(reason) => Err(begun.err().unwrap_or_else(|| Error::Ranks {
                reason: String::from_utf8_lossy(&reason).into_owned(),
            })),
            None => Ok(()),
        }
    }

    /// Ends an integration: what is kept of it is written.
    pub(crate) fn end(&self) {
        if let Some(kept) = &self.kept {
            kept.checkpoint.flush();
        }
    }

    /// The result of a step that works on what `on` is the hash of: as it was kept, with what it spent, or made and
    /// kept. `used` says what was spent so far, and `found` is told of what was spent before.
    pub(super) fn step<R: Record, E: From<Error>>(
        &self,
        on: impl FnOnce() -> u64,
        make: impl FnOnce() -> Result<R, E>,
        used: impl Fn() -> u64,
        found: impl FnOnce(u64),
    ) -> Result<R, E> {
        if !self.are_kept() {
            return make();
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let key = self.kept.as_ref().map(|kept| (kept.integral, number, on()));
        let known = self.kept.as_ref().zip(key);
        let known = known.and_then(|(kept, key)| kept.checkpoint.find(&key));
        let known = self.first_of(known)?;
        if let Some((spent, result)) = known.and_then(|bytes| record_of::<(u64, R)>(&bytes)) {
            found(spent);
            return Ok(result);
        }
        let before = used();
        let result = make()?;
        if let Some((kept, key)) = self.kept.as_ref().zip(key) {
            let mut bytes = bytes_of(&(used() - before));
            result.write(&mut bytes);
            kept.checkpoint.keep(&key, &bytes);
        }
        Ok(result)
    }

    /// The numbers that this rank takes.
    pub(super) fn own(&self, numbers: &Range<usize>) -> Range<usize> {
        match &self.company {
            Some(company) => company.own(numbers),
            None => numbers.clone(),
        }
    }

    /// The results of all ranks, from those of this one, which spent so much until this second and may have to
    /// end; `found` is told of what the others spent.
    ///
    /// # Errors
    /// [`Error::Ranks`] if a rank is lost, or is at another step.
    pub(super) fn all<R: Record>(
        &self,
        own: Vec<R>,
        (spent, seconds): (u64, f64),
        halt: Option<Halt>,
        found: impl Fn(u64),
    ) -> Result<Vec<R>, Error> {
        let Some(company) = &self.company else {
            return Ok(own);
        };
        let part: Part<R> = ((spent, seconds), (halt, own));
        let parts = company.gather(self.message(), part)?;
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::new();
        for (rank, ((spent, seconds), (halt, own))) in parts.into_iter().enumerate() {
            if rank == 0 {
                agreed.seconds = seconds;
                agreed.halt = halt;
            }
            // A signal may reach one rank alone.
            if halt == Some(Halt::Interrupted) {
                agreed.halt = halt;
            }
            if rank != company.rank() {
                found(spent);
            }
            all.extend(own);
        }
        Ok(all)
    }
}

impl Kept {
    fn begin(&self, said: [String; 2]) -> Result<(), Error> {
        let keys = ["settings", "values"].map(|what| (self.integral, what));
        for (key, said) in keys.iter().zip(said) {
            let Some(before) = self.checkpoint.find(key) else {
                self.checkpoint.keep(key, said.as_bytes());
                continue;
            };
            if before != said.as_bytes() {
                let before = String::from_utf8_lossy(&before);
                return Err(Error::Checkpoint {
                    path: self.checkpoint.path(),
                    reason: match key.1 {
                        "settings" => format!("it was begun with {before}, not with {said}"),
                        _ => "it was begun with another integrand".to_owned(),
                    },
                });
            }
        }
        Ok(())
    }
}
