//! The algebra of sums: products, powers, functions, what becomes of them where an input is replaced.
//!
//! 1. Products are multiplied out; powers of one atom meet, roots of numbers are split into primes.
//! 2. A power goes to the factors of what it is taken of where their signs are known from the ranges of the
//!    inputs; cos² + sin² = 1 and 1 ± cos x = 2cos²(x/2), 2sin²(x/2) are used under roots.
//! 3. Functions have their values at multiples of π/12 and the like, exactly.
//!
//! J. Moses, "Algebraic simplification: a guide for the perplexed", Comm. ACM 14 (1971) 527–537.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};
use crate::deadline::Deadline;

/// So many products of terms are formed before a formula counts as too long.
const MOST_WORK: u32 = 200_000;

/// The largest whole power of a sum that is multiplied out.
const MOST_POWER: i64 = 12;

/// What is known of the inputs, and how much work is left.
#[derive(Clone)]
pub(crate) struct Algebra {
    pub(crate) ranges: Vec<(f64, f64)>,
    /// From this input on they are parameters.
    pub(crate) constants: u32,
    work: Cell<u32>,
}

impl Algebra {
    pub(crate) fn new(ranges: Vec<(f64, f64)>) -> Self {
        Algebra {
            ranges,
            constants: u32::MAX,
            work: Cell::new(MOST_WORK),
        }
    }

    /// The same where the inputs from this one on are parameters.
    pub(crate) fn with_constants(self, constants: usize) -> Self {
        Algebra {
            constants: constants as u32,
            ..self
        }
    }

    /// One more input, with its range: its index.
    pub(crate) fn with_input(&self, range: (f64, f64)) -> (Algebra, u32) {
        let mut ranges = self.ranges.clone();
        ranges.push(range);
        let algebra = Algebra {
            ranges,
            constants: u32::MAX,
            work: self.work.clone(),
        };
        (algebra, self.ranges.len() as u32)
    }

    /// Counts a piece of work; there is none left after the deadline.
    fn may(&self) -> bool {
        let left = self.work.get();
        // A look at the clock costs about as much as a product.
        let is_late = left.is_multiple_of(64) && Deadline::current().has_come();
        self.work.set(match is_late {
            true => 0,
            false => left.saturating_sub(1),
        });
        left > 0 && !is_late
    }

    /// The product of powers, brought to its normal form.
    pub(crate) fn product(&self, coefficient: Number, powers: Vec<(Atom, Number)>) -> Sum {
        if !self.may() || coefficient.is_none() {
            return Sum::none();
        }
        let mut merged: BTreeMap<Atom, Number> = BTreeMap::new();
        let mut exponent = Sum::zero();
        for (atom, power) in powers {
            match atom {
                Atom::Exp(s) => exponent = exponent.plus(&s.scaled(power)),
                atom => {
                    let own = merged.entry(atom).or_insert(Number::ZERO);
                    *own = own.plus(power);
                }
            }
        }
        let mut coefficient = coefficient;
        let mut factors = Factors::new();
        let mut others = Vec::new();
        for (atom, power) in merged {
            match (&atom, power.as_whole()) {
                _ if power.is_zero() => {}
                _ if power.is_none() => return Sum::none(),
                (Atom::Prime(p), _) => {
                    let whole = power.floor();
                    coefficient = coefficient.times(Number::whole(*p).power(whole));
                    let rest = power.minus(Number::whole(whole));
                    if !rest.is_zero() {
                        factors.insert(atom, rest);
                    }
                }
                (Atom::Base(s), Some(1..=MOST_POWER)) => others.push(self.power(s, power)),
                _ => {
                    factors.insert(atom, power);
                }
            }
        }
        // e^(c·ln y) = y^c.
        for (inner, c) in std::mem::take(&mut exponent).terms {
            match inner.iter().next() {
                Some((Atom::Function(Function::Ln, y), &Number::ONE)) if inner.len() == 1 => {
                    others.push(self.power(y, c));
                }
                _ => exponent.add(inner, c),
            }
        }
        if !exponent.is_zero() {
            factors.insert(Atom::Exp(exponent), Number::ONE);
        }
        let own = Sum::term(factors, coefficient);
        others
            .iter()
            .fold(own, |all, other| self.times(&all, other))
    }

    pub(crate) fn times(&self, a: &Sum, b: &Sum) -> Sum {
        if a.is_none() || b.is_none() {
            return Sum::none();
        }
        let mut sum = Sum::zero();
        for (f, &c) in &a.terms {
            for (g, &d) in &b.terms {
                let both = f
                    .iter()
                    .chain(g)
                    .map(|(atom, &power)| (atom.clone(), power));
                sum = sum.plus(&self.product(c.times(d), both.collect()));
                if sum.is_none() {
                    return sum;
                }
            }
        }
        sum
    }

    pub(crate) fn over(&self, a: &Sum, b: &Sum) -> Sum {
        self.times(a, &self.power(b, Number::whole(-1)))
    }

    /// A power with a rational exponent.
    pub(crate) fn power(&self, base: &Sum, power: Number) -> Sum {
        if base.is_none() || power.is_none() || !self.may() {
            return Sum::none();
        }
        if power.is_zero() {
            return Sum::whole(1);
        }
        if base.is_zero() {
            return match power.is_negative() {
                true => Sum::none(),
                false => Sum::zero(),
            };
        }
        match (base.as_term(), power.as_whole()) {
            (Some((factors, c)), Some(n)) => {
                let powers = factors
                    .iter()
                    .map(|(atom, &own)| (atom.clone(), own.times(power)));
                self.product(c.power(n), powers.collect())
            }
            (Some((factors, c)), None) => self.root_of_term(factors, c, power),
            (None, Some(n)) if (1..=MOST_POWER).contains(&n) => {
                let one = Sum::whole(1);
                (0..n).fold(one, |product, _| self.times(&product, base))
            }
            _ => self.power_of_sum(base, power),
        }
    }

    /// A power that is not whole of one term.
    fn root_of_term(&self, factors: &Factors, coefficient: Number, power: Number) -> Sum {
        let mut negative = coefficient.is_negative();
        let mut powers = Vec::new();
        let mut rest = Factors::new();
        let mut sign = Number::ONE;
        for (atom, &own) in factors {
            let (lo, hi) = self.range_of_atom(atom);
            let whole = own.as_whole();
            let is_even = whole.is_some_and(|n| n % 2 == 0);
            let raised = own.times(power);
            if lo >= 0.0 {
                powers.push((atom.clone(), raised));
            } else if hi <= 0.0 && whole.is_some() {
                negative ^= !is_even;
                match raised.as_whole() {
                    Some(n) => {
                        sign = sign.times(Number::whole(if n % 2 == 0 { 1 } else { -1 }));
                        powers.push((atom.clone(), raised));
                    }
                    None => {
                        let own = match atom {
                            Atom::Base(s) => s.negated(),
                            atom => Sum::atom(atom.clone()).negated(),
                        };
                        powers.push((Atom::Base(own), raised));
                    }
                }
            } else if is_even {
                match raised.as_whole() {
                    Some(n) if n % 2 == 0 => powers.push((atom.clone(), raised)),
                    _ => {
                        let size = Atom::Function(Function::Abs, Sum::atom(atom.clone()));
                        powers.push((size, raised));
                    }
                }
            } else {
                rest.insert(atom.clone(), own);
            }
        }
        let size = match coefficient.is_negative() {
            true => coefficient.negated(),
            false => coefficient,
        };
        if !rest.is_empty() {
            let c = if negative {
                Number::whole(-1)
            } else {
                Number::ONE
            };
            powers.push((Atom::Base(Sum::term(rest, c)), power));
        } else if negative {
            return Sum::none();
        }
        powers.extend(prime_powers(size, power));
        self.product(sign, powers)
    }

    /// A power of several terms that is not multiplied out.
    fn power_of_sum(&self, base: &Sum, power: Number) -> Sum {
        let tidy = self.pythagoras(base);
        if tidy.terms.len() < 2 {
            return self.power(&tidy, power);
        }
        if power.below() == 2
            && let Some(square) = self.half_angle(&tidy)
        {
            return self.power(&square, power);
        }
        let (content, rest) = self.content(&tidy, power.as_whole().is_some());
        let content = self.power(&content, power);
        let rest = self.product(Number::ONE, vec![(Atom::Base(rest), power)]);
        self.times(&content, &rest)
    }

    /// The common factor, and what is left; of roots, only what is known not to be negative.
    pub(crate) fn content(&self, sum: &Sum, signs_too: bool) -> (Sum, Sum) {
        let mut numbers = sum.terms.values();
        let first = numbers.next().copied().unwrap_or(Number::ONE);
        let common = numbers.fold(first, |a, b| {
            let above = greatest_common_divisor(a.above(), b.above());
            let below = i128::from(a.below()) * i128::from(b.below())
                / i128::from(greatest_common_divisor(a.below(), b.below()));
            Number::ratio(above.into(), below)
        });
        let mut common = match common.is_negative() {
            true => common.negated(),
            false => common,
        };
        if signs_too && sum.leads_negative() {
            common = common.negated();
        }
        let mut factors: Factors = sum.terms.keys().next().cloned().unwrap_or_default();
        factors.retain(|atom, _| !matches!(atom, Atom::Exp(_)));
        factors.retain(|atom, _| signs_too || self.range_of_atom(atom).0 >= 0.0);
        for other in sum.terms.keys() {
            factors.retain(|atom, power| match other.get(atom) {
                Some(own) => {
                    if own.minus(*power).is_negative() {
                        *power = *own;
                    }
                    true
                }
                None => false,
            });
        }
        let content = Sum::term(factors, common);
        let rest = self.over(sum, &content);
        (content, rest)
    }

    /// 2c·cos²(x/2) for c + c·cos x, 2c·sin²(x/2) for c − c·cos x.
    fn half_angle(&self, sum: &Sum) -> Option<Sum> {
        let mut terms = sum.terms.iter();
        let (a, b) = (terms.next()?, terms.next()?);
        if terms.next().is_some() {
            return None;
        }
        let cosine_of = |factors: &Factors| {
            let found = factors.iter().find_map(|(atom, power)| match atom {
                Atom::Function(Function::Cos, s) if *power == Number::ONE => Some(s.clone()),
                _ => None,
            });
            found.map(|s| {
                let mut rest = factors.clone();
                rest.remove(&Atom::Function(Function::Cos, s.clone()));
                (s, rest)
            })
        };
        for (plain, other) in [(a, b), (b, a)] {
            if let Some((angle, rest)) = cosine_of(other.0)
                && rest == *plain.0
                && (*other.1 == *plain.1 || *other.1 == plain.1.negated())
            {
                let op = match other.1 == plain.1 {
                    true => Function::Cos,
                    false => Function::Sin,
                };
                let half = self.apply(op, &angle.scaled(Number::HALF));
                let square = self.power(&half, Number::whole(2));
                let scale = Sum::term(rest, plain.1.times(Number::whole(2)));
                return Some(self.times(&scale, &square));
            }
        }
        None
    }

    /// A function of a sum.
    pub(crate) fn apply(&self, op: Function, x: &Sum) -> Sum {
        if x.is_none() {
            return Sum::none();
        }
        if x.leads_negative() && op.is_odd() {
            return self.apply(op, &x.negated()).negated();
        }
        if x.leads_negative() && op.is_even() {
            return self.apply(op, &x.negated());
        }
        let plain = || Sum::atom(Atom::Function(op, x.clone()));
        match op {
            Function::Sin | Function::Cos => self.wave(op, x),
            Function::Ln => self.logarithm(x),
            Function::Abs => {
                let (lo, hi) = self.range(x);
                match (lo >= 0.0, hi <= 0.0) {
                    (true, _) => x.clone(),
                    (_, true) => x.negated(),
                    _ => plain(),
                }
            }
            Function::Cosh if x.is_zero() => Sum::whole(1),
            _ if x.is_zero() => Sum::zero(),
            Function::Sinh | Function::Cosh => self.hyperbolic(op, x),
            Function::Asin | Function::Atan => self.arc(op, x).unwrap_or_else(plain),
            _ => plain(),
        }
    }

    pub(crate) fn exp(&self, x: &Sum) -> Sum {
        match x.is_none() {
            true => Sum::none(),
            false => self.product(Number::ONE, vec![(Atom::Exp(x.clone()), Number::ONE)]),
        }
    }

    fn hyperbolic(&self, op: Function, x: &Sum) -> Sum {
        if let Some(Atom::Function(Function::Asinh, y)) = x.as_atom() {
            let square = self.power(y, Number::whole(2)).plus(&Sum::whole(1));
            return match op {
                Function::Sinh => y.clone(),
                _ => self.power(&square, Number::HALF),
            };
        }
        let up = self.exp(x);
        let has_exp = up
            .terms
            .keys()
            .flat_map(Factors::keys)
            .any(|a| matches!(a, Atom::Exp(_)));
        if has_exp {
            return Sum::atom(Atom::Function(op, x.clone()));
        }
        let down = self.exp(&x.negated());
        let both = match op {
            Function::Sinh => up.minus(&down),
            _ => up.plus(&down),
        };
        both.scaled(Number::HALF)
    }

    fn logarithm(&self, x: &Sum) -> Sum {
        let Some((factors, c)) = x.as_term() else {
            return match x.is_zero() {
                true => Sum::none(),
                false => Sum::atom(Atom::Function(Function::Ln, x.clone())),
            };
        };
        let of = |atom: Atom| Sum::atom(Atom::Function(Function::Ln, Sum::atom(atom)));
        let whole = |p: i64| Sum::atom(Atom::Function(Function::Ln, Sum::whole(p)));
        let is_split = !c.is_negative()
            && factors
                .iter()
                .all(|(atom, _)| self.range_of_atom(atom).0 >= 0.0);
        if !is_split {
            return Sum::atom(Atom::Function(Function::Ln, x.clone()));
        }
        let mut sum = Sum::zero();
        for (p, power) in primes(c.above())
            .into_iter()
            .chain(primes(c.below()).into_iter().map(|(p, n)| (p, -n)))
        {
            sum = sum.plus(&whole(p).scaled(Number::whole(power)));
        }
        for (atom, &power) in factors {
            let own = match atom {
                Atom::Exp(s) => s.clone(),
                Atom::Prime(p) => whole(*p),
                Atom::Base(s) => Sum::atom(Atom::Function(Function::Ln, s.clone())),
                atom => of(atom.clone()),
            };
            sum = sum.plus(&own.scaled(power));
        }
        sum
    }

    /// Sine or cosine: exact at multiples of π/12 that a table has, shifted by halves of π.
    fn wave(&self, op: Function, x: &Sum) -> Sum {
        if let Some(Atom::Function(Function::Asin, y)) = x.as_atom() {
            let square = Sum::whole(1).minus(&self.power(y, Number::whole(2)));
            return match op {
                Function::Sin => y.clone(),
                _ => self.power(&square, Number::HALF),
            };
        }
        let pi = Factors::from([(Atom::Pi, Number::ONE)]);
        let turns = x.terms.get(&pi).copied().unwrap_or(Number::ZERO);
        let rest = x.minus(&Sum::term(pi.clone(), turns));
        // Quarters of a turn that can be taken off, so that less than one is left.
        let quarters = turns.times(Number::whole(2)).floor();
        let left = turns.minus(Number::ratio(quarters.into(), 2));
        if !rest.is_zero() && !left.is_zero() {
            return Sum::atom(Atom::Function(op, x.clone()));
        }
        let quarters = quarters.rem_euclid(4);
        // sin(y + π/2) = cos y, cos(y + π/2) = −sin y, and so on.
        let start = i64::from(op == Function::Cos);
        let sign = if (start + quarters) % 4 >= 2 { -1 } else { 1 };
        let op = match (start + quarters) % 2 {
            0 => Function::Sin,
            _ => Function::Cos,
        };
        let value = if rest.is_zero() {
            match exact_wave(op, left) {
                Some((inside, scale)) => {
                    self.power(&Sum::whole(inside), Number::HALF).scaled(scale)
                }
                None => Sum::atom(Atom::Function(op, Sum::term(pi, left))),
            }
        } else if rest.leads_negative() {
            let value = Sum::atom(Atom::Function(op, rest.negated()));
            match op {
                Function::Sin => value.negated(),
                _ => value,
            }
        } else {
            Sum::atom(Atom::Function(op, rest))
        };
        value.scaled(Number::whole(sign))
    }

    /// arcsine and arctangent of numbers whose squares the tables have.
    fn arc(&self, op: Function, x: &Sum) -> Option<Sum> {
        let square = self.power(x, Number::whole(2)).as_number()?;
        let (lo, hi) = self.range(x);
        let sign = match (lo > 0.0, hi < 0.0) {
            (true, _) => 1,
            (_, true) => -1,
            _ => return None,
        };
        let part = match (op, square.above(), square.below()) {
            (Function::Asin, 1, 4) | (Function::Atan, 1, 3) => 6,
            (Function::Asin, 1, 2) | (Function::Atan, 1, 1) => 4,
            (Function::Asin, 3, 4) | (Function::Atan, 3, 1) => 3,
            (Function::Asin, 1, 1) => 2,
            _ => return None,
        };
        Some(Sum::atom(Atom::Pi).scaled(Number::ratio(sign, part)))
    }

    /// The sum with another in the place of an input.
    pub(crate) fn replaced(&self, sum: &Sum, input: u32, by: &Sum) -> Sum {
        self.mapped(sum, &|atom, power| match atom {
            Atom::Input(i) if *i == input => Some(self.power(by, power)),
            _ => None,
        })
    }

    /// The sum with what `new` gives in the place of powers of atoms, the innermost first.
    pub(crate) fn mapped(&self, sum: &Sum, new: &dyn Fn(&Atom, Number) -> Option<Sum>) -> Sum {
        let mut all = Sum::zero();
        for (factors, &c) in &sum.terms {
            let mut product = Sum::number(c);
            for (atom, &power) in factors {
                let factor = match new(atom, power) {
                    Some(new) => new,
                    None => match atom {
                        Atom::Base(s) => self.power(&self.mapped(s, new), power),
                        Atom::Exp(s) => self.exp(&self.mapped(s, new).scaled(power)),
                        Atom::Function(op, s) => {
                            let value = self.apply(*op, &self.mapped(s, new));
                            self.power(&value, power)
                        }
                        atom => self.product(Number::ONE, vec![(atom.clone(), power)]),
                    },
                };
                product = self.times(&product, &factor);
                if product.is_none() {
                    return product;
                }
            }
            all = all.plus(&product);
        }
        all
    }

    /// The derivative by an input.
    pub(crate) fn derivative(&self, sum: &Sum, input: u32) -> Sum {
        let mut all = Sum::zero();
        for (factors, &c) in &sum.terms {
            for (atom, &power) in factors {
                let slope = self.slope(atom, input);
                if slope.is_zero() {
                    continue;
                }
                let others = factors.iter().map(|(other, &p)| match other == atom {
                    true => (other.clone(), p.minus(Number::ONE)),
                    false => (other.clone(), p),
                });
                let others = self.product(c.times(power), others.collect());
                all = all.plus(&self.times(&others, &slope));
            }
        }
        all
    }

    fn slope(&self, atom: &Atom, input: u32) -> Sum {
        let (inner, outer) = match atom {
            Atom::Input(i) if *i == input => return Sum::whole(1),
            Atom::Prime(_) | Atom::Pi | Atom::Input(_) => return Sum::zero(),
            Atom::Base(s) => return self.derivative(s, input),
            Atom::Exp(s) => (s, Sum::atom(atom.clone())),
            Atom::Function(op, s) => (s, self.outer_slope(*op, s)),
        };
        let inner = self.derivative(inner, input);
        match inner.is_zero() {
            true => inner,
            false => self.times(&outer, &inner),
        }
    }

    fn outer_slope(&self, op: Function, x: &Sum) -> Sum {
        let one = Sum::whole(1);
        let square = self.power(x, Number::whole(2));
        let root = Number::ratio(-1, 2);
        match op {
            Function::Sin => self.apply(Function::Cos, x),
            Function::Cos => self.apply(Function::Sin, x).negated(),
            Function::Sinh => self.apply(Function::Cosh, x),
            Function::Cosh => self.apply(Function::Sinh, x),
            Function::Ln => self.power(x, Number::whole(-1)),
            Function::Asin => self.power(&one.minus(&square), root),
            Function::Atan => self.power(&one.plus(&square), Number::whole(-1)),
            Function::Asinh => self.power(&one.plus(&square), root),
            Function::Atanh => self.power(&one.minus(&square), Number::whole(-1)),
            Function::Erf => {
                let scale = self
                    .power(&Sum::atom(Atom::Pi), root)
                    .scaled(Number::whole(2));
                self.times(&scale, &self.exp(&square.negated()))
            }
            Function::Abs => self.over(x, &self.apply(Function::Abs, x)),
        }
    }
}

/// Sine or cosine of a part of π from 0 to less than 1/2: (n, s) for s·√n.
fn exact_wave(op: Function, part: Number) -> Option<(i64, Number)> {
    let quarter = Number::ratio(1, 4);
    let part = match op {
        Function::Sin => part,
        _ => Number::HALF.minus(part),
    };
    Some(match part {
        Number::ZERO => (1, Number::ZERO),
        Number::HALF => (1, Number::ONE),
        part if part == quarter => (2, Number::HALF),
        part if part == Number::ratio(1, 6) => (1, Number::HALF),
        part if part == Number::ratio(1, 3) => (3, Number::HALF),
        _ => return None,
    })
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i64::try_from(a).unwrap_or(1).max(1)
}

/// The prime factors of a whole number's size with their powers; what has no small ones counts as prime.
fn primes(number: i64) -> Vec<(i64, i64)> {
    let mut rest = i64::try_from(number.unsigned_abs()).unwrap_or(1);
    let mut found: Vec<(i64, i64)> = Vec::new();
    let mut p = 2;
    while p < 5000 && p * p <= rest {
        let mut power = 0;
        while rest % p == 0 {
            rest /= p;
            power += 1;
        }
        if power > 0 {
            found.push((p, power));
        }
        p += 1;
    }
    if rest > 1 {
        found.push((rest, 1));
    }
    found
}

/// A power of a positive number as powers of primes.
fn prime_powers(number: Number, power: Number) -> Vec<(Atom, Number)> {
    let above = primes(number.above()).into_iter();
    let below = primes(number.below()).into_iter().map(|(p, n)| (p, -n));
    let each = above.chain(below);
    each.map(|(p, n)| (Atom::Prime(p), power.times(Number::whole(n))))
        .collect()
}
