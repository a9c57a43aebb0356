//! Documents that rules with dynamic reference heads make: objects of any depth, with sets among
//! their leaves.

use crate::arena::{Arena, ArenaVec};
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::context::Rule;
use crate::error::{ErrorCode, EvalError};
use crate::value::Value;

/// What a definition puts at the end of its path.
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
    line: u32,
}

/// A partial object of any depth in the making.
#[derive(Debug)]
pub struct DocumentBuilder<'a> {
    arena: &'a Arena,
    entries: ArenaVec<'a, Entry<'a>>,
}

impl<'a> DocumentBuilder<'a> {
    /// An empty document in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        Self { arena, entries: arena.vec() }
    }

    /// Puts a value at a path.
    pub fn value(&mut self, keys: &[Value<'a>], value: Value<'a>, rule: &Rule, line: u32) {
        self.add(keys, Leaf::Value(value), rule, line);
    }

    /// Adds a member to the set at a path.
    pub fn member(&mut self, keys: &[Value<'a>], member: Value<'a>, rule: &Rule, line: u32) {
        self.add(keys, Leaf::Member(member), rule, line);
    }

    fn add(&mut self, keys: &[Value<'a>], leaf: Leaf<'a>, rule: &Rule, line: u32) {
        let keys = self.arena.slice(keys);
        self.entries.push(Entry { keys, leaf, rule: *rule, line });
    }

    /// The document.
    ///
    /// # Errors
    /// A conflict, where two definitions put different things at one place.
    pub fn finish(self) -> Result<Value<'a>, Box<EvalError>> {
        let arena = self.arena;
        build(arena, self.entries, 0)
    }
}

/// The document of entries whose first `depth` keys are equal.
fn build<'a>(
    arena: &'a Arena,
    mut entries: ArenaVec<'a, Entry<'a>>,
    depth: usize,
) -> Result<Value<'a>, Box<EvalError>> {
    if let Some(leaf) = entries.iter().find(|entry| entry.keys.len() == depth) {
        return match leaf.leaf {
            Leaf::Value(value) => one_value(value, &entries, depth),
            Leaf::Member(_) => members(arena, &entries, depth),
        };
    }
    let mut object = ObjectBuilder::new(arena);
    while let Some(&first) = entries.first() {
        let key = first.keys[depth];
        let mut same = arena.vec();
        let mut others = arena.vec();
        for &entry in &entries {
            if entry.keys[depth] == key { same.push(entry) } else { others.push(entry) }
        }
        object.insert(key, build(arena, same, depth + 1)?);
        entries = others;
    }
    Ok(object.finish())
}

fn one_value<'a>(
    value: Value<'a>,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<Value<'a>, Box<EvalError>> {
    for entry in entries {
        match entry.leaf {
            Leaf::Value(other) if entry.keys.len() == depth && other == value => {}
            _ => return Err(conflict(entry)),
        }
    }
    Ok(value)
}

fn members<'a>(
    arena: &'a Arena,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<Value<'a>, Box<EvalError>> {
    let mut set = SetBuilder::new(arena);
    for entry in entries {
        match entry.leaf {
            Leaf::Member(member) if entry.keys.len() == depth => set.insert(member),
            _ => return Err(conflict(entry)),
        }
    }
    Ok(set.finish())
}

#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn conflict(entry: &Entry<'_>) -> Box<EvalError> {
    let location = entry.rule.line(entry.line);
    EvalError::new(ErrorCode::Conflict, "object keys must be unique", &location)
}
