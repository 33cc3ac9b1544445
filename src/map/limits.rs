//! Limits as they are written: ranges and pairs of numbers, or a text.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo};

use super::region::Region;
use crate::error::Error;

/// The limits of one variable: a range or a pair of numbers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the limits of a variable",
    note = "limits are ranges or pairs, such as `0.0..1.0`, `0.0..=1.0`, `(0.0, 1.0)` or `0.0..`"
)]
pub trait IntoLimits {
    /// The lower and the upper limit.
    fn into_limits(self) -> [f64; 2];
}

impl<A: Into<f64>> IntoLimits for Range<A> {
    fn into_limits(self) -> [f64; 2] {
        [self.start.into(), self.end.into()]
    }
}

impl<A: Into<f64>> IntoLimits for RangeInclusive<A> {
    fn into_limits(self) -> [f64; 2] {
        let (start, end) = self.into_inner();
        [start.into(), end.into()]
    }
}

impl<A: Into<f64>> IntoLimits for RangeFrom<A> {
    fn into_limits(self) -> [f64; 2] {
        [self.start.into(), f64::INFINITY]
    }
}

impl<A: Into<f64>> IntoLimits for RangeTo<A> {
    fn into_limits(self) -> [f64; 2] {
        [f64::NEG_INFINITY, self.end.into()]
    }
}

impl IntoLimits for RangeFull {
    fn into_limits(self) -> [f64; 2] {
        [f64::NEG_INFINITY, f64::INFINITY]
    }
}

impl<A: Into<f64>, B: Into<f64>> IntoLimits for (A, B) {
    fn into_limits(self) -> [f64; 2] {
        [self.0.into(), self.1.into()]
    }
}

/// What can be given where a region is wanted: limits for every variable, a text, or a region.
///
/// ```
/// use pullback::Map;
/// use std::f64::consts::TAU;
/// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?.named(["r", "t"], ["x", "y"])?;
/// let disks = [
///     polar.over([0.0..1.0, 0.0..TAU])?,
///     polar.over([0.0..=1.0, 0.0..=TAU])?,
///     polar.over([(0.0, 1.0), (0.0, TAU)])?,
///     polar.over([(0, 1.0), (0, TAU)])?,
///     // Of different kinds, in a tuple.
///     polar.over((0..1, 0.0..TAU))?,
///     polar.over(((0, 1), 0.0..=TAU))?,
///     // By name, in any order.
///     polar.over("t = 0..2*pi, r = 0..1")?,
/// ];
/// for disk in &disks {
///     assert!((disk.measure()?.value - TAU / 2.0).abs() < 1e-14);
/// }
/// // The whole plane, and a half line.
/// let plane = polar.over((0.0.., 0.0..TAU))?;
/// let line = Map::new(|[u]| [u])?.over(0..)?;
/// assert!((line.integrate(|[x]| (-x).exp())?.value - 1.0).abs() < 1e-14);
/// # assert!((plane.integrate(|[x, y]| (-(x * x + y * y)).exp())?.value - TAU / 2.0).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a region",
    note = "regions are limits for every variable, such as `[0.0..1.0, 0.0..2.0]` or \
            `[(0.0, 1.0), (0.0, 2.0)]`, texts such as `\"x = 0..1, y = 0..x\"`, or a `Region`"
)]
pub trait IntoRegion {
    /// The region.
    ///
    /// # Errors
    /// As for [`Region::from_ranges`] and [`Region::parse`].
    fn into_region(self) -> Result<Region, Error>;
}

impl<L: IntoLimits, const N: usize> IntoRegion for [L; N] {
    fn into_region(self) -> Result<Region, Error> {
        Region::from_numbers(&self.map(L::into_limits))
    }
}

impl<L: IntoLimits + Clone> IntoRegion for &[L] {
    fn into_region(self) -> Result<Region, Error> {
        let limits = self.iter().cloned().map(L::into_limits);
        Region::from_numbers(&limits.collect::<Vec<_>>())
    }
}

impl<L: IntoLimits> IntoRegion for Vec<L> {
    fn into_region(self) -> Result<Region, Error> {
        let limits = self.into_iter().map(L::into_limits);
        Region::from_numbers(&limits.collect::<Vec<_>>())
    }
}

/// Limits of different kinds for two to six variables, and ranges for one.
macro_rules! regions {
    ($(($($limits:ident),+);)*) => {$(
        impl<$($limits: IntoLimits),+> IntoRegion for ($($limits,)+) {
            fn into_region(self) -> Result<Region, Error> {
                #[expect(non_snake_case, reason = "values go by the names of their types")]
                let ($($limits,)+) = self;
                Region::from_numbers(&[$($limits.into_limits()),+])
            }
        }
    )*};
}

regions! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}

/// The range of a single variable.
macro_rules! ranges {
    ($($range:ident),*) => {$(
        impl<A> IntoRegion for $range<A>
        where
            $range<A>: IntoLimits,
        {
            fn into_region(self) -> Result<Region, Error> {
                Region::from_numbers(&[self.into_limits()])
            }
        }
    )*};
}

ranges!(Range, RangeInclusive, RangeFrom, RangeTo);

impl IntoRegion for RangeFull {
    fn into_region(self) -> Result<Region, Error> {
        Region::from_numbers(&[self.into_limits()])
    }
}

impl IntoRegion for &str {
    fn into_region(self) -> Result<Region, Error> {
        Region::parse(self)
    }
}

impl IntoRegion for &String {
    fn into_region(self) -> Result<Region, Error> {
        Region::parse(self)
    }
}

impl IntoRegion for Region {
    fn into_region(self) -> Result<Region, Error> {
        Ok(self)
    }
}

impl IntoRegion for &Region {
    fn into_region(self) -> Result<Region, Error> {
        Ok(self.clone())
    }
}
