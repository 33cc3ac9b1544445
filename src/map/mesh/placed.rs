//! Where elements are: coordinates and determinants, of many elements at a node of a rule, or of one
//! element anywhere.

use super::batch::Batch;
use super::shape_functions::Jet;
use crate::integrand::BLOCK;

/// Elements that are computed at a time.
const LANES: usize = 4;

/// A vector in space.
type Vector = [f64; 3];

/// The shape functions at a node: for each its value, then its derivatives over the scale of the batch.
pub(super) type Table = Vec<f64>;

impl Batch<'_> {
    /// The shape functions at a node of the unit box.
    pub(super) fn table(&self, unit: &[f64]) -> Table {
        let n = self.shape.dimension();
        let mut jets = vec![Jet::default(); self.functions.count()];
        self.functions.at(unit, &mut jets);
        let rows = jets.iter().flat_map(|jet| {
            let slopes = jet.slopes[..n].iter().map(|slope| slope / self.scale);
            std::iter::once(jet.value).chain(slopes)
        });
        rows.collect()
    }

    /// The measure of derivatives along ξ, η, ζ over the scale: det J, or √det(JᵀJ) where there are more
    /// coordinates than variables.
    fn measure(&self, slopes: [Vector; 3]) -> f64 {
        let n = self.shape.dimension();
        let [a, b, c] = slopes;
        let size = match (n, self.targets()) {
            (1, _) => length(a),
            (2, 2) => cross(a, b)[2],
            (2, _) => length(cross(a, b)),
            _ => {
                let c = cross(b, c);
                a[0] * c[0] + a[1] * c[1] + a[2] * c[2]
            }
        };
        size * self.scale.powi(n as i32)
    }
}

fn cross(a: Vector, b: Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn length(a: Vector) -> f64 {
    (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt()
}

/// One element of a batch: its first node, and all nodes as seen from there, so that derivatives of small
/// elements far from the origin keep their digits.
pub(super) struct One {
    origin: Vector,
    nodes: Vec<Vector>,
}

impl One {
    pub(super) fn new(batch: &Batch<'_>, element: usize) -> Self {
        let mut nodes = Vec::new();
        let origin = batch.nodes_of(element, &mut nodes);
        One { origin, nodes }
    }

    /// Coordinates and determinant at a node of the unit box.
    pub(super) fn at(&self, batch: &Batch<'_>, unit: &[f64]) -> (Vector, f64) {
        let n = batch.shape.dimension();
        let mut place = [0.0; 3];
        let mut slopes = [[0.0; 3]; 3];
        for (node, shares) in self.nodes.iter().zip(batch.table(unit).chunks_exact(n + 1)) {
            for axis in 0..3 {
                place[axis] += shares[0] * node[axis];
                for k in 0..n {
                    slopes[k][axis] += shares[k + 1] * node[axis];
                }
            }
        }
        let place = std::array::from_fn(|axis| self.origin[axis] + place[axis]);
        (place, batch.measure(slopes))
    }
}

/// Several elements of a batch, at the same node each.
pub(super) struct Several<'a, 'b> {
    batch: &'b Batch<'a>,
    numbers: Vec<usize>,
    /// For every coordinate and every four elements, four numbers for each of their nodes: how far it is
    /// from the first one.
    nodes: Vec<f64>,
    /// The first nodes, one row for each coordinate.
    origins: Vec<Vec<f64>>,
    /// For every coordinate its values, then its derivatives.
    rows: Vec<Vec<f64>>,
    measures: Vec<f64>,
    one: Vec<Vector>,
}

impl<'a, 'b> Several<'a, 'b> {
    pub(super) fn new(batch: &'b Batch<'a>) -> Self {
        let n = batch.shape.dimension();
        Several {
            batch,
            numbers: Vec::new(),
            nodes: Vec::new(),
            origins: vec![vec![0.0; BLOCK]; batch.targets()],
            rows: vec![vec![0.0; BLOCK]; batch.targets() * (n + 1)],
            measures: vec![0.0; BLOCK],
            one: Vec::new(),
        }
    }

    /// Turns to these elements.
    pub(super) fn turn_to(&mut self, numbers: &[usize]) {
        self.numbers.clear();
        self.numbers.extend_from_slice(numbers);
        let (m, each) = (self.batch.targets(), self.batch.functions.count());
        let groups = numbers.len().div_ceil(LANES);
        self.nodes.clear();
        self.nodes.resize(m * groups * each * LANES, 0.0);
        for (i, number) in numbers.iter().enumerate() {
            let origin = self.batch.nodes_of(*number, &mut self.one);
            for axis in 0..m {
                self.origins[axis][i] = origin[axis];
                let start = (axis * groups + i / LANES) * each * LANES + i % LANES;
                for (k, node) in self.one.iter().enumerate() {
                    self.nodes[start + k * LANES] = node[axis];
                }
            }
        }
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.numbers.len()
    }

    /// Coordinates and determinants at a node.
    pub(super) fn place(&mut self, table: &[f64]) {
        let n = self.batch.shape.dimension();
        match n {
            1 => self.sums::<2>(table),
            2 => self.sums::<3>(table),
            _ => self.sums::<4>(table),
        }
        let m = self.batch.targets();
        for i in 0..self.numbers.len() {
            let mut slopes = [[0.0; 3]; 3];
            for (k, slope) in slopes.iter_mut().enumerate().take(n) {
                for (axis, along) in slope.iter_mut().enumerate().take(m) {
                    *along = self.rows[axis * (n + 1) + k + 1][i];
                }
            }
            self.measures[i] = self.batch.measure(slopes);
        }
    }

    /// The sums over the nodes of x and of its derivatives, `R` numbers for every node.
    fn sums<const R: usize>(&mut self, table: &[f64]) {
        let (m, each) = (self.batch.targets(), self.batch.functions.count());
        let groups = self.numbers.len().div_ceil(LANES);
        for axis in 0..m {
            for group in 0..groups {
                let start = (axis * groups + group) * each * LANES;
                let nodes = self.nodes[start..start + each * LANES].chunks_exact(LANES);
                let mut sums = [[0.0; LANES]; R];
                for (x, shares) in nodes.zip(table.chunks_exact(R)) {
                    for (sum, share) in sums.iter_mut().zip(shares) {
                        for lane in 0..LANES {
                            sum[lane] += share * x[lane];
                        }
                    }
                }
                let origins = &self.origins[axis][group * LANES..(group + 1) * LANES];
                for (x, origin) in sums[0].iter_mut().zip(origins) {
                    *x += origin;
                }
                for (k, sum) in sums.iter().enumerate() {
                    let row = &mut self.rows[axis * R + k];
                    row[group * LANES..(group + 1) * LANES].copy_from_slice(sum);
                }
            }
        }
    }

    /// The determinants.
    pub(super) fn measures(&self) -> &[f64] {
        &self.measures[..self.numbers.len()]
    }

    /// The coordinates, one row for each.
    pub(super) fn coordinates(&self) -> impl Iterator<Item = &[f64]> {
        let n = self.batch.shape.dimension();
        let rows = self.rows.iter().step_by(n + 1);
        rows.map(|row| &row[..self.numbers.len()])
    }

    /// Notes the determinants at a node of the unit box.
    pub(super) fn note(&self, unit: &[f64]) {
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for measure in self.measures() {
            min = min.min(*measure);
            max = max.max(*measure);
        }
        self.batch.note(|seen| {
            seen.add_range(min, max);
            if min <= 0.0 {
                for (number, measure) in self.numbers.iter().zip(self.measures()) {
                    seen.add(*number, *measure, unit);
                }
            }
        });
    }
}
