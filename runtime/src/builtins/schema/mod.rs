//! `json.verify_schema` and `json.match_schema` (OPA's `topdown/jsonschema.go` and its
//! `internal/gojsonschema`): JSON schemas of drafts 4, 6 and 7, with OPA's error messages.

#[cfg(feature = "jsonschema")]
mod check;
#[cfg(feature = "jsonschema")]
mod document;
#[cfg(feature = "jsonschema")]
mod draft;
#[cfg(feature = "jsonschema")]
mod error;
#[cfg(feature = "jsonschema")]
mod formats;
#[cfg(feature = "jsonschema")]
mod functions;
#[cfg(feature = "jsonschema")]
mod numbers;
#[cfg(feature = "jsonschema")]
mod patterns;
#[cfg(feature = "jsonschema")]
mod pool;
#[cfg(feature = "jsonschema")]
mod reference;
#[cfg(feature = "jsonschema")]
mod report;
#[cfg(feature = "jsonschema")]
mod validate;

#[cfg(feature = "jsonschema")]
pub use self::functions::{match_schema, verify_schema};

use super::row::{Builtin, row};

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(schema::verify_schema, "json.verify_schema", "(any<string, object[any: any]>) => array<boolean, any<string, null>>", feature: "jsonschema", effect: Any),
    row!(schema::match_schema, "json.match_schema", "(any<string, object[any: any]>, any<string, object[any: any]>) => array<boolean, array[object<desc: string, error: string, field: string, type: string>]>", feature: "jsonschema", effect: Any),
];

#[cfg(test)]
#[cfg(feature = "jsonschema")]
mod tests;
