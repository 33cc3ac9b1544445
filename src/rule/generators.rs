//! The orbits of fully symmetric rules: a generator and a weight each, on the cube [−1, 1]^d of
//! volume 1.
//!
//! 1. Degree 7 has closed forms.
//! 2. Degree 9 is solved from the moments of monomials in four variables, then three, two and one:
//!    what a monomial with k variables does not see is every node with fewer than k coordinates.
//! 3. Degree 11 in space and 15 in the plane are tables. We solved the moment equations by
//!    least squares from random starts, kept a solution with positive weights, nodes well inside
//!    and far apart, and polished it by Newton's method in 40 digits (mpmath).
//!
//! A. C. Genz, A. A. Malik, "Remarks on algorithm 006: An adaptive algorithm for numerical
//! integration over an N-dimensional rectangular region", Journal of Computational and Applied
//! Mathematics 6 (1980) 295–302.
//! A. C. Genz, A. A. Malik, "An imbedded family of fully symmetric numerical integration rules",
//! SIAM Journal on Numerical Analysis 20 (1983) 580–588.
//! J. Berntsen, T. O. Espelid, A. Genz, "An adaptive algorithm for the approximate calculation of
//! multiple integrals", ACM Transactions on Mathematical Software 17 (1991) 437–451.

/// All points whose coordinates are those of a generator, in any order and with any signs.
pub(super) struct Generator {
    /// Its coordinates, one for each axis, in descending order, none negative.
    pub(super) point: Vec<f64>,
    /// The weight of each of the points.
    pub(super) weight: f64,
}

/// The generator with these nonzero coordinates.
fn generator(dimension: usize, coordinates: &[f64], weight: f64) -> Generator {
    let mut point = coordinates.to_vec();
    point.resize(dimension, 0.0);
    Generator { point, weight }
}

/// The rule of Genz and Malik (1980): 2ᵈ + 2d² + 2d + 1 nodes.
pub(super) fn degree_7(dimension: usize) -> Vec<Generator> {
    let d = dimension as f64;
    let inner = (9.0 / 70.0f64).sqrt();
    let outer = 0.9f64.sqrt();
    let corner = (9.0 / 19.0f64).sqrt();
    [
        (vec![], 12_824.0 - 9_120.0 * d + 400.0 * d * d),
        (vec![inner], 2_940.0),
        (vec![outer], 1_820.0 - 400.0 * d),
        (vec![outer; 2], 200.0),
        (
            vec![corner; dimension],
            6_859.0 * 0.5f64.powi(dimension as i32),
        ),
    ]
    .map(|(coordinates, weight)| generator(dimension, &coordinates, weight / 19_683.0))
    .into()
}

/// A rule with the orbits of that of Berntsen, Espelid and Genz (1991):
/// 2ᵈ + 1 + 8d + 6d (d − 1) + 4d (d − 1)(d − 2)/3 nodes.
///
/// The squares of the generators are a, b, c on the axes, a with a, a with b and a with a and a
/// off them, and v at the corners; one more orbit on the axes, of square v, has weight 0 and
/// serves the null rules. The square v is free; the sum of |weights| is nearly least, in all
/// dimensions, at the one below (1.4 in the plane, 43 in twelve dimensions).
pub(super) fn degree_9(dimension: usize) -> Vec<Generator> {
    const V: f64 = 0.471;
    let d = dimension as f64;
    // All corners together: E[x² y² z² t²] = 1/81.
    let corners = 1.0 / (81.0 * V.powi(4));
    // Three variables: E[x² y² z²] = 1/27 and E[x⁴ y² z²] = 1/45.
    let a = 0.8 / (3.0 - 1.0 / V);
    let triple = (1.0 / 27.0 - corners * V.powi(3)) / (8.0 * a.powi(3));
    // Two variables: E[x² y²], E[x⁴ y²], and E[x⁶ y² − x⁴ y⁴], where corners drop out.
    let square = 1.0 / 9.0 - corners * V.powi(2);
    let skew = 1.0 / 15.0 - corners * V.powi(3) - a * square;
    let b = a + (1.0 / 21.0 - 1.0 / 25.0) / skew;
    let mixed = skew / (4.0 * a * b * (b - a));
    let pair = (square - 8.0 * mixed * a * b) / (4.0 * a * a) - 2.0 * (d - 2.0) * triple;
    // One variable: E[x²], E[x⁴], ..., where the nodes with |x| = √a, √b, √c count together.
    let moment = |power: i32| 1.0 / f64::from(2 * power + 1) - corners * V.powi(power);
    let reduced = |power| moment(power + 2) - (a + b) * moment(power + 1) + a * b * moment(power);
    let c = reduced(2) / reduced(1);
    let all_c = reduced(1) / (c * (c - a) * (c - b));
    let first = moment(1) - all_c * c;
    let second = moment(2) - all_c * c * c;
    let all_a = (second - b * first) / (a * (a - b));
    let all_b = (second - a * first) / (b * (b - a));
    let others = d - 1.0;
    let axis_a = all_a / 2.0 - 2.0 * others * (pair + mixed + (d - 2.0) * triple);
    let axis_b = all_b / 2.0 - 2.0 * others * mixed;
    let axis_c = all_c / 2.0;
    let on_axes = 2.0 * d * (axis_a + axis_b + axis_c);
    let on_planes = 2.0 * d * others * (pair + 2.0 * mixed);
    let on_spaces = 4.0 / 3.0 * d * others * (d - 2.0) * triple;
    let centre = 1.0 - corners - on_axes - on_planes - on_spaces;

    let [a, b, c, v] = [a, b, c, V].map(f64::sqrt);
    let mut orbits = vec![
        (vec![], centre),
        (vec![b], axis_b),
        (vec![c], axis_c),
        (vec![a], axis_a),
        (vec![v], 0.0),
        (vec![a; 2], pair),
        (vec![a.max(b), a.min(b)], mixed),
        (vec![v; dimension], corners * 0.5f64.powi(dimension as i32)),
    ];
    if dimension > 2 {
        orbits.push((vec![a; 3], triple));
    }
    orbits
        .into_iter()
        .map(|(coordinates, weight)| generator(dimension, &coordinates, weight))
        .collect()
}

/// Coordinates and the weight of each point.
type Table = [(&'static [f64], f64)];

/// A rule of degree 15 in the plane with 65 nodes, at least 0.04 apart from each other and 0.009
/// from the sides of the unit square. Every weight is positive and at least 0.3 times their mean.
const PLANE: &Table = &[
    (&[], 0.008073287419405929),
    (&[0.3602628272531185], 0.004615396634788404),
    (&[0.981999948226068], 0.009421976451773575),
    (&[0.16105466054441545], 0.009765234635476723),
    (&[0.5265857867478921], 0.02182151756473788),
    (&[0.8220000376398242], 0.01041101201869913),
    (&[0.27266201570402837; 2], 0.0309412977868286),
    (&[0.5091488979595267; 2], 0.030042584499188004),
    (&[0.69834062390276; 2], 0.019514279212075786),
    (&[0.8336665927183495; 2], 0.011631604526200491),
    (&[0.9474311888487088; 2], 0.004615473141396179),
    (
        &[0.6996229845307225, 0.20271297019922047],
        0.019359362867763102,
    ),
    (
        &[0.8905428569439686, 0.3885946850620522],
        0.02162470323857797,
    ),
    (
        &[0.9808728812573478, 0.6662399614285341],
        0.006616584730650805,
    ),
];

/// A rule of degree 11 in space with 127 nodes, at least 0.04 apart from each other and 0.017 from
/// the sides of the unit cube. Every weight is positive and at least 0.17 times their mean.
const SPACE: &Table = &[
    (&[], 0.0014112028949941407),
    (&[0.38422785821251315], 0.0014118839781348278),
    (&[0.7940532487626359], 0.02174874168061023),
    (&[0.2563873095383942], 0.0014105004333560924),
    (&[0.4684891804680384], 0.0014111879858788358),
    (&[0.7098209523969952], 0.004700347900357245),
    (&[0.3756202605864699; 2], 0.0017015407162256518),
    (&[0.7759356701431598; 2], 0.01692276667468365),
    (&[0.34213734447034305; 3], 0.02099539283978221),
    (&[0.5860501780338713; 3], 0.01628992614701103),
    (&[0.8420308909221901; 3], 0.006200736080154409),
    (
        &[0.961341471241042, 0.43176091410050815, 0.43176091410050815],
        0.008150065668686915,
    ),
    (
        &[0.9644369745392076, 0.9644369745392076, 0.427866046285638],
        0.0019796299983334867,
    ),
];

/// The rule of degree 11, in space.
pub(super) fn degree_11(dimension: usize) -> Vec<Generator> {
    tabulated(dimension, SPACE)
}

/// The rule of degree 15, in the plane.
pub(super) fn degree_15(dimension: usize) -> Vec<Generator> {
    tabulated(dimension, PLANE)
}

fn tabulated(dimension: usize, table: &Table) -> Vec<Generator> {
    let orbits = table.iter();
    orbits
        .map(|(coordinates, weight)| generator(dimension, coordinates, *weight))
        .collect()
}
