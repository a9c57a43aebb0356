//! The HTTPS client of one provider.
//!
//! As in Gatekeeper, it speaks HTTP/1.1 over TLS 1.3, keeps connections for 90 seconds, and trusts the
//! authorities of the provider only. Unlike Gatekeeper, it follows no redirect: the provider's object
//! alone decides where the keys are sent. It does not read more than [`LARGEST`] bytes of a response.

use std::sync::Arc;
use std::time::Duration;

use ferrego_gatekeeper::external_data::{ProviderResponse, provider_request};
use ferrego_gatekeeper::review::Numbers;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Builder};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::version::TLS13;
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};

use super::spec::ProviderSpec;
use super::verifier::Verifier;
use crate::errors::with_sources;

/// The most bytes of a response.
const LARGEST: usize = 4 << 20;

/// The time for which an idle connection is kept, as in Gatekeeper.
const IDLE: Duration = Duration::from_secs(90);

/// The number of idle connections that are kept, as in Gatekeeper.
const IDLE_CONNECTIONS: usize = 10;

/// A client of one provider.
pub(super) struct Client {
    http: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    numbers: Numbers,
}

/// The response of a provider, with its status of HTTP.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) response: ProviderResponse,
}

/// A reason why a request gets no response. The messages begin with Gatekeeper's words.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("failed to send external data request: {0}")]
    Send(String),
    #[error("failed to send external data request: context deadline exceeded")]
    Timeout,
    #[error("failed to send external data request: expected no redirect, found status {0}")]
    Redirect(u16),
    #[error("failed to read external data response: {0}")]
    Read(String),
    #[error("failed to read external data response: expected at most {LARGEST} bytes")]
    TooLarge,
    #[error("failed to unmarshal external data response: {0}")]
    Invalid(String),
}

impl Failure {
    /// The names of all failures in metrics.
    pub(super) const NAMES: [&str; 6] =
        ["unreachable", "timeout", "redirect", "broken", "too_large", "invalid"];

    /// Returns the name of the failure in metrics.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Send(_) => "unreachable",
            Self::Timeout => "timeout",
            Self::Redirect(_) => "redirect",
            Self::Read(_) => "broken",
            Self::TooLarge => "too_large",
            Self::Invalid(_) => "invalid",
        }
    }
}

/// The TLS settings that all providers share.
#[derive(Clone)]
pub(super) struct Tls {
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    identity: Option<Arc<dyn ResolvesClientCert>>,
}

impl Tls {
    /// Creates the settings. `identity` is the certificate for providers that request one.
    pub(super) fn new(
        identity: Option<Arc<dyn ResolvesClientCert>>,
    ) -> Result<Self, rustls::Error> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])?;
        Ok(Self { builder, identity })
    }

    /// Returns the settings for a provider.
    fn of(&self, spec: &ProviderSpec) -> ClientConfig {
        let provider = Arc::clone(self.builder.crypto_provider());
        let builder = self.builder.clone();
        let builder = match Verifier::new(Arc::clone(spec.trusted()), provider) {
            Ok(verifier) => {
                builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
            // Without a root, no certificate is valid. A specification has one.
            Err(_) => builder.with_root_certificates(Arc::clone(&spec.trusted().roots)),
        };
        match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder.with_client_cert_resolver(Arc::clone(identity)),
        }
    }
}

impl Client {
    /// Creates a client, which connects when it sends its first request.
    pub(super) fn new(spec: &ProviderSpec, tls: &Tls, numbers: Numbers) -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls.of(spec))
            .https_only()
            .enable_http1()
            .build();
        let http = Builder::new(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(connector);
        Self { http, uri: spec.uri().clone(), numbers }
    }

    /// Requests the values of `keys`. The caller limits the time.
    pub(super) async fn request<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k str>,
    ) -> Result<Reply, Failure> {
        let mut request = Request::new(Full::from(provider_request(keys)));
        *request.method_mut() = hyper::Method::POST;
        *request.uri_mut() = self.uri.clone();
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        let sent = self.http.request(request).await;
        let response = sent.map_err(|error| Failure::Send(with_sources(&error)))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Failure::Redirect(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), LARGEST).collect().await;
        let body = body.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Failure::TooLarge
            } else {
                Failure::Read(with_sources(&*error))
            }
        })?;
        let response = ProviderResponse::parse(&body.to_bytes(), self.numbers);
        let response = response.map_err(Failure::Invalid)?;
        Ok(Reply { status: status.as_u16(), response })
    }
}
