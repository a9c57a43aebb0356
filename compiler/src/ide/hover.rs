//! The text that an editor shows for a name.

use std::fmt::Write as _;
use std::sync::Arc;

use ferrego_runtime::builtins::{Builtin, Kind};

use super::known::shifted;
use super::names::{Occurrence, Target, builtin};
use super::{Analysis, Location, Policy};
use crate::ast::{Module, Rule};
use crate::describe;
use crate::source::SourceId;

/// A text about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The text, in Markdown.
    pub markdown: String,
    /// The name's place, if it is in the current text.
    pub location: Option<Location>,
}

/// The most definitions of a rule that are shown.
const MOST_HEADS: usize = 5;

impl Analysis {
    /// Returns the text about the name at a byte of the file.
    pub fn hover(&self, offset: usize) -> Option<Hover> {
        if let Some(before) = &self.before {
            let hover = before.hover(shifted(&self.text, &before.text, offset)?)?;
            return Some(Hover { location: None, ..hover });
        }
        let (policy, source, at) = self.locate(offset)?;
        let name = policy.names.at(source, u32::try_from(at).ok()?);
        let described = name.and_then(|name| Some((about(policy, source, at, name)?, name.span)));
        match described {
            Some((markdown, span)) => Some(Hover { markdown, location: policy.location(span) }),
            None => field(policy, source, at),
        }
    }
}

/// Returns the text about a name.
fn about(policy: &Policy, source: SourceId, at: usize, name: &Occurrence) -> Option<String> {
    match &name.target {
        Target::Builtin(name) => builtin(name).map(about_builtin),
        Target::Rule(path) => about_rule(policy, path),
        Target::Import(_, path) => Some(code(&format!("import {}", path.join(".")))),
        Target::Local(_, name) => {
            let text = &policy.source(source)?.text;
            let shape = policy.known.variable(source, text, at, name);
            let type_name = shape.and_then(|shape| policy.known.facts.type_name(shape));
            Some(code(&format!("{name}: {}", type_name.as_deref().unwrap_or("any"))))
        }
    }
}

fn code(text: &str) -> String {
    format!("```rego\n{text}\n```")
}

/// Returns the signature of a builtin, and what it needs.
pub(super) fn about_builtin(builtin: &Builtin) -> String {
    let mut text = code(&format!("{}{}", builtin.name, builtin.signature));
    let mut add = |line: String| {
        // Writing to memory does not fail.
        let _ = write!(text, "\n\n{line}");
    };
    if !builtin.infix.is_empty() {
        add(format!("Operator: `{}`.", builtin.infix));
    }
    match builtin.kind {
        Kind::Pure | Kind::Relation | Kind::Engine(_) => {}
        Kind::Nondeterministic => add("Depends on the clock or on randomness.".to_owned()),
        Kind::Host => add("Answered by the program that evaluates the policy.".to_owned()),
        Kind::Refused(reason) => add(format!("Not supported: {reason}.")),
    }
    if !builtin.feature.is_empty() {
        add(format!("Needs the feature `{}` of `ferrego-runtime`.", builtin.feature));
    }
    if builtin.deprecated {
        add("Deprecated: Rego v1 refuses it.".to_owned());
    }
    text
}

/// Returns the heads of a rule with the comment above the first, and the type of its value.
fn about_rule(policy: &Policy, path: &[Arc<str>]) -> Option<String> {
    let (name, package) = path.split_last()?;
    let modules = policy.modules.iter().enumerate();
    let modules = modules.filter_map(|(index, module)| Some((index, module.as_ref()?)));
    let own: Vec<(usize, &Module)> =
        modules.filter(|(_, module)| module.package.path == package).collect();
    let mut heads = Vec::new();
    let mut comment = None;
    for (index, module) in own {
        for rule in module.rules.iter().filter(|rule| rule.head.reference.name.text == *name) {
            comment = comment.or_else(|| comment_above(policy, index, module, rule));
            let head = policy.text(rule.head.span).split_whitespace().collect::<Vec<_>>().join(" ");
            let default = if rule.default { "default " } else { "" };
            let head = format!("{default}{head}");
            if !heads.contains(&head) {
                heads.push(head);
            }
        }
    }
    if heads.is_empty() {
        return None;
    }
    let more = heads.len() > MOST_HEADS;
    heads.truncate(MOST_HEADS);
    if more {
        heads.push("…".to_owned());
    }
    let mut text = code(&heads.join("\n"));
    let shape = policy.known.facts.rule(path);
    let type_name = shape.and_then(|shape| policy.known.facts.type_name(shape));
    let parts = type_name.map(|name| format!("Type: {name}")).into_iter().chain(comment);
    for part in parts {
        // Writing to memory does not fail.
        let _ = write!(text, "\n\n{part}");
    }
    Some(text)
}

/// Returns the comment on the lines above a rule.
fn comment_above(policy: &Policy, index: usize, module: &Module, rule: &Rule) -> Option<String> {
    let source = policy.sources.get(index)?;
    let mut line = source.line(rule.span.start);
    let mut lines: Vec<&str> = Vec::new();
    let before = module.comments.iter().rev().filter(|one| one.span.start < rule.span.start);
    for comment in before {
        if source.line(comment.span.start) + 1 != line {
            break;
        }
        line -= 1;
        lines.push(comment.text.trim());
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Returns the text about a field.
fn field(policy: &Policy, source: SourceId, at: usize) -> Option<Hover> {
    let text = &policy.source(source)?.text;
    let (from, name, to) = policy.known.field_at(source, text, at)?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
    let before = text.as_bytes()[..at].iter().rev().take_while(|byte| is_part(byte)).count();
    let after = text.as_bytes()[at..].iter().take_while(|byte| is_part(byte)).count();
    let (start, end) = (at - before, at + after);
    // The types may be those of an earlier text.
    if text.get(start..end) != Some(name) {
        return None;
    }
    let facts = &policy.known.facts;
    let type_name = facts.type_name(to);
    let mut markdown = code(&format!("{name}: {}", type_name.as_deref().unwrap_or("any")));
    if let Some(owner) = facts.owner(from, name) {
        // Writing to memory does not fail.
        let _ = write!(markdown, "\n\nField of `{}`.", owner.trim_matches('`'));
        if let Some(docs) = parameter(policy, &owner, name) {
            let _ = write!(markdown, "\n\n{docs}");
        }
    }
    let byte = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    let span = crate::source::Span { source, start: byte(start), end: byte(end) };
    Some(Hover { markdown, location: policy.location(span) })
}

/// Returns the properties of the parameter `name` of `owner`, such as `input.parameters`.
pub(super) fn parameter(policy: &Policy, owner: &str, name: &str) -> Option<String> {
    let constraints = policy.options.constraints.as_ref()?;
    let path = format!("{owner}.{name}");
    let path = path.strip_prefix("input.parameters.")?;
    let all = describe::parameters(constraints);
    let found = all.iter().find(|parameter| parameter.path == path)?;
    let mut lines = Vec::new();
    if !found.description.is_empty() {
        lines.push(found.description.clone());
    }
    if !found.values.is_empty() {
        lines.push(format!("One of `{}`.", found.values.join("`, `")));
    }
    match (&found.default, found.required) {
        (Some(default), _) => lines.push(format!("Default: `{default}`.")),
        (None, true) => lines.push("Required.".to_owned()),
        (None, false) => lines.push("Optional.".to_owned()),
    }
    Some(lines.join("\n\n"))
}
