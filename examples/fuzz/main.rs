//! Throws random input at the toolkit: texts, problem files, command lines, integrals with small limits, pictures.
//!
//! 1. Every item depends on the seed and its number alone. A child process works on them and says
//!    which one it is at, so that a panic, an abort or a hang is known by its number.
//! 2. The parent ends a child that takes too long with an item, watches its memory, and goes on with
//!    the item behind.
//! 3. An item is at fault too where an answer contradicts itself or a limit is not kept; one over its
//!    time is tried again, as other work may have taken it.
//!
//! `cargo run --profile fuzz --example fuzz -- --seed 1 --texts 1000000 --integrals 10000`
//!
//! The profile has overflow checks on.

mod commands;
mod files;
mod formula;
mod integrals;
mod pictures;
mod program;
#[allow(dead_code, reason = "the search uses more of it")]
#[path = "../search/random.rs"]
mod random;
mod texts;

use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use clap::Parser;

use random::Random;

/// Throws random input at the toolkit.
#[derive(Clone, Parser)]
struct Arguments {
    /// The seed: the items depend on it and on nothing else
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many texts
    #[arg(long, default_value_t = 20_000)]
    texts: u64,
    /// How many problem files, for the program that was built beside this
    #[arg(long, default_value_t = 20)]
    files: u64,
    /// How many command lines, for the same program
    #[arg(long, default_value_t = 40)]
    commands: u64,
    /// How many integrals
    #[arg(long, default_value_t = 100)]
    integrals: u64,
    /// How many pictures
    #[arg(long, default_value_t = 5)]
    pictures: u64,
    /// The most megabytes that an item may take
    #[arg(long, default_value_t = 1000)]
    megabytes: u64,
    /// The most seconds that an item may take
    #[arg(long, default_value_t = 20.0)]
    seconds: f64,
    /// How many faults end the run
    #[arg(long, default_value_t = 20)]
    faults: usize,
    /// Work on one kind from this number on and say so: what the child process is told
    #[arg(long, hide = true)]
    child: Option<String>,
    /// The number of the first item
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Print the items
    #[arg(long)]
    show: bool,
}

/// Makes an item, says as a text what it is, works on it, and says what is wrong.
type Run = fn(&mut Random, &mut dyn FnMut(&str)) -> Result<(), String>;

/// A kind of item.
struct Kind {
    name: &'static str,
    /// How many items go between two words to the parent.
    together: u64,
    count: fn(&Arguments) -> u64,
    run: Run,
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "texts",
        together: 256,
        count: |arguments| arguments.texts,
        run: texts::run,
    },
    Kind {
        name: "files",
        together: 1,
        count: |arguments| arguments.files,
        run: files::run,
    },
    Kind {
        name: "commands",
        together: 1,
        count: |arguments| arguments.commands,
        run: commands::run,
    },
    Kind {
        name: "integrals",
        together: 1,
        count: |arguments| arguments.integrals,
        run: integrals::run,
    },
    Kind {
        name: "pictures",
        together: 1,
        count: |arguments| arguments.pictures,
        run: pictures::run,
    },
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(name) = &arguments.child {
        if let Some(kind) = KINDS.iter().find(|kind| kind.name == name) {
            work(kind, &arguments);
        }
        return ExitCode::SUCCESS;
    }
    let mut faults = 0;
    for kind in &KINDS {
        let start = Instant::now();
        let count = (kind.count)(&arguments);
        let found = watch(kind, &arguments, arguments.faults - faults);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{count} {}: {} faults, {seconds:.1} s, at most {} MB",
            kind.name,
            found.len(),
            found.megabytes
        );
        faults += found.len();
        if faults >= arguments.faults {
            break;
        }
    }
    ExitCode::from(u8::from(faults > 0))
}

/// What the parent found.
struct Found {
    faults: usize,
    megabytes: u64,
}

impl Found {
    fn len(&self) -> usize {
        self.faults
    }
}

/// Works on all items of a kind in children, one after the other.
fn watch(kind: &Kind, arguments: &Arguments, most: usize) -> Found {
    let count = (kind.count)(arguments);
    let mut from = arguments.from;
    let mut found = Found {
        faults: 0,
        megabytes: 0,
    };
    let fault = |from: u64, found: &mut Found, what: &str| {
        found.faults += 1;
        println!("{} {from}: {what}", kind.name);
    };
    while from < count && found.faults < most {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command.args(["--seed", &arguments.seed.to_string(), "--child", kind.name]);
        command.args([
            "--from",
            &from.to_string(),
            &format!("--{}", kind.name),
            &count.to_string(),
        ]);
        if arguments.show {
            command.arg("--show");
        }
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started again");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let patience = Duration::from_secs_f64(arguments.seconds);
        let mut is_done = false;
        let mut heard = used(child.id());
        loop {
            match lines.recv_timeout(patience) {
                Ok(line) => {
                    heard = used(child.id());
                    if let Some(at) = line.strip_prefix("at ") {
                        from = at.parse().unwrap_or(from);
                        let megabytes = peak(child.id());
                        if megabytes > arguments.megabytes && megabytes > found.megabytes {
                            fault(
                                from.saturating_sub(1),
                                &mut found,
                                &format!("{megabytes} MB"),
                            );
                        }
                        found.megabytes = found.megabytes.max(megabytes);
                    } else if line == "done" {
                        is_done = true;
                    } else if let Some(what) = line.strip_prefix("fault ") {
                        fault(from, &mut found, what);
                    } else {
                        println!("{line}");
                    }
                }
                // Other work may have had the processor: only the child's own time counts.
                Err(RecvTimeoutError::Timeout)
                    if used(child.id())
                        .zip(heard)
                        .is_some_and(|(now, then)| now - then < arguments.seconds) => {}
                Err(RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    fault(
                        from,
                        &mut found,
                        &format!("more than {:.0} s", patience.as_secs_f64()),
                    );
                    break;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.wait();
        if is_done {
            break;
        }
        if !status.as_ref().is_ok_and(|status| status.success()) {
            let status = status.map_or_else(|e| e.to_string(), |status| status.to_string());
            fault(from, &mut found, &format!("ended: {status}"));
        }
        from += kind.together;
    }
    found
}

/// The processor seconds of a process so far, where they can be known.
fn used(id: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is a name in parentheses; the time is in fields 14 and 15, in hundredths.
    let fields: Vec<&str> = status.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// The most megabytes that a process has had, where that can be known.
fn peak(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

/// Works on items and says which.
fn work(kind: &Kind, arguments: &Arguments) {
    // The place of a panic is told with its item.
    std::panic::set_hook(Box::new(|_| {}));
    let say = |text: &str| {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{}", text.replace('\n', "\\n")).and_then(|()| out.flush());
    };
    for index in arguments.from..(kind.count)(arguments) {
        if index % kind.together == 0 || index == arguments.from {
            say(&format!("at {index}"));
        }
        let mut item = String::new();
        let mut describe = |text: &str| {
            item = text.to_owned();
            if arguments.show {
                say(text);
            }
        };
        let mut random = Random::new(arguments.seed, index);
        let run = AssertUnwindSafe(|| (kind.run)(&mut random, &mut describe));
        let result = catch_unwind(run).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("panic: {}", text.unwrap_or_default()))
        });
        if let Err(what) = result {
            let shown: String = item.chars().take(2000).collect();
            say(&format!("fault [{index}] {what}: {shown}"));
        }
    }
    say("done");
}
