//! Regions: parts of a large evaluation whose memory is used again when they end.
//!
//! ```rego
//! some x in xs
//! all := [sprintf("%s-%s", [n, x.name]) | n := xs[_].name]
//! "web-db" in all
//! ```
//!
//! Each `x` has its own array `all`, which is garbage when the search takes the next `x`. If a
//! machine has taken [`REGION_LIMIT`](crate::REGION_LIMIT) bytes, it evaluates each literal, together
//! with the literals after it, in a region: a machine with an arena, a frame and a memo of its own.
//! In the example, that is one region for each `x`. A region that takes as much begins regions in
//! turn. Small evaluations have no regions.
//!
//! Values leave a region as copies: the terms that the consumer of a solution asks for, such as a
//! rule's head. The parts of documents, of variables that were bound outside, and of rules that were
//! computed outside are not copied, and no collection is copied twice. [`Known`] finds them by their
//! place in memory.
//!
//! Regions do not change answers. A region sees the documents, functions and bindings from outside,
//! and rules are pure, so it does not matter where one is computed. Rules without parameters are
//! computed outside, so that each of them is computed once. The memo of a region begins empty, but
//! those outside are asked too.

use std::cell::{Cell, RefCell};

use ferrego_runtime::arena::{Known, Shared};
use ferrego_runtime::{Arena, Value};

use super::context::{Context, Mock};
use super::frame::Frame;
use super::{EachBindings, Lookup, Machine, Outcome};
use crate::program::{GroupId, Literal};

/// The bytes of an entry of an index of values, about.
const ENTRY: usize = 64;

/// The length of a string that is cheaper to copy again than to note.
const SHORT: usize = 64;

/// The stack that must be left before a value is copied, and the size of the stack that is added
/// otherwise.
const STACK_NEEDED: usize = 512 << 10;
const STACK_ADDED: usize = 4 << 20;

/// The machine outside of a region, whose lifetime is hidden.
pub(super) trait Outer<'s> {
    /// Returns the value of a rule without parameters.
    fn value(&self, id: GroupId) -> Lookup<'s>;

    /// Returns the memoized result of a group for these arguments or keys, like
    /// [`Context::remembered`].
    #[expect(clippy::option_option, reason = "undefined is an answer to remember too")]
    fn recall(&self, id: GroupId, arguments: &[Value<'_>]) -> Option<Option<Value<'s>>>;

    /// Returns the value outside that is at the place of `value`, if there is one.
    fn known(&self, value: &Value<'_>) -> Option<Value<'s>>;
}

/// A machine that has begun a region, with the state at its beginning.
struct Outside<'r, 'm, 'a> {
    machine: &'r Machine<'m, 'a>,
    context: &'r Context<'a>,
    frame: &'r Frame<'m, 'a>,
    /// The arena of the region.
    arena: &'r Arena,
    /// `true` if the machine knows the values of the context and of the frame.
    is_indexed: Cell<bool>,
    /// The copies of the values that have left the region.
    copies: RefCell<Known<'a>>,
}

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns `true` if the machine has taken so much memory that it begins regions.
    #[inline]
    pub(super) fn needs_region(&self) -> bool {
        self.env.arena.taken().saturating_sub(self.start) >= self.shared.region_limit
    }

    /// Calls `each` for every solution of the literals, like [`Machine::literals`], but evaluates
    /// them in a region.
    // Its frame on the stack is large, and every literal would have it.
    #[inline(never)]
    pub(super) fn in_region(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        literal: &'m Literal,
        rest: &'m [Literal],
        each: EachBindings<'_, 'm, 'a>,
    ) -> Outcome {
        let region = self.env.arena.separate_region();
        let arena = region.arena();
        let outside = Outside {
            machine: self,
            context,
            frame,
            arena,
            is_indexed: Cell::new(false),
            copies: RefCell::default(),
        };
        let env = self.env.in_region(arena);
        let machine = Machine {
            program: self.program,
            env: &env,
            data: self.data,
            shared: self.shared,
            outer: Some(&outside),
            start: arena.taken(),
            known: RefCell::default(),
        };
        machine.literals(&context.inner(), &frame.copy(), literal, rest, &mut |bindings| {
            each(&|term| bindings(term).map(|value| outside.keep(&value)))
        })
    }

    /// Returns the memoized result of a group for these arguments or keys, in this context or in
    /// those outside that have the same documents and functions.
    #[expect(clippy::option_option, reason = "undefined is an answer to remember too")]
    pub(super) fn recall(
        &self,
        context: &Context<'a>,
        id: GroupId,
        arguments: &[Value<'_>],
    ) -> Option<Option<Value<'a>>> {
        let own = context.remembered(id, arguments);
        own.or_else(|| self.outside_of(context)?.recall(id, arguments))
    }

    /// Returns the machine outside of the region, if its context has the same documents and
    /// functions.
    pub(super) fn outside_of(&self, context: &Context<'a>) -> Option<&'m dyn Outer<'a>> {
        self.outer.filter(|_| context.is_inner)
    }
}

impl<'a> Outside<'_, '_, 'a> {
    /// Copies a value out of the region, except the parts that are known outside.
    fn keep(&self, value: &Value<'_>) -> Value<'a> {
        let arena = self.machine.env.arena;
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => arena.keep(value),
            Value::String(_) => arena.keep_with(value, self),
            _ => stacker::maybe_grow(STACK_NEEDED, STACK_ADDED, || arena.keep_with(value, self)),
        }
    }

    /// Indexes the values that the region has taken from outside.
    fn index(&self) {
        if self.is_indexed.replace(true) {
            return;
        }
        let Context { input, overlay, mocks, .. } = self.context;
        let mocked = mocks.iter().filter_map(|(_, mock)| match mock {
            Mock::Value(value) => Some(*value),
            Mock::Function(_) => None,
        });
        let documents = [*input, *overlay, self.machine.data].into_iter().flatten();
        for value in documents.chain(mocked).chain(self.frame.values()) {
            self.machine.know(value);
        }
    }
}

impl<'a> Shared<'a> for Outside<'_, '_, 'a> {
    fn find(&self, value: &Value<'_>) -> Option<Value<'a>> {
        self.index();
        let copy = self.copies.borrow().find(value);
        let known = || self.machine.known.borrow().find(value);
        copy.or_else(known).or_else(|| self.machine.outer?.known(value))
    }

    fn note(&self, value: &Value<'_>, copy: Value<'a>) {
        let is_noted = match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
            Value::String(text) => text.len() > SHORT,
            Value::Array(_) | Value::Object(_) | Value::Set(_) => true,
        };
        if is_noted {
            self.copies.borrow_mut().add_copy(value, copy);
            self.arena.hold(ENTRY);
        }
    }
}

impl<'s, 'a: 's> Outer<'s> for Outside<'_, '_, 'a> {
    fn value(&self, id: GroupId) -> Lookup<'s> {
        let value = self.machine.whole(self.context, id)?;
        if let Some(value) = value {
            self.machine.know(value);
        }
        Ok(value)
    }

    fn recall(&self, id: GroupId, arguments: &[Value<'_>]) -> Option<Option<Value<'s>>> {
        let value = self.machine.recall(self.context, id, arguments)?;
        if let Some(value) = value {
            self.machine.know(value);
        }
        Some(value)
    }

    fn known(&self, value: &Value<'_>) -> Option<Value<'s>> {
        self.index();
        let known = self.machine.known.borrow().find(value);
        known.or_else(|| self.machine.outer?.known(value))
    }
}

impl<'a> Machine<'_, 'a> {
    /// Adds a value to those that are not copied when they leave a region.
    fn know(&self, value: Value<'a>) {
        let elsewhere =
            |part: &Value<'a>| self.outer.is_some_and(|outer| outer.known(part).is_some());
        let added = self.known.borrow_mut().add(value, &elsewhere);
        self.env.arena.hold(added * ENTRY);
    }
}
