//! Meshes of discs, balls, spheres and boxes, made by cells of reference grids that are bent.

use std::f64::consts::PI;

use pullback::mesh::{Elements, Shape};

/// Nodes, and elements of one kind.
pub(crate) struct Made {
    pub(crate) nodes: Vec<[f64; 3]>,
    pub(crate) shape: Shape,
    pub(crate) order: usize,
    pub(crate) elements: Vec<usize>,
}

impl Made {
    /// Elements with these corners, in space before it is bent: their nodes go where `bend` says.
    pub(crate) fn new(
        shape: Shape,
        order: usize,
        cells: &[Vec<[f64; 3]>],
        bend: impl Fn([f64; 3]) -> [f64; 3],
    ) -> Self {
        let mut nodes = Vec::new();
        for corners in cells {
            for place in shape.places(order) {
                nodes.push(bend(between(shape, corners, place)));
            }
        }
        Made {
            elements: (0..nodes.len()).collect(),
            nodes,
            shape,
            order,
        }
    }

    /// Adds the nodes and elements of another mesh.
    fn join(&mut self, other: Made) {
        let first = self.nodes.len();
        self.nodes.extend(other.nodes);
        self.elements
            .extend(other.elements.iter().map(|node| first + node));
    }

    pub(crate) fn count(&self) -> usize {
        self.elements.len() / self.shape.nodes(self.order)
    }

    pub(crate) fn mesh(&self) -> pullback::Mesh {
        let elements = Elements::new(self.shape, self.order, self.elements.clone());
        pullback::Mesh::from_nodes_and_elements(&self.nodes, [elements]).expect("a mesh")
    }

    /// The file that Gmsh would write, all elements in one group.
    pub(crate) fn msh(&self, group: &str) -> String {
        let dimension = self.shape.dimension();
        let mut text = String::from("$MeshFormat\n4.1 0 8\n$EndMeshFormat\n");
        text += &format!("$PhysicalNames\n1\n{dimension} 7 \"{group}\"\n$EndPhysicalNames\n");
        let mut counts = [0; 4];
        counts[dimension] = 1;
        text += &format!(
            "$Entities\n{} {} {} {}\n",
            counts[0], counts[1], counts[2], counts[3]
        );
        text += "1 -1 -1 -1 1 1 1 1 7 0\n$EndEntities\n$Nodes\n";
        let n = self.nodes.len();
        text += &format!("1 {n} 1 {n}\n{dimension} 1 0 {n}\n");
        for tag in 1..=n {
            text += &format!("{tag}\n");
        }
        for [x, y, z] in &self.nodes {
            text += &format!("{x:?} {y:?} {z:?}\n");
        }
        let count = self.count();
        let code = code(self.shape, self.order);
        text +=
            &format!("$EndNodes\n$Elements\n1 {count} 1 {count}\n{dimension} 1 {code} {count}\n");
        for (tag, nodes) in self
            .elements
            .chunks(self.shape.nodes(self.order))
            .enumerate()
        {
            text += &(tag + 1).to_string();
            for node in nodes {
                text += &format!(" {}", node + 1);
            }
            text += "\n";
        }
        text + "$EndElements\n"
    }
}

/// The same file in binary, with the last byte last or first.
pub(crate) fn binary(made: &Made, little: bool) -> Vec<u8> {
    let int = |value: i32| match little {
        true => value.to_le_bytes(),
        false => value.to_be_bytes(),
    };
    let size = |value: usize| match little {
        true => (value as u64).to_le_bytes(),
        false => (value as u64).to_be_bytes(),
    };
    let float = |value: f64| match little {
        true => value.to_le_bytes(),
        false => value.to_be_bytes(),
    };
    let dimension = made.shape.dimension();
    let mut bytes = b"$MeshFormat\n4.1 1 8\n".to_vec();
    bytes.extend(int(1));
    bytes.extend(b"\n$EndMeshFormat\n$PhysicalNames\n1\n");
    bytes.extend(format!("{dimension} 7 \"all\"\n$EndPhysicalNames\n$Entities\n").bytes());
    for k in 0..4 {
        bytes.extend(size(usize::from(k == dimension)));
    }
    bytes.extend(int(1));
    for value in [-1.0, -1.0, -1.0, 1.0, 1.0, 1.0] {
        bytes.extend(float(value));
    }
    bytes.extend([&size(1)[..], &int(7), &size(0)].concat());
    bytes.extend(b"\n$EndEntities\n$Nodes\n");
    let n = made.nodes.len();
    for value in [1, n, 1, n] {
        bytes.extend(size(value));
    }
    bytes.extend([int(dimension as i32), int(1), int(0)].concat());
    bytes.extend(size(n));
    (1..=n).for_each(|tag| bytes.extend(size(tag)));
    made.nodes
        .iter()
        .flatten()
        .for_each(|x| bytes.extend(float(*x)));
    bytes.extend(b"\n$EndNodes\n$Elements\n");
    let count = made.count();
    for value in [1, count, 1, count] {
        bytes.extend(size(value));
    }
    let code = code(made.shape, made.order);
    bytes.extend([int(dimension as i32), int(1), int(code)].concat());
    bytes.extend(size(count));
    for (tag, nodes) in made
        .elements
        .chunks(made.shape.nodes(made.order))
        .enumerate()
    {
        bytes.extend(size(tag + 1));
        nodes.iter().for_each(|node| bytes.extend(size(node + 1)));
    }
    bytes.extend(b"\n$EndElements\n");
    bytes
}

/// Gmsh's number of a kind of elements.
fn code(shape: Shape, order: usize) -> i32 {
    let codes = match shape {
        Shape::Line => [1, 8, 26, 27],
        Shape::Triangle => [2, 9, 21, 23],
        Shape::Quadrilateral => [3, 10, 36, 37],
        Shape::Tetrahedron => [4, 11, 29, 30],
        Shape::Hexahedron => [5, 12, 92, 93],
        Shape::Prism => [6, 13, 90, 91],
        _ => [7, 14, 118, 119],
    };
    codes[order - 1]
}

/// The place of an element with straight sides.
fn between(shape: Shape, corners: &[[f64; 3]], [x, y, z]: [f64; 3]) -> [f64; 3] {
    let weights: Vec<f64> = match shape {
        Shape::Line => vec![1.0 - x, x],
        Shape::Triangle => vec![1.0 - x - y, x, y],
        Shape::Tetrahedron => vec![1.0 - x - y - z, x, y, z],
        Shape::Quadrilateral => square(x, y).to_vec(),
        Shape::Hexahedron => {
            let layer = |h: f64| square(x, y).map(|w| w * h);
            [layer(1.0 - z), layer(z)].concat()
        }
        Shape::Prism => {
            let layer = |h: f64| [1.0 - x - y, x, y].map(|w| w * h);
            [layer(1.0 - z), layer(z)].concat()
        }
        _ => {
            let side = 1.0 - z;
            let part = |t: f64| if side > 0.0 { t / side } else { 0.0 };
            let base = square(part(x), part(y)).map(|w| w * side);
            [&base[..], &[z]].concat()
        }
    };
    let sum = |axis: usize| corners.iter().zip(&weights).map(|(c, w)| c[axis] * w).sum();
    std::array::from_fn(sum)
}

fn square(x: f64, y: f64) -> [f64; 4] {
    [(1.0 - x) * (1.0 - y), x * (1.0 - y), x * y, (1.0 - x) * y]
}

/// The cells of a grid of n steps along each axis of [−1, 1]², or halves of them.
pub(crate) fn plane_cells(shape: Shape, n: usize) -> Vec<Vec<[f64; 3]>> {
    let at = |i: usize, j: usize| {
        [i, j, n / 2]
            .map(|k| 2.0 * k as f64 / n as f64 - 1.0)
            .map(|x| x + 0.0)
    };
    let flat = |i: usize, j: usize| [at(i, j)[0], at(i, j)[1], 0.0];
    let mut cells = Vec::new();
    for i in 0..n {
        for j in 0..n {
            let [a, b, c, d] = [
                flat(i, j),
                flat(i + 1, j),
                flat(i + 1, j + 1),
                flat(i, j + 1),
            ];
            match shape {
                Shape::Quadrilateral => cells.push(vec![a, b, c, d]),
                _ => cells.extend([vec![a, b, c], vec![a, c, d]]),
            }
        }
    }
    cells
}

/// The cells of a grid of n steps along each axis of [−1, 1]³, whole or in six tetrahedra each.
pub(crate) fn space_cells(shape: Shape, n: usize) -> Vec<Vec<[f64; 3]>> {
    let at = |index: [usize; 3]| index.map(|k| 2.0 * k as f64 / n as f64 - 1.0);
    let mut cells = Vec::new();
    for i in 0..n {
        for j in 0..n {
            for k in 0..n {
                let corner = |bits: [usize; 3]| at([i + bits[0], j + bits[1], k + bits[2]]);
                let [a, b, c, d] = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]].map(corner);
                let [e, f, g, h] = [[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]].map(corner);
                match shape {
                    Shape::Hexahedron => cells.push(vec![a, b, c, d, e, f, g, h]),
                    Shape::Prism => {
                        cells.extend([vec![a, b, c, e, f, g], vec![a, c, d, e, g, h]]);
                    }
                    // All around the diagonal from a to g, with det J > 0.
                    _ => cells.extend([
                        vec![a, b, c, g],
                        vec![a, c, d, g],
                        vec![a, d, h, g],
                        vec![a, h, e, g],
                        vec![a, e, f, g],
                        vec![a, f, b, g],
                    ]),
                }
            }
        }
    }
    cells
}

/// The unit disc or ball: a square or a cube in the middle, and between its sides and the boundary wings
/// that are blended from one to the other, each with n steps along its axes.
pub(crate) fn ball(shape: Shape, order: usize, n: usize) -> Made {
    let is_disc = shape.dimension() == 2;
    let cells = match is_disc {
        true => plane_cells(shape, n),
        false => space_cells(shape, n),
    };
    let wing = |axis: usize, side: f64| {
        move |[r, s, t]: [f64; 3]| {
            // From the side of the square to the circle; the last parameter is 0 in the plane.
            let outward = (r + 1.0) / 2.0;
            let bent = [1.0, (PI / 4.0 * s).tan(), (PI / 4.0 * t).tan()];
            let length = bent.iter().map(|x| x * x).sum::<f64>().sqrt();
            let flat = [0.5, 0.5 * s, 0.5 * t];
            let mut at = [0.0; 3];
            for k in 0..3 {
                let blended = (1.0 - outward) * flat[k] + outward * bent[k] / length;
                at[(axis + k) % if is_disc { 2 } else { 3 }] += match k {
                    0 => side * blended,
                    // Turned, not mirrored.
                    1 => side * blended,
                    _ => blended,
                };
            }
            at
        }
    };
    let mut made = Made::new(shape, order, &cells, |p| p.map(|x| 0.5 * x));
    for axis in 0..shape.dimension() {
        for side in [-1.0, 1.0] {
            // In the plane, the second axis comes before the first where they are exchanged.
            let mirrored = is_disc && axis == 1;
            let turned = |[r, s, t]: [f64; 3]| [r, if mirrored { -s } else { s }, t];
            made.join(Made::new(shape, order, &cells, |p| {
                wing(axis, side)(turned(p))
            }));
        }
    }
    made
}
