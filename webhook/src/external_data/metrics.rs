//! The metrics of providers.

use std::time::Duration;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry};

use super::client::Failure;
use super::pending::Outcome;
use super::spec::ProviderSpec;
use crate::metrics::BUCKETS;

/// The results of requests that got a response.
const ANSWERED: &str = "answered";
const SYSTEM_ERROR: &str = "system_error";

/// The metrics of all providers.
#[derive(Clone)]
pub(crate) struct ProviderMetrics {
    requests: IntCounterVec,
    durations: HistogramVec,
    hits: IntCounterVec,
    providers: IntGauge,
}

impl ProviderMetrics {
    /// Creates the metrics, and adds them to `registry`.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let requests = IntCounterVec::new(
            Opts::new("ferrego_provider_requests_total", "Requests to providers of external data"),
            &["provider", "result"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "ferrego_provider_request_duration_seconds",
                "Time from a request to a provider to its response or its failure",
            )
            .buckets(BUCKETS.to_vec()),
            &["provider"],
        )?;
        let hits = IntCounterVec::new(
            Opts::new("ferrego_provider_cache_hits_total", "Keys that the cache answered"),
            &["provider"],
        )?;
        let providers = IntGauge::new("ferrego_providers", "Providers of external data in force")?;
        registry.register(Box::new(providers.clone()))?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(hits.clone()))?;
        Ok(Self { requests, durations, hits, providers })
    }

    /// Records the number of providers in force.
    pub(super) fn in_force(&self, count: usize) {
        self.providers.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Counts keys that the cache answered.
    pub(super) fn found(&self, provider: &ProviderSpec, keys: u64) {
        self.hits.with_label_values(&[provider.name()]).inc_by(keys);
    }

    /// Counts a request that has ended.
    pub(super) fn requested(&self, provider: &ProviderSpec, outcome: &Outcome, duration: Duration) {
        let result = match outcome {
            Err(failure) => failure.as_str(),
            Ok(response) if !response.system_error().is_empty() => SYSTEM_ERROR,
            Ok(_) => ANSWERED,
        };
        self.requests.with_label_values(&[provider.name(), result]).inc();
        self.durations.with_label_values(&[provider.name()]).observe(duration.as_secs_f64());
    }

    /// Counts a call of a provider that does not exist. Its name may come from the reviewed object, so
    /// it is not a label.
    pub(super) fn unknown(&self) {
        self.requests.with_label_values(&["", "unknown"]).inc();
    }

    /// Removes the series of a provider that is not in force any more.
    pub(super) fn forget(&self, provider: &ProviderSpec) {
        let name = provider.name();
        // A series exists once it was counted.
        let _ = self.durations.remove_label_values(&[name]);
        let _ = self.hits.remove_label_values(&[name]);
        for result in Failure::NAMES.into_iter().chain([ANSWERED, SYSTEM_ERROR]) {
            let _ = self.requests.remove_label_values(&[name, result]);
        }
    }
}
