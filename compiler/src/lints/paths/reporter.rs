//! Turns the observations of the analysis into findings.

use ferrego_runtime::Arena;

use crate::diagnostics::Diagnostic;
use crate::hir::{Branch, RuleId};
use crate::lints::places::Places;
use crate::lints::shapes::fields::Outcome;
use crate::lints::shapes::flow::{
    At, BuiltinCall, Circumstances, Comparison, Lookup, Observer, Taken,
};
use crate::lints::shapes::{Shape, Shapes};
use crate::lints::{Findings, Subject};
use crate::source::Span;

use super::objects::Doubts;
use super::parameters::Parameters;
use super::{fields, inventory, messages, types};

/// An observer that reports findings.
pub(super) struct Reporter<'s, 'f> {
    pub(super) subject: &'s Subject<'s>,
    pub(super) places: Places<'s>,
    pub(super) findings: &'f mut Findings,
    /// The memory of the calls of `sprintf` that find its mistakes.
    pub(super) arena: Arena,
    /// The findings about objects that only the whole policy can confirm.
    pub(super) doubts: Doubts,
    pub(super) parameters: Parameters,
}

impl<'s, 'f> Reporter<'s, 'f> {
    pub(super) fn new(subject: &'s Subject<'s>, findings: &'f mut Findings) -> Self {
        let places = Places::of(subject.modules);
        let (doubts, parameters) = (Doubts::default(), Parameters::of(subject));
        Self { subject, places, findings, arena: Arena::new(), doubts, parameters }
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
            At::Path { .. } | At::Domain(_) => false,
            // The operand of a reference is a variable.
            At::Member { .. } if self.place(at) == finding.span => {
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

    /// Reports the findings that the whole policy confirms. `complete` is `true` if the analysis saw
    /// every use of a value.
    pub(super) fn finish(mut self, complete: bool) {
        let parameters = std::mem::take(&mut self.parameters);
        for finding in parameters.confirmed(&self, complete) {
            self.report(finding);
        }
        let doubts = std::mem::take(&mut self.doubts);
        for finding in doubts.confirmed(self.subject.program) {
            self.report(finding);
        }
    }
}

impl Observer for Reporter<'_, '_> {
    fn step(&mut self, shapes: &Shapes, step: Taken<'_>) {
        match step.outcome {
            Outcome::Exists => self.doubts.exists(shapes, &step),
            Outcome::Missing | Outcome::OtherKinds => fields::missing(self, shapes, &step),
            Outcome::Array | Outcome::Scalar => types::step(self, shapes, &step),
            Outcome::Inventory(mistake) => inventory::mistake(self, shapes, &step, mistake),
        }
        inventory::unsynced(self, shapes, &step);
        let place = self.place(step.at);
        self.parameters.step(shapes, &step, place);
    }

    fn lookup(&mut self, shapes: &mut Shapes, lookup: Lookup) {
        types::lookup(self, shapes, lookup);
    }

    fn comparison(&mut self, shapes: &mut Shapes, comparison: Comparison<'_>) {
        types::comparison(self, shapes, &comparison);
    }

    fn call(&mut self, shapes: &Shapes, call: BuiltinCall<'_>) {
        types::call(self, shapes, &call);
        messages::sprintf(self, shapes, &call);
    }

    fn escapes(&mut self, shapes: &Shapes, shape: Shape) {
        self.parameters.escapes(shapes, shape);
    }

    fn requires(&mut self, rule: RuleId, circumstances: Circumstances) {
        self.parameters.requires(rule, circumstances);
    }

    fn head(&mut self, shapes: &Shapes, branch: &Branch, value: Shape) {
        messages::head(self, shapes, branch, value);
    }
}
