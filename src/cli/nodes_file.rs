//! The file of the nodes of an integral: a line for each, with numbers that are read back to the last bit.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use pullback::{Error, Estimate, WholeFile};

use super::fault::Fault;
use super::place::Text;
use super::problem::Problem;

/// The flag.
pub(super) const NODES_OUT: &str = "nodes-out";

/// The most nodes of a file, which has about 100 bytes for each.
const MOST: u64 = 10_000_000;

/// What to do about an answer without nodes.
pub(super) const NAME_A_METHOD: &str = "name a method that keeps its nodes: --method cubature, say";

/// Where nodes will be written.
pub(super) struct NodesFile<'p> {
    path: &'p Path,
    file: WholeFile,
}

impl<'p> NodesFile<'p> {
    /// The place of the nodes, before there are any.
    pub(super) fn open(path: &'p Path) -> Result<Self, Fault> {
        let file = WholeFile::at(path).map_err(|reason| refused(path, &reason.to_string()))?;
        Ok(NodesFile { path, file })
    }

    /// Writes the nodes of an integral: variables, targets, weight, det J and integrands, so that the value is the
    /// sum over all lines of weight, integrand and |det J|.
    pub(super) fn write(self, estimate: &Estimate, problem: &Problem) -> Result<(), Fault> {
        let NodesFile { path, file } = self;
        if let Some(count) = estimate.nodes.as_ref().map(|nodes| nodes.count())
            && count > MOST
        {
            let message = format!("{count} nodes are more than the {MOST} that a file takes");
            let help = "a larger --rtol or fewer --max-evals make fewer";
            return Err(refused(path, &message).with_help(help));
        }
        let mut fault = None;
        let written = file.write_by(|out| {
            let mut out = BufWriter::new(out);
            if let Err(error) = lines(&mut out, estimate, problem) {
                match error {
                    Failed::Writing(reason) => return Err(reason),
                    Failed::Nodes(error) => fault = Some(error),
                }
                return Err(io::Error::other("no nodes"));
            }
            out.flush()
        });
        match (written, fault) {
            (_, Some(error)) => Err(refused(path, &error.to_string()).with_help(NAME_A_METHOD)),
            (Err(reason), None) => Err(refused(path, &reason.to_string())),
            (Ok(()), None) => Ok(()),
        }
    }
}

/// Why lines are not complete.
enum Failed {
    Writing(io::Error),
    Nodes(Error),
}

fn lines(out: &mut impl Write, estimate: &Estimate, problem: &Problem) -> Result<(), Failed> {
    let domain = problem.domain.as_ref();
    let (variables, targets) = (domain.variables(), domain.targets());
    // A target that has the name of a variable is told from it.
    let target = |name: &String| match variables.contains(name) {
        true => format!("{name} (image)"),
        false => name.clone(),
    };
    let mut names: Vec<String> = variables.to_vec();
    names.extend(targets.iter().map(target));
    names.extend(["weight", "det J"].map(str::to_owned));
    match estimate.values.len() {
        1 => names.push("f".to_owned()),
        count => names.extend((1..=count).map(|k| format!("f{k}"))),
    }
    writeln!(out, "{}", names.join(",")).map_err(Failed::Writing)?;
    let mut failed = None;
    let mut line = String::new();
    let nodes = estimate.for_each_node(domain, &problem.integrands, |node| {
        if failed.is_some() {
            return Ok(());
        }
        line.clear();
        let place = node.point.variables.iter().chain(&node.point.targets);
        let amounts = [&node.weight, &node.point.determinant];
        for number in place.chain(amounts).chain(&node.values) {
            if !line.is_empty() {
                line.push(',');
            }
            line.push_str(&format!("{number:?}"));
        }
        line.push('\n');
        failed = out.write_all(line.as_bytes()).err();
        Ok(())
    });
    match failed {
        Some(reason) => Err(Failed::Writing(reason)),
        None => nodes.map_err(Failed::Nodes),
    }
}

fn refused(path: &Path, message: &str) -> Fault {
    let place = Text::of_flag("--nodes-out", &path.display().to_string()).place;
    Fault::at(place, message)
}
