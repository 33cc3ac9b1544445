//! The mesh as a domain: its elements, pulled back to unit boxes.

use std::sync::Arc;

use super::batch::Batch;
use super::density::Density;
use super::element::Shape;
use super::mesh::{Elements, Mesh};
use super::orientation::survey;
use super::points::{Places, REFERENCE, Row};
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::simplify::simplify;
use crate::map::domain::Domain;
use crate::map::geometry::Geometry;
use crate::map::integrands::{Functions, Integrands};
use crate::map::parameters::Parameters;
use crate::map::pullback::{Part, Pullback};
use crate::program::Program;

impl Domain for Mesh {
    /// None: integrands are formulas of the coordinates.
    fn variables(&self) -> &[String] {
        &[]
    }

    fn targets(&self) -> &[String] {
        self.names()
    }

    fn parameters(&self) -> &Parameters {
        self.constants()
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let (density, is_zero) = match &integrands.functions {
            Functions::Formulas(formulas) => self.compiled(formulas)?,
            Functions::Code(outputs, code) => (Density::Code(*outputs, code), false),
        };
        let batches = Arc::new(self.batches(Arc::new(density)));
        let row = Row::new(batches.clone(), is_zero);
        let places = |determinant_alone| Places {
            row: row.clone(),
            determinant_alone,
        };
        let reference = &REFERENCE[..self.dimension()];
        let names = ["element"].iter().chain(reference);
        let geometry = Geometry::of_code(
            names.map(|name| (*name).to_owned()).collect(),
            self.names().to_vec(),
            places(false),
            places(true),
            Vec::new(),
        );
        let part = Part::of_code(row, geometry.signed(self.is_signed));
        let part = part.surveyed_by(move |warnings| survey(&batches, warnings));
        let warnings = [&integrands.warnings[..], &self.warnings].concat();
        Ok(Pullback::of_part(part, warnings))
    }
}

impl Mesh {
    /// What the determinant is called.
    pub(super) fn determinant_name(&self) -> &'static str {
        match self.dimension() == self.names().len() {
            true => "det J",
            false => "√det(JᵀJ)",
        }
    }

    /// A program of the coordinates, and whether all of it is zero.
    fn compiled(&self, formulas: &Formulas) -> Result<(Density<'static>, bool), Error> {
        let graph = Graph::new();
        let count = self.names().len();
        let roots: Vec<Id> = {
            let constants = self.constants().values().iter();
            let constants = constants.map(|value| graph.constant(*value));
            let inputs: Vec<Expr<'_>> = (0..count)
                .map(|k| graph.input(k))
                .chain(constants)
                .collect();
            formulas
                .within(&graph, &inputs)
                .iter()
                .map(|f| f.id)
                .collect()
        };
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &[]);
        let program = Program::new(&arena, &roots, count)?;
        let formulas = Formulas {
            inputs: self.names().to_vec(),
            arena,
            roots,
        };
        let graph = Graph::from_arena(formulas.arena.clone());
        let mut each = formulas.roots.iter().map(|id| graph.expr(*id).number());
        let is_zero = each.all(|number| number == Some(0.0));
        Ok((Density::Formulas(program, formulas), is_zero))
    }

    /// The elements by shapes and orders.
    fn batches<'a>(&'a self, density: Arc<Density<'a>>) -> Vec<Batch<'a>> {
        let kind = |block: &Elements| (block.shape, block.order);
        let mut kinds: Vec<(Shape, usize)> = self.elements().iter().map(kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut before = 0;
        let batch = kinds.into_iter().map(|of| {
            let blocks = self.elements().iter().filter(|block| kind(block) == of);
            let blocks: Vec<&Elements> = blocks.collect();
            let batch = Batch::new(self, &blocks, density.clone(), before);
            before += batch.elements();
            batch
        });
        batch.collect()
    }
}
