//! `graph.reachable` and `graph.reachable_paths` (OPA's `topdown/reachable.go`). A graph is an
//! object that maps nodes to arrays or sets of their neighbors.

use std::collections::{BTreeSet, VecDeque};

use super::operand;
use super::row::{Builtin, row};
use crate::budget::{MEMBERS, searched};
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::{Object, Value};

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(graph::reachable, "graph.reachable", "(object[any: any<set[any], array[any]>], any<set[any], array[any]>) => set[any]", effect: Any, cost: Expensive),
    row!(graph::reachable_paths, "graph.reachable_paths", "(object[any: any<set[any], array[any]>], any<set[any], array[any]>) => set[array[any]]", effect: Any, cost: Expensive),
];

/// Implements `graph.reachable(graph, initial)`, the set of the nodes of the graph that can be
/// reached, including the initial nodes.
pub fn reachable<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (graph, initial) = graph_and_start(env, operands)?;
    let mut queue: VecDeque<Value<'a>> = initial.iter().copied().collect();
    let mut reached = BTreeSet::new();
    while let Some(node) = queue.pop_front() {
        env.charge(1)?;
        let Some(edges) = graph.get(&node) else { continue };
        if reached.insert(node) {
            queue.extend(vertices(edges).iter().filter(|next| !reached.contains(next)));
        }
    }
    let mut nodes = SetBuilder::new(env.arena);
    for node in reached {
        nodes.insert(node);
    }
    Ok(Some(nodes.finish()))
}

/// Implements `graph.reachable_paths(graph, initial)`, the set of the paths from the initial nodes.
/// A path ends at a node without neighbors, before a node that is not in the graph, or before a
/// node that it already contains.
pub fn reachable_paths<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (graph, initial) = graph_and_start(env, operands)?;
    let mut paths = SetBuilder::new(env.arena);
    // The steps still to take: a path so far and the next node. A worklist instead of recursion, so
    // that a long path in the input cannot exhaust the stack.
    let mut steps: Vec<(&'a [Value<'a>], Value<'a>)> = Vec::new();
    for node in searched(initial) {
        let Some(edges) = graph.get(node) else { continue };
        let path = env.arena.slice(&[*node]);
        if vertices(edges).is_empty() {
            paths.insert(Value::Array(path));
        }
        // OPA checks for cycles only from here on, so a loop at the first node appears twice.
        steps.extend(vertices(edges).iter().map(|next| (path, *next)));
    }
    while let Some((path, node)) = steps.pop() {
        env.charge(path.len())?;
        let Some(edges) = graph.get(&node) else {
            paths.insert(Value::Array(path));
            continue;
        };
        let mut longer = env.arena.vec_with_capacity(path.len() + 1);
        longer.extend_from_slice_copy(path);
        longer.push(node);
        let path = longer.into_bump_slice();
        let neighbors = vertices(edges);
        env.charge(path.len().saturating_mul(neighbors.len() / MEMBERS))?;
        if neighbors.is_empty() || neighbors.iter().any(|next| path.contains(next)) {
            paths.insert(Value::Array(path));
        }
        let onward = neighbors.iter().filter(|next| !path.contains(next));
        let before = steps.len();
        steps.extend(onward.map(|next| (path, *next)));
        env.arena.hold(size_of_val(&steps[before..]));
    }
    Ok(Some(paths.finish()))
}

fn graph_and_start<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
) -> Result<(Object<'a>, &'a [Value<'a>]), BuiltinError<'a>> {
    let graph = operand::object(env, operands, 1)?;
    let initial = operand::elements(env, operands, 2, "{array, set}")?;
    Ok((graph, initial))
}

/// Returns the members of an array or a set, or no members for any other value.
fn vertices(edges: Value<'_>) -> &[Value<'_>] {
    match edges {
        Value::Array(items) => items,
        Value::Set(set) => set.members(),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::ObjectBuilder;
    use crate::env::NoHost;

    /// Returns the answers for the graph `edges` from the nodes `initial`. Each node is a letter
    /// and maps to the letters of its neighbors. A path in a set of paths appears as a word.
    fn words(edges: &[(&str, &str)], initial: &str, paths: bool) -> Vec<String> {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let array = |text: &str| {
            let letters: Vec<Value<'_>> = text
                .chars()
                .map(|letter| Value::String(arena.format(format_args!("{letter}"))))
                .collect();
            arena.array(&letters)
        };
        let mut graph = ObjectBuilder::new(&arena);
        for (node, neighbors) in edges {
            graph.insert(Value::String(arena.string(node)), array(neighbors));
        }
        let operands = [graph.finish(), array(initial)];
        let function = if paths { reachable_paths } else { reachable };
        let Ok(Some(Value::Set(set))) = function(&env, &operands) else {
            return vec![String::from("no set")];
        };
        let word = |member: &Value<'_>| match member {
            Value::Array(letters) => letters.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        set.members().iter().map(word).collect()
    }

    const GRAPH: &[(&str, &str)] = &[("a", "bc"), ("b", "d"), ("c", "dx"), ("d", ""), ("e", "ae")];

    #[test]
    fn nodes() {
        assert_eq!(words(GRAPH, "a", false), ["a", "b", "c", "d"]);
        assert_eq!(words(GRAPH, "ex", false), ["a", "b", "c", "d", "e"]);
        assert_eq!(words(GRAPH, "", false), Vec::<String>::new());
    }

    #[test]
    fn paths() {
        assert_eq!(words(GRAPH, "a", true), ["abd", "ac", "acd"]);
        assert_eq!(words(GRAPH, "d", true), ["d"]);
        assert_eq!(words(GRAPH, "x", true), Vec::<String>::new());
        assert_eq!(words(&[("a", "a")], "a", true), ["aa"]);
        assert_eq!(words(&[("a", "b"), ("b", "a")], "a", true), ["ab"]);
    }

    #[test]
    fn operands_of_other_types() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let error = reachable(&env, &[Value::EMPTY_OBJECT, Value::Null]).expect_err("null");
        assert_eq!(error.message, "operand 2 must be {array, set} but got null");
    }
}
