//! `pullback explain` and `--explain`: the working as text, Markdown, LaTeX and JSON, its exit codes, and what is
//! refused.

use super::*;

fn explain(flags: &[&str]) -> Run {
    pullback(&[&["explain"], flags].concat())
}

/// Problems of all kinds: with maps, limits, conditions, equations, fields, and without closed forms.
const PROBLEMS: [&[&str]; 14] = [
    &[
        "--map",
        "x = r*cos(t), y = r*sin(t)",
        "--over",
        "r = 0..1, t = 0..2*pi",
        "--integrand",
        GAUSSIAN,
    ],
    &[
        "--map",
        "x = (3 + r*cos(v))*cos(u), y = (3 + r*cos(v))*sin(u), z = r*sin(v)",
        "--over",
        "r = 0..1, u = 0..2*pi, v = 0..2*pi",
    ],
    &["--over", "x = 0..1, y = x..1", "--integrand", "exp(y^2)"],
    &["--over", "x = -inf..inf", "--integrand", "exp(-x^2/2)"],
    &["--over", "x = 1..0", "--integrand", "x", "--signed"],
    &["--over", "x = 0..1, y = 0..1", "--where", "x + y <= 1"],
    &[
        "--over",
        "x = 0..1, y = 0..1",
        "--where",
        "x < 1/2 or not y > 1/2",
    ],
    &[
        "--inverse",
        "u = x*y, v = y/x",
        "--near",
        "x = 1, y = 1",
        "--over",
        "u = 1..2, v = 1..3",
    ],
    &[
        "--map",
        "x = cos(t), y = sin(t)",
        "--over",
        "t = 0..2*pi",
        "--field",
        "-y, x",
    ],
    &[
        "--map",
        "x = u, y = v, z = u^2 + v^2",
        "--over",
        "u = 0..1, v = 0..1",
        "--field",
        "x, y, z",
    ],
    &[
        "--map",
        "x = cosh(v)*cos(u), y = cosh(v)*sin(u), z = v",
        "--over",
        "u = 0..2*pi, v = -1..1",
    ],
    &["--over", "x = 0..1", "--integrand", "sin(x^2)"],
    &[
        "--over",
        "x_1 = 0..a",
        "--param",
        "a = 2",
        "--integrand",
        "abs(x_1 - 1)",
    ],
    &["--over", "x = 0..2", "--integrand", "if(x < 1, x, 1)"],
];

/// Whether brackets, environments and the signs of mathematics are closed in order.
fn assert_closed(text: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    let close = |what: &str, open: &mut Vec<String>| {
        assert_eq!(open.pop().as_deref(), Some(what), "{text}");
    };
    while let Some(c) = rest.chars().next() {
        let name = rest.find(['{']).zip(rest.find('}'));
        let name = name.map_or("", |(from, to)| rest.get(from + 1..to).unwrap_or(""));
        let mut skip = c.len_utf8();
        if rest.starts_with("\\begin{") {
            open.push(name.to_owned());
            skip = "\\begin{}".len() + name.len();
        } else if rest.starts_with("\\end{") {
            close(name, &mut open);
            skip = "\\end{}".len() + name.len();
        } else if rest.starts_with("\\left") && !rest.starts_with("\\leftarrow") {
            open.push("left".to_owned());
            // The bracket itself belongs to it.
            skip = "\\left(".len();
        } else if rest.starts_with("\\right") && !rest.starts_with("\\rightarrow") {
            close("left", &mut open);
            skip = "\\right)".len();
        } else if rest.starts_with("\\[") {
            open.push("display".to_owned());
            skip = 2;
        } else if rest.starts_with("\\]") {
            close("display", &mut open);
            skip = 2;
        } else if rest.starts_with("$$") {
            match open.last().is_some_and(|top| top == "$$") {
                true => close("$$", &mut open),
                false => open.push("$$".to_owned()),
            }
            skip = 2;
        } else if c == '\\' {
            skip += rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if c == '$' {
            match open.last().is_some_and(|top| top == "$") {
                true => close("$", &mut open),
                false => open.push("$".to_owned()),
            }
        } else if c == '{' {
            open.push("{".to_owned());
        } else if c == '}' {
            close("{", &mut open);
        }
        rest = &rest[skip.min(rest.len())..];
    }
    assert!(open.is_empty(), "{open:?} in {text}");
}

#[test]
fn formulas_are_well_formed_in_all_forms() {
    for problem in PROBLEMS {
        let text = explain(problem);
        assert_eq!(text.code, Some(0), "{problem:?}: {}{}", text.out, text.err);
        assert_eq!(text.err, "");
        assert!(text.out.starts_with("1. The problem\n"), "{}", text.out);
        // Text is text.
        assert!(!text.out.contains(['$', '\\', '`']), "{}", text.out);
        for clumsy in ["--", "^1)", "^1 ", "*1 ", " 1*", "+ -", "NaN", "abs(det"] {
            assert!(!text.out.contains(clumsy), "{clumsy}: {}", text.out);
        }
        let markdown = explain(&[problem, &["--markdown"]].concat());
        assert_eq!(markdown.code, Some(0));
        assert!(markdown.out.starts_with("## 1. The problem\n"));
        assert_closed(&markdown.out);
        let latex = explain(&[problem, &["--latex"]].concat());
        assert_eq!(latex.code, Some(0));
        assert!(latex.out.starts_with("\\documentclass{article}\n"));
        assert!(latex.out.ends_with("\\end{document}\n"));
        assert!(
            latex.out.is_ascii() && !latex.out.contains("?"),
            "{}",
            latex.out
        );
        let at = latex.out.find("\\begin{document}").unwrap();
        assert_closed(&latex.out[at..]);
        let json = explain(&[problem, &["--json"]].concat());
        assert_eq!(json.code, Some(0));
        let object = json.json();
        let steps = object["steps"].as_array().unwrap();
        assert!(steps.len() >= 5);
        for step in steps {
            assert_closed(step["latex"].as_str().unwrap());
            let title = step["title"].as_str().unwrap();
            assert!(
                text.out.contains(title) && latex.out.contains(title),
                "{title}"
            );
            assert!(text.out.contains(step["text"].as_str().unwrap()));
        }
        let value = object["value"].as_f64().unwrap();
        assert!(value.is_finite() && object["status"] == "converged");
        let claims = text.out.contains("This is exact");
        assert_eq!(claims, object["closed_form"].is_string(), "{}", text.out);
        assert_eq!(
            claims,
            !text.out.contains("o closed form is claimed"),
            "{}",
            text.out
        );
    }
}

#[test]
fn the_disk_is_worked_through_as_in_a_textbook() {
    let run = explain(PROBLEMS[0]);
    for line in [
        "    J = [ cos(t)  -r*sin(t) ]",
        "Used: the common factor r; cos(t)^2 + sin(t)^2 = 1.",
        "det J ≥ 0 because 0 ≤ r ≤ 1, so |det J| = r.",
        "    ∫[r = 0..1] ∫[t = 0..2*pi] r*exp(-r^2) dt dr",
        "Rules: the substitution u = -r^2 with du/dr = -2*r; exp(u) is its own derivative.",
        "    (1 - exp(-1))/2 · 2*pi = pi*(1 - exp(-1))",
        "    pi*(1 - exp(-1)) ≈ 1.9858653037988714",
        "This is exact: the antiderivatives give it.",
    ] {
        assert!(
            run.out.lines().any(|own| own == line),
            "{line}\n{}",
            run.out
        );
    }
    let latex = explain(&[PROBLEMS[0], &["--latex"]].concat()).out;
    for formula in [
        r"\frac{du}{dr} = -2 \, r",
        r"\left|\det J\right| = r",
        r"\int_{0}^{1} \int_{0}^{2 \, \pi} r \, e^{-r^{2}}\, dt\, dr",
    ] {
        assert!(latex.contains(formula), "{formula}\n{latex}");
    }
}

#[test]
fn integrate_explains_with_the_method_and_why() {
    let run = disk(&["--integrand", GAUSSIAN, "--explain"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(run.out, explain(PROBLEMS[0]).out);
    for part in ["det J = ", "Method: gauss", "Because: analytic in r"] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
    let json = disk(&["--integrand", GAUSSIAN, "--explain", "--json"]);
    assert_eq!(json.json()["closed_form"], "pi*(1 - exp(-1))");
    assert_near(json.value(), gaussian_over_disk());
}

#[test]
fn problems_come_from_files_and_from_standard_input() {
    let folder = Folder::new("explain");
    let path = folder.file("disk.toml", DISK_FILE);
    let run = explain(&[&path]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    // b·a⁴/4·π/2 with b = 1/a.
    assert!(run.out.contains("pi*a^4*b/8"), "{}", run.out);
    assert!(run.out.contains("The parameters are a = 2 and b = 0.5."));
    let wider = explain(&[&path, "--over", "t = 0..pi", "--json"]);
    assert_eq!(wider.json()["closed_form"], "pi*a^4*b/4");
    for (command, text) in [("explain", "pi*a^4*b/8"), ("integrate", "converged")] {
        let mut child = program();
        let child = child.args([command, "-"]).stdin(Stdio::piped());
        let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
        use std::io::Write;
        child
            .stdin
            .take()
            .unwrap()
            .write_all(DISK_FILE.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8(output.stdout).unwrap().contains(text));
    }
}

#[test]
fn faulty_formulas_have_a_caret() {
    for (flags, marked) in [
        (&["--over", "x = 0..1", "--integrand", "x^^2"][..], "^"),
        (&["--over", "x = 0..1", "--integrand", "q*x"], "q"),
        (&["--over", "x = 0..y", "--integrand", "x"], "y"),
        (&["--map", "x = r*cosh", "--over", "r = 0..1"], "cosh"),
        (
            &[
                "--over",
                "x = 0..1",
                "--integrand",
                "a*x",
                "--param",
                "a = 0..2 by 1",
            ],
            "a = 0",
        ),
        (&["--over", "x = 0..1, y = 0..1", "--on", "x = y"], "x = y"),
        (
            &[
                "--over",
                "x = 0..1",
                "--integrand",
                "x",
                "--max-seconds",
                "0",
            ],
            "0",
        ),
        (&["--over", "x = 0..1, y = 0..1", "--field", "x, y"], "x, y"),
    ] {
        for form in [&[][..], &["--latex"], &["--markdown"]] {
            let run = explain(&[flags, form].concat());
            assert!(run.marked().starts_with(marked), "{flags:?}: {}", run.err);
        }
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let line = ["--over", "x = 0..1", "--integrand", "x"];
    for (flags, said) in [
        (&["--latex", "--markdown"][..], "cannot be used with"),
        (&["--latex", "--json"], "cannot be used with"),
        (&["--markdown", "--json"], "cannot be used with"),
        (&["--tex"], "unexpected argument"),
        (&["--csv"], "unexpected argument"),
        (&["--explain"], "unexpected argument"),
        (&["--integrand", "x^2"], "there are 2 integrands"),
        (&["missing.toml"], "cannot read missing.toml"),
    ] {
        let run = explain(&[&line, flags].concat());
        assert_eq!((run.code, &run.out[..]), (Some(2), ""), "{flags:?}");
        assert!(run.err.contains(said), "{flags:?}: {}", run.err);
    }
    for flags in [
        &["--csv"][..],
        &["--quiet"],
        &["--plot", "no.png"],
        &["--latex"],
    ] {
        let run = integrate(&[&line[..], &["--explain"], flags].concat());
        assert_eq!((run.code, &run.out[..]), (Some(2), ""), "{flags:?}");
    }
    let gradient = ["--param", "a = 2", "--gradient", "a", "--explain"];
    assert_eq!(integrate(&[&line[..], &gradient].concat()).marked(), "a");
    for flags in [
        &["--map", "x = r*cos(t), y = r*sin(t)"][..],
        &["--polygon", "(0,0) (4,0) (4,3)"],
        &["--mesh", "missing.msh"],
        &[],
    ] {
        let run = explain(flags);
        assert_eq!((run.code, &run.out[..]), (Some(2), ""), "{flags:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn the_code_is_that_of_the_value() {
    // No antiderivative, and a tolerance that is not met.
    let few = explain(&[
        "--over",
        "x = 0..1",
        "--integrand",
        "sin(x^2)",
        "--max-evals",
        "3",
    ]);
    assert_eq!(few.code, Some(1), "{}", few.out);
    let diverging = explain(&["--over", "x = 0..1", "--integrand", "1/x"]);
    assert_eq!(diverging.code, Some(1));
    assert!(
        !diverging.out.contains("This is exact"),
        "{}",
        diverging.out
    );
    // A closed form stands where the numbers are only rough.
    let rough = explain(&[
        "--over",
        "x = 0..1",
        "--integrand",
        "x",
        "--method",
        "monte-carlo",
        "--max-evals",
        "1000",
    ]);
    assert!(rough.out.contains("1/2 = 0.5"), "{}", rough.out);
    assert!(rough.out.contains("not known well enough"), "{}", rough.out);
}

#[test]
fn what_is_no_real_integral_alone_has_no_working() {
    let line = ["--over", "x = 0..1", "--param", "a = 2", "--integrand"];
    for (integrand, more, marked, told) in [
        ("exp(i*x)", &[][..], "exp(i*x)", "complex"),
        ("a*x", &["--hessian", "a"][..], "a", "derivatives"),
        ("a*x", &["--average"][..], "", "average"),
    ] {
        let flags = [&["integrate", "--explain"], &line[..], &[integrand], more].concat();
        let run = pullback(&flags);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{integrand}");
        assert!(
            run.err.contains(told) && (marked.is_empty() || run.marked() == marked),
            "{}",
            run.err
        );
    }
}
