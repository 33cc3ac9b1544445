//! Regions that conditions describe: random ones against a reference of another kind, and those with
//! exact values.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::{Map, MappedRegion, Settings, Status};

mod cases;

use cases::SplitMix;

/// The square of all regions here: from −2 to 2 along both axes.
const HALF: f64 = 2.0;

/// How often the reference halves the square at least: then four nodes are exact to 1e-13.
const COARSEST: u32 = 4;

/// How often the reference halves a cell that a border passes.
const DEEPEST: u32 = 11;

/// Lines across such a cell.
const LINES: usize = 6;

/// What the reference may be off: within a cell of width 4/2¹¹ a border is taken to be straight, which
/// moves it by κ·(4/2¹¹)²/8 ≈ 5e-7 where its curvature κ is 1; curvatures of a few and lengths of up to ten
/// average out to this, over the 500 regions.
const OFF: f64 = 2e-5;

/// A condition g ≥ 0 as a text, and g with a bound of its second derivatives.
struct Condition {
    text: String,
    value: Box<dyn Fn(f64, f64) -> f64>,
    bend: f64,
}

impl Condition {
    /// One of five kinds: a disc, a half plane, a quartic, a level set of waves, what is above a wave.
    fn random(numbers: &mut SplitMix) -> Self {
        let mut number = |from: f64, to: f64| {
            let x = from + (to - from) * numbers.unit();
            (x * 1000.0).round() / 1000.0
        };
        let kind = number(0.0, 5.0) as usize;
        let [a, b, c] = [number(-1.2, 1.2), number(-1.2, 1.2), number(0.1, 1.2)];
        match kind {
            0 => Condition {
                text: format!("(x - ({a}))^2 + (y - ({b}))^2 <= {c}"),
                value: Box::new(move |x, y| c - (x - a).powi(2) - (y - b).powi(2)),
                bend: 2.0,
            },
            1 => Condition {
                text: format!("({a})*x + ({b})*y <= {c}"),
                value: Box::new(move |x, y| c - a * x - b * y),
                bend: 0.0,
            },
            2 => {
                let [d, e] = [number(-1.0, 1.0), number(-1.0, 1.0)];
                Condition {
                    text: format!(
                        "x^4 + y^4 + ({a})*x^3*y + ({b})*x*y^2 + ({d})*x*y + ({e})*x <= {c}"
                    ),
                    value: Box::new(move |x, y| {
                        let mixed = a * x.powi(3) * y + b * x * y * y + d * x * y + e * x;
                        c - (x.powi(4) + y.powi(4) + mixed)
                    }),
                    bend: 120.0,
                }
            }
            3 => {
                let [k, l] = [number(1.0, 5.0), number(1.0, 5.0)];
                let level = number(-0.9, 0.9);
                Condition {
                    text: format!("sin({k}*x)*cos({l}*y) + ({a})*x <= {level}"),
                    value: Box::new(move |x, y| level - (k * x).sin() * (l * y).cos() - a * x),
                    bend: 60.0,
                }
            }
            _ => {
                let [k, phase] = [number(0.3, 4.0), number(-2.0, 2.0)];
                Condition {
                    text: format!("y >= ({a})*sin({k}*x + ({phase}))"),
                    value: Box::new(move |x, y| y - a * (k * x + phase).sin()),
                    bend: 20.0,
                }
            }
        }
    }

    /// Value and slopes.
    fn at(&self, x: f64, y: f64) -> [f64; 3] {
        const STEP: f64 = 1e-5;
        let slope = |dx: f64, dy: f64| {
            ((self.value)(x + dx, y + dy) - (self.value)(x - dx, y - dy)) / (2.0 * STEP)
        };
        [(self.value)(x, y), slope(STEP, 0.0), slope(0.0, STEP)]
    }
}

/// Conditions joined by `and` and `or`, from the left.
struct Joined {
    conditions: Vec<Condition>,
    is_and: Vec<bool>,
}

impl Joined {
    fn random(numbers: &mut SplitMix) -> Self {
        let count = 1 + (numbers.unit() * 3.0) as usize;
        Joined {
            conditions: (0..count).map(|_| Condition::random(numbers)).collect(),
            is_and: (1..count).map(|_| numbers.unit() < 0.5).collect(),
        }
    }

    fn text(&self) -> String {
        let mut text = self.conditions[0].text.clone();
        for (condition, is_and) in self.conditions[1..].iter().zip(&self.is_and) {
            let word = if *is_and { "and" } else { "or" };
            text = format!("({text}) {word} {}", condition.text);
        }
        text
    }

    /// What holds altogether, where each holds (true), does not (false), or may (`None`).
    fn truth(&self, each: &[Option<bool>]) -> Option<bool> {
        let mut all = each[0];
        for (next, is_and) in each[1..].iter().zip(&self.is_and) {
            all = match (all, next, is_and) {
                (Some(false), _, true) | (_, Some(false), true) => Some(false),
                (Some(true), _, false) | (_, Some(true), false) => Some(true),
                (None, _, _) | (_, None, _) => None,
                (Some(all), Some(next), true) => Some(all && *next),
                (Some(all), Some(next), false) => Some(all || *next),
            };
        }
        all
    }

    /// The integral of a function over the part where they hold: cells that bounds of the slopes show to
    /// be inside by a Gauss rule; the smallest cells line by line, with straight borders.
    fn integral(&self, f: fn(f64, f64) -> f64) -> f64 {
        let mut open = vec![(0.0, 0.0, HALF, 0)];
        let mut total = 0.0;
        while let Some((x, y, half, depth)) = open.pop() {
            let models: Vec<[f64; 3]> = self.conditions.iter().map(|c| c.at(x, y)).collect();
            let each = self
                .conditions
                .iter()
                .zip(&models)
                .map(|(condition, [g, gx, gy])| {
                    let change = half * (gx.abs() + gy.abs()) + 2.0 * condition.bend * half * half;
                    (g.abs() > change).then_some(*g > 0.0)
                });
            match self.truth(&each.collect::<Vec<_>>()) {
                Some(false) => {}
                Some(true) if depth >= COARSEST => total += gauss(x, y, half, f),
                _ if depth < DEEPEST => {
                    let h = half / 2.0;
                    for (dx, dy) in [(-h, -h), (-h, h), (h, -h), (h, h)] {
                        open.push((x + dx, y + dy, h, depth + 1));
                    }
                }
                _ => total += self.across(x, y, half, &models, f),
            }
        }
        total
    }

    /// The integral over a small cell in which each g is taken to be linear, on lines along the axis along
    /// which the first that is undecided is steeper.
    fn across(
        &self,
        x: f64,
        y: f64,
        half: f64,
        models: &[[f64; 3]],
        f: fn(f64, f64) -> f64,
    ) -> f64 {
        let passes = |[g, gx, gy]: &&[f64; 3]| g.abs() <= half * (gx.abs() + gy.abs());
        let turned = models
            .iter()
            .find(passes)
            .is_some_and(|[_, gx, gy]| gx.abs() > gy.abs());
        let along = |[g, gx, gy]: &[f64; 3]| {
            if turned {
                [*g, *gy, *gx]
            } else {
                [*g, *gx, *gy]
            }
        };
        let models: Vec<[f64; 3]> = models.iter().map(along).collect();
        let mut total = 0.0;
        for line in 0..LINES {
            let ds = half * ((2 * line + 1) as f64 / LINES as f64 - 1.0);
            let root = |[g, gs, gt]: &[f64; 3]| -(g + gs * ds) / gt;
            let mut ends: Vec<f64> = models.iter().map(root).filter(|r| r.abs() < half).collect();
            ends.extend([-half, half]);
            ends.sort_by(f64::total_cmp);
            for pair in ends.windows(2) {
                let dt = (pair[0] + pair[1]) / 2.0;
                let each = models
                    .iter()
                    .map(|[g, gs, gt]| Some(g + gs * ds + gt * dt > 0.0));
                if self.truth(&each.collect::<Vec<_>>()) == Some(true) {
                    let [dx, dy] = if turned { [dt, ds] } else { [ds, dt] };
                    total += (pair[1] - pair[0]) * 2.0 * half / LINES as f64 * f(x + dx, y + dy);
                }
            }
        }
        total
    }
}

/// The integral over a square by a rule of four nodes along each axis.
fn gauss(x: f64, y: f64, half: f64, f: fn(f64, f64) -> f64) -> f64 {
    const NODES: [(f64, f64); 4] = [
        (-0.861_136_311_594_052_6, 0.347_854_845_137_453_86),
        (-0.339_981_043_584_856_26, 0.652_145_154_862_546_1),
        (0.339_981_043_584_856_26, 0.652_145_154_862_546_1),
        (0.861_136_311_594_052_6, 0.347_854_845_137_453_86),
    ];
    let mut sum = 0.0;
    for (s, v) in NODES {
        for (t, w) in NODES {
            sum += v * w * f(x + half * s, y + half * t);
        }
    }
    sum * half * half
}

fn square() -> MappedRegion {
    let map = Map::parse("x = x, y = y").unwrap();
    map.over("x = -2..2, y = -2..2").unwrap()
}

fn settings() -> Settings {
    Settings::new()
        .rtol(1e-8)
        .atol(1e-10)
        .max_evals(20_000_000)
        .threads(1)
}

#[test]
fn none_of_500_random_regions_is_silently_wrong() {
    let mut numbers = SplitMix(71);
    let mut doubtful = Vec::new();
    for _ in 0..500 {
        let region = Joined::random(&mut numbers);
        let f = region.text();
        let text = ["1", "exp(x)", "x^2 + y"][numbers.below(3)];
        let function: fn(f64, f64) -> f64 = match text {
            "1" => |_, _| 1.0,
            "exp(x)" => |x, _| x.exp(),
            _ => |x, y| x * x + y,
        };
        let answer = square()
            .where_(&f)
            .unwrap()
            .integrate_all(text, &settings())
            .unwrap();
        let expected = region.integral(function);
        let size = region.integral(|_, _| 1.0).max(1.0);
        let off = (answer.value - expected).abs();
        if answer.status == Status::Converged {
            let allowed = answer.error + OFF * size;
            assert!(
                off <= allowed,
                "{f}: {text}: {answer}, {} for {expected}",
                answer.method
            );
        } else {
            doubtful.push(format!("{f}: {text}: {answer} for {expected}"));
        }
    }
    // Most of them are answered, too.
    assert!(doubtful.len() <= 10, "{}: {doubtful:#?}", doubtful.len());
}

#[test]
fn conditions_have_the_values_of_the_text_book() {
    for (conditions, integrand, exact) in [
        // A disk; the Gaussian over it: π(1 − e⁻⁴).
        (
            "x^2 + y^2 <= 4",
            "exp(-x^2 - y^2)",
            PI * (1.0 - (-4f64).exp()),
        ),
        // Chains, several conditions, and what is outside.
        ("1 <= x^2 + y^2 <= 4", "1", 3.0 * PI),
        ("x^2 + y^2 <= 4, y >= x", "1", 2.0 * PI),
        ("not (x^2 + y^2 < 1) and x^2 + y^2 < 4", "1", 3.0 * PI),
        // Where the integrand is not defined outside: ∫ 1/√(1 − r²) = 2π, an end that is singular.
        ("x^2 + y^2 < 1", "1/sqrt(1 - x^2 - y^2)", 2.0 * PI),
        // Bernoulli's lemniscate: its area is 1.
        ("(x^2 + y^2)^2 <= x^2 - y^2", "1", 1.0),
    ] {
        let region = square().where_(conditions).unwrap();
        let answer = region.integrate_all(integrand, &settings()).unwrap();
        assert!(
            (answer.value - exact).abs() <= 1e-8 * exact,
            "{conditions}: {answer}"
        );
        assert!(
            (answer.value - exact).abs() <= answer.error,
            "{conditions}: {answer}"
        );
    }
}

#[test]
fn the_area_within_a_curve_that_is_not_solved_is_proven() {
    // ∫ (π − 2·arcsin(1/(2 sin x))) dx from π/6 to 5π/6, by mpmath to 19 digits.
    let exact = 3.647_441_192_252_07;
    let map = Map::parse("x = x, y = y").unwrap();
    let square = map.over("x = 0..pi, y = 0..pi").unwrap();
    let region = square.where_("sin(x)*sin(y) >= 0.5").unwrap();
    let area = region.integrate_all("1", &settings()).unwrap();
    assert!(area.proven, "{area}");
    assert!((area.value - exact).abs() <= area.error, "{area}");
}

#[test]
fn curves_whose_slope_has_no_bound_at_an_end_are_met_all_the_same() {
    // With h = |x|^p: ∫∫ (h − y)₊ = ∫ h²/2 over |x| ≤ 2, y ≥ 0, while h ≤ 2.
    for (height, p) in [("sqrt(abs(x))", 0.5), ("cbrt(abs(x))", 1.0 / 3.0)] {
        let exact = 2f64.powf(2.0 * p + 1.0) / (2.0 * p + 1.0);
        let upper = Map::parse("x = x, y = y").unwrap();
        let upper = upper.over("x = -2..2, y = 0..2").unwrap();
        let region = upper.where_(&format!("{height} > y")).unwrap();
        let answer = region
            .integrate_all(&format!("{height} - y"), &settings())
            .unwrap();
        assert!(
            (answer.value - exact).abs() <= answer.error.min(1e-8 * exact),
            "{height}: {answer} for {exact}"
        );
    }
}

/// A region of three variables between −2 and 2.
fn cube() -> MappedRegion {
    let map = Map::parse("x = x, y = y, z = z").unwrap();
    map.over("x = -2..2, y = -2..2, z = -2..2").unwrap()
}

#[test]
fn conditions_in_space_have_the_values_of_the_text_book() {
    let steinmetz = 8.0 * (2.0 - 2f64.sqrt());
    // What is solved for one variable after another, and what is not.
    for (conditions, integrand, exact) in [
        ("x^2 + y^2 + z^2 <= 1", "1", 4.0 * PI / 3.0),
        // Three cylinders: Steinmetz's solid.
        (
            "x^2 + y^2 <= 1, x^2 + z^2 <= 1, y^2 + z^2 <= 1",
            "1",
            steinmetz,
        ),
        // Viviani's temple: (2π/3 − 8/9) for the unit ball and a cylinder of half its width.
        (
            "x^2 + y^2 + z^2 <= 1, x^2 + y^2 <= x",
            "1",
            2.0 * PI / 3.0 - 8.0 / 9.0,
        ),
        // By symmetry half of the ball: what divides it is odd.
        (
            "x^2 + y^2 + z^2 <= 1, x^3 + y^3 + sin(z) <= 0",
            "1",
            2.0 * PI / 3.0,
        ),
        // The unit ball of the norm with exponent 4: 8Γ(5/4)³/Γ(7/4).
        ("x^4 + y^4 + z^4 <= 1", "1", 6.481_987_351_786_2),
    ] {
        let region = cube().where_(conditions).unwrap();
        // What is left for the last witness of the half ball must suffice for it.
        let settings = settings().rtol(1e-7).max_evals(30_000_000);
        let answer = region.integrate_all(integrand, &settings).unwrap();
        assert_eq!(
            answer.status,
            Status::Converged,
            "{conditions}: {answer} {:?}",
            answer.reasons
        );
        assert!(
            (answer.value - exact).abs() <= 1e-7 * exact,
            "{conditions}: {answer}"
        );
        assert!(
            (answer.value - exact).abs() <= answer.error,
            "{conditions}: {answer}"
        );
    }
}

#[test]
fn code_is_not_asked_where_conditions_do_not_hold() {
    let disk = square().such_that(|[x, y]| (x * x + y * y).lt(1)).unwrap();
    let inside = |x: &[f64]| {
        assert!(x[0] * x[0] + x[1] * x[1] < 1.0 + 1e-12, "asked at {x:?}");
        x[0].exp()
    };
    // 2π I₁(1), the modified Bessel function: ∫ exp(x) over the unit disk.
    let exact = 2.0 * PI * 0.565_159_103_992_485;
    let answer = disk.integrate_fn(inside, &settings()).unwrap();
    assert_eq!(answer.status, Status::Converged, "{answer}");
    assert!((answer.value - exact).abs() <= 1e-8 * exact, "{answer}");
    // The border is known, so few nodes are enough for code, too.
    assert!(answer.evaluations < 50_000, "{}", answer.evaluations);
}

#[test]
fn conditions_may_be_in_variables_and_in_front_of_any_map() {
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let disk = || polar.over("r = 0..2, t = 0..2*pi").unwrap();
    for (conditions, exact) in [
        // A half plane of the targets, a ring of the variables, both.
        ("x >= 0", 2.0 * PI),
        ("1 <= r", 3.0 * PI),
        ("r >= 1, y >= 0", 1.5 * PI),
        // The segment beyond x = 1 of a disk of radius 2: 4π/3 − √3.
        ("x >= 1", 4.0 * PI / 3.0 - 3f64.sqrt()),
    ] {
        let answer = disk()
            .where_(conditions)
            .unwrap()
            .integrate_all("1", &settings())
            .unwrap();
        assert!(
            (answer.value - exact).abs() <= 1e-8 * exact,
            "{conditions}: {answer}"
        );
    }
}

#[test]
fn an_empty_region_is_zero_with_a_warning() {
    for conditions in ["x^2 + y^2 < -1", "x > 3", "x > y, y > x + 0.5"] {
        let answer = square().where_(conditions).unwrap().measure().unwrap();
        assert_eq!(answer.value, 0.0, "{conditions}");
        assert!(
            answer.warnings.iter().any(|w| w.contains("empty")),
            "{:?}",
            answer.warnings
        );
    }
    let answer = square().on("x^2 + y^2 = 100").unwrap().measure().unwrap();
    assert_eq!(answer.value, 0.0);
    assert!(
        answer.warnings.iter().any(|w| w.contains("nothing")),
        "{:?}",
        answer.warnings
    );
}

#[test]
fn level_sets_have_the_lengths_and_areas_of_the_text_book() {
    // The lemniscate's length 5.2441151085842396… is 2ϖ, A062539 of the OEIS.
    let lemniscate = 5.244_115_108_584_24;
    for (equation, integrand, exact) in [
        ("x^2 + y^2 = 4", "1", 4.0 * PI),
        ("x^2 + y^2 = 4", "x^2", 8.0 * PI),
        // Half an ellipse and a straight line.
        ("y = x/2", "1", 4.0 * (1.25f64).sqrt()),
        // It crosses itself, where nothing is a graph.
        ("(x^2 + y^2)^2 = x^2 - y^2", "1", lemniscate),
        // On the border of the region.
        ("x = 2", "1", 4.0),
    ] {
        let answer = square()
            .on(equation)
            .unwrap()
            .integrate_all(integrand, &settings())
            .unwrap();
        assert_eq!(answer.status, Status::Converged, "{equation}: {answer}");
        assert!(
            (answer.value - exact).abs() <= 1e-8 * exact,
            "{equation}: {answer}"
        );
    }
    let torus = "(sqrt(x^2 + y^2) - 1.25)^2 + z^2 = 0.25";
    for (equations, integrand, exact) in [
        ("x^2 + y^2 + z^2 = 1", "z^2", 4.0 * PI / 3.0),
        (torus, "1", 4.0 * PI * PI * 1.25 * 0.5),
        // A circle where a sphere and a plane meet: radius √(1 − 1/4).
        ("x^2 + y^2 + z^2 = 1, z = 1/2", "1", PI * 3f64.sqrt()),
        // The same, tilted: the plane is √(1/3)·1/2 from the origin.
        (
            "x^2 + y^2 + z^2 = 1, x + y + z = 1/2",
            "1",
            2.0 * PI * (11f64 / 12.0).sqrt(),
        ),
    ] {
        let answer = cube()
            .on(equations)
            .unwrap()
            .integrate_all(integrand, &settings())
            .unwrap();
        assert_eq!(answer.status, Status::Converged, "{equations}: {answer}");
        assert!(
            (answer.value - exact).abs() <= 1e-8 * exact,
            "{equations}: {answer}"
        );
    }
}

#[test]
fn the_length_of_a_cusp_is_no_surer_than_places_are_told_apart() {
    // Neil's parabola y² = c x³ for x < b: 2·8/(27 c)·((1 + 9 c b/4)^(3/2) − 1).
    for (c, b) in [(1.0, 1.0), (4.0, 1.0), (1.0, 0.1)] {
        let curve = square().where_(&format!("x < {b}")).unwrap();
        let curve = curve.on(&format!("y^2 = {c}*x^3")).unwrap();
        let answer = curve.integrate_all("1", &settings()).unwrap();
        let exact = 16.0 / (27.0 * c) * (f64::powf(1.0 + 2.25 * c * b, 1.5) - 1.0);
        assert!(
            (answer.value - exact).abs() <= answer.error,
            "{c}: {answer}"
        );
        assert!(answer.error <= 1e-8, "{c}: {answer}");
    }
}

#[test]
fn a_level_set_goes_through_conditions_and_maps() {
    // The cap of the unit sphere above z = 1/2: 2π(1 − 1/2).
    let cap = cube()
        .where_("z >= 1/2")
        .unwrap()
        .on("x^2 + y^2 + z^2 = 1")
        .unwrap();
    let answer = cap.integrate_all("1", &settings()).unwrap();
    assert!((answer.value - PI).abs() <= 1e-8, "{answer}");
    // The chord x = 1 of a disk of radius 2, in polar coordinates: 2√3.
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let chord = polar
        .over("r = 0..2, t = 0..2*pi")
        .unwrap()
        .on("x = 1")
        .unwrap();
    let answer = chord.integrate_all("1", &settings()).unwrap();
    assert!((answer.value - 2.0 * 3f64.sqrt()).abs() <= 1e-8, "{answer}");
    // A circle of the variables: an ellipse of the targets, whose length is 4aE(e).
    let stretched = Map::parse("x = 3*u, y = 2*v")
        .unwrap()
        .over("u = -1..1, v = -1..1")
        .unwrap();
    let ellipse = stretched.on("u^2 + v^2 = 1").unwrap();
    let answer = ellipse.integrate_all("1", &settings()).unwrap();
    assert!(
        (answer.value - 15.865_439_589_290_59).abs() <= 1e-8,
        "{answer}"
    );
}

#[test]
fn the_sum_over_pieces_has_the_same_bits_on_any_number_of_threads() {
    let region = cube().where_("x^4 + y^4 + z^4 - x*y*z < 1").unwrap();
    let with = |threads| {
        let settings = settings().rtol(1e-5).threads(threads);
        region.integrate_all("exp(x)", &settings).unwrap()
    };
    let (one, two) = (with(1), with(2));
    assert_eq!(one.value.to_bits(), two.value.to_bits());
    assert_eq!(one.error.to_bits(), two.error.to_bits());
}
