//! Why there is no density: of a box, or of the image of a map.

use std::fmt;

use super::names::short;

/// Why there is no density.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DensityFault {
    /// The map does not have as many targets as variables.
    NotSquare {
        /// How many variables it has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
    },
    /// det J is zero everywhere, whatever the values of its entries are.
    Flat,
    /// A uniform density over limits that depend on something, are infinite, or are not in order.
    NotABox {
        /// The variable whose limits they are.
        variable: String,
    },
}

impl fmt::Display for DensityFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DensityFault::*;
        match self {
            NotSquare { variables, targets } => write!(
                f,
                "{variables} variables and {targets} targets: a density is carried by maps with as many \
                 targets as variables"
            ),
            Flat => f.write_str(
                "det J of the map is zero everywhere: its image has no content, and no density",
            ),
            NotABox { variable } => write!(
                f,
                "a uniform density needs two finite numbers as limits, the lower one first: those of `{}` \
                 are not",
                short(variable)
            ),
        }
    }
}
