//! Traverses the IR.
//!
//! [`Visitor`] and [`MutVisitor`] visit every node once, parents first. The default bodies of their
//! methods descend, so that a traversal overrides only the methods of the nodes that concern it.
//! A macro in `visitor` defines the descent once; a new node of the IR is added there. The
//! functions of this module are traversals with a closure.

mod visitor;

use std::collections::HashMap;

use crate::ir::{Block, Condition, Expr, FunctionId, LocalId, Lookup, Statement, Yield};

pub use visitor::{MutVisitor, Visitor, descend, descend_mut};

/// A visitor that calls `see` with each expression.
struct Exprs<F>(F);

impl<F: FnMut(&Expr)> Visitor for Exprs<F> {
    fn expr(&mut self, expr: &Expr) {
        (self.0)(expr);
        descend::expr(self, expr);
    }
}

/// Calls `see` with every expression of a block, operands included.
pub fn expressions(block: &Block, see: &mut impl FnMut(&Expr)) {
    Exprs(see).block(block);
}

/// Calls `see` with every expression of a statement, operands included.
pub fn statement(statement: &Statement, see: &mut impl FnMut(&Expr)) {
    Exprs(see).statement(statement);
}

/// Calls `see` with every expression of a statement outside its blocks, operands included.
pub fn own(statement: &Statement, see: &mut impl FnMut(&Expr)) {
    descend::header(&mut Exprs(see), statement);
}

/// Calls `see` with every expression of a condition, operands included.
pub fn condition(condition: &Condition, see: &mut impl FnMut(&Expr)) {
    Exprs(see).condition(condition);
}

/// Calls `see` with an expression and its operands.
pub fn expression(expr: &Expr, see: &mut impl FnMut(&Expr)) {
    Exprs(see).expr(expr);
}

/// Returns `true` if a statement reads a local.
pub fn statement_reads(statement: &Statement, local: LocalId) -> bool {
    let mut found = false;
    self::statement(statement, &mut |expr| found |= expr.is_local(local));
    found
}

/// Returns `true` if an expression reads a local.
pub fn expression_reads(expr: &Expr, local: LocalId) -> bool {
    let mut found = false;
    expression(expr, &mut |expr| found |= expr.is_local(local));
    found
}

/// Returns the number of reads of each local that a block reads.
pub fn reads(block: &Block) -> HashMap<LocalId, usize> {
    let mut reads = HashMap::new();
    expressions(block, &mut |expr| {
        if let Expr::Local(local) = expr {
            *reads.entry(*local).or_default() += 1;
        }
    });
    reads
}

/// Returns the index of the statement after `after` that is the only reader of a local, if the
/// local is read exactly once.
pub fn only_reader(statements: &[Statement], after: usize, local: LocalId) -> Option<usize> {
    let (mut reads, mut reader) = (0, None);
    for (index, statement) in statements.iter().enumerate().skip(after + 1) {
        self::statement(statement, &mut |expr| {
            if expr.is_local(local) {
                reads += 1;
                reader = Some(index);
            }
        });
    }
    reader.filter(|_| reads == 1)
}

/// Calls `see` with the blocks of a statement, except those of its conditions.
pub fn inner(statement: &Statement, see: &mut impl FnMut(&Block)) {
    descend::blocks(&mut Blocks(see), statement);
}

/// Calls `see` with the blocks of a statement, including those of its test.
pub fn blocks(statement: &Statement, see: &mut impl FnMut(&Block)) {
    match statement {
        Statement::Test(condition) => Blocks(see).condition(condition),
        _ => inner(statement, see),
    }
}

/// A visitor that calls `see` with each outermost block outside expressions.
struct Blocks<F>(F);

impl<F: FnMut(&Block)> Visitor for Blocks<F> {
    fn block(&mut self, block: &Block) {
        (self.0)(block);
    }

    fn expr(&mut self, _: &Expr) {}
}

/// Calls `see` with every local that a statement binds, including those in its blocks and
/// conditions.
pub fn bound(statement: &Statement, see: &mut impl FnMut(LocalId)) {
    Bound(see).statement(statement);
}

struct Bound<F>(F);

impl<F: FnMut(LocalId)> Visitor for Bound<F> {
    fn statement(&mut self, statement: &Statement) {
        let see = &mut self.0;
        match statement {
            Statement::Let { local, .. }
            | Statement::Bind { local, .. }
            | Statement::LetOption { local, .. }
            | Statement::Collect { local, .. }
            | Statement::Single { local, .. }
            | Statement::First { local, .. }
            | Statement::Lazy { local, .. }
            | Statement::Fused { pass: local, .. }
            | Statement::Walk { value: local, .. }
            | Statement::WalkPath(local) => see(*local),
            Statement::Destructure { items, .. } => items.iter().for_each(|item| see(*item)),
            Statement::Each { key, value, .. } => {
                key.iter().chain(value).for_each(|local| see(*local));
            }
            Statement::Rows { locals, .. } => {
                locals.iter().flatten().for_each(|local| see(*local));
            }
            Statement::Test(_)
            | Statement::With { .. }
            | Statement::Region { .. }
            | Statement::Switch { .. }
            | Statement::Scope { .. }
            | Statement::Yield(_) => {}
        }
        descend::statement(self, statement);
    }
}

/// Returns `true` if the block of a condition contains a [`Yield::Noted`].
pub fn notes(block: &Block) -> bool {
    struct Notes(bool);
    impl Visitor for Notes {
        fn statement(&mut self, statement: &Statement) {
            self.0 |= matches!(statement, Statement::Yield(Yield::Noted));
            descend::blocks(self, statement);
        }
    }
    let mut notes = Notes(false);
    notes.block(block);
    notes.0
}

/// Calls `see` with every function that a block calls, once for each call.
pub fn callees(block: &Block, see: &mut impl FnMut(FunctionId)) {
    struct Callees<F>(F);
    impl<F: FnMut(FunctionId)> Visitor for Callees<F> {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::Rows { function, .. } = statement {
                (self.0)(*function);
            }
            descend::statement(self, statement);
        }

        fn expr(&mut self, expr: &Expr) {
            if let Some(callee) = expr.callee() {
                (self.0)(callee);
            }
            descend::expr(self, expr);
        }
    }
    Callees(see).block(block);
}

/// Calls `see` with the lookup of each loop of a block.
pub fn lookups(block: &Block, see: &mut impl FnMut(&Lookup)) {
    struct Lookups<F>(F);
    impl<F: FnMut(&Lookup)> Visitor for Lookups<F> {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::Each { lookup: Some(lookup), .. } = statement {
                (self.0)(lookup);
            }
            descend::statement(self, statement);
        }
    }
    Lookups(see).block(block);
}

/// A visitor that calls `change` with each expression, before its operands.
struct ChangeExprs<F>(F);

impl<F: FnMut(&mut Expr)> MutVisitor for ChangeExprs<F> {
    fn expr(&mut self, expr: &mut Expr) {
        (self.0)(expr);
        descend_mut::expr(self, expr);
    }
}

/// Calls `change` with every expression of a block, before its operands.
pub fn change_block(block: &mut Block, change: &mut impl FnMut(&mut Expr)) {
    ChangeExprs(change).block(block);
}

/// Calls `change` with every expression of a statement, before its operands.
pub fn change_statement(statement: &mut Statement, change: &mut impl FnMut(&mut Expr)) {
    ChangeExprs(change).statement(statement);
}

/// Calls `change` with every expression of a statement outside its blocks.
pub fn change_own(statement: &mut Statement, change: &mut impl FnMut(&mut Expr)) {
    descend_mut::header(&mut ChangeExprs(change), statement);
}

/// Calls `change` with every expression of a condition, before its operands.
pub fn change_condition(condition: &mut Condition, change: &mut impl FnMut(&mut Expr)) {
    ChangeExprs(change).condition(condition);
}

/// Calls `change` with an expression, then with its operands.
pub fn change_expression(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
    ChangeExprs(change).expr(expr);
}

/// A visitor that calls `change` with each outermost block outside expressions.
struct ChangeBlocks<F>(F);

impl<F: FnMut(&mut Block)> MutVisitor for ChangeBlocks<F> {
    fn block(&mut self, block: &mut Block) {
        (self.0)(block);
    }

    fn expr(&mut self, _: &mut Expr) {}
}

/// Calls `change` with the blocks of a statement, except those of its conditions.
pub fn change_inner(statement: &mut Statement, change: &mut impl FnMut(&mut Block)) {
    descend_mut::blocks(&mut ChangeBlocks(change), statement);
}

/// Calls `change` with the blocks of a statement, including those of its test.
pub fn change_blocks(statement: &mut Statement, change: &mut impl FnMut(&mut Block)) {
    match statement {
        Statement::Test(condition) => ChangeBlocks(change).condition(condition),
        _ => change_inner(statement, change),
    }
}

/// Calls `change` with every block in a block, outside expressions, and with the block itself last.
pub fn change_each_block(block: &mut Block, change: &mut impl FnMut(&mut Block)) {
    for statement in &mut block.0 {
        change_blocks(statement, &mut |inner| change_each_block(inner, change));
    }
    change(block);
}
