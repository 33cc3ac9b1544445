//! The verdict on the elements of a mesh: whether det J is positive on all of each, and how good it is.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::determinant_form::{DeterminantForm, Scratch, scaled};
use super::element::Shape;
use super::mesh::{Elements, Mesh};
use super::quality::Quality;
use super::shape_functions::ShapeFunctions;
use super::validity::{Least, Wanted, least};
use crate::elementary::double_double::DoubleDouble;
use crate::error::Error;

/// The rows of the histogram.
const ROWS: usize = 10;

/// Elements that a thread takes at a time.
const TOGETHER: usize = 256;

/// Whether det J is positive on all of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validity {
    /// It is positive everywhere: its least Bernstein coefficient, less all rounding, is.
    Valid,
    /// It is zero or negative at a point.
    Invalid,
    /// It comes as near to zero as rounding, or as 1e-10 of its size, does not tell from zero.
    Undecided,
}

impl Validity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Validity::Valid => "valid",
            Validity::Invalid => "invalid",
            Validity::Undecided => "undecided",
        }
    }
}

/// What is known of one element.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ElementCheck {
    /// The number of the element in its file; without a file from 1 on.
    pub tag: u64,
    /// The shape.
    pub shape: Shape,
    /// The order.
    pub order: usize,
    /// Whether det J is positive everywhere.
    pub validity: Validity,
    /// No value of det J lies outside of these two, of which neither is farther from a value than 1 % of
    /// the greatest Bernstein coefficient.
    pub jacobian: [f64; 2],
    /// The least scaled Jacobian in the nodes: det J over the lengths of the edges that meet, 1 for
    /// equilateral triangles and tetrahedra, for rectangles and boxes; 0 for flat elements, and negative for
    /// those that are turned over.
    pub quality: f64,
    /// The point with the least det J that was met.
    pub least: LeastPoint,
}

/// The point of an element with the least det J that was met.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LeastPoint {
    /// det J there.
    pub determinant: f64,
    /// The coordinates ξ, η, ζ of the point on the reference element.
    pub reference: Vec<f64>,
    /// The coordinates of the point.
    pub at: Vec<f64>,
}

/// The verdict on the elements of a mesh.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MeshCheck {
    /// The elements, in the order of the mesh.
    pub elements: Vec<ElementCheck>,
    /// The names of the coordinates.
    pub targets: Vec<String>,
    /// What the user should know of the mesh.
    pub warnings: Vec<String>,
}

impl MeshCheck {
    /// The elements of one verdict.
    pub fn of(&self, validity: Validity) -> impl Iterator<Item = &ElementCheck> {
        let all = self.elements.iter();
        all.filter(move |element| element.validity == validity)
    }

    /// Whether all elements are valid.
    pub fn is_valid(&self) -> bool {
        let mut all = self.elements.iter();
        all.all(|element| element.validity == Validity::Valid)
    }

    /// How many elements there are of each shape and order.
    pub fn kinds(&self) -> Vec<(Shape, usize, usize)> {
        let mut kinds: Vec<(Shape, usize, usize)> = Vec::new();
        for element in &self.elements {
            let (shape, order) = (element.shape, element.order);
            match kinds.iter_mut().find(|k| (k.0, k.1) == (shape, order)) {
                Some(kind) => kind.2 += 1,
                None => kinds.push((shape, order, 1)),
            }
        }
        kinds.sort_unstable();
        kinds
    }

    /// Between which numbers det J lies, on all elements.
    pub fn jacobian(&self) -> [f64; 2] {
        let all = self.elements.iter().map(|element| element.jacobian);
        let both = all.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
        both.unwrap_or([0.0; 2])
    }

    /// The first element of the least quality.
    pub fn worst(&self) -> Option<&ElementCheck> {
        let all = self.elements.iter();
        all.min_by(|a, b| a.quality.total_cmp(&b.quality))
    }

    /// How many elements have a quality below 0.1, from there to 0.2, and so on up to 1.
    pub fn histogram(&self) -> [usize; ROWS] {
        let mut rows = [0; ROWS];
        for element in &self.elements {
            let row = (element.quality * ROWS as f64).max(0.0) as usize;
            rows[row.min(ROWS - 1)] += 1;
        }
        rows
    }
}

impl Mesh {
    /// Whether det J is positive on all of every element, and how good they are.
    ///
    /// det J of an element is a polynomial of degree n(p − 1) on simplices, and of a little more on the other
    /// shapes. It is the mean of its Bernstein coefficients everywhere, with weights that are not negative;
    /// halving elements brings coefficients as near to values as is wanted.
    ///
    /// *Accuracy:* certain for the coordinates as they are, all rounding counted. Where det J comes nearer to
    /// zero than 1e-10 of its greatest coefficient, an element may be undecided; where rounding hides as much,
    /// det J is computed once more with twice the digits. Elements on which det J touches zero along whole
    /// curves inside, without a change of sign, may be undecided from 1e-8 on, along whole surfaces from 1e-5
    /// on. The bounds of det J of an element that is decided count its rounding by doubles: up to 2e-7 of the
    /// greatest coefficient on hexahedra of order 4.
    ///
    /// ```
    /// use pullback::Mesh;
    /// use pullback::mesh::{Elements, Shape, Validity};
    /// // A triangle of order 2, one of whose edges bulges inwards: to the middle, and too far.
    /// let bent = |y: f64| {
    ///     let corners = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    ///     let middles = [[0.5, y, 0.0], [0.5, 0.5, 0.0], [0.0, 0.5, 0.0]];
    ///     let elements = Elements::new(Shape::Triangle, 2, (0..6).collect());
    ///     Mesh::from_nodes_and_elements(&[corners, middles].concat(), [elements])?.check()
    /// };
    /// let (little, much) = (bent(0.1)?, bent(0.4)?);
    /// assert!(little.is_valid() && little.jacobian()[0] > 0.5);
    /// assert_eq!(much.elements[0].validity, Validity::Invalid);
    /// // In the corner (1, 0), where the edges are turned past each other: 1 − 4y.
    /// assert!((much.elements[0].least.determinant + 0.6).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Mesh`] if the elements are curves or surfaces in a space of more dimensions: det J has no
    /// sign there.
    pub fn check(&self) -> Result<MeshCheck, Error> {
        let (variables, targets) = (self.dimension(), self.names().len());
        if variables != targets {
            return Err(Error::mesh(format!(
                "the elements have {variables} dimensions in a space of {targets}: det J has no sign there, \
                 and none of them is turned over"
            )));
        }
        let mut kinds: FxHashMap<(Shape, usize), Kind> = FxHashMap::default();
        let mut elements = Vec::new();
        for block in self.elements() {
            let kind = kinds.entry((block.shape, block.order));
            let kind = kind.or_insert_with(|| Kind::new(block.shape, block.order));
            let numbers = (0..block.len()).into_par_iter().with_min_len(TOGETHER);
            let checked = numbers.map_init(Memory::default, |memory, number| {
                kind.check(self, block, number, memory)
            });
            elements.par_extend(checked);
        }
        Ok(MeshCheck {
            elements,
            targets: self.names().to_vec(),
            warnings: self.warnings.clone(),
        })
    }
}

/// What elements of a shape and an order share.
struct Kind {
    form: DeterminantForm,
    /// The same with twice the digits.
    precise: DeterminantForm<DoubleDouble>,
    quality: Quality,
    functions: ShapeFunctions,
}

/// Memory for one element after the other.
#[derive(Default)]
struct Memory {
    nodes: Vec<[f64; 3]>,
    scratch: Scratch,
    opposite: Vec<f64>,
}

impl Kind {
    fn new(shape: Shape, order: usize) -> Self {
        let precise = DeterminantForm::precise(shape, order);
        Kind {
            form: precise.rounded(),
            precise,
            quality: Quality::new(shape, order),
            functions: ShapeFunctions::new(shape, order),
        }
    }

    fn check(
        &self,
        mesh: &Mesh,
        block: &Elements,
        number: usize,
        memory: &mut Memory,
    ) -> ElementCheck {
        let Memory {
            nodes,
            scratch,
            opposite,
        } = memory;
        let origin = block.nodes_of(number, &mesh.nodes, nodes);
        let scale = scaled(nodes);
        let rounding = self.form.compute(nodes, block.roundings(), scratch);
        let mut low = least(
            &self.form,
            &scratch.coefficients,
            rounding,
            Wanted::SignAndValue,
        );
        if low.is_blurred() {
            low = self.look_closely(mesh, block, number, scale);
        }
        opposite.clear();
        opposite.extend(scratch.coefficients.iter().map(|c| -c));
        let high = least(&self.form, opposite, rounding, Wanted::Value);
        let validity = match (low.is_positive(), low.has_none_positive()) {
            (true, _) => Validity::Valid,
            (_, true) => Validity::Invalid,
            _ => Validity::Undecided,
        };
        let mut quality = self.quality.in_nodes(nodes);
        if validity != Validity::Valid {
            quality = quality.min(self.quality.at(nodes, low.unit));
        }
        let sized = |det: f64| (0..block.shape.dimension()).fold(det, |all, _| all * scale);
        ElementCheck {
            tag: block.tags.get(number).copied().unwrap_or(0),
            shape: block.shape,
            order: block.order,
            validity,
            jacobian: [sized(low.bound) + 0.0, sized(-high.bound) + 0.0],
            quality: quality + 0.0,
            least: self.point(
                mesh.names().len(),
                &low,
                sized(low.value),
                nodes,
                origin,
                scale,
            ),
        }
    }

    /// The least value, by numbers with twice the digits.
    fn look_closely(&self, mesh: &Mesh, block: &Elements, number: usize, scale: f64) -> Least {
        let mut nodes: Vec<[DoubleDouble; 3]> = Vec::new();
        block.nodes_of(number, &mesh.nodes, &mut nodes);
        for node in &mut nodes {
            // Both are exact: the scale is a power of two.
            *node = node.map(|DoubleDouble { hi, lo }| DoubleDouble {
                hi: hi / scale,
                lo: lo / scale,
            });
        }
        let mut scratch = Scratch::default();
        let rounding = self
            .precise
            .compute(&nodes, block.roundings(), &mut scratch);
        let coefficients = &scratch.coefficients;
        least(&self.precise, coefficients, rounding, Wanted::SignAndValue)
    }

    /// The point with the least value.
    fn point(
        &self,
        targets: usize,
        least: &Least,
        determinant: f64,
        nodes: &[[f64; 3]],
        origin: [f64; 3],
        scale: f64,
    ) -> LeastPoint {
        let (reference, shares) = self.functions.values(&least.unit[..targets]);
        let along = |axis: usize| {
            let sum: f64 = nodes
                .iter()
                .zip(&shares)
                .map(|(x, share)| x[axis] * share)
                .sum();
            origin[axis] + scale * sum
        };
        LeastPoint {
            determinant: determinant + 0.0,
            reference: reference[..targets].to_vec(),
            at: (0..targets).map(along).collect(),
        }
    }
}
