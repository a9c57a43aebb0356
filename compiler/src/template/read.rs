//! From a YAML stream to templates.

use std::sync::Arc;

use ferrego_runtime::Arena;
use ferrego_runtime::json::{self, Escape};

use super::Template;
use super::faults::Fault;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{RegoVersion, Source, Span};
use crate::yaml::{self, Node};

/// The one target that Gatekeeper knows.
const TARGET: &str = "admission.k8s.gatekeeper.sh";

/// What to do with documents that are no `ConstraintTemplate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherKinds {
    /// They are faults in a file that has no template, and so is an empty file.
    Refuse,
    /// They are passed over, as in a folder that holds constraints and suites too.
    Ignore,
}

/// Reads the templates in the YAML stream `text`, the content of the file `name`.
///
/// A template's Rego is that of `targets[].rego` (v0) or else of the first entry of `code` with
/// `engine: Rego`, which is v1 where it says `version: v1`. The faults point into
/// [`super::document`]: no YAML, other kinds, what a template must have, a language other than
/// Rego.
pub fn read(name: &str, text: &str, others: OtherKinds) -> Result<Vec<Template>, Diagnostics> {
    let documents = yaml::load(text)?;
    let reader = Reader { name: name.into(), text: text.into() };
    let mut faults = Diagnostics::default();
    let mut templates = Vec::new();
    let kinds: Vec<_> = documents.iter().map(is_template).collect();
    // Beside a template, other documents are welcome: its constraints, for example.
    let refuses = others == OtherKinds::Refuse && !kinds.contains(&Ok(true));
    for (root, kind) in documents.iter().zip(kinds) {
        match kind {
            Ok(true) => match reader.template(root) {
                Ok(template) => templates.push(template),
                Err(found) => faults.append(found),
            },
            Ok(false) if refuses => faults.push(other_kind(root)),
            Ok(false) => {}
            Err(fault) => faults.push(fault),
        }
    }
    if refuses && faults.0.is_empty() {
        faults.push(Fault::NoTemplate.at(Span::default()));
    }
    faults.into_result(templates)
}

/// Reads the template in the document `root` of the file `name`, whose content is `text`; `None`
/// where the document is none.
///
/// The faults are as those of [`read`].
pub fn read_document(
    name: &Arc<str>,
    text: &Arc<str>,
    root: &Node,
) -> Result<Option<Template>, Diagnostics> {
    if !is_template(root)? {
        return Ok(None);
    }
    Reader { name: name.clone(), text: text.clone() }.template(root).map(Some)
}

fn is_template(root: &Node) -> Result<bool, Diagnostic> {
    if root.get("kind").and_then(Node::as_str) != Some("ConstraintTemplate") {
        return Ok(false);
    }
    let Some(version) = root.get("apiVersion") else {
        return Err(Fault::Missing { path: "apiVersion" }.at(start(root)));
    };
    let text = version.as_str().unwrap_or_default();
    match text.strip_prefix("templates.gatekeeper.sh/") {
        Some("v1" | "v1beta1" | "v1alpha1") => Ok(true),
        Some(_) | None => Err(Fault::OtherVersion { version: text }.at(version.span)),
    }
}

fn other_kind(root: &Node) -> Diagnostic {
    match root.get("kind") {
        Some(kind) => Fault::OtherKind { kind: kind.as_str().unwrap_or_default() }.at(kind.span),
        None => Fault::NoTemplate.at(start(root)),
    }
}

/// Where a node begins: the place for what is missing in it.
fn start(node: &Node) -> Span {
    Span { end: node.span.start.saturating_add(1), ..node.span }
}

struct Reader {
    name: Arc<str>,
    text: Arc<str>,
}

/// One target's Rego.
struct Code<'n> {
    rego: &'n Node,
    libs: &'n [Node],
    version: RegoVersion,
}

impl Reader {
    fn template(&self, root: &Node) -> Result<Template, Diagnostics> {
        let mut faults = Diagnostics::default();
        let name = string(root, &["metadata", "name"]).map_err(|fault| faults.push(fault)).ok();
        let kind = string(root, &["spec", "crd", "spec", "names", "kind"])
            .map_err(|fault| faults.push(fault))
            .ok();
        if let (Some((name, span)), Some((kind, _))) = (name, kind)
            && name != kind.to_lowercase()
        {
            faults.push(Fault::NameMismatch { name, kind }.at(span));
        }
        let schema = schema(root).map_err(|fault| faults.push(fault)).unwrap_or_default();
        let sources = target(root).and_then(code).map_err(Diagnostics::from);
        let sources = sources.and_then(|code| self.sources(&code));
        let sources = sources.map_err(|found| faults.append(found)).unwrap_or_default();
        let text = |found: Option<(&str, Span)>| found.map_or("", |(text, _)| text).into();
        let name_span = name.map_or(root.span, |(_, span)| span);
        faults.into_result(Template {
            name: text(name),
            name_span,
            kind: text(kind),
            schema,
            legacy_schema: legacy_schema(root),
            sources,
        })
    }

    fn sources(&self, code: &Code<'_>) -> Result<Vec<Source>, Diagnostics> {
        let mut faults = Diagnostics::default();
        let mut sources = Vec::with_capacity(1 + code.libs.len());
        let names = (0..code.libs.len()).map(|index| format!("libs[\"lib_{index}\"]"));
        let nodes = std::iter::once(code.rego).chain(code.libs);
        for (name, node) in std::iter::once("template".to_owned()).chain(names).zip(nodes) {
            match node.as_str() {
                Some(text) => sources.push(Source {
                    name: name.into(),
                    text: text.into(),
                    version: code.version,
                    origin: yaml::origin(&self.name, &self.text, node),
                }),
                None => faults.push(wrong_type(&name, "a string", node)),
            }
        }
        faults.into_result(sources)
    }
}

/// What `legacySchema` says, or the version.
fn legacy_schema(root: &Node) -> bool {
    let path = ["spec", "crd", "spec", "validation", "legacySchema"];
    let node = path.iter().try_fold(root, |node, key| node.get(key));
    node.and_then(Node::as_bool).unwrap_or_else(|| {
        let version = root.get("apiVersion").and_then(Node::as_str);
        version != Some("templates.gatekeeper.sh/v1")
    })
}

/// The schema of the parameters as JSON; empty where there is none.
fn schema(root: &Node) -> Result<Arc<str>, Diagnostic> {
    let path = ["crd", "spec", "validation", "openAPIV3Schema"];
    let node = path.iter().try_fold(root.get("spec"), |node, key| Some(node?.get(key)));
    match node.flatten().filter(|node| !node.is_null()) {
        Some(node) => {
            let arena = Arena::new();
            node.value(&arena).map(|value| json::to_string(&value, Escape::Plain).into())
        }
        None => Ok("".into()),
    }
}

/// The one target of a template.
fn target(root: &Node) -> Result<&Node, Diagnostic> {
    let targets = find(root, &["spec", "targets"])?;
    let [target] = items(targets, "spec.targets")? else {
        let many = targets.items().is_some_and(|items| !items.is_empty());
        let fault = if many { Fault::ManyTargets } else { Fault::NoTargets };
        return Err(fault.at(start(targets)));
    };
    let (name, span) = string(target, &["target"])?;
    if name != TARGET {
        return Err(Fault::UnknownTarget { target: name }.at(span));
    }
    Ok(target)
}

/// The Rego of a target: `rego` wins over `code`, as in Gatekeeper.
fn code(target: &Node) -> Result<Code<'_>, Diagnostic> {
    if let Some(rego) = target.get("rego").filter(|rego| !is_blank(rego)) {
        return Ok(Code { rego, libs: libs(target)?, version: RegoVersion::V0 });
    }
    let entries = match target.get("code").filter(|code| !code.is_null()) {
        Some(code) => items(code, "code")?,
        None => &[],
    };
    let engine = |entry: &&Node| entry.get("engine").and_then(Node::as_str) == Some("Rego");
    let Some(entry) = entries.iter().find(engine) else {
        return Err(no_rego(target, entries));
    };
    let source = find(entry, &["source"])?;
    let rego = find(source, &["rego"])?;
    if is_blank(rego) {
        return Err(Fault::EmptyRego.at(start(rego)));
    }
    let v1 = source.get("version").and_then(Node::as_str) == Some("v1");
    let version = if v1 { RegoVersion::V1 } else { RegoVersion::V0 };
    Ok(Code { rego, libs: libs(source)?, version })
}

fn no_rego(target: &Node, entries: &[Node]) -> Diagnostic {
    let engines: Vec<&Node> = entries.iter().filter_map(|entry| entry.get("engine")).collect();
    let names: Vec<&str> = engines.iter().filter_map(|engine| engine.as_str()).collect();
    match (engines.first(), target.get("rego")) {
        (Some(engine), _) if !names.is_empty() => {
            Fault::OtherEngine { engines: &names.join(", ") }.at(engine.span)
        }
        (_, Some(rego)) => Fault::EmptyRego.at(start(rego)),
        _ => Fault::NoRego.at(start(target)),
    }
}

fn libs(holder: &Node) -> Result<&[Node], Diagnostic> {
    match holder.get("libs").filter(|libs| !libs.is_null()) {
        Some(libs) => items(libs, "libs"),
        None => Ok(&[]),
    }
}

fn is_blank(node: &Node) -> bool {
    node.is_null() || node.as_str().is_some_and(|text| text.trim().is_empty())
}

fn string<'n>(root: &'n Node, path: &[&str]) -> Result<(&'n str, Span), Diagnostic> {
    let node = find(root, path)?;
    match node.as_str() {
        Some(text) => Ok((text, node.span)),
        None => Err(wrong_type(&path.join("."), "a string", node)),
    }
}

fn items<'n>(node: &'n Node, path: &str) -> Result<&'n [Node], Diagnostic> {
    node.items().ok_or_else(|| wrong_type(path, "a list", node))
}

fn wrong_type(path: &str, wanted: &str, node: &Node) -> Diagnostic {
    Fault::WrongType { path, wanted, got: node.type_name() }.at(start(node))
}

/// The node at `path`; what is missing is reported at the last node that is there.
fn find<'n>(root: &'n Node, path: &[&str]) -> Result<&'n Node, Diagnostic> {
    let mut node = root;
    for (depth, key) in path.iter().enumerate() {
        node = node
            .get(key)
            .filter(|child| !child.is_null())
            .ok_or_else(|| Fault::Missing { path: &path[..=depth].join(".") }.at(start(node)))?;
    }
    Ok(node)
}
