//! Maps that are code: targets and their partial derivatives at a point.

use nalgebra::{Const, SVector};
use num_dual::DualSVec64;

/// A map that is code: targets and their partial derivatives at a point.
pub trait Transformation: Sync {
    /// The number of variables, n.
    fn variables(&self) -> usize;

    /// The number of targets, m ≥ n.
    fn targets(&self) -> usize;

    /// Writes the targets, and the Jacobian row by row: `jacobian[i * n + j]` is
    /// ∂(target i)/∂(variable j).
    fn evaluate(&self, variables: &[f64], targets: &mut [f64], jacobian: &mut [f64]);
}

/// A map with its own Jacobian.
///
/// ```
/// use pullback::OwnJacobian;
/// let polar = OwnJacobian::new(2, 2, |u: &[f64], x: &mut [f64], jacobian: &mut [f64]| {
///     let (sin, cos) = u[1].sin_cos();
///     x.copy_from_slice(&[u[0] * cos, u[0] * sin]);
///     jacobian.copy_from_slice(&[cos, -u[0] * sin, sin, u[0] * cos]);
/// });
/// let disk = polar.over([0.0..1.0, 0.0..std::f64::consts::TAU])?;
/// let area = disk.measure()?;
/// assert!((area.value - std::f64::consts::PI).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
pub struct OwnJacobian<F> {
    variables: usize,
    targets: usize,
    function: F,
}

impl<F: Fn(&[f64], &mut [f64], &mut [f64]) + Sync> OwnJacobian<F> {
    /// A map of `variables` variables to `targets` targets; the function writes the targets and the
    /// Jacobian as in [`Transformation::evaluate`].
    pub fn new(variables: usize, targets: usize, function: F) -> Self {
        OwnJacobian {
            variables,
            targets,
            function,
        }
    }
}

impl<F: Fn(&[f64], &mut [f64], &mut [f64]) + Sync> Transformation for OwnJacobian<F> {
    fn variables(&self) -> usize {
        self.variables
    }

    fn targets(&self) -> usize {
        self.targets
    }

    fn evaluate(&self, variables: &[f64], targets: &mut [f64], jacobian: &mut [f64]) {
        (self.function)(variables, targets, jacobian);
    }
}

/// A map written over the dual numbers of the crate `num-dual`, which differentiate it.
///
/// ```
/// use nalgebra::SVector;
/// use num_dual::DualNum;
/// use pullback::DualMap;
///
/// fn polar<D: DualNum + Copy>(u: SVector<D, 2>) -> SVector<D, 2> {
///     SVector::from([u[0] * u[1].cos(), u[0] * u[1].sin()])
/// }
///
/// let map = DualMap::new(polar);
/// let disk = map.over([0.0..1.0, 0.0..std::f64::consts::TAU])?;
/// let area = disk.measure()?;
/// assert!((area.value - std::f64::consts::PI).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
pub struct DualMap<F, const N: usize, const M: usize> {
    function: F,
}

impl<F, const N: usize, const M: usize> DualMap<F, N, M>
where
    F: Fn(SVector<DualSVec64<N>, N>) -> SVector<DualSVec64<N>, M> + Sync,
{
    /// The map that a function over dual numbers computes.
    pub fn new(function: F) -> Self {
        DualMap { function }
    }
}

impl<F, const N: usize, const M: usize> Transformation for DualMap<F, N, M>
where
    F: Fn(SVector<DualSVec64<N>, N>) -> SVector<DualSVec64<N>, M> + Sync,
{
    fn variables(&self) -> usize {
        N
    }

    fn targets(&self) -> usize {
        M
    }

    fn evaluate(&self, variables: &[f64], targets: &mut [f64], jacobian: &mut [f64]) {
        let mut point =
            SVector::<DualSVec64<N>, N>::from_fn(|i, _| DualSVec64::from_re(variables[i]));
        for (i, coordinate) in point.iter_mut().enumerate() {
            coordinate.eps = num_dual::Derivative::derivative_generic(Const::<N>, Const::<1>, i);
        }
        let image = (self.function)(point);
        for (i, target) in image.iter().enumerate() {
            targets[i] = target.re;
            let slopes = target.eps.unwrap_generic(Const::<N>, Const::<1>);
            jacobian[i * N..(i + 1) * N].copy_from_slice(slopes.as_slice());
        }
    }
}
