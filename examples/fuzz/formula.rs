//! Random formulas as texts: plain ones, and such as are hard to prepare.

use crate::random::Random;

const UNARY: [&str; 33] = [
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "exp",
    "expm1",
    "ln",
    "log",
    "log1p",
    "log2",
    "log10",
    "sqrt",
    "cbrt",
    "abs",
    "floor",
    "ceil",
    "sign",
    "erf",
    "gamma",
    "heaviside",
    "digamma",
    "trigamma",
    "-",
    "not ",
    "",
];

const BINARY: [&str; 5] = ["min", "max", "hypot", "atan2", "pow"];

const INFIX: [&str; 12] = [
    "+", "-", "*", "/", "^", "+", "*", "-", "<", "<=", "and", "or",
];

/// A number, seldom a harmless one.
pub(crate) fn number(random: &mut Random) -> String {
    match random.below(12) {
        0..=4 => (1 + random.below(9)).to_string(),
        5 => format!("{:?}", random.clone().within(-2.0, 2.0)),
        6 => format!("{:e}", 10f64.powf(random.within(-300.0, 300.0))),
        7 => random
            .pick(&[
                "0",
                "1e308",
                "1e-308",
                "5e-324",
                "0.1",
                "2147483648",
                "1024",
                "-1024",
            ])
            .to_owned(),
        8 => random
            .pick(&["pi", "e", "tau", "inf", "(-inf)", "(0/0)"])
            .to_owned(),
        9 => format!("{}/{}", 1 + random.below(9), 1 + random.below(9)),
        _ => format!("{:.2}", random.clone().within(0.0, 9.0)),
    }
}

/// A formula of names, at most so deep.
pub(crate) fn formula(random: &mut Random, names: &[&str], depth: usize) -> String {
    if depth == 0 || random.one_in(8) {
        return if random.one_in(3) || names.is_empty() {
            number(random)
        } else {
            random.pick(names).to_owned()
        };
    }
    let inner = |random: &mut Random| formula(random, names, depth - 1);
    match random.below(12) {
        0..=5 => {
            let (left, right) = (inner(random), inner(random));
            format!("({left} {} {right})", random.pick(&INFIX))
        }
        6..=8 => format!("{}({})", random.pick(&UNARY), inner(random)),
        9 => {
            let (left, right) = (inner(random), inner(random));
            format!("{}({left}, {right})", random.pick(&BINARY))
        }
        10 => {
            let (a, b, c, d) = (inner(random), inner(random), inner(random), inner(random));
            format!(
                "if({a} {} {b}, {c}, {d})",
                random.pick(&["<", "<=", ">", ">=", "=="])
            )
        }
        _ => {
            let power = random.pick(&[
                "^2", "²", "^3", "^(-1)", "⁻¹", "^0.5", "^1024", "^-12", "^(1/3)", "¹²",
            ]);
            format!("({}){power}", inner(random))
        }
    }
}

/// A formula with many terms, factors or levels.
pub(crate) fn large(random: &mut Random, names: &[&str], most: f64) -> String {
    let count = 10f64.powf(random.within(1.0, most)) as usize;
    let x = random.pick(names);
    let y = random.pick(names);
    let k = random.below(9) + 1;
    let term = |i: usize, kind: usize| match kind {
        0 => format!("{x}^{i}"),
        1 => format!("1/({x} + {})", i + 1),
        2 => format!("sqrt({x} + {i})"),
        3 => format!("abs({x} - {i}/{count})"),
        4 => format!("if({x} < {i}/{count}, {y}, {k})"),
        5 => format!("sin({i}*{x} + {y})"),
        6 => format!("sin({i}*{x})*cos({y})"),
        7 => format!("max({x}, {i}*{y})"),
        8 => format!("({x} + {i})"),
        9 => format!("exp(-{x}^2*{i})"),
        10 => format!("floor({i}*{x})"),
        _ => format!("{i}"),
    };
    let kind = random.below(12);
    match random.below(6) {
        0..=2 => (0..count)
            .map(|i| term(i, kind))
            .collect::<Vec<_>>()
            .join(" + "),
        3 => (0..count)
            .map(|i| term(i, kind))
            .collect::<Vec<_>>()
            .join("*"),
        4 => {
            let conditions = (0..count).map(|i| format!("{} > {y}", term(i, kind)));
            format!("if({}, 1, 0)", conditions.collect::<Vec<_>>().join(" and "))
        }
        _ => {
            let depth = count.min(200);
            let function = random.pick(&["sin", "abs", "exp", "sqrt", "-", "1/", "2^"]);
            format!(
                "{}{x}{}",
                format!("{function}(").repeat(depth),
                ")".repeat(depth)
            )
        }
    }
}
