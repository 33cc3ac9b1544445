//! Radial integrands: variables without ends that occur in a sum of squares alone are one variable, its root r.
//!
//! 1. Find a formula p = d + Σ aᵢ(xᵢ − cᵢ)², all aᵢ of one sign, without which the integrand depends on none of its k
//!    variables. Each runs over all numbers, or from cᵢ on.
//! 2. With aᵢ(xᵢ − cᵢ)² = ± rᵢ² the integrand is constant on spheres: p is d ± r².
//! 3. The sphere of radius r has the area 2πᵏᐟ²/Γ(k/2)·rᵏ⁻¹, and half of it on one side of every end.
//!
//! G. B. Folland, "How to integrate a polynomial over a sphere", Amer. Math. Monthly 108 (2001) 446-448.

use super::natural::{Natural, unit_of, variable_at};
use crate::elementary::double_double::two_sum;
use crate::elementary::{Binary, Unary};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;

/// Formulas of more nodes, and of more variables, are not looked through.
const MOST_NODES: usize = 1_000;
const MOST_VARIABLES: usize = 32;

/// Sums of squares that are tried.
const MOST_TRIED: usize = 4;

/// By this part of it a number may be rounded.
const ROUNDED: f64 = 8.0 * f64::EPSILON;

/// The radii.
const ALL: Range = (0.0, f64::INFINITY);

/// Formulas of variables of which several are one.
pub(super) struct Radial {
    /// The formulas times the areas; the radius stands in the place of the first of the axes.
    pub(super) natural: Natural,
    /// The axes of the variables in the sum of squares.
    pub(super) axes: Vec<usize>,
    /// Where the squares are zero, and which way the first axis runs from there, in units of it.
    centre: Vec<f64>,
    step: f64,
    /// The limits of the variables, and in the place of which there are logarithms.
    limits: Vec<Range>,
    raised: Vec<bool>,
}

impl Radial {
    /// The names of the axes, from those of the whole.
    pub(super) fn names(&self, names: &[String]) -> Vec<String> {
        let of: Vec<&str> = self.axes.iter().map(|axis| names[*axis].as_str()).collect();
        let radius = format!("r({})", of.join(", "));
        let kept = (0..names.len()).filter(|axis| !self.axes[1..].contains(axis));
        kept.map(|axis| match axis == self.axes[0] {
            true => radius.clone(),
            false => names[axis].clone(),
        })
        .collect()
    }

    /// The place in the unit box of one in the unit box of the radius and the others.
    pub(super) fn place(&self, unit: &[f64]) -> Vec<f64> {
        let mut own = unit.iter();
        let place = (0..self.limits.len()).map(|axis| {
            let x = match self.axes.iter().position(|a| *a == axis) {
                None => return own.next().copied().unwrap_or(0.5),
                Some(0) => {
                    let r = own.next().map_or(0.0, |w| variable_at(*w, ALL));
                    self.centre[axis] + self.step * r
                }
                Some(_) => self.centre[axis],
            };
            let x = if self.raised[axis] { x.exp() } else { x };
            unit_of(x, self.limits[axis]).clamp(0.0, 1.0)
        });
        place.collect()
    }
}

/// Σ aᵢxᵢ² + bᵢxᵢ + d, how far d may be off, and how large the numbers are that it is the sum of.
#[derive(Clone)]
struct Quadratic {
    a: Vec<f64>,
    b: Vec<f64>,
    d: f64,
    off: f64,
    size: f64,
}

impl Quadratic {
    fn constant(d: f64, n: usize) -> Self {
        Quadratic {
            a: vec![0.0; n],
            b: vec![0.0; n],
            d,
            off: 0.0,
            size: d.abs(),
        }
    }

    fn number(&self) -> Option<f64> {
        let is_zero = |c: &f64| *c == 0.0;
        (self.a.iter().all(is_zero) && self.b.iter().all(is_zero)).then_some(self.d)
    }

    fn plus(&self, other: &Self, sign: f64) -> Self {
        let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x + sign * y).collect();
        let d = two_sum(self.d, sign * other.d);
        Quadratic {
            a: sum(&self.a, &other.a),
            b: sum(&self.b, &other.b),
            d: d.hi,
            off: self.off + other.off + d.lo.abs(),
            size: self.size + other.size,
        }
    }

    fn times(&self, k: f64) -> Self {
        let scaled = |x: &[f64]| x.iter().map(|x| k * x).collect();
        let d = k * self.d;
        Quadratic {
            a: scaled(&self.a),
            b: scaled(&self.b),
            d,
            off: k.abs() * self.off + k.mul_add(self.d, -d).abs(),
            size: k.abs() * self.size,
        }
    }

    /// Whether there is no slope along an axis, at this number of its variable; without an end no more than rounding
    /// is none, as no place is told from another.
    fn is_level(&self, axis: usize, at: f64, limits: &[Range]) -> bool {
        let rounding = ROUNDED * (2.0 * self.a[axis] * at).abs();
        self.b[axis] == 0.0 || has_no_end(limits[axis]) && self.b[axis].abs() <= rounding
    }

    /// The square of a formula of degree one in one variable; a d that is no more than rounding is none where the variable
    /// has no end.
    fn square(&self, limits: &[Range]) -> Option<Self> {
        let mut own = (0..self.b.len()).filter(|&i| self.b[i] != 0.0);
        let axis = own.next()?;
        if own.next().is_some() || self.a.iter().any(|a| *a != 0.0) {
            return None;
        }
        let is_rounding = has_no_end(limits[axis]) && self.d.abs() <= ROUNDED * self.size;
        let d = if is_rounding { 0.0 } else { self.d };
        let mut square = Quadratic::constant(d, self.b.len()).times(d);
        square.a[axis] = self.b[axis] * self.b[axis];
        square.b[axis] = 2.0 * self.b[axis] * d;
        square.off += 2.0 * d.abs() * self.off;
        Some(square)
    }
}

/// Whether a variable runs over all numbers.
fn has_no_end((lo, hi): Range) -> bool {
    lo.is_infinite() && hi.is_infinite()
}

/// Every node that is a sum of squares of differences from a centre, in those differences.
fn quadratics(arena: &Arena, centre: &[f64], limits: &[Range]) -> Vec<Option<Quadratic>> {
    let n = centre.len();
    let mut found: Vec<Option<Quadratic>> = Vec::with_capacity(arena.nodes().len());
    for node in arena.nodes() {
        let of = |id: &Id| found[id.index()].as_ref();
        let own = match node {
            Node::Constant(bits, _) => Some(Quadratic::constant(f64::from_bits(*bits), n)),
            Node::Symbol(symbol) => Some(Quadratic::constant(symbol.value(), n)),
            Node::Input(i) => {
                let axis = *i as usize;
                let mut own = Quadratic::constant(centre[axis], n);
                own.b[axis] = 1.0;
                Some(own)
            }
            Node::Unary(Unary::Neg, x) => of(x).map(|x| x.times(-1.0)),
            Node::Power(x, 2) => of(x).and_then(|x| x.square(limits)),
            Node::Binary(op, x, y) => match (op, of(x), of(y)) {
                (Binary::Add, Some(x), Some(y)) => Some(x.plus(y, 1.0)),
                (Binary::Sub, Some(x), Some(y)) => Some(x.plus(y, -1.0)),
                (Binary::Mul, Some(a), Some(_)) if x == y => a.square(limits),
                (Binary::Mul, Some(x), Some(y)) => match (x.number(), y.number()) {
                    (Some(k), _) => Some(y.times(k)),
                    (_, Some(k)) => Some(x.times(k)),
                    _ => None,
                },
                (Binary::Div, Some(x), Some(y)) => y.number().map(|k| x.times(1.0 / k)),
                _ => None,
            },
            _ => None,
        };
        found.push(own);
    }
    found
}

/// Formulas of which several variables without ends, or their logarithms, occur in a sum of squares alone; `None` if there
/// are no such.
pub(super) fn radial(natural: &Natural) -> Option<Radial> {
    on_spheres(natural).or_else(|| {
        let (logarithms, raised) = in_logarithms(natural)?;
        Some(Radial {
            raised,
            limits: natural.limits.clone(),
            ..on_spheres(&logarithms)?
        })
    })
}

/// The same in the logarithms of those variables from 0 on of which they occur, and which those are.
fn in_logarithms(natural: &Natural) -> Option<(Natural, Vec<bool>)> {
    let Formulas { arena, roots, .. } = &natural.formulas;
    if arena.nodes().len() > MOST_NODES {
        return None;
    }
    let mut raised = vec![false; natural.limits.len()];
    for node in arena.nodes() {
        if let Node::Unary(Unary::Ln, x) = node
            && let Node::Input(axis) = arena.node(*x)
        {
            let axis = *axis as usize;
            raised[axis] = natural.limits[axis] == ALL;
        }
    }
    if !raised.contains(&true) {
        return None;
    }
    let graph = Graph::new();
    let all = raised.iter().zip(&natural.limits);
    let limits = all.map(|(raised, limits)| if *raised { (-ALL.1, ALL.1) } else { *limits });
    let roots: Vec<Id> = {
        let raise = |axis: usize| match raised[axis] {
            true => graph.input(axis).exp(),
            false => graph.input(axis),
        };
        let own: Vec<Expr<'_>> = (0..raised.len()).map(raise).collect();
        let stretches = (0..raised.len()).filter(|axis| raised[*axis]).map(raise);
        let stretch = stretches.fold(graph.constant(1.0), |product, x| product * x);
        let values = graph.import(arena, roots, &own);
        values.iter().map(|f| (*f * stretch).id).collect()
    };
    Some((Natural::new(graph, &roots, limits.collect()), raised))
}

/// Formulas of which several variables without ends occur in a sum of squares alone.
fn on_spheres(natural: &Natural) -> Option<Radial> {
    let limits = &natural.limits;
    let is_long = |(lo, hi): &Range| lo.is_infinite() || hi.is_infinite();
    let nodes = natural.formulas.arena.nodes().len();
    let is_large = nodes > MOST_NODES || limits.len() > MOST_VARIABLES;
    if is_large || limits.iter().filter(|own| is_long(own)).count() < 2 {
        return None;
    }
    let formulas = without_hypotenuses(natural);
    let Formulas { arena, roots, .. } = &formulas;
    let (needed, reach) = (arena.needed(roots), inputs::of_nodes(arena));
    let plain = quadratics(arena, &vec![0.0; limits.len()], limits);
    let mut tried: Vec<u64> = Vec::new();
    // Of sums of sums the whole.
    for k in (0..reach.len()).rev().filter(|&k| needed[k]) {
        let axes: Vec<usize> = (0..limits.len())
            .filter(|axis| reach[k] & inputs::bit(*axis) != 0)
            .collect();
        let is_new = axes.len() > 1 && !tried.contains(&reach[k]);
        let Some(p) = plain[k].as_ref().filter(|_| is_new) else {
            continue;
        };
        let sign = p.a[axes[0]].signum();
        let is_sum = axes
            .iter()
            .all(|i| sign * p.a[*i] > 0.0 && is_long(&limits[*i]));
        if !is_sum {
            continue;
        }
        if tried.len() == MOST_TRIED {
            break;
        }
        tried.push(reach[k]);
        let found =
            Spheres::new(&formulas, (k, p), axes, limits).and_then(|of| of.radial(p, limits));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The same with roots of sums of squares in the place of hypotenuses.
fn without_hypotenuses(natural: &Natural) -> Formulas {
    let Formulas {
        inputs,
        arena,
        roots,
    } = &natural.formulas;
    let is_one = |node: &Node| matches!(node, Node::Binary(Binary::Hypot, ..));
    if !arena.nodes().iter().any(is_one) {
        return natural.formulas.clone();
    }
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let own: Vec<Expr<'_>> = (0..inputs.len()).map(|i| graph.input(i)).collect();
        let copies = graph.import_replacing(arena, roots, &own, |id, copy| match arena.node(id) {
            Node::Binary(Binary::Hypot, x, y) => Some((copy(*x).powi(2) + copy(*y).powi(2)).sqrt()),
            _ => None,
        });
        copies.iter().map(|e| e.id).collect()
    };
    Natural::new(graph, &roots, natural.limits.clone()).formulas
}

/// Formulas, and the nodes in them that are constant on spheres.
struct Spheres<'a> {
    formulas: &'a Formulas,
    axes: Vec<usize>,
    centre: Vec<f64>,
    /// Of such nodes α and β in α·r² + β.
    squares: Vec<Option<(f64, f64)>>,
}

impl<'a> Spheres<'a> {
    /// The spheres of node k; `None` if formulas are not constant on them.
    fn new(
        formulas: &'a Formulas,
        (k, plain): (usize, &Quadratic),
        axes: Vec<usize>,
        limits: &[Range],
    ) -> Option<Self> {
        let Formulas { arena, roots, .. } = formulas;
        let centre = centre(arena, (k, plain), &axes, limits)?;
        let found = quadratics(arena, &centre, limits);
        let (p, reach) = (found[k].as_ref()?, inputs::of_nodes(arena));
        let square = |node: usize| {
            let own = found[node].as_ref().filter(|_| reach[node] == reach[k])?;
            let ratio = own.a[axes[0]] / p.a[axes[0]].abs();
            let is_same = |i: &usize| {
                let off = own.a[*i] - ratio * p.a[*i].abs();
                own.is_level(*i, centre[*i], limits) && off.abs() <= ROUNDED * own.a[*i].abs()
            };
            let is_known = own.off <= ROUNDED * own.d.abs();
            (is_known && axes.iter().all(is_same)).then_some((ratio, own.d))
        };
        let all: Vec<Option<(f64, f64)>> = (0..reach.len()).map(square).collect();
        // Multiples, and sums with numbers, follow from the others.
        let is_first = |node: usize| {
            let mut is_first = true;
            arena.nodes()[node].for_each_operand(|id| is_first &= all[id.index()].is_none());
            is_first
        };
        let squares: Vec<Option<(f64, f64)>> = (0..all.len())
            .map(|node| all[node].filter(|_| is_first(node)))
            .collect();
        let besides = inputs::besides(arena, |id| squares[id.index()].is_some());
        let is_constant = |root: &Id| besides[root.index()] & reach[k] == 0;
        roots.iter().all(is_constant).then_some(Spheres {
            formulas,
            axes,
            centre,
            squares,
        })
    }

    /// The formulas of the radius, times the areas of spheres.
    fn radial(&self, p: &Quadratic, limits: &[Range]) -> Option<Radial> {
        let (first, n) = (self.axes[0], limits.len());
        let kept: Vec<usize> = (0..n)
            .filter(|axis| !self.axes[1..].contains(axis))
            .collect();
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let number = |axis: usize| kept.iter().position(|own| *own == axis);
            let radius = graph.input(number(first)?);
            let square = radius.powi(2);
            let own: Vec<Expr<'_>> = (0..n)
                .map(|axis| match number(axis) {
                    Some(k) if axis != first => graph.input(k),
                    _ => graph.constant(f64::NAN),
                })
                .collect();
            let Formulas { arena, roots, .. } = self.formulas;
            let copies = graph.import_replacing(arena, roots, &own, |id, _| {
                let (ratio, rest) = self.squares[id.index()]?;
                Some(ratio * square + rest)
            });
            let area = self.area(&graph, radius, p, limits);
            copies.iter().map(|f| (*f * area).id).collect()
        };
        let own = kept.iter().map(|axis| match *axis == first {
            true => ALL,
            false => limits[*axis],
        });
        let towards = if limits[first].1.is_infinite() {
            1.0
        } else {
            -1.0
        };
        Some(Radial {
            natural: Natural::new(graph, &roots, own.collect()),
            step: towards / p.a[first].abs().sqrt(),
            axes: self.axes.clone(),
            centre: self.centre.clone(),
            limits: limits.to_vec(),
            raised: vec![false; n],
        })
    }

    /// The area of the sphere in all numbers, of what is between the limits, as a measure of the variables.
    fn area<'g>(
        &self,
        graph: &'g Graph,
        radius: Expr<'g>,
        p: &Quadratic,
        limits: &[Range],
    ) -> Expr<'g> {
        let k = self.axes.len() as i32;
        // 2πᵐ/(m − 1)! for k = 2m, and 2ᵐ⁺¹πᵐ/(1·3·5 … (2m − 1)) for k = 2m + 1.
        let m = k / 2;
        let unit = match k % 2 {
            0 => 2.0 / (1..m).map(f64::from).product::<f64>(),
            _ => f64::from(2 << m) / (1..=m).map(|j| f64::from(2 * j - 1)).product::<f64>(),
        };
        let whole = unit * graph.pi().powi(m) * radius.powi(k - 1);
        self.axes.iter().fold(whole, |area, axis| {
            let is_whole = has_no_end(limits[*axis]);
            let area = if is_whole { area } else { 0.5 * area };
            match p.a[*axis].abs() {
                1.0 => area,
                scale => area / graph.constant(scale).sqrt(),
            }
        })
    }
}

/// Where the squares of a node are zero, exactly; for other variables 0. `None` where one runs over other numbers than
/// all, or all on one side of that.
fn centre(
    arena: &Arena,
    (k, plain): (usize, &Quadratic),
    axes: &[usize],
    limits: &[Range],
) -> Option<Vec<f64>> {
    let mut centre = vec![0.0; limits.len()];
    let near = |axis: usize| {
        let at = -plain.b[axis] / (2.0 * plain.a[axis]);
        // Nearly an end, it is meant to be that.
        let ends = [limits[axis].0, limits[axis].1];
        let is_near = |end: &f64| (end - at).abs() <= ROUNDED * at.abs();
        let end = ends.into_iter().find(is_near);
        [end.unwrap_or(at), at.next_up(), at.next_down()]
    };
    let mut is_known = vec![false; limits.len()];
    for attempt in 0..3 {
        let mut own = centre.clone();
        for axis in axes.iter().filter(|axis| !is_known[**axis]) {
            own[*axis] = near(*axis)[attempt];
        }
        let there = quadratics(arena, &own, limits)[k].clone()?;
        for axis in axes {
            if !is_known[*axis] && there.is_level(*axis, own[*axis], limits) {
                is_known[*axis] = true;
                centre[*axis] = own[*axis];
            }
        }
    }
    let fits = |axis: &usize| {
        let (lo, hi) = limits[*axis];
        let ends_there = |end: f64| end.is_infinite() || end == centre[*axis];
        is_known[*axis] && ends_there(lo) && ends_there(hi)
    };
    axes.iter().all(fits).then_some(centre)
}
