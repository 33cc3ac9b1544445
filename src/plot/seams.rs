//! Seams: edges of the region that have one image, since the map goes on across them from one to the other.

use super::color::{INK, WHITE};
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::shown::Shown;

/// Light dashes on a dark line, as maps have railways: length and distance, and the widths of both.
const DASH: [f64; 2] = [6.0, 6.0];
const WIDTHS: [f64; 2] = [4.2, 2.2];

/// The lines of seams in the region and in the image.
pub(super) struct Seams {
    lines: Vec<Vec<Spot>>,
    /// What the legend says.
    pub(super) text: String,
}

impl Seams {
    /// The seams of a map of two variables that are seen on planes; `None` where there are none.
    pub(super) fn of(shown: &Shown) -> Option<Seams> {
        if shown.deformation.margins.is_some() {
            return None;
        }
        let seams = &shown.deformation.verdict()?.seams;
        let [face] = shown.lattice.faces()[..] else {
            return None;
        };
        let mut lines = Vec::new();
        for which in 0..2 {
            let name = &shown.deformation.variables[face.axes[which]];
            if !seams.contains(name) {
                continue;
            }
            let last = shown.lattice.points(face.axes[which]) - 1;
            for (side, is_drawn) in shown.sides.iter().zip(shown.look.panels) {
                if !(is_drawn && side.panel.is_flat()) {
                    continue;
                }
                let frame = side.panel.area();
                // Both edges of the region, which are one line of the image.
                for edge in [0, last] {
                    let own = side.lines(shown.lattice.line(face, which, edge));
                    lines.extend(own.iter().flat_map(|line| frame.clip_line(line)));
                }
            }
        }
        let text = match &seams[..] {
            [name] => format!("a seam: both ends of {name} meet"),
            names => format!("seams: both ends of {} meet", names.join(" and of ")),
        };
        (!lines.is_empty()).then_some(Seams { lines, text })
    }

    /// Draws the lines.
    pub(super) fn draw(&self, scene: &mut Scene) {
        self.lines.iter().for_each(|line| stroke(scene, line));
    }
}

/// A line of the kind of a seam.
pub(super) fn stroke(scene: &mut Scene, line: &[Spot]) {
    let [dark, light] = WIDTHS;
    scene.line(line.to_vec(), Pen::new(INK, dark));
    scene.dashes(line, Pen::new(WHITE, light), DASH);
}
