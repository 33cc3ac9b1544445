//! The floors of the house: every file of `src/` imports only from its own floor and from floors
//! below, in the order that is written down in ARCHITECTURE.md, and never in a circle.
//!
//! 1. Each file is cut into tokens. `use` trees and paths that start with `crate`, `self`, `super` or
//!    a module declared in the same file are imports; code for tests is left out.
//! 2. A path is an import of the file of the longest module that begins it.
//! 3. Every import is held against the order of the floors and the walls; what is left must be free
//!    of circles: an import closes one where a search in breadth finds a way back.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Offences that are known today: a floor, and the rule that files there offend. The list is to
/// become empty. One that is no longer there must be taken out.
const KNOWN: &[(&str, Rule)] = &[];

/// Floors that must not know of others below them, and why.
const WALLS: &[(&str, &[&str], &str)] = &[
    (
        "integrate/",
        &["map/", "expr/", "analysis/", "program/"],
        "integrators see an integrand on the unit box and nothing else",
    ),
    (
        "map/",
        &["rule/", "integrate/"],
        "maps never hear of quadrature",
    ),
];

/// The only places that print or end the program.
const PRINTERS: &[&str] = &["main", "cli/"];

/// The parts that see of the library what its users see.
const USERS: &[&str] = &["plot/", "cli/", "main"];

/// What files are held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Each is on a floor.
    Floor,
    /// What they import is on their own floor or below.
    Order,
    /// No file imports itself by way of others.
    Circle,
    /// There are walls.
    Wall,
    /// Pictures and the program use the crate's public names.
    PublicNames,
    /// Only the program prints and exits.
    Print,
}

/// A fault: where, what, and against which rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Offence {
    file: String,
    imported: String,
    rule: Rule,
    line: usize,
    why: String,
}

impl std::fmt::Display for Offence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Offence {
            file,
            imported,
            rule,
            line,
            why,
        } = self;
        write!(f, "src/{file}.rs:{line}: `{imported}`: {rule:?}: {why}")
    }
}

/// A path that a file mentions.
#[derive(Debug)]
struct Mention {
    line: usize,
    /// From the root of the crate, the module where it stands in front if it is relative.
    path: Vec<String>,
}

/// What was read from a file.
#[derive(Debug, Default)]
struct Source {
    mentions: Vec<Mention>,
    /// Modules with files of their own: name, whether public, whether only for tests.
    modules: Vec<(String, bool, bool)>,
    /// Macros and functions that print or end the program.
    prints: Vec<(usize, String)>,
}

// Reading.

/// The module of a file, given by its path below `src/` without `.rs`.
fn module_of(file: &str) -> Vec<String> {
    let names = file.split('/').map(str::to_owned);
    match file {
        "lib" | "main" => Vec::new(),
        _ => names.filter(|name| name != "mod").collect(),
    }
}

/// Walks through tokens, in the module `here` of the file whose own module is `file`.
struct Reader<'s> {
    source: &'s mut Source,
    here: Vec<String>,
    children: Vec<String>,
}

impl Source {
    fn read(file: &str, text: &str) -> Source {
        let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{file}: {e}"));
        let mut source = Source::default();
        let mut reader = Reader {
            source: &mut source,
            here: module_of(file),
            children: Vec::new(),
        };
        reader.walk(tokens);
        source
    }
}

fn is_punct(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == punct)
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(i)) if i == word)
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

/// Whether `::` begins at a place.
fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Whether `#[cfg(test)]` stands at a place.
fn is_for_tests(tokens: &[TokenTree], at: usize) -> bool {
    let Some(TokenTree::Group(group)) = tokens.get(at + 1) else {
        return false;
    };
    let text = group.stream().to_string().replace(' ', "");
    is_punct(tokens.get(at), '#') && (text == "cfg(test)" || text == "cfg(doctest)")
}

/// Where the item that begins at a place ends: behind its `;`, or behind its braces.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let mut is_use = false;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        is_use |= is_word(Some(token), "use");
        let braces = matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
        if is_punct(Some(token), ';') || (braces && !is_use) {
            return at + 1;
        }
    }
    tokens.len()
}

impl Reader<'_> {
    fn walk(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        self.declare(&tokens);
        let mut at = 0;
        while at < tokens.len() {
            if is_for_tests(&tokens, at) {
                at = end_of_item(&tokens, at + 2);
                continue;
            }
            at = self.step(&tokens, at);
        }
    }

    /// Notes the modules that are declared among these tokens, which paths may start with.
    fn declare(&mut self, tokens: &[TokenTree]) {
        let mut for_tests = false;
        let mut public = false;
        for at in 0..tokens.len() {
            for_tests |= is_for_tests(tokens, at);
            public |= is_word(tokens.get(at), "pub") && is_word(tokens.get(at + 1), "mod");
            if is_word(tokens.get(at), "mod")
                && let Some(name) = word(tokens.get(at + 1))
                && is_punct(tokens.get(at + 2), ';')
            {
                if !for_tests {
                    self.children.push(name.clone());
                }
                self.source.modules.push((name, public, for_tests));
            }
            let braces =
                matches!(&tokens[at], TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
            if braces || is_punct(tokens.get(at), ';') {
                (for_tests, public) = (false, false);
            }
        }
    }

    /// Reads what begins at a place, and says where to go on.
    fn step(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let line = tokens[at].span().start().line;
        match &tokens[at] {
            TokenTree::Group(group) => self.walk(group.stream()),
            TokenTree::Ident(ident) if ident == "use" && !is_punct(tokens.get(at + 1), '<') => {
                let end = end_of_item(tokens, at);
                self.tree(&tokens[at + 1..end], &[]);
                return end;
            }
            TokenTree::Ident(ident) if ident == "mod" => {
                let name = word(tokens.get(at + 1));
                if let (Some(name), Some(TokenTree::Group(body))) = (name, tokens.get(at + 2)) {
                    // A module inside the file: `super` is this file.
                    let outside = std::mem::take(&mut self.children);
                    self.here.push(name);
                    self.walk(body.stream());
                    self.here.pop();
                    self.children = outside;
                    return at + 3;
                }
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let prints = ["print", "println", "eprint", "eprintln", "dbg"];
                if prints.contains(&name.as_str()) && is_punct(tokens.get(at + 1), '!') {
                    self.source.prints.push((line, format!("{name}!")));
                }
                if is_path_separator(tokens, at + 1) {
                    return self.path(tokens, at);
                }
            }
            _ => {}
        }
        at + 1
    }

    /// Reads a path in code.
    fn path(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        let mut names = vec![word(tokens.get(start)).unwrap()];
        let mut at = start + 1;
        while is_path_separator(tokens, at) {
            let Some(name) = word(tokens.get(at + 2)) else {
                break;
            };
            names.push(name);
            at += 3;
        }
        self.mention(&names, tokens[start].span().start().line);
        at
    }

    /// Reads a tree of `use`, behind the names in front of it.
    fn tree(&mut self, tokens: &[TokenTree], front: &[String]) {
        let mut names = front.to_vec();
        let mut renamed = false;
        let mut line = None;
        let mut is_path = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.tree(&inside, &names);
                    is_path = false;
                    line = None;
                }
                TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => {
                    if let (true, Some(line)) = (is_path, line) {
                        self.mention(&names, line);
                    }
                    names = front.to_vec();
                    (renamed, is_path, line) = (false, false, None);
                }
                TokenTree::Ident(ident) if ident == "as" => renamed = true,
                TokenTree::Ident(ident) if !renamed => {
                    names.push(ident.to_string());
                    line = Some(ident.span().start().line);
                    is_path = true;
                }
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    line = Some(punct.span().start().line);
                    is_path = true;
                }
                _ => {}
            }
        }
        if let (true, Some(line)) = (is_path, line) {
            self.mention(&names, line);
        }
    }

    /// Notes a path if it stays within the crate or begins with the crate's name.
    fn mention(&mut self, names: &[String], line: usize) {
        if names.len() > 1
            && names[names.len() - 2] == "process"
            && names[names.len() - 1] == "exit"
        {
            self.source.prints.push((line, "process::exit".to_owned()));
        }
        let mut path = self.here.clone();
        let mut rest = names;
        match names[0].as_str() {
            // The program sees the library by its name.
            "crate" | "pullback" => {
                path.clear();
                rest = &names[1..];
            }
            "self" | "super" => {
                while let Some(first @ ("self" | "super")) = rest.first().map(String::as_str) {
                    if first == "super" {
                        path.pop();
                    }
                    rest = &rest[1..];
                }
            }
            first if self.children.iter().any(|child| child == first) => {}
            _ => return,
        }
        path.extend(rest.iter().cloned());
        self.source.mentions.push(Mention { line, path });
    }
}

// Judging.

/// The files of a crate by their paths below `src/` without `.rs`, and their texts.
type Texts = BTreeMap<String, String>;

/// The floors from the ground up, each a prefix of the paths of its files.
fn floors(text: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != "```floors").skip(1);
    let lines = lines.take_while(|line| *line != "```");
    let firsts = lines.filter(|line| !line.starts_with(' '));
    let firsts = firsts.filter_map(|line| line.split_whitespace().next());
    firsts.map(str::to_owned).collect()
}

/// The floor of a file: the longest prefix, where one that ends with `/` is a folder and any other
/// a file.
fn floor_of(floors: &[String], file: &str) -> Option<usize> {
    let is_on = |prefix: &str| match prefix.strip_suffix('/') {
        Some(_) => file.starts_with(prefix),
        None => file == prefix,
    };
    let on = (0..floors.len()).filter(|&k| is_on(&floors[k]));
    on.max_by_key(|&k| floors[k].len())
}

fn starts_with_any(file: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| file.starts_with(prefix))
}

/// An import: from which file, of which, at which line.
type Import = (String, String, usize);

/// The file that a path leads into: that of the longest module which begins it.
fn file_of(texts: &Texts, path: &[String], from: &str) -> String {
    for end in (1..=path.len()).rev() {
        let module = path[..end].join("/");
        for file in [module.clone(), format!("{module}/mod")] {
            let is_root = file == "lib" || file == "main";
            if texts.contains_key(&file) && !is_root {
                return file;
            }
        }
    }
    let root = if starts_with_any(from, &["main"]) {
        "main"
    } else {
        "lib"
    };
    root.to_owned()
}

/// All imports and all offences but circles.
fn judge(texts: &Texts, floors: &[String]) -> (Vec<Import>, Vec<Offence>) {
    let sources = texts
        .iter()
        .map(|(file, text)| (file, Source::read(file, text)));
    let sources: BTreeMap<&String, Source> = sources.collect();
    let for_tests = |file: &str| {
        let module = module_of(file);
        let Some((name, above)) = module.split_last() else {
            return false;
        };
        let above = match above.is_empty() {
            true => "lib".to_owned(),
            false => format!("{}/mod", above.join("/")),
        };
        let modules = sources.get(&above).map_or(&[][..], |s| &s.modules);
        modules
            .iter()
            .any(|(child, _, tests)| child == name && *tests)
    };
    let private: BTreeSet<&String> = sources
        .get(&"lib".to_owned())
        .map(|lib| lib.modules.iter().filter(|(_, public, _)| !public))
        .into_iter()
        .flatten()
        .map(|(name, _, _)| name)
        .collect();
    let (mut imports, mut offences) = (Vec::new(), Vec::new());
    for (file, source) in &sources {
        if for_tests(file) {
            continue;
        }
        let mut offend = |line: usize, imported: &str, rule: Rule, why: &str| {
            offences.push(Offence {
                file: (*file).clone(),
                imported: imported.to_owned(),
                rule,
                line,
                why: why.to_owned(),
            });
        };
        let Some(own) = floor_of(floors, file) else {
            offend(1, file, Rule::Floor, "it is on no floor of ARCHITECTURE.md");
            continue;
        };
        for (line, what) in &source.prints {
            if !starts_with_any(file, PRINTERS) {
                offend(
                    *line,
                    what,
                    Rule::Print,
                    "only the program prints and exits",
                );
            }
        }
        for Mention { line, path } in &source.mentions {
            let to = file_of(texts, path, file);
            if to == **file {
                continue;
            }
            if starts_with_any(file, USERS)
                && !starts_with_any(&to, USERS)
                && path.first().is_some_and(|first| private.contains(first))
            {
                let why = "pictures and the program see what users see";
                offend(*line, &to, Rule::PublicNames, why);
            }
            for (inside, outside, why) in WALLS {
                if file.starts_with(inside) && starts_with_any(&to, outside) {
                    offend(*line, &to, Rule::Wall, why);
                }
            }
            match floor_of(floors, &to) {
                Some(floor) if floor > own => {
                    let why = format!("`{}` is above `{}`", floors[floor], floors[own]);
                    offend(*line, &to, Rule::Order, &why);
                }
                _ => imports.push(((*file).clone(), to, *line)),
            }
        }
    }
    (imports, offences)
}

/// The shortest way from a file to another by imports, both included.
fn way<'i>(
    imports: &BTreeMap<&'i str, BTreeSet<&'i str>>,
    from: &'i str,
    to: &str,
) -> Option<Vec<&'i str>> {
    let mut before = BTreeMap::from([(from, None)]);
    let mut open = VecDeque::from([from]);
    while let Some(file) = open.pop_front() {
        if file == to {
            let back = std::iter::successors(Some(file), |file| before[file]);
            let mut way: Vec<&str> = back.collect();
            way.reverse();
            return Some(way);
        }
        for &next in imports.get(file).into_iter().flatten() {
            before.entry(next).or_insert_with(|| {
                open.push_back(next);
                Some(file)
            });
        }
    }
    None
}

/// The imports that are part of a circle.
fn circles(imports: &[Import]) -> Vec<Offence> {
    let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to, _) in imports {
        of.entry(from).or_default().insert(to);
    }
    let closing = imports.iter().filter_map(|(from, to, line)| {
        let way = way(&of, to, from)?;
        Some(Offence {
            file: from.clone(),
            imported: to.clone(),
            rule: Rule::Circle,
            line: *line,
            why: format!("which imports `{}`", way[1..].join("`, which imports `")),
        })
    });
    closing.collect()
}

fn offences(texts: &Texts, floors: &[String]) -> Vec<Offence> {
    let (imports, mut offences) = judge(texts, floors);
    offences.extend(circles(&imports));
    // The same file imported twice is one fault, at the first line.
    offences.sort();
    offences.dedup_by(|a, b| (&a.file, &a.imported, a.rule) == (&b.file, &b.imported, b.rule));
    offences
}

// The house.

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn written_floors() -> Vec<String> {
    floors(&std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap())
}

fn read_folder(folder: &Path, name: &str, texts: &mut Texts) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let below = format!("{name}{stem}");
        if path.is_dir() {
            read_folder(&path, &format!("{below}/"), texts);
        } else if path.extension().is_some_and(|e| e == "rs") {
            texts.insert(below, std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn house() -> Texts {
    let mut texts = Texts::new();
    read_folder(&root().join("src"), "", &mut texts);
    texts
}

#[test]
fn every_file_imports_from_its_own_floor_or_below_and_in_no_circle() {
    let offences = offences(&house(), &written_floors());
    let is = |o: &Offence, known: &(&str, Rule)| o.file.starts_with(known.0) && o.rule == known.1;
    let news = offences
        .iter()
        .filter(|o| !KNOWN.iter().any(|known| is(o, known)));
    let mut lines: Vec<String> = news.map(Offence::to_string).collect();
    for known in KNOWN {
        if !offences.iter().any(|o| is(o, known)) {
            let (floor, rule) = known;
            lines.push(format!(
                "`{floor}` offends no longer against {rule:?}: remove it from the list"
            ));
        }
    }
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

#[test]
fn every_floor_has_files_and_is_written_once() {
    let (floors, texts) = (written_floors(), house());
    for (k, floor) in floors.iter().enumerate() {
        assert!(!floors[..k].contains(floor), "`{floor}` is written twice");
        assert!(
            texts.keys().any(|file| floor_of(&floors, file) == Some(k)),
            "no file is on the floor `{floor}`"
        );
    }
    for (inside, outside, _) in WALLS {
        for prefix in std::iter::once(inside).chain(*outside) {
            assert!(floors.iter().any(|f| f == prefix), "no floor `{prefix}`");
        }
    }
}

// The test itself.

/// The offences of a small house, in words: importer, line, imported.
fn found(files: &[(&str, &str)]) -> Vec<(String, usize, String)> {
    let text = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
    let texts: Texts = files.iter().map(text).collect();
    let floors = [
        "error",
        "expr/",
        "map/",
        "rule/",
        "integrate/",
        "lib",
        "plot/",
        "cli/",
        "main",
    ];
    let found = offences(&texts, &floors.map(str::to_owned));
    found
        .into_iter()
        .map(|o| (o.file, o.line, o.imported))
        .collect()
}

fn fault(file: &str, line: usize, imported: &str) -> (String, usize, String) {
    (file.to_owned(), line, imported.to_owned())
}

#[test]
fn a_planted_circle_is_found() {
    let house = [
        ("lib", "mod expr;"),
        ("expr/mod", "mod a; mod b; mod c;"),
        ("expr/a", "use super::{\n b::B};"),
        ("expr/b", "use std::fmt;\nfn f() -> crate::expr::c::C { x }"),
        ("expr/c", "pub use super::a as other;"),
    ];
    let expected = [
        fault("expr/a", 2, "expr/b"),
        fault("expr/b", 2, "expr/c"),
        fault("expr/c", 1, "expr/a"),
    ];
    assert_eq!(found(&house), expected);
    // Without one of the three there is none.
    for left_out in 2..5 {
        let mut house = house;
        house[left_out].1 = "";
        assert_eq!(found(&house), []);
    }
}

#[test]
fn a_module_and_what_it_re_exports_may_make_a_circle() {
    let house = [
        ("expr/mod", "mod a;\npub use a::A;\npub struct M;"),
        ("expr/a", "use crate::expr::M; pub struct A(M);"),
    ];
    let expected = [
        fault("expr/a", 1, "expr/mod"),
        fault("expr/mod", 2, "expr/a"),
    ];
    assert_eq!(found(&house), expected);
    let house = [
        ("expr/mod", "mod a;\nfn f() { a::g(M) } pub struct M;"),
        ("expr/a", "pub fn g(m: super::M) {}"),
    ];
    assert_eq!(found(&house), expected);
}

#[test]
fn imports_from_above_are_found_wherever_they_stand() {
    for text in [
        "use crate::map::M;",
        "use crate::{error::Error, map::{self, M}};",
        "use crate::error::Error as E; pub use super::super::map::*;",
        "fn f() { let m = crate::map::M::<u8>::new(); }",
        "fn f<T: crate::map::Of>() {}",
        "macro_rules! m { () => { $crate::map::M } }",
        "impl X { const Y: [u8; crate::map::M] = []; }",
        "mod inside { use super::super::super::map::M; }",
    ] {
        let house = [("error", ""), ("map/mod", ""), ("expr/a", text)];
        assert_eq!(found(&house), [fault("expr/a", 1, "map/mod")], "{text}");
    }
}

#[test]
fn comments_texts_and_tests_import_nothing() {
    let text = r#"
        //! [`crate::map::M`]
        // use crate::map::M;
        /* crate::map::M */
        const TEXT: &str = "crate::map::M";
        #[cfg(test)]
        use crate::map::{M, N};
        #[cfg(test)]
        mod tests {
            use crate::map::M;
        }
    "#;
    assert_eq!(found(&[("map/mod", ""), ("expr/a", text)]), []);
    // The file of a module that is for tests only.
    let house = [
        ("map/mod", ""),
        ("expr/mod", "#[cfg(test)]\nmod tests;"),
        ("expr/tests", "use crate::map::M;"),
    ];
    assert_eq!(found(&house), []);
}

#[test]
fn walls_hold_against_floors_below() {
    let house = [
        ("map/map", ""),
        ("rule/mod", ""),
        (
            "integrate/a",
            "use crate::rule::Rule;\nuse crate::map::map::Map;",
        ),
    ];
    assert_eq!(found(&house), [fault("integrate/a", 2, "map/map")]);
}

#[test]
fn pictures_and_the_program_see_public_names_only() {
    let house = [
        ("lib", "mod map;\npub mod rule;\npub use map::Map;"),
        ("map/mod", ""),
        ("rule/mod", ""),
        (
            "plot/a",
            "use crate::Map;\nuse crate::rule::Rule;\nuse crate::map::Map;",
        ),
        ("cli/a", "use pullback::{Map, rule::Rule};"),
    ];
    assert_eq!(found(&house), [fault("plot/a", 3, "map/mod")]);
}

#[test]
fn only_the_program_prints() {
    let text = "fn f() {\n println!(\"\");\n std::process::exit(1) }";
    let expected = [
        fault("expr/a", 2, "println!"),
        fault("expr/a", 3, "process::exit"),
    ];
    assert_eq!(found(&[("expr/a", text), ("cli/a", text)]), expected);
}

#[test]
fn a_file_on_no_floor_is_found() {
    assert_eq!(found(&[("other", "")]), [fault("other", 1, "other")]);
}
