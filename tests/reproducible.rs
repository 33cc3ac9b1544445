//! The same problem gives the same answer: for any number of threads to the last bit, however it is
//! written to rounding, and at the cost that is reported.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nalgebra::SVector;
use num_dual::DualNum;
use pullback::integrator::Step;
use pullback::{DualMap, Estimate, Map, MappedRegion, Method, OwnJacobian, Settings, Status};

mod cases;

use cases::{CASES, domain};

const POLAR: &str = "x = r*cos(t), y = r*sin(t)";
const DISK: &str = "r = 0..1, t = 0..2*pi";
const SQUARE: &str = "x = 0..1, y = 0..1";
const CUBE: &str = "x = 0..1, y = 0..1, z = 0..1";

fn disk() -> MappedRegion {
    Map::parse(POLAR).unwrap().over(DISK).unwrap()
}

/// All that an answer says but how long it took, numbers by their bits.
fn bits(answer: &Estimate) -> (Vec<u64>, String) {
    let numbers = answer.values.iter().chain(&answer.errors);
    let survey = [answer.jacobian.min, answer.jacobian.max];
    let numbers = numbers.chain(&survey).map(|x| x.to_bits()).collect();
    let words = format!(
        "{} {:?} {} {} {} {:?}",
        answer.status,
        answer.reasons,
        answer.evaluations,
        answer.method,
        answer.because,
        answer.warnings
    );
    (numbers, words)
}

/// Runs with several numbers of threads, twice each, and asks for equal bits.
fn assert_threads_do_not_matter(
    what: &str,
    settings: &Settings,
    integrate: impl Fn(&Settings) -> Estimate,
) -> Estimate {
    let with = |threads: Option<usize>| integrate(&settings.clone().threads(threads));
    let one = with(Some(1));
    for threads in [Some(2), Some(3), Some(8), None, Some(8)] {
        assert_eq!(
            bits(&with(threads)),
            bits(&one),
            "{what}, {threads:?} threads"
        );
    }
    one
}

fn budget(max_evals: u64) -> Settings {
    Settings::new().max_evals(max_evals)
}

#[test]
fn answers_of_auto_have_the_same_bits_for_any_number_of_threads() {
    let domain = disk();
    // Enough nodes for many tiles: the grid of a small problem is summed on one thread anyway.
    let oscillating = domain.parse(&["cos(150*x*y)", "exp(x)", "y^2"]).unwrap();
    let answer = assert_threads_do_not_matter("oscillating", &budget(1_000_000), |settings| {
        domain.integrate_all(&oscillating, settings).unwrap()
    });
    assert!(
        answer.evaluations > 40_000,
        "too small to be shared: {}",
        answer.evaluations
    );
    assert_eq!(answer.status, Status::Converged, "{:?}", answer.reasons);
    // One that runs out of its budget, too.
    let kink = domain.parse(&["abs(x - 0.3*y - 0.1)"]).unwrap();
    assert_threads_do_not_matter("kink", &budget(500_000), |settings| {
        domain.integrate_all(&kink, settings).unwrap()
    });
}

#[test]
fn every_tenth_case_has_the_same_bits_for_any_number_of_threads() {
    for case in CASES.iter().step_by(10) {
        assert_threads_do_not_matter(case.id, &budget(100_000), |settings| {
            case.integrate(settings)
                .unwrap_or_else(|e| panic!("{}: {e}", case.id))
        });
    }
}

#[test]
fn answers_of_the_fixed_rule_have_the_same_bits_for_any_number_of_threads() {
    let ball = "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)";
    let ball = Map::parse_with(ball, &["r", "p", "t"], &Default::default()).unwrap();
    let ball = ball.over("r = 0..1, p = 0..pi, t = 0..2*pi").unwrap();
    let integrands = ball.parse(&["exp(x*y + z)", "1/(2 + x)"]).unwrap();
    for orders in [vec![40], vec![300, 7, 41], vec![5, 600, 30], vec![3, 4, 5]] {
        let settings = Settings::new().method(Method::Gauss(orders));
        let what = format!("{:?}", settings.method);
        assert_threads_do_not_matter(&what, &settings, |settings| {
            ball.integrate_all(&integrands, settings).unwrap()
        });
    }
}

#[test]
fn random_samples_have_the_same_bits_for_any_number_of_threads() {
    let domain = disk();
    let integrands = domain.parse(&["exp(x*y)", "x^2"]).unwrap();
    let settings = |seed| budget(300_000).method(Method::MonteCarlo).seed(seed);
    let integrate = |settings: &Settings| domain.integrate_all(&integrands, settings).unwrap();
    let first = assert_threads_do_not_matter("seed 0", &settings(0), integrate);
    let other = assert_threads_do_not_matter("seed 1", &settings(1), integrate);
    assert_ne!(first.value, other.value, "the seed does nothing");
}

#[test]
fn code_has_the_same_bits_for_any_number_of_threads() {
    let domain = disk();
    let integrand = |x: &[f64]| (60.0 * x[0] * x[1]).cos();
    for method in [
        Method::Auto,
        Method::Gauss(vec![200]),
        Method::TanhSinh,
        Method::Cubature,
        Method::Qmc,
        Method::Vegas,
        Method::MonteCarlo,
    ] {
        let settings = budget(200_000).method(method);
        assert_threads_do_not_matter("a closure", &settings, |settings| {
            domain.integrate_fn(integrand, settings).unwrap()
        });
        let own = OwnJacobian::new(2, 2, polar_with_jacobian);
        let own = own.over([0.0..1.0, 0.0..TAU]).unwrap();
        assert_threads_do_not_matter("its own Jacobian", &settings, |settings| {
            own.integrate_fn(integrand, settings).unwrap()
        });
        let dual = DualMap::new(dual_polar);
        let dual = dual.over(DISK).unwrap();
        assert_threads_do_not_matter("dual numbers", &settings, |settings| {
            dual.integrate_fn(integrand, settings).unwrap()
        });
    }
}

/// Other work on the machine may hold up an evaluation or several: the code does not take long for that.
#[test]
fn code_that_was_held_up_gives_the_same_bits() {
    let domain = disk();
    let integrand = |x: &[f64]| (60.0 * x[0] * x[1]).cos();
    let held_up = |calls: u64| {
        let left = AtomicU64::new(calls);
        let held_up = |x: &[f64]| {
            let one_less = |n: u64| n.checked_sub(1);
            let was_left = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
            if was_left.is_ok() {
                std::thread::sleep(Duration::from_micros(30));
            }
            integrand(x)
        };
        bits(&domain.integrate_fn(held_up, &budget(20_000)).unwrap())
    };
    let [short, long] = [0, 1000].map(held_up);
    assert_ne!(short, long, "nothing depends on the time");
    for calls in [1, 2, 3, 7] {
        assert_eq!(held_up(calls), short, "{calls} calls held up");
    }
    // Who knows it need not have it timed.
    for (costly, timed) in [(false, &short), (true, &long)] {
        let settings = budget(20_000).costly(costly);
        let told = domain.integrate_fn(integrand, &settings).unwrap();
        assert_eq!(bits(&told).0, timed.0, "costly: {costly}");
    }
}

/// Whether an answer was found in a certain way.
type Way = fn(&Estimate) -> bool;

fn has(answer: &Estimate, is_it: fn(&Step) -> bool) -> bool {
    answer.because.steps().iter().any(is_it)
}

const BY_DUFFY: Way = |answer| has(answer, |step| *step == Step::Duffy);
const CUT_ALONG_CURVES: Way = |answer| has(answer, |step| *step == Step::CutAlongCurves);
const SUM_OF_PRODUCTS: Way = |answer| {
    has(answer, |step| {
        matches!(step, Step::Products { summed: true, .. })
    })
};
const PROVEN: Way = |answer| answer.proven;

/// Formulas for which an answer is found in a way of its own.
const WAYS: &[(Way, &str, &[&str])] = &[
    (BY_DUFFY, SQUARE, &["cos(x*y)/sqrt(x^2 + y^2)"]),
    (BY_DUFFY, SQUARE, &["ln(x^2 + y^2)"]),
    (BY_DUFFY, CUBE, &["1/sqrt(x^2 + y^2 + z^2)"]),
    (CUT_ALONG_CURVES, SQUARE, &["abs(x - y)*exp(x + y)"]),
    (
        CUT_ALONG_CURVES,
        "x = -1..1, y = -1..1",
        &["if(x^2 + y^2 < 1, exp(x), 0)"],
    ),
    (CUT_ALONG_CURVES, CUBE, &["sqrt(abs(x + y - z))"]),
    (
        SUM_OF_PRODUCTS,
        "a = 0..1, b = 0..1, c = 0..1, d = 0..1",
        &["cos(a + b + c*d)*exp(c)", "sqrt(a)*b + abs(c*d - 0.3)*b"],
    ),
    (PROVEN, SQUARE, &["exp(x*y)*cos(9*x)", "1/(2 - x*y)"]),
];

#[test]
fn every_way_of_auto_has_the_same_bits_for_any_number_of_threads() {
    for (way, limits, texts) in WAYS {
        let domain = domain("", limits);
        let integrands = domain.parse(texts).unwrap();
        let settings = budget(1_000_000).rtol(1e-8);
        let answer = assert_threads_do_not_matter(texts[0], &settings, |settings| {
            domain.integrate_all(&integrands, settings).unwrap()
        });
        assert!(way(&answer), "{answer:?}");
    }
}

/// The unit cube of so many variables.
fn cube(dimension: usize) -> MappedRegion {
    let limits = (1..=dimension).map(|i| format!("x{i} = 0..1"));
    domain("", &limits.collect::<Vec<_>>().join(", "))
}

#[test]
fn every_way_of_auto_has_the_same_bits_for_code_too() {
    type Code = fn(&[f64]) -> f64;
    let ways: [(&str, usize, Code); 7] = [
        ("sparse grid", 5, |x| {
            1.0 / (1.0 + x.iter().map(|x| x * x).sum::<f64>())
        }),
        ("sparse grid", 7, |x| {
            1.0 / (1.0 + x.iter().map(|x| x * x).sum::<f64>())
        }),
        ("cubature", 2, |x| (x[0] + x[1] - 0.7).abs()),
        ("cubature", 3, |x| {
            let place = [0.3, 0.4, 0.6];
            let square = x.iter().zip(place).map(|(x, a)| (x - a) * (x - a));
            1.0 / square.sum::<f64>().sqrt()
        }),
        ("split gauss", 3, |x| {
            (20.0 * x[0] * x[1] - 9.0 * x[2]).cos()
        }),
        ("qmc", 5, |x| {
            f64::from(x[0] + 0.3 * x[1] * x[2] * x[3] < 0.61) * x[4].sin()
        }),
        ("Duffy's map", 2, |x| (x[0] + x[1]).powf(-1.5)),
    ];
    for (way, dimension, code) in ways {
        let settings = budget(300_000).rtol(1e-7);
        let domain = cube(dimension);
        let answer = assert_threads_do_not_matter(way, &settings, |settings| {
            domain.integrate_fn(code, settings).unwrap()
        });
        let said = format!("{}; {}", answer.method, answer.because);
        assert!(said.contains(way), "{dimension}-D {way}: {answer:?}");
    }
}

#[test]
fn the_evaluations_are_those_that_took_place() {
    let domain = disk();
    for method in [
        Method::Auto,
        Method::Gauss(vec![16]),
        Method::Gauss(vec![9, 200]),
        Method::TanhSinh,
        Method::Cubature,
        Method::Qmc,
        Method::Vegas,
        Method::MonteCarlo,
    ] {
        for (name, integrand) in [
            ("smooth", (|x| (x[0] * x[1]).exp()) as fn(&[f64]) -> f64),
            ("constant", |_| 1.0),
            ("kink", |x| (x[0] - 0.2).abs()),
        ] {
            let count = AtomicU64::new(0);
            let counted = |x: &[f64]| {
                count.fetch_add(1, Ordering::Relaxed);
                integrand(x)
            };
            // What is timed is evaluated more often than is counted if it was held up.
            let settings = budget(100_000).method(method.clone()).costly(false);
            let answer = domain.integrate_fn(counted, &settings).unwrap();
            assert_eq!(answer.evaluations, count.into_inner(), "{method:?}, {name}");
            assert!(
                answer.evaluations <= 100_000,
                "{method:?}, {name}: {}",
                answer.evaluations
            );
        }
    }
}

fn polar_with_jacobian(u: &[f64], x: &mut [f64], jacobian: &mut [f64]) {
    let (sin, cos) = u[1].sin_cos();
    x.copy_from_slice(&[u[0] * cos, u[0] * sin]);
    jacobian.copy_from_slice(&[cos, -u[0] * sin, sin, u[0] * cos]);
}

fn dual_polar<D: DualNum + Copy>(u: SVector<D, 2>) -> SVector<D, 2> {
    SVector::from([u[0] * u[1].cos(), u[0] * u[1].sin()])
}

fn dual_surface<D: DualNum + Copy>(u: SVector<D, 2>) -> SVector<D, 3> {
    SVector::from([u[0] * u[1].cos(), u[0] * u[1].sin(), u[0] * u[0]])
}

/// The sums run over other nodes where the toolkit knows less (that an axis is periodic, or that
/// the integrand is constant along it); all are converged to rounding, so 10⁻¹³ holds for each.
fn assert_same_integral(answers: &[(&str, Estimate)], exact: f64) {
    for (way, answer) in answers {
        assert!(
            (answer.value - exact).abs() <= 1e-13 * exact.abs(),
            "{way}: {} ± {} for {exact}, {} by {}",
            answer.value,
            answer.error,
            answer.status,
            answer.method
        );
    }
}

#[test]
fn all_ways_to_write_a_map_give_the_same_integral() {
    let settings = Settings::new().rtol(1e-13);
    let text = disk();
    let closure = Map::new(|[r, t]| [r * t.cos(), r * t.sin()]).unwrap();
    let closure = closure.over([0.0..1.0, 0.0..TAU]).unwrap();
    let own = OwnJacobian::new(2, 2, polar_with_jacobian);
    let own = own.over(DISK).unwrap();
    let dual = DualMap::new(dual_polar);
    let dual = dual.over([0.0..1.0, 0.0..TAU]).unwrap();
    let integrand = |x: &[f64]| (-(x[0] * x[0] + x[1] * x[1])).exp() * (1.0 + x[0]);
    let traced = closure
        .trace(|[x, y]| [(-(x * x + y * y)).exp() * (1.0 + x)])
        .unwrap();
    let parsed = text.parse(&["exp(-(x^2 + y^2))*(1 + x)"]).unwrap();
    let mixed = text.parse(&["exp(-r^2)*(1 + r*cos(t))"]).unwrap();
    let answers = [
        ("text", text.integrate_all(&parsed, &settings)),
        ("variables", text.integrate_all(&mixed, &settings)),
        ("traced closure", closure.integrate_all(&traced, &settings)),
        ("closure", text.integrate_fn(integrand, &settings)),
        ("own Jacobian", own.integrate_fn(integrand, &settings)),
        ("dual numbers", dual.integrate_fn(integrand, &settings)),
    ];
    // ∫ exp(−r²) over the disk; the odd part is nothing.
    let exact = PI * -(-1.0f64).exp_m1();
    assert_same_integral(&answers.map(|(way, answer)| (way, answer.unwrap())), exact);
}

#[test]
fn all_ways_to_write_a_surface_give_the_same_area() {
    let settings = Settings::new().rtol(1e-13);
    let text = Map::parse("x = r*cos(t), y = r*sin(t), z = r^2")
        .unwrap()
        .over(DISK)
        .unwrap();
    let own = OwnJacobian::new(2, 3, |u: &[f64], x: &mut [f64], jacobian: &mut [f64]| {
        let (sin, cos) = u[1].sin_cos();
        x.copy_from_slice(&[u[0] * cos, u[0] * sin, u[0] * u[0]]);
        jacobian.copy_from_slice(&[cos, -u[0] * sin, sin, u[0] * cos, 2.0 * u[0], 0.0]);
    });
    let own = own.over(DISK).unwrap();
    let dual = DualMap::new(dual_surface);
    let dual = dual.over(DISK).unwrap();
    let one = text.parse(&[]).unwrap();
    let answers = [
        ("text", text.integrate_all(&one, &settings)),
        ("closure", text.integrate_fn(|_| 1.0, &settings)),
        ("own Jacobian", own.integrate_fn(|_| 1.0, &settings)),
        ("dual numbers", dual.integrate_fn(|_| 1.0, &settings)),
    ];
    // The cap of a paraboloid: π(5√5 − 1)/6.
    let exact = PI * (5.0 * 5f64.sqrt() - 1.0) / 6.0;
    assert_same_integral(&answers.map(|(way, answer)| (way, answer.unwrap())), exact);
}

#[test]
fn limits_that_depend_on_variables_are_the_same_for_code() {
    let settings = Settings::new().rtol(1e-13);
    let limits = "x = 0..1, y = x^2..2 - x";
    let text = Map::parse("p = x*y, q = y").unwrap().over(limits).unwrap();
    let own = OwnJacobian::new(2, 2, |u: &[f64], x: &mut [f64], jacobian: &mut [f64]| {
        x.copy_from_slice(&[u[0] * u[1], u[1]]);
        jacobian.copy_from_slice(&[u[1], u[0], 0.0, 1.0]);
    });
    let own = own.over(limits).unwrap();
    let answers = [
        ("text", text.integrate_text(&["1"])),
        ("closure", text.integrate_fn(|_| 1.0, &settings)),
        ("own Jacobian", own.integrate_fn(|_| 1.0, &settings)),
    ];
    // ∫₀¹ ((2 − x)² − x⁴)/2 dx = (7/3 − 1/5)/2 = 16/15.
    let exact = 16.0 / 15.0;
    assert_same_integral(&answers.map(|(way, answer)| (way, answer.unwrap())), exact);
}
