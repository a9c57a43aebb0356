//! The table of all builtins, which the compiler, generated code and the interpreter share.
//!
//! # Signatures
//!
//! A row declares its types in OPA's notation (`types.Sprint`), which the compiler's type checker
//! parses:
//!
//! ```text
//! signature = "(" [ type { "," type } ] [ type "..." ] ")" [ "=>" type ]
//! type      = "any" | "null" | "boolean" | "number" | "string"
//!           | "any<" type { "," type } ">"                    one of several types
//!           | "array[" type "]"                               any number of one type
//!           | "array<" type { "," type } ">"                  one element of each type
//!           | "set[" type "]"
//!           | "object" [ "<" property { "," property } ">" ] [ "[" type ":" type "]" ]
//! property  = name ":" type                                   a key that is always there
//! ```
//!
//! `type "..."` at the end accepts any number of further operands. A call whose signature has no
//! `=>` returns no value (`print`). The bracket after `object` types the keys and values other than
//! its properties. Without the bracket, the object has only its properties.
//!
//! # Adding a family
//!
//! 1. `builtins/<family>.rs` holds the functions, each a public [`BuiltinFn`] that takes its
//!    operands with [`super::operand`], and their rows:
//!    `pub(super) const ROWS: &[Builtin] = &[row!(pure strings::lower, "lower", "(string) => string")];`
//! 2. `builtins/mod.rs` declares the module.
//! 3. `FAMILIES` below names its rows.
//!
//! Two rows with one name are a compile error.

use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// The implementation of a builtin, which returns a value, undefined (`None`) or a failure. The
/// caller has checked the number of operands.
pub type BuiltinFn = for<'a> fn(&Env<'a>, &[Value<'a>]) -> BuiltinResult<'a>;

/// The way in which a builtin is evaluated. It does not depend on the features of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A pure function of its operands.
    Pure,
    /// A function whose answer depends on its operands and on the evaluation (`time.now_ns`).
    Nondeterministic,
    /// A relation with many values for one call (`walk`); the function returns an array of them.
    Relation,
    /// A call that the embedding program answers through [`crate::Host`].
    Host,
    /// A construct with a syntax of its own (`internal.print`), which the engines evaluate
    /// themselves. The reason is documentation only.
    Engine(&'static str),
    /// An unsupported builtin, with the reason. A policy that uses it does not compile.
    Refused(&'static str),
}

/// A builtin.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// The name in Rego, such as `startswith` or `json.marshal`.
    pub name: &'static str,
    /// The declared types in OPA's notation, such as
    /// `(string, any<array[string], set[string]>) => string`; see the [module](self).
    pub signature: &'static str,
    /// The infix operator that calls the builtin, or `""`.
    pub infix: &'static str,
    /// The path of the function below `ferrego_runtime::builtins`, for generated code, such as
    /// `strings::startswith`. Empty for a builtin without a function.
    pub path: &'static str,
    /// The way in which the builtin is evaluated.
    pub kind: Kind,
    /// The implementation of a [`Kind::Pure`], [`Kind::Nondeterministic`] or [`Kind::Relation`]
    /// builtin. `None` for other kinds, and if this crate is built without `feature`.
    pub function: Option<BuiltinFn>,
    /// The cargo feature that the implementation needs, or `""`.
    pub feature: &'static str,
    /// `true` if OPA 1.x rejects the builtin in v1 modules.
    pub deprecated: bool,
}

impl Builtin {
    /// Creates a row; [`row`] expands to calls of this function.
    pub(super) const fn new(
        name: &'static str,
        signature: &'static str,
        path: &'static str,
        kind: Kind,
        function: Option<BuiltinFn>,
    ) -> Self {
        let (infix, feature, deprecated) = ("", "", false);
        Self { name, signature, infix, path, kind, function, feature, deprecated }
    }

    /// Returns `true` if this crate is built without the feature that the implementation needs.
    pub const fn is_left_out(&self) -> bool {
        !self.feature.is_empty() && self.function.is_none()
    }

    /// Returns the row with the infix operator that calls it.
    pub(super) const fn infix(self, infix: &'static str) -> Self {
        Self { infix, ..self }
    }

    /// Returns the row with the cargo feature that it needs.
    pub(super) const fn feature(self, feature: &'static str) -> Self {
        Self { feature, ..self }
    }

    /// Returns the row, marked as rejected in v1 modules.
    pub(super) const fn deprecated(self) -> Self {
        Self { deprecated: true, ..self }
    }
}

/// Defines a row of the table.
///
/// - `row!(pure family::function, name, signature)`, or `nondeterministic`, or `relation`;
/// - `row!(feature "regex", pure family::function, name, signature)`, or `nondeterministic`: the
///   row is always there, its function exists only with that cargo feature;
/// - `row!(host name, signature)`; `row!(engine name, signature, reason)`;
///   `row!(refused name, signature, reason)`.
macro_rules! row {
    (pure $family:ident :: $function:ident, $name:literal, $signature:literal) => {
        $crate::builtins::table::row!(@function Pure, $family, $function, $name, $signature)
    };
    (nondeterministic $family:ident :: $function:ident, $name:literal, $signature:literal) => {
        $crate::builtins::table::row!(
            @function Nondeterministic, $family, $function, $name, $signature
        )
    };
    (relation $family:ident :: $function:ident, $name:literal, $signature:literal) => {
        $crate::builtins::table::row!(@function Relation, $family, $function, $name, $signature)
    };
    (
        feature $feature:tt,
        pure $family:ident :: $function:ident, $name:literal, $signature:literal
    ) => {
        $crate::builtins::table::row!(
            @feature $feature, Pure, $family, $function, $name, $signature
        )
    };
    (
        feature $feature:tt,
        nondeterministic $family:ident :: $function:ident, $name:literal, $signature:literal
    ) => {
        $crate::builtins::table::row!(
            @feature $feature, Nondeterministic, $family, $function, $name, $signature
        )
    };
    (
        @feature $feature:tt, $kind:ident, $family:ident, $function:ident, $name:literal,
        $signature:literal
    ) => {{
        #[cfg(feature = $feature)]
        const FUNCTION: Option<$crate::builtins::BuiltinFn> =
            Some($crate::builtins::$family::$function);
        #[cfg(not(feature = $feature))]
        const FUNCTION: Option<$crate::builtins::BuiltinFn> = None;
        $crate::builtins::Builtin::new(
            $name,
            $signature,
            concat!(stringify!($family), "::", stringify!($function)),
            $crate::builtins::Kind::$kind,
            FUNCTION,
        )
        .feature($feature)
    }};
    (host $name:literal, $signature:literal) => {
        $crate::builtins::Builtin::new($name, $signature, "", $crate::builtins::Kind::Host, None)
    };
    (engine $name:literal, $signature:literal, $reason:expr) => {
        $crate::builtins::Builtin::new(
            $name,
            $signature,
            "",
            $crate::builtins::Kind::Engine($reason),
            None,
        )
    };
    (refused $name:literal, $signature:literal, $reason:expr) => {
        $crate::builtins::Builtin::new(
            $name,
            $signature,
            "",
            $crate::builtins::Kind::Refused($reason),
            None,
        )
    };
    (@function $kind:ident, $family:ident, $function:ident, $name:literal, $signature:literal) => {
        $crate::builtins::Builtin::new(
            $name,
            $signature,
            concat!(stringify!($family), "::", stringify!($function)),
            $crate::builtins::Kind::$kind,
            Some($crate::builtins::$family::$function),
        )
    };
}
pub(super) use row;

/// The rows of each family.
const FAMILIES: &[&[Builtin]] = &[
    super::comparison::ROWS,
    super::aggregates::ROWS,
    super::arithmetic::ROWS,
    super::bits::ROWS,
    super::casts::ROWS,
    super::numbers::ROWS,
    super::sets::ROWS,
    super::tracing::ROWS,
    super::template::ROWS,
    super::types::ROWS,
    super::membership::ROWS,
    super::net::ROWS,
    super::graph::ROWS,
    super::walk::ROWS,
    super::uri::ROWS,
    super::uuid::ROWS,
    super::time::ROWS,
    super::crypto::ROWS,
    super::aws::ROWS,
    super::schema::ROWS,
    super::strings::ROWS,
    super::sprintf::ROWS,
    super::objects::ROWS,
    super::arrays::ROWS,
    super::json::ROWS,
    super::jwt::ROWS,
    super::gotemplate::ROWS,
    super::regex::ROWS,
    super::semver::ROWS,
    super::units::ROWS,
    super::encoding::ROWS,
    super::glob::ROWS,
    super::yaml::ROWS,
    super::refused::ROWS,
    super::host::ROWS,
    super::random::ROWS,
    super::engine::ROWS,
];

const LENGTH: usize = {
    let mut length = 0;
    let mut family = 0;
    while family < FAMILIES.len() {
        length += FAMILIES[family].len();
        family += 1;
    }
    length
};

/// All rows sorted by name, at compile time.
static TABLE: [&Builtin; LENGTH] = sorted();

const fn sorted() -> [&'static Builtin; LENGTH] {
    let mut table = [&FAMILIES[0][0]; LENGTH];
    let mut length = 0;
    let mut family = 0;
    while family < FAMILIES.len() {
        let mut index = 0;
        while index < FAMILIES[family].len() {
            let row = &FAMILIES[family][index];
            let mut place = length;
            while place > 0 && precedes(row.name, table[place - 1].name) {
                table[place] = table[place - 1];
                place -= 1;
            }
            table[place] = row;
            length += 1;
            index += 1;
        }
        family += 1;
    }
    table
}

/// Returns `true` if the name `a` sorts before `b`. Equal names are a compile error.
const fn precedes(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() {
        if a[index] != b[index] {
            return a[index] < b[index];
        }
        index += 1;
    }
    assert!(a.len() != b.len(), "two rows have one name");
    a.len() < b.len()
}

/// Returns the row of the builtin `name`.
pub fn lookup(name: &str) -> Option<&'static Builtin> {
    let index = TABLE.binary_search_by(|row| row.name.cmp(name)).ok()?;
    Some(TABLE[index])
}

/// Returns all rows, sorted by name.
pub fn all() -> impl ExactSizeIterator<Item = &'static Builtin> {
    TABLE.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_name() {
        for row in all() {
            assert!(core::ptr::eq(row, lookup(row.name).expect(row.name)));
        }
        assert!(lookup("no.such").is_none());
        assert!(lookup("").is_none());
    }

    #[test]
    fn only_functions_have_paths() {
        for row in all() {
            let function = !matches!(row.kind, Kind::Host | Kind::Engine(_) | Kind::Refused(_));
            assert_eq!(function, !row.path.is_empty(), "{}", row.name);
            assert!(function || row.function.is_none(), "{}", row.name);
        }
    }

    #[test]
    fn only_features_leave_functions_out() {
        for row in all().filter(|row| row.feature.is_empty() && !row.path.is_empty()) {
            assert!(row.function.is_some(), "{}", row.name);
        }
    }
}
