//! The findings of this check, with their places and corrections.

use ferrego_runtime::Arena;

use crate::diagnostics::Diagnostic;
use crate::lints::places::Places;
use crate::lints::shapes::flow::At;
use crate::lints::{Findings, Subject};
use crate::source::Span;

/// Findings, and what finds their places.
pub(super) struct Reporter<'s, 'f> {
    pub(super) subject: &'s Subject<'s>,
    pub(super) places: Places<'s>,
    pub(super) findings: &'f mut Findings,
    /// The memory of the calls of `sprintf` that find its mistakes.
    pub(super) arena: Arena,
}

impl<'s, 'f> Reporter<'s, 'f> {
    pub(super) fn new(subject: &'s Subject<'s>, findings: &'f mut Findings) -> Self {
        let places = Places::of(subject.modules);
        Self { subject, places, findings, arena: Arena::new() }
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.report(finding);
    }

    /// Returns the place of a step.
    pub(super) fn place(&self, at: At) -> Span {
        match at {
            At::Operand { reference, index, of_data }
            | At::Member { reference, index, of_data } => {
                self.places.operand(reference, index, of_data)
            }
            At::Domain(every) => self.places.domain(every),
            At::Argument { call, index } => self.places.argument(call, index),
            At::Path { call, item: None } => self.places.argument(call, 1),
            At::Path { call, item: Some(item) } => self.places.item(call, 1, item),
        }
    }

    /// Returns the place of the name of a step. If the name is the value of a variable, this is the
    /// string in the collection over which the variable iterates.
    pub(super) fn place_of_name(&self, at: At, name: &str) -> Span {
        let written = match at {
            At::Member { .. } => self.places.only_string(name),
            _ => None,
        };
        written.unwrap_or_else(|| self.place(at))
    }

    /// Adds the correction of a name to a finding, as advice and as a change.
    pub(super) fn suggest(&self, finding: Diagnostic, at: At, name: &str) -> Diagnostic {
        let is_field = match at {
            At::Operand { .. } => self.places.is_field(finding.span),
            At::Path { .. } | At::Argument { .. } | At::Domain(_) => false,
            // The operand of a reference is a variable.
            At::Member { .. } if self.place(at).start == finding.span.start => {
                return finding.with_help(format!("did you mean `{name}`?"));
            }
            At::Member { .. } => {
                let used = self.place(at);
                let text = format!("\"{name}\"");
                let span = finding.span;
                return finding
                    .with_label(used, "looked up here")
                    .with_help(format!("did you mean `{name}`?"))
                    .with_fix(false, span, text);
            }
        };
        let text = if is_field { name.to_owned() } else { format!("\"{name}\"") };
        let span = finding.span;
        finding.with_help(format!("did you mean `{name}`?")).with_fix(false, span, text)
    }
}
