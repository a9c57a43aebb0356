//! A provider in force, with its cache.
//!
//! A key that several evaluations need at the same time is requested once:
//!
//! ```text
//! evaluation 1: a, b → request {a, b} ───────→ both answers
//! evaluation 2: b, c → waits for b, request {c} → both answers
//! ```
//!
//! A request continues until the provider's timeout, also if the evaluations that wait for it end
//! earlier. Its answers are then in the cache.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ferrego_gatekeeper::external_data::{Answer, Response};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::cache::Cache;
use super::client::{Client, Failure};
use super::metrics::ProviderMetrics;
use super::pending::{IndexedResponse, Outcome, PendingRequest};
use super::spec::ProviderSpec;
use crate::wait::{self, WouldBlock};

/// The number of requests to a provider at the same time. Others wait, within the provider's timeout.
const REQUESTS: usize = 64;

/// A provider that answers.
pub(super) struct Remote {
    spec: ProviderSpec,
    client: Client,
    metrics: ProviderMetrics,
    table: Mutex<Table>,
    /// A permit for each request that runs.
    requests: Semaphore,
}

/// The known and the requested keys.
struct Table {
    cache: Cache,
    /// The requests that run, by key.
    pending: HashMap<Arc<str>, Arc<PendingRequest>>,
}

/// The sources of the answers to some keys.
struct Sources {
    /// The source for each key.
    all: Vec<Source>,
    /// The time until which the evaluation may wait.
    until: Option<Instant>,
}

/// The source of the answer to a key.
enum Source {
    Cache(Answer),
    Pending(Arc<PendingRequest>),
}

impl Remote {
    pub(super) fn new(
        spec: ProviderSpec,
        client: Client,
        cache: Cache,
        metrics: ProviderMetrics,
    ) -> Self {
        let table = Mutex::new(Table { cache, pending: HashMap::new() });
        Self { spec, client, metrics, table, requests: Semaphore::new(REQUESTS) }
    }

    pub(super) fn spec(&self) -> &ProviderSpec {
        &self.spec
    }

    /// Writes the answers to `keys` into a response, in the order of the keys.
    ///
    /// A key that the provider does not mention is an error of that key. Gatekeeper leaves it out, so
    /// that a policy that looks for errors only would allow.
    pub(super) fn answer(
        self: &Arc<Self>,
        keys: &[&str],
        runtime: &Handle,
        response: &mut Response<'_>,
    ) {
        match self.sources(keys, runtime) {
            Ok(sources) => {
                if let Err(reason) = self.write(keys, &sources, response) {
                    response.fail(500, format_args!("{reason}"));
                }
            }
            Err(would_block) => response.fail(500, format_args!("{would_block}")),
        }
    }

    /// Returns the source of each key. Begins a request for the keys that are neither known nor
    /// requested.
    fn sources(self: &Arc<Self>, keys: &[&str], runtime: &Handle) -> Result<Sources, WouldBlock> {
        let (now, mut until) = (Instant::now(), None);
        let (request, mut asked) = (Arc::new(PendingRequest::default()), Vec::new());
        let (mut all, mut hits) = (Vec::with_capacity(keys.len()), 0);
        {
            let mut table = self.table();
            let Table { cache, pending } = &mut *table;
            if keys.iter().any(|key| cache.get(key, now).is_none()) {
                until = wait::until()?;
            }
            for &key in keys {
                if let Some(answer) = cache.get(key, now) {
                    hits += 1;
                    all.push(Source::Cache(answer.clone()));
                    continue;
                }
                let request = pending.entry(key.into()).or_insert_with_key(|key| {
                    asked.push(Arc::clone(key));
                    Arc::clone(&request)
                });
                all.push(Source::Pending(Arc::clone(request)));
            }
        }
        if hits > 0 {
            let remote = Arc::clone(self);
            wait::if_kept(move || remote.metrics.found(&remote.spec, hits));
        }
        if !asked.is_empty() {
            let task = RequestTask { remote: Arc::clone(self), asked, request };
            runtime.spawn(task.run());
        }
        Ok(Sources { all, until })
    }

    /// Writes the answers of the sources, and waits for those that are requested.
    fn write(
        &self,
        keys: &[&str],
        sources: &Sources,
        response: &mut Response<'_>,
    ) -> Result<(), String> {
        let (mut status, mut responses) = (0, Vec::<Arc<Outcome>>::new());
        for (&key, source) in keys.iter().zip(&sources.all) {
            let request = match source {
                Source::Cache(answer) => {
                    answer.write(key, response);
                    continue;
                }
                Source::Pending(request) => request,
            };
            let outcome =
                request.wait(sources.until).ok_or_else(|| Failure::Timeout.to_string())?;
            let reply = (*outcome).as_ref().map_err(ToString::to_string)?;
            status = status.max(reply.status());
            if !reply.system_error().is_empty() {
                response.set_system_error(format_args!("{}", reply.system_error()));
            }
            let mut count = 0;
            for answer in reply.answers(key) {
                answer.write(key, response);
                count += 1;
            }
            if count == 0 && reply.system_error().is_empty() {
                let name = self.spec.name();
                let reason = format_args!("provider {name} did not answer the key");
                response.add_error(key, reason);
            }
            if !responses.iter().any(|known| Arc::ptr_eq(known, &outcome)) {
                responses.push(outcome);
            }
        }
        for (key, answer) in responses
            .iter()
            .filter_map(|one| (**one).as_ref().ok())
            .flat_map(IndexedResponse::others)
        {
            answer.write(key, response);
        }
        response.set_status_code(status);
        Ok(())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that sends a request. It completes the request in any case, also when it is dropped.
struct RequestTask {
    remote: Arc<Remote>,
    asked: Vec<Arc<str>>,
    request: Arc<PendingRequest>,
}

impl RequestTask {
    async fn run(self) {
        let Self { remote, asked, .. } = &self;
        let start = Instant::now();
        let request = async {
            // Nobody closes the semaphore.
            let _permit = remote.requests.acquire().await;
            remote.client.request(asked.iter().map(|key| &**key)).await
        };
        let outcome = timeout(remote.spec.timeout(), request).await;
        let outcome: Outcome = outcome
            .unwrap_or(Err(Failure::Timeout))
            .map(|reply| IndexedResponse::new(reply, asked));
        remote.metrics.requested(&remote.spec, &outcome, start.elapsed());
        if let Err(error) = &outcome {
            let provider = remote.spec.name();
            tracing::warn!(provider, error = %error, "the provider gave no response");
        }
        self.complete(outcome);
    }

    fn complete(&self, outcome: Outcome) {
        let mut table = self.remote.table();
        for key in &self.asked {
            if let Ok(response) = &outcome
                && let Some(answer) = lasting(response, key)
            {
                table.cache.insert(Arc::clone(key), answer.clone(), Instant::now());
            }
            if table.pending.get(key).is_some_and(|request| Arc::ptr_eq(request, &self.request)) {
                table.pending.remove(key);
            }
        }
        drop(table);
        self.request.complete(Arc::new(outcome));
    }
}

/// Ends a request that is dropped, because the process stops.
impl Drop for RequestTask {
    fn drop(&mut self) {
        if self.request.wait(Some(Instant::now())).is_none() {
            self.complete(Err(Failure::Send("the client is stopping".to_owned())));
        }
    }
}

/// Returns the answer to `key` that is used again: the only one of a provider that did not fail.
/// Gatekeeper also keeps the answers beside a system error, which the next evaluation then does not
/// see.
fn lasting<'r>(response: &'r IndexedResponse, key: &str) -> Option<&'r Answer> {
    let mut answers = response.answers(key);
    let answer = answers.next()?;
    let is_whole = response.system_error().is_empty() && response.status() == 200;
    (is_whole && answers.next().is_none()).then_some(answer)
}
