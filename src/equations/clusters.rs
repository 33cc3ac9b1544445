//! Boxes that touch, together.

use super::krawczyk::common;
use crate::expr::bounds::ranges::Interval;

/// Of more boxes it is not asked which of them touch.
const MOST: usize = 20_000;

/// Boxes that touch, in which zeros may lie.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) hull: Vec<Interval>,
    pub(crate) boxes: usize,
}

impl Cluster {
    /// The hull of some boxes.
    pub(super) fn of<'b>(boxes: impl IntoIterator<Item = &'b Vec<Interval>>) -> Option<Self> {
        let mut boxes = boxes.into_iter();
        let mut own = Cluster {
            hull: boxes.next()?.clone(),
            boxes: 1,
        };
        for sides in boxes {
            for (hull, side) in own.hull.iter_mut().zip(sides) {
                *hull = hull.hull(*side);
            }
            own.boxes += 1;
        }
        Some(own)
    }
}

/// Boxes that touch, as places in a list.
pub(super) fn touching(boxes: &[&Vec<Interval>]) -> Vec<Vec<usize>> {
    if boxes.len() > MOST {
        return vec![(0..boxes.len()).collect()];
    }
    // In the order of their first sides, each is joined with those that still reach it.
    let mut leaders: Vec<usize> = (0..boxes.len()).collect();
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|a, b| boxes[*a][0].lo.total_cmp(&boxes[*b][0].lo));
    let mut near: Vec<usize> = Vec::new();
    for at in order {
        let own = boxes[at];
        near.retain(|other| boxes[*other][0].hi >= own[0].lo);
        for &other in &near {
            if common(own, boxes[other]).is_some() {
                let [a, b] = [at, other].map(|at| leader(&mut leaders, at));
                leaders[a.max(b)] = a.min(b);
            }
        }
        near.push(at);
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places = vec![usize::MAX; boxes.len()];
    for at in 0..boxes.len() {
        let own = leader(&mut leaders, at);
        if places[own] == usize::MAX {
            places[own] = groups.len();
            groups.push(Vec::new());
        }
        groups[places[own]].push(at);
    }
    groups
}

/// The first of the boxes that a box is joined with.
fn leader(leaders: &mut [usize], mut at: usize) -> usize {
    while leaders[at] != at {
        leaders[at] = leaders[leaders[at]];
        at = leaders[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_touch_are_together() {
        let side = |lo: f64| Interval { lo, hi: lo + 1.0 };
        let corners = [
            [0.0, 0.0],
            [5.0, 0.0],
            [1.0, 1.0],
            [5.0, 1.5],
            [2.0, 0.5],
            [5.0, 1.0],
        ];
        let boxes = corners.map(|corner| corner.map(side).to_vec());
        let all: Vec<&Vec<Interval>> = boxes.iter().collect();
        assert_eq!(touching(&all), [vec![0, 2, 4], vec![1, 3, 5]]);
        let hull = Cluster::of([&boxes[0], &boxes[4]]).unwrap();
        assert_eq!(
            (hull.hull[0].hi, hull.hull[1].hi, hull.boxes),
            (3.0, 1.5, 2)
        );
    }
}
