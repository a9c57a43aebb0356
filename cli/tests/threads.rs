//! Runs `ferrego test` where the system offers too few threads.
//!
//! Each thread gets a stack of 1 GiB of addresses, of which it uses little, and the process may have
//! only so many. The number of threads that start then depends on nothing else.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod common;
mod labels;

use std::process::Command;

use common::Project;
use labels::project;

/// The bytes of a stack.
const STACK: u64 = 1 << 30;
/// The addresses, in bytes, that the command needs besides stacks.
const REST: u64 = STACK / 2;

/// Runs the command with room for `threads` threads besides the first. Returns the exit status,
/// standard output and standard error.
fn run(project: &Project, threads: u64, arguments: &str) -> (i32, String, String) {
    let kilobytes = (threads * STACK + REST) / 1024;
    let command = env!("CARGO_BIN_EXE_ferrego");
    let script = format!("ulimit -v {kilobytes} && exec '{command}' {arguments}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(project.path());
    shell.env("RUST_MIN_STACK", STACK.to_string());
    let output = shell.output().expect("a shell");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit"), text(output.stdout), text(output.stderr))
}

#[test]
fn objects_are_judged_with_the_threads_there_are() {
    let project = project(&[]);
    let (status, expected, err) = project.run(&["test", "-f", "policy", "pods.yaml", "-j", "2"]);
    assert_eq!((status, &*err), (1, ""));
    // Two threads judge, and one reads.
    for threads in 0..=3 {
        let (status, out, err) = run(&project, threads, "test -f policy pods.yaml -j 2");
        assert_eq!((status, &out), (1, &expected), "{threads} threads: {err}");
        let warns = err.contains("warning: cannot start a thread")
            && err.contains("run fewer threads with --jobs");
        assert_eq!(warns, threads < 3, "{threads} threads: {err}");
    }
}
