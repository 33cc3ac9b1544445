//! Nodes per second against the same loops written by hand in C.
//!
//! Both sides sum weight · f(φ(u, v)) · |det J| over a tensor product of Gauss–Legendre nodes on
//! one thread. The C loops are compiled here, in the same run, with `gcc -O3 -march=native`; where
//! there is no C compiler the comparison is skipped. The last two columns are our own time on two
//! threads and how many times faster that is than one.
//!
//! Other work on the machine must not count: every number is the best of several passes, ours with
//! one thread and with two in turn.
//!
//! Rows marked with an asterisk are algebra: the integrand falls apart so far that next to nothing
//! is left to do at a node.
//!
//! `cargo bench --bench against_c`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use pullback::Map;
use pullback::domain::Pullback;
use pullback::integrator::tensor_sums;
use pullback::rule::Rule;

/// Passes over the C loops.
const PASSES: usize = 8;

/// Seconds that our passes take together.
const PATIENCE: f64 = 4.0;

/// One integral, in our language and in C.
struct Case {
    name: &'static str,
    map: &'static str,
    over: &'static str,
    integrand: &'static str,
    nodes: &'static [usize],
    /// The loop body in C: `u[0]`, `u[1]`, … are the variables, `value` is f · |det J|.
    c: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "disk, exp(-x^2-y^2) *",
        map: "x = r*cos(t), y = r*sin(t)",
        over: "r = 0..1, t = 0..2*pi",
        integrand: "exp(-x^2-y^2)",
        nodes: &[2000, 2000],
        c: "double r = u[0], t = u[1], c = cos(t), s = sin(t), x = r*c, y = r*s; \
            double xr = c, xt = -r*s, yr = s, yt = r*c; \
            value = exp(-x*x - y*y) * fabs(xr*yt - xt*yr);",
    },
    Case {
        name: "disk, exp(-x^2-2*y^2)",
        map: "x = r*cos(t), y = r*sin(t)",
        over: "r = 0..1, t = 0..2*pi",
        integrand: "exp(-x^2-2*y^2)",
        nodes: &[2000, 2000],
        c: "double r = u[0], t = u[1], c = cos(t), s = sin(t), x = r*c, y = r*s; \
            double xr = c, xt = -r*s, yr = s, yt = r*c; \
            value = exp(-x*x - 2*y*y) * fabs(xr*yt - xt*yr);",
    },
    Case {
        name: "elliptic, exp(-x^2)*cos(y)",
        map: "x = cosh(m)*cos(n), y = sinh(m)*sin(n)",
        over: "m = 0..1, n = 0..2*pi",
        integrand: "exp(-x^2)*cos(y)",
        nodes: &[2000, 2000],
        c: "double m = u[0], n = u[1]; \
            double x = cosh(m)*cos(n), y = sinh(m)*sin(n); \
            double xm = sinh(m)*cos(n), xn = -cosh(m)*sin(n); \
            double ym = cosh(m)*sin(n), yn = sinh(m)*cos(n); \
            value = exp(-x*x)*cos(y) * fabs(xm*yn - xn*ym);",
    },
    Case {
        name: "ball, exp(-x^2-2*y^2-3*z^2)",
        map: "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)",
        over: "r = 0..1, p = 0..pi, t = 0..2*pi",
        integrand: "exp(-x^2-2*y^2-3*z^2)",
        nodes: &[250, 250, 250],
        c: "double r = u[0], p = u[1], t = u[2]; \
            double x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p); \
            double a = sin(p)*cos(t), b = r*cos(p)*cos(t), c = -r*sin(p)*sin(t); \
            double d = sin(p)*sin(t), e = r*cos(p)*sin(t), f = r*sin(p)*cos(t); \
            double g = cos(p), h = -r*sin(p); \
            value = exp(-x*x - 2*y*y - 3*z*z) * fabs(c*(d*h - e*g) - f*(a*h - b*g));",
    },
    Case {
        name: "ten operators, exp(-x^2-y^2)",
        map: "x = u + v*sin(u*v)/2, y = v + u^2*cos(u - v)",
        over: "u = 0..1, v = 0..1",
        integrand: "exp(-x^2-y^2)",
        nodes: &[2000, 2000],
        c: "double p = u[0], q = u[1]; \
            double s = sin(p*q), c = cos(p*q), k = cos(p - q), l = sin(p - q); \
            double x = p + 0.5*q*s, y = q + p*p*k; \
            double xu = 1 + 0.5*q*q*c, xv = 0.5*s + 0.5*p*q*c; \
            double yu = 2*p*k - p*p*l, yv = 1 + p*p*l; \
            value = exp(-x*x - y*y) * fabs(xu*yv - xv*yu);",
    },
    Case {
        name: "6-D product of cosines through a ring",
        map: "x1 = a*(1 + b/8), x2 = b*(1 + c/8), x3 = c*(1 + d/8), \
              x4 = d*(1 + g/8), x5 = g*(1 + h/8), x6 = h*(1 + a/8)",
        over: "a = 0..1, b = 0..1, c = 0..1, d = 0..1, g = 0..1, h = 0..1",
        integrand: "cos(x1)*cos(x2)*cos(x3)*cos(x4)*cos(x5)*cos(x6)",
        nodes: &[14; 6],
        c: "double diagonal = 1, ring = 1; value = 1; \
            for (int i = 0; i < 6; i++) { \
              double next = u[(i + 1) % 6], stretch = 1 + next/8; \
              value *= cos(u[i]*stretch); diagonal *= stretch; ring *= u[i]/8; \
            } \
            value *= fabs(diagonal - ring);",
    },
    Case {
        name: "6-D product of cosines *",
        map: "x1 = a^2, x2 = b^2, x3 = c^2, x4 = d^2, x5 = g^2, x6 = h^2",
        over: "a = 0..1, b = 0..1, c = 0..1, d = 0..1, g = 0..1, h = 0..1",
        integrand: "cos(x1)*cos(x2)*cos(x3)*cos(x4)*cos(x5)*cos(x6)",
        nodes: &[14; 6],
        c: "value = 1; \
            for (int i = 0; i < 6; i++) { \
              value *= cos(u[i]*u[i])*2*u[i]; \
            }",
    },
];

fn main() {
    println!(
        "| integral | nodes | C, ns/node | pullback, ns/node | C / pullback | difference | \
         2 threads, ns/node | 1 / 2 threads |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    let folder = std::env::temp_dir().join(format!("pullback-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    for case in CASES {
        let (ours, two_threads, value) = ours(case);
        let nodes: usize = case.nodes.iter().product();
        let (c, ratio, difference) = match c_loop(case, &folder) {
            Some((c, c_value)) => (
                format!("{c:.2}"),
                format!("**{:.1}**", c / ours),
                format!("{:.0e}", (c_value - value).abs() / value.abs()),
            ),
            None => ("no C compiler".to_owned(), "–".to_owned(), "–".to_owned()),
        };
        println!(
            "| {} | {nodes} | {c} | {ours:.3} | {ratio} | {difference} | {two_threads:.3} | {:.2} |",
            case.name,
            ours / two_threads
        );
    }
    let _ = std::fs::remove_dir_all(&folder);
}

/// Nanoseconds per node on one thread and on two, and the value.
fn ours(case: &Case) -> (f64, f64, f64) {
    let domain = Map::parse_with(case.map, &variables(case), &Default::default())
        .and_then(|map| map.over(case.over))
        .expect("the case is well formed");
    let integrands = domain
        .parse(&[case.integrand])
        .expect("the integrand parses");
    let pullback = Pullback::new(&domain, &integrands).expect("the pullback compiles");
    let rules: Vec<Rule> = case
        .nodes
        .iter()
        .map(|&n| Rule::gauss(n).expect("an order"))
        .collect();
    let nodes: usize = case.nodes.iter().product();
    let pool = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pools = [1, 2].map(|threads| pool(threads).expect("threads"));
    let mut best = [f64::INFINITY; 2];
    let mut values = [0.0f64; 2];
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < PATIENCE {
        for (k, pool) in pools.iter().enumerate() {
            let start = Instant::now();
            let sums = pool.install(|| tensor_sums(&pullback, &rules));
            values[k] = sums.expect("threads")[0].value();
            best[k] = best[k].min(start.elapsed().as_secs_f64() * 1e9 / nodes as f64);
        }
    }
    assert_eq!(values[0].to_bits(), values[1].to_bits(), "{}", case.name);
    (best[0], best[1], values[0])
}

/// The variables in the order of the limits.
fn variables(case: &Case) -> Vec<&str> {
    let limits = case.over.split(", ");
    limits
        .filter_map(|limit| limit.split(" = ").next())
        .collect()
}

/// The C side: compiled, run, and read back. `None` without a compiler.
fn c_loop(case: &Case, folder: &Path) -> Option<(f64, f64)> {
    let source: PathBuf = folder.join("loop.c");
    let program = folder.join("loop");
    std::fs::write(&source, c_source(case)).ok()?;
    let built = Command::new("gcc")
        .args(["-O3", "-march=native", "-o"])
        .args([&program, &source])
        .arg("-lm")
        .status()
        .ok()?;
    if !built.success() {
        return None;
    }
    let run = Command::new(&program).output().ok()?;
    let text = String::from_utf8(run.stdout).ok()?;
    let mut numbers = text.split_whitespace().map(|n| n.parse::<f64>());
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn c_source(case: &Case) -> String {
    let mut source = String::from(
        "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>\n",
    );
    let dimension = case.nodes.len();
    let limits: Vec<&str> = case.over.split(", ").collect();
    for (axis, (&n, limit)) in case.nodes.iter().zip(&limits).enumerate() {
        let rule = Rule::gauss(n).expect("an order");
        let range = limit.split(" = ").nth(1).expect("a range");
        let (lo, hi) = range.split_once("..").expect("two ends");
        let number = |text: &str| match text {
            "2*pi" => std::f64::consts::TAU,
            "pi" => std::f64::consts::PI,
            text => text.parse().expect("a number"),
        };
        let (lo, hi): (f64, f64) = (number(lo), number(hi));
        for (name, values) in [
            (
                "n",
                rule.nodes()
                    .iter()
                    .map(|x| lo + (hi - lo) * x)
                    .collect::<Vec<_>>(),
            ),
            ("w", rule.weights().iter().map(|w| (hi - lo) * w).collect()),
        ] {
            let _ = write!(source, "static double {name}{axis}[] = {{");
            for value in values {
                let _ = write!(source, "{value:?},");
            }
            source.push_str("};\n");
        }
    }
    source.push_str("static double all(void) {\n  double sum = 0;\n");
    for axis in 0..dimension {
        let n = case.nodes[axis];
        let _ = writeln!(source, "  for (int i{axis} = 0; i{axis} < {n}; i{axis}++)");
    }
    let list = |name: &str, separator: &str| {
        let items: Vec<String> = (0..dimension).map(|a| format!("{name}{a}[i{a}]")).collect();
        items.join(separator)
    };
    let _ = writeln!(
        source,
        "  {{ double u[] = {{{}}}, value; {} sum += {} * value; }}\n  return sum;\n}}",
        list("n", ", "),
        case.c,
        list("w", " * ")
    );
    let nodes: usize = case.nodes.iter().product();
    let _ = writeln!(
        source,
        "static double now(void) {{\n  struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t);\n  \
         return t.tv_sec * 1e9 + t.tv_nsec;\n}}\n\
         int main(void) {{\n  double value = 0, best = 0;\n  \
         for (int k = 0; k < {PASSES}; k++) {{\n    \
         double begin = now();\n    value = all();\n    \
         double time = now() - begin;\n    \
         if (k == 0 || time < best) best = time;\n  }}\n  \
         printf(\"%.17g %.17g\\n\", best / {nodes}.0, value);\n}}"
    );
    source
}
