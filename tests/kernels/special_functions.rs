//! The error integral, elliptic, Bessel and polygamma functions: values that mpmath 1.3 gives with 50
//! digits, and pxfm where it has the function. `docs/functions.md` states the bounds that hold here.

use crate::random::{From, Log, Random, Range, Signed};
use crate::{INF, NAN, TINY, assert_same, backends, same, steps};
use pullback::elementary::{Binary, Unary};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

type RowOfOne = (Unary, u64, &'static [(f64, f64)]);
type RowOfOrder = (Binary, &'static [(f64, f64, f64)]);

/// Function, bound in ulp, arguments with values.
#[rustfmt::skip]
const OF_ONE: &[RowOfOne] = &[
    (Unary::Erfc, 6, &[
        (-5.5, 1.9999999999999927), (-1.25, 1.9229001282564582), (-0.3, 1.3286267594591274),
        (0.0, 1.0), (0.4375, 0.536101864250067), (0.55, 0.436676633674891), (1.0, 0.15729920705028513),
        (2.5, 0.0004069520174449589), (6.0, 2.1519736712498913e-17), (15.3, 7.9765601254207e-104),
        (26.5, 2.2109076642637343e-307), (27.1, 2.33e-321),
    ]),
    (Unary::NormCdf, 6, &[
        (-38.2, 1.40804e-319), (-20.7, 1.7318518790197378e-95), (-8.0, 6.220960574271784e-16),
        (-2.2, 0.013903447513498604), (-0.9, 0.18406012534675947), (-0.1, 0.460172162722971),
        (0.0, 0.5), (0.5, 0.6914624612740131), (1.96, 0.9750021048517795), (5.0, 0.9999997133484281),
        (9.5, 1.0),
    ]),
    (Unary::Sinc, 2, &[
        (-7.7, 0.1283335368671429), (-1e-09, 1.0), (0.0, 1.0), (1e-300, 1.0), (0.5, 0.958851077208406),
        (3.0, 0.04704000268662241), (25.25, 0.004633277044529269),
        (1000000.0, -3.4999350217129296e-07), (1e+18, -9.92969320740405e-19),
    ]),
    (Unary::EllipticK, 4, &[
        (-1e+150, 1.740801763356733e-73), (-1000000.0, 0.00829404781659062), (-3.5, 1.04156071196962),
        (-1e-09, 1.5707963264021976), (0.0, FRAC_PI_2), (0.3, 1.713889448178791),
        (0.9, 2.5780921133481733), (0.9999, 5.991589340507051),
        (0.9999999999990905, 15.249237972322037),
    ]),
    (Unary::EllipticE, 8, &[
        (-1e+150, 1e+75), (-1000000.0, 1000.0043970243486), (-3.5, 2.5312342973594326),
        (-1e-09, 1.5707963271875958), (0.0, FRAC_PI_2), (0.3, 1.4453630644126654),
        (0.9, 1.1047747327040733), (0.9999, 1.000274582430663),
        (0.9999999999990905, 1.000000000006707), (1.0, 1.0),
    ]),
    (Unary::EllipticB, 8, &[
        (-1e+60, 6.946384715094126e-29), (-1000000.0, 0.007294051713614088),
        (-3.5, 0.6159396875725307), (-1e-09, 0.7853981632992736), (0.0, FRAC_PI_4),
        (1e-12, 0.7853981633975465), (0.3, 0.818801502291705), (0.9, 0.9410728015213956),
        (0.9999, 0.9997754010367159), (0.9999999999990905, 0.9999999999937476),
    ]),
    (Unary::EllipticC, 16, &[
        (-1e+60, 6.846384715094126e-89), (-1000000.0, 6.294055610637556e-09),
        (-3.5, 0.054376760907268944), (-1e-09, 0.19634954070209992), (0.0, 0.19634954084936207),
        (1e-12, 0.19634954084950934), (0.3, 0.2542881453179365), (0.9, 0.7732739003393134),
        (0.9999, 3.992437782211841), (0.9999999999990905, 13.249237972346592),
    ]),
];

/// Function, orders with arguments and values.
#[rustfmt::skip]
const OF_ORDER: &[RowOfOrder] = &[
    (Binary::BesselJ, &[
        (0.0, 0.0, 1.0), (0.0, 2.404825557695773, -6.10876525973673e-17),
        (0.0, 5.3, -0.07580311158558423), (0.0, 9.7, -0.22179548203172286),
        (0.0, 100000.0, -0.0017192011162359723), (0.0, 1000000000000000.0, 6.156638646885021e-09),
        (1.0, 1e-08, 5e-09), (1.0, 3.9, -0.02724403962077989), (1.0, -8.5, -0.2731219636740537),
        (1.0, 250.25, -0.048324067521795286), (2.0, 0.001, 1.2499998958333365e-07),
        (2.0, 7.0, -0.30141722008594013), (-3.0, 4.5, -0.4247039729774556),
        (10.0, 3.0, 1.2928351645715883e-05), (10.0, 30.0, -0.12987689399858876),
        (100.0, 95.0, 0.023150768009427967), (100.0, 4000.0, -0.004369303484230799),
        (1000.0, 970.0, 0.00017600557254878144),
    ]),
    (Binary::BesselY, &[
        (0.0, 1e-10, -14.732516272697241), (0.0, 0.8935769662791675, -2.3389279284062102e-17),
        (0.0, 4.4, -0.1633364628042452), (0.0, 12.0, -0.22523731263436145),
        (0.0, 100000000.0, 7.306391165521707e-05), (1.0, 1e-05, -63661.97727536548),
        (1.0, 2.2, 0.0014877892897633682), (1.0, 7.9, -0.18172107728057313),
        (1.0, 77.0, -0.06195153724951892), (2.0, 0.5, -5.441370837174266),
        (-3.0, 4.5, 0.009013681593688273), (10.0, 3.0, -2582.6071294842995),
        (10.0, 30.0, 0.07505670212239711), (100.0, 95.0, -0.4576220049590498),
        (100.0, 4000.0, -0.01183697124060563), (1000.0, 990.0, -0.18968943991145865),
    ]),
    (Binary::BesselI, &[
        (0.0, 0.0, 1.0), (0.0, 1.5, 1.646723189772891), (0.0, 7.9, 389.406283282158),
        (0.0, 8.1, 469.5006067101215), (0.0, 20.0, 43558282.559553534),
        (0.0, 600.0, 6.1463054039368444e+258), (0.0, 713.0, 6.705128263670996e+307),
        (1.0, -1e-08, -5e-09), (1.0, 3.9, 8.912787451362725), (1.0, 45.0, 2.0601334620815772e+18),
        (2.0, 0.001, 1.25000010416667e-07), (-3.0, 4.5, 5.930096266275204),
        (10.0, 3.0, 1.946439347061297e-05), (10.0, 300.0, 3.787725925866869e+128),
        (100.0, 95.0, 3.6399223078502405e+18), (961.0, 468.5, 2.6447920632832784e-150),
    ]),
    (Binary::BesselK, &[
        (0.0, 1e-10, 23.14178244559887), (0.0, 0.5, 0.9244190712276659),
        (0.0, 1.7, 0.16549631805699655), (0.0, 3.3, 0.02461063214583932),
        (0.0, 7.0, 0.0004247957418692318), (0.0, 90.0, 1.0810242556984254e-40), (0.0, 740.0, 2e-323),
        (1.0, 1e-08, 99999999.9999999), (1.0, 3.9, 0.01399928208227483),
        (1.0, 45.0, 5.392394593722504e-21), (2.0, 0.001, 1999999.5000009716),
        (-3.0, 4.5, 0.015563141311435066), (10.0, 3.0, 2459.6204220569466),
        (10.0, 300.0, 4.397741124524512e-132), (100.0, 95.0, 9.95894545776742e-22),
        (961.0, 468.5, 1.768287232548672e+146),
    ]),
    (Binary::SphericalJ, &[
        (0.0, 0.5, 0.958851077208406), (0.0, 44.0, 0.0004023164796684904),
        (1.0, 1e-09, 3.3333333333333337e-10), (1.0, 1.4, 0.38137537241230757),
        (1.0, -2.5, -0.4162129892754065), (1.0, 10000.0, 9.521248068201261e-05),
        (2.0, 0.25, 0.004148097739361125), (3.0, 11.0, 0.048914240879148786),
        (20.0, 15.0, 0.0015467058510412507), (200.0, 150.0, 5.519313111132792e-15),
        (200.0, 1000.0, 0.000758666934456986),
    ]),
    (Binary::Polygamma, &[
        (0.0, 3.5, 1.103156640645243), (1.0, 0.25, 17.19732915450711),
        (2.0, 1e-05, -2000000000000002.0), (2.0, 1.0, -2.4041138063191885),
        (2.0, 33.3, -0.0009292903678115173), (2.0, -2.25, 123.89694977406016),
        (3.0, 1000000000.0, 2.000000003e-27), (3.0, -7.5, 194.8143059276446),
        (4.0, 0.7, -144.70825364302465), (10.0, 12.0, -8.669244238841823e-06),
        (50.0, 2.5, -1.542177794502834e+44), (100.0, 99.0, -4.052527722034379e-44),
        (2.0, 1e+200, -0.0),
    ]),
];

/// The error that `docs/functions.md` allows a function of an order: in ulp, and for waves beyond their
/// order in parts of 2⁻⁵³ of their height.
fn allowed(n: f64) -> f64 {
    match n.abs() {
        n if n <= 1.0 => 8.0,
        n if n <= 10.0 => 16.0,
        n if n <= 100.0 => 64.0,
        _ => 128.0,
    }
}

/// How high the waves of J, Y or j are at x > n: the root of f² + f′²/q, as in f″ + p f′ + q f = 0.
fn height(function: Binary, n: f64, x: f64) -> Option<f64> {
    let (n, x) = (n.abs(), x.abs());
    let value = |n: f64| function.value(n, x);
    let (slope, square) = match function {
        Binary::BesselJ | Binary::BesselY => (0.5 * (value(n - 1.0) - value(n + 1.0)), n * n),
        Binary::SphericalJ => ((n / x) * value(n) - value(n + 1.0), n * (n + 1.0)),
        _ => return None,
    };
    let q = 1.0 - square / (x * x);
    // Next to the order the first wave has not turned yet.
    (x > n + 1.0 || (n == 0.0 && x > 0.5)).then(|| value(n).hypot(slope / q.sqrt()))
}

/// The error in ulp, or in halves of ulps of the height where there are waves.
fn error(function: Binary, n: f64, x: f64, wanted: f64) -> f64 {
    let value = function.value(n, x);
    match height(function, n, x) {
        Some(height) if value != wanted => (value - wanted).abs() / (0.5 * f64::EPSILON * height),
        _ => steps(value, wanted) as f64,
    }
}

#[test]
fn functions_of_one_variable_have_the_values_of_mpmath() {
    for (function, bound, rows) in OF_ONE {
        for &(x, wanted) in *rows {
            let value = function.value(x);
            let off = steps(value, wanted);
            assert!(
                off <= *bound,
                "{function:?}({x:e}) = {value:e} for {wanted:e}: {off} ulp"
            );
        }
    }
}

#[test]
fn functions_of_an_order_have_the_values_of_mpmath() {
    for (function, rows) in OF_ORDER {
        for &(n, x, wanted) in *rows {
            let off = error(*function, n, x, wanted);
            let value = function.value(n, x);
            assert!(
                off <= allowed(n),
                "{function:?}({n}, {x:e}) = {value:e} for {wanted:e}: {off}"
            );
        }
    }
}

type Reference = (Binary, f64, fn(f64) -> f64, &'static [Range]);

/// Ranges on which pxfm's functions are within a few ulp.
const REFERENCES: &[Reference] = &[
    (Binary::BesselJ, 0.0, pxfm::f_j0, WAVES),
    (Binary::BesselJ, 1.0, pxfm::f_j1, WAVES),
    (Binary::BesselY, 0.0, pxfm::f_y0, POSITIVE),
    (Binary::BesselY, 1.0, pxfm::f_y1, POSITIVE),
    (Binary::BesselI, 0.0, pxfm::f_i0, STEEP),
    (Binary::BesselI, 1.0, pxfm::f_i1, STEEP),
    (Binary::BesselK, 0.0, pxfm::f_k0, FALLING),
    (Binary::BesselK, 1.0, pxfm::f_k1, FALLING),
];
const WAVES: &[Range] = &[
    From(-8.5, 8.5),
    From(-60.0, 60.0),
    From(0.0, 1e5),
    Signed(1e-290, 1.0),
];
const POSITIVE: &[Range] = &[
    From(0.0, 8.5),
    From(0.0, 60.0),
    From(0.0, 1e5),
    Log(1e-290, 1.0),
];
const STEEP: &[Range] = &[
    From(-8.5, 8.5),
    From(-60.0, 60.0),
    From(-712.0, 712.0),
    Signed(1e-290, 1.0),
];
const FALLING: &[Range] = &[
    From(0.0, 2.5),
    From(0.0, 60.0),
    From(0.0, 700.0),
    Log(1e-290, 1.0),
];

#[test]
fn functions_of_order_0_and_1_agree_with_pxfm_on_every_backend() {
    let mut random = Random(20_261_127);
    for &(function, n, reference, ranges) in REFERENCES {
        for &range in ranges {
            let x: Vec<f64> = (0..4000).map(|_| range.draw(&mut random)).collect();
            let scalar: Vec<f64> = x.iter().map(|&x| function.value(n, x)).collect();
            for (backend, kernels) in backends() {
                let mut out = vec![0.0; x.len()];
                (kernels.binary(function).scalar_slice)(n, &x, &mut out);
                assert_same(&(function, n, backend), &out, &scalar);
            }
            for &x in &x {
                let off = error(function, n, x, reference(x));
                assert!(off <= allowed(n), "{function:?}({n}, {x:e}): {off}");
            }
        }
    }
}

#[test]
fn the_complement_of_the_error_function_agrees_with_pxfm() {
    let mut random = Random(20_261_128);
    for range in [
        From(-6.0, 6.0),
        From(-1.0, 1.0),
        From(5.0, 26.0),
        Signed(1e-300, 1.0),
    ] {
        for _ in 0..20_000 {
            let x = range.draw(&mut random);
            let off = steps(Unary::Erfc.value(x), pxfm::f_erfc(x));
            assert!(off <= 6, "erfc({x:e}): {off} ulp");
        }
    }
}

#[test]
fn whole_orders_have_the_bits_of_the_scalar_functions_in_every_form() {
    let mut random = Random(20_261_129);
    let x: Vec<f64> = (0..64)
        .map(|_| Signed(1e-3, 1e3).draw(&mut random))
        .collect();
    let families = [
        Binary::BesselJ,
        Binary::BesselY,
        Binary::BesselI,
        Binary::BesselK,
        Binary::SphericalJ,
        Binary::Polygamma,
    ];
    for function in families {
        for n in [-3.0, 0.0, 1.0, 2.0, 7.0, 60.0] {
            let orders = vec![n; x.len()];
            let wanted: Vec<f64> = x.iter().map(|&x| function.value(n, x)).collect();
            for (backend, kernels) in backends() {
                let forms = kernels.binary(function);
                let mut out = vec![0.0; x.len()];
                (forms.scalar_slice)(n, &x, &mut out);
                assert_same(&(backend, function, n), &out, &wanted);
                (forms.slices)(&orders, &x, &mut out);
                assert_same(&(backend, function, n), &out, &wanted);
            }
        }
    }
}

#[test]
fn special_values_are_limits_or_nan() {
    use {Binary as B, Unary as U};
    for (function, x, wanted) in [
        (U::Erfc, INF, 0.0),
        (U::Erfc, -INF, 2.0),
        (U::Erfc, 30.0, 0.0),
        (U::Erfc, 0.0, 1.0),
        (U::NormCdf, INF, 1.0),
        (U::NormCdf, -INF, 0.0),
        (U::NormCdf, 0.0, 0.5),
        (U::Sinc, 0.0, 1.0),
        (U::Sinc, -0.0, 1.0),
        (U::Sinc, TINY, 1.0),
        (U::Sinc, INF, 0.0),
        (U::EllipticK, 1.0, INF),
        (U::EllipticK, 1.0 + f64::EPSILON, NAN),
        (U::EllipticK, -INF, 0.0),
        (U::EllipticE, 1.0, 1.0),
        (U::EllipticE, 2.0, NAN),
        (U::EllipticE, -INF, INF),
        (U::EllipticB, 1.0, 1.0),
        (U::EllipticC, 1.0, INF),
    ] {
        let value = function.value(x);
        assert!(
            same(value, wanted),
            "{function:?}({x:e}) = {value:e} instead of {wanted:e}"
        );
        assert!(function.value(NAN).is_nan(), "{function:?}");
    }
    for (function, n, x, wanted) in [
        (B::BesselJ, 0.0, 0.0, 1.0),
        (B::BesselJ, 5.0, 0.0, 0.0),
        (B::BesselJ, 2.0, 1e-200, 0.0),
        (B::BesselJ, 3.0, INF, 0.0),
        (B::BesselJ, 0.5, 1.0, NAN),
        (B::BesselJ, 1025.0, 1.0, NAN),
        (B::BesselY, 0.0, 0.0, -INF),
        (B::BesselY, 4.0, -1.0, NAN),
        (B::BesselY, 400.0, 1.0, -INF),
        (B::BesselY, 1.0, INF, 0.0),
        (B::BesselI, 0.0, 0.0, 1.0),
        (B::BesselI, 3.0, -INF, -INF),
        (B::BesselI, 2.0, 1e5, INF),
        (B::BesselK, 0.0, 0.0, INF),
        (B::BesselK, 2.0, -1.0, NAN),
        (B::BesselK, 300.0, 1e-10, INF),
        (B::BesselK, 3.0, INF, 0.0),
        (B::SphericalJ, 0.0, 0.0, 1.0),
        (B::SphericalJ, 2.0, 0.0, 0.0),
        (B::SphericalJ, -1.0, 1.0, NAN),
        (B::SphericalJ, 4.0, -INF, 0.0),
        (B::Polygamma, 2.0, 0.0, -INF),
        (B::Polygamma, 2.0, -3.0, NAN),
        (B::Polygamma, 3.0, -3.0, INF),
        (B::Polygamma, 3.0, INF, 0.0),
        (B::Polygamma, 101.0, 1.0, NAN),
    ] {
        let value = function.value(n, x);
        let wanted_or_zero = value == 0.0 && wanted == 0.0;
        assert!(
            wanted_or_zero || same(value, wanted),
            "{function:?}({n}, {x:e}) = {value:e}"
        );
        assert!(function.value(n, NAN).is_nan(), "{function:?}");
    }
}
