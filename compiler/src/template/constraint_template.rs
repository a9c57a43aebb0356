//! The parts of a template, and the properties of its constraints.

use std::sync::Arc;

use crate::diagnostics::Diagnostics;
use crate::source::{Source, Span};

/// A template with its Rego.
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
    /// The module with `violation`, named `template` as in Gatekeeper's messages, then the
    /// libraries, named `libs["lib_0"]` and so on.
    pub sources: Vec<Source>,
    /// The warnings about fields that Gatekeeper accepts although they have no effect. The spans
    /// are in the document.
    pub warnings: Diagnostics,
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
