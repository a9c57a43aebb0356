//! Evaluation of partial rules: sets, and objects of any depth.

use std::collections::{BTreeMap, BTreeSet};

use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Arena, ErrorCode, EvalError, Value};

use super::context::Context;
use super::frame::Frame;
use super::rules::ENTRY;
use super::{Flow, Lookup, Machine, Values};
use crate::program::{Branch, Group, GroupId, GroupKind, Head, Term};

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns the set or object, or its part below `keys`.
    ///
    /// The keys are matched with the heads before the bodies run (`evalOneRulePreUnify` of OPA's
    /// evaluator). Conflicts in other parts are therefore not reported.
    pub(super) fn partial(
        &self,
        context: &Context<'a>,
        id: GroupId,
        mut keys: Values<'a>,
    ) -> Lookup<'a> {
        if let Some(whole) = self.recall(context, id, &[]) {
            return Ok(whole);
        }
        let group = &self.program.groups[id];
        keys.truncate(group.depth());
        if let Some(part) = self.recall(context, id, &keys) {
            return Ok(part);
        }
        let part = match self.outside_of(context) {
            Some(outer) if keys.is_empty() => outer.value(id)?,
            _ => Some(self.deeper(id, || self.gathered(context, id, &keys))?),
        };
        self.remember(context, id, &keys, part);
        Ok(part)
    }

    /// Computes the set or object, or its part below `keys`.
    fn gathered(
        &self,
        context: &Context<'a>,
        id: GroupId,
        keys: &[Value<'a>],
    ) -> Result<Value<'a>, Box<EvalError>> {
        let group = &self.program.groups[id];
        let mut tree = match group.kind {
            GroupKind::Set => Tree::Set(BTreeSet::new()),
            _ => Tree::Object(BTreeMap::new()),
        };
        for branch in self.candidates(context, group, &[]).into_iter().flatten() {
            self.gather(context, id, branch, keys, &mut tree)?;
        }
        Ok(tree.finish(self.env.arena))
    }

    fn gather(
        &self,
        context: &Context<'a>,
        id: GroupId,
        branch: &'m Branch,
        keys: &[Value<'a>],
        tree: &mut Tree<'a>,
    ) -> Result<Flow, Box<EvalError>> {
        let group = &self.program.groups[id];
        let frame = Frame::new(branch.variables.len(), Some(id));
        let patterns = group.key_patterns(branch).zip(keys.iter().copied());
        self.matching_all(&frame, patterns, &mut || {
            self.body(context, &frame, &branch.body, &mut |bindings| {
                let path: Option<Values<'a>> =
                    group.dynamic_reference(branch).iter().map(bindings).collect();
                let (Head::Value(head) | Head::Member(head)) = &branch.head;
                let (Some(path), Some(value)) = (path, bindings(head)) else {
                    return Ok(Flow::Continue);
                };
                self.env.arena.hold((path.len() + 1) * ENTRY);
                let added = match branch.head {
                    Head::Value(_) => tree.add_value(&path, value),
                    Head::Member(_) => tree.add_member(&path, value),
                };
                added.map(|()| Flow::Continue).map_err(|Conflict| {
                    let message = "object keys must be unique";
                    self.error(ErrorCode::Conflict, message, Some(id), branch.span)
                })
            })
        })
    }
}

impl Group {
    /// Returns the part of the branch's reference below the group's path.
    pub(super) fn dynamic_reference<'b>(&self, branch: &'b Branch) -> &'b [Term] {
        branch.reference.get(self.path.len()..).unwrap_or_default()
    }

    /// Iterates over the patterns that are matched with the operands after the group's path.
    pub(super) fn key_patterns<'b>(&self, branch: &'b Branch) -> impl Iterator<Item = &'b Term> {
        let member = match &branch.head {
            Head::Member(member) => Some(member),
            Head::Value(_) => None,
        };
        self.dynamic_reference(branch).iter().chain(member)
    }

    /// Returns the largest number of operands that can be matched with a head.
    fn depth(&self) -> usize {
        self.definitions
            .iter()
            .flat_map(|definition| &definition.branches)
            .map(|branch| self.key_patterns(branch).count())
            .max()
            .unwrap_or_default()
    }
}

/// A partial document while it is built.
enum Tree<'a> {
    Value(Value<'a>),
    Set(BTreeSet<Value<'a>>),
    Object(BTreeMap<Value<'a>, Tree<'a>>),
}

/// Two rules define different values at one path.
struct Conflict;

impl<'a> Tree<'a> {
    fn add_value(&mut self, path: &[Value<'a>], value: Value<'a>) -> Result<(), Conflict> {
        let Some((last, above)) = path.split_last() else { return Err(Conflict) };
        let object = self.object_at(above)?;
        match object.get(last) {
            None => {
                object.insert(*last, Tree::Value(value));
                Ok(())
            }
            Some(present) if present.equals(&value) => Ok(()),
            Some(_) => Err(Conflict),
        }
    }

    fn add_member(&mut self, path: &[Value<'a>], member: Value<'a>) -> Result<(), Conflict> {
        let set = match path.split_last() {
            None => self,
            Some((last, above)) => {
                self.object_at(above)?.entry(*last).or_insert_with(|| Tree::Set(BTreeSet::new()))
            }
        };
        let Tree::Set(members) = set else { return Err(Conflict) };
        members.insert(member);
        Ok(())
    }

    /// Returns the object at `path`, and creates it if nothing is there. A value on the path
    /// belongs to another rule, even if it is an object, so it is a conflict.
    fn object_at(
        &mut self,
        path: &[Value<'a>],
    ) -> Result<&mut BTreeMap<Value<'a>, Tree<'a>>, Conflict> {
        let Tree::Object(object) = self else { return Err(Conflict) };
        match path.split_first() {
            None => Ok(object),
            Some((key, rest)) => {
                object.entry(*key).or_insert_with(|| Tree::Object(BTreeMap::new())).object_at(rest)
            }
        }
    }

    fn equals(&self, value: &Value<'a>) -> bool {
        match (self, value) {
            (Tree::Value(own), value) => own == value,
            (Tree::Set(own), Value::Set(other)) => own.iter().eq(other.members()),
            (Tree::Object(own), Value::Object(other)) => {
                own.len() == other.len()
                    && own
                        .iter()
                        .all(|(key, tree)| other.get(key).is_some_and(|value| tree.equals(&value)))
            }
            _ => false,
        }
    }

    fn finish(self, arena: &'a Arena) -> Value<'a> {
        match self {
            Tree::Value(value) => value,
            Tree::Set(members) => {
                let mut set = SetBuilder::new(arena);
                for member in members {
                    set.insert(member);
                }
                set.finish()
            }
            Tree::Object(pairs) => {
                let mut object = ObjectBuilder::new(arena);
                for (key, tree) in pairs {
                    object.insert(key, tree.finish(arena));
                }
                object.finish()
            }
        }
    }
}
