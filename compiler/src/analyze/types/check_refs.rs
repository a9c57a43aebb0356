//! Checks references: `refChecker` of OPA's `ast/check.go`.

use super::algebra::{keys, select, values};
use super::key::Key;
use super::messages::{InvalidOperand, Names, invalid_operand, not_indexable};
use super::rule_types::{Node, Step};
use super::scope::Scope;
use super::ty::Type;
use super::unify::unifies;
use super::view::View;
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Constant, Ref, Root, Term};

/// The checker of one reference in a scope.
pub(super) struct RefCheck<'c, 's> {
    pub(super) scope: &'c mut Scope<'s>,
    pub(super) names: Names<'c>,
    pub(super) reference: &'c Ref,
}

impl RefCheck<'_, '_> {
    /// Checks the reference, and infers the types of the variables in it.
    ///
    /// # Errors
    ///
    /// Returns an error if no value has a part at the reference, or if the reference is to a
    /// function.
    pub(super) fn check(mut self) -> Result<(), Diagnostic> {
        if let Some(function @ Type::Function(_)) = self.scope.type_of_ref(self.reference) {
            return Err(self.not_indexable(self.reference.operands.len(), &function));
        }
        match self.reference.root {
            Root::Input => self.check_below(Type::any(), 0),
            Root::Data => self.check_tree(),
            Root::Var(variable) => {
                let known = self.scope.variable(variable);
                if known.is_none() {
                    self.scope.put(variable, Some(Type::any()));
                }
                self.check_below(known.unwrap_or_else(Type::any), 0)
            }
        }
    }

    /// Follows the reference through the rules, then into the rule's value.
    fn check_tree(&mut self) -> Result<(), Diagnostic> {
        let mut node = self.scope.tree();
        if node.children.is_empty() {
            return self.check_below(Type::any(), 0);
        }
        for (index, operand) in self.reference.operands.iter().enumerate() {
            self.check_step(node, index, operand)?;
            let child = View::from(operand).as_key().and_then(|key| node.child(&key));
            let Some(child) = child else { return self.check_below(Type::any(), 0) };
            if let Some(value) = &child.value {
                return self.check_below(value.clone(), index + 1);
            }
            node = child;
        }
        Ok(())
    }

    /// Checks the operand at `index` against the names of packages and rules, which are strings.
    /// The first two operands must be strings or variables, and variables get the type of the
    /// names.
    fn check_step(&mut self, node: &Node, index: usize, operand: &Term) -> Result<(), Diagnostic> {
        match operand {
            Term::Constant(Constant::String(_)) => Ok(()),
            Term::Var(variable) => {
                let names = keys(&node.document_type());
                match self.scope.variable(*variable) {
                    None => self.scope.put(*variable, names),
                    Some(known) if unifies(names.as_ref(), Some(&known)) => {}
                    Some(known) => {
                        let one_of = names_below(node);
                        return Err(self.invalid_operand(
                            index,
                            Some(&known),
                            names.as_ref(),
                            one_of,
                        ));
                    }
                }
                Ok(())
            }
            _ if index < 2 => {
                let have = self.scope.type_of(operand.into());
                let one_of = names_below(node);
                Err(self.invalid_operand(index, have.as_ref(), Some(&Type::String), one_of))
            }
            _ => Ok(()),
        }
    }

    /// Follows the operands from `start` into a value of type `ty`.
    fn check_below(&mut self, ty: Type, start: usize) -> Result<(), Diagnostic> {
        let mut below = Some(ty);
        for (index, operand) in self.reference.operands.iter().enumerate().skip(start) {
            let Some(ty) = below else { return Ok(()) };
            if ty.is_empty_collection() {
                return self.check_empty(&ty, index, operand);
            }
            let Some(expected) = keys(&ty) else { return Err(self.not_indexable(index, &ty)) };
            below = self.check_operand(&ty, &expected, index, operand)?;
        }
        Ok(())
    }

    /// Checks the operand of an empty collection. No constant is a key of it; iteration is valid
    /// and yields no members.
    fn check_empty(&mut self, ty: &Type, index: usize, operand: &Term) -> Result<(), Diagnostic> {
        if View::from(operand).as_scalar_key().is_some() {
            return Err(self.invalid_operand(index, None, None, Vec::new()));
        }
        let Term::Var(variable) = operand else { return Ok(()) };
        let Some(known) = self.scope.variable(*variable) else {
            self.scope.put(*variable, Some(Type::any()));
            return Ok(());
        };
        // Only arrays constrain their keys.
        match keys(ty) {
            Some(expected) if !unifies(Some(&known), Some(&expected)) => {
                Err(self.invalid_operand(index, Some(&known), Some(&expected), Vec::new()))
            }
            _ => Ok(()),
        }
    }

    /// Checks one operand against the keys of `ty`, and returns the type below it.
    fn check_operand(
        &mut self,
        ty: &Type,
        expected: &Type,
        index: usize,
        operand: &Term,
    ) -> Result<Option<Type>, Diagnostic> {
        let view = View::from(operand);
        if let Some(key) = view.as_scalar_key() {
            return match select(ty, &key) {
                Some(child) => Ok(Some(child)),
                None => Err(self.invalid_operand(index, None, Some(expected), names_in(ty))),
            };
        }
        if let Term::Var(variable) = operand {
            match self.scope.variable(*variable) {
                None => self.scope.put(*variable, Some(expected.clone())),
                Some(known) if unifies(Some(&known), Some(expected)) => {}
                Some(known) => {
                    return Err(self.invalid_operand(
                        index,
                        Some(&known),
                        Some(expected),
                        names_in(ty),
                    ));
                }
            }
        } else if !self.scope.unify_type(view, Some(expected), false) {
            let have = self.scope.type_of(view);
            return Err(self.invalid_operand(index, have.as_ref(), Some(expected), Vec::new()));
        }
        Ok(values(ty))
    }

    fn not_indexable(&self, position: usize, have: &Type) -> Diagnostic {
        self.fault(not_indexable(self.names, self.reference, position, have))
    }

    fn invalid_operand(
        &self,
        operand: usize,
        have: Option<&Type>,
        want: Option<&Type>,
        one_of: Vec<Key>,
    ) -> Diagnostic {
        let invalid = InvalidOperand { operand, have, want, one_of };
        self.fault(invalid_operand(self.names, self.reference, &invalid))
    }

    fn fault(&self, message: String) -> Diagnostic {
        Diagnostic::new(Code::Type, self.reference.span, message)
    }
}

fn names_below(node: &Node) -> Vec<Key> {
    let names = node.children.keys().filter_map(|step| match step {
        Step::Key(key) => Some(key.clone()),
        Step::Variable(_) => None,
    });
    names.collect()
}

fn names_in(ty: &Type) -> Vec<Key> {
    let mut names: Vec<Key> = match ty {
        Type::Object(object) => object.fixed.iter().map(|(key, _)| key.clone()).collect(),
        Type::Any(any) => any.of.iter().flat_map(names_in).collect(),
        _ => Vec::new(),
    };
    names.sort();
    names.dedup();
    names
}
