//! Families of rough integrands in two and more variables: jumps and kinks along planes and spheres,
//! needles, ridges, singular points and planes, tails. Each member has a text and a closed form.

use std::f64::consts::PI;

use pullback::elementary::Unary;

use crate::genz::joined;
use crate::problem::unit_box;
use crate::random::Random;
use crate::rough_lines::{Family, Member, gaussian};

/// The families in two and more variables.
pub(crate) const SPACE: [Family; 19] = [
    ("jumps along a line in the plane", 100, jump_in_plane),
    ("kinks along a line in the plane", 100, kink_in_plane),
    ("several jumps in the plane", 50, jumps_in_plane),
    ("jumps along a plane in space", 50, jump_in_space),
    ("kinks along a plane in space", 50, kink_in_space),
    ("hinges in four to six variables", 50, hinges),
    ("jumps on a circle", 100, jump_on_circle),
    ("kinks on a circle", 100, kink_on_circle),
    ("jumps on a sphere", 50, jump_on_sphere),
    ("kinks on a sphere", 50, kink_on_sphere),
    ("small islands", 50, islands),
    ("needles in the plane", 100, needles_in_plane),
    ("needles in space", 50, needles_in_space),
    ("ridges", 100, ridges),
    ("singular points in the plane", 100, singular_in_plane),
    ("singular crosses", 50, crosses),
    ("singular lines in the plane", 50, singular_lines),
    ("tails in the plane", 50, tails_in_plane),
    ("smooth in the plane", 50, smooth),
];

/// a·x = s through the unit cube, and ∫ over it of (s − a·x)₊^p for the exponents asked for.
struct Plane {
    a: Vec<f64>,
    s: f64,
}

impl Plane {
    fn new(random: &mut Random, dimension: usize) -> Plane {
        let a = (0..dimension).map(|_| random.sign() * random.between(0.15, 1.0));
        let a: Vec<f64> = a.collect();
        let low: f64 = a.iter().map(|a| a.min(0.0)).sum();
        let high: f64 = a.iter().map(|a| a.max(0.0)).sum();
        let s = low + (high - low) * random.between(0.1, 0.9);
        Plane { a, s }
    }

    /// `0.3*x1 - 0.2*x2 - 0.1`: a·x − s.
    fn text(&self) -> String {
        let terms = joined(self.a.len(), " + ", |i| format!("({})*x{i}", self.a[i - 1]));
        format!("{terms} - ({})", self.s)
    }

    /// ∫ (s − a·x)₊^p over the unit cube: an alternating sum over its corners,
    /// Γ(p + 1)/Γ(p + d + 1)/Π aᵢ · Σ ± (s − a·v)₊^(p + d).
    fn below(&self, p: f64) -> f64 {
        let d = self.a.len();
        let sum: f64 = (0..1usize << d)
            .map(|corner| {
                let ones = (0..d).filter(|i| corner >> i & 1 == 1);
                let at: f64 = ones.clone().map(|i| self.a[i]).sum();
                let sign = if ones.count() % 2 == 0 { 1.0 } else { -1.0 };
                let rest = (self.s - at).max(0.0);
                sign * rest.powf(p + d as f64)
            })
            .sum();
        let product: f64 = self.a.iter().product();
        let falling: f64 = (1..=d).map(|k| p + k as f64).product();
        sum / product / falling
    }

    /// The plane seen from its other side.
    fn turned(&self) -> Plane {
        Plane {
            a: self.a.iter().map(|a| -a).collect(),
            s: -self.s,
        }
    }
}

fn jump_along_plane(random: &mut Random, d: usize) -> Member {
    let plane = Plane::new(random, d);
    let (k, h) = (
        random.between(-2.0, 2.0),
        random.sign() * random.between(0.2, 1.0),
    );
    let text = format!("exp({k}*x1) + if({} < 0, {h}, 0)", plane.text());
    let value = k.exp_m1() / k + h * plane.below(0.0);
    (unit_box(d), text, value)
}

fn jump_in_plane(random: &mut Random) -> Member {
    jump_along_plane(random, 2)
}

fn jump_in_space(random: &mut Random) -> Member {
    jump_along_plane(random, 3)
}

fn kink_along_plane(random: &mut Random, d: usize) -> Member {
    let plane = Plane::new(random, d);
    let k = random.between(0.5, 5.0);
    let text = format!("1 + cos({k}*x1) + abs({})", plane.text());
    let sizes = plane.below(1.0) + plane.turned().below(1.0);
    (unit_box(d), text, 1.0 + k.sin() / k + sizes)
}

fn kink_in_plane(random: &mut Random) -> Member {
    kink_along_plane(random, 2)
}

fn kink_in_space(random: &mut Random) -> Member {
    kink_along_plane(random, 3)
}

fn jumps_in_plane(random: &mut Random) -> Member {
    let (mut text, mut value) = ("1".to_owned(), 1.0);
    for _ in 0..random.whole(2, 3) {
        let plane = Plane::new(random, 2);
        let h = random.between(0.2, 1.0);
        text += &format!(" + if({} < 0, {h}, 0)", plane.text());
        value += h * plane.below(0.0);
    }
    (unit_box(2), text, value)
}

fn hinges(random: &mut Random) -> Member {
    let d = random.whole(4, 6);
    let plane = Plane {
        a: vec![1.0; d],
        s: random.between(0.15, 0.85) * d as f64,
    };
    let text = format!(
        "max({} - ({}), 0)",
        plane.s,
        joined(d, " + ", |i| format!("x{i}"))
    );
    (unit_box(d), text, plane.below(1.0))
}

/// The centre and the radius of a ball inside the unit cube, and the text of the square of the
/// distance from its centre.
fn ball(random: &mut Random, d: usize, least: f64, most: f64) -> (String, f64) {
    let r = random.between(least, most);
    let centre = (0..d).map(|_| random.between(r, 1.0 - r));
    let centre: Vec<f64> = centre.collect();
    let square = joined(d, " + ", |i| format!("(x{i} - {})^2", centre[i - 1]));
    (square, r)
}

fn jump_on_circle(random: &mut Random) -> Member {
    let (square, r) = ball(random, 2, 0.1, 0.49);
    let h = random.between(0.3, 3.0);
    let text = format!("1 + if({square} < {}, {h}, 0)", r * r);
    (unit_box(2), text, 1.0 + h * PI * r * r)
}

fn kink_on_circle(random: &mut Random) -> Member {
    let (square, r) = ball(random, 2, 0.1, 0.49);
    let text = format!("exp(x1) + 4*max({} - ({square}), 0)", r * r);
    (unit_box(2), text, 1f64.exp_m1() + 2.0 * PI * r.powi(4))
}

fn jump_on_sphere(random: &mut Random) -> Member {
    let (square, r) = ball(random, 3, 0.15, 0.49);
    let h = random.between(0.3, 3.0);
    let text = format!("1 + if({square} < {}, {h}, 0)", r * r);
    (unit_box(3), text, 1.0 + h * 4.0 / 3.0 * PI * (r * r) * r)
}

fn kink_on_sphere(random: &mut Random) -> Member {
    let (square, r) = ball(random, 3, 0.15, 0.49);
    let text = format!("exp(x1) + 4*max({} - ({square}), 0)", r * r);
    (
        unit_box(3),
        text,
        1f64.exp_m1() + 32.0 / 15.0 * PI * r.powi(5),
    )
}

fn islands(random: &mut Random) -> Member {
    let (square, r) = ball(random, 2, 0.03, 0.1);
    let h = random.between(1.0, 10.0);
    let text = format!("1 + if({square} < {}, {h}, 0)", r * r);
    (unit_box(2), text, 1.0 + h * PI * r * r)
}

fn needles_along(random: &mut Random, d: usize, least: f64) -> Member {
    let background = random.whole(0, 1) as f64;
    let (mut text, mut value) = (format!("{background}"), background);
    for _ in 0..random.whole(1, 2) {
        let centre: Vec<f64> = (0..d).map(|_| random.unit()).collect();
        let widths: Vec<f64> = (0..d).map(|_| random.scaled(least, 0.3)).collect();
        let h = random.scaled(1.0, 10.0);
        let square = joined(d, " + ", |i| {
            format!("((x{i} - {})/{})^2", centre[i - 1], widths[i - 1])
        });
        text += &format!(" + {h}*exp(-({square}))");
        let sides = centre.iter().zip(&widths).map(|(&c, &w)| gaussian(c, w));
        value += h * sides.product::<f64>();
    }
    (unit_box(d), text, value)
}

fn needles_in_plane(random: &mut Random) -> Member {
    needles_along(random, 2, 0.01)
}

fn needles_in_space(random: &mut Random) -> Member {
    needles_along(random, 3, 0.05)
}

fn ridges(random: &mut Random) -> Member {
    let (k, c) = (random.scaled(3.0, 1000.0), random.between(-0.7, 0.7));
    // The second primitive of exp(−k²t²).
    let primitive = |t: f64| {
        let kt = k * t;
        (PI.sqrt() / 2.0 * kt * Unary::Erf.value(kt) + 0.5 * (-kt * kt).exp()) / (k * k)
    };
    let value = primitive(1.0 - c) - 2.0 * primitive(-c) + primitive(-1.0 - c);
    let text = format!("exp(-({k}*(x1 - x2 - ({c})))^2)");
    (unit_box(2), text, value)
}

fn singular_in_plane(random: &mut Random) -> Member {
    let centre = [random.unit(), random.unit()];
    let [a, b] = centre;
    let sides = |c: f64| [c, 1.0 - c];
    let square = format!("(x1 - {a})^2 + (x2 - {b})^2");
    let over = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        let corners = sides(a).into_iter().flat_map(|p| sides(b).map(|q| (p, q)));
        corners.map(|(p, q)| of(p, q)).sum()
    };
    if random.whole(0, 1) == 0 {
        // ∫₀ᵖ∫₀^q 1/r = p asinh(q/p) + q asinh(p/q)
        let value = over(&|p, q| p * (q / p).asinh() + q * (p / q).asinh());
        return (unit_box(2), format!("1/sqrt({square})"), value);
    }
    // ∫₀ᵖ∫₀^q ln(x² + y²) = p q (ln(p² + q²) − 3) + p² atan(q/p) + q² atan(p/q)
    let value = over(&|p: f64, q: f64| {
        p * q * ((p * p + q * q).ln() - 3.0) + p * p * (q / p).atan() + q * q * (p / q).atan()
    });
    (unit_box(2), format!("-log({square})"), -value)
}

fn crosses(random: &mut Random) -> Member {
    let (mut text, mut value) = (String::from("1"), 1.0);
    for i in 1..=2 {
        let (c, p) = (random.unit(), random.between(-0.7, 1.5));
        text += &format!("*abs(x{i} - {c})^({p})");
        value *= (c.powf(p + 1.0) + (1.0 - c).powf(p + 1.0)) / (p + 1.0);
    }
    (unit_box(2), text, value)
}

fn singular_lines(random: &mut Random) -> Member {
    let (plane, p) = (Plane::new(random, 2), random.between(-0.6, 0.9));
    let text = format!("abs({})^({p})", plane.text());
    (unit_box(2), text, plane.below(p) + plane.turned().below(p))
}

fn tails_in_plane(random: &mut Random) -> Member {
    let (p, s) = (random.between(1.3, 3.0), random.scaled(0.3, 3.0));
    let text = format!("(1 + (x^2 + y^2)/{s})^(-{p})");
    (
        "x = -inf..inf, y = -inf..inf".to_owned(),
        text,
        s * PI / (p - 1.0),
    )
}

fn smooth(random: &mut Random) -> Member {
    let (a, b) = (random.between(-3.0, 3.0), random.between(-3.0, 3.0));
    let value = (a.exp_m1() / a) * (b.exp_m1() / b);
    (unit_box(2), format!("exp({a}*x1 + {b}*x2)"), value)
}
