//! Simplified, printed and compiled formulas mean what was written: random formulas with every
//! operator of the language.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::domain::Pullback;
use pullback::formula::Graph;
use pullback::integrator::{Block, Coordinate, Integrand};
use pullback::{Map, Parameters};

mod cases;

use cases::SplitMix;
use cases::tree::{INPUTS, Tree, spread};

/// The value that a text has when it is read again.
fn read_back(text: &str, names: &[&str; 3], point: &[f64]) -> f64 {
    let equations = [("p", text), ("q", "0"), ("s", "0")];
    let map = Map::from_equations(&equations, names, &Parameters::new());
    map.unwrap_or_else(|e| panic!("{text}: {e}"))
        .at(point)
        .unwrap()[0]
}

/// A node that is not at a round place, where formulas that differ may agree.
fn inside(random: &mut SplitMix) -> [f64; 3] {
    [0, 1, 2].map(|_| random.within(0.0, 1.0))
}

#[test]
fn simplified_and_compiled_formulas_keep_their_value() {
    let mut random = SplitMix(10);
    let mut compared = 0;
    for _ in 0..4000 {
        let tree = Tree::random(&mut random, 5, false);
        let text = tree.text();
        let domain = Map::identity(&INPUTS)
            .unwrap()
            .over("u = 0..1, v = 0..1, w = 0..1")
            .unwrap();
        let integrands = domain.parse(&[&text]).unwrap_or_else(|e| panic!("{e}"));
        let pullback = Pullback::new(&domain, &integrands).unwrap();
        let simplified = pullback.texts().remove(0);
        let points: Vec<[f64; 3]> = (0..5).map(|_| inside(&mut random)).collect();
        let columns: Vec<Vec<f64>> = (0..3)
            .map(|i| points.iter().map(|p| p[i]).collect())
            .collect();
        let coordinates: Vec<_> = columns.iter().map(|c| Coordinate::Each(c)).collect();
        let mut compiled = vec![0.0; points.len()];
        let block = Block::new(&coordinates, points.len());
        pullback.evaluator().evaluate(&block, &mut compiled);
        for (point, compiled) in points.iter().zip(compiled) {
            let known = spread(&mut random, |spoil| [tree.value(point, &mut |x| spoil(x))]);
            // What is NaN or infinite may become finite (x/x at 0), but not the other way round.
            let Some(([expected], [tolerance])) = known else {
                continue;
            };
            compared += 1;
            let read = read_back(&simplified, &["w1", "w2", "w3"], point);
            for (found, what) in [(read, "simplified"), (compiled, "compiled")] {
                assert!(
                    (found - expected).abs() <= tolerance,
                    "{text}\nat {point:?} is {expected:e} ± {tolerance:e}, but {what}\n\
                     {simplified}\nis {found:e}"
                );
            }
        }
    }
    assert!(compared > 5000, "only {compared} values could be compared");
}

/// Without the unit box: determinants are simplified for all real inputs.
#[test]
fn simplified_determinants_are_those_of_their_entries() {
    let mut random = SplitMix(11);
    let mut compared = 0;
    for _ in 0..800 {
        let [x, y] = [(), ()].map(|()| Tree::random(&mut random, 3, false).text());
        let equations = [
            ("x", x.as_str()),
            ("y", y.as_str()),
            ("z", "u*v*w + u - v^2 + w"),
        ];
        let map = Map::from_equations(&equations, &INPUTS, &Parameters::new()).unwrap();
        let jacobian = map.jacobian().unwrap();
        for _ in 0..4 {
            let point = [0, 1, 2].map(|_| random.within(-2.0, 2.0));
            let matrix = jacobian.at(&point).unwrap();
            let determinant = jacobian.determinant_at(&point).unwrap();
            let size: f64 = matrix.row_iter().map(|row| row.norm()).product();
            // NaN is left out too. Beyond 1e100 products may overflow on the way.
            if !(f64::MIN_POSITIVE..1e100).contains(&size) {
                continue;
            }
            compared += 1;
            // The entries are formulas of a few ill-conditioned operations each: 10⁻⁹ of the terms
            // leaves room for six digits lost, and a wrong sign or factor is off by the terms.
            assert!(
                (determinant - matrix.determinant()).abs() <= 1e-9 * size,
                "x = {x}, y = {y} at {point:?}: {determinant:e} for {matrix}, as {}",
                jacobian.determinant()
            );
        }
    }
    assert!(
        compared > 300,
        "only {compared} determinants could be compared"
    );
}

#[test]
fn printed_formulas_read_back_with_the_same_bits() {
    let mut random = SplitMix(12);
    let names = INPUTS.map(str::to_owned);
    for _ in 0..6000 {
        let tree = Tree::random(&mut random, 5, false);
        let graph = Graph::new();
        let formula = tree.expr(&graph);
        let text = formula.text(&names);
        let map = Map::from_equations(
            &[("x", &tree.text()), ("y", "v"), ("z", "w")],
            &INPUTS,
            &Parameters::new(),
        );
        let map_text = map.unwrap().text(0);
        for _ in 0..3 {
            let point = [0, 1, 2].map(|_| random.within(-2.0, 2.0));
            let expected = formula.value(&point);
            for printed in [&text, &map_text] {
                let found = read_back(printed, &INPUTS, &point);
                assert!(
                    found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()),
                    "{}\nis printed as\n{printed}\nwhich is {found:e}, not {expected:e}, at {point:?}",
                    tree.text()
                );
            }
        }
    }
}

#[test]
fn numbers_print_so_that_they_read_back() {
    let mut random = SplitMix(13);
    let graph = Graph::new();
    let special = [
        0.0,
        -0.0,
        1.0 / 3.0,
        -2.0 / 7.0,
        1e15,
        1e16,
        123_456_789_012_345_680.0,
        5e-324,
        -f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        f64::NEG_INFINITY,
        std::f64::consts::PI,
    ];
    let others = (0..3000)
        .map(|_| f64::from_bits(random.next()))
        .filter(|x| !x.is_nan());
    for value in special.into_iter().chain(others.collect::<Vec<_>>()) {
        let text = graph.constant(value).text(&[]);
        let found = read_back(&text, &INPUTS, &[0.0; 3]);
        assert_eq!(found.to_bits(), value.to_bits(), "{value:e} as {text}");
    }
    assert!(read_back(&graph.constant(f64::NAN).text(&[]), &INPUTS, &[0.0; 3]).is_nan());
}
