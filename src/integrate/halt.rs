//! Why work ends before it is done.

use super::record::Record;

/// Why work ends before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The next evaluations are more than are left.
    Evaluations,
    /// Time is over, or would be before the next step is done.
    Seconds,
    /// The work was called off.
    Interrupted,
}

impl Record for Halt {
    fn write(&self, bytes: &mut Vec<u8>) {
        let code: u64 = match self {
            Halt::Evaluations => 0,
            Halt::Seconds => 1,
            Halt::Interrupted => 2,
        };
        code.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        match u64::read(bytes)? {
            0 => Some(Halt::Evaluations),
            1 => Some(Halt::Seconds),
            2 => Some(Halt::Interrupted),
            _ => None,
        }
    }
}
