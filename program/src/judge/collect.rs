//! Reads all documents and sorts them by class.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ferrego_gatekeeper::documents::{Copied, Document, Input, Sink};
use ferrego_runtime::Arena;
use ferrego_source::diagnostics::Notice;
use ferrego_source::limited::{self, Limited};

use super::class::{Class, refused_template};
use super::documents::Documents;
use crate::failure::Failure;

/// The largest number of documents, and of bytes of their text, that are kept in memory. Beyond
/// these limits, the documents are read again to be judged.
const KEPT: usize = 10_000;
const KEPT_BYTES: usize = 32 << 20;

/// The documents of the inputs.
pub struct Collected {
    inputs: Vec<Input>,
    /// The bytes of each input that are read.
    limit: u64,
    /// All documents, or `None` if there are too many to keep.
    documents: Option<Vec<Document>>,
    pub count: usize,
    bytes: usize,
    pub templates: Vec<Document>,
    pub constraints: Vec<Document>,
    pub expansions: Vec<Document>,
    pub namespaces: Vec<Document>,
    pub mutators: Vec<Document>,
    pub configs: Vec<Document>,
    pub providers: Vec<Document>,
    /// The objects of the cluster that are known but not judged.
    pub context: Vec<Document>,
    pub notices: Vec<Notice>,
}

impl Collected {
    /// Reads the documents of `inputs`, each up to `limit` bytes. `notices` report the files that
    /// cannot be read.
    pub fn read(inputs: Vec<Input>, notices: Vec<Notice>, limit: u64) -> Result<Self, Failure> {
        let inputs = inputs.into_iter().map(|input| copied(input, limit));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        let mut collected = Self {
            inputs: Vec::new(),
            limit,
            documents: Some(Vec::new()),
            count: 0,
            bytes: 0,
            templates: Vec::new(),
            constraints: Vec::new(),
            expansions: Vec::new(),
            namespaces: Vec::new(),
            mutators: Vec::new(),
            configs: Vec::new(),
            providers: Vec::new(),
            context: Vec::new(),
            notices,
        };
        let mut arena = Arena::new();
        for input in &inputs {
            // This sink never stops the reading.
            let _ = input.read(limit, &mut |result| {
                match result {
                    Ok(document) => collected.add(&document, &mut arena),
                    Err(notice) => collected.notices.push(notice),
                }
                ControlFlow::Continue(())
            });
        }
        collected.inputs = inputs;
        Ok(collected)
    }

    /// Returns the copies of the inputs that can be read only once.
    pub fn copies(&self) -> impl Iterator<Item = &Copied> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Copy(copy) => Some(copy),
            _ => None,
        })
    }

    fn add(&mut self, document: &Document, arena: &mut Arena) {
        if document.is_empty() {
            return;
        }
        self.sort(document, arena);
        self.count += 1;
        self.bytes = self.bytes.saturating_add(document.size());
        if self.count > KEPT || self.bytes > KEPT_BYTES {
            self.documents = None;
        }
        self.documents.iter_mut().for_each(|documents| documents.push(document.clone()));
    }

    /// Adds a document that decides about others, or that policies can see, but that is not judged.
    ///
    /// A document that cannot be read is reported among the notices, because it is not judged.
    pub fn add_context(&mut self, document: Document) {
        let mut arena = Arena::new();
        if let Err(notice) = document.value(&arena) {
            self.notices.push(notice);
        }
        self.sort(&document, &mut arena);
        self.context.push(document);
    }

    /// Returns an error for each template among the documents. Policies that are compiled cannot
    /// take others, and a template that is left out would allow what it should deny.
    pub fn refused_templates(&self) -> Vec<Notice> {
        self.templates.iter().map(refused_template).collect()
    }

    /// Adds the document to the list of its class, if there is one.
    fn sort(&mut self, document: &Document, arena: &mut Arena) {
        arena.reset();
        let list = match class(document, arena) {
            Class::Template => &mut self.templates,
            Class::Constraint => &mut self.constraints,
            Class::Expansion => &mut self.expansions,
            Class::Namespace => &mut self.namespaces,
            Class::Config => &mut self.configs,
            Class::Provider => &mut self.providers,
            Class::Mutator => &mut self.mutators,
            Class::Review | Class::Suite | Class::Object => return,
        };
        list.push(document.clone());
    }
}

impl Documents for Collected {
    fn total(&self) -> Option<usize> {
        Some(self.count)
    }

    fn each(&self, sink: &mut dyn FnMut(Document) -> ControlFlow<()>) {
        let mut sink = sink;
        if let Some(documents) = &self.documents {
            // The sink that stops the reading keeps the reason itself.
            let _ = documents.iter().cloned().try_for_each(&mut sink);
            return;
        }
        let mut again: Box<Sink<'_>> = Box::new(|result| match result {
            Ok(document) if document.is_empty() => ControlFlow::Continue(()),
            Ok(document) => sink(document),
            // The first reading reported this fault.
            Err(_) => ControlFlow::Continue(()),
        });
        let _ = self.inputs.iter().try_for_each(|input| input.read(self.limit, &mut again));
    }
}

/// Returns the class of a document.
fn class(document: &Document, arena: &Arena) -> Class {
    if !document.may_say(&["gatekeeper.sh", "\"Namespace\"", "\"AdmissionReview\""]) {
        return Class::Object;
    }
    // A document without a value is reported when it is judged or added as context.
    document.value(arena).map_or(Class::Object, |value| Class::of(&value))
}

/// Returns an input that can be read twice: a copy of standard input, of a pipe or of a device, or any
/// other input itself. At most `limit` bytes are copied. The copy has no name in the file system, so
/// that it is gone when the process ends, whatever ends it.
fn copied(input: Input, limit: u64) -> Result<Input, Failure> {
    if !input.is_read_once() {
        return Ok(input);
    }
    let (name, path) = match input {
        Input::File(path) => (path.to_string_lossy().into_owned(), path),
        _ => ("standard input".to_owned(), PathBuf::from("-")),
    };
    let copy = || -> io::Result<File> {
        let mut file = tempfile::tempfile()?;
        if path == Path::new("-") {
            io::copy(&mut Limited::new(io::stdin().lock(), limit), &mut file)?;
        } else {
            io::copy(&mut limited::open(&path, limit)?, &mut file)?;
        }
        Ok(file)
    };
    let file = copy().map_err(|error| Failure::unreadable(&name, &error))?;
    Ok(Input::Copy(Copied::new(path, file)))
}
