//! The run of a program on blocks and grids of nodes.
//!
//! 1. Take the plan for the shape of the nodes, made once for all runners of a program.
//! 2. Fill the tables of the inputs and the weights; short trailing axes of a grid are run as one.
//! 3. Run the groups. An instruction is one call of a vector kernel on a row, so its cost is that
//!    of its arithmetic.
//!
//! Nothing is allocated for a grid of the same lengths as the one before.

use std::sync::{Arc, Mutex, PoisonError};

use super::kernels::{Backend, Kernels};
use super::lower::Steps;
use super::memory::Memory;
use super::plan::{Output, Plan, Shape};
use crate::elementary::sum::Sum;
use crate::expr::inputs::{MOST as MOST_INPUTS, bit};
use crate::integrand::{Axis, BLOCK, Block, Coordinate, Evaluator, Grids};

/// Trailing axes shorter than this are run as one.
const SHORT_ROW: usize = 16;
/// Where two axes or more are left, over which the cost of a longer row is shared, rows of fewer
/// nodes than this are made longer too.
const LONG_ROW: usize = 64;

/// Straight-line code with the kernels to run it, and the plans made so far.
#[derive(Debug)]
pub(crate) struct Code {
    steps: Steps,
    kernels: &'static Kernels,
    plans: Mutex<Vec<Arc<Plan>>>,
}

impl Code {
    /// Code for the kernels of a backend, or the portable ones where the machine does not have it.
    pub(crate) fn new(steps: Steps, backend: Backend) -> Self {
        Code {
            steps,
            kernels: backend.kernels_or_portable(),
            plans: Mutex::default(),
        }
    }

    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    pub(crate) fn kernels(&self) -> &'static Kernels {
        self.kernels
    }

    /// The plan for a shape.
    fn plan(&self, shape: Shape) -> Arc<Plan> {
        // A plan is pushed when it is complete: one that panicked has left the list as it was.
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.iter().find(|plan| plan.shape == shape) {
            return plan.clone();
        }
        let plan = Arc::new(Plan::new(&self.steps, shape, self.kernels));
        plans.push(plan.clone());
        plan
    }
}

impl Clone for Code {
    fn clone(&self) -> Self {
        Code {
            steps: self.steps.clone(),
            kernels: self.kernels,
            plans: Mutex::default(),
        }
    }
}

/// One thread's means to run a program.
pub(crate) struct Runner<'p> {
    code: &'p Code,
    plans: Vec<Arc<Plan>>,
    memory: Memory,
    lengths: Vec<usize>,
    sums: Vec<Sum>,
}

impl<'p> Runner<'p> {
    pub(crate) fn new(code: &'p Code) -> Self {
        Runner {
            code,
            plans: Vec::new(),
            memory: Memory::default(),
            lengths: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Brings the plan for a shape to the front.
    fn take_plan(&mut self, shape: Shape) {
        match self.plans.iter().position(|plan| plan.shape == shape) {
            Some(place) => self.plans.swap(0, place),
            None => self.plans.insert(0, self.code.plan(shape)),
        }
    }

    /// Runs all groups of a plan.
    fn run(
        plan: &Plan,
        code: &Code,
        memory: &mut Memory,
        coordinates: &[Coordinate<'_>],
        sums: &mut Vec<Sum>,
    ) {
        let inputs = code.steps.inputs;
        for (k, &value) in plan.constants.iter().enumerate() {
            memory.fill_table(inputs + k, 1, |table| table.fill(value));
        }
        sums.clear();
        sums.resize(plan.sums, Sum::default());
        for (number, group) in plan.groups.iter().enumerate() {
            memory.run_group(number, group, code.kernels.dot, coordinates, sums);
        }
    }
}

impl Evaluator for Runner<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        if n == 0 {
            return;
        }
        let coordinates = block.coordinates().iter().enumerate();
        let varying = coordinates.clone().fold(0, |set, (i, c)| match c {
            Coordinate::Each(_) => set | bit(i),
            Coordinate::Same(_) => set,
        });
        self.take_plan(Shape::Block(varying));
        let (plan, memory) = (&self.plans[0], &mut self.memory);
        // Of more inputs some share a bit, and not all that vary by it have a row.
        let stay = Memory::can_stay(n) && self.code.steps.inputs <= MOST_INPUTS;
        memory.lay_out(plan, &[n], stay);
        for (input, coordinate) in coordinates.filter(|(input, _)| plan.read[*input]) {
            match coordinate {
                // One that shares its bit with one that varies is a row too.
                Coordinate::Same(value) => {
                    let count = if varying & bit(input) == 0 { 1 } else { n };
                    memory.fill_table(input, count, |table| table.fill(*value));
                }
                Coordinate::Each(_) if stay => {}
                Coordinate::Each(nodes) => {
                    memory.fill_table(input, n, |table| table.copy_from_slice(nodes));
                }
            }
        }
        Self::run(plan, self.code, memory, block.coordinates(), &mut self.sums);
        for (output, out) in plan.outputs.iter().zip(values.chunks_exact_mut(n)) {
            if let Output::Table(table) = *output {
                if plan.tables[table] == 0 {
                    out.fill(memory.table(table, 1)[0]);
                } else if let (true, Some(Coordinate::Each(row))) =
                    (stay, block.coordinates().get(table))
                {
                    out.copy_from_slice(row);
                } else {
                    out.copy_from_slice(memory.table(table, n));
                }
            }
        }
    }

    fn grids(&mut self) -> Option<&mut dyn Grids> {
        // Of more inputs some share a bit: on blocks alone that does no harm.
        (self.code.steps().inputs <= MOST_INPUTS).then_some(self)
    }
}

impl Grids for Runner<'_> {
    fn add_grid(&mut self, axes: &[Axis<'_>], sums: &mut [Sum]) {
        if axes.is_empty() || axes.iter().any(|axis| axis.nodes.is_empty()) {
            return;
        }
        let (own, merged) = axes.split_at(axes.len() - short_axes(axes));
        self.take_plan(Shape::Grid(merged.len()));
        let (plan, memory) = (&self.plans[0], &mut self.memory);
        self.lengths.clear();
        self.lengths.extend(own.iter().map(|axis| axis.nodes.len()));
        let last = merged.iter().map(|axis| axis.nodes.len()).product();
        self.lengths.push(last);
        memory.lay_out(plan, &self.lengths, false);
        for (a, axis) in own.iter().enumerate() {
            memory.fill_table(a, axis.nodes.len(), |t| t.copy_from_slice(axis.nodes));
            memory.fill_weights(a, |w| w.copy_from_slice(axis.weights));
        }
        let of = |a: usize| (&merged[..=a], &merged[a + 1..]);
        for (a, axis) in merged.iter().enumerate() {
            memory.fill_table(own.len() + a, last, |table| {
                for_each_run(of(a), table, |run, i| run.fill(axis.nodes[i]));
            });
        }
        memory.fill_weights(own.len(), |weights| {
            weights.fill(1.0);
            for (a, axis) in merged.iter().enumerate() {
                for_each_run(of(a), weights, |run, i| {
                    run.iter_mut().for_each(|w| *w *= axis.weights[i]);
                });
            }
        });
        Self::run(plan, self.code, memory, &[], &mut self.sums);
        for (output, sum) in plan.outputs.iter().zip(sums) {
            if let Output::Product {
                numbers,
                sums: of_output,
                axes,
            } = output
            {
                let numbers = numbers.iter().map(|&table| memory.table(table, 1)[0]);
                let weight = numbers.product::<f64>() * memory.weight_of_others(*axes);
                let mut factors = of_output.iter().map(|&k| self.sums[k]);
                let first = factors.next().unwrap_or(Sum::new(1.0, 0.0, 1.0));
                sum.add_scaled(weight, &factors.fold(first, |all, sum| all.times(&sum)));
            }
        }
    }
}

/// How many of the last axes of a grid are run as one.
fn short_axes(axes: &[Axis<'_>]) -> usize {
    let mut length = 1;
    let mut count = 0;
    for axis in axes.iter().rev() {
        let longer = length * axis.nodes.len();
        let enough = if count + 2 < axes.len() {
            LONG_ROW
        } else {
            SHORT_ROW
        };
        if count > 0 && (length >= enough || longer > BLOCK) {
            break;
        }
        length = longer;
        count += 1;
    }
    count
}

/// Calls `visit` with every run of numbers in a product of axes for which the last axis of `outer`
/// has one index, and with that index.
fn for_each_run(
    (outer, inner): (&[Axis<'_>], &[Axis<'_>]),
    numbers: &mut [f64],
    mut visit: impl FnMut(&mut [f64], usize),
) {
    let run: usize = inner.iter().map(|axis| axis.nodes.len()).product();
    let length = outer.last().map_or(1, |axis| axis.nodes.len());
    for (k, run) in numbers.chunks_exact_mut(run).enumerate() {
        visit(run, k % length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph, Id, Node};
    use crate::integrand::for_each_index;
    use crate::program::lower::lower;
    use crate::rule::Rule;

    /// Formulas of three inputs in which every operation and every way to split an output occurs.
    fn formulas<'g>(graph: &'g Graph, [x, y, z]: [Expr<'g>; 3]) -> Vec<Expr<'g>> {
        let matrix = [x, y, z, y, z, x, x * y, z + 1.0, x - y];
        let matrix: Vec<Id> = matrix.iter().map(|e| e.id).collect();
        let determinant = graph.insert(Node::Determinant(matrix[..].into()));
        let volume = graph.insert(Node::Volume(2, matrix[..6].into()));
        vec![
            // Numbers, single inputs, functions of one axis.
            graph.constant(2.5),
            z,
            x.exp(),
            // All axes apart; two of three together.
            3.0 * x.cos() * (y * y + 1.0).ln() * z.exp(),
            (x * z).sin() * y.sqrt() * 2.0,
            // A factor without the last axis, and one without the first.
            (x * y).exp() * (-(x * z + y)).exp() * (y - 2.0),
            (x + y) * (y + z) * (x * y).tanh(),
            // Products and sums in one step, in all arrangements of rows and numbers.
            x * y + z,
            -(x * z + y) - z * z * y,
            x * z - 3.0 * (x + z) * (y - z),
            z * z * x + y,
            z.sin() * z + z.cos(),
            (x * z - y) * (x - y * z) * (z * (x + z) - x * z.exp()),
            // The other operations.
            x.lt(z).select(y, z * z) - z.lt(0.5).select(x, y),
            determinant * volume,
            (x + z).pow(y) * (x + z).powi(7) / (1.0 + y.hypot(z)) + x.atan2(z),
        ]
    }

    fn code(backend: Backend) -> Code {
        let graph = Graph::new();
        let inputs = [0, 1, 2].map(|i| graph.input(i));
        let roots = formulas(&graph, inputs);
        let roots: Vec<Id> = roots.iter().map(|e| e.id).collect();
        let steps = graph.read(|arena| lower(arena, &roots, 3));
        Code::new(steps, backend)
    }

    fn grid(lengths: [usize; 3]) -> [Rule; 3] {
        lengths.map(|n| Rule::gauss(n).expect("an order"))
    }

    fn sums(runner: &mut Runner<'_>, rules: &[Rule; 3]) -> Vec<Sum> {
        let axes = rules.each_ref().map(|rule| Axis {
            nodes: rule.nodes(),
            weights: rule.weights(),
        });
        let mut sums = vec![Sum::default(); runner.code.steps.outputs.len()];
        runner.add_grid(&axes, &mut sums);
        sums
    }

    /// The values of all outputs at the nodes of a grid, row by row.
    fn values(runner: &mut Runner<'_>, rules: &[Rule; 3]) -> Vec<Vec<f64>> {
        let [a, b, c] = rules.each_ref().map(Rule::nodes);
        let outputs = runner.code.steps.outputs.len();
        let mut rows = Vec::new();
        for_each_index([a.len(), b.len()].into_iter(), |index| {
            let coordinates = [
                Coordinate::Same(a[index[0]]),
                Coordinate::Same(b[index[1]]),
                Coordinate::Each(c),
            ];
            let mut values = vec![0.0; outputs * c.len()];
            runner.evaluate(&Block::new(&coordinates, c.len()), &mut values);
            rows.push(values);
        });
        rows
    }

    /// Axes that are long, short, of one node, and no multiple of what a vector holds.
    const GRIDS: [[usize; 3]; 6] = [
        [3, 4, 37],
        [2, 3, 4],
        [1, 1, 1],
        [5, 17, 1],
        [20, 2, 64],
        [3, 60, 7],
    ];

    #[test]
    fn whole_programs_have_the_same_bits_on_every_backend() {
        let portable = code(Backend::Portable);
        for backend in Backend::available() {
            let code = code(backend);
            let (mut one, mut other) = (Runner::new(&portable), Runner::new(&code));
            for grid in GRIDS.map(grid) {
                assert_eq!(
                    sums(&mut one, &grid),
                    sums(&mut other, &grid),
                    "{backend:?}"
                );
                let bits = |rows: Vec<Vec<f64>>| -> Vec<u64> {
                    rows.iter().flatten().map(|v| v.to_bits()).collect()
                };
                let [one, other] = [&mut one, &mut other].map(|r| bits(values(r, &grid)));
                assert_eq!(one, other, "{backend:?}");
            }
        }
    }

    #[test]
    fn sums_over_grids_are_the_sums_of_the_values() {
        let code = code(Backend::best());
        let mut runner = Runner::new(&code);
        for lengths in GRIDS {
            let rules = grid(lengths);
            let [a, b, c] = rules.each_ref().map(Rule::weights);
            let found = sums(&mut runner, &rules);
            let rows = values(&mut runner, &rules);
            for (k, found) in found.iter().enumerate() {
                let mut sum = Sum::default();
                for (row, values) in rows.iter().enumerate() {
                    let weight = a[row / b.len()] * b[row % b.len()];
                    let values = &values[k * c.len()..(k + 1) * c.len()];
                    for (value, w) in values.iter().zip(c) {
                        sum.add(weight * w * value);
                    }
                }
                // Factors are multiplied in another order: a few roundings at each node.
                let error = (found.value() - sum.value()).abs();
                assert!(
                    error <= 4.0 * f64::EPSILON * sum.magnitude(),
                    "output {k} on {lengths:?}: {error:e}"
                );
                let difference = (found.magnitude() - sum.magnitude()).abs();
                assert!(difference <= 1e-13 * sum.magnitude(), "{k}: {difference:e}");
            }
        }
    }

    #[test]
    fn values_in_blocks_are_those_at_single_points() {
        let code = code(Backend::best());
        let mut runner = Runner::new(&code);
        let rules = grid([3, 4, 37]);
        let rows = values(&mut runner, &rules);
        let graph = Graph::new();
        let inputs = [0, 1, 2].map(|i| graph.input(i));
        for (k, formula) in formulas(&graph, inputs).iter().enumerate() {
            for (row, values) in rows.iter().enumerate() {
                for (i, z) in rules[2].nodes().iter().enumerate() {
                    let point = [rules[0].nodes()[row / 4], rules[1].nodes()[row % 4], *z];
                    let (found, expected) = (values[k * 37 + i], formula.value(&point));
                    // One rounding less where a product and a sum are one step; the parts of these
                    // formulas are at most some 10 in size.
                    assert!(
                        (found - expected).abs() <= 1e-14 * expected.abs().max(1.0),
                        "output {k} at {point:?}: {found} and {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_runner_gives_the_same_bits_whatever_it_ran_before() {
        let code = code(Backend::best());
        let mut used = Runner::new(&code);
        for _ in 0..2 {
            for lengths in GRIDS {
                let fresh = sums(&mut Runner::new(&code), &grid(lengths));
                assert_eq!(sums(&mut used, &grid(lengths)), fresh, "{lengths:?}");
                values(&mut used, &grid(lengths));
            }
        }
    }
}
