//! The documents that the client has open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ferrego_compiler::frontend::inputs::{File, FileKind};
use ferrego_compiler::ide::{Analysis, Settings, WorkspaceModule, needed};
use ferrego_compiler::source::Source;
use gen_lsp_types as lsp;

use super::positions::Lines;
use super::uris;
use super::workspace::Workspace;

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) uri: lsp::Uri,
    pub(super) version: i32,
    pub(super) text: String,
    path: PathBuf,
    kind: Option<FileKind>,
    analysis: Option<Analysis>,
    /// `true` if the analysis is that of an earlier text.
    changed: bool,
    /// `true` if the findings of the analysis were not sent.
    unpublished: bool,
}

/// All open documents.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Document>,
    pub(super) workspace: Workspace,
}

impl Documents {
    /// Opens a document, or replaces its text.
    pub(super) fn open(&mut self, item: lsp::TextDocumentItem) {
        let lsp::TextDocumentItem { uri, language_id, version, text } = item;
        let path = uris::path(&uri).unwrap_or_else(|| PathBuf::from(&uri.0));
        let kind = kind(&path, &language_id.to_string());
        let key = uri.0.clone();
        let (analysis, changed, unpublished) = (None, true, false);
        let document = Document { uri, version, text, path, kind, analysis, changed, unpublished };
        self.open.insert(key, document);
        self.modules_changed(kind);
    }

    /// Closes a document. Returns `true` if it was open.
    pub(super) fn close(&mut self, uri: &lsp::Uri) -> bool {
        let closed = self.open.remove(&uri.0);
        self.modules_changed(closed.as_ref().and_then(|document| document.kind));
        closed.is_some()
    }

    /// Applies changes in their order. Changes of documents that are not open have no effect.
    pub(super) fn change(&mut self, params: lsp::DidChangeTextDocumentParams) {
        let id = params.text_document;
        let Some(document) = self.open.get_mut(&id.text_document_identifier.uri.0) else { return };
        for change in params.content_changes {
            match change {
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let range = Lines::of(&document.text).bytes(change.range);
                    document.text.replace_range(range, &change.text);
                }
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(
                    change,
                ) => document.text = change.text,
            }
        }
        document.version = id.version;
        document.changed = true;
        let kind = document.kind;
        self.modules_changed(kind);
    }

    /// Makes the next analysis read the modules on disk again.
    pub(super) fn saved(&mut self) {
        self.workspace.forget();
        self.modules_changed(Some(FileKind::Rego));
    }

    /// Marks all modules as changed, because one that they may import has changed.
    fn modules_changed(&mut self, kind: Option<FileKind>) {
        if kind == Some(FileKind::Rego) {
            let open = self.open.values_mut();
            open.filter(|one| one.kind == kind).for_each(|one| one.changed = true);
        }
    }

    /// Returns the URIs of the documents whose analysis is that of an earlier text.
    pub(super) fn changed(&self) -> Vec<lsp::Uri> {
        let changed = self.open.values().filter(|document| document.changed);
        changed.map(|document| document.uri.clone()).collect()
    }

    /// Returns a document with the analysis of its text. A document of another kind has none.
    pub(super) fn analyzed(
        &mut self,
        uri: &lsp::Uri,
        settings: &Settings,
    ) -> Option<(&Document, &Analysis)> {
        let document = self.open.get(&uri.0)?;
        if document.changed {
            let modules = match document.kind {
                Some(FileKind::Rego) => self.needed(uri, settings),
                _ => Vec::new(),
            };
            let document = self.open.get_mut(&uri.0)?;
            (document.changed, document.unpublished) = (false, true);
            document.analyze(&modules, settings);
        }
        let document = self.open.get(&uri.0)?;
        Some((document, document.analysis.as_ref()?))
    }

    /// Returns an open document.
    pub(super) fn document(&self, uri: &lsp::Uri) -> Option<&Document> {
        self.open.get(&uri.0)
    }

    /// Returns the documents whose findings were not sent, with their versions, and marks them as
    /// sent.
    pub(super) fn take_unpublished(&mut self) -> Vec<(lsp::Uri, i32)> {
        let open = self.open.values_mut().filter(|document| document.unpublished);
        open.map(|document| {
            document.unpublished = false;
            (document.uri.clone(), document.version)
        })
        .collect()
    }

    /// Returns the last analysis of a document.
    pub(super) fn analysis(&self, uri: &lsp::Uri) -> Option<&Analysis> {
        self.open.get(&uri.0)?.analysis.as_ref()
    }

    /// Returns the modules that a module needs; the text of an open one is that in the editor.
    fn needed(&mut self, uri: &lsp::Uri, settings: &Settings) -> Vec<Source> {
        let Some(document) = self.open.get(&uri.0) else { return Vec::new() };
        let own = document.source(settings);
        let is_module = |one: &&Document| one.kind == Some(FileKind::Rego) && one.uri != *uri;
        let open: Vec<WorkspaceModule> = self
            .open
            .values()
            .filter(is_module)
            .filter_map(|one| WorkspaceModule::of(one.source(settings)))
            .collect();
        let on_disk = self.workspace.modules(settings.version);
        let is_open = |path: &Path| self.open.values().any(|document| document.path == path);
        let others = on_disk.iter().filter(|(path, _)| !is_open(path)).map(|(_, one)| one.clone());
        needed(&own, &open.into_iter().chain(others).collect::<Vec<_>>())
    }

    /// Returns the URI of a file: that of the open document, if there is one.
    pub(super) fn uri(&self, name: &str) -> lsp::Uri {
        let open = self.open.values().find(|document| document.path == Path::new(name));
        open.map_or_else(|| uris::of(Path::new(name)), |document| document.uri.clone())
    }
}

impl Document {
    /// Returns the name and the kind of a document that can be formatted.
    pub(super) fn file(&self) -> Option<(String, FileKind)> {
        Some((self.path.to_string_lossy().into_owned(), self.kind?))
    }

    fn source(&self, settings: &Settings) -> Source {
        Source::new(self.path.to_string_lossy(), &*self.text, settings.version)
    }

    fn analyze(&mut self, modules: &[Source], settings: &Settings) {
        let Some(kind) = self.kind else { return };
        let (path, text) = (self.path.clone(), self.text.clone());
        let file = File { path, kind, named: false, text };
        self.analysis = Some(Analysis::of(&file, modules, settings, self.analysis.take()));
    }
}

/// Returns the kind of a document, by its extension or else by its language.
fn kind(path: &Path, language: &str) -> Option<FileKind> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let by_name = |name: &str| match name {
        "yaml" | "yml" | "json" => Some(FileKind::Yaml),
        "rego" => Some(FileKind::Rego),
        _ => None,
    };
    by_name(&extension.to_ascii_lowercase()).or_else(|| by_name(language))
}
