//! A mesh: nodes in space, and elements of several kinds between them.

use std::collections::BTreeMap;

use super::element::{MAX_ELEMENT_ORDER, Shape};
use super::number::Number;
use super::serendipity::fill_in;
use crate::error::{Error, Misfit};
use crate::expr::text::names::nearest;
use crate::map::parameters::Parameters;

/// The names of the coordinates.
const COORDINATES: [&str; 3] = ["x", "y", "z"];

/// Curved elements, over which is integrated.
///
/// Every element has its own polynomial map from the reference element of its [`Shape`]: x = Σ xᵢ Nᵢ(ξ), xᵢ
/// its nodes and Nᵢ their shape functions. The integrand is written in the coordinates x, y and z; if z
/// is 0 at all nodes of the mesh, the mesh lies in the plane: the coordinates are x and y, and z is a name
/// for 0.
///
/// ```
/// use pullback::Mesh;
/// use pullback::mesh::{Elements, Shape};
/// // The unit square as two triangles.
/// let nodes = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
/// let triangles = Elements::new(Shape::Triangle, 1, vec![0, 1, 2, 0, 2, 3]);
/// let square = Mesh::from_nodes_and_elements(&nodes, [triangles])?;
/// // A polynomial of degree 4: nothing but a few roundings.
/// assert!((square.integrate(|[x, y]| x * x * y * y)?.value - 1.0 / 9.0).abs() < 1e-15);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mesh {
    pub(super) nodes: Vec<[f64; 3]>,
    /// The elements over which is integrated: all have the same dimension.
    pub(super) blocks: Vec<Elements>,
    /// The elements of lower dimension.
    rest: Vec<Elements>,
    /// The names of groups, with the parts that each has.
    pub(super) groups: BTreeMap<String, Vec<usize>>,
    targets: Vec<String>,
    parameters: Parameters,
    pub(super) is_signed: bool,
    pub(super) warnings: Vec<String>,
}

/// Elements of one shape and order.
#[derive(Clone, Debug, PartialEq)]
pub struct Elements {
    pub(super) shape: Shape,
    pub(super) order: usize,
    /// Whether the nodes inside faces and inside are left out.
    pub(super) is_serendipity: bool,
    /// The nodes of one element after the other, in Gmsh's order.
    pub(super) nodes: Vec<usize>,
    /// The numbers by which answers name the elements.
    pub(super) tags: Vec<u64>,
    /// The part of the mesh that they belong to, for groups.
    pub(super) part: usize,
}

impl Elements {
    /// Complete elements of a shape and an order from 1 to 4: the numbers of the nodes of one element
    /// after the other, from 0 on, in the order of [`Shape::places`]. Answers count the elements of a mesh
    /// from 1 on.
    pub fn new(shape: Shape, order: usize, nodes: Vec<usize>) -> Self {
        Elements {
            shape,
            order,
            is_serendipity: false,
            nodes,
            tags: Vec::new(),
            part: 0,
        }
    }

    /// The shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The order.
    pub fn order(&self) -> usize {
        self.order
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len() / self.nodes_each()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The nodes that each has.
    pub(super) fn nodes_each(&self) -> usize {
        match self.is_serendipity {
            // Of order 2: a node in the middle of every edge.
            true => self.shape.corners() + self.shape.edges(),
            false => self.shape.nodes(self.order),
        }
    }

    /// The first node of an element, and all its nodes as seen from there; those that it leaves out follow
    /// from the others.
    pub(super) fn nodes_of<T: Number>(
        &self,
        element: usize,
        all: &[[f64; 3]],
        into: &mut Vec<[T; 3]>,
    ) -> [f64; 3] {
        let each = self.nodes_each();
        let nodes = &self.nodes[element * each..(element + 1) * each];
        let origin = all[nodes[0]];
        let seen = |node: &usize| {
            std::array::from_fn(|axis| T::difference(all[*node][axis], origin[axis]))
        };
        into.clear();
        into.extend(nodes.iter().map(seen));
        if self.is_serendipity {
            fill_in(self.shape, into);
        }
        origin
    }

    /// How many roundings of the size of an element its nodes are off by, as seen from the first.
    pub(super) fn roundings(&self) -> f64 {
        match self.is_serendipity {
            // The node in the middle of a hexahedron is a sum of 20, whose shares add up to 5 in size.
            true => 100.0,
            false => 1.0,
        }
    }

    /// Refuses elements that are none.
    fn check(&self, nodes: usize, tag: impl Fn(usize) -> u64) -> Result<(), Error> {
        let refuse = |reason: String| Err(Error::mesh(reason));
        if !(1..=MAX_ELEMENT_ORDER).contains(&self.order) {
            return refuse(format!(
                "elements of order {}: there are those of order 1 to {MAX_ELEMENT_ORDER}",
                self.order
            ));
        }
        let each = self.nodes_each();
        if !self.nodes.len().is_multiple_of(each) {
            return refuse(format!(
                "{} nodes for elements that have {each} each ({}, order {})",
                self.nodes.len(),
                self.shape,
                self.order
            ));
        }
        match self.nodes.iter().position(|node| *node >= nodes) {
            Some(at) => refuse(format!(
                "element {} has the node {}, but the nodes are 0 to {}",
                tag(at / each),
                self.nodes[at],
                nodes.saturating_sub(1)
            )),
            None => Ok(()),
        }
    }
}

impl Mesh {
    /// A mesh of nodes and elements.
    ///
    /// # Errors
    /// [`Error::Mesh`] if an element has a node that does not exist, a coordinate is not a number, or there
    /// are no elements.
    pub fn from_nodes_and_elements(
        nodes: &[[f64; 3]],
        elements: impl IntoIterator<Item = Elements>,
    ) -> Result<Self, Error> {
        Self::of_blocks(nodes.to_vec(), elements.into_iter().collect())
    }

    /// A mesh of blocks, of which those with the highest dimension are integrated over.
    pub(super) fn of_blocks(nodes: Vec<[f64; 3]>, mut all: Vec<Elements>) -> Result<Self, Error> {
        let mut next = 1;
        for block in &mut all {
            let first = next;
            let count = block.len() as u64;
            if block.tags.is_empty() {
                block.tags = (first..first + count).collect();
            }
            next += count;
            block.check(nodes.len(), |element| {
                block
                    .tags
                    .get(element)
                    .copied()
                    .unwrap_or(first + element as u64)
            })?;
        }
        let bad = nodes
            .iter()
            .position(|node| node.iter().any(|x| !x.is_finite()));
        if let Some(bad) = bad {
            let reason = format!("the coordinates of the node {bad} are not all finite numbers");
            return Err(Error::mesh(reason));
        }
        all.retain(|block| !block.is_empty());
        let Some(dimension) = all.iter().map(|block| block.shape.dimension()).max() else {
            return Err(Error::mesh("there are no elements to integrate over"));
        };
        let (blocks, rest) = all
            .into_iter()
            .partition(|block| block.shape.dimension() == dimension);
        let is_flat = dimension < 3 && nodes.iter().all(|node| node[2] == 0.0);
        let count = if is_flat { 2 } else { 3 };
        let mut mesh = Mesh {
            nodes,
            blocks,
            rest,
            groups: BTreeMap::new(),
            targets: COORDINATES[..count]
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            parameters: Parameters::new(),
            is_signed: false,
            warnings: Vec::new(),
        };
        mesh.parameters = mesh.with_names(&Parameters::new())?;
        Ok(mesh)
    }

    /// Parameters, and z where it is 0.
    fn with_names(&self, parameters: &Parameters) -> Result<Parameters, Error> {
        let mut all = Parameters::new();
        for name in &COORDINATES[self.targets.len()..] {
            all.set(name, 0.0);
        }
        for (name, value) in parameters.iter() {
            if COORDINATES.contains(&name) {
                let name = name.to_owned();
                return Err(Misfit::GivenTwice { name }.into());
            }
            all.set(name, value);
        }
        Ok(all)
    }

    /// The mesh with constants for its integrands.
    ///
    /// # Errors
    /// [`Error::Shape`] if a constant has the name of a coordinate.
    pub fn with_parameters(mut self, parameters: &Parameters) -> Result<Self, Error> {
        self.parameters = self.with_names(parameters)?;
        Ok(self)
    }

    /// The names of the groups of the file that the mesh was read from.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(String::as_str)
    }

    /// The part of the mesh that is a group: its elements of the highest dimension. Where it has others
    /// too, they are left out with a warning.
    ///
    /// # Errors
    /// [`Error::Mesh`] if there is no such group, or no element belongs to it.
    pub fn group(&self, name: &str) -> Result<Self, Error> {
        let Some(parts) = self.groups.get(name) else {
            return Err(self.no_group(name));
        };
        let all = self.blocks.iter().chain(&self.rest);
        let inside: Vec<Elements> = all
            .filter(|block| parts.contains(&block.part))
            .cloned()
            .collect();
        if inside.is_empty() {
            return Err(Error::mesh(format!("the group `{name}` has no elements")));
        }
        let nodes = self.nodes.clone();
        let mut mesh = Mesh::of_blocks(nodes, inside)?;
        if !mesh.rest.is_empty() {
            let left_out: usize = mesh.rest.iter().map(Elements::len).sum();
            let dimension = mesh.dimension();
            mesh.warnings.push(format!(
                "the group `{name}` has elements of several dimensions: {left_out} of fewer than \
                 {dimension} are left out"
            ));
        }
        // Whether z is a coordinate does not depend on the group.
        mesh.targets.clone_from(&self.targets);
        mesh.parameters.clone_from(&self.parameters);
        mesh.groups.clone_from(&self.groups);
        mesh.is_signed = self.is_signed;
        mesh.check_sign()?;
        Ok(mesh)
    }

    fn no_group(&self, name: &str) -> Error {
        let known: Vec<String> = self.groups().map(str::to_owned).collect();
        let near = nearest(name, known.iter().map(String::as_str));
        let help = match (near, known.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, true) => "the mesh has no groups".to_owned(),
            (None, false) => format!("the groups are: {}", known.join(", ")),
        };
        Error::mesh(format!("there is no group `{name}`: {help}"))
    }

    /// The mesh with the sign of det J: elements that are turned over count negative.
    ///
    /// # Errors
    /// [`Error::Shape`] if the elements are curves or surfaces in a space of more dimensions, which have
    /// no sign.
    pub fn signed(mut self) -> Result<Self, Error> {
        self.is_signed = true;
        self.check_sign()?;
        Ok(self)
    }

    fn check_sign(&self) -> Result<(), Error> {
        let (variables, targets) = (self.dimension(), self.targets.len());
        match self.is_signed && variables != targets {
            true => Err(Misfit::NoSign { variables, targets }.into()),
            false => Ok(()),
        }
    }

    /// Whether the sign of det J counts.
    pub fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// The dimension of the elements over which is integrated: 1 for curves, 2 for surfaces, 3 for
    /// solids.
    pub fn dimension(&self) -> usize {
        self.blocks
            .first()
            .map_or(0, |block| block.shape.dimension())
    }

    /// The elements over which is integrated.
    pub fn elements(&self) -> &[Elements] {
        &self.blocks
    }

    /// The names of the coordinates.
    pub(super) fn names(&self) -> &[String] {
        &self.targets
    }

    pub(super) fn constants(&self) -> &Parameters {
        &self.parameters
    }
}
