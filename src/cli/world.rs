//! The processes that a launcher of MPI has started together, where the program was built with the feature `mpi`.
//!
//! All of them integrate; the first one speaks for all.

use std::sync::Arc;
#[cfg(feature = "mpi")]
use std::sync::OnceLock;
#[cfg(feature = "mpi")]
use std::time::Duration;

#[cfg(feature = "mpi")]
use mpi::datatype::PartitionMut;
#[cfg(feature = "mpi")]
use mpi::topology::SimpleCommunicator;
#[cfg(feature = "mpi")]
use mpi::traits::{Communicator, CommunicatorCollectives};
use pullback::Ranks;

/// What must live as long as messages are sent.
pub(super) struct World {
    #[cfg(feature = "mpi")]
    _universe: Option<mpi::environment::Universe>,
}

/// Whether this process speaks for all.
pub(super) fn speaks() -> bool {
    ranks().is_none_or(|ranks| ranks.rank() == 0)
}

/// The processes, if there are several.
#[cfg(not(feature = "mpi"))]
pub(super) fn ranks() -> Option<Arc<dyn Ranks>> {
    None
}

#[cfg(not(feature = "mpi"))]
impl World {
    /// Nobody else is there.
    pub(super) fn begin() -> World {
        World {}
    }

    /// There are no others.
    pub(super) fn await_others_fault(&self) {}

    /// There are no others.
    pub(super) fn end_all(&self, _: u8) {}
}

/// What launchers set for the processes that they start.
#[cfg(feature = "mpi")]
const LAUNCHED: [&str; 3] = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"];

/// The first process tells within this time what is wrong for all.
#[cfg(feature = "mpi")]
const TIME_TO_TELL: Duration = Duration::from_secs(2);

#[cfg(feature = "mpi")]
static RANKS: OnceLock<Option<Arc<dyn Ranks>>> = OnceLock::new();

/// The processes, if there are several.
#[cfg(feature = "mpi")]
pub(super) fn ranks() -> Option<Arc<dyn Ranks>> {
    RANKS.get().cloned().flatten()
}

#[cfg(feature = "mpi")]
impl World {
    /// Meets the others, if a launcher has started any.
    pub(super) fn begin() -> World {
        let is_launched = LAUNCHED.iter().any(|name| std::env::var_os(name).is_some());
        // Whichever thread is at work gathers, but one at a time.
        let begun = is_launched
            .then(|| mpi::initialize_with_threading(mpi::Threading::Serialized))
            .flatten();
        let universe = begun.map(|(universe, _)| universe);
        let of_world = || {
            let world = SimpleCommunicator::world();
            let [rank, count] = [world.rank(), world.size()].map(|n| n as usize);
            Arc::new(Member { rank, count }) as Arc<dyn Ranks>
        };
        let ranks = universe.as_ref().map(|_| of_world());
        let _ = RANKS.set(ranks.filter(|ranks| ranks.count() > 1));
        World {
            _universe: universe,
        }
    }

    /// What is wrong for all is told by the first, which then ends all.
    pub(super) fn await_others_fault(&self) {
        if ranks().is_some_and(|ranks| ranks.rank() > 0) {
            std::thread::sleep(TIME_TO_TELL);
        }
    }

    /// Ends all processes: some may wait for others that will not come.
    pub(super) fn end_all(&self, code: u8) {
        if ranks().is_some() {
            SimpleCommunicator::world().abort(i32::from(code));
        }
    }
}

/// This process among the others.
#[cfg(feature = "mpi")]
struct Member {
    rank: usize,
    count: usize,
}

#[cfg(feature = "mpi")]
impl Ranks for Member {
    fn rank(&self) -> usize {
        self.rank
    }

    fn count(&self) -> usize {
        self.count
    }

    fn gather(&self, own: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let world = SimpleCommunicator::world();
        let length = i32::try_from(own.len());
        let length = length.map_err(|_| "a step has more than 2 GB of results".to_owned())?;
        let mut lengths = vec![0i32; self.count];
        world.all_gather_into(&length, &mut lengths[..]);
        let mut begins = Vec::with_capacity(self.count);
        let mut end = 0i32;
        for length in &lengths {
            begins.push(end);
            let next = end.checked_add(*length);
            end = next.ok_or("a step has more than 2 GB of results")?;
        }
        let mut all = vec![0u8; end as usize];
        let mut parts = PartitionMut::new(&mut all[..], &lengths[..], &begins[..]);
        world.all_gather_varcount_into(own, &mut parts);
        let part = |(begin, length): (&i32, &i32)| {
            all[*begin as usize..(*begin + *length) as usize].to_vec()
        };
        Ok(begins.iter().zip(&lengths).map(part).collect())
    }
}
