//! The tree of places, and the projection computed from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Analysis, MAX_DEPTH, Node, Place, Places};
use crate::ir::Projection;

impl Analysis<'_> {
    pub(super) fn member(&mut self, places: &Places, key: &Arc<str>) -> Places {
        self.below(places, |node, next| *node.members.entry(key.clone()).or_insert(next))
    }

    /// Returns the places of the items, and of the members with unknown keys.
    pub(super) fn others(&mut self, places: &Places) -> Places {
        self.below(places, |node, next| *node.others.get_or_insert(next))
    }

    /// Returns the places below `places` that `find` selects; `find` receives the index for a new
    /// node.
    pub(super) fn below(
        &mut self,
        places: &Places,
        find: impl Fn(&mut Node, Place) -> Place,
    ) -> Places {
        let mut found = Places::new();
        for &place in places {
            let next = self.nodes.len();
            let depth = self.nodes[place].depth + 1;
            if depth > MAX_DEPTH {
                self.nodes[place].whole = true;
                continue;
            }
            let below = find(&mut self.nodes[place], next);
            if below == next {
                self.nodes.push(Node { depth, ..Node::default() });
            }
            found.insert(below);
        }
        found
    }

    pub(super) fn keep(&mut self, places: &Places) {
        for &place in places {
            self.nodes[place].whole = true;
        }
    }

    /// Returns the projection of a place, merged with those of the places `also`.
    pub(super) fn demand(&self, place: Place, also: &[Place]) -> Projection {
        let places: Vec<Place> = also.iter().copied().chain([place]).collect();
        if places.iter().any(|&place| self.nodes[place].whole) {
            return Projection::default();
        }
        let nodes = || places.iter().map(|&place| &self.nodes[place]);
        let others: Vec<Place> = nodes().filter_map(|node| node.others).collect();
        let keys: BTreeSet<&Arc<str>> = nodes().flat_map(|node| node.members.keys()).collect();
        let members = keys.into_iter().map(|key| {
            let below = nodes().filter_map(|node| node.members.get(key)).chain(&others);
            (key.clone(), self.joined(&below.copied().collect::<Vec<_>>()))
        });
        let members = members.collect();
        let others = (!others.is_empty()).then(|| Box::new(self.joined(&others)));
        Projection { whole: false, members, others }
    }

    pub(super) fn joined(&self, places: &[Place]) -> Projection {
        match places {
            [place, also @ ..] => self.demand(*place, also),
            [] => Projection::NONE,
        }
    }
}
