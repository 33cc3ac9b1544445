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
//!
//! L. N. Trefethen, "Approximation Theory and Approximation Practice", SIAM (2013), theorem 19.3; L.
//! N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56
//! (2014) 385–458, theorem 3.2; K. Petras, "Self-validating integration and approximation of
//! piecewise analytic functions", J. Comput. Appl. Math. 145 (2002) 345–359.

use std::f64::consts::TAU;
use std::time::Instant;

use super::estimate::{Outcome, Status};
use super::settings::Task;
use super::tensor::{describe, nodes, roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Axis, Bounds, Evaluator, Integrand, Neighbourhood, Side};
use crate::rule::Rule;

/// The parameters of the ellipses, and the half-widths of the strips.
const ELLIPSES: [f64; 10] = [1.03, 1.1, 1.3, 1.6, 2.2, 4.0, 8.0, 16.0, 40.0, 120.0];
const STRIPS: [f64; 10] = [0.003, 0.01, 0.03, 0.08, 0.16, 0.3, 0.5, 0.9, 1.7, 3.5];

/// Where the search for the best neighbourhood begins.
const FIRST: usize = 5;

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
pub(crate) struct Limits {
    nodes: u64,
    cells: usize,
}

impl Limits {
    /// For what may be easy. More variables may be taken apart, where cells of all are not.
    pub(crate) fn few(dimension: usize) -> Limits {
        Limits {
            nodes: 400,
            cells: if dimension == 1 { 32 } else { 1 },
        }
    }

    /// For what is not taken apart.
    pub(crate) const MANY: Limits = Limits {
        nodes: 2_000_000,
        cells: 256,
    };
}

/// Rules of so few nodes in all are made to give all digits.
const CHEAP: u64 = 1000;

/// Corrections of the orders, once the size of the integral is known.
const CORRECTIONS: usize = 3;

/// What is known along an axis of a cell: the bounds of the neighbourhoods, as far as they were
/// asked for.
#[derive(Clone)]
struct AxisBounds {
    periodic: bool,
    known: [Known; ELLIPSES.len()],
    /// For every neighbourhood a bound for every output.
    sizes: Vec<f64>,
}

/// What is known of a neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// It was not asked for yet.
    Nothing,
    /// The integrand may not be analytic there.
    Unbounded,
    /// There are bounds.
    Bounded,
}

impl AxisBounds {
    fn new(periodic: bool, outputs: usize) -> Self {
        AxisBounds {
            periodic,
            known: [Known::Nothing; ELLIPSES.len()],
            sizes: vec![0.0; ELLIPSES.len() * outputs],
        }
    }

    /// Forgets what is known, for another part of the box.
    fn renew(&mut self, periodic: bool) {
        self.periodic = periodic;
        self.known = [Known::Nothing; ELLIPSES.len()];
    }

    /// The bounds of a neighbourhood, where they are known.
    fn bounds_of(&self, place: usize) -> Option<&[f64]> {
        let outputs = self.sizes.len() / ELLIPSES.len();
        let sizes = &self.sizes[place * outputs..(place + 1) * outputs];
        (self.known[place] == Known::Bounded).then_some(sizes)
    }

    /// The least of a figure of a neighbourhood times its bound of one output.
    fn least(&self, output: usize, figure: impl Fn(usize) -> f64) -> f64 {
        let places = (0..ELLIPSES.len()).filter_map(|place| {
            let bounds = self.bounds_of(place)?;
            Some(bounds[output] * figure(place))
        });
        places.fold(f64::INFINITY, f64::min)
    }

    fn neighbourhood(&self, place: usize) -> Neighbourhood {
        if self.periodic {
            Neighbourhood::Strip(STRIPS[place])
        } else {
            Neighbourhood::Ellipse(ELLIPSES[place])
        }
    }

    /// The error of n nodes for an integrand of size 1 in a neighbourhood.
    fn unit_error(&self, place: usize, n: usize) -> f64 {
        let n = n as f64;
        if self.periodic {
            2.0 / (TAU * STRIPS[place] * n).exp_m1()
        } else {
            let rho = ELLIPSES[place];
            32.0 / 15.0 * rho.powf(-2.0 * n) / (1.0 - rho.powi(-2))
        }
    }

    /// The nodes by which that error, times `excess`, is 1 or less; two at least.
    fn nodes_for(&self, place: usize, excess: f64) -> f64 {
        let n = if self.periodic {
            (2.0 * excess).ln_1p() / (TAU * STRIPS[place])
        } else {
            let rho = ELLIPSES[place];
            (32.0 / 15.0 * excess / (1.0 - rho.powi(-2))).ln() / (2.0 * rho.ln())
        };
        n.ceil().max(2.0)
    }

    /// The fewest nodes that meet the tolerances; infinity if no neighbourhood is known. A quick
    /// search takes the first neighbourhood that it meets.
    fn order(
        &mut self,
        axis: usize,
        tolerances: &[f64],
        bounds: &mut dyn Bounds,
        quick: bool,
    ) -> f64 {
        let mut nodes_at = |place: usize| -> Option<f64> {
            if self.known[place] == Known::Nothing {
                let neighbourhood = self.neighbourhood(place);
                let outputs = tolerances.len();
                let sizes = &mut self.sizes[place * outputs..(place + 1) * outputs];
                self.known[place] = if bounds.around(axis, neighbourhood, sizes) {
                    Known::Bounded
                } else {
                    Known::Unbounded
                };
            }
            let pairs = self.bounds_of(place)?.iter().zip(tolerances);
            let excess = pairs.map(|(bound, t)| bound / t).fold(0.0, f64::max);
            Some(self.nodes_for(place, excess))
        };
        let mut place = FIRST;
        let mut best = loop {
            match (nodes_at(place), place.checked_sub(1)) {
                (Some(n), _) => break n,
                (None, Some(smaller)) => place = smaller,
                (None, None) => return f64::INFINITY,
            }
        };
        // Upward as long as that helps, and downward if it did not help at once.
        let start = place;
        let last = ELLIPSES.len() - 1;
        for step in [1, -1] {
            if quick || step == -1 && place != start {
                break;
            }
            while let Some(next) = place.checked_add_signed(step).filter(|p| *p <= last) {
                match nodes_at(next) {
                    Some(n) if n < best => (best, place) = (n, next),
                    _ => break,
                }
            }
        }
        best
    }

    /// The bound of the error of n nodes, for one output.
    fn error(&self, n: usize, output: usize) -> f64 {
        self.least(output, |place| self.unit_error(place, n))
    }

    /// The bound of the slope of an output, per length of the side: the size over the distance, as
    /// Cauchy has it.
    fn slope(&self, output: usize) -> f64 {
        self.least(output, |place| {
            if self.periodic {
                1.0 / STRIPS[place]
            } else {
                4.0 / (ELLIPSES[place] + 1.0 / ELLIPSES[place] - 2.0)
            }
        })
    }
}

/// A part of the box.
#[derive(Clone)]
struct Cell {
    sides: Vec<Side>,
    depth: u32,
    /// For every axis along which the integrand varies.
    axes: Vec<Option<AxisBounds>>,
}

impl Cell {
    fn content(&self) -> f64 {
        self.sides.iter().map(Side::width).product()
    }

    /// The bound of the error of rules, on a cell of content 1.
    fn error(&self, rules: &[Rule], output: usize) -> f64 {
        let axes = self.axes.iter().zip(rules).zip(&self.sides);
        let of_axis = |((axis, rule), side): ((&Option<AxisBounds>, &Rule), &Side)| {
            let Some(axis) = axis else { return 0.0 };
            // The rounding of a coordinate moves a node by so much of a side that is short.
            let moved = if *side == Side::WHOLE {
                0.0
            } else {
                f64::EPSILON / 2.0 * side.from.max(side.to) / side.width() * axis.slope(output)
            };
            axis.error(rule.len(), output) + moved
        };
        axes.map(of_axis).sum()
    }

    /// One half along an axis.
    fn half(&self, axis: usize, second: bool) -> Cell {
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
}

struct Search<'s> {
    integrand: &'s dyn Integrand,
    bounds: Box<dyn Bounds + 's>,
    task: &'s Task<'s>,
    limits: Limits,
    /// The part of the box to which the bounds are turned, and whether there are bounds on it.
    turned_to: Vec<Side>,
    bounded: bool,
    /// The cells at which the last choice arrived.
    cells: Vec<Cell>,
}

impl Search<'_> {
    /// The rules with the fewest nodes that meet the tolerances.
    fn choose(&mut self, tolerances: &[f64], quick: bool) -> Result<Option<Choice>, Error> {
        let mut choice = Choice {
            rules: Vec::with_capacity(self.cells.len()),
            errors: vec![0.0; tolerances.len()],
        };
        let mut shares = vec![0.0; tolerances.len()];
        let mut waiting = std::mem::take(&mut self.cells);
        waiting.reverse();
        while let Some(mut cell) = waiting.pop() {
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
                    1e9 * cell.sides[number].width()
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
                let at_end = side.from == 0.0 || side.to == 1.0;
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
    fn choose_after(&mut self, sums: &[Sum], rough: u64) -> Result<Option<Choice>, Error> {
        if rough <= CHEAP {
            let all: Vec<f64> = sums.iter().map(|s| 0.5 * roundoff(s)).collect();
            let cells = self.cells.clone();
            if let Some(choice) = self.choose(&all, false)?
                && choice.nodes() <= CHEAP
            {
                return Ok(Some(choice));
            }
            self.cells = cells;
        }
        let asked: Vec<f64> = self.targets(sums).iter().map(|t| 0.9 * t).collect();
        self.choose(&asked, false)
    }

    /// The sums over the cells of a choice, in their order.
    fn sum(&self, choice: &Choice, evaluator: &mut dyn Evaluator) -> Vec<Sum> {
        if let ([cell], [rules]) = (&self.cells[..], &choice.rules[..])
            && cell.depth == 0
        {
            return sums_with(self.integrand, evaluator, rules);
        }
        let mut total = vec![Sum::default(); self.integrand.outputs()];
        for (cell, rules) in self.cells.iter().zip(&choice.rules) {
            let placed = |side: &Side, rule: &Rule| -> [Vec<f64>; 2] {
                let nodes = rule.nodes().iter().map(|s| side.at(*s)).collect();
                let weights = rule.weights().iter().map(|w| side.width() * w).collect();
                [nodes, weights]
            };
            let placed: Vec<[Vec<f64>; 2]> = cell
                .sides
                .iter()
                .zip(rules)
                .map(|(side, rule)| placed(side, rule))
                .collect();
            let axes = placed
                .iter()
                .map(|[nodes, weights]| Axis { nodes, weights });
            let axes: Vec<Axis<'_>> = axes.collect();
            let mut sums = vec![Sum::default(); total.len()];
            evaluator.add_grid(&axes, &mut sums);
            for (total, sum) in total.iter_mut().zip(&sums) {
                total.add_sum(sum);
            }
        }
        total
    }
}

/// Integrates if the integrand is known to be analytic and few enough nodes are enough; `None`
/// otherwise. The evaluations are added to `evaluations`.
///
/// # Errors
/// [`Error::Order`] if a rule is not available, which the limits exclude.
pub(crate) fn integrate(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    limits: Limits,
    evaluations: &mut u64,
) -> Result<Option<Outcome>, Error> {
    let begun = Instant::now();
    let Some(mut bounds) = integrand.knowledge().bounds() else {
        return Ok(None);
    };
    let dimension = integrand.dimension();
    let sides = vec![Side::WHOLE; dimension];
    let Some(sizes) = bounds.turn_to(&sides) else {
        return Ok(None);
    };
    let rough: Vec<f64> = sizes.iter().map(|size| ROUGH * size).collect();
    let axes = (0..dimension).map(|axis| {
        let facts = integrand.knowledge().axis_facts(axis);
        let periodic = facts.periodic == Some(true);
        facts
            .varies
            .then(|| AxisBounds::new(periodic, integrand.outputs()))
    });
    let whole = Cell {
        sides,
        depth: 0,
        axes: axes.collect(),
    };
    let mut search = Search {
        integrand,
        bounds,
        task,
        limits,
        turned_to: whole.sides.clone(),
        bounded: true,
        cells: vec![whole],
    };
    let mut evaluator = integrand.evaluator();
    let mut steps: Vec<Bounded> = Vec::new();
    let mut spent = 0;
    let mut next = search.choose(&rough, true)?;
    while let Some(choice) = next {
        let cost = choice.nodes();
        if cost > limits.nodes.min(task.max_evals.saturating_sub(spent))
            || !task.has_time_for(cost, spent, begun)
        {
            break;
        }
        let sums = search.sum(&choice, evaluator.as_mut());
        spent += cost;
        if sums.iter().any(|s| !s.is_finite()) {
            break;
        }
        let targets = search.targets(&sums);
        let met = choice.errors.iter().zip(&targets).all(|(e, t)| e <= t);
        if met && !steps.is_empty() {
            *evaluations += spent;
            return Ok(search.outcome(&steps, Bounded { choice, sums }, spent));
        }
        next = if steps.len() < CORRECTIONS {
            search.choose_after(&sums, cost)?
        } else {
            None
        };
        steps.push(Bounded { choice, sums });
    }
    *evaluations += spent;
    Ok(None)
}

impl Search<'_> {
    /// The outcome, unless an earlier sum refutes the bounds.
    fn outcome(&self, earlier: &[Bounded], answer: Bounded, evaluations: u64) -> Option<Outcome> {
        let sums = &answer.sums;
        for before in earlier {
            let refuted = (0..sums.len()).any(|k| {
                let distance = (before.sums[k].value() - sums[k].value()).abs();
                let rounding = roundoff(&before.sums[k]) + roundoff(&sums[k]);
                distance > before.choice.errors[k] + answer.choice.errors[k] + rounding
            });
            if refuted {
                return None;
            }
        }
        let errors = answer.choice.errors.iter().zip(sums);
        let errors: Vec<f64> = errors.map(|(error, sum)| error + roundoff(sum)).collect();
        let values = values(sums);
        let met = self.task.is_met(&values, &errors);
        let (status, reasons) = if met {
            (Status::Converged, Vec::new())
        } else {
            (Status::Roundoff, vec![super::ROUNDING.to_owned()])
        };
        Some(Outcome {
            values,
            errors,
            status,
            reasons,
            evaluations,
            method: match &answer.choice.rules[..] {
                [rules] => describe(rules),
                cells => format!(
                    "gauss, {} cells of {} nodes in all",
                    cells.len(),
                    answer.choice.nodes()
                ),
            },
            because: self.because(),
            bad_node: None,
        })
    }

    fn because(&self) -> String {
        let mut text = String::with_capacity(96);
        for (kind, wanted) in [
            ("analytic in ", Some(false)),
            ("analytic and periodic in ", Some(true)),
            ("constant in ", None),
        ] {
            let mut is_first = true;
            for axis in 0..self.integrand.dimension() {
                let facts = self.integrand.knowledge().axis_facts(axis);
                if facts.varies.then_some(facts.periodic == Some(true)) != wanted {
                    continue;
                }
                if !is_first {
                    text += ", ";
                } else if text.is_empty() {
                    text += kind;
                } else {
                    text += "; ";
                    text += kind;
                }
                text += &self.integrand.knowledge().axis_name(axis);
                is_first = false;
            }
        }
        text + super::PROVEN
    }
}
