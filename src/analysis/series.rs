//! Integrals over very many periods of what switches: a series, summed by the formula of Euler and Maclaurin.
//!
//! 1. All that switches does so by whole parts, or waves, of one formula q of the variable. With q = n + t, n whole and
//!    t from 0 to 1, a whole part is q − t and waves are those of t: the integral is the sum over n of
//!    H(n) = ∫ G(n + t, t) dt, and G(q, t) does not switch with q.
//! 2. From n = N on the sum of H is ∫ H dn + H(N)/2 − Σ B₂ⱼ/(2j)! H⁽²ʲ⁻¹⁾(N), j = 1 to k. A last n has such terms with
//!    the other sign; what lies beyond both ends is integrated as it is.
//! 3. ∫ H dn is the integral of G over n and t, or over q from N on and t without the triangle N < q < N + t: then what
//!    does not switch depends on one of both alone.
//! 4. What that leaves out is |B₂ₖ|/(2k)! ∫∫ |∂²ᵏG/∂q²ᵏ| dt dq at most.
//!
//! NIST Digital Library of Mathematical Functions, section 2.10(i).

use std::f64::consts::TAU;

use super::isolate::isolated;
use super::natural::{Natural, unit_of, variable_at};
use super::periods::slopes_of_linear;
use super::switches::deciders;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::derive::partial;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::{simplify, value_ranges};
use crate::expr::value::values;

/// Formulas of more nodes, and derivatives of more nodes, are not looked at.
const MOST_NODES: usize = 1_000;
const MOST_OF_DERIVATIVES: usize = 4_000;

/// Formulas that are tried for q.
const MOST_TRIED: usize = 3;

/// Fewer periods are integrated one by one.
const LEAST: f64 = 1_000.0;

/// B₂ⱼ/(2j)! for j = 1 to 4.
const BERNOULLI: [f64; 4] = [1.0 / 12.0, -1.0 / 720.0, 1.0 / 30_240.0, -1.0 / 1_209_600.0];

/// Slopes in the ratio of numbers up to this one have common periods.
const LARGEST_RATIO: u32 = 24;

/// So far a number of turns may be off because slopes are rounded.
const ROUNDED: f64 = 4.0 * f64::EPSILON;

/// The branch on which a point lies is told by this.
const NEARLY: f64 = 1e-9;

/// Where q is inverted: not in the middle, where something may vanish.
const OFF_CENTRE: f64 = 0.3819;

/// Places beside a cut, as parts of its size, that show how large the integrand is there.
const BESIDE: [f64; 2] = [-4.0 * f64::EPSILON, 4.0 * f64::EPSILON];

/// The coordinate of periods, besides that in a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Along {
    /// Their number n.
    Number,
    /// q = n + t.
    Argument,
}

/// Where a piece of a series lies.
#[derive(Debug)]
enum Within {
    /// Between these numbers of the variable.
    Limits(Range),
    /// In periods between these numbers; the second coordinate is t.
    Periods(Along, Range),
    /// Between a number and as much more as t; the coordinates are a part of that, and t.
    Triangle(f64),
    /// In the period with this number.
    Period(f64),
}

/// A piece of a series: formulas whose integrals are added.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) natural: Natural,
    within: Within,
}

/// Formulas whose integrals add up to that of one variable.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) parts: Vec<Part>,
    /// No more than their integrals are left out.
    pub(super) left_out: Vec<Natural>,
    /// What it costs that the places between the parts are rounded.
    pub(super) lost: Vec<f64>,
    /// The variable as a formula of q.
    variable: Formulas,
    /// The turns of q in a period.
    turns: f64,
    limits: Range,
}

impl Series {
    /// The unit coordinate of the variable at a place of a part.
    pub(super) fn place(&self, part: usize, unit: &[f64]) -> f64 {
        let number = |q: f64| self.variable.values(&[self.turns * q])[0];
        let x = match self.parts[part].within {
            Within::Limits(limits) => variable_at(unit[0], limits),
            Within::Periods(Along::Number, limits) => {
                number(variable_at(unit[0], limits) + unit[1])
            }
            Within::Periods(Along::Argument, limits) => number(variable_at(unit[0], limits)),
            Within::Triangle(n) => number(n + unit[0] * unit[1]),
            Within::Period(n) => number(n + unit[0]),
        };
        unit_of(x, self.limits).clamp(0.0, 1.0)
    }
}

/// An argument of a whole part or of a wave.
struct Turning {
    argument: Id,
    /// The argument grows by so much in a turn.
    period: f64,
    /// Whether something switches by it.
    switches: bool,
}

/// What turns in formulas of one variable.
fn turning(arena: &Arena, roots: &[Id]) -> Vec<Turning> {
    let (needed, reach) = (arena.needed(roots), inputs::of_nodes(arena));
    let deciders: Vec<Id> = deciders(arena, roots)
        .into_iter()
        .filter(|decider| decider.bends)
        .map(|decider| decider.node)
        .collect();
    if deciders.is_empty() {
        return Vec::new();
    }
    let below = arena.needed(&deciders);
    let nodes = (0..needed.len()).filter(|&k| needed[k]);
    let found = nodes.filter_map(|k| match arena.nodes()[k] {
        Node::Unary(Unary::Floor | Unary::Ceil, x) => Some((x, 1.0, true)),
        Node::Unary(Unary::Sin | Unary::Cos | Unary::Tan, x) => Some((x, TAU, below[k])),
        _ => None,
    });
    let found = found.filter(|(x, ..)| reach[x.index()] != 0);
    let found = found.map(|(argument, period, switches)| Turning {
        argument,
        period,
        switches,
    });
    found.collect()
}

/// Formulas of one variable as a series, of which so many terms at each end are integrated one by one; `None` if they are
/// none, or one of few terms.
pub(super) fn series(natural: &Natural, head: f64, along: Along) -> Option<Series> {
    let Formulas { arena, roots, .. } = &natural.formulas;
    if natural.limits.len() != 1 || arena.nodes().len() > MOST_NODES {
        return None;
    }
    let candidates = turning(arena, roots).into_iter();
    let mut candidates = candidates
        .filter(|turning| turning.switches)
        .take(MOST_TRIED);
    candidates.find_map(|turning| Turned::new(natural, &turning, along)?.series(head))
}

/// Formulas of one variable, which is one of q.
struct Turned<'a> {
    natural: &'a Natural,
    along: Along,
    limits: Range,
    /// The formula that is a number times q.
    argument: Id,
    period: f64,
    /// Between which numbers q lies.
    ends: Range,
    /// The variable, of q, and its derivative.
    variable: Formulas,
    stretch: Formulas,
}

/// How often an argument turns in a period, and what it is where q is 0.
struct Wound {
    argument: Id,
    /// That of a whole part, or of a wave: one argument may be that of both.
    period: f64,
    often: f64,
    rest: f64,
}

impl<'a> Turned<'a> {
    fn new(natural: &'a Natural, turning: &Turning, along: Along) -> Option<Self> {
        let Formulas { arena, .. } = &natural.formulas;
        let limits = natural.limits[0];
        let q = |x: f64| values(arena, &[turning.argument], &[x])[0] / turning.period;
        // From which side 0 is reached shows in its sign.
        let ends = [limits.0, if limits.1 == 0.0 { -0.0 } else { limits.1 }].map(q);
        let is_known = !ends.iter().any(|end| end.is_nan());
        let is_long = (ends[1] - ends[0]).abs() >= LEAST;
        if !(is_known && is_long) {
            return None;
        }
        let ends = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        let middle = variable_at(OFF_CENTRE, limits);
        let at = [middle, q(middle)];
        let graph = Graph::new();
        let root = {
            let (x, value) = (graph.input(0), graph.input(1));
            let own = graph.import(arena, &[turning.argument], &[x])[0] / turning.period;
            isolated(&graph, (own, value), 0, &at, &[limits, ends])?
                .0
                .id
        };
        let variable = Formulas {
            inputs: vec!["q".to_owned()],
            ..of_second(&graph, root, ends)
        };
        if (variable.values(&at[1..])[0] - middle).abs() > NEARLY * middle.abs().max(1.0) {
            return None;
        }
        let graph = Graph::from_arena(variable.arena.clone());
        let slope = partial(&graph, &[graph.expr(variable.roots[0])], 0).ok()?[0]?.id;
        let (arena, roots) = graph.read(|arena| simplify(arena, &[slope], &[ends]));
        Some(Turned {
            natural,
            along,
            limits,
            argument: turning.argument,
            period: turning.period,
            ends,
            stretch: Formulas {
                arena,
                roots,
                ..variable.clone()
            },
            variable,
        })
    }

    /// Formulas of the variable as those of q.
    fn of_q<'g>(&self, graph: &'g Graph, roots: &[Id], q: Expr<'g>) -> Vec<Expr<'g>> {
        let x = self.variable.within(graph, &[q])[0];
        graph.import_replacing(&self.natural.formulas.arena, roots, &[x], |id, _| {
            (id == self.argument).then(|| q * self.period)
        })
    }

    /// An argument with its slope in turns of q and what it is where q is 0, if it is linear.
    fn linear(&self, turning: &Turning) -> Option<Wound> {
        let (argument, period) = (turning.argument, turning.period);
        if argument == self.argument {
            return Some(Wound {
                argument,
                period,
                often: self.period / period,
                rest: 0.0,
            });
        }
        let graph = Graph::new();
        let root = self.of_q(&graph, &[argument], graph.input(0))[0].id;
        let (arena, roots) = simplify(&graph.into_arena(), &[root], &[self.ends]);
        let slope = slopes_of_linear(&arena, &roots, 0)[roots[0].index()]?;
        Some(Wound {
            argument,
            period,
            often: slope / period,
            rest: values(&arena, &roots, &[0.0])[0],
        })
        .filter(|wound| wound.rest.is_finite() && wound.often != 0.0)
    }

    /// The least number of turns of q that is a whole number of turns of all that switches, and what turns a whole number
    /// of times then.
    fn periods(&self) -> Option<(f64, Vec<Wound>)> {
        let Formulas { arena, roots, .. } = &self.natural.formulas;
        let mut turns = 1;
        let mut found: Vec<Wound> = Vec::new();
        for turning in turning(arena, roots) {
            let is_known = |wound: &Wound| {
                (wound.argument, wound.period) == (turning.argument, turning.period)
            };
            if found.iter().any(is_known) {
                continue;
            }
            let wound = self.linear(&turning);
            let is_whole = |turns: u32| {
                let often = wound.as_ref().map(|wound| wound.often * f64::from(turns));
                often.is_some_and(|often| (often - often.round()).abs() <= ROUNDED * often.abs())
            };
            let mut multiples = (1..=LARGEST_RATIO / turns).map(|k| k * turns);
            match multiples.find(|turns| is_whole(*turns)) {
                Some(common) => {
                    turns = common;
                    found.extend(wound);
                }
                None if turning.switches => return None,
                None => {}
            }
        }
        let turns = f64::from(turns);
        for wound in &mut found {
            wound.often = (wound.often * turns).round();
        }
        Some((turns, found))
    }

    fn series(&self, head: f64) -> Option<Series> {
        let (turns, wound) = self.periods()?;
        let (lo, hi) = (self.ends.0 / turns, self.ends.1 / turns);
        let (first, last) = (lo.ceil() + head, hi.floor() - head);
        let segments = match [lo, hi].map(f64::is_finite) {
            [false, false] => vec![(lo, -head), (head, hi)],
            _ if last - first < LEAST => return None,
            _ => vec![(first, last)],
        };
        let mut found = Series {
            parts: Vec::new(),
            left_out: Vec::new(),
            lost: vec![0.0; self.natural.formulas.roots.len()],
            variable: self.variable.clone(),
            turns,
            limits: self.limits,
        };
        let mut from = self.limits.0;
        let mut sides = Vec::new();
        for segment in &segments {
            sides.push((self.side(*segment, turns)?, *segment));
        }
        sides.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
        for ((lower, upper), _) in &sides {
            self.add_head((from, *lower), &mut found);
            from = *upper;
        }
        self.add_head((from, self.limits.1), &mut found);
        for ((lower, upper), segment) in sides {
            for cut in [lower, upper] {
                self.add_lost(cut, &mut found.lost);
            }
            self.add_segment(segment, turns, &wound, &mut found)?;
        }
        Some(found)
    }

    /// Between which numbers of the variable periods lie; `None` if it does not rise or fall with them.
    fn side(&self, (from, to): Range, turns: f64) -> Option<Range> {
        let Formulas { arena, roots, .. } = &self.stretch;
        let mut ranges = Ranges::new(arena, roots, 1)?;
        ranges.turn_to([(from * turns, to * turns)].into_iter());
        let slope = ranges.of(0);
        let has_sign = slope.values.lo >= 0.0 || slope.values.hi <= 0.0;
        if !(slope.defined && slope.continuous && has_sign) {
            return None;
        }
        let at = |n: f64| self.variable.values(&[n * turns])[0];
        let [a, b] = [from, to].map(at);
        let (lower, upper) = (a.min(b), a.max(b));
        // An infinite number of periods ends where the variable does, and others end inside.
        let ends_there = |n: f64, x: f64| match n.is_infinite() {
            true => x == self.limits.0 || x == self.limits.1,
            false => x > self.limits.0 && x < self.limits.1,
        };
        (ends_there(from, a) && ends_there(to, b) && lower < upper).then_some((lower, upper))
    }

    /// Adds what lies before periods, between them or behind them.
    fn add_head(&self, limits: Range, found: &mut Series) {
        if limits.0 < limits.1 {
            found.parts.push(Part {
                natural: Natural {
                    formulas: self.natural.formulas.clone(),
                    limits: vec![limits],
                },
                within: Within::Limits(limits),
            });
        }
    }

    /// Adds what it costs that a place between two parts is rounded.
    fn add_lost(&self, cut: f64, lost: &mut [f64]) {
        if cut <= self.limits.0 || cut >= self.limits.1 {
            return;
        }
        for beside in BESIDE {
            let near = self.natural.formulas.values(&[cut + beside * cut.abs()]);
            for (lost, value) in lost.iter_mut().zip(near) {
                *lost = lost.max(4.0 * f64::EPSILON * (cut * value).abs());
            }
        }
    }

    /// Adds the series over periods with numbers from one up to another, without that one.
    fn add_segment(
        &self,
        (from, to): Range,
        turns: f64,
        wound: &[Wound],
        found: &mut Series,
    ) -> Option<()> {
        let graph = Graph::new();
        let is_number = self.along == Along::Number;
        // That of q in the last period, too.
        let end = if is_number { to } else { to + 1.0 };
        let limits = vec![(from, end), (0.0, 1.0)];
        let terms = {
            let roots = self.terms(&graph, turns, wound);
            Natural::new(graph, &roots, limits.clone())
        };
        let slopes = slopes(&terms.formulas)?;
        let size = slopes.len() / terms.formulas.roots.len();
        for (end, sign) in [(from, 1.0), (to, -1.0)] {
            if end.is_infinite() {
                continue;
            }
            let graph = Graph::new();
            let roots: Vec<Id> = {
                let t = graph.input(0);
                let at = if is_number {
                    graph.constant(end)
                } else {
                    end + t
                };
                let at = [at, t];
                let values = terms.formulas.within(&graph, &at);
                let all = values.into_iter().enumerate().map(|(k, value)| {
                    let odd = slopes[k * size..][..size].iter().step_by(2).zip(BERNOULLI);
                    let value = 0.5 * value;
                    let whole = odd.fold(value, |sum, (slope, factor)| {
                        sum - slope.within(&graph, &at)[0] * factor
                    });
                    (sign * whole).id
                });
                all.collect()
            };
            found.parts.push(Part {
                // Multiplied out, such sums would cancel.
                natural: Natural::as_written(graph, roots, vec![(0.0, 1.0)]),
                within: Within::Period(end),
            });
            if is_number {
                continue;
            }
            let graph = Graph::new();
            let roots: Vec<Id> = {
                let (part, t) = (graph.input(0), graph.input(1));
                let values = terms.formulas.within(&graph, &[end + part * t, t]);
                values.iter().map(|f| (*f * (-sign * t)).id).collect()
            };
            found.parts.push(Part {
                natural: Natural::new(graph, &roots, unit_ranges(2)),
                within: Within::Triangle(end),
            });
        }
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let at = [graph.input(0), graph.input(1)];
            let last = slopes.chunks(size).filter_map(<[_]>::last);
            let factor = BERNOULLI[size / 2 - 1].abs();
            let most = last.map(|slope| majorant(slope, &limits).within(&graph, &at)[0] * factor);
            most.map(|e| e.id).collect()
        };
        found.left_out.push(Natural::new(graph, &roots, limits));
        found.parts.push(Part {
            natural: Natural {
                limits: vec![(from, to), (0.0, 1.0)],
                ..terms
            },
            within: Within::Periods(self.along, (from, to)),
        });
        Some(())
    }

    /// G, of the coordinate of periods and t.
    fn terms(&self, graph: &Graph, turns: f64, wound: &[Wound]) -> Vec<Id> {
        let Formulas { arena, roots, .. } = &self.natural.formulas;
        let (own, t) = (graph.input(0), graph.input(1));
        let (n, q) = match self.along {
            Along::Number => (own, (own + t) * turns),
            Along::Argument => (own - t, own * turns),
        };
        let x = self.variable.within(graph, &[q])[0];
        let apply = |op: Unary, x: Expr<'_>| graph.expr(graph.insert(Node::Unary(op, x.id)).id);
        let values = graph.import_replacing(arena, roots, &[x], |id, _| {
            if id == self.argument {
                return Some(q * self.period);
            }
            let Node::Unary(op, argument) = *arena.node(id) else {
                return None;
            };
            let period = match op {
                Unary::Floor | Unary::Ceil => 1.0,
                _ => TAU,
            };
            let mut wound = wound.iter();
            let Wound { often, rest, .. } =
                *wound.find(|own| (own.argument, own.period) == (argument, period))?;
            let is_one = often.abs() == 1.0 && rest.fract() == 0.0;
            Some(match op {
                // Between two whole numbers, when the argument rises and when it falls.
                Unary::Floor if is_one => often * n + (rest - if often > 0.0 { 0.0 } else { 1.0 }),
                Unary::Ceil if is_one => often * n + (rest + if often > 0.0 { 1.0 } else { 0.0 }),
                Unary::Floor | Unary::Ceil => often * n + apply(op, often * t + rest),
                Unary::Sin | Unary::Cos | Unary::Tan => apply(op, (TAU * often) * t + rest),
                _ => return None,
            })
        });
        // Lengths count as they are, also where the variable falls with q.
        let middle = variable_at(OFF_CENTRE, self.ends);
        let sign = self.stretch.values(&[middle])[0].signum();
        let stretch = self.stretch.within(graph, &[q])[0] * (sign * turns);
        values.iter().map(|f| (*f * stretch).id).collect()
    }
}

/// A formula of the second of two inputs as one of the first, simplified between limits.
fn of_second(graph: &Graph, root: Id, limits: Range) -> Formulas {
    let own = Graph::new();
    let root = graph.read(|arena| {
        let inputs = [own.constant(f64::NAN), own.input(0)];
        own.import(arena, &[root], &inputs)[0].id
    });
    let (arena, roots) = simplify(&own.into_arena(), &[root], &[limits]);
    Formulas {
        inputs: Vec::new(),
        arena,
        roots,
    }
}

/// Formulas without quotients and roots, of which derivatives stay short.
fn as_powers(formulas: &Formulas) -> Formulas {
    let graph = Graph::new();
    let raised = |x: Expr<'_>, n: i32| -> Id {
        let own = match graph.node(x.id) {
            Node::Power(y, m) => m.checked_mul(n).map(|n| graph.expr(y).powi(n)),
            Node::Binary(Binary::Pow, y, c) => {
                let exponent = graph.expr(c).number();
                exponent.map(|c| graph.expr(y).pow(c * f64::from(n)))
            }
            _ => None,
        };
        own.unwrap_or_else(|| graph.expr(x.id).powi(n)).id
    };
    let roots = {
        let inputs: Vec<Expr<'_>> = (0..2).map(|i| graph.input(i)).collect();
        let Formulas { arena, roots, .. } = formulas;
        let copies = graph.import_replacing(arena, roots, &inputs, |id, copy| {
            Some(match *arena.node(id) {
                Node::Binary(Binary::Div, x, y) => {
                    let below = graph.expr(raised(copy(y), -1));
                    match copy(x).number() {
                        Some(1.0) => below,
                        _ => copy(x) * below,
                    }
                }
                Node::Unary(Unary::Sqrt, x) => copy(x).pow(0.5),
                Node::Power(x, n) => graph.expr(raised(copy(x), n)),
                _ => return None,
            })
        });
        copies.iter().map(|e| e.id).collect()
    };
    Formulas {
        inputs: formulas.inputs.clone(),
        arena: graph.into_arena(),
        roots,
    }
}

/// A formula that is nowhere smaller than another one's size between limits: the sum of the sizes of its terms, which
/// are smooth where that is not.
fn majorant(formulas: &Formulas, limits: &[Range]) -> Formulas {
    let Formulas { arena, roots, .. } = formulas;
    let ranges = value_ranges(arena, limits);
    let graph = Graph::new();
    let roots = {
        let inputs: Vec<Expr<'_>> = (0..limits.len()).map(|i| graph.input(i)).collect();
        // Every node as it is, then its majorant.
        let every: Vec<Id> = (0..arena.nodes().len()).map(Id::at).collect();
        let own = graph.import(arena, &every, &inputs);
        let mut most: Vec<Expr<'_>> = Vec::with_capacity(own.len());
        let reach = inputs::of_nodes(arena);
        for (k, node) in arena.nodes().iter().enumerate() {
            let (own, (lo, hi)) = (own[k], ranges[k]);
            let of = |id: Id| most[id.index()];
            // What depends on t alone is no larger than somewhere in a period.
            let largest = lo.abs().max(hi.abs());
            if reach[k] == inputs::bit(1) && largest.is_finite() {
                most.push(graph.constant(largest));
                continue;
            }
            most.push(match *node {
                Node::Binary(Binary::Add | Binary::Sub, x, y) => of(x) + of(y),
                Node::Binary(Binary::Mul, x, y) => of(x) * of(y),
                Node::Unary(Unary::Neg | Unary::Abs, x) => of(x),
                Node::Power(x, n) if n > 0 => of(x).powi(n),
                Node::Unary(Unary::Sin | Unary::Cos, _) => graph.constant(1.0),
                Node::Constant(..) => match own.number() {
                    Some(number) => graph.constant(number.abs()),
                    None => own.abs(),
                },
                _ if lo >= 0.0 => own,
                _ if hi <= 0.0 => -own,
                _ => own.abs(),
            });
        }
        roots.iter().map(|root| most[root.index()].id).collect()
    };
    Formulas {
        inputs: formulas.inputs.clone(),
        arena: graph.into_arena(),
        roots,
    }
}

/// For every formula its derivatives by the first variable, from the first to one of even order, all of the same number.
fn slopes(of: &Formulas) -> Option<Vec<Formulas>> {
    let mut orders: Vec<Formulas> = Vec::new();
    let mut last = as_powers(of);
    while orders.len() < 2 * BERNOULLI.len() {
        let graph = Graph::from_arena(last.arena);
        let roots: Vec<Id> = {
            let values: Vec<Expr<'_>> = last.roots.iter().map(|id| graph.expr(*id)).collect();
            let slopes = partial(&graph, &values, 0).ok()?;
            let zero = graph.constant(0.0);
            let slopes = slopes.iter();
            slopes.map(|slope| slope.unwrap_or(zero).id).collect()
        };
        let (arena, roots) = graph.into_arena().part(&roots);
        let own = Formulas {
            inputs: last.inputs,
            arena,
            roots,
        };
        last = as_powers(&own);
        if last.arena.nodes().len() > MOST_OF_DERIVATIVES {
            break;
        }
        orders.push(last.clone());
    }
    orders.truncate(orders.len() / 2 * 2);
    if orders.is_empty() {
        return None;
    }
    let of_output = |k: usize| {
        let orders = orders.iter();
        orders.map(move |order| order.part(&order.roots[k..=k]))
    };
    Some((0..of.roots.len()).flat_map(of_output).collect())
}
