//! Selection of the branches to evaluate (`ruleIndex.Lookup` of OPA's evaluator).

use ferrego_runtime::Value;

use super::Machine;
use super::context::Context;
use crate::program::{Branch, Condition, Definition, Expected, Group, Head, Key, Subject};

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns the branches of a group whose conditions hold, by definition.
    pub(super) fn candidates(
        &self,
        context: &Context<'a>,
        group: &'m Group,
        arguments: &[Value<'a>],
    ) -> Vec<Vec<&'m Branch>> {
        let of = |definition: &'m Definition| -> Vec<&'m Branch> {
            let branches = definition.branches.iter();
            branches.filter(|branch| self.admits(context, branch, arguments)).collect()
        };
        group.definitions.iter().map(of).collect()
    }

    fn admits(&self, context: &Context<'a>, branch: &Branch, arguments: &[Value<'a>]) -> bool {
        branch.conditions.iter().all(|condition| self.holds_for(context, condition, arguments))
    }

    fn holds_for(
        &self,
        context: &Context<'a>,
        condition: &Condition,
        arguments: &[Value<'a>],
    ) -> bool {
        let path = |keys: &[Key]| -> Vec<Value<'a>> {
            keys.iter().map(|key| self.key_value(key)).collect()
        };
        let value = match &condition.subject {
            Subject::Argument(index) => arguments.get(*index).copied(),
            Subject::Data(keys) => self.base(context, &path(keys)),
            Subject::Input(keys) => context
                .input
                .and_then(|input| path(keys).iter().try_fold(input, |value, key| value.get(key))),
        };
        value.is_some_and(|value| self.is_expected(&condition.expected, value))
    }

    fn is_expected(&self, expected: &Expected, value: Value<'a>) -> bool {
        match (expected, value) {
            (Expected::Defined, _) => true,
            (Expected::Scalar(key), value) => self.key_value(key) == value,
            (Expected::Array(keys), Value::Array(items)) => {
                keys.len() == items.len()
                    && keys.iter().zip(items).all(|(key, item)| {
                        key.as_ref().is_none_or(|key| self.key_value(key) == *item)
                    })
            }
            (Expected::Array(_), _) => false,
        }
    }
}

/// Returns `true` if all branches have the same constant value. The first solution then decides.
pub(super) fn has_one_value(candidates: &[Vec<&Branch>]) -> bool {
    let mut heads = candidates.iter().flatten().map(|branch| match &branch.head {
        Head::Value(term) | Head::Member(term) => term,
    });
    let Some(first) = heads.next() else { return true };
    first.is_constant() && heads.all(|head| head == first)
}
