//! Documents from a stream of YAML.

use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_compiler::diagnostics::{Diagnostics, Notice};
use ferrego_compiler::yaml::{Node, Parts};

use super::Sink;
use super::document::{Document, File};

/// Reads the documents of `text`, the file `name`. The items of a list, as kubectl prints it, are
/// documents each.
pub(super) fn read(
    name: &Arc<str>,
    text: &str,
    lines_before: u32,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    for part in Parts::new(text) {
        let loaded = part.load();
        if matches!(&loaded, Ok(None)) {
            continue;
        }
        let lines_before = part.lines_before.saturating_add(lines_before);
        let file = File { name: name.clone(), text: part.text.into(), lines_before };
        match loaded {
            Ok(node) => {
                for object in node.into_iter().flat_map(objects) {
                    sink(object.map(|node| Document::yaml(file.clone(), node)))?;
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
fn objects(node: Node) -> Vec<Result<Node, Notice>> {
    let list = node.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    match node.get("items").and_then(Node::items) {
        Some(items) if list => items.iter().cloned().map(Ok).collect(),
        _ => vec![Ok(node)],
    }
}
