//! The shape of `input`.

use std::sync::Arc;

use super::{Alternative, Basis, Origin, Owner, Record, Rest, Scalar, Shape, Shapes};
use crate::lints::kubernetes;

/// The operations of an `AdmissionRequest`. In an audit the operation is empty.
const OPERATIONS: [&str; 5] = ["CREATE", "UPDATE", "DELETE", "CONNECT", ""];

/// Returns the shape of `input`, with the shapes of the reviewed object and of the parameters.
pub(in crate::lints) fn input(shapes: &mut Shapes, object: Shape, parameters: Shape) -> Shape {
    let review = review(shapes, object);
    let fields = vec![("review".into(), review), ("parameters".into(), parameters)];
    let record = shapes.record(Record { owner: Owner::Input, fields, rest: Rest::None });
    shapes.one(record)
}

fn review(shapes: &mut Shapes, object: Shape) -> Shape {
    let scalar = |scalar| Alternative::Scalar(scalar, Origin::Schema);
    let string = shapes.one(scalar(Scalar::String));
    let boolean = shapes.one(scalar(Scalar::Boolean));
    let null = shapes.one(scalar(Scalar::Null));
    let kind = strings(shapes, "a kind", &["group", "version", "kind"]);
    let resource = strings(shapes, "a resource", &["group", "version", "resource"]);
    let operations = shapes.texts(OPERATIONS.map(Arc::from));
    let operation = shapes.one(Alternative::Texts(operations, Origin::Schema));
    let user = user_info(shapes, string);
    let old = shapes.union([object, null]);
    let namespace = kubernetes::kind_named("Namespace").map_or(Shape::ANY, |kind| {
        shapes.of(kind.groups.iter().map(|one| Alternative::Object(one.root, Basis::Known)))
    });
    let fields = [
        // Gatekeeper before 3.20 also passes the Namespace here.
        ("_unstable", Shape::ANY),
        ("dryRun", boolean),
        ("kind", kind),
        ("name", string),
        ("namespace", string),
        ("namespaceObject", namespace),
        ("object", object),
        ("oldObject", old),
        ("operation", operation),
        ("options", Shape::ANY),
        ("requestKind", kind),
        ("requestResource", resource),
        ("requestSubResource", string),
        ("resource", resource),
        ("subResource", string),
        ("uid", string),
        ("userInfo", user),
    ];
    record(shapes, "the AdmissionRequest", &fields)
}

fn user_info(shapes: &mut Shapes, string: Shape) -> Shape {
    let strings = shapes.one(Alternative::Array(string, Origin::Schema));
    let extra = shapes.one(Alternative::Map(strings, Origin::Schema));
    let fields = [("extra", extra), ("groups", strings), ("uid", string), ("username", string)];
    record(shapes, "`userInfo`", &fields)
}

fn strings(shapes: &mut Shapes, name: &'static str, fields: &[&'static str]) -> Shape {
    let string = shapes.one(Alternative::Scalar(Scalar::String, Origin::Schema));
    let fields: Vec<_> = fields.iter().map(|field| (*field, string)).collect();
    record(shapes, name, &fields)
}

fn record(shapes: &mut Shapes, name: &'static str, fields: &[(&'static str, Shape)]) -> Shape {
    let fields = fields.iter().map(|(field, shape)| (Arc::from(*field), *shape)).collect();
    let record = Record { owner: Owner::Review(name), fields, rest: Rest::None };
    let alternative = shapes.record(record);
    shapes.one(alternative)
}
