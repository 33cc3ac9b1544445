//! The problem files of `examples/problems/`: each has the value that its first line names.

use super::*;

/// The files with the exact values of their first integrand; those of the meshed disc and of the region
/// without a closed form are held to what they are for.
const PROBLEMS: [(&str, f64, f64); 11] = [
    ("astroid", 3.0 * PI / 8.0, 1e-10),
    ("cardioid", 1.5 * PI, 1e-10),
    // No closed form is known: the digits are those that orders 1e-8 and 1e-12 agree in.
    ("conditions", 1.658_361_810_429, 1e-10),
    // Curved elements of a disc follow its border but do not meet it.
    ("disc", 1.534_078_195_112, 1e-10),
    ("hyperbolas", std::f64::consts::LN_2, 1e-10),
    ("limits", 0.1, 1e-10),
    ("named", 13.5 * PI, 1e-10),
    ("pieces", 2.0 * PI + 8.0, 1e-10),
    ("polygon", 12.0, 1e-10),
    ("sphere", 4.0 * PI / 3.0, 1e-10),
    ("work", 2.0 * PI, 1e-10),
];

#[test]
fn every_problem_file_has_its_value() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/problems");
    let files = std::fs::read_dir(&folder).unwrap();
    let files = files.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    assert_eq!(files.count(), PROBLEMS.len(), "each file has a value here");
    for (name, exact, rtol) in PROBLEMS {
        let file = folder.join(format!("{name}.toml"));
        let run = integrate(&[file.to_str().unwrap(), "--quiet"]);
        assert_eq!(run.code, Some(0), "{name}: {}", run.err);
        let value: f64 = run.out.lines().next().unwrap().parse().unwrap();
        assert!(
            (value - exact).abs() <= rtol * exact,
            "{name}: {value} is not {exact}"
        );
    }
}
