//! Maps by name, and the catalogue that they are from.

use super::*;

#[test]
fn a_named_map_has_limits_of_its_own_where_none_are_given() {
    let moments = ["--integrand", "x^2 + y^2", "--json"];
    let run = |flags: &[&str]| integrate(&[flags, &moments[..]].concat()).value();
    assert_near(run(&["--map", "polar"]), PI / 2.0);
    assert_near(run(&["--map", "polar", "--over", "r = 0..2"]), 8.0 * PI);
    assert_near(run(&["--map", "polar", "--over", "t = 0..pi"]), PI / 4.0);
    // The user's order holds where it names all variables: here r depends on t.
    let outline = ["--map", "polar", "--over", "t = 0..pi/2, r = 0..cos(t)"];
    // ∫ cos⁴t/4 dt = 3π/64.
    assert_near(run(&outline), 3.0 * PI / 64.0);
    let late = ["--map", "polar", "--over", "r = 0..cos(t)"];
    assert_eq!(integrate(&late).marked(), "t");
}

#[test]
fn parameters_are_set_by_name_or_in_parentheses() {
    let run = |flags: &[&str]| integrate(&[flags, &["--json"][..]].concat());
    let area = |flags: &[&str]| run(flags).value();
    assert_near(area(&["--map", "elliptic"]), 6.0 * PI);
    assert_near(area(&["--map", "elliptic", "--param", "a = 5"]), 10.0 * PI);
    assert_near(area(&["--map", "elliptic(5, 4)"]), 20.0 * PI);
    let both = ["--map", "elliptic(2*c, c)", "--param", "c = 3"];
    assert_near(area(&both), 18.0 * PI);
    let chain = ["--map", "elliptic(2*c, a/c)", "--param", "c = 3"];
    assert_near(area(&chain), 12.0 * PI);
    // Parameters of the map are there for others, for limits and for integrands.
    let all = [
        "--map",
        "elliptic(3, 2)",
        "--param",
        "h = a/6",
        "--over",
        "r = 0..h",
        "--integrand",
        "a*b",
    ];
    assert_near(area(&all), 6.0 * PI * 6.0 / 4.0);
    assert_near(area(&["--map", "quadrilateral(0,0, 2,0, 3,2, 0,1)"]), 3.5);
    assert_near(
        area(&["--map", "between(x^k, 1)", "--param", "k = 3"]),
        0.75,
    );
    // The problem is stated as of any map.
    let object = run(&["--map", "elliptic(5, 4)"]).json();
    let problem = &object["problem"];
    assert_eq!(problem["map"]["x"], "a*r*cos(t)");
    assert_eq!(problem["over"]["t"], serde_json::json!(["0", "2*pi"]));
    assert_eq!(problem["param"], serde_json::json!({"a": 5.0, "b": 4.0}));
    assert_eq!(problem["determinant"], "r*a*b");
}

#[test]
fn a_file_names_a_map_and_flags_override_it() {
    let folder = Folder::new("named-map");
    let text = "map = 'elliptic'\nintegrand = 'x^2'\n[over]\nt = [0, 'pi']\n[param]\nb = 1\n";
    let file = folder.file("p.toml", text);
    let run = |flags: &[&str]| integrate(&[&[file.as_str(), "--json"], flags].concat()).value();
    // Half of π a³ b/4.
    assert_near(run(&[]), 27.0 * PI / 8.0);
    assert_near(run(&["--param", "a = 1"]), PI / 8.0);
    assert_near(run(&["--over", "t = 0..2*pi"]), 27.0 * PI / 4.0);
    // Polar coordinates have no b, and the constant of the file does not matter.
    assert_near(run(&["--map", "polar"]), PI / 8.0);
    // Equations have no limits of the catalogue.
    let run = integrate(&[&file, "--map", "x = r, y = t"]);
    assert_eq!(run.marked(), "r");
    let equations = folder.file("q.toml", "[map]\nx = '2*r'\ny = 't'\n[over]\nr = [0, 1]\n");
    let polar = integrate(&[&equations, "--map", "polar", "--json"]);
    assert_near(polar.value(), PI);
}

#[test]
fn faults_of_named_maps_are_marked() {
    for (flags, marked, advice) in [
        (&["--map", "poler"][..], "poler", "did you mean `polar`?"),
        (
            &["--map", "log_polar"],
            "log_polar",
            "did you mean `log-polar`?",
        ),
        (&["--map", "circle(2)"], "circle", "the maps are: affine"),
        (
            &["--map", "elliptic(3)"],
            "elliptic(3)",
            "takes 2 arguments, a, b; found 1",
        ),
        (&["--map", "elliptic(3, 2*q)"], "q", "unknown name `q`"),
        (
            &["--map", "between(x^2, sqr(x))"],
            "sqr",
            "unknown function",
        ),
        (&["--map", "between(x^2, y)"], "y", "unknown name `y`"),
        (&["--map", "star(1 + cos(t)"], "(", "never closed"),
        (
            &["--map", "torus", "--param", "a = 3"],
            "torus",
            "at most R",
        ),
        (
            &["--map", "elliptic(3, 2)", "--param", "a = 3"],
            "a",
            "in the parentheses of the map too",
        ),
        (
            &["--map", "polar", "--param", "r = 3"],
            "r",
            "cannot be a parameter too",
        ),
        (
            &["--map", "polar", "--over", "r = 0..1, theta = 0..1"],
            "theta",
            "its variables are: r, t",
        ),
    ] {
        let run = integrate(flags);
        assert_eq!(run.marked(), marked, "{}", run.err);
        assert!(run.err.contains(advice), "{}", run.err);
    }
    let folder = Folder::new("named-map-faults");
    let run = integrate(&[&folder.file("p.toml", "map = 'sperical'\n")]);
    assert_eq!(run.marked(), "sperical");
    let run = integrate(&[&folder.file("q.toml", "map = 'ball-3(x)'\n")]);
    assert_eq!(run.marked(), "x");
}

#[test]
fn the_catalogue_is_listed_and_shown() {
    let list = pullback(&["maps"]);
    assert_eq!(list.code, Some(0));
    let line = |name: &str| list.out.lines().find(|line| line.starts_with(name));
    assert!(line("spherical ").unwrap().contains("  r, theta, phi  "));
    assert!(line("ball-2 … 10").unwrap().contains("in n dimensions"));
    assert!(line("ball-3").is_none());
    let polar = pullback(&["maps", "polar"]).out;
    for part in [
        "x = r*cos(t)",
        "t = 0..2*pi",
        "det J        r\n",
        "pi = 3.14159265358979",
    ] {
        assert!(polar.contains(part), "{polar}");
    }
    let torus = pullback(&["maps", "torus"]).out;
    for part in [
        "√det(JᵀJ)    a*(R + a*cos(theta))",
        "R = 2, a = 1",
        "4*pi^2*R*a = 78.95",
    ] {
        assert!(torus.contains(part), "{torus}");
    }
    let lens = pullback(&["maps", "between(x^2, 1)"]).out;
    for part in ["lower(x) = x^2", "1 - x^2", "0.66666666666666"] {
        assert!(lens.contains(part), "{lens}");
    }
    let hexahedron = pullback(&["maps", "hexahedron"]).out;
    for part in ["z8 = 1", "letters, which --json writes = 1\n"] {
        assert!(hexahedron.contains(part), "{hexahedron}");
    }
    let run = pullback(&["maps", "sperical"]);
    assert_eq!(run.marked(), "sperical");
    assert!(run.err.contains("did you mean `spherical`?"), "{}", run.err);
    assert_eq!(pullback(&["maps", "between(x, t)"]).marked(), "t");
    assert_eq!(pullback(&["maps", "x = r, y = t"]).code, Some(2));
}

#[test]
fn the_catalogue_has_a_form_for_programs() {
    let all = pullback(&["maps", "--json"]).json();
    let all = all.as_array().unwrap();
    assert!(all.len() > 50, "{}", all.len());
    let of = |name: &str| all.iter().find(|map| map["name"] == name).unwrap();
    assert_eq!(of("polar")["determinant"], "r");
    assert_eq!(of("polar")["measure"]["formula"], "pi");
    assert_eq!(of("star")["arguments"]["radius(t)"], "1 + cos(t)/3");
    let one = pullback(&["maps", "elliptic(5, 4)", "--json"]).json();
    assert_eq!(one["param"], serde_json::json!({"a": 5.0, "b": 4.0}));
    assert_eq!(one["map"]["y"], "b*r*sin(t)");
    assert_near(one["measure"]["value"].as_f64().unwrap(), 20.0 * PI);
    // Every map that is listed can be integrated by its name alone, to its measure.
    for map in all {
        let name = map["name"].as_str().unwrap();
        let measure = map["measure"]["value"].as_f64().unwrap();
        let run = integrate(&["--map", name, "--json"]);
        assert_eq!(run.code, Some(0), "{name}: {}", run.err);
        assert_near(run.value(), measure);
    }
    let run = pullback(&["maps", "nothing", "--json"]);
    assert!(run.err.starts_with("{\"fault\":"), "{}", run.err);
}
