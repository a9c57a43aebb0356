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
        if let Some(key) = self.plug(frame, operand) {
            return match value.get(&key) {
                Some(member) => self.walk(frame, member, rest, each),
                None => Ok(Flow::Continue),
            };
        }
        let members = members(value, operand);
        self.charge(members.len())?;
        for (index, (key, member)) in members.into_iter().enumerate() {
            self.look(index)?;
            let flow =
                self.matching(frame, operand, key, &mut || self.walk(frame, member, rest, each))?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}

/// Returns the keys and members to match with `operand`. Only a variable is matched with the
/// indexes of an array.
fn members<'a>(value: Value<'a>, operand: &Term) -> Vec<(Value<'a>, Value<'a>)> {
    match value {
        Value::Array(items) if matches!(operand, Term::Var(_)) => {
            (0..).map(Value::int).zip(items.iter().copied()).collect()
        }
        Value::Object(object) => object.pairs().to_vec(),
        Value::Set(set) => set.members().iter().map(|member| (*member, *member)).collect(),
        _ => Vec::new(),
    }
}
