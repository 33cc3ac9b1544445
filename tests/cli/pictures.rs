//! Pictures, and where output goes.

use super::*;

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
    // The time that the work on one of the three would have taken.
    assert!(begin.elapsed() < Duration::from_secs(60));
    let flags = ["--over", "a = 0..1, b = 0..1, c = 0..1, d = 0..1"];
    let png = folder.path("a.png");
    let run = integrate(&[&flags[..], &["--plot", &png]].concat());
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn the_kinds_of_pictures_are_listed() {
    let folder = Folder::new("what");
    let flags = ["-o", &folder.path("a.png"), "--what", "mesh"];
    let run = pullback(&[&["plot"], &POLAR[..], &flags].concat());
    assert_eq!(run.code, Some(2));
    let told = "expected one of: deformation, jacobian, integrand, nodes, convergence, sweep";
    assert!(run.err.contains(told), "{}", run.err);
}

/// The SVG of a picture that is drawn without a word on standard error.
fn svg_of(name: &str, flags: &[&str]) -> String {
    let folder = Folder::new(name);
    let svg = folder.path("a.svg");
    let run = pullback(&[&["plot"], flags, &["-o", &svg]].concat());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{flags:?}");
    fs::read_to_string(&svg).unwrap()
}

#[test]
fn determinants_and_integrands_are_drawn_of_one_two_and_three_variables() {
    let ball = "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)";
    let maps = [
        ["x = u^3 - u", "u = -1.2..1.2"],
        ["x = t - sin(t), y = 1 - cos(t)", "t = 0..2*pi"],
        ["x = u + v^2, y = v + u^2", "u = -1..1, v = -1..1"],
        ["x = u, y = v, z = u*v", "u = -1..1, v = -1..1"],
        [ball, "r = 0..1, p = 0..pi, t = 0..2*pi"],
    ];
    for [map, over] in maps {
        let region = ["--map", map, "--over", over, "--integrand", "exp(x)"];
        let svg = svg_of("jacobian", &[&region[..], &["--what", "jacobian"]].concat());
        assert!(svg.contains("det"), "{map}");
        let svg = svg_of(
            "integrand",
            &[&region[..], &["--what", "integrand"]].concat(),
        );
        assert!(svg.contains("f = exp(x)") && svg.contains(">f<"), "{map}");
    }
    // What lies on a level set is refused with a reason.
    let folder = Folder::new("on");
    let png = folder.path("a.png");
    let square = ["--over", "x = -1..1, y = -1..1", "--on", "x^2 + y^2 = 1/2"];
    let flags = ["--what", "integrand", "-o", &png];
    let run = pullback(&[&["plot"], &square[..], &flags].concat());
    assert!(
        run.code == Some(2) && run.err.contains("level set"),
        "{}",
        run.err
    );
    assert!(svg_of("level", &square).contains("where the equation holds"));
}

#[test]
fn convergence_has_every_method_its_slope_and_the_truth() {
    let kink = ["--over", "x = 0..1", "--integrand", "abs(x - 0.3)"];
    let flags = ["--what", "convergence", "--max-evals", "4096"];
    let svg = svg_of("convergence", &[&kink[..], &flags].concat());
    for told in [
        "gauss",
        "monte-carlo",
        "qmc",
        "slope",
        "−0.",
        "claimed",
        "true",
    ] {
        assert!(svg.contains(told), "{told}");
    }
    let own = [&kink[..], &flags, &["--method", "monte-carlo"]].concat();
    let svg = svg_of("one-method", &own);
    assert!(svg.contains("monte-carlo") && !svg.contains("gauss"));
}

#[test]
fn the_view_is_two_angles() {
    let flags = ["--map", "spherical", "--view", "30,-20"];
    let below = svg_of("view", &flags);
    assert_ne!(below, svg_of("view", &flags[..2]));
    let folder = Folder::new("no-view");
    for wrong in ["30", "a,b", "0,91"] {
        let flags = ["--view", wrong, "-o", &folder.path("a.svg")];
        let run = pullback(&[&["plot", "--map", "spherical"], &flags[..]].concat());
        assert_eq!(run.code, Some(2), "{wrong}");
    }
}

#[test]
fn a_style_is_given_by_flags_by_a_file_and_by_the_problem() {
    let folder = Folder::new("styles");
    let (style, problem) = (folder.path("style.toml"), folder.path("p.toml"));
    fs::write(&style, "theme = 'dark'\nlegend = false\nfont_size = 15\n").unwrap();
    let disk = "map = 'polar'\n[style]\ntheme = 'dark'\nlegend = 'off'\nfont_size = 15\n";
    fs::write(&problem, disk).unwrap();
    let flags = ["--theme", "dark", "--legend", "off", "--font-size", "15"];
    let svg = svg_of("by-flags", &[&["--map", "polar"], &flags[..]].concat());
    assert_eq!(
        svg,
        svg_of("by-style", &["--map", "polar", "--style", &style])
    );
    assert_eq!(svg, svg_of("by-problem", &[&problem]));
    assert!(!svg.contains("r constant") && svg.contains("font-size=\"230.8\""));
    // Flags have the last word.
    let light = svg_of("last", &[&problem, "--theme", "light", "--legend", "on"]);
    assert!(light.contains("r constant") && light.contains("#222222"));
    fs::write(&style, "theme = 'dark'\ngird = false\n").unwrap();
    let out = folder.path("a.svg");
    for (flags, told) in [
        (&["--style", &style][..], "did you mean `grid`?"),
        (&["--style", "none.toml"], "cannot read none.toml"),
        (&["--colors", "virids"], "did you mean `viridis`?"),
        (&["--legend", "perhaps"], "expected on or off"),
        (&["--font-size", "60"], "need a size of"),
        (&["--size", "800"], "such as 1200x640"),
        (&["--theme", ""], "without a value"),
    ] {
        let run = pullback(&[&["plot", "--map", "polar", "-o", &out], flags].concat());
        assert_eq!(run.code, Some(2), "{flags:?}");
        assert!(run.err.contains(told), "{}", run.err);
    }
}

#[test]
fn conditions_parts_and_infinite_ranges_are_seen() {
    let square = [
        "--over",
        "x = -1..1, y = -1..1",
        "--where",
        "x^2 + y^2 <= 1",
    ];
    assert!(svg_of("where", &square).contains("a condition fails"));
    let triangle = ["--polygon", "(0, 0) (1, 0) (1, 1) (0, 2)"];
    assert!(svg_of("polygon", &triangle).contains("2 parts"));
    let plane = ["--map", "polar", "--over", "r = 0..inf, t = 0..2*pi"];
    let svg = svg_of("infinite", &plane);
    assert!(svg.contains("The axis of r is compressed") && svg.contains(">∞<"));
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

#[test]
fn an_integral_is_drawn_against_a_parameter() {
    let folder = Folder::new("sweep");
    let svg = folder.path("a.svg");
    let flags = ["--what", "sweep", "-o", &svg];
    let cut = [
        "--map",
        "polar",
        "--where",
        "x <= a",
        "--param",
        "a = -1..1 by 0.25",
    ];
    let run = pullback(&[&["plot"], &cut[..], &flags].concat());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let drawn = fs::read_to_string(&svg).unwrap();
    for told in [
        "The integral against a",
        "the measure of the region",
        "errors are at most",
    ] {
        assert!(drawn.contains(told), "{told}");
    }
    // Two parameters and both parts of a complex integrand are four lines; one more is refused.
    for (values, code) in [("1, 2", 0), ("1, 2, 3", 2)] {
        let values = format!("b = {values}");
        let wave = ["--over", "x = 0..1", "--integrand", "exp(i*a*b*x)"];
        let run = ["--param", &values, "--param", "a = 0..1 by 0.5"];
        let run = pullback(&[&["plot"], &wave[..], &run, &flags].concat());
        assert_eq!(run.code, Some(code), "{}", run.err);
    }
    let run = pullback(&[&["plot"], &POLAR[..], &flags].concat());
    assert!(run.code == Some(2) && run.err.contains("--param \"a = 0..2 by 0.1\""));
}

#[test]
fn a_page_is_the_same_bytes_on_every_run() {
    let folder = Folder::new("pages");
    let drawn = ["a.pdf", "b.pdf"].map(|name| {
        let path = folder.path(name);
        let run = pullback(&[&["plot"], &POLAR[..], &["-o", &path]].concat());
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        fs::read(&path).unwrap()
    });
    assert!(drawn[0].starts_with(b"%PDF-1.") && drawn[0].ends_with(b"%%EOF"));
    assert!(drawn[0] == drawn[1]);
}

#[test]
fn animations_are_the_same_bytes_on_every_run() {
    let folder = Folder::new("animations");
    let bend = ["--map", "x = u, y = v + a*u^2"];
    let over = ["--over", "u = -1..1, v = 0..1"];
    let runs = ["--param", "a = 0..1 by 0.25", "--size", "640x400"];
    for (end, begins, more) in [
        (
            "gif",
            &b"GIF89a"[..],
            [&POLAR[..], &["--size", "640x400"]].concat(),
        ),
        ("apng", PNG, [&bend[..], &over[..], &runs[..]].concat()),
    ] {
        let drawn = ["a", "b"].map(|name| {
            let path = folder.path(&format!("{name}.{end}"));
            let run = pullback(&[&["plot", "-o", &path], &more[..]].concat());
            assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{end}");
            fs::read(&path).unwrap()
        });
        assert!(drawn[0].starts_with(begins), "{end}");
        assert!(drawn[0] == drawn[1], "{end}");
    }
}

#[test]
fn what_vegas_learns_is_a_small_animation_of_the_same_bytes_on_every_run() {
    let folder = Folder::new("learning");
    let peak = ["--integrand", "exp(-30*(x - 0.4)^2 - 30*y^2)"];
    let flags = ["--method", "vegas", "--rtol", "3e-2", "--what", "nodes"];
    let drawn = ["1", "2"].map(|threads| {
        let path = folder.path(&format!("{threads}.gif"));
        let own = ["-o", &path, "--threads", threads];
        let run = pullback(&[&["plot"], &POLAR[..], &peak, &flags, &own].concat());
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        assert!(run.out.contains("640 × 480") && run.out.contains(" pictures"));
        fs::read(&path).unwrap()
    });
    assert!(drawn[0].starts_with(b"GIF89a") && drawn[0].len() < 1_000_000);
    assert!(drawn[0] == drawn[1]);
}

#[test]
fn amounts_are_drawn_over_several_parts() {
    let folder = Folder::new("parts");
    let file = folder.path("pieces.toml");
    let pieces = "integrand = \"x*y\"\n\n[[piece]]\nmap = \"x = r*cos(t), y = r*sin(t)\"\n\
                  over = \"r = 0..1, t = 0..pi\"\n\n[[piece]]\nover = \"x = -1..1, y = -1..0\"\n";
    fs::write(&file, pieces).unwrap();
    let polygon = [
        "--polygon",
        "(0, 0), (2, 0), (2, 1), (0, 1)",
        "--integrand",
        "x*y",
    ];
    for (number, region) in [&[&file[..]], &polygon[..]].into_iter().enumerate() {
        for (what, told) in [("jacobian", "det J"), ("integrand", "f = x·y")] {
            let svg = svg_of(
                &format!("parts-{number}-{what}"),
                &[region, &["--what", what]].concat(),
            );
            assert!(
                svg.contains(told) && svg.contains("2 parts"),
                "{what} {number}"
            );
        }
    }
}

#[test]
fn what_does_not_move_is_refused_as_an_animation() {
    let folder = Folder::new("still");
    let gif = folder.path("a.gif");
    let integrand = ["--integrand", "x", "--what", "integrand"];
    let solid = ["--over", "a = 0..1, b = 0..1, c = 0..1"];
    // Of the methods vegas alone learns.
    let nodes = ["--integrand", "x", "--what", "nodes", "--method", "qmc"];
    for flags in [
        &[&POLAR[..], &integrand[..]].concat(),
        &[&POLAR[..], &nodes[..]].concat(),
        &solid[..],
    ] {
        let run = pullback(&[&["plot", "-o", &gif], flags].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
    }
    assert_eq!(folder.names(), [""; 0]);
}
