//! Documents from a stream of YAML.

use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::yaml::{Kind, Node, Parts};

use super::Sink;
use super::document::{Document, File};

/// Reads the documents of `text`, the file `name`. The items of a list, as kubectl prints it, are
/// documents each.
pub(super) fn read(name: &Arc<str>, text: &str, sink: &mut Sink<'_>) -> ControlFlow<()> {
    for part in Parts::new(text) {
        let loaded = part.load();
        if matches!(&loaded, Ok(nodes) if nodes.is_empty()) {
            continue;
        }
        let lines_before = part.lines_before;
        let file = File { name: name.clone(), text: part.text.into(), lines_before };
        match loaded {
            Ok(nodes) => {
                for node in nodes.into_iter().flat_map(objects) {
                    sink(Ok(Document::yaml(file.clone(), node)))?;
                }
            }
            Err(fault) => {
                for notice in file.notices(&Diagnostics::from(fault), &[]) {
                    sink(Err(notice))?;
                }
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
