//! The runtime's answer to a call, and its comparison with OPA's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ferrego_compiler::ast::{Term, TermKind};
use ferrego_compiler::parse;
use ferrego_runtime::builtins::Builtin;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, Number, Value};

/// An answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A value, as OPA prints terms.
    Value(String),
    /// Neither a value nor an error.
    Undefined,
    /// An error that makes the call undefined unless errors of builtins are strict.
    Error(String),
    /// An error that stops every evaluation.
    Stopped(String),
    /// An operand that the parser refuses.
    Refused(String),
    /// A panic.
    Panic(String),
}

/// The number of decimal digits of the largest number that the runtime computes with.
const MOST_DIGITS: usize = 78_000;

impl Answer {
    /// Returns `true` if `self`, the runtime's answer, is correct where OPA's answer is `opa`.
    ///
    /// Strings of the runtime are UTF-8. If OPA returns other bytes, or a number that is too large
    /// for the runtime, the runtime must stop with an error that says so. Otherwise
    /// it may stop only if OPA stops too, or if a JSON schema refers to another document.
    pub fn agrees_with(&self, opa: &Answer) -> bool {
        match (self, opa) {
            (Answer::Stopped(message), Answer::Value(value)) => {
                message.contains("UTF-8") && has_raw_bytes(value)
                    || message.contains("262144 bits") && value.len() > MOST_DIGITS
                    || is_other_document(message) && tried_to_load(value)
            }
            (Answer::Stopped(message), Answer::Error(opa)) if is_other_document(message) => {
                tried_to_load(opa)
            }
            // OPA's process or request ends, so it judges no policy.
            (own, Answer::Panic(_)) => !matches!(own, Answer::Panic(_)),
            (Answer::Value(own), Answer::Value(opa)) => own == opa,
            (Answer::Undefined, Answer::Undefined)
            | (Answer::Error(_), Answer::Error(_))
            | (Answer::Stopped(_), Answer::Stopped(_))
            | (Answer::Refused(_), Answer::Refused(_)) => true,
            _ => false,
        }
    }
}

/// Returns `true` if OPA tried to load another document for a JSON schema.
fn tried_to_load(opa: &str) -> bool {
    ["remote reference loading", "no such file or directory", "is a directory"]
        .iter()
        .any(|failure| opa.contains(failure))
}

/// Returns `true` if a JSON schema refers to another document. The runtime never loads one, and the
/// oracle lets OPA load none.
fn is_other_document(message: &str) -> bool {
    message.contains("refers to another document")
}

/// Returns `true` if a printed value contains bytes that are not UTF-8. OPA prints them as `\x80`
/// to `\xff`, and ASCII characters as `\x00` to `\x7f`.
fn has_raw_bytes(value: &str) -> bool {
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && bytes.next() == Some(b'x') && bytes.next().is_some_and(|b| b >= b'8') {
            return true;
        }
    }
    false
}

/// Calls `builtin` with operands that are ground Rego terms.
pub fn call(builtin: &Builtin, operands: &[String]) -> Answer {
    catch_unwind(AssertUnwindSafe(|| evaluate(builtin, operands))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Answer::Panic(text.unwrap_or("panic").to_owned())
    })
}

fn evaluate(builtin: &Builtin, operands: &[String]) -> Answer {
    let arena = Arena::new();
    let mut env = Env::new(&arena, &NoHost);
    env.strict = true;
    let mut values = Vec::with_capacity(operands.len());
    for operand in operands {
        match parsed(&arena, operand) {
            Ok(value) => values.push(value),
            Err(error) => return Answer::Refused(error),
        }
    }
    let Some(function) = builtin.function else {
        return Answer::Refused("no function".to_owned());
    };
    match function(&env, &values) {
        Ok(Some(value)) => Answer::Value(value.to_string()),
        Ok(None) => Answer::Undefined,
        Err(error) if error.stops(false) => Answer::Stopped(error.message.to_owned()),
        Err(error) => Answer::Error(error.message.to_owned()),
    }
}

fn parsed<'a>(arena: &'a Arena, text: &str) -> Result<Value<'a>, String> {
    let term = parse::term(text).map_err(|diagnostics| diagnostics.to_string())?;
    value(arena, &term)
}

/// Converts a ground term to a value.
fn value<'a>(arena: &'a Arena, term: &Term) -> Result<Value<'a>, String> {
    Ok(match &term.kind {
        TermKind::Null => Value::Null,
        TermKind::Bool(truth) => Value::Bool(*truth),
        TermKind::Number(text) => Value::Number(Number::from_text(arena.string(text))),
        TermKind::String(text) => Value::String(arena.string(text)),
        TermKind::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|item| value(arena, item)).collect();
            arena.array(&items?)
        }
        TermKind::Set(members) => {
            let mut set = SetBuilder::new(arena);
            for member in members {
                set.insert(value(arena, member)?);
            }
            set.finish()
        }
        TermKind::Object(pairs) => {
            let mut object = ObjectBuilder::new(arena);
            for (key, of) in pairs {
                object.insert(value(arena, key)?, value(arena, of)?);
            }
            object.finish()
        }
        _ => return Err(format!("expected a ground term, found {term:?}")),
    })
}
