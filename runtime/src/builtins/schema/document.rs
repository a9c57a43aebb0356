//! The builtins, and schemas as documents: drafts and references.

use super::report::Report;
use super::validate::{self, TooDeep};
use super::{check, ids};
use crate::builtins::operand;
use crate::builtins::url::{self, Url};
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::json::{self, JsonError, JsonErrorKind};
use crate::value::{Object, Value};

/// A draft of JSON Schema. A schema that names no draft is `Hybrid`, which accepts the keywords of
/// all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Four,
    Six,
    Seven,
    Hybrid,
}

/// A schema document.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    pub(super) root: Value<'a>,
    pub(super) draft: Draft,
}

/// Implements `json.verify_schema(schema)`, which returns whether the value is a JSON schema, and
/// the fault if it is not.
pub fn verify_schema<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let verdict = match load(env, operand::at(operands, 1)).and_then(|root| Schema::new(env, root))
    {
        Ok(_) => [Value::Bool(true), Value::Null],
        Err(fault) => {
            let fault = env.arena.format(format_args!("jsonschema: {fault}"));
            [Value::Bool(false), Value::String(fault)]
        }
    };
    Ok(Some(env.arena.array(&verdict)))
}

/// Implements `json.match_schema(document, schema)`, which returns whether the document satisfies
/// the schema, and the faults.
pub fn match_schema<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let fail = |fault: String| env.fail(format_args!("{fault}"));
    refuse_large_numbers(env, operand::at(operands, 1))?;
    refuse_large_numbers(env, operand::at(operands, 2))?;
    let document = load(env, operand::at(operands, 1)).map_err(fail)?;
    let schema = load(env, operand::at(operands, 2))
        .and_then(|root| Schema::new(env, root))
        .map_err(fail)?;
    let report = validate::validate(env, &schema, document).map_err(too_deep)?;
    let verdict = [Value::Bool(report.is_valid()), errors(env, &report)];
    Ok(Some(env.arena.array(&verdict)))
}

/// Fails if the text contains a number that the runtime cannot represent. OPA reads such a number
/// here, and nowhere else.
fn refuse_large_numbers<'a>(env: &Env<'a>, operand: Value<'a>) -> Result<(), BuiltinError<'a>> {
    let Value::String(text) = operand else { return Ok(()) };
    match json::parse(env.arena, text.as_bytes()) {
        Err(JsonError { kind: JsonErrorKind::NumberOutOfRange, .. }) => Err(operand::OUT_OF_RANGE),
        _ => Ok(()),
    }
}

/// Returns the JSON value of an operand: the value of its text if it is a string, or else itself.
fn load<'a>(env: &Env<'a>, operand: Value<'a>) -> Result<Value<'a>, String> {
    match operand {
        Value::String(text) => {
            json::parse(env.arena, text.as_bytes()).map_err(|_| String::from("invalid JSON string"))
        }
        // The conversion through text makes sets arrays and all keys strings.
        Value::Object(_) | Value::Array(_) => {
            let text = json::to_string(&operand, json::Escape::Plain);
            let text = env.arena.string(&text).as_bytes();
            json::parse(env.arena, text).map_err(|error| error.to_string())
        }
        _ => Err(String::from("wrong type, expected string or object")),
    }
}

fn too_deep(TooDeep: TooDeep) -> BuiltinError<'static> {
    BuiltinError { code: ErrorCode::Internal, message: "the schema nests too deeply" }
}

fn errors<'a>(env: &Env<'a>, report: &Report) -> Value<'a> {
    let mut errors = env.arena.vec();
    for fault in report.faults() {
        let mut error = ObjectBuilder::new(env.arena);
        let mut insert = |key, text: &str| {
            error.insert(Value::String(key), Value::String(env.arena.string(text)));
        };
        insert("desc", &fault.description);
        insert("error", &format!("{}: {}", fault.field, fault.description));
        insert("field", &fault.field);
        insert("type", fault.kind);
        errors.push(error.finish());
    }
    Value::Array(errors.into_bump_slice())
}

impl<'a> Schema<'a> {
    /// Creates the schema `root` and checks it completely.
    pub(super) fn new(env: &Env<'a>, root: Value<'a>) -> Result<Self, String> {
        let schema = Schema { root, draft: draft_of(&root)? };
        ids::check(root)?;
        check::check(env, &schema)?;
        Ok(schema)
    }

    /// Returns the target of a `$ref`: a JSON pointer into the document, or the schema with that
    /// `$id`. Other documents are not loaded.
    pub(super) fn resolve(&self, reference: &str) -> Result<Value<'a>, String> {
        Url::parse(reference).map_err(|error| error.to_string())?;
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let document = if base.is_empty() { Some(self.root) } else { with_id(self.root, base) };
        let Some(document) = document else {
            if !base.contains("://") {
                let slash = if base.starts_with('/') { "" } else { "/" };
                return Err(format!("Reference {slash}{reference} must be canonical"));
            }
            return Err(format!("remote reference loading disabled: {reference}"));
        };
        if fragment.is_empty() {
            return Ok(document);
        }
        if !fragment.starts_with('/') {
            let anchor = format!("#{fragment}");
            return with_id(document, &anchor)
                .ok_or_else(|| format!("Object has no key '{fragment}'"));
        }
        let mut target = document;
        for token in fragment[1..].split('/') {
            let token = unescape(token);
            target = match target {
                Value::Object(object) => {
                    object.get_str(&token).ok_or_else(|| format!("Object has no key '{token}'"))?
                }
                Value::Array(items) => token
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index).copied())
                    .ok_or_else(|| format!("Out of bound array index '{token}'"))?,
                _ => return Err(format!("Invalid token reference '{token}'")),
            };
        }
        Ok(target)
    }
}

/// Returns the schema at or below `start` whose `$id` (or `id`) is `id`.
fn with_id<'a>(start: Value<'a>, id: &str) -> Option<Value<'a>> {
    let mut pending = vec![start];
    while let Some(value) = pending.pop() {
        match value {
            Value::Object(object) => {
                if ["$id", "id"].iter().any(|key| names(&object, key, id)) {
                    return Some(value);
                }
                pending.extend(object.pairs().iter().map(|(_, value)| *value));
            }
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    None
}

fn names(object: &Object<'_>, key: &str, id: &str) -> bool {
    let own = object.get_str(key).and_then(|own| own.as_str());
    own.is_some_and(|own| own == id || own.strip_suffix('#') == Some(id))
}

/// Decodes a token of a JSON pointer in a URL's fragment.
fn unescape(token: &str) -> String {
    let token = url::unescape(token);
    token.replace("~1", "/").replace("~0", "~")
}

fn draft_of(root: &Value<'_>) -> Result<Draft, String> {
    let object = match root {
        Value::Bool(_) => return Ok(Draft::Hybrid),
        Value::Object(object) => object,
        _ => return Err(String::from("schema is invalid")),
    };
    let draft = match object.get_str("$schema") {
        None => return Ok(Draft::Hybrid),
        Some(Value::String(url)) => url.strip_suffix('#').unwrap_or(url),
        Some(_) => return Err(String::from("$schema must be of type string")),
    };
    Ok(match draft {
        "http://json-schema.org/draft-04/schema" => Draft::Four,
        "http://json-schema.org/draft-06/schema" => Draft::Six,
        "http://json-schema.org/draft-07/schema" => Draft::Seven,
        _ => Draft::Hybrid,
    })
}
