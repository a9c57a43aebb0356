//! The check that a document is a JSON schema (`gojsonschema/schema.go`). It reports the first
//! fault that OPA reports, with OPA's message. For maps, OPA's order is random.

use super::draft::Draft;
use super::error::{SchemaError, TOO_DEEP, fault};
use super::pool::Pool;
use super::reference::Reference;
use crate::env::Env;
use crate::number::Number;
use crate::value::{Object, Value};

/// The maximum nesting depth of schemas.
const MAX_DEPTH: usize = 256;

type Checked = Result<(), SchemaError>;

/// Checks the whole schema `root`, whose references are absolute, and loads the metaschemas that it
/// refers to.
pub(super) fn check<'a>(
    env: &Env<'a>,
    root: Value<'a>,
    draft: Draft,
    pool: &mut Pool<'a>,
) -> Checked {
    Checker { env, draft, pool, references: Vec::new() }.schema(root, 0)
}

struct Checker<'s, 'a> {
    env: &'s Env<'a>,
    /// The draft of the document that is checked.
    draft: Draft,
    pool: &'s mut Pool<'a>,
    /// The references that have been followed, because each is checked only once.
    references: Vec<&'a str>,
}

impl<'a> Checker<'_, 'a> {
    fn schema(&mut self, schema: Value<'a>, depth: usize) -> Checked {
        if depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let object = match schema {
            Value::Bool(_) if self.draft >= Draft::Six => return Ok(()),
            Value::Object(object) => object,
            _ => return fault("Expected: Valid Schema, given: Invalid JSON"),
        };
        let below = depth + 1;
        self.identity(&object, below)?;
        if let Some(reference) = string(&object, "$ref")? {
            // If a reference is followed for the first time, the keywords beside it are not
            // checked.
            if !self.references.contains(&reference) {
                self.references.push(reference);
                return self.target(reference, below);
            }
        }
        types(&object)?;
        self.objects(&object, below)?;
        self.arrays(&object, below)?;
        self.bounds(&object)?;
        self.values(&object, below)?;
        self.combinations(&object, below)
    }

    /// Checks the target of a reference, by the draft of its document.
    fn target(&mut self, reference: &str, depth: usize) -> Checked {
        let target = self.pool.load(self.env, reference)?;
        if !matches!(target.schema, Value::Bool(_) | Value::Object(_)) {
            return fault("Valid Schema must be of type object");
        }
        let outer = self.draft;
        self.draft = target.draft.unwrap_or(outer);
        let checked = self.schema(target.schema, depth);
        self.draft = outer;
        checked
    }

    fn identity(&mut self, object: &Object<'a>, depth: usize) -> Checked {
        let old = match self.draft {
            Draft::Four => true,
            Draft::Hybrid => object.get_str("id").is_some(),
            Draft::Six | Draft::Seven => false,
        };
        if let Some(id) = string(object, if old { "id" } else { "$id" })? {
            Reference::parse(id)?;
        }
        match object.get_str("definitions") {
            None => {}
            Some(Value::Object(definitions)) => {
                for (_, definition) in definitions.pairs() {
                    if !matches!(definition, Value::Bool(_) | Value::Object(_)) {
                        return fault(invalid_type("Array Of Schemas", "definitions"));
                    }
                    self.schema(*definition, depth)?;
                }
            }
            Some(_) => return fault(invalid_type("Array Of Schemas", "definitions")),
        }
        string(object, "title")?;
        string(object, "description").map(drop)
    }

    fn objects(&mut self, object: &Object<'a>, depth: usize) -> Checked {
        match object.get_str("properties") {
            None => {}
            Some(Value::Object(properties)) => self.each(&properties, depth)?,
            Some(_) => return fault("Properties must be of type object"),
        }
        self.schema_or_boolean(object, "additionalProperties", depth)?;
        match object.get_str("patternProperties") {
            None => {}
            Some(Value::Object(properties)) => {
                for (pattern, _) in properties.pairs() {
                    let pattern = pattern.as_str().unwrap_or_default();
                    if !super::patterns::is_valid(pattern) {
                        return fault(format!("Invalid regex pattern '{pattern}'"));
                    }
                }
                self.each(&properties, depth)?;
            }
            Some(_) => return fault(invalid_type("Valid Schema", "patternProperties")),
        }
        if self.draft >= Draft::Six {
            match object.get_str("propertyNames") {
                None => {}
                Some(names @ (Value::Bool(_) | Value::Object(_))) => self.schema(names, depth)?,
                Some(_) => return fault(invalid_type("Valid Schema", "patternProperties")),
            }
        }
        self.dependencies(object, depth)
    }

    fn dependencies(&mut self, object: &Object<'a>, depth: usize) -> Checked {
        let dependencies = match object.get_str("dependencies") {
            None => return Ok(()),
            Some(Value::Object(dependencies)) => dependencies,
            Some(_) => return fault("dependencies must be of type object"),
        };
        for (_, dependency) in dependencies.pairs() {
            match dependency {
                Value::Array(names) if names.iter().all(|name| name.as_str().is_some()) => {}
                Value::Bool(_) | Value::Object(_) => self.schema(*dependency, depth)?,
                _ => {
                    let message = "Dependency must be of type Schema Or Array Of Strings";
                    return fault(message);
                }
            }
        }
        Ok(())
    }

    fn arrays(&mut self, object: &Object<'a>, depth: usize) -> Checked {
        let wrong = || fault(invalid_type("Valid Schema/Array Of Schemas", "items"));
        match object.get_str("items") {
            None => {}
            Some(items @ (Value::Bool(_) | Value::Object(_))) => self.schema(items, depth)?,
            Some(Value::Array(items)) => {
                for item in items {
                    if !matches!(item, Value::Bool(_) | Value::Object(_)) {
                        return wrong();
                    }
                    self.schema(*item, depth)?;
                }
            }
            Some(_) => return wrong(),
        }
        self.schema_or_boolean(object, "additionalItems", depth)
    }

    fn bounds(&self, object: &Object<'a>) -> Checked {
        match object.get_str("multipleOf") {
            None => {}
            Some(Value::Number(number)) if number.compare(&Number::from_i64(0)).is_gt() => {}
            Some(Value::Number(_)) => {
                return fault("multipleOf must be strictly greater than 0");
            }
            Some(_) => return fault(invalid_type("Number", "multipleOf")),
        }
        self.bound(object, "minimum", "exclusiveMinimum")?;
        self.bound(object, "maximum", "exclusiveMaximum")?;
        sizes(object, "minLength", "maxLength")?;
        if let Some(pattern) = string(object, "pattern")?
            && !super::patterns::is_valid(pattern)
        {
            return fault("pattern must be a valid regex");
        }
        string(object, "format")?;
        sizes(object, "minProperties", "maxProperties")?;
        required(object)?;
        size(object, "minItems")?;
        size(object, "maxItems")?;
        match object.get_str("uniqueItems") {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(_) => fault("uniqueItems must be of a boolean"),
        }
    }

    fn bound(&self, object: &Object<'a>, key: &str, exclusive: &str) -> Checked {
        if let Some(bound) = object.get_str(key)
            && !matches!(bound, Value::Number(_))
        {
            return fault(format!("{key} must be of a Number"));
        }
        let expected = match self.draft {
            Draft::Four => "boolean",
            Draft::Hybrid => "boolean/number",
            Draft::Six | Draft::Seven => "number",
        };
        match object.get_str(exclusive) {
            None => Ok(()),
            Some(Value::Bool(_)) if expected.starts_with("boolean") => {
                if object.get_str(key).is_none() {
                    return fault(format!("{exclusive} cannot be used without {key}"));
                }
                Ok(())
            }
            Some(Value::Number(_)) if expected.ends_with("number") => Ok(()),
            Some(_) => fault(invalid_type(expected, exclusive)),
        }
    }

    fn values(&mut self, object: &Object<'a>, depth: usize) -> Checked {
        if self.draft >= Draft::Six
            && let Some(contains) = object.get_str("contains")
        {
            self.schema(contains, depth)?;
        }
        let mut seen: Vec<String> = Vec::new();
        for value in array(object, "enum")? {
            let value = super::numbers::canonical(self.env, value);
            if seen.contains(&value) {
                return fault("enum items must be unique");
            }
            seen.push(value);
        }
        Ok(())
    }

    fn combinations(&mut self, object: &Object<'a>, depth: usize) -> Checked {
        for key in ["oneOf", "anyOf", "allOf"] {
            for schema in array(object, key)? {
                self.schema(*schema, depth)?;
            }
        }
        let conditions: &[&str] =
            if self.draft >= Draft::Seven { &["not", "if", "then", "else"] } else { &["not"] };
        for key in conditions {
            match object.get_str(key) {
                None => {}
                Some(schema @ (Value::Bool(_) | Value::Object(_))) => self.schema(schema, depth)?,
                Some(_) => return fault(format!("{key} must be of an object")),
            }
        }
        Ok(())
    }

    fn schema_or_boolean(&mut self, object: &Object<'a>, key: &str, depth: usize) -> Checked {
        match object.get_str(key) {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(schema @ Value::Object(_)) => self.schema(schema, depth),
            Some(_) => fault(invalid_type("boolean/Valid Schema", key)),
        }
    }

    fn each(&mut self, schemas: &Object<'a>, depth: usize) -> Checked {
        schemas.pairs().iter().try_for_each(|(_, schema)| self.schema(*schema, depth))
    }
}

/// The primitive types, as errors list them.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "number", "null", "object", "string"];

fn types(object: &Object<'_>) -> Checked {
    let names = match object.get_str("type") {
        None => return Ok(()),
        Some(Value::Array(names)) => names,
        Some(name @ Value::String(_)) => &[name],
        Some(_) => return fault(invalid_type("type", "string/Array Of Strings")),
    };
    for (index, name) in names.iter().enumerate() {
        let Value::String(name) = name else {
            return fault(invalid_type("type", "string/Array Of Strings"));
        };
        if !TYPES.contains(name) {
            let types = TYPES.join(" ");
            return fault(format!(
                "has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{types}]"
            ));
        }
        if names[..index].contains(&Value::String(name)) {
            return fault(format!("{name} type is duplicated"));
        }
    }
    Ok(())
}

fn required(object: &Object<'_>) -> Checked {
    let names = array(object, "required")?;
    for (index, name) in names.iter().enumerate() {
        if name.as_str().is_none() {
            return fault(invalid_type("string", "required"));
        }
        if names[..index].contains(name) {
            return fault("required items must be unique");
        }
    }
    Ok(())
}

/// Checks the sizes `least` and `most`, of which the first must not exceed the second.
fn sizes(object: &Object<'_>, least: &str, most: &str) -> Checked {
    match (size(object, least)?, size(object, most)?) {
        (Some(low), Some(high)) if low > high => {
            fault(format!("{least} cannot be greater than {most}"))
        }
        _ => Ok(()),
    }
}

fn size(object: &Object<'_>, key: &str) -> Result<Option<i64>, SchemaError> {
    let Some(size) = object.get_str(key) else { return Ok(None) };
    let size = match size {
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    match size {
        None => fault(format!("{key} must be of an integer")),
        Some(..0) => fault(format!("{key} must be greater than or equal to 0")),
        Some(size) => Ok(Some(size)),
    }
}

fn string<'a>(object: &Object<'a>, key: &str) -> Result<Option<&'a str>, SchemaError> {
    match object.get_str(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => fault(invalid_type("string", key)),
    }
}

fn array<'a>(object: &Object<'a>, key: &str) -> Result<&'a [Value<'a>], SchemaError> {
    match object.get_str(key) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => fault(format!("{key} must be of an array")),
    }
}

fn invalid_type(expected: &str, given: &str) -> String {
    format!("Invalid type. Expected: {expected}, given: {given}")
}
