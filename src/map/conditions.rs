//! Conditions: the part of a region in which all of them hold.

use super::definite::definite;
use super::integrands::Names;
use super::margin::margins;
use crate::elementary::{Binary, Unary};
use crate::error::{Error, Misfit};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::text::list;
use crate::expr::text::parse;
use crate::expr::value::values;
use crate::scatter::Scatter;

/// Conditions in the variables, the targets and the parameters of a domain.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    /// As they were written.
    written: Formulas,
    /// Where they hold, and all that they compare has a value.
    definite: Formulas,
    /// Whether somewhere in the region one has no value.
    is_partial: bool,
}

impl Conditions {
    /// None: they hold everywhere.
    pub(super) fn none(names: &Names<'_>) -> Self {
        Conditions::of(Formulas {
            inputs: names.inputs(),
            arena: Graph::new().into_arena(),
            roots: Vec::new(),
        })
    }

    /// These conditions.
    fn of(written: Formulas) -> Self {
        let inputs = written.inputs.clone();
        let definite = built(inputs, |graph, inputs| {
            let conditions = written.within(graph, inputs);
            let found = definite(graph, &conditions);
            found.into_iter().map(|condition| condition.holds).collect()
        });
        Conditions {
            written,
            definite,
            is_partial: false,
        }
    }

    /// The same where somewhere in the region one has no value, or not.
    pub(super) fn partial_if(self, is_partial: bool) -> Self {
        Conditions { is_partial, ..self }
    }

    /// For each condition that may lack a value somewhere, its number and a formula that is 1 where it does.
    pub(super) fn unknown<'g>(
        &self,
        graph: &'g Graph,
        inputs: &[Expr<'g>],
    ) -> Vec<(usize, Expr<'g>)> {
        let conditions = self.written.within(graph, inputs);
        let found = definite(graph, &conditions).into_iter().enumerate();
        found.filter_map(|(k, c)| Some((k, c.unknown?))).collect()
    }

    /// The conditions of a list such as `x^2 + y^2 <= 4, y >= x`.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub(super) fn parse(text: &str, names: &Names<'_>) -> Result<Self, Error> {
        let parts = list::parts(text)?;
        names
            .formulas(|_, scope| {
                let condition = |part| parse::condition_at(text, part, scope);
                parts.into_iter().map(condition).collect()
            })
            .map(Conditions::of)
    }

    /// The condition that a closure describes, as a formula of the targets.
    ///
    /// # Errors
    /// [`Error::Shape`] if the closure takes another number of targets, or gives no comparison.
    pub(super) fn trace<const M: usize>(
        names: &Names<'_>,
        condition: impl for<'g> FnOnce([Expr<'g>; M]) -> Expr<'g>,
    ) -> Result<Self, Error> {
        let mut is_truth = false;
        let formulas = names.of_targets(|targets| {
            let condition = condition(targets);
            is_truth = condition.is_truth();
            vec![condition]
        })?;
        match is_truth {
            true => Ok(Conditions::of(formulas)),
            false => Err(Misfit::NotACondition.into()),
        }
    }

    /// These and more.
    pub(super) fn and(&self, more: &Conditions) -> Self {
        let inputs = self.written.inputs.clone();
        Conditions::of(built(inputs, |graph, inputs| {
            let mut all = self.written.within(graph, inputs);
            all.extend(more.written.within(graph, inputs));
            all
        }))
    }

    /// The conditions on the n variables alone, and those that read any of the m targets.
    pub(super) fn parted(&self, n: usize, m: usize) -> [Self; 2] {
        let targets = (n..n + m).fold(0, |all, i| all | inputs::bit(i));
        let Formulas { arena, roots, .. } = &self.written;
        let reads = |root: &Id| inputs::of_formulas(arena, &[*root]) & targets != 0;
        let (of_targets, own): (Vec<Id>, Vec<Id>) = roots.iter().partition(|id| reads(id));
        [own, of_targets].map(|roots| Conditions::of(self.written.part(&roots)))
    }

    /// How far inside of each of them a point is; `None` where there are none.
    pub(super) fn margins(&self) -> Option<Formulas> {
        if self.is_empty() {
            return None;
        }
        let inputs = self.definite.inputs.clone();
        Some(built(inputs, |graph, inputs| {
            let conditions = self.written.within(graph, inputs).into_iter();
            conditions
                .flat_map(|condition| margins(graph, condition))
                .collect()
        }))
    }

    /// Whether all hold where the inputs have these values.
    pub(super) fn hold(&self, inputs: &[f64]) -> bool {
        let values = self.definite.values(inputs);
        values.iter().all(|value| *value != 0.0)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.written.roots.is_empty()
    }

    /// The conditions as texts.
    pub(super) fn texts(&self) -> Vec<String> {
        (0..self.written.roots.len())
            .map(|k| self.written.text(k))
            .collect()
    }

    /// The text of the first that is an equation between formulas that vary and do not jump: where it holds
    /// there is no content.
    pub(super) fn without_content(&self) -> Option<String> {
        let Formulas { arena, roots, .. } = &self.written;
        let is_equation = |root: &Id| {
            let Node::Binary(Binary::Eq, x, y) = *arena.node(*root) else {
                return false;
            };
            let sides = [x, y];
            inputs::of_formulas(arena, &sides) != 0 && is_continuous(arena, &sides)
        };
        let place = roots.iter().position(is_equation)?;
        Some(self.written.text(place))
    }

    /// Whether all hold, as a formula that is 0 or 1; `None` where there are none.
    pub(super) fn within<'g>(&self, graph: &'g Graph, inputs: &[Expr<'g>]) -> Option<Expr<'g>> {
        let formulas = match self.is_partial {
            true => &self.definite,
            false => &self.written,
        };
        let all = formulas.within(graph, inputs).into_iter();
        all.reduce(|all, condition| all.and(condition))
    }
}

/// The formulas that `build` makes of inputs with these names.
fn built(
    inputs: Vec<String>,
    build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> Vec<Expr<'g>>,
) -> Formulas {
    let made = Formulas::build(inputs, |graph, inputs| {
        Ok::<_, std::convert::Infallible>(build(graph, inputs))
    });
    match made {
        Ok(formulas) => formulas,
        Err(never) => match never {},
    }
}

/// Equations in the variables, the targets and the parameters of a domain, as differences that are zero.
#[derive(Clone, Debug)]
pub(super) struct Equations {
    differences: Formulas,
    /// As they were written.
    texts: Vec<String>,
}

impl Equations {
    /// The equations of a list such as `x^2 + y^2 = 4, z = x`.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub(super) fn parse(text: &str, names: &Names<'_>) -> Result<Self, Error> {
        let parts = list::parts(text)?;
        let texts = parts
            .iter()
            .map(|part| text[part.clone()].trim().to_owned());
        let texts = texts.collect();
        let differences = names.formulas(|_, scope| {
            let difference = |part| parse::equation_at(text, part, scope);
            parts.into_iter().map(difference).collect()
        })?;
        Ok(Equations { differences, texts })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.texts.len()
    }

    /// The equations as texts.
    pub(super) fn texts(&self) -> Vec<String> {
        self.texts.clone()
    }

    /// The text of the first that holds everywhere: of formulas of unit coordinates, one that is zero.
    pub(super) fn everywhere(&self, formulas: &Formulas) -> Option<String> {
        let numbers = formulas
            .roots
            .iter()
            .map(|root| formulas.arena.number(*root));
        let place = numbers.into_iter().position(|number| number == Some(0.0))?;
        self.texts.get(place).cloned()
    }

    /// Whether bounds show that they hold nowhere together in the unit box of n axes, as formulas of its
    /// coordinates.
    pub(super) fn hold_nowhere(formulas: &Formulas, n: usize) -> bool {
        let Some(mut ranges) = Ranges::new(&formulas.arena, &formulas.roots, n) else {
            return false;
        };
        let mut open = vec![vec![(0.0, 1.0); n]];
        for _ in 0..MOST_BOXES_OF_EQUATIONS {
            let Some(sides) = open.pop() else {
                return true;
            };
            ranges.turn_to(sides.iter().copied());
            let may_hold = (0..formulas.roots.len()).all(|k| {
                let values = ranges.of(k).values;
                values.lo <= 0.0 && values.hi >= 0.0
            });
            if may_hold {
                open.extend(halves(&sides));
            }
        }
        false
    }

    /// The differences of their sides as formulas of all inputs.
    pub(super) fn differences(&self) -> &Formulas {
        &self.differences
    }

    /// The differences of their sides.
    pub(super) fn within<'g>(&self, graph: &'g Graph, inputs: &[Expr<'g>]) -> Vec<Expr<'g>> {
        self.differences.within(graph, inputs)
    }
}

/// Whether no node of formulas jumps.
fn is_continuous(arena: &Arena, roots: &[Id]) -> bool {
    let needed = arena.needed(roots);
    let mut nodes = arena
        .nodes()
        .iter()
        .zip(needed)
        .filter(|(_, needed)| *needed);
    nodes.all(|(node, _)| {
        !matches!(
            node,
            Node::Select(..)
                | Node::Unary(
                    Unary::Floor | Unary::Ceil | Unary::Sign | Unary::Heaviside | Unary::Not,
                    _
                )
                | Node::Binary(
                    Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne | Binary::And | Binary::Or,
                    ..
                )
        )
    })
}

/// Points at which a search for the region begins.
const POINTS: usize = 512;

/// Boxes of a search for the region.
const MOST_BOXES: usize = 20_000;

/// Boxes of a search for what equations describe, where bounds alone can end it.
const MOST_BOXES_OF_EQUATIONS: usize = 200;

/// Operations of that search.
const MOST_WORK: usize = 1_000_000;

/// What a search for a point at which a condition holds comes to.
pub(super) enum Search {
    /// A point.
    Found(Vec<f64>),
    /// There is none.
    Nowhere,
    /// None was met.
    Unseen,
}

/// A search for a point of the unit box of n axes at which a condition holds, the first of the formulas.
///
/// 1. Look at scattered points.
/// 2. Halve the box, and leave out what bounds show to be outside; look at one point of the rest, at this
///    part of each side.
pub(super) fn search(arena: &Arena, holds: &[Id], n: usize, part: f64) -> Search {
    let is_inside = |point: &[f64]| {
        values(arena, holds, point)
            .first()
            .is_some_and(|v| *v != 0.0)
    };
    let scattered = Scatter::roots(n);
    let mut points = (1..=POINTS).map(|k| scattered.point(k));
    if let Some(point) = points.find(|point| is_inside(point)) {
        return Search::Found(point);
    }
    let Some(mut ranges) = Ranges::new(arena, holds, n) else {
        return Search::Unseen;
    };
    let most = MOST_BOXES.min(MOST_WORK / ranges.cost().max(1)).max(1);
    // Widest first, so that a small region is met where it is.
    let mut open = std::collections::VecDeque::from([vec![(0.0, 1.0); n]]);
    for _ in 0..most {
        let Some(sides) = open.pop_front() else {
            return Search::Nowhere;
        };
        ranges.turn_to(sides.iter().copied());
        let truth = ranges.of(0).values;
        if truth.hi == 0.0 {
            continue;
        }
        let point: Vec<f64> = sides.iter().map(|(lo, hi)| lo + (hi - lo) * part).collect();
        if truth.lo > 0.0 || is_inside(&point) {
            return Search::Found(point);
        }
        open.extend(halves(&sides));
    }
    Search::Unseen
}

/// The two halves of a box along its longest side.
fn halves(sides: &[(f64, f64)]) -> [Vec<(f64, f64)>; 2] {
    let width = |axis: &usize| sides[*axis].1 - sides[*axis].0;
    let longer = |a: usize, b: usize| if width(&b) > width(&a) { b } else { a };
    let longest = (0..sides.len()).reduce(longer).unwrap_or(0);
    let (lo, hi) = sides[longest];
    let middle = lo + (hi - lo) / 2.0;
    [(lo, middle), (middle, hi)].map(|side| {
        let mut half = sides.to_vec();
        half[longest] = side;
        half
    })
}
