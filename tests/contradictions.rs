//! Answers do not contradict themselves: values, errors, status and reasons say the same, whatever
//! is integrated, by whichever method, within however small a budget.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use pullback::integrator::Reason;
use pullback::{CancelToken, Error, Estimate, Method, Settings, Status};

mod cases;

use cases::{SplitMix, domain};

/// Integrands of x and y, the first and the last of the variables, and of their sum s; a and b are
/// numbers.
const FORMULAS: [&str; 24] = [
    "exp(a*s)",
    "a",
    "0",
    "0*x + 0*s",
    "x - y",
    "(x - 0.5)^3*s",
    "cos(20*a*s)",
    "abs(x - a)",
    "abs(s - b)*exp(x)",
    "if(s < b, a, 0)",
    "if(x^2 + y^2 < a, s, -s)",
    "1/(1e-4 + (x - a)^2 + (y - b)^2)",
    "1/x",
    "x^(-a)",
    "1/sqrt(x^2 + y^2)",
    "ln(abs(x - a))",
    "sqrt(s - b)",
    "1/(x - a)",
    "0/(s - s)",
    "exp(800*s)",
    "1e308*(s + 9)",
    "sin(1/x)",
    "(exp(a*x) + 1)*(cos(y) - b)",
    "1e-300*s",
];

type Code = fn(&[f64], f64) -> f64;

const CODE: [Code; 15] = [
    |_, a| a,
    |_, _| 0.0,
    |_, _| f64::NAN,
    |_, _| f64::INFINITY,
    |x, a| (a * x.iter().sum::<f64>()).exp(),
    |x, a| (x[0] - a).abs(),
    |x, a| (x.iter().sum::<f64>() - a).sqrt(),
    |x, a| f64::from(x.iter().sum::<f64>() < 2.0 * a),
    |x, a| x[0].powf(-a),
    |x, _| 1.0 / x.iter().map(|x| x * x).sum::<f64>().sqrt(),
    |x, a| 1.0 / (1e-5 + x.iter().map(|x| (x - a).powi(2)).sum::<f64>()),
    |x, a| if x[0] > 0.999 * a { 1e300 } else { -1e300 },
    |x, _| 1.7e308 * (1.0 + x[0]).min(1.05),
    |x, _| x[0] - x[x.len() - 1],
    |x, a| (50.0 * a * x.iter().sum::<f64>()).cos(),
];

/// A problem, how it is to be integrated, and who calls it off.
struct Trial {
    dimension: usize,
    outputs: usize,
    texts: Option<Vec<String>>,
    code: Vec<(Code, f64)>,
    settings: Settings,
    /// After so many calls the work is called off.
    calls: u64,
    token: CancelToken,
    is_complex: bool,
    is_watched: bool,
}

impl Trial {
    fn random(random: &mut SplitMix) -> Self {
        let dimension = [1, 1, 2, 2, 2, 3, 3, 4, 5, 8][random.below(10)];
        let is_complex = random.below(6) == 0;
        let outputs = match random.below(3) {
            _ if is_complex => 2,
            0 => 1 + random.below(3),
            _ => 1,
        };
        let code: Vec<_> = (0..outputs)
            .map(|_| (CODE[random.below(CODE.len())], random.unit()))
            .collect();
        let texts = (random.below(2) == 0)
            .then(|| (0..outputs).map(|_| formula(dimension, random)).collect());
        let method = match random.below(6) {
            0 => Method::MonteCarlo,
            1 => Method::Gauss(vec![1 + random.below(20)]),
            2 => Method::Gauss((0..dimension).map(|_| 1 + random.below(9)).collect()),
            _ => Method::Auto,
        };
        let mut settings = Settings::new()
            .method(method)
            .rtol([0.0, 1e-14, 1e-10, 1e-4, 0.1][random.below(5)])
            .atol([0.0, 0.0, 1e-12, 1e-3][random.below(4)])
            .seed(random.next())
            .threads([1, 2][random.below(2)])
            .max_evals(10f64.powf(random.within(0.0, 4.5)) as u64);
        if random.below(5) == 0 {
            settings = settings.max_seconds(10f64.powf(random.within(-6.0, -2.0)));
        }
        let token = CancelToken::new();
        let (mut calls, mut is_watched) = (u64::MAX, false);
        match random.below(5) {
            0 => {
                calls = 10f64.powf(random.within(0.0, 4.0)) as u64;
                settings = settings.cancelled_by(&token);
                is_watched = true;
            }
            1 => {
                let most = 10f64.powf(random.within(0.0, 4.0)) as u64;
                settings = settings.on_progress(move |progress| {
                    let mut pairs = progress.values.iter().zip(progress.errors);
                    assert!(pairs.all(|(v, e)| *e >= 0.0 && (v.is_finite() || e.is_infinite())));
                    if progress.evaluations > most {
                        return ControlFlow::Break(());
                    }
                    ControlFlow::Continue(())
                });
                is_watched = true;
            }
            _ => {}
        }
        Trial {
            dimension,
            outputs,
            texts,
            code,
            settings,
            calls,
            token,
            is_complex,
            is_watched,
        }
    }

    /// The answer, and the calls of the code.
    fn answer(&self, settings: &Settings) -> Result<(Estimate, Option<u64>), Error> {
        let limits: Vec<_> = (1..=self.dimension)
            .map(|i| format!("x{i} = 0..1"))
            .collect();
        let domain = domain("", &limits.join(", "));
        if let Some(texts) = &self.texts {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let answer = if self.is_complex {
                domain.integrate_complex_parts(&texts[..], settings)?.parts
            } else {
                domain.integrate_all(&texts[..], settings)?
            };
            return Ok((answer, None));
        }
        let count = AtomicU64::new(0);
        let code = |x: &[f64], values: &mut [f64]| {
            if count.fetch_add(1, Ordering::Relaxed) >= self.calls {
                self.token.cancel();
            }
            for (value, (code, a)) in values.iter_mut().zip(&self.code) {
                *value = code(x, *a);
            }
        };
        let answer = if self.is_complex {
            let complex = |x: &[f64]| {
                let mut parts = [0.0; 2];
                code(x, &mut parts);
                pullback::Complex64::new(parts[0], parts[1])
            };
            domain.integrate_complex_fn(complex, settings)?.parts
        } else {
            domain.integrals_fn(self.outputs, code, settings)?
        };
        Ok((answer, Some(count.into_inner())))
    }

    /// Whether every error is within its tolerance; a rounding of the tolerance is forgiven.
    fn is_met(&self, answer: &Estimate) -> bool {
        let Settings { rtol, atol, .. } = self.settings;
        let whole = answer.values[0].hypot(answer.values.get(1).copied().unwrap_or(0.0));
        let mut pairs = answer.values.iter().zip(&answer.errors);
        pairs.all(|(value, error)| {
            let size = if self.is_complex { whole } else { value.abs() };
            *error <= atol.max(rtol * size) * (1.0 + 4.0 * f64::EPSILON)
        })
    }

    /// What in the answer contradicts something else.
    fn contradictions(&self, answer: &Estimate, calls: Option<u64>) -> Vec<&'static str> {
        let settings = &self.settings;
        let (values, errors, status) = (&answer.values, &answer.errors, answer.status);
        let all_finite = values.iter().chain(errors).all(|v| v.is_finite());
        let mut pairs = values.iter().zip(errors);
        let has = |wanted: fn(&Reason) -> bool| answer.reasons.iter().any(wanted);
        let halted = has(|reason| {
            use Reason::{Evaluations, Interrupted, Seconds};
            matches!(reason, Evaluations { .. } | Seconds { .. } | Interrupted)
        });
        let interrupted = has(|reason| matches!(reason, Reason::Interrupted));
        let met = self.is_met(answer);
        let max_evals = settings.max_evals.unwrap_or(u64::MAX);
        let other_limit = |reason: &Reason| match reason {
            Reason::Evaluations {
                max_evals: n,
                asked,
            } => !asked || *n != max_evals,
            Reason::Seconds { max_seconds } => {
                !max_seconds.is_finite() || *max_seconds != settings.max_seconds
            }
            Reason::Interrupted => !self.is_watched,
            _ => false,
        };
        let known_digits = |reason: &Reason| {
            matches!(
                reason,
                Reason::Rounding | Reason::Cancellation | Reason::Zero | Reason::ZeroWithinRounding
            )
        };
        let no_number =
            |reason: &Reason| matches!(reason, Reason::NotFinite { .. } | Reason::Overflow);
        let facts = [
            (
                values.len() != self.outputs || errors.len() != self.outputs,
                "another number of values",
            ),
            (
                answer.value.to_bits() != values[0].to_bits() || answer.error != errors[0],
                "the value is not the first",
            ),
            (
                answer.evaluations > max_evals,
                "more evaluations than allowed",
            ),
            (
                calls.is_some_and(|calls| calls != answer.evaluations),
                "another number of calls",
            ),
            (
                errors.iter().any(|e| e.is_nan() || *e < 0.0),
                "an error that is no distance",
            ),
            (
                pairs.any(|(v, e)| !v.is_finite() && e.is_finite()),
                "a finite error of what is no number",
            ),
            (
                status == Status::Converged && !(all_finite && met),
                "converged, but not to the tolerance",
            ),
            (
                status == Status::Converged && !answer.reasons.is_empty(),
                "converged, but for a reason",
            ),
            (
                status == Status::Suspect
                    && !(all_finite && (met || answer.reasons.iter().any(known_digits))),
                "suspect, but not to the tolerance",
            ),
            (
                status == Status::Roundoff && (met || !all_finite),
                "roundoff, but the tolerance is met or there are no digits",
            ),
            (
                status == Status::Roundoff && !answer.reasons.iter().any(known_digits),
                "roundoff without saying so",
            ),
            (
                status != Status::Converged && answer.reasons.is_empty(),
                "no reason",
            ),
            (
                (status == Status::Interrupted && !interrupted)
                    || (status == Status::Budget && interrupted),
                "interrupted by status or by reason alone",
            ),
            (
                status == Status::Nonfinite && !answer.reasons.iter().any(no_number) && !halted,
                "nonfinite, but not where",
            ),
            (
                status != Status::Nonfinite && answer.reasons.iter().any(no_number),
                "a bad node, but not nonfinite",
            ),
            (
                answer.bad_node.is_some() && status != Status::Nonfinite,
                "a bad node, but another status",
            ),
            (
                status == Status::Nonfinite && all_finite,
                "nonfinite, but all numbers are finite",
            ),
            (
                answer.proven && (!all_finite || halted || status == Status::Nonfinite),
                "proven, but not known",
            ),
            (
                answer.proven && status == Status::Suspect,
                "proven, but suspect",
            ),
            (
                answer.reasons.iter().any(other_limit),
                "a limit that nobody gave",
            ),
            (answer.method.is_empty(), "no method"),
            (
                values.iter().all(|v| v.is_finite()) && answer.because.steps().is_empty(),
                "a value that came from nowhere",
            ),
        ];
        let broken = facts.into_iter().filter(|(is_broken, _)| *is_broken);
        broken.map(|(_, what)| what).collect()
    }
}

/// A formula of the variables `x1`, `x2` … with its numbers filled in.
fn formula(dimension: usize, random: &mut SplitMix) -> String {
    let sum: Vec<_> = (1..=dimension).map(|i| format!("x{i}")).collect();
    let (a, b) = (random.unit(), random.within(0.0, dimension as f64));
    let of_letter = |letter: char| match letter {
        'a' => format!("{a:.3}"),
        'b' => format!("{b:.3}"),
        's' => format!("({})", sum.join(" + ")),
        'x' => "x1".to_owned(),
        _ => format!("x{dimension}"),
    };
    let text = FORMULAS[random.below(FORMULAS.len())];
    // A letter that stands alone is a name of ours.
    let letters: Vec<char> = format!(" {text} ").chars().collect();
    let triples = letters.windows(3).map(|near| {
        let alone = !near[0].is_alphanumeric() && !near[2].is_alphanumeric() && near[1] != 'e';
        match near[1] {
            letter if alone && letter.is_alphabetic() => of_letter(letter),
            letter => letter.to_string(),
        }
    });
    triples.collect()
}

#[test]
fn no_answer_contradicts_itself() {
    let mut faults = Vec::new();
    let count: usize = std::env::var("TRIALS").map_or(1500, |t| t.parse().unwrap());
    for number in 0..count {
        let trial = Trial::random(&mut SplitMix(number as u64));
        let (answer, calls) = trial.answer(&trial.settings).unwrap();
        let contradictions = trial.contradictions(&answer, calls);
        if !contradictions.is_empty() {
            let reasons: Vec<_> = answer.reasons.iter().map(ToString::to_string).collect();
            faults.push(format!(
                "{number}: {contradictions:?}\n  {:?} in {}-D with {:?}: {} calls\n  {:?} ± {:?} {}, proven {}, \
                 {} evaluations by {}, because {}; {reasons:?}",
                trial.texts,
                trial.dimension,
                trial.settings,
                calls.unwrap_or(0),
                answer.values,
                answer.errors,
                answer.status,
                answer.proven,
                answer.evaluations,
                answer.method,
                answer.because,
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
