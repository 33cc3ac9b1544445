//! The entry: what the catalogue says of a map.

/// What a map takes besides its variables: a number, such as the half axis of an ellipse, or a formula
/// of some of the variables, such as the curve below a region.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub(super) name: String,
    pub(super) of: Vec<String>,
    pub(super) default: String,
}

impl Argument {
    /// The name, by which the formulas of the map use it. That of a number is a parameter's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variables that its formula may use; none where it is a number.
    pub fn variables(&self) -> &[String] {
        &self.of
    }

    /// Whether it is a formula of variables, not a number.
    pub fn is_function(&self) -> bool {
        !self.of.is_empty()
    }

    /// The name with its variables: `a`, `lower(x)`.
    pub fn signature(&self) -> String {
        match self.is_function() {
            true => format!("{}({})", self.name, self.of.join(", ")),
            false => self.name.clone(),
        }
    }

    /// The formula that holds where none is given.
    pub fn default_text(&self) -> &str {
        &self.default
    }
}

/// A map of the catalogue: its formulas, its arguments, and what is known of it.
///
/// ```
/// let elliptic = pullback::catalogue::find("elliptic")?;
/// assert_eq!(elliptic.equations()[0], ("x".to_owned(), "a*r*cos(t)".to_owned()));
/// assert_eq!(elliptic.limits()[1].1, ["0", "2*pi"]);
/// assert_eq!(elliptic.arguments()[0].name(), "a");
/// assert_eq!(elliptic.measure(), "pi*abs(a*b)");
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Entry {
    name: String,
    about: String,
    equations: Vec<(String, String)>,
    limits: Vec<(String, [String; 2])>,
    arguments: Vec<Argument>,
    requirements: Vec<(String, String)>,
    determinant: Option<String>,
    measure: String,
    family: Option<String>,
}

/// Rows of the table, as they are written: variables with their limits, targets with their formulas,
/// and arguments of numbers.
pub(super) type Over<'t> = [(&'t str, &'t str, &'t str)];
pub(super) type Equations<'t> = [(&'t str, &'t str)];

impl Entry {
    /// An entry without arguments, whose default limits have this measure.
    pub(super) fn new(
        name: &str,
        about: &str,
        over: &Over<'_>,
        equations: &Equations<'_>,
        measure: &str,
    ) -> Entry {
        let owned = |text: &str| text.to_owned();
        let equations = equations.iter();
        let limits = over.iter();
        Entry {
            name: owned(name),
            about: owned(about),
            equations: equations.map(|(x, f)| (owned(x), owned(f))).collect(),
            limits: limits
                .map(|(u, lo, hi)| (owned(u), [owned(lo), owned(hi)]))
                .collect(),
            arguments: Vec::new(),
            requirements: Vec::new(),
            determinant: None,
            measure: owned(measure),
            family: None,
        }
    }

    /// The same with arguments that are numbers.
    pub(super) fn numbers(mut self, numbers: &[(&str, &str)]) -> Entry {
        for (name, default) in numbers {
            self = self.function(name, &[], default);
        }
        self
    }

    /// The same with an argument that is a formula of variables.
    pub(super) fn function(mut self, name: &str, of: &[&str], default: &str) -> Entry {
        self.arguments.push(Argument {
            name: name.to_owned(),
            of: of.iter().map(|variable| (*variable).to_owned()).collect(),
            default: default.to_owned(),
        });
        self
    }

    /// The same with a condition on the arguments, and what it says.
    pub(super) fn requires(mut self, condition: &str, why: &str) -> Entry {
        let requirement = (condition.to_owned(), why.to_owned());
        self.requirements.push(requirement);
        self
    }

    /// The same with its determinant.
    pub(super) fn with_determinant(mut self, determinant: &str) -> Entry {
        self.determinant = Some(determinant.to_owned());
        self
    }

    /// The same as one of several that differ in the number of dimensions.
    pub(super) fn of_family(mut self, family: &str) -> Entry {
        self.family = Some(family.to_owned());
        self
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, and what its variables mean, in a line.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The targets and their formulas, which use the variables and the arguments. An argument that is
    /// a function stands there by its name, or as `name(0)` and `name(1)` at those values of its
    /// variable.
    pub fn equations(&self) -> &[(String, String)] {
        &self.equations
    }

    /// The variables in their order, with the limits that hold where none are given: on them the map is
    /// one-to-one, but for a set of measure zero.
    pub fn limits(&self) -> &[(String, [String; 2])] {
        &self.limits
    }

    /// The arguments in the order in which they are given in parentheses.
    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// Conditions that the arguments must meet, each with what it says in words.
    pub(super) fn requirements(&self) -> &[(String, String)] {
        &self.requirements
    }

    /// det J, or √det(JᵀJ) of a curve or a surface, as textbooks write it; nothing where they do not.
    pub fn determinant(&self) -> Option<&str> {
        self.determinant.as_deref()
    }

    /// The length, the area or the volume over the default limits, for arguments that are numbers and
    /// the defaults of those that are functions.
    pub fn measure(&self) -> &str {
        &self.measure
    }

    /// What the name begins with, where several entries differ in the number of dimensions alone.
    pub fn family(&self) -> Option<&str> {
        self.family.as_deref()
    }
}
