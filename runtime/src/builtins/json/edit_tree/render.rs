//! The rendering of a value with its edits.

use super::{Child, Edit, Slot, Tree, broken};
use crate::builtins::operand;
use crate::collections::{ObjectBuilder, SetBuilder};
use crate::env::Env;
use crate::value::Value;

impl<'a> Tree<'a> {
    /// Returns the value with all edits applied, or `None` if it is deleted.
    pub(in crate::builtins::json) fn render(&self, env: &Env<'a>) -> Edit<'a, Option<Value<'a>>> {
        let length = self.value.and_then(|value| value.len()).unwrap_or_default();
        operand::charge_members(env, length.max(self.slots.len()))?;
        let rendered = match self.value {
            Some(Value::Object(object)) if !self.members.is_empty() => {
                let mut builder = ObjectBuilder::new(env.arena);
                for (key, value) in object.pairs() {
                    if !self.members.contains_key(key) {
                        builder.insert(*key, *value);
                    }
                }
                for (key, child) in &self.members {
                    if let Some(value) = child.render(env)? {
                        builder.insert(*key, value);
                    }
                }
                builder.finish()
            }
            Some(Value::Set(set)) if !self.members.is_empty() => {
                let mut builder = SetBuilder::new(env.arena);
                for member in set.members() {
                    if !self.members.contains_key(member) {
                        builder.insert(*member);
                    }
                }
                for child in self.members.values() {
                    if let Some(value) = child.render(env)? {
                        builder.insert(value);
                    }
                }
                builder.finish()
            }
            Some(Value::Array(items)) => self.render_array(env, items)?,
            unchanged => return Ok(unchanged),
        };
        Ok(Some(rendered))
    }

    fn render_array(&self, env: &Env<'a>, items: &[Value<'a>]) -> Edit<'a, Value<'a>> {
        let mut out = env.arena.vec_with_capacity(self.slots.len());
        for (place, slot) in self.slots.iter().enumerate() {
            let value = match slot {
                Slot::Kept(at) => items.get(*at).copied(),
                Slot::Inserted => match (self.scalars.get(&place), self.composites.get(&place)) {
                    (Some(value), _) => Some(*value),
                    (None, Some(tree)) => tree.render(env)?,
                    (None, None) => None,
                },
            };
            out.push(value.ok_or_else(|| broken(env))?);
        }
        Ok(Value::Array(out.into_bump_slice()))
    }
}

impl<'a> Child<'a> {
    fn render(&self, env: &Env<'a>) -> Edit<'a, Option<Value<'a>>> {
        match self {
            Child::Deleted(_) => Ok(None),
            Child::Scalar(value) => Ok(Some(*value)),
            Child::Composite(tree) => tree.render(env),
        }
    }
}
