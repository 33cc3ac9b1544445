//! Input that means no good: files that never end, names that steer terminals, texts without end,
//! signals in the middle of the work.

use super::*;

/// What no terminal may be sent: escape, bell, the C1 sign that begins a command, a turn of the
/// direction of writing.
const STEERING: &str = "a\u{1b}[31m\u{7}\u{9b}2J\u{202e}";

fn assert_steers_nothing(run: &Run) {
    for text in [&run.out, &run.err] {
        let is_bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!text.contains(is_bad), "{text:?}");
    }
}

#[test]
fn nothing_that_steers_a_terminal_reaches_it() {
    let folder = Folder::new("steering");
    let path = |end: &str| folder.path(&format!("{STEERING}{end}"));
    let file = folder.file("p.toml", &format!("integrand = '{}'", "\\".repeat(3)));
    let square = ["--over", "x = 0..1, y = 0..1"];
    for flags in [
        &["integrate", "--over", "x = 0..1", "--integrand", STEERING][..],
        &["integrate", "--over", &format!("{STEERING} = 0..1")],
        &["integrate", "--over", &format!("x = {STEERING}..1")],
        &["integrate", "--over", "x = 0..1", "--param", STEERING],
        &["integrate", "--over", "x = 0..1", "--rtol", STEERING],
        &["integrate", "--over", "x = 0..1", "--method", STEERING],
        &["integrate", &path(".toml")],
        &["integrate", &format!("--{STEERING}")],
        &[STEERING],
        &["integrate", &file],
        &[&["plot"], &square[..], &["-o", &path(".gif")]].concat(),
        &[&["plot"], &square[..], &["-o", &path(".png")]].concat(),
        &[&["plot"], &square[..], &["-o", &path("/a.png")]].concat(),
        &[
            &["plot"],
            &square[..],
            &["-o", &path(".svg"), "--size", STEERING],
        ]
        .concat(),
        &[
            &["plot"],
            &square[..],
            &["-o", &path(".svg"), "--what", STEERING],
        ]
        .concat(),
        // Several integrands are listed beside their values.
        &[
            "integrate",
            "--over",
            "x = 0..1",
            "--integrand",
            "x\u{b}+ 1",
            "--integrand",
            "x\r",
        ],
    ] {
        assert_steers_nothing(&pullback(flags));
    }
}

#[test]
fn a_long_name_or_text_is_shown_in_part() {
    // An argument of a program may have 128 kB.
    let name = "a".repeat(60_000);
    let long = format!("{} + §", vec!["x"; 20_000].join(" + "));
    for flags in [
        &["--over", "x = 0..1", "--integrand", &name][..],
        &["--over", "x = 0..1", "--integrand", &long],
        &["--over", &format!("{name} = 0..1"), "--integrand", "x"],
        &["--over", "x = 0..1", "--integrand", &format!("{name}(x)")],
        &["--over", "x = 0..1", "--param", &format!("{name} = {name}")],
        &["--over", "x = 0..1", "--rtol", &name],
        &["--over", "x = 0..1", &format!("--{name}")],
        &[&name],
    ] {
        let run = integrate(flags);
        assert_eq!(run.code, Some(2));
        assert!(run.err.len() < 4000, "{} bytes", run.err.len());
        let json = integrate(&[flags, &["--json"]].concat());
        assert!(json.err.len() < 4000, "{} bytes", json.err.len());
    }
    // The place is shown all the same.
    let run = integrate(&["--over", "x = 0..1", "--integrand", &long]);
    assert_eq!(run.marked(), "§");
}

#[test]
fn a_text_that_is_too_long_is_marked_where_it_is() {
    let long = vec!["x"; 1 << 18].join("  +  ");
    let folder = Folder::new("too-long");
    let file = folder.file(
        "p.toml",
        &format!("integrand = '{long}'\n[over]\nx = [0, 1]\n"),
    );
    let run = integrate(&[&file]);
    assert!(
        run.err.contains("longer than") && run.err.len() < 1000,
        "{}",
        run.err
    );
    assert!(!run.marked().is_empty());
    let variables: Vec<String> = (0..100).map(|i| format!("x{i} = 0..1")).collect();
    let run = integrate(&["--over", &variables.join(", "), "--integrand", "x0*x99"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
}

#[test]
fn flags_without_values_are_not_taken_for_flags_that_are_not_given() {
    for flag in [
        "--rtol",
        "--atol",
        "--max-evals",
        "--max-seconds",
        "--nodes",
        "--seed",
        "--threads",
        "--method",
        "--map",
        "--over",
        "--integrand",
        "--param",
    ] {
        for value in ["", " "] {
            let run = integrate(&["--over", "x = 0..1", flag, value]);
            assert_eq!(
                (run.code, run.out.as_str()),
                (Some(2), ""),
                "{flag} {value:?}"
            );
            assert!(run.err.contains(flag), "{}", run.err);
        }
    }
    for list in ["1,", ",1", "1,,2", ","] {
        let run = integrate(&["--over", "x = 0..1", "--nodes", list]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{list}");
    }
}

#[test]
#[cfg(unix)]
fn files_without_an_end_are_refused_at_once() {
    let folder = Folder::new("endless");
    let pipe = folder.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    // A hole takes no place on the disk.
    let huge = folder.path("huge.toml");
    fs::File::create(&huge).unwrap().set_len(1 << 33).unwrap();
    let begin = Instant::now();
    for path in ["/dev/zero", &pipe, &huge, &folder.path("")] {
        let run = integrate(&[path]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{path}");
        assert!(run.err.contains("cannot read"), "{}", run.err);
    }
    // A pipe without a writer is waited for without end, and 8 GiB of zeros take longer.
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
#[cfg(unix)]
fn a_picture_takes_the_place_of_a_file_with_its_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("places");
    let plot = |path: &str| pullback(&[&["plot"], &POLAR[..], &["-o", path]].concat());
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set = |path: &str, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let own = folder.file("own.svg", "old");
    set(&own, 0o600);
    assert_eq!(plot(&own).code, Some(0));
    assert_eq!(mode(&own), 0o600);
    // What a link leads to is written, and the link stays.
    let link = folder.path("link.svg");
    symlink(&own, &link).unwrap();
    fs::write(&own, "old").unwrap();
    assert_eq!(plot(&link).code, Some(0));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&own).unwrap().contains("<svg"));
    // A new file is as any new file is.
    let [new, plain] = [folder.path("new.svg"), folder.file("plain.txt", "")];
    assert_eq!(plot(&new).code, Some(0));
    assert_eq!(mode(&new), mode(&plain));
    // A file that must not be written is not.
    let read_only = folder.file("read-only.svg", "old");
    set(&read_only, 0o444);
    let run = plot(&read_only);
    assert!(
        run.code == Some(2) && run.err.contains("read-only"),
        "{}",
        run.err
    );
    assert_eq!(fs::read_to_string(&read_only).unwrap(), "old");
    assert_eq!(folder.names().len(), 5);
}

#[test]
fn a_picture_does_not_take_the_place_of_its_problem() {
    let folder = Folder::new("own-problem");
    let file = folder.file("p.svg", DISK_FILE);
    for arguments in [
        ["plot", &file, "-o", &file],
        ["integrate", &file, "--plot", &file],
    ] {
        let run = pullback(&[&arguments[..], &["--param", "a = 1, b = 1"]].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
        assert!(run.err.contains("is the problem file"), "{}", run.err);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), DISK_FILE);
    // The name of a folder is refused before there is a picture, whether there is one or not.
    let run = pullback(&[
        "plot",
        "--over",
        "x = 0..1, y = 0..1",
        "-o",
        &folder.path("a.png/"),
    ]);
    assert!(
        run.code == Some(2) && run.err.contains("directory"),
        "{}",
        run.err
    );
}

#[test]
fn a_map_that_changes_faster_than_samples_show_is_refused_at_once() {
    let folder = Folder::new("noise");
    let begin = Instant::now();
    for waves in ["1000", "1e6"] {
        let map = format!("X = sin({waves}*x), Y = sin({waves}*y)");
        let flags = ["--over", "x = 0..1, y = 0..1", "-o", &folder.path("a.png")];
        let run = pullback(&[&["plot", "--map", &map, "--size", "4096x4096"], &flags[..]].concat());
        assert_eq!(run.code, Some(2), "{}", run.err);
        assert!(
            run.err.contains("faster than its samples show"),
            "{}",
            run.err
        );
    }
    // Drawn, it was a minute each.
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_drawing_is_well_formed_whatever_its_title() {
    let folder = Folder::new("title");
    let svg = folder.path("a.svg");
    let title = "a\u{1b}\u{1}\u{ffff}<b>&";
    let flags = [
        "plot",
        "--over",
        "x = 0..1, y = 0..1",
        "-o",
        &svg,
        "--title",
        title,
    ];
    assert_eq!(pullback(&flags).code, Some(0));
    let drawn = fs::read_to_string(&svg).unwrap();
    let is_bad = |c: char| c.is_control() && c != '\n' || c == '\u{ffff}';
    assert!(!drawn.contains(is_bad) && drawn.contains("&lt;b&gt;&amp;"));
}

#[test]
#[cfg(unix)]
fn a_signal_ends_the_work_with_the_best_answer_so_far() {
    for signal in ["-INT", "-TERM"] {
        let mut command = program();
        command.args(["integrate", "--over", "x = 0..1, y = 0..1, z = 0..1"]);
        command.args([
            "--integrand",
            "abs(sin(50*x*y*z) - 0.2)",
            "--method",
            "monte-carlo",
        ]);
        // More samples than anybody waits for.
        command.args(["--max-evals", "1e15", "--rtol", "1e-15", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        // Until the handler is there and a first answer too.
        std::thread::sleep(Duration::from_millis(1500));
        let begin = Instant::now();
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert_eq!(output.status.code(), Some(130), "{signal}");
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(object["status"], "interrupted");
        let value = object["value"].as_f64().unwrap();
        // The mean lies between 0 and 1.2.
        assert!((0.1..1.2).contains(&value), "{value}");
    }
}
