//! Equations: the standard test systems from their standard starts, all roots of systems of which the number of
//! roots is known, and what must not be called proven.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::solver::SolveStatus;
use pullback::{CancelToken, Equations, Error, Expr, Map, Parameters, Roots, Settings, Solution};

/// A system of a collection: its name, formulas and start.
fn solved(
    n: usize,
    formulas: impl for<'g> FnOnce(&[Expr<'g>]) -> Vec<Expr<'g>>,
    start: impl Fn(f64) -> f64,
) -> Solution {
    let start: Vec<f64> = (1..=n).map(|j| start(j as f64)).collect();
    Equations::traced(n, formulas)
        .unwrap()
        .solve(&start)
        .unwrap()
}

/// A root that is proven, at which the residual is a few roundings of numbers of this size.
fn assert_root(name: &str, solution: &Solution, size: f64) {
    assert_eq!(
        solution.status,
        SolveStatus::Converged,
        "{name}: {solution:?}"
    );
    assert!(
        solution.residual <= 1e-14 * size,
        "{name}: {:e}",
        solution.residual
    );
    assert!(solution.proof.is_some(), "{name} is not proven");
}

fn assert_near(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    for (found, expected) in found.iter().zip(expected) {
        let off = (found - expected).abs();
        assert!(
            off <= tolerance * expected.abs().max(1.0),
            "{name}: {found} {expected}"
        );
    }
}

// J. J. Moré, B. S. Garbow, K. E. Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7 (1981)
// 17-41; the numbers of the systems are those of section 3, and of the square form of the gradient of Wood's
// function and of the variably dimensioned function those of Moré and Cosnard, TOMS 5 (1979) 64-85.

#[test]
fn small_test_systems_are_solved_from_their_standard_starts() {
    // (1) Rosenbrock.
    let found = solved(
        2,
        |x| vec![10.0 * (x[1] - x[0].powi(2)), 1.0 - x[0]],
        |j| [-1.2, 1.0][j as usize - 1],
    );
    assert_root("Rosenbrock", &found, 1.0);
    assert_eq!(found.point, [1.0, 1.0]);
    // (3) Powell's badly scaled function: (1.098…e-5, 9.106…).
    let found = solved(
        2,
        |x| {
            vec![
                1e4 * x[0] * x[1] - 1.0,
                (-x[0]).exp() + (-x[1]).exp() - 1.0001,
            ]
        },
        |j| j - 1.0,
    );
    assert_root("Powell, badly scaled", &found, 1.0);
    assert!((found.point[0] - 1.098_159_3e-5).abs() < 1e-11, "{found:?}");
    assert!((found.point[1] - 9.106_146_7).abs() < 1e-6, "{found:?}");
    // (7) The helical valley: (1, 0, 0). The angle is a fraction of a turn.
    let helix = Equations::parse(
        "10*(z - 10*(atan(y/x)/(2*pi) + if(x < 0, 0.5, 0))) = 0, 10*(sqrt(x^2 + y^2) - 1) = 0, z = 0",
    );
    let found = helix
        .unwrap()
        .named(&["z", "y", "x"])
        .unwrap()
        .solve(&[0.0, 0.0, -1.0])
        .unwrap();
    assert_root("helical valley", &found, 1.0);
    assert_near("helical valley", &found.point, &[0.0, 0.0, 1.0], 1e-14);
    // (14) Wood, as the gradient over 2.
    let found = wood().solve(&[-3.0, -1.0, -3.0, -1.0]).unwrap();
    // The saddle of the function is a root of its gradient too.
    assert_root("Wood", &found, 100.0);
}

fn wood() -> Equations {
    Equations::new(|[x, y, z, w]| {
        let (a, b) = (y - x.powi(2), w - z.powi(2));
        [
            -200.0 * x * a - (1.0 - x),
            200.0 * a + 20.2 * (y - 1.0) + 19.8 * (w - 1.0),
            -180.0 * z * b - (1.0 - z),
            180.0 * b + 20.2 * (w - 1.0) + 19.8 * (y - 1.0),
        ]
    })
    .unwrap()
}

/// (2) From its start Freudenstein and Roth's function leads to a root or to its local minimum, 48.98425….
#[test]
fn a_local_minimum_is_no_root() {
    let found = Equations::new(|[x, y]| {
        [
            -13.0 + x + ((5.0 - y) * y - 2.0) * y,
            -29.0 + x + ((y + 1.0) * y - 14.0) * y,
        ]
    });
    let found = found.unwrap().solve(&[0.5, -2.0]).unwrap();
    match found.status {
        SolveStatus::Converged => assert_near("Freudenstein", &found.point, &[5.0, 4.0], 1e-13),
        status => {
            assert_eq!(status, SolveStatus::Minimum);
            let squares = found.residual_norm.powi(2);
            assert!((squares - 48.984_253_68).abs() < 1e-6, "{squares}");
            assert!(
                found.proof.is_none() && found.reasons[0].contains("no root"),
                "{found:?}"
            );
        }
    }
}

/// (13), (22): the Jacobian has rank 2 at the root 0.
#[test]
fn a_root_with_a_singular_jacobian_is_owned_up() {
    for blocks in [1, 25] {
        let found = solved(
            4 * blocks,
            |x| x.chunks_exact(4).flat_map(powell).collect(),
            |j| [1.0, 3.0, -1.0, 0.0][j as usize % 4],
        );
        assert_eq!(found.status, SolveStatus::Singular, "{found:?}");
        assert!(
            found.proof.is_none() && found.reasons[0].contains("singular"),
            "{found:?}"
        );
        // Half the digits, at least.
        assert!(found.point.iter().all(|x| x.abs() < 1e-7), "{found:?}");
        assert!(found.residual < 1e-15, "{found:?}");
    }
}

fn powell<'g>(x: &[Expr<'g>]) -> Vec<Expr<'g>> {
    vec![
        x[0] + 10.0 * x[1],
        5f64.sqrt() * (x[2] - x[3]),
        (x[1] - 2.0 * x[2]).powi(2),
        10f64.sqrt() * (x[0] - x[3]).powi(2),
    ]
}

#[test]
fn scalable_test_systems_are_solved_up_to_a_hundred_unknowns() {
    for n in [10, 100] {
        let last = n as f64;
        // (21) Extended Rosenbrock.
        let found = solved(
            n,
            |x| {
                x.chunks_exact(2)
                    .flat_map(|x| [10.0 * (x[1] - x[0].powi(2)), 1.0 - x[0]])
                    .collect()
            },
            |j| [1.0, -1.2][j as usize % 2],
        );
        assert_root("extended Rosenbrock", &found, 1.0);
        assert_near("extended Rosenbrock", &found.point, &vec![1.0; n], 1e-15);
        // (25) Variably dimensioned: ones.
        let found = solved(
            n,
            |x| {
                let parts = x
                    .iter()
                    .enumerate()
                    .map(|(j, x)| (j as f64 + 1.0) * (*x - 1.0));
                let sum = parts.reduce(|a, b| a + b).unwrap();
                let slope = sum * (1.0 + 2.0 * sum.powi(2));
                x.iter()
                    .enumerate()
                    .map(|(k, x)| *x - 1.0 + (k as f64 + 1.0) * slope)
                    .collect()
            },
            |j| 1.0 - j / last,
        );
        assert_root("variably dimensioned", &found, last.powi(2));
        assert_near("variably dimensioned", &found.point, &vec![1.0; n], 1e-12);
        // (27) Brown, almost linear: all but the last are α, the last is α^(1−n).
        let found = solved(n, brown, |_| 0.5);
        assert_root("Brown", &found, last);
        let alpha = found.point[0];
        assert_near("Brown", &found.point[..n - 1], &vec![alpha; n - 1], 1e-12);
        let size = n as i32;
        let off = last * alpha.powi(size) - (last + 1.0) * alpha.powi(size - 1) + 1.0;
        assert!(off.abs() < 1e-9, "{alpha} {off}");
        // (28) Discrete boundary value.
        let h = 1.0 / (last + 1.0);
        let found = solved(
            n,
            |x| {
                let neighbour = |k: Option<usize>| k.and_then(|k| x.get(k).copied());
                let each = (0..n).map(|k| {
                    let t = (k as f64 + 1.0) * h;
                    let mut sum = 2.0 * x[k] + (h * h / 2.0) * (x[k] + (t + 1.0)).powi(3);
                    for other in [neighbour(k.checked_sub(1)), neighbour(Some(k + 1))] {
                        sum = other.map_or(sum, |other| sum - other);
                    }
                    sum
                });
                each.collect()
            },
            |j| j * h * (j * h - 1.0),
        );
        assert_root("boundary value", &found, 1.0);
        // (30) Broyden, tridiagonal.
        let found = solved(
            n,
            |x| {
                let each = (0..n).map(|k| {
                    let mut sum = (3.0 - 2.0 * x[k]) * x[k] + 1.0;
                    if k > 0 {
                        sum -= x[k - 1];
                    }
                    if k + 1 < n {
                        sum -= 2.0 * x[k + 1];
                    }
                    sum
                });
                each.collect()
            },
            |_| -1.0,
        );
        assert_root("Broyden, tridiagonal", &found, 1.0);
        // (31) Broyden, banded.
        let found = solved(n, broyden_banded, |_| -1.0);
        assert_root("Broyden, banded", &found, 1.0);
    }
}

fn brown<'g>(x: &[Expr<'g>]) -> Vec<Expr<'g>> {
    let n = x.len();
    let sum = x.iter().copied().reduce(|a, b| a + b).unwrap();
    let product = x.iter().copied().reduce(|a, b| a * b).unwrap();
    let linear = x[..n - 1].iter().map(|x| *x + sum - (n as f64 + 1.0));
    linear.chain([product - 1.0]).collect()
}

fn broyden_banded<'g>(x: &[Expr<'g>]) -> Vec<Expr<'g>> {
    let n = x.len();
    let each = (0..n).map(|k| {
        let near = (k.saturating_sub(5)..n.min(k + 2)).filter(|j| *j != k);
        let start = x[k] * (2.0 + 5.0 * x[k].powi(2)) + 1.0;
        near.fold(start, |sum, j| sum - x[j] * (1.0 + x[j]))
    });
    each.collect()
}

/// (29) The discrete integral equation. The sums over earlier and later nodes are built up step by step.
#[test]
fn the_discrete_integral_equation_is_solved() {
    for n in [10, 60] {
        let h = 1.0 / (n as f64 + 1.0);
        let t = |k: usize| (k as f64 + 1.0) * h;
        let found = solved(
            n,
            |x| {
                let cube = |k: usize| (x[k] + (t(k) + 1.0)).powi(3);
                let mut before: Vec<Expr<'_>> = vec![t(0) * cube(0)];
                for k in 1..n {
                    before.push(before[k - 1] + t(k) * cube(k));
                }
                let mut after = vec![None; n];
                for k in (0..n - 1).rev() {
                    let own = (1.0 - t(k + 1)) * cube(k + 1);
                    after[k] = Some(after[k + 1].map_or(own, |rest: Expr<'_>| rest + own));
                }
                let each = (0..n).map(|k| {
                    let sum = x[k] + (h / 2.0 * (1.0 - t(k))) * before[k];
                    after[k].map_or(sum, |rest| sum + (h / 2.0 * t(k)) * rest)
                });
                each.collect()
            },
            |j| j * h * (j * h - 1.0),
        );
        assert_root("integral equation", &found, 1.0);
    }
}

fn chebyquad<'g>(x: &[Expr<'g>]) -> Vec<Expr<'g>> {
    let n = x.len();
    // Shifted Chebyshev polynomials by their recurrence.
    let mut sums = Vec::new();
    for x in x {
        let t = 2.0 * *x - 1.0;
        let mut polynomials = vec![t];
        for k in 1..n {
            let before = match k {
                1 => 2.0 * t * polynomials[0] - 1.0,
                _ => 2.0 * t * polynomials[k - 1] - polynomials[k - 2],
            };
            polynomials.push(before);
        }
        sums.push(polynomials);
    }
    let each = (0..n).map(|k| {
        let sum = sums
            .iter()
            .map(|polynomials| polynomials[k])
            .reduce(|a, b| a + b)
            .unwrap();
        let order = k as f64 + 1.0;
        // ∫ T_k over [0, 1]: 0 for odd k, −1/(k² − 1) for even k.
        let integral = if k % 2 == 1 {
            -1.0 / (order * order - 1.0)
        } else {
            0.0
        };
        sum / n as f64 - integral
    });
    each.collect()
}

/// (35) Chebyquad has a root for n = 1..7 and 9, and none for n = 8, where the least sum of squares is
/// 3.51687…e-3.
#[test]
fn chebyquad_has_its_roots_and_for_eight_none() {
    for n in [1, 2, 3, 4, 5, 6, 7, 9] {
        let found = solved(n, chebyquad, |j| j / (n as f64 + 1.0));
        assert_root(&format!("Chebyquad {n}"), &found, 1.0);
    }
    let found = solved(8, chebyquad, |j| j / 9.0);
    assert_eq!(found.status, SolveStatus::Minimum, "{found:?}");
    let squares = found.residual_norm.powi(2);
    assert!((squares - 3.516_873_7e-3).abs() < 1e-9, "{squares:e}");
}

/// From farther starts not every root is found, but what is called one is one.
#[test]
fn from_far_starts_nothing_is_called_a_root_that_is_none() {
    let mut converged = 0;
    for factor in [-1.0, 10.0, 100.0, 1e4] {
        let systems = [
            solved(6, brown, |_| 0.5 * factor),
            solved(7, broyden_banded, |_| -factor),
            solved(5, chebyquad, |j| factor * j / 6.0),
            solved(4, powell, |j| {
                factor * [1.0, 3.0, -1.0, 0.0][j as usize % 4]
            }),
            wood()
                .solve(&[-3.0, -1.0, -3.0, -1.0].map(|x| factor * x))
                .unwrap(),
            solved(
                2,
                |x| vec![x[0].powi(2) + 1e-17, x[1] * x[0]],
                |_| 1e4 * factor,
            ),
            solved(
                1,
                |x| vec![(-x[0].powi(2)).exp() + 1.0 / (1.0 + x[0].powi(2))],
                |_| factor,
            ),
        ];
        for found in systems {
            if !found.is_root() {
                assert!(
                    !found.reasons.is_empty() && found.proof.is_none(),
                    "{found:?}"
                );
                continue;
            }
            converged += 1;
            // Rounding of the terms, which are as large as the sixth powers of the unknowns.
            let size = found
                .point
                .iter()
                .fold(1.0f64, |most, x| most.max(x.abs()))
                .powi(6);
            assert!(found.residual <= 1e-12 * size, "{found:?}");
            assert!(found.point.len() > 2, "{found:?}");
        }
    }
    assert!(converged >= 14, "{converged}");
}

/// (26) The trigonometric system has a root, and for n = 10 a local minimum with the sum of squares
/// 2.79506…e-5 that the standard start may lead to.
#[test]
fn the_trigonometric_system_leads_to_a_root_or_to_its_minimum() {
    for n in [5, 10, 30] {
        let found = solved(
            n,
            |x| {
                let sum = x.iter().map(|x| x.cos()).reduce(|a, b| a + b).unwrap();
                let each = x
                    .iter()
                    .enumerate()
                    .map(|(k, x)| n as f64 - sum + (k as f64 + 1.0) * (1.0 - x.cos()) - x.sin());
                each.collect()
            },
            |_| 1.0 / n as f64,
        );
        match found.status {
            SolveStatus::Minimum => {
                let squares = found.residual_norm.powi(2);
                assert!(
                    n != 10 || (squares - 2.795_06e-5).abs() < 1e-9,
                    "{n} {squares:e}"
                );
                assert!(squares > 1e-9 && found.proof.is_none(), "{n} {squares:e}");
            }
            _ => assert_root("trigonometric", &found, n as f64),
        }
    }
}

/// (4) Brown's badly scaled function has three equations for two unknowns, and the root (1e6, 2e-6); (6) is
/// Jennrich and Sampson's, with the least sum of squares 124.362… at x = y = 0.2578….
#[test]
fn more_equations_than_unknowns_are_solved_by_least_squares() {
    let brown = Equations::new(|[x, y]| [x - 1e6, y - 2e-6, x * y - 2.0]).unwrap();
    let found = brown.solve(&[1.0, 1.0]).unwrap();
    assert!(found.is_root() && found.proof.is_none(), "{found:?}");
    assert_near("Brown, badly scaled", &found.point, &[1e6, 2e-6], 1e-15);
    let jennrich = Equations::traced(2, |x| {
        let each = (1..=10).map(|i| {
            let i = f64::from(i);
            2.0 + 2.0 * i - ((i * x[0]).exp() + (i * x[1]).exp())
        });
        each.collect()
    });
    // Equations that say the same have a singular Jacobian, and a root all the same.
    let same = Equations::parse("x + y = 2, 2*x + 2*y = 4").unwrap();
    let found = same.solve(&[5.0, 1.0]).unwrap();
    assert_eq!(found.status, SolveStatus::Singular, "{found:?}");
    let found = jennrich.unwrap().solve(&[0.3, 0.4]).unwrap();
    assert_eq!(found.status, SolveStatus::Minimum);
    let squares = found.residual_norm.powi(2);
    assert!((squares - 124.362_182).abs() < 1e-5, "{squares}");
    assert_near("Jennrich", &found.point, &[0.2578, 0.2578], 1e-4);
}

// All roots.

fn roots(text: &str, limits: &[(f64, f64)]) -> Roots {
    let limits = limits.iter().map(|(lo, hi)| *lo..*hi);
    Equations::parse(text).unwrap().roots(limits).unwrap()
}

fn assert_all(text: &str, limits: &[(f64, f64)], count: usize) -> Roots {
    let found = roots(text, limits);
    assert!(found.complete, "{text}: {found:?}");
    assert_eq!(found.roots.len(), count, "{text}: {found:?}");
    for root in &found.roots {
        let pairs = root.point.iter().zip(&root.proof.within);
        for (x, [lo, hi]) in pairs {
            assert!(
                lo <= x && x <= hi && hi - lo <= 1e-11 * x.abs().max(1.0),
                "{text}: {root:?}"
            );
        }
    }
    found
}

#[test]
fn all_roots_are_found_where_their_number_is_known() {
    assert_all("x^2 + y^2 = 4, x*y = 1", &[(-3.0, 3.0); 2], 4);
    // Himmelblau's function has four minima, four saddles and a maximum.
    let gradient = "2*x*(x^2 + y - 11) + x + y^2 - 7 = 0, x^2 + y - 11 + 2*y*(x + y^2 - 7) = 0";
    assert_all(gradient, &[(-6.0, 6.0); 2], 9);
    assert_all("sin(x) = x/10", &[(-20.0, 20.0)], 7);
    // The frequencies of a clamped beam: 4.73, 7.85, 11.0, 14.1, 17.3.
    let beam = assert_all("cos(x)*cosh(x) = 1", &[(1.0, 20.0)], 5);
    assert!((beam.roots[0].point[0] - 4.730_040_744_862_704).abs() < 1e-14);
    // Zeros of the spherical Bessel function j₁; poles in between are no roots.
    let bessel = assert_all("tan(x) = x", &[(1.0, 20.0)], 5);
    assert!((bessel.roots[0].point[0] - 4.493_409_457_909_064).abs() < 1e-14);
    // x = T₃(T₃(x)) = T₉(x): the cosines of kπ/4 and kπ/5.
    let cubics = assert_all("y = 4*x^3 - 3*x, x = 4*y^3 - 3*y", &[(-2.0, 2.0); 2], 9);
    let mut expected: Vec<f64> = (0..=4).map(|k| (f64::from(k) * PI / 4.0).cos()).collect();
    expected.extend((1..5).map(|k| (f64::from(k) * PI / 5.0).cos()));
    expected.sort_by(f64::total_cmp);
    let found: Vec<f64> = cubics.roots.iter().map(|root| root.point[0]).collect();
    assert!(
        found.len() == 9
            && found
                .iter()
                .zip(&expected)
                .all(|(a, b)| (a - b).abs() < 1e-14)
    );
    // Three spheres meet in two points.
    let spheres = "x^2 + y^2 + z^2 = 4, (x - 1)^2 + y^2 + z^2 = 4, x^2 + (y - 1)^2 + z^2 = 3";
    assert_all(spheres, &[(-5.0, 5.0); 3], 2);
    // Limits may be infinite.
    let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
    assert_all("x^2 + y^2 = 4, x*y = 1", &[everywhere; 2], 4);
    assert_all("exp(x) = 3 - x", &[everywhere], 1);
}

#[test]
fn all_roots_of_systems_of_the_interval_literature_are_found() {
    // A robot arm: 16 solutions (L.-W. Tsai, A. P. Morgan 1985, as in P. Van Hentenryck, D. McAllester, D. Kapur,
    // SIAM J. Numer. Anal. 34 (1997) 797-827).
    let robot = "0.004731*a*c - 0.3578*b*c - 0.1238*a + g - 0.001637*b - 0.9338*d - 0.3571 = 0,
        0.2238*a*c + 0.7623*b*c + 0.2638*a - g - 0.07745*b - 0.6734*d - 0.6022 = 0,
        f*h + 0.3578*a + 0.004731*b = 0,
        -0.7623*a + 0.2238*b + 0.3461 = 0,
        a^2 + b^2 = 1, c^2 + d^2 = 1, p^2 + f^2 = 1, g^2 + h^2 = 1";
    assert_all(robot, &[(-1.0, 1.0); 8], 16);
    // Broyden banded has one root in this box.
    for n in [3, 6] {
        let banded = Equations::traced(n, broyden_banded).unwrap();
        let found = banded.roots(vec![-1.0..1.0; n]).unwrap();
        assert!(found.complete && found.roots.len() == 1, "{n}: {found:?}");
    }
    // Brown's almost linear system: α is a real zero of 5α⁵ − 6α⁴ + 1, of which there are three.
    let found = Equations::traced(5, brown)
        .unwrap()
        .roots(vec![-10.0..10.0; 5])
        .unwrap();
    assert!(found.complete && found.roots.len() == 3, "{found:?}");
    // Chebyquad: all permutations.
    for (n, count) in [(2, 2), (3, 6)] {
        let found = Equations::traced(n, chebyquad)
            .unwrap()
            .roots(vec![0.0..1.0; n])
            .unwrap();
        assert!(
            found.complete && found.roots.len() == count,
            "{n}: {found:?}"
        );
    }
}

/// Random numbers in [0, 1), the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Products of factors that vanish on lines: each pair of lines meets in a root.
#[test]
fn planted_roots_are_all_found() {
    let mut numbers = Numbers(2);
    for case in 0..60 {
        let angle = 0.2 + 1.2 * numbers.next();
        let shear = 0.5 * numbers.next();
        let mut levels = |count: usize| -> Vec<f64> {
            // A gap that Newton's method sees.
            let steps = (0..count).map(|_| 0.05 + 0.5 * numbers.next());
            steps
                .scan(-0.9, |at, step| {
                    *at += step;
                    Some(*at)
                })
                .collect()
        };
        let (first, second) = (levels(1 + case % 3), levels(1 + case / 3 % 3));
        let (sin, cos) = angle.sin_cos();
        let product = |form: &str, levels: &[f64]| {
            let factors: Vec<String> = levels
                .iter()
                .map(|l| format!("({form} - ({l:?}))"))
                .collect();
            format!("{}*(1 + x^2*exp(-y)) = 0", factors.join("*"))
        };
        let forms = [
            format!("({cos}*x + {sin}*y)"),
            format!("({}*x + {cos}*y)", shear - sin),
        ];
        let text = format!(
            "{}, {}",
            product(&forms[0], &first),
            product(&forms[1], &second)
        );
        let found = roots(&text, &[(-9.0, 9.0); 2]);
        assert!(found.complete, "{case} {text}: {found:?}");
        let determinant = cos * cos - sin * (shear - sin);
        let mut expected = Vec::new();
        for u in &first {
            for v in &second {
                let x = (cos * u - sin * v) / determinant;
                let y = (cos * v - (shear - sin) * u) / determinant;
                expected.push([x, y]);
            }
        }
        let inside = |p: &&[f64; 2]| p.iter().all(|x| x.abs() < 9.0);
        assert_eq!(
            found.roots.len(),
            expected.iter().filter(inside).count(),
            "{text}: {found:?}"
        );
        for point in &expected {
            let is_one = |r: &pullback::solver::Root| {
                r.point
                    .iter()
                    .zip(point)
                    .all(|(a, b)| (a - b).abs() < 1e-11)
            };
            assert!(
                found.roots.iter().any(is_one),
                "{text}: {point:?} {found:?}"
            );
        }
    }
}

/// What many starts lead to in the box is listed, where the list is said to be complete.
#[test]
fn no_root_that_newtons_method_finds_is_missing() {
    let mut numbers = Numbers(5);
    let [mut complete, mut count] = [0; 2];
    for case in 0..40 {
        let mut number = || 4.0 * numbers.next() - 2.0;
        let mut formula = || {
            let [a, b, c, d, e] = [number(), number(), number(), number(), number()];
            [
                format!("{a}*sin(2*x + {b}*y) + {c}*x^2*y + {d}*y = {e}"),
                format!("{a}*exp({b}*x/2) - {c}*cos(3*y) + {d}*x*y = {e}"),
                format!("{a}*x^3 + {b}*y^3 + {c}*x*y^2 + {d}*x = {e}/2"),
                format!("{a}*abs(x) + {b}*y + {c}*sqrt(1 + x*x*y*y) = {d}*max(x, y) + {e}"),
                format!("{a}/(x^2 + {b}^2) + {c}*atan(y) + {d}*tanh(x - y) = {e}/4"),
            ]
        };
        let text = format!(
            "{}, {}",
            formula()[case % 5],
            formula()[(case / 5 + 2 * case) % 5]
        );
        let equations = Equations::parse(&text).unwrap();
        let limits = [-2.0..2.0, -2.0..2.0];
        let found = equations.roots(limits).unwrap();
        complete += usize::from(found.complete);
        count += found.roots.len();
        for _ in 0..30 {
            let start = [4.0 * numbers.next() - 2.0, 4.0 * numbers.next() - 2.0];
            let order: Vec<f64> = match equations.unknowns()[0] == "x" {
                true => start.to_vec(),
                false => vec![start[1], start[0]],
            };
            let one = equations.solve(&order).unwrap();
            let is_inside = one.point.iter().all(|x| x.abs() < 2.0 - 1e-9);
            if one.proof.is_none() || !is_inside {
                continue;
            }
            let is_it = |root: &pullback::solver::Root| {
                root.point
                    .iter()
                    .zip(&one.point)
                    .all(|(a, b)| (a - b).abs() < 1e-9)
            };
            let is_listed = found.roots.iter().any(is_it);
            assert!(is_listed || !found.complete, "{text}: {one:?} {found:?}");
        }
    }
    // Enough of them said something.
    assert!(complete >= 38 && count >= 40, "{complete} {count}");
}

#[test]
fn what_is_not_proven_is_not_called_so() {
    // Double roots, where circles touch and a parabola stands on the axis.
    for (text, at) in [
        ("x^2 + y^2 = 1, (x - 2)^2 + y^2 = 1", [1.0, 0.0]),
        ("y = x^2 - 0.2*x + 0.01, y = 0", [0.0, 0.1]),
        ("y = x^3 - x^2, y = 0*x", [0.0, 0.0]),
    ] {
        let found = roots(text, &[(-3.0, 3.1); 2]);
        assert!(
            !found.complete && !found.undecided.is_empty(),
            "{text}: {found:?}"
        );
        let holds = |open: &pullback::solver::Undecided| {
            let mut pairs = open.sides.iter().zip(at);
            pairs.all(|([lo, hi], x)| lo - 1e-12 <= x && x <= hi + 1e-12 && hi - lo < 0.01)
        };
        assert!(found.undecided.iter().any(holds), "{text}: {found:?}");
        let at_it = |root: &pullback::solver::Root| {
            root.point.iter().zip(at).all(|(a, b)| (a - b).abs() < 1e-6)
        };
        assert!(!found.roots.iter().any(at_it), "{text}: {found:?}");
    }
    // A curve of roots.
    let curve = roots("x^2 + y^2 = 1, 2*x^2 + 2*y^2 = 2", &[(-3.0, 3.0); 2]);
    assert!(!curve.complete && curve.roots.is_empty() && !curve.undecided.is_empty());
    assert!(curve.reasons[0].contains("curve"), "{:?}", curve.reasons);
    let line = roots("x = y", &[(-3.0, 3.0); 2]);
    assert!(!line.complete && line.roots.is_empty() && !line.undecided.is_empty());
    // No root: complete and empty.
    for text in [
        "x^2 + y^2 = 1, x + y = 3",
        "exp(x) + y^2 = 0, x = y",
        "sqrt(x) = -1, y = 0",
        "1/x = 0, y = 1",
    ] {
        assert_all(text, &[(-5.0, 5.0); 2], 0);
    }
    // More equations than unknowns can be refuted, but not proven.
    assert_all("x = 1, y = 2, x*y = 3", &[(-5.0, 5.0); 2], 0);
    let all_hold = roots("x = 1, y = 2, x*y = 2", &[(-5.0, 5.0); 2]);
    assert!(
        !all_hold.complete && all_hold.undecided.len() == 1,
        "{all_hold:?}"
    );
    // At the end of a domain there are no bounds.
    let end = roots("sqrt(x) = 0", &[(-1.0, 1.0)]);
    assert!(
        !end.complete && end.roots.is_empty() && end.undecided.len() == 1,
        "{end:?}"
    );
}

#[test]
fn roots_on_a_face_are_listed_and_said() {
    let found = assert_all("x^2 = 2*x", &[(0.0, 2.0)], 2);
    assert!(found.roots.iter().all(|root| root.is_on_face), "{found:?}");
    assert!(found.reasons[0].contains("face"), "{:?}", found.reasons);
    assert_all("x^2 = 2*x", &[(0.5, 1.5)], 0);
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let text = "y = 4*x^3 - 3*x, x = 4*y^3 - 3*y + 0.1*sin(5*x)";
    let equations = Equations::parse(text).unwrap();
    let with = |threads: usize| {
        let settings = Settings::new().threads(threads);
        equations
            .roots_with([-2.0..2.0, -2.0..2.0], &settings)
            .unwrap()
    };
    let one = with(1);
    assert!(one.complete);
    for threads in [2, 3] {
        assert_eq!(with(threads), one);
    }
}

#[test]
fn budgets_end_the_work_with_what_there_is() {
    let equations = Equations::parse("sin(50*x) + cos(y) = 0.3, sin(x*y) = 0.5*cos(40*y)").unwrap();
    let few = Settings::new().max_evals(20);
    let found = equations.roots_with([-3.0..3.0, -3.0..3.0], &few).unwrap();
    assert!(
        !found.complete && found.boxes <= 20 && found.reasons[0].contains("boxes"),
        "{found:?}"
    );
    let token = CancelToken::new();
    token.cancel();
    let cancelled = Settings::new().cancelled_by(&token);
    let found = equations
        .roots_with([-3.0..3.0, -3.0..3.0], &cancelled)
        .unwrap();
    assert!(!found.complete && found.is_interrupted && !found.undecided.is_empty());
    let found = equations.solve_with(&[1.0, 1.0], &cancelled).unwrap();
    assert_eq!(found.status, SolveStatus::Interrupted);
    let rosenbrock = Equations::parse("10*(y - x^2) = 0, 1 - x = 0").unwrap();
    let found = rosenbrock
        .solve_with(&[1.0, -1.2], &Settings::new().max_evals(1))
        .unwrap();
    assert_eq!(found.status, SolveStatus::Budget);
}

#[test]
fn what_cannot_be_solved_is_said() -> Result<(), Error> {
    let equations = Equations::parse("x + y = 1, x - y = 0")?;
    for start in [vec![1.0], vec![1.0, f64::NAN], vec![f64::INFINITY, 0.0]] {
        assert!(
            matches!(equations.solve(&start), Err(Error::Shape(_))),
            "{start:?}"
        );
    }
    for limits in [
        vec![0.0..1.0],
        vec![0.0..1.0, 2.0..1.0],
        vec![0.0..1.0, f64::NAN..1.0],
    ] {
        assert!(
            matches!(equations.roots(limits.clone()), Err(Error::Shape(_))),
            "{limits:?}"
        );
    }
    for text in [
        "x",
        "x = 1, y",
        "x = y = 1",
        "x = ",
        "",
        "1 = 2",
        "x = coss(1)",
    ] {
        assert!(Equations::parse(text).is_err(), "{text}");
    }
    let parameters = Parameters::new();
    assert!(Equations::parse_with("x = z", &["x"], &parameters).is_err());
    // Not finite at the start, and on the way a step is made shorter.
    let found = Equations::parse("ln(x) = 1")?.solve(&[-1.0])?;
    assert_eq!(found.status, SolveStatus::NotFinite);
    assert!(found.reasons[0].contains("ln(x) = 1"), "{found:?}");
    let found = Equations::parse("ln(x) = -3")?.solve(&[4.0])?;
    assert_eq!(found.status, SolveStatus::Converged);
    assert!((found.point[0] - (-3f64).exp()).abs() < 1e-16, "{found:?}");
    let found = Equations::parse("sqrt(x) = 1")?.solve(&[0.0])?;
    assert_eq!(found.status, SolveStatus::NotFinite, "{found:?}");
    Ok(())
}

#[test]
fn a_map_is_inverted_at_a_point() -> Result<(), Error> {
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
    let found = polar.solve(&[1.0, 1.0], &[1.0, 1.0])?;
    assert_near("polar", &found.point, &[2f64.sqrt(), PI / 4.0], 1e-15);
    assert!(found.proof.is_some());
    assert!(polar.solve(&[1.0], &[1.0, 1.0]).is_err());
    // A curve comes near a point where its distance is least.
    let line = Map::parse("x = t, y = t")?.solve(&[1.0, 0.0], &[3.0])?;
    assert_eq!(line.status, SolveStatus::Minimum);
    assert_near("line", &line.point, &[0.5], 1e-8);
    Ok(())
}
