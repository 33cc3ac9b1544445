//! A batch: the elements of one shape and order, with what is integrated over them.

use std::sync::{Arc, Mutex, PoisonError};

use super::density::Density;
use super::determinants::Determinants;
use super::element::Shape;
use super::mesh::{Elements, Mesh};
use super::shape_functions::ShapeFunctions;

/// Elements of one shape and order, with the integrand.
pub(super) struct Batch<'a> {
    pub(super) mesh: &'a Mesh,
    pub(super) shape: Shape,
    pub(super) order: usize,
    pub(super) functions: ShapeFunctions,
    pub(super) density: Arc<Density<'a>>,
    /// The blocks of the mesh, each with the number of its first element.
    blocks: Vec<(usize, &'a Elements)>,
    count: usize,
    /// How many elements of the mesh come before these.
    before: usize,
    /// All elements of the mesh.
    all: usize,
    /// A power of two near the size of the largest element, so that no square overflows.
    pub(super) scale: f64,
    seen: Mutex<Determinants>,
}

impl<'a> Batch<'a> {
    /// The elements of these blocks, of one shape and order, of which there is one at least.
    pub(super) fn new(
        mesh: &'a Mesh,
        of: &[&'a Elements],
        density: Arc<Density<'a>>,
        before: usize,
    ) -> Self {
        let mut count = 0;
        let mut blocks = Vec::with_capacity(of.len());
        for block in of {
            blocks.push((count, *block));
            count += block.len();
        }
        let (shape, order) = (blocks[0].1.shape, blocks[0].1.order);
        Batch {
            mesh,
            shape,
            order,
            functions: ShapeFunctions::new(shape, order),
            density,
            scale: scale_of(mesh, of),
            blocks,
            count,
            before,
            all: mesh.elements().iter().map(Elements::len).sum(),
            seen: Mutex::new(Determinants::new()),
        }
    }

    /// How many there are.
    pub(super) fn elements(&self) -> usize {
        self.count
    }

    /// The number of the first element, of those of the whole mesh.
    pub(super) fn before(&self) -> usize {
        self.before
    }

    /// The number by which answers name an element.
    pub(super) fn tag(&self, element: usize) -> u64 {
        let (first, block) = self.block_of(element);
        block.tags.get(element - first).copied().unwrap_or(0)
    }

    fn block_of(&self, element: usize) -> (usize, &'a Elements) {
        let after = self.blocks.partition_point(|(first, _)| *first <= element);
        self.blocks[after - 1]
    }

    /// The number of coordinates.
    pub(super) fn targets(&self) -> usize {
        self.mesh.names().len()
    }

    /// The first node of an element, and all its nodes as seen from there; those that it leaves out follow
    /// from the others.
    pub(super) fn nodes_of(&self, element: usize, into: &mut Vec<[f64; 3]>) -> [f64; 3] {
        let (first, block) = self.block_of(element);
        block.nodes_of(element - first, &self.mesh.nodes, into)
    }

    /// How many roundings of the size of an element its nodes are off by, as seen from the first.
    pub(super) fn roundings(&self, element: usize) -> f64 {
        self.block_of(element).1.roundings()
    }

    /// Looks at what is known of the determinants, or adds to it.
    pub(super) fn note(&self, look: impl FnOnce(&mut Determinants)) {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A determinant as a factor of the integrand.
    pub(super) fn sized(&self, determinant: f64) -> f64 {
        match self.mesh.is_signed {
            true => determinant,
            false => determinant.abs(),
        }
    }

    /// The volume element of Duffy's map at a node of the unit box.
    pub(super) fn collapse(&self, unit: &[f64]) -> f64 {
        let powers = unit.iter().zip(self.shape.powers());
        powers
            .map(|(w, power)| (1.0 - w).powi(*power as i32))
            .product()
    }

    /// Where an element is along the first axis of the whole.
    pub(super) fn first_coordinate(&self, element: usize) -> f64 {
        ((self.before + element) as f64 + 0.5) / self.all as f64
    }
}

/// A power of two near the size of the largest element.
fn scale_of(mesh: &Mesh, blocks: &[&Elements]) -> f64 {
    let mut largest: f64 = 0.0;
    for block in blocks {
        for nodes in block.nodes.chunks_exact(block.nodes_each()) {
            let origin = mesh.nodes[nodes[0]];
            for node in nodes {
                let there = mesh.nodes[*node].iter().zip(origin);
                largest = there.map(|(a, b)| (a - b).abs()).fold(largest, f64::max);
            }
        }
    }
    match largest.is_normal() {
        true => 2f64.powi(largest.log2().floor() as i32),
        false => 1.0,
    }
}
