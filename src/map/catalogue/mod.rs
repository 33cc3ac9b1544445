//! Named maps: the changes of variables of the textbooks, in one table.
//!
//! The rows stand in one file for each kind of map; what is listed, looked up, drawn from a name and
//! tested is read off them.

mod cells;
mod dimensions;
mod entry;
mod named_map;
mod outlines;
mod plane;
mod space;
mod surfaces;
mod table;

pub use entry::{Argument, Entry};
pub use named_map::{NamedMap, is_name, read};
pub use table::{all, find};
