//! Mistakes in the operands of builtins.

mod backspace;
mod failing;
mod format_values;
mod opposite;
mod same;
mod site;
mod swapped;
mod wildcard;

use super::evaluate::Evaluation;
use crate::source::Span;

pub(super) use backspace::BACKSPACE_IN_PATTERN;
pub(super) use failing::{CALL_ALWAYS_FAILS, TIME_LAYOUT, members as check_members};
pub(super) use format_values::{FORMAT_VALUES, Misprint, verbs};
pub(super) use opposite::check as check_opposite;
pub(super) use same::{SAME_OPERANDS, different_operands, same_operands};
pub(super) use site::CallSite;
pub(super) use swapped::SWAPPED_OPERANDS;
pub(super) use wildcard::WILDCARD_IN_TEXT;

/// Checks a call of a builtin.
pub(super) fn check<'a>(evaluation: &mut Evaluation<'_, 'a, '_>, site: &CallSite<'_, 'a>) {
    if site.builtin.name == "sprintf" {
        format_values::check(evaluation, site);
    } else if !swapped::check(evaluation, site) {
        backspace::check(evaluation, site);
        wildcard::check(evaluation, site);
        failing::check(evaluation, site);
    }
}

/// Returns the place of an operand, from 0, or that of the call.
fn operand_place(
    evaluation: &Evaluation<'_, '_, '_>,
    site: &CallSite<'_, '_>,
    index: usize,
) -> Span {
    let call = evaluation.call_at(site.span);
    let operand = call.and_then(|call| call.arguments.get(index));
    operand.map_or(site.span, |operand| operand.span)
}
