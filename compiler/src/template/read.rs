//! Reads templates from a YAML stream.

use std::sync::Arc;

use super::constraint_template::Template;
use super::faults::Fault;
use super::{crd, fields, schema, synced};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{RegoVersion, Source, Span};
use crate::suggest::misspelled;
use crate::yaml::{self, Kind, Node};

/// The engine of Rego.
const REGO: &str = "Rego";
/// The engine of CEL.
const CEL: &str = "K8sNativeValidation";
/// The only target that Gatekeeper knows.
const TARGET: &str = "admission.k8s.gatekeeper.sh";

/// The treatment of documents that are not a `ConstraintTemplate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherKinds {
    /// Report them as faults if the file has no template, and report an empty file too.
    Refuse,
    /// Skip them, as in a folder that also contains constraints and suites.
    Ignore,
}

/// The treatment of a template with CEL beside its Rego. Gatekeeper then runs only the CEL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnginePreference {
    /// Report a fault, because the answers of the Rego would not be Gatekeeper's.
    #[default]
    Refuse,
    /// Take the Rego, as Gatekeeper does without its CEL driver.
    Rego,
}

impl Template {
    /// Reads the templates in the YAML stream `text`, the content of the file `name`. Documents of
    /// other kinds may accompany them. A template with CEL beside its Rego is a fault.
    ///
    /// # Errors
    /// Returns all faults of the templates around their Rego, and a fault if `text` contains no
    /// template.
    pub fn read(name: &str, text: &str) -> Result<Vec<Self>, Diagnostics> {
        read(name, text, OtherKinds::Refuse)
    }
}

/// Reads the templates in the YAML stream `text`, the content of the file `name`. A template with
/// CEL beside its Rego is a fault.
///
/// # Errors
/// Returns the same faults as [`read_with`].
pub fn read(name: &str, text: &str, others: OtherKinds) -> Result<Vec<Template>, Diagnostics> {
    read_with(name, text, others, EnginePreference::default())
}

/// Reads the templates in the YAML stream `text`, the content of the file `name`.
///
/// A template's Rego is that of `targets[].rego`, which is v0. Without it, the Rego is that of the
/// first entry of `code` with `engine: Rego`. This one is v1 if it says `version: v1`.
///
/// # Errors
/// Returns all faults of the documents: invalid YAML, other kinds, faults that Gatekeeper reports
/// around the Rego, a language other than Rego. Their spans are in [`super::document`].
pub fn read_with(
    name: &str,
    text: &str,
    others: OtherKinds,
    engine: EnginePreference,
) -> Result<Vec<Template>, Diagnostics> {
    let documents = yaml::load(text)?;
    let reader = Reader { name: name.into(), text: text.into(), engine };
    let mut faults = Diagnostics::default();
    let mut templates = Vec::new();
    let kinds: Vec<_> = documents.iter().map(is_template).collect();
    // Other documents are welcome beside a template: its constraints, for example.
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

/// Reads the template in the document `root` of the file `name`, whose content is `text`. Returns
/// `None` if the document is not a template.
///
/// # Errors
/// Returns the same faults as [`read_with`].
pub fn read_document(
    name: &Arc<str>,
    text: &Arc<str>,
    root: &Node,
    engine: EnginePreference,
) -> Result<Option<Template>, Diagnostics> {
    if !is_template(root)? {
        return Ok(None);
    }
    Reader { name: name.clone(), text: text.clone(), engine }.template(root).map(Some)
}

fn is_template(root: &Node) -> Result<bool, Diagnostic> {
    if root.get("kind").and_then(Node::as_str) != Some("ConstraintTemplate") {
        return Ok(false);
    }
    let Some(version) = root.get("apiVersion") else {
        return Err(Fault::Missing { path: "apiVersion" }.at(root.start()));
    };
    let group_version = version.as_str();
    match group_version.and_then(|text| text.strip_prefix("templates.gatekeeper.sh/")) {
        Some("v1" | "v1beta1" | "v1alpha1") => Ok(true),
        Some(_) | None => {
            Err(Fault::OtherVersion { found: &describe(version) }.at(version.place()))
        }
    }
}

fn other_kind(root: &Node) -> Diagnostic {
    match root.get("kind") {
        Some(kind) => Fault::OtherKind { found: &describe(kind) }.at(kind.place()),
        None => Fault::NoTemplate.at(root.start()),
    }
}

/// Returns the text of a string in backquotes, or the type of another node.
fn describe(node: &Node) -> String {
    node.as_str().map_or_else(|| node.type_name().to_owned(), |text| format!("`{text}`"))
}

struct Reader {
    name: Arc<str>,
    text: Arc<str>,
    engine: EnginePreference,
}

/// The Rego of a target.
struct Code<'n> {
    rego: &'n Node,
    libs: &'n [Node],
    version: RegoVersion,
}

impl Reader {
    fn template(&self, root: &Node) -> Result<Template, Diagnostics> {
        let (mut faults, mut warnings) = (Diagnostics::default(), Diagnostics::default());
        fields::check(root, &mut faults);
        // The other checks rely on the types of the fields.
        faults = faults.into_result(Diagnostics::default())?;
        let [name, kind] = names(root, &mut faults, &mut warnings);
        let parameters = schema::read(root, &mut faults, &mut warnings);
        let target = target(root).inspect(|target| warnings.append(operations(target)));
        let code = target.and_then(|target| code(target, self.engine));
        let sources = code.map_err(Diagnostics::from).and_then(|code| self.sources(&code));
        let sources = sources.map_err(|found| faults.append(found)).unwrap_or_default();
        let synced = synced::read(root, &mut warnings);
        let text = |found: Option<(&str, Span)>| found.map_or("", |(text, _)| text).into();
        let name_span = name.map_or(root.span, |(_, span)| span);
        faults.into_result(Template {
            name: text(name),
            name_span,
            kind: text(kind),
            schema: parameters.schema,
            legacy_schema: parameters.legacy,
            sources,
            document: super::document(&self.name, &self.text),
            declared: parameters.declared,
            written: parameters.written,
            synced,
            warnings,
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
                // Go decodes null into the empty string, which is not a module.
                None => faults.push(Fault::EmptyRego.at(node.start())),
            }
        }
        faults.into_result(sources)
    }
}

/// Returns the name and the kind of the template, with their places. Checks both, and the names
/// that Kubernetes derives from them.
fn names<'n>(
    root: &'n Node,
    faults: &mut Diagnostics,
    warnings: &mut Diagnostics,
) -> [Option<(&'n str, Span)>; 2] {
    let path = ["spec", "crd", "spec", "names", "kind"];
    let name = string(root, &["metadata", "name"]).map_err(|fault| faults.push(fault)).ok();
    let kind = string(root, &path).map_err(|fault| faults.push(fault)).ok();
    if let (Some((name, span)), Some((kind, _))) = (name, kind) {
        let fault = Fault::NameMismatch { name, kind }.at(span);
        if !name.eq_ignore_ascii_case(kind) {
            faults.push(fault);
        } else if name != kind.to_lowercase() {
            // Gatekeeper accepts the template, but then finds no template for its constraints.
            warnings.push(fault);
        }
    }
    if let Some(node) = node_at(root, &path) {
        crd::kind(node.as_str().unwrap_or_default(), node, faults);
    }
    if let Some(list) = node_at(root, &["spec", "crd", "spec", "names", "shortNames"]) {
        crd::short_names(list, faults);
    }
    if let Some(labels) = node_at(root, &["metadata", "labels"]) {
        crd::labels(labels, faults);
    }
    [name, kind]
}

/// Returns the warning that `operations` have no effect.
fn operations(target: &Node) -> Diagnostics {
    let given = target.get("operations");
    let items = given.and_then(Node::items).unwrap_or_default();
    let restricts = !items.is_empty() && !items.iter().any(|item| item.as_str() == Some("*"));
    let found = given.filter(|_| restricts).map(|node| Fault::Operations.at(node.start()));
    Diagnostics(found.into_iter().collect())
}

/// Returns the only target of a template.
fn target(root: &Node) -> Result<&Node, Diagnostic> {
    let targets = find(root, &["spec", "targets"])?;
    let items = targets.items().unwrap_or_default();
    let [target] = items else {
        let fault = if items.is_empty() { Fault::NoTargets } else { Fault::ManyTargets };
        return Err(fault.at(targets.start()));
    };
    let (name, span) = string(target, &["target"])?;
    if name != TARGET {
        return Err(Fault::UnknownTarget { target: name }.at(span));
    }
    Ok(target)
}

/// Returns the Rego of a target. As in Gatekeeper, `rego` takes precedence over `code`. Every other
/// engine has another language, of which Gatekeeper knows CEL.
fn code(target: &Node, preference: EnginePreference) -> Result<Code<'_>, Diagnostic> {
    let entries = target.get("code").and_then(Node::items).unwrap_or_default();
    let of_engine = |name: &'static str| {
        entries.iter().find(move |entry| entry.get("engine").and_then(Node::as_str) == Some(name))
    };
    let code = if let Some(rego) = target.get("rego").filter(|rego| !is_empty(rego)) {
        // Gatekeeper writes the Rego into this source, and fails if the source is missing.
        of_engine(REGO).map_or(Ok(()), |entry| find(entry, &["source"]).map(drop))?;
        Code { rego, libs: libs(target)?, version: RegoVersion::V0 }
    } else {
        let entry = of_engine(REGO).ok_or_else(|| no_rego(target, entries))?;
        source(entry)?
    };
    match of_engine(CEL) {
        Some(cel) if preference == EnginePreference::Refuse => {
            Err(Fault::TwoEngines.at(cel.get("engine").map_or(cel.span, |engine| engine.span)))
        }
        _ => Ok(code),
    }
}

/// Returns the Rego of an entry of `code`.
fn source(entry: &Node) -> Result<Code<'_>, Diagnostic> {
    let source = find(entry, &["source"])?;
    if !matches!(source.kind, Kind::Mapping(_)) {
        return Err(wrong_type("source", "a mapping", source));
    }
    let Some(rego) = source.get("rego") else {
        return Err(Fault::Missing { path: "source.rego" }.at(source.start()));
    };
    let text = |node: &Node, path: &str| match node.as_str() {
        Some(_) => Ok(()),
        None => Err(wrong_type(path, "a string", node)),
    };
    text(rego, "source.rego")?;
    let version = source.get("version");
    version.map_or(Ok(()), |version| text(version, "source.version"))?;
    let v1 = version.and_then(Node::as_str) == Some("v1");
    let libs = match source.get("libs") {
        None => &[],
        Some(libs) => libs.items().ok_or_else(|| wrong_type("source.libs", "a list", libs))?,
    };
    libs.iter().try_for_each(|lib| text(lib, "source.libs"))?;
    Ok(Code { rego, libs, version: if v1 { RegoVersion::V1 } else { RegoVersion::V0 } })
}

fn no_rego(target: &Node, entries: &[Node]) -> Diagnostic {
    let engines: Vec<&Node> = entries.iter().filter_map(|entry| entry.get("engine")).collect();
    let names: Vec<&str> = engines.iter().filter_map(|engine| engine.as_str()).collect();
    match (engines.first(), target.get("rego")) {
        (Some(engine), _) if !names.is_empty() => {
            Fault::OtherEngine { engines: &names.join(", ") }.at(engine.span)
        }
        (_, Some(rego)) => Fault::EmptyRego.at(rego.start()),
        _ => Fault::NoRego.at(target.start()),
    }
}

fn libs(holder: &Node) -> Result<&[Node], Diagnostic> {
    match holder.get("libs").filter(|libs| !libs.is_null()) {
        Some(libs) => items(libs, "libs"),
        None => Ok(&[]),
    }
}

fn is_empty(node: &Node) -> bool {
    node.is_null() || node.as_str().is_some_and(str::is_empty)
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
    Fault::WrongType { path, expected: wanted, found: node.type_name() }.at(node.start())
}

/// Returns the node at `path`, if it exists and is not null.
fn node_at<'n>(root: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(root, |node, key| node.get(key)).filter(|node| !node.is_null())
}

/// Returns the node at `path`. A missing node is reported at its deepest ancestor that exists.
fn find<'n>(root: &'n Node, path: &[&str]) -> Result<&'n Node, Diagnostic> {
    let mut node = root;
    for (depth, key) in path.iter().enumerate() {
        let child = node.get(key).filter(|child| !child.is_null());
        node = child.ok_or_else(|| missing(node, key, &path[..=depth]))?;
    }
    Ok(node)
}

/// Returns the fault of a mapping without the field `key`. A field with a similar name is pointed at.
fn missing(node: &Node, key: &str, path: &[&str]) -> Diagnostic {
    let fault = Fault::Missing { path: &path.join(".") }.at(node.start());
    let Kind::Mapping(entries) = &node.kind else { return fault };
    let names = || entries.iter().filter_map(|(name, _)| Some((name.as_str()?, name)));
    let Some(near) = misspelled(key, names().map(|(name, _)| name)) else { return fault };
    match names().find(|(name, _)| *name == near) {
        Some((_, place)) => fault.with_label(place.place(), format!("did you mean `{key}`?")),
        None => fault,
    }
}
