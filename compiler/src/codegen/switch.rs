//! Prints definitions that each compare one local with a different string as a `match`.

use std::sync::Arc;

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::ir::{Block, Expr, Statement, Yield};

impl FunctionPrinter<'_, '_> {
    /// Prints the value of a [`Statement::First`] that consists of a switch, as a `match`.
    pub(super) fn switch_value(&mut self, on: &Expr, arms: &[(Arc<str>, Block)]) -> TokenStream {
        let on = self.value(on);
        let arms: Vec<_> = arms.iter().map(|(text, body)| self.arm(text, body)).collect();
        quote!(match #on { #(#arms)* _ => None })
    }

    fn arm(&mut self, text: &str, body: &Block) -> TokenStream {
        if let [Statement::Yield(Yield::First(value))] = body.0.as_slice() {
            let value = self.value(value);
            return quote!(rt::Value::String(#text) => Some(#value),);
        }
        let (body, continues) = self.block(body);
        let end = if continues { quote!(None) } else { TokenStream::new() };
        quote!(rt::Value::String(#text) => { #body #end })
    }

    /// Prints a switch whose arms have no value.
    pub(super) fn switch(&mut self, on: &Expr, arms: &[(Arc<str>, Block)]) -> TokenStream {
        let on = self.value(on);
        let arms: Vec<_> = arms
            .iter()
            .map(|(text, body)| {
                let text = &**text;
                let body = self.scope("arm", body);
                quote!(rt::Value::String(#text) => { #body })
            })
            .collect();
        quote!(match #on { #(#arms)* _ => {} })
    }
}
