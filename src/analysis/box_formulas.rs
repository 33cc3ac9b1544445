//! Formulas on the unit box: compiled, and still formulas, so that a part of the box or a turn of
//! an axis is algebra and loses no digits.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::addends::{groups, may_be_long};
use super::contours::contours;
use super::displaced::displaced;
use super::distances::sharpened;
use super::essential::beside_essential_places;
use super::evaluators::{PreciseEvaluator, PreciseLosses, WideEvaluator};
use super::focus::{Place, as_written, refocused};
use super::graphs::division;
use super::natural::{Natural, unit_of, variable_at};
use super::neighbourhoods::{SLABS, around_side};
use super::periods::is_periodic;
use super::pieces::{Cuts, FormulaPiece, pieces};
use super::products::{Dependence, Term, inputs_of};
use super::pushforward::{oscillates, pushed_forward};
use super::radial::radial;
use super::ridges::{on_ridges, ridges};
use super::rounded_numbers::RoundedNumbers;
use super::series::{Along, series};
use super::shears::sheared;
use super::slow::is_slow;
use super::stacks::{Cell, Parts, Shared, parts};
use super::states::States;
use super::strips::has_strips;
use super::summits::summits;
use super::switches::switches;
use super::undefined::undefined;
use crate::deadline::Deadline;
use crate::elementary::double_double::two_sum;
use crate::elementary::{Binary, Unary};
use crate::error::Error;
use crate::expr::bounds::enclosure::Enclosure;
use crate::expr::bounds::growth::Growth;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::operator::Range;
use crate::expr::precise::Precise;
use crate::expr::simplify::{are_zero, beside_one, simplify};
use crate::expr::value::values;
use crate::expr::wide;
use crate::integrand::{
    AxisFacts, Bounds, Branch, Branches, Change, Division, Evaluator, Factor, Integrand, Knowledge,
    LedOff, Losses, Neighbourhood, Numbers, Piece, Product, Products, Pushed, Side, Summed,
    Switches,
};
use crate::program::Program;
use crate::scatter::Scatter;

/// Simplified formulas of unit coordinates, with the program that evaluates them.
#[derive(Clone, Debug)]
pub(crate) struct BoxFormulas {
    formulas: Formulas,
    /// The formulas in changed coordinates before they were simplified. The next change is made to
    /// them: what it cancels, a simplified formula may have multiplied out.
    composed: Option<Box<Formulas>>,
    /// What users call the axes.
    names: Vec<String>,
    program: Program,
    /// What was found out about the formulas, for all who integrate them.
    known: Arc<Known>,
    /// Whether this is a piece: what still switches across its axes cannot be cut out.
    is_piece: bool,
    /// The formulas in the variables between their limits: of one variable, or where some limits are
    /// infinite.
    natural: Option<Arc<Natural>>,
    /// Whether its tails were led off the real line.
    is_led_off: bool,
    /// Whether pieces are cut along ridges too.
    is_ridged: bool,
    /// Whether values are computed in a range in which nothing overflows.
    is_wide: bool,
    /// Whether values where terms cancel are computed with more digits. There are no other pieces of such formulas than
    /// those that are written anew from them: others have new numbers.
    is_precise: bool,
    /// The formulas as they are written, in unit coordinates: what is simplified has new numbers, which are rounded.
    written: Option<Arc<Formulas>>,
}

/// What is found out about formulas once: it depends on nothing else.
#[derive(Debug, Default)]
struct Known {
    rounding: OnceLock<Vec<f64>>,
    switches: OnceLock<Switches>,
    states: OnceLock<Option<States>>,
    /// The sizes on the unit box.
    sizes: OnceLock<Option<Vec<f64>>>,
    /// The sizes around an axis of the unit box.
    around: Mutex<Vec<Around>>,
}

/// The sizes around an axis of the unit box, where the formulas are analytic.
#[derive(Debug)]
struct Around {
    axis: usize,
    neighbourhood: Neighbourhood,
    sizes: Option<Vec<f64>>,
}

impl BoxFormulas {
    /// Compiles simplified formulas.
    ///
    /// # Errors
    /// [`Error::Shape`] as for [`Program::new`].
    pub(crate) fn new(arena: Arena, roots: Vec<Id>, names: Vec<String>) -> Result<Self, Error> {
        let n = names.len();
        let periodic = (0..n).map(|w| is_periodic(&arena, &roots, w).then_some(true));
        let program = Program::new(&arena, &roots, n)?.with_periods(periodic.collect());
        Ok(BoxFormulas {
            formulas: Formulas {
                inputs: (1..=n).map(|i| format!("w{i}")).collect(),
                arena,
                roots,
            },
            composed: None,
            names,
            program,
            known: Arc::default(),
            is_piece: false,
            natural: None,
            is_led_off: false,
            is_ridged: false,
            is_wide: false,
            is_precise: false,
            written: None,
        })
    }

    /// The same with the formulas before they were simplified, in unit coordinates.
    pub(crate) fn with_written(mut self, arena: Arena, roots: Vec<Id>) -> Self {
        self.written = Some(Arc::new(Formulas {
            inputs: self.formulas.inputs.clone(),
            arena,
            roots,
        }));
        self
    }

    /// The formulas of which values are had with more digits, where that is asked for. They are had of formulas as they
    /// are written alone.
    fn with_digits(&self) -> Option<&Formulas> {
        let written = self.written.as_deref();
        written.filter(|_| self.is_precise && !self.is_wide)
    }

    /// The formulas of variables between their limits.
    ///
    /// # Errors
    /// As for [`BoxFormulas::new`].
    pub(crate) fn of_natural(natural: Natural, names: Vec<String>) -> Result<Self, Error> {
        let (arena, roots) = natural.on_unit_box();
        BoxFormulas::new(arena, roots, names).map(|formulas| formulas.with_natural(natural))
    }

    /// The same with the formulas in the variables.
    pub(crate) fn with_natural(mut self, natural: Natural) -> Self {
        self.natural = Some(Arc::new(natural));
        self
    }

    /// The formulas in the variables between their limits, or in unit coordinates.
    fn natural(&self) -> Natural {
        match &self.natural {
            Some(natural) => natural.as_ref().clone(),
            None => Natural {
                formulas: self.formulas.clone(),
                limits: unit_ranges(self.names.len()),
            },
        }
    }

    /// A part of this: a window or a factor.
    fn part(&self, arena: Arena, roots: Vec<Id>, names: Vec<String>) -> Result<Self, Error> {
        Ok(BoxFormulas {
            is_piece: self.is_piece,
            is_led_off: self.is_led_off,
            is_wide: self.is_wide,
            ..BoxFormulas::new(arena, roots, names)?
        })
    }

    /// What the values may lose by rounding, the mean over a few nodes, and over more of them next to
    /// the ends of the axes, where much may be lost in a narrow place.
    fn mean_rounding(&self) -> Vec<f64> {
        let roots = &self.formulas.roots;
        let mut losses = self.own_losses();
        let mut own = vec![0.0; roots.len()];
        let mut mean = vec![0.0; roots.len()];
        // What is not finite is reported elsewhere.
        let mut add = |node: &[f64], weight: f64, mean: &mut [f64]| {
            losses.at(node, &mut own);
            for (mean, lost) in mean.iter_mut().zip(&own) {
                *mean += if lost.is_finite() { *lost } else { 0.0 } * weight;
            }
        };
        let points = Scatter::roots(self.names.len());
        // When time is over the nodes so far must do.
        let deadline = Deadline::current();
        for k in 1..=ROUNDED {
            add(&points.point(k), 1.0 / ROUNDED as f64, &mut mean);
            if deadline.has_come() {
                let all = ROUNDED as f64 / k as f64;
                mean.iter_mut().for_each(|mean| *mean *= all);
                return mean;
            }
        }
        self.add_displaced_end(&mut mean);
        let axes = 0..self.names.len().min(GRADED);
        for (axis, is_upper) in axes.flat_map(|axis| [(axis, false), (axis, true)]) {
            let mut end = 1.0;
            for k in 1..=DECADES {
                if deadline.has_come() {
                    return mean;
                }
                let mut node = points.point(k);
                let near = 0.3 * end;
                node[axis] = if is_upper { 1.0 - near } else { near };
                end *= 0.1;
                add(&node, 9.0 * end, &mut mean);
            }
        }
        mean
    }

    /// What the values lose, node by node.
    fn own_losses(&self) -> Box<dyn Losses + '_> {
        let precise = self.with_digits().and_then(PreciseLosses::new);
        match precise {
            Some(precise) => Box::new(precise),
            None => Box::new(Rounding::new(&self.formulas.arena, &self.formulas.roots)),
        }
    }

    /// Adds what it costs that the length between two limits is rounded: the integrand at the upper one
    /// times by how much that is displaced.
    fn add_displaced_end(&self, lost: &mut [f64]) {
        let Some([(lo, hi)]) = self.natural.as_ref().map(|natural| &natural.limits[..]) else {
            return;
        };
        let displaced = two_sum(*hi, -*lo).lo.abs() / (hi - lo);
        if displaced > 0.0 {
            let at_end = values(&self.formulas.arena, &self.formulas.roots, &[1.0]);
            for (lost, value) in lost.iter_mut().zip(at_end) {
                let more = displaced * value.abs();
                *lost += if more.is_finite() { more } else { 0.0 };
            }
        }
    }

    /// The formulas with what switches along an axis as states, if something does.
    fn states(&self) -> Option<&States> {
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        let states = &self.known.states;
        let find = || States::new(arena, roots, self.names.len(), || self.switches());
        states.get_or_init(find).as_ref()
    }

    /// Whether the formulas are zero on a part of the box, because of what switches are there.
    fn vanish_on(&self, sides: &[Side]) -> bool {
        let Some(states) = self.states() else {
            return false;
        };
        let own = states.on(sides).filter(|own| own.contains(&0.0));
        own.is_some_and(|own| {
            let graph = Graph::new();
            let roots: Vec<Id> = {
                let coordinates = (0..sides.len()).map(|i| graph.input(i));
                let numbers = own.iter().map(|state| graph.constant(*state));
                let inputs: Vec<Expr<'_>> = coordinates.chain(numbers).collect();
                let values = states.formulas.within(&graph, &inputs);
                values.iter().map(|f| f.id).collect()
            };
            let ends = |side: &Side| (side.from.min(side.to), side.from.max(side.to));
            let ranges: Vec<Range> = sides.iter().map(ends).collect();
            are_zero(&graph.into_arena(), &roots, &ranges)
        })
    }

    /// The formulas of one coordinate before they were simplified, with its limits.
    fn unsimplified(&self) -> Natural {
        let natural = match &self.composed {
            Some(composed) => Natural {
                formulas: composed.as_ref().clone(),
                limits: unit_ranges(1),
            },
            None => self.natural(),
        };
        let Formulas { arena, roots, .. } = &natural.formulas;
        match beside_one(arena, roots) {
            Some((arena, roots)) => Natural {
                formulas: Formulas {
                    arena,
                    roots,
                    ..natural.formulas
                },
                ..natural
            },
            None => natural,
        }
    }

    /// The formulas as texts, in unit coordinates w1, w2, …
    pub(crate) fn texts(&self) -> Vec<String> {
        let roots = 0..self.formulas.roots.len();
        roots.map(|k| self.formulas.text(k)).collect()
    }
}

impl Integrand for BoxFormulas {
    fn dimension(&self) -> usize {
        self.program.dimension()
    }

    fn outputs(&self) -> usize {
        self.program.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        if self.is_wide {
            return Box::new(WideEvaluator::new(&self.formulas));
        }
        let written = self.with_digits();
        if let Some(precise) = written.and_then(|of| Precise::new(&of.arena, &of.roots)) {
            let rounding = Rounding::new(&self.formulas.arena, &self.formulas.roots);
            return Box::new(PreciseEvaluator::new(
                self.program.evaluator(),
                rounding,
                precise,
            ));
        }
        self.program.evaluator()
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for BoxFormulas {
    fn axis_facts(&self, axis: usize) -> AxisFacts {
        self.program.knowledge().axis_facts(axis)
    }

    fn axis_name(&self, axis: usize) -> String {
        self.names[axis].clone()
    }

    fn switches(&self) -> Switches {
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        let find = || switches(arena, roots, self.names.len());
        self.known.switches.get_or_init(find).clone()
    }

    fn is_zero(&self) -> bool {
        let Formulas { arena, roots, .. } = &self.formulas;
        are_zero(arena, roots, &unit_ranges(self.names.len()))
    }

    fn rounding(&self) -> Option<Vec<f64>> {
        let mean = self.known.rounding.get_or_init(|| self.mean_rounding());
        Some(mean.clone())
    }

    fn rounding_cost(&self) -> u64 {
        let is_free = self.with_digits().is_none() || self.known.rounding.get().is_some();
        let axes = self.names.len();
        let looks = ROUNDED + 2 * axes.min(GRADED) * DECADES;
        // Each with exact numbers, with those of doubles, and beside.
        let values = looks * (2 + axes);
        if is_free { 0 } else { values as u64 }
    }

    fn undefined(&self) -> Option<(usize, Vec<f64>)> {
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        undefined(arena, roots, self.names.len())
    }

    fn losses(&self) -> Option<Box<dyn Losses + '_>> {
        Some(self.own_losses())
    }

    fn losses_inside(&self) -> Option<Box<dyn Losses + '_>> {
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        Some(Box::new(Rounding::new(arena, roots).of_operations()))
    }

    fn numbers(&self) -> Option<Box<dyn Numbers + '_>> {
        if self.names.len() != 1 {
            return None;
        }
        let natural = self.unsimplified();
        let whole = Place::Whole(natural.limits[0]);
        let numbers = RoundedNumbers::new(&natural.formulas, vec![whole])?;
        Some(Box::new(numbers))
    }

    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        Some(Box::new(EnclosedBox {
            of: self,
            enclosures: [None, None],
            turned: None,
            ranges: None,
            growth: None,
            is_ranged: false,
            sides: Vec::new(),
            is_whole: false,
            left: MOST_WORK.max(MOST_LOOKS * self.formulas.arena.nodes().len() as u64),
        }))
    }

    fn products(&self) -> Option<Products<'_>> {
        if self.is_precise {
            return None;
        }
        // In the variables themselves: the factors are to know of their infinite limits too.
        let natural = self
            .natural
            .as_deref()
            .filter(|natural| natural.is_infinite());
        let formulas = natural.map_or(&self.formulas, |natural| &natural.formulas);
        let (arena, roots) = (&formulas.arena, &formulas.roots);
        let limits = natural.map_or(&[][..], |natural| &natural.limits);
        let dependence = Dependence::new(arena, limits);
        let all = roots.iter().fold(0, |all, root| all | dependence.of(*root));
        let varying = all.count_ones();
        // Along some axes nothing varies: then there is one factor, on the others.
        let is_constant = varying > 0 && (varying as usize) < self.names.len();
        if varying < 2 && !is_constant && !may_be_long(arena) {
            return None;
        }
        let graph = Graph::from_arena(arena.clone());
        let terms = match roots[..] {
            [root] => groups(&graph, arena, &dependence, root),
            _ => None,
        };
        let are_terms = terms.is_some();
        if varying < 2 && !is_constant && !are_terms {
            return None;
        }
        // Functions of the same inputs share an integrand.
        let mut alike: Vec<(u64, Vec<Id>)> = Vec::new();
        let mut places: FxHashMap<(usize, Id), usize> = FxHashMap::default();
        let mut place_of = |(inputs, function): (u64, Expr<'_>)| {
            let mut groups = alike.iter();
            let known = groups.position(|(of, _)| *of == inputs && !are_terms);
            let group = known.unwrap_or_else(|| {
                alike.push((inputs, Vec::new()));
                alike.len() - 1
            });
            let functions = &mut alike[group].1;
            let place = places.entry((group, function.id)).or_insert_with(|| {
                functions.push(function.id);
                functions.len() - 1
            });
            (group, *place)
        };
        let mut sums = Vec::with_capacity(roots.len());
        for &root in roots {
            let alone = |inputs: u64| {
                vec![Term {
                    coefficient: 1.0,
                    functions: vec![(inputs, graph.expr(root))],
                }]
            };
            let apart = |function: &Expr<'_>| Term {
                coefficient: 1.0,
                functions: vec![(all, graph.expr(function.id))],
            };
            let terms = match &terms {
                Some(terms) => terms.iter().map(apart).collect(),
                None if is_constant => alone(all),
                None => dependence
                    .separate(&graph, root)
                    .unwrap_or_else(|| alone(dependence.of(root))),
            };
            let mut product = |term: Term<'_>| {
                // What does not depend on a variable is integrated over its range.
                let reached = term
                    .functions
                    .iter()
                    .fold(0, |all, (inputs, _)| all | inputs);
                let lengths = limits.iter();
                let missing = lengths
                    .enumerate()
                    .filter(|(axis, _)| reached >> axis & 1 == 0);
                let length: f64 = missing.map(|(_, (lo, hi))| hi - lo).product();
                length.is_finite().then(|| Product {
                    coefficient: term.coefficient * length,
                    functions: term.functions.into_iter().map(&mut place_of).collect(),
                })
            };
            sums.push(terms.into_iter().map(&mut product).collect::<Option<_>>()?);
        }
        let most = if is_constant { varying } else { varying - 1 };
        let gains = |(inputs, _): &(u64, _)| (1..=most).contains(&inputs.count_ones());
        if !are_terms && !alike.iter().all(gains) {
            return None;
        }
        let mut like: Vec<Natural> = Vec::with_capacity(alike.len());
        let deadline = Deadline::current();
        let mut factor = |(inputs, functions): &(u64, Vec<Id>)| {
            // There may be thousands.
            if deadline.has_come() {
                return None;
            }
            let axes: Vec<usize> = inputs_of(*inputs).collect();
            let limits: Vec<Range> = match natural {
                Some(natural) => axes.iter().map(|&a| natural.limits[a]).collect(),
                None => unit_ranges(axes.len()),
            };
            let own = Graph::new();
            let roots: Vec<Id> = {
                // Other inputs do not occur.
                let place = |a: usize| axes.iter().position(|&axis| axis == a).unwrap_or(0);
                let inputs = 0..self.names.len();
                let inputs: Vec<Expr<'_>> = inputs.map(|a| own.input(place(a))).collect();
                let functions = graph.read(|arena| own.import(arena, functions, &inputs));
                functions.iter().map(|f| f.id).collect()
            };
            let names = axes.iter().map(|&a| self.names[a].clone()).collect();
            let factor = Natural::new(own, &roots, limits);
            let same = like.iter().position(|other| other.is_same(&factor));
            if !are_terms {
                like.push(factor.clone());
            }
            let integrand = match natural {
                Some(_) => {
                    let (arena, roots) = factor.on_unit_box();
                    self.part(arena, roots, names).ok()?.with_natural(factor)
                }
                None => self
                    .part(factor.formulas.arena, factor.formulas.roots, names)
                    .ok()?,
            };
            Some(Factor {
                axes,
                integrand: Box::new(integrand),
                like: same,
            })
        };
        Some(Products {
            factors: alike.iter().map(&mut factor).collect::<Option<_>>()?,
            sums,
            are_terms,
        })
    }

    fn output(&self, output: usize) -> Option<Box<dyn Integrand + '_>> {
        if self.is_precise {
            return None;
        }
        let alone = |formulas: &Formulas| {
            let (arena, roots) = formulas.arena.part(&[formulas.roots[output]]);
            let inputs = formulas.inputs.clone();
            Formulas {
                inputs,
                arena,
                roots,
            }
        };
        let Formulas { arena, roots, .. } = alone(&self.formulas);
        let own = self.part(arena, roots, self.names.clone()).ok()?;
        let natural = self.natural.as_ref().map(|natural| Natural {
            formulas: alone(&natural.formulas),
            limits: natural.limits.clone(),
        });
        Some(Box::new(BoxFormulas {
            composed: self.composed.as_deref().map(|own| Box::new(alone(own))),
            natural: natural.map(Arc::new),
            ..own
        }))
    }

    fn pieces(&self, deadline: &Deadline, plain: bool) -> Option<Vec<Piece<'_>>> {
        if self.is_piece || self.is_precise {
            return None;
        }
        let Formulas { arena, roots, .. } = &self.formulas;
        let piece = |FormulaPiece { cell, formulas }| {
            let Formulas { arena, roots, .. } = formulas;
            let integrand = BoxFormulas {
                is_piece: true,
                is_wide: self.is_wide,
                ..BoxFormulas::new(arena, roots, self.names.clone()).ok()?
            };
            Some(Piece {
                integrand: Box::new(integrand) as Box<dyn Integrand>,
                place: Box::new(move |unit| cell.place(unit)),
            })
        };
        let cuts = match (self.is_ridged, plain) {
            (true, _) => Cuts::Ridges,
            (false, true) => Cuts::Plain,
            (false, false) => Cuts::Switches,
        };
        let found = pieces(arena, roots, self.names.len(), cuts, deadline)?;
        found.into_iter().map(piece).collect()
    }

    fn ridged(&self) -> Option<Box<dyn Integrand + '_>> {
        let Formulas { arena, roots, .. } = &self.formulas;
        let n = self.names.len();
        if self.is_piece || self.is_precise || self.is_ridged {
            return None;
        }
        if ridges(arena, roots, n).is_empty() && !has_strips(arena, roots, n) {
            return None;
        }
        let own = match beside_one(arena, roots) {
            Some((arena, roots)) => self.part(arena, roots, self.names.clone()).ok()?,
            None => self.clone(),
        };
        Some(Box::new(BoxFormulas {
            is_ridged: true,
            ..own
        }))
    }

    fn narrow(&self) -> Vec<Vec<f64>> {
        let Formulas { arena, roots, .. } = &self.formulas;
        let mut points = summits(arena, roots, self.names.len());
        points.extend(on_ridges(arena, roots, self.names.len()));
        points
    }

    fn displaced(&self, pieces: &[Piece<'_>]) -> Vec<Vec<f64>> {
        displaced(&self.formulas, self.names.len(), pieces)
    }

    fn widened(&self) -> Option<Box<dyn Integrand + '_>> {
        let Formulas { arena, roots, .. } = &self.formulas;
        (!self.is_wide && wide::is_known(arena, roots)).then(|| {
            Box::new(BoxFormulas {
                is_wide: true,
                ..self.clone()
            }) as Box<dyn Integrand>
        })
    }

    fn precise(&self) -> Option<Box<dyn Integrand + '_>> {
        let precise = BoxFormulas {
            is_precise: true,
            known: Arc::default(),
            ..self.clone()
        };
        let written = precise.with_digits().filter(|_| !self.is_precise);
        let is_known = written.is_some_and(|of| Precise::new(&of.arena, &of.roots).is_some());
        is_known.then(|| Box::new(precise) as Box<dyn Integrand>)
    }

    fn precise_cost(&self) -> u64 {
        let written = self.with_digits();
        let prepared = written.and_then(|of| Precise::new(&of.arena, &of.roots));
        prepared.map_or(1, |precise| precise.cost().max(1))
    }

    fn is_slow(&self) -> bool {
        let Formulas { arena, roots, .. } = self.with_digits().unwrap_or(&self.formulas);
        is_slow(arena, roots, self.names.len())
    }

    fn refocused(&self, places: &[(f64, f64)]) -> Option<Division<'_>> {
        if self.names.len() != 1 {
            return None;
        }
        let natural = match self.with_digits() {
            Some(written) if self.natural.is_none() && self.composed.is_none() => Natural {
                formulas: written.clone(),
                limits: unit_ranges(1),
            },
            _ => self.unsimplified(),
        };
        let limits = natural.limits[0];
        let places = places.iter().map(|&(w, uncertain)| {
            let [at, from, to] = [w, w - uncertain, w + uncertain].map(|w| variable_at(w, limits));
            (at, (to - from).abs())
        });
        let places: Vec<(f64, f64)> = places.collect();
        let piece = |(formulas, place): (Formulas, Place)| {
            let written = self
                .is_precise
                .then(|| Arc::new(as_written(&natural, place)));
            let part = self
                .part(formulas.arena, formulas.roots, self.names.clone())
                .ok()?;
            let part = BoxFormulas {
                is_precise: self.is_precise,
                written,
                ..part
            };
            Some(Piece {
                integrand: Box::new(part) as Box<dyn Integrand>,
                place: Box::new(move |unit| vec![unit_of(place.at(unit[0]), limits)]),
            })
        };
        let (pieces, errors) = refocused(&natural, &places)?;
        let places = pieces.iter().map(|(_, place)| *place).collect();
        let numbers = RoundedNumbers::new(&natural.formulas, places);
        Some(Division {
            windows: Vec::new(),
            numbers: numbers.map(|own| Box::new(own) as Box<dyn Numbers>),
            pieces: pieces.into_iter().map(piece).collect::<Option<_>>()?,
            errors,
        })
    }

    fn logarithmic(&self) -> Option<Vec<Piece<'_>>> {
        if self.names.len() != 1 || self.is_precise {
            return None;
        }
        let natural = self.unsimplified();
        let (lo, hi) = natural.limits[0];
        let split = match [lo, hi].map(f64::is_finite) {
            [true, true] => lo + (hi - lo) / 2.0,
            [true, false] => lo + 1.0,
            [false, true] => hi - 1.0,
            [false, false] => 0.0,
        };
        let piece = |end: f64| {
            let formulas = toward_end(&natural.formulas, end, split);
            let formulas = self
                .part(formulas.arena, formulas.roots, self.names.clone())
                .ok()?;
            Some(Piece {
                integrand: Box::new(BoxFormulas {
                    is_wide: true,
                    ..formulas
                }),
                place: Box::new(move |unit| {
                    let x = at_distance(unit[0], end, split);
                    vec![unit_of(x, (lo, hi))]
                }),
            })
        };
        [lo, hi].into_iter().map(piece).collect()
    }

    fn sheared(&self) -> Option<(Piece<'_>, Vec<f64>)> {
        let natural = self.natural.as_deref();
        let natural =
            natural.filter(|n| n.limits.len() > 1 && n.is_infinite() && !self.is_precise)?;
        let found = sheared(natural)?;
        let formulas = BoxFormulas::of_natural(found.natural.clone(), self.names.clone()).ok()?;
        let lost = found.lost(natural, &formulas.formulas);
        let piece = Piece {
            integrand: Box::new(formulas),
            place: Box::new(move |unit| found.place(unit)),
        };
        Some((piece, lost))
    }

    fn pushed_forward(&self) -> Option<Pushed<'_>> {
        if self.is_piece || self.is_precise || self.is_ridged {
            return None;
        }
        let n = self.names.len();
        // What is smooth is so in two variables; its weight in one is not, in a corner.
        if !self.switches().oblique && !oscillates(&self.formulas, n) {
            return None;
        }
        let found = pushed_forward(&self.formulas, n)?;
        let [first, second] = found.axes;
        let of_two = format!("p({}, {})", self.names[first], self.names[second]);
        let mut pieces = Vec::with_capacity(found.parts.len());
        for part in found.parts {
            let names = part.names(&self.names, &of_two);
            let formulas = BoxFormulas::of_natural(part.natural.clone(), names).ok()?;
            // What is bent still where weights are singular is better met as it was.
            if !found.is_linear && formulas.switches().oblique {
                return None;
            }
            pieces.push(Piece {
                integrand: Box::new(formulas),
                place: Box::new(move |unit| part.place(unit)),
            });
        }
        Some(Pushed {
            pieces,
            axes: found.axes.to_vec(),
            lost: found.lost,
            is_proven: found.is_proven,
        })
    }

    fn radial(&self) -> Option<Pushed<'_>> {
        if self.is_piece || self.is_precise || self.is_ridged {
            return None;
        }
        let found = radial(self.natural.as_deref()?)?;
        let names = found.names(&self.names);
        let formulas = BoxFormulas::of_natural(found.natural.clone(), names).ok()?;
        Some(Pushed {
            axes: found.axes.clone(),
            pieces: vec![Piece {
                integrand: Box::new(formulas),
                place: Box::new(move |unit| found.place(unit)),
            }],
            lost: vec![0.0; self.formulas.roots.len()],
            is_proven: true,
        })
    }

    fn summed(&self, ends: u32, by_number: bool) -> Option<Summed<'_>> {
        let [name] = &self.names[..] else {
            return None;
        };
        if self.is_piece || self.is_precise {
            return None;
        }
        let along = if by_number {
            Along::Number
        } else {
            Along::Argument
        };
        let found = series(&self.natural(), f64::from(ends), along)?;
        let formulas = |natural: &Natural| {
            let names = match natural.limits.len() {
                // Those at the ends are sums that are not to be multiplied out.
                1 if natural.limits == unit_ranges(1) => {
                    let Formulas { arena, roots, .. } = natural.formulas.clone();
                    return BoxFormulas::new(arena, roots, vec![name.clone()]).ok();
                }
                1 => vec![name.clone()],
                _ => vec![format!("the period of {name}"), format!("the part of it")],
            };
            BoxFormulas::of_natural(natural.clone(), names).ok()
        };
        let left_out = found.left_out.iter().map(|natural| {
            let formulas: Box<dyn Integrand> = Box::new(formulas(natural)?);
            Some(formulas)
        });
        let left_out: Vec<Box<dyn Integrand>> = left_out.collect::<Option<_>>()?;
        let lost = found.lost.clone();
        let found = Arc::new(found);
        let pieces = (0..found.parts.len()).map(|part| {
            let formulas = formulas(&found.parts[part].natural)?;
            let is_inside = |place: &f64| *place > 0.0 && *place < 1.0;
            let switches = formulas.switches();
            // From period to period nothing may switch.
            let has_places = switches.oblique || switches.along(0).iter().any(is_inside);
            if formulas.names.len() > 1 && has_places {
                return None;
            }
            let found = found.clone();
            Some(Piece {
                integrand: Box::new(formulas),
                place: Box::new(move |unit| vec![found.place(part, unit)]),
            })
        });
        Some(Summed {
            pieces: pieces.collect::<Option<_>>()?,
            left_out,
            lost,
        })
    }

    fn led_off(&self) -> Option<LedOff<'_>> {
        if self.is_led_off || self.is_precise || self.names.len() != 1 {
            return None;
        }
        let piece = |natural: Natural| {
            let formulas = BoxFormulas::of_natural(natural, self.names.clone()).ok()?;
            Some(Piece {
                integrand: Box::new(BoxFormulas {
                    is_led_off: true,
                    is_wide: self.is_wide,
                    ..formulas
                }),
                place: Box::new(<[f64]>::to_vec),
            })
        };
        let natural = self.natural();
        let found = beside_essential_places(&natural).or_else(|| contours(&natural))?;
        Some(LedOff {
            pieces: found.pieces.into_iter().map(piece).collect::<Option<_>>()?,
            in_the_mean: found.in_the_mean,
            lost: found.lost,
        })
    }

    fn division(&self, deadline: &Deadline) -> Option<Branches<'_>> {
        // In space graphs over the axes of the whole are better than those over a piece's.
        if self.is_piece && self.names.len() > 2 || self.is_precise {
            return None;
        }
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        let found = division(arena, roots, self.names.len(), deadline)?;
        let shared = Arc::new(Shared::new(found.slopes, self.names.clone()));
        let (parts, blur) = parts(&shared, found.windows, found.stacks, None);
        branches(
            parts,
            (&found.errors, found.is_estimated),
            &blur,
            &self.names,
        )
    }

    fn sharp_change(&self, change: &Change) -> Option<Box<dyn Integrand + '_>> {
        let graph = Graph::new();
        let n = self.names.len();
        if self.vanish_on(&change.sides) {
            let zero = graph.constant(0.0).id;
            let roots = vec![zero; self.formulas.roots.len()];
            let zeros = self.part(graph.into_arena(), roots, self.names.clone());
            return zeros
                .ok()
                .map(|zeros| Box::new(zeros) as Box<dyn Integrand>);
        }
        let roots: Vec<Id> = {
            let inputs: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
            let (coordinates, factors) = change.apply(
                &inputs,
                |s, p| s.powi(p),
                |side, v| match *side {
                    Side::WHOLE => *v,
                    Side { from, to } => from + graph.constant(to - from) * *v,
                },
            );
            // Between the neighbours of a root that is no double nothing is left: beside them the
            // formulas are those beside the root.
            let content = match &change.sides[..] {
                [side] if side.width() <= NO_WIDTH * side.from.abs() => 0.0,
                _ => change.content(),
            };
            let content = graph.constant(content);
            let factor = factors.into_iter().fold(content, |product, f| product * f);
            let composed = self.with_digits().or(self.composed.as_deref());
            let formulas = composed.unwrap_or(&self.formulas);
            let values = formulas.within(&graph, &coordinates);
            values.iter().map(|&f| (f * factor).id).collect()
        };
        let composed = Formulas {
            inputs: self.formulas.inputs.clone(),
            arena: graph.into_arena(),
            roots,
        };
        let (arena, roots) = match n {
            1 => simplified_beside_zero(&composed),
            _ => simplify(&composed.arena, &composed.roots, &unit_ranges(n)),
        };
        let changed = self.part(arena, roots, self.names.clone()).ok()?;
        Some(Box::new(BoxFormulas {
            is_precise: self.is_precise,
            written: self.is_precise.then(|| Arc::new(composed.clone())),
            composed: Some(Box::new(composed)),
            ..changed
        }))
    }
}

/// A division from its parts; the axes of the whole have these names.
pub(super) fn branches<'a>(
    parts: Vec<Parts<'a>>,
    (left_out, is_estimated): (&[f64], bool),
    blur: &[f64],
    names: &[String],
) -> Option<Branches<'a>> {
    let branch = |parts: Parts<'a>| {
        let Formulas { arena, roots, .. } = parts.formulas;
        Some(Branch {
            integrand: Box::new(BoxFormulas::new(arena, roots, names.to_vec()).ok()?),
            windows: parts.windows,
            pieces: parts.cells.into_iter().map(Cell::into_piece).collect(),
        })
    };
    Some(Branches {
        branches: parts.into_iter().map(branch).collect::<Option<_>>()?,
        errors: left_out.iter().zip(blur).map(|(a, b)| a + b).collect(),
        is_estimated,
    })
}

/// Formulas of one unit coordinate, simplified, which keep their digits beside 0.
fn simplified_beside_zero(formulas: &Formulas) -> (Arena, Vec<Id>) {
    let graph = Graph::new();
    let Formulas { arena, roots, .. } = formulas;
    let sharp = sharpened(&graph, arena, roots, graph.input(0));
    let roots: Vec<Id> = sharp.iter().map(|f| f.id).collect();
    simplify(&graph.into_arena(), &roots, &unit_ranges(1))
}

/// Formulas between a place and an end, times the volume element, in the unit coordinate w of which
/// the logarithm τ of the distance from the end is τ₀ + (1 − w)/w: x = end ± exp(−τ), or ±exp(τ).
fn toward_end(formulas: &Formulas, end: f64, split: f64) -> Formulas {
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let w = graph.input(0);
        let growth = (1.0 - w) / w;
        let stretch = 1.0 / w.powi(2);
        if end.is_infinite() {
            let sign = end.signum();
            // Where the split is not beyond 0, the distance counts from it.
            let from = sign * split;
            let (y, stretch) = if from > 0.0 {
                let tau = growth + from.ln();
                (tau.exp(), stretch * tau.exp())
            } else {
                (growth.exp_m1() + from, stretch * growth.exp())
            };
            let values = formulas.within(&graph, &[sign * y]).into_iter();
            values.map(|f| (f * stretch).id).collect()
        } else {
            let length = (split - end).abs();
            let beside = Graph::new();
            let x = end + (split - end).signum() * beside.input(0);
            let values = formulas.within(&beside, &[x]);
            let ids: Vec<Id> = values.iter().map(|f| f.id).collect();
            let distance = (length.ln() - growth).exp();
            let arena = beside.into_arena();
            let values = sharpened(&graph, &arena, &ids, distance).into_iter();
            values.map(|f| (f * distance * stretch).id).collect()
        }
    };
    let (arena, roots) = without_exponentials(&graph.into_arena(), &roots);
    let (arena, roots) = simplify(&arena, &roots, &unit_ranges(1));
    Formulas {
        inputs: formulas.inputs.clone(),
        arena,
        roots,
    }
}

/// The place x of a unit coordinate w of [`toward_end`].
fn at_distance(w: f64, end: f64, split: f64) -> f64 {
    let growth = (1.0 - w) / w;
    let (sign, from) = (end.signum(), end.signum() * split);
    match end.is_infinite() {
        true if from > 0.0 => sign * (growth + from.ln()).exp(),
        true => sign * (growth.exp_m1() + from),
        false => end + (split - end) * (-growth).exp(),
    }
}

/// Formulas without logarithms and powers of exponentials: ln exp x = x and (exp x)ⁿ = exp nx, which
/// lose digits where x is large.
fn without_exponentials(arena: &Arena, roots: &[Id]) -> (Arena, Vec<Id>) {
    let graph = Graph::new();
    let exponent = |id: Id| match arena.node(id) {
        Node::Unary(Unary::Exp, x) => Some(*x),
        _ => None,
    };
    let roots: Vec<Id> = {
        let inputs = [graph.input(0)];
        let copies =
            graph.import_replacing(arena, roots, &inputs, |id, copy| match arena.node(id) {
                Node::Unary(Unary::Ln, x) => Some(copy(exponent(*x)?)),
                Node::Power(x, n) => Some((f64::from(*n) * copy(exponent(*x)?)).exp()),
                Node::Binary(Binary::Pow, x, y) => Some((copy(*y) * copy(exponent(*x)?)).exp()),
                _ => None,
            });
        copies.iter().map(|f| f.id).collect()
    };
    (graph.into_arena(), roots)
}

/// A side of this part of its place lies between neighbours.
const NO_WIDTH: f64 = 8.0 * f64::EPSILON;

/// Nodes at which rounding is looked at.
const ROUNDED: usize = 6;

/// The axes along which it is looked at next to the beginning too, and over how many decades.
const GRADED: usize = 3;
const DECADES: usize = 8;

/// Nodes of formulas that are enclosed for one integral at most, a few hundredths of a second, or so many looks
/// at all of them: long formulas on more cells would take longer than other methods.
const MOST_WORK: u64 = 2_000_000;
const MOST_LOOKS: u64 = 1000;

/// Formulas of so many nodes are long.
const LONG: u64 = 1_000;

/// The widths of the bounds on both halves, as parts of that on the whole, if halving has been of use.
const GOOD: f64 = 1.5;

/// The places of an enclosure of formulas as they are, and of those with decided switches.
const PLAIN: usize = 0;
const DECIDED: usize = 1;

/// Enclosed formulas on a part of the unit box.
struct EnclosedBox<'a> {
    of: &'a BoxFormulas,
    /// The enclosures of the formulas as they are, and of those whose switches are decided.
    enclosures: [Option<Enclosure<'a>>; 2],
    /// The one that is turned to the part, once it is needed.
    turned: Option<usize>,
    /// The ranges on the part, and what there is toward the ends of the box, once they are needed.
    ranges: Option<Ranges<'a>>,
    growth: Option<Growth<'a>>,
    /// Whether the ranges are turned to it.
    is_ranged: bool,
    /// The part; none before the first turn.
    sides: Vec<Side>,
    is_whole: bool,
    /// How many nodes of the formulas may still be enclosed.
    left: u64,
}

impl<'a> EnclosedBox<'a> {
    /// Whether so many looks at all nodes are not too much. What is known already counts too, so that
    /// nothing depends on it.
    fn can_afford(&mut self, looks: usize) -> bool {
        let left = self
            .left
            .checked_sub((looks * self.of.formulas.arena.nodes().len()) as u64);
        // One look at a long formula takes a while.
        let is_late = self.cost() > LONG && Deadline::current().has_come();
        self.left = left.filter(|_| !is_late).unwrap_or(0);
        left.is_some() && !is_late
    }

    /// Encloses the formulas on the part. Where they leave a switch undecided it may be decided
    /// between its places, which take longer to find.
    fn turn(&mut self) -> Option<Vec<f64>> {
        let of = self.of;
        let plain = self.turn_formulas(&of.formulas, &[], PLAIN);
        let is_decided = |enclosure: &Enclosure<'_>| !enclosure.is_undecided();
        if plain.is_some() && self.enclosures[PLAIN].as_ref().is_some_and(is_decided) {
            return plain;
        }
        let states = of.states();
        match states.and_then(|states| Some((states, states.on(&self.sides)?))) {
            Some((states, on)) => self.turn_formulas(&states.formulas, &on, DECIDED),
            None => plain,
        }
    }

    /// Encloses these formulas, as they are or with decided switches, on the part.
    fn turn_formulas(
        &mut self,
        formulas: &'a Formulas,
        states: &[f64],
        which: usize,
    ) -> Option<Vec<f64>> {
        let count = self.sides.len() + states.len();
        if self.enclosures[which].is_none() {
            self.enclosures[which] = Enclosure::new(&formulas.arena, &formulas.roots, count);
        }
        self.turned = Some(which);
        let states = states.iter().map(|state| (*state, *state));
        let inputs = self.sides.iter().map(ends).chain(states);
        self.enclosures[which].as_mut()?.turn_to(inputs)
    }

    /// The ranges on the part; `None` if the formulas are too long.
    fn ranges_here(&mut self) -> Option<&mut Ranges<'a>> {
        let Formulas { arena, roots, .. } = &self.of.formulas;
        if self.ranges.is_none() {
            self.ranges = Ranges::new(arena, roots, self.sides.len());
        }
        let ranges = self.ranges.as_mut()?;
        if !self.is_ranged {
            ranges.turn_to(self.sides.iter().map(ends));
            self.is_ranged = true;
        }
        Some(ranges)
    }

    /// The sizes around an axis of the part.
    fn sizes_around(&mut self, axis: usize, neighbourhood: Neighbourhood) -> Option<Vec<f64>> {
        if self.turned.is_none() {
            self.turn();
        }
        let side = *self.sides.get(axis)?;
        let mut sizes = vec![0.0; self.of.formulas.roots.len()];
        let enclosure = self.enclosures[self.turned?].as_mut()?;
        let analytic = around_side(side, neighbourhood)
            .into_iter()
            .all(|slab| enclosure.raise_to_sizes(axis, slab, &mut sizes));
        analytic.then_some(sizes)
    }
}

impl Bounds for EnclosedBox<'_> {
    fn means(&mut self, means: &mut [(f64, f64)]) {
        means.fill((f64::NEG_INFINITY, f64::INFINITY));
        let Formulas { arena, roots, .. } = &self.of.formulas;
        let n = self.sides.len();
        if !self.can_afford(2 + n) {
            return;
        }
        let Some(ranges) = self.ranges_here() else {
            return;
        };
        for (k, mean) in means.iter_mut().enumerate() {
            let found = ranges.sharpened(k);
            if found.defined {
                *mean = (found.values.lo, found.values.hi);
            }
        }
        if means.iter().all(|(lo, hi)| (hi - lo).is_finite()) {
            return;
        }
        // Toward an end of the box what is not bounded may have a mean all the same.
        let sides: Vec<(f64, f64)> = self.sides.iter().map(ends).collect();
        for axis in 0..n {
            let side = self.sides[axis];
            for (is_end, upper) in [(side.from == 0.0, false), (side.to == 1.0, true)] {
                if !is_end || !self.can_afford(4) {
                    continue;
                }
                if self.growth.is_none() {
                    self.growth = Growth::new(arena, roots, n);
                }
                let Some(growth) = &mut self.growth else {
                    return;
                };
                growth.means(axis, upper, &sides, |k, mean| {
                    let (lo, hi) = &mut means[k];
                    *lo = lo.max(-mean);
                    *hi = hi.min(mean);
                });
            }
        }
    }

    fn best_axis(&mut self) -> Option<usize> {
        let n = self.sides.len();
        if n < 2 || !self.can_afford(2 * n) {
            return None;
        }
        let outputs = self.of.formulas.roots.len();
        let sides: Vec<(f64, f64)> = self.sides.iter().map(ends).collect();
        let ranges = self.ranges_here()?;
        let width = |ranges: &Ranges<'_>, k: usize| {
            let Interval { lo, hi } = ranges.of(k).values;
            hi - lo
        };
        let whole: Vec<f64> = (0..outputs).map(|k| width(ranges, k)).collect();
        let mut best: Option<(f64, usize)> = None;
        for axis in 0..n {
            let (lo, hi) = sides[axis];
            let middle = lo + (hi - lo) / 2.0;
            let mut left = 0.0;
            for half in [(lo, middle), (middle, hi)] {
                let along = |a: usize| if a == axis { half } else { sides[a] };
                ranges.turn_to((0..n).map(along));
                for (k, whole) in whole.iter().enumerate() {
                    let own = width(ranges, k);
                    left += match (own.is_finite(), whole.is_finite()) {
                        (true, true) if *whole > 0.0 => own / whole,
                        (true, _) => 0.0,
                        _ => 1.0,
                    };
                }
            }
            // Of two that help as much the longer one is halved.
            let longer = |best: usize| hi - lo > sides[best].1 - sides[best].0;
            if best.is_none_or(|(least, a)| left < least || left == least && longer(a)) {
                best = Some((left, axis));
            }
        }
        self.is_ranged = false;
        // Where no half is much better, sides of like length are.
        let good = best.filter(|(left, _)| *left <= GOOD * outputs as f64);
        good.map(|(_, axis)| axis)
    }

    fn allow(&mut self, work: u64) {
        self.left = work;
    }

    fn cost(&self) -> u64 {
        self.of.formulas.arena.nodes().len() as u64
    }

    fn work(&self) -> u64 {
        self.left
    }

    fn move_to(&mut self, sides: &[Side]) {
        self.sides.clear();
        self.sides.extend_from_slice(sides);
        self.is_whole = sides.iter().all(|side| *side == Side::WHOLE);
        (self.turned, self.is_ranged) = (None, false);
    }

    fn turn_to(&mut self, sides: &[Side]) -> Option<Vec<f64>> {
        self.move_to(sides);
        if !self.can_afford(1) {
            return None;
        }
        if !self.is_whole {
            return self.turn();
        }
        let of = self.of;
        of.known.sizes.get_or_init(|| self.turn()).clone()
    }

    fn around(&mut self, axis: usize, neighbourhood: Neighbourhood, sizes: &mut [f64]) -> bool {
        if !self.can_afford(SLABS) {
            return false;
        }
        let copy = |found: &Option<Vec<f64>>, sizes: &mut [f64]| match found {
            Some(found) => {
                sizes.copy_from_slice(found);
                true
            }
            None => false,
        };
        if !self.is_whole {
            return copy(&self.sizes_around(axis, neighbourhood), sizes);
        }
        let known = &self.of.known.around;
        let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |k: &&Around| k.axis == axis && k.neighbourhood == neighbourhood;
        if let Some(found) = known().iter().find(is_it) {
            return copy(&found.sizes, sizes);
        }
        let found = self.sizes_around(axis, neighbourhood);
        let analytic = copy(&found, sizes);
        known().push(Around {
            axis,
            neighbourhood,
            sizes: found,
        });
        analytic
    }
}

/// The ends of a side, the smaller one first.
fn ends(side: &Side) -> (f64, f64) {
    (side.from.min(side.to), side.from.max(side.to))
}
