//! Ladders of rules along an axis: families of rules with orders that rise, and between their rungs
//! rules that share no nodes with them.

use crate::error::Error;
use crate::rule::Rule;

/// Orders of Gauss rules, each about 4/3 of the one before. All are even: a middle node would meet
/// singularities that users put at the middle of their regions.
const GAUSS: [usize; 22] = [
    4, 6, 8, 12, 16, 22, 30, 40, 54, 72, 96, 128, 170, 228, 304, 406, 540, 720, 960, 1280, 1708,
    2276,
];

/// Orders of trapezoid rules, each about 4/3 of the one before.
const TRAPEZOID: [usize; 22] = [
    6, 8, 12, 16, 22, 30, 40, 54, 72, 96, 128, 170, 228, 304, 406, 540, 720, 960, 1280, 1708, 2276,
    3036,
];

/// The trapezoid rule is given up where this step of its ladder is not enough.
pub(crate) const PATIENCE: usize = 10;

/// Steps of tanh-sinh rules: this, and 3/4 of the one before.
const WIDEST_STEP: f64 = 0.6;

/// The narrowest tanh-sinh rule on the ladder has about 1000 nodes.
const TANH_SINH_STEPS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    Constant,
    Gauss,
    Trapezoid,
    /// Tanh-sinh, for a singularity at 0; the reach in whole units.
    TanhSinh(u32),
}

/// A rule on a ladder: the regular one of its step, or the incommensurate one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Rung {
    level: Level,
    between: bool,
}

impl Rung {
    pub(crate) fn rule(self) -> Result<Rule, Error> {
        let Level { family, step } = self.level;
        let order = |ladder: &[usize]| ladder[step.min(ladder.len() - 1)];
        match (family, self.between) {
            (Family::Constant, _) => Rule::gauss(1),
            (Family::Gauss, false) => Rule::gauss(order(&GAUSS)),
            (Family::Trapezoid, false) => Rule::trapezoid(order(&TRAPEZOID)),
            // Rules of another kind, with about a fifth more nodes: two Gauss rules side by side,
            // off the centre, since all rules of even order agree on a jump in their middle gap;
            // and an odd order.
            (Family::Gauss, true) => Rule::two_gauss(3 * order(&GAUSS) / 5 + 1),
            (Family::Trapezoid, true) => {
                let n = order(&TRAPEZOID);
                Rule::trapezoid(n + 2 * (n / 12) + 1)
            }
            (Family::TanhSinh(reach), between) => {
                let width = WIDEST_STEP * 0.75f64.powi(step as i32);
                let width = if between { 0.87 * width } else { width };
                Rule::tanh_sinh(width, f64::from(reach))
            }
        }
    }
}

/// The rule of an axis: a family and a place on its ladder of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Level {
    pub(crate) family: Family,
    pub(crate) step: usize,
}

impl Level {
    /// The number of steps on this ladder.
    pub(crate) fn steps(self) -> usize {
        match self.family {
            Family::Constant => 1,
            Family::Gauss => GAUSS.len(),
            Family::Trapezoid => TRAPEZOID.len(),
            Family::TanhSinh(_) => TANH_SINH_STEPS,
        }
    }

    pub(crate) fn rung(self) -> Rung {
        Rung {
            level: self,
            between: false,
        }
    }

    pub(crate) fn between(self) -> Rung {
        Rung {
            level: self,
            between: true,
        }
    }

    pub(crate) fn lowered(self) -> Level {
        Level {
            step: self.step.saturating_sub(1),
            ..self
        }
    }

    pub(crate) fn raised(self, steps: usize) -> Level {
        Level {
            step: (self.step + steps).min(self.steps() - 1),
            ..self
        }
    }

    pub(crate) fn is_last(self) -> bool {
        self.step + 1 >= self.steps()
    }
}
