//! The `AdmissionReview` documents of Kubernetes (`k8s.io/api/admission`).

use std::fmt;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

use super::fields::{Missing, REQUEST, REVIEW, invalid, wrong_type};
use super::unexpected_fields::{normalized, unknown_paths, wrong_types};
use crate::fault::{Fault, Faults, FieldPath};

/// The group, version and kind of an object, from its `apiVersion` and `kind`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GroupVersionKind<'a> {
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) kind: &'a str,
}

impl<'a> GroupVersionKind<'a> {
    /// Reads an object's `apiVersion` and `kind`. A missing or malformed part is empty.
    pub(crate) fn of(object: &Value<'a>) -> Self {
        let text = |key| object.get_str(key).and_then(|text| text.as_str()).unwrap_or_default();
        let (group, version) = match text("apiVersion").split_once('/') {
            None => ("", text("apiVersion")),
            Some((_, version)) if version.contains('/') => ("", ""),
            Some(parts) => parts,
        };
        Self { group, version, kind: text("kind") }
    }

    /// Returns `apiVersion` as it is written.
    pub(crate) fn api_version(&self) -> impl fmt::Display + use<'a> {
        let Self { group, version, .. } = *self;
        fmt::from_fn(move |f| {
            if group.is_empty() { f.write_str(version) } else { write!(f, "{group}/{version}") }
        })
    }

    /// Returns `{"group": …, "kind": …, "version": …}`.
    pub(super) fn value(&self, arena: &'a Arena) -> Value<'a> {
        three(arena, ["group", "kind", "version"], [self.group, self.kind, self.version])
    }
}

impl fmt::Display for GroupVersionKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

/// Returns the `resource` of a request that no client sent.
pub(super) fn no_resource(arena: &Arena) -> Value<'_> {
    three(arena, ["group", "resource", "version"], [""; 3])
}

fn three<'a>(arena: &'a Arena, keys: [&'static str; 3], texts: [&'a str; 3]) -> Value<'a> {
    let mut object = ObjectBuilder::with_capacity(arena, 3);
    for (key, text) in keys.into_iter().zip(texts) {
        object.insert(Value::String(key), Value::String(text));
    }
    object.finish()
}

/// The objects to judge, and their namespace.
pub(super) struct Parts<'a> {
    pub(super) object: Option<Value<'a>>,
    pub(super) old_object: Option<Value<'a>>,
    pub(super) namespace: &'a str,
}

/// The path of the request in a review.
const IN_REVIEW: &[&str] = &["request"];

/// A request that has only known fields, and whose parts are written as Go writes them.
pub(super) struct Request<'a> {
    pub(super) value: Value<'a>,
    /// The paths of the unknown fields that were dropped.
    pub(super) unknown: &'a [&'a str],
}

/// Returns the `request` of the review `document`. As Gatekeeper decodes it into Go's types and
/// encodes it again, unknown fields are dropped, and so are the empty fields of a user. A request
/// without any of them is not copied, and allocates nothing on the heap.
pub(super) fn request<'a>(arena: &'a Arena, document: &Value<'a>) -> Result<Request<'a>, Faults> {
    let version = document.get_str("apiVersion").and_then(|version| version.as_str());
    if !matches!(version, Some("admission.k8s.io/v1" | "admission.k8s.io/v1beta1")) {
        let message = "an AdmissionReview must have the apiVersion admission.k8s.io/v1 or \
                       admission.k8s.io/v1beta1";
        return Err(invalid(FieldPath::of(&["apiVersion"]), message).into());
    }
    let request = match document.get_str("request") {
        Some(request @ Value::Object(_)) => request,
        None | Some(Value::Null) => {
            let message = "the AdmissionReview has no request";
            return Err(invalid(FieldPath::of(IN_REVIEW), message).into());
        }
        Some(other) => return Err(wrong_type(FieldPath::of(IN_REVIEW), "an object", &other).into()),
    };
    if has_fields(document, REVIEW) && is_request(&request) {
        return Ok(Request { value: request, unknown: &[] });
    }
    let faults = wrong_types(&request);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let paths = unknown_paths(document, &request);
    let unknown = arena.slice_with(paths.len(), |index| arena.string(&paths[index]));
    Ok(Request { value: normalized(arena, &request), unknown })
}

/// Returns `true` if all fields of the request are known, and null or written as Go writes them.
fn is_request(request: &Value<'_>) -> bool {
    let Value::Object(object) = request else { return false };
    let mut left = REQUEST.iter();
    object.pairs().iter().all(|(key, value)| {
        let field = key.as_str().and_then(|name| left.find(|(field, ..)| *field == name));
        let is_null = matches!(value, Value::Null);
        field.is_some_and(|(_, shape, _)| is_null || shape.is_canonical(value))
    })
}

/// Returns `true` if all keys of an object are among `known`; both must be sorted.
fn has_fields(value: &Value<'_>, known: &[&str]) -> bool {
    let Value::Object(object) = value else { return false };
    let mut left = known.iter();
    let mut is_known = |name: &str| left.any(|field| *field == name);
    object.pairs().iter().all(|(key, _)| key.as_str().is_some_and(&mut is_known))
}

/// Returns the parts of `request` that are judged.
pub(super) fn parts<'a>(request: &Value<'a>) -> Result<Parts<'a>, Faults> {
    let mut faults = Vec::new();
    let mut object_at = |key: &str| match request.get_str(key) {
        None | Some(Value::Null) => None,
        Some(value) => {
            faults.extend(checked_kind(&value, &["request", key]).err());
            Some(value)
        }
    };
    let (object, old_object) = (object_at("object"), object_at("oldObject"));
    faults.extend(checked_operation(request).err());
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let deletes = is_delete(request);
    let message = match (object, old_object) {
        (None, None) => "the AdmissionRequest has no object or oldObject to review",
        (_, None) if deletes => "a DELETE must have an oldObject",
        _ => {
            let object = if deletes { old_object } else { object };
            return Ok(Parts { object, old_object, namespace: namespace(request, object) });
        }
    };
    Err(invalid(FieldPath::of(IN_REVIEW), message).into())
}

/// Returns the namespace that the request names, or otherwise the object's.
fn namespace<'a>(request: &Value<'a>, object: Option<Value<'a>>) -> &'a str {
    let named = request.get_str("namespace").and_then(|namespace| namespace.as_str());
    let own = || object?.path(&["metadata", "namespace"])?.as_str();
    named.filter(|namespace| !namespace.is_empty()).or_else(own).unwrap_or_default()
}

/// Checks the operation (`admission/v1`'s `Operation`). It may be missing, as in reviews that are
/// written by hand. Policies compare it with these words, and allow what has another.
fn checked_operation(request: &Value<'_>) -> Result<(), Fault> {
    let operation = request.get_str("operation").and_then(|operation| operation.as_str());
    match operation {
        None | Some("" | "CREATE" | "UPDATE" | "DELETE" | "CONNECT") => Ok(()),
        Some(other) => {
            let message = format!("expected CREATE, UPDATE, DELETE or CONNECT, found {other:?}");
            Err(invalid(FieldPath::of(&["request", "operation"]), message))
        }
    }
}

fn is_delete(request: &Value<'_>) -> bool {
    request.get_str("operation").and_then(|operation| operation.as_str()) == Some("DELETE")
}

pub(super) fn kind_of(object: Option<Value<'_>>) -> GroupVersionKind<'_> {
    object.map(|object| GroupVersionKind::of(&object)).unwrap_or_default()
}

/// Returns the kind of an object, which is required (`unstructured.UnmarshalJSON`).
pub(super) fn checked_kind<'a>(
    object: &Value<'a>,
    path: &[&str],
) -> Result<GroupVersionKind<'a>, Fault> {
    if !matches!(object, Value::Object(_)) {
        return Err(wrong_type(FieldPath::of(path), "an object", object));
    }
    let kind = GroupVersionKind::of(object);
    if kind.kind.is_empty() {
        return Err(invalid(FieldPath::of(path).key("kind"), "the object has no kind"));
    }
    let version = object.get_str("apiVersion");
    if kind.version.is_empty() && !matches!(version, None | Some(Value::Null)) {
        let message = "an apiVersion is VERSION or GROUP/VERSION";
        return Err(invalid(FieldPath::of(path).key("apiVersion"), message));
    }
    Ok(kind)
}

/// Returns the request as Go writes it. All its fields must be known. The mandatory fields are
/// added, empty texts are left out, and a deleted object is also the object.
pub(super) fn complete<'a>(arena: &'a Arena, request: &Value<'a>) -> Value<'a> {
    let Value::Object(request) = request else { return *request };
    let mut left = request.pairs().iter().peekable();
    let deletes = is_delete(&Value::Object(*request));
    let mut complete = ObjectBuilder::with_capacity(arena, REQUEST.len() + 1);
    for &(key, _, missing) in REQUEST {
        let value = left.next_if(|(own, _)| own.as_str() == Some(key)).map(|(_, value)| *value);
        let given = value.filter(|value| !matches!(value, Value::Null));
        let value = match missing {
            Missing::LeftOut => given.filter(|value| !matches!(value, Value::String(""))),
            Missing::LeftOutOrFilled(fields) => {
                given.map(|part| with_all(arena, Some(part), fields))
            }
            Missing::Is(_) if deletes && key == "object" => request.get_str("oldObject"),
            Missing::Is(value) => Some(given.unwrap_or(value)),
            Missing::Filled(fields) => Some(with_all(arena, given, fields)),
        };
        if let Some(value) = value {
            complete.insert(Value::String(key), value);
        }
        if key == "namespace" {
            complete.insert(Value::String("namespaceObject"), Value::EMPTY_OBJECT);
        }
    }
    complete.finish_sorted()
}

/// Returns the part with all its fields. Missing ones are empty texts.
fn with_all<'a>(arena: &'a Arena, part: Option<Value<'a>>, fields: &[&'static str]) -> Value<'a> {
    let part = part.unwrap_or(Value::EMPTY_OBJECT);
    if part.len() == Some(fields.len()) {
        return part;
    }
    let mut all = ObjectBuilder::with_capacity(arena, fields.len());
    for &field in fields {
        all.insert(Value::String(field), part.get_str(field).unwrap_or(Value::String("")));
    }
    all.finish_sorted()
}

/// Returns the object with `key` set to `value`.
pub(crate) fn with_member<'a>(
    arena: &'a Arena,
    object: Value<'a>,
    key: &'static str,
    value: Value<'a>,
) -> Value<'a> {
    let Value::Object(object) = object else { return object };
    let mut changed = ObjectBuilder::with_capacity(arena, object.len() + 1);
    for (own, old) in object.pairs() {
        changed.insert(*own, *old);
    }
    changed.insert(Value::String(key), value);
    changed.finish()
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::json;
    use proptest::prelude::*;

    use super::*;

    const VALUES: [&str; 14] = [
        "null",
        "1",
        "true",
        "[]",
        "{}",
        r#""text""#,
        r#"{"kind": "Pod"}"#,
        r#"{"group": 1, "resource": null, "version": {}}"#,
        r#"{"group": null, "version": "v1"}"#,
        r#"{"uid": "u", "username": "n", "extra": {"a": []}}"#,
        r#"{"uid": null, "username": "", "groups": [], "extra": {}}"#,
        r#"{"groups": ["a", null], "extra": {"a": null, "b": [null, "c"]}}"#,
        r#"{"groups": [1], "extra": {"a": "b"}}"#,
        r#"{"groups": "a", "zone": "z"}"#,
    ];

    fn members(known: &'static [&'static str]) -> impl Strategy<Value = String> {
        let key = prop_oneof![
            9 => proptest::sample::select(known).prop_map(str::to_owned),
            1 => "[a-z]{0,3}|kinds|resourc|objekt|response",
        ];
        let value = proptest::sample::select(&VALUES[..]);
        let members = proptest::collection::vec((key, value), 0..6);
        members.prop_map(|members| {
            let members = members.iter().map(|(key, value)| format!("{key:?}: {value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        })
    }

    proptest! {
        #[test]
        fn only_what_go_writes_is_taken_as_it_is(
            request in members(&[
                "dryRun", "kind", "name", "namespace", "object", "operation", "requestKind",
                "requestResource", "resource", "subResource", "uid", "userInfo",
            ]),
            document in members(&["apiVersion", "kind", "request"]),
        ) {
            let arena = Arena::new();
            let value = |text: &str| {
                json::parse(&arena, arena.string(text).as_bytes()).expect("JSON")
            };
            let (document, request) = (value(&document), value(&request));
            let quick = has_fields(&document, REVIEW) && is_request(&request);
            let unknown = unknown_paths(&document, &request);
            let has_faults = !unknown.is_empty() || !wrong_types(&request).is_empty();
            prop_assert!(!quick || !has_faults);
            let written = normalized(&arena, &request);
            prop_assert!(!wrong_types(&request).is_empty() || is_request(&written));
            prop_assert!(!is_request(&request) || written == request);
            prop_assert!(written != request || has_faults || quick);
        }
    }
}
