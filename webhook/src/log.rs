//! Logs in JSON, a line for each event.
//!
//! The crate logs through [`tracing`], so a program that installs a subscriber of its own decides
//! about the form. [`to_stderr`] installs one that writes lines like this:
//!
//! ```json
//! {"timestamp":"2026-11-29T12:00:00.000Z","level":"INFO","message":"serving","listen":"0.0.0.0:8443"}
//! ```

use std::io;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

#[cfg(feature = "traces")]
use crate::traces::{Exporter, TARGET};

/// Writes the events of this process to standard error from now on. If a subscriber is already
/// installed, it stays.
pub fn to_stderr() {
    // The program has its own subscriber.
    let _ = tracing_subscriber::registry().with(lines()).try_init();
}

/// Writes the events of this process like [`to_stderr`], and passes its spans to `exporter`.
#[cfg(feature = "traces")]
pub fn to_stderr_with(exporter: &Exporter) {
    let spans = tracing_opentelemetry::layer()
        .with_tracer(exporter.tracer())
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(FilterFn::new(|metadata: &Metadata<'_>| {
            metadata.is_span() && metadata.target() == TARGET
        }));
    // The program has its own subscriber.
    let _ = tracing_subscriber::registry().with(lines()).with(spans).try_init();
}

/// Returns the layer that writes events.
fn lines<S>() -> impl Layer<S>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_writer(io::stderr)
        .with_filter(events())
}

/// Returns the filter of the events that are written.
fn events() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    let is_written: fn(&Metadata<'_>) -> bool =
        |metadata| metadata.is_event() && *metadata.level() <= Level::INFO;
    FilterFn::new(is_written).with_max_level_hint(Level::INFO)
}
