//! Derivatives: every operator of the language against closed forms, differences and num-dual.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use nalgebra::{DMatrix, SVector};
use num_dual::{DualNum, DualSVec64, jacobian as dual_jacobian};
use pullback::domain::Misfit;
use pullback::elementary::Unary;
use pullback::{Error, Jacobian, Map, Parameters};

mod cases;

use cases::SplitMix;
use cases::tree::{INPUTS, Tree, spread};

/// Every operator: a formula of `s`, and at three values of s its derivative (40 digits by mpmath,
/// then rounded).
#[rustfmt::skip]
const DERIVATIVES: &[(&str, [(f64, f64); 3])] = &[
    ("sin(s)", [(1.2, 0.3623577544766736), (-4.0, -0.6536436208636119), (30.0, 0.15425144988758405)]),
    ("cos(s)", [(1.2, -0.9320390859672263), (-4.0, -0.7568024953079282), (30.0, 0.9880316240928618)]),
    ("tan(s)", [(1.2, 7.615963967207052), (-4.0, 2.3405501218616203), (0.3, 1.095688915322547)]),
    ("asin(s)", [(0.5, 1.1547005383792515), (-0.8, 1.6666666666666667), (0.1, 1.005037815259212)]),
    ("acos(s)", [(0.5, -1.1547005383792515), (-0.8, -1.6666666666666667), (0.1, -1.005037815259212)]),
    ("atan(s)", [(4.0, 0.058823529411764705), (-0.3, 0.9174311926605505), (1e3, 9.99999000001e-7)]),
    ("sinh(s)", [(4.0, 27.308232836016487), (-0.3, 1.0453385141288605), (2.0, 3.7621956910836314)]),
    ("cosh(s)", [(4.0, 27.289917197127753), (-0.3, -0.3045202934471426), (2.0, 3.6268604078470186)]),
    ("tanh(s)", [(4.0, 0.001340950683025897), (-0.3, 0.9151369618266292), (20.0, 1.6993417021166355e-17)]),
    ("asinh(s)", [(4.0, 0.24253562503633297), (-0.3, 0.9578262852211514), (1e3, 0.000999999500000375)]),
    ("acosh(s)", [(4.0, 0.25819888974716115), (1.25, 1.3333333333333333), (1e3, 0.0010000005000003751)]),
    ("atanh(s)", [(0.5, 1.3333333333333333), (-0.8, 2.777777777777778), (0.1, 1.0101010101010102)]),
    ("exp(s)", [(4.0, 54.598150033144236), (-3.0, 0.049787068367863944), (0.1, 1.1051709180756477)]),
    ("expm1(s)", [(4.0, 54.598150033144236), (-3.0, 0.049787068367863944), (0.1, 1.1051709180756477)]),
    ("log1p(s)", [(4.0, 0.2), (-0.5, 2.0), (0.1, 0.9090909090909091)]),
    ("ln(s)", [(4.0, 0.25), (0.3, 3.3333333333333335), (1e5, 1e-5)]),
    ("log(s)", [(4.0, 0.25), (0.3, 3.3333333333333335), (1e5, 1e-5)]),
    ("log10(s)", [(4.0, 0.10857362047581295), (0.3, 1.4476482730108395), (1e5, 4.342944819032518e-6)]),
    ("log2(s)", [(4.0, 0.36067376022224085), (0.3, 4.8089834696298785), (1e5, 1.4426950408889633e-5)]),
    ("sqrt(s)", [(4.0, 0.25), (0.3, 0.9128709291752769), (1e5, 0.0015811388300841897)]),
    ("cbrt(s)", [(4.0, 0.13228342099734997), (-0.3, 0.7438143889801884), (1e5, 0.00015471962778709262)]),
    ("abs(s)", [(4.0, 1.0), (-3.0, -1.0), (0.1, 1.0)]),
    ("sign(s)", [(4.0, 0.0), (-3.0, 0.0), (0.1, 0.0)]),
    ("floor(s)", [(4.5, 0.0), (-3.5, 0.0), (0.1, 0.0)]),
    ("ceil(s)", [(4.5, 0.0), (-3.5, 0.0), (0.1, 0.0)]),
    ("heaviside(s)", [(4.0, 0.0), (-3.0, 0.0), (0.1, 0.0)]),
    ("erf(s)", [(0.5, 0.8787825789354448), (-1.5, 0.11893028922362937), (3.0, 0.00013925305194674786)]),
    ("gamma(s)", [(4.0, 7.536706010590803), (2.5, 0.9347345216260855), (-1.5, 1.6617502606685965)]),
    ("digamma(s)", [(4.0, 0.2838229557371153), (2.5, 0.49035775610023485), (0.75, 2.5418796476716063)]),
    ("erfc(s)", [(0.5, -0.8787825789354448), (-1.5, -0.11893028922362937), (3.0, -0.00013925305194674786)]),
    ("normcdf(s)", [(0.5, 0.35206532676429947), (-1.5, 0.12951759566589172), (3.0, 0.0044318484119380075)]),
    ("sinc(s)", [(2.0, -0.4353977749799916), (-7.0, -0.09429243227927231), (0.1, -0.033300011902557575)]),
    ("sphericalj(1, s)", [(2.5, -0.09358153377874262), (8.0, 0.11525822412053097), (0.1, 0.3323339284171301)]),
    ("sphericalj(3, s)", [(2.5, 0.09379397796505892), (8.0, -0.059525443049915604), (0.7, 0.013374638340435466)]),
    ("besselj(0, s)", [(2.0, -0.5767248077568734), (11.0, 0.17678529895672151), (0.1, -0.049937526036242)]),
    ("besselj(1, s)", [(1.0, 0.32514710081303305), (11.0, -0.1551189095929487), (0.1, 0.49812630170362004)]),
    ("besselj(4, s)", [(2.0, 0.06095180985926518), (11.0, 0.2328169424206231), (0.5, 0.0012778381836729433)]),
    ("besselj(-3, s)", [(2.0, -0.15941915440403465), (11.0, -0.0770435097628647), (0.5, -0.015221643491159178)]),
    ("bessely(0, s)", [(1.5, 0.4123086269739113), (11.0, -0.16370553741494284), (0.1, 6.4589510947020266)]),
    ("bessely(2, s)", [(2.0, 0.5103756726497451), (11.5, 0.017019229506181736), (0.5, 20.29401095602682)]),
    ("besseli(0, s)", [(2.0, 1.590636854637329), (11.0, 6948.858659812163), (0.1, 0.050062526047092694)]),
    ("besseli(3, s)", [(2.0, 0.36983850883895925), (11.0, 4727.443882146233), (0.5, 0.016035477363796537)]),
    ("besselk(0, s)", [(2.0, -0.13986588181652243), (11.0, -6.520860674580886e-06), (0.1, -9.853844780870606)]),
    ("besselk(3, s)", [(2.0, -1.224837840989007), (11.0, -9.943771920006542e-06), (0.5, -379.8976407308224)]),
    ("trigamma(s)", [(4.0, -0.0800397322451145), (2.5, -0.2362040516417274), (0.75, -5.3026332163376395)]),
    ("polygamma(3, s)", [(4.0, -0.0375006913421128), (2.5, -0.3137559995067314), (0.75, -102.80060581541747)]),
    ("ellipk(s)", [(0.3, 0.5848582159226464), (-5.0, 0.04838042193397311), (0.9, 4.7053640076069785)]),
    ("ellipe(s)", [(0.3, -0.447543972943543), (-5.0, -0.18746943192818333), (0.9, -0.8185096559133889)]),
    ("ellipb(s)", [(0.3, 0.12714407265896824), (-5.0, 0.020562619935131057), (0.9, 0.3866369501696567)]),
    ("atan2(s, 3)", [(4.0, 0.12), (-0.3, 0.33003300330033003), (1e3, 2.9999730002429976e-6)]),
    ("atan2(3, s)", [(4.0, -0.12), (-0.3, -0.33003300330033003), (1e3, -2.9999730002429976e-6)]),
    ("atan2(s, -3)", [(4.0, -0.12), (-0.3, -0.33003300330033003), (1e3, -2.9999730002429976e-6)]),
    ("hypot(s, 3)", [(4.0, 0.8), (-0.3, -0.09950371902099892), (1e3, 0.9999955000303747)]),
    ("hypot(3, s)", [(4.0, 0.8), (-0.3, -0.09950371902099892), (1e3, 0.9999955000303747)]),
    ("min(s, 3)", [(4.0, 0.0), (-0.3, 1.0), (1e3, 0.0)]),
    ("max(s, 3)", [(4.0, 1.0), (-0.3, 0.0), (1e3, 1.0)]),
    ("min(3, s)", [(4.0, 0.0), (-0.3, 1.0), (1e3, 0.0)]),
    ("max(3, s)", [(4.0, 1.0), (-0.3, 0.0), (1e3, 1.0)]),
    ("s^2", [(4.0, 8.0), (-3.0, -6.0), (0.1, 0.2)]),
    ("s^5", [(4.0, 1280.0), (-3.0, 405.0), (0.1, 0.0005000000000000001)]),
    ("s^(-3)", [(4.0, -0.01171875), (-3.0, -0.037037037037037035), (0.1, -29999.999999999993)]),
    ("s^1", [(4.0, 1.0), (-3.0, 1.0), (0.1, 1.0)]),
    ("s^0", [(4.0, 0.0), (-3.0, 0.0), (0.1, 0.0)]),
    ("s^2.5", [(4.0, 20.0), (0.3, 0.41079191812887456), (1e3, 79056.94150420948)]),
    ("pow(s, -0.5)", [(4.0, -0.0625), (0.3, -3.0429030972509232), (1e3, -1.5811388300841898e-5)]),
    ("2.5^s", [(4.0, 35.79260671383418), (-3.0, 0.058642606839945925), (0.1, 1.0042163653580116)]),
    ("s^s", [(4.0, 610.891356446692), (0.3, -0.14213749041722912), (2.5, 18.93701053685423)]),
    ("s + 3", [(4.0, 1.0), (-3.0, 1.0), (0.1, 1.0)]),
    ("3 - s", [(4.0, -1.0), (-3.0, -1.0), (0.1, -1.0)]),
    ("s*s*s", [(4.0, 48.0), (-3.0, 27.0), (0.1, 0.030000000000000002)]),
    ("3/s", [(4.0, -0.1875), (-3.0, -0.3333333333333333), (0.1, -299.99999999999994)]),
    ("s/3", [(4.0, 0.3333333333333333), (-3.0, 0.3333333333333333), (0.1, 0.3333333333333333)]),
    ("-s", [(4.0, -1.0), (-3.0, -1.0), (0.1, -1.0)]),
    ("s/(s + 9)", [(4.0, 0.05325443786982249), (-3.0, 0.25), (0.1, 0.10868252626494385)]),
    ("if(s < 3, s^2, s^3)", [(4.0, 48.0), (-3.0, -6.0), (0.1, 0.2)]),
    ("if(s >= 3, s^2, s^3)", [(4.0, 8.0), (-3.0, 27.0), (0.1, 0.030000000000000002)]),
    ("if(s > 0 and not (s == 4), ln(s), s^2)", [(4.0, 8.0), (-3.0, -6.0), (0.1, 10.0)]),
    ("s*(s < 3)", [(4.0, 0.0), (-3.0, 1.0), (0.1, 1.0)]),
    ("s*(s > 3 or s <= -3)", [(4.0, 1.0), (-3.0, 1.0), (0.1, 0.0)]),
    ("s*(s != 4)", [(4.0, 0.0), (-3.0, 1.0), (0.1, 1.0)]),
    ("det(s, 2, 3, s^2)", [(4.0, 48.0), (-3.0, 27.0), (0.1, 0.030000000000000002)]),
    ("det(s, 1, 2, 0, s, 3, 1, s, 5)", [(4.0, 14.0), (-3.0, -14.0), (0.1, -1.6)]),
    ("volume(1, s, 3)", [(4.0, 0.8), (-4.0, -0.8), (0.1, 0.03331483023263848)]),
    ("volume(2, s, 1, 2, s, 1, s)", [(4.0, 11.289411008344581), (-3.0, -8.419824381954223), (0.1, -0.22293091757843536)]),];

/// What the derivative is said to be where there is none, or where a formula divides by zero.
///
/// NaN where nothing sensible can be said: a determinant there is reported, not guessed.
const EDGES: &[(&str, f64, f64)] = &[
    // Infinite slopes have the sign of the function's growth.
    ("sqrt(s)", 0.0, f64::INFINITY),
    ("cbrt(s)", 0.0, f64::INFINITY),
    ("s^0.5", 0.0, f64::INFINITY),
    ("ln(s)", 0.0, f64::INFINITY),
    ("log10(s)", 0.0, f64::INFINITY),
    ("log2(s)", 0.0, f64::INFINITY),
    ("asin(s)", 1.0, f64::INFINITY),
    ("asin(s)", -1.0, f64::INFINITY),
    ("acos(s)", 1.0, f64::NEG_INFINITY),
    ("acos(s)", -1.0, f64::NEG_INFINITY),
    ("acosh(s)", 1.0, f64::INFINITY),
    ("atanh(s)", 1.0, f64::INFINITY),
    ("atanh(s)", -1.0, f64::INFINITY),
    ("1/s", 0.0, f64::NEG_INFINITY),
    // Derivatives that are quotients 0/0 in the closed forms of textbooks: π/8, −π/8, and those of sinc.
    ("ellipk(s)", 0.0, std::f64::consts::FRAC_PI_8),
    ("ellipe(s)", 0.0, -std::f64::consts::FRAC_PI_8),
    ("ellipk(s)", 1e-12, 0.392699081699166),
    ("sinc(s)", 0.0, 0.0),
    ("sinc(s)", 1e-8, -1e-8 / 3.0),
    ("sphericalj(1, s)", 0.0, 1.0 / 3.0),
    ("besselj(1, s)", 0.0, 0.5),
    ("besselj(0, s)", 0.0, 0.0),
    ("besselk(0, s)", 0.0, f64::NEG_INFINITY),
    // Kinks and steps: the mean of both sides where they are opposite, else the step is ignored.
    ("abs(s)", 0.0, 0.0),
    ("sign(s)", 0.0, 0.0),
    ("heaviside(s)", 0.0, 0.0),
    ("floor(s)", 0.0, 0.0),
    ("floor(s)", -1.0, 0.0),
    ("ceil(s)", 1.0, 0.0),
    // At a tie the second operand is the minimum and the maximum.
    ("min(s, 2*s)", 0.0, 2.0),
    ("max(s, 2*s)", 0.0, 2.0),
    // The branch that is taken counts, even if the other is NaN there.
    ("if(s < 0, s^2, 5*s)", 0.0, 5.0),
    ("if(s <= 0, 3*s, 5*s)", 0.0, 3.0),
    ("if(s >= 0, s^2, sqrt(-1 - s^2))", 1.0, 2.0),
    ("if(s > 5, ln(-s^2), s)", 1.0, 1.0),
    // Powers at zero.
    ("s^1", 0.0, 1.0),
    ("s^2", 0.0, 0.0),
    ("s^1.5", 0.0, 0.0),
    ("s^0", 0.0, 0.0),
    // Nothing special happens on the branch cut of the angle, or at zero and one.
    ("atan2(s, -1)", 0.0, -1.0),
    ("atan2(s, 1)", 0.0, 1.0),
    ("atan2(1, s)", 0.0, -1.0),
    ("hypot(s, 1)", 0.0, 0.0),
    ("exp(s)", 0.0, 1.0),
    ("ln(s)", 1.0, 1.0),
    ("sin(s)", 0.0, 1.0),
    ("cos(s)", 0.0, 0.0),
    ("tan(s)", 0.0, 1.0),
    ("asin(s)", 0.0, 1.0),
    ("acos(s)", 0.0, -1.0),
    ("atan(s)", 0.0, 1.0),
    ("sinh(s)", 0.0, 1.0),
    ("cosh(s)", 0.0, 0.0),
    ("tanh(s)", 0.0, 1.0),
    ("asinh(s)", 0.0, 1.0),
    ("atanh(s)", 0.0, 1.0),
    ("erf(s)", 0.0, std::f64::consts::FRAC_2_SQRT_PI),
    // ψ(1) = −γ, Euler's constant.
    ("gamma(s)", 1.0, -0.577_215_664_901_532_9),
    // Far out: no overflow on the way to a small result.
    ("tanh(1000*s)", 1.0, 0.0),
    (
        "hypot(1e200*s, 1e200)",
        1.0,
        1e200 * std::f64::consts::FRAC_1_SQRT_2,
    ),
    // No tangent: the tip of a cone, the centre of the angles, outside of the domain.
    ("hypot(s, 0*s)", 0.0, f64::NAN),
    ("atan2(s, 2*s)", 0.0, f64::NAN),
    ("asin(s)", 4.0, f64::NAN),
    ("acosh(s)", 0.0, f64::NAN),
    ("sqrt(s)", -1.0, f64::NAN),
    ("s^0.5", -1.0, f64::NAN),
    ("s^s", -1.0, f64::NAN),
];

/// The Jacobian of `x = f(s), y = v` where the formula of s is put in for it.
fn jacobian(formula: &str, inner: &str) -> Jacobian {
    let mut text = String::new();
    // Only the name `s` stands alone: `sin`, `abs` and others go on with a letter.
    let letters: Vec<char> = formula.chars().collect();
    for (i, &letter) in letters.iter().enumerate() {
        let letter_at = |k: Option<usize>| k.and_then(|k| letters.get(k)).copied();
        let beside = [letter_at(i.checked_sub(1)), letter_at(Some(i + 1))];
        let alone = beside.iter().flatten().all(|c| !c.is_alphanumeric());
        if letter == 's' && alone {
            text += &format!("({inner})");
        } else {
            text.push(letter);
        }
    }
    let map = Map::from_equations(&[("x", &text), ("y", "v")], &["u", "v"], &Parameters::new());
    map.unwrap_or_else(|e| panic!("{e}")).jacobian().unwrap()
}

/// A formula of u and v that is exactly `value` at (1, 1), with the partial derivatives 3 and −2:
/// a forgotten inner derivative, or the wrong one, shows.
fn seeded(value: f64) -> String {
    format!("({value:?}) + (u^3 - 1) + (1 - v^2)")
}

const SEEDS: [f64; 2] = [3.0, -2.0];

#[test]
fn every_operator_has_its_closed_form_as_derivative() {
    for (formula, points) in DERIVATIVES {
        for &(s, slope) in points {
            let found = jacobian(formula, &seeded(s)).at(&[1.0, 1.0]).unwrap();
            for (column, seed) in SEEDS.iter().enumerate() {
                let (found, expected) = (found[(0, column)], seed * slope);
                // Values are good to 2 ulp, a derivative takes up to four, and s may be off by an
                // ulp of 1 where its terms are regrouped; the worst condition here is 40.
                let tolerance = 4e-14 * expected.abs();
                assert!(
                    (found - expected).abs() <= tolerance,
                    "{formula} at {s}, column {column}: {found:e} for {expected:e}"
                );
            }
        }
    }
}

#[test]
fn derivatives_at_the_edges_are_as_documented() {
    for &(formula, s, slope) in EDGES {
        let found = jacobian(formula, &seeded(s)).at(&[1.0, 1.0]).unwrap();
        for (column, seed) in SEEDS.iter().enumerate() {
            let (found, expected) = (found[(0, column)], seed * slope);
            let same = if expected.is_finite() {
                // 2 ulp for each of up to four functions.
                (found - expected).abs() <= 2e-15 * expected.abs()
            } else {
                found == expected || (found.is_nan() && expected.is_nan())
            };
            assert!(
                same,
                "{formula} at {s}, column {column}: {found:e} for {expected:e}"
            );
        }
    }
}

#[test]
fn the_slope_of_an_angle_does_not_overflow_below_the_root_of_the_largest_number() {
    // A simplified formula squares distances: 1e150² is in range, as the simplifier says.
    let found = jacobian("atan2(s, 1e150)", &seeded(0.0))
        .at(&[1.0, 1.0])
        .unwrap();
    // 2 ulp for each of three operations.
    assert!(
        (found[(0, 0)] / 3e-150 - 1.0).abs() <= 2e-15,
        "{:e}",
        found[(0, 0)]
    );
}

#[test]
fn derivatives_are_the_limits_of_differences() {
    let mut random = SplitMix(5);
    for (formula, points) in DERIVATIVES {
        // Far out, s + h is rounded too coarsely for differences.
        for &(s, _) in points.iter().filter(|(s, _)| s.abs() <= 30.0) {
            let jacobian = jacobian(formula, &seeded(s));
            // Beside (1, 1), where s is a little more or less and its slopes are 3u² and −2v.
            let away = 0.01 * s.abs().min(1.0);
            let at = [0, 1].map(|_| 1.0 + random.within(0.2 * away, away));
            let exact = jacobian.at(&at).unwrap();
            let h = 2e-6 * s.abs().min(1.0);
            for column in 0..2 {
                let shifted = |by: f64| {
                    let mut point = at;
                    point[column] += by;
                    jacobian.map().at(&point).unwrap()[0]
                };
                let (left, right) = (shifted(-h), shifted(h));
                let difference = (right - left) / (2.0 * h);
                let exact = exact[(0, column)];
                // Truncation h²f‴/6 and rounding ε|f|/h are each below 10⁻⁸ of these sizes; where
                // f and f′ are both nothing, the two must agree exactly.
                let tolerance = 1e-8 * exact.abs() + 1e-9 * left.abs();
                assert!(
                    (exact - difference).abs() <= tolerance,
                    "{formula} near {s}, column {column}: {exact:e}, but differences {difference:e}"
                );
            }
        }
    }
}

type Dual = DualSVec64<3>;

/// The value of a smooth tree with its derivatives, by num-dual.
fn dual(tree: &Tree, inputs: &SVector<Dual, 3>, spoil: &mut dyn FnMut(f64) -> f64) -> Dual {
    let value = match tree {
        Tree::Input(i) => return inputs[*i],
        Tree::Number(value) => return Dual::from_re(*value),
        Tree::Pi => return Dual::from_re(std::f64::consts::PI),
        Tree::Unary(name, op, x) => {
            let x = dual(x, inputs, spoil);
            match op {
                Unary::Sin => x.sin(),
                Unary::Cos => x.cos(),
                Unary::Tan => x.tan(),
                Unary::Asin => x.asin(),
                Unary::Acos => x.acos(),
                Unary::Atan => x.atan(),
                Unary::Sinh => x.sinh(),
                Unary::Cosh => x.cosh(),
                // num-dual takes 1 − tanh², which cancels; this does not.
                Unary::Tanh => ((x * 2.0).exp() + 1.0).recip() * -2.0 + 1.0,
                Unary::Asinh => x.asinh(),
                Unary::Acosh => x.acosh(),
                Unary::Atanh => x.atanh(),
                Unary::Exp => x.exp(),
                Unary::Expm1 => x.exp_m1(),
                Unary::Log1p => x.ln_1p(),
                Unary::Ln => x.ln(),
                Unary::Log2 => x.log2(),
                Unary::Log10 => x.log10(),
                Unary::Sqrt => x.sqrt(),
                Unary::Cbrt => x.cbrt(),
                Unary::Neg => -x,
                _ => panic!("num-dual has no {name}"),
            }
        }
        Tree::Binary(name, _, xy) => {
            let [x, y] = [0, 1].map(|i| dual(&xy[i], inputs, spoil));
            match *name {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                "/" => x / y,
                "^" => x.powd(y),
                "atan2" => x.atan2(y),
                "hypot" => (x * x + y * y).sqrt(),
                _ => panic!("{name} is not smooth"),
            }
        }
        Tree::Power(x, n) => dual(x, inputs, spoil).powi(*n),
        Tree::If(_) => panic!("`if` is not smooth"),
    };
    // Value and derivatives err independently.
    let mut spoiled = value;
    spoiled.re = spoil(value.re);
    spoiled.eps = value.eps * spoil(1.0);
    spoiled
}

#[test]
fn random_compositions_have_the_derivatives_that_num_dual_finds() {
    let mut random = SplitMix(6);
    let mut compared = 0;
    for _ in 0..1500 {
        let tree = Tree::random(&mut random, 4, true);
        let text = tree.text();
        let equations = [("x", text.as_str()), ("y", "v"), ("z", "w")];
        let map = Map::from_equations(&equations, &INPUTS, &Parameters::new()).unwrap();
        let jacobian = map.jacobian().unwrap();
        for _ in 0..3 {
            let point = [0, 1, 2].map(|_| random.within(-1.5, 2.5));
            let slopes = spread(&mut random, |spoil| {
                let one = |u: SVector<Dual, 3>| SVector::from([dual(&tree, &u, spoil)]);
                let (value, slopes) = dual_jacobian(one, &SVector::from(point));
                [value[0], slopes[0], slopes[1], slopes[2]]
            });
            // Where num-dual finds NaN or infinity there is nothing to compare with.
            let Some((expected, tolerance)) = slopes else {
                continue;
            };
            let found = jacobian.at(&point).unwrap();
            for i in 0..3 {
                compared += usize::from(expected[1 + i] != 0.0);
                assert!(
                    (found[(0, i)] - expected[1 + i]).abs() <= tolerance[1 + i],
                    "∂/∂{} of {text} at {point:?}: {:e} for {:e} ± {:e}, as {}",
                    INPUTS[i],
                    found[(0, i)],
                    expected[1 + i],
                    tolerance[1 + i],
                    jacobian.entry(0, i)
                );
            }
        }
    }
    assert!(
        compared > 1500,
        "only {compared} derivatives could be compared"
    );
}

/// xᵢ = Σⱼ aᵢⱼ (uⱼ + uⱼ²/2) + bᵢ sin(uᵢ uᵢ₊₁): texts, and J at a point.
fn random_map(random: &mut SplitMix, m: usize, point: &[f64]) -> (Map, DMatrix<f64>) {
    let n = point.len();
    let variables: Vec<String> = (1..=n).map(|j| format!("u{j}")).collect();
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    let mut matrix = DMatrix::zeros(m, n);
    let mut equations = Vec::new();
    for i in 0..m {
        let (one, two) = (i % n, (i + 1) % n);
        let b = random.within(-1.0, 1.0);
        let mut text = format!("({b:?})*sin({}*{})", variables[one], variables[two]);
        for (j, name) in variables.iter().enumerate() {
            let a = random.within(-1.0, 1.0);
            text += &format!(" + ({a:?})*({name} + {name}^2/2)");
            matrix[(i, j)] += a * (1.0 + point[j]);
        }
        let angle = point[one] * point[two];
        matrix[(i, one)] += b * angle.cos() * point[two];
        matrix[(i, two)] += b * angle.cos() * point[one];
        equations.push((format!("x{}", i + 1), text));
    }
    let equations = equations
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let equations: Vec<_> = equations.collect();
    let map = Map::from_equations(&equations, &variables, &Parameters::new());
    (map.unwrap(), matrix)
}

/// Elimination and orthogonalisation err by about n ulp for each of n steps, in units of the
/// product of the norms of the columns (Hadamard's bound for the determinant).
fn tolerance(matrix: &DMatrix<f64>) -> f64 {
    let n = matrix.ncols() as f64;
    let hadamard: f64 = matrix.column_iter().map(|c| c.norm()).product();
    n * n * 4.0 * f64::EPSILON * hadamard
}

#[test]
fn determinants_of_random_maps_are_those_of_nalgebra() {
    let mut random = SplitMix(7);
    for n in 1..=9 {
        for _ in 0..6 {
            let point: Vec<f64> = (0..n).map(|_| random.within(-1.0, 1.0)).collect();
            let (map, matrix) = random_map(&mut random, n, &point);
            let jacobian = map.jacobian().unwrap();
            let entries = jacobian.at(&point).unwrap();
            assert!(
                (&entries - &matrix).abs().max() <= 1e-14 * n as f64,
                "entries, n = {n}"
            );
            let found = jacobian.determinant_at(&point).unwrap();
            let expected = matrix.determinant();
            assert!(
                (found - expected).abs() <= tolerance(&matrix),
                "n = {n}: {found:e} for {expected:e}"
            );
        }
    }
}

#[test]
fn volumes_of_random_curves_and_surfaces_are_products_of_singular_values() {
    let mut random = SplitMix(8);
    for (n, m) in [
        (1, 2),
        (1, 3),
        (1, 4),
        (2, 3),
        (2, 4),
        (2, 5),
        (3, 4),
        (3, 6),
        (5, 7),
    ] {
        for _ in 0..6 {
            let point: Vec<f64> = (0..n).map(|_| random.within(-1.0, 1.0)).collect();
            let (map, matrix) = random_map(&mut random, m, &point);
            let found = map.jacobian().unwrap().determinant_at(&point).unwrap();
            let expected: f64 = matrix.singular_values().iter().product();
            assert!(
                (found - expected).abs() <= tolerance(&matrix),
                "{n} in {m}: {found:e} for {expected:e}"
            );
        }
    }
}

/// The determinant of a product is the product of the determinants: composition is the chain rule.
#[test]
fn the_determinant_of_a_composition_is_the_product() {
    let mut random = SplitMix(9);
    for n in 1..=5 {
        let point: Vec<f64> = (0..n).map(|_| random.within(-1.0, 1.0)).collect();
        let (inner, first) = random_map(&mut random, n, &point);
        let image = inner.at(&point).unwrap();
        let (outer, second) = random_map(&mut random, n, &image);
        let both = inner.then(&outer).unwrap().jacobian().unwrap();
        let found = both.determinant_at(&point).unwrap();
        let expected = (&second * &first).determinant();
        let allowed = 2.0 * (tolerance(&first) * second.norm().powi(n as i32))
            + 2.0 * tolerance(&second) * first.norm().powi(n as i32);
        assert!(
            (found - expected).abs() <= allowed,
            "n = {n}: {found:e} for {expected:e}"
        );
    }
}

#[test]
fn a_derivative_without_a_formula_is_an_error_that_says_so() {
    let map = Map::parse("x = ellipc(u)").unwrap();
    match map.jacobian() {
        Err(Error::Shape(Misfit::NoDerivative { function })) => assert_eq!(function, "EllipticC"),
        other => panic!("{other:?}"),
    }
}
