//! A quick proof that det J is positive: every column of J stays in a ball.
//!
//! 1. The Bernstein coefficients of a column are in a ball, and so are its values, which are means of them.
//! 2. The determinant of the middles changes by no more than the radii allow, column by column.
//! 3. On the pyramid, whose columns along rays lean, multiples of the other two set them upright first: the
//!    determinant stays as it is.

use super::determinant_form::{Column, DeterminantForm, Difference, Scratch, Vector};
use super::number::UNIT;

impl Column<f64> {
    /// A ball that holds all coefficients, those of leaning rays set upright by two vectors: its middle and
    /// its radius.
    fn ball(&self, control: &[Vector], [a, b]: [Vector; 2]) -> (Vector, f64) {
        let slope = |(k, entry): (usize, &Difference<f64>)| -> Vector {
            let [plus, minus] = [entry.plus, entry.minus].map(|k| control[k]);
            let [s, t] = self.leans.get(k).copied().unwrap_or_default();
            std::array::from_fn(|axis| {
                (plus[axis] - minus[axis]) * entry.factor + s * a[axis] + t * b[axis]
            })
        };
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for entry in self.entries.iter().enumerate() {
            for (axis, x) in slope(entry).into_iter().enumerate() {
                (low[axis], high[axis]) = (low[axis].min(x), high[axis].max(x));
            }
        }
        let middle: Vector = std::array::from_fn(|axis| 0.5 * (low[axis] + high[axis]));
        let far = |entry| {
            let slope = slope(entry);
            length(std::array::from_fn(|axis| slope[axis] - middle[axis]))
        };
        (
            middle,
            self.entries.iter().enumerate().map(far).fold(0.0, f64::max),
        )
    }
}

fn length(a: Vector) -> f64 {
    (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt()
}

fn cross(a: Vector, b: Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

impl DeterminantForm {
    /// Whether det J is positive everywhere by a look that takes little: every column of J is in a ball that
    /// holds its coefficients, and the determinant of the middles is greater than what that can change.
    pub(super) fn is_clearly_positive(
        &self,
        nodes: &[Vector],
        roundings: f64,
        scratch: &mut Scratch,
    ) -> bool {
        let off = self.place_control(nodes, roundings, scratch);
        let mut balls = [([0.0; 3], 0.0); 3];
        for (k, column) in self.columns.iter().enumerate() {
            // On the pyramid the first two columns, times a − ½ and b − ½, are added to the third: by their
            // middles, and what that leaves by their radii.
            let [first, second, _] = balls;
            let (middle, mut radius) = column.ball(&scratch.control, [first.0, second.0]);
            if !column.leans.is_empty() {
                radius += 0.5 * (first.1 + second.1);
            }
            balls[k] = (middle, radius + 2.0 * column.greatest * off);
        }
        let [(a, ra), (b, rb), (c, rc)] = balls;
        let [la, lb, lc] = [a, b, c].map(length);
        let (determinant, change, size) = match self.dimension {
            2 => {
                let change = ra * lb + rb * la + ra * rb;
                (cross(a, b)[2], change, la * lb)
            }
            _ => {
                let [bc, ca, ab] = [cross(b, c), cross(c, a), cross(a, b)];
                let once = ra * length(bc) + rb * length(ca) + rc * length(ab);
                let twice = ra * rb * lc + rb * rc * la + rc * ra * lb + ra * rb * rc;
                let determinant = a[0] * bc[0] + a[1] * bc[1] + a[2] * bc[2];
                (determinant, once + twice, la * lb * lc)
            }
        };
        // Some thirty roundings of a determinant and of what is above; what is not a number is not positive.
        determinant > change * (1.0 + 64.0 * UNIT) + 64.0 * UNIT * size
    }
}

#[cfg(test)]
mod tests {
    use super::super::determinant_form::tests::determinant;
    use super::super::element::{MAX_ELEMENT_ORDER, Shape};
    use super::*;
    use crate::scatter::Scatter;

    #[test]
    fn affine_elements_are_clearly_positive_and_folded_ones_never() {
        let map = |[x, y, z]: Vector| [x + 0.3 * y - 0.2 * z, y + 0.4 * z, 0.5 * x + z];
        for shape in Shape::ALL.into_iter().filter(|shape| shape.dimension() > 1) {
            let flat = |x: Vector| {
                if shape.dimension() == 2 {
                    [x[0], x[1], 0.0]
                } else {
                    x
                }
            };
            for order in 1..=MAX_ELEMENT_ORDER {
                let form = DeterminantForm::new(shape, order);
                let mut scratch = Scratch::default();
                let places = shape.places(order);
                let affine: Vec<Vector> = places.iter().map(|x| flat(map(*x))).collect();
                assert!(
                    form.is_clearly_positive(&affine, 1.0, &mut scratch),
                    "{shape} {order}"
                );
                // Nodes that are moved, little and much.
                let mut clear = 0;
                for k in 0..200 {
                    let far = 0.002 * k as f64 / order as f64;
                    let bent = affine.iter().enumerate().map(|(i, x)| {
                        let off = |axis: usize| far * ((7 * i + 3 * axis + 11 * k) as f64).sin();
                        flat([x[0] + off(0), x[1] + off(1), x[2] + off(2)])
                    });
                    let bent: Vec<Vector> = bent.collect();
                    if form.is_clearly_positive(&bent, 1.0, &mut scratch) {
                        let scattered = Scatter::roots(shape.dimension());
                        for point in 1..=20 {
                            let unit = scattered.point(point);
                            assert!(
                                determinant(shape, order, &bent, &unit) > 0.0,
                                "{shape} {order}"
                            );
                        }
                        clear += 1;
                    }
                }
                // Those that are moved far are not clear, but for straight simplices.
                let is_straight =
                    order == 1 && matches!(shape, Shape::Triangle | Shape::Tetrahedron);
                assert!(is_straight || clear < 200, "{shape} {order}: {clear}");
            }
        }
    }
}
