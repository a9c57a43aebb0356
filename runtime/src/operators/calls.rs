//! What is always found by a call. One function of its own calls each builtin, so that the calls of
//! it in generated code are short.

use crate::builtins::{aggregates, arithmetic, arrays, casts, objects, strings};
use crate::context::{Context, Eval, Rule};
use crate::value::Value;

/// An operator that calls its builtin.
macro_rules! call {
    ($name:ident, $builtin:literal, $call:path, ($($operand:ident),+)) => {
        #[doc = concat!("`", $builtin, "`")]
        #[inline]
        pub fn $name<'a>(
            cx: &Context<'a>,
            $($operand: Value<'a>,)+
            rule: &Rule,
            line: u32,
        ) -> Eval<'a> {
            #[inline(never)]
            fn call<'a>(
                cx: &Context<'a>,
                operands: &[Value<'a>],
                rule: &Rule,
                line: u32,
            ) -> Eval<'a> {
                cx.builtin(rule, line, $builtin, $call(cx.env(), operands))
            }
            call(cx, &[$($operand),+], rule, line)
        }
    };
}

call!(abs, "abs", arithmetic::abs, (number));
call!(array_concat, "array.concat", arrays::concat, (first, second));
call!(array_slice, "array.slice", arrays::slice, (array, start, stop));
call!(ceil, "ceil", arithmetic::ceil, (number));
call!(concat, "concat", strings::concat, (delimiter, texts));
call!(floor, "floor", arithmetic::floor, (number));
call!(format_int, "format_int", strings::format_int, (number, base));
call!(indexof, "indexof", strings::indexof, (text, part));
call!(lower, "lower", strings::lower, (text));
call!(max, "max", aggregates::max, (of));
call!(min, "min", aggregates::min, (of));
call!(object_keys, "object.keys", objects::keys, (object));
call!(object_remove, "object.remove", objects::remove, (object, keys));
call!(replace, "replace", strings::replace, (text, old, new));
call!(round, "round", arithmetic::round, (number));
call!(sort, "sort", aggregates::sort, (of));
call!(split, "split", strings::split, (text, delimiter));
call!(substring, "substring", strings::substring, (text, offset, length));
call!(sum, "sum", aggregates::sum, (of));
call!(to_number, "to_number", casts::to_number, (value));
call!(trim, "trim", strings::trim, (text, characters));
call!(trim_left, "trim_left", strings::trim_left, (text, characters));
call!(trim_prefix, "trim_prefix", strings::trim_prefix, (text, prefix));
call!(trim_right, "trim_right", strings::trim_right, (text, characters));
call!(trim_space, "trim_space", strings::trim_space, (text));
call!(trim_suffix, "trim_suffix", strings::trim_suffix, (text, suffix));
call!(upper, "upper", strings::upper, (text));

/// `concat` of an array that exists for it alone.
pub fn concat_of<'a>(
    cx: &Context<'a>,
    delimiter: Value<'a>,
    texts: &[Value<'a>],
    rule: &Rule,
    line: u32,
) -> Eval<'a> {
    if let Value::String(delimiter) = delimiter
        && let Ok(joined) = strings::joined(cx.env(), delimiter, texts)
    {
        return Ok(Some(Value::String(joined)));
    }
    concat(cx, delimiter, cx.array_of(texts), rule, line)
}
