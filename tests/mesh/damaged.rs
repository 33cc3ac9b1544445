use pullback::mesh::Shape;
use pullback::{Error, Mesh};

use crate::shapes::{Made, binary, plane_cells};

fn disc() -> Made {
    Made::new(Shape::Triangle, 2, &plane_cells(Shape::Triangle, 2), |p| p)
}

/// The sentence of the error of a damaged file.
fn refused(text: &str) -> String {
    match Mesh::parse_msh(text.as_bytes()) {
        Err(error @ Error::Mesh { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_that_end_too_early_are_refused() {
    let text = disc().msh("disc");
    let last = text.trim_end().len();
    for end in (0..last).step_by(50).chain(last - 30..last) {
        let Err(error) = Mesh::parse_msh(&text.as_bytes()[..end]) else {
            panic!("{end} bytes")
        };
        assert!(matches!(error, Error::Mesh { .. }), "{error:?}");
    }
    for little in [true, false] {
        let bytes = binary(&disc(), little);
        for end in (0..bytes.len() - 1).step_by(17) {
            assert!(Mesh::parse_msh(&bytes[..end]).is_err(), "{end} bytes");
        }
    }
}

#[test]
fn faults_are_told_with_their_line() {
    let text = disc().msh("disc");
    let line = |part: &str| 1 + text[..text.find(part).unwrap()].matches('\n').count();
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        refused(&text.replacen(from, to, 1))
    };
    let says = |message: String, parts: &[&str]| {
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    };
    says(
        with("4.1 0 8", "2.2 0 8"),
        &["line 2: ", "version `2.2`", "msh41"],
    );
    says(with("4.1 0 8", "4.1 0 4"), &["sizes of 8 bytes"]);
    says(with("$MeshFormat", "$Mesh"), &["$MeshFormat"]);
    says(refused("solid cube\n"), &["line 1: ", "no mesh of Gmsh's"]);
    says(refused(""), &["no mesh of Gmsh's"]);
    let elements = format!("line {}: ", line("$EndElements") - 8);
    says(
        with("\n1 1 2 3 4 5 6\n", "\n1 1 2 3 4 5 999\n"),
        &[&elements, "the element 1 has the node 999"],
    );
    says(
        with("\n1 1 2 3 4 5 6\n", "\n1 1 2 3 4 5 6.5\n"),
        &[&elements, "expected a whole number, found `6.5`"],
    );
    says(
        with("\n1 1 2 3 4 5 6\n", "\n1 1 2 3 4 5\n"),
        &["$EndElements"],
    );
    says(
        with("2 1 9 8", "2 1 9 7"),
        &["7 elements, but the section says 8"],
    );
    says(
        with("2 1 9 8", "2 1 9 99999999999"),
        &["more than the rest of the file can hold"],
    );
    says(
        with("2 1 9 8", "2 1 25 8"),
        &["type 25 (21-node triangle of order 5)", "order 1 to 4"],
    );
    says(with("2 1 9 8", "2 1 777 8"), &["no type 777"]);
    says(
        with("1 48 1 48", "1 49 1 49"),
        &["48 nodes, but the section says 49"],
    );
    says(with("$Nodes", "$Nods"), &["section $`Nods` has no end"]);
    says(with("\n2\n3\n", "\n2\n2\n"), &["the node 2 is given twice"]);
    says(with("$Elements", "$Nodes"), &["a second section $Nodes"]);
    let first = text.find("$EndNodes").unwrap();
    let begin = text[..first - 1].rfind('\n').unwrap();
    let nan = format!("{}\nnan 0 0\n{}", &text[..begin], &text[first..]);
    says(refused(&nan), &["node 48 are not all finite"]);
}

#[test]
fn any_change_is_read_or_refused() {
    let text = disc().msh("disc").into_bytes();
    let bytes = [text, binary(&disc(), true)];
    let mut seed = 1u64;
    let mut next = move |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for whole in &bytes {
        for _ in 0..3000 {
            let mut damaged = whole.clone();
            for _ in 0..=next(3) {
                let (at, to) = (next(damaged.len()), next(256));
                damaged[at] = match next(3) {
                    0 => to as u8,
                    1 => b"0123456789-.e \n$"[to % 16],
                    _ => damaged[(at + to) % whole.len()],
                };
            }
            // A panic would fail the test.
            let _ = Mesh::parse_msh(&damaged);
        }
    }
}

#[test]
fn groups_have_names_and_dimensions() {
    // Two triangles in two groups, and a line in the group of the first.
    let text = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n\
        $PhysicalNames\n4\n1 1 \"left\"\n2 2 \"left\"\n2 3 \"right half\"\n2 9 \"empty\"\n$EndPhysicalNames\n\
        $Entities\n0 1 2 0\n1 0 0 0 1 0 0 1 1 0\n1 0 0 0 1 1 0 1 2 1 1\n2 0 0 0 1 1 0 2 3 -4 0\n$EndEntities\n\
        $Comments\nanything\n$EndComments\n\
        $Nodes\n1 4 1 40\n2 1 0 4\n10\n20\n30\n40\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n$EndNodes\n\
        $Elements\n4 4 1 4\n0 1 15 1\n1 10\n1 1 1 1\n2 10 20\n2 1 2 1\n3 10 20 40\n2 2 2 1\n4 20 30 40\n$EndElements\n";
    let mesh = Mesh::parse_msh(text.as_bytes()).unwrap();
    let names: Vec<&str> = mesh.groups().collect();
    assert_eq!(names, ["4", "empty", "left", "right half"]);
    let area = |mesh: &Mesh| mesh.measure().unwrap();
    assert!((area(&mesh).value - 1.0).abs() < 1e-15 && area(&mesh).warnings.is_empty());
    let left = area(&mesh.group("left").unwrap());
    assert!((left.value - 0.5).abs() < 1e-15);
    assert!(
        left.warnings[0].contains("several dimensions: 1 of fewer than 2"),
        "{:?}",
        left.warnings
    );
    let fault = |name: &str| mesh.group(name).unwrap_err().to_string();
    assert!((area(&mesh.group("4").unwrap()).value - 0.5).abs() < 1e-15);
    assert!(fault("lefd").contains("did you mean `left`?"));
    assert!(fault("bottom").contains("the groups are: 4, empty, left, right half"));
    assert!(fault("empty").contains("has no elements"));
}
