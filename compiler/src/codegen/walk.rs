//! Prints walks, which visit values one by one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::ir::{Block, ContextId, Expr, LocalId};

impl FunctionPrinter<'_, '_> {
    pub(super) fn walk(
        &mut self,
        (path, value): (LocalId, LocalId),
        of: &Expr,
        context: ContextId,
        body: &Block,
    ) -> TokenStream {
        let (place, start) = (self.place(), self.value(of));
        let cx = self.context(context);
        let walk = self.names.unique("walk");
        self.walks.push((path, walk.clone()));
        let body = self.loop_body(body);
        self.walks.pop();
        let advanced = if self.is_read(value) {
            let value = self.local(value);
            quote!(let Some(#value) = #walk.advance())
        } else {
            quote!(#walk.advance().is_some())
        };
        quote! {
            let mut #walk = rt::walk(#cx, #place, #start);
            while #advanced { #body }
        }
    }

    /// Prints `let path = walk.path();`.
    pub(super) fn walk_path(&mut self, path: LocalId) -> TokenStream {
        let walk = self.walk_of(path);
        let path = self.local(path);
        quote!(let #path = #walk.path();)
    }

    /// Returns the variable of the walk with a path.
    pub(super) fn walk_of(&self, path: LocalId) -> Ident {
        let known = self.walks.iter().find(|(own, _)| *own == path);
        known.map_or_else(|| self.local(path).clone(), |(_, walk)| walk.clone())
    }
}
