//! The work of a field along a curve, and its flux through a surface.

use crate::antiderivative::Sum;
use crate::error::Error;
use crate::map::oriented::Oriented;

use super::posed::Posed;
use super::step::{Chain, Math, Step, factor};
use super::volume::{listed, matrix, named};

impl Posed<'_> {
    /// The steps up to the integral over the limits, which is that of the product from then on.
    pub(super) fn field_steps(
        &mut self,
        domain: &Oriented,
        components: &[&str],
        warnings: &[String],
    ) -> Result<Vec<Step>, Error> {
        let direction = match domain.is_curve() {
            true => self
                .entries()?
                .into_iter()
                .map(|row| row[0].clone())
                .collect(),
            false => self.normal()?,
        };
        let field = components
            .iter()
            .map(|text| self.substituted_text(text, None, true))
            .collect::<Result<Vec<_>, _>>()?;
        let field: Vec<String> = field.into_iter().map(|text| self.tidy(text)).collect();
        let mut steps = vec![self.field_problem_step(domain, components, warnings)];
        steps.push(self.direction_step(domain, &direction)?);
        steps.push(self.field_step(domain, components, &field));
        steps.push(self.product_step(domain, components, &field, &direction)?);
        Ok(steps)
    }

    fn field_problem_step(
        &self,
        domain: &Oriented,
        components: &[&str],
        warnings: &[String],
    ) -> Step {
        let mut step = Step::new("The problem");
        let targets = self.domain.map().targets();
        let letter = self.letter();
        match domain.is_curve() {
            true => {
                let each = components
                    .iter()
                    .zip(targets)
                    .filter(|(c, _)| c.trim() != "0");
                let each = each.map(|(component, target)| {
                    let component = component.trim();
                    let body = match component {
                        "1" => Math::new("", ""),
                        text => {
                            let body = factor(text);
                            Math::new(format!("{} ", body.text), format!("{} \\, ", body.latex))
                        }
                    };
                    Math::new(
                        format!("{}d{target}", body.text),
                        format!("{}d{}", body.latex, Math::name(target).latex),
                    )
                });
                let sum = each.reduce(|all, next| all.then("+", &next));
                let sum = sum.unwrap_or_else(|| Math::of("0"));
                step.show(Math::new(
                    format!("∫_{letter} {}", sum.text),
                    format!(r"\int_{{{letter}}} {}", sum.latex),
                ));
                step.say("This is the work of the field along the curve.");
            }
            false => {
                step.show(Math::new(
                    format!("∬_{letter} F · n dS"),
                    format!(r"\iint_{{{letter}}} F \cdot n \, dS"),
                ));
                step.say("This is the flux through the surface of the field");
                let rows: Vec<Vec<String>> = components
                    .iter()
                    .map(|c| vec![c.trim().to_owned()])
                    .collect();
                step.show(named("F", "F", &matrix(&rows)));
            }
        }
        step.say(&format!(
            "Here `{letter}` is {} onto which the map",
            self.kind()
        ));
        self.show_map(&mut step);
        step.say("takes the points with");
        self.show_inequalities(&mut step);
        if let ([only], [[lo, hi]]) = (self.domain.map().variables(), &self.limits[..]) {
            step.say(&format!(
                "run through from `{only} = {}` to `{only} = {}`.",
                lo.text, hi.text
            ));
        }
        self.say_the_rest(warnings, &mut step);
        step
    }

    /// The derivative of the curve, or the normal of the surface.
    fn direction_step(&self, domain: &Oriented, direction: &[String]) -> Result<Step, Error> {
        let rows: Vec<Vec<String>> = direction.iter().map(|entry| vec![entry.clone()]).collect();
        if domain.is_curve() {
            let mut step = Step::new("The derivative of the curve");
            step.say("The derivatives of the coordinates by the parameter:");
            step.show(named("γ′", r"\gamma'", &matrix(&rows)));
            return Ok(step);
        }
        let mut step = Step::new("The normal of the surface");
        let variables = self.domain.map().variables();
        let each: Vec<String> = variables.iter().map(|name| format!("`{name}`")).collect();
        step.say(&format!(
            "The columns of `J` are the derivatives by {}, two tangents:",
            listed(&each)
        ));
        step.show(named("J", "J", &matrix(&self.entries()?)));
        step.say("Their cross product, the first times the second, is normal to the surface:");
        step.show(named("N", "N", &matrix(&rows)));
        step.say("Its length is that of the element of area, so that with the unit normal");
        let each = variables.iter().map(|name| Math::name(name));
        let (text, latex) = each.fold((String::new(), String::new()), |all, name| {
            (
                format!("{} d{}", all.0, name.text),
                format!("{} \\, d{}", all.1, name.latex),
            )
        });
        step.show(Math::new(
            format!("n dS = N{text}"),
            format!("n \\, dS = N{latex}"),
        ));
        Ok(step)
    }

    /// ∂φ/∂u × ∂φ/∂v
    fn normal(&self) -> Result<Vec<String>, Error> {
        let rows = self.entries()?;
        let of = |i: usize, j: usize| self.algebra.of_text(&rows[i][j], &self.names);
        let minor = |i: usize, k: usize| -> Option<Sum> {
            let product = |a: Sum, b: Sum| self.algebra.times(&a, &b);
            let sum = product(of(i, 0)?, of(k, 1)?).minus(&product(of(k, 0)?, of(i, 1)?));
            Some(self.algebra.pythagoras(&sum)).filter(|sum| !sum.is_none())
        };
        let plain = |i: usize, k: usize| {
            format!(
                "({})*({}) - ({})*({})",
                rows[i][0], rows[k][1], rows[k][0], rows[i][1]
            )
        };
        let entry = |(i, k)| match minor(i, k) {
            Some(sum) => self.text(&sum),
            None => plain(i, k),
        };
        Ok([(1, 2), (2, 0), (0, 1)].map(entry).to_vec())
    }

    /// The field where the curve or the surface is.
    fn field_step(&self, domain: &Oriented, components: &[&str], field: &[String]) -> Step {
        let mut step = Step::new(match domain.is_curve() {
            true => "The field on the curve",
            false => "The field on the surface",
        });
        let column = |texts: Vec<String>| {
            let rows: Vec<Vec<String>> = texts.into_iter().map(|text| vec![text]).collect();
            matrix(&rows)
        };
        let given = components.iter().map(|c| c.trim().to_owned()).collect();
        if field
            .iter()
            .zip(components)
            .all(|(own, given)| own == given.trim())
        {
            step.show(named("F", "F", &column(given)));
            return step;
        }
        step.say("With the map in the place of the coordinates:");
        step.show(named("F", "F", &column(field.to_vec())));
        step
    }

    /// The product of the field and the direction, which is what is integrated.
    fn product_step(
        &mut self,
        domain: &Oriented,
        components: &[&str],
        field: &[String],
        direction: &[String],
    ) -> Result<Step, Error> {
        let mut step = Step::new("The integral over the limits");
        let mut products = Vec::new();
        let mut all = Vec::new();
        for ((component, own), along) in components.iter().zip(field).zip(direction) {
            if own == "0" || along == "0" {
                continue;
            }
            all.push(factor(own).then("·", &factor(along)));
            let product = self.substituted_text(component, Some(along), true)?;
            products.push(format!("({product})"));
        }
        let name = match domain.is_curve() {
            true => Math::new("F · γ′", r"F \cdot \gamma'"),
            false => Math::new("F · N", r"F \cdot N"),
        };
        self.whole = match products.is_empty() {
            true => "0".to_owned(),
            false => self.tidy(products.join(" + ")),
        };
        let mut chain = Chain::of(name);
        if let Some(sum) = all.into_iter().reduce(|sum, next| sum.then("+", &next)) {
            chain = chain.then("=", sum);
        }
        step.say("What is integrated is the product of the two:");
        step.show(chain.then("=", Math::of(&self.whole)).math());
        step.say("So the integral is");
        self.show_whole(&mut step);
        Ok(step)
    }
}
