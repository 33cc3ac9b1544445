//! Any text that is a formula, integrated within small limits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullback::{Map, Settings, Status};

fuzz_target!(|text: &str| {
    let plane = Map::identity(&["x", "y"]).and_then(|map| map.over("x = 0..1, y = 0..1"));
    let plane = plane.expect("a square");
    let Ok(parsed) = plane.parse(&[text]) else {
        return;
    };
    let settings = Settings::new().max_evals(10_000).max_seconds(0.2).threads(1);
    let Ok(answer) = plane.integrate_all(&parsed, &settings) else {
        return;
    };
    assert!(answer.evaluations <= 10_000);
    assert!(answer.error >= 0.0);
    if answer.status == Status::Converged {
        assert!(answer.value.is_finite() && answer.error <= 1e-10 * answer.value.abs());
    }
});
