//! Balls and simplices of any number of dimensions: one row for each.
//!
//! The angles of a ball count down from the first axis, so that every one runs over half a turn and the
//! last over a whole one. A simplex is a cube of which every coordinate takes a share of what earlier
//! ones leave (Duffy's map).
//!
//! L. E. Blumenson, "A derivation of n-dimensional spherical coordinates", Amer. Math. Monthly 67
//! (1960) 63–66.

use std::ops::RangeInclusive;

use super::entry::Entry;
use super::plane::{TURN, unit};

/// The numbers of dimensions.
const DIMENSIONS: RangeInclusive<usize> = 2..=10;

pub(super) fn entries() -> Vec<Entry> {
    let kinds: [fn(usize) -> Entry; 3] = [hyperspherical, ball, simplex];
    let each = kinds.into_iter().flat_map(|kind| DIMENSIONS.map(kind));
    each.collect()
}

/// The names `x1`, `x2`, ….
fn numbered(letter: &str, count: usize) -> Vec<String> {
    (1..=count).map(|k| format!("{letter}{k}")).collect()
}

/// Borrowed pairs.
fn borrowed<'t>(names: &'t [String], formulas: &'t [String]) -> Vec<(&'t str, &'t str)> {
    let pairs = names.iter().zip(formulas);
    pairs.map(|(x, f)| (x.as_str(), f.as_str())).collect()
}

/// A factor to a power, with the sign before it.
fn times_power(factor: &str, power: usize) -> String {
    match power {
        0 => String::new(),
        1 => format!("*{factor}"),
        _ => format!("*{factor}^{power}"),
    }
}

/// The volume of the unit ball: π^(n/2)/Γ(n/2 + 1), without its gamma function.
fn unit_ball(n: usize) -> String {
    let pi = match n / 2 {
        1 => "pi".to_owned(),
        power => format!("pi^{power}"),
    };
    // n even: π^m/m!; n odd: 2^(m+1) π^m/n!!, with m = n/2.
    let (above, below): (usize, usize) = if n.is_multiple_of(2) {
        (1, (1..=n / 2).product())
    } else {
        (2 << (n / 2), (1..=n).step_by(2).product())
    };
    let common = (1..=above).rev().find(|d| above % d == 0 && below % d == 0);
    let common = common.unwrap_or(1);
    let above = match above / common {
        1 => pi,
        number => format!("{number}*{pi}"),
    };
    match below / common {
        1 => above,
        below => format!("{above}/{below}"),
    }
}

fn spherical_to(n: usize, family: &str, about: &str, radius: &str, measure: &str) -> Entry {
    let angles = numbered("t", n - 1);
    let targets = numbered("x", n);
    let formula = |k: usize| {
        let sines = angles.iter().take(k).map(|t| format!("*sin({t})"));
        let cosine = angles.get(k).map(|t| format!("*cos({t})"));
        "r".to_owned() + &sines.chain(cosine).collect::<String>()
    };
    let formulas: Vec<String> = (0..n).map(formula).collect();
    let mut over = vec![("r", "0", radius)];
    for (k, angle) in angles.iter().enumerate() {
        let end = if k + 2 < n { "pi" } else { TURN.1 };
        over.push((angle, TURN.0, end));
    }
    let sines = angles.iter().enumerate();
    let sines = sines.map(|(k, t)| times_power(&format!("sin({t})"), n - 2 - k));
    let determinant = times_power("r", n - 1) + &sines.collect::<String>();
    Entry::new(
        &format!("{family}-{n}"),
        about,
        &over,
        &borrowed(&targets, &formulas),
        measure,
    )
    .with_determinant(determinant.trim_start_matches('*'))
    .of_family(family)
}

fn hyperspherical(n: usize) -> Entry {
    let about = format!(
        "ball or shell in {n} dimensions: distance r, angles from the axes in turn, the last once around"
    );
    spherical_to(n, "hyperspherical", &about, "1", &unit_ball(n))
}

fn ball(n: usize) -> Entry {
    let about = format!("ball of radius R in {n} dimensions, in hyperspherical coordinates");
    let volume = unit_ball(n) + &times_power("R", n);
    spherical_to(n, "ball", &about, "R", &volume)
        .numbers(&[("R", "1")])
        .requires("R > 0", "the radius R must be positive")
}

fn simplex(n: usize) -> Entry {
    let (variables, targets) = (numbered("u", n), numbered("x", n));
    let rest = |k: usize| {
        let shares = variables[..k].iter().map(|u| format!("*(1 - {u})"));
        shares.collect::<String>()
    };
    let formula = |k: usize| variables[k].clone() + &rest(k);
    let formulas: Vec<String> = (0..n).map(formula).collect();
    let over: Vec<(&str, &str, &str)> = variables.iter().map(|u| unit(u)).collect();
    let factors = variables.iter().enumerate();
    let factors = factors.map(|(k, u)| times_power(&format!("(1 - {u})"), n - 1 - k));
    let determinant: String = factors.collect();
    let determinant = match n {
        // One factor needs no parentheses.
        2 => "1 - u1",
        _ => determinant.trim_start_matches('*'),
    };
    let below: usize = (1..=n).product();
    Entry::new(
        &format!("simplex-{n}"),
        &format!(
            "unit simplex in {n} dimensions: coordinates that are not negative, with a sum up to 1"
        ),
        &over,
        &borrowed(&targets, &formulas),
        &format!("1/{below}"),
    )
    .with_determinant(determinant)
    .of_family("simplex")
}
