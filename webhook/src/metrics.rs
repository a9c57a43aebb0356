//! The metrics of a server, in the text format of Prometheus.
//!
//! Requests are counted under Gatekeeper's names (`pkg/webhook/stats_reporter.go`), so that its
//! dashboards and alerts work. The buckets of durations begin at 10 µs, because a review takes less
//! than Gatekeeper's first bucket of 1 ms. Other metrics begin with `ferrego_`.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus::{
    Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    Opts, Registry, TextEncoder,
};

#[cfg(feature = "external-data")]
use crate::external_data::ProviderMetrics;
use crate::policies::State;

/// The outcome of a request to `/v1/admit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Allow,
    Deny,
    Error,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Allow, Self::Deny, Self::Error];

    /// Returns Gatekeeper's name of the outcome.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Error => "error",
        }
    }
}

/// The upper bounds of the buckets of durations, in seconds.
pub(crate) const BUCKETS: [f64; 19] = [
    0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
    0.2, 0.5, 1.0, 2.0, 5.0, 10.0,
];

/// The metrics of a server. A program can serve them with those of its own.
///
/// ```
/// use ferrego_webhook::Metrics;
///
/// let metrics = Metrics::new()?;
/// assert!(metrics.render().contains("gatekeeper_validation_request_count"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Metrics {
    registry: Registry,
    /// For each outcome, the counters without and with a dry run, and the durations.
    requests: [([IntCounter; 2], Histogram); 3],
    findings: IntCounterVec,
    refused: IntCounterVec,
    reloads: IntCounterVec,
    constraints: IntGauge,
    inventory: IntGauge,
    loaded: IntGauge,
    resident: IntGauge,
    /// The time since which each watch of a cluster fails; 0 if it works.
    #[cfg(feature = "cluster")]
    failing: prometheus::IntGaugeVec,
    #[cfg(feature = "external-data")]
    providers: ProviderMetrics,
}

/// The metrics could not be registered.
///
/// ```
/// let metrics: Result<_, ferrego_webhook::metrics::MetricsError> = ferrego_webhook::Metrics::new();
/// assert!(metrics.is_ok());
/// ```
#[derive(Debug, thiserror::Error)]
#[error("cannot register metrics: {0}")]
pub struct MetricsError(#[from] prometheus::Error);

impl Metrics {
    /// Creates the metrics.
    ///
    /// # Errors
    /// Returns the errors of the library of metrics. For the names here, it has none.
    pub fn new() -> Result<Self, MetricsError> {
        let registry = Registry::new();
        let counters = |name, help, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, prometheus::Error>(counters)
        };
        let gauge = |name, help| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        #[cfg(feature = "cluster")]
        let failing = prometheus::IntGaugeVec::new(
            Opts::new(
                "ferrego_watch_failing_since_timestamp_seconds",
                "Time since which objects of the cluster cannot be watched, 0 if they can",
            ),
            &["source"],
        )?;
        #[cfg(feature = "cluster")]
        registry.register(Box::new(failing.clone()))?;
        let count = counters(
            "gatekeeper_validation_request_count",
            "The number of requests that are routed to validation webhook",
            &["admission_dryrun", "admission_status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "gatekeeper_validation_request_duration_seconds",
                "The response time in seconds",
            )
            .buckets(BUCKETS.to_vec()),
            &["admission_status"],
        )?;
        registry.register(Box::new(durations.clone()))?;
        let requests = Outcome::ALL.map(|outcome| {
            let counter = |dry_run| count.with_label_values(&[dry_run, outcome.as_str()]);
            let duration = durations.with_label_values(&[outcome.as_str()]);
            ([counter("false"), counter("true")], duration)
        });
        Ok(Self {
            requests,
            findings: counters(
                "ferrego_template_findings_total",
                "Findings of the constraints of a template in admission requests",
                &["template"],
            )?,
            refused: counters(
                "ferrego_requests_refused_total",
                "Requests that were answered without a review",
                &["reason"],
            )?,
            reloads: counters(
                "ferrego_reloads_total",
                "Attempts to load changed policies or certificates",
                &["source", "result"],
            )?,
            constraints: gauge("ferrego_constraints", "Enforced constraints")?,
            inventory: gauge("ferrego_inventory_objects", "Objects in the inventory")?,
            loaded: gauge(
                "ferrego_policies_loaded_timestamp_seconds",
                "Time at which the current policies were loaded",
            )?,
            resident: gauge("process_resident_memory_bytes", "Resident memory in bytes")?,
            #[cfg(feature = "cluster")]
            failing,
            #[cfg(feature = "external-data")]
            providers: ProviderMetrics::register(&registry)?,
            registry,
        })
    }

    /// Returns all metrics in Prometheus's text format.
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        // Writing to memory does not fail, and the encoder writes UTF-8.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    pub(crate) fn request(&self, outcome: Outcome, is_dry_run: bool, duration: Duration) {
        let (counters, durations) = &self.requests[outcome as usize];
        counters[usize::from(is_dry_run)].inc();
        durations.observe(duration.as_secs_f64());
    }

    pub(crate) fn finding(&self, template: &str) {
        self.findings.with_label_values(&[template]).inc();
    }

    pub(crate) fn refused(&self, reason: &str) {
        self.refused.with_label_values(&[reason]).inc();
    }

    /// Counts an attempt to load what `source` names.
    pub fn record_reload(&self, source: &str, is_loaded: bool) {
        let result = if is_loaded { "loaded" } else { "failed" };
        self.reloads.with_label_values(&[source, result]).inc();
    }

    /// Returns the metrics of providers.
    #[cfg(feature = "external-data")]
    pub(crate) fn providers(&self) -> &ProviderMetrics {
        &self.providers
    }

    /// Records the numbers of the current state.
    pub(crate) fn observe(&self, state: &State) {
        self.loaded.set(seconds(state.loaded()));
        self.constraints.set(number(state.set().constraints().count()));
        self.inventory.set(number(state.inventory().len()));
        if let Some(bytes) = resident_bytes() {
            self.resident.set(bytes);
        }
    }

    /// Records that the objects of `source` cannot be watched.
    #[cfg(feature = "cluster")]
    pub(crate) fn watch_failed(&self, source: &str) {
        let since = self.failing.with_label_values(&[source]);
        if since.get() == 0 {
            since.set(seconds(SystemTime::now()));
        }
    }

    /// Records that the objects of `source` are up to date again.
    #[cfg(feature = "cluster")]
    pub(crate) fn watch_works(&self, source: &str) {
        self.failing.with_label_values(&[source]).set(0);
    }

    /// Records that the objects of `source` are not watched any more.
    #[cfg(feature = "cluster")]
    pub(crate) fn forget_watch(&self, source: &str) {
        // A watch that was never recorded has no series.
        let _ = self.failing.remove_label_values(&[source]);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Returns the resident memory of the process, if the system is Linux.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

fn seconds(time: SystemTime) -> i64 {
    let time = time.duration_since(UNIX_EPOCH);
    time.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_gatekeepers_names_and_labels() {
        let metrics = Metrics::new().expect("metrics");
        metrics.request(Outcome::Deny, true, Duration::from_micros(15));
        metrics.finding("K8sRequiredLabels");
        let text = metrics.render();
        for line in [
            r#"gatekeeper_validation_request_count{admission_dryrun="true",admission_status="deny"} 1"#,
            r#"gatekeeper_validation_request_count{admission_dryrun="false",admission_status="allow"} 0"#,
            r#"gatekeeper_validation_request_duration_seconds_bucket{admission_status="deny",le="0.00001"} 0"#,
            r#"gatekeeper_validation_request_duration_seconds_bucket{admission_status="deny",le="0.00002"} 1"#,
            r#"ferrego_template_findings_total{template="K8sRequiredLabels"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[cfg(feature = "cluster")]
    #[test]
    fn a_watch_fails_since_its_first_failure() {
        let metrics = Metrics::new().expect("metrics");
        let since = || metrics.failing.with_label_values(&["pods"]).get();
        metrics.watch_works("pods");
        assert_eq!(since(), 0);
        metrics.watch_failed("pods");
        metrics.failing.with_label_values(&["pods"]).sub(100);
        let first = since();
        metrics.watch_failed("pods");
        assert!(first > 1_000_000_000 && since() == first);
        metrics.watch_works("pods");
        assert_eq!(since(), 0);
        metrics.forget_watch("pods");
        assert!(!metrics.render().contains(r#"source="pods""#));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_of_the_process_is_known() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1 << 20));
    }
}
