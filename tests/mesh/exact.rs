//! Whether det J of an element is positive, decided exactly: in whole numbers, by another way than the
//! library's.
//!
//! 1. Shape functions are Lagrange's polynomials, in powers of ξ, η, ζ, times a whole number. On the pyramid
//!    they are sums of aⁱ bʲ (1 − c)^max(i, j) cᵏ in the coordinates of the unit box, by elimination.
//! 2. det J is multiplied out in powers, Duffy's map stands in the place of ξ, η, ζ, and powers become
//!    Bernstein's polynomials of the unit box. On the pyramid det(xₐ, x_b, x_c) is divided by (1 − c)².
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

    fn plus(self, other: &Self, times: i64) -> Self {
        self.plus_whole(other, &BigInt::from(times))
    }

    fn plus_whole(mut self, other: &Self, times: &BigInt) -> Self {
        for (powers, value) in &other.0 {
            *self.0.entry(*powers).or_default() += value * times;
        }
        self
    }

    /// This over 1 − c, which divides it.
    fn without_rest(&self) -> Self {
        let mut quotient = Polynomial::default();
        let mut left = self.0.clone();
        // The lowest power of c comes first in every row: (1 − c) q has there what q has.
        for k in 0..=self.0.keys().map(|powers| powers[2]).max().unwrap_or(0) {
            let row: Vec<_> = left.iter().filter(|(powers, _)| powers[2] == k).collect();
            let row: Vec<_> = row.into_iter().map(|(p, x)| (*p, x.clone())).collect();
            for ([i, j, _], value) in row.into_iter().filter(|(_, x)| *x != BigInt::ZERO) {
                *left.entry([i, j, k + 1]).or_default() += &value;
                quotient.0.insert([i, j, k], value);
            }
        }
        let beyond = quotient.times(&Polynomial::constant(1).plus(&Polynomial::axis(2), -1));
        let difference = beyond.plus(self, -1);
        assert!(difference.0.values().all(|x| *x == BigInt::ZERO));
        quotient
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

/// All shape functions times a whole number, which comes with them: of ξ, η, ζ, on the pyramid of a, b, c.
pub(crate) fn shape_functions(shape: Shape, order: usize) -> (Vec<Polynomial>, BigInt) {
    let index = |place: [f64; 3]| place.map(|x| (x * order as f64).round() as usize);
    let nodes: Vec<Powers> = shape.places(order).into_iter().map(index).collect();
    if shape == Shape::Pyramid {
        return pyramid_functions(order, &nodes);
    }
    let functions = nodes.iter().map(|node| shape_function(shape, order, *node));
    let below = factorial(order).pow(shape.dimension() as u32);
    (functions.collect(), BigInt::from(below))
}

fn factorial(m: usize) -> i64 {
    (1..=m as i64).product()
}

/// The shape function of a node, times order!ⁿ for the n axes.
fn shape_function(shape: Shape, order: usize, index: Powers) -> Polynomial {
    let p = order as i64;
    let n = shape.dimension();
    // The factors p t − j, j < m, over m!; m! is made order!.
    let silvester = |t: &Polynomial, m: usize| {
        let factors = (0..m as i64).map(|j| {
            Polynomial::default()
                .plus(t, p)
                .plus(&Polynomial::constant(1), -j)
        });
        factors.fold(Polynomial::constant(1), |all, f| all.times(&f))
    };
    let one = Polynomial::constant(1);
    // The axes of every simplex of which the shape is the product.
    let simplices: &[&[usize]] = match shape {
        Shape::Triangle => &[&[0, 1]],
        Shape::Quadrilateral => &[&[0], &[1]],
        Shape::Tetrahedron => &[&[0, 1, 2]],
        Shape::Prism => &[&[0, 1], &[2]],
        _ => &[&[0], &[1], &[2]],
    };
    let (mut product, mut below) = (one.clone(), 1);
    for axes in simplices {
        let (mut rest, mut left) = (one.clone(), order);
        for axis in *axes {
            let t = Polynomial::axis(*axis);
            product = product.times(&silvester(&t, index[*axis]));
            below *= factorial(index[*axis]);
            rest = rest.plus(&t, -1);
            left -= index[*axis];
        }
        product = product.times(&silvester(&rest, left));
        below *= factorial(left);
    }
    let above = factorial(order).pow(n as u32);
    assert_eq!(above % below, 0);
    Polynomial::default().plus(&product, above / below)
}

/// The shape functions of the pyramid: by the inverse of the matrix of modes at nodes, times a whole number.
fn pyramid_functions(order: usize, nodes: &[Powers]) -> (Vec<Polynomial>, BigInt) {
    let all = (0..=order).flat_map(|i| (0..=order).map(move |j| [i, j]));
    let modes = all.flat_map(|[i, j]| (0..=order - i.max(j)).map(move |k| [i, j, k]));
    let modes: Vec<Powers> = modes.collect();
    let count = modes.len();
    assert_eq!(count, nodes.len());
    // Row by row [V | R], V the modes at a node times R: a = i/s, c = 1 − s/p, and R is (p s)ᵖ. At the apex,
    // where s is 0, the modes of a and b are 0.
    let whole = |x: usize, n: usize| BigInt::from(x).pow(n as u32);
    let row = |at: usize| -> Vec<BigInt> {
        let [x, y, z] = nodes[at];
        let side = order - z;
        let value = |[i, j, k]: &Powers| match side {
            0 if i + j > 0 => BigInt::ZERO,
            0 => whole(z, *k) * whole(order, order - k),
            _ => {
                let m = *i.max(j);
                whole(x, *i)
                    * whole(y, *j)
                    * whole(side, order + m - i - j)
                    * whole(z, *k)
                    * whole(order, order - m - k)
            }
        };
        let scale = match side {
            0 => whole(order, order),
            _ => whole(order * side, order),
        };
        let right = (0..count).map(|k| if k == at { scale.clone() } else { BigInt::ZERO });
        modes.iter().map(value).chain(right).collect()
    };
    let mut rows: Vec<Vec<BigInt>> = (0..count).map(row).collect();
    let below = eliminate(&mut rows);
    let [a, b, c] = [0, 1, 2].map(Polynomial::axis);
    let rest = Polynomial::constant(1).plus(&c, -1);
    let powers: Vec<Polynomial> = modes
        .iter()
        .map(|[i, j, k]| {
            let flat = a.power(*i).times(&b.power(*j));
            flat.times(&rest.power(*i.max(j))).times(&c.power(*k))
        })
        .collect();
    let function = |node: usize| {
        let terms = powers.iter().zip(&rows);
        terms.fold(Polynomial::default(), |sum, (mode, row)| {
            sum.plus_whole(mode, &row[count + node])
        })
    };
    ((0..count).map(function).collect(), below)
}

/// Makes of [V | R] the identity and V⁻¹R, both times a positive whole number: Bareiss's elimination, in which
/// every division leaves nothing.
fn eliminate(rows: &mut [Vec<BigInt>]) -> BigInt {
    let mut last = BigInt::from(1);
    for at in 0..rows.len() {
        let pivot = (at..rows.len()).find(|row| rows[*row][at] != BigInt::ZERO);
        rows.swap(at, pivot.expect("nodes tell modes apart"));
        let pivot = rows[at].clone();
        for (k, row) in rows.iter_mut().enumerate().filter(|(k, _)| *k != at) {
            let factor = row[at].clone();
            for (x, y) in row.iter_mut().zip(&pivot) {
                let product = &*x * &pivot[at] - &factor * y;
                *x = &product / &last;
                assert_eq!(product, &*x * &last, "row {k}");
            }
        }
        last = pivot[at].clone();
    }
    if last < BigInt::ZERO {
        rows.iter_mut().flatten().for_each(|x| *x = -&*x);
    }
    last.magnitude().clone().into()
}

/// det J times a positive number, of an element whose coordinates are whole numbers over 4096; on the
/// pyramid in the coordinates of the unit box.
fn determinant(shape: Shape, functions: &[Polynomial], nodes: &[[f64; 3]]) -> Polynomial {
    let n = shape.dimension();
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
            let all = first.plus(&second, -1).plus(&third, 1);
            match shape {
                // Along a and b the derivatives have a factor 1 − c more than along ξ and η.
                Shape::Pyramid => all.without_rest().without_rest(),
                _ => all,
            }
        }
    }
}

/// Whether det J is positive on all of an element, whose shape functions come times a positive number; its coordinates are whole numbers over 4096.
pub(crate) fn is_positive(shape: Shape, functions: &[Polynomial], nodes: &[[f64; 3]]) -> bool {
    let determinant = determinant(shape, functions, nodes);
    let [a, b, c] = [0, 1, 2].map(Polynomial::axis);
    let less = |of: &Polynomial, t: &Polynomial| of.clone().plus(&of.times(t), -1);
    let box_form = match shape {
        Shape::Triangle => determinant.of(&[less(&a, &b), b, c]),
        Shape::Tetrahedron => {
            let first = less(&less(&a, &b), &c);
            determinant.of(&[first, less(&b, &c), c])
        }
        Shape::Prism => determinant.of(&[less(&a, &b), b, c]),
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
