//! The bits of value and error of the catalogue of the tests, by every method: to compare before
//! and after a change that is to change none.
//!
//! `cargo run --release --example bits > before.txt`

#[path = "../tests/cases/mod.rs"]
mod cases;

use cases::CASES;
use pullback::{Error, Estimate, Method, Settings};

/// Samples and evaluations enough to leave every branch of a method behind.
const MAX_EVALS: u64 = 400_000;

/// Code in one to five variables: smooth, kinked, with a jump, peaked, singular at an end, periodic.
type Code = fn(&[f64]) -> f64;
const CODE: [(&str, Code); 6] = [
    ("smooth", |x| (x.iter().sum::<f64>() * 1.3).cos()),
    ("kink", |x| (x.iter().sum::<f64>() - 0.7).abs()),
    ("jump", |x| f64::from(x[0] + 0.3 * x[x.len() - 1] < 0.61)),
    ("peak", |x| {
        let square: f64 = x.iter().map(|x| (x - 0.42) * (x - 0.42)).sum();
        1.0 / (1e-3 + square)
    }),
    ("end", |x| x.iter().map(|x| x.powf(-0.4)).product()),
    ("periodic", |x| {
        let waves = x.iter().map(|x| (std::f64::consts::TAU * x).sin());
        waves.sum::<f64>().exp()
    }),
];

fn main() -> Result<(), Error> {
    for case in CASES {
        let domain = case.domain()?;
        let integrands = domain.parse(case.integrands)?;
        for (name, settings) in settings(case.rtol) {
            let answer = domain.integrate_all(&integrands, &settings)?;
            print(case.id, name, &answer);
        }
    }
    for dimension in 1..=5 {
        let limits: Vec<String> = (1..=dimension).map(|i| format!("x{i} = 0..1")).collect();
        let domain = cases::mapped("", &limits.join(", "))?;
        for (id, code) in CODE {
            for (name, settings) in settings(1e-8) {
                let answer = domain.integrate_fn(code, &settings)?;
                print(&format!("code-{id}-{dimension}"), name, &answer);
            }
        }
    }
    Ok(())
}

/// Every method.
fn settings(rtol: f64) -> Vec<(&'static str, Settings)> {
    let with = |rtol, method| {
        Settings::new()
            .rtol(rtol)
            .method(method)
            .max_evals(MAX_EVALS)
    };
    vec![
        ("auto", with(rtol, Method::Auto)),
        ("auto-1e-5", with(1e-5, Method::Auto)),
        ("gauss-7", with(rtol, Method::Gauss(vec![7]))),
        ("monte-carlo", with(1e-3, Method::MonteCarlo)),
    ]
}

fn print(id: &str, method: &str, answer: &Estimate) {
    let bits = |values: &[f64]| -> String {
        let texts = values.iter().map(|v| format!("{:016x}", v.to_bits()));
        texts.collect::<Vec<_>>().join(",")
    };
    println!(
        "{id} {method} {} {} {} {}",
        bits(&answer.values),
        bits(&answer.errors),
        answer.status,
        answer.evaluations
    );
}
