//! Problem files and flags, given to the program that was built beside this one.

use crate::formula::formula;
use crate::program;
use crate::random::Random;

const LINES: [&str; 36] = [
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
    "[[piece]]",
    "over = 'u = 0..1, v = 0..u'",
    "where = 'F < F'",
    "where = ['F >= 0', 'F < F']",
    "on = 'F = F'",
    "polygon = [[0, 0], [4, 0], [4, 'F']]",
    "inside = 'x = F, y = F'",
    "field = ['F', 'F']",
    "signed = true",
    "average = true",
    "a = { from = 0, to = 1, by = 0.25 }",
    "a = [1, 2, 'F']",
];

pub(crate) fn run(random: &mut Random, describe: &mut dyn FnMut(&str)) -> Result<(), String> {
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
        let at = text.floor_char_boundary(at);
        let at = text[..at].rfind('\n').map_or(0, |at| at + 1);
        text.insert_str(at, &(line + "\n"));
    }
    describe(&text);
    let path = program::folder()?.join("problem.toml");
    std::fs::write(&path, &text).map_err(|e| e.to_string())?;
    let flags: &[&str] =
        random.pick(&[&[][..], &["--json"], &["--quiet"], &["--max-evals", "100"]]);
    let path = path.display().to_string();
    let limits = ["--max-seconds", "0.2", "--threads", "1"];
    let all = ["integrate", &path].into_iter().chain(limits);
    let all = all.chain(flags.iter().copied()).map(str::to_owned);
    program::run(&all.collect::<Vec<_>>())
}
