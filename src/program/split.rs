//! Outputs as products whose factors are summed apart.
//!
//! 1. Take an output apart at the products that nothing else reads.
//! 2. Factors that share no axis, even through others, are summed apart: Σ Σ f(x)·g(y) = Σ f · Σ g.
//! 3. Of factors that do share axes, those that do not vary along the last axis are taken out of
//!    the sums along it: Σ Σ f(x)·g(x, y) = Σ f(x)·Σ g(x, y).

use super::lower::{Operand, Operation, Steps};
use super::plan::{Axes, last_axis};
use crate::elementary::Binary;

/// An output whose sum is a product of sums.
pub(crate) struct Product {
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

impl Product {
    /// All operands that the product is made of.
    pub(crate) fn operands(&self) -> impl Iterator<Item = Operand> + Clone {
        let parts = self.parts.iter();
        let parts = parts.flat_map(|part| std::iter::once(part.row).chain(part.factor));
        self.numbers.iter().copied().chain(parts)
    }
}

/// Takes the outputs apart, and adds the steps that make the parts. `axes_of` gives the axes that a
/// set of inputs varies along.
pub(crate) fn split(code: &mut Steps, axes_of: impl Fn(u64) -> Axes) -> Vec<Product> {
    let mut readers = vec![0u32; code.steps.len()];
    let operands = (0..code.steps.len()).flat_map(|step| code.operands(step));
    for operand in operands.chain(&code.outputs) {
        if let Operand::Step { step, .. } = operand {
            readers[*step] += 1;
        }
    }
    let mut products = Vec::with_capacity(code.outputs.len());
    for output in 0..code.outputs.len() {
        let factors = factors(code, code.outputs[output], &readers);
        let mut numbers = Vec::new();
        let mut groups: Vec<(Axes, Vec<Operand>)> = Vec::new();
        for factor in factors {
            let mut axes = axes_of(code.reached(factor));
            if axes == 0 {
                numbers.push(factor);
                continue;
            }
            let mut together = Vec::new();
            groups.retain_mut(|(of, others)| {
                let shared = *of & axes != 0;
                if shared {
                    axes |= *of;
                    together.append(others);
                }
                !shared
            });
            together.push(factor);
            groups.push((axes, together));
        }
        let groups = groups.into_iter();
        let parts = groups.map(|(axes, factors)| part(code, axes, factors, &axes_of));
        products.push(Product {
            numbers,
            parts: parts.collect(),
        });
    }
    products
}

/// The factors of an output.
fn factors(code: &Steps, output: Operand, readers: &[u32]) -> Vec<Operand> {
    let mut factors = Vec::new();
    let mut rest = vec![output];
    while let Some(operand) = rest.pop() {
        match operand {
            Operand::Step {
                step,
                second: false,
            } if readers[step] == 1
                && code.steps[step].operation == Operation::Binary(Binary::Mul) =>
            {
                rest.extend(code.operands(step).iter().rev());
            }
            _ => factors.push(operand),
        }
    }
    factors
}

/// A product of factors that share axes, as rows along the last of them.
fn part(
    code: &mut Steps,
    axes: Axes,
    mut factors: Vec<Operand>,
    axes_of: &impl Fn(u64) -> Axes,
) -> Part {
    let last = last_axis(axes).unwrap_or(0);
    // What depends on fewer axes comes first, so that it is multiplied less often.
    factors.sort_by_key(|&factor| {
        let axes = axes_of(code.reached(factor));
        (axes.count_ones(), axes)
    });
    let along = |code: &Steps, factor: &Operand| axes_of(code.reached(*factor)) >> last & 1 == 1;
    let (mut rows, mut outer): (Vec<_>, Vec<_>) =
        factors.iter().partition(|factor| along(code, factor));
    let of_rows = rows.iter().map(|&row| axes_of(code.reached(row)));
    if of_rows.fold(0, |all, axes| all | axes) != axes {
        // The rows belong to fewer axes than the numbers.
        (rows, outer) = (factors, Vec::new());
    }
    let mut product = |factors: Vec<Operand>| {
        let mut factors = factors.into_iter();
        let first = factors.next()?;
        let times = |product, factor| code.push(Operation::Binary(Binary::Mul), &[product, factor]);
        Some(factors.fold(first, times))
    };
    Part {
        // A part has at least one factor that varies along its last axis.
        row: product(rows).unwrap_or(Operand::Constant(1.0)),
        factor: product(outer),
    }
}
