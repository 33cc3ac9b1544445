//! Boxes beside ends where nothing is bounded, in each of which something may hide.
//!
//! 1. Halve them toward the ends, by bounds alone, so that each half that is bounded has bounds of its own.
//! 2. What the halves may hold falls toward a singular end, and out along a tail; where terms cancel it may rise, but
//!    steadily.
//! 3. Where it rises all at once, as for a peak far out on an infinite range, the box is taken apart into the halves.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! section 11.2 (branch and bound).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::meter::Stop;
use super::sides::{content_of, halves, is_at_end};
use super::unseen::{Place, Search, is_short};
use crate::integrand::Side;

/// So many halvings part boxes that are bounded from ends where nothing is, with so much work at most: a tenth of a
/// second.
const PARTED: usize = 2048;
const MOST_WORK_AT_ENDS: u64 = 6_000_000;

/// Bounds that rise by this factor from one half to the next, and so much faster than before, do so for another reason
/// than that terms cancel.
const RISEN: f64 = 4.0;

/// Two halves of a box, and the widths of the bounds on them.
type Halves = [(Vec<Side>, f64); 2];

impl Search<'_, '_> {
    /// Parts boxes in which nothing is bounded toward the ends that they reach, where bounds of what lies on the way do
    /// not fall: something may hide there. Whether there are such boxes.
    pub(super) fn part_from_ends(&mut self, places: &mut BinaryHeap<Place>) -> Result<bool, Stop> {
        let is_open = |place: &Place| place.is_unbounded && !is_short(&place.sides);
        if !places.iter().any(is_open) {
            return Ok(false);
        }
        let all = std::mem::take(places).into_sorted_vec().into_iter();
        let (open, rest): (Vec<Place>, Vec<Place>) = all.partition(is_open);
        places.extend(rest);
        let before = self.bounds.work();
        self.bounds.allow(MOST_WORK_AT_ENDS);
        let mut ends = Vec::new();
        for place in open {
            // Of the last ones there may be no bounds for want of work alone.
            match self.width(&place.sides).is_finite() {
                true => places.push(self.place(place.sides, place.trail)?),
                false => ends.push(place),
            }
        }
        let parted = self.parted(&ends);
        let is_risen = parted.iter().any(|parts| !parts.is_empty());
        // What was parted is looked at to the end.
        self.bounds.allow(u64::MAX);
        for (place, parts) in ends.into_iter().zip(parted) {
            let trail = place.trail;
            if parts.is_empty() {
                places.push(place);
            }
            for sides in parts {
                places.push(self.place(sides, trail)?);
            }
        }
        self.bounds.allow(before);
        Ok(is_risen)
    }

    /// For every box in which nothing is bounded its parts, if what a part that is bounded may hold is more than what
    /// the one before it may, and more than the tolerance.
    fn parted(&mut self, of: &[Place]) -> Vec<Vec<Vec<Side>>> {
        let mut parts = vec![Vec::new(); of.len()];
        let mut are_risen = vec![false; of.len()];
        // Boxes that reach no end come first, as next to none should be; then the largest one, and of such the one that
        // was met first. Contents are in the order of their bits.
        let order = |sides: &[Side], number: usize| {
            let is_inner = !sides.iter().any(|side| side.from == 0.0 || side.to == 1.0);
            (is_inner, content_of(sides).to_bits(), Reverse(number))
        };
        let whole = of.iter().enumerate();
        // What the last two bounded halves along each axis may hold.
        let unknown = vec![[f64::INFINITY; 2]; self.glance.nodes.len()];
        let whole = whole.map(|(i, place)| (i, place.sides.clone(), unknown.clone()));
        let mut boxes: Vec<(usize, Vec<Side>, Vec<[f64; 2]>)> = whole.collect();
        let numbered = boxes.iter().enumerate();
        let mut open: BinaryHeap<_> = numbered.map(|(k, own)| order(&own.1, k)).collect();
        let mut left = PARTED;
        while let Some((.., Reverse(number))) = open.pop() {
            let (i, sides, mut last) = std::mem::take(&mut boxes[number]);
            let is_over = left == 0 || self.bounds.is_spent() || sides.iter().any(is_at_end);
            let both = if is_over {
                None
            } else {
                self.half_from_end(&sides)
            };
            let Some((axis, both)) = both else {
                parts[i].push(sides);
                continue;
            };
            left -= 1;
            // Two halves without bounds both go on from what came before.
            let bounded = both.iter().filter(|(_, width)| width.is_finite());
            if let Some(next) = bounded.map(|(_, width)| *width).reduce(f64::max) {
                let [last, before] = &mut last[axis];
                let steady = *last * (*last / *before).max(1.0);
                are_risen[i] |= next > (RISEN * steady).max(1.0);
                (*before, *last) = (*last, next);
            }
            for (half, width) in both {
                if width.is_finite() {
                    parts[i].push(half);
                } else {
                    open.push(order(&half, boxes.len()));
                    boxes.push((i, half, last.clone()));
                }
            }
        }
        for (parts, is_risen) in parts.iter_mut().zip(are_risen) {
            if !is_risen {
                parts.clear();
            }
        }
        parts
    }

    /// The halves of a box in which nothing is bounded, with their widths, and the axis along which they are: one that
    /// parts a half which is bounded from an end, if there is such an axis.
    fn half_from_end(&mut self, sides: &[Side]) -> Option<(usize, Halves)> {
        let reaches = |axis: &usize| (sides[*axis].from == 0.0) != (sides[*axis].to == 1.0);
        let mut reaching: Vec<usize> = (0..sides.len()).filter(reaches).collect();
        reaching.sort_by(|&a, &b| sides[b].width().total_cmp(&sides[a].width()));
        for axis in reaching {
            let both = self.with_widths(halves(sides, axis)?);
            if both.iter().any(|(_, width)| width.is_finite()) {
                return Some((axis, both));
            }
        }
        self.bounds.move_to(sides);
        let axis = self.axis(sides);
        let both = halves(sides, axis)?;
        Some((axis, self.with_widths(both)))
    }

    fn with_widths(&mut self, boxes: [Vec<Side>; 2]) -> Halves {
        boxes.map(|sides| {
            let width = self.width(&sides);
            (sides, width)
        })
    }

    /// The width of the bounds on a box times its content, in tolerances.
    fn width(&mut self, sides: &[Side]) -> f64 {
        let content = content_of(sides);
        let widths = self.widths(sides).into_iter().zip(self.tolerances);
        let widths = widths.map(|(width, tolerance)| width * content / tolerance);
        widths.fold(0.0, |most, width| if width <= most { most } else { width })
    }
}
