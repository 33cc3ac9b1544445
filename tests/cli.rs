//! The program as its users meet it: arguments in; standard output, standard error and an exit
//! code out.

#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test says no, in its helpers too"
)]

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

// The answer.

#[test]
fn the_answer_for_people_starts_with_the_value_and_names_what_follows() {
    let run = disk(&["--integrand", GAUSSIAN]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let lines: Vec<&str> = run.out.lines().collect();
    let (value, error) = lines[0].split_once(" ± ").unwrap();
    assert_near(value.parse().unwrap(), gaussian_over_disk());
    let error: f64 = error.parse().unwrap();
    assert!(error > 0.0 && error <= NEAR, "{error}");
    let names: Vec<&str> = lines[1..]
        .iter()
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "status",
            "method",
            "because",
            "evaluations",
            "time",
            "jacobian"
        ]
    );
    assert_eq!(lines[1], "status       converged");
    assert_eq!(lines[6], "jacobian     0 to 1, positive");
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = include_str!("../README.md");
    let (_, shown) = readme.split_once("± ").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let run = disk(&["--integrand", "exp(-x^2-y^2)"]);
    let (value, printed) = run.out.split_once("± ").unwrap();
    assert!(readme.contains(&format!("\n{value}± ")), "{value}");
    // All but the time, which is another one every time.
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("time "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(lines(shown), lines(printed));
}

#[test]
fn the_quiet_answer_is_the_double_itself() {
    let quiet = disk(&["--integrand", GAUSSIAN, "--quiet"]);
    let json = disk(&["--integrand", GAUSSIAN, "--json"]);
    assert_eq!(quiet.code, Some(0));
    // Both print enough digits to tell the double from its neighbours.
    let value: f64 = quiet.out.trim_end().parse().unwrap();
    assert!(
        json.out.starts_with(&format!("{{\"value\":{value},")),
        "{}",
        json.out
    );
    let digits = quiet.out.chars().filter(char::is_ascii_digit).count();
    assert_eq!((digits, quiet.out.lines().count()), (17, 1));
}

#[test]
fn the_json_object_has_the_fields_of_the_contract() {
    let run = disk(&[
        "--integrand",
        GAUSSIAN,
        "--json",
        "--seed",
        "3",
        "--threads",
        "2",
    ]);
    assert_eq!(run.out.lines().count(), 1);
    let object = run.json();
    assert_near(object["value"].as_f64().unwrap(), gaussian_over_disk());
    let error = object["error"].as_f64().unwrap();
    assert!((object["value"].as_f64().unwrap() - gaussian_over_disk()).abs() <= error);
    assert_eq!(object["status"], "converged");
    assert_eq!(object["reasons"], Value::Array(Vec::new()));
    assert_eq!(object["warnings"], Value::Array(Vec::new()));
    assert!(object["evaluations"].as_u64().unwrap() > 10);
    assert!(object["method"].as_str().unwrap().contains("gauss"));
    assert!(!object["because"].as_str().unwrap().is_empty());
    assert_eq!(object["jacobian"]["sign"], "positive");
    assert_eq!(object["jacobian"]["min"].as_f64(), Some(0.0));
    assert_eq!(object["jacobian"]["max"].as_f64(), Some(1.0));
    let seconds = object["seconds"].as_f64().unwrap();
    assert!(seconds > 0.0 && seconds < 60.0);
    assert_eq!(
        (object["threads"].as_u64(), object["seed"].as_u64()),
        (Some(2), Some(3))
    );
    assert_eq!(object.as_object().unwrap().len(), 12);
}

#[test]
fn several_integrands_give_arrays_and_lines_in_their_order() {
    let integrands = [
        "--integrand",
        "1",
        "--integrand",
        "-x^2",
        "--integrand",
        "r*0",
    ];
    let object = disk(&[&integrands[..], &["--json"]].concat()).json();
    for (value, exact) in object["value"]
        .as_array()
        .unwrap()
        .iter()
        .zip([PI, -PI / 4.0, 0.0])
    {
        assert_near(value.as_f64().unwrap(), exact);
    }
    assert_eq!(object["error"].as_array().unwrap().len(), 3);
    let quiet = disk(&[&integrands[..], &["--quiet"]].concat());
    assert_eq!(quiet.out.lines().count(), 3);
    let people = disk(&integrands);
    let ends: Vec<&str> = people
        .out
        .lines()
        .take(3)
        // Columns are parted by two blanks or more; an odd number leaves one.
        .filter_map(|l| l.split("  ").last().map(str::trim_start))
        .collect();
    assert_eq!(ends, ["1", "-x^2", "r*0"]);
}

#[test]
fn one_integrand_gives_a_number_and_none_gives_the_area() {
    let run = disk(&["--json"]);
    assert_near(run.value(), PI);
}

#[test]
fn without_a_map_the_targets_are_the_variables() {
    // ∫₀¹ dx ∫₀^{x²} a x y dy = a/12.
    let run = integrate(&[
        "--over",
        "x = 0..1, y = 0..x^2",
        "--integrand",
        "a*x*y",
        "--param",
        "a = 6",
        "--json",
    ]);
    assert_near(run.value(), 0.5);
}

#[test]
fn parameters_may_use_earlier_ones_in_one_flag_or_in_several() {
    let area = |parameters: &[&str]| {
        let flags = ["--over", "x = 0..a, y = 0..b", "--json"];
        integrate(&[&flags[..], parameters].concat())
    };
    assert_near(area(&["--param", "a = 2, b = 3*a"]).value(), 12.0);
    assert_near(
        area(&["--param", "a = 2", "--param", "b = 3*a"]).value(),
        12.0,
    );
    assert_eq!(
        area(&["--param", "b = 3*a", "--param", "a = 2"]).marked(),
        "a"
    );
    assert_eq!(
        area(&["--param", "a = 2", "--param", "b = 1, a = 3"]).marked(),
        "a"
    );
}

#[test]
fn swapped_limits_give_the_same_value_and_a_warning() {
    let straight = disk(&["--integrand", GAUSSIAN, "--json"]);
    let over = ["--over", "r = 0..1, t = 2*pi..0"];
    let flags = ["--integrand", GAUSSIAN];
    let swapped = integrate(&[&POLAR[..2], &over, &flags, &["--json"]].concat());
    assert_near(swapped.value(), straight.value());
    let warnings = swapped.json()["warnings"].clone();
    assert!(
        warnings[0].as_str().unwrap().contains("`t` are swapped"),
        "{warnings}"
    );
    let people = integrate(&[&POLAR[..2], &over, &flags].concat());
    assert!(
        people
            .out
            .lines()
            .any(|l| l.starts_with("warning ") && l.contains("swapped"))
    );
}

#[test]
fn the_number_of_threads_changes_no_digit() {
    let hard = "exp(sin(9*x) - y^2)";
    for method in [
        &["--nodes", "200,201"][..],
        &["--method", "monte-carlo", "--max-evals", "2e5"],
    ] {
        let [one, two] = ["1", "2"].map(|threads| {
            let run = disk(
                &[
                    &["--integrand", hard, "--json", "--threads", threads],
                    method,
                ]
                .concat(),
            );
            assert_eq!(run.json()["threads"].to_string(), threads);
            // Time and threads come last; all else is as it is printed.
            let (same, _) = run.out.split_once("\"seconds\"").unwrap();
            same.to_owned()
        });
        assert_eq!(one, two);
    }
}

#[test]
fn nodes_alone_choose_gauss() {
    let run = disk(&["--nodes", "12, 20", "--json", "--integrand", "x^2"]);
    assert_eq!(run.json()["method"], "gauss 12 x gauss 20");
    assert_near(run.value(), PI / 4.0);
    assert_eq!(
        disk(&["--nodes", "12,20", "--method", "auto"]).marked(),
        "12"
    );
    assert_eq!(disk(&["--nodes", "12,20,30"]).marked(), "12,20,30");
}

// Files.

#[test]
fn a_file_describes_the_whole_problem_and_flags_override_single_entries() {
    let folder = Folder::new("override");
    let file = folder.file("disk.toml", DISK_FILE);
    let run = |flags: &[&str]| integrate(&[&[file.as_str(), "--json"], flags].concat());
    // b ∫ r³ dr dt = b (π/2) a⁴/4.
    assert_near(run(&[]).value(), PI);
    assert_eq!(run(&[]).json()["seed"], 7);
    assert_eq!(run(&["--seed", "8"]).json()["seed"], 8);
    // b follows from the new a.
    assert_near(run(&["--param", "a = 3"]).value(), PI / 8.0 * 27.0);
    assert_near(run(&["--param", "b = 3"]).value(), 6.0 * PI);
    assert_near(run(&["--over", "t = 0..pi"]).value(), 2.0 * PI);
    assert_near(
        run(&["--map", "y = 2*r*sin(t)", "--integrand", "1"]).value(),
        2.0 * PI,
    );
    let both = run(&["--integrand", "1", "--integrand", "b"]).json();
    assert_near(both["value"][1].as_f64().unwrap(), PI / 2.0);
}

#[test]
fn a_map_may_be_one_text_and_integrands_a_list() {
    let folder = Folder::new("one-text");
    let text = "\
map = 'x = r*cos(t), y = r*sin(t)'
integrand = ['1', '-x', 2]
over = { r = [0, 1], t = '0..pi/2' }
method = 'gauss'
nodes = [8, 24]
";
    let file = folder.file("p.toml", text);
    let object = integrate(&[&file, "--json"]).json();
    let exact = [PI / 4.0, -1.0 / 3.0, PI / 2.0];
    for (value, exact) in object["value"].as_array().unwrap().iter().zip(exact) {
        assert_near(value.as_f64().unwrap(), exact);
    }
    assert_eq!(object["method"], "gauss 8 x gauss 24");
    // A text is replaced as a whole, as it has no entries to override.
    let square = integrate(&[&file, "--map", "u = r, v = t", "--integrand", "u", "--json"]);
    assert_near(square.value(), PI / 4.0);
}

#[test]
fn targets_of_a_file_and_wholly_other_ones_of_a_flag_are_worth_a_warning() {
    let folder = Folder::new("mixture");
    let file = folder.file("disk.toml", DISK_FILE);
    let mixed = integrate(&[&file, "--map", "u = r, v = t", "--json"]).json();
    assert!(
        mixed["warnings"][0]
            .as_str()
            .unwrap()
            .contains("(x, y) and those of --map (u, v)")
    );
    let same = integrate(&[&file, "--map", "y = 2*r*sin(t)", "--json"]).json();
    assert_eq!(same["warnings"], Value::Array(Vec::new()));
}

#[test]
fn the_order_of_variables_is_that_of_the_file() {
    let folder = Folder::new("order");
    // Read in any other order, the limits of x would use a later variable.
    let text = "[over]\nz = [0, 1]\ny = [0, 'z']\nx = ['y', 'z']\n";
    let file = folder.file("p.toml", text);
    assert_near(integrate(&[&file, "--json"]).value(), 1.0 / 6.0);
    let turned = ["--over", "x = 0..1, y = 0..x, z = 0..y", "--json"];
    assert_near(
        integrate(&[&[file.as_str()], &turned[..]].concat()).value(),
        1.0 / 6.0,
    );
    assert_eq!(integrate(&[&file, "--over", "z = 0..x"]).marked(), "x");
}

// Exit codes.

#[test]
fn an_answer_short_of_the_tolerance_is_printed_with_code_1() {
    let run = disk(&["--method", "monte-carlo", "--max-evals", "5000", "--json"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json()["status"], "budget");
    let people = disk(&["--method", "monte-carlo", "--max-evals", "5000"]);
    assert_eq!(people.code, Some(1));
    assert!(people.out.lines().any(|line| line.starts_with("reason ")));
}

#[test]
fn rounding_is_within_the_tolerance_or_it_is_not() {
    // The tolerance is below what double precision can hold; then it is just above.
    let integral = ["--integrand", "exp(x)*cos(y)", "--json", "--rtol"];
    let strict = disk(&[&integral[..], &["1e-30"]].concat());
    assert_eq!(strict.json()["status"], "roundoff");
    assert_eq!(strict.code, Some(1));
    assert_eq!(disk(&[&integral[..], &["1e-12"]].concat()).code, Some(0));
}

#[test]
fn a_point_without_a_value_is_named_in_the_users_names() {
    let run = disk(&["--integrand", "sqrt(x - 2)", "--json"]);
    assert_eq!(run.code, Some(1));
    let object = run.json();
    assert_eq!(
        (object["status"].as_str(), &object["value"]),
        (Some("nonfinite"), &Value::Null)
    );
    let reason = object["reasons"][0].as_str().unwrap();
    for part in ["NaN at r = ", ", t = ", "that is x = ", ", y = "] {
        assert!(reason.contains(part), "{reason}");
    }
    let quiet = disk(&["--integrand", "sqrt(x - 2)", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (Some(1), "NaN\n"));
}

#[test]
fn arguments_that_do_not_exist_are_bad_input() {
    for arguments in [
        &["integrat"][..],
        &["integrate", "--ovr", "r = 0..1"],
        &["integrate", "--over", "r = 0..1", "--quiet", "--json"],
        &["integrate", "--over", "r = 0..1", "--method", "simpson"],
        &["integrate", "no-such-file.toml"],
        &["plot", "--over", "r = 0..1"],
        &[
            "plot", "--over", "r = 0..1", "-o", "a.png", "--size", "wide",
        ],
    ] {
        let run = pullback(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let version = pullback(&["--version"]);
    assert_eq!(
        version.out,
        format!("pullback {}\n", env!("CARGO_PKG_VERSION"))
    );
    for (arguments, example) in [
        (&[][..], "pullback plot --map"),
        (&["integrate", "--help"], "pullback integrate disk.toml"),
        (&["plot", "--help"], "-o polar.png"),
        (
            &["plot", "--help"],
            "[possible values: deformation] [default: deformation]",
        ),
        (&["integrate", "--help"], "[default: 1e-10]"),
        (
            &["integrate", "--help"],
            "[default: 200 million, 10 million for monte-carlo]",
        ),
        (&["integrate", "--help"], "[default: 0]"),
        (
            &["integrate", "--help"],
            "[possible values: auto, gauss, monte-carlo]",
        ),
    ] {
        let run = pullback(arguments);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        assert!(run.out.contains(example), "{}", run.out);
    }
}

// Faults and their places.

#[test]
fn a_caret_stands_under_the_fault_of_each_flag() {
    let over = ["--over", "θ = 0..1, ρ = 0..1"];
    for (flags, marked, name) in [
        (["--map", "x = θ*ρ, y = coss(θ)"], "coss", "--map"),
        (["--map", "x = θ*ρ, y = sin(q)"], "q", "--map"),
        (["--map", "x = θ*ρ"], "x = θ*ρ", "--map"),
        (["--map", "x = θ, x = ρ"], "x", "--map"),
        (["--map", "polar"], "polar", "--map"),
        (["--integrand", "θ*ρ + §"], "§", "--integrand"),
        (["--integrand", "-θ 2"], "2", "--integrand"),
        (["--param", "α = 2, β = α + ω"], "ω", "--param"),
        (["--param", "ρ = 2"], "ρ", "--param"),
        (["--param", "π = 2"], "π", "--param"),
        (["--rtol", "-1"], "-1", "--rtol"),
        (["--seed", "1.5"], "1.5", "--seed"),
        (["--threads", "0"], "0", "--threads"),
    ] {
        let run = integrate(&[&over[..], &flags].concat());
        assert_eq!(run.marked(), marked, "{}", run.err);
        assert!(run.err.contains(&format!("--> {name}")), "{}", run.err);
    }
    for (over, marked) in [
        ("θ = 0..1, ρ = 0..θθ", "θθ"),
        ("θ = 0..ρ, ρ = 0..1", "ρ"),
        ("θ = 0..1, ρ = 1", "1"),
        ("θ = 0..1, ρ = 0/0..1", "0/0"),
        ("θ = inf..inf", "inf..inf"),
    ] {
        let run = integrate(&["--over", over]);
        assert_eq!(run.marked(), marked, "{}", run.err);
    }
}

#[test]
fn slips_of_beginners_are_marked_with_what_to_write() {
    let one = "x = 0..1";
    for (over, integrand, marked, advice) in [
        (one, "1 + sin^2(x)", "sin^2", "write `sin(x)^2`"),
        (one, "cos²(x)", "cos²", "write `cos(x)²`"),
        (
            one,
            "tan^-1(2*x)",
            "tan^-1",
            "write `atan(2*x)` for the inverse",
        ),
        (one, "sin x", "sin", "for example `sin(x)`"),
        (one, "2*|x - 1/2|", "|x - 1/2|", "write `abs(x - 1/2)`"),
        (one, "sin(2x)", "x", "write `*` for a product: `2*x`"),
        ("x = 0..1, y = 0..1", "xy", "xy", "did you mean `x*y`?"),
        (
            "x = 0..1, y = 0..1",
            "xcos(y)",
            "xcos",
            "did you mean `x*cos`?",
        ),
        (one, "exp(x*(1 + x)", "(", "add the `)`"),
        (one, "x*y", "y", "add `y = 0..1` to --over"),
        ("x = 0..1 y = 0..2*pi", "1", "y", "write `x = 0..1, y = …`"),
        ("x = 0..(1 + 2, y = 0..2", "1", "(", "add the `)`"),
        ("x = 0..1; y = 0..2", "1", ";", "write a comma"),
        (
            "0 <= x <= 2*pi",
            "1",
            "0 <= x <= 2*pi",
            "write `x = 0..2*pi`",
        ),
        ("x = [0, 1]", "1", "[", "`0..1` for limits"),
        ("x = 0..1..2", "1", "..", "one lower and one upper limit"),
        ("x = 0..a", "1", "a", "--param \"a = 1\""),
        (one, "x⁵⁰ + x^2 dx", "dx", "leave it out"),
        (one, "f = x^2", "f", "leave `f =` out"),
        (one, "∫ x", "∫", "leave it out"),
        (one, "0,5*x", ",", "write `0.5`"),
        ("x = 0,25..1", "1", "25..1", "write `0.25`"),
        ("x = 0...1", "1", ".", "write `..` between limits"),
        (one, "sec(x)", "sec", "did you mean `1/cos`?"),
        (one, "exp^(x)", "exp^(x)", "write `exp(x)`, or `e^x`"),
        (
            one,
            "1, x",
            ",",
            "several integrands are given by several flags",
        ),
    ] {
        let run = integrate(&["--over", over, "--integrand", integrand]);
        assert_eq!(run.marked(), marked, "{}", run.err);
        assert!(run.err.contains(advice), "{}", run.err);
    }
}

#[test]
fn a_variable_of_the_map_without_limits_is_said_to_have_none() {
    let flags = [&POLAR[..2], &["--over", "r = 0..1"]].concat();
    let run = integrate(&flags);
    assert_eq!(run.marked(), "t");
    for part in ["`t` has no limits in --over", "add `t = 0..1` to --over"] {
        assert!(run.err.contains(part), "{}", run.err);
    }
    let folder = Folder::new("no-limits");
    let text = "map = 'x = r*s'\n[over]\nr = [0, 1]\n";
    let run = integrate(&[&folder.file("p.toml", text)]);
    assert_eq!(run.marked(), "s");
    assert!(run.err.contains("no limits in [over]"), "{}", run.err);
    let turned = [
        "--map",
        "u = x + y, v = x - y",
        "--over",
        "u = 0..1, v = 0..1",
    ];
    let run = integrate(&turned);
    assert_eq!(run.marked(), "x");
    assert!(run.err.contains("solve for `x`"), "{}", run.err);
    let shifted = ["--map", "x = x + a, y = y", "--over", "x = 0..1, y = 0..1"];
    let run = integrate(&shifted);
    assert!(run.err.contains("`a` has no limits"), "{}", run.err);
    // A slip of the pen is not a variable more.
    let flags = ["--map", "x = ro", "--over", "rho = 0..1"];
    assert!(integrate(&flags).err.contains("did you mean `rho`?"));
}

#[test]
fn a_variable_that_is_no_target_is_named_where_targets_are_too_few() {
    let over = ["--over", "r = 0..2, t = 0..2*pi, z = r^2..4"];
    let run = integrate(&[&POLAR[..2], &over].concat());
    assert_eq!(run.marked(), POLAR[1]);
    assert!(run.err.contains("add `z = z`"), "{}", run.err);
    let graph = ["--map", "z = x^2 + y^2", "--over", "x = 0..1, y = 0..1"];
    assert!(integrate(&graph).err.contains("add `x = x, y = y`"));
}

#[test]
fn a_second_value_behind_one_flag_is_told_to_need_a_flag_too() {
    let flags = ["--over", "x = 0..a", "--param", "a = 1", "b = 2"];
    let run = integrate(&flags);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("--param again"), "{}", run.err);
}

#[test]
fn a_determinant_is_shown_with_the_digits_that_nodes_can_tell() {
    let map = ["--map", "x = u/3, y = v + sin(u)*v"];
    let run = integrate(&[&map[..], &["--over", "u = 0..3, v = 0..1"]].concat());
    let line = run.out.lines().find(|l| l.starts_with("jacobian "));
    let (range, _) = line.and_then(|l| l.split_once(", positive")).unwrap();
    for number in range.split_whitespace().filter(|w| w.contains('.')) {
        let digits = number.trim_start_matches("0.").len();
        assert!(digits <= 4, "{number}");
    }
    // det J = (1 + sin u)/3, and no node is at its greatest value.
    assert!(range.contains(" 0.3333 to 0.6667"), "{range}");
}

#[test]
fn a_limit_that_uses_a_later_variable_is_told_the_order_and_nothing_else() {
    let run = integrate(&["--over", "x = 0..y, y = 0..1"]);
    assert_eq!(run.marked(), "y");
    assert!(
        run.err.contains("comes later: list it first"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("help"), "{}", run.err);
}

#[test]
fn a_line_of_singular_nodes_is_answered_with_what_to_do() {
    let square = [
        "--over",
        "x = 0..1, y = 0..1",
        "--nodes",
        "16",
        "--integrand",
    ];
    for (integrand, what, advice) in [
        ("1/(x - y)", "is inf at x = ", "split the region"),
        (
            "sqrt(x - y - 2)",
            "is NaN at x = ",
            "check formula and limits",
        ),
    ] {
        let run = integrate(&[&square[..], &[integrand]].concat());
        assert_eq!(run.code, Some(1));
        let reasons = run.out.lines().filter(|l| l.starts_with("reason "));
        let reason: String = reasons.collect();
        assert!(reason.contains(what) && reason.contains(advice), "{reason}");
    }
}

#[test]
fn the_range_of_a_determinant_is_not_read_off_a_part_of_an_infinite_range() {
    let plane = ["--map", POLAR[1], "--over", "r = 0..inf, t = 0..2*pi"];
    let flags = [&plane[..], &["--integrand", GAUSSIAN]].concat();
    let people = integrate(&flags).out;
    let line = "jacobian     positive on an infinite range";
    assert!(people.lines().any(|l| l == line), "{people}");
    let object = integrate(&[&flags[..], &["--json"]].concat()).json();
    assert_near(object["value"].as_f64().unwrap(), PI);
    let jacobian = &object["jacobian"];
    assert_eq!(jacobian["sign"], "positive");
    assert_eq!(
        (&jacobian["min"], &jacobian["max"]),
        (&Value::Null, &Value::Null)
    );
    // Where the infinite range does not matter to it, its range is known.
    let cylinder = ["--map", "x = r*cos(t), y = r*sin(t), z = z"];
    let over = ["--over", "r = 0..3, t = 0..2*pi, z = -inf..inf"];
    let run = integrate(&[&cylinder[..], &over, &["--integrand", "exp(-z^2)"]].concat());
    assert!(
        run.out.contains("jacobian     0 to 3, positive"),
        "{}",
        run.out
    );
}

#[test]
fn a_caret_stands_under_the_fault_in_a_file() {
    let folder = Folder::new("carets");
    for (was, is, marked, place) in [
        ("r*cos(t)", "r*cos(θ)", "θ", "7:12"),
        ("r*sin(t)", "r·π·sin(t", "(", "8:13"),
        ("\"a\"", "\"α*a\"", "α", "11:10"),
        ("[0, \"pi/2\"]", "[0]", "[0]", "12:5"),
        ("\"1/a\"", "\"1/ä\"", "ä", "16:8"),
        ("a = 2", "t = 2", "t", "15:1"),
        ("x^2 + y^2", "x^2 + q^2", "q", "2:23"),
        ("rtol = 1e-9", "rtol = 2", "2", "3:8"),
        ("rtol = 1e-9", "rtoll = 1e-9", "rtoll", "3:1"),
        ("seed = 7", "seed = true", "true", "4:8"),
        ("seed = 7", "method = 'gaus'", "gaus", "4:11"),
        ("seed = 7", "seed = = 7", "=", "4:8"),
        ("b = \"1/a\"", "b = 1\nseed = 7", "seed", "17:1"),
    ] {
        assert!(DISK_FILE.contains(was));
        let file = folder.file("disk.toml", &DISK_FILE.replacen(was, is, 1));
        let run = integrate(&[&file]);
        assert_eq!(run.marked(), marked, "{}", run.err);
        assert!(
            run.err.contains(&format!("disk.toml:{place}\n")),
            "{place}: {}",
            run.err
        );
    }
}

#[test]
fn near_misses_are_named() {
    let folder = Folder::new("near");
    let file = folder.file("p.toml", "integrnad = '1'\n");
    assert!(
        integrate(&[&file])
            .err
            .contains("did you mean `integrand`?")
    );
    let file = folder.file("p.toml", "colour = 'red'\n");
    assert!(
        integrate(&[&file])
            .err
            .contains("the keys are: map, over, integrand, param, rtol")
    );
    let file = folder.file("p.toml", "method = 'gaus'\nover = { r = [0, 1] }\n");
    assert!(integrate(&[&file]).err.contains("did you mean `gauss`?"));
}

#[test]
fn without_limits_the_program_says_which_to_give() {
    let run = integrate(&POLAR[..2]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("--over \"r = 0..1, t = 0..1\""),
        "{}",
        run.err
    );
    assert!(integrate(&[]).err.contains("--over"));
}

#[test]
fn a_name_for_a_map_is_answered_with_an_example() {
    let run = integrate(&["--map", "polar", "--over", "r = 0..1"]);
    assert!(
        run.err.contains("x = r*cos(t), y = r*sin(t)"),
        "{}",
        run.err
    );
}

// Pictures and pipes.

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

#[test]
fn pictures_are_written_as_their_names_say() {
    let folder = Folder::new("pictures");
    let [png, svg] = ["a.png", "a.svg"].map(|name| folder.path(name));
    let run = disk(&["--integrand", GAUSSIAN, "--json", "--plot", &png]);
    assert_eq!(run.code, Some(0));
    assert_near(run.value(), gaussian_over_disk());
    assert!(fs::read(&png).unwrap().starts_with(PNG));
    let flags = ["-o", &svg, "--title", "A disk <1>", "--size", "800x500"];
    let run = pullback(&[&["plot"], &POLAR[..], &flags].concat());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.contains("A disk &lt;1&gt;") && drawn.contains("width=\"800\" height=\"500\""));
    let run = pullback(&[&["plot"], &POLAR[..], &["-o", &svg]].concat());
    assert_eq!(run.code, Some(0));
    assert!(
        fs::read_to_string(&svg)
            .unwrap()
            .contains("0 ≤ r ≤ 1, 0 ≤ t ≤ 2π")
    );
    assert_eq!(folder.names().len(), 2);
}

#[test]
fn a_picture_that_cannot_be_had_is_refused_before_any_work() {
    let folder = Folder::new("unwritable");
    let begin = Instant::now();
    for name in ["none/a.png", "a.gif", "a"] {
        let path = folder.path(name);
        let long = [
            "--method",
            "monte-carlo",
            "--rtol",
            "1e-14",
            "--max-evals",
            "1e12",
        ];
        let run = disk(&[&long[..], &["--max-seconds", "60", "--plot", &path]].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
        assert!(run.err.contains(&path), "{}", run.err);
    }
    // Half of the time that the work would have taken.
    assert!(begin.elapsed() < Duration::from_secs(30));
    let flags = ["--over", "a = 0..1, b = 0..1, c = 0..1, d = 0..1"];
    let png = folder.path("a.png");
    let run = integrate(&[&flags[..], &["--plot", &png]].concat());
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn drawings_of_later_versions_are_said_to_be_so() {
    let folder = Folder::new("what");
    let flags = ["-o", &folder.path("a.png"), "--what", "jacobian"];
    let run = pullback(&[&["plot"], &POLAR[..], &flags].concat());
    assert_eq!(run.code, Some(2));
    assert!(
        run.err
            .contains("not in this version, which draws: deformation"),
        "{}",
        run.err
    );
}

#[test]
fn a_reader_that_went_away_is_no_fault() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = program();
    command.arg("integrate").args(POLAR).stdout(writer);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_could_not_be_written_is_not_a_success() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = program()
        .arg("integrate")
        .args(POLAR)
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("cannot write the answer")
    );
}
