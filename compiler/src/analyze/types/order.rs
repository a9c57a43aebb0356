//! The order in which rules are checked: each after those it refers to.

use std::ops::Range;

use crate::hir::{
    Body, Branch, Callee, Constant, Literal, LiteralKind, Node, Program, Ref, Root, RuleId, Term,
    With, WithTarget, WithValue,
};

/// One head with its body, which OPA's type checker takes for a rule of its own.
#[derive(Clone, Copy)]
pub(super) struct Definition<'p> {
    pub(super) rule: RuleId,
    pub(super) branch: &'p Branch,
    /// Whether it is the rule's default.
    pub(super) is_default: bool,
}

/// The program's definitions, each after those it refers to. There is no recursion any more.
pub(super) fn sorted(program: &Program) -> Vec<Definition<'_>> {
    let graph = Graph::of(program);
    let mut seen = vec![false; graph.definitions.len()];
    let mut order = Vec::with_capacity(graph.definitions.len());
    for start in 0..graph.definitions.len() {
        // Depth first, with a stack of its own: a chain of rules can be long.
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

struct Graph<'p> {
    program: &'p Program,
    definitions: Vec<Definition<'p>>,
    /// The definitions of each rule.
    ranges: Vec<Range<usize>>,
}

impl<'p> Graph<'p> {
    fn of(program: &'p Program) -> Self {
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
        Graph { program, definitions, ranges }
    }

    /// The definitions that the one at `index` refers to.
    fn needed(&self, index: usize) -> Vec<usize> {
        let mut uses = Uses::default();
        uses.body(&self.definitions[index].branch.body);
        let mut needed = Vec::new();
        for used in uses.found {
            match used {
                Use::Rule(id) => needed.extend(self.ranges[id.0 as usize].clone()),
                Use::Path(path) => self.find(&self.program.tree, &path, &mut needed),
            }
        }
        needed
    }

    /// Finds the definitions that a reference below `data` can lead to or through.
    fn find(&self, node: &Node, path: &[Place<'_>], needed: &mut Vec<usize>) {
        if let Some(id) = node.rule {
            let range = self.ranges[id.0 as usize].clone();
            needed.extend(range.filter(|index| may_match(self.definitions[*index].branch, path)));
            return;
        }
        match path.split_first() {
            Some((Place::Name(name), below)) => {
                node.children.get(*name).iter().for_each(|child| self.find(child, below, needed));
            }
            Some((Place::Constant(_), _)) => {}
            Some((Place::Unknown, below)) => {
                node.children.values().for_each(|child| self.find(child, below, needed));
            }
            None => node.children.values().for_each(|child| self.find(child, path, needed)),
        }
    }
}

fn may_match(branch: &Branch, path: &[Place<'_>]) -> bool {
    branch.keys.iter().zip(path).all(|(key, place)| match (Place::of(key), place) {
        (Place::Unknown, _) | (_, Place::Unknown) => true,
        (Place::Name(key), Place::Name(name)) => key == *name,
        (Place::Constant(key), Place::Constant(constant)) => key == *constant,
        _ => false,
    })
}

/// One operand of a reference below `data`.
enum Place<'p> {
    Name(&'p str),
    Constant(&'p Constant),
    Unknown,
}

impl<'p> Place<'p> {
    fn of(operand: &'p Term) -> Self {
        match operand {
            Term::Constant(Constant::String(name)) => Place::Name(name),
            Term::Constant(constant) => Place::Constant(constant),
            _ => Place::Unknown,
        }
    }
}

enum Use<'p> {
    Rule(RuleId),
    Path(Vec<Place<'p>>),
}

/// What a body refers to.
#[derive(Default)]
struct Uses<'p> {
    found: Vec<Use<'p>>,
}

impl<'p> Uses<'p> {
    fn body(&mut self, body: &'p Body) {
        for literal in body {
            self.literal(literal);
        }
    }

    fn literal(&mut self, literal: &'p Literal) {
        match &literal.kind {
            LiteralKind::Test(term) => self.term(term),
            LiteralKind::Unify(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Call { callee, arguments, output } => {
                self.callee(*callee);
                arguments.iter().chain(output).for_each(|term| self.term(term));
            }
            LiteralKind::Not(body) => self.body(body),
            LiteralKind::Every { domain, body, .. } => {
                self.term(domain);
                self.body(body);
            }
        }
        literal.with.iter().for_each(|with| self.modifier(with));
    }

    fn modifier(&mut self, with: &'p With) {
        match &with.target {
            WithTarget::Input(_) => {}
            WithTarget::Data(path) => {
                self.found.push(Use::Path(path.iter().map(|step| Place::Name(step)).collect()));
            }
            WithTarget::Function(callee) => self.callee(*callee),
        }
        match &with.value {
            WithValue::Value(term) => self.term(term),
            WithValue::Function(callee) => self.callee(*callee),
        }
    }

    fn callee(&mut self, callee: Callee) {
        match callee {
            Callee::Function(id) => self.found.push(Use::Rule(id)),
            Callee::Builtin(_) => {}
        }
    }

    fn term(&mut self, term: &'p Term) {
        match term {
            Term::Constant(_) | Term::Var(_) => {}
            Term::Ref(reference) => self.reference(reference),
            Term::Array(parts) | Term::Set(parts) => parts.iter().for_each(|part| self.term(part)),
            Term::Object(properties) => {
                for (key, value) in properties {
                    self.term(key);
                    self.term(value);
                }
            }
            Term::ArrayComprehension(closure) | Term::SetComprehension(closure) => {
                self.body(&closure.body);
            }
            Term::ObjectComprehension(closure) => self.body(&closure.body),
        }
    }

    fn reference(&mut self, reference: &'p Ref) {
        if reference.root == Root::Data {
            self.found.push(Use::Path(reference.operands.iter().map(Place::of).collect()));
        }
        reference.operands.iter().for_each(|operand| self.term(operand));
    }
}
