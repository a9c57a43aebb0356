//! Prints tests as an `if` around the statements after them, where that is shorter than a jump.
//!
//! ```text
//! if !a {            →   if a {
//!     continue;              set.insert(x);
//! }                      }
//! set.insert(x);
//! ```
//!
//! Both forms evaluate the same operands in the same order.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::frame::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::operator::is_certain;
use crate::codegen::plain::{Negations, conjuncts, is_plain, is_true};
use crate::codegen::shorten;
use crate::hir::Constant;
use crate::ir::{Condition, Expr, ReturnKind, Statement, Yield};

/// The number of tests that one `if` may combine.
const MOST_TESTS: usize = 2;

impl FunctionPrinter<'_, '_> {
    /// Prints all `statements` as an `if`, if they begin with a test that fits one.
    pub(super) fn guarded(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let tests = leading_tests(statements);
        match self.frames.last()? {
            Frame::Function => return self.truth_of(statements),
            Frame::Loop if statements.len() == tests.max(1) + 1 && !ends_in_loop(statements) => {}
            Frame::Scope(_) if nests(statements) => {}
            _ => return None,
        }
        match statements.split_first()? {
            (Statement::Test(_), _) if tests > 0 => {
                let (tests, rest) = statements.split_at(tests);
                let holds = self.all_hold(tests);
                let (rest, _) = self.statements(rest);
                Some(shorten::guard(&holds, &rest))
            }
            (Statement::Test(condition), rest) if !is_true(condition) => {
                let (before, holds) = self.asserted(condition);
                let (rest, _) = self.statements(rest);
                let guarded = shorten::guard(&holds, &rest);
                Some(quote!(#before #guarded))
            }
            (Statement::Bind { local, value }, rest) if !is_certain(value) => {
                let value = self.option(value);
                let is_read = self.is_read(*local);
                let (name, (rest, _)) = (self.local(*local).clone(), self.statements(rest));
                Some(if is_read {
                    quote!(if let Some(#name) = #value { #rest })
                } else {
                    shorten::guard(&quote!(#value.is_some()), &rest)
                })
            }
            _ => None,
        }
    }

    /// Prints the end of a predicate that returns `true` after tests as the truth of these tests.
    fn truth_of(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let (Statement::Yield(Yield::Return(Expr::Constant(Constant::Bool(true)))), tests) =
            statements.split_last()?
        else {
            return None;
        };
        let plain = leading_tests(statements) == tests.len() && !tests.is_empty();
        if self.function.returns != ReturnKind::Truth || !plain {
            return None;
        }
        let holds = self.all_hold(tests);
        Some(self.returned(&holds))
    }

    /// Prints the conjunction of plain tests. If all are negations and one of a conjunction, one
    /// negation replaces them: `!(a || b && c)`.
    pub(super) fn all_hold(&mut self, tests: &[Statement]) -> TokenStream {
        let negated: Option<Vec<_>> = tests.iter().map(negated).collect();
        if let Some(negated) = negated
            && tests.len() > 1
            && negated.iter().any(|inner| matches!(inner, Condition::Exists(_)))
        {
            let holds = negated.into_iter().map(|inner| self.asserted(inner).1);
            let holds: Vec<_> = holds.collect();
            return quote!(!(#(#holds)||*));
        }
        let conditions = tests.iter().filter_map(|statement| match statement {
            Statement::Test(condition) => Some(self.asserted(condition).1),
            _ => None,
        });
        let conditions: Vec<_> = conditions.collect();
        shorten::all(&conditions)
    }
}

/// Returns the condition that a test negates with a `!` before it.
fn negated(test: &Statement) -> Option<&Condition> {
    let Statement::Test(condition) = test else { return None };
    let (inner, holds) = polarity(condition, true);
    let Negations { asserted, refuted } = Negations::of(inner);
    (!holds && refuted > asserted).then_some(inner)
}

/// Returns the condition within negations and groups of one test, and whether it must hold for
/// `condition` to be `holds`.
fn polarity(condition: &Condition, holds: bool) -> (&Condition, bool) {
    match condition {
        Condition::Not(inner) => polarity(inner, !holds),
        Condition::Exists(block) => match conjuncts(block) {
            Some([Statement::Test(only)]) => polarity(only, holds),
            _ => (condition, holds),
        },
        _ => (condition, holds),
    }
}

/// Returns the number of tests at the start that one `if` can combine, if a statement follows
/// them.
fn leading_tests(statements: &[Statement]) -> usize {
    let plain = statements.iter().take_while(|statement| match statement {
        Statement::Test(condition) => !is_true(condition) && is_plain(condition),
        _ => false,
    });
    plain.take(MOST_TESTS).count().min(statements.len().saturating_sub(1))
}

/// Returns `true` if the last statement is a loop, which a jump before it keeps less nested.
fn ends_in_loop(statements: &[Statement]) -> bool {
    let last = statements.last();
    last.is_some_and(|last| matches!(last, Statement::Each { .. } | Statement::Walk { .. }))
}

/// Returns `true` if few statements can fail, and each that can fail has a form as an `if`.
fn nests(statements: &[Statement]) -> bool {
    let most = 2 * MOST_TESTS + 1;
    let fallible = statements.iter().filter(|statement| can_fail(statement)).take(most);
    let has_form =
        |statement: &&Statement| matches!(statement, Statement::Test(_) | Statement::Bind { .. });
    let (all, with_form) = (fallible.clone().count(), fallible.filter(has_form).count());
    // Tests at the start share one `if`.
    let shared = leading_tests(statements).saturating_sub(1);
    statements.len() > 1 && all == with_form && all <= MOST_TESTS + shared
}

/// Returns `true` if the statement can fail, other than within its blocks.
fn can_fail(statement: &Statement) -> bool {
    match statement {
        Statement::Bind { value, .. } => !is_certain(value),
        Statement::Test(condition) => !is_true(condition),
        Statement::Destructure { .. }
        | Statement::Single { .. }
        | Statement::First { .. }
        | Statement::Lazy { .. } => true,
        _ => false,
    }
}
