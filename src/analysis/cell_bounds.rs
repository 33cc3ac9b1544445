//! Bounds of integrands on the cells of a division, on the reals and off them, though the ends of a cell
//! are heights that have no formula.
//!
//! 1. Let unit coordinates be rectangles of the complex plane, and go through the layers of the cell:
//!    the ends of each follow from the layers before.
//! 2. A height h over rectangles X is enclosed by Newton's operator N(R) = m − F(X, m)/F′(X, R): where
//!    N(R) lies inside R, each x in X has one zero in R, which is an analytic function of x.
//! 3. Then enclose the formulas at the places, times the lengths of the layers.
//!
//! R. E. Moore, "Interval Analysis", Prentice-Hall (1966), section 7.2, for the operator; M. S. Petković,
//! L. D. Petković, "Complex Interval Arithmetic and Its Applications", Wiley-VCH (1998), for rectangles;
//! that a simple zero continues analytically is the theorem on implicit functions.

use rustc_hash::FxHashMap;

use super::heights::{End, Heights, Layer, Slopes};
use super::neighbourhoods::around_side;
use super::sheets::{Base, Look, Sheet};
use crate::expr::bounds::enclosure::Enclosure;
use crate::expr::bounds::ranges::Interval;
use crate::expr::bounds::rectangle::Rectangle;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::integrand::{Bounds, Losses, Neighbourhood, Side};

/// Nodes of formulas that are enclosed for one cell at most, some hundredths of a second.
const MOST_WORK: u64 = 2_000_000;

/// How often a rectangle is widened until Newton's operator leads into it, by which part of it.
const MOST_WIDENINGS: usize = 8;
const WIDER: f64 = 0.1;

/// How often it is narrowed then, as long as that helps by this factor.
const MOST_NARROWINGS: usize = 4;
const NARROWER: f64 = 0.8;

/// A rectangle is at least this wide, as a part of the side, before it is widened.
const LEAST: f64 = 1e-9;

/// The roundings of a length between two ends, as multiples of these.
const ROUNDINGS: f64 = 2.0 * f64::EPSILON;

/// Bounds on one cell.
pub(super) struct CellBounds<'c> {
    slopes: &'c Slopes,
    layers: &'c [Layer],
    formulas: &'c Formulas,
    body: Enclosure<'c>,
    /// The values and gradients of roots, by their numbers.
    roots: FxHashMap<usize, Option<Enclosure<'c>>>,
    heights: Heights<'c>,
    look: Look<'c>,
    /// The part of the unit box of the cell.
    sides: Vec<Side>,
    left: u64,
}

impl<'c> CellBounds<'c> {
    /// Bounds of formulas on a cell of these layers; `None` if the formulas are too long.
    pub(super) fn new(
        slopes: &'c Slopes,
        layers: &'c [Layer],
        formulas: &'c Formulas,
    ) -> Option<Self> {
        Some(CellBounds {
            body: Enclosure::new(&formulas.arena, &formulas.roots, slopes.curves.n)?,
            roots: FxHashMap::default(),
            heights: Heights::new(slopes),
            look: slopes.look(),
            sides: Vec::new(),
            left: MOST_WORK,
            slopes,
            layers,
            formulas,
        })
    }

    /// The work of one look at formulas; `None` if there is none left.
    fn afford(&mut self, formulas: &Formulas) -> Option<()> {
        let left = self.left.checked_sub(formulas.arena.nodes().len() as u64);
        self.left = left.unwrap_or(0);
        left.map(|_| ())
    }

    /// A root and its gradient.
    fn root(&mut self, root: usize, places: &[Rectangle]) -> Option<&Enclosure<'c>> {
        let slopes = self.slopes;
        let gradient = slopes.gradient(root)?;
        self.afford(gradient)?;
        let n = slopes.curves.n;
        let made = || Enclosure::new(&gradient.arena, &gradient.roots, n);
        let own = self.roots.entry(root).or_insert_with(made).as_mut()?;
        own.turn_to(places.iter().map(Rectangle::along));
        own.move_to(places);
        Some(own)
    }

    /// The value of a sheet, and its slope along an axis.
    fn value(
        &mut self,
        sheet: &Sheet,
        places: &[Rectangle],
        along: usize,
    ) -> Option<[Rectangle; 2]> {
        let mut places = places.to_vec();
        for (axis, at) in &sheet.fixed {
            places[*axis] = Rectangle::number(*at);
        }
        match &sheet.base {
            Base::Root { root, level } => {
                let own = self.root(*root, &places)?;
                let value = own.value(0)?;
                let is_fixed = sheet.fixed.iter().any(|(axis, _)| *axis == along);
                let slope = match is_fixed {
                    true => Rectangle::number(0.0),
                    false => own.value(1 + along)?,
                };
                Some([value - Rectangle::number(*level), slope])
            }
            Base::Meeting {
                first,
                second,
                axis,
                side,
            } => {
                // Beyond its side the height is held, which is not analytic.
                let on_reals: Vec<Rectangle> = places.iter().map(Rectangle::on_reals).collect();
                let (lo, hi) = self.height(first, *axis, *side, &on_reals)?.along();
                if !(lo >= side.from && hi <= side.to) {
                    return None;
                }
                places[*axis] = self.height(first, *axis, *side, &places)?;
                let [value, slope] = self.value(second, &places, along)?;
                if !first.depends_on(along) {
                    return Some([value, slope]);
                }
                let [_, across] = self.value(second, &places, *axis)?;
                let [_, f] = self.value(first, &places, along)?;
                let [_, f_across] = self.value(first, &places, *axis)?;
                Some([value, slope - across * f.over(f_across)?])
            }
        }
    }

    /// The height of a sheet over places.
    fn height(
        &mut self,
        sheet: &Sheet,
        axis: usize,
        side: Side,
        places: &[Rectangle],
    ) -> Option<Rectangle> {
        let depends = |a: &usize| *a != axis && sheet.depends_on(*a);
        let is_number = |a: usize| places[a].as_number().is_some();
        if (0..places.len()).filter(depends).all(is_number) {
            let number = |place: &Rectangle| place.as_number().unwrap_or(0.5);
            let point: Vec<f64> = places.iter().map(number).collect();
            let height = self.heights.height_at(sheet, axis, side, &point);
            return Some(Rectangle::number(height));
        }
        let along = |place: &Rectangle| {
            let (lo, hi) = place.along();
            Interval { lo, hi }
        };
        let on_reals: Vec<Interval> = places.iter().map(along).collect();
        let Interval { lo, hi } = self.look.heights(sheet, axis, side, &on_reals);
        let mut places = places.to_vec();
        let mut found = Rectangle::new((lo, hi), (0.0, 0.0)).widened(WIDER, LEAST * side.width());
        let mut is_inside = false;
        for _ in 0..MOST_WIDENINGS {
            let next = self.newton(sheet, axis, &mut places, found)?;
            if next.is_inside(&found) {
                (found, is_inside) = (next, true);
                break;
            }
            found = next.hull(found).widened(WIDER, LEAST * side.width());
        }
        if !is_inside {
            return None;
        }
        for _ in 0..MOST_NARROWINGS {
            let next = self.newton(sheet, axis, &mut places, found)?.common(found);
            let is_narrower = next.girth() < NARROWER * found.girth();
            found = next;
            if !is_narrower {
                break;
            }
        }
        Some(found)
    }

    /// Newton's operator.
    fn newton(
        &mut self,
        sheet: &Sheet,
        axis: usize,
        places: &mut [Rectangle],
        heights: Rectangle,
    ) -> Option<Rectangle> {
        let middle = heights.middle();
        places[axis] = middle;
        let [value, _] = self.value(sheet, places, axis)?;
        places[axis] = heights;
        let [_, slope] = self.value(sheet, places, axis)?;
        Some(middle - value.over(slope)?)
    }

    /// The places of unit coordinates, with the weight of the layers.
    fn places(&mut self, units: &[Rectangle]) -> Option<(Vec<Rectangle>, Rectangle)> {
        let layers = self.layers;
        let mut places = vec![Rectangle::number(0.5); self.slopes.curves.n];
        let mut weight = Rectangle::number(1.0);
        let mut units = units.iter();
        for layer in layers {
            match layer {
                Layer::Between(axis, ends) => {
                    let unit = units.next()?;
                    let mut end = |end: &End| match end {
                        End::Face(at) => Some(Rectangle::number(*at)),
                        End::Height(sheet, side) => self.height(sheet, *axis, *side, &places),
                    };
                    let [from, to] = [end(&ends[0])?, end(&ends[1])?];
                    places[*axis] = match unit.is_real() {
                        // Linear in a real coordinate, it lies between what it is at the ends.
                        true => {
                            let (lo, hi) = unit.along();
                            let at = |s: f64| {
                                from * Rectangle::number(1.0 - s) + to * Rectangle::number(s)
                            };
                            at(lo).hull(at(hi))
                        }
                        false => from + (to - from) * *unit,
                    };
                    weight = weight * (to - from);
                }
                Layer::At(axis, sheet, side) => {
                    places[*axis] = self.height(sheet, *axis, *side, &places)?;
                    let [_, slope] = self.value(sheet, &places, *axis)?;
                    weight = weight.over(slope)?;
                }
            }
        }
        Some((places, weight))
    }

    /// The sizes where unit coordinates are these; `None` where nothing is known.
    fn sizes(&mut self, units: &[Rectangle]) -> Option<Vec<f64>> {
        let (places, weight) = self.places(units)?;
        self.afford(self.formulas)?;
        self.body.turn_to(places.iter().map(Rectangle::along));
        self.body.move_to(&places);
        let size = |k: usize| {
            let size = (self.body.value(k)? * weight).size;
            Some(size).filter(|size| size.is_finite())
        };
        (0..self.formulas.roots.len()).map(size).collect()
    }

    fn units(&self) -> Vec<Rectangle> {
        let unit = |side: &Side| Rectangle::new((side.from, side.to), (0.0, 0.0));
        self.sides.iter().map(unit).collect()
    }
}

impl Bounds for CellBounds<'_> {
    fn turn_to(&mut self, sides: &[Side]) -> Option<Vec<f64>> {
        self.move_to(sides);
        let units = self.units();
        self.sizes(&units)
    }

    fn move_to(&mut self, sides: &[Side]) {
        self.sides.clear();
        self.sides.extend_from_slice(sides);
    }

    fn around(&mut self, axis: usize, neighbourhood: Neighbourhood, sizes: &mut [f64]) -> bool {
        let Some(side) = self.sides.get(axis).copied() else {
            return false;
        };
        let mut units = self.units();
        sizes.fill(0.0);
        for slab in around_side(side, neighbourhood) {
            units[axis] = slab;
            let Some(own) = self.sizes(&units) else {
                return false;
            };
            for (size, own) in sizes.iter_mut().zip(own) {
                *size = size.max(own);
            }
        }
        true
    }

    fn means(&mut self, means: &mut [(f64, f64)]) {
        means.fill((f64::NEG_INFINITY, f64::INFINITY));
        let units = self.units();
        if let Some(sizes) = self.sizes(&units) {
            for (mean, size) in means.iter_mut().zip(sizes) {
                *mean = (-size, size);
            }
        }
    }

    fn allow(&mut self, work: u64) {
        self.left = work;
    }

    fn cost(&self) -> u64 {
        self.formulas.arena.nodes().len() as u64
    }

    fn work(&self) -> u64 {
        self.left
    }
}

/// What the values of an integrand on a cell lose by rounding.
pub(super) struct CellLosses<'c> {
    layers: &'c [Layer],
    heights: Heights<'c>,
    rounding: Rounding<'c>,
    weight: f64,
}

impl<'c> CellLosses<'c> {
    /// Those of formulas on a cell of these layers.
    pub(super) fn new(slopes: &'c Slopes, layers: &'c [Layer], formulas: &'c Formulas) -> Self {
        CellLosses {
            heights: Heights::new(slopes),
            rounding: Rounding::new(&formulas.arena, &formulas.roots),
            weight: 0.0,
            layers,
        }
    }
}

impl Losses for CellLosses<'_> {
    fn at(&mut self, node: &[f64], lost: &mut [f64]) {
        let point = self.heights.place(self.layers, |k| node[k]);
        let (mut weight, mut part) = (1.0, 0.0);
        for layer in self.layers {
            match layer {
                Layer::Between(..) => {
                    let [from, to] = self.heights.ends_at(layer, &point);
                    let width = (to - from).abs();
                    weight *= width;
                    part += ROUNDINGS * (from.abs() + to.abs()) / width;
                }
                Layer::At(axis, sheet, _) => {
                    weight /= self.heights.value_at(sheet, &point, *axis)[1].abs();
                    part += ROUNDINGS;
                }
            }
        }
        self.rounding
            .at(&point, |output, own| lost[output] = own * weight);
        self.weight = weight;
        for (k, lost) in lost.iter_mut().enumerate() {
            *lost += part * self.size(k);
        }
    }

    fn size(&self, output: usize) -> f64 {
        self.rounding.value_of(output).abs() * self.weight
    }
}
