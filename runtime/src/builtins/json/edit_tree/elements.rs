//! Edits of array elements.

use super::{Edit, Node, Slot, Tree, broken, is_composite};
use crate::builtins::operand;
use crate::env::Env;
use crate::value::Value;

impl<'a> Tree<'a> {
    /// Returns an inserted element, which must exist.
    pub(super) fn element(&mut self, place: usize) -> Node<'_, 'a> {
        if let Some(value) = self.scalars.get(&place) {
            return Node::Scalar(*value);
        }
        self.composites.get_mut(&place).map_or(Node::Scalar(Value::Null), Node::Tree)
    }

    pub(super) fn insert_element(
        &mut self,
        env: &Env<'a>,
        place: usize,
        value: Value<'a>,
    ) -> Edit<'a, Node<'_, 'a>> {
        operand::charge_members(env, value.len().unwrap_or_default())?;
        let (scalars, composites) = self.inserted_from(env, place)?;
        for from in scalars.into_iter().rev() {
            self.move_scalar(from, from + 1);
        }
        for from in composites.into_iter().rev() {
            self.move_composite(from, from + 1);
        }
        self.slots.insert(place, Slot::Inserted);
        if is_composite(&value) {
            self.composites.insert(place, Tree::new(value));
        } else {
            self.scalars.insert(place, value);
        }
        Ok(self.element(place))
    }

    pub(super) fn delete_element(&mut self, env: &Env<'a>, place: usize) -> Edit<'a, ()> {
        if place >= self.slots.len() {
            return Err(env.fail(format_args!("index for array delete out of bounds")));
        }
        let (scalars, composites) = self.inserted_from(env, place + 1)?;
        self.scalars.remove(&place);
        self.composites.remove(&place);
        for from in scalars {
            self.move_scalar(from, from - 1);
        }
        for from in composites {
            self.move_composite(from, from - 1);
        }
        self.slots.remove(place);
        Ok(())
    }

    /// Returns the places of the inserted elements from `start` on: scalars, then collections.
    fn inserted_from(&self, env: &Env<'a>, start: usize) -> Edit<'a, (Vec<usize>, Vec<usize>)> {
        env.charge(self.slots.len().saturating_sub(start))?;
        let (mut scalars, mut composites) = (Vec::new(), Vec::new());
        for (place, slot) in self.slots.iter().enumerate().skip(start) {
            if *slot != Slot::Inserted {
                continue;
            }
            if self.scalars.contains_key(&place) {
                scalars.push(place);
            } else if self.composites.contains_key(&place) {
                composites.push(place);
            } else {
                return Err(broken(env));
            }
        }
        Ok((scalars, composites))
    }

    fn move_scalar(&mut self, from: usize, to: usize) {
        self.composites.remove(&from);
        if let Some(value) = self.scalars.remove(&from) {
            self.scalars.insert(to, value);
        }
    }

    /// Moves an inserted collection. Like OPA, loses a scalar that has just been moved to its
    /// place.
    fn move_composite(&mut self, from: usize, to: usize) {
        self.scalars.remove(&from);
        if let Some(tree) = self.composites.remove(&from) {
            self.composites.insert(to, tree);
        }
    }
}
