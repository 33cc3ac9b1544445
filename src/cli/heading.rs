//! The heading of a picture: its region, as a text book writes it.

use pullback::plot::Names;

use super::statement::Statement;

/// The longest heading that fits over a picture in two lines, in characters.
const LONGEST_HEADING: usize = 110;

/// The region as inequalities, with conditions and equations, which say what the picture shows: as much of it as fits.
pub(super) fn heading(statement: &Statement) -> String {
    let limits = statement.over.0.iter();
    let known = statement.map.0.iter().chain(&statement.inverse.0);
    let known = known.map(|(name, _)| name);
    let known = known.chain(statement.param.0.iter().map(|(name, _)| name));
    let letters = Names::new(known.chain(limits.clone().map(|(name, _)| name)));
    let range = |(name, ends): &(String, [String; 2])| {
        let [lower, upper] = ends.each_ref().map(|limit| letters.typeset(limit));
        let name = letters.name(name);
        // An infinite end is not reached.
        let relation = |end: &str| if end.ends_with('∞') { '<' } else { '≤' };
        let (below, above) = (relation(&lower), relation(&upper));
        format!("{lower} {below} {name} {above} {upper}")
    };
    let names: Vec<String> = limits.clone().map(|(name, _)| letters.name(name)).collect();
    let ranges: Vec<String> = limits.map(range).collect();
    let plain = |text: &String| letters.typeset(text).replace("<=", "≤").replace(">=", "≥");
    let [conditions, equations] = [&statement.conditions, &statement.on]
        .map(|own| own.iter().map(plain).collect::<Vec<_>>().join(", "));
    let is_identity = statement
        .map
        .0
        .iter()
        .all(|(name, formula)| name == formula);
    let both = match is_identity {
        true => "",
        false => " and its image",
    };
    let ranges = ranges.join(", ");
    let within = [("on ", &equations), ("where ", &conditions)];
    let within = within.into_iter().filter(|(_, text)| !text.is_empty());
    let within: Vec<String> = within.map(|(word, text)| format!("{word}{text}")).collect();
    let candidates = match within.is_empty() {
        true => vec![format!("{ranges}{both}")],
        false => {
            let within = within.join(", ");
            let short = within.split_at(1);
            vec![
                format!("{ranges}, {within}"),
                short.0.to_uppercase() + short.1,
            ]
        }
    };
    let fitting = |heading: &String| heading.chars().count() <= LONGEST_HEADING;
    let found = candidates.into_iter().find(fitting);
    found.unwrap_or_else(|| format!("The region of {}{both}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullback::Map;

    #[test]
    fn a_heading_shows_limits_as_a_text_book_does() {
        let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
        let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
        assert_eq!(
            heading(&Statement::of_mapped_region(&disk)),
            "0 ≤ r ≤ 1, 0 ≤ t ≤ 2π and its image"
        );
        let part = disk.where_("x + y <= 1").unwrap();
        let part = Statement {
            on: vec!["x^2 = y".to_owned()],
            ..Statement::of_mapped_region(&part)
        };
        assert_eq!(
            heading(&part),
            "0 ≤ r ≤ 1, 0 ≤ t ≤ 2π, on x² = y, where x + y ≤ 1"
        );
        let plane = polar.over("r = 0..inf, t = -inf..1").unwrap();
        assert_eq!(
            heading(&Statement::of_mapped_region(&plane)),
            "0 ≤ r < ∞, −∞ < t ≤ 1 and its image"
        );
        let greek = Map::parse("x = r1*cos(theta), y = r1*sin(theta)").unwrap();
        let sector = greek.over("theta = 0..pi, r1 = 0..theta^2").unwrap();
        assert_eq!(
            heading(&Statement::of_mapped_region(&sector)),
            "0 ≤ θ ≤ π, 0 ≤ r₁ ≤ θ² and its image"
        );
    }
}
