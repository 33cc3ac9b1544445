//! A formula as a textbook prints it: over a common denominator, with common factors in front.
//!
//! 1. The formula becomes a product of powers of kernels (inputs, functions) and sums of such, by exact
//!    arithmetic; tangents become quotients, exponentials of sums products, and what is a square leaves
//!    its root.
//! 2. It is written so, and with what stands above the line multiplied out.
//! 3. The shortest text is taken, that of the formula as it was among them; sums are collected too, and
//!    written as determinants of coordinates (bilinear). Of equally short ones, that without a common
//!    denominator is.
//!
//! The text is for people: wherever the formula as it was has a value, the text has the same value but
//! for rounding, and it may have one where the formula is 0/0. Where parts almost cancel their digits
//! may differ, so programs are not made of it. Formulas that need much work stay as they are.
//!
//! J. Moses, "Algebraic simplification: a guide for the perplexed", Comm. ACM 14 (1971) 527–537.

use super::exact::TooLong;
use super::product::{Factor, Product, Products};
use super::rational::Rational;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Graph, Id, Node};
use crate::expr::operator::Range;
use crate::expr::text::print;

/// The most products of terms; about a microsecond each.
const MOST_WORK: usize = 5000;

/// A formula of more nodes has no short text.
const MOST_NODES: usize = 2000;

/// The shortest text that is known for a formula, given the range of every input and their names.
pub(crate) fn textbook(arena: &Arena, root: Id, ranges: &[Range], names: &[String]) -> String {
    let as_it_is = print::text(arena, root, names);
    let (part, roots) = arena.part(&[root]);
    if part.nodes().len() > MOST_NODES {
        return as_it_is;
    }
    let others = other_texts(part, roots[0], ranges, names).unwrap_or_default();
    let length = |text: &String| text.chars().count();
    // Of equally short ones the first.
    let all = std::iter::once(as_it_is).chain(others);
    all.min_by_key(length).unwrap_or_default()
}

/// The formula as a product, and with what stands above the line multiplied out.
fn other_texts(
    arena: Arena,
    root: Id,
    ranges: &[Range],
    names: &[String],
) -> Result<Vec<String>, TooLong> {
    let nodes = arena.nodes().to_vec();
    let graph = Graph::from_arena(arena);
    let mut products = Products::new(&graph, ranges, names, MOST_WORK);
    let product = as_product(&mut products, &nodes, root)?;
    let mut texts = undivided(&mut products, &product)?;
    texts.push(products.write(&product)?.text(names));
    let collected = products.write_with(&product, None, Products::write_collected)?;
    texts.push(collected.text(names));
    let is_sum = |(factor, power): (&Factor, &i32)| matches!(factor, Factor::Sum(_)) && *power > 0;
    if product.factors.iter().any(is_sum)
        && let Ok(more) = multiplied_out(&mut products, &product)
    {
        texts.extend(more);
    }
    Ok(texts)
}

/// The texts with one sum above the line.
fn multiplied_out(
    products: &mut Products<'_, '_>,
    product: &Product,
) -> Result<[String; 2], TooLong> {
    let mut above = product.side(true);
    above.coefficient = product.coefficient;
    let above = products.expanded(&above)?;
    let above = products.shortest(&above)?;
    let below = product.side(false);
    let sums = [products.write_sum(&above), products.write_collected(&above)];
    let whole = sums.map(|above| products.write_with(&below, Some(above), Products::write_sum));
    let [plain, collected] = whole;
    Ok([plain?, collected?].map(|whole| whole.text(products.names)))
}

/// The texts with a sum divided by the number that else stands below the line: s*(1 + cos(t)/3)^2.
fn undivided(products: &mut Products<'_, '_>, product: &Product) -> Result<Vec<String>, TooLong> {
    let mut texts = Vec::new();
    for (&factor, &power) in &product.factors {
        let (Factor::Sum(index), Ok(times)) = (factor, u32::try_from(power)) else {
            continue;
        };
        let mut part = product.coefficient.root_below(times);
        if part == Rational::ONE {
            continue;
        }
        let whole = part.power(power).ok_or(TooLong)?;
        let mut rest = product.clone();
        rest.raise(factor, -power);
        rest.coefficient = rest.coefficient.times(whole).ok_or(TooLong)?;
        let form = products.sums[index].form.clone();
        if rest.coefficient.is_negative() && power % 2 != 0 && form.negative_terms() > 0 {
            rest.coefficient = rest.coefficient.negated();
            part = part.negated();
        }
        let form = form.scaled(Rational::ONE.over(part).ok_or(TooLong)?)?;
        let sum = products.write_sum(&form).powi(power);
        let whole = products.write_with(&rest, Some(sum), Products::write_sum)?;
        texts.push(whole.text(products.names));
    }
    Ok(texts)
}

/// Whether the operands of a node are products like it, not arguments of a function.
fn is_arithmetic(node: &Node) -> bool {
    match node {
        Node::Unary(op, _) => matches!(op, Unary::Neg | Unary::Sqrt | Unary::Abs | Unary::Exp),
        Node::Binary(op, ..) => matches!(
            op,
            Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::Hypot | Binary::Pow
        ),
        Node::Power(..) => true,
        _ => false,
    }
}

/// The nodes that a root is made of by arithmetic.
fn arithmetic_part(nodes: &[Node], root: Id) -> Vec<bool> {
    let mut needed = vec![false; nodes.len()];
    needed[root.index()] = true;
    for index in (0..nodes.len()).rev() {
        if needed[index] && is_arithmetic(&nodes[index]) {
            nodes[index].for_each_operand(|id| needed[id.index()] = true);
        }
    }
    needed
}

/// The formula of a root as a product.
pub(super) fn as_product(
    products: &mut Products<'_, '_>,
    nodes: &[Node],
    root: Id,
) -> Result<Product, TooLong> {
    let needed = arithmetic_part(nodes, root);
    let mut known: Vec<Option<Product>> = vec![None; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        if needed[index] {
            // Operands precede operations.
            let product = of_node(products, &known, nodes, Id::at(index), node)?;
            known[index] = Some(product);
        }
    }
    known.swap_remove(root.index()).ok_or(TooLong)
}

/// A node as a product, given those of its operands.
fn of_node(
    products: &mut Products<'_, '_>,
    known: &[Option<Product>],
    nodes: &[Node],
    id: Id,
    node: &Node,
) -> Result<Product, TooLong> {
    let of = |id: Id| known[id.index()].as_ref().ok_or(TooLong);
    let minus = Product::number(Rational::whole(-1));
    match *node {
        Node::Constant(bits, kept) if products.is_for_programs => {
            // Only what is known to the last bit is computed with.
            let number = Rational::dyadic(f64::from_bits(bits)).filter(|_| kept == 0);
            number.map_or_else(|| products.kernel(id), |number| Ok(Product::number(number)))
        }
        Node::Constant(bits, _) => match Rational::of(f64::from_bits(bits)) {
            Some(number) => Ok(Product::number(number)),
            None if f64::from_bits(bits).is_finite() => products.kernel(id),
            None => Err(TooLong),
        },
        Node::Unary(Unary::Neg, x) => products.times(&minus, of(x)?),
        Node::Unary(Unary::Sqrt, x) => products.root(of(x)?),
        Node::Unary(Unary::Abs, x) => products.absolute(of(x)?),
        Node::Unary(Unary::Exp | Unary::Tan | Unary::Tanh, _) if products.is_for_programs => {
            products.kernel(id)
        }
        Node::Unary(Unary::Exp, x) => {
            let exponent = of(x)?;
            if exponent.factors.values().any(|&k| k < 0) {
                return products.kernel(id);
            }
            let exponent = products.expanded(exponent)?;
            products.exponential(&exponent)
        }
        Node::Unary(op, x) => wave(products, id, op, x),
        Node::Binary(Binary::Add, x, y) => products.sum(of(x)?, of(y)?),
        Node::Binary(Binary::Sub, x, y) => {
            let y = products.times(&minus, of(y)?)?;
            products.sum(of(x)?, &y)
        }
        Node::Binary(Binary::Mul, x, y) => products.times(of(x)?, of(y)?),
        Node::Binary(Binary::Div, x, y) => {
            let y = products.power(of(y)?, -1)?;
            products.times(of(x)?, &y)
        }
        Node::Binary(Binary::Hypot, x, y) => {
            let (x, y) = (products.power(of(x)?, 2)?, products.power(of(y)?, 2)?);
            let sum = products.sum(&x, &y)?;
            products.root(&sum)
        }
        Node::Binary(Binary::Pow, x, y) => real_power(products, known, nodes, id, [x, y]),
        Node::Power(x, n) => products.power(of(x)?, n),
        _ => products.kernel(id),
    }
}

/// A sine, a cosine, a tangent, or another function.
fn wave(products: &mut Products<'_, '_>, id: Id, op: Unary, x: Id) -> Result<Product, TooLong> {
    let is_hyperbolic = matches!(op, Unary::Sinh | Unary::Cosh | Unary::Tanh);
    match op {
        Unary::Sin | Unary::Sinh => products.waves(x, is_hyperbolic).map(|[sine, _]| sine),
        Unary::Cos | Unary::Cosh => products.waves(x, is_hyperbolic).map(|[_, cosine]| cosine),
        Unary::Tan | Unary::Tanh => {
            let [sine, cosine] = products.waves(x, is_hyperbolic)?;
            let below = products.power(&cosine, -1)?;
            products.times(&sine, &below)
        }
        _ => products.kernel(id),
    }
}

/// x^y: whole and half powers, and x^(y + n) = x^y·xⁿ.
fn real_power(
    products: &mut Products<'_, '_>,
    known: &[Option<Product>],
    nodes: &[Node],
    id: Id,
    [x, y]: [Id; 2],
) -> Result<Product, TooLong> {
    let of = |id: Id| known[id.index()].as_ref().ok_or(TooLong);
    let number = |id: Id| match nodes[id.index()] {
        Node::Constant(bits, _) => Some(f64::from_bits(bits)),
        _ => None,
    };
    if let Some(twice) = number(y).map(|y| 2.0 * y)
        && twice.fract() == 0.0
        && twice.abs() < 32.0
    {
        let root = products.root(of(x)?)?;
        return products.power(&root, twice as i32);
    }
    let (rest, more) = match nodes[y.index()] {
        Node::Binary(Binary::Add, rest, n) => (rest, number(n)),
        Node::Binary(Binary::Sub, rest, n) => (rest, number(n).map(|n| -n)),
        _ => (y, None),
    };
    match more.filter(|n| n.fract() == 0.0 && n.abs() < 32.0) {
        None => products.real_power(id, x, of(y)?),
        Some(n) => {
            let graph = products.simplifier.graph;
            let atom = graph.expr(x).pow(graph.expr(rest)).id;
            let root = products.real_power(atom, x, of(rest)?)?;
            let power = products.power(of(x)?, n as i32)?;
            products.times(&root, &power)
        }
    }
}
