//! How a policy gets smaller: fewer inputs, no base documents, fewer modules and rules, literals,
//! and terms.

use ferrego_compiler::ast::{HeadKind, Rule};

use super::edit::Edit;
use super::strategy::RandomPolicy;

/// The policies that are one step smaller, those of the largest steps first.
pub fn reductions(policy: &RandomPolicy) -> impl Iterator<Item = RandomPolicy> {
    let single = (0..policy.inputs.len())
        .filter(|_| policy.inputs.len() > 1)
        .map(|index| RandomPolicy { inputs: vec![policy.inputs[index].clone()], ..policy.clone() });
    let without_data = policy.data.iter().map(|_| RandomPolicy { data: None, ..policy.clone() });
    let without_library = (1..policy.modules.len()).map(|index| {
        let mut smaller = policy.clone();
        smaller.modules.remove(index);
        smaller
    });
    let edited = (0..).map_while(|number| {
        let mut smaller = policy.clone();
        Edit::apply(number, &mut smaller.modules).then_some(smaller)
    });
    single.chain(without_data).chain(without_library).chain(edited)
}

/// Whether a rule is a function, which cannot be asked for.
pub(super) fn is_function(rule: &Rule) -> bool {
    matches!(rule.head.kind, HeadKind::Function { .. })
}

/// The smallest policy that `fails`, which is asked for many at once and gives the index of one
/// that fails. At most `rounds` times.
pub fn minimise(
    policy: &RandomPolicy,
    rounds: usize,
    width: usize,
    fails: &mut dyn FnMut(&[RandomPolicy]) -> Option<usize>,
) -> RandomPolicy {
    let mut current = policy.clone();
    let mut skip = 0;
    for _ in 0..rounds {
        let mut candidates: Vec<RandomPolicy> =
            reductions(&current).skip(skip).take(width).collect();
        if candidates.is_empty() {
            break;
        }
        match fails(&candidates) {
            // What failed to reduce before seldom does so afterwards: the search goes on there.
            Some(index) => {
                current = candidates.swap_remove(index);
                skip = (skip + index).saturating_sub(2);
            }
            None => skip += width,
        }
    }
    current
}
