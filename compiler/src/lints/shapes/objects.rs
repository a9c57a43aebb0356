//! The shapes of Kubernetes' objects.

use std::sync::Arc;

use super::{Alternative, Basis, Origin, Scalar, Shape, Shapes};
use crate::lints::kubernetes::{self, Field, FieldType};
use crate::template::KindNames;

/// Returns the shape of a field of an object that is an alternative on `basis`.
pub(super) fn field(shapes: &mut Shapes, field: &Field, basis: Basis) -> Shape {
    let mut alternatives = Vec::new();
    for one in field.types() {
        add(shapes, &one, basis, &mut alternatives);
    }
    shapes.of(alternatives)
}

fn add(shapes: &mut Shapes, one: &FieldType, basis: Basis, to: &mut Vec<Alternative>) {
    let scalar = |scalar| Alternative::Scalar(scalar, Origin::Schema);
    let inner = |shapes: &mut Shapes, of: &FieldType| {
        let mut alternatives = Vec::new();
        add(shapes, of, basis, &mut alternatives);
        shapes.of(alternatives)
    };
    match one {
        FieldType::Any => to.push(Alternative::Any),
        FieldType::Boolean => to.push(scalar(Scalar::Boolean)),
        FieldType::Integer => to.push(scalar(Scalar::Integer)),
        FieldType::Number => to.push(scalar(Scalar::Number)),
        FieldType::String => to.push(scalar(Scalar::String)),
        FieldType::Quantity => to.extend([scalar(Scalar::Number), scalar(Scalar::String)]),
        FieldType::IntOrString => to.extend([scalar(Scalar::Integer), scalar(Scalar::String)]),
        FieldType::Enum(values) => {
            // An unset field may be the empty string.
            let values = values.iter().copied().chain([""]).map(Arc::from);
            to.push(Alternative::Texts(shapes.texts(values), Origin::Schema));
        }
        FieldType::Array(of) => {
            let of = inner(shapes, of);
            to.push(Alternative::Array(of, Origin::Schema));
        }
        FieldType::Map(of) => {
            let of = inner(shapes, of);
            to.push(Alternative::Map(of, Origin::Schema));
        }
        FieldType::Object(id) => to.push(Alternative::Object(*id, basis)),
    }
}

/// Returns the shape of an object that is of any kind.
pub(in crate::lints) fn of_any_kind(shapes: &mut Shapes) -> Shape {
    let groups = kubernetes::kinds().iter().flat_map(|kind| &kind.groups);
    let all: Vec<_> = groups.map(|one| Alternative::Object(one.root, Basis::Guess)).collect();
    shapes.of(all)
}

/// Returns the shape of an object of one of the named kinds. If one of them is not Kubernetes' own,
/// nothing is known of the object. Other kinds remain as less certain alternatives.
pub(in crate::lints) fn of_kinds(shapes: &mut Shapes, named: &[KindNames]) -> Shape {
    if named.iter().any(|names| names.kinds.iter().any(|kind| &**kind == "*")) {
        return of_any_kind(shapes);
    }
    let mut known = Vec::new();
    for KindNames { groups, kinds } in named {
        for name in kinds {
            let all = kubernetes::kind_named(name).map_or(&[][..], |kind| &kind.groups);
            let matched = all
                .iter()
                .filter(|one| groups.iter().any(|group| &**group == "*" || **group == *one.group));
            let before = known.len();
            known.extend(matched.map(|one| one.root));
            if known.len() == before {
                return Shape::ANY;
            }
        }
    }
    let basis = |root| if known.contains(&root) { Basis::Known } else { Basis::Other };
    let groups = kubernetes::kinds().iter().flat_map(|kind| &kind.groups);
    let all: Vec<_> = groups.map(|one| Alternative::Object(one.root, basis(one.root))).collect();
    shapes.of(all)
}

/// Returns the shape of an object after its kind was compared with `kinds`.
pub(in crate::lints) fn narrowed(shapes: &mut Shapes, shape: Shape, kinds: &[Arc<str>]) -> Shape {
    let alternatives = shapes.get(shape);
    let kind_of = |alternative: &Alternative| match alternative {
        Alternative::Object(id, _) => id.kind(),
        _ => None,
    };
    if !alternatives.iter().any(|one| kind_of(one).is_some()) {
        return shape;
    }
    if kinds.iter().any(|name| kubernetes::kind_named(name).is_none()) {
        return Shape::ANY;
    }
    let narrow = |alternative: &Alternative| match (alternative, kind_of(alternative)) {
        (Alternative::Object(id, _), Some(kind)) => {
            let named = kinds.iter().any(|name| **name == *kind.name);
            let basis = if named { Basis::Known } else { Basis::Other };
            Alternative::Object(*id, basis)
        }
        (other, _) => *other,
    };
    let all: Vec<_> = alternatives.iter().map(narrow).collect();
    shapes.of(all)
}
