//! Contexts in which the `with` modifiers of a literal replace documents and functions.

use core::cell::Cell;

use super::{Context, Eval, FunctionFn, Input, Memo, Mock, MockBy};
use crate::value::{Object, Value};

impl<'a> Context<'a> {
    /// Starts a context with replacements. Its memo cells are empty.
    pub fn with(&self) -> With<'a> {
        let memo = self.env.arena.cells(self.cells, |_| Cell::new(Memo::Empty));
        With { context: Self { memo, ..*self } }
    }

    /// Returns `true` if a `with` has put a base document at or above a rule.
    pub fn is_replaced(&self, slots: &[u32]) -> bool {
        slots.iter().any(|slot| self.replaced.contains(slot))
    }

    /// Calls a function that a `with` may have replaced. As in OPA, the replacement runs without
    /// mocks, so that it may call the function that it replaces.
    pub fn mocked(&self, slot: u32, arguments: &[Value<'a>], original: FunctionFn) -> Eval<'a> {
        let mock = self.mocks.iter().rev().find(|mock| mock.slot == slot);
        match mock.map(|mock| mock.by) {
            None => original(self, arguments),
            Some(MockBy::Value(value)) => Ok(Some(value)),
            Some(MockBy::Function(function)) => {
                let mut plain = self.with().context;
                plain.mocks = &[];
                function(&plain, arguments)
            }
        }
    }
}

/// A builder of a context for the `with` modifiers of one literal.
pub struct With<'a> {
    context: Context<'a>,
}

impl<'a> With<'a> {
    /// Applies `with input.path as value`.
    #[must_use]
    pub fn input(mut self, path: &[&'static str], value: Value<'a>) -> Self {
        let replaced = self.replace(self.context.input(), path, value);
        self.context.input = self.context.env.arena.place(Input::of(Some(replaced)));
        self
    }

    /// Applies `with data.path as value`.
    #[must_use]
    pub fn data(mut self, path: &[&'static str], slot: u32, value: Value<'a>) -> Self {
        self.context.data = self.replace(Some(self.context.data), path, value);
        self.context.replaced = self.extended(self.context.replaced, slot);
        self
    }

    /// Applies `with f as value`.
    #[must_use]
    pub fn function_value(mut self, slot: u32, value: Value<'a>) -> Self {
        let mock = Mock { slot, by: MockBy::Value(value) };
        self.context.mocks = self.extended(self.context.mocks, mock);
        self
    }

    /// Applies `with f as g`.
    #[must_use]
    pub fn function(mut self, slot: u32, function: FunctionFn) -> Self {
        let mock = Mock { slot, by: MockBy::Function(function) };
        self.context.mocks = self.extended(self.context.mocks, mock);
        self
    }

    /// Returns the context.
    pub fn finish(self) -> Context<'a> {
        self.context
    }

    fn extended<T: Copy>(&self, items: &'a [T], item: T) -> &'a [T] {
        let mut all = self.context.env.arena.scratch(items.len() + 1);
        all.extend_from_slice_copy(items);
        all.push(item);
        all.into_bump_slice()
    }

    /// Returns `whole` with `value` at `path`. Objects on the path are copied; any other value on
    /// the path is replaced by an object (`mergeTermWithValues` in OPA's `topdown/input.go`).
    fn replace(
        &self,
        whole: Option<Value<'a>>,
        path: &[&'static str],
        value: Value<'a>,
    ) -> Value<'a> {
        let [key, rest @ ..] = path else { return value };
        let object = match whole {
            Some(Value::Object(object)) => object,
            _ => Object { pairs: &[] },
        };
        let inner = self.replace(object.get_str(key), rest, value);
        let mut copy = self.context.object();
        object.pairs.iter().for_each(|&(key, value)| copy.insert(key, value));
        copy.insert(Value::String(key), inner);
        copy.finish()
    }
}
