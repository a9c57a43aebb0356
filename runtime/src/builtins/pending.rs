//! Builtins whose family has not arrived: a family that arrives takes its rows from here.

use super::table::{Builtin, row};

const PENDING: &str = "its family has not been written";

pub(super) const ROWS: &[Builtin] = &[
    // arrays
    // regex
    // units
    // json
    // objects
    // encoding
    // rego
    row!(refused "rego.parse_module", "(string, string) => object[string: any]", PENDING),
    row!(refused "rego.metadata.chain", "() => array[any]", PENDING),
    row!(refused "rego.metadata.rule", "() => any", PENDING),
    // glob
    // semver
];
