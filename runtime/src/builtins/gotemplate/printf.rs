//! The function `printf` of templates, where Go's values print as Rego's do.

use super::Fault;
use super::value::Item;
use crate::arena::Arena;
use crate::builtins::sprintf::{self, Count, Directive, Flags, Format, Index, Piece};
use crate::value::Value;

/// Formats `items`. Directives that do not fit their values print the names of Go's types, and
/// indexes and counts among the values need them too: both are refused.
pub(super) fn printf<'a>(
    arena: &'a Arena,
    format: &str,
    items: &[Item<'a>],
) -> Result<&'a str, Fault> {
    let mut values = Vec::with_capacity(items.len());
    let mut rest = items.iter();
    for piece in Format::parse(format) {
        let Piece::Directive(directive) = piece else { continue };
        let takes_numbers_only = directive.index == Index::Absent
            && directive.verb_index == Index::Absent
            && directive.width != Count::Argument
            && directive.precision.is_none_or(|precision| {
                precision.index == Index::Absent && precision.count != Count::Argument
            });
        let verb = directive.verb.filter(|_| takes_numbers_only).ok_or_else(unsupported)?;
        if verb != '%' {
            let item = rest.next().ok_or_else(unsupported)?;
            values.push(value(arena, item, &directive, verb).ok_or_else(unsupported)?);
        }
    }
    if rest.next().is_some() {
        return Err(unsupported());
    }
    Ok(sprintf::print_in(arena, Format::parse(format), &values))
}

/// The value that prints as Go prints `item` by the directive.
fn value<'a>(
    arena: &'a Arena,
    item: &Item<'a>,
    directive: &Directive,
    verb: char,
) -> Option<Value<'a>> {
    // `%#v` is Go's syntax.
    if verb == 'v' && directive.flags.sharp {
        return None;
    }
    let is_plain = directive.flags == Flags::default()
        && directive.width == Count::Absent
        && directive.precision.is_none();
    match item {
        Item::Integer(number) if "vdboOxXcqU".contains(verb) => Some(Value::int(*number)),
        Item::Integer(_) => None,
        // A number of JSON is a string.
        text if text.is_string() && "vsqxX".contains(verb) => {
            text.text().map(|text| Value::String(arena.string(&text)))
        }
        other if !other.is_string() && is_plain && verb == 'v' => {
            Some(Value::String(arena.string(&other.or("<nil>"))))
        }
        _ => None,
    }
}

fn unsupported() -> Fault {
    Fault::Unsupported("such a directive of printf".to_owned())
}
