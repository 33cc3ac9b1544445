//! The ticks of an axis: round numbers, multiples of π, powers of ten.

use std::f64::consts::PI;

/// The places and labels of the ticks on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ticks(pub(super) Vec<(f64, String)>);

/// Steps of an axis in multiples of π as (numerator, denominator), the best first.
const PI_STEPS: [(i64, i64); 9] = [
    (1, 2),
    (1, 1),
    (1, 4),
    (1, 6),
    (1, 3),
    (2, 1),
    (1, 12),
    (1, 8),
    (4, 1),
];

impl Ticks {
    /// Ticks at multiples of 1, 2, 2.5 or 5 times a power of ten, about `count` of them.
    pub(super) fn linear(low: f64, high: f64, count: usize) -> Ticks {
        let span = high - low;
        let size = low.abs().max(high.abs());
        if !(span.is_finite() && span > 1e-12 * size) {
            return Ticks(vec![(low, number(low, size.max(1.0)))]);
        }
        let rough = span / count.max(1) as f64;
        let decade = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .map(|round| round * decade)
            .into_iter()
            .min_by(|a, b| (a / rough).ln().abs().total_cmp(&(b / rough).ln().abs()))
            .unwrap_or(rough);
        let slack = 1e-9 * span / step;
        let first = (low / step - slack).ceil() as i64;
        let last = (high / step + slack).floor() as i64;
        let exponent = size.log10().floor() as i32;
        let scientific = !(1e-3..1e5).contains(&size);
        let label = |value: f64| {
            if scientific && value != 0.0 {
                let unit = 10f64.powi(exponent);
                let mantissa = number(value / unit, step / unit);
                let power = format!("10{}", superscript(exponent));
                match mantissa.as_str() {
                    "1" => power,
                    "−1" => format!("−{power}"),
                    _ => format!("{mantissa}·{power}"),
                }
            } else {
                number(value, step)
            }
        };
        Ticks(
            (first..=last)
                .map(|k| k as f64 * step)
                .map(|v| (v, label(v)))
                .collect(),
        )
    }

    /// Ticks at 0, π/2, π, … when both ends of the range are simple multiples of π.
    pub(super) fn pi(low: f64, high: f64) -> Option<Ticks> {
        let simple = |value: f64| {
            let twelfths = value / PI * 12.0;
            let exact = (twelfths - twelfths.round()).abs() < 1e-9 * twelfths.abs().max(1.0);
            (exact && twelfths.abs() < 300.0).then_some(twelfths.round() as i64)
        };
        let (low, high) = (simple(low)?, simple(high)?);
        let count = |(p, q): (i64, i64)| {
            let step = 12 * p / q;
            let whole = 12 * p % q == 0 && low % step == 0 && high % step == 0;
            if whole { (high - low) / step } else { 0 }
        };
        let (p, q) = [3..=6, 2..=2, 7..=8, 1..=1].into_iter().find_map(|fit| {
            PI_STEPS
                .into_iter()
                .find(|step| fit.contains(&count(*step)))
        })?;
        let step = 12 * p / q;
        let ticks = (low / step..=high / step)
            .map(|k| (k as f64 * step as f64 * PI / 12.0, multiple_of_pi(k * p, q)));
        Some(Ticks(ticks.collect()))
    }

    /// Ticks for the values of a variable: multiples of π when they fit, else round numbers.
    pub(super) fn of_variable(low: f64, high: f64, count: usize) -> Ticks {
        Ticks::pi(low, high).unwrap_or_else(|| Ticks::linear(low, high, count))
    }

    /// Ticks at powers of ten (at 1, 2 and 5 times them over a short range), for `low` > 0.
    pub(super) fn decades(low: f64, high: f64) -> Ticks {
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let stride = ((last - first) / 6).max(1);
        let factors: &[i32] = if high > 300.0 * low { &[1] } else { &[1, 2, 5] };
        let mut ticks = Vec::new();
        // Powers where some would have many digits: one way for all.
        let are_powers = low < 1e-3 * (1.0 - 1e-9) || high > 5e4 * (1.0 + 1e-9);
        for exponent in (first..=last).filter(|e| e.rem_euclid(stride) == 0) {
            for &factor in factors {
                let value = f64::from(factor) * 10f64.powi(exponent);
                if value < low * (1.0 - 1e-9) || value > high * (1.0 + 1e-9) {
                    continue;
                }
                let label = if !are_powers || (0..=1).contains(&exponent) {
                    number(value, value)
                } else if factor == 1 {
                    format!("10{}", superscript(exponent))
                } else {
                    format!("{factor}·10{}", superscript(exponent))
                };
                ticks.push((value, label));
            }
        }
        Ticks(ticks)
    }
}

impl Ticks {
    /// The same ticks for the opposite values, in their order.
    pub(super) fn negated(self) -> Ticks {
        let opposite = |(value, label): (f64, String)| match value == 0.0 {
            true => (value, label),
            false => (-value, format!("−{label}")),
        };
        Ticks(self.0.into_iter().rev().map(opposite).collect())
    }
}

/// A value as readers know it: a twelfth part of π, or with three decimals at most.
pub(super) fn familiar(value: f64) -> String {
    let twelfths = value / PI * 12.0;
    let is_multiple = twelfths.round() != 0.0
        && twelfths.abs() < 300.0
        && (twelfths - twelfths.round()).abs() < 1e-9 * twelfths.abs();
    match is_multiple {
        true => multiple_of_pi(twelfths.round() as i64, 12),
        false => {
            let rounded = (1e3 * value).round() / 1e3;
            number(rounded, rounded)
        }
    }
}

/// `numerator`·π/`denominator` in lowest terms, as "−3π/2".
fn multiple_of_pi(numerator: i64, denominator: i64) -> String {
    let divisor = gcd(numerator.abs(), denominator).max(1);
    let (p, q) = (numerator / divisor, denominator / divisor);
    let sign = if p < 0 { "−" } else { "" };
    match (p.abs(), q) {
        (0, _) => "0".into(),
        (1, 1) => format!("{sign}π"),
        (n, 1) => format!("{sign}{n}π"),
        (1, q) => format!("{sign}π/{q}"),
        (n, q) => format!("{sign}{n}π/{q}"),
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// `exponent` in raised digits.
pub(super) fn superscript(exponent: i32) -> String {
    let raised = |digit: char| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => char::from_u32('⁰' as u32 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
    };
    exponent.to_string().chars().map(raised).collect()
}

/// `value` with the decimals that a multiple of `step` needs, the minus sign being U+2212.
pub(super) fn number(value: f64, step: f64) -> String {
    let shown = |decimals: &i32| {
        let scaled = step.abs() * 10f64.powi(*decimals);
        scaled >= 0.5 && (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
    };
    let decimals = (0..=12).find(shown).unwrap_or(3) as usize;
    let text = format!("{value:.decimals$}");
    let zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    if zero {
        "0".into()
    } else {
        text.replace('-', "−")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.0.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn round_ticks_lie_inside_at_equal_steps_with_a_true_minus() {
        let ticks = Ticks::linear(-1.03, 1.1, 5);
        assert_eq!(labels(&ticks), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        for (low, high) in [
            (0.0, 1.0),
            (-3.7, 12.9),
            (1e-9, 3e-9),
            (2e7, 9e7),
            (99.5, 100.5),
        ] {
            let places: Vec<f64> = Ticks::linear(low, high, 5).0.iter().map(|t| t.0).collect();
            assert!((3..=9).contains(&places.len()), "{low} {high}: {places:?}");
            let step = places[1] - places[0];
            for pair in places.windows(2) {
                // Places are k·step, so their differences keep all but a few last digits.
                assert!(((pair[1] - pair[0]) / step - 1.0).abs() < 1e-9);
            }
            assert!(places[0] >= low - 1e-9 * step && places[0] - low < step);
        }
    }

    #[test]
    fn a_value_is_a_part_of_pi_or_has_few_decimals() {
        let all = [4.0 * PI / 3.0, -PI, 0.5, 2.0, 1.0 / 3.0, 0.0];
        let told = all.map(familiar);
        assert_eq!(told, ["4π/3", "−π", "0.5", "2", "0.333", "0"]);
    }

    #[test]
    fn labels_tell_neighbouring_ticks_apart() {
        for (low, high) in [(0.0, 1e6), (0.0, 2e-5), (1000.0, 1000.1), (-2e7, 3e7)] {
            let ticks = Ticks::linear(low, high, 5);
            let mut names = labels(&ticks);
            names.dedup();
            assert_eq!(names.len(), ticks.0.len(), "{names:?}");
        }
        assert_eq!(labels(&Ticks::linear(0.0, 2e5, 2)), ["0", "10⁵", "2·10⁵"]);
    }

    #[test]
    fn a_full_turn_is_labelled_in_halves_of_pi() {
        let turn = Ticks::pi(0.0, 2.0 * PI).unwrap();
        assert_eq!(labels(&turn), ["0", "π/2", "π", "3π/2", "2π"]);
        let half = Ticks::pi(-PI / 2.0, PI / 2.0).unwrap();
        assert_eq!(labels(&half), ["−π/2", "−π/4", "0", "π/4", "π/2"]);
        assert_eq!(
            labels(&Ticks::pi(0.0, PI / 2.0).unwrap()),
            ["0", "π/6", "π/3", "π/2"]
        );
        assert_eq!(
            labels(&Ticks::pi(-PI, 3.0 * PI).unwrap()),
            ["−π", "0", "π", "2π", "3π"]
        );
        for (place, _) in turn.0.iter().enumerate() {
            // k·6·π/12 against k·π/2: a rounding or two.
            assert!((turn.0[place].0 - place as f64 * PI / 2.0).abs() < 1e-14);
        }
    }

    #[test]
    fn other_ranges_are_not_labelled_in_pi() {
        for (low, high) in [
            (0.0, 1.0),
            (0.0, 6.25),
            (1.0, PI),
            (0.0, 0.0),
            (0.0, 1e9 * PI),
        ] {
            assert_eq!(Ticks::pi(low, high), None, "{low} {high}");
        }
        assert_eq!(
            labels(&Ticks::of_variable(0.0, 1.0, 2)),
            ["0", "0.5", "1.0"]
        );
    }

    #[test]
    fn decades_are_powers_of_ten() {
        assert_eq!(labels(&Ticks::decades(1e-6, 1.0))[0], "10⁻⁶");
        assert_eq!(
            labels(&Ticks::decades(1e-5, 10.0)),
            ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10"]
        );
        assert_eq!(
            labels(&Ticks::decades(0.09, 11.0)),
            ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
        );
    }
}
