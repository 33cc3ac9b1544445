//! Faults, their places, and what to do about them.

use super::*;

#[test]
fn a_caret_stands_under_the_fault_of_each_flag() {
    let over = ["--over", "θ = 0..1, ρ = 0..1"];
    for (flags, marked, name) in [
        (["--map", "x = θ*ρ, y = coss(θ)"], "coss", "--map"),
        (["--map", "x = θ*ρ, y = sin(q)"], "q", "--map"),
        (["--map", "x = θ*ρ"], "x = θ*ρ", "--map"),
        (["--map", "x = θ, x = ρ"], "x", "--map"),
        (["--map", "polr"], "polr", "--map"),
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
            .contains("the keys are: map, inverse, near, inside, polygon, over, mesh, group, ")
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
fn an_unknown_name_for_a_map_is_answered_with_an_example() {
    let run = integrate(&["--map", "poler", "--over", "r = 0..1"]);
    for part in ["x = r*cos(t), y = r*sin(t)", "did you mean `polar`?"] {
        assert!(run.err.contains(part), "{}", run.err);
    }
}

// Faults for programs.

/// The only line on standard error, as the fault that it holds.
pub(super) fn fault(run: &Run) -> Value {
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    let object: Value = serde_json::from_str(&run.err).unwrap();
    let names: Vec<&String> = object["fault"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["column", "help", "line", "message", "source"]);
    object["fault"].clone()
}

#[test]
fn a_fault_is_one_object_where_json_is_asked_for() {
    let run = integrate(&[
        "--over",
        "θ = 0..1",
        "--integrand",
        "2*θ + sqt(θ)",
        "--json",
    ]);
    let found = fault(&run);
    assert_eq!(found["message"], "unknown function `sqt`");
    assert_eq!(
        (&found["source"], &found["line"], &found["column"]),
        (&"--integrand".into(), &1.into(), &7.into())
    );
    assert!(!found["help"].as_str().unwrap().is_empty());
    // Without a place there is nothing to point at.
    let found = fault(&integrate(&["--json"]));
    for name in ["source", "line", "column"] {
        assert_eq!(found[name], Value::Null, "{name}");
    }
}

#[test]
fn a_fault_in_a_file_has_its_line() {
    let folder = Folder::new("json-fault");
    let file = folder.file("disk.toml", &DISK_FILE.replace("r*sin(t)", "r·π·sin(t"));
    let found = fault(&integrate(&[&file, "--json"]));
    assert_eq!(
        (&found["source"], &found["line"], &found["column"]),
        (&file.as_str().into(), &8.into(), &13.into())
    );
}

#[test]
fn arguments_that_do_not_exist_are_faults_for_programs_too() {
    let found = fault(&integrate(&["--ovr", "x = 0..1", "--json"]));
    assert_eq!(found["help"], "did you mean `--over`?");
    let found = fault(&integrate(&["--method", "gaus", "--json"]));
    assert_eq!(
        (&found["source"], &found["column"]),
        (&"--method".into(), &1.into())
    );
    fault(&integrate(&["--json", "--quiet", "--over", "x = 0..1"]));
    fault(&pullback(&["integrat", "--json"]));
}

#[test]
fn what_steers_a_terminal_is_shown_and_not_sent() {
    let escape = "x\u{1b}[2J\u{9b}1A\u{202e}";
    for arguments in [
        &["integrate", "--over", "x = 0..1", "--integrand", escape][..],
        &["integrate", "--over", "x = 0..1", "--method", escape],
        &["integrate", escape],
        &[escape],
        &["plot", "--over", "x = 0..1", "-o", escape],
    ] {
        let run = pullback(arguments);
        assert_eq!(run.code, Some(2));
        let sent = run
            .err
            .chars()
            .any(|c| c.is_control() && c != '\n' || c == '\u{202e}');
        // The reader of arguments leaves escapes out of names of commands.
        let is_shown = arguments == [escape] || run.err.contains("␛[2J");
        assert!(!sent && is_shown, "{:?}", run.err);
    }
    // Nor is it on standard output, where file names and integrands are echoed.
    let folder = Folder::new("controls");
    let path = folder.path("a\u{1b}[2J.svg");
    let run = pullback(&["plot", "--over", "x = 0..1, y = 0..1", "-o", &path]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        !run.out.contains('\u{1b}') && run.out.contains("␛[2J.svg"),
        "{:?}",
        run.out
    );
}
