//! The verdict on maps: a list of classical maps, random maps that are one-to-one, and random maps with a
//! planted fold or overlap.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};

use pullback::OneToOne::{No, Proved, Sampled};
use pullback::Orientation::{Changes, Degenerate, Preserving, Reversing};
use pullback::{Check, Map, OneToOne, Orientation, catalogue};

/// Random maps of each kind; `RANDOM_MAPS=1000` takes some minutes.
fn random_maps() -> usize {
    let given = std::env::var("RANDOM_MAPS").ok();
    given.map_or(40, |number| number.parse().unwrap())
}

mod cases;

use cases::SplitMix;

/// A map, its limits, whether it is one-to-one, how often the most covered place is covered, its
/// orientation, and in how many places it folds.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    OneToOne,
    usize,
    Orientation,
    usize,
);

/// Multiplicities and signs follow from the formulas: z³ has three roots, a turn too much covers twice, the
/// limaçon r = 1 + 2 cos t goes round its inner loop a second time, v³ + uv = y has three roots v where
/// 27y² < −4u³ (the cusp), u + v² = v + u² also where u + v = 1.
const MAPS: &[Row] = &[
    ("D1 fold", "x=u^2,y=v", "u=-1..1,v=0..1", No, 2, Changes, 1),
    (
        "D2 polar twice",
        "x=r*cos(t),y=r*sin(t)",
        "r=0..1,t=0..4*pi",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "D3 exp three half turns",
        "x=exp(u)*cos(v),y=exp(u)*sin(v)",
        "u=0..1,v=0..3*pi",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "D4 folded quadratic",
        "x=u+v^2,y=v+u^2",
        "u=-1..1,v=-1..1",
        No,
        3,
        Changes,
        2,
    ),
    (
        "D5 bow tie",
        "x=u+v-2*u*v+0*u,y=u",
        "u=0..1,v=0..1",
        Sampled,
        1,
        Changes,
        1,
    ),
    (
        "D6 cube",
        "x=u^3,y=v",
        "u=-1..1,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "D7 spherical swapped",
        "x=r*sin(p)*cos(t),y=r*sin(p)*sin(t),z=r*cos(p)",
        "r=1..0,p=0..pi,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "polar",
        "x=r*cos(t),y=r*sin(t)",
        "r=0..1,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "annulus",
        "x=r*cos(t),y=r*sin(t)",
        "r=1..2,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "spherical",
        "x=r*sin(p)*cos(t),y=r*sin(p)*sin(t),z=r*cos(p)",
        "r=0..1,p=0..pi,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "z2 square",
        "x=u^2-v^2,y=2*u*v",
        "u=-1..1,v=-1..1",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "z2 quadrant",
        "x=u^2-v^2,y=2*u*v",
        "u=0..1,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "z2 half",
        "x=u^2-v^2,y=2*u*v",
        "u=-1..1,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "z3 quadrant",
        "x=u^3-3*u*v^2,y=3*u^2*v-v^3",
        "u=0..1,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "z3 square",
        "x=u^3-3*u*v^2,y=3*u^2*v-v^3",
        "u=-1..1,v=-1..1",
        No,
        3,
        Preserving,
        0,
    ),
    (
        "sphere",
        "x=sin(p)*cos(t),y=sin(p)*sin(t),z=cos(p)",
        "p=0..pi,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "sphere twice",
        "x=sin(p)*cos(t),y=sin(p)*sin(t),z=cos(p)",
        "p=0..pi,t=0..4*pi",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "sphere twice p",
        "x=sin(p)*cos(t),y=sin(p)*sin(t),z=cos(p)",
        "p=0..2*pi,t=0..2*pi",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "rose",
        "x=r*cos(t),y=r*sin(t)",
        "t=0..2*pi,r=0..cos(2*t)",
        Sampled,
        1,
        Changes,
        4,
    ),
    (
        "limacon outer",
        "x=r*cos(t),y=r*sin(t)",
        "t=0..2*pi,r=0..1+2*cos(t)",
        No,
        2,
        Changes,
        2,
    ),
    (
        "limacon convex",
        "x=r*cos(t),y=r*sin(t)",
        "t=0..2*pi,r=0..2+cos(t)",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "circle curve",
        "x=cos(t),y=sin(t)",
        "t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "circle retraced",
        "x=cos(t),y=sin(t)",
        "t=0..4*pi",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "segment retraced",
        "x=sin(t),y=0*t",
        "t=0..pi",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "helix",
        "x=cos(t),y=sin(t),z=t",
        "t=0..20",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "figure eight curve",
        "x=sin(t),y=sin(2*t)",
        "t=0..2*pi",
        Sampled,
        1,
        Preserving,
        0,
    ),
    (
        "swapped coordinates",
        "x=v,y=u",
        "u=0..1,v=0..1",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "reflection",
        "x=-u,y=v",
        "u=0..1,v=0..1",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "shear",
        "x=u+v^2,y=v",
        "u=-1..1,v=-1..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "affine",
        "x=2*u+v,y=u-3*v+1",
        "u=0..1,v=0..1",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "degenerate line",
        "x=u+v,y=2*u+2*v",
        "u=0..1,v=0..1",
        No,
        0,
        Degenerate,
        0,
    ),
    (
        "triangle duffy",
        "x=u*(1-v),y=u*v",
        "u=0..1,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "tetra duffy",
        "x=u*(1-v),y=u*v*(1-w),z=u*v*w",
        "u=0..1,v=0..1,w=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "elliptic",
        "x=3*r*cos(t),y=2*r*sin(t)",
        "r=0..1,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "confocal",
        "x=cosh(u)*cos(v),y=sinh(u)*sin(v)",
        "u=0..1,v=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "parabolic half",
        "x=u*v,y=(u^2-v^2)/2",
        "u=0..1,v=0..1",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "parabolic full",
        "x=u*v,y=(u^2-v^2)/2",
        "u=-1..1,v=-1..1",
        No,
        2,
        Reversing,
        0,
    ),
    (
        "bipolar",
        "x=sinh(t)/(cosh(t)-cos(s)),y=sin(s)/(cosh(t)-cos(s))",
        "s=0.5..5.5,t=-1..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "log polar",
        "x=exp(u)*cos(v),y=exp(u)*sin(v)",
        "u=-1..1,v=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "hyperbolic",
        "x=v*exp(u),y=v*exp(-u)",
        "u=-1..1,v=0..2",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "cylindrical",
        "x=r*cos(t),y=r*sin(t),z=z0",
        "r=0..1,t=0..2*pi,z0=0..2",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "toroidal",
        "x=(2+r*cos(p))*cos(t),y=(2+r*cos(p))*sin(t),z=r*sin(p)",
        "r=0..1,p=0..2*pi,t=0..2*pi",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "torus surface",
        "x=(2+cos(p))*cos(t),y=(2+cos(p))*sin(t),z=sin(p)",
        "p=0..2*pi,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "spindle torus",
        "x=(0.5+cos(p))*cos(t),y=(0.5+cos(p))*sin(t),z=sin(p)",
        "p=0..2*pi,t=0..2*pi",
        Sampled,
        1,
        Preserving,
        0,
    ),
    (
        "spindle solid",
        "x=(0.5+r*cos(p))*cos(t),y=(0.5+r*cos(p))*sin(t),z=r*sin(p)",
        "r=0..1,p=0..2*pi,t=0..2*pi",
        No,
        2,
        Changes,
        1,
    ),
    (
        "moebius",
        "x=(1+v*cos(u/2))*cos(u),y=(1+v*cos(u/2))*sin(u),z=v*sin(u/2)",
        "u=0..2*pi,v=-0.3..0.3",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "whitney umbrella",
        "x=u*v,y=u,z=v^2",
        "u=-1..1,v=-1..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "cusp map",
        "x=u,y=v^3+u*v",
        "u=-1..1,v=-1..1",
        No,
        3,
        Changes,
        1,
    ),
    (
        "fold map z",
        "x=u,y=v^2",
        "u=0..1,v=-1..2",
        No,
        2,
        Changes,
        1,
    ),
    (
        "overlap strip",
        "x=cos(t)*(2+s),y=sin(t)*(2+s)",
        "s=0..1,t=0..7",
        No,
        2,
        Preserving,
        0,
    ),
    (
        "spiral strip",
        "x=cos(t)*(1+s/4+t/10),y=sin(t)*(1+s/4+t/10)",
        "s=0..1,t=0..9",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "quad convex",
        "x=2*u+u*v,y=v+u*v/2",
        "u=0..1,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "quad reentrant",
        "x=u-1.6*u*v,y=v-1.6*u*v",
        "u=0..1,v=0..1",
        No,
        2,
        Changes,
        1,
    ),
    (
        "superellipse",
        "x=r*cos(t)^3,y=r*sin(t)^3",
        "r=0..1,t=0..pi/2",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "box muller",
        "x=sqrt(-2*ln(u))*cos(2*pi*v),y=sqrt(-2*ln(u))*sin(2*pi*v)",
        "u=0..1,v=0..1",
        Proved,
        1,
        Reversing,
        0,
    ),
    (
        "mobius transf",
        "x=u/(u^2+v^2),y=-v/(u^2+v^2)",
        "u=1..2,v=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "sin map",
        "x=sin(u),y=v",
        "u=0..pi,v=0..1",
        No,
        2,
        Changes,
        1,
    ),
    ("line exp", "x=exp(u)", "u=0..1", Proved, 1, Preserving, 0),
    ("line fold", "x=u^2-u", "u=0..1", No, 2, Changes, 1),
    (
        "whole plane",
        "x=u/(1-u^2),y=v/(1-v^2)",
        "u=-1..1,v=-1..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "hypersphere 4",
        "a=r*cos(s),b=r*sin(s)*cos(p),c=r*sin(s)*sin(p)*cos(t),d=r*sin(s)*sin(p)*sin(t)",
        "r=0..1,s=0..pi,p=0..pi,t=0..2*pi",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "polar wiggle",
        "x=r*cos(t+sin(r*t)/9),y=r*sin(t+sin(r*t)/9)",
        "r=1..2,t=0..1",
        Proved,
        1,
        Preserving,
        0,
    ),
    (
        "pair of sines",
        "x=u+sin(v)/2,y=v+sin(u)/2",
        "u=-2..2,v=-2..2",
        Proved,
        1,
        Preserving,
        0,
    ),
];

fn checked(map: &str, over: &str) -> Check {
    Map::parse(map)
        .unwrap()
        .over(over)
        .unwrap()
        .check()
        .unwrap()
}

#[test]
fn classical_maps_have_the_right_verdict() {
    let mut proved = 0;
    for &(name, map, over, one_to_one, multiplicity, orientation, folds) in MAPS {
        let found = checked(map, over);
        let is_right = match one_to_one {
            No => found.one_to_one == No,
            // What was only looked at may come to be proved.
            Sampled => found.one_to_one != No,
            _ => found.one_to_one == Proved,
        };
        let said = || format!("{name}: {found:?}");
        assert!(is_right, "{}", said());
        assert_eq!(found.multiplicity, multiplicity, "{}", said());
        assert_eq!(found.orientation, orientation, "{}", said());
        assert_eq!(found.folds.len(), folds, "{}", said());
        proved += usize::from(found.one_to_one == Proved);
        // Two points that are named have one image.
        if let Some([first, second]) = &found.twice {
            for (a, b) in first.targets.iter().zip(&second.targets) {
                assert!((a - b).abs() < 1e-6 * (1.0 + a.abs()), "{}", said());
            }
        }
        // On folds the determinant is zero.
        for fold in &found.folds {
            let size = found.jacobian[0].abs().max(found.jacobian[1].abs());
            assert!(fold.determinant.abs() < 1e-9 * size, "{}", said());
        }
    }
    assert!(
        MAPS.len() >= 60 && proved >= 38,
        "{proved} of {}",
        MAPS.len()
    );
}

#[test]
fn maps_of_the_catalogue_are_one_to_one_over_their_own_limits() {
    for entry in catalogue::all() {
        let map = catalogue::read(entry.name()).unwrap();
        let region = map.over_defaults(&Default::default()).unwrap();
        if region.map().variables().len() > 6 {
            continue;
        }
        let found = region.check().unwrap();
        assert_ne!(found.one_to_one, No, "{}: {found:?}", entry.name());
        // Most are proved; the prolate spheroid has its foci on a face.
        let is_hard = entry.name() == "prolate-spheroidal";
        assert!(
            found.one_to_one == Proved || is_hard,
            "{}: {found:?}",
            entry.name()
        );
        assert_eq!(
            (found.multiplicity, found.folds.len()),
            (1, 0),
            "{}",
            entry.name()
        );
    }
}

#[test]
fn the_boundary_gives_the_signed_measure() {
    for (map, over, exact) in [
        ("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi", PI),
        // Folded back, the two sides cancel.
        ("x = u^2, y = v", "u = -1..1, v = 0..1", 0.0),
        // ∫∫ (1 − 4uv) over the square.
        ("x = u + v^2, y = v + u^2", "u = -1..1, v = -1..1", 4.0),
        (
            "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)",
            "r = 0..1, p = 0..pi, t = 0..2*pi",
            2.0 * TAU / 3.0,
        ),
    ] {
        let found = checked(map, over);
        let [inside, boundary] = [found.signed_measure, found.boundary].map(Option::unwrap);
        for outcome in [inside, boundary] {
            // Some roundings of terms of size 4.
            assert!(
                (outcome.values[0] - exact).abs() < 1e-13,
                "{map}: {outcome:?}"
            );
        }
    }
}

#[test]
fn ranges_of_determinants_hold_all_values() {
    for (map, over, [min, max]) in [
        (
            "x = r*cos(t), y = r*sin(t)",
            "r = 0..2, t = 0..2*pi",
            [0.0, 2.0],
        ),
        (
            "x = u + v^2, y = v + u^2",
            "u = -1..1, v = -1..1",
            [-3.0, 5.0],
        ),
        // 3u² and e^(2u).
        ("x = u^3, y = v", "u = -1..1, v = 0..1", [0.0, 3.0]),
        (
            "x = exp(u)*cos(v), y = exp(u)*sin(v)",
            "u = 0..1, v = 0..1",
            [1.0, 7.38905609893065],
        ),
    ] {
        let found = checked(map, over);
        let [lo, hi] = found.jacobian;
        assert!(found.is_range_proven, "{map}");
        // Enclosed, and no wider than a billionth of the largest.
        assert!(lo <= min + 1e-14 && hi >= max - 1e-14, "{map}: {lo} {hi}");
        assert!(
            lo >= min - 1e-8 * max && hi <= max * (1.0 + 1e-8),
            "{map}: {lo} {hi}"
        );
    }
}

#[test]
fn what_has_no_bound_has_no_proven_range() {
    for (map, over) in [
        ("x = 1/u", "u = -1..1"),
        ("x = tan(u), y = v", "u = 0..3, v = 0..1"),
        ("x = sqrt(u), y = v", "u = 0..1, v = 0..1"),
    ] {
        let found = checked(map, over);
        assert!(!found.is_range_proven, "{map}: {:?}", found.jacobian);
    }
}

#[test]
fn faces_and_seams_are_told() {
    let found = checked("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi");
    let places: Vec<&str> = found.degenerate.iter().map(|d| d.place.as_str()).collect();
    assert_eq!(places, ["r = 0"]);
    assert_eq!(found.seams, ["t"]);
    // A zero inside that is no fold, at a point and all across.
    let square = checked("x = u^2 - v^2, y = 2*u*v", "u = -1..1, v = -1..1");
    assert_eq!(square.degenerate[0].place, "u = 0, v = 0");
    let cube = checked("x = u^3, y = v", "u = -1..1, v = 0..1");
    assert_eq!(cube.degenerate[0].place, "u = 0");
    // The image alone, where all of it is covered equally often.
    let twice = checked("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..4*pi");
    assert!((twice.measure_of_image().unwrap() - PI).abs() < 1e-12);
}

/// Formulas of x and y, put together from steps that are one-to-one.
struct Steps {
    x: String,
    y: String,
}

impl Steps {
    fn random(numbers: &mut SplitMix, count: usize) -> Self {
        let mut steps = Steps {
            x: "u".to_owned(),
            y: "v".to_owned(),
        };
        for _ in 0..count {
            let Steps { x, y } = &steps;
            let a = ((numbers.unit() * 160.0) as i32 - 80) as f64 / 100.0;
            steps = match numbers.below(5) {
                0 => Steps {
                    x: format!("{x} + {a}*({y})^2"),
                    y: y.clone(),
                },
                1 => Steps {
                    x: x.clone(),
                    y: format!("{y} + {a}*sin({x})"),
                },
                2 => Steps {
                    x: format!("{}*({x})", a.abs() + 0.5),
                    y: y.clone(),
                },
                3 => {
                    let (c, s) = (a.cos(), a.sin());
                    Steps {
                        x: format!("{c:.4}*({x}) - {s:.4}*({y})"),
                        y: format!("{s:.4}*({x}) + {c:.4}*({y})"),
                    }
                }
                _ => Steps {
                    x: format!("exp({}*({x}))", (a.abs() + 0.1) / 2.0),
                    y: y.clone(),
                },
            };
        }
        steps
    }

    fn map(&self) -> String {
        format!("x = {}, y = {}", self.x, self.y)
    }
}

#[test]
fn compositions_of_invertible_steps_are_one_to_one() {
    let mut numbers = SplitMix(11);
    let mut proved = 0;
    for _ in 0..random_maps() {
        let steps = Steps::random(&mut numbers, 3);
        let found = checked(&steps.map(), "u = -1..1, v = -1..1");
        assert_ne!(found.one_to_one, No, "{}: {found:?}", steps.map());
        proved += usize::from(found.one_to_one == Proved);
    }
    let all = random_maps();
    println!("{proved} of {all} proved");
    assert!(2 * proved >= all, "{proved} of {all}");
}

#[test]
fn planted_folds_and_overlaps_are_not_called_one_to_one() {
    let mut numbers = SplitMix(12);
    for _ in 0..random_maps() {
        // An invertible map behind one that is not, from a fold, a turn too much or a double cover.
        let steps = Steps::random(&mut numbers, 2);
        let a = numbers.unit();
        let (u, v, over) = match numbers.below(3) {
            0 => (
                format!("(u - {:.3})^2", 0.4 * a),
                "v".to_owned(),
                "u = -1..1, v = -1..1".to_owned(),
            ),
            1 => (
                "u*cos(v)".to_owned(),
                "u*sin(v)".to_owned(),
                format!("u = 0.3..1, v = 0..{:.3}", 6.9 + 3.0 * a),
            ),
            _ => (
                "u^2 - v^2".to_owned(),
                "2*u*v".to_owned(),
                format!("u = -1..{:.3}, v = -1..1", 0.3 + a),
            ),
        };
        // One pass for both names, so that what is put in is not replaced again.
        let put = |text: &str| {
            let mut put = String::new();
            for token in split(text) {
                put += match token {
                    "u" => &u,
                    "v" => &v,
                    other => {
                        put += other;
                        continue;
                    }
                };
            }
            put
        };
        let put = |text: &str| put(&text.replace('u', "(u)").replace('v', "(v)"));
        let map = format!("x = {}, y = {}", put(&steps.x), put(&steps.y));
        let found = checked(&map, &over);
        assert_eq!(found.one_to_one, No, "{map} over {over}: {found:?}");
    }
}

/// Names and what stands between them.
fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let is_name = |c: char| c.is_ascii_alphabetic();
    for (at, c) in text.char_indices() {
        let before = text[..at].chars().last();
        if before.is_some_and(|before| is_name(before) != is_name(c)) {
            found.push(&text[from..at]);
            from = at;
        }
    }
    found.push(&text[from..]);
    found
}
