//! The faults of templates: their codes, messages and advice.
//!
//! If Gatekeeper reports the fault, the message is Gatekeeper's (`frameworks/constraint/pkg/client`
//! and `…/drivers/rego`).

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// A fault of a template.
pub(super) enum Fault<'a> {
    NoTemplate,
    OtherKind { found: &'a str },
    OtherVersion { found: &'a str },
    Missing { path: &'a str },
    WrongType { path: &'a str, expected: &'a str, found: &'a str },
    OtherCase { path: &'a str, field: &'a str },
    BadName { field: &'a str, name: &'a str, why: &'a str },
    NameMismatch { name: &'a str, kind: &'a str },
    NoTargets,
    ManyTargets,
    UnknownTarget { target: &'a str },
    NoRego,
    OtherEngine { engines: &'a str },
    TwoEngines,
    Operations,
    EmptyRego,
    NoViolation,
    BadImport { path: &'a str },
    LibPrefix { path: &'a str },
    DataReference { reference: &'a str },
    LibraryReference { reference: &'a str },
}

impl Fault<'_> {
    /// Returns the diagnostic of the fault at `span`.
    pub(super) fn at(&self, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code(), span, self.message());
        match self.help() {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }

    fn code(&self) -> Code {
        match self {
            Fault::OtherEngine { .. } | Fault::TwoEngines => Code::Driver,
            Fault::NoViolation => Code::RequiredRules,
            Fault::BadImport { .. } => Code::Import,
            Fault::LibPrefix { .. } => Code::LibPrefix,
            Fault::DataReference { .. } | Fault::LibraryReference { .. } => Code::DataReference,
            _ => Code::Template,
        }
    }

    fn message(&self) -> String {
        match self {
            Fault::NoTemplate => "expected a ConstraintTemplate, found none".to_owned(),
            Fault::OtherKind { found } => {
                format!("expected kind `ConstraintTemplate`, found {found}")
            }
            Fault::OtherVersion { found } => {
                format!("expected an apiVersion of `templates.gatekeeper.sh`, found {found}")
            }
            Fault::Missing { path } => format!("{path} is missing"),
            Fault::WrongType { path, expected, found } => {
                format!("{path}: expected {expected}, found {found}")
            }
            Fault::OtherCase { path, field } => {
                format!("{path}: expected the field `{field}`, found it in other letters")
            }
            Fault::BadName { field, name, why } => {
                format!("{field}: Invalid value: {name:?}: {why}")
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
            Fault::TwoEngines => {
                "expected one engine, found CEL beside Rego: Gatekeeper runs the CEL alone"
                    .to_owned()
            }
            Fault::Operations => {
                "`operations` is not evaluated: the policy judges every operation".to_owned()
            }
            Fault::EmptyRego => "the Rego is empty".to_owned(),
            Fault::NoViolation => "missing required rules: [violation]".to_owned(),
            Fault::BadImport { path } => format!("bad import: {path:?}"),
            Fault::LibPrefix { path } => format!("path {path} not found in lib prefixes"),
            Fault::DataReference { reference } => format!("disallowed ref {reference}"),
            Fault::LibraryReference { reference } => {
                format!("expected an imported library, found `{reference}`")
            }
        }
    }

    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Fault::OtherVersion { .. } => "use templates.gatekeeper.sh/v1, v1beta1 or v1alpha1",
            Fault::NameMismatch { .. } => "metadata.name is the lowercase of the kind",
            Fault::NoRego => "write it in `rego`, or in `code` with `engine: Rego`",
            Fault::OtherEngine { .. } => "only `engine: Rego` can be compiled; CEL is not Rego",
            Fault::TwoEngines => {
                "remove the CEL, or prefer the Rego: `--engine-preference rego` on the command line, \
                 `Build::engine_preference` in a build script"
            }
            Fault::Operations => "test `input.review.operation` in the Rego",
            Fault::OtherCase { .. } => "write it so; the API server drops other spellings",
            Fault::BadName { .. } => "Kubernetes refuses the constraints' definition otherwise",
            Fault::NoViolation => {
                "a template answers with the set `violation[{\"msg\": msg}] { … }`"
            }
            Fault::BadImport { .. } => {
                "a template imports `data.lib…` and `future.keywords…`; v1 needs no import"
            }
            Fault::LibPrefix { .. } => "the package of a library is `lib.` and a name",
            Fault::LibraryReference { .. } => {
                "import the library (`import data.lib.name`) and use its name; Gatekeeper finds \
                 nothing under the full name inside a call, a collection or a comprehension"
            }
            Fault::DataReference { .. } => {
                "a template sees `data.inventory…` and `data.lib…`; parameters are in \
                 `input.parameters`"
            }
            _ => return None,
        })
    }
}

/// Returns the text of `span`, which messages quote.
pub(super) fn quoted(span: Span, sources: &[Source]) -> &str {
    let source = sources.get(span.source.0 as usize);
    let text = source.and_then(|source| source.text.get(span.start as usize..span.end as usize));
    text.unwrap_or("data")
}
