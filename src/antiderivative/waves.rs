//! Antiderivatives of powers of sines and cosines, with polynomials and exponentials beside them, and of
//! hyperbolic functions.

use super::algebra::Algebra;
use super::find::{Polynomial, Search};
use super::names::new_name;
use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};

/// A multiple of a sine or a cosine.
struct Wave {
    scale: Sum,
    op: Function,
    angle: Sum,
}

/// The highest power of a sine or cosine that is written by multiples of its angle.
const MOST_POWER: i64 = 10;

impl Search<'_> {
    /// p(x), or e^(cx), times whole powers of sines and cosines of ax + b.
    pub(super) fn waves(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        let mut exponent = None;
        let mut powers: Vec<(Function, Sum, i64)> = Vec::new();
        for (atom, power) in kind {
            match atom {
                Atom::Function(op @ (Function::Sin | Function::Cos), angle) => {
                    angle.as_linear(self.x)?;
                    powers.push((*op, angle.clone(), power.as_whole()?));
                }
                Atom::Exp(s) => exponent = Some(s.clone()),
                _ => return None,
            }
        }
        if powers.is_empty() {
            return None;
        }
        let polynomial = self.polynomial(times)?;
        if exponent.is_none()
            && let [(0, c)] = &polynomial[..]
            && let Some(found) = self.powers_of_one_angle(&powers)
        {
            return Some(self.algebra.times(c, &found));
        }
        if powers
            .iter()
            .any(|&(_, _, power)| !(1..=MOST_POWER).contains(&power))
        {
            return None;
        }
        let waves = self.by_multiples(&powers);
        let mut all = Sum::zero();
        for wave in waves {
            let own = match &exponent {
                Some(s) => self.damped(&wave, s, &polynomial)?,
                None => self.wave(&wave, &polynomial)?,
            };
            all = all.plus(&self.algebra.times(&wave.scale, &own));
        }
        Some(all)
    }

    /// sin^m·cos^n of one angle, where a substitution does it.
    fn powers_of_one_angle(&mut self, powers: &[(Function, Sum, i64)]) -> Option<Sum> {
        let angle = &powers[0].1;
        if powers.iter().any(|(_, other, _)| other != angle) {
            return None;
        }
        let power_of = |op: Function| {
            let found = powers.iter().find(|(own, _, _)| *own == op);
            found.map_or(0, |&(_, _, power)| power)
        };
        let (m, n) = (power_of(Function::Sin), power_of(Function::Cos));
        let (slope, _) = angle.as_linear(self.x)?;
        let algebra = self.algebra;
        let (sin, cos) = (
            algebra.apply(Function::Sin, angle),
            algebra.apply(Function::Cos, angle),
        );
        let found = if m == 1 && n == 0 {
            self.rule("`sin(x)` is the derivative of `-cos(x)`");
            cos.negated()
        } else if m == 0 && n == 1 {
            self.rule("`cos(x)` is the derivative of `sin(x)`");
            sin
        } else if (m, n) == (0, -1) {
            self.rule("`1/cos(x)` is the derivative of `atanh(sin(x))`");
            self.algebra.apply(Function::Atanh, &sin)
        } else if m + n == -2 {
            self.rule(match m {
                -2 => "`1/sin(x)^2` is the derivative of `-cos(x)/sin(x)`",
                _ => "`1/cos(x)^2` is the derivative of `tan(x)`",
            });
            let ratio = algebra.over(&sin, &cos);
            match m + 1 {
                0 => algebra.apply(Function::Ln, &algebra.apply(Function::Abs, &ratio)),
                k => algebra
                    .power(&ratio, Number::whole(k))
                    .scaled(Number::ratio(1, k.into())),
            }
        } else if n < 0 && m > 0 && m % 2 == 0 {
            // sin² = 1 − cos².
            self.rule("`sin(x)^2 = 1 - cos(x)^2`");
            let square = Sum::whole(1).minus(&algebra.power(&cos, Number::whole(2)));
            let sines = algebra.power(&square, Number::whole(m / 2));
            return self.of(&algebra.times(&sines, &algebra.power(&cos, Number::whole(n))));
        } else if m > 0 && m % 2 == 1 && !(n > 0 && n % 2 == 1 && n < m) {
            self.odd_power(n, m, &cos)?.negated()
        } else if n > 0 && n % 2 == 1 {
            self.odd_power(m, n, &sin)?
        } else {
            return None;
        };
        Some(algebra.over(&found, &slope))
    }

    /// ∫ u^p (1 − u²)^((q − 1)/2) du at a sine or cosine u.
    fn odd_power(&mut self, p: i64, q: i64, at: &Sum) -> Option<Sum> {
        let k = (q - 1) / 2;
        if k > MOST_POWER {
            return None;
        }
        let mut all = Sum::zero();
        let mut binomial = Number::ONE;
        for j in 0..=k {
            let power = p + 2 * j + 1;
            let own = match power {
                0 => self
                    .algebra
                    .apply(Function::Ln, &self.algebra.apply(Function::Abs, at)),
                power => {
                    let raised = self.algebra.power(at, Number::whole(power));
                    raised.scaled(Number::ratio(1, power.into()))
                }
            };
            let sign = if j % 2 == 0 { 1 } else { -1 };
            all = all.plus(&own.scaled(binomial.times(Number::whole(sign))));
            binomial = binomial
                .times(Number::whole(k - j))
                .over(Number::whole(j + 1));
        }
        let (inner, slope) = (self.text(at), self.algebra.derivative(at, self.x));
        self.substituted(&new_name(self.names), &inner, &slope);
        Some(all)
    }

    /// A product of powers as a sum of sines and cosines of multiples.
    fn by_multiples(&mut self, powers: &[(Function, Sum, i64)]) -> Vec<Wave> {
        let mut waves = vec![Wave {
            scale: Sum::whole(1),
            op: Function::Cos,
            angle: Sum::zero(),
        }];
        let degree: i64 = powers.iter().map(|&(_, _, power)| power).sum();
        for (op, angle, power) in powers {
            for _ in 0..*power {
                waves = waves
                    .iter()
                    .flat_map(|wave| times(wave, *op, angle))
                    .collect();
                // Like terms meet.
                waves = merged(waves);
            }
        }
        match (powers, degree) {
            (_, 1) => {}
            ([(Function::Sin, ..)], 2) => self.rule("`sin(x)^2 = (1 - cos(2*x))/2`"),
            ([(Function::Cos, ..)], 2) => self.rule("`cos(x)^2 = (1 + cos(2*x))/2`"),
            ([(_, a, _), (_, b, _)], 2) if a == b => self.rule("`sin(x)*cos(x) = sin(2*x)/2`"),
            _ => self.rule("products of sines and cosines as sums over multiple angles"),
        }
        waves
    }

    /// ∫ p(x) of a wave.
    fn wave(&mut self, wave: &Wave, polynomial: &Polynomial) -> Option<Sum> {
        let algebra = self.algebra;
        let value = algebra.apply(wave.op, &wave.angle);
        if !value.has(self.x) {
            let plain = polynomial
                .iter()
                .map(|(n, c)| algebra.times(c, &self.power_of_x(*n)));
            let plain = plain.fold(Sum::zero(), |all, own| all.plus(&own));
            return self.of(&algebra.times(&value, &plain));
        }
        let (slope, _) = wave.angle.as_linear(self.x)?;
        let other = match wave.op {
            Function::Sin => Function::Cos,
            _ => Function::Sin,
        };
        let (same, other) = (value, algebra.apply(other, &wave.angle));
        // Sines go to −cos, −sin, cos, sin; cosines to sin, −cos, −sin, cos.
        let first = if wave.op == Function::Sin { -1 } else { 1 };
        let found = self.repeated_parts(polynomial, &|k| {
            let sign = match k % 4 {
                0 => first,
                1 => -1,
                2 => -first,
                _ => 1,
            };
            let own = if k % 2 == 0 { &other } else { &same };
            let own = algebra.times(own, &algebra.power(&slope, Number::whole(-k - 1)));
            own.scaled(Number::whole(sign))
        });
        self.rule(match wave.op {
            Function::Sin => "`sin(x)` is the derivative of `-cos(x)`",
            _ => "`cos(x)` is the derivative of `sin(x)`",
        });
        Some(found)
    }

    /// ∫ e^(cx + d) cos(ax + b) = e^(cx + d)(c·cos + a·sin)/(a² + c²), and its partner.
    fn damped(&mut self, wave: &Wave, s: &Sum, polynomial: &Polynomial) -> Option<Sum> {
        let algebra = self.algebra;
        let [(0, scale)] = &polynomial[..] else {
            return None;
        };
        let (c, _) = s.as_linear(self.x)?;
        let (a, _) = wave.angle.as_linear(self.x).unwrap_or_default();
        let square = |s: &Sum| algebra.power(s, Number::whole(2));
        let below = square(&a).plus(&square(&c));
        let [sin, cos] = [Function::Sin, Function::Cos].map(|op| algebra.apply(op, &wave.angle));
        let above = match wave.op {
            Function::Cos => algebra.times(&c, &cos).plus(&algebra.times(&a, &sin)),
            _ => algebra.times(&c, &sin).minus(&algebra.times(&a, &cos)),
        };
        self.rule("integration by parts twice, which leads back to the integral");
        let value = algebra.over(&algebra.times(&algebra.exp(s), &above), &below);
        Some(algebra.times(scale, &value))
    }

    /// p(x) times sinh or cosh of ax + b, and sinh^m·cosh^n where a substitution does it.
    pub(super) fn hyperbolics(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        use Function::{Cosh, Sinh};
        let mut powers = [0, 0];
        let mut angle: Option<Sum> = None;
        for (atom, power) in kind {
            let Atom::Function(op @ (Sinh | Cosh), s) = atom else {
                return None;
            };
            if angle.as_ref().is_some_and(|other| other != s) {
                return None;
            }
            angle = Some(s.clone());
            powers[usize::from(*op == Cosh)] = power.as_whole()?;
        }
        let angle = angle?;
        let (slope, _) = angle.as_linear(self.x)?;
        let algebra = self.algebra;
        let [sinh, cosh] = [Sinh, Cosh].map(|op| algebra.apply(op, &angle));
        let polynomial = self.polynomial(times)?;
        let doubled = angle.scaled(Number::whole(2));
        match powers {
            [1, 0] | [0, 1] => {
                let is_sinh = powers[0] == 1;
                let (same, other) = if is_sinh {
                    (&sinh, &cosh)
                } else {
                    (&cosh, &sinh)
                };
                let found = self.repeated_parts(&polynomial, &|k| {
                    let own = if k % 2 == 0 { other } else { same };
                    algebra.times(own, &algebra.power(&slope, Number::whole(-k - 1)))
                });
                self.rule(match is_sinh {
                    true => "`sinh(x)` is the derivative of `cosh(x)`",
                    false => "`cosh(x)` is the derivative of `sinh(x)`",
                });
                Some(found)
            }
            [2, 0] | [0, 2] => {
                let sign = if powers[0] == 2 { -1 } else { 1 };
                self.rule(match sign {
                    1 => "`cosh(x)^2 = (cosh(2*x) + 1)/2`",
                    _ => "`sinh(x)^2 = (cosh(2*x) - 1)/2`",
                });
                let double = algebra.apply(Cosh, &doubled).plus(&Sum::whole(sign));
                self.of(&algebra.times(times, &double.scaled(Number::HALF)))
            }
            [0, -2] if matches!(polynomial[..], [(0, _)]) => {
                self.rule("`1/cosh(x)^2` is the derivative of `tanh(x)`");
                let ratio = algebra.over(&algebra.over(&sinh, &cosh), &slope);
                Some(algebra.times(times, &ratio))
            }
            _ => None,
        }
    }
}

impl Algebra {
    /// The sum with powers of sines and cosines by multiples of their angles, and hyperbolic functions by
    /// exponentials: in this form different ways to write one formula meet.
    pub(crate) fn linearised(&self, sum: &Sum) -> Sum {
        let mut all = Sum::zero();
        for (factors, &c) in &sum.terms {
            let mut waves = vec![Wave {
                scale: Sum::number(c),
                op: Function::Cos,
                angle: Sum::zero(),
            }];
            for (atom, &power) in factors {
                match (atom, power.as_whole()) {
                    (Atom::Function(op @ (Function::Sin | Function::Cos), angle), Some(n))
                        if (1..=MOST_POWER).contains(&n) =>
                    {
                        for _ in 0..n {
                            waves =
                                merged(waves.iter().flat_map(|w| times(w, *op, angle)).collect());
                        }
                    }
                    (Atom::Function(op @ (Function::Sinh | Function::Cosh), angle), Some(n))
                        if (1..=MOST_POWER).contains(&n) =>
                    {
                        let (up, down) = (self.exp(angle), self.exp(&angle.negated()));
                        let both = match op {
                            Function::Sinh => up.minus(&down),
                            _ => up.plus(&down),
                        };
                        let factor = self.power(&both.scaled(Number::HALF), power);
                        for wave in &mut waves {
                            wave.scale = self.times(&wave.scale, &factor);
                        }
                    }
                    _ => {
                        let factor = self.product(Number::ONE, vec![(atom.clone(), power)]);
                        for wave in &mut waves {
                            wave.scale = self.times(&wave.scale, &factor);
                        }
                    }
                }
            }
            for wave in waves {
                all = all.plus(&self.times(&wave.scale, &self.apply(wave.op, &wave.angle)));
            }
        }
        all
    }
}

/// A wave times a sine or cosine, as two waves.
fn times(wave: &Wave, op: Function, angle: &Sum) -> [Wave; 2] {
    use Function::{Cos, Sin};
    let half = wave.scale.scaled(Number::HALF);
    let (sum, difference) = (wave.angle.plus(angle), wave.angle.minus(angle));
    // cos·cos: cos, cos. cos·sin: sin of the sum − sin of the difference. sin·cos: sin, sin.
    // sin·sin: cos of the difference − cos of the sum.
    let (kind, of_sum, of_difference) = match (wave.op, op) {
        (Sin, Sin) => (Cos, -1, 1),
        (Sin, _) => (Sin, 1, 1),
        (_, Sin) => (Sin, 1, -1),
        _ => (Cos, 1, 1),
    };
    let new = |angle: Sum, sign: i64| Wave {
        scale: half.scaled(Number::whole(sign)),
        op: kind,
        angle,
    };
    [new(sum, of_sum), new(difference, of_difference)]
}

/// Waves of one function and angle as one, angles with a positive sign.
fn merged(waves: Vec<Wave>) -> Vec<Wave> {
    let mut all: Vec<Wave> = Vec::new();
    for mut wave in waves {
        if wave.angle.leads_negative() {
            wave.angle = wave.angle.negated();
            if wave.op == Function::Sin {
                wave.scale = wave.scale.negated();
            }
        }
        if wave.op == Function::Sin && wave.angle.is_zero() {
            continue;
        }
        match all
            .iter_mut()
            .find(|own| own.op == wave.op && own.angle == wave.angle)
        {
            Some(own) => own.scale = own.scale.plus(&wave.scale),
            None => all.push(wave),
        }
    }
    all.retain(|wave| !wave.scale.is_zero());
    all
}
