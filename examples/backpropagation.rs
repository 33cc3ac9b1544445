//! Backpropagation is the chain rule, a product of Jacobians that begins at its left end: a neuron, a layer,
//! a network, which is then trained to tell three spirals apart.
//!
//! `cargo run --release --example backpropagation [FOLDER]` writes `backpropagation.png` (to `plots`).

use std::f64::consts::TAU;
use std::path::PathBuf;

use pullback::formula::Operand;
use pullback::plot::{Lines, Patch, Plane, Planes, Points, Shade, Style};
use pullback::{Density, Error, Expr, Map, Parameters, Products};

/// Part 1: y = σ(wx + b), E = (y − t)², one factor of the chain rule for each step.
fn one_neuron() -> Result<(), Error> {
    println!(
        "1. One neuron: z = w·x + b, y = σ(z) = 1/(1 + e⁻ᶻ), E = (y − t)², with x = 3/2 and t = 1"
    );
    let mut constants = Parameters::new();
    constants.parse("x = 3/2, t = 1")?;
    let sum = Map::parse_with("z = w*x + b", &["w", "b"], &constants)?;
    let squash = Map::parse("y = 1/(1 + exp(-z))")?;
    let error = Map::parse_with("E = (y - t)^2", &["y"], &constants)?;

    let weights = [0.4, -0.2];
    let z = sum.at(&weights)?;
    let y = squash.at(&z)?;
    // 1 × 1, 1 × 1 and 1 × 2: the gradient of E by w and b has one row.
    let (outer, middle) = (error.jacobian()?.at(&y)?, squash.jacobian()?.at(&z)?);
    let inner = sum.jacobian()?.at(&weights)?;
    let chain = &outer * &middle * &inner;
    println!(
        "   at w = 0.4, b = −0.2: ∂E/∂y · ∂y/∂z · (∂z/∂w, ∂z/∂b) = {:.4} · {:.4} · ({}, {})",
        outer[0], middle[0], inner[0], inner[1]
    );

    // The same of the whole, and by hand: σ′ = σ(1 − σ).
    let whole = sum.then(&squash)?.then(&error)?;
    let (value, gradient) = whole.products()?.gradient(&weights)?;
    let (x, y) = (1.5, y[0]);
    let by_hand = [
        2.0 * (y - 1.0) * y * (1.0 - y) * x,
        2.0 * (y - 1.0) * y * (1.0 - y),
    ];
    for k in 0..2 {
        // A few roundings of numbers below 1.
        assert!((chain[k] - by_hand[k]).abs() < 1e-15 && (gradient[k] - by_hand[k]).abs() < 1e-15);
    }
    println!(
        "   E = {value:.6}, ∇E = ({:.6}, {:.6}): the same by hand\n",
        gradient[0], gradient[1]
    );
    Ok(())
}

/// σ(z) = 1/(1 + e⁻ᶻ), written so that nothing overflows.
fn sigmoid(z: Expr<'_>) -> Expr<'_> {
    ((z / 2.0).tanh() + 1.0) / 2.0
}

/// The outputs σ(W·x + b) of a layer; its weights, formulas or numbers, are W, row by row, then b.
fn outputs<'g, W>(x: &[Expr<'g>], weights: &[W]) -> Vec<Expr<'g>>
where
    W: Copy + Into<Operand<'g>>,
{
    let n = x.len();
    let (rows, shifts) = weights.split_at(n * weights.len() / (n + 1));
    let row = |(row, shift): (&[W], &W)| {
        let terms = row.iter().zip(x).map(|(w, x)| *x * *w);
        let sum = terms.reduce(|sum, term| sum + term)?;
        Some(sigmoid(sum + *shift))
    };
    rows.chunks_exact(n).zip(shifts).filter_map(row).collect()
}

/// How many weights a layer has.
fn weights_of(inputs: usize, outputs: usize) -> usize {
    (inputs + 1) * outputs
}

/// A layer as a map of its inputs, then its weights.
fn layer(inputs: usize, count: usize) -> Result<Map, Error> {
    Map::traced(inputs + weights_of(inputs, count), |all| {
        let (x, weights) = all.split_at(inputs);
        outputs(x, weights)
    })
}

/// The error Σ(yᵢ − tᵢ)² as a map of y, then t.
fn squared_error(count: usize) -> Result<Map, Error> {
    Map::traced(2 * count, |all| {
        let (y, t) = all.split_at(count);
        let squares = y.iter().zip(t).map(|(y, t)| (*y - *t).powi(2));
        squares.reduce(|a, b| a + b).into_iter().collect()
    })
}

/// Part 2: the Jacobian of a layer by its inputs and by its weights, and that of two layers.
fn one_layer() -> Result<(), Error> {
    let (n, m) = (3, 2);
    let first = layer(n, m)?;
    let (x, weights) = (
        [0.5, -1.0, 2.0],
        [0.3, -0.8, 0.1, 1.2, 0.4, -0.5, 0.2, -0.1],
    );
    let at = [&x[..], &weights[..]].concat();
    let matrix = first.jacobian()?.at(&at)?;
    println!("2. A layer y = σ(W·x + b) with {n} inputs and {m} outputs: W is {m} × {n}");
    println!(
        "   its Jacobian is {} × {}: {m} × {n} by x, and {m} × {} by W and b",
        matrix.nrows(),
        matrix.ncols(),
        weights_of(n, m)
    );
    let y = first.at(&at)?;
    for i in 0..m {
        let slope = y[i] * (1.0 - y[i]);
        for j in 0..n {
            // ∂yᵢ/∂xⱼ = σ′(zᵢ)·Wᵢⱼ; ∂yᵢ/∂Wₖⱼ = σ′(zᵢ)·xⱼ in the own row, and nothing in others.
            assert!((matrix[(i, j)] - slope * weights[i * n + j]).abs() < 1e-15);
            assert!((matrix[(i, n + i * n + j)] - slope * x[j]).abs() < 1e-15);
            assert_eq!(matrix[(i, n + (1 - i) * n + j)], 0.0);
        }
        assert!((matrix[(i, n + n * m + i)] - slope).abs() < 1e-15);
    }
    let by_inputs = matrix.columns(0, n).into_owned();
    println!("   by x it is diag(σ′)·W:{by_inputs:.4}");

    // A second layer after the first: the Jacobian by x is the product, from R³ to R² to R².
    let next = [0.7, -0.3, 0.9, 0.6, 0.0, -0.4];
    let second = layer(m, 2)?.jacobian()?.at(&[&y[..], &next].concat())?;
    let product = second.columns(0, m) * &by_inputs;
    let both = Map::traced(n, |x| outputs(&outputs(x, &weights), &next))?;
    let away = (both.jacobian()?.at(&x)? - &product).amax();
    assert!(away < 1e-15, "{away}");
    println!(
        "   two layers, J₂·J₁ ({} × {m} times {m} × {n}):{product:.4}",
        second.nrows()
    );
    Ok(())
}

/// Layers one after another.
struct Network {
    /// The numbers of inputs of each layer, then that of the outputs.
    sizes: Vec<usize>,
    layers: Vec<Products>,
    error: Products,
    /// The weights of each layer.
    weights: Vec<Vec<f64>>,
}

impl Network {
    fn new(sizes: &[usize], seed: u64) -> Result<Self, Error> {
        let pairs = || sizes.windows(2).map(|pair| (pair[0], pair[1]));
        let products = |(n, m)| layer(n, m)?.products();
        let weights = |(k, (n, m)): (usize, (usize, usize))| {
            // Random numbers that make the sums of a layer about as large as its inputs allow.
            let normal = Density::standard_normal(weights_of(n, m))?;
            let scale = 4.0 / (n as f64).sqrt();
            let numbers = normal.sample(1, seed + k as u64).points;
            Ok(numbers.iter().map(|w| scale * w).collect())
        };
        Ok(Network {
            layers: pairs().map(products).collect::<Result<_, Error>>()?,
            weights: pairs()
                .enumerate()
                .map(weights)
                .collect::<Result<_, Error>>()?,
            error: squared_error(sizes[sizes.len() - 1])?.products()?,
            sizes: sizes.to_vec(),
        })
    }

    /// Rows of inputs, each followed by the weights of a layer.
    fn with_weights(&self, rows: &[f64], k: usize) -> Vec<f64> {
        let rows = rows.chunks_exact(self.sizes[k]);
        rows.flat_map(|row| row.iter().chain(&self.weights[k]))
            .copied()
            .collect()
    }

    /// The inputs of each layer, then the outputs, for many points at once.
    fn forward(&self, points: &[f64]) -> Result<Vec<Vec<f64>>, Error> {
        let mut stages = vec![points.to_vec()];
        for (k, layer) in self.layers.iter().enumerate() {
            let inputs = self.with_weights(&stages[k], k);
            stages.push(layer.values_all(&inputs)?);
        }
        Ok(stages)
    }

    /// The mean error over many points, and its gradient by the weights of each layer: backpropagation.
    ///
    /// The row ∂E/∂y, one number for each output, is multiplied by one Jacobian after another from the
    /// right. Each product is ∂E/∂(inputs, weights) of a layer; the part by the inputs goes on.
    fn gradient(&self, points: &[f64], wanted: &[f64]) -> Result<(f64, Vec<Vec<f64>>), Error> {
        let stages = self.forward(points)?;
        let (outputs, m) = (&stages[self.layers.len()], self.sizes[self.layers.len()]);
        let count = outputs.len() / m;
        let pairs = outputs.chunks_exact(m).zip(wanted.chunks_exact(m));
        let with_wanted: Vec<f64> = pairs
            .flat_map(|(y, t)| y.iter().chain(t))
            .copied()
            .collect();
        let errors = self.error.values_all(&with_wanted)?;
        let share = vec![1.0 / count as f64; count];
        let rows = self.error.backward_all(&with_wanted, &share)?;
        let mut row: Vec<f64> = rows
            .chunks_exact(2 * m)
            .flat_map(|r| &r[..m])
            .copied()
            .collect();
        let mut gradients = Vec::new();
        for (k, layer) in self.layers.iter().enumerate().rev() {
            let inputs = self.with_weights(&stages[k], k);
            let product = layer.backward_all(&inputs, &row)?;
            let (n, all) = (self.sizes[k], self.sizes[k] + self.weights[k].len());
            let mut by_weights = vec![0.0; self.weights[k].len()];
            row.clear();
            for part in product.chunks_exact(all) {
                row.extend(&part[..n]);
                by_weights
                    .iter_mut()
                    .zip(&part[n..])
                    .for_each(|(sum, slope)| *sum += slope);
            }
            gradients.push(by_weights);
        }
        gradients.reverse();
        Ok((errors.iter().sum::<f64>() / count as f64, gradients))
    }

    /// The group of each point: the largest output.
    fn groups(&self, points: &[f64]) -> Result<Vec<usize>, Error> {
        let stages = self.forward(points)?;
        let m = self.sizes[self.layers.len()];
        let largest = |y: &[f64]| (0..m).max_by(|&i, &j| y[i].total_cmp(&y[j])).unwrap_or(0);
        Ok(stages[self.layers.len()]
            .chunks_exact(m)
            .map(largest)
            .collect())
    }
}

/// Part 3: the gradient layer by layer against that of the whole network as one map.
fn whole_network(network: &Network) -> Result<(), Error> {
    let sizes = &network.sizes;
    let (n, m) = (sizes[0], sizes[sizes.len() - 1]);
    let all: Vec<f64> = network.weights.concat();
    println!(
        "3. A network {}: {} weights",
        sizes
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join("–"),
        all.len()
    );
    let (point, wanted) = ([0.3, -0.6], [0.0, 1.0, 0.0]);
    // One map of the point and all weights to the error.
    let whole = Map::traced(n + all.len(), |variables| {
        let (x, mut rest) = variables.split_at(n);
        let mut stage = x.to_vec();
        for own in &network.weights {
            let (these, others) = rest.split_at(own.len());
            stage = outputs(&stage, these);
            rest = others;
        }
        let away = stage.iter().zip(wanted).map(|(y, t)| (*y - t).powi(2));
        away.reduce(|a, b| a + b).into_iter().collect()
    })?;
    let at = [&point[..], &all].concat();
    let (value, gradient) = whole.products()?.gradient(&at)?;
    let gradient = &gradient[n..];
    let (by_layers, gradients) = network.gradient(&point, &wanted)?;
    println!("   for one point, from the right end: ∂E/∂y is 1 × {m}, then times");
    for k in (0..gradients.len()).rev() {
        let weights = gradients[k].len();
        println!(
            "   the Jacobian of layer {}, {} × ({} + {weights}): by its inputs, which go on, and weights",
            k + 1,
            sizes[k + 1],
            sizes[k]
        );
    }
    let away = gradients
        .concat()
        .iter()
        .zip(gradient)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    // A few dozen roundings of numbers below 1.
    assert!(away < 1e-14 && (value - by_layers).abs() < 1e-14, "{away}");
    println!(
        "   E = {value:.6}; all {} slopes are those of the network as one map, to {away:.0e}\n",
        gradient.len()
    );
    Ok(())
}

/// Points of three spirals, and for each point 1 for its own and 0 for the others.
fn spirals(count: usize, seed: u64) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let noise = Density::standard_normal(1)?.sample(3 * count, seed).points;
    let (mut points, mut wanted) = (Vec::new(), Vec::new());
    for (k, noise) in noise.iter().enumerate() {
        let (arm, place) = (k % 3, (k / 3) as f64 + 0.5);
        let radius = 0.15 + 0.85 * place / count as f64;
        let angle = TAU * (arm as f64 / 3.0 + 0.7 * radius) + 0.15 * noise;
        points.extend([radius * angle.cos(), radius * angle.sin()]);
        wanted.extend((0..3).map(|i| f64::from(u8::from(i == arm))));
    }
    Ok((points, wanted))
}

/// The share of points whose group is right.
fn share_right(network: &Network, points: &[f64]) -> Result<f64, Error> {
    let groups = network.groups(points)?;
    let right = groups
        .iter()
        .enumerate()
        .filter(|(k, group)| k % 3 == **group)
        .count();
    Ok(right as f64 / groups.len() as f64)
}

/// The plane with the group that the network gives to each place, and points.
fn regions(network: &Network, points: &[f64], steps: usize) -> Result<Plane, Error> {
    const CELLS: usize = 400;
    const END: f64 = 1.25;
    let edge = |i: f64| END * (2.0 * i / CELLS as f64 - 1.0);
    let places = (0..CELLS * CELLS).map(|k| [(k % CELLS) as f64, (k / CELLS) as f64]);
    let middles: Vec<f64> = places.flatten().map(|i| edge(i + 0.5)).collect();
    let groups = network.groups(&middles)?;
    // Cells of a row that belong together are one patch.
    let mut patches: Vec<Patch> = Vec::new();
    for (j, row) in groups.chunks_exact(CELLS).enumerate() {
        let mut first = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let [left, right] = [first, first + run.len()].map(|i| edge(i as f64));
            let [low, high] = [j, j + 1].map(|j| edge(j as f64));
            patches.push(Patch {
                corners: vec![[left, low], [right, low], [right, high], [left, high]],
                shade: Shade::Group(run[0]),
            });
            first += run.len();
        }
    }
    let of_arm = |arm: usize| Points {
        name: format!("spiral {}", arm + 1),
        points: points
            .chunks_exact(2)
            .skip(arm)
            .step_by(3)
            .map(|p| [p[0], p[1]])
            .collect(),
        group: Some(arm),
        radius: 3.0,
    };
    Ok(Plane {
        name: format!("After {steps} steps"),
        note: format!(
            "colour: the largest output; {:.1} % of the points are right",
            100.0 * share_right(network, points)?
        ),
        axes: ["input x₁".into(), "input x₂".into()],
        ranges: [[-END, END]; 2],
        logarithmic: [false; 2],
        equal: true,
        amount: String::new(),
        largest: None,
        patches,
        lines: Vec::new(),
        points: (0..3).map(of_arm).collect(),
    })
}

/// The error after each step.
fn curve(errors: &[f64], shown: &[usize]) -> Plane {
    let point = |k: usize| [k as f64 + 1.0, errors[k]];
    let (least, most) = errors
        .iter()
        .fold((f64::MAX, 0.0f64), |(a, b), e| (a.min(*e), b.max(*e)));
    Plane {
        name: "The mean error of all points".into(),
        note: "both axes in powers of ten".into(),
        axes: [
            "step".into(),
            "mean of (y₁ − t₁)² + (y₂ − t₂)² + (y₃ − t₃)²".into(),
        ],
        ranges: [[1.0, errors.len() as f64 * 1.15], [least / 1.5, most * 1.5]],
        logarithmic: [true; 2],
        equal: false,
        amount: String::new(),
        largest: None,
        patches: Vec::new(),
        lines: vec![Lines {
            name: "mean error".into(),
            paths: vec![(0..errors.len()).map(point).collect()],
            family: 0,
            width: 1.8,
        }],
        points: vec![Points {
            name: "the steps shown at the left".into(),
            points: shown.iter().map(|&k| point(k)).collect(),
            group: Some(3),
            radius: 5.0,
        }],
    }
}

/// Part 4: gradient descent with momentum.
fn train(network: &mut Network) -> Result<Planes, Error> {
    const STEPS: usize = 3000;
    const EARLY: usize = 100;
    let (points, wanted) = spirals(100, 11)?;
    let (rate, momentum) = (0.5, 0.9);
    println!(
        "4. Training on 300 points of three spirals: v ← 0.9·v − 0.5·∇E, w ← w + v, {STEPS} times"
    );
    let mut velocity: Vec<Vec<f64>> = network.weights.iter().map(|w| vec![0.0; w.len()]).collect();
    let (mut errors, mut early) = (Vec::new(), None);
    for step in 0..=STEPS {
        let (error, gradients) = network.gradient(&points, &wanted)?;
        errors.push(error);
        if [0, 10, EARLY, 1000, STEPS].contains(&step) {
            let right = 100.0 * share_right(network, &points)?;
            println!("   after {step:4} steps: mean error {error:.4}, {right:.1} % right");
        }
        if step == EARLY {
            early = Some(regions(network, &points, EARLY)?);
        }
        if step == STEPS {
            break;
        }
        let all = network
            .weights
            .iter_mut()
            .flatten()
            .zip(velocity.iter_mut().flatten());
        for ((weight, speed), slope) in all.zip(gradients.iter().flatten()) {
            *speed = momentum * *speed - rate * slope;
            *weight += *speed;
        }
    }
    let (others, _) = spirals(400, 12)?;
    let (own, other) = (
        share_right(network, &points)?,
        share_right(network, &others)?,
    );
    println!(
        "   of 1200 points that it has not seen, {:.1} % are right",
        100.0 * other
    );
    assert!(
        errors[STEPS] < 0.1 * errors[0],
        "{} {}",
        errors[0],
        errors[STEPS]
    );
    assert!(own > 0.97 && other > 0.95, "{own} {other}");
    let late = regions(network, &points, STEPS)?;
    Ok(Planes {
        title: "Backpropagation: three spirals told apart by a network of 2–8–8–3".into(),
        subtitle: "each layer a map; the gradient of the error by products with its Jacobians"
            .into(),
        planes: early
            .into_iter()
            .chain([late, curve(&errors, &[EARLY, STEPS])])
            .collect(),
    })
}

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "plots".to_owned());
    one_neuron()?;
    one_layer()?;
    let mut network = Network::new(&[2, 8, 8, 3], 1)?;
    whole_network(&network)?;
    let picture = train(&mut network)?.draw(&Style {
        width: 1500,
        height: 640,
        ..Style::default()
    })?;
    let path = PathBuf::from(folder).join("backpropagation.png");
    picture.save(&path)?;
    println!("   picture: {}", path.display());
    Ok(())
}
