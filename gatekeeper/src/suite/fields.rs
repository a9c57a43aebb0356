//! A reader of the fields of a mapping, which reports each fault with its path.

use ferrego_runtime::Value;

use crate::described::described;
use crate::fault::{Fault, FaultCode, FieldPath};

/// The fields of a mapping. A field that is absent or null is empty, as in Go.
pub(super) struct Fields<'a> {
    value: Value<'a>,
    path: FieldPath,
    known: Vec<&'static str>,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(value: Value<'a>, path: FieldPath) -> Self {
        let mut fields = Self { value, path, known: Vec::new(), faults: Vec::new() };
        if !matches!(value, Value::Object(_)) {
            let path = fields.path.clone();
            fields.fault(path, format!("expected a mapping, found {}", described(&value)));
        }
        fields
    }

    pub(super) fn path(&self) -> &FieldPath {
        &self.path
    }

    /// Returns the value of `key`, unless it is null.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        let value = self.value.get_str(key).or_else(|| self.in_any_case(key));
        value.filter(|value| !matches!(value, Value::Null))
    }

    /// Returns the last value whose key equals `key` when case is ignored, as in Go's JSON decoder.
    fn in_any_case(&self, key: &str) -> Option<Value<'a>> {
        let Value::Object(object) = self.value else { return None };
        let is_key = |(name, _): &&(Value<'_>, Value<'_>)| {
            name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(key))
        };
        object.pairs().iter().rfind(is_key).map(|(_, value)| *value)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        self.wrong(key, "a string", &value);
        None
    }

    /// Returns the text of `key`, and reports a fault if it is absent or empty.
    pub(super) fn required(&mut self, key: &'static str, help: &str) -> String {
        let before = self.faults.len();
        let text = self.text(key).unwrap_or_default();
        if text.is_empty() && self.faults.len() == before {
            let fault =
                Fault::new(FaultCode::InvalidSuite, self.path.clone(), format!("missing {key}"));
            self.faults.push(fault.with_help(help));
        }
        text
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> bool {
        match self.get(key) {
            None => false,
            Some(Value::Bool(truth)) => truth,
            Some(value) => {
                self.wrong(key, "a boolean", &value);
                false
            }
        }
    }

    /// Returns the items of a list with their paths.
    pub(super) fn items(&mut self, key: &'static str) -> Vec<(Value<'a>, FieldPath)> {
        match self.get(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                let path = self.path.key(key);
                items.iter().enumerate().map(|(index, item)| (*item, path.index(index))).collect()
            }
            Some(value) => {
                self.wrong(key, "a list", &value);
                Vec::new()
            }
        }
    }

    pub(super) fn fault(&mut self, path: FieldPath, message: impl Into<String>) {
        self.faults.push(Fault::new(FaultCode::InvalidSuite, path, message));
    }

    /// Warns about every field that was not read; Gatekeeper ignores them.
    pub(super) fn warn_of_unknown(&mut self) {
        let Value::Object(object) = self.value else { return };
        for (key, _) in object.pairs() {
            let key = key.as_str().unwrap_or_default();
            if !self.known.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                let fault = Fault::new(
                    FaultCode::InvalidSuite,
                    self.path.key(key),
                    "unknown field, which is not used",
                );
                let help = format!("use one of {}", self.known.join(", "));
                self.faults.push(fault.as_warning().with_help(help));
            }
        }
    }

    fn wrong(&mut self, key: &'static str, wanted: &str, value: &Value<'_>) {
        let path = self.path.key(key);
        self.fault(path, format!("expected {wanted}, found {}", described(value)));
    }
}
