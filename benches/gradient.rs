//! Gradients of scalar functions of many variables, beside the function itself and beside forward mode.
//!
//! The function is a sum of Rosenbrock terms with a sine, so that it has products, powers and a function.
//! Forward mode is num-dual's vector of as many parts as there are variables, in one pass.
//!
//! `cargo bench --bench gradient`

use std::hint::black_box;
use std::time::{Duration, Instant};

use num_dual::{DualDVec64, DualNum, gradient};
use pullback::nalgebra::DVector;
use pullback::{Expr, Map};

/// How long the passes of a number take together.
const PATIENCE: Duration = Duration::from_secs(2);

/// Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² + sin(xᵢxᵢ₊₁).
fn as_formula<'g>(x: &[Expr<'g>]) -> Vec<Expr<'g>> {
    let term = |x: &[Expr<'g>]| {
        let (a, b) = (x[0], x[1]);
        100.0 * (b - a.powi(2)).powi(2) + (1.0 - a).powi(2) + (a * b).sin()
    };
    let sum = x.windows(2).map(term).reduce(|sum, term| sum + term);
    sum.into_iter().collect()
}

/// The same of numbers of a kind.
macro_rules! of_numbers {
    ($name:ident, $number:ty) => {
        fn $name(x: &[$number]) -> $number {
            let mut sum = <$number>::from(0.0);
            for pair in x.windows(2) {
                let (a, b) = (pair[0].clone(), pair[1].clone());
                let slope = b.clone() - a.clone().powi(2);
                sum += slope.powi(2) * 100.0 + (-a.clone() + 1.0).powi(2) + (a * b).sin();
            }
            sum
        }
    };
}

of_numbers!(of_doubles, f64);
of_numbers!(of_duals, DualDVec64);

/// The seconds of the fastest of several passes.
fn fastest<T>(mut work: impl FnMut() -> T) -> f64 {
    let begin = Instant::now();
    let mut best = f64::INFINITY;
    while begin.elapsed() < PATIENCE {
        let start = Instant::now();
        black_box(work());
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

fn main() -> Result<(), pullback::Error> {
    println!(
        "variables   function   gradient   ratio   by hand   forward mode   ratio   largest difference"
    );
    for n in [10, 100, 1000] {
        let map = Map::traced(n, as_formula)?;
        let products = map.products()?;
        let point: Vec<f64> = (0..n).map(|i| 0.5 + 0.3 * (i as f64).sin()).collect();
        let value = fastest(|| products.values(black_box(&point)));
        let slopes = fastest(|| products.gradient(black_box(&point)));
        let hand = fastest(|| of_doubles(black_box(&point)));
        let vector = DVector::from_column_slice(&point);
        let dual = |x: DVector<DualDVec64>| of_duals(x.as_slice());
        let forward = fastest(|| gradient(dual, black_box(&vector)));
        let (_, own) = products.gradient(&point)?;
        let (_, theirs) = gradient(dual, &vector);
        let off = own
            .iter()
            .zip(&theirs)
            .map(|(a, b)| (a - b).abs() / (1.0 + b.abs()));
        println!(
            "{n:9}  {:7.2} µs  {:7.2} µs  {:5.2}  {:6.2} µs  {:9.1} µs  {:7.1}   {:.1e}",
            value * 1e6,
            slopes * 1e6,
            slopes / value,
            hand * 1e6,
            forward * 1e6,
            forward / slopes,
            off.fold(0.0, f64::max)
        );
    }
    Ok(())
}
