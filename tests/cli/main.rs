//! The program as its users meet it: arguments in; standard output, standard error and an exit
//! code out.

#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test says no, in its helpers too"
)]

mod answer;
mod check;
mod checkpoint;
mod codes;
mod density;
mod explain;
mod faults;
mod field;
mod files;
mod hostile;
mod inside;
mod inverse;
mod jacobian;
mod learned;
mod maps;
mod mesh;
mod nodes;
mod pictures;
mod pieces;
mod polygon;
mod problems;
mod solve;
mod sweep;

use std::f64::consts::PI;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const POLAR: [&str; 4] = [
    "--map",
    "x = r*cos(t), y = r*sin(t)",
    "--over",
    "r = 0..1, t = 0..2*pi",
];

const GAUSSIAN: &str = "exp(-x^2 - y^2)";

/// ∫ exp(−x² − y²) over the unit disk.
fn gaussian_over_disk() -> f64 {
    PI * (1.0 - (-1.0f64).exp())
}

/// Twice the tolerance that the program aims at by default.
const NEAR: f64 = 2e-10;

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_pullback"))
}

fn pullback(arguments: &[&str]) -> Run {
    let output = program().args(arguments).output().unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn integrate(arguments: &[&str]) -> Run {
    pullback(&[&["integrate"], arguments].concat())
}

/// The integral over the unit disk.
fn disk(arguments: &[&str]) -> Run {
    integrate(&[&POLAR, arguments].concat())
}

impl Run {
    /// Standard output as JSON.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }

    fn value(&self) -> f64 {
        self.json()["value"].as_f64().unwrap()
    }

    /// What stands above the carets, after checking that the input was refused.
    fn marked(&self) -> String {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        let lines: Vec<&str> = self.err.lines().collect();
        // A quoted formula may hold carets of its own.
        let is_mark =
            |line: &str| line.contains('^') && line.trim_matches([' ', '|', '^']).is_empty();
        let at = lines.iter().position(|line| is_mark(line));
        let at = at.unwrap_or_else(|| panic!("no caret: {}", self.err));
        let letters = lines[at - 1].chars().zip(lines[at].chars());
        letters
            .filter(|(_, mark)| *mark == '^')
            .map(|(letter, _)| letter)
            .collect()
    }
}

/// A directory for the files of one test, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        let name = format!("pullback-cli-{}-{test}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn assert_near(value: f64, exact: f64) {
    assert!(
        (value - exact).abs() <= NEAR * exact.abs(),
        "{value} is not {exact}"
    );
}

const DISK_FILE: &str = "\
# A quarter of a disk of radius a.
integrand = \"b*(x^2 + y^2)\"
rtol = 1e-9
seed = 7

[map]
x = \"r*cos(t)\"
y = \"r*sin(t)\"

[over]
r = [0, \"a\"]
t = [0, \"pi/2\"]

[param]
a = 2
b = \"1/a\"
";
