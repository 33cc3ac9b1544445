//! The elementary functions and their kernels: accuracy against the crate pxfm (correctly rounded,
//! or nearly), special values, equal bits on every backend, tails.

use pullback::elementary::{Binary, Unary, fma, powi, select};
use pullback::program::kernels::{Backend, Kernels};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
/// The smallest subnormal, the largest subnormal and the smallest normal number.
const TINY: f64 = 5e-324;
const SUBNORMAL: f64 = 2.225_073_858_507_201e-308;
const NORMAL: f64 = f64::MIN_POSITIVE;
const MAX: f64 = f64::MAX;

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Where random arguments are drawn from.
#[derive(Clone, Copy, Debug)]
enum Range {
    /// Uniform.
    From(f64, f64),
    /// Uniform in the bits (nearly log-uniform) between two positive numbers.
    Log(f64, f64),
    /// The same with a random sign.
    Signed(f64, f64),
    /// A number plus or minus a log-uniform relative distance from 2⁻⁵² to 2⁻⁴.
    Near(f64),
    /// The neighbours of whole multiples, up to a million, of a number.
    Multiples(f64),
    /// Whole numbers.
    Whole(f64, f64),
    /// All bit patterns.
    Bits,
}
use Range::{Bits, From, Log, Multiples, Near, Signed, Whole};

impl Range {
    fn draw(self, random: &mut Random) -> f64 {
        match self {
            From(low, high) => low + (high - low) * random.unit(),
            Log(low, high) => {
                let (low, high) = (low.to_bits(), high.to_bits());
                f64::from_bits(low + random.bits() % (high - low + 1))
            }
            Signed(low, high) => {
                let sign = if random.bits() & 1 == 0 { 1.0 } else { -1.0 };
                Log(low, high).draw(random).copysign(sign)
            }
            Near(x) => {
                let distance = Signed(f64::EPSILON, 0.0625).draw(random);
                x + distance * if x == 0.0 { 1.0 } else { x }
            }
            Multiples(x) => {
                let multiple = x * (1.0 + (random.unit() * 1e6).floor());
                let bits = multiple.to_bits().wrapping_add(random.bits() % 5) - 2;
                f64::from_bits(bits)
            }
            Whole(low, high) => From(low, high + 1.0).draw(random).floor(),
            Bits => f64::from_bits(random.bits()),
        }
    }
}

/// The distance of two floats in steps from one to the next; NaN is at no distance from NaN.
fn steps(a: f64, b: f64) -> u64 {
    let place = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 {
            i64::MIN.wrapping_sub(bits)
        } else {
            bits
        }
    };
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (false, false) => place(a).abs_diff(place(b)),
        _ => u64::MAX,
    }
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn assert_same(label: &dyn std::fmt::Debug, got: &[f64], wanted: &[f64]) {
    assert_eq!(got.len(), wanted.len());
    for (i, (&g, &w)) in got.iter().zip(wanted).enumerate() {
        assert!(same(g, w), "{label:?}, element {i}: {g:e} instead of {w:e}");
    }
}

fn backends() -> Vec<(Backend, &'static Kernels)> {
    Backend::available()
        .into_iter()
        .map(|backend| (backend, backend.kernels().expect("an available backend")))
        .collect()
}

/// Points drawn from each range. With them the suite takes a few seconds.
const POINTS: usize = 20_000;

type UnaryRow = (Unary, fn(f64) -> f64, u64, &'static [Range]);
type BinaryRow = (Binary, fn(f64, f64) -> f64, u64, &'static [(Range, Range)]);

/// Function, reference, bound in ulp, ranges. The references are correctly rounded or nearly, so a
/// bound of 1 means an error below 1.5 ulp.
const UNARY: &[UnaryRow] = &[
    (Unary::Neg, |x| -x, 0, &[Bits]),
    (Unary::Abs, f64::abs, 0, &[Bits]),
    (
        Unary::Floor,
        f64::floor,
        0,
        &[Bits, From(-9.0, 9.0), Near(4503599627370496.0)],
    ),
    (
        Unary::Ceil,
        f64::ceil,
        0,
        &[Bits, From(-9.0, 9.0), Near(4503599627370496.0)],
    ),
    (
        Unary::Sqrt,
        f64::sqrt,
        0,
        &[Bits, From(0.0, 9.0), Log(TINY, NORMAL)],
    ),
    (
        Unary::Cbrt,
        pxfm::f_cbrt,
        1,
        &[Bits, From(-9.0, 9.0), Signed(TINY, NORMAL), Near(8.0)],
    ),
    (
        Unary::Exp,
        pxfm::f_exp,
        1,
        &[
            From(-1.0, 1.0),
            From(-20.0, 20.0),
            From(-708.0, 709.7),
            From(709.0, 710.0),
            Signed(1e-300, 1.0),
            Multiples(0.000_346_573_590_279_972_7),
            Bits,
        ],
    ),
    (
        Unary::Exp,
        // pxfm fails at some subnormal results; the square has a relative error of 1½ ulp.
        |x| pxfm::f_exp(0.5 * x) * pxfm::f_exp(0.5 * x),
        2,
        &[From(-746.0, -708.0)],
    ),
    (
        Unary::Ln,
        pxfm::f_log,
        1,
        &[
            From(0.0, 10.0),
            Near(1.0),
            Near(2.0),
            Near(1.414),
            Log(TINY, NORMAL),
            Log(TINY, MAX),
        ],
    ),
    (
        Unary::Log2,
        pxfm::f_log2,
        1,
        &[
            From(0.0, 10.0),
            Near(1.0),
            Near(2.0),
            Near(1.414),
            Log(TINY, NORMAL),
            Log(TINY, MAX),
        ],
    ),
    (
        Unary::Log10,
        pxfm::f_log10,
        1,
        &[
            From(0.0, 10.0),
            Near(1.0),
            Near(10.0),
            Near(1.414),
            Log(TINY, NORMAL),
            Log(TINY, MAX),
        ],
    ),
    (Unary::Sin, pxfm::f_sin, 1, ANGLES),
    (Unary::Cos, pxfm::f_cos, 1, ANGLES),
    (Unary::Tan, pxfm::f_tan, 1, ANGLES),
    (Unary::Asin, pxfm::f_asin, 2, SINES),
    (Unary::Acos, pxfm::f_acos, 2, SINES),
    (
        Unary::Atan,
        pxfm::f_atan,
        1,
        &[
            From(-1.0, 1.0),
            From(-5.0, 5.0),
            Near(0.5),
            Near(1.0),
            Near(2.0),
            Bits,
        ],
    ),
    (Unary::Sinh, pxfm::f_sinh, 1, HYPERBOLIC),
    (Unary::Cosh, pxfm::f_cosh, 1, HYPERBOLIC),
    (Unary::Tanh, pxfm::f_tanh, 1, HYPERBOLIC),
    (
        Unary::Asinh,
        pxfm::f_asinh,
        1,
        &[
            From(-1.0, 1.0),
            From(-20.0, 20.0),
            Signed(1e-12, 1.0),
            Near(268435456.0),
            Bits,
        ],
    ),
    (
        Unary::Acosh,
        pxfm::f_acosh,
        1,
        &[
            From(1.0, 2.0),
            From(1.0, 20.0),
            Near(1.0),
            Near(268435456.0),
            Log(1.0, MAX),
        ],
    ),
    (
        Unary::Atanh,
        pxfm::f_atanh,
        1,
        &[
            From(-1.0, 1.0),
            From(-0.3, 0.3),
            Signed(1e-12, 1.0),
            Near(1.0),
            Near(-1.0),
            Bits,
        ],
    ),
    (
        Unary::Erf,
        pxfm::f_erf,
        1,
        &[
            From(-1.0, 1.0),
            From(-6.5, 6.5),
            Near(1.0),
            Signed(TINY, 1.0),
            Bits,
        ],
    ),
    (
        Unary::Gamma,
        pxfm::f_tgamma,
        1,
        // pxfm cuts off at 171.624 and at −180.
        &[
            From(0.0, 3.0),
            From(0.0, 20.0),
            From(20.0, 171.62),
            Near(1.0),
            Near(2.0),
            From(-5.0, 0.0),
            From(-179.0, 0.0),
            Signed(TINY, 1.0),
        ],
    ),
    (
        Unary::Digamma,
        pxfm::f_digamma,
        1,
        // pxfm is NaN beyond 1e300 and loses its relative accuracy within 1e-4 of the zero.
        &[
            From(0.0, 1.46),
            From(1.463, 3.0),
            From(1.463, 20.0),
            Log(TINY, 1.46),
            Log(1.463, 1e300),
        ],
    ),
    (
        Unary::Trigamma,
        pxfm::f_trigamma,
        1,
        &[
            From(0.0, 3.0),
            From(0.0, 20.0),
            Log(TINY, 1e300),
            Near(1.0),
            From(-5.0, 0.0),
        ],
    ),
];

const ANGLES: &[Range] = &[
    From(-0.8, 0.8),
    From(-10.0, 10.0),
    From(-1e5, 1e5),
    Signed(1.0, 1.0995e12),
    Near(1.0995e12),
    Signed(1e12, MAX),
    Signed(TINY, 1.0),
    Multiples(FRAC_PI_4),
    Multiples(FRAC_PI_2),
    Bits,
];
const SINES: &[Range] = &[
    From(-1.0, 1.0),
    From(-0.5, 0.5),
    Near(0.5),
    Near(-0.5),
    Near(1.0),
    Near(-1.0),
    Signed(TINY, 1.0),
];
const HYPERBOLIC: &[Range] = &[
    From(-0.4, 0.4),
    From(-2.0, 2.0),
    From(-25.0, 25.0),
    From(-711.0, 711.0),
    From(709.0, 710.5),
    Signed(1e-12, 1.0),
    Signed(TINY, 1.0),
    Near(0.346_573_590_279_972_7),
    Bits,
];

const BINARY: &[BinaryRow] = &[
    (
        Binary::Add,
        |a, b| a + b,
        0,
        &[(Bits, Bits), (From(-1.0, 1.0), From(-1.0, 1.0))],
    ),
    (
        Binary::Sub,
        |a, b| a - b,
        0,
        &[(Bits, Bits), (From(-1.0, 1.0), From(-1.0, 1.0))],
    ),
    (
        Binary::Mul,
        |a, b| a * b,
        0,
        &[(Bits, Bits), (From(-1.0, 1.0), From(-1.0, 1.0))],
    ),
    (
        Binary::Div,
        |a, b| a / b,
        0,
        &[(Bits, Bits), (From(-1.0, 1.0), From(-1.0, 1.0))],
    ),
    (
        Binary::Pow,
        pxfm::f_pow,
        1,
        &[
            (From(0.0, 10.0), From(-5.0, 5.0)),
            (Log(1e-10, 1e10), From(-30.0, 30.0)),
            (Near(1.0), Signed(1.0, 1e18)),
            (Log(TINY, MAX), From(-1.2, 1.2)),
            (Log(TINY, NORMAL), From(-1.0, 1.0)),
            (From(1.9, 2.1), From(-1080.0, 1030.0)),
            (From(-10.0, 0.0), Whole(-9.0, 9.0)),
            (Near(-1.0), Whole(-1e6, 1e6)),
            (Log(1e-5, 1e5), Signed(TINY, 1e-9)),
            (Bits, Bits),
            (Bits, From(-3.0, 3.0)),
        ],
    ),
    (
        Binary::Atan2,
        pxfm::f_atan2,
        1,
        &[
            (From(-1.0, 1.0), From(-1.0, 1.0)),
            (Near(1.0), Near(2.0)),
            (Near(-2.0), Near(-1.0)),
            (Signed(1e-30, 1e30), Signed(1e-30, 1e30)),
            (Signed(1e-320, 1e-300), Signed(1e-310, 1e-290)),
            (Signed(1e307, MAX), Signed(1e307, MAX)),
            (Bits, Bits),
        ],
    ),
    (
        Binary::Hypot,
        pxfm::f_hypot,
        1,
        &[
            (From(-1.0, 1.0), From(-1.0, 1.0)),
            (Signed(1e-3, 1e3), Signed(1e-3, 1e3)),
            (Signed(TINY, 1e-307), Signed(TINY, 1e-307)),
            (Signed(1e148, 1e152), Signed(1e148, 1e152)),
            (Signed(1e-132, 1e-128), Signed(1e-132, 1e-128)),
            (Signed(1e307, MAX), Signed(1e307, MAX)),
            (Bits, Bits),
        ],
    ),
];

#[test]
fn functions_of_one_variable_are_accurate_on_every_backend() {
    let mut random = Random(20_260_101);
    let mut failures = Vec::new();
    for &(function, reference, bound, ranges) in UNARY {
        for &range in ranges {
            let x: Vec<f64> = (0..POINTS).map(|_| range.draw(&mut random)).collect();
            let scalar: Vec<f64> = x.iter().map(|&x| function.value(x)).collect();
            for (backend, kernels) in backends() {
                let mut out = vec![0.0; POINTS];
                kernels.unary(function)(&x, &mut out);
                assert_same(&(function, range, backend), &out, &scalar);
            }
            let worst = x
                .iter()
                .zip(&scalar)
                .map(|(&x, &s)| (steps(s, reference(x)), x))
                .max_by_key(|w| w.0);
            let (error, x) = worst.expect("some points");
            if error > bound {
                failures.push(format!(
                    "{function:?} {range:?}: {error} ulp at {x:e}: {:e} instead of {:e}",
                    function.value(x),
                    reference(x)
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn functions_of_two_variables_are_accurate_on_every_backend() {
    let mut random = Random(20_260_102);
    let mut failures = Vec::new();
    for &(function, reference, bound, ranges) in BINARY {
        for &(first, second) in ranges {
            let a: Vec<f64> = (0..POINTS).map(|_| first.draw(&mut random)).collect();
            let b: Vec<f64> = (0..POINTS).map(|_| second.draw(&mut random)).collect();
            let scalar: Vec<f64> = a
                .iter()
                .zip(&b)
                .map(|(&a, &b)| function.value(a, b))
                .collect();
            for (backend, kernels) in backends() {
                let mut out = vec![0.0; POINTS];
                (kernels.binary(function).slices)(&a, &b, &mut out);
                assert_same(&(function, first, second, backend), &out, &scalar);
            }
            let pairs = a.iter().zip(&b).zip(&scalar);
            let worst = pairs
                .map(|((&a, &b), &s)| (steps(s, reference(a, b)), a, b))
                .max_by_key(|w| w.0);
            let (error, a, b) = worst.expect("some points");
            if error > bound {
                failures.push(format!(
                    "{function:?} {first:?} {second:?}: {error} ulp at {a:e}, {b:e}: {:e} instead of {:e}",
                    function.value(a, b),
                    reference(a, b)
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn special_values_of_one_variable_follow_the_standard() {
    use Unary::*;
    #[rustfmt::skip]
    let table: &[(Unary, &[(f64, f64)])] = &[
        (Sign, &[(0.0, 0.0), (-0.0, -0.0), (TINY, 1.0), (-INF, -1.0), (NAN, NAN)]),
        (Not, &[(0.0, 1.0), (-0.0, 1.0), (TINY, 0.0), (INF, 0.0), (NAN, NAN)]),
        (Heaviside, &[(0.0, 0.5), (-0.0, 0.5), (TINY, 1.0), (-TINY, 0.0), (INF, 1.0), (-INF, 0.0), (NAN, NAN)]),
        (Sqrt, &[(-0.0, -0.0), (-TINY, NAN), (INF, INF), (NAN, NAN)]),
        (Cbrt, &[(0.0, 0.0), (-0.0, -0.0), (-27.0, -3.0), (1e300, 1e100), (INF, INF), (-INF, -INF), (NAN, NAN)]),
        (Exp, &[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (710.0, INF), (-746.0, 0.0), (-745.0, TINY), (NAN, NAN)]),
        (Ln, &[(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (-1.0, NAN), (-INF, NAN), (INF, INF), (TINY, -744.4400719213812), (NAN, NAN)]),
        (Log2, &[(1.0, 0.0), (8.0, 3.0), (0.0, -INF), (-TINY, NAN), (TINY, -1074.0), (NORMAL, -1022.0), (INF, INF), (NAN, NAN)]),
        (Log10, &[(1.0, 0.0), (1000.0, 3.0), (1e22, 22.0), (0.0, -INF), (-1.0, NAN), (INF, INF), (NAN, NAN)]),
        (Sin, &[(0.0, 0.0), (-0.0, -0.0), (-TINY, -TINY), (INF, NAN), (-INF, NAN), (NAN, NAN)]),
        (Cos, &[(0.0, 1.0), (-0.0, 1.0), (TINY, 1.0), (INF, NAN), (NAN, NAN)]),
        (Tan, &[(0.0, 0.0), (-0.0, -0.0), (-TINY, -TINY), (-INF, NAN), (NAN, NAN)]),
        (Asin, &[(0.0, 0.0), (-0.0, -0.0), (1.0, FRAC_PI_2), (-1.0, -FRAC_PI_2), (1.0 + f64::EPSILON, NAN), (INF, NAN), (NAN, NAN)]),
        (Acos, &[(1.0, 0.0), (-1.0, PI), (0.0, FRAC_PI_2), (-1.0 - f64::EPSILON, NAN), (INF, NAN), (NAN, NAN)]),
        (Atan, &[(0.0, 0.0), (-0.0, -0.0), (1.0, FRAC_PI_4), (INF, FRAC_PI_2), (-INF, -FRAC_PI_2), (TINY, TINY), (NAN, NAN)]),
        (Sinh, &[(0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (711.0, INF), (-INF, -INF), (NAN, NAN)]),
        (Cosh, &[(0.0, 1.0), (TINY, 1.0), (711.0, INF), (-INF, INF), (NAN, NAN)]),
        (Tanh, &[(0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (19.1, 1.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN)]),
        (Asinh, &[(0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (INF, INF), (-INF, -INF), (NAN, NAN)]),
        (Acosh, &[(1.0, 0.0), (1.0 - f64::EPSILON, NAN), (-2.0, NAN), (-INF, NAN), (INF, INF), (NAN, NAN)]),
        (Atanh, &[(0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (1.0, INF), (-1.0, -INF), (2.0, NAN), (INF, NAN), (NAN, NAN)]),
        (Erf, &[(0.0, 0.0), (-0.0, -0.0), (6.0, 1.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN)]),
        (Gamma, &[(0.0, INF), (-0.0, -INF), (1.0, 1.0), (5.0, 24.0), (23.0, 1.1240007277776077e21), (172.0, INF), (-1.0, NAN), (-300.5, -0.0), (-301.5, 0.0), (-INF, NAN), (INF, INF), (NAN, NAN)]),
        (Digamma, &[(0.0, -INF), (-0.0, INF), (1.0, -0.577_215_664_901_532_9), (-1.0, NAN), (-INF, NAN), (INF, INF), (NAN, NAN)]),
        (Trigamma, &[(0.0, INF), (-0.0, INF), (1.0, 1.644_934_066_848_226_4), (-1.0, INF), (-INF, NAN), (INF, 0.0), (NAN, NAN)]),
    ];
    for &(function, rows) in table {
        for &(x, wanted) in rows {
            let got = function.value(x);
            assert!(
                same(got, wanted),
                "{function:?}({x:e}) = {got:e} instead of {wanted:e}"
            );
        }
    }
    // Between the last argument below the overflow and the first above it.
    assert!(Gamma.value(171.624_376_956_302_7).is_finite());
    assert_eq!(Gamma.value(171.624_376_956_302_8), INF);
    // mpmath 1.3: ψ next to its zero, where the references have no relative accuracy.
    for (x, wanted) in [
        (1.4616321449683622, -9.241265521729427e-17),
        (1.4616321449683625, 1.2245374622004068e-16),
        (1.461632144968362, -3.072790566546293e-16),
        (1.46163214, -4.807746276832806e-09),
        (1.4617, 6.56593922936765e-05),
        (1.4600001, -0.0015804650751256848),
        (1.4625, 0.0008394659190826168),
    ] {
        assert!(
            steps(Digamma.value(x), wanted) <= 1,
            "ψ({x:e}) = {:e}",
            Digamma.value(x)
        );
    }
}

#[test]
fn special_values_of_two_variables_follow_the_standard() {
    use Binary::*;
    #[rustfmt::skip]
    let table: &[(Binary, &[(f64, f64, f64)])] = &[
        (Pow, &[
            (0.0, -3.0, INF), (-0.0, -3.0, -INF), (-0.0, -2.0, INF), (-0.0, -0.5, INF), (0.0, -INF, INF),
            (0.0, 3.0, 0.0), (-0.0, 3.0, -0.0), (-0.0, 2.5, 0.0), (0.0, INF, 0.0), (-1.0, INF, 1.0),
            (-1.0, -INF, 1.0), (1.0, NAN, 1.0), (1.0, INF, 1.0), (NAN, 0.0, 1.0), (INF, -0.0, 1.0),
            (NAN, 1.0, NAN), (2.0, NAN, NAN), (-8.0, 1.0 / 3.0, NAN), (-TINY, 0.5, NAN), (0.5, -INF, INF),
            (-0.5, -INF, INF), (2.0, -INF, 0.0), (0.5, INF, 0.0), (-2.0, INF, INF), (-INF, -3.0, -0.0),
            (-INF, -2.0, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (-INF, 0.5, INF), (INF, -0.5, 0.0),
            (INF, 0.5, INF), (-2.0, 3.0, -8.0), (-2.0, 4.0, 16.0), (2.0, -1074.0, TINY), (2.0, 1024.0, INF),
            (2.0, -1076.0, 0.0), (-2.0, 1025.0, -INF), (-2.0, -1077.0, -0.0), (TINY, 0.5, 2.2227587494850775e-162),
            (1.0 - f64::EPSILON / 2.0, 1e300, 0.0), (-1.0 - f64::EPSILON, 1e300, INF), (-1.0, 1e300, 1.0),
            (-1.0, 9007199254740991.0, -1.0), (4.0, 0.5, 2.0), (10.0, 22.0, 1e22),
        ]),
        (Atan2, &[
            (0.0, 0.0, 0.0), (-0.0, 0.0, -0.0), (0.0, -0.0, PI), (-0.0, -0.0, -PI), (0.0, 1.0, 0.0),
            (-0.0, 1.0, -0.0), (0.0, -1.0, PI), (-0.0, -1.0, -PI), (1.0, 0.0, FRAC_PI_2),
            (1.0, -0.0, FRAC_PI_2), (-1.0, 0.0, -FRAC_PI_2), (1.0, INF, 0.0), (-1.0, INF, -0.0),
            (1.0, -INF, PI), (-1.0, -INF, -PI), (INF, 1.0, FRAC_PI_2), (-INF, -1.0, -FRAC_PI_2),
            (INF, INF, FRAC_PI_4), (-INF, INF, -FRAC_PI_4), (INF, -INF, 3.0 * FRAC_PI_4),
            (-INF, -INF, -3.0 * FRAC_PI_4), (NAN, 1.0, NAN), (1.0, NAN, NAN), (NAN, INF, NAN),
            (1.0, 1.0, FRAC_PI_4), (TINY, -TINY, 3.0 * FRAC_PI_4), (TINY, MAX, 0.0),
        ]),
        (Hypot, &[
            (0.0, 0.0, 0.0), (-0.0, 0.0, 0.0), (3.0, -4.0, 5.0), (INF, NAN, INF), (NAN, -INF, INF),
            (NAN, 1.0, NAN), (MAX, 0.0, MAX), (TINY, 0.0, TINY), (MAX, MAX, INF), (3e300, 4e300, 5e300),
        ]),
        (Min, &[(-0.0, 0.0, -0.0), (0.0, -0.0, -0.0), (1.0, NAN, NAN), (NAN, 1.0, NAN), (-INF, 1.0, -INF), (2.0, 1.0, 1.0)]),
        (Max, &[(-0.0, 0.0, 0.0), (0.0, -0.0, 0.0), (1.0, NAN, NAN), (NAN, 1.0, NAN), (INF, 1.0, INF), (2.0, 1.0, 2.0)]),
        (Lt, &[(1.0, 2.0, 1.0), (2.0, 1.0, 0.0), (1.0, 1.0, 0.0), (NAN, 1.0, 0.0), (-0.0, 0.0, 0.0)]),
        (Le, &[(1.0, 2.0, 1.0), (2.0, 1.0, 0.0), (1.0, 1.0, 1.0), (NAN, NAN, 0.0), (0.0, -0.0, 1.0)]),
        (Eq, &[(1.0, 2.0, 0.0), (1.0, 1.0, 1.0), (NAN, NAN, 0.0), (0.0, -0.0, 1.0), (INF, INF, 1.0)]),
        (Ne, &[(1.0, 2.0, 1.0), (1.0, 1.0, 0.0), (NAN, NAN, 1.0), (0.0, -0.0, 0.0)]),
        (And, &[(1.0, -2.0, 1.0), (0.0, 1.0, 0.0), (INF, -INF, 1.0), (NAN, 0.0, NAN), (0.0, NAN, NAN), (TINY, 1.0, 1.0)]),
        (Or, &[(0.0, -2.0, 1.0), (0.0, -0.0, 0.0), (INF, -INF, 1.0), (NAN, 1.0, NAN), (1.0, NAN, NAN)]),
    ];
    for &(function, rows) in table {
        for &(a, b, wanted) in rows {
            let got = function.value(a, b);
            assert!(
                same(got, wanted),
                "{function:?}({a:e}, {b:e}) = {got:e} instead of {wanted:e}"
            );
        }
    }
}

/// Numbers of every kind, with the special values among them.
fn assorted(random: &mut Random, length: usize) -> Vec<f64> {
    const SPECIAL: [f64; 14] = [
        0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, TINY, -SUBNORMAL, NORMAL, MAX, 1e300, -1e15, 0.5,
    ];
    (0..length)
        .map(|_| match random.bits() % 4 {
            0 => SPECIAL[random.bits() as usize % SPECIAL.len()],
            1 => Bits.draw(random),
            2 => Whole(-9.0, 9.0).draw(random),
            _ => From(-3.0, 3.0).draw(random),
        })
        .collect()
}

#[test]
fn every_kernel_gives_the_scalar_bits_for_every_length_and_form() {
    let mut random = Random(20_260_103);
    for length in [0, 1, 7, 8, 9, 255, 256] {
        let (a, b, c) = (
            assorted(&mut random, length),
            assorted(&mut random, length),
            assorted(&mut random, length),
        );
        let mut out = vec![0.0; length];
        for (backend, kernels) in backends() {
            for function in Unary::ALL {
                let wanted: Vec<f64> = a.iter().map(|&a| function.value(a)).collect();
                kernels.unary(function)(&a, &mut out);
                assert_same(&(backend, function, length), &out, &wanted);
            }
            for function in Binary::ALL {
                let label = (backend, function, length);
                let forms = kernels.binary(function);
                let pairs = a.iter().zip(&b);
                let wanted: Vec<f64> = pairs.map(|(&a, &b)| function.value(a, b)).collect();
                (forms.slices)(&a, &b, &mut out);
                assert_same(&label, &out, &wanted);
                for &s in b.iter().take(20) {
                    let wanted: Vec<f64> = a.iter().map(|&a| function.value(a, s)).collect();
                    (forms.slice_scalar)(&a, s, &mut out);
                    assert_same(&label, &out, &wanted);
                    let wanted: Vec<f64> = a.iter().map(|&a| function.value(s, a)).collect();
                    (forms.scalar_slice)(s, &a, &mut out);
                    assert_same(&label, &out, &wanted);
                }
            }
            for n in [
                -1000,
                -65,
                -64,
                -7,
                -2,
                -1,
                0,
                1,
                2,
                3,
                4,
                5,
                31,
                64,
                65,
                i32::MIN,
                i32::MAX,
            ] {
                let wanted: Vec<f64> = a.iter().map(|&a| powi(a, n)).collect();
                (kernels.powi)(&a, n, &mut out);
                assert_same(&(backend, "powi", n, length), &out, &wanted);
            }
            let triples = || a.iter().zip(&b).zip(&c).map(|((&a, &b), &c)| (a, b, c));
            let wanted: Vec<f64> = triples().map(|(a, b, c)| select(a, b, c)).collect();
            (kernels.select)(&a, &b, &c, &mut out);
            assert_same(&(backend, "select", length), &out, &wanted);
            let wanted: Vec<f64> = triples().map(|(a, b, c)| fma(a, b, c)).collect();
            (kernels.mul_add)(&a, &b, &c, &mut out);
            assert_same(&(backend, "mul_add", length), &out, &wanted);
            let mut cosines = vec![0.0; length];
            (kernels.sin_cos)(&a, &mut out, &mut cosines);
            let sines: Vec<f64> = a.iter().map(|&a| Unary::Sin.value(a)).collect();
            assert_same(&(backend, "sin_cos", length), &out, &sines);
            let wanted: Vec<f64> = a.iter().map(|&a| Unary::Cos.value(a)).collect();
            assert_same(&(backend, "sin_cos", length), &cosines, &wanted);
        }
    }
}

#[test]
fn integer_powers_are_accurate_and_follow_the_standard() {
    let mut random = Random(20_260_104);
    for n in (-70..=70).chain([100, -1000, 12345]) {
        for range in [From(-3.0, 3.0), Near(1.0), Bits, Signed(1e-160, 1e160)] {
            for _ in 0..500 {
                let x = range.draw(&mut random);
                let got = powi(x, n);
                let reference = pxfm::f_pow(x, f64::from(n));
                // pxfm flushes some subnormal results; exp(n·ln x) is another algorithm.
                let wanted = if reference.abs() < NORMAL {
                    Binary::Pow.value(x, f64::from(n))
                } else {
                    reference
                };
                // x³ by two products may be 1 ulp off and pxfm ½ ulp.
                assert!(
                    steps(got, wanted) <= 1,
                    "powi({x:e}, {n}) = {got:e} instead of {wanted:e}"
                );
            }
        }
    }
    for (x, n, wanted) in [
        (NAN, 0, 1.0),
        (0.0, 0, 1.0),
        (0.0, -1, INF),
        (-0.0, -1, -INF),
        (-0.0, -3, -INF),
        (-0.0, -4, INF),
        (-0.0, 5, -0.0),
        (-0.0, 6, 0.0),
        (-INF, 5, -INF),
        (-INF, -5, -0.0),
        (INF, -6, 0.0),
        (NAN, 7, NAN),
        (-2.0, 63, -9.223372036854775808e18),
        (1e160, -2, 1e-320),
        (-1e-200, -3, -INF),
        (2.0, -1074, TINY),
    ] {
        let got = powi(x, n);
        assert!(
            same(got, wanted),
            "powi({x:e}, {n}) = {got:e} instead of {wanted:e}"
        );
    }
}

#[test]
fn selection_propagates_nan_of_the_condition_only() {
    assert_eq!(select(1.0, 2.0, NAN), 2.0);
    assert_eq!(select(-0.0, NAN, 3.0), 3.0);
    assert!(select(NAN, 2.0, 3.0).is_nan());
}

#[test]
fn scalar_products_survive_cancellation_with_the_same_bits_everywhere() {
    let mut random = Random(20_260_105);
    for length in [0, 1, 7, 8, 9, 255] {
        let mut w: Vec<f64> = (0..length)
            .map(|_| From(-1.0, 1.0).draw(&mut random))
            .collect();
        let mut v: Vec<f64> = (0..length)
            .map(|_| Signed(1e-8, 1e8).draw(&mut random))
            .collect();
        // The same products again with the other sign: only the exact remainder is left.
        for i in 0..length {
            w.push(-w[i]);
            v.push(v[i]);
        }
        w.push(0.1);
        v.push(0.1);
        let mut first = None;
        for (backend, kernels) in backends() {
            let (sum, low, size) = (kernels.dot)(&w, &v);
            let bits = [sum, low, size].map(f64::to_bits);
            assert_eq!(*first.get_or_insert(bits), bits, "{backend:?}");
            // 0.1·0.1 remains; twice the precision leaves an error of 2⁻¹⁰⁰ of the magnitudes.
            let error = (sum + low - 0.1 * 0.1).abs();
            assert!(
                error <= f64::EPSILON * 0.01 + size * 1e-28,
                "{backend:?}: {error:e} of {size:e}"
            );
            assert!(size >= 0.01 && (length == 0 || size > 0.0101));
        }
    }
}

#[test]
fn a_backend_has_kernels_exactly_where_it_is_available() {
    let available = Backend::available();
    assert_eq!(available[0], Backend::Portable);
    assert_eq!(available.last(), Some(&Backend::best()));
    for backend in Backend::ALL {
        assert_eq!(
            backend.kernels().is_some(),
            available.contains(&backend),
            "{backend:?}"
        );
    }
}

#[test]
fn a_kernel_stops_at_the_shortest_slice() {
    for (_, kernels) in backends() {
        let mut out = [7.0; 4];
        kernels.unary(Unary::Neg)(&[1.0, 2.0], &mut out);
        assert_eq!(out, [-1.0, -2.0, 7.0, 7.0]);
        (kernels.binary(Binary::Pow).slices)(&[2.0, 2.0, 2.0], &[3.0], &mut out);
        assert_eq!(out, [8.0, -2.0, 7.0, 7.0]);
        (kernels.powi)(&[2.0; 9], 5, &mut out);
        assert_eq!(out, [32.0; 4]);
        assert_eq!((kernels.dot)(&[1.0; 9], &[2.0]).0, 2.0);
    }
}
