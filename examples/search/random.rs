//! Random numbers, such as adversaries choose them.
//!
//! G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA (2014).

/// A stream of random numbers that never changes.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream of a seed and a number.
    pub(crate) fn new(seed: u64, index: u64) -> Random {
        let mut random = Random(seed);
        let start = random.next();
        Random(start ^ index.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A number in [lo, hi).
    pub(crate) fn within(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.unit()
    }

    /// 10 to a power in [lo, hi), rounded to a few digits as often as not.
    pub(crate) fn size(&mut self, lo: f64, hi: f64) -> f64 {
        let size = 10f64.powf(self.within(lo, hi));
        if self.one_in(2) {
            size
        } else {
            self.short(size)
        }
    }

    /// The same to two digits.
    pub(crate) fn short(&self, size: f64) -> f64 {
        format!("{size:.1e}").parse().unwrap_or(size)
    }

    /// A sign.
    pub(crate) fn sign(&mut self) -> f64 {
        if self.one_in(2) { 1.0 } else { -1.0 }
    }

    /// A place in lo..hi: anywhere, short, beside an end, a plain fraction of the range.
    pub(crate) fn place(&mut self, lo: f64, hi: f64) -> f64 {
        let length = hi - lo;
        let place = match self.below(6) {
            0 | 1 => lo + length * self.unit(),
            2 => lo + length * (1.0 + self.below(998) as f64) / 1000.0,
            3 => lo + length * self.size(-9.0, -0.5),
            4 => hi - length * self.size(-9.0, -0.5),
            _ => {
                let parts = self.pick(&[2, 3, 4, 5, 6, 7, 8, 10, 16, 64]);
                lo + length * (1.0 + self.below(parts - 1) as f64) / parts as f64
            }
        };
        place.clamp(lo + 1e-9 * length, hi - 1e-9 * length)
    }
}
