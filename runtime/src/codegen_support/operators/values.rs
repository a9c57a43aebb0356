//! Operators with a fast path that needs no call.

use crate::builtins::{aggregates, arithmetic, casts, objects, strings};
use crate::context::{Context, Eval};
use crate::location::{LineColumn, Rule};
use crate::value::Value;

value!(count, "count", aggregates::count, (of) => aggregates::counted(&of));
value!(plus, "plus", arithmetic::plus, (a, b) => arithmetic::short_sum(&[a, b]));
value!(minus, "minus", arithmetic::minus, (a, b) => arithmetic::short_difference(&[a, b]));
value!(mul, "mul", arithmetic::mul, (a, b) => arithmetic::short_product(&[a, b]));
value!(div, "div", arithmetic::div, (a, b) => arithmetic::short_quotient(&[a, b]));
value!(rem, "rem", arithmetic::rem, (a, b) => arithmetic::short_remainder(&[a, b]));
value!(object_get, "object.get", objects::get, (object, key, default) =>
    objects::get_named(&object, &key, &default));
value!(replace, "replace", strings::replace, (text, old, new) =>
    strings::cut_off(&text, &old, &new));
value!(substring, "substring", strings::substring, (text, offset, length) =>
    strings::short_substring(&text, &offset, &length));
value!(to_number, "to_number", casts::to_number, (value) => casts::short_number(&value));
