//! The objects of a cluster that decide about requests, and the state that follows from them.
//!
//! Everything here is without network and without waiting.

mod objects;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::mem;
use std::sync::Arc;

use ferrego_gatekeeper::exemption::{ExemptNamespaces, Process};
use ferrego_gatekeeper::expansion::{Expander, ExpansionTemplate};
use ferrego_gatekeeper::external_data::{ExternalData, Provider};
use ferrego_gatekeeper::inventory::ObjectKey;
use ferrego_gatekeeper::policy_set::Limits;
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::{Inventory, PolicySet};
use ferrego_runtime::Document;
use ferrego_runtime::json::{Escape, to_string};

use super::sources::{Source, synced_kinds};
use super::validation::Validation;
use super::watch::{Change, Seen};
use super::{LoadedTemplate, Loader};
use crate::external_data::{ProviderSpec, Providers};
use crate::policies::State;
use objects::{name, namespace, same_policy};

/// The objects of a cluster.
pub(super) struct Store {
    loader: Loader,
    limits: Limits,
    numbers: Numbers,
    /// The providers that could be read, by name.
    providers: BTreeMap<String, ProviderSpec>,
    /// The templates that could be loaded, by name.
    templates: BTreeMap<String, LoadedTemplate>,
    /// The other objects of policies, by source and name.
    documents: BTreeMap<(Source, String), Arc<Document>>,
    /// The objects in the inventory, by source.
    synced: BTreeMap<Source, HashSet<ObjectKey>>,
    /// The sources whose objects have been listed.
    listed: BTreeSet<Source>,
    /// The sources that are being listed, each with the objects that the list has applied.
    listing: BTreeMap<Source, Applied>,
    /// The sources whose objects cannot be listed.
    failed: BTreeSet<Source>,
    /// The sources whose objects must be listed again.
    outdated: Vec<Source>,
    /// The objects that policies see in the inventory.
    inventory: Arc<Inventory>,
    /// All Namespaces.
    namespaces: Arc<Inventory>,
    /// The namespaces whose objects are not in the inventory.
    unsynced: ExemptNamespaces,
    /// `true` once all objects of policies have been listed.
    is_started: bool,
    policies_changed: bool,
    sources_changed: bool,
}

/// The objects that a list has applied.
#[derive(Default)]
struct Applied {
    /// The names of objects of policies.
    names: HashSet<String>,
    /// The keys of objects of the inventory.
    keys: HashSet<ObjectKey>,
}

impl Store {
    /// Creates the store before anything has been seen. The inventories are of objects and of
    /// Namespaces.
    pub(super) fn new(
        loader: Loader,
        limits: Limits,
        numbers: Numbers,
        [inventory, namespaces]: [Arc<Inventory>; 2],
    ) -> Self {
        Self {
            loader,
            limits,
            numbers,
            providers: BTreeMap::new(),
            templates: BTreeMap::new(),
            documents: BTreeMap::new(),
            synced: BTreeMap::new(),
            listed: BTreeSet::new(),
            listing: BTreeMap::new(),
            failed: BTreeSet::new(),
            outdated: Vec::new(),
            inventory,
            namespaces,
            unsynced: ExemptNamespaces::default(),
            is_started: false,
            // The first state knows the inventory, even if the cluster has no policies.
            policies_changed: true,
            sources_changed: true,
        }
    }

    /// Returns the sources that must be watched.
    pub(super) fn sources(&self) -> BTreeSet<Source> {
        let constraints =
            self.templates.values().map(|template| Source::Constraints(template.kind.clone()));
        let objects = self
            .of(&Source::Configs)
            .chain(self.of(&Source::SyncSets))
            .flat_map(|document| synced_kinds(&document.value()))
            .map(Source::Objects);
        Source::ALWAYS.into_iter().chain(constraints).chain(objects).collect()
    }

    /// Returns `true` if the needed sources may have changed since the last call.
    pub(super) fn take_sources_changed(&mut self) -> bool {
        mem::take(&mut self.sources_changed)
    }

    /// Returns the sources whose objects must be listed again since the last call.
    pub(super) fn take_outdated(&mut self) -> Vec<Source> {
        mem::take(&mut self.outdated)
    }

    /// Returns `true` if the policies have changed since the last call, and all of them are known.
    ///
    /// After the start, constraints that cannot be listed do not hold up the other policies.
    pub(super) fn take_policies_changed(&mut self) -> bool {
        let is_known = |source: &Source| {
            self.listed.contains(source) || self.is_started && self.failed.contains(source)
        };
        let are_known = self.sources().iter().filter(|source| source.is_policy()).all(is_known);
        self.is_started |= are_known;
        are_known && mem::take(&mut self.policies_changed)
    }

    /// Returns `true` if all objects of policies have been listed.
    pub(super) fn has_policies(&self) -> bool {
        self.has(Source::is_policy)
    }

    /// Returns `true` if all objects of the inventory have been listed.
    pub(super) fn has_inventory(&self) -> bool {
        // Config and SyncSets say which kinds these are.
        self.has(|source| {
            !source.is_policy() || matches!(source, Source::Configs | Source::SyncSets)
        })
    }

    fn has(&self, is_needed: impl Fn(&Source) -> bool) -> bool {
        self.sources()
            .iter()
            .filter(|source| is_needed(source))
            .all(|one| self.listed.contains(one))
    }

    /// Applies a change.
    pub(super) fn apply(&mut self, change: Change) {
        let Change { source, event } = change;
        match event {
            Seen::ListBegins => drop(self.listing.insert(source, Applied::default())),
            Seen::ListEnds => {
                // A list without a beginning is of a watch that was replaced.
                if let Some(applied) = self.listing.remove(&source) {
                    self.remove_others(&source, &applied);
                    self.failed.remove(&source);
                    self.listed.insert(source);
                }
            }
            Seen::Applied(document) if source.is_policy() => self.insert(&source, document),
            Seen::Applied(document) => self.insert_object(&source, document),
            Seen::Deleted(document) if source.is_policy() => self.remove(&source, &name(&document)),
            Seen::Deleted(document) => {
                if let Ok(key) = ObjectKey::of(&document.value()) {
                    self.remove_object(&source, &key);
                }
            }
            Seen::Failed(_) => drop(self.failed.insert(source)),
        }
    }

    /// Removes the known objects of a source that a complete list does not contain.
    fn remove_others(&mut self, source: &Source, applied: &Applied) {
        if source.is_policy() {
            let gone = |name: &String| !applied.names.contains(name);
            let gone: Vec<String> = self.names(source).filter(gone).collect();
            for name in &gone {
                self.remove(source, name);
            }
        } else {
            let known = self.synced.get(source).into_iter().flatten();
            let gone = known.filter(|key| !applied.keys.contains(*key));
            let gone: Vec<ObjectKey> = gone.cloned().collect();
            for key in &gone {
                self.remove_object(source, key);
            }
        }
    }

    /// Forgets the objects of a source that is not watched any more.
    pub(super) fn forget(&mut self, source: &Source) {
        self.documents.retain(|(of, _), _| of != source);
        self.policies_changed |= source.is_policy();
        self.listed.remove(source);
        self.listing.remove(source);
        self.failed.remove(source);
        for key in self.synced.remove(source).unwrap_or_default() {
            self.inventory(source).remove(&key);
        }
    }

    /// Returns the names of the known objects of a source of policies.
    fn names(&self, source: &Source) -> Box<dyn Iterator<Item = String> + '_> {
        let source = source.clone();
        let documents = self.documents.keys().filter(move |(of, _)| *of == source);
        Box::new(documents.map(|(_, name)| name.clone()))
    }

    /// Returns the objects of a source of policies.
    fn of<'w>(&'w self, source: &'w Source) -> impl Iterator<Item = &'w Arc<Document>> + use<'w> {
        let of = self.documents.iter().filter(move |((of, _), _)| of == source);
        of.map(|(_, document)| document)
    }

    /// Inserts an object of policies.
    fn insert(&mut self, source: &Source, document: Arc<Document>) {
        let name = name(&document);
        if let Some(applied) = self.listing.get_mut(source) {
            applied.names.insert(name.clone());
        }
        let key = (source.clone(), name);
        // A changed status does not change a policy.
        if self.documents.get(&key).is_some_and(|known| same_policy(known, &document)) {
            return;
        }
        match source {
            Source::Templates => self.load(&key.1, &document),
            Source::Providers => self.read_provider(&key.1, &document),
            _ => {}
        }
        self.documents.insert(key, document);
        self.policy_changed(source);
    }

    /// Removes an object of policies.
    fn remove(&mut self, source: &Source, name: &str) {
        self.documents.remove(&(source.clone(), name.to_owned()));
        match source {
            Source::Templates => drop(self.templates.remove(name)),
            Source::Providers => drop(self.providers.remove(name)),
            _ => {}
        }
        self.policy_changed(source);
    }

    fn policy_changed(&mut self, source: &Source) {
        self.policies_changed = true;
        if matches!(source, Source::Templates | Source::Configs | Source::SyncSets) {
            self.sources_changed = true;
        }
        if *source == Source::Configs {
            self.read_unsynced();
        }
    }

    /// Loads a template. If it has faults, the last one of its name stays in force.
    fn load(&mut self, name: &str, document: &Document) {
        match (self.loader)(&to_string(&document.value(), Escape::Plain)) {
            Ok(template) => {
                self.templates.insert(name.to_owned(), template);
            }
            Err(error) => tracing::error!(template = name, error, "the template is not in force"),
        }
    }

    /// Reads a provider. If it has faults, the last one of its name stays in force, as in Gatekeeper.
    fn read_provider(&mut self, name: &str, document: &Document) {
        match ProviderSpec::read(&document.value()) {
            Ok(provider) => drop(self.providers.insert(name.to_owned(), provider)),
            Err(faults) => {
                tracing::error!(provider = name, error = %faults, "the provider is not in force");
            }
        }
    }

    /// Returns the providers in force.
    pub(super) fn providers(&self) -> Vec<ProviderSpec> {
        self.providers.values().cloned().collect()
    }

    /// Reads the namespaces that Configs keep out of the inventory.
    fn read_unsynced(&mut self) {
        let unsynced = self.exempt(Process::Sync);
        if unsynced == self.unsynced {
            return;
        }
        self.unsynced = unsynced;
        // The inventory lacks objects that were left out before. The others stay in the meantime.
        let objects = self.sources().into_iter().filter(|one| matches!(one, Source::Objects(_)));
        self.outdated.extend(objects);
    }

    fn exempt(&self, process: Process) -> ExemptNamespaces {
        let mut exempt = ExemptNamespaces::default();
        for document in self.of(&Source::Configs) {
            match ExemptNamespaces::of_config(&document.value(), process) {
                Ok(found) => exempt.extend(found),
                Err(fault) => tracing::error!(error = %fault, "the Config exempts no namespaces"),
            }
        }
        exempt
    }

    /// Returns the inventory of a source.
    fn inventory(&self, source: &Source) -> &Inventory {
        if *source == Source::Namespaces { &self.namespaces } else { &self.inventory }
    }

    fn insert_object(&mut self, source: &Source, document: Arc<Document>) {
        let inserted = ObjectKey::of(&document.value()).and_then(|key| {
            if *source != Source::Namespaces && self.unsynced.contains(namespace(&key)) {
                return Ok(None);
            }
            self.inventory(source).insert(document)?;
            Ok(Some(key))
        });
        match inserted {
            Ok(Some(key)) => {
                if let Some(applied) = self.listing.get_mut(source) {
                    applied.keys.insert(key.clone());
                }
                self.synced.entry(source.clone()).or_default().insert(key);
            }
            Ok(None) => {}
            Err(fault) => tracing::error!(error = %fault, "the inventory lacks an object"),
        }
    }

    fn remove_object(&mut self, source: &Source, key: &ObjectKey) {
        self.inventory(source).remove(key);
        if let Some(keys) = self.synced.get_mut(source) {
            keys.remove(key);
        }
    }

    /// Returns the state of the server, whose policies call `providers`. A constraint with faults is left out and logged, as in
    /// Gatekeeper.
    pub(super) fn state(&self, providers: Arc<Providers>) -> State {
        let source: Arc<dyn Provider> = Arc::<Providers>::clone(&providers);
        let mut builder = PolicySet::builder()
            .host(Arc::new(ExternalData::new(source)))
            .numbers(self.numbers)
            .limits(self.limits)
            .take_last(true);
        for template in self.templates.values() {
            let (schema, policy) = (template.schema.clone(), Arc::clone(&template.policy));
            if let Err(fault) = builder.add_template(&template.kind, schema, policy) {
                tracing::error!(kind = template.kind, error = %fault, "the template is not in force");
            }
        }
        for ((source, name), document) in &self.documents {
            let Source::Constraints(kind) = source else { continue };
            if let Err(faults) = builder.read_constraint(&document.value()) {
                tracing::error!(kind, name, error = %faults, "the constraint is not in force");
            }
        }
        State::new(builder.build())
            .with_expander(self.expander())
            .with_inventory(Arc::clone(&self.inventory))
            .with_namespaces(Arc::clone(&self.namespaces))
            .with_exempt_namespaces(self.exempt(Process::Webhook))
            .with_providers(providers)
            .with_validation(self.validation())
    }

    fn validation(&self) -> Validation {
        let schema = |template: &LoadedTemplate| (template.kind.clone(), template.schema.clone());
        let schemas = self.templates.values().map(schema).collect();
        Validation::new(Arc::clone(&self.loader), schemas, self.numbers)
    }

    fn expander(&self) -> Expander {
        let read = |document: &Arc<Document>| match ExpansionTemplate::read(&document.value()) {
            Ok(template) => Some(template),
            Err(faults) => {
                tracing::error!(error = %faults, "the expansion template is not in force");
                None
            }
        };
        let templates = self.of(&Source::Expansions).filter_map(read);
        Expander::new(templates).unwrap_or_else(|faults| {
            for (_, fault) in &faults {
                tracing::error!(error = %fault, "no expansion template is in force");
            }
            Expander::default()
        })
    }
}

#[cfg(test)]
mod tests;
