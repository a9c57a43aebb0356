//! A view of a schema's JSON, for traversals.

use ferrego_runtime::Value;

/// A schema in the tree of schemas.
#[derive(Clone, Copy, Debug)]
pub struct Node<'s> {
    json: Value<'s>,
    legacy: bool,
}

/// The value of `additionalProperties`.
#[derive(Clone, Copy, Debug)]
pub enum Additional<'s> {
    /// The keyword is absent: fields that are not named are unknown.
    Unsaid,
    /// Any value is allowed under any key, but the fields of the value are unknown.
    Any,
    /// Only the keys that are named are allowed.
    Forbidden,
    /// Values must satisfy this schema.
    Of(Node<'s>),
}

impl<'s> Node<'s> {
    /// Returns the root of a schema.
    pub fn root(json: Value<'s>, legacy: bool) -> Self {
        Self { json, legacy }
    }

    fn with(&self, json: Value<'s>) -> Self {
        Self { json, ..*self }
    }

    pub fn json(&self) -> Value<'s> {
        self.json
    }

    /// Returns the value of a keyword. Null counts as absent, as in Go.
    pub fn get(&self, keyword: &str) -> Option<Value<'s>> {
        self.json.get_str(keyword).filter(|value| !matches!(value, Value::Null))
    }

    pub fn text(&self, keyword: &str) -> &'s str {
        self.get(keyword).and_then(|value| value.as_str()).unwrap_or_default()
    }

    pub fn flag(&self, keyword: &str) -> bool {
        matches!(self.get(keyword), Some(Value::Bool(true)))
    }

    /// Returns the items of a keyword that is a list.
    pub fn list(&self, keyword: &str) -> &'s [Value<'s>] {
        match self.get(keyword) {
            Some(Value::Array(items)) => items,
            _ => &[],
        }
    }

    /// Returns the schemas of `allOf` and similar keywords.
    pub fn branches(self, keyword: &str) -> impl ExactSizeIterator<Item = Self> {
        self.list(keyword).iter().map(move |json| self.with(*json))
    }

    pub fn branch(&self, keyword: &str) -> Option<Self> {
        self.get(keyword).map(|json| self.with(json))
    }

    /// Returns `type`, or an empty text if it is absent.
    pub fn type_name(&self) -> &'s str {
        self.text("type")
    }

    pub fn is_nullable(&self) -> bool {
        self.flag("nullable")
    }

    pub fn is_int_or_string(&self) -> bool {
        self.flag("x-kubernetes-int-or-string")
    }

    pub fn is_embedded(&self) -> bool {
        self.flag("x-kubernetes-embedded-resource")
    }

    /// Returns `true` if fields that the schema does not name are kept. Gatekeeper keeps them in
    /// every object of a legacy schema, regardless of the object's own keywords.
    pub fn preserves_unknown(&self) -> bool {
        self.is_open_legacy() || self.flag("x-kubernetes-preserve-unknown-fields")
    }

    /// Returns `true` if Gatekeeper allows unknown fields because the schema is a legacy one.
    pub fn is_open_legacy(&self) -> bool {
        self.legacy && matches!(self.type_name(), "" | "object")
    }

    pub fn properties(self) -> impl Iterator<Item = (&'s str, Self)> {
        let pairs = match self.get("properties") {
            Some(Value::Object(object)) => object.pairs(),
            _ => &[],
        };
        let named = |(name, json): &(Value<'s>, Value<'s>)| Some((name.as_str()?, *json));
        pairs.iter().filter_map(named).map(move |(name, json)| (name, self.with(json)))
    }

    pub fn property(&self, name: &str) -> Option<Self> {
        Some(self.with(self.get("properties")?.get_str(name)?))
    }

    pub fn additional(&self) -> Additional<'s> {
        match self.get("additionalProperties") {
            Some(Value::Bool(true)) => Additional::Any,
            Some(Value::Bool(false)) => Additional::Forbidden,
            Some(json @ Value::Object(_)) => Additional::Of(self.with(json)),
            _ => Additional::Unsaid,
        }
    }

    /// Returns the schema of the items of an array. In a legacy schema, an array without `items`
    /// may have items of any kind. Go's decoder ignores `items` that are not a mapping.
    pub fn items(&self) -> Option<Self> {
        match self.get("items") {
            Some(json @ Value::Object(_)) => Some(self.with(json)),
            _ if self.legacy && self.type_name() == "array" => Some(self.with(Value::EMPTY_OBJECT)),
            _ => None,
        }
    }
}
