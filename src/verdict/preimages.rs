//! How often places of the image are covered, by the preimages of many of its points.
//!
//! 1. The middles of the cells of a lattice have images, and slopes say how far the images of cells reach.
//! 2. For each image, cells far from its own whose images reach it are where Newton's method begins: by the
//!    inverse of the Jacobian, or the least squares of more targets than variables.
//! 3. What solves the equations inside the box, and is none of those that were found, is another preimage.

use super::mapping::{Here, Mapping, Points};
use crate::deadline::Deadline;
use crate::integrand::BLOCK;

/// The image of a cell reaches so many times as far as its slopes say.
const REACH: f64 = 1.6;
const REACH_BESIDE: f64 = 0.75;

/// The most axes.
pub(crate) const MOST_AXES: usize = 8;

/// Steps of Newton's method.
const STEPS: usize = 12;

/// Two preimages are one if they are nearer than this.
pub(super) const SAME: f64 = 1e-6;

/// What targets may lose by rounding, as a part of their size.
const ROUNDED: f64 = 64.0 * f64::EPSILON;

/// Where in its cell a point lies: off the middle, where symmetric maps are special.
const OFF: f64 = 0.471_9;

/// How often points of the image are covered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage {
    /// The points of the image that were looked at.
    pub(crate) looked_at: usize,
    /// How often the least and the most covered are.
    pub(crate) least: usize,
    pub(crate) most: usize,
    /// Two points of the box with one image.
    pub(crate) pair: Option<[Vec<f64>; 2]>,
    /// The points that were looked at whose image is that of others, too.
    pub(crate) twice: Vec<Vec<f64>>,
    /// Whether the determinant has one sign in the middles of all cells, where there is one.
    pub(crate) keeps_sign: bool,
}

/// A cell of the lattice.
struct Cell {
    index: Vec<usize>,
    unit: Vec<f64>,
    here: Here,
    reach: Vec<f64>,
}

/// How often the images of so many of the cells of a lattice are covered, by at most so many runs of
/// Newton's method.
pub(crate) fn coverage(
    mapping: &Mapping,
    per_axis: usize,
    most_cells: usize,
    most_runs: usize,
) -> Coverage {
    if mapping.n > MOST_AXES {
        return Coverage::default();
    }
    let mut points = mapping.points();
    let cells = cells(mapping, per_axis, &mut points);
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|&a, &b| cells[a].here.targets[0].total_cmp(&cells[b].here.targets[0]));
    let firsts: Vec<f64> = order.iter().map(|&k| cells[k].here.targets[0]).collect();
    let widest = cells.iter().map(|cell| cell.reach[0]).fold(0.0, f64::max);
    let signs = || cells.iter().map(|cell| cell.here.determinant);
    let mut found = Coverage {
        keeps_sign: mapping.n != mapping.m
            || signs().all(|d| d >= 0.0)
            || signs().all(|d| d <= 0.0),
        ..Coverage::default()
    };
    // Those that are left out lie between those that are looked at.
    let step = cells.len().div_ceil(most_cells.max(1)).max(1);
    let width = 1.0 / per_axis as f64;
    let deadline = Deadline::current();
    let mut looked_at = cells.iter().skip(step / 2).step_by(step);
    let (mut runs, mut is_over) = (0, false);
    while !is_over {
        // As many as fill a block.
        let (mut group, mut starts) = (Vec::new(), Vec::new());
        while starts.len() < BLOCK {
            let Some(cell) = looked_at.next() else {
                is_over = true;
                break;
            };
            let target = &cell.here.targets;
            let from = firsts.partition_point(|x| *x < target[0] - widest);
            let near = order[from..]
                .iter()
                .map(|&k| &cells[k])
                .take_while(|other| other.here.targets[0] <= target[0] + widest);
            let may_meet = near.filter(|other| {
                let is_own = std::ptr::eq(*other, cell);
                let is_beside = |(a, b): (&usize, &usize)| a.abs_diff(*b) <= 1;
                // The image of a neighbour reaches as far as its own cell does, or each would be looked for
                // there.
                let reach = match cell.index.iter().zip(&other.index).all(is_beside) {
                    true => REACH_BESIDE,
                    false => REACH,
                };
                !is_own && reaches(mapping, other, target, reach * width)
            });
            let before = starts.len();
            starts.extend(may_meet.map(|other| (&other.unit[..], &target[..])));
            if deadline.has_come() || runs + starts.len() > most_runs {
                starts.truncate(before);
                is_over = true;
                break;
            }
            group.push((cell, before..starts.len()));
        }
        runs += starts.len();
        let solved = newton(&mut points, mapping, &starts);
        for (cell, own) in group {
            found.add(cell, solved[own].iter().flatten());
        }
    }
    found
}

impl Coverage {
    /// Adds a cell with the preimages of its image that were found.
    fn add<'a>(&mut self, cell: &Cell, solved: impl Iterator<Item = &'a Vec<f64>>) {
        let mut known = vec![cell.unit.clone()];
        for solved in solved {
            let is_same = |of: &Vec<f64>| of.iter().zip(solved).all(|(a, b)| (a - b).abs() < SAME);
            if !known.iter().any(is_same) {
                known.push(solved.clone());
            }
        }
        let count = known.len();
        self.least = match self.looked_at {
            0 => count,
            _ => self.least.min(count),
        };
        self.looked_at += 1;
        self.most = self.most.max(count);
        if count > 1 {
            self.twice.push(cell.unit.clone());
            known.truncate(2);
            let second = known.pop().unwrap_or_default();
            let pair = known.pop().map(|first| [first, second]);
            self.pair = self.pair.take().or(pair);
        }
    }
}

fn cells(mapping: &Mapping, per_axis: usize, points: &mut Points<'_>) -> Vec<Cell> {
    let n = mapping.n;
    let width = 1.0 / per_axis as f64;
    let count = per_axis.pow(n as u32);
    let mut found = Vec::with_capacity(count);
    let index_of = |mut k: usize| -> Vec<usize> {
        let mut index = vec![0; n];
        for i in index.iter_mut().rev() {
            *i = k % per_axis;
            k /= per_axis;
        }
        index
    };
    for from in (0..count).step_by(BLOCK) {
        let indices: Vec<Vec<usize>> = (from..(from + BLOCK).min(count)).map(index_of).collect();
        let unit: Vec<Vec<f64>> = (0..n)
            .map(|axis| {
                let along = indices.iter();
                along
                    .map(|index| (index[axis] as f64 + OFF) * width)
                    .collect()
            })
            .collect();
        for (k, (here, index)) in points.each(&unit).into_iter().zip(indices).enumerate() {
            let reach: Vec<f64> = here
                .slopes
                .chunks(n)
                .map(|row| REACH * width * row.iter().map(|slope| slope.abs()).sum::<f64>())
                .collect();
            let all = here.targets.iter().chain(&reach);
            if all.copied().all(f64::is_finite) {
                found.push(Cell {
                    index,
                    unit: unit.iter().map(|along| along[k]).collect(),
                    here,
                    reach,
                });
            }
        }
    }
    found
}

/// Whether the image of a cell, as its slopes say, reaches a place: so far to each side of its point.
fn reaches(mapping: &Mapping, cell: &Cell, target: &[f64], reach: f64) -> bool {
    let mut places = cell.here.targets.iter().zip(&cell.reach).zip(target);
    places.all(|((at, own), to)| (at - to).abs() <= *own)
        && step(mapping, &cell.here, target).is_none_or(|step| {
            let step = &step[..mapping.n];
            step.iter().all(|by| by.abs() <= reach)
        })
}

/// The step of Newton's method, or of Gauss's and his where there are more targets than variables; `None`
/// where the Jacobian is singular.
fn step(mapping: &Mapping, here: &Here, target: &[f64]) -> Option<[f64; MOST_AXES]> {
    let (n, m) = (mapping.n, mapping.m);
    let row = |k: usize| &here.slopes[k * n..(k + 1) * n];
    let off = |k: usize| target[k] - here.targets[k];
    let mut rows = [[0.0; MOST_AXES + 1]; MOST_AXES];
    for (i, own) in rows[..n].iter_mut().enumerate() {
        if n == m {
            own[..n].copy_from_slice(row(i));
            own[n] = off(i);
            continue;
        }
        for k in 0..m {
            for (sum, slope) in own[..n].iter_mut().zip(row(k)) {
                *sum += row(k)[i] * slope;
            }
            own[n] += row(k)[i] * off(k);
        }
    }
    for column in 0..n {
        let size = |i: &usize| rows[*i][column].abs();
        let pivot = (column..n).reduce(|a, b| if size(&b) > size(&a) { b } else { a })?;
        rows.swap(column, pivot);
        let own = rows[column];
        if own[column] == 0.0 || !own[column].is_finite() {
            return None;
        }
        for (i, row) in rows[..n].iter_mut().enumerate() {
            if i != column {
                let times = row[column] / own[column];
                for (number, own) in row.iter_mut().zip(own) {
                    *number -= times * own;
                }
            }
        }
    }
    let mut found = [0.0; MOST_AXES];
    for i in 0..n {
        found[i] = rows[i][n] / rows[i][i];
    }
    Some(found)
}

/// The points of the box, off its faces, at which the map has values; each from another point, with which its
/// value is given. None where rounding of the targets leaves it open where that is.
pub(super) fn newton(
    points: &mut Points<'_>,
    mapping: &Mapping,
    starts: &[(&[f64], &[f64])],
) -> Vec<Option<Vec<f64>>> {
    let mut found = vec![None; starts.len()];
    let numbered = starts.iter().enumerate();
    let mut open: Vec<(usize, Vec<f64>)> =
        numbered.map(|(k, (from, _))| (k, from.to_vec())).collect();
    for _ in 0..STEPS {
        let units: Vec<&[f64]> = open.iter().map(|(_, unit)| &unit[..]).collect();
        let images = points.all(&units);
        let mut left = Vec::with_capacity(open.len());
        for ((k, mut unit), here) in open.into_iter().zip(images) {
            let (_, target) = starts[k];
            let Some(step) = step(mapping, &here, target) else {
                continue;
            };
            let longest = step.iter().fold(0.0f64, |most, by| most.max(by.abs()));
            unit.iter_mut().zip(step).for_each(|(w, by)| *w += by);
            let is_within = |from: f64, to: f64| unit.iter().all(|w| (from..=to).contains(w));
            if longest <= SAME && has_image(mapping, &here, target) {
                if is_within(SAME, 1.0 - SAME) && is_certain(mapping, &here) {
                    found[k] = Some(unit);
                }
            } else if is_within(-0.5, 1.5) {
                // Far outside there is nothing to be found.
                left.push((k, unit));
            }
        }
        open = left;
        if open.is_empty() {
            break;
        }
    }
    found
}

/// Whether a point has an image, but for what a step that counts for none moves it by.
fn has_image(mapping: &Mapping, here: &Here, target: &[f64]) -> bool {
    let rows = here.slopes.chunks(mapping.n);
    let mut pairs = here.targets.iter().zip(target).zip(rows);
    pairs.all(|((at, to), row)| {
        let slope: f64 = row.iter().map(|slope| slope.abs()).sum();
        (at - to).abs() <= 2.0 * SAME * slope + ROUNDED * to.abs()
    })
}

/// Whether what targets lose by rounding says nothing else of where their point is.
fn is_certain(mapping: &Mapping, here: &Here) -> bool {
    (0..mapping.m).all(|k| {
        let mut target = here.targets.clone();
        target[k] += ROUNDED * here.targets[k].abs();
        let moved = step(mapping, here, &target);
        moved.is_some_and(|moved| moved.iter().all(|by| by.abs() <= SAME))
    })
}
