//! A webhook that decides with a function, to prove the harness without policies.

use std::convert::Infallible;
use std::sync::Arc;
use std::thread;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::certificates::Identity;
use crate::process::free_port;

/// A function from the `request` of a review to the message of a denial.
pub type Decide = dyn Fn(&Value) -> Option<String> + Send + Sync;

/// A webhook in a thread. It stops when this value is dropped.
#[derive(Debug)]
pub struct Stub {
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Stub {
    /// Starts a server with a certificate on a free port.
    pub fn start(
        identity: &Identity,
        decide: impl Fn(&Value) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let port = free_port();
        let acceptor = TlsAcceptor::from(Arc::new(tls(identity)));
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        listener.set_nonblocking(true).expect("a socket without blocking");
        let (stop, stopped) = oneshot::channel();
        let decide: Arc<Decide> = Arc::new(decide);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    () = accept(&listener, &acceptor, &decide) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { port, stop: Some(stop), thread: Some(thread) }
    }

    /// Returns the address for reviews.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // The thread may have ended before, which closes the channel.
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn tls(identity: &Identity) -> ServerConfig {
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes());
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.expect("a certificate")], key.expect("a key"))
        .expect("the key of the certificate");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

async fn accept(listener: &TcpListener, acceptor: &TlsAcceptor, decide: &Arc<Decide>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, decide) = (acceptor.clone(), Arc::clone(decide));
        tokio::spawn(async move { serve(stream, &acceptor, &decide).await });
    }
}

async fn serve(stream: TcpStream, acceptor: &TlsAcceptor, decide: &Arc<Decide>) {
    // A client that goes away ends its connection, and no other.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let service = service_fn(|request| answer(request, Arc::clone(decide)));
    let server = Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    decide: Arc<Decide>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    let review: Value = serde_json::from_slice(&body.unwrap_or_default()).unwrap_or_default();
    let request = &review["request"];
    let mut response = json!({"uid": request["uid"], "allowed": true});
    if let Some(message) = decide(request) {
        response["allowed"] = json!(false);
        response["status"] = json!({"code": 403, "message": message});
    }
    let answer = json!({
        "apiVersion": review["apiVersion"],
        "kind": review["kind"],
        "response": response,
    });
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(Full::from(answer.to_string())).unwrap_or_default())
}
