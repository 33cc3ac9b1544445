//! The Gauss–Legendre rule at any order, on the unit interval.
//!
//! 1. From order 41 on, nodes and weights come from an asymptotic expansion, see
//!    `expansion.rs`, at a fixed cost per node.
//! 2. Below, the expansion is the start of a Newton step for P_n(1 − 2t) in t. P_n and its
//!    derivative come from the recurrence for the differences P_k − P_{k−1}, in which nothing
//!    cancels at t = 0, with the rounding errors carried along as if in twice the precision.
//! 3. We compute the left half, where t is the distance to the nearer end, and reflect it. Rules
//!    are kept in a cache that all threads share.
//!
//! I. Bogaert, "Iteration-free computation of Gauss–Legendre quadrature nodes and weights",
//! SIAM Journal on Scientific Computing 36 (2014) A1008–A1026.
//! The second-order step and the weight follow A. Glaser, X. Liu, V. Rokhlin, "A fast algorithm for
//! the calculation of the roots of special functions", SIAM Journal on Scientific Computing 29
//! (2007) 1420–1438, in using the differential equation for the higher derivatives.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use super::expansion::{EXPANSION_ORDER, Expansion, Point};
use super::rule::{Rule, check_order};
use crate::deadline::Deadline;
use crate::elementary::double_double::{DoubleDouble, halves, split_product, two_sum};
use crate::error::Error;

/// The most nodes that the cache holds, in all rules together (24 MB).
const CACHED_NODES: usize = 1 << 20;

static CACHE: RwLock<Cache> = RwLock::new(Cache {
    rules: BTreeMap::new(),
    nodes: 0,
});

/// Rules by order, and how many nodes they have together.
struct Cache {
    rules: BTreeMap<usize, Rule>,
    nodes: usize,
}

impl Cache {
    /// Puts a rule in, and returns the one that is there: perhaps another thread's, come first.
    ///
    /// A full cache is emptied: whoever fills it goes through orders without coming back.
    fn keep(&mut self, rule: Rule) -> Rule {
        let order = rule.len();
        if order > CACHED_NODES {
            return rule;
        }
        if let Some(earlier) = self.rules.get(&order) {
            return earlier.clone();
        }
        if self.nodes + order > CACHED_NODES {
            self.rules.clear();
            self.nodes = 0;
        }
        self.nodes += order;
        self.rules.insert(order, rule.clone());
        rule
    }
}

/// Where [`Rule::two_gauss`] cuts: (3 − √5)/2, off all simple fractions.
const CUT: f64 = 0.381_966_011_250_105_15;

impl Rule {
    /// Two Gauss rules of this order side by side, cut at (3 − √5)/2.
    ///
    /// Its nodes have no symmetry, so it disagrees with a single rule on whatever the single rule
    /// integrates right only by symmetry.
    ///
    /// # Errors
    ///
    /// As for [`Rule::gauss`].
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Rule;
    ///
    /// // The sign of x − 1/2 has the integral 0, which any symmetric rule finds by chance.
    /// let sign = |rule: &Rule| -> f64 {
    ///     let terms = rule.nodes().iter().zip(rule.weights());
    ///     terms.map(|(x, weight)| weight * (x - 0.5).signum()).sum()
    /// };
    /// assert!(sign(&Rule::gauss(6)?).abs() < 1e-15);
    /// assert!(sign(&Rule::two_gauss(3)?).abs() > 0.01);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn two_gauss(order: usize) -> Result<Self, Error> {
        let half = Self::gauss(order)?;
        let rest = 1.0 - CUT;
        let joined = |left: &[f64], right: &[f64], begin: f64, right_begin: f64| -> Vec<f64> {
            let left = left.iter().map(|x| begin + CUT * x);
            let right = right.iter().map(|x| right_begin + rest * x);
            left.chain(right).collect()
        };
        Ok(Self::new(
            "split gauss",
            joined(half.nodes(), half.nodes(), 0.0, CUT),
            joined(half.complements(), half.complements(), rest, 0.0),
            joined(half.weights(), half.weights(), 0.0, 0.0),
        ))
    }

    /// The Gauss–Legendre rule with `order` nodes, exact for polynomials of degree
    /// 2 × `order` − 1.
    ///
    /// A rule is computed once, about 0.1 µs a node, and shared from then on; those of more than
    /// 2²⁰ nodes are computed anew each time.
    ///
    /// # Accuracy
    ///
    /// Nodes, complements and weights are within 1 ulp of the exact values (0.67 in the worst case
    /// measured), also the nodes next to 0 and the complements of those next to 1, where an ulp is
    /// tiny.
    ///
    /// # Errors
    ///
    /// [`Error::Order`] where `order` is 0 or above [`MAX_ORDER`](super::MAX_ORDER).
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Rule;
    ///
    /// let rule = Rule::gauss(2)?;
    /// assert_eq!(rule.weights(), [0.5, 0.5]);
    /// assert_eq!(rule.nodes()[0], 0.2113248654051871); // (3 − √3)/6
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn gauss(order: usize) -> Result<Self, Error> {
        check_order(order)?;
        Ok(cached(order).unwrap_or_else(|| kept(compute(order))))
    }

    /// The same, or none where the work must end before there is a rule.
    ///
    /// # Errors
    ///
    /// As for [`Rule::gauss`].
    pub(crate) fn gauss_by(order: usize, deadline: &Deadline) -> Result<Option<Self>, Error> {
        check_order(order)?;
        Ok(cached(order).or_else(|| compute_by(order, deadline).map(kept)))
    }
}

/// The rule from the cache.
fn cached(order: usize) -> Option<Rule> {
    let cache = CACHE.read().unwrap_or_else(PoisonError::into_inner);
    cache.rules.get(&order).cloned()
}

/// The rule, in the cache from now on.
fn kept(rule: Rule) -> Rule {
    let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    cache.keep(rule)
}

/// The rule of a valid order.
fn compute(order: usize) -> Rule {
    let mut tables = Tables::new(order);
    tables.fill(0..order.div_ceil(2));
    tables.rule()
}

/// Nodes of a half between two looks at the clock: some 0.1 ms.
const NODES_BY_CLOCK: usize = 1024;

/// The rule of a valid order, or none where the work must end before.
fn compute_by(order: usize, deadline: &Deadline) -> Option<Rule> {
    let mut tables = Tables::new(order);
    let half = order.div_ceil(2);
    for first in (0..half).step_by(NODES_BY_CLOCK) {
        if deadline.has_come() {
            return None;
        }
        tables.fill(first..(first + NODES_BY_CLOCK).min(half));
    }
    Some(tables.rule())
}

/// The tables of a rule in the making.
struct Tables {
    order: usize,
    expansion: Expansion,
    nodes: Vec<f64>,
    complements: Vec<f64>,
    weights: Vec<f64>,
}

impl Tables {
    fn new(order: usize) -> Self {
        Tables {
            order,
            expansion: Expansion::new(order),
            nodes: vec![0.0; order],
            complements: vec![0.0; order],
            weights: vec![0.0; order],
        }
    }

    /// Fills a part of the left half by computation, and of the right half by reflection.
    fn fill(&mut self, part: Range<usize>) {
        for left in part {
            let right = self.order - 1 - left;
            let mut point = self.expansion.point(left + 1);
            if self.order < EXPANSION_ORDER {
                point = polish(self.order, point.node.hi);
            }
            if left == right {
                point.node = DoubleDouble::from(0.5);
            }
            let complement = (-point.node + 1.0).hi;
            self.nodes[left] = point.node.hi;
            self.complements[left] = complement;
            self.nodes[right] = complement;
            self.complements[right] = point.node.hi;
            self.weights[left] = point.weight;
            self.weights[right] = point.weight;
        }
    }

    fn rule(self) -> Rule {
        Rule::new("gauss", self.nodes, self.complements, self.weights)
    }
}

/// The node near `start` and its weight, by Newton's method for P_n(1 − 2t).
///
/// The step includes the second-order term, from Legendre's equation, and the weight is one over
/// t (1 − t) P_n′² + n (n + 1) P_n², which times t (1 − t) is constant near a node to third order.
/// So one pass serves unless the start is off by 2⁻²⁴ of the node, as at the lowest orders.
fn polish(order: usize, start: f64) -> Point {
    const ENOUGH: f64 = 1.0 / (1 << 24) as f64;
    const MAX_PASSES: usize = 8;
    let n = order as f64;
    let mut node = DoubleDouble::from(start);
    let mut weight = 0.0;
    for _ in 0..MAX_PASSES {
        // 26 bits, so that the recurrence has exact coefficients.
        let (t, _) = halves(node.hi);
        let (value, difference) = legendre(order, t);
        let p = value.hi;
        let area = t * (1.0 - t);
        // 2 t (1 − t) P_n′(t), by the recurrence.
        let slope = difference + -2.0 * n * t * p;
        let newton = -2.0 * area * p / slope.hi;
        let step = newton * (1.0 + newton * (1.0 - 2.0 * t) / (2.0 * area));
        node = two_sum(t, step);
        let energy = slope * slope + 4.0 * n * (n + 1.0) * area * p * p;
        weight = (node * (-node + 1.0) / energy).hi * 4.0;
        if step.abs() <= ENOUGH * t {
            break;
        }
    }
    Point { node, weight }
}

/// P_n(1 − 2t) and n (P_n − P_{n−1}), for a `t` of at most 26 bits and an order below 2²⁴.
///
/// D_{k+1} = D_k − (4k + 2) t P_k and P_{k+1} = P_k + D_{k+1}/(k + 1): this is the three-term
/// recurrence. The high parts follow it in doubles; the low parts follow it with their rounding
/// errors, which are known exactly, as sources.
fn legendre(order: usize, t: f64) -> (DoubleDouble, DoubleDouble) {
    let mut value = DoubleDouble::from(1.0);
    let mut difference = DoubleDouble::from(0.0);
    for k in 0..order {
        let factor = (4 * k + 2) as f64 * t;
        let next = (k + 1) as f64;
        let inverse = 1.0 / next;

        let product = split_product(factor, value.hi);
        let sum = two_sum(difference.hi, -product.hi);
        difference.hi = sum.hi;
        difference.lo += sum.lo - product.lo - factor * value.lo;

        let quotient = difference.hi * inverse;
        let back = split_product(quotient, next);
        let rest = (difference.hi - back.hi) - back.lo + difference.lo;
        let sum = two_sum(value.hi, quotient);
        value.hi = sum.hi;
        value.lo += sum.lo + rest * inverse;
    }
    let normal = |x: DoubleDouble| two_sum(x.hi, x.lo);
    (normal(value), normal(difference))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::MAX_ORDER;

    const ULP: f64 = f64::EPSILON;

    /// The distance in ulps, for positive numbers.
    fn ulps(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    /// The sum of these terms without rounding errors to speak of.
    fn accurate_sum(terms: impl Iterator<Item = DoubleDouble>) -> DoubleDouble {
        terms.fold(DoubleDouble::from(0.0), |sum, term| sum + term)
    }

    /// The integral of t^degree by the rule, in double-double. Near 1, t is taken as 1 minus its
    /// complement: rounding t there, half an ulp, would cost `degree` times as much in the power.
    fn monomial(rule: &Rule, degree: usize) -> DoubleDouble {
        let points = rule.nodes().iter().zip(rule.complements());
        accurate_sum(points.zip(rule.weights()).map(|((&node, &rest), &weight)| {
            let t = if node < 0.5 {
                DoubleDouble::from(node)
            } else {
                two_sum(1.0, -rest)
            };
            (0..degree).fold(DoubleDouble::from(weight), |power, _| power * t)
        }))
    }

    #[test]
    fn monomials_below_twice_the_order_are_exact() {
        for order in 1..=30 {
            let rule = compute(order);
            for degree in 0..2 * order {
                let error = (monomial(&rule, degree) * (degree + 1) as f64 + -1.0).hi;
                // Weights, and distances to the nearer end, are relatively within about ULP / 2.
                assert!(
                    error.abs() <= ULP,
                    "order {order}, degree {degree}: {error:e}"
                );
            }
        }
    }

    #[test]
    fn the_first_inexact_monomial_misses_the_norm_of_the_node_polynomial() {
        // 1/(2n + 1) − sum = ∫ Π (t − node)² dt = n!⁴ / ((2n)!² (2n + 1)).
        let mut norm = 1.0;
        for order in 1..=8 {
            let n = order as f64;
            norm *= (n / (4.0 * n - 2.0)).powi(2);
            let rule = compute(order);
            let miss = -(monomial(&rule, 2 * order) * (2.0 * n + 1.0) + -1.0).hi;
            // As for the exact degrees.
            let tolerance = (1.0 + n.sqrt()) * ULP;
            assert!(
                (miss - norm).abs() <= tolerance,
                "order {order}: {miss:e}, {norm:e}"
            );
        }
    }

    #[test]
    fn legendre_polynomials_are_orthogonal_to_constants() {
        for order in [31, 40, 41, 100, 128, 600] {
            let rule = compute(order);
            let mut sums = vec![0.0; order];
            for (&t, weight) in rule.nodes().iter().zip(rule.weights()) {
                let (mut value, mut difference) = (1.0, 0.0);
                for degree in 1..2 * order {
                    difference -= (4 * degree - 2) as f64 * t * value;
                    value += difference / degree as f64;
                    // Odd polynomials vanish by symmetry, which is tested on its own.
                    if degree % 2 == 0 {
                        sums[degree / 2] += weight * value;
                    }
                }
            }
            let worst = sums.iter().fold(0.0f64, |worst, sum| worst.max(sum.abs()));
            // The plain recurrence above loses up to about √n ulp.
            assert!(
                worst <= 4.0 * (order as f64).sqrt() * ULP,
                "order {order}: {worst:e}"
            );
        }
    }

    #[test]
    fn weights_are_positive_and_sum_to_one() {
        for order in (1..=200).chain([1_000, 10_001]) {
            let rule = compute(order);
            assert_eq!(rule.len(), order);
            assert!(rule.weights().iter().all(|&weight| weight > 0.0));
            let sum = accurate_sum(rule.weights().iter().map(|&weight| weight.into()));
            // Each weight is within 1 ulp of itself, so the sum is within 1 ulp of 1.
            assert!((sum + -1.0).hi.abs() <= ULP, "order {order}");
        }
    }

    #[test]
    fn nodes_ascend_and_mirror_each_other() {
        for order in (1..=200).chain([1_000, 10_001]) {
            let rule = compute(order);
            assert!(rule.nodes().is_sorted_by(|a, b| a < b), "order {order}");
            assert!(
                rule.nodes().iter().rev().eq(rule.complements()),
                "order {order}"
            );
            assert!(
                rule.weights().iter().eq(rule.weights().iter().rev()),
                "order {order}"
            );
            for (node, complement) in rule.nodes().iter().zip(rule.complements()) {
                // The larger of the two is 1 minus the smaller, rounded; the sum rounds again.
                assert!((node + complement - 1.0).abs() <= ULP, "order {order}");
            }
        }
    }

    #[test]
    fn newton_steps_confirm_the_expansion() {
        for order in EXPANSION_ORDER..=130 {
            let expansion = Expansion::new(order);
            for index in 1..=order / 2 {
                let point = expansion.point(index);
                let polished = polish(order, point.node.hi);
                // Before rounding: the step leaves 1e-18 and the expansion's sine at most 0.15 ulp.
                let apart = ((point.node - polished.node).hi / point.node.hi / ULP).abs();
                assert!(apart <= 0.16, "order {order}, index {index}: {apart} ulp");
                // Both weights round to within 0.6 ulp, so they differ by one at most.
                let apart = ulps(point.weight, polished.weight);
                assert!(apart <= 1, "order {order}, index {index}: {apart} ulp");
            }
        }
    }

    #[test]
    fn newton_steps_do_not_depend_on_the_start() {
        for order in [2, 7, 40] {
            for index in 1..=order / 2 {
                let start = Expansion::new(order).point(index).node.hi;
                let near = polish(order, start);
                let far = polish(order, start * 1.01);
                assert!(
                    ulps(near.node.hi, far.node.hi) <= 1,
                    "order {order}, index {index}"
                );
                assert!(
                    ulps(near.weight, far.weight) <= 1,
                    "order {order}, index {index}"
                );
            }
        }
    }

    #[test]
    fn nodes_and_weights_agree_with_reference_digits() {
        // Order, index from the left, node, weight. Newton's method for the Legendre recurrence
        // in t and the weight 1/(t (1 − t) (dP/dt)²), all in 50-digit arithmetic (mpmath 1.3).
        #[rustfmt::skip]
        let references = [
            (2, 1, "0.2113248654051871177454256097", "0.5"),
            (2, 2, "0.7886751345948128822545743903", "0.5"),
            (5, 1, "0.04691007703066800360118656085", "0.1184634425280945437571320204"),
            (5, 2, "0.2307653449471584544818427896", "0.2393143352496832340206457574"),
            (5, 3, "0.5", "0.2844444444444444444444444444"),
            (20, 1, "0.003435700407452537606938805764", "0.008807003569576059155930981176"),
            (20, 2, "0.0180140363610431043661669344", "0.02030071490019347066551997614"),
            (20, 3, "0.0438827858743370470661237794", "0.03133602416705453178475326759"),
            (20, 5, "0.1268340467699246036928474648", "0.05096505990862021751837506774"),
            (20, 6, "0.1819731596367424872735816519", "0.05909726598075920865618868886"),
            (20, 10, "0.4617367394332513331226797953", "0.07637669356536292534904216598"),
            (42, 1, "0.0008001905049687924885659365765", "0.002052999302324542305301389748"),
            (42, 2, "0.00421135582956954010381937336", "0.004768110150874251205910050146"),
            (42, 7, "0.06098971509391362864400744826", "0.01768453554879605541633109056"),
            (42, 10, "0.124360032155259755215763912", "0.02438907039640162251372468156"),
            (42, 14, "0.2368021250344038562035662206", "0.03142177902250128820465912566"),
            (42, 21, "0.48152552841732411209345201", "0.03693211711608643999819278057"),
            (64, 1, "0.0003474791321139302715471878272", "0.0008916403608482164736480395725"),
            (64, 2, "0.001829941614022360326537749662", "0.002073516630281233817643767864"),
            (64, 10, "0.05534227700244294707329798086", "0.01113508690419162707964916519"),
            (64, 16, "0.1400590749141945865755298911", "0.01690258091857080469578274106"),
            (64, 21, "0.2343602679900527271709930482", "0.02063128162131176430507814874"),
            (64, 32, "0.4878248536682877837455220786", "0.02434547850456986019168269537"),
            (100, 1, "0.0001431366132793831608857653288", "0.0003673172452528358652031603292"),
            (100, 2, "0.0007540246802020907999183204068", "0.0008546963267590526197646791857"),
            (100, 16, "0.05939066030749079221334158729", "0.00738794226372065088443999376"),
            (100, 25, "0.1423309412134717767700164386", "0.01092150120812369315697687065"),
            (100, 33, "0.2399209900591184716765921253", "0.01334872959178548133019233209"),
            (100, 50, "0.49218550778922845856389165", "0.01562771172693167847382123719"),
            (101, 1, "0.0001403302351148621158006974718", "0.0003601158532009318508827730665"),
            (101, 2, "0.0007392440051212458730523793696", "0.0008379463802495144399554158388"),
            (101, 17, "0.06570868133293493055771525671", "0.007668579359522847563074910682"),
            (101, 25, "0.139678145379491530668620203", "0.01072920585761432277259132069"),
            (101, 34, "0.248887007907290284479397684", "0.01338229301358646473505978859"),
            (101, 51, "0.5", "0.01547563811987827323368991732"),
            (128, 1, "0.00008755602643404276319595850906", "0.00022469048014604518819714612"),
            (128, 2, "0.0004612700113120524940061211582", "0.0005229063396701743896564258001"),
            (128, 21, "0.06297360152098410065229102258", "0.005938653686370139787945553463"),
            (128, 32, "0.1432228111582062933280700435", "0.008564067711555688415340493809"),
            (128, 42, "0.2386224239744122607730260303", "0.01042072389037557455679197421"),
            (128, 64, "0.4938881505196921179009739402", "0.01222309009813125910566292631"),
            (251, 1, "0.00002285742515349184607722578294", "0.00005865908734310726993716667026"),
            (251, 2, "0.0001204304943556644491729768973", "0.0001365383070805752273427583046"),
            (251, 42, "0.0664686176911557379139461726", "0.003111581712022430995547134192"),
            (251, 63, "0.1458956923170349832664309563", "0.004409474670335529604441315547"),
            (251, 84, "0.2495498850973018088415790464", "0.005405680071452469860391312018"),
            (251, 126, "0.5", "0.006245698698204756950758650428"),
            (1013, 1, "0.00000140753570761674005321705803", "0.000003612189465920629028046993351"),
            (1013, 2, "0.000007416206944876222640841812868", "0.000008408455816002959409784011137"),
            (1013, 169, "0.06685825252232070313633158086", "0.0007742428943693661075617848782"),
            (1013, 253, "0.1457623628516309071745876755", "0.001093800366453750536562067723"),
            (1013, 338, "0.2498881863263486530181896705", "0.00134202904229659987777168305"),
            (1013, 507, "0.5", "0.001549872852137609755032339483"),
            (10013, 1, "0.00000001441900722770581003588375", "0.00000003700382869264365718111593"),
            (10013, 2, "0.00000007597288860685825856232548", "0.00000008613786600592371599546306"),
            (10013, 13, "0.000004000878669403564127651038", "0.0000006274902700162350824487937"),
            (10013, 2503, "0.1463772901897465437806640913", "0.000110900575854702837058558982"),
            (10013, 5007, "0.5", "0.0001568678608714926794474512418"),
            (100000, 1, "1.445782032798498524566810166e-10", "3.710343581792359010609536351e-10"),
            (100000, 20000, "0.09548827133998968192919846", "0.000009232723257001568722759160"),
            (100000, 50000, "0.4999921460576361584887190262", "0.00001570788472639111374571222157"),
        ];
        for (order, index, node, weight) in references {
            let rule = compute(order);
            let apart = |computed: f64, digits: &str| ulps(computed, digits.parse().unwrap());
            // Results are within 0.7 ulp, the parsed digits within 0.5: one apart at most.
            let right = order - index;
            for (computed, digits) in [
                (rule.nodes()[index - 1], node),
                (rule.complements()[right], node),
                (rule.weights()[index - 1], weight),
                (rule.weights()[right], weight),
            ] {
                let apart = apart(computed, digits);
                assert!(apart <= 1, "order {order}, index {index}: {apart} ulp");
            }
        }
    }

    #[test]
    fn the_largest_orders_keep_their_accuracy() {
        // Index, node and weight at order 10⁷, as above but in 113-bit arithmetic (libquadmath).
        let expansion = Expansion::new(MAX_ORDER);
        for (index, node, weight) in [
            (
                1,
                "1.4457963461570497275102603e-14",
                "3.7103803146714022375108154e-14",
            ),
            (
                2,
                "7.6178148241338203566430983e-14",
                "8.6370591039667628483849733e-14",
            ),
            (
                1_234_567,
                "0.037137943306501675873395164",
                "5.9407436419304621362349236e-8",
            ),
            (
                5_000_000,
                "0.49999992146018758724621083",
                "1.5707962482550628640619790e-7",
            ),
        ] {
            let point = expansion.point(index);
            assert!(
                ulps(point.node.hi, node.parse().unwrap()) <= 1,
                "index {index}"
            );
            assert!(
                ulps(point.weight, weight.parse().unwrap()) <= 1,
                "index {index}"
            );
        }
    }

    #[test]
    fn a_second_request_gives_the_same_tables() {
        let first = Rule::gauss(37).unwrap();
        assert!(std::ptr::eq(
            first.nodes(),
            Rule::gauss(37).unwrap().nodes()
        ));
        assert_eq!(first, compute(37));
    }

    #[test]
    fn the_cache_keeps_the_first_rule_and_stays_within_its_size() {
        let rule = |order| Rule::new("gauss", vec![0.5; order], Vec::new(), Vec::new());
        let mut cache = Cache {
            rules: BTreeMap::new(),
            nodes: 0,
        };
        let first = cache.keep(rule(3));
        let second = cache.keep(rule(3));
        assert!(std::ptr::eq(first.nodes(), second.nodes()));
        assert_eq!(cache.nodes, 3);

        cache.keep(rule(CACHED_NODES + 1));
        assert_eq!(cache.nodes, 3);

        cache.keep(rule(CACHED_NODES - 2));
        assert_eq!(cache.nodes, CACHED_NODES - 2);
        assert!(!cache.rules.contains_key(&3));
        cache.keep(rule(2));
        assert_eq!(cache.nodes, CACHED_NODES);
        assert_eq!(cache.rules.len(), 2);
    }
}
