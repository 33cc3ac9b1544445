//! Random formulas as trees: an oracle that shares no code with the library's graph.

use pullback::Expr;
use pullback::elementary::{Binary, Unary};
use pullback::formula::Graph;

use super::SplitMix;

/// The names of the inputs.
pub(crate) const INPUTS: [&str; 3] = ["u", "v", "w"];

/// The functions of one operand, as texts write them.
const UNARY: &[(&str, Unary)] = &[
    ("sin", Unary::Sin),
    ("cos", Unary::Cos),
    ("tan", Unary::Tan),
    ("asin", Unary::Asin),
    ("acos", Unary::Acos),
    ("atan", Unary::Atan),
    ("sinh", Unary::Sinh),
    ("cosh", Unary::Cosh),
    ("tanh", Unary::Tanh),
    ("asinh", Unary::Asinh),
    ("acosh", Unary::Acosh),
    ("atanh", Unary::Atanh),
    ("exp", Unary::Exp),
    ("ln", Unary::Ln),
    ("log2", Unary::Log2),
    ("log10", Unary::Log10),
    ("sqrt", Unary::Sqrt),
    ("cbrt", Unary::Cbrt),
    ("-", Unary::Neg),
    ("erf", Unary::Erf),
    ("gamma", Unary::Gamma),
    ("digamma", Unary::Digamma),
    ("abs", Unary::Abs),
    ("sign", Unary::Sign),
    ("floor", Unary::Floor),
    ("ceil", Unary::Ceil),
    ("heaviside", Unary::Heaviside),
    ("not ", Unary::Not),
    ("trigamma", Unary::Trigamma),
    ("expm1", Unary::Expm1),
    ("log1p", Unary::Log1p),
    ("erfc", Unary::Erfc),
    ("normcdf", Unary::NormCdf),
    ("sinc", Unary::Sinc),
    ("ellipk", Unary::EllipticK),
    ("ellipe", Unary::EllipticE),
];

/// How many functions of one operand come before the first that num-dual lacks.
const SMOOTH_UNARY: usize = 19;

/// The functions of two operands, as texts write them.
const BINARY: &[(&str, Binary)] = &[
    ("+", Binary::Add),
    ("-", Binary::Sub),
    ("*", Binary::Mul),
    ("/", Binary::Div),
    ("^", Binary::Pow),
    ("atan2", Binary::Atan2),
    ("hypot", Binary::Hypot),
    ("min", Binary::Min),
    ("max", Binary::Max),
    ("<", Binary::Lt),
    ("<=", Binary::Le),
    ("==", Binary::Eq),
    ("!=", Binary::Ne),
    (" and ", Binary::And),
    (" or ", Binary::Or),
];

/// How many functions of two operands come before the first that has kinks or jumps.
const SMOOTH_BINARY: usize = 7;

/// Numbers that simplifiers treat specially, and some that they do not.
const NUMBERS: [f64; 12] = [
    0.0, 1.0, -1.0, 2.0, 0.5, 3.0, -2.0, 0.001, 7.25, 1.3, -0.75, 10.0,
];

/// A formula.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Input(usize),
    Number(f64),
    Pi,
    Unary(&'static str, Unary, Box<Tree>),
    Binary(&'static str, Binary, Box<[Tree; 2]>),
    Power(Box<Tree>, i32),
    If(Box<[Tree; 3]>),
}

impl Tree {
    /// A tree of up to `depth` levels; a smooth one has no kinks, jumps or special functions.
    pub(crate) fn random(random: &mut SplitMix, depth: usize, smooth: bool) -> Tree {
        if depth == 0 || random.below(8) == 0 {
            return match random.below(8) {
                0 | 1 => Tree::Number(NUMBERS[random.below(NUMBERS.len())]),
                2 if !smooth => Tree::Pi,
                _ => Tree::Input(random.below(INPUTS.len())),
            };
        }
        let operand = |random: &mut SplitMix| Tree::random(random, depth - 1, smooth);
        match random.below(20) {
            0..=5 => {
                let count = if smooth { SMOOTH_UNARY } else { UNARY.len() };
                let (name, op) = UNARY[random.below(count)];
                Tree::Unary(name, op, Box::new(operand(random)))
            }
            6..=8 => Tree::Power(Box::new(operand(random)), random.below(9) as i32 - 3),
            9 if !smooth => Tree::If(Box::new([
                operand(random),
                operand(random),
                operand(random),
            ])),
            // Arithmetic more often than the rest: that is what simplifiers rearrange.
            10..=16 => {
                let (name, op) = BINARY[random.below(4)];
                Tree::Binary(name, op, Box::new([operand(random), operand(random)]))
            }
            _ => {
                let count = if smooth { SMOOTH_BINARY } else { BINARY.len() };
                let (name, op) = BINARY[random.below(count)];
                Tree::Binary(name, op, Box::new([operand(random), operand(random)]))
            }
        }
    }

    /// The formula as text, with more parentheses than it needs.
    pub(crate) fn text(&self) -> String {
        match self {
            Tree::Input(i) => INPUTS[*i].to_owned(),
            Tree::Number(value) => format!("({value:?})"),
            Tree::Pi => "pi".to_owned(),
            Tree::Unary(name, _, x) => format!("({name}({}))", x.text()),
            Tree::Binary(name @ ("atan2" | "hypot" | "min" | "max"), _, xy) => {
                format!("{name}({}, {})", xy[0].text(), xy[1].text())
            }
            Tree::Binary(sign, _, xy) => format!("(({}){sign}({}))", xy[0].text(), xy[1].text()),
            Tree::Power(x, n) => format!("(({})^({n}))", x.text()),
            Tree::If(parts) => {
                let parts: Vec<String> = parts.iter().map(Tree::text).collect();
                format!("if({})", parts.join(", "))
            }
        }
    }

    /// The formula in a graph.
    pub(crate) fn expr<'g>(&self, graph: &'g Graph) -> Expr<'g> {
        match self {
            Tree::Input(i) => graph.input(*i),
            Tree::Number(value) => graph.constant(*value),
            Tree::Pi => graph.pi(),
            Tree::Unary(_, op, x) => unary(*op, x.expr(graph)),
            Tree::Binary(_, op, xy) => binary(*op, xy[0].expr(graph), xy[1].expr(graph)),
            Tree::Power(x, n) => x.expr(graph).powi(*n),
            Tree::If(parts) => {
                let [c, a, b] = [0, 1, 2].map(|i| parts[i].expr(graph));
                c.select(a, b)
            }
        }
    }

    /// The value, where `spoil` makes of the result of every operation what is passed on.
    pub(crate) fn value(&self, inputs: &[f64], spoil: &mut impl FnMut(f64) -> f64) -> f64 {
        let value = match self {
            Tree::Input(i) => return inputs[*i],
            Tree::Number(value) => return *value,
            Tree::Pi => return std::f64::consts::PI,
            Tree::Unary(_, op, x) => op.value(x.value(inputs, spoil)),
            Tree::Binary(_, op, xy) => {
                let x = xy[0].value(inputs, spoil);
                op.value(x, xy[1].value(inputs, spoil))
            }
            Tree::Power(x, n) => x.value(inputs, spoil).powi(*n),
            Tree::If(parts) => {
                let c = parts[0].value(inputs, spoil);
                let (a, b) = (parts[1].value(inputs, spoil), parts[2].value(inputs, spoil));
                return pullback::elementary::select(c, a, b);
            }
        };
        spoil(value)
    }
}

/// How far a value may move where every operation errs by 10⁻¹²: the largest difference over some
/// random choices of the errors. `None` where a value on the way is NaN or infinite: simplified
/// formulas may be finite there, and have the other infinity where a zero has lost its sign.
///
/// An evaluation in another order errs in other places and by less (2·10⁻¹⁶ a time), so a formula
/// that means the same lies well within, however ill-conditioned it is; one that means something
/// else lies outside unless nothing could be told of the value at all.
pub(crate) fn spread<const N: usize>(
    random: &mut SplitMix,
    mut evaluate: impl FnMut(&mut dyn FnMut(f64) -> f64) -> [f64; N],
) -> Option<([f64; N], [f64; N])> {
    let mut finite = true;
    let clean = evaluate(&mut |x| {
        finite &= x.is_finite();
        x
    });
    let mut tolerance = clean.map(|c| 1e-12 * c.abs() + 1e-290);
    for _ in 0..6 {
        let spoiled = evaluate(&mut |x| {
            finite &= x.is_finite();
            x * (1.0 + random.within(-1e-12, 1e-12))
        });
        for i in 0..N {
            finite &= spoiled[i].is_finite();
            tolerance[i] = tolerance[i].max(8.0 * (spoiled[i] - clean[i]).abs());
        }
    }
    finite.then_some((clean, tolerance))
}

macro_rules! unary {
    ($($op:ident $method:ident),*) => {
        fn unary(op: Unary, x: Expr<'_>) -> Expr<'_> {
            match op {
                Unary::Neg => -x,
                Unary::Not => !x,
                $(Unary::$op => x.$method(),)*
            }
        }
    };
}

unary! {
    Abs abs, Sign signum, Floor floor, Ceil ceil, Heaviside heaviside, Sqrt sqrt,
    Cbrt cbrt, Exp exp, Ln ln, Log2 log2, Log10 log10, Sin sin, Cos cos, Tan tan, Asin asin,
    Acos acos, Atan atan, Sinh sinh, Cosh cosh, Tanh tanh, Asinh asinh, Acosh acosh, Atanh atanh,
    Erf erf, Gamma gamma, Digamma digamma, Trigamma trigamma,
    Expm1 exp_m1, Log1p ln_1p, Erfc erfc, NormCdf norm_cdf, Sinc sinc,
    EllipticK elliptic_k, EllipticE elliptic_e, EllipticB elliptic_b, EllipticC elliptic_c
}

fn binary<'g>(op: Binary, x: Expr<'g>, y: Expr<'g>) -> Expr<'g> {
    match op {
        Binary::Add => x + y,
        Binary::Sub => x - y,
        Binary::Mul => x * y,
        Binary::Div => x / y,
        Binary::Pow => x.pow(y),
        Binary::Atan2 => x.atan2(y),
        Binary::Hypot => x.hypot(y),
        Binary::Min => x.min(y),
        Binary::Max => x.max(y),
        Binary::Lt => x.lt(y),
        Binary::Le => x.le(y),
        Binary::Eq => x.eq(y),
        Binary::Ne => x.ne(y),
        Binary::And => x.and(y),
        Binary::Or => x.or(y),
        Binary::BesselJ
        | Binary::BesselY
        | Binary::BesselI
        | Binary::BesselK
        | Binary::SphericalJ
        | Binary::Polygamma => panic!("{op:?} has a number as its first operand"),
    }
}
