//! Whole pictures: what they hold, that nothing is cut off or overlaps, and what is refused.

use std::f64::consts::{PI, TAU};

use super::color::{FAMILY, MARK, VOID};
use super::deformation::{Deformation, Sample};
use super::picture::Picture;
use super::scene::Mark;
use super::shape::surrounds;
use super::style::Style;
use crate::Error;

type Point = (Vec<f64>, Vec<f64>, f64);

fn deformation(
    variables: &[&str],
    targets: &[&str],
    cells: &[usize],
    map: impl Fn(&[f64]) -> Point,
) -> Deformation {
    let fine = 4;
    let points: Vec<usize> = cells.iter().map(|c| c * fine + 1).collect();
    let count: usize = points.iter().product();
    let sample = |mut index: usize| {
        let mut unit = vec![0.0; points.len()];
        for (part, &n) in unit.iter_mut().zip(&points).rev() {
            *part = (index % n) as f64 / (n - 1) as f64;
            index /= n;
        }
        let (source, image, measure) = map(&unit);
        Sample {
            source,
            image,
            measure,
        }
    };
    let names = |list: &[&str]| list.iter().map(|name| name.to_string()).collect();
    Deformation {
        title: "A title".into(),
        subtitle: "x = formula".into(),
        map: "φ".into(),
        variables: names(variables),
        targets: names(targets),
        cells: cells.to_vec(),
        fine,
        samples: (0..count).map(sample).collect(),
        measure_name: if variables.len() == targets.len() {
            "det J"
        } else {
            "√det(JᵀJ)"
        }
        .into(),
        margins: Vec::new(),
        levels: Vec::new(),
        check: None,
    }
}

fn disk() -> Deformation {
    deformation(&["r", "t"], &["x", "y"], &[6, 12], |p| {
        let (r, t) = (p[0], TAU * p[1]);
        (vec![r, t], vec![r * t.cos(), r * t.sin()], r)
    })
}

fn cardioid() -> Deformation {
    deformation(&["r", "t"], &["x", "y"], &[6, 12], |p| {
        let t = TAU * p[1];
        let r = p[0] * (1.0 + t.cos());
        (vec![r, t], vec![r * t.cos(), r * t.sin()], r)
    })
}

fn fold() -> Deformation {
    deformation(&["u", "v"], &["x", "y"], &[8, 8], |p| {
        let u = 2.0 * p[0] - 1.0;
        (vec![u, p[1]], vec![u * u, p[1]], 2.0 * u)
    })
}

fn tangent() -> Deformation {
    deformation(&["u"], &["x"], &[20], |p| {
        let u = PI * (p[0] - 0.5);
        let x = if p[0] == 0.0 || p[0] == 1.0 {
            f64::INFINITY
        } else {
            u.tan()
        };
        (vec![u], vec![x], 1.0 + x * x)
    })
}

fn helix() -> Deformation {
    deformation(&["t"], &["x", "y", "z"], &[16], |p| {
        let t = 2.0 * TAU * p[0];
        (vec![t], vec![t.cos(), t.sin(), t], 2f64.sqrt())
    })
}

fn ball() -> Deformation {
    deformation(&["a", "b", "c"], &["x", "y", "z"], &[3, 6, 8], |p| {
        let (r, f, t) = (p[0], PI * p[1], TAU * p[2]);
        let w = r * f.sin();
        (
            vec![r, f, t],
            vec![w * t.cos(), w * t.sin(), r * f.cos()],
            r * w,
        )
    })
}

fn torus() -> Deformation {
    deformation(&["u", "v"], &["x", "y", "z"], &[12, 8], |p| {
        let (u, v) = (TAU * p[0], TAU * p[1]);
        let w = 2.0 + v.cos();
        (vec![u, v], vec![w * u.cos(), w * u.sin(), v.sin()], w)
    })
}

fn inversion() -> Deformation {
    deformation(&["u", "v"], &["x", "y"], &[8, 8], |p| {
        let (u, v) = (2.0 * p[0] - 1.0, 2.0 * p[1] - 1.0);
        let square = u * u + v * v;
        (
            vec![u, v],
            vec![u / square, v / square],
            -1.0 / (square * square),
        )
    })
}

fn wordy() -> Deformation {
    let names = (
        ["temperature", "angular velocity"],
        ["a rather long name", "another one"],
    );
    let mut long = deformation(&names.0, &names.1, &[8, 8], |p| {
        (
            vec![p[0], 1e5 * p[1]],
            vec![1e7 * p[0], 3e7 * p[1] + 1e6 * p[0]],
            3e9,
        )
    });
    long.title = "A title that goes on ".repeat(20);
    long.subtitle = "x = sin(u)·exp(v) + ".repeat(30);
    long
}

fn all() -> Vec<Deformation> {
    vec![
        disk(),
        cardioid(),
        fold(),
        tangent(),
        helix(),
        ball(),
        torus(),
        inversion(),
        wordy(),
    ]
}

const SMALL: Style = Style {
    width: 640,
    height: 400,
    ..Style::USUAL
};

fn drawn(deformation: &Deformation) -> Picture {
    deformation.draw(&Style::default()).unwrap()
}

fn reason(deformation: &Deformation) -> String {
    match deformation.draw(&Style::default()) {
        Err(Error::Picture { path: None, reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_leaves_the_page_and_no_texts_overlap() {
    for (width, height) in [(1200, 640), (640, 400), (1600, 700), (900, 1200)] {
        for deformation in all() {
            let picture = deformation
                .draw(&Style {
                    width,
                    height,
                    ..Style::default()
                })
                .unwrap();
            let mut texts: Vec<(&str, [f64; 4])> = Vec::new();
            let stray = picture.stray();
            assert_eq!(
                stray, None,
                "{width} × {height}, {:?}",
                deformation.variables
            );
            for mark in &picture.scene.marks {
                if let Mark::Text { text, .. } = mark {
                    texts.push((text, mark.bounds()));
                }
            }
            for (i, (text, a)) in texts.iter().enumerate() {
                for (other, b) in &texts[..i] {
                    let apart = a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3];
                    assert!(apart, "{width} × {height}: {text:?} on {other:?}");
                }
            }
        }
    }
}

#[test]
fn the_png_has_the_size_and_colours_of_the_picture() {
    let style = Style {
        width: 700,
        height: 420,
        ..Style::default()
    };
    let bytes = disk().draw(&style).unwrap().png().unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (700, 420));
    let marked = pixels
        .chunks(3)
        .filter(|p| *p == [MARK.0, MARK.1, MARK.2])
        .count();
    assert!(marked > 100, "{marked} pixels of marked cells");
    let white = pixels.chunks(3).filter(|p| *p == [255; 3]).count();
    assert!(
        (70_000..250_000).contains(&white),
        "{white} white pixels of 294000"
    );
}

#[test]
fn the_same_samples_give_the_same_bytes() {
    for make in [disk, cardioid, ball] {
        let (first, second) = (drawn(&make()), drawn(&make()));
        assert_eq!(first.svg().unwrap(), second.svg().unwrap());
    }
    let png = || {
        disk()
            .draw(&SMALL)
            .and_then(|picture| picture.png())
            .unwrap()
    };
    assert_eq!(png(), png());
}

#[test]
fn the_svg_holds_every_label() {
    let svg = drawn(&disk()).svg().unwrap();
    let labels = [
        "A title",
        "x = formula",
        "2π",
        "3π/2",
        "−1.0",
        "|det J|",
        "r constant",
    ];
    for label in labels
        .into_iter()
        .chain(["(x, y) = φ(r, t)", "dx dy = |det J| dr dt"])
    {
        assert!(svg.contains(label), "{label}");
    }
    assert!(!svg.contains("orientation reversed"));
    let svg = drawn(&fold()).svg().unwrap();
    assert!(svg.contains("orientation reversed: det J &lt; 0") && svg.contains("det J = 0"));
    assert!(drawn(&helix()).svg().unwrap().contains("ds = √det(JᵀJ) dt"));
}

#[test]
fn a_circle_is_round() {
    for make in [disk, cardioid] {
        // The longest lines of constant r at the right: arcs about the origin.
        let picture = drawn(&make());
        let arcs = picture.scene.marks.iter().filter_map(|mark| match mark {
            Mark::Line { path, pen } if pen.color == FAMILY[0] && path[0][0] > 600.0 => Some(path),
            _ => None,
        });
        let arc = arcs.max_by_key(|path| path.len()).unwrap();
        assert!(arc.len() > 12, "{arc:?}");
        // The centre from three points, then all others.
        let [a, b, c] = [arc[0], arc[arc.len() / 3], arc[2 * arc.len() / 3]];
        let square = |p: [f64; 2]| p[0] * p[0] + p[1] * p[1];
        let twice = 2.0 * (a[0] * (b[1] - c[1]) + b[0] * (c[1] - a[1]) + c[0] * (a[1] - b[1]));
        let weigh = |i: usize, sign: f64| {
            let part = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| square(p) * (q[i] - r[i]);
            sign * (part(a, b, c) + part(b, c, a) + part(c, a, b)) / twice
        };
        let centre = [weigh(1, 1.0), weigh(0, -1.0)];
        let radius = |p: &[f64; 2]| (p[0] - centre[0]).hypot(p[1] - centre[1]);
        for spot in arc {
            // Thinning may move a spot of the line by a thirtieth of a pixel, and straight
            // interpolation between samples 7.5° apart by 0.2 % of the radius.
            assert!(
                (radius(spot) / radius(&arc[0]) - 1.0).abs() < 4e-3,
                "{spot:?}"
            );
        }
    }
}

#[test]
fn grid_lines_of_a_bent_region_hold_their_variable() {
    // On the left the lines of constant r are upright though the lattice's own lines are not.
    let picture = drawn(&cardioid());
    let mut upright = 0;
    for mark in &picture.scene.marks {
        if let Mark::Line { path, pen } = mark
            && pen.color == FAMILY[0]
            && path.iter().all(|spot| spot[0] < 560.0 && spot[1] < 570.0)
        {
            let bounds = mark.bounds();
            // Level lines of r, found by interpolating in it: exact but for rounding.
            assert!(bounds[2] - bounds[0] < 1e-6, "{path:?}");
            upright += 1;
        }
    }
    assert!(upright >= 10, "{upright} lines");
}

#[test]
fn marked_cells_have_areas_in_the_ratio_of_the_measure() {
    let picture = drawn(&disk());
    let area = |corners: &Vec<[f64; 2]>| {
        let next = corners.iter().cycle().skip(1);
        let twice: f64 = corners
            .iter()
            .zip(next)
            .map(|(a, b)| a[0] * b[1] - a[1] * b[0])
            .sum();
        0.5 * twice.abs()
    };
    let marked: Vec<&Vec<[f64; 2]>> = picture
        .scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Fill { corners, color } if *color == MARK => Some(corners),
            _ => None,
        })
        .collect();
    // Legend, source, image.
    assert_eq!(marked.len(), 3);
    let extent = |corners: &Vec<[f64; 2]>, i: usize| {
        let parts = corners.iter().map(|c| c[i]);
        parts.clone().fold(f64::MIN, f64::max) - parts.fold(f64::MAX, f64::min)
    };
    // A cell is 1/6 wide and 2π/12 high, which gives the pixels to a unit on the left.
    let unit_left = [extent(marked[1], 0) * 6.0, extent(marked[1], 1) * 6.0 / PI];
    let source = area(marked[1]) / (unit_left[0] * unit_left[1]);
    // The disk is 2 wide; its outermost line gives the pixels to a unit on the right.
    let outer = picture.scene.marks.iter().filter_map(|mark| match mark {
        Mark::Line { path, pen } if pen.color == FAMILY[0] && path[0][0] > 600.0 => {
            Some(extent(path, 0))
        }
        _ => None,
    });
    let unit_right = outer.fold(0.0, f64::max) / 2.0;
    let measure = area(marked[2]) / unit_right.powi(2) / source;
    // ∬ dx dy over the cell is r̄ Δr Δt with r̄ the middle radius, a multiple of 1/12; chords
    // of 7.5° lose 0.3 % of it.
    let middle = (measure * 12.0).round() / 12.0;
    assert!(
        (measure / middle - 1.0).abs() < 5e-3 && (0.2..1.0).contains(&middle),
        "{measure}"
    );
}

#[test]
fn infinite_points_are_left_out_and_told() {
    let notes = |deformation: &Deformation| drawn(deformation).svg().unwrap();
    let svg = notes(&tangent());
    assert!(svg.contains("2 of 81 points are not finite") && svg.contains("middle of a far"));
    let svg = notes(&inversion());
    assert!(svg.contains("1 of 1089 points are not finite; cells (gray)"));
    assert!(svg.contains("det J ≤ 0 everywhere: the map reverses orientation"));
    assert!(!notes(&disk()).contains("finite"));
}

#[test]
fn left_out_cells_are_seen_as_gray() {
    let marks = drawn(&inversion()).scene.marks;
    let fills = || {
        marks.iter().flat_map(|mark| match mark {
            Mark::Fill { corners, color } => vec![(corners, *color)],
            Mark::Tiles {
                polygons, color, ..
            } => polygons.iter().map(|corners| (corners, *color)).collect(),
            _ => Vec::new(),
        })
    };
    let mut seen = 0;
    for (corners, _) in fills().filter(|(_, color)| *color == VOID) {
        let count = corners.len() as f64;
        let middle = [0, 1].map(|i| corners.iter().map(|c| c[i]).sum::<f64>() / count);
        let over = fills().filter(|(corners, _)| surrounds(corners, middle));
        let top = over.collect::<Vec<_>>().pop();
        assert!(top.is_some_and(|(_, color)| color == VOID));
        seen += 1;
    }
    // Four cells of the lattice meet in the pole.
    assert_eq!(seen, 4);
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    let square = |map: fn(f64, f64) -> Point| {
        deformation(&["u", "v"], &["x", "y"], &[4, 4], move |p| map(p[0], p[1]))
    };
    let point = square(|u, v| (vec![u, v], vec![2.0, 3.0], 0.0));
    assert!(reason(&point).contains("same image"));
    let thin = square(|u, _| (vec![u, 5.0], vec![u, u], 0.0));
    assert!(reason(&thin).contains("no width along v"));
    let nan = square(|u, v| (vec![u, v], vec![f64::NAN; 2], 1.0));
    assert!(reason(&nan).contains("no value of the target x is finite"));
    let measure = square(|u, v| (vec![u, v], vec![u, v], f64::INFINITY));
    assert!(reason(&measure).contains("det J is finite at no point"));
    let chess = square(|u, v| {
        let odd = ((u * 16.0) as i32 + (v * 16.0) as i32) % 2 == 1;
        (vec![u, v], vec![if odd { f64::NAN } else { u }, v], 1.0)
    });
    assert!(reason(&chess).contains("no cell"));
    assert!(
        reason(&Deformation {
            samples: Vec::new(),
            ..disk()
        })
        .contains("0 samples")
    );
    assert!(reason(&Deformation { fine: 0, ..disk() }).contains("at least one cell"));
    let names = |n: usize| vec!["x".to_string(); n];
    assert!(
        reason(&Deformation {
            targets: names(1),
            ..disk()
        })
        .contains("1 targets")
    );
    assert!(
        reason(&Deformation {
            targets: names(3),
            ..disk()
        })
        .contains("coordinates")
    );
    let tiny = disk().draw(&Style {
        width: 10,
        height: 10,
        ..Style::default()
    });
    assert!(tiny.is_err_and(|e| e.to_string().contains("640 × 400")));
}

#[test]
fn odd_but_drawable_maps_are_drawn() {
    let square = |map: fn(f64, f64) -> Point| {
        deformation(&["u", "v"], &["x", "y"], &[4, 4], move |p| map(p[0], p[1]))
    };
    let cases = [
        // Onto a line, with measure zero; enormous, and tiny numbers; a jump; a single sheet of −.
        square(|u, v| (vec![u, v], vec![u, 1.0], 0.0)),
        square(|u, v| (vec![u, v], vec![1e300 * u, 1e300 * v], 1e308)),
        square(|u, v| (vec![1e-200 * u, v], vec![1e-200 * u, 1e-200 * v], 1e-300)),
        square(|u, v| {
            (
                vec![u, v],
                vec![u + if v > 0.5 { 9.0 } else { 0.0 }, v],
                1.0,
            )
        }),
        square(|u, v| (vec![u, v], vec![v, u], -1.0)),
        square(|u, v| (vec![1.0 / u, v], vec![1.0 / u, v], 1.0)),
    ];
    for case in cases {
        let picture = case.draw(&SMALL).unwrap();
        assert!(!picture.png().unwrap().is_empty());
    }
}
