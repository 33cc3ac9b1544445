//! Zeros, infinities, NaN, branch points and other exact values.

use crate::{INF, MAX, NAN, NORMAL, TINY, same, steps};
use pullback::elementary::{Binary, Unary, powi, select};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// Two operands and the value.
type Triple = (f64, f64, f64);

#[test]
fn special_values_of_one_variable_follow_the_standard() {
    use Unary::*;
    #[rustfmt::skip]
    let table: &[(Unary, &[(f64, f64)])] = &[
        (Sign, &[(0.0, 0.0), (-0.0, -0.0), (TINY, 1.0), (-INF, -1.0), (NAN, NAN)]),
        (Not, &[(0.0, 1.0), (-0.0, 1.0), (TINY, 0.0), (INF, 0.0), (NAN, NAN)]),
        (Heaviside, &[
            (0.0, 0.5), (-0.0, 0.5), (TINY, 1.0), (-TINY, 0.0), (INF, 1.0), (-INF, 0.0),
            (NAN, NAN),
        ]),
        (Sqrt, &[(-0.0, -0.0), (-TINY, NAN), (INF, INF), (NAN, NAN)]),
        (Cbrt, &[
            (0.0, 0.0), (-0.0, -0.0), (-27.0, -3.0), (1e300, 1e100), (INF, INF), (-INF, -INF),
            (NAN, NAN),
        ]),
        (Exp, &[
            (0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (710.0, INF), (-746.0, 0.0),
            (-745.0, TINY), (NAN, NAN),
        ]),
        (Ln, &[
            (1.0, 0.0), (0.0, -INF), (-0.0, -INF), (-1.0, NAN), (-INF, NAN), (INF, INF),
            (TINY, -744.4400719213812), (NAN, NAN),
        ]),
        (Log2, &[
            (1.0, 0.0), (8.0, 3.0), (0.0, -INF), (-TINY, NAN), (TINY, -1074.0), (NORMAL, -1022.0),
            (INF, INF), (NAN, NAN),
        ]),
        (Log10, &[
            (1.0, 0.0), (1000.0, 3.0), (1e22, 22.0), (0.0, -INF), (-1.0, NAN), (INF, INF),
            (NAN, NAN),
        ]),
        (Expm1, &[
            (0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (-TINY, -TINY), (1e-20, 1e-20), (-38.0, -1.0),
            (-1e3, -1.0), (-INF, -1.0), (710.0, INF), (INF, INF), (NAN, NAN),
        ]),
        (Log1p, &[
            (0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (-TINY, -TINY), (1e-20, 1e-20), (-1.0, -INF),
            (-2.0, NAN), (-INF, NAN), (MAX, 709.782712893384), (INF, INF), (NAN, NAN),
        ]),
        (Sin, &[(0.0, 0.0), (-0.0, -0.0), (-TINY, -TINY), (INF, NAN), (-INF, NAN), (NAN, NAN)]),
        (Cos, &[(0.0, 1.0), (-0.0, 1.0), (TINY, 1.0), (INF, NAN), (NAN, NAN)]),
        (Tan, &[(0.0, 0.0), (-0.0, -0.0), (-TINY, -TINY), (-INF, NAN), (NAN, NAN)]),
        (Asin, &[
            (0.0, 0.0), (-0.0, -0.0), (1.0, FRAC_PI_2), (-1.0, -FRAC_PI_2),
            (1.0 + f64::EPSILON, NAN), (INF, NAN), (NAN, NAN),
        ]),
        (Acos, &[
            (1.0, 0.0), (-1.0, PI), (0.0, FRAC_PI_2), (-1.0 - f64::EPSILON, NAN), (INF, NAN),
            (NAN, NAN),
        ]),
        (Atan, &[
            (0.0, 0.0), (-0.0, -0.0), (1.0, FRAC_PI_4), (INF, FRAC_PI_2), (-INF, -FRAC_PI_2),
            (TINY, TINY), (NAN, NAN),
        ]),
        (Sinh, &[(0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (711.0, INF), (-INF, -INF), (NAN, NAN)]),
        (Cosh, &[(0.0, 1.0), (TINY, 1.0), (711.0, INF), (-INF, INF), (NAN, NAN)]),
        (Tanh, &[
            (0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (19.1, 1.0), (INF, 1.0), (-INF, -1.0),
            (NAN, NAN),
        ]),
        (Asinh, &[(0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (INF, INF), (-INF, -INF), (NAN, NAN)]),
        (Acosh, &[
            (1.0, 0.0), (1.0 - f64::EPSILON, NAN), (-2.0, NAN), (-INF, NAN), (INF, INF),
            (NAN, NAN),
        ]),
        (Atanh, &[
            (0.0, 0.0), (-0.0, -0.0), (TINY, TINY), (1.0, INF), (-1.0, -INF), (2.0, NAN),
            (INF, NAN), (NAN, NAN),
        ]),
        (Erf, &[(0.0, 0.0), (-0.0, -0.0), (6.0, 1.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN)]),
        (Gamma, &[
            (0.0, INF), (-0.0, -INF), (1.0, 1.0), (5.0, 24.0), (23.0, 1.1240007277776077e21),
            (172.0, INF), (-1.0, NAN), (-300.5, -0.0), (-301.5, 0.0), (-INF, NAN), (INF, INF),
            (NAN, NAN),
        ]),
        (Digamma, &[
            (0.0, -INF), (-0.0, INF), (1.0, -0.577_215_664_901_532_9), (-1.0, NAN), (-INF, NAN),
            (INF, INF), (NAN, NAN), (-1.5, 0.703_156_640_645_243_2),
            (-10.5, 2.398_239_129_535_781_4),
        ]),
        (Trigamma, &[
            (0.0, INF), (-0.0, INF), (1.0, 1.644_934_066_848_226_4), (-1.0, INF), (-INF, NAN),
            (INF, 0.0), (NAN, NAN),
        ]),
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
    let table: &[(Binary, &[Triple])] = &[
        (Pow, &[
            (0.0, -3.0, INF), (-0.0, -3.0, -INF), (-0.0, -2.0, INF), (-0.0, -0.5, INF),
            (0.0, -INF, INF),
            (0.0, 3.0, 0.0), (-0.0, 3.0, -0.0), (-0.0, 2.5, 0.0), (0.0, INF, 0.0), (-1.0, INF, 1.0),
            (-1.0, -INF, 1.0), (1.0, NAN, 1.0), (1.0, INF, 1.0), (NAN, 0.0, 1.0), (INF, -0.0, 1.0),
            (NAN, 1.0, NAN), (2.0, NAN, NAN), (-8.0, 1.0 / 3.0, NAN), (-TINY, 0.5, NAN),
            (0.5, -INF, INF),
            (-0.5, -INF, INF), (2.0, -INF, 0.0), (0.5, INF, 0.0), (-2.0, INF, INF),
            (-INF, -3.0, -0.0),
            (-INF, -2.0, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (-INF, 0.5, INF),
            (INF, -0.5, 0.0),
            (INF, 0.5, INF), (-2.0, 3.0, -8.0), (-2.0, 4.0, 16.0), (2.0, -1074.0, TINY),
            (2.0, 1024.0, INF),
            (2.0, -1076.0, 0.0), (-2.0, 1025.0, -INF), (-2.0, -1077.0, -0.0),
            (TINY, 0.5, 2.2227587494850775e-162),
            (1.0 - f64::EPSILON / 2.0, 1e300, 0.0), (-1.0 - f64::EPSILON, 1e300, INF),
            (-1.0, 1e300, 1.0),
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
            (NAN, 1.0, NAN), (MAX, 0.0, MAX), (TINY, 0.0, TINY), (MAX, MAX, INF),
            (3e300, 4e300, 5e300),
        ]),
        (Min, &[
            (-0.0, 0.0, -0.0), (0.0, -0.0, -0.0), (1.0, NAN, NAN), (NAN, 1.0, NAN),
            (-INF, 1.0, -INF), (2.0, 1.0, 1.0),
        ]),
        (Max, &[
            (-0.0, 0.0, 0.0), (0.0, -0.0, 0.0), (1.0, NAN, NAN), (NAN, 1.0, NAN), (INF, 1.0, INF),
            (2.0, 1.0, 2.0),
        ]),
        (Lt, &[
            (1.0, 2.0, 1.0), (2.0, 1.0, 0.0), (1.0, 1.0, 0.0), (NAN, 1.0, 0.0), (-0.0, 0.0, 0.0),
        ]),
        (Le, &[
            (1.0, 2.0, 1.0), (2.0, 1.0, 0.0), (1.0, 1.0, 1.0), (NAN, NAN, 0.0), (0.0, -0.0, 1.0),
        ]),
        (Eq, &[
            (1.0, 2.0, 0.0), (1.0, 1.0, 1.0), (NAN, NAN, 0.0), (0.0, -0.0, 1.0), (INF, INF, 1.0),
        ]),
        (Ne, &[(1.0, 2.0, 1.0), (1.0, 1.0, 0.0), (NAN, NAN, 1.0), (0.0, -0.0, 0.0)]),
        (And, &[
            (1.0, -2.0, 1.0), (0.0, 1.0, 0.0), (INF, -INF, 1.0), (NAN, 0.0, NAN), (0.0, NAN, NAN),
            (TINY, 1.0, 1.0),
        ]),
        (Or, &[
            (0.0, -2.0, 1.0), (0.0, -0.0, 0.0), (INF, -INF, 1.0), (NAN, 1.0, NAN),
            (1.0, NAN, NAN),
        ]),
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

#[test]
fn selection_propagates_nan_of_the_condition_only() {
    assert_eq!(select(1.0, 2.0, NAN), 2.0);
    assert_eq!(select(-0.0, NAN, 3.0), 3.0);
    assert!(select(NAN, 2.0, 3.0).is_nan());
}

#[test]
fn special_integer_powers_follow_the_standard() {
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
        (-2.0, 63, -9_223_372_036_854_775_808.0),
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
