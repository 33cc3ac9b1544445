//! Steps of a working: words and formulas, each formula as text and as LaTeX.

use crate::expr::text::latex::{latex, latex_name};

/// A step of a working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub title: String,
    /// What there is to say.
    pub lines: Vec<Line>,
}

/// A line of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Words, with formulas among them.
    Words(Vec<Piece>),
    /// Formulas on a line of their own.
    Display(Math),
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A formula.
    Math(Math),
}

/// A formula, as text and as LaTeX in the mathematical mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Math {
    /// As it is typed.
    pub text: String,
    /// As LaTeX.
    pub latex: String,
}

impl Math {
    pub(super) fn new(text: impl Into<String>, latex: impl Into<String>) -> Self {
        Math {
            text: text.into(),
            latex: latex.into(),
        }
    }

    /// A formula that a text is, or several with ` = ` and `, ` between them.
    pub(super) fn of(text: &str) -> Self {
        let plain = text
            .replace("abs(det_J)", "|det J|")
            .replace("det_J", "det J");
        Math::new(plain, set(text))
    }

    pub(super) fn name(name: &str) -> Self {
        Math::new(name, latex_name(name))
    }

    /// The two, one after the other, with a sign between them.
    pub(super) fn then(mut self, sign: &str, other: &Math) -> Self {
        self.text += &format!(" {sign} {}", other.text);
        self.latex += &format!(" {} {}", sign_of(sign), other.latex);
        self
    }
}

/// What is longer stands on several lines.
const LINE: usize = 96;

/// A formula with what it equals, step by step: on one line where that fits.
pub(super) struct Chain {
    head: Math,
    parts: Vec<(&'static str, Math)>,
}

impl Chain {
    pub(super) fn of(head: Math) -> Self {
        Chain {
            head,
            parts: Vec::new(),
        }
    }

    /// One more part; what says the same as the one before is left out.
    pub(super) fn then(mut self, sign: &'static str, next: Math) -> Self {
        let last = self.parts.last().map_or(&self.head, |(_, last)| last);
        if last.latex != next.latex {
            self.parts.push((sign, next));
        }
        self
    }

    pub(super) fn math(self) -> Math {
        let parts = self.parts.iter();
        let length: usize = parts.map(|(_, part)| part.text.chars().count() + 3).sum();
        let head = self.head.clone();
        if self.parts.len() < 2
            && self
                .parts
                .iter()
                .all(|(_, p)| p.text.chars().count() < LINE / 2)
            || head.text.chars().count() + length <= LINE
        {
            let parts = self.parts.iter();
            return parts.fold(head, |all, (sign, part)| all.then(sign, part));
        }
        let lines = self.parts.iter().enumerate();
        let (text, latex) = lines.fold((head.text, head.latex), |all, (i, (sign, part))| {
            let open = if i == 0 { "" } else { " \\\\\n" };
            (
                format!("{}\n  {sign} {}", all.0, part.text),
                format!("{}{open} &{} {}", all.1, sign_of(sign), part.latex),
            )
        });
        Math::new(
            text,
            format!("\\begin{{aligned}}\n{latex}\n\\end{{aligned}}"),
        )
    }
}

/// A number with the fewest digits that tell it from its neighbours.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) || !value.is_finite() {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// A sign of a text as LaTeX.
fn sign_of(sign: &str) -> &str {
    match sign {
        "≤" => r"\le",
        "≥" => r"\ge",
        "≈" => r"\approx",
        "·" => r"\cdot",
        sign => sign,
    }
}

/// A text as LaTeX: formulas with signs between them.
pub(super) fn set(text: &str) -> String {
    for sign in [" = ", " ≤ ", " ≥ ", " ≈ ", " < "] {
        if let Some((left, right)) = text.split_once(sign) {
            return format!("{} {} {}", set(left), sign_of(sign.trim()), set(right));
        }
    }
    if let Some(derivative) = derivative(text) {
        return derivative;
    }
    match text {
        "det_J" => return r"\det J".to_owned(),
        "abs(det_J)" => return r"\left|\det J\right|".to_owned(),
        _ => {}
    }
    latex(text).unwrap_or_else(|_| format!(r"\text{{{}}}", plain(text)))
}

/// du/dx of two names, which are no names with a d in front.
fn derivative(text: &str) -> Option<String> {
    let (above, below) = text.split_once('/')?;
    let [u, x] = [above, below].map(|name| name.strip_prefix('d').filter(|of| is_name(of)));
    Some(format!(
        r"\frac{{d{}}}{{d{}}}",
        latex_name(u?),
        latex_name(x?)
    ))
}

fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Text in which nothing is a command.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\\' | '{' | '}' | '$' | '%' | '#' | '&' | '^' | '_'))
        .collect()
}

/// Whether a text is a sum at its top, which needs brackets in a product.
pub(super) fn is_sum(text: &str) -> bool {
    let mut depth = 0;
    text.char_indices().any(|(i, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0 && (text[i..].starts_with(" + ") || text[i..].starts_with(" - "))
    })
}

/// A formula that can stand beside others in a product.
pub(super) fn factor(text: &str) -> Math {
    match is_sum(text) || text.starts_with('-') {
        true => Math::new(format!("({text})"), format!(r"\left({}\right)", set(text))),
        false => Math::of(text),
    }
}

impl Step {
    pub(super) fn new(title: &str) -> Self {
        Step {
            title: title.to_owned(),
            lines: Vec::new(),
        }
    }

    /// Adds a sentence, in which formulas stand between backticks.
    pub(super) fn say(&mut self, sentence: &str) {
        let parts = sentence
            .split('`')
            .enumerate()
            .filter(|(_, part)| !part.is_empty());
        let pieces = parts.map(|(k, part)| match k % 2 {
            0 => Piece::Words(part.to_owned()),
            _ => Piece::Math(Math::of(part)),
        });
        self.lines.push(Line::Words(pieces.collect()));
    }

    /// Adds a formula on a line of its own.
    pub(super) fn show(&mut self, math: Math) {
        self.lines.push(Line::Display(math));
    }

    /// Adds formulas, one below the other.
    pub(super) fn show_all(&mut self, all: &[Math]) {
        let join = |of: &dyn Fn(&Math) -> &str, sign: &str| {
            all.iter().map(of).collect::<Vec<_>>().join(sign)
        };
        let latex = join(&|m| &m.latex, " \\\\\n");
        let latex = match all.len() {
            0 => return,
            1 => latex,
            _ => format!("\\begin{{gathered}}\n{latex}\n\\end{{gathered}}"),
        };
        self.show(Math::new(join(&|m| &m.text, "\n"), latex));
    }

    /// All lines as text.
    pub fn text(&self) -> String {
        let line = |line: &Line| match line {
            Line::Words(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Words(words) => words.clone(),
                    Piece::Math(math) => math.text.clone(),
                })
                .collect::<String>(),
            Line::Display(math) => {
                let lines = math.text.lines().map(|line| format!("    {line}"));
                lines.collect::<Vec<_>>().join("\n")
            }
        };
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// All lines as Markdown, formulas between dollar signs.
    pub fn markdown(&self) -> String {
        self.written(&markdown_words, "$$\n", "\n$$")
    }

    /// All lines as LaTeX.
    pub fn latex(&self) -> String {
        self.written(&latex_words, "\\[\n", "\n\\]")
    }

    /// All lines as LaTeX, for a document in which wide formulas are made to fit.
    pub(super) fn fitted_latex(&self) -> String {
        self.written(&latex_words, "\\[\n\\fit{", "}\n\\]")
    }

    fn written(&self, words: &dyn Fn(&str) -> String, open: &str, close: &str) -> String {
        let line = |line: &Line| match line {
            Line::Words(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Words(text) => words(text),
                    Piece::Math(math) => format!("${}$", math.latex),
                })
                .collect::<String>(),
            Line::Display(math) => format!("{open}{}{close}", math.latex),
        };
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n\n")
    }
}

fn markdown_words(text: &str) -> String {
    let letter = |c: char| match c {
        '*' | '_' | '$' | '\\' | '#' | '<' | '>' | '|' => format!("\\{c}"),
        c => c.to_string(),
    };
    text.chars().map(letter).collect()
}

/// Words as LaTeX that any engine reads: letters beyond ASCII as commands.
pub(crate) fn latex_words(text: &str) -> String {
    let letter = |c: char| match c {
        '_' | '{' | '}' | '#' | '$' | '%' | '&' => format!(r"\{c}"),
        '^' => r"\textasciicircum{}".to_owned(),
        '~' => r"\textasciitilde{}".to_owned(),
        '\\' => r"\textbackslash{}".to_owned(),
        '<' => "$<$".to_owned(),
        '>' => "$>$".to_owned(),
        '|' => "$|$".to_owned(),
        '×' => r"$\times$".to_owned(),
        '·' => r"$\cdot$".to_owned(),
        '≤' => r"$\le$".to_owned(),
        '≥' => r"$\ge$".to_owned(),
        '≈' => r"$\approx$".to_owned(),
        '±' => r"$\pm$".to_owned(),
        '−' => "$-$".to_owned(),
        '∞' => r"$\infty$".to_owned(),
        '√' => r"$\surd$".to_owned(),
        '∫' => r"$\int$".to_owned(),
        'π' => r"$\pi$".to_owned(),
        'ᵀ' => r"${}^{\mathsf T}$".to_owned(),
        '²' => "${}^2$".to_owned(),
        '–' => "--".to_owned(),
        c if c.is_ascii() => c.to_string(),
        _ => "?".to_owned(),
    };
    text.chars().map(letter).collect()
}
