//! The zeros of a Legendre polynomial and their Gauss weights, by an asymptotic expansion.
//!
//! 1. With N = n + 1/2, put node k at t = sin²(θ/2). The function √(sin θ) P_n(cos θ) obeys
//!    u″ + (N² + 1/(4 sin² θ)) u = 0, and √ζ J₀(Nζ) obeys the same equation with ζ² for sin² θ.
//!    A change of variable θ(ζ) turns one into the other: the Legendre angles are the images of
//!    ζ = j/N, j the k-th zero of J₀. We expand θ(ζ) in powers of 1/N² and j in powers of 1/k.
//! 2. The normalisation P_n(1) = 1 makes the weight the derivative of t with respect to k,
//!    ½ sin θ dθ/dk, for k taken as continuous: the same two expansions, differentiated.
//! 3. Leading terms are double-doubles, so that what is left to round is the result. Each node
//!    takes the same few dozen operations at any order, and no node needs another one.
//!
//! I. Bogaert, "Iteration-free computation of Gauss–Legendre quadrature nodes and weights",
//! SIAM Journal on Scientific Computing 36 (2014) A1008–A1026.
//! The change of variable: F. W. J. Olver, "Asymptotics and Special Functions", Academic Press
//! (1974), chapter 12.

use std::f64::consts::FRAC_PI_3;

use crate::elementary::double_double::{DoubleDouble, fast_two_sum};

/// From this order on the expansion is good to 2e-18, relatively; below, it is a start.
pub(super) const EXPANSION_ORDER: usize = 41;

/// A node of the left half and its weight.
pub(super) struct Point {
    pub(super) node: DoubleDouble,
    pub(super) weight: f64,
}

/// dθ/dζ = 1 + Σ N⁻²ᵐ (row m of this table, a polynomial in ζ², constant term first), m = 1..5.
///
/// With θ = ζ + F₁(ζ)/N² + F₂(ζ)/N⁴ + ..., the change of variable obeys
/// θ′² (1 + 1/(4 N² sin² θ)) + {θ, ζ}/(2 N²) = 1 + 1/(4 N² ζ²), {θ, ζ} the Schwarzian derivative,
/// and Fₘ is odd and regular at 0: for example F₁ = (cot ζ − 1/ζ)/8. We solved for 60
/// terms of the Taylor series in 60-digit arithmetic (mpmath) and cut the Chebyshev series of Fₘ′
/// on 0 <= ζ² <= 2.52, a little beyond (π/2)², where the rest is below 3e-19 at order 41.
const STRETCHES: [&[f64]; 5] = [
    &[
        -0.041666666666666415,
        -0.008333333333371848,
        -0.0013227513217700868,
        -0.0001851851950122396,
        -2.4049972822334732e-05,
        -2.976215337214227e-06,
        -3.559764749973265e-07,
        -4.2086316667733435e-08,
        -4.376304096234865e-09,
        -8.069761925371648e-10,
        5.871812803344561e-11,
        -4.250729589775969e-11,
        5.861408700501562e-12,
        -6.938753996709077e-13,
    ],
    &[
        0.008159722222338857,
        0.005968915328477543,
        0.0019648371985258755,
        0.0004636615246574936,
        9.08546365117989e-05,
        1.5767211223155977e-05,
        2.5872791678753193e-06,
        3.1803241682664796e-07,
        1.0263441701971886e-07,
        -1.665193599014734e-08,
        9.07993180470444e-09,
        -1.4845023725594592e-09,
        1.7765467490091422e-10,
    ],
    &[
        -0.004160122151990062,
        -0.006540627957956879,
        -0.0036972934543871177,
        -0.0013269867333134172,
        -0.0003782285865055361,
        -6.938027004327641e-05,
        -3.627269628323586e-05,
        9.323039764521776e-06,
        -6.044213594448244e-06,
        1.2594274289023518e-06,
        -1.7735199211664836e-07,
    ],
    &[
        0.004327934950161776,
        0.011706006282862308,
        0.010557426918623396,
        0.003687449396776844,
        0.004850273620884655,
        -0.002505997577529765,
        0.002019362682027743,
        -0.0005776656000896784,
        9.845681051922698e-05,
    ],
    &[
        -0.004844191021479843,
        -0.11094765347843517,
        0.29610986252885657,
        -0.5332568098175169,
        0.3073902328838792,
        -0.08260667556629353,
    ],
];

/// The zeros j of J₀ past their first approximation β = (k − 1/4)π: j − β and dj/dβ − 1 for
/// k = 1, 2, ..., where dj/dβ = 2/(π j J₁(j)²) is the derivative through the phase of J₀.
/// From 50-digit zeros (mpmath).
const FIRST_ZEROS: [(f64, f64); 12] = [
    (0.04863106750342784, -0.01776588327814875),
    (0.022290966504172484, -0.0039048287561221423),
    (0.014348115539080811, -0.001633877917644238),
    (0.010561988052556969, -0.0008884895192972263),
    (0.008352603936268065, -0.0005565587546774232),
    (0.006906209769611422, -0.0003808267178820361),
    (0.005886218148154599, -0.0002767886264501215),
    (0.005128465428405139, -0.0002101827516884854),
    (0.004543413129563959, -0.00016500100289774003),
    (0.004078095931491043, -0.0001329560417119063),
    (0.003699187483291371, -0.00010941030358974721),
    (0.003384673983973428, -9.16049334304147e-05),
];

/// McMahon's expansion of the later zeros, j − β = Σ aₘ β¹⁻²ᵐ, m = 1..6; its rest is below 7e-19 j
/// and that of its derivative below 9e-18.
/// NIST Digital Library of Mathematical Functions, equation 10.21.19.
const MCMAHON: [f64; 6] = [
    1.0 / 8.0,
    -31.0 / 384.0,
    3_779.0 / 15_360.0,
    -6_277_237.0 / 3_440_640.0,
    2_092_163_573.0 / 82_575_360.0,
    -8_249_725_736_393.0 / 14_533_263_360.0,
];

/// The terms of sin x = x + Σ aₘ x²ᵐ⁺¹, m = 1..7, enough for |x| <= π/6.
const SINE: [f64; 7] = [
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
];

/// The expansion for one order, its powers of 1/N summed.
pub(super) struct Expansion {
    /// N = n + 1/2.
    scale: DoubleDouble,
    /// π/N.
    spacing: DoubleDouble,
    /// θ = ζ (1 + this polynomial in ζ²).
    shift: [f64; 14],
    /// dθ/dζ = 1 + this polynomial in ζ².
    stretch: [f64; 14],
}

impl Expansion {
    pub(super) fn new(order: usize) -> Self {
        let scale = DoubleDouble::from(order as f64 + 0.5);
        let step = 1.0 / (scale.hi * scale.hi);
        let mut stretch = [0.0; 14];
        let mut power = 1.0;
        for row in STRETCHES {
            power *= step;
            for (sum, coefficient) in stretch.iter_mut().zip(row) {
                *sum += power * coefficient;
            }
        }
        Self {
            scale,
            spacing: DoubleDouble::PI / scale,
            shift: std::array::from_fn(|j| stretch[j] / (2 * j + 1) as f64),
            stretch,
        }
    }

    /// The node number `index` = 1, 2, ... of the left half.
    #[inline]
    pub(super) fn point(&self, index: usize) -> Point {
        let beta = DoubleDouble::PI * (index as f64 - 0.25);
        let (beyond, growth) = match FIRST_ZEROS.get(index - 1) {
            Some(&pair) => pair,
            None => mcmahon(beta.hi),
        };
        let zeta = (beta + beyond) / self.scale;
        let square = zeta.hi * zeta.hi;
        let shift = zeta.hi * polynomial(&self.shift, square);
        let stretch = polynomial(&self.stretch, square);

        // Both halves of the range need sines up to π/6 only.
        let node = if zeta.hi < FRAC_PI_3 {
            let root = sine((zeta + shift).half());
            root * root
        } else {
            let from_middle = DoubleDouble::PI.half() - zeta + -shift;
            (-sine(from_middle) + 1.0).half()
        };
        let half_sine = (node * (-node + 1.0)).sqrt();
        let slope = fast_two_sum(1.0, growth + stretch + growth * stretch);
        Point {
            node,
            weight: (half_sine * self.spacing * slope).hi,
        }
    }
}

/// j − β and dj/dβ − 1 for a zero j of J₀ near β.
#[inline]
fn mcmahon(beta: f64) -> (f64, f64) {
    const DERIVATIVE: [f64; 6] = {
        let mut terms = MCMAHON;
        let mut m = 0;
        while m < terms.len() {
            terms[m] *= -((2 * m + 1) as f64);
            m += 1;
        }
        terms
    };
    let inverse = 1.0 / beta;
    let square = inverse * inverse;
    (
        inverse * polynomial(&MCMAHON, square),
        square * polynomial(&DERIVATIVE, square),
    )
}

/// sin x for |x| <= π/6, within 0.1 ulp before rounding.
#[inline]
fn sine(x: DoubleDouble) -> DoubleDouble {
    let square = x.hi * x.hi;
    let bend = x.hi * square * polynomial(&SINE, square);
    let cosine = 1.0 - 0.5 * square;
    fast_two_sum(x.hi, bend + x.lo * cosine)
}

/// The polynomial with these coefficients, constant term first, by Horner's scheme.
#[inline]
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}
