//! Objects (`topdown/object.go`, `topdown/subset.go`).

mod keys;
mod subset;
mod union;

pub(crate) use keys::get_named;
pub use keys::{filter, get, keys, remove};
pub use subset::subset;
pub use union::{union, union_n};

use super::row::{Builtin, row};

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(objects::get, "object.get", "(object[any: any], any, any) => any", reads: Path, borrows: true, form: Value("object_get")),
    row!(objects::keys, "object.keys", "(object[any: any]) => set[any]", reads: Keys, builds: true, form: Value("object_keys")),
    row!(objects::remove, "object.remove", "(object[any: any], any<array[any], set[any], object[any: any]>) => object[any: any]", builds: true, form: Value("object_remove")),
    row!(objects::filter, "object.filter", "(object[any: any], any<array[any], set[any], object[any: any]>) => object[any: any]", builds: true),
    row!(objects::union, "object.union", "(object[any: any], object[any: any]) => object[any: any]", builds: true),
    row!(objects::union_n, "object.union_n", "(array[object[any: any]]) => object[any: any]"),
    row!(objects::subset, "object.subset", "(any<object[any: any], set[any], array[any]>, any<object[any: any], set[any], array[any]>) => boolean"),
];
