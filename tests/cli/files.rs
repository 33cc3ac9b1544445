//! Problem files, and flags over them.

use super::*;

#[test]
fn a_file_describes_the_whole_problem_and_flags_override_single_entries() {
    let folder = Folder::new("override");
    let file = folder.file("disk.toml", DISK_FILE);
    let run = |flags: &[&str]| integrate(&[&[file.as_str(), "--json"], flags].concat());
    // b ∫ r³ dr dt = b (π/2) a⁴/4.
    assert_near(run(&[]).value(), PI);
    assert_eq!(run(&[]).json()["seed"], 7);
    assert_eq!(run(&["--seed", "8"]).json()["seed"], 8);
    // b follows from the new a.
    assert_near(run(&["--param", "a = 3"]).value(), PI / 8.0 * 27.0);
    assert_near(run(&["--param", "b = 3"]).value(), 6.0 * PI);
    assert_near(run(&["--over", "t = 0..pi"]).value(), 2.0 * PI);
    assert_near(
        run(&["--map", "y = 2*r*sin(t)", "--integrand", "1"]).value(),
        2.0 * PI,
    );
    let both = run(&["--integrand", "1", "--integrand", "b"]).json();
    assert_near(both["value"][1].as_f64().unwrap(), PI / 2.0);
}

#[test]
fn a_map_may_be_one_text_and_integrands_a_list() {
    let folder = Folder::new("one-text");
    let text = "\
map = 'x = r*cos(t), y = r*sin(t)'
integrand = ['1', '-x', 2]
over = { r = [0, 1], t = '0..pi/2' }
method = 'gauss'
nodes = [8, 24]
";
    let file = folder.file("p.toml", text);
    let object = integrate(&[&file, "--json"]).json();
    let exact = [PI / 4.0, -1.0 / 3.0, PI / 2.0];
    for (value, exact) in object["value"].as_array().unwrap().iter().zip(exact) {
        assert_near(value.as_f64().unwrap(), exact);
    }
    assert_eq!(object["method"], "gauss 8 x gauss 24");
    // A text is replaced as a whole, as it has no entries to override.
    let square = integrate(&[&file, "--map", "u = r, v = t", "--integrand", "u", "--json"]);
    assert_near(square.value(), PI / 4.0);
}

#[test]
fn targets_of_a_file_and_wholly_other_ones_of_a_flag_are_worth_a_warning() {
    let folder = Folder::new("mixture");
    let file = folder.file("disk.toml", DISK_FILE);
    let mixed = integrate(&[&file, "--map", "u = r, v = t", "--json"]).json();
    assert!(
        mixed["warnings"][0]
            .as_str()
            .unwrap()
            .contains("(x, y) and those of --map (u, v)")
    );
    let same = integrate(&[&file, "--map", "y = 2*r*sin(t)", "--json"]).json();
    assert_eq!(same["warnings"], Value::Array(Vec::new()));
}

#[test]
fn the_order_of_variables_is_that_of_the_file() {
    let folder = Folder::new("order");
    // Read in any other order, the limits of x would use a later variable.
    let text = "[over]\nz = [0, 1]\ny = [0, 'z']\nx = ['y', 'z']\n";
    let file = folder.file("p.toml", text);
    assert_near(integrate(&[&file, "--json"]).value(), 1.0 / 6.0);
    let turned = ["--over", "x = 0..1, y = 0..x, z = 0..y", "--json"];
    assert_near(
        integrate(&[&[file.as_str()], &turned[..]].concat()).value(),
        1.0 / 6.0,
    );
    assert_eq!(integrate(&[&file, "--over", "z = 0..x"]).marked(), "x");
}
