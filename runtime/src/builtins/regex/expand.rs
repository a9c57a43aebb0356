//! Expansion of replacement templates (Go's `Regexp.Expand`).

use core::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;

use super::pattern::{Groups, Pattern};

/// Writes `template` with `$name`, `${name}`, `$1` and `${1}` replaced by groups. `$$` becomes one
/// dollar. Any other dollar stays unchanged.
pub(super) fn expand(
    pattern: &Pattern,
    groups: &Groups<'_, '_>,
    mut template: &str,
    out: &mut impl Write,
) {
    while let Some((before, after)) = template.split_once('$') {
        let (text, rest) = match (after.strip_prefix('$'), reference(after)) {
            (Some(rest), _) => ("$", rest),
            (None, Some((name, rest))) => (group(pattern, groups, name), rest),
            (None, None) => ("$", after),
        };
        // Writing to memory does not fail.
        let _ = out.write_str(before).and_then(|()| out.write_str(text));
        template = rest;
    }
    let _ = out.write_str(template);
}

/// Returns a group by number, or by name if `name` is not a number.
fn group<'t>(pattern: &Pattern, groups: &Groups<'_, 't>, name: &str) -> &'t str {
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let plain = name == "0" || !name.starts_with('0');
    let found = match name.parse() {
        Ok(number) if is_number && plain => groups.get(number),
        _ => pattern.named(groups, name),
    };
    found.unwrap_or_default()
}

/// Reads the name at the beginning of `text`, with or without braces. Returns the text after it
/// too.
fn reference(text: &str) -> Option<(&str, &str)> {
    /// Go's letters, digits and the underscore.
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{Nd}_]+").ok());
    let braced = text.strip_prefix('{');
    let inner = braced.unwrap_or(text);
    let name = WORD.as_ref()?.find(inner)?;
    let rest = inner.get(name.end()..)?;
    let rest = if braced.is_some() { rest.strip_prefix('}')? } else { rest };
    Some((name.as_str(), rest))
}
