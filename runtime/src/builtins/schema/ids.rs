//! The identities of schemas, which must be unique (`schemaPool.parseReferences`).

use std::collections::BTreeSet;

use crate::builtins::url::Url;
use crate::value::{Object, Value};

/// Checks that no two schemas of a document have equal identities.
pub(super) fn check(root: Value<'_>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let mut pending = vec![(root, String::new())];
    while let Some((value, base)) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items.iter().map(|item| (*item, base.clone()))),
            Value::Object(object) => {
                let own = id_of(&object).map(|id| resolve(&base, id));
                if let Some(id) = &own
                    && !seen.insert(id.clone())
                {
                    return Err(format!("Reference already exists: \"{id}\""));
                }
                push_schemas(&object, &own.unwrap_or(base), &mut pending);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Adds the values below `object` that may be schemas. Constants are not schemas. Maps of
/// properties are not schemas either, but their values are.
fn push_schemas<'a>(object: &Object<'a>, base: &str, pending: &mut Vec<(Value<'a>, String)>) {
    for (key, value) in object.pairs() {
        match (key.as_str(), value) {
            (Some("const" | "enum"), _) => {}
            (Some("properties" | "dependencies" | "patternProperties"), value) => {
                if let Value::Object(children) = value {
                    let children = children.pairs().iter().map(|(_, child)| *child);
                    pending.extend(children.map(|child| (child, base.to_owned())));
                }
            }
            _ => pending.push((*value, base.to_owned())),
        }
    }
}

fn id_of<'a>(object: &Object<'a>) -> Option<&'a str> {
    let id = object.get_str("id").or_else(|| object.get_str("$id"))?.as_str()?;
    Url::parse(id).is_ok().then_some(id)
}

/// Resolves the identity `id` below the identity `base`. Like Go, resolves a relative path against
/// the directory of the base.
fn resolve(base: &str, id: &str) -> String {
    let base = base.split('#').next().unwrap_or_default();
    match Url::parse(id) {
        Ok(url) if url.scheme.is_empty() && url.host.is_empty() => {}
        _ => return id.to_owned(),
    }
    if id.is_empty() || id.starts_with('#') {
        return format!("{base}{id}");
    }
    let origin = base.find("://").map_or(0, |scheme| {
        base[scheme + 3..].find('/').map_or(base.len(), |slash| scheme + 3 + slash)
    });
    let (origin, path) = base.split_at(origin);
    let directory =
        if id.starts_with('/') { "" } else { path.rfind('/').map_or("/", |slash| &path[..=slash]) };
    format!("{origin}{directory}{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;

    #[test]
    fn an_identity_is_unique() {
        let arena = Arena::new();
        let verdict = |text: &str| {
            check(crate::json::parse(&arena, arena.string(text).as_bytes()).expect("JSON"))
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
            (r#"{"$id": "http://a/b", "items": [{"$id": "c"}, {"$id": "/c"}]}"#, "http://a/c"),
            (r#"{"items": [{"$id": "c"}, {"$id": "/c"}]}"#, "/c"),
        ] {
            let error = format!("Reference already exists: \"{id}\"");
            assert_eq!(verdict(text), Err(error), "{text}");
        }
    }
}
