//! Replacement with the semantics of Go's `strings.Replacer`.

use crate::builtins::{operand, utf8};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::internal::memmem;
use crate::internal::short_str;
use crate::value::Value;

/// Implements `replace(text, old, new)`.
pub fn replace<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    let old = operand::string(env, operands, 2)?;
    let new = operand::string(env, operands, 3)?;
    if old.is_empty() {
        return super::text(replace_all(env, source, &[("", new)])?);
    }
    let Some((before, behind)) = memmem::split_once(source, old) else {
        return super::text(source);
    };
    if new.is_empty() && behind.is_empty() {
        return super::text(before);
    }
    let mut out = env.arena.text_with_capacity(source.len() + new.len());
    out.push_str(before);
    for part in memmem::split(behind, old) {
        out.push_str(new);
        out.push_str(part);
    }
    super::text(out.into_bump_str())
}

/// Returns the result of removing the end of a short text, such as the unit of a quantity. The text
/// must end with `old`, and `new` must be empty. The first byte of `old` must not appear before
/// that end, so that no other occurrence can begin there. Otherwise, returns `None`.
#[inline]
pub(crate) fn cut_off<'a>(text: &Value<'a>, old: &Value<'_>, new: &Value<'_>) -> Option<Value<'a>> {
    const SHORT: usize = 16;
    let (text, old) = (text.as_str()?, old.as_str()?);
    let first = old.as_bytes().first()?;
    if !new.is_str("") || !short_str::ends(text, old) {
        return None;
    }
    let rest = text.get(..text.len() - old.len())?;
    let is_alone = rest.len() <= SHORT && !rest.as_bytes().contains(first);
    is_alone.then_some(Value::String(rest))
}

/// Implements `strings.replace_n(patterns, text)`. At each place of the text, the keys are tried in
/// their order. Replacements are not searched again.
pub fn replace_n<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let patterns = operand::object(env, operands, 1)?;
    let source = operand::string(env, operands, 2)?;
    let mut pairs = env.arena.vec_with_capacity(patterns.len());
    for (key, value) in patterns.pairs() {
        let Some(key) = key.as_str() else {
            let message = format_args!("non-string key found in pattern object");
            return Err(operand::invalid(env, 1, message));
        };
        let Some(value) = value.as_str() else {
            let message = format_args!("non-string value found in pattern object");
            return Err(operand::invalid(env, 1, message));
        };
        pairs.push((key, value));
    }
    super::text(replace_all(env, source, &pairs)?)
}

/// Implements Go's generic replacer. At each byte, the first key in order that matches is replaced.
/// An empty key matches everywhere, even within characters, except directly after its own match.
fn replace_all<'a>(
    env: &Env<'a>,
    source: &'a str,
    pairs: &[(&str, &str)],
) -> Result<&'a str, BuiltinError<'a>> {
    let mut out = env.arena.vec_with_capacity::<u8>(source.len());
    let bytes = source.as_bytes();
    let mut place = 0;
    let mut after_empty = false;
    while place <= bytes.len() {
        env.charge(pairs.len())?;
        let rest = &bytes[place..];
        let found = pairs
            .iter()
            .find(|(key, _)| rest.starts_with(key.as_bytes()) && !(key.is_empty() && after_empty));
        after_empty = found.is_some_and(|(key, _)| key.is_empty());
        if let Some((key, value)) = found {
            out.extend_from_slice_copy(value.as_bytes());
            place += key.len();
        } else {
            out.extend(rest.first().copied());
            place += 1;
        }
    }
    utf8::string(env, &out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    proptest! {
        #[test]
        fn what_is_cut_off_is_replaced(text in "[aMi]{0,20}", old in "[aMi]{0,3}", new in "a?") {
            let arena = Arena::new();
            let env = Env::new(&arena, &NoHost);
            let operands = [&*text, &*old, &*new].map(|text| Value::String(arena.string(text)));
            let [text, old, new] = &operands;
            if let Some(rest) = cut_off(text, old, new) {
                prop_assert_eq!(replace(&env, &operands), Ok(Some(rest)));
            }
        }
    }

    #[test]
    fn a_unit_is_cut_off() {
        let cut = |texts: [&'static str; 3]| {
            let [text, old, new] = texts.map(Value::String);
            cut_off(&text, &old, &new).and_then(|rest| rest.as_str())
        };
        assert_eq!(cut(["128Mi", "Mi", ""]), Some("128"));
        assert_eq!(cut(["1MMi", "Mi", ""]), None);
        assert_eq!(cut(["128Mi", "Mi", "M"]), None);
        assert_eq!(cut(["128Mi", "", ""]), None);
    }

    #[test]
    fn replaces_as_gos_replacer() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let run = |source, old, new| {
            let operands = [source, old, new].map(Value::String);
            replace(&env, &operands).ok().flatten().and_then(|value| value.as_str())
        };
        assert_eq!(run("a-b-c", "-", "_é"), Some("a_éb_éc"));
        assert_eq!(run("abc", "x", "y"), Some("abc"));
        assert_eq!(run("100Mi", "Mi", ""), Some("100"));
        assert_eq!(run("aab", "a", ""), Some("b"));
        assert_eq!(run("aaa", "a", ""), Some(""));
        assert_eq!(run("aaa", "", "-"), Some("-a-a-a-"));
        assert_eq!(run("", "", "-"), Some("-"));
        assert_eq!(run("é", "", ""), Some("é"));
    }

    #[test]
    fn earlier_keys_win_over_longer_ones() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let pairs = [("a", "1"), ("abc", "2"), ("b", "a")];
        assert_eq!(replace_all(&env, "abc ab", &pairs), Ok("1ac 1a"));
        assert_eq!(replace_all(&env, "aab", &[("", "-"), ("a", "x")]), Ok("-x-x-b-"));
    }
}
