//! The shortest decimal among the floats at which a place may be.

/// With more digits every place would be a decimal.
pub(super) const MOST_DIGITS: i32 = 14;

/// The number with the fewest decimal digits in [lo, hi], widened by two ulps: a place that a user
/// wrote as 0.3 is 0.3, although its decider is zero at a neighbour. Where there is
/// none, it is hi.
pub(super) fn shortest_between(lo: f64, hi: f64) -> f64 {
    short_decimal(lo, hi, MOST_DIGITS).unwrap_or(hi)
}

/// The number with the fewest decimal digits, of so many at most, in [lo, hi], widened by two ulps.
pub(super) fn short_decimal(lo: f64, hi: f64, most: i32) -> Option<f64> {
    let (below, above) = (lo.next_down().next_down(), hi.next_up().next_up());
    (1..=most).find_map(|digits| {
        let scale = 10f64.powi(digits);
        let rounded = (hi * scale).round() / scale;
        (rounded >= below && rounded <= above).then_some(rounded)
    })
}
