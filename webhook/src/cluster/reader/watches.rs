//! Watches for a caller that blocks.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::super::WAITING;
use super::super::watch::{Change, follow};
use super::{Reader, Source};

/// Watches of kinds, whose changes a caller receives one by one. While it does not, the watches wait.
pub struct Watches<'r> {
    reader: &'r Reader,
    running: HashMap<Source, AbortHandle>,
    changes: Receiver<Change>,
    /// The watches have clones of it, so that changes do not end.
    sender: Sender<Change>,
}

impl Reader {
    /// Returns watches of no kind.
    pub fn watches(&self) -> Watches<'_> {
        let (sender, changes) = channel(WAITING);
        Watches { reader: self, running: HashMap::new(), changes, sender }
    }
}

impl Watches<'_> {
    /// Watches these sources and no others. Returns those that were not watched before.
    pub fn set(&mut self, sources: &BTreeSet<Source>) -> Vec<Source> {
        for (_, watch) in self.running.extract_if(|source, _| !sources.contains(source)) {
            watch.abort();
        }
        let new = sources.iter().filter(|source| !self.running.contains_key(*source));
        let new: Vec<Source> = new.cloned().collect();
        for source in &new {
            let (client, sender) = (self.reader.client.clone(), self.sender.clone());
            let watch = self.reader.runtime.spawn(follow(client, source.clone(), sender));
            self.running.insert(source.clone(), watch.abort_handle());
        }
        new
    }

    /// Returns the next change, or `None` if there is none within `time`.
    pub fn next(&mut self, time: Duration) -> Option<Change> {
        let received = async { timeout(time, self.changes.recv()).await };
        let change = self.reader.runtime.block_on(received).ok().flatten()?;
        // A watch that was ended may have sent changes before.
        self.running.contains_key(&change.source).then_some(change)
    }
}

impl Drop for Watches<'_> {
    fn drop(&mut self) {
        self.running.values().for_each(AbortHandle::abort);
    }
}
