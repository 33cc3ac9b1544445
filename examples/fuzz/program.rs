//! The program that was built beside this one: runs of it, and what no run may do.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The most seconds of processor time and megabytes that a run may take.
const SECONDS: f64 = 15.0;
const MEGABYTES: u64 = 1000;

/// How often a run is looked at.
const STEP: Duration = Duration::from_millis(2);

/// Where the program is, if it was built.
pub(crate) fn path() -> Option<PathBuf> {
    let examples = std::env::current_exe().ok()?.parent()?.to_path_buf();
    let path = examples.parent()?.join("pullback");
    path.is_file().then_some(path)
}

/// A folder of this process alone.
pub(crate) fn folder() -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("pullback-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    Ok(folder)
}

/// Runs the program: it must end in time, within its memory and with a code of its own; it must say something,
/// and nothing that steers a terminal.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let Some(program) = path() else {
        return Ok(());
    };
    let folder = folder()?;
    let [out, err] = ["out", "err"].map(|name| folder.join(name));
    let file = |path| std::fs::File::create(path).map_err(|e| e.to_string());
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(file(&out)?)
        .stderr(file(&err)?)
        .spawn()
        .map_err(|e| e.to_string())?;
    let start = Instant::now();
    let mut megabytes = 0;
    let status = loop {
        megabytes = megabytes.max(crate::peak(child.id()));
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        let seconds = start.elapsed().as_secs_f64();
        // Other work may have had the processor.
        let used = crate::used(child.id()).unwrap_or(seconds);
        if used > SECONDS || seconds > 20.0 * SECONDS || megabytes > MEGABYTES {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{used:.1} s, {megabytes} MB"));
        }
        std::thread::sleep(STEP);
    };
    let text = |path| -> Result<String, String> {
        let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let (out, err) = (text(&out)?, text(&err)?);
    if err.contains("panicked") {
        return Err(format!("`{err}`"));
    }
    match status.code() {
        Some(0) if !out.is_empty() => {}
        Some(1) if !out.is_empty() || !err.is_empty() => {}
        Some(2) if out.is_empty() && !err.is_empty() => {}
        code => return Err(format!("code {code:?}, {} bytes out, `{err}`", out.len())),
    }
    let steers = |c: char| c.is_control() && c != '\n' && c != '\r';
    if out.contains(steers) || err.contains(steers) {
        return Err("a control character".to_owned());
    }
    Ok(())
}
