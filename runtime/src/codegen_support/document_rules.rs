//! Documents of rules with dynamic reference heads, such as `p[x].q[y]`: objects of any depth, with
//! sets among their leaves.

use crate::arena::{Arena, ArenaVec};
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::error::{ErrorCode, EvalError};
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// The contribution of a definition at the end of its path.
#[derive(Clone, Copy, Debug)]
enum Leaf<'a> {
    Value(Value<'a>),
    Member(Value<'a>),
}

#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    keys: &'a [Value<'a>],
    leaf: Leaf<'a>,
    rule: Rule,
    at: LineColumn,
}

/// A builder of a partial object of any depth.
#[derive(Debug)]
pub struct DocumentBuilder<'a> {
    arena: &'a Arena,
    /// The message of a conflict.
    conflict: &'static str,
    entries: ArenaVec<'a, Entry<'a>>,
}

impl<'a> DocumentBuilder<'a> {
    /// Creates a builder of an empty document in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        Self { arena, conflict: "object keys must be unique", entries: arena.vec() }
    }

    /// Creates a builder for rules whose keys are all constants. Each of them is a complete rule of
    /// its own.
    pub fn ground(arena: &'a Arena) -> Self {
        let conflict = "complete rules must not produce multiple outputs";
        Self { conflict, ..Self::new(arena) }
    }

    /// Adds a value at a path.
    pub fn value(&mut self, keys: &[Value<'a>], value: Value<'a>, rule: &Rule, at: LineColumn) {
        self.add(keys, Leaf::Value(value), rule, at);
    }

    /// Adds a member to the set at a path.
    pub fn member(&mut self, keys: &[Value<'a>], member: Value<'a>, rule: &Rule, at: LineColumn) {
        self.add(keys, Leaf::Member(member), rule, at);
    }

    fn add(&mut self, keys: &[Value<'a>], leaf: Leaf<'a>, rule: &Rule, at: LineColumn) {
        let keys = self.arena.slice(keys);
        self.entries.push(Entry { keys, leaf, rule: *rule, at });
    }

    /// Returns the document in the form that a memo cell keeps (see `generated::keyed`): the
    /// object, and the first keys under which two definitions put different values at one place.
    ///
    /// # Errors
    /// Returns a conflict at the root of the document.
    pub fn finish(self) -> Result<Value<'a>, Box<EvalError>> {
        if self.entries.iter().any(|entry| entry.keys.is_empty()) {
            let whole = build(self.arena, self.entries, 0).map_err(|entry| {
                let location = entry.rule.at(entry.at);
                EvalError::new(ErrorCode::Conflict, self.conflict, &location)
            })?;
            return Ok(self.arena.array(&[whole, Value::EMPTY_ARRAY]));
        }
        let mut object = ObjectBuilder::new(self.arena);
        let mut conflicts = self.arena.vec();
        let mut entries = self.entries;
        while let Some(&first) = entries.first() {
            let key = first.keys[0];
            let (same, others) = by_key(self.arena, &entries, 0, key);
            match build(self.arena, same, 1) {
                Ok(value) => object.insert(key, value),
                Err(entry) => conflicts.push(conflict(self.arena, &entry, self.conflict)),
            }
            entries = others;
        }
        let conflicts = Value::Array(conflicts.into_bump_slice());
        Ok(self.arena.array(&[object.finish(), conflicts]))
    }
}

/// Builds the document of entries whose first `depth` keys are equal. If they conflict, returns the
/// entry that does.
fn build<'a>(
    arena: &'a Arena,
    mut entries: ArenaVec<'a, Entry<'a>>,
    depth: usize,
) -> Result<Value<'a>, Entry<'a>> {
    if let Some(leaf) = entries.iter().find(|entry| entry.keys.len() == depth) {
        return match leaf.leaf {
            Leaf::Value(value) => one_value(value, &entries, depth),
            Leaf::Member(_) => members(arena, &entries, depth),
        };
    }
    let mut object = ObjectBuilder::new(arena);
    while let Some(&first) = entries.first() {
        let key = first.keys[depth];
        let (same, others) = by_key(arena, &entries, depth, key);
        object.insert(key, build(arena, same, depth + 1)?);
        entries = others;
    }
    Ok(object.finish())
}

/// Returns the entries with `key` at `depth`, and the other entries.
fn by_key<'a>(
    arena: &'a Arena,
    entries: &[Entry<'a>],
    depth: usize,
    key: Value<'a>,
) -> (ArenaVec<'a, Entry<'a>>, ArenaVec<'a, Entry<'a>>) {
    let mut same = arena.vec();
    let mut others = arena.vec();
    for &entry in entries {
        if entry.keys[depth] == key { same.push(entry) } else { others.push(entry) }
    }
    (same, others)
}

/// Returns a conflict in the form that `generated::keyed_answer` reads: key, file, line, message.
fn conflict<'a>(arena: &'a Arena, entry: &Entry<'a>, text: &'static str) -> Value<'a> {
    let (line, column) = entry.at;
    let [line, column] = [line, column].map(|number| Value::int(i64::from(number)));
    let file = Value::String(entry.rule.file);
    arena.array(&[entry.keys[0], file, line, column, Value::String(text)])
}

fn one_value<'a>(
    value: Value<'a>,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<Value<'a>, Entry<'a>> {
    for entry in entries {
        match entry.leaf {
            Leaf::Value(other) if entry.keys.len() == depth && other == value => {}
            _ => return Err(*entry),
        }
    }
    Ok(value)
}

fn members<'a>(
    arena: &'a Arena,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<Value<'a>, Entry<'a>> {
    let mut set = SetBuilder::new(arena);
    for entry in entries {
        match entry.leaf {
            Leaf::Member(member) if entry.keys.len() == depth => set.insert(member),
            _ => return Err(*entry),
        }
    }
    Ok(set.finish())
}
