//! The work that follows from changes once they settle.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrego_program::judge::coverage_notices;
use ferrego_program::watch::BATCH;
use ferrego_program::watch::ledger::Scope;
use ferrego_program::watch::policies::add_inventory_readers;
use ferrego_source::diagnostics::Notice;
use ferrego_webhook::cluster::reader::{Item, Kind, Source};

use super::{Batch, Identity, Watched};
use crate::commands::audit::definitions::{document, file_name, notice};
use crate::commands::audit::status::{self as statuses, Results};

/// The pause after a reading of the definitions that failed.
const READ_PAUSE: Duration = Duration::from_secs(5);

/// The least time between two judgments because of the inventory.
const INVENTORY_PAUSE: Duration = Duration::from_secs(5);

/// The time between two lists of a kind that cannot be watched.
const POLL_PAUSE: Duration = Duration::from_mins(1);

impl Watched<'_> {
    /// Does what is due.
    pub(super) fn settle(&mut self) {
        self.unsettled = None;
        if self.due.definitions && is_due(self.due.read_at) {
            self.touched = true;
            self.due.definitions = !self.refresh();
            self.due.read_at = later(READ_PAUSE).filter(|_| self.due.definitions);
            if !self.due.definitions {
                self.read_incomplete_again();
            }
        }
        if let Some((at, scope)) = self.due.again.take() {
            if is_due(Some(at)) {
                self.list_again(&scope, |_| true, |_| true);
            } else {
                self.due.again = Some((at, scope));
            }
        }
        if self.due.inventory && is_due(self.due.inventory_at) {
            self.due.inventory = false;
            self.state.set_up.retake_inventory();
            let mut scope = Scope::Only(<_>::default());
            add_inventory_readers(&mut scope, &self.state.set_up);
            self.list_again(&scope, |_| true, |_| true);
            self.due.inventory_at = later(INVENTORY_PAUSE);
        }
        let namespaces = std::mem::take(&mut self.due.namespaces);
        if !namespaces.is_empty() {
            let is_in = |item: &Item| namespaces.contains(&item.namespace);
            self.list_again(&Scope::All, |_| true, is_in);
        }
        if is_due(self.due.poll_at) {
            self.poll();
        }
        if self.is_listed && !self.dirty.is_empty() && is_due(self.due.status_at) {
            self.write_status();
        }
    }

    /// Lists the objects of the judged kinds, and judges those that are `wanted` by the constraints in
    /// the scope. Objects that are gone stay until their watch removes them.
    pub(super) fn list_again(
        &mut self,
        scope: &Scope,
        is_listed: impl Fn(&Source) -> bool,
        is_wanted: impl Fn(&Item) -> bool,
    ) {
        if scope.is_empty() {
            return;
        }
        let is_kept = |kind: &str, name: &str| scope.contains(&format!("{kind}/{name}"));
        let narrowed = self.state.set_up.set.only(|one| is_kept(one.kind(), one.name()));
        let all = std::mem::replace(&mut self.state.set_up.set, narrowed);
        let kinds: Vec<Kind> = self
            .state
            .kinds
            .iter()
            .filter(|kind| self.state.set_up.may_judge(&kind.group, &kind.version, &kind.kind))
            .filter(|kind| is_listed(&kind.source()))
            .cloned()
            .collect();
        self.touched = true;
        // The objects that could not be judged are judged by all constraints.
        let (mut failed, mut is_complete) = (Vec::new(), true);
        for kind in &kinds {
            is_complete &= self.list_kind(kind, 0, &is_wanted, &mut |watched, batch| {
                let (again, judged) = batch
                    .into_iter()
                    .partition(|(identity, _, _)| watched.ledger.has_failed(identity));
                failed.extend::<Vec<_>>(again);
                watched.judge(judged, scope);
            });
        }
        self.state.set_up.set = all;
        self.judge(failed, &Scope::All);
        if !is_complete {
            let missed = self.due.again.take().map(|(_, scope)| scope);
            let missed = missed.unwrap_or(Scope::Only(<_>::default()));
            self.due.again = later(READ_PAUSE).map(|at| (at, missed.with(scope)));
        }
    }

    /// Lists the objects of a kind, and passes those that are wanted to `give` in batches. Returns
    /// `false` if not all could be listed.
    fn list_kind(
        &mut self,
        kind: &Kind,
        list: u64,
        is_wanted: &dyn Fn(&Item) -> bool,
        give: &mut dyn FnMut(&mut Self, Batch),
    ) -> bool {
        let (file, mut batch) = (file_name(kind), Vec::new());
        let (reader, stop) = (self.reader, self.stop);
        let listed = reader.each(kind, &mut |item| {
            if is_wanted(&item) {
                let name = format!("{}/{}", item.namespace, item.name);
                let identity = Identity { file: Arc::clone(&file), name };
                batch.push((identity, document(&file, item), list));
            }
            if batch.len() >= BATCH {
                give(self, std::mem::take(&mut batch));
            }
            if stop.is_told() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        give(self, batch);
        match listed {
            Ok(()) => {
                self.faults.remove(&kind.path());
                true
            }
            Err(error) => {
                self.faults.insert(kind.path(), notice(&error));
                false
            }
        }
    }

    /// Lists the kinds that cannot be watched.
    pub(super) fn poll(&mut self) {
        self.touched |= !self.polled.is_empty();
        for kind in std::mem::take(&mut self.polled) {
            let (source, file) = (kind.source(), file_name(&kind));
            let list = self.lists.entry(source).or_default();
            *list += 1;
            let last = *list;
            let is_complete = self.list_kind(&kind, last, &|_| true, &mut |watched, batch| {
                watched.judge(batch, &Scope::All);
            });
            if is_complete && !self.stop.is_told() {
                self.ledger.remove(|identity, list| identity.file == file && list < last);
            }
            self.polled.push(kind);
        }
        self.due.poll_at = later(POLL_PAUSE);
    }

    /// Ends the first list of all objects.
    pub(super) fn end_first_list(&mut self) {
        (self.is_listed, self.touched) = (true, true);
        let (state, objects) = (&mut self.state, self.totals.objects);
        let found = coverage_notices(&state.collected, &state.set_up, &self.coverage, objects);
        state.collected.notices.extend(found);
        if !self.dirty.is_empty() {
            self.write_status();
        }
    }

    /// Writes the status of the constraints whose violations changed, if the command asks for it.
    fn write_status(&mut self) {
        let dirty = std::mem::take(&mut self.dirty);
        if !self.command.cluster.write_status {
            return;
        }
        self.touched = true;
        self.faults.retain(|name, _| !name.starts_with("/status "));
        let mut results = Results::new(self.command.cluster.constraint_violations_limit);
        let violations = self.ledger.violations();
        violations.filter(|one| dirty.contains(&one.constraint)).for_each(|one| results.add(one));
        let accepted = self.state.set_up.constraints().iter();
        let written: Vec<String> = accepted.filter(|id| dirty.contains(*id)).cloned().collect();
        let mut notices: Vec<Notice> = statuses::incomplete(&self.standing()).into_iter().collect();
        let failed = results.write(self.reader, &self.state.kinds, &written);
        if !failed.is_empty() {
            // They are written again after the next pause.
            self.dirty.extend(written);
        }
        notices.extend(failed);
        let numbered = notices.into_iter().enumerate();
        self.faults.extend(numbered.map(|(index, notice)| (format!("/status {index}"), notice)));
        self.due.status_at = later(self.command.watching.status_interval);
    }
}

fn is_due(time: Option<Instant>) -> bool {
    time.is_none_or(|time| time <= Instant::now())
}

pub(super) fn later(pause: Duration) -> Option<Instant> {
    Instant::now().checked_add(pause)
}
