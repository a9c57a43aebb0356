//! Tests of `ferrego audit --watch` over files.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![cfg(all(unix, feature = "serve"))]

mod common;
mod labels;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use common::Project;
use labels::{CONSTRAINTS, PODS, project};
use serde_json::Value;

/// The longest time until a change shows.
const EFFECT: Duration = Duration::from_secs(20);

/// A running command, and the lines of its standard output.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
        command.args(["audit", "--watch", "--reload-interval", "100ms"]).args(arguments);
        command.current_dir(project.path()).stdin(Stdio::null());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        thread::spawn(move || {
            for line in out.lines() {
                let _ = sender.send(line.expect("a line"));
            }
        });
        Self { child, lines }
    }

    /// Returns the next line, without the time of a line of text.
    fn line(&self) -> String {
        let line = self.lines.recv_timeout(EFFECT).expect("a line");
        let (time, rest) = line.split_once(' ').unwrap_or(("", &line));
        if time.ends_with('Z') { rest.to_owned() } else { line }
    }

    /// Checks that nothing is printed for a while.
    fn expect_silence(&self) {
        let line = self.lines.recv_timeout(Duration::from_secs(1));
        assert!(line.is_err(), "{line:?}");
    }

    /// Sends a signal. Returns the exit status and standard error.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill");
        assert!(sent.success());
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                break status;
            }
            assert!(started.elapsed() < EFFECT, "the command does not end");
            thread::sleep(Duration::from_millis(20));
        };
        let mut errors = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("UTF-8");
        (status.code(), errors)
    }
}

/// Replaces a file. Its length or its time changes.
fn write(project: &Project, name: &str, text: &str) {
    fs::write(project.path().join(name), text).expect("written");
}

/// The lines of the first report on the objects of [`project`].
const FIRST: [&str; 3] = [
    "+ pods.yaml:5: v1/Pod a/db: deny NeedsLabel/owner: db has no label owner",
    "+ pods.yaml:12: v1/Pod b/job: warn NeedsLabel/cost: job has no label cost",
    "= 3 objects judged; 2 violations, 1 denying",
];

fn started(project: &Project, arguments: &[&str]) -> Watch {
    let watch = Watch::start(project, arguments);
    for line in FIRST {
        assert_eq!(watch.line(), line);
    }
    watch
}

#[test]
fn objects_that_change_are_judged_again() {
    let project = project(&[]);
    let watch = started(&project, &["policy", "pods.yaml"]);
    // The second object gets the label, and all that follow move by a line.
    let labeled = PODS.replace(
        "{name: db, namespace: a, labels: {",
        "\n  {name: db, namespace: a, labels: {owner: x, ",
    );
    write(&project, "pods.yaml", &labeled);
    assert_eq!(watch.line(), FIRST[0].replace('+', "-"));
    watch.expect_silence();
    // Without its label, the third is denied. The line is the new one.
    write(&project, "pods.yaml", &labeled.replace("owner: bea", "cost: low"));
    assert_eq!(watch.line(), FIRST[1].replace('+', "-").replace(":12:", ":13:"));
    assert_eq!(
        watch.line(),
        "+ pods.yaml:13: v1/Pod b/job: deny NeedsLabel/owner: job has no label owner"
    );
    assert_eq!(watch.end("-TERM"), (Some(1), String::new()));
}

#[test]
fn the_exit_status_is_that_of_an_audit() {
    let project = project(&[]);
    let watch = started(&project, &["policy", "pods.yaml"]);
    fs::remove_file(project.path().join("policy/c.yaml")).expect("removed");
    let mut gone = [watch.line(), watch.line()];
    gone.sort();
    let mut expected = [FIRST[0], FIRST[1]].map(|line| line.replace('+', "-"));
    expected.sort();
    assert_eq!(gone, expected);
    assert_eq!(watch.end("-INT").0, Some(0));
    write(&project, "policy/c.yaml", CONSTRAINTS);
    let watch = started(&project, &["policy", "-f", "pods.yaml", "--no-fail"]);
    assert_eq!(watch.end("-TERM").0, Some(0));
}

#[test]
fn constraints_that_change_judge_all_objects_again() {
    let project = project(&[]);
    let watch = started(&project, &["policy", "pods.yaml"]);
    let warns = CONSTRAINTS.replace("enforcementAction: warn", "enforcementAction: deny");
    write(&project, "policy/c.yaml", &warns);
    assert_eq!(watch.line(), FIRST[1].replace('+', "-"));
    assert_eq!(watch.line(), FIRST[1].replace("warn", "deny"));
    // A Config exempts the namespace.
    let config = "apiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: {name: config}\n\
                  spec: {match: [{excludedNamespaces: [b], processes: [audit]}]}\n";
    write(&project, "policy/config.yaml", config);
    assert_eq!(watch.line(), FIRST[1].replace("warn", "deny").replace('+', "-"));
    watch.expect_silence();
    assert_eq!(watch.end("-TERM").0, Some(1));
}

#[test]
fn objects_that_read_others_are_judged_again() {
    let template = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: unique}
spec:
  crd: {spec: {names: {kind: Unique}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package unique
      violation[{\"msg\": msg}] {
        own := input.review.object.metadata
        other := data.inventory.namespace[_][_][\"Pod\"][_].metadata
        [other.namespace, other.name] != [own.namespace, own.name]
        other.labels.app == own.labels.app
        msg := sprintf(\"%s has the app of %s\", [own.name, other.name])
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Unique
metadata: {name: app}
";
    let pod = |name: &str, app: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: a, labels: {{app: {app}}}}}\n"
        )
    };
    let files = [
        ("template.yaml", template.to_owned()),
        ("objects/one.yaml", pod("one", "x")),
        ("objects/two.yaml", pod("two", "y")),
    ];
    let project = Project::new(&files);
    let watch = Watch::start(&project, &["template.yaml", "objects"]);
    assert_eq!(watch.line(), "= 2 objects judged; 0 violations, 0 denying");
    // The object `one` does not change, but is denied now.
    write(&project, "objects/two.yaml", &pod("two", "x "));
    assert_eq!(
        watch.line(),
        "+ objects/one.yaml:1: v1/Pod a/one: deny Unique/app: one has the app of two"
    );
    assert_eq!(
        watch.line(),
        "+ objects/two.yaml:1: v1/Pod a/two: deny Unique/app: two has the app of one"
    );
    fs::remove_file(project.path().join("objects/two.yaml")).expect("removed");
    assert!(watch.line().starts_with("- objects/") && watch.line().starts_with("- objects/"));
    assert_eq!(watch.end("-TERM"), (Some(0), String::new()));
}

#[test]
fn files_with_new_errors_leave_the_report_as_it_is() {
    let project = project(&[]);
    let watch = started(&project, &["policy", "pods.yaml"]);
    write(&project, "policy/c.yaml", "kind: [");
    watch.expect_silence();
    write(&project, "pods.yaml", "");
    watch.expect_silence();
    let (status, errors) = watch.end("-TERM");
    assert_eq!(status, Some(2));
    assert!(errors.contains("policy/c.yaml"), "{errors}");
}

#[test]
fn events_are_lines_of_json() {
    let project = project(&[]);
    let watch = Watch::start(&project, &["-o", "json", "--deny-only", "policy", "pods.yaml"]);
    let event = || serde_json::from_str::<Value>(&watch.line()).expect("JSON");
    let added = event();
    assert_eq!(
        (&added["event"], &added["violation"]["object"]["name"]),
        (&"added".into(), &"db".into())
    );
    assert!(added["time"].as_str().expect("a time").ends_with('Z'));
    let mut listed = event();
    listed["time"].take();
    let expected = serde_json::json!({"time": null, "event": "listed", "objects": 3, "exempt": 0,
        "violations": 2, "denying": 1});
    assert_eq!(listed, expected);
    write(&project, "policy/c.yaml", "kind: [");
    let notice = event();
    assert_eq!(
        (&notice["event"], &notice["notice"]["severity"]),
        (&"notice".into(), &"error".into())
    );
    write(&project, "policy/c.yaml", CONSTRAINTS);
    write(&project, "pods.yaml", "");
    assert_eq!(event()["event"], "removed");
    assert_eq!(watch.end("-TERM").0, Some(0));
}

#[test]
fn duplicates_are_errors_while_they_last() {
    let project = project(&[]);
    let watch = started(&project, &["policy", "pods.yaml", "."]);
    write(&project, "again.yaml", PODS);
    let again = [watch.line(), watch.line()];
    assert!(again.iter().all(|line| line.starts_with("+ ./again.yaml:")), "{again:?}");
    let (status, errors) = watch.end("-TERM");
    assert_eq!(status, Some(2));
    assert!(errors.contains("duplicate object `v1/Pod a/db`"), "{errors}");
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let project = project(&[]);
    let watch = ["audit", "--watch", "policy"];
    for (more, message) in [
        (&["-o", "junit"][..], "expected the output text or json with --watch"),
        (&["-o", "sarif"], "expected the output text or json with --watch"),
        (&["-o", "yaml"], "expected the output text or json with --watch"),
        (&["-"], "expected files with --watch, found standard input"),
        (&["--fail-on-empty"], "cannot be used with"),
        (&["--write-status"], "cannot be used with"),
        (&["/dev/zero"], "expected a file, found a pipe or a device: /dev/zero"),
    ] {
        let (status, out, err) = project.run(&[&watch[..], more].concat());
        assert_eq!((status, &*out), (2, ""), "{more:?}");
        assert!(err.contains(message), "{more:?}: {err}");
    }
    let (status, _, err) = project.run(&["audit", "--watch"]);
    assert!(status == 2 && err.contains("expected files with --watch, found none"), "{err}");
    let (status, _, err) = project.run(&["audit", "--reload-interval", "1s", "policy"]);
    assert!(status == 2 && err.contains("--watch"), "{err}");
}
