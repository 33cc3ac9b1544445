//! Pictures show what the verdict on a map says: dots, thick lines, rings and a sentence.

use std::f64::consts::{PI, TAU};

use super::color::{CRITICAL, FAMILY, INK};
use super::deformation::{Deformation, Sample};
use super::scene::{Mark, Spot};
use super::style::Style;
use crate::{Check, Map, OneToOne};

/// Regions lie left of this pixel, images right of it.
const ARROW: f64 = 630.0;

/// The picture of a map on few samples, with its verdict.
fn checked(
    map: &str,
    limits: &str,
    point: impl Fn(f64, f64) -> (Vec<f64>, Vec<f64>, f64),
) -> Deformation {
    let (cells, fine) = (12, 4);
    let steps = cells * fine;
    let places = (0..=steps).flat_map(|i| (0..=steps).map(move |j| [i, j]));
    let sample = |[i, j]: [usize; 2]| {
        let share = |k: usize| k as f64 / steps as f64;
        let (source, image, measure) = point(share(i), share(j));
        Sample {
            source,
            image,
            measure,
        }
    };
    let domain = Map::parse(map).unwrap().over(limits).unwrap();
    let check = Check::of(&domain).unwrap();
    Deformation {
        title: "A title".into(),
        subtitle: map.into(),
        map: "φ".into(),
        variables: check.variables.clone(),
        targets: check.targets.clone(),
        cells: vec![cells; 2],
        fine,
        samples: places.map(sample).collect(),
        measure_name: "det J".into(),
        margins: Vec::new(),
        levels: Vec::new(),
        check: Some(check),
    }
}

fn square() -> Deformation {
    checked("x = u^2-v^2, y = 2*u*v", "u = -1..1, v = -1..1", |a, b| {
        let (u, v) = (2.0 * a - 1.0, 2.0 * b - 1.0);
        let measure = 4.0 * (u * u + v * v);
        (vec![u, v], vec![u * u - v * v, 2.0 * u * v], measure)
    })
}

fn polar([r0, r1]: [f64; 2], turn: f64) -> Deformation {
    let limits = format!("r = {r0}..{r1}, t = 0..{turn}");
    checked("x = r*cos(t), y = r*sin(t)", &limits, |a, b| {
        let (r, t) = (r0 + (r1 - r0) * a, turn * b);
        (vec![r, t], vec![r * t.cos(), r * t.sin()], r)
    })
}

/// The marks of a picture, without its legend.
fn marks(deformation: &Deformation) -> Vec<Mark> {
    let picture = deformation.draw(&Style::default()).unwrap();
    assert_eq!(picture.stray(), None);
    let marks = picture.scene.marks.into_iter();
    marks.filter(|mark| mark.bounds()[3] < 560.0).collect()
}

/// The middles of the dots left and right of the arrow.
fn dots(marks: &[Mark]) -> [Vec<Spot>; 2] {
    let dots = |mark: &Mark| match mark {
        Mark::Dots { spots, color, .. } if *color == INK => spots.clone(),
        _ => Vec::new(),
    };
    let (left, right) = marks
        .iter()
        .flat_map(dots)
        .partition(|spot| spot[0] < ARROW);
    [left, right]
}

/// The box around the lines of the grid, left or right of the arrow.
fn grid(marks: &[Mark], is_left: bool) -> [f64; 4] {
    let mut around = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for mark in marks {
        if let Mark::Line { path, pen } = mark
            && FAMILY.contains(&pen.color)
            && (path[0][0] < ARROW) == is_left
        {
            let [left, top, right, bottom] = mark.bounds();
            around = [
                around[0].min(left),
                around[1].min(top),
                around[2].max(right),
                around[3].max(bottom),
            ];
        }
    }
    around
}

/// The boxes around what is drawn in the colour of places where det J is zero.
fn critical(marks: &[Mark]) -> Vec<[f64; 4]> {
    let is_critical =
        |mark: &&Mark| matches!(mark, Mark::Line { pen, .. } if pen.color == CRITICAL);
    marks.iter().filter(is_critical).map(Mark::bounds).collect()
}

fn svg(deformation: &Deformation) -> String {
    deformation.draw(&Style::default()).unwrap().svg().unwrap()
}

#[test]
fn what_is_covered_twice_is_dotted_all_over() {
    let square = square();
    let marks = marks(&square);
    let [left, right] = dots(&marks);
    let [x0, y0, x1, y1] = grid(&marks, true);
    // A dot to every 160 square pixels, but for the margins of half a step.
    let expected = (x1 - x0) * (y1 - y0) / 160.0;
    assert!(
        (left.len() as f64 / expected - 1.0).abs() < 0.1,
        "{} of {expected}",
        left.len()
    );
    // Between the parabolas x = y²/4 − 1 and x = 1 − y²/4 lie 16/3 of a box of 8 square units.
    let [x0, y0, x1, y1] = grid(&marks, false);
    let expected = (x1 - x0) * (y1 - y0) / 160.0 * (2.0 / 3.0);
    assert!(
        (right.len() as f64 / expected - 1.0).abs() < 0.1,
        "{} of {expected}",
        right.len()
    );
    let svg = svg(&square);
    assert!(
        svg.contains("covered more than once")
            && svg.contains("Every place of the image is covered twice.")
    );
}

#[test]
fn what_is_covered_once_has_no_dots() {
    // Seven radians: the part up to 7 − 2π is covered by the beginning and by the end.
    let twice = 7.0 - TAU;
    let overlap = polar([0.5, 1.0], 7.0);
    let marks = marks(&overlap);
    let [left, right] = dots(&marks);
    let [_, y0, _, y1] = grid(&marks, true);
    // What is dotted is told by the tile under the middle of the dot: 7/48 of a radian.
    let tile = 7.0 / 48.0;
    for [_, y] in &left {
        let t = 7.0 * (y1 - y) / (y1 - y0);
        assert!(t < twice + tile || t > TAU - tile, "{t}");
    }
    let ends = |is_low: bool| {
        left.iter()
            .filter(|spot| (spot[1] > 0.5 * (y0 + y1)) == is_low)
            .count()
    };
    assert!(ends(true) > 30 && ends(false) > 30, "{left:?}");
    let [x0, y0, x1, y1] = grid(&marks, false);
    let (centre, radius) = ([0.5 * (x0 + x1), 0.5 * (y0 + y1)], 0.5 * (x1 - x0));
    assert!(right.len() > 40, "{right:?}");
    for [x, y] in &right {
        let (x, y) = ((x - centre[0]) / radius, (centre[1] - y) / radius);
        // Chords of a tile run 1 − cos(7/96), 0.3 %, inside the circle.
        assert!((0.495..1.005).contains(&x.hypot(y)), "{x} {y}");
        assert!((0.0..twice).contains(&y.atan2(x)), "{x} {y}");
    }
    assert!(svg(&overlap).contains("Places of the image are covered up to twice."));

    let once = polar([0.5, 1.0], PI);
    let svg = svg(&once);
    assert!(svg.contains("One-to-one (proved)") && !svg.contains("more than once"));
    let [left, right] = dots(&self::marks(&once));
    assert!(left.is_empty() && right.is_empty());
}

#[test]
fn an_edge_that_is_one_point_is_a_line_and_a_ring() {
    let disk = polar([0.0, 1.0], TAU);
    let marks = marks(&disk);
    let [line, ring] = critical(&marks)[..] else {
        panic!("{:?}", critical(&marks));
    };
    // Along all of the left edge, to rounding of spots.
    let [x0, y0, _, y1] = grid(&marks, true);
    for (part, expected) in line.iter().zip([x0, y0, x0, y1]) {
        assert!((part - expected).abs() < 1e-6, "{line:?}");
    }
    let [x0, y0, x1, y1] = grid(&marks, false);
    let centre = [0.5 * (ring[0] + ring[2]), 0.5 * (ring[1] + ring[3])];
    // The corners of the ring and the outermost circle are thinned to a thirtieth of a pixel.
    assert!((centre[0] - 0.5 * (x0 + x1)).abs() < 0.1 && (centre[1] - 0.5 * (y0 + y1)).abs() < 0.1);
    assert!(svg(&disk).contains("det J = 0 at r = 0: one point of the image"));
}

#[test]
fn a_point_without_content_has_a_ring_on_either_side() {
    let square = square();
    let marks = marks(&square);
    let rings = critical(&marks);
    assert_eq!(rings.len(), 2);
    for (ring, is_left) in rings.iter().zip([true, false]) {
        let [x0, y0, x1, y1] = grid(&marks, is_left);
        let off = [ring[0] + ring[2] - x0 - x1, ring[1] + ring[3] - y0 - y1];
        // The search gives the point to nine digits; lines are thinned to a thirtieth of a pixel.
        assert!(off.iter().all(|part| part.abs() < 0.2), "{off:?}");
    }
    assert!(svg(&square).contains("det J = 0 at u = 0, v = 0"));
}

#[test]
fn a_line_on_which_the_determinant_keeps_its_sign_is_drawn_on_both_sides() {
    let cube = checked("x = u^3, y = v", "u = -1..1, v = 0..1", |a, b| {
        let u = 2.0 * a - 1.0;
        (vec![u, b], vec![u.powi(3), b], 3.0 * u * u)
    });
    let marks = marks(&cube);
    let lines = critical(&marks);
    assert_eq!(lines.len(), 2);
    for (line, is_left) in lines.iter().zip([true, false]) {
        let [x0, y0, x1, y1] = grid(&marks, is_left);
        let middle = 0.5 * (x0 + x1);
        for (part, expected) in line.iter().zip([middle, y0, middle, y1]) {
            // The search gives the line to nine digits.
            assert!((part - expected).abs() < 1e-3, "{line:?}");
        }
    }
}

#[test]
fn a_verdict_on_another_map_and_none_are_not_shown() {
    let mut square = square();
    square.variables = vec!["a".into(), "b".into()];
    let foreign = svg(&square);
    square.check = None;
    assert_eq!(foreign, svg(&square));
    assert!(!foreign.contains("covered"));
    // A fold without a verdict: nothing is known of what it covers.
    for sample in &mut square.samples {
        sample.measure = sample.source[0];
    }
    assert!(svg(&square).contains("det J changes its sign: sheets of the image may overlap."));
}

#[test]
fn a_fold_that_points_have_missed_is_not_told_to_be_none() {
    let mut fold = checked("x = (u-0.5)^2, y = v", "u = 0..1, v = 0..1", |a, b| {
        (vec![a, b], vec![(a - 0.5).powi(2), b], 2.0 * a - 1.0)
    });
    assert!(
        svg(&fold).contains("det J changes its sign; every place of the image is covered twice.")
    );
    if let Some(check) = &mut fold.check {
        check.one_to_one = OneToOne::Sampled;
        check.covered_twice.clear();
    }
    assert!(svg(&fold).contains("det J changes its sign: sheets of the image may overlap."));
}
