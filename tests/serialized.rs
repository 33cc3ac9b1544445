//! Problems, settings and answers are the same after a trip through JSON.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::{
    Error, Estimate, Integrands, Map, MappedRegion, Method, Parameters, Region, Settings, Status,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_str, json, to_string, to_value};

fn through_json<T: Serialize + DeserializeOwned>(value: &T) -> T {
    from_str(&to_string(value).unwrap()).unwrap()
}

/// The problem after the trip gives the same bits as before.
fn assert_same(domain: &MappedRegion, integrands: &Integrands<'static>) {
    let settings = Settings::default();
    let before = Estimate::of(domain, integrands, &settings).unwrap();
    let (domain, integrands) = (through_json(domain), through_json(integrands));
    let after = Estimate::of(&domain, &integrands, &settings).unwrap();
    assert_eq!(before.values, after.values);
    assert_eq!(before.errors, after.errors);
    assert_eq!(before.warnings, after.warnings);
}

#[test]
fn problems_keep_their_formulas() -> Result<(), Error> {
    let polar = Map::new(|[r, t]| [r * t.cos() / 3.0, r * t.sin()])?;
    // Limits without names go to the variables in order, after the trip too.
    let disk = polar.over([0.0..0.1 + 0.2, 0.0..6.0])?;
    assert_same(&disk, &disk.trace(|[x, y]| [(-(x * x + y * y)).exp(), x])?);
    let half = Map::identity(&["x", "y"])?.over("x = 0..inf, y = 0..exp(-x)")?;
    assert_same(&half, &half.parse(&["x*y", "1/(1 + x)"])?);
    Ok(())
}

#[test]
fn targets_with_the_names_of_variables_stay_targets() -> Result<(), Error> {
    let twice = Map::parse_with("x = 2*x", &["x"], &Parameters::new())?.over("x = 0..1")?;
    assert_same(&twice, &twice.trace(|[x]| [x * x])?);
    assert_same(&twice, &twice.parse(&["x^3"])?);
    Ok(())
}

#[test]
fn parameters_keep_every_bit() -> Result<(), Error> {
    let mut parameters = Parameters::new();
    parameters.parse("a = 1/3, b = inf, c = -2.5e-300")?;
    assert_eq!(through_json(&parameters), parameters);
    let region = Region::parse_with("x = 0..a", &parameters)?;
    let map = Map::parse_with("y = a*x", &["x"], &parameters)?;
    let domain = map.over(&region)?;
    assert_same(&domain, &domain.parse(&["y"])?);
    Ok(())
}

#[test]
fn settings_are_named_as_in_problem_files_and_may_be_left_out() {
    let mut settings = Settings::default();
    assert_eq!(through_json(&settings), settings);
    settings.rtol = 1e-6;
    settings.method = Method::Gauss(vec![8, 12]);
    settings.threads = Some(2);
    assert_eq!(through_json(&settings), settings);
    let few: Settings = from_str(r#"{"rtol": 1e-6, "method": "monte-carlo"}"#).unwrap();
    assert_eq!((few.rtol, few.method), (1e-6, Method::MonteCarlo));
    assert!(from_str::<Settings>(r#"{"rtoll": 1e-6}"#).is_err());
}

#[test]
fn answers_that_are_not_finite_come_back() {
    let domain = Map::identity(&["x"]).unwrap().over("x = 0..1").unwrap();
    let integrands = domain.parse(&["sqrt(x - 2)", "x"]).unwrap();
    let answer = Estimate::of(&domain, &integrands, &Settings::default()).unwrap();
    let object = to_value(&answer).unwrap();
    assert_eq!(
        (&object["status"], &object["values"][0]),
        (&json!("nonfinite"), &json!("NaN"))
    );
    let back = through_json(&answer);
    assert_eq!(back.status, Status::Nonfinite);
    assert!(back.values[0].is_nan());
    assert_eq!(back.errors, answer.errors);
    // NaN is equal to nothing, but its text is.
    let said = |answer: &Estimate| format!("{:?}", answer.reasons);
    assert_eq!(said(&back), said(&answer));
    assert_eq!(back.jacobian, answer.jacobian);
}

#[test]
fn what_is_no_problem_is_refused() {
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let good = to_value(&polar).unwrap();
    assert!(serde_json::from_value::<Map>(good.clone()).is_ok());
    for (name, wrong) in [
        ("variables", json!(["r"])),
        ("variables", json!(["r", "pi"])),
        ("targets", json!([["x", "r*cos(q)"], ["y", "r"]])),
        ("targets", json!([])),
        ("parameters", Value::Null),
    ] {
        let mut object = good.clone();
        object[name] = wrong;
        assert!(serde_json::from_value::<Map>(object).is_err(), "{name}");
    }
    let code = Integrands::code(1, |x, values| values[0] = x[0]);
    assert!(to_string(&code).is_err());
}
