//! Builders of collections, and constructors of collections whose members are known.

use super::Context;
use crate::arena::ArenaVec;
use crate::codegen_support::fused::FusedPasses;
use crate::codegen_support::multiset::MultisetBuilder;
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::value::{Object, Set, Value};

impl<'a> Context<'a> {
    /// Creates a builder of an array.
    pub fn list(&self) -> List<'a> {
        List { items: self.env.arena.vec() }
    }

    /// Creates a builder of a set.
    pub fn set(&self) -> SetBuilder<'a> {
        SetBuilder::of(self.env.arena, self.env.arena.vec(), self.multisets)
    }

    /// Creates a builder of a multiset.
    pub fn multiset(&self) -> MultisetBuilder<'a> {
        MultisetBuilder::new(self.env.arena, self.multisets, None)
    }

    /// Returns the passes over a loop that `count` bodies share, all of which add to sets.
    #[inline]
    pub fn fused_passes(&self, count: u32) -> FusedPasses {
        FusedPasses::new(count, self.multisets)
    }

    /// Creates a builder of a multiset of whose members only the values at `keys` are read.
    pub fn multiset_read_at(&self, keys: &'static [&'static str]) -> MultisetBuilder<'a> {
        MultisetBuilder::new(self.env.arena, self.multisets, Some(keys))
    }

    /// Creates a builder of an object.
    pub fn object(&self) -> ObjectBuilder<'a> {
        ObjectBuilder::new(self.env.arena)
    }

    /// Creates a builder of a partial object of any depth.
    pub fn document(&self) -> crate::codegen_support::document_rules::DocumentBuilder<'a> {
        crate::codegen_support::document_rules::DocumentBuilder::new(self.env.arena)
    }

    /// Creates a builder of a partial object of any depth whose keys are all constants.
    pub fn ground_document(&self) -> crate::codegen_support::document_rules::DocumentBuilder<'a> {
        crate::codegen_support::document_rules::DocumentBuilder::ground(self.env.arena)
    }

    /// Creates an empty vector of rows.
    pub fn rows<const N: usize>(&self) -> ArenaVec<'a, [Value<'a>; N]> {
        self.env.arena.vec()
    }

    /// Returns an array of `items`.
    pub fn array_of(&self, items: &[Value<'a>]) -> Value<'a> {
        self.env.arena.array(items)
    }

    /// Returns a set of `members`.
    pub fn set_of(&self, members: &[Value<'a>]) -> Value<'a> {
        if let [_] = members {
            return Value::Set(Set { members: self.env.arena.slice(members) });
        }
        let room = self.env.arena.vec_with_capacity(members.len());
        let mut set = SetBuilder::of(self.env.arena, room, self.multisets);
        for member in members {
            set.insert(*member);
        }
        set.finish()
    }

    /// Returns an object of `pairs`.
    pub fn object_of(&self, pairs: &[(Value<'a>, Value<'a>)]) -> Value<'a> {
        let mut object = ObjectBuilder::with_capacity(self.env.arena, pairs.len());
        for (key, value) in pairs {
            object.insert(*key, *value);
        }
        object.finish()
    }

    /// Returns an object of `pairs`, which the compiler has sorted and whose keys differ.
    pub fn sorted_object_of(&self, pairs: &[(Value<'a>, Value<'a>)]) -> Value<'a> {
        Value::Object(Object { pairs: self.env.arena.slice(pairs) })
    }

    /// Returns a package as a document: the values of its rules, and the members of the base
    /// document whose key is not the name of a rule.
    pub fn package(
        &self,
        base: Option<Value<'a>>,
        children: &[(&'static str, Option<Value<'a>>)],
    ) -> Value<'a> {
        let mut object = self.object();
        if let Some(Value::Object(base)) = base {
            let is_rule =
                |key: &Value<'_>| children.iter().any(|(name, _)| key.as_str() == Some(name));
            for &(key, value) in base.pairs().iter().filter(|(key, _)| !is_rule(key)) {
                object.insert(key, value);
            }
        }
        for &(name, value) in children {
            if let Some(value) = value {
                object.insert(Value::String(name), value);
            }
        }
        object.finish()
    }
}

/// A builder of an array.
#[derive(Debug)]
pub struct List<'a> {
    items: ArenaVec<'a, Value<'a>>,
}

impl<'a> List<'a> {
    /// Appends an item.
    pub fn push(&mut self, item: Value<'a>) {
        self.items.push(item);
    }

    /// Returns the array.
    pub fn finish(self) -> Value<'a> {
        Value::Array(self.items.into_bump_slice())
    }
}
