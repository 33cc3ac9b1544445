//! What lies between the nodes of a formula is found by bounds, or is said not to be excluded.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::{Estimate, Map, Method, Settings, Status};

fn integral(over: &str, integrand: &str) -> Estimate {
    let names: Vec<&str> = over
        .split(',')
        .map(|side| side.split('=').next().unwrap().trim())
        .collect();
    let region = Map::identity(&names).unwrap().over(over).unwrap();
    let settings = Settings::new().rtol(1e-9);
    region.integrate_all(integrand, &settings).unwrap()
}

/// Right to the tolerance, by a proven bound that holds the truth.
fn proven(over: &str, integrand: &str, truth: f64) {
    let found = integral(over, integrand);
    let off = (found.value - truth).abs();
    let said = format!("{over} {integrand}: {found} {:?}", found.reasons);
    assert!(found.proven && found.status == Status::Converged, "{said}");
    // The truth is rounded, too.
    assert!(
        off <= found.error + 1e-15 * truth.abs(),
        "{said} off by {off:e}"
    );
    assert!(found.error <= 1e-9 * truth.abs(), "{said}");
}

/// Right to the tolerance, and no further off than is said.
fn right(over: &str, integrand: &str, truth: f64) {
    let found = integral(over, integrand);
    let off = (found.value - truth).abs();
    let said = format!("{over} {integrand}: {found} {:?}", found.reasons);
    assert!(found.status == Status::Converged, "{said}");
    assert!(
        off <= found.error.min(1e-9 * truth.abs()),
        "{said} off by {off:e}"
    );
}

/// ∫ exp(−c (x − a)²) over the line.
fn bell(c: f64) -> f64 {
    (PI / c).sqrt()
}

#[test]
fn a_needle_is_found_wherever_it_stands() {
    proven("x = 0..1", "exp(-1e10*(x - 0.77)^2)", bell(1e10));
    proven("x = 0..1", "1 + exp(-1e8*(x - 0.77)^2)", 1.0 + bell(1e8));
    // Beside a broad hill of the same height.
    let hill = "exp(-(x - 0.3)^2) + exp(-1e8*(x - 0.77)^2)";
    // √π/2 (erf 0.7 + erf 0.3), by mpmath.
    proven("x = 0..1", hill, 0.891_923_550_739_709_8 + bell(1e8));
}

#[test]
fn a_ridge_along_a_diagonal_is_found() {
    // Along t, for every u: 2π ∫ exp(−c sin²) = 4π² e^(−c/2) I₀(c/2), by mpmath.
    proven(
        "t = 0..2*pi, u = 0..2*pi",
        "exp(-1e4*sin(t - u)^2)",
        0.222_738_688_827_832_6,
    );
    // ∫∫ exp(−c (x − y)²) = √(π/c) erf √c − (1 − e^(−c))/c
    let c = 1e6;
    proven(
        "x = 0..1, y = 0..1",
        "1 + exp(-1e6*(x - y)^2)",
        1.0 + bell(c) - 1.0 / c,
    );
}

#[test]
fn no_ridge_is_missed_in_silence() {
    for (over, integrand, truth) in [
        // ∫∫ exp(−c² (r² − 4)²) dx dy = π ∫ exp(−c² s²) ds, with s = r² − 4 and c = 100.
        (
            "x=-inf..inf, y=-inf..inf",
            "exp(-1e4*(x^2 + y^2 - 4)^2)",
            PI * PI.sqrt() / 100.0,
        ),
        // Rosenbrock's valley: a Gaussian in 1 − x and y − x², of the area π·20/√100.
        (
            "x=-inf..inf, y=-inf..inf",
            "exp(-((1 - x)^2 + 100*(y - x^2)^2)/20)",
            2.0 * PI,
        ),
    ] {
        let found = integral(over, integrand);
        let off = (found.value - truth).abs();
        let said = format!(
            "{over} {integrand}: {found} {:?} off by {off:e}",
            found.reasons
        );
        let owns_up = found.status != Status::Converged;
        assert!(owns_up || off <= 1e-9 * truth, "{said}");
        assert!(off <= found.error, "{said}");
    }
}

#[test]
fn far_out_on_an_infinite_range_a_peak_is_found() {
    let found = "exp(-x^2) + exp(-(x - 1000)^2)";
    right("x = -inf..inf", found, 2.0 * PI.sqrt());
    right(
        "x = -inf..inf",
        "1/(1 + x^2) + exp(-(x - 3e5)^2)",
        PI + PI.sqrt(),
    );
}

#[test]
fn tails_are_bounded_by_how_fast_they_fall() {
    right("x = -inf..inf", "exp(-x^2)", PI.sqrt());
    // π⁴/15; ∫ e^(−x) sin x/x = π/4.
    right("x = 0..inf", "x^3/(exp(x) - 1)", PI.powi(4) / 15.0);
    right("x = 0..inf", "exp(-x)*sin(x)/x", PI / 4.0);
}

#[test]
fn an_end_that_is_singular_is_bounded() {
    // Im Γ(1 + i)-like: ∫ sin(ln x) = −1/2.
    right("x = 0..1", "sin(ln(x))", -0.5);
}

/// Right, or its error covers and the status is no vouching one.
fn right_or_said(over: &str, integrand: &str, truth: f64) {
    let found = integral(over, integrand);
    let off = (found.value - truth).abs();
    let said = format!("{over} {integrand}: {found} {:?}", found.reasons);
    let is_right = off <= 1e-9 * truth.abs();
    assert!(is_right || found.status != Status::Converged, "{said}");
    assert!(
        off <= found.error + 1e-14 * truth.abs(),
        "{said} off by {off:e}"
    );
}

#[test]
fn what_occurs_with_a_formula_of_the_others_alone_is_shifted_by_it() {
    let plane = "x = -inf..inf, y = -inf..inf";
    // ∫∫ exp(−x² − k(y − g(x))²) = π/√k, whatever g is.
    for (k, g) in [
        (500.0, "x^2"),
        (90.0, "x^3 - x"),
        (2000.0, "sin(x)"),
        (40.0, "abs(x)"),
    ] {
        let truth = PI / f64::sqrt(k);
        proven(plane, &format!("exp(-x^2 - {k}*(y - ({g}))^2)"), truth);
    }
    // A correlated Gaussian: π/√(1 − c²/4).
    let c = 1.998f64;
    right(
        plane,
        "exp(-x^2 - y^2 + 1.998*x*y)",
        PI / (1.0 - c * c / 4.0).sqrt(),
    );
}

#[test]
fn a_far_peak_of_several_variables_is_found() {
    let plane = "x = -inf..inf, y = -inf..inf";
    right(
        plane,
        "exp(-x^2 - y^2) + exp(-9*((x - 1700)^2 + (y + 19000)^2))",
        PI + PI / 9.0,
    );
}

#[test]
fn no_method_hides_a_needle_from_bounds() {
    // A needle that coordinates in the logarithm of the distance from an end do not see:
    // ∫ sech² = 2 w, and ∫ 1/(1 + (6 (x + 0.05))²)² between the limits, by mpmath.
    let background = 0.261_294_486_550_307;
    right_or_said(
        "x = -1..1",
        "1/(1 + (6*(x + 0.05))^2)^2 + 290000/cosh((x + 0.86)/3.5e-6)^2",
        background + 290_000.0 * 2.0 * 3.5e-6,
    );
    // Beside waves as high as itself, in a sum of products: its second part is
    // 0.7 · ∫ exp(−(49 x)²) dx over x > 0, times ∫ sech⁶ = 16/15 w.
    let smooth = "cos(3.4*x)*exp(-((y - 0.55)/0.16)^2)";
    let alone = integral("x = 0..1, y = 0..1", smooth).value;
    right_or_said(
        "x = 0..1, y = 0..1",
        &format!("{smooth} + 0.7*exp(-(49*x)^2)/cosh(14000*(y - 0.273))^6"),
        alone + 0.7 * PI.sqrt() / 98.0 * 16.0 / 15.0 / 14000.0,
    );
}

#[test]
fn small_regions_far_from_the_origin_keep_their_digits() {
    let r2 = 6.996312977963715e-8;
    let disc = format!("if((x - 0.9426137113441636)^2 + (y - 0.634015872852867)^2 < {r2:?}, 1, 0)");
    proven("x = 0..1, y = 0..1", &disc, PI * r2);
    let found = integral("x = 0..1, y = 0..1", &disc);
    // The faces are rounded to 1e-16 of their coordinates, which are 3,600 times the radius.
    assert!((found.value / (PI * r2) - 1.0).abs() < 1e-12, "{found}");
    // A strip of half width w beside a parabola has the area 2 w.
    let w = 1.0139970874111664e-6;
    let strip = format!("heaviside(1 - ((y - (x*(1 - x)*4))/{w:?})^2)");
    let found = integral("x = 0..1, y = -0.5..1.5", &strip);
    // Below y = 0 and above the top nothing is cut off: only at the ends of x, by w²/4 each.
    assert!((found.value / (2.0 * w) - 1.0).abs() < 1e-9, "{found}");
}

#[test]
fn a_band_of_no_numbers_is_met_however_narrow() {
    for (over, integrand) in [
        (
            "x = 0..1",
            "1/cosh(14*(x - 0.6))^6 + sqrt((x - 0.4558351205519924)^2 - 2.25e-18)",
        ),
        (
            "x = -1..1",
            "exp(-49*x^2) + sqrt((x - 0.9448812870183994)^2 - 3.3124e-16)",
        ),
    ] {
        let found = integral(over, integrand);
        assert_eq!(found.status, Status::Nonfinite, "{integrand}: {found}");
    }
}

#[test]
fn pairs_of_exponentials_are_bounded_as_one_function() {
    // ∫ 4/(eᵗ + e⁻ᵗ)² = ∫ sech² t = 2, t = (x − 0.3)/w.
    let w = 3e-6;
    proven(
        "x = 0..1",
        "4/(exp((x - 0.3)/3e-6) + exp(-(x - 0.3)/3e-6))^2",
        2.0 * w,
    );
}

/// Its error holds the truth, or nothing is claimed; no error is so large that it says nothing.
fn covers(over: &str, integrand: &str, truth: f64) {
    let found = integral(over, integrand);
    let off = (found.value - truth).abs();
    let said = format!("{over} {integrand}: {found} off by {off:e}");
    // The truth is rounded, too.
    assert!(off <= found.error + 1e-15 * truth.abs(), "{said}");
    assert!(found.error <= 1e-5 * truth.abs(), "{said}");
}

#[test]
fn an_error_counts_that_numbers_are_rounded() {
    // 18.99373 is no double: beside an end a needle that is moved by a rounding of its place leaves, or
    // comes in, with its height. 190 w (2 − exp(−(19 − c)/w)) for c and w as they are written, by mpmath.
    covers(
        "x = 0..19",
        "190*exp(-abs((x - 18.99373)/5.142636598293412e-3))",
        1.665_506_832_801_774_8,
    );
    // (H/k)·2 atan tanh(k (x − c)/2), by mpmath.
    covers(
        "x = 0..1",
        "110000/cosh((x - 0.9999999963766261)*111111.11111111111)",
        1.555_486_934_645_180_6,
    );
    // What is singular inside is moved, and changes by next to nothing: (c^0.3 + (1 − c)^0.3)/0.3.
    let power = (0.3f64.powf(0.3) + 0.7f64.powf(0.3)) / 0.3;
    let found = integral("x = 0..1", "abs(x - 0.3)^(-0.7)");
    assert!((found.value - power).abs() <= found.error, "{found}");
    assert!(found.error < 1e-11, "{found}");
}

#[test]
fn an_error_counts_what_is_lost_where_numbers_are_folded() {
    // −0.26 + 0.25999994191743464 is exact as a difference of doubles, and not as one of decimals. By hand.
    covers(
        "x = -0.26..1.27",
        "2200000*heaviside(1 - ((x + 0.25999994191743464)/4.5922192074184954e-7)^2) + exp(-x^2)*0",
        1.138_069_869_424_069,
    );
    // Twice the half-width 0.022, whose ends are known to half an ulp of 3.7e6.
    for ends in ["0..inf", "0..4e6", "-inf..inf"] {
        covers(
            &format!("x = {ends}"),
            "if((45.45454545454546*(x - 3723147.6334092035))^2 < 1, 1, 0)",
            0.044,
        );
    }
    // 440 L²/2 with L = 2 − c + 1/k, a corner of the square: its faces x = 1 and y = 1 are computed. By mpmath.
    covers(
        "x = 0..1, y = 0..1",
        "440*if(((x + y - 1.99999998904034)*58894.94500163201)^2 < 1, 1, 0)",
        6.350_780_545_429_092e-8,
    );
    // (1/e)² is no double, and what is beside its root has no digits of the distance: π/2 + arcosh(e), and √π/k for the
    // needle, all of which but 5e-10 of it lies inside.
    let root = PI / 2.0 + std::f64::consts::E.acosh();
    let found = integral(
        "x = 0..1",
        "abs(x^2 - (1/e)^2)^(-1/2) + 1/exp(((x - 0.98)*640)^2)",
    );
    let truth = root + PI.sqrt() / 640.0;
    assert!((found.value - truth).abs() <= found.error, "{found}");
    assert!(found.error < 1e-6, "{found}");
}

#[test]
fn what_lies_far_out_on_a_line_is_not_lost_beside_its_ends() {
    // 2/4 + 10 + 4·2 √π: the first one lies at −5.3e6.
    let far =
        "(1 + (4*(x + 5300000))^2)^(-3/2) + if(abs(x - 0.3) < 5, 1, 0) + 4/exp(((x + 910)/2)^2)";
    let found = integral("x = -inf..inf", far);
    let truth = 0.5 + 10.0 + 8.0 * PI.sqrt();
    let off = (found.value - truth).abs();
    assert!(off <= found.error, "{found} off by {off:e}");
    // Of a part whose logarithmic ends are not reached nothing is known, and nothing is asked.
    let three = "1/cosh(0.12*(x - 0.5))^6 + 1/(1 + ((x - 4600000)*4)^2)^2 + exp(-abs((x - 257169.75)*13.5))";
    let found = integral("x = 0..inf", three);
    assert!(
        found.status != Status::Converged || found.error < 1e-6,
        "{found}"
    );
}

#[test]
fn an_error_counts_that_faces_are_computed() {
    // The strip |x − y − g| < k of the unit square has the area 2k (1 − g); its condition, multiplied out,
    // has lost the digits of k².
    let (g, k) = (0.6657685873934114, 1.105287667760305e-4);
    let strip = "if(((x - y - 0.6657685873934114)/1.105287667760305e-4)^2 < 1, 1, 0)";
    covers("x = 0..1, y = 0..1", strip, 2.0 * k * (1.0 - g));
    // π r²/√(1 − 1/4), a small ellipse far from the origin.
    let r2 = 7.124268019142026e-5;
    let (x, y) = ("(x - 0.8378231003175449)", "(y - 0.750111286335897)");
    let ellipse = format!("if({x}^2 + {y}^2 + {x}*{y} < {r2:?}, 1, 0)");
    covers("x = 0..1, y = 0..1", &ellipse, PI * r2 / 0.75f64.sqrt());
}

#[test]
fn what_is_lost_in_a_layer_is_seen() {
    // ∫ exp(−k |y − x|) dy = 2/k for every x: the nodes of y are rounded, and k is large.
    covers(
        "x = 0..1, y = -0.5..1.5",
        "exp(-abs((y - x)*5100))",
        2.0 / 5100.0,
    );
}

#[test]
fn layers_beside_curves_are_integrated() {
    // ∫ exp(−|k (y − g(x))|³) dy = 2 Γ(4/3)/k.
    let layer = 2.0 * 0.892_979_511_569_249_2 / 83_000.0;
    right(
        "x = 0..1, y = -0.5..1.5",
        "0.99 + exp(-abs(83000*(y - x))^3)",
        1.98 + layer,
    );
}

#[test]
fn smooth_ridges_along_curves_are_integrated() {
    // ∫ exp(−(k (y − g(x)))²) dy = √π/k, times ∫ 1/(1 + ((x − c)/w)²) dx, by mpmath.
    proven(
        "x = 0..1, y = -0.5..1.5",
        "0.9918185034288207 + exp(-(1676.0656084786092*(y - (sin(5*x)/2 + 1/2)))^2)\
         /(1 + ((x - 0.38413013658571415)/9.844537073065059e-2)^2)",
        1.983_921_447_977_255_2,
    );
    let w = 3.7037037037037037e-6;
    right(
        "x = 0..1, y = -0.5..1.5",
        "1/exp(((y - x)/3.7037037037037037e-6)^2)",
        PI.sqrt() * w,
    );
}

#[test]
fn what_is_zero_at_all_nodes_claims_no_error_of_zero() {
    // A window of 4.07 and √π/0.42, nine orders of magnitude farther out.
    let text = "if(abs((x - 1.8184458149982696)/2.250908744178531) < 1, 1, 0) \
                + exp(-((x - 466431.2864462571)*0.41979587470711666)^2)";
    let found = integral("x = 0..inf", text);
    let truth = 8.291_534_808_427_993;
    let off = (found.value - truth).abs();
    assert!(off <= found.error + 1e-9 * truth, "{found}");
}

/// No further off than is said, or than was asked for; or no answer.
fn covered(found: &Estimate, truth: f64) {
    let off = (found.value - truth).abs();
    let said = format!("{found} {:?}", found.reasons);
    // Without an answer, no error is claimed.
    assert!(
        off <= found.error + 1e-9 * truth.abs() || found.error == f64::INFINITY,
        "{said} off by {off:e}"
    );
}

#[test]
fn ridges_across_waves_and_hills_are_seen() {
    // 2/k for 1/cosh(k t)² across a line of ∂t/∂x = 2, and the sine of 29.
    let truth = 2.2 * 29f64.sin() / 29.0 + 0.91 / 27000.0;
    let text = "2.2*cos(29*y) + 0.91/cosh(27000*(2*x - y - 0.06980430862144749))^2";
    // The ridge leaves through y = 0 at x = 0.0349 and through y = 1 at x = 0.535.
    right("x = 0..1, y = 0..1", text, truth);
    // A square that is written as a product is one: √π/k times the length of the ridge in x.
    let c = 0.207_440_094_505_835_22;
    let text = "exp(y) + exp(-(110000*(x + y - 0.20744009450583522))\
                *(110000*(x + y - 0.20744009450583522)))";
    let truth = 1f64.exp() - 1.0 + PI.sqrt() / 110_000.0 * c;
    covered(&integral("x = 0..1, y = 0..1", text), truth);
    // In a corner, beside a hill that is higher than the ridge.
    let text = "(4/(exp(10.627484721703793*(x - 0.8764869571975501)) \
                + exp(-10.627484721703793*(x - 0.8764869571975501)))^2)*4.5 \
                + 1 - tanh((0.7*x - y - 0.6916628072073606)/1.3698630136986302e-5)^2";
    covered(
        &integral("x = 0..1, y = 0..1", text),
        0.789_672_639_671_747_8,
    );
}

#[test]
fn bounds_close_in_on_a_kink_whichever_axis_it_crosses() {
    // ∫ |x − a| over the disk: 4/3 (1 − a²)^(3/2) + 2a asin a + 2a² √(1 − a²).
    let a = 0.3f64;
    let rest = 1.0 - a * a;
    let truth = 4.0 / 3.0 * rest.powf(1.5) + 2.0 * a * a.asin() + 2.0 * a * a * rest.sqrt();
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
    let settings = Settings::new().method(Method::Cubature).rtol(1e-3);
    let found = disk.integrate_all("abs(x - 0.3)", &settings).unwrap();
    let said = format!("{found} {:?}", found.reasons);
    assert!(found.status == Status::Converged, "{said}");
    assert!(
        (found.value - truth).abs() <= found.error.min(1e-3 * truth),
        "{said}"
    );
}

#[test]
fn the_end_of_a_ridge_at_a_side_of_the_box_is_seen() {
    // Between the ridge and the sides lie triangles, in whose corners alone it is as wide as they are.
    // 2/k across a line of ∂t/∂x = 2 that enters at y = 0.3 and leaves at x = 0.35, and the arc tangent.
    let truth = 6.0 / 9.0 * (9f64 * 0.8).atan()
        + 6.0 / 9.0 * (9f64 * 0.2).atan()
        + 1.4 * 2.0 / 43000.0 * 0.35;
    let text = "6/(1 + (9*(x - 0.2))^2) + 1.4*(1 - tanh(43000*(2*x - y + 0.3))^2)";
    right("x = 0..1, y = 0..1", text, truth);
}

#[test]
fn a_needle_that_parts_beside_curves_share_is_seen() {
    // √π/k times 2/l, and a hill of x and y alone; each part takes a sector of the needle.
    let map = Map::parse("x = (u + v)/2, y = (u - v)/2").unwrap();
    let over = "u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)";
    let region = map.over(over).unwrap();
    let text = "0.1*cosh(14*(x - 0.82))^(-2)/(1 + (3*(y - 0.48))^2) \
                + exp(-(9400*(x - 0.694))^2)*(1 + ((y - 0.5)*6250)^2)^(-3/2)";
    let hill = ((14f64 * 0.18).tanh() + (14f64 * 0.82).tanh()) / 140.0
        * ((3f64 * 0.52).atan() + (3f64 * 0.48).atan())
        / 3.0;
    let needle = PI.sqrt() / 9400.0 * 2.0 / (1.0 + 3125f64.powi(-2)).sqrt() / 6250.0;
    let settings = Settings::new().rtol(1e-10).max_evals(2_000_000);
    let found = region.integrate_all(text, &settings).unwrap();
    covered(&found, hill + needle);
}

#[test]
fn a_needle_is_found_where_bounds_of_large_boxes_overflow() {
    let q = "(x - 0.77)^2 + (y - 0.43)^2 + (x - 0.77)*(y - 0.43)";
    let text = format!("if(x + y < 1, 1, 0) + 1e8*exp(-1e8*({q}))");
    right("x = 0..1, y = 0..1", &text, 0.5 + 2.0 * PI / 3f64.sqrt());
}

#[test]
fn a_needle_far_out_behind_a_jump_is_no_part_of_a_small_claim() {
    let text = "if(((x + 0.46)/25)^2 < 1, 1, 0) + 1/exp(((x - 16000)/7.621024401553772e-3)^2)";
    let truth = 50.0 + PI.sqrt() * 7.621_024_401_553_772e-3;
    covered(&integral("x = -inf..inf", text), truth);
}

#[test]
fn a_needle_beside_a_rule_that_agrees_with_itself_is_seen() {
    let map = Map::parse("x = 2*u/(1 + u), y = tan(v)").unwrap();
    let region = map.over("u = 0..1, v = 0..pi/4").unwrap();
    let text = "x^3*exp(2.945267967298424*y) \
                + 9000/(1 + ((x - 0.792)*8985.039328324026)^2)^2\
                *(1 - tanh((y - 0.625)*3875.189898144532)^2)";
    let settings = Settings::new().rtol(1e-10);
    let found = region.integrate_all(text, &settings).unwrap();
    // π/(2 k) times 2/l for the needle; tails beyond the box are less than 10⁻¹¹ of it.
    covered(&found, 1.530_024_114_141_807_2);
}

#[test]
fn bands_without_a_value_along_a_diagonal_are_met() {
    for square in ["5.29e-16", "1.7e-16", "1e-10"] {
        let text = format!("exp(-x) + sqrt((x - y)^2 - {square})");
        let found = integral("x = 0..1, y = 0..1", &text);
        assert!(found.status == Status::Nonfinite, "{text}: {found}");
    }
}

#[test]
fn an_answer_for_the_last_of_the_evaluations_is_witnessed_too() {
    let text = "0.47 + heaviside(1 - ((y - 1/(1 + 9*x^2))/6.25e-4)^2)*1.6";
    let region = Map::identity(&["x", "y"]).unwrap();
    let region = region.over("x = 0..1, y = -0.5..1.5").unwrap();
    let settings = Settings::new().rtol(1e-10).max_evals(2_000_000);
    let found = region.integrate_all(text, &settings).unwrap();
    covered(&found, 0.942);
}

#[test]
fn a_line_of_singular_points_near_a_corner_is_integrated() {
    // ∬ |x + y − c|ᵖ = G(2 − c) − 2 G(1 − c) + G(−c) with G(t) = |t|ᵖ⁺²/((p + 1)(p + 2)). No point of a small sample
    // lies between such a line and the corner.
    for p in [0.5, -0.5, -0.9] {
        for c in [1.875, 1.97, 0.05] {
            let g = |t: f64| t.abs().powf(p + 2.0) / ((p + 1.0) * (p + 2.0));
            let truth = g(2.0 - c) - 2.0 * g(1.0 - c) + g(-c);
            let text = format!("abs(x + y - {c})^({p})");
            right("x = 0..1, y = 0..1", &text, truth);
        }
    }
}

#[test]
fn a_needle_across_waves_of_both_variables_is_seen() {
    let map = Map::parse("x = (u + v)/2, y = (u - v)/2").unwrap();
    let over = "u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)";
    let region = map.over(over).unwrap();
    let text = "exp(1.7348666743735208*x)*cos(23.12081300419328*y) \
                + 1.8744230929574421*exp(-((x - 0.724)/3e-5)^2)\
                *exp(-(19.384182846184277*(y - 0.41392908751332336))^2)";
    let (a, b) = (1.734_866_674_373_520_8f64, 23.120_813_004_193_28f64);
    let waves = a.exp_m1() / a * b.sin() / b;
    let needle = 1.874_423_092_957_442_1 * PI * 3e-5 / 19.384_182_846_184_277;
    let settings = Settings::new().rtol(1e-10).max_evals(2_000_000);
    let found = region.integrate_all(text, &settings).unwrap();
    // The needle is whole to 10⁻¹⁵ of it.
    covered(&found, waves + needle);
}

#[test]
fn a_faint_crossing_of_ridges_is_no_error_of_what_is_told_between_nodes() {
    // 66 nodes along an axis know the hill to 13 digits, and polynomials through six of them to three.
    let map = Map::parse("x = (u + v)/2, y = (u - v)/2").unwrap();
    let over = "u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)";
    let region = map.over(over).unwrap();
    let hill = "(4/(exp(((x - 0.03722510450310046)/3.979877459439419e-1)) \
                + exp(-((x - 0.03722510450310046)/3.979877459439419e-1)))^2)\
                *(exp(-((y - 0.531931171459246)*11.310711725714876)^2))";
    let crossing = "(-0.087*(exp(-((x - 0.461)/1.6e-4)^2)))\
                    *(0.0423584925904653*(1/(1 + ((y - 0.3976778289791999)*525.3125285139107)^2)))";
    // By mpmath: a product of tanh and erf, and one of erf and atan.
    let truth = 0.067_203_132_694_236_72;
    let settings = Settings::new().rtol(1e-10).max_evals(2_000_000);
    let text = format!("{hill} + {crossing}");
    let found = region.integrate_all(&text, &settings).unwrap();
    covered(&found, truth);
}

#[test]
fn a_determinant_of_functions_of_one_variable_each_is_a_product() {
    // 1 + tan² and 1/(1 + u) − u/(1 + u)², multiplied out, would be no product of functions of v and of u.
    let map = Map::parse("x = 2*u/(1 + u), y = tan(v)").unwrap();
    let region = map.over("u = 0..1, v = 0..pi/4").unwrap();
    let found = region
        .integrate_all(
            "7.6*y^5 + cosh((x - 0.467)*31250)^(-1)*y^4",
            &Settings::new(),
        )
        .unwrap();
    // 7.6/6 + π/(5·31250): the needle is whole to 10⁻¹⁰⁰⁰ of it.
    let truth = 7.6 / 6.0 + PI / (5.0 * 31250.0);
    assert!(found.proven && found.status == Status::Converged, "{found}");
    covered(&found, truth);
}

#[test]
fn an_error_holds_the_truth_of_decimals_and_that_of_doubles() {
    // Each with its value for the doubles: that of the decimals is as far off as their difference says.
    covers(
        "x = -3.7..-3.48",
        "150000.0*(x + 3.59)^3 + exp(-(19.72620400755777*(x + 3.6522834913909903))^2)",
        0.081_624_896_052_447_98,
    );
    let pair = "if((x + 0.999999896)*(x + 0.9999998480000001) < 0, 1.0, 0)";
    let width = 0.999_999_896 - 0.999_999_848_000_000_1;
    covers("x = -1.0..1.0", pair, width);
    covers("x = -1.0..1.0", pair, 4.799_999_99e-8);
}

#[test]
fn an_error_counts_how_far_a_narrow_place_is_moved_by_a_map() {
    for (map, over, text, truth) in [
        // The root of u²(3 − 2u) = c is known to 10⁻¹³; 430000/k (2 − exp(−k (1 − c))), by mpmath.
        (
            "x = u^2*(3 - 2*u)",
            "u = 0..1",
            "430000.0*exp(-abs((x - 0.9999970294473617)*434080.31134198257))",
            1.708_369_214_033_453_6,
        ),
        // 77000 (1 − c + 1/k): the edge lies where exp(−u) has five digits less than u.
        (
            "x = exp(-u)",
            "u = 0..inf",
            "77000.0*if(abs(76923.07692307692*(x - 0.9999994113381738)) < 1, 1, 0)",
            1.046_326_960_617_4,
        ),
    ] {
        let region = Map::parse(map).unwrap().over(over).unwrap();
        let settings = Settings::new().rtol(1e-10);
        let found = region.integrate_all(text, &settings).unwrap();
        let off = (found.value - truth).abs();
        assert!(off <= found.error, "{map}: {found} off by {off:e}");
        assert!(found.error < 1e-8, "{map}: {found}");
    }
}

#[test]
fn a_check_that_ends_with_the_evaluations_leaves_no_small_claim() {
    let text = "log(abs(x - pi/4)) + cosh((x - 0.4200547066256346)/8.439367121507533e-5)^(-6)";
    // a log a + b log b − 1 for the logarithm, and 16/15 of the width.
    let (a, b) = (PI / 4.0, 1.0 - PI / 4.0);
    let truth = a * a.ln() + b * b.ln() - 1.0 + 16.0 / 15.0 * 8.439_367_121_507_533e-5;
    let region = Map::identity(&["x"]).unwrap().over("x = 0..1").unwrap();
    for most in [300, 1000, 3000, 10_000, 30_000, 100_000] {
        let settings = Settings::new().rtol(1e-10).max_evals(most);
        let found = region.integrate_all(text, &settings).unwrap();
        covered(&found, truth);
    }
}

#[test]
fn a_ridge_is_known_whatever_makes_it_narrow() {
    // ∫∫ g(x − y) = 2 ∫₀¹ (1 − s) g(s) ds; what erf and exp leave of 1 is below all digits.
    let gauss = |k: f64| (PI / k).sqrt() - 1.0 / k;
    let rational = |k: f64| 2.0 * (k.sqrt().atan() / k.sqrt() - k.ln_1p() / (2.0 * k));
    let square = "x = 0..1, y = 0..1";
    for k in [1e6, 1e8, 1e10] {
        proven(square, &format!("exp(-{k}*(x - y)^2)"), gauss(k));
        proven(square, &format!("exp(-(x - y)^2/{})", 1.0 / k), gauss(k));
        proven(square, &format!("1/(1 + {k}*(x - y)^2)"), rational(k));
        let small = format!("1/({} + (x - y)^2)", 1.0 / k);
        proven(square, &small, k * rational(k));
    }
    // Along y = 1/4 + x²/2, too: there every line along y takes all of it.
    right(square, "exp(-1e10*(y - x^2/2 - 1/4)^2)", bell(1e10));
}

#[test]
fn a_ridge_may_be_the_zero_of_a_function_of_something_simpler() {
    let line = |g: &str| integral("s = 0..1", &format!("2*(1 - s)*{g}")).value;
    for g in [
        "exp(-1e8*sin(T)^2)",
        "exp(-1e8*tanh(2*T)^2)",
        "exp(-1e9*sin(tanh(T))^2)",
    ] {
        let truth = line(&g.replace('T', "s"));
        let found = integral("x = 0..1, y = 0..1", &g.replace('T', "(x - y)"));
        assert!(found.status == Status::Converged, "{g}: {found}");
        let off = (found.value - truth).abs();
        assert!(
            off <= found.error + 1e-9 * truth,
            "{g}: {found} for {truth}"
        );
        assert!(found.evaluations < 1_000_000, "{g}: {}", found.evaluations);
    }
}

#[test]
fn ridges_of_waves_of_several_turns_are_integrated() {
    let torus = "t = 0..2*pi, u = 0..2*pi";
    // Over whole turns of either variable the integral is 4π² times the mean of the wave, whatever its turns are; what
    // has no mean along the ridge adds nothing.
    for wave in [
        "sin(t - u)",
        "cos(t + 2*u)",
        "sin(3*t - 3*u + 1)",
        "cos(u - 4*t)",
    ] {
        for h in [1e-4f64, 1e-6] {
            let mean = 1.0 / (h * (1.0 + h * h).sqrt());
            let ridge = format!("1/({} + {wave}^2)", h * h);
            proven(torus, &ridge, 4.0 * PI * PI * mean);
            proven(
                torus,
                &format!("(2 + sin(t))*{ridge}"),
                8.0 * PI * PI * mean,
            );
        }
    }
    for (wave, k) in [("cos(t - u)", 1e6f64), ("sin(2*u - t)", 1e8)] {
        // I₀(k) exp(−k) is (1 + 1/(8k) + 9/(128k²))/√(2πk), but for 10⁻¹⁸ of it.
        let mean = (1.0 + 1.0 / (8.0 * k) + 9.0 / (128.0 * k * k)) / (2.0 * PI * k).sqrt();
        proven(
            torus,
            &format!("exp({k}*({wave} - 1))"),
            4.0 * PI * PI * mean,
        );
    }
    // A front at each zero: the squares are 1, but for 2/(kπ).
    let fronts = integral(torus, "tanh(1e5*sin(t - u))^2");
    let truth = 4.0 * PI * PI * (1.0 - 2.0 / (1e5 * PI));
    assert!((fronts.value - truth).abs() < 1e-8, "{fronts} for {truth}");
    assert_eq!(fronts.status, Status::Converged, "{fronts}");
}

#[test]
fn a_needle_askew_is_found_from_the_places_that_are_written() {
    let square = "x = 0..1, y = 0..1";
    let form = |x: &str, y: &str| format!("(({x})^2 + ({y})^2 + ({x})*({y}))");
    // ∬ exp(−(X² + XY + Y²)) dX dY = 2π/√3.
    let askew = 2.0 * PI / 3f64.sqrt();
    for (x, y) in [("x - 0.77", "y - 0.3"), ("x - 0.75", "y - 0.25")] {
        for k in ["1e5", "1e7", "1e8"] {
            let form = form(x, y);
            proven(square, &format!("{k}*exp(-{k}*{form})"), askew);
        }
    }
    let beside = format!(
        "if(x < 0.5, 1, 0) + 1e8*exp(-1e8*{})",
        form("x - 0.77", "y - 0.3")
    );
    right(square, &beside, 0.5 + askew);
    // Of other variables, too.
    let map = Map::parse("a = 2*x + y, b = x - y").unwrap();
    let region = map.over(square).unwrap();
    let peak = format!("1e8*exp(-1e8*{})", form("a - 1.77", "b - 0.3"));
    let found = region
        .integrate_all(&peak, &Settings::new().rtol(1e-9))
        .unwrap();
    let off = (found.value - askew).abs();
    assert!(found.proven && off <= found.error, "{found} off by {off:e}");
    // In polar coordinates (∫ dθ (1 − 1/(1 + 10⁷ q R²))/(2q), by mpmath): multiplied out it loses eight digits.
    let bump = format!("1e7/(1 + 1e7*{})^2", form("x - 0.77", "y - 0.3"));
    proven(square, &bump, 3.627_595_449_217_97);
}

#[test]
fn a_peak_where_two_ridges_meet_is_no_surprise_to_bounds_alone() {
    let map = Map::parse("x = (u + v)/2, y = (u - v)/2").unwrap();
    let region = map
        .over("u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)")
        .unwrap();
    // A layer at x = 0 times a band across it: nothing of either is seen elsewhere. By the integral of the factors.
    let integrand = "1.3*exp(-3.1311742663219313*y) + (1/cosh(((x - 4.2e-8)*5882.35294117647)))\
        *(-0.087*(4/(exp((382.92809620195777*(y - 0.9))) + exp(-(382.92809620195777*(y - 0.9))))^2))";
    let truth = 0.397_050_140_268_271_6;
    for max_evals in [200_000, 2_000_000] {
        let settings = Settings::new().rtol(1e-10).max_evals(max_evals);
        let found = region.integrate_all(integrand, &settings).unwrap();
        let off = (found.value - truth).abs();
        assert!(
            off <= found.error || found.status != Status::Converged,
            "{found} off by {off:e}"
        );
    }
}

#[test]
fn a_peak_is_confined_by_bounds_wherever_it_stands() {
    // ∭ exp(−(X² + Y² + Z² + XY + XZ)) = π^(3/2)/√det, det = 1/2 of the matrix of the form.
    let askew = PI.powf(1.5) * 2f64.sqrt();
    let form =
        "((x - 0.77)^2 + (y - 0.3)^2 + (z - 0.6)^2 + (x - 0.77)*(y - 0.3) + (z - 0.6)*(x - 0.77))";
    let cube = "x = 0..1, y = 0..1, z = 0..1";
    proven(cube, &format!("1e12*exp(-1e8*{form})"), askew);
    // Two of them, and one of another shape at a border.
    let square = "x = 0..1, y = 0..1";
    let quartic = "exp(-1e12*((x - 0.2)^4 + (y - 0.9)^4 + (x - 0.2)^2*(y - 0.9)^2/10))";
    let bell = "exp(-1e7*((x - 1)^2 + (y - 0.4)^2))";
    // ∬ exp(−(X⁴ + Y⁴ + X²Y²/10)) = ∫ √π/(4 √g) dθ, g the form on the circle, by mpmath; and half a bell.
    let truth = 3.249_713_696_719_674e-6 + 0.5 * PI / 1e7;
    right(square, &format!("{quartic} + {bell}"), truth);
    let found = integral(square, quartic);
    assert!(found.evaluations < 100_000, "{}", found.evaluations);
}

#[test]
fn what_loses_its_digits_next_to_a_face_is_computed_with_more() {
    // By mpmath with 60 digits; the last by its series, ∑ (−1)^(k+1)/((2k + 1)! (2k − 1)²).
    right("x = 0..1", "(x - sin(x))/x^3", 0.163_928_180_521_609_62);
    right("x = 0..1", "(tan(x) - x)/x^3", 0.393_180_468_290_184_3);
    right(
        "x = 0..1, y = 0..1",
        "(x*y - sin(x*y))/(x*y)^3",
        0.165_748_621_317_212_87,
    );
}

#[test]
fn a_proven_error_holds_what_rounding_leaves_open_of_where_a_switch_is() {
    // The area of the ring k |x² + y² − 0.389| < 1 is 2π/k; its edges are known to a rounding.
    let k = 546_952.293_993_648_5;
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
    let ring = format!("if(abs({k}*(x^2 + y^2 - 0.389)) < 1, 1, 0)");
    for rtol in [1e-8, 1e-12] {
        let found = disk
            .integrate_all(&ring, &Settings::new().rtol(rtol))
            .unwrap();
        let off = (found.value - 2.0 * PI / k).abs();
        assert!(off <= found.error, "{found} off by {off:e}");
    }
}

#[test]
fn what_a_narrow_place_beside_a_plateau_loses_is_counted() {
    // Two sides of an exponential of height h and width 1/k: 2h/k. Its cells hold few nodes that are not the plateau's.
    covers(
        "x = 0..12",
        "4.2 + 8300*(exp(-abs(((x - 3.0)*8333.333333333332))))",
        4.2 * 12.0 + 2.0 * 8300.0 / 8_333.333_333_333_332,
    );
    // A triangle of height h and half-width w, h·w: nodes in it are rounded by millionths of its width.
    let triangle = "570000000*max(0, 1 - abs((x - 0.25)/1.7484560890827739e-9))";
    let beside_jump = format!("if(((x - 0.5)*38255472.763168015) < 0, 2, 1) + {triangle}");
    for max_evals in [5_000, 1_000_000] {
        let line = Map::identity(&["x"]).unwrap().over("x = 0..1").unwrap();
        let settings = Settings::new().max_evals(max_evals);
        let found = line.integrate_all(&beside_jump, &settings).unwrap();
        let off = (found.value - (1.5 + 0.570 * 1.748_456_089_082_773_9)).abs();
        assert!(off <= found.error, "{max_evals}: {found} off by {off:e}");
    }
}

#[test]
fn few_evaluations_do_not_hide_what_bounds_are_led_along() {
    let bell = "exp(3.108115525678918*x)/exp((8.947413293406836*(y - 0.1969781276779684))^2)";
    let line = "0.5*x - 2.1*y - 0.4554734376771985";
    let ridge = format!("{bell} + 0.06230192146385703/cosh(({line})*860000)^2");
    for max_evals in [150_000, 200_000, 300_000] {
        let settings = Settings::new().rtol(1e-10).max_evals(max_evals);
        let square = Map::identity(&["x", "y"])
            .unwrap()
            .over("x = 0..1, y = 0..1")
            .unwrap();
        let found = square.integrate_all(&ridge, &settings).unwrap();
        // By mpmath: the line within the square is short, and 2/860000 across.
        let off = (found.value - 1.353_944_405_228_262_5).abs();
        assert!(off <= found.error, "{max_evals}: {found}, off by {off:e}");
    }
}

/// A cell about a peak has its distance from there as a coordinate, whose origin is off by what the formula rounds
/// beside it: that was told from four nodes, one of them on the top, where it is flat.
#[test]
fn rounding_beside_the_top_of_a_peak_counts() {
    let text = "1/exp(((x - 0.9997361417329296)*2531.324951687222)^2)";
    let map = Map::parse("x = 1/u").unwrap();
    let answer = map
        .over("u = 1..inf")
        .and_then(|reciprocals| reciprocals.integrate_all(text, &Settings::new()))
        .unwrap();
    // mpmath, 40 digits, of the numbers as they are written.
    let truth = 0.000_579_464_421_017_938_3;
    let off = (answer.value - truth).abs();
    assert_eq!(answer.status, Status::Converged, "{answer}");
    assert!(off <= answer.error, "{answer} off by {off:e}");
}

/// A square on its corner, in whose limits everything switches: ridges on it are askew for every rule.
#[test]
fn ridges_on_a_square_on_its_corner_are_no_agreement_of_rules() {
    let map = Map::parse("x = (u + v)/2, y = (u - v)/2").unwrap();
    let corner = map
        .over("u = 0..2, v = max(-u, u - 2)..min(u, 2 - u)")
        .unwrap();
    // Integrals of functions of x times those of y over the unit square, mpmath.
    let cases = [
        (
            "41.6 + max(0, 1 - abs((x - 0.301)/1.5e-4))/cosh(42.26231759472423*(y - 0.23985833180232707))^6",
            41.600_003_785_878_51,
        ),
        (
            "4*cos(0.36121556310160285*x)/(exp((y - 0.9664113867117714)*1.0648424726639818) \
             + exp(-((y - 0.9664113867117714)*1.0648424726639818)))^2 \
             + 34000*exp(-abs((x - 0.11)/2.9807917744112043e-5))/exp(((y - 0.8912981267293658)*3.1598775025340147)^2)",
            1.523_994_866_835_090_9,
        ),
    ];
    for (text, truth) in cases {
        let answer = corner.integrate_all(text, &Settings::new()).unwrap();
        let off = (answer.value - truth).abs();
        assert!(off <= answer.error, "{answer} off by {off:e}");
    }
}

#[test]
fn needles_are_there_though_they_are_next_to_nothing_at_the_ends() {
    // With more digits, and with an end at 0, exp(−a²) is 0 at that end, and was so everywhere.
    for (at, slope) in [(0.546_911_086, 1e6), (0.3, 7e5), (0.909_979_42, 6.1e5)] {
        let rest = "1 - tanh((x - 0.4154)*8.05)^2";
        let exact = ((0.5846f64 * 8.05).tanh() + (0.4154f64 * 8.05).tanh()) / 8.05;
        for needle in [
            format!("exp(-({slope}*(x - {at}))^2)"),
            format!("1/exp(({slope}*(x - {at}))^2)"),
        ] {
            let integrand = format!("{slope}*{needle} + {rest}");
            let found = integral("x = 0..1", &integrand);
            let off = (found.value - exact - PI.sqrt()).abs();
            assert!(off <= found.error, "{integrand}: {found} off by {off:e}");
            assert!(found.error < 1e-8, "{integrand}: {found}");
        }
    }
}

#[test]
fn a_band_in_which_an_arccosine_has_no_value_is_met_on_a_line() {
    for (at, width) in [(2.833e-6, 1.2e-9), (0.118_020_57, 2e-9), (0.7, 1e-7)] {
        let integrand = format!("x^2 + acos(1.0021*exp(-((x - {at})/{width})^2))");
        let found = integral("x = 0..1", &integrand);
        assert_eq!(found.status, Status::Nonfinite, "{integrand}: {found}");
    }
}
