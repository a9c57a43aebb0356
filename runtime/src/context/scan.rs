//! Scans over collections, which charge the budget of the evaluation when they begin.

use super::{Context, Rule};
use crate::budget::{CHUNK, Exceeded};
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
        line: u32,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<Values<'_, 'v>, Box<EvalError>> {
        let of = of.into();
        let length = length(of);
        self.charge(rule, line, length)?;
        if length > CHUNK {
            return Ok(self.long_values(rule, line, of));
        }
        Ok(match of {
            Some(Value::Array(items)) => Values::Items(Chunks::whole(items)),
            Some(Value::Object(object)) => Values::Pairs(Chunks::whole(object.pairs)),
            Some(Value::Set(set)) => Values::Items(Chunks::whole(set.members)),
            _ => Values::Items(Chunks::whole(&[])),
        })
    }

    /// Returns the values of a collection that was charged and has several chunks.
    #[cold]
    #[inline(never)]
    fn long_values<'v>(
        &self,
        rule: &'static Rule,
        line: u32,
        of: Option<Value<'v>>,
    ) -> Values<'_, 'v> {
        let arena = self.env.arena;
        let items = match of {
            Some(Value::Array(items)) => items,
            Some(Value::Set(set)) => set.members,
            Some(Value::Object(object)) => {
                return Values::Pairs(Chunks::new(arena, rule, line, object.pairs));
            }
            _ => &[],
        };
        Values::Items(Chunks::new(arena, rule, line, items))
    }

    /// Returns the indices, keys or members of a collection, like [`Context::values`].
    ///
    /// # Errors
    /// Returns the errors of [`Context::values`].
    #[inline]
    pub fn keys<'v>(
        &self,
        rule: &'static Rule,
        line: u32,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<Keys<'_, 'v>, Box<EvalError>> {
        self.members(rule, line, of.into()).map(Keys)
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
        line: u32,
        of: impl Into<Option<Value<'v>>>,
    ) -> Result<Members<'_, 'v>, Box<EvalError>> {
        self.members(rule, line, of.into())
    }

    /// Charges a scan over the members of a collection, and begins it.
    #[inline]
    fn members<'v>(
        &self,
        rule: &'static Rule,
        line: u32,
        of: Option<Value<'v>>,
    ) -> Result<Members<'_, 'v>, Box<EvalError>> {
        self.charge(rule, line, length(of))?;
        Ok(charged_members(self.env.arena, rule, line, of))
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
