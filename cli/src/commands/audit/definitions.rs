//! The objects of a cluster that decide about its audit: templates, constraints, Configs, `SyncSet`s,
//! expansion templates and Namespaces.

use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::documents::{Document, UNREADABLE};
use ferrego_gatekeeper::exemption::{ExemptNamespaces, Process};
use ferrego_program::failure::Failure;
use ferrego_program::judge::{self, Collected};
use ferrego_runtime::{Arena, Document as Owned};
use ferrego_source::diagnostics::Notice;
use ferrego_webhook::cluster::reader::{Item, Kind, Kinds, Reader, RequestError};

/// The objects that decide about an audit, and the errors of reading them.
pub(super) struct Definitions {
    pub(super) collected: Collected,
    /// The Configs and `SyncSet`s, which name the kinds in the inventory.
    pub(super) synced: Vec<Document>,
    /// The errors of kinds whose objects could not be listed. They are among the notices too.
    pub(super) unlisted: Vec<Notice>,
}

impl Definitions {
    /// Reads the definitions. The errors of single kinds are notices.
    ///
    /// # Errors
    /// Returns an error if the definitions cannot be collected.
    pub(super) fn read(reader: &Reader, kinds: &Kinds) -> Result<Self, Failure> {
        let notices = kinds.errors.iter().map(notice).collect();
        let collected = Collected::read(Vec::new(), notices, 0)?;
        let mut definitions = Self { collected, synced: Vec::new(), unlisted: Vec::new() };
        for kind in kinds.kinds.iter().filter(|kind| is_definition(kind)) {
            definitions.list(reader, kind);
        }
        // Mutators change the objects that others expand to. Other objects of a cluster are changed
        // already.
        if !definitions.collected.expansions.is_empty() {
            for kind in kinds.kinds.iter().filter(|kind| kind.group == "mutations.gatekeeper.sh") {
                definitions.list(reader, kind);
            }
        }
        Ok(definitions)
    }

    fn list(&mut self, reader: &Reader, kind: &Kind) {
        let name = file_name(kind);
        let listed = reader.each(kind, &mut |item| {
            let document = document(&name, item);
            if matches!(&*kind.kind, "Config" | "SyncSet") {
                self.synced.push(document.clone());
            }
            self.collected.add_context(document);
            ControlFlow::Continue(())
        });
        let error = listed.err().as_ref().map(notice);
        self.collected.notices.extend(error.clone());
        self.unlisted.extend(error);
    }

    /// Returns the Namespaces.
    pub(super) fn namespaces(collected: &Collected, empty: Inventory) -> Inventory {
        let arena = Arena::new();
        for document in &collected.namespaces {
            // A text that the API server sent is JSON, and a Namespace has a name.
            if let Ok(value) = document.value(&arena) {
                let _ = empty.insert(Arc::new(Owned::of(&value)));
            }
        }
        empty
    }

    /// Returns the kinds of the objects in the inventory, and the Configs' exempt namespaces.
    pub(super) fn synced(&self, reader: &Reader) -> Synced {
        let mut synced = Synced::default();
        let arena = Arena::new();
        for document in &self.synced {
            let value = match document.value(&arena) {
                Ok(value) => value,
                Err(unreadable) => {
                    synced.notices.push(unreadable);
                    continue;
                }
            };
            for found in reader.synced_kinds(&value) {
                match found {
                    Ok(kind) if synced.kinds.contains(&kind) => {}
                    Ok(kind) => synced.kinds.push(kind),
                    Err(error) => synced.notices.push(notice(&error)),
                }
            }
        }
        // The faults of a Config are reported for the process `audit`.
        synced.exempt = judge::exempt_namespaces(&self.collected, Process::Sync, &mut Vec::new());
        synced
    }
}

/// The kinds whose objects policies see besides the judged object.
#[derive(Default)]
pub(super) struct Synced {
    pub(super) kinds: Vec<Kind>,
    /// The namespaces whose objects policies do not see.
    pub(super) exempt: ExemptNamespaces,
    notices: Vec<Notice>,
}

impl Synced {
    /// Adds the objects to the inventory. `added` receives each with its kind. Errors are notices.
    pub(super) fn fill(
        &self,
        reader: &Reader,
        inventory: &Inventory,
        notices: &mut Vec<Notice>,
        added: &mut dyn FnMut(&Kind, &Owned),
    ) {
        notices.extend(self.notices.iter().cloned());
        for kind in &self.kinds {
            let is_namespace = kind.group.is_empty() && kind.kind == "Namespace";
            let mut faults = Vec::new();
            let listed = reader.each(kind, &mut |item| {
                let namespace = if is_namespace { &item.name } else { &item.namespace };
                if !self.exempt.contains(namespace) {
                    match insert(inventory, item.text) {
                        Ok(object) => added(kind, &object),
                        Err(fault) => faults.push(fault),
                    }
                }
                ControlFlow::Continue(())
            });
            notices.extend(listed.err().as_ref().map(notice));
            let fault = |fault| Notice::error(UNREADABLE, format!("{}: {fault}", kind.path()));
            notices.extend(faults.into_iter().map(fault));
        }
    }
}

/// Adds an object to an inventory, and returns it.
///
/// # Errors
/// Returns the fault of the object.
pub(super) fn insert(inventory: &Inventory, json: String) -> Result<Arc<Owned>, String> {
    let object = Arc::new(Owned::parse(json).map_err(|error| error.to_string())?);
    inventory.insert(Arc::clone(&object)).map_err(|fault| fault.to_string())?;
    Ok(object)
}

/// Returns `true` for the kinds that decide about an audit.
fn is_definition(kind: &Kind) -> bool {
    matches!(
        (&*kind.group, &*kind.kind),
        ("templates.gatekeeper.sh", "ConstraintTemplate")
            | ("constraints.gatekeeper.sh", _)
            | ("config.gatekeeper.sh", "Config")
            | ("syncset.gatekeeper.sh", "SyncSet")
            | ("expansion.gatekeeper.sh", "ExpansionTemplate")
            | ("", "Namespace")
    )
}

/// Returns the name of a kind in the place of a file's, such as `api/v1/pods`.
pub(super) fn file_name(kind: &Kind) -> Arc<str> {
    kind.path().trim_start_matches('/').into()
}

/// Returns the document of an object.
pub(super) fn document(file: &Arc<str>, item: Item) -> Document {
    Document::from_json(Arc::clone(file), item.text.into(), 0)
}

/// Returns the notice of an error.
pub(super) fn notice(error: &RequestError) -> Notice {
    Notice::error(UNREADABLE, error.to_string())
}
