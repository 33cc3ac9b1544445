//! The search for values that nodes do not explain, where bounds lead to them.
//!
//! 1. Of a box halve the part in which bounds go the farthest beyond what is predicted, and drop the
//!    parts in which they do not.
//! 2. Look at the middle of every part that is left: a value that differs from what is predicted by
//!    more than other values do tells that something hides in the box.
//! 3. What formulas are known to be narrow along is looked at, too.
//! 4. Bounds that are loose only because a box is large fall with its size, so that what is narrow and
//!    high is gone after before them.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! section 11.2 (branch and bound).

use std::collections::BinaryHeap;

use super::interpolant::Interpolant;
use super::meter::Stop;
use super::sides::{content_of, halves};
use super::unseen::{Place, Search, lagrange, longest};
use crate::integrand::{Block, Coordinate, Side};
use crate::scatter::Scatter;

/// So many boxes are searched for values that their nodes do not explain, in so many steps each. A value is not explained where it differs from the polynomial through the nodes by more
/// than so many times what other nodes do.
const MOST_PURSUED: usize = 8;
const STEPS: usize = 120;
const BEYOND: f64 = 10.0;

/// A box in which something narrow was met is halved so often toward it.
const TOWARD: usize = 8;

/// A value that would matter by less than this part of the tolerance, if all of the box were like it, is
/// no surprise.
const SMALL: f64 = 0.1;

/// A value that differs from what a rule predicts by this part of the largest one in a box is not seen by
/// the rule.
const UNLIKE: f64 = 0.1;

/// The points at which a rule's own surprise is taken.
const SAMPLES: usize = 64;

/// What is off by this part of a value may be rounding.
const ROUNDED: f64 = 1e-11;

impl Search<'_, '_> {
    /// Searches boxes in which something may hide, and no node says so, and replaces those in which it is
    /// found by parts; whether there is one.
    pub(super) fn pursue_worst(&mut self, places: &mut BinaryHeap<Place>) -> Result<bool, Stop> {
        let all = std::mem::take(places).into_sorted_vec();
        // Half of them those in which most may hide, half those that bounds leave the widest.
        let may_hide = |place: &Place| {
            let is_seen = place.rough.iter().any(|rough| *rough > 0.0);
            place.width > 1.0 && !is_seen && !place.is_unbounded
        };
        let open = all.iter().enumerate().rev();
        let open: Vec<(usize, &Place)> = open.filter(|(_, place)| may_hide(place)).collect();
        let worst = open.iter().filter(|(_, place)| place.excess > 0.0);
        let worst = worst.take(MOST_PURSUED / 2).map(|(i, _)| *i);
        let mut chosen: Vec<usize> = worst.collect();
        let mut wide = open.clone();
        wide.sort_by(|a, b| b.1.width.total_cmp(&a.1.width).then(a.0.cmp(&b.0)));
        for (i, _) in wide {
            if chosen.len() < MOST_PURSUED && !chosen.contains(&i) {
                chosen.push(i);
            }
        }
        let mut kept = Vec::new();
        let mut is_found = false;
        for (i, worst) in all.into_iter().enumerate().rev() {
            if !chosen.contains(&i) || self.bounds.is_spent() {
                kept.push(worst);
                continue;
            }
            let found = {
                let count = self.glance.count();
                let nodes: Vec<&[f64]> = worst.values.chunks(count).collect();
                let content = content_of(&worst.sides);
                let all = nodes.iter().enumerate();
                let allowed: Vec<f64> = all.map(|(k, own)| self.allowed(k, own, content)).collect();
                let polynomial = self.glance.along.clone();
                let predicted = |point: &[f64], values: &mut [f64]| {
                    for (value, nodes) in values.iter_mut().zip(&nodes) {
                        *value = predicted(&polynomial, nodes, &worst.sides, point);
                    }
                };
                self.pursue(&worst.sides, &predicted, &allowed)?
            };
            match found {
                Some(parts) => {
                    is_found = true;
                    for sides in parts {
                        kept.push(self.place(sides, worst.trail)?);
                    }
                }
                None => kept.push(worst),
            }
        }
        places.extend(kept);
        Ok(is_found)
    }

    /// Looks at points on what is known to be narrow, and replaces boxes by parts where neither a rule, if there is
    /// one, nor else the nodes of the box explain the value there; whether there is such a value.
    pub(super) fn visit(
        &mut self,
        places: &mut BinaryHeap<Place>,
        points: &[Vec<f64>],
        interpolant: Option<&Interpolant>,
    ) -> Result<bool, Stop> {
        let mut is_found = false;
        let between = match interpolant {
            Some(interpolant) if !points.is_empty() => {
                Some((interpolant, self.allowed_between(interpolant)?))
            }
            _ => None,
        };
        let mut value = vec![0.0; self.tolerances.len()];
        for point in points {
            let holds = |place: &&Place| {
                let mut axes = place.sides.iter().zip(point);
                axes.all(|(side, w)| side.from <= *w && *w <= side.to)
            };
            let Some(place) = places.iter().find(holds) else {
                continue;
            };
            let node: Vec<_> = point.iter().map(|w| Coordinate::Same(*w)).collect();
            self.evaluator.evaluate(&Block::new(&node, 1), &mut value)?;
            self.nodes += 1;
            let count = self.glance.count();
            let mut expected = vec![0.0; value.len()];
            let allowed: Vec<f64> = match &between {
                Some((interpolant, allowed)) => {
                    expected = interpolant.at_place(point);
                    allowed.clone()
                }
                None => {
                    let content = content_of(&place.sides);
                    let all = place.values.chunks(count).enumerate();
                    let of_box = all.map(|(k, nodes)| {
                        expected[k] = predicted(&self.glance.along, nodes, &place.sides, point);
                        self.allowed(k, nodes, content)
                    });
                    of_box.collect()
                }
            };
            let mut off = value.iter().zip(&expected).zip(&allowed);
            if !off.any(|((v, e), allowed)| (v - e).abs() > *allowed) {
                continue;
            }
            is_found = true;
            self.is_beyond |= between.is_some();
            let (number, trail) = (place.number, place.trail);
            let mut sides = place.sides.clone();
            places.retain(|place| place.number != number);
            for _ in 0..TOWARD {
                self.bounds.move_to(&sides);
                let axis = self.bounds.best_axis().unwrap_or_else(|| longest(&sides));
                let Some([first, second]) = halves(&sides, axis) else {
                    break;
                };
                let is_first = point[axis] <= first[axis].to;
                let (other, own) = match is_first {
                    true => (second, first),
                    false => (first, second),
                };
                places.push(self.place(other, trail)?);
                sides = own;
            }
            places.push(self.place(sides, trail)?);
        }
        Ok(is_found)
    }

    /// By how much a value of an output in a box may differ from what values at nodes predict.
    fn allowed(&self, output: usize, nodes: &[f64], content: f64) -> f64 {
        let most = nodes.iter().fold(0.0f64, |most, v| most.max(v.abs()));
        let negligible = SMALL * self.tolerances[output] / content;
        (BEYOND * self.glance.surprise(nodes) + ROUNDED * most).max(negligible)
    }

    /// By how much the values of every output may differ from what the nodes of a rule predict: what is not explained
    /// elsewhere either is no surprise.
    fn allowed_between(&mut self, interpolant: &Interpolant) -> Result<Vec<f64>, Stop> {
        let outputs = self.tolerances.len();
        let points = Scatter::golden(self.glance.nodes.len()).along_axes(1..SAMPLES + 1);
        let nodes: Vec<_> = points.iter().map(|w| Coordinate::Each(w)).collect();
        let mut values = vec![0.0; outputs * SAMPLES];
        self.evaluator
            .evaluate(&Block::new(&nodes, SAMPLES), &mut values)?;
        self.nodes += SAMPLES as u64;
        let expected = interpolant.at(&points);
        let allowed = |k: usize| {
            let both = values.iter().zip(&expected);
            let own = both.skip(k * SAMPLES).take(SAMPLES);
            let (off, most) = own.fold((0.0f64, 0.0f64), |(off, most), (value, expected)| {
                (off.max((value - expected).abs()), most.max(value.abs()))
            });
            (BEYOND * off + ROUNDED * most).max(SMALL * self.tolerances[k])
        };
        Ok((0..outputs).map(allowed).collect())
    }

    /// Searches the boxes that bounds leave the widest for values that the nodes of a rule do not
    /// explain, and replaces those in which there is one by parts.
    pub(super) fn pursue_beyond(
        &mut self,
        places: &mut BinaryHeap<Place>,
        interpolant: &Interpolant,
    ) -> Result<(), Stop> {
        let predicted = |point: &[f64], values: &mut [f64]| {
            values.copy_from_slice(&interpolant.at_place(point));
        };
        let allowed = self.allowed_between(interpolant)?;
        let mut all = std::mem::take(places).into_vec();
        // What the rule explains is no surprise where a few nodes do not.
        let count = self.glance.count();
        for place in &mut all {
            if place.rough.iter().all(|rough| *rough == 0.0) {
                continue;
            }
            let expected = interpolant.at(&self.glance.nodes(&place.sides));
            for (k, allowed) in allowed.iter().enumerate() {
                let own = k * count..(k + 1) * count;
                let pairs = place.values[own.clone()].iter().zip(&expected[own]);
                let (off, most) = pairs.fold((0.0f64, 0.0f64), |(off, most), (value, expected)| {
                    (off.max((value - expected).abs()), most.max(value.abs()))
                });
                if off <= *allowed {
                    place.rough[k] = 0.0;
                }
                // Seen on the way, and nothing like what the rule takes it for.
                self.is_beyond |= off > allowed.max(UNLIKE * most);
            }
        }
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by(|&i, &j| all[j].width.total_cmp(&all[i].width).then(i.cmp(&j)));
        let mut more = Vec::new();
        let mut replaced = Vec::new();
        for &i in order.iter().take(MOST_PURSUED) {
            if let Some(parts) = self.pursue(&all[i].sides, &predicted, &allowed)? {
                self.is_beyond = true;
                replaced.push(i);
                for sides in parts {
                    more.push(self.place(sides, all[i].trail)?);
                }
            }
        }
        let kept = all.into_iter().enumerate();
        places.extend(
            kept.filter(|(i, _)| !replaced.contains(i))
                .map(|(_, place)| place),
        );
        places.extend(more);
        Ok(())
    }

    /// Goes where bounds lead in a box, until a value is met that differs by more than is allowed from
    /// what is predicted; the parts of the box then.
    fn pursue(
        &mut self,
        sides: &[Side],
        predicted: &dyn Fn(&[f64], &mut [f64]),
        allowed: &[f64],
    ) -> Result<Option<Vec<Vec<Side>>>, Stop> {
        let mut value = vec![0.0; allowed.len()];
        let mut explained = value.clone();
        let mut parts = Vec::new();
        let mut open = vec![(0.0, 0, sides.to_vec())];
        for _ in 0..STEPS {
            if self.bounds.is_spent() {
                break;
            }
            let Some((_, depth, sides)) = open.pop() else {
                break;
            };
            let Some(both) = halves(&sides, longest(&sides)) else {
                parts.push(sides);
                continue;
            };
            let mut is_found = false;
            for half in both {
                let gap = self.gap(&half, predicted, allowed);
                let middle: Vec<f64> = half.iter().map(|side| side.at(0.5)).collect();
                let node: Vec<_> = middle.iter().map(|w| Coordinate::Same(*w)).collect();
                self.evaluator.evaluate(&Block::new(&node, 1), &mut value)?;
                self.nodes += 1;
                predicted(&middle, &mut explained);
                let mut off = value.iter().zip(&explained).zip(allowed);
                is_found |= off.any(|((v, e), allowed)| (v - e).abs() > *allowed);
                if gap <= 1.0 {
                    parts.push(half);
                    continue;
                }
                // What is loose only because a box is large falls with it, and comes later.
                let depth = depth + 1;
                let promise = match gap.is_finite() {
                    true => gap.ln() + f64::from(depth) * self.deeper,
                    false => f64::NEG_INFINITY,
                };
                open.push((promise, depth, half));
            }
            if is_found {
                parts.extend(open.into_iter().map(|(_, _, sides)| sides));
                return Ok(Some(parts));
            }
            open.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        Ok(None)
    }

    /// How far bounds in a box go beyond what is predicted at its corners and in its middle, in units of
    /// what is allowed.
    fn gap(
        &mut self,
        sides: &[Side],
        predicted: &dyn Fn(&[f64], &mut [f64]),
        allowed: &[f64],
    ) -> f64 {
        self.bounds.move_to(sides);
        self.bounds.means(&mut self.means);
        let mut explained = vec![0.0; allowed.len()];
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); allowed.len()];
        let corner = |k: usize| {
            let end = move |(axis, side): (usize, &Side)| match k >> axis & 1 {
                0 => side.from,
                _ => side.to,
            };
            sides.iter().enumerate().map(end).collect::<Vec<f64>>()
        };
        let middle = sides.iter().map(|side| side.at(0.5)).collect();
        for point in (0..1usize << sides.len()).map(corner).chain([middle]) {
            predicted(&point, &mut explained);
            for ((least, largest), value) in ranges.iter_mut().zip(&explained) {
                *least = least.min(*value);
                *largest = largest.max(*value);
            }
        }
        let all = self.means.iter().zip(&ranges).zip(allowed);
        let gaps = all.map(|(((lo, hi), (least, largest)), allowed)| {
            (hi - largest).max(least - lo) / allowed
        });
        gaps.fold(0.0, f64::max)
    }
}

/// The value at a point of a box of the polynomial through values at the product of some nodes.
fn predicted(along: &[f64], values: &[f64], sides: &[Side], point: &[f64]) -> f64 {
    let order = along.len();
    let factors = sides.iter().zip(point).map(|(side, w)| {
        let at = (w - side.from) / side.width();
        (0..order).map(move |j| lagrange(along, j, at)).collect()
    });
    let factors: Vec<Vec<f64>> = factors.collect();
    let all = order.pow(sides.len() as u32);
    let terms = values[..all].iter().enumerate().map(|(number, value)| {
        let axes = factors.iter().enumerate();
        let product: f64 = axes
            .map(|(axis, factors)| factors[number / order.pow(axis as u32) % order])
            .product();
        product * value
    });
    terms.sum()
}
