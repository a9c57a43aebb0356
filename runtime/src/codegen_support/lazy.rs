//! Lazy values, which are computed on first use.

use core::cell::Cell;

use crate::context::{Context, Eval};
use crate::error::EvalError;
use crate::value::Value;

/// A lazy value, which is computed on first use and at most once.
#[derive(Debug)]
pub struct Lazy<'a, F> {
    make: F,
    made: Cell<Made<'a>>,
}

/// The state of a lazy value.
#[derive(Clone, Copy, Debug)]
enum Made<'a> {
    NotYet,
    Nothing,
    Value(Value<'a>),
}

impl<'a, F: Fn() -> Eval<'a>> Lazy<'a, F> {
    /// Creates a lazy value that `make` computes.
    #[inline]
    pub const fn new(make: F) -> Self {
        Self { make, made: Cell::new(Made::NotYet) }
    }

    /// Returns `true` if the evaluation continues. A strict evaluation computes the value
    /// immediately, because the computation may stop it, and continues only if the value is
    /// defined.
    ///
    /// # Errors
    /// Returns the error that stops a strict evaluation.
    #[inline]
    pub fn is_defined(&self, cx: &Context<'_>) -> Result<bool, Box<EvalError>> {
        Ok(!cx.env().strict || self.get()?.is_some())
    }

    /// Returns the value, or `None` if it is undefined.
    ///
    /// # Errors
    /// Returns the error that stops the evaluation.
    #[inline]
    pub fn get(&self) -> Eval<'a> {
        match self.made.get() {
            Made::Value(value) => Ok(Some(value)),
            Made::Nothing => Ok(None),
            Made::NotYet => {
                let made = (self.make)()?;
                self.made.set(made.map_or(Made::Nothing, Made::Value));
                Ok(made)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::{Env, NoHost};

    /// Returns how often a value was computed before and after two uses, or `None` if the
    /// evaluation did not continue.
    fn made(strict: bool, value: Option<Value<'static>>) -> Option<(u32, u32)> {
        let arena = Arena::new();
        let env = if strict { Env::strict(&arena, &NoHost) } else { Env::new(&arena, &NoHost) };
        let cx = Context::new(env, None, Value::Null, 0);
        let count = Cell::new(0);
        let make = || {
            count.set(count.get() + 1);
            Ok(value)
        };
        let later = Lazy::new(make);
        later.is_defined(&cx).ok().filter(|goes_on| *goes_on)?;
        let before = count.get();
        assert_eq!((later.get(), later.get()), (Ok(value), Ok(value)));
        Some((before, count.get()))
    }

    #[test]
    fn a_value_is_made_once_and_only_when_it_is_asked_for() {
        assert_eq!(made(false, Some(Value::Null)), Some((0, 1)));
        assert_eq!(made(false, None), Some((0, 1)));
    }

    #[test]
    fn a_strict_evaluation_makes_it_at_once() {
        assert_eq!(made(true, Some(Value::Null)), Some((1, 1)));
        assert_eq!(made(true, None), None);
    }
}
