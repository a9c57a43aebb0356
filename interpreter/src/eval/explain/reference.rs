//! The facts about a reference: its values, or the longest part of it that exists.

use ferrego_runtime::Value;

use super::Scene;
use super::facts::Facts;
use super::rule::Selection;
use super::text::key_text;
use crate::eval::{EachValue, Flow, Outcome};
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
        let pairs = |head| next.map_or_else(Vec::new, |operand| self.known_parts(head, operand));
        let known = next.into_iter().flat_map(&pairs).map(|(_, value)| value).collect();
        let selection = Selection { member, pairs: &pairs, known };
        let depth = self.depth + 1;
        facts.rule(self.explainer.document(self.context, group, selection, name, depth));
        Some(selected)
    }

    /// Returns the parts of a head that the parts of an operand with values must equal. For example,
    /// the head `{"msg": m, "field": f}` and the operand `{"msg": msg, "field": "x"}` give `f` and
    /// `"x"` if `msg` is free.
    fn known_parts(&self, head: &'m Term, operand: &'m Term) -> Vec<(&'m Term, Value<'a>)> {
        if let Some(value) = self.machine.plug(self.frame, operand) {
            return vec![(head, value)];
        }
        match (head, operand) {
            (Term::Object(heads), Term::Object(operands)) => {
                let own =
                    |key: &Term| heads.iter().find(|(own, _)| own == key && key.is_constant());
                let parts = operands.iter().filter_map(|(key, value)| Some((&own(key)?.1, value)));
                parts.flat_map(|(head, operand)| self.known_parts(head, operand)).collect()
            }
            (Term::Array(heads), Term::Array(operands)) if heads.len() == operands.len() => heads
                .iter()
                .zip(operands)
                .flat_map(|(head, operand)| self.known_parts(head, operand))
                .collect(),
            _ => Vec::new(),
        }
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

    fn each_value(&self, reference: &'m Ref, length: usize, each: EachValue<'_, 'a>) -> Outcome {
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
