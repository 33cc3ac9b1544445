//! Bounds of an integrand around one axis of a cell, and what they say of rules along it.
//!
//! The error of n Gauss nodes is at most (32/15) M ρ^(−2n)/(1 − ρ^(−2)) for an integrand that is at
//! most M on the ellipse with the parameter ρ; that of n trapezoid nodes 2M/(exp(2πan) − 1) for one
//! that is periodic and at most M on the strip of half-width a.
//!
//! L. N. Trefethen, "Approximation Theory and Approximation Practice", SIAM (2013), theorem 19.3; L.
//! N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56
//! (2014) 385–458, theorem 3.2.

use std::f64::consts::TAU;

use crate::integrand::{Bounds, Neighbourhood};

/// The parameters of the ellipses, and the half-widths of the strips.
const ELLIPSES: [f64; 10] = [1.03, 1.1, 1.3, 1.6, 2.2, 4.0, 8.0, 16.0, 40.0, 120.0];
const STRIPS: [f64; 10] = [0.003, 0.01, 0.03, 0.08, 0.16, 0.3, 0.5, 0.9, 1.7, 3.5];

/// Where the search for the best neighbourhood begins.
const FIRST: usize = 5;

/// What is known along an axis of a cell: the bounds of the neighbourhoods, as far as they were
/// asked for.
#[derive(Clone)]
pub(crate) struct AxisBounds {
    pub(crate) periodic: bool,
    known: [Finding; ELLIPSES.len()],
    /// For every neighbourhood a bound for every output.
    sizes: Vec<f64>,
}

/// What is known of a neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// It was not asked for yet.
    Nothing,
    /// The integrand may not be analytic there.
    Unbounded,
    /// There are bounds.
    Bounded,
}

impl AxisBounds {
    pub(crate) fn new(periodic: bool, outputs: usize) -> Self {
        AxisBounds {
            periodic,
            known: [Finding::Nothing; ELLIPSES.len()],
            sizes: vec![0.0; ELLIPSES.len() * outputs],
        }
    }

    /// Forgets what is known, for another part of the box.
    pub(crate) fn renew(&mut self, periodic: bool) {
        self.periodic = periodic;
        self.known = [Finding::Nothing; ELLIPSES.len()];
    }

    /// The bounds of a neighbourhood, where they are known.
    fn bounds_of(&self, place: usize) -> Option<&[f64]> {
        let outputs = self.sizes.len() / ELLIPSES.len();
        let sizes = &self.sizes[place * outputs..(place + 1) * outputs];
        (self.known[place] == Finding::Bounded).then_some(sizes)
    }

    /// The least of a figure of a neighbourhood times its bound of one output.
    fn least(&self, output: usize, figure: impl Fn(usize) -> f64) -> f64 {
        let places = (0..ELLIPSES.len()).filter_map(|place| {
            let bounds = self.bounds_of(place)?;
            Some(bounds[output] * figure(place))
        });
        places.fold(f64::INFINITY, f64::min)
    }

    fn neighbourhood(&self, place: usize) -> Neighbourhood {
        if self.periodic {
            Neighbourhood::Strip(STRIPS[place])
        } else {
            Neighbourhood::Ellipse(ELLIPSES[place])
        }
    }

    /// The error of n nodes for an integrand of size 1 in a neighbourhood.
    fn unit_error(&self, place: usize, n: usize) -> f64 {
        let n = n as f64;
        if self.periodic {
            2.0 / (TAU * STRIPS[place] * n).exp_m1()
        } else {
            let rho = ELLIPSES[place];
            32.0 / 15.0 * rho.powf(-2.0 * n) / (1.0 - rho.powi(-2))
        }
    }

    /// The nodes by which that error, times `excess`, is 1 or less; two at least.
    fn nodes_for(&self, place: usize, excess: f64) -> f64 {
        let n = if self.periodic {
            (2.0 * excess).ln_1p() / (TAU * STRIPS[place])
        } else {
            let rho = ELLIPSES[place];
            (32.0 / 15.0 * excess / (1.0 - rho.powi(-2))).ln() / (2.0 * rho.ln())
        };
        n.ceil().max(2.0)
    }

    /// The fewest nodes that meet the tolerances; infinity if no neighbourhood is known. A quick
    /// search takes the first neighbourhood that it meets.
    pub(crate) fn order(
        &mut self,
        axis: usize,
        tolerances: &[f64],
        bounds: &mut dyn Bounds,
        quick: bool,
    ) -> f64 {
        let mut nodes_at = |place: usize| -> Option<f64> {
            if self.known[place] == Finding::Nothing {
                let neighbourhood = self.neighbourhood(place);
                let outputs = tolerances.len();
                let sizes = &mut self.sizes[place * outputs..(place + 1) * outputs];
                self.known[place] = if bounds.around(axis, neighbourhood, sizes) {
                    Finding::Bounded
                } else {
                    Finding::Unbounded
                };
            }
            let pairs = self.bounds_of(place)?.iter().zip(tolerances);
            let excess = pairs.map(|(bound, t)| bound / t).fold(0.0, f64::max);
            Some(self.nodes_for(place, excess))
        };
        let mut place = FIRST;
        let mut best = loop {
            match (nodes_at(place), place.checked_sub(1)) {
                (Some(n), _) => break n,
                (None, Some(smaller)) => place = smaller,
                (None, None) => return f64::INFINITY,
            }
        };
        // Upward as long as that helps, and downward if it did not help at once.
        let start = place;
        let last = ELLIPSES.len() - 1;
        for step in [1, -1] {
            if quick || step == -1 && place != start {
                break;
            }
            while let Some(next) = place.checked_add_signed(step).filter(|p| *p <= last) {
                match nodes_at(next) {
                    Some(n) if n < best => (best, place) = (n, next),
                    _ => break,
                }
            }
        }
        best
    }

    /// The bound of the error of n nodes, for one output.
    pub(crate) fn error(&self, n: usize, output: usize) -> f64 {
        self.least(output, |place| self.unit_error(place, n))
    }
}
