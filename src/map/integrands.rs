//! Integrands: what is integrated over a region, as formulas.

use super::map::scope_of;
use super::mapped_region::MappedRegion;
use crate::error::{Error, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::graph::Expr;
use crate::expr::text::parse;

/// Formulas to integrate over a [`MappedRegion`].
///
/// They are formulas of the variables, then the targets, then the parameters of the map.
#[derive(Clone, Debug)]
pub struct Integrands {
    pub(super) formulas: Formulas,
    pub(super) warnings: Vec<String>,
}

impl MappedRegion {
    fn integrand_inputs(&self) -> Vec<String> {
        let variables = self.map.variables().iter();
        let targets = variables.chain(self.map.targets());
        targets
            .chain(self.map.parameters().names())
            .cloned()
            .collect()
    }

    /// The integrands that a closure describes, as formulas of the targets.
    ///
    /// # Errors
    /// [`Error::Shape`] if the closure takes another number of targets.
    pub fn trace<const M: usize, const K: usize>(
        &self,
        integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> [Expr<'g>; K],
    ) -> Result<Integrands, Error> {
        let (n, m) = (self.map.variables().len(), self.map.targets().len());
        if M != m {
            return Err(Misfit::Integrand {
                takes: M,
                targets: m,
            }
            .into());
        }
        let formulas = Formulas::build(self.integrand_inputs(), |_, inputs| {
            let targets = std::array::from_fn(|i| inputs[n + i]);
            Ok::<_, Error>(integrands(targets).to_vec())
        })?;
        Ok(Integrands {
            formulas,
            warnings: Vec::new(),
        })
    }

    /// The integrands that texts describe, as formulas of the targets, the variables, or both.
    ///
    /// No text at all stands for the integrand 1.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn parse(&self, texts: &[&str]) -> Result<Integrands, Error> {
        let inputs = self.integrand_inputs();
        let texts = if texts.is_empty() { &["1"][..] } else { texts };
        let formulas = Formulas::build(inputs.clone(), |graph, handles| {
            // A target hides a variable of the same name, as a parameter hides neither.
            let n = self.map.variables().len();
            let k = n + self.map.targets().len();
            let order = (k..inputs.len()).chain(0..k);
            let order: Vec<usize> = order.collect();
            let names: Vec<String> = order.iter().map(|&i| inputs[i].clone()).collect();
            let handles: Vec<Expr<'_>> = order.iter().map(|&i| handles[i]).collect();
            let scope = scope_of(graph, &names, &handles);
            texts
                .iter()
                .map(|text| parse::expression(text, &scope))
                .collect::<Result<_, Error>>()
        })?;
        let mut warnings = Vec::new();
        for (i, target) in self.map.targets().iter().enumerate() {
            if self.map.variables().contains(target) && self.map.text(i) != *target {
                warnings.push(format!(
                    "`{target}` names a variable and a target: in the integrand it is the target"
                ));
            }
        }
        Ok(Integrands { formulas, warnings })
    }
}
