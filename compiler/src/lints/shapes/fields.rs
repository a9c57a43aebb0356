//! Steps of a reference: from the shape of a value to that of a field or a member.

use std::sync::Arc;

use super::inventory::Mistake;
use super::objects;
use super::{Alternative, Basis, Origin, Rest, Scalar, Shape, Shapes};

/// The result of a step to a named field.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Step {
    /// The shape of the field; [`Shape::ANY`] if it is not known.
    pub(in crate::lints) shape: Shape,
    pub(in crate::lints) outcome: Outcome,
}

/// The existence of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lints) enum Outcome {
    /// The field may exist.
    Exists,
    /// Only objects of kinds that are not named have the field.
    OtherKinds,
    /// No object has the field.
    Missing,
    /// The value is an array, which has no named fields.
    Array,
    /// The value is a scalar, which has neither fields nor members.
    Scalar,
    /// The field does not fit the level of the inventory.
    Inventory(Mistake),
}

/// The result of a step to all members.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Each {
    /// The shape of the keys.
    pub(in crate::lints) key: Shape,
    /// The shape of the values.
    pub(in crate::lints) value: Shape,
    /// `true` if the value is a scalar, which has no members.
    pub(in crate::lints) scalar: bool,
}

impl Shapes {
    /// Steps to the field `name`.
    pub(in crate::lints) fn field(&mut self, shape: Shape, name: &Arc<str>) -> Step {
        let key = (shape, Arc::clone(name));
        if let Some(step) = self.steps.get(&key) {
            return *step;
        }
        let step = self.uncached_field(shape, name);
        self.steps.insert(key, step);
        step
    }

    fn uncached_field(&mut self, shape: Shape, name: &Arc<str>) -> Step {
        let alternatives = self.get(shape);
        let mut found: Vec<(Shape, bool)> = Vec::new();
        let (mut known_found, mut known_missing) = (false, false);
        let (mut arrays, mut scalars, mut mistake, mut open) = (0, 0, None, false);
        for alternative in &*alternatives {
            let one = match *alternative {
                Alternative::Any => return Step { shape: Shape::ANY, outcome: Outcome::Exists },
                Alternative::Scalar(..) | Alternative::Texts(..) => {
                    scalars += 1;
                    None
                }
                Alternative::Array(..) => {
                    arrays += 1;
                    None
                }
                Alternative::Set(of, _) | Alternative::Map(of, _) => Some(of),
                Alternative::Record(id) => self.record_field(id, name),
                Alternative::Object(id, basis) => {
                    let field = id.field(name).map(|field| objects::field(self, field, basis));
                    if basis != Basis::Other {
                        known_found |= field.is_some();
                        known_missing |= field.is_none();
                    }
                    // A field of any type in a kind that is not named says nothing of the others.
                    let unknown = field == Some(Shape::ANY) && basis != Basis::Known;
                    open |= unknown;
                    field.filter(|_| !unknown)
                }
                Alternative::Inventory(level) => match self.inventory_field(level, name) {
                    Ok(shape) => Some(shape),
                    Err(found) => {
                        mistake = Some(found);
                        None
                    }
                },
            };
            let other = matches!(alternative, Alternative::Object(_, Basis::Other));
            found.extend(one.map(|shape| (shape, other)));
        }
        // Kinds that are not named matter only for fields that they alone have.
        let found: Vec<Shape> = found
            .into_iter()
            .filter(|(shape, other)| !(known_found && *other) || self.holds_objects(*shape))
            .map(|(shape, _)| shape)
            .collect();
        let outcome = match found.len() {
            0 if alternatives.is_empty() || open => Outcome::Exists,
            0 if scalars == alternatives.len() => Outcome::Scalar,
            0 if arrays + scalars == alternatives.len() => Outcome::Array,
            0 => mistake.map_or(Outcome::Missing, Outcome::Inventory),
            _ if known_missing && !known_found => Outcome::OtherKinds,
            _ => Outcome::Exists,
        };
        let shape = if found.is_empty() { Shape::ANY } else { self.union(found) };
        Step { shape, outcome }
    }

    /// Returns `true` if values of the shape are or contain objects of Kubernetes.
    fn holds_objects(&self, shape: Shape) -> bool {
        self.get(shape).iter().any(|alternative| match alternative {
            Alternative::Object(..) => true,
            Alternative::Array(of, _) | Alternative::Map(of, _) => self.holds_objects(*of),
            _ => false,
        })
    }

    fn record_field(&mut self, id: super::RecordId, name: &str) -> Option<Shape> {
        let record = self.get_record(id);
        let field = record.fields.binary_search_by(|(own, _)| (**own).cmp(name));
        match (field, record.rest) {
            (Ok(index), _) => Some(record.fields[index].1),
            (Err(_), Rest::None | Rest::Undeclared) => None,
            (Err(_), Rest::Of(shape)) => Some(shape),
        }
    }

    /// Steps to all members of a value.
    pub(in crate::lints) fn each(&mut self, shape: Shape) -> Each {
        let alternatives = self.get(shape);
        let named =
            alternatives.iter().any(|one| matches!(one, Alternative::Object(_, Basis::Known)));
        let (mut keys, mut values, mut scalars) = (Vec::new(), Vec::new(), 0);
        let string = self.one(Alternative::Scalar(Scalar::String, Origin::Policy));
        let number = self.one(Alternative::Scalar(Scalar::Integer, Origin::Policy));
        for alternative in &*alternatives {
            match *alternative {
                Alternative::Any => {
                    return Each { key: Shape::ANY, value: Shape::ANY, scalar: false };
                }
                Alternative::Scalar(..) | Alternative::Texts(..) => scalars += 1,
                Alternative::Array(of, _) => {
                    keys.push(number);
                    values.push(of);
                }
                Alternative::Set(of, _) => {
                    keys.push(of);
                    values.push(of);
                }
                Alternative::Map(of, _) => {
                    keys.push(string);
                    values.push(of);
                }
                Alternative::Record(id) => {
                    let record = self.get_record(id);
                    keys.push(string);
                    values.extend(record.fields.iter().map(|(_, shape)| *shape));
                    match record.rest {
                        Rest::None => {}
                        Rest::Undeclared => values.push(Shape::ANY),
                        Rest::Of(shape) => values.push(shape),
                    }
                }
                Alternative::Object(id, basis) => {
                    keys.push(string);
                    let fields = id.fields().iter().map(|field| objects::field(self, field, basis));
                    let fields: Vec<Shape> = fields.collect();
                    // A field of any type in a kind that is not named says nothing of the others.
                    let matters = |shape: &Shape| {
                        !named || basis == Basis::Known || self.holds_objects(*shape)
                    };
                    values.extend(fields.into_iter().filter(matters));
                }
                Alternative::Inventory(level) => {
                    keys.push(string);
                    values.push(self.inventory_each(level));
                }
            }
        }
        let scalar = scalars > 0 && scalars == alternatives.len();
        if values.is_empty() {
            return Each { key: Shape::ANY, value: Shape::ANY, scalar };
        }
        Each { key: self.union(keys), value: self.union(values), scalar }
    }

    /// Returns the shape of a member at an index.
    pub(in crate::lints) fn item(&mut self, shape: Shape) -> Shape {
        let mut items = Vec::new();
        for alternative in &*self.get(shape) {
            match *alternative {
                Alternative::Array(of, _) | Alternative::Set(of, _) => items.push(of),
                Alternative::Scalar(..) | Alternative::Texts(..) => {}
                _ => return Shape::ANY,
            }
        }
        if items.is_empty() { Shape::ANY } else { self.union(items) }
    }
}
