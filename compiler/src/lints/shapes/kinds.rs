//! The kinds that a body requires: `input.review.kind.kind == "Pod"`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::hir::{
    Body, Callee, Constant, LiteralKind, Program, Ref, Root, Rule, RuleId, Term, VarId,
};
use crate::lints::kubernetes;

/// The kinds of objects for which a body can have a solution.
#[derive(Clone, Debug, Default)]
pub(in crate::lints) struct Required {
    /// The kinds of the reviewed object, if the body restricts them.
    pub(in crate::lints) reviewed: Option<Vec<Arc<str>>>,
    /// The kinds of objects that are variables.
    pub(in crate::lints) variables: HashMap<VarId, Vec<Arc<str>>>,
    /// `true` if the body tests the kind or the group in some way.
    pub(in crate::lints) tests: bool,
}

/// The kinds that rules require, which are found once for each rule.
#[derive(Debug, Default)]
pub(in crate::lints) struct OfRules(HashMap<RuleId, Option<Vec<Arc<str>>>>);

/// A name of an object's kind or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// The kind of the reviewed object.
    Reviewed,
    /// The API group of the reviewed object.
    Group,
    /// The kind of the object in a variable.
    Variable(VarId),
}

/// Returns the kinds that `body` requires.
pub(in crate::lints) fn of_body(program: &Program, body: &Body, rules: &mut OfRules) -> Required {
    let mut required = Required::default();
    let mut names: HashMap<VarId, Key> = HashMap::new();
    for literal in body.iter().filter(|literal| literal.with.is_empty()) {
        match &literal.kind {
            LiteralKind::Unify(left, right) => {
                for (one, other) in [(left, right), (right, left)] {
                    let Some(key) = key(one, &names) else { continue };
                    required.tests |= key != Key::Group || matches!(other, Term::Constant(_));
                    match other {
                        Term::Var(var) => {
                            names.insert(*var, key);
                        }
                        other => required.restrict(key, strings(other)),
                    }
                }
            }
            LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, .. } => {
                let [one, other] = &arguments[..] else { continue };
                let key = key(one, &names);
                required.tests |= key.is_some();
                if let (Some(key), "equal" | "internal.member_2") = (key, builtin.name) {
                    required.restrict(key, strings(other));
                }
            }
            LiteralKind::Test(Term::Ref(reference)) if reference.root == Root::Data => {
                let (node, used) = program.walk_tree(&reference.operands);
                if let Some(rule) = node.rule.filter(|_| used == reference.operands.len()) {
                    let kinds = rules.of(program, rule);
                    required.tests |= kinds.is_some();
                    required.restrict(Key::Reviewed, kinds);
                }
            }
            _ => {}
        }
    }
    required
}

/// Returns the kinds with which all definitions of a rule compare the kind of the reviewed object,
/// in order, or `None` if some definition holds for other kinds.
pub(crate) fn compared(program: &Program, rule: &Rule) -> Option<Vec<String>> {
    let mut rules = OfRules::default();
    let mut all = BTreeSet::new();
    for branch in rule.clauses.iter().flat_map(|clause| &clause.branches) {
        let kinds = of_body(program, &branch.body, &mut rules).reviewed?;
        // An empty list stands for kinds of which nothing is known.
        if kinds.is_empty() {
            return None;
        }
        all.extend(kinds.iter().map(ToString::to_string));
    }
    (rule.default.is_none() && !all.is_empty()).then(|| all.into_iter().collect())
}

impl Required {
    fn restrict(&mut self, key: Key, kinds: Option<Vec<Arc<str>>>) {
        let Some(kinds) = kinds else { return };
        match key {
            Key::Reviewed => {
                if self.reviewed.as_ref().is_none_or(|before| before.len() > kinds.len()) {
                    self.reviewed = Some(kinds);
                }
            }
            Key::Variable(var) => {
                self.variables.insert(var, kinds);
            }
            // A group that is not Kubernetes' own has kinds of which nothing is known.
            Key::Group if kinds.iter().any(|group| !kubernetes::is_group(group)) => {
                self.reviewed = Some(Vec::new());
            }
            Key::Group => {}
        }
    }
}

impl OfRules {
    /// Returns the kinds for which a rule without parameters can be defined, if all its definitions
    /// restrict them.
    fn of(&mut self, program: &Program, id: RuleId) -> Option<Vec<Arc<str>>> {
        if let Some(known) = self.0.get(&id) {
            return known.clone();
        }
        let rule = program.rule(id);
        let mut all = Vec::new();
        let mut restricted = rule.default.is_none() && !rule.clauses.is_empty();
        for branch in rule.clauses.iter().flat_map(|clause| &clause.branches) {
            match of_body(program, &branch.body, self).reviewed {
                Some(kinds) => all.extend(kinds),
                None => restricted = false,
            }
        }
        let found = restricted.then_some(all);
        self.0.insert(id, found.clone());
        found
    }
}

fn key(term: &Term, names: &HashMap<VarId, Key>) -> Option<Key> {
    let reference = match term {
        Term::Var(var) => return names.get(var).copied(),
        Term::Ref(reference) => reference,
        _ => return None,
    };
    let path = path(reference)?;
    match (reference.root, &path[..]) {
        (Root::Input, ["review", "kind" | "object" | "oldObject", "kind"]) => Some(Key::Reviewed),
        (Root::Input, ["review", "kind", "group"]) => Some(Key::Group),
        (Root::Var(var), ["kind"]) => Some(Key::Variable(var)),
        _ => None,
    }
}

fn path(reference: &Ref) -> Option<Vec<&str>> {
    reference
        .operands
        .iter()
        .map(|operand| match operand {
            Term::Constant(Constant::String(text)) => Some(&**text),
            _ => None,
        })
        .collect()
}

/// Returns the strings of a constant: of a collection, all members.
fn strings(term: &Term) -> Option<Vec<Arc<str>>> {
    let Term::Constant(constant) = term else { return None };
    let members = match constant {
        Constant::Array(members) | Constant::Set(members) => &members[..],
        one => std::slice::from_ref(one),
    };
    let string = |member: &Constant| match member {
        Constant::String(text) => Some(Arc::clone(text)),
        _ => None,
    };
    members.iter().map(string).collect()
}
