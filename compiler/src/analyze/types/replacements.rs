//! The effect of `with` on the types of the documents that it replaces: `withEnv` and
//! `replacedRules` of OPA's `ast/check.go` and `ast/compile.go`.
//!
//! In `p { q == "x" with data.a.r as "y" }`, the document `data.a.r` may be the value of its rules
//! or the string. Rules that refer to it, such as `q`, may have any value.

use super::algebra::or;
use super::definition_graph::{Definition, Graph};
use super::key::Key;
use super::rule_types::{Node, Step};
use super::scope::Scope;
use super::ty::Type;
use crate::hir::walk::{self, Visited};
use crate::hir::{Program, Term, With, WithTarget, WithValue};

/// The definitions that the modifiers of a program replace.
pub(super) struct Replacements<'p> {
    program: &'p Program,
    graph: &'p Graph<'p>,
    /// The definitions that some modifier replaces, by address.
    replaced: std::collections::HashSet<*const crate::hir::Branch>,
}

impl<'p> Replacements<'p> {
    /// Finds the definitions that the modifiers in `program` replace.
    pub(super) fn new(program: &'p Program, graph: &'p Graph<'p>) -> Self {
        let mut replaced = std::collections::HashSet::new();
        for definition in (0..graph.len()).map(|index| graph.definition(index)) {
            walk::body(&definition.branch.body, &mut |visited| {
                let Visited::Replaced(path) = visited else { return };
                let found = graph.replaced(path);
                replaced.extend(found.into_iter().map(|index| address(graph.definition(index))));
            });
        }
        Replacements { program, graph, replaced }
    }

    /// Returns `true` if some modifier replaces the definition.
    pub(super) fn is_replaced(&self, definition: Definition<'_>) -> bool {
        self.replaced.contains(&address(definition))
    }

    /// Returns the types of the rules under the modifiers `with`, or `None` if they equal those in
    /// `scope`.
    pub(super) fn tree(&self, scope: &Scope<'_>, with: &[With]) -> Option<Node> {
        let mut tree: Option<Node> = None;
        let mut targets = Vec::new();
        for with in with {
            let dependents = match &with.target {
                WithTarget::Input(_) => continue,
                WithTarget::Data(path) => {
                    let path = steps(path);
                    targets.push((path.clone(), replaced_type(scope, with, &path)));
                    self.graph.with_dependents(self.graph.replaced(names(with)))
                }
                WithTarget::Function(callee) => match callee {
                    crate::hir::Callee::Builtin(_) => continue,
                    crate::hir::Callee::Function(id) => {
                        let path = &self.program.rule(*id).path;
                        if !matches!(scope.type_of_rule(path), Some(Type::Function(_))) {
                            continue;
                        }
                        let own = self.graph.of_rule(*id);
                        let mut found = self.graph.with_dependents(own.clone());
                        // The declaration of the function itself determines the expected arity.
                        found.retain(|index| !own.contains(index));
                        found
                    }
                },
            };
            for index in dependents {
                let path = self.ground_path(self.graph.definition(index));
                let tree = tree.get_or_insert_with(|| scope.tree().clone());
                tree.replace(&path, Type::any());
            }
        }
        // A document keeps the type of its replacement even if another modifier replaces a
        // dependency of its rules.
        for (path, ty) in targets {
            tree.get_or_insert_with(|| scope.tree().clone()).replace(&path, ty);
        }
        tree
    }

    /// Returns the path of a definition up to its first variable.
    fn ground_path(&self, definition: Definition<'_>) -> Vec<Step> {
        let mut path = steps(&self.program.rule(definition.rule).path);
        for key in &definition.branch.keys {
            let Term::Constant(constant) = key else { break };
            path.push(Step::Key(constant.into()));
        }
        path
    }
}

fn address(definition: Definition<'_>) -> *const crate::hir::Branch {
    std::ptr::from_ref(definition.branch)
}

fn names(with: &With) -> &[std::sync::Arc<str>] {
    match &with.target {
        WithTarget::Data(path) => path,
        WithTarget::Input(_) | WithTarget::Function(_) => &[],
    }
}

fn steps(path: &[std::sync::Arc<str>]) -> Vec<Step> {
    path.iter().map(|name| Step::Key(Key::String(name.clone()))).collect()
}

/// Returns the type of a replaced document: that of its rules or of its replacement.
fn replaced_type(scope: &Scope<'_>, with: &With, path: &[Step]) -> Type {
    let known = scope.tree().type_at(path);
    let replacement = match &with.value {
        WithValue::Value(term) => scope.type_of(term.into()),
        WithValue::Function(_) => None,
    };
    match (known, replacement) {
        (Some(known), Some(replacement)) => {
            or(Some(known), Some(replacement)).unwrap_or_else(Type::any)
        }
        _ => Type::any(),
    }
}
