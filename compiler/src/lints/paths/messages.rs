//! Messages of violations whose types only a schema tells: the values of a `sprintf`, and `msg`.

use crate::hir::{Branch, Head};
use crate::lints::calls::{Misprint, verbs};
use crate::lints::evaluate::{Kinds, Known};
use crate::lints::shapes::flow::BuiltinCall;
use crate::lints::shapes::{Alternative, Owner, Shape, Shapes};
use crate::lints::violations;

use super::reporter::Reporter;

/// Reports values that the verbs of a constant format cannot print.
pub(super) fn sprintf(reporter: &mut Reporter<'_, '_>, shapes: &Shapes, call: &BuiltinCall<'_>) {
    if call.builtin.name != "sprintf" || call.values.is_empty() {
        return;
    }
    let format = call.arguments.first().and_then(|format| shapes.constants(*format));
    let Some([format]) = format.as_deref() else { return };
    let Some(verbs) = verbs(format).filter(|verbs| verbs.len() == call.values.len()) else {
        return;
    };
    // The evaluation of the policy reports verbs that print nothing.
    if verbs.iter().any(|verb| Misprint::of(&reporter.arena, verb, &Known::ANY).is_some()) {
        return;
    }
    for (index, (verb, shape)) in verbs.iter().zip(call.values).enumerate() {
        let kinds = shapes.types(*shape);
        if [Kinds::NONE, Kinds::ANY].contains(&kinds) {
            continue;
        }
        let known = Known::of_kinds(kinds);
        let Some(misprint) = Misprint::of(&reporter.arena, verb, &known) else { continue };
        let place = reporter.places.item(call.span, 1, index);
        let format = reporter.places.argument(call.span, 0);
        reporter.report(misprint.finding(&known, place, format));
    }
}

/// Reports a `msg` of a violation that is never a string.
pub(super) fn head(
    reporter: &mut Reporter<'_, '_>,
    shapes: &Shapes,
    branch: &Branch,
    value: Shape,
) {
    let (Head::Member(_), Some(entry)) = (&branch.head, reporter.subject.modules.first()) else {
        return;
    };
    let [Alternative::Record(id)] = *shapes.get(value) else { return };
    let record = shapes.get_record(id);
    let message = record.fields.iter().find(|(name, _)| &**name == "msg");
    let Some((_, message)) = message.filter(|_| record.owner == Owner::Policy) else { return };
    let kinds = shapes.types(*message);
    if !kinds.meets(Kinds::STRING) {
        let known = Known::of_kinds(kinds);
        violations::message_type(entry, branch.span, &known, reporter.findings);
    }
}
