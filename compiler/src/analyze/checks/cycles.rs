//! The cycles of a graph, by Tarjan's algorithm for strongly connected components. The search uses
//! an explicit stack, because a chain of rules can be long.

/// Returns for each vertex the number of its component if the vertex lies on a cycle, else `None`.
/// `edges` lists the successors of each vertex.
pub(crate) fn cyclic_components(edges: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut search = Search {
        edges,
        discovery: vec![None; edges.len()],
        low_link: vec![0; edges.len()],
        stack: Vec::new(),
        on_stack: vec![false; edges.len()],
        visited: 0,
        components: vec![None; edges.len()],
    };
    for start in 0..edges.len() {
        if search.discovery[start].is_none() {
            search.run(start);
        }
    }
    search.components
}

struct Search<'e> {
    edges: &'e [Vec<usize>],
    /// The order of discovery of each vertex.
    discovery: Vec<Option<usize>>,
    /// The smallest discovery number on the stack that each vertex is known to reach.
    low_link: Vec<usize>,
    /// The vertices whose component is not complete.
    stack: Vec<usize>,
    on_stack: Vec<bool>,
    visited: usize,
    components: Vec<Option<usize>>,
}

impl Search<'_> {
    fn run(&mut self, start: usize) {
        self.enter(start);
        // The path from `start`: each vertex with the number of its edges that are done.
        let mut path = vec![(start, 0)];
        while let Some((vertex, done)) = path.last_mut() {
            let vertex = *vertex;
            if let Some(&next) = self.edges[vertex].get(*done) {
                *done += 1;
                match self.discovery[next] {
                    None => {
                        self.enter(next);
                        path.push((next, 0));
                    }
                    Some(when) if self.on_stack[next] => {
                        self.low_link[vertex] = self.low_link[vertex].min(when);
                    }
                    Some(_) => {}
                }
            } else {
                path.pop();
                if let Some((parent, _)) = path.last() {
                    self.low_link[*parent] = self.low_link[*parent].min(self.low_link[vertex]);
                }
                self.leave(vertex);
            }
        }
    }

    fn enter(&mut self, vertex: usize) {
        self.discovery[vertex] = Some(self.visited);
        self.low_link[vertex] = self.visited;
        self.visited += 1;
        self.stack.push(vertex);
        self.on_stack[vertex] = true;
    }

    /// Closes the component whose first vertex is `vertex`, if there is one.
    fn leave(&mut self, vertex: usize) {
        if self.discovery[vertex] != Some(self.low_link[vertex]) {
            return;
        }
        let start = self.stack.iter().rposition(|&other| other == vertex).unwrap_or_default();
        let members = self.stack.split_off(start);
        let is_cycle = members.len() > 1 || self.edges[vertex].contains(&vertex);
        for member in members {
            self.on_stack[member] = false;
            self.components[member] = is_cycle.then_some(vertex);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cyclic_components;

    #[test]
    fn vertices_of_a_cycle_share_a_number() {
        // 0 → 1 → 2 → 1, 2 → 3, 3 → 3, 4 → 0
        let components = cyclic_components(&[vec![1], vec![2], vec![1, 3], vec![3], vec![0]]);
        assert_eq!(components[0], None);
        assert!(components[1].is_some());
        assert_eq!(components[1], components[2]);
        assert!(components[3].is_some());
        assert_ne!(components[3], components[1]);
        assert_eq!(components[4], None);
    }

    #[test]
    fn paths_that_join_again_are_not_a_cycle() {
        assert_eq!(cyclic_components(&[vec![1, 2], vec![3], vec![1, 3], vec![]]), [None; 4]);
        assert_eq!(cyclic_components(&[]), []);
    }

    #[test]
    fn a_long_chain_does_not_overflow_the_stack() {
        let mut edges: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next]).collect();
        edges.push(Vec::new());
        assert!(cyclic_components(&edges).iter().all(Option::is_none));
        edges[100_000].push(0);
        assert!(cyclic_components(&edges).iter().all(|cycle| cycle.is_some() && *cycle == Some(0)));
    }
}
