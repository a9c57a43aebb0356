//! The proptest strategy: a policy with its inputs, and its simplification.

use ferrego_compiler::source::RegoVersion;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::document::{Faults, json};
use super::module;
use super::policy::RandomPolicy;
use super::reduce::reductions;
use super::schema::{INPUT, INVENTORY};
use super::writer::{Style, Writer};
use crate::draw::Draw;

/// Returns a strategy for policies with `inputs` inputs each.
pub fn policies(inputs: usize) -> RandomPolicies {
    RandomPolicies { inputs }
}

/// A strategy for [`RandomPolicy`]s.
#[derive(Clone, Copy, Debug)]
pub struct RandomPolicies {
    inputs: usize,
}

impl Strategy for RandomPolicies {
    type Tree = RandomTree;
    type Value = RandomPolicy;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(RandomTree::new(policy(Draw::proptest(runner.new_rng()), self.inputs)))
    }
}

/// Draws a policy with `inputs` inputs.
pub fn policy(mut draw: Draw, inputs: usize) -> RandomPolicy {
    let style = draw.weighted(&[
        (50, Style::Classic),
        (15, Style::Keywords),
        (5, Style::ImportsV1),
        (30, Style::V1),
    ]);
    let mut writer = Writer::new(draw, style);
    let modules = module::modules(&mut writer);
    let draw = &mut writer.draw;
    let inputs = (0..inputs).map(|index| json(draw, &INPUT, faults(index))).collect();
    let inventory = Faults { missing: 10, wrong: 1 };
    let data =
        draw.chance(80).then(|| format!("{{\"inventory\":{}}}", json(draw, &INVENTORY, inventory)));
    let version = if style == Style::V1 { RegoVersion::V1 } else { RegoVersion::V0 };
    RandomPolicy { version, modules, inputs, data }
}

/// Returns the faults of the input at `index`. Some inputs have no faults, most have a few, and
/// some have many.
fn faults(index: usize) -> Faults {
    match index % 4 {
        0 => Faults { missing: 0, wrong: 0 },
        1 => Faults { missing: 8, wrong: 1 },
        2 => Faults { missing: 15, wrong: 3 },
        _ => Faults { missing: 35, wrong: 8 },
    }
}

/// A policy, and the smaller policies that are still to be tried.
#[derive(Clone, Debug)]
pub struct RandomTree {
    current: RandomPolicy,
    before: Option<RandomPolicy>,
    /// The index of the reduction that is tried next.
    next: usize,
}

impl RandomTree {
    fn new(policy: RandomPolicy) -> Self {
        Self { current: policy, before: None, next: 0 }
    }
}

impl ValueTree for RandomTree {
    type Value = RandomPolicy;

    fn current(&self) -> RandomPolicy {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        // The policy that was tried last still fails, so the search starts again from it.
        if self.before.take().is_some() {
            self.next = 0;
        }
        self.try_next()
    }

    fn complicate(&mut self) -> bool {
        let Some(before) = self.before.take() else { return false };
        self.current = before;
        self.next += 1;
        // If no reduction is left, the policy that failed last stays.
        self.try_next();
        true
    }
}

impl RandomTree {
    fn try_next(&mut self) -> bool {
        let Some(smaller) = reductions(&self.current).nth(self.next) else {
            return false;
        };
        self.before = Some(std::mem::replace(&mut self.current, smaller));
        true
    }
}
