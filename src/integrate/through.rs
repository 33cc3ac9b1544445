//! An integrand through a learned map.
//!
//! 1. A channel leads a point through its bins, then along its directions. What comes to lie outside of the unit
//!    box, or by rounding on its faces, counts as zero, and is not evaluated.
//! 2. Of several channels each takes an interval of the first coordinate, sixteenths of it, stretched again: an
//!    interval of a net is a net.
//! 3. Values are divided by the density of all channels together (the balance heuristic): where one is large,
//!    none of the others makes a value large, and the mean is that of the integrand.
//!
//! R. Kleiss, R. Pittau, "Weight optimization in multichannel Monte Carlo", Comput. Phys. Comm. 83 (1994) 141–146;
//! E. Veach, L. J. Guibas, "Optimally combining sampling techniques for Monte Carlo rendering", Proc. SIGGRAPH
//! (1995) 419–428.

use super::bins::{self, CELLS};
use super::learned_map::{Channel, FrameBox, LearnedMap, PARTS};
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, Knowledge};
use crate::rule::vectors::{self, BINS, Bins, KNOTS, ROOM, bent, sampling};

/// Halvings that find where a bend leads to a place, to nearly all digits.
const HALVINGS: usize = 50;

/// A channel, made ready.
pub(super) struct Lane<'m> {
    /// The first of its parts, and how many.
    first: u32,
    parts: u32,
    edges: &'m [Vec<f64>],
    /// For each axis, the bins that hold the edges of even cells.
    cells: Vec<[u8; CELLS + 1]>,
    bins: Vec<Bins>,
    turn: Option<Turn>,
}

/// Directions times the lengths of the box along them.
struct Turn {
    /// Where the beginning of the box lies.
    corner: Vec<f64>,
    /// Row by row.
    matrix: Vec<f64>,
    /// Its inverse, row by row.
    inverse: Vec<f64>,
    volume: f64,
}

impl<'m> Lane<'m> {
    fn new(channel: &'m Channel, first: u32) -> Self {
        let bins = channel.edges.iter().map(|edges| {
            let mut bins = Bins {
                begins: [0.0; ROOM],
                slopes: [0.0; ROOM],
            };
            for k in 0..BINS {
                bins.begins[k] = edges[k];
                bins.slopes[k] = (edges[k + 1] - edges[k]) / (KNOTS[k + 1] - KNOTS[k]);
            }
            bins
        });
        let turn = channel.frame.as_ref().map(|frame| {
            let n = frame.middle.len();
            let FrameBox { low, lengths } = frame.around();
            let corner = (0..n).map(|i| {
                let row = &frame.axes[i * n..(i + 1) * n];
                frame.middle[i] + row.iter().zip(&low).map(|(a, l)| a * l).sum::<f64>()
            });
            let matrix = frame.axes.iter().enumerate();
            let inverse = (0..n * n).map(|k| frame.axes[k % n * n + k / n] / lengths[k / n]);
            Turn {
                corner: corner.collect(),
                matrix: matrix.map(|(k, a)| a * lengths[k % n]).collect(),
                inverse: inverse.collect(),
                volume: lengths.iter().product(),
            }
        });
        Lane {
            first,
            parts: channel.parts,
            edges: &channel.edges,
            cells: channel
                .edges
                .iter()
                .map(|edges| bins::cells(edges))
                .collect(),
            bins: bins.collect(),
            turn,
        }
    }

    /// The density of its points at one, of which the place in its box is worked out in `scratch`.
    fn density(&self, x: &[f64], scratch: &mut [f64]) -> f64 {
        let n = x.len();
        let mut stretch = 1.0;
        match &self.turn {
            None => scratch.copy_from_slice(x),
            Some(turn) => {
                stretch = turn.volume;
                for (z, row) in scratch.iter_mut().zip(turn.inverse.chunks(n)) {
                    let from_corner = row.iter().zip(x.iter().zip(&turn.corner));
                    *z = from_corner.map(|(r, (x, c))| r * (x - c)).sum();
                }
            }
        }
        let axes = self.edges.iter().zip(&self.cells).zip(&self.bins);
        for (z, ((edges, cells), bins)) in scratch.iter().zip(axes) {
            let k = bins::bin_of(edges, cells, *z);
            stretch *= bins.slopes[k];
            // The outermost bins bend toward faces.
            let part = match k {
                _ if self.turn.is_some() => continue,
                0 => *z / edges[1],
                k if k == BINS - 1 => (1.0 - z) / (1.0 - edges[k]),
                _ => continue,
            };
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                match bent(middle)[0] < part {
                    true => low = middle,
                    false => high = middle,
                }
            }
            stretch *= bent(high)[1];
        }
        1.0 / stretch
    }
}

/// The channels of a map, made ready.
pub(super) fn lanes(map: &LearnedMap) -> Vec<Lane<'_>> {
    let mut first = 0;
    let lanes = map.channels.iter().map(|channel| {
        let lane = Lane::new(channel, first);
        first += channel.parts;
        lane
    });
    lanes.collect()
}

/// An integrand through a learned map.
pub(super) struct Through<'m> {
    integrand: &'m dyn Integrand,
    lanes: Vec<Lane<'m>>,
}

impl<'m> Through<'m> {
    pub(super) fn new(integrand: &'m dyn Integrand, map: &'m LearnedMap) -> Self {
        Through {
            integrand,
            lanes: lanes(map),
        }
    }

    /// What is led to.
    pub(super) fn integrand(&self) -> &'m dyn Integrand {
        self.integrand
    }

    /// Where a point is led.
    pub(super) fn at(&self, unit: &[f64]) -> Vec<f64> {
        let mut leader = Leader::new(unit.len());
        let rows: Vec<_> = unit.iter().map(|w| Coordinate::Same(*w)).collect();
        leader.lead(&self.lanes, &rows, 1);
        (0..unit.len())
            .map(|axis| leader.places[axis * BLOCK])
            .collect()
    }
}

/// The channel that a first coordinate belongs to.
pub(super) fn channel_of(parts: impl Iterator<Item = u32>, w: f64) -> usize {
    let part = (w * f64::from(PARTS)) as u32;
    let mut end = 0;
    let mut last = 0;
    for (k, parts) in parts.enumerate() {
        end += parts;
        last = k;
        if part < end {
            break;
        }
    }
    last
}

/// Leads points.
pub(super) struct Leader {
    kernels: &'static vectors::SamplingKernels,
    /// The coordinates of the points, axis by axis, sorted by channels.
    pub(super) from: Vec<f64>,
    /// Where they are led within the boxes of channels, and in the unit box.
    within: Vec<f64>,
    pub(super) places: Vec<f64>,
    stretches: Vec<f64>,
    /// The channel of each point, and the order in which they are sorted.
    channels: Vec<usize>,
    pub(super) order: Vec<usize>,
}

impl Leader {
    pub(super) fn new(dimension: usize) -> Self {
        Leader {
            kernels: sampling(),
            from: vec![0.0; dimension * BLOCK],
            within: vec![0.0; dimension * BLOCK],
            places: vec![0.0; dimension * BLOCK],
            stretches: vec![0.0; BLOCK],
            channels: vec![0; BLOCK],
            order: Vec::with_capacity(BLOCK),
        }
    }

    /// Leads so many points, sorted by channels.
    pub(super) fn lead(&mut self, lanes: &[Lane<'_>], rows: &[Coordinate<'_>], n: usize) {
        self.order.clear();
        if lanes.len() == 1 {
            self.order.extend(0..n);
            for (row, from) in rows.iter().zip(self.from.chunks_mut(BLOCK)) {
                match row {
                    Coordinate::Each(row) => from[..n].copy_from_slice(row),
                    Coordinate::Same(w) => from[..n].fill(*w),
                }
            }
            self.lead_lane(&lanes[0], 0, n);
            return;
        }
        for i in 0..n {
            self.channels[i] = channel_of(lanes.iter().map(|lane| lane.parts), rows[0].at(i));
        }
        let mut begin = 0;
        for (k, lane) in lanes.iter().enumerate() {
            self.order.extend((0..n).filter(|&i| self.channels[i] == k));
            let end = self.order.len();
            for (row, from) in rows.iter().zip(self.from.chunks_mut(BLOCK)) {
                for (from, &i) in from[begin..end].iter_mut().zip(&self.order[begin..]) {
                    *from = row.at(i);
                }
            }
            for w in &mut self.from[begin..end] {
                // The digits of the interval go, and those within it stay.
                let within = *w * f64::from(PARTS) - f64::from(lane.first);
                *w = within / f64::from(lane.parts);
            }
            self.lead_lane(lane, begin, end);
            begin = end;
        }
    }

    /// Leads the sorted points from `begin` to `end` through one channel.
    fn lead_lane(&mut self, lane: &Lane<'_>, begin: usize, end: usize) {
        let stretches = &mut self.stretches[begin..end];
        let volume = lane.turn.as_ref().map_or(1.0, |turn| turn.volume);
        stretches.fill(volume);
        let to = match lane.turn {
            None => &mut self.places,
            Some(_) => &mut self.within,
        };
        let lead = match lane.turn {
            None => self.kernels.lead_to_faces,
            Some(_) => self.kernels.lead,
        };
        let rows = self.from.chunks(BLOCK).zip(to.chunks_mut(BLOCK));
        for ((from, to), bins) in rows.zip(&lane.bins) {
            lead(bins, &from[begin..end], &mut to[begin..end], stretches);
        }
        if let Some(turn) = &lane.turn {
            let rows = self.places.chunks_mut(BLOCK).zip(&turn.corner);
            for ((place, corner), row) in rows.zip(turn.matrix.chunks(turn.corner.len())) {
                let place = &mut place[begin..end];
                place.fill(*corner);
                for (within, factor) in self.within.chunks(BLOCK).zip(row) {
                    (self.kernels.add_scaled)(&within[begin..end], *factor, place);
                }
            }
        }
    }
}

impl Integrand for Through<'_> {
    fn dimension(&self) -> usize {
        self.integrand.dimension()
    }

    fn outputs(&self) -> usize {
        self.integrand.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(ThroughEvaluator {
            of: self,
            inner: self.integrand.evaluator(),
            leading: Leading::new(&self.lanes, self.dimension()),
            values: vec![0.0; self.outputs() * BLOCK],
            passed_over: 0,
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Through<'_> {
    fn axis_name(&self, axis: usize) -> String {
        self.integrand.knowledge().axis_name(axis)
    }
}

struct ThroughEvaluator<'m> {
    of: &'m Through<'m>,
    inner: Box<dyn Evaluator + 'm>,
    leading: Leading<'m>,
    values: Vec<f64>,
    passed_over: usize,
}

/// Leads blocks of points, and keeps those that come to lie in the unit box.
pub(super) struct Leading<'m> {
    lanes: &'m [Lane<'m>],
    leader: Leader,
    /// The sorted points that lie in the unit box.
    inside: Vec<usize>,
    point: Vec<f64>,
    scratch: Vec<f64>,
}

impl<'m> Leading<'m> {
    pub(super) fn new(lanes: &'m [Lane<'m>], dimension: usize) -> Self {
        Leading {
            lanes,
            leader: Leader::new(dimension),
            inside: Vec::with_capacity(BLOCK),
            point: vec![0.0; dimension],
            scratch: vec![0.0; dimension],
        }
    }

    /// Leads a block; how many of its points lie in the unit box.
    pub(super) fn lead(&mut self, block: &Block<'_>) -> usize {
        self.leader
            .lead(self.lanes, block.coordinates(), block.len());
        self.keep_inside(block.len());
        let count = self.inside.len();
        self.balance(count);
        count
    }

    /// Where so many points lie, axis by axis.
    pub(super) fn places(&self, count: usize) -> impl Iterator<Item = &[f64]> {
        let places = self.leader.places.chunks(BLOCK);
        places.map(move |place| &place[..count])
    }

    /// By how much the map stretches at so many points.
    pub(super) fn stretches(&self, count: usize) -> &[f64] {
        &self.leader.stretches[..count]
    }

    /// Leaves out the points that lie outside of the unit box.
    fn keep_inside(&mut self, n: usize) {
        self.inside.clear();
        self.inside.extend(0..n);
        let are_inside = self.leader.kernels.are_inside;
        if self
            .leader
            .places
            .chunks(BLOCK)
            .all(|place| are_inside(&place[..n]))
        {
            return;
        }
        for place in self.leader.places.chunks(BLOCK) {
            self.inside.retain(|&i| place[i] > 0.0 && place[i] < 1.0);
        }
        for place in self.leader.places.chunks_mut(BLOCK) {
            for (to, &from) in self.inside.iter().enumerate() {
                place[to] = place[from];
            }
        }
        for (to, &from) in self.inside.iter().enumerate() {
            self.leader.stretches[to] = self.leader.stretches[from];
        }
    }

    /// The inverse of the density of all channels in the place of that of the own one.
    fn balance(&mut self, count: usize) {
        let lanes = self.lanes;
        if lanes.len() == 1 {
            return;
        }
        for i in 0..count {
            for (x, place) in self.point.iter_mut().zip(self.leader.places.chunks(BLOCK)) {
                *x = place[i];
            }
            let own = self.leader.channels[self.leader.order[self.inside[i]]];
            let density = lanes.iter().enumerate().map(|(k, lane)| {
                let density = match k == own {
                    true => 1.0 / self.leader.stretches[i],
                    false => lane.density(&self.point, &mut self.scratch),
                };
                f64::from(lane.parts) / f64::from(PARTS) * density
            });
            self.leader.stretches[i] = 1.0 / density.sum::<f64>();
        }
    }
}

impl Evaluator for ThroughEvaluator<'_> {
    fn passed_over(&self) -> usize {
        self.passed_over
    }

    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        if n == 0 {
            return;
        }
        let count = self.leading.lead(block);
        self.passed_over = n - count;
        let places = self.leading.places(count);
        let coordinates: Vec<_> = places.map(Coordinate::Each).collect();
        let stretches = self.leading.stretches(count);
        if count == n && self.of.lanes.len() == 1 {
            self.inner.evaluate(&Block::new(&coordinates, n), values);
            for values in values.chunks_mut(n) {
                for (value, stretch) in values.iter_mut().zip(stretches) {
                    *value *= stretch;
                }
            }
            return;
        }
        let own = &mut self.values[..count * self.of.outputs()];
        if count > 0 {
            self.inner.evaluate(&Block::new(&coordinates, count), own);
        }
        values.fill(0.0);
        for (k, values) in values.chunks_mut(n).enumerate() {
            let own = &own[k * count..(k + 1) * count];
            for ((value, stretch), &i) in own.iter().zip(stretches).zip(&self.leading.inside) {
                values[self.leading.leader.order[i]] = value * stretch;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrate::learned_map::Frame;
    use crate::rule::{Scrambled, Sobol};

    /// 3x² + y.
    struct Plain;

    impl Integrand for Plain {
        fn dimension(&self) -> usize {
            2
        }

        fn outputs(&self) -> usize {
            1
        }

        fn evaluator(&self) -> Box<dyn Evaluator + '_> {
            Box::new(Plain)
        }
    }

    impl Evaluator for Plain {
        fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
            for (i, value) in values.iter_mut().enumerate() {
                let [x, y] = [0, 1].map(|axis| block.coordinates()[axis].at(i));
                assert!(x > 0.0 && x < 1.0 && y > 0.0 && y < 1.0);
                *value = 3.0 * x * x + y;
            }
        }
    }

    fn map() -> LearnedMap {
        let turned = |angle: f64, parts, middle: [f64; 2]| {
            let frame = Frame {
                middle: middle.to_vec(),
                axes: vec![angle.cos(), -angle.sin(), angle.sin(), angle.cos()],
            };
            Channel {
                parts,
                frame: Some(frame),
                edges: vec![bins::logistic(0.4, 0.3), bins::logistic(0.7, 0.4)],
            }
        };
        let plain = Channel {
            parts: 5,
            frame: None,
            edges: vec![bins::logistic(0.1, 0.5), bins::even()],
        };
        LearnedMap {
            channels: vec![
                turned(0.7, 3, [0.5, 0.5]),
                plain,
                turned(-0.2, 8, [0.2, 0.9]),
            ],
        }
    }

    #[test]
    fn the_mean_through_any_map_is_that_of_the_integrand() {
        let whole = map();
        let mut maps = vec![whole.clone()];
        for channel in whole.channels {
            let channel = Channel {
                parts: PARTS,
                ..channel
            };
            maps.push(LearnedMap {
                channels: vec![channel],
            });
        }
        for map in maps {
            let through = Through::new(&Plain, &map);
            let mut evaluator = through.evaluator();
            let points = Scrambled::new(&Sobol::new(2).unwrap(), 3, 1);
            let (mut sum, count) = (0.0, 1 << 18);
            let (mut x, mut y, mut values) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
            for first in (0..count).step_by(BLOCK) {
                points.fill(0, first, &mut x);
                points.fill(1, first, &mut y);
                let block = [Coordinate::Each(&x), Coordinate::Each(&y)];
                evaluator.evaluate(&Block::new(&block, BLOCK), &mut values);
                sum += values.iter().sum::<f64>();
            }
            // The faces of the unit box are jumps: about n^(−3/4).
            let mean = sum / count as f64;
            assert!((mean - 1.5).abs() < 1e-3, "{mean}");
        }
    }

    #[test]
    fn values_do_not_depend_on_the_block() {
        let map = map();
        let through = Through::new(&Plain, &map);
        let points = Scrambled::new(&Sobol::new(2).unwrap(), 3, 1);
        let (mut x, mut y, mut values) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        points.fill(0, 0, &mut x);
        points.fill(1, 0, &mut y);
        let block = [Coordinate::Each(&x), Coordinate::Each(&y)];
        through
            .evaluator()
            .evaluate(&Block::new(&block, BLOCK), &mut values);
        for i in 0..BLOCK {
            let alone = (&through as &dyn Integrand).at(&[x[i], y[i]]);
            assert_eq!(alone[0].to_bits(), values[i].to_bits(), "{i}");
            let place = through.at(&[x[i], y[i]]);
            let inside = place.iter().all(|x| *x > 0.0 && *x < 1.0);
            assert_eq!(inside, values[i] != 0.0);
        }
    }
}
