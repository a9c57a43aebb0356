//! Definitions of which each asks one local for a text of its own: a `match` finds the one.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::hir::Constant;
use crate::plan::{Block, Condition, Expr, LocalId, Statement, Yield};

/// A text that is asked for, and what follows where it is the local's value.
type Arm<'p> = (&'p str, &'p [Statement]);

impl FunctionPrinter<'_, '_> {
    /// The block of a [`Statement::First`] as a `match`, where it is one.
    pub(super) fn choice(&mut self, body: &Block) -> Option<TokenStream> {
        let (asked, arms) = arms(body)?;
        let asked = self.local(asked).clone();
        let arms: Vec<_> = arms.into_iter().map(|arm| self.arm(arm)).collect();
        Some(quote!(match #asked { #(#arms)* _ => rt::None }))
    }

    fn arm(&mut self, (text, rest): Arm<'_>) -> TokenStream {
        if let [Statement::Yield(Yield::First(value))] = rest {
            let value = self.value(value);
            return quote!(rt::Value::String(#text) => rt::Some(#value),);
        }
        let (rest, goes_on) = self.statements(rest);
        let end = if goes_on { quote!(rt::None) } else { TokenStream::new() };
        quote!(rt::Value::String(#text) => { #rest #end })
    }
}

/// The local that all definitions of a block ask first, and what each does if it has a text that
/// no other asks for.
fn arms(body: &Block) -> Option<(LocalId, Vec<Arm<'_>>)> {
    let mut asked = None;
    let mut arms: Vec<Arm<'_>> = Vec::with_capacity(body.0.len());
    for definition in &body.0 {
        let (local, text, rest) = arm(definition)?;
        let known = arms.iter().any(|(other, _)| *other == text);
        if known || *asked.get_or_insert(local) != local {
            return None;
        }
        arms.push((text, rest));
    }
    Some((asked?, arms))
}

fn arm(definition: &Statement) -> Option<(LocalId, &str, &[Statement])> {
    let Statement::Scope(Block(statements)) = definition else { return None };
    let (first, rest) = statements.split_first()?;
    match first {
        Statement::Test(
            Condition::Equal(Expr::Local(local), Expr::Constant(Constant::String(text)))
            | Condition::Equal(Expr::Constant(Constant::String(text)), Expr::Local(local)),
        ) => Some((*local, text, rest)),
        _ => None,
    }
}
