//! Meshes of elements in the place of a map and limits.

use super::*;

/// Two triangles of the unit square in groups of their own, and a line between them.
const SQUARE: &str = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n\
    $PhysicalNames\n2\n1 5 \"diagonal\"\n2 6 \"lower\"\n$EndPhysicalNames\n\
    $Entities\n0 1 2 0\n1 0 0 0 1 1 0 1 5 0\n1 0 0 0 1 1 0 1 6 0\n2 0 0 0 1 1 0 0 0\n$EndEntities\n\
    $Nodes\n1 4 1 4\n2 1 0 4\n1\n2\n3\n4\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n$EndNodes\n\
    $Elements\n3 3 1 3\n1 1 1 1\n1 1 3\n2 1 2 1\n2 1 2 3\n2 2 2 1\n3 1 3 4\n$EndElements\n";

#[test]
fn a_mesh_is_integrated_over_whole_and_by_groups() {
    let folder = Folder::new("mesh");
    let mesh = folder.file("square.msh", SQUARE);
    let run = |flags: &[&str]| integrate(&[&["--mesh", mesh.as_str(), "--json"], flags].concat());
    let object = run(&["--integrand", "x^2 + y^2"]).json();
    assert_near(object["value"].as_f64().unwrap(), 2.0 / 3.0);
    assert_eq!(object["status"], "converged");
    assert!(
        object["method"]
            .as_str()
            .unwrap()
            .starts_with("2 triangles of order 1: gauss ")
    );
    assert_eq!(object["jacobian"]["min"], 1.0);
    assert_eq!(object["problem"]["mesh"], mesh.as_str());
    assert_eq!(object["warnings"].as_array().unwrap().len(), 0);
    let lower = run(&[
        "--group",
        "lower",
        "--integrand",
        "a*y + z",
        "--param",
        "a = 2",
    ])
    .json();
    assert_near(lower["value"].as_f64().unwrap(), 1.0 / 3.0);
    assert_eq!(lower["problem"]["group"], "lower");
    assert_near(run(&["--group", "diagonal"]).value(), 2f64.sqrt());
    // Each turned over would count negative.
    assert_near(run(&["--signed"]).value(), 1.0);
    let fixed = run(&["--method", "gauss", "--nodes", "5", "--integrand", "x*y"]);
    assert_near(fixed.value(), 0.25);
}

#[test]
fn a_problem_file_names_a_mesh_beside_it() {
    let folder = Folder::new("mesh-file");
    folder.file("square.msh", SQUARE);
    let file = folder.file(
        "p.toml",
        "mesh = 'square.msh'\ngroup = 'lower'\nintegrand = 'x'\n",
    );
    assert_near(integrate(&[&file, "--json"]).value(), 1.0 / 3.0);
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/problems/disc.toml");
    let value = integrate(&[example, "--json"]).value();
    // Each side is a parabola over a quarter of the circle, up to 2 % of the radius inside; the moment goes
    // with the fourth power of the radius.
    assert!(
        value < PI / 2.0 && value > PI / 2.0 * 0.98f64.powi(4),
        "{value}"
    );
    let damaged = folder.file("damaged.toml", "mesh = 'no.msh'\n");
    let run = integrate(&[&damaged]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("damaged.toml:1:9"), "{}", run.err);
}

#[test]
fn what_is_wrong_with_a_mesh_is_told_where() {
    let folder = Folder::new("mesh-faults");
    let mesh = folder.file("square.msh", SQUARE);
    let truncated = folder.file("short.msh", &SQUARE[..SQUARE.len() - 40]);
    let refused = |flags: &[&str], parts: &[&str]| {
        let run = integrate(flags);
        assert_eq!(
            (run.code, run.out.as_str()),
            (Some(2), ""),
            "{flags:?}: {}",
            run.err
        );
        assert!(
            parts.iter().all(|part| run.err.contains(part)),
            "{flags:?}: {}",
            run.err
        );
    };
    let mesh = ["--mesh", mesh.as_str()];
    let with = |more: &[&'static str], parts: &[&str]| refused(&[&mesh[..], more].concat(), parts);
    with(
        &["--over", "r = 0..1"],
        &["--over cannot stand beside a mesh", "leave it out"],
    );
    with(
        &["--map", "x = r"],
        &["the region is given twice", "leave one"],
    );
    with(
        &["--where", "x > 0"],
        &["--where cannot stand beside a mesh", "group"],
    );
    with(
        &["--principal-value", "x = 0"],
        &["--principal-value cannot stand beside a mesh"],
    );
    with(
        &["--group", "lowr"],
        &["there is no group `lowr`", "did you mean `lower`?"],
    );
    with(&["--group", "diagonal", "--signed"], &["no determinant"]);
    with(&["--integrand", "x + q"], &["`q`", "--param"]);
    with(&["--integrand", "x +"], &["--integrand"]);
    with(&["--param", "z = 1"], &["`z` is a coordinate"]);
    with(
        &["--method", "gauss", "--nodes", "3, 4, 5"],
        &["one for each of the 2 variables"],
    );
    refused(
        &["--mesh", &truncated],
        &["cannot read", "short.msh", "line 31", "ends too early"],
    );
    refused(
        &["--mesh", "/none/such.msh"],
        &["cannot read /none/such.msh"],
    );
    refused(
        &["--group", "lower", "--over", "r = 0..1"],
        &["a group is a part of a mesh"],
    );
}

#[test]
fn determinants_and_integrands_are_drawn_over_the_elements_of_a_mesh() {
    let folder = Folder::new("mesh-amounts");
    let (mesh, svg) = (folder.path("strip.msh"), folder.path("a.svg"));
    fs::write(&mesh, STRIP).unwrap();
    for (what, told) in [("jacobian", "det J"), ("integrand", "f = x²·y")] {
        let flags = ["--group", "good", "--integrand", "x^2*y", "--what", what];
        let run = pullback(&[&["plot", "--mesh", &mesh, "-o", &svg], &flags[..]].concat());
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{what}");
        assert!(fs::read_to_string(&svg).unwrap().contains(told), "{what}");
    }
}

#[test]
fn a_mesh_is_drawn_with_the_quality_of_its_elements() {
    let folder = Folder::new("mesh-picture");
    let (mesh, svg) = (folder.path("strip.msh"), folder.path("a.svg"));
    fs::write(&mesh, STRIP).unwrap();
    let run = pullback(&["plot", "--mesh", &mesh, "--group", "good", "-o", &svg]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.contains("quality") && drawn.contains("elements"));
}

/// A strip of four triangles, the third of which is turned over, in front of a line.
const STRIP: &str = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n\
    $PhysicalNames\n2\n2 5 \"good\"\n1 6 \"edge\"\n$EndPhysicalNames\n\
    $Entities\n0 1 2 0\n1 0 0 0 1 0 0 1 6 0\n1 0 0 0 1 1 0 1 5 0\n2 0 0 0 2 1 0 0 0\n$EndEntities\n\
    $Nodes\n1 6 1 6\n2 1 0 6\n1\n2\n3\n4\n5\n6\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n2 0 0\n2 1 0\n$EndNodes\n\
    $Elements\n3 5 7 50\n1 1 1 1\n7 1 2\n2 1 2 2\n10 1 2 3\n20 1 3 4\n2 2 2 2\n30 2 6 5\n50 2 6 3\n$EndElements\n";

#[test]
fn the_elements_that_are_turned_over_are_named() {
    let folder = Folder::new("mesh-check");
    let mesh = folder.file("strip.msh", STRIP);
    let run = |flags: &[&str]| pullback(&[&["check", "--mesh", mesh.as_str()], flags].concat());
    let whole = run(&["--json"]);
    assert_eq!(whole.code, Some(1), "{}", whole.err);
    let object = whole.json();
    assert_eq!(
        (&object["elements"], &object["valid"]),
        (&4.into(), &3.into())
    );
    let invalid = object["invalid"].as_array().unwrap();
    assert_eq!(invalid.len(), 1);
    assert_eq!(invalid[0]["tag"], 30);
    assert_eq!(invalid[0]["det"], -1.0);
    assert!(invalid[0]["at"]["x"].as_f64().unwrap() >= 1.0);
    assert_eq!(object["undecided"].as_array().unwrap().len(), 0);
    // Certain, so that nothing that was met lies outside: a few roundings are counted.
    let ends = ["min", "max"].map(|end| object["jacobian"][end].as_f64().unwrap());
    assert!(ends[0] <= -1.0 && ends[0] > -1.0 - 1e-13, "{ends:?}");
    assert!(ends[1] >= 1.0 && ends[1] < 1.0 + 1e-13, "{ends:?}");
    assert_eq!(object["worst"]["tag"], 30);
    // Right angles: the least sine of an angle is that of 45 degrees, times 2/√3.
    let quality = object["worst"]["quality"].as_f64().unwrap();
    assert!((quality + (2f64 / 3.0).sqrt()).abs() < 1e-15, "{quality}");
    let rows: Vec<u64> = object["histogram"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_u64().unwrap())
        .collect();
    assert_eq!(rows, [1, 0, 0, 0, 0, 0, 0, 0, 3, 0]);
    assert_near(object["measure"].as_f64().unwrap(), 2.0);
    assert_near(object["signed_measure"].as_f64().unwrap(), 1.0);
    let people = run(&[]);
    assert_eq!(people.code, Some(1));
    for part in [
        "elements      4 triangles of order 1\n",
        "det J         between -1 and 1, proven\n",
        "valid         3 of 4: ",
        "invalid       1: ",
        "triangle 30: det J = -1 at x = ",
        "worst         triangle 30: quality -0.82, det J >= -1\n",
        "below 0.1         1  ##############\n",
        "0.8 to 0.9        3  ########################################\n",
    ] {
        assert!(people.out.contains(part), "{part}\n{}", people.out);
    }
    let good = run(&["--group", "good"]);
    assert_eq!(good.code, Some(0), "{}", good.err);
    assert!(good.out.contains("valid         2 of 2: "), "{}", good.out);
}

#[test]
fn what_cannot_be_checked_is_told_where() {
    let folder = Folder::new("mesh-check-faults");
    let mesh = folder.file("strip.msh", STRIP);
    let refused = |flags: &[&str], parts: &[&str]| {
        let run = pullback(&[&["check", "--mesh", mesh.as_str()], flags].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
        assert!(
            parts.iter().all(|part| run.err.contains(part)),
            "{}",
            run.err
        );
    };
    refused(
        &["--group", "edge"],
        &["no sign", "pullback integrate", "^^^^"],
    );
    refused(&["--group", "god"], &["did you mean `good`?"]);
    refused(
        &["--where", "x > 0"],
        &["--where cannot stand beside a mesh"],
    );
    refused(&["--on", "x = 1"], &["cannot be joined with `mesh`"]);
    refused(&["--map", "x = r"], &["the region is given twice"]);
}
