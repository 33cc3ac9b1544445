//! The tables of the elementary functions, of one variable and of two.
//!
//! A row names the function and its formula; values, kernels, the methods of formulas and
//! tests are made from the rows.

use super::{
    arithmetic, bessel, elliptic, exponential, gamma, hyperbolic, inverse_trigonometric, logarithm,
    modified_bessel, polygamma, power, root, special, spherical, trigonometric,
};

/// Hands the table of functions of one variable to a macro, after the given tokens.
///
/// A row holds the variant, the name of the method of formulas unless a sign stands for it, the
/// docstring of both, the formula, and, where the formula does not hold everywhere, the test for the
/// arguments it does not hold for and the function that replaces it.
macro_rules! for_each_unary {
    ($callback:ident $($tokens:tt)*) => {
        $callback! { $($tokens)*
            Neg "−x.", arithmetic::neg;
            Abs abs "The absolute value |x|.", arithmetic::abs;
            Sign signum "The sign: −1, 0 or 1; of 0 it is 0, unlike `f64::signum`.", arithmetic::sign;
            Floor floor "⌊x⌋, the largest whole number that is not above.", arithmetic::floor;
            Ceil ceil "⌈x⌉, the smallest whole number that is not below.", arithmetic::ceil;
            Not "1 if x = 0, else 0.", arithmetic::not;
            Heaviside heaviside "The step function: 0 below zero, ½ at zero, 1 above.", arithmetic::heaviside;
            Sqrt sqrt "The square root √x.", arithmetic::sqrt;
            Cbrt cbrt "The cube root ∛x, also of negative numbers.", root::cbrt,
                root::is_not_normal => root::cbrt_special;
            Exp exp "The exponential function eˣ.", exponential::exp,
                exponential::is_extreme => exponential::exp_extreme;
            Ln ln "The natural logarithm.", logarithm::ln,
                logarithm::is_special => logarithm::ln_special;
            Log2 log2 "The logarithm to base 2.", logarithm::log2,
                logarithm::is_special => logarithm::log2_special;
            Log10 log10 "The logarithm to base 10.", logarithm::log10,
                logarithm::is_special => logarithm::log10_special;
            Sin sin "The sine.", trigonometric::sin,
                trigonometric::is_far => trigonometric::sin_far;
            Cos cos "The cosine.", trigonometric::cos,
                trigonometric::is_far => trigonometric::cos_far;
            Tan tan "The tangent.", trigonometric::tan,
                trigonometric::is_far => trigonometric::tan_far;
            Asin asin "The inverse sine.", inverse_trigonometric::asin;
            Acos acos "The inverse cosine.", inverse_trigonometric::acos;
            Atan atan "The inverse tangent.", inverse_trigonometric::atan;
            Sinh sinh "The hyperbolic sine.", hyperbolic::sinh,
                hyperbolic::is_steep => hyperbolic::sinh_steep;
            Cosh cosh "The hyperbolic cosine.", hyperbolic::cosh,
                hyperbolic::is_steep => hyperbolic::cosh_steep;
            Tanh tanh "The hyperbolic tangent.", hyperbolic::tanh;
            Asinh asinh "The inverse hyperbolic sine.", hyperbolic::asinh,
                hyperbolic::is_huge => hyperbolic::asinh_huge;
            Acosh acosh "The inverse hyperbolic cosine.", hyperbolic::acosh,
                hyperbolic::is_special_cosine => hyperbolic::acosh_special;
            Atanh atanh "The inverse hyperbolic tangent.", hyperbolic::atanh,
                hyperbolic::is_special_tangent => hyperbolic::atanh_special;
            Erf erf "The error function (2/√π) ∫₀ˣ exp(−t²) dt.", special::erf;
            Erfc erfc "The complement 1 − erf x of the error function.", special::erfc;
            NormCdf norm_cdf "The distribution function ½·erfc(−x/√2) of the normal distribution.", special::normcdf;
            Sinc sinc "sin x/x, and 1 at 0.", spherical::sinc,
                trigonometric::is_far => spherical::sinc_far;
            EllipticK elliptic_k "The complete elliptic integral K(m) of the first kind, m ≤ 1 the parameter: ∫ 1/√(1 − m sin²θ) over a quarter turn.", elliptic::elliptic_k,
                elliptic::is_special => elliptic::elliptic_k_special;
            EllipticE elliptic_e "The complete elliptic integral E(m) of the second kind, m ≤ 1 the parameter: ∫ √(1 − m sin²θ) over a quarter turn.", elliptic::elliptic_e,
                elliptic::is_special => elliptic::elliptic_e_special;
            EllipticB elliptic_b "The complete elliptic integral B(m) = (E(m) − (1 − m)·K(m))/m, π/4 at 0.", elliptic::elliptic_b,
                elliptic::is_special => elliptic::elliptic_b_special;
            EllipticC elliptic_c "The complete elliptic integral C(m) = (K(m) − 2·B(m))/m, π/16 at 0.", elliptic::elliptic_c,
                elliptic::is_special => elliptic::elliptic_c_special;
            Gamma gamma "The gamma function Γ(x).", gamma::gamma,
                gamma::is_special_gamma => gamma::gamma_special;
            Digamma digamma "The digamma function ψ(x) = Γ′(x)/Γ(x).", gamma::digamma,
                gamma::is_special_digamma => gamma::digamma_special;
            Trigamma trigamma "The trigamma function ψ′(x).", gamma::trigamma,
                gamma::is_special_trigamma => gamma::trigamma_special;
            Expm1 exp_m1 "eˣ − 1, with all its digits for small x.", exponential::expm1,
                exponential::is_extreme => exponential::expm1_extreme;
            Log1p ln_1p "ln(1 + x), with all its digits for small x.", logarithm::log1p,
                logarithm::is_special_increment => logarithm::log1p_special;
        }
    };
}
pub(crate) use for_each_unary;

impl Unary {
    /// By how many ulp a value may be off at most; measured, see `docs/functions.md`.
    pub(crate) fn loss(self) -> f64 {
        match self {
            Unary::EllipticK => 4.0,
            Unary::Erfc | Unary::NormCdf => 6.0,
            Unary::EllipticE | Unary::EllipticB => 8.0,
            Unary::EllipticC => 16.0,
            _ => 2.0,
        }
    }
}

impl Binary {
    /// By how many ulp a value may be off at most, and whether of the height of waves beside it; a is the
    /// first operand.
    pub(crate) fn loss(self, a: f64) -> (f64, bool) {
        let of_order = 4.0 + 0.5 * a.abs();
        match self {
            Binary::BesselJ | Binary::BesselY | Binary::SphericalJ => (of_order, true),
            Binary::BesselI | Binary::BesselK | Binary::Polygamma => (of_order, false),
            _ => (2.0, false),
        }
    }
}

/// Hands the table of functions of two variables to a macro, after the given tokens.
macro_rules! for_each_binary {
    ($callback:ident $($tokens:tt)*) => {
        $callback! { $($tokens)*
            Add "a + b.", arithmetic::add;
            Sub "a − b.", arithmetic::sub;
            Mul "a·b.", arithmetic::mul;
            Div "a/b.", arithmetic::div;
            Pow pow "The power aᵇ, as the C function `pow`.", power::pow,
                power::is_special_power => power::pow_special;
            Atan2 atan2 "The angle of the point (b, a), in [−π, π]: atan2(y, x) with y first.", inverse_trigonometric::atan2,
                inverse_trigonometric::is_special_point => inverse_trigonometric::atan2_special;
            Hypot hypot "√(a² + b²) without overflow.", root::hypot,
                root::is_extreme_vector => root::hypot_extreme;
            BesselJ "The Bessel function Jₙ(x) of the first kind; the order n is the first operand, a whole number.", bessel::bessel_j,
                bessel::is_rare_j => bessel::bessel_j_rare;
            BesselY "The Bessel function Yₙ(x) of the second kind, for x > 0.", bessel::bessel_y,
                bessel::is_rare_y => bessel::bessel_y_rare;
            BesselI "The modified Bessel function Iₙ(x) of the first kind.", modified_bessel::bessel_i,
                modified_bessel::is_rare_i => modified_bessel::bessel_i_rare;
            BesselK "The modified Bessel function Kₙ(x) of the second kind, for x > 0.", modified_bessel::bessel_k,
                modified_bessel::is_rare_k => modified_bessel::bessel_k_rare;
            SphericalJ "The spherical Bessel function jₙ(x) of the first kind, n ≥ 0.", spherical::spherical_j,
                spherical::is_rare => spherical::spherical_j_rare;
            Polygamma "The polygamma function ψ⁽ⁿ⁾(x), the n-th derivative of the digamma function, n ≥ 0.", polygamma::polygamma;
            Min min "The smaller operand, NaN if either is; −0 is smaller than +0.", arithmetic::min;
            Max max "The larger operand, NaN if either is; −0 is smaller than +0.", arithmetic::max;
            Lt lt "1 if a < b, else 0.", arithmetic::lt;
            Le le "1 if a ≤ b, else 0.", arithmetic::le;
            Eq eq "1 if a = b, else 0.", arithmetic::eq;
            Ne ne "1 if a ≠ b, else 0 (NaN differs from everything).", arithmetic::ne;
            And and "1 if both are nonzero, NaN if either is NaN, else 0.", arithmetic::and;
            Or or "1 if one is nonzero, NaN if either is NaN, else 0.", arithmetic::or;
        }
    };
}
pub(crate) use for_each_binary;

macro_rules! define_unary {
    ($($variant:ident $($method:ident)? $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
        /// A function of one variable.
        ///
        /// ```
        /// use pullback::elementary::Unary;
        /// assert_eq!(Unary::Exp.value(0.0), 1.0);
        /// assert!(Unary::Ln.value(-1.0).is_nan());
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Unary {
            $(#[doc = $doc] $variant,)*
        }

        impl Unary {
            /// Every function, in the order of declaration.
            pub const ALL: [Unary; [$(Unary::$variant),*].len()] = [$(Unary::$variant),*];

            /// The value at x, with the same bits as the kernels give.
            #[must_use]
            pub fn value(self, x: f64) -> f64 {
                match self {
                    $(Unary::$variant => {
                        $(if $rare(x) {
                            return $slow(x);
                        })?
                        $formula(x)
                    })*
                }
            }
        }
    };
}
for_each_unary!(define_unary);

macro_rules! define_binary {
    ($($variant:ident $($method:ident)? $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
        /// A function of two variables.
        ///
        /// ```
        /// use pullback::elementary::Binary;
        /// assert_eq!(Binary::Hypot.value(3.0, 4.0), 5.0);
        /// assert_eq!(Binary::Le.value(1.0, f64::NAN), 0.0);
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Binary {
            $(#[doc = $doc] $variant,)*
        }

        impl Binary {
            /// Every function, in the order of declaration.
            pub const ALL: [Binary; [$(Binary::$variant),*].len()] = [$(Binary::$variant),*];

            /// The value at (a, b), with the same bits as the kernels give.
            #[must_use]
            pub fn value(self, a: f64, b: f64) -> f64 {
                match self {
                    $(Binary::$variant => {
                        $(if $rare(a, b) {
                            return $slow(a, b);
                        })?
                        $formula(a, b)
                    })*
                }
            }
        }
    };
}
for_each_binary!(define_binary);
