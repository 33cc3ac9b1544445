//! What can be shown on a pair of panels.

use super::legend::Key;
use super::scene::Scene;

/// What can be shown on a pair of panels.
pub(super) trait Content {
    /// Whether nothing can be shown.
    fn is_empty(&self) -> bool;
    /// How many parts are left out because points of theirs are not finite.
    fn left_out(&self) -> usize;
    /// The keys of the legend.
    fn keys(&self) -> Vec<(Key, String)>;
    /// What is to be told of what is not drawn.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
    /// Draws both panels.
    fn draw(&self, scene: &mut Scene);
}
