//! Families in two and three variables.

use std::f64::consts::{LN_2, PI};

use crate::line::{hill, needle};
use crate::problem::{Known, Problem, Term, sum};
use crate::profile::{Profile, argument};
use crate::random::Random;

const UNIT: [f64; 2] = [0.0, 1.0];
const SQUARE: &str = "x = 0..1, y = 0..1";

/// The same term with another name for x.
fn renamed(term: &Term, name: &str) -> Term {
    // `x` is also a letter of `exp` and `max`.
    let text: Vec<char> = term.text.chars().collect();
    let mut renamed = String::new();
    for (i, &letter) in text.iter().enumerate() {
        let beside = |j: Option<usize>| {
            j.and_then(|j| text.get(j))
                .is_some_and(|c: &char| c.is_alphanumeric() || *c == '_')
        };
        if letter == 'x' && !beside(i.checked_sub(1)) && !beside(Some(i + 1)) {
            renamed.push_str(name);
        } else {
            renamed.push(letter);
        }
    }
    Term::new(renamed, term.known)
}

/// A hill over the unit square.
fn hill_over_square(random: &mut Random) -> Term {
    let [x, y] = [0; 2].map(|_| hill(random, UNIT));
    x.times(&renamed(&y, "y"))
}

fn maybe_with_hill(random: &mut Random, term: Term) -> Term {
    if random.one_in(2) {
        sum(&[hill_over_square(random), term])
    } else {
        term
    }
}

/// Products of needles.
pub(crate) fn needles(random: &mut Random) -> Problem {
    let [x, y] = [0; 2].map(|_| needle(random, UNIT, [-6.0, -1.0]));
    let mut term = x.times(&renamed(&y, "y"));
    if random.one_in(3) {
        let h = hill(random, UNIT);
        let n = needle(random, UNIT, [-6.0, -1.0]);
        term = sum(&[term, h.times(&renamed(&n, "y"))]);
    }
    Problem::plain(SQUARE, maybe_with_hill(random, term))
}

/// Coefficients of a line through the unit square.
fn line(random: &mut Random) -> [f64; 3] {
    let alpha = random.pick(&[1.0, 1.0, 2.0, 0.5, 0.7]);
    let beta = match random.below(3) {
        0 => -1.0,
        1 => 1.0,
        _ => random.short(random.clone().within(0.1, 3.0)) * random.sign(),
    };
    let low: f64 = 0f64.min(beta);
    let high: f64 = alpha + 0f64.max(beta);
    let gamma = match random.below(4) {
        // Beside a corner.
        0 => random.place(low, high),
        1 if low < 0.0 => 0.0,
        _ => random.within(low, high),
    };
    [alpha, beta, gamma]
}

/// Ridges, fronts and windows along straight lines.
pub(crate) fn ridges(random: &mut Random) -> Problem {
    let profile = Profile::of_two(random);
    let k = if profile.falls > 0 {
        random.size(1.0, 6.0)
    } else {
        random.size(0.0, 1.0)
    };
    let at = line(random);
    let term = profile.on_plane(random, [1.0, 1.0], at, k);
    let term = if profile.falls > 0 && random.one_in(2) {
        term.scaled(random.size(-2.0, 3.0))
    } else {
        term
    };
    Problem::plain(SQUARE, maybe_with_hill(random, term))
}

/// Ridges along the zeros of waves of several turns, over whole turns.
pub(crate) fn waves(random: &mut Random) -> Problem {
    let pick = |random: &mut Random| (1 + random.below(4)) as f64 * random.sign();
    let (a, b) = (pick(random), pick(random));
    let phase = random.pick(&["", " + 1", " - pi/3", " + 0.7"]);
    let wave = random.pick(&["sin", "cos"]);
    let wave = format!("{wave}({a:?}*x + {b:?}*y{phase})");
    let whole = 4.0 * PI * PI;
    let (text, mean) = match random.below(4) {
        0 | 1 => {
            let h = 0.5f64.powi(3 + random.below(18) as i32);
            let mean = 1.0 / (h * (1.0 + h * h).sqrt());
            (format!("1/({:?} + {wave}^2)", h * h), mean)
        }
        2 => {
            let power = 3 + random.below(30);
            let above = 0.5f64.powi(power as i32);
            let mean = 1.0 / (above * (2.0 + above)).sqrt();
            (format!("1/(1 + 2^(-{power}) - {wave})"), mean)
        }
        _ => {
            // I₀(k) exp(−k), of which the next term is 10⁻¹⁷ of the first.
            let k = random.size(4.0, 9.0);
            let series =
                1.0 + 1.0 / (8.0 * k) + 9.0 / (128.0 * k * k) + 225.0 / (3072.0 * k.powi(3));
            (
                format!("exp({k:?}*({wave} - 1))"),
                series / (2.0 * PI * k).sqrt(),
            )
        }
    };
    // What has no mean along a ridge adds nothing.
    let along = random.pick(&["", "*(1 + cos(x))", "*(1 - sin(y)/2)", "*(1 + sin(5*x)/3)"]);
    let over = "x = 0..2*pi, y = 0..2*pi";
    Problem::plain(over, Term::new(format!("({text}){along}"), whole * mean))
}

/// Ridges along curves y = g(x), so narrow that they end inside.
pub(crate) fn curves(random: &mut Random) -> Problem {
    let profile = Profile::that(random, |p| p.falls == 2);
    let k = random.size(2.5, 6.0);
    let curve = random.pick(&[
        "x^2",
        "x",
        "sin(5*x)/2 + 1/2",
        "sin(3*x)^2",
        "sqrt(x)",
        "x*(1 - x)*4",
        "exp(-x)",
        "1/(1 + 9*x^2)",
        "abs(x - 0.4)",
        "cos(20*x)/4 + 0.5",
    ]);
    let (argument, k) = argument(random, &format!("y - ({curve})"), k);
    // From y = −1/2 on, what falls like exp(−k/2) is nothing.
    let known = Known::from(profile.whole() / k);
    let ridge = Term::new(profile.at(&argument), known);
    let along = hill(random, UNIT);
    let mut term = if random.one_in(2) {
        ridge.times(&along)
    } else {
        ridge
    };
    if random.one_in(2) {
        let height = random.size(-1.0, 1.0);
        let whole = Term::new(format!("{height:?}"), 2.0 * height);
        term = sum(&[whole, term]);
    }
    Problem::plain("x = 0..1, y = -0.5..1.5", term)
}

/// Small regions: discs, ellipses, ovals of fourth degree, what lies below a hyperbola.
pub(crate) fn islands(random: &mut Random) -> Problem {
    let r = random.size(-4.0, -0.35).min(0.49);
    let [cx, cy] = [0; 2].map(|_| random.within(r, 1.0 - r));
    let height = random.pick(&[1.0, 10.0, 1e3]);
    let (x, y) = (format!("(x - {cx:?})"), format!("(y - {cy:?})"));
    let r2 = r * r;
    let quartic = 8.0 * pxfm::f_tgamma(1.25).powi(2) / PI.sqrt();
    let (condition, area) = match random.below(8) {
        0 => (format!("{x}^2 + {y}^2 < {r2:?}"), PI * r2),
        1 => (format!("sqrt({x}^2 + {y}^2) < {r:?}"), PI * r * r),
        2 => {
            let a = 1.0 + random.below(9) as f64;
            (format!("{x}^2 + {a:?}*{y}^2 < {r2:?}"), PI * r2 / a.sqrt())
        }
        3 => (format!("{x}^2 + {y}^2 + {x}*{y} < {r2:?}"), {
            // The form has determinant 3/4; it may leave the square.
            let reach = r * (4.0f64 / 3.0).sqrt();
            if cx - reach < 0.0 || cx + reach > 1.0 || cy - reach < 0.0 || cy + reach > 1.0 {
                return islands(random);
            }
            PI * r2 / 0.75f64.sqrt()
        }),
        4 => {
            let r4 = r2 * r2;
            (format!("{x}^4 + {y}^4 < {r4:?}"), quartic * r4.sqrt())
        }
        5 => (format!("abs{x} + abs{y} < {r:?}"), 2.0 * r * r),
        6 => (format!("max(abs{x}, abs{y}) < {r:?}"), 4.0 * r * r),
        _ => {
            let c = random.size(-4.0, -0.3);
            ("x*y < ".to_owned() + &format!("{c:?}"), c * (1.0 - c.ln()))
        }
    };
    // The centres are floats; radii as they stand.
    let island = match random.below(3) {
        0 => format!("if({condition}, {height:?}, 0)"),
        1 => format!("if({condition}, {height:?} + 1, 1) - 1"),
        _ => format!("{height:?}*({condition})"),
    };
    let island = if island.contains("*(") && island.starts_with(|c: char| c.is_ascii_digit()) {
        // Conditions as numbers are written by `if`.
        format!("if({condition}, {height:?}, 0)")
    } else {
        island
    };
    let known = Known::of(
        height * area,
        height * area + if island.ends_with("- 1") { 1.0 } else { 0.0 },
    );
    Problem::plain(SQUARE, maybe_with_hill(random, Term::new(island, known)))
}

/// Powers and logarithms of the distance from lines and points.
pub(crate) fn poles(random: &mut Random) -> Problem {
    let term = match random.below(4) {
        0 | 1 => {
            // |αx + βy − γ|^(−s), twice integrated |t|^(2−s)/((1−s)(2−s)).
            let [alpha, beta, gamma] = line(random);
            let s = random.pick(&[0.1, 0.25, 0.5, 0.7, 0.9, -0.3, -0.5]);
            let twice = |t: f64| t.abs().powf(2.0 - s) / ((1.0 - s) * (2.0 - s));
            let (mut value, mut parts) = (0.0, 0.0);
            for corner in 0..4 {
                let on = [corner & 1, corner >> 1].map(f64::from);
                let t = alpha.mul_add(on[0], beta.mul_add(on[1], -gamma));
                let part = twice(t) / (alpha * beta);
                value += if on[0] == on[1] { part } else { -part };
                parts += part.abs() + 8.0 / (alpha * beta).abs();
            }
            let inner = format!("{alpha:?}*x + {beta:?}*y - {gamma:?}")
                .replace("+ -", "- ")
                .replace("- -", "+ ");
            Term::new(
                format!("abs({inner})^(-{s:?})").replace("--", ""),
                Known::of(value, parts),
            )
        }
        2 => {
            // 1/r from a point: over each quarter a·asinh(b/a) + b·asinh(a/b).
            let [cx, cy] = [0; 2].map(|_| random.within(0.0, 1.0));
            let quarter = |a: f64, b: f64| a * (b / a).asinh() + b * (a / b).asinh();
            let value = quarter(cx, cy)
                + quarter(1.0 - cx, cy)
                + quarter(cx, 1.0 - cy)
                + quarter(1.0 - cx, 1.0 - cy);
            Term::new(format!("1/sqrt((x - {cx:?})^2 + (y - {cy:?})^2)"), value)
        }
        _ => {
            // ln(r²) from a corner of each quarter: ab(ln(a² + b²) − 3) + a² atan(b/a) + b² atan(a/b).
            let [cx, cy] = [0; 2].map(|_| random.within(0.0, 1.0));
            let quarter = |a: f64, b: f64| {
                a * b * ((a * a + b * b).ln() - 3.0)
                    + a * a * (b / a).atan()
                    + b * b * (a / b).atan()
            };
            let value = quarter(cx, cy)
                + quarter(1.0 - cx, cy)
                + quarter(cx, 1.0 - cy)
                + quarter(1.0 - cx, 1.0 - cy);
            Term::new(
                format!("log((x - {cx:?})^2 + (y - {cy:?})^2)"),
                Known::of(value, 8.0),
            )
        }
    };
    Problem::plain(SQUARE, maybe_with_hill(random, term))
}

/// Integrals in the plane that do not exist, and bands without a value.
pub(crate) fn nowhere(random: &mut Random) -> Problem {
    let k = random.size(-3.0, 3.0);
    let [cx, cy] = [0; 2].map(|_| random.within(0.1, 0.9));
    let (x, y) = (format!("(x - {cx:?})"), format!("(y - {cy:?})"));
    let d = random.size(-8.0, -2.0);
    let c = random.within(0.2, 0.8);
    let text = match random.below(9) {
        0 => format!("{k:?}/({x}^2 + {y}^2)"),
        1 => format!("{k:?}/(x + y - {c:?})^2"),
        2 => format!("{k:?}*tan({:?}*(x + y))", 3.0 + random.below(9) as f64),
        3 => format!("{k:?}/(x*y - {:?})", 0.5 * c),
        4 => format!("{k:?}/(x^2 + y^2 - {c:?})"),
        5 => format!("sqrt({x}^2 + {y}^2 - {:?})", d * d),
        6 => format!("log(abs(x + y - {c:?}) - {d:?})"),
        7 => format!("sqrt((x - y)^2 - {:?})", d * d),
        _ => format!("{k:?}*(x*y)^(-{:?})", random.pick(&[1.0, 1.5, 2.0, 12.0])),
    };
    let term = Term::new(text, Known::NONE);
    Problem::plain(SQUARE, maybe_with_hill(random, term))
}

/// The whole plane: correlated Gaussians, rings, one far from another.
pub(crate) fn infinite(random: &mut Random) -> Problem {
    let over = "x = -inf..inf, y = -inf..inf";
    let term = match random.below(4) {
        0 => {
            // exp(−x² − y² + cxy): 2π/√(4 − c²).
            let gap = random.size(-6.0, 0.0);
            let c = 2.0 - gap;
            let value = 2.0 * PI / ((2.0 - c) * (2.0 + c)).sqrt();
            Term::new(format!("exp(-x^2 - y^2 + {c:?}*x*y)"), value)
        }
        1 => {
            let k = random.size(0.0, 4.0);
            let value = PI / k.sqrt();
            let a = random.pick(&["x^2", "sin(x)", "x^3 - x", "abs(x)"]);
            Term::new(format!("exp(-x^2 - {k:?}*(y - ({a}))^2)"), value)
        }
        2 => {
            let [cx, cy] = [0; 2].map(|_| random.size(0.0, 5.0) * random.sign());
            let k = random.size(-1.0, 2.0);
            let far = format!("exp(-{k:?}*((x - {cx:?})^2 + (y - {cy:?})^2))").replace("- -", "+ ");
            sum(&[Term::new("exp(-x^2 - y^2)", PI), Term::new(far, PI / k)])
        }
        _ => {
            // A ring: ∫ exp(−k(r² − R²)²) = π·(√π/2)/√k·(1 + erf(√k R²)).
            let k = random.size(0.0, 6.0);
            let r2 = random.pick(&[1.0, 4.0, 9.0]);
            let value = 0.5 * PI * PI.sqrt() / k.sqrt() * (1.0 + pxfm::f_erf(k.sqrt() * r2));
            Term::new(format!("exp(-{k:?}*(x^2 + y^2 - {r2:?})^2)"), value)
        }
    };
    Problem::plain(over, term)
}

/// Something broad that is no product, and a bump far out along an infinite range: in a strip, or in a quadrant.
pub(crate) fn far(random: &mut Random) -> Problem {
    let k = random.size(-1.5, 1.0);
    let c = random.size(1.5, 5.5) + 20.0 / k;
    let root = PI.sqrt();
    if random.one_in(3) {
        let broad = random.pick(&[
            ("1/(1 + x + y)^3", 0.5),
            ("1/((1 + x)*(1 + y) + 1)^2", LN_2),
            ("exp(-x - y)", 1.0),
        ]);
        let d = random.size(1.5, 4.0) + 20.0 / k;
        // exp(−k²(a² + b² − q·a·b)): 2π/(k²√(4 − q²)).
        let q = random.pick(&[0.0, 0.0, 0.25, -0.5, 1.0]);
        let exponent = format!("(x - {c:?})^2 + (y - {d:?})^2 - {q:?}*(x - {c:?})*(y - {d:?})");
        let value = 2.0 * PI / (k * k * (4.0f64 - q * q).sqrt());
        let bump = Term::new(format!("exp(-{:?}*({exponent}))", k * k), value);
        let broad = Term::new(broad.0, broad.1);
        return Problem::plain("x = 0..inf, y = 0..inf", sum(&[broad, bump]));
    }
    let (range, broad) = random.pick(&[
        ("0..inf", ("1/(1 + x + y)^2", LN_2)),
        ("0..inf", ("1/(1 + x + y)^3", 0.25)),
        ("0..inf", ("exp(-x*(1 + y))", LN_2)),
        ("1..inf", ("x^(-1.5 - y)", 3f64.ln())),
        ("-inf..inf", ("1/(1 + (x + y)^2)", PI)),
        ("-inf..inf", ("exp(-(x - sin(7*y))^2)", root)),
    ]);
    let slope = random.pick(&[0.0, 1.0, -1.0, 0.5 * c, 7.0 * k]);
    let distance = format!("({k:?}*(x - {c:?} - {slope:?}*y))").replace("- -", "+ ");
    let bump = match random.below(3) {
        0 => Term::new(format!("exp(-{distance}^2)"), root / k),
        1 => Term::new(format!("1/cosh({distance})^2"), 2.0 / k),
        _ => Term::new(format!("exp(-abs({distance}))"), 2.0 / k),
    };
    let bump = match random.one_in(2) {
        true => bump.times(&Term::new("1 + y", 1.5)),
        false => bump,
    };
    let broad = Term::new(broad.0, broad.1);
    Problem::plain(format!("x = {range}, y = 0..1"), sum(&[broad, bump]))
}

/// Maps of the plane with a known inverse: shears, polar coordinates, squares.
pub(crate) fn composed(random: &mut Random) -> Problem {
    let term = match random.below(3) {
        0 => {
            let [x, y] = [0; 2].map(|_| needle(random, UNIT, [-4.0, -1.0]));
            x.times(&renamed(&y, "y"))
        }
        1 => {
            let n = needle(random, UNIT, [-5.0, -1.0]);
            let h = hill(random, UNIT);
            n.times(&renamed(&h, "y"))
        }
        _ => {
            let profile = Profile::of_two(random);
            let k = random.size(0.5, 4.0);
            let at = line(random);
            profile.on_plane(random, [1.0, 1.0], at, k)
        }
    };
    let term = maybe_with_hill(random, term);
    if random.one_in(3) {
        // Radial: ∫ f(r²) over the unit disc is π ∫₀¹ f.
        let n = needle(random, UNIT, [-6.0, -1.0]);
        let n = maybe_with_line(random, n);
        let radial = renamed(&n, "(X^2 + Y^2)")
            .text
            .replace('X', "x")
            .replace('Y', "y");
        return Problem {
            map: "x = r*cos(t), y = r*sin(t)".to_owned(),
            over: "r = 0..1, t = 0..2*pi".to_owned(),
            integrand: radial,
            known: n.known * Known::from(PI),
        };
    }
    let (map, over) = random.pick(&[
        ("x = u^2, y = v^3", "u = 0..1, v = 0..1"),
        (
            "x = u, y = v + sin(7*u)/3",
            "u = 0..1, v = -sin(7*u)/3..1 - sin(7*u)/3",
        ),
        ("x = u*(2 - u), y = v", "u = 0..1, v = 0..1"),
        ("x = u, y = u*v", "u = 0..1, v = 0..1/u"),
        ("x = sin(u), y = v/cos(v)^0", "u = 0..pi/2, v = 0..1"),
        ("x = 2*u/(1 + u), y = tan(v)", "u = 0..1, v = 0..pi/4"),
        (
            "x = (u + v)/2, y = (u - v)/2",
            "u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)",
        ),
    ]);
    Problem {
        map: map.to_owned(),
        over: over.to_owned(),
        integrand: term.text,
        known: term.known,
    }
}

fn maybe_with_line(random: &mut Random, term: Term) -> Term {
    if random.one_in(2) {
        sum(&[hill(random, UNIT), term])
    } else {
        term
    }
}

/// Three variables: products of needles, small balls, needles behind jumps.
pub(crate) fn space(random: &mut Random) -> Problem {
    let over = "x = 0..1, y = 0..1, z = 0..1";
    let term = match random.below(3) {
        0 => {
            let [x, y, z] = [0; 3].map(|_| needle(random, UNIT, [-3.0, -0.5]));
            x.times(&renamed(&y, "y")).times(&renamed(&z, "z"))
        }
        1 => {
            let r = random.size(-3.0, -0.35).min(0.49);
            let c = [0; 3].map(|_| random.within(r, 1.0 - r));
            let r2 = r * r;
            let text = format!(
                "if((x - {:?})^2 + (y - {:?})^2 + (z - {:?})^2 < {r2:?}, 1, 0)",
                c[0], c[1], c[2]
            );
            Term::new(text, 4.0 / 3.0 * PI * r2 * r2.sqrt())
        }
        _ => {
            let profile = Profile::of_two(random);
            let k = random.size(0.5, 4.0);
            let at = line(random);
            let plane = profile.on_plane(random, [1.0, 1.0], at, k);
            plane.times(&renamed(&needle(random, UNIT, [-3.0, -0.5]), "z"))
        }
    };
    Problem::plain(over, term)
}
