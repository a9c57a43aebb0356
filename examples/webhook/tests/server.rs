//! Starts the example, and posts reviews over HTTPS.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

/// A server that runs until it is dropped.
struct Running {
    process: Child,
    address: String,
}

impl Running {
    /// Starts the example on free ports, with the certificate in `folder`.
    fn start(folder: &Path) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_webhook"))
            .args(["tls.crt", "tls.key", "127.0.0.1:0", "127.0.0.1:0"])
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example runs");
        let mut running = Self { process, address: String::new() };
        let lines = BufReader::new(running.process.stderr.take().expect("a log")).lines();
        for line in lines {
            let event: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
            if event["message"] == "serving" {
                event["listen"].as_str().expect("an address").clone_into(&mut running.address);
                return running;
            }
        }
        panic!("the server does not start");
    }

    /// Posts a review to `/v1/admit`, and returns the answer.
    fn post(&self, folder: &Path, review: &Value) -> Value {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(folder.join("tls.crt")).expect("PEM");
        roots.add(certificate).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let client = ClientConnection::new(Arc::new(config), name).expect("a client");
        let stream = TcpStream::connect(&self.address).expect("a connection");
        let mut stream = StreamOwned::new(client, stream);
        let body = review.to_string();
        let head = "POST /v1/admit HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
        write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).expect("sent");
        let mut response = String::new();
        // The server may close the connection without a closing message of TLS.
        let _ = stream.read_to_string(&mut response);
        let (head, answer) = response.split_once("\r\n\r\n").expect("a response");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        serde_json::from_str(answer).expect("JSON")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process may have ended itself, which fails the test.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn review(labels: &Value) -> Value {
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "7",
            "kind": {"group": "", "version": "v1", "kind": "Namespace"},
            "operation": "CREATE",
            "name": "web",
            "object": {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": "web", "labels": labels},
            },
        },
    })
}

#[test]
fn reviews_are_answered_over_https() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    fs::write(folder.path().join("tls.crt"), certificate.pem()).expect("written");
    fs::write(folder.path().join("tls.key"), key.serialize_pem()).expect("written");
    let server = Running::start(folder.path());
    let allowed = server.post(folder.path(), &review(&json!({"owner": "shop"})));
    assert_eq!(allowed["response"]["allowed"], true, "{allowed}");
    let denied = server.post(folder.path(), &review(&json!({"owner": "nobody"})));
    assert_eq!(
        (&denied["response"]["allowed"], &denied["response"]["uid"]),
        (&json!(false), &json!("7"))
    );
    let message = "[namespaces-have-an-owner] expected the label owner with one of the teams search, \
                   shop, found \"nobody\"";
    assert_eq!(denied["response"]["status"]["message"], message);
}
