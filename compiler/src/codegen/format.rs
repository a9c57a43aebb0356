//! Prints calls of `sprintf` with a literal format.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::function::FunctionPrinter;
use crate::codegen::literal;
use crate::ir::Format;

impl FunctionPrinter<'_, '_> {
    /// Prints the formatted text as a `Value`.
    pub(super) fn format(&mut self, format: &Format) -> TokenStream {
        let values = self.values(&format.values);
        let (cx, text) = (self.context(format.context), literal::text(&format.text));
        quote!(rt::format(#cx, #text, &[#(#values),*]))
    }
}
