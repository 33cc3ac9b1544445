//! The integral theorems as an oracle for maps of any shape: Newton–Leibniz, Green and Gauss.
//!
//! For ∂P/∂x₁ = f and any smooth map φ of the unit box,
//!
//! ∫ f(φ) det J du = Σᵢ (−1)ⁱ⁺¹ [∫ P(φ) Mᵢ du]ᵤᵢ₌₀¹,
//!
//! where Mᵢ is the minor of J without its first row and column i. The right side needs no derivative
//! along the first target and no determinant of full size; the polynomials here are differentiated
//! by the power rule, so it shares no code with the left side. The map need not be one-to-one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use nalgebra::DMatrix;
use pullback::domain::Sign;
use pullback::rule::Rule;
use pullback::{Map, MappedRegion, Parameters, Settings, Status};

mod cases;

use cases::SplitMix;

/// Coefficients and exponents of the terms.
#[derive(Clone)]
struct Polynomial(Vec<(f64, Vec<i32>)>);

impl Polynomial {
    /// All terms of up to a degree, with coefficients in [−size, size).
    fn random(random: &mut SplitMix, variables: usize, degree: i32, size: f64) -> Self {
        let mut exponents = vec![vec![]];
        for _ in 0..variables {
            let longer = |e: &Vec<i32>| {
                let left = degree - e.iter().sum::<i32>();
                (0..=left)
                    .map(|k| [&e[..], &[k]].concat())
                    .collect::<Vec<_>>()
            };
            exponents = exponents.iter().flat_map(longer).collect();
        }
        let term = |e| (random.within(-size, size), e);
        Polynomial(exponents.into_iter().map(term).collect())
    }

    fn at(&self, point: &[f64]) -> f64 {
        let power = |(x, k): (&f64, &i32)| x.powi(*k);
        let term = |(c, e): &(f64, Vec<i32>)| c * point.iter().zip(e).map(power).product::<f64>();
        self.0.iter().map(term).sum()
    }

    fn slope(&self, variable: usize) -> Self {
        let term = |(c, e): &(f64, Vec<i32>)| {
            let mut lower = e.clone();
            lower[variable] -= 1;
            (e[variable] > 0).then(|| (c * f64::from(e[variable]), lower))
        };
        Polynomial(self.0.iter().filter_map(term).collect())
    }

    fn antiderivative(&self, variable: usize) -> Self {
        let term = |(c, e): &(f64, Vec<i32>)| {
            let mut higher = e.clone();
            higher[variable] += 1;
            (c / f64::from(higher[variable]), higher)
        };
        Polynomial(self.0.iter().map(term).collect())
    }

    fn text(&self, names: &[&str]) -> String {
        let term = |(c, e): &(f64, Vec<i32>)| {
            let powers = names.iter().zip(e).map(|(name, k)| format!("*{name}^{k}"));
            format!("({c:?}){}", powers.collect::<String>())
        };
        self.0.iter().map(term).collect::<Vec<_>>().join(" + ")
    }
}

const VARIABLES: [&str; 3] = ["u", "v", "w"];
const TARGETS: [&str; 3] = ["x", "y", "z"];

struct Problem {
    map: Vec<Polynomial>,
    integrand: Polynomial,
}

impl Problem {
    /// A map of this degree whose targets are `straight` times the variables and something random.
    fn random(random: &mut SplitMix, n: usize, degree: i32, straight: f64) -> Self {
        let mut map: Vec<_> = (0..n)
            .map(|_| Polynomial::random(random, n, degree, 1.0))
            .collect();
        for (i, target) in map.iter_mut().enumerate() {
            let unit = (0..n).map(|k| i32::from(k == i)).collect();
            target.0.push((straight, unit));
        }
        Problem {
            map,
            integrand: Polynomial::random(random, n, 2, 1.0),
        }
    }

    fn n(&self) -> usize {
        self.map.len()
    }

    fn image(&self, point: &[f64]) -> Vec<f64> {
        self.map.iter().map(|target| target.at(point)).collect()
    }

    fn library_map(&self) -> Map {
        let n = self.n();
        let targets = TARGETS.iter().zip(&self.map);
        let equations = targets.map(|(name, p)| format!("{name} = {}", p.text(&VARIABLES[..n])));
        let equations: Vec<String> = equations.collect();
        Map::parse_with(&equations.join(", "), &VARIABLES[..n], &Parameters::new()).unwrap()
    }

    /// ∫ f(φ) det J over the unit box with the library's determinant; the sum and its size.
    fn inside(&self) -> (f64, f64) {
        let jacobian = self.library_map().jacobian().unwrap();
        over_box(self.n(), |point| {
            self.integrand.at(&self.image(point)) * jacobian.determinant_at(point).unwrap()
        })
    }

    /// The same integral over the boundary; the sum and its size.
    fn boundary(&self) -> (f64, f64) {
        let n = self.n();
        let potential = self.integrand.antiderivative(0);
        let slope = |target: &Polynomial| (0..n).map(|k| target.slope(k)).collect();
        let slopes: Vec<Vec<Polynomial>> = self.map[1..].iter().map(slope).collect();
        let (mut total, mut size) = (0.0, 0.0);
        for i in 0..n {
            for (end, outward) in [(0.0, -1.0), (1.0, 1.0)] {
                let sign = if i % 2 == 0 { outward } else { -outward };
                let (part, part_size) = over_box(n - 1, |others| {
                    let mut point = others.to_vec();
                    point.insert(i, end);
                    let minor = DMatrix::from_fn(n - 1, n - 1, |row, column| {
                        slopes[row][column + usize::from(column >= i)].at(&point)
                    });
                    potential.at(&self.image(&point)) * minor.determinant()
                });
                total += sign * part;
                size += part_size;
            }
        }
        (total, size)
    }

    fn domain(&self) -> MappedRegion {
        self.library_map()
            .over(&vec![0.0..1.0; self.n()][..])
            .unwrap()
    }
}

/// A sum over the 12-point Gauss grid, exact for degree 23 in every variable, and the sum of the
/// sizes of its terms.
fn over_box(n: usize, f: impl Fn(&[f64]) -> f64) -> (f64, f64) {
    let rule = Rule::gauss(12).unwrap();
    let (mut total, mut size) = (0.0, 0.0);
    for index in 0..rule.len().pow(n as u32) {
        let digits = (0..n).map(|k| index / rule.len().pow(k as u32) % rule.len());
        let digits: Vec<usize> = digits.collect();
        let point: Vec<f64> = digits.iter().map(|&d| rule.nodes()[d]).collect();
        let weight: f64 = digits.iter().map(|&d| rule.weights()[d]).product();
        let term = weight * f(&point);
        total += term;
        size += term.abs();
    }
    (total, size)
}

/// The sums have some 10⁴ operations behind each term, whose roundings mostly cancel: 10⁻¹² of the
/// size of the terms leaves them room, and a wrong derivative is off by the size itself.
const TOLERANCE: f64 = 1e-12;

fn assert_boundary_agrees(problem: &Problem, which: usize) {
    let (inside, inside_size) = problem.inside();
    let (boundary, boundary_size) = problem.boundary();
    let size = inside_size + boundary_size;
    assert!(size > 1e-3, "map {which} tests nothing");
    assert!(
        (inside - boundary).abs() <= TOLERANCE * size,
        "map {which}: {inside} inside, {boundary} along the boundary, terms of size {size}"
    );
}

#[test]
fn greens_theorem_holds_for_random_cubic_maps() {
    let mut random = SplitMix(2);
    for which in 0..200 {
        assert_boundary_agrees(&Problem::random(&mut random, 2, 3, 0.0), which);
    }
}

#[test]
fn the_divergence_theorem_holds_for_random_quadratic_maps() {
    let mut random = SplitMix(3);
    for which in 0..20 {
        assert_boundary_agrees(&Problem::random(&mut random, 3, 2, 0.0), which);
    }
}

#[test]
fn the_fundamental_theorem_holds_for_random_quintics() {
    let mut random = SplitMix(1);
    for which in 0..100 {
        assert_boundary_agrees(&Problem::random(&mut random, 1, 5, 0.0), which);
    }
}

/// Where det J keeps its sign, the whole path from text to estimate must give the boundary's value,
/// up to that sign. The random part is small enough beside the straight one for most maps to
/// qualify; every other map has two targets swapped, so that det J is negative.
#[test]
fn integrals_over_random_regions_are_those_along_their_boundaries() {
    let mut random = SplitMix(4);
    let (mut positive, mut negative) = (0, 0);
    for which in 0..60 {
        let n = 1 + which % 3;
        let mut problem = Problem::random(&mut random, n, 3, 4.0);
        if which % 2 == 1 {
            if n == 1 {
                problem.map[0].0.iter_mut().for_each(|(c, _)| *c = -*c);
            } else {
                problem.map.swap(0, 1);
            }
        }
        let domain = problem.domain();
        let text = problem.integrand.text(&TARGETS[..n]);
        let integrands = domain.parse(&[&text]).unwrap();
        let settings = Settings::new().rtol(1e-13).max_evals(100_000);
        let answer = domain.integrate_all(&integrands, &settings).unwrap();
        let sign = match answer.jacobian.sign {
            Sign::Positive => 1.0,
            Sign::Negative => -1.0,
            _ => continue,
        };
        *(if sign > 0.0 {
            &mut positive
        } else {
            &mut negative
        }) += 1;
        let (boundary, size) = problem.boundary();
        let difference = (answer.value - sign * boundary).abs();
        assert!(
            difference <= answer.error + TOLERANCE * size,
            "map {which}: {} ± {} for {}",
            answer.value,
            answer.error,
            sign * boundary
        );
        assert!(
            matches!(answer.status, Status::Converged | Status::Roundoff),
            "map {which}: {} {:?}",
            answer.status,
            answer.reasons
        );
    }
    // So that a survey which finds a fold everywhere cannot pass.
    assert!(
        positive >= 15 && negative >= 15,
        "{positive} and {negative}"
    );
}

/// ∫ |φ′| = |φ(1) − φ(0)| for a monotonic φ: every function of the language is differentiated and
/// integrated back.
#[test]
fn the_length_of_an_image_is_the_difference_of_its_ends() {
    for (text, length) in [
        ("exp(2*u - 1)", 2.0 * 1f64.sinh()),
        ("ln(1 + u)", 2f64.ln()),
        ("log2(1 + u)", 1.0),
        ("log10(1 + 9*u)", 1.0),
        ("sqrt(1 + 3*u)", 1.0),
        ("cbrt(1 + 7*u)", 1.0),
        ("sin(u)", 1f64.sin()),
        ("cos(u)", 1.0 - 1f64.cos()),
        ("tan(u)", 1f64.tan()),
        ("asin(u/2)", std::f64::consts::FRAC_PI_6),
        ("acos(u/2)", std::f64::consts::FRAC_PI_6),
        ("atan(u)", std::f64::consts::FRAC_PI_4),
        ("atan2(u, 1)", std::f64::consts::FRAC_PI_4),
        ("atan2(1, u)", std::f64::consts::FRAC_PI_4),
        ("sinh(u)", 1f64.sinh()),
        ("cosh(u)", 1f64.cosh() - 1.0),
        ("tanh(u)", 1f64.tanh()),
        ("asinh(u)", 1f64.asinh()),
        ("acosh(2 + u)", 3f64.acosh() - 2f64.acosh()),
        ("atanh(u/2)", 0.5f64.atanh()),
        ("hypot(u + 1, 2)", 8f64.sqrt() - 5f64.sqrt()),
        ("erf(u)", 0.842_700_792_949_714_9),
        ("gamma(2 + u)", 1.0),
        ("digamma(1 + u)", 1.0),
        ("u^3 + u^2 + u", 3.0),
        ("(1 + u)^(-2)", 0.75),
        ("(1 + u)^2.5", 32f64.sqrt() - 1.0),
        ("2^u", 1.0),
        ("(1 + u)^(1 + u)", 3.0),
        ("min(u, 2 + u^2)", 1.0),
        ("max(u, u^2 - 1)", 1.0),
        ("abs(u + 3)", 1.0),
        ("if(u < 2, u^2, 7)", 1.0),
        ("(1 + 2*u)/(1 + u)", 0.5),
    ] {
        let map = Map::parse(&format!("x = {text}")).unwrap();
        let domain = map.over("u = 0..1").unwrap();
        let answer = domain.measure().unwrap();
        // The default tolerance of the library, 10⁻¹⁰, is met with room: these converge fast. The
        // values on the right are good to 4 ulp.
        let slack = 4.0 * f64::EPSILON * length;
        assert!(
            (answer.value - length).abs() <= answer.error + slack && answer.error <= 1e-10 * length,
            "{text}: {} ± {} for {length}, {}",
            answer.value,
            answer.error,
            answer.status
        );
        assert_eq!(
            answer.status,
            Status::Converged,
            "{text}: {:?}",
            answer.reasons
        );
    }
}
