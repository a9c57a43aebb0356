//! Builtins whose family has not arrived: a family that arrives takes its rows from here.

use super::table::{Builtin, row};

const PENDING: &str = "its family has not been written";

pub(super) const ROWS: &[Builtin] = &[
    // arrays
    // regex
    // units
    row!(refused "units.parse", "(string) => number", PENDING),
    row!(refused "units.parse_bytes", "(string) => number", PENDING),
    // json
    // objects
    // encoding
    row!(refused "base64.encode", "(string) => string", PENDING),
    row!(refused "base64.decode", "(string) => string", PENDING),
    row!(refused "base64.is_valid", "(string) => boolean", PENDING),
    row!(refused "base64url.encode", "(string) => string", PENDING),
    row!(refused "base64url.encode_no_pad", "(string) => string", PENDING),
    row!(refused "base64url.decode", "(string) => string", PENDING),
    row!(refused "urlquery.decode", "(string) => string", PENDING),
    row!(refused "urlquery.encode", "(string) => string", PENDING),
    row!(refused "urlquery.encode_object", "(object[string: any<string, array[string], set[string]>]) => string", PENDING),
    row!(refused "urlquery.decode_object", "(string) => object[string: array[string]]", PENDING),
    row!(refused "yaml.marshal", "(any) => string", PENDING),
    row!(refused "yaml.unmarshal", "(string) => any", PENDING),
    row!(refused "yaml.is_valid", "(string) => boolean", PENDING),
    row!(refused "hex.encode", "(string) => string", PENDING),
    row!(refused "hex.decode", "(string) => string", PENDING),
    // rego
    row!(refused "rego.parse_module", "(string, string) => object[string: any]", PENDING),
    row!(refused "rego.metadata.chain", "() => array[any]", PENDING),
    row!(refused "rego.metadata.rule", "() => any", PENDING),
    // glob
    row!(refused "glob.match", "(string, any<array[string], null>, string) => boolean", PENDING),
    row!(refused "glob.quote_meta", "(string) => string", PENDING),
    // semver
    row!(refused "semver.is_valid", "(any) => boolean", PENDING),
    row!(refused "semver.compare", "(string, string) => number", PENDING),
];
