//! Products taken apart by the axes of a grid.
//!
//! 1. Take a product apart at the products in it that nothing else reads, and put it together again
//!    so that factors of the same axes meet first, and those that do not vary along the last axis
//!    form one number for the whole row.
//! 2. Factors of an output that share no axis, even through others, are summed apart:
//!    Σ Σ f(x)·g(y) = Σ f · Σ g.
//! 3. Of factors that do share axes, those that do not vary along the last axis are taken out of
//!    the sums along it: Σ Σ f(x)·g(x, y) = Σ f(x)·Σ g(x, y).

use super::axes::{Axes, last_axis};
use super::lower::{Operand, Operation, Steps};
use crate::elementary::Binary;

/// An output whose sum is a product of sums.
pub(crate) struct ProductOfSums {
    /// Factors that are numbers.
    pub(crate) numbers: Vec<Operand>,
    /// Factors that share no axis.
    pub(crate) parts: Vec<Part>,
}

/// Rows, to be summed, each times a number that does not vary along it.
pub(crate) struct Part {
    pub(crate) row: Operand,
    pub(crate) factor: Option<Operand>,
}

impl ProductOfSums {
    /// All operands that the product is made of.
    pub(crate) fn operands(&self) -> impl Iterator<Item = Operand> + Clone {
        let parts = self.parts.iter();
        let parts = parts.flat_map(|part| std::iter::once(part.row).chain(part.factor));
        self.numbers.iter().copied().chain(parts)
    }
}

/// Takes products and outputs apart and puts all steps together again. `axes_of` gives the axes
/// that a set of inputs varies along.
pub(crate) fn split(code: &Steps, axes_of: impl Fn(u64) -> Axes) -> (Steps, Vec<ProductOfSums>) {
    let mut splitter = Splitter {
        old: code,
        taken_apart: taken_apart(code),
        new: code.emptied(),
        places: Vec::with_capacity(code.steps.len()),
        axes_of,
    };
    for step in 0..code.steps.len() {
        let place = splitter.step(step);
        splitter.places.push(place);
    }
    let outputs = code.outputs.iter();
    let products = outputs.map(|&output| splitter.output(output)).collect();
    (splitter.new, products)
}

/// The products that only another product or an output reads.
fn taken_apart(code: &Steps) -> Vec<bool> {
    let mut readers = vec![0u32; code.steps.len()];
    let mut in_product = vec![false; code.steps.len()];
    let mut read = |operand: &Operand, by_product: bool| {
        if let Operand::Step { step, .. } = *operand {
            let operation = code.steps[step].operation;
            readers[step] += 1;
            in_product[step] = by_product && operation == Operation::Binary(Binary::Mul);
        }
    };
    for step in 0..code.steps.len() {
        let factors = match code.steps[step].operation {
            Operation::Binary(Binary::Mul) | Operation::MulAdd { .. } => 2,
            _ => 0,
        };
        for (k, operand) in code.operands(step).iter().enumerate() {
            read(operand, k < factors);
        }
    }
    code.outputs.iter().for_each(|output| read(output, true));
    let both = in_product.iter().zip(readers);
    both.map(|(in_product, readers)| *in_product && readers == 1)
        .collect()
}

struct Splitter<'c, F> {
    old: &'c Steps,
    /// Whether an old step is a part of a product that is taken apart.
    taken_apart: Vec<bool>,
    new: Steps,
    /// Where the results of the old steps are in the new code.
    places: Vec<Operand>,
    axes_of: F,
}

impl<F: Fn(u64) -> Axes> Splitter<'_, F> {
    fn axes(&self, operand: Operand) -> Axes {
        (self.axes_of)(self.new.reached(operand))
    }

    /// Where the result of an old operand is.
    fn place(&self, operand: Operand) -> Operand {
        match operand {
            Operand::Step { step, second: true } => match self.places[step] {
                Operand::Step { step, .. } => Operand::Step { step, second: true },
                other => other,
            },
            Operand::Step { step, .. } => self.places[step],
            other => other,
        }
    }

    /// Copies a step, if it is not a part of a product.
    fn step(&mut self, step: usize) -> Operand {
        if self.taken_apart[step] {
            return Operand::Constant(f64::NAN);
        }
        let operation = self.old.steps[step].operation;
        let operands = self.old.operands(step);
        match (operation, operands) {
            (Operation::Binary(Binary::Mul), _) => {
                let mut factors = self.parts(operands);
                let last = factors.pop().unwrap_or(Operand::Constant(1.0));
                self.product(&factors)
                    .map_or(last, |product| self.times(product, last))
            }
            (Operation::MulAdd { .. }, &[a, b, c]) => {
                let mut factors = self.parts(&[a, b]);
                let last = factors.pop().unwrap_or(Operand::Constant(1.0));
                let product = self.product(&factors).unwrap_or(Operand::Constant(1.0));
                let c = self.place(c);
                self.new.push(operation, &[product, last, c])
            }
            _ => {
                let moved: Vec<Operand> = operands.iter().map(|&o| self.place(o)).collect();
                self.new.push(operation, &moved)
            }
        }
    }

    /// The factors of a product of old operands.
    fn factors(&self, product: &[Operand]) -> Vec<Operand> {
        let mut factors = Vec::new();
        let mut rest: Vec<Operand> = product.iter().rev().copied().collect();
        while let Some(operand) = rest.pop() {
            match operand {
                Operand::Step { step, .. } if self.taken_apart[step] => {
                    rest.extend(self.old.operands(step).iter().rev());
                }
                _ => factors.push(self.place(operand)),
            }
        }
        factors
    }

    /// The factors of a product of old operands, arranged so that few are multiplied at each node.
    fn parts(&mut self, product: &[Operand]) -> Vec<Operand> {
        let factors = self.factors(product);
        let all = factors.iter().fold(0, |all, &f| all | self.axes(f));
        let (mut rows, number) = self.arranged(factors);
        if let Some(number) = number {
            match rows.first_mut() {
                // A row that is made for many nodes at once takes the number up.
                Some(row) if self.axes(*row) | self.axes(number) != all => {
                    *row = self.times(*row, number);
                }
                _ => rows.push(number),
            }
        }
        rows
    }

    /// Factors that vary along the last axis of all, those of fewer axes first and those of the
    /// same axes multiplied; and the product of the rest.
    fn arranged(&mut self, mut factors: Vec<Operand>) -> (Vec<Operand>, Option<Operand>) {
        let axes = factors.iter().map(|&factor| self.axes(factor));
        let Some(last) = last_axis(axes.fold(0, |all, axes| all | axes)) else {
            return (factors, None);
        };
        factors.sort_by_key(|&factor| {
            let axes = self.axes(factor);
            (axes.count_ones(), axes)
        });
        let (rows, numbers): (Vec<_>, Vec<_>) = factors
            .into_iter()
            .partition(|&factor| self.axes(factor) >> last & 1 == 1);
        let mut arranged: Vec<Operand> = Vec::with_capacity(rows.len());
        for row in rows {
            match arranged.last_mut() {
                Some(before) if self.axes(*before) == self.axes(row) => {
                    *before = self.times(*before, row);
                }
                _ => arranged.push(row),
            }
        }
        (arranged, self.product(&numbers))
    }

    fn times(&mut self, x: Operand, y: Operand) -> Operand {
        self.new.push(Operation::Binary(Binary::Mul), &[x, y])
    }

    fn product(&mut self, factors: &[Operand]) -> Option<Operand> {
        let (&first, rest) = factors.split_first()?;
        Some(
            rest.iter()
                .fold(first, |product, &factor| self.times(product, factor)),
        )
    }

    /// An old output as a product of sums.
    fn output(&mut self, output: Operand) -> ProductOfSums {
        let mut numbers = Vec::new();
        let mut groups: Vec<(Axes, Vec<Operand>)> = Vec::new();
        for factor in self.factors(&[output]) {
            let mut axes = self.axes(factor);
            if axes == 0 {
                numbers.push(factor);
                continue;
            }
            let mut together = Vec::new();
            groups.retain_mut(|(of, others)| {
                let shared = *of & axes != 0;
                if shared {
                    axes |= *of;
                    // Of a long product the first group has nearly all factors: it is moved, not copied.
                    match together.is_empty() {
                        true => together = std::mem::take(others),
                        false => together.append(others),
                    }
                }
                !shared
            });
            together.push(factor);
            groups.push((axes, together));
        }
        let groups = groups.into_iter();
        ProductOfSums {
            numbers,
            parts: groups.map(|(axes, group)| self.part(axes, group)).collect(),
        }
    }

    /// A product of factors that share axes, as rows along the last of them.
    fn part(&mut self, axes: Axes, factors: Vec<Operand>) -> Part {
        let (mut rows, mut factor) = self.arranged(factors);
        let of_rows = rows.iter().map(|&row| self.axes(row));
        if of_rows.fold(0, |all, axes| all | axes) != axes {
            // The rows belong to fewer axes than the numbers.
            rows.extend(factor.take());
        }
        Part {
            // A part has at least one factor that varies along its last axis.
            row: self.product(&rows).unwrap_or(Operand::Constant(1.0)),
            factor,
        }
    }
}
