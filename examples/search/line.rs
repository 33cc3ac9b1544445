//! Families in one variable.

use std::f64::consts::PI;

use crate::problem::{Known, Problem, Term, sum};
use crate::profile::Profile;
use crate::random::Random;

/// A range of x.
pub(crate) type Range = [f64; 2];

/// `x = 0..1`
pub(crate) fn over([a, b]: Range) -> String {
    format!("x = {}..{}", limit(a), limit(b))
}

fn limit(end: f64) -> String {
    match end {
        f64::INFINITY => "inf".to_owned(),
        f64::NEG_INFINITY => "-inf".to_owned(),
        end => format!("{end:?}"),
    }
}

/// A finite range.
pub(crate) fn finite(random: &mut Random) -> Range {
    match random.below(6) {
        0..=2 => [0.0, 1.0],
        3 => [-1.0, 1.0],
        4 => [0.0, random.size(0.0, 3.0)],
        _ => {
            let a = random.short(random.clone().within(-5.0, 5.0));
            [a, a + random.size(-1.0, 1.5)]
        }
    }
}

/// Something broad and smooth.
pub(crate) fn hill(random: &mut Random, [a, b]: Range) -> Term {
    let length = b - a;
    match random.below(7) {
        0 => {
            let c = random.short(random.clone().within(0.1, 9.0));
            Term::new(format!("{c:?}"), Known::of(c * length, c * length))
        }
        1 => {
            let power = 1 + random.below(5) as i32;
            let [high, low] = [b, a].map(|end| end.powi(power + 1) / f64::from(power + 1));
            Term::new(
                format!("x^{power}"),
                Known::of(high - low, high.abs() + low.abs()),
            )
        }
        2 => {
            let k = random.size(-1.0, 1.5) / length;
            let [high, low] = [b, a].map(|end| (k * end).sin() / k);
            let off = high.abs() + low.abs() + b.abs().max(a.abs());
            Term::new(format!("cos({k:?}*x)"), Known::of(high - low, off))
        }
        3 => {
            let k = random.within(-4.0, 4.0) / length;
            let [high, low] = [b, a].map(|end| (k * end).exp() / k);
            let off = (high.abs() + low.abs()) * (1.0 + (k * a).abs() + (k * b).abs());
            Term::new(format!("exp({k:?}*x)"), Known::of(high - low, off))
        }
        _ => {
            let profile = Profile::that(random, |p| p.falls > 0 && p.smooth);
            let c = random.within(a, b);
            profile.on_line(random, [a, b], c, random.clone().within(0.5, 20.0) / length)
        }
    }
}

/// A needle in a range, of a width between these powers of 10 as a part of it, and a height that
/// makes it matter.
pub(crate) fn needle(random: &mut Random, range: Range, [low, high]: [f64; 2]) -> Term {
    let c = random.place(range[0], range[1]);
    needle_at(random, range, c, [low, high])
}

fn needle_at(random: &mut Random, range: Range, c: f64, [low, high]: [f64; 2]) -> Term {
    let profile = Profile::falling(random, 1);
    let length = if (range[1] - range[0]).is_finite() {
        range[1] - range[0]
    } else {
        1.0
    };
    let k = 1.0 / (length * random.size(low, high));
    let needle = profile.on_line(random, range, c, k);
    match random.below(3) {
        0 => needle,
        1 => {
            // Of the area of a hill.
            let height = random.short(k);
            needle.scaled(height)
        }
        _ => {
            let height = random.size(-2.0, 3.0) * random.sign();
            needle.scaled(height)
        }
    }
}

/// A jump or a kink or a front.
pub(crate) fn front(random: &mut Random, range: Range, c: f64) -> Term {
    let profile = Profile::front(random);
    let k = random.size(0.0, 9.0) / (range[1] - range[0]);
    let front = profile.on_line(random, range, c, k);
    // Of the size of 1: fronts that grow are steep.
    if front.text.starts_with("abs") {
        return front.scaled(random.short(1.0 / k));
    }
    front
}

const NARROW: [f64; 2] = [-9.0, -1.0];

pub(crate) fn needle_beside_hill(random: &mut Random) -> Problem {
    let range = finite(random);
    let mut terms = vec![hill(random, range)];
    for _ in 0..=random.below(3) {
        terms.push(needle(random, range, NARROW));
    }
    Problem::plain(over(range), sum(&terms))
}

pub(crate) fn needle_alone(random: &mut Random) -> Problem {
    let range = finite(random);
    Problem::plain(over(range), needle(random, range, NARROW))
}

/// A needle a few widths beside a jump, kink or front, or anywhere else.
pub(crate) fn needle_beside_jump(random: &mut Random) -> Problem {
    let range = finite(random);
    let length = range[1] - range[0];
    let c = random.place(range[0], range[1]);
    let mut terms = vec![front(random, range, c)];
    let beside = c + random.sign() * random.size(-8.0, -1.0) * length;
    if random.one_in(2) && range[0] < beside && beside < range[1] {
        terms.push(needle_at(random, range, beside, NARROW));
    } else {
        terms.push(needle(random, range, NARROW));
    }
    if random.one_in(3) {
        terms.push(hill(random, range));
    }
    Problem::plain(over(range), sum(&terms))
}

pub(crate) fn fronts(random: &mut Random) -> Problem {
    let range = finite(random);
    let mut terms = vec![hill(random, range)];
    for _ in 0..=random.below(3) {
        let c = random.place(range[0], range[1]);
        terms.push(front(random, range, c));
    }
    Problem::plain(over(range), sum(&terms))
}

/// Broad and narrow profiles far from each other on an infinite range.
pub(crate) fn infinite(random: &mut Random) -> Problem {
    let range = match random.below(3) {
        0 => [f64::NEG_INFINITY, f64::INFINITY],
        1 => [0.0, f64::INFINITY],
        _ => [
            random.short(random.clone().within(-9.0, 9.0)),
            f64::INFINITY,
        ],
    };
    let mut terms = Vec::new();
    for i in 0..2 + random.below(2) {
        let far = if i == 0 {
            random.within(0.0, 2.0)
        } else {
            random.size(0.0, 7.0)
        };
        let c = if range[0] < 0.0 && range[0].is_infinite() && random.one_in(2) {
            -far
        } else {
            far.max(range[0] + 0.5)
        };
        let profile = Profile::falling(random, 1);
        let k = 1.0 / random.size(if i == 0 { -0.5 } else { -4.0 }, 1.5);
        let term = profile.on_line(random, range, c, k);
        let height = if i > 0 && random.one_in(3) {
            random.size(-1.0, 4.0)
        } else {
            1.0
        };
        terms.push(if height == 1.0 {
            term
        } else {
            term.scaled(height)
        });
    }
    Problem::plain(over(range), sum(&terms))
}

/// Where a switch on a line has roots: windows, kinks and trains, written in ways that hide them.
pub(crate) fn roots(random: &mut Random) -> Problem {
    let range = finite(random);
    let [a, b] = range;
    let length = b - a;
    let d = length * random.size(-8.0, -1.0);
    let p = random.place(a, b);
    let term = match random.below(8) {
        0 => {
            // |(x − p)(x − q)|, a pair of roots.
            let q = if p + d < b { p + d } else { p - d };
            let f = |x: f64| {
                let t = x - p;
                t * t * (t / 3.0 - 0.5 * (q - p))
            };
            let (low, high) = (p.min(q), p.max(q));
            let value = f(b) - f(a) - 2.0 * (f(high) - f(low));
            let parts = f(b).abs() + f(a).abs();
            Term::new(
                format!("abs((x - {p:?})*(x - {q:?}))").replace("- -", "+ "),
                Known::of(value, parts),
            )
        }
        1 => {
            // A window between two roots.
            let q = if p + d < b { p + d } else { p - d };
            let height = random.pick(&[1.0, 10.0, 1e4]);
            let text =
                format!("if((x - {p:?})*(x - {q:?}) < 0, {height:?}, 0)").replace("- -", "+ ");
            Term::new(
                text,
                Known::of(height * (q - p).abs(), height * (q - p).abs()),
            )
        }
        2 => {
            // Many windows of cos, each of 2 acos(level)/k.
            let k = PI * (1.0 + random.below(60) as f64);
            let level = 1.0 - random.size(-8.0, -0.5);
            let width = 2.0 * level.acos() / k;
            // On a range from 0 of whole periods: so many peaks as periods.
            let periods = 1 + random.below(30);
            let end = periods as f64;
            let text = format!("if(cos({}*x*pi) > {level:?}, 1, 0)", 2.0 * (k / PI).round());
            let count = end * (k / PI).round();
            let value = count * width * 0.5;
            let sensitivity = count / k / (1.0 - level * level).sqrt();
            let known = Known::of(value, value + sensitivity);
            return with_hill(random, [0.0, end], Term::new(text, known));
        }
        3 => {
            let k = random.below(400) as f64 + 1.0;
            // ∫₀ⁿ |sin(kπx)| = 2kn/(kπ) for whole n.
            let end = 1.0 + random.below(20) as f64;
            let term = Term::new(format!("abs(sin({k}*pi*x))"), 2.0 * end / PI);
            return with_hill(random, [0.0, end], term);
        }
        4 => {
            // ∫₀¹ ⌊kx²⌋ = k − Σ √(j/k), with k whole.
            let k = 1 + random.below(800);
            let steps: f64 = (1..=k).map(|j| 1.0 - (j as f64 / k as f64).sqrt()).sum();
            let term = Term::new(format!("floor({k}*x^2)"), Known::of(steps, k as f64));
            return with_hill(random, [0.0, 1.0], term);
        }
        5 => {
            // x − ⌊x⌋ over whole and half ranges.
            let n = random.below(300) as f64;
            let k = random.pick(&[1.0, 2.0, 4.0]);
            let text = if k == 1.0 {
                "x - floor(x)".to_owned()
            } else {
                format!("{k}*x - floor({k}*x)")
            };
            let value = 0.5 * n + 0.125;
            let end = (n + 0.5) / k;
            return with_hill(random, [0.0, end], Term::new(text, value / k));
        }
        6 => {
            // A double root that touches: |(x − p)²(x − q)|.
            let q = random.place(a, b);
            let f = |x: f64| {
                let (t, s) = (x - p, q - p);
                t.powi(4) / 4.0 - s * t.powi(3) / 3.0
            };
            let value = f(b) - 2.0 * f(q) + f(a);
            let text = format!("abs((x - {p:?})^2*(x - {q:?}))").replace("- -", "+ ");
            Term::new(
                text,
                Known::of(value, f(b).abs() + 2.0 * f(q).abs() + f(a).abs()),
            )
        }
        _ => {
            // Windows by max, on both sides of an end.
            let height = random.size(0.0, 4.0);
            let w = d.min(p - a).min(b - p);
            let text = format!("{height:?}*max({w:?} - abs(x - {p:?}), 0)").replace("- -", "+ ");
            Term::new(text, height * w * w)
        }
    };
    with_hill(random, range, term)
}

fn with_hill(random: &mut Random, range: Range, term: Term) -> Problem {
    let term = if random.one_in(2) {
        sum(&[hill(random, range), term])
    } else {
        term
    };
    Problem::plain(over(range), term)
}

/// A place that no float is, inside 0..1: its text, the float beside it, and how far off that is.
fn hidden(random: &mut Random) -> (&'static str, f64) {
    random.pick(&[
        ("2/3", 2.0 / 3.0),
        ("1/7", 1.0 / 7.0),
        ("sqrt(2)/2", std::f64::consts::FRAC_1_SQRT_2),
        ("pi/4", std::f64::consts::FRAC_PI_4),
        ("1/e", 0.367_879_441_171_442_33),
        ("0.3", 0.3),
        ("0.5", 0.5),
    ])
}

/// Integrable poles and logarithms inside.
pub(crate) fn poles(random: &mut Random) -> Problem {
    let range = [0.0, 1.0];
    let (text, c) = hidden(random);
    let term = match random.below(4) {
        0 => {
            // |x − c|^(−s)
            let s = random.pick(&[0.1, 0.25, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]);
            let part = |d: f64| d.powf(1.0 - s) / (1.0 - s);
            Term::new(format!("abs(x - {text})^(-{s:?})"), part(c) + part(1.0 - c))
        }
        1 => {
            let part = |d: f64| d * d.ln() - d;
            let value = part(c) + part(1.0 - c);
            Term::new(format!("log(abs(x - {text}))"), Known::of(value, 3.0))
        }
        2 => {
            let s = random.pick(&[0.1, 0.3, 0.5, 0.8]);
            let part = |d: f64| d.powf(1.0 + s) / (1.0 + s);
            Term::new(format!("abs(x - {text})^{s:?}"), part(c) + part(1.0 - c))
        }
        _ => {
            // 1/√((x − c)(x − c)), hidden: |x² − c²|^(−1/2) has closed form
            // ∫₀^c = π/2, ∫_c^1 = acosh(1/c).
            let value = 0.5 * PI + (1.0 / c).acosh();
            // acosh is steep near 1 only.
            Term::new(
                format!("abs(x^2 - ({text})^2)^(-1/2)"),
                Known::of(value, 4.0),
            )
        }
    };
    let mut terms = vec![term];
    match random.below(4) {
        0 => terms.push(hill(random, range)),
        1 => terms.push(needle(random, range, [-6.0, -1.0])),
        2 => {
            // A singular end as well.
            let s = random.pick(&[0.25, 0.5, 0.75]);
            terms.push(Term::new(format!("x^(-{s:?})"), 1.0 / (1.0 - s)));
        }
        _ => {}
    }
    Problem::plain(over(range), sum(&terms))
}

/// Integrals that do not exist.
pub(crate) fn divergent(random: &mut Random) -> Problem {
    let range = [0.0, 1.0];
    let (text, _) = hidden(random);
    let s = random.pick(&[1.0, 1.0, 1.1, 1.5, 2.0, 3.0, 4.0, 12.0]);
    let k = random.size(-3.0, 3.0);
    let term = match random.below(9) {
        0 => format!("{k:?}/abs(x - {text})^{s:?}"),
        1 => format!("{k:?}/(x - {text})^2"),
        2 => format!("{k:?}*x^(-{s:?})"),
        3 => format!("{k:?}/(1 - x)^{s:?}"),
        4 => format!("{k:?}*tan({:?}*x)", 2.0 + random.below(50) as f64),
        5 => format!("{k:?}/sin({:?}*x)", 4.0 + random.below(50) as f64),
        6 => format!("{k:?}*gamma(x - {:?})", 0.5 + random.below(4) as f64),
        7 => format!(
            "{k:?}/(x^2 - {:?})",
            random.short(random.clone().within(0.05, 0.95))
        ),
        _ => format!(
            "{k:?}/(exp(x) - {:?})",
            random.short(random.clone().within(1.05, 2.65))
        ),
    };
    let mut term = Term::new(term, Known::NONE);
    if random.one_in(2) {
        let hill = hill(random, range);
        term = sum(&[hill.scaled(random.pick(&[1.0, 1e3, 1e6])), term]);
    }
    Problem::plain(over(range), term)
}

/// Thin bands where the integrand is not a number.
pub(crate) fn bands(random: &mut Random) -> Problem {
    let range = finite(random);
    let length = range[1] - range[0];
    let c = random.place(range[0], range[1]);
    let d = random.size(-9.0, -1.5) * length;
    let x = format!("(x - {c:?})").replace("- -", "+ ");
    let term = match random.below(5) {
        0 => format!("sqrt({x}^2 - {:?})", d * d),
        1 => format!("log(abs{x} - {d:?})"),
        2 => format!(
            "acos({:?}*exp(-{x}^2/{:?}))",
            1.0 + random.size(-3.0, 0.0),
            d * d
        ),
        3 => format!("(abs{x} - {d:?})^0.3"),
        _ => format!("if(abs{x} < {d:?}, sqrt(-1 - x^2), 1)"),
    };
    let band = Term::new(term, Known::NONE);
    let problem = sum(&[hill(random, range), band]);
    Problem::plain(over(range), problem)
}

/// Values or ranges near the ends of what floats can hold.
pub(crate) fn scales(random: &mut Random) -> Problem {
    let range = finite(random);
    let inner = match random.below(3) {
        0 => needle(random, range, [-4.0, -0.5]),
        1 => hill(random, range),
        _ => {
            let c = random.place(range[0], range[1]);
            front(random, range, c)
        }
    };
    let exponent = random.within(-290.0, 290.0).round();
    if random.one_in(2) {
        return Problem::plain(over(range), inner.scaled(10f64.powf(exponent)));
    }
    // The same with x scaled: f(x/s) over s·range is s·∫f.
    let s = 2f64.powi((random.within(-300.0, 300.0)).round() as i32);
    let map = format!("x = u/{s:e}");
    let [a, b] = range.map(|end| end * s);
    Problem {
        map,
        over: format!("u = {a:e}..{b:e}"),
        // |det J| undoes the scale.
        integrand: inner.text,
        known: inner.known,
    }
}

/// Large parts that cancel.
pub(crate) fn cancelling(random: &mut Random) -> Problem {
    let range = finite(random);
    let small = if random.one_in(2) {
        needle(random, range, [-5.0, -0.5])
    } else {
        hill(random, range)
    };
    let large = random.size(2.0, 9.0);
    let term = match random.below(3) {
        0 => {
            // Written so that it does not fold: L·(1 + f) − L·cos² − L·sin².
            let text = format!("{large:?}*(1 + ({}) - cos(x)^2 - sin(x)^2)", small.text);
            let known = small.scaled(large).known;
            Term::new(text, known)
        }
        1 => {
            // Odd about the middle, and so zero.
            let middle = 0.5 * (range[0] + range[1]);
            if range[0] + range[1] != 2.0 * middle {
                small
            } else {
                let odd = format!("{large:?}*(x - {middle:?})^3").replace("- -", "+ ");
                // The middle is a float: (b − m)⁴ − (a − m)⁴ to a rounding of each.
                let [high, low] = [range[1], range[0]].map(|end| (end - middle).powi(4) / 4.0);
                let odd = Term::new(odd, Known::of(large * (high - low), large * (high + low)));
                sum(&[odd, small])
            }
        }
        _ => {
            let first = needle(random, range, [-3.0, -0.5]).scaled(large);
            let second = needle(random, range, [-3.0, -0.5]).scaled(-large);
            sum(&[first, second, small])
        }
    };
    Problem::plain(over(range), term)
}

/// The coefficients of a power series, one after another.
type Series = fn(i32) -> f64;

fn factorial(k: i32) -> f64 {
    (1..=k).map(f64::from).product()
}

/// Functions of T, `@`, with their series about 0.
const SERIES: [(&str, Series); 7] = [
    ("exp(@)", |k| 1.0 / factorial(k)),
    ("cos(@)", |k| match k % 4 {
        0 => 1.0 / factorial(k),
        2 => -1.0 / factorial(k),
        _ => 0.0,
    }),
    ("cosh(@)", |k| match k % 2 {
        0 => 1.0 / factorial(k),
        _ => 0.0,
    }),
    ("sin(@)", |k| match k % 4 {
        1 => 1.0 / factorial(k),
        3 => -1.0 / factorial(k),
        _ => 0.0,
    }),
    ("log(1 + @)", |k| match k {
        0 => 0.0,
        k => -(-1f64).powi(k) / f64::from(k),
    }),
    ("sqrt(1 + @)", |k| {
        let factor = |j: i32| (1.5 - f64::from(j)) / f64::from(j);
        (1..=k).map(factor).product()
    }),
    ("atan(@)", |k| match k % 4 {
        1 => 1.0 / f64::from(k),
        3 => -1.0 / f64::from(k),
        _ => 0.0,
    }),
];

/// What is left of a function without the first terms of its series, by the power of x that it is like: on short
/// ranges beside 0 the terms are not small, and cancel.
pub(crate) fn remainders(random: &mut Random) -> Problem {
    let (function, series) = random.pick(&SERIES);
    // Of few digits, so that its powers are exact.
    let a = random.pick(&[0.5, 1.0, 2.0, 3.0, 5.0]);
    let h = 0.4 / a * random.size(-10.0, 0.0);
    // The first terms, and the power that is left.
    let terms: Vec<i32> = (0..8).filter(|k| series(*k) != 0.0).collect();
    let is_exact = |k: &i32| (series(*k) * 1024.0).fract() == 0.0;
    let most = if terms[..2].iter().all(is_exact) {
        2
    } else {
        1
    };
    let power = terms[1 + random.below(most)];
    let first = terms.iter().filter(|k| **k < power);
    let first = first.map(|k| format!(" - {:?}*x^{k}", series(*k) * a.powi(*k)));
    let argument = format!("{a:?}*x");
    let text = format!(
        "({}{})/x^{power}",
        function.replace('@', &argument),
        first.collect::<String>()
    )
    .replace("- -", "+ ");
    let [from, to] = match random.below(3) {
        0 => [0.0, h],
        1 => [random.within(0.1, 0.5) * h, h],
        _ => [-h, h],
    };
    let (mut value, mut parts) = (0.0, 0.0);
    for k in power..power + 60 {
        let n = k - power + 1;
        let term = |end: f64| series(k) * a.powi(k) * end.powi(n) / f64::from(n);
        value += term(to) - term(from);
        parts += term(to).abs() + term(from).abs();
    }
    Problem::plain(over([from, to]), Term::new(text, Known::of(value, parts)))
}

/// Denominators that nearly vanish: 1/(ε + 1 − cos), 1/(ε + cosh − 1).
pub(crate) fn near_poles(random: &mut Random) -> Problem {
    let power = 10 + random.below(30);
    let small = 0.5f64.powi(power as i32);
    if random.one_in(2) {
        let n = 1 + random.below(5);
        let c = random.pick(&["t", "(t - 1)", "(t + pi)", "(t - pi/3)"]);
        let wave = random.pick(&["- cos", "+ cos", "- sin", "+ sin"]);
        let value = 2.0 * PI / (small * (2.0 + small)).sqrt();
        let text = format!("1/(1 + 2^(-{power}) {wave}({n}*{c}))").replace('t', "x");
        let over = "x = 0..2*pi".to_owned();
        return Problem::plain(over, Term::new(text, value));
    }
    let (k, b) = (random.size(-1.0, 1.0), random.size(-0.5, 0.5));
    let root = (small * (2.0 - small)).sqrt();
    let part = |y: f64| 2.0 / root * ((y.exp_m1() + small) / root).atan();
    let value = 2.0 * (part(k * b) - part(0.0)) / k;
    let text = format!("1/(cosh({k:?}*x) - 1 + 2^(-{power}))");
    let known = Known::of(value, 4.0 * part(k * b) / k);
    Problem::plain(over([-b, b]), Term::new(text, known))
}

/// A change of x over 0..1 onto itself, or of a line onto it, as a formula and its range.
const CHANGES: [(&str, &str); 12] = [
    ("u^3", "0..1"),
    ("u^2*(3 - 2*u)", "0..1"),
    ("u*(2 - u)", "0..1"),
    ("sin(pi*u/2)", "0..1"),
    ("tan(pi*u/4)", "0..1"),
    ("2*u/(1 + u)", "0..1"),
    ("expm1(u)/expm1(1)", "0..1"),
    ("1/(1 + exp(-u))", "-inf..inf"),
    ("(1 + tanh(u))/2", "-inf..inf"),
    ("exp(-u)", "0..inf"),
    ("1/u", "1..inf"),
    ("sqrt(u)", "0..1"),
];

/// One of the others, through a smooth map.
pub(crate) fn composed(random: &mut Random) -> Problem {
    let range = [0.0, 1.0];
    let mut terms = vec![needle(random, range, [-6.0, -1.0])];
    match random.below(3) {
        0 => terms.push(hill(random, range)),
        1 => {
            let c = random.place(0.0, 1.0);
            terms.push(front(random, range, c));
        }
        _ => {}
    }
    let term = sum(&terms);
    let (map, limits) = random.pick(&CHANGES);
    Problem {
        map: format!("x = {map}"),
        over: format!("u = {limits}"),
        integrand: term.text,
        known: term.known,
    }
}
