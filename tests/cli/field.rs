//! Vector fields along curves and through surfaces.

use super::*;

const CIRCLE: [&str; 4] = [
    "--map",
    "x = 2*cos(t), y = 2*sin(t)",
    "--over",
    "t = 0..2*pi",
];

fn field(curve: &[&str], field: &str, more: &[&str]) -> Run {
    integrate(&[curve, &["--field", field], more].concat())
}

#[test]
fn the_work_along_a_curve_and_the_flux_through_a_surface_say_their_direction() {
    let run = field(&CIRCLE, "-y, x", &["--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!((run.value() - 8.0 * PI).abs() < NEAR * 8.0 * PI);
    let json = run.json();
    assert_eq!(json["problem"]["field"], serde_json::json!(["-y", "x"]));
    assert!(
        json["orientation"]
            .as_str()
            .unwrap()
            .contains("work along the curve"),
        "{json}"
    );
    assert!(json["problem"]["integrand"].is_null());
    let people = field(&CIRCLE, "-y, x", &[]).out;
    assert!(
        people.contains("orientation  the work along the curve"),
        "{people}"
    );
    let back = field(
        &["--map", CIRCLE[1], "--over", "t = 2*pi..0"],
        "-y, x",
        &["--json"],
    );
    assert!((back.value() + 8.0 * PI).abs() < NEAR * 8.0 * PI);
    let sheet = [
        "--map",
        "x = u, y = v, z = u*v",
        "--over",
        "u = 0..2, v = 0..1",
    ];
    let flux = field(&sheet, "0, 0, atan2(1, 1)", &["--json"]);
    assert!((flux.value() - PI / 2.0).abs() < NEAR);
    let orientation = flux.json()["orientation"].as_str().unwrap().to_owned();
    assert!(
        orientation.contains("toward ∂(x, y, z)/∂u × ∂(x, y, z)/∂v"),
        "{orientation}"
    );
}

#[test]
fn files_have_fields_too_and_flags_override_them() {
    let folder = Folder::new("field");
    let text =
        "field = ['-y', 'x']\n[map]\nx = '2*cos(t)'\ny = '2*sin(t)'\n[over]\nt = [0, '2*pi']";
    let file = folder.file("p.toml", text);
    assert!((integrate(&[&file, "--json"]).value() - 8.0 * PI).abs() < NEAR * 8.0 * PI);
    let file = folder.file("p.toml", &text.replace("['-y', 'x']", "'-y, x'"));
    assert!((integrate(&[&file, "--json"]).value() - 8.0 * PI).abs() < NEAR * 8.0 * PI);
    // A flag takes the place of what the file integrates.
    let length = integrate(&[&file, "--integrand", "1", "--json"]);
    assert!((length.value() - 4.0 * PI).abs() < NEAR * 4.0 * PI);
    let pieces = folder.file(
        "pieces.toml",
        "field = '-y, x'\n\
         [[piece]]\nmap = 'x = cos(t), y = sin(t)'\nover = 't = 0..pi'\n\
         [[piece]]\nmap = 'x = t, y = 0*t'\nover = 't = -1..1'",
    );
    let around = integrate(&[&pieces, "--json"]);
    assert!(
        (around.value() - PI).abs() < NEAR * PI,
        "{}{}",
        around.out,
        around.err
    );
}

#[test]
fn fields_that_do_not_fit_are_refused() {
    let marked = |run: Run, mark: &str, says: &str| {
        assert_eq!(run.marked(), mark, "{}", run.err);
        assert!(run.err.contains(says), "{}", run.err);
    };
    marked(
        field(&CIRCLE, "-y", &[]),
        "-y",
        "one for each of the 2 targets",
    );
    marked(field(&CIRCLE, "-y, w", &[]), "w", "--param");
    marked(
        field(&CIRCLE, "-y, x", &["--integrand", "x"]),
        "x",
        "not both",
    );
    marked(
        field(&["--over", "x = 0..1, y = 0..1"], "-y, x", &[]),
        "-y, x",
        "along a curve",
    );
    marked(
        field(&["--polygon", "(0,0) (1,0) (0,1)"], "-y, x", &[]),
        "-y, x",
        "--map",
    );
    marked(field(&CIRCLE, "-y, (x", &[]), "(", "never closed");
}
