//! Scratch.
use pullback::*;
fn main() {
    let text = std::fs::read_to_string("/tmp/cases.tsv").unwrap();
    for line in text.lines() {
        let f: Vec<&str> = line.split('\t').collect();
        let (id, map, over, integrand, exact, rtol) = (f[0], f[1], f[2], f[3], f[4].parse::<f64>().unwrap(), f[5].parse::<f64>().unwrap());
        let go = || -> Result<Estimate, Error> {
            let region = Region::parse(over)?;
            let vars: Vec<&str> = region.variables().iter().map(|s| s.as_str()).collect();
            let m = if map.is_empty() { Map::identity(&vars)? } else { Map::parse_with(map, &vars, &Parameters::new())? };
            let d = m.over(&region)?;
            let parts: Vec<&str> = integrand.split('|').collect();
            d.integrate_with(&d.parse(&parts[..1])?, &Settings { rtol, max_seconds: 20.0, ..Settings::default() })
        };
        match go() {
            Ok(e) => {
                let err = (e.value - exact).abs();
                let ok = err <= rtol * exact.abs().max(if exact == 0.0 {1.0} else {0.0});
                println!("{} {id:36} {:10} true {:.1e} claimed {:.1e} evals {:9} {:.4}s {} | {} {:?} {:?}", if ok {"ok "} else if err > e.error && e.status==Status::Converged {"SILENT"} else {"BAD"}, e.status.name(), err/exact.abs().max(1e-300), e.error/exact.abs().max(1e-300), e.evaluations, e.seconds, e.method, e.because, e.reasons, e.warnings);
            }
            Err(e) => println!("ERR {id} {e}"),
        }
    }
}
