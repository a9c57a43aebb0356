//! Comparisons, copies and texts of deep values, without recursion.
//!
//! A value may be nested in any number of levels: `b := [a]`, `c := [b]`, and so on, thousands of
//! times. The functions for values call themselves for each level, which is fast, but takes stack.
//! From level [`SHALLOW`] on, they call the functions of this module, which keep the levels on the
//! heap.

mod compare;
mod copy;
mod json;
mod memory;
mod rego;

pub(crate) use compare::compare;
pub(crate) use copy::copy;
pub(crate) use json::write as write_json;
pub(crate) use memory::{Interning, Memory, Sharing};
pub(crate) use rego::print;

/// The levels for which a function may call itself.
pub(crate) const SHALLOW: u32 = 48;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::internal::samples::sample;
    use crate::json::{self, Escape};

    proptest! {
        #[test]
        fn deep_and_shallow_functions_agree(a in sample(), b in sample()) {
            let (arena, other) = (Arena::new(), Arena::new());
            let (a, b) = (a.build(&arena), b.build(&arena));
            prop_assert_eq!(compare(&a, &b), a.compare(&b));
            prop_assert_eq!(compare(&a, &a.copy_to(&other)), core::cmp::Ordering::Equal);
            let copied = copy(&a, &&other);
            prop_assert_eq!(copied, a);
            let mut text = String::new();
            prop_assert!(print(&mut text, &copied).is_ok());
            prop_assert_eq!(text, a.to_string());
            let mut text = String::new();
            prop_assert!(write_json(&a, Escape::Html, &mut text).is_ok());
            prop_assert_eq!(text, json::to_string(&a, Escape::Html));
        }
    }
}
