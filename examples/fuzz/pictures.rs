//! Pictures of random maps, of random sizes.

use pullback::plot::{Deformation, Style};
use pullback::{Map, Parameters, Region};

use crate::formula::{formula, number};
use crate::random::Random;

pub(crate) fn run(random: &mut Random, describe: &mut dyn FnMut(&str)) -> Result<(), String> {
    let names = &["u", "v", "w"][..1 + random.below(3)];
    let targets = names.len() + random.below(2).min(3 - names.len());
    let mut limits = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let low = if random.one_in(4) {
            formula(random, &names[..i], 1)
        } else {
            "0".to_owned()
        };
        let high = if random.one_in(3) {
            number(random)
        } else {
            "1".to_owned()
        };
        limits.push(format!("{name} = {low}..{high}"));
    }
    let over = limits.join(", ");
    let texts: Vec<String> = (0..targets)
        .map(|_| match random.below(4) {
            0 => format!("sin({}*{})", number(random), random.pick(names)),
            1 => random.pick(names).to_owned(),
            _ => formula(random, names, 3),
        })
        .collect();
    let targets = &["x", "y", "z"][..targets];
    let equations: Vec<(&str, &str)> = targets
        .iter()
        .zip(&texts)
        .map(|(a, b)| (*a, &b[..]))
        .collect();
    let style = Style {
        width: random.pick(&[1200, 300, 4000, 1, 6000, 20]),
        height: random.pick(&[640, 200, 4000, 1, 6000, 20]),
        ..Style::default()
    };
    describe(&format!(
        "{equations:?} over {over:?}, {} × {}",
        style.width, style.height
    ));
    let drawn = || {
        let region = Region::parse(&over)?;
        let map = Map::from_equations(&equations, names, &Parameters::new())?.over(&region)?;
        let picture = Deformation::of(&map, "Title")?.draw(&style)?;
        picture.svg()?;
        picture.png()
    };
    // What cannot be drawn is an error.
    let _ = drawn();
    Ok(())
}
