//! Rules of which the error is known in advance, from the size of the integrand in the complex
//! plane.
//!
//! 1. Along each axis take bounds M of the integrand on ellipses around [0, 1] with the parameter ρ,
//!    or on strips of half-width a where it is periodic. The error of n Gauss nodes is at most
//!    (32/15) M ρ^(−2n)/(1 − ρ^(−2)), that of n trapezoid nodes 2M/(exp(2πan) − 1). Choose the
//!    neighbourhood with the fewest nodes; the errors of the axes add up.
//! 2. Halve the box along an axis that needs many nodes, or along which no neighbourhood is known,
//!    and bound both halves anew, until all cells can do with few nodes.
//! 3. Sum with few nodes, which gives the size of the integral, and then with enough for the
//!    tolerance. Sums that differ by more than their bounds would refute the bounds: no answer then.
//!    What the values lose by rounding is summed over the same cells, and added to the error.
//!
//! L. N. Trefethen, "Approximation Theory and Approximation Practice", SIAM (2013), theorem 19.3; L.
//! N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56
//! (2014) 385–458, theorem 3.2; K. Petras, "Self-validating integration and approximation of
//! piecewise analytic functions", J. Comput. Appl. Math. 145 (2002) 345–359.

use super::axis_bounds::AxisBounds;
use super::because::{Because, Behaviour};
use super::graded::on_graded_meshes;
use super::losses::{add_losses, lost_in_numbers};
use super::meter::{Halt, Metered, Stop};
use super::node_set::{NodeSet, Placed, nodes};
use super::outcome::{Outcome, Status};
use super::pieces;
use super::reason::Reason;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{add_on_cell, describe, roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::integrand::{Bounds, Integrand, Side, piece};
use crate::rule::Rule;

/// The first sum is to be this near to the integral, as a part of the bound on the box.
const ROUGH: f64 = 1e-2;

/// A cell that needs more nodes along an axis is halved.
const MOST_ALONG_AXIS: f64 = 48.0;

/// An integrand that needs cells halved more often is left to other methods.
const DEEPEST: u32 = 24;

/// An end of the box at which cells halved this often are not analytic is taken to be singular.
const DEEPEST_AT_END: u32 = 5;

/// How much may be spent: with more nodes in all other methods are better, and an integrand that
/// needs more cells is left to them.
#[derive(Clone, Copy, Debug)]
struct Limits {
    nodes: u64,
    cells: usize,
}

impl Limits {
    /// For what may be easy. More variables may be taken apart, where cells of all are not.
    fn few(dimension: usize) -> Limits {
        Limits {
            nodes: 400,
            cells: if dimension == 1 { 32 } else { 1 },
        }
    }

    /// For what is not taken apart.
    const MANY: Limits = Limits {
        nodes: 2_000_000,
        cells: 256,
    };
}

/// What a part may need beyond what the whole may, where there are many.
const NODES_OF_PART: u64 = 100;
const CELLS_OF_PART: usize = 4;

/// Rules of so few nodes in all are made to give all digits.
const CHEAP: u64 = 1000;

/// So are rules of so few nodes for each of many parts.
const CHEAP_PART: u64 = 8;

/// Corrections of the orders, once the size of the integral is known.
const CORRECTIONS: usize = 3;

/// Nodes at which the rounding of values is looked at, over all cells and in each cell at least.
const LOOKS: usize = 32;
const LOOKS_AT_CELL: usize = 3;

/// The part of an integral that is much for one cell.
const MUCH: f64 = 0.1;

/// The most nodes in a cell at which derivatives by numbers are taken.
const NODES_FOR_NUMBERS: usize = 8;

/// A part of the box.
#[derive(Clone)]
struct BoundedCell {
    sides: Vec<Side>,
    /// The part of the box of which it is a part.
    part: usize,
    depth: u32,
    /// For every axis along which the integrand varies.
    axes: Vec<Option<AxisBounds>>,
}

impl BoundedCell {
    fn content(&self) -> f64 {
        self.sides.iter().map(Side::width).product()
    }

    /// The bound of the error of rules, on a cell of content 1.
    fn error(&self, rules: &[Rule], output: usize) -> f64 {
        let axes = self.axes.iter().zip(rules);
        let of_axis = |(axis, rule): (&Option<AxisBounds>, &Rule)| {
            let axis = axis.as_ref();
            axis.map_or(0.0, |axis| axis.error(rule.len(), output))
        };
        axes.map(of_axis).sum()
    }

    /// One half along an axis.
    fn half(&self, axis: usize, second: bool) -> BoundedCell {
        let mut half = self.clone();
        let Side { from, to } = self.sides[axis];
        let middle = from + (to - from) / 2.0;
        half.sides[axis] = if second {
            Side { from: middle, to }
        } else {
            Side { from, to: middle }
        };
        half.depth += 1;
        for (a, bounds) in half.axes.iter_mut().enumerate() {
            if let Some(bounds) = bounds {
                bounds.renew(bounds.periodic && a != axis);
            }
        }
        half
    }
}

/// Cells with a rule for each axis, and the bounds of the errors.
struct Choice {
    /// For every cell of the search.
    rules: Vec<Vec<Rule>>,
    errors: Vec<f64>,
}

impl Choice {
    fn nodes(&self) -> u64 {
        self.rules.iter().map(|rules| nodes(rules)).sum()
    }
}

/// A sum over the nodes of a choice.
struct Bounded {
    choice: Choice,
    sums: Vec<Sum>,
    /// The same cell by cell.
    by_cell: Vec<Vec<Sum>>,
}

struct Search<'s> {
    integrand: &'s dyn Integrand,
    /// The parts of the box that are integrated; no cell goes beyond one.
    parts: &'s [Vec<Side>],
    bounds: Box<dyn Bounds + 's>,
    task: &'s Task<'s>,
    limits: Limits,
    /// The part of the box to which the bounds are turned, and whether there are bounds on it.
    turned_to: Vec<Side>,
    bounded: bool,
    /// The cells at which the last choice arrived.
    cells: Vec<BoundedCell>,
}

impl Search<'_> {
    /// The rules with the fewest nodes that meet the tolerances.
    fn choose(&mut self, tolerances: &[f64], quick: bool) -> Result<Option<Choice>, Stop> {
        let task = self.task;
        task.aside(|| self.choose_here(tolerances, quick))
    }

    fn choose_here(&mut self, tolerances: &[f64], quick: bool) -> Result<Option<Choice>, Stop> {
        let mut choice = Choice {
            rules: Vec::with_capacity(self.cells.len()),
            errors: vec![0.0; tolerances.len()],
        };
        let mut shares = vec![0.0; tolerances.len()];
        let mut waiting = std::mem::take(&mut self.cells);
        waiting.reverse();
        while let Some(mut cell) = waiting.pop() {
            if let Some(halt) = self.task.is_over() {
                return Err(halt.into());
            }
            // What the box cannot bound, its parts may.
            if self.turned_to != cell.sides {
                self.turned_to.clone_from(&cell.sides);
                self.bounded = self.bounds.turn_to(&cell.sides).is_some();
            }
            let bounded = self.bounded;
            let varying = cell.axes.iter().flatten().count().max(1) as f64;
            for (share, tolerance) in shares.iter_mut().zip(tolerances) {
                *share = tolerance / varying;
            }
            let mut rules = Vec::with_capacity(cell.axes.len());
            let mut worst = (0.0, 0);
            for (number, axis) in cell.axes.iter_mut().enumerate() {
                let Some(axis) = axis else {
                    rules.push(Rule::gauss(1)?);
                    continue;
                };
                let n = if bounded {
                    axis.order(number, &shares, self.bounds.as_mut(), quick)
                } else {
                    // The longest side is halved.
                    1e9 * (1.0 + cell.sides[number].width())
                };
                if n > worst.0 {
                    worst = (n, number);
                }
                if n > MOST_ALONG_AXIS {
                    continue;
                }
                rules.push(if axis.periodic {
                    Rule::trapezoid(n as usize)?
                } else {
                    Rule::gauss(n as usize)?
                });
            }
            let (most, axis) = worst;
            if most > MOST_ALONG_AXIS {
                let side = cell.sides[axis];
                let whole = self.parts[cell.part][axis];
                let at_end = side.from == whole.from || side.to == whole.to;
                let hopeless = most.is_infinite() && at_end && cell.depth >= DEEPEST_AT_END;
                let cells = self.cells.len() + waiting.len() + 2;
                if hopeless || cells > self.limits.cells || cell.depth >= DEEPEST {
                    return Ok(None);
                }
                waiting.push(cell.half(axis, true));
                waiting.push(cell.half(axis, false));
                continue;
            }
            let content = cell.content();
            for (output, error) in choice.errors.iter_mut().enumerate() {
                *error += content * cell.error(&rules, output);
            }
            choice.rules.push(rules);
            self.cells.push(cell);
        }
        Ok(Some(choice))
    }

    /// The errors aimed at: the tolerances, or the rounding errors where these are larger.
    fn targets(&self, sums: &[Sum]) -> Vec<f64> {
        let tolerances = self.task.tolerances(&values(sums));
        let pairs = tolerances.iter().zip(sums);
        pairs.map(|(t, sum)| t.max(roundoff(sum))).collect()
    }

    /// The rules for an integral of which these are rough sums, from so many nodes: all digits where
    /// they cost next to nothing, those asked for elsewhere.
    fn choose_after(&mut self, sums: &[Sum], rough: u64) -> Result<Option<Choice>, Stop> {
        let cheap = CHEAP.max(CHEAP_PART * self.parts.len() as u64);
        if rough <= cheap {
            let all: Vec<f64> = sums.iter().map(|s| 0.5 * roundoff(s)).collect();
            let cells = self.cells.clone();
            if let Some(choice) = self.choose(&all, false)?
                && choice.nodes() <= cheap
            {
                return Ok(Some(choice));
            }
            self.cells = cells;
        }
        let asked: Vec<f64> = self.targets(sums).iter().map(|t| 0.9 * t).collect();
        self.choose(&asked, false)
    }

    /// The sums over each of the cells of a choice, in their order.
    fn sum(&self, choice: &Choice, evaluator: &mut Metered<'_>) -> Result<Vec<Vec<Sum>>, Stop> {
        if let ([cell], [rules]) = (&self.cells[..], &choice.rules[..])
            && cell.sides.iter().all(|side| *side == Side::WHOLE)
        {
            return Ok(vec![sums_with(
                self.integrand,
                evaluator,
                rules,
                self.task,
            )?]);
        }
        let mut by_cell = Vec::with_capacity(self.cells.len());
        for (cell, rules) in self.cells.iter().zip(&choice.rules) {
            let mut sums = vec![Sum::default(); self.integrand.outputs()];
            add_on_cell(evaluator, &cell.sides, rules, &mut sums)?;
            by_cell.push(sums);
        }
        Ok(by_cell)
    }
}

/// Integrates over parts of the box if the integrand is known to be analytic on each and few enough
/// nodes are enough; `None` otherwise.
fn integrate(
    integrand: &dyn Integrand,
    parts: &[Vec<Side>],
    task: &Task<'_>,
    limits: Limits,
) -> Result<Option<Outcome>, Stop> {
    let Some(mut bounds) = integrand.knowledge().bounds() else {
        return Ok(None);
    };
    let mut rough = vec![0.0; integrand.outputs()];
    for part in parts {
        // There may be very many.
        if task.is_over().is_some() {
            return Ok(None);
        }
        let Some(sizes) = bounds.turn_to(part) else {
            // What the whole box cannot bound, its cells could; but such a search is long.
            if parts.len() > 1 {
                continue;
            }
            return Ok(None);
        };
        let content: f64 = part.iter().map(Side::width).product();
        for (rough, size) in rough.iter_mut().zip(sizes) {
            *rough += ROUGH * content * size;
        }
    }
    let axes = (0..integrand.dimension()).map(|axis| {
        let facts = integrand.knowledge().axis_facts(axis);
        let periodic = facts.periodic == Some(true);
        facts
            .varies
            .then(|| AxisBounds::new(periodic, integrand.outputs()))
    });
    let axes: Vec<Option<AxisBounds>> = axes.collect();
    let cell = |(part, sides): (usize, &Vec<Side>)| {
        let mut axes = axes.clone();
        for (bounds, side) in axes.iter_mut().zip(sides) {
            if let Some(bounds) = bounds {
                bounds.periodic &= *side == Side::WHOLE;
            }
        }
        BoundedCell {
            sides: sides.clone(),
            part,
            depth: 0,
            axes,
        }
    };
    let search = Search {
        integrand,
        parts,
        bounds,
        task,
        limits,
        turned_to: Vec::new(),
        bounded: false,
        cells: parts.iter().enumerate().map(cell).collect(),
    };
    match search.run(&rough) {
        // What is too much here may be less elsewhere.
        Err(Stop::Halt(Halt::Evaluations | Halt::Seconds)) => Ok(None),
        answer => answer,
    }
}

impl Search<'_> {
    /// Sums with few nodes, and then with enough.
    fn run(mut self, rough: &[f64]) -> Result<Option<Outcome>, Stop> {
        let mut evaluator = self.task.evaluator(self.integrand);
        let mut steps: Vec<Bounded> = Vec::new();
        let mut next = self.choose(rough, true)?;
        while let Some(choice) = next {
            let cost = choice.nodes();
            if cost > self.limits.nodes {
                return Ok(None);
            }
            self.task.afford(cost)?;
            let by_cell = self.sum(&choice, &mut evaluator)?;
            let mut sums = vec![Sum::default(); self.integrand.outputs()];
            for (total, sum) in by_cell.iter().flat_map(|own| (0..).zip(own)) {
                sums[total].add_sum(sum);
            }
            if sums.iter().any(|s| !s.is_finite()) {
                return Ok(None);
            }
            let targets = self.targets(&sums);
            let met = choice.errors.iter().zip(&targets).all(|(e, t)| e <= t);
            if met && !steps.is_empty() {
                let answer = Bounded {
                    choice,
                    sums,
                    by_cell,
                };
                return Ok(self.outcome(&steps, answer));
            }
            self.task.report(&values(&sums), &choice.errors);
            next = if steps.len() < CORRECTIONS {
                self.choose_after(&sums, cost)?
            } else {
                None
            };
            steps.push(Bounded {
                choice,
                sums,
                by_cell,
            });
        }
        Ok(None)
    }

    /// What the sums may be off by since numbers are rounded: values, nodes and weights. `None` if it
    /// has no bound.
    fn lost(&self, answer: &Bounded) -> Option<Vec<f64>> {
        let sums = answer.sums.iter();
        let mut total = vec![0.0; sums.len()];
        if let Some(mut losses) = self.integrand.knowledge().losses() {
            let few = (LOOKS / self.cells.len()).max(LOOKS_AT_CELL);
            let cells = self.cells.iter().zip(&answer.choice.rules);
            for ((cell, rules), sums) in cells.zip(&answer.by_cell) {
                if self.task.is_over().is_some() {
                    return None;
                }
                let mut pairs = sums.iter().zip(&answer.sums);
                // Where most of the integral is, a narrow place may hold all of it.
                let is_much = pairs.any(|(own, all)| own.magnitude() > MUCH * all.magnitude());
                let looks = if is_much { LOOKS } else { few };
                add_losses(&cell.sides, rules, looks, losses.as_mut(), sums, &mut total);
            }
        }
        // What a few nodes on all of a line can do has no narrow places, and values lose as much as numbers.
        if self.cells.len() > 1
            && let Some(numbers) = self.integrand.knowledge().numbers()
        {
            let longest = answer.choice.rules.iter().map(|rules| rules[0].len()).max();
            let rule = Rule::gauss(longest.unwrap_or(1).min(NODES_FOR_NUMBERS)).ok()?;
            let sides: Vec<Side> = self.cells.iter().map(|cell| cell.sides[0]).collect();
            let lost = lost_in_numbers(numbers.as_ref(), &sides, &rule);
            total
                .iter_mut()
                .zip(lost)
                .for_each(|(sum, lost)| *sum += lost);
        }
        for (lost, sum) in total.iter_mut().zip(sums) {
            // Weights are right to an ulp, and so is what a side does to them.
            *lost = (*lost + 2.0 * f64::EPSILON * sum.magnitude()).max(roundoff(sum));
        }
        total.iter().all(|lost| lost.is_finite()).then_some(total)
    }

    /// The outcome, unless an earlier sum refutes the bounds.
    fn outcome(&self, earlier: &[Bounded], answer: Bounded) -> Option<Outcome> {
        let sums = &answer.sums;
        let lost = self.lost(&answer)?;
        for before in earlier {
            let refuted = (0..sums.len()).any(|k| {
                let distance = (before.sums[k].value() - sums[k].value()).abs();
                let rounding = roundoff(&before.sums[k]).max(lost[k]) + lost[k];
                distance > before.choice.errors[k] + answer.choice.errors[k] + rounding
            });
            if refuted {
                return None;
            }
        }
        let cancels = lost
            .iter()
            .zip(sums)
            .any(|(l, sum)| *l > 4.0 * roundoff(sum));
        let errors = answer.choice.errors.iter().zip(&lost);
        let errors: Vec<f64> = errors.map(|(error, lost)| error + lost).collect();
        let values = values(sums);
        let (status, reason) = if self.task.is_met(&values, &errors) {
            (Status::Converged, None)
        } else if cancels {
            (Status::Roundoff, Some(Reason::Cancellation))
        } else {
            (Status::Roundoff, Some(Reason::Rounding))
        };
        let method = match &answer.choice.rules[..] {
            [rules] => describe(rules),
            cells => format!(
                "gauss, {} cells of {} nodes in all",
                cells.len(),
                answer.choice.nodes()
            ),
        };
        let nodes = self.task.keeps_nodes.then(|| {
            let cells = self.cells.iter().zip(&answer.choice.rules);
            let parts = cells.map(|(cell, rules)| Placed {
                sides: cell.sides.clone(),
                rules: rules.clone(),
            });
            NodeSet::of_parts(parts.collect(), &values)
        });
        Some(Outcome {
            proven: true,
            nodes,
            reasons: reason.into_iter().collect(),
            ..Outcome::new(values, errors, status).by(method, because(self.integrand))
        })
    }
}

fn because(integrand: &dyn Integrand) -> Because {
    let axes = (0..integrand.dimension()).map(|axis| {
        let facts = integrand.knowledge().axis_facts(axis);
        let behaviour = match (facts.varies, facts.periodic) {
            (false, _) => Behaviour::Constant,
            (true, Some(true)) => Behaviour::AnalyticPeriodic,
            (true, _) => Behaviour::Analytic,
        };
        (behaviour, integrand.knowledge().axis_name(axis))
    });
    let order = [
        Behaviour::Analytic,
        Behaviour::AnalyticPeriodic,
        Behaviour::Constant,
    ];
    Because::along(&order, axes)
}

/// Rules with a bound of the error, where few nodes are enough: then it takes longer to look for
/// something better.
pub(crate) struct Easy;

impl Strategy for Easy {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let limits = Limits::few(subject.integrand.dimension());
        let whole = [vec![Side::WHOLE; subject.integrand.dimension()]];
        settled(
            integrate(subject.integrand, &whole, task, limits)?,
            subject,
            task,
            solve,
        )
    }
}

/// Rules with a bound of the error: in the given coordinates, or in those that smooth what is
/// singular.
pub(crate) struct Analytic {
    /// The most variables.
    pub(crate) variables: usize,
}

impl Strategy for Analytic {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        subject.integrand.dimension() <= self.variables
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        settled(smoothed(subject, task)?, subject, task, solve)
    }
}

/// The attempt that found an answer, if it did; where terms cancel on a line, graded meshes may lose less.
fn settled(
    found: Option<Outcome>,
    subject: &Subject<'_>,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Attempt, Stop> {
    Ok(match found {
        Some(found) => Attempt::Settled(on_graded_meshes(found, subject, task, solve)?),
        None => Attempt::Pass,
    })
}

/// The integral over parts of the box by rules with a bound of the error, if there is one on each.
///
/// # Errors
/// What ended the work, or what failed.
pub(crate) fn over_parts(
    integrand: &dyn Integrand,
    parts: &[Vec<Side>],
    task: &Task<'_>,
) -> Result<Option<Outcome>, Stop> {
    if parts.is_empty() {
        return Ok(None);
    }
    let limits = Limits {
        nodes: Limits::MANY.nodes + NODES_OF_PART * parts.len() as u64,
        cells: Limits::MANY.cells + CELLS_OF_PART * parts.len(),
    };
    integrate(integrand, parts, task, limits)
}

/// The integral by rules with a bound of the error, if coordinates can be found in which there is
/// one.
fn smoothed(subject: &Subject<'_>, task: &Task<'_>) -> Result<Option<Outcome>, Stop> {
    let integrand = subject.integrand;
    let whole = [vec![Side::WHOLE; integrand.dimension()]];
    if let Some(outcome) = integrate(integrand, &whole, task, Limits::MANY)? {
        return Ok(Some(outcome));
    }
    if integrand.knowledge().bounds().is_none()
        || subject.changes == 0
        || subject.cost_of_look() > task.left()
    {
        return Ok(None);
    }
    let look = subject.look(task)?;
    if look.changes.is_empty() || !look.divergences.is_empty() {
        return Ok(None);
    }
    let mut outcomes = Vec::with_capacity(look.changes.len());
    for change in &look.changes {
        let piece = piece(integrand, change.clone());
        let own = subject.smoothed(piece.integrand.as_ref(), subject.scan);
        match smoothed(&own, task)? {
            Some(outcome) => outcomes.push(outcome),
            None => return Ok(None),
        }
    }
    let mut outcome = pieces::sum(&outcomes, task);
    // Coordinates may cancel what the integrand loses as it stands: there decimals are taken to be
    // exact, and they may not be what was meant.
    let lost = integrand.knowledge().rounding().unwrap_or_default();
    for (error, lost) in outcome.errors.iter_mut().zip(lost) {
        *error = error.max(lost);
    }
    outcome.because = outcome.because.after(look.steps.clone());
    Ok(Some(outcome).filter(Outcome::is_done))
}
