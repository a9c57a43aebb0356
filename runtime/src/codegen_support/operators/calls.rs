//! Operators without a fast path. Each has its own function that calls the builtin, so that its
//! calls in generated code are short.

use crate::builtins::{aggregates, arithmetic, arrays, objects, strings};
use crate::context::{Context, Eval};
use crate::location::{LineColumn, Rule};
use crate::value::Value;

value!(abs, "abs", arithmetic::abs, (number));
value!(array_concat, "array.concat", arrays::concat, (first, second));
value!(array_slice, "array.slice", arrays::slice, (array, start, stop));
value!(ceil, "ceil", arithmetic::ceil, (number));
value!(concat, "concat", strings::concat, (delimiter, texts));
value!(floor, "floor", arithmetic::floor, (number));
value!(format_int, "format_int", strings::format_int, (number, base));
value!(indexof, "indexof", strings::indexof, (text, part));
value!(lower, "lower", strings::lower, (text));
value!(max, "max", aggregates::max, (of));
value!(min, "min", aggregates::min, (of));
value!(object_keys, "object.keys", objects::keys, (object));
value!(object_remove, "object.remove", objects::remove, (object, keys));
value!(round, "round", arithmetic::round, (number));
value!(sort, "sort", aggregates::sort, (of));
value!(split, "split", strings::split, (text, delimiter));
value!(sum, "sum", aggregates::sum, (of));
value!(trim, "trim", strings::trim, (text, characters));
value!(trim_left, "trim_left", strings::trim_left, (text, characters));
value!(trim_prefix, "trim_prefix", strings::trim_prefix, (text, prefix));
value!(trim_right, "trim_right", strings::trim_right, (text, characters));
value!(trim_space, "trim_space", strings::trim_space, (text));
value!(trim_suffix, "trim_suffix", strings::trim_suffix, (text, suffix));
value!(upper, "upper", strings::upper, (text));

/// Evaluates `concat` of an array that exists only for this call.
pub fn concat_of<'a>(
    cx: &Context<'a>,
    delimiter: Value<'a>,
    texts: &[Value<'a>],
    rule: &Rule,
    at: LineColumn,
) -> Eval<'a> {
    if let Value::String(delimiter) = delimiter
        && let Ok(joined) = strings::joined(cx.env(), delimiter, texts)
    {
        return Ok(Some(Value::String(joined)));
    }
    concat(cx, delimiter, cx.array_of(texts), rule, at)
}
