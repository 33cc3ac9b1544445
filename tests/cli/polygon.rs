//! Polygons.

use super::*;

fn value(arguments: &[&str]) -> f64 {
    let run = integrate(&[arguments, &["--json"]].concat());
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    run.value()
}

#[test]
fn rings_are_given_in_any_of_their_forms() {
    let outer = "(0,0) (4,0) (4,4) (0,4)";
    let hole = "(1, 1), (3, 1), (3, 3), (1, 3), (1, 1)";
    assert_eq!(value(&["--polygon", outer, "--polygon", hole]), 12.0);
    let text = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1))";
    assert_eq!(value(&["--polygon", text]), 12.0);
    let two = "multipolygon (((0 0, 1 0, 1 1)), ((2 0, 3 0, 3 1)))";
    assert_eq!(value(&["--polygon", two]), 1.0);
    let triangle = "(0, 0) (a, 0) (a, b)";
    assert_eq!(
        value(&["--polygon", triangle, "--param", "a = 4, b = a - 1"]),
        6.0
    );
    assert_eq!(
        value(&["--polygon", outer, "--where", "y >= x", "--integrand", "1"]),
        8.0
    );
    let folder = Folder::new("polygon");
    for text in [
        "polygon = [[[0, 0], [4, 0], [4, 4], [0, 4]], [[1, 1], [3, 1], [3, 3], [1, 3]]]",
        "polygon = ['(0,0) (4,0) (4,4) (0,4)', '(1,1) (3,1) (3,3) (1,3)']",
        "polygon = [[0, 0], [4, 0], ['a', 3]]\nintegrand = '2'\nparam = { a = 4 }",
    ] {
        assert_eq!(value(&[&folder.file("p.toml", text)]), 12.0, "{text}");
    }
    let map = folder.file("p.toml", "[map]\nx = 't'\n[over]\nt = [0, 1]");
    assert_eq!(value(&[&map, "--polygon", outer]), 16.0);
}

#[test]
fn the_rings_are_stated() {
    let run = integrate(&["--polygon", "(0,0) (4,0) (4,3)", "--json"]);
    assert_eq!(
        run.json()["problem"]["polygon"],
        serde_json::json!([[[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]]])
    );
}

#[test]
fn what_is_no_polygon_is_shown() {
    let marked = |arguments: &[&str], mark: &str, says: &str| {
        let run = integrate(arguments);
        assert_eq!(run.marked(), mark, "{}", run.err);
        assert!(run.err.contains(says), "{}", run.err);
    };
    marked(
        &["--polygon", "(0,0) (4,0)"],
        "(0,0) (4,0)",
        "three at least",
    );
    marked(
        &["--polygon", "(0,0) (1,1) (2,2)"],
        "(0,0) (1,1) (2,2)",
        "no area",
    );
    marked(&["--polygon", "(0,0) (4,0) (4,b)"], "b", "unknown name `b`");
    marked(
        &["--polygon", "(0,0) (4,0) (4,1/0)"],
        "1/0",
        "the value of this is inf",
    );
    marked(&["--polygon", "(0,0) (4,0) (4)"], "(4)", "expected a point");
    marked(&["--polygon", "(0,0) (4,0) 4,3"], "4,3", "expected a point");
    marked(&["--polygon", "(0,0) (4,0) (4,3"], "(", "never closed");
    marked(
        &["--polygon", "POLYGON ((0 0, 4 0 1, 4 3))"],
        "4 0 1",
        "two numbers",
    );
    let bow = "(0,0) (2,2) (2,0) (0,2)";
    marked(&["--polygon", bow], bow, "sides cross at (1, 1)");
    let over = ["--polygon", "(0,0) (4,0) (4,3)", "--over", "t = 0..1"];
    marked(&over, "t", "a polygon has no variables");
    let twice = ["--polygon", "(0,0) (4,0) (4,3)", "--map", "x = t"];
    marked(&twice, "(0,0) (4,0) (4,3)", "given twice");
    marked(
        &["--polygon", "(0,0) (4,0) (4,3)", "--integrand", "x*z"],
        "z",
        "--param",
    );
    let folder = Folder::new("no-polygon");
    let file = folder.file("p.toml", "polygon = [[[0, 0], [4, 0], [4, 3, 1]]]");
    marked(&[&file], "[4, 3, 1]", "expected two coordinates");
    let file = folder.file("p.toml", "polygon = [[[0, 0], [4, 0], 4]]");
    marked(&[&file], "4", "expected a point");
    let signed = integrate(&["--polygon", "(0,0) (4,0) (4,3)", "--signed"]);
    assert_eq!(signed.code, Some(2));
    assert!(signed.err.contains("--inside"), "{}", signed.err);
}
