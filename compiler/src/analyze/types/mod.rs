//! The type checker, which finds equations, calls and references that no input can satisfy.
//!
//! It mirrors OPA's `CheckTypes` (`ast/check.go`, `ast/env.go` and the package `types`), including
//! its gaps: it must accept exactly the programs that OPA accepts. The types of `input` and of base
//! documents are unknown. A rule's type is inferred from its definitions, after the rules that they
//! refer to ([`definition_graph`]). The types of a function's parameters follow from their use in
//! its body.
//!
//! [`rule_types`] holds the types of paths below `data`, and [`scope`] those of variables.
//! [`check_body`] checks literals, and [`check_refs`] checks references. [`algebra`] and [`unify`]
//! hold the operations on types.

mod algebra;
mod check_body;
mod check_refs;
mod definition_graph;
mod gatekeeper_hook;
mod key;
mod messages;
mod operands;
mod replacements;
mod rule_types;
mod scope;
mod signature;
mod ty;
mod unify;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use check_body::BodyCheck;
use definition_graph::Definition;
use key::Key;
use messages::Names;
use rule_types::{Node, Step};
use scope::Scope;
use signature::Signatures;
use ty::{Property, Type};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{Head, Program, RuleKind, Term};

/// Checks a program without recursive rules. Returns OPA's `rego_type_error`s in source order, or
/// none if the program is accepted. `violation` is the path of a template's rule of that name,
/// which Gatekeeper's hook reads.
pub(crate) fn check(program: &Program, violation: Option<&[Arc<str>]>) -> Diagnostics {
    let graph = definition_graph::Graph::of(program);
    let mut checker = Checker {
        program,
        replacements: replacements::Replacements::new(program, &graph),
        signatures: Signatures::default(),
        tree: Node::default(),
        faults: Vec::new(),
        variables: 0,
    };
    for definition in definition_graph::sorted(&graph) {
        checker.check(definition);
    }
    let mut faults = checker.faults;
    let hook = violation.filter(|_| faults.is_empty());
    faults.extend(hook.and_then(|path| gatekeeper_hook::check(program, &checker.tree, path)));
    faults.sort_by_key(|fault| (fault.span.source, fault.span.start));
    faults.dedup_by(|later, earlier| {
        later.span.start == earlier.span.start && later.message == earlier.message
    });
    Diagnostics(faults)
}

struct Checker<'p> {
    program: &'p Program,
    replacements: replacements::Replacements<'p>,
    signatures: Signatures,
    /// The types of the rules checked so far.
    tree: Node,
    faults: Vec<Diagnostic>,
    /// The number of variables of heads in the tree.
    variables: u32,
}

impl Checker<'_> {
    fn check(&mut self, definition: Definition<'_>) {
        let path = self.path(definition);
        let mut scope = Scope::of_branch(&self.tree);
        let bodies = BodyCheck {
            program: self.program,
            signatures: &self.signatures,
            replacements: &self.replacements,
            names: Names(&definition.branch.variables),
        };
        let faults = bodies.check(&mut scope, &definition.branch.body);
        if !faults.is_empty() {
            // Errors in rules that refer to this one would be consequences.
            self.faults.extend(faults);
            self.tree.put(&path, Type::any());
            return;
        }
        let inferred = match self.program.rule(definition.rule).kind {
            RuleKind::Function { arity } => Some(function(&mut scope, definition, arity)),
            RuleKind::Complete | RuleKind::PartialSet | RuleKind::PartialObject => {
                value(&scope, definition)
            }
        };
        if let Some(mut ty) = inferred {
            if self.replacements.is_replaced(definition) {
                ty = ty.without_empty_collections();
            }
            let length = match definition.branch.head {
                Head::Value(_) => path.iter().take_while(|step| step.is_constant()).count(),
                Head::Member(_) => path.len(),
            };
            self.tree.insert(&path[..length], &ty);
        }
    }

    /// Returns the whole path of a head.
    fn path(&mut self, definition: Definition<'_>) -> Vec<Step> {
        let rule = self.program.rule(definition.rule);
        let names = rule.path.iter().map(|name| Step::Key(Key::String(name.clone())));
        let keys = definition.branch.keys.iter().map(|key| {
            if let Term::Constant(constant) = key {
                return Step::Key(constant.into());
            }
            self.variables += 1;
            Step::Variable(self.variables)
        });
        names.chain(keys).collect()
    }
}

/// Returns a function's type. Parameters whose types the body does not determine are `any`. If the
/// definition is a default, all parameters are `any`.
fn function(scope: &mut Scope<'_>, definition: Definition<'_>, arity: usize) -> Type {
    let branch = definition.branch;
    let parameters = if definition.is_default {
        vec![Some(Type::any()); arity]
    } else {
        branch.parameters.iter().for_each(|parameter| assume_any(scope, parameter));
        branch.parameters.iter().map(|parameter| scope.type_of(parameter.into())).collect()
    };
    let (Head::Value(result) | Head::Member(result)) = &branch.head;
    Type::function(parameters, scope.type_of(result.into()))
}

fn assume_any(scope: &mut Scope<'_>, parameter: &Term) {
    match parameter {
        Term::Var(variable) if scope.variable(*variable).is_none() => {
            scope.put(*variable, Some(Type::any()));
        }
        Term::Array(parts) | Term::Set(parts) => {
            for part in parts {
                assume_any(scope, part);
            }
        }
        Term::Object(properties) => {
            for (key, value) in properties {
                assume_any(scope, key);
                assume_any(scope, value);
            }
        }
        _ => {}
    }
}

/// Returns the type of a definition's value. From the first variable key on, each key wraps it in
/// an object.
fn value(scope: &Scope<'_>, definition: Definition<'_>) -> Option<Type> {
    match &definition.branch.head {
        Head::Member(member) => Some(Type::set(Some(scope.type_of(member.into())?))),
        Head::Value(value) => {
            let ty = scope.type_of(value.into())?;
            let keys = &definition.branch.keys;
            let constant = keys.iter().take_while(|key| matches!(key, Term::Constant(_))).count();
            keys[constant..].iter().rev().try_fold(ty, |ty, key| {
                let key = Some(scope.type_of(key.into())?);
                Some(Type::object(Vec::new(), Some(Property { key, value: Some(ty) })))
            })
        }
    }
}
