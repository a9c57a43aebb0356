//! Compares the operands of a call with the parameters of the function.

use super::algebra::is_unknown;
use super::scope::Scope;
use super::ty::{Function, Type};
use super::unify::unifies;
use super::view::View;

/// The operands of a call that do not match the parameters.
pub(super) struct Mismatch {
    /// The fault in OPA's words.
    pub(super) problem: &'static str,
    /// The types of the operands.
    pub(super) have: Vec<Option<Type>>,
    /// The index of the operand with another type than its parameter, if the number fits.
    pub(super) operand: Option<usize>,
}

/// Compares the operands of a call, and the value that its result must equal, with the types of the
/// function. Gives the variables in them their types.
pub(super) fn mismatch(
    scope: &mut Scope<'_>,
    operands: &[View<'_>],
    function: &Function,
) -> Option<Mismatch> {
    let types =
        |scope: &Scope<'_>| operands.iter().map(|operand| scope.type_of(*operand)).collect();
    let have: Vec<Option<Type>> = types(scope);
    let operands_and_result = function.operands_and_result();
    if operands.len() > operands_and_result.len() && function.variadic.is_none() {
        return Some(Mismatch { problem: "too many arguments", have, operand: None });
    }
    if operands.len() < function.operands.len() {
        return Some(Mismatch { problem: "too few arguments", have, operand: None });
    }
    let problem = "invalid argument(s)";
    for (index, operand) in operands.iter().enumerate() {
        let place = operands_and_result.get(index).unwrap_or(&function.variadic).as_ref();
        // In `sum([1, a])`, unification would give the variable the parameter's type, so its known
        // type is checked first.
        let known = have[index].as_ref();
        if !is_unknown(known) && !unifies(known, place) {
            return Some(Mismatch { problem, have, operand: Some(index) });
        }
        if !scope.unify_type(*operand, place, false) {
            return Some(Mismatch { problem, have: types(scope), operand: Some(index) });
        }
    }
    None
}
