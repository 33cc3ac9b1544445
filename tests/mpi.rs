//! The program over several processes that a launcher of MPI starts.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const CUBE: [&str; 2] = ["--over", "x = 0..1, y = 0..1, z = 0..1"];
const KINKED: [&str; 2] = ["--integrand", "sqrt(abs(x - y*z + sin(20*x)/10))"];

fn program(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullback"));
    command.args(arguments).output().unwrap()
}

/// The program on so many ranks.
fn launched(ranks: usize, arguments: &[&str]) -> Child {
    let mut command = Command::new("mpirun");
    // A test may be run by root, and on fewer processors than ranks.
    command.env("OMPI_ALLOW_RUN_AS_ROOT", "1");
    command.env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    command.args(["--oversubscribe", "-n", &ranks.to_string()]);
    command.arg(env!("CARGO_BIN_EXE_pullback")).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Hosts of one machine: namespaces with networks and names of their own, on one bridge.
///
/// They take root and the commands `ip` and `unshare`; on machines that do not allow them there are none.
struct Hosts {
    folder: tempfile::TempDir,
}

impl Hosts {
    const COUNT: usize = 2;

    /// With the process and the file system of this one.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        // What another run may have left is removed first.
        Hosts::remove();
        let mut lines = vec![
            "ip link add pullback0 type bridge".to_owned(),
            "ip addr add 10.77.0.1/24 dev pullback0".to_owned(),
            "ip link set pullback0 up".to_owned(),
        ];
        for k in 2..2 + Hosts::COUNT {
            lines.push(format!("ip netns add pullback-{k}"));
            lines.push(format!(
                "ip link add pullback{k} type veth peer name eth0 netns pullback-{k}"
            ));
            lines.push(format!("ip link set pullback{k} master pullback0 up"));
            for own in [
                "addr add 10.77.0.K/24 dev eth0",
                "link set eth0 up",
                "link set lo up",
            ] {
                let own = own.replace('K', &k.to_string());
                lines.push(format!("ip -n pullback-{k} {own}"));
            }
        }
        let agent = "#!/bin/sh\nhost=pullback-${1##*.}; shift\n\
                     exec ip netns exec $host unshare -u sh -c \"hostname $host; $*\"\n";
        let path = folder.path().join("agent");
        std::fs::write(&path, agent).unwrap();
        lines.push(format!("chmod +x {}", path.display()));
        lines.push(format!("{} 10.77.0.2 true", path.display()));
        let done = sh(&format!("set -e; {}", lines.join("; ")));
        if !done {
            Hosts::remove();
        }
        done.then_some(Hosts { folder })
    }

    fn remove() {
        let own = (2..2 + Hosts::COUNT)
            .map(|k| format!("ip netns del pullback-{k}; ip link del pullback{k}; "));
        sh(&format!("{}ip link del pullback0", own.collect::<String>()));
    }

    /// The program on so many ranks, shared out among the hosts.
    fn launched(&self, ranks: usize, arguments: &[&str]) -> Child {
        let agent = self.folder.path().join("agent");
        let hosts = (2..2 + Hosts::COUNT).map(|k| format!("10.77.0.{k}:{ranks}"));
        let hosts: Vec<String> = hosts.collect();
        let mut command = Command::new("mpirun");
        command.env("OMPI_ALLOW_RUN_AS_ROOT", "1");
        command.env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        command.args(["--mca", "plm_rsh_agent", agent.to_str().unwrap()]);
        command.args(["--mca", "oob_tcp_if_include", "10.77.0.0/24"]);
        command.args(["--mca", "btl_tcp_if_include", "10.77.0.0/24"]);
        // No memory is shared between hosts.
        command.args(["--mca", "btl", "tcp,self", "--map-by", "node"]);
        command.args(["--host", &hosts.join(","), "-n", &ranks.to_string()]);
        command.arg(env!("CARGO_BIN_EXE_pullback")).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        Hosts::remove();
    }
}

/// Whether all commands of a line succeed.
fn sh(line: &str) -> bool {
    let mut command = Command::new("sh");
    let output = command.args(["-c", line]).output();
    output.is_ok_and(|output| output.status.success())
}

/// What is printed, but for what the clock says.
fn said(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("time "));
    lines.map(str::to_owned).collect()
}

#[test]
fn any_number_of_ranks_and_threads_says_what_one_process_says() {
    let cells = ["integrate", "--method", "cubature", "--rtol", "2e-4"];
    let cells = [&cells[..], &CUBE, &KINKED].concat();
    let grid = ["integrate", "--nodes", "80"];
    let grid = [&grid[..], &CUBE, &KINKED].concat();
    let sweep = [
        "integrate",
        "--over",
        "x = 0..1",
        "--integrand",
        "exp(-a*x)",
        "--csv",
    ];
    let sweep = [&sweep[..], &["--param", "a = 0..2 by 0.01"]].concat();
    for arguments in [cells, grid, sweep] {
        let alone = program(&arguments);
        assert!(!alone.stdout.is_empty());
        for (ranks, threads) in [(1, "2"), (2, "1"), (3, "2"), (5, "1")] {
            let all = [&arguments[..], &["--threads", threads]].concat();
            let output = launched(ranks, &all).wait_with_output().unwrap();
            assert_eq!(said(&output), said(&alone), "{ranks} ranks");
        }
    }
}

#[test]
fn ranks_on_several_hosts_say_what_one_process_says_and_a_lost_host_loses_nothing() {
    let Some(hosts) = Hosts::new() else {
        eprintln!("no hosts: namespaces of networks take root, ip and unshare");
        return;
    };
    let cells = ["integrate", "--method", "cubature", "--rtol", "2e-4"];
    let cells = [&cells[..], &CUBE, &KINKED].concat();
    let alone = program(&cells);
    for ranks in [2, 3, 4] {
        let output = hosts.launched(ranks, &cells).wait_with_output().unwrap();
        assert_eq!(said(&output), said(&alone), "{ranks} ranks: {output:?}");
    }
    let path = hosts.folder.path().join("work.checkpoint");
    let kept = ["--checkpoint", path.to_str().unwrap(), "--threads", "1"];
    let long = ["integrate", "--method", "cubature", "--rtol", "3e-6"];
    let long = [&long[..], &CUBE, &KINKED].concat();
    let child = hosts.launched(2, &[&long[..], &kept].concat());
    std::thread::sleep(Duration::from_secs(3));
    // All that runs on the second host.
    assert!(sh("kill -9 $(ip netns pids pullback-3)"));
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success());
    assert!(!output.stderr.is_empty());
    let before = std::fs::metadata(&path).unwrap().len();
    assert!(before > 1000, "{before}");
    let output = hosts.launched(2, &[&long[..], &kept].concat());
    let alone = program(&[&long[..], &["--threads", "1"]].concat());
    assert_eq!(said(&output.wait_with_output().unwrap()), said(&alone));
}

#[test]
fn what_is_wrong_is_said_once() {
    let output = launched(
        3,
        &["integrate", "--over", "x = 0..1", "--integrand", "x +"],
    );
    let output = output.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.matches("--integrand").count(), 1, "{text}");
}

#[test]
fn a_lost_rank_ends_the_work_and_what_was_kept_is_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.checkpoint");
    let kept = ["--checkpoint", path.to_str().unwrap()];
    let cells = [
        "integrate",
        "--method",
        "cubature",
        "--rtol",
        "3e-6",
        "--threads",
        "1",
    ];
    let arguments = [&cells[..], &CUBE, &KINKED].concat();
    let alone = program(&arguments);
    let child = launched(3, &[&arguments[..], &kept].concat());
    std::thread::sleep(Duration::from_secs(2));
    let of_launcher = ["-P", &child.id().to_string()];
    let ranks = Command::new("pgrep").args(of_launcher).output().unwrap();
    let ranks = String::from_utf8(ranks.stdout).unwrap();
    let last = ranks.lines().last().expect("three ranks at work");
    assert!(
        Command::new("kill")
            .args(["-9", last])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success());
    assert!(!output.stderr.is_empty());
    let before = std::fs::metadata(&path).unwrap().len();
    assert!(before > 1000, "{before}");
    // The next run may be one of any other number of ranks.
    let output = launched(2, &[&arguments[..], &kept].concat());
    assert_eq!(said(&output.wait_with_output().unwrap()), said(&alone));
}
