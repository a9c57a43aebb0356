//! A row of the table of builtins: the function, and the facts about it that the compiler needs.
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
//!    `pub(super) const ROWS: &[Builtin] = &[row!(strings::lower, "lower", "(string) => string")];`
//! 2. `builtins/mod.rs` declares the module.
//! 3. `FAMILIES` in [`super::table`] names its rows.

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

/// The effects of a call besides its value. Errors at a limit of this implementation
/// ([`ErrorCode::Internal`](crate::ErrorCode::Internal)) and of its budget do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The call returns a value for all operands, of any type.
    Total,
    /// The call may be undefined or fail, but does not stop an evaluation that is not strict.
    Fails,
    /// The call must stay where the policy has it.
    Any,
}

/// The cost of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Little more than passing the operands.
    Trivial,
    /// Less than a lookup of a memoized result costs.
    Ordinary,
    /// More than a lookup of a memoized result costs.
    Expensive,
}

/// The parts of its operands that a call reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// All operands in full.
    All,
    /// The type of the only operand.
    Type,
    /// The keys of the only operand, or their number.
    Keys,
    /// The members of operand 2, which are compared with operand 1 (`in`).
    Members,
    /// The value in operand 1 at a path, operand 2; operand 3 serves as the default.
    Path,
}

/// The literal pattern of a call, which the compiler translates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralPattern {
    /// No operand is a pattern.
    Absent,
    /// Operand 1 is a regular expression, and operand 2 the text that must match.
    Match,
    /// The operand at an index, from 0, is a regular expression whose matches are used.
    Search(usize),
    /// Operands 1, 3 and 4 are a template of a regular expression and its delimiters.
    Template,
    /// Operands 1 and 2 are a glob and its delimiters.
    Glob,
}

/// The form of a call in generated code, with the name of an operator in
/// [`crate::codegen_support::operators`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A call of the builtin's function.
    Call,
    /// An operator that returns a boolean for all operands.
    Truth(&'static str),
    /// An operator that returns a boolean, `false` also where the builtin is undefined. It serves
    /// only conditions.
    Holds(&'static str),
    /// An operator that returns a value or undefined.
    Value(&'static str),
}

/// A builtin.
#[expect(clippy::struct_excessive_bools, reason = "each column is a fact of its own")]
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
    /// The effects of a call besides its value.
    pub effect: Effect,
    /// The cost of a call.
    pub cost: Cost,
    /// The parts of its operands that a call reads.
    pub reads: Reads,
    /// `true` if a call allocates its value and rarely fails, so that it pays to defer the call.
    pub builds: bool,
    /// `true` if the value is a member of the only operand.
    pub member: bool,
    /// `true` if the value is an operand or a part of one, so that a call takes no memory.
    pub borrows: bool,
    /// The literal pattern of a call.
    pub pattern: LiteralPattern,
    /// The path, like `path`, of the function that takes the translated pattern, then the other
    /// operands. Empty for a builtin without a pattern.
    pub prepared: &'static str,
    /// The form of a call in generated code.
    pub form: Form,
}

impl Builtin {
    /// Creates a row without a function and with defaults in the other columns.
    pub(super) const fn new(name: &'static str, signature: &'static str, kind: Kind) -> Self {
        Self {
            name,
            signature,
            infix: "",
            path: "",
            kind,
            function: None,
            feature: "",
            deprecated: false,
            effect: if matches!(kind, Kind::Pure) { Effect::Fails } else { Effect::Any },
            cost: Cost::Ordinary,
            reads: Reads::All,
            builds: false,
            member: false,
            borrows: false,
            pattern: LiteralPattern::Absent,
            prepared: "",
            form: Form::Call,
        }
    }

    /// Returns the declared types of the operands. The last one may end in `...`.
    pub fn operands(&self) -> impl Iterator<Item = &'static str> {
        let types = self.signature.rsplit_once(" => ").map_or(self.signature, |(types, _)| types);
        let types = types.trim_start_matches('(').trim_end_matches(')');
        let mut depth = 0;
        let is_end = move |letter| {
            match letter {
                '[' | '<' => depth += 1,
                ']' | '>' => depth -= 1,
                _ => {}
            }
            letter == ',' && depth == 0
        };
        types.split(is_end).map(str::trim).filter(|declared| !declared.is_empty())
    }

    /// Returns the type of the result in OPA's notation, or `""` if a call returns no value.
    pub fn result(&self) -> &'static str {
        self.signature.rsplit_once("=> ").map_or("", |(_, result)| result)
    }
}

/// Defines a row with a function.
///
/// `row!(regex::matches, "regex.match", "(string, string) => boolean", feature: "regex")` has the
/// path of the function below `builtins`, its name in Rego and its signature, then the columns of
/// [`Builtin`] that differ from the defaults of a pure function. With a `feature`, which comes
/// first, the row is always there, but its function exists only with that cargo feature.
macro_rules! row {
    (
        $family:ident :: $function:ident, $name:literal, $signature:literal
        , feature: $feature:tt $(, $column:ident: $value:expr)*
    ) => {{
        #[cfg(feature = $feature)]
        const FUNCTION: Option<$crate::builtins::BuiltinFn> =
            Some($crate::builtins::$family::$function);
        #[cfg(not(feature = $feature))]
        const FUNCTION: Option<$crate::builtins::BuiltinFn> = None;
        $crate::builtins::row::row!(
            @row $family, $function, $name, $signature,
            feature: $feature, function: FUNCTION $(, $column: $value)*
        )
    }};
    (
        $family:ident :: $function:ident, $name:literal, $signature:literal
        $(, $column:ident: $value:expr)*
    ) => {
        $crate::builtins::row::row!(
            @row $family, $function, $name, $signature,
            function: Some($crate::builtins::$family::$function) $(, $column: $value)*
        )
    };
    (
        @row $family:ident, $function:ident, $name:literal, $signature:literal
        $(, $column:ident: $value:expr)*
    ) => {{
        #[allow(unused_imports, clippy::enum_glob_use, reason = "the values of the columns")]
        use $crate::builtins::row::{Cost::*, Effect::*, Form::*, Kind::*, LiteralPattern::*, Reads::*};
        $crate::builtins::Builtin {
            path: concat!(stringify!($family), "::", stringify!($function)),
            $($column: $value,)*
            ..$crate::builtins::Builtin::new($name, $signature, $crate::builtins::Kind::Pure)
        }
    }};
}
pub(super) use row;

#[cfg(test)]
mod tests {
    use crate::builtins::lookup;

    #[test]
    fn operands_are_read_from_the_signature() {
        for (name, expected) in [
            ("plus", &["number", "number"][..]),
            ("object.get", &["object[any: any]", "any", "any"]),
            ("glob.match", &["string", "any<array[string], null>", "string"]),
            ("time.now_ns", &[]),
            ("print", &["any..."]),
        ] {
            let operands: Vec<_> = lookup(name).expect(name).operands().collect();
            assert_eq!(operands, expected, "{name}");
        }
    }

    #[test]
    fn results_are_read_from_the_signature() {
        for (name, expected) in
            [("plus", "number"), ("walk", "array<array[any], any>"), ("print", "")]
        {
            assert_eq!(lookup(name).expect(name).result(), expected, "{name}");
        }
    }
}
