//! Problem files and flags, given to the program that was built beside this one.

use std::path::PathBuf;
use std::process::Command;

use crate::formula::formula;
use crate::random::Random;

const LINES: [&str; 24] = [
    "integrand = 'F'",
    "integrand = ['F', 'F']",
    "rtol = 1e-6",
    "rtol = 'x'",
    "max_seconds = 0.05",
    "max_evals = 1000",
    "method = 'gauss'",
    "nodes = [8, 8]",
    "nodes = 0",
    "seed = -1",
    "threads = 2",
    "[map]",
    "x = 'F'",
    "y = 'F'",
    "[over]",
    "u = [0, 1]",
    "v = ['F', 'F']",
    "v = '0..F'",
    "[param]",
    "a = 'F'",
    "map = 'x = F, y = F'",
    "over = { u = [0, 1], v = [0, 'u'] }",
    "\u{1b}[2J",
    "[[",
];

/// The program, where it was built.
fn program() -> Option<PathBuf> {
    let examples = std::env::current_exe().ok()?.parent()?.to_path_buf();
    let path = examples.parent()?.join("pullback");
    path.is_file().then_some(path)
}

pub(crate) fn run(random: &mut Random, describe: &mut dyn FnMut(&str)) -> Result<(), String> {
    let Some(program) = program() else {
        return Ok(());
    };
    let mut text = String::new();
    for line in ["max_seconds = 0.1", "[over]", "u = [0, 1]", "v = [0, 'u']"] {
        if !random.one_in(4) {
            text += line;
            text.push('\n');
        }
    }
    for _ in 0..random.below(6) {
        let line = random.pick(&LINES);
        let line = line.replace('F', &formula(random, &["u", "v", "a"], 2));
        let at = text.len().min(random.below(text.len() + 1));
        let at = text[..at].rfind('\n').map_or(0, |at| at + 1);
        text.insert_str(at, &(line + "\n"));
    }
    describe(&text);
    let path = std::env::temp_dir().join(format!("pullback-fuzz-{}.toml", std::process::id()));
    std::fs::write(&path, &text).map_err(|e| e.to_string())?;
    let flags: &[&str] =
        random.pick(&[&[][..], &["--json"], &["--quiet"], &["--max-evals", "100"]]);
    let output = Command::new(program)
        .arg("integrate")
        .arg(&path)
        .args(["--max-seconds", "0.2", "--threads", "1"])
        .args(flags)
        .output();
    let _ = std::fs::remove_file(&path);
    let output = output.map_err(|e| e.to_string())?;
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    match output.status.code() {
        Some(0 | 1) if !out.is_empty() => {}
        Some(2) if out.is_empty() && !err.is_empty() => {}
        code => return Err(format!("code {code:?}, {} bytes out, `{err}`", out.len())),
    }
    let steers = |c: char| c.is_control() && c != '\n';
    if out.contains(steers) || err.contains(steers) {
        return Err("a control character".to_owned());
    }
    if err.contains("panicked") {
        return Err(format!("`{err}`"));
    }
    Ok(())
}
