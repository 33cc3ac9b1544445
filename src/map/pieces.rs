//! Several domains as one: integrals and errors add up.

use super::domain::Domain;
use super::integrands::Integrands;
use super::parameters::Parameters;
use super::pullback::Pullback;
use crate::error::{Error, Misfit};
use crate::integrand::Integrand;

/// Several pieces, each a domain of its own, as one domain.
///
/// ∫_A∪B f = ∫_A f + ∫_B f
///
/// All have the same targets, in which integrands are written, and equally many variables. Where all call
/// their variables by the same names, integrands may use these too; and parameters, as far as the first of
/// them are the same for all. What pieces have in common counts as often as they have it.
///
/// *Accuracy*: errors add up, each piece gets its share of the tolerance.
///
/// ```
/// use pullback::{Map, Pieces, Polygon};
/// use std::f64::consts::PI;
/// // A square with half a disk on one side.
/// let square = Polygon::read("(-1, -1) (1, -1) (1, 0) (-1, 0)")?;
/// let cap = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..pi")?;
/// let window = Pieces::new(vec![Box::new(square), Box::new(cap)])?;
/// assert!((window.measure()?.value - (2.0 + PI / 2.0)).abs() < 1e-13);
/// // −1 + 2/3
/// assert!((window.integrate(|[_, y]| y)?.value + 1.0 / 3.0).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
pub struct Pieces<'d> {
    pieces: Vec<Box<dyn Domain + 'd>>,
    /// The names that all share; empty ones, which no formula can use, where they do not.
    variables: Vec<String>,
    parameters: Parameters,
}

impl std::fmt::Debug for Pieces<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} pieces with the targets {:?}",
            self.pieces.len(),
            self.targets()
        )
    }
}

impl<'d> Pieces<'d> {
    /// The pieces as one domain.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are none, they have other targets or more variables than the first, or one
    /// of them is meant as a principal value.
    pub fn new(pieces: Vec<Box<dyn Domain + 'd>>) -> Result<Self, Error> {
        let Some(first) = pieces.first() else {
            return Err(Misfit::NoPieces.into());
        };
        for (number, piece) in (1..).zip(&pieces) {
            if piece.targets() != first.targets() {
                return Err(Misfit::PieceTargets {
                    piece: number,
                    given: piece.targets().to_vec(),
                    first: first.targets().to_vec(),
                }
                .into());
            }
            if piece.variables().len() != first.variables().len() {
                return Err(Misfit::PieceVariables {
                    piece: number,
                    given: piece.variables().len(),
                    first: first.variables().len(),
                }
                .into());
            }
            if piece.principal_value().is_some() {
                return Err(Misfit::PiecePrincipalValue { piece: number }.into());
            }
        }
        let is_shared = pieces.iter().all(|p| p.variables() == first.variables());
        let variables = match is_shared {
            true => first.variables().to_vec(),
            false => vec![String::new(); first.variables().len()],
        };
        Ok(Pieces {
            variables,
            parameters: shared(&pieces),
            pieces,
        })
    }

    /// The pieces.
    pub fn pieces(&self) -> &[Box<dyn Domain + 'd>] {
        &self.pieces
    }
}

/// The parameters with which all pieces begin.
fn shared(pieces: &[Box<dyn Domain + '_>]) -> Parameters {
    let mut parameters = Parameters::new();
    let of = |piece: &dyn Domain, k: usize| {
        let found = piece.parameters().iter().nth(k);
        found.map(|(name, value)| (name.to_owned(), value.to_bits()))
    };
    let first = pieces[0].as_ref();
    for (k, (name, value)) in first.parameters().iter().enumerate() {
        if !pieces
            .iter()
            .all(|piece| of(piece.as_ref(), k) == of(first, k))
        {
            break;
        }
        parameters.set(name, value);
    }
    parameters
}

impl Domain for Pieces<'_> {
    fn variables(&self) -> &[String] {
        &self.variables
    }

    fn targets(&self) -> &[String] {
        self.pieces[0].targets()
    }

    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        // Variables, targets, then parameters: the inputs of formulas are found by their places, and what
        // a piece has besides comes last.
        let mut whole: Option<Pullback<'a>> = None;
        for (number, piece) in (1..).zip(&self.pieces) {
            let part = piece
                .pull_back(integrands)?
                .labelled(&format!("piece {number}"));
            whole = Some(match whole {
                // A curve of an equation has one coordinate less than its limits.
                Some(before) if before.dimension() != part.dimension() => {
                    return Err(Misfit::PiecesOfDimensions {
                        piece: number,
                        own: part.dimension(),
                        others: before.dimension(),
                    }
                    .into());
                }
                Some(before) => before.and(part),
                None => part,
            });
        }
        whole.ok_or_else(|| Misfit::NoPieces.into())
    }

    fn derivative<'a>(
        &'a self,
        integrands: &'a Integrands<'a>,
        parameters: &[&str],
    ) -> Result<Vec<Pullback<'a>>, Error> {
        let mut all = Vec::new();
        for (number, piece) in (1..).zip(&self.pieces) {
            let parts = piece.derivative(integrands, parameters)?.into_iter();
            all.extend(parts.map(|part| part.labelled(&format!("piece {number}"))));
        }
        Ok(all)
    }
}
