//! Builds blocks: statements are added at the end, and loops stay open until the block is finished.

use crate::ir::{Block, Expr, FunctionId, LocalId, Statement, Yield};
use crate::ir::{Condition, ContextId};

/// A block whose last loops are still open.
#[derive(Debug)]
pub(super) struct Builder {
    outer: Vec<(Vec<Statement>, Loop)>,
    current: Vec<Statement>,
}

/// A loop without its body.
#[derive(Debug)]
pub(super) enum Loop {
    Each {
        key: Option<LocalId>,
        value: Option<LocalId>,
        of: Expr,
    },
    Rows {
        locals: Vec<Option<LocalId>>,
        function: FunctionId,
        arguments: Vec<Expr>,
        context: ContextId,
    },
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { outer: Vec::new(), current: Vec::new() }
    }

    pub(super) fn push(&mut self, statement: Statement) {
        self.current.push(statement);
    }

    pub(super) fn test(&mut self, condition: Condition) {
        self.push(Statement::Test(condition));
    }

    /// Opens a loop: later statements belong to its body.
    pub(super) fn open(&mut self, header: Loop) {
        let before = std::mem::take(&mut self.current);
        self.outer.push((before, header));
    }

    /// Returns `true` if the end of the block may be reached more than once.
    pub(super) fn iterates(&self) -> bool {
        !self.outer.is_empty()
    }

    /// Appends the statements of another builder. Its open loops stay open.
    pub(super) fn append(&mut self, other: Builder) {
        for (statements, header) in other.outer {
            self.current.extend(statements);
            self.open(header);
        }
        self.current.extend(other.current);
    }

    /// Adds the yield and closes all loops.
    pub(super) fn finish(mut self, last: Yield) -> Block {
        self.push(Statement::Yield(last));
        self.close()
    }

    /// Closes all loops.
    pub(super) fn close(self) -> Block {
        let mut block = Block(self.current);
        for (mut statements, header) in self.outer.into_iter().rev() {
            statements.push(header.around(block));
            block = Block(statements);
        }
        block
    }

    /// Returns the block as a condition. If the block is a single test, its condition suffices.
    pub(super) fn into_condition(mut self) -> Condition {
        if self.outer.is_empty() && self.current.len() == 1 {
            match self.current.pop() {
                Some(Statement::Test(condition)) => return condition,
                Some(other) => self.current.push(other),
                None => {}
            }
        }
        Condition::Exists(self.finish(Yield::Found))
    }
}

impl Loop {
    fn around(self, body: Block) -> Statement {
        match self {
            Loop::Each { key, value, of } => Statement::Each { key, value, of, lookup: None, body },
            Loop::Rows { locals, function, arguments, context } => {
                Statement::Rows { locals, function, arguments, context, body }
            }
        }
    }
}
