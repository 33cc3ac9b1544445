//! Names for new variables.

/// A name that is not taken.
pub(super) fn new_name(names: &[String]) -> String {
    let plain = ["u", "v", "w", "s", "q"].map(str::to_owned).into_iter();
    let numbered = (1..).map(|k| format!("u{k}"));
    let free = |name: &String| !names.contains(name);
    plain.chain(numbered).find(free).unwrap_or_default()
}
