//! Passes over a loop that several bodies share: one pass for all bodies, or one pass for each.
//!
//! The compiler fuses definitions of a set that begin with the same loop (`passes::fuse_loops`).
//! The members of the set then come in another order than if the definitions run one after the
//! other. If this could change an answer ([`crate::bags`]), the loop runs once for each definition
//! instead.

use crate::bags::Bags;

/// The bodies of a shared loop that a pass evaluates: all of them, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn(u32);

impl Turn {
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
pub struct Turns {
    next: Option<Turn>,
    count: u32,
}

impl Turns {
    /// Creates the passes for `count` bodies: one pass, unless the evaluation keeps the order of
    /// sets.
    #[inline]
    pub(crate) fn new(count: u32, bags: &Bags) -> Self {
        let next = if bags.may_mix() { Turn::ALL } else { Turn(0) };
        Self { next: Some(next), count }
    }
}

impl Iterator for Turns {
    type Item = Turn;

    #[inline]
    fn next(&mut self) -> Option<Turn> {
        let turn = self.next?;
        let following = turn.0.wrapping_add(1);
        self.next = (turn != Turn::ALL && following < self.count).then_some(Turn(following));
        Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bags::Order;

    fn bodies(order: Order) -> Vec<Vec<u32>> {
        let turns = Turns::new(3, &Bags::new(order));
        turns.map(|turn| (0..3).filter(|&body| turn.takes(body)).collect()).collect()
    }

    #[test]
    fn one_pass_serves_all_bodies_unless_their_order_shows() {
        assert_eq!(bodies(Order::Any), [vec![0, 1, 2]]);
        assert_eq!(bodies(Order::Sorted), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn what_stops_in_a_shared_pass_is_repeated() {
        let bags = Bags::new(Order::Any);
        assert!(!bags.must_repeat(true));
        assert_eq!(Turns::new(2, &bags).count(), 1);
        assert!(bags.must_repeat(true));
        assert!(!bags.must_repeat(false));
    }
}
