//! The JSON reader beside `serde_json`, with and without a projection.

use std::collections::BTreeMap;

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::json::{self, Demand, Escape, JsonErrorKind, Needs};
use ferrego_runtime::{Arena, Number, Value};
use serde_json::value::RawValue;

use super::{Broken, broken, equal};

/// Checks that ferrego and `serde_json` accept and read the same text, that projections keep the
/// selected parts, and that written values read the same.
///
/// # Errors
/// Returns the property that does not hold.
pub fn check(bytes: &[u8]) -> Result<(), Broken> {
    accepted(bytes)?;
    let arena = Arena::new();
    let Ok(value) = json::parse(&arena, bytes) else {
        return refused(bytes);
    };
    let text = String::from_utf8_lossy(bytes);
    same_values(&arena, &value, &text)?;
    written(&value)?;
    projected(&arena, bytes, value, ByKey::default())?;
    let paths = ["/review/object/metadata/labels/*/", "/a/*/b", "/list/*", "/k", "/*/x/"];
    projected(&arena, bytes, value, &Needs::of(&paths))
}

/// Checks that both readers accept `bytes`, or that both refuse them.
///
/// # Errors
/// Returns both verdicts if they differ.
pub fn accepted(bytes: &[u8]) -> Result<(), Broken> {
    match verdict(bytes) {
        Verdict::TooDeep => Ok(()),
        own => equal("acceptance", &own, &serde_jsons_verdict(bytes)),
    }
}

/// The verdict of a reader on a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Json,
    NotJson,
    /// The text exceeds the reader's own limit of levels.
    TooDeep,
}

/// Returns ferrego's verdict. If an exponent is out of range, the reader stops there, but
/// `serde_json`'s raw values may have any exponent. The verdict is then that of the text with an
/// exponent in range.
fn verdict(bytes: &[u8]) -> Verdict {
    let mut bytes = bytes.to_vec();
    loop {
        match json::parse(&Arena::new(), &bytes) {
            Ok(_) => return Verdict::Json,
            Err(error) if error.kind == JsonErrorKind::NumberOutOfRange => {
                if !shorten_exponent(&mut bytes, error.offset) {
                    return Verdict::NotJson;
                }
            }
            Err(error) if error.kind == JsonErrorKind::TooDeep => return Verdict::TooDeep,
            Err(_) => return Verdict::NotJson,
        }
    }
}

/// Leaves one digit of the exponent of the number at `start`. Returns `false` if there are not
/// several.
fn shorten_exponent(bytes: &mut Vec<u8>, start: usize) -> bool {
    let Some(mark) = bytes[start..].iter().position(|byte| b"eE".contains(byte)) else {
        return false;
    };
    let mut digits = start + mark + 1;
    digits += usize::from(bytes.get(digits).is_some_and(|byte| b"+-".contains(byte)));
    let length = bytes[digits..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.drain((digits + 1).min(bytes.len())..digits + length);
    length > 1
}

fn serde_jsons_verdict(bytes: &[u8]) -> Verdict {
    match serde_json::from_slice::<&RawValue>(bytes) {
        Ok(_) => Verdict::Json,
        Err(_) => Verdict::NotJson,
    }
}

/// Checks that no projection accepts a text that the reader refuses, and that the place of the
/// error is in the text.
fn refused(bytes: &[u8]) -> Result<(), Broken> {
    let arena = Arena::new();
    match json::parse_demanded(&arena, bytes, ByKey::default()) {
        Ok(value) => Err(broken(format!("a projection accepts what the reader refuses: {value}"))),
        Err(error) if error.offset > bytes.len() => {
            Err(broken(format!("an error behind the end of the text: {error}")))
        }
        Err(_) => Ok(()),
    }
}

/// Checks that `value`, which is the reader's, is the value that `serde_json` reads. Texts that
/// `serde_json` does not convert to strings pass: it refuses lone surrogates.
///
/// # Errors
/// Returns both values if they differ.
pub fn same_values<'a>(arena: &'a Arena, value: &Value<'a>, text: &str) -> Result<(), Broken> {
    match theirs(arena, text) {
        Ok(theirs) => equal("values", &value.to_string(), &theirs.to_string()),
        Err(_) => Ok(()),
    }
}

/// Reads a text with `serde_json` and converts the result to a value. Raw values keep the text of
/// numbers, and are checked without a limit on their size.
fn theirs<'a>(arena: &'a Arena, text: &str) -> serde_json::Result<Value<'a>> {
    let raw: &RawValue = serde_json::from_str(text)?;
    let raw = raw.get();
    Ok(match raw.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw)?;
            let mut object = ObjectBuilder::new(arena);
            for (key, value) in members {
                object.insert(Value::String(arena.string(&key)), theirs(arena, value.get())?);
            }
            object.finish()
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw)?;
            let items: serde_json::Result<Vec<_>> =
                items.iter().map(|item| theirs(arena, item.get())).collect();
            arena.array(&items?)
        }
        Some(b'"') => Value::String(arena.string(&serde_json::from_str::<String>(raw)?)),
        Some(b't' | b'f') => Value::Bool(raw == "true"),
        Some(b'n') => Value::Null,
        _ => Value::Number(Number::from_text(arena.string(raw))),
    })
}

/// Checks that a value reads the same after it was written.
///
/// # Errors
/// Returns both values if they differ.
pub fn written(value: &Value<'_>) -> Result<(), Broken> {
    for escape in [Escape::Plain, Escape::Html] {
        let text = json::to_string(value, escape);
        let arena = Arena::new();
        let again = json::parse(&arena, text.as_bytes())
            .map_err(|error| broken(format!("{error} in the written {text}")))?;
        equal("what was written", &again.to_string(), &value.to_string())?;
    }
    Ok(())
}

/// A selection by the first byte of a key. It drops some members, keeps some in full, and looks
/// into the others.
#[derive(Clone, Copy, Debug, Default)]
struct ByKey {
    whole: bool,
}

impl Demand for ByKey {
    fn member(self, key: &str) -> Option<Self> {
        match key.bytes().next().unwrap_or_default() % 4 {
            _ if self.whole => Some(self),
            0 => None,
            1 => Some(Self { whole: true }),
            _ => Some(self),
        }
    }

    fn element(self) -> Self {
        self
    }

    fn is_everything(self) -> bool {
        self.whole
    }
}

/// Checks a projection of `value`, which `bytes` reads as: it holds the selected parts and no
/// others, or everything because of a number that has several texts.
fn projected<'a, D: Demand>(
    arena: &'a Arena,
    bytes: &'a [u8],
    value: Value<'a>,
    demand: D,
) -> Result<(), Broken> {
    let found = json::parse_demanded(arena, bytes, demand).map_err(|error| {
        broken(format!("a projection refuses what the reader accepts: {error}"))
    })?;
    let expected = part_of(arena, value, demand).to_string();
    if found.to_string() == expected {
        return if found.to_string() == value.to_string() { Ok(()) } else { distinct(found) };
    }
    equal("the projection", &found.to_string(), &value.to_string())?;
    if bytes.iter().any(|byte| b".eE".contains(byte))
        || bytes.windows(2).any(|pair| pair == b"-0")
        || bytes.windows(17).any(|digits| digits.iter().all(u8::is_ascii_digit))
    {
        return Ok(());
    }
    Err(broken(format!("a projection keeps everything without need, not {expected}")))
}

/// Returns the part of `value` that a projection keeps.
fn part_of<'a, D: Demand>(arena: &'a Arena, value: Value<'a>, demand: D) -> Value<'a> {
    match value {
        Value::Array(items) => {
            let items: Vec<_> =
                items.iter().map(|item| part_of(arena, *item, demand.element())).collect();
            arena.array(&items)
        }
        Value::Object(members) => {
            let mut object = ObjectBuilder::new(arena);
            for (key, member) in members {
                if let Some(demand) = demand.member(key.as_str().unwrap_or_default()) {
                    object.insert(key, part_of(arena, member, demand));
                }
            }
            object.finish()
        }
        scalar => scalar,
    }
}

/// Checks that equal numbers of a projection have equal texts. If they do not, only the parts that
/// were dropped may tell two elements apart.
fn distinct(value: Value<'_>) -> Result<(), Broken> {
    let mut numbers = Vec::new();
    collect_numbers(value, &mut numbers);
    numbers.sort_unstable();
    match numbers.windows(2).find(|pair| pair[0] == pair[1] && text(pair[0]) != text(pair[1])) {
        Some(pair) => Err(broken(format!("a projection with the equal numbers {pair:?}"))),
        None => Ok(()),
    }
}

fn text(number: Number<'_>) -> String {
    Value::Number(number).to_string()
}

fn collect_numbers<'a>(value: Value<'a>, numbers: &mut Vec<Number<'a>>) {
    match value {
        Value::Number(number) => numbers.push(number),
        Value::Array(items) => items.iter().for_each(|item| collect_numbers(*item, numbers)),
        Value::Object(members) => {
            members.iter().for_each(|(_, member)| collect_numbers(member, numbers));
        }
        _ => {}
    }
}
