//! The range of an axis, which a few far values do not set.

/// The range of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Some values lie outside: the range was chosen from the middle eight tenths of them.
    pub(super) cut: bool,
}

impl Range {
    /// The range that shows `values`, leaving out what is not finite and far tails. `None` when
    /// no value is finite.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Range> {
        let mut sorted: Vec<f64> = values.filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        let (lower, upper) = (quantile(&sorted, 0.1), quantile(&sorted, 0.9));
        let middle = upper - lower;
        if middle > 0.0 && high - low > 4.0 * middle {
            let (low, high) = (
                low.max(lower - 0.6 * middle),
                high.min(upper + 0.6 * middle),
            );
            return Some(Range {
                low,
                high,
                cut: true,
            });
        }
        Some(Range::new(low, high))
    }

    /// The least range that holds all of some numbers, which are finite; none where there are none.
    pub(super) fn around(values: &[f64]) -> Option<Range> {
        let each = values.iter().map(|&value| Range::new(value, value));
        each.reduce(Range::joined)
    }

    /// The whole range from `low` to `high`.
    pub(super) fn new(low: f64, high: f64) -> Range {
        Range {
            low,
            high,
            cut: false,
        }
    }

    /// The least whole range that holds both.
    pub(super) fn joined(self, other: Range) -> Range {
        Range::new(self.low.min(other.low), self.high.max(other.high))
    }

    pub(super) fn span(&self) -> f64 {
        self.high - self.low
    }

    /// Whether the range has no width that numbers of its size can show.
    pub(super) fn is_point(&self) -> bool {
        let width = self.span();
        !(width.is_finite() && width > 1e-10 * self.low.abs().max(self.high.abs()))
    }

    /// The range made longer by `share` of itself at each end.
    pub(super) fn padded(self, share: f64) -> Range {
        let more = share * self.span();
        Range {
            low: self.low - more,
            high: self.high + more,
            ..self
        }
    }
}

/// The value below which `share` of the sorted values lie.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        count => sorted[((count - 1) as f64 * share).round() as usize],
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    #[test]
    fn a_far_tail_and_infinities_do_not_set_the_range() {
        let poles = (1..1000).map(|i| (PI * (f64::from(i) / 1000.0 - 0.5)).tan());
        let range = Range::of(poles.chain([f64::INFINITY, f64::NAN])).unwrap();
        assert!(
            range.cut && range.high < 10.0 && range.low > -10.0,
            "{range:?}"
        );
        let plain = Range::of((0..=100).map(f64::from)).unwrap();
        assert_eq!(plain, Range::new(0.0, 100.0));
        assert_eq!(Range::of([f64::NAN].into_iter()), None);
        assert!(Range::of([2.0, 2.0].into_iter()).unwrap().is_point());
    }
}
