//! Quadratic forms as sums of squares: a·x² + b·x·y + c·y² = a·(x + b/(2a)·y)² + (c − b²/(4a))·y², of
//! which bounds on a box are sharp, and which does not cancel.
//!
//! 1. Take the terms of a sum that are squares of products of atoms, products of two of these, and
//!    multiples of one; the rest stays.
//! 2. Eliminate the unknowns one by one, in double-double arithmetic (the decomposition L·D·Lᵀ). What is
//!    left of a coefficient after it cancelled is zero if it is no more than rounding.
//! 3. Write the squares, if all have the same sign.
//!
//! G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th ed., Johns Hopkins (2013), section 4.1.

use super::condition;
use super::facts::Atoms;
use super::polynomial::{Factors, Polynomial, Term};
use super::simplifier::{Simplifier, is_sum, simplified};
use super::square::{halved, product};
use crate::elementary::double_double::DoubleDouble;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Expr, Id, Node, Rounded};
use crate::expr::operator::Range;

/// Forms of more unknowns are left as they are.
const MOST_UNKNOWNS: usize = 6;

/// Longer sums are left as they are.
const MOST_ADDENDS: usize = 64;

/// What is left of a coefficient after it cancelled to this part of it is rounding.
const EQUAL: f64 = 8.0 * f64::EPSILON;

/// Simplified formulas with sums of squares in the place of quadratic forms that functions read; `None`
/// if there are none, or if digits would be lost.
pub(crate) fn with_squares(
    arena: &Arena,
    roots: &[Id],
    ranges: &[Range],
) -> Option<(Arena, Vec<Id>)> {
    let mut wanted = vec![false; arena.nodes().len()];
    for node in arena.nodes() {
        match node {
            Node::Binary(Binary::Add | Binary::Sub | Binary::Mul, ..) => {}
            Node::Binary(Binary::Div, _, below) => wanted[below.index()] = true,
            Node::Unary(..) | Node::Power(..) | Node::Binary(Binary::Pow, ..) => {
                node.for_each_operand(|id| wanted[id.index()] = true);
            }
            _ => {}
        }
    }
    for (index, node) in arena.nodes().iter().enumerate().rev() {
        let is_number = |id: Id| matches!(arena.node(id), Node::Constant(..));
        match *node {
            Node::Unary(Unary::Neg, x) if wanted[index] => wanted[x.index()] = true,
            Node::Binary(Binary::Mul | Binary::Div, x, y)
                if wanted[index] && (is_number(x) || is_number(y)) =>
            {
                wanted[x.index()] = true;
                wanted[y.index()] = true;
            }
            _ => {}
        }
        wanted[index] &= is_sum(node) && may_be_quadratic(arena, Id::at(index));
    }
    if !wanted.contains(&true) {
        return None;
    }
    let (new, has_changed) = simplified(arena, roots, ranges, true, Some(&wanted));
    let is_worse = || condition::is_worse((&new.0, &new.1), (arena, roots), ranges);
    (has_changed && !is_worse()).then_some(new)
}

/// Whether among the addends of a sum there is a square, and something else that is no number.
fn may_be_quadratic(arena: &Arena, sum: Id) -> bool {
    let (mut squares, mut others) = (false, false);
    let mut open = vec![sum];
    let mut count = 0;
    while let Some(id) = open.pop() {
        count += 1;
        if count > MOST_ADDENDS {
            return false;
        }
        match *arena.node(id) {
            Node::Binary(Binary::Add | Binary::Sub, x, y) => open.extend([x, y]),
            Node::Unary(Unary::Neg, x) => open.push(x),
            Node::Binary(Binary::Mul, x, y) if x == y => squares = true,
            Node::Binary(Binary::Mul | Binary::Div, x, y) => {
                let is_number = |id: Id| matches!(arena.node(id), Node::Constant(..));
                match (is_number(x), is_number(y)) {
                    (true, true) => {}
                    (true, false) => open.push(y),
                    (false, true) => open.push(x),
                    (false, false) => others = true,
                }
            }
            Node::Power(_, n) if n > 0 && n % 2 == 0 => squares = true,
            Node::Constant(..) => {}
            _ => others = true,
        }
    }
    squares && others
}

/// A quadratic form: the unknowns, the coefficients of their products (the last one is 1), and the
/// rest.
struct Form {
    unknowns: Vec<Factors>,
    matrix: Vec<Vec<DoubleDouble>>,
    rest: Vec<Term>,
}

impl<'g> Simplifier<'g, '_> {
    /// A sum as a sum of squares and a rest, if it has products of unknowns and all squares have the same
    /// sign.
    pub(super) fn squares(&mut self, sum: Expr<'g>) -> Expr<'g> {
        let form = match self.form(sum.id) {
            // Multiplied out it has lost digits.
            form if form.distributed => self.in_written_unknowns(sum.id),
            form => Some(form),
        };
        let found = form.as_ref().and_then(quadratic).and_then(eliminated);
        let Some(found) = found else {
            return sum;
        };
        let SumOfSquares {
            squares,
            number,
            rest,
        } = found;
        let mut written: Option<Expr<'g>> = None;
        for (size, base) in &squares {
            let base = self.in_inputs(base).unwrap_or_else(|| base.clone());
            let square = self.write(&base).powi(2);
            let size = *size;
            written = Some(match written {
                None if size == 1.0 => square,
                None if size == -1.0 => -square,
                None => size * square,
                Some(sum) if size == 1.0 => sum + square,
                Some(sum) if size == -1.0 => sum - square,
                Some(sum) if size < 0.0 => sum - -size * square,
                Some(sum) => sum + size * square,
            });
        }
        let Some(mut written) = written else {
            return sum;
        };
        if number != 0.0 {
            written += number;
        }
        if !rest.is_empty() {
            let rest = Polynomial {
                terms: rest,
                distributed: false,
            };
            written += self.write(&rest);
        }
        self.learn();
        self.completed = true;
        written
    }

    /// A linear form of sums as one sum, if none of these was multiplied out.
    fn in_inputs(&mut self, base: &Polynomial) -> Option<Polynomial> {
        let mut sum = Polynomial::number(0.0);
        for Term {
            coefficient,
            factors,
        } in &base.terms
        {
            let own = match factors[..] {
                [] => Polynomial::number(1.0),
                [(atom, 1)] => self.form(atom),
                _ => return None,
            };
            if own.distributed {
                return None;
            }
            sum = sum.plus(coefficient.value, &own, &Atoms(&self.facts))?;
        }
        Some(sum)
    }

    /// A sum as a polynomial in what is written: of x − a and y − b, not of x and y.
    fn in_written_unknowns(&mut self, sum: Id) -> Option<Polynomial> {
        let mut open = vec![(sum, Rounded::from(1.0))];
        let mut terms = Vec::new();
        while let Some((id, coefficient)) = open.pop() {
            if open.len() + terms.len() > MOST_ADDENDS {
                return None;
            }
            let number = |id: Id| self.graph.expr(id).rounded();
            let factors = match self.graph.node(id) {
                Node::Constant(..) | Node::Symbol(_) => {
                    let coefficient = coefficient * number(id)?;
                    let factors = Factors::new();
                    terms.push(Term {
                        coefficient,
                        factors,
                    });
                    continue;
                }
                Node::Unary(Unary::Neg, x) => {
                    open.push((x, -coefficient));
                    continue;
                }
                Node::Binary(Binary::Add, x, y) => {
                    open.extend([(x, coefficient), (y, coefficient)]);
                    continue;
                }
                Node::Binary(Binary::Sub, x, y) => {
                    open.extend([(x, coefficient), (y, -coefficient)]);
                    continue;
                }
                Node::Binary(Binary::Mul, x, y) => match (number(x), number(y)) {
                    (Some(times), _) => {
                        open.push((y, coefficient * times));
                        continue;
                    }
                    (_, Some(times)) => {
                        open.push((x, coefficient * times));
                        continue;
                    }
                    _ => product(&vec![(x, 1)], &vec![(y, 1)]),
                },
                Node::Binary(Binary::Div, x, y) if number(y).is_some() => {
                    open.push((x, coefficient / number(y)?));
                    continue;
                }
                Node::Power(x, n) => vec![(x, n)],
                _ => vec![(id, 1)],
            };
            terms.push(Term {
                coefficient,
                factors,
            });
        }
        self.without_multiples(&mut terms);
        Polynomial::collected(terms, false, &Atoms(&self.facts))
    }

    /// Writes sums that are multiples of others as such: a number in front of one was multiplied out.
    fn without_multiples(&mut self, terms: &mut [Term]) {
        let mut bases: Vec<(Id, Polynomial)> = Vec::new();
        // What is squared comes first.
        let is_mixed = |term: &Term| !matches!(term.factors[..], [(_, 2)]);
        let mut order: Vec<usize> = (0..terms.len()).collect();
        order.sort_by_key(|&i| is_mixed(&terms[i]));
        for i in order {
            let Term {
                coefficient,
                factors,
            } = &mut terms[i];
            let mut written = Factors::new();
            for &(atom, power) in &*factors {
                let form = self.form(atom);
                let known = bases.iter().find_map(|(id, base)| match *id == atom {
                    true => Some((*id, Rounded::from(1.0))),
                    false => ratio(&form, base).map(|ratio| (*id, ratio)),
                });
                let (base, ratio) = match known {
                    Some(known) => known,
                    None => {
                        bases.push((atom, form));
                        (atom, Rounded::from(1.0))
                    }
                };
                if base != atom {
                    *coefficient = *coefficient * ratio.powi(power);
                }
                written = product(&written, &vec![(base, power)]);
            }
            *factors = written;
        }
    }
}

/// How many times another sum one is, within what their coefficients may have lost; `None` if they are no multiples.
fn ratio(of: &Polynomial, base: &Polynomial) -> Option<Rounded> {
    let ([first, _, ..], [other, _, ..]) = (&of.terms[..], &base.terms[..]) else {
        return None;
    };
    let ratio = first.coefficient / other.coefficient;
    let are_alike = of.terms.len() == base.terms.len()
        && of.terms.iter().zip(&base.terms).all(|(a, b)| {
            let off = a.coefficient - ratio * b.coefficient;
            a.factors == b.factors && off.value.abs() <= off.lost
        });
    (are_alike && ratio.value.is_normal()).then_some(ratio)
}

/// The quadratic form in a sum.
fn quadratic(form: &Polynomial) -> Option<Form> {
    let varying = form.terms.iter().filter(|term| !term.factors.is_empty());
    let unknowns: Vec<Factors> = varying.filter_map(|term| halved(&term.factors)).collect();
    if unknowns.is_empty() || unknowns.len() > MOST_UNKNOWNS {
        return None;
    }
    let count = unknowns.len();
    // The last unknown is 1.
    let one = Factors::new();
    let unknown = |i: usize| unknowns.get(i).unwrap_or(&one);
    let mut matrix = vec![vec![DoubleDouble::from(0.0); count + 1]; count + 1];
    let mut rest = Vec::new();
    let mut is_mixed = false;
    for term in &form.terms {
        let pairs = (0..=count).flat_map(|i| (i..=count).map(move |j| (i, j)));
        let mut fitting = pairs.filter(|&(i, j)| product(unknown(i), unknown(j)) == term.factors);
        let Some((i, j)) = fitting.next() else {
            rest.push(term.clone());
            continue;
        };
        let share = if i == j { 1.0 } else { 0.5 };
        matrix[i][j] = DoubleDouble::from(term.coefficient.value) * share;
        matrix[j][i] = matrix[i][j];
        is_mixed |= i != j;
    }
    is_mixed.then_some(Form {
        unknowns,
        matrix,
        rest,
    })
}

/// Squares with their sizes, the number that is left, and the rest.
struct SumOfSquares {
    squares: Vec<(f64, Polynomial)>,
    number: f64,
    rest: Vec<Term>,
}

/// A quadratic form as squares; `None` if these have different signs, or one cancels that is needed.
fn eliminated(form: Form) -> Option<SumOfSquares> {
    let Form {
        unknowns,
        mut matrix,
        rest,
    } = form;
    let count = unknowns.len();
    let sizes: Vec<f64> = (0..=count).map(|i| matrix[i][i].hi.abs()).collect();
    let mut squares = Vec::new();
    for i in 0..count {
        let pivot = matrix[i][i];
        if pivot.hi.abs() <= EQUAL * sizes[i] {
            // What is left of its products must be rounding, too.
            let is_over = |j: usize| {
                let size = sizes[i].sqrt() * sizes[j].sqrt();
                matrix[i][j].hi.abs() <= EQUAL * size
            };
            if !(i + 1..=count).all(is_over) {
                return None;
            }
            continue;
        }
        let mut terms = vec![Term {
            coefficient: Rounded::from(1.0),
            factors: unknowns[i].clone(),
        }];
        let ratios: Vec<DoubleDouble> = (i + 1..=count).map(|j| matrix[i][j] / pivot).collect();
        for (j, ratio) in (i + 1..=count).zip(&ratios) {
            if ratio.hi != 0.0 {
                terms.push(Term {
                    coefficient: Rounded::from(ratio.hi),
                    factors: unknowns.get(j).cloned().unwrap_or_default(),
                });
            }
            let pivots = matrix[i].clone();
            for (own, pivot) in matrix[j].iter_mut().zip(&pivots).skip(i + 1) {
                *own = *own - *pivot * *ratio;
            }
        }
        terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        let base = Polynomial {
            terms,
            distributed: false,
        };
        squares.push((pivot.hi, base));
    }
    let sign = squares.first()?.0.signum();
    let agree = squares
        .iter()
        .all(|(size, _)| size.signum() == sign && size.is_normal());
    let number = match matrix[count][count].hi {
        left if left.abs() <= EQUAL * sizes[count] => 0.0,
        left => left,
    };
    agree.then_some(SumOfSquares {
        squares,
        number,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::super::simplify;
    use super::*;
    use crate::expr::bounds::ranges::Ranges;
    use crate::expr::graph::Graph;
    use crate::expr::operator::ALL;
    use crate::expr::value::values;

    /// The formula of x and y, simplified, as it is and with squares.
    fn both(root: Id, graph: Graph) -> [(Arena, Vec<Id>); 2] {
        let plain = simplify(&graph.into_arena(), &[root], &[ALL, ALL]);
        let squares = with_squares(&plain.0, &plain.1, &[ALL, ALL]).unwrap();
        [plain, squares]
    }

    fn range((arena, roots): &(Arena, Vec<Id>), side: (f64, f64)) -> (f64, f64) {
        let mut ranges = Ranges::new(arena, roots, 2).unwrap();
        ranges.turn_to([side, side].into_iter());
        let found = ranges.of(0).values;
        (found.lo, found.hi)
    }

    #[test]
    fn a_correlated_gaussian_is_bounded_by_its_largest_value() {
        let graph = Graph::new();
        let root = {
            let (x, y) = (graph.input(0), graph.input(1));
            (1.99 * x * y - x.powi(2) - y.powi(2)).exp().id
        };
        let [plain, squares] = both(root, graph);
        let far = (100.0, 200.0);
        // Each term apart may be as large as its opposite is not.
        assert!(range(&plain, far).1 > 1e300);
        // The truth is e^(−0.01·100²/(2·1.99…)) at most: along x = y the exponent is −0.01·x².
        assert!(range(&squares, far).1 <= 1.0);
        for point in [[0.3, -0.7], [12.0, 11.5], [3.0, 4.0]] {
            let [a, b] = [&plain, &squares].map(|(arena, roots)| values(arena, roots, &point)[0]);
            assert!((a - b).abs() <= 1e-13 * a, "{a} {b}");
        }
    }

    #[test]
    fn what_is_zero_in_one_point_has_one_sign() {
        let graph = Graph::new();
        let root = {
            let (x, y) = (graph.input(0), graph.input(1));
            // (x + y/2 − 3/2)² + 3/4·(y + 1)²
            let sum = x.powi(2) + x * y + y.powi(2) - 3.0 * x + 3.0;
            (-sum).exp().id
        };
        let [plain, squares] = both(root, graph);
        assert!(range(&plain, (-5.0, 5.0)).1 > 1.0);
        assert!(range(&squares, (-5.0, 5.0)).1 <= 1.0);
        assert_eq!(values(&squares.0, &squares.1, &[2.0, -1.0])[0], 1.0);
    }

    #[test]
    fn a_number_in_front_of_one_factor_does_not_hide_the_form() {
        // 0.3·X is written 0.3·x − 0.9.
        for number in [0.3, 0.5, -1.1] {
            let graph = Graph::new();
            let root = {
                let (x, y) = (graph.input(0) - 3.0, graph.input(1) - 2.0);
                let mixed = number * x * y;
                (-(x.powi(2) + y.powi(2) + mixed)).exp().id
            };
            let [plain, squares] = both(root, graph);
            assert!(range(&plain, (-50.0, 50.0)).1 > 1e100, "{number}");
            assert!(range(&squares, (-50.0, 50.0)).1 <= 1.0, "{number}");
            for point in [[3.0, 2.0], [2.5, 2.8], [3.0 + 1e-7, 2.0 - 1e-7]] {
                let [a, b] =
                    [&plain, &squares].map(|(arena, roots)| values(arena, roots, &point)[0]);
                assert!((a - b).abs() <= 1e-14 * a, "{number}: {a} {b}");
            }
        }
    }

    #[test]
    fn a_form_of_two_signs_and_one_without_products_stay() {
        for k in [0.0, 3.0] {
            let graph = Graph::new();
            let root = {
                let (x, y) = (graph.input(0), graph.input(1));
                (x.powi(2) + y.powi(2) + k * x * y).sqrt().id
            };
            let plain = simplify(&graph.into_arena(), &[root], &[ALL, ALL]);
            assert!(
                with_squares(&plain.0, &plain.1, &[ALL, ALL]).is_none(),
                "{k}"
            );
        }
    }

    #[test]
    fn squares_of_what_is_written_keep_their_digits() {
        // exp(−10⁸·(X² + XY + Y²)) and 1/(1 + 10⁷·(X² + XY + Y²)) of X = x − 0.77 and Y = y − 0.3, as they are and of x + y.
        type Make = for<'g> fn(Expr<'g>) -> Expr<'g>;
        let makes: [Make; 2] = [|q| (-1e8 * q).exp(), |q| 1.0 / (1.0 + 1e7 * q)];
        for make in makes {
            for shift in [0.0, 1.0] {
                let graph = Graph::new();
                let root = {
                    let (x, y) = (graph.input(0), graph.input(1));
                    let (x, y) = (x + shift * y - (0.77 + shift * 0.3), y - 0.3);
                    make(x.powi(2) + x * y + y.powi(2)).id
                };
                let unit = [(0.0, 1.0); 2];
                let plain = simplify(&graph.into_arena(), &[root], &unit);
                let (arena, roots) = with_squares(&plain.0, &plain.1, &unit).unwrap();
                // The places are rounded by 10⁻¹⁶, the needles are 10⁻⁴ wide.
                for off in [0.0, 1e-9, 3e-5] {
                    let point = [0.77 + off, 0.3];
                    let [a, b] = [(&plain.0, &plain.1), (&arena, &roots)]
                        .map(|(arena, roots)| values(arena, roots, &point)[0]);
                    assert!((a - b).abs() <= 1e-11 * a, "{shift} {off}: {a} {b}");
                }
                assert!(range(&(arena, roots), (0.0, 1.0)).1 <= 1.0);
            }
        }
    }
}
