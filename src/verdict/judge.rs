//! The verdict on a map of the unit box: what it covers, and how often.
//!
//! 1. Algebra that finds the variables from the targets proves a map to be one-to-one; so does, in the
//!    plane, a determinant of one sign together with an image of the edges that goes round once; so do
//!    bounds on pairs of boxes.
//! 2. Else preimages of many points are counted: two of one point disprove it, with a witness.
//! 3. Folds, degenerate faces and seams are told with their places.

use super::extent::Extent;
use super::faces::{Face, Inside, degenerate, glued, inside};
use super::folds::folds;
use super::mapping::{Mapping, Which};
use super::outline::{Edge, Outline};
use super::pairs::are_apart;
use super::preimages::coverage;
use super::unravel::Unravelled;

/// How sure it is that no place is covered twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum OneToOne {
    /// Algebra or bounds prove it, but for places without content.
    Proved,
    /// No place that was looked at is covered twice.
    Sampled,
    /// Two points with one image were found.
    No,
}

impl OneToOne {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            OneToOne::Proved => "proved",
            OneToOne::Sampled => "sampled",
            OneToOne::No => "no",
        }
    }
}

/// What is known of a map of the unit box.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) one_to_one: OneToOne,
    /// How it is known, as sentences without their full stops.
    pub(crate) because: Vec<String>,
    /// The determinant of the variables.
    pub(crate) own: Extent,
    /// How often the most covered point that was looked at is covered, and the least covered one.
    pub(crate) most: usize,
    pub(crate) least: usize,
    /// Two points of the box with one image.
    pub(crate) pair: Option<[Vec<f64>; 2]>,
    /// Points that were looked at whose image is that of others, too.
    pub(crate) twice: Vec<Vec<f64>>,
    pub(crate) folds: Vec<Vec<f64>>,
    pub(crate) faces: Vec<Face>,
    pub(crate) glued: Vec<usize>,
    pub(crate) inside: Vec<Inside>,
}

/// How much work a verdict may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Boxes for each end of the range of a determinant.
    pub(crate) boxes: usize,
    /// Pairs of boxes.
    pub(crate) pairs: usize,
    /// Cells of a lattice along each axis, by the number of axes.
    pub(crate) cells: fn(usize) -> usize,
    /// Cells whose images are looked for elsewhere.
    pub(crate) most_cells: usize,
    /// The same where it is proved that they are nowhere else.
    pub(crate) cells_if_proved: usize,
    /// Runs of Newton's method.
    pub(crate) runs: usize,
}

impl Effort {
    /// For those who ask for it.
    pub(crate) const FULL: Effort = Effort {
        boxes: 4000,
        pairs: 12_000,
        cells: |n| match n {
            1 => 600,
            2 => 48,
            3 => 12,
            4 => 6,
            5 => 4,
            _ => 3,
        },
        most_cells: usize::MAX,
        cells_if_proved: 64,
        runs: 60_000,
    };
}

/// The verdict on a map, with what algebra found.
pub(crate) fn verdict(mapping: &Mapping, algebra: &Unravelled, effort: Effort) -> Verdict {
    let unit = mapping.extent(Which::Unit, effort.boxes);
    let own = mapping.extent(Which::Own, effort.boxes);
    let is_flat = unit.is_proven && unit.size() == 0.0;
    let (mut one_to_one, mut because) = match is_flat {
        true => {
            let because = "the image has no content".to_owned();
            (OneToOne::No, vec![because])
        }
        false => proof(mapping, algebra, &unit, effort),
    };
    // What is proved is looked at all the same, by fewer points.
    let cells = match one_to_one {
        OneToOne::Proved => effort.cells_if_proved,
        _ => effort.most_cells,
    };
    let seen = coverage(mapping, (effort.cells)(mapping.n), cells, effort.runs);
    if seen.pair.is_some() && !is_flat {
        (one_to_one, because) = (OneToOne::No, Vec::new());
    }
    let most = match one_to_one {
        OneToOne::Proved => 1,
        OneToOne::No if is_flat => 0,
        _ => seen.most.max(1),
    };
    let changes = !(own.is_nowhere_negative() || own.is_nowhere_positive());
    Verdict {
        one_to_one,
        because,
        most,
        least: seen.least.clamp(1.min(most), most),
        pair: seen.pair,
        twice: seen.twice,
        folds: match changes {
            true => folds(mapping),
            false => Vec::new(),
        },
        faces: match is_flat {
            true => Vec::new(),
            false => degenerate(mapping, &own),
        },
        glued: glued(mapping),
        inside: match changes || is_flat || own.min * own.max > 0.0 && own.is_proven {
            true => Vec::new(),
            false => inside(mapping, &own),
        },
        own,
    }
}

/// Whether it is proved that a map is one-to-one, and how.
fn proof(
    mapping: &Mapping,
    algebra: &Unravelled,
    unit: &Extent,
    effort: Effort,
) -> (OneToOne, Vec<String>) {
    if algebra.is_one_to_one {
        return (OneToOne::Proved, algebra.steps.clone());
    }
    if (mapping.n, mapping.m) == (2, 2)
        && let Some(because) = by_outline(mapping, unit)
    {
        return (OneToOne::Proved, vec![because]);
    }
    if let Some(left) = &algebra.left
        && let Ok(left) = Mapping::new(&left.arena, &left.roots, left.roots[0], 2)
        && let Some(because) = by_outline(&left, &left.extent(Which::Unit, effort.boxes))
    {
        let because = format!("of the two targets and variables that are left, {because}");
        return (OneToOne::Proved, [&algebra.steps[..], &[because]].concat());
    }
    if mapping.n <= 6 && are_apart(mapping, effort.pairs) {
        let because = "bounds on pairs of boxes keep the images of all points apart".to_owned();
        return (OneToOne::Proved, vec![because]);
    }
    (OneToOne::Sampled, Vec::new())
}

/// How it is proved in the plane by the image of the edges, if it is.
fn by_outline(mapping: &Mapping, unit: &Extent) -> Option<String> {
    let keeps_sign = unit.is_nowhere_negative() || unit.is_nowhere_positive();
    if !(unit.is_proven && unit.size() > 0.0 && keeps_sign) {
        return None;
    }
    let mut points = mapping.points();
    let outline = Outline::new(&mut points)?;
    if !outline.covers_once(mapping, &mut points) {
        return None;
    }
    let edges = match outline.edges.iter().any(|edge| *edge != Edge::Bounds) {
        true => "what is left of the image of the edges, without seams and points,",
        false => "the image of the edges",
    };
    Some(format!(
        "det J keeps its sign, and {edges} goes round every place once at most"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::bounds::ranges::Interval;
    use crate::expr::formulas::Formulas;
    use crate::expr::graph::Expr;
    use crate::verdict::unravel::unravel;

    /// Numbers in [0, 1), the same ones every time.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }

        fn below(&mut self, count: usize) -> usize {
            (self.next() * count as f64) as usize
        }

        fn formula<'g>(&mut self, variables: [Expr<'g>; 2], depth: usize) -> Expr<'g> {
            if depth == 0 {
                let variable = variables[self.below(2)];
                let number = [0.5, 1.0, 2.0, -1.0, 0.3][self.below(5)];
                return match self.below(4) {
                    0 => variable * 0.0 + number,
                    _ => variable,
                };
            }
            let a = self.formula(variables, depth - 1);
            let least = self.below(depth);
            let b = self.formula(variables, least);
            match self.below(12) {
                0 | 1 => a + b,
                2 => a - b,
                3 | 4 => a * b,
                5 => a.sin(),
                6 => a.cos(),
                7 => (a / 2.0).exp(),
                8 => a.powi(2),
                9 => a.powi(3),
                10 => a / b,
                _ => (a * a + 0.1).sqrt(),
            }
        }
    }

    #[test]
    fn no_proof_is_refuted_by_preimages_of_random_maps() {
        let mut numbers = Numbers(5);
        let (mut proved, mut refuted) = (0, 0);
        for _ in 0..RANDOM {
            let limits = [(-1.0, 1.0), (0.0, 1.0), (0.0, 7.0), (-2.0, 2.0)];
            let [u, v] = [0, 1].map(|_| limits[numbers.below(4)]);
            let near = numbers.below(2) == 0;
            let depths = [0, 1].map(|_| 1 + numbers.below(3));
            let names = vec!["u".to_owned(), "v".to_owned()];
            // The same formulas of the variables, and of unit coordinates.
            let build = |numbers: &mut Numbers, on_unit: bool| {
                Formulas::build(names.clone(), |_, unit| {
                    let at = |k: usize, (lo, hi): (f64, f64)| match on_unit {
                        true => unit[k] * (hi - lo) + lo,
                        false => unit[k],
                    };
                    let variables = [at(0, u), at(1, v)];
                    let found = [0, 1].map(|k| {
                        let formula = numbers.formula(variables, depths[k]);
                        match near {
                            true => variables[k] + formula * 0.5,
                            false => formula,
                        }
                    });
                    Ok::<_, ()>(found.to_vec())
                })
            };
            let again = Numbers(numbers.0);
            let targets = build(&mut numbers, false).unwrap();
            let on_unit = build(&mut { again }, true).unwrap();
            let mapping = Mapping::new(&on_unit.arena, &on_unit.roots, on_unit.roots[0], 2);
            let Ok(mapping) = mapping else { continue };
            let ranges = [u, v].map(|(lo, hi)| Interval { lo, hi });
            let algebra = unravel(&targets, &ranges);
            let effort = Effort {
                boxes: 500,
                pairs: 1000,
                ..Effort::FULL
            };
            let unit = mapping.extent(Which::Unit, effort.boxes);
            if unit.size() == 0.0 {
                continue;
            }
            let seen = coverage(&mapping, 20, usize::MAX, 4000);
            let (one_to_one, because) = proof(&mapping, &algebra, &unit, effort);
            refuted += usize::from(seen.pair.is_some());
            proved += usize::from(one_to_one == OneToOne::Proved);
            assert!(
                one_to_one != OneToOne::Proved || seen.pair.is_none(),
                "{}, {} over {u:?}, {v:?}: {because:?} but {:?}",
                targets.text(0),
                targets.text(1),
                seen.pair
            );
        }
        // Enough of both.
        assert!(
            proved > RANDOM / 10 && refuted > RANDOM / 10,
            "{proved} {refuted}"
        );
    }

    const RANDOM: usize = 400;
}
