//! Strips between parallel lines, for waves of several turns: sin(s)² has as many zeros as s has half turns, and
//! each is a ridge of 1/(10⁻⁸ + sin(s)²).
//!
//! 1. Find a steep sin(s) or cos(s) with s = c + a·w₁ + b·w₂, of more than one half turn, or 1 + ε − cos(s), whose
//!    zeros beside the real line are a whole turn apart, or k − k·cos(s), which gets large between them.
//! 2. Cut the box along its zeros, half way between them, and where the lines pass its corners: what is between two
//!    such lines is a trapezium, with s along one of its coordinates.
//! 3. Write the wave as one of what s is beyond its next zero: no digits of that are lost.

use std::f64::consts::{FRAC_PI_2, PI};

use super::cells::{Cell, formulas};
use super::ridges::{STEEP, factors_of_powers, steep};
use super::switches::deciders;
use crate::elementary::{Binary, Unary};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Id, Node};
use crate::expr::inputs;
use crate::expr::value::values;

/// With more strips a ridge is as good as everywhere.
const MOST_STRIPS: usize = 64;

/// How much a number is above 1, at most, that a cosine is taken off to make a ridge.
const RAISED: f64 = 1e-2;

/// Lines are the same, and s is linear, but for so much of what s is.
const SAME: f64 = 16.0 * f64::EPSILON;

/// What a wave is d beyond the closest of its zeros.
#[derive(Clone, Copy)]
enum Form {
    /// sin(d), but for the sign.
    Sine,
    /// ±(|c| − h·cos(d)): c, its sign, that of the whole, and h.
    Raised {
        number: Id,
        signs: [f64; 2],
        height: f64,
    },
}

/// A wave of a linear form of both coordinates.
struct Wave {
    /// The wave, and its operand.
    node: Id,
    operand: Id,
    form: Form,
    /// A zero as so many half turns, and how many of these lie between it and the next.
    first: f64,
    step: f64,
    /// The operand at (0, 0), and how it grows with either coordinate.
    origin: f64,
    slopes: [f64; 2],
}

impl Wave {
    /// The zero that is closest to where the operand is this, as so many half turns.
    fn closest(&self, s: f64) -> f64 {
        self.first + self.step * ((s / PI - self.first) / self.step).round()
    }

    /// The wave where the operand is d beyond the zero at so many half turns.
    fn beyond<'g>(&self, half_turns: f64, d: Expr<'g>, copy: &dyn Fn(Id) -> Expr<'g>) -> Expr<'g> {
        match self.form {
            Form::Raised {
                number,
                signs: [own, whole],
                height,
            } => whole * (own * copy(number) - height + 2.0 * height * (d / 2.0).sin().powi(2)),
            // sin(kπ + d) = (−1)ᵏ sin d, and cos((k + ½)π + d) = (−1)ᵏ⁺¹ sin d.
            Form::Sine => {
                let is_cosine = half_turns.fract() != 0.0;
                let is_odd = half_turns.floor().rem_euclid(2.0) == 1.0;
                if is_odd == is_cosine {
                    d.sin()
                } else {
                    -d.sin()
                }
            }
        }
    }

    /// The ends of the line in the box on which the operand is this.
    fn line(&self, s: f64) -> [[f64; 2]; 2] {
        let [a, b] = self.slopes;
        let s = s - self.origin;
        let on_sides = [s / a, (s - b) / a];
        let [lo, hi] = [f64::min, f64::max].map(|pick| pick(on_sides[0], on_sides[1]));
        [lo.max(0.0), hi.min(1.0)].map(|w1| {
            // On a side of the box it is that, and not what rounding leaves of it.
            let is_side = |side: usize| w1 == on_sides[side];
            let w2 = match [is_side(0), is_side(1)] {
                [true, _] => 0.0,
                [_, true] => 1.0,
                _ => ((s - a * w1) / b).clamp(0.0, 1.0),
            };
            [w1.clamp(0.0, 1.0), w2]
        })
    }
}

/// Strips of the unit square between the zeros of a wave that is narrow there; `None` where there is no such wave, or
/// formulas switch.
pub(super) fn strips(arena: &Arena, roots: &[Id], n: usize) -> Option<Vec<(Cell, Formulas)>> {
    let wave = wave(arena, roots, n)?;
    let [a, b] = wave.slopes;
    let corners = [0.0, a, b, a + b].map(|s| wave.origin + s);
    let (lo, hi) = corners
        .iter()
        .fold((corners[0], corners[0]), |(lo, hi), s| {
            (lo.min(*s), hi.max(*s))
        });
    let near = SAME * lo.abs().max(hi.abs());
    let mut found = Vec::new();
    let mut half_turns = wave.closest(lo);
    let half_way = wave.step * FRAC_PI_2;
    while half_turns * PI - half_way < hi - near {
        let zero = half_turns * PI;
        // From here on s is what it is beyond the zero.
        let [first, last] = [(lo - zero).max(-half_way), (hi - zero).min(half_way)];
        let mut lines = vec![first, last, 0.0];
        lines.extend(corners.map(|s| s - zero));
        for line in &mut lines {
            if line.abs() <= near {
                *line = 0.0;
            }
        }
        lines.retain(|line| (first - near..=last + near).contains(line));
        lines.sort_by(f64::total_cmp);
        lines.dedup_by(|next, line| *next - *line <= near);
        found.extend(lines.windows(2).map(|pair| {
            // From the line that is closer to the zero.
            let ends = match pair[0].abs() <= pair[1].abs() {
                true => [pair[0], pair[1]],
                false => [pair[1], pair[0]],
            };
            strip(arena, roots, &wave, half_turns, ends)
        }));
        if found.len() > MOST_STRIPS {
            return None;
        }
        half_turns += wave.step;
    }
    Some(found)
}

/// The strip between two lines, s beyond so many half turns.
fn strip(
    arena: &Arena,
    roots: &[Id],
    wave: &Wave,
    half_turns: f64,
    ends: [f64; 2],
) -> (Cell, Formulas) {
    let lines = ends.map(|d| wave.line(half_turns * PI + d));
    // All sides are straight: between lines coordinates are between those of the ends.
    let lengths = lines.map(|[from, to]| to[0] - from[0]);
    let cell = Cell::image(2, |_, w| {
        let coordinate = |axis: usize| {
            let [from, to] = [0, 1].map(|end| between(lines.map(|line| line[end][axis]), w[0]));
            from + (to - from) * w[1]
        };
        let content = between(lengths, w[0]) * ((ends[1] - ends[0]) / wave.slopes[1]).abs();
        vec![coordinate(0), coordinate(1), content]
    });
    let formulas = formulas(2, |graph, w| {
        let all = cell.within(graph, w);
        let d = between(ends, w[0]);
        let values = graph.import_replacing(arena, roots, &all[..2], |id, copy| {
            if id == wave.node {
                return Some(wave.beyond(half_turns, d, copy));
            }
            (id == wave.operand).then(|| half_turns * graph.pi() + d)
        });
        values.into_iter().map(|value| value * all[2]).collect()
    });
    (cell, formulas)
}

/// Between two numbers.
fn between<'g>([from, to]: [f64; 2], w: Expr<'g>) -> Expr<'g> {
    from + (to - from) * w
}

/// Whether there is a wave between whose zeros there are strips.
pub(super) fn has_strips(arena: &Arena, roots: &[Id], n: usize) -> bool {
    wave(arena, roots, n).is_some()
}

/// The first steep wave of more than one half turn in a linear form of both coordinates, where formulas do not switch.
fn wave(arena: &Arena, roots: &[Id], n: usize) -> Option<Wave> {
    if n != 2 || deciders(arena, roots).iter().any(|d| d.bends) {
        return None;
    }
    let reach = inputs::of_nodes(arena);
    let is_across = |part: Id| reach[part.index()].count_ones() == 2;
    let linear = |(node, form): (Id, Form), (op, operand): (Unary, Id), [first, step]: [f64; 2]| {
        let (own, root) = arena.part(&[operand]);
        let at = |w1: f64, w2: f64| values(&own, &root, &[w1, w2])[0];
        let origin = at(0.0, 0.0);
        let slopes = [at(1.0, 0.0) - origin, at(0.0, 1.0) - origin];
        let length: f64 = slopes.iter().map(|slope| slope.abs()).sum();
        let scale = origin.abs() + length;
        let is_linear = [[1.0, 1.0], [0.3, 0.6], [0.85, 0.15]]
            .iter()
            .all(|[w1, w2]| {
                let linear = origin + slopes[0] * w1 + slopes[1] * w2;
                (at(*w1, *w2) - linear).abs() <= SAME * scale
            });
        let is_oblique = slopes.iter().all(|slope| slope.abs() > SAME * scale);
        // A sine is zero at 0, a cosine half a half turn from there.
        let first = if op == Unary::Cos { first + 0.5 } else { first };
        let found = Wave {
            node,
            operand,
            form,
            first,
            step,
            origin,
            slopes,
        };
        (is_linear && is_oblique && length > PI).then_some(found)
    };
    let steep = steep(arena, roots, 2, is_across).into_iter();
    let mut sines = steep.filter_map(|(_, part)| wave_in(arena, part));
    let sine =
        sines.find_map(|Multiple { node, own, .. }| linear((node, Form::Sine), own, [0.0, 1.0]));
    sine.or_else(|| {
        let needed = arena.needed(roots);
        let factors = factors_of_powers(arena, &needed);
        let mut nodes = (0..needed.len())
            .map(Id::at)
            .filter(|id| needed[id.index()]);
        nodes.find_map(|id| {
            let (number, sign, Multiple { times, own, .. }) = raised(arena, id)?;
            let value = arena.number(number)?;
            let (level, height) = (sign * value, times.abs());
            let above = level.abs() - height;
            let is_steep = above > 0.0 || (above == 0.0 && factors[id.index()] * height > STEEP);
            if !(is_across(own.1) && is_steep && above < RAISED * height) {
                return None;
            }
            // c − cos(s) is least where s is 0, c + cos(s) half a turn from there; where sines are ±1, a quarter.
            let is_taken_off = (level > 0.0) != (times > 0.0);
            let first = match is_taken_off == (own.0 == Unary::Sin) {
                true => 0.5,
                false => -0.5,
            };
            let form = Form::Raised {
                number,
                signs: [value.signum(), level.signum()],
                height,
            };
            linear((id, form), own, [first, 2.0])
        })
    })
}

/// A sine or a cosine, and its operand.
fn wave_of(arena: &Arena, node: Id) -> Option<(Unary, Id)> {
    match *arena.node(node) {
        Node::Unary(op @ (Unary::Sin | Unary::Cos), operand) => Some((op, operand)),
        _ => None,
    }
}

/// So many times a sine or a cosine.
struct Multiple {
    node: Id,
    times: f64,
    own: (Unary, Id),
}

/// The sine or cosine of which a part is a multiple.
fn wave_in(arena: &Arena, part: Id) -> Option<Multiple> {
    if let Some(own) = wave_of(arena, part) {
        return Some(Multiple {
            node: part,
            times: 1.0,
            own,
        });
    }
    let (x, factor) = match *arena.node(part) {
        Node::Unary(Unary::Neg, x) => (x, -1.0),
        Node::Binary(Binary::Mul, x, y) => match (arena.number(x), arena.number(y)) {
            (Some(c), _) => (y, c),
            (_, c) => (x, c?),
        },
        Node::Binary(Binary::Div, x, c) => (x, 1.0 / arena.number(c)?),
        _ => return None,
    };
    let multiple = wave_in(arena, x)?;
    Some(Multiple {
        times: factor * multiple.times,
        ..multiple
    })
}

/// The number, with its sign, to which a wave is added.
fn raised(arena: &Arena, node: Id) -> Option<(Id, f64, Multiple)> {
    let Node::Binary(op @ (Binary::Add | Binary::Sub), x, y) = *arena.node(node) else {
        return None;
    };
    let second = if op == Binary::Sub { -1.0 } else { 1.0 };
    let (number, sign, other, factor) = match arena.number(x) {
        Some(_) => (x, 1.0, y, second),
        None => (y, second, x, 1.0),
    };
    let multiple = wave_in(arena, other)?;
    let times = factor * multiple.times;
    Some((number, sign, Multiple { times, ..multiple }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Graph;
    use crate::scatter::Scatter;

    #[test]
    fn strips_fill_the_square_and_have_the_values_of_the_whole() {
        let waves: [for<'g> fn(Expr<'g>, Expr<'g>) -> Expr<'g>; 10] = [
            |u, v| 1e-8 + (9.0 * (u - v)).sin().powi(2),
            |u, v| 1e-8 + (7.0 * u + 2.0 * v - 0.3).cos().powi(2),
            |u, v| (300.0 * (1.0 + 4.0 * u - 11.0 * v).cos()).cosh(),
            |u, v| 1e-8 + (2.0 * std::f64::consts::PI * (v - u)).sin().powi(2),
            |u, v| 1.0001 - (9.0 * (u - v)).cos(),
            |u, v| 1.0001 + (9.0 * u + v).cos(),
            |u, v| 1.0001 - (9.0 * u - v).sin(),
            |u, v| (7.0 * u + 2.0 * v - 0.3).sin() + 1.0001,
            |u, v| (150.0 * (7.0 * u + 2.0 * v).cos() - 150.0).exp(),
            |u, v| (-2.0 * (7.0 * u + 2.0 * v).sin() - 2.0001).powi(3),
        ];
        for (number, wave) in waves.into_iter().enumerate() {
            let graph = Graph::new();
            let [u, v] = [0, 1].map(|i| graph.input(i));
            let root = [(u / wave(u, v) + v).id];
            let arena = graph.into_arena();
            let found = strips(&arena, &root, 2).unwrap();
            let mut content = 0.0;
            for (cell, formulas) in &found {
                let graph = Graph::new();
                let w: Vec<Expr<'_>> = (0..2).map(|i| graph.input(i)).collect();
                let element = [cell.within(&graph, &w)[2].id];
                let element_at = |w: &[f64]| graph.read(|arena| values(arena, &element, w)[0]);
                // Linear in the first coordinate: its mean is that in the middle.
                content += element_at(&[0.5, 0.5]);
                let points = Scatter::golden(2);
                for k in 1..20 {
                    let w = points.point(k);
                    let place = cell.place(&w);
                    assert!(place.iter().all(|w| (0.0..=1.0).contains(w)), "{place:?}");
                    let whole = values(&arena, &root, &place)[0];
                    let own = values(&formulas.arena, &formulas.roots, &w)[0] / element_at(&w);
                    // Off the ridges the wave loses no more than what s does.
                    assert!(
                        (own / whole - 1.0).abs() < 1e-11,
                        "{number} at {place:?}: {own} {whole}"
                    );
                }
            }
            assert!((content - 1.0).abs() < 1e-13, "{number}: {content}");
        }
    }

    #[test]
    fn other_formulas_have_no_strips() {
        let others: [for<'g> fn(Expr<'g>, Expr<'g>) -> Expr<'g>; 4] = [
            |u, v| 1.0 / (1e-8 + (3.0 * (u - v)).sin().powi(2)) * (u - v).abs(),
            |u, v| 1.0 / (1e-8 + (9.0 * (u - v * v)).sin().powi(2)),
            |u, v| 1.0 / (1e-8 + (u - v).sin().powi(2)),
            |u, v| 1.0 / (1e-8 + (900.0 * (u - v)).sin().powi(2)),
        ];
        for other in others {
            let graph = Graph::new();
            let [u, v] = [0, 1].map(|i| graph.input(i));
            let root = [other(u, v).id];
            assert!(strips(&graph.into_arena(), &root, 2).is_none());
        }
    }
}
