//! Whether det J of an element is positive, decided exactly: in whole numbers, by another way than the
//! library's.
//!
//! 1. Shape functions are Lagrange's polynomials, in powers of ξ, η, ζ, times a whole number.
//! 2. det J is multiplied out in powers, Duffy's map stands in the place of ξ, η, ζ, and powers become
//!    Bernstein's polynomials of the unit box.
//! 3. Boxes are halved along all axes until every one has positive coefficients alone, or a corner has none.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use pullback::mesh::Shape;

type Powers = [usize; 3];

/// A polynomial with whole coefficients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polynomial(BTreeMap<Powers, BigInt>);

impl Polynomial {
    fn constant(value: i64) -> Self {
        Polynomial(BTreeMap::from([([0; 3], BigInt::from(value))]))
    }

    fn axis(axis: usize) -> Self {
        let mut powers = [0; 3];
        powers[axis] = 1;
        Polynomial(BTreeMap::from([(powers, BigInt::from(1))]))
    }

    fn plus(mut self, other: &Self, times: i64) -> Self {
        for (powers, value) in &other.0 {
            *self.0.entry(*powers).or_default() += value * times;
        }
        self
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = Polynomial::default();
        for (a, x) in &self.0 {
            for (b, y) in &other.0 {
                let powers = [0, 1, 2].map(|k| a[k] + b[k]);
                *product.0.entry(powers).or_default() += x * y;
            }
        }
        product
    }

    fn power(&self, n: usize) -> Self {
        (0..n).fold(Polynomial::constant(1), |all, _| all.times(self))
    }

    pub(crate) fn slope(&self, axis: usize) -> Self {
        let terms = self.0.iter().filter(|(powers, _)| powers[axis] > 0);
        let lowered = terms.map(|(powers, value)| {
            let mut less = *powers;
            less[axis] -= 1;
            (less, value * powers[axis])
        });
        Polynomial(lowered.collect())
    }

    fn of(&self, inner: &[Polynomial; 3]) -> Self {
        let mut sum = Polynomial::default();
        for (powers, value) in &self.0 {
            let factors = (0..3).map(|k| inner[k].power(powers[k]));
            let product = factors.fold(Polynomial::constant(1), |all, f| all.times(&f));
            for (powers, x) in product.0 {
                *sum.0.entry(powers).or_default() += x * value;
            }
        }
        sum
    }

    /// The value of a double.
    pub(crate) fn value(&self, at: [f64; 3]) -> f64 {
        let terms = self.0.iter();
        terms
            .map(|(powers, value)| {
                let value: f64 = value.to_string().parse().unwrap();
                (0..3).fold(value, |all, k| all * at[k].powi(powers[k] as i32))
            })
            .sum()
    }
}

/// A shape function of a triangle, a quadrilateral or a tetrahedron, times order!ⁿ for the n axes.
pub(crate) fn shape_function(shape: Shape, order: usize, node: [f64; 3]) -> Polynomial {
    let p = order as i64;
    let n = shape.dimension();
    let index = node.map(|x| (x * order as f64).round() as usize);
    // The factors p t − j, j < m, over m!; m! is made order!.
    let factorial = |m: usize| (1..=m as i64).product::<i64>();
    let silvester = |t: &Polynomial, m: usize| {
        let factors = (0..m as i64).map(|j| {
            Polynomial::default()
                .plus(t, p)
                .plus(&Polynomial::constant(1), -j)
        });
        factors.fold(Polynomial::constant(1), |all, f| all.times(&f))
    };
    let one = Polynomial::constant(1);
    let axes: Vec<Polynomial> = (0..n).map(Polynomial::axis).collect();
    let (mut product, mut below) = (one.clone(), 1);
    match shape {
        Shape::Quadrilateral => {
            for (axis, m) in axes.iter().zip(index) {
                let rest = one.clone().plus(axis, -1);
                product = product
                    .times(&silvester(axis, m))
                    .times(&silvester(&rest, order - m));
                below *= factorial(m) * factorial(order - m);
            }
        }
        _ => {
            let mut rest = one.clone();
            for (axis, m) in axes.iter().zip(index) {
                rest = rest.plus(axis, -1);
                product = product.times(&silvester(axis, m));
                below *= factorial(m);
            }
            let m = order - index[..n].iter().sum::<usize>();
            product = product.times(&silvester(&rest, m));
            below *= factorial(m);
        }
    }
    let above = factorial(order).pow(n as u32);
    assert_eq!(above % below, 0);
    Polynomial::default().plus(&product, above / below)
}

/// det J times a positive number, of an element whose coordinates are whole numbers over 4096.
fn determinant(shape: Shape, order: usize, nodes: &[[f64; 3]]) -> Polynomial {
    let n = shape.dimension();
    let places = shape.places(order);
    let functions: Vec<Polynomial> = places
        .iter()
        .map(|place| shape_function(shape, order, *place))
        .collect();
    let coordinate = |axis: usize| {
        let terms = functions.iter().zip(nodes);
        terms.fold(Polynomial::default(), |sum, (f, node)| {
            let whole = node[axis] * 4096.0;
            assert_eq!(whole, whole.round());
            sum.plus(f, whole as i64)
        })
    };
    let x: Vec<Polynomial> = (0..n).map(coordinate).collect();
    let slope = |i: usize, j: usize| x[i].slope(j);
    let minor = |[i, k]: [usize; 2], [j, l]: [usize; 2]| {
        let other = slope(i, l).times(&slope(k, j));
        slope(i, j).times(&slope(k, l)).plus(&other, -1)
    };
    match n {
        2 => minor([0, 1], [0, 1]),
        _ => {
            let first = slope(0, 0).times(&minor([1, 2], [1, 2]));
            let second = slope(1, 0).times(&minor([0, 2], [1, 2]));
            let third = slope(2, 0).times(&minor([0, 1], [1, 2]));
            first.plus(&second, -1).plus(&third, 1)
        }
    }
}

/// Whether det J is positive on all of the element; its coordinates are whole numbers over 4096.
pub(crate) fn is_positive(shape: Shape, order: usize, nodes: &[[f64; 3]]) -> bool {
    let determinant = determinant(shape, order, nodes);
    let [a, b, c] = [0, 1, 2].map(Polynomial::axis);
    let less = |of: &Polynomial, t: &Polynomial| of.clone().plus(&of.times(t), -1);
    let box_form = match shape {
        Shape::Triangle => determinant.of(&[less(&a, &b), b, c]),
        Shape::Tetrahedron => {
            let first = less(&less(&a, &b), &c);
            determinant.of(&[first, less(&b, &c), c])
        }
        _ => determinant,
    };
    let mut open = vec![(BoxForm::new(&box_form), 0)];
    while let Some((form, depth)) = open.pop() {
        assert!(depth < 60, "det J touches zero");
        if form.corners().any(|value| *value <= BigInt::ZERO) {
            return false;
        }
        if form.0.iter().any(|value| *value <= BigInt::ZERO) {
            open.extend(form.parts().into_iter().map(|part| (part, depth + 1)));
        }
    }
    true
}

/// Bernstein coefficients on a box times a positive number, and how many there are along each axis.
struct BoxForm(Vec<BigInt>, Powers);

impl BoxForm {
    fn new(of: &Polynomial) -> Self {
        let degree = |axis: usize| of.0.keys().map(|powers| powers[axis]).max().unwrap_or(0);
        let sizes = [0, 1, 2].map(|axis| degree(axis) + 1);
        let mut form = BoxForm(vec![BigInt::ZERO; sizes.iter().product()], sizes);
        for (powers, value) in &of.0 {
            let at = form.at(*powers);
            form.0[at] = value.clone();
        }
        // tⁱ = Σₖ C(k, i)/C(m, i) B(m, k), times m! to be whole.
        for (axis, size) in sizes.into_iter().enumerate() {
            let m = size - 1;
            let whole: u64 = (1..=m as u64).product();
            form.rows(axis, |row| {
                let share = |k: usize, i: usize| whole * choose(k, i) / choose(m, i);
                let sum = |k: usize| (0..=k).map(|i| &row[i] * share(k, i)).sum();
                (0..=m).map(sum).collect()
            });
        }
        form
    }

    fn at(&self, [i, j, k]: Powers) -> usize {
        i + self.1[0] * (j + self.1[1] * k)
    }

    /// Changes all rows along an axis.
    fn rows(&mut self, axis: usize, change: impl Fn(&[BigInt]) -> Vec<BigInt>) {
        let stride: usize = self.1[..axis].iter().product();
        for begin in 0..self.0.len() {
            if (begin / stride).is_multiple_of(self.1[axis]) {
                let of = |i: usize| begin + i * stride;
                let row: Vec<BigInt> = (0..self.1[axis]).map(|i| self.0[of(i)].clone()).collect();
                for (i, value) in change(&row).into_iter().enumerate() {
                    self.0[of(i)] = value;
                }
            }
        }
    }

    fn corners(&self) -> impl Iterator<Item = &BigInt> {
        (0..8usize).map(|bits| {
            let index = [0, 1, 2].map(|axis| (bits >> axis & 1) * (self.1[axis] - 1));
            &self.0[self.at(index)]
        })
    }

    /// The halves of all axes: sums in the place of means, times what makes all the same multiple.
    fn parts(&self) -> Vec<BoxForm> {
        let mut parts = vec![BoxForm(self.0.clone(), self.1)];
        for axis in (0..3).filter(|axis| self.1[*axis] > 1) {
            let mut halves = Vec::new();
            for part in parts {
                for is_upper in [false, true] {
                    let mut half = BoxForm(part.0.clone(), part.1);
                    half.rows(axis, |row| half_row(row, is_upper));
                    halves.push(half);
                }
            }
            parts = halves;
        }
        parts
    }
}

fn half_row(row: &[BigInt], is_upper: bool) -> Vec<BigInt> {
    let m = row.len() - 1;
    let mut sums = row.to_vec();
    let mut half = row.to_vec();
    for step in 0..=m {
        let (at, value) = match is_upper {
            true => (m - step, &sums[m - step]),
            false => (step, &sums[0]),
        };
        half[at] = value << (m - step);
        for i in 0..m - step {
            sums[i] = &sums[i] + &sums[i + 1];
        }
    }
    half
}

fn choose(n: usize, k: usize) -> u64 {
    (0..k as u64).fold(1, |all, i| all * (n as u64 - i) / (i + 1))
}
