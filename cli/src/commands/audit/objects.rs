//! The objects of a cluster that are judged.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::documents::{Document, UNREADABLE};
use ferrego_program::judge::Documents;
use ferrego_source::diagnostics::Notice;
use ferrego_webhook::cluster::reader::{Kind, Reader};

use super::definitions::{document, file_name, insert, notice};

/// The objects of some kinds, which are listed page by page while they are judged.
pub(super) struct ClusterObjects<'c> {
    reader: &'c Reader,
    kinds: Vec<Kind>,
    /// The Namespaces of the objects. Those that were created during the audit are added.
    namespaces: &'c Inventory,
    found: Mutex<Found>,
}

/// The errors of reading objects.
#[derive(Default)]
struct Found {
    notices: Vec<Notice>,
    /// The Namespaces that do not exist or cannot be read.
    missing: HashSet<String>,
}

impl<'c> ClusterObjects<'c> {
    pub(super) fn new(reader: &'c Reader, kinds: Vec<Kind>, namespaces: &'c Inventory) -> Self {
        Self { reader, kinds, namespaces, found: Mutex::default() }
    }

    /// Returns the errors of reading objects. They are removed.
    pub(super) fn take_notices(&self) -> Vec<Notice> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut found.notices)
    }

    /// Reads the Namespace of an object, unless it is known. Without it, a selector of Namespaces
    /// denies the object.
    fn find_namespace(&self, name: &str) {
        if name.is_empty() || self.namespaces.snapshot().namespace_object(name).is_some() {
            return;
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.missing.contains(name) {
            return;
        }
        let error = match self.reader.namespace(name) {
            Ok(Some(text)) => insert(self.namespaces, text).err(),
            Ok(None) => Some(format!("expected the Namespace {name} of an object, found none")),
            Err(error) => Some(error.to_string()),
        };
        if let Some(error) = error {
            found.missing.insert(name.to_owned());
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
