//! `auto`: the tables of strategies, and nothing else.
//!
//! 1. Integrate the factors of products, and of sums of products, one by one, and cut the box along
//!    the curves and across the axes where the integrand is known to switch.
//! 2. On each part, take rules with a bound of the error where one is known; else, in many variables,
//!    a sparse grid that grows; else raise the orders of a tensor product of rules. If more nodes
//!    help too little, look at the ends and corners: Duffy's map and powers smooth what they can,
//!    other singular ends are turned to 0 and given tanh-sinh rules.
//! 3. If that does not help either, divide cells where the error is; at last take random samples.
//!
//! Of all answers the one with the smallest claimed error is returned.

use super::across::Across;
use super::analytic::{Analytic, Easy};
use super::batches::Batches;
use super::between_bounds::BetweenBounds;
use super::cell_rule::MOST_VARIABLES;
use super::confined::Confined;
use super::contours::Contours;
use super::cubature::Cells;
use super::curves::{Curves, Ridges};
use super::digits::Digits;
use super::graded::Graded;
use super::graphs::{Graphs, MOST_AXES};
use super::logarithmic_ends::LogarithmicEnds;
use super::meter::Stop;
use super::orders::Orders;
use super::outcome::{BadNode, Outcome, Status};
use super::products::FactorByFactor;
use super::pushforward::Pushforward;
use super::reason::Reason;
use super::sampling::Sampling;
use super::series::Series;
use super::shears::Shears;
use super::singular_ends::SingularEnds;
use super::smoothed::Smoothed;
use super::sparse::{Nodes, SparseGrid};
use super::strategy::{Entry, Rows, Share, Strategy, drive};
use super::subject::Subject;
use super::task::Task;
use super::witness::witnessed;
use crate::integrand::Side;

/// The part of the evaluations that a first attempt may use.
const FIRST_ATTEMPT: Share = Share::Part(0.6);

/// The evaluations that changed coordinates may take.
const CHANGED: Share = Share::Multiple {
    least: 60_000,
    times: 10,
};

const fn row(strategy: &'static dyn Strategy, share: Share) -> Entry<'static> {
    Entry { strategy, share }
}

/// For integrands as they are given.
static WHOLE: [Entry<'static>; 19] = [
    row(&Batches { orders: None }, Share::All),
    row(&Easy, Share::All),
    row(&Shears, FIRST_ATTEMPT),
    row(&FactorByFactor, Share::All),
    row(&RADIAL, FIRST_ATTEMPT),
    row(&Contours, FIRST_ATTEMPT),
    row(&Series, FIRST_ATTEMPT),
    row(&Analytic { variables: 1 }, Share::All),
    row(&Graded, FIRST_ATTEMPT),
    row(&Digits, Share::Part(0.3)),
    row(&Confined, FIRST_ATTEMPT),
    row(&ONE_FORMULA_OF_TWO, FIRST_ATTEMPT),
    row(&RIDGES, FIRST_ATTEMPT),
    row(&PLAIN_CURVES, FIRST_ATTEMPT),
    row(&CURVES_IN_SPACE, CURVED),
    row(&CURVES_IN_MORE, FIRST_ATTEMPT),
    row(&GRAPHS, FIRST_ATTEMPT),
    row(&CURVES, FIRST_ATTEMPT),
    row(&Across, Share::All),
];

static RADIAL: Pushforward = Pushforward { is_radial: true };
static ONE_FORMULA_OF_TWO: Pushforward = Pushforward { is_radial: false };

/// For integrands of which only pieces have values.
static DIVIDED: [Entry<'static>; 1] = [row(&ANY_GRAPHS, Share::All)];

static ANY_GRAPHS: Graphs = Graphs {
    variables: [0, usize::MAX],
};

/// For parts without known switches; those in smoothed coordinates take the rows of [`SMOOTHED`].
static PART: [Entry<'static>; 20] = [
    row(&SPARING, Share::Part(0.5)),
    row(&Confined, FIRST_ATTEMPT),
    row(
        &Analytic {
            variables: usize::MAX,
        },
        Share::All,
    ),
    row(&RIDGES_BETWEEN_CUTS, FIRST_ATTEMPT),
    row(&PLAIN_CURVES, FIRST_ATTEMPT),
    row(&GRAPHS, FIRST_ATTEMPT),
    row(&CURVES_BETWEEN_CUTS, FIRST_ATTEMPT),
    row(&Sampling { early: true }, Share::All),
    row(&SPARSE, Share::Part(0.5)),
    row(&Orders { again: false }, FIRST_ATTEMPT),
    row(&Smoothed, CHANGED),
    row(&LogarithmicEnds { seen: true }, CHANGED),
    row(&SingularEnds { all: false }, Share::All),
    row(&LogarithmicEnds { seen: false }, CHANGED),
    row(&Orders { again: true }, FIRST_ATTEMPT),
    row(&BetweenBounds, Share::Part(0.5)),
    row(&FEW_VARIABLES, Share::Part(0.95)),
    row(&THREE_VARIABLES, Share::Part(0.8)),
    row(&MORE_VARIABLES, Share::All),
    // What is left then is for the witness.
    row(&Sampling { early: false }, Share::Part(0.5)),
];

static RIDGES: Ridges = Ridges {
    between_cuts: false,
};
static RIDGES_BETWEEN_CUTS: Ridges = Ridges { between_cuts: true };

/// Solved for one variable after another, pieces may be long, or have ends that are not smooth: then
/// graphs over one axis or another are better, where there are any.
static PLAIN_CURVES: Curves = Curves {
    variables: [1, 2],
    plain: true,
    between_cuts: false,
};
static CURVES_IN_SPACE: Curves = Curves {
    variables: [3, 3],
    plain: false,
    between_cuts: false,
};
static CURVES_IN_MORE: Curves = Curves {
    variables: [4, usize::MAX],
    plain: false,
    between_cuts: false,
};
static CURVES: Curves = Curves {
    variables: [1, 3],
    plain: false,
    between_cuts: false,
};
static CURVES_BETWEEN_CUTS: Curves = Curves {
    variables: [1, 3],
    plain: false,
    between_cuts: true,
};
static GRAPHS: Graphs = Graphs {
    variables: [2, MOST_AXES],
};

/// The evaluations that pieces between curves may take.
const CURVED: Share = Share::Multiple {
    least: 400_000,
    times: 0,
};

/// Where code takes long at every node, few nodes come first.
static SPARING: SparseGrid = SparseGrid { nodes: Nodes::Dear };
static SPARSE: SparseGrid = SparseGrid {
    nodes: Nodes::Cheap,
};

/// In the plane cells win against random samples; with more variables those get what does not
/// suffice for a round of cells.
static FEW_VARIABLES: Cells = Cells {
    variables: [1, 2],
    to_the_end: true,
    asked_for: false,
};
static THREE_VARIABLES: Cells = Cells {
    variables: [3, 3],
    to_the_end: false,
    asked_for: false,
};
static MORE_VARIABLES: Cells = Cells {
    variables: [4, MOST_VARIABLES],
    to_the_end: false,
    asked_for: false,
};

/// The rows of [`PART`] for parts in smoothed coordinates.
const SMOOTHED: std::ops::Range<usize> = 9..15;

/// The integral of a subject by a table.
///
/// # Errors
/// What failed in a strategy.
pub(crate) fn solve(subject: &Subject<'_>, task: &Task<'_>, rows: Rows) -> Result<Outcome, Stop> {
    if let Some(halt) = task.is_over() {
        // Nobody waits for what could be known of it.
        let reason = Some(task.reason(halt));
        return Ok(Outcome::none(
            subject.integrand.outputs(),
            Status::Budget,
            reason,
        ));
    }
    let mut outcome = solved(subject, task, rows)?;
    if outcome.is_done() && !outcome.proven && subject.has_open_ridge.get() {
        // Who was not led along a ridge may have stepped over it.
        let axis = subject.integrand.knowledge().axis_name(0);
        outcome.status = Status::Suspect;
        outcome.add_reasons(&[Reason::NotSmooth { axis }]);
    }
    // What a part of the whole loses, the whole does not show.
    if !outcome.counts_rounding() {
        match subject.integrand.knowledge().rounding_cost() {
            0 => {}
            cost => task.spend(cost)?,
        }
    }
    outcome.raise_to_rounding(subject.integrand.knowledge());
    if rows == Rows::Whole
        && outcome.is_done()
        && let Some((output, unit)) = subject.integrand.knowledge().undefined()
    {
        let value = f64::NAN;
        let bad = BadNode {
            unit,
            output,
            value,
        };
        let values = vec![value; outcome.values.len()];
        return Ok(Outcome::nonfinite(values, Some(bad)).by(outcome.method, outcome.because));
    }
    Ok(outcome)
}

fn solved(subject: &Subject<'_>, task: &Task<'_>, rows: Rows) -> Result<Outcome, Stop> {
    match rows {
        Rows::Whole if subject.integrand.knowledge().is_only_divided() => {
            let mut outcome = drive(&DIVIDED, subject, task, solve)?;
            if outcome.values.iter().all(|value| value.is_nan()) {
                outcome.add_reasons(&[Reason::Undivided]);
            }
            Ok(outcome)
        }
        Rows::Whole => drive(&WHOLE, subject, task, solve),
        Rows::Smoothed => {
            let before = task.used();
            let outcome = drive(&PART[SMOOTHED], subject, task, solve)?;
            witnessed(outcome, subject.integrand, task, task.used() - before)
        }
        Rows::Part => {
            let before = task.used();
            let outcome = drive(&PART, subject, task, solve)?;
            let mut outcome = witnessed(outcome, subject.integrand, task, task.used() - before)?;
            if !outcome.is_done()
                && let Some(look) = subject.seen()
                && !look.divergences.is_empty()
            {
                // Nodes say nothing of what lies between them and such a singularity.
                outcome.add_reasons(&look.divergences);
                outcome.errors.fill(f64::INFINITY);
            }
            if !outcome.is_done()
                && outcome.saw_nothing()
                && let Some(mut bounds) = subject.integrand.knowledge().bounds()
            {
                // What may hide there is what bounds allow: more than the tolerance.
                let whole = vec![Side::WHOLE; subject.integrand.dimension()];
                match bounds.turn_to(&whole) {
                    Some(sizes) => outcome.errors = sizes,
                    None => outcome.errors.fill(f64::INFINITY),
                }
                if outcome.status == Status::Suspect {
                    outcome.status = Status::Budget;
                }
            }
            if !outcome.is_done()
                && let Some(reason) = subject.divergence.get()
            {
                outcome.add_reasons(std::slice::from_ref(reason));
                outcome.errors.fill(f64::INFINITY);
            }
            Ok(outcome)
        }
    }
}
