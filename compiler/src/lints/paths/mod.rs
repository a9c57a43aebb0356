//! Paths that cannot exist, and values whose type by the schemas does not fit their use.

mod fields;
mod inventory;
mod messages;
mod objects;
mod observer;
mod parameters;
mod reporter;
mod types;

use super::shapes::flow::Flow;
use super::shapes::{
    Shape, Shapes, objects as object_shapes, parameters as parameter_shapes, review,
};
use super::{Findings, Subject, Surroundings};
use crate::diagnostics::{Group, Lint};
use crate::template::Constraints;
use observer::PathObserver;

/// A field below `input` does not exist.
pub(super) static UNKNOWN_INPUT_FIELD: Lint = Lint {
    name: "unknown-input-field",
    group: Group::Correctness,
    summary: "neither `input` nor the AdmissionRequest has the field",
    page: include_str!("../pages/unknown-input-field.md"),
};

/// A parameter is not declared.
pub(super) static UNKNOWN_PARAMETER: Lint = Lint {
    name: "unknown-parameter",
    group: Group::Correctness,
    summary: "the template's schema does not declare the parameter",
    page: include_str!("../pages/unknown-parameter.md"),
};

/// An object of Kubernetes does not have the field.
pub(super) static UNKNOWN_OBJECT_FIELD: Lint = Lint {
    name: "unknown-object-field",
    group: Group::Correctness,
    summary: "objects of the matched kinds do not have the field",
    page: include_str!("../pages/unknown-object-field.md"),
};

/// A reference does not follow the levels of the inventory.
pub(super) static INVENTORY_PATH: Lint = Lint {
    name: "inventory-path",
    group: Group::Correctness,
    summary: "the path does not follow the levels of `data.inventory`",
    page: include_str!("../pages/inventory-path.md"),
};

/// The inventory may not have a kind.
pub(super) static UNSYNCED_KIND: Lint = Lint {
    name: "unsynced-kind",
    group: Group::Suspicious,
    summary: "the policy reads a kind that `requires-sync-data` does not name",
    page: include_str!("../pages/unsynced-kind.md"),
};

/// A value has a type that its use does not accept.
pub(super) static WRONG_TYPE: Lint = Lint {
    name: "wrong-type",
    group: Group::Correctness,
    summary: "a schema gives the value a type that its use does not accept",
    page: include_str!("../pages/wrong-type.md"),
};

/// A comparison does not depend on the values.
pub(super) static IMPOSSIBLE_COMPARISON: Lint = Lint {
    name: "impossible-comparison",
    group: Group::Correctness,
    summary: "by the schemas, the compared values have different types",
    page: include_str!("../pages/impossible-comparison.md"),
};

/// A value is compared with a string that it never is.
pub(super) static IMPOSSIBLE_VALUE: Lint = Lint {
    name: "impossible-value",
    group: Group::Correctness,
    summary: "by the schemas, the value is never this string",
    page: include_str!("../pages/impossible-value.md"),
};

/// A policy reports nothing without an optional parameter.
pub(super) static OPTIONAL_PARAMETER: Lint = Lint {
    name: "optional-parameter",
    group: Group::Suspicious,
    summary: "without an optional parameter, the policy allows everything",
    page: include_str!("../pages/optional-parameter.md"),
};

/// A declared parameter has no effect.
pub(super) static UNUSED_PARAMETER: Lint = Lint {
    name: "unused-parameter",
    group: Group::Style,
    summary: "no rule reads a parameter that the schema declares",
    page: include_str!("../pages/unused-parameter.md"),
};

/// The lints of [`check`].
pub(super) const LINTS: &[&Lint] = &[
    &UNKNOWN_INPUT_FIELD,
    &UNKNOWN_PARAMETER,
    &UNKNOWN_OBJECT_FIELD,
    &INVENTORY_PATH,
    &UNSYNCED_KIND,
    &WRONG_TYPE,
    &IMPOSSIBLE_COMPARISON,
    &IMPOSSIBLE_VALUE,
    &OPTIONAL_PARAMETER,
    &UNUSED_PARAMETER,
];

/// Looks for paths that cannot exist. Only a template's `input` is known.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    let mut shapes = Shapes::new();
    let input = input(&mut shapes, subject.constraints, subject.surroundings);
    let mut observer = PathObserver::new(subject, findings);
    let complete = Flow::new(subject.program, input, &mut shapes, &mut observer).run();
    observer.finish(complete);
}

/// Returns the shape of the `input` of a template.
pub(super) fn input(
    shapes: &mut Shapes,
    constraints: Option<&Constraints>,
    surroundings: &Surroundings,
) -> Shape {
    let parameters = match constraints {
        Some(constraints) => parameter_shapes::of(shapes, constraints),
        None => Shape::ANY,
    };
    let object = match &surroundings.matched {
        Some(kinds) => object_shapes::of_kinds(shapes, kinds),
        None => object_shapes::of_any_kind(shapes),
    };
    review::input(shapes, object, parameters)
}
