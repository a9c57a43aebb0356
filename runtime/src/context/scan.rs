//! Scans over collections, which charge the budget of the evaluation when they begin.

use super::{Context, Rule};
use crate::budget::Exceeded;
use crate::codegen_support as rt;
use crate::error::{ErrorCode, EvalError};
use crate::value::Value;

impl Context<'_> {
    /// Returns the values of a collection, for a scan in `rule`. An undefined or scalar value has
    /// none.
    ///
    /// # Errors
    /// Returns an error that names the rule and the line if the scan exceeds the budget.
    #[inline]
    pub fn values<'v>(
        &self,
        rule: &Rule,
        line: u32,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<impl Iterator<Item = Value<'v>>, Box<EvalError>> {
        self.charged(rule, line, of.into()).map(rt::values)
    }

    /// Returns the indices, keys or members of a collection, like [`Context::values`].
    ///
    /// # Errors
    /// Returns the errors of [`Context::values`].
    #[inline]
    pub fn keys<'v>(
        &self,
        rule: &Rule,
        line: u32,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<impl Iterator<Item = Value<'v>>, Box<EvalError>> {
        self.charged(rule, line, of.into()).map(rt::keys)
    }

    /// Returns the indices, keys or members of a collection, each with its value, like
    /// [`Context::values`].
    ///
    /// # Errors
    /// Returns the errors of [`Context::values`].
    #[inline]
    pub fn pairs<'v>(
        &self,
        rule: &Rule,
        line: u32,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<impl Iterator<Item = (Value<'v>, Value<'v>)>, Box<EvalError>> {
        self.charged(rule, line, of.into()).map(rt::pairs)
    }

    /// Charges a scan over a collection, and returns the collection.
    #[inline]
    fn charged<'v>(
        &self,
        rule: &Rule,
        line: u32,
        of: Option<Value<'v>>,
    ) -> Result<Option<Value<'v>>, Box<EvalError>> {
        self.charge(rule, line, length(of))?;
        Ok(of)
    }

    /// Takes steps from the budget of the evaluation.
    ///
    /// # Errors
    /// Returns an error that names the rule and the line if the budget is exceeded.
    #[inline]
    pub fn charge(&self, rule: &Rule, line: u32, steps: usize) -> Result<(), Box<EvalError>> {
        self.env.arena.charge(steps).map_err(|exceeded| rule.over_budget(line, exceeded))
    }
}

#[inline]
fn length(of: Option<Value<'_>>) -> usize {
    match of {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(object)) => object.pairs.len(),
        Some(Value::Set(set)) => set.members.len(),
        _ => 0,
    }
}

impl Rule {
    /// Returns the error of an evaluation that exceeds its budget at a line of the rule.
    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
    pub(crate) fn over_budget(&self, line: u32, exceeded: Exceeded) -> Box<EvalError> {
        EvalError::new(ErrorCode::Cancel, exceeded.message(), &self.line(line))
    }
}
