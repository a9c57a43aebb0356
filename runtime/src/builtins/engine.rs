//! Builtins that are syntax, which the engines compile or interpret without a call.

use super::table::{Builtin, row};

pub(super) const ROWS: &[Builtin] = &[
    row!(engine "eq", "(any, any) => boolean", "unification").infix("="),
    row!(engine "assign", "(any, any) => boolean", "assignment").infix(":="),
    row!(engine "print", "(any...)", "its operands may be undefined"),
    row!(engine "rego.metadata.chain", "() => array[any]", "what METADATA comments say"),
    row!(engine "rego.metadata.rule", "() => any", "what METADATA comments say"),
    row!(engine "internal.print", "(array[set[any]])", "what OPA's compiler makes of print"),
    row!(engine "internal.test_case", "(array[any])", "what OPA's compiler makes of test cases"),
];
