//! The faults of templates: their codes, words and advice.
//!
//! The words are Gatekeeper's where it reports the fault
//! (`frameworks/constraint/pkg/client` and `…/drivers/rego`).

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// A fault of a template.
pub(super) enum Fault<'a> {
    NoTemplate,
    OtherKind { kind: &'a str },
    OtherVersion { version: &'a str },
    Missing { path: &'a str },
    WrongType { path: &'a str, wanted: &'a str, got: &'a str },
    NameMismatch { name: &'a str, kind: &'a str },
    NoTargets,
    ManyTargets,
    UnknownTarget { target: &'a str },
    NoRego,
    OtherEngine { engines: &'a str },
    EmptyRego,
    NoViolation,
    BadImport { path: &'a str },
    LibPrefix { path: &'a str },
    DataReference { reference: &'a str },
}

impl Fault<'_> {
    /// The diagnostic of the fault at `span`.
    pub(super) fn at(&self, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code(), span, self.message());
        match self.help() {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }

    fn code(&self) -> Code {
        match self {
            Fault::OtherEngine { .. } => Code::Driver,
            Fault::NoViolation => Code::RequiredRules,
            Fault::BadImport { .. } => Code::Import,
            Fault::LibPrefix { .. } => Code::LibPrefix,
            Fault::DataReference { .. } => Code::DataReference,
            _ => Code::Template,
        }
    }

    fn message(&self) -> String {
        match self {
            Fault::NoTemplate => "the file holds no ConstraintTemplate".to_owned(),
            Fault::OtherKind { kind } => format!("kind {kind:?} is no ConstraintTemplate"),
            Fault::OtherVersion { version } => {
                format!("apiVersion {version:?} is none of templates.gatekeeper.sh")
            }
            Fault::Missing { path } => format!("{path} is missing"),
            Fault::WrongType { path, wanted, got } => {
                format!("{path} must be {wanted} but is {got}")
            }
            Fault::NameMismatch { name, kind } => format!(
                "the ConstraintTemplate's name {name:?} is not equal to the lowercase of CRD's \
                 Kind: {:?}",
                kind.to_lowercase()
            ),
            Fault::NoTargets => {
                "no targets specified: a ConstraintTemplate must specify one target".to_owned()
            }
            Fault::ManyTargets => {
                "multi-target templates are not supported by Gatekeeper".to_owned()
            }
            Fault::UnknownTarget { target } => format!(
                "target {target:?} not recognized, known targets [admission.k8s.gatekeeper.sh]"
            ),
            Fault::NoRego => "the target has no Rego".to_owned(),
            Fault::OtherEngine { engines } => {
                format!("no language driver handles this template: its only engine is {engines}")
            }
            Fault::EmptyRego => "the Rego is empty".to_owned(),
            Fault::NoViolation => "missing required rules: [violation]".to_owned(),
            Fault::BadImport { path } => format!("bad import: {path:?}"),
            Fault::LibPrefix { path } => format!("path {path} not found in lib prefixes"),
            Fault::DataReference { reference } => format!("disallowed ref {reference}"),
        }
    }

    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Fault::OtherVersion { .. } => "use templates.gatekeeper.sh/v1, v1beta1 or v1alpha1",
            Fault::NameMismatch { .. } => "metadata.name is the lowercase of the kind",
            Fault::NoRego => "write it in `rego`, or in `code` with `engine: Rego`",
            Fault::OtherEngine { .. } => "only `engine: Rego` can be compiled; CEL is not Rego",
            Fault::NoViolation => {
                "the template's answer is the partial set `violation[{\"msg\": msg}] { … }`"
            }
            Fault::BadImport { .. } => {
                "a template imports `data.lib…` and `future.keywords…`; v1 needs no import"
            }
            Fault::LibPrefix { .. } => "the package of a library is `lib.` and a name",
            Fault::DataReference { .. } => {
                "a template sees `data.inventory…` and `data.lib…`; parameters are in \
                 `input.parameters`"
            }
            _ => return None,
        })
    }
}
