//! The facts about a reference: its values, or the longest part of it that exists.

use ferrego_runtime::Value;

use super::Scene;
use super::facts::Facts;
use super::text::key_text;
use crate::eval::{self, EachValue, Flow};
use crate::explanation::{Definition, Outcome};
use crate::program::{GroupId, Key, Ref, Root, Term};

/// The first values of a reference, and the number of all.
#[derive(Default)]
struct Values<'a> {
    first: Option<Value<'a>>,
    count: usize,
}

impl<'m, 'a> Scene<'_, 'm, 'a> {
    /// Adds the value of a reference, or the reason why it is undefined.
    pub(super) fn reference_facts(&self, reference: &'m Ref, facts: &mut Facts) {
        let length = reference.operands.len();
        let text = self.reference_text(reference, length);
        if let Some(selected) = self.rule_of_reference(reference, facts)
            && selected >= length
        {
            return;
        }
        let values = match self.values_of(reference, length) {
            Ok(values) => values,
            Err(error) => return facts.note(format!("`{text}`: {error}")),
        };
        match (values.first, values.count) {
            (Some(value), 1) => facts.value(text, &value),
            (Some(value), count) => {
                let first = key_text(&value);
                facts.note(format!("`{text}` has {count} values, the first is {first}"));
            }
            (None, _) => facts.note(self.undefined(reference)),
        }
    }

    /// Adds the explanation of the rule that a term refers to.
    pub(super) fn rule_of(&self, term: &'m Term, facts: &mut Facts) {
        if let Term::Ref(reference) = term {
            self.rule_of_reference(reference, facts);
        }
    }

    /// Adds the explanation of the rule that a reference selects: of the member that the next operand
    /// selects, if the rule is partial and the operand has a value. Returns the number of operands
    /// that select the rule and its member.
    fn rule_of_reference(&self, reference: &'m Ref, facts: &mut Facts) -> Option<usize> {
        let (group, length) = self.group_of(reference)?;
        let is_partial = self.explainer.is_partial(group);
        let next = reference.operands.get(length).filter(|_| is_partial);
        let member = next.and_then(|operand| self.machine.plug(self.frame, operand));
        let selected = length + usize::from(member.is_some());
        let name = self.reference_text(reference, selected);
        let depth = self.depth + 1;
        let mut rule = self.explainer.document(self.context, group, member, name, depth);
        let is_held = |one: &Definition| matches!(one.outcome, Outcome::Holds { .. });
        if next.is_some() && member.is_none() && rule.definitions.iter().any(is_held) {
            // The rule has members, but the operand selects others.
            rule.definitions.clear();
        }
        facts.rule(rule);
        Some(selected)
    }

    /// Returns the rule that a reference below `data` selects, and the number of operands that
    /// select it.
    fn group_of(&self, reference: &'m Ref) -> Option<(GroupId, usize)> {
        if reference.root != Root::Data {
            return None;
        }
        let mut node = &self.machine.program.tree;
        let mut path = Vec::new();
        for (length, operand) in (1..).zip(&reference.operands) {
            let key = self.machine.plug(self.frame, operand)?;
            path.push(key);
            if self.context.is_replaced(&path) {
                return None;
            }
            let name = Key::String(key.as_str()?.into());
            node = node.children.get(&name)?;
            if let Some(group) = node.group {
                return Some((group, length));
            }
        }
        None
    }

    /// Returns the values that the first `length` operands of a reference select.
    fn values_of(
        &self,
        reference: &'m Ref,
        length: usize,
    ) -> Result<Values<'a>, Box<ferrego_runtime::EvalError>> {
        let mut values = Values::default();
        self.each_value(reference, length, &mut |value| {
            values.first = values.first.or(Some(value));
            values.count += 1;
            Ok(Flow::Continue)
        })?;
        Ok(values)
    }

    fn each_value(
        &self,
        reference: &'m Ref,
        length: usize,
        each: EachValue<'_, 'a>,
    ) -> eval::Outcome {
        let operands = &reference.operands[..length];
        let start = match reference.root {
            Root::Data => {
                let tree = Some(&self.machine.program.tree);
                return self.machine.document(self.context, self.frame, tree, &[], operands, each);
            }
            Root::Input => self.context.input,
            Root::Var(slot) => self.machine.bound(self.frame, slot),
        };
        match start {
            Some(value) => self.machine.walk(self.frame, value, operands, each),
            None => Ok(Flow::Continue),
        }
    }

    /// Returns the reason why a reference is undefined: its longest part that exists.
    fn undefined(&self, reference: &'m Ref) -> String {
        // The value of a package is expensive, and all operands that select a rule exist.
        let least = self.group_of(reference).map_or(0, |(_, length)| length);
        let exists = |length: &usize| {
            let values = self.values_of(reference, *length);
            values.is_ok_and(|values| values.count > 0)
        };
        let is_document = reference.root == Root::Data && least == 0;
        let shortest = if is_document { 1 } else { least };
        let longest = (shortest..reference.operands.len()).rev().find(exists);
        let Some(length) = longest else {
            let text = self.reference_text(reference, shortest.min(reference.operands.len()));
            return format!("`{text}` is undefined");
        };
        let text = self.reference_text(reference, length);
        let operand = &reference.operands[length];
        let values = self.values_of(reference, length).unwrap_or_default();
        let (Some(value), count) = (values.first, values.count) else {
            return format!("`{text}` is undefined");
        };
        match self.machine.plug(self.frame, operand) {
            _ if value.len().is_none() && count == 1 => {
                format!("`{text}` is {}, which has no members", key_text(&value))
            }
            Some(key) if count > 1 => {
                format!("none of the {count} values of `{text}` has a member {}", key_text(&key))
            }
            Some(key) => format!("`{text}` has no member {}", key_text(&key)),
            None if value.len() == Some(0) => format!("`{text}` is empty"),
            None => format!("no member of `{text}` matches"),
        }
    }
}
