//! The documents that references lead to (`gojsonschema/schemaPool.go`).
//!
//! Adding a document registers each schema in it that has an identity, and makes each `$ref`
//! absolute:
//!
//! ```text
//! {"$id": "http://x/a", "not": {"$ref": "#/b"}, "b": {"$id": "c"}}
//! registers  http://x/a and http://x/c
//! returns    {"$id": "http://x/a", "not": {"$ref": "http://x/a#/b"}, "b": {"$id": "c"}}
//! ```

use std::collections::BTreeMap;

use super::draft::{Draft, declared_draft};
use super::error::{OTHER_DOCUMENT, SchemaError, fault};
use super::reference::Reference;
use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::json;
use crate::value::{Object, Value};

/// The schemas that JSON Schema defines itself in, by their addresses. OPA holds the same ones.
const METASCHEMAS: [(&str, &str); 3] = [
    ("http://json-schema.org/draft-04/schema", include_str!("metaschemas/draft-04.json")),
    ("http://json-schema.org/draft-06/schema", include_str!("metaschemas/draft-06.json")),
    ("http://json-schema.org/draft-07/schema", include_str!("metaschemas/draft-07.json")),
];

/// A schema that a reference leads to.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) schema: Value<'a>,
    /// The draft that its document declares.
    pub(super) draft: Option<Draft>,
}

/// Schemas by their absolute references.
#[derive(Default)]
pub(super) struct Pool<'a> {
    targets: BTreeMap<String, Target<'a>>,
}

impl<'a> Pool<'a> {
    /// Adds a document and returns it with absolute references.
    ///
    /// # Errors
    ///
    /// If two schemas have one identity or `$schema` is malformed.
    pub(super) fn add(
        &mut self,
        arena: &'a Arena,
        document: Value<'a>,
        reference: &Reference,
    ) -> Result<Value<'a>, SchemaError> {
        let name = reference.to_string();
        if self.targets.contains_key(&name) {
            return fault(already_exists(&name));
        }
        let draft = declared_draft(&document)?;
        let schema = Adder { arena, draft, pool: self }.absolute(document, reference)?;
        self.targets.insert(name, Target { schema, draft });
        Ok(schema)
    }

    /// Returns the target of an absolute reference, and loads a metaschema if it is one.
    pub(super) fn load(
        &mut self,
        env: &Env<'a>,
        reference: &str,
    ) -> Result<Target<'a>, SchemaError> {
        let reference = Reference::parse(reference)?;
        if let Some(target) = self.find(&reference) {
            return target;
        }
        if !reference.is_canonical() {
            return fault(format!("Reference {reference} must be canonical"));
        }
        let document = reference.document();
        let address = document.to_string();
        let metaschema = METASCHEMAS.iter().find(|(known, _)| *known == address);
        let Some((_, text)) = metaschema else {
            return Err(OTHER_DOCUMENT);
        };
        let metaschema =
            json::parse(env.arena, text.as_bytes()).map_err(|error| error.to_string())?;
        self.add(env.arena, metaschema, &document)?;
        self.find(&reference).unwrap_or_else(|| fault(format!("no schema at {reference}")))
    }

    /// Returns the target of an absolute reference that [`Pool::load`] has found before.
    pub(super) fn get(&self, reference: &str) -> Option<Target<'a>> {
        self.find(&Reference::parse(reference).ok()?)?.ok()
    }

    /// Looks up a schema by its identity, and otherwise by its document and the pointer into it.
    fn find(&self, reference: &Reference) -> Option<Result<Target<'a>, SchemaError>> {
        if let Some(target) = self.targets.get(&reference.to_string()) {
            return Some(Ok(*target));
        }
        let document = self.targets.get(&reference.document().to_string())?;
        let tokens = reference.pointer().unwrap_or_default();
        let schema = follow(document.schema, &tokens);
        Some(schema.map(|schema| Target { schema, draft: document.draft }))
    }
}

/// Follows a JSON pointer (`gojsonpointer`).
fn follow<'a>(start: Value<'a>, tokens: &[String]) -> Result<Value<'a>, SchemaError> {
    tokens.iter().try_fold(start, |value, token| match value {
        Value::Object(object) => {
            object.get_str(token).map_or_else(|| fault(format!("Object has no key '{token}'")), Ok)
        }
        Value::Array(items) => {
            let index: i64 = token.parse().map_err(|_| format!("Invalid array index '{token}'"))?;
            let item = usize::try_from(index).ok().and_then(|index| items.get(index).copied());
            item.map_or_else(
                || fault(format!("Out of bound array[0,{}] index '{index}'", items.len())),
                Ok,
            )
        }
        _ => fault(format!("Invalid token reference '{token}'")),
    })
}

/// The walk over a document that is added.
struct Adder<'p, 'a> {
    arena: &'a Arena,
    draft: Option<Draft>,
    pool: &'p mut Pool<'a>,
}

impl<'a> Adder<'_, 'a> {
    /// Registers the schemas at and below `value` and returns it with absolute references.
    /// `base` is the identity of the schema around it.
    fn absolute(&mut self, value: Value<'a>, base: &Reference) -> Result<Value<'a>, SchemaError> {
        match value {
            Value::Array(items) => {
                let mut absolute = self.arena.vec();
                for item in items {
                    absolute.push(self.absolute(*item, base)?);
                }
                Ok(Value::Array(absolute.into_bump_slice()))
            }
            Value::Object(object) => self.schema(&object, base),
            _ => Ok(value),
        }
    }

    fn schema(&mut self, object: &Object<'a>, base: &Reference) -> Result<Value<'a>, SchemaError> {
        let own = identity(object).map(|id| base.resolve(&id));
        if let Some(name) = own.as_ref().map(Reference::to_string)
            && self.pool.targets.contains_key(&name)
        {
            return fault(already_exists(&name));
        }
        if let Some(own) = &own {
            // Reserved until the schema is complete, so that no schema below takes the identity.
            let reserved = Target { schema: Value::Null, draft: self.draft };
            self.pool.targets.insert(own.to_string(), reserved);
        }
        let base = own.as_ref().unwrap_or(base);
        let mut absolute = ObjectBuilder::new(self.arena);
        for (key, value) in object.pairs() {
            absolute.insert(*key, self.member(*key, *value, base)?);
        }
        let schema = absolute.finish();
        if let Some(own) = &own {
            let target = Target { schema, draft: self.draft };
            self.pool.targets.insert(own.to_string(), target);
        }
        Ok(schema)
    }

    /// Returns a member of a schema with absolute references. Constants are not schemas; maps of
    /// properties are none themselves, but their values are.
    fn member(
        &mut self,
        key: Value<'a>,
        value: Value<'a>,
        base: &Reference,
    ) -> Result<Value<'a>, SchemaError> {
        match (key.as_str(), value) {
            (Some("const" | "enum"), _) => Ok(value),
            (Some("$ref"), Value::String(reference)) => Ok(Reference::parse(reference)
                .map_or(value, |reference| {
                    Value::String(self.arena.string(&base.resolve(&reference).to_string()))
                })),
            (
                Some("properties" | "dependencies" | "patternProperties"),
                Value::Object(children),
            ) => {
                let mut absolute = ObjectBuilder::new(self.arena);
                for (key, child) in children.pairs() {
                    absolute.insert(*key, self.absolute(*child, base)?);
                }
                Ok(absolute.finish())
            }
            _ => self.absolute(value, base),
        }
    }
}

/// Returns the `id` of a schema, or its `$id` if it has no `id`.
fn identity(object: &Object<'_>) -> Option<Reference> {
    let id = object.get_str("id").or_else(|| object.get_str("$id"))?.as_str()?;
    Reference::parse(id).ok()
}

fn already_exists(name: &str) -> String {
    format!("Reference already exists: \"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_unique() {
        let arena = Arena::new();
        let verdict = |text: &str| {
            let document =
                json::parse(&arena, arena.string(text).as_bytes()).expect("generated to be JSON");
            Pool::default().add(&arena, document, &Reference::default()).map(drop)
        };
        for text in [
            r##"{"$id": "#x", "not": {"$id": "#y"}}"##,
            r##"{"$id": "http://a/b", "not": {"$id": "c"}, "if": {"$id": "#c"}}"##,
            r##"{"const": {"$id": "#x"}, "enum": [{"$id": "#x"}]}"##,
            r##"{"properties": {"$id": {"$id": "#x"}}, "$id": "#y"}"##,
        ] {
            assert_eq!(verdict(text), Ok(()), "{text}");
        }
        for (text, id) in [
            (r##"{"items": [{"$id": "#x"}, {"$id": "#x"}]}"##, "#x"),
            (r##"{"items": [{"id": "#x"}, {"$id": "#x"}]}"##, "#x"),
            (r##"{"$id": "#x", "not": {"$id": "#x"}}"##, "#x"),
            (r#"{"$id": "http://a/b", "items": [{"$id": "c"}, {"$id": "/c"}]}"#, "http://a/c"),
            (r#"{"$id": "http://a/b", "items": [{"$id": "c"}, {"$id": "d/../c"}]}"#, "http://a/c"),
            (r#"{"items": [{"$id": "c"}, {"$id": "/c"}]}"#, "/c"),
        ] {
            assert_eq!(verdict(text), fault(already_exists(id)), "{text}");
        }
    }
}
