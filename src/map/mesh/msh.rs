//! The reader of Gmsh's files: MSH 4.1, as text or binary.
//!
//! 1. A file is a sequence of sections, `$Name` to `$EndName`; those that are not needed are skipped.
//! 2. Groups are names of physical tags, which entities have; elements belong to entities.
//! 3. Every count is held against what is left of the file before anything is allocated.
//!
//! C. Geuzaine, J.-F. Remacle, Gmsh reference manual, section "MSH file format".

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::element::Shape;
use super::mesh::{Elements, Mesh};
use super::msh_source::Source;
use crate::error::Error;

/// The longest file, in bytes.
const LONGEST_FILE: u64 = 4 << 30;

/// The kinds of elements that are read: code, shape, order, whether inner nodes are left out.
const KINDS: [(i64, Shape, usize, bool); 32] = [
    (1, Shape::Line, 1, false),
    (8, Shape::Line, 2, false),
    (26, Shape::Line, 3, false),
    (27, Shape::Line, 4, false),
    (2, Shape::Triangle, 1, false),
    (9, Shape::Triangle, 2, false),
    (21, Shape::Triangle, 3, false),
    (23, Shape::Triangle, 4, false),
    (3, Shape::Quadrilateral, 1, false),
    (10, Shape::Quadrilateral, 2, false),
    (36, Shape::Quadrilateral, 3, false),
    (37, Shape::Quadrilateral, 4, false),
    (16, Shape::Quadrilateral, 2, true),
    (4, Shape::Tetrahedron, 1, false),
    (11, Shape::Tetrahedron, 2, false),
    (29, Shape::Tetrahedron, 3, false),
    (30, Shape::Tetrahedron, 4, false),
    (5, Shape::Hexahedron, 1, false),
    (12, Shape::Hexahedron, 2, false),
    (92, Shape::Hexahedron, 3, false),
    (93, Shape::Hexahedron, 4, false),
    (17, Shape::Hexahedron, 2, true),
    (6, Shape::Prism, 1, false),
    (13, Shape::Prism, 2, false),
    (90, Shape::Prism, 3, false),
    (91, Shape::Prism, 4, false),
    (18, Shape::Prism, 2, true),
    (7, Shape::Pyramid, 1, false),
    (14, Shape::Pyramid, 2, false),
    (118, Shape::Pyramid, 3, false),
    (119, Shape::Pyramid, 4, false),
    (19, Shape::Pyramid, 2, true),
];

/// The code of an element that is a point, of one node.
const POINT: i64 = 15;

/// The names of kinds that Gmsh writes and that are not read.
const OTHERS: [(i64, &str); 20] = [
    (20, "9-node incomplete triangle of order 3"),
    (22, "12-node incomplete triangle of order 4"),
    (24, "15-node incomplete triangle of order 5"),
    (25, "21-node triangle of order 5"),
    (28, "6-node line of order 5"),
    (31, "56-node tetrahedron of order 5"),
    (34, "polygon"),
    (35, "polyhedron"),
    (38, "36-node quadrilateral of order 5"),
    (39, "12-node incomplete quadrilateral of order 3"),
    (40, "16-node incomplete quadrilateral of order 4"),
    (41, "20-node incomplete quadrilateral of order 5"),
    (62, "7-node line of order 6"),
    (94, "216-node hexahedron of order 5"),
    (99, "32-node incomplete hexahedron of order 3"),
    (106, "126-node prism of order 5"),
    (111, "24-node incomplete prism of order 3"),
    (120, "91-node pyramid of order 5"),
    (125, "21-node incomplete pyramid of order 3"),
    (137, "16-node incomplete tetrahedron of order 3"),
];

/// A dimension and a tag.
type Entity = (i64, i64);

/// What the sections say.
#[derive(Default)]
struct Sections {
    /// Names of physical tags.
    names: BTreeMap<Entity, String>,
    /// The physical tags of entities.
    physical: BTreeMap<Entity, Vec<i64>>,
    nodes: Vec<[f64; 3]>,
    /// The place of a node by its tag.
    places: FxHashMap<u64, usize>,
    elements: Vec<(Entity, Elements)>,
    seen: Vec<&'static str>,
}

impl Mesh {
    /// Reads a mesh of Gmsh's: MSH 4.1, as text or binary.
    ///
    /// Elements may be of order 1 to 4, with all nodes; of those of order 2 the nodes inside faces and
    /// inside may be missing (serendipity elements).
    ///
    /// # Errors
    /// [`Error::Mesh`] if the file cannot be read, with the line where it is a text.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let found = bytes_of(path).and_then(|bytes| Self::parse_msh(&bytes));
        found.map_err(|error| match error {
            Error::Mesh { line, reason, .. } => Error::Mesh {
                path: Some(path.to_owned()),
                line,
                reason,
            },
            other => other,
        })
    }

    /// Reads a mesh of Gmsh's from the bytes of a file.
    ///
    /// ```
    /// use pullback::Mesh;
    /// let text = b"$MeshFormat
    /// 4.1 0 8
    /// $EndMeshFormat
    /// $Nodes
    /// 1 3 1 3
    /// 2 1 0 3
    /// 1
    /// 2
    /// 3
    /// 0 0 0
    /// 2 0 0
    /// 0 2 0
    /// $EndNodes
    /// $Elements
    /// 1 1 1 1
    /// 2 1 2 1
    /// 1 1 2 3
    /// $EndElements
    /// ";
    /// let triangle = Mesh::parse_msh(text)?;
    /// assert!((triangle.measure()?.value - 2.0).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Mesh::read`].
    pub fn parse_msh(bytes: &[u8]) -> Result<Self, Error> {
        let mut source = Source::new(bytes);
        let mut sections = Sections::default();
        while let Some(name) = source.section()? {
            sections.read(&name, &mut source)?;
        }
        sections.mesh(&source)
    }
}

/// The bytes of a plain file.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Error> {
    let refused = |reason: &dyn std::fmt::Display| Error::mesh(reason.to_string());
    // Opening a pipe waits for its writer.
    let about = std::fs::metadata(path).map_err(|reason| refused(&reason))?;
    if !about.is_file() {
        return Err(refused(&"it is not a plain file"));
    }
    if about.len() > LONGEST_FILE {
        return Err(refused(&format!("it is longer than {LONGEST_FILE} bytes")));
    }
    std::fs::read(path).map_err(|reason| refused(&reason))
}

impl Sections {
    fn read(&mut self, name: &str, source: &mut Source<'_>) -> Result<(), Error> {
        const KNOWN: [&str; 5] = [
            "MeshFormat",
            "PhysicalNames",
            "Entities",
            "Nodes",
            "Elements",
        ];
        let Some(known) = KNOWN.into_iter().find(|known| *known == name) else {
            return source.skip(name);
        };
        if self.seen.contains(&known) {
            return Err(source.fault(format!("there is a second section ${known}")));
        }
        if known != "MeshFormat" && !self.seen.contains(&"MeshFormat") {
            return Err(source.fault("a mesh begins with the section $MeshFormat"));
        }
        self.seen.push(known);
        match known {
            "MeshFormat" => source.format()?,
            "PhysicalNames" => self.physical_names(source)?,
            "Entities" => source.begin().and_then(|()| self.entities(source))?,
            "Nodes" => source.begin().and_then(|()| self.nodes(source))?,
            _ => source.begin().and_then(|()| self.elements(source))?,
        }
        source.end(known)
    }

    fn physical_names(&mut self, source: &mut Source<'_>) -> Result<(), Error> {
        // This section is a text in binary files too.
        source.as_text(|source| {
            for _ in 0..source.count(3)? {
                let entity = (source.int()?, source.int()?);
                let name = source.quoted()?;
                self.names.insert(entity, name);
            }
            Ok(())
        })
    }

    fn entities(&mut self, source: &mut Source<'_>) -> Result<(), Error> {
        let counts = [
            source.count(1)?,
            source.count(1)?,
            source.count(1)?,
            source.count(1)?,
        ];
        for (dimension, count) in (0..).zip(counts) {
            for _ in 0..count {
                let tag = source.int()?;
                // A point has its coordinates, others the corners of a box around them.
                for _ in 0..if dimension == 0 { 3 } else { 6 } {
                    source.float()?;
                }
                let physical = (0..source.count(1)?).map(|_| source.int());
                let physical: Result<Vec<i64>, Error> = physical.collect();
                self.physical.insert((dimension, tag), physical?);
                if dimension > 0 {
                    for _ in 0..source.count(1)? {
                        source.int()?;
                    }
                }
            }
        }
        Ok(())
    }

    fn nodes(&mut self, source: &mut Source<'_>) -> Result<(), Error> {
        let blocks = source.count(1)?;
        let total = source.count(1)?;
        source.size()?;
        source.size()?;
        for _ in 0..blocks {
            let dimension = source.int()?;
            source.int()?;
            let has_parameters = source.int()? != 0;
            let count = source.count(4)?;
            let tags = (0..count).map(|_| source.size());
            let tags = tags.collect::<Result<Vec<u64>, Error>>()?;
            for tag in tags {
                let node = [source.float()?, source.float()?, source.float()?];
                if node.iter().any(|x| !x.is_finite()) {
                    let reason = format!("the coordinates of the node {tag} are not all finite");
                    return Err(source.fault(reason));
                }
                if has_parameters {
                    for _ in 0..dimension.clamp(0, 3) {
                        source.float()?;
                    }
                }
                if self.places.insert(tag, self.nodes.len()).is_some() {
                    return Err(source.fault(format!("the node {tag} is given twice")));
                }
                self.nodes.push(node);
            }
        }
        match self.nodes.len() == total {
            true => Ok(()),
            false => Err(source.fault(format!(
                "there are {} nodes, but the section says {total}",
                self.nodes.len()
            ))),
        }
    }

    fn elements(&mut self, source: &mut Source<'_>) -> Result<(), Error> {
        if !self.seen.contains(&"Nodes") {
            return Err(source.fault("the section $Nodes must come before $Elements"));
        }
        let blocks = source.count(1)?;
        let total = source.count(1)?;
        source.size()?;
        source.size()?;
        let mut found = 0;
        for _ in 0..blocks {
            let entity = (source.int()?, source.int()?);
            let code = source.int()?;
            let kind = KINDS.iter().find(|kind| kind.0 == code);
            let count = source.count(2)?;
            found += count;
            let Some(&(_, shape, order, is_serendipity)) = kind else {
                if code != POINT {
                    return Err(source.fault(unknown_kind(code)));
                }
                for _ in 0..2 * count {
                    source.size()?;
                }
                continue;
            };
            let mut block = Elements::new(shape, order, Vec::new());
            block.is_serendipity = is_serendipity;
            for _ in 0..count {
                let tag = source.size()?;
                block.tags.push(tag);
                for _ in 0..block.nodes_each() {
                    let node = source.size()?;
                    let Some(place) = self.places.get(&node) else {
                        return Err(source.fault(format!(
                            "the element {tag} has the node {node}, which does not exist"
                        )));
                    };
                    block.nodes.push(*place);
                }
            }
            self.elements.push((entity, block));
        }
        match found == total {
            true => Ok(()),
            false => Err(source.fault(format!(
                "there are {found} elements, but the section says {total}"
            ))),
        }
    }

    fn mesh(self, source: &Source<'_>) -> Result<Mesh, Error> {
        let needed = ["MeshFormat", "Nodes", "Elements"];
        if let Some(missing) = needed.into_iter().find(|name| !self.seen.contains(name)) {
            let reason = match missing {
                "MeshFormat" => "this is no mesh of Gmsh's: it does not begin with $MeshFormat",
                "Nodes" => "the section $Nodes is missing",
                _ => "the section $Elements is missing",
            };
            return Err(source.fault(reason));
        }
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut blocks = Vec::with_capacity(self.elements.len());
        for (part, (entity, mut block)) in self.elements.into_iter().enumerate() {
            block.part = part;
            blocks.push(block);
            for tag in self.physical.get(&entity).into_iter().flatten() {
                // A sign tells an orientation.
                let named = self.names.get(&(entity.0, tag.abs()));
                let name = named.cloned().unwrap_or_else(|| tag.abs().to_string());
                groups.entry(name).or_default().push(part);
            }
        }
        // A group may have a name and no elements.
        for name in self.names.into_values() {
            groups.entry(name).or_default();
        }
        let mut mesh = Mesh::of_blocks(self.nodes, blocks)?;
        mesh.groups = groups;
        Ok(mesh)
    }
}

/// What to say of elements that are not read.
fn unknown_kind(code: i64) -> String {
    let help = "elements of order 1 to 4 are read, and serendipity elements of order 2";
    match OTHERS.iter().find(|(known, _)| *known == code) {
        Some((_, name)) => format!("elements of type {code} ({name}) are not supported: {help}"),
        None => format!("there is no type {code} of elements that is supported: {help}"),
    }
}
