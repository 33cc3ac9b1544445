//! Cells with their estimates, each a record in one array: a long run has millions of them.

use rayon::prelude::*;

use super::checkpoint::hash;

/// What a cell rule said of a cell, besides numbers for each output.
#[derive(Clone, Debug, Default)]
pub(super) struct Finding {
    /// The largest size of any value at the nodes.
    pub(super) peak: f64,
    /// The axis to divide.
    pub(super) axis: usize,
    /// The first value that is no number.
    pub(super) bad: Option<Box<BadValue>>,
    /// Which of the nodes of the scan lie in the cell, in their order by cells.
    pub(super) seen: std::ops::Range<u32>,
    /// Faces in whose middles values are taken too: their axes, and whether they are the upper ones.
    pub(super) asked: Vec<(usize, bool)>,
}

/// A value that is no number, and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct BadValue {
    pub(super) node: usize,
    pub(super) output: usize,
    pub(super) value: f64,
}

/// The numbers of a finding.
const FOUND: usize = 5;

/// A part of the box with its estimate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'l> {
    pub(super) from: &'l [f64],
    pub(super) width: &'l [f64],
    pub(super) values: &'l [f64],
    pub(super) errors: &'l [f64],
    pub(super) magnitudes: &'l [f64],
    pub(super) finding: &'l Finding,
}

impl<'l> Cell<'l> {
    /// The means of the outputs.
    pub(super) fn means(self) -> impl Iterator<Item = f64> + 'l {
        let content: f64 = self.width.iter().product();
        self.values.iter().map(move |value| value / content)
    }
}

/// A cell whose estimate can be changed.
pub(super) struct CellMut<'l> {
    pub(super) from: &'l [f64],
    pub(super) width: &'l [f64],
    pub(super) values: &'l mut [f64],
    pub(super) errors: &'l mut [f64],
    pub(super) magnitudes: &'l mut [f64],
    pub(super) finding: &'l mut Finding,
}

/// Cells one after another.
#[derive(Clone, Debug)]
pub(super) struct CellList {
    dimension: usize,
    outputs: usize,
    /// For every cell its corner, its sides, and then values, errors and magnitudes of all outputs.
    numbers: Vec<f64>,
    findings: Vec<Finding>,
}

impl CellList {
    /// An empty list for integrands of so many variables and outputs, with room for some cells.
    pub(super) fn new(dimension: usize, outputs: usize, room: usize) -> Self {
        CellList {
            dimension,
            outputs,
            numbers: Vec::with_capacity(room * (2 * dimension + 3 * outputs)),
            findings: Vec::with_capacity(room),
        }
    }

    /// The length of a record.
    fn stride(&self) -> usize {
        2 * self.dimension + 3 * self.outputs
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Adds a cell without an estimate, in which some nodes of the scan lie.
    pub(super) fn push(&mut self, from: &[f64], width: &[f64], seen: std::ops::Range<u32>) {
        self.numbers.extend_from_slice(from);
        self.numbers.extend_from_slice(width);
        self.findings.push(Finding {
            seen,
            ..Finding::default()
        });
        self.numbers.resize(self.len() * self.stride(), 0.0);
    }

    /// Adds a cell of another list.
    pub(super) fn push_from(&mut self, other: &CellList, id: usize) {
        self.numbers.extend_from_slice(other.record(id));
        self.findings.push(other.findings[id].clone());
    }

    /// Puts a cell of another list in the place of one.
    pub(super) fn replace(&mut self, id: usize, other: &CellList, with: usize) {
        let stride = self.stride();
        self.numbers[id * stride..(id + 1) * stride].copy_from_slice(other.record(with));
        self.findings[id] = other.findings[with].clone();
    }

    fn record(&self, id: usize) -> &[f64] {
        let stride = self.stride();
        &self.numbers[id * stride..(id + 1) * stride]
    }

    /// A cell.
    pub(super) fn get(&self, id: usize) -> Cell<'_> {
        let (from, rest) = self.record(id).split_at(self.dimension);
        let (width, rest) = rest.split_at(self.dimension);
        let (values, rest) = rest.split_at(self.outputs);
        let (errors, magnitudes) = rest.split_at(self.outputs);
        Cell {
            from,
            width,
            values,
            errors,
            magnitudes,
            finding: &self.findings[id],
        }
    }

    /// The cells in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|id| self.get(id))
    }

    /// A cell, to change its estimate.
    pub(super) fn get_mut(&mut self, id: usize) -> CellMut<'_> {
        let stride = self.stride();
        let record = &mut self.numbers[id * stride..(id + 1) * stride];
        cell_mut(record, &mut self.findings[id], self.dimension, self.outputs)
    }

    /// One of the cells by itself.
    pub(super) fn only(&self, id: usize) -> CellList {
        let mut own = CellList::new(self.dimension, self.outputs, 1);
        own.push_from(self, id);
        own
    }

    /// A hash of where the cells lie.
    pub(super) fn identity(&self) -> u64 {
        let places = self
            .iter()
            .flat_map(|cell| cell.from.iter().chain(cell.width));
        hash(&places.map(|place| place.to_bits()).collect::<Vec<u64>>())
    }

    /// What was found for each cell, as numbers: the estimates, the peak and the axis, and a bad value.
    pub(super) fn estimates(&self) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.len() * (3 * self.outputs + FOUND));
        for cell in self.iter() {
            all.extend([cell.values, cell.errors, cell.magnitudes].concat());
            let bad = cell.finding.bad.as_deref();
            let bad = bad.map_or([-1.0, 0.0, 0.0], |bad| {
                [bad.node as f64, bad.output as f64, bad.value]
            });
            all.extend([cell.finding.peak, cell.finding.axis as f64]);
            all.extend(bad);
        }
        all
    }

    /// Takes what [`Self::estimates`] gave of cells in the same places.
    pub(super) fn set_estimates(&mut self, all: &[f64]) {
        let outputs = self.outputs;
        for (id, own) in all.chunks_exact(3 * outputs + FOUND).enumerate() {
            let cell = self.get_mut(id);
            let (numbers, found) = own.split_at(3 * outputs);
            let parts = [cell.values, cell.errors, cell.magnitudes];
            for (part, own) in parts.into_iter().zip(numbers.chunks_exact(outputs)) {
                part.copy_from_slice(own);
            }
            cell.finding.peak = found[0];
            cell.finding.axis = found[1] as usize;
            cell.finding.bad = (found[2] >= 0.0).then(|| {
                Box::new(BadValue {
                    node: found[2] as usize,
                    output: found[3] as usize,
                    value: found[4],
                })
            });
        }
    }

    /// The cells in their order, to change their estimates in parallel.
    pub(super) fn par_iter_mut(&mut self) -> impl IndexedParallelIterator<Item = CellMut<'_>> {
        let (dimension, outputs, stride) = (self.dimension, self.outputs, self.stride());
        let cells = self.numbers.par_chunks_exact_mut(stride);
        let cells = cells.zip(&mut self.findings);
        cells.map(move |(record, finding)| cell_mut(record, finding, dimension, outputs))
    }
}

fn cell_mut<'l>(
    record: &'l mut [f64],
    finding: &'l mut Finding,
    dimension: usize,
    outputs: usize,
) -> CellMut<'l> {
    let (from, rest) = record.split_at_mut(dimension);
    let (width, rest) = rest.split_at_mut(dimension);
    let (values, rest) = rest.split_at_mut(outputs);
    let (errors, magnitudes) = rest.split_at_mut(outputs);
    CellMut {
        from,
        width,
        values,
        errors,
        magnitudes,
        finding,
    }
}
