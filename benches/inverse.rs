//! Nodes per second of maps that are given the other way round, beside the same region by formulas.
//!
//! Both sides sum over the same tensor product of Gauss–Legendre nodes on one thread. Where algebra
//! solves the equations both are formulas; elsewhere one side solves a system by Newton's method at
//! every node, and the other has formulas of the same kind the right way round.
//!
//! Other work on the machine must not count: every number is the best of several passes in turn.
//!
//! `cargo bench --bench inverse`

use std::time::{Duration, Instant};

use pullback::domain::Pullback;
use pullback::integrator::tensor_sums;
use pullback::rule::Rule;
use pullback::{Domain, Map};

/// How long the passes of a row take together.
const PATIENCE: Duration = Duration::from_secs(3);

/// A map both ways.
struct Case {
    name: &'static str,
    inverse: &'static str,
    near: &'static [f64],
    explicit: &'static str,
    over: &'static str,
    integrand: &'static str,
    nodes: usize,
}

const CASES: &[Case] = &[
    Case {
        name: "polar, by algebra",
        inverse: "r = hypot(x,y), t = atan2(y,x)",
        near: &[1.0, 0.5],
        explicit: "x = r*cos(t), y = r*sin(t)",
        over: "r = 1..2, t = 0..1",
        integrand: "exp(-x^2-2*y^2)",
        nodes: 1000,
    },
    Case {
        name: "polar turned by r, by Newton",
        inverse: "r = hypot(x,y), t = atan2(y,x) + sin(x)/9",
        near: &[1.0, 0.5],
        explicit: "x = r*cos(t + sin(r*t)/9), y = r*sin(t + sin(r*t)/9)",
        over: "r = 1..2, t = 0..1",
        integrand: "exp(-x^2-2*y^2)",
        nodes: 1000,
    },
    Case {
        name: "pair of sines, by Newton",
        inverse: "u = x+sin(y)/2, v = y+sin(x)/2",
        near: &[0.3, 0.3],
        explicit: "x = u-sin(v-sin(u)/2)/2, y = v-sin(u-sin(v)/2)/2",
        over: "u = 0..1, v = 0..1",
        integrand: "exp(-x^2-2*y^2)",
        nodes: 1000,
    },
    Case {
        name: "three sines, by Newton",
        inverse: "u = x+sin(y+z)/4, v = y+sin(x*z)/4, w = z+cos(x+y)/4",
        near: &[0.0, 0.0, 0.0],
        explicit: "x = u-sin(v+w)/4, y = v-sin((u-sin(v+w)/4)*w)/4, z = w-cos(u+v-sin(u*w)/4)/4",
        over: "u = 0..1, v = 0..1, w = 0..1",
        integrand: "exp(-x^2-2*y^2-z)",
        nodes: 100,
    },
];

fn main() {
    println!(
        "{:32}{:>12}{:>12}{:>8}{:>12}",
        "", "explicit ns", "inverse ns", "ratio", "set-up ms"
    );
    for case in CASES {
        row(case);
    }
}

/// Nanoseconds a node, the best of passes of the two in turn.
fn row(case: &Case) {
    let explicit = Map::parse(case.explicit).expect("a map");
    let explicit = explicit.over(case.over).expect("a region");
    let start = Instant::now();
    let inverse = Map::inverse(case.inverse).expect("equations");
    let inverse = inverse.near(case.near).expect("a point");
    let inverse = inverse.over(case.over).expect("a branch");
    let set_up = start.elapsed().as_secs_f64() * 1e3;
    let pair: [&dyn Domain; 2] = [&explicit, &inverse];
    let integrands = pair.map(|domain| domain.parse(&[case.integrand]).expect("an integrand"));
    let pullbacks = [0, 1].map(|k| Pullback::new(pair[k], &integrands[k]).expect("a pullback"));
    let n = explicit.variables().len();
    let rules: Vec<Rule> = (0..n)
        .map(|_| Rule::gauss(case.nodes).expect("a rule"))
        .collect();
    let count = (case.nodes as f64).powi(n as i32);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    let mut best = [f64::INFINITY; 2];
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        for (pullback, best) in pullbacks.iter().zip(&mut best) {
            let start = Instant::now();
            let sums = one.install(|| tensor_sums(pullback, &rules)).expect("sums");
            assert!(sums[0].value().is_finite());
            *best = best.min(start.elapsed().as_secs_f64() * 1e9 / count);
        }
    }
    println!(
        "{:32}{:12.2}{:12.2}{:8.2}{set_up:12.2}",
        case.name,
        best[0],
        best[1],
        best[1] / best[0]
    );
}
