//! A request to a provider for which several evaluations may wait.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use ferrego_gatekeeper::external_data::Answer;

use super::client::{Failure, Reply};

/// The outcome of a request.
pub(super) type Outcome = Result<IndexedResponse, Failure>;

/// A response, whose answers can be found by key.
pub(super) struct IndexedResponse {
    reply: Reply,
    /// The indexes of the items of each key.
    indexes: HashMap<Arc<str>, Vec<usize>>,
    /// The indexes of the items of keys that were not requested.
    others: Vec<usize>,
}

impl IndexedResponse {
    /// Sorts the answers of a response to the keys `asked`.
    pub(super) fn new(reply: Reply, asked: &[Arc<str>]) -> Self {
        let asked: HashSet<&str> = asked.iter().map(|key| &**key).collect();
        let (mut indexes, mut others) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for (index, (key, _)) in reply.response.items.iter().enumerate() {
            if asked.contains(&**key) {
                indexes.entry(Arc::clone(key)).or_default().push(index);
            } else {
                others.push(index);
            }
        }
        Self { reply, indexes, others }
    }

    /// Returns the status of HTTP.
    pub(super) fn status(&self) -> u16 {
        self.reply.status
    }

    /// Returns the reason why the provider failed as a whole; empty if it did not.
    pub(super) fn system_error(&self) -> &str {
        &self.reply.response.system_error
    }

    /// Returns the answers to `key`. Usually, there is one.
    pub(super) fn answers(&self, key: &str) -> impl Iterator<Item = &Answer> {
        let indexes = self.indexes.get(key).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|&index| Some(&self.reply.response.items.get(index)?.1))
    }

    /// Returns the answers to keys that were not requested, with these keys.
    pub(super) fn others(&self) -> impl Iterator<Item = &(Arc<str>, Answer)> {
        self.others.iter().filter_map(|&index| self.reply.response.items.get(index))
    }
}

/// A request that runs or has ended.
#[derive(Default)]
pub(super) struct PendingRequest {
    outcome: Mutex<Option<Arc<Outcome>>>,
    completed: Condvar,
}

impl PendingRequest {
    /// Ends the request.
    pub(super) fn complete(&self, outcome: Arc<Outcome>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        self.completed.notify_all();
    }

    /// Waits for the outcome. Returns `None` if the request still runs at `until`.
    pub(super) fn wait(&self, until: Option<Instant>) -> Option<Arc<Outcome>> {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = &*outcome {
                return Some(Arc::clone(outcome));
            }
            outcome = match until {
                None => self.completed.wait(outcome).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.checked_duration_since(Instant::now())?;
                    let waited = self.completed.wait_timeout(outcome, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
