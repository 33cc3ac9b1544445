//! The evaluation in words, and the closed form that the antiderivatives themselves give.

use crate::antiderivative::{Proof, Sum};
use crate::integrate::settings::Settings;

use super::evaluation::{Done, Evaluation, Separated};
use super::posed::Posed;
use super::step::{Math, Step, factor, set};

impl Posed<'_> {
    /// The step of the evaluation, and the value where it went to the end.
    pub(super) fn evaluation_step(&self, settings: &Settings) -> (Step, Option<Sum>) {
        let mut step = Step::new("Evaluation from the inside out");
        if !self.domain.conditions().is_empty() {
            step.say("The conditions cut the box, so the iterated integrals are not over all of it: no closed form is claimed.");
            return (step, None);
        }
        let Some(sum) = self.algebra.of_text(&self.whole, &self.names) else {
            step.say("The integrand is no sum of products of functions for which rules of integration are known here: no closed form is claimed.");
            return (step, None);
        };
        if sum.is_zero() {
            step.say("The integrand is 0, and so is the integral.");
            return (step, Some(sum));
        }
        if let Some(separated) = self.separated()
            && let Some(value) = self.product(&separated, &mut step, settings)
        {
            return (step, Some(value));
        }
        let mut step = Step::new("Evaluation from the inside out");
        let over: Vec<usize> = (0..self.variables).collect();
        let mut evaluation = self.iterated(&sum, &over, settings);
        if evaluation.value.is_none()
            && !self.parameters.is_empty()
            && let Some(numbers) = self.with_values(&sum)
        {
            let again = self.iterated(&numbers, &over, settings);
            if again.value.is_some() {
                step.say("With the values of the parameters:");
                evaluation = again;
            }
        }
        if evaluation.value.is_none()
            && let Some(value) = self.in_other_order(&sum, &mut step, settings)
        {
            return (step, Some(value));
        }
        self.tell(&evaluation, &over, &mut step);
        (step, evaluation.value)
    }

    /// A double integral over a triangle with the other variable inside.
    fn in_other_order(&self, sum: &Sum, step: &mut Step, settings: &Settings) -> Option<Sum> {
        let swapped = self.with_other_order()?;
        let evaluation = swapped.iterated(sum, &[1, 0], settings);
        let value = evaluation.value.clone()?;
        step.say(&format!(
            "No antiderivative in `{}` is known, so the order is changed (Fubini). The same triangle is \
             `{}`, `{}`:",
            self.names[1],
            swapped.inequalities(1),
            swapped.inequalities(0)
        ));
        step.show(swapped.integral(&[1, 0], &self.whole));
        swapped.tell(&evaluation, &[1, 0], step);
        Some(value)
    }

    /// The product of integrals of one variable each.
    fn product(&self, separated: &Separated, step: &mut Step, settings: &Settings) -> Option<Sum> {
        let singles: Option<Vec<Done>> = (0..self.variables)
            .map(|k| self.single(&separated.factors[k], k, settings))
            .collect();
        let singles = singles?;
        step.say(
            "The integrand is a product of functions of one variable each, and all limits are numbers: the \
             integral is a product of integrals.",
        );
        let whole = self.integral(&(0..self.variables).collect::<Vec<_>>(), &self.whole);
        let scale = self.text(&separated.scale);
        let is_scaled = scale != "1";
        let mut factors: Vec<Math> = Vec::new();
        if is_scaled {
            factors.push(Math::of(&scale));
        }
        for (k, factor) in separated.factors.iter().enumerate() {
            let single = self.integral(&[k], &self.text(factor));
            factors.push(Math::new(
                format!("({})", single.text),
                format!(r"\left({}\right)", single.latex),
            ));
        }
        let joined = |of: &dyn Fn(&Math) -> String, sign: &str| {
            factors.iter().map(of).collect::<Vec<_>>().join(sign)
        };
        let product = Math::new(
            joined(&|m| m.text.clone(), " · "),
            joined(&|m| m.latex.clone(), r" \cdot "),
        );
        step.show(whole.clone().then("=", &product));
        let mut value = separated.scale.clone();
        for done in &singles {
            self.tell_single(done, step);
            value = self.algebra.times(&value, &done.value);
        }
        let value = self.algebra.pythagoras(&value);
        let mut values: Vec<String> = singles.iter().map(|done| self.text(&done.value)).collect();
        if is_scaled {
            values.insert(0, scale);
        }
        let values: Vec<Math> = values.iter().map(|text| factor(text)).collect();
        let joined = |of: &dyn Fn(&Math) -> String, sign: &str| {
            values.iter().map(of).collect::<Vec<_>>().join(sign)
        };
        let product = Math::new(
            joined(&|m| m.text.clone(), " · "),
            joined(&|m| m.latex.clone(), r" \cdot "),
        );
        step.say("Together:");
        step.show(product.then("=", &Math::of(&self.text(&value))));
        self.tell_checks(&singles, step);
        (!value.is_none()).then_some(value)
    }

    /// An iterated integral, step by step.
    fn tell(&self, evaluation: &Evaluation, over: &[usize], step: &mut Step) {
        let mut left: Vec<usize> = over.to_vec();
        for done in &evaluation.steps {
            if left.last() != Some(&done.variable) {
                step.say(&format!(
                    "No antiderivative in the inner variable is known, but the limits let the order be \
                     changed (Fubini): `{}` comes first.",
                    self.names[done.variable]
                ));
            }
            self.tell_single(done, step);
            left.retain(|&k| k != done.variable);
            if left.len() > 1 {
                let rest = self.integral(&left, &self.text(&done.value));
                step.say("What is left is");
                step.show(rest);
            }
        }
        self.tell_checks(&evaluation.steps, step);
        if let Some((k, integrand)) = &evaluation.stuck {
            step.say(&format!(
                "No antiderivative in `{}` of `{}` is known to the rules, or it has no value at the limits: \
                 no closed form is claimed, and the value is numerical.",
                self.names[*k],
                self.text(integrand)
            ));
        }
    }

    /// One integral of one variable.
    fn tell_single(&self, done: &Done, step: &mut Step) {
        let k = done.variable;
        let [lo, hi] = &self.limits[k];
        let found = self.text(&done.found);
        let integral = self.integral(&[k], &self.text(&done.integrand));
        let name = &self.names[k];
        let brackets = Math::new(
            format!("[{found}] from {name} = {} to {}", lo.text, hi.text),
            format!(
                r"\left[ {} \right]_{{{} = {}}}^{{{}}}",
                set(&found),
                Math::name(name).latex,
                set(&lo.text),
                set(&hi.text)
            ),
        );
        let mut math = integral.then("=", &brackets);
        let [upper, lower] = [&done.ends[0], &done.ends[1]].map(|end| self.text(end));
        let value = self.text(&done.value);
        let difference = Math::of(&upper).then("-", &factor(&lower));
        if lower != "0" && difference.text != value {
            math = math.then("=", &difference);
        }
        step.show(math.then("=", &Math::of(&value)));
        match &done.rules[..] {
            [] => step.say("The integrand does not depend on the variable."),
            [rule] => step.say(&format!("Rule: {rule}.")),
            rules => step.say(&format!("Rules: {}.", rules.join("; "))),
        }
    }

    /// How the antiderivatives are known to be right.
    fn tell_checks(&self, done: &[Done], step: &mut Step) {
        let points = done
            .iter()
            .filter(|done| done.proof != Proof::Identity)
            .count();
        let how = match (points, done.len()) {
            (_, 0) => return,
            (0, 1) => "the difference from the integrand simplifies to 0".to_owned(),
            (0, _) => "each difference from its integrand simplifies to 0".to_owned(),
            (_, 1) => {
                "the difference from the integrand is 0 to rounding at many points".to_owned()
            }
            (points, all) => format!(
                "the differences from the integrands simplify to 0, but for {points} of {all}: there \
                 the difference is 0 to rounding at many points"
            ),
        };
        let (what, step_agrees) = match done.len() {
            1 => (
                "the antiderivative was differentiated",
                "the step agrees with its numerical integral",
            ),
            _ => (
                "every antiderivative was differentiated",
                "every step agrees with its numerical integral",
            ),
        };
        step.say(&format!("Check: {what}; {how}, and {step_agrees}."));
    }
}
