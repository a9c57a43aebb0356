//! The fields of the input that a body reads, and the parts of the review that variables hold.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::hir::{
    Body, Branch, Callee, Constant, Head, LiteralKind, Program, Ref, Root, RuleId, Term, VarId,
};

use super::Subject;

/// The subject of a test of emptiness.
#[derive(Clone, Copy)]
pub(super) enum Tested<'p> {
    /// The collection whose number of members the variable is.
    Count(VarId),
    /// A value that is passed to a function, which counts its members.
    Argument(&'p Term),
    /// A value that is compared with an empty one.
    Term(&'p Term),
}

/// The fields of the input that a body reads.
#[derive(Clone, Default)]
pub(super) struct Fields<'p> {
    /// The collections of the calls of `count`, by the variables of their results.
    pub(super) counts: HashMap<VarId, &'p Term>,
    /// The fields that variables hold.
    held: HashMap<VarId, &'p Ref>,
    /// The variables that hold parts of the review, such as each container of a pod.
    parts: HashSet<VarId>,
    /// The fields that other literals need, with the fields around them.
    tested: HashSet<Path<'p>>,
    /// The rules whose values are parts of the review.
    rules: ReviewRules<'p>,
}

/// The rules whose values are parts of the review.
#[derive(Clone, Default)]
pub(super) struct ReviewRules<'p> {
    program: Option<&'p Program>,
    rules: Rc<HashSet<RuleId>>,
}

impl<'p> ReviewRules<'p> {
    pub(super) fn of(subject: &Subject<'p>) -> Self {
        let program = subject.program;
        let mut found = Self { program: Some(program), ..Self::default() };
        for id in subject.callees_first().iter().copied() {
            let mut branches =
                program.rule(id).clauses.iter().flat_map(|one| &one.branches).peekable();
            let is_part = |branch: &'p Branch| {
                let fields = Fields::default().among(&found).with(&branch.body);
                let (Head::Value(value) | Head::Member(value)) = &branch.head;
                matches!(value, Term::Var(variable) if fields.parts.contains(variable))
            };
            if branches.peek().is_some() && branches.all(is_part) {
                Rc::make_mut(&mut found.rules).insert(id);
            }
        }
        found
    }

    /// Returns the number of operands that lead to a part of the review.
    fn part(&self, reference: &Ref) -> Option<usize> {
        let (node, consumed) = self.program?.walk_tree(&reference.operands);
        node.rule.filter(|rule| self.rules.contains(rule)).map(|_| consumed)
    }
}

/// The names on the way to a field, from the input or from a variable.
type Path<'p> = (Option<VarId>, Vec<&'p str>);

impl<'p> Fields<'p> {
    pub(super) fn of(body: &'p Body) -> Self {
        Self::default().with(body)
    }

    /// Returns the fields of the arguments of a function, which are parts of the review.
    pub(super) fn of_arguments(branch: &'p Branch) -> Self {
        let variables = branch.parameters.iter().filter_map(|parameter| match parameter {
            Term::Var(variable) => Some(*variable),
            _ => None,
        });
        Self { parts: variables.collect(), ..Self::default() }
    }

    /// Returns the fields of bodies that use rules.
    pub(super) fn among(self, rules: &ReviewRules<'p>) -> Self {
        Self { rules: rules.clone(), ..self }
    }

    /// Adds the fields of a body to those of the bodies around it.
    pub(super) fn with(self, body: &'p Body) -> Self {
        let mut fields = self;
        for literal in body {
            match &literal.kind {
                LiteralKind::Call {
                    callee: Callee::Builtin(builtin),
                    arguments,
                    output: Some(Term::Var(output)),
                } if builtin.name == "count" => {
                    fields.counts.extend(arguments.first().map(|collection| (*output, collection)));
                }
                LiteralKind::Test(Term::Ref(reference)) => fields.add_tested(reference, 0),
                LiteralKind::Unify(Term::Var(one), Term::Var(other)) => {
                    for (name, count) in [(one, other), (other, one)] {
                        if let Some(collection) = fields.counts.get(count).copied() {
                            fields.counts.entry(*name).or_insert(collection);
                        }
                    }
                }
                LiteralKind::Unify(Term::Var(variable), Term::Ref(reference)) => {
                    fields.held.insert(*variable, reference);
                    fields.add_tested(reference, 1);
                    if fields.is_part(reference) {
                        fields.parts.insert(*variable);
                    }
                }
                _ => {}
            }
        }
        fields
    }

    /// Notes the fields on the way to a reference, without the last `except` ones.
    fn add_tested(&mut self, reference: &'p Ref, except: usize) {
        let Some(root) = root(reference) else { return };
        let names: Vec<&str> = reference.operands.iter().map_while(as_name).collect();
        let complete = names.len() == reference.operands.len();
        let longest = names.len().saturating_sub(if complete { except } else { 0 });
        let shortest = if root.is_some() { 1 } else { 2 };
        for length in (shortest..=longest).rev() {
            if !self.tested.insert((root, names[..length].to_vec())) {
                break;
            }
        }
    }

    /// Returns the field that a literal tests for emptiness, if no other literal needs it. Only labels
    /// and annotations are compared with an empty value: in a `spec`, `podSelector == {}` and
    /// `storageClassName == ""` ask for that value itself.
    pub(super) fn emptied(&self, tested: Tested<'p>) -> Option<&'p Ref> {
        let (term, counted) = match tested {
            Tested::Count(count) => (*self.counts.get(&count)?, true),
            Tested::Argument(term) => (term, true),
            Tested::Term(term) => (term, false),
        };
        let reference = match term {
            Term::Ref(reference) => reference,
            Term::Var(variable) => *self.held.get(variable)?,
            _ => return None,
        };
        let mut names = reference.operands.iter().filter_map(as_name);
        let is_metadata = names.any(|name| matches!(name, "labels" | "annotations"));
        if self.is_tested(reference) || !(counted || (is_metadata && self.is_part(reference))) {
            return None;
        }
        let ground = reference.operands.iter().all(|operand| as_name(operand).is_some());
        let field = match reference.root {
            Root::Input => reference.operands.len() > 1,
            Root::Var(root) => self.parts.contains(&root) && !reference.operands.is_empty(),
            Root::Data => {
                self.rules.part(reference).is_some_and(|part| part < reference.operands.len())
            }
        };
        (field && ground).then_some(reference)
    }

    /// Returns the field that a variable holds.
    pub(super) fn held(&self, variable: VarId) -> Option<&'p Ref> {
        self.held.get(&variable).copied()
    }

    /// Returns `true` for a reference into the review, or into a part of it.
    pub(super) fn is_part(&self, reference: &Ref) -> bool {
        match reference.root {
            Root::Input => reference.operands.first().and_then(as_name) == Some("review"),
            Root::Var(root) => self.parts.contains(&root),
            Root::Data => self.rules.part(reference).is_some(),
        }
    }

    /// Returns `true` if another literal needs the field.
    pub(super) fn is_tested(&self, reference: &Ref) -> bool {
        let path: Vec<&str> = reference.operands.iter().filter_map(as_name).collect();
        root(reference).is_some_and(|root| self.tested.contains(&(root, path)))
    }
}

/// Returns `true` if the schema of the parameters has a default for the field, or requires it.
pub(super) fn has_default(subject: &Subject<'_>, reference: &Ref) -> bool {
    let path: Vec<&str> = reference.operands.iter().filter_map(as_name).collect();
    match path.split_first() {
        Some((&"parameters", rest)) if reference.root == Root::Input => {
            super::parameters::is_always_present(subject, rest)
        }
        _ => false,
    }
}

/// Returns the variable at the root of a reference, or `None` for the input.
#[expect(clippy::option_option, reason = "the outer one is `None` for `data`")]
fn root(reference: &Ref) -> Option<Option<VarId>> {
    match reference.root {
        Root::Input => Some(None),
        Root::Var(root) => Some(Some(root)),
        Root::Data => None,
    }
}

pub(super) fn as_name(operand: &Term) -> Option<&str> {
    match operand {
        Term::Constant(Constant::String(name)) => Some(name),
        _ => None,
    }
}
