//! The vector kernels: elementary functions over slices, the instruction set chosen at run time.
//!
//! A [`Backend`] names an instruction set; its table of [`Kernels`] can be had only on a machine
//! that has it. All backends give the same bits, those of [`Unary::value`] and [`Binary::value`].
//!
//! Slices handed to a kernel should be of equal length; a kernel works to the end of the shortest
//! and leaves the rest of the output as it was.

#![allow(
    unsafe_code,
    reason = "a function compiled for an instruction set is called where the machine has it"
)]

use super::loops;
use super::sampling::{self, Bins, Generators, TOGETHER};
use crate::elementary::{
    self, Binary, Unary, arithmetic, bessel, elliptic, exponential, for_each_binary,
    for_each_unary, gamma, hyperbolic, inverse_trigonometric, logarithm, modified_bessel,
    polygamma, power, root, special, spherical, trigonometric,
};
use std::sync::LazyLock;

/// out = f(x).
pub type UnaryKernel = fn(&[f64], &mut [f64]);

/// out = f(a, b, c).
pub type TernaryKernel = fn(&[f64], &[f64], &[f64], &mut [f64]);

/// A scalar product: the sum, its compensation and the sum of the magnitudes.
pub type DotKernel = fn(&[f64], &[f64]) -> (f64, f64, f64);

/// The three forms of a function of two variables, all with the same bits.
#[derive(Clone, Copy, Debug)]
pub struct BinaryKernels {
    /// out = f(a, b) for two slices.
    pub slices: fn(&[f64], &[f64], &mut [f64]),
    /// out = f(a, b) for a slice a and one number b.
    pub slice_scalar: fn(&[f64], f64, &mut [f64]),
    /// out = f(a, b) for one number a and a slice b.
    pub scalar_slice: fn(f64, &[f64], &mut [f64]),
}

/// out = xⁿ.
pub type PowerKernel = fn(&[f64], i32, &mut [f64]);

/// out = Σ cₖ Tₖ(t).
pub type ChebyshevKernel = fn(&[f64], &[f64], &mut [f64]);

/// (out, second) = f(x).
pub type PairKernel = fn(&[f64], &mut [f64], &mut [f64]);

/// The forms of an operation with a·b and c with one rounding, all with the same bits; a is a slice.
#[derive(Clone, Copy, Debug)]
pub struct MulAddKernels {
    /// For slices b and c.
    pub slices: TernaryKernel,
    /// For a slice b and one number c.
    pub plus_scalar: fn(&[f64], &[f64], f64, &mut [f64]),
    /// For one number b and a slice c.
    pub times_scalar: fn(&[f64], f64, &[f64], &mut [f64]),
    /// For numbers b and c.
    pub scalars: fn(&[f64], f64, f64, &mut [f64]),
}

/// The kernels of one backend.
#[derive(Clone, Copy, Debug)]
pub struct Kernels {
    unary: fn(Unary) -> UnaryKernel,
    binary: fn(Binary) -> BinaryKernels,
    /// out = xⁿ; see [`elementary::powi`].
    pub powi: PowerKernel,
    /// (out, second) = (sin x, cos x), with the bits of [`Unary::Sin`] and [`Unary::Cos`].
    pub sin_cos: PairKernel,
    /// out = a where c is nonzero, else b, for (c, a, b, out); see [`elementary::select`].
    pub select: TernaryKernel,
    /// out = a·b + c with one rounding.
    pub mul_add: MulAddKernels,
    /// out = (−a)·b − c with one rounding.
    pub minus_mul_add: MulAddKernels,
    /// out = Σ cₖ Tₖ(t), a polynomial by its Chebyshev coefficients, for (c, t, out).
    pub chebyshev: ChebyshevKernel,
    /// Σ w·v, the compensation to add to it for about twice the working precision, and Σ |w·v|
    /// (plainly summed). The order of the additions is the same on every backend. Where the sum
    /// is infinite the compensation is NaN.
    pub dot: DotKernel,
    /// The kernels of random methods.
    pub(crate) sampling: SamplingKernels,
}

/// What random methods do with each coordinate of a point; see [`sampling`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct SamplingKernels {
    /// Random numbers in the unit interval.
    pub(crate) uniform: fn(&mut Generators, &mut [f64]),
    /// Points of a sequence in base 2, from a pattern and one of every few.
    pub(crate) digital: fn(&[u64; TOGETHER], &[u64], &mut [f64]),
    /// Where an axis in bins leads, for (bins, w, out, stretch).
    pub(crate) lead: fn(&Bins, &[f64], &mut [f64], &mut [f64]),
    /// The same where the ends are faces.
    pub(crate) lead_to_faces: fn(&Bins, &[f64], &mut [f64], &mut [f64]),
    /// out = out + b·x, for (x, b, out).
    pub(crate) add_scaled: fn(&[f64], f64, &mut [f64]),
    /// Whether all lie in the open unit interval.
    pub(crate) are_inside: fn(&[f64]) -> bool,
    /// The mean, the sum of squared deviations, the least and the greatest.
    pub(crate) moments: fn(&[f64]) -> [f64; 4],
}

impl Kernels {
    /// The kernel of a function of one variable.
    #[must_use]
    pub fn unary(&self, function: Unary) -> UnaryKernel {
        (self.unary)(function)
    }

    /// The kernels of a function of two variables.
    #[must_use]
    pub fn binary(&self, function: Binary) -> BinaryKernels {
        (self.binary)(function)
    }
}

/// An instruction set that the kernels are compiled for.
///
/// ```
/// use pullback::{elementary::Unary, program::kernels::Backend};
/// let mut out = [0.0; 2];
/// let backend = Backend::best();
/// if let Some(kernels) = backend.kernels() {
///     kernels.unary(Unary::Sqrt)(&[4.0, 9.0], &mut out);
///     assert_eq!(out, [2.0, 3.0]);
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Backend {
    /// The instructions that every machine of the target has.
    Portable,
    /// AVX2 with fused multiply–add: four lanes.
    Avx2,
    /// AVX-512 (F, DQ, VL): eight lanes.
    Avx512,
}

impl Backend {
    /// Every backend, the fastest last.
    pub const ALL: [Backend; 3] = [Backend::Portable, Backend::Avx2, Backend::Avx512];

    /// The backends that this machine can run, the fastest last.
    #[must_use]
    pub fn available() -> Vec<Backend> {
        Self::ALL
            .into_iter()
            .filter(|backend| backend.is_available())
            .collect()
    }

    /// The fastest backend of this machine, found out once.
    #[must_use]
    pub fn best() -> Backend {
        static BEST: LazyLock<Backend> =
            LazyLock::new(|| Backend::available().pop().unwrap_or(Backend::Portable));
        *BEST
    }

    /// The kernels, or `None` if this machine lacks the instructions.
    #[must_use]
    pub fn kernels(self) -> Option<&'static Kernels> {
        // The check is what makes the tables of the vector backends sound: nothing else gives
        // them out. The standard library caches what it detects.
        if !self.is_available() {
            return None;
        }
        Some(match self {
            Backend::Portable => &portable::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => &avx2::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 => &avx512::KERNELS,
            #[cfg(not(target_arch = "x86_64"))]
            Backend::Avx2 | Backend::Avx512 => &portable::KERNELS,
        })
    }

    /// The kernels, or the portable ones if this machine lacks the instructions.
    pub(crate) fn kernels_or_portable(self) -> &'static Kernels {
        self.kernels().unwrap_or(&portable::KERNELS)
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        let avx2 = || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        match self {
            Backend::Portable => true,
            Backend::Avx2 => avx2(),
            Backend::Avx512 => {
                avx2()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Backend::Portable
    }
}

// The formulas are handed to the loops in closures marked `#[inline(always)]`: a function item
// passed as it is may be called through a shim that is compiled without the instruction set.

/// A plain function around a body that is compiled with the instruction set in brackets.
macro_rules! kernel {
    ([$($set:literal)?] ($($argument:ident: $type:ty),*) $(-> $result:ty)? $body:block) => {{
        /// # Safety
        /// The machine must have the instruction set.
        $(#[target_feature(enable = $set)])?
        unsafe fn compiled($($argument: $type),*) $(-> $result)? $body

        fn checked($($argument: $type),*) $(-> $result)? {
            // SAFETY: this function is reached only through the table `KERNELS` of its module,
            // which `Backend::kernels` gives out only after detecting the instruction set.
            unsafe { compiled($($argument),*) }
        }
        checked
    }};
}

macro_rules! unary_kernels {
    ($set:tt $($variant:ident $($method:ident)? $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
        fn unary(function: Unary) -> UnaryKernel {
            match function {
                $(Unary::$variant => kernel!($set (x: &[f64], out: &mut [f64]) {
                    loops::map(x, out, #[inline(always)] |x| $formula(x));
                    $(loops::repair(x, out, $rare, $slow);)?
                }),)*
            }
        }
    };
}

macro_rules! binary_kernels {
    ($set:tt $($variant:ident $($method:ident)? $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
        fn binary(function: Binary) -> BinaryKernels {
            match function {
                $(Binary::$variant => binary_kernels!(@one $set $formula $(, $rare, $slow)?),)*
            }
        }
    };
    (@one $set:tt $formula:path $(, $rare:path, $slow:path)?) => {
        BinaryKernels {
            slices: kernel!($set (a: &[f64], b: &[f64], out: &mut [f64]) {
                loops::map_pairs(a, b, out, #[inline(always)] |a, b| $formula(a, b));
                $(loops::repair_pairs(a, b, out, $rare, $slow);)?
            }),
            slice_scalar: kernel!($set (a: &[f64], b: f64, out: &mut [f64]) {
                loops::map(a, out, #[inline(always)] |a| $formula(a, b));
                $(loops::repair(a, out, |a| $rare(a, b), |a| $slow(a, b));)?
            }),
            scalar_slice: kernel!($set (a: f64, b: &[f64], out: &mut [f64]) {
                loops::map(b, out, #[inline(always)] |b| $formula(a, b));
                $(loops::repair(b, out, |b| $rare(a, b), |b| $slow(a, b));)?
            }),
        }
    };
}

macro_rules! mul_add_kernels {
    ($set:tt |$a:ident, $b:ident, $c:ident| $formula:expr) => {
        MulAddKernels {
            slices: kernel!($set (a: &[f64], b: &[f64], c: &[f64], out: &mut [f64]) {
                loops::map_triples(a, b, c, out, #[inline(always)] |$a, $b, $c| $formula)
            }),
            plus_scalar: kernel!($set (a: &[f64], b: &[f64], $c: f64, out: &mut [f64]) {
                loops::map_pairs(a, b, out, #[inline(always)] |$a, $b| $formula)
            }),
            times_scalar: kernel!($set (a: &[f64], $b: f64, c: &[f64], out: &mut [f64]) {
                loops::map_pairs(a, c, out, #[inline(always)] |$a, $c| $formula)
            }),
            scalars: kernel!($set (a: &[f64], $b: f64, $c: f64, out: &mut [f64]) {
                loops::map(a, out, #[inline(always)] |$a| $formula)
            }),
        }
    };
}

/// A module with the table of kernels compiled for an instruction set.
macro_rules! backend {
    ($(#[$attribute:meta])* $module:ident $set:tt) => {
        $(#[$attribute])*
        mod $module {
            use crate::program::kernels::*;

            pub(super) static KERNELS: Kernels = Kernels {
                unary,
                binary,
                powi: kernel!($set (x: &[f64], n: i32, out: &mut [f64]) {
                    loops::powi(x, n, out)
                }),
                sin_cos: kernel!($set (x: &[f64], out: &mut [f64], second: &mut [f64]) {
                    loops::map_to_pairs(x, out, second, #[inline(always)] |x| {
                        trigonometric::sin_cos(x)
                    });
                    if loops::any(x, trigonometric::is_far) {
                        loops::repair(x, out, trigonometric::is_far, trigonometric::sin_far);
                        loops::repair(x, second, trigonometric::is_far, trigonometric::cos_far);
                    }
                }),
                select: kernel!($set (c: &[f64], a: &[f64], b: &[f64], out: &mut [f64]) {
                    loops::map_triples(c, a, b, out, elementary::select)
                }),
                mul_add: mul_add_kernels!($set |a, b, c| a.mul_add(b, c)),
                minus_mul_add: mul_add_kernels!($set |a, b, c| (-a).mul_add(b, -c)),
                chebyshev: kernel!($set (c: &[f64], t: &[f64], out: &mut [f64]) {
                    loops::chebyshev(c, t, out)
                }),
                dot: kernel!($set (w: &[f64], v: &[f64]) -> (f64, f64, f64) {
                    loops::dot(w, v)
                }),
                sampling: SamplingKernels {
                    uniform: kernel!($set (generators: &mut Generators, out: &mut [f64]) {
                        sampling::uniform(generators, out)
                    }),
                    digital: kernel!($set (pattern: &[u64; TOGETHER], bases: &[u64], out: &mut [f64]) {
                        sampling::digital(pattern, bases, out)
                    }),
                    lead: kernel!($set (bins: &Bins, w: &[f64], out: &mut [f64], stretch: &mut [f64]) {
                        sampling::lead(bins, w, out, stretch)
                    }),
                    lead_to_faces: kernel!($set (bins: &Bins, w: &[f64], out: &mut [f64], stretch: &mut [f64]) {
                        sampling::lead_to_faces(bins, w, out, stretch)
                    }),
                    add_scaled: kernel!($set (x: &[f64], b: f64, out: &mut [f64]) {
                        sampling::add_scaled(x, b, out)
                    }),
                    are_inside: kernel!($set (x: &[f64]) -> bool {
                        sampling::are_inside(x)
                    }),
                    moments: kernel!($set (values: &[f64]) -> [f64; 4] {
                        sampling::moments(values)
                    }),
                },
            };

            for_each_unary!(unary_kernels $set);
            for_each_binary!(binary_kernels $set);
        }
    };
}

backend!(portable []);
backend!(
    #[cfg(target_arch = "x86_64")]
    avx2["avx2,fma"]
);
backend!(
    #[cfg(target_arch = "x86_64")]
    avx512["avx512f,avx512dq,avx512vl,avx2,fma"]
);
