//! Tiles that are alike, joined where they are neighbours.

use super::lattice::Tile;

/// Rectangles that cover the same places as tiles that are alike by their keys: runs along the axis that leaves
/// the fewest, then runs of these that are as long.
pub(super) fn joined<'t, K: Copy + Ord + 't>(
    tiles: impl Iterator<Item = (&'t Tile, K)>,
) -> Vec<(Tile, K)> {
    let tiles: Vec<(&Tile, K)> = tiles.collect();
    let along = |axis: usize| {
        runs(
            tiles.iter().map(|(tile, key)| ((*tile).clone(), *key)),
            axis,
        )
    };
    let (first, second) = (along(0), along(1));
    match first.len() < second.len() {
        true => runs(first.into_iter(), 1),
        false => runs(second.into_iter(), 0),
    }
}

/// Rectangles that are alike and follow each other along an axis, between the same ends along the other one, as
/// one.
fn runs<K: Copy + Ord>(tiles: impl Iterator<Item = (Tile, K)>, axis: usize) -> Vec<(Tile, K)> {
    let across = 1 - axis;
    let mut tiles: Vec<(Tile, K)> = tiles.collect();
    tiles.sort_by_key(|(tile, key)| {
        let Tile { face, from, to } = tile;
        (
            face.axes,
            face.held,
            from[across],
            to[across],
            *key,
            from[axis],
        )
    });
    let mut joined: Vec<(Tile, K)> = Vec::new();
    for (tile, key) in tiles {
        match joined.last_mut() {
            Some((last, same))
                if *same == key
                    && last.face == tile.face
                    && last.to[axis] == tile.from[axis]
                    && last.from[across] == tile.from[across]
                    && last.to[across] == tile.to[across] =>
            {
                last.to = tile.to;
            }
            _ => joined.push((tile, key)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::super::lattice::Lattice;
    use super::*;

    #[test]
    fn joined_tiles_cover_what_the_tiles_did_with_their_keys() {
        let lattice = Lattice {
            cells: vec![6, 5],
            fine: 2,
        };
        let tiles = lattice.tiles(lattice.faces()[0], 12);
        let key = |tile: &Tile| tile.from[0] / 4 + 3 * usize::from(tile.from[1] > 5);
        let whole = joined(tiles.iter().map(|tile| (tile, key(tile))));
        // Three columns of two keys each.
        assert_eq!(whole.len(), 6);
        for tile in &tiles {
            let holds = |(large, _): &&(Tile, usize)| {
                (0..2).all(|i| large.from[i] <= tile.from[i] && tile.to[i] <= large.to[i])
            };
            let found: Vec<_> = whole.iter().filter(holds).collect();
            assert!(found.len() == 1 && found[0].1 == key(tile));
        }
    }
}
