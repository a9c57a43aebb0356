//! Prints loops that several bodies share, and optional values that they read.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::ir::{Block, ContextId, Expr, LocalId};

impl FunctionPrinter<'_, '_> {
    /// Prints a loop over the passes of bodies that share loops.
    pub(super) fn fused(&mut self, pass: LocalId, count: u32, body: &Block) -> TokenStream {
        let comment = self.explain(
            "One pass runs all definitions, or one each where the order of errors matters.",
        );
        let body = self.loop_body(body);
        let pass = self.local(pass).clone();
        let (cx, count) = (self.context(ContextId(0)), Literal::u32_unsuffixed(count));
        quote!(#comment for #pass in #cx.fused_passes(#count) { #body })
    }

    /// Prints the binding of a value that may be undefined.
    pub(super) fn let_option(&mut self, local: LocalId, value: &Expr) -> TokenStream {
        let value = self.option(value);
        let name = self.local(local);
        quote!(let #name = #value;)
    }
}
