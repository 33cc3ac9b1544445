//! Singular values, by as many rotations as will do: a decomposition that does not end is none.

use nalgebra::{DMatrix, Dyn, SVD};

/// When singular values count as found: what nalgebra takes for it itself, and how long it may take.
const ACCURACY: f64 = 5.0 * f64::EPSILON;
const MOST_ROTATIONS: usize = 10_000;

/// The decomposition of a matrix by its singular values, with the left and the right directions where they are
/// asked for. `None` where an entry is no number, or it is not found.
pub(crate) fn decomposed(
    matrix: DMatrix<f64>,
    left: bool,
    right: bool,
) -> Option<SVD<f64, Dyn, Dyn>> {
    // Of entries that are no numbers the decomposition would not end.
    let is_finite = matrix.iter().all(|entry| entry.is_finite());
    is_finite.then(|| matrix.try_svd(left, right, ACCURACY, MOST_ROTATIONS))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decomposition_is_bounded_and_its_product_is_the_matrix() {
        let matrix = DMatrix::from_row_slice(3, 2, &[1.0, 2.0, 0.0, -1.0, 3.0, 0.5]);
        let parts = decomposed(matrix.clone(), true, true).unwrap();
        let product = parts.recompose().unwrap();
        // A few roundings of numbers of this size.
        assert!((product - matrix).norm() < 1e-14);
        for bad in [f64::NAN, f64::INFINITY] {
            assert!(decomposed(DMatrix::from_element(2, 2, bad), false, false).is_none());
        }
        let tiny = DMatrix::from_row_slice(2, 2, &[1e-300, 1e300, 1e-308, 1e-300]);
        let _ = decomposed(tiny, true, true);
    }
}
