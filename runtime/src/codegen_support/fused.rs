//! Passes over a loop that several bodies share: one pass for all bodies, or one pass for each.
//!
//! The compiler fuses definitions of a set that begin with the same loop (`passes::fuse_loops`).
//! The members of the set then come in another order than if the definitions run one after the
//! other. If this could change an answer ([`crate::codegen_support::multiset`]), the loop runs once for each definition
//! instead.

use crate::codegen_support::multiset_order::Multisets;

/// The bodies of a shared loop that a pass evaluates: all of them, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FusedPass(u32);

impl FusedPass {
    /// The pass that evaluates all bodies.
    const ALL: Self = Self(u32::MAX);

    /// Returns `true` if the pass evaluates body number `body`, from 0.
    #[inline]
    pub const fn takes(self, body: u32) -> bool {
        self.0 == body || self.0 == Self::ALL.0
    }
}

/// An iterator over the passes of a shared loop.
#[derive(Debug)]
pub struct FusedPasses {
    next: Option<FusedPass>,
    count: u32,
}

impl FusedPasses {
    /// Creates the passes for `count` bodies: one pass, unless the evaluation keeps the order of
    /// sets.
    #[inline]
    pub(crate) fn new(count: u32, multisets: &Multisets) -> Self {
        let next = if multisets.may_mix() { FusedPass::ALL } else { FusedPass(0) };
        Self { next: Some(next), count }
    }
}

impl Iterator for FusedPasses {
    type Item = FusedPass;

    #[inline]
    fn next(&mut self) -> Option<FusedPass> {
        let turn = self.next?;
        let following = turn.0.wrapping_add(1);
        self.next =
            (turn != FusedPass::ALL && following < self.count).then_some(FusedPass(following));
        Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen_support::multiset_order::Order;

    fn bodies(order: Order) -> Vec<Vec<u32>> {
        let turns = FusedPasses::new(3, &Multisets::new(order));
        turns.map(|turn| (0..3).filter(|&body| turn.takes(body)).collect()).collect()
    }

    #[test]
    fn one_pass_serves_all_bodies_unless_their_order_shows() {
        assert_eq!(bodies(Order::Any), [vec![0, 1, 2]]);
        assert_eq!(bodies(Order::Sorted), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn what_stops_in_a_shared_pass_is_repeated() {
        let multisets = Multisets::new(Order::Any);
        assert!(!multisets.must_repeat(true));
        assert_eq!(FusedPasses::new(2, &multisets).count(), 1);
        assert!(multisets.must_repeat(true));
        assert!(!multisets.must_repeat(false));
    }
}
