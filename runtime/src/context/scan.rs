//! Scans over collections, which charge the budget of the evaluation when they begin.

use super::{Context, LineColumn, Rule};
use crate::budget::Exceeded;
use crate::codegen_support::chunks::Chunks;
use crate::codegen_support::{Keys, Members, Values, charged_members};
use crate::error::{ErrorCode, EvalError};
use crate::value::Value;

impl Context<'_> {
    /// Returns the values of a collection, for a scan in `rule`. An undefined or scalar value has
    /// none.
    ///
    /// A scan over many members looks at the clock in between. If it exceeds the budget then, it
    /// ends, and the evaluation fails at its end.
    ///
    /// # Errors
    /// Returns an error that names the rule and the line if the scan exceeds the budget.
    #[inline]
    pub fn values<'v>(
        &self,
        rule: &'static Rule,
        at: LineColumn,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<Values<'_, 'v>, Box<EvalError>> {
        let of = of.into();
        if !self.env.arena.takes(length(of)) {
            return self.long_values(rule, at, of);
        }
        Ok(match of {
            Some(Value::Array(items)) => Values::Items(Chunks::whole(items)),
            Some(Value::Object(object)) => Values::Pairs(Chunks::whole(object.pairs)),
            Some(Value::Set(set)) => Values::Items(Chunks::whole(set.members)),
            _ => Values::Items(Chunks::whole(&[])),
        })
    }

    /// Returns the values of a collection like [`Context::values`], after a look at the clock.
    #[cold]
    #[inline(never)]
    fn long_values<'v>(
        &self,
        rule: &'static Rule,
        at: LineColumn,
        of: Option<Value<'v>>,
    ) -> Result<Values<'_, 'v>, Box<EvalError>> {
        self.charge(rule, at, length(of))?;
        let arena = self.env.arena;
        let items = match of {
            Some(Value::Array(items)) => items,
            Some(Value::Set(set)) => set.members,
            Some(Value::Object(object)) => {
                return Ok(Values::Pairs(Chunks::new(arena, rule, at, object.pairs)));
            }
            _ => &[],
        };
        Ok(Values::Items(Chunks::new(arena, rule, at, items)))
    }

    /// Returns the indices, keys or members of a collection, like [`Context::values`].
    ///
    /// # Errors
    /// Returns the errors of [`Context::values`].
    #[inline]
    pub fn keys<'v>(
        &self,
        rule: &'static Rule,
        at: LineColumn,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<Keys<'_, 'v>, Box<EvalError>> {
        self.members(rule, at, of.into()).map(Keys)
    }

    /// Returns the indices, keys or members of a collection, each with its value, like
    /// [`Context::values`].
    ///
    /// # Errors
    /// Returns the errors of [`Context::values`].
    #[inline]
    pub fn pairs<'v>(
        &self,
        rule: &'static Rule,
        at: LineColumn,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<Members<'_, 'v>, Box<EvalError>> {
        self.members(rule, at, of.into())
    }

    /// Charges a scan over the members of a collection, and begins it.
    #[inline]
    fn members<'v>(
        &self,
        rule: &'static Rule,
        at: LineColumn,
        of: Option<Value<'v>>,
    ) -> Result<Members<'_, 'v>, Box<EvalError>> {
        charged_members(self.env.arena, rule, at, of)
            .map_err(|exceeded| rule.over_budget(at, exceeded))
    }

    /// Takes steps from the budget of the evaluation.
    ///
    /// # Errors
    /// Returns an error that names the rule and the line if the budget is exceeded.
    #[inline]
    pub fn charge(&self, rule: &Rule, at: LineColumn, steps: usize) -> Result<(), Box<EvalError>> {
        self.env.arena.charge(steps).map_err(|exceeded| rule.over_budget(at, exceeded))
    }
}

#[inline]
fn length(of: Option<Value<'_>>) -> usize {
    of.and_then(|of| of.len()).unwrap_or_default()
}

impl Rule {
    /// Returns the error of an evaluation that exceeds its budget at a line of the rule.
    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "errors travel in boxes")]
    pub(crate) fn over_budget(&self, at: LineColumn, exceeded: Exceeded) -> Box<EvalError> {
        EvalError::new(ErrorCode::Cancel, exceeded.message(), &self.at(at))
    }
}
