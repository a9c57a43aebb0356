//! Prints the last statements of a function as its result.
//!
//! ```text
//! let Some(x) = f(y)? else { return Ok(None) };     →   f(y)
//! Ok(Some(x))
//!
//! let found = 'found: { … break 'found true; … };   →   … return Ok(true); …
//! if !found { return Ok(false); }                       Ok(false)
//! Ok(true)
//! ```

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::frame::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::plain::{conjuncts, is_true};
use crate::hir::Constant;
use crate::ir::{Block, Condition, Expr, ReturnKind, Statement, Yield, visit};

impl FunctionPrinter<'_, '_> {
    /// Prints `statements` as the end of the function, if they are one.
    pub(super) fn returned_end(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        if !matches!(self.frames.last(), Some(Frame::Function)) {
            return None;
        }
        self.returned_collection(statements)
            .or_else(|| self.returned_first(statements))
            .or_else(|| self.returned_option(statements))
            .or_else(|| self.returned_test(statements))
    }

    /// Prints a value that the function binds only to return it.
    fn returned_option(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let [bound, Statement::Yield(Yield::Return(returned) | Yield::First(returned))] =
            statements
        else {
            return None;
        };
        if self.function.returns != ReturnKind::Maybe {
            return None;
        }
        match bound {
            Statement::Bind { local, value } if returned.is_local(*local) => {
                let value = self.option(value);
                Some(self.returned(&value))
            }
            Statement::Single { local, body, function } if returned.is_local(*local) => {
                let (built, value) = self.single_value(*local, body, *function);
                let returned = self.returned(&value);
                Some(quote!(#built #returned))
            }
            _ => None,
        }
    }

    /// Prints an existence test that decides the result of the function: the block returns it.
    fn returned_test(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let [Statement::Test(condition), Statement::Yield(Yield::Return(returned))] = statements
        else {
            return None;
        };
        let Expr::Constant(constant) = returned else { return None };
        let is_plain = |block: &Block| conjuncts(block).is_some() || visit::notes(block);
        let (block, found, end) = match condition {
            Condition::Exists(block) if !is_plain(block) => {
                (block, returned.clone(), self.undefined())
            }
            Condition::Not(inner)
                if self.function.returns == ReturnKind::Truth
                    && *constant == Constant::Bool(true) =>
            {
                match &**inner {
                    Condition::Exists(block) if !is_plain(block) && only_loops(block) => {
                        let found = Expr::Constant(Constant::Bool(false));
                        (block, found, self.returned(&quote!(true)))
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        let outer = self.found.replace(found);
        let (body, continues) = self.block(block);
        self.found = outer;
        let end = continues.then_some(end);
        Some(quote!(#body #end))
    }
}

/// Returns `true` if only the last statement of a block decides whether it finds a solution, and
/// that is a loop.
fn only_loops(block: &Block) -> bool {
    let Some((last, before)) = block.0.split_last() else { return false };
    let is_loop =
        matches!(last, Statement::Each { .. } | Statement::Rows { .. } | Statement::Walk { .. });
    let is_certain = |statement: &Statement| match statement {
        Statement::Let { .. } | Statement::LetOption { .. } => true,
        Statement::Test(condition) => is_true(condition),
        _ => false,
    };
    is_loop && before.iter().all(is_certain)
}
