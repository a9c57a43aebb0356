//! The cycles of a graph, by Tarjan's strongly connected components. The search uses an explicit
//! stack, because a chain of rules can be long.

/// Returns for each vertex the number of its component if the vertex lies on a cycle, else `None`.
/// `edges` lists the successors of each vertex.
pub(crate) fn cycles(edges: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut search = Search {
        edges,
        found: vec![None; edges.len()],
        lowest: vec![0; edges.len()],
        open: Vec::new(),
        is_open: vec![false; edges.len()],
        visited: 0,
        cycles: vec![None; edges.len()],
    };
    for start in 0..edges.len() {
        if search.found[start].is_none() {
            search.run(start);
        }
    }
    search.cycles
}

struct Search<'e> {
    edges: &'e [Vec<usize>],
    /// The order of discovery of each vertex.
    found: Vec<Option<usize>>,
    /// The smallest discovery number of the open vertices that each vertex is known to reach.
    lowest: Vec<usize>,
    /// The vertices whose component is not complete.
    open: Vec<usize>,
    is_open: Vec<bool>,
    visited: usize,
    cycles: Vec<Option<usize>>,
}

impl Search<'_> {
    fn run(&mut self, start: usize) {
        self.enter(start);
        // The path from `start`: each vertex with the number of its edges that are done.
        let mut way = vec![(start, 0)];
        while let Some((vertex, done)) = way.last_mut() {
            let vertex = *vertex;
            if let Some(&next) = self.edges[vertex].get(*done) {
                *done += 1;
                match self.found[next] {
                    None => {
                        self.enter(next);
                        way.push((next, 0));
                    }
                    Some(when) if self.is_open[next] => {
                        self.lowest[vertex] = self.lowest[vertex].min(when);
                    }
                    Some(_) => {}
                }
            } else {
                way.pop();
                if let Some((parent, _)) = way.last() {
                    self.lowest[*parent] = self.lowest[*parent].min(self.lowest[vertex]);
                }
                self.leave(vertex);
            }
        }
    }

    fn enter(&mut self, vertex: usize) {
        self.found[vertex] = Some(self.visited);
        self.lowest[vertex] = self.visited;
        self.visited += 1;
        self.open.push(vertex);
        self.is_open[vertex] = true;
    }

    /// Closes the component whose first vertex is `vertex`, if there is one.
    fn leave(&mut self, vertex: usize) {
        if self.found[vertex] != Some(self.lowest[vertex]) {
            return;
        }
        let start = self.open.iter().rposition(|&open| open == vertex).unwrap_or_default();
        let members = self.open.split_off(start);
        let is_cycle = members.len() > 1 || self.edges[vertex].contains(&vertex);
        for member in members {
            self.is_open[member] = false;
            self.cycles[member] = is_cycle.then_some(vertex);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn vertices_of_one_cycle_have_one_number() {
        // 0 → 1 → 2 → 1, 2 → 3, 3 → 3, 4 → 0
        let found = cycles(&[vec![1], vec![2], vec![1, 3], vec![3], vec![0]]);
        assert_eq!(found[0], None);
        assert!(found[1].is_some());
        assert_eq!(found[1], found[2]);
        assert!(found[3].is_some());
        assert_ne!(found[3], found[1]);
        assert_eq!(found[4], None);
    }

    #[test]
    fn crossing_ways_are_no_cycle() {
        assert_eq!(cycles(&[vec![1, 2], vec![3], vec![1, 3], vec![]]), [None; 4]);
        assert_eq!(cycles(&[]), []);
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let mut edges: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next]).collect();
        edges.push(Vec::new());
        assert!(cycles(&edges).iter().all(Option::is_none));
        edges[100_000].push(0);
        assert!(cycles(&edges).iter().all(|cycle| cycle.is_some() && *cycle == Some(0)));
    }
}
