//! Systems of equations solved by algebra.
//!
//! 1. Undo what stands around the unknowns of an equation, on the branch of a point that is known. Put
//!    what an equation says of a formula wherever that formula occurs.
//! 2. Where equations are sums, or products, of as many parts that hold unknowns, solve for these parts;
//!    an angle and its distance become two equations for the legs.
//! 3. Else solve an equation for an unknown, as a polynomial of degree 2 in one of its powers where it
//!    occurs more than once, and eliminate it from the others; go back where that leads nowhere.
//!
//! What is found is a candidate only: whoever asked checks it.
//!
//! A. Bundy, B. Welham, "Using meta-level inference for selective application of multiple rewrite rule
//! sets in algebraic manipulation", Artificial Intelligence 16 (1981) 189–211.

use super::atoms::{linear, monomial, polar};
use crate::analysis::isolate::{isolated, reached};
use crate::analysis::undo::{Equation, undone};
use crate::elementary::Binary;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::operator::Range;
use crate::expr::simplify::simplify;

/// The most systems that are looked at.
const MOST_SYSTEMS: usize = 60;

/// A formula with more nodes is not worth having.
const MOST_NODES: usize = 400;

/// The most unknowns besides those that are wanted.
const MOST_AUXILIARY: usize = 3;

/// The most unknowns of a system that is looked at.
const MOST_UNKNOWNS: usize = 12;

/// What is to be solved: gᵢ(x, a) = uᵢ.
pub(crate) struct Question<'q> {
    /// g, formulas of the unknowns x, then of constants a.
    pub(crate) formulas: &'q Formulas,
    /// The values of x at a point that selects the branch, of u and of a.
    pub(crate) at: [&'q [f64]; 3],
    /// The ranges of x, which may be guesses, and of u.
    pub(crate) ranges: [&'q [Range]; 2],
    /// The names of u, then of a: those of the inputs of the solution.
    pub(crate) names: Vec<String>,
}

/// The unknowns as formulas of u and a: the first candidate that is accepted.
pub(crate) fn solved(
    question: &Question<'_>,
    accept: &mut dyn FnMut(&Formulas) -> bool,
) -> Option<Formulas> {
    let n = question.formulas.roots.len();
    let [x, u, a] = question.at;
    // Inputs are told apart by bits.
    if n > MOST_UNKNOWNS || 2 * n + a.len() + MOST_AUXILIARY >= 63 {
        return None;
    }
    let graph = Graph::new();
    let sides: Vec<(Id, Id)> = {
        let unknowns = (0..n).map(|i| graph.input(i));
        let constants = (0..a.len()).map(|i| graph.input(2 * n + i));
        let inputs: Vec<Expr<'_>> = unknowns.chain(constants).collect();
        let left = question.formulas.within(&graph, &inputs);
        let pairs = left.iter().enumerate();
        pairs.map(|(i, l)| (l.id, graph.input(n + i).id)).collect()
    };
    let constant_ranges = a.iter().map(|&a| (a, a));
    let ranges = question.ranges[0].iter().chain(question.ranges[1]).copied();
    let state = State {
        arena: graph.into_arena(),
        sides,
        solved: Vec::new(),
        at: [x, u, a].concat(),
        ranges: ranges.chain(constant_ranges).collect(),
        wanted: n,
        first_auxiliary: 2 * n + a.len(),
    };
    let mut search = Search {
        names: &question.names,
        accept,
        left: MOST_SYSTEMS,
    };
    search.look(state.simplified())
}

/// A search for a solution.
struct Search<'s> {
    names: &'s [String],
    accept: &'s mut dyn FnMut(&Formulas) -> bool,
    left: usize,
}

/// Equations between formulas, and what has been solved so far.
#[derive(Clone)]
struct State {
    arena: Arena,
    sides: Vec<(Id, Id)>,
    /// Unknowns as formulas of others that are still unknown or were solved later.
    solved: Vec<(usize, Id)>,
    /// The values of all inputs at the point that selects the branch.
    at: Vec<f64>,
    ranges: Vec<Range>,
    /// The number of unknowns that are wanted.
    wanted: usize,
    /// The first input that is an unknown of our own making.
    first_auxiliary: usize,
}

/// The equations that a rule makes, and unknowns that it solves.
struct Step<'g> {
    equations: Vec<Equation<'g>>,
    solved: Option<(usize, Expr<'g>)>,
    /// The value of a new unknown, which is positive.
    auxiliary: Option<f64>,
}

impl<'g> From<Vec<Equation<'g>>> for Step<'g> {
    fn from(equations: Vec<Equation<'g>>) -> Self {
        Step {
            equations,
            solved: None,
            auxiliary: None,
        }
    }
}

impl Search<'_> {
    fn look(&mut self, state: State) -> Option<Formulas> {
        self.left = self.left.checked_sub(1)?;
        if state.arena.nodes().len() > MOST_NODES {
            return None;
        }
        if state.sides.is_empty() {
            let found = state.solution(self.names)?;
            return (self.accept)(&found).then_some(found);
        }
        for rule in RULES {
            if let Some(next) = state.after(rule) {
                return self.look(next);
            }
        }
        for k in 0.. {
            let Some(next) = state.after(|graph, state| eliminated(graph, state, k)) else {
                break;
            };
            if let Some(found) = self.look(next) {
                return Some(found);
            }
        }
        None
    }
}

/// What a rule makes of equations; `None` where it does not apply.
type Rule = for<'g> fn(&'g Graph, &State) -> Option<Step<'g>>;

/// The rules that never lead astray, in the order in which they are tried.
const RULES: [Rule; 5] = [
    outermost_undone,
    known_replaced,
    single_solved,
    angle_split,
    parts_solved,
];

impl State {
    /// The state after a rule.
    fn after(
        &self,
        rule: impl for<'g> FnOnce(&'g Graph, &State) -> Option<Step<'g>>,
    ) -> Option<State> {
        let graph = Graph::from_arena(self.arena.clone());
        let mut next = State {
            arena: Arena::default(),
            ..self.clone()
        };
        {
            let step = rule(&graph, self)?;
            next.sides = step.equations.iter().map(|(l, r)| (l.id, r.id)).collect();
            next.solved.extend(step.solved.map(|(k, e)| (k, e.id)));
            if let Some(value) = step.auxiliary {
                next.at.push(value);
                next.ranges.push((0.0, f64::INFINITY));
            }
        }
        next.arena = graph.into_arena();
        Some(next.simplified())
    }

    fn simplified(mut self) -> State {
        let sides = self.sides.iter().flat_map(|&(l, r)| [l, r]);
        let roots: Vec<Id> = sides.chain(self.solved.iter().map(|(_, id)| *id)).collect();
        let (arena, roots) = simplify(&self.arena, &roots, &self.ranges);
        let (sides, solved) = roots.split_at(2 * self.sides.len());
        self.sides = sides.chunks(2).map(|pair| (pair[0], pair[1])).collect();
        for (entry, id) in self.solved.iter_mut().zip(solved) {
            entry.1 = *id;
        }
        self.arena = arena;
        self
    }

    /// The inputs that are unknown, one bit each.
    fn unknowns(&self) -> u64 {
        let own = (self.first_auxiliary..self.at.len()).map(|i| 1 << i);
        own.fold((1 << self.wanted) - 1, |all, bit: u64| all | bit)
    }

    fn equations<'g>(&self, graph: &'g Graph) -> Vec<Equation<'g>> {
        let pairs = self.sides.iter();
        pairs
            .map(|&(l, r)| (graph.expr(l), graph.expr(r)))
            .collect()
    }

    /// The unknowns that are wanted, as formulas of the inputs with these names.
    fn solution(&self, names: &[String]) -> Option<Formulas> {
        let n = self.wanted;
        let count = self.at.len();
        let graph = Graph::new();
        let roots: Option<Vec<Id>> = {
            let missing = graph.constant(f64::NAN);
            let mut inputs: Vec<Expr<'_>> = vec![missing; count];
            for (k, input) in inputs[n..self.first_auxiliary].iter_mut().enumerate() {
                *input = graph.input(k);
            }
            // What was solved last holds no unknown.
            for (k, id) in self.solved.iter().rev() {
                inputs[*k] = graph.import(&self.arena, &[*id], &inputs)[0];
            }
            let wanted = inputs[..n].iter();
            wanted
                .map(|e| (e.id != missing.id).then_some(e.id))
                .collect()
        };
        let ranges = &self.ranges[n..self.first_auxiliary];
        let (arena, roots) = simplify(&graph.into_arena(), &roots?, ranges);
        Some(Formulas {
            inputs: names.to_vec(),
            arena,
            roots,
        })
    }
}

/// Every equation with nothing around its unknowns, as far as that goes.
fn outermost_undone<'g>(graph: &'g Graph, state: &State) -> Option<Step<'g>> {
    let all = state.unknowns();
    let unknown = |e: Expr<'g>| reached(e) & all != 0;
    let value = |e: Expr<'g>| e.value(&state.at);
    let before = state.equations(graph);
    let after: Vec<Equation<'g>> = before
        .iter()
        .map(|&(l, r)| {
            let mut sides = if unknown(r) && !unknown(l) {
                (r, l)
            } else {
                (l, r)
            };
            while !unknown(sides.1)
                && let Some(next) = undone(sides, &unknown, &value)
            {
                sides = next;
            }
            sides
        })
        .collect();
    let same = |(a, b): (&Equation<'g>, &Equation<'g>)| a.0.id == b.0.id;
    (!before.iter().zip(&after).all(same)).then(|| after.into())
}

/// What an equation says of a formula, wherever that formula occurs in others.
fn known_replaced<'g>(graph: &'g Graph, state: &State) -> Option<Step<'g>> {
    let all = state.unknowns();
    let equations = state.equations(graph);
    for (i, &(l, r)) in equations.iter().enumerate() {
        if reached(r) & all != 0 || matches!(graph.node(l.id), Node::Input(_)) {
            continue;
        }
        let others = equations.iter().enumerate().filter(|(k, _)| *k != i);
        let roots: Vec<Id> = others.flat_map(|(_, (l, r))| [l.id, r.id]).collect();
        if !state.arena.needed(&roots)[l.id.index()] {
            continue;
        }
        let replace = |id: Id, _: &dyn Fn(Id) -> Expr<'g>| (id == l.id).then_some(r);
        let new = graph.import_replacing(&state.arena, &roots, &[], replace);
        let mut next: Vec<Equation<'g>> = new.chunks(2).map(|pair| (pair[0], pair[1])).collect();
        next.insert(i, (l, r));
        return Some(next.into());
    }
    None
}

/// An equation with one unknown, solved for it.
fn single_solved<'g>(graph: &'g Graph, state: &State) -> Option<Step<'g>> {
    let all = state.unknowns();
    let equations = state.equations(graph);
    for (i, &(l, r)) in equations.iter().enumerate() {
        let here = (reached(l) | reached(r)) & all;
        if here.count_ones() == 1 {
            let k = here.trailing_zeros() as usize;
            let (e, _) = isolated(graph, (l, r), k, &state.at, &state.ranges)?;
            return Some(substituted(graph, state, i, k, e));
        }
    }
    None
}

/// An angle of two legs that hold unknowns: the legs by their distance, which is a new unknown.
fn angle_split<'g>(graph: &'g Graph, state: &State) -> Option<Step<'g>> {
    let all = state.unknowns();
    if state.at.len() - state.first_auxiliary >= MOST_AUXILIARY {
        return None;
    }
    let mut equations = state.equations(graph);
    let i = equations.iter().position(|(l, r)| {
        matches!(graph.node(l.id), Node::Binary(Binary::Atan2, ..)) && reached(*r) & all == 0
    })?;
    let (l, angle) = equations.remove(i);
    let Node::Binary(_, y, x) = graph.node(l.id) else {
        return None;
    };
    let [y, x] = [y, x].map(|id| graph.expr(id));
    let distance = graph.input(state.at.len());
    equations.push((y, distance * angle.sin()));
    equations.push((x, distance * angle.cos()));
    Some(Step {
        equations,
        solved: None,
        auxiliary: Some(y.value(&state.at).hypot(x.value(&state.at))),
    })
}

/// Some of the equations solved for the parts of which they are sums or products.
fn parts_solved<'g>(graph: &'g Graph, state: &State) -> Option<Step<'g>> {
    let all = state.unknowns();
    let unknown = |e: Expr<'g>| reached(e) & all != 0;
    let value = |e: Expr<'g>| e.value(&state.at);
    let equations = state.equations(graph);
    let count = equations.len();
    if count > 6 {
        return None;
    }
    for set in 1u32..1 << count {
        let (some, rest): (Vec<_>, Vec<_>) = (0..count).partition(|i| set >> i & 1 == 1);
        if some.len() < 2 {
            continue;
        }
        let chosen: Vec<Equation<'g>> = some.iter().map(|&i| equations[i]).collect();
        let found = linear(&chosen, &unknown, &value)
            .or_else(|| monomial(&chosen, &unknown, &value))
            .or_else(|| match chosen[..] {
                [a, b] => {
                    polar([a, b], &unknown, &value).or_else(|| polar([b, a], &unknown, &value))
                }
                _ => None,
            });
        if let Some(mut next) = found {
            next.extend(rest.iter().map(|&i| equations[i]));
            return Some(next.into());
        }
    }
    None
}

/// An equation solved for an unknown that is eliminated from the others: the k-th such way, simple ones
/// first.
fn eliminated<'g>(graph: &'g Graph, state: &State, k: usize) -> Option<Step<'g>> {
    let all = state.unknowns();
    let mut ways = Vec::new();
    for (i, &(l, r)) in state.equations(graph).iter().enumerate() {
        let here = (reached(l) | reached(r)) & all;
        let mut found = false;
        for unknown in (0..state.at.len()).filter(|unknown| here >> unknown & 1 == 1) {
            if let Some((e, degree)) = isolated(graph, (l, r), unknown, &state.at, &state.ranges) {
                let size = graph.read(|arena| arena.needed(&[e.id]).iter().filter(|n| **n).count());
                ways.push(((degree, size, i, unknown), e));
                found = true;
            }
        }
        // An equation for one unknown that cannot be solved stays so.
        if !found && here.count_ones() == 1 {
            return None;
        }
    }
    ways.sort_by_key(|way| way.0);
    let &((_, _, i, unknown), e) = ways.get(k)?;
    Some(substituted(graph, state, i, unknown, e))
}

/// The other equations with a formula in the place of an unknown.
fn substituted<'g>(
    graph: &'g Graph,
    state: &State,
    equation: usize,
    unknown: usize,
    e: Expr<'g>,
) -> Step<'g> {
    let others = state
        .sides
        .iter()
        .enumerate()
        .filter(|(k, _)| *k != equation);
    let roots: Vec<Id> = others.flat_map(|(_, &(l, r))| [l, r]).collect();
    let inputs: Vec<Expr<'g>> = (0..state.at.len())
        .map(|i| if i == unknown { e } else { graph.input(i) })
        .collect();
    let new = graph.import(&state.arena, &roots, &inputs);
    Step {
        equations: new.chunks(2).map(|pair| (pair[0], pair[1])).collect(),
        solved: Some((unknown, e)),
        auxiliary: None,
    }
}
