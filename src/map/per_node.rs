//! Code that runs node by node on the results of a program.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, Knowledge, Side};
use crate::program::Program;

/// Code that takes longer at a node is run on several threads at a time.
const LONG: Duration = Duration::from_micros(10);

/// What is computed at a node: the results of a program, scratch memory, the values.
type NodeFunction<'f> = Box<dyn Fn(&[f64], &mut [f64], &mut [f64]) + Sync + 'f>;

/// A program or other code for blocks, and code that runs at every node on its results.
pub(crate) struct PerNode<'f> {
    program: Box<dyn Integrand + 'f>,
    outputs: usize,
    scratch: usize,
    function: NodeFunction<'f>,
    /// What users call the axes, if they call them anything.
    names: Vec<String>,
    /// Whether the code was seen to take long. No value depends on it.
    is_long: AtomicBool,
}

impl<'f> PerNode<'f> {
    pub(super) fn new(
        program: impl Integrand + 'f,
        outputs: usize,
        scratch: usize,
        function: impl Fn(&[f64], &mut [f64], &mut [f64]) + Sync + 'f,
    ) -> Self {
        PerNode {
            program: Box::new(program),
            outputs,
            scratch,
            function: Box::new(function),
            names: Vec::new(),
            is_long: AtomicBool::new(false),
        }
    }

    /// The same with names of the axes.
    pub(super) fn named(self, names: &[String]) -> Self {
        PerNode {
            names: names.to_vec(),
            ..self
        }
    }
}

impl Integrand for PerNode<'_> {
    fn dimension(&self) -> usize {
        self.program.dimension()
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(PerNodeEvaluator {
            of: self,
            program: self.program.evaluator(),
            results: vec![0.0; self.program.outputs() * BLOCK],
            node: vec![0.0; self.program.outputs()],
            scratch: vec![0.0; self.scratch],
            values: vec![0.0; self.outputs],
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for PerNode<'_> {
    fn is_code(&self) -> bool {
        true
    }

    fn axis_name(&self, axis: usize) -> String {
        let unnamed = || format!("w{}", axis + 1);
        self.names.get(axis).cloned().unwrap_or_else(unnamed)
    }
}

struct PerNodeEvaluator<'p> {
    of: &'p PerNode<'p>,
    program: Box<dyn Evaluator + 'p>,
    results: Vec<f64>,
    node: Vec<f64>,
    scratch: Vec<f64>,
    values: Vec<f64>,
}

impl Evaluator for PerNodeEvaluator<'_> {
    fn prepare(&mut self, part: &[Side], nodes: usize) {
        self.program.prepare(part, nodes);
    }

    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        let results = &mut self.results[..self.node.len() * n];
        self.program.evaluate(block, results);
        // Only on threads that were asked for: elsewhere there are none to share with.
        let may_share = n > 1 && rayon::current_thread_index().is_some();
        if may_share && self.of.is_long.load(Ordering::Relaxed) {
            return self.evaluate_in_parallel(n, values);
        }
        let start = Instant::now();
        for i in 0..n {
            for (k, value) in self.node.iter_mut().enumerate() {
                *value = results[k * n + i];
            }
            (self.of.function)(&self.node, &mut self.scratch, &mut self.values);
            for (k, value) in self.values.iter().enumerate() {
                values[k * n + i] = *value;
            }
            if i == 0 && start.elapsed() >= LONG {
                self.of.is_long.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl PerNodeEvaluator<'_> {
    /// The values at the nodes of a block, whoever computes them.
    fn evaluate_in_parallel(&self, n: usize, values: &mut [f64]) {
        let (of, results) = (self.of, &self.results);
        let numbers = [self.node.len(), of.scratch, of.outputs];
        let scratch = || numbers.map(|count| vec![0.0; count]);
        let one = |[node, scratch, own]: &mut [Vec<f64>; 3], i: usize| {
            for (k, value) in node.iter_mut().enumerate() {
                *value = results[k * n + i];
            }
            (of.function)(node, scratch, own);
            own.clone()
        };
        let nodes = (0..n).into_par_iter().with_max_len(1);
        let found: Vec<Vec<f64>> = nodes.map_init(scratch, one).collect();
        for (i, own) in found.iter().enumerate() {
            for (k, value) in own.iter().enumerate() {
                values[k * n + i] = *value;
            }
        }
    }
}

/// A program on the results of code.
pub(super) struct OnResults<I> {
    inner: I,
    program: Program,
}

impl<I: Integrand> OnResults<I> {
    pub(super) fn new(inner: I, program: Program) -> Self {
        OnResults { inner, program }
    }
}

impl<I: Integrand> Integrand for OnResults<I> {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn outputs(&self) -> usize {
        self.program.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(OnResultsEvaluator {
            inner: self.inner.evaluator(),
            results: vec![0.0; self.inner.outputs() * BLOCK],
            program: self.program.evaluator(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self.inner.knowledge()
    }
}

struct OnResultsEvaluator<'p> {
    inner: Box<dyn Evaluator + 'p>,
    results: Vec<f64>,
    program: Box<dyn Evaluator + 'p>,
}

impl Evaluator for OnResultsEvaluator<'_> {
    fn prepare(&mut self, part: &[Side], nodes: usize) {
        self.inner.prepare(part, nodes);
    }

    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        let results = &mut self.results[..];
        let count = results.len() / BLOCK;
        self.inner.evaluate(block, &mut results[..count * n]);
        let inputs = results[..count * n].chunks_exact(n.max(1));
        let inputs: Vec<_> = inputs.map(Coordinate::Each).collect();
        self.program.evaluate(&Block::new(&inputs, n), values);
    }
}
