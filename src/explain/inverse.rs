//! Maps that are given the other way round: the matrix of the equations, whose inverse is that of the map.

use crate::antiderivative::Number;
use crate::error::Error;
use crate::map::inverse_region::InverseRegion;
use crate::map::map::Map;
use crate::map::mapped_region::MappedRegion;
use crate::map::region::Region;

use super::posed::Posed;
use super::step::{Chain, Math, Step, number};
use super::volume::{listed, matrix, named};

/// The equations as a map of the targets, which may be anywhere.
pub(super) struct Equations(pub(super) MappedRegion);

/// Longer formulas in the new variables say less than those in the old ones.
const LONGEST: usize = 40;

impl Equations {
    pub(super) fn new(domain: &InverseRegion) -> Result<Self, Error> {
        let inverse = domain.inverse();
        let names = inverse.variables().iter().enumerate();
        let texts: Vec<(&str, String)> = names
            .map(|(i, name)| (name.as_str(), inverse.text(i)))
            .collect();
        let equations: Vec<(&str, &str)> = texts
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let targets: Vec<&str> = inverse.targets().iter().map(String::as_str).collect();
        let map = Map::from_equations(&equations, &targets, inverse.parameters())?;
        let anywhere: Vec<(&str, [&str; 2])> = targets
            .iter()
            .map(|name| (*name, ["-inf", "inf"]))
            .collect();
        let region = Region::from_limits(&anywhere, inverse.parameters())?;
        Ok(Equations(map.over(&region)?))
    }
}

impl Posed<'_> {
    /// What is asked for; `back` are the equations.
    pub(super) fn inverse_problem_step(
        &self,
        back: &Posed<'_>,
        near: &[f64],
        warnings: &[String],
    ) -> Step {
        let mut step = Step::new("The problem");
        self.show_integral(&mut step);
        let names = |names: &[String]| {
            let each = names.iter().map(|name| format!("`{name}`"));
            listed(&each.collect::<Vec<_>>())
        };
        let map = self.domain.map();
        step.say(&format!(
            "Here `{}` is the region of {} where",
            self.letter(),
            names(map.targets())
        ));
        back.show_map(&mut step);
        step.say("have the values");
        self.show_inequalities(&mut step);
        match near {
            [] => step.say("Solved for the old variables:"),
            near => {
                let near = map.targets().iter().zip(near);
                let near = near.map(|(name, &at)| format!("`{name} = {}`", number(at)));
                let near = listed(&near.collect::<Vec<_>>());
                step.say(&format!(
                    "Solved for the old variables, on the branch near {near}:"
                ));
            }
        }
        self.show_map(&mut step);
        self.say_the_rest(warnings, &mut step);
        step
    }

    /// The step of the matrix of the equations.
    pub(super) fn inverse_matrix_step(&self, back: &Posed<'_>) -> Result<Step, Error> {
        let mut step = Step::new("The equations and their matrix of derivatives");
        step.say(
            "The new variables are formulas of the old ones. The matrix of their derivatives is the inverse \
             of the matrix `J` of the map:",
        );
        step.show(named("J⁻¹", "J^{-1}", &matrix(&back.entries()?)));
        Ok(step)
    }

    /// The step of the determinant.
    pub(super) fn inverse_volume_step(&self, back: &Posed<'_>) -> Result<Step, Error> {
        let mut step = Step::new("The determinant");
        let name = Math::new("det J⁻¹", r"\det J^{-1}");
        back.show_determinant(&name, &back.entries()?, &mut step);
        step.say("The determinant of the map is one over that:");
        let old = self.old_determinant(back);
        let mut chain = Chain::of(Math::of("det_J")).then("=", Math::of(&old));
        if self.is_short(&self.measure.1) {
            chain = chain.then("=", Math::of(&self.measure.1));
            step.show(chain.math());
            self.argue_sign(&mut step);
            return Ok(step);
        }
        step.show(chain.math());
        if self.domain.is_signed() {
            self.argue_sign(&mut step);
            return Ok(step);
        }
        step.say(&match self.sign {
            Some(1) => format!("It is positive in the region, so `abs(det_J) = {old}`."),
            Some(_) => format!("It is negative in the region, so `abs(det_J) = -({old})`."),
            None => "Its sign is not known from the limits, so its size stays in the integral."
                .to_owned(),
        });
        Ok(step)
    }

    /// The determinant of the map as a formula of the targets.
    fn old_determinant(&self, back: &Posed<'_>) -> String {
        let sum = back.algebra.of_text(&back.measure.1, &back.names);
        let inverse = sum.map(|sum| back.algebra.power(&sum, Number::whole(-1)));
        match inverse.filter(|sum| !sum.is_none()) {
            Some(sum) => back.text(&sum),
            None => format!("1/({})", back.measure.1),
        }
    }

    fn is_short(&self, text: &str) -> bool {
        text.chars().count() <= LONGEST
    }

    /// The integrand in the new variables, or where that is long, with the determinant beside it.
    pub(super) fn inverse_integrand_step(&self, back: &Posed<'_>) -> Result<Step, Error> {
        let mut step = Step::new("The integrand in the new variables");
        if let Some(what) = self.measured() {
            step.say(&match self.domain.is_signed() {
                true => "The integrand is 1: nothing is to be replaced.".to_owned(),
                false => format!("The integrand is 1: the integral is {what}."),
            });
        } else if self.is_short(&self.simplified) {
            step.show(self.substitution(false));
        } else {
            let (given, old) = (self.given.trim(), self.old_determinant(back));
            let product = format!("({given})*({old})");
            step.say("With the determinant beside it:");
            let mut chain = Chain::of(Math::of(&product));
            if let Ok(short) = back.substituted_text(&product, None, true) {
                chain = chain.then("=", Math::of(&back.tidy(short)));
            }
            step.show(chain.then("=", Math::of(&self.signed_whole())).math());
        }
        Ok(step)
    }

    /// The integrand times the determinant with its sign.
    fn signed_whole(&self) -> String {
        match self.sign {
            Some(-1) if !self.domain.is_signed() => {
                let sum = self.algebra.of_text(&self.whole, &self.names);
                sum.map_or_else(
                    || format!("-({})", self.whole),
                    |sum| self.text(&sum.negated()),
                )
            }
            _ => self.whole.clone(),
        }
    }
}
