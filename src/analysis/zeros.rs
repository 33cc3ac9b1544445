//! All places along one axis where a formula changes its sign, or passes a whole number.
//!
//! 1. Take the range of the formula on an interval: if it holds no zero, there is none. If the
//!    derivative has one sign there, there is one at most, which the signs at the ends decide, and
//!    interval Newton finds to the last bit.
//! 2. Else divide the interval. What cannot be divided any more, or not better than rounding, is kept
//!    as a place with a width: no zero is left out.
//! 3. Widest intervals first, so that what is left when the work is too much is narrow.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009), section
//! 8.1.

use std::collections::VecDeque;

use super::decimals::{MOST_DIGITS, short_decimal, shortest_between};
use crate::deadline::Deadline;
use crate::expr::bounds::ranges::{Interval, Range, Ranges};
use crate::expr::graph::{Arena, Id};

/// Nodes of formulas that are looked at for one formula at most, besides those for the zeros found.
const MOST_WORK: usize = 2_000_000;

/// The most zeros of one formula.
const MOST_ZEROS: usize = 20_000;

/// Where intervals are divided: off the simple fractions, at which zeros lie.
const DIVISION: f64 = 0.487_3;

/// Places near 0 and narrower than this do not matter.
const NOTHING: f64 = 1e-40;

/// Zeros this many floats apart are one place.
const SAME: f64 = 4.0 * f64::EPSILON;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Levels {
    /// Where it is zero.
    Zero,
    /// Where it is a whole number.
    Whole,
}

/// A place in an interval, where the formula may be zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) at: f64,
    pub(super) lo: f64,
    pub(super) hi: f64,
    /// Whether the search was ended here: there may be any number of zeros.
    pub(super) is_open: bool,
    /// How far it may be from the place that is meant, because numbers are rounded.
    pub(super) rounded: f64,
    /// How far from it bounds may take what it decides for what it is on the other side.
    pub(super) misjudged: f64,
}

impl Place {
    /// A place that is a number.
    pub(super) fn number(at: f64) -> Self {
        Place {
            at,
            lo: at,
            hi: at,
            is_open: false,
            rounded: 0.0,
            misjudged: 0.0,
        }
    }

    /// How far it may be from where it says it is: within what is open, by all of that.
    pub(super) fn off(&self) -> f64 {
        match self.is_open {
            true => self.hi - self.lo,
            false => self.misjudged + (self.at - self.lo).abs().max((self.hi - self.at).abs()),
        }
    }

    fn between(lo: f64, hi: f64) -> Self {
        Place {
            at: shortest_between(lo, hi),
            lo,
            hi,
            is_open: false,
            rounded: 0.0,
            misjudged: 0.0,
        }
    }

    fn open(lo: f64, hi: f64) -> Self {
        Place {
            is_open: true,
            ..Place::between(lo, hi)
        }
    }

    /// How near the next place may be and be the same: of two that rounding made wide, more is not
    /// known of what lies between.
    fn reach(&self) -> f64 {
        let width = if self.is_open { 0.0 } else { self.hi - self.lo };
        width.max(SAME * self.hi)
    }
}

/// All places in (0, 1) along an axis where a formula of this coordinate alone may be zero, or a whole
/// number, in ascending order; `None` if the formula is too long.
pub(super) fn zeros(
    arena: &Arena,
    root: Id,
    n: usize,
    axis: usize,
    levels: Levels,
    deadline: &Deadline,
) -> Option<Vec<Place>> {
    let roots = [root];
    let ranges = Ranges::new(arena, &roots, n)?;
    let mut line = Line {
        cost: ranges.cost().max(1),
        ranges,
        n,
        axis,
        levels,
        left: MOST_WORK,
        found: Vec::new(),
    };
    line.search(deadline);
    Some(merged(line.found))
}

/// Places in their order; those that touch are one.
fn merged(mut found: Vec<Place>) -> Vec<Place> {
    found.sort_by(|a, b| a.lo.total_cmp(&b.lo));
    let mut all: Vec<Place> = Vec::with_capacity(found.len());
    for place in found {
        match all.last_mut() {
            Some(last)
                if place.lo - last.hi <= last.reach().max(place.reach())
                    && last.is_open == place.is_open =>
            {
                let hi = last.hi.max(place.hi);
                *last = Place {
                    is_open: last.is_open,
                    ..Place::between(last.lo, hi)
                };
            }
            // Zeros at the ends of what is open belong to it.
            Some(last) if last.is_open && place.lo <= last.hi => {
                last.hi = last.hi.max(place.hi);
            }
            _ => all.push(place),
        }
    }
    // The ends are borders anyway, and so is what rounding cannot tell from them.
    all.retain(|place| place.is_open || (place.lo > 0.0 && place.hi < 1.0));
    all.retain(|place| place.lo > 0.0 || place.hi > NOTHING);
    all
}

struct Line<'a> {
    ranges: Ranges<'a>,
    n: usize,
    axis: usize,
    levels: Levels,
    /// The nodes of the formula.
    cost: usize,
    left: usize,
    found: Vec<Place>,
}

impl Line<'_> {
    fn range(&mut self, lo: f64, hi: f64) -> Range {
        self.left = self.left.saturating_sub(self.cost);
        let axis = self.axis;
        let sides = (0..self.n).map(|a| if a == axis { (lo, hi) } else { (0.0, 1.0) });
        self.ranges.turn_to(sides);
        self.ranges.of(0)
    }

    /// The first and the last level that these values may take.
    fn levels(&self, values: Interval) -> Option<(f64, f64)> {
        let (first, last) = match self.levels {
            Levels::Zero => (0.0, 0.0),
            Levels::Whole => (values.lo.ceil(), values.hi.floor()),
        };
        (first <= last && values.lo <= first && last <= values.hi).then_some((first, last))
    }

    fn search(&mut self, deadline: &Deadline) {
        let mut open = VecDeque::from([(0.0, 1.0)]);
        while let Some((lo, hi)) = open.pop_front() {
            if self.left == 0 || self.found.len() > MOST_ZEROS || deadline.has_come() {
                self.found.push(Place::open(lo, hi));
                continue;
            }
            let range = self.range(lo, hi);
            if range.nowhere || self.levels(range.values).is_none() {
                continue;
            }
            if range.continuous && range.defined {
                let slope = self.ranges.slope(0, self.axis);
                if slope.lo > 0.0 || slope.hi < 0.0 {
                    self.steadily((lo, hi), range.values, slope, deadline);
                    continue;
                }
                let sharp = self.ranges.sharpened(0);
                if self.levels(sharp.values).is_none() {
                    continue;
                }
            }
            let middle = lo + DIVISION * (hi - lo);
            let narrow = hi - lo <= SAME * hi || hi < NOTHING;
            if narrow || middle <= lo || middle >= hi || self.is_rounding(middle, range.values) {
                self.found.push(Place::between(lo, hi));
                continue;
            }
            open.push_back((lo, middle));
            open.push_back((middle, hi));
        }
    }

    /// Whether the values at one number are known hardly better than those around it.
    fn is_rounding(&mut self, at: f64, around: Interval) -> bool {
        let here = self.range(at, at);
        let (width, least) = (around.hi - around.lo, here.values.hi - here.values.lo);
        here.defined && width <= 4.0 * least && self.levels(here.values).is_some()
    }

    /// The zeros in an interval in which the formula rises, or falls.
    fn steadily(
        &mut self,
        (lo, hi): (f64, f64),
        values: Interval,
        slope: Interval,
        deadline: &Deadline,
    ) {
        let Some((first, last)) = self.levels(values) else {
            return;
        };
        if last - first > MOST_ZEROS as f64 {
            self.found.push(Place::open(lo, hi));
            return;
        }
        let rises = slope.lo > 0.0;
        let (begin, end) = (self.range(lo, lo).values, self.range(hi, hi).values);
        let mut level = first;
        while level <= last {
            let outside = if rises {
                begin.lo > level || end.hi < level
            } else {
                begin.hi < level || end.lo > level
            };
            if !outside {
                let (a, b) = (begin.lo - level, end.lo - level);
                let guess = lo + (hi - lo) * (a / (a - b));
                let place = self.newton((lo, hi), guess, level, slope);
                self.found.extend(place);
                // Zeros pay for themselves.
                self.left = self.left.saturating_add(24 * self.cost).min(MOST_WORK);
            }
            // Whole numbers this large are all that there are.
            let is_last = level + 1.0 == level;
            level += 1.0;
            if is_last || self.found.len() > MOST_ZEROS || deadline.has_come() {
                self.found.push(Place::open(lo, hi));
                return;
            }
        }
    }

    /// The one place between two numbers where a formula with such a slope takes a level, if there is
    /// one.
    fn newton(
        &mut self,
        (mut lo, mut hi): (f64, f64),
        guess: f64,
        level: f64,
        mut slope: Interval,
    ) -> Option<Place> {
        const MOST_STEPS: usize = 80;
        let rises = slope.lo > 0.0;
        let mut at = guess;
        for _ in 0..MOST_STEPS {
            if !(at > lo && at < hi) {
                at = lo + DIVISION * (hi - lo);
            }
            if hi - lo <= 2.0 * f64::EPSILON * hi || at <= lo || at >= hi {
                break;
            }
            let width = hi - lo;
            let here = self.range(at, at).values;
            let value = Interval {
                lo: (here.lo - level).next_down(),
                hi: (here.hi - level).next_up(),
            };
            // What the mean-value theorem leaves.
            let ends = [slope.lo, slope.hi].map(|s| [at - value.lo / s, at - value.hi / s]);
            let [[a, b], [c, d]] = ends;
            // Two roundings: the quotient is no larger than the difference.
            let least = a.min(b).min(c.min(d)).next_down().next_down();
            let most = a.max(b).max(c.max(d)).next_up().next_up();
            (lo, hi) = (lo.max(least), hi.min(most));
            if lo > hi {
                return None;
            }
            if (value.lo > 0.0) == rises && value.lo * value.hi > 0.0 {
                hi = hi.min(at);
            } else if value.lo * value.hi > 0.0 {
                lo = lo.max(at);
            }
            if value.lo <= 0.0 && value.hi >= 0.0 && hi - lo > 0.9 * width {
                break;
            }
            self.range(lo, hi);
            let narrower = self.ranges.slope(0, self.axis);
            if narrower.lo > 0.0 || narrower.hi < 0.0 {
                slope = narrower;
            }
            at = lo + (hi - lo) / 2.0;
        }
        Some(self.nearest(lo, hi, level))
    }

    /// The place between two numbers: the shortest decimal, or where the value is nearest to the level.
    fn nearest(&mut self, lo: f64, hi: f64, level: f64) -> Place {
        const MOST_FLOATS: usize = 16;
        let mut place = Place::between(lo, hi);
        let is_short = short_decimal(lo, hi, MOST_DIGITS).is_some();
        if is_short || hi - lo > MOST_FLOATS as f64 * f64::EPSILON * hi {
            return place;
        }
        let (mut best, mut x) = (f64::INFINITY, lo);
        while x <= hi {
            let Interval { lo, hi } = self.range(x, x).values;
            let off = (lo / 2.0 + hi / 2.0 - level).abs();
            if off < best {
                (best, place.at) = (off, x);
            }
            x = x.next_up();
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Graph;
    use crate::expr::text::parse::{Scope, expression};

    fn found(text: &str, levels: Levels) -> Vec<Place> {
        let graph = Graph::new();
        let root = {
            let mut scope = Scope::new(&graph);
            scope.define("x", graph.input(0));
            expression(text, &scope).unwrap().id
        };
        zeros(&graph.into_arena(), root, 1, 0, levels, &Deadline::NEVER).unwrap()
    }

    /// All are found, no other is, and they are near where they should be.
    fn check(text: &str, levels: Levels, expected: impl IntoIterator<Item = f64>) {
        let found = found(text, levels);
        let expected: Vec<f64> = expected.into_iter().collect();
        assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
        for (place, x) in found.iter().zip(expected) {
            // A few roundings of the coordinate, and of what the formula is made of.
            assert!((place.at - x).abs() <= 1e-15, "{text}: {place:?} {x}");
            assert!(place.lo <= x + 1e-15 && place.hi >= x - 1e-15, "{text}");
            assert!(place.hi - place.lo <= 1e-14, "{text}: {place:?}");
        }
    }

    #[test]
    fn whole_numbers_that_are_no_more_told_apart_end_the_search() {
        for text in ["2e166 + x", "1e17*(1 + x)", "1e9*x"] {
            let found = found(text, Levels::Whole);
            assert!(found.iter().any(|place| place.is_open), "{text}: {found:?}");
        }
    }

    #[test]
    fn the_search_ends_with_its_time_between_the_levels_of_a_slope() {
        let graph = Graph::new();
        let root = (15_000.0 * graph.input(0)).id;
        // Fifteen thousand levels take many times as long on any machine.
        let deadline = Deadline::new(std::time::Instant::now(), 1e-4, None);
        let arena = graph.into_arena();
        let found = zeros(&arena, root, 1, 0, Levels::Whole, &deadline).unwrap();
        assert!(found.iter().any(|place| place.is_open), "{}", found.len());
    }

    #[test]
    fn all_zeros_are_found_however_close_and_many() {
        use std::f64::consts::PI;
        let zero = Levels::Zero;
        check("x - 0.3", zero, [0.3]);
        check("(x - 0.4)*(x - 0.402)", zero, [0.4, 0.402]);
        check("abs(x - 0.3) - 1e-4", zero, [0.2999, 0.3001]);
        check("(x - 0.7123)^2 - 1e-8", zero, [0.7122, 0.7124]);
        check("x - 1e-15", zero, [1e-15]);
        check("(x - 0.3)^2", zero, [0.3]);
        check("floor(3*x) - 1.5", zero, [2.0 / 3.0]);
        check("1/(x - 0.25)", zero, [0.25]);
        check("sqrt(x - 0.5) - 0.5", zero, [0.75]);
        check(
            "sin(200*x)",
            zero,
            (1..64).map(|k| PI * f64::from(k) / 200.0),
        );
        check("x^2 - x^2 + 1", zero, []);
        check("1 + x^2", zero, []);
        check("x*(1 - x)", zero, []);
        let levels = (1..1000).map(|k| (f64::from(k) / 1000.0).sqrt());
        check("1000*x^2", Levels::Whole, levels);
        assert_eq!(found("sin(1000*pi*x + 0.5)", zero).len(), 1000);
    }

    #[test]
    fn what_is_too_much_is_left_as_wide_places() {
        let found = found("sin(1/x)", Levels::Zero);
        let wide: Vec<&Place> = found.iter().filter(|p| p.is_open).collect();
        assert!(found.len() > 1000 && !wide.is_empty());
        // The zeros pile up at 0.
        assert!(wide.iter().all(|p| p.hi < 1e-2), "{wide:?}");
    }

    #[test]
    fn zeros_that_only_touch_are_places_of_the_width_of_rounding() {
        let found = found("x^2 - 0.6*x + 0.09", Levels::Zero);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].at - 0.3).abs() < 1e-7, "{found:?}");
    }
}
