//! Prints a table of the vector kernels: the largest distance met from the correctly rounded value
//! (of the crate pxfm; whole ulp, 1 means an error below 1.5), and the time per element for
//! blocks of 256 numbers on each backend beside the standard library's scalar function.
//!
//! Run with `cargo run --release --example kernel_table [function …]`.

use pullback::elementary::{Binary, Unary};
use pullback::program::kernels::{Backend, Kernels};
use std::hint::black_box;
use std::time::Instant;

const BLOCK: usize = 256;

/// SplitMix64, with numbers uniform in an interval, or log-uniform of either sign.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.next() >> 11) as f64 * f64::EPSILON * 0.5;
        low + (high - low) * unit
    }
}

/// The best time of many, in nanoseconds per element.
fn time(mut run: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..60 {
        let start = Instant::now();
        for _ in 0..40 {
            run();
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    best / (40 * BLOCK) as f64 * 1e9
}

/// A row: the name, the times on the backends, the time of the standard library.
struct Row {
    name: String,
    error: String,
    times: Vec<f64>,
    standard: Option<f64>,
}

fn print(row: &Row) {
    let times: Vec<String> = row.times.iter().map(|t| format!("{t:.2}")).collect();
    let standard = row.standard.map_or("–".into(), |t| format!("{t:.2}"));
    println!(
        "| {} | {} | {} | {} |",
        row.name,
        row.error,
        times.join(" | "),
        standard
    );
}

/// What the table says of an error; functions without a reference are exact by construction.
fn described(error: Option<f64>) -> String {
    error.map_or("exact".into(), |e| format!("{e:.0}"))
}

/// The distance in ulp between a value and a reference of twice the precision's rounding.
fn ulps(value: f64, reference: f64) -> f64 {
    if value.is_nan() && reference.is_nan() || value == reference {
        return 0.0;
    }
    let ulp = reference.abs().next_up() - reference.abs();
    ((value - reference) / ulp).abs()
}

type UnaryReference = (
    Unary,
    f64,
    f64,
    Option<fn(f64) -> f64>,
    Option<fn(f64) -> f64>,
);
type BinaryReference = (
    Binary,
    [f64; 2],
    [f64; 2],
    Option<fn(f64, f64) -> f64>,
    Option<fn(f64, f64) -> f64>,
);

#[rustfmt::skip]
const UNARY: [UnaryReference; 31] = [
    (Unary::Neg, -2.0, 2.0, None, None),
    (Unary::Abs, -2.0, 2.0, None, None),
    (Unary::Sign, -2.0, 2.0, None, None),
    (Unary::Floor, -20.0, 20.0, None, Some(f64::floor)),
    (Unary::Ceil, -20.0, 20.0, None, Some(f64::ceil)),
    (Unary::Not, -2.0, 2.0, None, None),
    (Unary::Heaviside, -2.0, 2.0, None, None),
    (Unary::Sqrt, 0.0, 10.0, None, Some(f64::sqrt)),
    (Unary::Cbrt, -10.0, 10.0, Some(pxfm::f_cbrt), Some(f64::cbrt)),
    (Unary::Exp, -10.0, 10.0, Some(pxfm::f_exp), Some(f64::exp)),
    (Unary::Ln, 0.0, 10.0, Some(pxfm::f_log), Some(f64::ln)),
    (Unary::Log2, 0.0, 10.0, Some(pxfm::f_log2), Some(f64::log2)),
    (Unary::Log10, 0.0, 10.0, Some(pxfm::f_log10), Some(f64::log10)),
    (Unary::Sin, -10.0, 10.0, Some(pxfm::f_sin), Some(f64::sin)),
    (Unary::Cos, -10.0, 10.0, Some(pxfm::f_cos), Some(f64::cos)),
    (Unary::Tan, -10.0, 10.0, Some(pxfm::f_tan), Some(f64::tan)),
    (Unary::Asin, -1.0, 1.0, Some(pxfm::f_asin), Some(f64::asin)),
    (Unary::Acos, -1.0, 1.0, Some(pxfm::f_acos), Some(f64::acos)),
    (Unary::Atan, -5.0, 5.0, Some(pxfm::f_atan), Some(f64::atan)),
    (Unary::Sinh, -5.0, 5.0, Some(pxfm::f_sinh), Some(f64::sinh)),
    (Unary::Cosh, -5.0, 5.0, Some(pxfm::f_cosh), Some(f64::cosh)),
    (Unary::Tanh, -5.0, 5.0, Some(pxfm::f_tanh), Some(f64::tanh)),
    (Unary::Asinh, -5.0, 5.0, Some(pxfm::f_asinh), Some(f64::asinh)),
    (Unary::Acosh, 1.0, 5.0, Some(pxfm::f_acosh), Some(f64::acosh)),
    (Unary::Atanh, -1.0, 1.0, Some(pxfm::f_atanh), Some(f64::atanh)),
    (Unary::Erf, -4.0, 4.0, Some(pxfm::f_erf), None),
    (Unary::Gamma, 0.0, 20.0, Some(pxfm::f_tgamma), None),
    (Unary::Digamma, 1.5, 20.0, Some(pxfm::f_digamma), None),
    (Unary::Trigamma, 0.0, 20.0, Some(pxfm::f_trigamma), None),
    (Unary::Expm1, -10.0, 10.0, Some(pxfm::f_expm1), Some(f64::exp_m1)),
    (Unary::Log1p, -1.0, 10.0, Some(pxfm::f_log1p), Some(f64::ln_1p)),
];

#[rustfmt::skip]
const BINARY: [BinaryReference; 15] = [
    (Binary::Add, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Sub, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Mul, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Div, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Pow, [0.0, 10.0], [-5.0, 5.0], Some(pxfm::f_pow), Some(f64::powf)),
    (Binary::Atan2, [-2.0, 2.0], [-2.0, 2.0], Some(pxfm::f_atan2), Some(f64::atan2)),
    (Binary::Hypot, [-2.0, 2.0], [-2.0, 2.0], Some(pxfm::f_hypot), Some(f64::hypot)),
    (Binary::Min, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Max, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Lt, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Le, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Eq, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Ne, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::And, [-2.0, 2.0], [-2.0, 2.0], None, None),
    (Binary::Or, [-2.0, 2.0], [-2.0, 2.0], None, None),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    let backends: Vec<(Backend, &Kernels)> = Backend::available()
        .into_iter()
        .filter_map(|b| b.kernels().map(|k| (b, k)))
        .collect();
    let heads: Vec<String> = backends.iter().map(|(b, _)| format!("{b:?}")).collect();
    println!("| function | max ulp | {} | std |", heads.join(" | "));
    println!("|---|---|{}---|", "---|".repeat(heads.len()));

    let mut random = Random(1);
    let mut out = vec![0.0; BLOCK];
    let mut second = vec![0.0; BLOCK];
    for (function, low, high, reference, standard) in UNARY {
        let name = format!("{function:?}");
        if !is_wanted(&name) {
            continue;
        }
        let x: Vec<f64> = (0..BLOCK).map(|_| random.uniform(low, high)).collect();
        let error = reference.map(|reference| {
            let mut error = 0.0f64;
            let kernel = backends[backends.len() - 1].1.unary(function);
            let mut x = x.clone();
            for _ in 0..400 {
                x.iter_mut().for_each(|x| *x = random.uniform(low, high));
                kernel(&x, &mut out);
                for (&o, &x) in out.iter().zip(&x) {
                    error = error.max(ulps(o, reference(x)));
                }
            }
            error
        });
        let times = backends
            .iter()
            .map(|(_, k)| time(|| k.unary(function)(black_box(&x), black_box(&mut out))))
            .collect();
        let standard = standard.map(|f| {
            time(|| {
                for (o, &x) in out.iter_mut().zip(black_box(&x)) {
                    *o = f(x);
                }
                black_box(&mut out);
            })
        });
        print(&Row {
            name,
            error: described(error),
            times,
            standard,
        });
    }
    for (function, [a0, a1], [b0, b1], reference, standard) in BINARY {
        let name = format!("{function:?}");
        if !is_wanted(&name) {
            continue;
        }
        let mut a: Vec<f64> = (0..BLOCK).map(|_| random.uniform(a0, a1)).collect();
        let mut b: Vec<f64> = (0..BLOCK).map(|_| random.uniform(b0, b1)).collect();
        let error = reference.map(|reference| {
            let mut error = 0.0f64;
            let kernel = backends[backends.len() - 1].1.binary(function).slices;
            for _ in 0..400 {
                a.iter_mut().for_each(|a| *a = random.uniform(a0, a1));
                b.iter_mut().for_each(|b| *b = random.uniform(b0, b1));
                kernel(&a, &b, &mut out);
                for ((&o, &a), &b) in out.iter().zip(&a).zip(&b) {
                    error = error.max(ulps(o, reference(a, b)));
                }
            }
            error
        });
        let times = backends
            .iter()
            .map(|(_, k)| {
                let kernel = k.binary(function).slices;
                time(|| kernel(black_box(&a), black_box(&b), black_box(&mut out)))
            })
            .collect();
        let standard = standard.map(|f| {
            time(|| {
                for ((o, &a), &b) in out.iter_mut().zip(black_box(&a)).zip(black_box(&b)) {
                    *o = f(a, b);
                }
                black_box(&mut out);
            })
        });
        print(&Row {
            name,
            error: described(error),
            times,
            standard,
        });
    }
    let x: Vec<f64> = (0..BLOCK).map(|_| random.uniform(-10.0, 10.0)).collect();
    let y: Vec<f64> = (0..BLOCK).map(|_| random.uniform(-10.0, 10.0)).collect();
    let mut others: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut measure = |name: &'static str, run: &mut dyn FnMut(&Kernels)| {
        if is_wanted(name) {
            let times = backends.iter().map(|(_, k)| time(|| run(k))).collect();
            others.push((name, times));
        }
    };
    measure("sin_cos", &mut |k| {
        (k.sin_cos)(black_box(&x), black_box(&mut out), black_box(&mut second))
    });
    measure("powi 2", &mut |k| {
        (k.powi)(black_box(&x), 2, black_box(&mut out))
    });
    measure("powi 5", &mut |k| {
        (k.powi)(black_box(&x), 5, black_box(&mut out))
    });
    measure("powi 11", &mut |k| {
        (k.powi)(black_box(&x), 11, black_box(&mut out))
    });
    measure("powi −3", &mut |k| {
        (k.powi)(black_box(&x), -3, black_box(&mut out))
    });
    measure("select", &mut |k| {
        (k.select)(black_box(&x), &x, &y, black_box(&mut out))
    });
    measure("mul_add", &mut |k| {
        (k.mul_add.slices)(black_box(&x), &x, &y, black_box(&mut out))
    });
    measure("dot", &mut |k| {
        black_box((k.dot)(black_box(&x), black_box(&y)));
    });
    for (name, times) in others {
        print(&Row {
            name: name.into(),
            error: "–".into(),
            times,
            standard: None,
        });
    }
}
