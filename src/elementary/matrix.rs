//! The determinant of a square matrix and the volume of a tall one, at one node.
//!
//! 1. Eliminate with partial pivoting (determinant) or reflect column by column (volume).
//! 2. Multiply the diagonal as a mantissa and an exponent, so that no product on the way overflows
//!    where the result does not.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., SIAM (2002), chapters 9
//! and 19.

use super::Unary;

/// A product that neither overflows nor vanishes before its end.
struct Scaled {
    mantissa: f64,
    exponent: i32,
}

impl Scaled {
    const STEP: i32 = 512;

    fn one() -> Self {
        Scaled {
            mantissa: 1.0,
            exponent: 0,
        }
    }

    fn times(&mut self, factor: f64) {
        // 2^±512 halves the range of exponents, so that the next product stays inside it.
        let (down, up) = (2f64.powi(-Self::STEP), 2f64.powi(Self::STEP));
        let scaled = |x: f64| {
            if x.abs() > up {
                (x * down, 1)
            } else if x != 0.0 && x.abs() < down {
                (x * up, -1)
            } else {
                (x, 0)
            }
        };
        let ((a, i), (b, j)) = (scaled(self.mantissa), scaled(factor));
        self.exponent += i + j;
        self.mantissa = a * b;
    }

    /// The logarithm of the size.
    fn logarithm(self) -> f64 {
        let steps = f64::from(self.exponent) * f64::from(Self::STEP);
        Unary::Ln.value(self.mantissa.abs()) + steps * std::f64::consts::LN_2
    }

    fn value(self) -> f64 {
        let step = 2f64.powi(if self.exponent > 0 {
            Self::STEP
        } else {
            -Self::STEP
        });
        (0..self.exponent.unsigned_abs()).fold(self.mantissa, |value, _| value * step)
    }
}

/// The determinant of an n × n matrix of n² entries, row by row. The entries are used up.
///
/// # Accuracy
/// Backward stable: the determinant of a matrix whose entries differ by a few ulps times n.
pub(crate) fn determinant(entries: &mut [f64]) -> f64 {
    eliminated(entries).value()
}

/// The logarithm of the size of the determinant, also where no double is as large or as small as that;
/// −∞ for a singular matrix. The entries are used up.
pub(crate) fn log_determinant(entries: &mut [f64]) -> f64 {
    eliminated(entries).logarithm()
}

/// The product of the pivots, with the sign of their order.
fn eliminated(entries: &mut [f64]) -> Scaled {
    let n = entries.len().isqrt();
    let mut product = Scaled::one();
    for k in 0..n {
        // The first largest entry, so that ties do not depend on anything else.
        let mut pivot = k;
        for i in k + 1..n {
            let (here, best) = (entries[i * n + k].abs(), entries[pivot * n + k].abs());
            if here > best || here.is_nan() {
                pivot = i;
            }
        }
        let head = entries[pivot * n + k];
        if head == 0.0 {
            product.times(0.0);
            return product;
        }
        if pivot != k {
            for j in k..n {
                entries.swap(k * n + j, pivot * n + j);
            }
            product.times(-1.0);
        }
        product.times(head);
        for i in k + 1..n {
            let factor = entries[i * n + k] / head;
            for j in k + 1..n {
                let above = entries[k * n + j];
                entries[i * n + j] = (-factor).mul_add(above, entries[i * n + j]);
            }
        }
    }
    product
}

/// √det(AᵀA) of a matrix with this number of columns, row by row: the volume of the box that its
/// columns span. The entries are used up.
///
/// # Accuracy
/// Orthogonal reflections: the condition number of A is not squared.
pub(crate) fn volume(columns: usize, entries: &mut [f64]) -> f64 {
    let rows = entries.len() / columns.max(1);
    let mut product = Scaled::one();
    for k in 0..columns {
        let column = |i: usize| i * columns + k;
        let largest = (k..rows).fold(0.0f64, |m, i| {
            let entry = entries[column(i)].abs();
            if entry > m || entry.is_nan() {
                entry
            } else {
                m
            }
        });
        if largest == 0.0 {
            return 0.0;
        }
        // The scale keeps the squares in range.
        let squares = (k..rows).map(|i| (entries[column(i)] / largest).powi(2));
        let norm = largest * squares.sum::<f64>().sqrt();
        product.times(norm);
        // Reflect the rest of the columns by v = a + sign(a_k)·|a|·e_k, scaled by its length.
        let head = entries[column(k)];
        let shifted = head + norm.copysign(head);
        let factor = 1.0 / (norm * (norm + head.abs()));
        for j in k + 1..columns {
            let mut dot = shifted * entries[k * columns + j];
            for i in k + 1..rows {
                dot = entries[column(i)].mul_add(entries[i * columns + j], dot);
            }
            let dot = dot * factor;
            entries[k * columns + j] = (-dot).mul_add(shifted, entries[k * columns + j]);
            for i in k + 1..rows {
                let entry = entries[column(i)];
                entries[i * columns + j] = (-dot).mul_add(entry, entries[i * columns + j]);
            }
        }
    }
    product.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_determinants_are_right() {
        assert_eq!(determinant(&mut [3.0]), 3.0);
        assert_eq!(determinant(&mut [1.0, 2.0, 3.0, 4.0]), -2.0);
        assert_eq!(determinant(&mut [0.0, 1.0, 1.0, 0.0]), -1.0);
        assert_eq!(determinant(&mut [1.0, 2.0, 2.0, 4.0]), 0.0);
        assert!(determinant(&mut [1.0, f64::NAN, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]).is_nan());
    }

    #[test]
    fn a_product_may_pass_through_huge_numbers() {
        let mut entries = [0.0; 16];
        for (i, d) in [1e200, 1e200, 1e-200, 1e-200].into_iter().enumerate() {
            entries[5 * i] = d;
        }
        let value = determinant(&mut entries);
        // Eight roundings at most: four factors, each scaled by exact powers of two.
        assert!((value - 1.0).abs() < 8.0 * f64::EPSILON);
    }

    #[test]
    fn the_volume_of_a_square_matrix_is_the_size_of_its_determinant() {
        let entries = [2.0, -1.0, 0.5, 1.0, 3.0, -2.0, 0.25, 1.5, 1.0];
        let volume = volume(3, &mut entries.clone());
        let determinant = determinant(&mut entries.clone());
        // Three reflections of vectors of length about 3.
        assert!((volume - determinant.abs()).abs() < 1e-14);
    }

    #[test]
    fn a_nearly_flat_box_keeps_its_digits() {
        // Columns (1, 0, 0) and (1, h, 0): det(AᵀA) would be lost to cancellation.
        let h = 1e-9;
        let volume = volume(2, &mut [1.0, 1.0, 0.0, h, 0.0, 0.0]);
        assert!((volume / h - 1.0).abs() < 1e-15);
    }
}
