//! Formulas as sums of waves: a coefficient times an amplitude times exp(i·phase), the real part.
//!
//! 1. A sine or a cosine whose argument grows without end is a wave, and a spherical Bessel function is
//!    two, with powers of the argument as amplitudes; a formula without any is an amplitude.
//! 2. Sums of waves are sums; the product of two is one with the sum of their phases and one with
//!    the difference: Re(a)·Re(b) = ½ Re(a·b) + ½ Re(a·b̄).

use num_complex::Complex64;

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};

/// A sum with more waves than this is not taken apart.
const MOST_WAVES: usize = 64;

/// The highest order of spherical Bessel functions that are taken apart.
const HIGHEST_ORDER: i32 = 6;

/// The highest power of waves that is multiplied out.
const HIGHEST_POWER: i32 = 6;

/// The real part of coefficient·amplitude·exp(i·phase).
#[derive(Clone, Copy, Debug)]
pub(super) struct Wave<'g> {
    pub(super) coefficient: Complex64,
    pub(super) amplitude: Expr<'g>,
    /// None where nothing oscillates.
    pub(super) phase: Option<Expr<'g>>,
}

impl<'g> Wave<'g> {
    fn scaled(self, factor: f64) -> Self {
        Wave {
            coefficient: self.coefficient * factor,
            ..self
        }
    }

    /// The waves of a product.
    fn times(self, other: Wave<'g>) -> Vec<Wave<'g>> {
        let amplitude = self.amplitude * other.amplitude;
        let (a, b) = (self.coefficient, other.coefficient);
        let wave = |coefficient, phase| Wave {
            coefficient,
            amplitude,
            phase,
        };
        match (self.phase, other.phase) {
            (None, None) => vec![wave(a * b, None)],
            (Some(phase), None) => vec![wave(a * b.re, Some(phase))],
            (None, Some(phase)) => vec![wave(b * a.re, Some(phase))],
            (Some(p), Some(q)) if p.id == q.id => vec![
                wave(0.5 * a * b, Some(2.0 * p)),
                wave(Complex64::from(0.5 * (a * b.conj()).re), None),
            ],
            (Some(p), Some(q)) => vec![
                wave(0.5 * a * b, Some(p + q)),
                wave(0.5 * a * b.conj(), Some(p - q)),
            ],
        }
    }
}

/// The waves of jₙ(x): a(x) sin x + b(x) cos x, by the recurrence from sin x/x and cos x/x.
fn spherical(n: i32, x: Expr<'_>) -> Vec<Wave<'_>> {
    let over = 1.0 / x;
    let zero = x.constant(0.0);
    // The coefficients of sine and cosine, at k − 1 and at k.
    let (mut before, mut now) = ([zero, over], [over, zero]);
    for k in 0..n {
        let factor = f64::from(2 * k + 1) * over;
        let next = [0, 1].map(|i| factor * now[i] - before[i]);
        (before, now) = (now, next);
    }
    let [sine, cosine] = now;
    let waves = [(-Complex64::i(), sine), (Complex64::from(1.0), cosine)];
    let waves = waves.map(|(coefficient, amplitude)| Wave {
        coefficient,
        amplitude,
        phase: Some(x),
    });
    let waves = waves.into_iter();
    waves
        .filter(|wave| wave.amplitude.number() != Some(0.0))
        .collect()
}

/// The nodes of sines and cosines, and of functions that are made of them, among those that a formula needs.
pub(super) fn sines(arena: &Arena, roots: &[Id]) -> Vec<(Id, Id)> {
    let needed = arena.needed(roots);
    let nodes = arena.nodes().iter().enumerate();
    let sines = nodes.filter_map(|(index, node)| match node {
        Node::Unary(Unary::Sin | Unary::Cos | Unary::Sinc, argument)
        | Node::Binary(Binary::SphericalJ, _, argument)
            if needed[index] =>
        {
            Some((Id::at(index), *argument))
        }
        _ => None,
    });
    sines.collect()
}

/// The waves that add up to a formula; `None` if they are too many. `grows` says of a sine or cosine
/// whether its argument grows without end.
pub(super) fn waves<'g>(
    graph: &'g Graph,
    arena: &Arena,
    root: Id,
    input: Expr<'g>,
    grows: &dyn Fn(Id) -> bool,
) -> Option<Vec<Wave<'g>>> {
    let needed = arena.needed(&[root]);
    let copy = |id: Id| graph.import(arena, &[id], &[input])[0];
    // None where a node is an amplitude.
    let mut known: Vec<Option<Vec<Wave<'g>>>> = vec![None; needed.len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if !needed[index] {
            continue;
        }
        let id = Id::at(index);
        let of = |id: Id| -> Vec<Wave<'g>> {
            known[id.index()].clone().unwrap_or_else(|| {
                vec![Wave {
                    coefficient: Complex64::from(1.0),
                    amplitude: copy(id),
                    phase: None,
                }]
            })
        };
        let waves_in = |id: &Id| known[id.index()].is_some();
        let found = match node {
            Node::Unary(op @ (Unary::Sin | Unary::Cos), x) if grows(id) && !waves_in(x) => {
                // cos φ = Re exp(iφ), sin φ = Re(−i·exp(iφ)).
                let coefficient = match op {
                    Unary::Sin => -Complex64::i(),
                    _ => Complex64::from(1.0),
                };
                Some(vec![Wave {
                    coefficient,
                    amplitude: graph.constant(1.0),
                    phase: Some(copy(*x)),
                }])
            }
            Node::Unary(Unary::Sinc, x) if grows(id) && !waves_in(x) => {
                Some(spherical(0, copy(*x)))
            }
            Node::Binary(Binary::SphericalJ, n, x) if grows(id) && !waves_in(x) => {
                let order = copy(*n).whole_number();
                let order = order.filter(|n| (0..=HIGHEST_ORDER).contains(n))?;
                Some(spherical(order, copy(*x)))
            }
            Node::Unary(Unary::Neg, x) if waves_in(x) => {
                Some(of(*x).into_iter().map(|wave| wave.scaled(-1.0)).collect())
            }
            Node::Binary(op @ (Binary::Add | Binary::Sub), x, y) if waves_in(x) || waves_in(y) => {
                let sign = if *op == Binary::Sub { -1.0 } else { 1.0 };
                let second = of(*y).into_iter().map(|wave| wave.scaled(sign));
                Some(of(*x).into_iter().chain(second).collect())
            }
            Node::Binary(Binary::Mul, x, y) if waves_in(x) || waves_in(y) => {
                Some(product(&of(*x), &of(*y)))
            }
            Node::Binary(Binary::Div, x, y) if waves_in(x) && !waves_in(y) => {
                let below = copy(*y);
                let divided = of(*x).into_iter().map(|wave| Wave {
                    amplitude: wave.amplitude / below,
                    ..wave
                });
                Some(divided.collect())
            }
            Node::Power(x, n) if waves_in(x) && (1..=HIGHEST_POWER).contains(n) => {
                let base = of(*x);
                let mut power = base.clone();
                for _ in 1..*n {
                    power = product(&power, &base);
                    if power.len() > MOST_WAVES {
                        return None;
                    }
                }
                Some(power)
            }
            _ => None,
        };
        if found.as_ref().is_some_and(|waves| waves.len() > MOST_WAVES) {
            return None;
        }
        known[index] = found;
    }
    known[root.index()].take()
}

fn product<'g>(a: &[Wave<'g>], b: &[Wave<'g>]) -> Vec<Wave<'g>> {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b)));
    pairs.flat_map(|(a, b)| a.times(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waves_add_up_to_the_formula() {
        let source = Graph::new();
        let x = source.input(0);
        let formulas = [
            x.sin() / x,
            (8.0 * x).sin() * (50.0 * x).sin() / x.pow(1.5),
            x.sin().powi(3) * (1.0 - x.cos()) - 2.0 * x.powi(2).cos() + x.exp(),
            -(x.sin() * x.cos() + 1.0),
        ];
        for formula in formulas.map(|f| f.id) {
            source.read(|arena| {
                let graph = Graph::new();
                let found = waves(&graph, arena, formula, graph.input(0), &|_| true).unwrap();
                let at = [1.7];
                let value = |wave: &Wave<'_>| {
                    let turn = wave.phase.map_or(Complex64::from(1.0), |phase| {
                        Complex64::cis(phase.value(&at))
                    });
                    (wave.coefficient * turn).re * wave.amplitude.value(&at)
                };
                let sum: f64 = found.iter().map(value).sum();
                let expected = crate::expr::value::values(arena, &[formula], &at)[0];
                // A handful of roundings.
                assert!((sum - expected).abs() < 1e-13 * expected.abs().max(1.0));
            });
        }
    }
}
