//! The pictures of the gallery, each with the name of its file in `plots/`.

use pullback::plot::{
    Convergence, ConvergencePoint, ConvergenceSeries, Deformation, Integrand, Jacobian, Picture,
    Planes, Style, Sweep, SweepPoint, SweepSeries,
};
use pullback::{Error, Estimate, Map, MappedRegion, Method, Parameters, Region, Settings, Status};

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

/// One that needs nothing.
type Drawer = fn() -> Result<Picture, Error>;

/// What draws a picture.
pub(crate) type Draw = Box<dyn Fn() -> Result<Picture, Error>>;

/// The pictures, by the names of their files.
pub(crate) fn pictures() -> Vec<(&'static str, Draw)> {
    let mut all: Vec<(&str, Draw)> = Vec::new();
    for &(file, title, map, limits) in PICTURES {
        all.push((file, Box::new(move || deformation(title, map, limits))));
    }
    let others: [(&str, Drawer); 8] = [
        ("jacobian", jacobian),
        ("integrand", integrand),
        ("integrand_line", integrand_on_a_line),
        ("conditions", conditions),
        ("nodes", cells),
        ("learned_grid", learned_grid),
        ("convergence", convergence),
        ("sweep", area_of_a_cut_disk),
    ];
    for (file, draw) in others {
        all.push((file, Box::new(draw)));
    }
    all
}

/// A map over its region.
fn deformation(title: &str, map: &str, limits: &str) -> Result<Picture, Error> {
    let region = Region::parse(limits)?;
    let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let map = Map::parse_with(map, &names, &Default::default())?;
    Deformation::of(&map.over(&region)?, title)?.draw(&Style::default())
}

/// The unit disk in polar coordinates.
fn disk() -> Result<MappedRegion, Error> {
    Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")
}

fn jacobian() -> Result<Picture, Error> {
    let fold = Map::parse("x = u+v^2, y = v+u^2")?.over("u = -1..1, v = -1..1")?;
    let title = "det J of a fold: red where the map reverses orientation";
    Jacobian::of(&fold, title)?.draw(&Style::default())
}

fn integrand() -> Result<Picture, Error> {
    let polar = disk()?;
    let peak = polar.parse(&["1/sqrt(x^2 + y^2)"])?;
    let title = "A peak that polar coordinates flatten";
    Integrand::of(&polar, &peak, title)?.draw(&Style::default())
}

fn integrand_on_a_line() -> Result<Picture, Error> {
    let root = Map::parse("x = u^2")?.over("u = 0..2")?;
    let title = "A substitution that takes a singularity away";
    Integrand::of(&root, &root.parse(&["cos(x)/sqrt(x)"])?, title)?.draw(&Style::default())
}

fn conditions() -> Result<Picture, Error> {
    let plane = Map::parse("x = x, y = y")?.over("x = -2..2, y = -2..2")?;
    let part = plane.where_("x^2 + y^2 <= 2, y >= x^2 - 1")?;
    Deformation::of(&part, "The part of a disk above a parabola")?.draw(&Style::default())
}

/// The nodes of a method over the unit disk.
fn nodes(integrand: &str, settings: &Settings, title: &str) -> Result<Picture, Error> {
    let polar = disk()?;
    let integrands = polar.parse(&[integrand])?;
    let answer = Estimate::of(&polar, &integrands, settings)?;
    Planes::of_nodes(&polar, &integrands, &answer, title)?.draw(&Style::default())
}

fn cells() -> Result<Picture, Error> {
    let settings = Settings::new().method(Method::Cubature).rtol(1e-3);
    let title = "Cubature divides cells along a kink, |x + y − 1/2|";
    nodes("abs(x + y - 1/2)", &settings.keeping_nodes(), title)
}

fn learned_grid() -> Result<Picture, Error> {
    let settings = Settings::new().method(Method::Vegas).rtol(1e-2).seed(1);
    let title = "The grid that vegas learned for a ring";
    let settings = settings.max_evals(60_000).keeping_nodes();
    nodes("exp(-200*(sqrt(x^2 + y^2) - 0.7)^2)", &settings, title)
}

/// How the fixed rule and samples converge to the integral of |x + y − 1/2| over the unit disk.
fn convergence() -> Result<Picture, Error> {
    let disk = disk()?;
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
