//! How the faces of the box look in the targets: r = 1 is x² + y² = 1.

use crate::antiderivative::{End, Sum};

use super::posed::Posed;

/// Formulas of targets that often belong to coordinates, the plain ones first.
const COORDINATES: [&str; 9] = [
    "A",
    "B",
    "C",
    "A^2 + B^2 + C^2",
    "A^2 + B^2",
    "A + B",
    "A - B",
    "A*B",
    "B/A",
];

impl Posed<'_> {
    /// For every limit that is a number and is an equation in the targets: a sentence.
    pub(super) fn faces(&self) -> Vec<String> {
        let map = self.domain.map();
        let formulas: Option<Vec<Sum>> = (0..map.targets().len())
            .map(|i| self.algebra.of_text(&map.text(i), &self.names))
            .collect();
        let Some(formulas) = formulas.filter(|_| self.is_square() && self.variables > 1) else {
            return Vec::new();
        };
        let mut sentences = Vec::new();
        for k in 0..self.variables {
            let Some((name, of)) = self.coordinate(k as u32, &formulas) else {
                continue;
            };
            for limit in &self.limits[k] {
                let Some(End::Finite(at)) = &limit.end else {
                    continue;
                };
                if (0..self.variables).any(|j| at.has(j as u32)) {
                    continue;
                }
                let value = self.algebra.replaced(&of, k as u32, at);
                // A sum of squares that is 0 is a point or an axis, and no face.
                let is_no_face = value.is_zero() && name.contains("^2");
                // Neither is one on which the determinant is 0: it has no content.
                let volume = self.algebra.of_text(&self.measure.1, &self.names);
                let on_it = volume.map(|sum| self.algebra.replaced(&sum, k as u32, at));
                let is_flat = on_it.is_some_and(|sum| sum.is_zero());
                if value.is_none() || name == self.names[k] || is_no_face || is_flat {
                    continue;
                }
                // A quotient is 0 where what is above is.
                let name = match name.split_once('/') {
                    Some((above, _)) if value.is_zero() => above,
                    _ => &name[..],
                };
                let value = self.text(&value);
                sentences.push(format!(
                    "`{} = {}` is `{name} = {value}`",
                    self.names[k], limit.text
                ));
            }
        }
        sentences
    }

    /// A formula of the targets that is one of this variable alone.
    fn coordinate(&self, k: u32, targets: &[Sum]) -> Option<(String, Sum)> {
        let names = ["A", "B", "C"].map(str::to_owned);
        let count = targets.len().min(3);
        let inputs = self.names.len() as u32;
        let mut all = self.names.clone();
        all.extend(names);
        let own = &self.domain.map().targets();
        COORDINATES.iter().find_map(|text| {
            let mut sum = self.algebra.of_text(text, &all)?;
            let mut name = (*text).to_owned();
            for i in 0..3 {
                let input = inputs + i as u32;
                if sum.has(input) && i >= count {
                    return None;
                }
                if i < count {
                    sum = self.algebra.replaced(&sum, input, &targets[i]);
                    name = name.replace(["A", "B", "C"][i], &own[i]);
                }
            }
            let sum = self.algebra.pythagoras(&sum);
            let others = (0..self.variables as u32).any(|j| j != k && sum.has(j));
            // A quotient or a coordinate that goes round is the same at several angles.
            let turns = !name.contains("^2") && self.text(&sum).contains("sin(")
                || self.text(&sum).contains("cos(")
                || self.text(&sum).contains("tan(");
            (!sum.is_none() && sum.has(k) && !others && !turns).then_some((name, sum))
        })
    }
}
