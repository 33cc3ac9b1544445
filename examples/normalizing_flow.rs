//! Densities that maps carry along: uniform numbers become normal ones, and normal ones a bent shape whose
//! density is known everywhere.
//!
//! `cargo run --release --example normalizing_flow [FOLDER]` writes `box_muller.png` and
//! `normalizing_flow.png` (to `plots`).

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

use pullback::plot::{Lines, Patch, Plane, Planes, Points, Shade, Style};
use pullback::{Density, Error, Map, Settings};

/// A grid over a part of the plane of the base.
struct Grid {
    ranges: [[f64; 2]; 2],
    /// Lines along each variable.
    lines: [usize; 2],
    /// Cells of colour between two lines.
    fine: usize,
}

impl Grid {
    /// The coordinate at a share of a range.
    fn at(&self, axis: usize, share: f64) -> f64 {
        let [low, high] = self.ranges[axis];
        low + share * (high - low)
    }

    /// The corners of all cells, and their middles.
    fn cells(&self) -> Vec<([[f64; 2]; 4], [f64; 2])> {
        let counts = self.lines.map(|lines| (lines - 1) * self.fine);
        let share = |k: usize, axis: usize, more: f64| (k as f64 + more) / counts[axis] as f64;
        let cell = |i: usize, j: usize| {
            let point = |a, b| [self.at(0, share(i, 0, a)), self.at(1, share(j, 1, b))];
            let corners = [
                point(0.0, 0.0),
                point(1.0, 0.0),
                point(1.0, 1.0),
                point(0.0, 1.0),
            ];
            (corners, point(0.5, 0.5))
        };
        let rows = (0..counts[0]).flat_map(|i| (0..counts[1]).map(move |j| (i, j)));
        rows.map(|(i, j)| cell(i, j)).collect()
    }

    /// The lines on which a variable is constant.
    fn paths(&self, axis: usize) -> Vec<Vec<[f64; 2]>> {
        const STEPS: usize = 300;
        let line = |k: usize| {
            let fixed = self.at(axis, k as f64 / (self.lines[axis] - 1) as f64);
            let along = (0..=STEPS).map(|s| self.at(1 - axis, s as f64 / STEPS as f64));
            along
                .map(|free| {
                    if axis == 0 {
                        [fixed, free]
                    } else {
                        [free, fixed]
                    }
                })
                .collect()
        };
        (0..self.lines[axis]).map(line).collect()
    }
}

/// The plane to which a density is carried, with the cells and the lines of a grid of the base.
fn plane(density: &Density, grid: &Grid, ranges: [[f64; 2]; 2]) -> Result<Plane, Error> {
    let carried = |points: &[[f64; 2]]| -> Result<Vec<[f64; 2]>, Error> {
        let moved = density.log_densities(&points.concat())?.points;
        Ok(moved.chunks_exact(2).map(|x| [x[0], x[1]]).collect())
    };
    let cells = grid.cells();
    let middles: Vec<[f64; 2]> = cells.iter().map(|cell| cell.1).collect();
    let amounts = density.log_densities(&middles.concat())?.log_densities;
    let patch = |((corners, _), log): (&([[f64; 2]; 4], _), &f64)| -> Result<Patch, Error> {
        Ok(Patch {
            corners: carried(corners)?,
            shade: Shade::Amount(log.exp()),
        })
    };
    let lines = |axis: usize, name: &str| -> Result<Lines, Error> {
        let paths = grid.paths(axis);
        Ok(Lines {
            name: name.to_owned(),
            paths: paths
                .iter()
                .map(|path| carried(path))
                .collect::<Result<_, _>>()?,
            family: axis,
            width: 1.2,
        })
    };
    Ok(Plane {
        name: String::new(),
        note: String::new(),
        axes: ["x".into(), "y".into()],
        ranges,
        logarithmic: [false; 2],
        equal: true,
        amount: "density".into(),
        largest: None,
        patches: cells
            .iter()
            .zip(&amounts)
            .map(patch)
            .collect::<Result<_, _>>()?,
        lines: vec![lines(0, "u is constant")?, lines(1, "v is constant")?],
        points: Vec::new(),
    })
}

/// The plane with random points alone.
fn dots(points: &[f64], ranges: [[f64; 2]; 2]) -> Plane {
    Plane {
        name: "Random points".into(),
        note: format!(
            "{} points of the base, carried by the map",
            points.len() / 2
        ),
        axes: ["x".into(), "y".into()],
        ranges,
        logarithmic: [false; 2],
        equal: true,
        amount: String::new(),
        largest: None,
        patches: Vec::new(),
        lines: Vec::new(),
        points: vec![Points {
            name: String::new(),
            points: points.chunks_exact(2).map(|x| [x[0], x[1]]).collect(),
            group: None,
            radius: 1.3,
        }],
    }
}

fn save(planes: &Planes, path: &Path) -> Result<(), Error> {
    let style = Style {
        width: 1500,
        height: 570,
        ..Style::default()
    };
    planes.draw(&style)?.save(path)?;
    println!("   picture: {}\n", path.display());
    Ok(())
}

/// Two uniform numbers become two normal ones.
fn box_muller(folder: &Path) -> Result<(), Error> {
    println!(
        "1. Box and Muller: x = √(−2 ln u)·cos 2πv, y = √(−2 ln u)·sin 2πv on the unit square"
    );
    let map = Map::parse("x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)")?;
    println!("   det J = {}", map.jacobian()?.determinant());
    let uniform = Density::uniform([0.0..1.0, 0.0..1.0])?;
    let normal = uniform.pushforward(&map)?;

    let sample = normal.sample(100_000, 1);
    for (x, log) in sample.points.chunks_exact(2).zip(&sample.log_densities) {
        let exact = -0.5 * (x[0] * x[0] + x[1] * x[1]) - TAU.ln();
        // A few roundings; next to u = 1, where r is small, ln u keeps fewer digits, but so little is r.
        assert!((log - exact).abs() < 1e-9, "{x:?}");
    }
    println!(
        "   at {} random points the density is exp(−r²/2)/2π",
        sample.points.len() / 2
    );
    let mass = normal.mass("x^2 + y^2 < 1")?;
    let exact = 1.0 - (-0.5f64).exp();
    assert!((mass.value - exact).abs() <= mass.error);
    println!(
        "   within r < 1: {:.12} ± {:.0e}; 1 − 1/√e = {exact:.12}",
        mass.value, mass.error
    );

    let grid = Grid {
        ranges: [[0.0005, 0.9995], [0.0, 1.0]],
        lines: [11, 13],
        fine: 10,
    };
    let (square, view) = ([[0.0, 1.0]; 2], [[-4.0, 4.0]; 2]);
    let base = Plane {
        name: "The base: uniform on a square".into(),
        note: "the density is 1".into(),
        axes: ["u".into(), "v".into()],
        ..plane(&uniform, &grid, square)?
    };
    let image = Plane {
        name: "Carried along: normal".into(),
        note: "p(x, y) = 1/|det J| = exp(−r²/2)/2π".into(),
        ..plane(&normal, &grid, view)?
    };
    let planes = Planes {
        title: "Box and Muller: a uniform density becomes a normal one".into(),
        subtitle: "x = √(−2 ln u)·cos 2πv, y = √(−2 ln u)·sin 2πv; every cell keeps its mass"
            .into(),
        planes: vec![base, image, dots(&sample.points[..6000], view)],
    };
    save(&planes, &folder.join("box_muller.png"))
}

/// Two maps, one after the other, each with a triangular Jacobian.
fn flow(folder: &Path) -> Result<(), Error> {
    println!("2. A flow: normal numbers u, v through two maps, each with a triangular Jacobian");
    let bend = "s = u, t = v*exp(-0.6 + 0.2*u) + 0.5*u^2 - 1";
    let twist = "x = s*exp(0.3*tanh(t)) + 0.7*sin(t), y = t";
    println!("   {bend}\n   {twist}");
    let normal = Density::standard_normal(2)?;
    let density = normal.pushforward(&Map::parse(bend)?)?;
    let density =
        density.pushforward(&Map::parse_with(twist, &["s", "t"], &Default::default())?)?;

    // The diagonals are 1, exp(−0.6 + 0.2u) and exp(0.3 tanh t), 1: ln det J is a sum.
    for point in [[0.0, 0.0], [1.0, -0.5], [-2.0, 1.5]] {
        let (x, log) = density.log_density(&point)?;
        let [u, v] = point;
        let by_hand = -0.5 * (u * u + v * v) - TAU.ln() - (-0.6 + 0.2 * u) - 0.3 * x[1].tanh();
        assert!((log - by_hand).abs() < 1e-14, "{log} {by_hand}");
        // Back from there, along the maps from the middle: a few roundings of numbers below 10.
        let back = density.inverse(&x, &[0.0, 0.0])?.unwrap_or_default();
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-13;
        assert!(
            back.len() == 2 && back.iter().zip(&point).all(is_near),
            "{back:?}"
        );
        println!(
            "   (u, v) = {point:?} goes to ({:.4}, {:.4}), ln p = {log:.6}",
            x[0], x[1]
        );
    }

    // Its mass, over the plane of x and y: back by hand, and p(x, y) from there.
    let back = |x: &[f64]| {
        let (u, t) = ((x[0] - 0.7 * x[1].sin()) * (-0.3 * x[1].tanh()).exp(), x[1]);
        [u, (t + 1.0 - 0.5 * u * u) * (0.6 - 0.2 * u).exp()]
    };
    let p = |x: &[f64]| {
        density
            .log_density(&back(x))
            .map_or(f64::NAN, |(_, log)| log.exp())
    };
    let plain = Map::identity(&["x", "y"])?.over("x = -9..9, y = -8..20")?;
    let mass = plain.integrate_fn(p, &Settings::new().rtol(1e-6))?;
    println!(
        "   ∫∫ p(x, y) dx dy = {:.8} ± {:.0e} ({})",
        mass.value, mass.error, mass.status
    );
    // Beyond the box are |u| > 6 or |v| > 6: less than 1e-8.
    assert!((mass.value - 1.0).abs() <= mass.error + 1e-8 && mass.error < 1e-4);

    // A part of it, by conditions and by random points.
    let sample = density.sample(100_000, 2);
    let part = density.mass("x > 0, y < 0")?;
    let inside = sample
        .points
        .chunks_exact(2)
        .filter(|x| x[0] > 0.0 && x[1] < 0.0)
        .count();
    let share = inside as f64 / 1e5;
    let deviation = (part.value * (1.0 - part.value) / 1e5).sqrt();
    assert!((share - part.value).abs() < 5.0 * deviation);
    println!(
        "   where x > 0 and y < 0: {:.8} ± {:.0e}; of 100 000 points {share:.4}",
        part.value, part.error
    );

    let grid = Grid {
        ranges: [[-3.0, 3.0]; 2],
        lines: [13, 13],
        fine: 10,
    };
    let view = [[-4.9, 4.9], [-3.1, 6.7]];
    let base = Plane {
        name: "The base: two normal numbers".into(),
        note: "a grid of steps of ½, out to 3".into(),
        axes: ["u".into(), "v".into()],
        ..plane(&normal, &grid, [[-3.4, 3.4]; 2])?
    };
    let image = Plane {
        name: "Carried along".into(),
        note: "ln p(x, y) = ln p(u, v) − ln|det J(u, v)|".into(),
        ..plane(&density, &grid, view)?
    };
    let planes = Planes {
        title: "A normalizing flow: where the map stretches, the density gets thinner".into(),
        subtitle: "a normal density through two maps; every cell of the grid keeps its mass".into(),
        planes: vec![base, image, dots(&sample.points[..6000], view)],
    };
    save(&planes, &folder.join("normalizing_flow.png"))
}

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "plots".to_owned());
    let folder = PathBuf::from(folder);
    box_muller(&folder)?;
    flow(&folder)
}
