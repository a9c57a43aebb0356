//! Stage `CheckRecursion`: no rule depends on itself.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::analyze::checks::check_rule_conflicts::full_path;
use crate::analyze::checks::cycles::cyclic_components;
use crate::analyze::messages;
use crate::analyze::names::rule_tree::{RulePosition, RuleTree};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::equality;
use crate::analyze::working_ast::symbols::DATA;
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::analyze::working_ast::{Branch, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::Span;

/// A branch of a rule: the rule's position and the branch's index.
type Vertex = (RulePosition, usize);

/// Reports each branch that depends on itself through a path of references.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let graph = Graph::of(unit);
    let mut errors = Diagnostics::default();
    for (number, &(position, index)) in graph.vertices.iter().enumerate() {
        let Some(path) = graph.shortest_cycle(number) else { continue };
        let rule = &unit.modules[position.module].rules[position.rule];
        let span = rule.branches.get(index).map_or(rule.span, |branch| branch.span);
        let names: Vec<String> =
            path.iter().map(|&number| full_path(unit, graph.vertices[number].0)).collect();
        let reference = path.get(1).and_then(|next| graph.references[number].get(next));
        let reference = reference.copied().unwrap_or(span);
        errors.push(messages::recursive(span, &full_path(unit, position), &names, reference));
    }
    unit.errors.0.append(&mut errors.0);
}

struct Graph {
    /// All vertices, in order.
    vertices: Vec<Vertex>,
    /// The numbers of the vertices that each vertex refers to.
    edges: Vec<Vec<usize>>,
    /// The place of the first reference of each vertex to each of these.
    references: Vec<BTreeMap<usize, Span>>,
    /// The cycle that each vertex is part of.
    cycles: Vec<Option<usize>>,
}

impl Graph {
    fn of(unit: &Unit<'_>) -> Self {
        let mut graph = BTreeMap::new();
        for (module_index, module) in unit.modules.iter().enumerate() {
            for (rule_index, rule) in module.rules.iter().enumerate() {
                for (index, branch) in rule.branches.iter().enumerate() {
                    let position = RulePosition { module: module_index, rule: rule_index };
                    graph.insert((position, index), dependencies(branch, unit));
                }
            }
        }
        let numbers: BTreeMap<Vertex, usize> = graph.keys().copied().zip(0..).collect();
        let numbered = |needed: &BTreeMap<Vertex, Span>| {
            let known = needed.iter().map(|(vertex, &place)| (numbers.get(vertex), place));
            known.filter_map(|(number, place)| Some((*number?, place))).collect()
        };
        let references: Vec<BTreeMap<usize, Span>> = graph.values().map(numbered).collect();
        let edges: Vec<Vec<usize>> =
            references.iter().map(|needed| needed.keys().copied().collect()).collect();
        let cycles = cyclic_components(&edges);
        Self { vertices: graph.into_keys().collect(), cycles, references, edges }
    }

    /// Returns the shortest path from `start` back to `start`, including both ends. The path stays
    /// within the cycles that `start` is part of.
    fn shortest_cycle(&self, start: usize) -> Option<Vec<usize>> {
        let cycle = self.cycles[start]?;
        let mut predecessors = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(vertex) = queue.pop_front() {
            for &next in &self.edges[vertex] {
                if next == start {
                    return Some(cycle_through(vertex, start, &predecessors));
                }
                if self.cycles[next] == Some(cycle)
                    && let Entry::Vacant(entry) = predecessors.entry(next)
                {
                    entry.insert(vertex);
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

/// Returns the branches that a branch refers to, each with the place of the first reference.
fn dependencies(branch: &Branch, unit: &Unit<'_>) -> BTreeMap<Vertex, Span> {
    let mut positions: BTreeMap<RulePosition, Span> = BTreeMap::new();
    walk_branch(branch, &mut |node| {
        if let Node::Term(Term { kind: TermKind::Ref(terms), span }) = node
            && let Some((head, operands)) = terms.split_first()
            && head.as_var() == Some(DATA)
        {
            let mut found = BTreeSet::new();
            collect_referenced(&unit.tree, operands, &mut found);
            found.retain(|&position| may_intersect(unit, position, operands));
            for position in found {
                positions.entry(position).or_insert(*span);
            }
        }
        Descend::Yes
    });
    let vertices = positions.into_iter().flat_map(|(position, place)| {
        let rule =
            unit.modules.get(position.module).and_then(|module| module.rules.get(position.rule));
        let branches = 0..rule.map_or(0, |rule| rule.branches.len());
        branches.map(move |index| ((position, index), place))
    });
    vertices.collect()
}

/// Returns `true` if a reference with `operands` may select a part of the rule at `position`
/// (`refsMayIntersect`). The tree files rules under the constant prefix of their references, so a
/// lookup finds `p[x].a` and `p[x].b` together.
fn may_intersect(unit: &Unit<'_>, position: RulePosition, operands: &[Term]) -> bool {
    let Some(module) = unit.modules.get(position.module) else { return true };
    let head = module.rules.get(position.rule).and_then(|rule| rule.branches.first());
    let Some(Branch { head, .. }) = head else { return true };
    let own = head.reference.iter().skip(1);
    operands.iter().skip(module.package.len() + 1).zip(own).all(|(operand, own)| {
        !operand.is_constant() || !own.is_constant() || equality::term(operand, own)
    })
}

/// Adds the rules that a reference may denote (`GetRulesDynamicWithOpts`).
fn collect_referenced(node: &RuleTree, operands: &[Term], positions: &mut BTreeSet<RulePosition>) {
    let add = |node: &RuleTree, positions: &mut BTreeSet<RulePosition>| {
        positions.extend(node.rules.iter().map(|&(position, _)| position));
    };
    match operands.split_first() {
        None => node.depth_first(&mut |below| add(below, positions)),
        Some((operand, rest)) if operand.is_constant() => {
            if let Some(child) = node.child(operand) {
                add(child, positions);
                collect_referenced(child, rest, positions);
            }
        }
        Some((_, rest)) => {
            for child in node.children.values() {
                add(child, positions);
                collect_referenced(child, rest, positions);
            }
        }
    }
}

fn cycle_through(last: usize, start: usize, predecessors: &BTreeMap<usize, usize>) -> Vec<usize> {
    let mut path = vec![start];
    let mut vertex = last;
    while vertex != start {
        path.push(vertex);
        let Some(&previous) = predecessors.get(&vertex) else { break };
        vertex = previous;
    }
    path.push(start);
    path.reverse();
    path
}
