//! How time grows with nodes, variables, operators and threads: prints a table, and draws
//! `plots/growth.png`.
//!
//! Every number is the best of several runs. `cargo run --release --example growth`; with `--forms` it
//! prints how whole integrals grow with the terms of ten forms of formulas instead.

mod forms;

use std::hint::black_box;
use std::time::Instant;

use pullback::domain::Pullback;
use pullback::integrator::tensor_sums;
use pullback::plot::{Chart, Charts, Series, Style};
use pullback::rule::Rule;
use pullback::{Error, Map, MappedRegion};

const DISK: [&str; 2] = ["x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi"];
const GAUSSIAN: &str = "exp(-x^2-2*y^2)";

/// Seconds spent on one measurement.
const PATIENCE: f64 = 0.25;

/// The best time of many runs, in nanoseconds.
fn time(mut run: impl FnMut()) -> f64 {
    let begin = Instant::now();
    let mut best = f64::INFINITY;
    while begin.elapsed().as_secs_f64() < PATIENCE {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64());
    }
    1e9 * best
}

/// The time of the sum over n nodes along each axis on so many threads.
fn sum(domain: &MappedRegion, integrand: &str, n: &[usize], threads: usize) -> Result<f64, Error> {
    let integrands = domain.parse(&[integrand])?;
    let pullback = Pullback::new(domain, &integrands)?;
    let rules: Result<Vec<Rule>, Error> = n.iter().map(|&n| Rule::gauss(n)).collect();
    let rules = rules?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.expect("threads");
    Ok(pool.install(|| {
        time(|| {
            black_box(tensor_sums(&pullback, &rules).expect("threads"));
        })
    }))
}

fn disk() -> Result<MappedRegion, Error> {
    Map::parse(DISK[0])?.over(DISK[1])
}

/// Prints the points of a series, and gives them a name.
fn series(name: &str, points: Vec<[f64; 2]>) -> Series {
    for [size, value] in &points {
        println!("| {name} | {size} | {value:.4} |");
    }
    Series {
        name: name.to_owned(),
        points,
        guide: false,
    }
}

/// A line of slope 1 through the last point of a series, as long as the series.
fn linear(of: &Series) -> Series {
    let [first, last] = [of.points.first(), of.points.last()].map(|p| *p.unwrap_or(&[1.0; 2]));
    let slope = last[1] / last[0];
    Series {
        name: "in proportion".to_owned(),
        points: vec![[first[0], slope * first[0]], last],
        guide: true,
    }
}

fn nodes() -> Result<Chart, Error> {
    let disk = disk()?;
    let sizes = [3, 10, 32, 100, 316, 1000, 3162];
    let points: Result<Vec<[f64; 2]>, Error> = sizes
        .iter()
        .map(|&n| Ok([(n * n) as f64, 1e-3 * sum(&disk, GAUSSIAN, &[n, n], 1)?]))
        .collect();
    let series = series("time of the sum, µs", points?);
    Ok(Chart {
        name: "Nodes".into(),
        note: format!("{GAUSSIAN} over the disk, n × n nodes"),
        across: "nodes".into(),
        up: "time, µs".into(),
        series: vec![series.clone(), linear(&series)],
    })
}

fn variables() -> Result<Chart, Error> {
    let per_axis = [100_000, 316, 46, 18, 10, 7, 5, 4];
    let names: Vec<String> = (1..=8).map(|i| format!("u{i}")).collect();
    let mut all = [Vec::new(), Vec::new()];
    for (d, &n) in (1..).zip(&per_axis) {
        let map: Vec<String> = (1..=d).map(|i| format!("x{i} = u{i}")).collect();
        let over: Vec<String> = names[..d].iter().map(|u| format!("{u} = 0..1")).collect();
        let domain = Map::parse(&map.join(", "))?.over(&over.join(", ")[..])?;
        let terms: Vec<String> = (1..=d).map(|i| format!("x{i}")).collect();
        let squares: Vec<String> = terms.iter().map(|x| format!("{x}^2")).collect();
        let count = (n as f64).powi(d as i32);
        for (points, integrand) in all.iter_mut().zip([
            format!("exp(-({})^2)", terms.join("+")),
            format!("exp(-({}))*cos({})", squares.join("+"), terms.join("*")),
        ]) {
            points.push([d as f64, sum(&domain, &integrand, &vec![n; d], 1)? / count]);
        }
    }
    let [sum, product] = all;
    Ok(Chart {
        name: "Variables".into(),
        note: "about 10⁵ nodes in all".into(),
        across: "variables".into(),
        up: "time per node, ns".into(),
        series: vec![
            series("exp(−(x₁+x₂+…)²)", sum),
            series("exp(−x₁²−x₂²−…) cos(x₁x₂…)", product),
        ],
    })
}

fn operators() -> Result<Chart, Error> {
    let plane = Map::parse("x = u, y = v")?.over("u = 0..1, v = 0..1")?;
    let (mut prepared, mut summed) = (Vec::new(), Vec::new());
    for terms in [1, 3, 10, 32, 100, 316, 1000] {
        // Four operators a term.
        let term = |k: usize| format!("sin({k}*x + y^{})", k % 7 + 2);
        let text = (1..=terms).map(term).collect::<Vec<_>>().join(" + ");
        let count = (5 * terms - 1) as f64;
        let prepare = time(|| {
            let integrand = plane.parse(&[&text]).expect("a sum of sines");
            black_box(Pullback::new(&plane, &integrand).expect("a sum of sines"));
        });
        prepared.push([count, 1e-3 * prepare]);
        summed.push([count, 1e-3 * sum(&plane, &text, &[64, 64], 1)?]);
    }
    let prepared = series("from text to program", prepared);
    Ok(Chart {
        name: "Operators".into(),
        note: "sin(x + y²) + sin(2x + y³) + …".into(),
        across: "operators".into(),
        up: "time, µs".into(),
        series: vec![
            series("sum over 64 × 64 nodes", summed),
            prepared.clone(),
            linear(&prepared),
        ],
    })
}

fn threads() -> Result<Chart, Error> {
    let disk = disk()?;
    let counts = [1, 2, 5];
    let mut all = Vec::new();
    for n in [100, 4000] {
        // In turn and often, so that other work on the machine does not count.
        let mut times = [f64::INFINITY; 3];
        for _ in 0..15 {
            for (best, &threads) in times.iter_mut().zip(&counts) {
                *best = best.min(sum(&disk, GAUSSIAN, &[n, n], threads)?);
            }
        }
        let speedup = |(&count, time): (&usize, &f64)| [count as f64, times[0] / time];
        let points = counts.iter().zip(&times).map(speedup).collect();
        all.push(series(&format!("{n} × {n} nodes"), points));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    all.push(Series {
        name: "in proportion".into(),
        points: vec![[1.0, 1.0], [cores as f64, cores as f64]],
        guide: true,
    });
    Ok(Chart {
        name: "Threads".into(),
        note: format!("{GAUSSIAN} over the disk; the machine has {cores} cores"),
        across: "threads".into(),
        up: "speed-up over one thread".into(),
        series: all,
    })
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--forms"] => {
            forms::print();
            return Ok(());
        }
        ["--form", form, "--terms", terms] => {
            let number = |text: &str| text.parse().expect("a number of this program's own");
            return forms::measure(number(form), number(terms));
        }
        _ => {}
    }
    println!("| measured | size | value |\n| --- | --- | --- |");
    let charts = Charts {
        title: "How does time grow?".into(),
        subtitle: "sums over tensor products of Gauss rules".into(),
        charts: vec![nodes()?, variables()?, operators()?, threads()?],
    };
    let style = Style {
        width: 1240,
        height: 1000,
        ..Style::default()
    };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
    charts.draw(&style)?.save(&folder.join("growth.png"))
}
