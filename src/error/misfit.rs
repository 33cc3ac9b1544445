//! How the parts of a problem can fail to fit together.

use std::fmt;

use super::density::DensityFault;
use super::inverse_fault::InverseFault;
use super::names::{listed, short};
use super::outline::OutlineFault;
use super::solve_fault::SolveFault;

/// What does not fit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Misfit {
    /// A map without variables.
    NoVariables,
    /// A map without targets.
    NoTargets,
    /// A map over limits with fewer targets than variables: it squeezes the region flat.
    TooFewTargets {
        /// How many variables it has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
    },
    /// A name occurs twice.
    GivenTwice {
        /// The name.
        name: String,
    },
    /// A parameter has one value in one map and another in the next.
    TwoValues {
        /// The parameter.
        name: String,
    },
    /// As many names are not needed.
    Names {
        /// How many names were given.
        given: usize,
        /// How many there must be.
        wanted: usize,
        /// What they name: variables or targets.
        what: &'static str,
    },
    /// A point does not have one number for each variable.
    Point {
        /// How many numbers it has.
        given: usize,
        /// How many variables there are.
        variables: usize,
    },
    /// A derivative by what is no parameter.
    NoSuchParameter {
        /// What was asked for.
        name: String,
        /// The parameters.
        parameters: Vec<String>,
    },
    /// A value that is no sum over nodes.
    NoNodes {
        /// How it was found.
        method: String,
    },
    /// A derivative of code by a parameter, which it does not see.
    NoDerivativeOfCode,
    /// A derivative by a parameter of a kind of region that has none yet.
    NoDerivativeOfRegion,
    /// A derivative by a parameter that moves steps of `floor` or `ceil`.
    MovingSteps {
        /// The parameter.
        parameter: String,
    },
    /// A second derivative where the place of a jump moves with a parameter.
    NoSecondDerivative {
        /// The parameter.
        parameter: String,
    },
    /// A map of several targets, where what is asked for is of one.
    NotScalar {
        /// How many it has.
        targets: usize,
    },
    /// Vectors of the wrong length.
    Vectors {
        /// How many numbers there are.
        given: usize,
        /// How many there must be.
        wanted: usize,
    },
    /// A matrix that cannot be the covariance of anything.
    NotACovariance {
        /// Why not.
        reason: &'static str,
    },
    /// There is no density.
    Density(DensityFault),
    /// The targets of a map cannot be the variables of the next.
    Composition {
        /// How many targets the first map has.
        targets: usize,
        /// How many variables the next map has.
        variables: usize,
    },
    /// A region does not have limits for each variable of the map.
    Limits {
        /// For how many variables it has limits.
        given: usize,
        /// How many variables the map has.
        variables: usize,
    },
    /// There are limits for a variable that the map does not have.
    NoSuchVariable {
        /// The variable.
        name: String,
        /// The variables of the map.
        variables: Vec<String>,
    },
    /// There are limits with names, but the variables of the map still have the names that they get
    /// where none are given.
    Unnamed {
        /// The names in the limits.
        names: Vec<String>,
        /// The variables of the map.
        variables: Vec<String>,
    },
    /// A map that is code does not fit its limits, or has fewer targets than variables.
    Transformation {
        /// How many variables it has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
        /// For how many variables there are limits.
        limits: usize,
    },
    /// An integrand takes another number of targets than the map has.
    Integrand {
        /// How many targets it takes.
        takes: usize,
        /// How many targets there are.
        targets: usize,
    },
    /// There are no integrands.
    NoIntegrands,
    /// A formula stands in the place of a condition.
    NotACondition,
    /// Equations whose common zeros cannot be measured.
    LevelSet {
        /// How many equations there are.
        equations: usize,
        /// How many variables the map has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
    },
    /// An equation holds everywhere, and describes no curve or surface.
    EquationEverywhere {
        /// The equation.
        equation: String,
    },
    /// Code is to be integrated over a level set.
    CodeOnLevelSet,
    /// A sign is asked for of a map that has none, since it has more targets than variables.
    NoSign {
        /// How many variables it has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
    },
    /// A verdict is asked for on a map that is no formula, or on several at once.
    NoVerdict,
    /// The integrands are formulas of the names of another domain.
    OtherDomain {
        /// The names that they may use.
        integrands: Vec<String>,
        /// The variables, targets and parameters of the domain.
        domain: Vec<String>,
    },
    /// A complex integrand does not have two parts.
    ComplexParts {
        /// How many formulas were given.
        given: usize,
    },
    /// A field with a component that is complex.
    ComplexField,
    /// The limits of a variable use that variable or a later one; both count from 1.
    LaterVariable {
        /// The variable whose limits these are.
        variable: usize,
        /// The variable that they use.
        uses: usize,
    },
    /// Limits were asked for without values of all earlier variables, or of no variable.
    EarlierValues {
        /// How many values were given.
        given: usize,
        /// The variable, from 1 on.
        variable: usize,
        /// How many variables there are.
        variables: usize,
    },
    /// A limit is not a number.
    LimitNotANumber {
        /// The variable.
        variable: String,
    },
    /// Both limits are the same infinity.
    InfiniteLimits {
        /// The variable.
        variable: String,
        /// The limit.
        limit: f64,
    },
    /// The principal value is wanted where a variable is a number that it does not pass between
    /// constant limits.
    PrincipalValue {
        /// The variable.
        variable: String,
        /// The number.
        at: f64,
    },
    /// The arguments of a map of the catalogue are not what it needs.
    Requirement {
        /// The map.
        map: String,
        /// What it needs.
        needs: String,
    },
    /// Curves or polygons bound no region of the plane.
    Outline(OutlineFault),
    /// A field is integrated over what is neither a curve nor a surface in space.
    NoOrientation {
        /// How many variables it has.
        variables: usize,
        /// How many targets it has.
        targets: usize,
    },
    /// A field does not have a component for every target.
    FieldComponents {
        /// How many it has.
        given: usize,
        /// How many targets there are.
        targets: usize,
    },
    /// There are no pieces.
    NoPieces,
    /// Pieces of different dimensions.
    PiecesOfDimensions {
        /// The number of a piece, from 1 on.
        piece: usize,
        /// Its dimension.
        own: usize,
        /// That of the pieces before it.
        others: usize,
    },
    /// A piece has other targets than the first.
    PieceTargets {
        /// The number of the piece, from 1 on.
        piece: usize,
        /// Its targets.
        given: Vec<String>,
        /// Those of the first.
        first: Vec<String>,
    },
    /// A piece has another number of variables than the first.
    PieceVariables {
        /// The number of the piece, from 1 on.
        piece: usize,
        /// How many it has.
        given: usize,
        /// How many the first has.
        first: usize,
    },
    /// A piece is meant as a principal value.
    PiecePrincipalValue {
        /// The number of the piece, from 1 on.
        piece: usize,
    },
    /// The crate has no formula for a derivative.
    NoDerivative {
        /// The function.
        function: String,
    },
    /// A map that is given the other way round has no inverse.
    Inverse(InverseFault),
    /// Equations are not ready to be solved.
    Solve(SolveFault),
    /// A program cannot have as many variables.
    TooManyVariables {
        /// How many there are.
        given: usize,
        /// How many there can be.
        limit: usize,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Misfit::*;
        match self {
            NoVariables => f.write_str("a map needs at least one variable"),
            NoTargets => f.write_str("a map needs at least one target"),
            TooFewTargets { variables, targets } => write!(
                f,
                "a map of {variables} variables needs at least {variables} targets, not {targets}: \
                 with fewer it squeezes the region flat"
            ),
            NoSuchParameter { name, parameters } if parameters.is_empty() => {
                write!(f, "there is no parameter `{}`, nor any other", short(name))
            }
            NoSuchParameter { name, parameters } => write!(
                f,
                "there is no parameter `{}`: the parameters are {}",
                short(name),
                listed(parameters)
            ),
            NoDerivativeOfCode => {
                f.write_str("an integrand that is code has no derivative by a parameter")
            }
            NoNodes { method } => write!(
                f,
                "the value of `{method}` is not one sum over nodes: those of gauss, tanh-sinh, cubature (to a million \
                 cells), qmc, vegas and monte-carlo are, where the region is not divided"
            ),
            NoDerivativeOfRegion => f.write_str(
                "the derivative by a parameter is there for maps over limits, with conditions or without, \
                 and for pieces of such, not for this kind of region",
            ),
            MovingSteps { parameter } => write!(
                f,
                "steps of `floor` or `ceil` move with `{}`: the derivative by it is not known",
                short(parameter)
            ),
            NoSecondDerivative { parameter } => write!(
                f,
                "a jump moves with `{}`: of the integral beside it the first derivative is known, not the second",
                short(parameter)
            ),
            NotScalar { targets } => write!(
                f,
                "a gradient and second derivatives are of one target, and the map has {targets}"
            ),
            Vectors { given, wanted } => {
                write!(f, "{given} numbers where there must be {wanted}")
            }
            NotACovariance { reason } => write!(f, "this is no covariance: {reason}"),
            GivenTwice { name } => write!(f, "`{}` is given twice", short(name)),
            TwoValues { name } => write!(f, "the parameter `{}` has two values", short(name)),
            Names {
                given,
                wanted,
                what,
            } => write!(f, "{given} names for {wanted} {what}"),
            Point { given, variables } => {
                write!(f, "a point of {given} numbers for {variables} variables")
            }
            Composition { targets, variables } => write!(
                f,
                "{targets} targets cannot be the {variables} variables of the next map"
            ),
            Limits { given, variables } => {
                let plural = if *given == 1 { "" } else { "s" };
                write!(
                    f,
                    "limits for {given} variable{plural}, but the map has {variables}"
                )
            }
            NoSuchVariable { name, variables } => write!(
                f,
                "there are limits for `{}`, but the variables of the map are {}",
                short(name),
                listed(variables)
            ),
            Unnamed { names, variables } => write!(
                f,
                "there are limits for {}, but the variables of the map are {}, since they were \
                 not named: name them by .named([\"{}\"], …), targets after the variables",
                listed(names),
                listed(variables),
                listed(names).replace(", ", "\", \"")
            ),
            Transformation {
                variables,
                targets,
                limits,
            } => write!(
                f,
                "a map of {variables} variables to {targets} targets over limits for {limits} \
                 variables: there must be as many limits as variables, and at least as many targets"
            ),
            Integrand { takes, targets } => write!(
                f,
                "the integrand takes {takes} targets, but the map has {targets}"
            ),
            NoIntegrands => f.write_str("there are no integrands"),
            NotACondition => f.write_str(
                "a condition is a comparison, or several joined: `x.lt(y)`, not a value",
            ),
            LevelSet {
                equations,
                variables,
                targets,
            } => match variables == targets {
                true => write!(
                    f,
                    "{equations} equations of {variables} variables: give one, for a surface or a curve \
                     in the plane, or one less than there are variables, for a curve"
                ),
                false => write!(
                    f,
                    "equations divide a map of {variables} variables to {targets} targets; there must \
                     be as many targets as variables"
                ),
            },
            EquationEverywhere { equation } => write!(
                f,
                "the equation `{equation}` holds everywhere in the limits: it describes no curve or surface; \
                 leave it out, or write what differs on its two sides"
            ),
            CodeOnLevelSet => f.write_str(
                "code cannot be integrated over a level set: give the integrand as a formula",
            ),
            NoSign { variables, targets } => write!(
                f,
                "the map of {variables} variables to {targets} targets has no determinant, and so \
                 no sign: leave the sign out, or integrate a field"
            ),
            NoVerdict => f.write_str(
                "what a map does is told of one map that is a formula, not of code or of several pieces: \
                 check each piece by itself",
            ),
            OtherDomain { integrands, domain } => write!(
                f,
                "the integrands are formulas of {}, but those of this domain are formulas of {}",
                listed(integrands),
                listed(domain)
            ),
            ComplexParts { given } => write!(
                f,
                "a complex integrand has two parts, but {given} formulas are given"
            ),
            ComplexField => f.write_str(
                "a field is real, and this one is complex: integrate the real and the imaginary part apart",
            ),
            LaterVariable { variable, uses } => write!(
                f,
                "the limits of variable {variable} use variable {uses}: limits may use earlier \
                 variables only"
            ),
            EarlierValues {
                given,
                variable,
                variables,
            } => write!(
                f,
                "{given} values given for the limits of variable {variable} of {variables}"
            ),
            LimitNotANumber { variable } => {
                write!(f, "a limit of `{}` is not a number", short(variable))
            }
            InfiniteLimits { variable, limit } => {
                write!(f, "both limits of `{}` are {limit}", short(variable))
            }
            PrincipalValue { variable, at } => write!(
                f,
                "there is no principal value at {} = {at}: it must be a variable, and the number \
                 between constant limits of it",
                short(variable)
            ),
            Requirement { map, needs } => write!(f, "`{map}`: {needs}"),
            Outline(fault) => fault.fmt(f),
            NoOrientation { variables, targets } => write!(
                f,
                "a field does work along a curve, of 1 variable, or flows through a surface, of 2 variables \
                 in 3 targets; this has {variables} in {targets}"
            ),
            FieldComponents { given, targets } => {
                let plural = if *given == 1 { "" } else { "s" };
                write!(
                    f,
                    "the field has {given} component{plural}, but must have one for each of the {targets} \
                     targets"
                )
            }
            NoPieces => f.write_str("there are no pieces"),
            PiecesOfDimensions { piece, own, others } => write!(
                f,
                "piece {piece} has the dimension {own}, and those before it have {others}: their measures \
                 do not add up"
            ),
            PieceTargets {
                piece,
                given,
                first,
            } => write!(
                f,
                "piece {piece} has the targets {}, but the first has {}: all need the same, in one order",
                listed(given),
                listed(first)
            ),
            PieceVariables {
                piece,
                given,
                first,
            } => write!(
                f,
                "piece {piece} has {given} variables, but the first has {first}: areas and lengths do not \
                 add up"
            ),
            PiecePrincipalValue { piece } => write!(
                f,
                "piece {piece} is meant as a principal value: integrate it by itself, and add the rest"
            ),
            NoDerivative { function } => {
                write!(f, "there is no formula for the derivative of {function}")
            }
            Inverse(fault) => fault.fmt(f),
            Solve(fault) => fault.fmt(f),
            Density(fault) => fault.fmt(f),
            TooManyVariables { given, limit } => write!(
                f,
                "{given} variables are more than the {limit} that a program can have"
            ),
        }
    }
}
