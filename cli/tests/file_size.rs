//! Tests of the limit of files, pipes, devices and standard input.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};

use common::Project;

/// The part of the message that names the limit of 8 KiB, or of YAML's quarter of it.
const EXCEEDED: [&str; 2] =
    ["expected at most 8192 bytes, found", "expected at most 2048 bytes, found"];

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";

fn project() -> Project {
    let json = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"text\": \"{}\"}}",
        "a".repeat(9000)
    );
    let yaml = format!("{OBJECT}text: {}\n", "a".repeat(3000));
    let rego = format!("package p\n\np := 1 # {}\n", "a".repeat(9000));
    Project::new(&[
        ("large.json", json.as_str()),
        ("large.ndjson", &json),
        ("large.yaml", &yaml),
        ("large.rego", &rego),
        ("small.rego", "package p\n\np := input\n"),
        ("small.yaml", OBJECT),
    ])
}

#[test]
fn every_command_refuses_a_file_that_is_too_large_by_name() {
    let project = project();
    for command in [
        &["test", "-f", "large.json"][..],
        &["test", "-f", "large.ndjson"],
        &["test", "-f", "large.yaml"],
        &["verify", "large.yaml"],
        &["check", "large.yaml"],
        &["check", "large.rego"],
        &["compile", "large.rego", "-o", "out"],
        &["plan", "large.rego"],
        &["eval", "-d", "small.rego", "-i", "large.json"],
        &["eval", "-d", "small.rego", "-i", "large.yaml"],
        &["eval", "-d", "large.rego"],
        &["eval", "-d", "data.x:large.json"],
        &["eval", "-t", "large.yaml"],
    ] {
        let file =
            command.iter().find_map(|part| part.split(':').find(|part| part.starts_with("large")));
        let (status, _, told) = project.run(&[command, &["--max-file-size", "8Ki"]].concat());
        assert_eq!(status, 2, "{command:?}: {told}");
        assert!(EXCEEDED.iter().any(|limit| told.contains(limit)), "{command:?}: {told}");
        assert!(told.contains(file.expect("a file")), "{command:?}: {told}");
        assert!(told.contains("raise the limit with --max-file-size"), "{command:?}: {told}");
        let (_, _, told) = project.run(command);
        assert!(!told.contains("expected at most"), "{command:?}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_without_an_end_stops_at_the_limit() {
    let project = project();
    for command in [
        &["test", "-f", "/dev/zero"][..],
        &["eval", "-d", "small.rego", "-i", "/dev/zero"],
        &["eval", "-d", "small.rego", "--stdin-input"],
        &["test", "-"],
    ] {
        let zeros = std::fs::File::open("/dev/zero").expect("a device");
        let mut child = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        child.current_dir(project.path()).args(command).args(["--max-file-size", "8Ki"]);
        let output = child.stdin(zeros).output().expect("a process");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
        assert!(EXCEEDED.iter().any(|limit| told.contains(limit)), "{command:?}: {told}");
    }
}

#[test]
fn standard_input_without_an_end_stops_at_the_limit() {
    for (text, command) in [
        ("{\"kind\": \"Pod\", \"apiVersion\": \"v1\"}\n", &["test", "-"][..]),
        ("a: 1\n---\n", &["test", "-"]),
        ("[1,\n", &["eval", "input", "--stdin-input"]),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        child.args(command).args(["--max-file-size", "8Ki"]);
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().expect("a process");
        let mut input = child.stdin.take().expect("a pipe");
        // This ends when the command closes the pipe.
        while input.write_all(text.as_bytes()).is_ok() {}
        let output = child.wait_with_output().expect("an end");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
        assert!(EXCEEDED.iter().any(|limit| told.contains(limit)), "{command:?}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn pipes_in_folders_are_not_read() {
    let project = project();
    std::fs::create_dir(project.path().join("folder")).expect("a folder");
    for name in ["pipe.yaml", "pipe.rego", "pipe.json"] {
        let made = Command::new("mkfifo").arg(project.path().join("folder").join(name)).status();
        assert!(made.expect("mkfifo").success());
    }
    for command in [
        &["test", "-f", "folder", "-f", "small.yaml"][..],
        &["verify", "folder"],
        &["check", "folder", "small.rego"],
        &["eval", "-d", "folder", "-d", "small.rego", "data.p.p"],
    ] {
        let (_, _, told) = project.run(command);
        assert!(told.contains("pipe."), "{command:?}: {told}");
        assert!(told.contains("not read"), "{command:?}: {told}");
    }
}
