//! Cells of the unit box on each of which a formula has one sign: a cylindrical decomposition.
//!
//! 1. Pick an input y in which the formula, times its denominator, is a polynomial of degree 1 or 2.
//! 2. Cut the other inputs where the number of its roots in [0, 1] changes: where the polynomial is
//!    zero at y = 0 or 1, and where its discriminant is. These are formulas of fewer inputs, so this
//!    is recursion; the places of a formula of one input are bisected to the last bit.
//! 3. The roots cut the range of y.
//!
//! G. E. Collins, "Quantifier elimination for real closed fields by cylindrical algebraic
//! decomposition", Automata Theory and Formal Languages, LNCS 33 (1975) 134–183.

use super::cells::{Cell, Joint, POINTS, Signed, ZERO, formulas, scattered_values};
use super::coefficients::{coefficients, polynomial_at};
use super::roots::{Coefficients, Fibre, deflated, one_root, smooth_root, two_roots};
use super::switches::{bisected, ladder};
use crate::deadline::Deadline;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Expr, Id, Node};
use crate::expr::simplify::value_ranges;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::program::Program;
use crate::scatter::Scatter;

/// The most formulas whose signs are looked at for one.
const MOST_STEPS: usize = 400;

/// The most cells for one formula.
const MOST_CELLS: usize = 64;

/// Values below this part of the typical size are rounding errors.
const NOISE: f64 = 1e-14;

/// What is within so many times what operations lose may be noise.
const SURELY: f64 = 16.0;

/// The highest power whose difference from a number is taken apart.
const HIGHEST: i32 = 8;

/// The rank of quotients among the ways to solve for an input: after all polynomials.
const QUOTIENT: u8 = 4;

/// Cells that fill the unit box of n axes, on each of which a formula has one sign; `None` if they
/// cannot be found.
pub(super) fn signs(of: &Formulas, n: usize, deadline: &Deadline) -> Option<Vec<Signed>> {
    let found = Decomposition {
        n,
        left: MOST_STEPS,
        deadline,
    }
    .signs(of, 0.0)?;
    // An error here would be a wrong answer there.
    let agree = |signed: &Signed| {
        let values = scattered_values(&signed.cell.pull(of), n, POINTS)?;
        let noise = 1e4 * NOISE * typical(&values);
        let sign = f64::from(signed.sign);
        let agree = |v: &f64| v * sign > 0.0 || v.abs() <= noise || signed.sign == 0;
        Some(values.iter().all(agree))
    };
    let agree = found.iter().map(agree).collect::<Option<Vec<bool>>>()?;
    agree.iter().all(|&yes| yes).then_some(found)
}

/// The median size.
fn typical(values: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = values.iter().map(|v| v.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    sizes[sizes.len() / 2]
}

/// What values of a formula may lose by rounding.
struct Lost<'f>(Rounding<'f>);

impl<'f> Lost<'f> {
    fn new(of: &'f Formulas) -> Self {
        Lost(Rounding::new(&of.arena, &of.roots[..1]))
    }

    /// At a point, several times over; infinite where it is not known.
    fn at(&mut self, node: &[f64]) -> f64 {
        let mut found = f64::INFINITY;
        self.0.at(node, |_, lost| found = SURELY * lost);
        if found.is_nan() { f64::INFINITY } else { found }
    }
}

/// A formula as the product of three others, the last of which is positive, and of a sign.
struct Factors {
    parts: [Formulas; 3],
    direction: i32,
}

impl Factors {
    /// The product on a cell, if one of the factors has a form there that does not cancel.
    fn value(&self, joint: &Joint, n: usize) -> Option<Formulas> {
        joint.values.iter().any(Option::is_some).then_some(())?;
        let own = |k: usize| joint.values.get(k).cloned().flatten();
        let factors = (0..3).map(|k| own(k).unwrap_or_else(|| joint.cell.pull(&self.parts[k])));
        let factors: Vec<Formulas> = factors.collect();
        let product = formulas(n, |graph, s| {
            let factors = factors.iter().map(|own| own.within(graph, s)[0]);
            let sign = graph.constant(f64::from(self.direction));
            vec![factors.fold(sign, |product, own| product * own)]
        });
        Some(product)
    }
}

/// A decomposition in the making.
struct Decomposition<'d> {
    n: usize,
    /// The number of formulas that may still be looked at.
    left: usize,
    deadline: &'d Deadline,
}

impl Decomposition<'_> {
    /// Cells on which a formula has one sign; `scale` is the size of what it is a border of.
    fn signs(&mut self, of: &Formulas, scale: f64) -> Option<Vec<Signed>> {
        let left = self.left.checked_sub(1);
        self.left = left.filter(|_| !self.deadline.has_come())?;
        let inputs = of.inputs_used();
        let only = (inputs.count_ones() == 1).then(|| inputs.trailing_zeros() as usize);
        let whole = |sign| {
            let cell = Cell::whole(self.n);
            let value = only.and_then(|axis| deflated(of, self.n, axis));
            Some(vec![Signed { cell, sign, value }])
        };
        let (lo, hi) = value_ranges(&of.arena, &unit_ranges(self.n))[of.roots[0].index()];
        if lo >= 0.0 || hi <= 0.0 {
            return whole(i32::from(hi > 0.0) - i32::from(lo < 0.0));
        }
        let seen = scattered_values(of, self.n, POINTS)?;
        if seen.iter().any(|v| v.is_nan()) {
            return None;
        }
        let scale = scale.max(typical(&seen));
        if seen.iter().all(|v| v.abs() <= ZERO * scale) {
            let points = Scatter::golden(self.n).along_axes(1..POINTS + 1);
            let mut lost = Lost::new(of);
            let is_noise = |(k, v): (usize, &f64)| {
                let node: Vec<f64> = points.iter().map(|along| along[k]).collect();
                v.abs() <= lost.at(&node)
            };
            if seen.iter().enumerate().all(is_noise) {
                return whole(0);
            }
        }
        if let Some(axis) = only {
            return self.along(of, axis, scale);
        }
        if let Some((squares, direction)) = self.squared(of) {
            let found = self.signs(&squares, 0.0)?.into_iter();
            let signed = found.map(|part| Signed {
                sign: part.sign * direction,
                value: None,
                ..part
            });
            return Some(signed.collect());
        }
        if let Some(factors) = self.factors(of) {
            let found = self.jointly(&factors.parts[..2], 0.0)?.into_iter();
            let signed = found.map(|joint| Signed {
                sign: factors.direction * joint.signs.iter().product::<i32>(),
                value: factors.value(&joint, self.n),
                cell: joint.cell,
            });
            return Some(signed.collect());
        }
        self.curved(of, inputs, scale)
    }

    /// The factors of uᵏ − rᵏ for an even k and a number, or of |u| − r: as one polynomial it would lose digits.
    fn factors(&self, of: &Formulas) -> Option<Factors> {
        let Node::Binary(Binary::Sub, x, y) = *of.arena.node(of.roots[0]) else {
            return None;
        };
        let even = |id: Id| match *of.arena.node(id) {
            Node::Power(u, k) if k % 2 == 0 && (2..=HIGHEST).contains(&k) => Some((u, k)),
            Node::Unary(Unary::Abs, u) => Some((u, 1)),
            _ => None,
        };
        let number = |id: Id| of.arena.number(id).filter(|c| *c > 0.0);
        let (u, k, c, direction) = match (even(x), number(y), even(y), number(x)) {
            (Some((u, k)), Some(c), ..) => (u, k, c, 1),
            (.., Some((u, k)), Some(c)) => (u, k, c, -1),
            _ => return None,
        };
        let r = match k {
            1 => c,
            2 => c.sqrt(),
            _ => c.powf(1.0 / f64::from(k)),
        };
        let part = |build: &dyn for<'g> Fn(Expr<'g>) -> Expr<'g>| {
            formulas(self.n, |graph, s| {
                vec![build(graph.import(&of.arena, &[u], s)[0])]
            })
        };
        // What is left is positive: |u| − r is (u² − r²)/(|u| + r).
        let rest = match k {
            1 => part(&|u| 1.0 / (u.abs() + r)),
            _ => part(&|u| {
                let powers = (0..k / 2).map(|j| u.powi(k - 2 - 2 * j) * r.powi(2 * j));
                powers.reduce(|sum, power| sum + power).unwrap_or(u)
            }),
        };
        Some(Factors {
            parts: [part(&|u| u - r), part(&|u| u + r), rest],
            direction,
        })
    }

    /// The difference of squares that has the sign of √u − a, up to the sign that is returned, for
    /// an a that is nowhere negative.
    fn squared(&self, of: &Formulas) -> Option<(Formulas, i32)> {
        let ranges = value_ranges(&of.arena, &unit_ranges(self.n));
        let Node::Binary(Binary::Sub, x, y) = *of.arena.node(of.roots[0]) else {
            return None;
        };
        let is_root = |id: Id| {
            matches!(
                of.arena.node(id),
                Node::Unary(Unary::Sqrt, _) | Node::Binary(Binary::Hypot, ..)
            )
        };
        let (root, other, direction) = match (is_root(x), is_root(y)) {
            (true, _) => (x, y, 1),
            (_, true) => (y, x, -1),
            _ => return None,
        };
        if ranges[other.index()].0 < 0.0 {
            return None;
        }
        let squares = formulas(self.n, |graph, s| {
            let copy = |id: Id| graph.import(&of.arena, &[id], s)[0];
            let square = |id: Id| match *of.arena.node(id) {
                Node::Unary(Unary::Sqrt, u) => copy(u),
                Node::Binary(Binary::Hypot, u, v) => copy(u).powi(2) + copy(v).powi(2),
                _ => copy(id).powi(2),
            };
            vec![square(root) - square(other)]
        });
        Some((squares, direction))
    }

    /// The signs of several formulas, one after the other.
    fn jointly(&mut self, of: &[Formulas], scale: f64) -> Option<Vec<Joint>> {
        let mut found = vec![Joint {
            cell: Cell::whole(self.n),
            signs: Vec::new(),
            values: Vec::new(),
        }];
        for formula in of {
            let mut finer = Vec::new();
            for joint in found {
                for part in self.signs(&joint.cell.pull(formula), scale)? {
                    let pull = |v: &Option<Formulas>| v.as_ref().map(|v| part.cell.pull(v));
                    let mut values: Vec<_> = joint.values.iter().map(pull).collect();
                    values.push(part.value);
                    finer.push(Joint {
                        cell: joint.cell.then(&part.cell),
                        signs: [&joint.signs[..], &[part.sign]].concat(),
                        values,
                    });
                }
            }
            found = finer;
            if found.len() > MOST_CELLS {
                return None;
            }
        }
        Some(found)
    }

    /// A formula of one input.
    fn along(&self, of: &Formulas, axis: usize, scale: f64) -> Option<Vec<Signed>> {
        let nodes = ladder();
        let program = Program::new(&of.arena, &of.roots, self.n).ok()?;
        let mut evaluator = program.evaluator();
        let mut look = |at: &[f64]| {
            let mut coordinates = vec![Coordinate::Same(0.5); self.n];
            coordinates[axis] = Coordinate::Each(at);
            let mut values = vec![0.0; at.len()];
            evaluator.evaluate(&Block::new(&coordinates, at.len()), &mut values);
            values
        };
        let seen = look(&nodes);
        if seen.iter().any(|v| v.is_nan()) {
            return None;
        }
        let noise = NOISE * scale.max(typical(&seen));
        let mut lost = Lost::new(of);
        let mut node = vec![0.5; self.n];
        // What is small beside values elsewhere is noise if the operations here may have made it.
        let mut is_noise = |s: f64, v: f64| {
            node[axis] = s;
            v.abs() <= noise && v.abs() <= lost.at(&node)
        };
        let mut one = |s: f64| look(&[s])[0];
        let mut places = Vec::new();
        let mut first = None;
        let mut last: Option<(f64, f64)> = None;
        for i in 0..BLOCK {
            let (s, v) = (nodes[i], seen[i]);
            if is_noise(s, v) {
                continue;
            }
            first.get_or_insert(v);
            if let Some((before, old)) = last
                && old * v < 0.0
            {
                places.push(bisected(before, s, |s| one(s) * old > 0.0));
            }
            last = Some((s, v));
            // Two roots between nodes show as a dip.
            let dips = |k: usize| seen[k] * v > 0.0 && seen[k].abs() >= v.abs();
            if i > 0 && i + 1 < BLOCK && dips(i - 1) && dips(i + 1) {
                let bottom = lowest(nodes[i - 1], nodes[i + 1], |s| one(s) * v.signum());
                let least = one(bottom);
                if least * v < 0.0 && !is_noise(bottom, least) {
                    places.push(bisected(nodes[i - 1], bottom, |s| one(s) * v > 0.0));
                    places.push(bisected(bottom, nodes[i + 1], |s| one(s) * v < 0.0));
                }
            }
        }
        places.sort_by(f64::total_cmp);
        if places.len() >= MOST_CELLS {
            return None;
        }
        let mut sign = first.map_or(0, |v| if v > 0.0 { 1 } else { -1 });
        let ends = [&[0.0][..], &places, &[1.0]].concat();
        let mut found = Vec::new();
        for side in ends.windows(2) {
            let (from, width) = (side[0], side[1] - side[0]);
            let cell = if width == 1.0 {
                Cell::whole(self.n)
            } else {
                Cell::along(self.n, axis, |graph, s| {
                    [
                        from + graph.constant(width) * s[axis],
                        graph.constant(width),
                    ]
                })
            };
            let value = deflated(&cell.pull(of), self.n, axis);
            found.push(Signed { cell, sign, value });
            sign = -sign;
        }
        Some(found)
    }

    /// A formula of several inputs: the way with the fewest cells among the simplest ways.
    fn curved(&mut self, of: &Formulas, inputs: u64, scale: f64) -> Option<Vec<Signed>> {
        let n = self.n;
        let mut ways = Vec::new();
        for axis in (0..n).filter(|a| inputs >> a & 1 == 1) {
            if self.deadline.has_come() {
                return None;
            }
            let mut above = 0;
            let both = formulas(n, |graph, s| {
                let formula = of.within(graph, s)[0];
                let (mut terms, below) = coefficients(graph, formula, axis).unwrap_or_default();
                above = terms.len();
                terms.extend(below);
                terms
            });
            if above == 0 {
                continue;
            }
            let trimmed = |from: usize, to: usize| {
                let is_zero = |k: &usize| both.arena.number(both.roots[*k]) == Some(0.0);
                let end = (from..to)
                    .rev()
                    .find(|k| !is_zero(k))
                    .map_or(from, |k| k + 1);
                both.part(&both.roots[from..end])
            };
            let (above, below) = (trimmed(0, above), trimmed(above, both.roots.len()));
            let leading = above.roots.last().map(|id| above.arena.number(*id));
            let steady = u8::from(leading.flatten().is_none());
            let rank = match (above.roots.len(), below.roots.len()) {
                (2, 0) => steady,
                (3, 0) => 2 + steady,
                (_, 0) => continue,
                _ => QUOTIENT,
            };
            ways.push((rank, axis, above, below));
        }
        ways.sort_by_key(|(rank, axis, ..)| (*rank, *axis));
        // Coefficients that are quotients give long formulas: those are cleared first.
        let steep = |rank: u8| rank > 0 && rank < QUOTIENT;
        if ways.first().is_some_and(|way| steep(way.0))
            && let Some(at) = ways.iter().position(|way| way.0 == QUOTIENT)
        {
            ways.swap(0, at);
        }
        let mut best: Option<Vec<Signed>> = None;
        for (rank, axis, above, below) in ways {
            let done = |best: &Vec<Signed>| best.len() <= 2 || inputs.count_ones() > 2 || rank >= 2;
            if best.as_ref().is_some_and(done) {
                break;
            }
            let found = if below.roots.is_empty() {
                let fibre = Fibre::new(n, axis, &above);
                if rank < 2 {
                    self.affine(&fibre, scale)
                } else {
                    self.quadratic(&fibre.with_vertex(of, n), scale)
                }
            } else {
                self.quotient(axis, [&above, &below])
            };
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| found.len() < best.len())
            {
                best = Some(found);
            }
        }
        best.filter(|cells| cells.len() <= MOST_CELLS)
    }

    /// The sign of a quotient of polynomials in an axis.
    fn quotient(&mut self, axis: usize, terms: [&Formulas; 2]) -> Option<Vec<Signed>> {
        let polynomial = |terms: &Formulas| {
            formulas(self.n, |graph, s| {
                vec![polynomial_at(&terms.within(graph, s), s[axis])]
            })
        };
        let both = terms.map(polynomial);
        let found = self.jointly(&both, 0.0)?.into_iter();
        let signed = found.map(|joint| Signed {
            cell: joint.cell,
            sign: joint.signs.iter().product(),
            value: None,
        });
        Some(signed.collect())
    }

    /// A formula that is c₀ + c₁y: its root is −c₀/c₁.
    fn affine(&mut self, fibre: &Fibre, scale: f64) -> Option<Vec<Signed>> {
        let (n, y) = (self.n, fibre.axis);
        let mut found = Vec::new();
        for joint in self.jointly(&[fibre.part(0), fibre.part(3)], scale)? {
            let fibre = fibre.in_joint(&joint, n, [0, 1]);
            let (cell, ends) = (joint.cell, joint.signs);
            if ends[0] * ends[1] >= 0 {
                found.push(Signed {
                    cell,
                    sign: if ends[0] == 0 { ends[1] } else { ends[0] },
                    value: None,
                });
                continue;
            }
            let lower = Cell::along(n, y, |graph, s| {
                let [c0, c1, _] = fibre.within(graph, s).c;
                let root = -c0 / c1;
                [root * s[y], root]
            });
            let upper = Cell::along(n, y, |graph, s| {
                let Coefficients { c, end, .. } = fibre.within(graph, s);
                let rest = end / c[1];
                [-c[0] / c[1] + rest * s[y], rest]
            });
            let below = formulas(n, |graph, s| {
                vec![fibre.within(graph, s).c[0] * (1.0 - s[y])]
            });
            let above = formulas(n, |graph, s| vec![fibre.within(graph, s).end * s[y]]);
            for (part, sign, value) in [(lower, ends[0], below), (upper, ends[1], above)] {
                found.push(Signed {
                    cell: cell.then(&part),
                    sign,
                    value: Some(value),
                });
            }
        }
        Some(found)
    }

    /// A formula that is c₀ + c₁y + c₂y².
    fn quadratic(&mut self, fibre: &Fibre, scale: f64) -> Option<Vec<Signed>> {
        let n = self.n;
        let parts = [fibre.part(2), fibre.part(0), fibre.part(3)];
        let mut found = Vec::new();
        for joint in self.jointly(&parts, scale)? {
            let fibre = fibre.in_joint(&joint, n, [1, 2]);
            let (cell, signs) = (joint.cell, joint.signs);
            let (opening, ends) = (signs[0], [signs[1], signs[2]]);
            let plain = |cell, sign| Signed {
                cell,
                sign,
                value: None,
            };
            if ends[0] * ends[1] < 0 {
                let (smooth, root) = smooth_root(fibre.discriminant(n), n)?;
                let parts = one_root(&fibre.in_cell(&smooth), &root, n, ends)?;
                found.extend(in_cell(&cell.then(&smooth), parts));
                continue;
            }
            let outside = if ends[0] == 0 { ends[1] } else { ends[0] };
            if opening == 0 || outside == 0 || opening != outside {
                // Zero at both ends: one sign between them.
                let sign = if outside == 0 { -opening } else { outside };
                found.push(plain(cell, sign));
                continue;
            }
            for joint in self.jointly(&[fibre.part(1), fibre.part(4)], scale)? {
                let inner_fibre = fibre.in_cell(&joint.cell);
                let (inner, slopes) = (cell.then(&joint.cell), joint.signs);
                if slopes[0] * opening >= 0 || slopes[1] * opening <= 0 {
                    found.push(plain(inner, outside));
                    continue;
                }
                let discriminant = inner_fibre.discriminant(n);
                for part in self.signs(&discriminant, scale * scale)? {
                    let cell = inner.then(&part.cell);
                    if part.sign <= 0 {
                        found.push(plain(cell, outside));
                        continue;
                    }
                    let pulled = || part.cell.pull(&discriminant);
                    let (smooth, root) = smooth_root(part.value.unwrap_or_else(pulled), n)?;
                    let fibre = inner_fibre.in_cell(&part.cell.then(&smooth));
                    let cell = cell.then(&smooth);
                    found.extend(in_cell(&cell, two_roots(&fibre, &root, n, outside)));
                }
            }
        }
        Some(found)
    }
}

/// Parts of a cell as parts of the box.
fn in_cell(cell: &Cell, parts: Vec<Signed>) -> impl Iterator<Item = Signed> {
    parts.into_iter().map(|part| Signed {
        cell: cell.then(&part.cell),
        ..part
    })
}

/// The place of the least value between two places, by golden sections.
fn lowest(mut lo: f64, mut hi: f64, mut of: impl FnMut(f64) -> f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    for _ in 0..60 {
        let (a, b) = (hi - RATIO * (hi - lo), lo + RATIO * (hi - lo));
        if of(a) < of(b) {
            hi = b;
        } else {
            lo = a;
        }
    }
    lo + (hi - lo) / 2.0
}
