//! Evaluation of `with` (`evalWith` and `mergeTermWithValues` of OPA's evaluator).

use std::sync::Arc;

use ferrego_runtime::Value;
use ferrego_runtime::collections::ObjectBuilder;

use super::Machine;
use super::context::{Context, Mock};
use super::frame::Frame;
use crate::program::{With, WithTarget, WithValue};

impl<'m, 'a> Machine<'m, 'a> {
    /// Applies the modifiers to `context`, and returns a context with an empty memo.
    pub(super) fn modified(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        modifiers: &'m [With],
    ) -> Option<Context<'a>> {
        let mut modified = context.fresh();
        for with in modifiers {
            let mock = match &with.value {
                WithValue::Term(term) => Mock::Value(self.plug(frame, term)?),
                WithValue::Function(callee) => Mock::Function(*callee),
            };
            match (&with.target, mock) {
                (WithTarget::Function(callee), mock) => modified.mocks.push((*callee, mock)),
                (WithTarget::Input(path), Mock::Value(value)) => {
                    modified.input = Some(self.replace(modified.input, path, value));
                }
                (WithTarget::Data(path), Mock::Value(value)) => {
                    modified.overlay = Some(self.replace(modified.overlay, path, value));
                    modified.replaced.push(path.clone());
                }
                (_, Mock::Function(_)) => return None,
            }
        }
        Some(modified)
    }

    /// Returns `document` with `value` at `path`. A value on the path that is not an object is
    /// replaced by one.
    fn replace(
        &self,
        document: Option<Value<'a>>,
        path: &[Arc<str>],
        value: Value<'a>,
    ) -> Value<'a> {
        let Some((name, rest)) = path.split_first() else { return value };
        let mut object = ObjectBuilder::new(self.env.arena);
        let mut below = None;
        if let Some(Value::Object(present)) = document {
            below = present.get_str(name);
            present.pairs().iter().for_each(|(key, value)| object.insert(*key, *value));
        }
        let name = Value::String(self.env.arena.string(name));
        object.insert(name, self.replace(below, rest, value));
        object.finish()
    }
}
