//! The client of the collector.
//!
//! The exporter of OpenTelemetry sends batches from a thread of its own, which has no runtime. So the
//! client has one, and runs it for as long as a request takes. It keeps no connection between two
//! batches, which are seconds apart.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Response;
use hyper::body::Bytes;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError, Request};
use opentelemetry_otlp::{
    OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT, OTEL_EXPORTER_OTLP_TIMEOUT_DEFAULT,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT,
};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Runtime};

use super::variable;

/// The most bytes of a response.
const LARGEST: usize = 64 << 10;

/// A client that sends spans to the collector, and logs when it begins to fail.
pub(super) struct Collector {
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    runtime: Mutex<Runtime>,
    timeout: Duration,
    /// `true` if the last request failed.
    is_failing: AtomicBool,
}

/// A reason why the client of the collector cannot start.
///
/// ```
/// use ferrego_webhook::traces::CollectorError;
///
/// let error = CollectorError::Unsupported("OTEL_EXPORTER_OTLP_CLIENT_KEY");
/// assert_eq!(error.to_string(), "expected no OTEL_EXPORTER_OTLP_CLIENT_KEY, which is not supported");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectorError {
    /// A variable that asks for something that the client does not do.
    #[error("expected no {0}, which is not supported")]
    Unsupported(&'static str),
    /// The certificates of the collector's authorities cannot be used.
    #[error("cannot read the certificates in {}: {error}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// The error of the file.
        #[source]
        error: pem::Error,
    },
    /// A certificate of an authority is not valid.
    #[error("cannot trust a certificate: {0}")]
    Tls(#[from] rustls::Error),
    /// The system offers no timers or sockets, or no certificates of authorities.
    #[error("cannot start the client of the collector: {0}")]
    System(#[from] io::Error),
}

/// A failure to send spans.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("expected an answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("cannot send: {}", crate::errors::with_sources(.0))]
    Send(#[from] Error),
    #[error("cannot read the answer: {0}")]
    Read(HttpError),
}

impl Collector {
    /// Creates a client with the settings of the environment. It connects when it sends spans.
    pub(super) fn new() -> Result<Self, CollectorError> {
        for name in CLIENT_CERTIFICATES {
            if variable(name).is_some() {
                return Err(CollectorError::Unsupported(name));
            }
        }
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls()?)
            .https_or_http()
            .enable_http1()
            .build();
        let http = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        let runtime = Mutex::new(runtime);
        Ok(Self { http, runtime, timeout: timeout(), is_failing: AtomicBool::new(false) })
    }

    /// Sends a request, and reads the whole response.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let exchange = async {
            let response = self.http.request(request.map(Full::from)).await?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(SendError::Read)?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        let timeout = self.timeout;
        let sent = tokio::time::timeout(timeout, exchange).await;
        sent.unwrap_or(Err(SendError::Timeout(timeout)))
    }

    /// Logs the result of a request if it differs from that of the last one.
    fn log(&self, sent: &Result<Response<Bytes>, SendError>) {
        let problem = match sent {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => {
                Some(format!("expected a status of success, found {}", response.status()))
            }
            Err(error) => Some(error.to_string()),
        };
        let was_failing = self.is_failing.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(error) if !was_failing => tracing::warn!(error, "cannot export traces"),
            None if was_failing => tracing::info!("traces are exported again"),
            _ => {}
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

impl HttpClient for Collector {
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            // A request that panicked leaves nothing in the runtime that another one needs.
            let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
            let sent = runtime.block_on(self.send(request));
            self.log(&sent);
            sent.map_err(HttpError::from)
        })
    }
}

/// The variables of a certificate for collectors that request one.
const CLIENT_CERTIFICATES: [&str; 4] = [
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_KEY",
];

/// Returns the time for a request.
fn timeout() -> Duration {
    let names = [OTEL_EXPORTER_OTLP_TRACES_TIMEOUT, OTEL_EXPORTER_OTLP_TIMEOUT];
    let milliseconds = names.into_iter().find_map(|name| variable(name)?.parse().ok());
    milliseconds.map_or(OTEL_EXPORTER_OTLP_TIMEOUT_DEFAULT, Duration::from_millis)
}

/// Returns the settings of TLS: trust in the authorities of a file, or in those of the system.
fn tls() -> Result<ClientConfig, CollectorError> {
    let provider = Arc::new(ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let certificates = ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"];
    let builder = match certificates.into_iter().find_map(variable) {
        Some(path) => builder.with_root_certificates(authorities(path.into())?),
        None if uses_tls() => builder.with_native_roots()?,
        None => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

/// Returns `true` if an endpoint has the scheme of HTTPS.
fn uses_tls() -> bool {
    let names = [OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT];
    names.into_iter().filter_map(variable).any(|endpoint| endpoint.starts_with("https:"))
}

/// Reads the authorities in a file in PEM.
fn authorities(path: PathBuf) -> Result<RootCertStore, CollectorError> {
    let mut roots = RootCertStore::empty();
    let failed = |path, error| CollectorError::Certificates { path, error };
    let certificates = match CertificateDer::pem_file_iter(&path) {
        Ok(certificates) => certificates,
        Err(error) => return Err(failed(path, error)),
    };
    for certificate in certificates {
        match certificate {
            Ok(certificate) => roots.add(certificate)?,
            Err(error) => return Err(failed(path, error)),
        }
    }
    if roots.is_empty() {
        return Err(failed(path, pem::Error::NoItemsFound));
    }
    Ok(roots)
}
