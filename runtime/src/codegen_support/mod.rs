//! The interface of generated code: small functions that keep it readable, and the names of the
//! standard prelude that it needs. No other code uses it.
//!
//! This is not a public interface. A policy is generated for one version of it, which
//! [`expect_version`] checks when the policy is compiled.

pub(crate) mod chunks;
pub(crate) mod document_rules;
mod features;
mod fields;
mod format;
pub(crate) mod fused;
pub mod hash_join;
mod iterate;
pub(crate) mod lazy;
mod members;
pub(crate) mod membership;
pub(crate) mod memo;
pub mod multiset;
pub(crate) mod multiset_order;
pub mod operators;
#[cfg(feature = "stack")]
mod stack;
pub mod storage;

pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};

use crate::collections::ObjectBuilder;
use crate::error::{ErrorCode, EvalError};
use crate::value::{Object, Set};

pub use crate::builtins;
pub use crate::builtins::glob::prepared::Glob;
#[cfg(feature = "regex")]
pub use crate::builtins::regex::{prepared::Regex, texts::Texts};
pub use crate::builtins::walk::Walk;
pub use crate::codegen_support::hash_join::Join;
pub use crate::codegen_support::lazy::Lazy;
pub use crate::codegen_support::membership::{has_key, has_truthy};
pub use crate::codegen_support::operators as op;
pub use crate::context::{Always, Context, Eval, Evaluate, Rows, Truth};
pub use crate::location::{LineColumn, Rule};
pub use crate::number::Number;
pub use crate::policy::{Policy, PolicyEntry, PolicyTemplate};
pub use crate::value::Value;
#[cfg(feature = "stack")]
pub use stack::with_stack;

pub use features::{
    require_aws, require_crypto, require_encoding, require_gotemplate, require_jsonschema,
    require_jwt, require_regex, require_stack, require_time, require_yaml,
};
pub use fields::Fields;
pub use format::format;
pub use iterate::{Keys, Values, first_value, walk};
pub use members::Members;
pub(crate) use members::{charged_members, members};

/// The version of this interface.
pub const VERSION: u32 = 16;

/// Stops the compilation of a policy that was generated for another version of the runtime.
///
/// # Panics
/// Panics at compile time if the versions differ.
#[allow(clippy::panic, reason = "evaluated at compile time: it is how the build is stopped")]
pub const fn expect_version(version: u32) {
    assert!(
        version == VERSION,
        "this policy was generated for another version of ferrego-runtime: compile it again"
    );
}

/// The value `null`.
pub const NULL: Value<'static> = Value::Null;
/// The value `true`.
pub const TRUE: Value<'static> = Value::Bool(true);
/// The value `false`.
pub const FALSE: Value<'static> = Value::Bool(false);

/// Returns a string.
pub const fn string(text: &str) -> Value<'_> {
    Value::String(text)
}

/// Returns an integer.
pub const fn int(number: i64) -> Value<'static> {
    Value::int(number)
}

/// Returns the number with this text, which must not be a canonical integer.
pub const fn number(text: &'static str) -> Value<'static> {
    Value::Number(Number::from_static_text(text))
}

/// Returns an array.
pub const fn array<'a>(items: &'a [Value<'a>]) -> Value<'a> {
    Value::Array(items)
}

/// Returns an object whose pairs the compiler has sorted.
pub const fn sorted_object<'a>(pairs: &'a [(Value<'a>, Value<'a>)]) -> Value<'a> {
    Value::Object(Object { pairs })
}

/// Returns a set whose members the compiler has sorted.
pub const fn sorted_set<'a>(members: &'a [Value<'a>]) -> Value<'a> {
    Value::Set(Set { members })
}

/// Returns `true` if a value is defined and not `false`.
pub fn truthy<'a>(value: impl Into<Option<Value<'a>>>) -> bool {
    value.into().is_some_and(|value| value.is_truthy())
}

/// Returns `true` if both values are defined and equal.
pub fn equal<'a>(left: impl Into<Option<Value<'a>>>, right: impl Into<Option<Value<'a>>>) -> bool {
    match (left.into(), right.into()) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// Returns `true` if a value is the string `text`.
pub fn equals_str<'a>(value: impl Into<Option<Value<'a>>>, text: &str) -> bool {
    matches!(value.into(), Some(Value::String(own)) if own == text)
}

/// Returns `true` if a value is the boolean `truth`.
#[inline]
pub fn equals_bool<'a>(value: impl Into<Option<Value<'a>>>, truth: bool) -> bool {
    matches!(value.into(), Some(Value::Bool(own)) if own == truth)
}

/// Returns `true` if a value is the number `integer`.
#[inline]
pub fn equals_int<'a>(value: impl Into<Option<Value<'a>>>, integer: i64) -> bool {
    matches!(value.into(), Some(Value::Number(own)) if own == Number::from_i64(integer))
}

/// Returns `true` if a value is an array, object or set.
pub fn is_collection<'a>(value: impl Into<Option<Value<'a>>>) -> bool {
    value.into().is_some_and(|value| value.len().is_some())
}

/// Returns `true` if a value is an object with `keys` keys.
pub fn is_object_of<'a>(value: impl Into<Option<Value<'a>>>, keys: usize) -> bool {
    matches!(value.into(), Some(Value::Object(object)) if object.len() == keys)
}

/// Returns the items of an array of length `N`.
pub fn array_of<'a, const N: usize>(value: impl Into<Option<Value<'a>>>) -> Option<[Value<'a>; N]> {
    match value.into() {
        Some(Value::Array(items)) => <[Value<'a>; N]>::try_from(items).ok(),
        _ => None,
    }
}

/// The single value on which several definitions or solutions must agree.
#[derive(Debug)]
pub struct Single<'a> {
    value: Option<Value<'a>>,
    conflict: &'static str,
}

impl<'a> Single<'a> {
    /// Creates the accumulator of a complete rule.
    pub const fn rule() -> Self {
        Self { value: None, conflict: "complete rules must not produce multiple outputs" }
    }

    /// Creates the accumulator of a function.
    pub const fn function() -> Self {
        Self {
            value: None,
            conflict: "functions must not produce multiple outputs for same inputs",
        }
    }

    /// Adds a value.
    ///
    /// # Errors
    /// Returns a conflict if the value differs from an earlier one.
    #[inline]
    pub fn offer(
        &mut self,
        value: Value<'a>,
        rule: &Rule,
        at: LineColumn,
    ) -> Result<(), Box<EvalError>> {
        match self.value {
            None => {
                self.value = Some(value);
                Ok(())
            }
            Some(before) if before == value => Ok(()),
            Some(_) => Err(EvalError::new(ErrorCode::Conflict, self.conflict, &rule.at(at))),
        }
    }

    /// Returns the value, or `None` if none was added.
    pub fn value(self) -> Option<Value<'a>> {
        self.value
    }
}

/// Returns a partial object in the form that its memo cell keeps: the object, and the keys whose
/// values conflict. [`keyed_answer`] decodes it.
pub fn keyed<'a>(
    cx: &Context<'a>,
    object: ObjectBuilder<'a>,
    rule: &Rule,
    at: LineColumn,
) -> Value<'a> {
    let (object, conflicts) = object.finish_keyed();
    let conflicts = conflicts.iter().map(|&key| {
        let [line, column] = [at.0, at.1].map(|number| int(i64::from(number)));
        cx.array_of(&[key, string(rule.file), line, column, string(KEY_CONFLICT)])
    });
    let mut list = cx.list();
    conflicts.for_each(|conflict| list.push(conflict));
    cx.array_of(&[object, list.finish()])
}

/// The message of a conflict between values of one key of a partial object.
const KEY_CONFLICT: &str = "object keys must be unique";

/// Returns the value of a partial object at a key, or the whole object if `key` is `None`.
///
/// # Errors
/// Returns a conflict under the requested key, or under any key if the whole object is requested.
pub fn keyed_answer<'a>(
    kept: Option<Value<'a>>,
    key: Option<Value<'a>>,
    rule: &'static str,
) -> Eval<'a> {
    let Some([object, Value::Array(conflicts)]) = array_of::<2>(kept) else { return Ok(kept) };
    let asked = |conflict: &&Value<'a>| match key {
        None => true,
        Some(key) => conflict.get(&int(0)).is_some_and(|conflicting| conflicting == key),
    };
    if let Some(conflict) = conflicts.iter().find(asked) {
        return Err(key_conflict(conflict, rule));
    }
    Ok(match key {
        None => Some(object),
        Some(key) => object.get(&key),
    })
}

/// Returns a document, or its value at a key if one is given.
pub fn at_key<'a>(document: Option<Value<'a>>, key: Option<Value<'a>>) -> Option<Value<'a>> {
    match key {
        None => document,
        Some(key) => document?.get(&key),
    }
}

#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
fn key_conflict(conflict: &Value<'_>, rule: &str) -> Box<EvalError> {
    let text = |index| conflict.get(&int(index)).and_then(|value| value.as_str());
    let number = |index| {
        let number = conflict.get(&int(index)).and_then(|value| value.as_index());
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
    };
    Box::new(EvalError {
        code: ErrorCode::Conflict,
        message: text(4).unwrap_or(KEY_CONFLICT).to_owned(),
        rule: rule.to_owned(),
        file: text(1).unwrap_or_default().to_owned(),
        line: number(2),
        column: number(3),
    })
}

/// Returns the object.
///
/// # Errors
/// Returns a conflict if a key has different values.
pub fn unique<'a>(object: ObjectBuilder<'a>, rule: &Rule, at: LineColumn) -> Always<'a> {
    object.finish_unique().map_err(|_| {
        EvalError::new(ErrorCode::Conflict, "object keys must be unique", &rule.at(at))
    })
}
