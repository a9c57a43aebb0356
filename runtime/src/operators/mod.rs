//! Builtins as functions of plain operands, by which generated code calls them: what nearly all
//! calls ask is answered where they stand, and the rest is left to the builtin, with its errors.
//!
//! An operator is named after its builtin and holds no rule of its own: it asks what the builtin
//! asks too, in the builtin's file, or it stands here for both. There are five kinds:
//!
//! - `total`: true or false of all values;
//! - `truths`: true or false, false also where the builtin gives no value: for conditions;
//! - `values`: a value or none, some of which are found without a call;
//! - `calls`: the same, always by a call;
//! - `prepared`: true or false, with a pattern that is a static of the policy.

/// An operator that gives at once what `$quick` gives, and leaves the rest, or all, to the builtin.
macro_rules! value {
    ($name:ident, $builtin:literal, $call:path, ($($operand:ident),+)) => {
        value!($name, $builtin, $call, ($($operand),+) => None::<Value<'a>>);
    };
    ($name:ident, $builtin:literal, $call:path, ($($operand:ident),+) => $quick:expr) => {
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
            match $quick {
                None => call(cx, &[$($operand),+], rule, line),
                value => Ok(value),
            }
        }
    };
}

mod calls;
#[cfg(feature = "regex")]
mod prepared;
#[cfg(test)]
mod tests;
mod total;
mod truths;
mod values;

pub use calls::*;
#[cfg(feature = "regex")]
pub use prepared::*;
pub use total::*;
pub use truths::*;
pub use values::*;
