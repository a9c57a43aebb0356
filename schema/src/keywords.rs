//! The keywords of a structural schema, and the shapes of their values (apiextensions'
//! `JSONSchemaProps`).

use ferrego_runtime::Value;

/// The shape that a keyword's value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    Text,
    Flag,
    Number,
    /// An integer.
    Count,
    List,
    Texts,
    Object,
    Schema,
    /// The schema of an array's items. A list of schemas is rejected, and Go's decoder ignores any
    /// other value that is not a mapping.
    Items,
    /// Rules in CEL.
    Rules,
    Schemas,
    SchemaMap,
    SchemaOrFlag,
    /// A keyword that Kubernetes knows and rejects, with its message.
    Refused(&'static str),
}

/// All keywords.
#[rustfmt::skip]
const KEYWORDS: [(&str, Shape); 48] = [
    ("$ref", Shape::Refused("$ref is not supported")),
    ("$schema", Shape::Refused("$schema is not supported")),
    ("additionalItems", Shape::Refused("additionalItems is not supported")),
    ("additionalProperties", Shape::SchemaOrFlag),
    ("allOf", Shape::Schemas),
    ("anyOf", Shape::Schemas),
    ("default", Shape::Any),
    ("definitions", Shape::Refused("definitions is not supported")),
    ("dependencies", Shape::Refused("dependencies is not supported")),
    ("description", Shape::Text),
    ("enum", Shape::List),
    ("example", Shape::Any),
    ("exclusiveMaximum", Shape::Flag),
    ("exclusiveMinimum", Shape::Flag),
    ("externalDocs", Shape::Object),
    ("format", Shape::Text),
    ("id", Shape::Refused("id is not supported")),
    ("items", Shape::Items),
    ("maxItems", Shape::Count),
    ("maxLength", Shape::Count),
    ("maxProperties", Shape::Count),
    ("maximum", Shape::Number),
    ("minItems", Shape::Count),
    ("minLength", Shape::Count),
    ("minProperties", Shape::Count),
    ("minimum", Shape::Number),
    ("multipleOf", Shape::Number),
    ("not", Shape::Schema),
    ("nullable", Shape::Flag),
    ("oneOf", Shape::Schemas),
    ("pattern", Shape::Text),
    ("patternProperties", Shape::Refused("patternProperties is not supported")),
    ("properties", Shape::SchemaMap),
    ("required", Shape::Texts),
    ("title", Shape::Text),
    ("type", Shape::Text),
    ("uniqueItems", Shape::Flag),
    ("x-kubernetes-embedded-resource", Shape::Flag),
    ("x-kubernetes-int-or-string", Shape::Flag),
    ("x-kubernetes-list-map-keys", Shape::Texts),
    ("x-kubernetes-list-type", Shape::Text),
    ("x-kubernetes-map-type", Shape::Text),
    ("x-kubernetes-preserve-unknown-fields", Shape::Flag),
    ("x-kubernetes-validations", Shape::Rules),
    // Keywords of OpenAPI's schema objects, which Kubernetes drops silently.
    ("deprecated", Shape::Any),
    ("readOnly", Shape::Any),
    ("writeOnly", Shape::Any),
    ("xml", Shape::Any),
];

/// Returns the shape of the value of `keyword`, or `None` if it is not a keyword.
pub(super) fn shape(keyword: &str) -> Option<Shape> {
    KEYWORDS.iter().find(|(own, _)| *own == keyword).map(|(_, shape)| *shape)
}

/// Returns the keyword that equals `keyword` except for the case of its letters. Go's decoder
/// treats the two as the same keyword, but the API server does not.
pub(super) fn in_other_case(keyword: &str) -> Option<&'static str> {
    KEYWORDS.iter().map(|(own, _)| *own).find(|own| own.eq_ignore_ascii_case(keyword))
}

impl Shape {
    /// Returns the requirement that the value violates, if any.
    pub(super) fn fault(self, value: &Value<'_>) -> Option<&'static str> {
        let fits = match self {
            Self::Any | Self::Refused(_) => true,
            Self::Text => value.as_str().is_some(),
            Self::Flag => matches!(value, Value::Bool(_)),
            Self::Number => matches!(value, Value::Number(_)),
            Self::Count => matches!(value, Value::Number(number) if number.as_i64().is_some()),
            Self::List | Self::Schemas | Self::Rules => matches!(value, Value::Array(_)),
            Self::Texts => {
                matches!(value, Value::Array(items) if items.iter().all(|i| i.as_str().is_some()))
            }
            Self::Object | Self::Schema | Self::SchemaMap => matches!(value, Value::Object(_)),
            Self::SchemaOrFlag => matches!(value, Value::Object(_) | Value::Bool(_)),
            Self::Items => !matches!(value, Value::Array([_, ..])),
        };
        (!fits).then_some(match self {
            Self::Text => "must be a string",
            Self::Flag => "must be a boolean",
            Self::Number => "must be a number",
            Self::Count => "must be an integer",
            Self::List | Self::Rules => "must be a list",
            Self::Texts => "must be a list of strings",
            Self::Schema | Self::Items => "must be a schema object and not an array",
            Self::Schemas => "must be a list of schemas",
            Self::SchemaMap => "must be a map of schemas",
            Self::SchemaOrFlag => "must be a schema or a boolean",
            Self::Object | Self::Any | Self::Refused(_) => "must be an object",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found_with_their_shape() {
        assert_eq!(shape("maxItems"), Some(Shape::Count));
        assert_eq!(shape("maxitems"), None);
        assert_eq!(Shape::Count.fault(&Value::int(3)), None);
        assert_eq!(Shape::Count.fault(&Value::String("3")), Some("must be an integer"));
        assert_eq!(Shape::Texts.fault(&Value::EMPTY_ARRAY), None);
        let array = [Value::int(1)];
        assert_eq!(Shape::Texts.fault(&Value::Array(&array)), Some("must be a list of strings"));
    }
}
