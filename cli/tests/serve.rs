//! Tests of `ferrego serve`, which runs as a process.

#![cfg(unix)]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use tempfile::TempDir;

const TEMPLATE: &str = "
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: deny}
spec:
  crd: {spec: {names: {kind: Deny}, validation: {openAPIV3Schema: {type: object}}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package deny
        violation[{\"msg\": \"denied\"}] { input.review.object.metadata.name == \"bad\" }
";

fn constraint(name: &str) -> String {
    format!(
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Deny\nmetadata: {{name: {name}}}\n"
    )
}

/// A folder with policies, a certificate and its key.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("policies")).expect("created");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    for (name, text) in [
        ("tls.crt", certificate.pem()),
        ("tls.key", key.serialize_pem()),
        ("policies/template.yaml", TEMPLATE.to_owned()),
        ("policies/one.yaml", constraint("one")),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrego"));
    command
        .current_dir(folder)
        .args(["serve", "policies", "--cert", "tls.crt", "--key", "tls.key"])
        .args(["--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0"])
        .args(["--drain-delay", "50ms", "--reload-interval", "30ms"])
        .stderr(Stdio::piped());
    command
}

/// A server that runs.
struct Running {
    process: Child,
    events: Receiver<Value>,
    probes: String,
}

impl Running {
    fn start(folder: &Path) -> Self {
        let mut process = command(folder).spawn().expect("a process");
        let stderr = process.stderr.take().expect("standard error");
        let events = events(stderr);
        let mut running = Self { process, events, probes: String::new() };
        let serving = running.event("serving");
        serving["probes"].as_str().expect("an address").clone_into(&mut running.probes);
        running
    }

    /// Waits for the event with a message.
    fn event(&self, message: &str) -> Value {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left);
            let event = event.unwrap_or_else(|_| panic!("no event {message:?}"));
            if event["message"] == message {
                return event;
            }
        }
    }

    fn probe(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.probes).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("a response");
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process has ended if the test passed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the events that the server logs; each is an object in JSON.
fn events(stderr: ChildStderr) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines() {
            let line = line.expect("UTF-8");
            let event = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    receiver
}

#[test]
fn changed_files_are_served_and_broken_ones_are_not() {
    let folder = folder();
    let mut server = Running::start(folder.path());
    assert!(server.probe("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.probe("/metrics").contains("ferrego_constraints 1\n"));
    fs::write(folder.path().join("policies/two.yaml"), constraint("two")).expect("written");
    assert_eq!(server.event("took the changed policies")["constraints"], 2);
    assert!(server.probe("/metrics").contains("ferrego_constraints 2\n"));
    fs::write(folder.path().join("policies/template.yaml"), TEMPLATE.replace("input", "inptu"))
        .expect("written");
    let failed = server.event("the last policies stay in force");
    let error = failed["error"].as_str().expect("a text");
    assert!(error.contains("inptu") && error.contains("template.yaml:11:"), "{error}");
    assert!(server.probe("/metrics").contains("ferrego_constraints 2\n"));
    assert!(server.probe("/readyz").starts_with("HTTP/1.1 200"));
    fs::write(folder.path().join("policies/template.yaml"), TEMPLATE).expect("written");
    fs::remove_file(folder.path().join("policies/one.yaml")).expect("removed");
    assert_eq!(server.event("took the changed policies")["constraints"], 1);
    let id = server.process.id().to_string();
    let killed = Command::new("kill").arg(&id).status().expect("kill runs");
    assert!(killed.success());
    server.event("stopped");
    assert!(server.process.wait().expect("an end").success());
}

/// Returns an object `Provider`.
fn provider(url: &str, certificate: &str) -> String {
    let bundle = data_encoding::BASE64.encode(certificate.as_bytes());
    format!(
        "apiVersion: externaldata.gatekeeper.sh/v1beta1\nkind: Provider\nmetadata: {{name: images}}\n\
         spec: {{url: '{url}', timeout: 1, caBundle: {bundle}}}\n"
    )
}

#[test]
fn providers_in_files_are_followed() {
    let folder = folder();
    let certificate = fs::read_to_string(folder.path().join("tls.crt")).expect("a certificate");
    let file = folder.path().join("policies/provider.yaml");
    fs::write(&file, provider("https://images.example", &certificate)).expect("written");
    let server = Running::start(folder.path());
    let in_force =
        |count| server.probe("/metrics").contains(&format!("ferrego_providers {count}\n"));
    assert!(in_force(1));
    fs::write(&file, provider("http://images.example", &certificate)).expect("written");
    let failed = server.event("the last policies stay in force");
    let error = failed["error"].as_str().expect("a text");
    assert!(error.contains("provider.yaml:4:") && error.contains("scheme https"), "{error}");
    assert!(in_force(1));
    fs::remove_file(&file).expect("removed");
    server.event("took the changed policies");
    assert!(in_force(0));
}

#[test]
fn a_server_does_not_start_with_broken_policies_or_certificates() {
    for (file, text, expected) in [
        ("policies/template.yaml", TEMPLATE.replace("input", "inptu"), "inptu"),
        ("policies/one.yaml", constraint("one").replace("Deny", "Other"), "\"other\" not found"),
        ("policies/config.yaml", CONFIG.to_owned(), "spec.match"),
        ("policies/one.yaml", String::new(), "expected a constraint among the files, found none"),
        ("tls.crt", String::new(), "expected a certificate in tls.crt"),
    ] {
        let folder = folder();
        fs::write(folder.path().join(file), text).expect("written");
        let output = command(folder.path()).output().expect("a process");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{file}: {stderr}");
        assert!(stderr.contains(expected), "{file}: {stderr}");
    }
}

#[test]
fn a_certificate_of_the_server_needs_its_names_and_a_cluster() {
    let folder = folder();
    let secret = ["--self-signed", "ferrego-system/ferrego-tls"];
    let names = ["--server-name", "localhost", "--webhook-configuration", "ferrego"];
    for (options, expected) in [
        (secret.to_vec(), "--server-name <NAME>"),
        (names.to_vec(), "--self-signed <NAMESPACE/SECRET>"),
        ([&["--self-signed", "ferrego-tls"][..], &names].concat(), "expected NAMESPACE/SECRET"),
        ([&secret[..], &names].concat(), "cannot find the API server: "),
    ] {
        let mut command = command(folder.path());
        let output = command.args(options).env("KUBECONFIG", "missing").output();
        let output = output.expect("a process");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(expected), "{expected}: {stderr}");
    }
}

const CONFIG: &str = "
apiVersion: config.gatekeeper.sh/v1alpha1
kind: Config
metadata: {name: config}
spec: {match: kube-system}
";
