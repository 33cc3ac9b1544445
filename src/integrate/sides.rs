//! Boxes by their sides: their content, their longest side, and their halves.

use crate::integrand::Side;

/// Sides are not halved beyond this length: the next numbers are as near.
const SHORTEST: f64 = 1e-300;

/// A box is flat if a side of it is so many times as long as another one, and beside an end of the whole if that is no
/// farther from there than so many times as long.
const FLAT: f64 = 256.0;
const BESIDE: f64 = 4.0;

/// What is so near to a face of the whole box is the face: a power of two, at which sides are halved.
pub(super) const AT_END: f64 = 1.0 / (1u64 << 30) as f64;

/// Whether all of a side is so near to an end.
pub(super) fn is_at_end(side: &Side) -> bool {
    side.to <= AT_END || side.from >= 1.0 - AT_END
}

/// The content of a box.
pub(super) fn content_of(sides: &[Side]) -> f64 {
    sides.iter().map(Side::width).product()
}

/// The axis of the longest side.
pub(super) fn longest(sides: &[Side]) -> usize {
    largest(sides.iter().map(Side::width))
}

/// The first of the largest amounts.
fn largest(amounts: impl Iterator<Item = f64>) -> usize {
    let larger = |most: (usize, f64), own: (usize, f64)| if own.1 > most.1 { own } else { most };
    amounts.enumerate().fold((0, 0.0), larger).0
}

/// The axis of the longest side; in a part of a box that is flat beside an end of the whole, of the one that is the
/// longest part of its side.
pub(super) fn longest_beside(sides: &[Side], of: &[Side]) -> usize {
    let widths = || of.iter().map(Side::width);
    let most = widths().fold(0.0, f64::max);
    let is_flat = of.iter().any(|side| {
        let from_end = side.from.min(1.0 - side.to);
        most > FLAT * side.width() && from_end < BESIDE * side.width()
    });
    match is_flat {
        true => largest(
            sides
                .iter()
                .zip(widths())
                .map(|(side, of)| side.width() / of),
        ),
        false => longest(sides),
    }
}

/// The axis of the side that is the longest as a part of how far a point of it is from the ends of the whole.
pub(super) fn longest_at(sides: &[Side], point: &[f64]) -> usize {
    largest(
        sides
            .iter()
            .zip(point)
            .map(|(side, w)| side.width() / w.min(1.0 - w)),
    )
}

/// Both halves of a box along an axis; `None` if nothing lies between its faces.
pub(super) fn halves(sides: &[Side], axis: usize) -> Option<[Vec<Side>; 2]> {
    let Side { from, to } = sides[axis];
    let middle = from + (to - from) / 2.0;
    if middle <= from || middle >= to || to - from < SHORTEST {
        return None;
    }
    let half = |from: f64, to: f64| {
        let mut sides = sides.to_vec();
        sides[axis] = Side { from, to };
        sides
    };
    Some([half(from, middle), half(middle, to)])
}
