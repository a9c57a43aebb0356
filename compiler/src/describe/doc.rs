//! The description as the documentation of a generated module.

use std::fmt::Write as _;

use super::{Applies, Description, InventoryKind, Parameter, Support};

/// The most items of a line.
const MOST_ITEMS: usize = 12;

/// The width of a line, without the slashes of the comment.
const MAX_WIDTH: usize = 96;

/// Returns the lines of a doc comment that describe the policy: a list of its properties.
pub(crate) fn lines(description: &Description) -> Vec<String> {
    let Description { parameters, reads, inventory, builtins, applies, .. } = description;
    let mut lines = Vec::new();
    let mut list = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            lines.extend(wrapped(title, items));
        }
    };
    let top = parameters.iter().filter(|parameter| !parameter.path.contains(['.', '[']));
    list("parameters", top.map(parameter).collect());
    list("reads", reads.iter().map(|path| code(path)).collect());
    list("inventory", inventory.iter().map(|kind| code(&kind.to_string())).collect());
    let mut features: Vec<&str> = builtins.iter().map(|builtin| builtin.feature).collect();
    features.retain(|feature| !feature.is_empty());
    features.sort_unstable();
    features.dedup();
    list("features", features.iter().map(|feature| code(feature)).collect());
    let host = builtins.iter().filter(|builtin| builtin.support == Support::Host);
    list("answered by the host", host.map(|builtin| code(builtin.name)).collect());
    match applies {
        Applies::Matched(kinds) | Applies::Compared(kinds) => {
            list("applies to", kinds.iter().map(|kind| code(kind)).collect());
        }
        Applies::Any => {}
    }
    lines
}

/// Returns an item of a list in Markdown, whose next lines are indented.
fn wrapped(title: &str, mut items: Vec<String>) -> Vec<String> {
    let more = items.len().saturating_sub(MOST_ITEMS);
    if more > 0 {
        items.truncate(MOST_ITEMS);
        items.push(format!("and {more} more"));
    }
    let mut lines = Vec::new();
    let mut line = format!("- {title}:");
    for (index, item) in items.iter().enumerate() {
        let comma = if index + 1 < items.len() { "," } else { "" };
        if line.len() + 1 + item.len() + comma.len() > MAX_WIDTH {
            lines.push(std::mem::replace(&mut line, " ".to_owned()));
        }
        // Writing to memory does not fail.
        let _ = write!(line, " {item}{comma}");
    }
    lines.push(line);
    lines
}

/// Returns a parameter in Markdown: `` `labels` (array of string, required) ``.
fn parameter(parameter: &Parameter) -> String {
    let Parameter { path, kind, required, default, .. } = parameter;
    let required = if *required { ", required" } else { "" };
    let default =
        default.as_ref().map(|value| format!(", default {}", code(value))).unwrap_or_default();
    format!("{} ({kind}{required}{default})", code(path))
}

/// Returns a text as code in Markdown, between more backquotes than it has in a row.
fn code(text: &str) -> String {
    let runs = text.split(|character| character != '`').map(str::len);
    match runs.max() {
        None | Some(0) => format!("`{text}`"),
        Some(longest) => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

impl std::fmt::Display for InventoryKind {
    /// Writes the path of the kind: `namespace[_]["apps/v1"].Deployment`, with `[_]` for any key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.namespaced { "namespace[_]" } else { "cluster" })?;
        for key in [&self.version, &self.kind] {
            match key {
                Some(key) => f.write_str(&super::reads::step("", key))?,
                None => f.write_str("[_]")?,
            }
        }
        Ok(())
    }
}
