//! A span of OpenTelemetry for each request to the webhook.
//!
//! The service opens a span of [`tracing`] for each request. Its parent is the span that the header
//! `traceparent` names, which an API server with tracing sends. An [`Exporter`] sends the spans to a
//! collector by OTLP over HTTP. A program with a subscriber of its own can add a layer of
//! `tracing-opentelemetry` instead.
//!
//! ```text
//! review  k8s.namespace.name=shop  ferrego.kind="apps/v1 Deployment"  ferrego.operation=CREATE
//!         ferrego.outcome=deny  ferrego.denials=2
//! ```
//!
//! A span ends with the answer, so its duration is the time of the request, with the body's transfer.

mod collector;

use std::env;
use std::time::Duration;

use ferrego_gatekeeper::Review;
use hyper::HeaderMap;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{
    ExporterBuildError, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    SpanExporter, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::metrics::Outcome;
use collector::Collector;

pub use collector::CollectorError;

/// The target of the spans, by which a program's layers select them.
pub const TARGET: &str = "ferrego_webhook::traces";

/// The time for the spans that are not sent yet when the exporter is dropped.
const FLUSH: Duration = Duration::from_secs(5);

/// The name of the service, unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` names it.
const SERVICE: &str = "ferrego";

/// An exporter of spans to a collector, until it is dropped. It then sends the spans that are left.
///
/// ```
/// use ferrego_webhook::traces::Exporter;
///
/// // Without the variables of OpenTelemetry, nothing is exported.
/// assert!(Exporter::from_environment()?.is_none());
/// # Ok::<(), ferrego_webhook::traces::TracesError>(())
/// ```
#[derive(Debug)]
pub struct Exporter {
    provider: SdkTracerProvider,
}

/// A reason why spans cannot be exported.
///
/// ```
/// use ferrego_webhook::traces::{Exporter, TracesError};
///
/// let exporter: Result<Option<Exporter>, TracesError> = Exporter::from_environment();
/// assert!(exporter.is_ok());
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TracesError {
    /// `OTEL_TRACES_EXPORTER` names an exporter that does not exist here.
    #[error("expected `otlp` or `none` in OTEL_TRACES_EXPORTER, found `{0}`")]
    Exporter(String),
    /// A protocol other than OTLP over HTTP.
    #[error("expected `http/protobuf` in {variable}, found `{protocol}`")]
    Protocol {
        /// The variable.
        variable: &'static str,
        /// Its value.
        protocol: String,
    },
    /// The client of the collector cannot start.
    #[error(transparent)]
    Collector(#[from] CollectorError),
    /// A setting of the exporter, such as its endpoint, is not valid.
    #[error("cannot export traces: {0}")]
    Setting(#[from] ExporterBuildError),
}

impl Exporter {
    /// Starts an exporter with the settings of OpenTelemetry's environment variables
    /// (`OTEL_EXPORTER_OTLP_*`, `OTEL_TRACES_SAMPLER`, `OTEL_BSP_*`, `OTEL_SERVICE_NAME`,
    /// `OTEL_RESOURCE_ATTRIBUTES`). Returns `None` if no variable names an endpoint or the exporter
    /// `otlp`, or if `OTEL_SDK_DISABLED` is true.
    ///
    /// # Errors
    /// Returns an error if a variable asks for something that is not supported or not valid.
    pub fn from_environment() -> Result<Option<Self>, TracesError> {
        if !is_wanted()? {
            return Ok(None);
        }
        check_protocol()?;
        let exporter =
            SpanExporter::builder().with_http().with_http_client(Collector::new()?).build()?;
        let mut resource = Resource::builder();
        if !names_service() {
            resource = resource.with_service_name(SERVICE);
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        Ok(Some(Self { provider }))
    }

    /// Returns the tracer of the spans, for a layer.
    pub(crate) fn tracer(&self) -> Tracer {
        self.provider.tracer(TARGET)
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH) {
            tracing::warn!(error = %error, "the last traces are lost");
        }
    }
}

/// Returns the value of a variable. An empty one counts as unset, as OpenTelemetry requires.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns `true` if the environment asks for traces.
fn is_wanted() -> Result<bool, TracesError> {
    if variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(false);
    }
    let endpoints = [OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT];
    match variable("OTEL_TRACES_EXPORTER").as_deref() {
        None => Ok(endpoints.into_iter().any(|name| variable(name).is_some())),
        Some("otlp") => Ok(true),
        Some("none") => Ok(false),
        Some(other) => Err(TracesError::Exporter(other.to_owned())),
    }
}

/// Refuses the protocols besides OTLP over HTTP.
fn check_protocol() -> Result<(), TracesError> {
    let names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    let found = names.into_iter().find_map(|name| Some((name, variable(name)?)));
    match found {
        Some((variable, protocol)) if protocol != "http/protobuf" => {
            Err(TracesError::Protocol { variable, protocol })
        }
        _ => Ok(()),
    }
}

/// Returns `true` if the environment names the service.
fn names_service() -> bool {
    let attributes = variable("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    let mut keys = attributes.split(',').filter_map(|pair| pair.split_once('='));
    variable("OTEL_SERVICE_NAME").is_some() || keys.any(|(key, _)| key.trim() == "service.name")
}

/// Opens the span of a request. Its parent is the span that the headers name.
pub(crate) fn span(headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "review",
        otel.kind = "server",
        otel.status_code = Empty,
        k8s.namespace.name = Empty,
        ferrego.kind = Empty,
        ferrego.operation = Empty,
        ferrego.outcome = Empty,
        ferrego.denials = Empty,
    );
    if !span.is_disabled() {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Without a layer of OpenTelemetry, no span has a parent.
        let _ = span.set_parent(parent);
    }
    span
}

/// Records a review and its outcome in the current span. `review` is `None` if the text is not a review.
pub(crate) fn record(review: Option<&Review<'_>>, outcome: Outcome, denials: usize) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    if let Some(review) = review {
        let request = review.value();
        let text = |path: &[&str]| request.path(path).and_then(|text| text.as_str()).unwrap_or("");
        span.record(
            "ferrego.kind",
            kind(["group", "version", "kind"].map(|key| text(&["kind", key]))),
        );
        span.record("ferrego.operation", text(&["operation"]));
        let namespace = review.candidate().namespace;
        if !namespace.is_empty() {
            span.record("k8s.namespace.name", namespace);
        }
    }
    span.record("ferrego.outcome", outcome.as_str());
    span.record("ferrego.denials", denials);
    if outcome == Outcome::Error {
        span.record("otel.status_code", "error");
    }
}

/// Returns a kind as `apps/v1 Deployment`, or `v1 Pod` in the core group.
fn kind([group, version, kind]: [&str; 3]) -> String {
    let slash = if group.is_empty() { "" } else { "/" };
    format!("{group}{slash}{version} {kind}")
}

/// Records in the current span that the request was refused, for a reason of the metrics.
pub(crate) fn record_refusal(reason: &str) {
    let span = Span::current();
    span.record("ferrego.outcome", reason);
    span.record("otel.status_code", "error");
}
