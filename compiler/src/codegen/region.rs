//! Prints regions, and the copies of values that leave them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::ir::{ContextId, Expr};

impl FunctionPrinter<'_, '_> {
    /// Prints the beginning of a region, which ends with the block.
    pub(super) fn region(&mut self, context: ContextId) -> TokenStream {
        let cx = self.context(ContextId(0));
        let (region, local) = (self.names.unique("region"), self.names.unique("local"));
        self.regions.insert(context, local.clone());
        self.region = context;
        quote! {
            let #region = #cx.region();
            let #local = &#region.context();
        }
    }

    /// Prints the copy of a value in the memory of a context.
    pub(super) fn keep(&mut self, context: ContextId, value: &Expr) -> TokenStream {
        let is_defined = self.printer.program.is_defined(value);
        let value = self.any(value);
        let cx = self.context(context);
        if is_defined {
            quote!(#cx.keep(#value))
        } else {
            quote!(#value.map(|value| #cx.keep(value)))
        }
    }
}
