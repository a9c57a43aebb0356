//! Stage `CheckRecursion`: no rule needs itself.

use std::collections::{BTreeMap, BTreeSet};

use super::conflicts::full_path;
use super::messages;
use super::paths::{Place, RuleTree};
use super::symbols::DATA;
use super::tree::{Branch, Term, TermKind};
use super::unit::Unit;
use super::walk::{Descend, Node, walk_branch};
use crate::diagnostics::Diagnostics;

/// A branch of a rule: the rule's place and the branch's index.
type Vertex = (Place, usize);

/// Reports each branch from which a way of references leads back to it.
pub(super) fn run(unit: &mut Unit<'_>) {
    let graph = graph(unit);
    let mut errors = Diagnostics::default();
    for &vertex in graph.keys() {
        let Some(path) = way_back(&graph, vertex) else { continue };
        let (place, index) = vertex;
        let rule = &unit.modules[place.module].rules[place.rule];
        let span = rule.branches.get(index).map_or(rule.span, |branch| branch.span);
        let names: Vec<String> = path.iter().map(|&(place, _)| full_path(unit, place)).collect();
        errors.push(messages::recursive(span, &full_path(unit, place), &names));
    }
    unit.errors.0.append(&mut errors.0);
}

type Graph = BTreeMap<Vertex, BTreeSet<Vertex>>;

fn graph(unit: &Unit<'_>) -> Graph {
    let mut graph = Graph::new();
    for (module_index, module) in unit.modules.iter().enumerate() {
        for (rule_index, rule) in module.rules.iter().enumerate() {
            for (index, branch) in rule.branches.iter().enumerate() {
                let place = Place { module: module_index, rule: rule_index };
                graph.insert((place, index), dependencies(branch, unit));
            }
        }
    }
    graph
}

fn dependencies(branch: &Branch, unit: &Unit<'_>) -> BTreeSet<Vertex> {
    let mut places = BTreeSet::new();
    walk_branch(branch, &mut |node| {
        if let Node::Term(Term { kind: TermKind::Ref(terms), .. }) = node
            && let Some((head, operands)) = terms.split_first()
            && head.as_var() == Some(DATA)
        {
            referenced(&unit.tree, operands, &mut places);
        }
        Descend::Yes
    });
    let vertices = places.into_iter().flat_map(|place: Place| {
        let rule = unit.modules.get(place.module).and_then(|module| module.rules.get(place.rule));
        (0..rule.map_or(0, |rule| rule.branches.len())).map(move |index| (place, index))
    });
    vertices.collect()
}

/// The rules that a reference may mean (`GetRulesDynamicWithOpts`).
fn referenced(node: &RuleTree, operands: &[Term], places: &mut BTreeSet<Place>) {
    let add = |node: &RuleTree, places: &mut BTreeSet<Place>| {
        places.extend(node.rules.iter().map(|&(place, _)| place));
    };
    match operands.split_first() {
        None => node.depth_first(&mut |below| add(below, places)),
        Some((operand, rest)) if operand.is_constant() => {
            if let Some(child) = node.child(operand) {
                add(child, places);
                referenced(child, rest, places);
            }
        }
        Some((_, rest)) => {
            for child in node.children.values() {
                add(child, places);
                referenced(child, rest, places);
            }
        }
    }
}

/// A way from `start` back to it, both ends included.
fn way_back(graph: &Graph, start: Vertex) -> Option<Vec<Vertex>> {
    let mut came_from: BTreeMap<Vertex, Vertex> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(vertex) = queue.pop_front() {
        for &next in graph.get(&vertex).into_iter().flatten() {
            if next == start {
                return Some(path_to(vertex, start, &came_from));
            }
            if let std::collections::btree_map::Entry::Vacant(e) = came_from.entry(next) {
                e.insert(vertex);
                queue.push_back(next);
            }
        }
    }
    None
}

fn path_to(last: Vertex, start: Vertex, came_from: &BTreeMap<Vertex, Vertex>) -> Vec<Vertex> {
    let mut path = vec![start, last];
    let mut vertex = last;
    while vertex != start {
        let Some(&previous) = came_from.get(&vertex) else { break };
        path.push(previous);
        vertex = previous;
    }
    if last == start {
        path.pop();
        path.push(start);
    }
    path.reverse();
    path
}
