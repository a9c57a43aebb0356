//! The documents from which values come: the parameters, the review, or both.
//!
//! ```text
//! prefix := input.parameters.prefixes[_]      # from the parameters
//! image := input.review.object.spec.image     # from the review
//! startswith(prefix, image)                   # the wrong way round
//! ```
//!
//! A value comes from the documents of all operands that it is computed of. The value of a rule
//! comes from those of its definitions, and an argument from those of all calls. Rules are visited
//! callees first for their values, then callers first for their arguments. What is not known comes
//! from both documents.

use std::collections::HashMap;

use super::{Subject, bodies};
use crate::hir::{
    Body, Branch, Callee, Constant, Head, Literal, LiteralKind, Program, Ref, Root, RuleId, Term,
    VarId,
};

/// The documents from which a value comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Origins {
    pub(super) parameters: bool,
    pub(super) review: bool,
}

impl Origins {
    const NONE: Self = Self { parameters: false, review: false };
    const PARAMETERS: Self = Self { parameters: true, review: false };
    const REVIEW: Self = Self { parameters: false, review: true };
    const BOTH: Self = Self { parameters: true, review: true };

    fn or(self, other: Self) -> Self {
        Self {
            parameters: self.parameters || other.parameters,
            review: self.review || other.review,
        }
    }

    /// Returns `true` if the value comes from the parameters alone.
    pub(super) fn is_parameter(self) -> bool {
        self == Self::PARAMETERS
    }

    /// Returns `true` if the value comes from the review alone.
    pub(super) fn is_review(self) -> bool {
        self == Self::REVIEW
    }
}

/// The origins of rules and arguments.
pub(super) struct OfProgram<'p> {
    program: &'p Program,
    /// The origins of the values of rules and functions, without those of arguments.
    values: HashMap<RuleId, Origins>,
    /// The origins of the arguments of functions in all calls.
    arguments: HashMap<(RuleId, usize), Origins>,
}

/// The origins of the variables of a branch.
pub(super) struct OfBranch<'o, 'p> {
    program: &'o OfProgram<'p>,
    variables: HashMap<VarId, Origins>,
}

impl<'p> OfProgram<'p> {
    /// Finds the origins of all rules and arguments.
    pub(super) fn of(subject: &Subject<'p>) -> Self {
        let program = subject.program;
        let mut found = Self { program, values: HashMap::new(), arguments: HashMap::new() };
        for id in subject.callees_first() {
            let mut value = Origins::NONE;
            for branch in branches(program, *id) {
                let variables = found.branch(*id, branch);
                let (Head::Value(head) | Head::Member(head)) = &branch.head;
                value = branch
                    .keys
                    .iter()
                    .chain([head])
                    .fold(value, |value, term| value.or(variables.term(term)));
            }
            found.values.insert(*id, value);
        }
        for id in subject.callees_first().iter().rev() {
            for branch in branches(program, *id) {
                let variables = found.branch(*id, branch);
                let mut calls = Vec::new();
                bodies::of_branch(branch, &mut |body| {
                    each_call(body, &mut |callee, arguments| {
                        if let Callee::Function(called) = callee {
                            let origins = arguments.iter().map(|term| variables.term(term));
                            calls.push((called, origins.collect::<Vec<_>>()));
                        }
                    });
                });
                for (called, origins) in calls {
                    for (index, origin) in origins.into_iter().enumerate() {
                        let known = found.arguments.entry((called, index)).or_default();
                        *known = known.or(origin);
                    }
                }
            }
        }
        found
    }

    /// Returns the origins of the variables of a branch.
    pub(super) fn branch(&self, id: RuleId, branch: &Branch) -> OfBranch<'_, 'p> {
        let mut found = OfBranch { program: self, variables: HashMap::new() };
        for (index, parameter) in branch.parameters.iter().enumerate() {
            let origins = self.arguments.get(&(id, index)).copied().unwrap_or_default();
            found.bind(parameter, origins);
        }
        found.body(&branch.body);
        let (Head::Value(head) | Head::Member(head)) = &branch.head;
        found.within(head);
        found
    }
}

impl OfBranch<'_, '_> {
    /// Returns the origins of a term.
    pub(super) fn term(&self, term: &Term) -> Origins {
        let all =
            |terms: &[Term]| terms.iter().fold(Origins::NONE, |all, term| all.or(self.term(term)));
        match term {
            Term::Constant(_) => Origins::NONE,
            Term::Var(variable) => self.variables.get(variable).copied().unwrap_or_default(),
            Term::Ref(reference) => self.reference(reference),
            Term::Array(parts) | Term::Set(parts) => all(parts),
            Term::Object(pairs) => pairs.iter().fold(Origins::NONE, |all, (key, value)| {
                all.or(self.term(key)).or(self.term(value))
            }),
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                self.term(&inner.value)
            }
            Term::ObjectComprehension(inner) => self.term(&inner.key).or(self.term(&inner.value)),
        }
    }

    fn reference(&self, reference: &Ref) -> Origins {
        match reference.root {
            Root::Input => of_input(&reference.operands),
            Root::Var(variable) => self.variables.get(&variable).copied().unwrap_or_default(),
            Root::Data => {
                let (node, _) = self.program.program.walk_tree(&reference.operands);
                match node.rule {
                    Some(rule) => self.program.values.get(&rule).copied().unwrap_or(Origins::BOTH),
                    None => Origins::REVIEW,
                }
            }
        }
    }

    fn body(&mut self, body: &Body) {
        for literal in body {
            self.literal(literal);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match &literal.kind {
            LiteralKind::Test(term) => {
                self.within(term);
                self.iterate(term);
            }
            LiteralKind::Unify(left, right) => {
                self.within(left);
                self.within(right);
                let (one, other) = (self.term(left), self.term(right));
                self.iterate(left);
                self.iterate(right);
                self.bind(left, other);
                self.bind(right, one);
            }
            LiteralKind::Call { callee, arguments, output } => {
                for argument in arguments {
                    self.within(argument);
                }
                let Some(output) = output else { return };
                let origins = self.call(*callee, arguments);
                self.bind(output, origins);
            }
            LiteralKind::Not(inner) | LiteralKind::NotBody(inner) => self.body(inner),
            LiteralKind::Every { key, value, domain, body } => {
                let origins = self.term(domain);
                for variable in key.iter().chain([value]) {
                    self.variables.insert(*variable, origins);
                }
                self.body(body);
            }
        }
    }

    /// Visits the bodies of the comprehensions in a term.
    fn within(&mut self, term: &Term) {
        match term {
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                self.body(&inner.body);
                self.within(&inner.value);
            }
            Term::ObjectComprehension(inner) => {
                self.body(&inner.body);
                self.within(&inner.value);
            }
            Term::Array(parts) | Term::Set(parts) => {
                for part in parts {
                    self.within(part);
                }
            }
            Term::Object(pairs) => {
                for (_, value) in pairs {
                    self.within(value);
                }
            }
            Term::Constant(_) | Term::Var(_) | Term::Ref(_) => {}
        }
    }

    fn call(&self, callee: Callee, arguments: &[Term]) -> Origins {
        let of_arguments =
            arguments.iter().fold(Origins::NONE, |all, term| all.or(self.term(term)));
        match (callee, arguments) {
            (Callee::Function(id), _) => {
                of_arguments.or(self.program.values.get(&id).copied().unwrap_or(Origins::BOTH))
            }
            (Callee::Builtin(builtin), [Term::Ref(reference), key, default])
                if builtin.name == "object.get" && is_input(reference) =>
            {
                of_input(std::slice::from_ref(key)).or(self.term(default))
            }
            (Callee::Builtin(_), _) => of_arguments,
        }
    }

    /// Binds the variables that a reference iterates.
    fn iterate(&mut self, term: &Term) {
        if let Term::Ref(reference) = term {
            let origins = self.reference(reference);
            for operand in &reference.operands {
                self.bind(operand, origins);
            }
        }
    }

    /// Binds the variables of a pattern that have no value yet.
    fn bind(&mut self, pattern: &Term, origins: Origins) {
        match pattern {
            Term::Var(variable) => {
                self.variables.entry(*variable).or_insert(origins);
            }
            Term::Array(parts) | Term::Set(parts) => {
                for part in parts {
                    self.bind(part, origins);
                }
            }
            Term::Object(pairs) => {
                for (_, value) in pairs {
                    self.bind(value, origins);
                }
            }
            _ => {}
        }
    }
}

fn branches(program: &Program, id: RuleId) -> impl Iterator<Item = &Branch> {
    let rule = program.rule(id);
    rule.default.iter().chain(rule.clauses.iter().flat_map(|clause| &clause.branches))
}

/// Calls `visit` for each call of a body.
fn each_call<'p>(body: &'p Body, visit: &mut dyn FnMut(Callee, &'p [Term])) {
    for literal in body {
        if let LiteralKind::Call { callee, arguments, .. } = &literal.kind {
            visit(*callee, arguments);
        }
    }
}

fn is_input(reference: &Ref) -> bool {
    reference.root == Root::Input && reference.operands.is_empty()
}

/// Returns the origins of a path below `input`.
fn of_input(operands: &[Term]) -> Origins {
    match operands.first() {
        Some(Term::Constant(Constant::String(name))) => match &**name {
            "parameters" => Origins::PARAMETERS,
            "review" => Origins::REVIEW,
            _ => Origins::BOTH,
        },
        Some(Term::Constant(Constant::Array(path))) => match path.first() {
            Some(first) => of_input(&[Term::Constant(first.clone())]),
            None => Origins::BOTH,
        },
        _ => Origins::BOTH,
    }
}
