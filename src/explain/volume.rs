//! The matrix of a map and its determinant, multiplied out and simplified, with the identities named.

use std::collections::BTreeSet;

use crate::antiderivative::{Algebra, Atom, Function, Number, Sum};
use crate::error::Error;
use crate::expr::operator::ALL;

use super::posed::Posed;
use super::step::{Math, Step, is_sum};

/// A matrix of texts in brackets.
pub(super) fn matrix(rows: &[Vec<String>]) -> Math {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |j: usize| {
        rows.iter()
            .map(|row| row[j].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let text_row = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:width$}"));
        format!("[ {} ]", cells.collect::<Vec<_>>().join("  "))
    };
    let latex_row = |row: &Vec<String>| {
        row.iter()
            .map(|cell| Math::of(cell).latex)
            .collect::<Vec<_>>()
            .join(" & ")
    };
    let text: Vec<String> = rows.iter().map(text_row).collect();
    let latex: Vec<String> = rows.iter().map(latex_row).collect();
    let latex = latex.join(" \\\\\n");
    Math::new(
        text.join("\n"),
        format!("\\begin{{pmatrix}}\n{latex}\n\\end{{pmatrix}}"),
    )
}

/// A name before a matrix.
pub(super) fn named(name: &str, latex: &str, matrix: &Math) -> Math {
    let gap = " ".repeat(name.chars().count() + 3);
    let lines = matrix.text.lines().enumerate().map(|(i, line)| match i {
        0 => format!("{name} = {line}"),
        _ => format!("{gap}{line}"),
    });
    Math::new(
        lines.collect::<Vec<_>>().join("\n"),
        format!("{latex} = {}", matrix.latex),
    )
}

/// Longer lines of a determinant are left out.
const LONGEST: usize = 110;

impl Posed<'_> {
    pub(super) fn entries(&self) -> Result<Vec<Vec<String>>, Error> {
        let map = self.domain.map();
        let jacobian = map.jacobian()?;
        let row = |i: usize| {
            (0..self.variables)
                .map(|j| self.tidy(jacobian.entry(i, j)))
                .collect()
        };
        Ok((0..map.targets().len()).map(row).collect())
    }

    /// The step of the matrix.
    pub(super) fn matrix_step(&self) -> Result<Step, Error> {
        let mut step = Step::new("The map and its matrix of derivatives");
        let map = self.domain.map();
        let quoted = |names: &[String]| -> Vec<String> {
            names.iter().map(|name| format!("`{name}`")).collect()
        };
        let rows = match map.targets() {
            [only] => format!("The row of `J` belongs to `{only}`"),
            all => format!("The rows of `J` belong to {}", listed(&quoted(all))),
        };
        let columns = match map.variables() {
            [only] => format!("its column holds the derivatives by `{only}`"),
            all => format!(
                "its columns hold the derivatives by {}",
                listed(&quoted(all))
            ),
        };
        step.say(&format!("{rows}, {columns}."));
        step.show(named("J", "J", &matrix(&self.entries()?)));
        Ok(step)
    }

    /// The step of the determinant, or of √det(JᵀJ).
    pub(super) fn volume_step(&self) -> Result<Step, Error> {
        let rows = self.entries()?;
        if !self.is_square() {
            return self.gram_step(&rows);
        }
        let mut step = Step::new("The determinant");
        self.show_determinant(&Math::new("det J", r"\det J"), &rows, &mut step);
        self.argue_sign(&mut step);
        Ok(step)
    }

    /// The determinant of rows, which the measure is, multiplied out and simplified.
    pub(super) fn show_determinant(&self, name: &Math, rows: &[Vec<String>], step: &mut Step) {
        let short = &self.measure.1;
        match self.expanded(rows, name.text.chars().count() + 1) {
            Some((products, sum)) => {
                let mut math = name.clone().then("=", &products);
                self.simplified(&mut math, name, &products.text, &sum, short, step);
            }
            None => step.show(name.clone().then("=", &Math::of(short))),
        }
    }

    /// Adds the chain from products to the short form, with what was used on the way.
    fn simplified(
        &self,
        chain: &mut Math,
        name: &Math,
        first: &str,
        sum: &Sum,
        short: &str,
        step: &mut Step,
    ) {
        let gap = " ".repeat(name.text.chars().count());
        let mut used = Vec::new();
        let tidy = self.algebra.pythagoras_with(sum, &mut used);
        let mut last = first.to_owned();
        let mut push = |chain: &mut Math, text: String| {
            if text != last {
                let math = Math::of(&text);
                chain.text += &format!("\n{gap} = {}", math.text);
                chain.latex += &format!(" \\\\\n &= {}", math.latex);
                last = text;
            }
        };
        // With the identities of one angle after the other; what is too long to be read is left out.
        let mut between = sum.clone();
        for angle in std::iter::once(None).chain(used.iter().map(|(_, angle)| Some(angle))) {
            if let Some(angle) = angle {
                between = self.algebra.pythagoras_of(&between, angle);
            }
            let text = self.algebra.plain(&between, &self.names);
            let is_on_the_way =
                between.terms.len() > tidy.terms.len() || used.is_empty() && text != short;
            if is_on_the_way && text.chars().count() <= LONGEST {
                push(chain, text);
            }
        }
        if used.is_empty() {
            used = self.gone(sum, short);
        }
        push(chain, short.to_owned());
        if chain.latex.contains(r"\\") {
            let rest = &chain.latex[name.latex.len()..];
            let latex = format!("{}{}", name.latex, rest.replacen(" = ", " &= ", 1));
            chain.latex = format!("\\begin{{aligned}}\n{latex}\n\\end{{aligned}}");
        }
        step.show(chain.clone());
        let mut reasons: Vec<String> = used
            .iter()
            .map(|(op, angle)| self.identity(*op, angle))
            .collect();
        let (common, _) = self.algebra.content(sum, true);
        if sum.terms.len() > 1
            && common.as_number() != Some(Number::ONE)
            && !common.leads_negative()
        {
            reasons.insert(0, format!("the common factor `{}`", self.text(&common)));
        }
        if !reasons.is_empty() && (tidy.terms.len() < sum.terms.len() || !used.is_empty()) {
            step.say(&format!("Used: {}.", reasons.join("; ")));
        }
    }

    /// The sines, cosines and hyperbolic functions of a sum that its short form does without.
    fn gone(&self, sum: &Sum, short: &str) -> Vec<(Function, Sum)> {
        let Some(short) = self.algebra.of_text(short, &self.names) else {
            return Vec::new();
        };
        let [mut before, mut after] = [BTreeSet::new(), BTreeSet::new()];
        sum.atoms(&mut before);
        short.atoms(&mut after);
        let mut gone: Vec<(Function, Sum)> = Vec::new();
        for atom in before.difference(&after) {
            use Function::{Cos, Cosh, Sin, Sinh};
            if let Atom::Function(op @ (Sin | Cos | Sinh | Cosh), angle) = atom
                && !gone.iter().any(|(_, known)| known == angle)
            {
                gone.push((*op, angle.clone()));
            }
        }
        gone
    }

    fn identity(&self, op: Function, angle: &Sum) -> String {
        let angle = self.text(angle);
        match op {
            Function::Sinh | Function::Cosh => format!("`cosh({angle})^2 - sinh({angle})^2 = 1`"),
            _ => format!("`cos({angle})^2 + sin({angle})^2 = 1`"),
        }
    }

    /// A determinant of two or three rows as its products, and their sum.
    fn expanded(&self, rows: &[Vec<String>], indent: usize) -> Option<(Math, Sum)> {
        let n = rows.len();
        let gap = " ".repeat(indent + 1);
        let orders: &[(&[usize], i64)] = match n {
            1 => &[(&[0], 1)],
            2 => &[(&[0, 1], 1), (&[1, 0], -1)],
            3 => &[
                (&[0, 1, 2], 1),
                (&[1, 2, 0], 1),
                (&[2, 0, 1], 1),
                (&[2, 1, 0], -1),
                (&[1, 0, 2], -1),
                (&[0, 2, 1], -1),
            ],
            _ => return None,
        };
        let (mut text, mut latex) = (String::new(), String::new());
        let mut all = Sum::zero();
        for (order, sign) in orders {
            let entries: Vec<&String> = order
                .iter()
                .enumerate()
                .map(|(i, &j)| &rows[i][j])
                .collect();
            let mut product = Sum::whole(*sign);
            for entry in &entries {
                let entry = self.algebra.of_text(entry, &self.names)?;
                product = self.algebra.times(&product, &entry);
            }
            if entries.iter().any(|entry| *entry == "0") {
                continue;
            }
            let joint = match (text.is_empty(), *sign) {
                (true, 1) => "",
                (true, _) => "-",
                (false, 1) => " + ",
                (false, _) => " - ",
            };
            let factors = |of: &dyn Fn(&str) -> String, [open, close]: [&str; 2]| {
                let all = entries.iter().map(|entry| match bracketed(entry, n) {
                    true => format!("{open}{}{close}", of(entry)),
                    false => of(entry),
                });
                all.collect::<Vec<_>>()
            };
            // Products of three stand on lines of their own.
            let [new, row] = match n == 3 && !text.is_empty() {
                true => [&format!("\n{gap}")[..], " \\\\\n &\\quad"],
                false => ["", ""],
            };
            let texts = factors(&|e| e.to_owned(), ["(", ")"]).join(" · ");
            let formulas = factors(&|e| Math::of(e).latex, [r"\left(", r"\right)"]);
            text += &format!("{new}{joint}{texts}");
            latex += &format!("{row}{joint}{}", formulas.join(r" \cdot "));
            all = all.plus(&product);
        }
        if text.is_empty() {
            (text, latex) = ("0".to_owned(), "0".to_owned());
        }
        (!all.is_none()).then(|| (Math::new(text, latex), all))
    }

    /// What |det J| is, and why.
    pub(super) fn argue_sign(&self, step: &mut Step) {
        let short = &self.measure.1;
        if self.domain.is_signed() {
            step.say(
                "Signs count here: `det_J` stands in the integral as it is, not `abs(det_J)`.",
            );
            return;
        }
        let constant = self
            .algebra
            .of_text(short, &self.names)
            .and_then(|s| s.as_number());
        let ranges = (0..self.variables).filter(|&k| {
            let sum = self.algebra.of_text(short, &self.names);
            sum.is_some_and(|sum| sum.has(k as u32))
        });
        if let (Some(_), Some(sum)) = (constant, self.algebra.of_text(short, &self.names)) {
            let size = match self.sign {
                Some(-1) => self.text(&sum.negated()),
                _ => short.clone(),
            };
            step.say(&format!("It is a constant, and `abs(det_J) = {size}`."));
            return;
        }
        let mut reasons: Vec<String> = ranges
            .map(|k| format!("`{}`", self.inequalities(k)))
            .collect();
        for (k, value) in self.parameters.iter().enumerate() {
            let sum = self.algebra.of_text(short, &self.names);
            if sum.is_some_and(|sum| sum.has((self.variables + k) as u32)) {
                reasons.push(format!("`{} = {value}`", self.names[self.variables + k]));
            }
        }
        let why = listed(&reasons);
        let is_anywhere = self
            .algebra
            .of_text(short, &self.names)
            .is_some_and(|sum| self.is_positive_anywhere(&sum));
        match self.sign {
            Some(1) if is_anywhere => {
                step.say(&format!(
                    "`det_J ≥ 0` everywhere, so `abs(det_J) = {short}`."
                ));
            }
            Some(1) => step.say(&format!(
                "`det_J ≥ 0` because {why}, so `abs(det_J) = {short}`."
            )),
            Some(_) => {
                let size = self.size_text();
                step.say(&format!(
                    "`det_J ≤ 0` because {why}, so `abs(det_J) = {size}`."
                ));
            }
            None => step.say(&format!(
                "The sign of `det_J` is not the same everywhere, as far as the limits show: its size \
                 `abs({short})` stays in the integral."
            )),
        }
    }

    /// Whether a formula is not negative wherever its variables are.
    fn is_positive_anywhere(&self, sum: &Sum) -> bool {
        let ranges = self.algebra.ranges.iter().enumerate();
        let ranges = ranges.map(|(i, &range)| match i < self.variables {
            true => ALL,
            false => range,
        });
        Algebra::new(ranges.collect()).range(sum).0 >= 0.0
    }

    /// −det J, simplified.
    fn size_text(&self) -> String {
        let sum = self.algebra.of_text(&self.measure.1, &self.names);
        sum.map_or_else(
            || format!("-({})", self.measure.1),
            |sum| self.text(&sum.negated()),
        )
    }

    /// The step of √det(JᵀJ).
    fn gram_step(&self, rows: &[Vec<String>]) -> Result<Step, Error> {
        let is_curve = self.variables == 1;
        let mut step = Step::new(match (is_curve, self.variables) {
            (true, _) => "The element of length",
            (_, 2) => "The element of area",
            _ => "The element of volume",
        });
        let short = &self.measure.1;
        let root = |text: &str| {
            Math::new(
                format!("√det(JᵀJ) = {text}"),
                format!(
                    r"\sqrt{{\det(J^{{\mathsf T}} J)}} = {}",
                    Math::of(text).latex
                ),
            )
        };
        let Some(gram) = self.gram(rows) else {
            step.show(root(short));
            return Ok(step);
        };
        let mut used = Vec::new();
        let tidy: Vec<Vec<Sum>> = gram
            .iter()
            .map(|row| {
                row.iter()
                    .map(|e| self.algebra.pythagoras_with(e, &mut used))
                    .collect()
            })
            .collect();
        let texts: Vec<Vec<String>> = tidy
            .iter()
            .map(|row| row.iter().map(|e| self.text(e)).collect())
            .collect();
        if is_curve {
            let squares = rows
                .iter()
                .filter(|row| row[0] != "0")
                .map(|row| match &row[0][..] {
                    "1" => "1".to_owned(),
                    entry if entry.chars().all(char::is_alphanumeric) || Self::is_call(entry) => {
                        format!("{entry}^2")
                    }
                    entry => format!("({entry})^2"),
                });
            let squares = squares.collect::<Vec<_>>().join(" + ");
            let chain = match squares == texts[0][0] {
                true => squares,
                false => format!("{squares} = {}", texts[0][0]),
            };
            step.show(Math::new(
                format!("JᵀJ = {chain}"),
                format!(r"J^{{\mathsf T}} J = {}", Math::of(&chain).latex),
            ));
        } else {
            step.show(named("JᵀJ", r"J^{\mathsf T} J", &matrix(&texts)));
        }
        let identities: Vec<String> = used
            .iter()
            .map(|(op, angle)| self.identity(*op, angle))
            .collect();
        if !identities.is_empty() {
            step.say(&format!("Used: {}.", identities.join("; ")));
        }
        if let ([[a, b], [_, d]], false) = (&as_pairs(&tidy)[..], is_curve) {
            let det = self.algebra.times(a, d).minus(&self.algebra.times(b, b));
            // With common factors in front the root is plain to see.
            let det = self
                .algebra
                .plain(&self.algebra.pythagoras(&det), &self.names);
            step.show(Math::new(
                format!("det(JᵀJ) = {det}"),
                format!(r"\det(J^{{\mathsf T}} J) = {}", Math::of(&det).latex),
            ));
        }
        self.root_taken(root, &tidy, &mut step);
        Ok(step)
    }

    /// The root, and why it has the sign that it has.
    fn root_taken(&self, root: impl Fn(&str) -> Math, gram: &[Vec<Sum>], step: &mut Step) {
        let short = &self.measure.1;
        let is_half_angle =
            self.first.contains("sqrt") && self.first.contains("cos(") && !short.contains("sqrt");
        let mut chain = short.clone();
        if is_half_angle && self.first != *short {
            chain = format!("{} = {short}", self.first);
        }
        step.show(root(&chain));
        let Some(sum) = self.algebra.of_text(short, &self.names) else {
            return;
        };
        let inputs = (0..self.variables).filter(|&k| sum.has(k as u32));
        let ranges: Vec<String> = inputs
            .map(|k| format!("`{}`", self.inequalities(k)))
            .collect();
        if is_half_angle {
            let angle = argument_of("cos(", &self.first);
            let half = self.tidy(format!("({angle})/2"));
            step.say(&match short.contains("sin(") {
                true => format!("Used: `1 - cos({angle}) = 2*sin({half})^2`."),
                false => format!("Used: `1 + cos({angle}) = 2*cos({half})^2`."),
            });
        }
        let is_root = self.is_positive_anywhere(&sum)
            || short.starts_with("sqrt")
            || gram.iter().flatten().all(|e| e.as_number().is_some());
        if !ranges.is_empty() && !is_root {
            step.say(&format!(
                "This is the root, and not its negative, because {}.",
                listed(&ranges)
            ));
        }
    }

    /// Whether a text is one call of a function.
    fn is_call(text: &str) -> bool {
        let Some((name, rest)) = text.split_once('(') else {
            return false;
        };
        name.chars().all(char::is_alphanumeric)
            && rest.find(')') == Some(rest.len() - 1)
            && !rest.contains('(')
    }

    fn gram(&self, rows: &[Vec<String>]) -> Option<Vec<Vec<Sum>>> {
        let read = |row: &Vec<String>| {
            row.iter()
                .map(|entry| self.algebra.of_text(entry, &self.names))
                .collect::<Option<Vec<_>>>()
        };
        let sums = rows.iter().map(read).collect::<Option<Vec<_>>>()?;
        let entry = |i: usize, j: usize| {
            let products = sums.iter().map(|row| self.algebra.times(&row[i], &row[j]));
            products.fold(Sum::zero(), |all, own| all.plus(&own))
        };
        let n = self.variables;
        let all: Vec<Vec<Sum>> = (0..n)
            .map(|i| (0..n).map(|j| entry(i, j)).collect())
            .collect();
        all.iter().flatten().all(|e| !e.is_none()).then_some(all)
    }
}

/// Items with commas, and an `and` before the last.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A matrix of two rows of two.
fn as_pairs(rows: &[Vec<Sum>]) -> Vec<[Sum; 2]> {
    let pair = |row: &Vec<Sum>| <[Sum; 2]>::try_from(row.clone()).ok();
    rows.iter().filter_map(pair).collect()
}

/// Whether an entry needs brackets in a product of several.
fn bracketed(entry: &str, factors: usize) -> bool {
    factors > 1 && (entry.starts_with('-') || is_sum(entry) || entry.contains(['*', '/']))
}

/// What stands in the brackets of the first call of a function.
fn argument_of(call: &str, text: &str) -> String {
    let start = text.find(call).map_or(0, |at| at + call.len());
    let mut depth = 1;
    let inner = text[start..].chars().take_while(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth > 0
    });
    inner.collect()
}
