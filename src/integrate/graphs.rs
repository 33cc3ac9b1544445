//! Cuts along curves and surfaces that are graphs over one axis or another.
//!
//! 1. Take the parts of the box in which nothing switches by rules with a bound of the error, where
//!    there is one.
//! 2. Take what lies between them by itself, where it is smooth: by Gauss rules whose
//!    orders are doubled until two agree.
//! 3. Where there is a layer next to a face, the piece is cut beside it first.
//! 4. What bounds could not tell apart is part of the error.

use super::across::piece_by_piece;
use super::analytic::over_parts;
use super::axis_bounds::AxisBounds;
use super::because::{Because, Step};
use super::layers;
use super::meter::Stop;
use super::node_set::nodes;
use super::outcome::{Hidden, Outcome, Status};
use super::pieces::sum;
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::integrand::{Bounds, Branch, Integrand, Piece, Side, window};
use crate::rule::Rule;

/// The orders of the rules, one after the other, until two agree.
const ORDERS: [usize; 7] = [5, 8, 12, 18, 27, 40, 60];

/// The most axes.
pub(crate) const MOST_AXES: usize = 4;

/// The part of the tolerance that the pieces beside curves may take.
const SHARE: f64 = 0.5;

/// The most nodes of a rule on a piece.
const MOST_NODES: usize = 70_000;

/// So many looks at bounds are allowed for each halving of a piece.
const LOOKS: u64 = 32;

/// With more pieces these are not bounded one by one.
const MOST_PROVEN: usize = 128;

/// A piece is halved so often at most where bounds do not show that rules see all of it.
const MOST_HALVINGS: usize = 800;

/// Fewer where nodes were spent before it.
const MOST_TRIED: usize = 200;

/// A piece becomes so many parts, besides those between layers: what nodes need not see of each is so much less.
const PARTS: f64 = 100.0;

/// A box is halved so often, or until it is so short, to tell whether it is singular.
const MOST_LOOKS: usize = 256;
const SHORT: f64 = 1e-9;

/// The evaluations that a piece of the plane may take for which rules do not agree: where these do not
/// suffice, other cuts are better.
const MOST_IN_PLANE: u64 = 200_000;

/// The part of the time that the search for curves may take.
const SEARCH: f64 = 0.2;

/// The integral from parts of the box on either side of curves and surfaces.
pub(crate) struct Graphs {
    /// For so many variables: from, to.
    pub(crate) variables: [usize; 2],
}

impl Strategy for Graphs {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        let [least, most] = self.variables;
        (least..=most).contains(&subject.integrand.dimension())
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let deadline = task.deadline().part(SEARCH);
        let Some(division) = integrand.knowledge().division(&deadline) else {
            return Ok(Attempt::Pass);
        };
        // Of a part alone nobody is told; and half the time is left to those who need no curves, since
        // some of the parts are no answer.
        let own = task.reporting(&|_, _| {}).leaving_time_for(1);
        let mut outcomes = Vec::new();
        let count: usize = division.branches.iter().map(|b| b.pieces.len()).sum();
        for branch in division.branches.iter().filter(|b| !b.windows.is_empty()) {
            let (integrand, windows) = (branch.integrand.as_ref(), &branch.windows);
            outcomes.push(match over_parts(integrand, windows, &own)? {
                Some(outcome) => outcome,
                None => piece_by_piece(integrand, windows, &own, solve)?,
            });
        }
        if count > 0 {
            outcomes.push(beside(&division.branches, &outcomes, &own, solve)?);
        }
        let mut outcome = if outcomes.is_empty() {
            let zero = vec![0.0; integrand.outputs()];
            Outcome::new(zero.clone(), zero, Status::Converged)
                .by("no parts", Because::of(Step::Zero))
        } else {
            sum(&outcomes, task)
        };
        let boxes = division.branches.iter().map(|branch| branch.windows.len());
        let parts = boxes.sum::<usize>() + count;
        outcome.method = format!("{parts} parts beside curves, {}", outcome.method);
        for (error, more) in outcome.errors.iter_mut().zip(&division.errors) {
            *error += more;
        }
        if outcome.status == Status::Converged && !task.is_met(&outcome.values, &outcome.errors) {
            outcome.status = Status::Suspect;
            outcome.add_reasons(&[Reason::UnresolvedSwitches]);
        }
        if division.is_estimated {
            outcome.add_reasons(&[Reason::FarOut]);
            if outcome.status.is_done() {
                outcome.status = Status::Suspect;
            }
        }
        // Bounds have told where it switches; to them the whole is what jumps there.
        outcome.witnessed = true;
        outcome.because = outcome.because.after([Step::CutAlongCurves]);
        task.report(&outcome.values, &outcome.errors);
        Ok(Attempt::of(outcome))
    }
}

/// The sum over pieces that are smooth; those for which rules do not agree are left to other methods.
fn beside(
    branches: &[Branch<'_>],
    others: &[Outcome],
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    let mut total = vec![0.0; branches[0].integrand.outputs()];
    let mut firsts = Vec::new();
    let mut proven = Vec::new();
    let mut pieces = Vec::new();
    let count: usize = branches.iter().map(|branch| branch.pieces.len()).sum();
    let of_each = task.aiming_at(task.rtol, SHARE * task.atol / count as f64, task.measure);
    for branch in branches {
        let mut witness = Witness::new(branch.integrand.as_ref());
        for piece in &branch.pieces {
            if let Some(halt) = task.is_over() {
                return Err(halt.into());
            }
            let own = match count <= MOST_PROVEN {
                true => over_whole(piece.integrand.as_ref(), &of_each)?,
                false => None,
            };
            if let Some(own) = &own {
                add(&mut total, &own.values);
            }
            let knows = own.is_some() || witness.knows(piece.integrand.as_ref());
            pieces.push((piece, knows));
            proven.push(own);
        }
    }
    if proven.iter().all(Option::is_some) {
        let proven: Vec<Outcome> = proven.into_iter().flatten().collect();
        return Ok(sum(&proven, task));
    }
    for ((piece, knows), own) in pieces.into_iter().zip(&proven) {
        let integrand = piece.integrand.as_ref();
        if own.is_some() {
            firsts.push((Vec::new(), Vec::new()));
            continue;
        }
        // What bounds see is halved until rules see it too.
        let parts = match knows {
            true => vec![vec![Side::WHOLE; integrand.dimension()]],
            false => layers::parts(integrand, task)?,
        };
        let first = match parts.len() {
            1 => gauss(integrand, ORDERS[0], task)?,
            _ => {
                let mut sums = vec![Sum::default(); integrand.outputs()];
                for part in &parts {
                    let own = gauss(window(integrand, part).as_ref(), ORDERS[0], task)?;
                    sums.iter_mut()
                        .zip(&own)
                        .for_each(|(sum, own)| sum.add_sum(own));
                }
                sums
            }
        };
        add(&mut total, &values(&first));
        firsts.push((first, parts));
    }
    let count = firsts.len() as f64;
    let mut proven = proven.into_iter();
    others
        .iter()
        .for_each(|other| add(&mut total, &other.values));
    let tolerances = task.tolerances(&total).into_iter();
    let shares: Vec<f64> = tolerances.map(|t| SHARE * t / count).collect();
    let mut outcomes = Vec::new();
    let mut firsts = firsts.into_iter();
    for branch in branches {
        let mut witness = Witness::new(branch.integrand.as_ref());
        for piece in &branch.pieces {
            let (first, parts) = firsts.next().unwrap_or_default();
            if let Some(own) = proven.next().flatten() {
                outcomes.push(own);
                continue;
            }
            let alone = Alone {
                piece,
                first,
                parts,
                shares: &shares,
                task,
            };
            outcomes.push(match alone.solve(&mut witness)? {
                Some(outcome) => outcome,
                None => {
                    let own = task.aiming_at(task.rtol, task.atol / count, task.measure);
                    let most = match piece.integrand.dimension() {
                        2 => MOST_IN_PLANE,
                        _ => u64::MAX,
                    };
                    let own = own.at_most((task.left() / 4).clamp(1, most));
                    let integrand = piece.integrand.as_ref();
                    let mut outcome = solve(&Subject::new(integrand), &own, Rows::Part)?;
                    // Cells know nothing of where the formula is singular: others may know better.
                    if outcome.is_done() && !outcome.proven {
                        outcome.status = Status::Suspect;
                        let axis = integrand.knowledge().axis_name(0);
                        outcome.add_reasons(&[Reason::NotSmooth { axis }]);
                    }
                    if let Some(bad) = &mut outcome.bad_node {
                        bad.unit = (piece.place)(&bad.unit);
                    }
                    outcome
                }
            });
        }
    }
    Ok(sum(&outcomes, task))
}

/// The integral over a piece by rules with a bound of the error, if there are any.
fn over_whole(piece: &dyn Integrand, task: &Task<'_>) -> Result<Option<Outcome>, Stop> {
    let whole = [vec![Side::WHOLE; piece.dimension()]];
    over_parts(piece, &whole, task)
}

fn add(total: &mut [f64], more: &[f64]) {
    total
        .iter_mut()
        .zip(more)
        .for_each(|(total, v)| *total += v);
}

/// What bounds of the integrand on a box say of the nodes that it takes.
struct Witness<'b> {
    bounds: Option<Box<dyn Bounds + 'b>>,
    axes: Vec<AxisBounds>,
}

impl<'b> Witness<'b> {
    fn new(integrand: &'b dyn Integrand) -> Self {
        let n = integrand.dimension();
        Witness {
            bounds: integrand.knowledge().bounds(),
            axes: vec![AxisBounds::new(false, integrand.outputs()); n],
        }
    }

    /// Allows work for another piece.
    fn renew(&mut self) {
        if let Some(bounds) = &mut self.bounds {
            let looks = LOOKS * MOST_HALVINGS as u64;
            let work = looks.saturating_mul(bounds.cost());
            bounds.allow(bounds.work().max(work));
        }
    }

    /// Whether no work is left.
    fn is_spent(&self) -> bool {
        self.bounds.as_ref().is_some_and(|bounds| bounds.is_spent())
    }

    /// Whether there are bounds in the box that holds a piece.
    fn knows(&mut self, piece: &dyn Integrand) -> bool {
        let whole = vec![Side::WHOLE; piece.dimension()];
        let sides = piece.knowledge().sides_in_whole(&whole);
        let bounds = self.bounds.as_mut();
        let both = bounds.zip(sides);
        both.is_some_and(|(bounds, sides)| bounds.turn_to(&sides).is_some())
    }

    /// How many nodes along an axis see all that may be in a box, to within `shares`, and how large that
    /// is; 0 where nothing is known.
    fn demand(&mut self, sides: &[Side], shares: &[f64]) -> (f64, Vec<f64>) {
        let nothing = (0.0, Vec::new());
        let Some(bounds) = &mut self.bounds else {
            return nothing;
        };
        let Some(sizes) = bounds.turn_to(sides) else {
            return match is_singular(bounds.as_mut(), sides) {
                // What is singular there is for those who integrate beside it.
                true => nothing,
                false => (f64::INFINITY, vec![f64::INFINITY; shares.len()]),
            };
        };
        let content: f64 = sides.iter().map(Side::width).product();
        let tolerances: Vec<f64> = shares
            .iter()
            .map(|share| share / (content * sides.len() as f64))
            .collect();
        if sizes.iter().zip(&tolerances).all(|(size, t)| size <= t) {
            return nothing;
        }
        let mut most = 0.0f64;
        for (axis, known) in self.axes.iter_mut().enumerate() {
            known.renew(false);
            most = most.max(known.order(axis, &tolerances, bounds.as_mut(), false));
        }
        (most, sizes.iter().map(|size| size * content).collect())
    }
}

/// Whether a box that is not bounded holds smaller and smaller ones that are not either; a large one may be
/// unbounded alone because exp overflows in bounds that are loose.
fn is_singular(bounds: &mut dyn Bounds, sides: &[Side]) -> bool {
    let mut open = vec![sides.to_vec()];
    for _ in 0..MOST_LOOKS {
        let Some(sides) = open.pop() else {
            return false;
        };
        for half in halves(&sides) {
            if bounds.turn_to(&half).is_none() {
                if half.iter().all(|side| side.width() < SHORT) {
                    return true;
                }
                open.push(half);
            }
        }
    }
    true
}

/// A piece, its sums by the first rule, and by how much its integral may be off.
struct Alone<'p, 'i> {
    piece: &'p Piece<'i>,
    first: Vec<Sum>,
    /// The parts between layers, or the piece itself.
    parts: Vec<Vec<Side>>,
    shares: &'p [f64],
    task: &'p Task<'p>,
}

impl Alone<'_, '_> {
    /// The integral by Gauss rules whose orders rise until two agree, and are no lower than bounds demand;
    /// where they demand too much, the piece is halved. `None` if rules do not agree, or no work on bounds is left.
    fn solve(&self, witness: &mut Witness<'_>) -> Result<Option<Outcome>, Stop> {
        let whole = self.piece.integrand.as_ref();
        witness.renew();
        let mut open = self.parts.clone();
        let parts = PARTS + open.len() as f64;
        let shares: Vec<f64> = self.shares.iter().map(|share| share / parts).collect();
        let mut outcomes = Vec::new();
        let mut halvings = 0;
        while let Some(part) = open.pop() {
            let is_part = part.iter().any(|side| *side != Side::WHOLE);
            let windowed = is_part.then(|| window(whole, &part));
            let (nodes, sizes) = match whole.knowledge().sides_in_whole(&part) {
                Some(sides) => witness.demand(&sides, &shares),
                None => (0.0, Vec::new()),
            };
            // Without work bounds say nothing: that is no knowledge.
            if witness.is_spent() {
                return Ok(None);
            }
            let is_seen = nodes <= ORDERS[ORDERS.len() - 1] as f64;
            if !is_seen && halvings < MOST_HALVINGS {
                halvings += 1;
                open.extend(halves(&part));
                continue;
            }
            let least = if is_seen { nodes as usize } else { 0 };
            // Two rules that bounds say nothing of may both miss the end of a layer.
            let is_unknown = witness.bounds.is_some() && nodes == 0.0;
            let agreements = if is_unknown && is_part { 2 } else { 1 };
            let found = self.agreed(windowed.as_deref(), least, agreements)?;
            let Some(mut outcome) = found else {
                // What bounds say can be seen is seen better from nearer.
                if nodes > 0.0 && halvings < MOST_TRIED {
                    halvings += 1;
                    open.extend(halves(&part));
                    continue;
                }
                return Ok(None);
            };
            if !is_seen {
                outcome.status = Status::Suspect;
                add(&mut outcome.errors, &sizes);
                let middle: Vec<f64> = part.iter().map(|side| side.at(0.5)).collect();
                outcome.hidden = Some(Hidden {
                    size: sizes.iter().copied().fold(0.0, f64::max),
                    unit: (self.piece.place)(&middle),
                });
            }
            outcomes.push(outcome);
        }
        Ok((!outcomes.is_empty()).then(|| sum(&outcomes, self.task)))
    }

    /// The outcome over a part of the piece, or all of it, of the first rule of so many nodes at least that
    /// agrees with the one before it, and that one with the one before, so many times.
    fn agreed(
        &self,
        part: Option<&dyn Integrand>,
        least: usize,
        agreements: usize,
    ) -> Result<Option<Outcome>, Stop> {
        let integrand = part.unwrap_or(self.piece.integrand.as_ref());
        let first = ORDERS.iter().position(|order| *order >= least).unwrap_or(0);
        let first = first.saturating_sub(1);
        let mut before = match (part, first) {
            (None, 0) => self.first.clone(),
            _ => gauss(integrand, ORDERS[first], self.task)?,
        };
        let mut agreed = 0;
        for order in &ORDERS[first + 1..] {
            if order.pow(integrand.dimension() as u32) > MOST_NODES {
                break;
            }
            let sums = gauss(integrand, *order, self.task)?;
            let pairs = sums.iter().zip(&before);
            let errors: Vec<f64> = pairs
                .map(|(a, b)| (a.value() - b.value()).abs() + roundoff(a))
                .collect();
            let mut good = errors.iter().zip(self.shares).zip(&sums);
            agreed = match good.all(|((e, share), sum)| *e <= share.max(4.0 * roundoff(sum))) {
                true => agreed + 1,
                false => 0,
            };
            if agreed == agreements {
                let method = vec![format!("gauss {order}"); integrand.dimension()].join(" x ");
                let outcome = Outcome::new(values(&sums), errors, Status::Converged);
                let because = Because::of(Step::CutAlongCurves);
                return Ok(Some(outcome.by(method, because)));
            }
            before = sums;
        }
        Ok(None)
    }
}

/// The halves of a part along its longest side.
fn halves(part: &[Side]) -> [Vec<Side>; 2] {
    let width = |axis: &usize| part[*axis].width();
    let longer = |a: usize, b: usize| if width(&b) > width(&a) { b } else { a };
    let longest = (0..part.len()).reduce(longer).unwrap_or(0);
    let Side { from, to } = part[longest];
    let middle = part[longest].at(0.5);
    [Side { from, to: middle }, Side { from: middle, to }].map(|half| {
        let mut sides = part.to_vec();
        sides[longest] = half;
        sides
    })
}

/// The sums of a piece by a Gauss rule of one order along all axes.
fn gauss(integrand: &dyn Integrand, order: usize, task: &Task<'_>) -> Result<Vec<Sum>, Stop> {
    let rules = vec![Rule::gauss(order)?; integrand.dimension()];
    task.afford(nodes(&rules))?;
    let mut evaluator = task.evaluator(integrand);
    sums_with(integrand, &mut evaluator, &rules, task)
}
