//! Nested rules: sequences on [0, 1] in which each rule keeps the nodes of the one before.
//!
//! 1. Patterson's sequence starts at the middle, goes on to Gauss's rule of 3 nodes, and then adds
//!    n + 1 nodes to n so that the degree of exactness is the highest possible: (3n + 1)/2.
//! 2. Along a period the trapezoid rule doubles. Its first node is nowhere near the ends or the
//!    middle, where symmetric integrands are exceptional.
//! 3. Each rule is the integral of an interpolant: a polynomial, or a trigonometric polynomial.
//!
//! T. N. L. Patterson, "The optimum addition of points to quadrature formulae", Math. Comp. 22 (1968)
//! 847–856.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// The first node of the trapezoid rules: 2 minus the golden ratio, whose multiples by powers of 2
/// keep away from whole numbers.
const FIRST_NODE: f64 = 0.381_966_011_250_105_1;

/// Trapezoid rules of 1, 2, 4, … nodes: so many.
const TRAPEZOIDS: usize = 8;

/// What lies between the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interpolant {
    Polynomial,
    Trigonometric,
}

/// A sequence of nested rules. Nodes are in the order in which they appear.
#[derive(Debug)]
pub(crate) struct Nested {
    interpolant: Interpolant,
    nodes: Vec<f64>,
    levels: Vec<Level>,
}

/// One rule of a sequence.
#[derive(Debug)]
struct Level {
    /// The number of nodes, those of the rules before included.
    nodes: usize,
    /// The weights of the nodes that are new.
    weights: Vec<f64>,
    /// For every new node, the weights of the older nodes in the interpolant there.
    interpolation: Vec<f64>,
    /// For every new node, the product of its distances from the others.
    distances: Vec<f64>,
}

impl Nested {
    /// Patterson's sequence.
    pub(crate) fn patterson() -> &'static Nested {
        static PATTERSON: OnceLock<Nested> = OnceLock::new();
        PATTERSON.get_or_init(|| {
            let mirrored = |(place, &node): (usize, &f64)| match place {
                0 => vec![node],
                _ => vec![node, 1.0 - node],
            };
            let nodes = HALF_NODES.iter().enumerate().flat_map(mirrored).collect();
            let new_weights = NEW_WEIGHTS.iter().map(|half| match half {
                [middle] if *middle == 1.0 => vec![1.0],
                _ => half.iter().flat_map(|w| [*w, *w]).collect(),
            });
            Nested::new(Interpolant::Polynomial, nodes, new_weights)
        })
    }

    /// Trapezoid rules.
    pub(crate) fn trapezoid() -> &'static Nested {
        static TRAPEZOID: OnceLock<Nested> = OnceLock::new();
        TRAPEZOID.get_or_init(|| {
            let mut nodes = vec![FIRST_NODE];
            let mut weights = vec![vec![1.0]];
            for _ in 1..TRAPEZOIDS {
                let count = nodes.len();
                let half = 0.5 / count as f64;
                let new: Vec<f64> = nodes.iter().map(|x| (x + half).fract()).collect();
                nodes.extend(new);
                weights.push(vec![half; count]);
            }
            Nested::new(Interpolant::Trigonometric, nodes, weights.into_iter())
        })
    }

    fn new(
        interpolant: Interpolant,
        nodes: Vec<f64>,
        new_weights: impl Iterator<Item = Vec<f64>>,
    ) -> Self {
        let mut nested = Nested {
            interpolant,
            nodes,
            levels: Vec::new(),
        };
        for weights in new_weights {
            let old = nested.levels.last().map_or(0, |level| level.nodes);
            let count = old + weights.len();
            let new = &nested.nodes[old..count];
            let interpolation = new.iter().flat_map(|&x| nested.cardinals(0..old, old, x));
            let distances = (old..count).map(|j| {
                let others = (0..count).filter(|&k| k != j);
                others.map(|k| nested.nodes[j] - nested.nodes[k]).product()
            });
            nested.levels.push(Level {
                nodes: count,
                interpolation: interpolation.collect(),
                distances: distances.collect(),
                weights,
            });
        }
        nested
    }

    /// The number of rules.
    pub(crate) fn levels(&self) -> usize {
        self.levels.len()
    }

    /// The number of nodes of a rule.
    pub(crate) fn len(&self, level: usize) -> usize {
        self.levels[level].nodes
    }

    /// The nodes of a rule that the one before has not.
    pub(crate) fn new_nodes(&self, level: usize) -> &[f64] {
        &self.nodes[self.first_new(level)..self.len(level)]
    }

    /// The weights of these nodes.
    pub(crate) fn new_weights(&self, level: usize) -> &[f64] {
        &self.levels[level].weights
    }

    /// For every new node of a rule, the weights of the older nodes in the interpolant there.
    pub(crate) fn interpolation(&self, level: usize) -> &[f64] {
        &self.levels[level].interpolation
    }

    /// For every new node of a rule, the function that is 1 there and 0 at the other nodes, at x.
    pub(crate) fn new_cardinals(&self, level: usize, x: f64) -> Vec<f64> {
        let (first, count) = (self.first_new(level), self.len(level));
        if self.interpolant == Interpolant::Trigonometric {
            return self.cardinals(first..count, count, x);
        }
        // The products of x − xₖ over all k but one, from those before it and those behind.
        let nodes = &self.nodes[..count];
        let before: f64 = nodes[..first].iter().map(|node| x - node).product();
        let mut found = Vec::with_capacity(count - first);
        let mut product = before;
        for node in &nodes[first..] {
            found.push(product);
            product *= x - node;
        }
        let mut behind = 1.0;
        let pairs = found.iter_mut().zip(&nodes[first..]);
        for ((found, node), distances) in pairs.zip(&self.levels[level].distances).rev() {
            *found *= behind / distances;
            behind *= x - node;
        }
        found
    }

    fn first_new(&self, level: usize) -> usize {
        self.len(level) - self.levels[level].weights.len()
    }

    /// The functions that are 1 at one of the first `count` nodes and 0 at the others, at x.
    fn cardinals(&self, which: std::ops::Range<usize>, count: usize, x: f64) -> Vec<f64> {
        let nodes = &self.nodes[..count];
        let polynomial = |j: usize| {
            let others = (0..count).filter(|&k| k != j);
            let factors = others.map(|k| (x - nodes[k]) / (nodes[j] - nodes[k]));
            factors.product()
        };
        // Of the highest frequency only the wave with a crest at the node is there.
        let trigonometric = |j: usize| {
            let turn = PI * (x - nodes[j]);
            let tan = turn.tan();
            if count == 1 || tan.abs() < 1e-15 {
                return 1.0;
            }
            (count as f64 * turn).sin() / (count as f64 * tan)
        };
        match self.interpolant {
            Interpolant::Polynomial => which.map(polynomial).collect(),
            Interpolant::Trigonometric => which.map(trigonometric).collect(),
        }
    }
}

/// The nodes up to the middle of Patterson's rules of 1, 3, 7, 15, 31, 63 and 127 nodes, in the order in
/// which they appear.
const HALF_NODES: [f64; 64] = [
    0.5,
    0.112_701_665_379_258_31,
    0.019_754_365_645_989_858,
    0.282_878_125_326_598_73,
    0.003_084_018_393_622_488_8,
    0.055_770_383_563_871_5,
    0.189_448_526_631_386_8,
    0.388_306_656_785_516_57,
    0.000_450_937_516_166_201_2,
    0.009_234_425_223_129_946,
    0.035_172_571_285_129_975,
    0.081_637_030_915_565_64,
    0.148_751_896_754_236_47,
    0.234_340_128_177_812_2,
    0.334_432_303_371_011_6,
    0.443_755_528_433_406_7,
    6.355593982119404e-05,
    0.001_396_870_313_889_020_4,
    0.005_657_621_226_285_26,
    0.013_908_562_625_709_102,
    0.026_828_570_813_298_546,
    0.044_814_421_521_497_85,
    0.068_046_030_903_154_77,
    0.096_529_734_024_891_19,
    0.130_121_977_823_652_62,
    0.168_545_169_987_609_7,
    0.211_402_144_973_977_08,
    0.258_190_986_527_079_5,
    0.308_320_337_900_634_84,
    0.361_125_088_989_087_85,
    0.415_882_374_223_896_3,
    0.471_827_843_476_703_6,
    8.78482255420071e-06,
    0.000_200_600_164_044_658_36,
    0.000_841_682_340_796_303_8,
    0.002_137_947_650_796_405_8,
    0.004_252_139_410_946_934,
    0.007_314_250_200_739_814,
    0.011_429_242_680_147_143,
    0.016_681_074_220_791_715,
    0.023_134_996_787_119_43,
    0.030_839_801_110_203_558,
    0.039_829_987_264_993_79,
    0.050_127_550_111_529_98,
    0.061_743_292_757_647_37,
    0.074_677_752_615_824_86,
    0.088_921_872_817_509_8,
    0.104_457_533_100_075_81,
    0.121_258_016_809_743_19,
    0.139_288_457_314_950_54,
    0.158_506_284_454_460_38,
    0.178_861_678_745_120_24,
    0.200_298_034_878_878_57,
    0.222_752_433_684_033_72,
    0.246_156_121_233_141_7,
    0.270_434_994_005_083_8,
    0.295_510_089_385_055_7,
    0.321_298_081_084_233_9,
    0.347_711_779_221_643,
    0.374_660_634_848_258_4,
    0.402_051_248_644_449_9,
    0.429_787_883_423_719_93,
    0.457_772_979_958_144_53,
    0.485_907_675_525_127_15,
];

/// The weights of those nodes in the rule in which they appear, rule by rule.
const NEW_WEIGHTS: [&[f64]; 7] = [
    &[1.0],
    &[0.277_777_777_777_777_8],
    &[0.052_328_113_013_233_63, 0.200_698_707_387_981_12],
    &[
        0.008_500_859_814_970_13,
        0.046_463_597_657_562_27,
        0.085_755_954_568_195_7,
        0.109_578_429_200_793_75,
    ],
    &[
        0.001_272_390_395_780_937_3,
        0.008_223_024_927_193_906,
        0.017_978_551_653_564_66,
        0.028_489_754_747_061_68,
        0.038_439_810_249_501_764,
        0.046_813_554_990_632_236,
        0.052_834_946_790_117_4,
        0.055_978_436_510_476_73,
    ],
    &[
        0.000_181_610_740_922_765_32,
        0.001_289_524_897_342_844_1,
        0.003_057_753_411_058_623,
        0.005_249_123_454_810_661,
        0.007_703_375_233_279_749,
        0.010_297_116_957_956_355,
        0.012_934_839_663_607_374,
        0.015_536_775_555_843_983,
        0.018_032_216_390_391_285,
        0.020_357_755_058_472_16,
        0.022_457_265_826_816_1,
        0.024_282_165_203_336_6,
        0.025_791_626_976_024_228,
        0.026_952_749_667_633_03,
        0.027_740_702_178_279_68,
        0.028_138_849_915_627_15,
    ],
    &[
        2.526804760393126e-05,
        0.000_188_873_323_163_492_32,
        0.000_469_184_924_271_190_76,
        0.000_840_571_432_710_735,
        0.001_284_382_471_897_010_1,
        0.001_786_446_391_758_649_7,
        0.002_335_525_186_057_160_8,
        0.002_921_724_937_917_82,
        0.003_536_244_997_716_777_7,
        0.004_171_419_376_984_078_5,
        0.004_820_588_864_851_268_5,
        0.005_477_866_693_918_951,
        0.006_137_915_280_041_385,
        0.006_795_785_504_882_773,
        0.007_446_820_832_407_591,
        0.008_086_609_364_788_86,
        0.008_710_965_079_732_087,
        0.009_315_924_128_069_395,
        0.009_897_747_524_048_749,
        0.010_452_925_722_906_011,
        0.010_978_183_152_658_912,
        0.011_470_482_114_693_875,
        0.011_927_026_053_019_27,
        0.012_345_262_372_243_839,
        0.012_722_884_982_732_384,
        0.013_057_836_688_353_05,
        0.013_348_311_463_725_18,
        0.013_592_756_614_812_396,
        0.013_789_874_783_240_936,
        0.013_938_625_738_306_851,
        0.014_038_227_896_908_624,
        0.014_088_159_516_508_3,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral of the interpolant of f with the first rules of a sequence, from the surpluses
    /// of f at the new nodes.
    fn integral(nested: &Nested, level: usize, f: impl Fn(f64) -> f64) -> f64 {
        let mut total = 0.0;
        for l in 0..=level {
            let older = if l == 0 { 0 } else { nested.len(l - 1) };
            for (i, (x, w)) in nested
                .new_nodes(l)
                .iter()
                .zip(nested.new_weights(l))
                .enumerate()
            {
                let row = &nested.interpolation(l)[i * older..(i + 1) * older];
                let known: f64 = row.iter().zip(&nested.nodes).map(|(b, x)| b * f(*x)).sum();
                total += w * (f(*x) - known);
            }
        }
        total
    }

    #[test]
    fn pattersons_rules_are_exact_to_their_degree_and_no_further() {
        let nested = Nested::patterson();
        let counts: Vec<usize> = (0..nested.levels()).map(|l| nested.len(l)).collect();
        assert_eq!(counts, [1, 3, 7, 15, 31, 63, 127]);
        for (level, n) in counts.into_iter().enumerate() {
            // Symmetric rules gain a degree: that of one node is 1, and (3n + 1)/2 is odd.
            let degree = if n == 1 { 1 } else { (3 * n as i32 + 1) / 2 };
            let error = |power: i32| {
                let exact = if power % 2 == 0 {
                    1.0 / f64::from(power + 1)
                } else {
                    0.0
                };
                (integral(nested, level, |x| (2.0 * x - 1.0).powi(power)) - exact).abs()
            };
            // Cardinal functions are products of up to n factors, an ulp each.
            let rounding = f64::EPSILON * (4 * n + 20) as f64;
            (0..=degree).for_each(|power| assert!(error(power) < rounding, "{n}, {power}"));
            assert!(
                n > 15 || error(degree + 1) > 1e-9,
                "{n}: {:e}",
                error(degree + 1)
            );
        }
    }

    #[test]
    fn trapezoid_rules_are_exact_below_their_number_of_waves() {
        let nested = Nested::trapezoid();
        for level in 0..nested.levels() {
            let n = nested.len(level) as f64;
            // The size of the integral of a wave, whatever its phase.
            let wave = |k: f64| {
                let cos = integral(nested, level, |x| (2.0 * PI * k * x).cos());
                cos.hypot(integral(nested, level, |x| (2.0 * PI * k * x).sin()))
            };
            let constant = if n == 1.0 { 1.0 } else { 0.0 };
            // Surpluses of a few units, a rounding error each.
            assert!((wave(n - 1.0) - constant).abs() < 1e-12, "{n}");
            assert!((wave(n) - 1.0).abs() < 1e-12, "{n}");
        }
    }

    #[test]
    fn cardinal_functions_are_one_at_their_node_and_zero_at_others() {
        for nested in [Nested::patterson(), Nested::trapezoid()] {
            for level in 0..nested.levels() {
                let first = nested.first_new(level);
                for (place, &x) in nested.nodes[..nested.len(level)].iter().enumerate() {
                    for (new, value) in nested.new_cardinals(level, x).into_iter().enumerate() {
                        let exact = if first + new == place { 1.0 } else { 0.0 };
                        // A quotient of sines, each good to an ulp of its argument.
                        assert!((value - exact).abs() < 1e-12, "{level}, {place}: {value}");
                    }
                }
            }
        }
    }
}
