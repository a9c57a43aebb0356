//! The order in which rules are checked: each after the rules that it refers to.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use crate::hir::walk::{self, Visited};
use crate::hir::{Body, Branch, Callee, Constant, Node, Program, Root, RuleId, Term};

/// A head with its body, which OPA's type checker treats as a rule of its own.
#[derive(Clone, Copy)]
pub(super) struct Definition<'p> {
    pub(super) rule: RuleId,
    pub(super) branch: &'p Branch,
    /// `true` if the definition is the rule's default.
    pub(super) is_default: bool,
}

/// Returns the definitions of `graph`, each after those that it refers to. An earlier stage has
/// rejected recursion.
pub(super) fn sorted<'p>(graph: &Graph<'p>) -> Vec<Definition<'p>> {
    let mut seen = vec![false; graph.definitions.len()];
    let mut order = Vec::with_capacity(graph.definitions.len());
    for start in 0..graph.definitions.len() {
        // The depth-first search uses an explicit stack, because a chain of rules can be long.
        let mut pending = vec![(start, false)];
        while let Some((index, is_ready)) = pending.pop() {
            if is_ready {
                order.push(graph.definitions[index]);
            } else if !std::mem::replace(&mut seen[index], true) {
                pending.push((index, true));
                let needed = graph.needed(index).into_iter().filter(|needed| !seen[*needed]);
                pending.extend(needed.map(|needed| (needed, false)));
            }
        }
    }
    order
}

/// The definitions of a program and the references between them.
pub(super) struct Graph<'p> {
    program: &'p Program,
    definitions: Vec<Definition<'p>>,
    /// The definitions of each rule.
    ranges: Vec<Range<usize>>,
    /// The definitions that refer to each definition.
    dependents: OnceCell<Vec<Vec<usize>>>,
}

impl<'p> Graph<'p> {
    /// Builds the graph of `program`.
    pub(super) fn of(program: &'p Program) -> Self {
        let mut definitions = Vec::new();
        let mut ranges = Vec::with_capacity(program.rules.len());
        for (index, rule) in (0_u32..).zip(&program.rules) {
            let start = definitions.len();
            let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
            let definition =
                |branch, is_default| Definition { rule: RuleId(index), branch, is_default };
            definitions.extend(rule.default.iter().map(|branch| definition(branch, true)));
            definitions.extend(branches.map(|branch| definition(branch, false)));
            ranges.push(start..definitions.len());
        }
        Graph { program, definitions, ranges, dependents: OnceCell::new() }
    }

    /// Returns the definitions that `with` may replace if it names `path` below `data`.
    pub(super) fn replaced(&self, path: &[Arc<str>]) -> Vec<usize> {
        let path: Vec<_> = path.iter().map(|step| PathStep::Name(step)).collect();
        let mut found = Vec::new();
        self.find(&self.program.tree, &path, &mut found);
        found
    }

    /// Returns the number of definitions.
    pub(super) fn len(&self) -> usize {
        self.definitions.len()
    }

    /// Returns the definitions of a rule.
    pub(super) fn of_rule(&self, rule: RuleId) -> Range<usize> {
        self.ranges[rule.0 as usize].clone()
    }

    /// Returns the definition at `index`.
    pub(super) fn definition(&self, index: usize) -> Definition<'p> {
        self.definitions[index]
    }

    /// Returns the definitions at `start` and those that refer to them, directly or indirectly.
    pub(super) fn with_dependents(&self, start: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let dependents = self.dependents.get_or_init(|| {
            let mut dependents = vec![Vec::new(); self.definitions.len()];
            for index in 0..self.definitions.len() {
                self.needed(index).into_iter().for_each(|needed| dependents[needed].push(index));
            }
            dependents
        });
        let mut seen = vec![false; self.definitions.len()];
        let mut found = Vec::new();
        let mut pending: Vec<usize> = start.into_iter().collect();
        while let Some(index) = pending.pop() {
            if !std::mem::replace(&mut seen[index], true) {
                found.push(index);
                pending.extend(&dependents[index]);
            }
        }
        found
    }

    /// Returns the definitions that the one at `index` refers to.
    fn needed(&self, index: usize) -> Vec<usize> {
        let mut needed = Vec::new();
        for used in uses(&self.definitions[index].branch.body) {
            match used {
                Use::Rule(id) => needed.extend(self.ranges[id.0 as usize].clone()),
                Use::Path(path) => self.find(&self.program.tree, &path, &mut needed),
            }
        }
        needed
    }

    /// Finds the definitions that a reference below `data` may select or pass through.
    fn find(&self, node: &Node, path: &[PathStep<'_>], needed: &mut Vec<usize>) {
        if let Some(id) = node.rule {
            let range = self.ranges[id.0 as usize].clone();
            needed.extend(range.filter(|index| may_match(self.definitions[*index].branch, path)));
            return;
        }
        match path.split_first() {
            Some((PathStep::Name(name), below)) => {
                node.children.get(*name).iter().for_each(|child| self.find(child, below, needed));
            }
            Some((PathStep::Constant(_), _)) => {}
            Some((PathStep::Unknown, below)) => {
                node.children.values().for_each(|child| self.find(child, below, needed));
            }
            None => node.children.values().for_each(|child| self.find(child, path, needed)),
        }
    }
}

fn may_match(branch: &Branch, path: &[PathStep<'_>]) -> bool {
    branch.keys.iter().zip(path).all(|(key, step)| match (PathStep::of(key), step) {
        (PathStep::Unknown, _) | (_, PathStep::Unknown) => true,
        (PathStep::Name(key), PathStep::Name(name)) => key == *name,
        (PathStep::Constant(key), PathStep::Constant(constant)) => key == *constant,
        _ => false,
    })
}

/// One operand of a reference below `data`.
enum PathStep<'p> {
    Name(&'p str),
    Constant(&'p Constant),
    Unknown,
}

impl<'p> PathStep<'p> {
    fn of(operand: &'p Term) -> Self {
        match operand {
            Term::Constant(Constant::String(name)) => PathStep::Name(name),
            Term::Constant(constant) => PathStep::Constant(constant),
            _ => PathStep::Unknown,
        }
    }
}

enum Use<'p> {
    Rule(RuleId),
    Path(Vec<PathStep<'p>>),
}

/// Returns the functions, references and replaced paths in a body.
fn uses(body: &Body) -> Vec<Use<'_>> {
    let mut found = Vec::new();
    walk::body(body, &mut |visited| match visited {
        Visited::Callee(Callee::Function(id)) => found.push(Use::Rule(id)),
        Visited::Replaced(path) => {
            found.push(Use::Path(path.iter().map(|step| PathStep::Name(step)).collect()));
        }
        Visited::Term(Term::Ref(reference)) if reference.root == Root::Data => {
            found.push(Use::Path(reference.operands.iter().map(PathStep::of).collect()));
        }
        _ => {}
    });
    found
}
