//! Results as bytes, to be read back bit for bit.

use super::outcome::BadNode;
use crate::elementary::sum::Sum;

/// What can be written as bytes, and read back.
pub(crate) trait Record: Sized {
    /// Appends the bytes.
    fn write(&self, bytes: &mut Vec<u8>);

    /// Takes the bytes off the front; `None` if they are none of this kind.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
}

impl Record for u8 {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(*self);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (own, rest) = bytes.split_first()?;
        *bytes = rest;
        Some(*own)
    }
}

impl Record for u64 {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (own, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(u64::from_le_bytes(*own))
    }
}

impl Record for usize {
    fn write(&self, bytes: &mut Vec<u8>) {
        (*self as u64).write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        u64::read(bytes)?.try_into().ok()
    }
}

impl Record for f64 {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.to_bits().write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        u64::read(bytes).map(f64::from_bits)
    }
}

impl Record for Sum {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.parts().iter().for_each(|part| part.write(bytes));
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut part = || f64::read(bytes);
        Some(Sum::new(part()?, part()?, part()?))
    }
}

impl Record for BadNode {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.unit.write(bytes);
        self.output.write(bytes);
        self.value.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(BadNode {
            unit: Vec::read(bytes)?,
            output: usize::read(bytes)?,
            value: f64::read(bytes)?,
        })
    }
}

impl<R: Record> Record for Option<R> {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_some()));
        if let Some(own) = self {
            own.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (is_some, rest) = bytes.split_first()?;
        *bytes = rest;
        match is_some {
            0 => Some(None),
            1 => R::read(bytes).map(Some),
            _ => None,
        }
    }
}

impl<R: Record> Record for Vec<R> {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.len().write(bytes);
        self.iter().for_each(|one| one.write(bytes));
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let count = usize::read(bytes)?;
        // No count that the bytes do not hold makes room for itself.
        let mut all = Vec::with_capacity(count.min(bytes.len()));
        for _ in 0..count {
            all.push(R::read(bytes)?);
        }
        Some(all)
    }
}

impl<A: Record, B: Record> Record for Result<A, B> {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_ok()));
        match self {
            Ok(own) => own.write(bytes),
            Err(own) => own.write(bytes),
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (is_ok, rest) = bytes.split_first()?;
        *bytes = rest;
        match is_ok {
            1 => A::read(bytes).map(Ok),
            0 => B::read(bytes).map(Err),
            _ => None,
        }
    }
}

impl Record for () {
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

impl<A: Record, B: Record> Record for (A, B) {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.0.write(bytes);
        self.1.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::read(bytes)?, B::read(bytes)?))
    }
}

/// The bytes of a record.
pub(crate) fn bytes_of(record: &impl Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    record.write(&mut bytes);
    bytes
}

/// A record that is all of these bytes.
pub(crate) fn record_of<R: Record>(mut bytes: &[u8]) -> Option<R> {
    R::read(&mut bytes).filter(|_| bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_bit_for_bit_and_parts_of_them_do_not() {
        type All = Vec<(Option<f64>, (Sum, usize))>;
        let nan = f64::from_bits(0x7ff8_0000_0000_1234);
        let sum = Sum::new(1.0, -0.0, f64::INFINITY);
        let all: All = vec![(Some(nan), (sum, 7)), (None, (Sum::default(), usize::MAX))];
        let bytes = bytes_of(&all);
        let back: All = record_of(&bytes).unwrap();
        assert_eq!(bytes_of(&back), bytes);
        for end in 0..bytes.len() {
            assert!(record_of::<All>(&bytes[..end]).is_none(), "{end}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(record_of::<All>(&longer).is_none());
    }
}
