//! Evaluation of `data`: base documents, packages and rules (`evalTree` of OPA's evaluator).

use std::sync::Arc;

use ferrego_runtime::Value;
use ferrego_runtime::collections::ObjectBuilder;

use super::context::Context;
use super::frame::Frame;
use super::merge::merge;
use super::{EachValue, Flow, Lookup, Machine, Outcome, Values};
use crate::program::{GroupId, GroupKind, Key, Node, Term};

impl<'m, 'a> Machine<'m, 'a> {
    /// Calls `each` for every value that `operands` select in the document at `path`. `node` is the
    /// place of the document in the tree of rules.
    pub(super) fn document(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        node: Option<&'m Node>,
        path: &[Value<'a>],
        operands: &'m [Term],
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let Some((operand, rest)) = operands.split_first() else {
            return self.extent(context, node, path)?.map_or(Ok(Flow::Continue), each);
        };
        if let Some(key) = self.plug(frame, operand) {
            return self.step(context, frame, node, path, key, rest, each);
        }
        let keys = self.keys(context, node, path);
        self.charge(keys.len())?;
        for (index, key) in keys.into_iter().enumerate() {
            self.look(index)?;
            let flow = self.matching(frame, operand, key, &mut || {
                self.step(context, frame, node, path, key, rest, each)
            })?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Returns the keys of the base document, and of the rules and packages, at `path`. As in OPA,
    /// a key of both occurs twice.
    fn keys(
        &self,
        context: &Context<'a>,
        node: Option<&'m Node>,
        path: &[Value<'a>],
    ) -> Vec<Value<'a>> {
        let mut keys: Vec<Value<'a>> = match self.base(context, path) {
            Some(Value::Array(items)) => (0..).map(Value::int).take(items.len()).collect(),
            Some(Value::Object(object)) => object.pairs().iter().map(|(key, _)| *key).collect(),
            Some(Value::Set(set)) => set.members().to_vec(),
            _ => Vec::new(),
        };
        let children = node.map(|node| node.children.keys()).into_iter().flatten();
        keys.extend(children.map(|key| self.key_value(key)));
        keys
    }

    #[expect(clippy::too_many_arguments, reason = "the state of the walk")]
    fn step(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        node: Option<&'m Node>,
        path: &[Value<'a>],
        key: Value<'a>,
        rest: &'m [Term],
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let path = longer(path, key);
        if context.is_replaced(&path) {
            return self.document(context, frame, None, &path, rest, each);
        }
        let child = node.and_then(|node| node.children.get(&key_of(&key)?));
        if let Some(group) = child.and_then(|child| child.group) {
            return self.rules(context, frame, group, rest, each);
        }
        self.document(context, frame, child, &path, rest, each)
    }

    /// Returns the group of the rule that constant operands name, and the operands after its path.
    /// Returns `None` if a modifier replaces a document, because then the path decides.
    pub(super) fn rule(
        &self,
        context: &Context<'a>,
        operands: &'m [Term],
    ) -> Option<(GroupId, &'m [Term])> {
        if !context.replaced.is_empty() {
            return None;
        }
        let (mut node, mut rest) = (&self.program.tree, operands);
        while let Some((Term::String(name), after)) = rest.split_first() {
            node = node.children.get(&Key::String(Arc::clone(name)))?;
            rest = after;
            if let Some(group) = node.group {
                return Some((group, rest));
            }
        }
        None
    }

    /// Calls `each` for every value that `operands` select in the value of a rule. Functions are
    /// not documents.
    pub(super) fn rules(
        &self,
        context: &Context<'a>,
        frame: &Frame<'m, 'a>,
        group: GroupId,
        operands: &'m [Term],
        each: EachValue<'_, 'a>,
    ) -> Outcome {
        let value = match self.program.groups[group].kind {
            GroupKind::Function { .. } => None,
            GroupKind::Complete => self.value(context, group, &[])?,
            GroupKind::Set | GroupKind::Object => {
                let keys = operands.iter().map_while(|operand| self.plug(frame, operand)).collect();
                self.partial(context, group, keys)?
            }
        };
        value.map_or(Ok(Flow::Continue), |value| self.walk(frame, value, operands, each))
    }

    /// Returns the whole document: the values of the rules, merged with the base document, which
    /// takes precedence.
    fn extent(
        &self,
        context: &Context<'a>,
        node: Option<&'m Node>,
        path: &[Value<'a>],
    ) -> Lookup<'a> {
        let base = self.base(context, path);
        let Some(node) = node else { return Ok(base) };
        let rules = self.leaves(context, node, path)?;
        Ok(Some(base.map_or(rules, |base| merge(self.env.arena, base, rules))))
    }

    fn leaves(
        &self,
        context: &Context<'a>,
        node: &'m Node,
        path: &[Value<'a>],
    ) -> Result<Value<'a>, Box<ferrego_runtime::EvalError>> {
        let mut object = ObjectBuilder::new(self.env.arena);
        for (key, child) in &node.children {
            let key = self.key_value(key);
            let path = longer(path, key);
            let value = match child.group {
                None => Some(self.leaves(context, child, &path)?),
                Some(_) if context.is_replaced(&path) => self.base(context, &path),
                Some(group) => self.whole(context, group)?,
            };
            if let Some(value) = value {
                object.insert(key, value);
            }
        }
        Ok(object.finish())
    }

    /// Returns the value of a rule without parameters.
    pub(super) fn whole(&self, context: &Context<'a>, group: GroupId) -> Lookup<'a> {
        let mut whole = None;
        self.rules(context, &Frame::new(0, None), group, &[], &mut |value| {
            whole = Some(value);
            Ok(Flow::Stop)
        })?;
        Ok(whole)
    }

    /// Returns the base document at `path`, overlaid with the values of modifiers.
    pub(super) fn base(&self, context: &Context<'a>, path: &[Value<'a>]) -> Option<Value<'a>> {
        let over = context
            .overlay
            .and_then(|overlay| path.iter().try_fold(overlay, |value, key| value.get(key)));
        if context.is_replaced(path) {
            return over;
        }
        let stored = self.data.and_then(|data| path.iter().try_fold(data, stored));
        match (over, stored) {
            (Some(over), Some(stored)) => Some(merge(self.env.arena, over, stored)),
            (over, stored) => over.or(stored),
        }
    }
}

/// Returns a path with one more key.
fn longer<'a>(path: &[Value<'a>], key: Value<'a>) -> Values<'a> {
    let mut longer = Values::from_slice(path);
    longer.push(key);
    longer
}

/// Returns a member of a base document. The paths of OPA's store are strings, so the key `1`
/// selects `"1"`, and the index of an array may be a string.
fn stored<'a>(value: Value<'a>, key: &Value<'a>) -> Option<Value<'a>> {
    let text = match key {
        Value::String(text) => (*text).to_owned(),
        Value::Number(_) => key.to_string(),
        _ => return None,
    };
    match value {
        Value::Array(items) => items.get(index_of(&text)?).copied(),
        Value::Object(_) => value.get_str(&text),
        _ => None,
    }
}

/// Parses an array index as OPA's `util.Atoi` does: an optional sign, digits, and optionally a
/// point with zeros.
fn index_of(text: &str) -> Option<usize> {
    const MOST: usize = 19;
    let unsigned = text.trim_start_matches(['+', '-']);
    let signs = text.len() - unsigned.len();
    let is_plain = !unsigned.is_empty() && unsigned.len() <= MOST && signs <= 1;
    let digits = match unsigned.find('.') {
        Some(point) if unsigned[point + 1..].bytes().all(|byte| byte == b'0') => &unsigned[..point],
        Some(_) => return None,
        None => unsigned,
    };
    if !is_plain || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let index = digits.bytes().fold(0_u64, |index, digit| index * 10 + u64::from(digit - b'0'));
    let is_negative = text.starts_with('-') && index > 0;
    usize::try_from(index).ok().filter(|_| !is_negative)
}

fn key_of(key: &Value<'_>) -> Option<Key> {
    match key {
        Value::Null => Some(Key::Null),
        Value::Bool(value) => Some(Key::Bool(*value)),
        Value::Number(_) => Some(Key::Number(key.to_string().into())),
        Value::String(text) => Some(Key::String((*text).into())),
        _ => None,
    }
}
