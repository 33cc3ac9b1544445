//! Densities of random points that maps carry along.
//!
//! 1. A base density p(u): uniform on a box, or that of independent standard normal numbers.
//! 2. Through a one-to-one map x = φ(u): ln p(x) = ln p(u) − ln|det J(u)|, map after map.
//!    Backward Newton's method follows each map from a point that is known.
//! 3. Samples are drawn from the base and go through the maps; chunk k of them draws from random stream k.
//!
//! G. Papamakarios, E. Nalisnick, D. J. Rezende, S. Mohamed, B. Lakshminarayanan, "Normalizing flows for
//! probabilistic modeling and inference", J. Mach. Learn. Res. 22 (2021) 1–64.

use rayon::prelude::*;

use super::deviates::Deviates;
use super::integrands::{Functions, Integrands};
use super::limits::IntoRegion;
use super::log_determinant::LogDeterminant;
use super::map::{Map, VARIABLES, default_names};
use super::mapped_region::MappedRegion;
use super::parameters::Parameters;
use super::products::check;
use super::region::Region;
use crate::elementary::Unary;
use crate::equations::followed;
use crate::equations::system::System;
use crate::error::{DensityFault, Error, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::inputs::MOST as MOST_INPUTS;
use crate::integrand::BLOCK;

/// The density of a random point x = φ(u), whose u has a density that is known.
///
/// p(x) = p(u)/|det J(u)|: where a map stretches, what it carries gets thinner. The map must be one-to-one
/// where the base density is not zero, but for edges without content: [`Density::region`] can be checked.
/// In its logarithm the density of points of many coordinates is neither 0 nor ∞.
///
/// *Accuracy*: a few roundings for every operation of the map and of its derivatives; a Jacobian that no
/// order of rows and columns makes triangular is eliminated, which is backward stable.
///
/// ```
/// use pullback::{Density, Map};
/// // Box and Muller: a point of the unit square becomes two independent normal numbers.
/// let map = Map::parse("x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)")?;
/// let normal = Density::uniform([0.0..1.0, 0.0..1.0])?.pushforward(&map)?;
/// let (x, log) = normal.log_density(&[0.3, 0.8])?;
/// let r2 = x[0] * x[0] + x[1] * x[1];
/// assert!((log - (-r2 / 2.0 - std::f64::consts::TAU.ln())).abs() < 1e-14);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Density {
    base: Base,
    layers: Vec<Layer>,
}

/// A density to begin with.
#[derive(Clone, Debug)]
enum Base {
    Normal {
        dimension: usize,
    },
    Uniform {
        limits: Vec<(f64, f64)>,
        region: Box<Region>,
    },
}

/// A map, with numbers for its parameters.
#[derive(Clone, Debug)]
struct Layer {
    map: Map,
    compiled: LogDeterminant,
    /// The targets as equations for the variables; none for too many of them.
    system: Option<System>,
}

/// Points with the logarithms of the density there.
#[derive(Clone, Debug, PartialEq)]
pub struct Densities {
    /// The points, one after another.
    pub points: Vec<f64>,
    /// ln p at each; −∞ where nothing is, ∞ where det J is zero, NaN where the map has no value.
    pub log_densities: Vec<f64>,
    /// How many points have no finite density: the map or its Jacobian has no value there, or det J is zero.
    pub without_density: usize,
}

impl Density {
    /// The density of so many independent normal numbers with mean 0 and variance 1.
    ///
    /// # Errors
    /// [`Error::Shape`] for none.
    pub fn standard_normal(dimension: usize) -> Result<Self, Error> {
        match dimension {
            0 => Err(Misfit::NoVariables.into()),
            _ => Ok(Self::of(Base::Normal { dimension })),
        }
    }

    /// The density that is the same everywhere in a box, and 0 elsewhere.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit is infinite, depends on a variable, or is not above the lower one; as for
    /// [`IntoRegion`](crate::domain::IntoRegion).
    pub fn uniform(limits: impl IntoRegion) -> Result<Self, Error> {
        let region = limits.into_region()?;
        let limits = (0..region.dimension()).map(|variable| {
            let limits = region.constant_limits_of(variable);
            let in_order = limits.filter(|(lo, hi)| lo < hi && (hi - lo).is_finite());
            in_order.ok_or_else(|| {
                let variable = region.variables()[variable].clone();
                Error::from(Misfit::Density(DensityFault::NotABox { variable }))
            })
        });
        let limits = limits.collect::<Result<Vec<_>, _>>()?;
        match limits.len() {
            0 => Err(Misfit::NoVariables.into()),
            _ => Ok(Self::of(Base::Uniform {
                limits,
                region: Box::new(region),
            })),
        }
    }

    fn of(base: Base) -> Self {
        Density {
            base,
            layers: Vec::new(),
        }
    }

    /// The density that a map carries this one to: that of φ(x), where this is that of x. Maps one after
    /// another need no determinant of their composition.
    ///
    /// ```
    /// use pullback::{Density, Map};
    /// let twice = Map::parse("y = 2*x")?;
    /// let normal = Density::standard_normal(1)?.pushforward(&twice)?.pushforward(&twice)?;
    /// // A standard deviation of 4.
    /// let (x, log) = normal.log_density(&[0.0])?;
    /// assert_eq!(x, [0.0]);
    /// assert!((log.exp() - 1.0 / (4.0 * std::f64::consts::TAU.sqrt())).abs() < 1e-16);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the map has another number of variables or of targets, its determinant is zero
    /// everywhere for structural reasons, or the crate has no formula for a derivative.
    pub fn pushforward(&self, map: &Map) -> Result<Density, Error> {
        let map = match &self.base {
            Base::Uniform { region, .. } if self.layers.is_empty() => {
                match region.named_variables() {
                    Some(names) if names.len() == map.variables().len() => map.with_order(names)?,
                    _ => map.clone(),
                }
            }
            _ => map.clone(),
        };
        let (variables, targets) = (map.variables().len(), map.targets().len());
        let dimension = self.dimension();
        if variables != dimension {
            return Err(Misfit::Composition {
                targets: dimension,
                variables,
            }
            .into());
        }
        if variables != targets {
            return Err(Misfit::Density(DensityFault::NotSquare { variables, targets }).into());
        }
        let compiled = LogDeterminant::of(&map)?.ok_or(Misfit::Density(DensityFault::Flat))?;
        let map = Map::from_formulas(
            map.variables().to_vec(),
            map.targets().to_vec(),
            Parameters::new(),
            map.formulas_of_variables(),
        )?;
        let mut pushed = self.clone();
        pushed.layers.push(Layer {
            system: match variables <= MOST_INPUTS {
                true => Some(System::new(map.formulas(), &[])?),
                false => None,
            },
            map,
            compiled,
        });
        Ok(pushed)
    }

    /// The number of coordinates of a point.
    pub fn dimension(&self) -> usize {
        match &self.base {
            Base::Normal { dimension } => *dimension,
            Base::Uniform { limits, .. } => limits.len(),
        }
    }

    /// The point that u is carried to, and the logarithm of the density there: −∞ where the base is 0, ∞
    /// where det J is zero, NaN where the map has no value.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn log_density(&self, u: &[f64]) -> Result<(Vec<f64>, f64), Error> {
        check(u, self.dimension())?;
        let (point, logs) = self.carried(u.to_vec(), 1);
        Ok((point, logs[0]))
    }

    /// The u that is carried to a point, on the branch through another point of the base: the normalizing
    /// direction. With [`Density::log_density`] it gives the density where a point is given.
    ///
    /// Newton's method follows the maps back while their images go straight from those of `near` to x.
    /// `None` where that is not possible: a map may end, fold or be singular on the way.
    ///
    /// *Accuracy*: as far as rounding lets the equations be fulfilled.
    ///
    /// ```
    /// use pullback::{Density, Map};
    /// let map = Map::parse("x = a + tanh(a)")?;
    /// let density = Density::standard_normal(1)?.pushforward(&map)?;
    /// let u = density.inverse(&[1.0 + 1f64.tanh()], &[0.0])?.unwrap();
    /// assert!((u[0] - 1.0).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable in each point, or there are more
    /// variables than equations are solved for.
    pub fn inverse(&self, x: &[f64], near: &[f64]) -> Result<Option<Vec<f64>>, Error> {
        check(x, self.dimension())?;
        check(near, self.dimension())?;
        // Where each map begins on the way to the image of the point near by.
        let mut starts = vec![near.to_vec()];
        for (k, layer) in self.layers.iter().enumerate() {
            starts.push(layer.map.at(&starts[k])?);
        }
        let mut point = x.to_vec();
        for (layer, start) in self.layers.iter().zip(&starts).rev() {
            let system = layer.system.as_ref().ok_or(Misfit::TooManyVariables {
                given: self.dimension(),
                limit: MOST_INPUTS,
            })?;
            match followed::solution(system, start, &point) {
                Some(solution) => point = solution,
                None => return Ok(None),
            }
        }
        Ok(Some(point))
    }

    /// The points that many points of the base, one after another, are carried to, with the logarithms of
    /// the density there.
    ///
    /// Blocks of points run in parallel; the result has the same bits for any number of threads.
    ///
    /// # Errors
    /// [`Error::Shape`] if their length is no multiple of the number of variables.
    pub fn log_densities(&self, points: &[f64]) -> Result<Densities, Error> {
        let n = self.dimension();
        let count = points.len() / n;
        check(points, count * n)?;
        Ok(self.in_chunks(count, |chunk, length| {
            let own = &points[chunk * BLOCK * n..][..length * n];
            transposed(own, length)
        }))
    }

    /// So many random points with this density, and the logarithm of the density at each. The same seed
    /// gives the same points, and the first of more points are the same.
    ///
    /// ```
    /// use pullback::{Density, Map};
    /// let map = Map::parse("x = a, y = b + a^2")?;
    /// let banana = Density::standard_normal(2)?.pushforward(&map)?;
    /// let sample = banana.sample(10_000, 1);
    /// let mean = sample.points.chunks(2).map(|x| x[1]).sum::<f64>() / 10_000.0;
    /// // E y = 1, with a variance of 3: five standard errors.
    /// assert!((mean - 1.0).abs() < 5.0 * (3.0f64 / 10_000.0).sqrt());
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn sample(&self, count: usize, seed: u64) -> Densities {
        let n = self.dimension();
        self.in_chunks(count, |chunk, length| {
            let mut random = Deviates::new(seed, chunk as u64);
            let drawn = match &self.base {
                Base::Normal { .. } => random.normal(n * length),
                Base::Uniform { limits, .. } => {
                    let place = |&(lo, hi): &(f64, f64)| lo + (hi - lo) * random.uniform();
                    let all = std::iter::repeat_n(limits, length).flatten();
                    all.map(place).collect()
                }
            };
            transposed(&drawn, length)
        })
    }

    /// What chunks of points of the base, given by rows of coordinates, are carried to.
    fn in_chunks(&self, count: usize, rows: impl Fn(usize, usize) -> Vec<f64> + Sync) -> Densities {
        let n = self.dimension();
        let chunks: Vec<usize> = (0..count.div_ceil(BLOCK)).collect();
        let of_chunk = |chunk: usize| {
            let length = BLOCK.min(count - chunk * BLOCK);
            let (rows, logs) = self.carried(rows(chunk, length), length);
            (transposed(&rows, n), logs)
        };
        let parts: Vec<(Vec<f64>, Vec<f64>)> = chunks.into_par_iter().map(of_chunk).collect();
        let (points, logs): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let (points, log_densities) = (points.concat(), logs.concat());
        let with_point = points.chunks_exact(n).zip(&log_densities);
        let is_without = |(point, log): &(&[f64], &f64)| {
            let is_finite = point.iter().all(|x| x.is_finite()) && **log < f64::INFINITY;
            !is_finite && **log != f64::NEG_INFINITY
        };
        Densities {
            without_density: with_point.filter(is_without).count(),
            points,
            log_densities,
        }
    }

    /// Where points of the base, given by rows of coordinates, are carried to, and ln p there.
    fn carried(&self, mut rows: Vec<f64>, count: usize) -> (Vec<f64>, Vec<f64>) {
        let mut logs: Vec<f64> = (0..count)
            .map(|k| self.base.log_density(&rows, k, count))
            .collect();
        for layer in &self.layers {
            let (moved, stretch) = layer.compiled.at(&rows, count);
            rows = moved;
            for (log, stretch) in logs.iter_mut().zip(stretch) {
                // Where nothing is, nothing is carried anywhere.
                if *log > f64::NEG_INFINITY || log.is_nan() {
                    *log -= stretch;
                }
            }
        }
        (rows, logs)
    }

    /// The image of where the base density is not zero, as a region to check or to look at. Its map is the
    /// composition of all maps.
    ///
    /// ```
    /// use pullback::{Density, Map, OneToOne};
    /// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
    /// let density = Density::uniform("r = 0..1, t = 0..2*pi")?.pushforward(&polar)?;
    /// let check = density.region()?.check()?;
    /// assert_eq!(check.one_to_one, OneToOne::Proved);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the names of variables or targets do not fit together.
    pub fn region(&self) -> Result<MappedRegion, Error> {
        self.composition()?.over(self.base.region()?)
    }

    /// All maps in one.
    fn composition(&self) -> Result<Map, Error> {
        let mut maps = self.layers.iter().map(|layer| &layer.map);
        let Some(first) = maps.next() else {
            let names = match &self.base {
                Base::Uniform { region, .. } if region.named_variables().is_some() => {
                    region.variables().to_vec()
                }
                _ => default_names(self.dimension(), VARIABLES),
            };
            return Map::identity(&names.iter().map(String::as_str).collect::<Vec<_>>());
        };
        maps.try_fold(first.clone(), |inner, outer| inner.then(outer))
    }

    /// The region of the base with its points where they are carried to, on which integrals are by du.
    pub(crate) fn base_region(&self) -> Result<MappedRegion, Error> {
        let map = self.composition()?;
        // ∫ f(x) p(x) dx = ∫ f(φ(u)) p(u)/|det J| |det J| du: both determinants are left out.
        let one = Formulas::build(map.formulas().inputs.clone(), |graph, _| {
            Ok::<_, Error>(vec![graph.constant(1.0)])
        })?;
        map.with_determinant(one).over(self.base.region()?)
    }

    /// Formulas over the region of the base, times the density of the base.
    pub(crate) fn weighted(
        &self,
        integrands: Integrands<'static>,
    ) -> Result<Integrands<'static>, Error> {
        let Functions::Formulas(formulas) = &integrands.functions else {
            return Ok(integrands);
        };
        let n = self.dimension();
        let weighted = Formulas::build(formulas.inputs.clone(), |graph, inputs| {
            let values = formulas.within(graph, inputs);
            let weight = match &self.base {
                Base::Normal { .. } => {
                    let squares = inputs[..n].iter().map(|u| u.powi(2));
                    let sum = squares.reduce(|a, b| a + b).unwrap_or(graph.constant(0.0));
                    (-0.5 * sum).exp() * Unary::Exp.value(-0.5 * n as f64 * LN_TAU)
                }
                Base::Uniform { limits, .. } => {
                    let volume: f64 = limits.iter().map(|(lo, hi)| hi - lo).product();
                    graph.constant(1.0 / volume)
                }
            };
            Ok::<_, Error>(values.into_iter().map(|value| value * weight).collect())
        })?;
        Ok(Integrands {
            functions: Functions::Formulas(weighted),
            ..integrands
        })
    }
}

/// ln 2π.
const LN_TAU: f64 = 1.837_877_066_409_345_5;

impl Base {
    /// ln p at a point of a block, given by rows of coordinates.
    fn log_density(&self, rows: &[f64], k: usize, count: usize) -> f64 {
        let coordinates = rows.chunks_exact(count).map(|row| row[k]);
        match self {
            Base::Normal { dimension } => {
                let squares: f64 = coordinates.map(|u| u * u).sum();
                -0.5 * (squares + *dimension as f64 * LN_TAU)
            }
            Base::Uniform { limits, .. } => {
                let mut pairs = coordinates.zip(limits);
                match pairs.clone().any(|(u, _)| u.is_nan()) {
                    true => f64::NAN,
                    false if pairs.all(|(u, &(lo, hi))| lo <= u && u <= hi) => {
                        log_of_uniform(limits)
                    }
                    false => f64::NEG_INFINITY,
                }
            }
        }
    }

    /// Where it is not zero.
    fn region(&self) -> Result<Region, Error> {
        match self {
            Base::Normal { dimension } => {
                vec![(f64::NEG_INFINITY, f64::INFINITY); *dimension].into_region()
            }
            Base::Uniform { region, .. } => Ok((**region).clone()),
        }
    }
}

/// ln p in a box.
fn log_of_uniform(limits: &[(f64, f64)]) -> f64 {
    -limits
        .iter()
        .map(|(lo, hi)| Unary::Ln.value(hi - lo))
        .sum::<f64>()
}

/// A matrix, row by row, with its columns as rows; so many columns.
fn transposed(entries: &[f64], rows: usize) -> Vec<f64> {
    let columns = entries.len() / rows.max(1);
    let order = (0..columns).flat_map(|j| (0..rows).map(move |i| i * columns + j));
    order.map(|place| entries[place]).collect()
}
