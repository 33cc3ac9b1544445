//! The domain of an integral: whatever can be pulled back to the unit box.

use super::integrands::{Functions, Integrands, Names};
use super::parameters::Parameters;
use super::printed::Printed;
use super::pullback::Pullback;
use crate::error::{Error, Misfit};
use crate::expr::graph::Expr;

/// Whatever can be pulled back to the unit box: a map over limits, or a map that is code.
///
/// A domain has variables, which run through the region, and targets, the coordinates of its image,
/// in which integrands are written.
pub trait Domain: Sync {
    /// The names of the variables.
    fn variables(&self) -> &[String];

    /// The names of the targets.
    fn targets(&self) -> &[String];

    /// The parameters that integrands may use.
    fn parameters(&self) -> &Parameters {
        static NONE: Parameters = Parameters::new();
        &NONE
    }

    /// A target as a formula of the variables, if it is one.
    fn formula(&self, _target: usize) -> Option<String> {
        None
    }

    /// The determinant of the map, or what measures lengths and areas in its place, as a formula of the
    /// variables with its name, if it is one; with the signs that variables have within their limits.
    ///
    /// ```
    /// use pullback::{Domain, Map};
    /// let map = Map::parse("x = sqrt(u/v), y = sqrt(u*v)")?;
    /// assert_eq!(map.jacobian()?.determinant(), "1/(2*abs(v))");
    /// let domain = map.over("u = 1..2, v = 1..u")?;
    /// assert_eq!(domain.determinant(), Some(("det J", "1/(2*v)".to_owned())));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    fn determinant(&self) -> Option<(&'static str, String)> {
        None
    }

    /// The formulas for people to read, shortened where that is possible, with the values of their parameters, or
    /// with these values in the place of the parameters; none where targets are no formulas.
    ///
    /// ```
    /// use pullback::{Domain, Parameters, catalogue};
    /// let ellipse = catalogue::read("elliptic(3, 2)")?.over_defaults(&Parameters::new())?;
    /// let printed = ellipse.printed(false).unwrap();
    /// assert_eq!(printed.targets[0], "a*r*cos(t)");
    /// assert_eq!(printed.parameters[0], ("a".to_owned(), 3.0));
    /// assert_eq!(ellipse.printed(true).unwrap().targets[0], "3*r*cos(t)");
    /// # Ok::<(), pullback::Error>(())
    /// ```
    fn printed(&self, with_values: bool) -> Option<Printed> {
        if with_values {
            return None;
        }
        let targets = (0..self.targets().len()).map(|i| self.formula(i));
        let targets = targets.collect::<Option<Vec<String>>>()?;
        Some(Printed::new(
            self.parameters(),
            targets,
            self.determinant(),
            &[],
        ))
    }

    /// The axis, and the place in (0, 1) along it, across which the principal value is meant, if it
    /// is.
    fn principal_value(&self) -> Option<(usize, f64)> {
        None
    }

    /// The integrands times |det J| on the unit box.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit has no meaning, the crate has no formula for a derivative, or the
    /// integrands are those of another domain.
    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error>;

    /// Integrals on unit boxes whose sum is the derivative by a parameter, or the second derivative by two:
    /// what changes inside, and what each jump adds whose place moves.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no such parameter, or the derivative is not known for this domain or
    /// these integrands; as for [`Domain::pull_back`].
    fn derivative<'a>(
        &'a self,
        _integrands: &'a Integrands<'a>,
        _parameters: &[&str],
    ) -> Result<Vec<Pullback<'a>>, Error> {
        Err(Misfit::NoDerivativeOfRegion.into())
    }
}

/// The names that formulas over a domain may use.
pub(super) fn names(domain: &dyn Domain) -> Names<'_> {
    Names {
        variables: domain.variables(),
        targets: domain.targets(),
        parameters: domain.parameters(),
    }
}

/// The integrands that a closure describes, as formulas of the targets.
pub(crate) fn trace<const M: usize>(
    domain: &dyn Domain,
    integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> Vec<Expr<'g>>,
) -> Result<Integrands<'static>, Error> {
    names(domain).trace(integrands)
}

/// The integrands that texts describe, as formulas of targets and variables; none at all stand for 1.
pub(crate) fn parse(domain: &dyn Domain, texts: &[&str]) -> Result<Integrands<'static>, Error> {
    let mut integrands = names(domain).parse(texts)?;
    for (i, target) in domain.targets().iter().enumerate() {
        let is_other = domain.formula(i).is_none_or(|formula| formula != *target);
        if domain.variables().contains(target) && is_other {
            integrands.warnings.push(format!(
                "`{target}` names a variable and a target: in the integrand it is the target"
            ));
        }
    }
    Ok(integrands)
}

impl<'a> Pullback<'a> {
    /// The pullback of integrands over a domain.
    ///
    /// # Errors
    /// As for [`Domain::pull_back`].
    pub fn new(
        domain: &'a (dyn Domain + 'a),
        integrands: &'a Integrands<'a>,
    ) -> Result<Self, Error> {
        if let Functions::Formulas(formulas) = &integrands.functions {
            let expected = names(domain).inputs();
            if formulas.inputs.len() != expected.len() {
                return Err(Misfit::OtherDomain {
                    integrands: formulas.inputs.clone(),
                    domain: expected,
                }
                .into());
            }
        }
        domain.pull_back(integrands)
    }
}

/// What can be given where integrands are wanted: [`Integrands`], a text, or several texts, which
/// are formulas of targets and variables.
pub trait IntoIntegrands {
    /// Gives the integrands to `work`.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault of a text; those of `work`.
    fn with<T>(
        self,
        domain: &dyn Domain,
        work: impl FnOnce(&Integrands<'_>) -> Result<T, Error>,
    ) -> Result<T, Error>;
}

impl IntoIntegrands for &Integrands<'_> {
    fn with<T>(
        self,
        _: &dyn Domain,
        work: impl FnOnce(&Integrands<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(self)
    }
}

/// Texts as integrands, each kind with how it is read as several.
macro_rules! texts {
    ($([$($generics:tt)*] $texts:ty, $several:expr;)*) => {$(
        impl<$($generics)*> IntoIntegrands for $texts {
            fn with<T>(
                self,
                domain: &dyn Domain,
                work: impl FnOnce(&Integrands<'_>) -> Result<T, Error>,
            ) -> Result<T, Error> {
                let several: Vec<&str> = $several(self);
                work(&parse(domain, &several)?)
            }
        }
    )*};
}

texts! {
    ['t] &'t str, |text| vec![text];
    ['t] &'t String, |text: &'t String| vec![&text[..]];
    ['t, S: AsRef<str>] &'t [S], all;
    ['t, S: AsRef<str>, const N: usize] &'t [S; N], |texts: &'t [S; N]| all(texts);
    ['t, S: AsRef<str>] &'t Vec<S>, |texts: &'t Vec<S>| all(texts);
}

fn all<S: AsRef<str>>(texts: &[S]) -> Vec<&str> {
    texts.iter().map(S::as_ref).collect()
}
