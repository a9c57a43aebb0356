//! Bodies that share loops: all in one pass, or each in a pass of its own.
//!
//! The compiler puts definitions of a set that begin with the same loop into one (`plan::fuse`).
//! Their members then come in another order than one definition after the other gives. Where that
//! could show ([`crate::bags`]), the loop is run once for each of them instead.

use crate::bags::Bags;

/// Which of the bodies that share loops are evaluated in a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn(u32);

impl Turn {
    /// The turn of all bodies.
    const ALL: Self = Self(u32::MAX);

    /// Whether the body of this number, from 0, is evaluated.
    #[inline]
    pub const fn takes(self, body: u32) -> bool {
        self.0 == body || self.0 == Self::ALL.0
    }
}

/// The passes over what bodies share.
#[derive(Debug)]
pub struct Turns {
    next: Option<Turn>,
    count: u32,
}

impl Turns {
    /// The passes for `count` bodies in an evaluation with `bags`: one, unless the order shows.
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
