//! The pictures of the gallery, each with the name of its file in `plots/` and what the page says of it.

use pullback::catalogue;
use pullback::plot::{
    ColorMap, Convergence, ConvergencePoint, ConvergenceSeries, Deformation, Integrand, Jacobian,
    Lines, PanelChoice, Picture, Planes, Style, Sweep, SweepPoint, SweepSeries, Theme, View,
};
use pullback::{
    Error, Estimate, InverseMap, Map, MappedRegion, Mesh, Method, Parameters, Pieces, Polygon,
    Region, Settings, Status,
};

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
        "The conformal map z²: angles are kept, but at 0",
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
        "A Möbius band: front and back meet, since it has one side",
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

/// A picture of the gallery.
pub(crate) struct Entry {
    /// The name of its file, without `.png`.
    pub(crate) file: String,
    /// What it is, for the page.
    pub(crate) caption: String,
    pub(crate) draw: Draw,
}

/// The pictures, by the headings of the page.
pub(crate) fn gallery() -> Vec<(&'static str, Vec<Entry>)> {
    let maps = PICTURES.iter().map(|&(file, title, map, limits)| Entry {
        file: file.to_owned(),
        caption: title.to_owned(),
        draw: Box::new(move || deformation(title, map, limits)),
    });
    vec![
        ("Maps", maps.collect()),
        (
            "Regions",
            own([
                (
                    "conditions",
                    "Conditions: the part of a disk above a parabola",
                    conditions,
                ),
                (
                    "level_set",
                    "An equation: a lemniscate in polar coordinates",
                    level_set,
                ),
                (
                    "solid",
                    "Conditions in space: the half ball that a cylinder cuts out",
                    solid,
                ),
                (
                    "surface",
                    "An equation in space: a hyperboloid, and what of it is in a box",
                    surface,
                ),
                (
                    "curve",
                    "Two equations in space: where a sphere and a cylinder meet",
                    curve,
                ),
                (
                    "inverse",
                    "Limits for functions of x and y: between hyperbolas and rays",
                    inverse,
                ),
                ("inside", "Inside a closed curve: an astroid", inside),
                (
                    "polygon",
                    "A polygon with a hole, by its triangles",
                    polygon,
                ),
                ("pieces", "Pieces: a half disk and a rectangle", pieces),
                ("mesh", "A mesh of curved elements, by their quality", mesh),
            ]),
        ),
        (
            "Kinds of pictures",
            own([
                (
                    "jacobian",
                    "det J of a fold: red where the map reverses orientation",
                    jacobian,
                ),
                (
                    "integrand",
                    "A peak that polar coordinates flatten",
                    integrand,
                ),
                (
                    "integrand_line",
                    "A substitution that takes a singularity away",
                    integrand_on_a_line,
                ),
                (
                    "nodes",
                    "Cubature divides cells along a kink, |x + y − 1/2|",
                    cells,
                ),
                (
                    "learned_grid",
                    "The grid that vegas learned for exp(−200·(√(x² + y²) − 0.7)²)",
                    learned_grid,
                ),
                (
                    "convergence",
                    "Errors of four methods against evaluations",
                    convergence,
                ),
                (
                    "sweep",
                    "An integral against a parameter",
                    area_of_a_cut_disk,
                ),
            ]),
        ),
        (
            "Styles",
            own([
                ("dark", "Light on dark: `--theme dark`", dark),
                (
                    "single",
                    "The image alone, in other colours, with large letters",
                    single,
                ),
            ]),
        ),
        ("The catalogue", catalogue().collect()),
    ]
}

/// All of them.
pub(crate) fn pictures() -> impl Iterator<Item = Entry> {
    gallery().into_iter().flat_map(|(_, entries)| entries)
}

/// The page that shows them, from the folder `docs`.
pub(crate) fn page() -> String {
    let mut page = "# The gallery\n\nAll of it is drawn by `cargo run --release --example gallery`, bit for bit the same \
                    on any machine; this page, too.\n"
        .to_owned();
    for (heading, entries) in gallery() {
        page += &format!("\n## {heading}\n");
        for Entry { file, caption, .. } in entries {
            page += &format!("\n{caption}.\n\n![{caption}](../plots/{file}.png)\n");
        }
    }
    page
}

/// Entries of files, captions and what draws them.
fn own<const N: usize>(all: [(&str, &str, Drawer); N]) -> Vec<Entry> {
    let entry = |(file, caption, draw): (&str, &str, Drawer)| Entry {
        file: file.to_owned(),
        caption: caption.to_owned(),
        draw: Box::new(draw),
    };
    all.into_iter().map(entry).collect()
}

/// Every map of the catalogue over its default limits; of those for any number of variables, that for three.
fn catalogue() -> impl Iterator<Item = Entry> {
    let entries = catalogue::all().iter();
    let shown = entries.filter(|entry| entry.family().is_none() || entry.name().ends_with("-3"));
    shown.map(|entry| {
        let name = entry.name();
        let given = match name {
            // Other corners and sides than those of the unit square and the unit cube.
            "quadrilateral" => "quadrilateral(0,0, 2,1/2, 5/2,2, 0,3/2)",
            "hexahedron" => {
                "hexahedron(0,0,0, 1,0,0, 1,1,0, 0,1,0, 0,0,2/3, 1,0,1, 3/2,3/2,3/2, 0,1,1)"
            }
            // Four curved sides: two that arch alike, and two that bulge.
            "coons" => "coons(u,u*(1-u)/2, 1+v*(1-v)/2,v, u,1+u*(1-u)/2, -v*(1-v)/2,v)",
            name => name,
        };
        Entry {
            file: format!("catalogue_{}", name.replace('-', "_")),
            caption: format!("`{name}`: {}", entry.about()),
            draw: Box::new(move || {
                let region = catalogue::read(given)?.over_defaults(&Parameters::new())?;
                // Not along a tangent of the curve.
                let view = (name == "helix").then_some(View {
                    azimuth: -60.0,
                    elevation: 50.0,
                });
                let style = Style {
                    view,
                    ..Style::default()
                };
                let (first, rest) = name.split_at(1);
                let title = format!("{}{}", first.to_uppercase(), rest.replace('-', " "));
                Deformation::of(&region, &title)?.draw(&style)
            }),
        }
    })
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
    let title = "The part of the disk x² + y² ≤ 2 above the parabola y = x² − 1";
    Deformation::of(&part, title)?.draw(&Style::default())
}

fn level_set() -> Result<Picture, Error> {
    let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..3/2, t = -pi..pi")?;
    let lemniscate = disk.on("(x^2 + y^2)^2 = 2*(x^2 - y^2)")?;
    Deformation::of(&lemniscate, "A lemniscate, (x² + y²)² = 2 (x² − y²)")?.draw(&Style::default())
}

/// The box with the sides −a to a, −b to b and −c to c.
fn box_of([a, b, c]: [f64; 3]) -> Result<MappedRegion, Error> {
    let region = format!("x = -{a}..{a}, y = -{b}..{b}, z = -{c}..{c}");
    Map::parse("x = x, y = y, z = z")?.over(&region)
}

fn solid() -> Result<Picture, Error> {
    let spherical = "x = r*sin(theta)*cos(phi), y = r*sin(theta)*sin(phi), z = r*cos(theta)";
    let ball = Map::parse_with(spherical, &["r", "theta", "phi"], &Default::default())?;
    let ball = ball.over("r = 0..1, theta = 0..pi, phi = 0..2*pi")?;
    let part = ball.where_("x^2 + y^2 <= 1/2, z >= 0")?;
    let title = "What of the ball has x² + y² ≤ 1/2 and z ≥ 0";
    Deformation::of(&part, title)?.draw(&Style::default())
}

fn surface() -> Result<Picture, Error> {
    let hyperboloid = box_of([2.0, 2.0, 1.0])?.on("x^2 + y^2 - z^2 = 1")?;
    Deformation::of(
        &hyperboloid,
        "The hyperboloid x² + y² − z² = 1 between z = −1 and 1",
    )?
    .draw(&Style::default())
}

fn curve() -> Result<Picture, Error> {
    let curve = box_of([2.0, 2.0, 2.0])?.on("x^2 + y^2 + z^2 = 4, (x - 1)^2 + y^2 = 1")?;
    let title = "Viviani’s curve: the sphere x² + y² + z² = 4 and the cylinder (x − 1)² + y² = 1";
    let style = Style {
        view: Some(View {
            azimuth: -25.0,
            elevation: 10.0,
        }),
        ..Style::default()
    };
    Deformation::of(&curve, title)?.draw(&style)
}

fn inverse() -> Result<Picture, Error> {
    let given = InverseMap::parse("u = x*y, v = y/x")?.near([1.0, 1.5])?;
    let region = given.over("u = 1..2, v = 1..4")?;
    let title = "Between the hyperbolas u = x·y and the rays v = y/x";
    Deformation::of(&region, title)?.draw(&Style::default())
}

fn inside() -> Result<Picture, Error> {
    let curve = Map::parse("x = cos(t)^3, y = sin(t)^3")?.over("t = 0..2*pi")?;
    Planes::of_parts(
        &curve.interior()?,
        "The inside of the astroid x = cos³ t, y = sin³ t",
    )?
    .draw(&Style::default())
}

fn polygon() -> Result<Picture, Error> {
    let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
    let frame = Polygon::new(&[square(0.0, 4.0), square(1.0, 3.0)])?;
    Planes::of_parts(&frame, "A square with a hole, and its triangles")?.draw(&Style::default())
}

fn pieces() -> Result<Picture, Error> {
    let half = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..2, t = 0..pi")?;
    let below = Map::parse("x = x, y = y")?.over("x = -2..2, y = -2..0")?;
    let both = Pieces::new(vec![Box::new(half), Box::new(below)])?;
    Planes::of_parts(&both, "A half disk on a rectangle")?.draw(&Style::default())
}

fn mesh() -> Result<Picture, Error> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/problems/disc.msh");
    Planes::of_mesh(
        &Mesh::read(path)?,
        "A disk, approximated by quadratic elements",
    )?
    .draw(&Style::default())
}

fn dark() -> Result<Picture, Error> {
    let fold = Map::parse("x = u+v^2, y = v+u^2")?.over("u = -1..1, v = -1..1")?;
    let style = Style {
        theme: Theme::Dark,
        ..Style::default()
    };
    Deformation::of(&fold, "A map that folds the square twice, for a dark room")?.draw(&style)
}

fn single() -> Result<Picture, Error> {
    let polar = disk()?;
    let hills = polar.parse(&["exp(-4*x^2 - y^2)"])?;
    let style = Style {
        colors: ColorMap::Cividis,
        panels: PanelChoice::Image,
        font_size: 18.0,
        ..Style::default()
    };
    Integrand::of(&polar, &hills, "A ridge over the disk")?.draw(&style)
}

/// The nodes of a method over the unit disk.
fn planes(integrand: &str, settings: &Settings, title: &str) -> Result<Planes, Error> {
    let polar = disk()?;
    let integrands = polar.parse(&[integrand])?;
    let answer = Estimate::of(&polar, &integrands, settings)?;
    Planes::of_nodes(&polar, &integrands, &answer, title)
}

fn cells() -> Result<Picture, Error> {
    let settings = Settings::new().method(Method::Cubature).rtol(1e-3);
    let title = "Cubature divides cells along a kink, |x + y − 1/2|";
    let mut planes = planes("abs(x + y - 1/2)", &settings.keeping_nodes(), title)?;
    // The kink, r = 1/2 / (cos t + sin t) in the disk.
    let turn = (0..=720).map(|k| f64::from(k) * std::f64::consts::TAU / 720.0);
    let curve: Vec<[f64; 2]> = turn.map(|t| [0.5 / (t.cos() + t.sin()), t]).collect();
    let inside = |[r, _]: &[f64; 2]| (0.0..=1.0).contains(r);
    let runs = curve.chunk_by(|a, b| inside(a) == inside(b));
    let region: Vec<Vec<[f64; 2]>> = runs
        .filter(|run| inside(&run[0]))
        .map(<[_]>::to_vec)
        .collect();
    let image = region.iter().map(|run| {
        let place = |[r, t]: &[f64; 2]| [r * t.cos(), r * t.sin()];
        run.iter().map(place).collect()
    });
    let image: Vec<Vec<[f64; 2]>> = image.collect();
    for (plane, paths) in planes.planes.iter_mut().zip([region, image]) {
        plane.lines.push(Lines {
            name: "the kink".to_owned(),
            paths,
            family: 1,
            width: 2.4,
        });
    }
    planes.draw(&Style::default())
}

fn learned_grid() -> Result<Picture, Error> {
    let settings = Settings::new().method(Method::Vegas).rtol(1e-2).seed(1);
    let title = "The grid that vegas learned for exp(−200·(√(x² + y²) − 0.7)²)";
    let settings = settings.max_evals(60_000).keeping_nodes();
    planes("exp(-200*(sqrt(x^2 + y^2) - 0.7)^2)", &settings, title)?.draw(&Style::default())
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
        subtitle: "|x + y − 1/2| over the disk x² + y² ≤ 1, in polar coordinates".to_owned(),
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
        subtitle: "from nothing to π; its slope at a = 0 is the length of the diameter, 2"
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
