//! Arguments drawn at random, always the same ones.

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Where random arguments are drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    /// Uniform.
    From(f64, f64),
    /// Uniform in the bits (nearly log-uniform) between two positive numbers.
    Log(f64, f64),
    /// The same with a random sign.
    Signed(f64, f64),
    /// A number plus or minus a log-uniform relative distance from 2⁻⁵² to 2⁻⁴.
    Near(f64),
    /// The neighbours of whole multiples, up to a million, of a number.
    Multiples(f64),
    /// Whole numbers.
    Whole(f64, f64),
    /// All bit patterns.
    Bits,
}
pub(crate) use Range::{Bits, From, Log, Multiples, Near, Signed, Whole};

impl Range {
    pub(crate) fn draw(self, random: &mut Random) -> f64 {
        match self {
            From(low, high) => low + (high - low) * random.unit(),
            Log(low, high) => {
                let (low, high) = (low.to_bits(), high.to_bits());
                f64::from_bits(low + random.bits() % (high - low + 1))
            }
            Signed(low, high) => {
                let sign = if random.bits() & 1 == 0 { 1.0 } else { -1.0 };
                Log(low, high).draw(random).copysign(sign)
            }
            Near(x) => {
                let distance = Signed(f64::EPSILON, 0.0625).draw(random);
                x + distance * if x == 0.0 { 1.0 } else { x }
            }
            Multiples(x) => {
                let multiple = x * (1.0 + (random.unit() * 1e6).floor());
                let bits = multiple.to_bits().wrapping_add(random.bits() % 5) - 2;
                f64::from_bits(bits)
            }
            Whole(low, high) => From(low, high + 1.0).draw(random).floor(),
            Bits => f64::from_bits(random.bits()),
        }
    }
}
