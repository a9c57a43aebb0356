//! The subset construction, which builds a deterministic automaton. Its states are the sets of
//! graph nodes at which a text can be.

use std::collections::{BTreeSet, HashMap};

use super::graph::{Graph, Id, Node};
use super::{DEAD, FOUND, Machine};

/// The maximum number of entries in a table; the engine handles larger patterns.
const MOST: usize = 8192;

/// The maximum work for one table, as the number of times that a node is followed.
const PATIENCE: usize = 100_000;

/// A set of nodes at which a text can be. Each node is a byte, an end of the text, or the match.
type Set = BTreeSet<Id>;

/// Builds the automaton of a graph. Returns `None` if the automaton is too large.
pub(super) fn machine(graph: &Graph) -> Option<Machine> {
    let (columns, samples) = columns(graph);
    let shift = samples.len().next_power_of_two().trailing_zeros();
    let width = 1 << shift;
    let mut table = Table { graph, known: HashMap::new(), rows: Vec::new() };
    let again = reached(graph, [graph.first], false);
    let first = reached(graph, [graph.first], true);
    // The first state is distinct from all others, because only there the text begins.
    table.rows.push((first.clone(), true));
    let mut next = vec![DEAD; 2 * width];
    let mut ends = vec![false; 2];
    let (mut done, mut followed) = (0, 0);
    while let Some((set, at_start)) = table.rows.get(done).cloned() {
        ends.push(table.ends(&set, at_start));
        for &byte in &samples {
            let moved = set.iter().filter_map(|&id| after(graph, id, byte));
            let mut reached = reached(graph, moved, false);
            reached.extend(&again);
            next.push(table.state(reached, shift)?);
        }
        next.resize((done + 3) * width, DEAD);
        done += 1;
        followed += samples.len() * (set.len() + again.len());
        if next.len() > MOST || followed > PATIENCE {
            return None;
        }
    }
    let start = if first.contains(&0) { FOUND } else { place(0, shift)? };
    let anchored = again.is_empty();
    Some(Machine { columns, next: next.into(), ends: ends.into(), shift, start, anchored })
}

/// Returns the state of a row. Rows follow those of [`DEAD`] and [`FOUND`], at which a run stops.
fn place(row: usize, shift: u32) -> Option<u16> {
    u16::try_from((row + 2) << shift).ok()
}

struct Table<'g> {
    graph: &'g Graph,
    known: HashMap<Set, usize>,
    /// The sets of nodes, each with `true` if the text begins there.
    rows: Vec<(Set, bool)>,
}

impl Table<'_> {
    fn state(&mut self, set: Set, shift: u32) -> Option<u16> {
        if set.contains(&0) {
            return Some(FOUND);
        }
        if set.is_empty() {
            return Some(DEAD);
        }
        if let Some(&row) = self.known.get(&set) {
            return place(row, shift);
        }
        let row = self.rows.len();
        self.rows.push((set.clone(), false));
        self.known.insert(set, row);
        place(row, shift)
    }

    /// Returns `true` if a text that ends here matches.
    fn ends(&self, set: &Set, at_start: bool) -> bool {
        let mut seen = set.clone();
        let mut left: Vec<_> = set.iter().copied().collect();
        while let Some(id) = left.pop() {
            if let Some(Node::End(next)) = self.graph.nodes.get(id) {
                let further = reached(self.graph, [*next], at_start);
                left.extend(further.difference(&seen));
                seen.extend(further);
            }
        }
        seen.contains(&0)
    }
}

/// Returns all nodes that are reachable from `ids` without consuming a byte, before the end of the
/// text.
fn reached(graph: &Graph, ids: impl IntoIterator<Item = Id>, at_start: bool) -> Set {
    let mut seen = BTreeSet::new();
    let mut left: Vec<_> = ids.into_iter().collect();
    while let Some(id) = left.pop() {
        if !seen.insert(id) {
            continue;
        }
        match graph.nodes.get(id) {
            Some(Node::Any(ids)) => left.extend(ids),
            Some(Node::Start(next)) if at_start => left.push(*next),
            _ => {}
        }
    }
    seen.retain(|&id| {
        matches!(graph.nodes.get(id), Some(Node::Match | Node::Byte(..) | Node::End(_)))
    });
    seen
}

/// Returns the node after `id` for a byte, if there is one.
fn after(graph: &Graph, id: Id, byte: u8) -> Option<Id> {
    match graph.nodes.get(id) {
        Some(&Node::Byte(low, high, next)) if (low..=high).contains(&byte) => Some(next),
        _ => None,
    }
}

/// Returns the column of each byte, and one byte of each column. Bytes that no node distinguishes
/// share a column.
fn columns(graph: &Graph) -> (Box<[u8; 256]>, Vec<u8>) {
    let mut begins = [false; 256];
    for node in &graph.nodes {
        if let Node::Byte(low, high, _) = node {
            begins[usize::from(*low)] = true;
            if let Some(begin) = begins.get_mut(usize::from(*high) + 1) {
                *begin = true;
            }
        }
    }
    let mut columns = Box::new([0; 256]);
    let mut samples = vec![0];
    for byte in 1..=u8::MAX {
        if begins[usize::from(byte)] {
            samples.push(byte);
        }
        columns[usize::from(byte)] = u8::try_from(samples.len() - 1).unwrap_or(u8::MAX);
    }
    (columns, samples)
}
