//! The gallery: that the committed pictures are what its program draws, that none is too large as SVG.

#![cfg(all(feature = "plot", feature = "mesh", feature = "polygon"))]

#[path = "../examples/gallery/pictures.rs"]
mod pictures;

use std::path::Path;

/// The largest SVG of a picture, in bytes.
const MOST: usize = 300_000;

#[test]
fn the_committed_pictures_are_what_the_gallery_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("plots");
    let mut differ = Vec::new();
    for pictures::Entry { file, draw, .. } in pictures::pictures() {
        let picture = draw().unwrap();
        let size = picture.svg().unwrap().len();
        assert!(size < MOST, "{file}: {size} bytes");
        let there = std::fs::read(folder.join(format!("{file}.png")));
        if there.ok() != Some(picture.png().unwrap()) {
            differ.push(file);
        }
    }
    let page = std::fs::read_to_string(root.join("docs/gallery.md"));
    if page.ok() != Some(pictures::page()) {
        differ.push("docs/gallery.md".to_owned());
    }
    assert_eq!(
        differ, [""; 0],
        "`cargo run --release --example gallery` draws them anew"
    );
}
