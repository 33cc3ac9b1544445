//! A map over limits: a region of its variables and the image.

use super::map::Map;
use super::region::{IntoRegion, Region};
use crate::error::{Error, Misfit};

/// A map and the region of its variables.
#[derive(Clone, Debug)]
pub struct MappedRegion {
    pub(crate) map: Map,
    pub(crate) region: Region,
}

impl MappedRegion {
    /// The map.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The region of its variables.
    pub fn region(&self) -> &Region {
        &self.region
    }
}

impl Map {
    /// This map over a region of its variables: ready to integrate.
    ///
    /// Limits with names go to the variables of those names, and their order becomes that of the
    /// variables; limits without names go to the variables in order.
    ///
    /// # Errors
    /// [`Error::Shape`] if the region has other variables, or another number of them.
    pub fn over(&self, region: impl IntoRegion) -> Result<MappedRegion, Error> {
        let region = region.into_region()?;
        if region.dimension() != self.variables().len() {
            return Err(Misfit::Limits {
                given: region.dimension(),
                variables: self.variables().len(),
            }
            .into());
        }
        let map = match region.named_variables() {
            Some(names) => self.with_order(names)?,
            None => self.clone(),
        };
        Ok(MappedRegion { map, region })
    }
}
