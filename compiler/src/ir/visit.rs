//! Traverses the IR.
//!
//! [`Visitor`] and [`MutVisitor`] visit every node once, parents first. The default bodies of their
//! methods descend, so that a traversal overrides only the methods of the nodes that concern it.
//! The macro below defines the descent once; a new node of the IR is added there. The functions
//! after it are traversals with a closure.

use std::collections::HashMap;

use crate::ir::{Block, Condition, Expr, Leaf, LocalId, Lookup, Replacement, Statement, Yield};

macro_rules! visitors {
    ($(#[$doc:meta])* $Visitor:ident, $descend:ident $(, $mutable:tt)?) => {
        $(#[$doc])*
        pub trait $Visitor: Sized {
            /// Visits a block.
            fn block(&mut self, block: &$($mutable)? Block) {
                $descend::block(self, block);
            }

            /// Visits a statement.
            fn statement(&mut self, statement: &$($mutable)? Statement) {
                $descend::statement(self, statement);
            }

            /// Visits a condition.
            fn condition(&mut self, condition: &$($mutable)? Condition) {
                $descend::condition(self, condition);
            }

            /// Visits an expression.
            fn expr(&mut self, expr: &$($mutable)? Expr) {
                $descend::expr(self, expr);
            }
        }

        /// The descent from a node to the nodes in it.
        pub mod $descend {
            use super::*;

            /// Visits the statements of a block.
            pub fn block<V: $Visitor>(visitor: &mut V, block: &$($mutable)? Block) {
                for statement in &$($mutable)? block.0 {
                    visitor.statement(statement);
                }
            }

            /// Visits the header of a statement, then its blocks.
            pub fn statement<V: $Visitor>(visitor: &mut V, statement: &$($mutable)? Statement) {
                header(visitor, statement);
                blocks(visitor, statement);
            }

            /// Visits the expressions and conditions of a statement that are outside its blocks.
            pub fn header<V: $Visitor>(visitor: &mut V, statement: &$($mutable)? Statement) {
                match statement {
                    Statement::Let { value, .. }
                    | Statement::Bind { value, .. }
                    | Statement::LetOption { value, .. }
                    | Statement::Destructure { of: value, .. }
                    | Statement::Walk { of: value, .. }
                    | Statement::Switch { on: value, .. }
                    | Statement::Lazy { value, .. } => visitor.expr(value),
                    Statement::Test(condition) => visitor.condition(condition),
                    Statement::Each { of, lookup, .. } => {
                        visitor.expr(of);
                        if let Some(lookup) = lookup {
                            visitor.expr(&$($mutable)? lookup.wanted);
                        }
                    }
                    Statement::Rows { arguments, .. } => all(visitor, arguments),
                    Statement::With { replacements, .. } => {
                        for replacement in replacements {
                            match replacement {
                                Replacement::Input(_, value)
                                | Replacement::Data(_, _, value)
                                | Replacement::FunctionValue(_, value) => visitor.expr(value),
                                Replacement::FunctionCall(..) => {}
                            }
                        }
                    }
                    Statement::Yield(given) => operands(visitor, given),
                    Statement::Collect { .. }
                    | Statement::Single { .. }
                    | Statement::First { .. }
                    | Statement::WalkPath(_)
                    | Statement::Fused { .. }
                    | Statement::Scope { .. } => {}
                }
            }

            /// Visits the blocks of a statement, except those of its conditions.
            pub fn blocks<V: $Visitor>(visitor: &mut V, statement: &$($mutable)? Statement) {
                match statement {
                    Statement::Each { body, .. }
                    | Statement::Rows { body, .. }
                    | Statement::Collect { body, .. }
                    | Statement::Single { body, .. }
                    | Statement::First { body, .. }
                    | Statement::Lazy { before: body, .. }
                    | Statement::Walk { body, .. }
                    | Statement::Fused { body, .. }
                    | Statement::Scope { body, .. } => visitor.block(body),
                    Statement::Switch { arms, .. } => {
                        for (_, body) in arms {
                            visitor.block(body);
                        }
                    }
                    Statement::Let { .. }
                    | Statement::Bind { .. }
                    | Statement::LetOption { .. }
                    | Statement::Test(_)
                    | Statement::Destructure { .. }
                    | Statement::With { .. }
                    | Statement::WalkPath(_)
                    | Statement::Yield(_) => {}
                }
            }

            fn operands<V: $Visitor>(visitor: &mut V, given: &$($mutable)? Yield) {
                match given {
                    Yield::Return(value)
                    | Yield::Single { value, .. }
                    | Yield::Member(value)
                    | Yield::First(value) => visitor.expr(value),
                    Yield::Pair { key, value } => {
                        visitor.expr(key);
                        visitor.expr(value);
                    }
                    Yield::Entry { keys, leaf: Leaf::Value(value) | Leaf::Member(value), .. } => {
                        all(visitor, keys);
                        visitor.expr(value);
                    }
                    Yield::Row(values) => all(visitor, values),
                    Yield::Found | Yield::Noted => {}
                }
            }

            /// Visits the parts of a condition.
            pub fn condition<V: $Visitor>(visitor: &mut V, condition: &$($mutable)? Condition) {
                match condition {
                    Condition::Truthy(value)
                    | Condition::Defined(value)
                    | Condition::Collection(value)
                    | Condition::ObjectOf(value, _) => visitor.expr(value),
                    Condition::Equal(left, right)
                    | Condition::Compare(_, left, right)
                    | Condition::MayMatch(left, right)
                    | Condition::Key { of: left, key: right, .. } => {
                        visitor.expr(left);
                        visitor.expr(right);
                    }
                    Condition::InPass(..) => {}
                    Condition::Not(inner) => visitor.condition(inner),
                    Condition::Exists(block) => visitor.block(block),
                }
            }

            /// Visits the operands of an expression.
            pub fn expr<V: $Visitor>(visitor: &mut V, expr: &$($mutable)? Expr) {
                match expr {
                    Expr::Local(_)
                    | Expr::Force(_)
                    | Expr::OptionLocal(_)
                    | Expr::Constant(_)
                    | Expr::Input(_)
                    | Expr::ReviewObject(_)
                    | Expr::BaseData(_)
                    | Expr::WalkDepth(_)
                    | Expr::Rule(..) => {}
                    Expr::Array(items) | Expr::Set(items) => all(visitor, items),
                    Expr::Object(pairs) => {
                        for (key, value) in pairs {
                            visitor.expr(key);
                            visitor.expr(value);
                        }
                    }
                    Expr::Truth(condition) => visitor.condition(condition),
                    Expr::Get { base, keys } => {
                        visitor.expr(base);
                        all(visitor, keys);
                    }
                    Expr::StorageGet { base, key } => {
                        visitor.expr(base);
                        visitor.expr(key);
                    }
                    Expr::WalkKey(_, index) => visitor.expr(index),
                    Expr::Package { base, children } => {
                        visitor.expr(base);
                        for (_, child) in children {
                            visitor.expr(child);
                        }
                    }
                    Expr::Call(call) => all(visitor, &$($mutable)? call.arguments),
                    Expr::Format(format) => all(visitor, &$($mutable)? format.values),
                    Expr::Pattern(call) => all(visitor, &$($mutable)? call.arguments),
                }
            }

            fn all<V: $Visitor>(visitor: &mut V, exprs: &$($mutable)? [Expr]) {
                for expr in exprs {
                    visitor.expr(expr);
                }
            }
        }
    };
}

visitors! {
    /// A traversal of the IR.
    Visitor, descend
}

visitors! {
    /// A traversal of the IR that changes it.
    MutVisitor, descend_mut, mut
}

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
