//! The traits of traversals, with the default descent.

use crate::ir::{Block, Condition, Expr, Leaf, Replacement, Statement, Yield};

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
                    Statement::Region { .. }
                    | Statement::Collect { .. }
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
                    | Statement::Region { .. }
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
                    Expr::InRegion(_, value) | Expr::Keep(_, value) => visitor.expr(value),
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
