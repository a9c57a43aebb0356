//! Walks, and what is made later.

use std::fmt;

use crate::plan::walk::Visit;
use crate::plan::{Block, Expr, LocalId, Statement};

use super::Printer;

impl Printer<'_> {
    /// A walk, and where in it the path is made.
    pub(super) fn visit(&mut self, visit: &Visit<'_>) -> fmt::Result {
        let line = format!("walk {} in {}", self.local(visit.value), self.expr(visit.start));
        self.line(&line)?;
        self.depth += 1;
        visit.before.iter().try_for_each(|statement| self.statement(statement))?;
        match visit.after {
            [Statement::Later { local, before, value }, after @ ..] if visit.is_later => {
                self.later(*local, before, value, Some(visit.path))?;
                after.iter().try_for_each(|statement| self.statement(statement))?;
            }
            after => {
                if !after.is_empty() {
                    self.path(visit.path)?;
                }
                after.iter().try_for_each(|statement| self.statement(statement))?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn path(&mut self, path: LocalId) -> fmt::Result {
        let line = format!("path {}", self.local(path));
        self.line(&line)
    }

    /// A value that is made later, with the path that is made for it.
    pub(super) fn later(
        &mut self,
        local: LocalId,
        before: &Block,
        value: &Expr,
        path: Option<LocalId>,
    ) -> fmt::Result {
        let line = format!("later {}", self.local(local));
        self.line(&line)?;
        self.depth += 1;
        path.into_iter().try_for_each(|path| self.path(path))?;
        before.0.iter().try_for_each(|statement| self.statement(statement))?;
        let line = format!("make {}", self.expr(value));
        self.line(&line)?;
        self.depth -= 1;
        Ok(())
    }
}
