//! The values that templates reckon with: those of JSON, and Go's own of constants.

use core::fmt::{self, Write as _};

use crate::value::Value;

/// What Go writes for a value that is missing.
pub(super) const NO_VALUE: &str = "<no value>";

/// A value in a template. A number of JSON is a string to Go's templates (`json.Number`).
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    Missing,
    Data(Value<'a>),
    Integer(i64),
    Float(f64),
}

impl<'a> Item<'a> {
    /// Whether the value counts as true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Item::Missing | Item::Data(Value::Null) => false,
            Item::Data(Value::Bool(truth)) => *truth,
            Item::Data(Value::String(text)) => !text.is_empty(),
            Item::Data(Value::Number(_)) => true,
            Item::Data(collection) => !collection.is_empty(),
            Item::Integer(number) => *number != 0,
            Item::Float(number) => *number != 0.0,
        }
    }

    /// The value of a key, for maps. What is missing has missing fields.
    pub(super) fn field(&self, name: &str) -> Result<Item<'a>, String> {
        match self {
            Item::Missing => Ok(Item::Missing),
            Item::Data(Value::Object(object)) => {
                Ok(object.get_str(name).map_or(Item::Missing, Item::Data))
            }
            Item::Data(Value::Null) => Err(format!("nil pointer evaluating interface {{}}.{name}")),
            _ => Err(format!("can't evaluate field {name} in type interface {{}}")),
        }
    }

    /// The text of a string or of a number of JSON.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Item::Data(Value::String(text)) => Some((*text).to_owned()),
            Item::Data(number @ Value::Number(_)) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Returns `true` for a string of Go, which a number of JSON is too.
    pub(super) fn is_string(&self) -> bool {
        matches!(self, Item::Data(Value::String(_) | Value::Number(_)))
    }

    /// Returns `true` for what is missing or null.
    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Item::Missing | Item::Data(Value::Null))
    }

    /// Returns the text as `fmt.Fprint` writes it, or `missing` for what is missing or null.
    pub(super) fn or(&self, missing: &str) -> String {
        if self.is_nil() { missing.to_owned() } else { self.to_string() }
    }
}

/// As `fmt.Fprint` writes it.
impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Missing | Item::Data(Value::Null) => f.write_str(NO_VALUE),
            Item::Data(value) => write_plain(value, f),
            Item::Integer(number) => number.fmt(f),
            Item::Float(number) => write_float(*number, f),
        }
    }
}

fn write_plain(value: &Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Null => f.write_str("<nil>"),
        Value::String(text) => f.write_str(text),
        Value::Bool(_) | Value::Number(_) => write!(f, "{value}"),
        Value::Array(items) => write_items(items, f),
        Value::Set(set) => write_items(set.members(), f),
        Value::Object(object) => {
            f.write_str("map[")?;
            for (index, (key, value)) in object.pairs().iter().enumerate() {
                if index > 0 {
                    f.write_char(' ')?;
                }
                write_plain(key, f)?;
                f.write_char(':')?;
                write_plain(value, f)?;
            }
            f.write_char(']')
        }
    }
}

fn write_items(items: &[Value<'_>], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('[')?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_char(' ')?;
        }
        write_plain(item, f)?;
    }
    f.write_char(']')
}

/// `%v` of a `float64`: the fewest digits, with an exponent below 1e-4 and from 1e21.
fn write_float(number: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-4..1e21).contains(&magnitude) {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let sign = if exponent.starts_with('-') { '-' } else { '+' };
        return write!(f, "{mantissa}e{sign}{:0>2}", exponent.trim_start_matches('-'));
    }
    write!(f, "{number}")
}
