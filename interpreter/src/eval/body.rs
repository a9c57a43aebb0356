//! Evaluation of bodies, of literals, and of terms with bodies.

use ferrego_compiler::source::Span;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{ErrorCode, Value};

use super::context::Context;
use super::frame::{Binding, Frame};
use super::reference::{count, member_at};
use super::{EachBindings, EachSolution, EachValue, Flow, Lookup, Machine, Outcome};
use crate::program::{
    Comprehension, ComprehensionResult, Every, Literal, LiteralKind, Ref, Root, Term,
};

/// The stack that must be left before a literal is evaluated, and the size of the stack that is
/// added otherwise. With these, a policy of any length can run on any thread.
pub(super) const STACK_NEEDED: usize = 256 * 1024;
pub(super) const STACK_ADDED: usize = 4 * 1024 * 1024;

impl<'m, 'a> Machine<'m, 'a> {
    /// Calls `each` for every solution of the body.
    pub(super) fn body(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        body: &'m [Literal],
        each: EachBindings<'_, 'm, 'a>,
    ) -> Outcome {
        let Some((literal, rest)) = body.split_first() else {
            return each(&|term| self.plug(frame, term));
        };
        stacker::maybe_grow(STACK_NEEDED, STACK_ADDED, || {
            if self.needs_region() {
                self.in_region(context, frame, literal, rest, each)
            } else {
                self.literals(context, frame, literal, rest, each)
            }
        })
    }

    /// Calls `each` for every solution of the literal and of those after it.
    #[inline]
    pub(super) fn literals(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        literal: &'m Literal,
        rest: &'m [Literal],
        each: EachBindings<'_, 'm, 'a>,
    ) -> Outcome {
        self.literal(context, frame, literal, &mut || self.body(context, frame, rest, each))
    }

    /// Calls `each` for every solution of the literal. The literals after it see the context
    /// without its modifiers, because `each` captures its own context.
    pub(super) fn literal(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        literal: &'m Literal,
        each: EachSolution<'_>,
    ) -> Outcome {
        if literal.with.is_empty() {
            return self.kind(context, frame, &literal.kind, literal.span, each);
        }
        let Some(modified) = self.modified(context, frame, &literal.with) else {
            return Ok(Flow::Continue);
        };
        self.kind(&modified, frame, &literal.kind, literal.span, each)
    }

    pub(super) fn kind(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        kind: &'m LiteralKind,
        span: Span,
        each: EachSolution<'_>,
    ) -> Outcome {
        self.shared.place.set((frame.group, span));
        self.charge(1)?;
        match kind {
            LiteralKind::Term(term) => self.values(context, frame, term, &mut |value| {
                if value.is_truthy() { each() } else { Ok(Flow::Continue) }
            }),
            LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
                self.unify(context, frame, left, right, each)
            }
            LiteralKind::Call(call) => self.call(context, frame, call, span, each),
            LiteralKind::Not(inner) => {
                let mut found = false;
                self.kind(context, frame, inner, span, &mut || {
                    found = true;
                    Ok(Flow::Stop)
                })?;
                if found { Ok(Flow::Continue) } else { each() }
            }
            LiteralKind::NotBody(inner) => {
                if self.holds(context, frame, inner)? {
                    Ok(Flow::Continue)
                } else {
                    each()
                }
            }
            LiteralKind::Every(every) => self.every(context, frame, every, each),
        }
    }

    /// Evaluates `every`. It is undefined if the domain is not a collection, and true if the domain
    /// is empty.
    fn every(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        every: &'m Every,
        each: EachSolution<'_>,
    ) -> Outcome {
        let Some(domain) = self.plug(frame, &every.domain) else { return Ok(Flow::Continue) };
        let Some(count) = count(domain) else { return Ok(Flow::Continue) };
        self.charge(count)?;
        let mut all = true;
        for index in 0..count {
            self.look(index)?;
            bind_member(frame, every, member_at(domain, index));
            all = self.holds(context, frame, &every.body)?;
            if !all {
                break;
            }
        }
        bind_member(frame, every, None);
        if all { each() } else { Ok(Flow::Continue) }
    }

    /// Returns `true` if the body has a solution.
    fn holds(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        body: &'m [Literal],
    ) -> Result<bool, Box<ferrego_runtime::EvalError>> {
        let mut found = false;
        self.body(context, frame, body, &mut |_| {
            found = true;
            Ok(Flow::Stop)
        })?;
        Ok(found)
    }

    /// Calls `each` for every value of the term. A reference with unbound operands may have many
    /// values, and any other term at most one.
    pub(super) fn values(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        term: &'m Term,
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let value = match term {
            Term::Ref(reference) => return self.reference(context, frame, reference, each),
            Term::Comprehension(inner) => self.comprehension(context, frame, inner)?,
            _ => self.plug(frame, term),
        };
        value.map_or(Ok(Flow::Continue), each)
    }

    fn reference(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        reference: &'m Ref,
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let operands = &reference.operands;
        let start = match reference.root {
            Root::Data => {
                if let Some((group, rest)) = self.rule(context, operands) {
                    return self.rules(context, frame, group, rest, each);
                }
                let tree = Some(&self.program.tree);
                return self.document(context, frame, tree, &[], operands, each);
            }
            Root::Input => context.input,
            Root::Var(slot) => self.bound(frame, slot),
        };
        start.map_or(Ok(Flow::Continue), |value| self.walk(frame, value, operands, each))
    }

    pub(super) fn comprehension(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        comprehension: &'m Comprehension,
    ) -> Lookup<'a> {
        let arena = self.env.arena;
        let body = &comprehension.body;
        match &comprehension.result {
            ComprehensionResult::Array(value) => {
                let mut items = arena.vec();
                self.collect(context, frame, body, value, &mut |value| items.push(value))?;
                Ok(Some(Value::Array(items.into_bump_slice())))
            }
            ComprehensionResult::Set(value) => {
                let mut set = SetBuilder::new(arena);
                self.collect(context, frame, body, value, &mut |value| set.insert(value))?;
                Ok(Some(set.finish()))
            }
            ComprehensionResult::Object(key, value) => {
                let mut object = ObjectBuilder::new(arena);
                self.body(context, frame, body, &mut |bindings| {
                    if let (Some(key), Some(value)) = (bindings(key), bindings(value)) {
                        object.insert(key, value);
                    }
                    Ok(Flow::Continue)
                })?;
                object.finish_unique().map(Some).map_err(|_| {
                    let message = "object keys must be unique";
                    self.error(ErrorCode::Conflict, message, frame.group, comprehension.span)
                })
            }
        }
    }

    fn collect(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        body: &'m [Literal],
        value: &'m Term,
        take: &mut dyn FnMut(Value<'a>),
    ) -> Outcome {
        self.body(context, frame, body, &mut |bindings| {
            if let Some(value) = bindings(value) {
                take(value);
            }
            Ok(Flow::Continue)
        })
    }
}

/// Binds the variables of an `every` to a key and a member, or frees them.
pub(super) fn bind_member<'a>(
    frame: &Frame<'_, 'a>,
    every: &Every,
    member: Option<(Value<'a>, Value<'a>)>,
) {
    if let Some(slot) = every.key {
        frame.set(slot, member.map_or(Binding::Free, |(key, _)| Binding::Value(key)));
    }
    frame.set(every.value, member.map_or(Binding::Free, |(_, value)| Binding::Value(value)));
}
