//! A server in this process, and a client that speaks to it.

#![allow(dead_code, reason = "each test uses some of the helpers")]

#[cfg(feature = "traces")]
pub(crate) mod collector;
#[cfg(feature = "external-data")]
pub(crate) mod provider;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::documents::{Input, read_all};
use ferrego_gatekeeper::engine::{Interpreter, load};
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Document;
use ferrego_webhook::{Config, Policies, Server, State};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A server that runs.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) probes: SocketAddr,
    pub(crate) folder: TempDir,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Running {
    /// Starts a server with settings that `change` makes of the defaults.
    pub(crate) async fn start(policies: Policies, change: impl FnOnce(&mut Config, &Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_certificate(folder.path(), "tls");
        let mut config = Config::new(folder.path().join("tls.crt"), folder.path().join("tls.key"));
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        (config.listen, config.probes) = (local, local);
        config.drain_delay = Duration::from_millis(1);
        config.certificate_interval = Duration::from_millis(20);
        change(&mut config, folder.path());
        let bound = Server::new(policies, config).bind().await.expect("a server");
        let (address, probes) = (bound.address(), bound.probes());
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(bound.serve(async { drop(stopped.await) }));
        Self { address, probes, folder, stop, ended }
    }

    /// Stops the server, and waits until it has ended.
    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("a server that runs");
        self.ended.await.expect("the end");
    }

    /// Returns a client that trusts the certificate in the file `name`.
    pub(crate) fn client(&self, name: &str) -> Client {
        Client::new(self.address, &self.folder.path().join(format!("{name}.crt")), None)
    }

    /// Posts a review to a path over a new connection.
    pub(crate) async fn post(&self, path: &str, body: &str) -> (StatusCode, String) {
        let mut connection = self.client("tls").connect(b"http/1.1").await.expect("a connection");
        connection.post(path, body).await.expect("a response")
    }

    /// Requests a path of the probes, and returns the whole response.
    pub(crate) async fn probe(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.probes).await.expect("a connection");
        let head = format!("GET {path} HTTP/1.1\r\nhost: probes\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("a response");
        text
    }
}

/// A client of the server.
pub(crate) struct Client {
    address: SocketAddr,
    roots: RootCertStore,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

/// A connection of a client.
pub(crate) enum Connection {
    Http1(hyper::client::conn::http1::SendRequest<Full<Bytes>>),
    Http2(hyper::client::conn::http2::SendRequest<Full<Bytes>>),
}

impl Client {
    pub(crate) fn new(address: SocketAddr, ca: &Path, identity: Option<&Path>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(ca)).expect("a certificate");
        let identity = identity.map(|path| {
            let key = PrivateKeyDer::from_pem_file(path.with_extension("key")).expect("a key");
            (vec![certificate(&path.with_extension("crt"))], key)
        });
        Self { address, roots, identity }
    }

    /// Connects with TLS, and returns the stream.
    pub(crate) async fn tls(self, protocol: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(self.roots);
        let mut config = match self.identity {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).expect("an identity"),
        };
        config.alpn_protocols = vec![protocol.to_vec()];
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Connects with one of the protocols `h2` and `http/1.1`.
    pub(crate) async fn connect(self, protocol: &[u8]) -> std::io::Result<Connection> {
        let io = TokioIo::new(self.tls(protocol).await?);
        if protocol == b"h2" {
            let executor = TokioExecutor::new();
            let (sender, connection) =
                hyper::client::conn::http2::handshake(executor, io).await.map_err(other)?;
            tokio::spawn(connection);
            return Ok(Connection::Http2(sender));
        }
        let (sender, connection) =
            hyper::client::conn::http1::handshake(io).await.map_err(other)?;
        tokio::spawn(connection);
        Ok(Connection::Http1(sender))
    }
}

impl Connection {
    pub(crate) async fn post(
        &mut self,
        path: &str,
        body: &str,
    ) -> hyper::Result<(StatusCode, String)> {
        let request = Request::post(format!("https://localhost{path}"))
            .header("host", "localhost")
            .body(Full::from(body.to_owned()))
            .expect("a request");
        let response = match self {
            Self::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
            Self::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
        };
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.to_vec()).expect("UTF-8")))
    }
}

fn other(error: hyper::Error) -> std::io::Error {
    std::io::Error::other(error)
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).expect("a certificate")
}

/// Writes a certificate for `localhost` and its key, as `NAME.crt` and `NAME.key`.
pub(crate) fn write_certificate(folder: &Path, name: &str) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    fs::write(folder.join(format!("{name}.crt")), certificate.pem()).expect("written");
    fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).expect("written");
}

/// A template that denies each Pod with a label `deny`, warns about none, and fails to end for one
/// with a label `endless`.
const TEMPLATE: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: labels}
spec:
  crd: {spec: {names: {kind: Labels}, validation: {openAPIV3Schema: {type: object}}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: Rego
          source:
            version: v1
            rego: |
              package labels
              violation contains {"msg": msg, "details": {"uid": input.review.object.spec.uid}} if {
                msg := sprintf("denied: %v", [input.review.object.metadata.labels.deny])
              }
              violation contains {"msg": "endless"} if {
                input.review.object.metadata.labels.endless
                some a in numbers.range(1, 9000)
                some b in numbers.range(1, 9000)
                a * b < 0
              }
              violation contains {"msg": "cluster"} if {
                data.inventory.cluster.v1.Namespace[input.review.namespace].metadata.labels.closed
              }
"#;

/// Returns a set with a constraint for each enforcement action, as `deny`, `warn`, `dryrun`.
pub(crate) fn set(actions: &[&str]) -> PolicySet {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("template.yaml");
    fs::write(&path, TEMPLATE).expect("written");
    let (documents, notices) = read_all(&Input::File(path), 1 << 20);
    assert!(notices.is_empty(), "{notices:?}");
    let template = load(&documents[0], &Interpreter).expect("a template").expect("a template");
    let mut builder = PolicySet::builder().numbers(Numbers::Float64);
    builder.add_template(&template.kind, template.schema, template.policy).expect("added");
    for action in actions {
        let constraint = json!({
            "apiVersion": "constraints.gatekeeper.sh/v1beta1",
            "kind": "Labels",
            "metadata": {"name": format!("{action}-labels")},
            "spec": {"enforcementAction": action}
        });
        let constraint = Document::parse(constraint.to_string()).expect("JSON");
        builder.read_constraint(&constraint.value()).expect("a constraint");
    }
    builder.build()
}

/// Returns policies with a constraint for each enforcement action.
pub(crate) fn policies(actions: &[&str]) -> Policies {
    Policies::new(State::new(set(actions)))
}

/// Returns a review of a Pod with labels.
pub(crate) fn review(labels: &Value) -> String {
    let review = json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "the-uid",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "namespace": "web",
            "operation": "CREATE",
            "userInfo": {"username": "ana"},
            "object": {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "pod", "namespace": "web", "labels": labels},
                "spec": {"uid": 1_234_567}
            },
            "oldObject": null,
            "dryRun": false,
            "options": null
        }
    });
    review.to_string()
}

/// Returns the response in an answer.
pub(crate) fn response(answer: &str) -> Value {
    let mut answer: Value = serde_json::from_str(answer).expect("JSON");
    assert_eq!(answer["kind"], "AdmissionReview");
    answer["response"].take()
}
