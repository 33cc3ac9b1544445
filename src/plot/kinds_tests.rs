//! Every kind of picture: that nothing leaves the page or overlaps, that what is marked is where it belongs, and that
//! files are small.

use super::color::{FAINT, GRAY, INK, MARK, WHITE};
use super::picture::Picture;
use super::scene::Mark;
use super::{
    Animation, ColorMap, Deformation, Integrand, Jacobian, PanelChoice, Planes, Shade, Style,
    Theme, View,
};
use crate::map::catalogue;
use crate::{
    Domain, Estimate, InverseMap, Map, MappedRegion, Method, Parameters, Pieces, Settings,
};

fn region(map: &str, limits: &str) -> MappedRegion {
    Map::parse(map).unwrap().over(limits).unwrap()
}

const BALL: &str = "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)";

const MOBIUS: &str = "x = (1+v*cos(u/2))*cos(u), y = (1+v*cos(u/2))*sin(u), z = v*sin(u/2)";

/// Maps of one, two and three variables: folded, singular, infinite, flat, of many scales.
fn maps() -> Vec<MappedRegion> {
    vec![
        region("x = u^3 - u", "u = -1.2..1.2"),
        region("x = u", "u = 0..inf"),
        region("x = t - sin(t), y = 1 - cos(t)", "t = 0..2*pi"),
        region("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi"),
        region("x = r*cos(t), y = r*sin(t)", "r = 0..inf, t = 0..2*pi"),
        region("x = u + v^2, y = v + u^2", "u = -1..1, v = -1..1"),
        region("x = u^2 - v^2, y = 2*u*v", "u = -1..1, v = -1..1"),
        region("x = x, y = y", "x = 0..1, y = 0..1e-6"),
        region("x = 1e9*u, y = v", "u = 1..2, v = 0..u"),
        region("x = u, y = v, z = u*v", "u = -1..1, v = -1..1"),
        region(BALL, "r = 0..1, p = 0..pi, t = 0..2*pi"),
        region("x = u, y = v, z = w", "u = 0..1, v = 0..1-u, w = 0..1-u-v"),
    ]
}

fn check(picture: &Picture, of: &str) {
    assert_eq!(picture.stray(), None, "{of}");
    let is_text = |mark: &&Mark| matches!(mark, Mark::Text { .. });
    let boxes = picture.scene.marks.iter().filter(is_text).map(Mark::bounds);
    let boxes: Vec<[f64; 4]> = boxes.collect();
    for (i, a) in boxes.iter().enumerate() {
        for b in &boxes[..i] {
            let apart = a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3];
            assert!(apart, "{of}: texts at {a:?} and {b:?}");
        }
    }
    // Colours, not only frames and texts.
    let has_color = |mark: &Mark| !matches!(mark, Mark::Text { .. });
    assert!(
        picture.scene.marks.iter().filter(|m| has_color(m)).count() > 10,
        "{of}"
    );
    let size = picture.svg().unwrap().len();
    // A wave without end, whose tiles all differ from their neighbours, takes most: pictures of the gallery take less than
    // 300,000.
    assert!(size < 400_000, "{of}: {size} bytes");
}

#[test]
fn every_kind_is_drawn_of_every_map_and_nothing_leaves_the_page() {
    let style = Style::default();
    for map in maps() {
        let of = format!("{:?} over {:?}", map.formula(0), map.region().text(0));
        check(
            &Deformation::of(&map, "t").unwrap().draw(&style).unwrap(),
            &of,
        );
        check(&Jacobian::of(&map, "t").unwrap().draw(&style).unwrap(), &of);
        let wave = map.parse(&["cos(x)"]).unwrap();
        let drawn = Integrand::of(&map, &wave, "t").unwrap().draw(&style);
        check(&drawn.unwrap(), &of);
    }
}

#[test]
fn what_is_not_meant_is_pale_and_holds_no_colour_of_amounts() {
    let square = region("x = x, y = y", "x = -1..1, y = -1..1");
    let disk = square.where_("x^2 + y^2 <= 1").unwrap();
    let picture = Deformation::of(&disk, "t")
        .unwrap()
        .draw(&Style::default())
        .unwrap();
    // An identity map has one panel, whose scale is that of the box around its tiles.
    let tiles = |faint: bool| {
        let own = picture
            .scene
            .marks
            .iter()
            .filter_map(move |mark| match mark {
                Mark::Tiles {
                    polygons, color, ..
                } if (*color == FAINT) == faint => Some(polygons),
                _ => None,
            });
        own.flatten().flatten().copied().collect::<Vec<[f64; 2]>>()
    };
    let ends = |i: usize, spots: &[[f64; 2]]| {
        let parts = spots.iter().map(|s| s[i]);
        [
            parts.clone().fold(f64::MAX, f64::min),
            parts.fold(f64::MIN, f64::max),
        ]
    };
    let inside = tiles(false);
    let [[x0, x1], [y0, y1]] = [ends(0, &inside), ends(1, &inside)];
    let (centre, radius) = ([0.5 * (x0 + x1), 0.5 * (y0 + y1)], 0.5 * (x1 - x0));
    assert!(((x1 - x0) / (y1 - y0) - 1.0).abs() < 1e-3);
    for [x, y] in &inside {
        // Straight lines between samples 1/144 apart leave a circle by less than 1e-4 of its radius.
        assert!((x - centre[0]).hypot(y - centre[1]) < radius * 1.001);
    }
    // The corner of the square is outside, and pale.
    let corner = tiles(true)
        .iter()
        .map(|[x, y]| (x - centre[0]).hypot(y - centre[1]))
        .fold(0.0, f64::max);
    assert!(corner > 1.3 * radius);
}

#[test]
fn the_view_changes_the_image_and_no_more_and_is_checked() {
    let ball = Deformation::of(&region(BALL, "r = 0..1, p = 0..pi, t = 0..2*pi"), "t").unwrap();
    let from = |azimuth: f64, elevation: f64| {
        let view = Some(View { azimuth, elevation });
        ball.draw(&Style {
            view,
            ..Style::default()
        })
    };
    for azimuth in [-170.0, -100.0, -45.0, 0.0, 30.0, 90.0, 145.0] {
        for elevation in [-60.0, -20.0, 15.0, 50.0] {
            let picture = from(azimuth, elevation).unwrap();
            assert_eq!(picture.stray(), None, "{azimuth}, {elevation}");
        }
    }
    assert!(from(0.0, 91.0).is_err() && from(f64::NAN, 0.0).is_err());
}

#[test]
fn the_marked_cell_of_a_solid_is_seen_on_both_sides() {
    for map in [
        region(BALL, "r = 0..1, p = 0..pi, t = 0..2*pi"),
        region(
            "x = u + v*w/3, y = v + u^2/3, z = w + u*v/3",
            "u = 0..1, v = 0..1, w = 0..1",
        ),
    ] {
        let picture = Deformation::of(&map, "t")
            .unwrap()
            .draw(&Style::default())
            .unwrap();
        let marked = picture
            .scene
            .marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Fill { color, .. } if *color == MARK));
        // The key, the region, the image.
        assert_eq!(marked.count(), 3);
    }
}

#[test]
fn equal_areas_of_a_substitution_are_equal_on_the_page() {
    let line = region("x = u^2", "u = 1..2");
    let drawn = Integrand::of(&line, &line.parse(&["x"]).unwrap(), "t").unwrap();
    // ∫ f dx = ∫ x over 1..4 = 15/2, by the trapezoid rule over the samples of either side.
    let pulled: Vec<f64> = drawn
        .map
        .samples
        .iter()
        .zip(&drawn.values)
        .map(|(s, f)| f * s.measure)
        .collect();
    let sum = |at: &dyn Fn(usize) -> f64, values: &[f64]| {
        let steps = 1..values.len();
        steps
            .map(|k| 0.5 * (values[k] + values[k - 1]) * (at(k) - at(k - 1)))
            .sum::<f64>()
    };
    let left = sum(&|k| drawn.map.samples[k].source[0], &pulled);
    let right = sum(&|k| drawn.map.samples[k].image[0], &drawn.values);
    // The rule's error: h² f″/12 with h = 1/384 and f″ = 24.
    assert!(
        (left - 7.5).abs() < 2e-5 && (right - 7.5).abs() < 2e-5,
        "{left} {right}"
    );
}

#[test]
fn parts_are_drawn_and_a_picture_of_one_map_is_refused() {
    let half = |limits: &str| -> Box<dyn Domain> {
        Box::new(region("x = r*cos(t), y = r*sin(t)", limits))
    };
    let pieces = Pieces::new(vec![
        half("r = 0..1, t = 0..pi"),
        half("r = 0..2, t = pi..2*pi"),
    ])
    .unwrap();
    check(
        &Planes::of_parts(&pieces, "t")
            .unwrap()
            .draw(&Style::default())
            .unwrap(),
        "pieces",
    );
    assert!(Deformation::of(&pieces, "t").is_err());
    let wave = pieces.parse(&["cos(9*x)*y"]).unwrap();
    let style = Style::default();
    check(
        &Planes::of_jacobian(&pieces, "t")
            .unwrap()
            .draw(&style)
            .unwrap(),
        "det J",
    );
    let drawn = Planes::of_integrand(&pieces, &wave, "t")
        .unwrap()
        .draw(&style);
    check(&drawn.unwrap(), "f");
}

/// The numbers of the patches of a plane, and where their corners are.
fn numbers(planes: &Planes) -> Vec<(f64, Vec<[f64; 2]>)> {
    let patches = planes.planes[0].patches.iter();
    let numbers = patches.map(|patch| match patch.shade {
        Shade::Number(number) => (number, patch.corners.clone()),
        _ => panic!("{:?}", patch.shade),
    });
    numbers.collect()
}

#[test]
fn amounts_over_parts_are_those_of_their_maps_where_conditions_hold() {
    let half = |limits: &str| region("x = r*cos(t), y = r*sin(t)", limits);
    let upper = half("r = 0..1, t = 0..pi").where_("y > x").unwrap();
    let lower = half("r = 0..2, t = pi..2*pi");
    let pieces = Pieces::new(vec![Box::new(upper), Box::new(lower)]).unwrap();
    let found = numbers(&Planes::of_jacobian(&pieces, "t").unwrap());
    for (determinant, corners) in &found {
        let radii = corners.iter().map(|[x, y]| x.hypot(*y));
        let [least, most] = radii.fold([f64::MAX, 0.0], |[a, b], r| [r.min(a), r.max(b)]);
        // det J = r: the mean of corners of a whole cell lies between theirs, and a cell that is cut is 1/64 long.
        assert!((least - 1.0 / 60.0..=most + 1.0 / 60.0).contains(determinant));
        // Straight lines between samples π/64 apart leave y = x by less than their width.
        assert!(
            corners.iter().all(|[x, y]| *y < 1e-12 || y - x > -1e-2),
            "{corners:?}"
        );
    }
    // The areas: half a disk of radius 2, and of that of radius 1 what lies above the diagonal, 3/8 of it: polygons
    // inscribed into arcs of π/64 have a part 1 − (π/64)²/6 of theirs.
    let area: f64 = found
        .iter()
        .map(|(_, corners)| super::shape::signed_area(corners).abs())
        .sum();
    let truth = std::f64::consts::PI * (2.0 + 0.375);
    assert!((area / truth - 1.0).abs() < 1e-3, "{area} {truth}");
}

#[cfg(feature = "polygon")]
#[test]
fn a_polygon_has_twice_the_areas_of_its_triangles_and_the_integrand_at_its_points() {
    let corners = [
        [0.0, 0.0],
        [4.0, 0.0],
        [4.0, 1.0],
        [1.0, 1.0],
        [1.0, 3.0],
        [0.0, 3.0],
    ];
    let polygon = crate::Polygon::new(&[corners.to_vec()]).unwrap();
    let of_triangles =
        |[a, b, c]: &[[f64; 2]; 3]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let truths: Vec<f64> = polygon.triangles().iter().map(of_triangles).collect();
    for (determinant, _) in numbers(&Planes::of_jacobian(&polygon, "t").unwrap()) {
        assert!(
            truths
                .iter()
                .any(|truth| (truth - determinant).abs() < 1e-12)
        );
    }
    let f = polygon.parse(&["x + 2*y"]).unwrap();
    let drawn = Planes::of_integrand(&polygon, &f, "t").unwrap();
    for (value, corners) in numbers(&drawn) {
        // The mean in the corners, of what is affine: to rounding.
        let mean = corners.iter().map(|[x, y]| x + 2.0 * y).sum::<f64>() / corners.len() as f64;
        assert!((value - mean).abs() < 1e-12, "{value} {mean}");
    }
    check(&drawn.draw(&Style::default()).unwrap(), "a polygon");
}

#[test]
fn what_vegas_learns_keeps_its_axes_and_sizes_and_gets_better() {
    let disk = region("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi");
    let f = disk.parse(&["exp(-200*(x - 0.4)^2 - 200*y^2)"]).unwrap();
    let settings = Settings::new().method(Method::Vegas).rtol(1e-2);
    let plain = Estimate::of(&disk, &f, &settings).unwrap();
    let kept = Estimate::of(&disk, &f, &settings.clone().keeping_nodes()).unwrap();
    // Keeping rounds changes no bit of the answer.
    let bits = |e: &Estimate| {
        (
            e.value.to_bits(),
            e.error.to_bits(),
            e.evaluations,
            e.method.clone(),
        )
    };
    assert_eq!(bits(&plain), bits(&kept));
    let rounds = kept.nodes.as_ref().unwrap().rounds();
    assert!(rounds.len() > 2 && rounds[0].nodes.map().unwrap().grid().is_some());
    assert!(rounds[rounds.len() - 1].efficiency > 4.0 * rounds[0].efficiency);
    // The weighted sum over a round's nodes is its value, to rounding.
    for round in rounds {
        let mut sum = 0.0;
        round
            .for_each_node(&disk, &f, |node| {
                sum += node.weight * node.values[0] * node.point.determinant.abs();
                Ok(())
            })
            .unwrap();
        assert!(
            (sum - round.values[0]).abs() < 1e-11 * sum,
            "{sum} {:?}",
            round.values
        );
    }
    let style = Style {
        width: 640,
        height: 480,
        ..Style::default()
    };
    let animation = Animation::of_learning(&disk, &f, &kept, "t", &style).unwrap();
    assert_eq!(animation.frames.len(), rounds.len() + 1);
    assert!(animation.last_delay > animation.delay);
    let parts = |picture: &Picture| {
        let marks = picture.scene.marks.iter();
        let texts = marks.clone().filter_map(|mark| match mark {
            Mark::Text { text, at, .. } => Some((text.clone(), *at)),
            _ => None,
        });
        let sizes = marks.filter_map(|mark| match mark {
            Mark::Dots { radius, .. } => Some(*radius),
            _ => None,
        });
        // What is told changes: the second text of all, and that under the headings.
        let axes = texts.skip(2).filter(|(text, _)| !text.ends_with("points"));
        (axes.collect::<Vec<_>>(), sizes.collect::<Vec<_>>())
    };
    let first = parts(&animation.frames[0]);
    for frame in &animation.frames {
        check(frame, "learning");
        assert_eq!(parts(frame), first);
    }
    assert!(Animation::of_learning(&disk, &f, &plain, "t", &style).is_err());
}

#[test]
fn a_writer_pixels_and_a_file_agree() {
    let disk = region("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi");
    let style = Style {
        width: 640,
        height: 400,
        ..Style::default()
    };
    let picture = Deformation::of(&disk, "t").unwrap().draw(&style).unwrap();
    let pixels = picture.pixels().unwrap();
    assert_eq!(pixels.len(), 3 * 640 * 400);
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture.png().unwrap()))
        .read_info()
        .unwrap();
    let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut decoded).unwrap();
    assert_eq!(pixels, decoded);
}

#[test]
fn maps_are_drawn_in_every_style() {
    let usual = Style::default();
    let styles = [
        Style {
            theme: Theme::Dark,
            colors: ColorMap::Cividis,
            ..usual
        },
        Style {
            width: 1200,
            height: 760,
            font_size: 22.0,
            has_title: false,
            colors: ColorMap::Grays,
            ..usual
        },
        Style {
            font_size: 9.0,
            has_grid: false,
            has_legend: false,
            ..usual
        },
        Style {
            panels: PanelChoice::Region,
            ..usual
        },
        Style {
            panels: PanelChoice::Image,
            ..usual
        },
    ];
    // A line, a disk, a fold, an infinite plane, a surface, a simplex.
    let some = maps().into_iter().enumerate();
    for (_, map) in some.filter(|(k, _)| [0, 3, 4, 5, 9, 11].contains(k)) {
        let of = format!("{:?} over {:?}", map.formula(0), map.region().text(0));
        for style in styles {
            let is_graph = map.targets().len() == 1 && map.variables().len() == 1;
            let drawn = Deformation::of(&map, "t").unwrap().draw(&style);
            if is_graph && style.panels != PanelChoice::Both {
                assert!(drawn.unwrap_err().to_string().contains("no panels"));
                continue;
            }
            check(&drawn.unwrap(), &format!("{of} as {style:?}"));
        }
    }
}

#[test]
fn a_style_does_what_it_says() {
    let disk = region("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi");
    let disk = Deformation::of(&disk, "A disk").unwrap();
    let usual = Style::default();
    let picture = |style: Style| disk.draw(&style).unwrap();
    let texts = |picture: &Picture| -> Vec<String> {
        let marks = picture.scene.marks.iter();
        let text = marks.filter_map(|mark| match mark {
            Mark::Text { text, .. } => Some(text.clone()),
            _ => None,
        });
        text.collect()
    };
    let has = |picture: &Picture, what: &str| texts(picture).iter().any(|text| text == what);
    let whole = picture(usual);
    assert!(has(&whole, "A disk") && has(&whole, "r constant") && has(&whole, "x"));
    let bare = picture(Style {
        has_title: false,
        has_legend: false,
        ..usual
    });
    assert!(!has(&bare, "A disk") && !has(&bare, "r constant"));
    // What is not seen is told all the same.
    assert!(texts(&bare).iter().any(|text| text.contains("One-to-one")));
    let [region, image] =
        [PanelChoice::Region, PanelChoice::Image].map(|panels| picture(Style { panels, ..usual }));
    assert!(has(&region, "t") && !has(&region, "x") && !has(&image, "t") && has(&image, "x"));
    assert!(!has(&region, "φ") && !has(&image, "φ"));
    let lines = |picture: &Picture| {
        let marks = picture.scene.marks.iter();
        marks
            .filter(|mark| matches!(mark, Mark::Line { .. }))
            .count()
    };
    let plain = picture(Style {
        has_grid: false,
        ..usual
    });
    assert!(lines(&plain) < lines(&whole) / 2);
    // Twice the pixels, with all at the same places; letters twice as large leave half the room.
    let fine = picture(Style {
        dpi: 192.0,
        ..usual
    });
    assert_eq!((fine.size(), &fine.scene), ((2400, 1280), &whole.scene));
    let large = picture(Style {
        width: 1800,
        height: 960,
        font_size: 19.5,
        ..usual
    });
    for (a, b) in large.scene.marks.iter().zip(&whole.scene.marks) {
        let [a, b] = [a, b].map(Mark::bounds);
        // Boxes are sums of roundings.
        assert!((0..4).all(|i| (a[i] - 1.5 * b[i]).abs() < 1e-9));
    }
    let dark = picture(Style {
        theme: Theme::Dark,
        ..usual
    });
    let is_ground = |mark: &Mark| {
        let ground = Theme::Dark.color(WHITE);
        matches!(mark, Mark::Fill { color, .. } if *color == ground)
    };
    assert!(is_ground(&dark.scene.marks[0]) && !is_ground(&whole.scene.marks[0]));
    let ink = |picture: &Picture, wanted| {
        let mut marks = picture.scene.marks.iter();
        marks.any(|mark| matches!(mark, Mark::Line { pen, .. } if pen.color == wanted))
    };
    assert!(ink(&whole, INK) && !ink(&dark, INK) && ink(&dark, Theme::Dark.color(INK)));
}

/// All kinds over one map, which is sampled once.
fn check_kinds(map: Deformation, of: &str) {
    let style = Style::default();
    check(&map.draw(&style).unwrap(), of);
    let values = map.samples.iter().map(|s| s.image[0].cos()).collect();
    let wave = Integrand {
        formula: "cos(x)".to_owned(),
        values,
        map: map.clone(),
    };
    check(&wave.draw(&style).unwrap(), &format!("a wave over {of}"));
    check(
        &Jacobian { map }.draw(&style).unwrap(),
        &format!("det J of {of}"),
    );
}

#[test]
fn every_kind_is_drawn_of_every_map_of_the_catalogue() {
    let entries = catalogue::all().iter();
    // Families have a map for every number of variables, of which three are seen.
    let shown = entries.filter(|entry| entry.family().is_none() || entry.name().ends_with("-3"));
    let mut count = 0;
    for entry in shown {
        let map = catalogue::read(entry.name()).unwrap();
        let region = map.over_defaults(&Parameters::new()).unwrap();
        check_kinds(
            Deformation::of(&region, entry.about()).unwrap(),
            entry.name(),
        );
        count += 1;
    }
    assert!(count > 25, "{count} maps");
}

#[test]
fn every_kind_of_region_is_drawn_in_every_kind_of_picture() {
    let square = || region("x = x, y = y", "x = -1..1, y = -1..1");
    let disk = || region("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi");
    let given = InverseMap::parse("u = x*y, v = y/x").unwrap();
    let inverse = given.near([1.0, 1.5]).unwrap().over("u = 1..2, v = 1..4");
    let ball = || region(BALL, "r = 0..1, p = 0..pi, t = 0..2*pi");
    let regions: [(&str, Box<dyn Domain>); 9] = [
        (
            "limits",
            Box::new(region("x = x, y = y", "x = 0..1, y = 0..x")),
        ),
        (
            "a condition",
            Box::new(disk().where_("x + y >= 0").unwrap()),
        ),
        (
            "an equation",
            Box::new(square().on("x^2 + y^2 = 1/2").unwrap()),
        ),
        ("functions of x and y", Box::new(inverse.unwrap())),
        ("a signed measure", Box::new(disk().signed().unwrap())),
        (
            "a condition in space",
            Box::new(ball().where_("z >= 0").unwrap()),
        ),
        (
            "conditions inside of a solid",
            Box::new(ball().where_("x^2 + y^2 <= 1/2, z > x").unwrap()),
        ),
        (
            "an equation in space",
            Box::new(ball().on("x^2 + y^2 = 1/4").unwrap()),
        ),
        (
            "two equations in space",
            Box::new(ball().on("x^2 + y^2 = 1/4, z = x").unwrap()),
        ),
    ];
    for (of, domain) in regions {
        let map = Deformation::of(domain.as_ref(), of).unwrap();
        match map.levels.is_empty() {
            true => check_kinds(map, of),
            false => check(&map.draw(&Style::default()).unwrap(), of),
        }
    }
}

#[test]
fn conditions_and_equations_in_space_have_surfaces_and_curves_where_they_hold() {
    let cube = || region("x = x, y = y, z = z", "x = -1..1, y = -1..1, z = -1..1");
    let style = Style {
        view: Some(View {
            azimuth: 0.0,
            elevation: 90.0,
        }),
        ..Style::default()
    };
    let drawn = |domain: &dyn Domain| Deformation::of(domain, "t").unwrap().draw(&style).unwrap();
    // From above, a sphere of radius 1/2 is a disk in a square of side 2; the square itself has dashed edges alone.
    let extent = |picture: &Picture| {
        let tiles = picture.scene.marks.iter().filter_map(|mark| match mark {
            Mark::Tiles { polygons, .. } => Some(polygons),
            _ => None,
        });
        let spots = tiles.flatten().flatten().copied();
        let ends = spots.fold([f64::MAX, f64::MIN], |[low, high], [x, _]| {
            [low.min(x), high.max(x)]
        });
        ends[1] - ends[0]
    };
    let whole = |picture: &Picture| {
        let edges = picture.scene.marks.iter().filter_map(|mark| match mark {
            Mark::Line { path, pen } if pen.color == GRAY => Some(path),
            _ => None,
        });
        let ends = edges
            .flatten()
            .fold([f64::MAX, f64::MIN], |[low, high], [x, _]| {
                [low.min(*x), high.max(*x)]
            });
        ends[1] - ends[0]
    };
    let surface = drawn(&cube().on("x^2 + y^2 + z^2 = 1/4").unwrap());
    let ball = drawn(&cube().where_("x^2 + y^2 + z^2 <= 1/4").unwrap());
    // Straight lines between places 1/12 apart, on a circle of radius 1/2.
    assert!((extent(&surface) / whole(&surface) - 0.5).abs() < 5e-3);
    // The axes of a part are those of the part.
    assert!((extent(&ball) / extent(&drawn(&cube())) - 1.0).abs() < 5e-3);
    let circle = drawn(&cube().on("x^2 + y^2 + z^2 = 1/4, z = 0").unwrap());
    let marked = circle.scene.marks.iter().filter_map(|mark| match mark {
        Mark::Line { path, pen } if pen.color == MARK && path.len() > 9 => Some(path),
        _ => None,
    });
    let spots: Vec<[f64; 2]> = marked.flatten().copied().collect();
    let ends = |i: usize| {
        let along = spots.iter().map(|spot| spot[i]);
        [
            along.clone().fold(f64::MAX, f64::min),
            along.fold(f64::MIN, f64::max),
        ]
    };
    let [[x0, x1], [y0, y1]] = [ends(0), ends(1)];
    let (middle, radius) = ([0.5 * (x0 + x1), 0.5 * (y0 + y1)], 0.5 * (x1 - x0));
    assert!((2.0 * radius / whole(&circle) - 0.5).abs() < 5e-3);
    for [x, y] in spots {
        let off = (x - middle[0]).hypot(y - middle[1]) / radius - 1.0;
        assert!(off.abs() < 1e-2, "{off}");
    }
}

/// The picture of a map over its region, as a text.
fn svg_of(map: &str, limits: &str) -> String {
    let drawn = Deformation::of(&region(map, limits), "t").unwrap();
    drawn.draw(&Style::default()).unwrap().svg().unwrap()
}

#[test]
fn what_is_taken_out_along_a_turn_leaves_the_region_in_one() {
    // The turn is the second variable, the third, about another axis, and one of two.
    let turns = [
        (
            "x = r*cos(t), y = r*sin(t), z = z",
            "r = 0..1, t = 0..2*pi, z = 0..1",
            "t > 4π/3",
        ),
        (BALL, "r = 0..1, p = 0..pi, t = 0..2*pi", "t > 4π/3"),
        (
            "x = r*cos(p), y = r*sin(p)*cos(t), z = r*sin(p)*sin(t)",
            "r = 0..1, p = 0..pi, t = 0..2*pi",
            "t < 2π/3",
        ),
        (
            "x = (2+r*cos(p))*cos(t), y = (2+r*cos(p))*sin(t), z = r*sin(p)",
            "r = 0..1, t = 0..2*pi, p = 0..2*pi",
            "t > 4π/3",
        ),
    ];
    for (map, limits, place) in turns {
        let svg = svg_of(map, limits);
        let told = format!("the part where {place} is not drawn")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        assert!(svg.contains(&told), "{map}: {told}");
    }
}

#[test]
fn edges_that_meet_are_told_as_seams() {
    let seams = [
        (
            "x = r*cos(t), y = r*sin(t)",
            "r = 1..2, t = 0..2*pi",
            "a seam: both ends of t meet",
        ),
        (
            MOBIUS,
            "u = 0..2*pi, v = -1/2..1/2",
            "a seam: both ends of u meet, one turned over",
        ),
        (
            "x = cosh(m)*cos(n), y = sinh(m)*sin(n)",
            "m = 0..1, n = 0..2*pi",
            "seams: the edge m = 0 is folded together; both ends of n meet",
        ),
        (
            "x = (u^2-v^2)/2, y = u*v",
            "u = -1..1, v = 0..1",
            "a seam: the edge v = 0 is folded together",
        ),
        // Infinitely far out nothing is known of either edge.
        (
            "x = r*cos(t), y = r*sin(t)",
            "r = 0..inf, t = 0..2*pi",
            "a seam: both ends of t meet",
        ),
    ];
    for (map, limits, text) in seams {
        assert!(svg_of(map, limits).contains(text), "{map}");
    }
    // A quarter of a disk has none, and neither has what is one point.
    let quarter = svg_of("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..pi/2");
    assert!(!quarter.contains("seam"));
    // Far from the origin, and flat beside its other axis, a square is as wide as it is.
    let far = svg_of("x = 1e9 + u, y = 1e9*v", "u = 0..1, v = 0..1");
    assert!(!far.contains("seam"));
}

#[test]
fn points_of_the_border_at_which_det_j_is_zero_are_ringed() {
    let rings = |map: &str, limits: &str| {
        let svg = svg_of(map, limits);
        svg.contains("det J = 0 at points of the border") || svg.contains("det J = 0 at a point")
    };
    assert!(rings("x = u^2-v^2, y = 2*u*v", "u = 0..1, v = 0..1"));
    assert!(rings(
        "x = cosh(m)*cos(n), y = sinh(m)*sin(n)",
        "m = 0..1, n = 0..2*pi"
    ));
    assert!(!rings("x = u^2-v^2, y = 2*u*v", "u = 1/8..1, v = 0..1"));
    assert!(!rings(
        "x = r*cos(t), y = r*sin(t)",
        "r = 0..1, t = 0..2*pi"
    ));
}
