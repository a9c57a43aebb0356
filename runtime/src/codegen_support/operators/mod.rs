//! Builtins as functions of plain operands, for generated code. Each operator has a fast path for
//! the common operands. All other operands go to the builtin, which also reports errors.
//!
//! An operator is named after its builtin and implements no rule twice: either it shares functions
//! with the builtin's file, or its definition here serves both. There are five modules:
//!
//! - `total`: predicates of all values;
//! - `truths`: predicates for conditions, which are `false` where the builtin is undefined;
//! - `values`: operators that return a value or undefined, some with a fast path;
//! - `calls`: operators like those of `values`, but without a fast path;
//! - `prepared`: predicates with a pattern that is a static of the policy.

/// Defines an operator that returns `$quick` if it is `Some`, and otherwise calls the builtin.
/// Without `$quick`, it always calls the builtin.
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
            at: LineColumn,
        ) -> Eval<'a> {
            #[inline(never)]
            fn call<'a>(
                cx: &Context<'a>,
                operands: &[Value<'a>],
                rule: &Rule,
                at: LineColumn,
            ) -> Eval<'a> {
                cx.builtin(rule, at, $builtin, $call(cx.env(), operands))
            }
            match $quick {
                None => call(cx, &[$($operand),+], rule, at),
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
