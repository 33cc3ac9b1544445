//! How a map that is given the other way round can fail to have an inverse over a region.

use std::fmt;

use super::names::{listed, short};

/// Names with their values.
type Point = Vec<(String, f64)>;

/// Why there is no inverse.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum InverseFault {
    /// There are not as many targets as equations.
    Count {
        /// The variables, each of which has an equation.
        variables: Vec<String>,
        /// The targets, which occur in them.
        targets: Vec<String>,
    },
    /// Equations give variables by each other in a circle.
    Circle {
        /// One of these variables.
        variable: String,
    },
    /// The point that selects the branch does not have one number for each target.
    Near {
        /// How many numbers it has.
        given: usize,
        /// The targets.
        targets: Vec<String>,
    },
    /// At the point that selects the branch the equations have no values, or the determinant is zero.
    Singular {
        /// The point.
        near: Point,
        /// det ∂(variables)/∂(targets) there.
        determinant: f64,
    },
    /// No point with the right values was found, and none is given.
    NoPoint {
        /// The values.
        variables: Point,
        /// The targets.
        targets: Vec<String>,
    },
    /// Several points have the right values, and none is given.
    SeveralPoints {
        /// The values.
        variables: Point,
        /// Some of the points.
        points: Vec<Point>,
    },
    /// The branch through the point does not reach the region.
    Unreached {
        /// How far it goes.
        variables: Point,
        /// The last point on it.
        targets: Point,
        /// det ∂(variables)/∂(targets) there.
        determinant: f64,
    },
    /// The branch ends inside the region.
    Ends {
        /// A point of the region where it does not exist.
        variables: Point,
        /// The last point on the way there.
        targets: Point,
        /// det ∂(variables)/∂(targets) there.
        determinant: f64,
    },
    /// Two branches meet inside the region.
    Meet {
        /// Where, nearly.
        variables: Point,
        /// A point there.
        targets: Point,
    },
}

/// `x = 1, y = 2`
struct Named<'p>(&'p [(String, f64)]);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, (name, value)) in self.0.iter().enumerate() {
            let between = if k == 0 { "" } else { ", " };
            // Six digits tell where it is.
            let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(*value);
            write!(f, "{between}{} = {rounded}", short(name))?;
        }
        Ok(())
    }
}

impl fmt::Display for InverseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use InverseFault::*;
        match self {
            Count { variables, targets } => write!(
                f,
                "there are {} equations, for {}, but {} unknowns in them: {}",
                variables.len(),
                listed(variables),
                targets.len(),
                match targets.is_empty() {
                    true => "none".to_owned(),
                    false => listed(targets),
                }
            ),
            Circle { variable } => write!(
                f,
                "the equation for `{}` leads back to itself: give it by the targets",
                short(variable)
            ),
            Near { given, targets } => write!(
                f,
                "a point of {given} numbers cannot be near a branch of {}: it needs one number for \
                 each",
                listed(targets)
            ),
            Singular { near, determinant } if determinant.is_nan() => write!(
                f,
                "the equations have no values at the point {}: choose another one near the branch",
                Named(near)
            ),
            Singular { near, .. } => write!(
                f,
                "the determinant of the equations is zero at the point {}, where branches meet: choose \
                 another one on the branch that is meant",
                Named(near)
            ),
            NoPoint { variables, targets } => write!(
                f,
                "no point with {} was found: give one near the branch that is meant, with values of {}",
                Named(variables),
                listed(targets)
            ),
            SeveralPoints { variables, points } => {
                write!(f, "several points have {}: ", Named(variables))?;
                for (k, point) in points.iter().enumerate() {
                    let between = if k == 0 { "" } else { "; " };
                    write!(f, "{between}{}", Named(point))?;
                }
                f.write_str(": give one near the branch that is meant")
            }
            Unreached {
                variables,
                targets,
                determinant,
            } => write!(
                f,
                "the branch through the point does not reach the region: it ends at {}, that is {}, \
                 where the determinant of the equations is {determinant:.2e}; choose another point",
                Named(variables),
                Named(targets)
            ),
            Ends {
                variables,
                targets,
                determinant,
            } => write!(
                f,
                "the branch ends inside the region: it does not reach {}; the last point on the way is \
                 {}, where the determinant of the equations is {determinant:.2e}. Check the limits and \
                 the point that selects the branch",
                Named(variables),
                Named(targets)
            ),
            Meet { variables, targets } => write!(
                f,
                "two branches meet inside the region, near {}, that is {}: split the region there, or \
                 leave that place out",
                Named(variables),
                Named(targets)
            ),
        }
    }
}
