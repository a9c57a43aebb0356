//! Order, union and selection of types. The functions are named after those of OPA's `types`
//! package.

use std::cmp::Ordering;

use super::key::Key;
use super::ty::{Array, Function, Object, Property, Type};

/// Compares two types in the total order of a union's alternatives. An unknown type comes first.
pub(super) fn compare(left: Option<&Type>, right: Option<&Type>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else {
        return left.is_some().cmp(&right.is_some());
    };
    match (left, right) {
        (Type::Array(left), Type::Array(right)) => compare_arrays(left, right),
        (Type::Object(left), Type::Object(right)) => compare_objects(left, right),
        (Type::Set(left), Type::Set(right)) => compare(left.of.as_ref(), right.of.as_ref()),
        (Type::Any(left), Type::Any(right)) => {
            compare_each(left.of.iter().map(Some), right.of.iter().map(Some))
        }
        (Type::Function(left), Type::Function(right)) => compare_functions(left, right),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn rank(ty: &Type) -> u8 {
    match ty {
        Type::Null => 0,
        Type::Boolean => 1,
        Type::Number => 2,
        Type::String => 3,
        Type::Array(_) => 4,
        Type::Object(_) => 5,
        Type::Set(_) => 6,
        Type::Any(_) => 7,
        Type::Function(_) => 8,
    }
}

fn compare_arrays(left: &Array, right: &Array) -> Ordering {
    compare(left.rest.as_ref(), right.rest.as_ref()).then_with(|| {
        compare_each(left.fixed.iter().map(Option::as_ref), right.fixed.iter().map(Option::as_ref))
    })
}

fn compare_objects(left: &Object, right: &Object) -> Ordering {
    let rest = match (&left.rest, &right.rest) {
        (Some(left), Some(right)) => compare(left.key.as_ref(), right.key.as_ref())
            .then_with(|| compare(left.value.as_ref(), right.value.as_ref())),
        (left, right) => left.is_some().cmp(&right.is_some()),
    };
    let fixed = left.fixed.iter().zip(&right.fixed).map(|(left, right)| {
        left.0.cmp(&right.0).then_with(|| compare(left.1.as_ref(), right.1.as_ref()))
    });
    rest.then_with(|| first_difference(fixed)).then(left.fixed.len().cmp(&right.fixed.len()))
}

fn compare_functions(left: &Function, right: &Function) -> Ordering {
    left.operands
        .len()
        .cmp(&right.operands.len())
        .then_with(|| {
            compare_each(
                left.operands.iter().map(Option::as_ref),
                right.operands.iter().map(Option::as_ref),
            )
        })
        .then_with(|| compare(left.result.as_ref(), right.result.as_ref()))
        .then_with(|| compare(left.variadic.as_ref(), right.variadic.as_ref()))
}

fn compare_each<'t>(
    left: impl ExactSizeIterator<Item = Option<&'t Type>>,
    right: impl ExactSizeIterator<Item = Option<&'t Type>>,
) -> Ordering {
    let lengths = left.len().cmp(&right.len());
    first_difference(left.zip(right).map(|(left, right)| compare(left, right))).then(lengths)
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Returns `true` if `left` equals `right` or is a union that contains it.
fn contains(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Any(_), Type::Function(_)) => false,
        (Type::Any(any), _) if any.of.is_empty() => true,
        (Type::Any(any), _) => position(&any.of, right).is_ok(),
        _ => compare(Some(left), Some(right)).is_eq(),
    }
}

fn position(sorted: &[Type], ty: &Type) -> Result<usize, usize> {
    sorted.binary_search_by(|other| compare(Some(other), Some(ty)))
}

/// Returns the union of two types. The union of two functions is the function of the unions of
/// their operands and results. A function and a value have no union.
pub(super) fn or(left: Option<Type>, right: Option<Type>) -> Option<Type> {
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left, right),
        (left, right) => return left.or(right),
    };
    match (&left, &right) {
        (Type::Function(left), Type::Function(right)) => union_functions(left, right),
        (Type::Function(_), _) | (_, Type::Function(_)) => None,
        (Type::Any(any), Type::Any(others)) => Some(union_of(&any.of, &others.of)),
        (Type::Any(_), _) => Some(widen(left, right)),
        (_, Type::Any(_)) => Some(widen(right, left)),
        _ => Some(match compare(Some(&left), Some(&right)) {
            Ordering::Equal => left,
            Ordering::Less => Type::any_of(vec![left, right]),
            Ordering::Greater => Type::any_of(vec![right, left]),
        }),
    }
}

fn union_functions(left: &Function, right: &Function) -> Option<Type> {
    if left.operands.len() != right.operands.len() {
        return None;
    }
    let pairs = left.operands.iter().zip(&right.operands);
    let operands = pairs.map(|(left, right)| or(left.clone(), right.clone())).collect();
    Some(Type::function(operands, or(left.result.clone(), right.result.clone())))
}

/// Adds to a union a type that is not a union.
fn widen(union: Type, ty: Type) -> Type {
    let Type::Any(any) = &union else { return union };
    if any.of.is_empty() {
        return union;
    }
    match position(&any.of, &ty) {
        Ok(_) => union,
        Err(place) => {
            let mut of = any.of.clone();
            of.insert(place, ty);
            Type::any_of(of)
        }
    }
}

fn union_of(left: &[Type], right: &[Type]) -> Type {
    if left.is_empty() || right.is_empty() {
        return Type::any();
    }
    let mut of = left.to_vec();
    for ty in right {
        if let Err(place) = position(&of, ty) {
            of.insert(place, ty.clone());
        }
    }
    Type::any_of(of)
}

/// Returns the type below the constant `key`.
pub(super) fn select(ty: &Type, key: &Key) -> Option<Type> {
    match ty {
        Type::Array(array) => select_element(array, key),
        Type::Object(object) => select_property(object, key),
        Type::Set(set) => {
            let member = key.type_of();
            match set.of.as_ref()? {
                Type::Any(any) if any.of.is_empty() || position(&any.of, &member).is_ok() => {
                    Some(member)
                }
                of => compare(Some(of), Some(&member)).is_eq().then(|| of.clone()),
            }
        }
        Type::Any(any) if any.of.is_empty() => Some(ty.clone()),
        Type::Any(any) => any.of.iter().fold(None, |found, ty| or(select(ty, key), found)),
        _ => None,
    }
}

/// Returns the type of an element. Only a number that Go reads as an `int64` is an index: `1.0` is
/// not.
fn select_element(array: &Array, key: &Key) -> Option<Type> {
    let Key::Number(text) = key else { return None };
    let index = usize::try_from(text.parse::<i64>().ok()?).ok()?;
    array.element(index)
}

impl Array {
    /// Returns the type of the element at `index`.
    pub(super) fn element(&self, index: usize) -> Option<Type> {
        self.fixed.get(index).unwrap_or(&self.rest).clone()
    }
}

pub(super) fn select_property(object: &Object, key: &Key) -> Option<Type> {
    if let Ok(place) = object.fixed.binary_search_by(|(name, _)| name.cmp(key)) {
        return object.fixed[place].1.clone();
    }
    let rest = object.rest.as_ref()?;
    if contains(rest.key.as_ref()?, &key.type_of()) { rest.value.clone() } else { None }
}

/// Returns the type of a variable that is an operand of a reference into `ty`.
pub(super) fn keys(ty: &Type) -> Option<Type> {
    match ty {
        Type::Array(_) => Some(Type::Number),
        Type::Object(object) => {
            let fixed = object.fixed.iter().map(|(key, _)| Some(key.type_of()));
            let rest = object.rest.iter().map(|rest| rest.key.clone());
            fixed.chain(rest).fold(None, or)
        }
        Type::Set(set) => set.of.clone(),
        Type::Any(any) if any.of.is_empty() => Some(ty.clone()),
        Type::Any(any) => any.of.iter().fold(None, |found, ty| or(keys(ty), found)),
        _ => None,
    }
}

/// Returns the type of the values below an unknown key.
pub(super) fn values(ty: &Type) -> Option<Type> {
    match ty {
        Type::Array(array) => {
            array.fixed.iter().cloned().chain([array.rest.clone()]).fold(None, or)
        }
        Type::Object(object) => {
            let rest = object.rest.iter().map(|rest| rest.value.clone());
            object.fixed.iter().map(|(_, value)| value.clone()).chain(rest).fold(None, or)
        }
        Type::Set(set) => set.of.clone(),
        Type::Any(any) if any.of.is_empty() => Some(ty.clone()),
        Type::Any(any) => any.of.iter().fold(None, |found, ty| or(values(ty), found)),
        _ => None,
    }
}

impl Type {
    /// Replaces every empty collection in the type by `any`. A document that `with` replaces may
    /// have more members than its definitions have.
    pub(super) fn without_empty_collections(&self) -> Type {
        if self.is_empty_collection() {
            return Type::any();
        }
        let strip = |ty: &Option<Type>| ty.as_ref().map(Type::without_empty_collections);
        match self {
            Type::Array(array) => {
                Type::array(array.fixed.iter().map(strip).collect(), strip(&array.rest))
            }
            Type::Object(object) => {
                let fixed = object.fixed.iter().map(|(key, value)| (key.clone(), strip(value)));
                let rest = object
                    .rest
                    .as_ref()
                    .map(|rest| Property { key: rest.key.clone(), value: strip(&rest.value) });
                Type::object(fixed.collect(), rest)
            }
            Type::Set(set) => Type::set(strip(&set.of)),
            Type::Any(any) if !any.of.is_empty() => {
                let mut of: Vec<_> = any.of.iter().map(Type::without_empty_collections).collect();
                of.sort_by(|left, right| compare(Some(left), Some(right)));
                Type::any_of(of)
            }
            _ => self.clone(),
        }
    }
}

/// Returns `true` if the type or a part of it is unknown (`types.Nil`).
pub(super) fn is_unknown(ty: Option<&Type>) -> bool {
    let any_unknown = |types: &[Option<Type>]| types.iter().any(|ty| is_unknown(ty.as_ref()));
    match ty {
        None => true,
        Some(Type::Function(function)) => {
            any_unknown(&function.operands) || is_unknown(function.result.as_ref())
        }
        Some(Type::Array(array)) => {
            any_unknown(&array.fixed) || array.rest.iter().any(|rest| is_unknown(Some(rest)))
        }
        Some(Type::Object(object)) => {
            object.fixed.iter().any(|(_, value)| is_unknown(value.as_ref()))
                || object
                    .rest
                    .iter()
                    .any(|rest| is_unknown(rest.key.as_ref()) || is_unknown(rest.value.as_ref()))
        }
        Some(Type::Set(set)) => is_unknown(set.of.as_ref()),
        Some(_) => false,
    }
}
