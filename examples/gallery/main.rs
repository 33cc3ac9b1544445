//! The gallery: how well-known maps deform their regions, and a picture of each other kind, as the PNG files in
//! `plots/`; and `docs/gallery.md`, the page that shows them.
//!
//! `cargo run --release --example gallery [FOLDER] [--check]`: with `--check` nothing is written, and what differs
//! from what would be is told. The page is written where no folder is given.

use std::path::Path;
use std::process::ExitCode;

use pullback::{Error, WholeFile};

mod pictures;

/// The page.
const PAGE: &str = "docs/gallery.md";

fn main() -> Result<ExitCode, Error> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a == "--check");
    let folder = folders.first().map_or("plots", String::as_str);
    let mut code = ExitCode::SUCCESS;
    for pictures::Entry { file, draw, .. } in pictures::pictures() {
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
    if folders.is_empty() {
        let told = match flags.is_empty() {
            true => {
                let written = WholeFile::at(Path::new(PAGE));
                let written = written.and_then(|file| file.write(pictures::page().as_bytes()));
                written.map_or_else(|reason| reason.to_string(), |()| "the page".to_owned())
            }
            false if std::fs::read_to_string(PAGE).is_ok_and(|there| there == pictures::page()) => {
                "is what is written".to_owned()
            }
            false => {
                code = ExitCode::FAILURE;
                "is not what is written".to_owned()
            }
        };
        println!("{PAGE} ({told})");
    }
    Ok(code)
}
