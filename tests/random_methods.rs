//! Random methods: intervals that cover as often as they say, the same bits, and honest doubts.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::sync::atomic::{AtomicUsize, Ordering};

use pullback::{CancelToken, Map, MappedRegion, Method, Settings, Status};

mod cases;

fn unit_box(n: usize) -> MappedRegion {
    let names: Vec<String> = (1..=n).map(|k| format!("x{k}")).collect();
    let limits: Vec<String> = names.iter().map(|name| format!("{name} = 0..1")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Map::identity(&names)
        .unwrap()
        .over(&limits.join(", ")[..])
        .unwrap()
}

/// A random integral of one of A. Genz's families ("Testing multidimensional integration routines", 1984), or
/// of powers that are singular at faces, in so many variables, with its value by products of closed forms.
fn random_integral(random: &mut cases::SplitMix, n: usize) -> (String, f64) {
    let place: Vec<f64> = (0..n).map(|_| random.within(0.1, 0.9)).collect();
    let scale: Vec<f64> = (0..n).map(|_| random.within(0.3, 3.0)).collect();
    let terms = |term: &dyn Fn(usize) -> String, joint: &str| {
        (0..n).map(term).collect::<Vec<_>>().join(joint)
    };
    let product = |factor: &dyn Fn(usize) -> f64| (0..n).map(factor).product::<f64>();
    match random.below(5) {
        // cos(2πu + Σ ax) = Re e^(2πiu) Π (e^(ia) − 1)/(ia).
        0 => {
            let text = format!(
                "cos({:?} + {})",
                place[0],
                terms(&|k| format!("{:?}*x{}", scale[k], k + 1), " + ")
            );
            let size = product(&|k| 2.0 * (scale[k] / 2.0).sin() / scale[k]);
            (
                text,
                size * (place[0] + scale.iter().sum::<f64>() / 2.0).cos(),
            )
        }
        // Π 1/(a⁻² + (x − u)²).
        1 => {
            let text = terms(
                &|k| {
                    format!(
                        "1/({:?} + (x{} - {:?})^2)",
                        scale[k].powi(-2),
                        k + 1,
                        place[k]
                    )
                },
                "*",
            );
            let factor = |k: usize| {
                let (a, u) = (scale[k], place[k]);
                a * ((a * (1.0 - u)).atan() + (a * u).atan())
            };
            (text, product(&factor))
        }
        // exp(−Σ a|x − u|).
        2 => {
            let text = format!(
                "exp(-({}))",
                terms(
                    &|k| format!("{:?}*abs(x{} - {:?})", scale[k], k + 1, place[k]),
                    " + "
                )
            );
            let factor = |k: usize| {
                let (a, u) = (scale[k], place[k]);
                (2.0 - (-a * u).exp() - (-a * (1.0 - u)).exp()) / a
            };
            (text, product(&factor))
        }
        // exp(Σ ax) below the place in the first two variables.
        3 => {
            let inside = format!("x1 < {:?} and x2 < {:?}", place[0], place[1]);
            let sum = terms(&|k| format!("{:?}*x{}", scale[k] / 3.0, k + 1), " + ");
            let factor = |k: usize| {
                let (a, u) = (scale[k] / 3.0, if k < 2 { place[k] } else { 1.0 });
                ((a * u).exp() - 1.0) / a
            };
            (format!("if({inside}, exp({sum}), 0)"), product(&factor))
        }
        // Π (1 − c) x^−c, with a variance.
        _ => {
            let power = |k: usize| 0.3 * place[k];
            let text = terms(
                &|k| format!("{:?}*x{}^-{:?}", 1.0 - power(k), k + 1, power(k)),
                "*",
            );
            (text, 1.0)
        }
    }
}

/// How often intervals cover, of so many random integrals in 3 to `most` variables: `RANDOM_INTEGRALS=2000`
/// for the figure of the calibration.
fn coverage(method: &Method, most: usize) -> (usize, usize) {
    let count = std::env::var("RANDOM_INTEGRALS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200);
    let mut random = cases::SplitMix(41);
    let mut covered = 0;
    for number in 0..count {
        let n = 3 + random.below(most - 2);
        let (text, exact) = random_integral(&mut random, n);
        let settings = Settings::new()
            .rtol(10f64.powf(-random.within(1.5, 3.5)))
            .max_evals(200_000)
            .method(method.clone())
            .seed(number as u64);
        let answer = unit_box(n).integrate_all(&text[..], &settings).unwrap();
        covered += usize::from((answer.value - exact).abs() <= answer.error);
    }
    (covered, count)
}

#[test]
fn intervals_cover_as_often_as_they_say() {
    for method in [Method::Qmc, Method::Vegas, Method::MonteCarlo] {
        let (covered, count) = coverage(&method, 20);
        let share = covered as f64 / count as f64;
        println!("{}: {covered} of {count}", method.name());
        // 95 %, and four standard deviations of the number of hits among as many.
        let spread = 4.0 * (0.95 * 0.05 / count as f64).sqrt();
        assert!(share > 0.95 - spread, "{}: {share}", method.name());
    }
}

/// The error that a method claims of an integral with so many evaluations; it must cover.
fn error(domain: &MappedRegion, text: &str, exact: f64, most: u64, method: Method) -> f64 {
    let settings = Settings::new().rtol(1e-12).max_evals(most).method(method);
    let answer = domain.integrate_all(text, &settings).unwrap();
    assert!(
        (answer.value - exact).abs() <= 2.0 * answer.error,
        "{answer}"
    );
    answer.error
}

#[test]
fn scrambled_points_beat_random_ones_where_the_integrand_is_smooth() {
    // The same evaluations for both: a product of eight cosines.
    let factors: Vec<String> = (1..=8).map(|k| format!("cos(x{k}/{k})")).collect();
    let exact = (1..=8)
        .map(f64::from)
        .map(|k| k * (1.0 / k).sin())
        .product();
    let error = |method| error(&unit_box(8), &factors.join("*"), exact, 1 << 18, method);
    let (even, random) = (error(Method::Qmc), error(Method::MonteCarlo));
    assert!(100.0 * even < random, "{even:e} {random:e}");
}

#[test]
fn a_learned_grid_wins_where_the_integrand_is_steep_along_axes() {
    // A Gaussian of eight variables, of width 1/20, away from the faces: (√π/20)⁸.
    let squares: Vec<String> = (1..=8).map(|k| format!("(x{k} - 0.3)^2")).collect();
    let text = format!("exp(-400*({}))", squares.join(" + "));
    let exact = (std::f64::consts::PI.sqrt() / 20.0).powi(8);
    let error = |method| error(&unit_box(8), &text, exact, 1 << 20, method);
    let (learned, even) = (error(Method::Vegas), error(Method::Qmc));
    assert!(20.0 * learned < even, "{learned:e} {even:e}");
}

#[test]
fn what_has_no_variance_or_was_not_met_is_doubted() {
    let settings = Settings::new().rtol(1e-2).method(Method::Qmc);
    // No variance: the interval cannot be trusted, whatever it says.
    let heavy = unit_box(2).integrate_all("x1^-0.8*x2", &settings).unwrap();
    assert_ne!(heavy.status, Status::Converged, "{heavy:?}");
    let missed = unit_box(2)
        .integrate_all("if(x1 < 1e-7, 1, 0)", &settings)
        .unwrap();
    assert_ne!(missed.status, Status::Converged, "{missed:?}");
    let bad = unit_box(2)
        .integrate_all("ln(x1 - 0.5)", &settings)
        .unwrap();
    assert!(
        bad.status == Status::Nonfinite && !bad.reasons.is_empty(),
        "{bad:?}"
    );
}

#[test]
fn few_evaluations_are_enough_for_an_answer_with_its_error() {
    let limits = [1u64, 15, 16, 100, 4095];
    let both = |most| [(most, Method::Qmc), (most, Method::Vegas)];
    for (most, method) in limits.into_iter().flat_map(both) {
        let settings = Settings::new().rtol(1e-9).max_evals(most).method(method);
        let answer = unit_box(3)
            .integrate_all("exp(x1*x2*x3)", &settings)
            .unwrap();
        assert!(answer.evaluations <= most, "{most} {answer:?}");
        assert_eq!(answer.status, Status::Budget);
        // 1.146 and so on: the sum of 1/(k!(k + 1)³).
        let exact = 1.146_499_072_528_643;
        assert!(
            most < 16 || (answer.value - exact).abs() <= 2.0 * answer.error,
            "{answer:?}"
        );
    }
}

/// A Gaussian of eight variables in the middle, all pairs correlated by 0.9, and its integral.
fn correlated() -> (String, f64) {
    let terms = |power: &str| {
        let terms: Vec<String> = (1..=8).map(|k| format!("(x{k} - 0.5){power}")).collect();
        terms.join(" + ")
    };
    let text = format!("exp(-2000*({} - 9/73*({})^2))", terms("^2"), terms(""));
    // (2πσ²)⁴ times the root of the determinant of the correlations, 0.1⁷·7.3.
    let exact = (std::f64::consts::TAU * 0.0025).powi(4) * 7.3e-7f64.sqrt();
    (text, exact)
}

#[test]
fn directions_are_learned_where_variables_are_correlated() {
    let (text, exact) = correlated();
    let settings = Settings::new().rtol(1e-3).method(Method::Vegas);
    for seed in 0..4 {
        let answer = unit_box(8)
            .integrate_all(&text[..], &settings.clone().seed(seed))
            .unwrap();
        // A product of grids is 1,000 times too wide: 4 % with 187 million evaluations.
        assert_eq!(answer.status, Status::Converged, "{answer:?}");
        assert!(answer.evaluations < 1_000_000, "{answer:?}");
        assert!(
            (answer.value - exact).abs() <= 2.0 * answer.error,
            "{answer:?}"
        );
        assert!(answer.outcome.method.contains("directions"), "{answer:?}");
    }
}

#[test]
fn several_peaks_are_learned_together() {
    // Three Gaussians of 4 variables, each so wide that a few of the first 4,096 points meet it: what none meets,
    // none can know of.
    let peaks = [
        ([0.3, 0.3, 0.35, 0.3], 100.0),
        ([0.7, 0.65, 0.3, 0.7], 120.0),
        ([0.4, 0.6, 0.7, 0.4], 60.0),
    ];
    let text = peaks.map(|(places, a): ([f64; 4], f64)| {
        let squares = places.iter().enumerate();
        let squares = squares.map(|(k, c)| format!("(x{} - {c})^2", k + 1));
        format!("exp(-{a}*({}))", squares.collect::<Vec<_>>().join(" + "))
    });
    let erf = |t: f64| pullback::elementary::Unary::Erf.value(t);
    let along = |a: f64, c: f64| {
        let root = a.sqrt();
        std::f64::consts::PI.sqrt() / (2.0 * root) * (erf(root * (1.0 - c)) + erf(root * c))
    };
    let exact = peaks.map(|(places, a)| places.map(|c| along(a, c)).iter().product::<f64>());
    let exact: f64 = exact.iter().sum();
    let settings = Settings::new().rtol(2e-3).method(Method::Vegas);
    let answer = unit_box(4)
        .integrate_all(&text.join(" + ")[..], &settings)
        .unwrap();
    assert_eq!(
        answer.status,
        Status::Converged,
        "{}",
        answer.outcome.method
    );
    assert!(answer.evaluations < 400_000, "{}", answer.evaluations);
    let error = (answer.value - exact).abs();
    assert!(
        error <= 2.0 * answer.error,
        "{error} {}",
        answer.outcome.method
    );
}

#[test]
fn bits_do_not_depend_on_threads() {
    let (text, _) = correlated();
    for method in [Method::MonteCarlo, Method::Qmc, Method::Vegas] {
        let settings = Settings::new().rtol(1e-3).max_evals(300_000).method(method);
        let bits = [1, 2, 3, 8].map(|threads| {
            let answer = unit_box(8)
                .integrate_all(&text[..], &settings.clone().threads(threads))
                .unwrap();
            (
                answer.value.to_bits(),
                answer.error.to_bits(),
                answer.evaluations,
            )
        });
        assert!(bits.iter().all(|other| *other == bits[0]), "{bits:?}");
    }
}

#[test]
fn a_learned_map_goes_on_where_it_ended() {
    use pullback::integrator::LearnedMap;
    let (text, exact) = correlated();
    let settings = Settings::new().rtol(1e-3).method(Method::Vegas);
    let answer = unit_box(8).integrate_all(&text[..], &settings).unwrap();
    let map = answer.outcome.learned.clone().unwrap();
    let read: LearnedMap = map.to_string().parse().unwrap();
    assert_eq!(read, map);
    let other = settings.clone().seed(9).learned(read);
    let sooner = unit_box(8).integrate_all(&text[..], &other).unwrap();
    // How often points double until the interval is short enough is chance; what is learned is not.
    let learned = |method: &str| -> u64 {
        let (_, rest) = method.split_once("learned from ").unwrap();
        rest.split(' ').next().unwrap().parse().unwrap()
    };
    let [before, after] = [&answer, &sooner].map(|answer| learned(&answer.outcome.method));
    assert!(3 * after < 2 * before, "{before} {after}");
    assert!(
        (sooner.value - exact).abs() <= 2.0 * sooner.error,
        "{sooner:?}"
    );
    // One of other variables is refused.
    assert!(
        unit_box(7)
            .integrate_all("x1", &settings.clone().learned(map))
            .is_err()
    );
    // A proposal from samples along the diagonal.
    let points: Vec<f64> = (0..64)
        .flat_map(|i| {
            (0..8).map(move |k| {
                0.35 + 0.3 * f64::from(i) / 63.0 + 0.02 * f64::from(i * (k + 3) % 7 - 3) / 3.0
            })
        })
        .collect();
    let proposal = LearnedMap::of_samples(8, &points, &[1.0; 64]).unwrap();
    let preconditioned = settings.learned(proposal);
    let led = unit_box(8)
        .integrate_all(&text[..], &preconditioned)
        .unwrap();
    assert!(led.evaluations < 1_000_000, "{led:?}");
    assert!((led.value - exact).abs() <= 2.0 * led.error, "{led:?}");
}

#[test]
fn a_learned_map_gives_singular_faces_a_second_moment() {
    // ∫ 0.2 x₁^−0.8 (1 + x₂ x₃) = 1.25: no second moment, but through a map that learned there is one.
    let settings = Settings::new().rtol(1e-3).method(Method::Vegas);
    let covered = (0..20).filter(|&seed| {
        let answer = unit_box(3)
            .integrate_all("0.2*x1^-0.8*(1 + x2*x3)", &settings.clone().seed(seed))
            .unwrap();
        (answer.value - 1.25).abs() <= answer.error || answer.status == Status::Suspect
    });
    // Of 20 intervals of 95 % fewer than 16 cover in one of 400 cases.
    assert!(covered.count() >= 16);
}

#[test]
fn a_power_that_no_learned_map_cures_is_said() {
    // ∫ p x₁^(p − 1) (1 + x₂ x₃) = 1.25, far beyond the powers that maps bend away.
    for p in [0.1, 0.05] {
        let text = format!("{p}*x1^({p} - 1)*(1 + x2*x3)");
        for seed in 0..10 {
            let settings = Settings::new().rtol(1e-2).max_evals(200_000).seed(seed);
            let answer = unit_box(3)
                .integrate_all(&text[..], &settings.method(Method::Vegas))
                .unwrap();
            assert_ne!(answer.status, Status::Converged, "{answer:?}");
            let is_said = |said: &String| said.contains("tail");
            let reasons: Vec<String> = answer.reasons.iter().map(ToString::to_string).collect();
            assert!(reasons.iter().any(is_said), "{reasons:?}");
        }
    }
}

#[test]
fn slivers_beside_jumps_are_not_left_out_by_a_learned_map() {
    // ∫ over x₁ < a, x₂ < b of e^(x₂ + x₃) = a (e^b − 1)(e − 1): maps learn that nothing lies beyond, and bins
    // that straddle the jump would hold few points.
    let (a, b) = (0.115_073, 0.887_672);
    let exact = a * (f64::exp(b) - 1.0) * (f64::exp(1.0) - 1.0);
    let text = format!("if(x1 < {a} and x2 < {b}, exp(x2 + x3), 0)");
    let covered = (0..40).filter(|&seed| {
        let settings = Settings::new().rtol(1e-3).seed(seed).method(Method::Vegas);
        let answer = unit_box(3).integrate_all(&text[..], &settings).unwrap();
        let off = (answer.value - exact).abs() / answer.error;
        assert!(off < 4.0, "seed {seed}: {off}");
        off <= 1.0
    });
    // Of 40 intervals of 95 % fewer than 34 cover in one of a hundred cases.
    assert!(covered.count() >= 34);
}

#[test]
fn an_interruption_while_a_map_is_learned_gives_what_its_rounds_say() {
    // ∫ Π 3x² = 1. Rounds have 8,192 points here: the third is cut off.
    let calls = AtomicUsize::new(0);
    let token = CancelToken::new();
    let density = |x: &[f64]| {
        if calls.fetch_add(1, Ordering::Relaxed) == 20_000 {
            token.cancel();
        }
        x.iter().map(|x| 3.0 * x * x).product()
    };
    let settings = Settings::new().rtol(1e-6).method(Method::Vegas).threads(1);
    let answer = unit_box(6)
        .integrate_fn(density, &settings.cancelled_by(&token))
        .unwrap();
    assert_eq!(answer.status, Status::Interrupted);
    assert!(
        (answer.value - 1.0).abs() <= 2.0 * answer.error,
        "{answer:?}"
    );
    // By random numbers 20,000 samples of variance (9/5)⁶ − 1 would be good to 0.08; nothing says nothing.
    assert!(answer.error < 0.2, "{answer:?}");
}
