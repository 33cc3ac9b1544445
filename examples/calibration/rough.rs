//! Rough integrands by seed: the problems, and the manners in which each is asked for.

use crate::manner::{Fact, Manner};
use crate::measure::Run;
use crate::problem::Problem;
use crate::random::Random;
use crate::rough_lines::{Family, LINES, UNSEEN};
use crate::rough_space::SPACE;

/// The closed forms are evaluated with 16 digits, and some of their terms cancel.
const ACCURACY: f64 = 1e-12;

/// Random samples are asked for no more digits than this.
const SAMPLED: f64 = 1e-3;

/// Nodes along each axis of the fixed rule.
const FIXED: usize = 20;

/// Of so many members of a family one is asked for in all manners, the others as code.
const IN_ALL_MANNERS: usize = 4;

/// What is hidden of a formula, one at a time.
const HIDDEN: [Fact; 5] = [
    Fact::Bounds,
    Fact::Switches,
    Fact::Pieces,
    Fact::Products,
    Fact::Axes,
];

/// The families of which no scan can see all; they are reported apart.
pub(crate) fn is_unseen(problem: &Problem) -> bool {
    UNSEEN.iter().any(|(name, ..)| *name == problem.set)
}

/// The members of all families, `percent` of their usual numbers. Member k is the same for every
/// number of members.
pub(crate) fn problems(percent: usize, seed: u64) -> Vec<Problem> {
    let families = LINES.iter().chain(&SPACE).chain(&UNSEEN);
    let numbered = families.zip(1000..);
    numbered
        .flat_map(|(family, stream)| members(family, percent, seed, stream))
        .collect()
}

fn members((name, count, member): &Family, percent: usize, seed: u64, stream: u64) -> Vec<Problem> {
    let mut random = Random::new(seed, stream);
    let one = |k: usize| {
        let (over, integrand, exact) = member(&mut random);
        Problem {
            accuracy: ACCURACY,
            ..Problem::plain(name, k.to_string(), over, integrand, exact)
        }
    };
    (1..=(count * percent).div_ceil(100)).map(one).collect()
}

/// How each problem of some numbers is asked for.
pub(crate) fn runs<'t>(
    problems: impl Iterator<Item = (usize, bool)>,
    tolerances: &'t [f64],
) -> Vec<Run<'t>> {
    let coarse = tolerances.iter().position(|t| *t >= SAMPLED);
    let coarse = coarse.map_or(&tolerances[..0], |at| &tolerances[at..=at]);
    let mut runs = Vec::new();
    for (k, (problem, is_rough)) in problems.enumerate() {
        let mut add = |manner, tolerances| {
            runs.push(Run {
                problem,
                manner,
                tolerances,
            });
        };
        add(Manner::Code, tolerances);
        if k % IN_ALL_MANNERS == 0 {
            for fact in HIDDEN {
                add(Manner::Without(fact), tolerances);
            }
            if is_rough {
                add(Manner::Formula, tolerances);
            }
            add(Manner::Gauss(FIXED), coarse);
            add(Manner::Samples, coarse);
        }
    }
    runs
}
