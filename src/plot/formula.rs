//! A typeset formula as a box of texts and bars: quotients over a bar, radicands below one.
//!
//! 1. What is outside of parentheses is cut into terms, and each term at its products and quotients. A quotient of
//!    more than a few signs is set over a bar, without the parentheses that stand around all of its numerator or
//!    denominator; v/3 stays on the line, as textbooks have it, and so does what is divided twice.
//! 2. What follows a root in parentheses stands under its bar instead.
//! 3. Boxes have a width and reach above and below the middle of small letters; those of a line stand side by side.
//!    (D. E. Knuth, The TeXbook, Addison-Wesley 1984, chapters 11 and 17.)

use super::color::Rgb;
use super::font::Font;
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::text::{HAlign, Type};

/// The most signs of a numerator and a denominator that stay on the line.
const ON_LINE: usize = 3;
/// The size of numerators and denominators in that of the line.
const SMALLER: f64 = 0.93;
/// All in ems: how far letters reach from the middle of small ones; the height of bars over that; room around bars,
/// what they are longer than what stands over them; and how thick they are.
const REACH: f64 = 0.5;
const AXIS: f64 = 0.04;
const GAP: f64 = 0.15;
const OVERHANG: f64 = 0.12;
const THICK: f64 = 0.07;
/// What is free between parts.
const KERN: f64 = 0.01;

/// A part of a formula.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Fraction([Vec<Part>; 2]),
    Root(Vec<Part>),
}

/// A formula that is laid out from its left end, at the middle of its small letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Formula {
    pub(super) width: f64,
    /// How far it reaches above and below.
    pub(super) reach: [f64; 2],
    texts: Vec<(String, Spot, f64)>,
    bars: Vec<([Spot; 2], f64)>,
}

impl Formula {
    /// Texts side by side with an em of so many pixels, each with bars or, as words are, without them.
    pub(super) fn new(runs: &[(String, bool)], size: f64) -> Formula {
        let all = runs.iter().flat_map(|(text, has_bars)| match has_bars {
            true => parts(text),
            false => vec![Part::Text(text.clone())],
        });
        let mut formula = Formula::default();
        formula.add(&joined(all.collect()), [0.0, 0.0], size);
        formula
    }

    /// Adds parts side by side, from a place on.
    fn add(&mut self, parts: &[Part], [mut x, y]: Spot, size: f64) {
        for part in parts {
            let own = laid_out(part, size);
            self.reach = [
                self.reach[0].max(own.reach[0] - y),
                self.reach[1].max(own.reach[1] + y),
            ];
            let moved = |[along, down]: Spot| [x + along, y + down];
            let texts = own.texts.into_iter();
            self.texts
                .extend(texts.map(|(text, at, size)| (text, moved(at), size)));
            let bars = own.bars.into_iter();
            self.bars
                .extend(bars.map(|(ends, width)| (ends.map(moved), width)));
            self.width = self.width.max(x + own.width);
            x += own.width + KERN * size;
        }
    }

    /// Draws the formula from its left end.
    pub(super) fn draw(&self, scene: &mut Scene, [x, y]: Spot, color: Rgb) {
        for (text, [along, down], size) in &self.texts {
            let set = Type {
                color,
                ..Type::new(Font::Regular, *size, HAlign::Left)
            };
            scene.text(text, [x + along, y + down], set);
        }
        for (ends, width) in &self.bars {
            let path = ends.map(|[along, down]| [x + along, y + down]);
            scene.line(path.to_vec(), Pen::new(color, *width));
        }
    }
}

/// A part alone.
fn laid_out(part: &Part, size: f64) -> Formula {
    match part {
        Part::Text(text) => Formula {
            width: Font::Regular.width(text, size),
            reach: [REACH * size; 2],
            texts: vec![(text.clone(), [0.0, 0.0], size)],
            bars: Vec::new(),
        },
        Part::Root(inner) => {
            let sign = Font::Regular.width("√", size);
            let corners = Font::Regular.outlines("√", size, |along, down| [along, down]);
            let corners = corners.concat();
            // The bar begins at the upper right corner of the sign.
            let right = corners.iter().map(|p| p[0]).fold(0.0, f64::max);
            let top = corners.iter().map(|p| p[1]).fold(0.0, f64::min);
            let thick = THICK * size;
            let mut whole = Formula::default();
            whole.add(&[Part::Text("√".to_owned())], [0.0, 0.0], size);
            whole.add(inner, [sign + KERN * size, 0.0], size);
            let ends = [right - 0.5 * thick, whole.width + 0.04 * size];
            let y = top + 0.5 * thick;
            whole.bars.push((ends.map(|x| [x, y]), thick));
            whole.reach[0] = whole.reach[0].max(thick - y);
            whole.width += OVERHANG * size;
            whole
        }
        Part::Fraction(sides) => {
            let small = SMALLER * size;
            let [above, below] = sides.each_ref().map(|side| {
                let mut own = Formula::default();
                own.add(side, [0.0, 0.0], small);
                own
            });
            let overhang = OVERHANG * size;
            let length = above.width.max(below.width) + 2.0 * overhang;
            let (axis, gap) = (-AXIS * size, GAP * size);
            let up = axis - gap - above.reach[1];
            let down = axis + gap + below.reach[0];
            let mut whole = Formula::default();
            for ((side, own), y) in sides.iter().zip([&above, &below]).zip([up, down]) {
                let left = overhang + 0.5 * (length - own.width);
                whole.add(side, [left, y], small);
            }
            let ends = [overhang, overhang + length];
            whole.bars.push((ends.map(|x| [x, axis]), THICK * size));
            whole.width = length + 2.0 * overhang;
            whole
        }
    }
}

/// The parts of a formula, neighbouring texts apart.
fn parts(typeset: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for term in terms(typeset) {
        match quotient(term) {
            Some([before, above, below, after]) => {
                parts.extend(with_roots(before));
                parts.push(Part::Fraction([above, below].map(with_roots)));
                parts.extend(with_roots(after));
            }
            None => parts.extend(with_roots(term)),
        }
    }
    parts
}

/// The same with one text for neighbouring ones.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Text(last)), Part::Text(text)) => last.push_str(&text),
            (_, part) => joined.push(part),
        }
    }
    joined
}

/// How deep in parentheses each sign of a text is, those of parentheses themselves being outside; with its place.
fn depths(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let mut depth = 0usize;
    text.char_indices().map(move |(at, c)| {
        if matches!(c, ')' | ']') {
            depth = depth.saturating_sub(1);
        }
        let own = depth;
        if matches!(c, '(' | '[') {
            depth += 1;
        }
        (at, c, own)
    })
}

/// Where terms outside of parentheses begin with their sign: each + and − between terms.
pub(super) fn signs(text: &str) -> Vec<usize> {
    let mut previous = ['(', '('];
    let mut signs = Vec::new();
    for (at, c, depth) in depths(text) {
        let [before, last] = previous;
        // The sign of an exponent, as in 1e−5.
        let is_exponent = matches!(last, 'e' | 'E') && before.is_ascii_digit();
        let follows_operand = !matches!(last, '(' | '·' | '/' | '^' | '=' | ',' | '<' | '>');
        if depth == 0 && matches!(c, '+' | '−') && follows_operand && !is_exponent {
            signs.push(at);
        }
        if c != ' ' {
            previous = [last, c];
        }
    }
    signs
}

/// What stands between these signs of a text that are outside of parentheses.
pub(super) fn splits(text: &str, sign: char) -> Vec<&str> {
    let places = depths(text).filter(|&(_, c, depth)| depth == 0 && c == sign);
    let mut start = 0;
    let mut parts: Vec<&str> = Vec::new();
    for (at, ..) in places {
        parts.push(&text[start..at]);
        start = at + sign.len_utf8();
    }
    parts.push(&text[start..]);
    parts
}

/// The terms of a formula, each with the sign before it, and what stands between them.
fn terms(text: &str) -> Vec<&str> {
    let mut cuts = signs(text);
    let is_between = |&(_, c, depth): &(usize, char, usize)| {
        depth == 0 && matches!(c, ' ' | '=' | ',' | ';' | '<' | '>' | '≤' | '≥')
    };
    let between = depths(text).filter(is_between);
    cuts.extend(between.map(|(at, c, _)| at + c.len_utf8()));
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let pairs = cuts.windows(2);
    pairs.map(|pair| &text[pair[0]..pair[1]]).collect()
}

/// What stands before a quotient, over and under its bar, and after it, if a term has one that is not for the line.
fn quotient(term: &str) -> Option<[&str; 4]> {
    let is_sign = |c: char| matches!(c, '+' | '−' | ' ');
    let start = term.len() - term.trim_start_matches(is_sign).len();
    let is_end = |c: char| matches!(c, ' ' | ',' | '=' | ';' | '<' | '>' | '≤' | '≥');
    let end = term.trim_end_matches(is_end).len();
    let body = term.get(start..end)?;
    let operators: Vec<(usize, char)> = depths(body)
        .filter(|&(_, c, depth)| depth == 0 && matches!(c, '·' | '/'))
        .map(|(at, c, _)| (at, c))
        .collect();
    let mut bars = operators.iter().filter(|(_, c)| *c == '/');
    let (bar, None) = (bars.next()?.0, bars.next()) else {
        return None;
    };
    let next = operators.iter().find(|(at, _)| *at > bar);
    let stop = next.map_or(body.len(), |(at, _)| *at);
    let [above, below] = [&body[..bar], &body[bar + 1..stop]].map(bare);
    if above.is_empty() || below.is_empty() || [above, below].into_iter().all(is_short) {
        return None;
    }
    Some([&term[..start], above, below, &term[start + stop..]])
}

/// Whether a text has so few signs that it stays on the line in a quotient.
fn is_short(text: &str) -> bool {
    !text.contains(['(', ' ']) && text.chars().count() <= ON_LINE
}

/// A text without parentheses around all of it.
fn bare(text: &str) -> &str {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let is_group = |inner: &&str| matching(inner, 0).is_none();
    inner.filter(is_group).unwrap_or(text)
}

/// Where the parenthesis is closed that is open before a place of a text.
fn matching(text: &str, from: usize) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text[from..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(from + at);
        }
    }
    None
}

/// A text with what follows roots under their bars.
fn with_roots(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(found) = text[from..].find("√(") {
        let sign = from + found;
        let open = sign + "√(".len();
        let Some(close) = matching(text, open) else {
            break;
        };
        from = open;
        let rest = &text[close + 1..];
        let is_raised = rest.starts_with(|c: char| c == '^' || "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c));
        if is_raised {
            continue;
        }
        parts.push(Part::Text(text[start..sign].to_owned()));
        // A root in a root keeps its parentheses.
        parts.push(Part::Root(vec![Part::Text(text[open..close].to_owned())]));
        (start, from) = (close + 1, close + 1);
    }
    parts.push(Part::Text(text[start..].to_owned()));
    parts.retain(|part| *part != Part::Text(String::new()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typeset: &str) -> String {
        fn of(parts: &[Part]) -> String {
            let told = parts.iter().map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Fraction([above, below]) => format!("[{} | {}]", of(above), of(below)),
                Part::Root(inner) => format!("√[{}]", of(inner)),
            });
            told.collect()
        }
        of(&joined(parts(typeset)))
    }

    #[test]
    fn long_quotients_outside_of_parentheses_are_set_over_bars() {
        for (text, expected) in [
            (
                "x = sinh(q)/(cosh(q) − cos(s))",
                "x = [sinh(q) | cosh(q) − cos(s)]",
            ),
            ("y = −v/(u² + v²) + 1", "y = −[v | u² + v²] + 1"),
            ("z = u + v·w/3 − a·π/2", "z = u + v·w/3 − a·π/2"),
            ("f = 2·(a + b)/c·sin(x)", "f = [2·(a + b) | c]·sin(x)"),
            ("f = (a + b)·(c + d)/(2·a)", "f = [(a + b)·(c + d) | 2·a]"),
            ("x = exp(u/(1 + v))", "x = exp(u/(1 + v))"),
            ("x = sin(u)/a/b", "x = sin(u)/a/b"),
            (
                "f = exp(x)/x+1e−5·y/(x−1)",
                "f = [exp(x) | x]+[1e−5·y | x−1]",
            ),
            ("det J = 1/(u² + v²)²", "det J = [1 | (u² + v²)²]"),
            ("s = (1 + p²)^(−2/p)", "s = (1 + p²)^(−2/p)"),
        ] {
            assert_eq!(told(text), expected);
        }
    }

    #[test]
    fn radicands_stand_under_bars_but_not_those_of_raised_roots() {
        for (text, expected) in [
            ("√(x² + y²)", "√[x² + y²]"),
            ("acos(√(1 − x²))", "acos(√[1 − x²])"),
            ("√(x)⁻¹ + √(y)", "√(x)⁻¹ + √[y]"),
            ("1/√(1 − √(u))", "[1 | √[1 − √(u)]]"),
            ("√det(JᵀJ) = √(2)", "√det(JᵀJ) = √[2]"),
            ("√(x", "√(x"),
        ] {
            assert_eq!(told(text), expected);
        }
    }

    #[test]
    fn boxes_hold_their_texts_and_none_overlap() {
        for text in [
            "x = sinh(q)/(cosh(q) − cos(s)) + √(u/v)/(1 + u)·2",
            "x = (u² − v²)/√(x² + y²)",
        ] {
            for size in [11.0, 14.5, 30.0] {
                let formula = Formula::new(&[(text.to_owned(), true)], size);
                let mut scene = Scene::default();
                formula.draw(&mut scene, [0.0, 0.0], super::super::color::INK);
                let is_text = |mark: &&super::super::scene::Mark| {
                    matches!(mark, super::super::scene::Mark::Text { .. })
                };
                let texts = scene.marks.iter().filter(is_text);
                let boxes: Vec<[f64; 4]> = texts.map(|mark| mark.bounds()).collect();
                for (i, a) in boxes.iter().enumerate() {
                    // Rounding of sums of widths.
                    assert!(a[0] > -1e-9 && a[2] < formula.width + 1e-9, "{text}");
                    assert!(
                        -a[1] <= formula.reach[0] && a[3] <= formula.reach[1],
                        "{text}"
                    );
                    for b in &boxes[..i] {
                        let across = a[2].min(b[2]) - a[0].max(b[0]);
                        let down = a[3].min(b[3]) - a[1].max(b[1]);
                        assert!(across < 1e-9 || down < 1e-9, "{text}: {a:?}, {b:?}");
                    }
                }
            }
        }
    }
}
