//! Whatever is typed, the parser answers with formulas or with an error that points into the text.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::{Error, Map, Parameters, Region};

mod cases;

use cases::{CASES, SplitMix};

/// Pieces that mutated texts are made of.
const PIECES: &[&str] = &[
    "(",
    ")",
    ",",
    "=",
    "==",
    "..",
    ".",
    "^",
    "**",
    "*",
    "/",
    "+",
    "-",
    "-(",
    "²",
    "³",
    "⁻",
    "·",
    "π",
    "θ",
    "φ",
    "∞",
    "∫",
    "🙂",
    "\u{0301}",
    "\u{200b}",
    "\0",
    "\n",
    "\t",
    " ",
    "\"",
    "\\",
    "1e999",
    "1e-999",
    "0x",
    "1.5.2",
    "1e",
    ".5",
    "5.",
    "0..1",
    "not ",
    " and ",
    " or ",
    "if(",
    "det(",
    "volume(2, ",
    "volume(",
    "sin",
    "sin(",
    "atan2(1,",
    "gamma(",
    "pi",
    "e",
    "tau",
    "inf",
    "-inf",
    "nan",
    "x",
    "u",
    "<",
    "<=",
    ">",
    ">=",
    "!=",
    "!",
    "#",
    ";",
    "'",
    "_",
    "x1",
    "2x",
    "x y",
    "99999999999999999999",
    "^-2",
    "^(-2)",
    "^^",
    "--",
    "u^1025",
    "u^-1024",
    "u^0.5",
];

/// The place of an error lies in the text that it shows, on the borders of characters, and the
/// error can be printed.
fn assert_points_into_the_text(error: &Error, given: &str) {
    assert!(!error.to_string().is_empty());
    match error {
        Error::Text { text, span, .. } => {
            assert!(
                given.contains(text.as_str()),
                "{error} shows another text than {given:?}"
            );
            assert!(
                span.start <= span.end && span.end <= text.len(),
                "{span:?} in {text:?}"
            );
            assert!(
                text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
                "{span:?} splits a character of {text:?}"
            );
        }
        Error::Shape(_) => {}
        other => panic!("{other:?} for {given:?}"),
    }
}

/// Reads a text in every way there is.
fn read(text: &str) {
    let none = Parameters::new();
    let map = Map::parse(text);
    match &map {
        Ok(map) => {
            // What could be read can be printed and differentiated.
            let printed: Vec<String> = (0..map.targets().len()).map(|i| map.text(i)).collect();
            assert!(printed.iter().all(|text| !text.is_empty()));
            if let Ok(jacobian) = map.jacobian() {
                assert!(!jacobian.determinant().is_empty());
            }
        }
        Err(error) => assert_points_into_the_text(error, text),
    }
    for result in [
        Map::parse_with(text, &["u", "v"], &none).map(|_| ()),
        Map::from_equations(&[("x", text), ("y", "v")], &["u", "v"], &none).map(|_| ()),
        Region::parse(text).map(|_| ()),
        Region::from_limits(&[("u", [text, "1"])], &none).map(|_| ()),
        Parameters::new().parse(text),
        Parameters::new().set_formula("a", text),
        Map::identity(&["u"]).and_then(|m| m.over("u = 0..1")?.parse(&[text]).map(|_| ())),
    ] {
        if let Err(error) = result {
            assert_points_into_the_text(&error, text);
        }
    }
}

#[test]
fn random_bytes_are_read_or_refused() {
    let mut random = SplitMix(20);
    for _ in 0..4000 {
        let length = random.below(40);
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        read(&String::from_utf8_lossy(&bytes));
        // Mostly printable ones come further.
        let bytes: Vec<u8> = bytes.iter().map(|b| b' ' + b % 95).collect();
        read(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_pieces_are_read_or_refused() {
    let mut random = SplitMix(21);
    for _ in 0..6000 {
        let length = 1 + random.below(9);
        let pieces = (0..length).map(|_| PIECES[random.below(PIECES.len())]);
        let text: String = pieces.collect();
        read(&text);
        read(&format!("x = {text}"));
    }
}

#[test]
fn mutated_formulas_are_read_or_refused() {
    let mut random = SplitMix(22);
    let good: Vec<&str> = CASES
        .iter()
        .flat_map(|case| [case.map, case.limits, case.integrands[0]])
        .filter(|text| text.len() < 120)
        .collect();
    for _ in 0..8000 {
        let mut text: Vec<char> = good[random.below(good.len())].chars().collect();
        for _ in 0..1 + random.below(3) {
            let at = random.below(text.len() + 1);
            match random.below(4) {
                0 if at < text.len() => {
                    text.remove(at);
                }
                1 if at + 1 < text.len() => text.swap(at, at + 1),
                2 => text.truncate(at),
                _ => {
                    let piece = PIECES[random.below(PIECES.len())];
                    text.splice(at..at, piece.chars());
                }
            }
        }
        read(&text.into_iter().collect::<String>());
    }
}

#[test]
fn deep_nesting_is_refused_with_its_place() {
    for opening in [
        "(", "-", "-(", "sin(", "not ", "u^", "u^(", "if(u<1,", "max(u,", "det(", "+", "1/(",
    ] {
        for count in [150, 1000, 10_000 / opening.len()] {
            let open = opening.repeat(count);
            read(&open);
            read(&format!("x = {open}"));
            let close = ")".repeat(count * opening.matches('(').count());
            read(&format!("x = {open}u{close}"));
        }
    }
}

#[test]
fn long_texts_are_read_in_linear_time_up_to_a_mebibyte() {
    let start = std::time::Instant::now();
    for (piece, count) in [("+u", 500_000), ("*sin(u)", 140_000)] {
        let text = format!("x = u{}", piece.repeat(count));
        let map = Map::parse(&text).unwrap_or_else(|e| panic!("{piece}: {e}"));
        assert!(map.at(&[0.5]).unwrap()[0].is_finite());
    }
    // A second or so in a build without optimisation; anything quadratic takes hours.
    assert!(start.elapsed().as_secs() < 60);
    let far_too_long = format!("x = u{}", "+u".repeat(600_000));
    let error = Map::parse(&far_too_long).unwrap_err();
    assert_points_into_the_text(&error, &far_too_long);
}

#[test]
fn lists_of_many_equations_are_read_or_refused() {
    let equations: Vec<String> = (0..300).map(|i| format!("x{i} = u{i}")).collect();
    read(&equations[..40].join(", "));
    let map = Map::parse(&equations.join(", ")).unwrap();
    assert_eq!((map.variables().len(), map.targets().len()), (300, 300));
    read(&",".repeat(100_000));
    read(&"x = ,".repeat(10_000));
}
