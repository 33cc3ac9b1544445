//! The heading of a picture: its region, as a text book writes it.

use pullback::plot::Names;

use super::statement::Statement;

/// The longest heading that fits over a picture, in characters.
const LONGEST_HEADING: usize = 72;

/// The region as inequalities, which say what the picture shows.
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
    let plain = |condition: &String| {
        letters
            .typeset(condition)
            .replace("<=", "≤")
            .replace(">=", "≥")
    };
    let conditions: Vec<String> = statement.conditions.iter().map(plain).collect();
    let heading = match conditions.is_empty() {
        true => format!("{} and its image", ranges.join(", ")),
        false => format!("{}, where {}", ranges.join(", "), conditions.join(", ")),
    };
    if heading.chars().count() <= LONGEST_HEADING {
        heading
    } else {
        format!("The region of {} and its image", names.join(", "))
    }
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
