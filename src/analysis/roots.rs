//! The roots of polynomials of degree 1 and 2 in one axis, and the cells between them.
//!
//! Roots are written in the forms that do not cancel, and so are the values of the polynomial on
//! either side of a root, which are products with the distance from it. Where a discriminant is zero
//! at an end of an axis, coordinates are taken in which its root is smooth.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., SIAM (2002), section 1.8.

use super::cells::{Cell, Joint, POINTS, Signed, ZERO, formulas, scattered_values, values};
use super::coefficients::{coefficients, polynomial_at};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph};
use crate::integrand::Coordinate;
use crate::scatter::Scatter;

/// A polynomial in one axis.
pub(super) struct Fibre {
    pub(super) axis: usize,
    /// The coefficients c₀, c₁, c₂, the value at 1, c₀ + c₁ + c₂, and its slope there, c₁ + 2c₂.
    formulas: Formulas,
    /// Of a quadratic the value where its slope is zero, if that has a shorter form than the
    /// discriminant: the form of a sum of squares, which does not cancel.
    vertex: Option<Formulas>,
}

/// The formulas of a [`Fibre`].
pub(super) struct Coefficients<'g> {
    pub(super) c: [Expr<'g>; 3],
    pub(super) end: Expr<'g>,
    slope_at_end: Expr<'g>,
}

impl Fibre {
    pub(super) fn new(n: usize, axis: usize, terms: &Formulas) -> Self {
        let formulas = formulas(n, |graph, s| {
            let mut c = terms.within(graph, s);
            c.resize(3, graph.constant(0.0));
            c.extend([c[0] + c[1] + c[2], c[1] + 2.0 * c[2]]);
            c
        });
        Fibre {
            axis,
            formulas,
            vertex: None,
        }
    }

    /// The same, where a formula of which these are the coefficients is known.
    pub(super) fn with_vertex(mut self, of: &Formulas, n: usize) -> Self {
        let vertex = formulas(n, |graph, s| {
            let [_, c1, c2] = self.within(graph, s).c;
            let mut at = s.to_vec();
            at[self.axis] = -c1 / (2.0 * c2);
            of.within(graph, &at)
        });
        let length = |of: &Formulas| of.arena.nodes().len();
        self.vertex = Some(vertex).filter(|vertex| length(vertex) < length(&self.discriminant(n)));
        self
    }

    pub(super) fn in_cell(&self, cell: &Cell) -> Self {
        Fibre {
            axis: self.axis,
            formulas: cell.pull(&self.formulas),
            vertex: self.vertex.as_ref().map(|vertex| cell.pull(vertex)),
        }
    }

    /// The polynomial where its values at 0 and 1 have signs, with the forms of these that do not
    /// cancel; they are the formulas with the given numbers.
    pub(super) fn in_joint(&self, joint: &Joint, n: usize, ends: [usize; 2]) -> Self {
        let pulled = self.in_cell(&joint.cell);
        let [begin, end] = ends.map(|k| joint.values[k].as_ref());
        if begin.is_none() && end.is_none() {
            return pulled;
        }
        let formulas = formulas(n, |graph, s| {
            let mut all = pulled.formulas.within(graph, s);
            for (place, value) in [(0, begin), (3, end)] {
                if let Some(value) = value {
                    all[place] = value.within(graph, s)[0];
                }
            }
            all
        });
        Fibre { formulas, ..pulled }
    }

    pub(super) fn part(&self, k: usize) -> Formulas {
        self.formulas.part(&[self.formulas.roots[k]])
    }

    pub(super) fn within<'g>(&self, graph: &'g Graph, s: &[Expr<'g>]) -> Coefficients<'g> {
        let all = self.formulas.within(graph, s);
        Coefficients {
            c: [all[0], all[1], all[2]],
            end: all[3],
            slope_at_end: all[4],
        }
    }

    pub(super) fn discriminant(&self, n: usize) -> Formulas {
        formulas(n, |graph, s| {
            let own = self.within(graph, s);
            vec![match &self.vertex {
                Some(vertex) => -4.0 * own.c[2] * vertex.within(graph, s)[0],
                None => own.discriminant(),
            }]
        })
    }
}

impl<'g> Coefficients<'g> {
    pub(super) fn discriminant(&self) -> Expr<'g> {
        let [c0, c1, c2] = self.c;
        let product = c2 * c0 * -4.0;
        match c1.number() {
            Some(0.0) => product,
            _ => c1.powi(2) + product,
        }
    }
}

/// A quadratic that has opposite signs at the ends, and so one root between them.
pub(super) fn one_root(
    fibre: &Fibre,
    root: &Formulas,
    n: usize,
    ends: [i32; 2],
) -> Option<Vec<Signed>> {
    let y = fibre.axis;
    // Times this sign it rises from below zero at 0 to above zero at 1.
    let rise = f64::from(ends[1]);
    let signs_of = |k: usize| {
        let values = scattered_values(&fibre.part(k), n, POINTS)?;
        Some(values.iter().all(|v| v * rise >= 0.0))
    };
    // Seen from an end where it rises, a root is 2c/(b + √…), which does not cancel, else
    // (√… − b)/2a; but not where b is 0, and the formula shorter.
    let flat = |k: usize| fibre.formulas.arena.number(fibre.formulas.roots[k]) == Some(0.0);
    let from_0 = signs_of(1)? && !flat(1);
    let from_1 = signs_of(4)? && !flat(4);
    let lengths = formulas(n, |graph, s| {
        let Coefficients {
            c: [c0, c1, c2],
            end,
            slope_at_end,
        } = fibre.within(graph, s);
        let root = root.within(graph, s)[0];
        let lower = if from_0 {
            -2.0 * rise * c0 / (rise * c1 + root)
        } else {
            (root - rise * c1) / (2.0 * rise * c2)
        };
        let upper = if from_1 {
            2.0 * rise * end / (rise * slope_at_end + root)
        } else {
            (rise * slope_at_end - root) / (2.0 * rise * c2)
        };
        vec![lower, upper]
    });
    let lower = Cell::along(n, y, |graph, s| {
        let r = lengths.within(graph, s)[0];
        [r * s[y], r]
    });
    let upper = Cell::along(n, y, |graph, s| {
        let [r, rest] = pair(lengths.within(graph, s));
        [r + rest * s[y], rest]
    });
    let below = formulas(n, |graph, s| {
        let ([c0, _, c2], r) = (fibre.within(graph, s).c, lengths.within(graph, s)[0]);
        vec![(1.0 - s[y]) * (c0 - c2 * r.powi(2) * s[y])]
    });
    let above = formulas(n, |graph, s| {
        let [c0, _, c2] = fibre.within(graph, s).c;
        let [r, rest] = pair(lengths.within(graph, s));
        vec![rest * s[y] * (c2 * (r + rest * s[y]) - c0 / r)]
    });
    let parts = [(lower, ends[0], below), (upper, ends[1], above)];
    let signed = parts.map(|(cell, sign, value)| Signed {
        cell,
        sign,
        value: Some(value),
    });
    Some(signed.into())
}

fn pair<T: Copy>(of: Vec<T>) -> [T; 2] {
    [of[0], of[1]]
}

/// A quadratic that has the same sign at both ends and two roots between them.
pub(super) fn two_roots(fibre: &Fibre, root: &Formulas, n: usize, outside: i32) -> Vec<Signed> {
    let y = fibre.axis;
    let sign = f64::from(outside);
    // The lengths of the three parts.
    let lengths = formulas(n, |graph, s| {
        let Coefficients {
            c: [c0, c1, c2],
            end,
            slope_at_end,
        } = fibre.within(graph, s);
        let root = root.within(graph, s)[0];
        vec![
            2.0 * sign * c0 / (root - sign * c1),
            root / (sign * c2),
            2.0 * sign * end / (root + sign * slope_at_end),
        ]
    });
    let part = |k: usize| {
        let cell = Cell::along(n, y, |graph, s| {
            let lengths = lengths.within(graph, s);
            let begin = lengths[..k].iter().copied().reduce(|a, b| a + b);
            let along = lengths[k] * s[y];
            [begin.map_or(along, |begin| begin + along), lengths[k]]
        });
        let value = formulas(n, |graph, s| {
            let c2 = fibre.within(graph, s).c[2];
            let lengths = lengths.within(graph, s);
            let (length, width, s) = (lengths[k], lengths[1], s[y]);
            vec![match k {
                0 => c2 * length * (1.0 - s) * (width + length * (1.0 - s)),
                1 => -c2 * width.powi(2) * s * (1.0 - s),
                _ => c2 * length * s * (width + length * s),
            }]
        });
        Signed {
            cell,
            sign: if k == 1 { -outside } else { outside },
            value: Some(value),
        }
    };
    (0..3).map(part).collect()
}

/// A formula that is zero at an end of an axis, with the distance from that end as a factor; `None`
/// if it is zero at neither, or is no polynomial along the axis.
pub(super) fn deflated(of: &Formulas, n: usize, axis: usize) -> Option<Formulas> {
    let mut whole = false;
    let terms = formulas(n, |graph, s| {
        let found = coefficients(graph, of.within(graph, s)[0], axis);
        let (above, below) = found.unwrap_or_default();
        whole = below.is_empty();
        above
    });
    if terms.roots.len() < 2 || !whole {
        return None;
    }
    let seen = scattered_values(&terms, n, POINTS)?;
    let at = |point: usize| seen.iter().skip(point).step_by(POINTS);
    let vanishes = |value: &dyn Fn(usize) -> f64| {
        let size = |point| at(point).map(|c| c.abs()).sum::<f64>();
        (0..POINTS).all(|point| value(point).abs() <= ZERO * size(point))
    };
    let at_0 = vanishes(&|point| seen[point]);
    let at_1 = vanishes(&|point| at(point).sum());
    if !at_0 && !at_1 {
        return None;
    }
    Some(formulas(n, |graph, s| {
        let mut terms = terms.within(graph, s);
        let mut factor = graph.constant(1.0);
        if at_0 {
            terms.remove(0);
            factor = s[axis];
        }
        if at_1 {
            terms.pop();
            for k in 1..terms.len() {
                terms[k] = terms[k - 1] + terms[k];
            }
            factor *= 1.0 - s[axis];
        }
        vec![factor * polynomial_at(&terms, s[axis])]
    }))
}

/// Coordinates in which the root of a discriminant is smooth where the discriminant is zero at an
/// end of an axis, and that root: s², 1 − s², or sin²(πs/2) where it is zero at both ends.
pub(super) fn smooth_root(mut discriminant: Formulas, n: usize) -> Option<(Cell, Formulas)> {
    const NEAR: f64 = 1e-7;
    const FEW: usize = 5;
    let mut smooth = Cell::whole(n);
    let inputs = discriminant.inputs_used();
    for axis in (0..n).filter(|a| inputs >> a & 1 == 1) {
        let points = Scatter::golden(n).along_axes(1..FEW + 1);
        let look = |place: f64| {
            let mut nodes: Vec<_> = points.iter().map(|w| Coordinate::Each(w)).collect();
            nodes[axis] = Coordinate::Same(place);
            values(&discriminant, &nodes, FEW)
        };
        let middle = look(0.5)?;
        // A double zero has a smooth root.
        let vanishes = |near: Vec<f64>| {
            let mut ratios = near.iter().zip(&middle).map(|(v, m)| (v / m).abs());
            ratios.all(|ratio| ratio > NEAR * 1e-3 && ratio < NEAR * 1e3)
        };
        let ends = (vanishes(look(NEAR)?), vanishes(look(1.0 - NEAR)?));
        if ends == (false, false) {
            continue;
        }
        let cell = Cell::along(n, axis, |graph, s| {
            let s = s[axis];
            match ends {
                (true, true) => {
                    let angle = graph.pi() * s;
                    [(angle / 2.0).sin().powi(2), graph.pi() / 2.0 * angle.sin()]
                }
                (true, false) => [s.powi(2), 2.0 * s],
                _ => [1.0 - s.powi(2), 2.0 * s],
            }
        });
        let sharp = deflated(&discriminant, n, axis);
        discriminant = cell.pull(sharp.as_ref().unwrap_or(&discriminant));
        smooth = smooth.then(&cell);
    }
    let root = formulas(n, |graph, s| vec![discriminant.within(graph, s)[0].sqrt()]);
    Some((smooth, root))
}
