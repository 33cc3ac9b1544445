//! Ranks: processes that work on the same problem, each with a copy of it.
//!
//! 1. All ranks take the same steps in the same order. Numbered pieces of work are shared out, each rank takes a
//!    run of them; then everybody gets everybody's results, in the order of their numbers. So the bits are those of
//!    one process.
//! 2. What the clock or a signal says is said by rank 0, along with results: no two ranks may think differently
//!    of what comes next.
//! 3. Every message says of which step it is: ranks that disagree say so, instead of waiting for each other.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::record::{Record, bytes_of, record_of};
use crate::error::Error;

/// Processes that work on the same problem, and a way to give each other bytes.
///
/// Each process integrates the same integrand with the same settings, among its [`Ranks`]; all of them come to the
/// same bits, which are those of a single process. The feature `mpi` of the program has one for clusters; a
/// test may have one for threads.
pub trait Ranks: Send + Sync {
    /// The number of this one, from 0 on.
    fn rank(&self) -> usize;

    /// How many there are.
    fn count(&self) -> usize;

    /// Waits until every rank has come here with bytes, and gives everybody all of them in the order of the ranks.
    ///
    /// # Errors
    /// Why that cannot be: another rank is lost.
    fn gather(&self, own: &[u8]) -> Result<Vec<Vec<u8>>, String>;
}

/// The ranks of an integration, if there are several.
#[derive(Clone)]
pub(crate) struct Company(pub(crate) Arc<dyn Ranks>);

impl fmt::Debug for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rank {} of {}", self.0.rank(), self.0.count())
    }
}

/// Whether both are the same processes.
impl PartialEq for Company {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Company {
    /// The number of this rank.
    pub(crate) fn rank(&self) -> usize {
        self.0.rank()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.count()
    }

    /// Whether this is the rank that speaks.
    pub(crate) fn is_first(&self) -> bool {
        self.0.rank() == 0
    }

    /// The numbers that this rank takes.
    pub(crate) fn own(&self, numbers: &Range<usize>) -> Range<usize> {
        let (rank, count) = (self.0.rank(), self.0.count());
        let at = |rank: usize| numbers.start + numbers.len() * rank / count;
        at(rank)..at(rank + 1)
    }

    /// Everybody's records, in the order of the ranks, at a step.
    ///
    /// # Errors
    /// [`Error::Ranks`] if a rank is lost, or is at another step.
    pub(crate) fn gather<R: Record>(&self, step: u64, own: R) -> Result<Vec<R>, Error> {
        let fault = |reason: String| Error::Ranks { reason };
        let all = self.0.gather(&bytes_of(&(step, own))).map_err(fault)?;
        let mut records = Vec::with_capacity(all.len());
        for (rank, bytes) in all.iter().enumerate() {
            match record_of::<(u64, R)>(bytes) {
                Some((theirs, record)) if theirs == step => records.push(record),
                _ => {
                    let own = self.0.rank();
                    let reason = format!(
                        "rank {rank} is at another step than rank {own}: were they given the same problem, and no \
                         limit of seconds?"
                    );
                    return Err(fault(reason));
                }
            }
        }
        Ok(records)
    }
}
