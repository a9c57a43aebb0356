//! The observer of the analysis, which turns what it sees into findings.

use crate::hir::{Branch, RuleId};
use crate::lints::shapes::fields::Outcome;
use crate::lints::shapes::flow::{
    BuiltinCall, Circumstances, Comparison, Fallback, Lookup, Observer, Taken,
};
use crate::lints::shapes::{Shape, Shapes};
use crate::lints::{Findings, Subject};

use super::objects::Doubts;
use super::parameters::Parameters;
use super::reporter::Reporter;
use super::{fields, inventory, messages, types};

/// An observer that reports findings.
pub(super) struct PathObserver<'s, 'f> {
    reporter: Reporter<'s, 'f>,
    /// The findings about objects that only the whole policy can confirm.
    doubts: Doubts,
    parameters: Parameters,
}

impl<'s, 'f> PathObserver<'s, 'f> {
    pub(super) fn new(subject: &'s Subject<'s>, findings: &'f mut Findings) -> Self {
        let reporter = Reporter::new(subject, findings);
        Self { reporter, doubts: Doubts::default(), parameters: Parameters::of(subject) }
    }

    /// Reports the findings that the whole policy confirms. `complete` is `true` if the analysis saw
    /// every use of a value.
    pub(super) fn finish(self, complete: bool) {
        let Self { mut reporter, doubts, parameters } = self;
        let mut confirmed = parameters.confirmed(&reporter, complete);
        confirmed.extend(doubts.confirmed(reporter.subject.program));
        for finding in confirmed {
            reporter.report(finding);
        }
    }
}

impl Observer for PathObserver<'_, '_> {
    fn step(&mut self, shapes: &Shapes, step: Taken<'_>) {
        let reporter = &mut self.reporter;
        match step.outcome {
            Outcome::Exists => self.doubts.exists(shapes, &step),
            Outcome::Missing | Outcome::OtherKinds => {
                fields::missing(reporter, &mut self.doubts, &mut self.parameters, shapes, &step);
            }
            Outcome::Array | Outcome::Scalar => types::step(reporter, shapes, &step),
            Outcome::Inventory(mistake) => inventory::mistake(reporter, shapes, &step, mistake),
        }
        inventory::unsynced(reporter, shapes, &step);
        let place = reporter.place(step.at);
        self.parameters.step(shapes, &step, place);
    }

    fn lookup(&mut self, shapes: &mut Shapes, lookup: Lookup) {
        types::lookup(&mut self.reporter, shapes, lookup);
    }

    fn fallback(&mut self, shapes: &Shapes, fallback: Fallback<'_>) {
        types::fallback(&mut self.reporter, shapes, &fallback);
    }

    fn comparison(&mut self, shapes: &mut Shapes, comparison: Comparison<'_>) {
        types::comparison(&mut self.reporter, shapes, &comparison);
    }

    fn call(&mut self, shapes: &Shapes, call: BuiltinCall<'_>) {
        types::call(&mut self.reporter, shapes, &call);
        messages::sprintf(&mut self.reporter, shapes, &call);
    }

    fn escapes(&mut self, shapes: &Shapes, shape: Shape) {
        self.parameters.escapes(shapes, shape);
    }

    fn requires(&mut self, rule: RuleId, circumstances: Circumstances) {
        self.parameters.requires(rule, circumstances);
    }

    fn head(&mut self, shapes: &Shapes, branch: &Branch, value: Shape) {
        messages::head(&mut self.reporter, shapes, branch, value);
    }
}
