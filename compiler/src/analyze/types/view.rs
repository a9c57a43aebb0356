//! A uniform view of terms and constants, so that code that looks into composites is written once.

use std::collections::{BTreeMap, HashMap};

use super::key::Key;
use super::ty::Type;
use crate::hir::{Constant, Ref, Term, VarId};

/// A term, or a constant within a constant.
#[derive(Clone, Copy)]
pub(super) enum View<'t> {
    Term(&'t Term),
    Constant(&'t Constant),
}

/// The structure of a term.
pub(super) enum Shape<'t> {
    /// A constant that is not a composite, by its type.
    Scalar(Type),
    Var(VarId),
    Ref(&'t Ref),
    Array(Vec<View<'t>>),
    /// The properties, without the earlier ones of equal keys.
    Object(Vec<(View<'t>, View<'t>)>),
    Set(Vec<View<'t>>),
    /// A comprehension.
    Closure,
}

impl<'t> From<&'t Term> for View<'t> {
    fn from(term: &'t Term) -> Self {
        match term {
            Term::Constant(constant) => View::Constant(constant),
            _ => View::Term(term),
        }
    }
}

/// Returns the views of the operands of a reference or a call.
pub(super) fn views(terms: &[Term]) -> Vec<View<'_>> {
    terms.iter().map(View::from).collect()
}

impl<'t> View<'t> {
    pub(super) fn shape(self) -> Shape<'t> {
        match self {
            View::Term(term) => term_shape(term),
            View::Constant(constant) => constant_shape(constant),
        }
    }

    /// Returns the key, if the term is constant.
    pub(super) fn as_key(self) -> Option<Key> {
        match self {
            View::Constant(constant) => Some(constant.into()),
            View::Term(_) => None,
        }
    }

    /// Returns the key, if the term is a constant but not a composite.
    pub(super) fn as_scalar_key(self) -> Option<Key> {
        match self {
            View::Constant(Constant::Array(_) | Constant::Object(_) | Constant::Set(_))
            | View::Term(_) => None,
            View::Constant(constant) => Some(constant.into()),
        }
    }

    pub(super) fn is_constant(self) -> bool {
        matches!(self, View::Constant(_))
    }

    /// Returns `true` if the terms are equal as keys of two objects.
    fn is_equal_key(self, other: View<'_>) -> bool {
        match (self, other) {
            (View::Constant(left), View::Constant(right)) => Key::from(left) == Key::from(right),
            (View::Term(Term::Var(left)), View::Term(Term::Var(right))) => left == right,
            _ => false,
        }
    }
}

fn term_shape(term: &Term) -> Shape<'_> {
    match term {
        Term::Constant(constant) => constant_shape(constant),
        Term::Var(var) => Shape::Var(*var),
        Term::Ref(reference) => Shape::Ref(reference),
        Term::Array(elements) => Shape::Array(views(elements)),
        Term::Set(members) => Shape::Set(views(members)),
        Term::Object(properties) => Shape::Object(distinct(
            properties.iter().map(|(key, value)| (key.into(), value.into())),
        )),
        Term::ArrayComprehension(_) | Term::SetComprehension(_) | Term::ObjectComprehension(_) => {
            Shape::Closure
        }
    }
}

fn constant_shape(constant: &Constant) -> Shape<'_> {
    match constant {
        Constant::Null => Shape::Scalar(Type::Null),
        Constant::Bool(_) => Shape::Scalar(Type::Boolean),
        Constant::Number(_) => Shape::Scalar(Type::Number),
        Constant::String(_) => Shape::Scalar(Type::String),
        Constant::Array(elements) => Shape::Array(elements.iter().map(View::Constant).collect()),
        Constant::Set(members) => Shape::Set(members.iter().map(View::Constant).collect()),
        Constant::Object(properties) => Shape::Object(distinct(
            properties.iter().map(|(key, value)| (View::Constant(key), View::Constant(value))),
        )),
    }
}

fn distinct<'t>(
    properties: impl Iterator<Item = (View<'t>, View<'t>)>,
) -> Vec<(View<'t>, View<'t>)> {
    let mut distinct_pairs: Vec<(View<'t>, View<'t>)> = Vec::new();
    let (mut constants, mut variables) = (BTreeMap::new(), HashMap::new());
    for (key, value) in properties {
        let next = distinct_pairs.len();
        let place = match key {
            View::Constant(constant) => *constants.entry(Key::from(constant)).or_insert(next),
            View::Term(Term::Var(variable)) => *variables.entry(*variable).or_insert(next),
            View::Term(_) => next,
        };
        match distinct_pairs.get_mut(place) {
            Some(earlier) => *earlier = (key, value),
            None => distinct_pairs.push((key, value)),
        }
    }
    distinct_pairs
}

/// Returns the position of the key in `properties`.
pub(super) fn find(properties: &[(View<'_>, View<'_>)], key: View<'_>) -> Option<usize> {
    properties.iter().position(|(other, _)| other.is_equal_key(key))
}
