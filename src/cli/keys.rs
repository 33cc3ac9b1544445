//! The keys of a problem: each is an entry of a problem file and a flag, described once for both.

/// A key of a problem.
#[derive(Debug)]
pub(super) struct Key {
    /// The name in a problem file.
    pub(super) name: &'static str,
    /// What stands for the value in the help; nothing where it is on or off.
    pub(super) value: &'static str,
    /// What it means.
    pub(super) help: &'static str,
    /// What holds where it is not given, where that is worth saying.
    pub(super) default: Option<&'static str>,
    /// Whether the flag may be given several times.
    pub(super) repeats: bool,
}

impl Key {
    /// The flag, without its dashes.
    pub(super) fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Whether it is on or off.
    pub(super) fn is_switch(&self) -> bool {
        self.value.is_empty()
    }
}

/// The targets as functions of the variables.
pub(super) const MAP: Key = Key {
    name: "map",
    value: "x = …, y = …",
    help: "The targets as functions of the variables, or a name that `pullback maps` lists; left out, \
           the targets are the variables",
    default: None,
    repeats: false,
};

/// The variables as functions of the targets.
pub(super) const INVERSE: Key = Key {
    name: "inverse",
    value: "u = x*y, v = y/x",
    help: "In the place of a map: the variables as functions of the targets",
    default: None,
    repeats: false,
};

/// The point that selects the branch of the inverse.
pub(super) const NEAR: Key = Key {
    name: "near",
    value: "x = 1, y = 1",
    help: "A point near the branch of the inverse that is meant; it need not lie in the region",
    default: None,
    repeats: false,
};

/// The limits of the variables.
pub(super) const OVER: Key = Key {
    name: "over",
    value: "r = 0..1, t = …",
    help: "The limits of the variables, in order; a limit may use earlier variables, inf and -inf",
    default: None,
    repeats: false,
};

/// A mesh in the place of a map and limits.
pub(super) const MESH: Key = Key {
    name: "mesh",
    value: "FILE.msh",
    help: "Elements to integrate over, in the place of a map and limits: a file of Gmsh's, version 4.1; \
           the integrand is a formula of x, y, z; a problem file names it from its own folder",
    default: None,
    repeats: false,
};

/// The part of a mesh that is meant.
pub(super) const GROUP: Key = Key {
    name: "group",
    value: "NAME",
    help: "Only the elements of this physical group of the mesh",
    default: Some("all elements of the highest dimension"),
    repeats: false,
};

/// The part of the region that is meant.
pub(super) const WHERE: Key = Key {
    name: "where",
    value: "x^2 + y^2 <= 4, y >= x",
    help: "Only where all conditions hold, in targets, variables or both; and, or, not and chains are \
           allowed; may be given several times",
    default: None,
    repeats: true,
};

/// The curve or the surface that is meant.
pub(super) const ON: Key = Key {
    name: "on",
    value: "x^2 + y^2 = 4",
    help: "Only the curve or the surface of this equation in the region, measured by length or area",
    default: None,
    repeats: false,
};

/// Whether det J keeps its sign.
pub(super) const SIGNED: Key = Key {
    name: "signed",
    value: "",
    help: "det J instead of |det J|: swapped limits and folds count negative",
    default: None,
    repeats: false,
};

/// The curve that bounds the region.
pub(super) const INSIDE: Key = Key {
    name: "inside",
    value: "x = cos(t)^3, y = sin(t)^3",
    help: "The region of the plane that a closed curve bounds, in the place of a map; its parameter has its \
           limits in --over, and either direction will do",
    default: None,
    repeats: false,
};

/// The rings of a polygon.
pub(super) const POLYGON: Key = Key {
    name: "polygon",
    value: "(0,0) (4,0) (4,3)",
    help: "A polygon in the place of a map, in x and y: a ring of points, or POLYGON ((0 0, 4 0, 4 3, 0 0)); \
           given several times for holes and more rings",
    default: None,
    repeats: true,
};

/// What is integrated.
pub(super) const INTEGRAND: Key = Key {
    name: "integrand",
    value: "FORMULA",
    help: "What to integrate, in targets, variables or both; may be given several times",
    default: Some("1"),
    repeats: true,
};

/// The field whose work or flux is wanted.
pub(super) const FIELD: Key = Key {
    name: "field",
    value: "-y, x",
    help: "A vector field in the place of an integrand, with a component for every target: its work along a \
           curve, or its flux through a surface, toward ∂φ/∂u × ∂φ/∂v",
    default: None,
    repeats: false,
};

/// The point at which derivatives are wanted.
pub(super) const AT: Key = Key {
    name: "at",
    value: "r = 1 ± 0.1, t = 0.5",
    help: "The point: a value for every variable; with ± or +- its standard uncertainty, which is carried to \
           the targets",
    default: None,
    repeats: false,
};

/// How the uncertainties of the variables go together.
pub(super) const COVARIANCE: Key = Key {
    name: "covariance",
    value: "0.01, 0.002; 0.002, 0.04",
    help: "The covariance of the variables in their order, in the place of uncertainties behind ±",
    default: None,
    repeats: false,
};

/// The box on which the linear approximation is compared with the map.
pub(super) const WITHIN: Key = Key {
    name: "within",
    value: "r = 0.1, t = 0.1",
    help: "How far each variable may be from the point: says how far the map is from its linear \
           approximation there, at most",
    default: Some("the uncertainties, where there are any"),
    repeats: false,
};

/// The parameters by which the integral is differentiated.
pub(super) const GRADIENT: Key = Key {
    name: "gradient",
    value: "a, b",
    help: "The derivatives of the integral by these parameters, each with its error: of the map, of limits, \
           of conditions and of the integrand",
    default: None,
    repeats: false,
};

/// The parameters by which the integral is differentiated twice.
pub(super) const HESSIAN: Key = Key {
    name: "hessian",
    value: "a, b",
    help: "The second derivatives of the integral by each pair of these parameters, each with its error",
    default: None,
    repeats: false,
};

/// Whether the integral is divided by the measure.
pub(super) const AVERAGE: Key = Key {
    name: "average",
    value: "",
    help: "Divides by the measure: of the targets this is the centre of mass",
    default: None,
    repeats: false,
};

/// The keys of what else is asked of an integral.
pub(super) const INTEGRAL: [&Key; 3] = [&AVERAGE, &GRADIENT, &HESSIAN];

/// The keys of what is asked at a point.
pub(super) const POINT: [&Key; 3] = [&AT, &COVARIANCE, &WITHIN];

/// The pieces of a region, in files alone.
pub(super) const PIECE: Key = Key {
    name: "piece",
    value: "[[piece]]",
    help: "Several pieces, each with a map, limits and conditions of its own",
    default: None,
    repeats: true,
};

/// Where a pole is passed by the principal value.
pub(super) const PRINCIPAL_VALUE: Key = Key {
    name: "principal_value",
    value: "x = 0",
    help: "Cauchy's principal value at a pole, where a variable is this number",
    default: None,
    repeats: false,
};

/// Constants.
pub(super) const PARAM: Key = Key {
    name: "param",
    value: "a = 2, b = …",
    help: "Constants for all formulas; later ones may use earlier ones. `a = 0..2 by 0.1` or `a = 0, 0.5, 2` \
           makes a table, a row a value; `a = 2 ± 0.1` is carried to the integral",
    default: None,
    repeats: true,
};

/// The keys that describe the problem; settings are keys too.
pub(super) const PROBLEM: [&Key; 15] = [
    &MAP,
    &INVERSE,
    &NEAR,
    &INSIDE,
    &POLYGON,
    &OVER,
    &MESH,
    &GROUP,
    &WHERE,
    &ON,
    &INTEGRAND,
    &FIELD,
    &PARAM,
    &SIGNED,
    &PRINCIPAL_VALUE,
];
