//! How far the work is, on a terminal: the best value so far, the evaluations, and the time that is left.

use std::io::{IsTerminal, stderr};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pullback::{Progress, Settings};

use super::number::with_error;

/// Work that takes less is done before anybody would read of it.
const SOON: f64 = 0.5;

/// The line is drawn anew so many times a second at most.
const PER_SECOND: u8 = 8;

/// Nobody wants to know of more seconds than these.
const LONGEST: f64 = 1e8;

/// These settings with a line on the terminal of standard error that says how far the work is, if that is one; it
/// is gone when the line is dropped.
pub(super) fn shown(settings: Settings) -> (Settings, Option<Line>) {
    if !stderr().is_terminal() {
        return (settings, None);
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
        bar.set_style(style);
    }
    let line = Line(bar.clone());
    let pace = Mutex::new(Pace::new(&settings));
    let settings = settings.on_progress(move |progress| {
        if progress.seconds < SOON {
            return ControlFlow::Continue(());
        }
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(PER_SECOND));
        }
        let mut pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
        let (used, excess) = (progress.evaluations as f64, pace.excess(progress));
        bar.set_message(text(progress, pace.left(used, progress.seconds, excess)));
        bar.tick();
        ControlFlow::Continue(())
    });
    (settings, Some(line))
}

/// The line, until it is dropped.
pub(super) struct Line(ProgressBar);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What the line says.
fn text(progress: &Progress<'_>, left: Option<f64>) -> String {
    let seconds = progress.seconds.max(f64::MIN_POSITIVE);
    let pace = progress.evaluations as f64 / seconds;
    let mut text = String::new();
    if let (Some(value), Some(error)) = (progress.values.first(), progress.errors.first())
        && value.is_finite()
    {
        // While parts of the region were not looked at, nothing is known of the error.
        text += &match error.is_finite() {
            true => with_error(*value, *error),
            false => format!("{value:.6} so far"),
        };
        text += "  ";
    }
    text += &format!(
        "{} evaluations, {} a second  {}",
        rounded(progress.evaluations as f64),
        rounded(pace),
        duration(seconds)
    );
    if let Some(left) = left {
        text += &format!(", about {} left", duration(left));
    }
    text
}

/// A count with its unit of thousands.
fn rounded(count: f64) -> String {
    let units = ["", " thousand", " million", " billion", " trillion"];
    let mut value = count;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{value:.0}"),
        _ if value < 9.95 => format!("{value:.1}{}", units[unit]),
        _ => format!("{value:.0}{}", units[unit]),
    }
}

/// Seconds, as a clock has them.
fn duration(seconds: f64) -> String {
    let whole = Duration::from_secs_f64(seconds.clamp(0.0, 1e9)).as_secs();
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{}:{:02} min", whole / 60, whole % 60),
        _ => format!("{}:{:02} h", whole / 3600, whole / 60 % 60),
    }
}

/// How fast the error falls, from which follows when it will be small enough.
struct Pace {
    settings: Settings,
    /// The evaluations and the largest error, in its tolerance, of the first answer and of the last.
    first: Option<[f64; 2]>,
    last: Option<[f64; 2]>,
}

impl Pace {
    fn new(settings: &Settings) -> Self {
        Pace {
            settings: settings.clone(),
            first: None,
            last: None,
        }
    }

    /// The largest error, in its tolerance.
    fn excess(&self, progress: &Progress<'_>) -> f64 {
        let tolerance = |value: f64| self.settings.atol.max(self.settings.rtol * value.abs());
        let pairs = progress.values.iter().zip(progress.errors);
        pairs.fold(0.0, |most, (value, error)| {
            most.max(error / tolerance(*value))
        })
    }

    /// The seconds until the error, now so many tolerances, is one if it goes on falling as a power of the
    /// evaluations, or until a limit that was set; `None` where neither can be told.
    fn left(&mut self, used: f64, seconds: f64, excess: f64) -> Option<f64> {
        if excess.is_finite() && excess > 0.0 {
            let own = [used, excess];
            self.first.get_or_insert(own);
            if self.last.is_none_or(|last| last[1] != excess) {
                self.last = Some(own);
            }
        }
        let until = |evaluations: f64| (evaluations - used) * seconds / used.max(1.0);
        let by_error = || {
            let ([n, e], [m, f]) = (self.first?, self.last?);
            let power = (e / f).ln() / (m / n).ln();
            (power > 0.0).then(|| until(m * f.powf(1.0 / power)))
        };
        let by_count = self.settings.max_evals.map(|most| until(most as f64));
        let by_time = self.settings.max_seconds - seconds;
        let all = [by_error(), by_count, Some(by_time)];
        let least = all.into_iter().flatten().fold(f64::INFINITY, f64::min);
        (least < LONGEST).then_some(least.max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_are_short() {
        assert_eq!(rounded(999.0), "999");
        assert_eq!(rounded(1234.0), "1.2 thousand");
        assert_eq!(rounded(999_600.0), "1.0 million");
        assert_eq!(rounded(56_700_000.0), "57 million");
        assert_eq!(duration(59.9), "59 s");
        assert_eq!(duration(75.0), "1:15 min");
        assert_eq!(duration(7384.0), "2:03 h");
    }
    #[test]
    fn the_time_that_is_left_follows_from_the_pace_and_from_limits() {
        let mut pace = Pace::new(&Settings::new());
        assert_eq!(pace.left(1e6, 1.0, f64::INFINITY), None);
        assert_eq!(pace.left(1e6, 1.0, 100.0), None);
        // Half the error for four times the work: a tolerance needs 50² times as much as now.
        let left = pace.left(4e6, 4.0, 50.0).unwrap();
        assert!((left - 4.0 * (2500.0 - 1.0)).abs() < 1e-6, "{left}");
        let mut limited = Pace::new(&Settings::new().max_seconds(10.0).max_evals(3_000_000));
        assert_eq!(limited.left(1e6, 1.0, f64::INFINITY), Some(2.0));
        assert_eq!(limited.left(1e6, 9.0, f64::INFINITY), Some(1.0));
    }
}
