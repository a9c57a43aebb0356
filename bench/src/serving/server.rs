//! The servers.

use std::convert::Infallible;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use ferrego_webhook::{Config, Policies, Server, State};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Kind, objects};
use crate::Fault;
use crate::target::Target;
use crate::workloads::set::{self, Everything};

/// Writes a certificate and its key for the servers.
pub(super) fn write_certificate(folder: &Path) -> Result<(), Fault> {
    let key = rcgen::KeyPair::generate()?;
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
    fs::write(folder.join("tls.crt"), params.self_signed(&key)?.pem())?;
    fs::write(folder.join("tls.key"), key.serialize_pem())?;
    Ok(())
}

/// Serves until the process is killed. Prints the address first.
pub(super) fn run(
    kind: Kind,
    everything: Everything,
    targets: &[Target],
    objects: usize,
    folder: &Path,
) -> Result<(), Fault> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let set = match kind {
            Kind::Stub => return stub(folder).await,
            Kind::Compiled => everything.into_set(),
            Kind::Interpreted => set::interpreted(targets)?,
        };
        let mut config = Config::new(folder.join("tls.crt"), folder.join("tls.key"));
        config.listen = local();
        config.probes = local();
        let state = State::new(set).with_inventory(Arc::new(objects::inventory(objects)?));
        let bound = Server::new(Policies::new(state), config).bind().await?;
        print_address(bound.address())?;
        bound.serve(std::future::pending()).await;
        Ok(())
    })
}

fn local() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

fn print_address(address: SocketAddr) -> Result<(), Fault> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{address}")?;
    Ok(stdout.flush()?)
}

/// Reads each body and answers "allowed".
async fn stub(folder: &Path) -> Result<(), Fault> {
    let chain = vec![CertificateDer::from_pem_file(folder.join("tls.crt"))?];
    let key = PrivateKeyDer::from_pem_file(folder.join("tls.key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    let tls = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind(local()).await?;
    print_address(listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let tls = tls.clone();
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            let Ok(stream) = tls.accept(stream).await else { return };
            let http = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            // The load ends by closing the connection.
            let _ = http.serve_connection(TokioIo::new(stream), service_fn(allow)).await;
        });
    }
}

async fn allow(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // A body that breaks off is one that the load does not wait for.
    let _ = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    let mut response = Response::new(Full::from(ALLOWED));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

const ALLOWED: &str = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"allowed":true,"status":{"code":200},"uid":"705ab4f5-6393-11e8-b7cc-42010a800002"}}"#;
