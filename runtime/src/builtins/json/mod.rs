//! `json.*`: JSON text, and edits of values by paths (`topdown/json.go`, `topdown/encoding.go`).

mod edit_tree;
mod filter;
mod index;
mod marshal;
mod patch;
mod paths;

pub use filter::{filter, remove};
pub use marshal::{is_valid, marshal, marshal_with_options, unmarshal};
#[cfg(feature = "jwt")]
pub(super) use marshal::{read, refused};
pub use patch::patch;

use super::row::{Builtin, row};

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(json::filter, "json.filter", "(object[any: any], any<array[any<string, array[any]>], set[any<string, array[any]>]>) => object[any: any]", cost: Expensive),
    row!(json::remove, "json.remove", "(object[any: any], any<array[any<string, array[any]>], set[any<string, array[any]>]>) => object[any: any]", cost: Expensive),
    row!(json::patch, "json.patch", "(any, array[object<op: string, path: any>[any: any]]) => any", cost: Expensive),
    row!(json::marshal, "json.marshal", "(any) => string", cost: Expensive, builds: true),
    row!(json::marshal_with_options, "json.marshal_with_options", "(any, object<indent: string, prefix: string, pretty: boolean>[string: any]) => string", cost: Expensive),
    row!(json::unmarshal, "json.unmarshal", "(string) => any", cost: Expensive),
    row!(json::is_valid, "json.is_valid", "(string) => boolean", cost: Expensive),
];
