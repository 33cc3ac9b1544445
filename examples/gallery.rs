//! The gallery: how well-known maps deform their regions, as the PNG files in `plots/`.
//!
//! `cargo run --release --example gallery [FOLDER]`

use std::path::PathBuf;

use pullback::plot::{Deformation, Picture, Style, Sweep, SweepPoint, SweepSeries};
use pullback::{Error, Map, Parameters, Region, Status};

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
    save(&area_of_a_cut_disk()?, &folder, "sweep")
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
