#![allow(clippy::unwrap_used)]
use pullback::Map;
#[test]
fn show() {
    for line in std::fs::read_to_string("/tmp/w/det_maps.txt").unwrap().lines() {
        let parts: Vec<&str> = line.split('|').collect();
        let map = Map::parse(parts[1]).unwrap();
        let j = map.jacobian().unwrap();
        let start = std::time::Instant::now();
        let text = j.determinant();
        println!("{:14} {:>9.2?} {}", parts[0], start.elapsed(), text);
    }
}
