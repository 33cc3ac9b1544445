//! Graded meshes: cells that double in length away from the places that matter, each with a bound.
//!
//! 1. The integrand falls into pieces, each with an end or a place that matters at 0. Cells are
//!    halved, the one with the largest bound of its error first, until the bounds add up to the
//!    tolerance: they are those of Gauss rules by the size on an ellipse around the cell, or the size
//!    on the cell where there is no such ellipse.
//! 2. The cell at 0, if nothing bounds the integrand there, is left out: what lies in it is judged by
//!    how the bounds of its neighbours fall.
//! 3. Where the rounding of the coordinate itself costs too much, something narrow lies far from 0:
//!    that place becomes a place that matters, and all begins again.
//!
//! K. Petras, "Self-validating integration and approximation of piecewise analytic functions", J.
//! Comput. Appl. Math. 145 (2002) 345–359; C. Schwab, "p- and hp-finite element methods", Oxford
//! (1998), chapter 3, for meshes that are graded geometrically.

use super::because::{Because, Step};
use super::meter::{Metered, Stop};
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{roundoff, values};
use super::witness::upgraded;
use crate::elementary::sum::Sum;
use crate::integrand::{
    Block, Bounds, Coordinate, Division, Neighbourhood, Numbers, Piece, Side, Switches,
};
use crate::rule::Rule;

/// The nodes of a cell.
const NODES: usize = 32;

/// The ellipses that are tried.
const ELLIPSES: [f64; 2] = [4.0, 2.0];

/// An integrand that needs more cells is left to others: so many, or so many for each of its pieces.
const MOST_CELLS: usize = 600;
const MOST_OF_PIECE: usize = 64;

/// Places that matter are looked for so often.
const ROUNDS: usize = 4;

/// An integrand with more switches is cut at them.
const MOST_SWITCHES: usize = 40;

/// New places in one round.
const MOST_PLACES: usize = 6;

/// Bounds that fall by less than this from one neighbour of 0 to the next say nothing of what lies
/// nearer to it.
const FALLING: f64 = 0.95;

/// A cell at 0 that is shorter than this is given up.
const NEAREST: f64 = 1e-75;

/// A bound below this is that of what has died away: enclosures have no smaller one.
const NOTHING: f64 = 1e-200;

/// So many cells that halve toward 0 are bounded before what is left is judged by how they fall.
const OCTAVES: usize = 64;

/// The nodes in a cell at which derivatives by numbers are taken: they need not be known well.
const NODES_FOR_NUMBERS: usize = 4;

/// Distances from a place that are so small parts of it have too few digits for a derivative.
const BLURRED: f64 = 1e-12;

/// The integral of the power −0.9 next to 0, which has no end that matters, is 10 times its value at the other end
/// times the length.
const MOST_OF_POWER: f64 = 10.0;

/// What the rounding of a singular place costs, as a part of the integral.
const PLACED: f64 = 256.0 * f64::EPSILON;

/// With fewer cells all digits are had for next to nothing.
const CHEAP: usize = 100;

/// The bound of a cell at 0 falls to rounding while there are fewer cells than this.
const CHEAP_AT_ZERO: usize = 300;

/// The integral over graded meshes.
pub(crate) struct Graded;

impl Strategy for Graded {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        subject.integrand.dimension() == 1
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let known = subject.integrand.knowledge();
        let switches = known.switches();
        if switches.along(0).len() > MOST_SWITCHES {
            return Ok(Attempt::Pass);
        }
        let along = switches.along(0).iter();
        let mut places: Vec<(f64, f64)> = along.map(|w| (*w, Switches::MOVED * w)).collect();
        let mut best: Option<Outcome> = None;
        for _ in 0..ROUNDS {
            let Some(division) = known.refocused(&places) else {
                break;
            };
            let found = match mesh(&division, task) {
                // What there is already stands.
                Err(Stop::Halt(_)) if best.is_some() => break,
                found => found?,
            };
            match found {
                Found::Outcome(outcome, lossy) => {
                    let step = Because::of(Step::Graded {
                        places: places.len(),
                    });
                    let outcome = outcome.by(format!("graded gauss {NODES}"), step);
                    best = Some(match best {
                        Some(before) => before.better(outcome),
                        None => outcome,
                    });
                    // Beside a place of its own a sum that cancels there keeps its digits.
                    let is_new = |(at, apart): &(f64, f64)| {
                        let ends = [0.0, 1.0].into_iter();
                        let mut known = ends.chain(places.iter().map(|(known, _)| *known));
                        known.all(|known| (known - at).abs() > NODES as f64 * apart)
                    };
                    match lossy.filter(is_new) {
                        Some(place) => places.push(place),
                        None => break,
                    }
                }
                Found::Places(more) => places.extend(more),
                Found::Nothing => break,
            }
        }
        match best {
            Some(outcome) => Ok(Attempt::Settled(upgraded(
                outcome,
                subject.integrand,
                task,
            )?)),
            None => Ok(Attempt::Pass),
        }
    }
}

/// An answer; where its terms cancel, the one on graded meshes, if that has lost fewer digits.
///
/// # Errors
/// What failed.
pub(crate) fn on_graded_meshes(
    answer: Outcome,
    subject: &Subject<'_>,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    if !answer.reasons.contains(&Reason::Cancellation) || !Graded.suits(subject, task) {
        return Ok(answer);
    }
    match Graded.attempt(subject, task, solve) {
        Ok(Attempt::Settled(other)) => Ok(answer.better(other)),
        Ok(_) | Err(Stop::Halt(_)) => Ok(answer),
        Err(failed) => Err(failed),
    }
}

/// What came of a mesh.
enum Found {
    /// An outcome; and the node about which it loses the most by rounding, if that is too much, with how far nodes are
    /// apart there.
    Outcome(Box<Outcome>, Option<(f64, f64)>),
    /// Places that matter, with how uncertain they are.
    Places(Vec<(f64, f64)>),
    Nothing,
}

/// A cell of a piece.
struct Cell {
    piece: usize,
    side: Side,
    /// For every output.
    sums: Vec<Sum>,
    errors: Vec<f64>,
    /// The part of the errors that no smaller cell mends.
    moved: Vec<f64>,
    /// Whether the size has a bound on all of it.
    is_bounded: bool,
    /// The node with the largest value.
    peak: f64,
}

impl Cell {
    fn is_at_zero(&self) -> bool {
        self.side.from == 0.0
    }
}

/// A mesh in the making.
struct Mesh<'m> {
    pieces: &'m [Piece<'m>],
    bounds: Vec<Box<dyn Bounds + 'm>>,
    evaluators: Vec<Metered<'m>>,
    rule: Rule,
    outputs: usize,
    cells: Vec<Cell>,
    /// For every piece, bounds of the integral of the size from 2^−(k+1) to 2^−k, as far as they were
    /// asked for; none where there is none.
    octaves: Vec<Vec<Option<Vec<f64>>>>,
    /// For every output, what the integral may be off because the places are rounded.
    misplaced: &'m [f64],
    numbers: Option<&'m (dyn Numbers + 'm)>,
}

fn mesh(division: &Division<'_>, task: &Task<'_>) -> Result<Found, Stop> {
    let pieces = &division.pieces;
    let mut bounds = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Some(own) = piece.integrand.knowledge().bounds() else {
            return Ok(Found::Nothing);
        };
        bounds.push(own);
    }
    let Some(first) = pieces.first() else {
        return Ok(Found::Nothing);
    };
    let evaluators = pieces.iter().map(|p| task.evaluator(p.integrand.as_ref()));
    let mut mesh = Mesh {
        pieces,
        bounds,
        evaluators: evaluators.collect(),
        rule: Rule::gauss(NODES)?,
        outputs: first.integrand.outputs(),
        cells: Vec::new(),
        octaves: vec![Vec::new(); pieces.len()],
        misplaced: &division.errors,
        numbers: division.numbers.as_deref(),
    };
    for piece in 0..pieces.len() {
        if let Some(halt) = task.is_over() {
            return Err(halt.into());
        }
        let cell = mesh.cell(piece, Side::WHOLE)?;
        mesh.cells.push(cell);
    }
    mesh.run(task)
}

impl Mesh<'_> {
    /// A cell with its sums and bounds.
    fn cell(&mut self, piece: usize, side: Side) -> Result<Cell, Stop> {
        let m = self.outputs;
        let (width, far) = (side.to - side.from, side.to);
        let sizes = self.bounds[piece].turn_to(&[side]);
        let sizes = sizes.or_else(|| self.mean_sizes(piece, side));
        let mut errors = match &sizes {
            Some(sizes) => sizes.iter().map(|size| 2.0 * size * width).collect(),
            None => vec![f64::INFINITY; m],
        };
        let is_bounded = sizes.is_some();
        let mut moved = vec![0.0; m];
        for rho in ELLIPSES {
            let mut around = vec![0.0; m];
            if !self.bounds[piece].around(0, Neighbourhood::Ellipse(rho), &mut around) {
                continue;
            }
            let factor = 64.0 / 15.0 * rho.powi(-2 * NODES as i32) / (1.0 - rho.powi(-2));
            for k in 0..m {
                // Half the length times what theorem 19.3 of Trefethen says of (−1, 1).
                errors[k] = errors[k].min(0.5 * width * factor * around[k]);
                // The rounding of a node moves it by so much of the cell; the slope is at most the
                // size over the distance of the ellipse.
                let distance = 0.25 * (rho + 1.0 / rho) - 0.5;
                moved[k] = f64::EPSILON * far * around[k] / distance;
            }
            break;
        }
        let nodes: Vec<f64> = self.rule.nodes().iter().map(|s| side.at(*s)).collect();
        let weights: Vec<f64> = self.rule.weights().iter().map(|w| width * w).collect();
        let mut sums = vec![Sum::default(); m];
        let mut peak = nodes[NODES / 2];
        // What is at 0 and has no bound is left out.
        if errors.iter().all(|error| error.is_finite()) {
            let mut all = vec![0.0; m * NODES];
            let block = [Coordinate::Each(&nodes)];
            self.evaluators[piece].evaluate(&Block::new(&block, NODES), &mut all)?;
            let mut largest = 0.0;
            for (k, row) in all.chunks(NODES).enumerate() {
                for (i, value) in row.iter().enumerate() {
                    sums[k].add(weights[i] * value);
                    if value.abs() > largest {
                        (largest, peak) = (value.abs(), nodes[i]);
                    }
                }
            }
            for (k, sum) in sums.iter().enumerate() {
                // On average the rounding of nodes cancels: what counts is the size that was seen.
                moved[k] = moved[k].min(16.0 * f64::EPSILON * far / width * sum.magnitude());
                if !sum.is_finite() {
                    errors[k] = f64::INFINITY;
                }
            }
            if sums.iter().any(|sum| !sum.is_finite()) {
                sums.fill(Sum::default());
            }
        }
        if far < 5.0 * width {
            // That is as much as any value is rounded by.
            moved.fill(0.0);
        }
        for (error, moved) in errors.iter_mut().zip(&moved) {
            *error += moved;
        }
        let mut cell = Cell {
            piece,
            side,
            sums,
            errors,
            moved,
            is_bounded,
            peak,
        };
        self.judge_at_zero(&mut cell);
        Ok(cell)
    }

    /// Bounds of the mean sizes in a cell away from 0: of an integrand that jumps there there are no others.
    fn mean_sizes(&mut self, piece: usize, side: Side) -> Option<Vec<f64>> {
        if side.from == 0.0 {
            return None;
        }
        let mut means = vec![(0.0, 0.0); self.outputs];
        self.bounds[piece].move_to(&[side]);
        self.bounds[piece].means(&mut means);
        let sizes = means.iter().map(|(lo, hi)| lo.abs().max(hi.abs()));
        let sizes: Vec<f64> = sizes.collect();
        sizes.iter().all(|size| size.is_finite()).then_some(sizes)
    }

    /// What an unbounded cell at 0 may hold: the bounds of cells that halve toward 0, and what is left
    /// then, by how they fall.
    fn judge_at_zero(&mut self, cell: &mut Cell) {
        if !cell.is_at_zero() || cell.errors.iter().all(|error| error.is_finite()) {
            return;
        }
        cell.sums.fill(Sum::default());
        let first = (-cell.side.to.log2()).round() as usize;
        let mut sums = vec![0.0; self.outputs];
        let mut last: [Vec<f64>; 3] = Default::default();
        for k in first..first + OCTAVES {
            let Some(bounds) = self.octave(cell.piece, k) else {
                return;
            };
            sums.iter_mut()
                .zip(&bounds)
                .for_each(|(sum, bound)| *sum += bound);
            last.rotate_left(1);
            last[2] = bounds;
        }
        for k in 0..self.outputs {
            let [a, b, c] = [last[0][k], last[1][k], last[2][k]];
            let ratio = if c < NOTHING { 0.0 } else { (c / b).max(b / a) };
            cell.errors[k] = if ratio < FALLING {
                sums[k] + 2.0 * c * ratio / (1.0 - ratio)
            } else {
                f64::INFINITY
            };
        }
    }

    /// Bounds of the integrals of the sizes from 2^−(k+1) to 2^−k.
    fn octave(&mut self, piece: usize, k: usize) -> Option<Vec<f64>> {
        while self.octaves[piece].len() <= k {
            let to = 2f64.powi(-(self.octaves[piece].len() as i32));
            let side = Side { from: to / 2.0, to };
            let sizes = self.bounds[piece].turn_to(&[side]);
            let bounds = sizes.map(|sizes| sizes.iter().map(|size| size * to / 2.0).collect());
            self.octaves[piece].push(bounds);
        }
        self.octaves[piece][k].clone()
    }

    /// Halves cells until their bounds add up to the tolerance.
    fn run(mut self, task: &Task<'_>) -> Result<Found, Stop> {
        let most_cells = MOST_CELLS.max(MOST_OF_PIECE * self.pieces.len());
        loop {
            let (total, errors) = self.totals();
            let all = values(&total);
            let tolerances = task.tolerances(&all);
            let is_cheap = self.cells.len() < CHEAP
                || self.cells.len() < CHEAP_AT_ZERO && self.is_cheap_at_zero(&total);
            let aim = |k: usize| match is_cheap {
                true => roundoff(&total[k]),
                false => (0.5 * tolerances[k]).max(roundoff(&total[k])),
            };
            let aims: Vec<f64> = (0..self.outputs).map(aim).collect();
            let is_enough = |(error, aim): (&f64, &f64)| error <= aim;
            if errors.iter().zip(&aims).all(is_enough) {
                return self.outcome(task, &total, &errors);
            }
            let measure = |cell: &Cell| -> f64 {
                let parts = cell.errors.iter().zip(&aims);
                parts
                    .map(|(e, aim)| e / aim.max(f64::MIN_POSITIVE))
                    .fold(0.0, f64::max)
            };
            let measures: Vec<f64> = self.cells.iter().map(measure).collect();
            let worst = (0..self.cells.len()).max_by(|&i, &j| measures[i].total_cmp(&measures[j]));
            let Some(worst) = worst else {
                return Ok(Found::Nothing);
            };
            let cell = &self.cells[worst];
            let is_moved = (0..self.outputs).all(|k| cell.errors[k] <= 2.0 * cell.moved[k]);
            let middle = cell.side.from + (cell.side.to - cell.side.from) / 2.0;
            let is_short = !(cell.side.from < middle && middle < cell.side.to)
                || cell.side.to - cell.side.from < 64.0 * f64::EPSILON * cell.side.to;
            if is_moved || is_short || self.cells.len() > most_cells {
                // What is left to gain is not asked for.
                let asked = tolerances.iter().zip(&total);
                let asked: Vec<f64> = asked.map(|(t, sum)| (0.5 * t).max(roundoff(sum))).collect();
                if errors.iter().zip(&asked).all(is_enough) {
                    return self.outcome(task, &total, &errors);
                }
            }
            if (is_moved || is_short) && !cell.is_at_zero() {
                return Ok(Found::Places(self.places(&measures)));
            }
            let given_up = cell.is_at_zero() && cell.side.to < NEAREST;
            if is_moved || is_short || given_up || self.cells.len() > most_cells {
                return Ok(Found::Nothing);
            }
            task.afford(2 * NODES as u64)?;
            let cell = self.cells.swap_remove(worst);
            let Side { from, to } = cell.side;
            let later = self.cell(cell.piece, Side { from: middle, to })?;
            let earlier = self.cell(cell.piece, Side { from, to: middle })?;
            self.cells.extend([earlier, later]);
        }
    }

    /// Whether what is left to gain lies in cells at 0.
    fn is_cheap_at_zero(&self, total: &[Sum]) -> bool {
        let mut away = vec![0.0; self.outputs];
        for cell in self.cells.iter().filter(|cell| !cell.is_at_zero()) {
            away.iter_mut()
                .zip(&cell.errors)
                .for_each(|(sum, e)| *sum += e);
        }
        away.iter()
            .zip(total)
            .all(|(error, sum)| *error <= roundoff(sum))
    }

    fn totals(&self) -> (Vec<Sum>, Vec<f64>) {
        let mut sums = vec![Sum::default(); self.outputs];
        let mut errors = vec![0.0; self.outputs];
        for cell in &self.cells {
            for k in 0..self.outputs {
                sums[k].add_sum(&cell.sums[k]);
                errors[k] += cell.errors[k];
            }
        }
        (sums, errors)
    }

    /// The places where cells that are too short for their coordinates would have to be halved.
    fn places(&self, measures: &[f64]) -> Vec<(f64, f64)> {
        let mut order: Vec<usize> = (0..self.cells.len())
            .filter(|&i| measures[i] > 0.01)
            .collect();
        let is_bad = |cell: &Cell| {
            !cell.is_at_zero() && (0..self.outputs).any(|k| cell.errors[k] <= 4.0 * cell.moved[k])
        };
        order.sort_by(|&i, &j| {
            let size =
                |c: &Cell| c.sums.iter().map(Sum::magnitude).fold(0.0, f64::max) / c.side.width();
            size(&self.cells[j]).total_cmp(&size(&self.cells[i]))
        });
        let mut places: Vec<(f64, f64)> = Vec::new();
        for i in order {
            let cell = &self.cells[i];
            if !is_bad(cell) && !places.is_empty() {
                continue;
            }
            let (at, width) = self.place(cell);
            // What is near to a place that is known already belongs to it.
            if places
                .iter()
                .all(|(known, wide)| (known - at).abs() > 1000.0 * wide.max(width))
            {
                places.push((at, width));
            }
            if places.len() == MOST_PLACES {
                break;
            }
        }
        places
    }

    /// What the values lose by rounding; and the node about which they lose the most, with how far nodes are apart.
    fn lost(&self) -> (Vec<f64>, Option<(f64, f64)>) {
        let mut lost = vec![0.0; self.outputs];
        let (mut most, mut worst) = (vec![0.0; self.outputs], vec![None; self.outputs]);
        for (number, piece) in self.pieces.iter().enumerate() {
            let Some(mut losses) = piece.integrand.knowledge().losses() else {
                continue;
            };
            for cell in self.cells.iter().filter(|cell| cell.piece == number) {
                let middle = 0.5 * (cell.side.from + cell.side.to);
                let mut own = vec![0.0; self.outputs];
                for place in [cell.peak, middle] {
                    let mut at = vec![0.0; self.outputs];
                    losses.at(&[place], &mut at);
                    for (k, e) in at.iter().enumerate().filter(|(_, e)| e.is_finite()) {
                        lost[k] += 0.5 * cell.side.width() * e;
                        own[k] += 0.5 * cell.side.width() * e;
                    }
                }
                for k in 0..self.outputs {
                    if own[k] > most[k] {
                        let (at, width) = self.place(cell);
                        (most[k], worst[k]) = (own[k], Some((at, width / (NODES / 2) as f64)));
                    }
                }
            }
        }
        let parts = most.iter().zip(&lost).map(|(most, lost)| most / lost);
        let parts = parts.zip(worst).filter(|(_, place)| place.is_some());
        let worst = parts.max_by(|(a, _), (b, _)| a.total_cmp(b));
        (lost, worst.and_then(|(_, place)| place))
    }

    /// Where the largest value of a cell is in the whole, and the width of the cell there.
    fn place(&self, cell: &Cell) -> (f64, f64) {
        let place = &self.pieces[cell.piece].place;
        let [at, from, to] = [cell.peak, cell.side.from, cell.side.to].map(|w| place(&[w])[0]);
        (at, (to - from).abs())
    }

    /// For every output, what the integral may be off because numbers are rounded: the sizes of its
    /// derivatives by them, each of which is a sum over nodes.
    ///
    /// Beside a place that moves with a number and where the integrand has no bound the derivative has no
    /// sum, though the integral has one. So what lies next to 0 is left out as far as the derivative grows
    /// faster than the distance falls, and what it may be is told from where that ends, as for a power.
    fn lost_in_numbers(&self, numbers: &dyn Numbers) -> Result<Vec<f64>, Stop> {
        let rule = Rule::gauss(NODES_FOR_NUMBERS)?;
        let columns = self.outputs * numbers.count();
        let mut sums = vec![0.0; columns];
        let mut rests = vec![0.0; columns];
        for piece in 0..self.pieces.len() {
            let cells = self.cells.iter().filter(|cell| cell.piece == piece);
            let mut cells: Vec<&Cell> = cells.collect();
            cells.sort_by(|a, b| a.side.to.total_cmp(&b.side.to));
            let nodes = cells.iter().flat_map(|cell| {
                let nodes = rule.nodes().iter().map(|s| cell.side.at(*s));
                nodes.chain([cell.side.to])
            });
            let nodes: Vec<f64> = nodes.collect();
            let slopes = numbers.slopes(piece, &nodes);
            // Next to a place the coordinates of the whole have no digits of the distance.
            let place = |w: f64| (self.pieces[piece].place)(&[w])[0];
            let is_blurred = cells.iter().map(|cell| {
                let [at, end] = [0.0, cell.side.to].map(place);
                (end - at).abs() <= BLURRED * at.abs()
            });
            let is_blurred: Vec<bool> = is_blurred.collect();
            let slope = |cell: usize, node: usize, column: usize| {
                slopes[(cell * (rule.len() + 1) + node) * columns + column]
            };
            for column in 0..columns {
                let held = |cell: usize| {
                    let held = cells[cell].side.to * slope(cell, rule.len(), column).abs();
                    if held.is_nan() { f64::INFINITY } else { held }
                };
                let is_falling = |k: usize| {
                    let is_last = k + 1 == cells.len();
                    !is_last && (is_blurred[k] || held(k + 1) < held(k))
                };
                let mut first = 0;
                if !cells[0].is_bounded {
                    let end = (0..cells.len()).find(|k| !is_falling(*k)).unwrap_or(0);
                    rests[column] += MOST_OF_POWER * held(end);
                    first = end + 1;
                }
                for (k, cell) in cells.iter().enumerate().skip(first) {
                    let width = cell.side.to - cell.side.from;
                    let weights = rule.weights().iter().enumerate();
                    let terms = weights.map(|(node, weight)| weight * slope(k, node, column));
                    sums[column] += width * terms.sum::<f64>();
                }
            }
        }
        let lost = sums.iter().zip(&rests).map(|(sum, rest)| sum.abs() + rest);
        let lost: Vec<f64> = lost.collect();
        let of_output = |lost: &[f64]| lost.iter().filter(|lost| lost.is_finite()).sum();
        Ok(lost.chunks(numbers.count()).map(of_output).collect())
    }

    /// The errors of all cells where what is left out at 0 has a mean that is bounded; `None` where it has
    /// none.
    fn bounded_errors(&mut self) -> Option<Vec<f64>> {
        let mut means = vec![(0.0, 0.0); self.outputs];
        let mut errors = vec![0.0; self.outputs];
        for cell in &self.cells {
            let bounds = self.bounds[cell.piece].as_mut();
            if !cell.is_bounded {
                bounds.move_to(&[cell.side]);
                bounds.means(&mut means);
            }
            for (k, error) in errors.iter_mut().enumerate() {
                let (lo, hi) = means[k];
                *error += match cell.is_bounded {
                    true => cell.errors[k],
                    false => lo.abs().max(hi.abs()) * cell.side.width(),
                };
            }
        }
        let is_known = errors.iter().all(|error| error.is_finite());
        is_known.then_some(errors)
    }

    fn outcome(&mut self, task: &Task<'_>, total: &[Sum], errors: &[f64]) -> Result<Found, Stop> {
        let left_out = self.cells.iter().any(|cell| !cell.is_bounded);
        // A bound is worth more than how the bounds before fall, unless it misses what is asked for.
        let meets = |bounded: &Vec<f64>| task.is_met(&values(total), bounded);
        let bounded = left_out.then(|| self.bounded_errors()).flatten();
        let bounded = bounded.filter(meets);
        let errors = bounded.as_deref().unwrap_or(errors);
        let (mut lost, lossy) = self.lost();
        if left_out {
            // A singular place is a rounded number, and so are those that it is a root of.
            let sizes = total.iter().map(Sum::magnitude);
            lost.iter_mut()
                .zip(sizes)
                .for_each(|(lost, size)| *lost += PLACED * size);
        }
        let errors = errors.iter().zip(total).zip(&lost);
        let mut errors: Vec<f64> = errors
            .map(|((error, sum), lost)| error + roundoff(sum).max(*lost))
            .collect();
        for (error, misplaced) in errors.iter_mut().zip(self.misplaced) {
            *error += misplaced;
        }
        if let Some(numbers) = self.numbers {
            let lost = self.lost_in_numbers(numbers)?;
            errors.iter_mut().zip(lost).for_each(|(e, lost)| *e += lost);
        }
        let all = values(total);
        let (status, reasons) = if task.is_met(&all, &errors) {
            (Status::Converged, Vec::new())
        } else {
            (Status::Roundoff, vec![Reason::Rounding])
        };
        let outcome = Outcome {
            proven: !left_out || bounded.is_some(),
            allows_for_rounding: true,
            reasons,
            ..Outcome::new(all, errors, status)
        };
        let lossy = lossy.filter(|_| status == Status::Roundoff);
        Ok(Found::Outcome(Box::new(outcome), lossy))
    }
}
