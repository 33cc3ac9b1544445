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
