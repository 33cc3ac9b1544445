//! Integrals over curved regions, by change of variables.
//!
//! ∫_φ(R) f(x) dx = ∫_R f(φ(u)) |det J(u)| du
//!
//! You give the map φ, the limits of its variables and the integrand f. The toolkit differentiates
//! the map exactly, pulls the integrand back to the unit box, integrates there, and says how far
//! the answer can be trusted.
//!
//! ```
//! use pullback::{Map, Status};
//! use std::f64::consts::{PI, TAU};
//!
//! let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?;
//! let disk = polar.over([0.0..1.0, 0.0..TAU])?;
//! let answer = disk.integrate(|[x, y]| (-(x * x + y * y)).exp())?;
//! assert_eq!(answer.status, Status::Converged);
//! assert!((answer.value - PI * (1.0 - (-1.0f64).exp())).abs() <= answer.error);
//! # Ok::<(), pullback::Error>(())
//! ```
//!
//! What most programs need is named here. The rest is in modules: [`domain`]s, and what they become
//! before they are integrated; [`formula`]s as graphs; [`integrator`]s and integrands on the unit box;
//! and, from the ground up, [`elementary`] functions, [`program`]s that run formulas on blocks of
//! nodes, and [`rule`]s.
//!
//! # Which method takes what
//!
//! | method of a region | what is integrated |
//! | --- | --- |
//! | `integrate(\|[x, y]\| x * y)` | a formula of the targets |
//! | `integrals(\|[x, y]\| [x, x * y])` | several, which share all nodes |
//! | `integrate_text("x*y")`, `integrate_text(&["x", "x*y"])` | texts, of targets and variables |
//! | `integrate_all(…)` | texts, or [`Integrands`] that were traced or parsed before |
//! | `integrate_fn(\|x\| x[0])`, `integrals_fn(2, \|x, values\| …)` | code |
//! | `integrate_complex(\|[x, y]\| …)`, … | a complex formula, code |
//! | `measure()` | 1: a length, an area, a volume |
//!
//! Closures that write formulas have a partner that ends in `_with`, which takes [`Settings`].

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod analysis;
mod antiderivative;
mod check;
mod deadline;
pub mod elementary;
mod equations;
mod error;
pub mod explain;
mod expr;
mod integral;
mod integrand;
mod integrate;
mod map;
#[cfg(feature = "plot")]
pub mod plot;
pub mod program;
pub mod rule;
mod scatter;
#[cfg(feature = "serde")]
mod serialized;
mod solve;
mod verdict;
#[cfg(feature = "plot")]
mod whole_file;

pub use check::{Check, Degenerate, OneToOne, Orientation};
pub use deadline::CancelToken;
pub use error::Error;
pub use expr::{ComplexExpr, Expr};
pub use integral::nodes::WeightedNode;
pub use integral::{ComplexEstimate, Estimate};
pub use integrate::checkpoint::Checkpoint;
pub use integrate::outcome::Status;
pub use integrate::ranks::Ranks;
pub use integrate::settings::{Method, Settings};
pub use integrate::watch::Progress;
pub use map::density::{Densities, Density};
pub use map::domain::Domain;
pub use map::hessian::Hessian;
pub use map::integrands::Integrands;
pub use map::interior::Interior;
pub use map::inverse_map::InverseMap;
pub use map::inverse_region::InverseRegion;
pub use map::jacobian::Jacobian;
pub use map::level_set::LevelSet;
pub use map::linearization::Linearization;
pub use map::map::Map;
pub use map::mapped_region::MappedRegion;
pub use map::mesh::mesh::Mesh;
pub use map::oriented::Oriented;
pub use map::parameters::Parameters;
pub use map::pieces::Pieces;
#[cfg(feature = "polygon")]
pub use map::polygon::Polygon;
pub use map::products::Products;
pub use map::region::Region;
pub use map::transformation::{DualMap, OwnJacobian};
pub use map::uncertainty::{Sampled, Uncertain};
pub use num_complex::Complex64;
pub use solve::all_roots::Roots;
pub use solve::equations::Equations;
pub use solve::solution::Solution;
#[cfg(feature = "plot")]
pub use whole_file::WholeFile;
/// The versions of the crates whose types appear in this one.
pub use {nalgebra, num_complex, num_dual};

/// Formulas: for those who build, read and check them by themselves, and point at faults in texts.
///
/// A formula is a handle, [`Expr`], into a [`Graph`](formula::Graph), in which what
/// occurs twice is written once. Closures given to [`Map`] or to `integrate` are called
/// with such handles.
///
/// ```
/// use pullback::formula::{Graph, equations};
/// let graph = Graph::new();
/// let (x, y) = (graph.input(0), graph.input(1));
/// let formula = (x * y).sin() + 2.0 * x;
/// assert_eq!(formula.value(&[0.5, 0.0]), 1.0);
/// assert_eq!(formula.text(&["x".to_owned(), "y".to_owned()]), "sin(x*y) + 2*x");
///
/// // The parts of a text that describes a map, as places in it.
/// let text = "x = r*cos(t), y = r*sin(t)";
/// let names = equations(text)?.into_iter().map(|equation| &text[equation.name]);
/// assert_eq!(names.collect::<Vec<_>>(), ["x", "y"]);
/// # Ok::<(), pullback::Error>(())
/// ```
pub mod formula {
    pub use crate::antiderivative::{Antiderivative, Proof, antiderivative};
    pub use crate::error::TextFault;
    pub use crate::expr::text::greek::greek;
    #[cfg(feature = "plot")]
    pub(crate) use crate::expr::text::latex::is_raised;
    pub use crate::expr::text::latex::{latex, latex_name};
    pub use crate::expr::text::list::{Equation, equations, limits, parts};
    pub use crate::expr::text::names::{check_name, names, nearest};
    pub use crate::expr::{ComplexExpr, ComplexOperand, Expr, Graph, Operand};
}

/// Maps by name: polar, spherical, a triangle by its corners, a region between two curves, …
///
/// ```
/// use pullback::catalogue;
/// use pullback::{Map, Parameters};
/// // An ellipse with the half axes 3 and 2, over the limits that the catalogue has for it.
/// let ellipse = catalogue::read("elliptic(3, 2)")?.over_defaults(&Parameters::new())?;
/// assert!((ellipse.measure()?.value - 6.0 * std::f64::consts::PI).abs() < 1e-13);
/// // The map alone, over limits of your own.
/// let quarter = Map::catalogued("polar")?.over("r = 0..1, t = 0..pi/2")?;
/// assert!((quarter.integrate(|[x, y]| x * y)?.value - 0.125).abs() < 1e-14);
/// # Ok::<(), pullback::Error>(())
/// ```
pub mod catalogue {
    pub use crate::map::catalogue::{Argument, Entry, NamedMap, all, find, is_name, read};
}

/// Meshes: the shapes of elements, blocks of them, of which a [`Mesh`] is made, and the verdict on them.
pub mod mesh {
    pub use crate::map::mesh::element::{MAX_ELEMENT_ORDER, Shape};
    pub use crate::map::mesh::mesh::Elements;
    pub use crate::map::mesh::mesh_check::{ElementCheck, LeastPoint, MeshCheck, Validity};
}

/// Answers of [`Equations`]: how a search ended, what is proven of a root, and boxes that are left undecided.
pub mod solver {
    pub use crate::error::SolveFault;
    pub use crate::solve::all_roots::{Root, Undecided};
    pub use crate::solve::proof::Proof;
    pub use crate::solve::solution::SolveStatus;
}

/// Domains: what maps and limits become before they are integrated, for those who look at it or make
/// a domain of others.
///
/// ```
/// use pullback::domain::Pullback;
/// use pullback::{Domain, Error, Integrands, Map, MappedRegion};
///
/// /// Two regions with the same variables and targets.
/// struct Union(MappedRegion, MappedRegion);
///
/// impl Domain for Union {
///     fn variables(&self) -> &[String] {
///         self.0.variables()
///     }
///
///     fn targets(&self) -> &[String] {
///         self.0.targets()
///     }
///
///     fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
///         Ok(self.0.pull_back(integrands)?.and(self.1.pull_back(integrands)?))
///     }
/// }
///
/// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
/// let (inner, outer) = (polar.over("r = 0..1, t = 0..pi")?, polar.over("r = 2..3, t = 0..pi")?);
/// let both: &dyn Domain = &Union(inner, outer);
/// // Half a disk and half a ring: (1 + 9 − 4)π/2.
/// let area = both.measure()?;
/// assert!((area.value - 3.0 * std::f64::consts::PI).abs() <= area.error);
/// # Ok::<(), Error>(())
/// ```
pub mod domain {
    pub use crate::error::{DensityFault, InverseFault, Misfit, OutlineFault};
    pub use crate::map::domain::{Domain, IntoIntegrands};
    pub use crate::map::geometry::{Geometry, Point};
    pub use crate::map::limits::{IntoLimits, IntoRegion};
    pub use crate::map::printed::Printed;
    pub use crate::map::pullback::{Part, Pullback};
    pub use crate::map::survey::{Sign, Survey};
    pub use crate::map::transformation::Transformation;
    pub use crate::map::transformed_region::TransformedRegion;
}

/// Integrators and integrands on the unit box: for those who write one.
///
/// An integrator sees an [`Integrand`](integrator::Integrand) and nothing else: so many coordinates in
/// [0, 1], so many values, and what is [known](integrator::Knowledge) without evaluating. Maps, limits
/// and infinite ranges are in it already.
///
/// An integrator is a function of one:
///
/// ```
/// use pullback::integrator::{Block, Coordinate, Integrand};
/// use pullback::{Domain, Error, Map};
///
/// /// The midpoint rule with n nodes along each of two axes.
/// fn midpoint(integrand: &dyn Integrand, n: usize) -> f64 {
///     let nodes: Vec<f64> = (0..n).map(|i| (i as f64 + 0.5) / n as f64).collect();
///     let mut evaluator = integrand.evaluator();
///     let mut values = vec![0.0; integrand.outputs() * n];
///     let mut sum = 0.0;
///     for &first in &nodes {
///         // A row of nodes: one value of the first coordinate, n of the second.
///         let row = [Coordinate::Same(first), Coordinate::Each(&nodes)];
///         evaluator.evaluate(&Block::new(&row, n), &mut values);
///         sum += values[..n].iter().sum::<f64>();
///     }
///     sum / (n * n) as f64
/// }
///
/// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
/// let integrands = disk.parse(&["x^2"])?;
/// let pullback = disk.pull_back(&integrands)?;
/// // π/4; the error along r is ∫(r³)″/(24·100²)·π ≈ 4e-5, none along t.
/// let error = midpoint(&pullback, 100) - std::f64::consts::FRAC_PI_4;
/// assert!(error.abs() < 5e-5);
/// # Ok::<(), Error>(())
/// ```
///
/// An integrand has three methods, and says what it knows, if anything, by a fourth:
///
/// ```
/// use pullback::integrator::{
///     AxisFacts, Block, Evaluator, Integrand, Knowledge, integrate_on_unit_box,
/// };
/// use pullback::{Error, Settings, Status};
/// use std::f64::consts::TAU;
///
/// /// exp(cos 2πw).
/// struct Ripple;
///
/// impl Integrand for Ripple {
///     fn dimension(&self) -> usize {
///         1
///     }
///
///     fn outputs(&self) -> usize {
///         1
///     }
///
///     fn evaluator(&self) -> Box<dyn Evaluator + '_> {
///         Box::new(Ripple)
///     }
///
///     fn knowledge(&self) -> &dyn Knowledge {
///         self
///     }
/// }
///
/// impl Evaluator for Ripple {
///     fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
///         for (i, value) in values.iter_mut().enumerate() {
///             *value = (TAU * block.coordinates()[0].at(i)).cos().exp();
///         }
///     }
/// }
///
/// /// That it is periodic lets the trapezoid rule be chosen.
/// impl Knowledge for Ripple {
///     fn axis_facts(&self, _: usize) -> AxisFacts {
///         AxisFacts::NONE.periodic(true)
///     }
/// }
///
/// let outcome = integrate_on_unit_box(&Ripple, &Settings::default())?;
/// assert_eq!(outcome.status, Status::Converged);
/// // The modified Bessel function I₀(1).
/// assert!((outcome.values[0] - 1.266_065_877_752_008_4).abs() <= outcome.errors[0]);
/// assert!(outcome.method.contains("trapezoid"), "{}", outcome.method);
/// # Ok::<(), Error>(())
/// ```
pub mod integrator {
    pub use crate::deadline::Deadline;
    pub use crate::elementary::sum::Sum;
    pub use crate::integrand::{
        Alike, Axis, AxisFacts, BLOCK, Block, Bounds, Branch, Branches, Change, Cone, Coordinate,
        Division, Evaluator, Factor, Grids, Integrand, Knowledge, LedOff, Losses, Neighbourhood,
        Numbers, OverNodes, Piece, Placement, Product, Products, Pushed, Side, Summed, Switches,
        Together, changed, window,
    };
    pub use crate::integrate::because::{Because, Behaviour, Step};
    pub use crate::integrate::learned_map::LearnedMap;
    pub use crate::integrate::methods::integrate as integrate_on_unit_box;
    pub use crate::integrate::node_set::{LearningRound, NodeSet};
    pub use crate::integrate::outcome::{BadNode, Outcome};
    pub use crate::integrate::reason::{NamedValue, Reason};
    pub use crate::integrate::settings::{DEFAULT_NODES, DEFAULT_RTOL};
    pub use crate::integrate::tensor::sums as tensor_sums;
}

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The examples of the guide, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../docs/guide.md")]
struct Guide;
