//! That marks which must be told apart are told apart by the colour-blind, and stand out from paper.
//!
//! 1. Colours are seen without red, green or blue cones by the matrices of the reference, on linear light.
//! 2. Distances are those of CIELAB: 2.3 is just noticeable.
//!
//! G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A physiologically-based model for simulation of color vision
//! deficiency", IEEE Trans. Vis. Comput. Graph. 15 (2009) 1291–1298; M. Mahy, L. Van Eycken, A. Oosterlinck,
//! "Evaluation of uniform color spaces developed after the adoption of CIELAB and CIELUV", Color Res. Appl. 19
//! (1994) 105–121.

use super::color::{CRITICAL, ColorMap, FAMILY, INK, MARK, Rgb, WHITE};
use super::ground::TINT;
use super::{convergence, plane};

type Matrix = [[f64; 3]; 3];

/// Eyes with all cones, and without those for long, for middle and for short waves.
const EYES: [(&str, Matrix); 4] = [
    ("all", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn linear(Rgb(r, g, b): Rgb) -> [f64; 3] {
    [r, g, b].map(|part| {
        let part = f64::from(part) / 255.0;
        match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    })
}

fn seen(color: Rgb, eye: &Matrix) -> [f64; 3] {
    let light = linear(color);
    eye.map(|row| {
        let sum: f64 = row.iter().zip(light).map(|(a, b)| a * b).sum();
        sum.clamp(0.0, 1.0)
    })
}

fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let curve = |t: f64| match t > 216.0 / 24389.0 {
        true => t.cbrt(),
        false => (24389.0 / 27.0 * t + 16.0) / 116.0,
    };
    let x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    let y = curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
    let z = curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(a: Rgb, b: Rgb, eye: &Matrix) -> f64 {
    let [a, b] = [a, b].map(|color| lab(seen(color, eye)));
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// The ratio of the light of paper to that of a colour on it, as the guidelines for web content have it.
fn contrast(color: Rgb) -> f64 {
    let [r, g, b] = linear(color);
    1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
}

/// Every two of some colours are apart by so much for all eyes.
fn are_apart(colors: &[Rgb], least: f64, what: &str) {
    for (name, eye) in &EYES {
        for (i, a) in colors.iter().enumerate() {
            for b in &colors[..i] {
                let found = distance(*a, *b, eye);
                assert!(
                    found >= least,
                    "{what}, {name}: {a:?} and {b:?} by {found:.1}"
                );
            }
        }
    }
}

#[test]
fn distances_are_those_of_the_space() {
    // Black and white are 100 apart by definition; green and red of screens by 170.6 (Mahy's formulas).
    let [all, ..] = &EYES;
    assert!((distance(WHITE, Rgb(0, 0, 0), &all.1) - 100.0).abs() < 0.01);
    let far = distance(Rgb(255, 0, 0), Rgb(0, 255, 0), &all.1);
    assert!((far - 170.6).abs() < 0.1, "{far}");
    // Without middle cones red and green of one lightness are as good as one colour.
    let [_, _, (_, eye), _] = &EYES;
    let [red, green] = [Rgb(213, 94, 0), Rgb(146, 127, 0)];
    assert!(distance(red, green, eye) < 0.35 * distance(red, green, &all.1));
}

#[test]
fn marks_lines_and_groups_are_told_apart_by_all_eyes() {
    are_apart(&FAMILY, 20.0, "families of lines");
    are_apart(&plane::GROUPS, 25.0, "groups");
    // Each of these has a shape of its own, too.
    are_apart(&convergence::COLORS, 15.0, "methods");
    are_apart(&[MARK, CRITICAL, INK], 15.0, "marks");
    for share in [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0] {
        let ground = ColorMap::Viridis.rising(share).toward(WHITE, TINT);
        are_apart(&[MARK, ground], 25.0, "the marked cell");
        are_apart(&[FAMILY[0], ground], 25.0, "lines of the first family");
        are_apart(&[FAMILY[1], ground], 25.0, "lines of the second family");
    }
    // Of signs the two halves: what is as far from zero on either side.
    for share in [0.0, 0.1, 0.2, 0.3] {
        are_apart(
            &[
                ColorMap::Viridis.diverging(share),
                ColorMap::Viridis.diverging(1.0 - share),
            ],
            25.0,
            "signs",
        );
    }
}

#[test]
fn lines_stand_out_from_paper() {
    for color in FAMILY.into_iter().chain([INK, MARK, CRITICAL]) {
        assert!(contrast(color) > 2.5, "{color:?}: {}", contrast(color));
    }
    for color in convergence::COLORS {
        assert!(contrast(color) > 2.2, "{color:?}: {}", contrast(color));
    }
}
