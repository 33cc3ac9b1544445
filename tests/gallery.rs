//! The gallery: that the committed pictures are what its program draws, that none is too large as SVG.

#![cfg(feature = "plot")]

#[path = "../examples/gallery/pictures.rs"]
mod pictures;

use std::path::Path;

/// The largest SVG of a picture, in bytes.
const MOST: usize = 300_000;

#[test]
fn the_committed_pictures_are_what_the_gallery_draws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
    let mut differ = Vec::new();
    for (file, draw) in pictures::pictures() {
        let picture = draw().unwrap();
        let there = std::fs::read(folder.join(format!("{file}.png")));
        if there.ok() != Some(picture.png().unwrap()) {
            differ.push(file);
        }
        let size = picture.svg().unwrap().len();
        assert!(size < MOST, "{file}: {size} bytes");
    }
    assert_eq!(
        differ, [""; 0],
        "`cargo run --release --example gallery` draws them anew"
    );
}
