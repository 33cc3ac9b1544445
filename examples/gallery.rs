//! The gallery: how well-known maps deform their regions, and a picture of each other kind, as the PNG files in
//! `plots/`.
//!
//! `cargo run --release --example gallery [FOLDER]`

use std::path::PathBuf;

use pullback::plot::{
    Convergence, ConvergencePoint, ConvergenceSeries, Deformation, Integrand, Jacobian, Picture,
    Style, Sweep, SweepPoint, SweepSeries,
};
use pullback::{Error, Map, MappedRegion, Method, Parameters, Region, Settings, Status};

/// File, title, map, limits.
const PICTURES: &[(&str, &str, &str, &str)] = &[
    (
        "polar_disk",
        "Polar coordinates: a rectangle becomes a disk",
        "x = r*cos(t), y = r*sin(t)",
        "r = 0..1, t = 0..2*pi",
    ),
    (
        "annulus",
        "A quarter of an annulus",
        "x = r*cos(t), y = r*sin(t)",
        "r = 1..2, t = 0..pi/2",
    ),
    (
        "cardioid",
        "The cardioid r ≤ 1 + cos t: a limit that depends on t",
        "x = r*cos(t), y = r*sin(t)",
        "t = 0..2*pi, r = 0..1+cos(t)",
    ),
    (
        "elliptic",
        "Confocal elliptic coordinates",
        "x = cosh(m)*cos(n), y = sinh(m)*sin(n)",
        "m = 0..1, n = 0..2*pi",
    ),
    (
        "conformal_square",
        "The conformal map z²: angles are kept",
        "x = u^2-v^2, y = 2*u*v",
        "u = 0..1, v = 0..1",
    ),
    (
        "triangle_limits",
        "Variable limits: a square becomes a triangle",
        "x = u, y = u*v",
        "u = 0..1, v = 0..1",
    ),
    (
        "fold",
        "A fold: det J changes sign",
        "x = u+v^2, y = v+u^2",
        "u = -1..1, v = -1..1",
    ),
    (
        "double_cover",
        "z² on a square: every place of the image is covered twice, without a fold",
        "x = u^2-v^2, y = 2*u*v",
        "u = -1..1, v = -1..1",
    ),
    (
        "bipolar",
        "Bipolar coordinates between two circles",
        "x = sinh(q)/(cosh(q)-cos(s)), y = sin(s)/(cosh(q)-cos(s))",
        "q = 0.5..1.5, s = 0..2*pi",
    ),
    (
        "substitution",
        "Substitution in one variable: dx = x′(u) du",
        "x = tan(u)",
        "u = -1.2..1.2",
    ),
    (
        "cycloid",
        "A cycloid: the speed of the parameter",
        "x = t-sin(t), y = 1-cos(t)",
        "t = 0..2*pi",
    ),
    (
        "torus",
        "A torus as a surface",
        "x = (2+cos(v))*cos(u), y = (2+cos(v))*sin(u), z = sin(v)",
        "u = 0..2*pi, v = 0..2*pi",
    ),
    (
        "mobius",
        "A Möbius band: a surface with one side, both faces of which are seen",
        "x = (1+v*cos(u/2))*cos(u), y = (1+v*cos(u/2))*sin(u), z = v*sin(u/2)",
        "u = 0..2*pi, v = -0.4..0.4",
    ),
    (
        "bent_cube",
        "A cube, bent: an octant is taken out",
        "x = u+v*w/3, y = v+u^2/3, z = w+u*v/3",
        "u = 0..1, v = 0..1, w = 0..1",
    ),
    (
        "plane",
        "The whole plane in polar coordinates",
        "x = r*cos(t), y = r*sin(t)",
        "r = 0..inf, t = 0..2*pi",
    ),
    (
        "ball",
        "Spherical coordinates: a box becomes a ball",
        "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)",
        "r = 0..1, p = 0..pi, t = 0..2*pi",
    ),
];

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "plots".to_owned());
    for (file, title, map, limits) in PICTURES {
        let region = Region::parse(limits)?;
        let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
        let map = Map::parse_with(map, &names, &Default::default())?;
        let picture = Deformation::of(&map.over(&region)?, title)?.draw(&Style::default())?;
        save(&picture, &folder, file)?;
    }
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    let fold = Map::parse("x = u+v^2, y = v+u^2")?.over("u = -1..1, v = -1..1")?;
    let jacobian = Jacobian::of(
        &fold,
        "det J of a fold: red where the map reverses orientation",
    )?;
    save(&jacobian.draw(&Style::default())?, &folder, "jacobian")?;
    let peak = Integrand::of(
        &polar,
        &polar.parse(&["1/sqrt(x^2 + y^2)"])?,
        "A peak that polar coordinates flatten",
    )?;
    save(&peak.draw(&Style::default())?, &folder, "integrand")?;
    let root = Map::parse("x = u^2")?.over("u = 0..2")?;
    let substitution = Integrand::of(
        &root,
        &root.parse(&["cos(x)/sqrt(x)"])?,
        "A substitution that takes a singularity away",
    )?;
    save(
        &substitution.draw(&Style::default())?,
        &folder,
        "integrand_line",
    )?;
    let plane = Map::parse("x = x, y = y")?.over("x = -2..2, y = -2..2")?;
    let part = plane.where_("x^2 + y^2 <= 2, y >= x^2 - 1")?;
    let part = Deformation::of(&part, "The part of a disk above a parabola")?;
    save(&part.draw(&Style::default())?, &folder, "conditions")?;
    save(&convergence(&polar)?, &folder, "convergence")?;
    save(&area_of_a_cut_disk()?, &folder, "sweep")
}

/// How the fixed rule and samples converge to the integral of |x + y − 1/2| over the unit disk.
fn convergence(disk: &MappedRegion) -> Result<Picture, Error> {
    let integrands = disk.parse(&["abs(x + y - 1/2)"])?;
    let truth = disk.integrate_all(&integrands, &Settings::new().rtol(1e-13))?;
    let series = |name: &str, runs: Vec<Settings>| {
        let point = |settings: &Settings| {
            let found = disk.integrate_all(&integrands, settings)?;
            Ok::<_, Error>(ConvergencePoint {
                evaluations: found.evaluations,
                claimed: found.error,
                actual: Some((found.value - truth.value).abs()),
            })
        };
        let points = runs.iter().map(point).collect::<Result<_, _>>()?;
        let name = name.to_owned();
        Ok::<_, Error>(ConvergenceSeries { name, points })
    };
    let gauss = (1..9).map(|k| Settings::new().method(Method::Gauss(vec![1 << k])));
    let samples = |method: Method| {
        let budgets = (5..19).map(|k| 1u64 << k);
        let run = |budget| {
            Settings::new()
                .rtol(1e-16)
                .max_evals(budget)
                .method(method.clone())
        };
        budgets.map(run).collect()
    };
    let convergence = Convergence {
        title: "Convergence for a kinked integrand over the disk".to_owned(),
        subtitle: "|x + y − 1/2|; what lies in the gray is not told from zero".to_owned(),
        series: vec![
            series("gauss", gauss.collect())?,
            series("cubature", samples(Method::Cubature))?,
            series("qmc", samples(Method::Qmc))?,
            series("monte-carlo", samples(Method::MonteCarlo))?,
        ],
        known_to: Some(4.0 * truth.error),
    };
    convergence.draw(&Style::default())
}

fn save(picture: &Picture, folder: &str, file: &str) -> Result<(), Error> {
    let path = PathBuf::from(folder).join(format!("{file}.png"));
    picture.save(&path)?;
    let size = std::fs::metadata(&path).map(|m| m.len()).unwrap_or(0);
    println!("{} ({} kB)", path.display(), size / 1024);
    assert!(size > 10_000, "a picture has something in it");
    Ok(())
}

/// An integral against a parameter: the area of the disk left of x = a.
fn area_of_a_cut_disk() -> Result<Picture, Error> {
    let point = |a: f64| {
        let mut parameters = Parameters::new();
        parameters.parse(&format!("a = {a:?}"))?;
        let polar = Map::parse_with("x = r*cos(t), y = r*sin(t)", &["r", "t"], &parameters)?;
        let area = polar
            .over("r = 0..1, t = 0..2*pi")?
            .where_("x <= a")?
            .measure()?;
        Ok::<_, Error>(SweepPoint {
            at: a,
            value: area.value,
            error: area.error,
            is_met: area.status == Status::Converged,
        })
    };
    let points = (-20..=20).map(|k| point(f64::from(k) / 20.0));
    let sweep = Sweep {
        title: "The area of the part x ≤ a of the unit disk".to_owned(),
        subtitle: "from nothing to π; at a = 0 it rises by the length of the diameter, 2"
            .to_owned(),
        parameter: "a".to_owned(),
        integral: "area".to_owned(),
        series: vec![SweepSeries {
            name: "area".to_owned(),
            points: points.collect::<Result<_, _>>()?,
        }],
    };
    sweep.draw(&Style::default())
}
