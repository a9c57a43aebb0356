//! Reading the definitions of the cluster, at the start and when they change.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::RandomState;
use std::sync::Arc;
use std::time::Duration;

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::documents::{Document, UNREADABLE};
use ferrego_program::failure::Failure;
use ferrego_program::judge::{Coverage, SharedHost, not_applied};
use ferrego_program::serve::unusable;
use ferrego_program::watch::events::Totals;
use ferrego_program::watch::ledger::{Ledger, Scope};
use ferrego_program::watch::policies::{Policies, add_inventory_readers};
use ferrego_runtime::{Arena, Document as Owned};
use ferrego_source::diagnostics::Notice;
use ferrego_webhook::cluster::reader::{Gvk, Kind, Kinds, Reader, Source};
use ferrego_webhook::stop::Stop;

use super::super::known::Known;
use super::settle::later;
use super::{Due, State, Watched, split};
use crate::arguments::Audit;
use crate::commands::audit::cluster::set_up;
use crate::commands::audit::definitions::{Definitions, file_name};
use crate::commands::audit::objects::Namespaces;
use crate::commands::audit::settings;

/// The pause until definitions that could not be read are read again.
const INCOMPLETE_PAUSE: Duration = Duration::from_mins(1);

/// The key of the error of a reading of the definitions.
const DEFINITIONS: &str = "definitions";

impl<'c> Watched<'c> {
    /// Reads the definitions, and begins to watch.
    ///
    /// # Errors
    /// Returns a failure if the API server does not name its kinds.
    pub(super) fn start(
        command: &'c Audit,
        reader: &'c Reader,
        stop: &'c Stop,
        host: Option<SharedHost>,
    ) -> Result<Self, Failure> {
        let kinds = reader.kinds().map_err(|error| unusable(&error))?;
        let hasher = RandomState::new();
        let mut known = Known::new(&hasher);
        let state = read(command, reader, host.clone(), kinds, &mut known, &hasher)?;
        let dirty = state.set_up.constraints().iter().cloned().collect();
        let mut watched = Self {
            command,
            reader,
            watches: reader.watches(),
            stop,
            host,
            hasher,
            coverage: Coverage::new(&state.set_up.set),
            state,
            known,
            ledger: Ledger::new(false),
            judged: HashMap::new(),
            polled: Vec::new(),
            lists: HashMap::new(),
            pending: Vec::new(),
            unlisted: BTreeSet::new(),
            is_listed: false,
            totals: Totals::default(),
            faults: BTreeMap::new(),
            due: Due::default(),
            dirty,
            touched: true,
            unsettled: None,
        };
        watched.unlisted = watched.set_watches().into_iter().collect();
        watched.unlisted.retain(|source| watched.judged.contains_key(source));
        watched.poll();
        watched.read_incomplete_again();
        Ok(watched)
    }

    /// Reads the definitions again, and judges what they change. Returns `false` if they cannot be
    /// read. The last ones stay in force then.
    pub(super) fn refresh(&mut self) -> bool {
        let Self { command, reader, .. } = *self;
        let mut kinds = match reader.kinds() {
            Ok(kinds) => kinds,
            Err(error) => {
                self.faults
                    .insert(DEFINITIONS.to_owned(), Notice::error(UNREADABLE, error.to_string()));
                return false;
            }
        };
        self.keep_kinds(&mut kinds);
        let mut known = Known::new(&self.hasher);
        let read = read(command, reader, self.host.clone(), kinds, &mut known, &self.hasher);
        let state = match read {
            Ok(state) => state,
            Err(Failure(notices)) => {
                self.faults
                    .extend(notices.into_iter().map(|notice| (DEFINITIONS.to_owned(), notice)));
                return false;
            }
        };
        let is_known = |error: &&Notice| !self.state.unlisted.contains(error);
        if let Some(error) = state.unlisted.iter().find(is_known) {
            // Without these definitions, violations would seem to be gone.
            self.faults.insert(DEFINITIONS.to_owned(), error.clone());
            return false;
        }
        self.faults.remove(DEFINITIONS);
        let (mut scope, gone) = self.state.policies.changes(&state.policies);
        self.compare(&state, &known);
        self.known.replace(known);
        self.state = state;
        // The flags of the last set do not fit this one.
        self.coverage = Coverage::default();
        if std::mem::take(&mut self.due.inventory) {
            add_inventory_readers(&mut scope, &self.state.set_up);
        }
        // A constraint that is not there any more may be the reason why an object could not be judged.
        if self.ledger.any_failed() && !(scope.is_empty() && gone.is_empty()) {
            scope = Scope::All;
        }
        let all = self.state.set_up.constraints().iter();
        self.dirty.extend(all.filter(|id| scope.contains(id)).cloned());
        self.ledger.remove_constraints(&gone);
        let new: HashSet<Source> = self.set_watches().into_iter().collect();
        self.list_again(&scope, |source| !new.contains(source), |_| true);
        true
    }

    /// Reads the definitions again after a pause if some of them could not be read.
    pub(super) fn read_incomplete_again(&mut self) {
        if !self.state.is_complete {
            self.due.definitions = true;
            self.due.read_at = later(INCOMPLETE_PAUSE);
        }
    }

    /// Finds the objects of the inventory and the Namespaces that changed before they were read again.
    fn compare(&mut self, state: &State<'_>, known: &Known) {
        let sources: Vec<Source> = state.synced.kinds.iter().map(Kind::source).collect();
        self.due.inventory |= self.state.synced.kinds != state.synced.kinds
            || self.state.synced.exempt != state.synced.exempt
            || sources.iter().any(|source| !self.known.differences(known, source).is_empty());
        let namespaces = self.known.differences(known, &Source::Namespaces);
        self.due.namespaces.extend(namespaces.iter().map(|name| split(name).1));
        self.due.namespaces.extend(self.state.namespaces.missing());
    }

    /// Keeps the kinds of a group that cannot be asked for them.
    fn keep_kinds(&self, kinds: &mut Kinds) {
        for error in &kinds.errors {
            let folder = format!("{}/", error.path);
            let kept = self.state.kinds.iter().filter(|kind| kind.path().starts_with(&folder));
            kinds.kinds.extend(kept.cloned());
        }
    }

    /// Watches what the definitions name. Returns the sources that were not watched before.
    fn set_watches(&mut self) -> Vec<Source> {
        let state = &self.state;
        let is_judged =
            |kind: &&Kind| state.set_up.may_judge(&kind.group, &kind.version, &kind.kind);
        let (watched, polled): (Vec<&Kind>, Vec<&Kind>) =
            state.kinds.iter().filter(is_judged).partition(|kind| kind.is_watched);
        let judged = |kind: &&Kind| (kind.source(), file_name(kind));
        self.judged = watched.iter().map(judged).collect();
        self.polled = polled.into_iter().cloned().collect();
        let files: HashSet<Arc<str>> =
            state.kinds.iter().filter(is_judged).map(file_name).collect();
        self.ledger.remove(|identity, _| !files.contains(&identity.file));
        let always = [
            Source::Templates,
            Source::Configs,
            Source::SyncSets,
            Source::Expansions,
            Source::Namespaces,
            custom_resources(),
        ];
        let of_templates = state.collected.templates.iter().filter_map(kind_of_template);
        let mutators = state.kinds.iter().filter(|kind| {
            kind.group == "mutations.gatekeeper.sh" && !state.collected.expansions.is_empty()
        });
        let synced = state.synced.kinds.iter().map(Kind::source);
        let sources: BTreeSet<Source> = always
            .into_iter()
            .chain(of_templates.map(Source::Constraints))
            .chain(mutators.map(Kind::source))
            .chain(synced)
            .chain(self.judged.keys().cloned())
            .collect();
        let paths: HashSet<String> = state.kinds.iter().map(Kind::path).collect();
        let names: HashSet<String> = sources.iter().map(ToString::to_string).collect();
        self.faults.retain(|name, _| {
            let (source, _) = name.split_once(' ').unwrap_or((name, ""));
            let is_path = paths.contains(name) || name.starts_with("/status ");
            names.contains(source) || name == DEFINITIONS || is_path
        });
        self.unlisted.retain(|source| sources.contains(source));
        self.watches.set(&sources)
    }
}

/// Returns `true` for the objects that define kinds.
pub(super) fn defines_kinds(source: &Source) -> bool {
    let Source::Objects(Gvk { group, .. }) = source else { return false };
    *source == custom_resources() || group == "mutations.gatekeeper.sh"
}

fn custom_resources() -> Source {
    let [group, version, kind] =
        ["apiextensions.k8s.io", "v1", "CustomResourceDefinition"].map(str::to_owned);
    Source::Objects(Gvk { group, version, kind })
}

/// Reads the definitions. `known` receives them and the objects of the inventory.
fn read<'c>(
    command: &Audit,
    reader: &'c Reader,
    host: Option<SharedHost>,
    kinds: Kinds,
    known: &mut Known,
    hasher: &RandomState,
) -> Result<State<'c>, Failure> {
    let definitions = Definitions::read(reader, &kinds)?;
    let unlisted = definitions.unlisted.clone();
    record(&definitions, known);
    let added = &mut |kind: &Kind, object: &Owned| known.record(&kind.source(), object);
    let (mut collected, set_up, mut synced) = set_up(command, host, reader, definitions, added);
    if !set_up.set.constraints().any(|one| set_up.reads_inventory(one.kind())) {
        synced.kinds.clear();
    }
    let inventory = Inventory::with_numbers(settings(command).numbers);
    let inventory = Arc::new(Definitions::namespaces(&collected, inventory));
    let set_up = set_up.in_cluster(Arc::clone(&inventory));
    let policies = Policies::of(&collected, &set_up, true, hasher);
    collected.notices.extend(not_applied(&collected));
    let namespaces = Namespaces::new(reader, Arc::clone(&inventory));
    let is_complete = kinds.errors.is_empty() && unlisted.is_empty();
    let kinds = kinds.kinds;
    Ok(State {
        kinds,
        is_complete,
        collected,
        set_up,
        synced,
        namespaces,
        inventory,
        policies,
        unlisted,
    })
}

/// Records the definitions that were read.
fn record(definitions: &Definitions, known: &mut Known) {
    let Definitions { collected, synced, .. } = definitions;
    for document in &collected.constraints {
        let arena = Arena::new();
        let Ok(value) = document.value(&arena) else { continue };
        let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
        known.record(&Source::Constraints(kind.to_owned()), &Owned::of(&value));
    }
    let lists = [
        (Source::Templates, &collected.templates),
        (Source::Configs, synced),
        (Source::SyncSets, synced),
        (Source::Expansions, &collected.expansions),
        (Source::Namespaces, &collected.namespaces),
    ];
    for (source, documents) in lists {
        for document in documents {
            let arena = Arena::new();
            let Ok(value) = document.value(&arena) else { continue };
            let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
            if kind == "Config" && source == Source::SyncSets
                || kind == "SyncSet" && source == Source::Configs
            {
                continue;
            }
            known.record(&source, &Owned::of(&value));
        }
    }
}

/// Returns the kind of a template's constraints.
fn kind_of_template(document: &Document) -> Option<String> {
    let arena = Arena::new();
    let value = document.value(&arena).ok()?;
    Some(value.path(&["spec", "crd", "spec", "names", "kind"])?.as_str()?.to_owned())
}
