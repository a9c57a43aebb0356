//! The audit of a cluster that is kept current.
//!
//! Memory holds the violations, the definitions, the inventory, and the objects that wait to be
//! judged, but no other objects. If a change decides about objects that did not change, they are
//! listed again:
//!
//! | change | judged again |
//! | --- | --- |
//! | an object | the object |
//! | a constraint, or its template | the objects of the kinds that it may match, by it |
//! | an object of the inventory | the same, by the constraints whose policies read the inventory |
//! | a Namespace | the objects in it |
//! | a Config, an expansion template or a mutator | all objects |

mod refresh;
mod settle;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::RandomState;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::documents::{Document, UNREADABLE};
use ferrego_gatekeeper::inventory::ObjectKey;
use ferrego_program::failure::Failure;
use ferrego_program::judge::{self, Collected, Coverage, SetUp, SharedHost};
use ferrego_program::output;
use ferrego_program::serve::unusable;
use ferrego_program::status::Status;
use ferrego_program::watch::events::{Events, Totals};
use ferrego_program::watch::ledger::{Ledger, Scope};
use ferrego_program::watch::policies::Policies;
use ferrego_program::watch::{BATCH, jobs, status, totals};
use ferrego_runtime::Document as Owned;
use ferrego_runtime::json::{Escape, to_string};
use ferrego_source::diagnostics::Notice;
use ferrego_webhook::cluster::reader::{Change, Kind, Reader, Seen, Source, Watches};
use ferrego_webhook::stop::Stop;

use super::known::{Difference, Known, name};
use crate::arguments::Audit;
use crate::commands::audit::definitions::Synced;
use crate::commands::audit::host;
use crate::commands::audit::objects::Namespaces;

/// The time without a change after which what changed is taken.
const SETTLING: Duration = Duration::from_millis(200);

/// The longest time that changes wait for others, which never end in a large cluster.
const LONGEST_SETTLING: Duration = Duration::from_secs(2);

/// An object: the name of its kind in the place of a file's, its namespace and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Identity {
    file: Arc<str>,
    /// The namespace and the name, as in `shop/web`.
    name: String,
}

/// Objects to judge, each with the number of the list that gave it.
type Batch = Vec<(Identity, Document, u64)>;

/// The watched cluster, and the findings in it.
struct Watched<'c> {
    command: &'c Audit,
    reader: &'c Reader,
    watches: Watches<'c>,
    stop: &'c Stop,
    host: Option<SharedHost>,
    hasher: RandomState,
    state: State<'c>,
    known: Known,
    ledger: Ledger<Identity>,
    coverage: Coverage,
    /// The judged kinds that are watched, by source, each with its name in the place of a file's.
    judged: HashMap<Source, Arc<str>>,
    /// The judged kinds that are listed at intervals, because they cannot be watched.
    polled: Vec<Kind>,
    /// The number of the last list of each source.
    lists: HashMap<Source, u64>,
    /// The objects that wait to be judged.
    pending: Batch,
    /// The judged sources whose first list is not complete.
    unlisted: BTreeSet<Source>,
    is_listed: bool,
    totals: Totals,
    /// The errors of requests, by their source or path.
    faults: BTreeMap<String, Notice>,
    due: Due,
    /// The constraints whose status is not current.
    dirty: BTreeSet<String>,
    /// `true` if there may be something to tell.
    touched: bool,
    /// The time of the first change that has not settled.
    unsettled: Option<Instant>,
}

/// The definitions, and the set-up that they make.
struct State<'c> {
    kinds: Vec<Kind>,
    /// `true` if all kinds and all definitions could be read.
    is_complete: bool,
    collected: Collected,
    set_up: SetUp,
    synced: Synced,
    namespaces: Namespaces<'c>,
    /// The Namespaces, which the set-up sees.
    inventory: Arc<Inventory>,
    policies: Policies,
    /// The errors of kinds whose definitions could not be listed.
    unlisted: Vec<Notice>,
}

/// The work that waits until changes settle.
#[derive(Default)]
struct Due {
    /// `true` if definitions changed.
    definitions: bool,
    /// `true` if an object of the inventory changed.
    inventory: bool,
    /// The Namespaces that changed.
    namespaces: HashSet<String>,
    /// The earliest times of the next reading of definitions, judgment by the inventory, list of
    /// kinds that are not watched, and writing of statuses.
    read_at: Option<Instant>,
    inventory_at: Option<Instant>,
    poll_at: Option<Instant>,
    status_at: Option<Instant>,
    /// The constraints whose list of objects failed, and the time at which they are listed again.
    again: Option<(Instant, Scope)>,
}

/// Judges the objects in the cluster, and again what changes, until the process is told to stop.
///
/// # Errors
/// Returns a failure if the API server does not answer at the start, or if standard output cannot be
/// written.
pub(super) fn watch(command: &Audit, stop: &Stop) -> Result<Status, Failure> {
    let reader = Reader::connect(command.cluster.page_size).map_err(|error| unusable(&error))?;
    let mut watched = Watched::start(command, &reader, stop, host(command)?)?;
    output::stdout(|to| {
        let mut events = Events::new(&command.judging, to);
        watched.tell(&mut events)?;
        while !stop.is_told() {
            let change = watched.watches.next(SETTLING);
            let is_idle = change.is_none();
            if let Some(change) = change {
                watched.apply(change);
            }
            let is_late =
                watched.unsettled.is_some_and(|since| since.elapsed() >= LONGEST_SETTLING);
            if is_idle || is_late || watched.pending.len() >= BATCH {
                watched.judge_pending();
            }
            if is_idle || is_late {
                watched.settle();
            } else if !watched.pending.is_empty() {
                continue;
            }
            watched.tell(&mut events)?;
            if !watched.is_listed && watched.unlisted.is_empty() {
                watched.end_first_list();
                watched.tell(&mut events)?;
                events.listed(totals(&watched.ledger, watched.totals))?;
            }
        }
        Ok(())
    })?;
    Ok(status(&watched.ledger, &watched.standing()))
}

impl Watched<'_> {
    fn apply(&mut self, Change { source, event }: Change) {
        self.touched = true;
        self.unsettled.get_or_insert_with(Instant::now);
        match event {
            Seen::ListBegins => {
                self.judge_pending();
                self.known.begin(&source);
                *self.lists.entry(source).or_default() += 1;
            }
            Seen::ListEnds => self.end_list(&source),
            Seen::Applied(object) => {
                if self.decides(&source)
                    && let Some(difference) = self.known.take(&source, &object)
                {
                    self.changed(&source, &object, &difference);
                }
                if let Some(file) = self.judged.get(&source) {
                    let identity = Identity { file: Arc::clone(file), name: name(&object.value()) };
                    let text = to_string(&object.value(), Escape::Plain);
                    let document = Document::from_json(Arc::clone(file), text.into(), 0);
                    let list = self.lists.get(&source).copied().unwrap_or_default();
                    self.pending.push((identity, document, list));
                }
            }
            Seen::Deleted(object) => {
                self.judge_pending();
                let name = name(&object.value());
                if self.known.remove(&source, &name) {
                    self.gone(&source, &name);
                }
                if let Some(file) = self.judged.get(&source) {
                    self.ledger.remove_one(&Identity { file: Arc::clone(file), name });
                }
            }
            Seen::Failed(reason) => {
                let message = format!("cannot watch {source}: {reason}");
                self.faults.insert(source.to_string(), Notice::error(UNREADABLE, message));
                self.unlisted.remove(&source);
            }
        }
    }

    fn end_list(&mut self, source: &Source) {
        self.judge_pending();
        self.faults.remove(&source.to_string());
        self.unlisted.remove(source);
        for name in self.known.end(source) {
            self.gone(source, &name);
        }
        if let Some(file) = self.judged.get(source) {
            let last = self.lists.get(source).copied().unwrap_or_default();
            self.ledger.remove(|identity, list| identity.file == *file && list < last);
        }
    }

    /// Returns `true` if the objects of the source decide about others.
    fn decides(&self, source: &Source) -> bool {
        match source {
            Source::Objects(_) => self.is_synced(source) || refresh::defines_kinds(source),
            _ => true,
        }
    }

    /// Returns `true` if the objects of the source are in the inventory.
    fn is_synced(&self, source: &Source) -> bool {
        self.state.synced.kinds.iter().any(|kind| kind.source() == *source)
    }

    /// Takes an object that decides about others.
    fn changed(&mut self, source: &Source, object: &Arc<Owned>, difference: &Difference) {
        let (namespace, _) = split(&name(&object.value()));
        match source {
            Source::Namespaces => {
                let name = object.value().path(&["metadata", "name"]);
                let name = name.and_then(|name| name.as_str()).unwrap_or_default().to_owned();
                // A Namespace without a fault has a name.
                let _ = self.state.inventory.insert(Arc::clone(object));
                let was_missing = self.state.namespaces.forget_missing(&name);
                if *difference == Difference::Changed || was_missing {
                    self.due.namespaces.insert(name);
                }
            }
            Source::Objects(gvk) if self.is_synced(source) => {
                let is_namespace = gvk.group.is_empty() && gvk.kind == "Namespace";
                let object_name = name(&object.value());
                let of = if is_namespace { split(&object_name).1 } else { namespace };
                if self.state.synced.exempt.contains(&of) {
                    return;
                }
                if let Err(fault) = self.state.set_up.inventory.insert(Arc::clone(object)) {
                    let notice = Notice::error(UNREADABLE, format!("{source}: {fault}"));
                    self.faults.insert(format!("{source} {object_name}"), notice);
                }
                self.due.inventory = true;
            }
            // The kinds of the first list were known at the start.
            Source::Objects(_) if self.known.is_listing(source) && self.serves(object) => {}
            _ => self.due.definitions = true,
        }
    }

    /// Returns `true` if the API server served the kind that the object defines when the definitions
    /// were read.
    fn serves(&self, definition: &Owned) -> bool {
        let text = |path: &[&str]| {
            let text = definition.value().path(path).and_then(|text| text.as_str());
            text.unwrap_or_default().to_owned()
        };
        let (group, kind) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
        self.state.kinds.iter().any(|one| (&one.group, &one.kind) == (&group, &kind))
    }

    /// Takes that an object that decides about others is gone.
    fn gone(&mut self, source: &Source, gone: &str) {
        let (namespace, name) = split(gone);
        match source {
            Source::Namespaces => {
                let key = ObjectKey {
                    group_version: "v1".to_owned(),
                    kind: "Namespace".to_owned(),
                    namespace: String::new(),
                    name,
                };
                self.state.inventory.remove(&key);
            }
            Source::Objects(gvk) if self.is_synced(source) => {
                let kind = gvk.kind.clone();
                let group_version = match &*gvk.group {
                    "" => gvk.version.clone(),
                    group => format!("{group}/{}", gvk.version),
                };
                let key = ObjectKey { group_version, kind, namespace, name };
                self.faults.remove(&format!("{source} {gone}"));
                self.due.inventory |= self.state.set_up.inventory.remove(&key);
            }
            _ => self.due.definitions = true,
        }
    }

    /// Judges the objects that wait, by all constraints.
    fn judge_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.judge(pending, &Scope::All);
    }

    /// Judges objects by the constraints of the set-up, which are those of `scope`.
    fn judge(&mut self, objects: Batch, scope: &Scope) {
        let mut keys = Vec::with_capacity(objects.len());
        let mut documents = Vec::with_capacity(objects.len());
        for (identity, document, list) in objects {
            let (namespace, _) = split(&identity.name);
            let error = self.state.namespaces.find(&namespace).err();
            keys.push((identity, list, error));
            documents.push(document);
        }
        // The flags of coverage belong to the whole set.
        let none = Coverage::default();
        let coverage = if matches!(scope, Scope::All) { &self.coverage } else { &none };
        let answers = judge::judge_each(
            &documents,
            &self.state.set_up,
            coverage,
            jobs(&self.command.judging),
        );
        for ((identity, list, error), mut answer) in keys.into_iter().zip(answers) {
            if !self.is_listed {
                self.totals.add(&answer);
            }
            answer.notices.extend(error.map(|error| Notice::error(UNREADABLE, error)));
            self.ledger.update(identity, answer, scope, list);
        }
    }

    /// Returns the errors and warnings that apply now.
    fn standing(&self) -> Vec<Notice> {
        let of_policies = self.state.collected.notices.iter().chain(self.faults.values()).cloned();
        of_policies.chain(self.ledger.notices()).collect()
    }

    fn tell(&mut self, events: &mut Events<'_>) -> std::io::Result<()> {
        if !std::mem::take(&mut self.touched) {
            return Ok(());
        }
        let changes = self.ledger.take_changes();
        let changed = changes.removed.iter().chain(&changes.added);
        self.dirty.extend(changed.map(|violation| violation.constraint.clone()));
        events.changes(&changes)?;
        events.notices(&self.standing())
    }
}

/// Returns the namespace and the name of [`name`].
fn split(name: &str) -> (String, String) {
    let (namespace, name) = name.split_once('/').unwrap_or(("", name));
    (namespace.to_owned(), name.to_owned())
}
