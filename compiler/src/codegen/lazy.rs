//! Prints lazy values.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::frame::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::codegen::shorten;
use crate::ir::{Block, ContextId, Expr, LocalId};

impl FunctionPrinter<'_, '_> {
    /// Prints a lazy value with the closure that makes it.
    pub(super) fn lazy(&mut self, local: LocalId, before: &Block, value: &Expr) -> TokenStream {
        self.frames.push(Frame::Lazy);
        let (before, _) = self.block(before);
        let value = self.option(value);
        self.frames.pop();
        let value = shorten::ok(&value);
        let cx = self.context(ContextId(0));
        let fail = self.fail();
        let name = self.local(local);
        quote! {
            let #name = rt::Lazy::new(|| { #before #value });
            if !#name.is_defined(#cx)? { #fail; }
        }
    }
}
