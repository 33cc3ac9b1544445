//! Shears: variables between infinite limits that occur only together with the same formula of the
//! others, as y − x² does, and are themselves the place from there on.
//!
//! 1. Of a variable between infinite limits find the largest parts of the formulas that are c·y + r, with
//!    a number c and a formula r of the other variables.
//! 2. If nothing else contains y, and r/c is the same formula in all of them, take y + r/c in the place of
//!    y: its limits are the same ones, and the determinant is 1.
//! 3. Go on with the next variable.

use super::natural::{Natural, unit_of, variable_at};
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::simplify;
use crate::scatter::Scatter;

/// Places at which it is looked at what rounding loses.
const LOOKS: usize = 256;

/// The logarithm of their least distance from an end of an axis.
const FARTHEST: f64 = 12.0;

/// Larger numbers do not matter.
const LARGE: f64 = 1e50;

/// Formulas whose variables were sheared, and the way back.
pub(super) struct Sheared {
    pub(super) natural: Natural,
    /// The variables that were replaced, in their order, and by how much each is larger than the one it
    /// replaces.
    shifts: Vec<(usize, Formulas)>,
}

impl Sheared {
    /// The place in the unit box before of one in the unit box of the new variables.
    pub(super) fn place(&self, unit: &[f64]) -> Vec<f64> {
        let variables = self.variables(unit);
        let pairs = variables.iter().zip(&self.natural.limits);
        pairs.map(|(x, limits)| unit_of(*x, *limits)).collect()
    }

    /// For every formula the part of its size that rounding loses before the shear: the mean over places of
    /// the new unit box, each of which counts as much as the formulas on that box are large there.
    pub(super) fn lost(&self, before: &Natural, on_unit_box: &Formulas) -> Vec<f64> {
        let Formulas { arena, roots, .. } = &before.formulas;
        let mut rounding = Rounding::new(arena, roots);
        let points = Scatter::golden(before.limits.len());
        let (mut losses, mut sizes) = (vec![0.0; roots.len()], vec![0.0; roots.len()]);
        for k in 1..=LOOKS {
            // Logarithms of distances from the ends of the axes are spread, for there may be much.
            let unit = points.point(k).into_iter();
            let unit: Vec<f64> = unit
                .map(|t| 1.0 / (1.0 + (FARTHEST * (1.0 - 2.0 * t)).exp()))
                .collect();
            let weight: f64 = unit.iter().map(|w| w * (1.0 - w)).product();
            let mut here = on_unit_box.values(&unit);
            here.iter_mut().for_each(|value| *value *= weight);
            let mut lost = vec![0.0; roots.len()];
            rounding.at(&self.variables(&unit), |output, own| lost[output] = own);
            for output in 0..roots.len() {
                let part = lost[output] / rounding.value_of(output).abs();
                if part.is_finite() && here[output].is_finite() {
                    losses[output] += part * here[output].abs();
                    sizes[output] += here[output].abs();
                }
            }
        }
        let parts = losses.iter().zip(&sizes);
        parts
            .map(|(lost, size)| if *size > 0.0 { lost / size } else { 0.0 })
            .collect()
    }

    /// The variables before at a place in the unit box of the new ones.
    fn variables(&self, unit: &[f64]) -> Vec<f64> {
        let limits = &self.natural.limits;
        let pairs = || unit.iter().zip(limits);
        let mut variables: Vec<f64> = pairs()
            .map(|(w, limits)| variable_at(*w, *limits))
            .collect();
        for (axis, shift) in self.shifts.iter().rev() {
            variables[*axis] -= shift.values(&variables)[0];
        }
        variables
    }
}

/// The formulas in sheared variables; `None` if there are none.
pub(super) fn sheared(natural: &Natural) -> Option<Sheared> {
    let mut found = Sheared {
        natural: natural.reduced().unwrap_or_else(|| natural.clone()),
        shifts: Vec::new(),
    };
    for axis in 0..natural.limits.len() {
        if natural.limits[axis] != (f64::NEG_INFINITY, f64::INFINITY) {
            continue;
        }
        if let Some((formulas, shift)) = without(&found.natural, axis) {
            found.natural.formulas = formulas;
            found.shifts.push((axis, shift));
        }
    }
    (!found.shifts.is_empty()).then_some(found)
}

/// The formulas with a variable in the place of its sum with a formula of the others, and that formula.
fn without(natural: &Natural, axis: usize) -> Option<(Formulas, Formulas)> {
    let Formulas {
        inputs: names,
        arena,
        roots,
    } = &natural.formulas;
    let needed = arena.needed(roots);
    let reach = inputs::of_nodes(arena);
    let depends = |id: Id| reach[id.index()] >> axis & 1 == 1;
    let graph = Graph::from_arena(arena.clone());
    let affine = affine_parts(&graph, arena, axis, &depends);
    // Parts that something else reads.
    let is_affine = |id: &Id| affine[id.index()].is_some();
    let mut carriers: Vec<Id> = roots.iter().copied().filter(is_affine).collect();
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] && affine[index].is_none() {
            node.for_each_operand(|id| {
                if is_affine(&id) {
                    carriers.push(id);
                }
            });
        }
    }
    carriers.sort_unstable();
    carriers.dedup();
    let mut shifts = Vec::with_capacity(carriers.len());
    for carrier in &carriers {
        let (factor, rest) = affine[carrier.index()]?;
        shifts.push((rest? * (1.0 / factor)).id);
    }
    let (arena_of_shifts, shifts) = graph.read(|arena| simplify(arena, &shifts, &natural.limits));
    let shift = *shifts.first()?;
    let varies = inputs::of_formulas(&arena_of_shifts, &[shift]) != 0;
    if !varies
        || shifts.iter().any(|s| *s != shift)
        || !is_defined(&arena_of_shifts, shift, &natural.limits)
    {
        return None;
    }
    let sheared = Graph::new();
    let roots: Vec<Id> = {
        let variables: Vec<Expr<'_>> = (0..names.len()).map(|i| sheared.input(i)).collect();
        let copies = sheared.import_replacing(arena, roots, &variables, |id, _| {
            let (factor, _) = affine[id.index()]?;
            carriers.contains(&id).then(|| factor * variables[axis])
        });
        copies.iter().map(|f| f.id).collect()
    };
    let formulas = |arena: Arena, roots: Vec<Id>| Formulas {
        inputs: names.clone(),
        arena,
        roots,
    };
    Some((
        formulas(sheared.into_arena(), roots),
        formulas(arena_of_shifts, vec![shift]),
    ))
}

/// Whether a formula has a value wherever its inputs are numbers of a usual size between limits.
fn is_defined(arena: &Arena, formula: Id, limits: &[Range]) -> bool {
    let roots = [formula];
    let Some(mut ranges) = Ranges::new(arena, &roots, limits.len()) else {
        return false;
    };
    let sides = limits
        .iter()
        .map(|(lo, hi)| (lo.max(-LARGE), hi.min(LARGE)));
    ranges.turn_to(sides);
    ranges.of(0).defined
}

/// A number c and a formula r, of a node that is c·y + r.
type Affine<'g> = (f64, Option<Expr<'g>>);

/// What the nodes of an arena are in a variable, where they are affine in it.
fn affine_parts<'g>(
    graph: &'g Graph,
    arena: &Arena,
    axis: usize,
    depends: &dyn Fn(Id) -> bool,
) -> Vec<Option<Affine<'g>>> {
    let mut affine: Vec<Option<Affine<'g>>> = Vec::with_capacity(arena.nodes().len());
    for (index, node) in arena.nodes().iter().enumerate() {
        let number = |id: Id| match arena.node(id) {
            Node::Constant(..) => graph.expr(id).number(),
            _ => None,
        };
        let of = |id: Id| affine.get(id.index()).copied().flatten();
        let scaled = |(c, r): Affine<'g>, k: f64| (c * k, r.map(|r| r * k));
        let plus = |(c, r): Affine<'g>, other: Expr<'g>| (c, Some(r.map_or(other, |r| r + other)));
        let found = match *node {
            _ if !depends(Id::at(index)) => None,
            Node::Input(i) if i as usize == axis => Some((1.0, None)),
            Node::Unary(Unary::Neg, x) => of(x).map(|x| scaled(x, -1.0)),
            Node::Binary(op @ (Binary::Add | Binary::Sub), x, y) => {
                let sign = if op == Binary::Sub { -1.0 } else { 1.0 };
                match (depends(x), depends(y)) {
                    (true, false) => of(x).map(|x| plus(x, sign * graph.expr(y))),
                    (false, true) => of(y).map(|y| plus(scaled(y, sign), graph.expr(x))),
                    _ => None,
                }
            }
            Node::Binary(Binary::Mul, x, y) => match (number(x), number(y)) {
                (Some(k), _) => of(y).map(|y| scaled(y, k)),
                (_, Some(k)) => of(x).map(|x| scaled(x, k)),
                _ => None,
            },
            Node::Binary(Binary::Div, x, y) => {
                let k = number(y);
                k.and_then(|k| of(x).map(|x| scaled(x, 1.0 / k)))
            }
            _ => None,
        };
        affine.push(found.filter(|(c, _)| c.is_normal()));
    }
    affine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::value::values;

    const LINE: Range = (f64::NEG_INFINITY, f64::INFINITY);

    fn of_two(f: impl for<'g> Fn(Expr<'g>, Expr<'g>) -> Expr<'g>) -> Natural {
        let graph = Graph::new();
        let root = f(graph.input(0), graph.input(1)).id;
        Natural::as_written(graph, vec![root], vec![LINE, LINE])
    }

    fn value(natural: &Natural, point: [f64; 2]) -> f64 {
        values(&natural.formulas.arena, &natural.formulas.roots, &point)[0]
    }

    #[test]
    fn a_bent_ridge_becomes_straight_and_places_are_those_before() {
        let bent = of_two(|x, y| (-x.powi(2) - 30.0 * (2.0 * y - x.powi(2)).powi(2)).exp());
        let found = sheared(&bent).unwrap();
        let straight = |x: f64, y: f64| (-x * x - 120.0 * y * y).exp();
        for (x, y) in [(0.3, 0.1), (-1.2, -0.05), (2.0, 0.0)] {
            let own = value(&found.natural, [x, y]);
            assert!((own - straight(x, y)).abs() <= 1e-14, "{own}");
            let unit = [x, y].map(|v| unit_of(v, LINE));
            let back = found.place(&unit);
            let [before, after] =
                [&unit[..], &back].map(|unit| unit.iter().map(|w| variable_at(*w, LINE)));
            let (before, after): (Vec<f64>, Vec<f64>) = (before.collect(), after.collect());
            assert!((after[0] - before[0]).abs() < 1e-12);
            assert!((after[1] - (y + x * x / 2.0)).abs() < 1e-12, "{after:?}");
        }
    }

    #[test]
    fn a_correlated_gaussian_becomes_a_product() {
        let found = sheared(&of_two(|x, y| (1.9 * x * y - x.powi(2) - y.powi(2)).exp())).unwrap();
        // (x − 0.95y)² + (1 − 0.95²)y²
        for (x, y) in [(0.5, 1.0), (-0.25, 3.0)] {
            let truth = f64::exp(-x * x - (1.0 - 0.95 * 0.95) * y * y);
            assert!((value(&found.natural, [x, y]) - truth).abs() <= 1e-14);
        }
    }

    #[test]
    fn variables_that_occur_twice_in_different_ways_stay() {
        assert!(
            sheared(&of_two(|x, y| {
                (-(y - x.powi(2)).powi(2) - x.powi(2)).exp() / (1.0 + y.powi(2) * x.powi(4))
            }))
            .is_none()
        );
        // Where the formula in between is no number, nothing may be hidden.
        assert!(sheared(&of_two(|x, y| (-(y - x.sqrt()).powi(2)).exp() * x.cos())).is_none());
    }
}
