//! The order of the findings of a verdict.

use std::cmp::Ordering::{self, Equal};
use std::{array, ptr};

use ferrego_runtime::Arena;

use super::verdict::Finding;

/// Sorts the findings in Gatekeeper's order: by enforcement action, then by message. The other
/// fields make the order deterministic.
pub(super) fn sorted<'a>(arena: &'a Arena, findings: &'a [Finding<'a>]) -> &'a [Finding<'a>] {
    if findings.len() < 2 {
        return findings;
    }
    // A finding is large, so the sort moves references.
    let mut places = arena.vec_with_capacity(findings.len());
    places.extend(findings.iter().map(|finding| (beginning(finding.msg), finding)));
    places.sort_unstable_by(|(first, a), (other, b)| {
        let action = if ptr::eq(a.action, b.action) { Equal } else { a.action.cmp(b.action) };
        let messages = action.then(first.cmp(other));
        messages.then_with(|| compare(a, b))
    });
    arena.slice_with(places.len(), |place| *places[place].1)
}

/// Compares findings with the same action.
fn compare(a: &Finding<'_>, b: &Finding<'_>) -> Ordering {
    let messages = a.msg.cmp(b.msg);
    let constraints = messages.then_with(|| a.constraint.cmp(&b.constraint));
    constraints.then_with(|| a.details.cmp(&b.details))
}

/// Returns the first bytes of a text as a number. If the numbers of two texts differ, the texts
/// compare like the numbers.
fn beginning(text: &str) -> u64 {
    let first = text.as_bytes().first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = text.bytes();
        array::from_fn(|_| bytes.next().unwrap_or_default())
    });
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::Value;
    use proptest::prelude::*;

    use super::*;
    use crate::policy_set::{Cause, ConstraintId};

    fn finding<'a>(action: &'a str, msg: &'a str, name: &'a str, detail: i64) -> Finding<'a> {
        let constraint = ConstraintId { kind: "K", name };
        let details = Value::int(detail);
        Finding { msg, details, constraint, action, scoped_actions: &[], cause: Cause::Violation }
    }

    proptest! {
        #[test]
        fn findings_stand_by_action_and_message(
            all in proptest::collection::vec(
                ("deny|denying-[ab]", "[ab\u{0}é]{0,2}|message[ab]{0,3}", "[ab]", 0..2_i64), 0..30,
            ),
        ) {
            let arena = Arena::new();
            let findings = all.iter().map(|(action, msg, name, detail)| {
                let action = if action == "deny" { "deny" } else { action };
                finding(action, msg, name, *detail)
            });
            let findings: Vec<_> = findings.collect();
            let mut expected = findings.clone();
            expected.sort_by_key(|one| (one.action, one.msg, one.constraint, one.details));
            prop_assert_eq!(sorted(&arena, &findings), &expected[..]);
        }
    }
}
