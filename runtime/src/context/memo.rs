//! Memo cells for the results of rules and functions.

use core::cell::Cell;

use super::{Context, Eval, Memo, Truth};
use crate::codegen_support::memo::{FunctionMemo, Key};
use crate::error::EvalError;
use crate::value::Value;

impl<'a> Context<'a> {
    /// Returns the memoized result of a rule that may be undefined, and computes it on first use.
    #[inline]
    pub fn memo(&self, cell: usize, compute: fn(&Self) -> Eval<'a>) -> Eval<'a> {
        match self.memo[cell].get() {
            Memo::Value(value) => Ok(Some(value)),
            Memo::Undefined => Ok(None),
            Memo::Empty | Memo::Function(_) => {
                let answer = compute(self)?;
                self.memo[cell].set(answer.map_or(Memo::Undefined, Memo::Value));
                Ok(answer)
            }
        }
    }

    /// Returns the memoized result of a rule that is always defined, and computes it on first use.
    #[inline]
    pub fn memo_value(
        &self,
        cell: usize,
        compute: fn(&Self) -> Result<Value<'a>, Box<EvalError>>,
    ) -> Result<Value<'a>, Box<EvalError>> {
        if let Memo::Value(value) = self.memo[cell].get() {
            return Ok(value);
        }
        let value = compute(self)?;
        self.memo[cell].set(Memo::Value(value));
        Ok(value)
    }

    /// Returns the memoized result of a rule that is only tested, and computes it on first use.
    #[inline]
    pub fn memo_truth(&self, cell: usize, compute: fn(&Self) -> Truth) -> Truth {
        match self.memo[cell].get() {
            Memo::Value(_) => Ok(true),
            Memo::Undefined => Ok(false),
            Memo::Empty | Memo::Function(_) => {
                let holds = compute(self)?;
                let memo = if holds { Memo::Value(Value::Bool(true)) } else { Memo::Undefined };
                self.memo[cell].set(memo);
                Ok(holds)
            }
        }
    }

    /// Returns the result of a function that is only tested, like [`Context::memoize`].
    #[inline]
    pub fn memoize_truth<const N: usize>(
        &self,
        cell: usize,
        arguments: [Value<'a>; N],
        compute: fn(&Self, [Value<'a>; N]) -> Truth,
    ) -> Truth {
        let Some(answers) = self.answers(cell) else { return compute(self, arguments) };
        let key = Key::of(arguments);
        if let Some(answer) = answers.get(&key) {
            return Ok(answer.get().is_some());
        }
        let holds = compute(self, arguments)?;
        answers.keep(key, holds.then_some(Value::Bool(true)));
        Ok(holds)
    }

    /// Returns the result of a function, which is memoized for the latest arguments. Arguments
    /// match if they are identical in memory, because equal values may differ in their printed
    /// text.
    #[inline]
    pub fn memoize<const N: usize>(
        &self,
        cell: usize,
        arguments: [Value<'a>; N],
        compute: fn(&Self, [Value<'a>; N]) -> Eval<'a>,
    ) -> Eval<'a> {
        let Some(answers) = self.answers(cell) else { return compute(self, arguments) };
        let key = Key::of(arguments);
        if let Some(answer) = answers.get(&key) {
            return Ok(answer.get());
        }
        let answer = compute(self, arguments)?;
        answers.keep(key, answer);
        Ok(answer)
    }

    /// Returns the memoized results of a function. A region has none, because its memo could take
    /// one argument for another that had its address before.
    #[inline]
    fn answers(&self, cell: usize) -> Option<&'a FunctionMemo<'a>> {
        let memo = self.memo.get(cell)?;
        Some(match memo.get() {
            Memo::Function(answers) => answers,
            _ => self.first_use_of(memo),
        })
    }

    #[cold]
    fn first_use_of(&self, cell: &Cell<Memo<'a>>) -> &'a FunctionMemo<'a> {
        let answers = self.env.arena.place(FunctionMemo::new());
        cell.set(Memo::Function(answers));
        answers
    }
}
