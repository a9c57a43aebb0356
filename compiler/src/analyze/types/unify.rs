//! Unification of types and terms, which also infers the types of variables: `unify1`, `unify2` and
//! `unifies` of OPA's `ast/check.go`.

use super::algebra::{is_unknown, or, select, select_property};
use super::scope::Scope;
use super::ty::{Array, Function, Object, Type};
use super::view::{Shape, View, find};
use crate::hir::VarId;

/// Returns `true` if a value can be of both types.
pub(super) fn unifies(left: Option<&Type>, right: Option<&Type>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    match (left, right) {
        (Type::Any(left_of), Type::Any(right_of)) => {
            any_unifies(&left_of.of, right) || any_unifies(&right_of.of, left)
        }
        (Type::Any(any), other) | (other, Type::Any(any)) => any_unifies(&any.of, other),
        (Type::Null, Type::Null)
        | (Type::Boolean, Type::Boolean)
        | (Type::Number, Type::Number)
        | (Type::String, Type::String) => true,
        (Type::Array(left), Type::Array(right)) => arrays_unify(left, right),
        (Type::Object(left), Type::Object(right)) => objects_unify(left, right),
        // The empty set is a member of every set type.
        (Type::Set(left), Type::Set(right)) => rests_unify(left.of.as_ref(), right.of.as_ref()),
        (Type::Function(left), Type::Function(right)) => functions_unify(left, right),
        _ => false,
    }
}

fn any_unifies(of: &[Type], other: &Type) -> bool {
    !matches!(other, Type::Function(_))
        && (of.is_empty() || of.iter().any(|ty| unifies(Some(ty), Some(other))))
}

fn arrays_unify(left: &Array, right: &Array) -> bool {
    let longest = left.fixed.len().max(right.fixed.len());
    (0..longest).all(|index| unifies(left.element(index).as_ref(), right.element(index).as_ref()))
        && rests_unify(left.rest.as_ref(), right.rest.as_ref())
}

fn objects_unify(left: &Object, right: &Object) -> bool {
    fixed_unify(left, right)
        && fixed_unify(right, left)
        && rests_unify(
            left.rest.as_ref().and_then(|rest| rest.value.as_ref()),
            right.rest.as_ref().and_then(|rest| rest.value.as_ref()),
        )
}

/// Returns `true` if the listed properties of `left` are possible in `right`. A property that
/// `right` does not list may be one of its further properties. It suffices that one of the two
/// objects has further properties.
fn fixed_unify(left: &Object, right: &Object) -> bool {
    let has_rest = |object: &Object| object.rest.as_ref().is_some_and(|rest| rest.value.is_some());
    left.fixed.iter().all(|(key, value)| match select_property(right, key) {
        Some(other) => unifies(value.as_ref(), Some(&other)),
        None => has_rest(left) || has_rest(right),
    })
}

fn rests_unify(left: Option<&Type>, right: Option<&Type>) -> bool {
    left.is_none() || right.is_none() || unifies(left, right)
}

fn functions_unify(left: &Function, right: &Function) -> bool {
    left.operands.len() == right.operands.len()
        && left
            .operands
            .iter()
            .zip(&right.operands)
            .all(|(left, right)| unifies(left.as_ref(), right.as_ref()))
}

impl Scope<'_> {
    /// Returns `true` if `left` and `right` can be equal. Their types are those found before.
    /// Infers the types of variables.
    pub(super) fn unify_terms(
        &mut self,
        (left, left_type): (View<'_>, Option<&Type>),
        (right, right_type): (View<'_>, Option<&Type>),
    ) -> bool {
        match (is_unknown(left_type), is_unknown(right_type)) {
            (true, false) => self.unify_type(left, right_type, false),
            (false, true) => self.unify_type(right, left_type, false),
            (false, false) => unifies(left_type, right_type),
            (true, true) => self.unify_unknown((left, left_type), (right, right_type)),
        }
    }

    fn unify_unknown(
        &mut self,
        (left, left_type): (View<'_>, Option<&Type>),
        (right, right_type): (View<'_>, Option<&Type>),
    ) -> bool {
        match (left.shape(), right.shape()) {
            (Shape::Array(left), Shape::Array(right)) => {
                left.len() == right.len()
                    && left.iter().zip(&right).all(|(left, right)| self.unify_parts(*left, *right))
            }
            (Shape::Object(left), Shape::Object(right)) => self.unify_objects(&left, &right),
            (Shape::Array(_) | Shape::Object(_) | Shape::Var(_), Shape::Var(_)) => {
                self.unify_with_variable(left, right)
            }
            (Shape::Var(_), Shape::Array(_) | Shape::Object(_)) => {
                self.unify_with_variable(right, left)
            }
            (Shape::Var(variable), Shape::Ref(_)) | (Shape::Ref(_), Shape::Var(variable)) => {
                self.put(variable, Some(Type::any()));
                true
            }
            // The other side is known in part, such as a set with a parameter as its member.
            (Shape::Var(_), _) if left_type.is_none() && right_type.is_some() => {
                self.unify_type(left, right_type, false)
            }
            (_, Shape::Var(_)) if right_type.is_none() && left_type.is_some() => {
                self.unify_type(right, left_type, false)
            }
            _ => false,
        }
    }

    fn unify_parts(&mut self, left: View<'_>, right: View<'_>) -> bool {
        let (left_type, right_type) = (self.type_of(left), self.type_of(right));
        self.unify_terms((left, left_type.as_ref()), (right, right_type.as_ref()))
    }

    fn unify_objects(
        &mut self,
        left: &[(View<'_>, View<'_>)],
        right: &[(View<'_>, View<'_>)],
    ) -> bool {
        left.len() == right.len()
            && left.iter().all(|(key, value)| {
                find(right, *key).is_some_and(|place| self.unify_parts(*value, right[place].1))
            })
    }

    /// Unifies two sides of unknown type: the term becomes `any`, and the variable gets the term's
    /// type.
    fn unify_with_variable(&mut self, term: View<'_>, variable: View<'_>) -> bool {
        self.unify_type(term, Some(&Type::any()), false) && {
            let ty = self.type_of(term);
            self.unify_type(variable, ty.as_ref(), false)
        }
    }

    /// Returns `true` if `term` can be of type `ty`, and infers the types of unknown variables.
    /// `union` means that `ty` is one alternative of several: then `ty` extends a variable's known
    /// type.
    pub(super) fn unify_type(&mut self, term: View<'_>, ty: Option<&Type>, union: bool) -> bool {
        match (term.shape(), ty) {
            (Shape::Var(variable), _) => self.unify_variable(variable, ty, union),
            (Shape::Array(elements), Some(Type::Array(array))) => {
                self.unify_elements(&elements, array, union)
            }
            (Shape::Object(properties), Some(ty @ Type::Object(object))) => {
                let is_open = object.rest.as_ref().is_some_and(|rest| rest.value.is_some());
                (is_open || properties.len() == object.fixed.len())
                    && properties
                        .iter()
                        .all(|(key, value)| self.unify_property(*key, *value, ty, union))
            }
            (Shape::Set(members), Some(Type::Set(set))) => {
                members.iter().all(|member| self.unify_type(*member, set.of.as_ref(), union))
            }
            (
                shape @ (Shape::Array(_) | Shape::Object(_) | Shape::Set(_)),
                Some(Type::Any(any)),
            ) => self.unify_union(term, shape, &any.of),
            (Shape::Array(_) | Shape::Object(_) | Shape::Set(_), _) => false,
            (Shape::Closure, _) => {
                let known = self.type_of(term);
                unifies(known.as_ref(), ty)
            }
            (Shape::Ref(_) | Shape::Scalar(_), _) => unifies(self.type_of(term).as_ref(), ty),
        }
    }

    fn unify_variable(&mut self, variable: VarId, ty: Option<&Type>, union: bool) -> bool {
        match self.variable(variable) {
            Some(known) if !union => unifies(Some(&known), ty),
            known => {
                self.put(variable, or(known, ty.cloned()));
                true
            }
        }
    }

    fn unify_elements(&mut self, elements: &[View<'_>], array: &Array, union: bool) -> bool {
        (array.rest.is_some() || elements.len() == array.fixed.len())
            && elements.iter().enumerate().all(|(index, element)| {
                self.unify_type(*element, array.element(index).as_ref(), union)
            })
    }

    /// Unifies a property. The type of a value below an unknown key is `any`.
    fn unify_property(&mut self, key: View<'_>, value: View<'_>, ty: &Type, union: bool) -> bool {
        let Some(key) = key.as_key() else {
            self.unify_type(value, Some(&Type::any()), union);
            return true;
        };
        select(ty, &key).is_some_and(|child| self.unify_type(value, Some(&child), union))
    }

    /// Unifies a term with a union. Every alternative extends the types of the variables, whether
    /// it fits or not.
    fn unify_union(&mut self, term: View<'_>, shape: Shape<'_>, of: &[Type]) -> bool {
        if of.is_empty() {
            self.infer_any(shape);
            return true;
        }
        let mut is_found = false;
        for ty in of {
            is_found |= self.unify_type(term, Some(ty), true);
        }
        is_found
    }

    fn infer_any(&mut self, shape: Shape<'_>) {
        let parts = match shape {
            Shape::Array(parts) | Shape::Set(parts) => parts,
            Shape::Object(properties) => {
                properties.into_iter().flat_map(|(key, value)| [key, value]).collect()
            }
            Shape::Scalar(_) | Shape::Var(_) | Shape::Ref(_) | Shape::Closure => return,
        };
        for part in parts {
            self.unify_type(part, Some(&Type::any()), true);
        }
    }
}
