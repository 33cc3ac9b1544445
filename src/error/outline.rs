//! How curves and polygons can fail to bound a region of the plane.

use std::fmt;

use super::names::short;

/// A point of the plane.
type Point = [f64; 2];

/// Why something bounds no region of the plane.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OutlineFault {
    /// A map is no curve in the plane.
    NotACurve {
        /// How many variables it has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
    },
    /// There are no arcs, or no rings.
    Nothing,
    /// Arcs do not have the same targets.
    OtherTargets {
        /// The targets of the first.
        first: Vec<String>,
        /// Those of another one.
        other: Vec<String>,
    },
    /// A curve has no point for a value of its parameter.
    NoPoint {
        /// The parameter.
        variable: String,
        /// Its value.
        at: f64,
    },
    /// A curve does not end where it begins.
    NotClosed {
        /// Where it begins.
        start: Point,
        /// Where it ends.
        end: Point,
    },
    /// An arc does not begin where the one before ends.
    Apart {
        /// The number of the arc, from 1 on.
        arc: usize,
        /// Where it begins.
        start: Point,
        /// Where the one before ends.
        end: Point,
    },
    /// A curve jumps.
    Jump {
        /// The parameter.
        variable: String,
        /// Its value there.
        at: f64,
        /// From where.
        from: Point,
        /// To where.
        to: Point,
    },
    /// A ring of a polygon has fewer than three points.
    FewPoints {
        /// The number of the ring, from 1 on.
        ring: usize,
        /// How many points it has, without those that repeat the one before.
        given: usize,
    },
    /// A coordinate of a polygon is no finite number.
    NotANumber {
        /// The number of the ring, from 1 on.
        ring: usize,
        /// The number of the point, from 1 on.
        point: usize,
    },
    /// A ring of a polygon has no area.
    NoArea {
        /// The number of the ring, from 1 on.
        ring: usize,
    },
    /// Coordinates are too large or too small to be told apart.
    OutOfRange {
        /// The number of the ring, from 1 on.
        ring: usize,
    },
    /// Sides of a polygon cross.
    Crossing {
        /// The number of the ring of the later side, from 1 on.
        ring: usize,
        /// The later side.
        side: [Point; 2],
        /// The side that it crosses.
        other: [Point; 2],
        /// Where.
        at: Point,
    },
    /// The triangles of a polygon do not add up to its area.
    Areas {
        /// The sum of the triangles.
        triangles: f64,
        /// The area of the rings.
        rings: f64,
    },
}

/// `(1, 2)`
fn shown([x, y]: &Point) -> String {
    format!("({x}, {y})")
}

impl fmt::Display for OutlineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use OutlineFault::*;
        match self {
            NotACurve { variables, targets } => write!(
                f,
                "a curve in the plane has 1 variable and 2 targets, not {variables} and {targets}: \
                 what it bounds has no meaning otherwise"
            ),
            Nothing => f.write_str("there is nothing that bounds a region"),
            OtherTargets { first, other } => write!(
                f,
                "the arcs of a curve have the same targets, but these are {} and {}",
                first.join(", "),
                other.join(", ")
            ),
            NoPoint { variable, at } => write!(
                f,
                "the curve has no point at {} = {at}: its formulas have no finite value there",
                short(variable)
            ),
            NotClosed { start, end } => write!(
                f,
                "the curve is not closed: it begins at {} and ends at {}",
                shown(start),
                shown(end)
            ),
            Apart { arc, start, end } => write!(
                f,
                "the curve is not closed: arc {} ends at {} and arc {arc} begins at {}",
                arc - 1,
                shown(end),
                shown(start)
            ),
            Jump {
                variable,
                at,
                from,
                to,
            } => write!(
                f,
                "the curve is not closed: it jumps at {} = {at} from {} to {}",
                short(variable),
                shown(from),
                shown(to)
            ),
            FewPoints { ring, given } => {
                let plural = if *given == 1 { "" } else { "s" };
                write!(
                    f,
                    "ring {ring} has {given} different point{plural}: a ring needs three at least"
                )
            }
            NotANumber { ring, point } => {
                write!(
                    f,
                    "a coordinate of point {point} of ring {ring} is not a finite number"
                )
            }
            NoArea { ring } => write!(
                f,
                "ring {ring} bounds no area: its points are on a line, or what is gone forth is gone back"
            ),
            OutOfRange { ring } => write!(
                f,
                "coordinates of ring {ring} are larger than 1e60, or smaller than 1e-43 but not 0"
            ),
            Crossing {
                side, other, at, ..
            } => write!(
                f,
                "sides cross at {}: the one from {} to {} and the one from {} to {}",
                shown(at),
                shown(&side[0]),
                shown(&side[1]),
                shown(&other[0]),
                shown(&other[1])
            ),
            Areas { triangles, rings } => write!(
                f,
                "the triangles add up to {triangles}, but the rings bound {rings}: corners are too near \
                 to each other to be told apart"
            ),
        }
    }
}
