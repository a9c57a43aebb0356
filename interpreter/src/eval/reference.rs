//! Evaluation of references into values.

use ferrego_runtime::Value;

use super::frame::Frame;
use super::{EachValue, Flow, Machine, Outcome};
use crate::program::Term;

impl<'m, 'a> Machine<'m, 'a> {
    /// Calls `each` for every value that `operands` select in `value`. An operand with an unbound
    /// variable is matched with all keys (`evalTerm` of OPA's evaluator).
    pub(super) fn walk(
        &self,
        frame: &Frame<'m, 'a>,
        value: Value<'a>,
        operands: &'m [Term],
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let Some((operand, rest)) = operands.split_first() else { return each(value) };
        if let (Term::String(name), Value::Object(object)) = (operand, value) {
            return match object.get_str(name) {
                Some(member) => self.walk(frame, member, rest, each),
                None => Ok(Flow::Continue),
            };
        }
        if let Some(key) = self.plug(frame, operand) {
            return match value.get(&key) {
                Some(member) => self.walk(frame, member, rest, each),
                None => Ok(Flow::Continue),
            };
        }
        let count = members(value, operand);
        self.charge(count)?;
        for index in 0..count {
            self.look(index)?;
            let Some((key, member)) = member_at(value, index) else { break };
            let flow =
                self.matching(frame, operand, key, &mut || self.walk(frame, member, rest, each))?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}

/// Returns the number of members to match with `operand`. Only a variable is matched with the indexes
/// of an array.
fn members(value: Value<'_>, operand: &Term) -> usize {
    match value {
        Value::Array(_) if !matches!(operand, Term::Var(_)) => 0,
        value => count(value).unwrap_or_default(),
    }
}

/// Returns the number of members of a collection, or `None` for any other value.
pub(super) fn count(value: Value<'_>) -> Option<usize> {
    match value {
        Value::Array(items) => Some(items.len()),
        Value::Object(object) => Some(object.len()),
        Value::Set(set) => Some(set.len()),
        _ => None,
    }
}

/// Returns the key and the member at an index of a collection, in its order.
pub(super) fn member_at(value: Value<'_>, index: usize) -> Option<(Value<'_>, Value<'_>)> {
    match value {
        Value::Array(items) => Some((Value::int(index.try_into().ok()?), *items.get(index)?)),
        Value::Object(object) => object.pairs().get(index).copied(),
        Value::Set(set) => set.members().get(index).map(|member| (*member, *member)),
        _ => None,
    }
}
