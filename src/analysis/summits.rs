//! Summits: where each term of a formula is largest, however narrow it is there and however small elsewhere.
//!
//! 1. Take the terms of sums apart, also of such that are factors: bounds of one alone lead to its summit, where those of
//!    the sum lead to whatever is loosest. Of exponential functions take the exponents, which do not underflow.
//! 2. Halve the box on which a term may be largest, along the axis along which the bounds of the halves then are the
//!    least, and of equal ones first where its middle is largest.
//! 3. End when a value is met that bounds do not allow to be surpassed by much; where there is none after so many halvings,
//!    climb from the highest place by steps along the axes, and then by Newton's, in the logarithm of the distance from
//!    the ends of the axes. From a summit at an end go as far inside as it is hardly lower.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! section 11.2 (branch and bound); R. Hooke, T. A. Jeeves, "Direct search solution of numerical and statistical
//! problems", J. ACM 8 (1961) 212–229.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use nalgebra::{DMatrix, DVector};

use crate::deadline::Deadline;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::gradient::Gradients;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::value::values;

/// Of so many terms the summits are looked for, in so many steps each.
const MOST_TERMS: usize = 8;
const STEPS: usize = 300;

/// A term of more factors is not taken apart.
const MOST_FACTORS: usize = 64;

/// A point at which bounds let the logarithm be this much larger elsewhere is a summit.
const SUMMIT: f64 = 0.4;

/// A climb takes so many steps at most, none of them shorter than this.
const CLIMB: usize = 100;
const SHORTEST: f64 = 1e-3;

/// So many steps of Newton's follow, with second derivatives from gradients that are so far apart.
const NEWTON: usize = 20;
const APART: f64 = 1e-5;

/// Points are led from the ends of the axes to where the logarithm is lower by this, or so far.
const HARDLY: f64 = 0.7;
const INSIDE: f64 = 0.25;

/// Sides are not halved beyond this length, nor beyond this part of their distance from an end of the box.
const AT_END: f64 = 1e-15;
const POINT: f64 = 1e-14;

/// Points of the unit box at which terms of formulas are largest.
pub(super) fn summits(arena: &Arena, roots: &[Id], n: usize) -> Vec<Vec<f64>> {
    let deadline = Deadline::current();
    let reach = inputs::of_nodes(arena);
    let own = roots.iter().flat_map(|&root| terms(arena, root));
    let varying = own.filter(|term| reach[term.index()] != 0).take(MOST_TERMS);
    varying
        .filter_map(|term| summit(&Height::of(arena, term), n, &deadline))
        .collect()
}

/// The terms of a sum, of the sums that factors of these are, and so on.
fn terms(arena: &Arena, formula: Id) -> Vec<Id> {
    let mut found = Vec::new();
    // What is a factor, and not all of a term, counts if it is a sum.
    let mut open = vec![(formula, false)];
    for _ in 0..MOST_FACTORS {
        let Some((id, is_factor)) = open.pop() else {
            break;
        };
        match *arena.node(id) {
            Node::Binary(Binary::Add | Binary::Sub, x, y) => open.extend([(y, false), (x, false)]),
            Node::Unary(Unary::Neg, x) => open.push((x, is_factor)),
            Node::Binary(Binary::Mul | Binary::Div, x, y) => {
                if !is_factor {
                    found.push(id);
                }
                open.push((x, true));
                if let Node::Binary(Binary::Mul, ..) = arena.node(id) {
                    open.push((y, true));
                }
            }
            _ if !is_factor => found.push(id),
            _ => {}
        }
    }
    found
}

/// What is the higher the larger a term is.
struct Height {
    arena: Arena,
    root: Id,
    /// Whether it is the logarithm of the term, as far as that varies fast, or the term itself.
    is_logarithm: bool,
}

impl Height {
    fn of(arena: &Arena, term: Id) -> Self {
        let graph = Graph::from_arena(arena.clone());
        let exponent = exponent(&graph, arena, term).map(|exponent| exponent.id);
        let (arena, roots) = graph.into_arena().part(&[exponent.unwrap_or(term)]);
        Height {
            arena,
            root: roots[0],
            is_logarithm: exponent.is_some(),
        }
    }

    /// The logarithm of the size of a term with this value.
    fn level(&self, value: f64) -> f64 {
        if self.is_logarithm {
            value
        } else {
            value.abs().ln()
        }
    }
}

/// The sum of the exponents of all exponential functions that a term is a product or a quotient of: −|t| of 1/cosh t, too;
/// `None` if there is none.
fn exponent<'g>(graph: &'g Graph, arena: &Arena, term: Id) -> Option<Expr<'g>> {
    let mut found: Option<Expr<'g>> = None;
    let mut open = vec![(term, 1.0)];
    for _ in 0..MOST_FACTORS {
        let Some((id, power)) = open.pop() else { break };
        let more = match *arena.node(id) {
            Node::Binary(Binary::Mul, x, y) => {
                open.extend([(x, power), (y, power)]);
                continue;
            }
            Node::Binary(Binary::Div, x, y) => {
                open.extend([(x, power), (y, -power)]);
                continue;
            }
            Node::Unary(Unary::Neg, x) => {
                open.push((x, power));
                continue;
            }
            Node::Power(x, n) => {
                open.push((x, power * f64::from(n)));
                continue;
            }
            Node::Unary(Unary::Exp, x) => power * graph.expr(x),
            Node::Unary(Unary::Cosh, x) if power < 0.0 => power * graph.expr(x).abs(),
            _ => continue,
        };
        found = Some(match found {
            Some(sum) => sum + more,
            None => more,
        });
    }
    found
}

/// A part of the box.
struct Part {
    sides: Vec<Range>,
    /// The highest level that bounds allow, and that of its middle.
    most: f64,
    middle: f64,
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_bounds = self.most.total_cmp(&other.most);
        by_bounds.then(self.middle.total_cmp(&other.middle))
    }
}

/// The point at which a term is largest, as far as bounds lead to it; none of a term, other than one by its exponent, that
/// they do not bound.
fn summit(height: &Height, n: usize, deadline: &Deadline) -> Option<Vec<f64>> {
    let roots = [height.root];
    let mut ranges = Ranges::new(&height.arena, &roots, n)?;
    let mut most_on = |sides: &[Range]| {
        ranges.turn_to(sides.iter().copied());
        let size = ranges.of(0).values;
        let most = match height.is_logarithm {
            true => size.hi,
            false => height.level(size.hi.max(-size.lo)),
        };
        if most.is_nan() { f64::INFINITY } else { most }
    };
    let reached = inputs::of_nodes(&height.arena)[height.root.index()];
    let axes: Vec<usize> = (0..n)
        .filter(|&axis| reached & inputs::bit(axis) != 0)
        .collect();
    let whole = vec![(0.0, 1.0); n];
    let whole = Part {
        most: most_on(&whole),
        sides: whole,
        middle: f64::NEG_INFINITY,
    };
    let mut open = BinaryHeap::from([whole]);
    let mut best: (f64, Vec<f64>) = (f64::NEG_INFINITY, Vec::new());
    let mut is_bounded = true;
    for _ in 0..STEPS {
        let Some(part) = open.pop() else { break };
        if part.most <= best.0 + SUMMIT {
            return (is_bounded || height.is_logarithm).then(|| inside(height, &axes, best));
        }
        if deadline.has_come() {
            break;
        }
        // Where nothing is bounded there is an end that it reaches.
        let reaches = |axis: &usize| {
            let (from, to) = part.sides[*axis];
            part.most == f64::INFINITY && (from == 0.0) != (to == 1.0) && to - from > AT_END
        };
        let reaching: Vec<usize> = axes.iter().copied().filter(reaches).collect();
        let candidates = if reaching.is_empty() {
            &axes
        } else {
            &reaching
        };
        let halved = candidates.iter().filter_map(|&axis| {
            let both = halves(&part.sides, axis)?;
            let most = [most_on(&both[0]), most_on(&both[1])];
            Some((both, most, relative_width(part.sides[axis])))
        });
        let way = halved.min_by(|(_, [a, b], own), (_, [c, d], other)| {
            let by_bounds = a.max(*b).total_cmp(&c.max(*d));
            let by_lower_ones = a.min(*b).total_cmp(&c.min(*d));
            by_bounds.then(by_lower_ones).then(other.total_cmp(own))
        });
        let Some((both, most, _)) = way else {
            is_bounded &= part.most < f64::INFINITY;
            continue;
        };
        for (sides, most) in both.into_iter().zip(most) {
            let middle = sides.iter().map(|(from, to)| from + (to - from) / 2.0);
            let middle: Vec<f64> = middle.collect();
            let level = height.level(values(&height.arena, &roots, &middle)[0]);
            if level > best.0 && level < f64::INFINITY {
                best = (level, middle);
            }
            if most > f64::NEG_INFINITY {
                open.push(Part {
                    sides,
                    most,
                    middle: if level.is_nan() {
                        f64::NEG_INFINITY
                    } else {
                        level
                    },
                });
            }
        }
    }
    is_bounded &= open.peek().is_none_or(|part| part.most < f64::INFINITY);
    (!best.1.is_empty() && (is_bounded || height.is_logarithm)).then(|| {
        let climbed = climbed(height, &axes, best);
        inside(height, &axes, stepped(height, n, &axes, climbed))
    })
}

/// The point as far from the ends of the axes as the level there is hardly lower: a term that is largest at an end
/// may be narrow there, and then that far.
fn inside(height: &Height, axes: &[usize], (level, mut point): (f64, Vec<f64>)) -> Vec<f64> {
    for &axis in axes {
        while point[axis].min(1.0 - point[axis]) < INSIDE {
            let mut next = point.clone();
            next[axis] = match point[axis] {
                w if w < 0.5 => (2.0 * w).max(AT_END),
                w => (1.0 - 2.0 * (1.0 - w)).min(1.0 - AT_END),
            };
            // Written so that NaN is low.
            let is_high =
                height.level(values(&height.arena, &[height.root], &next)[0]) >= level - HARDLY;
            if !is_high {
                break;
            }
            point = next;
        }
    }
    point
}

/// The end of a climb from a point with its level.
fn climbed(
    height: &Height,
    axes: &[usize],
    (mut level, mut point): (f64, Vec<f64>),
) -> (f64, Vec<f64>) {
    let mut length = 1.0;
    for _ in 0..CLIMB {
        let ways = axes
            .iter()
            .flat_map(|&axis| [(axis, length), (axis, -length)]);
        let next = ways.map(|(axis, step)| {
            let mut next = point.clone();
            next[axis] = moved(point[axis], step);
            let level = height.level(values(&height.arena, &[height.root], &next)[0]);
            (level, next)
        });
        let higher = next.filter(|(next, _)| *next > level && *next < f64::INFINITY);
        match higher.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
            Some(next) => (level, point) = next,
            None if length <= SHORTEST => break,
            None => length /= 2.0,
        }
    }
    (level, point)
}

/// Where steps by Newton's method lead from a point with its level, as long as it rises.
fn stepped(
    height: &Height,
    n: usize,
    axes: &[usize],
    (mut level, mut point): (f64, Vec<f64>),
) -> (f64, Vec<f64>) {
    let roots = [height.root];
    let Ok(mut gradients) = Gradients::new(&height.arena, &roots, n) else {
        return (level, point);
    };
    let mut slopes = |point: &[f64]| {
        let jacobian = gradients.jacobian(point);
        let by_logarithm = axes
            .iter()
            .map(|&i| jacobian[(0, i)] * point[i] * (1.0 - point[i]));
        DVector::from_iterator(axes.len(), by_logarithm)
    };
    for _ in 0..NEWTON {
        let slope = slopes(&point);
        let mut columns = Vec::with_capacity(axes.len());
        for &axis in axes {
            let [above, below] = [APART, -APART].map(|step| {
                let mut beside = point.clone();
                beside[axis] = moved(point[axis], step);
                slopes(&beside)
            });
            columns.push((above - below) / (2.0 * APART));
        }
        // Downhill on all sides, or it leads nowhere.
        let Some(factor) = (-DMatrix::from_columns(&columns)).cholesky() else {
            break;
        };
        let step = factor.solve(&slope);
        let shorter = [1.0, 0.5, 0.1, 0.01].iter();
        let next = shorter.map(|part| {
            let mut next = point.clone();
            for (&axis, step) in axes.iter().zip(step.iter()) {
                next[axis] = moved(point[axis], part * step);
            }
            (height.level(values(&height.arena, &roots, &next)[0]), next)
        });
        match next
            .into_iter()
            .find(|(next, _)| *next > level && *next < f64::INFINITY)
        {
            Some(next) => (level, point) = next,
            None => break,
        }
    }
    (level, point)
}

/// A coordinate from which the logarithm of w/(1 − w) is off by a step.
fn moved(w: f64, step: f64) -> f64 {
    let times = step.exp();
    w * times / (1.0 - w + w * times)
}

/// The length of a side as a part of its distance from the farther end of the axis.
fn relative_width((from, to): Range) -> f64 {
    (to - from) / to.min(1.0 - from)
}

/// Both halves of a box along an axis, unless its side is a point.
fn halves(sides: &[Range], axis: usize) -> Option<[Vec<Range>; 2]> {
    let (from, to) = sides[axis];
    if relative_width((from, to)) <= POINT || to - from <= AT_END {
        return None;
    }
    let middle = from + (to - from) / 2.0;
    let half = |side: Range| {
        let mut sides = sides.to_vec();
        sides[axis] = side;
        sides
    };
    Some([half((from, middle)), half((middle, to))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::text::parse::{Scope, expression};

    /// The summits of a formula of x and y, each between 0 and infinity as w/(1 − w).
    fn found(text: &str) -> Vec<[f64; 2]> {
        let graph = Graph::new();
        let root = {
            let mut scope = Scope::new(&graph);
            for (k, name) in ["x", "y"].into_iter().enumerate() {
                let w = graph.input(k);
                scope.define(name, w / (1.0 - w));
            }
            expression(text, &scope).unwrap().id
        };
        let arena = graph.into_arena();
        let points = summits(&arena, &[root], 2);
        let far = |w: f64| w / (1.0 - w);
        points.iter().map(|p| [far(p[0]), far(p[1])]).collect()
    }

    #[test]
    fn the_summit_of_a_narrow_term_is_found_beside_a_broad_one() {
        for (text, at) in [
            (
                "1/(1 + x + y)^3 + exp(-60*((x - 500)^2 + (y - 250)^2))",
                [500.0, 250.0],
            ),
            (
                "exp(-x - y) + 3/cosh(9*(x - 3e4))^2/cosh(x - y)",
                [3e4, 3e4],
            ),
            (
                "1/(1 + x + y)^3 + 1/(1 + 1e6*(x - 700)^2 + 1e8*(y - 0.77)^2)",
                [700.0, 0.77],
            ),
            (
                "1/(1 + x + y)^3 + exp(-40*((x - 38)^2 + (y - 1703)^2 - (x - 38)*(y - 1703)))",
                [38.0, 1703.0],
            ),
        ] {
            let points = found(text);
            let is_near = |p: &[f64; 2]| (p[0] - at[0]).abs() < 1.0 && (p[1] - at[1]).abs() < 1.0;
            assert!(points.iter().any(is_near), "{text}: {points:?}");
        }
    }

    #[test]
    fn what_is_unbounded_has_no_summit() {
        assert!(found("1/sqrt(x^2 + y^2)").is_empty());
        assert!(found("(sin(x)*y - x*y)/x^2").is_empty());
        assert_eq!(found("1/sqrt(1 + x^2 + y^2)").len(), 1);
    }

    #[test]
    fn numbers_have_no_summit() {
        assert!(found("3").is_empty());
        assert_eq!(found("3 + exp(-x)").len(), 1);
    }
}
