//! The readers of points and rings of points.

use std::ops::Range;

use super::excerpt::{excerpt, trim};
use super::list::split_list;
use super::parse::never_closed;
use crate::error::{Error, TextFault};

/// The places of the two coordinates of a point.
pub(crate) type Point = [Range<usize>; 2];

/// What a point is, for messages.
const A_POINT: &str = "a point such as `(4, 3)`";

/// What well-known text may begin with.
const WELL_KNOWN: [&str; 2] = ["POLYGON", "MULTIPOLYGON"];

/// The rings of a text: the points of one, as in `(0, 0) (4, 0) (4, 3)`, or well-known text.
///
/// # Errors
/// [`Error::Text`] with the place of the first fault.
pub(crate) fn rings(text: &str) -> Result<Vec<Vec<Point>>, Error> {
    // Refuses what is too long, and signs that formulas do not have.
    split_list(text, 0..text.len())?;
    let start = text.len() - text.trim_start().len();
    let word = text[start..].find(|c: char| !c.is_ascii_alphabetic());
    let word = start..word.map_or(text.len(), |end| start + end);
    if WELL_KNOWN
        .iter()
        .any(|known| known.eq_ignore_ascii_case(&text[word.clone()]))
    {
        let mut found = Vec::new();
        let end = groups(text, word.end, &mut found)?;
        return match trim(text, end..text.len()) {
            rest if rest.is_empty() => Ok(found),
            rest => Err(unexpected(text, rest, "the end of the polygon")),
        };
    }
    Ok(vec![points(text)?])
}

/// The points of a ring, each in parentheses, with commas between them or without.
fn points(text: &str) -> Result<Vec<Point>, Error> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = trim(text, at..text.len());
        if rest.is_empty() {
            return Ok(found);
        }
        if !text[rest.clone()].starts_with('(') {
            let end = text[rest.clone()]
                .find('(')
                .map_or(rest.end, |length| rest.start + length);
            return Err(unexpected(text, trim(text, rest.start..end), A_POINT));
        }
        let end = closing(text, rest.start)?;
        let inside = rest.start + 1..end;
        match &split_list(text, inside)?[..] {
            [x, y] => found.push([x.clone(), y.clone()]),
            _ => return Err(unexpected(text, rest.start..end + 1, A_POINT)),
        }
        at = end + 1;
        let next = trim(text, at..text.len());
        if text[next.clone()].starts_with(',') {
            at = next.start + 1;
        }
    }
}

/// The place of the parenthesis that closes the one at a place.
fn closing(text: &str, open: usize) -> Result<usize, Error> {
    let mut depth = 0;
    for (at, sign) in text[open..].char_indices() {
        match sign {
            '(' => depth += 1,
            ')' if depth == 1 => return Ok(open + at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    Err(never_closed(text, open..open + 1))
}

/// The rings of a list in parentheses, of rings or of such lists; gives the end of the list.
fn groups(text: &str, at: usize, found: &mut Vec<Vec<Point>>) -> Result<usize, Error> {
    let rest = trim(text, at..text.len());
    if !text[rest.clone()].starts_with('(') {
        let end = text[rest.clone()]
            .find('(')
            .map_or(rest.end, |length| rest.start + length);
        return Err(unexpected(
            text,
            trim(text, rest.start..end),
            "`((`, and points",
        ));
    }
    let end = closing(text, rest.start)?;
    let inside = trim(text, rest.start + 1..end);
    if !text[inside.clone()].starts_with('(') {
        found.push(ring(text, inside)?);
        return Ok(end + 1);
    }
    let mut at = inside.start;
    loop {
        at = groups(text, at, found)?;
        let next = trim(text, at..end);
        match text[next.clone()].chars().next() {
            None => return Ok(end + 1),
            Some(',') => at = next.start + 1,
            Some(_) => return Err(unexpected(text, next, "`,` or `)`")),
        }
    }
}

/// The points of a ring of well-known text: `0 0, 4 0, 4 3, 0 0`.
fn ring(text: &str, inside: Range<usize>) -> Result<Vec<Point>, Error> {
    let parts = split_list(text, inside)?.into_iter();
    let point = |part: Range<usize>| {
        let part = trim(text, part);
        let words: Vec<Range<usize>> = text[part.clone()]
            .split_whitespace()
            .map(|word| {
                let start = word.as_ptr() as usize - text.as_ptr() as usize;
                start..start + word.len()
            })
            .collect();
        match <[Range<usize>; 2]>::try_from(words) {
            Ok(point) => Ok(point),
            Err(_) => Err(unexpected(text, part, "two numbers such as `4 3`")),
        }
    };
    parts.map(point).collect()
}

fn unexpected(text: &str, span: Range<usize>, wanted: &'static str) -> Error {
    let found = text[span.clone()].trim();
    let fault = TextFault::Unexpected {
        wanted,
        found: (!found.is_empty()).then(|| excerpt(found).to_owned()),
        meant: None,
    };
    Error::text(text, span, fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let all = rings(text).unwrap();
        let shown = |ring: &Vec<Point>| {
            let points = ring.iter();
            let texts = points
                .map(|[x, y]| format!("{}:{}", text[x.clone()].trim(), text[y.clone()].trim()));
            texts.collect::<Vec<_>>().join(" ")
        };
        all.iter().map(shown).collect()
    }

    fn fault(text: &str) -> String {
        match rings(text).unwrap_err() {
            Error::Text { text, span, .. } => text[span].to_owned(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn points_stand_in_parentheses() {
        assert_eq!(
            read("(0,0) (4,0)(a, atan2(1, 2))"),
            ["0:0 4:0 a:atan2(1, 2)"]
        );
        assert_eq!(read(" (0, 0), ((4), -1e3),"), ["0:0 (4):-1e3"]);
    }

    #[test]
    fn well_known_text_has_rings() {
        assert_eq!(read("POLYGON ((0 0, 4 0, 4 3, 0 0))"), ["0:0 4:0 4:3 0:0"]);
        assert_eq!(
            read("polygon((0 0,-4 0),(1e1 2/3,5 6))"),
            ["0:0 -4:0", "1e1:2/3 5:6"]
        );
        assert_eq!(
            read("MULTIPOLYGON (((0 0, 1 1)), ((2 2, 3 3), (4 4)))").len(),
            3
        );
    }

    #[test]
    fn faults_have_their_place() {
        assert_eq!(fault("(0, 0) 4, 0 (1, 1)"), "4, 0");
        assert_eq!(fault("(0, 0) (1, 2, 3)"), "(1, 2, 3)");
        assert_eq!(fault("(0, 0) (1, 2"), "(");
        assert_eq!(fault("POLYGON ((0 0, 1 2 3))"), "1 2 3");
        assert_eq!(fault("POLYGON Z ((0 0 1))"), "Z");
        assert_eq!(fault("POLYGON EMPTY"), "EMPTY");
        assert_eq!(fault("POLYGON ((0 0, 1 1)) x"), "x");
    }
}
