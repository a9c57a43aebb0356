//! Health, readiness and metrics, without TLS.
//!
//! They have a thread of their own, so that they answer however busy the webhook is.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};

use crate::metrics::Metrics;
use crate::policies::Policies;
use crate::readiness::Readiness;
use crate::service::text_response;

/// The state that the probes report.
pub(super) struct Probes {
    pub(super) readiness: Readiness,
    pub(super) metrics: Arc<Metrics>,
    pub(super) policies: Policies,
}

impl Probes {
    /// Answers at `address` until the process ends, on a thread of its own. Returns the address with
    /// the port that the system chose, if `address` has none.
    pub(super) fn start(self, address: SocketAddr) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serve = move || runtime.block_on(Arc::new(self).serve(listener));
        thread::Builder::new().name("probes".to_owned()).spawn(serve)?;
        Ok(bound)
    }

    async fn serve(self: Arc<Self>, listener: TcpListener) {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => return tracing::error!(error = %error, "no probes"),
        };
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                super::pause_after_failed_accept().await;
                continue;
            };
            let probes = Arc::clone(&self);
            let service = service_fn(move |request| {
                let response = probes.answer(&request);
                async move { Ok::<_, Infallible>(response) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // A client that breaks off needs no answer.
            tokio::spawn(async move { drop(connection.await) });
        }
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let message = format!("expected the method GET, found {}", request.method());
            return text_response(StatusCode::METHOD_NOT_ALLOWED, message);
        }
        match request.uri().path() {
            "/healthz" => text_response(StatusCode::OK, "ok".to_owned()),
            "/readyz" => self.readiness(),
            "/metrics" => self.metrics(),
            _ => {
                let message = "expected the path /healthz, /readyz or /metrics".to_owned();
                text_response(StatusCode::NOT_FOUND, message)
            }
        }
    }

    fn readiness(&self) -> Response<Full<Bytes>> {
        let missing = self.readiness.missing();
        if missing.is_empty() {
            text_response(StatusCode::OK, "ok".to_owned())
        } else {
            let message = format!("waiting for: {}", missing.join(", "));
            text_response(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }

    fn metrics(&self) -> Response<Full<Bytes>> {
        self.metrics.observe(&self.policies.current());
        let mut response = text_response(StatusCode::OK, self.metrics.render());
        let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, format);
        response
    }
}
