//! Documents from a stream of YAML.

use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::template;
use ferrego_compiler::yaml::{Documents, Kind, Node};

use super::Sink;
use super::document::{Document, File};

/// Reads the documents of `text`, the file `name`. The items of a list, as kubectl prints it, are
/// documents each.
pub(super) fn read(name: &Arc<str>, text: &Arc<str>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let file = File { name: name.clone(), text: text.clone(), lines_before: 0 };
    for document in Documents::new(text) {
        match document {
            Ok(node) => {
                for node in objects(node) {
                    sink(Ok(Document::yaml(file.clone(), node)))?;
                }
            }
            Err(fault) => {
                let sources = [template::document(name, text)];
                sink(Err(Notice::of(&fault, &sources)))?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// The items of a list, or the document itself.
fn objects(node: Node) -> Vec<Node> {
    let list = node.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    if !list || node.get("items").and_then(Node::items).is_none() {
        return vec![node];
    }
    let Kind::Mapping(pairs) = node.kind else { return Vec::new() };
    let items = pairs.into_iter().find(|(key, _)| key.as_str() == Some("items"));
    match items.map(|(_, items)| items.kind) {
        Some(Kind::Sequence(items)) => items,
        _ => Vec::new(),
    }
}
