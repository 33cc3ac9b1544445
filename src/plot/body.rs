//! What of a sampled box is drawn in space: its faces, less a part that is taken out so that its inside is seen, and
//! the faces that this lays bare.
//!
//! 1. Opposite faces with the same image lie inside: those of a full turn.
//! 2. Along a full turn a wedge is taken out, of any other solid an octant; of all wedges, or octants, that whose
//!    middle is nearest to the eye, and a wedge at an end of the turn if that is not much farther.

use super::lattice::{Face, Lattice, Tile};
use super::shown::Shown;
use super::ticks::familiar;

/// How much of its nearness counts of a wedge that is not at an end of the turn.
const BETWEEN: f64 = 0.6;

/// A rectangle of a face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) face: Face,
    /// Its corners in lattice points along the free axes.
    pub(super) from: [usize; 2],
    pub(super) to: [usize; 2],
    /// Whether it is laid bare by what is taken out.
    pub(super) is_bared: bool,
}

impl Piece {
    /// The tiles of the rectangle, at most `finest` along an axis of the whole face.
    pub(super) fn tiles(&self, lattice: &Lattice, finest: usize) -> Vec<Tile> {
        let mut tiles = lattice.tiles(self.face, finest);
        tiles.retain(|tile| {
            (0..2).all(|i| self.from[i] <= tile.from[i] && tile.to[i] <= self.to[i])
        });
        tiles
    }

    /// The lines of the grid on it on which its free axis `which` is held, its borders among them.
    pub(super) fn lines(&self, lattice: &Lattice, which: usize) -> Vec<Vec<usize>> {
        let places = (self.from[which]..=self.to[which]).step_by(lattice.fine);
        let span = self.from[1 - which]..=self.to[1 - which];
        places
            .map(|place| lattice.line(self.face, which, place)[span.clone()].to_vec())
            .collect()
    }

    /// What is left of it without a rectangle in it.
    fn without(&self, from: [usize; 2], to: [usize; 2]) -> Vec<Piece> {
        let part = |low: [usize; 2], high: [usize; 2]| Piece {
            from: low,
            to: high,
            ..self.clone()
        };
        let [a, b] = [self.from, self.to];
        let parts = [
            part(a, [from[0], b[1]]),
            part([to[0], a[1]], b),
            part([from[0], a[1]], [to[0], from[1]]),
            part([from[0], to[1]], [to[0], b[1]]),
        ];
        let has_width = |piece: &Piece| (0..2).all(|i| piece.from[i] < piece.to[i]);
        parts.into_iter().filter(has_width).collect()
    }
}

/// A box of the lattice that is taken out, by its corners in lattice points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Taken {
    from: [usize; 3],
    to: [usize; 3],
}

/// What is drawn of a sampled box of two or three variables.
#[derive(Clone, Debug)]
pub(super) struct Body {
    taken: Option<Taken>,
    /// For every axis, whether both its faces have one image.
    turns: [bool; 3],
}

impl Body {
    /// The body of a map, opened if it is a solid whose lattice runs along the lines of its grid.
    pub(super) fn of(shown: &Shown, is_bent: bool) -> Body {
        // What an equation describes lies inside of nothing.
        let is_whole = is_bent || !shown.deformation.levels.is_empty();
        if shown.lattice.cells.len() < 3 || is_whole {
            return Body {
                taken: None,
                turns: [false; 3],
            };
        }
        let turns = [0, 1, 2].map(|axis| is_turn(shown, axis));
        Body {
            taken: best(shown, turns),
            turns,
        }
    }

    /// Where what is taken out lies, as inequalities of the variables.
    pub(super) fn taken_away(&self, shown: &Shown) -> Option<String> {
        let Taken { from, to } = self.taken?;
        let (lattice, map) = (shown.lattice, shown.deformation);
        let value = |axis: usize, place: usize| {
            let stride: usize = (axis + 1..3).map(|later| lattice.points(later)).product();
            map.samples
                .get(place * stride)
                .map(|s| familiar(s.source[axis]))
        };
        let mut parts = Vec::new();
        for (axis, name) in map.variables.iter().enumerate() {
            let is_end = [from[axis] == 0, to[axis] + 1 == lattice.points(axis)];
            parts.push(match is_end {
                [true, true] => continue,
                [true, false] => format!("{name} < {}", value(axis, to[axis])?),
                [false, true] => format!("{name} > {}", value(axis, from[axis])?),
                [false, false] => {
                    let ends = [value(axis, from[axis])?, value(axis, to[axis])?];
                    format!("{} < {name} < {}", ends[0], ends[1])
                }
            });
        }
        let last = parts.pop()?;
        Some(match parts.is_empty() {
            true => last,
            false => format!("{} and {last}", parts.join(", ")),
        })
    }

    /// Whether the region less what is taken out is one body.
    pub(super) fn leaves_one(&self, lattice: &Lattice) -> bool {
        let is_between = |axis: usize, taken: Taken| {
            self.turns[axis] && taken.from[axis] > 0 && taken.to[axis] + 1 < lattice.points(axis)
        };
        let taken = self.taken;
        taken.is_none_or(|taken| !(0..3).any(|axis| is_between(axis, taken)))
    }

    /// Whether what is taken out has a position of the lattice, the lowest corner of a cube.
    pub(super) fn lacks(&self, cube: [usize; 3]) -> bool {
        let is_in = |Taken { from, to }: Taken| {
            (0..3).all(|axis| (from[axis]..to[axis]).contains(&cube[axis]))
        };
        self.taken.is_some_and(is_in)
    }

    /// The edges of what is taken out that are edges of the whole box, as samples along them.
    pub(super) fn taken_edges(&self, lattice: &Lattice) -> Vec<Vec<usize>> {
        self.taken
            .map_or_else(Vec::new, |taken| taken.edges(lattice))
    }

    /// The edges of the whole box, as samples along them.
    pub(super) fn whole_edges(lattice: &Lattice) -> Vec<Vec<usize>> {
        let to = [0, 1, 2].map(|axis| lattice.points(axis) - 1);
        let whole = Taken { from: [0; 3], to };
        whole.edges(lattice)
    }

    /// The rectangles that bound the region, or its image: without those that lie inside of that.
    pub(super) fn pieces(&self, lattice: &Lattice, is_image: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for face in lattice.faces() {
            let ends = face.axes.map(|axis| lattice.points(axis) - 1);
            let whole = Piece {
                face,
                from: [0, 0],
                to: ends,
                is_bared: false,
            };
            let across = 3 - face.axes[0] - face.axes[1];
            let Some(taken) = self.taken.filter(|_| lattice.cells.len() == 3) else {
                let is_inside = lattice.cells.len() == 3 && is_image && self.turns[across];
                pieces.extend((!is_inside).then_some(whole));
                continue;
            };
            let end = lattice.points(across) - 1;
            let is_low = face.held[across] == 0;
            // What is taken out touches this face, or the opposite one.
            let reaches = [taken.from[across] == 0, taken.to[across] == end];
            let [touches, touches_other] = match is_low {
                true => reaches,
                false => [reaches[1], reaches[0]],
            };
            if is_image && self.turns[across] {
                // Both faces are one, and it is seen where one of its sides is gone.
                let from = face.axes.map(|axis| taken.from[axis]);
                let to = face.axes.map(|axis| taken.to[axis]);
                let is_bared = touches_other && !touches;
                pieces.extend(is_bared.then_some(Piece {
                    from,
                    to,
                    is_bared,
                    ..whole
                }));
            } else if touches {
                let from = face.axes.map(|axis| taken.from[axis]);
                pieces.extend(whole.without(from, face.axes.map(|axis| taken.to[axis])));
            } else {
                pieces.push(whole);
            }
        }
        if let Some(taken) = self.taken {
            pieces.extend(taken.bared(lattice));
        }
        pieces
    }
}

impl Taken {
    /// Its edges that are edges of the whole box, as samples along them.
    fn edges(&self, lattice: &Lattice) -> Vec<Vec<usize>> {
        let Taken { from, to } = *self;
        let mut edges = Vec::new();
        for axis in 0..3 {
            let (j, k) = ((axis + 1) % 3, (axis + 2) % 3);
            for (a, b) in [
                (from[j], from[k]),
                (from[j], to[k]),
                (to[j], from[k]),
                (to[j], to[k]),
            ] {
                let is_end =
                    |axis: usize, place: usize| place == 0 || place + 1 == lattice.points(axis);
                if !(is_end(j, a) && is_end(k, b)) {
                    continue;
                }
                let mut place = [0; 3];
                (place[j], place[k]) = (a, b);
                let along = from[axis]..=to[axis];
                edges.push(
                    along
                        .map(|at| {
                            place[axis] = at;
                            lattice.index(place)
                        })
                        .collect(),
                );
            }
        }
        edges
    }

    /// The rectangles inside of the whole box that bound what is taken out.
    fn bared(&self, lattice: &Lattice) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for across in 0..3 {
            let axes = [(across + 1) % 3, (across + 2) % 3];
            let end = lattice.points(across) - 1;
            for place in [self.from[across], self.to[across]] {
                if place == 0 || place == end {
                    continue;
                }
                let mut held = [0; 3];
                held[across] = place;
                pieces.push(Piece {
                    face: Face { axes, held },
                    from: axes.map(|axis| self.from[axis]),
                    to: axes.map(|axis| self.to[axis]),
                    is_bared: true,
                });
            }
        }
        pieces
    }

    /// Samples all over it: one to a cell's corner.
    fn samples(&self, lattice: &Lattice) -> Vec<usize> {
        let places = |axis: usize| (self.from[axis]..=self.to[axis]).step_by(lattice.fine);
        let mut samples = Vec::new();
        for i in places(0) {
            for j in places(1) {
                samples.extend(places(2).map(|k| lattice.index([i, j, k])));
            }
        }
        samples
    }
}

/// Whether both faces across an axis have one image.
fn is_turn(shown: &Shown, axis: usize) -> bool {
    let lattice = shown.lattice;
    let end = lattice.points(axis) - 1;
    let faces = lattice.faces();
    let face = faces[2 * axis];
    let samples = &shown.deformation.samples;
    let size = |p: &Vec<f64>| p.iter().map(|v| v.abs()).fold(0.0, f64::max);
    let [a, b] = face.axes.map(|axis| lattice.points(axis));
    (0..a)
        .flat_map(|i| (0..b).map(move |j| [i, j]))
        .all(|along| {
            let mut other = face;
            other.held[axis] = end;
            let [p, q] = [face, other].map(|face| &samples[lattice.at(face, along)].image);
            let is_same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * (1e-300 + size(p));
            p.iter().zip(q).all(is_same)
        })
}

/// The part to take out: in sight on the image, and an octant if possible on the region.
fn best(shown: &Shown, turns: [bool; 3]) -> Option<Taken> {
    let lattice = shown.lattice;
    let ends = [0, 1, 2].map(|axis| lattice.points(axis) - 1);
    let everything: Vec<usize> = (0..shown.deformation.samples.len()).collect();
    let nearness = |taken: &Taken, side: usize| {
        let side = &shown.sides[side];
        let area = side.panel.area();
        let near = side.depth(&taken.samples(lattice)) - side.depth(&everything);
        near / area.width.hypot(area.height)
    };
    let mut scored: Vec<(f64, Taken)> = Vec::new();
    for axis in (0..3).filter(|axis| turns[*axis]) {
        let (cells, fine) = (lattice.cells[axis], lattice.fine);
        let width = (cells / 3).max(1);
        for first in 0..=cells.saturating_sub(width) {
            let (mut from, mut to) = ([0; 3], ends);
            from[axis] = first * fine;
            to[axis] = (first + width) * fine;
            if to[axis] - from[axis] == ends[axis] {
                continue;
            }
            // In the middle of the turn it leaves two bodies in the region.
            let is_between = from[axis] > 0 && to[axis] < ends[axis];
            let taken = Taken { from, to };
            let share = if is_between { BETWEEN } else { 1.0 };
            scored.push((share * nearness(&taken, 1), taken));
        }
    }
    let half = [0, 1, 2].map(|axis| lattice.cells[axis] / 2 * lattice.fine);
    if scored.is_empty() && !half.contains(&0) {
        for corner in 0..8usize {
            let is_high = |axis: usize| corner >> axis & 1 > 0;
            let end = |axis: usize| [half[axis], ends[axis]][usize::from(is_high(axis))];
            let taken = Taken {
                from: [0, 1, 2].map(|axis| if is_high(axis) { half[axis] } else { 0 }),
                to: [0, 1, 2].map(end),
            };
            scored.push((nearness(&taken, 1) + 0.7 * nearness(&taken, 0), taken));
        }
    }
    let finite = scored.into_iter().filter(|(score, _)| score.is_finite());
    let best = finite.max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, taken)| taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_an_octant_is_bounded_by_as_much_as_the_whole() {
        let lattice = Lattice {
            cells: vec![2, 4, 6],
            fine: 2,
        };
        let area = |pieces: &[Piece]| {
            let each = pieces
                .iter()
                .map(|p| (p.to[0] - p.from[0]) * (p.to[1] - p.from[1]));
            each.sum::<usize>()
        };
        let whole = Body {
            taken: None,
            turns: [false; 3],
        };
        let opened = Body {
            taken: Some(Taken {
                from: [2, 0, 6],
                to: [4, 4, 12],
            }),
            ..whole.clone()
        };
        assert_eq!(
            area(&whole.pieces(&lattice, true)),
            area(&opened.pieces(&lattice, true))
        );
        let bared = opened
            .pieces(&lattice, true)
            .into_iter()
            .filter(|p| p.is_bared);
        assert_eq!(bared.count(), 3);
    }

    #[test]
    fn a_wedge_of_a_full_turn_lays_two_faces_bare_wherever_it_is() {
        let lattice = Lattice {
            cells: vec![2, 2, 6],
            fine: 1,
        };
        for first in 0..5 {
            let body = Body {
                taken: Some(Taken {
                    from: [0, 0, first],
                    to: [2, 2, first + 2],
                }),
                turns: [false, false, true],
            };
            let across = |p: &Piece| 3 - p.face.axes[0] - p.face.axes[1] == 2;
            let pieces = body.pieces(&lattice, true);
            let bared: Vec<_> = pieces.iter().filter(|p| across(p)).collect();
            assert_eq!(bared.len(), 2, "{first}: {bared:?}");
            assert!(bared.iter().all(|p| p.is_bared && p.to == [2, 2]));
        }
    }
}
