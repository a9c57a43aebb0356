//! Loops that several bodies share, and values that are read once for all of them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::ir::{Block, ContextId, Expr, LocalId};

impl FunctionPrinter<'_, '_> {
    /// A loop over the passes for bodies that share loops.
    pub(super) fn fused(&mut self, pass: LocalId, count: u32, body: &Block) -> TokenStream {
        let body = self.loop_body(body);
        let pass = self.local(pass).clone();
        let cx = self.context(ContextId(0));
        quote!(for #pass in #cx.turns(#count) { #body })
    }

    /// A value that may be undefined, by its name.
    pub(super) fn let_option(&mut self, local: LocalId, value: &Expr) -> TokenStream {
        let value = self.option(value);
        let name = self.local(local);
        quote!(let #name = #value;)
    }
}
