//! Problem files with several pieces.

use super::*;

const TWO: &str = "integrand = 'x^2'
where = 'y >= 0'
[param]
a = 2
[[piece]]
map = 'polar'
over = { r = [0, 'a'] }
[[piece]]
map = { x = '3 + u', y = 'v' }
over = { u = [0, 1], v = [-1, 1] }
[[piece]]
polygon = [[[0, 5], ['a', 5], [0, 7]]]
[[piece]]
inside = 'x = 10 + cos(t), y = sin(t)'
over = 't = 0..2*pi'
where = 'x >= 10'
";

#[test]
fn pieces_of_all_kinds_add_up() {
    let folder = Folder::new("pieces");
    let file = folder.file("p.toml", TWO);
    let run = integrate(&[&file, "--json"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    // Half of π2⁴/4; (4³ − 3³)/3; 2·2³/12; a quarter of a disk: 25π + 2·10/3 + π/16.
    let truth = 2.0 * PI + 37.0 / 3.0 + 4.0 / 3.0 + 25.0 * PI + 20.0 / 3.0 + PI / 16.0;
    assert!(
        (run.value() - truth).abs() < NEAR * truth,
        "{} is not {truth}",
        run.value()
    );
    let json = run.json();
    let pieces = json["problem"]["piece"].as_array().unwrap();
    assert_eq!(pieces.len(), 4);
    assert_eq!(pieces[0]["map"]["x"], "r*cos(t)");
    assert_eq!(pieces[3]["where"], serde_json::json!(["y >= 0", "x >= 10"]));
    assert_eq!(json["problem"]["param"]["a"], 2.0);
    // A flag takes the place of a condition for all pieces, or of all pieces.
    let run = integrate(&[&file, "--where", "x < 0", "--integrand", "1", "--json"]);
    // Half of the disk; the others have nothing there.
    assert!(
        (run.value() - 2.0 * PI).abs() < NEAR * 2.0 * PI,
        "{}",
        run.value()
    );
    let run = integrate(&[
        &file,
        "--polygon",
        "(0,0) (1,0) (1,1)",
        "--integrand",
        "1",
        "--json",
    ]);
    assert!((run.value() - 0.5).abs() < NEAR, "{}", run.err);
}

#[test]
fn warnings_say_which_piece_they_are_of() {
    let folder = Folder::new("pieces-warned");
    let text = "[[piece]]\nover = { x = [0, 1], y = [0, 1] }\n\
                [[piece]]\nmap = { x = 'u', y = 'v^2' }\nover = { u = [0, 1], v = [-1, 1] }";
    let run = integrate(&[&folder.file("p.toml", text)]);
    assert!(
        run.out.contains("piece 2: det J changes sign"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn pieces_that_do_not_fit_are_refused() {
    let folder = Folder::new("no-pieces");
    let marked = |text: &str, mark: &str, says: &str| {
        let run = integrate(&[&folder.file("p.toml", text)]);
        assert_eq!(run.marked(), mark, "{}", run.err);
        assert!(run.err.contains(says), "{}", run.err);
    };
    let square = "[[piece]]\nover = { x = [0, 1], y = [0, 1] }\n";
    let with = |more: &str| format!("{square}{more}");
    marked(
        &with("[[piece]]\nmap = 'x = t, z = t'\nover = 't = 0..1'"),
        "x",
        "piece 2 has the targets x, z",
    );
    marked(
        &with("[[piece]]\nmap = 'x = t, y = t'\nover = 't = 0..1'"),
        "x",
        "do not add up",
    );
    marked(&with("[[piece]]\nmap = 'polr'"), "polr", "polar");
    marked(
        &with("[[piece]]\nmpa = 'polar'"),
        "mpa",
        "did you mean `map`",
    );
    marked(&with("integrand = 'x'"), "integrand", "not of a piece");
    marked(&with("[map]\nx = 't'"), "x", "given twice");
    marked(&format!("integrand = 'q'\n{square}"), "q", "--param");
    let run = integrate(&[&folder.file("p.toml", &with("[[piece]]\nmap = 'x = u, y = v'"))]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no limits"), "{}", run.err);
    marked("piece = 3", "3", "[[piece]]");
}
