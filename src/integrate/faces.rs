//! Faces between large cells and small ones: what made the small ones small may reach into the large
//! ones, where no node of theirs sees it.
//!
//! 1. Cells are made by halvings, which are kept as a tree: it says which cell a place lies in.
//! 2. The middle of each face of a cell is a place of its neighbour's border. Where that neighbour is
//!    so much larger, the place is one to look at.
//! 3. Where cells have no nodes beside their corners, so is the middle of every face between cells of
//!    different means: a value there that lies by far not between them is one that the nodes of a cell
//!    do not see.

use rustc_hash::FxHashSet;

use super::cell_list::CellList;

/// A cell is large beside a neighbour if it is this many times as long along their common face.
const LARGE: f64 = 4.0;

/// A value that lies this part of the difference of two means from one of them is hardly between them.
const NOT_BETWEEN: f64 = 0.75;

/// The part of a cell's side that leads across a face.
const ACROSS: f64 = 1.0 / 64.0;

/// A place of the tree.
#[derive(Clone, Copy, Debug)]
enum Place {
    Cell(u32),
    Halved { axis: u32, middle: f64, below: u32 },
}

impl Face {
    fn on_borders(self) -> [OnBorder; 2] {
        self.cells.map(|cell| OnBorder {
            cell,
            place: self.place.clone(),
        })
    }
}

/// How cells came of halvings.
#[derive(Debug, Default)]
pub(super) struct Halvings {
    /// The numbers of the first cells along the axes.
    lengths: Vec<usize>,
    /// The first cells, and then the halves of a place, the lower one first.
    places: Vec<Place>,
    /// Where each cell stands.
    of_cells: Vec<u32>,
    /// The bits of places that were told, and of the sides across them.
    told: FxHashSet<(Kind, Vec<u64>)>,
}

/// What a face is told for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    BesideSmall,
    Unlike,
}

/// The middle of a face between two cells, the one whose face it is first.
struct Face {
    cells: [usize; 2],
    axis: usize,
    place: Vec<f64>,
}

/// A place on the border of a cell.
#[derive(Debug, PartialEq)]
pub(super) struct OnBorder {
    pub(super) cell: usize,
    pub(super) place: Vec<f64>,
}

impl Halvings {
    /// The first cells: so many along each axis, the last axis running first.
    pub(super) fn new(lengths: &[usize]) -> Self {
        let count = lengths.iter().product::<usize>() as u32;
        Halvings {
            lengths: lengths.to_vec(),
            places: (0..count).map(Place::Cell).collect(),
            of_cells: (0..count).collect(),
            told: FxHashSet::default(),
        }
    }

    /// A cell was halved: the upper half is the next cell.
    pub(super) fn halve(&mut self, cell: usize, axis: usize, middle: f64) {
        let Some(at) = self.of_cells.get(cell).copied() else {
            return;
        };
        let below = self.places.len() as u32;
        self.places[at as usize] = Place::Halved {
            axis: axis as u32,
            middle,
            below,
        };
        let upper = self.of_cells.len() as u32;
        self.places
            .extend([Place::Cell(cell as u32), Place::Cell(upper)]);
        self.of_cells[cell] = below;
        self.of_cells.push(below + 1);
    }

    /// The cell in which a place lies.
    fn cell_at(&self, place: &[f64]) -> usize {
        let axes = place.iter().zip(&self.lengths);
        let mut at = axes.fold(0, |at, (x, &n)| {
            at * n + ((x * n as f64) as usize).min(n - 1)
        });
        loop {
            match self.places[at] {
                Place::Cell(cell) => return cell as usize,
                Place::Halved {
                    axis,
                    middle,
                    below,
                } => at = below as usize + usize::from(place[axis as usize] >= middle),
            }
        }
    }

    /// The middles of faces of a kind, without those that were told as such before.
    fn faces(&mut self, kind: Kind, cells: &CellList, is_one: impl Fn(&Face) -> bool) -> Vec<Face> {
        let mut found = Vec::new();
        if self.lengths.is_empty() {
            return found;
        }
        for (id, own) in cells.iter().enumerate() {
            let middle = own.from.iter().zip(own.width);
            let middle: Vec<f64> = middle.map(|(from, width)| from + 0.5 * width).collect();
            for axis in 0..middle.len() {
                for (face, step) in [
                    (own.from[axis], -ACROSS),
                    (own.from[axis] + own.width[axis], ACROSS),
                ] {
                    let beyond = face + step * own.width[axis];
                    if !(0.0..1.0).contains(&beyond) {
                        continue;
                    }
                    let mut place = middle.clone();
                    place[axis] = beyond;
                    let other = self.cell_at(&place);
                    place[axis] = face;
                    let face = Face {
                        cells: [id, other],
                        axis,
                        place,
                    };
                    let sides = [id, other].map(|id| cells.get(id).width[axis]);
                    let all = face.place.iter().chain(&sides).map(|x| x.to_bits());
                    if is_one(&face) && self.told.insert((kind, all.collect())) {
                        found.push(face);
                    }
                }
            }
        }
        found
    }

    /// Places between cells and larger ones, which were not told before: the same place on the borders
    /// of both, that of the larger one last.
    pub(super) fn beside_small(&mut self, cells: &CellList) -> Vec<[OnBorder; 2]> {
        let is_one = |face: &Face| {
            let [small, large] = face.cells.map(|id| cells.get(id));
            let mut sides = large.width.iter().zip(small.width).enumerate();
            sides.any(|(axis, (own, other))| axis != face.axis && *own >= LARGE * other)
        };
        let faces = self.faces(Kind::BesideSmall, cells, is_one);
        faces.into_iter().map(Face::on_borders).collect()
    }

    /// Places between cells of different means, which were not told before: the same place on the
    /// borders of both.
    pub(super) fn between_unlike(&mut self, cells: &CellList) -> Vec<[OnBorder; 2]> {
        let is_one = |face: &Face| {
            let [own, other] = face.cells.map(|id| cells.get(id));
            let is_smaller = own.width[face.axis] < other.width[face.axis];
            let is_below = own.from[face.axis] < other.from[face.axis];
            (is_smaller || own.width[face.axis] == other.width[face.axis] && is_below)
                && own.means().zip(other.means()).any(|(a, b)| a != b)
        };
        let faces = self.faces(Kind::Unlike, cells, is_one);
        faces.into_iter().map(Face::on_borders).collect()
    }
}

/// Which of two cells, with these means, does not explain a value between them; `None` where it lies
/// about between the means.
pub(super) fn unexplained(means: [f64; 2], value: f64) -> Option<usize> {
    let off = means.map(|mean| (value - mean).abs());
    let farther = usize::from(off[1] > off[0]);
    (off[farther] > NOT_BETWEEN * (means[0] - means[1]).abs()).then_some(farther)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(cells: &[[f64; 4]]) -> CellList {
        let mut list = CellList::new(2, 1, 0);
        for [x, y, width, height] in cells {
            list.push(&[*x, *y], &[*width, *height], 0..0);
        }
        list
    }

    #[test]
    fn large_cells_are_asked_where_small_ones_meet_them() {
        let mut halvings = Halvings::new(&[2, 1]);
        // The left cell is halved in y three times, toward y = 0.
        halvings.halve(0, 1, 0.5);
        halvings.halve(0, 1, 0.25);
        halvings.halve(0, 1, 0.125);
        let cells = list(&[
            [0.0, 0.0, 0.5, 0.125],
            [0.5, 0.0, 0.5, 1.0],
            [0.0, 0.5, 0.5, 0.5],
            [0.0, 0.25, 0.5, 0.25],
            [0.0, 0.125, 0.5, 0.125],
        ]);
        assert_eq!(halvings.cell_at(&[0.2, 0.2]), 4);
        assert_eq!(halvings.cell_at(&[0.2, 0.7]), 2);
        assert_eq!(halvings.cell_at(&[0.7, 0.2]), 1);
        let found = halvings.beside_small(&cells);
        let expected = [[0.5, 0.0625], [0.5, 0.375], [0.5, 0.1875]];
        let found: Vec<_> = found.into_iter().map(|[_, large]| large).collect();
        let expected = expected.map(|place| OnBorder {
            cell: 1,
            place: place.to_vec(),
        });
        assert_eq!(found, expected);
        // Each is told once.
        assert!(halvings.beside_small(&cells).is_empty());
    }

    #[test]
    fn a_value_beyond_both_means_belongs_to_neither_nor_to_the_farther_one() {
        assert_eq!(unexplained([1.0, 3.0], 2.0), None);
        assert_eq!(unexplained([1.0, 3.0], 1.2), Some(1));
        assert_eq!(unexplained([5.0, 0.0], 0.0), Some(0));
        assert_eq!(unexplained([5.0, 0.0], 7.0), Some(1));
    }
}
