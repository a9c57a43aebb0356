//! Adds the place in the template's document to errors of a policy's host.
//!
//! Like Gatekeeper's errors, an error names a line of a Rego module, such as `template:4`. A call
//! that the host does not offer has no counterpart in Gatekeeper, and the reader must find it among
//! many templates. Such an error therefore names the file of the template and the line in that
//! file.

use std::sync::Arc;

use ferrego_compiler::diagnostics::{Code, Diagnostic, Diagnostics};
use ferrego_compiler::source::{Source, SourceId, Span};
use ferrego_runtime::context::Eval;
use ferrego_runtime::{ErrorCode, EvalError, Evaluation, Violations};

use crate::documents::Document;

/// The policy of a document's template.
pub(super) struct Placed {
    pub(super) policy: Arc<dyn Violations>,
    pub(super) document: Document,
    pub(super) sources: Vec<Source>,
}

impl Violations for Placed {
    fn violations<'a>(&self, evaluation: &Evaluation<'a>) -> Eval<'a> {
        self.policy.violations(evaluation).map_err(|mut error| {
            if error.code == ErrorCode::Builtin {
                self.place(&mut error);
            }
            error
        })
    }

    fn needs(&self) -> &'static [&'static str] {
        self.policy.needs()
    }
}

impl Placed {
    /// Replaces the place of the error with its place in the document.
    fn place(&self, error: &mut EvalError) {
        let mut sources = self.sources.iter().zip(0_u32..);
        let Some((source, id)) = sources.find(|(source, _)| *source.name == *error.file) else {
            return;
        };
        let before = usize::try_from(error.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let start: usize = source.text.split_inclusive('\n').take(before).map(str::len).sum();
        let Ok(start) = u32::try_from(start) else { return };
        let span = Span { source: SourceId(id), start, end: start };
        let diagnostics = Diagnostics::from(Diagnostic::new(Code::Unsupported, span, ""));
        let notices = self.document.notices(&diagnostics, &self.sources);
        if let Some(place) = notices.first().and_then(|notice| notice.excerpts.first()) {
            error.file = place.file.to_string();
            error.line = place.line;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ferrego_runtime::{Arena, Value};

    use crate::documents::{Input, read_all};
    use crate::engine::{Interpreter, load};

    use super::*;

    const TEMPLATE: &str = "\
# the first document
kind: Other
---
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: asks}
spec:
  crd: {spec: {names: {kind: Asks}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package asks
      violation[{\"msg\": \"m\"}] {
        http.send({\"method\": \"get\", \"url\": \"http://a\"}).status_code == 200
      }
";

    #[test]
    fn a_failure_of_the_host_has_its_place_in_the_document() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("asks.yaml");
        fs::write(&file, TEMPLATE).expect("written");
        let (documents, notices) = read_all(&Input::File(file.clone()));
        assert!(notices.is_empty());
        let template = load(&documents[1], &Interpreter).expect("valid").expect("a template");
        let arena = Arena::new();
        let evaluation = Evaluation::new(&arena).review(Value::EMPTY_OBJECT);
        let error = template.policy.violations(&evaluation).expect_err("no host");
        assert_eq!((&*error.file, error.line), (&*file.to_string_lossy(), 14));
        assert_eq!(error.code, ErrorCode::Builtin);
    }
}
