//! Integrals with an oscillating tail, on a path that leaves the real line where the tail begins.
//!
//! 1. Write the end as y → ∞, x = y or x = end ± 1/y, and the formula as a sum of waves
//!    Re(c·g(y)·exp(iφ(y))) with phases that grow, and of what does not oscillate.
//! 2. Find a place y = a after which g and φ are analytic in the strip 0 ≤ Im y ≤ h, and where
//!    |g·exp(iφ)| is negligible along its upper edge: enclosures say so, part by part. Then the
//!    integral from a to ∞ is that from a to a + ih, along which the wave dies away.
//! 3. The integral is what lies before a, those short paths, and what does not oscillate.
//!
//! D. Huybrechs, S. Vandewalle, "On the evaluation of highly oscillatory integrals by analytic
//! continuation", SIAM J. Numer. Anal. 44 (2006) 1026–1048.

use num_complex::Complex64;

use super::natural::Natural;
use super::waves::{Wave, sines, waves};
use crate::deadline::Deadline;
use crate::elementary::powi;
use crate::expr::ComplexExpr;
use crate::expr::bounds::enclosure::Enclosure;
use crate::expr::bounds::rectangle::Rectangle;
use crate::expr::continued::continued;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::simplify;
use crate::expr::value;

/// A wave has died away where its exponent is below minus this number.
const DEAD: f64 = 46.0;

/// A wave of this size is zero.
const DEAD_SIZE: f64 = 1e-290;

/// What is left of a wave along the upper edge of the strip, as a part of what the tail is worth.
const NEGLIGIBLE: f64 = 1e-17;

/// Parts of a strip double in length, so often at most.
const OCTAVES: usize = 64;

/// A part that cannot be judged is halved so often.
const HALVINGS: usize = 6;

/// The rounding of a phase, as a part of it.
const ROUNDED_PHASE: f64 = 2.0 * f64::EPSILON;

/// So many parts are looked at for one integral.
const MOST_LOOKS: usize = 6000;

/// The phase that the tail has before its path leaves the real line is at most this.
const LONGEST_HEAD: f64 = 2e5;

/// The least phase before the path leaves the real line.
const SHORTEST_HEAD: f64 = 6.0;

/// A phase that grows by more than this between finite limits is a wave's.
pub(super) const OFTEN: f64 = 300.0;

/// Places at which the phases of a finite range are looked at, less one.
const PLACES: usize = 16;

/// A finite range in which a phase turns is halved so often.
const HALVED_RANGES: usize = 3;

/// With more sines and cosines the strands of their products are too many.
const MOST_WAVES: usize = 200;

/// Distances, or their reciprocals, at which the growth of a phase is looked at.
pub(super) const FAR: [f64; 2] = [1e9, 1e12];

/// Formulas on paths that leave the real line.
pub(super) struct Contours {
    pub(super) pieces: Vec<Natural>,
    /// Whether some wave does not become small, so that only Abel's mean exists.
    pub(super) in_the_mean: bool,
    /// For every formula, what the rounding of phases where paths leave the real line may cost.
    pub(super) lost: Vec<f64>,
}

impl Contours {
    pub(super) fn new(outputs: usize) -> Self {
        Contours {
            pieces: Vec::new(),
            in_the_mean: false,
            lost: vec![0.0; outputs],
        }
    }

    /// Adds what was found for another part of the range.
    pub(super) fn add(&mut self, other: Contours) {
        self.pieces.extend(other.pieces);
        self.in_the_mean |= other.in_the_mean;
        let lost = self.lost.iter_mut().zip(other.lost);
        lost.for_each(|(lost, own)| *lost += own);
    }

    /// Adds the paths up from a place, or down to it.
    fn add_paths(&mut self, strands: &[Strand], a: f64, heights: &[f64], sign: f64) -> Option<()> {
        for strand in strands {
            let worth = strand.coefficient.norm() * strand.worth(a);
            self.lost[strand.output] += worth * strand.phase(a).abs() * ROUNDED_PHASE;
        }
        let upward = upward(strands, a, heights, sign, self.lost.len())?;
        self.pieces.push(upward);
        Some(())
    }
}

/// Pieces whose integrals add up to that of formulas of one variable, none of which has an
/// oscillating tail; `None` if there is no such tail, or none that can be led off the real line.
pub(super) fn contours(natural: &Natural) -> Option<Contours> {
    let [limits] = natural.limits[..] else {
        return None;
    };
    let Formulas { arena, roots, .. } = &natural.formulas;
    let waving = sines(arena, roots);
    if waving.is_empty() || waving.len() > MOST_WAVES {
        return None;
    }
    let arguments: Vec<Id> = waving.iter().map(|(_, argument)| *argument).collect();
    let ends = [limits.0, limits.1];
    let stretching = [0, 1].map(|end| {
        let values = FAR.map(|y| value::values(arena, &arguments, &[End::new(ends, end).at(y)]));
        let powers = (0..arguments.len()).filter_map(|k| growth(values[0][k], values[1][k]));
        powers.max()
    });
    let waves_at = stretching.map(|power| power.is_some());
    let stretching = stretching.map(|power| power.unwrap_or(1));
    if waves_at == [false, false] {
        let mut found = Contours::new(roots.len());
        return often(natural, limits, HALVED_RANGES, &mut found).then_some(found);
    }
    let split = match (waves_at, ends.map(f64::is_finite)) {
        ([true, true] | [_, _], [false, false]) => 0.0,
        ([true, true], [true, true]) => limits.0 + (limits.1 - limits.0) / 2.0,
        ([true, true], [true, false]) => limits.0 + 1.0,
        ([true, true], [false, true]) => limits.1 - 1.0,
        ([true, _], _) => limits.1,
        (_, _) => limits.0,
    };
    let mut looks = MOST_LOOKS;
    let mut found = Contours::new(roots.len());
    let mut head = ends;
    for end in [0, 1] {
        if waves_at[end] {
            let end_here = End {
                power: stretching[end],
                ..End::new(ends, end)
            };
            let tail = Tail::new(natural, end_here, split)?;
            let a = tail.led_off(&mut looks, &mut found)?;
            head[end] = end_here.at(a);
        }
    }
    if head[0] > head[1] || head.iter().any(|x| x.is_nan()) {
        return None;
    }
    if head[0] < head[1] {
        found.pieces.push(Natural {
            formulas: natural.formulas.clone(),
            limits: vec![(head[0], head[1])],
        });
    }
    Some(found)
}

/// Adds pieces for formulas between finite limits; false if they do not oscillate very often, or not
/// in a way that can be led off the real line. A range in which a phase turns is halved.
fn often(natural: &Natural, limits: Range, halvings: usize, found: &mut Contours) -> bool {
    let Formulas { arena, roots, .. } = &natural.formulas;
    let (lo, hi) = limits;
    let arguments: Vec<Id> = sines(arena, roots).iter().map(|(_, x)| *x).collect();
    let places = (0..=PLACES).map(|k| lo + (hi - lo) * k as f64 / PLACES as f64);
    let phases: Vec<Vec<f64>> = places
        .map(|x| value::values(arena, &arguments, &[x]))
        .collect();
    let moves = |k: usize| -> f64 {
        phases
            .windows(2)
            .map(|pair| (pair[1][k] - pair[0][k]).abs())
            .sum()
    };
    if (0..arguments.len()).all(|k| !(moves(k) > OFTEN && moves(k).is_finite())) {
        return false;
    }
    if between(natural, limits, found).is_some() {
        return true;
    }
    if halvings == 0 || Deadline::current().has_come() {
        return false;
    }
    let middle = lo + (hi - lo) / 2.0;
    let mut is_better = false;
    for half in [(lo, middle), (middle, hi)] {
        if often(natural, half, halvings - 1, found) {
            is_better = true;
        } else {
            found.pieces.push(Natural {
                formulas: natural.formulas.clone(),
                limits: vec![half],
            });
        }
    }
    is_better
}

/// Pieces for formulas that oscillate very often between finite limits: up at one, and down at the
/// other.
fn between(natural: &Natural, (lo, hi): Range, found: &mut Contours) -> Option<()> {
    let Formulas { arena, roots, .. } = &natural.formulas;
    let often = |phases: [f64; 2]| {
        let advance = (phases[1] - phases[0]).abs();
        advance > OFTEN && advance.is_finite()
    };
    let sines = sines(arena, roots);
    let arguments: Vec<Id> = sines.iter().map(|(_, argument)| *argument).collect();
    let phases = [lo, hi].map(|x| value::values(arena, &arguments, &[x]));
    let advances = phases[0].iter().zip(&phases[1]);
    let sines = sines.into_iter().zip(advances);
    let sines = sines.filter(|(_, (from, to))| often([**from, **to]));
    let sines: Vec<(Id, Id)> = sines.map(|(sine, _)| sine).collect();
    if sines.is_empty() {
        return None;
    }
    let graph = Graph::new();
    let grows = |sine: Id| sines.iter().any(|(id, _)| *id == sine);
    let rises = |phase: Expr<'_>| {
        let phases = [lo, hi].map(|x| phase.value(&[x]));
        often(phases).then_some(phases[0] < phases[1])
    };
    let (strands, plain) = strands(&graph, &natural.formulas, (lo, hi), &grows, &rises)?;
    let mut looks = MOST_LOOKS;
    let (mut a, mut b) = (lo, hi);
    let heights = 'places: loop {
        let mut heights = Vec::with_capacity(strands.len());
        for strand in &strands {
            match strand.clear_between((a, b), &mut looks)? {
                Ok(height) => heights.push(height),
                Err((_, next)) if next < lo + (hi - lo) / 2.0 => {
                    a = next.max(lo + 2.0 * (a - lo));
                    continue 'places;
                }
                Err((next, _)) => {
                    b = next.min(hi - 2.0 * (hi - b));
                    continue 'places;
                }
            }
            if a >= b || a.is_nan() || b.is_nan() {
                return None;
            }
        }
        break heights;
    };
    found.add_paths(&strands, a, &heights, 1.0)?;
    found.add_paths(&strands, b, &heights, -1.0)?;
    if let Some(plain) = plain {
        let plain: Vec<Id> = plain.iter().map(|f| f.id).collect();
        found.pieces.push(Natural::new(graph, &plain, vec![(a, b)]));
    }
    for limits in [(lo, a), (b, hi)] {
        if limits.0 < limits.1 {
            found.pieces.push(Natural {
                formulas: natural.formulas.clone(),
                limits: vec![limits],
            });
        }
    }
    Some(())
}

/// The strands of formulas, and what does not oscillate, if there is anything; `None` if there are no
/// strands. `grows` says which sines and cosines are waves, `rises` of a phase whether it grows, and
/// then whether it rises.
#[allow(clippy::type_complexity, reason = "two results that are used at once")]
fn strands<'g>(
    graph: &'g Graph,
    formulas: &Formulas,
    range: Range,
    grows: &dyn Fn(Id) -> bool,
    rises: &dyn Fn(Expr<'_>) -> Option<bool>,
) -> Option<(Vec<Strand>, Option<Vec<Expr<'g>>>)> {
    let Formulas { arena, roots, .. } = formulas;
    let y = graph.input(0);
    let mut strands = Vec::new();
    let mut plain = vec![graph.constant(0.0); roots.len()];
    let mut is_plain = false;
    for (output, root) in roots.iter().enumerate() {
        let Some(waves) = waves(graph, arena, *root, y, grows) else {
            plain[output] = graph.import(arena, &[*root], &[y])[0];
            is_plain |= plain[output].number() != Some(0.0);
            continue;
        };
        for wave in waves {
            match wave.phase.and_then(|phase| Some((phase, rises(phase)?))) {
                Some((phase, rises)) => {
                    let oriented = if rises {
                        (phase, wave.coefficient)
                    } else {
                        (-phase, wave.coefficient.conj())
                    };
                    strands.push(Strand::new(graph, wave.amplitude, oriented, range, output)?);
                }
                None => {
                    plain[output] += standing(wave);
                    is_plain = true;
                }
            }
        }
    }
    (!strands.is_empty()).then_some((strands, is_plain.then_some(plain)))
}

/// Whether a phase grows without end, from its values far out and farther out, and then the power of
/// a distance as which it grows at least linearly.
fn growth(far: f64, farther: f64) -> Option<i32> {
    let (far, farther) = (far.abs(), farther.abs());
    if farther.is_infinite() {
        return Some(1);
    }
    if !(farther > 100.0 && farther > 3.0 * far) {
        return None;
    }
    // Of a logarithm beside a power little is left so far out.
    let exponent = (farther / far).ln() / (FAR[1] / FAR[0]).ln();
    Some((0.98 / exponent).ceil().max(1.0) as i32)
}

/// The same, without the power.
pub(super) fn has_grown(far: f64, farther: f64) -> bool {
    growth(far, farther).is_some()
}

/// An end of a range of x, as y → ∞.
#[derive(Clone, Copy)]
struct End {
    end: f64,
    /// 1 where x grows with y at an infinite end, and where x lies above a finite one.
    sign: f64,
    /// The power of y in the place of y.
    power: i32,
}

impl End {
    fn new(ends: [f64; 2], which: usize) -> Self {
        let end = ends[which];
        let upper = which == 1;
        let sign = if upper == end.is_infinite() {
            1.0
        } else {
            -1.0
        };
        End {
            end,
            sign,
            power: 1,
        }
    }

    /// x at y.
    fn at(self, y: f64) -> f64 {
        let y = powi(y, self.power);
        if self.end.is_infinite() {
            self.sign * y
        } else {
            self.end + self.sign / y
        }
    }

    /// y at x.
    fn of(self, x: f64) -> f64 {
        let y = if self.end.is_infinite() {
            self.sign * x
        } else {
            self.sign / (x - self.end)
        };
        if self.power == 1 {
            y
        } else {
            y.max(0.0).powf(1.0 / f64::from(self.power))
        }
    }

    /// x and |dx/dy| as formulas of y.
    fn formulas<'g>(self, y: Expr<'g>) -> (Expr<'g>, Expr<'g>) {
        let (v, stretch) = match self.power {
            1 => (y, y.constant(1.0)),
            power => (y.powi(power), f64::from(power) * y.powi(power - 1)),
        };
        if self.end.is_infinite() {
            (self.sign * v, stretch)
        } else {
            (self.end + self.sign / v, stretch / v.powi(2))
        }
    }
}

/// Formulas toward an end.
struct Tail {
    /// As functions of y.
    formulas: Natural,
    from: f64,
}

impl Tail {
    fn new(natural: &Natural, end: End, split: f64) -> Option<Self> {
        let from = end.of(split);
        if !from.is_finite() {
            return None;
        }
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let (x, stretch) = end.formulas(graph.input(0));
            let values = natural.formulas.within(&graph, &[x]);
            values.iter().map(|&f| (f * stretch).id).collect()
        };
        let formulas = Natural::new(graph, &roots, vec![(from, f64::INFINITY)]);
        Some(Tail { formulas, from })
    }

    /// Where the path leaves the real line. What comes after it is added to the pieces.
    fn led_off(&self, looks: &mut usize, found: &mut Contours) -> Option<f64> {
        let Formulas { arena, roots, .. } = &self.formulas.formulas;
        let sines = sines(arena, roots);
        let grows = |sine: Id| {
            let of = |&(id, argument): &(Id, Id)| (id == sine).then_some(argument);
            sines.iter().find_map(of).is_some_and(|argument| {
                let [far, farther] = FAR.map(|y| value::values(arena, &[argument], &[y])[0]);
                has_grown(far, farther)
            })
        };
        let graph = Graph::new();
        let rises = |phase: Expr<'_>| {
            let [far, farther] = FAR.map(|y| phase.value(&[y]));
            let last = if farther.is_finite() { farther } else { far };
            has_grown(far, farther).then_some(last > 0.0)
        };
        let range = (self.from, f64::INFINITY);
        let (strands, plain) = strands(&graph, &self.formulas.formulas, range, &grows, &rises)?;
        let (a, heights) = self.departure(&strands, looks)?;
        found.in_the_mean |= strands.iter().any(Strand::stays_large);
        found.add_paths(&strands, a, &heights, 1.0)?;
        if let Some(plain) = plain {
            let plain: Vec<Id> = plain.iter().map(|f| f.id).collect();
            found
                .pieces
                .push(Natural::new(graph, &plain, vec![(a, f64::INFINITY)]));
        }
        Some(a)
    }

    /// The first place found at which all strands can leave the real line, and how far each goes.
    fn departure(&self, strands: &[Strand], looks: &mut usize) -> Option<(f64, Vec<f64>)> {
        let mut a = self.from;
        let mut step = 1e-6 * self.from.abs().max(1e-6);
        for strand in strands {
            // NaN, at a singular beginning, is not far enough.
            let advance =
                |step: f64| strand.phase(self.from + step) - strand.phase(self.from + step / 2.0);
            while advance(step).is_nan() || advance(step) < SHORTEST_HEAD / 2.0 {
                step *= 2.0;
                if !step.is_finite() {
                    return None;
                }
            }
        }
        a += step;
        let mut begin = a;
        'places: loop {
            let mut heights = Vec::with_capacity(strands.len());
            for strand in strands {
                let advance = strand.phase(begin) - strand.phase(a);
                if !begin.is_finite() || advance > LONGEST_HEAD {
                    return None;
                }
                match strand.clear_after(begin, looks)? {
                    Ok(height) => heights.push(height),
                    Err(next) => {
                        // Also where the strip is blocked far out, and by little.
                        begin = next.max(begin + step);
                        continue 'places;
                    }
                }
            }
            return Some((begin, heights));
        }
    }
}

/// What a wave is where its phase does not grow.
fn standing<'g>(wave: Wave<'g>) -> Expr<'g> {
    let Complex64 { re, im } = wave.coefficient;
    match wave.phase {
        None => re * wave.amplitude,
        Some(phase) => (re * phase.cos() - im * phase.sin()) * wave.amplitude,
    }
}

/// A wave of one of the formulas, with a phase that rises.
struct Strand {
    output: usize,
    coefficient: Complex64,
    /// Amplitude and phase as formulas of y.
    parts: Formulas,
    /// The parts of the phase and of the amplitude at y + i·t, and |amplitude·exp(i·phase)|.
    continued: Formulas,
    /// Whether the wave still turns on the way up, where else it only dies away.
    turns: bool,
}

impl Strand {
    /// The strand of a wave; none if it cannot be continued.
    fn new(
        graph: &Graph,
        amplitude: Expr<'_>,
        (phase, coefficient): (Expr<'_>, Complex64),
        range: Range,
        output: usize,
    ) -> Option<Strand> {
        let (arena, roots) =
            graph.read(|arena: &Arena| simplify(arena, &[amplitude.id, phase.id], &[range]));
        let plane = Graph::new();
        let z = ComplexExpr::new(plane.input(0), plane.input(1));
        let found = continued(&plane, &arena, &roots, z)?;
        let size = found[0].norm() * (-found[1].im).exp();
        let all = [found[1].re, found[1].im, found[0].re, found[0].im, size];
        let ids = all.map(|f| f.id);
        let (plane, plane_roots) =
            simplify(&plane.into_arena(), &ids, &[range, (0.0, f64::INFINITY)]);
        let reached = inputs::of_nodes(&plane);
        let rises = |root: Id| reached[root.index()] & inputs::bit(1) != 0;
        let is_real = plane.number(plane_roots[3]) == Some(0.0);
        let turns = rises(plane_roots[0]) || !is_real;
        let formulas = |arena, roots, names: &[&str]| Formulas {
            inputs: names.iter().map(|name| (*name).to_owned()).collect(),
            arena,
            roots,
        };
        Some(Strand {
            output,
            coefficient,
            parts: formulas(arena, roots, &["y"]),
            continued: formulas(plane, plane_roots, &["y", "t"]),
            turns,
        })
    }

    /// The phase on the real line.
    fn phase(&self, y: f64) -> f64 {
        self.parts.values(&[y])[1]
    }

    /// Whether what oscillates is worth as much far out as before: it is worth its amplitude over
    /// the slope of its phase.
    fn stays_large(&self) -> bool {
        let [near, far] = [1e4, 1e8].map(|y| self.worth(y));
        far > 0.3 * near
    }

    /// What the wave after a place is worth, roughly.
    fn worth(&self, y: f64) -> f64 {
        (self.parts.values(&[y])[0] / self.slope(y)).abs()
    }

    /// The slope of the phase.
    fn slope(&self, y: f64) -> f64 {
        let d = 1e-5 * y.abs().max(1e-5);
        (self.phase(y + d) - self.phase(y - d)) / (2.0 * d)
    }

    /// How far up the wave is dead, given the slope of the phase.
    fn height(&self, y: f64, slope: f64) -> Option<f64> {
        if !(slope > 0.0 && slope.is_finite()) {
            return None;
        }
        let mut height = DEAD / slope;
        let risen = |height: f64| {
            self.continued.values(&[y, height])[1] - self.continued.values(&[y, 0.0])[1]
        };
        for _ in 0..8 {
            let risen = risen(height);
            if risen > 2.0 * DEAD {
                height *= 0.75;
            } else if risen.is_nan() || risen < DEAD {
                height *= 1.5;
            }
        }
        (risen(height) >= DEAD).then_some(height)
    }

    /// The strip of a height.
    fn strip<'s>(
        &'s self,
        a: f64,
        (slope, height): (f64, f64),
        looks: &'s mut usize,
    ) -> Option<Strip<'s>> {
        let worth = self.parts.values(&[a])[0].abs() / slope;
        Some(Strip {
            edge: Enclosure::new(&self.continued.arena, &self.continued.roots[4..], 2)?,
            inside: Enclosure::new(&self.parts.arena, &self.parts.roots, 1)?,
            height,
            wavelengths: 16.0 / slope,
            negligible: NEGLIGIBLE * worth,
            looks,
        })
    }

    /// How far up the path must go from a place, if the strip after it is clear; else the next place
    /// to try. None if enough was looked at.
    fn clear_after(&self, a: f64, looks: &mut usize) -> Option<Result<f64, f64>> {
        count(looks)?;
        let slope = self.slope(a);
        let Some(height) = self.height(a, slope) else {
            return Some(Err(a + a.abs().max(1e-3)));
        };
        let mut strip = self.strip(a, (slope, height), looks)?;
        let mut lo = a;
        let mut width = height;
        for _ in 0..OCTAVES {
            match strip.judge((lo, lo + width), HALVINGS)? {
                Clear::Yes => {}
                Clear::Dead => break,
                Clear::Not((_, next)) => return Some(Err(next)),
            }
            lo += width;
            width *= 2.0;
        }
        Some(Ok(height))
    }

    /// How far up the paths must go at the ends of a range, if the strip between them is clear; else
    /// the part that is not.
    fn clear_between(&self, (a, b): Range, looks: &mut usize) -> Option<Result<f64, Range>> {
        count(looks)?;
        let [left, right] = [a, b].map(|y| (y, self.slope(y)));
        let (y, slope) = if left.1 < right.1 { left } else { right };
        let middle = a + (b - a) / 2.0;
        let Some(height) = self.height(y, slope) else {
            // Where a phase turns, the path stays on the real line.
            let part = (b - a) / 64.0;
            let turns = if y == a { (a, a + part) } else { (b - part, b) };
            return Some(Err(turns));
        };
        let mut strip = self.strip(middle, (slope, height), looks)?;
        // Parts double in length from both ends.
        let mut width = 0.5 * height.min(middle - a);
        let (mut lo, mut hi) = (a, b);
        while lo < hi {
            let step = width.min((hi - lo) / 2.0);
            let last = step < width;
            for part in [(lo, lo + step), (hi - step, hi)] {
                if let Clear::Not(part) = strip.judge(part, HALVINGS)? {
                    return Some(Err(part));
                }
            }
            if last {
                break;
            }
            lo += step;
            hi -= step;
            width *= 2.0;
        }
        Some(Ok(height))
    }
}

/// Counts a look; none if enough was looked at, or the time is over.
fn count(looks: &mut usize) -> Option<()> {
    *looks = looks.checked_sub(1)?;
    (!Deadline::current().has_come()).then_some(())
}

/// What was found out about a part of a strip.
enum Clear {
    Yes,
    /// There the wave is zero along the upper edge.
    Dead,
    /// This part may not be clear.
    Not(Range),
}

/// The strip above the tail of the real line.
struct Strip<'s> {
    /// The size along the upper edge.
    edge: Enclosure<'s>,
    /// Amplitude and phase.
    inside: Enclosure<'s>,
    height: f64,
    /// What an oscillating integral is worth is at most so many times its amplitude.
    wavelengths: f64,
    negligible: f64,
    looks: &'s mut usize,
}

impl Strip<'_> {
    /// Judges a part; none if enough was looked at.
    fn judge(&mut self, part: Range, halvings: usize) -> Option<Clear> {
        count(self.looks)?;
        let across = [part, (self.height, self.height)];
        let along = self.edge.turn_to(across.into_iter()).map(|sizes| sizes[0]);
        if along.is_some_and(|size| size < DEAD_SIZE) {
            return Some(Clear::Dead);
        }
        let length = (part.1 - part.0).min(self.wavelengths);
        let is_negligible = along.is_some_and(|size| size * length <= self.negligible);
        if is_negligible && self.is_analytic(part) {
            return Some(Clear::Yes);
        }
        let middle = part.0 + (part.1 - part.0) / 2.0;
        if halvings == 0 || !(part.0 < middle && middle < part.1) {
            return Some(Clear::Not(part));
        }
        match self.judge((part.0, middle), halvings - 1)? {
            Clear::Yes => self.judge((middle, part.1), halvings - 1),
            // Of what comes after a dead part nothing is left either.
            other => Some(other),
        }
    }

    fn is_analytic(&mut self, part: Range) -> bool {
        let place = Rectangle::new(part, (0.0, self.height));
        let mut sizes = [0.0; 2];
        self.inside.turn_to([part].into_iter()).is_some()
            && self.inside.raise_to_sizes(0, place, &mut sizes)
    }
}

/// The integrals along the paths upward from a place, as formulas of a unit coordinate.
fn upward(
    strands: &[Strand],
    a: f64,
    heights: &[f64],
    sign: f64,
    outputs: usize,
) -> Option<Natural> {
    let graph = Graph::new();
    let mut sums = vec![graph.constant(0.0); outputs];
    for (strand, &height) in strands.iter().zip(heights) {
        let z = ComplexExpr::new(graph.constant(a), height * graph.input(0));
        let parts = continued(&graph, &strand.parts.arena, &strand.parts.roots, z)?;
        let (amplitude, phase) = (parts[0], parts[1]);
        let coefficient = strand.coefficient * Complex64::new(0.0, sign * height);
        sums[strand.output] += match strand.turns {
            true => (amplitude * (phase * Complex64::i()).exp() * coefficient).re,
            false => {
                let coefficient = coefficient * Complex64::cis(strand.phase(a));
                coefficient.re * (amplitude.re * (-phase.im).exp())
            }
        };
    }
    let roots: Vec<Id> = sums.iter().map(|f| f.id).collect();
    Some(Natural::new(graph, &roots, vec![(0.0, 1.0)]))
}
