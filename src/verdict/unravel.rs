//! The variables that targets determine, found by algebra: then a map is one-to-one.
//!
//! 1. A system of targets is replaced by another that determines the same, but for places without
//!    content: a function that rises or falls by its argument; a sum or a product by what is left when
//!    what is known is taken away; A·cos ψ and A·sin ψ by A and ψ; sums and products of the same parts by
//!    the parts.
//! 2. A target that is a variable makes that variable known.
//! 3. When all variables are known, no two of them have the same targets.
//!
//! This is how a text-book inverts polar and spherical coordinates: from the outside inward, one step after
//! the other.

use std::f64::consts::TAU;

use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::{Interval, Range, Ranges};
use crate::expr::derive;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::simplify::{is_analytic, simplify};
use crate::expr::text::print;

/// Steps at most.
const MOST_STEPS: usize = 60;

/// Systems with longer formulas are not looked at.
const MOST_NODES: usize = 3000;

/// Boxes that are looked at for the sign of one slope.
const MOST_BOXES: usize = 300;

/// What lies nearer to the end of a range than this part of it may have no value.
const BESIDE: f64 = 1e-6;

/// A slope that is zero to this part of its size does not change its sign.
const NEARLY: f64 = 1e-12;

/// So much longer than a turn a range may seem, because of rounding.
const TURN: f64 = TAU * (1.0 + 1e-12);

/// What algebra found.
#[derive(Clone, Debug)]
pub(crate) struct Unravelled {
    /// Whether the targets determine all variables, but for places without content.
    pub(crate) is_one_to_one: bool,
    /// The steps, each as a sentence without its full stop.
    pub(crate) steps: Vec<String>,
    /// Two targets that are left, of two variables in unit coordinates of their own: if these are
    /// one-to-one, all is.
    pub(crate) left: Option<Formulas>,
}

impl Unravelled {
    /// Nothing was found.
    pub(crate) const NOTHING: Unravelled = Unravelled {
        is_one_to_one: false,
        steps: Vec::new(),
        left: None,
    };
}

/// What targets determine of variables between these numbers.
pub(crate) fn unravel(targets: &Formulas, ranges: &[Interval]) -> Unravelled {
    let found = replaced(targets, ranges, |system| Unravelled {
        is_one_to_one: system.knows_all(),
        left: system.left(),
        steps: system.steps.iter().map(|step| system.words(step)).collect(),
    });
    found.unwrap_or(Unravelled::NOTHING)
}

/// Whether targets determine all variables between these numbers, but for places without content.
pub(crate) fn is_unravelled(targets: &Formulas, ranges: &[Interval]) -> bool {
    replaced(targets, ranges, |system| system.knows_all()).unwrap_or(false)
}

/// What there is to tell of targets when as many as can be are replaced by their variables; `None` where
/// formulas are too long.
fn replaced<T>(
    targets: &Formulas,
    ranges: &[Interval],
    tell: impl FnOnce(&System<'_>) -> T,
) -> Option<T> {
    let n = ranges.len();
    if n > 60 || targets.roots.len() < n || targets.arena.nodes().len() > MOST_NODES {
        return None;
    }
    let graph = Graph::from_arena(targets.arena.clone());
    let mut system = System {
        graph: &graph,
        names: &targets.inputs,
        ranges,
        targets: targets.roots.clone(),
        known: 0,
        steps: Vec::new(),
    };
    for _ in 0..MOST_STEPS {
        if system.knows_all() {
            break;
        }
        if graph.size() > 4 * MOST_NODES {
            return None;
        }
        if !system.step() {
            break;
        }
    }
    Some(tell(&system))
}

/// What was done to targets, to be put into words.
enum Step {
    /// Two targets were replaced by a part of them that is not known, and an angle.
    Pair([Id; 2], Option<Id>, Id),
    /// A target was replaced by the variable along which it rises or falls.
    Monotone(Id, usize),
    /// Targets were replaced by parts of them.
    Parts(Vec<Id>, Vec<Id>),
}

/// A product of powers, with a number before it.
struct Product {
    number: f64,
    factors: Vec<(Id, i32)>,
}

/// Targets that are to be replaced by their variables.
struct System<'g> {
    graph: &'g Graph,
    names: &'g [String],
    ranges: &'g [Interval],
    targets: Vec<Id>,
    /// The variables that are known, one bit each.
    known: u64,
    steps: Vec<Step>,
}

impl<'g> System<'g> {
    fn inputs(&self, id: Id) -> u64 {
        self.graph.read(|arena| inputs::of_formulas(arena, &[id]))
    }

    /// The inputs of a formula that are not known.
    fn open(&self, id: Id) -> u64 {
        self.inputs(id) & !self.known
    }

    fn expr(&self, id: Id) -> Expr<'g> {
        self.graph.expr(id)
    }

    /// The number that a formula without inputs is.
    fn number(&self, id: Id) -> Option<f64> {
        (self.inputs(id) == 0)
            .then(|| self.expr(id).value(&[]))
            .filter(|value| value.is_finite())
    }

    /// Whether all variables are known.
    fn knows_all(&self) -> bool {
        self.known == (1 << self.ranges.len()) - 1
    }

    /// A step as a sentence without its full stop.
    fn words(&self, step: &Step) -> String {
        let texts = |ids: &[Id]| -> String {
            let texts: Vec<String> = ids.iter().map(|id| self.text(*id)).collect();
            texts.join(", ")
        };
        match step {
            Step::Pair([first, second], common, angle) => {
                let [first, second, angle] = [first, second, angle].map(|id| self.text(*id));
                let common = common.map(|id| format!("{} and ", self.text(id)));
                let common = common.unwrap_or_default();
                format!("{first} and {second} determine {common}{angle}")
            }
            Step::Monotone(id, variable) => {
                let (text, name) = (self.text(*id), &self.names[*variable]);
                format!("{text} rises or falls with {name}")
            }
            Step::Parts(before, after) => {
                format!("{} determine {}", texts(before), texts(after))
            }
        }
    }

    fn text(&self, id: Id) -> String {
        self.graph.read(|arena| {
            let (arena, roots) = arena.part(&[id]);
            let (arena, roots) = simplify(&arena, &roots, &[]);
            print::text(&arena, roots[0], self.names)
        })
    }

    /// A formula simplified by the ranges of the variables, with nothing but what it needs.
    fn alone(&self, id: Id) -> (Arena, Vec<Id>) {
        self.graph.read(|arena| {
            let (arena, roots) = arena.part(&[id]);
            simplify(&arena, &roots, &self.simple_ranges())
        })
    }

    /// The range of a formula.
    fn range(&self, id: Id) -> Option<Range> {
        let (arena, roots) = self.alone(id);
        let mut ranges = Ranges::new(&arena, &roots, self.ranges.len())?;
        ranges.turn_to(self.ranges.iter().map(|range| (range.lo, range.hi)));
        Some(ranges.of(0))
    }

    fn simple_ranges(&self) -> Vec<(f64, f64)> {
        self.ranges
            .iter()
            .map(|range| (range.lo, range.hi))
            .collect()
    }

    /// Between which numbers a formula lies, if it has values everywhere.
    fn values(&self, id: Id) -> Option<Interval> {
        let range = self.range(id)?;
        // What has a pole at a face has one sign still.
        (range.continuous && !range.nowhere).then_some(range.values)
    }

    /// The two targets that are left, of the two variables that are not known and no others.
    fn left(&self) -> Option<Formulas> {
        let n = self.ranges.len();
        let open: Vec<usize> = (0..n).filter(|i| self.known >> i & 1 == 0).collect();
        let is_of_these = |id: &Id| self.inputs(*id) & self.known == 0;
        let [first, second] = open[..] else {
            return None;
        };
        let is_finite = |i: usize| {
            let Interval { lo, hi } = self.ranges[i];
            lo.is_finite() && hi.is_finite() && lo < hi
        };
        // For all variables the map itself is looked at.
        if n == 2 || self.targets.len() != 2 || !self.targets.iter().all(is_of_these) {
            return None;
        }
        if !is_finite(first) || !is_finite(second) {
            return None;
        }
        let names = vec![self.names[first].clone(), self.names[second].clone()];
        let found = Formulas::build(names, |graph, unit| {
            let inputs = (0..n).map(|i| match open.iter().position(|of| *of == i) {
                Some(k) => self.ranges[i].lo + (self.ranges[i].hi - self.ranges[i].lo) * unit[k],
                None => graph.constant(f64::NAN),
            });
            let inputs: Vec<Expr<'_>> = inputs.collect();
            Ok::<_, ()>(
                self.graph
                    .read(|arena| graph.import(arena, &self.targets, &inputs)),
            )
        });
        found.ok()
    }

    /// One step; false if there is none.
    fn step(&mut self) -> bool {
        self.take_known()
            || self.undo()
            || self.take_sides()
            || self.pairs()
            || self.monotone()
            || self.sums()
            || self.products()
    }

    /// Takes targets that are variables, and drops those that say nothing new.
    fn take_known(&mut self) -> bool {
        let before = self.targets.len();
        let mut found = Vec::new();
        for id in std::mem::take(&mut self.targets) {
            match self.graph.node(id) {
                Node::Input(i) => self.known |= 1 << i,
                _ => found.push(id),
            }
        }
        self.targets = found.into_iter().filter(|id| self.open(*id) != 0).collect();
        self.targets.len() < before
    }

    /// Replaces a function that rises or falls all over by its argument.
    fn undo(&mut self) -> bool {
        for k in 0..self.targets.len() {
            let inner = match self.graph.node(self.targets[k]) {
                Node::Unary(op, x) => self.is_monotone(op, x).then_some(x),
                Node::Power(x, n) if n != 0 => {
                    let has_sign = self.values(x).is_some_and(has_sign);
                    (has_sign || (n > 0 && n % 2 == 1)).then_some(x)
                }
                Node::Binary(Binary::Pow, x, y) if self.open(y) == 0 => {
                    let has_sign = self.values(x).is_some_and(is_positive);
                    has_sign.then_some(x)
                }
                Node::Binary(Binary::Pow, x, y) if self.open(x) == 0 => {
                    let is_base = self.values(x).is_some_and(|v| v.lo > 1.0 || v.hi < 1.0);
                    is_base.then_some(y)
                }
                _ => None,
            };
            if let Some(inner) = inner {
                self.targets[k] = inner;
                return true;
            }
        }
        false
    }

    /// Whether a function rises or falls all over the range of its argument.
    fn is_monotone(&self, op: Unary, x: Id) -> bool {
        use Unary as U;
        let values = || self.values(x);
        match op {
            U::Neg
            | U::Exp
            | U::Expm1
            | U::Ln
            | U::Log2
            | U::Log10
            | U::Log1p
            | U::Sqrt
            | U::Cbrt
            | U::Sinh
            | U::Tanh
            | U::Asin
            | U::Acos
            | U::Atan
            | U::Asinh
            | U::Acosh
            | U::Atanh
            | U::Erf
            | U::Erfc
            | U::NormCdf
            | U::EllipticK
            | U::EllipticE => true,
            U::Abs | U::Cosh => values().is_some_and(has_sign),
            // Half a turn of cosine from 0, of sine and tangent from −π/2.
            U::Cos => values().is_some_and(|v| within_half_turn(v, 0.0)),
            U::Sin | U::Tan => values().is_some_and(|v| within_half_turn(v, -0.5)),
            _ => false,
        }
    }

    /// Takes what is known away from sums and products.
    fn take_sides(&mut self) -> bool {
        for k in 0..self.targets.len() {
            let id = self.targets[k];
            let left = match self.graph.node(id) {
                Node::Binary(Binary::Add | Binary::Sub, x, y) => {
                    match (self.open(x) == 0, self.open(y) == 0) {
                        (true, false) => Some(y),
                        (false, true) => Some(x),
                        _ => self.sum_without_known(id),
                    }
                }
                Node::Binary(Binary::Mul | Binary::Div, ..) => self.product_without_known(id),
                _ => None,
            };
            if let Some(left) = left {
                self.targets[k] = left;
                return true;
            }
        }
        false
    }

    /// The terms of a sum, each with its number.
    fn terms(&self, id: Id) -> Vec<(f64, Id)> {
        let mut found: Vec<(f64, Id)> = Vec::new();
        let mut open = vec![(1.0, id)];
        while let Some((number, id)) = open.pop() {
            match self.graph.node(id) {
                Node::Unary(Unary::Neg, x) => open.push((-number, x)),
                Node::Binary(Binary::Add, x, y) => open.extend([(number, y), (number, x)]),
                Node::Binary(Binary::Sub, x, y) => open.extend([(-number, y), (number, x)]),
                Node::Binary(Binary::Mul, x, y) if self.number(x).is_some() => {
                    open.push((number * self.number(x).unwrap_or(1.0), y));
                }
                Node::Binary(Binary::Mul | Binary::Div, x, y) if self.number(y).is_some() => {
                    let other = self.number(y).unwrap_or(1.0);
                    let is_product = matches!(self.graph.node(id), Node::Binary(Binary::Mul, ..));
                    open.push((
                        if is_product {
                            number * other
                        } else {
                            number / other
                        },
                        x,
                    ));
                }
                _ => match found.iter_mut().find(|(_, of)| *of == id) {
                    Some((sum, _)) => *sum += number,
                    None => found.push((number, id)),
                },
            }
        }
        found.retain(|(number, _)| *number != 0.0);
        found
    }

    /// A sum without the terms that are known; `None` if there are none.
    fn sum_without_known(&self, id: Id) -> Option<Id> {
        let terms = self.terms(id);
        let left: Vec<(f64, Id)> = terms
            .iter()
            .copied()
            .filter(|(_, id)| self.open(*id) != 0)
            .collect();
        (left.len() < terms.len() && !left.is_empty()).then(|| self.sum_of(&left))
    }

    fn sum_of(&self, terms: &[(f64, Id)]) -> Id {
        let term = |(number, id): &(f64, Id)| match *number {
            1.0 => self.expr(*id),
            number => self.graph.constant(number) * self.expr(*id),
        };
        let sum = terms.iter().map(term).reduce(|sum, term| sum + term);
        sum.unwrap_or_else(|| self.graph.constant(0.0)).id
    }

    /// The factors of a product.
    fn product(&self, id: Id) -> Product {
        let mut found = Product {
            number: 1.0,
            factors: Vec::new(),
        };
        let mut open = vec![(id, 1)];
        while let Some((id, power)) = open.pop() {
            if let Some(number) = self.number(id) {
                found.number *= number.powi(power);
                continue;
            }
            match self.graph.node(id) {
                Node::Unary(Unary::Neg, x) => {
                    found.number *= f64::powi(-1.0, power);
                    open.push((x, power));
                }
                Node::Binary(Binary::Mul, x, y) => open.extend([(y, power), (x, power)]),
                Node::Binary(Binary::Div, x, y) => open.extend([(y, -power), (x, power)]),
                Node::Power(x, n) => open.push((x, power * n)),
                _ => match found.factors.iter_mut().find(|(of, _)| *of == id) {
                    Some((_, exponent)) => *exponent += power,
                    None => found.factors.push((id, power)),
                },
            }
        }
        found.factors.retain(|(_, power)| *power != 0);
        found
    }

    fn product_of(&self, factors: &[(Id, i32)]) -> Id {
        let factor = |(id, power): &(Id, i32)| match power {
            1 => self.expr(*id),
            power => self.expr(*id).powi(*power),
        };
        let product = factors
            .iter()
            .map(factor)
            .reduce(|product, factor| product * factor);
        product.unwrap_or_else(|| self.graph.constant(1.0)).id
    }

    /// Whether a formula is zero at places without content only.
    fn is_rarely_zero(&self, id: Id) -> bool {
        let is_positive = |values: Interval| values.lo > 0.0 || values.hi < 0.0;
        if self.values(id).is_some_and(is_positive) {
            return true;
        }
        let (arena, roots) = self.alone(id);
        arena.number(roots[0]).is_none_or(|number| number != 0.0) && is_analytic(&arena, roots[0])
    }

    /// A product without the factors that are known; `None` if there are none.
    fn product_without_known(&self, id: Id) -> Option<Id> {
        let product = self.product(id);
        let (left, known): (Vec<_>, Vec<_>) = product
            .factors
            .iter()
            .copied()
            .partition(|(id, _)| self.open(*id) != 0);
        let is_smaller = !known.is_empty() || product.number != 1.0;
        let can_divide = known.iter().all(|(id, _)| self.is_rarely_zero(*id));
        (is_smaller && can_divide && !left.is_empty() && product.number != 0.0)
            .then(|| self.product_of(&left))
    }

    /// Two products with parts in common and a ratio that tells a variable, as A·cos ψ and A·sin ψ do.
    fn pairs(&mut self) -> bool {
        for i in 0..self.targets.len() {
            for j in (0..self.targets.len()).filter(|j| *j != i) {
                let (a, b) = (self.product(self.targets[i]), self.product(self.targets[j]));
                let shared: Vec<(Id, i32)> = a
                    .factors
                    .iter()
                    .copied()
                    .filter(|factor| b.factors.contains(factor))
                    .collect();
                let rest = |of: &Product| -> Vec<(Id, i32)> {
                    let of = of.factors.iter().copied();
                    of.filter(|factor| !shared.contains(factor)).collect()
                };
                let (f, g) = (rest(&a), rest(&b));
                if let Some(angle) = self.angle(&shared, &f, &g) {
                    let common = self.product_of(&shared);
                    self.replace_pair(i, j, common, angle);
                    return true;
                }
                if let Some(variable) = self.told_by_ratio(&shared, &f, &g) {
                    let angle = self.graph.input(variable).id;
                    let common = self.product_of(&[&shared[..], &f[..]].concat());
                    self.replace_pair(i, j, common, angle);
                    return true;
                }
            }
        }
        false
    }

    fn replace_pair(&mut self, i: usize, j: usize, common: Id, angle: Id) {
        let open = (self.open(common) != 0).then_some(common);
        let pair = [self.targets[i], self.targets[j]];
        self.steps.push(Step::Pair(pair, open, angle));
        (self.targets[i], self.targets[j]) = (common, angle);
    }

    /// The angle ψ, where one rest is cos ψ and the other sin ψ, and both with the size before them tell it.
    fn angle(&self, shared: &[(Id, i32)], f: &[(Id, i32)], g: &[(Id, i32)]) -> Option<Id> {
        let ([(cosine, 1)], [(sine, 1)]) = (f, g) else {
            return None;
        };
        let (Node::Unary(Unary::Cos, x), Node::Unary(Unary::Sin, y)) =
            (self.graph.node(*cosine), self.graph.node(*sine))
        else {
            return None;
        };
        if x != y {
            return None;
        }
        let turned = self.values(x)?;
        let long = turned.hi - turned.lo;
        let size = self.product_of(shared);
        let has_sign = || self.values(size).is_some_and(has_sign);
        // Where the size may have either sign, half a turn is told.
        (long <= TURN && has_sign() || long <= TURN / 2.0)
            .then_some(x)
            .filter(|_| self.is_rarely_zero(size))
    }

    /// The variable that the ratio of two rests tells, given the known ones.
    fn told_by_ratio(
        &self,
        shared: &[(Id, i32)],
        f: &[(Id, i32)],
        g: &[(Id, i32)],
    ) -> Option<usize> {
        if shared.iter().all(|(id, _)| self.open(*id) == 0) || f.is_empty() && g.is_empty() {
            return None;
        }
        // A ratio has a pole where its divisor changes sign: then one side of it tells nothing of the other.
        let has_sign = |of: &[(Id, i32)]| self.values(self.product_of(of)).is_some_and(has_sign);
        let (above, below) = match (has_sign(f), has_sign(g)) {
            (true, _) => (g, f),
            (_, true) => (f, g),
            _ => return None,
        };
        let inverse: Vec<(Id, i32)> = below.iter().map(|(id, power)| (*id, -power)).collect();
        let ratio = self.product_of(&[above, &inverse].concat());
        let open = self.open(ratio);
        if open.count_ones() != 1 {
            return None;
        }
        let variable = open.trailing_zeros() as usize;
        let rests = self.product_of(shared);
        (self.is_rarely_zero(rests)
            && self.is_rarely_zero(self.product_of(f))
            && self.has_slope_of_one_sign(ratio, variable))
        .then_some(variable)
    }

    /// A target of one variable that is not known, and rises or falls along it all over.
    fn monotone(&mut self) -> bool {
        for k in 0..self.targets.len() {
            let open = self.open(self.targets[k]);
            let variable = open.trailing_zeros() as usize;
            if open.count_ones() == 1 && self.has_slope_of_one_sign(self.targets[k], variable) {
                self.steps.push(Step::Monotone(self.targets[k], variable));
                self.targets[k] = self.graph.input(variable).id;
                return true;
            }
        }
        false
    }

    /// Whether a formula has values everywhere but at the ends of a variable: no pole parts it.
    fn is_in_one_piece(&self, id: Id, variable: usize) -> bool {
        let (arena, roots) = self.alone(id);
        let Some(mut ranges) = Ranges::new(&arena, &roots, self.ranges.len()) else {
            return false;
        };
        let Interval { lo, hi } = self.ranges[variable];
        let margin = BESIDE * (hi - lo);
        let inside = match margin.is_finite() {
            true => (lo + margin, hi - margin),
            false => (lo, hi),
        };
        let mut open = vec![inside];
        let mut looked_at = 0;
        while let Some((lo, hi)) = open.pop() {
            looked_at += 1;
            let mut sides = self.simple_ranges();
            sides[variable] = (lo, hi);
            ranges.turn_to(sides.into_iter());
            let range = ranges.of(0);
            if range.defined && range.continuous {
                continue;
            }
            let middle = lo + (hi - lo) / 2.0;
            if looked_at > MOST_BOXES || !middle.is_finite() {
                return false;
            }
            open.extend([(lo, middle), (middle, hi)]);
        }
        true
    }

    /// Whether a formula rises all along a variable, or falls all along it, without a pole.
    fn has_slope_of_one_sign(&self, id: Id, variable: usize) -> bool {
        if !self.is_in_one_piece(id, variable) {
            return false;
        }
        let Ok(slopes) = derive::partial(self.graph, &[self.expr(id)], variable) else {
            return false;
        };
        let Some(slope) = slopes[0] else {
            return false;
        };
        let (arena, roots) = self.alone(slope.id);
        if arena.number(roots[0]) == Some(0.0) || !is_analytic(&arena, roots[0]) {
            return false;
        }
        let Some(mut ranges) = Ranges::new(&arena, &roots, self.ranges.len()) else {
            return false;
        };
        let used = inputs::of_formulas(&arena, &roots);
        let mut open = vec![self.simple_ranges()];
        let mut looked_at = 0;
        let (mut above, mut below, mut size) = (false, false, 0.0f64);
        while let Some(sides) = open.pop() {
            looked_at += 1;
            ranges.turn_to(sides.iter().copied());
            let range = ranges.sharpened(0);
            let Interval { lo, hi } = range.values;
            size = size.max(lo.abs().min(hi.abs()));
            let zero = NEARLY * size;
            let (is_above, is_below) = (lo >= -zero, hi <= zero);
            if range.continuous && (is_above || is_below) {
                above |= is_above && hi > zero;
                below |= is_below && lo < -zero;
                if above && below {
                    return false;
                }
                continue;
            }
            let wide = |axis: &usize| used >> axis & 1 == 1;
            let width = |axis: &usize| sides[*axis].1 - sides[*axis].0;
            let longest = (0..sides.len())
                .filter(wide)
                .reduce(|a, b| if width(&b) > width(&a) { b } else { a });
            let Some(axis) = longest.filter(|axis| width(axis).is_finite()) else {
                return false;
            };
            if looked_at > MOST_BOXES {
                return false;
            }
            let (lo, hi) = sides[axis];
            let middle = lo + (hi - lo) / 2.0;
            for half in [(lo, middle), (middle, hi)] {
                let mut sides = sides.clone();
                sides[axis] = half;
                open.push(sides);
            }
        }
        above != below
    }

    /// Replaces sums of the same terms by the terms, as far as these are told apart.
    fn sums(&mut self) -> bool {
        let rows: Vec<Vec<(Id, f64)>> = self
            .targets
            .iter()
            .map(|id| {
                let terms = self.terms(*id).into_iter();
                terms.map(|(number, id)| (id, number)).collect()
            })
            .collect();
        let Some(rows) = self.eliminated(rows) else {
            return false;
        };
        let found: Vec<Id> = rows
            .iter()
            .map(|row| {
                let terms: Vec<(f64, Id)> = row.iter().map(|(id, number)| (*number, *id)).collect();
                self.sum_of(&terms)
            })
            .collect();
        self.replace_all(found);
        true
    }

    /// The same for products, by the logarithms of parts that are nowhere negative.
    fn products(&mut self) -> bool {
        let mut rows: Vec<Vec<(Id, f64)>> = Vec::new();
        for id in &self.targets {
            let product = self.product(*id);
            let is_positive = |(id, _): &(Id, i32)| {
                self.values(*id).is_some_and(is_positive) && self.is_rarely_zero(*id)
            };
            if !product.factors.iter().all(is_positive) || product.number == 0.0 {
                return false;
            }
            let exponents = product.factors.iter();
            rows.push(
                exponents
                    .map(|(id, power)| (*id, f64::from(*power)))
                    .collect(),
            );
        }
        let Some(rows) = self.eliminated(rows) else {
            return false;
        };
        let power = |(id, exponent): &(Id, f64)| match *exponent {
            1.0 => self.expr(*id),
            exponent => self.expr(*id).pow(exponent),
        };
        let found: Vec<Id> = rows
            .iter()
            .map(|row| {
                let product = row
                    .iter()
                    .map(power)
                    .reduce(|product, factor| product * factor);
                product.unwrap_or_else(|| self.graph.constant(1.0)).id
            })
            .collect();
        self.replace_all(found);
        true
    }

    fn replace_all(&mut self, by: Vec<Id>) {
        let before = std::mem::replace(&mut self.targets, by.clone());
        self.steps.push(Step::Parts(before, by));
    }

    /// Rows of a linear system in reduced form, if a row in it has become one part alone.
    fn eliminated(&self, rows: Vec<Vec<(Id, f64)>>) -> Option<Vec<Vec<(Id, f64)>>> {
        let mut parts: Vec<Id> = Vec::new();
        for (id, _) in rows.iter().flatten() {
            if !parts.contains(id) && self.open(*id) != 0 {
                parts.push(*id);
            }
        }
        let of = |row: &Vec<(Id, f64)>, part: Id| {
            row.iter()
                .find(|(id, _)| *id == part)
                .map_or(0.0, |(_, number)| *number)
        };
        let mut matrix: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| parts.iter().map(|part| of(row, *part)).collect())
            .collect();
        let alone = |row: &Vec<f64>| row.iter().filter(|number| **number != 0.0).count() == 1;
        let before = matrix.iter().filter(|row| alone(row)).count();
        let mut done = 0;
        for column in 0..parts.len() {
            let pivot = (done..matrix.len())
                .max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))?;
            let largest = matrix[pivot].iter().fold(0.0f64, |m, v| m.max(v.abs()));
            if matrix[pivot][column].abs() <= NEARLY * largest.max(f64::MIN_POSITIVE) {
                continue;
            }
            matrix.swap(done, pivot);
            let by = matrix[done][column];
            matrix[done].iter_mut().for_each(|number| *number /= by);
            let own = matrix[done].clone();
            let others = matrix.iter_mut().enumerate().filter(|(k, _)| *k != done);
            for (_, row) in others {
                let times = row[column];
                for (number, own) in row.iter_mut().zip(&own) {
                    let change = times * own;
                    let left = *number - change;
                    *number = if left.abs() <= NEARLY * change.abs() {
                        0.0
                    } else {
                        left
                    };
                }
            }
            done += 1;
            if done == matrix.len() {
                break;
            }
        }
        let after = matrix.iter().filter(|row| alone(row)).count();
        (after > before).then(|| {
            let row = |row: Vec<f64>| {
                let all = parts.iter().copied().zip(row);
                all.filter(|(_, number)| *number != 0.0).collect()
            };
            matrix.into_iter().map(row).collect()
        })
    }
}

/// Whether numbers of an interval are nowhere negative, but for rounding.
fn is_positive(values: Interval) -> bool {
    values.lo >= -NEARLY * values.hi.abs().min(f64::MAX)
}

/// Whether numbers of an interval have one sign, but for rounding.
fn has_sign(values: Interval) -> bool {
    is_positive(values)
        || is_positive(Interval {
            lo: -values.hi,
            hi: -values.lo,
        })
}

/// Whether an interval lies within half a turn that begins at `from` half turns, or at a whole number of
/// half turns from there.
fn within_half_turn(values: Interval, from: f64) -> bool {
    let [lo, hi] = [values.lo, values.hi].map(|x| x / (TAU / 2.0) - from);
    let first = (lo + NEARLY).floor();
    lo.is_finite() && hi <= first + 1.0 + NEARLY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::text::parse::{Scope, expression};

    fn found(targets: &[&str], variables: &[(&str, f64, f64)]) -> Unravelled {
        let names: Vec<String> = variables.iter().map(|v| v.0.to_owned()).collect();
        let formulas = Formulas::build(names.clone(), |graph, handles| {
            let mut scope = Scope::new(graph);
            for (name, handle) in names.iter().zip(handles) {
                scope.define(name, *handle);
            }
            Ok::<_, ()>(
                targets
                    .iter()
                    .map(|text| expression(text, &scope).unwrap())
                    .collect(),
            )
        });
        let ranges: Vec<Interval> = variables
            .iter()
            .map(|v| Interval { lo: v.1, hi: v.2 })
            .collect();
        unravel(&formulas.unwrap(), &ranges)
    }

    #[test]
    fn coordinates_of_the_text_book_are_told_by_their_targets() {
        let turn = ("t", 0.0, TAU);
        for (targets, variables) in [
            (&["r*cos(t)", "r*sin(t)"][..], &[("r", 0.0, 1.0), turn][..]),
            (
                &["2 + 3*r*cos(t)", "2*r*sin(t) - 1"],
                &[("r", 0.0, 1.0), turn],
            ),
            (
                &["exp(r)*cos(t)", "exp(r)*sin(t)"],
                &[("r", -3.0, 1.0), turn],
            ),
            (
                &["r*cos(t)", "r*sin(t)", "z"],
                &[("r", 0.0, 1.0), turn, ("z", -1.0, 2.0)],
            ),
            (
                &["r*sin(p)*cos(t)", "r*sin(p)*sin(t)", "r*cos(p)"],
                &[("r", 0.0, 1.0), ("p", 0.0, TAU / 2.0), turn],
            ),
            (
                &["(2 + r*cos(p))*cos(t)", "(2 + r*cos(p))*sin(t)", "r*sin(p)"],
                &[("r", 0.0, 1.0), ("p", 0.0, TAU), turn],
            ),
            // Surfaces and curves.
            (
                &["sin(p)*cos(t)", "sin(p)*sin(t)", "cos(p)"],
                &[("p", 0.0, TAU / 2.0), turn],
            ),
            (&["cos(t)", "sin(t)", "t"], &[("t", 0.0, 20.0)]),
            // Shears, a triangle and a tetrahedron by Duffy's map, products.
            (&["u + v^2", "v"], &[("u", -1.0, 1.0), ("v", -1.0, 1.0)]),
            (&["u + v", "u - v"], &[("u", -1.0, 1.0), ("v", -1.0, 1.0)]),
            (&["u*(1 - v)", "u*v"], &[("u", 0.0, 1.0), ("v", 0.0, 1.0)]),
            (
                &["u*(1 - v)", "u*v*(1 - w)", "u*v*w"],
                &[("u", 0.0, 1.0), ("v", 0.0, 1.0), ("w", 0.0, 1.0)],
            ),
            (&["u*v", "v/u"], &[("u", 1.0, 2.0), ("v", 1.0, 2.0)]),
            (
                &["sqrt(u/v)", "sqrt(u*v)"],
                &[("u", 1.0, 2.0), ("v", 1.0, 2.0)],
            ),
            (
                &["r*cosh(t)", "r*sinh(t)"],
                &[("r", 0.0, 1.0), ("t", -1.0, 1.0)],
            ),
            (&["u^3", "v + u"], &[("u", -1.0, 1.0), ("v", 0.0, 1.0)]),
        ] {
            let found = found(targets, variables);
            assert!(found.is_one_to_one, "{targets:?}: {:?}", found.steps);
        }
    }

    #[test]
    fn what_covers_twice_is_not_told() {
        for (targets, variables) in [
            (
                &["r*cos(t)", "r*sin(t)"][..],
                &[("r", 0.0, 1.0), ("t", 0.0, 7.0)][..],
            ),
            (
                &["r*cos(t)", "r*sin(t)"],
                &[("r", -1.0, 1.0), ("t", 0.0, TAU)],
            ),
            (&["u^2", "v"], &[("u", -1.0, 1.0), ("v", 0.0, 1.0)]),
            (
                &["u^2 - v^2", "2*u*v"],
                &[("u", -1.0, 1.0), ("v", -1.0, 1.0)],
            ),
            (&["u*v", "v/u"], &[("u", -2.0, 2.0), ("v", -2.0, 2.0)]),
            (&["u*v", "u + v"], &[("u", 0.0, 1.0), ("v", 0.0, 1.0)]),
            (
                &["sin(p)*cos(t)", "sin(p)*sin(t)", "cos(p)"],
                &[("p", 0.0, TAU), ("t", 0.0, TAU)],
            ),
            (&["cos(t)", "sin(t)"], &[("t", 0.0, 7.0)]),
            (&["abs(u)", "v"], &[("u", -1.0, 1.0), ("v", 0.0, 1.0)]),
            // It falls everywhere, but has poles at ±1.
            (&["u/(u^2 - 1)", "v"], &[("u", -2.0, 2.0), ("v", 0.0, 1.0)]),
        ] {
            let found = found(targets, variables);
            assert!(!found.is_one_to_one, "{targets:?}: {:?}", found.steps);
        }
    }
}
