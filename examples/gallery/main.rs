//! The gallery: how well-known maps deform their regions, and a picture of each other kind, as the PNG files in
//! `plots/`.
//!
//! `cargo run --release --example gallery [FOLDER] [--check]`: with `--check` nothing is written, and what differs
//! from what would be is told.

use std::path::Path;
use std::process::ExitCode;

use pullback::Error;

mod pictures;

fn main() -> Result<ExitCode, Error> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a == "--check");
    let folder = folders.first().map_or("plots", String::as_str);
    let mut code = ExitCode::SUCCESS;
    for (file, draw) in pictures::pictures() {
        let picture = draw()?;
        let path = Path::new(folder).join(format!("{file}.png"));
        let png = picture.png()?;
        assert!(png.len() > 10_000, "a picture has something in it");
        let told = if flags.is_empty() {
            picture.save(&path)?;
            format!(
                "{} kB, {} kB as SVG",
                png.len() / 1024,
                picture.svg()?.len() / 1024
            )
        } else if std::fs::read(&path).is_ok_and(|there| there == png) {
            "is what is drawn".to_owned()
        } else {
            code = ExitCode::FAILURE;
            "is not what is drawn".to_owned()
        };
        println!("{} ({told})", path.display());
    }
    Ok(code)
}
