//! Builders of the sorted collections.

use crate::arena::{Arena, ArenaVec};
use crate::value::{Object, Set, Value};

/// Two different values were given for one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey;

/// Collects members into a set.
#[derive(Debug)]
pub struct SetBuilder<'a> {
    members: ArenaVec<'a, Value<'a>>,
}

impl<'a> SetBuilder<'a> {
    /// An empty set in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        Self { members: arena.vec() }
    }

    /// Adds a member; one that is there already is not added again.
    pub fn insert(&mut self, member: Value<'a>) {
        self.members.push(member);
    }

    /// The set. Of equal members the first added stays, with its text (`{1, 1.0}` is `{1}`).
    pub fn finish(mut self) -> Value<'a> {
        sort_stable(&mut self.members, |a, b| a.cmp(b).is_gt());
        self.members.dedup_by(|later, first| later == first);
        Value::Set(Set { members: self.members.into_bump_slice() })
    }
}

/// Collects pairs into an object.
#[derive(Debug)]
pub struct ObjectBuilder<'a> {
    pairs: ArenaVec<'a, (Value<'a>, Value<'a>)>,
}

impl<'a> ObjectBuilder<'a> {
    /// An empty object in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        Self { pairs: arena.vec() }
    }

    /// Adds a pair.
    pub fn insert(&mut self, key: Value<'a>, value: Value<'a>) {
        self.pairs.push((key, value));
    }

    /// The object; of several values of one key the last wins, as in JSON and in literals.
    pub fn finish(mut self) -> Value<'a> {
        sort_stable(&mut self.pairs, |a, b| a.0.cmp(&b.0).is_gt());
        self.pairs.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 = later.1;
            }
            same
        });
        Value::Object(Object { pairs: self.pairs.into_bump_slice() })
    }

    /// The object, where one key must have one value: comprehensions and partial objects.
    pub fn finish_unique(mut self) -> Result<Value<'a>, DuplicateKey> {
        sort_stable(&mut self.pairs, |a, b| a.0.cmp(&b.0).is_gt());
        let mut conflict = false;
        self.pairs.dedup_by(|later, first| {
            let same = later.0 == first.0;
            conflict |= same && later.1 != first.1;
            same
        });
        if conflict {
            return Err(DuplicateKey);
        }
        Ok(Value::Object(Object { pairs: self.pairs.into_bump_slice() }))
    }
}

/// Sorts in place and keeps the order of equals; takes no heap memory for the short and the
/// nearly sorted runs that reviews consist of, which is why it is not `slice::sort_by`.
fn sort_stable<T: Copy>(items: &mut [T], greater: impl Fn(&T, &T) -> bool + Copy) {
    const INSERTION_LIMIT: usize = 20;
    if items.windows(2).all(|pair| !greater(&pair[0], &pair[1])) {
        return;
    }
    if items.len() > INSERTION_LIMIT {
        items.sort_by(|a, b| {
            if greater(a, b) {
                core::cmp::Ordering::Greater
            } else if greater(b, a) {
                core::cmp::Ordering::Less
            } else {
                core::cmp::Ordering::Equal
            }
        });
        return;
    }
    for end in 1..items.len() {
        let item = items[end];
        let mut place = end;
        while place > 0 && greater(&items[place - 1], &item) {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
}
