//! Texts: formulas, lists and what is neither. What parses must print as a text that parses to the
//! same, and have values and derivatives.

use pullback::formula::TextFault;
use pullback::{Error, Map, Parameters, Region};

use crate::formula::{formula, large};
use crate::random::Random;

const PIECES: [&str; 60] = [
    "x", "y", "r", "t", "1", "0", "2.5", "1e5", "1e999", ".5", "5.", "0..1", "..", "...", "(", ")",
    "((", "))", "+", "-", "*", "/", "^", "**", "²", "⁻¹", "³", "·", "π", "θ", "∞", ",", "=", "==",
    "<", "<=", "and", "or", "not", "if(", "sin(", "sin", "abs(", "atan2(", "gamma(", "pi", "e",
    "inf", "nan", "\u{1b}", "\0", "é", "𝒙", "\u{200b}", "\n", "§", "|", "x =", "^-1024", "^1024",
];

fn soup(random: &mut Random) -> String {
    let most = random.pick(&[5, 10, 20, 30, 30, 30, 2000]);
    let count = random.below(most);
    let space = random.pick(&["", " ", ""]);
    let pieces: Vec<&str> = (0..count).map(|_| random.pick(&PIECES)).collect();
    pieces.join(space)
}

/// A text with a slip or several.
fn mutated(random: &mut Random, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(letters.len() + 1);
        match random.below(5) {
            0 if at < letters.len() => {
                letters.remove(at);
            }
            1 => {
                let piece: Vec<char> = random.pick(&PIECES).chars().collect();
                letters.splice(at..at, piece);
            }
            2 if at < letters.len() => {
                letters[at] = random.pick(&['(', ')', '1', 'x', '^', ',', '.', '²'])
            }
            3 => {
                let end = at + random.below(letters.len() - at + 1);
                let part: Vec<char> = letters[at..end].to_vec();
                letters.splice(at..at, part);
            }
            _ => {
                let other = random.below(letters.len().max(1));
                if at < letters.len() {
                    letters.swap(at, other);
                }
            }
        }
    }
    letters.into_iter().collect()
}

pub(crate) fn run(random: &mut Random, describe: &mut dyn FnMut(&str)) -> Result<(), String> {
    let names = ["x", "y"];
    let text = match random.below(40) {
        0..=9 => soup(random),
        10..=19 => formula(random, &names, 4),
        20..=29 => {
            let text = formula(random, &names, 3);
            mutated(random, &text)
        }
        30..=37 => {
            let [a, b] = [0; 2].map(|_| formula(random, &names, 2));
            let list = random.pick(&["x = A..B, y = A..x", "u = A, v = B", "x = A..B"]);
            let list = list.replace('A', &a).replace('B', &b);
            if random.one_in(2) {
                mutated(random, &list)
            } else {
                list
            }
        }
        38 => large(random, &names, 2.5),
        _ => {
            let piece = random.pick(&PIECES);
            piece.repeat(random.below(3000))
        }
    };
    describe(&text);
    // Lists: a fault has a place within the text.
    for error in [Region::parse(&text).err(), Map::parse(&text).err()]
        .into_iter()
        .flatten()
    {
        placed(&error)?;
    }
    let plane = Map::identity(&names).and_then(|map| map.over("x = 0..1, y = 0..1"));
    let plane = plane.map_err(|e| e.to_string())?;
    let parsed = match plane.parse(&[&text]) {
        Ok(parsed) => parsed,
        Err(error) => return placed(&error),
    };
    let printed = parsed.texts().remove(0);
    // What is too long to be read is cut off.
    if !printed.ends_with('…') {
        let again = plane.parse(&[&printed]);
        let again = again.map_err(|e| format!("`{printed}` does not parse again: {e}"))?;
        if again.texts()[0] != printed {
            return Err(format!(
                "`{printed}` is `{}` when it is read again",
                again.texts()[0]
            ));
        }
    }
    // As a target of a map: values, and derivatives.
    let equations = [("a", &text[..]), ("b", "y")];
    let map = Map::from_equations(&equations, &names, &Parameters::new());
    let map = match map {
        // Integrands may be complex, maps may not.
        Err(
            error @ Error::Text {
                fault: TextFault::Complex,
                ..
            },
        ) => return placed(&error),
        map => map.map_err(|e| e.to_string())?,
    };
    let point = [0; 2].map(|_| random.within(-2.0, 2.0));
    map.at(&point).map_err(|e| e.to_string())?;
    if text.len() < 2000 {
        // A function may have no derivative: that is an error, and no more.
        if let Ok(jacobian) = map.jacobian() {
            let _ = jacobian.determinant();
        }
    }
    Ok(())
}

/// Whether a fault of a text has its place in it.
fn placed(error: &Error) -> Result<(), String> {
    let message = error.to_string();
    if message.len() > 8000 {
        return Err(format!("a message of {} bytes", message.len()));
    }
    match error {
        Error::Text { text, span, .. }
            if span.start > span.end || text.get(span.clone()).is_none() =>
        {
            Err(format!("no place: {span:?}"))
        }
        _ => Ok(()),
    }
}
