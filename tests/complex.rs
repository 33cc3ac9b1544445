//! Complex integrals: what is known of them in closed form, and that a part which is zero is no
//! obstacle.

use std::f64::consts::{PI, TAU};

use pullback::{Complex64, ComplexExpr, Domain, Map, Parameters, Settings, Status};

#[test]
fn fourier_transforms_are_right_to_rounding() {
    // ∫ exp(−(x² + y²)/2 + i(ax + by)) over the plane is 2π exp(−(a² + b²)/2).
    let plane = Map::identity(&["x", "y"])
        .unwrap()
        .over("x = -inf..inf, y = -inf..inf")
        .unwrap();
    let answer = plane
        .integrate_complex(|[x, y]| {
            let size = (-(x.powi(2) + y.powi(2)) / 2.0).exp();
            size * ComplexExpr::cis(x * 1.5 - y * 0.5)
        })
        .unwrap();
    let exact = TAU * (-1.25f64).exp();
    // The imaginary part is zero by symmetry, so no digits of it can be asked for.
    assert_eq!(answer.parts.status, Status::Converged, "{answer}");
    assert!((answer.value - exact).norm() <= answer.error, "{answer}");
    assert!(answer.error <= 1e-10 * exact, "{answer}");
}

#[test]
fn residues_are_found_along_a_circle() {
    // ∮ dz/(z − a) = 2πi inside, and Cauchy's formula for exp: ∮ eᶻ/(z − a) dz = 2πi eᵃ.
    let circle = Map::identity(&["t"]).unwrap().over("t = 0..2*pi").unwrap();
    let a = Complex64::new(0.3, -0.2);
    let answer = circle
        .integrate_complex(|[t]| {
            let z = ComplexExpr::cis(t);
            z.exp() / (z - a) * (Complex64::i() * z)
        })
        .unwrap();
    let exact = Complex64::new(0.0, TAU) * a.exp();
    assert!((answer.value - exact).norm() < 1e-13, "{answer}");
    assert_eq!(answer.parts.status, Status::Converged);
    let code = circle
        .integrate_complex_fn(
            |t| {
                let z = Complex64::cis(t[0]);
                z.exp() / (z - a) * (Complex64::i() * z)
            },
            &Settings::default(),
        )
        .unwrap();
    // Two programs of the same formula differ by roundings.
    assert!((code.value - exact).norm() < 1e-13, "{code}");
}

#[test]
fn parts_may_be_given_as_texts() {
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
    let parts = disk.parse(&["x^2 + 1", "x*y"]).unwrap();
    let settings = Settings::default();
    let answer = disk.integrate_complex_parts(&parts, &settings).unwrap();
    // ∫x² over the disk is π/4, its area π; ∫xy = 0.
    assert!((answer.value - 1.25 * PI).norm() < 1e-14, "{answer}");
    assert_eq!(answer.parts.status, Status::Converged);
    let one = disk.parse(&["x"]).unwrap();
    assert!(disk.integrate_complex_parts(&one, &settings).is_err());
}

#[test]
fn a_text_with_i_is_complex_and_its_parts_share_one_tolerance() {
    let line = Map::identity(&["x"]).unwrap().over("x = 0..pi").unwrap();
    let settings = Settings::default();
    // ∫ e^(ix) = 2i; a real integrand beside it has an imaginary part 0.
    let answer = line.integrate_all(&["exp(i*x)", "x^2"], &settings).unwrap();
    assert!(answer.are_parts && answer.is_within(&settings), "{answer}");
    for (k, exact) in [0.0, 2.0, PI.powi(3) / 3.0, 0.0].into_iter().enumerate() {
        let off = (answer.values[k] - exact).abs();
        assert!(off <= answer.errors[k] && off < 1e-14, "{k}: {answer:?}");
    }
    assert_eq!(answer.status, Status::Converged);
    // The same as a complex number.
    let wave = line.integrate_complex_parts("exp(i*x)", &settings).unwrap();
    assert!((wave.value - 2.0 * Complex64::i()).norm() <= wave.error);
    // What is real is no pair.
    let real = line.integrate_text("abs(exp(i*x)) + im(i*x)").unwrap();
    assert!(!real.are_parts && real.values.len() == 1);
    assert!((real.value - PI - PI * PI / 2.0).abs() <= real.error);
}

#[test]
fn a_name_hides_the_imaginary_unit() {
    let square = Map::identity(&["x", "i"]).unwrap();
    let square = square.over("x = 0..1, i = 0..1").unwrap();
    let answer = square.integrate_text("x*i").unwrap();
    assert!(!answer.are_parts && (answer.value - 0.25).abs() < 1e-15);
}

#[test]
fn maps_may_be_parts_of_complex_formulas() {
    // z² on the upper half of the unit disk covers the disk once: its area is π.
    let square = Map::parse("x = re((r*exp(i*t))^2), y = im((r*exp(i*t))^2)").unwrap();
    assert_eq!(square.variables(), ["r", "t"]);
    let half = square.over("r = 0..1, t = 0..pi").unwrap();
    let area = half.measure().unwrap();
    assert!(
        (area.value - PI).abs() <= area.error && area.error < 1e-13,
        "{area}"
    );
    for (wrong, word) in [("x = i*r", "complex"), ("x = re(r) + 2*i", "complex")] {
        let error = Map::parse_with(wrong, &["r"], &Parameters::new()).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn the_derivative_of_a_complex_integral_is_complex() {
    // d/da ∫ e^(iax) over 0..1 is ∫ ix e^(iax) = e^(ia)/a + i(e^(ia) − 1)/a².
    let mut parameters = Parameters::new();
    parameters.parse("a = 2").unwrap();
    let line = Map::parse_with("y = x", &["x"], &parameters).unwrap();
    let line = line.over("x = 0..1").unwrap();
    let slope = (&line as &dyn Domain)
        .derivative_of("exp(i*a*x)", "a")
        .unwrap();
    let wave = Complex64::cis(2.0);
    let exact = wave / 2.0 + Complex64::i() * (wave - 1.0) / 4.0;
    assert!(slope.are_parts);
    let found = Complex64::new(slope.values[0], slope.values[1]);
    assert!((found - exact).norm() < 1e-14, "{found} {exact}");
}

#[test]
fn complex_fields_are_refused() {
    let circle = Map::parse("x = cos(t), y = sin(t)").unwrap();
    let circle = circle.over("t = 0..2*pi").unwrap();
    for field in [&["i*y", "x"][..], &["x + i*y"]] {
        assert!(
            circle
                .work_text(field)
                .unwrap_err()
                .to_string()
                .contains("complex")
        );
    }
}

#[test]
fn a_part_of_a_complex_formula_reads_back_as_it_is_printed() {
    let domain = Map::identity(&["x"]).unwrap().over("x = 0..1").unwrap();
    for text in [
        "atanh(-i - inf)",
        "atanh(x - i)",
        "exp(-(2 - i)*x)",
        "-(-i)*x",
        "acos(-i)",
        "1/(x - (1 - 2*i))",
    ] {
        let Ok(parsed) = domain.parse(&[text]) else {
            panic!("{text}");
        };
        for printed in parsed.texts() {
            let again = domain.parse(&[&printed]).unwrap();
            assert_eq!(again.texts()[0], printed, "{text}");
        }
    }
}
