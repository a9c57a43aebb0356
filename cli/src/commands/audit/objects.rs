//! The objects of a cluster that are judged.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::documents::{Document, UNREADABLE};
use ferrego_program::judge::Documents;
use ferrego_source::diagnostics::Notice;
use ferrego_webhook::cluster::reader::{Kind, Reader};

use super::definitions::{document, file_name, insert, notice};

/// The Namespaces of a cluster, as far as objects need them.
pub(super) struct Namespaces<'c> {
    reader: &'c Reader,
    /// The existing ones, with those that were created during the audit.
    known: Arc<Inventory>,
    /// The errors of those that do not exist or cannot be read.
    missing: Mutex<HashMap<String, String>>,
}

impl<'c> Namespaces<'c> {
    pub(super) fn new(reader: &'c Reader, known: Arc<Inventory>) -> Self {
        Self { reader, known, missing: Mutex::default() }
    }

    /// Reads the Namespace of an object, unless it is known. Without it, a selector of Namespaces
    /// denies the object.
    ///
    /// # Errors
    /// Returns the message of the error, also each later time.
    pub(super) fn find(&self, name: &str) -> Result<(), String> {
        if name.is_empty() || self.known.snapshot().namespace_object(name).is_some() {
            return Ok(());
        }
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = missing.get(name) {
            return Err(error.clone());
        }
        let error = match self.reader.namespace(name) {
            Ok(Some(text)) => insert(&self.known, text).err(),
            Ok(None) => Some(format!("expected the Namespace {name} of an object, found none")),
            Err(error) => Some(error.to_string()),
        };
        let Some(error) = error else { return Ok(()) };
        missing.insert(name.to_owned(), error.clone());
        Err(error)
    }

    /// Returns the names of those that do not exist or cannot be read.
    pub(super) fn missing(&self) -> Vec<String> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.keys().cloned().collect()
    }

    /// Forgets that a Namespace was missing. Returns `true` if it was.
    pub(super) fn forget_missing(&self, name: &str) -> bool {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.remove(name).is_some()
    }
}

/// The objects of some kinds, which are listed page by page while they are judged.
pub(super) struct ClusterObjects<'c> {
    reader: &'c Reader,
    kinds: Vec<Kind>,
    namespaces: Namespaces<'c>,
    found: Mutex<Found>,
}

/// The errors of reading objects.
#[derive(Default)]
struct Found {
    notices: Vec<Notice>,
    /// The Namespaces whose errors are among the notices.
    missing: HashSet<String>,
}

impl<'c> ClusterObjects<'c> {
    pub(super) fn new(reader: &'c Reader, kinds: Vec<Kind>, namespaces: Namespaces<'c>) -> Self {
        Self { reader, kinds, namespaces, found: Mutex::default() }
    }

    /// Returns the errors of reading objects. They are removed.
    pub(super) fn take_notices(&self) -> Vec<Notice> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut found.notices)
    }

    fn find_namespace(&self, name: &str) {
        let Err(error) = self.namespaces.find(name) else { return };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.missing.insert(name.to_owned()) {
            found.notices.push(Notice::error(UNREADABLE, error));
        }
    }
}

impl Documents for ClusterObjects<'_> {
    fn total(&self) -> Option<usize> {
        None
    }

    fn each(&self, sink: &mut dyn FnMut(Document) -> ControlFlow<()>) {
        for kind in &self.kinds {
            let (file, mut is_ended) = (file_name(kind), false);
            let listed = self.reader.each(kind, &mut |item| {
                self.find_namespace(&item.namespace);
                let flow = sink(document(&file, item));
                is_ended = flow.is_break();
                flow
            });
            if let Err(error) = listed {
                let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                found.notices.push(notice(&error));
            }
            if is_ended {
                return;
            }
        }
    }
}
