//! Evaluation of complete rules and functions.

use ferrego_runtime::{ErrorCode, Value};

use super::context::Context;
use super::frame::Frame;
use super::index::has_one_value;
use super::{Flow, Lookup, Machine};
use crate::program::{Branch, GroupId, GroupKind, Head};

/// The bytes of an entry of a memo or of a tree, about.
pub(super) const ENTRY: usize = 128;

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns the value of a complete rule, or of a function for `arguments`.
    pub(super) fn value(
        &self,
        context: &Context<'a>,
        id: GroupId,
        arguments: &[Value<'a>],
    ) -> Lookup<'a> {
        if let Some(value) = self.recall(context, id, arguments) {
            return Ok(value);
        }
        let value = match self.outside_of(context) {
            Some(outer) if arguments.is_empty() => outer.value(id)?,
            _ => self.deeper(id, || self.computed(context, id, arguments))?,
        };
        self.remember(context, id, arguments, value);
        Ok(value)
    }

    /// Memoizes the value of a group, and counts the memory of the entry.
    pub(super) fn remember(
        &self,
        context: &Context<'a>,
        id: GroupId,
        arguments: &[Value<'a>],
        value: Option<Value<'a>>,
    ) {
        self.env.arena.hold(ENTRY + size_of_val(arguments));
        context.remember(id, arguments, value);
    }

    /// Computes the value. All definitions must agree. Among the branches of a definition, the
    /// first that is defined has precedence.
    fn computed(&self, context: &Context<'a>, id: GroupId, arguments: &[Value<'a>]) -> Lookup<'a> {
        let group = &self.program.groups[id];
        let candidates = self.candidates(context, group, arguments);
        let first_decides = has_one_value(&candidates);
        let mut value = None;
        for branches in candidates {
            for branch in branches {
                let found = self.branch(context, id, branch, arguments, value, first_decides)?;
                if found.is_some() {
                    // Of equal values, the first is returned with its text.
                    value = value.or(found);
                    break;
                }
            }
            if value.is_some() && first_decides {
                return Ok(value);
            }
        }
        match (&group.default, value) {
            (Some(default), None) => self.branch(context, id, default, arguments, None, true),
            _ => Ok(value),
        }
    }

    /// Returns the branch's value, which must be equal for all solutions and equal to `earlier`, the
    /// value of the definitions before. A conflict with that value is one of the whole definition.
    fn branch(
        &self,
        context: &Context<'a>,
        id: GroupId,
        branch: &'m Branch,
        arguments: &[Value<'a>],
        earlier: Option<Value<'a>>,
        first_decides: bool,
    ) -> Lookup<'a> {
        let Head::Value(head) = &branch.head else { return Ok(None) };
        let frame = Frame::new(branch.variables.len(), Some(id));
        let mut earlier = earlier;
        let mut found = None;
        let pairs = branch.parameters.iter().zip(arguments.iter().copied());
        self.matching_all(&frame, pairs, &mut || {
            self.body(context, &frame, &branch.body, &mut |bindings| {
                let value = bindings(head);
                if earlier.is_some() && earlier != value {
                    let span = if found.is_none() { branch.definition } else { branch.span };
                    return Err(self.error(
                        ErrorCode::Conflict,
                        conflict_message(self.program.groups[id].kind),
                        Some(id),
                        span,
                    ));
                }
                earlier = earlier.or(value);
                found = earlier;
                Ok(if first_decides { Flow::Stop } else { Flow::Continue })
            })
        })?;
        Ok(found)
    }
}

fn conflict_message(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Function { .. } => "functions must not produce multiple outputs for same inputs",
        _ => "complete rules must not produce multiple outputs",
    }
}
