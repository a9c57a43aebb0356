//! Recorded inputs and base documents.

use ferrego_compiler::ast::{Term, TermKind};
use ferrego_compiler::parse;
use ferrego_runtime::collections::{ObjectBuilder, SetBuilder};
use ferrego_runtime::{Arena, Number, Value, json};
use serde_json::value::RawValue;

/// A recorded document. Its numbers keep their text.
#[derive(Clone, Debug)]
pub enum Document {
    /// JSON.
    Json(Box<RawValue>),
    /// A Rego term, which can contain sets.
    Term(String),
}

impl Document {
    /// Returns the document as a value.
    ///
    /// # Errors
    /// Returns an error if the text is not JSON, or not a constant term.
    pub fn value<'a>(&self, arena: &'a Arena) -> Result<Value<'a>, String> {
        match self {
            Document::Json(text) => {
                let text = arena.string(text.get());
                json::parse(arena, text.as_bytes()).map_err(|error| error.to_string())
            }
            Document::Term(text) => {
                let term = parse::term(text).map_err(|diagnostics| diagnostics.to_string())?;
                constant(arena, &term)
                    .ok_or_else(|| format!("expected a constant term, found `{text}`"))
            }
        }
    }
}

fn constant<'a>(arena: &'a Arena, term: &Term) -> Option<Value<'a>> {
    match &term.kind {
        TermKind::Null => Some(Value::Null),
        TermKind::Bool(value) => Some(Value::Bool(*value)),
        TermKind::Number(text) => Some(Value::Number(Number::from_text(arena.string(text)))),
        TermKind::String(text) => Some(Value::String(arena.string(text))),
        TermKind::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| constant(arena, item)).collect();
            items.map(|items| arena.array(&items))
        }
        TermKind::Set(items) => {
            let mut set = SetBuilder::new(arena);
            for item in items {
                set.insert(constant(arena, item)?);
            }
            Some(set.finish())
        }
        TermKind::Object(pairs) => {
            let mut object = ObjectBuilder::new(arena);
            for (key, value) in pairs {
                object.insert(constant(arena, key)?, constant(arena, value)?);
            }
            Some(object.finish())
        }
        _ => None,
    }
}
