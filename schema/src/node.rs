//! A schema as the walks see it: a view of its JSON.

use ferrego_runtime::Value;

/// One schema of the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'s> {
    json: Value<'s>,
    legacy: bool,
}

/// What `additionalProperties` says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Additional<'s> {
    /// Nothing: what is not named is unknown.
    Unsaid,
    /// Any value under any key; the fields of the value are unknown.
    Any,
    /// No key but those that are named.
    Forbidden,
    /// Values of this schema.
    Of(Node<'s>),
}

impl<'s> Node<'s> {
    pub(super) fn root(json: Value<'s>, legacy: bool) -> Self {
        Self { json, legacy }
    }

    fn with(&self, json: Value<'s>) -> Self {
        Self { json, ..*self }
    }

    pub(super) fn json(&self) -> Value<'s> {
        self.json
    }

    /// The value of a keyword; null says nothing, as for Go.
    pub(super) fn get(&self, keyword: &str) -> Option<Value<'s>> {
        self.json.get_str(keyword).filter(|value| !matches!(value, Value::Null))
    }

    pub(super) fn text(&self, keyword: &str) -> &'s str {
        self.get(keyword).and_then(|value| value.as_str()).unwrap_or_default()
    }

    pub(super) fn flag(&self, keyword: &str) -> bool {
        matches!(self.get(keyword), Some(Value::Bool(true)))
    }

    /// The items of a keyword that is a list.
    pub(super) fn list(&self, keyword: &str) -> &'s [Value<'s>] {
        match self.get(keyword) {
            Some(Value::Array(items)) => items,
            _ => &[],
        }
    }

    /// The schemas of `allOf` and its like.
    pub(super) fn branches(self, keyword: &str) -> impl ExactSizeIterator<Item = Self> {
        self.list(keyword).iter().map(move |json| self.with(*json))
    }

    pub(super) fn branch(&self, keyword: &str) -> Option<Self> {
        self.get(keyword).map(|json| self.with(json))
    }

    /// `type`; empty where there is none.
    pub(super) fn type_name(&self) -> &'s str {
        self.text("type")
    }

    pub(super) fn is_nullable(&self) -> bool {
        self.flag("nullable")
    }

    pub(super) fn is_int_or_string(&self) -> bool {
        self.flag("x-kubernetes-int-or-string")
    }

    pub(super) fn is_embedded(&self) -> bool {
        self.flag("x-kubernetes-embedded-resource")
    }

    /// Whether fields that the schema does not name are kept. Gatekeeper says so of every object of
    /// a legacy schema, whatever it says itself.
    pub(super) fn preserves_unknown(&self) -> bool {
        self.is_open_legacy() || self.flag("x-kubernetes-preserve-unknown-fields")
    }

    /// Whether Gatekeeper opens the schema because it is a legacy one.
    pub(super) fn is_open_legacy(&self) -> bool {
        self.legacy && matches!(self.type_name(), "" | "object")
    }

    pub(super) fn properties(self) -> impl Iterator<Item = (&'s str, Self)> {
        let pairs = match self.get("properties") {
            Some(Value::Object(object)) => object.pairs(),
            _ => &[],
        };
        let named = |(name, json): &(Value<'s>, Value<'s>)| Some((name.as_str()?, *json));
        pairs.iter().filter_map(named).map(move |(name, json)| (name, self.with(json)))
    }

    pub(super) fn property(&self, name: &str) -> Option<Self> {
        Some(self.with(self.get("properties")?.get_str(name)?))
    }

    pub(super) fn additional(&self) -> Additional<'s> {
        match self.get("additionalProperties") {
            Some(Value::Bool(true)) => Additional::Any,
            Some(Value::Bool(false)) => Additional::Forbidden,
            Some(json @ Value::Object(_)) => Additional::Of(self.with(json)),
            _ => Additional::Unsaid,
        }
    }

    /// The schema of the items of an array. In a legacy schema, an array without a schema of its
    /// items may have any. Go's decoder ignores `items` that are not a mapping.
    pub(super) fn items(&self) -> Option<Self> {
        match self.get("items") {
            Some(json @ Value::Object(_)) => Some(self.with(json)),
            _ if self.legacy && self.type_name() == "array" => Some(self.with(Value::EMPTY_OBJECT)),
            _ => None,
        }
    }
}
