//! How the time and the memory of a whole integral grow with the terms of its formula.
//!
//! Each formula is integrated in a process of its own, whose peak of memory is that of the formula.

use std::process::{Command, Stdio};
use std::time::Instant;

use pullback::{Error, Map, Settings};

/// A form: its name, and its text with so many terms.
type Form = (&'static str, fn(usize) -> String);

/// The k-th of n terms, for all k from 1 on, with a sign between them.
fn joined(n: usize, between: &str, term: impl Fn(usize) -> String) -> String {
    (1..=n).map(term).collect::<Vec<_>>().join(between)
}

const FORMS: [Form; 10] = [
    ("Σ xᵏ", |n| joined(n, " + ", |k| format!("x^{k}"))),
    ("Σ 1/(x + k)", |n| {
        joined(n, " + ", |k| format!("1/(x + {k})"))
    }),
    ("Σ √(x + k)", |n| {
        joined(n, " + ", |k| format!("sqrt(x + {k})"))
    }),
    ("Σ exp(−kxy)", |n| {
        joined(n, " + ", |k| format!("exp(-{k}*x*y)"))
    }),
    ("Σ sin(kx) cos(ky)", |n| {
        joined(n, " + ", |k| format!("sin({k}*x)*cos({k}*y)"))
    }),
    ("Σ |x − k/n|", |n| {
        joined(n, " + ", |k| format!("abs(x - {k}/{n})"))
    }),
    ("Σ if(x < k/n, 1, 2)", |n| {
        joined(n, " + ", |k| format!("if(x < {k}/{n}, 1, 2)"))
    }),
    ("Σ max(x, ky)", |n| {
        joined(n, " + ", |k| format!("max(x, {k}*y)"))
    }),
    ("if(x > y − k and …, 1, 0)", |n| {
        format!(
            "if({}, 1, 0)",
            joined(n, " and ", |k| format!("x > y - {k}"))
        )
    }),
    ("Π (1 + x/k²)", |n| {
        joined(n, "*", |k| format!("(1 + x/{k}^2)"))
    }),
];

const TERMS: [usize; 5] = [1_000, 3_162, 10_000, 31_623, 100_000];

/// What an integral is allowed; a form that takes much longer is not tried with more terms.
const MAX_SECONDS: f64 = 5.0;

/// A row is measured so often, and the least time counts: others have the machine, too.
const PASSES: usize = 3;

/// What takes longer is measured once.
const LONG_SECONDS: f64 = 3.0;

/// Integrates a form and says what it took: what the child process does.
pub(crate) fn measure(form: usize, terms: usize) -> Result<(), Error> {
    let text = FORMS[form].1(terms);
    let start = Instant::now();
    let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
    let settings = Settings::new()
        .rtol(1e-3)
        .max_seconds(MAX_SECONDS)
        .threads(1);
    // A formula that is too long is refused, and that takes its time too.
    let status = match square.parse(&[&text]) {
        Ok(integrand) => square.integrate_all(&integrand, &settings)?.status.name(),
        Err(_) => "refused",
    };
    println!("{} {} {status}", start.elapsed().as_secs_f64(), peak());
    Ok(())
}

/// The most megabytes that this process has had, where that can be known.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}

/// What one row of the table says.
struct Row {
    seconds: f64,
    megabytes: f64,
    status: String,
}

/// Measures a form in a process of its own; what that ended with, if it says nothing.
fn row(form: usize, terms: usize) -> Result<Row, String> {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new(program);
    command.args(["--form", &form.to_string(), "--terms", &terms.to_string()]);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .expect("it starts again");
    let said = String::from_utf8_lossy(&output.stdout);
    let words: Vec<&str> = said.split_whitespace().collect();
    let [seconds, megabytes, status] = words[..] else {
        return Err(output.status.to_string());
    };
    Ok(Row {
        seconds: seconds.parse().unwrap_or(f64::NAN),
        megabytes: megabytes.parse().unwrap_or(f64::NAN),
        status: status.to_owned(),
    })
}

/// The quickest of a few passes.
fn quickest(form: usize, terms: usize) -> Result<Row, String> {
    let mut best = row(form, terms)?;
    for _ in 1..PASSES {
        if best.seconds > LONG_SECONDS {
            break;
        }
        let again = row(form, terms)?;
        if again.seconds < best.seconds {
            best = again;
        }
    }
    Ok(best)
}

/// Prints the table: exponents from the row before, and from the first one.
pub(crate) fn print() {
    println!(
        "| form | terms | seconds | MB | status | exponent | since the first |\n\
         | --- | --- | --- | --- | --- | --- | --- |"
    );
    for (form, (name, _)) in FORMS.iter().enumerate() {
        let mut rows: Vec<(usize, f64)> = Vec::new();
        for terms in TERMS {
            let found = match quickest(form, terms) {
                Ok(found) => found,
                Err(ended) => {
                    println!("| {name} | {terms} | | | ended: {ended} | | |");
                    break;
                }
            };
            let exponent = |before: Option<&(usize, f64)>| {
                before.map_or_else(String::new, |&(fewer, seconds)| {
                    let times = terms as f64 / fewer as f64;
                    format!("{:.2}", (found.seconds / seconds).ln() / times.ln())
                })
            };
            println!(
                "| {name} | {terms} | {:.3} | {:.0} | {} | {} | {} |",
                found.seconds,
                found.megabytes,
                found.status,
                exponent(rows.last()),
                exponent(rows.first()),
            );
            rows.push((terms, found.seconds));
            if found.seconds > 4.0 * MAX_SECONDS {
                break;
            }
        }
    }
}
