//! Command lines of every command, with flags of every kind, given to the program that was built beside this
//! one.

use pullback::Method;

use crate::formula::{formula, number};
use crate::program;
use crate::random::Random;

const NAMED: [&str; 14] = [
    "polar",
    "elliptic",
    "log-polar",
    "bipolar",
    "between",
    "star",
    "superellipse",
    "spherical",
    "toroidal",
    "paraboloidal",
    "triangle",
    "hexahedron",
    "ball-4",
    "helix",
];

const KINDS: [&str; 6] = [
    "deformation",
    "jacobian",
    "integrand",
    "convergence",
    "sweep",
    "nodes",
];

/// The names of the methods, and one that none has.
const METHODS: [&str; Method::NAMES.len() + 1] = {
    let mut names = ["no"; Method::NAMES.len() + 1];
    let mut k = 0;
    while k < Method::NAMES.len() {
        names[k] = Method::NAMES[k];
        k += 1;
    }
    names
};

/// A mesh that is valid, before it has slips.
const MESH: &str = include_str!("../problems/disc.msh");

/// What a line of a mesh may become.
const MESH_WORDS: [&str; 10] = [
    "0",
    "-1",
    "1",
    "4",
    "25",
    "99999999999",
    "1e308",
    "nan",
    "$EndNodes",
    "",
];

/// `x = F, y = F` for names.
fn equations(random: &mut Random, names: &[&str], of: &[&str], depth: usize) -> String {
    let equation = |name: &&str| format!("{name} = {}", formula(random, of, depth));
    names.iter().map(equation).collect::<Vec<_>>().join(", ")
}

fn over(random: &mut Random, names: &[&str]) -> String {
    let mut limits = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let end = |random: &mut Random, plain: &str| match random.below(16) {
            0 => formula(random, &names[..i], 1),
            1 => number(random),
            2 => random.pick(&["-inf", "inf", "1 by 0.1", "a"]).to_owned(),
            _ => plain.to_owned(),
        };
        let (low, high) = (end(random, "0"), end(random, "1"));
        limits.push(format!("{name} = {low}..{high}"));
    }
    limits.join(", ")
}

fn condition(random: &mut Random, names: &[&str], signs: &[&str]) -> String {
    let sides = [0; 2].map(|_| formula(random, names, 2));
    format!("{} {} {}", sides[0], random.pick(signs), sides[1])
}

fn polygon(random: &mut Random) -> String {
    let corners = 1 + random.below(9);
    let corner = |_| {
        let place = |random: &mut Random| match random.below(12) {
            0 => number(random),
            _ => random.below(5).to_string(),
        };
        format!("({},{})", place(random), place(random))
    };
    (0..corners).map(corner).collect::<Vec<_>>().join(" ")
}

fn mesh(random: &mut Random) -> Result<String, String> {
    let mut lines: Vec<String> = MESH.lines().map(str::to_owned).collect();
    for _ in 0..random.pick(&[0, 0, 1, 2]) {
        let at = random.below(lines.len());
        let line = &lines[at];
        let words: Vec<&str> = line.split(' ').collect();
        let other = random.below(words.len());
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        match random.below(4) {
            0 => {
                lines.remove(at);
                continue;
            }
            1 => {
                lines.truncate(at.max(1));
                continue;
            }
            _ => words[other] = random.pick(&MESH_WORDS).to_owned(),
        }
        lines[at] = words.join(" ");
    }
    write("mesh.msh", &lines.join("\n"))
}

/// Writes a file and says where it is.
fn write(name: &str, text: &str) -> Result<String, String> {
    let path = program::folder()?.join(name);
    std::fs::write(&path, text).map_err(|e| e.to_string())?;
    Ok(path.display().to_string())
}

/// Flags for where to integrate, and the names of the targets and of the variables.
fn domain(random: &mut Random, flags: &mut Vec<String>) -> Result<[Vec<&'static str>; 2], String> {
    let mut flag = |name: &str, value: String| flags.push(format!("--{name}={value}"));
    let variables = &["u", "v", "w"][..1 + random.below(3)];
    let targets = &["x", "y", "z"];
    Ok(match random.below(12) {
        0..=4 => {
            let count = random.pick(&[variables.len(), variables.len(), variables.len(), 1, 3]);
            let targets = &targets[..count];
            flag("map", equations(random, targets, variables, 2));
            flag("over", over(random, variables));
            [targets.to_vec(), variables.to_vec()]
        }
        5 => {
            let name = random.pick(&NAMED);
            let arguments = match random.below(4) {
                0 => format!("(a = {})", number(random)),
                1 => format!("({})", formula(random, &["t"], 1)),
                _ => String::new(),
            };
            flag("map", format!("{name}{arguments}"));
            [targets[..2].to_vec(), vec!["r", "t"]]
        }
        6 => {
            let plain = [
                "u = x*y, v = y/x",
                "u = x + y, v = x - y",
                "u = x^2 - y^2, v = 2*x*y",
            ];
            let inverse = match random.one_in(2) {
                true => random.pick(&plain).to_owned(),
                false => equations(random, &["u", "v"], &targets[..2], 2),
            };
            flag("inverse", inverse);
            flag("over", over(random, &["u", "v"]));
            if random.one_in(2) {
                flag("near", equations(random, &targets[..2], &[], 0));
            }
            [targets[..2].to_vec(), vec!["u", "v"]]
        }
        7 => {
            flag("inside", equations(random, &targets[..2], &["t"], 2));
            flag("over", "t = 0..2*pi".to_owned());
            [targets[..2].to_vec(), vec!["t"]]
        }
        8 => {
            for _ in 0..1 + random.below(2) {
                flag("polygon", polygon(random));
            }
            [targets[..2].to_vec(), Vec::new()]
        }
        9 => {
            flag("mesh", mesh(random)?);
            if random.one_in(3) {
                flag("group", random.pick(&["core", "disc", "no", ""]).to_owned());
            }
            [targets[..2].to_vec(), Vec::new()]
        }
        _ => {
            flag("over", over(random, variables));
            [variables.to_vec(), variables.to_vec()]
        }
    })
}

fn settings(random: &mut Random, flags: &mut Vec<String>) {
    for (name, values) in [
        ("rtol", &["1e-3", "1e-14", "0", "x", "-1"][..]),
        ("atol", &["1e-3", "0", "inf", "1e-300"]),
        ("max-evals", &["1", "100", "1e4", "1e18"]),
        (
            "method",
            random.pick(&[&METHODS[..], &METHODS[5..], &METHODS[2..]]),
        ),
        ("nodes", &["8", "1", "3,5", "0", "10000000", "1,2,3,4"]),
        ("seed", &["0", "18446744073709551615", "-1"]),
    ] {
        // The first are as they should be.
        let values = if random.one_in(12) {
            values
        } else {
            &values[..2]
        };
        if random.one_in(8) {
            flags.push(format!("--{name}={}", random.pick(values)));
        }
    }
    let seconds = random.pick(&["0.05", "0.2", "0.2", "1e-9"]);
    flags.push(format!("--max-seconds={seconds}"));
    flags.push("--threads=1".to_owned());
}

/// What commands that integrate have in common.
fn integral(random: &mut Random, flags: &mut Vec<String>) -> Result<(), String> {
    let [targets, variables] = domain(random, flags)?;
    let has_parameter = random.one_in(3);
    let parameter: &[&str] = if has_parameter { &["a"] } else { &[] };
    let both: Vec<&str> = match random.one_in(12) {
        true => [&targets[..], &variables[..], &["a"]].concat(),
        false => [&targets[..], parameter].concat(),
    };
    let names = &both[..];
    let has_field = random.one_in(10);
    for _ in 0..random.pick(&[1, 1, 1, 2]) {
        if !has_field && !random.one_in(4) {
            let depth = 1 + random.below(3);
            flags.push(format!("--integrand={}", formula(random, names, depth)));
        }
    }
    if random.one_in(4) {
        let signs = ["<", "<=", ">", "=", "!="];
        flags.push(format!("--where={}", condition(random, names, &signs)));
    }
    if random.one_in(8) {
        flags.push(format!("--on={}", condition(random, names, &["="])));
    }
    if has_field {
        let parts = [0; 2].map(|_| formula(random, &targets, 2));
        flags.push(format!("--field={}, {}", parts[0], parts[1]));
    }
    if has_parameter {
        let value = match random.below(8) {
            0 => "0..1 by 0.25".to_owned(),
            1 => "[1, 2, x]".to_owned(),
            2 => number(random),
            3 => "0.7 ± 0.1".to_owned(),
            _ => "0.7".to_owned(),
        };
        flags.push(format!("--param=a = {value}"));
    }
    if random.one_in(10) {
        flags.push("--signed".to_owned());
    }
    if random.one_in(10) {
        let name = variables.first().copied().unwrap_or("x");
        flags.push(format!(
            "--principal-value={name} = {}",
            random.pick(&["0", "0.5", "9"])
        ));
    }
    Ok(())
}

fn at(random: &mut Random, flags: &mut Vec<String>) {
    for name in ["at", "within"] {
        if random.one_in(2) {
            let spread = random.pick(&["", " ± 0.1", " ± -1"]);
            let value = random.pick(&["0.5", "0", "1e308", "x"]);
            flags.push(format!("--{name}=u = {value}{spread}, v = 0.25"));
        }
    }
    if random.one_in(5) {
        let matrices = ["1, 0; 0, 1", "1; 0", "1, 2; 2, 1", "x"];
        flags.push(format!("--covariance={}", random.pick(&matrices)));
    }
    if random.one_in(3) {
        flags.push(format!(
            "--samples={}",
            random.pick(&["0", "1", "100", "x"])
        ));
    }
}

pub(crate) fn run(random: &mut Random, describe: &mut dyn FnMut(&str)) -> Result<(), String> {
    let commands = [
        "integrate",
        "integrate",
        "integrate",
        "explain",
        "check",
        "jacobian",
        "density",
        "solve",
        "plot",
        "plot",
        "maps",
    ];
    let command = random.pick(&commands);
    let mut flags = vec![command.to_owned()];
    let outputs = match command {
        "integrate" => &["--json", "--csv", "--quiet", "--explain", ""][..],
        "explain" => &["--markdown", "--latex", "--json", ""],
        "jacobian" => &["--latex", "--json", ""],
        "plot" | "maps" => &[""],
        _ => &["--json", ""],
    };
    let output = random.pick(outputs);
    if !output.is_empty() {
        flags.push(output.to_owned());
    }
    match command {
        "solve" => {
            let names = &["x", "y", "z"][..1 + random.below(3)];
            let count = random.pick(&[names.len(), names.len(), 1, 2]);
            let each: Vec<String> = (0..count)
                .map(|_| condition(random, names, &["="]))
                .collect();
            flags.push(each.join(", "));
            match random.one_in(2) {
                true => flags.push(format!("--over={}", over(random, names))),
                false => flags.push(format!("--near={}", equations(random, names, &[], 0))),
            }
            flags.push("--max-seconds=0.2".to_owned());
        }
        "maps" => flags.push(format!(
            "{}{}",
            random.pick(&NAMED),
            random.pick(&["", "(2)", "(x = 1)"])
        )),
        _ => {
            integral(random, &mut flags)?;
            if !["check", "jacobian"].contains(&command) {
                settings(random, &mut flags);
            }
        }
    }
    match command {
        "integrate" => {
            for name in ["average", "gradient=a", "hessian=a, a"] {
                if random.one_in(10) {
                    flags.push(format!("--{name}"));
                }
            }
            for name in ["learned", "checkpoint"] {
                if random.one_in(8) {
                    let texts = [
                        "",
                        "{}",
                        "{\"version\":1}",
                        "\u{0}\u{1}",
                        "[[[[",
                        "pullback",
                    ];
                    let path = write(name, random.pick(&texts))?;
                    flags.push(format!("--{name}={path}"));
                }
            }
        }
        "jacobian" | "density" => at(random, &mut flags),
        "plot" => {
            let end = random.pick(&["svg", "png"]);
            let path = program::folder()?.join(format!("picture.{end}"));
            flags.push(format!("--output={}", path.display()));
            flags.push(format!("--what={}", random.pick(&KINDS)));
            if random.one_in(3) {
                flags.push(format!(
                    "--view={}",
                    random.pick(&["-60,25", "0,90", "nan,1", "1e300,0"])
                ));
            }
            if random.one_in(3) {
                flags.push(format!(
                    "--size={}",
                    random.pick(&["640x400", "1200x640", "1x1"])
                ));
            }
        }
        _ => {}
    }
    // Sometimes a flag that is cut short, or given twice.
    if random.one_in(12) && flags.len() > 1 {
        let at = 1 + random.below(flags.len() - 1);
        let flag = flags[at].clone();
        let end = flag.floor_char_boundary(random.below(flag.len() + 1));
        flags.push(flag[..end].to_owned());
    }
    describe(
        &flags
            .iter()
            .map(|flag| format!("{flag:?} "))
            .collect::<String>(),
    );
    // A NUL cannot be passed on.
    if flags.iter().any(|flag| flag.contains('\0')) {
        return Ok(());
    }
    program::run(&flags)
}
