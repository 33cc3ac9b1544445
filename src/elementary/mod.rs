//! The elementary functions: one branch-free formula each, shared by scalar evaluation and kernels.
//!
//! Every formula uses only operations that IEEE 754 rounds exactly (+, −, ×, ÷, √, fused
//! multiply–add) and operations on bits, so its result has the same bits on every machine; the
//! mathematics library of the system is never asked. The vector kernels of
//! [`program::kernels`](crate::program::kernels) run the same formulas over slices.
//!
//! # Accuracy
//! Within 2 ulp of the exact value over the whole range of arguments, subnormal ones included;
//! exceptions are stated at the function. Special values follow C99 (Annex F), with the difference
//! that the minimum, the maximum and the sign propagate NaN. Which NaN results is not defined.

pub(crate) mod arithmetic;
pub(crate) mod double_double;
pub(crate) mod exponential;
pub(crate) mod gamma;
pub(crate) mod hyperbolic;
pub(crate) mod inverse_trigonometric;
pub(crate) mod logarithm;
pub(crate) mod matrix;
pub(crate) mod power;
pub(crate) mod root;
pub(crate) mod special;
pub(crate) mod trigonometric;

pub use power::powi;

/// The polynomial with the given coefficients, constant first.
///
/// Groups of four coefficients are joined by Horner's rule in x⁴: a shorter chain of dependent
/// operations than Horner's rule in x, at the price of two products.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(x: f64, c: [f64; N]) -> f64 {
    let x2 = x * x;
    let x4 = x2 * x2;
    let top = (N - 1) / 4 * 4;
    let mut value = match N - top {
        1 => c[top],
        2 => pair(&c, x, top),
        3 => c[top + 2].mul_add(x2, pair(&c, x, top)),
        _ => pair(&c, x, top + 2).mul_add(x2, pair(&c, x, top)),
    };
    for group in (0..top / 4).rev() {
        let i = 4 * group;
        value = value.mul_add(x4, pair(&c, x, i + 2).mul_add(x2, pair(&c, x, i)));
    }
    value
}

/// c[i] + c[i+1]·x.
#[inline(always)]
fn pair(c: &[f64], x: f64, i: usize) -> f64 {
    c[i + 1].mul_add(x, c[i])
}

/// Hands the table of functions of one variable to a macro, after the given tokens.
///
/// A row holds the variant, its docstring, its formula, and, where the formula does not hold
/// everywhere, the test for the arguments it does not hold for and the function that replaces it.
macro_rules! for_each_unary {
    ($callback:ident $($tokens:tt)*) => {
        $callback! { $($tokens)*
            Neg "−x", $crate::elementary::arithmetic::neg;
            Abs "|x|", $crate::elementary::arithmetic::abs;
            Sign "−1, 0 or 1 as x is negative, zero or positive", $crate::elementary::arithmetic::sign;
            Floor "⌊x⌋", $crate::elementary::arithmetic::floor;
            Ceil "⌈x⌉", $crate::elementary::arithmetic::ceil;
            Not "1 if x = 0, else 0", $crate::elementary::arithmetic::not;
            Heaviside "0, ½ or 1 as x is negative, zero or positive", $crate::elementary::arithmetic::heaviside;
            Sqrt "√x", $crate::elementary::arithmetic::sqrt;
            Cbrt "∛x", $crate::elementary::root::cbrt,
                $crate::elementary::root::is_not_normal => $crate::elementary::root::cbrt_special;
            Exp "eˣ", $crate::elementary::exponential::exp;
            Ln "ln x", $crate::elementary::logarithm::ln,
                $crate::elementary::logarithm::is_special => $crate::elementary::logarithm::ln_special;
            Log2 "log₂ x", $crate::elementary::logarithm::log2,
                $crate::elementary::logarithm::is_special => $crate::elementary::logarithm::log2_special;
            Log10 "log₁₀ x", $crate::elementary::logarithm::log10,
                $crate::elementary::logarithm::is_special => $crate::elementary::logarithm::log10_special;
            Sin "sin x", $crate::elementary::trigonometric::sin,
                $crate::elementary::trigonometric::is_far => $crate::elementary::trigonometric::sin_far;
            Cos "cos x", $crate::elementary::trigonometric::cos,
                $crate::elementary::trigonometric::is_far => $crate::elementary::trigonometric::cos_far;
            Tan "tan x", $crate::elementary::trigonometric::tan,
                $crate::elementary::trigonometric::is_far => $crate::elementary::trigonometric::tan_far;
            Asin "arcsin x", $crate::elementary::inverse_trigonometric::asin;
            Acos "arccos x", $crate::elementary::inverse_trigonometric::acos;
            Atan "arctan x", $crate::elementary::inverse_trigonometric::atan;
            Sinh "sinh x", $crate::elementary::hyperbolic::sinh;
            Cosh "cosh x", $crate::elementary::hyperbolic::cosh;
            Tanh "tanh x", $crate::elementary::hyperbolic::tanh;
            Asinh "arsinh x", $crate::elementary::hyperbolic::asinh,
                $crate::elementary::hyperbolic::is_not_finite => $crate::elementary::hyperbolic::asinh_special;
            Acosh "arcosh x", $crate::elementary::hyperbolic::acosh,
                $crate::elementary::hyperbolic::is_not_cosine => $crate::elementary::hyperbolic::acosh_special;
            Atanh "artanh x", $crate::elementary::hyperbolic::atanh,
                $crate::elementary::hyperbolic::is_not_tangent => $crate::elementary::hyperbolic::atanh_special;
            Erf "the error function 2/√π ∫₀ˣ exp(−t²) dt", $crate::elementary::special::erf;
            Gamma "Γ(x)", $crate::elementary::gamma::gamma,
                $crate::elementary::gamma::is_special_gamma => $crate::elementary::gamma::gamma_special;
            Digamma "ψ(x) = Γ′(x)/Γ(x)", $crate::elementary::gamma::digamma,
                $crate::elementary::gamma::is_special_digamma => $crate::elementary::gamma::digamma_special;
            Trigamma "ψ′(x)", $crate::elementary::gamma::trigamma,
                $crate::elementary::gamma::is_special_trigamma => $crate::elementary::gamma::trigamma_special;
        }
    };
}
pub(crate) use for_each_unary;

/// Hands the table of functions of two variables to a macro, after the given tokens.
macro_rules! for_each_binary {
    ($callback:ident $($tokens:tt)*) => {
        $callback! { $($tokens)*
            Add "a + b", $crate::elementary::arithmetic::add;
            Sub "a − b", $crate::elementary::arithmetic::sub;
            Mul "a·b", $crate::elementary::arithmetic::mul;
            Div "a/b", $crate::elementary::arithmetic::div;
            Pow "aᵇ", $crate::elementary::power::pow,
                $crate::elementary::power::is_special_power => $crate::elementary::power::pow_special;
            Atan2 "the angle of the point (b, a), in [−π, π]", $crate::elementary::inverse_trigonometric::atan2,
                $crate::elementary::inverse_trigonometric::is_special_point => $crate::elementary::inverse_trigonometric::atan2_special;
            Hypot "√(a² + b²) without overflow", $crate::elementary::root::hypot,
                $crate::elementary::root::is_extreme_vector => $crate::elementary::root::hypot_extreme;
            Min "the smaller operand, NaN if either is; −0 counts as smaller than +0", $crate::elementary::arithmetic::min;
            Max "the larger operand, NaN if either is; −0 counts as smaller than +0", $crate::elementary::arithmetic::max;
            Lt "1 if a < b, else 0", $crate::elementary::arithmetic::lt;
            Le "1 if a ≤ b, else 0", $crate::elementary::arithmetic::le;
            Eq "1 if a = b, else 0", $crate::elementary::arithmetic::eq;
            Ne "1 if a ≠ b, else 0 (NaN differs from everything)", $crate::elementary::arithmetic::ne;
            And "1 if both are nonzero, NaN if either is NaN, else 0", $crate::elementary::arithmetic::and;
            Or "1 if one is nonzero, NaN if either is NaN, else 0", $crate::elementary::arithmetic::or;
        }
    };
}
pub(crate) use for_each_binary;

macro_rules! define_unary {
    ($($variant:ident $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
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
    ($($variant:ident $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
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

/// a where c is nonzero, b where it is zero, NaN where it is NaN.
#[inline(always)]
#[must_use]
pub fn select(c: f64, a: f64, b: f64) -> f64 {
    let chosen = if c == 0.0 { b } else { a };
    if c.is_nan() { c } else { chosen }
}

/// a·b + c with one rounding.
#[inline(always)]
#[must_use]
pub fn fma(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}
