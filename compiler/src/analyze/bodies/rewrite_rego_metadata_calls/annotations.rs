//! METADATA comments: their YAML, the statement that each annotates, and their form as a value
//! (`ast/annotations.go`).

use std::sync::Arc;

use crate::analyze::messages;
use crate::analyze::names::rule_tree::{Key, RulePosition, ground_path};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Module, Term, TermKind};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{Source, Span};
use crate::yaml::{self, Kind, Node, Plain};

/// The target of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The rule that follows.
    Rule(RulePosition),
    /// All rules at the path.
    Document,
    /// The package.
    Package,
    /// The package and those below.
    Subpackages,
}

/// An annotation.
#[derive(Clone, Debug)]
pub(crate) struct Annotation {
    /// The target.
    pub(crate) scope: Scope,
    /// The path of the rule or package.
    pub(crate) path: Vec<Key>,
    /// The span of the `# METADATA` line.
    pub(crate) span: Span,
    /// Its content as an object.
    pub(crate) object: Term,
}

/// Collects the annotations of all modules. Errors go to the unit.
pub(crate) fn collect(unit: &mut Unit<'_>) -> Vec<Annotation> {
    let mut annotations: Vec<Annotation> = Vec::new();
    let mut errors = Diagnostics::default();
    for (index, module) in unit.modules.iter().enumerate() {
        let source = unit.sources.get(module.package_span.source.0 as usize);
        let Some(source) = source else { continue };
        for block in blocks(module, source) {
            match annotation(&block, (index, module), source, &unit.symbols) {
                Ok(annotation) => match redeclared(&annotations, &annotation) {
                    Some(name) => errors.push(messages::annotation_redeclared(block.span, name)),
                    None => annotations.push(annotation),
                },
                Err(error) => errors.push(error),
            }
        }
    }
    unit.errors.0.append(&mut errors.0);
    annotations
}

fn redeclared(annotations: &[Annotation], next: &Annotation) -> Option<&'static str> {
    let name = match next.scope {
        Scope::Rule(_) => return None,
        Scope::Document => "document",
        Scope::Package => "package",
        Scope::Subpackages => "subpackages",
    };
    let is_same = |other: &Annotation| other.scope == next.scope && other.path == next.path;
    annotations.iter().any(is_same).then_some(name)
}

/// The text of a METADATA block.
struct Block {
    text: String,
    span: Span,
}

/// The blocks of a module: the comments in the first column right below `# METADATA`.
fn blocks(module: &Module, source: &Source) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open_at = None;
    for comment in &module.comments {
        let (line, column) = source.line_column(comment.span.start);
        if let Some(block) = blocks.last_mut().filter(|_| open_at == Some(line) && column == 1) {
            block.text.push_str(comment.text.strip_prefix(' ').unwrap_or(&comment.text));
            block.text.push('\n');
            open_at = Some(line + 1);
        } else if comment.text.trim().starts_with("METADATA") {
            blocks.push(Block { text: String::new(), span: comment.span });
            open_at = Some(line + 1);
        } else {
            open_at = None;
        }
    }
    blocks
}

/// A statement that may follow a block.
#[derive(Clone, Copy)]
enum Statement {
    Package,
    Import,
    Rule(usize),
}

/// Returns the first statement on a line below the start of the block.
fn statement_after(block: &Block, module: &Module, source: &Source) -> Option<Statement> {
    let imports = module.imports.iter().map(|import| (import.span, Statement::Import));
    let rules =
        module.rules.iter().enumerate().map(|(index, rule)| (rule.span, Statement::Rule(index)));
    let mut statements: Vec<(Span, Statement)> =
        std::iter::once((module.package_span, Statement::Package))
            .chain(imports)
            .chain(rules)
            .collect();
    statements.sort_by_key(|(span, _)| span.start);
    let line = source.line(block.span.start);
    statements.into_iter().find(|(span, _)| source.line(span.start) > line).map(|(_, found)| found)
}

fn annotation(
    block: &Block,
    (index, module): (usize, &Module),
    source: &Source,
    symbols: &Symbols,
) -> Result<Annotation, Diagnostic> {
    let fault = |why: &str| messages::annotation(block.span, why);
    let document = yaml::load(&block.text).map_err(|error| fault(&error.message))?;
    let node =
        document.first().ok_or_else(|| fault("expected METADATA block, found whitespace"))?;
    let statement = statement_after(block, module, source);
    let is_entry = node.get("entrypoint").is_some_and(is_true);
    let scope = match (node.get("scope").and_then(Node::as_str), statement) {
        (Some(scope), _) => scope,
        (None, Some(Statement::Rule(_))) if is_entry => "document",
        (None, Some(Statement::Rule(_))) => "rule",
        (None, Some(Statement::Package)) => "package",
        (None, Some(Statement::Import)) => "import",
        (None, None) => "",
    };
    if is_entry && !matches!(scope, "document" | "package") {
        let why =
            format!("annotation entrypoint applied to non-document or package scope '{scope}'");
        return Err(fault(&why));
    }
    let package = || module.package.iter().cloned().map(Key::String).collect();
    let (kind, path) = match (scope, statement) {
        ("rule", Some(Statement::Rule(rule))) => {
            let position = RulePosition { module: index, rule };
            (Scope::Rule(position), ground_path(module, &module.rules[rule], symbols))
        }
        ("document", Some(Statement::Rule(rule))) => {
            (Scope::Document, ground_path(module, &module.rules[rule], symbols))
        }
        ("package", Some(Statement::Package)) => (Scope::Package, package()),
        ("subpackages", Some(Statement::Package)) => (Scope::Subpackages, package()),
        ("rule" | "document" | "package" | "subpackages", _) => {
            let target = if matches!(scope, "rule" | "document") { "rule" } else { "package" };
            return Err(fault(&format!("annotation scope '{scope}' must be applied to {target}")));
        }
        _ => return Err(fault(&format!("invalid annotation scope '{scope}'"))),
    };
    let object = Converter { span: block.span }.object(node, scope);
    Ok(Annotation { scope: kind, path, span: block.span, object })
}

fn is_true(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(scalar) if scalar.plain() == Plain::Bool(true))
}

/// A conversion of the items of a list to terms.
type Conversion = fn(&Converter, &Node) -> Term;

/// A converter from YAML to terms.
struct Converter {
    span: Span,
}

impl Converter {
    fn term(&self, kind: TermKind) -> Term {
        Term::new(kind, self.span)
    }

    fn string(&self, text: &str) -> Term {
        self.term(TermKind::String(Arc::from(text)))
    }

    fn pairs(&self, pairs: Vec<(&str, Term)>) -> Term {
        let mut pairs: Vec<(Term, Term)> =
            pairs.into_iter().map(|(key, value)| (self.string(key), value)).collect();
        pairs.sort_by(|(left, _), (right, _)| match (&left.kind, &right.kind) {
            (TermKind::String(left), TermKind::String(right)) => left.cmp(right),
            _ => std::cmp::Ordering::Equal,
        });
        self.term(TermKind::Object(pairs))
    }

    /// Returns the annotation as the value of `rego.metadata.rule()` (`Annotations.toObject`).
    fn object(&self, node: &Node, scope: &str) -> Term {
        let mut pairs = vec![("scope", self.string(scope))];
        for name in ["title", "description"] {
            let text = node.get(name).and_then(Node::as_str).filter(|text| !text.is_empty());
            pairs.extend(text.map(|text| (name, self.string(text))));
        }
        if node.get("entrypoint").is_some_and(is_true) {
            pairs.push(("entrypoint", self.term(TermKind::Bool(true))));
        }
        let lists: [(&str, Conversion); 4] = [
            ("organizations", Self::value),
            ("related_resources", Self::related_resource),
            ("authors", Self::author),
            ("schemas", Self::schema),
        ];
        for (name, convert) in lists {
            let items = node.get(name).and_then(Node::items).unwrap_or_default();
            if !items.is_empty() {
                let items = items.iter().map(|item| convert(self, item)).collect();
                pairs.push((name, self.term(TermKind::Array(items))));
            }
        }
        let custom = node.get("custom");
        let custom =
            custom.filter(|node| matches!(&node.kind, Kind::Mapping(all) if !all.is_empty()));
        pairs.extend(custom.map(|node| ("custom", self.value(node))));
        self.pairs(pairs)
    }

    fn related_resource(&self, node: &Node) -> Term {
        match node.as_str() {
            Some(reference) => self.pairs(vec![("ref", self.string(reference))]),
            None => self.value(node),
        }
    }

    /// Converts an author: `Name <email>`, or a mapping.
    fn author(&self, node: &Node) -> Term {
        let Some(text) = node.as_str() else { return self.value(node) };
        let mut tokens: Vec<&str> = text.split_whitespace().collect();
        let email = tokens.last().and_then(|token| token.strip_prefix('<')?.strip_suffix('>'));
        if email.is_some() {
            tokens.pop();
        }
        let name = tokens.join(" ");
        let mut pairs = Vec::new();
        if !name.is_empty() {
            pairs.push(("name", self.string(&name)));
        }
        let email = email.filter(|email| !email.is_empty());
        pairs.extend(email.map(|email| ("email", self.string(email))));
        self.pairs(pairs)
    }

    /// Converts a schema: `path: schema`, or `path: {…}` with an inline schema.
    fn schema(&self, node: &Node) -> Term {
        let Kind::Mapping(entries) = &node.kind else { return self.value(node) };
        let Some((path, schema)) = entries.last() else { return self.value(node) };
        let steps = |text: &str| {
            let steps = text.split('.').map(|step| self.string(step)).collect();
            self.term(TermKind::Array(steps))
        };
        let path = ("path", steps(path.as_str().unwrap_or_default()));
        let schema = match schema.as_str() {
            Some(name) => ("schema", steps(name)),
            None => ("definition", self.value(schema)),
        };
        self.pairs(vec![path, schema])
    }

    fn value(&self, node: &Node) -> Term {
        self.term(match &node.kind {
            Kind::Scalar(scalar) => match scalar.plain() {
                Plain::Null => TermKind::Null,
                Plain::Bool(value) => TermKind::Bool(value),
                Plain::Number => TermKind::Number(Arc::from(&*scalar.text)),
                Plain::String => TermKind::String(Arc::from(&*scalar.text)),
            },
            Kind::Sequence(items) => {
                TermKind::Array(items.iter().map(|item| self.value(item)).collect())
            }
            Kind::Mapping(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| (self.value(key), self.value(value)));
                TermKind::Object(entries.collect())
            }
        })
    }
}
