//! The copy of deep values.

use super::memory::Memory;
use super::rego::member;
use crate::value::{Object, Set, Value};

/// A collection whose members are being copied.
struct Level<'v, 'a, 'm> {
    source: &'v Value<'a>,
    /// The copies of the members so far, keys before values.
    copies: Vec<Value<'m>>,
}

/// Copies a value into `memory`.
pub(crate) fn copy<'m>(value: &Value<'_>, memory: &impl Memory<'m>) -> Value<'m> {
    let mut levels = vec![Level { source: value, copies: Vec::new() }];
    loop {
        let Some(level) = levels.last_mut() else { return Value::Null };
        if let Some(member) = member(level.source, level.copies.len()) {
            if let Some(shared) = memory.shared(member) {
                level.copies.push(shared);
            } else if member.len().is_some() {
                levels.push(Level { source: member, copies: Vec::new() });
            } else {
                level.copies.push(scalar(member, memory));
            }
            continue;
        }
        let Some(Level { source, copies }) = levels.pop() else { return Value::Null };
        let copy = collection(source, &copies, memory);
        memory.note(source, copy);
        match levels.last_mut() {
            Some(level) => level.copies.push(copy),
            None => return copy,
        }
    }
}

/// Copies a value that is not a collection.
fn scalar<'m>(value: &Value<'_>, memory: &impl Memory<'m>) -> Value<'m> {
    let copy = match value {
        Value::Bool(truth) => Value::Bool(*truth),
        Value::Number(number) => Value::Number(number.map_text(|text| memory.string(text))),
        Value::String(text) => Value::String(memory.string(text)),
        _ => Value::Null,
    };
    memory.note(value, copy);
    copy
}

/// Builds the copy of a collection of its members' copies.
fn collection<'m>(source: &Value<'_>, copies: &[Value<'m>], memory: &impl Memory<'m>) -> Value<'m> {
    let copied = |index: usize| copies.get(index).copied().unwrap_or(Value::Null);
    match source {
        Value::Object(object) => {
            let pair = |index: usize| (copied(2 * index), copied(2 * index + 1));
            Value::Object(Object { pairs: memory.slice(object.pairs.len(), pair) })
        }
        Value::Set(set) => Value::Set(Set { members: memory.slice(set.members.len(), copied) }),
        Value::Array(items) => Value::Array(memory.slice(items.len(), copied)),
        other => scalar(other, memory),
    }
}
