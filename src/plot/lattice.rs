//! The lattice of samples: its indices, the tiles that cover it and the lines of its grid.

/// Points at equal steps over a box of one, two or three variables, last index fastest.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    pub(super) cells: Vec<usize>,
    pub(super) fine: usize,
}

/// A two-dimensional part of the lattice: two free axes, the other one (if any) held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Face {
    /// The two free axes in order.
    pub(super) axes: [usize; 2],
    /// Position of every axis in lattice points; those of the free axes do not count.
    pub(super) held: [usize; 3],
}

/// A patch of a face.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    pub(super) face: Face,
    /// Its corners in lattice points along the free axes: from (inclusive), to (inclusive).
    pub(super) from: [usize; 2],
    pub(super) to: [usize; 2],
}

impl Lattice {
    /// Points along an axis.
    pub(super) fn points(&self, axis: usize) -> usize {
        self.cells
            .get(axis)
            .map_or(1, |cells| cells * self.fine + 1)
    }

    /// Points in all; `None` when there are more than a `usize` counts.
    pub(super) fn len(&self) -> Option<usize> {
        self.cells.iter().try_fold(1usize, |product, cells| {
            product.checked_mul(cells.checked_mul(self.fine)?.checked_add(1)?)
        })
    }

    /// The sample at a position.
    pub(super) fn index(&self, position: [usize; 3]) -> usize {
        (0..self.cells.len()).fold(0, |index, axis| index * self.points(axis) + position[axis])
    }

    /// The faces to be drawn: the lattice itself for two variables, six for three.
    pub(super) fn faces(&self) -> Vec<Face> {
        match self.cells.len() {
            2 => vec![Face {
                axes: [0, 1],
                held: [0; 3],
            }],
            3 => (0..6)
                .map(|side| {
                    let across = side / 2;
                    let mut held = [0; 3];
                    held[across] = (side % 2) * (self.points(across) - 1);
                    Face {
                        axes: [(across + 1) % 3, (across + 2) % 3],
                        held,
                    }
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The sample of a face at a position along its free axes.
    pub(super) fn at(&self, face: Face, along: [usize; 2]) -> usize {
        let mut position = face.held;
        for (axis, place) in face.axes.into_iter().zip(along) {
            position[axis] = place;
        }
        self.index(position)
    }

    /// The patches of a face, at most `finest` along an axis where its cells allow that.
    pub(super) fn tiles(&self, face: Face, finest: usize) -> Vec<Tile> {
        let step = |axis: usize| {
            let fits = |s: &usize| {
                self.fine.is_multiple_of(*s) && self.cells[axis] * (self.fine / s) <= finest
            };
            (1..=self.fine).find(fits).unwrap_or(self.fine)
        };
        let [a, b] = face.axes;
        let steps = [step(a), step(b)];
        let starts = |axis, step| (0..self.points(axis) - 1).step_by(step);
        let mut tiles = Vec::new();
        for i in starts(a, steps[0]) {
            for j in starts(b, steps[1]) {
                tiles.push(Tile {
                    face,
                    from: [i, j],
                    to: [i + steps[0], j + steps[1]],
                });
            }
        }
        tiles
    }

    /// The samples around the rectangle between two corners of a face, once each.
    pub(super) fn rim(&self, face: Face, from: [usize; 2], to: [usize; 2]) -> Vec<usize> {
        let [[i0, j0], [i1, j1]] = [from, to];
        (j0..j1)
            .map(|j| [i0, j])
            .chain((i0..i1).map(|i| [i, j1]))
            .chain((j0 + 1..=j1).rev().map(|j| [i1, j]))
            .chain((i0 + 1..=i1).rev().map(|i| [i, j0]))
            .map(|along| self.at(face, along))
            .collect()
    }

    /// The samples around a tile; one step further on where there is one if `spread`, so that the
    /// tiles painted next cover the joint.
    pub(super) fn around(&self, tile: &Tile, spread: bool) -> Vec<usize> {
        let mut to = tile.to;
        if spread {
            for (end, axis) in to.iter_mut().zip(tile.face.axes) {
                *end = (*end + 1).min(self.points(axis) - 1);
            }
        }
        self.rim(tile.face, tile.from, to)
    }

    /// The samples along a grid line of a face on which its free axis `which` is held at `place`.
    pub(super) fn line(&self, face: Face, which: usize, place: usize) -> Vec<usize> {
        let along = 0..self.points(face.axes[1 - which]);
        along
            .map(|k| self.at(face, if which == 0 { [place, k] } else { [k, place] }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_index_runs_fastest() {
        let lattice = Lattice {
            cells: vec![2, 3, 1],
            fine: 2,
        };
        assert_eq!(lattice.len(), Some(5 * 7 * 3));
        assert_eq!(lattice.index([0, 0, 1]), 1);
        assert_eq!(lattice.index([0, 1, 0]), 3);
        assert_eq!(lattice.index([4, 6, 2]), 5 * 7 * 3 - 1);
        assert_eq!(
            Lattice {
                cells: vec![usize::MAX / 2; 2],
                fine: 3
            }
            .len(),
            None
        );
    }

    #[test]
    fn tiles_cover_a_face_once_and_rims_are_closed_walks() {
        let lattice = Lattice {
            cells: vec![12, 5],
            fine: 8,
        };
        let face = lattice.faces()[0];
        let tiles = lattice.tiles(face, 48);
        let area = |t: &Tile| (t.to[0] - t.from[0]) * (t.to[1] - t.from[1]);
        assert_eq!(tiles.iter().map(area).sum::<usize>(), 96 * 40);
        assert_eq!(tiles.len(), 48 * 40);
        for tile in &tiles {
            let rim = lattice.around(tile, false);
            let mut distinct = rim.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), rim.len());
            for (here, next) in rim.iter().zip(rim.iter().cycle().skip(1)) {
                assert!(matches!(here.abs_diff(*next), 1 | 41));
            }
        }
    }

    #[test]
    fn six_faces_bound_a_box() {
        let lattice = Lattice {
            cells: vec![2, 3, 4],
            fine: 1,
        };
        let faces = lattice.faces();
        assert_eq!(faces.len(), 6);
        let tiles: usize = faces
            .iter()
            .map(|face| lattice.tiles(*face, 48).len())
            .sum();
        assert_eq!(tiles, 2 * (2 * 3 + 3 * 4 + 2 * 4));
    }
}
