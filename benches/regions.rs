//! Milliseconds that regions by conditions take, from the text to the answer.
//!
//! Parsing, the search for curves and surfaces, and the sums, on one thread. The first time stands
//! beside the best of many: a program that asks once pays for memory that is new to it.
//!
//! `cargo bench --bench regions`

use std::time::{Duration, Instant};

use pullback::{Map, Settings};

/// How long the passes of a row take together.
const PATIENCE: Duration = Duration::from_secs(2);

/// A region, what is integrated over it, and to which tolerance.
struct Case {
    region: &'static str,
    /// A number that the first digits of the value say.
    value: f64,
    integrand: &'static str,
    space: bool,
    rtol: f64,
}

const CASES: &[Case] = &[
    Case {
        region: "x^4 + y^4 - x*y < 1",
        value: 4.470_002_883_237,
        integrand: "exp(x)",
        space: false,
        rtol: 1e-10,
    },
    Case {
        region: "x^4 + y^4 + z^4 - x*y*z < 1",
        value: 7.592_090_44,
        integrand: "exp(x)",
        space: true,
        rtol: 1e-8,
    },
    Case {
        region: "(x - 0.5)^2 + y^2 <= 1 or (x + 0.5)^2 + y^2 <= 1",
        value: 5.054_815_608_57,
        integrand: "1",
        space: false,
        rtol: 1e-9,
    },
    Case {
        region: "0.999 <= x^2 + y^2 <= 1",
        value: 0.003_141_592_653_59,
        integrand: "1",
        space: false,
        rtol: 1e-8,
    },
    Case {
        region: "x^2 + y^2 <= 1 and y^2 + z^2 <= 1 and x^2 + z^2 <= 1",
        value: 4.686_291_5,
        integrand: "1",
        space: true,
        rtol: 1e-8,
    },
];

fn main() {
    println!(
        "{:56}{:>8}{:>10}{:>10}",
        "region", "rtol", "first ms", "best ms"
    );
    CASES.iter().for_each(row);
}

fn row(case: &Case) {
    let settings = Settings::new().rtol(case.rtol).threads(1);
    let (map, over) = match case.space {
        true => ("x = x, y = y, z = z", "x = -2..2, y = -2..2, z = -2..2"),
        false => ("x = x, y = y", "x = -2..2, y = -2..2"),
    };
    let pass = || {
        let start = Instant::now();
        let region = Map::parse(map).expect("a map");
        let region = region.over(over).expect("limits");
        let region = region.where_(case.region).expect("a condition");
        let answer = region
            .integrate_all(case.integrand, &settings)
            .expect("an integral");
        let off = (answer.value - case.value).abs();
        assert!(off <= 10.0 * case.rtol * case.value, "{answer}");
        start.elapsed().as_secs_f64() * 1e3
    };
    let first = pass();
    let begin = Instant::now();
    let mut best = first;
    while begin.elapsed() < PATIENCE {
        best = best.min(pass());
    }
    println!(
        "{:56}{:8.0e}{first:10.2}{best:10.2}",
        case.region, case.rtol
    );
}
