//! Integrals with fixed parameters: from Cuba, from cubature, of van Dooren and de Ridder, changes
//! of variables, and traps.
//!
//! - Cuba: the eleven of its demonstration; T. Hahn, "Cuba – a library for multidimensional
//!   numerical integration", Comput. Phys. Comm. 168 (2005) 78–95.
//! - cubature: the nine of the test program of S. G. Johnson's library, with the exact value of the
//!   sixth, which the program compares with 1.
//! - P. van Dooren, L. de Ridder, "An adaptive algorithm for numerical integration over an
//!   n-dimensional cube", J. Comput. Appl. Math. 2 (1976) 207–217.

use std::f64::consts::{E, FRAC_PI_4, PI, TAU};

use pullback::elementary::Unary;

use crate::genz::joined;
use crate::problem::{Problem, unit_box};

/// Name, limits, integrand and value.
type Row = (&'static str, &'static str, &'static str, f64);

const CUBE: &str = "x = 0..1, y = 0..1, z = 0..1";

#[rustfmt::skip]
const CUBA: [Row; 11] = [
    ("1", CUBE, "sin(x)*cos(y)*exp(z)", 0.6646696797813773),
    ("2", CUBE, "cos(y)*exp(z)/((x + y)^2 + 0.003)", 5.268520088375839),
    ("3", CUBE, "1/(3.75 - cos(pi*x) - cos(pi*y) - cos(pi*z))", 0.30780740962133685),
    ("4", CUBE, "abs(x^2 + y^2 + z^2 - 0.125)", 0.8773140015302908),
    ("5", CUBE, "exp(-(x^2 + y^2 + z^2))", 0.41653838588663816),
    ("6", CUBE, "1/(1 - x*y*z + 1e-10)", 1.202056902995101),
    ("7", CUBE, "sqrt(abs(x - y - z))", 0.7096158856369341),
    ("8", CUBE, "exp(-x*y*z)", 0.8912127981113024),
    ("9", CUBE, "x^2/(cos(x + y + z + 1) + 5)", 0.08018556505241012),
    ("10", CUBE, "if(x > 0.5, 1/sqrt(x*y*z + 1e-5), sqrt(x*y*z))", 2.3962437642589403),
    ("11", CUBE, "if(x^2 + y^2 + z^2 < 1, 1, 0)", PI / 6.0),
];

#[rustfmt::skip]
const VAN_DOOREN_DE_RIDDER: [Row; 10] = [
    ("1", "a = 0..2, b = 0..1, c = 0..pi/2, f = -1..1, g = -1..1, h = -1..1",
        "a*b^2*sin(c)/(4 + f + g + h)", 1.434761888397262),
    ("2", "a = 0..1, b = 0..1, c = 0..1, f = 0..2", "c^2*f*exp(c*f)/(a + b + 1)^2",
        0.5753641449035618),
    ("3", CUBE, "8/(1 + 2*(x + y + z))", 2.1521428325958927),
    ("4", "a = 0..pi, b = 0..pi, c = 0..pi, f = 0..pi, g = 0..pi/2", "cos(a + b + c + f + g)",
        16.0),
    ("5", "a = 0..1, b = 0..1, c = 0..1, f = 0..1", "sin(10*a)", 0.18390715290764525),
    ("6", "x = 0..3*pi, y = 0..3*pi", "cos(x + y)", -4.0),
    ("7", CUBE, "(x + y + z)^(-2)", 0.8630462173553428),
    ("8", "x = 0..1, y = 0..1",
        "605*y/((1 + 120*(1 - y))*((1 + 120*(1 - y))^2 + 25*x^2*y^2))", 1.0475911131428677),
    ("9", "x = 0..1, y = 0..1", "1/((x^2 + 1e-4)*((y + 0.25)^2 + 1e-4))", 499.1249442241216),
    ("10", "x = 0..1, y = 0..1", "exp(abs(x + y - 1))", 2.0 * (E - 2.0)),
];

/// Name, map, limits, integrand and value.
type MappedRow = (&'static str, &'static str, &'static str, &'static str, f64);

const POLAR: &str = "x = r*cos(t), y = r*sin(t)";
const DISK: &str = "r = 0..1, t = 0..2*pi";
const SPHERICAL: &str = "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)";
const BALL: &str = "r = 0..1, p = 0..pi, t = 0..2*pi";

/// Changes of variables: regions that a map straightens, surfaces, singularities that it removes.
#[rustfmt::skip]
const CHANGES: [MappedRow; 31] = [
    ("polar, exp(-r^2)", POLAR, DISK, "exp(-x^2 - y^2)", 1.9858653037988716),
    ("polar, exp(-r^2/2)", POLAR, DISK, "exp(-(x^2 + y^2)/2)", 2.4722407777192266),
    ("ellipse", "x = 3*u*cos(v), y = 2*u*sin(v)", "u = 0..1, v = 0..2*pi", "x^2",
        42.411500823462205),
    ("parabolic", "x = u^2 - v^2, y = 2*u*v", "u = 0..1, v = 0..1", "y", 2.0),
    ("trapezoid", "x = (u + v)/2, y = (u - v)/2", "v = 1..2, u = -v..v",
        "exp((x + y)/(x - y))", 1.7628017904657023),
    ("hyperbolas and rays", "x = sqrt(u/v), y = sqrt(u*v)", "u = 1..3, v = 1..3", "1",
        1.0986122886681098),
    ("hyperbolas and diagonals", "x = (sqrt(v^2 + 4*u) - v)/2, y = (sqrt(v^2 + 4*u) + v)/2",
        "u = 1..4, v = 0..2", "1", 1.8653281283455654),
    ("astroid", "x = u*cos(v)^3, y = u*sin(v)^3", "u = 0..1, v = 0..2*pi", "1", 0.375 * PI),
    ("cardioid", "x = u*(1 + cos(v))*cos(v), y = u*(1 + cos(v))*sin(v)", "u = 0..1, v = 0..2*pi",
        "1", 1.5 * PI),
    ("cardioid by limits", POLAR, "t = 0..2*pi, r = 0..1 + cos(t)", "1", 1.5 * PI),
    ("elliptic", "x = cosh(m)*cos(n), y = sinh(m)*sin(n)", "m = 0..1, n = 0..2*pi", "1",
        5.697059006443938),
    ("1/r by Duffy", "x = u, y = u*v", "u = 0..1, v = 0..1", "1/sqrt(x^2 + y^2)",
        0.881373587019543),
    ("triangle by limits", "", "x = 0..1, y = 0..1 - x", "1/(sqrt(x + y)*(1 + x + y)^2)",
        0.28539816339744833),
    ("triangle by Duffy", "x = u*(1 - v), y = u*v", "u = 0..1, v = 0..1",
        "1/(sqrt(x + y)*(1 + x + y)^2)", 0.28539816339744833),
    ("1/r by pyramid", "x = u, y = u*v, z = u*w", "u = 0..1, v = 0..1, w = 0..1",
        "1/sqrt(x^2 + y^2 + z^2)", 1.1900386819897768 / 3.0),
    ("1/r in the ball", SPHERICAL, BALL, "1/sqrt(x^2 + y^2 + z^2)", TAU),
    ("disk by limits", "", "x = -1..1, y = -sqrt(1 - x^2)..sqrt(1 - x^2)", "1", PI),
    ("ball", SPHERICAL, BALL, "1", 4.0 / 3.0 * PI),
    ("ball by limits", "", "x = -1..1, y = -sqrt(1 - x^2)..sqrt(1 - x^2), \
        z = -sqrt(1 - x^2 - y^2)..sqrt(1 - x^2 - y^2)", "1", 4.0 / 3.0 * PI),
    ("4-ball", "a = r*cos(p), b = r*sin(p)*cos(q), c = r*sin(p)*sin(q)*cos(t), \
        d = r*sin(p)*sin(q)*sin(t)", "r = 0..1, p = 0..pi, q = 0..pi, t = 0..2*pi", "1",
        0.5 * PI * PI),
    ("4-ball by limits", "", "x = -1..1, y = -sqrt(1 - x^2)..sqrt(1 - x^2), \
        z = -sqrt(1 - x^2 - y^2)..sqrt(1 - x^2 - y^2), \
        w = -sqrt(1 - x^2 - y^2 - z^2)..sqrt(1 - x^2 - y^2 - z^2)", "1", 0.5 * PI * PI),
    ("5-ball", "a = r*cos(p), b = r*sin(p)*cos(q), c = r*sin(p)*sin(q)*cos(s), \
        d = r*sin(p)*sin(q)*sin(s)*cos(t), f = r*sin(p)*sin(q)*sin(s)*sin(t)",
        "r = 0..1, p = 0..pi, q = 0..pi, s = 0..pi, t = 0..2*pi", "1", 8.0 / 15.0 * PI * PI),
    ("solid torus", "x = (2 + r*cos(v))*cos(u), y = (2 + r*cos(v))*sin(u), z = r*sin(v)",
        "r = 0..0.5, u = 0..2*pi, v = 0..2*pi", "1", PI * PI),
    ("torus", "x = (2 + cos(v)/2)*cos(u), y = (2 + cos(v)/2)*sin(u), z = sin(v)/2",
        "u = 0..2*pi, v = 0..2*pi", "1", 4.0 * PI * PI),
    ("ellipsoid", "x = 3*sin(p)*cos(t), y = 2*sin(p)*sin(t), z = cos(p)",
        "p = 0..pi, t = 0..2*pi", "1", 48.88214630258206),
    ("Moebius band", "x = (1 + v*cos(u/2))*cos(u), y = (1 + v*cos(u/2))*sin(u), z = v*sin(u/2)",
        "u = 0..2*pi, v = -0.5..0.5", "1", 6.353271398449985),
    ("helicoid", "x = u*cos(v), y = u*sin(v), z = v", "u = 0..1, v = 0..2*pi", "1",
        7.211799724207047),
    ("plane by a rational map", "x = u/(1 - u^2), y = v/(1 - v^2)", "u = -1..1, v = -1..1",
        "exp(-x^2 - y^2)", PI),
    ("plane by limits", "", "x = -inf..inf, y = -inf..inf", "exp(-x^2 - y^2)", PI),
    ("off-centre 1/r in the disk", POLAR, DISK, "1/sqrt((x - 1)^2 + y^2)", 4.0),
    ("cycloid", "x = t - sin(t), y = 1 - cos(t)", "t = 0..2*pi", "1", 8.0),
];

/// √π.
const ROOT_PI: f64 = 1.772_453_850_905_516;

/// Integrals on which programs are known to be silently wrong: narrow peaks between the nodes,
/// waves in step with the nodes, kinks, jumps and singularities inside.
#[rustfmt::skip]
const TRAPS: [Row; 26] = [
    ("sin^2 over a period", "x = 0..2*pi", "sin(x)^2", PI),
    ("a wave that vanishes at the first nodes", "x = 0..0.2, y = 0..2*pi, z = -0.2..0.2",
        "1 + (x*z*sin(y))^2", 0.16 * PI + 0.008 / 3.0 * PI * 0.016 / 3.0),
    ("a Gaussian in a large box", "x = -100..100, y = -100..100, z = -100..100",
        "(x^2 + y^2 + z^2)*pi^(-1.5)*exp(-(x^2 + y^2 + z^2))", 1.5),
    ("a narrow Gaussian in the middle", "x = 0..1", "exp(-((x - 0.5)/1e-4)^2)", 1e-4 * ROOT_PI),
    ("a narrow Gaussian elsewhere", "x = 0..1", "exp(-((x - 0.3)/1e-3)^2)", 1e-3 * ROOT_PI),
    ("a spike on a plateau", "x = 0..1", "1 + 1e4*exp(-((x - 0.3)/1e-4)^2)", 1.0 + ROOT_PI),
    ("a spike on a plane plateau", "x = 0..1, y = 0..1",
        "1 + 1e4*exp(-((x - 0.3)^2 + (y - 0.6)^2)/1e-4)", 1.0 + PI),
    ("a far normal density", "x = -inf..inf, y = -inf..inf",
        "exp(-((x - 100)^2 + (y + 50)^2)/2)", TAU),
    ("a narrow normal density", "x = -inf..inf, y = -inf..inf",
        "exp(-((x - 3)^2 + (y - 2)^2)/2e-4)", TAU * 1e-4),
    ("a Gaussian in four dimensions", "x = -1..1, y = 0..1, z = 0..1, w = 0..1",
        "1013.2118364296088*exp(-100*((x-0.5)^2 + (y-0.5)^2 + (z-0.5)^2 + (w-0.5)^2))",
        1.0000000000007687),
    ("two Gaussians in four dimensions", "x = 0..1, y = 0..1, z = 0..1, w = 0..1",
        "1013.2167575422921535/2*(exp(-100*((x-1/3)^2 + (y-1/3)^2 + (z-1/3)^2 + (w-1/3)^2)) \
         + exp(-100*((x-2/3)^2 + (y-2/3)^2 + (z-2/3)^2 + (w-2/3)^2)))", 1.0),
    ("a wave of 240 periods", "x = 0..2*pi", "1 + cos(240*x)", TAU),
    ("a wave of 60 and 42 periods", "x = 0..2*pi, y = 0..2*pi", "1 + cos(60*x)*cos(42*y)",
        TAU * TAU),
    ("a wave of 8000 periods on an interval", "x = 0..1", "1 + cos(16000*pi*x)", 1.0),
    ("quarter disk by a jump", "x = 0..1, y = 0..1", "if(x^2 + y^2 < 1, 1, 0)", FRAC_PI_4),
    ("a jump at a third", "x = 0..1", "if(x < 1/3, 0, 1)", 2.0 / 3.0),
    ("a jump close to an end", "x = 0..1", "if(x < 0.9999, 1, 0)", 0.9999),
    ("a ridge along the diagonal", "x = 0..1, y = 0..1", "1e-3/((x - y)^2 + 1e-6)",
        3.125777142698496),
    ("three planes that meet", "x = 0..1, y = 0..1", "max(x, max(y, (1 - x)*(1 - y)))",
        0.7287375324796049),
    ("a kink within a period", "x = 0..2*pi", "abs(sin(x - 0.1))", 4.0),
    ("a root inside", "x = 0..1", "sqrt(abs(x - 1/3))", 0.4911874291211284),
    ("ln x/sqrt x", "x = 0..1", "ln(x)/sqrt(x)", -4.0),
    ("a pole just outside", "x = 0..0.001", "1/sqrt((1.001 - x)^2 - 1)", 0.04471763360830685),
    ("1/sqrt(x y)", "x = 0..1, y = 0..1", "1/sqrt(x*y)", 4.0),
    ("zero by symmetry", "x = 0..2*pi", "sin(x)", 0.0),
    ("a slow tail", "x = 0..inf", "1/(1 + x)^1.1", 10.0),
];

/// All of them.
pub(crate) fn problems() -> Vec<Problem> {
    let mut problems = Vec::new();
    let plain = |set: &'static str| {
        move |(name, over, integrand, exact): Row| Problem::plain(set, name, over, integrand, exact)
    };
    problems.extend(CUBA.map(plain("Cuba")));
    for dimension in [2, 3] {
        problems.extend(cubature(dimension));
    }
    problems.extend(VAN_DOOREN_DE_RIDDER.map(plain("van Dooren–de Ridder")));
    problems.extend(CHANGES.map(|(name, map, over, integrand, exact)| Problem {
        map: map.to_owned(),
        ..Problem::plain("changes of variables", name, over, integrand, exact)
    }));
    problems.extend(TRAPS.map(plain("traps")));
    problems
}

/// The nine of cubature's test program on the unit box.
fn cubature(dimension: usize) -> Vec<Problem> {
    let d = dimension as i32;
    let erf = |x: f64| Unary::Erf.value(x);
    let gaussian = |centre: &str| {
        let square = |i| format!("(x{i} - {centre})^2");
        let peak = "(10/sqrt(pi))";
        format!(
            "{peak}^{d}*exp(-100*({}))",
            joined(dimension, " + ", square)
        )
    };
    let squares = joined(dimension, " + ", |i| format!("x{i}^2"));
    let radius: f64 = 0.501_241_452_623_453_4;
    let ball = if dimension == 2 { PI } else { PI / 0.75 };
    let product = |text: fn(usize) -> String| joined(dimension, "*", text);
    let root = (1.0 + 1.0 / f64::from(d)).powi(d);
    let mut rows = vec![
        (product(|i| format!("cos(x{i})")), 1f64.sin().powi(d)),
        (
            product(|i| format!("2/sqrt(pi)/x{i}^2*exp(-((1 - x{i})/x{i})^2)")),
            1.0,
        ),
        (
            format!("if({squares} < {:?}, 1, 0)", radius * radius),
            ball * (0.5 * radius).powi(d),
        ),
        (product(|i| format!("2*x{i}")), 1.0),
        (gaussian("0.5"), erf(5.0).powi(d)),
        (
            format!("0.5*({} + {})", gaussian("1/3"), gaussian("2/3")),
            (0.5 * (erf(10.0 / 3.0) + erf(20.0 / 3.0))).powi(d),
        ),
        // Tsuda's product, whose value does not depend on its parameter.
        (product(|i| format!("0.46*1.46/(0.46 + x{i})^2")), 1.0),
        (
            format!("{root:?}*({})^(1/{d})", product(|i| format!("x{i}"))),
            1.0,
        ),
    ];
    if dimension == 3 {
        rows.push((
            "1 + (0.08*x1*(x3 - 0.5)*sin(2*pi*x2))^2".to_owned(),
            1.0 + 0.0064 / 72.0,
        ));
    }
    let named = rows.into_iter().zip(0..);
    named
        .map(|((integrand, exact), k)| {
            let name = format!("{dimension}-D, {k}");
            Problem::plain("cubature", name, unit_box(dimension), integrand, exact)
        })
        .collect()
}
