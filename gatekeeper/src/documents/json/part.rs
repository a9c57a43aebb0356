//! A part of a file with one document, or with a list of documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::json::JsonErrorKind;
use ferrego_source::diagnostics::Notice;
use memchr::memmem;
use serde_json::value::RawValue;

use crate::documents::document::{Document, File, ListKind};
use crate::documents::yaml::{NO_OBJECT, is_list};

/// A part of a file.
pub(super) struct Part<'a> {
    pub(super) name: &'a Arc<str>,
    pub(super) bytes: &'a [u8],
    /// The number of lines of the file before the part.
    pub(super) lines_before: u32,
}

impl Part<'_> {
    pub(super) fn document(&self) -> Result<Document, Notice> {
        match str::from_utf8(self.bytes) {
            Ok(text) => Ok(Document::json(self.file(text))),
            Err(error) => Err(self.notice(error.valid_up_to(), JsonErrorKind::NotUtf8.to_string())),
        }
    }

    /// Builds the notice for an error at the byte `offset` of the part.
    pub(super) fn notice(&self, offset: usize, message: impl Into<String>) -> Notice {
        let file = self.file(&String::from_utf8_lossy(self.bytes));
        Notice::error("invalid json", message).at(file.excerpt(offset..offset.saturating_add(1)))
    }

    fn file(&self, text: &str) -> File {
        File { name: self.name.clone(), text: text.into(), lines_before: self.lines_before }
    }
}

/// Returns `true` if the text may be a list within a list. This is rare, so most items need not be
/// parsed here.
pub(super) fn may_hold_list(text: &[u8]) -> bool {
    memmem::find(text, b"List\"").is_some() && memmem::find(text, b"\"items\"").is_some()
}

/// The maximum nesting depth of lists.
const MAX_LISTS: usize = 8;

/// Returns the documents of an item that may be a list. `depth` is the number of lists around it.
pub(super) fn inner_items(
    part: &Part<'_>,
    list: &Arc<ListKind>,
    depth: usize,
) -> Vec<Result<Document, Notice>> {
    let own = || vec![part.document().map(|document| document.in_list(list))];
    let Ok(item) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(part.bytes) else {
        return own();
    };
    let text = |key: &str| item.get(key).and_then(|value| string(value.get().as_bytes()));
    let kind = text("kind").unwrap_or_default();
    let has_name = item.get("metadata").is_some_and(|value| has_name(value.get().as_bytes()));
    let items = item.get("items").filter(|_| is_list(&kind, has_name));
    let items = items.and_then(|items| serde_json::from_str::<Vec<&RawValue>>(items.get()).ok());
    let Some(items) = items else { return own() };
    if let Some(other) = items.iter().find(|item| !is_object(item)) {
        // An object of another kind may hold such values in `items`, but no mixture.
        if kind != "List" && !items.iter().any(is_object) {
            return own();
        }
        let start = other.get().as_ptr().addr() - part.bytes.as_ptr().addr();
        return vec![Err(part.notice(start, NO_OBJECT.to_owned()))];
    }
    if depth == MAX_LISTS {
        return vec![Err(part.notice(0, format!("lists nested deeper than {MAX_LISTS} levels")))];
    }
    let list = Arc::new(ListKind {
        api_version: text("apiVersion").unwrap_or_default(),
        item: kind.strip_suffix("List").unwrap_or_default().to_owned(),
    });
    let inner = items.into_iter().flat_map(|item| {
        let start = item.get().as_ptr().addr() - part.bytes.as_ptr().addr();
        let lines = memchr::memchr_iter(b'\n', &part.bytes[..start]).count();
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        let bytes = item.get().as_bytes();
        let lines_before = part.lines_before.saturating_add(lines);
        inner_items(&Part { name: part.name, bytes, lines_before }, &list, depth + 1)
    });
    inner.collect()
}

fn is_object(item: &&RawValue) -> bool {
    item.get().starts_with('{')
}

/// Returns `true` if an array contains an object.
pub(super) fn has_object(array: &[u8]) -> bool {
    let items = serde_json::from_slice::<Vec<&RawValue>>(array);
    items.is_ok_and(|items| items.iter().any(is_object))
}

/// Returns `true` if the object has a name that is not empty.
pub(super) fn has_name(metadata: &[u8]) -> bool {
    let members = serde_json::from_slice::<BTreeMap<String, &RawValue>>(metadata);
    let name = members.ok().and_then(|members| string(members.get("name")?.get().as_bytes()));
    name.is_some_and(|name| !name.is_empty())
}

/// Returns the string that `text` encodes, or `None` if it is not a string.
pub(super) fn string(text: &[u8]) -> Option<String> {
    serde_json::from_slice(text).ok()
}
