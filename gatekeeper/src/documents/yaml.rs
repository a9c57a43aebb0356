//! Documents from a stream of YAML.

use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_source::diagnostics::{Diagnostics, Notice};
use ferrego_source::yaml::{Kind, Node, Parts};

use super::Sink;
use super::document::{Document, File, ListKind};

/// Reads the documents in `parts` of the file `name`, after `lines_before` lines. Each item of a
/// list, as kubectl prints it, is a document.
pub(super) fn read(
    name: &Arc<str>,
    parts: Parts<'_>,
    lines_before: u32,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    for part in parts {
        let Some(loaded) = part.load().transpose() else { continue };
        let lines_before = part.lines_before.saturating_add(lines_before);
        let file = File { name: name.clone(), text: part.text.into(), lines_before };
        match loaded {
            Ok(node) => objects(&file, node, None, sink)?,
            Err(fault) => {
                for notice in file.notices(&Diagnostics::from(fault), &[]) {
                    sink(Err(notice))?;
                }
            }
        }
    }
    ControlFlow::Continue(())
}

/// The message about an item of a list that is not an object.
pub(super) const NO_OBJECT: &str = "items: expected objects, found another value";

/// Passes the document `node` to `sink`, or its items if it is a list. Lists may be nested.
fn objects(
    file: &File,
    node: Node,
    list: Option<&Arc<ListKind>>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    let items = node.get("items").filter(|items| !items.is_null());
    let has_name = node.get("metadata").and_then(|metadata| metadata.get("name"));
    let has_name = has_name.and_then(Node::as_str).is_some_and(|name| !name.is_empty());
    match items.map(|items| (items, &items.kind)) {
        Some((_, Kind::Sequence(items))) if is_list(kind, has_name) && are_objects(kind, items) => {
            let list = Arc::new(list_kind(&node, kind));
            for item in items.iter() {
                if is_object(item) {
                    objects(file, item.clone(), Some(&list), sink)?;
                    continue;
                }
                let range = item.span.start as usize..item.span.end as usize;
                sink(Err(Notice::error("invalid object", NO_OBJECT).at(file.excerpt(range))))?;
            }
            ControlFlow::Continue(())
        }
        Some((items, found)) if kind == "List" && !matches!(found, Kind::Sequence(_)) => {
            let range = items.span.start as usize..items.span.end as usize;
            let message = format!("items: expected a list, found {}", items.type_name());
            let notice = Notice::error("invalid object", message).at(file.excerpt(range));
            sink(Err(notice.with_help("a `List` holds its objects in `items`")))
        }
        _ => {
            let document = Document::yaml(file.clone(), node);
            sink(Ok(match list {
                Some(list) => document.in_list(list),
                None => document,
            }))
        }
    }
}

fn list_kind(node: &Node, kind: &str) -> ListKind {
    let api_version = node.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
    ListKind {
        api_version: api_version.to_owned(),
        item: kind.strip_suffix("List").unwrap_or_default().to_owned(),
    }
}

/// Returns `true` if an object of `kind` with items is a list. The kind of an ordinary object may
/// end in `List` too, but such an object has a name.
pub(super) fn is_list(kind: &str, has_name: bool) -> bool {
    kind == "List" || (kind.ends_with("List") && !has_name)
}

/// Returns `true` if the items of a list are objects, or should be. An object of another kind may hold
/// other values in `items`, but no mixture.
fn are_objects(kind: &str, items: &[Node]) -> bool {
    kind == "List" || items.is_empty() || items.iter().any(is_object)
}

fn is_object(item: &Node) -> bool {
    matches!(item.kind, Kind::Mapping(_))
}
