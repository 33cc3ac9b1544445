//! Pushforward: two variables that occur only in one formula p of them are one variable, p, with a weight.
//!
//! 1. Find the innermost formula p of two coordinates without which the integrand depends on neither.
//! 2. Cut the rectangle of the two where p stops rising along one of them. On a part where it rises or falls along
//!    both, p = t is solved for one, y = h(t, x), and the fibre over t lies between its ends on the sides.
//! 3. The integral over the fibre, ∫ |∂h/∂t| dx, is known where ∂h/∂t is a power c(t)·(x − a)ᵏ of x. It is a smooth
//!    weight of t between the values of p in the corners, where other sides take over.
//!
//! H. Federer, "Geometric Measure Theory", Springer (1969), section 3.2 (the coarea formula).

use super::contours::OFTEN;
use super::isolate::isolated;
use super::natural::{Natural, variable_at};
use super::waves::sines;
use super::zeros::{Levels, zeros};
use crate::deadline::Deadline;
use crate::expr::bounds::ranges::Ranges;
use crate::expr::derive::partial;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::precise::Precise;
use crate::expr::simplify::simplify;
use crate::integrand::Side;

/// Formulas of more nodes are not looked through for each pair of variables.
const MOST_NODES: usize = 1_000;

/// With more variables the pairs are too many.
const MOST_VARIABLES: usize = 12;

/// A rectangle is cut into so many parts at most.
const MOST_PARTS: usize = 16;

/// Corners whose values differ by no more than this part of the largest are at one value.
const SAME: f64 = 16.0 * f64::EPSILON;

/// Powers have so small a denominator.
const DENOMINATOR: f64 = 12.0;

/// And so far a number that was computed from derivatives may be off.
const NEARLY: f64 = 1e-9;

/// The rounding of numbers that are computed in few operations.
const ROUNDED: f64 = 1e-14;

/// Places at which a power is compared, and by what part it may be off.
const PLACES: usize = 16;
const SAME_POWER: f64 = 1e-12;

/// Where a power is read off: not in the middle, where something may vanish.
const OFF_CENTRE: [f64; 2] = [0.3819, 0.7264];

/// The end of a fibre is told from places at this part of the distance to the sides.
const STEP: f64 = 1e-2;

/// What lies between a singular end and where it is taken to be is at most so many times its length times the value at
/// that distance, as for a power.
const OF_POWER: f64 = 4.0;

/// Formulas of one variable less.
pub(super) struct Pushforward {
    pub(super) parts: Vec<Part>,
    /// The axes of the two variables.
    pub(super) axes: [usize; 2],
    /// For every formula, what its integral may be off because values in corners are rounded.
    pub(super) lost: Vec<f64>,
    /// Whether algebra shows what the weights are.
    pub(super) is_proven: bool,
    /// Whether the formula is a sum of multiples of the two: the weights are straight lines then.
    pub(super) is_linear: bool,
}

/// A part of the rectangle of two variables, as an interval of values of their formula.
pub(super) struct Part {
    /// The formulas times the weight; the value stands in the place of `solved`, and `along` is left out.
    pub(super) natural: Natural,
    /// The axis that runs along the fibres.
    along: usize,
    /// The axis that is solved for.
    solved: usize,
    /// The ends of the fibres, as formulas of the value.
    ends: Formulas,
    /// The coordinate that is solved for, of the value and the coordinate along the fibre.
    height: Formulas,
}

impl Part {
    /// The names of the axes, from those of the whole.
    pub(super) fn names(&self, names: &[String], of_two: &str) -> Vec<String> {
        let mut own = names.to_vec();
        of_two.clone_into(&mut own[self.solved]);
        own.remove(self.along);
        own
    }

    /// The place in the unit box of one in the unit box of the part: the middle of the fibre.
    pub(super) fn place(&self, unit: &[f64]) -> Vec<f64> {
        let number = without(self.along, self.solved);
        let t = variable_at(unit[number], self.natural.limits[number]);
        let ends = self.ends.values(&[t]);
        let x = (ends[0] + (ends[1] - ends[0]) / 2.0).clamp(0.0, 1.0);
        let mut place = unit.to_vec();
        place[number] = self.height.values(&[t, x])[0].clamp(0.0, 1.0);
        place.insert(self.along, x);
        place
    }
}

/// Whether a sine or cosine of several coordinates of the unit box of n axes turns very often.
pub(super) fn oscillates(formulas: &Formulas, n: usize) -> bool {
    let Formulas { arena, roots, .. } = formulas;
    let arguments: Vec<Id> = sines(arena, roots)
        .into_iter()
        .map(|(_, argument)| argument)
        .filter(|argument| inputs::of_formulas(arena, &[*argument]).count_ones() > 1)
        .collect();
    if arguments.is_empty() {
        return false;
    }
    let Some(mut ranges) = Ranges::new(arena, &arguments, n) else {
        return false;
    };
    ranges.turn_to((0..n).map(|_| (0.0, 1.0)));
    (0..arguments.len()).any(|k| {
        let values = ranges.of(k).values;
        values.hi - values.lo > OFTEN
    })
}

/// Formulas on the unit box of n axes with one variable less; `None` if no two of them occur in one formula alone.
pub(super) fn pushed_forward(formulas: &Formulas, n: usize) -> Option<Pushforward> {
    let Formulas { arena, roots, .. } = formulas;
    if !(2..=MOST_VARIABLES).contains(&n) || arena.nodes().len() > MOST_NODES {
        return None;
    }
    let reach = inputs::of_nodes(arena);
    let deadline = Deadline::current();
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| [a, b]));
    for axes in pairs {
        if deadline.has_come() {
            return None;
        }
        let Some(p) = through(arena, roots, &reach, axes) else {
            continue;
        };
        let [a, b] = axes;
        let found = [[a, b], [b, a]]
            .into_iter()
            .find_map(|axes| Fibres::new(formulas, n, p, axes).parts());
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The innermost formula of two coordinates without which the formulas depend on neither.
fn through(arena: &Arena, roots: &[Id], reach: &[u64], axes: [usize; 2]) -> Option<Id> {
    let both = axes.iter().fold(0, |bits, axis| bits | inputs::bit(*axis));
    let needed = arena.needed(roots);
    let candidates = (0..reach.len()).filter(|&k| needed[k] && reach[k] == both);
    candidates.map(Id::at).find(|&p| {
        if roots.contains(&p) {
            return false;
        }
        let besides = inputs::besides(arena, |id| id == p);
        roots.iter().all(|root| besides[root.index()] & both == 0)
    })
}

/// A formula of two coordinates, and how its fibres are looked at.
struct Fibres<'a> {
    formulas: &'a Formulas,
    n: usize,
    p: Id,
    along: usize,
    solved: usize,
    /// The formula of the two: the coordinate along the fibre, then the one that is solved for.
    value: Formulas,
}

impl<'a> Fibres<'a> {
    fn new(formulas: &'a Formulas, n: usize, p: Id, [along, solved]: [usize; 2]) -> Self {
        let graph = Graph::new();
        let own: Vec<Expr<'_>> = (0..n)
            .map(|axis| graph.input(usize::from(axis == solved)))
            .collect();
        let root = graph.import(&formulas.arena, &[p], &own)[0].id;
        drop(own);
        Fibres {
            formulas,
            n,
            p,
            along,
            solved,
            value: of(&["x", "y"], graph, vec![root]),
        }
    }

    /// What is left when the fibres are integrated over; `None` if they cannot be.
    fn parts(&self) -> Option<Pushforward> {
        let mut found = Pushforward {
            parts: Vec::new(),
            axes: [self.along.min(self.solved), self.along.max(self.solved)],
            lost: vec![0.0; self.formulas.roots.len()],
            is_proven: true,
            is_linear: true,
        };
        for rectangle in self.rectangles(&mut found.is_linear)? {
            self.add_parts(rectangle, &mut found)?;
        }
        Some(found)
    }

    /// Parts of the square in which the formula rises or falls along both sides; whether it does so everywhere alike.
    fn rectangles(&self, is_linear: &mut bool) -> Option<Vec<[Side; 2]>> {
        let Formulas { arena, roots, .. } = &self.value;
        let graph = Graph::from_arena(arena.clone());
        let p = graph.expr(roots[0]);
        let slopes = [0, 1].map(|axis| partial(&graph, &[p], axis).ok()?[0].map(|e| e.id));
        let [Some(x), Some(y)] = slopes else {
            return None;
        };
        let (arena, slopes) = graph.read(|arena| simplify(arena, &[x, y], &unit_ranges(2)));
        *is_linear = inputs::of_formulas(&arena, &slopes) == 0;
        let mut cuts = [vec![0.0], vec![0.0]];
        for slope in &slopes {
            let reach = inputs::of_formulas(&arena, &[*slope]);
            if reach.count_ones() != 1 {
                continue;
            }
            let axis = reach.trailing_zeros() as usize;
            let found = zeros(&arena, *slope, 2, axis, Levels::Zero, &Deadline::current())?;
            if found.iter().any(|place| place.is_open) {
                return None;
            }
            cuts[axis].extend(found.iter().map(|place| place.at));
        }
        for cuts in &mut cuts {
            cuts.push(1.0);
            cuts.sort_by(f64::total_cmp);
            cuts.dedup();
        }
        let sides = cuts.map(|cuts| -> Vec<Side> {
            let pairs = cuts.windows(2);
            pairs
                .map(|pair| Side {
                    from: pair[0],
                    to: pair[1],
                })
                .collect()
        });
        if sides[0].len() * sides[1].len() > MOST_PARTS {
            return None;
        }
        let all = sides[0]
            .iter()
            .flat_map(|x| sides[1].iter().map(|y| [*x, *y]));
        let all: Vec<[Side; 2]> = all.collect();
        // The slopes have one sign between their zeros; those of both coordinates are bounded.
        let mut ranges = Ranges::new(&arena, &slopes, 2)?;
        let is_steady = |rectangle: &[Side; 2]| {
            ranges.turn_to(rectangle.iter().map(|side| (side.from, side.to)));
            (0..2).all(|k| {
                let of = ranges.of(k);
                let is_cut = inputs::of_formulas(&arena, &slopes[k..=k]).count_ones() < 2;
                let has_sign = of.values.lo >= 0.0 || of.values.hi <= 0.0;
                of.defined && of.continuous && (is_cut || has_sign)
            })
        };
        all.iter().all(is_steady).then_some(all)
    }

    /// Adds the intervals of values between the corners of a rectangle.
    fn add_parts(&self, [x, y]: [Side; 2], found: &mut Pushforward) -> Option<()> {
        let values = self.corners([x, y])?;
        let middle = [x.at(0.5), y.at(0.5)];
        let range = (values[0].0, values.last()?.0);
        let solved = Solved::new(self, [x, y], middle, range)?;
        found.is_proven &= solved.is_proven;
        for pair in values.windows(2) {
            let part = self.part(&solved, [x, y], (pair[0].0, pair[1].0))?;
            for ((end, off), towards) in [(pair[0], 1.0), (pair[1], -1.0)] {
                if off == 0.0 {
                    continue;
                }
                let at = end + towards * off;
                let mut point = vec![0.5; self.n - 1];
                point[without(self.along, self.solved)] = at;
                let there = part.natural.formulas.values(&point);
                for (lost, value) in found.lost.iter_mut().zip(there) {
                    let own = OF_POWER * off * value.abs();
                    *lost += if own.is_finite() { own } else { 0.0 };
                }
            }
            found.parts.push(part);
        }
        Some(())
    }

    /// The values in the corners in ascending order, each once, and how far each may be off.
    fn corners(&self, [x, y]: [Side; 2]) -> Option<Vec<(f64, f64)>> {
        let Formulas { arena, roots, .. } = &self.value;
        let mut precise = Precise::new(arena, roots)?;
        let mut values = Vec::with_capacity(4);
        for x in [x.from, x.to] {
            for y in [y.from, y.to] {
                let mut found = f64::NAN;
                precise.at(&[x, y], |_, value| found = value);
                values.push((found, precise.left_out(0).abs()));
            }
        }
        if values.iter().any(|(value, _)| !value.is_finite()) {
            return None;
        }
        let size = values.iter().fold(0.0, |size: f64, v| size.max(v.0.abs()));
        // Sides of the unit square are numbers; others are zeros, and rounded: what that leaves of 0 is 0.
        let is_whole = [x, y].iter().all(|side| *side == Side::WHOLE);
        let known = |(value, left_out): (f64, f64)| match value.abs() <= SAME * size {
            true => (0.0, if value == 0.0 { 0.0 } else { SAME * size }),
            false if is_whole => (value, left_out),
            false => (value, SAME * size),
        };
        let mut values: Vec<(f64, f64)> = values.into_iter().map(known).collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        values.dedup_by(|b, a| b.0 - a.0 <= SAME * size);
        (values.len() > 1).then_some(values)
    }

    /// The formulas on an interval of values, times the length of the fibres.
    fn part(&self, solved: &Solved, rectangle: [Side; 2], limits: Range) -> Option<Part> {
        let ends = solved.ends(rectangle, limits)?;
        let graph = Graph::new();
        let number = without(self.along, self.solved);
        let roots: Vec<Id> = {
            let t = graph.input(number);
            let weight = solved.weight(&graph, t, &ends);
            let variables: Vec<Expr<'_>> = (0..self.n)
                .map(|axis| match axis == self.along {
                    true => graph.constant(f64::NAN),
                    false => graph.input(without(self.along, axis)),
                })
                .collect();
            let Formulas { arena, roots, .. } = self.formulas;
            let copies = graph.import_replacing(arena, roots, &variables, |id, _| {
                (id == self.p).then_some(t)
            });
            copies.iter().map(|f| (*f * weight).id).collect()
        };
        let mut all = unit_ranges(self.n - 1);
        all[number] = limits;
        Some(Part {
            natural: Natural::new(graph, &roots, all),
            along: self.along,
            solved: self.solved,
            ends,
            height: solved.height.clone(),
        })
    }
}

/// The equation p(x, y) = t, solved on a rectangle.
struct Solved {
    /// y, of t and x.
    height: Formulas,
    /// The size of c(t), where the derivative of y by t is c(t)·(x − a)ᵏ.
    coefficient: Formulas,
    /// a.
    origin: f64,
    /// k.
    power: f64,
    /// The sign of the derivative where its integral is taken: c(t) and x − a have one on the rectangle.
    sign: f64,
    /// Whether algebra shows that it is such a power, and not values.
    is_proven: bool,
    /// x, of t, where y is at the ends of its side; none where it is at an end for one t alone.
    on_sides: [Option<Formulas>; 2],
}

impl Solved {
    fn new(of: &Fibres<'_>, [x, y]: [Side; 2], middle: [f64; 2], values: Range) -> Option<Self> {
        let t = of.value.values(&middle)[0];
        // The value, and the coordinate along the fibre.
        let ranges = [values, (x.from, x.to)];
        let height = solve(
            &of.value,
            1,
            [middle[0], middle[1], t],
            [ranges[1], (y.from, y.to), values],
        )?;
        let height = reordered(&height, [1, 0], &["t", "x"]);
        let slope = derivative(&height, 0, &ranges)?;
        let (origin, power) = power_of(&slope, ranges)?;
        if power != 0.0 && origin > x.from + NEARLY && origin < x.to - NEARLY {
            return None;
        }
        let exact = coefficient(&slope, origin, power, ranges);
        let is_proven = exact.is_some();
        let coefficient = match exact {
            Some(exact) => exact,
            None => separated(&slope, (origin, power), t, ranges)?,
        };
        let on_side = |at: f64| -> Option<Option<Formulas>> {
            let on = at_number(&of.value, 1, at);
            let (arena, roots) = simplify(&on.arena, &on.roots, &[(x.from, x.to)]);
            if inputs::of_formulas(&arena, &roots) & inputs::bit(0) == 0 {
                return Some(None);
            }
            let on = Formulas { arena, roots, ..on };
            let t = on.values(&[middle[0]])[0];
            let found = solve(
                &on,
                0,
                [middle[0], f64::NAN, t],
                [(x.from, x.to), (0.0, 1.0), values],
            )?;
            Some(Some(reordered(&found, [0, 0], &["t"])))
        };
        let on_sides = [on_side(y.from)?, on_side(y.to)?];
        Some(Solved {
            height,
            coefficient,
            origin,
            power,
            sign: slope.values(&[t, middle[0]])[0].signum(),
            is_proven,
            on_sides,
        })
    }

    /// The ends of the fibres over values between limits: sides of the rectangle, or where the fibres leave it.
    fn ends(&self, [x, y]: [Side; 2], (lo, hi): Range) -> Option<Formulas> {
        let middle = lo + (hi - lo) / 2.0;
        let leaves: Vec<(f64, &Formulas)> = self
            .on_sides
            .iter()
            .flatten()
            .map(|on_side| (on_side.values(&[middle])[0], on_side))
            .filter(|(at, _)| *at > x.from && *at < x.to)
            .collect();
        let graph = Graph::new();
        let roots = {
            let t = graph.input(0);
            let mut ends = [graph.constant(x.from), graph.constant(x.to)];
            match leaves[..] {
                [] => {}
                [(at, only)] => {
                    // Which end it is shows where the fibre lies inside the rectangle.
                    let inside = |x: f64| {
                        let height = self.height.values(&[middle, x])[0];
                        height > y.from && height < y.to
                    };
                    let step = STEP * (at - x.from).min(x.to - at);
                    let sides = [at - step, at + step].map(inside);
                    let own = only.within(&graph, &[t])[0];
                    match sides {
                        [true, false] => ends[1] = own,
                        [false, true] => ends[0] = own,
                        _ => return None,
                    }
                }
                [a, b] => {
                    let (a, b) = if a.0 < b.0 { (a, b) } else { (b, a) };
                    ends = [a, b].map(|(_, f)| f.within(&graph, &[t])[0]);
                }
                _ => return None,
            }
            ends.map(|e| e.id).to_vec()
        };
        Some(of(&["t"], graph, roots))
    }

    /// The integral of |∂y/∂t| along the fibres.
    fn weight<'g>(&self, graph: &'g Graph, t: Expr<'g>, ends: &Formulas) -> Expr<'g> {
        let ends = ends.within(graph, &[t]);
        let [lo, hi] = [0, 1].map(|k| ends[k] - self.origin);
        let coefficient = self.coefficient.within(graph, &[t])[0];
        let integral = match self.power {
            0.0 => hi - lo,
            -1.0 => (hi / lo).ln(),
            k => {
                let raised = [lo, hi].map(|x| match whole(k + 1.0) {
                    Some(power) => x.powi(power),
                    None => x.pow(k + 1.0),
                });
                (raised[1] - raised[0]) / (k + 1.0)
            }
        };
        self.sign * coefficient * integral
    }
}

/// The number of an axis when another one is left out.
fn without(left_out: usize, axis: usize) -> usize {
    axis - usize::from(axis > left_out)
}

/// A number that is whole, as one.
fn whole(x: f64) -> Option<i32> {
    (x.fract() == 0.0 && x.abs() < 64.0).then_some(x as i32)
}

/// Formulas with names of their inputs.
fn of(names: &[&str], graph: Graph, roots: Vec<Id>) -> Formulas {
    Formulas {
        inputs: names.iter().map(|name| (*name).to_owned()).collect(),
        arena: graph.into_arena(),
        roots,
    }
}

/// The same with other inputs: `places[k]` is the one that the k-th input was.
fn reordered(formulas: &Formulas, places: [usize; 2], names: &[&str]) -> Formulas {
    let graph = Graph::new();
    let roots = {
        let own: Vec<Expr<'_>> = [0, 1, 2]
            .iter()
            .map(|&k| match k {
                2 => graph.input(0),
                k => graph.input(places[k]),
            })
            .collect();
        let copies = formulas.within(&graph, &own);
        copies.iter().map(|e| e.id).collect()
    };
    of(names, graph, roots)
}

/// A formula of two inputs at a number in the place of one: a formula of the first.
fn at_number(formulas: &Formulas, input: usize, number: f64) -> Formulas {
    let graph = Graph::new();
    let roots = {
        let own = [0, 1].map(|k| match k == input {
            true => graph.constant(number),
            false => graph.input(0),
        });
        formulas.within(&graph, &own).iter().map(|e| e.id).collect()
    };
    of(&["x"], graph, roots)
}

/// An input as a formula of the others and of the value of a formula, which is the input behind two.
fn solve(formulas: &Formulas, input: usize, at: [f64; 3], ranges: [Range; 3]) -> Option<Formulas> {
    let graph = Graph::new();
    let root = {
        let own = [0, 1].map(|k| graph.input(k));
        let p = formulas.within(&graph, &own)[0];
        let (found, _) = isolated(&graph, (p, graph.input(2)), input, &at, &ranges)?;
        found.id
    };
    let (arena, roots) = graph.read(|arena| simplify(arena, &[root], &ranges));
    let found = Formulas {
        inputs: ["x", "y", "t"].map(str::to_owned).to_vec(),
        arena,
        roots,
    };
    let own = found.values(&at)[0];
    // That it is the branch on which the point lies.
    ((own - at[input]).abs() <= NEARLY).then_some(found)
}

/// The derivative by an input, simplified.
fn derivative(formulas: &Formulas, input: usize, ranges: &[Range]) -> Option<Formulas> {
    let graph = Graph::from_arena(formulas.arena.clone());
    let root = {
        let f = graph.expr(formulas.roots[0]);
        partial(&graph, &[f], input).ok()?[0]?.id
    };
    let (arena, roots) = graph.read(|arena| simplify(arena, &[root], ranges));
    Some(Formulas {
        arena,
        roots,
        ..formulas.clone()
    })
}

/// The a and k of a formula f(t, x) that may be c(t)·(x − a)ᵏ: f/f′ is (x − a)/k.
fn power_of(f: &Formulas, ranges: [Range; 2]) -> Option<(f64, f64)> {
    if inputs::of_formulas(&f.arena, &f.roots) & inputs::bit(1) == 0 {
        return Some((0.0, 0.0));
    }
    let slope = derivative(f, 1, &ranges)?;
    let [t, x] = ranges.map(|(lo, hi)| OFF_CENTRE.map(|w| lo + (hi - lo) * w));
    let ratio = x.map(|x| f.values(&[t[0], x])[0] / slope.values(&[t[0], x])[0]);
    let power = (x[1] - x[0]) / (ratio[1] - ratio[0]);
    let rounded = (power * DENOMINATOR).round() / DENOMINATOR;
    let is_power = (power - rounded).abs() <= NEARLY * power.abs() && rounded != 0.0;
    if !is_power {
        return None;
    }
    let origin = x[0] - rounded * ratio[0];
    // A number of few digits, if one is so near.
    let short = (origin * 1e12).round() / 1e12;
    let is_short = (short - origin).abs() <= ROUNDED;
    Some((if is_short { short } else { origin }, rounded))
}

/// c(t) of a formula that is c(t)·(x − a)ᵏ; `None` if it is not.
fn coefficient(f: &Formulas, origin: f64, power: f64, ranges: [Range; 2]) -> Option<Formulas> {
    let graph = Graph::new();
    let distances = (ranges[1].0 - origin, ranges[1].1 - origin);
    // A power that is not whole has no value where the base is negative.
    if whole(power).is_none() && distances.0 < -NEARLY {
        return None;
    }
    let root = {
        let (t, z) = (graph.input(0), graph.input(1));
        let f = f.within(&graph, &[t, origin + z])[0];
        match whole(-power) {
            Some(0) => f.id,
            Some(k) => (f * z.powi(k)).id,
            None => (f * z.pow(-power)).id,
        }
    };
    let (arena, roots) = graph.read(|arena| simplify(arena, &[root], &[ranges[0], distances]));
    let is_free = inputs::of_formulas(&arena, &roots) & inputs::bit(1) == 0;
    is_free.then(|| Formulas {
        inputs: vec!["t".to_owned()],
        arena,
        roots,
    })
}

/// The same where algebra shows no more than that the formula is a product of functions of t and of x, and values show
/// that the second is that power.
fn separated(
    f: &Formulas,
    (origin, power): (f64, f64),
    t: f64,
    ranges: [Range; 2],
) -> Option<Formulas> {
    // With its sign where the power is whole, and to the right of a where it is not.
    let of_x = |x: f64| f.values(&[t, x])[0] * (x - origin).powf(-power);
    let (lo, hi) = ranges[1];
    let places = (1..PLACES).map(|k| lo + (hi - lo) * k as f64 / PLACES as f64);
    let values: Vec<f64> = places.map(of_x).collect();
    let is_same = |value: &f64| (value - values[0]).abs() <= SAME_POWER * values[0].abs();
    if values[0].is_nan() || !values.iter().all(is_same) {
        return None;
    }
    let graph = Graph::new();
    let root = {
        let (own, x) = (graph.input(0), graph.input(1));
        let here = f.within(&graph, &[own, x])[0];
        let there = f.within(&graph, &[graph.constant(t), x])[0];
        (here / there * values[0]).id
    };
    let (arena, roots) = graph.read(|arena| simplify(arena, &[root], &ranges));
    let is_free = inputs::of_formulas(&arena, &roots) & inputs::bit(1) == 0;
    is_free.then(|| Formulas {
        inputs: vec!["t".to_owned()],
        arena,
        roots,
    })
}
