//! Values that are made when they are first asked for.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::block::Frame;
use crate::codegen::function::FunctionPrinter;
use crate::plan::{Block, ContextId, Expr, LocalId};

impl FunctionPrinter<'_, '_> {
    /// A value of its own closure; `path` is made in it.
    pub(super) fn later(
        &mut self,
        local: LocalId,
        before: &Block,
        value: &Expr,
        path: Option<(LocalId, &Ident)>,
    ) -> TokenStream {
        self.frames.push(Frame::Function);
        let (before, _) = self.block(before);
        let value = self.option(value);
        self.frames.pop();
        let path = path.map(|(path, walk)| {
            let path = self.local(path);
            quote!(let #path = #walk.path();)
        });
        let cx = self.context(ContextId(0));
        let fail = self.fail();
        let name = self.local(local);
        let make = quote!(|| { #path #before rt::Ok(#value) });
        quote! {
            let #name = rt::Later::new(#make);
            if !#name.goes_on(#cx)? { #fail; }
        }
    }
}
