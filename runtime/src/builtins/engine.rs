//! Builtins that are syntax, which the engines compile or interpret without a call.

use super::row::{Builtin, Kind};

pub(super) const ROWS: &[Builtin] = &[
    Builtin {
        infix: "=",
        ..Builtin::new("eq", "(any, any) => boolean", Kind::Engine("unification"))
    },
    Builtin {
        infix: ":=",
        ..Builtin::new("assign", "(any, any) => boolean", Kind::Engine("assignment"))
    },
    Builtin::new("print", "(any...)", Kind::Engine("its operands may be undefined")),
    Builtin::new(
        "rego.metadata.chain",
        "() => array[any]",
        Kind::Engine("returns the content of METADATA comments"),
    ),
    Builtin::new(
        "rego.metadata.rule",
        "() => any",
        Kind::Engine("returns the content of METADATA comments"),
    ),
    Builtin::new(
        "internal.print",
        "(array[set[any]])",
        Kind::Engine("OPA's compiler translates print to it"),
    ),
    Builtin::new(
        "internal.test_case",
        "(array[any])",
        Kind::Engine("OPA's compiler translates test cases to it"),
    ),
];
