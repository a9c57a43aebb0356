//! The standard streams and the programs of `ferrego test`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;
mod labels;

use std::process::Stdio;

use labels::{CONSTRAINTS, PODS, TEMPLATE, project};

#[test]
fn a_closed_pipe_is_no_panic() {
    let project = project(&[]);
    let (status, err) = project.run_unheard(&["test", "-f", "policy", "pods.yaml"]);
    assert_eq!((status, &*err), (1, ""));
    let (status, err) = project.run_unheard(&["check", "-A", "warnings", "policy/template.yaml"]);
    assert_eq!((status, &*err), (0, ""));
}

#[test]
fn a_full_device_is_an_error_and_no_panic() {
    let project = project(&[]);
    let full = || std::fs::File::options().write(true).open("/dev/full");
    // Not every system has `/dev/full`.
    if full().is_err() {
        return;
    }
    for (arguments, status) in [
        (&["test", "-f", "policy", "pods.yaml"][..], 2),
        (&["check", "-A", "warnings", "policy/template.yaml"], 2),
        (&["eval", "1"], 2),
        (&["--help"], 2),
    ] {
        let out = project.run_to(arguments, full().expect("a device").into(), Stdio::piped());
        assert_eq!(out.0, status, "{arguments:?}");
        assert!(out.1.starts_with("error: cannot write to standard output: "), "{}", out.1);
    }
    let policy = ["test", "-f", "policy", "pods.yaml"];
    for (arguments, status) in [(&policy[..], 1), (&["test", "-f", "none.yaml"], 2), (&["no"], 2)] {
        let err = full().expect("a device").into();
        assert_eq!(project.run_to(arguments, Stdio::null(), err).0, status, "{arguments:?}");
    }
}

#[test]
fn standard_input_is_read_without_being_named() {
    let project = project(&[]);
    let (status, out, _) = project.run_with(&["test", "-f", "policy"], PODS.as_bytes());
    assert_eq!((status, out.lines().count()), (1, 3), "{out}");
    // Standard input that is both named and provided is read once.
    let (_, again, _) = project.run_with(&["test", "-f", "policy", "-"], PODS.as_bytes());
    assert_eq!(again, out);
    let status = project.run_to(&["test", "-f", "policy"], Stdio::null(), Stdio::piped());
    assert!(status.1.contains("expected an object to judge, found none"), "{}", status.1);
}

/// Makes a pipe with a name, and writes documents to it: more than a command keeps in memory.
#[cfg(unix)]
fn pipe_of_pods(path: &std::path::Path) -> std::thread::JoinHandle<()> {
    use std::io::Write as _;

    let made = std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
    let path = path.to_owned();
    std::thread::spawn(move || {
        let file = std::fs::File::options().write(true).open(path).expect("the pipe");
        let mut file = std::io::BufWriter::new(file);
        for index in 0..10_050 {
            let metadata = format!("{{\"name\": \"pod-{index}\", \"namespace\": \"a\"}}");
            let pod =
                format!("{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {metadata}}}");
            writeln!(file, "{pod}").expect("written");
        }
    })
}

#[cfg(unix)]
#[test]
fn a_pipe_with_many_documents_is_read_once_and_judged() {
    for command in ["test", "audit"] {
        let project = project(&[]);
        let writer = pipe_of_pods(&project.path().join("pods.ndjson"));
        let (status, out, err) = project.run(&[command, "-q", "policy", "pods.ndjson"]);
        writer.join().expect("the writer");
        assert_eq!((status, &*err), (1, ""));
        assert_eq!(out.lines().count(), 2 * 10_050);
        assert!(
            out.starts_with("pods.ndjson:1: v1/Pod a/pod-0: deny NeedsLabel/owner"),
            "{out:.80}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_object_in_a_pipe_is_explained() {
    let project = project(&[]);
    let writer = pipe_of_pods(&project.path().join("pods.ndjson"));
    let arguments =
        ["why", "-t", "policy/template.yaml", "-c", "policy/c.yaml", "-i", "pods.ndjson"];
    let (status, _, err) = project.run(&arguments);
    writer.join().expect("the writer");
    assert!(status == 2 && err.contains("one object"), "{err}");
}

#[cfg(unix)]
#[test]
fn another_program_cannot_read_a_pipe_again() {
    let project = project(&[("cargo", CARGO)]);
    project.make_executable("cargo");
    let writer = pipe_of_pods(&project.path().join("pods.ndjson"));
    let variables = [("CARGO", "cargo"), ("FERREGO_CACHE", "cache")];
    let arguments = ["test", "policy", "pods.ndjson", "--engine", "compiled"];
    let (status, out, err) = project.run_where(&variables, &arguments, b"");
    writer.join().expect("the writer");
    assert_eq!((status, &*out), (2, ""));
    assert!(
        err.starts_with("error: expected a file, found a pipe or a device: pods.ndjson"),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn no_copy_of_standard_input_is_left() {
    use std::io::Write as _;

    let project = project(&[("tmp/.keep", "")]);
    let folder = project.path().join("tmp");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ferrego"));
    command.args(["test", "policy"]).current_dir(project.path()).env("TMPDIR", &folder);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the command runs");
    let mut input = child.stdin.take().expect("a pipe");
    // The command has read the first half once the pipe takes the second.
    let half = PODS.repeat(1 + (1 << 20) / PODS.len());
    input.write_all(half.as_bytes()).expect("read");
    let names = || {
        let entries = std::fs::read_dir(&folder).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>()
    };
    assert_eq!(names(), [".keep"]);
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(names(), [".keep"]);
}

/// A fake cargo. The program that it builds prints its arguments and its standard input.
#[cfg(unix)]
const CARGO: &str = r#"#!/bin/sh
test "$1" = --version && exit 0
test "$3 $5" = "--manifest-path --target-dir" || exit 7
grep -q POLICIES "$(dirname "$4")/src/main.rs" || exit 8
program="$6/release/ferrego-compiled"
mkdir -p "$6/release"
echo built >> "$(dirname "$4")/../builds"
printf '#!/bin/sh\necho "$FERREGO_BUILT" "$@"\ncat\nexit 1\n' > "$program"
chmod +x "$program"
echo "{\"executable\": \"$program\"}"
"#;

#[cfg(unix)]
#[test]
fn the_program_of_compiled_policies_is_run_in_place_of_the_command() {
    let project = project(&[("cargo", CARGO)]);
    project.make_executable("cargo");
    let variables = [("CARGO", "cargo"), ("FERREGO_CACHE", "cache")];
    let all = [TEMPLATE, CONSTRAINTS, PODS].join("---\n");
    for engine in ["compiled", "both"] {
        let arguments = ["test", "-", "--engine", engine, "-j", "2"];
        let (status, out, err) = project.run_where(&variables, &arguments, all.as_bytes());
        let expected = format!("1 {}\n{all}", arguments.join(" "));
        assert_eq!((status, out), (1, expected), "{err}");
    }
    // A program that was built before runs without cargo.
    let builds = std::fs::read_to_string(project.path().join("cache/builds")).expect("builds");
    assert_eq!(builds, "built\n");
    let without = [("CARGO", "none"), ("FERREGO_CACHE", "cache")];
    let arguments = ["test", "-", "--engine", "compiled", "-q"];
    assert_eq!(project.run_where(&without, &arguments, all.as_bytes()).0, 1);
    // Errors name the file of a template, so a template in another file is another policy.
    let arguments = ["test", "-f", "policy", "--engine", "compiled", "-q"];
    assert_eq!(project.run_where(&without, &arguments, b"").0, 2);
    // A program that was built does not build another, even if it lacks a policy.
    let variables = [("FERREGO_BUILT", "1")];
    let arguments = ["test", "-f", "policy", "pods.yaml", "--engine", "compiled"];
    let (status, _, err) = project.run_where(&variables, &arguments, b"");
    assert!(status == 2 && err.contains("the compiled policy is not in this program"), "{err}");
}

#[test]
fn without_cargo_the_command_says_what_is_missing() {
    let project = project(&[]);
    let variables = [("CARGO", "no-cargo"), ("FERREGO_CACHE", "cache")];
    let arguments = ["test", "-f", "policy", "--engine", "compiled"];
    let (status, _, err) = project.run_where(&variables, &arguments, b"");
    assert_eq!(status, 2, "{err}");
    for expected in ["compiling 1 policy to Rust in ", "cannot run ", "install Rust from https://"]
    {
        assert!(err.contains(expected), "{err}");
    }
    let (_, _, err) = project.run_where(&variables, &[&arguments[..], &["-q"]].concat(), b"");
    assert!(err.starts_with("error: cannot run "), "{err}");
}
