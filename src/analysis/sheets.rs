//! Sheets: functions on a box whose zeros divide it: what decides a switch, its restrictions to faces of
//! a box, and where two of them meet.
//!
//! 1. What decides has ranges and slopes on boxes from its formula.
//! 2. On a face of a box one coordinate is a number.
//! 3. Where two sheets are graphs h and k along one axis, they meet where the second is zero at the
//!    height of the first: g(u, h(u)) = 0. Beyond the faces of the box the height is that of the face, so
//!    that this is continuous; its slopes follow from ∂h/∂uⱼ = −fⱼ/f_axis.
//!
//! R. I. Saye, "High-order quadrature methods for implicitly defined surfaces and volumes in
//! hyperrectangles", SIAM J. Sci. Comput. 37 (2015) A993–A1019.

use std::sync::Arc;

use super::pieces::ratio;
use super::switches::Decider;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::{Interval, Ranges, quotient};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::value::values;
use crate::integrand::Side;
use crate::scatter::Scatter;

/// Points at which what decides is compared.
const POINTS: usize = 16;

/// How often the height of a sheet is enclosed again.
const NARROWINGS: usize = 16;

/// Formulas of what decides, and what belongs to them.
#[derive(Debug)]
pub(super) struct Curves {
    pub(super) arena: Arena,
    /// The formulas, then what decides.
    pub(super) roots: Vec<Id>,
    /// The same as they were written, with poles.
    pub(super) written: Vec<Id>,
    /// The number of formulas.
    pub(super) outputs: usize,
    /// What decides, one for each root after the formulas.
    pub(super) deciders: Vec<Decider>,
    /// How many roots come behind what decides, on whose common zeros the formulas are integrated.
    pub(super) levels: usize,
    /// The number of axes.
    pub(super) n: usize,
}

impl Curves {
    /// Some of its formulas, with nothing but what they need.
    pub(super) fn part(&self, roots: &[Id]) -> Formulas {
        let (arena, roots) = self.arena.part(roots);
        Formulas {
            inputs: Vec::new(),
            arena,
            roots,
        }
    }

    /// Whether something may jump at a sheet, and not only bend.
    pub(super) fn jump(&self) -> bool {
        let jumps = |decider: &Decider| {
            !matches!(
                self.arena.node(decider.node),
                Node::Unary(Unary::Abs | Unary::Cbrt, _)
                    | Node::Binary(Binary::Min | Binary::Max, ..)
            )
        };
        self.deciders.iter().any(jumps)
    }

    /// The roots of what decides.
    pub(super) fn decisions(&self) -> &[Id] {
        &self.roots[self.outputs..self.outputs + self.deciders.len()]
    }

    /// The deciders of which no earlier one is a multiple, by the number of their roots.
    pub(super) fn distinct(&self) -> Vec<usize> {
        let differences = self.decisions();
        let points = Scatter::golden(self.n);
        let mut seen = vec![Vec::with_capacity(POINTS); differences.len()];
        for k in 1..=POINTS {
            let found = values(&self.arena, differences, &points.point(k));
            seen.iter_mut()
                .zip(found)
                .for_each(|(seen, v)| seen.push(v));
        }
        let mut kept: Vec<usize> = Vec::new();
        for k in 0..differences.len() {
            let is_same = |other: &usize| {
                let floors = self.deciders[k].is_floor() || self.deciders[*other].is_floor();
                differences[k] == differences[*other]
                    || (!floors && ratio(&seen[k], &seen[*other]).is_some())
            };
            if !kept.iter().any(is_same) {
                kept.push(k);
            }
        }
        kept
    }
}

/// A function on the box, by the axes on which it depends.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) base: Base,
    /// The axes along which it is restricted to a number.
    pub(super) fixed: Vec<(usize, f64)>,
    /// The axes on which it depends, one bit each.
    pub(super) axes: u64,
}

/// A function on the box that is not restricted.
#[derive(Clone, Debug)]
pub(super) enum Base {
    /// The root of this number, less a level.
    Root {
        /// The number of the root.
        root: usize,
        /// What is subtracted.
        level: f64,
    },
    /// The value of the second sheet where the first one is zero, along an axis of a box.
    Meeting {
        /// The sheet that is a graph.
        first: Arc<Sheet>,
        /// The sheet whose value is taken.
        second: Arc<Sheet>,
        /// The axis along which the first is a graph.
        axis: usize,
        /// The side of the box along it.
        side: Side,
    },
}

/// What is known of a sheet on a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) values: Interval,
    /// Whether it is defined and continuous all over the box.
    pub(super) is_tame: bool,
    /// Whether it is defined nowhere in the box.
    pub(super) is_nowhere: bool,
}

impl Extent {
    /// Whether it may be zero in the box.
    pub(super) fn may_vanish(&self) -> bool {
        !self.is_nowhere && self.values.lo <= 0.0 && self.values.hi >= 0.0
    }
}

impl Sheet {
    /// A root less a level.
    pub(super) fn of_root(root: usize, level: f64, axes: u64) -> Self {
        Sheet {
            base: Base::Root { root, level },
            fixed: Vec::new(),
            axes,
        }
    }

    /// The restriction to a face.
    pub(super) fn on_face(of: &Arc<Sheet>, axis: usize, at: f64) -> Self {
        Sheet {
            base: of.base.clone(),
            fixed: [&of.fixed[..], &[(axis, at)]].concat(),
            axes: of.axes & !(1 << axis),
        }
    }

    /// Where two sheets meet that are graphs along an axis.
    pub(super) fn meeting(
        first: &Arc<Sheet>,
        second: &Arc<Sheet>,
        axis: usize,
        side: Side,
    ) -> Self {
        Sheet {
            axes: (first.axes | second.axes) & !(1 << axis),
            base: Base::Meeting {
                first: Arc::clone(first),
                second: Arc::clone(second),
                axis,
                side,
            },
            fixed: Vec::new(),
        }
    }

    /// The root whose values these are.
    pub(super) fn root(&self) -> usize {
        match &self.base {
            Base::Root { root, .. } => *root,
            Base::Meeting { second, .. } => second.root(),
        }
    }

    /// Whether it is the same less another number, so that the two are never zero together.
    pub(super) fn is_beside(&self, other: &Sheet) -> bool {
        match (&self.base, &other.base) {
            (
                Base::Root { root, level },
                Base::Root {
                    root: same,
                    level: own,
                },
            ) => root == same && level != own && self.fixed == other.fixed,
            _ => false,
        }
    }

    /// Whether it depends on an axis.
    pub(super) fn depends_on(&self, axis: usize) -> bool {
        self.axes >> axis & 1 == 1
    }
}

/// Looks at sheets: each root has ranges of its own, so that no more than it is gone through.
pub(super) struct Look<'a> {
    ranges: Vec<Option<Ranges<'a>>>,
    /// Ranges of what the roots have the sign of, where they differ from it.
    written: Vec<Option<Ranges<'a>>>,
}

impl<'a> Look<'a> {
    /// Prepares looks at roots; those without ranges are not looked at.
    pub(super) fn new(ranges: Vec<Option<Ranges<'a>>>) -> Self {
        Look {
            written: ranges.iter().map(|_| None).collect(),
            ranges,
        }
    }

    /// Looks at what the roots have the sign of, too.
    pub(super) fn with_written(self, written: Vec<Option<Ranges<'a>>>) -> Self {
        Look { written, ..self }
    }

    /// Values of a root, without those of a sign that it does not have where it is not zero.
    fn with_sign(&mut self, root: usize, sides: &[Interval], values: Interval) -> Interval {
        let Some(written) = &mut self.written[root] else {
            return values;
        };
        written.turn_to(sides.iter().map(|side| (side.lo, side.hi)));
        let found = written.of(0).values;
        match found {
            Interval { lo, .. } if lo > 0.0 => Interval {
                lo: values.lo.max(f64::MIN_POSITIVE),
                ..values
            },
            Interval { hi, .. } if hi < 0.0 => Interval {
                hi: values.hi.min(-f64::MIN_POSITIVE),
                ..values
            },
            _ => values,
        }
    }

    /// What is known on a box.
    pub(super) fn extent(&mut self, sheet: &Sheet, sides: &[Interval]) -> Extent {
        const UNKNOWN: Extent = Extent {
            values: Interval::ALL,
            is_tame: false,
            is_nowhere: false,
        };
        let mut sides = sides.to_vec();
        restrict(&mut sides, &sheet.fixed);
        match &sheet.base {
            Base::Root { root, level } => {
                let Some(ranges) = self.ranges[*root].as_mut() else {
                    return UNKNOWN;
                };
                ranges.turn_to(sides.iter().map(|side| (side.lo, side.hi)));
                let mut range = ranges.of(0);
                let (below, above) = (range.values.lo < *level, range.values.hi > *level);
                if below && above {
                    range = ranges.sharpened(0);
                }
                let mut values = Interval {
                    lo: range.values.lo - level,
                    hi: range.values.hi - level,
                };
                if values.lo <= 0.0 && values.hi >= 0.0 {
                    values = self.with_sign(*root, &sides, values);
                }
                Extent {
                    values,
                    is_tame: range.defined && range.continuous,
                    is_nowhere: range.nowhere,
                }
            }
            Base::Meeting {
                first,
                second,
                axis,
                side,
            } => {
                let (height, _) = self.height_range(first, *axis, *side, &sides);
                let mut inner = sides.clone();
                inner[*axis] = height;
                let is_tame = self.extent(first, &inner).is_tame;
                let found = self.extent(second, &inner);
                let plain = Extent {
                    values: found.values,
                    is_tame: is_tame && found.is_tame,
                    is_nowhere: found.is_nowhere,
                };
                if plain.is_tame && plain.values.lo < 0.0 && plain.values.hi > 0.0 {
                    self.sharpened(sheet, &sides, plain)
                } else {
                    plain
                }
            }
        }
    }

    /// An extent with the values of the mean-value form m(c) + Σ mⱼ(X)·(Xⱼ − cⱼ), where these are sharper.
    fn sharpened(&mut self, sheet: &Sheet, sides: &[Interval], plain: Extent) -> Extent {
        let middle = |side: &Interval| side.lo + (side.hi - side.lo) / 2.0;
        let wide = |axis: &usize| sheet.depends_on(*axis) && sides[*axis].hi > sides[*axis].lo;
        let axes: Vec<usize> = (0..sides.len()).filter(wide).collect();
        if axes.is_empty() {
            return plain;
        }
        let mut centre = sides.to_vec();
        for axis in &axes {
            let at = middle(&sides[*axis]);
            centre[*axis] = Interval { lo: at, hi: at };
        }
        let mut values = self.extent(sheet, &centre).values;
        for axis in axes {
            let at = centre[axis].lo;
            let off = Interval {
                lo: sides[axis].lo - at,
                hi: sides[axis].hi - at,
            };
            values = values + self.slope(sheet, sides, axis) * off;
        }
        Extent {
            values: Interval {
                lo: values.lo.max(plain.values.lo),
                hi: values.hi.min(plain.values.hi),
            },
            ..plain
        }
    }

    /// The slope along an axis, anywhere on a box.
    pub(super) fn slope(&mut self, sheet: &Sheet, sides: &[Interval], along: usize) -> Interval {
        if !sheet.depends_on(along) {
            return Interval { lo: 0.0, hi: 0.0 };
        }
        let mut sides = sides.to_vec();
        restrict(&mut sides, &sheet.fixed);
        match &sheet.base {
            Base::Root { root, .. } => {
                let Some(ranges) = self.ranges[*root].as_mut() else {
                    return Interval::ALL;
                };
                ranges.turn_to(sides.iter().map(|side| (side.lo, side.hi)));
                ranges.slope(0, along)
            }
            Base::Meeting {
                first,
                second,
                axis,
                side,
            } => {
                let (height, may_leave) = self.height_range(first, *axis, *side, &sides);
                sides[*axis] = height;
                let [f, f_axis] = [along, *axis].map(|a| self.slope(first, &sides, a));
                let [g, g_axis] = [along, *axis].map(|a| self.slope(second, &sides, a));
                let follows = g + -(g_axis * quotient(f, f_axis));
                match may_leave {
                    true => Interval {
                        lo: follows.lo.min(g.lo),
                        hi: follows.hi.max(g.hi),
                    },
                    false => follows,
                }
            }
        }
    }

    /// Between which numbers the height of a graph lies over a box.
    pub(super) fn heights(
        &mut self,
        graph: &Sheet,
        axis: usize,
        side: Side,
        sides: &[Interval],
    ) -> Interval {
        self.height_range(graph, axis, side, sides).0
    }

    /// Between which numbers the height of a graph lies over a box, held by the side, and whether it may
    /// leave the side.
    fn height_range(
        &mut self,
        graph: &Sheet,
        axis: usize,
        side: Side,
        sides: &[Interval],
    ) -> (Interval, bool) {
        let mut sides = sides.to_vec();
        let whole = Interval {
            lo: side.from,
            hi: side.to,
        };
        let mut found = whole;
        let mut may_leave = true;
        for _ in 0..NARROWINGS {
            sides[axis] = found;
            let slope = self.slope(graph, &sides, axis);
            let middle = found.lo + (found.hi - found.lo) / 2.0;
            sides[axis] = Interval {
                lo: middle,
                hi: middle,
            };
            let step = quotient(self.extent(graph, &sides).values, slope);
            let newton = Interval {
                lo: middle - step.hi,
                hi: middle - step.lo,
            };
            may_leave &= !(newton.lo >= whole.lo && newton.hi <= whole.hi);
            let next = Interval {
                lo: newton.lo.clamp(found.lo, found.hi),
                hi: newton.hi.clamp(found.lo, found.hi),
            };
            let narrower = next.hi - next.lo < 0.9 * (found.hi - found.lo);
            found = next;
            if !narrower {
                break;
            }
        }
        (found, may_leave)
    }

    /// The value of a root at a point, and its slope along an axis there.
    pub(super) fn root_at(&mut self, root: usize, point: &[f64], along: usize) -> [f64; 2] {
        let middle = |x: Interval| x.lo / 2.0 + x.hi / 2.0;
        let Some(ranges) = self.ranges[root].as_mut() else {
            return [f64::NAN; 2];
        };
        ranges.turn_to(point.iter().map(|x| (*x, *x)));
        [ranges.of(0).values, ranges.slope(0, along)].map(middle)
    }
}

/// The numbers of a side.
pub(super) fn interval(side: &Side) -> Interval {
    Interval {
        lo: side.from,
        hi: side.to,
    }
}

fn restrict(sides: &mut [Interval], fixed: &[(usize, f64)]) {
    for (axis, at) in fixed {
        sides[*axis] = Interval { lo: *at, hi: *at };
    }
}
