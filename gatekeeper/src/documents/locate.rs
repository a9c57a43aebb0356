//! Conversion of the path of a field to its place in the text.

use std::collections::BTreeMap;
use std::ops::Range;

use ferrego_source::yaml::Node;
use serde_json::value::RawValue;

use crate::fault::{FieldPath, Segment};

/// Returns the place of the deepest node that exists along `path`.
pub(super) fn in_node(root: &Node, path: &FieldPath) -> Range<usize> {
    let (node, _) = root.deepest(path);
    node.span.start as usize..node.span.end as usize
}

/// Returns the place of the deepest value that exists along `path` in `text`, which is one JSON
/// value.
pub(super) fn in_json(text: &str, path: &FieldPath) -> Range<usize> {
    if path.0.is_empty() {
        let start = text.len() - text.trim_start().len();
        return start..text.len();
    }
    let Ok(mut value) = serde_json::from_str::<&RawValue>(text) else { return 0..0 };
    for segment in &path.0 {
        match child(value.get(), segment) {
            Some(next) => value = next,
            None => break,
        }
    }
    let start = value.get().as_ptr().addr() - text.as_ptr().addr();
    start..start + value.get().len()
}

fn child<'t>(text: &'t str, segment: &Segment) -> Option<&'t RawValue> {
    match segment {
        Segment::Key(key) => {
            let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            members.remove(key)
        }
        Segment::Index(index) => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            items.get(*index).copied()
        }
    }
}
