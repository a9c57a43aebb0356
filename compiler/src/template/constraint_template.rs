//! The parts of a template, and the properties of its constraints.

use std::sync::Arc;

use super::declared::{Declared, SyncedKinds, WrittenValue};
use crate::diagnostics::Diagnostics;
use crate::source::{Source, Span};

/// A template with its Rego.
///
/// ```
/// use ferrego_compiler::Template;
///
/// let yaml = r#"
/// apiVersion: templates.gatekeeper.sh/v1
/// kind: ConstraintTemplate
/// metadata: {name: denyall}
/// spec:
///   crd: {spec: {names: {kind: DenyAll}}}
///   targets:
///   - target: admission.k8s.gatekeeper.sh
///     rego: |
///       package denyall
///       violation[{"msg": "no"}] { true }
/// "#;
/// let templates = Template::read("template.yaml", yaml)?;
/// assert_eq!(&*templates[0].kind, "DenyAll");
///
/// let faults = Template::read("pod.yaml", "kind: Pod").expect_err("not a template");
/// assert_eq!(faults.0.len(), 1);
/// # Ok::<(), ferrego_compiler::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    /// `metadata.name`
    pub name: Arc<str>,
    /// The place of the name in the document.
    pub name_span: Span,
    /// `spec.crd.spec.names.kind`: the kind of its constraints.
    pub kind: Arc<str>,
    /// The schema of their parameters, `spec.crd.spec.validation.openAPIV3Schema`, as JSON; empty
    /// if there is none.
    pub schema: Arc<str>,
    /// `true` if the schema need not be structural: `validation.legacySchema`, which defaults to
    /// `true` before `v1`.
    pub legacy_schema: bool,
    /// The document that contains the template.
    pub document: Source,
    /// The module with `violation`, named `template` as in Gatekeeper's messages, then the
    /// libraries, named `libs["lib_0"]` and so on. Their places are in the YAML.
    pub sources: Vec<Source>,
    /// The properties in the schema of the parameters. The spans are in the document.
    pub declared: Vec<Declared>,
    /// The strings that the schema writes as values of parameters. The spans are in the document.
    pub written: Vec<WrittenValue>,
    /// The kinds that the annotation `metadata.gatekeeper.sh/requires-sync-data` names; `None`
    /// without the annotation, or if it cannot be read.
    pub synced: Option<Vec<SyncedKinds>>,
    /// The warnings about fields that Gatekeeper accepts although they have no effect. The spans
    /// are in the document.
    pub warnings: Diagnostics,
}

impl Template {
    /// Returns the template of a document that follows `lines` lines of its file. The places of its
    /// sources are then lines of the file.
    #[must_use]
    pub fn after(mut self, lines: u32) -> Self {
        for origin in self.sources.iter_mut().filter_map(|source| source.origin.as_mut()) {
            origin.lines_before = lines;
        }
        self
    }
}

/// The properties of a template's constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints {
    /// The kind of the constraints.
    pub kind: Arc<str>,
    /// The schema of their parameters as JSON; empty if there is none.
    pub schema: Arc<str>,
    /// `true` if the schema need not be structural.
    pub legacy_schema: bool,
}
