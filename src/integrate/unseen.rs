//! What no bound excludes and no node has seen: the search for places where something may hide.
//!
//! 1. On every box compare the interval that holds the mean of the integrand with what a few nodes
//!    see. Where it is little wider, and each node is as the others let expect, the nodes explain it;
//!    else the difference, times the content, may hide there.
//! 2. Halve the box where most may hide, along the axis along which the bounds then are
//!    the narrowest.
//! 3. End when all that may hide adds up to less than the tolerance, or when the work that is allowed
//!    is done. With more than one variable bounds of large boxes say little: of what is left then those
//!    boxes count in which nodes see what they do not explain, and on which the bounds are hardly
//!    narrower than on larger ones around them.
//! 4. In the others go where the bounds lead, half by half, until a value is met that the nodes do not
//!    explain: then go on from there with 2. As long as there is such a value, all that may hide counts.
//! 5. Boxes in which nothing is bounded are taken apart first where bounds rise toward the ends that they reach.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! section 11.2 (branch and bound).

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::f64::consts::LN_2;

use super::interpolant::Interpolant;
use super::meter::{Metered, Stop};
use super::outcome::{BadNode, Hidden};
use super::sides::{AT_END, content_of, halves, is_at_end, longest};
use crate::elementary::sum::Sum;
use crate::integrand::{Block, Bounds, Coordinate, Side};
use crate::rule::Rule;
use crate::scatter::Scatter;

/// Nodes at which a box of many variables is looked at.
const LOOKS: usize = 16;

/// The bounds of a box are explained where they are at most so many times as wide as what the
/// nodes in it say.
const EXPLAINED: f64 = 4.0;

/// Nodes explain each other where none differs from what the others predict by more than this part of
/// all differences.
const SURPRISING: f64 = 0.25;

/// What bounds leave open only because a box is large falls with the box: from one so many times as
/// long along every axis by this factor at least.
const LARGER: f64 = 4.0;
const LOOSE: f64 = 0.3;

/// With more variables what bounds do not exclude is not held against an answer.
pub(super) const MOST_SEEN: usize = 3;

/// The most boxes.
const MOST_PLACES: usize = 50_000;

/// A box this short inside the whole one is a point.
const POINT: f64 = 1e-12;

/// Where nothing is bounded, so many times what is seen may be there, and so many tolerances as
/// long as the box is no point.
const UNBOUNDED: f64 = 4.0;
const DOUBT: f64 = 2.0;

/// Boxes are searched for values that no node explains so many times, and the first time that is worth so
/// many times the work on bounds before.
const ROUNDS: usize = 4;
const PURSUED: u64 = 2;

/// What is less than this part of the tolerance is over.
pub(super) const NEGLIGIBLE: f64 = 1e-3;

/// What is less than this part of the tolerance comes of bounds of what underflows.
pub(super) const VANISHED: f64 = 1e-100;

/// Halvings, each of which leaves less than the one before, tell what is left where nothing is known, if they fall by this
/// factor at least; it may be so many times as much where that is no more than likely, and so many times
/// what one of them left where these do not fall.
const FALLING: f64 = 0.9;
const TAIL: f64 = 4.0;
const LONG_TAIL: f64 = 1000.0;

/// So many halvings tell whether what is left falls.
pub(super) const TRAIL: usize = 6;

/// What the other halves of the boxes before held, in tolerances, the last one first.
pub(super) type Trail = [f64; TRAIL];

/// What was not seen, and what the nodes say of the boxes.
pub(super) struct Look {
    /// The integrals over all boxes, by their nodes.
    pub(super) sums: Vec<Sum>,
    /// By how much these may be off where the nodes explain the bounds.
    pub(super) changes: Vec<f64>,
    /// What may hide in all boxes, for every output.
    pub(super) unseen: Vec<f64>,
    /// What bounds do not exclude in all boxes that their nodes do not explain, whether it is likely or
    /// not.
    pub(super) possible: Vec<f64>,
    /// The largest of what is unseen, with its place, if it matters.
    pub(super) hidden: Option<Hidden>,
    /// The first node at which a value is no number.
    pub(super) bad: Option<BadNode>,
    /// The boxes at the end, with their nodes.
    pub(super) boxes: Vec<Looked>,
    /// The nodes that were taken.
    pub(super) nodes: u64,
    /// Whether a value was met that the nodes of a rule do not explain.
    pub(super) is_beyond: bool,
    /// Whether there are boxes whose nodes do not explain what bounds allow.
    pub(super) is_open: bool,
    /// Whether bounds led to a value in a box that its nodes did not explain.
    pub(super) is_led: bool,
    /// Where they led to such values.
    pub(super) met: Vec<Vec<f64>>,
}

/// A box with nodes that were looked at: for every axis their coordinates, and for every output their
/// values.
pub(crate) struct Looked {
    pub(crate) sides: Vec<Side>,
    pub(crate) nodes: Vec<Vec<f64>>,
    pub(crate) values: Vec<f64>,
}

/// A box, and what may hide in it.
pub(super) struct Place {
    pub(super) sides: Vec<Side>,
    /// The values at its nodes.
    pub(super) values: Vec<f64>,
    pub(super) trail: Trail,
    pub(super) number: usize,
    /// For every output the integral over the box by its nodes, by how much this may be off, and how
    /// much may hide.
    pub(super) sums: Vec<f64>,
    pub(super) changes: Vec<f64>,
    pub(super) unseen: Vec<f64>,
    /// How much of it the nodes see, and do not explain.
    pub(super) rough: Vec<f64>,
    /// Whether nothing is bounded.
    pub(super) is_unbounded: bool,
    /// What may hide at most, in tolerances.
    pub(super) excess: f64,
    /// The width of the bounds times the content, in tolerances; 0 where there are none.
    pub(super) width: f64,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_excess = self.excess.total_cmp(&other.excess);
        by_excess.then(other.number.cmp(&self.number))
    }
}

/// The search.
pub(super) struct Search<'u, 's> {
    pub(super) bounds: &'u mut (dyn Bounds + 's),
    pub(super) evaluator: &'u mut Metered<'s>,
    pub(super) tolerances: &'u [f64],
    pub(super) glance: Glance,
    pub(super) values: Vec<f64>,
    pub(super) means: Vec<(f64, f64)>,
    pub(super) count: usize,
    pub(super) nodes: u64,
    /// What a halving adds to the logarithm of a promise: half of what it takes from loose bounds,
    /// which fall with the square of the sides.
    pub(super) deeper: f64,
    /// Whether a value was met that the nodes of a rule do not explain.
    pub(super) is_beyond: bool,
    /// The numbers of boxes in which bounds led to no value that the nodes of a rule do not explain.
    pub(super) explained: Vec<usize>,
    /// Where values were met that nodes do not explain.
    pub(super) met: Vec<Vec<f64>>,
    pub(super) bad: Option<BadNode>,
    /// For every output the largest size of a value that was seen.
    pub(super) tops: Vec<f64>,
}

impl<'u, 's> Search<'u, 's> {
    /// A search in boxes with so many sides.
    ///
    /// # Errors
    /// Where there is no such rule.
    pub(super) fn new(
        bounds: &'u mut (dyn Bounds + 's),
        evaluator: &'u mut Metered<'s>,
        tolerances: &'u [f64],
        dimension: usize,
    ) -> Result<Self, Stop> {
        let glance = Glance::new(dimension)?;
        Ok(Search {
            values: vec![0.0; tolerances.len() * glance.count()],
            means: vec![(0.0, 0.0); tolerances.len()],
            glance,
            bounds,
            evaluator,
            tolerances,
            count: 0,
            nodes: 0,
            deeper: LN_2 / dimension as f64,
            is_beyond: false,
            explained: Vec::new(),
            met: Vec::new(),
            bad: None,
            tops: vec![0.0; tolerances.len()],
        })
    }

    /// Looks into boxes, each with its trail, with so many nodes at first and at last but for those of
    /// the boxes themselves, and so much work on bounds to look for what is hidden, from all nodes of a rule too,
    /// and at points on what is narrow.
    ///
    /// # Errors
    /// What ended the evaluations.
    pub(super) fn look(
        mut self,
        boxes: Vec<(Vec<Side>, Trail)>,
        [most_nodes, left]: [u64; 2],
        work: u64,
        interpolant: Option<&Interpolant>,
        narrow: &[Vec<f64>],
    ) -> Result<Look, Stop> {
        // On a line the bounds have decided what they can.
        let divides = boxes.first().is_some_and(|(sides, _)| sides.len() > 1);
        let mut places = BinaryHeap::with_capacity(boxes.len());
        let mut done = Vec::new();
        let mut first = Vec::with_capacity(boxes.len());
        for (sides, trail) in boxes {
            first.push(self.place(sides, trail)?);
        }
        for mut place in first {
            // The largest values were not known when the first boxes were looked at.
            if place.is_unbounded && divides && !is_short(&place.sides) {
                for k in 0..self.tolerances.len() {
                    let most = self.tops[k] * content_of(&place.sides);
                    place.unseen[k] = place.unseen[k].max(most);
                    place.excess = place.excess.max(place.unseen[k] / self.tolerances[k]);
                }
            }
            places.push(place);
        }
        let (mut hides, mut is_led) = (false, false);
        if divides {
            let few = self.glance.nodes.len() <= MOST_SEEN;
            self.divide(&mut places, &mut done, most_nodes)?;
            // Where bounds rise toward an end it is worth to follow them all.
            let work = match few && self.part_from_ends(&mut places)? {
                true => work.max(Self::PURSUIT * self.bounds.cost()),
                false => work,
            };
            if few && let Some(interpolant) = interpolant {
                self.bounds.allow(self.bounds.work().max(PURSUED * work));
                self.pursue_beyond(&mut places, interpolant)?;
            }
            if few && self.visit(&mut places, narrow, interpolant)? {
                (hides, is_led) = (true, true);
                self.divide(&mut places, &mut done, most_nodes + self.nodes)?;
            }
            for round in 1..=if few { ROUNDS } else { 0 } {
                self.bounds.allow(self.bounds.work().max(work));
                let is_found = self.pursue_worst(&mut places)?;
                hides = is_found || hides && round == 1;
                is_led |= hides;
                if !is_found {
                    break;
                }
                let more = (most_nodes * (1 + round as u64)).min(left);
                self.divide(&mut places, &mut done, more)?;
            }
        }
        done.extend(places);
        done.sort_by_key(|place| place.number);
        let is_open = done.iter().any(|place| place.excess > 0.0);
        if divides {
            self.bounds.allow(u64::MAX);
            for place in done.iter_mut().filter(|place| place.excess > 0.0) {
                // What no time is left for is held against the box.
                if self.evaluator.is_over().is_some() {
                    break;
                }
                self.release(place, hides);
            }
        }
        let mut look = self.found(&done);
        look.is_open = is_open;
        look.is_led = is_led;
        let looked = |place: Place| Looked {
            nodes: self.glance.nodes(&place.sides),
            sides: place.sides,
            values: place.values,
        };
        look.boxes = done.into_iter().map(looked).collect();
        Ok(look)
    }

    /// The halves of a box, each followed by what the other one holds.
    fn halves_of(
        &mut self,
        [first, second]: [Vec<Side>; 2],
        trail: Trail,
    ) -> Result<[Place; 2], Stop> {
        let mut first = self.place(first, trail)?;
        let mut second = self.place(second, trail)?;
        let held = [self.held(&second), self.held(&first)];
        for (place, held) in [&mut first, &mut second].into_iter().zip(held) {
            place.trail.rotate_right(1);
            place.trail[0] = held;
        }
        Ok([first, second])
    }

    /// Halves the boxes in which most may hide; those that cannot be halved are done.
    fn divide(
        &mut self,
        places: &mut BinaryHeap<Place>,
        done: &mut Vec<Place>,
        most_nodes: u64,
    ) -> Result<(), Stop> {
        let mut until_sum = 0;
        loop {
            if until_sum == 0 {
                let left: f64 = places.iter().chain(&*done).map(|p: &Place| p.excess).sum();
                if left <= 1.0 {
                    break;
                }
                until_sum = 1 + places.len() / 16;
            }
            until_sum -= 1;
            let is_full = places.len() + done.len() >= MOST_PLACES;
            if is_full || self.nodes >= most_nodes || self.bounds.is_spent() {
                break;
            }
            let Some(worst) = places.pop() else { break };
            if worst.excess == 0.0 {
                places.push(worst);
                break;
            }
            self.bounds.move_to(&worst.sides);
            let axis = self.axis(&worst.sides);
            let Some(both) = halves(&worst.sides, axis) else {
                done.push(worst);
                continue;
            };
            places.extend(self.halves_of(both, worst.trail)?);
        }
        Ok(())
    }

    /// Holds nothing against a box on which bounds are wide because it is large, and only what nodes
    /// see where `hides` is not set.
    fn release(&mut self, place: &mut Place, hides: bool) {
        let larger = place.sides.iter().map(|side| {
            let more = (LARGER - 1.0) / 2.0 * side.width();
            Side {
                from: (side.from - more).max(0.0),
                to: (side.to + more).min(1.0),
            }
        });
        let larger: Vec<Side> = larger.collect();
        let outer = self.widths(&larger);
        let own = self.widths(&place.sides);
        // Beside an end around which there are no bounds those of the parts tell; of many variables nothing is told.
        let is_seen = place.sides.len() <= MOST_SEEN;
        let parts = match is_seen && outer.iter().any(|width| !width.is_finite()) {
            true => self.widest_parts(&place.sides),
            false => vec![0.0; outer.len()],
        };
        place.excess = 0.0;
        for k in 0..own.len() {
            if hides && !place.is_unbounded {
                place.rough[k] = place.rough[k].max(place.unseen[k]);
            }
            let is_loose = match outer[k].is_finite() {
                true => own[k] <= LOOSE * outer[k],
                false => own[k].is_finite() && parts[k] <= LOOSE.sqrt() * own[k],
            };
            if is_loose {
                place.rough[k] = 0.0;
            }
            place.excess = place.excess.max(place.rough[k] / self.tolerances[k]);
        }
    }

    /// For every output the width of the bounds of its mean on a box.
    pub(super) fn widths(&mut self, sides: &[Side]) -> Vec<f64> {
        self.bounds.move_to(sides);
        self.bounds.means(&mut self.means);
        self.means.iter().map(|(lo, hi)| hi - lo).collect()
    }

    /// For every output the widest of the bounds on the parts of a box between its middle and its corners.
    fn widest_parts(&mut self, sides: &[Side]) -> Vec<f64> {
        let mut widest = vec![0.0f64; self.tolerances.len()];
        for number in 0..1 << sides.len() {
            let part = sides.iter().enumerate().map(|(axis, side)| {
                let middle = side.at(0.5);
                match number >> axis & 1 {
                    0 => Side {
                        to: middle,
                        ..*side
                    },
                    _ => Side {
                        from: middle,
                        ..*side
                    },
                }
            });
            let part: Vec<Side> = part.collect();
            for (widest, width) in widest.iter_mut().zip(self.widths(&part)) {
                *widest = widest.max(width);
            }
        }
        widest
    }

    /// What there is in a box, in tolerances.
    fn held(&self, place: &Place) -> f64 {
        let held = |k: usize| (place.sums[k].abs() + place.unseen[k]) / self.tolerances[k];
        let most = (0..self.tolerances.len()).map(held).fold(0.0, f64::max);
        if most < VANISHED { 0.0 } else { most }
    }

    /// The axis along which the box is halved.
    pub(super) fn axis(&mut self, sides: &[Side]) -> usize {
        let best = self.bounds.best_axis();
        best.unwrap_or_else(|| longest(sides))
    }

    fn found(&mut self, places: &[Place]) -> Look {
        let outputs = self.tolerances.len();
        let mut look = Look {
            sums: vec![Sum::default(); outputs],
            changes: vec![0.0; outputs],
            unseen: vec![0.0; outputs],
            possible: vec![0.0; outputs],
            hidden: None,
            bad: self.bad.take(),
            boxes: Vec::new(),
            nodes: self.nodes,
            is_beyond: self.is_beyond,
            is_open: false,
            is_led: false,
            met: std::mem::take(&mut self.met),
        };
        for place in places {
            for k in 0..outputs {
                look.sums[k].add(place.sums[k]);
                look.changes[k] += place.changes[k];
                look.unseen[k] += place.rough[k];
                look.possible[k] += place.unseen[k].max(place.rough[k]);
            }
        }
        let matters = |(unseen, tolerance): (&f64, &f64)| unseen > tolerance || unseen.is_nan();
        let mut pairs = look.unseen.iter().zip(self.tolerances);
        // In many variables bounds of large boxes say next to nothing.
        let is_seen = places.first().is_some_and(|p| p.sides.len() <= MOST_SEEN);
        if is_seen && pairs.any(matters) {
            let worst = places.iter().max();
            look.hidden = worst.map(|worst| Hidden {
                size: look.unseen.iter().copied().fold(0.0, f64::max),
                unit: worst.sides.iter().map(|side| side.at(0.5)).collect(),
            });
        }
        look
    }

    /// Looks at a box.
    pub(super) fn place(&mut self, sides: Vec<Side>, trail: Trail) -> Result<Place, Stop> {
        let content = content_of(&sides);
        self.bounds.move_to(&sides);
        self.bounds.means(&mut self.means);
        let count = self.glance.count();
        let nodes_along = self.glance.nodes(&sides);
        let nodes: Vec<_> = nodes_along.iter().map(|w| Coordinate::Each(w)).collect();
        self.evaluator
            .evaluate(&Block::new(&nodes, count), &mut self.values)?;
        self.nodes += count as u64;
        let outputs = self.tolerances.len();
        let mut place = Place {
            trail,
            number: self.count,
            sums: Vec::with_capacity(outputs),
            changes: Vec::with_capacity(outputs),
            unseen: Vec::with_capacity(outputs),
            rough: Vec::with_capacity(outputs),
            is_unbounded: false,
            excess: 0.0,
            width: 0.0,
            values: self.values.clone(),
            sides,
        };
        self.count += 1;
        for k in 0..outputs {
            let seen = &self.values[k * count..(k + 1) * count];
            // Next to an end coordinates overflow; there a value says nothing.
            let is_inside = |number: usize| {
                let mut along = nodes_along.iter().map(|along| along[number]);
                along.all(|w| (AT_END..=1.0 - AT_END).contains(&w))
            };
            // At a point alone the formula may have a limit; a band has none.
            let is_band = || seen.iter().all(|value| value.is_nan());
            if self.bad.is_none()
                && (!is_short(&place.sides) || is_band())
                && let Some(number) = (0..count).find(|&i| seen[i].is_nan() && is_inside(i))
            {
                self.bad = Some(BadNode {
                    unit: nodes_along.iter().map(|along| along[number]).collect(),
                    output: k,
                    value: seen[number],
                });
            }
            let [mean, change] = self.glance.sums(seen);
            // Next to an end where values are no numbers there is nothing, or it is not known how much.
            let is_none = !mean.is_finite() && is_short(&place.sides);
            let [mean, change] = match is_none {
                true if has_ended(&place.trail) => [0.0, 0.0],
                true => {
                    let rest = likely_rest(&place.trail) * self.tolerances[k];
                    [0.0, rest / content]
                }
                false => [mean, change],
            };
            place.sums.push(content * mean);
            let least = seen.iter().copied().fold(f64::INFINITY, f64::min);
            let largest = seen.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let spread = largest - least;
            let is_line = place.sides.len() == 1;
            let (lo, hi) = self.means[k];
            // On a line bounds decide, or something may hide. Elsewhere the nodes must do.
            let explained = if is_line { 0.0 } else { EXPLAINED * spread };
            let most = largest.abs().max(least.abs());
            if most.is_finite() {
                self.tops[k] = self.tops[k].max(most);
            }
            let mut unseen = (hi - largest).max(least - lo) * content;
            let surprise = self.glance.surprise(seen);
            let is_rough = !is_line && surprise > SURPRISING * spread + f64::EPSILON * most;
            let rough = if is_rough { spread * content } else { 0.0 };
            if hi - lo <= explained + f64::EPSILON * most {
                // A ridge that passes between most nodes is seen, but not its shape.
                unseen = rough;
            } else if !unseen.is_finite() {
                place.is_unbounded = true;
                unseen = self.unbounded(&place, most * content, k);
            }
            // The two rules say something of a mean where the nodes explain what there is.
            let is_known = is_line || unseen == 0.0 && place.sides.len() <= MOST_SEEN;
            let change = match is_known || is_none {
                // What comes to nothing is no doubt in the sum.
                true if is_none && unseen == 0.0 => 0.0,
                true => change,
                false => spread / 2.0,
            };
            place.changes.push(content * change);
            place.unseen.push(unseen);
            // On a line all that is unseen counts.
            place.rough.push(if is_line { unseen } else { rough });
            place.excess = place.excess.max(unseen / self.tolerances[k]);
            let width = (hi - lo) * content / self.tolerances[k];
            place.width = place.width.max(if width.is_finite() { width } else { 0.0 });
        }
        Ok(place)
    }

    /// What may hide in a box where nothing is bounded, from the size of what is seen there.
    fn unbounded(&self, place: &Place, seen: f64, output: usize) -> f64 {
        let sides = &place.sides;
        let tolerance = self.tolerances[output];
        // Where coordinates overflow, the boxes before must tell.
        let is_over = match seen.is_finite() {
            true => has_ended(&place.trail) || seen <= NEGLIGIBLE * tolerance,
            false => place.trail[0] <= NEGLIGIBLE || content_of(sides) < f64::MIN_POSITIVE,
        };
        match is_short(sides) {
            true if is_over => 0.0,
            _ if sides.len() == 1 => f64::INFINITY,
            true => UNBOUNDED * seen,
            // As much as anywhere else may be there.
            false => (UNBOUNDED * seen)
                .max(self.tops[output] * content_of(sides))
                .max(DOUBT * tolerance),
        }
    }
}

/// Whether a box is an end, or a point inside.
pub(super) fn is_short(sides: &[Side]) -> bool {
    if let [side] = sides {
        let is_end = side.from == 0.0 || side.to == 1.0;
        return match is_end {
            true => side.width() <= AT_END,
            false => side.width() < POINT,
        };
    }
    let touches = |side: &&Side| side.from == 0.0 || side.to == 1.0;
    let mut reaching = sides
        .iter()
        .filter(|side| is_at_end(side) || touches(side))
        .peekable();
    if reaching.peek().is_some() {
        return reaching.all(is_at_end);
    }
    sides.iter().all(|side| side.width() < POINT)
}

/// Whether what the boxes on the way held falls so fast that nothing is left to come.
pub(super) fn has_ended(trail: &Trail) -> bool {
    trail[0] <= NEGLIGIBLE && trail.windows(2).all(|pair| pair[0] <= 0.5 * pair[1])
}

/// What is left in tolerances as the boxes on the way let expect, as the rest of a geometric series; infinite if what they
/// held did not fall.
pub(super) fn rest_of(trail: &Trail) -> f64 {
    let falls = trail.windows(2).all(|pair| pair[0] <= FALLING * pair[1]);
    if !falls || !trail[TRAIL - 1].is_finite() {
        return f64::INFINITY;
    }
    // The worst of the ratios.
    let ratios = trail.windows(2).map(|pair| pair[0] / pair[1]);
    let ratio = ratios.filter(|r| r.is_finite()).fold(0.0, f64::max);
    trail[0] * ratio / (1.0 - ratio)
}

/// What is likely to be left at most, in tolerances.
fn likely_rest(trail: &Trail) -> f64 {
    match rest_of(trail) {
        rest if rest.is_finite() => TAIL * rest,
        // Boxes that were halved along several axes do not fall one after the other.
        _ => LONG_TAIL * trail.iter().copied().fold(0.0, f64::max),
    }
}

/// A few nodes for a look into a box, with the weights of two rules.
pub(super) struct Glance {
    /// The nodes of the first rule along an axis.
    pub(super) along: Vec<f64>,
    pub(super) nodes: Vec<Vec<f64>>,
    pub(super) weights: [Vec<f64>; 2],
    /// For every node of the second rule the coefficients of the values at those of the first one in
    /// the polynomial through them; none where nodes are scattered.
    pub(super) predictions: Vec<Vec<f64>>,
}

impl Glance {
    /// Two products of Gauss rules in up to three variables, scattered points in more.
    fn new(dimension: usize) -> Result<Self, Stop> {
        let orders = match dimension {
            1 => [15, 10],
            2 => [4, 3],
            3 => [3, 2],
            _ => {
                let half = LOOKS / 2;
                let one = |first: usize, count: usize| {
                    let inside = first..first + count;
                    let weight = |k: usize| f64::from(u8::from(inside.contains(&k)));
                    (0..LOOKS).map(|k| weight(k) / count as f64).collect()
                };
                return Ok(Glance {
                    along: Vec::new(),
                    nodes: Scatter::golden(dimension).along_axes(1..LOOKS + 1),
                    weights: [one(0, LOOKS), one(0, half)],
                    predictions: Vec::new(),
                });
            }
        };
        let rules = [Rule::gauss(orders[0])?, Rule::gauss(orders[1])?];
        let index = |number: usize, order: usize| {
            (0..dimension).map(move |axis| number / order.pow(axis as u32) % order)
        };
        let mut nodes = vec![Vec::new(); dimension];
        let mut weights = [Vec::new(), Vec::new()];
        for (which, (rule, order)) in rules.iter().zip(orders).enumerate() {
            for number in 0..order.pow(dimension as u32) {
                let mut weight = 1.0;
                for (along, i) in nodes.iter_mut().zip(index(number, order)) {
                    along.push(rule.nodes()[i]);
                    weight *= rule.weights()[i];
                }
                weights[which].push(weight);
                weights[1 - which].push(0.0);
            }
        }
        let [first, second] = &rules;
        let along = |i: usize, j: usize| lagrange(first.nodes(), j, second.nodes()[i]);
        let counts = orders.map(|order| order.pow(dimension as u32));
        let prediction = |node: usize| {
            let coefficient = |of: usize| {
                let pairs = index(node, orders[1]).zip(index(of, orders[0]));
                pairs.map(|(i, j)| along(i, j)).product()
            };
            (0..counts[0]).map(coefficient).collect()
        };
        Ok(Glance {
            along: first.nodes().to_vec(),
            nodes,
            weights,
            predictions: (0..counts[1]).map(prediction).collect(),
        })
    }

    pub(super) fn count(&self) -> usize {
        self.weights[0].len()
    }

    pub(super) fn nodes(&self, sides: &[Side]) -> Vec<Vec<f64>> {
        let axes = self.nodes.iter().zip(sides);
        axes.map(|(s, side)| s.iter().map(|s| side.at(*s)).collect())
            .collect()
    }

    /// The mean, and by how much the other rule differs.
    fn sums(&self, values: &[f64]) -> [f64; 2] {
        let sum = |weights: &[f64]| -> f64 {
            let terms = weights.iter().zip(values).filter(|(w, _)| **w != 0.0);
            terms.map(|(w, v)| w * v).sum()
        };
        let [first, second] = [sum(&self.weights[0]), sum(&self.weights[1])];
        [first, (first - second).abs()]
    }

    /// By how much the values differ at most from those that the others predict.
    pub(super) fn surprise(&self, values: &[f64]) -> f64 {
        let others = values.len() - self.predictions.len();
        let pairs = self.predictions.iter().zip(&values[others..]);
        let differences = pairs.map(|(coefficients, value)| {
            let terms = coefficients.iter().zip(values);
            let predicted: f64 = terms.map(|(c, v)| c * v).sum();
            (predicted - value).abs()
        });
        differences.fold(0.0, f64::max)
    }
}

/// The polynomial that is 1 at one of some nodes, and 0 at the others.
pub(super) fn lagrange(nodes: &[f64], one: usize, at: f64) -> f64 {
    let others = nodes.iter().enumerate().filter(|(k, _)| *k != one);
    others
        .map(|(_, node)| (at - node) / (nodes[one] - node))
        .product()
}
