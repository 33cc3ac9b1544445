//! A range that reaches to infinity, compressed to an axis of finite length.
//!
//! The half line from a has the share t/(1 + t) of the axis below t = (v − a)/s, the whole line (1 + t/(1 + |t|))/2 with
//! t = (v − m)/s. The scale s is the distance at which half of what is sampled, of each half, lies nearer.

use super::ticks::{Ticks, number};

/// Where a range begins, and what is half of the way to infinity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    /// The end that is finite; the middle where none is.
    origin: f64,
    scale: f64,
    /// Which ends are infinite.
    infinite: [bool; 2],
}

/// The part of an axis that lies beyond either end.
const MARGIN: f64 = 0.03;
/// Ticks stand at least so far apart, as parts of the axis.
const APART: f64 = 0.085;

impl Reach {
    /// The reach of values at equal steps from one end of a range to the other; `None` where both ends are finite, or
    /// there is nothing between them.
    pub(super) fn of(values: &[f64]) -> Option<Reach> {
        let (first, last) = (*values.first()?, *values.last()?);
        let infinite = match first <= last {
            true => [first, last].map(f64::is_infinite),
            false => [last, first].map(f64::is_infinite),
        };
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        let (origin, half) = match infinite {
            [false, false] => return None,
            [true, true] => (at(0.5), at(0.75)),
            _ => (if first.is_finite() { first } else { last }, at(0.5)),
        };
        let scale = (half - origin).abs();
        let is_ordered = (!infinite[0] || first.min(last) == f64::NEG_INFINITY)
            && (!infinite[1] || first.max(last) == f64::INFINITY);
        let is_usable = is_ordered && origin.is_finite() && scale.is_finite() && scale > 0.0;
        is_usable.then_some(Reach {
            origin,
            scale,
            infinite,
        })
    }

    /// The place of a value on the axis, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        let t = (value - self.origin) / self.scale;
        let part = if t.is_infinite() {
            t.signum()
        } else {
            t / (1.0 + t.abs())
        };
        let share = match self.infinite {
            [true, true] => 0.5 * (1.0 + part),
            [true, false] => 1.0 + part,
            _ => part,
        };
        MARGIN + share * (1.0 - 2.0 * MARGIN)
    }

    /// Ticks at the ends and at round numbers.
    pub(super) fn ticks(&self) -> Ticks {
        let [low, high] = self.infinite;
        let mut values = Vec::new();
        values.extend(low.then_some(f64::NEG_INFINITY));
        values.extend(high.then_some(f64::INFINITY));
        let round = [
            1.0, 2.0, 5.0, 0.5, 10.0, 0.2, 20.0, 0.1, 50.0, 100.0, 1000.0, 0.01,
        ];
        let base = 10f64.powf(self.scale.log10().floor());
        let sizes = round.map(|factor| factor * base);
        let all = [self.origin, 0.0]
            .into_iter()
            .chain(sizes.into_iter().flat_map(|v| [v, -v]));
        for value in all {
            let share = self.share(value);
            let is_inside = (0.0..=1.0).contains(&share) && (low || value >= self.origin);
            let is_inside = is_inside && (high || value <= self.origin);
            let is_apart = |other: &f64| (self.share(*other) - share).abs() >= APART;
            if is_inside && values.iter().all(is_apart) {
                values.push(value);
            }
        }
        values.sort_by(f64::total_cmp);
        let label = |value: f64| match value {
            f64::INFINITY => "∞".to_owned(),
            f64::NEG_INFINITY => "−∞".to_owned(),
            value => number(value, value),
        };
        Ticks(
            values
                .into_iter()
                .map(|value| (value, label(value)))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_steps_of_the_unit_coordinate_are_equal_lengths() {
        let values: Vec<f64> = (0..=10)
            .map(f64::from)
            .map(|w| 3.0 + w / (10.0 - w))
            .collect();
        let reach = Reach::of(&values).unwrap();
        for (k, value) in values.iter().enumerate() {
            let share = (reach.share(*value) - MARGIN) / (1.0 - 2.0 * MARGIN);
            assert!((share - k as f64 / 10.0).abs() < 1e-12, "{value}: {share}");
        }
        let ticks = reach.ticks().0;
        assert_eq!(ticks.first().map(|tick| &tick.1[..]), Some("3"));
        assert_eq!(ticks.last().map(|tick| &tick.1[..]), Some("∞"));
        assert_eq!(Reach::of(&[0.0, 1.0, 2.0]), None);
    }
}
