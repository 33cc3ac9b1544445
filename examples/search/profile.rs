//! Profiles: needles, fronts and windows of one argument, with their integrals in closed form.

use std::f64::consts::PI;

use crate::problem::{Known, Term};
use crate::random::Random;

/// A function of t, with its first two antiderivatives, both zero or even at t = 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    /// The text, with `T` for the argument in parentheses.
    text: &'static str,
    once: fn(f64) -> f64,
    /// None where there is no closed form.
    twice: Option<fn(f64) -> f64>,
    /// How fast it falls: 0 not at all, 1 as a power, 2 exponentially.
    pub(crate) falls: u8,
    /// Whether it has derivatives of all orders.
    pub(crate) smooth: bool,
}

fn erf(t: f64) -> f64 {
    pxfm::f_erf(t)
}

fn log_cosh(t: f64) -> f64 {
    t.abs() + (-2.0 * t.abs()).exp().ln_1p() - std::f64::consts::LN_2
}

fn gauss(t: f64) -> f64 {
    0.5 * PI.sqrt() * erf(t)
}

fn gauss_twice(t: f64) -> f64 {
    t * gauss(t) + 0.5 * (-t * t).exp()
}

fn lorentz_twice(t: f64) -> f64 {
    // t² may overflow.
    t * t.atan() - 1.0f64.hypot(t).ln()
}

/// t/√(1 + t²)
fn algebraic(t: f64) -> f64 {
    if t.abs() < 1e9 {
        t / 1.0f64.hypot(t)
    } else {
        t.signum()
    }
}

fn square_lorentz(t: f64) -> f64 {
    let end = if t.is_finite() {
        t / 1.0f64.hypot(t).powi(2)
    } else {
        0.0
    };
    0.5 * (end + t.atan())
}

fn falling(t: f64) -> f64 {
    -(-t.abs()).exp_m1() * t.signum()
}

fn sech6(t: f64) -> f64 {
    let u = t.tanh();
    u - 2.0 / 3.0 * u.powi(3) + u.powi(5) / 5.0
}

fn hat(t: f64) -> f64 {
    let u = t.clamp(-1.0, 1.0);
    u - 0.5 * u * u.abs()
}

fn hat_twice(t: f64) -> f64 {
    let u = t.abs();
    if u < 1.0 {
        0.5 * u * u - u * u * u / 6.0
    } else {
        0.5 * u - 1.0 / 6.0
    }
}

fn window(t: f64) -> f64 {
    t.clamp(-1.0, 1.0)
}

fn window_twice(t: f64) -> f64 {
    let u = t.abs();
    if u < 1.0 { 0.5 * u * u } else { u - 0.5 }
}

macro_rules! profiles {
    ($($text:literal $once:expr, $twice:expr, $falls:literal, $smooth:literal;)*) => {
        const PROFILES: &[Profile] = &[$(Profile {
            text: $text, once: $once, twice: $twice, falls: $falls, smooth: $smooth,
        }),*];
    };
}

profiles! {
    "exp(-T^2)" gauss, Some(gauss_twice), 2, true;
    "exp(-T*T)" gauss, Some(gauss_twice), 2, true;
    "1/exp(T^2)" gauss, Some(gauss_twice), 2, true;
    "1/(1 + T^2)" f64::atan, Some(lorentz_twice), 1, true;
    "1/(1 + T^2)^2" square_lorentz, Some(|t| 0.5 * t * t.atan()), 1, true;
    "(1 + T^2)^(-3/2)" algebraic, Some(|t| 1.0f64.hypot(t)), 1, true;
    "1/cosh(T)^2" f64::tanh, Some(log_cosh), 2, true;
    "1 - tanh(T)^2" f64::tanh, Some(log_cosh), 2, true;
    "4/(exp(T) + exp(-T))^2" f64::tanh, Some(log_cosh), 2, true;
    "1/cosh(T)^6" sech6, None, 2, true;
    "1/cosh(T)" |t| 2.0 * (0.5 * t).tanh().atan(), None, 2, true;
    "exp(-abs(T))" falling, Some(|t| t.abs() + (-t.abs()).exp()), 2, false;
    "max(0, 1 - abs(T))" hat, Some(hat_twice), 2, false;
    "if(abs(T) < 1, 1, 0)" window, Some(window_twice), 2, false;
    "if(T^2 < 1, 1, 0)" window, Some(window_twice), 2, false;
    "heaviside(1 - T^2)" window, Some(window_twice), 2, false;
    "tanh(T)" log_cosh, None, 0, true;
    "atan(T)" lorentz_twice, None, 0, true;
    "T/sqrt(1 + T^2)" |t| 1.0f64.hypot(t), None, 0, true;
    "sign(T)" f64::abs, Some(|t| 0.5 * t * t.abs()), 0, false;
    "abs(T)" |t| 0.5 * t * t.abs(), Some(|t| t.abs().powi(3) / 6.0), 0, false;
    "if(T < 0, 2, 1)" |t| if t < 0.0 { 2.0 * t } else { t },
        Some(|t| if t < 0.0 { t * t } else { 0.5 * t * t }), 0, false;
}

/// a − b as both are written: beside an end of 1 a needle at 0.99999955 is 4.5e-7 away from it, and not
/// what the nearest doubles differ by.
fn written_difference(a: f64, b: f64) -> f64 {
    /// In units of 1e-28: all places are below 1e8.
    const PLACES: i32 = 28;
    let scaled = |x: f64| -> Option<i128> {
        let text = format!("{x:e}");
        let (digits, exponent) = text.split_once('e')?;
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let shift = exponent.parse::<i32>().ok()? - part.len() as i32 + PLACES;
        let power = 10i128.checked_pow(u32::try_from(shift).ok()?)?;
        let number: i128 = format!("{whole}{part}").parse().ok()?;
        number.checked_mul(power)
    };
    let difference = |(a, b): (i128, i128)| format!("{}e-{PLACES}", a - b).parse().ok();
    let both = scaled(a).zip(scaled(b));
    both.and_then(difference).unwrap_or(a - b)
}

/// The argument k·(x − c), in one of several ways to write it, and the k that it stands for.
pub(crate) fn argument(random: &mut Random, inner: &str, k: f64) -> (String, f64) {
    match random.below(3) {
        0 => (format!("({k:?}*({inner}))"), k),
        1 => {
            let width = 1.0 / k;
            (format!("(({inner})/{width:e})"), 1.0 / width)
        }
        _ => (format!("(({inner})*{k:?})"), k),
    }
}

impl Profile {
    /// One that falls at least so fast.
    pub(crate) fn falling(random: &mut Random, least: u8) -> Profile {
        Self::that(random, |profile| profile.falls >= least)
    }

    /// One that does not fall.
    pub(crate) fn front(random: &mut Random) -> Profile {
        Self::that(random, |profile| profile.falls == 0)
    }

    /// One that is known twice integrated.
    pub(crate) fn of_two(random: &mut Random) -> Profile {
        Self::that(random, |profile| profile.twice.is_some())
    }

    /// One of those that pass.
    pub(crate) fn that(random: &mut Random, pass: impl Fn(&Profile) -> bool) -> Profile {
        loop {
            let profile = PROFILES[random.below(PROFILES.len())];
            if pass(&profile) {
                return profile;
            }
        }
    }

    /// The text at an argument, which stands in parentheses.
    pub(crate) fn at(&self, argument: &str) -> String {
        self.text.replace('T', argument)
    }

    /// Of the argument k·(x − c) on a..b.
    pub(crate) fn on_line(&self, random: &mut Random, [a, b]: [f64; 2], c: f64, k: f64) -> Term {
        let inner = format!("x - {c:?}").replace("- -", "+ ");
        let (argument, k) = argument(random, &inner, k);
        // A text means its decimals.
        let [low, high] = [a, b].map(|end| (self.once)(k * written_difference(end, c)));
        let known = Known::of((high - low) / k, (high.abs() + low.abs()) / k);
        Term::new(self.at(&argument), known)
    }

    /// Of the argument k·(αx + βy − γ) on 0..A × 0..B.
    pub(crate) fn on_plane(
        &self,
        random: &mut Random,
        sides: [f64; 2],
        [alpha, beta, gamma]: [f64; 3],
        k: f64,
    ) -> Term {
        let inner = format!("{alpha:?}*x + {beta:?}*y - {gamma:?}")
            .replace("+ -", "- ")
            .replace("- -", "+ ");
        let (argument, k) = argument(random, &inner, k);
        let twice = self.twice.expect("chosen among those that have it");
        let (mut value, mut parts) = (0.0, 0.0);
        for corner in 0..4 {
            let on = [corner & 1, corner >> 1].map(f64::from);
            let t = alpha.mul_add(sides[0] * on[0], beta.mul_add(sides[1] * on[1], -gamma));
            let sign = if on[0] == on[1] { 1.0 } else { -1.0 };
            let part = twice(k * t) / (k * k * alpha * beta);
            value += sign * part;
            // The argument is off by a few roundings of its parts.
            parts += part.abs()
                + (alpha.abs() + beta.abs() + gamma.abs()) * (self.once)(k * t).abs()
                    / (k * alpha * beta).abs();
        }
        Term::new(self.at(&argument), Known::of(value, parts))
    }

    /// Of the argument k·t over all t.
    pub(crate) fn whole(&self) -> f64 {
        (self.once)(1e300) - (self.once)(-1e300)
    }
}
