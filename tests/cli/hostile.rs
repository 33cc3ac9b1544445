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
    fs::File::create(&huge).unwrap().set_len(1 << 42).unwrap();
    let begin = Instant::now();
    for path in ["/dev/zero", &pipe, &huge, &folder.path("")] {
        let run = integrate(&[path]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{path}");
        assert!(run.err.contains("cannot read"), "{}", run.err);
    }
    // A pipe without a writer is waited for without end, and 4 TiB of zeros take much longer.
    assert!(begin.elapsed() < Duration::from_secs(60));
}

/// Formulas of kilobytes each, as many as a file of the greatest length has room for, would be gigabytes.
#[test]
fn files_with_too_many_entries_are_refused_at_the_first_of_them() {
    let folder = Folder::new("entries");
    let many = |line: &dyn Fn(usize) -> String| (0..100_001).map(line).collect::<String>();
    for (text, marked) in [
        (
            format!(
                "integrand = [\n{}]\n[over]\nx = [0, 1]\n",
                many(&|i| format!("'{i}',\n"))
            ),
            "'100000'",
        ),
        (
            format!(
                "integrand = 'x'\n[over]\nx = [0, 1]\n[param]\n{}",
                many(&|i| format!("a{i} = 1\n"))
            ),
            "a100000",
        ),
        (
            format!(
                "integrand = 'x'\n[over]\n{}",
                many(&|i| format!("x{i} = [0, 1]\n"))
            ),
            "x100000",
        ),
    ] {
        let run = integrate(&[&folder.file("p.toml", &text)]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
        assert!(run.err.contains("more than 100000 entries"), "{}", run.err);
        assert!(
            run.err.contains(marked) && run.err.len() < 2000,
            "{}",
            run.err
        );
    }
    let text = format!(
        "integrand = '1'\n{}",
        "[[piece]]\nover = 'x = 0..1'\n".repeat(10_001)
    );
    let run = integrate(&[&folder.file("p.toml", &text)]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("more than 10000 entries"), "{}", run.err);
}

/// All its pixels at once, with what drew them, were 1.8 gigabytes.
#[test]
#[cfg(target_os = "linux")]
fn the_largest_pictures_are_drawn_in_less_than_a_gigabyte() {
    let folder = Folder::new("largest");
    let to = folder.path("p.png");
    let draw = format!(
        "ulimit -v 900000 && exec {:?} \"$@\"",
        program().get_program()
    );
    let mut command = Command::new("sh");
    command.args(["-c", &draw, "sh", "plot"]).args(POLAR);
    command.args(["--size", "6000x6000", "--threads", "2", "-o", &to]);
    let output = command.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{err}");
    let written = fs::metadata(&to).unwrap().len();
    assert!(written > 100_000, "{written} bytes");
}

#[test]
fn a_number_of_threads_that_no_machine_has_is_refused_or_none() {
    let flags = [
        "--over",
        "x = 0..1, y = 0..1",
        "--integrand",
        "abs(sin(9*x*y) - 0.3)",
    ];
    let run = integrate(&[&flags[..], &["--threads", "100000"]].concat());
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    let mut command = program();
    command.arg("integrate").args(flags);
    let output = command.env("RAYON_NUM_THREADS", "100000").output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}");
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
    let plotted = |map: &str| {
        let begin = Instant::now();
        let flags = ["--over", "x = 0..1, y = 0..1", "-o", &folder.path("a.png")];
        let run = pullback(&[&["plot", "--map", map, "--size", "2048x2048"], &flags[..]].concat());
        (run, begin.elapsed())
    };
    let (run, drawn) = plotted("X = x, Y = y");
    assert_eq!(run.code, Some(0), "{}", run.err);
    for waves in ["1000", "1e6", "1e12"] {
        let (run, refused) = plotted(&format!("X = sin({waves}*x), Y = sin({waves}*y)"));
        assert_eq!(run.code, Some(2), "{}", run.err);
        assert!(
            run.err.contains("faster than its samples show"),
            "{}",
            run.err
        );
        // Drawn, it was a minute each, and a verdict on the map takes as long; a refusal is less work than the
        // picture of a square. Other work may be done beside either of them.
        assert!(refused < drawn, "{refused:?}, {drawn:?}");
    }
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

/// Waits until a process has had so much time of a processor, where that can be known, however busy the
/// machine is; else a multiple of it.
fn wait_until_it_has_worked(id: u32, time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < 40 * time {
        std::thread::sleep(Duration::from_millis(20));
        let worked = match fs::read_to_string(format!("/proc/{id}/stat")) {
            Ok(stat) => {
                // The second field is a name in parentheses; fields 14 and 15 are hundredths of a second.
                let fields = stat.rsplit(')').next().unwrap_or_default();
                let ticks = fields.split_whitespace().skip(11).take(2);
                Duration::from_millis(10 * ticks.filter_map(|t| t.parse::<u64>().ok()).sum::<u64>())
            }
            Err(_) => begin.elapsed() / 4,
        };
        if worked >= time {
            return;
        }
    }
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
        wait_until_it_has_worked(child.id(), Duration::from_millis(1500));
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
        // Weeks before its time.
        assert!(begin.elapsed() < Duration::from_secs(60));
        assert_eq!(output.status.code(), Some(130), "{signal}");
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(object["status"], "interrupted");
        let value = object["value"].as_f64().unwrap();
        // The mean lies between 0 and 1.2.
        assert!((0.1..1.2).contains(&value), "{value}");
    }
}
