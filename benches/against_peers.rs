//! Evaluations, time and errors against the libraries that a user of C would take.
//!
//! Each integral is asked for with the same tolerance and the same limit of evaluations, on one
//! thread. The peers are S. G. Johnson's cubature (`hcubature`, `pcubature`) and the GNU Scientific
//! Library (`QAGS` nested in itself, `VEGAS`); their user writes the map and its Jacobian by hand.
//! They are compiled here, in the same run, with `gcc -O3 -march=native`, and skipped where
//! the compiler or a library is missing. Like the work of the compiler there, differentiating,
//! compiling and bounding the formulas here is done once and shown apart, as the time to prepare: what
//! the first integral takes, from parsed formulas on, and later ones do not. A ratio that counts it is
//! given too. A time is the best of several passes.
//!
//! `cargo bench --bench against_peers`

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use pullback::domain::Pullback;
use pullback::integrator::integrate_on_unit_box;
use pullback::{Map, Settings};

/// The tolerance asked for, as a part of the value.
const RTOL: f64 = 1e-8;

/// The most evaluations.
const MAX_EVALS: u64 = 10_000_000;

/// Passes and seconds for each integral and tool; whichever ends first.
const PASSES: usize = 5;
const SECONDS: f64 = 0.25;

/// Passes go on for this long at least: the first ones are slow.
const LEAST_SECONDS: f64 = 0.01;

/// One integral, in our language and in C.
struct Case {
    name: &'static str,
    map: &'static str,
    over: &'static str,
    integrand: &'static str,
    /// The integrand times the Jacobian in C, of the variables `u[0]`, `u[1]`, ….
    c: &'static str,
    exact: f64,
}

const CASES: &[Case] = &[
    Case {
        name: "disk, exp(-x²-y²)",
        map: "x = r*cos(t), y = r*sin(t)",
        over: "r = 0..1, t = 0..2*pi",
        integrand: "exp(-x^2-y^2)",
        c: "double r = u[0], t = u[1], x = r*cos(t), y = r*sin(t); \
            return exp(-x*x - y*y) * r;",
        exact: 1.9858653037988716,
    },
    Case {
        name: "ellipse, x²",
        map: "x = cosh(m)*cos(n), y = sinh(m)*sin(n)",
        over: "m = 0..1, n = 0..2*pi",
        integrand: "x^2",
        c: "double m = u[0], n = u[1], x = cosh(m)*cos(n), a = sinh(m), b = sin(n); \
            return x*x * (a*a + b*b);",
        exact: 3.3913137315420643,
    },
    Case {
        name: "ball, exp(x+y+z)",
        map: "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)",
        over: "r = 0..1, p = 0..pi, t = 0..2*pi",
        integrand: "exp(x+y+z)",
        c: "double r = u[0], s = sin(u[1]); \
            return exp(r*s*cos(u[2]) + r*s*sin(u[2]) + r*cos(u[1])) * r*r*s;",
        exact: 5.58780791721528,
    },
    Case {
        name: "solid torus, x²+y²",
        map: "x = (2 + r*cos(v))*cos(t), y = (2 + r*cos(v))*sin(t), z = r*sin(v)",
        over: "r = 0..0.5, v = 0..2*pi, t = 0..2*pi",
        integrand: "x^2+y^2",
        c: "double q = 2 + u[0]*cos(u[1]), x = q*cos(u[2]), y = q*sin(u[2]); \
            return (x*x + y*y) * u[0]*q;",
        exact: 41.32896842956169,
    },
    Case {
        name: "peak, width 0.01",
        map: "",
        over: "x = 0..1, y = 0..1",
        integrand: "1/(((x-0.3)^2 + 1e-4)*((y-0.6)^2 + 1e-4))",
        c: "double x = u[0] - 0.3, y = u[1] - 0.6; return 1/((x*x + 1e-4)*(y*y + 1e-4));",
        exact: 95911.51323743949,
    },
    Case {
        name: "1/r at a corner",
        map: "",
        over: "x = 0..1, y = 0..1",
        integrand: "1/sqrt(x^2+y^2)",
        c: "return 1/sqrt(u[0]*u[0] + u[1]*u[1]);",
        exact: 1.762747174039086,
    },
    Case {
        name: "1/√(xy)",
        map: "",
        over: "x = 0..1, y = 0..1",
        integrand: "1/sqrt(x*y)",
        c: "return 1/sqrt(u[0]*u[1]);",
        exact: 4.0,
    },
    Case {
        name: "abs(x+y−0.9)",
        map: "",
        over: "x = 0..1, y = 0..1",
        integrand: "abs(x+y-0.9)",
        c: "return fabs(u[0] + u[1] - 0.9);",
        exact: 0.343,
    },
    Case {
        name: "oscillatory, 5-D",
        map: "",
        over: "a = 0..1, b = 0..1, c = 0..1, d = 0..1, f = 0..1",
        integrand: "cos(1.9 + 0.4*a + 0.8*b + 1.2*c + 1.6*d + 2*f)",
        c: "return cos(1.9 + 0.4*u[0] + 0.8*u[1] + 1.2*u[2] + 1.6*u[3] + 2*u[4]);",
        exact: 0.12807699416622867,
    },
    Case {
        name: "corner peak, 5-D",
        map: "",
        over: "a = 0..1, b = 0..1, c = 0..1, d = 0..1, f = 0..1",
        integrand: "(1 + 0.2*a + 0.32*b + 0.44*c + 0.56*d + 0.68*f)^(-6)",
        c: "double s = 1 + 0.2*u[0] + 0.32*u[1] + 0.44*u[2] + 0.56*u[3] + 0.68*u[4]; \
            double s2 = s*s; return 1/(s2*s2*s2);",
        exact: 0.01925451396895616,
    },
];

/// What a tool said of one integral.
struct Answer {
    tool: String,
    evaluations: u64,
    /// To prepare, where that is not done by a compiler.
    prepare: f64,
    seconds: f64,
    value: f64,
    error: f64,
}

impl Answer {
    fn true_error(&self, exact: f64) -> f64 {
        (self.value - exact).abs() / exact.abs()
    }

    /// Whether the value is as near to the truth as was asked for.
    fn is_right(&self, exact: f64) -> bool {
        self.true_error(exact) <= RTOL
    }
}

fn main() {
    let folder = std::env::temp_dir().join(format!("pullback-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let mut peers: Vec<Vec<Answer>> = CASES.iter().map(|_| Vec::new()).collect();
    for (name, flag, libraries, package) in [
        (
            "cubature",
            "-DCUBATURE",
            &["-lcubature"][..],
            "libcubature-dev",
        ),
        ("GSL", "-DGSL", &["-lgsl", "-lgslcblas"][..], "libgsl-dev"),
    ] {
        match answers_in_c(&folder, flag, libraries) {
            Ok(answers) => {
                for (case, answer) in answers {
                    peers[case].push(answer);
                }
            }
            Err(reason) => {
                println!("{name} is skipped: {reason} (on Debian: apt install gcc {package}).\n")
            }
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    println!(
        "Asked for: error ≤ {RTOL:e} of the value, at most {MAX_EVALS:e} evaluations. \
         Errors are parts of the value; an answer within the tolerance is right.\n\n\
         | integral | tool | evaluations | prepare, µs | time, µs | true error | claimed | right | time / ours |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    let (mut ratios, mut prepared, mut fewer) = (Vec::new(), Vec::new(), Vec::new());
    let (mut only_ours, mut only_theirs) = (0, 0);
    for (case, peers) in CASES.iter().zip(&peers) {
        let ours = ours(case);
        for answer in std::iter::once(&ours).chain(peers) {
            println!("{}", row(case, answer, &ours));
        }
        let right = peers.iter().filter(|peer| peer.is_right(case.exact));
        let least = right.clone().map(|peer| peer.evaluations).min();
        let best = right.map(|peer| peer.seconds).min_by(f64::total_cmp);
        match (ours.is_right(case.exact), best) {
            (true, Some(best)) => {
                ratios.push(best / ours.seconds);
                prepared.push(best / (ours.prepare + ours.seconds));
                fewer.extend(least.map(|least| least as f64 / ours.evaluations as f64));
            }
            (true, None) => only_ours += 1,
            (false, Some(_)) => only_theirs += 1,
            (false, None) => {}
        }
    }
    if peers.iter().any(|peers| !peers.is_empty()) {
        for (what, ratios) in [
            ("Time of the best right peer over ours", &ratios),
            ("The same, with our time to prepare", &prepared),
            ("Evaluations of the thriftiest right peer over ours", &fewer),
        ] {
            let mean = ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64;
            let list: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            println!(
                "\n{what}, where both are right: {}; geometric mean **{:.2}**.",
                list.join(", "),
                mean.exp()
            );
        }
        println!("\nRight alone: we {only_ours} times, a peer {only_theirs} times.");
    }
}

fn row(case: &Case, answer: &Answer, ours: &Answer) -> String {
    format!(
        "| {} | {} | {} | {:.1} | {:.1} | {:.1e} | {:.1e} | {} | {:.2} |",
        case.name,
        answer.tool,
        answer.evaluations,
        1e6 * answer.prepare,
        1e6 * answer.seconds,
        answer.true_error(case.exact),
        answer.error / case.exact.abs(),
        if answer.is_right(case.exact) {
            "yes"
        } else {
            "no"
        },
        answer.seconds / ours.seconds
    )
}

/// Our answer, on one thread.
fn ours(case: &Case) -> Answer {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread");
    let names: Vec<&str> = limits(case).map(|(name, ..)| name).collect();
    let map = if case.map.is_empty() {
        Map::identity(&names)
    } else {
        Map::parse_with(case.map, &names, &Default::default())
    };
    let domain = map
        .and_then(|map| map.over(case.over))
        .expect("the case is well formed");
    let integrands = domain
        .parse(&[case.integrand])
        .expect("the integrand parses");
    let settings = Settings::new().rtol(RTOL).max_evals(MAX_EVALS);
    let (first, pullback) = fastest(|| {
        let pullback = Pullback::new(&domain, &integrands).expect("the formulas have derivatives");
        let outcome = pool.install(|| integrate_on_unit_box(&pullback, &settings));
        outcome.map(|_| pullback)
    });
    let pullback = pullback.expect("the settings are in range");
    let (seconds, outcome) =
        pool.install(|| fastest(|| integrate_on_unit_box(&pullback, &settings)));
    let outcome = outcome.expect("the settings are in range");
    Answer {
        tool: format!("**pullback** ({})", outcome.status),
        evaluations: outcome.evaluations,
        // All that the first integral over a pullback takes, and later ones do not.
        prepare: (first - seconds).max(0.0),
        seconds,
        value: outcome.values[0],
        error: outcome.errors[0],
    }
}

/// The best time of several passes, and what the last one gave.
fn fastest<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let (mut best, mut spent) = (f64::INFINITY, 0.0);
    let mut passes = 0;
    loop {
        let start = Instant::now();
        let result = std::hint::black_box(work());
        let seconds = start.elapsed().as_secs_f64();
        best = best.min(seconds);
        spent += seconds;
        passes += 1;
        if passes >= PASSES && spent > LEAST_SECONDS || spent > SECONDS {
            return (best, result);
        }
    }
}

/// Name, lower and upper limit of each variable.
fn limits(case: &Case) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    case.over.split(", ").map(|limit| {
        let (name, range) = limit.split_once(" = ").expect("a name and a range");
        let (low, high) = range.split_once("..").expect("two ends");
        (name, low, high)
    })
}

/// What the peers of one library say: compiled, run and read back. Where that fails, why.
fn answers_in_c(
    folder: &Path,
    flag: &str,
    libraries: &[&str],
) -> Result<Vec<(usize, Answer)>, String> {
    let source = folder.join("driver.c");
    let program = folder.join("driver");
    let write = |path: &Path, text: &str| {
        std::fs::write(path, text).map_err(|reason| format!("{}: {reason}", path.display()))
    };
    write(&source, include_str!("against_peers/driver.c"))?;
    write(&folder.join("cases.h"), &cases_in_c())?;
    let built = Command::new("gcc")
        .args(["-O3", "-march=native", flag, "-o"])
        .args([&program, &source])
        .args(libraries)
        .arg("-lm")
        .output()
        .map_err(|reason| format!("gcc cannot be run, {reason}"))?;
    if !built.status.success() {
        let text = String::from_utf8_lossy(&built.stderr);
        let line = text.lines().find(|line| line.contains("error"));
        return Err(line.unwrap_or("gcc fails").to_owned());
    }
    let run = Command::new(&program).output();
    let run = run.map_err(|reason| format!("the program cannot be run, {reason}"))?;
    let text = String::from_utf8_lossy(&run.stdout);
    let answers = text.lines().map(answer_of).collect::<Option<_>>();
    answers.ok_or_else(|| "the program prints what cannot be read".to_owned())
}

/// An answer from its line.
fn answer_of(line: &str) -> Option<(usize, Answer)> {
    // The name of a tool has a comma of its own: the numbers are counted from the end.
    let (case, rest) = line.split_once(',')?;
    let mut fields = rest.rsplitn(5, ',');
    let error = fields.next()?.parse().ok()?;
    let value = fields.next()?.parse().ok()?;
    let seconds = fields.next()?.parse().ok()?;
    let evaluations = fields.next()?.parse().ok()?;
    let tool = fields.next()?.to_owned();
    let answer = Answer {
        tool,
        evaluations,
        prepare: 0.0,
        seconds,
        value,
        error,
    };
    Some((case.parse().ok()?, answer))
}

/// The integrals as a header for the driver.
fn cases_in_c() -> String {
    let mut text = format!(
        "#define RTOL {RTOL:e}\n#define MAX_EVALS {MAX_EVALS}\n#define PASSES {PASSES}\n\
         #define SECONDS {SECONDS}\n#define pi M_PI\n"
    );
    for (k, case) in CASES.iter().enumerate() {
        let _ = writeln!(text, "static double f{k}(const double *u) {{ {} }}", case.c);
    }
    text.push_str("static const struct problem problems[] = {\n");
    for (k, case) in CASES.iter().enumerate() {
        let low: Vec<&str> = limits(case).map(|(_, low, _)| low).collect();
        let high: Vec<&str> = limits(case).map(|(.., high)| high).collect();
        let _ = writeln!(
            text,
            "  {{{}, {{{}}}, {{{}}}, f{k}}},",
            low.len(),
            low.join(", "),
            high.join(", ")
        );
    }
    text.push_str("};\n");
    text
}
