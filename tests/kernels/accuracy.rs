//! The distance from the correctly rounded value.

use crate::random::{Bits, From, Log, Multiples, Near, Random, Range, Signed, Whole};
use crate::{MAX, NORMAL, TINY, assert_same, backends, steps};
use pullback::elementary::{Binary, Unary, powi};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

/// Points drawn from each range. With them the suite takes a few seconds.
const POINTS: usize = 20_000;

type UnaryRow = (Unary, fn(f64) -> f64, u64, &'static [Range]);
type BinaryRow = (Binary, fn(f64, f64) -> f64, u64, &'static [(Range, Range)]);

/// Function, reference, bound in ulp, ranges. The references are correctly rounded or nearly, so a
/// bound of 1 means an error below 1.5 ulp.
#[rustfmt::skip]
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
        Unary::Expm1,
        pxfm::f_expm1,
        1,
        &[
            From(-1.0, 1.0),
            From(-40.0, 40.0),
            From(-708.0, 709.7),
            From(709.0, 710.0),
            Signed(1e-300, 1.0),
            Signed(TINY, 1.0),
            Multiples(0.000_346_573_590_279_972_7),
            Bits,
        ],
    ),
    (
        Unary::Log1p,
        pxfm::f_log1p,
        1,
        &[
            From(-1.0, 1.0),
            From(-0.5, 10.0),
            Near(-1.0),
            Near(0.414),
            Signed(1e-300, 1.0),
            Signed(TINY, 1.0),
            Log(1.0, MAX),
            Bits,
        ],
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
    (Unary::Tan, pxfm::f_tan, 2, ANGLES),
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
            // pxfm loses two places where the square of the argument is subnormal.
            Log(1e-150, 1e300),
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

#[rustfmt::skip]
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
                let (got, wanted) = (function.value(x), reference(x));
                failures.push(format!(
                    "{function:?} {range:?}: {error} ulp at {x:e}: {got:e} instead of {wanted:e}"
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
                let (got, wanted) = (function.value(a, b), reference(a, b));
                failures.push(format!(
                    "{function:?} {first:?} {second:?}: {error} ulp at {a:e}, {b:e}: \
                     {got:e} instead of {wanted:e}"
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn integer_powers_are_accurate() {
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
}
