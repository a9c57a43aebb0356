//! The documents that are judged.

use std::ops::ControlFlow;

use ferrego_gatekeeper::documents::Document;

/// A source of documents: files, or a cluster.
pub trait Documents: Sync {
    /// Returns the number of documents, if it is known before they are read.
    fn total(&self) -> Option<usize>;

    /// Passes every document, in order, to `sink`, until it stops the reading.
    fn each(&self, sink: &mut dyn FnMut(Document) -> ControlFlow<()>);
}

impl Documents for &[Document] {
    fn total(&self) -> Option<usize> {
        Some(self.len())
    }

    fn each(&self, sink: &mut dyn FnMut(Document) -> ControlFlow<()>) {
        // The sink that stops the reading keeps the reason itself.
        let _ = self.iter().cloned().try_for_each(sink);
    }
}
