//! What can be wrong at a place of a text.

use std::fmt;

use super::names::{listed, short};

/// What is wrong at a place of a text, and what would be right where that is known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TextFault {
    /// A name that means nothing here.
    UnknownName {
        /// The name.
        name: String,
        /// A known name, or a product of known names, that was meant.
        meant: Option<String>,
        /// The names that formulas may use here.
        known: Vec<String>,
    },
    /// A function that there is not.
    UnknownFunction {
        /// The name.
        name: String,
        /// What was meant.
        meant: Option<String>,
        /// The functions that there are; none where `name` is a value that exists elsewhere.
        known: Vec<&'static str>,
    },
    /// The limits of a variable use that variable or a later one.
    LaterVariable {
        /// The variable that the limits use.
        name: String,
        /// The variable whose limits these are.
        variable: String,
    },
    /// Something that is not a name.
    NotAName {
        /// What stands there.
        name: String,
    },
    /// A name that has another meaning in formulas.
    ReservedName {
        /// The name.
        name: String,
        /// What it is: a constant, a word of the language, a function.
        what: &'static str,
    },
    /// A name that was given before.
    GivenTwice {
        /// The name.
        name: String,
    },
    /// An entry of a list that is not `name = …`.
    NotAnEquation {
        /// What was meant.
        meant: Option<String>,
    },
    /// Two entries without a comma between them.
    MissingComma {
        /// The first of them.
        entry: String,
        /// The name of the second.
        next: String,
    },
    /// Limits without `..` between them.
    MissingDots,
    /// Limits with more than one `..`.
    SecondDots,
    /// A sign that formulas do not have.
    UnexpectedSign {
        /// The sign.
        sign: char,
        /// What to write.
        instead: Option<&'static str>,
    },
    /// An absolute value in bars.
    Bars {
        /// What stands between them.
        inside: String,
    },
    /// A text that is too long.
    TooLong {
        /// The most bytes.
        limit: usize,
    },
    /// A formula that is nested too deeply.
    TooDeep {
        /// The most levels.
        limit: usize,
    },
    /// A raised number without digits, or with too many.
    RaisedNumber {
        /// The most digits.
        limit: usize,
    },
    /// A formula whose value is not a finite number, where one is needed.
    NotFinite {
        /// The value.
        value: f64,
    },
    /// A number that is too large.
    NumberOutOfRange,
    /// A parenthesis that is never closed.
    NeverClosed,
    /// A parenthesis that closes nothing.
    ClosesNothing,
    /// `=` where values are.
    EqualsSign,
    /// Something else than what can stand here.
    Unexpected {
        /// What can stand here.
        wanted: &'static str,
        /// What stands here; nothing where the formula ends.
        found: Option<String>,
        /// What was meant.
        meant: Option<String>,
    },
    /// Two values without an operator between them.
    MissingOperator {
        /// Where the second value begins: a number, a name or a parenthesis.
        next: String,
        /// Their product, where both are short.
        product: Option<String>,
    },
    /// Something else in the place of an equation.
    NotOneEquation,
    /// A formula in the place of a condition.
    NotACondition,
    /// A complex number in the place of a real one.
    Complex,
    /// An operator or a function that complex numbers have not.
    NotOfComplex {
        /// Its name.
        name: String,
    },
    /// A power right behind the name of a function.
    PowerOfFunction {
        /// The function.
        name: String,
        /// What to write.
        instead: String,
    },
    /// A function without parentheses.
    MissingOperand {
        /// The function.
        name: String,
        /// An operand that it may have.
        example: String,
    },
    /// A map that the catalogue does not have.
    UnknownMap {
        /// The name.
        name: String,
        /// What was meant.
        meant: Option<String>,
        /// The maps that there are.
        known: Vec<String>,
    },
    /// A map of the catalogue with a wrong number of arguments.
    ArgumentCount {
        /// The map.
        name: String,
        /// The arguments that it takes.
        wanted: Vec<String>,
        /// How many it was given.
        found: usize,
    },
    /// A function with a wrong number of operands.
    OperandCount {
        /// The function.
        name: String,
        /// What it takes.
        wanted: &'static str,
        /// How many it was given.
        found: usize,
    },
    /// A function of a whole order, such as `besselj(2, x)`, with another order.
    Order {
        /// The function.
        name: String,
        /// The least order.
        least: i32,
        /// The largest order.
        most: i32,
    },
}

impl TextFault {
    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        use TextFault::*;
        let write = |meant: &String| format!("write `{}`", short(meant));
        let help = match self {
            UnknownName {
                meant: Some(meant), ..
            }
            | UnknownFunction {
                meant: Some(meant), ..
            }
            | UnknownMap {
                meant: Some(meant), ..
            } => format!("did you mean `{}`?", short(meant)),
            UnknownName { known, .. } if known.is_empty() => {
                "only numbers can stand here, such as 2*pi".to_owned()
            }
            UnknownName { known, .. } => format!("the names here are: {}", listed(known)),
            UnknownMap { known, .. } => format!("the maps are: {}", listed(known)),
            UnknownFunction { known, .. } if known.is_empty() => return None,
            UnknownFunction { known, .. } => format!("the functions are: {}", known.join(", ")),
            MissingOperator { product: None, .. } => "write `*` for a product".to_owned(),
            NotAName { .. } => "a name is a letter, then letters, digits or `_`".to_owned(),
            ReservedName { .. } => "choose another name".to_owned(),
            NotAnEquation { meant } | Unexpected { meant, .. } => return meant.as_ref().map(write),
            MissingComma { entry, next } => {
                format!("write `{}, {} = …`", short(entry), short(next))
            }
            MissingDots => "for example `0..1`".to_owned(),
            UnexpectedSign { instead, .. } => return instead.map(str::to_owned),
            Bars { inside } => format!("write `abs({})`", short(inside)),
            RaisedNumber { .. } => "write `^` for a power".to_owned(),
            NeverClosed => "add the `)` that belongs to it".to_owned(),
            EqualsSign => "write `==` to compare".to_owned(),
            MissingOperator {
                product: Some(product),
                ..
            } => format!("write `*` for a product: `{}`", short(product)),
            NotOneEquation => {
                "write two formulas with `=` between them, for example `x^2 + y^2 = 4`".to_owned()
            }
            NotACondition => "compare two formulas, for example `x^2 + y^2 <= 4`".to_owned(),
            Complex => "`re(…)`, `im(…)` and `abs(…)` of it are real; a variable or parameter `i` needs its \
                        limits or its value"
                .to_owned(),
            NotOfComplex { .. } => {
                "`re(…)`, `im(…)` and `abs(…)` of its operands are real".to_owned()
            }
            PowerOfFunction { instead, .. } => short(instead).into_owned(),
            Order { name, .. } => format!("for example `{name}(2, x)`"),
            MissingOperand { name, example } => format!("for example `{name}({example})`"),
            LaterVariable { .. }
            | GivenTwice { .. }
            | SecondDots
            | TooLong { .. }
            | TooDeep { .. }
            | NotFinite { .. }
            | NumberOutOfRange
            | ClosesNothing
            | ArgumentCount { .. }
            | OperandCount { .. } => {
                return None;
            }
        };
        Some(help)
    }
}

/// What is wrong, without what to do about it.
impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use TextFault::*;
        match self {
            UnknownName { name, .. } => write!(f, "unknown name `{}`", short(name)),
            UnknownFunction { name, .. } => write!(f, "unknown function `{}`", short(name)),
            LaterVariable { name, variable } => {
                let why = if name == variable {
                    "is the same variable"
                } else {
                    "comes later: list it first"
                };
                let (variable, name) = (short(variable), short(name));
                write!(
                    f,
                    "the limits of `{variable}` cannot use `{name}`, which {why}"
                )
            }
            NotAName { name } => write!(f, "`{}` is not a name", short(name)),
            ReservedName { name, what } => {
                write!(f, "`{}` is {what} and cannot be a name here", short(name))
            }
            GivenTwice { name } => write!(f, "`{}` is given twice", short(name)),
            NotAnEquation { .. } => f.write_str("expected `name = …`"),
            MissingComma { next, .. } => write!(f, "a comma is missing before `{}`", short(next)),
            MissingDots => f.write_str("expected two limits with `..` between them"),
            SecondDots => {
                f.write_str("a second `..`: a variable has one lower and one upper limit")
            }
            UnexpectedSign { sign, .. } => write!(f, "unexpected `{sign}`"),
            Bars { .. } => f.write_str("a bar does not open an absolute value"),
            TooLong { limit } => write!(f, "the text is longer than {limit} bytes"),
            TooDeep { limit } => write!(f, "nested deeper than {limit} levels"),
            RaisedNumber { limit } => write!(f, "a raised number has 1 to {limit} digits"),
            NotFinite { value } => {
                write!(f, "the value of this is {value}, but a number is needed")
            }
            NumberOutOfRange => f.write_str("this number does not fit in double precision"),
            NeverClosed => f.write_str("this parenthesis is never closed"),
            ClosesNothing => f.write_str("this parenthesis closes nothing"),
            EqualsSign => f.write_str("`=` is not an operator"),
            Unexpected {
                wanted,
                found: Some(found),
                ..
            } => write!(f, "expected {wanted}, found `{}`", short(found)),
            Unexpected { wanted, .. } => {
                write!(f, "expected {wanted}, but the formula ends here")
            }
            MissingOperator { .. } => f.write_str("missing operator between two values"),
            NotOneEquation => f.write_str("expected an equation"),
            NotACondition => f.write_str("expected a condition, found a formula"),
            Complex => f.write_str("expected a real number, found a complex one: `i` is √−1"),
            NotOfComplex { name } => {
                write!(
                    f,
                    "`{}` is for real numbers, and this is complex",
                    short(name)
                )
            }
            PowerOfFunction { name, .. } => {
                write!(f, "the power of `{name}` stands behind its operand")
            }
            MissingOperand { name, .. } => {
                write!(f, "`{name}` is a function: its operand goes in parentheses")
            }
            UnknownMap { name, .. } => write!(f, "there is no map `{}`", short(name)),
            ArgumentCount {
                name,
                wanted,
                found,
            } => {
                let count = match &wanted[..] {
                    [] => "no arguments".to_owned(),
                    [only] => format!("1 argument, {only}"),
                    several => format!("{} arguments, {}", several.len(), several.join(", ")),
                };
                write!(f, "`{name}` takes {count}; found {found}")
            }
            OperandCount {
                name,
                wanted,
                found,
            } => write!(f, "`{name}` takes {wanted}, found {found}"),
            Order { name, least, most } => write!(
                f,
                "the order of `{name}`, which comes first, must be a whole number from {least} to {most}, \
                 without variables and parameters"
            ),
        }
    }
}
