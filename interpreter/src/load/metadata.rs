//! METADATA comments on rules: the values of `rego.metadata.rule()` and `rego.metadata.chain()`
//! (`ast/annotations.go`).
//!
//! The compiler reports malformed annotations. Here they have no effect.

use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::source::{Source, SourceId, Span};
use ferrego_compiler::yaml::{self, Kind, Node, Plain};

use super::names::path_of;
use crate::program::{Key, Term};

/// The annotations of all modules.
#[derive(Default)]
pub(super) struct Metadata {
    annotations: Vec<Annotation>,
}

struct Annotation {
    scope: Scope,
    /// The path of the rule or package below `data`.
    path: Vec<Key>,
    span: Span,
    object: Term,
}

#[derive(Clone, Copy, PartialEq)]
enum Scope {
    /// The rule that begins at this byte of this source.
    Rule(SourceId, u32),
    Document,
    Package,
    Subpackages,
}

impl Scope {
    fn of_rule(rule: Span) -> Self {
        Self::Rule(rule.source, rule.start)
    }
}

/// Both values for one body of a rule.
pub(super) struct Answers {
    pub(super) rule: Term,
    pub(super) chain: Term,
}

impl Metadata {
    /// Reads the comments, if a module may use them.
    pub(super) fn of(modules: &[(Source, Module)]) -> Self {
        if !modules.iter().any(|(source, _)| source.text.contains("metadata")) {
            return Self::default();
        }
        let blocks = modules.iter().flat_map(|(source, module)| {
            let blocks = blocks(source, module);
            blocks.into_iter().filter_map(move |block| annotation(source, module, &block))
        });
        Self { annotations: blocks.collect() }
    }

    /// Returns both values for the rule at `rule` with the path `path` in `package`. Only the first
    /// body of a rule has annotations of its own. Later bodies and `else` have none.
    pub(super) fn answers(
        &self,
        package: &[Arc<str>],
        path: &[Key],
        rule: Option<Span>,
    ) -> Answers {
        let own = rule.map(Scope::of_rule);
        let is_own = |scope| own == Some(scope);
        let mut own: Vec<&Annotation> =
            self.annotations.iter().filter(|annotation| is_own(annotation.scope)).collect();
        own.sort_by_key(|annotation| std::cmp::Reverse(annotation.span.start));
        let nearest = own.first().map(|annotation| annotation.object.clone());
        let mut links: Vec<Term> = own.iter().map(|own| link(path, Some(*own))).collect();
        if links.is_empty() {
            links.push(link(path, None));
        }
        let package: Vec<Key> = package.iter().cloned().map(Key::String).collect();
        links.extend(self.link(Scope::Document, path));
        links.extend(self.link(Scope::Package, &package));
        let above = (0..=package.len()).rev().map(|length| &package[..length]);
        links.extend(above.filter_map(|path| self.link(Scope::Subpackages, path)));
        Answers { rule: nearest.unwrap_or(Term::Object(Vec::new())), chain: Term::Array(links) }
    }

    fn link(&self, scope: Scope, path: &[Key]) -> Option<Term> {
        let is_it = |other: &&Annotation| other.scope == scope && other.path == path;
        self.annotations.iter().find(is_it).map(|found| link(path, Some(found)))
    }
}

fn link(path: &[Key], annotation: Option<&Annotation>) -> Term {
    let steps = path.iter().map(|step| match step {
        Key::String(text) | Key::Number(text) => Term::String(text.clone()),
        Key::Bool(truth) => text(&truth.to_string()),
        Key::Null => text("null"),
    });
    let mut pairs = vec![(text("path"), Term::Array(steps.collect()))];
    pairs.extend(annotation.map(|found| (text("annotations"), found.object.clone())));
    Term::Object(pairs)
}

fn text(text: &str) -> Term {
    Term::String(text.into())
}

/// A METADATA comment with the lines below it.
struct Block {
    yaml: String,
    span: Span,
    last_line: u32,
}

fn blocks(source: &Source, module: &Module) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for comment in &module.comments {
        let (line, column) = source.line_column(comment.span.start);
        let current =
            blocks.last_mut().filter(|block| open && column == 1 && line == block.last_line + 1);
        if let Some(block) = current {
            block.yaml.push_str(comment.text.strip_prefix(' ').unwrap_or(&comment.text));
            block.yaml.push('\n');
            block.last_line = line;
            continue;
        }
        open = comment.text.trim().starts_with("METADATA");
        if open {
            blocks.push(Block { yaml: String::new(), span: comment.span, last_line: line });
        }
    }
    blocks
}

/// Parses `block` as the annotation of the statement that follows it.
fn annotation(source: &Source, module: &Module, block: &Block) -> Option<Annotation> {
    let documents = yaml::load(&block.yaml).ok()?;
    let node = documents.first()?;
    let after = |span: Span| source.line(span.start) > block.last_line;
    let rule = module.rules.iter().find(|rule| after(rule.span));
    let package = after(module.package.span);
    let is_entry = node.get("entrypoint").is_some_and(is_true);
    let named = node.get("scope").and_then(Node::as_str);
    let scope = match named {
        Some(scope) => scope,
        None if package => "package",
        None if is_entry => "document",
        None => "rule",
    };
    let object = object(node, scope);
    let package_path = || module.package.path.iter().cloned().map(Key::String).collect();
    let (scope, path) = match scope {
        "rule" => (Scope::of_rule(rule?.span), path_of(module, &rule?.head)),
        "document" => (Scope::Document, path_of(module, &rule?.head)),
        "package" if package => (Scope::Package, package_path()),
        "subpackages" if package => (Scope::Subpackages, package_path()),
        _ => return None,
    };
    Some(Annotation { scope, path, span: block.span, object })
}

fn is_true(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(scalar) if scalar.plain() == Plain::Bool(true))
}

/// The conversion of the items of a list into terms.
type Form = fn(&Node) -> Term;

/// Returns the annotation as an object without empty fields (`Annotations.toObject`).
fn object(node: &Node, scope: &str) -> Term {
    let mut pairs = vec![(text("scope"), text(scope))];
    for name in ["title", "description"] {
        let said = node.get(name).and_then(Node::as_str).filter(|said| !said.is_empty());
        pairs.extend(said.map(|said| (text(name), text(said))));
    }
    if node.get("entrypoint").is_some_and(is_true) {
        pairs.push((text("entrypoint"), Term::Bool(true)));
    }
    let lists: [(&str, Form); 4] = [
        ("organizations", value),
        ("related_resources", related_resource),
        ("authors", author),
        ("schemas", schema),
    ];
    for (name, make) in lists {
        let items = node.get(name).and_then(Node::items).unwrap_or_default();
        if !items.is_empty() {
            pairs.push((text(name), Term::Array(items.iter().map(make).collect())));
        }
    }
    let custom = node.get("custom");
    let custom = custom.filter(|node| matches!(&node.kind, Kind::Mapping(all) if !all.is_empty()));
    pairs.extend(custom.map(|node| (text("custom"), value(node))));
    Term::Object(pairs)
}

/// Converts a related resource: a URL alone, or a mapping.
fn related_resource(node: &Node) -> Term {
    match node.as_str() {
        Some(reference) => Term::Object(vec![(text("ref"), text(reference))]),
        None => value(node),
    }
}

/// Converts an author: `Name <email>`, or a mapping.
fn author(node: &Node) -> Term {
    let Some(author) = node.as_str() else { return value(node) };
    let words: Vec<&str> = author.split_whitespace().collect();
    let (name, email) = match words.split_last() {
        Some((last, name)) if last.starts_with('<') && last.ends_with('>') => {
            (name, last.trim_start_matches('<').trim_end_matches('>'))
        }
        _ => (words.as_slice(), ""),
    };
    let parts = [("name", name.join(" ")), ("email", email.to_owned())];
    let parts = parts.into_iter().filter(|(_, part)| !part.is_empty());
    Term::Object(parts.map(|(name, part)| (text(name), text(&part))).collect())
}

/// Converts a schema: `path: schema`, both with dots, or `path: {…}` with an inline schema.
fn schema(node: &Node) -> Term {
    let Kind::Mapping(entries) = &node.kind else { return value(node) };
    let Some((path, schema)) = entries.last() else { return value(node) };
    let steps = |path: &str| Term::Array(path.split('.').map(text).collect());
    let schema = match schema.as_str() {
        Some(name) => (text("schema"), steps(name)),
        None => (text("definition"), value(schema)),
    };
    Term::Object(vec![(text("path"), steps(path.as_str().unwrap_or_default())), schema])
}

fn value(node: &Node) -> Term {
    match &node.kind {
        Kind::Scalar(scalar) => match scalar.plain() {
            Plain::Null => Term::Null,
            Plain::Bool(truth) => Term::Bool(truth),
            Plain::Number => Term::Number(Arc::from(&*scalar.text)),
            Plain::String => text(&scalar.text),
        },
        Kind::Sequence(items) => Term::Array(items.iter().map(value).collect()),
        Kind::Mapping(pairs) => {
            Term::Object(pairs.iter().map(|(key, item)| (value(key), value(item))).collect())
        }
    }
}
