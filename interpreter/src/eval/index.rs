//! Selection of the branches to evaluate (`ruleIndex.Lookup` of OPA's evaluator).

use ferrego_runtime::Value;

use smallvec::SmallVec;

use super::context::Context;
use super::{Machine, Values};
use crate::program::{Branch, Condition, Definition, Expected, Group, Head, Subject};

/// The branches of a group that are evaluated, by definition.
pub(super) type Candidates<'m> = SmallVec<[SmallVec<[&'m Branch; 1]>; 4]>;

impl<'m, 'a> Machine<'m, 'a> {
    /// Returns the branches of a group whose conditions hold, by definition.
    pub(super) fn candidates(
        &self,
        context: &Context<'a>,
        group: &'m Group,
        arguments: &[Value<'a>],
    ) -> Candidates<'m> {
        let of = |definition: &'m Definition| -> SmallVec<[&'m Branch; 1]> {
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
        let value = match &condition.subject {
            Subject::Argument(index) => arguments.get(*index).copied(),
            Subject::Data(keys) => {
                let path: Values<'a> = keys.iter().map(|key| self.key_value(key)).collect();
                self.base(context, &path)
            }
            Subject::Input(keys) => context.input.and_then(|input| {
                keys.iter().try_fold(input, |value, key| self.member(value, key))
            }),
        };
        value.is_some_and(|value| self.is_expected(&condition.expected, value))
    }

    fn is_expected(&self, expected: &Expected, value: Value<'a>) -> bool {
        match (expected, value) {
            (Expected::Defined, _) => true,
            (Expected::Scalar(key), value) => self.is_key(key, value),
            (Expected::Array(keys), Value::Array(items)) => {
                keys.len() == items.len()
                    && keys
                        .iter()
                        .zip(items)
                        .all(|(key, item)| key.as_ref().is_none_or(|key| self.is_key(key, *item)))
            }
            (Expected::Array(_), _) => false,
        }
    }
}

/// Returns `true` if all branches have the same constant value. The first solution then decides.
pub(super) fn has_one_value(candidates: &Candidates<'_>) -> bool {
    let mut heads = candidates.iter().flatten().map(|branch| match &branch.head {
        Head::Value(term) | Head::Member(term) => term,
    });
    let Some(first) = heads.next() else { return true };
    first.is_constant() && heads.all(|head| head == first)
}
