//! Finds the templates in a file: in its documents, and in lists of documents.
//!
//! An overlooked template enforces nothing. Documents that resemble a template without being one
//! are therefore faults or warnings.

use std::sync::Arc;

use ferrego_runtime::{Arena, json};

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::lints::Given;
use crate::source::Span;
use crate::template::KindNames;
use crate::template::{self, EnginePreference, Template};
use crate::yaml::{self, Node};

/// The templates in a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) templates: Vec<Template>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) faults: Diagnostics,
    pub(super) warnings: Diagnostics,
}

/// A constraint, as far as the lints of its template need it.
#[derive(Debug)]
pub(super) struct Constraint {
    pub(super) kind: Arc<str>,
    /// The kinds that it matches.
    pub(super) matched: Vec<KindNames>,
    pub(super) given: Given,
}

const TEMPLATE: &str = "ConstraintTemplate";
const GROUP: &str = "templates.gatekeeper.sh/";
const TARGET: &str = "admission.k8s.gatekeeper.sh";
const CONSTRAINTS: &str = "constraints.gatekeeper.sh/";

/// Finds the templates in `text`, the content of the file `name`. A file that was named itself must
/// contain one.
pub(super) fn find(name: &str, text: &str, named: bool, engine: EnginePreference) -> Found {
    let found = Found::default();
    let mut finder = Finder { name: name.into(), text: text.into(), engine, found };
    match load(text) {
        Ok(documents) => documents.iter().for_each(|document| finder.document(document, false)),
        // JSON that is not a Kubernetes object need not be YAML.
        Err(_) if !named && is_json(name) && !text.contains(TEMPLATE) => {}
        Err(fault) => finder.found.faults.push(fault),
    }
    let mut found = finder.found;
    let has_none = found.templates.is_empty() && found.constraints.is_empty();
    if named && has_none && found.faults.0.is_empty() {
        let message = format!("expected a {TEMPLATE} in the file, found none");
        found.faults.push(Diagnostic::new(Code::Template, Span::default(), message));
    }
    found
}

/// Loads the documents of `text`. As in Kubernetes, the content decides between JSON and YAML. YAML
/// folds lines in strings, which JSON does not.
fn load(text: &str) -> Result<Vec<Node>, Diagnostic> {
    if json::parse(&Arena::new(), text.as_bytes()).is_ok() {
        return Ok(yaml::load_json(text)?.into_iter().collect());
    }
    yaml::load(text)
}

fn is_json(name: &str) -> bool {
    name.len() >= 5 && name.as_bytes()[name.len() - 5..].eq_ignore_ascii_case(b".json")
}

struct Finder {
    name: Arc<str>,
    text: Arc<str>,
    engine: EnginePreference,
    found: Found,
}

impl Finder {
    /// Visits a document or an item of a list. `wanted` is `true` for an item of a list of
    /// templates.
    fn document(&mut self, node: &Node, wanted: bool) {
        let kind = node.get("kind");
        let text = kind.and_then(Node::as_str).unwrap_or_default();
        if text == TEMPLATE {
            return self.template(node);
        }
        if text.ends_with("List") && node.get("items").is_some_and(|items| !items.is_null()) {
            return self.list(node, text);
        }
        let version = node.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
        if version.starts_with(CONSTRAINTS) {
            let document = template::document(&self.name, &self.text);
            let given = Given { document, constraint: Arc::new(node.clone()) };
            let matched = matched(node);
            self.found.constraints.push(Constraint { kind: text.into(), matched, given });
        }
        let resembles = wanted
            || text.eq_ignore_ascii_case(TEMPLATE)
            || (version.starts_with(GROUP) && !text.ends_with("List"))
            || has_target(node);
        if resembles {
            self.found.faults.push(expected_kind(node, kind));
        } else {
            self.embedded(node);
        }
    }

    fn template(&mut self, node: &Node) {
        match template::read_document(&self.name, &self.text, node, self.engine) {
            Ok(template) => self.found.templates.extend(template),
            Err(faults) => self.found.faults.append(faults),
        }
    }

    fn list(&mut self, node: &Node, kind: &str) {
        let Some(items) = node.get("items") else { return };
        let is_templates = kind.strip_suffix("List") == Some(TEMPLATE);
        match items.items() {
            Some(items) => items.iter().for_each(|item| self.document(item, is_templates)),
            None if is_templates || kind == "List" => {
                let message =
                    format!("expected an array in `items` of {kind}, found {}", items.type_name());
                self.found.faults.push(Diagnostic::new(Code::Template, items.span, message));
            }
            // The name of the kind ends in `List` by coincidence.
            None => self.embedded(node),
        }
    }

    /// Warns of templates inside a document of another kind.
    fn embedded(&mut self, node: &Node) {
        let mut inner: Vec<&Node> = Vec::new();
        if let yaml::Kind::Mapping(pairs) = &node.kind {
            inner.extend(pairs.iter().map(|(_, value)| value));
        }
        inner.extend(node.items().into_iter().flatten());
        for node in inner {
            if is_whole_template(node) {
                let message = format!(
                    "expected a {TEMPLATE} as a document or in a list, found one inside another \
                     object; it is not compiled"
                );
                let span = node.get("kind").map_or(node.span, |kind| kind.span);
                self.found.warnings.push(Diagnostic::new(Code::Template, span, message));
            } else {
                self.embedded(node);
            }
        }
    }
}

/// Returns the kinds that a constraint matches. A list that is absent or empty matches all.
fn matched(constraint: &Node) -> Vec<KindNames> {
    let path = ["spec", "match", "kinds"];
    let kinds = path.iter().try_fold(constraint, |node, key| node.get(key));
    let entries = kinds.and_then(Node::items).unwrap_or_default();
    if entries.is_empty() {
        return vec![KindNames::all()];
    }
    let names = |entry: &Node, key| {
        let items = entry.get(key).and_then(Node::items).unwrap_or_default();
        let names: Vec<Arc<str>> = items.iter().filter_map(Node::as_str).map(Arc::from).collect();
        if names.is_empty() { vec!["*".into()] } else { names }
    };
    let entry =
        |entry| KindNames { groups: names(entry, "apiGroups"), kinds: names(entry, "kinds") };
    entries.iter().map(entry).collect()
}

fn expected_kind(node: &Node, kind: Option<&Node>) -> Diagnostic {
    let found = match kind.map(Node::as_str) {
        Some(Some(kind)) => format!("`{kind}`"),
        Some(None) => "another value".to_owned(),
        None => "a document without a kind".to_owned(),
    };
    let start = Span { end: node.span.start.saturating_add(1), ..node.span };
    let span = kind.map_or(start, |kind| kind.span);
    Diagnostic::new(Code::Template, span, format!("expected kind `{TEMPLATE}`, found {found}"))
        .with_help("the document resembles a template, so it is not passed over")
}

/// Returns `true` if the node has Rego for Gatekeeper, as only templates do.
fn has_target(node: &Node) -> bool {
    let targets = node.get("spec").and_then(|spec| spec.get("targets")).and_then(Node::items);
    targets.into_iter().flatten().any(|target| {
        target.get("target").and_then(Node::as_str) == Some(TARGET)
            && (target.get("rego").is_some() || target.get("code").is_some())
    })
}

/// Returns `true` for a template, and `false` for a reference to one.
fn is_whole_template(node: &Node) -> bool {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    text("kind") == TEMPLATE && text("apiVersion").starts_with(GROUP) && node.get("spec").is_some()
}
