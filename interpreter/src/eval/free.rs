//! Calls whose operands are still free, because OPA's order of literals evaluates them first.
//!
//! OPA passes the free variable itself to the builtin. Most builtins refuse it, and the call is
//! undefined. Comparisons and type tests treat it as a value of a separate type, ordered between
//! strings and arrays (`ast.Compare`).

use std::cmp::Ordering;

use ferrego_runtime::Value;

use super::Machine;
use super::frame::Frame;
use crate::program::{Call, Callee, Term};

/// The rank of a free variable among the types.
const VARIABLE_RANK: u8 = 4;

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns the result of a call with a free operand.
    pub(super) fn with_free_operands(
        &self,
        frame: &Frame<'m, 'a>,
        call: &'m Call,
    ) -> Option<Value<'a>> {
        let Callee::Builtin(builtin) = call.callee else { return None };
        if builtin.name.starts_with("is_") || builtin.name.starts_with("internal.member_") {
            return Some(Value::Bool(false));
        }
        let [left, right] = call.arguments.as_slice() else { return None };
        let ordering = self.rank(frame, left).cmp(&self.rank(frame, right));
        let holds = match builtin.name {
            "equal" => ordering == Ordering::Equal,
            "neq" => ordering != Ordering::Equal,
            "lt" => ordering == Ordering::Less,
            "lte" => ordering != Ordering::Greater,
            "gt" => ordering == Ordering::Greater,
            "gte" => ordering != Ordering::Less,
            _ => return None,
        };
        Some(Value::Bool(holds))
    }

    fn rank(&self, frame: &Frame<'m, 'a>, term: &'m Term) -> u8 {
        match (self.plug(frame, term), term) {
            (Some(Value::Null), _) => 0,
            (Some(Value::Bool(_)), _) => 1,
            (Some(Value::Number(_)), _) => 2,
            (Some(Value::String(_)), _) => 3,
            (Some(Value::Array(_)), _) | (None, Term::Array(_)) => 6,
            (Some(Value::Object(_)), _) | (None, Term::Object(_)) => 7,
            (Some(Value::Set(_)), _) | (None, Term::Set(_)) => 8,
            (None, _) => VARIABLE_RANK,
        }
    }
}
