//! Families of rough integrands on a line: jumps, kinks, needles, fronts, singular points, tails,
//! oscillations. Each member has a text and a closed form.

use std::f64::consts::{LN_2, PI};

use pullback::elementary::Unary;

use crate::random::Random;

/// A member of a family: limits, integrand, value.
pub(crate) type Member = (String, String, f64);

/// A family: its name, how many members it has for each hundred, and how one is made.
pub(crate) type Family = (&'static str, usize, fn(&mut Random) -> Member);

/// The families on a line.
pub(crate) const LINES: [Family; 19] = [
    ("jumps on a line", 200, jumps),
    ("kinks on a line", 200, kinks),
    ("switches of formulas", 100, switched),
    ("pulse trains", 50, pulses),
    ("needles on a line", 150, needles),
    ("needle beside a hill", 50, needle_beside_hill),
    ("fronts", 100, fronts),
    ("singular points inside", 100, singular_inside),
    ("logarithms inside", 50, logarithm_inside),
    ("singular ends", 100, singular_ends),
    ("algebraic tails", 100, algebraic_tails),
    ("exponential tails", 50, exponential_tails),
    ("logarithmic tails", 50, logarithmic_tails),
    ("hills on the whole line", 50, hills),
    ("oscillations", 100, oscillations),
    ("damped oscillations", 50, damped),
    ("many kinks", 50, many_kinks),
    ("steps", 50, steps),
    ("smooth", 50, smooth),
];

/// Needles that 2,048 values cannot be sure to meet: they are reported, and not counted.
pub(crate) const UNSEEN: [Family; 1] = [("needles finer than any scan", 50, unseen)];

fn unit() -> String {
    "x = 0..1".to_owned()
}

fn erf(x: f64) -> f64 {
    Unary::Erf.value(x)
}

/// ∫₀¹ exp(−((x − c)/w)²) dx
pub(crate) fn gaussian(c: f64, w: f64) -> f64 {
    w * PI.sqrt() / 2.0 * (erf((1.0 - c) / w) + erf(c / w))
}

fn jumps(random: &mut Random) -> Member {
    let k = random.between(-2.0, 2.0);
    let (mut text, mut value) = (format!("exp({k}*x)"), k.exp_m1() / k);
    for _ in 0..random.whole(1, 4) {
        let (c, h) = (random.unit(), random.sign() * random.between(0.2, 1.0));
        text += &format!(" + if(x < {c}, {h}, 0)");
        value += h * c;
    }
    (unit(), text, value)
}

fn kinks(random: &mut Random) -> Member {
    let k = random.between(0.5, 6.0);
    let (mut text, mut value) = (format!("cos({k}*x)"), k.sin() / k);
    for _ in 0..random.whole(1, 4) {
        let (c, h) = (random.unit(), random.sign() * random.between(0.2, 2.0));
        text += &format!(" + {h}*abs(x - {c})");
        value += h * (c * c + (1.0 - c) * (1.0 - c)) / 2.0;
    }
    (unit(), text, value)
}

fn switched(random: &mut Random) -> Member {
    let (c, a, b) = (
        random.unit(),
        random.between(1.0, 9.0),
        random.between(-3.0, 3.0),
    );
    let text = format!("if(x < {c}, 1 + sin({a}*x), {b}*x^2)");
    let left = c + 2.0 * (a * c / 2.0).sin().powi(2) / a;
    (unit(), text, left + b * (1.0 - c.powi(3)) / 3.0)
}

fn pulses(random: &mut Random) -> Member {
    let count = random.whole(2, 6);
    let (mut text, mut value) = ("1".to_owned(), 1.0);
    for i in 0..count {
        let side = 1.0 / count as f64;
        let from = (i as f64 + random.between(0.0, 0.7)) * side;
        let to = from + side * random.scaled(0.02, 0.28);
        let h = random.sign() * random.between(0.2, 3.0);
        text += &format!(" + if(x > {from} and x < {to}, {h}, 0)");
        value += h * (to - from);
    }
    (unit(), text, value)
}

/// A needle at a place, of a width, of one of three kinds; its text and its integral.
fn needle(random: &mut Random, c: f64, w: f64) -> (String, f64) {
    match random.whole(0, 2) {
        0 => (format!("exp(-((x - {c})/{w})^2)"), gaussian(c, w)),
        1 => (
            format!("1/cosh((x - {c})/{w})^2"),
            w * (((1.0 - c) / w).tanh() + (c / w).tanh()),
        ),
        _ => (
            format!("1/(1 + ((x - {c})/{w})^2)"),
            w * (((1.0 - c) / w).atan() + (c / w).atan()),
        ),
    }
}

fn needles(random: &mut Random) -> Member {
    let (mut text, mut value) = match random.whole(0, 1) {
        0 => ("0".to_owned(), 0.0),
        _ => ("1".to_owned(), 1.0),
    };
    for _ in 0..random.whole(1, 2) {
        let (c, w) = (random.unit(), random.scaled(2e-4, 1e-1));
        let (own, integral) = needle(random, c, w);
        let h = random.scaled(1.0, 10.0);
        text += &format!(" + {h}*{own}");
        value += h * integral;
    }
    (unit(), text, value)
}

fn needle_beside_hill(random: &mut Random) -> Member {
    let (c, w) = (random.between(0.6, 1.0), random.scaled(2e-4, 1e-2));
    let (own, integral) = needle(random, c, w);
    let (b, v) = (random.between(0.0, 0.4), random.scaled(0.05, 0.2));
    let text = format!("exp(-((x - {b})/{v})^2) + {own}");
    (unit(), text, gaussian(b, v) + integral)
}

fn unseen(random: &mut Random) -> Member {
    let (c, w) = (random.unit(), random.scaled(1e-8, 2e-5));
    let (own, integral) = needle(random, c, w);
    let h = 0.1 / w;
    (unit(), format!("1 + {h}*{own}"), 1.0 + h * integral)
}

fn fronts(random: &mut Random) -> Member {
    let (c, w) = (random.unit(), random.scaled(1e-6, 1e-1));
    if random.whole(0, 1) == 0 {
        // ln cosh t = |t| + ln(1 + exp(−2|t|)) − ln 2
        let primitive = |t: f64| t.abs() + (-2.0 * t.abs()).exp().ln_1p() - LN_2;
        let text = format!("2 + tanh((x - {c})/{w})");
        let value = 2.0 + w * (primitive((1.0 - c) / w) - primitive(c / w));
        (unit(), text, value)
    } else {
        let primitive = |t: f64| t * t.atan() - 0.5 * (t * t).ln_1p();
        let text = format!("2 + atan((x - {c})/{w})");
        let value = 2.0 + w * (primitive((1.0 - c) / w) - primitive(c / w));
        (unit(), text, value)
    }
}

fn singular_inside(random: &mut Random) -> Member {
    let (c, p) = (random.unit(), random.between(-0.8, 1.8));
    let d = 1.0 - c;
    let even = (c.powf(p + 1.0) + d.powf(p + 1.0)) / (p + 1.0);
    let odd = (d.powf(p + 2.0) - c.powf(p + 2.0)) / (p + 2.0);
    let text = format!("abs(x - {c})^({p})*(1 + x)");
    (unit(), text, (1.0 + c) * even + odd)
}

fn logarithm_inside(random: &mut Random) -> Member {
    let c = random.unit();
    let d = 1.0 - c;
    let value = 1.0 - c * c.ln() - d * d.ln();
    (unit(), format!("-log(abs(x - {c}))"), value)
}

fn singular_ends(random: &mut Random) -> Member {
    let (p, q) = (random.between(-0.9, 1.5), random.between(-0.9, 1.5));
    let h = random.between(0.0, 2.0);
    if random.whole(0, 2) == 0 {
        let text = format!("-x^({p})*log(x) + {h}*x");
        return (unit(), text, (p + 1.0).powi(-2) + 0.5 * h);
    }
    let text = format!("x^({p}) + {h}*(1 - x)^({q})");
    (unit(), text, 1.0 / (p + 1.0) + h / (q + 1.0))
}

fn algebraic_tails(random: &mut Random) -> Member {
    let s = random.scaled(0.1, 10.0);
    if random.whole(0, 1) == 0 {
        let p = random.between(1.05, 4.0);
        let text = format!("(1 + x/{s})^(-{p})");
        return ("x = 0..inf".to_owned(), text, s / (p - 1.0));
    }
    let p = random.between(0.55, 3.0);
    let gamma = |x: f64| Unary::Gamma.value(x);
    let value = s * PI.sqrt() * gamma(p - 0.5) / gamma(p);
    let text = format!("(1 + (x/{s})^2)^(-{p})");
    ("x = -inf..inf".to_owned(), text, value)
}

fn exponential_tails(random: &mut Random) -> Member {
    let (s, a) = (random.scaled(0.1, 10.0), random.between(-0.8, 6.0));
    let text = format!("(x/{s})^({a})*exp(-x/{s})");
    let value = s * Unary::Gamma.value(a + 1.0);
    ("x = 0..inf".to_owned(), text, value)
}

fn logarithmic_tails(random: &mut Random) -> Member {
    let (a, q) = (random.between(1.5, 5.0), random.between(1.5, 6.0));
    let text = format!("1/(({a} + x)*log({a} + x)^{q})");
    let value = a.ln().powf(1.0 - q) / (q - 1.0);
    ("x = 0..inf".to_owned(), text, value)
}

fn hills(random: &mut Random) -> Member {
    let (mut text, mut value) = ("0".to_owned(), 0.0);
    for _ in 0..random.whole(1, 2) {
        let (m, w) = (
            random.sign() * random.scaled(0.1, 20.0),
            random.scaled(0.3, 3.0),
        );
        text += &format!(" + exp(-((x - {m})/{w})^2)");
        value += w * PI.sqrt();
    }
    ("x = -inf..inf".to_owned(), text, value)
}

fn oscillations(random: &mut Random) -> Member {
    let (k, p) = (random.scaled(1.0, 1000.0), random.between(0.0, 6.0));
    let text = format!("2 + cos({k}*x + {p})");
    (unit(), text, 2.0 + ((k + p).sin() - p.sin()) / k)
}

fn damped(random: &mut Random) -> Member {
    let (k, s) = (random.scaled(0.1, 30.0), random.scaled(0.2, 5.0));
    let text = format!("(1 + cos({k}*x))*exp(-x/{s})");
    let value = s + s / (1.0 + (k * s).powi(2));
    ("x = 0..inf".to_owned(), text, value)
}

fn many_kinks(random: &mut Random) -> Member {
    let k = random.scaled(5.0, 200.0);
    let whole = (k / PI).floor();
    let rest = 1.0 - (k - whole * PI).cos();
    (unit(), format!("abs(sin({k}*x))"), (2.0 * whole + rest) / k)
}

fn steps(random: &mut Random) -> Member {
    let k = random.scaled(3.0, 100.0);
    let whole = k.floor();
    let value = (whole * (whole - 1.0) / 2.0 + whole * (k - whole)) / k;
    (unit(), format!("floor({k}*x)"), value)
}

fn smooth(random: &mut Random) -> Member {
    let (a, b) = (random.between(-3.0, 3.0), random.scaled(0.05, 2.0));
    let value = a.exp_m1() / a + ((1.0 / b).atan()) / b;
    (unit(), format!("exp({a}*x) + 1/(x^2 + {b}^2)"), value)
}
