//! The evaluation in words, and the closed form that the antiderivatives themselves give.

use std::collections::BTreeSet;

use crate::antiderivative::{Atom, End, Function, Proof, Sum};
use crate::integrate::settings::Settings;
use crate::map::domain::Domain;

use super::evaluation::{Done, Evaluation, Obstacle, Separated, Stuck};
use super::posed::{Limit, Order, Posed};
use super::step::{Chain, Math, Step, factor, set};
use super::volume::listed;

impl Posed<'_> {
    /// The step of the evaluation, and the value where it went to the end.
    pub(super) fn evaluation_step(&self, settings: &Settings) -> (Step, Option<Sum>) {
        let title = match self.variables {
            1 => "Evaluation",
            _ => "Evaluation from the inside out",
        };
        let mut step = Step::new(title);
        if self.has_conditions {
            step.say("The conditions cut the region, so the iterated integrals are not over all of it: no closed form is claimed.");
            return (step, None);
        }
        if Domain::principal_value(self.domain).is_some() {
            step.say("What is asked for is a principal value: no closed form is claimed.");
            return (step, None);
        }
        if let Some(k) = self
            .order
            .iter()
            .position(|order| *order == Order::Crossing)
        {
            step.say(&format!(
                "The limits of `{}` cross: where the first is above the second they change places, and one \
                 antiderivative does not do for both. No closed form is claimed.",
                self.names[k]
            ));
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
        // Functions that are quotients or multiples of others: log₂ x is ln x/ln 2.
        let text = self.text(&sum);
        let known = called(&text);
        if called(&self.whole).iter().any(|name| !known.contains(name)) {
            step.say(&format!("The integrand is `{} = {text}`.", self.whole));
        }
        let said = step.clone();
        if let Some(separated) = self.separated()
            && let Some(value) = self.product(&separated, &mut step, settings)
        {
            return (step, Some(value));
        }
        let mut step = said;
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
            .map(|k| self.single(&separated.factors[k], k, settings).ok())
            .collect();
        let singles = singles?;
        step.say(
            "The integrand is a product of functions of one variable each, and no limit depends on a variable: \
             the integral is a product of integrals.",
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
        step.show(Chain::of(whole).then("=", product).math());
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
        step.show(
            Chain::of(product)
                .then("=", Math::of(&self.text(&value)))
                .math(),
        );
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
        if let Some(stuck) = &evaluation.stuck {
            self.tell_obstacle(stuck, step);
        }
    }

    /// Why it went no further.
    fn tell_obstacle(&self, (k, integrand, obstacle): &Stuck, step: &mut Step) {
        let name = &self.names[*k];
        let integrand = self.text(integrand);
        step.say(&match obstacle {
            Obstacle::NoRule => format!(
                "No rule known here gives an antiderivative of `{integrand}` in `{name}`: no closed form is \
                 claimed."
            ),
            Obstacle::NoValue { found, at } => {
                let end = match at.end {
                    Some(_) => "It has no finite value there, or none that is known here",
                    None => "The limit is no formula of which the rules know the value exactly",
                };
                format!(
                    "An antiderivative of `{integrand}` in `{name}` is `{}`, to be taken at `{name} = {}`. \
                     {end}: no closed form is claimed.",
                    self.antiderivative_text(found, *k),
                    at.text
                )
            }
            Obstacle::Unconfirmed(found) => format!(
                "An antiderivative of `{integrand}` in `{name}` is `{}` wherever it has a slope, but its \
                 difference at the limits is not the numerical integral: it jumps between them, or the \
                 numerical integral is not known well. No closed form is claimed.",
                self.antiderivative_text(found, *k)
            ),
        });
    }

    /// One integral of one variable.
    fn tell_single(&self, done: &Done, step: &mut Step) {
        let k = done.variable;
        let name = &self.names[k];
        let integral = |done: &Done| {
            let text = self.text(&done.integrand);
            self.integral_between(k, &done.limits, &text)
        };
        if !done.parts.is_empty() {
            let inner = done.parts.iter().skip(1);
            let places: Vec<String> = inner
                .map(|part| format!("`{name} = {}`", part.limits[0].text))
                .collect();
            step.say(&format!(
                "What an absolute value is taken of changes its sign at {}: the integral over `{name}` is \
                 divided there.",
                listed(&places)
            ));
            for part in &done.parts {
                self.tell_single(part, step);
            }
            let values = done.parts.iter().map(|part| self.text(&part.value));
            let values: Vec<Math> = values.map(|value| factor(&value)).collect();
            let mut values = values.into_iter();
            if let Some(first) = values.next() {
                let sum = values.fold(first, |all, own| all.then("+", &own));
                let value = Math::of(&self.text(&done.value));
                let chain = Chain::of(integral(done)).then("=", sum);
                step.say("Together:");
                step.show(chain.then("=", value).math());
            }
            return;
        }
        let [lo, hi] = &done.limits;
        let found = self.antiderivative_text(&done.found, k);
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
        let mut chain = Chain::of(integral(done)).then("=", brackets);
        let [upper, lower] = [&done.ends[0], &done.ends[1]].map(|end| self.text(end));
        let value = self.text(&done.value);
        if lower != "0" {
            chain = chain.then("=", Math::of(&upper).then("-", &factor(&lower)));
        }
        step.show(chain.then("=", Math::of(&value)).math());
        let mut rules = done.rules.clone();
        let text = self.text(&done.integrand);
        if let Some(rule) = self.by_exponentials(&text, &done.integrand, name) {
            rules.insert(0, rule);
        }
        match &rules[..] {
            [] => step.say(&format!("The integrand does not depend on `{name}`.")),
            [rule] => step.say(&format!("Rule: {rule}.")),
            rules => step.say(&format!("Rules: {}.", rules.join("; "))),
        }
        let ends = done
            .limits
            .iter()
            .filter(|limit| self.is_improper(done, limit));
        let ends: Vec<String> = ends
            .map(|limit| format!("`{name} = {}`", limit.text))
            .collect();
        if !ends.is_empty() {
            step.say(&format!(
                "The integral is improper: what stands for {} is the limit of the antiderivative.",
                listed(&ends)
            ));
        }
    }

    /// The text of an antiderivative: term by term, unless it is much shorter otherwise.
    fn antiderivative_text(&self, found: &Sum, k: usize) -> String {
        let terms = self.algebra.terms_text(found, k as u32, &self.names);
        let text = self.text(found);
        match 10 * text.chars().count() < 7 * terms.chars().count() {
            true => text,
            false => terms,
        }
    }

    /// That hyperbolic functions are exponentials, where rules are used on these.
    fn by_exponentials(&self, text: &str, integrand: &Sum, name: &str) -> Option<String> {
        let mut atoms = BTreeSet::new();
        integrand.atoms(&mut atoms);
        let is_hyperbolic =
            |atom: &Atom| matches!(atom, Atom::Function(Function::Sinh | Function::Cosh, _));
        if atoms.iter().any(is_hyperbolic) {
            return None;
        }
        match (text.contains("sinh("), text.contains("cosh(")) {
            (true, _) => Some(format!("`sinh({name}) = (exp({name}) - exp(-{name}))/2`")),
            (_, true) => Some(format!("`cosh({name}) = (exp({name}) + exp(-{name}))/2`")),
            _ => None,
        }
    }

    /// Whether a limit is infinite, or the integrand is there.
    fn is_improper(&self, done: &Done, limit: &Limit) -> bool {
        match &limit.end {
            Some(End::Infinite(_)) => true,
            Some(End::Finite(at)) => {
                let x = done.variable as u32;
                let value = self.algebra.replaced(&done.integrand, x, at);
                value.is_none() && self.has_pole_at(done, at)
            }
            None => false,
        }
    }

    /// Whether an integrand without a known value at a number grows towards it.
    fn has_pole_at(&self, done: &Done, at: &Sum) -> bool {
        let Some(place) = self.place(0.5) else {
            return false;
        };
        let at = self.algebra.value(at, &place);
        let value = |x: f64| {
            let mut place = place.clone();
            place[done.variable] = x;
            self.algebra.value(&done.integrand, &place).abs()
        };
        let middle = place[done.variable];
        let [near, nearer] = [1e-6, 1e-9].map(|part| value(at + part * (middle - at)));
        nearer > near && !value(at).is_finite()
    }

    /// How the antiderivatives are known to be right.
    fn tell_checks(&self, done: &[Done], step: &mut Step) {
        let done: Vec<&Done> = done
            .iter()
            .flat_map(|done| match done.parts.is_empty() {
                true => std::slice::from_ref(done),
                false => &done.parts,
            })
            .collect();
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

/// The names of the functions that a text calls.
fn called(text: &str) -> BTreeSet<&str> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.match_indices('(').map(|(at, _)| &text[..at]);
    let names = before.map(|before| &before[before.trim_end_matches(is_letter).len()..]);
    names.filter(|name| !name.is_empty()).collect()
}
