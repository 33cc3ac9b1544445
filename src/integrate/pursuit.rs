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
use super::sides::{content_of, halves, longest_at, longest_beside};
use super::unseen::{Place, Search, lagrange};
use crate::integrand::{Block, Coordinate, Side};
use crate::scatter::Scatter;

/// So many boxes are searched for values that their nodes do not explain, in so many steps each. A value is not explained where it differs from the polynomial through the nodes by more
/// than so many times what other nodes do.
const MOST_PURSUED: usize = 8;
const STEPS: usize = 120;
const BEYOND: f64 = 10.0;

/// The logarithm of the most, in units of what is allowed, that is worth a search for its own sake: what is more is an
/// exponential function of loose bounds, which falls much faster with the box.
const PLAUSIBLE: f64 = 50.0;

/// A box in which something narrow was met is halved so often toward it; and the first ones of these until its nodes
/// explain what was met.
const TOWARD: usize = 8;
const MOST_TOWARD: usize = 100;
const MOST_REACHED: usize = 8;

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
    /// The work of all that is pursued at once, in looks at formulas: a few for each of two halves.
    pub(super) const PURSUIT: u64 = 8 * (MOST_PURSUED * STEPS) as u64;

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
        // What a rule with its many nodes explains to the last half, a few nodes need not.
        chosen.retain(|i| !self.explained.contains(&all[*i].number));
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
                let mut predicted = |point: &[f64], values: &mut [f64]| {
                    for (value, nodes) in values.iter_mut().zip(&nodes) {
                        *value = predicted(&polynomial, nodes, &worst.sides, point);
                    }
                };
                self.pursue(&worst.sides, &mut predicted, &allowed)?
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
        let interpolant = interpolant.filter(|_| !points.is_empty());
        let between = match interpolant.map(Interpolant::closer) {
            Some(interpolant) => {
                let allowed = self.allowed_between(&interpolant)?;
                Some((interpolant, allowed))
            }
            None => None,
        };
        let outputs = self.tolerances.len();
        let (mut value, mut expected) = (vec![0.0; outputs], vec![0.0; outputs]);
        let (mut weights, mut reached) = (Vec::new(), 0);
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
            if let Some((interpolant, _)) = &between {
                interpolant.at_place(point, &mut weights, &mut expected);
            }
            // What lies nearer to an end than it takes to matter is no surprise: singular corners are displaced by
            // roundings.
            let depths = point.iter().map(|w| w.min(1.0 - w));
            let depth = depths.fold(1.0, f64::min);
            let is_explained = |k: usize| {
                let off = match &between {
                    // A rule that is off by as much elsewhere knows nothing of it.
                    Some((_, allowed)) if allowed[k] < value[k].abs() => {
                        let off = (value[k] - expected[k]).abs();
                        if off <= allowed[k] { 0.0 } else { off }
                    }
                    _ => self.unexplained(place, point, k, value[k]),
                };
                off * depth <= SMALL * self.tolerances[k]
            };
            if (0..value.len()).all(is_explained) {
                continue;
            }
            is_found = true;
            self.is_beyond |= between.is_some();
            let (number, trail) = (place.number, place.trail);
            let mut sides = place.sides.clone();
            places.retain(|place| place.number != number);
            let mut own = None;
            let most = match reached < MOST_REACHED {
                true => MOST_TOWARD,
                false => TOWARD,
            };
            reached += 1;
            let looks = (2 * MOST_TOWARD) as u64 * self.bounds.cost();
            self.bounds.allow(self.bounds.work().max(looks));
            for step in 0..most {
                let is_reached = |place: &Place| {
                    (0..outputs).all(|k| self.unexplained(place, point, k, value[k]) == 0.0)
                };
                if own.as_ref().is_some_and(is_reached) {
                    break;
                }
                let axis = match step < TOWARD {
                    true => {
                        self.bounds.move_to(&sides);
                        self.axis(&sides)
                    }
                    false => longest_at(&sides, point),
                };
                let Some([first, second]) = halves(&sides, axis) else {
                    break;
                };
                let is_first = point[axis] <= first[axis].to;
                let (other, half) = match is_first {
                    true => (second, first),
                    false => (first, second),
                };
                places.push(self.place(other, trail)?);
                sides = half;
                if step + 1 >= TOWARD {
                    own = Some(self.place(sides.clone(), trail)?);
                }
            }
            match own {
                Some(place) => places.push(place),
                None => places.push(self.place(sides, trail)?),
            }
        }
        Ok(is_found)
    }

    /// By how much a value of an output at a point of a box differs from what the nodes in it say; nothing if these
    /// explain it.
    fn unexplained(&self, place: &Place, point: &[f64], output: usize, value: f64) -> f64 {
        let count = self.glance.count();
        let nodes = &place.values[output * count..(output + 1) * count];
        let expected = predicted(&self.glance.along, nodes, &place.sides, point);
        let off = (value - expected).abs();
        match off <= self.allowed(output, nodes, content_of(&place.sides)) {
            true => 0.0,
            false => off,
        }
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
        let mut weights = Vec::new();
        let mut predicted = |point: &[f64], values: &mut [f64]| {
            interpolant.at_place(point, &mut weights, values);
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
            match self.pursue(&all[i].sides, &mut predicted, &allowed)? {
                Some(parts) => {
                    self.is_beyond = true;
                    replaced.push(i);
                    for sides in parts {
                        more.push(self.place(sides, all[i].trail)?);
                    }
                }
                None if self.bounds.is_spent() => {}
                None => self.explained.push(all[i].number),
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
        whole: &[Side],
        predicted: &mut Predicted<'_>,
        allowed: &[f64],
    ) -> Result<Option<Vec<Vec<Side>>>, Stop> {
        let outputs = allowed.len();
        let mut middles = vec![Vec::with_capacity(2); whole.len()];
        let (mut values, mut explained) = (vec![0.0; 2 * outputs], vec![0.0; outputs]);
        let mut parts = Vec::new();
        let corners = Corners::of(whole, outputs, predicted);
        let mut open = vec![([0.0; 2], 0, whole.to_vec(), corners)];
        for _ in 0..STEPS {
            if self.bounds.is_spent() {
                break;
            }
            let Some((_, depth, sides, corners)) = open.pop() else {
                break;
            };
            let axis = longest_beside(&sides, whole);
            let Some(both) = halves(&sides, axis) else {
                parts.push(sides);
                continue;
            };
            for (axis, along) in middles.iter_mut().enumerate() {
                along.clear();
                along.extend(both.iter().map(|half| half[axis].at(0.5)));
            }
            let nodes: Vec<_> = middles.iter().map(|w| Coordinate::Each(w)).collect();
            self.evaluator
                .evaluate(&Block::new(&nodes, 2), &mut values)?;
            self.nodes += 2;
            let corners = corners.halved(&both, axis, predicted);
            let mut is_found = false;
            for (i, (half, corners)) in both.into_iter().zip(corners).enumerate() {
                let middle: Vec<f64> = middles.iter().map(|along| along[i]).collect();
                predicted(&middle, &mut explained);
                let own = values.chunks(2).map(|of_output| of_output[i]);
                let mut off = own.zip(&explained).zip(allowed);
                if off.any(|((v, e), allowed)| (v - e).abs() > *allowed) {
                    is_found = true;
                    self.met.push(middle);
                }
                let gap = self.gap(&half, &corners, &explained, allowed);
                if gap <= 1.0 {
                    parts.push(half);
                    continue;
                }
                // What is loose only because a box is large falls with it, and comes later.
                let depth = depth + 1;
                let promise = match gap.is_finite() {
                    true => gap.ln().min(PLAUSIBLE) + f64::from(depth) * self.deeper,
                    false => f64::NEG_INFINITY,
                };
                open.push(([promise, gap], depth, half, corners));
            }
            if is_found {
                parts.extend(open.into_iter().map(|(_, _, sides, _)| sides));
                return Ok(Some(parts));
            }
            open.sort_by(|([p, gap], ..), ([q, other], ..)| {
                p.total_cmp(q).then(gap.total_cmp(other))
            });
        }
        Ok(None)
    }

    /// How far bounds in a box go beyond what is predicted at its corners and in its middle, in units of
    /// what is allowed.
    fn gap(&mut self, sides: &[Side], corners: &Corners, middle: &[f64], allowed: &[f64]) -> f64 {
        self.bounds.move_to(sides);
        self.bounds.means(&mut self.means);
        let gaps = self.means.iter().zip(allowed).enumerate();
        let gaps = gaps.map(|(k, ((lo, hi), allowed))| {
            let own = corners.0.iter().skip(k).step_by(middle.len());
            let all = own.chain([&middle[k]]);
            let least_and_largest = (f64::INFINITY, f64::NEG_INFINITY);
            let (least, largest) = all.fold(least_and_largest, |(least, largest), value| {
                (least.min(*value), largest.max(*value))
            });
            (hi - largest).max(least - lo) / allowed
        });
        gaps.fold(0.0, f64::max)
    }
}

/// What is predicted of all outputs at a point.
type Predicted<'p> = dyn FnMut(&[f64], &mut [f64]) + 'p;

/// What is predicted of all outputs at the corners of a box, corner by corner: the k-th is the upper end of the axes
/// of which the bit is set in k.
struct Corners(Vec<f64>);

impl Corners {
    /// The corners of a box.
    fn of(sides: &[Side], outputs: usize, predicted: &mut Predicted<'_>) -> Self {
        let mut values = vec![0.0; outputs << sides.len()];
        for (k, value) in values.chunks_mut(outputs).enumerate() {
            predicted(&corner(sides, k), value);
        }
        Corners(values)
    }

    /// The corners of both halves along an axis, of which only those between them are new.
    fn halved(
        mut self,
        [first, _]: &[Vec<Side>; 2],
        axis: usize,
        by: &mut Predicted<'_>,
    ) -> [Self; 2] {
        let (sides, bit) = (first.len(), 1 << axis);
        let outputs = self.0.len() >> sides;
        let mut below = self.0.clone();
        for k in (0..1 << sides).filter(|k| k & bit != 0) {
            let upper = k * outputs..(k + 1) * outputs;
            by(&corner(first, k), &mut below[upper.clone()]);
            let lower = (k ^ bit) * outputs;
            self.0[lower..lower + outputs].copy_from_slice(&below[upper]);
        }
        [Corners(below), self]
    }
}

/// The k-th corner of a box.
fn corner(sides: &[Side], k: usize) -> Vec<f64> {
    let end = |(axis, side): (usize, &Side)| match k >> axis & 1 {
        0 => side.from,
        _ => side.to,
    };
    sides.iter().enumerate().map(end).collect()
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
