//! Values that are made when they are first asked for.

use core::cell::Cell;

use crate::context::{Context, Eval};
use crate::error::EvalError;
use crate::value::Value;

/// A value that is made when it is first asked for, and at most once.
#[derive(Debug)]
pub struct Later<'a, F> {
    make: F,
    made: Cell<Made<'a>>,
}

/// What has been made.
#[derive(Clone, Copy, Debug)]
enum Made<'a> {
    NotYet,
    Nothing,
    Value(Value<'a>),
}

impl<'a, F: Fn() -> Eval<'a>> Later<'a, F> {
    /// A value that `make` makes.
    #[inline]
    pub const fn new(make: F) -> Self {
        Self { make, made: Cell::new(Made::NotYet) }
    }

    /// Whether the evaluation goes on. A strict one makes the value at once, because making it may
    /// stop it, and does not go on where nothing is made.
    ///
    /// # Errors
    /// What stops a strict evaluation.
    #[inline]
    pub fn goes_on(&self, cx: &Context<'a>) -> Result<bool, Box<EvalError>> {
        Ok(!cx.env().strict || self.get()?.is_some())
    }

    /// The value, if one is made.
    ///
    /// # Errors
    /// What stops the evaluation.
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

    /// How often values are made that are asked for twice; `None` where nothing is made at first.
    fn made(strict: bool, value: Option<Value<'static>>) -> Option<(u32, u32)> {
        let arena = Arena::new();
        let env = if strict { Env::strict(&arena, &NoHost) } else { Env::new(&arena, &NoHost) };
        let cx = Context::new(env, None, Value::Null, 0);
        let count = Cell::new(0);
        let make = || {
            count.set(count.get() + 1);
            Ok(value)
        };
        let later = Later::new(make);
        later.goes_on(&cx).ok().filter(|goes_on| *goes_on)?;
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
