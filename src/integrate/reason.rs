//! Reasons: why an answer is not simply converged, as data; `Display` writes the sentences.

use std::fmt;

/// A variable or a target with its value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NamedValue {
    /// Its name.
    pub name: String,
    /// Its value.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub value: f64,
}

/// Why a status is not `converged`, or what qualifies it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Reason {
    /// The next step needs more evaluations than are left.
    Evaluations {
        /// The most evaluations.
        max_evals: u64,
        /// Whether the user set that limit.
        asked: bool,
    },
    /// Time ran out, or would have before the next step was done.
    Seconds {
        /// The most seconds.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        max_seconds: f64,
    },
    /// The work was called off.
    Interrupted,
    /// The error is that of rounding.
    Rounding,
    /// The integrand itself loses digits by rounding.
    Cancellation,
    /// A value is zero to within rounding, so that no relative tolerance is met.
    Zero,
    /// Every value that misses its tolerance is zero, and its error at most 10⁻¹³ of the integral of
    /// the size.
    ZeroWithinRounding,
    /// An integrand was zero wherever it was evaluated.
    ZeroEverywhere,
    /// An integrand is NaN or infinite at a point.
    NotFinite {
        /// Which integrand, where there are several.
        output: Option<usize>,
        /// The integrand times |det J| there.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        value: f64,
        /// The variables there.
        variables: Vec<NamedValue>,
        /// The targets there; none where the variables are the targets.
        targets: Vec<NamedValue>,
        /// det J there.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        determinant: f64,
    },
    /// Bounds of the formula do not exclude that a part of the integral lies between the nodes.
    Hidden {
        /// How much it may be.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        size: f64,
        /// The variables in the middle of the place that may hold most of it.
        variables: Vec<NamedValue>,
    },
    /// The sum overflows, although every value is finite.
    Overflow,
    /// More nodes along an axis hardly help.
    NotSmooth {
        /// The variable.
        axis: String,
    },
    /// The integrand is singular at an end or in a corner of the region.
    SingularBoundary,
    /// The integrand grows so fast toward an end or a corner that the integral may not exist.
    MayDiverge {
        /// The power of the distance that it grows like, where the range is mapped onto 0 to 1.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        exponent: f64,
        /// From where the distance is measured.
        from: String,
    },
    /// Rules of the highest orders do not agree.
    HighestOrders,
    /// A rule with other nodes disagrees.
    Disagreement {
        /// The other rule, where it has a name.
        rule: Option<String>,
    },
    /// A peak lies between the nodes of a rule.
    Peak {
        /// Its width, as a part of the range.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        width: f64,
        /// The variable along which it is narrow.
        axis: String,
    },
    /// The integral exists only as a mean: what oscillates does not become small.
    InTheMean,
    /// A value between the nodes of the rules is of something that they do not see.
    Unseen {
        /// The place, in unit coordinates.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::numbers"))]
        unit: Vec<f64>,
    },
    /// The integrand switches in more places than could be found.
    UnresolvedSwitches,
    /// Of very many periods nothing proves that something narrow is not in one of them.
    ManyPeriods {
        /// The variable.
        axis: String,
    },
    /// What is integrated over could not be divided into graphs.
    Undivided,
    /// No bound is known of what lies far out between infinite limits.
    FarOut,
    /// The error is in cells that are too short to be divided.
    ShortestCells,
    /// Parts of the region cancel to more than the tolerance.
    PartsCancel,
    /// A single random sample moves the mean by a large part of the interval.
    HeavyTail {
        /// That part.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        share: f64,
    },
    /// Even through a learned map the values grow so fast toward a face that samples have no variance.
    SteepFace {
        /// The variable.
        axis: String,
        /// The power of the distance that they grow like, of even points.
        #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
        power: f64,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Evaluations {
                max_evals,
                asked: true,
            } => write!(
                f,
                "the next step needs more evaluations than max_evals = {max_evals} leaves"
            ),
            Reason::Evaluations { max_evals, .. } => write!(
                f,
                "the next step needs more than the {max_evals} evaluations that are made unless \
                 max_evals allows more"
            ),
            Reason::Seconds { max_seconds } => write!(
                f,
                "the next step would not be done within max_seconds = {max_seconds}"
            ),
            Reason::Interrupted => f.write_str("the work was called off before it was done"),
            Reason::Rounding => f.write_str(
                "the error is that of rounding: no more digits are to be had in double precision",
            ),
            Reason::Cancellation => f.write_str(
                "the integrand itself loses digits by rounding: large parts of it cancel",
            ),
            Reason::Zero => f.write_str(
                "a value is zero to within rounding: say by an absolute tolerance, such as \
                 atol = 1e-12, how small is zero",
            ),
            Reason::ZeroWithinRounding => f.write_str(
                "a value is zero to within rounding: its error is below 1e-13 of the integral of the \
                 size",
            ),
            Reason::ZeroEverywhere => f.write_str(
                "an integrand is zero at every node: it may be zero but for a peak that was missed",
            ),
            Reason::NotFinite {
                output,
                value,
                variables,
                targets,
                determinant,
            } => {
                match output {
                    Some(output) => write!(f, "integrand {}", output + 1)?,
                    None => f.write_str("the integrand")?,
                }
                write!(f, " times |det J| is {value} at {}", named(variables))?;
                if !targets.is_empty() {
                    let targets = named(targets);
                    write!(f, ", that is {targets}, where det J = {determinant}")?;
                }
                f.write_str("; ")?;
                f.write_str(if value.is_nan() {
                    "0/0 and roots and logarithms of negative numbers have no value: check formula \
                     and limits"
                } else {
                    "a denominator or the argument of a logarithm is 0 there: check the limits, or \
                     split the region so that this place lies on the edge of each part"
                })
            }
            Reason::Hidden { size, variables } => write!(
                f,
                "bounds of the formula do not exclude that {size:.1e} more lies between the nodes, \
                 most of it near {}",
                named(variables)
            ),
            Reason::Overflow => f.write_str("the sum overflows, although every value is finite"),
            Reason::NotSmooth { axis } => write!(
                f,
                "more nodes along {axis} hardly help: the integrand is not smooth in {axis}"
            ),
            Reason::SingularBoundary => {
                f.write_str("the integrand is singular at an end or in a corner of the region")
            }
            Reason::MayDiverge { exponent, from } => write!(
                f,
                "the integral may not exist: mapped onto 0 to 1, the integrand grows like \
                 d^({exponent:.2}) with the distance d from {from}"
            ),
            Reason::HighestOrders => f.write_str(
                "the rules of the highest orders do not agree: the integrand is not smooth",
            ),
            Reason::Disagreement { rule: None } => {
                f.write_str("a rule with wholly other nodes disagrees")
            }
            Reason::Disagreement { rule: Some(rule) } => {
                write!(f, "the rule differs from {rule} by more than the tolerance")
            }
            Reason::Peak { width, axis } => write!(
                f,
                "a peak of width {width:.0e} (of the range of {axis}) lies between the nodes of \
                 the rule"
            ),
            Reason::InTheMean => f.write_str(
                "what oscillates toward an end does not become small: the value is a mean over longer \
                 and longer ranges (Abel's), and in the strict sense there is none",
            ),
            Reason::Unseen { unit } => {
                f.write_str("a value between the nodes, at ")?;
                for (k, w) in unit.iter().enumerate() {
                    let between = if k == 0 { "" } else { ", " };
                    write!(f, "{between}{:.6}", w)?;
                }
                f.write_str(" of the unit box, is of something that the rules do not see")
            }
            Reason::UnresolvedSwitches => f.write_str(
                "the integrand jumps or bends in more places than could be found: the error bounds \
                 what they may do",
            ),
            Reason::ManyPeriods { axis } => write!(
                f,
                "in very many periods along {axis} bounds of the formula do not exclude what is narrow"
            ),
            Reason::FarOut => f.write_str(
                "no bound is known of the integral beyond about 1e6, where limits are infinite: it is taken \
                 to fall on as it falls there",
            ),
            Reason::Undivided => f.write_str(
                "bounds do not divide what the equation describes into graphs: it may cross or touch \
                 itself along a curve, or have no thickness",
            ),
            Reason::ShortestCells => {
                f.write_str("the error is in cells that cannot be divided further")
            }
            Reason::PartsCancel => {
                f.write_str("the parts cancel: their errors exceed the tolerance")
            }
            Reason::HeavyTail { share } => write!(
                f,
                "one sample moves the mean by {:.0} % of the interval: its tail is hardly sampled",
                100.0 * share
            ),
            Reason::SteepFace { axis, power } => write!(
                f,
                "toward an end of {axis} the samples have a heavy tail, like the power {power:.2} of random \
                 numbers: their variance is infinite"
            ),
        }
    }
}

/// A number with the fewest digits that tell it from its neighbours.
fn shortest(value: f64) -> String {
    match value == 0.0 || (1e-5..1e16).contains(&value.abs()) || !value.is_finite() {
        true => value.to_string(),
        false => format!("{value:e}"),
    }
}

/// `r = 1, t = 0.5`
fn named(values: &[NamedValue]) -> String {
    let texts = values
        .iter()
        .map(|NamedValue { name, value }| format!("{name} = {}", shortest(*value)));
    texts.collect::<Vec<_>>().join(", ")
}
