//! Unification, and the values of terms with bound variables.

use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Number, Value};
use smallvec::SmallVec;

use super::context::Context;
use super::frame::{Binding, Frame};
use super::{EachSolution, Flow, Machine, Outcome, Values};
use crate::program::{Key, Slot, Term};

/// The variables that one unification has bound. They become free again when the search backtracks.
type Trail = SmallVec<[Slot; 4]>;

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns the value of a term without references and comprehensions, or `None` if a variable
    /// in it is unbound.
    pub(super) fn plug(&self, frame: &Frame<'m, 'a>, term: &'m Term) -> Option<Value<'a>> {
        let arena = self.env.arena;
        match term {
            Term::Null => Some(Value::Null),
            Term::Bool(value) => Some(Value::Bool(*value)),
            Term::Number(text) => Some(Value::Number(Number::from_text(arena.string(text)))),
            Term::String(text) => Some(Value::String(arena.string(text))),
            Term::Var(slot) => self.bound(frame, *slot),
            Term::Array(items) => {
                let items: Option<Values<'a>> =
                    items.iter().map(|item| self.plug(frame, item)).collect();
                items.map(|items| arena.array(&items))
            }
            Term::Set(items) => {
                let mut set = SetBuilder::new(arena);
                for item in items {
                    set.insert(self.plug(frame, item)?);
                }
                Some(set.finish())
            }
            Term::Object(pairs) => {
                let mut object = ObjectBuilder::new(arena);
                for (key, value) in pairs {
                    object.insert(self.plug(frame, key)?, self.plug(frame, value)?);
                }
                Some(object.finish())
            }
            Term::Ref(_) | Term::Comprehension(_) => None,
        }
    }

    /// Returns the value of a variable, or `None` if it is free or bound to a term with free
    /// variables.
    pub(super) fn bound(&self, frame: &Frame<'m, 'a>, slot: Slot) -> Option<Value<'a>> {
        match frame.get(slot) {
            Binding::Free => None,
            Binding::Value(value) => Some(value),
            Binding::Term(term) => self.plug(frame, term),
        }
    }

    /// Returns a step in the tree of rules as a value.
    pub(super) fn key_value(&self, key: &Key) -> Value<'a> {
        let arena = self.env.arena;
        match key {
            Key::Null => Value::Null,
            Key::Bool(value) => Value::Bool(*value),
            Key::Number(text) => Value::Number(Number::from_text(arena.string(text))),
            Key::String(text) => Value::String(arena.string(text)),
        }
    }

    /// Returns `true` if a step in the tree of rules equals a value.
    pub(super) fn is_key(&self, key: &Key, value: Value<'a>) -> bool {
        match key {
            Key::String(text) => value.as_str() == Some(text),
            _ => self.key_value(key) == value,
        }
    }

    /// Returns the member of a value under a step in the tree of rules.
    pub(super) fn member(&self, value: Value<'a>, key: &Key) -> Option<Value<'a>> {
        match (key, value) {
            (Key::String(text), Value::Object(object)) => object.get_str(text),
            _ => value.get(&self.key_value(key)),
        }
    }

    /// Calls `each` for every way to make the terms equal.
    pub(super) fn unify(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        left: &'m Term,
        right: &'m Term,
        each: EachSolution<'_>,
    ) -> Outcome {
        match (is_dynamic(left), is_dynamic(right)) {
            (true, true) if is_comprehension(left) != is_comprehension(right) => {
                let (reference, comprehension) =
                    if is_comprehension(left) { (right, left) } else { (left, right) };
                // OPA evaluates the reference first. If it is undefined or a scalar, no error in
                // the comprehension can stop the query.
                self.values(context, frame, reference, &mut |value| {
                    if value.len().is_none() {
                        return Ok(Flow::Continue);
                    }
                    self.values(context, frame, comprehension, &mut |other| {
                        if value == other { each() } else { Ok(Flow::Continue) }
                    })
                })
            }
            (true, true) => self.values(context, frame, left, &mut |value| {
                self.values(context, frame, right, &mut |other| {
                    if value == other { each() } else { Ok(Flow::Continue) }
                })
            }),
            (true, false) => self.values(context, frame, left, &mut |value| {
                self.matching(frame, right, value, each)
            }),
            (false, true) => self.values(context, frame, right, &mut |value| {
                self.matching(frame, left, value, each)
            }),
            (false, false) => {
                let mut trail = Trail::new();
                let equal = self.equate(frame, left, right, &mut trail);
                finish(frame, equal, trail, each)
            }
        }
    }

    /// Calls `each` if `pattern` matches `value`. The pattern's variables are bound during the
    /// call.
    pub(super) fn matching(
        &self,
        frame: &Frame<'m, 'a>,
        pattern: &'m Term,
        value: Value<'a>,
        each: EachSolution<'_>,
    ) -> Outcome {
        let mut trail = Trail::new();
        let matches = self.matches(frame, pattern, value, &mut trail);
        finish(frame, matches, trail, each)
    }

    /// Calls `each` if every pattern matches its value. The patterns' variables are bound during
    /// the call.
    pub(super) fn matching_all(
        &self,
        frame: &Frame<'m, 'a>,
        pairs: impl IntoIterator<Item = (&'m Term, Value<'a>)>,
        each: EachSolution<'_>,
    ) -> Outcome {
        let mut trail = Trail::new();
        let matches = pairs
            .into_iter()
            .all(|(pattern, value)| self.matches(frame, pattern, value, &mut trail));
        finish(frame, matches, trail, each)
    }

    /// Returns `true` if `pattern` matches `value`. An object must match with all its keys. Keys
    /// and sets must be bound.
    fn matches(
        &self,
        frame: &Frame<'m, 'a>,
        pattern: &'m Term,
        value: Value<'a>,
        trail: &mut Trail,
    ) -> bool {
        match (pattern, value) {
            (Term::Var(slot), value) => self.matches_variable(frame, *slot, value, trail),
            (Term::Array(patterns), Value::Array(items)) => {
                patterns.len() == items.len()
                    && patterns
                        .iter()
                        .zip(items)
                        .all(|(pattern, item)| self.matches(frame, pattern, *item, trail))
            }
            (Term::Object(patterns), Value::Object(object)) => {
                patterns.len() == object.len()
                    && patterns.iter().all(|(key, pattern)| {
                        self.plug(frame, key)
                            .and_then(|key| object.get(&key))
                            .is_some_and(|value| self.matches(frame, pattern, value, trail))
                    })
            }
            (Term::Array(_) | Term::Object(_), _) => false,
            (Term::String(text), value) => value.as_str() == Some(text),
            _ => self.plug(frame, pattern).is_some_and(|own| own == value),
        }
    }

    fn matches_variable(
        &self,
        frame: &Frame<'m, 'a>,
        slot: Slot,
        value: Value<'a>,
        trail: &mut Trail,
    ) -> bool {
        match frame.get(slot) {
            Binding::Value(bound) => bound == value,
            Binding::Term(term) => self.matches(frame, term, value, trail),
            Binding::Free => {
                frame.set(slot, Binding::Value(value));
                trail.push(slot);
                true
            }
        }
    }

    /// Unifies two patterns. A free variable may be bound to a pattern with free variables.
    fn equate(
        &self,
        frame: &Frame<'m, 'a>,
        left: &'m Term,
        right: &'m Term,
        trail: &mut Trail,
    ) -> bool {
        let (left, right) = (resolved(frame, left), resolved(frame, right));
        if let Some(value) = self.plug(frame, left) {
            return self.matches(frame, right, value, trail);
        }
        if let Some(value) = self.plug(frame, right) {
            return self.matches(frame, left, value, trail);
        }
        match (left, right) {
            (Term::Var(a), Term::Var(b)) if a == b => true,
            (Term::Var(slot), other) | (other, Term::Var(slot)) => {
                frame.set(*slot, Binding::Term(other));
                trail.push(*slot);
                true
            }
            (Term::Array(a), Term::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.equate(frame, a, b, trail))
            }
            (Term::Object(a), Term::Object(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, value)| {
                        let Some(key) = self.plug(frame, key) else { return false };
                        b.iter()
                            .find(|(other, _)| self.plug(frame, other) == Some(key))
                            .is_some_and(|(_, other)| self.equate(frame, value, other, trail))
                    })
            }
            _ => false,
        }
    }
}

/// Follows the bindings of variables to terms, and returns the last term.
fn resolved<'m>(frame: &Frame<'m, '_>, mut term: &'m Term) -> &'m Term {
    while let Term::Var(slot) = term
        && let Binding::Term(next) = frame.get(*slot)
    {
        term = next;
    }
    term
}

fn is_dynamic(term: &Term) -> bool {
    matches!(term, Term::Ref(_) | Term::Comprehension(_))
}

fn finish(frame: &Frame<'_, '_>, found: bool, trail: Trail, each: EachSolution<'_>) -> Outcome {
    let outcome = if found { each() } else { Ok(Flow::Continue) };
    for slot in trail {
        frame.set(slot, Binding::Free);
    }
    outcome
}

fn is_comprehension(term: &Term) -> bool {
    matches!(term, Term::Comprehension(_))
}
