//! What stands under a title: formulas and words, in lines that break where a reader would.
//!
//! 1. The text is cut at its commas outside of parentheses. A statement with an equals sign is a formula, which may
//!    break before its terms, and anything else are words, which may break between them.
//! 2. Of all ways to break into so many lines the one of least cost is taken, by dynamic programming: breaks between
//!    formulas cost least, those within one most, and lines of one width are better than others. (D. E. Knuth and
//!    M. F. Plass, "Breaking paragraphs into lines", Software: Practice and Experience 11 (1981) 1119–1184.)
//! 3. The fewest lines are taken in which letters are of an easy size; letters get smaller than that only where the
//!    most lines do not suffice. Quotients stand over bars where the height allows it.
//! 4. Where all that does not suffice, the longest formula is left out, with a word on how long it is, and so on;
//!    words alone are cut, with "…" at their end.

use super::formula::{Formula, signs, splits};
use super::scene::Scene;
use super::text::{Type, words};

/// The size that letters keep as long as there are lines, and the least one.
const EASY: f64 = 13.0;
const LEAST: f64 = 11.0;
/// The height of a line of letters of the usual size, and what lines with bars are apart.
pub(super) const LINE: f64 = 17.0;
const APART: f64 = 3.0;

/// What it costs to break a line between formulas, and before a term; a line of half the usual width costs 1/4.
const COST_OF_FORMULA: f64 = 0.05;
const COST_OF_TERM: f64 = 2.0;

/// What stands between two pieces of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Joint {
    /// A comma and a gap.
    Group,
    /// A comma.
    Formula,
    /// The sign of the term that follows.
    Term,
    /// Between words.
    Word,
}

impl Joint {
    /// What stands in a line.
    fn between(self) -> &'static str {
        match self {
            // Spaces that are not made one.
            Joint::Group => ",\u{a0}\u{a0}\u{a0} ",
            Joint::Formula => ", ",
            Joint::Term | Joint::Word => " ",
        }
    }

    /// What stands at the end of a line that breaks here.
    fn at_end(self) -> &'static str {
        match self {
            Joint::Group | Joint::Formula => ",",
            Joint::Term | Joint::Word => "",
        }
    }

    /// What it costs to break a line here.
    fn cost(self) -> f64 {
        match self {
            Joint::Group | Joint::Word => 0.0,
            Joint::Formula => COST_OF_FORMULA,
            Joint::Term => COST_OF_TERM,
        }
    }
}

/// What is never broken, and what follows it.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    text: String,
    is_formula: bool,
    joint: Joint,
}

/// What stands between two commas, and what follows it.
#[derive(Clone, Debug, PartialEq)]
struct Item {
    text: String,
    joint: Joint,
    /// What stands for formulas: their names, and how many terms each has.
    left_out: Option<(Vec<String>, usize)>,
}

/// How much room there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) width: f64,
    /// Besides that of one line.
    pub(super) height: f64,
    /// The most lines.
    pub(super) lines: usize,
}

/// Lines under a title, laid out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subtitle {
    lines: Vec<Formula>,
    /// How many formulas are left out.
    pub(super) left_out: usize,
}

impl Subtitle {
    /// A text in so much room, in letters no larger than `set` has them.
    pub(super) fn new(text: &str, set: &Type, room: Room) -> Subtitle {
        let mut items = items(text);
        let mut left_out = 0;
        loop {
            let pieces = pieces(&items);
            if let Some(lines) = fitting(&pieces, set.size, room) {
                return Subtitle { lines, left_out };
            }
            if !leave_out(&mut items) {
                let least = Type {
                    size: LEAST.min(set.size),
                    ..*set
                };
                let (set, lines) = least.fit(text, room.width, LEAST, room.lines);
                let lines = lines.into_iter();
                let lines = lines.map(|line| Formula::new(&[(line, false)], set.size));
                return Subtitle {
                    lines: lines.collect(),
                    left_out,
                };
            }
            left_out += 1;
        }
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        self.lines.len()
    }

    /// How far the middles of lines are below that of the first one if it were of letters alone, and the height of all
    /// besides that of one line.
    fn places(&self) -> (Vec<f64>, f64) {
        places(&self.lines)
    }

    /// The height of all lines besides that of one.
    pub(super) fn height(&self) -> f64 {
        self.places().1
    }

    /// Draws the lines about the middle of a page, the first one at a height.
    pub(super) fn draw(&self, scene: &mut Scene, [x, y]: [f64; 2], set: &Type) {
        let (places, _) = self.places();
        for (line, place) in self.lines.iter().zip(places) {
            line.draw(scene, [x - 0.5 * line.width, y + place], set.color);
        }
    }
}

/// As [`Subtitle::places`].
fn places(lines: &[Formula]) -> (Vec<f64>, f64) {
    let half = 0.5 * LINE;
    let mut bottom = -half;
    let place = |line: &Formula| {
        // Lines of letters alone are as far apart as ever.
        let [above, below] = line.reach.map(|reach| (reach + 0.5 * APART).max(half));
        let middle = bottom + above;
        bottom = middle + below;
        middle
    };
    let places = lines.iter().map(place).collect();
    (places, bottom - half)
}

/// The lines in the largest letters in which all pieces fit.
fn fitting(pieces: &[Piece], largest: f64, room: Room) -> Option<Vec<Formula>> {
    for least in [EASY, LEAST] {
        for has_bars in [true, false] {
            let widths = widths(pieces, has_bars);
            for count in 1..=room.lines {
                // To halves of a pixel, which is as far as sizes are told apart.
                let steps = (2.0 * (largest - least)).max(0.0) as usize;
                for size in (0..=steps).map(|k| largest - 0.5 * k as f64) {
                    let Some(ends) = broken(pieces, &widths, count, room.width / size) else {
                        continue;
                    };
                    let lines = lines(pieces, &ends, size, has_bars);
                    if places(&lines).1 <= room.height {
                        return Some(lines);
                    }
                }
            }
        }
    }
    None
}

/// The widths of pieces, in ems.
fn widths(pieces: &[Piece], has_bars: bool) -> Vec<f64> {
    let width = |piece: &Piece| {
        let run = (piece.text.clone(), piece.is_formula && has_bars);
        Formula::new(&[run], 1.0).width
    };
    pieces.iter().map(width).collect()
}

/// Where lines end: before which pieces; if so many lines suffice for pieces of these widths.
fn broken(pieces: &[Piece], widths: &[f64], count: usize, room: f64) -> Option<Vec<usize>> {
    let width_of = |text: &str| Formula::new(&[(text.to_owned(), false)], 1.0).width;
    let betweens: Vec<f64> = pieces.iter().map(|p| width_of(p.joint.between())).collect();
    let ends: Vec<f64> = pieces.iter().map(|p| width_of(p.joint.at_end())).collect();
    let n = pieces.len();
    let total: f64 = widths.iter().chain(&betweens).sum();
    let usual = total / count as f64;
    // The least cost of so many lines that end before each piece, and where the last of them starts.
    let mut best: Vec<Vec<Option<(f64, usize)>>> = vec![vec![None; n + 1]; count + 1];
    best[0][0] = Some((0.0, 0));
    for line in 1..=count {
        for start in 0..n {
            let Some((before, _)) = best[line - 1][start] else {
                continue;
            };
            let mut width = 0.0;
            for end in start + 1..=n {
                if width + widths[end - 1] + ends[end - 1] > room {
                    break;
                }
                let whole = width + widths[end - 1];
                width = whole + betweens[end - 1];
                let at_end = if end == n {
                    0.0
                } else {
                    pieces[end - 1].joint.cost()
                };
                let off = (whole - usual) / room;
                let cost = before + at_end + off * off;
                if best[line][end].is_none_or(|(known, _)| cost < known) {
                    best[line][end] = Some((cost, start));
                }
            }
        }
    }
    let mut found = vec![n];
    let mut end = n;
    for line in (1..=count).rev() {
        let (_, start) = best[line][end]?;
        end = start;
        found.push(end);
    }
    found.pop();
    found.reverse();
    Some(found)
}

/// The lines that end before these pieces.
fn lines(pieces: &[Piece], ends: &[usize], size: f64, has_bars: bool) -> Vec<Formula> {
    let mut start = 0;
    let line = |&end: &usize| {
        let mut runs: Vec<(String, bool)> = Vec::new();
        for (k, piece) in pieces[start..end].iter().enumerate() {
            let follows = match start + k + 1 == end {
                true => piece.joint.at_end(),
                false => piece.joint.between(),
            };
            let own = format!("{}{follows}", piece.text);
            let is_formula = piece.is_formula && has_bars;
            match runs.last_mut() {
                Some((text, same)) if *same == is_formula => text.push_str(&own),
                _ => runs.push((own, is_formula)),
            }
        }
        start = end;
        Formula::new(&runs, size)
    };
    ends.iter().map(line).collect()
}

/// What stands between the commas of a text that are outside of parentheses.
fn items(text: &str) -> Vec<Item> {
    let parts = splits(text, ',');
    let item = |(k, part): (usize, &&str)| Item {
        text: part.split_whitespace().collect::<Vec<_>>().join(" "),
        joint: match parts.get(k + 1) {
            None => Joint::Word,
            // A gap is meant.
            Some(next) if next.starts_with("  ") => Joint::Group,
            Some(_) => Joint::Formula,
        },
        left_out: None,
    };
    parts.iter().enumerate().map(item).collect()
}

/// Items cut where they may be broken.
fn pieces(items: &[Item]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for item in items {
        let is_formula = item.text.contains(" = ") && item.left_out.is_none();
        let inner = if is_formula { Joint::Term } else { Joint::Word };
        let parts: Vec<String> = match is_formula {
            true => cut_at_signs(&item.text),
            false => words(&item.text),
        };
        let own = parts.into_iter().map(|text| Piece {
            text,
            is_formula,
            joint: inner,
        });
        pieces.extend(own);
        if let Some(last) = pieces.last_mut() {
            last.joint = item.joint;
        }
    }
    pieces
}

/// A formula cut before the signs between its terms.
fn cut_at_signs(text: &str) -> Vec<String> {
    let mut cuts = vec![0];
    cuts.extend(
        signs(text)
            .into_iter()
            .filter(|&at| text[..at].ends_with(' ')),
    );
    cuts.push(text.len());
    let pairs = cuts.windows(2);
    let parts = pairs.map(|pair| text[pair[0]..pair[1]].trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

/// Puts a word in the place of the longest formula; `false` where there is none that this makes shorter.
fn leave_out(items: &mut Vec<Item>) -> bool {
    let formulas = items.iter().enumerate();
    let formulas = formulas.filter(|(_, item)| item.left_out.is_none());
    let formulas = formulas.filter_map(|(k, item)| {
        let (name, formula) = item.text.split_once(" = ")?;
        let terms = 1 + signs(formula).len();
        let length = formula.chars().count();
        (length > said(&[name.to_owned()], terms).chars().count()).then_some((length, k))
    });
    let Some((_, longest)) = formulas.max() else {
        return false;
    };
    let Some((name, formula)) = items[longest].text.split_once(" = ") else {
        return false;
    };
    let terms = 1 + signs(formula).len();
    let mut names = vec![name.to_owned()];
    // Neighbours of as many terms are told of together.
    let is_alike = |item: &Item| item.left_out.as_ref().is_some_and(|(_, its)| *its == terms);
    let mut at = longest;
    if at + 1 < items.len() && items[at].joint == Joint::Formula && is_alike(&items[at + 1]) {
        let next = items.remove(at + 1);
        names.extend(next.left_out.into_iter().flat_map(|(names, _)| names));
        items[at].joint = next.joint;
    }
    if at > 0 && items[at - 1].joint == Joint::Formula && is_alike(&items[at - 1]) {
        let own = items.remove(at);
        at -= 1;
        let before = items[at].left_out.take().into_iter();
        names = before.flat_map(|(names, _)| names).chain(names).collect();
        items[at].joint = own.joint;
    }
    items[at].text = said(&names, terms);
    items[at].left_out = Some((names, terms));
    true
}

/// What is said of formulas that are left out.
fn said(names: &[String], terms: usize) -> String {
    let own = names.join(", ");
    match (names.len(), terms) {
        (1, 1) => format!("{own}: a long formula"),
        (_, 1) => format!("{own}: long formulas"),
        (1, _) => format!("{own}: a sum of {terms} terms"),
        _ => format!("{own}: sums of {terms} terms each"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::font::Font;
    use super::super::scene::Mark;
    use super::super::text::HAlign;
    use super::*;

    const SET: Type = Type::new(Font::Regular, 14.5, HAlign::Center);

    fn told(text: &str, width: f64, lines: usize) -> (Subtitle, Vec<String>) {
        let room = Room {
            width,
            height: 80.0,
            lines,
        };
        let subtitle = Subtitle::new(text, &SET, room);
        let told = subtitle.lines.iter().map(|line| {
            assert!(line.width <= width + 1e-9, "{text}");
            let mut scene = Scene::default();
            line.draw(&mut scene, [0.0, 0.0], SET.color);
            let texts = scene.marks.into_iter().filter_map(|mark| match mark {
                Mark::Text { text, .. } => Some(text),
                _ => None,
            });
            texts.collect::<Vec<_>>().join(" | ")
        });
        let told = told.collect();
        (subtitle, told)
    }

    #[test]
    fn lines_break_between_formulas_and_then_before_terms_alone() {
        let text = "x = (1 − u)·x₁ + u·(x₃ − x₄), y = (1 − u)·y₁ + u·(y₃ − y₄),   det J = (x₃ − x₄)·(y₃ − y₄) − 1";
        let width = |part: &str| SET.width(part);
        let (_, lines) = told(
            text,
            1.1 * width("x = (1 − u)·x₁ + u·(x₃ − x₄), y = (1 − u)·y₁ + u·(y₃ − y₄),"),
            3,
        );
        assert_eq!(
            lines,
            [
                "x = (1 − u)·x₁ + u·(x₃ − x₄), y = (1 − u)·y₁ + u·(y₃ − y₄),",
                "det J = (x₃ − x₄)·(y₃ − y₄) − 1"
            ]
        );
        let (_, lines) = told(
            "det J = (x₃ − x₄)·(y₃ − y₄) − (x₁ − x₂)·(y₁ − y₂)",
            width("det J = (x₃ − x₄)·(y₃ − y₄)") * 1.1,
            3,
        );
        assert_eq!(
            lines,
            ["det J = (x₃ − x₄)·(y₃ − y₄)", "− (x₁ − x₂)·(y₁ − y₂)"]
        );
    }

    #[test]
    fn a_formula_that_is_too_long_is_left_out_with_a_word_and_never_cut() {
        let sum = |name: &str, count: usize| {
            let terms = (1..=count).map(|k| format!("a{k}·sin({k}·u)"));
            format!("{name} = {}", terms.collect::<Vec<_>>().join(" + "))
        };
        let text = [sum("x", 40), sum("y", 40), "z = u".to_owned()].join(", ");
        let text = format!("{text},   det J = {}", "u·".repeat(400) + "u");
        let (subtitle, lines) = told(&text, 600.0, 3);
        assert_eq!(
            lines,
            ["x, y: sums of 40 terms each, z = u,\u{a0}\u{a0}\u{a0} det J: a long formula"]
        );
        assert_eq!(subtitle.left_out, 3);
    }

    #[test]
    fn words_break_at_spaces_but_not_within_det_j() {
        let text = "Errors of det J of four methods against evaluations/second";
        let (_, lines) = told(text, SET.width("against evaluations/sec"), 4);
        assert!(lines.iter().all(|line| !line.ends_with("det")), "{lines:?}");
        // Words are no fractions.
        assert_eq!(lines.join(" "), text);
        let (_, lines) = told(&"word ".repeat(200), 200.0, 2);
        assert!(lines[1].ends_with('…'));
    }

    #[test]
    fn lines_with_bars_do_not_touch_each_other() {
        let text = "x = sinh(q)/(cosh(q) − cos(s)), y = sin(s)/(cosh(q) − cos(s)),   det J = 1/(cosh(q) − cos(s))²";
        let (subtitle, lines) = told(text, 300.0, 4);
        assert!(lines.len() > 1 && subtitle.height() > LINE * (lines.len() - 1) as f64);
        let mut scene = Scene::default();
        subtitle.draw(&mut scene, [200.0, 50.0], &SET);
        let boxes: Vec<[f64; 4]> = scene.marks.iter().map(Mark::bounds).collect();
        let bottom = boxes.iter().map(|b| b[3]).fold(0.0, f64::max);
        assert!(bottom <= 50.0 + 0.5 * LINE + subtitle.height());
        for (i, a) in boxes.iter().enumerate() {
            for b in &boxes[..i] {
                let across = a[2].min(b[2]) - a[0].max(b[0]);
                let down = a[3].min(b[3]) - a[1].max(b[1]);
                assert!(across < 1e-9 || down < 1e-9, "{a:?} {b:?}");
            }
        }
    }
}
