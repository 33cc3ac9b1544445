//! Any text as limits, as a map, as an integrand: read or refused, and printed so that it reads back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullback::{Map, Region};

fuzz_target!(|text: &str| {
    let _ = Region::parse(text);
    let _ = Map::parse(text).and_then(|map| map.jacobian().map(|j| j.determinant()));
    let plane = Map::identity(&["x", "y"]).and_then(|map| map.over("x = 0..1, y = 0..1"));
    let plane = plane.expect("a square");
    if let Ok(parsed) = plane.parse(&[text]) {
        let printed = parsed.texts().remove(0);
        let again = plane.parse(&[&printed]).expect("what was printed reads back");
        assert_eq!(again.texts(), [printed]);
    }
});
