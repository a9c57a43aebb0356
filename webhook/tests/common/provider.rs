//! A provider of external data in this process.

#![allow(dead_code, reason = "each test uses some of the helpers")]

use std::convert::Infallible;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64;
use ferrego_runtime::Document;
use ferrego_webhook::external_data::ProviderSpec;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::write_certificate;

/// The answer of a provider to a request: status, body, and the time before it.
pub(crate) type Reply = (u16, String, Duration);

/// A provider that runs until the test ends.
pub(crate) struct TestProvider {
    pub(crate) port: u16,
    /// The certificate in PEM.
    pub(crate) certificate: String,
    /// The requests so far: path, content type and body.
    requests: Arc<Mutex<Vec<(String, String, Value)>>>,
}

/// The TLS of a provider.
#[derive(Clone, Copy, Default)]
pub(crate) struct TestTls<'c> {
    pub(crate) is_old: bool,
    /// The certificate that clients need.
    pub(crate) client: Option<&'c Path>,
}

impl TestProvider {
    /// Starts a provider that answers each key with the item that `item` returns.
    pub(crate) async fn with_items(item: fn(&str) -> Value) -> Self {
        Self::start(move |keys| {
            let items: Vec<_> = keys.iter().map(|key| item(key)).collect();
            (200, json!({"response": {"items": items}}).to_string(), Duration::ZERO)
        })
        .await
    }

    /// Starts a provider that replies to some keys.
    pub(crate) async fn start(reply: impl Fn(&[String]) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(TestTls::default(), reply).await
    }

    pub(crate) async fn start_with(
        tls: TestTls<'_>,
        reply: impl Fn(&[String]) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_certificate(folder.path(), "provider");
        let (certificate, acceptor) = acceptor(folder.path(), tls);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, reply) = (Arc::clone(&requests), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen, reply) =
                    (acceptor.clone(), Arc::clone(&seen), Arc::clone(&reply));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let serve = service_fn(move |request| {
                        let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                        async move { answer(request, &seen, &*reply).await }
                    });
                    let http = hyper::server::conn::http1::Builder::new();
                    // A client may leave in the middle.
                    let _ = http.serve_connection(TokioIo::new(stream), serve).await;
                });
            }
        });
        Self { port, certificate, requests }
    }

    /// Returns the object `Provider` with the name `images`.
    pub(crate) fn spec(&self, timeout: u64) -> ProviderSpec {
        self.spec_with(&self.certificate, timeout)
    }

    pub(crate) fn spec_with(&self, certificate: &str, timeout: u64) -> ProviderSpec {
        spec(&format!("https://localhost:{}/validate", self.port), certificate, timeout)
    }

    /// Returns the requests so far.
    pub(crate) fn requests(&self) -> Vec<(String, String, Value)> {
        self.requests.lock().expect("no panic").clone()
    }
}

/// Returns the object `Provider` with the name `images`.
pub(crate) fn spec(url: &str, certificate: &str, timeout: u64) -> ProviderSpec {
    let provider = json!({
        "apiVersion": "externaldata.gatekeeper.sh/v1beta1",
        "kind": "Provider",
        "metadata": {"name": "images"},
        "spec": {"url": url, "timeout": timeout, "caBundle": BASE64.encode(certificate.as_bytes())}
    });
    let document = Document::parse(provider.to_string()).expect("JSON");
    ProviderSpec::read(&document.value()).expect("a provider")
}

async fn answer(
    request: Request<Incoming>,
    seen: &Mutex<Vec<(String, String, Value)>>,
    reply: &(dyn Fn(&[String]) -> Reply + Send + Sync),
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let content = request.headers().get("content-type");
    let content = content.map_or("", |value| value.to_str().expect("text")).to_owned();
    let body = request.into_body().collect().await.expect("a body").to_bytes();
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let keys: Vec<String> = serde_json::from_value(body["request"]["keys"].clone()).expect("keys");
    seen.lock().expect("no panic").push((path, content, body));
    let (status, text, delay) = reply(&keys);
    tokio::time::sleep(delay).await;
    let response = Response::builder().status(status).header("location", "https://localhost:1/");
    Ok(response.body(Full::from(text)).expect("a response"))
}

fn acceptor(folder: &Path, tls: TestTls<'_>) -> (String, TlsAcceptor) {
    let certificate = folder.join("provider.crt");
    let chain = vec![CertificateDer::from_pem_file(&certificate).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(folder.join("provider.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = if tls.is_old { [&TLS12] } else { [&TLS13] };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .expect("versions");
    let builder = match tls.client {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(CertificateDer::from_pem_file(path).expect("a certificate")).expect("added");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let config = builder.with_single_cert(chain, key).expect("a certificate");
    let text = fs::read_to_string(certificate).expect("a certificate");
    (text, TlsAcceptor::from(Arc::new(config)))
}
