//! Builtins that are syntax, which the engines compile or interpret without a call.

use super::table::{Builtin, row};

pub(super) const ROWS: &[Builtin] = &[
    row!(engine "eq", "(any, any) => boolean", "unification").infix("="),
    row!(engine "assign", "(any, any) => boolean", "assignment").infix(":="),
    row!(engine "print", "(any...)", "its operands may be undefined"),
    row!(engine
        "rego.metadata.chain",
        "() => array[any]",
        "returns the content of METADATA comments"),
    row!(engine "rego.metadata.rule", "() => any", "returns the content of METADATA comments"),
    row!(engine "internal.print", "(array[set[any]])", "OPA's compiler translates print to it"),
    row!(engine "internal.test_case", "(array[any])", "OPA's compiler translates test cases to it"),
];
