//! Sums as determinants of coordinates: (x2 - x1)*(y3 - y1) - (x3 - x1)*(y2 - y1).
//!
//! 1. A sum is collected by what varies; its coefficients are sums of constants.
//! 2. Where each term of a coefficient is a product of two kernels of different kinds (kernels that meet
//!    have different ones, two in all), it is xᵀMy with a matrix of numbers M.
//! 3. Of the rows of M some are a basis, and the others their combinations: M is a sum of as many
//!    products of a column and a row. What has the shortest text of all bases is taken; where Mᵀ = -M
//!    has rank 2, the products are those of a determinant of two rows.
//!
//! R. Piziak, P. L. Odell, "Full rank factorization of matrices", Math. Mag. 72 (1999) 193–201.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::exact::{Exact, Powers, TooLong, exponent};
use super::product::Products;
use super::rational::Rational;
use crate::expr::graph::{Expr, Id, Node};
use crate::expr::inputs;

/// The most kernels of a kind: there are as many subsets as bases to try.
const MOST_OF_A_KIND: usize = 6;

/// The most products in the place of a coefficient.
const MOST_PRODUCTS: usize = 3;

/// The most coefficients.
const MOST_COEFFICIENTS: usize = 12;

/// The most parts of the graph of kernels that meet, each of which has its kinds in two ways.
const MOST_PARTS: usize = 4;

/// A matrix by rows.
type Matrix = Vec<Vec<Rational>>;

/// A number times two sums of kernels.
type Term = (Rational, Exact, Exact);

/// A form xᵀMy, by the places of kernels.
struct Bilinear {
    x: Vec<usize>,
    y: Vec<usize>,
    matrix: Matrix,
}

impl<'g> Products<'g, '_> {
    /// A form as it stands, or as a sum of products, or collected, whichever is the shortest.
    pub(super) fn write_collected(&mut self, form: &Exact) -> Expr<'g> {
        let plain = self.coefficient(form);
        match self.collected(form) {
            Ok(collected) => self.shorter(plain, collected),
            Err(TooLong) => plain,
        }
    }

    /// The first of the two with the shorter text.
    fn shorter(&self, a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
        match self.length(b) < self.length(a) {
            true => b,
            false => a,
        }
    }

    fn length(&self, e: Expr<'g>) -> usize {
        e.text(self.names).chars().count()
    }

    /// Whether a kernel has more than one value.
    fn varies(&self, kernel: usize) -> bool {
        let atom = self.kernels[kernel].atom;
        let reached = self
            .simplifier
            .graph
            .read(|arena| inputs::of_formulas(arena, &[atom]));
        let ranges = self.simplifier.ranges.iter().enumerate();
        let mut varying = ranges.filter(|(_, (lo, hi))| lo < hi);
        varying.any(|(input, _)| reached & inputs::bit(input) != 0)
    }

    /// What all terms share times a sum of products of what varies, with its coefficients.
    fn collected(&mut self, form: &Exact) -> Result<Expr<'g>, TooLong> {
        let varies: Vec<bool> = (0..self.kernels.len()).map(|k| self.varies(k)).collect();
        if form.unknowns().into_iter().all(|kernel| varies[kernel]) {
            return Err(TooLong);
        }
        let shared = form.common_powers();
        let divisor = Exact::term(shared.clone(), Rational::ONE);
        let rest = form.divided(&divisor, &mut self.work)?.ok_or(TooLong)?;
        let mut terms = Vec::new();
        for (powers, coefficient) in &parts(&rest, &varies)? {
            terms.push(self.term(powers, coefficient)?);
        }
        let sum = self.added(terms)?;
        let factors = self.powers_of_atoms(&[&shared]);
        Ok(match factors.is_empty() {
            true => sum,
            false => self.simplifier.product(1.0, &factors, Some(sum)),
        })
    }

    /// Products of powers of kernels, as the writer takes them.
    fn powers_of_atoms(&self, products: &[&[u8]]) -> Vec<(Id, i32)> {
        let factors = products.iter().flat_map(|powers| powers.iter().enumerate());
        factors
            .filter(|(_, power)| **power > 0)
            .map(|(k, &power)| (self.kernels[k].atom, power.into()))
            .collect()
    }

    /// A product of what varies with its coefficient, and whether it is taken away.
    fn term(&mut self, powers: &[u8], coefficient: &Exact) -> Result<(bool, Expr<'g>), TooLong> {
        let shared = coefficient.common_powers();
        let content = coefficient.content()?.size();
        let divisor = Exact::term(shared.clone(), content);
        let rest = coefficient.divided(&divisor, &mut self.work)?;
        let rest = rest.ok_or(TooLong)?;
        let is_negative = rest.negative_terms() == rest.len();
        let rest = match is_negative {
            true => rest.scaled(Rational::whole(-1))?,
            false => rest,
        };
        let last = match rest.as_number() {
            Some(_) => None,
            None => Some(self.coefficient(&rest)),
        };
        let factors = self.powers_of_atoms(&[&shared, powers]);
        let written = self.simplifier.product(content.value(), &factors, last);
        Ok((is_negative, written))
    }

    /// The sum of terms, one that is not taken away first.
    fn added(&self, mut terms: Vec<(bool, Expr<'g>)>) -> Result<Expr<'g>, TooLong> {
        if let Some(first) = terms.iter().position(|(is_negative, _)| !is_negative) {
            terms[..=first].rotate_right(1);
        }
        let signed = terms.into_iter();
        let sum = signed.fold(None, |sum: Option<Expr<'g>>, (is_negative, term)| {
            Some(match (sum, is_negative) {
                (None, false) => term,
                (None, true) => -term,
                (Some(sum), false) => sum + term,
                (Some(sum), true) => sum - term,
            })
        });
        sum.ok_or(TooLong)
    }

    /// A form as it stands, or as a sum of products, whichever is shorter.
    fn coefficient(&mut self, form: &Exact) -> Expr<'g> {
        let mut best = self.write_sum(form);
        for candidate in self.bilinear(form).unwrap_or_default() {
            if let Ok(written) = self.write_products(&candidate) {
                best = self.shorter(best, written);
            }
        }
        best
    }

    /// The sums of products that a form is.
    fn bilinear(&self, form: &Exact) -> Result<Vec<Vec<Term>>, TooLong> {
        // Inputs in their order, then functions.
        let order = |kernel: &usize| {
            let atom = self.kernels[*kernel].atom;
            match self.simplifier.graph.node(atom) {
                Node::Input(input) => (input, atom),
                _ => (u32::MAX, atom),
            }
        };
        let mut all = kinds(form)?;
        for kind in all.iter_mut().flatten() {
            kind.sort_by_key(order);
        }
        // Of kinds that are as good, those with names that begin alike.
        all.sort_by_key(|kinds| Reverse(kinds.iter().map(|kind| self.alike(kind)).sum::<usize>()));
        let mut forms = all.into_iter().map(|kinds| Bilinear::new(form, kinds));
        let Some(first) = forms.next() else {
            return Ok(Vec::new());
        };
        let mut candidates = first.determinants()?;
        for bilinear in forms {
            candidates.extend(bilinear.determinants()?);
        }
        candidates.extend(first.products()?);
        candidates.extend(first.transposed().products()?);
        Ok(candidates)
    }

    /// The number of letters with which the texts of all these kernels begin.
    fn alike(&self, kernels: &[usize]) -> usize {
        let graph = self.simplifier.graph;
        let text = |kernel: &usize| graph.expr(self.kernels[*kernel].atom).text(self.names);
        let texts = kernels.iter().map(text);
        let shared = texts.reduce(|a, b| {
            let both = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
            both.map(|(a, _)| a).collect()
        });
        shared.map_or(0, |shared| shared.chars().count())
    }

    fn write_products(&mut self, found: &[Term]) -> Result<Expr<'g>, TooLong> {
        let mut terms = Vec::new();
        for (number, x, y) in found {
            let [x, y] = [x, y].map(|form| self.write_sum(form));
            terms.push((number.is_negative(), number.size(), x * y));
        }
        // What all numbers are goes in front.
        let size = terms.first().ok_or(TooLong)?.1;
        let is_shared = size != Rational::ONE && terms.iter().all(|term| term.1 == size);
        let own = terms.into_iter().map(|(is_negative, number, product)| {
            let product = match is_shared || number == Rational::ONE {
                true => product,
                false => self.simplifier.product(number.value(), &[], Some(product)),
            };
            (is_negative, product)
        });
        let own = own.collect();
        let sum = self.added(own)?;
        Ok(match is_shared {
            true => self.simplifier.product(size.value(), &[], Some(sum)),
            false => sum,
        })
    }
}

/// The coefficients of products of powers of the kernels that vary, lower degrees first.
fn parts(form: &Exact, varies: &[bool]) -> Result<Vec<(Powers, Exact)>, TooLong> {
    let mut parts: BTreeMap<Powers, Exact> = BTreeMap::new();
    for (powers, c) in form.terms() {
        let only = |is_varying: bool| -> Powers {
            let each = varies.iter().enumerate();
            each.map(|(k, &varies)| {
                if varies == is_varying {
                    exponent(powers, k)
                } else {
                    0
                }
            })
            .collect()
        };
        let part = parts.entry(only(true)).or_default();
        *part = part.plus(&Exact::term(only(false), c))?;
    }
    if parts.len() > MOST_COEFFICIENTS {
        return Err(TooLong);
    }
    let mut parts: Vec<(Powers, Exact)> = parts.into_iter().collect();
    let degree = |powers: &Powers| powers.iter().map(|&k| usize::from(k)).sum::<usize>();
    parts.sort_by_key(|(powers, _)| (degree(powers), Reverse(powers.clone())));
    Ok(parts)
}

/// The two kinds of kernels of a form that is a sum of products of two, in all ways; none if it is not.
fn kinds(form: &Exact) -> Result<Vec<[Vec<usize>; 2]>, TooLong> {
    let kernels = form.unknowns();
    if kernels.len() > 2 * MOST_OF_A_KIND {
        return Ok(Vec::new());
    }
    let mut edges = Vec::new();
    for (powers, _) in form.terms() {
        let own: Vec<usize> = (0..powers.len()).filter(|&k| powers[k] > 0).collect();
        match own[..] {
            [a, b] if powers[a] == 1 && powers[b] == 1 => edges.push([a, b]),
            _ => return Ok(Vec::new()),
        }
    }
    // For each kernel the part of the graph that it is in, and its kind in it.
    let mut found: BTreeMap<usize, (usize, bool)> = BTreeMap::new();
    let mut parts = 0;
    while let Some(&start) = kernels.iter().find(|k| !found.contains_key(k)) {
        let mut open = vec![start];
        found.insert(start, (parts, false));
        while let Some(kernel) = open.pop() {
            let (part, kind) = found[&kernel];
            let met = edges.iter().filter(|edge| edge.contains(&kernel));
            for other in met.map(|edge| edge[usize::from(edge[0] == kernel)]) {
                match found.insert(other, (part, !kind)) {
                    None => open.push(other),
                    Some((_, before)) if before == kind => return Ok(Vec::new()),
                    Some(_) => {}
                }
            }
        }
        parts += 1;
    }
    if parts > MOST_PARTS {
        return Ok(Vec::new());
    }
    // The first part has its kinds in one way alone: else both change places.
    let ways = (0..1usize << parts).step_by(2).map(|turned| {
        let kind = |k: &usize| found[k].1 != (turned >> found[k].0 & 1 == 1);
        let (y, x) = kernels.iter().partition(|k| kind(k));
        [x, y]
    });
    let is_short = |kinds: &[Vec<usize>; 2]| kinds.iter().all(|kind| kind.len() <= MOST_OF_A_KIND);
    Ok(ways.filter(is_short).collect())
}

/// A sum of kernels with numbers in front.
fn linear(kernels: &[usize], numbers: impl Iterator<Item = Rational>) -> Result<Exact, TooLong> {
    let mut sum = Exact::default();
    for (&kernel, number) in kernels.iter().zip(numbers) {
        sum = sum.plus(&Exact::unknown(kernel, 1).scaled(number)?)?;
    }
    Ok(sum)
}

/// A sum as a number times one with whole numbers, of which that of the last kernel is positive.
fn oriented(form: &Exact, kernels: &[usize]) -> Result<(Rational, Exact), TooLong> {
    let (content, form) = (form.content()?, form.primitive()?);
    let last = kernels.iter().rfind(|&&kernel| form.degree(kernel) > 0);
    let is_last = |powers: &Powers| last.is_some_and(|&kernel| exponent(powers, kernel) > 0);
    let is_turned = form
        .terms()
        .any(|(powers, c)| is_last(powers) && c.is_negative());
    match is_turned {
        true => Ok((content.negated(), form.scaled(Rational::whole(-1))?)),
        false => Ok((content, form)),
    }
}

/// Subsets of this size of numbers below `n`, from the last one.
fn subsets(n: usize, size: usize) -> Vec<Vec<usize>> {
    let members = |set: usize| (0..n).filter(move |i| set >> i & 1 == 1);
    let mut all: Vec<Vec<usize>> = (0..1 << n)
        .filter(|&set| members(set).count() == size)
        .map(|set| members(set).collect())
        .collect();
    all.sort_by(|a, b| b.cmp(a));
    all
}

/// For every row the numbers by which it is a sum of those of a basis; `None` if one is not.
fn combinations(matrix: &Matrix, basis: &[usize]) -> Result<Option<Matrix>, TooLong> {
    // An equation for each column: first the rows of the basis, then all.
    let columns = 0..matrix[0].len();
    let mut equations: Matrix = columns
        .map(|j| {
            let basis = basis.iter().map(|&p| matrix[p][j]);
            basis.chain(matrix.iter().map(|row| row[j])).collect()
        })
        .collect();
    for pivot in 0..basis.len() {
        let rest = pivot..equations.len();
        let Some(found) = rest.into_iter().find(|&i| !equations[i][pivot].is_zero()) else {
            return Ok(None);
        };
        equations.swap(pivot, found);
        let lead = equations[pivot][pivot];
        for x in &mut equations[pivot] {
            *x = x.over(lead).ok_or(TooLong)?;
        }
        let own = equations[pivot].clone();
        for (i, equation) in equations.iter_mut().enumerate() {
            let times = equation[pivot].negated();
            if i == pivot || times.is_zero() {
                continue;
            }
            for (x, own) in equation.iter_mut().zip(&own) {
                let less = own.times(times).ok_or(TooLong)?;
                *x = x.plus(less).ok_or(TooLong)?;
            }
        }
    }
    if !equations[basis.len()..]
        .iter()
        .flatten()
        .all(|x| x.is_zero())
    {
        return Ok(None);
    }
    let of_row = |i: usize| {
        (0..basis.len())
            .map(|p| equations[p][basis.len() + i])
            .collect()
    };
    Ok(Some((0..matrix.len()).map(of_row).collect()))
}

impl Bilinear {
    fn new(form: &Exact, [x, y]: [Vec<usize>; 2]) -> Self {
        let mut matrix = vec![vec![Rational::ZERO; y.len()]; x.len()];
        for (powers, c) in form.terms() {
            let place = |kind: &[usize]| kind.iter().position(|&k| powers.get(k) == Some(&1));
            if let (Some(i), Some(j)) = (place(&x), place(&y)) {
                matrix[i][j] = c;
            }
        }
        Bilinear { x, y, matrix }
    }

    fn transposed(&self) -> Self {
        let column = |j| {
            self.matrix
                .iter()
                .map(|row: &Vec<Rational>| row[j])
                .collect()
        };
        Bilinear {
            x: self.y.clone(),
            y: self.x.clone(),
            matrix: (0..self.y.len()).map(column).collect(),
        }
    }

    /// M_pq·(p(x)·q(y) − q(x)·p(y)) for each basis p, q, where Mᵀ = −M.
    fn determinants(&self) -> Result<Vec<Vec<Term>>, TooLong> {
        let n = self.x.len();
        let is_minus = |i: usize, j: usize| self.matrix[i][j] == self.matrix[j][i].negated();
        if self.y.len() != n || !(0..n).all(|i| (0..=i).all(|j| is_minus(i, j))) {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for basis in subsets(n, 2) {
            let Some(rows) = combinations(&self.matrix, &basis)? else {
                continue;
            };
            let sum = |kernels, p: usize| linear(kernels, rows.iter().map(|row| row[p]));
            let number = self.matrix[basis[0]][basis[1]];
            // What is positive in front comes first.
            let (p, q) = if number.is_negative() { (1, 0) } else { (0, 1) };
            let size = number.size();
            let products = vec![
                (size, sum(&self.x, p)?, sum(&self.y, q)?),
                (size.negated(), sum(&self.x, q)?, sum(&self.y, p)?),
            ];
            all.push((number.is_negative(), products));
        }
        all.sort_by_key(|(is_negative, _)| *is_negative);
        Ok(all.into_iter().map(|(_, products)| products).collect())
    }

    /// The form as sums of products, one for each basis of the rows.
    fn products(&self) -> Result<Vec<Vec<Term>>, TooLong> {
        let mut all = Vec::new();
        for size in 1..=MOST_PRODUCTS.min(self.x.len()) {
            for basis in subsets(self.x.len(), size) {
                if let Some(rows) = combinations(&self.matrix, &basis)? {
                    all.push(self.products_of(&basis, &rows)?);
                }
            }
            if !all.is_empty() {
                break;
            }
        }
        Ok(all)
    }

    fn products_of(&self, basis: &[usize], rows: &Matrix) -> Result<Vec<Term>, TooLong> {
        let mut products = Vec::new();
        for (p, &row) in basis.iter().enumerate() {
            let (a, x) = oriented(&linear(&self.x, rows.iter().map(|row| row[p]))?, &self.x)?;
            let (b, y) = oriented(&linear(&self.y, self.matrix[row].iter().copied())?, &self.y)?;
            products.push((a.times(b).ok_or(TooLong)?, x, y));
        }
        if products.iter().all(|product| product.0.is_negative()) {
            let minus = Rational::whole(-1);
            let mixed = products
                .iter_mut()
                .find(|(_, x, y)| x.negative_terms() + y.negative_terms() > 0);
            if let Some((number, x, y)) = mixed {
                let turned = if x.negative_terms() > 0 { x } else { y };
                *turned = turned.scaled(minus)?;
                *number = number.negated();
            }
        }
        Ok(products)
    }
}
