//! What a picture of a map shows: the amounts that colour its sides, and what lies over them.

use super::scale::Scale;

/// An amount at every sample, with the scale that makes colours of it.
#[derive(Clone, Debug)]
pub(super) struct Paint {
    pub(super) values: Vec<f64>,
    pub(super) scale: Scale,
    /// What the amount is called.
    pub(super) name: String,
}

/// What the reader is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The grid, one of its cells and the image of that.
    Grid,
    /// The amount, with the lines on which it has a round value; the grid is faint.
    Amount,
}

/// How a map is shown.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// On the region and on its image.
    pub(super) paints: [Paint; 2],
    pub(super) subject: Subject,
    /// The image is the region itself, and is drawn alone.
    pub(super) is_identity: bool,
    /// Whether the region is drawn, and the image.
    pub(super) panels: [bool; 2],
    /// Whether lines are drawn on which a variable is constant.
    pub(super) has_grid: bool,
    /// What is told besides what is told of every map.
    pub(super) notes: Vec<String>,
}

impl Look {
    /// Which panels are drawn, of those that are wanted.
    pub(super) fn panels(is_identity: bool, wanted: [bool; 2]) -> [bool; 2] {
        match is_identity {
            true => [false, true],
            false => wanted,
        }
    }

    /// Whether one panel is drawn alone.
    pub(super) fn is_single(&self) -> bool {
        self.panels != [true, true]
    }

    /// The paints that need a colour bar: one where both sides have the same scale, none where nothing varies.
    pub(super) fn bars(&self) -> [Option<&Paint>; 2] {
        let [left, right] = &self.paints;
        let shown = |paint| Some(paint).filter(|paint: &&Paint| paint.scale.varies);
        match (
            self.panels,
            left.scale == right.scale && left.name == right.name,
        ) {
            ([true, true], true) | ([false, true], _) => [None, shown(right)],
            ([true, true], false) => [shown(left), shown(right)],
            _ => [shown(left), None],
        }
    }
}
