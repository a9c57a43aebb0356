//! Reductions of a policy: fewer inputs, no base documents, fewer modules, rules and literals, and
//! smaller terms.

use super::edit::Edit;
use super::policy::RandomPolicy;

/// Returns the policies that are one step smaller. The largest steps come first.
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

/// Returns the smallest policy that fails. `fails` receives many policies at once, and returns the
/// index of one that fails. It is called at most `rounds` times.
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
            // A reduction that did not fail before rarely fails afterwards, so the search continues
            // from here.
            Some(index) => {
                current = candidates.swap_remove(index);
                skip = (skip + index).saturating_sub(2);
            }
            None => skip += width,
        }
    }
    current
}
